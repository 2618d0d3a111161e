"""Disclosures: what is left of intervals, item by item."""

import pandas as pd
import pytest

from lca.figures import disclosures, style


def table():
    rows = [
        ("hours", "total", 300, 0.45, 0.6),
        ("place", "total", 423, 0.85, 0.78),
        ("development", "total", 423, 1.0, 1.0),
        ("hours", "energy", 300, 0.3, 0.2),
    ]
    return pd.DataFrame(rows, columns=["item", "quantity", "models", "sum", "model"])


def test_bars_are_of_sums_and_circles_of_models():
    ax = disclosures(table())
    assert [bar.get_width() for bar in ax.patches] == [0.45, 0.85]
    circles = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert circles == [0.6, 0.78]


def test_what_halves_is_blue_and_what_changes_nothing_is_left_out(words):
    ax = disclosures(table())
    from matplotlib.colors import to_hex

    colors = [to_hex(bar.get_facecolor()).upper() for bar in ax.patches]
    assert colors == [style.BLUE, style.ORANGE]
    assert "development" not in words(ax)
    assert "45 % (60 %), 300 models" in words(ax)


def test_another_table_is_refused():
    with pytest.raises(ValueError, match="no column model"):
        disclosures(table().drop(columns="model"))
    with pytest.raises(ValueError, match="no rows of 'water'; there are total, energy"):
        disclosures(table(), "water")
