"""Updating: a reading of a meter weighs the samples as Bayes' theorem says."""

import warnings

import numpy as np
import pytest

import lca
from lca import updating

PRIOR, ERROR = 0.3, 0.1  # standard deviations of logarithms


def _result(n=2**15, seed=1):
    """A run whose energy is lognormal: hours of a lognormal, at 1 kW."""
    grid = lca.stages.Electricity(name="grid", intensity=0.5, losses=0.0)
    hours = lca.lognormal(median=1000, gsd=np.exp(PRIOR), unit="accelerator_hour")
    run = lca.stages.Training(
        name="run",
        electricity=grid,
        accelerator_hours=hours,
        power=1.0,
        host_overhead=lca.lognormal(median=0.5, gsd=1.2).shifted(1),
    )
    with_host = lca.Lifecycle(run, functional_unit="one run")
    alone = with_host.replace({"run.host_overhead": 1.0})
    return lca.simulate(lca.Study({"alone": alone, "with host": with_host}), n, seed)


@pytest.fixture(scope="module")
def result():
    return _result()


def _closed_form(reading):
    """Return median and log-sd of the product of two lognormals in one unknown."""
    precision = PRIOR**-2 + ERROR**-2
    middle = (np.log(1000) / PRIOR**2 + np.log(reading) / ERROR**2) / precision
    return np.exp(middle), precision**-0.5


def test_lognormal_prior_and_lognormal_reading_in_closed_form(result):
    after = lca.update(
        result, lca.lognormal(median=1.3, gsd=np.exp(ERROR), unit="MWh"), amount="grid"
    )
    median, sigma = _closed_form(1300)
    energy = result.amounts.sel(scenario="alone", stage="grid")
    low, middle, high = after.quantiles(energy, [0.05, 0.5, 0.95])
    assert middle == pytest.approx(median, rel=0.002)
    assert high / low == pytest.approx(np.exp(2 * 1.6448536 * sigma), rel=0.005)
    row = after.totals().set_index("scenario").loc["alone"]
    assert row["median"] == pytest.approx(0.5 * median, rel=0.002)
    assert row["mean"] == pytest.approx(0.5 * median * np.exp(sigma**2 / 2), rel=0.002)
    assert row["prior_median"] == pytest.approx(500, rel=0.002)


def test_normal_prior_and_normal_reading_in_closed_form():
    grid = lca.stages.Electricity(name="grid", intensity=lca.normal(mean=0.5, sd=0.04), losses=0)
    result = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), 2**14, seed=2)
    after = lca.update(
        result, lca.normal(mean=560, sd=30, unit="gCO2e/kWh"), input="grid.intensity"
    )
    precision = 0.04**-2 + 0.03**-2
    row = after.inputs().iloc[0]
    assert row["mean"] == pytest.approx((0.5 * 0.04**-2 + 0.56 * 0.03**-2) / precision, rel=1e-3)
    assert row["narrowed"] == pytest.approx(precision**-0.5 / 0.04, rel=0.01)
    by_total = lca.update(result, lca.normal(mean=560, sd=30, unit="gCO2e"), total="gwp")
    np.testing.assert_allclose(by_total.weights, after.weights)


def test_the_effective_samples_are_those_of_the_closed_form(result):
    # 1 / n times E[L]² / E[L²]: both are integrals of normals in the logarithm
    after = lca.update(
        result, lca.lognormal(median=1000, gsd=np.exp(ERROR), unit="kWh"), amount="grid"
    )
    once = ERROR / np.hypot(ERROR, PRIOR)
    twice = ERROR / np.sqrt(2) / np.hypot(ERROR / np.sqrt(2), PRIOR)
    assert after.effective / result.n == pytest.approx(once**2 / twice, rel=0.01)
    assert after.weights.sum() == pytest.approx(1)


def test_another_scenario_is_updated_by_what_they_share(result):
    after = lca.update(
        result, lca.lognormal(median=1300, gsd=np.exp(ERROR), unit="kWh"), amount="grid"
    )
    totals = after.totals().set_index("scenario")
    ratio = totals["median"] / totals["prior_median"]
    assert ratio["with host"] == pytest.approx(ratio["alone"], rel=0.02)
    inputs = after.inputs().set_index("input")
    assert inputs.index[0] == "run.accelerator_hours"
    assert inputs["narrowed"].iloc[1] == pytest.approx(1, abs=0.03)


def test_two_readings_are_one_of_half_the_variance(result):
    one = lca.lognormal(median=1200, gsd=np.exp(ERROR), unit="kWh")
    both = lca.lognormal(median=1200, gsd=np.exp(ERROR / np.sqrt(2)), unit="kWh")
    twice = lca.update(lca.update(result, one, amount="grid"), one, amount="grid")
    np.testing.assert_allclose(twice.weights, lca.update(result, both, amount="grid").weights)


def test_the_same_result_and_reading_give_the_same_bits():
    reading = lca.normal(mean=1100, sd=50, unit="kWh")
    one, two = (lca.update(_result(1024), reading, amount="grid") for _ in range(2))
    assert (one.weights == two.weights).all()
    other = lca.update(_result(1024, seed=2), reading, amount="grid")
    assert (one.weights != other.weights).any()


def test_few_effective_samples_are_said(result):
    with pytest.warns(UserWarning, match="effective samples of 32768; draw more"):
        after = lca.update(result, lca.normal(mean=1000, sd=0.5, unit="kWh"), amount="grid")
    assert after.effective < updating.LEAST


def test_a_usual_reading_warns_of_nothing(result):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lca.update(result, lca.normal(mean=1000, sd=20, unit="kWh"), amount="grid")


def test_a_reading_that_the_prior_does_not_allow_is_refused(result):
    with pytest.raises(ValueError, match="amount of grid: .* the prior does not allow it"):
        lca.update(result, lca.normal(mean=1.9, sd=0.02, unit="GWh"), amount="grid")


def test_a_reading_just_outside_is_allowed_by_its_error_and_said():
    grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.4, high=0.6), losses=0)
    result = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), 8192)
    with pytest.warns(UserWarning, match="0.61 kgCO2e/kWh lies outside what was drawn, 0.4"):
        lca.update(result, lca.normal(mean=0.61, sd=0.02), input="grid.intensity")


def test_readings_that_contradict_each_other_are_refused(result):
    with pytest.warns(UserWarning, match="effective"):
        after = lca.update(result, lca.normal(mean=1000, sd=0.5, unit="kWh"), amount="grid")
    with pytest.raises(ValueError, match="the prior does not allow it"):
        lca.update(after, lca.normal(mean=2000, sd=0.5, unit="kWh"), amount="grid")


def test_what_is_measured_is_named_once_and_known(result):
    reading = lca.normal(mean=1000, sd=20, unit="kWh")
    with pytest.raises(ValueError, match="name one of amount=, total= and input="):
        lca.update(result, reading)
    with pytest.raises(ValueError, match="name one of amount=, total= and input="):
        lca.update(result, reading, amount="grid", total="gwp")
    with pytest.raises(ValueError, match="no stage 'gird'; did you mean 'grid'"):
        lca.update(result, reading, amount="gird")
    with pytest.raises(ValueError, match="no scenario 'along'; did you mean 'alone'"):
        lca.update(result, reading, amount="grid", scenario="along")
    with pytest.raises(ValueError, match="no drawn input 'run.hours'"):
        lca.update(result, reading, input="run.hours")
    with pytest.raises(lca.UnitError):
        lca.update(result, lca.normal(mean=1, sd=0.1, unit="kg"), amount="grid")


def test_a_reading_without_an_error_is_refused(result):
    with pytest.raises(ValueError, match="a reading is lca.normal or lca.lognormal"):
        lca.update(result, lca.fixed(1000, "kWh"), amount="grid")


def test_a_summary_has_no_samples_to_weigh():
    grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.4, high=0.6))
    life = lca.Lifecycle(grid, functional_unit="one kWh")
    kept = lca.simulate(life, 1024, keep="summary")
    with pytest.raises(ValueError, match="needs samples"):
        lca.update(kept, lca.normal(mean=0.5, sd=0.1), input="grid.intensity")


# -- choices and discrete inputs ----------------------------------------------------------------


def _card(weights):
    cards = {
        name: lca.stages.Accelerator(name=name, footprint=footprint)
        for name, footprint in (("vendor", 164), ("tear-down", 273))
    }
    life = lca.Lifecycle(lca.choice("model", cards, weights=weights), functional_unit="one card")
    return lca.simulate(life, 1024)


def test_a_choice_has_the_probability_of_its_options_before_and_after(tmp_path):
    result = _card({"vendor": 3, "tear-down": 1})
    reading = lca.normal(mean=200, sd=60, unit="kgCO2e")
    after = lca.update(result, reading, total="gwp")
    likely = {one: np.exp(-(((200 - one) / 60) ** 2) / 2) for one in (164, 273)}
    vendor = 3 * likely[164] / (3 * likely[164] + likely[273])
    rows = after.options().set_index(["input", "option"])
    assert rows.loc[("model", "vendor"), "prior"] == pytest.approx(0.75, abs=1e-3)
    assert rows.loc[("model", "vendor"), "posterior"] == pytest.approx(vendor, abs=1e-3)
    assert rows["posterior"].sum() == pytest.approx(1)
    assert after.inputs().empty
    result.to_netcdf(tmp_path / "result.nc")
    again = lca.update(lca.open(tmp_path / "result.nc"), reading, total="gwp")
    assert again.options().equals(after.options())


def test_without_choices_there_are_no_options(result):
    after = lca.update(result, lca.normal(mean=1000, sd=20, unit="kWh"), amount="grid")
    assert after.options().empty
    assert list(after.options()) == ["input", "option", "prior", "posterior"]


def test_an_interval_without_width_cannot_be_narrowed_and_stands_last():
    grid = lca.stages.Electricity(
        name="grid",
        intensity=lca.uniform(low=0.4, high=0.6),
        losses=lca.discrete(values=[0.0, 0.1], weights=[99, 1]),
    )
    result = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), 1024)
    inputs = lca.update(result, lca.normal(mean=0.5, sd=0.05), input="grid.intensity").inputs()
    assert inputs["input"].tolist() == ["grid.intensity", "grid.losses"]
    assert inputs["narrowed"][0] < 1
    assert np.isnan(inputs["narrowed"][1])
    assert inputs["prior_median"][1] == inputs["median"][1] == 0
