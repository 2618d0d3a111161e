"""Simulation: sums exact, draws paired, seeds and samplers, blocks, errors by name."""

import dataclasses
import multiprocessing
import os
import signal
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import lca
from lca import sampling


@pytest.fixture
def study(training):
    poland = lca.catalogue.region("PL", 2022).intensity
    return lca.Study(
        {
            "France": training,
            "Poland": training.replace({"grid.intensity": poland}),
            "short": training.replace({"cluster.lifetime": 3}),
        }
    )


def test_stages_sum_to_the_total_for_every_sample_category_and_scenario(study):
    result = lca.simulate(study, n=1024, seed=1)
    for category in result.categories:
        total = result.total(category).to_numpy()
        for view in (result.impacts, result.direct):
            summed = view.sel(category=category).sum("stage").to_numpy()
            np.testing.assert_allclose(summed, total, rtol=1e-12)
        for what in ("phase", "stage", "group", "activity", {"training": "it"}):
            summed = result.by(what).sel(category=category).sum("key").to_numpy()
            np.testing.assert_allclose(summed, total, rtol=1e-12)


@pytest.mark.parametrize("sampler", ["sobol", "random"])
def test_identical_lifecycles_differ_by_exactly_zero(training, sampler):
    again = lca.training_run(
        accelerator="A100-SXM-80GB",
        accelerator_hours=1_000_000,
        region="FR",
        year=2022,
        development="excluded",
        stored=lca.uniform(low=10, high=100),
    )
    result = lca.simulate(lca.Study({"a": training, "b": again}), 512, 3, sampler)
    for category in result.categories:
        one, other = result.total(category).to_numpy()
        assert np.array_equal(one, other)


@pytest.mark.parametrize("sampler", ["sobol", "random"])
def test_five_percent_better_is_better_in_every_sample(training, sampler):
    power = training.quantity("training.power_fraction") * 0.95
    better = training.replace({"training.power_fraction": power})
    result = lca.simulate(lca.Study({"now": training, "better": better}), 1024, 1, sampler)
    now, then = result.by("stage").sel(category="gwp", key="training").to_numpy()
    np.testing.assert_allclose(then, 0.95 * now, rtol=1e-12)
    assert result.compare("now", "gwp")["lower"][0] == 1.0


def test_both_samplers_agree_on_who_is_lower(grid_class, run_class):
    def life(median):
        grid = grid_class(intensity=lca.lognormal(median=median, gsd=1.3))
        return lca.Lifecycle(run_class(electricity=grid, hours=1), functional_unit="one")

    study = lca.Study({"a": life(0.06), "b": life(0.07)})
    closed = 0.5 * (1 + _erf(np.log(0.06 / 0.07) / np.log(1.3) / 2))
    for sampler in sampling.SAMPLERS:
        lower = lca.simulate(study, 16384, 5, sampler).compare("a")["lower"][0]
        assert lower == pytest.approx(closed, abs=4 * np.sqrt(closed * (1 - closed) / 16384))


def _erf(x):
    from scipy.special import erf

    return erf(x)


def test_adding_or_fixing_an_input_leaves_every_other_draw_as_it_was(training):
    before = lca.simulate(training, 256, 7, "random").draws
    fixed = training.replace({"cooling.pue": 1.2})
    added = training.replace({"training.accelerator_hours": lca.uniform(low=9e5, high=1.1e6)})
    for life in (fixed, added):
        after = lca.simulate(life, 256, 7, "random").draws
        for name in set(before["input"].to_numpy()) & set(after["input"].to_numpy()):
            assert np.array_equal(before.sel(input=name), after.sel(input=name)), name
    assert "cooling.pue" not in lca.simulate(fixed, 256, 7, "random").draws["input"]


def test_a_seed_gives_the_same_bits_and_another_seed_others(training):
    for sampler in sampling.SAMPLERS:
        one = lca.simulate(training, 512, 0, sampler).impacts_
        assert np.array_equal(one, lca.simulate(training, 512, 0, sampler).impacts_)
        assert not np.array_equal(one, lca.simulate(training, 512, 1, sampler).impacts_)


def test_blocks_do_not_change_the_bits(training, monkeypatch):
    for sampler in sampling.SAMPLERS:
        whole = lca.simulate(training, 2048, 4, sampler)
        monkeypatch.setattr(sampling, "BLOCK", 300)
        parts = lca.simulate(training, 2048, 4, sampler)
        monkeypatch.undo()
        assert np.array_equal(whole.impacts_, parts.impacts_)
        assert np.array_equal(whole.draws_, parts.draws_)


def test_n_is_rounded_up_and_said(training):
    with pytest.warns(UserWarning, match="n = 1000 is rounded up to 1024: 32 Sobol nets"):
        assert lca.simulate(training, n=1000).n == 1024
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lca.simulate(training, n=1000, sampler="random").n == 1000


@pytest.mark.parametrize("bad", [0, -3, 1.5, "many", True])
def test_n_and_seed_are_whole_numbers(training, bad):
    with pytest.raises(ValueError, match="must be a whole number of samples"):
        lca.simulate(training, n=bad)
    if bad != 0:
        with pytest.raises(ValueError, match="must be a whole number, 0 or above"):
            lca.simulate(training, n=8, seed=bad)


def test_an_unknown_sampler_offers_near_names(training):
    with pytest.raises(ValueError, match="no sampler 'sobel'; did you mean 'sobol'"):
        lca.simulate(training, n=8, sampler="sobel")


def test_what_is_no_study_is_refused():
    with pytest.raises(TypeError, match="simulate takes a Study or a Lifecycle, not 3"):
        lca.simulate(3)


def test_one_sample_and_no_uncertain_input(grid_class, run_class):
    life = lca.Lifecycle(run_class(electricity=grid_class(intensity=0.1), hours=1, power=0.3))
    result = lca.simulate(life, n=1, sampler="random")
    assert float(result.total("gwp")[0, 0]) == pytest.approx(0.03)
    assert result.draws.sizes["input"] == 0
    assert lca.simulate(life, n=8).total("gwp").sizes["sample"] == 8


def test_a_result_that_is_not_finite_names_stage_scenario_and_inputs(grid_class):
    class Inverse(lca.Stage):
        """Fails for rare values."""

        per = "1"
        phase = "operation"
        electricity: lca.Stage = lca.supplier("kWh", "grid")
        energy: lca.Number = lca.parameter("kWh", "energy", default=1.0)
        load: lca.Number = lca.parameter("1", "load", default=lca.uniform(low=0, high=1))

        def exchanges(self):
            yield self.electricity, self.energy * np.where(self.load < 0.02, np.nan, 1.0)

    life = lca.Lifecycle(Inverse(electricity=grid_class(intensity=1)))
    with pytest.raises(
        ValueError, match=r"Inverse 'inverse' in scenario 'baseline': an amount is nan.*load = 0"
    ):
        lca.simulate(life, n=1024, seed=1)


def test_an_exception_in_the_run_names_stage_and_scenario(grid_class):
    class Fussy(lca.Stage):
        """Refuses more than three samples."""

        per = "1"
        phase = "operation"
        electricity: lca.Stage = lca.supplier("kWh", "grid")
        energy: lca.Number = lca.parameter("kWh", "energy", default=lca.uniform(low=0, high=1))

        def exchanges(self):
            if np.size(self.energy) > 3:
                raise RuntimeError("too many")
            yield self.electricity, self.energy

    life = lca.Lifecycle(Fussy(electricity=grid_class(intensity=1)))
    with pytest.raises(ValueError, match=r"Fussy 'fussy' in scenario 'b'.*RuntimeError: too many"):
        lca.simulate(lca.Study({"b": life}), n=64)


def test_samples_that_do_not_fit_are_refused_before_the_run(training):
    with pytest.raises(
        MemoryError, match="GB of samples would be kept, more than 1 GB; take a smaller n"
    ):
        lca.simulate(training, n=2**28)


def test_draws_are_read_only_while_they_are_used(grid_class):
    class Sly(lca.Stage):
        """Changes its draws where no check looks."""

        per = "1"
        phase = "operation"
        electricity: lca.Stage = lca.supplier("kWh", "grid")
        energy: lca.Number = lca.parameter("kWh", "energy", default=lca.uniform(low=0, high=1))

        def exchanges(self):
            if np.size(self.energy) > 3:
                self.energy[:] = 0
            yield self.electricity, self.energy

    life = lca.Lifecycle(Sly(electricity=grid_class(intensity=1)))
    with pytest.raises(ValueError, match="read-only"):
        lca.simulate(life, n=64)


def test_the_manifest_says_how_to_make_it_again(training):
    manifest = lca.simulate(training, n=64, seed=9).manifest
    assert (manifest["n"], manifest["seed"], manifest["sampler"]) == (64, 9, "sobol")
    assert manifest["datasets"]["electricity_annual"].startswith("sha256:")
    assert {"python", "numpy", "lca4ai"} <= set(manifest["versions"])
    labels = {row["input"] for row in manifest["inputs"]}
    assert set(training.unknowns) <= labels


def test_a_stage_absent_from_a_scenario_is_zero(training):
    bare = lca.training_run(
        accelerator="A100-SXM-80GB",
        accelerator_hours=1_000_000,
        region="FR",
        development="excluded",
        transport=False,
    )
    result = lca.simulate(lca.Study({"whole": training, "bare": bare}), n=64)
    assert float(result.impacts.sel(scenario="bare", stage="transport").sum()) == 0
    assert float(result.impacts.sel(scenario="whole", stage="transport").sum()) > 0


def test_studies_refuse_other_functional_units_amounts_and_factor_sets(training, run_life):
    with pytest.raises(lca.GraphError, match="have the same functional unit: 'a' has 'one trained"):
        lca.Study({"a": training, "b": run_life})
    grid = lca.stages.Electricity(name="grid", intensity=1, losses=0)
    one, two = (lca.Lifecycle(grid, amount=n, functional_unit="kWh") for n in (1, 2))
    with pytest.raises(lca.GraphError, match="have the same amount"):
        lca.Study({"a": one, "b": two})
    other = lca.Lifecycle(grid, functional_unit="kWh", factors="AR5")
    with pytest.raises(lca.GraphError, match="have the same factor set"):
        lca.Study({"a": one, "b": other})
    with pytest.raises(TypeError, match="scenario 'b' is not a Lifecycle"):
        lca.Study({"a": one, "b": grid})


def test_inputs_of_a_study_say_where_each_is_used(study):
    table = study.inputs
    assert table.loc["cooling.pue", "scenarios"] == "all"
    assert table.loc["electricity.FR.2022", "scenarios"] == "France, short"
    assert table.loc["electricity.PL.2022", "scenarios"] == "Poland"
    assert table.loc["cluster.lifetime", "distribution"].startswith("pert")
    assert table.loc["cluster.lifetime#2", "distribution"] == "fixed(3)"


def test_the_bibliography_holds_what_the_inputs_cite(study):
    entries = study.bibliography
    assert "ember_owid" in entries
    assert entries["desnz2025"].startswith("@")


def test_a_lifecycle_with_its_notebook_stages_survives_a_trip(run_life):
    import cloudpickle

    again = cloudpickle.loads(cloudpickle.dumps(run_life))
    one, other = lca.simulate(run_life, 256, 1), lca.simulate(again, 256, 1)
    assert np.array_equal(one.impacts_, other.impacts_)


def test_a_root_is_frozen(study):
    with pytest.raises(dataclasses.FrozenInstanceError):
        study.roots[0].label = "x"


# -- executors ----------------------------------------------------------------------------------


def test_threads_give_the_same_bits(study, monkeypatch):
    monkeypatch.setattr(sampling, "BLOCK", 256)
    alone = lca.simulate(study, 2048, 3)
    for workers in (1, 2, 8):
        with ThreadPoolExecutor(workers) as pool:
            shared = lca.simulate(study, 2048, 3, executor=pool)
        for name, values in vars(alone).items():
            if isinstance(values, np.ndarray):
                assert np.array_equal(values, getattr(shared, name)), name


@pytest.mark.parametrize("sampler", ["sobol", "random"])
def test_spawned_processes_give_the_same_bits_for_stages_of_a_notebook(run_life, sampler):
    alone = lca.simulate(run_life, 32768, 3, sampler)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        shared = lca.simulate(run_life, 32768, 3, sampler, executor=pool)
    assert np.array_equal(alone.impacts_, shared.impacts_)
    assert np.array_equal(alone.draws_, shared.draws_)


class Killer(lca.Stage):
    """Kills the worker process that samples it, once."""

    per = "1"
    phase = "operation"
    load: lca.Number = lca.parameter("kgCO2e", "load", default=lca.uniform(low=0, high=1))

    def exchanges(self):
        marker = os.environ.get("LCA_TEST_KILL", "")
        if np.size(self.load) > 3 and marker and multiprocessing.parent_process() is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        yield "gwp", self.load


def test_a_killed_worker_loses_nothing_and_gives_no_wrong_number(monkeypatch):
    life = lca.Lifecycle(Killer())
    alone = lca.simulate(life, 32768, 5)
    monkeypatch.setenv("LCA_TEST_KILL", "yes")
    with (
        ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool,
        pytest.warns(UserWarning, match="workers were lost; . of 4 parts are done here instead"),
    ):
        shared = lca.simulate(life, 32768, 5, executor=pool)
    assert np.array_equal(alone.impacts_, shared.impacts_)


def test_an_error_in_a_worker_is_the_error_of_the_formula(grid_class):
    class Fragile(lca.Stage):
        """Fails on more than three samples."""

        per = "1"
        phase = "operation"
        load: lca.Number = lca.parameter("kgCO2e", "load", default=lca.uniform(low=0, high=1))

        def exchanges(self):
            if np.size(self.load) > 3:
                raise RuntimeError("too many")
            yield "gwp", self.load

    with (
        ThreadPoolExecutor(2) as pool,
        pytest.raises(ValueError, match="Fragile 'fragile' in scenario 'baseline'.*too many"),
    ):
        lca.simulate(lca.Lifecycle(Fragile()), 32768, executor=pool)


def test_an_interrupted_run_goes_on_where_it_stopped(run_life, monkeypatch):
    whole = lca.simulate(run_life, 65536, 2)
    begun = []
    draw = lca.Study.draw

    def until_the_third(self, uniforms):
        begun.append(uniforms.shape)
        if len(begun) == 3:
            raise KeyboardInterrupt
        return draw(self, uniforms)

    monkeypatch.setattr(lca.Study, "draw", until_the_third)
    with pytest.raises(KeyboardInterrupt):
        lca.simulate(run_life, 65536, 2)
    again = lca.simulate(run_life, 65536, 2)
    assert len(begun) == 3 + 6  # eight blocks, two of them done before
    assert np.array_equal(whole.impacts_, again.impacts_)


def test_an_interrupted_run_is_not_taken_for_another(run_life, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(lca.Study, "draw", stop)
        with pytest.raises(KeyboardInterrupt):
            lca.simulate(run_life, 256, 2)
    other = run_life.replace({"grid.intensity": 1.0})
    assert float(lca.simulate(other, 256, 2).total("gwp").min()) >= 0.3e6


def test_dask_workers_give_the_same_bits(run_life):
    distributed = pytest.importorskip("distributed")
    alone = lca.simulate(run_life, 32768, 3)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        shared = lca.simulate(run_life, 32768, 3, executor=client.get_executor())
    assert np.array_equal(alone.impacts_, shared.impacts_)


# -- summaries ----------------------------------------------------------------------------------


@pytest.fixture
def both(study):
    kept = lca.simulate(study, 32768, 2)
    return kept, lca.simulate(study, 32768, 2, keep="summary")


@pytest.mark.parametrize("by", ["stage", "phase", "group"])
def test_a_summary_says_what_the_samples_say(both, by):
    samples, summary = (one.summary(by) for one in both)
    for name in ("nominal", "mean", "share", "standard_error"):
        np.testing.assert_allclose(summary[name], samples[name], rtol=1e-9, atol=1e-12)
    for name in ("low", "median", "high"):
        close = np.abs(summary[name] - samples[name]) <= 2 * summary[f"{name}_error"] + 1e-9
        assert close.all()
    assert (
        (
            summary[["scenario", "category", "key", "note"]]
            == samples[["scenario", "category", "key", "note"]]
        )
        .all()
        .all()
    )


def test_a_summary_compares_with_the_first_scenario(both):
    samples, summary = (one.compare() for one in both)
    for name in ("difference", "difference_error", "lower", "lower_by_10_percent"):
        np.testing.assert_allclose(summary[name], samples[name], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(summary["ratio_high"], samples["ratio_high"], rtol=0.01)
    assert (summary["unpaired"] == samples["unpaired"]).all()
    with pytest.raises(ValueError, match="kept is the comparison with the first scenario"):
        both[1].compare("Poland")


def test_a_summary_has_shares_with_their_intervals(both):
    for by in ("group", "phase"):
        samples, summary = (one.shares(by) for one in both)
        np.testing.assert_allclose(summary["share"], samples["share"], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(summary["high"], samples["high"], rtol=0.02, atol=1e-6)


def test_what_needs_samples_raises_and_says_so(both):
    summary = both[1]
    for ask in (
        lambda: summary.impacts,
        lambda: summary.draws,
        lambda: summary.total("gwp"),
        lambda: summary.by("phase"),
        lambda: summary.quantile(0.9),
        lambda: summary.to_netcdf("x.nc"),
        lambda: summary.summary({"training": "it"}),
        lambda: summary.shares("stage"),
    ):
        with pytest.raises(ValueError, match="needs samples, and this run kept summaries alone"):
            ask()
    assert summary.n == 32768
    assert summary.coverage.loc[("France", "grid"), "wcf"] == "missing"
    assert "3 scenarios" not in repr(summary)
    with pytest.raises(ValueError, match="keep = 'all'; it is 'samples' or 'summary'"):
        lca.simulate(both[0], keep="all")


def test_a_summary_is_the_same_with_workers(study):
    alone = lca.simulate(study, 65536, 2, keep="summary").summary()
    with ThreadPoolExecutor(3) as pool:
        shared = lca.simulate(study, 65536, 2, keep="summary", executor=pool).summary()
    assert alone.equals(shared)


def test_three_hundred_scenarios_fit_as_a_summary_alone(training):
    study = lca.Study(
        {f"s{i}": training.replace({"cluster.lifetime": 3 + i / 100}) for i in range(300)}
    )
    with pytest.raises(MemoryError, match='or keep="summary"'):
        lca.simulate(study, 65536)
    small = lca.simulate(study, 1024, keep="summary")
    assert len(small.compare()) == 299 * 2


class Link(lca.Stage):
    """One of very many stages, with four inputs, that takes from the next."""

    per = "1"
    phase = "operation"
    following: lca.Stage = lca.supplier("1", "the next", optional=True)
    share: lca.Number = lca.parameter("1", "how much of the next")
    one: lca.Number = lca.parameter("kgCO2e", "one")
    two: lca.Number = lca.parameter("kgCO2e", "two")
    three: lca.Number = lca.parameter("kgCO2e", "three")

    def exchanges(self):
        yield self.following, self.share
        yield "gwp", self.one + self.two + self.three


def chain(stages):
    link = None
    for i in range(stages):
        link = Link(
            name=f"s{i}",
            following=link,
            share=lca.uniform(low=0.5, high=1.2),
            one=lca.lognormal(median=1, gsd=1.2),
            two=lca.uniform(low=1, high=2),
            three=lca.triangular(low=1, mode=2, high=3),
        )
    return lca.Lifecycle(link)


def test_five_hundred_stages_and_two_thousand_inputs():
    life = chain(500)
    assert len(life.inputs) == 2000
    result = lca.simulate(life, 256, 1)
    total = result.total("gwp").to_numpy()[0]
    parts = result.impacts.sel(category="gwp").sum("stage").to_numpy()[0]
    np.testing.assert_allclose(parts, total, rtol=1e-12)
    summary = lca.simulate(life, 4096, 1, keep="summary").summary()
    assert summary["mean"].iloc[0] == pytest.approx(total.mean(), rel=0.2)
    table = lca.sensitivity.sobol(life, n=16, seed=1, of="gwp, baseline")
    assert table["input"].nunique() == 2000


def test_a_model_of_choices_alone():
    cards = {
        name: lca.stages.Accelerator(name=name, footprint=x) for name, x in (("a", 1), ("b", 3))
    }
    life = lca.Lifecycle(
        lca.choice("model", cards, weights={"a": 1, "b": 1}), functional_unit="one card"
    )
    for sampler in ("sobol", "random"):
        total = lca.simulate(life, 4096, 1, sampler).total("gwp").to_numpy()[0]
        assert set(total) == {1.0, 3.0}
        assert total.mean() == pytest.approx(2, abs=0.1)
    table = lca.sensitivity.sobol(life, n=64, of="gwp, baseline")
    assert table.iloc[0]["S1"] == pytest.approx(1, abs=0.05)
