"""A study in bw2calc: our totals, sample by sample; results of a background as supplies."""

import dataclasses
import json
import pickle
import warnings

import bw_processing
import numpy as np
import pytest

import lca
from lca.interop import brightway
from lca.stage import GraphError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it recommends faster solvers
    import bw2calc

N, SEED = 64, 3


class Gases(lca.Stage):
    """Natural gas burnt, for one MJ."""

    per = "MJ"
    phase = None
    carbon: lca.Number = lca.parameter("kg/MJ", "CO2 per energy")
    methane: lca.Number = lca.parameter("kg/MJ", "CH4 per energy")

    def exchanges(self):
        yield "CO2", self.carbon
        yield "CH4-fossil", self.methane


class Heat(lca.Stage):
    """Heat, for one MJ."""

    per = "MJ"
    phase = "operation"
    gas: lca.Stage = lca.supplier("MJ", "gas burnt")
    efficiency: lca.Number = lca.parameter("1", "heat over fuel", valid=(0.1, 1))

    def exchanges(self):
        yield self.gas, 1 / self.efficiency


class Credit(lca.Stage):
    """Heat that others need not make, for one piece."""

    per = "1"
    phase = "avoided"
    gas: lca.Stage = lca.supplier("MJ", "gas burnt")
    saved: lca.Number = lca.parameter("MJ", "gas that is saved", default=10)

    def exchanges(self):
        yield self.gas, self.saved


class Delivered(lca.Stage):
    """Heat with a credit, for one piece."""

    per = "1"
    phase = "operation"
    heat: lca.Stage = lca.supplier("MJ", "heat")
    credit: lca.Stage = lca.supplier("1", "credit")
    demand: lca.Number = lca.parameter("MJ", "heat taken")

    def exchanges(self):
        yield self.heat, self.demand
        yield self.credit, 1


@pytest.fixture
def heat():
    """Gases, a choice, an avoided stage and two activities."""
    models = {
        "old": Gases(name="old", carbon=lca.uniform(low=0.05, high=0.06), methane=1e-4),
        "new": Gases(name="new", carbon=0.056, methane=lca.lognormal(median=2e-4, gsd=2)),
    }
    gas = lca.choice("gas model", models, weights={"old": 1, "new": 2})
    made = Heat(gas=gas, efficiency=lca.beta(alpha=80, beta=20))
    once = Delivered(heat=made, credit=Credit(gas=gas), demand=lca.normal(mean=50, sd=5))
    return lca.Lifecycle({"heat": once, "more": made}, amount=3, functional_unit="warm rooms")


@pytest.fixture
def service():
    """An inference service with three categories."""
    grid = lca.stages.electricity_mix("FR", 2023, name="grid")
    return lca.inference_service(
        accelerator="H100-SXM",
        electricity=grid,
        active_parameters=7e9,
        output_tokens=400,
        transferred=1e-6,
        year=2025,
    )


def totals(package, scenario="baseline", category="gwp"):
    """Return the static score of bw2calc, and that of every sample."""
    demand = package.demand(scenario)
    static = bw2calc.LCA(demand, data_objs=package.data(category, scenario, samples=False))
    sampled = bw2calc.LCA(demand, data_objs=package.data(category, scenario), use_arrays=True)
    for made in (static, sampled):
        made.lci()
        made.lcia()
    return static.score, brightway.scores(sampled, package.n)


@pytest.mark.parametrize("which", ["heat", "service", "training", "run_life"])
def test_every_sample_and_the_nominal_total_are_ours(which, tmp_path, request):
    life = request.getfixturevalue(which)
    result = lca.simulate(life, n=N, seed=SEED)
    package = brightway.write(life, tmp_path, n=N, seed=SEED)
    assert package.n == N
    assert set(package.ids["categories"]) == set(life.categories)
    for category in package.ids["categories"]:
        static, sampled = totals(package, category=category)
        ours = result.total(category).to_numpy().ravel()
        assert np.ptp(ours) > 0
        assert static == pytest.approx(life.nominal(category), rel=1e-12)
        np.testing.assert_allclose(sampled, ours, rtol=1e-12)


def test_scenarios_are_paired(training, tmp_path):
    cleaner = training.replace({"cluster.lifetime": lca.fixed(8, "year")})
    study = lca.Study({"now": training, "8 years/each": cleaner})
    result = lca.simulate(study, n=N, seed=SEED)
    package = brightway.write(study, tmp_path, n=N, seed=SEED)
    assert (tmp_path / "8-years-each.samples.zip").exists()
    for scenario in study.scenarios:
        _, sampled = totals(package, scenario)
        ours = result.total("gwp").sel(scenario=scenario).to_numpy()
        np.testing.assert_allclose(sampled, ours, rtol=1e-12)


def test_more_than_one_block_of_samples(run_life, tmp_path):
    package = brightway.write(run_life, tmp_path, n=16384, seed=SEED)
    ours = lca.simulate(run_life, n=16384, seed=SEED).total("gwp").to_numpy().ravel()
    held = bw_processing.load_datapackage(
        bw_processing.io_helpers.generic_zipfile_filesystem(
            dirpath=tmp_path, filename="baseline.samples.zip", write=False
        )
    )
    taken = held.get_resource("technosphere_matrix.data")[0]
    emitted = held.get_resource("biosphere_matrix.data")[0]
    assert taken.shape[1] == emitted.shape[1] == package.n == 16384
    np.testing.assert_allclose(np.prod(taken, axis=0) * emitted[0], ours, rtol=1e-12)


def test_a_mean_of_a_population_is_in_the_samples_and_not_in_the_nominal(grid_class, tmp_path):
    grid = grid_class(intensity=lca.lognormal(median=1, gsd=2, kind="variability"))
    life = lca.Lifecycle(grid, functional_unit="one kWh", variability="mean")
    static, sampled = totals(brightway.write(life, tmp_path, n=8))
    assert static == 1
    np.testing.assert_allclose(sampled, np.exp(np.log(2) ** 2 / 2), rtol=1e-9)


def test_without_anything_uncertain_every_sample_is_the_nominal_total(grid_class, tmp_path):
    life = lca.Lifecycle(grid_class(intensity=0.5), amount=4, functional_unit="4 kWh")
    static, sampled = totals(brightway.write(life, tmp_path, n=8))
    assert static == 2
    assert list(sampled) == [2] * 8


def background(intensity, arrays):
    """Return a background database: electricity (id 11) that emits carbon (id 12)."""
    package = bw_processing.create_datapackage(sequential=True)
    add = package.add_persistent_array if arrays else package.add_persistent_vector
    one = np.ones((1, len(intensity))) if arrays else np.ones(1)
    for matrix, pair, data in (
        ("technosphere_matrix", (11, 11), one),
        ("biosphere_matrix", (12, 11), np.array([intensity]) if arrays else np.array(intensity)),
    ):
        pairs = np.array([pair], dtype=bw_processing.INDICES_DTYPE)
        add(matrix=matrix, indices_array=pairs, data_array=data)
    package.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=np.array([(12, 1)], dtype=bw_processing.INDICES_DTYPE),
        data_array=np.ones(1),
        global_index=1,  # as bw2data writes it: the location GLO
    )
    return package


@pytest.mark.parametrize(("unit", "intensity"), [("kWh", 0.4), ("MJ", 0.4 / 3.6)])
def test_a_supplier_left_open_is_a_link_to_a_background(training, tmp_path, unit, intensity):
    package = brightway.write(training, tmp_path, n=N, seed=SEED, background={"grid": (11, unit)})
    assert package.ids["background"] == {"grid": {"id": 11, "unit": unit}}
    assert "grid" not in package.ids["scenarios"]["baseline"]["stages"]
    made = bw2calc.LCA(
        package.demand(),
        data_objs=[background([intensity], arrays=False), *package.data("gwp")],
        use_arrays=True,
    )
    made.lci()
    made.lcia()
    same = training.replace({"grid": lca.stages.Electricity(name="grid", intensity=0.4, losses=0)})
    study = lca.Study({"open": training, "same": same})  # the same draws as with our own grid
    ours = lca.simulate(study, n=N, seed=SEED).total("gwp").sel(scenario="same")
    np.testing.assert_allclose(brightway.scores(made, N), ours, rtol=1e-12)


def test_results_of_a_background_are_read_back_as_supplies(run_class):
    intensity = np.random.default_rng(1).lognormal(-3, 0.3, 200)
    made = bw2calc.LCA({11: 1}, data_objs=[background(intensity, arrays=True)], use_arrays=True)
    made.lci()
    made.lcia()
    scores = brightway.scores(made, 200)
    np.testing.assert_allclose(scores, intensity, rtol=1e-15)
    grid = brightway.read_supply(
        "grid", {"gwp": scores, "wcf": 2 * scores}, per="kWh", static={"gwp": 0.05}
    )
    life = lca.Lifecycle(run_class(electricity=grid, hours=1000), functional_unit="one run")
    assert (grid.phase, grid.per) == (None, "kWh")
    assert life.nominal("gwp") == pytest.approx(0.05 * 1000 * 0.35)
    result = lca.simulate(life, n=1024, seed=1)
    carbon, water = (result.total(c).to_numpy().ravel() for c in ("gwp", "wcf"))
    np.testing.assert_allclose(water, 2 * carbon, rtol=1e-12)  # jointly, as in the background
    energy = result.amounts.sel(stage="grid").to_numpy().ravel()
    taken = (carbon / energy)[:, np.newaxis] / scores
    assert (np.isclose(taken, 1, rtol=1e-12).any(axis=1)).all()
    again = lca.Lifecycle(
        pickle.loads(pickle.dumps(life)).activities, functional_unit="one run"
    ).replace({"run.hours": 2000})
    assert again.nominal("gwp") == pytest.approx(2 * life.nominal("gwp"))


@pytest.mark.filterwarnings("ignore")
def test_a_database_of_bw2data_is_a_background(training, tmp_path):
    import bw2data

    bw2data.projects.set_current("background of a training")
    carbon, electricity = ("air", "carbon"), ("technosphere", "electricity")
    bw2data.Database("air").write({carbon: {"name": "carbon dioxide", "type": "emission"}})
    exchanges = [
        {"input": electricity, "amount": 1, "type": "production"},
        {
            "input": carbon,
            "amount": 0.08,
            "type": "biosphere",
            "uncertainty type": 2,
            "loc": np.log(0.08),
            "scale": 0.1,
        },
    ]
    made = {"name": "market for electricity", "unit": "kilowatt hour", "exchanges": exchanges}
    bw2data.Database("technosphere").write({electricity: made})
    method = ("warming", "100 years")
    bw2data.Method(method).write([(carbon, 1.0)])
    product = bw2data.get_node(code="electricity")
    _, held, _ = bw2data.prepare_lca_inputs({product: 1}, method=method)

    package = brightway.write(
        training, tmp_path, n=N, seed=SEED, background={"grid": (product.id, "kWh")}
    )
    linked = bw2calc.LCA(package.demand(), data_objs=[*held, *package.data("gwp")], use_arrays=True)
    linked.lci()
    linked.lcia()
    same = training.replace({"grid": lca.stages.Electricity(name="grid", intensity=0.08, losses=0)})
    study = lca.Study({"open": training, "same": same})
    ours = lca.simulate(study, n=N, seed=SEED).total("gwp").sel(scenario="same")
    single = 1e-7  # bw2data keeps amounts in single precision
    np.testing.assert_allclose(brightway.scores(linked, N), ours, rtol=single)

    sampled = bw2calc.LCA({product.id: 1}, data_objs=held, use_distributions=True, seed_override=1)
    sampled.lci()
    sampled.lcia()
    grid = brightway.read_supply("grid", {"gwp": brightway.scores(sampled, 500)}, per="kWh")
    life = training.replace({"grid": grid})
    drawn = lca.simulate(life, n=N, seed=SEED)
    intensity = drawn.direct.sel(stage="grid", category="gwp") / drawn.amounts.sel(stage="grid")
    assert np.log(intensity.to_numpy()).std() == pytest.approx(0.1, rel=0.2)
    assert float(intensity.median()) == pytest.approx(0.08, rel=0.03)


def test_supplies_of_one_run_are_drawn_together_and_survive_a_change():
    one = brightway.read_supply("one", {"gwp": [1, 2, 3]}, per="kg", run="ecoinvent")
    two = brightway.read_supply("two", {"gwp": [-1, -2, -3]}, per="kg", run="ecoinvent")
    life = lca.Lifecycle({"a": one, "b": two}, functional_unit="both")
    assert not lca.simulate(life, n=64).total("gwp").any()
    changed = life.replace({"one.scores.gwp": lca.fixed([5, 5, 5, 5])})
    assert changed.stages["one"].per == "kg"
    assert changed.nominal("gwp") == 3


def test_a_static_score_alone_is_fixed():
    supply = brightway.read_supply("steel", {"gwp": 2.1}, per="kg")
    life = lca.Lifecycle(supply, functional_unit="one kg")
    assert life.nominal("gwp") == 2.1
    assert not life.is_drawn(supply.drawn)


def test_the_same_study_is_the_same_files(training, tmp_path):
    for folder in ("a", "b"):
        brightway.write(training, tmp_path / folder, n=32, seed=1)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 5
    assert all(
        (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        for name in names
    )


def test_ids_and_notes_say_what_the_matrices_do_not(heat, tmp_path):
    package = brightway.write(heat, tmp_path, n=8)
    held = json.loads((tmp_path / "ids.json").read_text(encoding="utf-8"))
    assert held == package.ids
    assert held["flows"]["CH4-fossil"]["unit"] == "kg"
    assert held["scenarios"]["baseline"]["stages"]["heat"]["phase"] == "operation"
    assert "credit" not in held["scenarios"]["baseline"]["stages"]
    assert any("avoided stages" in note and "credit" in note for note in package.cannot_hold)
    assert any("not report" in note for note in package.cannot_hold)


def test_what_does_not_fit_is_an_error(training, tmp_path):
    with pytest.raises(GraphError, match="no stage 'gird'; did you mean 'grid'"):
        brightway.write(training, tmp_path, background={"gird": 1})
    with pytest.raises(TypeError, match="integer id"):
        brightway.write(training, tmp_path, background={"grid": "electricity, FR"})
    with pytest.raises(lca.UnitError):
        brightway.write(training, tmp_path, background={"grid": (1, "kg")})
    with pytest.raises(TypeError, match="Study or a Lifecycle"):
        brightway.write(training.stages["grid"], tmp_path)
    with pytest.raises(ValueError, match="n = 0"):
        brightway.write(training, tmp_path, n=0)
    package = brightway.write(training, tmp_path, n=8)
    with pytest.raises(ValueError, match="no category 'gpw'; did you mean 'gwp'"):
        package.data("gpw")
    with pytest.raises(ValueError, match="no scenario 'now'; there are baseline"):
        package.demand("now")
    assert dataclasses.is_dataclass(package)


@pytest.mark.parametrize(
    ("scores", "options", "error", "text"),
    [
        ({}, {}, ValueError, "no scores"),
        ({"gwp": [1, float("nan")]}, {}, ValueError, "gwp = nan"),
        ({"gwp": [1, 2], "wcf": [1]}, {}, ValueError, "different numbers"),
        ({"gpw": 1}, {}, lca.DataError, "gpw"),
        ({"gwp": 1}, {"static": {"wcf": 1}}, ValueError, "static has 'wcf'"),
        ({"gwp": 1}, {"per": "kWhh"}, lca.UnitError, "kWhh"),
        ({"gwp": []}, {}, ValueError, "no samples"),
    ],
)
def test_scores_that_do_not_fit_are_an_error(scores, options, error, text):
    with pytest.raises(error, match=text):
        brightway.read_supply("grid", scores, **{"per": "kWh", **options})
