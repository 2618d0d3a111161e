"""Sobol indices: right on functions whose indices are known, defined where others fail."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from SALib.analyze import sobol as salib

import lca
from lca.sampling import NETS, Net
from lca.sensitivity import sobol as sobol_function
from lca.sensitivity.model import Block, Model
from lca.sensitivity.sobol import CONFIDENCE, Design, indices, summed, sums_of

_path = Path(__file__).parent.parent / "benchmarks" / "coverage.py"
_spec = importlib.util.spec_from_file_location("coverage_of_indices", _path)
coverage = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(coverage)
Ishigami = coverage.Ishigami


@pytest.fixture
def ishigami():
    return lca.Lifecycle(Ishigami())


@pytest.mark.parametrize("seed", [1, 2])
def test_indices_of_ishigami_are_those_of_the_closed_form(ishigami, seed):
    table = (
        sobol_function(ishigami, n=4096, seed=seed)
        .query("output == 'gwp, baseline'")
        .set_index("input")
    )
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

    table = sobol_function(lca.Lifecycle(Product()), n=8192, seed=1, of="gwp, b")
    table = table.query("output == 'gwp, baseline'").set_index("input")
    variances = {name: np.log(gsd) ** 2 for name, gsd in gsds.items()}
    whole = np.expm1(sum(variances.values()))
    for name, variance in variances.items():
        assert table.loc[f"product.{name}", "S1"] == pytest.approx(
            np.expm1(variance) / whole, abs=0.01
        )


def _designs(model, rows, seed, swapped=False):
    """Return draws A and B, and the outputs for A, B and every AB_i by full evaluation."""
    roots = model.study.roots
    columns = sum(root.distribution.columns for root in roots)
    uniforms = np.empty((2 * columns, rows))
    Net(2 * columns, seed, NETS).fill(uniforms, 0)
    first, second = uniforms[:columns], uniforms[columns:]
    if swapped:
        first, second = second, first

    def full(block):
        draws = model.study.draw(block)
        parts = {}
        for scenario, life in model.study.scenarios.items():
            own = {
                root.called[scenario]: draws[root.label]
                for root in roots
                if scenario in root.called
            }
            solution = life.evaluate(own, rows)
            state = {}
            for row, position in enumerate(life.graph.rows):
                phase = life.phase_of(life.order[position].name)
                for category in range(len(life.categories)):
                    key = (category, phase)
                    state[key] = state.get(key, 0) + solution.impacts[category, row]
            parts[scenario] = state
        return model.outputs_of(parts, rows)

    mixed = []
    column = {}
    position = 0
    for root in roots:
        column[root.label] = slice(position, position + root.distribution.columns)
        position += root.distribution.columns
    for group in model.groups:
        block = first.copy()
        for root in group.roots:
            block[column[root.label]] = second[column[root.label]]
        mixed.append(full(block))
    draws = model.study.draw(first), model.study.draw(second)
    return draws, full(first), full(second), mixed


def _model(study, groups=None):
    return Model(study, groups)


@pytest.mark.parametrize("groups", [None, "kind", "stage"])
def test_evaluating_what_an_input_reaches_equals_evaluating_everything(training, groups):
    credit = lca.choice(
        "embodied model",
        {
            name: lca.stages.Accelerator(name=name, footprint=lca.uniform(low=x, high=2 * x))
            for name, x in (("low", 100), ("high", 150))
        },
        weights={"low": 1, "high": 2},
        name="accelerator",
    )
    other = training.replace({"accelerator": credit, "transport": _transport()})
    work = lca.stages.Development(run=training.stages["training"])
    whole = lca.Lifecycle(
        {"development": work, "training": training.stages["training"]},
        functional_unit=training.functional_unit,
    )
    model = _model(lca.Study({"a": training, "b": other, "c": whole}), groups)
    (a, b), of_a, of_b, mixed = _designs(model, 64, 1)
    block = model.block(a, b, 64)
    ours_a, ours_b, ours = block.of_a, block.of_b, block.moved
    np.testing.assert_allclose(ours_a, of_a, rtol=1e-12)
    np.testing.assert_allclose(ours_b, of_b, rtol=1e-12)
    scale = np.abs(of_a).max(axis=1, keepdims=True)
    scale[scale == 0] = 1
    for (outputs, step), full in zip(ours, mixed, strict=True):
        one = of_a.copy()
        one[outputs] += step
        np.testing.assert_allclose(one / scale, full / scale, rtol=1e-12, atol=1e-13)


def _transport():
    return lca.stages.Transport(serves="server", air_share=0.5)


def test_estimates_and_intervals_equal_salib_on_the_same_designs_and_resamples(ishigami):
    rows, resamples, seed = 512, 50, 3
    model = _model(lca.Study(ishigami))
    _, a, b, mixed = _designs(model, rows, seed)
    taken = np.random.default_rng(7).integers(0, rows, (rows, resamples))
    counts = np.array([np.bincount(one, minlength=rows) for one in taken.T], dtype=float)
    every = list(range(len(a)))

    def ours_with(weights):
        block = Block(a, b, iter([(every, one - a) for one in mixed]), iter(()))
        return indices(sums_of(block, weights, 0.0))

    ours, single = ours_with(counts), ours_with(counts.astype(np.float32))
    for name in ("S1", "ST"):  # single numbers touch intervals alone, and them hardly
        np.testing.assert_array_equal(single[name], ours[name])
        np.testing.assert_allclose(single[f"{name}_conf"], ours[f"{name}_conf"], rtol=1e-4)
    which = model.outputs.index("gwp, baseline")
    y = [a[which], *(one[which] for one in mixed), b[which]]
    centre, spread = np.mean(y), np.std(y)
    a, *ab, b = ((one - centre) / spread for one in y)
    for i, one in enumerate(ab):
        assert ours["S1"][i, which] == pytest.approx(salib.first_order(a, one, b), rel=1e-12)
        assert ours["ST"][i, which] == pytest.approx(salib.total_order(a, one, b), rel=1e-12)
        for name, estimate in (("S1", salib.first_order), ("ST", salib.total_order)):
            again = estimate(a[taken], one[taken], b[taken])
            theirs = CONFIDENCE * np.std(again, ddof=1)
            assert ours[f"{name}_conf"][i, which] == pytest.approx(theirs, rel=1e-9)


def test_blocks_of_rows_do_not_change_the_estimates(training, monkeypatch):
    whole = sobol_function(training, n=256, seed=1)
    monkeypatch.setattr(sys.modules["lca.sensitivity.sobol"], "ROWS", 64)
    parts = sobol_function(training, n=256, seed=1)
    joined = whole.merge(parts, on=["output", "input"])
    for name in ("S1", "ST"):
        np.testing.assert_allclose(joined[f"{name}_x"], joined[f"{name}_y"], atol=1e-10)


def test_the_difference_of_scenarios_rests_on_what_they_do_not_share(training):
    poland = lca.catalogue.region("PL", 2022).intensity
    study = lca.Study(
        {"a": training, "b": training.replace({"grid.intensity": poland, "server.mass": 120})}
    )
    table = sobol_function(study, n=512, seed=1, of="minus").set_index(["output", "input"])
    water = table.loc["wcf, b minus a"]
    assert (water["ST"] == 0).all()
    carbon = table.loc["gwp, b minus a"]["ST"]
    assert carbon["common factor electricity PL"] > carbon["common factor electricity FR"]
    assert carbon["footprint.accelerator.a100_sxm_80gb"] == pytest.approx(0, abs=1e-9)


def test_groups_are_taken_together(training):
    table = sobol_function(training, n=1024, seed=1, groups="kind", of="gwp, baseline")
    total = table[table["output"] == "gwp, baseline"].set_index("input")
    assert set(total.index) == {"uncertainty", "variability"}
    assert total["ST"].sum() == pytest.approx(1, abs=0.1)
    own = {"grid": ["electricity.FR.2022", "common factor electricity FR"]}
    table = sobol_function(training, n=1024, seed=1, groups=own, of="gwp, baseline")
    assert "grid" in set(table["input"])
    assert "electricity.FR.2022" not in set(table["input"])
    with pytest.raises(ValueError, match="group 'x': no input 'cooling.pu' varies; did you mean"):
        sobol_function(training, groups={"x": ["cooling.pu"]})
    with pytest.raises(ValueError, match="groups = 'kinds'; did you mean 'kind'"):
        sobol_function(training, groups="kinds")


def test_outputs_can_be_picked(training):
    table = sobol_function(training, n=64, of=["embodied share of gwp"])
    assert list(table["output"].unique()) == ["embodied share of gwp, baseline"]
    with pytest.raises(ValueError, match="no such output; there are gwp, baseline, wcf"):
        sobol_function(training, n=64, of="carbon")


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
    assert (table[["S1", "ST", "S1_conf", "ST_conf"]] == 0).all().all()


def test_the_table_names_every_output_and_is_sorted(training):
    study = lca.Study({"a": training, "b": training.replace({"cooling.pue": 1.1})})
    table = sobol_function(study, n=64, seed=1)
    outputs = list(table["output"].unique())
    assert outputs[:4] == [
        "gwp, a",
        "wcf, a",
        "embodied share of gwp, a",
        "embodied share of wcf, a",
    ]
    assert "gwp of manufacturing, b" in outputs
    assert outputs[-4:] == [
        "gwp, b minus a",
        "wcf, b minus a",
        "gwp, b below a",
        "wcf, b below a",
    ]
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
    table = sobol_function(lca.Lifecycle(weighted), n=1024, seed=1, of="gwp, b")
    table = table.query("output == 'gwp, baseline'").set_index("input")
    assert table.loc["lineage", "kind"] == "model"
    assert table.loc["lineage", "ST"] > 0.4


def _of(table, output="gwp, baseline"):
    return table[table["output"] == output].set_index("input")


def test_second_order_equals_salib_on_the_same_designs(ishigami):
    rows, seed = 256, 3
    model = _model(lca.Study(ishigami))
    (draws_a, draws_b), a, b, mixed = _designs(model, rows, seed)
    *_, back = _designs(model, rows, seed, swapped=True)
    sums = sums_of(model.block(draws_a, draws_b, rows), np.ones((3, rows)), 0.0, True)
    found = indices(sums)
    which = model.outputs.index("gwp, baseline")
    y = [one[which] for one in (a, b, *mixed, *back)]
    centre, spread = np.mean(y), np.std(y)
    a, b, *rest = ((one - centre) / spread for one in y)
    ab, ba = rest[: len(mixed)], rest[len(mixed) :]
    assert found["pairs"] == [(0, 1), (0, 2), (1, 2)]
    for k, (i, j) in enumerate(found["pairs"]):
        theirs = salib.second_order(a, ab[i], ab[j], ba[i], b)
        assert found["S2"][k, which] == pytest.approx(theirs, abs=1e-12)


def test_second_order_of_ishigami_is_that_of_the_closed_form(ishigami):
    table, pairs = sobol_function(ishigami, n=4096, seed=1, second_order=True, of="gwp, baseline")
    assert len(_of(table)) == 3
    found = {(row["input"], row["other"]): row for _, row in pairs.iterrows()}
    row = found["ishigami.x1", "ishigami.x3"]
    assert row["S2"] == pytest.approx(0.2437, abs=max(0.01, row["S2_conf"]))
    for other in (("ishigami.x1", "ishigami.x2"), ("ishigami.x2", "ishigami.x3")):
        assert found[other]["S2"] == pytest.approx(0, abs=0.02)


def test_pairs_are_those_that_both_reach_an_output(training):
    _, pairs = sobol_function(training, n=16, second_order=True, of="gwp of manufacturing")
    named = set(pairs["input"]) | set(pairs["other"])
    assert "footprint.accelerator.a100_sxm_80gb" in named
    assert "cooling.pue" not in named


def test_indices_of_the_logarithm_are_those_of_the_closed_form():
    class Heavy(lca.Stage):
        """Energy × intensity."""

        per = "1"
        phase = "operation"
        energy: lca.Number = lca.parameter("kWh", "e", default=lca.lognormal(median=1, gsd=1.05))
        grid: lca.Number = lca.parameter("kgCO2e/kWh", "g", default=lca.lognormal(median=1, gsd=3))

        def exchanges(self):
            yield "gwp", self.energy * self.grid

    run = Heavy()
    with pytest.warns(UserWarning, match="heavy tails: the variance of gwp.*log=True"):
        sobol_function(lca.Lifecycle(run), n=512, seed=1)
    table = sobol_function(lca.Lifecycle(run), n=4096, seed=1, log=True, of="ln gwp, baseline")
    assert list(table["output"].unique()) == ["ln gwp, baseline"]
    squares = np.log(3) ** 2, np.log(1.05) ** 2
    row = _of(table, "ln gwp, baseline").loc["heavy.grid"]
    assert row["S1"] == pytest.approx(squares[0] / sum(squares), abs=0.01)


def test_an_output_that_is_not_positive_has_no_logarithm(grid_class):
    life = lca.Lifecycle(grid_class(intensity=lca.discrete(values=[0, 1], weights=[1, 1])))
    with pytest.raises(ValueError, match="ln gwp.*not positive in every sample.*of="):
        sobol_function(life, n=64, log=True)


def test_what_decides_that_one_beats_the_other_is_its_sign_not_its_size(grid_class):
    """D = a - b with b far wider, but never above 0 by much: the closed form of an indicator."""
    one = grid_class(intensity=lca.uniform(low=0, high=1))
    base = grid_class(intensity=0.25)
    study = lca.Study({"base": lca.Lifecycle(base), "other": lca.Lifecycle(one)})
    table = sobol_function(study, n=512, seed=1, of="gwp, other below base")
    assert (table["ST"].iloc[0], table["S1"].iloc[0]) == pytest.approx((1, 1), abs=0.05)
    same = lca.Study({"base": lca.Lifecycle(one), "other": lca.Lifecycle(one)})
    assert (sobol_function(same, n=64, of="below")["ST"] == 0).all()


def test_below_equals_full_evaluation(training):
    like = lca.lognormal(median=0.08, gsd=1.3, unit="kgCO2e/kWh")
    study = lca.Study({"a": training, "b": training.replace({"grid.intensity": like})})
    model = Model(study, None, "gwp, b below a")
    (a, b), of_a, _, mixed = _designs(model, 256, 5)
    block = model.block(a, b, 256)
    assert 0.1 < of_a.mean() < 0.9
    np.testing.assert_array_equal(block.of_a, of_a)
    for (outputs, step), full in zip(block.moved, mixed, strict=True):
        one = of_a.copy()
        one[outputs] += step
        np.testing.assert_array_equal(one, full)


@pytest.mark.parametrize("sampler", ["sobol", "random"])
def test_intervals_by_replicates_hold_the_closed_form(ishigami, sampler):
    about = {"interval": "replicate", "sampler": sampler, "of": "gwp, baseline"}
    inside = []
    for seed in range(40):
        table = _of(sobol_function(ishigami, n=1024, seed=seed, **about))
        for name, s1, st in (("x1", 0.3139, 0.5576), ("x2", 0.4424, 0.4424)):
            row = table.loc[f"ishigami.{name}"]
            inside += [abs(row["S1"] - s1) < row["S1_conf"], abs(row["ST"] - st) < row["ST_conf"]]
    assert np.mean(inside) > 0.88


def test_plain_random_rows_are_those_of_the_label(ishigami):
    table = sobol_function(ishigami, n=4096, seed=1, sampler="random", of="gwp, baseline")
    assert _of(table).loc["ishigami.x2", "ST"] == pytest.approx(0.4424, abs=0.05)
    with pytest.raises(ValueError, match="no sampler 'sobl'; did you mean 'sobol'"):
        sobol_function(ishigami, sampler="sobl")
    with pytest.raises(ValueError, match="interval = 'replicates'; did you mean 'replicate'"):
        sobol_function(ishigami, interval="replicates")


def test_a_common_factor_stands_with_what_it_is_common_to(training):
    table = sobol_function(training, n=256, seed=1, groups="common", of="gwp, baseline")
    assert "electricity FR" in set(table["input"])
    assert "electricity.FR.2022" not in set(table["input"])
    assert "common factor electricity FR" not in set(table["input"])
    alone = sobol_function(training, n=256, seed=1, of="gwp, baseline")
    assert table["ST"].sum() < alone["ST"].sum() + 0.05


def test_a_dummy_says_how_noisy_the_design_is(ishigami):
    model = Model(lca.Study(ishigami), None, "gwp, baseline")

    def noise(n):
        designs = [Design(model, n, seed, 2) for seed in range(8)]
        return np.mean([abs(indices(summed(model, one))["dummy"]) for one in designs])

    assert 0 < noise(4096) < 0.03
    assert noise(4096) < noise(64)


def test_wrong_arguments_are_refused(training):
    with pytest.raises(TypeError, match="sobol takes a Study or a Lifecycle"):
        sobol_function(3)
    with pytest.raises(ValueError, match="resamples = 1 gives no interval"):
        sobol_function(training, n=8, resamples=1)
    with pytest.raises(ValueError, match="n = 0 must be a whole number"):
        sobol_function(training, n=0)


@pytest.mark.parametrize("function", ["Ishigami", "Sobol G"])
def test_bootstrap_intervals_on_random_points_hold_what_is_true(function):
    """A short run of what `tests/benchmarks/coverage.py` does over 1,000 seeds."""
    life, true = coverage.functions()[function]
    held, ratio = coverage.sobol_covered(life, true, 512, range(40), sampler="random")
    assert 0.9 < held.mean() < 0.99
    assert (np.abs(np.log(ratio)) < np.log(1.6)).all()
