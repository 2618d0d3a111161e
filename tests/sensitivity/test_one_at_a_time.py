"""One input at a time: the ends of intervals, and elasticities, against what is known."""

import pytest

import lca
from lca.sensitivity import elasticities, one_at_a_time


def test_a_tornado_moves_one_input_and_leaves_the_others_at_their_points(run_life):
    table = one_at_a_time(run_life).set_index("input")
    low, high = run_life.quantity("grid.intensity").interval()
    row = table.loc["grid.intensity"]
    assert (row["input_low"], row["input_high"]) == pytest.approx((low, high))
    assert row["nominal"] == pytest.approx(run_life.nominal("gwp"))
    assert row["low"] == pytest.approx(1e6 * 0.35 * low)
    assert row["high"] == pytest.approx(1e6 * 0.35 * high)
    assert row["swing"] == pytest.approx((high - low) / 0.057)
    assert list(table.index) == ["grid.intensity", "run.power"]
    wider = one_at_a_time(run_life, level=0.99).set_index("input")
    assert wider.loc["run.power", "swing"] > table.loc["run.power", "swing"]


def test_a_tornado_takes_every_option_of_a_choice():
    cards = {
        name: lca.stages.Accelerator(name=name, footprint=x)
        for name, x in (("vendor", 164), ("tear-down", 273), ("model", 142))
    }
    weights = dict.fromkeys(cards, 1)
    life = lca.Lifecycle(lca.choice("embodied model", cards, weights=weights, nominal="vendor"))
    row = one_at_a_time(life).iloc[0]
    assert (row["nominal"], row["low"], row["high"]) == (164, 142, 273)
    assert elasticities(life).empty


def test_elasticities_of_a_product_are_one(run_life):
    table = elasticities(run_life).set_index("input")
    assert table.loc["grid.intensity", "elasticity"] == pytest.approx(1, abs=1e-6)
    assert table.loc["run.power", "elasticity"] == pytest.approx(1, abs=1e-6)
    assert table.loc["grid.intensity", "nominal"] == pytest.approx(0.057)


def test_the_elasticity_of_a_lifetime_is_minus_its_embodied_share(training):
    table = elasticities(training, of="gwp, baseline").set_index("input")
    nominal = training.nominal()["gwp"]
    held = nominal[["server", "accelerator", "transport", "disposal"]].sum() / nominal.sum()
    assert table.loc["cluster.lifetime", "elasticity"] == pytest.approx(-held, rel=1e-3)


def test_differences_of_scenarios_are_outputs_too(training):
    study = lca.Study({"a": training, "b": training.replace({"cluster.lifetime": 3})})
    table = one_at_a_time(study, of="minus").set_index(["output", "input"])
    assert table.loc[("gwp, b minus a", "cooling.pue"), "swing"] == pytest.approx(0, abs=1e-9)
    assert table.loc[("gwp, b minus a", "cluster.lifetime"), "swing"] > 0.5
