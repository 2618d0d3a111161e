"""Sobol indices: right on functions whose indices are known, defined where others fail."""

import numpy as np
import pytest
from SALib.analyze import sobol as salib

import lca
from lca.sensitivity import sobol as sobol_function
from lca.sensitivity.sobol import _evaluated, _indices


class Ishigami(lca.Stage):
    """Ishigami and Homma 1990, a = 7, b = 0.1."""

    per = "1"
    phase = "operation"
    x1: lca.Number = lca.parameter("1", "x1", default=lca.uniform(low=-np.pi, high=np.pi))
    x2: lca.Number = lca.parameter("1", "x2", default=lca.uniform(low=-np.pi, high=np.pi))
    x3: lca.Number = lca.parameter("1", "x3", default=lca.uniform(low=-np.pi, high=np.pi))
    unit: lca.Number = lca.parameter("kgCO2e", "unit", default=1.0)

    def exchanges(self):
        value = np.sin(self.x1) + 7 * np.sin(self.x2) ** 2 + 0.1 * self.x3**4 * np.sin(self.x1)
        yield "gwp", (value + 20) * self.unit


@pytest.fixture
def ishigami():
    return lca.Lifecycle(Ishigami())


@pytest.mark.parametrize("seed", [1, 2])
def test_indices_of_ishigami_are_those_of_the_closed_form(ishigami, seed):
    table = sobol_function(ishigami, n=4096, seed=seed).set_index("input")
    for name, s1, st in (("x1", 0.3139, 0.5576), ("x2", 0.4424, 0.4424), ("x3", 0, 0.2437)):
        row = table.loc[f"ishigami.{name}"]
        assert row["S1"] == pytest.approx(s1, abs=max(0.01, row["S1_conf"]))
        assert row["ST"] == pytest.approx(st, abs=max(0.01, row["ST_conf"]))


def test_indices_of_a_product_of_lognormals_are_those_of_the_closed_form():
    gsds = {"power": 1.1, "hours": 1.02, "pue": 1.05, "grid": 1.3}

    class Product(lca.Stage):
        """Power × hours × PUE × intensity."""

        per = "1"
        phase = "operation"
        power: lca.Number = lca.parameter("kW", "power", default=lca.lognormal(median=1, gsd=1.1))
        hours: lca.Number = lca.parameter("h", "hours", default=lca.lognormal(median=1, gsd=1.02))
        pue: lca.Number = lca.parameter("1", "pue", default=lca.lognormal(median=1, gsd=1.05))
        grid: lca.Number = lca.parameter(
            "kgCO2e/kWh", "grid", default=lca.lognormal(median=1, gsd=1.3)
        )

        def exchanges(self):
            yield "gwp", self.power * self.hours * self.pue * self.grid

    table = sobol_function(lca.Lifecycle(Product()), n=8192, seed=1).set_index("input")
    variances = {name: np.log(gsd) ** 2 for name, gsd in gsds.items()}
    whole = np.expm1(sum(variances.values()))
    for name, variance in variances.items():
        assert table.loc[f"product.{name}", "S1"] == pytest.approx(
            np.expm1(variance) / whole, abs=0.01
        )


def test_estimates_equal_salib_on_the_same_designs(ishigami):
    study = lca.Study(ishigami)
    _, a, b, mixed = _evaluated(study, 512, 3)
    ours = _indices(a, b, mixed, 50, 3)
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0, 1]] * 3}
    rows = np.concatenate([a, mixed[:, 0], b]).T.ravel()  # A, AB_1 … AB_3, B of every row
    theirs = salib.analyze(problem, rows, calc_second_order=False, seed=1)
    np.testing.assert_allclose(ours["S1"][:, 0], theirs["S1"], rtol=1e-12)
    np.testing.assert_allclose(ours["ST"][:, 0], theirs["ST"], rtol=1e-12)
    np.testing.assert_allclose(ours["S1_conf"][:, 0], theirs["S1_conf"], rtol=0.5)


def test_indices_of_a_constant_output_are_zero(grid_class):
    assert sobol_function(lca.Lifecycle(grid_class(intensity=1)), n=64).empty
    grid = grid_class(intensity=lca.uniform(low=1, high=2))

    class Unused(lca.Stage):
        """Takes nothing from its grid."""

        per = "1"
        phase = "operation"
        electricity: lca.Stage = lca.supplier("kWh", "grid")
        none: lca.Number = lca.parameter("kWh", "none", default=0.0)

        def exchanges(self):
            yield self.electricity, self.none

    table = sobol_function(lca.Lifecycle(Unused(electricity=grid)), n=64)
    assert table[["S1", "ST"]].to_numpy().tolist() == [[0.0, 0.0]]


def test_the_table_names_every_output_and_is_sorted(training):
    study = lca.Study({"a": training, "b": training.replace({"cooling.pue": 1.1})})
    table = sobol_function(study, n=64, seed=1)
    assert list(table["output"].unique()) == ["gwp, a", "wcf, a", "gwp, b", "wcf, b"]
    for _, one in table.groupby("output"):
        assert one["ST"].is_monotonic_decreasing
    row = table.query("output == 'gwp, b' and input == 'cooling.pue'").iloc[0]
    assert (row["ST"], row["kind"]) == (0, "variability")


def test_a_choice_without_weights_is_named():
    cards = {
        name: lca.stages.Accelerator(name=name, footprint=lca.uniform(low=x, high=2 * x))
        for name, x in (("one", 1), ("two", 2))
    }
    with pytest.warns(UserWarning, match="choices without weights stay at their option.*'?lineage"):
        sobol_function(lca.Lifecycle(lca.choice("lineage", cards)), n=64)
    weighted = lca.choice("lineage", cards, weights={"one": 1, "two": 1})
    table = sobol_function(lca.Lifecycle(weighted), n=1024, seed=1).set_index("input")
    assert table.loc["lineage", "kind"] == "model"
    assert table.loc["lineage", "ST"] > 0.4


def test_wrong_arguments_are_refused(training):
    with pytest.raises(TypeError, match="sobol takes a Study or a Lifecycle"):
        sobol_function(3)
    with pytest.raises(ValueError, match="resamples = 1 gives no interval"):
        sobol_function(training, n=8, resamples=1)
    with pytest.raises(ValueError, match="n = 0 must be a whole number"):
        sobol_function(training, n=0)
