"""Break-even map: the line lies where the two are equal, colours are steps of their ratio."""

import numpy as np
import pandas as pd
import pytest

import lca
from lca.figures import break_even

X, Y = np.geomspace(1.0, 64.0, 25), np.linspace(1.0, 4.0, 13)


@pytest.fixture
def table():
    """The ratio is 16 / (x y), with an interval of a factor 2 up and down."""
    rows = [("baseline", x, y, 16 / (x * y), 8 / (x * y), 32 / (x * y)) for x in X for y in Y]
    found = pd.DataFrame(rows, columns=["scenario", "x", "y", "median", "low", "high"])
    found.attrs |= {
        "inputs": ["grid.intensity", "cluster.lifetime"],
        "input_units": ["gCO2e/kWh", "year"],
        "one": "embodied",
        "other": "operational",
        "title": "Global warming potential over 100 years",
        "functional_unit": "one model",
        "factors": "AR6",
        "missing": ["grid"],
    }
    return found


def lines(ax):
    """The vertices of every line drawn, but not of the filled steps."""
    return [one for one in ax.collections if not one.get_fill() and len(one.get_paths()[0])]


def test_lines_are_where_median_and_ends_of_the_interval_are_equal(table):
    found = [one.get_paths()[0].vertices for one in lines(break_even(table))]
    assert len(found) == 3
    for vertices, product in zip(found, (16, 8, 32), strict=True):
        assert vertices.prod(axis=1) == pytest.approx(product, rel=0.02)


def test_colours_change_at_powers_and_turn_at_one(table):
    ax = break_even(table)
    (steps,) = [one for one in ax.collections if one.get_fill()]
    assert steps.levels.tolist() == list(range(-4, 5))
    colors = steps.get_facecolor()
    assert all(red > blue for red, _, blue, _ in colors[:4])
    assert all(blue > red for red, _, blue, _ in colors[4:])
    grey = colors[:, :3] @ [0.299, 0.587, 0.114]
    assert (np.diff(grey) < -0.03).all()


def test_a_wide_range_takes_larger_steps(table, words):
    table[["median", "low", "high"]] = table[["median", "low", "high"]] ** 4
    assert "1/1e6 1/10,000 1/100 1 100 10,000 1e6" in words(break_even(table))


def test_it_says_of_what(table, words):
    ax = break_even(table)
    said = words(ax)
    assert "Global warming potential over 100 years, embodied over operational, for one" in said
    assert "Factor set AR6." in said
    assert "Full line: as much embodied as operational." in said
    assert "partial: without grid" in said
    assert ax.get_xlabel() == "grid.intensity, gCO2e/kWh (log scale)"
    assert ax.get_ylabel() == "cluster.lifetime, year"
    assert break_even(table, labels=("Grid", "Life")).get_ylabel() == "Life"


def test_nowhere_equal_is_said_and_no_line_is_drawn(table, words):
    table[["median", "low", "high"]] *= 1000
    ax = break_even(table)
    assert not lines(ax)
    assert "Nowhere here as much embodied as operational" in words(ax)


def test_places_are_marked(table):
    ax = break_even(table, marks={"France": (55, 2), "here": (1.2, 3.9)})
    assert [(float(x), float(y)) for x, y in (one.get_xydata()[0] for one in ax.lines)] == [
        (55, 2),
        (1.2, 3.9),
    ]


@pytest.mark.parametrize("unit", ["one model", "a functional unit " * 5])
def test_texts_stand_apart(table, check_texts, unit):
    table.attrs["functional_unit"] = unit
    check_texts(break_even(table, marks={"France": (55, 2), "here": (1.2, 3.9)}))
    table[["median", "low", "high"]] = table[["median", "low", "high"]] ** 5
    check_texts(break_even(table, labels=("x", "a long name of an input " * 4)))


def test_it_fits_into_given_axes(table):
    from matplotlib import pyplot

    given = pyplot.subplots(figsize=(183 / 25.4, 4))[1]
    assert break_even(table, ax=given) is given


def test_a_wrong_table_says_what_is_wrong(table):
    with pytest.raises(ValueError, match=r"no column median, low, high; give the table of lca"):
        break_even(table[["scenario", "x", "y"]])
    with pytest.raises(ValueError, match="no scenario 'Mars'; there are baseline"):
        break_even(table, "Mars")
    with pytest.raises(ValueError, match="has no rows"):
        break_even(table.head(0))
    with pytest.raises(ValueError, match="every pair of two values or more"):
        break_even(table.head(20))
    table.loc[3, "high"] = np.inf
    with pytest.raises(ValueError, match="a ratio is not above 0, or not finite"):
        break_even(table)


def test_a_table_without_its_facts_is_drawn(table, words):
    bare = table.copy()
    bare.attrs = {}
    assert "Impact, one over other" in words(break_even(bare))


def test_the_map_of_a_run_crosses_where_crossing_says():
    run = lca.training_run(
        accelerator="A100-SXM-80GB", accelerator_hours=1e5, region="FR", development="excluded"
    )
    values = {"grid.intensity": np.geomspace(0.005, 0.2, 21), "cluster.lifetime": [4, 6]}
    found = lca.scenarios.balance(run, values, n=1024, seed=1)
    said = lca.scenarios.crossing(
        run.replace({"cluster.lifetime": 4}), "grid.intensity", (0, 1), "embodied", "operational"
    )
    vertices = lines(break_even(found))[0].get_paths()[0].vertices
    at_four = vertices[vertices[:, 1] == 4, 0]
    assert at_four == pytest.approx(said["median"].iloc[0], rel=0.03)
