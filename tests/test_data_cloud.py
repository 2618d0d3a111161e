"""Cloud regions, water of electricity, social cost, equivalences: relations that must hold."""

import pytest

from lca import tables

REGIONS = tables.rows("cloud_regions")
PROVIDERS = {"aws", "azure", "gcp"}
PUBLISHED = "region"
DEFAULTS = {"continent", "company", "design"}
AVERAGES = {  # of a company or a continent, by provider: PUE, year
    "aws": {("1.14", "2025"), ("1.11", "2025"), ("1.25", "2025")},
    "azure": {("1.16", "2025"), ("1.28", "2025")},
    "gcp": {("1.09", "2025")},
}
CHANCE = {  # published for the region, and equal to an average of its company by chance
    "aws.ap-northeast-1": "Tokyo, 1.25 in its own fact sheet (1.27 in 2024)",
    "aws.ap-southeast-2": "Sydney, 1.14 in its own fact sheet (1.16 in 2024)",
    "aws.cn-northwest-1": "Ningxia, 1.25, outside the average of Asia Pacific",
    "aws.me-central-1": "UAE, 1.25 in its own fact sheet (1.27 in 2024)",
    "aws.sa-east-1": "São Paulo, 1.14 in its own fact sheet (1.17 in 2024)",
    "gcp.us-east1": "Berkeley County, 1.09 in the table of data centres",
    "gcp.us-west4": "Henderson, 1.09 in the table of data centres",
}
NO_ELECTRICITY = {}  # region: why electricity/annual.csv has no row of its country
DESIGN_WITH_SITE = {"azure.polandcentral": "PUE measured later than the design WUE of its sheet"}


def value(key, table):
    (row,) = [row for row in tables.rows(table) if row["id"] == key]
    return float(row["value"])


# -- regions ----------------------------------------------------------------------------------


def test_there_are_at_least_ninety_regions_of_three_providers():
    assert len(REGIONS) >= 90
    assert {row["provider"] for row in REGIONS} == PROVIDERS
    for row in REGIONS:
        assert row["id"] == f"{row['provider']}.{row['region']}"


def test_every_pue_lies_between_one_and_two():
    for row in REGIONS:
        assert not row["pue"] or 1 <= float(row["pue"]) <= 2, row["id"]
    for row in tables.rows("cloud_providers"):
        if ".pue" in row["id"]:
            assert 1 <= float(row["value"]) <= 2, row["id"]


def test_water_and_shares_lie_within_bounds():
    for row in REGIONS:
        assert not row["wue"] or 0 <= float(row["wue"]) < 5, row["id"]
        for column in ("cfe_hourly", "cfe_annual"):
            assert not row[column] or 0 <= float(row[column]) <= 1, row["id"]


def test_the_country_of_a_region_is_known_and_has_electricity():
    codes = {row["code"] for row in tables.rows("countries")}
    with_electricity = {row["geography"] for row in tables.rows("electricity_annual")}
    for row in REGIONS:
        assert row["country"] in codes, row["id"]
    without = {row["id"] for row in REGIONS if row["country"] not in with_electricity}
    assert without == set(NO_ELECTRICITY)


def test_the_grid_of_a_region_lies_in_its_country():
    for row in REGIONS:
        for column in ("grid_area", "egrid_subregion"):
            assert not row[column] or row[column].startswith(row["country"] + "-"), row["id"]
        assert not row["egrid_subregion"] or row["country"] == "US", row["id"]


@pytest.mark.parametrize("figure", ["pue", "wue"])
def test_a_figure_says_whether_it_is_published_or_a_default_and_of_which_year(figure):
    for row in REGIONS:
        filled = {bool(row[c]) for c in (figure, f"{figure}_basis", f"{figure}_year")}
        assert len(filled) == 1, row["id"]
        if row[figure]:
            assert row[f"{figure}_basis"] in DEFAULTS | {PUBLISHED}, row["id"]
            assert 2020 <= int(row[f"{figure}_year"]) <= 2026, row["id"]


def test_a_default_is_never_marked_as_published():
    for row in REGIONS:
        said = "Default:" in row["note"]
        assert said == (row["pue_basis"] in DEFAULTS), row["id"]
    equal = {
        row["id"]
        for row in REGIONS
        if row["pue_basis"] == PUBLISHED
        and (row["pue"], row["pue_year"]) in AVERAGES[row["provider"]]
    }
    assert equal == set(CHANCE)


def test_an_average_is_one_figure_for_all_its_regions():
    for row in REGIONS:
        if row["pue_basis"] in ("company", "continent"):
            assert (row["pue"], row["pue_year"]) in AVERAGES[row["provider"]], row["id"]


def test_a_design_value_of_water_stands_beside_no_measured_pue_unless_listed():
    mixed = {
        row["id"]
        for row in REGIONS
        if row["wue_basis"] == "design" and row["pue_basis"] == PUBLISHED
    }
    assert mixed == set(DESIGN_WITH_SITE)


def test_a_carbon_free_share_says_what_it_means():
    for row in REGIONS:
        hourly, annual = bool(row["cfe_hourly"]), bool(row["cfe_annual"])
        assert not (hourly and annual), row["id"]
        assert bool(row["cfe_method"]) == (hourly or annual), row["id"]
        assert hourly == (row["provider"] == "gcp"), row["id"]
        assert annual == row["cfe_method"].endswith("market-based"), row["id"]


def test_a_fleet_mean_lies_among_the_figures_of_its_regions():
    for provider in PROVIDERS:
        own = [
            float(row["pue"])
            for row in REGIONS
            if row["provider"] == provider and row["pue_basis"] == PUBLISHED
        ]
        assert min(own) < value(f"cloud.{provider}.pue", "cloud_providers") < max(own), provider


def test_a_campus_of_google_has_the_figure_of_its_region():
    campus = {"asia-east1": "changhua", "europe-north1": "hamina", "us-east5": "columbus"}
    by = {row["id"]: row for row in REGIONS}
    for region, name in campus.items():
        mine = value(f"cloud.gcp.pue.campus.{name}", "cloud_providers")
        assert float(by[f"gcp.{region}"]["pue"]) == mine


# -- water of electricity ---------------------------------------------------------------------


def water(code, *, hydro=True):
    name = "water.electricity" if hydro else "water.electricity_without_hydro"
    return value(f"{name}.{code}", "water_electricity")


def test_every_country_has_a_row_with_and_one_without_reservoirs():
    rows = tables.rows("water_electricity")
    codes = {row["geography"] for row in rows}
    assert len(codes) >= 30
    assert len(rows) == 2 * len(codes)
    for code in codes:
        assert water(code, hydro=False) <= water(code), code


@pytest.mark.parametrize("hydro", ["NO", "BR", "PY", "CA", "AT"])
@pytest.mark.parametrize("other", ["DK", "NL", "IE", "GB"])
def test_a_country_of_hydropower_uses_more_water_and_less_without_reservoirs(hydro, other):
    assert water(hydro) > 3 * water(other)
    assert water(hydro, hydro=False) < water(hydro) / 3
    assert water(hydro, hydro=False) < water(other)


def test_a_country_without_hydropower_has_the_same_figure_twice():
    for code in ("SG", "SA", "DK"):
        assert water(code, hydro=False) == pytest.approx(water(code), rel=0.02), code


def test_no_country_exceeds_its_thirstiest_technology():
    used = {row["category"]: float(row["used"]) for row in tables.rows("water_mapping")}
    for row in tables.rows("water_electricity"):
        assert float(row["value"]) <= max(used.values()) + 0.01, row["id"]
        if "without_hydro" in row["id"]:
            assert float(row["value"]) <= max(v for k, v in used.items() if k != "hydropower")


def test_the_value_used_is_the_mean_of_the_cooling_systems():
    for row in tables.rows("water_mapping"):
        if row["tower"]:
            both = (float(row["tower"]) + float(row["once_through"])) / 2
            assert float(row["used"]) == pytest.approx(both, abs=1e-4), row["id"]


# -- social cost ------------------------------------------------------------------------------

RATES = ("2.5", "2.0", "1.5")
YEARS = range(2020, 2051, 5)
COST = {row["id"]: float(row["value"]) for row in tables.rows("social_cost")}


@pytest.mark.parametrize("gas", ["CO2", "CH4", "N2O"])
def test_social_cost_rises_with_the_year_and_with_a_falling_rate(gas):
    cost = [[COST[f"economics.social_cost.{gas}.{y}.{r}"] for r in RATES] for y in YEARS]
    for row in cost:
        assert row == sorted(row)
        assert len(set(row)) == len(RATES)
    for column in zip(*cost, strict=True):
        assert list(column) == sorted(column)
        assert len(set(column)) == len(YEARS)


def test_social_cost_of_2020_is_what_the_agency_rounds():
    for rate, rounded in zip(RATES, (120, 190, 340), strict=True):
        assert COST[f"economics.social_cost.CO2.2020.{rate}"] == pytest.approx(rounded, abs=5)


def test_no_row_averages_discount_rates():
    for row in tables.rows("social_cost"):
        assert row["discount_rate"] in ("0.025", "0.02", "0.015"), row["id"]
        assert row["id"].endswith(f"{row['emission_year']}.{100 * float(row['discount_rate']):.1f}")
    assert len(COST) == 3 * len(YEARS) * len(RATES)


# -- equivalences -----------------------------------------------------------------------------


def equivalence(name):
    return value(f"equivalence.{name}", "equivalences")


def test_a_year_of_driving_is_its_distance_times_a_kilometre():
    year = equivalence("car.us_distance") * equivalence("car.us_km")
    assert equivalence("car.us_year") == pytest.approx(year, rel=0.005)


def test_a_kilometre_is_fuel_times_consumption():
    litres = 3.785411784 / 22.8 / 1.609344  # 22.8 miles per gallon
    assert equivalence("car.us_km") == pytest.approx(
        litres * equivalence("gasoline.us") / 0.994, rel=0.01
    )


def test_a_home_uses_electricity_at_the_grid_of_the_time():
    delivered = equivalence("home.us_electricity") / equivalence("home.us_electricity_use")
    assert delivered == pytest.approx(823.1 * 0.45359237 / 1000 / (1 - 0.051), rel=0.01)
    assert equivalence("home.us_electricity") < equivalence("home.us_total")


def test_radiative_forcing_raises_a_flight_and_class_orders_it():
    for haul in ("long_haul", "long_haul_economy", "long_haul_business", "short_haul"):
        ratio = equivalence(f"flight.{haul}_with_rf") / equivalence(f"flight.{haul}_without_rf")
        assert 1.3 < ratio < 1.7, haul
    economy, mean, business = (
        equivalence(f"flight.long_haul{c}_with_rf") for c in ("_economy", "", "_business")
    )
    assert economy < mean < business


def test_electric_cars_emit_less_than_others_and_trains_less_than_planes():
    assert equivalence("car.gb_electric_km") < equivalence("car.gb_km") / 2
    assert equivalence("rail.gb") < equivalence("flight.short_haul_without_rf")
