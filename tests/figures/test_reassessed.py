"""Reassessed: every study over its published value, whatever its unit."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

from lca.figures import reassessed, style


def study(name, published=100.0, first=100.0, mean=150.0, low=80.0, high=260.0, unit="tCO2e"):
    return {"study": name, "published": published, "unit": unit, "first": first, "mean": mean,
            "low": low, "high": high}  # fmt: skip


@pytest.fixture
def table():
    prompt = study("a prompt", 0.03, 0.03, 0.2, 0.1, 0.5, "gCO2e")
    return pd.DataFrame([study("a model"), prompt])


def bars(ax):
    found = [line for line in ax.lines if len(line.get_xdata()) == 2]
    return [line for line in found if line.get_linestyle() == "-"]


def points(ax, filled):
    found = [line for line in ax.lines if line.get_marker() == "o"]
    return [line.get_xdata()[0] for line in found if (line.get_color() != "none") == filled]


def test_bars_and_points_are_relative_to_the_published_value(table):
    ax = reassessed(table)
    drawn = np.array([line.get_xdata() for line in bars(ax)])
    assert drawn == pytest.approx(np.array([[0.8, 2.6], [0.1 / 0.03, 0.5 / 0.03]]))
    assert points(ax, filled=True) == pytest.approx([1.5, 0.2 / 0.03])
    assert points(ax, filled=False) == pytest.approx([1, 1])
    assert ax.get_xscale() == "log"


def test_the_published_value_is_a_dashed_line_at_one(table):
    (line,) = [line for line in reassessed(table).lines if line.get_linestyle() == "--"]
    assert list(line.get_xdata()) == [1, 1]


def test_what_lies_outside_has_another_colour(table):
    inside, outside = bars(reassessed(table))
    assert (inside.get_color(), outside.get_color()) == (style.BLUE, style.VERMILION)


def test_numbers_are_in_the_unit_of_the_study(table, words):
    said = words(reassessed(table, factors="AR6"))
    for word in ("100 → 150 (80–260) t CO2e", "0.0300 → 0.20 (0.10–0.50) g CO2e", "log scale",
                 "Factor set AR6", "own functional unit", "a model", "a prompt"):  # fmt: skip
        assert word in said


@pytest.mark.parametrize("times", [0.5, 1.1, 3, 40, 1e4])
def test_all_is_within_the_axis_which_has_numbers(times, check_texts):
    row = study("a model", mean=100 * times, low=90 * times, high=110 * times)
    ax = reassessed(pd.DataFrame([row]))
    left, right = ax.get_xlim()
    assert left < min(1, 0.9 * times)
    assert max(1, 1.1 * times) < right
    check_texts(ax)
    shown = [tick for tick in ax.xaxis.get_major_ticks() if left < tick.get_loc() < right]
    assert len(shown) >= 1


@pytest.mark.parametrize("count", [1, 20])
def test_no_text_overlaps_or_leaves_the_figure(count, check_texts):
    names = [f"{i} a study whose name goes on and on and on and on and on" for i in range(count)]
    check_texts(reassessed(pd.DataFrame([study(name) for name in names]), factors="AR6"))


def test_what_cannot_be_drawn_is_an_error(table):
    with pytest.raises(ValueError, match="no column first, low"):
        reassessed(table.drop(columns=["first", "low"]))
    with pytest.raises(ValueError, match="no rows"):
        reassessed(table.iloc[:0])
    for value in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="a model: values must be above 0"):
            reassessed(table.assign(low=value))


def test_given_axes_are_drawn_on_and_returned(table):
    ax = pyplot.figure(figsize=(style.SINGLE / 25.4, 3)).add_subplot()
    assert reassessed(table, ax=ax) is ax
