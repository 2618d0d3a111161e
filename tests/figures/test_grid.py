"""The matrix: one cell a scenario, its numbers those of the samples, darker where larger."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

import lca
from lca.figures import grid, style

COLUMNS = ["row", "column", "median", "low", "high", "unit"]


@pytest.fixture
def life():
    stage = lca.stages.Electricity(
        name="grid", intensity=lca.lognormal(median=0.05, gsd=1.3), losses=0
    )
    return lca.Lifecycle(stage, amount=1e6, functional_unit="one GWh")


def named(life, names):
    lives = {
        name: life.replace({"grid.intensity": lca.lognormal(median=0.05 * (i + 1), gsd=1.3)})
        for i, name in enumerate(names)
    }
    return lca.simulate(lca.Study(lives), n=256, seed=1)


def table(rows, columns):
    return pd.DataFrame(
        [(r, c, 1e5 * (i + j + 1), 8e4 * (i + j + 1), 1.3e5 * (i + j + 1), "kgCO2e")
         for i, r in enumerate(rows) for j, c in enumerate(columns)],
        columns=COLUMNS,
    )  # fmt: skip


def luminance(cell):
    return float(np.dot(cell.get_facecolor()[:3], (0.299, 0.587, 0.114)))


def test_cells_hold_median_and_interval_in_the_unit_of_the_label(life, words):
    result = named(life, ["FR, A", "FR, B", "PL, A", "PL, B"])
    ax = grid(result)
    said = [text.get_text() for text in ax.texts]
    low, median, high = np.quantile(result.total("gwp").to_numpy() / 1000, [0.05, 0.5, 0.95], 1)
    for values in zip(low, median, high, strict=True):
        assert style.number(values[1], values[2] - values[0]) in said
        assert style.interval(values[0], values[2]) in said
    assert {"FR", "PL", "A", "B"} <= set(said)
    for word in ("t CO2e for one GWh", "Factor set AR6", "90 % intervals"):
        assert word in words(ax)


def test_cells_stand_in_their_row_and_column_and_are_darker_where_larger(life):
    ax = grid(named(life, ["FR, A", "FR, B", "PL, A", "PL, B"]))
    corners = [cell.get_xy() for cell in ax.patches]
    assert corners[0][1] == corners[1][1] < corners[2][1] == corners[3][1]
    assert corners[0][0] == corners[2][0] < corners[1][0] == corners[3][0]
    shades = [luminance(cell) for cell in ax.patches]
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) == 4


def test_text_is_legible_on_every_shade():
    ax = grid(table(["a", "b", "c"], ["x", "y"]))
    for cell in ax.patches:
        x, y = cell.get_xy()
        within = [text for text in ax.texts if x < text.get_position()[0] < x + cell.get_width()
                  and y < text.get_position()[1] < y + cell.get_height()]  # fmt: skip
        assert len(within) == 2
        assert {text.get_color() for text in within} == {style.ink_on(cell.get_facecolor()[:3])}


@pytest.mark.parametrize(("times", "says"), [(3, False), (9, True)])
def test_shades_are_logarithmic_where_medians_differ_much_and_say_so(times, says, words):
    cells = table(["a"], ["x", "y"])
    cells.loc[1, ["median", "low", "high"]] = [1e5 * times, 8e4 * times, 1.3e5 * times]
    assert ("log scale" in words(grid(cells))) == says


def test_a_combination_that_is_not_there_is_empty():
    assert len(grid(table(["a", "b"], ["x", "y"]).drop(2)).patches) == 3


def test_cells_without_uncertainty_have_no_interval(life):
    ax = grid(lca.simulate(lca.Study({"FR, A": life.replace({"grid.intensity": 0.05})}), n=64))
    assert "50.0" in [text.get_text() for text in ax.texts]
    assert not [text for text in ax.texts if text.get_text().startswith("50.0–")]


def test_what_is_partial_is_marked_in_its_cell(training, words):
    bare = training.replace({"grid.intensity": 0.05})
    result = lca.simulate(lca.Study({"a, x": training, "b, x": bare}), n=64, seed=1)
    result.info["missing"]["b, x"] = {"gwp": ["grid"]}
    ax = grid(result)
    assert sum(text.get_text().endswith(" [a]") for text in ax.texts) == 1
    assert "[a] partial: without grid" in words(ax)


@pytest.mark.parametrize(("rows", "columns", "width"), [(1, 1, 89), (3, 3, 89), (12, 7, 183)])
def test_no_text_overlaps_or_leaves_the_figure(rows, columns, width, check_texts):
    long = "a name that goes on and on and on and on and on"
    ax = grid(
        table([f"{i} {long}" for i in range(rows)], [f"{i} {long}" for i in range(columns)]),
        subject="Global warming potential over 100 years, AR6, one model",
    )
    check_texts(ax, width)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="unit"), "no column unit"),
        (lambda t: pd.concat([t, t.head(1)]), "'a', 'x' is there twice"),
        (lambda t: t.assign(low=np.nan), "needs numbers"),
        (lambda t: t.head(0), "needs numbers"),
        (lambda t: t.assign(unit=["kgCO2e", "MJ"]), "several units"),
    ],
)
def test_a_table_that_does_not_fit_is_an_error(change, said):
    with pytest.raises(ValueError, match=said):
        grid(change(table(["a"], ["x", "y"])))


def test_too_many_columns_are_an_error():
    with pytest.raises(ValueError, match="40 columns do not fit into 179 mm"):
        grid(table(["a"], range(40)))


def test_scenarios_that_are_not_named_by_two_axes_are_an_error(life):
    with pytest.raises(ValueError, match="not all named by a row and a column"):
        grid(named(life, ["FR, A", "PL"]))
    with pytest.raises(lca.GraphError, match="no stage yields 'wcf'"):
        grid(named(life, ["FR, A"]), "wcf")


def test_given_axes_are_drawn_on_and_returned():
    ax = pyplot.figure(figsize=(style.DOUBLE / 25.4, 3)).add_subplot()
    assert grid(table(["a"], ["x"]), ax=ax) is ax
