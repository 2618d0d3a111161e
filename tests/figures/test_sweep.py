"""Sweep: lines are medians, bands the intervals, over the values of an input."""

import numpy as np
import pandas as pd
import pytest

from lca.figures import sweep


def frame(*scenarios, scale=1.0):
    rows = [
        {
            "value": x,
            "scenario": name,
            "unit": "kgCO2e",
            "median": scale * (i + 1) * x * 1e4,
            "low": scale * (i + 1) * x * 9e3,
            "high": scale * (i + 1) * x * 12e3,
            "mean": scale * (i + 1) * x * 1e4,
        }
        for x in (1.3, 1.1, 1.2)
        for i, name in enumerate(scenarios)
    ]
    table = pd.DataFrame(rows)
    table.attrs.update(
        input="cooling.pue",
        input_unit="1",
        title="Global warming potential over 100 years",
        functional_unit="one model",
        factors="AR6",
    )
    return table


def test_lines_are_medians_in_the_order_of_the_values():
    ax = sweep(frame("France", "Poland"))
    for i, line in enumerate(ax.lines):
        assert list(line.get_xdata()) == [1.1, 1.2, 1.3]
        assert line.get_ydata() == pytest.approx((i + 1) * np.array([11, 12, 13]))


def test_bands_are_the_intervals():
    ax = sweep(frame("France", "Poland"))
    for i, band in enumerate(ax.collections):
        box = band.get_datalim(ax.transData)
        assert (box.x0, box.x1) == (1.1, 1.3)
        assert (box.y0, box.y1) == pytest.approx(((i + 1) * 9.9, (i + 1) * 15.6))
    assert ax.get_ylim()[0] < 9.9 < 31.2 < ax.get_ylim()[1]


def test_it_says_of_what(words):
    ax = sweep(frame("France", "Poland"))
    said = words(ax)
    assert "Global warming potential over 100 years, t CO2e for one model" in said
    assert "France Poland" in said
    assert "Factor set AR6. Line: median. Band: 90 % interval." in said
    assert ax.get_xlabel() == "cooling.pue"
    assert sweep(frame("France"), "PUE").get_xlabel() == "PUE"


def test_units_of_the_input_and_missing_stages_are_said(words):
    table = frame("France")
    table.attrs.update(input="cluster.lifetime", input_unit="year", missing=["grid"])
    said = words(sweep(table))
    assert "cluster.lifetime, year" in said
    assert "partial: without grid" in said


def test_one_scenario_has_no_legend_and_lines_differ_in_more_than_colour():
    assert "France" not in [t.get_text() for t in sweep(frame("France")).texts]
    ax = sweep(frame(*"ABCDEFGHIJKL"))
    looks = {(line.get_color(), str(line._dash_pattern)) for line in ax.lines}
    assert len(looks) == 12
    assert len({str(line._dash_pattern) for line in ax.lines[:3]}) == 3


@pytest.mark.parametrize("scale", [1.0, -1.0, 0.0, 1e7])
def test_negative_zero_and_large_totals_are_drawn(check_texts, scale):
    ax = sweep(frame("France", scale=scale))
    low, high = ax.get_ylim()
    assert low < high
    check_texts(ax)


@pytest.mark.parametrize("count", [1, 12])
def test_texts_stand_apart(check_texts, count):
    names = [f"{i}: a scenario whose name goes on {'and on ' * (2 * i)}" for i in range(count)]
    check_texts(sweep(frame(*names), "an input whose name goes on " + "and on " * 20))


def test_other_tables_are_refused():
    table = frame("France")
    with pytest.raises(ValueError, match="sweep: no column low; needed are value, scenario"):
        sweep(table.drop(columns="low"))
    with pytest.raises(ValueError, match="the table has no rows"):
        sweep(table.head(0))
    table["unit"] = ["kgCO2e", "L", "L"]
    with pytest.raises(ValueError, match="one figure has one unit, not kgCO2e, L"):
        sweep(table)
