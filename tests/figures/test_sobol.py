"""Sobol indices: bars and whiskers are those of the table, colours the kinds."""

import numpy as np
import pytest

import lca
from lca.figures import sobol


@pytest.fixture(scope="module")
def table():
    life = lca.training_run(
        accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    )
    return lca.sensitivity.sobol(
        life, n=256, seed=1, of=["gwp, baseline", "embodied share of gwp, baseline"]
    )


def test_bars_and_whiskers_are_those_of_the_table(table):
    ax = sobol(table)
    rows = table[table["output"] == "gwp, baseline"].head(10)
    assert [bar.get_width() for bar in ax.patches[::2]] == pytest.approx(rows["S1"].tolist())
    assert [bar.get_width() for bar in ax.patches[1::2]] == pytest.approx(rows["ST"].tolist())
    whiskers = np.array([line.get_xdata() for line in ax.lines if line.get_marker() == "|"])
    for i, name in enumerate(("S1", "ST")):
        half = rows[f"{name}_conf"]
        expected = np.array([rows[name] - half, rows[name] + half]).T
        assert whiskers[i::2] == pytest.approx(expected)


def test_s1_stands_above_st_in_the_row_of_its_input(table):
    ax = sobol(table)
    for place, (first, whole) in enumerate(zip(ax.patches[::2], ax.patches[1::2], strict=True)):
        assert place < first.get_y() < whole.get_y() < place + 1
        assert first.get_y() + first.get_height() <= whole.get_y()
        assert first.get_hatch() is None
        assert whole.get_hatch()


def test_colours_are_kinds_and_the_legend_says_which(table, words):
    ax = sobol(table)
    kinds = table[table["output"] == "gwp, baseline"].head(10)["kind"]
    colors = {kind: bar.get_facecolor() for kind, bar in zip(kinds, ax.patches[::2], strict=True)}
    assert set(colors) == {"uncertainty", "variability"}
    assert len(set(colors.values())) == 2
    assert "uncertainty variability" in words(ax)


def test_another_output_is_said_in_words(table, words):
    said = words(sobol(table, "embodied share of gwp, baseline"))
    assert (
        "Share of the variance of: Embodied share of global warming potential over 100 years for "
        "one trained model (baseline)"
    ) in said
    assert "Factor set AR6" in said


def test_inputs_that_explain_nothing_are_not_drawn_but_counted(table, words):
    ax = sobol(table, most=99)
    rows = table[table["output"] == "gwp, baseline"]
    drawn = len(ax.patches) // 2
    assert drawn == (rows["ST"] > 1e-9 * rows["ST"].max()).sum()
    assert f"Not drawn: {len(rows) - drawn} more, with ST of at most" in words(ax)


def test_negative_noise_and_intervals_of_no_width(table):
    rows = table[table["output"] == "gwp, baseline"].head(2).copy()
    rows[["S1", "S1_conf", "ST", "ST_conf"]] = [[-0.02, 0.0, 0.01, 0.0], [0.9, 0.2, 0.9, 0.0]]
    ax = sobol(rows)
    assert ax.patches[0].get_width() == -0.02
    assert ax.get_xlim()[0] < -0.02
    assert ax.get_xlim()[1] > 1.1
    assert sum(line.get_marker() == "|" for line in ax.lines) == 1
    assert "−0.02; 0.01" in [text.get_text() for text in ax.texts]


def test_an_output_that_does_not_vary_has_bars_of_no_width(table):
    rows = table.copy()
    rows[["S1", "S1_conf", "ST", "ST_conf"]] = 0.0
    assert [bar.get_width() for bar in sobol(rows).patches] == [0] * 20


@pytest.mark.parametrize("most", [1, 12])
def test_texts_stand_apart(table, check_texts, most):
    long = table.copy()
    long["input"] = [f"{name}.{'and_on_' * (i % 9)}" for i, name in enumerate(long["input"])]
    check_texts(sobol(long, most=most))
    check_texts(sobol(table, "embodied share of gwp, baseline"))


def test_groups_of_several_kinds_are_drawn(table, words):
    rows = table.copy()
    rows["kind"] = ["several", "model"] * (len(rows) // 2)
    assert "model several" in words(sobol(rows))


def test_another_table_is_refused(table):
    with pytest.raises(ValueError, match="sobol: no column ST, ST_conf"):
        sobol(table.drop(columns=["ST", "ST_conf"]))
