"""Second order: every pair has its cell, and only what is told from zero is shaded."""

import pandas as pd
import pytest

from lca.figures import second_order


@pytest.fixture
def table():
    pairs = [("a", "b", 0.2, 0.05), ("a", "c", 0.1, 0.2), ("c", "b", -0.03, 0.1)]
    frame = pd.DataFrame(pairs, columns=["input", "other", "S2", "S2_conf"])
    frame.insert(0, "output", "gwp, France")
    frame.attrs = {"functional_unit": "one model", "factors": "AR6", "units": {}}
    return frame


def cell_of(ax, row, column):
    (found,) = [
        cell
        for cell in ax.patches
        if cell.get_x() == column and cell.get_y() == pytest.approx(row * cell.get_height())
    ]
    return found


def text_at(ax, cell):
    middle = cell.get_x() + 0.5, cell.get_y() + cell.get_height() / 2
    (found,) = [t.get_text() for t in ax.texts if t.get_position() == pytest.approx(middle)]
    return found


def test_cells_of_pairs_say_their_index(table):
    ax = second_order(table)
    assert len(ax.patches) == 3
    assert [t.get_text() for t in ax.texts][-3:] == ["a", "b", "c"]
    assert text_at(ax, cell_of(ax, 1, 0)) == "0.20"  # a, b
    assert text_at(ax, cell_of(ax, 2, 0)) == "0.10"  # a, c
    assert text_at(ax, cell_of(ax, 2, 1)) == "−0.03"  # b, c


def test_only_what_is_told_from_zero_is_shaded(table):
    ax = second_order(table)
    white = (1, 1, 1, 1)
    assert cell_of(ax, 1, 0).get_facecolor() != white
    assert cell_of(ax, 2, 0).get_facecolor() == white
    assert cell_of(ax, 2, 1).get_facecolor() == white


def test_what_is_sure_but_tiny_is_neither_shaded_nor_first(table):
    table["S2"], table["S2_conf"] = [1e-6, 0.002, 0.1], [1e-9, 1e-9, 0.05]
    ax = second_order(table)
    assert [t.get_text() for t in ax.texts][-3:] == ["c", "b", "a"]
    assert [cell.get_facecolor() == (1, 1, 1, 1) for cell in ax.patches].count(True) == 2


def test_the_surest_pairs_come_first_and_the_rest_is_counted(table, words):
    table["S2"] = [0.04, 0.1, 0.3]
    ax = second_order(table, most=2)
    assert [t.get_text() for t in ax.texts][-2:] == ["c", "b"]
    assert len(ax.patches) == 1
    assert "Not drawn: 1 more" in words(ax)


def test_it_says_of_what(table, words):
    said = words(second_order(table))
    title = "Global warming potential over 100 years for one model (France)"
    assert f"Second-order Sobol indices of: {title}" in said
    assert "Factor set AR6" in said


@pytest.mark.parametrize("count", [2, 12])
def test_texts_stand_apart(check_texts, count):
    names = [f"{i}: an input whose name goes on {'and on ' * 20}" for i in range(count)]
    rows = [
        ("gwp, A", one, other, -0.003 * i, 0.001)
        for i, one in enumerate(names)
        for other in names[i + 1 :]
    ]
    columns = ["output", "input", "other", "S2", "S2_conf"]
    check_texts(second_order(pd.DataFrame(rows, columns=columns)))


def test_other_tables_and_sizes_are_refused(table):
    with pytest.raises(ValueError, match="second_order: no column S2_conf"):
        second_order(table.drop(columns="S2_conf"))
    with pytest.raises(ValueError, match="most = 1 must be 2 or more"):
        second_order(table, most=1)
