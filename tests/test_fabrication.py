"""Fabrication: a die by its textbook formula, against printed values."""

import math

import numpy as np
import pytest

import lca
from lca import catalogue
from lca.stages import LogicDie, logic_die


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
    sold = die(area=area, defect_density=defects, salvaged=0.5)
    assert lca.stage.bound(sold, plain(sold)).good() == pytest.approx((1 + printed) / 2, abs=0.01)


def test_carbon_per_wafer_area_is_that_of_act():
    """2.10 kg/cm2 at 7 nm with Taiwanese electricity and 95 % abatement."""
    made = die(line_yield=1.0)
    values = lca.stage.bound(made, plain(made))
    per_area = carbon(made) * values.gross_dies() * values.good() / (math.pi * 15**2)
    assert per_area == pytest.approx(2.10, rel=0.01)


def test_models_of_yield_lie_in_their_order_and_agree_without_defects():
    models = ("Poisson", "negative binomial", "Murphy", "Seeds")
    shares = []
    for model in models:
        made = die(yield_model=model, clustering=10.0)
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
    assert carbon(die(abatement=99)) < carbon(die())
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
    with pytest.raises(lca.DataError, match="abatement = 90: there are figures for 95 and 99 %"):
        die(abatement=90)
    with pytest.raises(ValueError, match="area"):  # mm2 taken for cm2
        LogicDie(area=814, energy=1.0, gases=0.1, electricity=grid())
