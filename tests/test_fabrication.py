"""Fabrication: a die by its textbook formula, against printed values."""

import math

import numpy as np
import pytest

import lca
from lca import catalogue, tables
from lca.stages import (
    AdvancedPackage,
    DieByArea,
    DieByCarbonPerArea,
    LogicDie,
    LogicDieWithWater,
    MemoryStack,
    PackagedDie,
    die_by_area,
    logic_die,
    process_node,
)
from lca.stages.fabrication import NODES


def grid(intensity=0.583):
    return lca.stages.Electricity(name="grid of the fab", intensity=intensity, losses=0.0)


def die(**about):
    return logic_die("7nm", **({"area": 8.26, "electricity": grid()} | about))


def carbon(stage):
    return lca.Lifecycle(stage, functional_unit="one die").nominal("gwp")


def test_a_wafer_holds_66_dies_of_an_h100():
    made = die(area=lca.fixed(814, "mm2"))
    assert lca.stage.bound(made, plain(made)).gross_dies() == pytest.approx(66.6, abs=0.2)


def plain(stage):
    """Return every parameter of a stage at its point."""
    life = lca.Lifecycle(stage, functional_unit="one die")
    place = life.order.index(stage)
    return {
        use.path: use.quantity.to(use.slot.unit).point if use.quantity.unit else use.quantity.point
        for use in life.uses
        if use.stage == place
    }


@pytest.mark.parametrize(("area", "printed"), [(8.26, 0.45), (4.19, 0.66)])
def test_printed_yields_come_out_and_binning_raises_them(area, printed):
    defects = catalogue.figure("fabrication.defect_density.7nm.capa")
    made = die(area=area, defect_density=defects)
    assert lca.stage.bound(made, plain(made)).good() == pytest.approx(printed, abs=0.01)
    assert made.defect_density.key == die(area=area).defect_density.key  # that of the node
    sold = die(area=area, defect_density=defects, salvaged=0.5)
    assert lca.stage.bound(sold, plain(sold)).good() == pytest.approx((1 + printed) / 2, abs=0.01)


def test_the_share_salvaged_makes_the_binned_yield_of_the_same_paper():
    salvaged = catalogue.figure("fabrication.salvaged.a100.capa")
    made = die(salvaged=salvaged)
    binned = catalogue.figure("fabrication.yield.die.a100.binning").point
    assert lca.stage.bound(made, plain(made)).good() == pytest.approx(binned, rel=0.01)


def test_a_density_stands_with_the_model_by_which_it_was_found():
    """The boundary of a row names its model; imec prints 86 % for 1 cm2."""
    fab = grid()
    bare = LogicDie(area=1, energy=1.0, gases=0.1, electricity=fab)
    assert lca.stage.bound(bare, plain(bare)).good() == pytest.approx(0.86, abs=0.005)
    rows = {row["id"]: row["boundary"] for row in tables.rows("fabrication")}
    for node in NODES:
        made = logic_die(node, area=1, electricity=fab)
        assert made.yield_model.lower() in rows[made.defect_density.key].lower()


def test_carbon_per_wafer_area_is_that_of_act():
    """2.10 kg/cm2 at 7 nm with Taiwanese electricity and 95 % abatement."""
    made = die(line_yield=1.0, abatement=95)
    values = lca.stage.bound(made, plain(made))
    per_area = carbon(made) * values.gross_dies() * values.good() / (math.pi * 15**2)
    assert per_area == pytest.approx(2.10, rel=0.01)


def test_models_of_yield_lie_in_their_order_and_agree_without_defects():
    models = ("Poisson", "negative binomial", "Murphy", "Seeds")
    shares = []
    for model in models:
        made = die(yield_model=model, clustering=10.0, defect_density=0.15)
        shares.append(lca.stage.bound(made, plain(made)).good())
        clean = die(yield_model=model, defect_density=0.0)
        whole = lca.stage.bound(clean, plain(clean)).good()
        assert whole == pytest.approx(1, abs=1e-6)
    assert shares == sorted(shares)
    x = 8.26 * 0.15
    assert shares[0] == pytest.approx(math.exp(-x))
    assert shares[2] == pytest.approx(((1 - math.exp(-x)) / x) ** 2)
    assert shares[3] == pytest.approx(1 / (1 + x))


def test_a_large_die_costs_more_than_its_area():
    small, large = carbon(die(area=1)), carbon(die(area=8))
    assert large > 8 * small


def test_more_abatement_and_a_cleaner_grid_cost_less():
    assert carbon(die(abatement=99)) < carbon(die()) < carbon(die(abatement=95))
    assert carbon(die(abatement=95.0)) == carbon(die(abatement=95))
    assert carbon(die(electricity=grid(0.05))) < 0.6 * carbon(die())


def test_every_sample_is_positive_and_its_inputs_are_named():
    life = lca.Lifecycle(die(), functional_unit="one die")
    total = lca.simulate(life, 1024, 1, progress=False).total("gwp").to_numpy()[0]
    assert (total > 0).all()
    assert np.quantile(total, 0.95) / np.quantile(total, 0.05) > 1.5
    assert "fabrication.logic.energy.7nm.act" in life.inputs.index


def test_what_has_no_figures_is_refused():
    with pytest.raises(lca.DataError, match="no node '6nm'; did you mean .*; there are 28nm"):
        logic_die("6nm", area=1, electricity=grid())
    with pytest.raises(lca.DataError, match="abatement = 90: there are figures for 95, 97"):
        die(abatement=90)
    with pytest.raises(lca.DataError, match="abatement = 0.95: there are figures for 95, 97"):
        die(abatement=0.95)
    with pytest.raises(ValueError, match="area"):  # mm2 taken for cm2
        LogicDie(area=814, energy=1.0, gases=0.1, electricity=grid())


def test_a_die_that_does_not_fit_its_wafer_is_refused():
    with pytest.raises(lca.GraphError, match="too large for the wafer"):
        die(area=15, wafer_diameter=10)
    sizes = lca.uniform(low=1, high=15)
    with pytest.raises(lca.GraphError, match="too large for the wafer"):
        die(area=sizes, wafer_diameter=10)


def test_one_level_of_abatement_is_the_default_everywhere():
    level = process_node("7nm")["gases"].key
    assert level == "fabrication.logic.gas_97.7nm.act"
    assert die().gases.key == die_by_area("7nm", area=1, electricity=grid()).gases.key == level


@pytest.mark.parametrize("node", ["28nm", "a14"])
def test_figures_per_good_area_give_the_published_carbon_with_a_yield_of_one(node):
    energy, gases, materials, whole = (
        catalogue.figure(f"fabrication.logic.{what}.{node}.imec2023")
        for what in ("energy", "gas_tier2c", "materials", "carbon")
    )
    made = DieByArea(
        area=1, energy=energy, gases=gases, materials=materials, die_yield=1.0,
        electricity=grid(0.454),
    )  # fmt: skip
    assert carbon(made) == pytest.approx(whole.point, rel=0.001)


# -- yields and wafers as peers print them ----------------------------------------------------


@pytest.mark.parametrize(
    ("model", "printed"),
    [
        ("Poisson", 0.443),
        ("Murphy", 0.468),
        ("negative binomial", 0.487),
        ("Seeds", 0.551),
        ("square root", 0.406),
    ],
)
def test_yield_of_an_h100_die_by_five_models(model, printed):
    made = die(area=8.14, defect_density=0.1, clustering=3, yield_model=model)
    assert lca.stage.bound(made, plain(made)).good() == pytest.approx(printed, abs=6e-4)
    clean = die(area=8.14, defect_density=0.0, yield_model=model)
    assert lca.stage.bound(clean, plain(clean)).good() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("node", "area", "per_area", "good", "by_hand", "carbonset"),
    [
        ("7nm", 8.26, 2.613, 0.217, 99.6, (33.2, 280.6)),
        ("14nm", 8.15, 1.684, 0.493, 27.9, (11.9, 127.8)),
    ],
)
def test_an_a100_and_a_v100_die_by_eco_chip(node, area, per_area, good, by_hand, carbonset):
    """Carbon per area, D0 and clustering of ECO-CHIP, the V100 as its nearest node.

    CarbonSet, the same with spreads, prints lowest and highest.
    """
    defects = catalogue.figure(f"fabrication.defect_density.{node}.ecochip")
    model = logic_die("7nm", area=area, defect_density=defects, clustering=10, electricity=grid())
    share = lca.stage.bound(model, plain(model)).good()
    assert share == pytest.approx(good, abs=5e-4)
    made = DieByCarbonPerArea(area=area, carbon=per_area, die_yield=share)
    assert carbon(made) == pytest.approx(by_hand, rel=0.005)
    assert carbonset[0] < carbon(made) < carbonset[1]


def test_a_wafer_as_boaviztapi_packs_it():
    """62.4 dies of 814 mm2 on a wafer; its yield is of the die with the kerf, hence 0.6 %."""
    made = die(
        area=8.14,
        defect_density=0.1,
        yield_model="square root",
        kerf=lca.fixed(0.2, "mm"),
        edge_exclusion=0.0,
        edge_correction=1 / math.sqrt(2),
        line_yield=1.0,
    )
    values = lca.stage.bound(made, plain(made))
    assert values.gross_dies() == pytest.approx(62.4, abs=0.05)
    assert values.good() == pytest.approx(0.4031, rel=0.01)
    assert values.wafer_area() == pytest.approx(28.084, rel=0.01)


# -- a die by its area ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "printed"),
    [
        ("28nm", (1.3711, 1.3282, 1.2854)),
        ("14nm", (1.5995, 1.5567, 1.5138)),
        ("7nm", (2.4039, 2.3182, 2.2325)),
        ("5nm", (2.8951, 2.7780, 2.6609)),
        ("3nm", (3.2740, 3.1626, 3.0511)),
    ],
)
def test_carbon_per_area_is_what_act_computes(node, printed):
    for abatement, expected in zip((95, 97, 99), printed, strict=True):
        made = die_by_area(node, area=1, abatement=abatement, electricity=grid())
        assert carbon(made) == pytest.approx(expected, abs=6e-5)


def act_die(node, area):
    return die_by_area(node, area=area, abatement=97, electricity=grid())


@pytest.mark.parametrize(
    ("node", "area", "printed"),
    [("7nm", 1, 2.4682), ("5nm", lca.fixed(814, "mm2"), 22.76), ("7nm", 8.26, 19.30)],
)
def test_packaged_dies_are_what_act_computes(node, area, printed):
    """One square centimetre, an H100, an A100."""
    assert carbon(PackagedDie(die=act_die(node, area))) == pytest.approx(printed, rel=5e-4)


def test_a_die_of_llmcarbon_is_area_times_carbon():
    made = DieByCarbonPerArea(area=8.14, carbon=1.8, die_yield=1.0)
    assert carbon(made) == pytest.approx(14.65, abs=0.005)


def test_imec_netzero_lies_below_imec_2020_at_the_same_electricity():
    for node in ("28nm", "14nm", "7nm", "3nm"):
        per_area = catalogue.figure(f"fabrication.logic.carbon.{node}.imec_netzero")
        newer = DieByCarbonPerArea(area=1, carbon=per_area, die_yield=0.875)
        older = die_by_area(node, area=1, abatement=99, electricity=grid(0.454))
        assert 1.1 < carbon(older) / carbon(newer) < 1.3


def test_a_flat_yield_makes_a_large_die_too_cheap():
    def ratio(area):
        return carbon(die(area=area)) / carbon(die_by_area("7nm", area=area, electricity=grid()))

    assert ratio(1) < 1.5
    assert ratio(8) > 2


def test_electricity_and_direct_emissions_are_the_whole_in_every_sample():
    fab = lca.stages.Electricity(
        name="grid of the fab", intensity=lca.lognormal(median=0.5, gsd=1.2), losses=0.0
    )
    life = lca.Lifecycle(die_by_area("7nm", area=1, electricity=fab), functional_unit="one die")
    result = lca.simulate(life, 64, 1, progress=False)
    total = result.total("gwp").to_numpy()[0]
    by_emitter = result.direct.sel(category="gwp").to_numpy()
    np.testing.assert_allclose(by_emitter.reshape(-1, total.size).sum(0), total, rtol=1e-12)
    assert (by_emitter > 0).any()
    assert (total > 0).all()


# -- water ------------------------------------------------------------------------------------


def test_only_the_consumed_share_of_water_counts():
    def made(**about):
        return LogicDieWithWater(
            area=8.14, electricity=grid(), **process_node("5nm"), **({"line_yield": 1.0} | about)
        )

    def water(stage):
        return lca.Lifecycle(stage, functional_unit="one die").nominal("wcf")

    area = lca.stage.bound(made(), plain(made())).wafer_area()
    assert water(made()) == pytest.approx(12.33 * 0.2 * area)
    assert water(made(water_consumed_share=1.0)) == pytest.approx(12.33 * area)
    assert water(made(water_withdrawn=0.0)) == 0
    assert carbon(made()) == pytest.approx(
        carbon(logic_die("5nm", area=8.14, electricity=grid(), line_yield=1.0))
    )
    layers = catalogue.figure("fabrication.logic.water_per_layer.tsmc_2024") * 54
    assert water(made(water_withdrawn=layers)) == pytest.approx(water(made()), rel=0.01)


# -- an advanced package ----------------------------------------------------------------------


def package(counts, **about):
    made = {
        "gpu": DieByCarbonPerArea(name="gpu", area=1, carbon=10, die_yield=1.0),
        "memory": MemoryStack(name="stack", carbon=20),
    }
    chips = {name: made[name] for name in counts}
    return AdvancedPackage(chips=chips, counts=counts, **({"interposer_area": 15.75} | about))


@pytest.mark.parametrize(
    ("counts", "printed"), [({"gpu": 1, "memory": 6}, 0.25), ({"gpu": 8, "memory": 4}, 0.39)]
)
def test_share_lost_in_bonding_is_that_of_capa(counts, printed):
    """An A100 with six stacks, and the twelve bonds of an MI300X, at 0.96 a bond."""
    made = package(counts)
    kept = lca.stage.bound(made, plain(made) | {f"counts.{k}": v for k, v in counts.items()}).kept()
    assert 1 - kept == pytest.approx(printed, abs=0.005)
    perfect = carbon(package(counts, bonding_yield=1.0))
    assert perfect / carbon(made) == pytest.approx(kept)


def test_a_package_by_hand():
    kept = 0.96**7
    good = (1 + 15.75 * 0.06 / 6) ** -6
    expected = (1 * 10 + 6 * 20 + 0.8 * 0.5675 * 15.75 / good) / kept
    assert carbon(package({"gpu": 1, "memory": 6})) == pytest.approx(expected)


def test_a_worse_bond_and_a_larger_interposer_cost_more():
    counts = {"gpu": 1, "memory": 6}
    assert carbon(package(counts, bonding_yield=0.9)) > carbon(package(counts))
    assert carbon(package(counts, interposer_area=30)) > carbon(package(counts)) + 2 * 0.45 * 15


def test_what_a_package_and_its_chips_emit_is_the_whole_in_every_sample():
    made = package({"gpu": 1, "memory": 6})
    result = lca.simulate(lca.Lifecycle(made, functional_unit="one package"), 64, 1, progress=False)
    total = result.total("gwp").to_numpy()[0]
    bond = result.draws.sel(input="fabrication.bonding.microbump.capa").to_numpy()
    chips = result.impacts.sel(category="gwp", stage=["gpu", "stack"]).sum("stage").to_numpy()[0]
    own = result.impacts.sel(category="gwp", stage="advancedpackage").to_numpy()[0]
    np.testing.assert_allclose(chips, 130 / bond**7, rtol=1e-12)
    np.testing.assert_allclose(own + chips, total, rtol=1e-12)


def test_chips_without_a_count_are_refused():
    gpu = DieByCarbonPerArea(name="gpu", area=1, carbon=10, die_yield=1.0)
    with pytest.raises(lca.GraphError, match="chips are gpu, but counts are of die"):
        AdvancedPackage(chips={"gpu": gpu}, counts={"die": 1}, interposer_area=10)
