"""Sums by year: points are means, bars both intervals."""

import numpy as np
import pandas as pd
import pytest

from lca.figures import yearly

ENDS = {"mean": 10.0, "low": 4.0, "high": 30.0, "low_independent": 6.0, "high_independent": 20.0}


def table():
    rows = [
        {"year": year, "quantity": name, "unit": unit, "models": 3}
        | {column: size * value * (year - 2018) for column, value in ENDS.items()}
        for year in (2019, 2020)
        for name, unit, size in (("operational", "tCO2e", 1), ("embodied", "tCO2e", 0.1))
    ]
    return pd.DataFrame([*rows, rows[0] | {"quantity": "energy", "unit": "MWh"}])


def test_points_are_means_and_bars_both_intervals():
    ax = yearly(table())
    assert ax.lines[0].get_ydata() == pytest.approx([10, 20])
    assert ax.lines[1].get_ydata() == pytest.approx([1, 2])
    ends = [np.array(bar.get_segments())[0][:, 1] for bar in ax.collections]
    assert np.array(ends) == pytest.approx(np.array([[4, 30], [6, 20], [0.4, 3], [0.6, 2]]))
    assert ax.get_yscale() == "log"


def test_quantities_do_not_overlap_and_years_say_how_many_models(words):
    ax = yearly(table())
    assert (ax.lines[0].get_xdata() < ax.lines[1].get_xdata()).all()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2019\n3", "2020\n3"]
    assert "Sum over models, t CO2e (log scale)" in words(ax)


def test_another_table_is_refused():
    with pytest.raises(ValueError, match="no column low_independent"):
        yearly(table().drop(columns="low_independent"))
    with pytest.raises(ValueError, match="no rows of 'water'; there are operational"):
        yearly(table(), ["water"])
    with pytest.raises(ValueError, match="one unit, not tCO2e, MWh"):
        yearly(table(), ["operational", "energy"])
