"""A result: its tables say what they hold, with units, intervals and what is missing."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import lca
from lca import sampling
from lca.result import REPLICATES, STUDENT, quantiles

_path = Path(__file__).parent / "benchmarks" / "coverage.py"
_spec = importlib.util.spec_from_file_location("coverage_of_intervals", _path)
coverage = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(coverage)


@pytest.fixture
def result(training):
    scenarios = {
        "France": training,
        "Poland": training.replace({"grid.intensity": lca.catalogue.region("PL", 2022).intensity}),
    }
    return lca.simulate(lca.Study(scenarios), n=2048, seed=1)


def test_summary_holds_what_the_samples_say(result):
    row = result.summary().query("scenario == 'Poland' and category == 'gwp' and key == 'total'")
    samples = result.total("gwp").sel(scenario="Poland").to_numpy()
    assert row["mean"].item() == pytest.approx(samples.mean())
    assert row["median"].item() == pytest.approx(np.median(samples))
    assert row["low"].item() == pytest.approx(np.quantile(samples, 0.05))
    assert row["high"].item() == pytest.approx(np.quantile(samples, 0.95))
    assert row["unit"].item() == "kgCO2e"
    assert row["share"].item() == 1


def test_summary_nominal_is_the_lifecycles(result, training):
    table = result.summary("stage").query("scenario == 'France' and category == 'gwp'")
    nominal = training.nominal()["gwp"]
    for _, row in table.iterrows():
        if row["key"] != "total":
            assert row["nominal"] == pytest.approx(nominal[row["key"]])
    total = table.query("key == 'total'")["nominal"].item()
    assert total == pytest.approx(training.nominal("gwp"))


def test_parts_of_a_summary_sum_to_the_total(result):
    for by in ("stage", "phase", "group", "activity"):
        table = result.summary(by).query("category == 'gwp'")
        for _, one in table.groupby("scenario"):
            parts = one[one["key"] != "total"]
            assert parts["share"].sum() == pytest.approx(1)
            assert parts["mean"].sum() == pytest.approx(one[one["key"] == "total"]["mean"].item())


def test_the_standard_error_is_of_the_right_size(training):
    errors, means = [], []
    for seed in range(12):
        table = lca.simulate(training, n=512, seed=seed).summary()
        row = table.query("category == 'gwp' and key == 'total'").iloc[0]
        errors.append(row["standard_error"])
        means.append(row["mean"])
    assert np.mean(errors) == pytest.approx(np.std(means, ddof=1), rel=0.6)
    plain = lca.simulate(training, n=512, sampler="random").summary()
    assert (
        np.mean(errors)
        < plain.query("category == 'gwp' and key == 'total'").iloc[0]["standard_error"]
    )


def test_shares_are_of_means_with_intervals_of_samples(result):
    table = result.shares().query("scenario == 'France' and category == 'gwp'")
    table = table.set_index("key")
    groups = result.by("group").sel(scenario="France", category="gwp")
    total = result.total("gwp").sel(scenario="France")
    embodied = groups.sel(key="embodied")
    assert table.loc["embodied", "share"] == pytest.approx(
        float(embodied.mean()) / float(total.mean())
    )
    low, _, high = quantiles((embodied / total).to_numpy())
    assert table.loc["embodied", ["low", "high"]].to_list() == pytest.approx([low, high])
    assert table["share"].sum() == pytest.approx(1)


def test_shares_of_a_zero_total_are_zero(grid_class):
    result = lca.simulate(lca.Lifecycle(grid_class(intensity=0)), n=64)
    assert result.shares()["share"].to_list() == [0.0]
    assert result.summary()["share"].to_list() == [0.0, 0.0]
    assert not result.shares().isna().any().any()


def test_by_takes_a_mapping_of_ones_own(result):
    parts = result.by({"training": "computer", "cooling": "building"})
    assert list(parts["key"].to_numpy()) == ["computer", "other", "building"]
    with pytest.raises(lca.GraphError, match="by: no stage 'trainin'; did you mean 'training'"):
        result.by({"trainin": "x"})
    with pytest.raises(lca.GraphError, match="by: no key 'phases'; did you mean 'phase'"):
        result.by("phases")


def test_compare_is_paired_sample_by_sample(result):
    row = result.compare("France", "gwp").iloc[0]
    france, poland = result.total("gwp").to_numpy()
    assert row["difference"] == pytest.approx(np.mean(poland - france))
    assert row["ratio"] == pytest.approx(np.median(poland / france))
    assert row["lower"] == np.mean(poland < france) == 0
    assert "cooling.pue" in row["paired"]
    assert set(row["unpaired"].split(", ")) == {
        "electricity.FR.2022",
        "electricity.PL.2022",
        "common factor electricity FR",
        "common factor electricity PL",
    }
    assert row["boundary"] == "same stages"


def test_compare_leaves_out_and_names_what_is_covered_differently(training):
    dry = training
    wet = training.replace(
        {
            "grid": lca.stages.Electricity(
                name="grid", intensity=training.stages["grid"].intensity, water=3.0
            )
        }
    )
    result = lca.simulate(lca.Study({"dry": dry, "wet": wet}), n=64)
    table = result.compare("dry")
    assert list(table["category"]) == ["gwp"]
    assert table.attrs["left_out"] == [("wet", "wcf", "dry is without grid")]
    with pytest.raises(lca.GraphError, match="coverage differs.*dry is without grid"):
        result.compare("dry", "wcf")
    with pytest.raises(lca.GraphError, match="no scenario 'drye'; did you mean 'dry'"):
        result.compare("drye")


def test_compare_says_which_stages_only_one_has(training):
    facts = {"accelerator": "A100-SXM-80GB", "accelerator_hours": 1e6, "region": "FR"}
    bare = lca.training_run(**facts, development="excluded", transport=False)
    result = lca.simulate(lca.Study({"whole": training, "bare": bare}), n=64)
    row = result.compare("whole", "gwp").iloc[0]
    assert row["boundary"] == "not here: drives; not here: storage; not here: transport"


def test_total_of_an_unknown_category_offers_near_names(result):
    with pytest.raises(lca.GraphError, match="no stage yields 'gpw'; did you mean 'gwp'"):
        result.total("gpw")


def test_a_partial_total_says_without_what(result):
    table = result.summary().query("category == 'wcf' and scenario == 'France'").set_index("key")
    assert table.loc["total", "note"].startswith("partial: without")
    assert table.loc["operation", "note"] == "partial: without grid"
    assert result.summary().query("category == 'gwp'")["note"].unique().tolist() == [""]


def test_a_result_survives_a_file(result, tmp_path):
    path = tmp_path / "r.nc"
    result.to_netcdf(path)
    again = lca.open(path)
    assert again.info == result.info
    for one, other in zip(vars(again).items(), vars(result).items(), strict=True):
        if isinstance(one[1], np.ndarray):
            assert np.array_equal(one[1], other[1]), one[0]
    assert again.summary().equals(result.summary())
    assert [p.name for p in tmp_path.iterdir()] == ["r.nc"]


def test_a_file_that_cannot_be_written_leaves_nothing(result, tmp_path):
    with pytest.raises(OSError, match="missing"):
        result.to_netcdf(tmp_path / "missing" / "r.nc")
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_netcdf_file_is_refused(tmp_path):
    import xarray as xr

    xr.Dataset({"x": ("n", [1.0])}).to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    with pytest.raises(ValueError, match="but not one written by Result.to_netcdf"):
        lca.open(tmp_path / "x.nc")


def test_a_result_shows_itself(result):
    assert repr(result) == ("<Result of one trained model: France, Poland; gwp, wcf; 2048 samples>")
    assert "<table" in result._repr_html_()
    assert result.inputs.loc["cooling.pue", "kind"] == "variability"


# -- standard errors ----------------------------------------------------------------------------


@pytest.mark.parametrize(("sampler", "n"), [("sobol", 2048), ("random", 2048)])
def test_intervals_of_means_and_quantiles_cover_what_is_true(sampler, n):
    """A short run of what `tests/benchmarks/coverage.py` does over 1,000 seeds."""
    cases = coverage.cases()
    seeds = 120
    covered = coverage.covered(cases, n, range(seeds), sampler)
    slack = 3.3 * np.sqrt(0.95 * 0.05 / seeds)
    for name, share in covered.items():
        assert share >= (0.90 if "quantile" in name else 0.95) - slack, name


@pytest.mark.parametrize("n", [8, 512, 1024, 2048, 65536])
def test_a_replicate_is_a_group_of_whole_nets(n):
    assert n % sampling.nets(n) == sampling.nets(n) % REPLICATES == 0


def test_intervals_are_of_as_many_replicates():
    assert pytest.approx(stats.t.ppf(0.975, REPLICATES - 1)) == STUDENT


def test_a_quantile_has_an_error_and_a_warning_where_samples_are_few(result):
    table = result.quantile(0.975).set_index("scenario")
    samples = result.total("gwp").sel(scenario="Poland").to_numpy()
    assert table.loc["Poland", "quantile"] == np.quantile(samples, 0.975)
    assert 0 < table.loc["Poland", "standard_error"] < 0.1 * table.loc["Poland", "quantile"]
    with pytest.warns(UserWarning, match="n = 2048 is too small for the 0.999 quantile: 0.3"):
        result.quantile(0.999)
    with pytest.raises(ValueError, match="q = 97.5 must lie between 0 and 1"):
        result.quantile(97.5)


def test_shares_and_differences_have_errors(result):
    assert (result.shares().query("category == 'gwp'")["share_error"] > 0).all()
    row = result.compare("France", "gwp").iloc[0]
    assert 0 < row["difference_error"] < 0.01 * row["difference"]
    few = lca.simulate(lca.Lifecycle(lca.stages.Accelerator(footprint=1)), n=8)
    assert few.summary()["standard_error"].isna().all()


# -- ranks ------------------------------------------------------------------------------------


def _plugs(**intensities):
    return lca.Study(
        {
            name: lca.Lifecycle(
                lca.stages.Electricity(name="plug", intensity=value, losses=0),
                functional_unit="one kWh",
            )
            for name, value in intensities.items()
        }
    )


def test_ranks_are_probabilities_that_add_up_both_ways():
    drawn = {name: lca.uniform(low=low, high=low + 2, name=name) for low, name in enumerate("abc")}
    ranks = lca.simulate(_plugs(**drawn), n=4096, seed=2).ranks()
    assert list(ranks.columns) == [1, 2, 3, "mean"]
    assert ranks[[1, 2, 3]].sum(axis=0).to_list() == pytest.approx([1, 1, 1])
    assert ranks[[1, 2, 3]].sum(axis=1).to_list() == pytest.approx([1, 1, 1])
    assert ranks["mean"].sum() == pytest.approx(6)
    # a is lowest unless b is: P(b < a) = 1/8 for a on [0, 2] and b on [1, 3]; c never is
    assert ranks[1].to_list() == pytest.approx([7 / 8, 1 / 8, 0], abs=0.01)


def test_ranks_are_of_the_scenarios_that_are_named():
    result = lca.simulate(_plugs(a=1, b=2, c=3), n=8)
    ranks = result.ranks("gwp", ["c", "b"])
    assert ranks["mean"].to_dict() == {"c": 2, "b": 1}
    with pytest.raises(lca.GraphError, match="no scenario 'd'"):
        result.ranks("gwp", ["d"])


def test_equal_totals_share_their_ranks():
    ranks = lca.simulate(_plugs(a=1, b=1, c=2), n=8).ranks()
    assert ranks.to_numpy().tolist() == [[0.5, 0.5, 0, 1.5], [0.5, 0.5, 0, 1.5], [0, 0, 1, 3]]


def test_ranks_of_scenarios_that_cover_differently_are_refused():
    bare = lca.Lifecycle(lca.stages.Electricity(name="plug", intensity=1), functional_unit="x")
    wet = lca.stages.Electricity(name="plug", intensity=1, water=2)
    study = lca.Study({"wet": lca.Lifecycle(wet, functional_unit="x"), "bare": bare})
    result = lca.simulate(study, n=8)
    assert result.ranks("gwp").shape == (2, 3)
    with pytest.raises(lca.GraphError, match="no ranks: bare is without plug"):
        result.ranks("wcf")
    with pytest.raises(lca.GraphError, match="no stage yields 'gwpp'"):
        result.ranks("gwpp")


def test_activities_have_nominal_values_that_sum_to_the_total(tmp_path):
    life = lca.training_run(
        accelerator="H100-SXM", accelerator_hours=1e6, region="FR", development=0.5
    )
    result = lca.simulate(life, 8, progress=False)
    result.to_netcdf(tmp_path / "kept.nc")
    for one in (result, lca.open(tmp_path / "kept.nc")):
        table = one.summary("activity").set_index(["category", "key"])["nominal"]
        assert set(table["gwp"].index) == {"total", "development", "training"}
        for category in result.categories:
            parts = table[category].drop("total")
            assert parts.sum() == pytest.approx(table[category, "total"])
        ratio = table["gwp", "development"] / table["gwp", "training"]
        assert ratio == pytest.approx(0.5)
