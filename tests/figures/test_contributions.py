"""Contributions: bars are means that add up, points and whiskers the table's, from zero."""

import numpy as np
import pytest
from matplotlib import pyplot

import lca
from lca.figures import contributions

LONG = "a scenario whose name goes on " + "and on " * 20


@pytest.fixture
def result(training):
    poland = training.replace({"grid.intensity": lca.catalogue.region("PL", 2022).intensity})
    return lca.simulate(lca.Study({"France": training, "Poland": poland}), n=256, seed=1)


def table_of(result, by="phase", category="gwp"):
    table = result.summary(by).query(f"category == '{category}' and key != 'total'")
    return table[table["mean"] != 0]


def whiskers(ax):
    return [line for line in ax.lines if line.get_marker() == "None" and len(line.get_xdata()) == 2]


def points(ax):
    return [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]


def test_bars_are_means_in_tonnes_and_add_up_to_the_total(result):
    ax = contributions(result)
    means = table_of(result).set_index(["key", "scenario"])["mean"] / 1000
    for bars in ax.containers:
        expected = [means[bars.get_label(), name] for name in result.scenarios]
        assert [bar.get_width() for bar in bars] == pytest.approx(expected)
    last = ax.containers[-1]
    ends = [bar.get_x() + bar.get_width() for bar in last]
    assert ends == pytest.approx(result.total("gwp").mean("sample").to_numpy() / 1000)


def test_points_and_whiskers_are_mean_and_interval_of_every_part_from_zero(result):
    ax = contributions(result)
    keys = [bars.get_label() for bars in ax.containers]
    table = table_of(result).set_index(["key", "scenario"])
    order = [(key, name) for key in keys for name in result.scenarios]
    assert points(ax) == pytest.approx([table["mean"][at] / 1000 for at in order])
    drawn = [list(line.get_xdata()) for line in whiskers(ax)[: len(order)]]
    expected = [[table["low"][at] / 1000, table["high"][at] / 1000] for at in order]
    assert np.array(drawn) == pytest.approx(np.array(expected))


def test_intervals_lie_below_the_bar_of_their_scenario_and_above_the_next(result):
    ax = contributions(result)
    tops = [bar.get_y() for bar in ax.containers[0]]
    heights = [line.get_ydata()[0] for line in ax.lines if line.get_marker() == "o"]
    first, second = heights[::2], heights[1::2]
    assert first == sorted(first)
    assert all(tops[0] + 0.3 < y < tops[1] - 0.3 for y in first)
    assert all(tops[1] + 0.3 < y < ax.get_ylim()[0] for y in second)


def test_the_smallest_stages_are_one_part(result):
    ax = contributions(result, by="stage", most=3)
    largest = table_of(result, "stage").groupby("key")["mean"].max().nlargest(2).index
    labels = [bars.get_label() for bars in ax.containers]
    assert set(labels[:2]) == set(largest)
    count = table_of(result, "stage")["key"].nunique()
    assert labels[2] == f"other ({count - 2})"
    means = result.total("gwp").mean("sample").to_numpy() / 1000
    ends = [bar.get_x() + bar.get_width() for bar in ax.containers[2]]
    assert ends == pytest.approx(means)


def test_what_is_below_zero_is_stacked_to_the_left():
    class Credit(lca.Stage):
        """A credit, for one unit."""

        per = "1"
        phase = "disposal"
        footprint: lca.Number = lca.parameter("kgCO2e", "credit")

        def exchanges(self):
            yield "gwp", self.footprint

    class Made(lca.Stage):
        """A product, for one unit."""

        per = "1"
        phase = "manufacturing"
        end: lca.Stage = lca.supplier("1", "end of life")
        footprint: lca.Number = lca.parameter("kgCO2e", "footprint")

        def exchanges(self):
            yield self.end, 1
            yield "gwp", self.footprint

    credit = Credit(footprint=-5.0)
    life = lca.Lifecycle(Made(end=credit, footprint=lca.uniform(low=8, high=12)))
    ax = contributions(lca.simulate(life, n=64, seed=1))
    made, end = (bars[0] for bars in ax.containers)
    assert (made.get_x(), end.get_x()) == (0, 0)
    assert made.get_width() == pytest.approx(10, rel=0.01)
    assert end.get_width() == pytest.approx(-5)
    assert ax.get_xlim()[0] < -5
    assert points(ax)[1] == pytest.approx(-5)


def test_it_says_unit_functional_unit_factor_set_and_what_is_missing(result, words):
    said = words(contributions(result))
    for word in ("t CO2e for one trained model", "AR6", "90 % interval", "manufacturing"):
        assert word in said
    assert "partial: without" in words(contributions(result, "wcf"))


@pytest.mark.parametrize("count", [1, 12])
def test_texts_stand_apart(training, check_texts, count):
    lives = {f"{i}: {LONG}": training for i in range(count)}
    result = lca.simulate(lca.Study(lives), n=64, seed=1)
    named = {stage: f"{stage} {'and more ' * i}" for i, stage in enumerate(result.info["rows"])}
    for by in ("phase", "stage", named):
        check_texts(contributions(result, by=by))


def test_no_uncertainty_is_a_point_and_a_plain_number(grid_class, words):
    life = lca.Lifecycle(grid_class(intensity=0.05), functional_unit="one kWh")
    ax = contributions(lca.simulate(life, n=64))
    assert points(ax) == pytest.approx([50])
    assert "50.0" in [text.get_text() for text in ax.texts]
    assert "g CO2e for one kWh" in words(ax)


def test_given_axes_are_drawn_on_and_wrong_arguments_refused(result):
    ax = pyplot.figure(figsize=(7.2, 4)).add_subplot()
    assert contributions(result, ax=ax) is ax
    with pytest.raises(ValueError, match="most = 0 must be 1 or more"):
        contributions(result, most=0)
    with pytest.raises(lca.GraphError, match="no stage yields 'gpw'"):
        contributions(result, "gpw")


def test_a_scenario_is_as_high_as_its_parts_need():
    card, spare = (lca.stages.Accelerator(name=name, footprint=100.0) for name in ("card", "spare"))
    lives = {"one": {"use": card}, "two": {"use": card, "keep": spare}}
    study = {name: lca.Lifecycle(parts, functional_unit="a card") for name, parts in lives.items()}
    ax = contributions(lca.simulate(lca.Study(study), n=8), by="stage")
    first, second = sorted({bar.get_y() for bars in ax.containers for bar in bars})
    assert second - first == pytest.approx(0.4 + 0.3 + 0.14 + 0.12)  # name, bar, a lane, gap
    assert ax.get_ylim()[0] - second == pytest.approx(0.3 + 2 * 0.14 + 0.12)
