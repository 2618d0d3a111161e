"""Tornado: bars end where the output does, and change colour at the nominal one."""

import numpy as np
import pytest
from matplotlib import pyplot

import lca
from lca.figures import tornado


@pytest.fixture(scope="module")
def table():
    life = lca.training_run(
        accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    )
    return lca.sensitivity.one_at_a_time(life)


def names(ax, rows):
    return [text.get_text() for text in ax.texts if text.get_text() in set(rows["input"])]


def test_bars_meet_at_the_nominal_output_and_end_at_the_table_s(table):
    ax = tornado(table)
    rows = table[table["output"] == "gwp, baseline"].head(10)
    nominal = rows["nominal"].iloc[0] / 1000
    below, above = ax.patches[::2], ax.patches[1::2]
    assert [bar.get_x() for bar in below] == pytest.approx((rows["low"] / 1000).tolist())
    ends = [bar.get_x() + bar.get_width() for bar in above]
    assert ends == pytest.approx((rows["high"] / 1000).tolist())
    assert [bar.get_x() for bar in above] == pytest.approx([nominal] * 10)
    assert [line.get_xdata()[0] for line in ax.lines] == pytest.approx([nominal])


def test_the_largest_swing_is_on_top_and_the_rest_is_counted(table, words):
    ax = tornado(table, most=2)
    rows = table[table["output"] == "gwp, baseline"]
    assert names(ax, rows) == rows["input"].head(2).tolist()
    assert f"Not drawn: {len(rows) - 2} more" in words(ax)


def test_a_long_name_keeps_its_end(table):
    said = [text.get_text() for text in tornado(table).texts]
    assert [x for x in said if x.startswith("footprint.node") and x.endswith("default")]


def test_it_says_output_unit_functional_unit_factor_set_and_what_is_missing(table, words):
    said = words(tornado(table))
    title = "Global warming potential over 100 years, t CO2e for one trained model (baseline)"
    assert title in said
    assert "Factor set AR6" in said
    assert "partial" not in said
    assert "partial: without grid, accelerator" in words(tornado(table, "wcf, baseline"))


def test_inputs_that_move_nothing_are_not_drawn(table):
    ax = tornado(table, "wcf, baseline", most=30)
    rows = table[table["output"] == "wcf, baseline"]
    assert len(ax.patches) == 2 * (rows["swing"] > 0).sum()


def test_an_output_beyond_or_below_its_nominal_one_has_one_bar_only():
    grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06), losses=0)
    table = lca.sensitivity.one_at_a_time(lca.Lifecycle(grid))
    table["nominal"] = table["low"] / 2
    below, above = tornado(table).patches
    assert below.get_width() == 0
    size = table["low"][0] / above.get_x()
    assert above.get_width() == pytest.approx((table["high"][0] - table["low"][0]) / size)


def test_negative_outputs_and_zero_widths(table):
    rows = table[table["output"] == "gwp, baseline"].head(2).copy()
    rows[["nominal", "low", "high"]] = [[-5000.0, -8000.0, -1000.0], [-5000.0, -5000.0, -5000.0]]
    ax = tornado(rows)
    assert [bar.get_x() for bar in ax.patches] == pytest.approx([-8, -5])
    rows[["low", "high"]] = -5000.0
    assert [bar.get_width() for bar in tornado(rows).patches] == [0] * 4


@pytest.mark.parametrize("most", [1, 12])
def test_texts_stand_apart(table, check_texts, most):
    long = table.copy()
    long["input"] = [f"{name}.{'and_on_' * (i % 9)}" for i, name in enumerate(long["input"])]
    check_texts(tornado(long, most=most))
    check_texts(tornado(table, "wcf, baseline"))


def test_a_choice_takes_every_option():
    cards = {
        name: lca.stages.Accelerator(name=name, footprint=x)
        for name, x in (("vendor", 164.0), ("tear-down", 273.0))
    }
    choice = lca.choice("card model", cards, weights={"vendor": 1, "tear-down": 1})
    ax = tornado(lca.sensitivity.one_at_a_time(lca.Lifecycle(choice, functional_unit="one card")))
    assert [text.get_text() for text in ax.texts][1:] == ["card model", "every option"]


def test_numbers_of_the_axis_stay_within_the_figure(table, check_texts):
    rows = table[table["output"] == "gwp, baseline"].head(3).copy()
    for high in np.linspace(256_000, 261_000, 21):  # 260 comes to lie at the very edge
        rows[["nominal", "low", "high"]] = [204_000.0, 165_000.0, high]
        check_texts(tornado(rows))
        pyplot.close("all")


def test_a_common_factor_has_no_numbers_of_its_own():
    mix = lca.catalogue.region("PT", 2023).intensity
    life = lca.Lifecycle(lca.stages.Electricity(name="grid", intensity=mix, losses=0.0))
    said = [text.get_text() for text in tornado(lca.sensitivity.one_at_a_time(life)).texts]
    assert said[said.index("common factor electricity PT") + 1] == "its interval"


def test_other_tables_and_outputs_are_refused(table):
    with pytest.raises(ValueError, match="tornado: no output 'gwp, Mars'; there are gwp, baseline"):
        tornado(table, "gwp, Mars")
    with pytest.raises(ValueError, match="tornado: no column nominal, low, high; give the table"):
        tornado(table.drop(columns=["nominal", "low", "high"]))
    with pytest.raises(ValueError, match="the table has no rows"):
        tornado(table.head(0))
    with pytest.raises(ValueError, match="most = 0 must be 1 or more"):
        tornado(table, most=0)


def test_a_table_that_was_read_back_says_what_it_knows(table, words):
    bare = table.copy()
    bare.attrs = {}
    assert "Global warming potential over 100 years (baseline)" in words(tornado(bare))
