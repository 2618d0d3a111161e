"""Electricity: mixes, hours, contracts and years, against values worked by hand."""

import numpy as np
import pytest

import lca
from lca import catalogue, studyfile, tables
from lca.stages import (
    Electricity,
    ElectricityBlend,
    ElectricityMix,
    MarketBasedElectricity,
    electricity,
    electricity_accounting,
    electricity_mix,
    electricity_with_water,
    future_electricity,
    hourly_electricity,
    hourly_matching,
    load_weighted,
    market_based_electricity,
    matched_share,
    technology_mix,
)

TEN = ("FR", "SE", "PL", "IN", "US", "DE", "GB", "CN", "BR", "JP")


def per_kwh(stage, category="gwp"):
    return lca.Lifecycle(stage, functional_unit="one kWh").nominal(category)


def samples(*stages, n=64):
    """Return the samples of one stage, or of several that are sampled together."""
    study = lca.Study(
        {str(i): lca.Lifecycle(one, functional_unit="one kWh") for i, one in enumerate(stages)}
    )
    drawn = lca.simulate(study, n, 3, progress=False).total("gwp").to_numpy()
    return drawn[0] if len(stages) == 1 else drawn


# -- a mix ------------------------------------------------------------------------------------


def test_a_mix_is_the_mean_of_its_technologies_over_what_arrives():
    mix = ElectricityMix(
        shares={"coal": 0.25, "wind": 0.75}, intensity={"coal": 0.8, "wind": 0.02}, losses=0.2
    )
    assert per_kwh(mix) == pytest.approx((0.25 * 0.8 + 0.75 * 0.02) / 0.8)


def test_shares_are_weights_that_sum_to_one_but_for_rounding():
    given = {"intensity": {"coal": 0.8, "wind": 0.02}, "losses": 0.0}
    rounded = ElectricityMix(shares={"coal": 0.499, "wind": 0.499}, **given)
    assert per_kwh(rounded) == pytest.approx(0.41)
    for wrong, whole in ((0.3, "0.6"), (0.51, "1.02"), (0, "0")):
        with pytest.raises(lca.DataError, match=f"the shares sum to {whole}, not to 1"):
            ElectricityMix(shares=dict.fromkeys(("coal", "wind"), wrong), **given)
    drawn = lca.shares({"coal": 0.3, "wind": 0.3, "sun": 0.4}, concentration=5)
    with pytest.raises(lca.DataError, match="the shares sum to 0.6, not to 1"):
        ElectricityMix(shares={one: drawn[one] for one in ("coal", "wind")}, **given)


def test_where_all_technologies_are_alike_no_draw_of_the_shares_matters():
    shares = lca.shares({"a": 0.2, "b": 0.3, "c": 0.5}, concentration=5)
    alike = ElectricityMix(shares=shares, intensity=dict.fromkeys("abc", 0.5), losses=0.1)
    assert samples(alike) == pytest.approx(np.full(64, 0.5 / 0.9))


def test_every_draw_lies_between_the_cleanest_and_the_dirtiest_technology():
    shares = lca.shares({"a": 0.2, "b": 0.8}, concentration=5)
    drawn = samples(ElectricityMix(shares=shares, intensity={"a": 0.9, "b": 0.1}, losses=0.0))
    assert drawn.min() > 0.1
    assert drawn.max() < 0.9
    assert drawn.std() == pytest.approx(0.8 * np.sqrt(0.2 * 0.8 / 6), rel=0.1)


def test_california_of_2022_is_its_hourly_mean():
    """Sums of Form EIA-930, GWh, times the factors: the generation-weighted mean of the table."""
    generated = {
        "wind_onshore": 17374, "solar_utility": 35900, "hydro": 14833, "oil": 505,
        "gas_cc": 82774, "coal": 38, "coal_pc": 38, "nuclear": 17662, "biomass": 2814,
    }  # fmt: skip
    whole = sum(generated.values())
    keys = {row["technology"]: row["ghg"] for row in tables.rows("electricity_fuel_classes")}
    mix = ElectricityMix(
        shares={one: energy / whole for one, energy in generated.items()},
        intensity={one: catalogue.figure(keys[one]) for one in generated},
        losses=0.0,
    )
    table = catalogue.hourly("US-CISO").area["mean_weighted"].point
    assert per_kwh(mix) == pytest.approx(table, rel=0.002)


@pytest.mark.parametrize("region", TEN)
def test_the_mix_of_a_country_comes_near_its_published_intensity(region):
    """Ten countries without a known reason to differ; those with one are in test_data_grid."""
    published = catalogue.region(region, 2023).intensity.point
    assert per_kwh(electricity_mix(region, 2023, losses=0)) == pytest.approx(published, rel=0.25)


@pytest.mark.parametrize("region", TEN)
@pytest.mark.parametrize("reservoirs", [True, False])
def test_the_water_of_a_mix_is_that_of_the_water_table(region, reservoirs):
    word = "electricity" if reservoirs else "electricity_without_hydro"
    table = catalogue.figure(f"water.{word}.{region}").point
    mix = electricity_mix(region, 2023, losses=0, reservoirs=reservoirs)
    assert per_kwh(mix, "wcf") == pytest.approx(table, rel=0.01)


def test_primary_energy_of_wind_and_coal():
    row = {r["id"]: r for r in tables.rows("electricity_mix")}["mix.FR.2023"]
    assert float(row["nuclear"]) * 10.91 < per_kwh(electricity_mix("FR", 2023, losses=0), "pe") < 11
    assert per_kwh(electricity_mix("NO", 2023, losses=0), "pe") == pytest.approx(3.6, rel=0.05)


def test_a_category_that_is_not_known_is_absent():
    given = {"shares": {"a": 1.0}, "intensity": {"a": 0.5}}
    dry, wet = ElectricityMix(**given), ElectricityMix(**given, water={"a": 2.0})
    assert lca.stage.flows_of(dry) == ["gwp"]
    assert lca.stage.flows_of(wet) == ["gwp", "wcf"]
    full = electricity_mix("FR", 2023)
    assert lca.stage.flows_of(full) == ["gwp", "pe", "wcf"]
    assert not lca.Lifecycle(full, functional_unit="one kWh").graph.covered(full, "adpe")


def test_factors_are_common_to_countries_and_shares_are_not():
    french, german = (
        set(lca.Lifecycle(electricity_mix(one, 2023), functional_unit="one kWh").inputs.index)
        for one in ("FR", "DE")
    )
    assert {"technology.gas_cc.ghg.ar5", "technology.hydro.ghg.ar5"} <= french & german
    assert {"generation mix FR 2023", "water of gas, FR"} <= french - german


def test_the_thermal_plants_of_a_country_have_one_unknown_cooling():
    water = electricity_mix("DE", 2023).water
    assert {water[one].common for one in ("coal", "gas_cc", "oil", "nuclear", "biomass")} == {
        "cooling of power plants, DE"
    }
    assert not any(water[one].common for one in ("hydro", "solar_utility", "wind_onshore"))


def test_a_country_of_one_technology_has_no_uncertain_share():
    row = next(r for r in tables.rows("electricity_mix") if r["id"] == "mix.AE.2015")
    assert float(row["gas"]) > 0.99  # solar is large enough to be drawn, oil and wind are not
    mix = electricity_mix("AE", 2015, losses=0)
    assert [name for name, one in mix.shares.items() if not one.is_fixed] == [
        "gas_cc",
        "solar_utility",
    ]
    alone = electricity_mix("AE", 2015, concentration=1, losses=0)
    assert all(one.is_fixed for one in alone.shares.values())
    assert per_kwh(alone) == pytest.approx(per_kwh(mix))


def test_surer_shares_spread_less():
    sure, unsure = (samples(electricity_mix("DE", 2023, concentration=c)) for c in (1000, 10))
    assert sure.std() < unsure.std()


@pytest.mark.parametrize(
    ("technologies", "flows"),
    [
        (("coal", "nuclear", "solar_utility"), ["gwp", "pe", "wcf"]),
        (("coal", "wind_onshore"), ["gwp", "pe"]),
        (("csp", "hydro"), ["gwp", "pe", "wcf"]),
        (("coal_igcc", "gas_cc"), ["gwp", "wcf"]),
        (("coal_igcc", "wind_offshore"), ["gwp"]),
    ],
)
def test_a_mix_of_ones_own_yields_what_is_known_of_all_its_technologies(technologies, flows):
    shares = dict.fromkeys(technologies, 1 / len(technologies))
    assert lca.stage.flows_of(technology_mix(shares)) == flows


def test_dry_cooling_takes_less_water():
    wet, dry = (technology_mix({"gas_cc": 1.0}, cooling=one) for one in ("tower", "dry"))
    assert per_kwh(dry, "wcf") < 0.02 * per_kwh(wet, "wcf")


def test_mixes_of_ones_own_that_do_not_fit_are_refused():
    with pytest.raises(lca.DataError, match="no technology 'nuclea'; did you mean 'nuclear'"):
        technology_mix({"nuclea": 1.0})
    with pytest.raises(lca.DataError, match="the shares sum to 0.6, not to 1"):
        technology_mix({"nuclear": 0.6})
    with pytest.raises(lca.DataError, match="no cooling 'towers'; did you mean 'tower'"):
        technology_mix({"nuclear": 1.0}, cooling="towers")
    with pytest.raises(lca.DataError, match="scarcity multiplies the water, which is not known"):
        technology_mix({"wind_onshore": 1.0}, scarcity=lca.fixed(30, "m3we/m3"))


def test_scarcity_multiplies_the_water():
    scarce = lca.fixed(30, "m3we/m3")
    mix = electricity_mix("ES", 2023, scarcity=scarce)
    assert per_kwh(mix, "wsf") == pytest.approx(0.03 * per_kwh(mix, "wcf"))
    plain = Electricity(intensity=0.4, water=2, scarcity=scarce, losses=0.1)
    assert per_kwh(plain, "wsf") == pytest.approx(0.03 * 2 / 0.9)


def test_mixes_that_are_not_on_record_are_refused():
    with pytest.raises(lca.DataError, match="did you mean 'FR'"):
        electricity_mix("FRA")
    with pytest.raises(lca.DataError, match="no generation mix of 2035; there is 2015 to 20"):
        electricity_mix("FR", 2035)
    with pytest.raises(lca.DataError, match="no generation mix of 'US-VA'"):
        electricity_mix("US-VA")
    for wrong in (0, -1, float("nan"), "sure"):
        with pytest.raises(lca.DataError, match="concentration = "):
            electricity_mix("FR", 2023, concentration=wrong)
    with pytest.raises(ValueError, match="intensity are of coal, but shares of wind"):
        ElectricityMix(shares={"wind": 1.0}, intensity={"coal": 0.8})


# -- hours ------------------------------------------------------------------------------------


def test_a_load_weights_the_hours_in_which_it_runs():
    assert load_weighted([2, 0, 1], [0.1, 0.9, 0.4]) == pytest.approx((0.2 + 0.4) / 3)
    stage = Electricity(intensity=0.4, timing=0.7, losses=0.2)
    assert per_kwh(stage) == pytest.approx(0.4 * 0.7 / 0.8)


@pytest.mark.parametrize("area", ["DK", "FR", "US-BPAT"])
def test_a_flat_load_has_the_plain_mean_over_that_weighted_by_generation(area):
    """The level is emissions over generation, so hours of much generation weigh more in it."""
    found = catalogue.hourly(area)
    ratio = found.intensity.mean() / found.area["mean_weighted"].point
    grid = hourly_electricity(area, losses=0)
    assert grid.timing.point == pytest.approx(ratio)
    assert grid.timing.is_fixed
    same = hourly_electricity(area, load=[1] * 24, utc_offset=0)
    assert same.timing.point == pytest.approx(ratio)
    level = Electricity(intensity=grid.intensity, losses=0, name="level")
    one, other = samples(grid, level)
    np.testing.assert_allclose(one, ratio * other, rtol=1e-12)


def test_the_flat_loads_that_differ_most_from_the_weighted_mean():
    known = {"DK": 1.125, "US-BPAT": 1.057}
    found = {area: hourly_electricity(area).timing.point for area in known}
    assert found == pytest.approx(known, abs=0.002)
    assert hourly_electricity("US-BPAT", level=0.1).timing.point == found["US-BPAT"]


def test_a_load_that_follows_generation_has_the_level():
    """Weighted by generation, the hours give the level again: 1 only for such a load."""
    values = catalogue.hourly("DK").intensity
    level = catalogue.hourly("DK").area["mean_weighted"].point
    load = np.where(values < np.median(values), 1.0, 0.0)  # in clean hours, as the wind blows
    other = 1 - load
    one, two = (load_weighted(each, values) for each in (load, other))
    share = (two - level) / (two - one)
    mixed = hourly_electricity(
        "DK", load=share * load / load.sum() + (1 - share) * other / other.sum(), utc_offset=0
    )
    assert mixed.timing.point == pytest.approx(1)


def test_the_day_weights_the_profile_of_the_year():
    values = catalogue.hourly("DE").intensity
    noon = np.zeros(24)
    noon[12] = 1
    annual = catalogue.hourly("DE").area["mean_weighted"].point
    expected = values[11::24].mean() / annual  # 12:00 in UTC+1 is 11:00 in UTC
    assert hourly_electricity("DE", load=noon, utc_offset=1).timing.point == pytest.approx(expected)


def test_clocks_are_converted_to_utc():
    local, utc = np.arange(24.0), np.roll(np.arange(24.0), 8)  # 16:00 UTC is 08:00 local
    one = hourly_electricity("US-CISO", load=local, utc_offset=-8)
    other = hourly_electricity("US-CISO", load=utc, utc_offset=0)
    whole = hourly_electricity("US-CISO", load=np.tile(utc, 365), utc_offset=0)
    assert one.timing.point == pytest.approx(other.timing.point, rel=1e-12)
    assert other.timing.point == whole.timing.point


def test_noon_is_cleaner_than_the_evening_where_the_sun_supplies():
    noon, evening = (
        hourly_electricity("US-CISO", load=np.eye(24)[hour], utc_offset=-8) for hour in (12, 20)
    )
    assert noon.timing.point < 0.75
    assert evening.timing.point > 1.1


def test_the_shape_is_as_sure_as_the_load_is_flat():
    table = catalogue.hourly("FR").area["shape_gsd"].point
    hour = np.zeros(8784)
    hour[100] = 1
    half = np.repeat([1.0, 0.0], 12)
    spread = {
        name: hourly_electricity("FR", load=load, utc_offset=0).timing.distribution
        for name, load in {"hour": hour, "half": half, "flat": np.ones(24)}.items()
    }
    assert np.log(spread["hour"].gsd) == pytest.approx(np.log(table) * 287 / 288, rel=0.01)
    assert spread["half"].gsd == pytest.approx(table**0.5, rel=0.01)
    assert spread["flat"].is_fixed
    exact = hourly_electricity("FR", load=half, utc_offset=0, shape_gsd=1)
    assert exact.timing.is_fixed
    american = hourly_electricity("US-PJM", load=half, utc_offset=-5)
    assert american.timing.distribution.gsd == pytest.approx(1.26**0.5, rel=0.01)


def test_loads_of_one_area_rest_on_one_uncertain_shape():
    hours = np.eye(24)
    noon, late, night = (
        hourly_electricity("US-CISO", load=load, utc_offset=-8, name=name, level=0.2, losses=0)
        for name, load in {
            "noon": hours[12],
            "late": hours[12] + hours[14],
            "night": hours[20],
        }.items()
    )
    drawn = np.log(samples(noon, late, night, n=256))
    assert np.corrcoef(drawn)[0, 1] == pytest.approx(1)
    sigmas = [np.log(one.timing.distribution.gsd) for one in (noon, late)]
    slope = drawn[0].std() / drawn[1].std()
    assert slope == pytest.approx(sigmas[0] / sigmas[1])
    assert abs(np.corrcoef(drawn)[0, 2]) < 0.1  # cleaner hours do not rise with dirtier ones
    elsewhere = hourly_electricity("US-PJM", load=hours[12], utc_offset=-5)
    assert elsewhere.timing.common != noon.timing.common


def test_a_balancing_area_has_its_own_level_and_the_spread_of_its_country():
    area = hourly_electricity("US-CISO")
    assert area.intensity.point == catalogue.hourly("US-CISO").area["mean_weighted"].point
    assert area.intensity.common == catalogue.region("US", 2022).intensity.common
    assert hourly_electricity("US-CISO", level=0.2).intensity.point == 0.2


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"load": [1] * 24}, "say in which clock .* utc_offset=-8 for the local time of US-CISO"),
        ({"load": [1] * 24, "utc_offset": 5.5}, "no whole number of hours"),
        ({"load": [1] * 24, "utc_offset": float("nan")}, "utc_offset = nan is no whole number"),
        ({"load": [1] * 24, "utc_offset": "west"}, "utc_offset = 'west' is no whole number"),
        ({"utc_offset": -8}, "a flat load has no clock: leave utc_offset out"),
        ({"shape_gsd": 1.2}, "a flat load has no uncertain shape: leave shape_gsd out"),
        ({"year": 2022, "level": 0.2}, "level is your own: leave year out"),
        ({"load": [1] * 23 + [2], "utc_offset": 0, "shape_gsd": "wide"}, "shape_gsd = 'wide'"),
        ({"load": [1] * 23 + [2], "utc_offset": 0, "shape_gsd": float("inf")}, "shape_gsd = inf"),
        ({"load": [1] * 8784, "utc_offset": 0}, r"US-CISO \(2022\) takes 24 .* or 8760"),
        ({"load": [0] * 24, "utc_offset": 0}, "it is 0 in every hour"),
        ({"load": [-1] + [1] * 23, "utc_offset": 0}, "at least 0"),
        ({"load": [float("nan")] * 24, "utc_offset": 0}, "at least 0"),
        ({"load": "night"}, "give 'flat'"),
        ({"load": [["a"]] * 24, "utc_offset": 0}, "no list of numbers"),
        ({"year": 2023}, "known for 2022, not for 2023"),
        ({"load": [1] * 23 + [2], "utc_offset": 0, "shape_gsd": 0.9}, "at least 1"),
    ],
)
def test_loads_that_do_not_fit_are_refused(about, message):
    with pytest.raises(lca.DataError, match=message):
        hourly_electricity("US-CISO", **about)
    with pytest.raises(lca.DataError, match="did you mean"):
        hourly_electricity("US-CISOO", **about)


def test_profiles_of_different_length_are_refused():
    with pytest.raises(lca.DataError, match="load has 2 hours, intensity 3"):
        load_weighted([1, 1], [1, 1, 1])
    with pytest.raises(lca.DataError, match="load has 2 hours .* generation has 3 hours"):
        matched_share([1, 1], [1, 1, 1], by="hour")
    with pytest.raises(lca.DataError, match="by = 'month'; it is 'hour' or 'year'"):
        matched_share([1], [1], by="month")


# -- contracts --------------------------------------------------------------------------------


def by_contract(matched, contract, **given):
    return market_based_electricity("DE", contract, matched, **given)


def test_what_is_matched_counts_as_contracted_and_the_rest_as_residual():
    market = by_contract(0.6, 0.012, residual=0.5, losses=0.2)
    assert per_kwh(market) == pytest.approx((0.6 * 0.012 + 0.4 * 0.5) / 0.8)


def test_a_contract_is_never_free_of_emissions():
    for wrong in (0.0, 0.001):
        with pytest.raises(ValueError, match=f"contract': intensity = {wrong:g} .* lies below"):
            by_contract(1.0, wrong, residual=0.5)
    with pytest.raises(ValueError, match="residual': intensity = 0 kgCO2e/kWh lies below"):
        by_contract(1.0, 0.01, residual=0.0)
    smallest = min(
        float(row["value"])
        for row in tables.rows("electricity_technologies")
        if ".ghg." in row["id"]
    )
    assert smallest > 0.003
    everything = market_based_electricity("DE", "wind_onshore", 1.0, year=2023, losses=0)
    assert per_kwh(everything) == catalogue.figure("technology.wind_onshore.ghg.ar5").point


def test_the_rest_of_a_load_counts_in_its_own_hours():
    market = by_contract(0.6, 0.012, residual=0.5, losses=0.2, residual_timing=1.3)
    assert per_kwh(market) == pytest.approx((0.6 * 0.012 + 0.4 * 0.5 * 1.3) / 0.8)
    made = market_based_electricity(
        "DE", "wind_onshore", 0.6, residual=0.5, losses=0, residual_timing=1.3
    )
    wind = catalogue.figure("technology.wind_onshore.ghg.ar5").point
    assert per_kwh(made) == pytest.approx(0.6 * wind + 0.4 * 0.5 * 1.3)


def test_the_hours_that_are_not_matched_by_hand():
    share, timing = hourly_matching([2, 2, 2, 2], [2, 3, 1, 0], [0.1, 0.2, 0.3, 0.6])
    assert share == pytest.approx(5 / 8)
    assert timing == pytest.approx((1 * 0.3 + 2 * 0.6) / 3 / 0.3)
    assert hourly_matching([1, 1], [0, 0], [0.1, 0.3]) == (0, 1)
    assert hourly_matching([1, 1], [1, 2], [0.1, 0.3]) == (1, 1)


def test_hours_without_sun_are_dirtier_than_the_mean_where_the_sun_supplies():
    found = catalogue.hourly("US-CISO")
    hour = (np.arange(8760) - 8) % 24
    sun = np.maximum(0, np.sin(np.pi * (hour - 6) / 12))
    load = np.ones(8760)
    share, timing = hourly_matching(load, 2 * sun, "US-CISO")
    assert share == matched_share(load, 2 * sun, by="hour")
    rest = load - np.minimum(load, 2 * sun)
    annual = found.area["mean_weighted"].point
    assert timing == pytest.approx(load_weighted(rest, found.intensity) / annual)
    assert timing > 1.05


def test_hours_to_match_that_do_not_fit_are_refused():
    with pytest.raises(lca.DataError, match="load has 2 hours, intensity 3"):
        hourly_matching([1, 1], [1, 1], [0.1, 0.2, 0.3])
    with pytest.raises(lca.DataError, match="generation has 3 hours"):
        hourly_matching([1, 1], [1, 1, 1], [0.1, 0.2])
    with pytest.raises(lca.DataError, match="intensity: it is 0 in every hour"):
        hourly_matching([1, 1], [1, 0], [0, 0])
    with pytest.raises(lca.DataError, match="did you mean"):
        hourly_matching([1, 1], [1, 1], "US-CISOO")


def test_a_missing_residual_mix_shows_in_the_name_and_is_the_average():
    missing = market_based_electricity("DE", "solar_utility", 0.0, year=2023)
    assert missing.name == "market-based, residual mix missing"
    lossless = market_based_electricity("DE", "solar_utility", 0.0, year=2023, losses=0)
    one, other = samples(lossless, electricity("DE", 2023, losses=0))
    np.testing.assert_array_equal(one, other)
    known = market_based_electricity("DE", "solar_utility", 0.0, year=2023, residual=0.7, losses=0)
    assert known.name == "market-based"
    assert per_kwh(known) == 0.7


def test_more_matching_emits_less_in_every_sample():
    half, most = samples(
        *(market_based_electricity("PL", "wind_onshore", m, losses=0) for m in (0.5, 0.9))
    )
    assert (most < half).all()


def test_matching_by_the_hour_is_never_more_than_by_the_year():
    assert matched_share([1, 1, 1, 1], [2, 2, 0, 0], by="hour") == 0.5
    assert matched_share([1, 1, 1, 1], [2, 2, 0, 0], by="year") == 1
    rng = np.random.default_rng(1)
    for _ in range(20):
        load, given = rng.uniform(0.5, 1.5, 8760), rng.exponential(rng.uniform(0.2, 2), 8760)
        by_hour, by_year = (matched_share(load, given, by=one) for one in ("hour", "year"))
        assert 0 < by_hour < by_year <= 1


def test_a_blend_yields_what_is_known_of_all_its_supplies():
    """0.6 of a supply with 2 L and 9 MJ, the rest of one with 1 L and 4 MJ, each at the plug."""
    wet = Electricity(name="wet", intensity=0.1, losses=0.1, water=2, primary_energy=9)
    rest = Electricity(name="rest", intensity=0.5, losses=0.2, water=1, primary_energy=4)
    shares = {"wet": 0.6, "rest": 0.4}
    blend = ElectricityBlend(sources={"wet": wet, "rest": rest}, shares=shares)
    market = MarketBasedElectricity(contract=wet, residual=rest, matched=0.6)
    expected = [0.6 * a / 0.9 + 0.4 * b / 0.8 for a, b in ((0.1, 0.5), (2, 1), (9, 4))]
    for stage in (blend, market):
        found = [per_kwh(stage, category) for category in ("gwp", "wcf", "pe")]
        assert found == pytest.approx(expected)
    dry = Electricity(name="rest", intensity=0.5, losses=0.2)
    life = lca.Lifecycle(
        ElectricityBlend(name="blend", sources={"wet": wet, "rest": dry}, shares=shares),
        functional_unit="one kWh",
    )
    states = life.coverage["wcf"]
    assert (states["rest"], states["wet"]) == ("missing", "complete")
    result = lca.simulate(life, 8, progress=False)
    assert result.missing("baseline", "wcf") == ["rest"]
    assert result.info["settings"]["baseline"]["accounting"] == {"blend": "location-based"}


def test_a_blend_with_a_supply_by_market_is_by_market():
    market = market_based_electricity("DE", "wind_onshore", 0.6, year=2023, name="market")
    grid = lca.stages.electricity("FR", year=2022, name="grid")

    def accounting(**sources):
        shares = dict.fromkeys(sources, 1 / len(sources))
        blend = lca.stages.ElectricityBlend(sources=sources, shares=shares, name="blend")
        made = lca.simulate(lca.Lifecycle(blend, functional_unit="one kWh"), n=8)
        return made.info["settings"]["baseline"]["accounting"]

    within = lca.stages.ElectricityBlend(sources={"a": market}, shares={"a": 1.0}, name="within")
    assert accounting(market=market, grid=grid) == {"blend": "market-based"}
    assert accounting(within=within, grid=grid) == {"blend": "market-based"}
    assert accounting(grid=grid) == {"blend": "location-based"}


@pytest.mark.parametrize("region", ["US", "FR"])  # with areas on record, and without
def test_a_site_within_a_country_keeps_what_is_given(region):
    given = {"name": "grid", "water": 2.0, "losses": 0.1}
    made = lca.stages.electricity_within(region, 2020, **given)
    assert (made.name, made.water.point, made.losses.point) == ("grid", 2.0, 0.1)
    assert "wcf" in lca.Lifecycle(made, functional_unit="one kWh").categories


def test_shares_of_a_blend_are_weights_of_all_its_supplies():
    one, two = (Electricity(name=n, intensity=x, losses=0) for n, x in (("a", 0.1), ("b", 0.5)))
    both = {"a": one, "b": two}
    rounded = ElectricityBlend(sources=both, shares={"a": 0.499, "b": 0.499})
    assert per_kwh(rounded) == pytest.approx(0.3)
    spread = {"a": lca.uniform(low=0.4, high=0.6), "b": lca.uniform(low=0.4, high=0.6)}
    drawn = samples(ElectricityBlend(sources=both, shares=spread))
    assert drawn.min() >= 0.1
    assert drawn.max() <= 0.5
    for given, message in (
        ({"a": 0.5, "b": 0.4}, "the shares sum to 0.9, not to 1"),
        ({"a": 0.5, "aa": 0.5}, "shares are of a, aa, but sources of a, b"),
        ({"a": 1.0}, "shares are of a, but sources of a, b"),
        ({"a": 1.2, "b": -0.2}, "shares.a = 1.2 lies above"),
    ):
        with pytest.raises(ValueError, match=message):
            ElectricityBlend(sources=both, shares=given)


def test_water_and_primary_energy_of_a_load_by_the_hour_are_those_of_the_year():
    noon = hourly_electricity("US-CISO", load=np.eye(24)[12], utc_offset=-8, losses=0)
    mix = electricity_mix("US", 2022, losses=0)
    timed = electricity_mix("US", 2022, losses=0, timing=noon.timing)
    assert per_kwh(timed) == pytest.approx(noon.timing.point * per_kwh(mix))
    for category in ("wcf", "pe"):
        assert per_kwh(timed, category) == per_kwh(mix, category)
    water = hourly_electricity("FR", water=catalogue.figure("water.electricity.FR"), losses=0)
    assert per_kwh(water, "wcf") == catalogue.figure("water.electricity.FR").point


def test_a_contract_brings_what_is_known_of_its_plants():
    rest = electricity_mix("DE", 2023, name="rest", losses=0)
    market = by_contract(0.6, "nuclear", residual=rest, losses=0)
    own = technology_mix({"nuclear": 1.0}, losses=0)
    for category in ("gwp", "wcf", "pe"):
        expected = 0.6 * per_kwh(own, category) + 0.4 * per_kwh(rest, category)
        assert per_kwh(market, category) == pytest.approx(expected)
    supply = by_contract(0.6, own, residual=rest)
    assert per_kwh(supply) == pytest.approx(per_kwh(market))
    with pytest.raises(lca.DataError, match="give the residual supply a timing of its own"):
        by_contract(0.6, "nuclear", residual=rest, residual_timing=1.2)


def test_a_study_file_blends_supplies_of_its_own():
    tree = {
        "study": "blend",
        "root": "grid",
        "stages": {
            "grid": {
                "make": "market_based_electricity",
                "region": "DE",
                "contract": "wind_onshore",
                "matched": 0.6,
                "residual": "rest",
            },
            "rest": {"make": "electricity_mix", "region": "DE", "year": 2023},
        },
    }
    life = studyfile.build(tree).study.scenarios["baseline"]
    market = by_contract(0.6, "wind_onshore", residual=electricity_mix("DE", 2023, name="rest"))
    assert life.nominal("gwp") == per_kwh(market)
    assert life.categories == ["gwp", "pe", "wcf"]


def test_both_methods_stand_side_by_side():
    grid = electricity_accounting("DE", "wind_onshore", 0.6, year=2023, name="grid")
    assert grid.picked.kind == "decision"
    life = lca.Lifecycle(grid, functional_unit="one kWh")
    options = life.options("electricity accounting")
    located, market = (options[one].nominal("gwp") for one in ("location-based", "market-based"))
    assert located == per_kwh(electricity("DE", 2023))
    wind = catalogue.figure("technology.wind_onshore.ghg.ar5").point
    loss = catalogue.figure("operation.grid_loss_share.default").point
    assert market == pytest.approx(0.6 * wind / (1 - loss) + 0.4 * located)
    dirtier = electricity_accounting("DE", "wind_onshore", 0.6, year=2023, residual_timing=1.2)
    timed = lca.Lifecycle(dirtier, functional_unit="one kWh").options("electricity accounting")
    assert timed["location-based"].nominal("gwp") == pytest.approx(located)
    assert timed["market-based"].nominal("gwp") == pytest.approx(market + 0.2 * 0.4 * located)
    assert "grid, market-based, residual mix missing" in life.tree()
    drawn = lca.simulate(lca.Study(options), 64, 1, progress=False).total("gwp").to_numpy()
    assert (drawn[1] < drawn[0]).all()  # one draw of losses and grid for both
    assert list(life.inputs.index).count("grid.losses") == 1


def test_contracts_with_unknown_technologies_are_refused():
    with pytest.raises(lca.DataError, match="no technology 'wind_onshor'; did you mean"):
        market_based_electricity("DE", "wind_onshor", 0.5)
    with pytest.raises(ValueError, match="matched = 1.2"):
        market_based_electricity("DE", "hydro", 1.2)


# -- what a figure holds ------------------------------------------------------------------------

STACK = ("US-RFCE", "CN-GD")
CONSTRUCTORS = {
    "electricity": electricity,
    "electricity_with_water": electricity_with_water,
    "market_based_electricity": lambda region, **about: market_based_electricity(
        region, "wind_onshore", 0.5, **about
    ),
    "electricity_accounting": lambda region, **about: electricity_accounting(
        region, "wind_onshore", 0.5, **about
    ),
}


@pytest.mark.parametrize("region", STACK)
@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_a_figure_of_the_stack_alone_does_not_pass_for_a_lifecycle(name, region):
    make = CONSTRUCTORS[name]
    country = region.split("-")[0]
    with pytest.raises(lca.DataError, match=f"{region}.*'stack'.*boundary='stack'.*{country!r}"):
        make(region)
    with pytest.raises(lca.DataError, match="'FR' .* leave boundary out"):
        make("FR", boundary="stack")
    with pytest.raises(lca.DataError, match="boundary = 'gate'; it is 'lifecycle' or 'stack'"):
        make("FR", boundary="gate")


@pytest.mark.parametrize("region", STACK)
def test_a_figure_of_the_stack_is_given_to_those_who_ask_for_it(region):
    known = catalogue.region(region).intensity.point
    assert electricity(region, boundary="stack").intensity.point == known
    market = market_based_electricity(region, "wind_onshore", 0.0, boundary="stack", losses=0)
    assert per_kwh(market) == pytest.approx(known)
    both = electricity_accounting(region, "wind_onshore", 0.0, boundary="stack", losses=0)
    assert per_kwh(both) == pytest.approx(known)


def test_areas_with_lifecycle_figures_pass():
    area = next(
        row["area"] for row in tables.rows("electricity_subnational") if row["boundary"] != "stack"
    )
    assert electricity(area).intensity.point == catalogue.region(area).intensity.point


def test_losses_of_the_united_states_are_their_own():
    own = catalogue.figure("electricity.loss.US.2023")
    made = (
        electricity("US"),
        electricity("US-RFCE", boundary="stack"),
        lca.stages.electricity_with_water("US"),
        electricity_mix("US"),
        hourly_electricity("US-CISO"),
        market_based_electricity("US", "hydro", 0.5),
        electricity_accounting("US", "hydro", 0.5).alternatives["location-based"],
        future_electricity("US", "geco-2025-reference", [2026]),
    )
    bearing = [x for one in made for x in list(lca.stage.suppliers_of(one)) or [one]]
    assert len(bearing) == len(made) + 1
    for one in bearing:
        assert one.losses.point == own.point, one
        assert one.losses.distribution == own.distribution
    assert electricity("US", losses=0.07).losses.point == 0.07


def test_losses_elsewhere_span_those_of_the_world():
    """World Bank, 2014: Germany 3.9 %, China 5.5 %, Russia 10 %, India 19.3 % of output."""
    known = electricity("IN").losses
    assert known.point == 0.05
    low, high = known.support
    assert low < 0.039
    assert high > 0.193


@pytest.mark.parametrize(
    "make",
    [
        lambda value: Electricity(intensity=value),
        lambda value: Electricity(intensity=value, water=1, scarcity=1),
        lambda value: Electricity(intensity=value, timing=1),
        lambda value: ElectricityMix(shares={"a": 1}, intensity={"a": value}),
        lambda value: by_contract(0.5, 0.01, residual=value),
        lambda value: by_contract(0.5, value * 0.7, residual=1),
    ],
)
def test_grams_are_not_taken_for_kilograms(make):
    assert per_kwh(make(2.8)) > 0
    for wrong in (3.1, 350.0, lca.lognormal(median=475, gsd=1.1)):
        with pytest.raises(ValueError, match="above its upper bound .*gCO2e/kWh"):
            make(wrong)
    assert per_kwh(make(lca.lognormal(median=475, gsd=1.1, unit="gCO2e/kWh"))) > 0


# -- years ------------------------------------------------------------------------------------


def test_every_kwh_counts_with_its_year():
    grid = future_electricity(
        "US", "geco-2025-1.5c", [2026, 2030], energy=[1, 3], losses=0.2, name="grid"
    )
    early, late = (grid.sources[year].intensity.point for year in ("2026", "2030"))
    assert per_kwh(grid) == pytest.approx((early + 3 * late) / 4 / 0.8)
    assert [one.name for one in grid.sources.values()] == ["grid, 2026", "grid, 2030"]


def scenario(region, year, name="geco-2025-reference"):
    (row,) = (
        r
        for r in tables.rows("scenarios")
        if (r["scenario"], r["region"], r["year"]) == (name, region, str(year))
    )
    return float(row["intensity"])


def test_a_straight_line_leads_from_the_newest_figure_to_the_scenario():
    newest = catalogue.region("US")
    place = {r["code"]: r["region"] for r in tables.rows("scenario_regions")}["US"]
    end, then = scenario(place, 2030), scenario(place, 2035)
    grid = future_electricity("US", "geco-2025-reference", [2023, 2027, 2030, 2032])
    assert grid.sources["2023"].intensity.point == catalogue.region("US", 2023).intensity.point
    way = (2027 - newest.year) / (2030 - newest.year)
    expected = newest.intensity.point + way * (end - newest.intensity.point)
    assert grid.sources["2027"].intensity.point == pytest.approx(expected)
    assert grid.sources["2030"].intensity.point == pytest.approx(end)
    assert grid.sources["2032"].intensity.point == pytest.approx(end + 0.4 * (then - end))
    assert "jrc_geco2025" in grid.sources["2030"].intensity.source


def test_later_years_keep_the_spread_of_the_newest_figure():
    future = future_electricity("US", "geco-2025-1.5c", [2028, 2029], losses=0)
    newest, later = samples(electricity("US", losses=0), future)
    assert np.ptp(later / newest) < 1e-12
    assert later.std() > 0


def test_energy_of_later_years_pulls_towards_their_intensity():
    early, late = (
        per_kwh(future_electricity("US", "geco-2025-1.5c", [2026, 2035], energy=energy))
        for energy in ([3, 1], [1, 3])
    )
    assert late < early


def test_the_union_has_a_path_of_its_own_for_each_country():
    european = future_electricity("DE", "tyndp-2026-nt", range(2026, 2031), losses=0)
    assert european.sources["2030"].intensity.point == scenario("Germany", 2030, "tyndp-2026-nt")


def test_a_region_stands_for_a_country_only_where_that_is_said():
    proxy = future_electricity("FR", "geco-2025-1.5c", [2030], proxy=True)
    assert proxy.sources["2030"].intensity.point == scenario(
        "European Union", 2030, "geco-2025-1.5c"
    )


@pytest.mark.parametrize(
    ("region", "name", "years", "energy", "message"),
    [
        ("FRA", "geco-2025-1.5c", [2030], None, "did you mean 'FR'"),
        ("FR", "geco-2025-15c", [2030], None, "no scenario 'geco-2025-15c'; did you mean"),
        ("US", "tyndp-2026-nt", [2030], None, "has no region that holds 'US'"),
        ("FR", "geco-2025-1.5c", [2030], None, "shows 'European Union', not 'FR' alone"),
        ("US", "geco-2025-1.5c", [2051], None, "ends in 2050; there is no 2051"),
        ("US", "geco-2025-1.5c", [1990], None, "has no electricity of 1990"),
        ("FR", "geco-2025-1.5c", [], None, "give each year once"),
        ("FR", "geco-2025-1.5c", [2030, 2030], None, "give each year once"),
        ("FR", "geco-2025-1.5c", [2030, 2031], [1], "an amount for each"),
        ("US", "geco-2025-1.5c", ["2030"], None, "years = .*'2030'.*whole numbers"),
        ("US", "geco-2025-1.5c", [2030.5], None, "years = .*2030.5.*whole numbers"),
        ("US", "geco-2025-1.5c", "2030", None, "years = '2030'.*whole numbers"),
        ("US", "geco-2025-1.5c", 2030, None, "years = 2030.*whole numbers"),
        ("US", "geco-2025-1.5c", [2030], 5, "energy = 5"),
        ("US", "geco-2025-1.5c", [2030], [0], "not all of them 0"),
        ("US", "geco-2025-1.5c", [2030], ["much"], "energy = 'much'"),
    ],
)
def test_futures_that_are_not_on_record_are_refused(region, name, years, energy, message):
    with pytest.raises(lca.DataError, match=message):
        future_electricity(region, name, years, energy=energy)


# -- all of them -------------------------------------------------------------------------------


def test_a_cleaner_grid_and_lower_losses_emit_less():
    base = {"intensity": 0.4, "losses": 0.1}
    for change in ({"intensity": 0.3}, {"losses": 0.05}):
        assert per_kwh(Electricity(**(base | change))) < per_kwh(Electricity(**base))
        timed = Electricity(**(base | change), timing=0.9)
        assert per_kwh(timed) < per_kwh(Electricity(**base, timing=0.9))


def test_water_of_a_country_comes_with_its_intensity_and_reservoirs_are_a_choice():
    for reservoirs, key in (
        (True, "water.electricity.SE"),
        (False, "water.electricity_without_hydro.SE"),
    ):
        grid = lca.stages.electricity_with_water("SE", 2022, reservoirs=reservoirs)
        assert (grid.intensity.key, grid.water.key) == ("electricity.SE.2022", key)
    with pytest.raises(lca.DataError, match="no figure 'water.electricity.NA'"):
        lca.stages.electricity_with_water("NA")
