"""Paired differences: points and bars are those of `Result.compare`."""

import numpy as np
import pytest

import lca
from lca.figures import differences, ranks


@pytest.fixture
def grid():
    stage = lca.stages.Electricity(
        name="grid", intensity=lca.lognormal(median=0.05, gsd=1.3), losses=0
    )
    return lca.Lifecycle(stage, amount=1e6, functional_unit="one GWh")


@pytest.fixture
def result(grid):
    lives = {
        "now": grid,
        "clean": grid.replace({"grid.intensity": lca.uniform(low=0.01, high=0.02)}),
        "dirty": grid.replace({"grid.intensity": lca.uniform(low=0.3, high=0.5)}),
        "like it": grid.replace({"grid.intensity": lca.uniform(low=0.04, high=0.06)}),
    }
    return lca.simulate(lca.Study(lives), n=512, seed=1)


def points(ax):
    return [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]


def bars(ax, width):
    return [list(line.get_xdata()) for line in ax.lines if line.get_linewidth() == width]


def test_points_and_bars_are_those_of_the_table(result):
    ax = differences(result)
    table = result.compare(category="gwp")
    assert points(ax) == pytest.approx((table["difference"] / 1000).tolist())
    ends = table[["difference_low", "difference_high"]].to_numpy() / 1000
    assert np.array(bars(ax, 1.0)) == pytest.approx(ends)
    samples = result.total("gwp").to_numpy() / 1000
    middle = np.quantile(samples[1:] - samples[0], [0.25, 0.75], axis=1).T
    assert np.array(bars(ax, 4.0)) == pytest.approx(middle)


def test_the_probability_of_a_lower_total_is_that_of_the_table(result):
    said = [text.get_text() for text in differences(result).texts]
    for row in result.compare(category="gwp").itertuples():
        assert said[said.index(row.scenario) + 1].endswith(f"; {100 * row.lower:.0f} %")


def test_colours_tell_lower_higher_and_open(result):
    ax = differences(result)
    colors = [line.get_color() for line in ax.lines if line.get_marker() == "o"]
    assert len(set(colors)) == 3
    assert ax.get_xlim()[0] < 0 < ax.get_xlim()[1]
    assert [line.get_xdata()[0] for line in ax.lines if line.get_linewidth() == 0.8] == [0]


def test_another_baseline_and_an_unknown_one(result, words):
    ax = differences(result, baseline="dirty")
    assert max(points(ax)) < 0
    assert "Difference to “dirty”: global warming potential" in words(ax)
    with pytest.raises(lca.GraphError, match="no scenario 'drity'; did you mean 'dirty'"):
        differences(result, baseline="drity")


@pytest.mark.parametrize("figure", [differences, ranks])
def test_scenarios_that_cover_something_else_are_left_out_and_named(result, words, figure):
    result.info["missing"]["clean"] = {"gwp": ["grid"]}
    said = words(figure(result))
    assert "Left out, as their coverage differs: clean." in said
    assert said.count("clean") == 1
    for name in ("dirty", "like it"):
        result.info["missing"][name] = {"gwp": ["grid"]}
    with pytest.raises(lca.GraphError, match="two scenarios that cover gwp alike. Left out"):
        figure(result)


@pytest.mark.parametrize("figure", [differences, ranks])
def test_what_all_are_without_is_said_and_one_scenario_refused(grid, result, words, figure):
    result.info["missing"] = {name: {"gwp": ["grid"]} for name in result.scenarios}
    assert "partial: without grid" in words(figure(result))
    with pytest.raises(lca.GraphError, match="needs two scenarios that cover gwp alike."):
        figure(lca.simulate(grid, n=64))


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("figure", [differences, ranks])
def test_texts_stand_apart(grid, check_texts, figure, count):
    name = "a scenario whose name goes on " + "and on " * 20
    lives = {f"{i}: {name}": grid.replace({"grid.intensity": 0.05 + i / 10}) for i in range(count)}
    ax = figure(lca.simulate(lca.Study({f"first: {name}": grid} | lives), n=64, seed=1))
    check_texts(ax)


def test_no_width_is_a_point_and_no_difference_none(grid):
    fixed = grid.replace({"grid.intensity": 0.05})
    lives = {"A": fixed, "B": fixed, "C": grid.replace({"grid.intensity": 0.06})}
    ax = differences(lca.simulate(lca.Study(lives), n=64))
    assert points(ax) == pytest.approx([0, 10])
    said = [text.get_text() for text in ax.texts]
    assert said[said.index("B") + 1] == "0; 0 %"
    assert said[said.index("C") + 1] == "10.0; 0 %"
