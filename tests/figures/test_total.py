"""Totals: curves, medians and intervals are those of the samples, in a unit one can read."""

import io

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot

import lca
from lca.figures import style, total


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


@pytest.fixture
def grid():
    stage = lca.stages.Electricity(
        name="grid", intensity=lca.lognormal(median=0.05, gsd=1.3), losses=0
    )
    return lca.Lifecycle(stage, amount=1e6, functional_unit="one GWh")


def sampled(*lives, names="ABCDEFGHIJKL"):
    return lca.simulate(lca.Study(dict(zip(names, lives, strict=False))), n=512, seed=1)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def words(ax):
    return " ".join(" ".join([*texts(ax), ax.get_xlabel()]).split())


def bars(ax):
    return [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_linestyle() == "-"]


def points(ax):
    return [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]


def dashed(ax):
    return [line for line in ax.lines if line.get_linestyle() == "--"]


def test_medians_and_intervals_are_those_of_the_samples_in_tonnes(grid):
    result = sampled(grid, grid.replace({"grid.intensity": lca.uniform(low=0.06, high=0.09)}))
    ax = total(result)
    samples = result.total("gwp").to_numpy() / 1000
    assert points(ax) == pytest.approx(np.median(samples, axis=1))
    drawn = np.array([line.get_xdata() for line in bars(ax)])
    assert drawn == pytest.approx(np.quantile(samples, [0.05, 0.95], axis=1).T)
    assert "t CO2e for one GWh" in words(ax)


def test_labels_have_the_digits_that_the_interval_supports(grid):
    result = sampled(grid)
    low, median, high = np.quantile(result.total("gwp")[0] / 1000, [0.05, 0.5, 0.95])
    assert f"{median:.0f} ({low:.0f}–{high:.0f})" in texts(total(result))


def test_curves_stand_on_their_rows_all_of_one_height(grid):
    ax = total(sampled(grid, grid.replace({"grid.intensity": lca.uniform(low=0.06, high=0.09)})))
    boxes = [curve.get_datalim(ax.transData) for curve in ax.collections]
    assert boxes[1].y1 - boxes[0].y1 == pytest.approx(1)
    assert boxes[0].height == pytest.approx(boxes[1].height)
    assert ax.get_ylim() == (2, 0)
    assert [text for text in texts(ax) if text in "AB"] == ["A", "B"]


def test_the_curve_of_a_uniform_distribution_keeps_its_edges(grid):
    ax = total(sampled(grid.replace({"grid.intensity": lca.uniform(low=0.06, high=0.09)})))
    box = ax.collections[0].get_datalim(ax.transData)
    assert box.x0 == pytest.approx(60.3, abs=0.3)
    assert box.x1 == pytest.approx(89.7, abs=0.3)
    outline = ax.collections[0].get_paths()[0].vertices
    heights = 0.9 - outline[outline[:, 1] < 0.89, 1]
    assert heights.min() > 0.8 * heights.max()


@pytest.mark.parametrize(("times", "scale"), [(4, "linear"), (10, "log")])
def test_the_axis_is_logarithmic_where_medians_differ_much_and_says_so(grid, times, scale):
    other = grid.replace({"grid.intensity": lca.lognormal(median=0.05 * times, gsd=1.3)})
    ax = total(sampled(grid, other))
    assert ax.get_xscale() == scale
    assert ("log scale" in words(ax)) == (scale == "log")


def test_a_logarithmic_axis_has_plain_numbers(grid):
    ax = total(sampled(grid, grid.replace({"grid.intensity": lca.lognormal(median=0.9, gsd=1.3)})))
    ax.figure.draw_without_rendering()
    low, high = ax.get_xlim()
    shown = [
        tick.label1.get_text() for tick in ax.xaxis.get_major_ticks() if low < tick.get_loc() < high
    ]
    assert {"50", "100", "200", "500", "1,000"} <= set(shown)


def test_a_scenario_without_uncertainty_is_a_point(grid):
    ax = total(sampled(grid.replace({"grid.intensity": 0.057}), grid))
    assert points(ax)[0] == pytest.approx(57)
    assert len(ax.collections) == len(bars(ax)) == 1
    assert "57.0 (no uncertainty)" in texts(ax)


def test_a_rare_event_beyond_the_axis_is_no_curve_but_no_certainty_either(grid):
    rare = lca.discrete(values=[0.05, 0.09], weights=[0.997, 0.003])
    ax = total(sampled(grid.replace({"grid.intensity": rare})))
    assert not ax.collections
    assert "no uncertainty" not in words(ax)


def test_single_points_alone_and_a_total_of_zero_are_drawn(grid):
    for value in (0.057, 0.0):
        ax = total(sampled(grid.replace({"grid.intensity": value})))
        assert points(ax) == pytest.approx([value * 1000])
        left, right = ax.get_xlim()
        assert left < value * 1000 < right


@pytest.mark.parametrize("published", ["52.5 tCO2e", "52500 kgCO2e", 52_500])
def test_the_published_value_is_a_labelled_line_in_the_unit_of_the_axis(grid, published):
    ax = total(sampled(grid), published=published, published_label="Doe 2020")
    (line,) = dashed(ax)
    assert line.get_xdata() == pytest.approx([52.5, 52.5])
    assert "Doe 2020: 52.5 t CO2e" in texts(ax)


@pytest.mark.parametrize("published", ["2 tCO2e", "900 tCO2e"])
def test_a_published_value_far_away_is_within_the_axis(grid, published):
    ax = total(sampled(grid), published=published)
    left, right = ax.get_xlim()
    assert left < dashed(ax)[0].get_xdata()[0] < right


@pytest.mark.parametrize("published", ["52 kWh", "52", "much tCO2e"])
def test_a_published_value_in_no_unit_of_the_category_is_an_error(grid, published):
    with pytest.raises(lca.UnitError, match="give a number and a unit"):
        total(sampled(grid), published=published)


def test_without_a_published_value_there_is_no_line(grid):
    assert not dashed(total(sampled(grid)))


def test_what_is_partial_is_marked_where_scenarios_differ(training):
    bare = training.replace({"grid.intensity": 0.05})
    result = lca.simulate(lca.Study({"first": training, "second": bare}), n=256, seed=1)
    result.info["missing"]["second"] = {"gwp": ["grid"]}
    ax = total(result)
    assert "second [a]" in texts(ax)
    assert "first" in texts(ax)
    assert "[a] partial: without grid" in words(ax)


def test_a_partial_category_says_so(training):
    result = lca.simulate(training, n=256, seed=1)
    missing = result.info["missing"]["baseline"]["wcf"]
    assert f"partial: without {', '.join(missing[:3])} and" in words(total(result, "wcf"))
    assert "partial" not in words(total(result))


def test_water_is_in_cubic_metres(training):
    assert "Water consumed, m³ for one trained model" in words(
        total(lca.simulate(training, n=256, seed=1), "wcf")
    )


@pytest.mark.parametrize("count", [1, 12])
def test_no_text_overlaps_another_or_leaves_the_figure(grid, count):
    names = [f"{i}: a scenario whose name goes on {'and on ' * 20}" for i in range(count)]
    ax = total(sampled(*[grid] * count, names=names), published="50 tCO2e")
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


def test_dollars_in_a_name_are_no_formula(grid):
    ax = total(sampled(grid, names=["from $5 to $9"]))
    ax.figure.draw_without_rendering()
    assert not any(text.get_parse_math() for text in ax.texts if "$" in text.get_text())


def test_given_axes_are_drawn_on_and_returned(grid):
    ax = matplotlib.figure.Figure(figsize=(style.DOUBLE / 25.4, 3)).add_subplot()
    assert total(sampled(grid), ax=ax) is ax
    assert not pyplot.get_fignums()


def test_the_same_figure_gives_the_same_bytes_and_text_stays_text(grid):
    saved = []
    for _ in range(2):
        buffer = io.StringIO()
        style.save(total(sampled(grid)), buffer, format="svg")
        saved.append(buffer.getvalue())
    assert saved[0] == saved[1]
    assert "<text" in saved[0]


def test_settings_of_the_user_are_left_alone(grid):
    before = dict(matplotlib.rcParams)
    total(sampled(grid))
    assert dict(matplotlib.rcParams) == before


def test_a_category_that_no_stage_yields_is_an_error(grid):
    with pytest.raises(lca.GraphError, match="no stage yields 'wcf'"):
        total(sampled(grid), "wcf")
