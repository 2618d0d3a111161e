"""SALib's methods on the unit cube: one kind of table, right on a known function, refused where
undefined."""

import numpy as np
import pytest

import lca
from lca import sensitivity

METHODS = {
    "morris": ("mu_star", {}),
    "fast": ("ST", {}),
    "pawn": ("median", {}),
    "delta": ("delta", {"n": 256, "resamples": 2}),
    "dgsm": ("dgsm", {}),
}


class Additive(lca.Stage):
    """3 a + 2 b + c, and d without effect."""

    per = "1"
    phase = "operation"
    a: lca.Number = lca.parameter("kgCO2e", "a", default=lca.uniform(low=1, high=2))
    b: lca.Number = lca.parameter("kgCO2e", "b", default=lca.uniform(low=1, high=2))
    c: lca.Number = lca.parameter("kgCO2e", "c", default=lca.uniform(low=1, high=2))
    d: lca.Number = lca.parameter("1", "d", default=lca.uniform(low=1, high=2))

    def exchanges(self):
        yield "gwp", 3 * self.a + 2 * self.b + self.c * self.d**0


@pytest.fixture
def additive():
    return lca.Lifecycle(Additive())


@pytest.mark.parametrize("method", METHODS)
def test_inputs_are_ranked_by_what_they_explain(additive, method):
    by, about = METHODS[method]
    for seed in (0, 7):
        table = getattr(sensitivity, method)(additive, seed=seed, **about)
        assert list(table.columns[:4]) == ["output", "input", "unit", "kind"]
        assert list(table["input"])[:3] == ["additive.a", "additive.b", "additive.c"]
        assert table[by].is_monotonic_decreasing


@pytest.mark.parametrize("method", METHODS)
def test_a_seed_gives_the_same_table_and_zero_is_a_seed(additive, method):
    by, about = METHODS[method]
    run = getattr(sensitivity, method)
    first = run(additive, seed=0, **about)
    assert first.equals(run(additive, seed=0, **about))
    if method not in ("dgsm", "morris"):  # an unscrambled net; effects that are all alike
        assert not first[by].equals(run(additive, seed=1, **about)[by])


def test_fast_finds_the_shares_of_the_closed_form(additive):
    table = sensitivity.fast(additive, n=2049).set_index("input")
    for name, share in (("a", 9 / 14), ("b", 4 / 14), ("c", 1 / 14), ("d", 0)):
        assert table.loc[f"additive.{name}", "S1"] == pytest.approx(share, abs=0.01)


def test_effects_of_morris_are_those_of_the_closed_form(additive):
    table = sensitivity.morris(additive).set_index("input")
    for name, slope in (("a", 3), ("b", 2), ("c", 1), ("d", 0)):
        row = table.loc[f"additive.{name}"]
        assert row["mu_star"] == pytest.approx(slope * 0.98, abs=1e-9)  # within 1 to 99 %
        assert row["sigma"] == pytest.approx(0, abs=1e-9)


def test_totals_unless_outputs_are_picked(training):
    assert set(sensitivity.pawn(training, n=128)["output"]) == {"gwp, baseline", "wcf, baseline"}
    picked = sensitivity.pawn(training, n=128, of="embodied share of gwp")
    assert set(picked["output"]) == {"embodied share of gwp, baseline"}


def test_a_constant_output_has_indices_of_zero(grid_class):
    class Unused(lca.Stage):
        """Takes nothing from its grid."""

        per = "1"
        phase = "operation"
        electricity: lca.Stage = lca.supplier("kWh", "grid")
        none: lca.Number = lca.parameter("kWh", "none", default=0.0)

        def exchanges(self):
            yield self.electricity, self.none

    life = lca.Lifecycle(Unused(electricity=grid_class(intensity=lca.uniform(low=1, high=2))))
    for method, (_, about) in METHODS.items():
        table = getattr(sensitivity, method)(life, **about)
        assert (table[table.columns[4:]] == 0).all().all()


@pytest.mark.parametrize("method", ["morris", "fast", "dgsm"])
def test_choices_are_refused_where_an_order_is_needed(method):
    cards = {
        name: lca.stages.Accelerator(name=name, footprint=x) for name, x in (("a", 1), ("b", 2))
    }
    life = lca.Lifecycle(lca.choice("lineage", cards, weights={"a": 1, "b": 1}))
    with pytest.raises(ValueError, match=rf"{method} is undefined for choices.*\(lineage\)"):
        getattr(sensitivity, method)(life)
    assert sensitivity.pawn(life, n=256).iloc[0]["median"] > 0


def test_shares_are_refused(grid_class):
    class Mix(lca.Stage):
        """Electricity from several sources."""

        per = "kWh"
        phase = None
        sources: dict = lca.suppliers("kWh", "sources")
        shares: dict = lca.parameters("1", "share of each", valid=(0, 1))

        def exchanges(self):
            for source, stage in self.sources.items():
                yield stage, self.shares[source]

    sources = {name: grid_class(name=name, intensity=x) for name, x in (("coal", 1), ("wind", 0))}
    shares = lca.shares({"coal": 0.3, "wind": 0.7}, concentration=20)
    life = lca.Lifecycle(Mix(sources=sources, shares=shares))
    for method in METHODS:
        with pytest.raises(ValueError, match="undefined for shares that sum to one.*use sobol"):
            getattr(sensitivity, method)(life)
    assert sensitivity.sobol(life, n=64).iloc[0]["ST"] > 0.9


def test_minutes_are_not_taken_without_being_asked(training):
    with pytest.raises(ValueError, match=r"delta would take some \d+ minutes for 2 outputs; pick"):
        sensitivity.delta(training, n=100_000)


def test_what_cannot_vary_or_run_is_refused(grid_class):
    with pytest.raises(ValueError, match="pawn: no input varies"):
        sensitivity.pawn(lca.Lifecycle(grid_class(intensity=1)))
    with pytest.raises(TypeError, match="morris takes a Study or a Lifecycle, not 3"):
        sensitivity.morris(3)
    with pytest.raises(ValueError, match="fast: n = 10 is too small; it needs at least 65"):
        sensitivity.fast(lca.Lifecycle(grid_class(intensity=1)), n=10)


def test_no_index_is_missing(training):
    for method, (_, about) in METHODS.items():
        table = getattr(sensitivity, method)(training, of="gwp, baseline", **about)
        assert np.isfinite(table[table.columns[4:]].to_numpy()).all(), method
