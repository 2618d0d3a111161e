"""Tables as Markdown and LaTeX: digits by uncertainty, units, and what is escaped."""

import numpy as np
import pandas as pd
import pytest

import lca
from lca import typeset


@pytest.fixture(scope="module")
def result():
    grid = lca.stages.Electricity(
        name="grid", intensity=lca.lognormal(median=0.0561, gsd=1.2), losses=0
    )
    life = lca.Lifecycle(grid, amount=1e6, functional_unit="one GWh")
    study = lca.Study({"now": life, "50 % | half": life.replace({"grid.intensity": 0.028})})
    return lca.simulate(study, n=1024, seed=1)


def _cells(text):
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.split("\n")]


def test_a_summary_has_the_digits_of_its_interval(result):
    cells = _cells(typeset.markdown(result.summary("group")))
    assert cells[0][3:7] == ["unit", "nominal", "mean", "median (90 % interval)"]
    assert cells[2][:7] == ["now", "gwp", "total", "t CO2e", "56", "57", "56 (42–75)"]
    assert all(len(row) == len(cells[0]) for row in cells)


def test_what_has_no_uncertainty_has_three_digits_and_no_interval(result):
    cells = _cells(typeset.markdown(result.summary()))
    assert cells[4][4:7] == ["28.0", "28.0", "28.0"]


def test_a_comparison_keeps_differences_in_the_unit_and_ratios_bare(result):
    table = result.compare().drop(columns=["paired", "unpaired", "boundary"])
    header, _, row = _cells(typeset.markdown(table))
    assert header[2:5] == ["unit", "difference (90 % interval)", "ratio (90 % interval)"]
    assert row[3] == "−29 (−47 to −14)"
    assert row[4].startswith("0.50 (0.37–0.67)")
    assert not any("error" in name for name in header)


def test_markdown_escapes_what_would_end_a_cell(result):
    assert "50 % \\| half" in typeset.markdown(result.summary())


def test_latex_escapes_and_floats(result):
    text = typeset.latex(result.steps(), caption="Steps & 5 %", label="tab:steps")
    assert text.startswith("\\begin{table}")
    assert "\\caption{Steps \\& 5 \\%}\n\\label{tab:steps}" in text
    assert "50 \\% | half & t CO2e & 28.0 & $-$" in text
    assert text.count("\\\\") == 3
    assert text.endswith("\\end{table}")


def test_unknown_numbers_are_dashes_and_empty_columns_are_left_out():
    table = pd.DataFrame({"scenario": ["a"], "median": [np.nan], "note": [""], "n": [3]})
    assert _cells(typeset.markdown(table)) == [
        ["scenario", "median", "n"],
        ["---", "---:", "---:"],
        ["a", "–", "3"],
    ]


def test_an_index_becomes_a_column(result):
    assert _cells(typeset.markdown(result.ranks()))[0] == ["scenario", "1", "2", "mean"]
