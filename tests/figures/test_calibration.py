"""PIT histograms: bars are the counts, cut bars say their share."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from lca import figures


@pytest.fixture
def table():
    row = {"version": "as shipped", "coverage_90_low": 0.6, "coverage_90_high": 0.98}
    even = row | {"question": "PUE - 1", "n": 20, "coverage_90": 0.9, "histogram": (2,) * 10}
    heap = (15, 3, *(0,) * 7, 2)
    left = row | {"question": "left", "n": 20, "coverage_90": 0.25, "histogram": heap}
    return pd.DataFrame([even, left, left | {"version": "corrected, other half"}])


def test_bars_are_counts_over_even_counts(table):
    ax = figures.calibration(table)
    heights = [-bar.get_height() for bar in ax.patches]
    assert len(heights) == 20
    unit = heights[0]  # as many as right predictions have
    assert heights[:10] == pytest.approx([unit] * 10)
    assert heights[11] == pytest.approx(1.5 * unit)
    assert heights[12] == 0
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    bars = ax.patches
    assert dashed[0].get_ydata()[0] == pytest.approx(bars[0].get_y() + bars[0].get_height())
    plt.close("all")


def test_a_cut_bar_says_its_share_and_stays_in_its_row(table):
    ax = figures.calibration(table)
    said = [text.get_text() for text in ax.texts]
    assert "75 %" in said
    cut = ax.patches[10]
    assert cut.get_y() + cut.get_height() > 1.31  # below the line of text
    plt.close("all")


def test_names_and_coverage_stand_above_the_bars(table):
    said = [text.get_text() for text in figures.calibration(table).texts]
    assert "PUE − 1" in said
    assert "n = 20: 90 % (60–98)" in said
    plt.close("all")


def test_another_version_is_drawn_and_an_unknown_one_refused(table):
    ax = figures.calibration(table, "corrected, other half")
    assert len(ax.patches) == 10
    assert "(corrected, other half)" in ax.get_xlabel()
    with pytest.raises(ValueError, match="no rows 'corrected'; there are as shipped, corrected"):
        figures.calibration(table, "corrected")
    plt.close("all")
