"""Variance by kind and what a choice of model decides, against closed forms."""

import numpy as np
import pytest

import lca
from lca.sensitivity import choices, kinds


class Product(lca.Stage):
    """power × intensity: two kinds that interact."""

    per = "1"
    phase = "operation"
    power: lca.Number = lca.parameter("kWh", "power")
    intensity: lca.Number = lca.parameter("kgCO2e/kWh", "intensity")

    def exchanges(self):
        yield "gwp", self.power * self.intensity


def test_kinds_and_their_interaction_are_those_of_the_closed_form():
    power = lca.uniform(low=0.5, high=1.5)
    mix = lca.uniform(low=0, high=1, kind="variability", population="sites")
    table = kinds(lca.Lifecycle(Product(power=power, intensity=mix)), n=4096, seed=1)
    table = table.set_index("kind")
    own = 1 / 12
    first, second = own * 0.25, own  # V E(Y | power), V E(Y | mix)
    whole = (1 + own) * (0.25 + own) - 0.25
    assert table.loc["uncertainty", "closed"] == pytest.approx(first / whole, abs=0.01)
    assert table.loc["variability", "closed"] == pytest.approx(second / whole, abs=0.01)
    rest = 1 - (first + second) / whole
    assert table.loc["interaction", "closed"] == pytest.approx(rest, abs=0.015)
    assert table.loc["uncertainty", "total"] == pytest.approx(first / whole + rest, abs=0.015)
    assert table.loc["uncertainty", "inputs"] == 1
    assert (table["closed_conf"] > 0).all()


def test_a_constant_output_has_no_interaction(grid_class):
    class Unused(lca.Stage):
        """Takes nothing from its grid."""

        per = "1"
        phase = "operation"
        electricity: lca.Stage = lca.supplier("kWh", "grid")
        none: lca.Number = lca.parameter("kWh", "none", default=0.0)

        def exchanges(self):
            yield self.electricity, self.none

    life = lca.Lifecycle(Unused(electricity=grid_class(intensity=lca.uniform(low=1, high=2))))
    table = kinds(life, n=64)
    assert (table[["closed", "total"]] == 0).all().all()


def card(options, **about):
    stages = {
        name: lca.stages.Accelerator(name=name, footprint=footprint)
        for name, footprint in options.items()
    }
    return lca.choice("card model", stages, **about)


def test_shares_of_a_choice_are_those_of_the_closed_form():
    options = {
        name: lca.uniform(low=mean - sd * 3**0.5, high=mean + sd * 3**0.5)
        for name, mean, sd in (("one", 100, 10), ("two", 150, 20), ("three", 120, 5))
    }
    life = lca.Lifecycle(card(options), functional_unit="one card")
    table = choices(life, n=60_000, seed=1).set_index("option")
    means, spreads = np.array([100, 150, 120]), np.array([100, 400, 25])
    between = np.var(means)
    equal = between / (between + spreads.mean())
    assert table["share_equal"].unique() == pytest.approx([equal], abs=0.005)
    weights = np.random.default_rng(1).dirichlet(np.full(3, 0.3), 200_000)
    tried = weights @ means**2 - (weights @ means) ** 2
    tried = (tried / (tried + weights @ spreads)).max()
    assert table["share_largest"].unique() == pytest.approx([tried], abs=0.005)
    assert table["weight_largest"].sum() == pytest.approx(1)
    assert table.loc["three", "weight_largest"] == 0
    np.testing.assert_allclose(table["mean"], means, rtol=0.005)
    np.testing.assert_allclose(table["ratio"], means / 100, rtol=0.005)


def test_weights_do_not_matter_and_all_else_has_the_same_draws():
    shared = lca.uniform(low=1, high=2, name="factor")
    options = {"one": shared, "two": shared}
    plain = lca.Lifecycle(card(options), functional_unit="one card")
    weighted = lca.Lifecycle(
        card(options, weights={"one": 9, "two": 1}), functional_unit="one card"
    )
    for life in (plain, weighted):
        table = choices(life, n=128, seed=2)
        assert table["mean"].nunique() == 1
        assert (table["share_equal"] == 0).all()
        assert (table["share_largest"] == 0).all()


def test_a_study_without_choices_is_refused(run_life):
    with pytest.raises(ValueError, match="no stage of the study is a choice; make one"):
        choices(run_life)
    with pytest.raises(TypeError, match="kinds takes a Study or a Lifecycle"):
        kinds(3)
