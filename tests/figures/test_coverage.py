"""Coverage: a cell for every stage and category, in one of three looks."""

import pandas as pd
import pytest
from matplotlib import pyplot

import lca
from lca.figures import coverage, style


def signs(ax):
    return [text.get_text() for text in ax.texts if text.get_text() in ("0", "×")]


def test_cells_are_those_of_the_table(training):
    table = training.coverage
    ax = coverage(table, training.functional_unit)
    states = [str(text).partition(":")[0] for text in table.to_numpy().ravel()]
    assert [cell.get_label() for cell in ax.patches] == states
    assert signs(ax).count("×") == states.count("missing")
    assert len({cell.get_facecolor() for cell in ax.patches}) == len(set(states)) == 3


def test_the_foot_counts_what_is_missing(training):
    table = training.coverage
    said = [text.get_text() for text in coverage(table).texts]
    counts = [str((table[category] == "missing").sum()) for category in table]
    assert said[-len(counts) :] == counts


def test_it_says_of_what_and_what_categories_mean(training, words):
    said = words(coverage(training.coverage, training.functional_unit))
    for word in ("Coverage of one trained model", "wcf: water consumed", *training.stages):
        assert word in said


def test_of_a_result_all_scenarios_or_one(training, words):
    result = lca.simulate(training, n=64, seed=1)
    assert "baseline, training" in words(coverage(result.coverage))
    one = coverage(result.coverage.loc["baseline"])
    assert len(one.patches) == len(coverage(training.coverage).patches)


@pytest.mark.parametrize(("rows", "columns", "width"), [(1, 1, 89), (25, 3, 89), (8, 12, 183)])
def test_no_text_overlaps_or_leaves_the_figure(rows, columns, width, check_texts):
    names = [f"{i} a stage with a name that goes on and on and on" for i in range(rows)]
    table = pd.DataFrame("missing", index=names, columns=[f"category {i}" for i in range(columns)])
    check_texts(coverage(table, "a functional unit " * 8), width)


def test_shades_differ_in_grey(training):
    grey = {
        cell.get_label(): round(sum(cell.get_facecolor()[:3]) / 3, 1)
        for cell in coverage(training.coverage).patches
    }
    assert grey["complete"] + 0.3 < grey["zero"] < grey["missing"]


def test_what_is_no_coverage_is_an_error(training):
    with pytest.raises(ValueError, match="no stages or no categories"):
        coverage(training.coverage.iloc[:0])
    with pytest.raises(ValueError, match="training is 'perhaps'"):
        coverage(training.coverage.assign(gwp="perhaps"))


def test_given_axes_are_drawn_on_and_returned(training):
    ax = pyplot.figure(figsize=(style.SINGLE / 25.4, 3)).add_subplot()
    assert coverage(training.coverage, ax=ax) is ax


def test_a_result_is_not_a_table_and_the_error_says_where_one_is():
    with pytest.raises(ValueError, match=r"coverage: give a table, as life.coverage is"):
        coverage(object())
