"""Shares: bars are shares of means, whiskers of samples, and the figure says of what."""

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot

import lca
from lca.figures import shares, style


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


@pytest.fixture
def result(training):
    scenarios = {
        "France": training,
        "Poland": training.replace({"grid.intensity": lca.catalogue.region("PL", 2022).intensity}),
    }
    return lca.simulate(lca.Study(scenarios), n=512, seed=1)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def words(ax):
    """All text of a figure on one line."""
    return " ".join(" ".join([*texts(ax), ax.get_xlabel()]).split())


def whiskers(ax):
    return [line for line in ax.lines if line.get_label() == "90 %"]


def test_bars_are_shares_of_means_and_fill_the_whole(result):
    ax = shares(result)
    table = result.shares().query("category == 'gwp'").set_index(["key", "scenario"])["share"]
    embodied, operational = ax.containers
    assert (embodied.get_label(), operational.get_label()) == ("embodied", "operational")
    for bars in ax.containers:
        expected = [100 * table[bars.get_label(), name] for name in result.scenarios]
        assert [bar.get_width() for bar in bars] == pytest.approx(expected)
    for one, other in zip(embodied, operational, strict=True):
        assert one.get_x() == 0
        assert other.get_x() == pytest.approx(one.get_width())
        assert other.get_x() + other.get_width() == pytest.approx(100)


def test_whiskers_are_the_interval_of_the_shares_of_samples(result):
    table = result.shares().query("category == 'gwp' and key == 'embodied'")
    drawn = [line.get_xdata() for line in whiskers(shares(result))]
    assert np.array(drawn) == pytest.approx(100 * table[["low", "high"]].to_numpy())


def test_whiskers_lie_below_their_bars(result):
    ax = shares(result)
    for bar, line in zip(ax.containers[0], whiskers(ax), strict=True):
        assert line.get_ydata()[0] > bar.get_y() + bar.get_height()


def test_scenarios_stand_in_their_order_from_the_top(result):
    ax = shares(result)
    heights = [bar.get_y() for bar in ax.containers[0]]
    assert heights == sorted(heights)
    assert ax.get_ylim() == (2, 0)
    assert [t for t in texts(ax) if t in result.scenarios] == result.scenarios


def test_percent_labels_say_what_the_bars_show(result):
    ax = shares(result)
    table = result.shares().query("category == 'gwp'")
    for row in table.itertuples():
        assert f"{style.number(100 * row.share, 100 * (row.high - row.low))} %" in texts(ax)


def test_the_figure_says_unit_functional_unit_and_factor_set(result):
    said = words(shares(result))
    for word in ("t CO2e", "one trained model", "AR6", "90 % interval", "embodied", "operational"):
        assert word in said
    assert "partial" not in said
    assert "neither" not in said


def test_a_partial_category_says_so_with_the_first_names_and_a_count(result):
    missing = result.info["missing"]["France"]["wcf"]
    said = f"partial: without {', '.join(missing[:3])} and {len(missing) - 3} more"
    assert said in words(shares(result, "wcf"))


def test_what_is_in_neither_group_is_a_group_of_its_own(run_class, grid_class):
    grid = grid_class(intensity=lca.uniform(low=0.04, high=0.06))
    result = lca.simulate(lca.Lifecycle(grid), n=256, seed=1)
    ax = shares(result)
    assert [bars.get_label() for bars in ax.containers] == ["neither"]
    assert not whiskers(ax)


def test_three_groups_have_a_whisker_each(grid_class):
    class Made(lca.Stage):
        """A product."""

        per = "1"
        phase = "manufacturing"
        footprint: lca.Number = lca.parameter("kgCO2e", "footprint")

        def exchanges(self):
            yield "gwp", self.footprint

    class Run(Made):
        """Its use."""

        phase = "operation"

    class Whole(lca.Stage):
        """Both, and something beside."""

        per = "1"
        phase = None
        made: lca.Stage = lca.supplier("1", "product")
        run: lca.Stage = lca.supplier("1", "use")
        beside: lca.Number = lca.parameter("kgCO2e", "something beside")

        def exchanges(self):
            yield self.made, 1
            yield self.run, 1
            yield "gwp", self.beside

    whole = Whole(
        made=Made(footprint=lca.uniform(low=1, high=3)),
        run=Run(footprint=lca.uniform(low=2, high=6)),
        beside=lca.uniform(low=0.5, high=1.5),
    )
    result = lca.simulate(lca.Lifecycle(whole), n=256, seed=1)
    ax = shares(result)
    table = result.shares().set_index("key")
    assert [bars.get_label() for bars in ax.containers] == ["embodied", "operational", "neither"]
    ends = [line.get_xdata() for line in whiskers(ax)]
    low, high, share = (100 * table[name] for name in ("low", "high", "share"))
    assert ends[0] == pytest.approx([low["embodied"], high["embodied"]])
    start = share["embodied"]
    assert ends[1] == pytest.approx([start + low["operational"], start + high["operational"]])
    assert ends[2] == pytest.approx([100 - high["neither"], 100 - low["neither"]])


def test_a_figure_is_as_wide_as_a_column_and_grows_with_its_scenarios(result, training):
    ax = shares(result)
    one = shares(lca.simulate(training, n=256, seed=1))
    width, height = ax.figure.get_size_inches()
    assert width * 25.4 == pytest.approx(style.SINGLE)
    assert height > one.figure.get_size_inches()[1]


def test_given_axes_are_drawn_on_and_returned(result):
    figure = matplotlib.figure.Figure(figsize=(style.DOUBLE / 25.4, 3))
    ax = figure.add_subplot()
    assert shares(result, ax=ax) is ax
    assert not pyplot.get_fignums()


@pytest.mark.parametrize("count", [1, 12])
def test_no_text_overlaps_another_or_leaves_the_figure(training, count):
    names = [f"{i}: a scenario whose name goes on {'and on ' * 20}" for i in range(count)]
    result = lca.simulate(lca.Study(dict.fromkeys(names, training)), n=256, seed=1)
    ax = shares(result, "wcf")
    ax.figure.draw_without_rendering()
    boxes = [
        text.get_window_extent() for text in [*ax.texts, ax.xaxis.label] if text.get_text().strip()
    ]
    page = ax.figure.bbox
    for i, box in enumerate(boxes):
        assert box.x0 >= page.x0
        assert box.x1 <= page.x1
        assert box.y0 >= page.y0
        assert box.y1 <= page.y1
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])


def test_a_category_that_no_stage_yields_is_an_error(result):
    with pytest.raises(lca.GraphError, match="did you mean 'gwp'"):
        shares(result, "gpw")
