"""Consequences: costs and equivalences beside a result, with their own uncertainty."""

import inspect

import numpy as np
import pytest

import lca
from lca.consequences import EQUIVALENCES, equivalences, offsets, social_cost


@pytest.fixture(scope="module")
def result():
    grid = lca.stages.Electricity(
        name="grid", intensity=lca.uniform(low=0.35, high=0.45, nominal=0.4), losses=0
    )
    life = lca.Lifecycle(grid, amount=1e6, functional_unit="1 GWh")
    wind = life.replace({"grid.intensity": lca.uniform(low=0.01, high=0.02, nominal=0.015)})
    return lca.simulate(lca.Study({"grid": life, "wind": wind}), n=8192, seed=3)


@pytest.fixture(scope="module")
def exact():
    grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
    return lca.simulate(lca.Lifecycle(grid, amount=1e6, functional_unit="1 GWh"), n=65536)


# -- social cost -------------------------------------------------------------------------------


def test_social_cost_by_hand(exact):
    """400 t at the published mean cost; the distribution of the cost is the one of the table."""
    table = social_cost(exact, 2025).set_index("discount_rate")
    for rate, key in ((0.025, "2.5"), (0.02, "2.0"), (0.015, "1.5")):
        cost = lca.catalogue.figure(f"economics.social_cost.CO2.2025.{key}")
        row = table.loc[rate]
        assert row["nominal"] == pytest.approx(400 * cost.point)
        assert row["mean"] == pytest.approx(400 * cost.mean, rel=0.03)
        assert row["median"] == pytest.approx(400 * cost.median, rel=0.03)
        low, high = cost.interval()
        assert row["low"] == pytest.approx(400 * low, rel=0.03)
        assert row["high"] == pytest.approx(400 * high, rel=0.03)
        assert abs(row["mean"] - 400 * cost.mean) < 5 * row["mean_error"]


def test_the_published_means_for_2020_are_those_of_the_agency(exact):
    table = social_cost(exact, 2020).set_index("discount_rate")
    assert table["per_tonne"].to_dict() == {0.015: 337, 0.02: 193, 0.025: 117}
    assert set(table["basis"]) == {"US dollars of 2020"}
    assert set(table["unit"]) == {"USD"}
    assert set(table["source"]) == {"epa_scghg2023"}


def test_no_rate_is_sampled_unless_asked(result):
    table = social_cost(result, 2030)
    assert len(table) == 2 * 3
    one = social_cost(result, 2030, discount_rate=0.02)
    assert len(one) == 2
    same = table[table["discount_rate"] == 0.02].reset_index(drop=True)
    assert (same == one).all(axis=None)


def test_a_sampled_rate_has_the_mean_of_its_weights(exact):
    costs = social_cost(exact, 2030).set_index("discount_rate")
    mixed = social_cost(exact, 2030, weights={0.02: 3, 0.025: 1}).iloc[0]
    assert mixed["discount_rate"] == "sampled"
    wanted = 0.75 * costs.loc[0.02, "nominal"] + 0.25 * costs.loc[0.025, "nominal"]
    assert mixed["nominal"] == pytest.approx(wanted)
    assert abs(mixed["mean"] - wanted) < 5 * mixed["mean_error"]
    certain = social_cost(exact, 2030, weights={0.02: 1}).iloc[0]
    assert certain["mean"] == costs.loc[0.02, "mean"]


def test_costs_are_paired_between_scenarios(result):
    """One draw of the cost serves all scenarios: the ratio of their means is that of totals."""
    table = social_cost(result, 2030, discount_rate=0.02).set_index("scenario")
    grid, wind = result.total("gwp").mean("sample").to_numpy()
    ratio = table.loc["grid", "mean"] / table.loc["wind", "mean"]
    assert ratio == pytest.approx(grid / wind, rel=0.01)


def test_cost_and_emission_are_independent_in_sampling(result):
    """The mean of the product is the product of means, which mirrored nets would not give."""
    table = social_cost(result, 2030, discount_rate=0.02).set_index("scenario")
    cost = lca.catalogue.figure("economics.social_cost.CO2.2030.2.0").mean
    for scenario, total in zip(result.scenarios, result.total("gwp").mean("sample").to_numpy()):
        row = table.loc[scenario]
        assert abs(row["mean"] - total / 1000 * cost) < 5 * row["mean_error"]


def test_the_seed_is_recorded_and_repeats(result):
    one, two = social_cost(result, 2030), social_cost(result, 2030)
    assert one.equals(two)
    assert one.attrs["seed"] == 3
    other = social_cost(result, 2030, seed=4)
    assert other.attrs["seed"] == 4
    assert not np.isclose(other["mean"], one["mean"], rtol=1e-9).any()
    assert social_cost(result, 2030, seed=0).attrs["seed"] == 0
    np.testing.assert_allclose(other["nominal"], one["nominal"])


# -- equivalences ------------------------------------------------------------------------------


def test_equivalences_by_hand(exact):
    table = equivalences(exact).set_index("equivalence")
    assert list(table.index) == list(EQUIVALENCES)
    car = lca.catalogue.figure("equivalence.car.gb_km").point
    assert table.loc["km by car, United Kingdom", "nominal"] == pytest.approx(400_000 / car)
    economy = lca.catalogue.figure("equivalence.flight.long_haul_economy_with_rf").point
    flights = table.loc["passengers from London to New York", "nominal"]
    assert flights == pytest.approx(400_000 / (economy * 5540))
    assert flights == pytest.approx(509.7, rel=0.001)


def test_the_interval_is_that_of_the_footprint_where_the_result_is_exact(exact):
    row = equivalences(exact, ["km by car, United Kingdom"]).iloc[0]
    low, high = lca.catalogue.figure("equivalence.car.gb_km").interval()
    assert row["low"] == pytest.approx(400_000 / high, rel=0.02)
    assert row["high"] == pytest.approx(400_000 / low, rel=0.02)
    assert row["wider"] == pytest.approx(high / low, rel=0.02)


def test_a_wider_interval_is_said(result):
    table = equivalences(result)
    assert (table["wider"] > 1).all()
    row = table.set_index(["scenario", "equivalence"]).loc["grid", "km by car, United Kingdom"]
    total = result.summary().query("scenario == 'grid' and key == 'total'").iloc[0]
    assert row["high"] / row["low"] == pytest.approx(row["wider"] * total["high"] / total["low"])
    assert "times as wide as the result's" in row["note"]


def test_sources_and_boundaries_stand_beside(result):
    table = equivalences(result).set_index("equivalence")
    assert (table["source"] != "").all()
    assert (table["boundary"] != "").all()
    flight = table.loc["passengers from London to New York"]
    assert set(flight["source"]) == {"desnz2025; judgement"}


def test_equivalences_repeat_with_their_seed(result):
    names = ["km by car, United Kingdom"]
    assert equivalences(result, names).equals(equivalences(result, names))
    every = equivalences(result).set_index("equivalence").loc[names[0], "mean"]
    assert (every.to_numpy() == equivalences(result, names)["mean"].to_numpy()).all()
    other = equivalences(result, names, seed=4)
    assert other.attrs["seed"] == 4
    assert (other["mean"] != equivalences(result, names)["mean"]).all()


@pytest.mark.parametrize("name", EQUIVALENCES)
def test_every_footprint_is_in_kg_of_something_counted(name):
    unit = "*".join(
        f"({lca.catalogue.figure(f'equivalence.{key}').unit})" for key in EQUIVALENCES[name]
    )
    counted = {"km": "km", "years": "year", "litres": "L"}.get(name.split()[0], "1")
    assert lca.units.factor(unit, f"kgCO2e/({counted})" if counted != "1" else "kgCO2e") == 1


# -- beside the total --------------------------------------------------------------------------


def test_nothing_can_be_set_against_an_emission(result):
    before = result.total("gwp").to_numpy().copy()
    for function in (social_cost, equivalences):
        assert not {"offset", "offsets", "subtract", "net"} & set(
            inspect.signature(function).parameters
        )
        with pytest.raises(TypeError, match="offset"):
            function(result, offset=1)
    assert "beside the total" in social_cost(result, 2030).attrs["note"]
    equivalences(result)
    np.testing.assert_array_equal(result.total("gwp").to_numpy(), before)


def test_offsets_stand_in_a_row_of_their_own_and_nothing_is_net(result):
    before = result.total("gwp").to_numpy().copy()
    bought = lca.uniform(low=300, high=400, unit="tCO2e")
    table = offsets(result, bought, "forestry, a programme, 2024").set_index("row")
    assert list(table.index) == ["grid", "wind", "offsets, not subtracted"]
    assert table.loc["grid", "mean"] == pytest.approx(before[0].mean())
    row = table.loc["offsets, not subtracted"]
    assert (row["mean"], row["unit"]) == (pytest.approx(350_000), "kgCO2e")
    assert (row["low"], row["high"]) == (pytest.approx(305_000), pytest.approx(395_000))
    assert row["note"] == "forestry, a programme, 2024"
    assert not [name for name in table if "net" in name]
    assert "no part of it" in offsets(result, bought, "one").attrs["note"]
    np.testing.assert_array_equal(result.total("gwp").to_numpy(), before)


def test_offsets_are_refused_where_they_say_nothing(result):
    with pytest.raises(ValueError, match="is negative"):
        offsets(result, lca.fixed(-1, "tCO2e"), "forestry")
    with pytest.raises(ValueError, match="claim is empty"):
        offsets(result, lca.fixed(1, "tCO2e"), " ")
    with pytest.raises(lca.UnitError):
        offsets(result, lca.fixed(1, "kWh"), "certificates")


def test_a_partial_total_is_said():
    class Well(lca.Stage):
        """Water without a word on its emissions, for one litre."""

        per = "L"
        phase = None

        def exchanges(self):
            yield "wcf", 1.0

    parts = {"power": lca.stages.Electricity(name="grid", intensity=0.4, losses=0), "water": Well()}
    partial = lca.simulate(lca.Lifecycle(parts, functional_unit="both"), n=64)
    for table in (social_cost(partial, 2030), equivalences(partial)):
        assert table["note"].str.contains("partial: without well").all()


def test_errors_say_what_there_is(result):
    with pytest.raises(lca.DataError, match="years are 2020, 2025"):
        social_cost(result, 2027)
    with pytest.raises(lca.DataError, match=r"there are 0\.015, 0\.02, 0\.025"):
        social_cost(result, 2030, discount_rate=0.03)
    with pytest.raises(lca.DataError, match="no discount rate 3"):
        social_cost(result, 2030, weights={3: 1})
    with pytest.raises(ValueError, match="not both"):
        social_cost(result, 2030, discount_rate=0.02, weights={0.02: 1})
    for weights in ({}, {0.02: 0}, {0.02: -1, 0.025: 2}):
        with pytest.raises(ValueError, match="must not be negative"):
            social_cost(result, 2030, weights=weights)
    for weight in (float("nan"), float("inf"), "much", None):
        with pytest.raises((ValueError, TypeError), match=r"weight of 0\.02"):
            social_cost(result, 2030, weights={0.02: weight, 0.025: 1})
    with pytest.raises(lca.DataError, match="no equivalence 'km by car'; did you mean"):
        equivalences(result, ["km by car"])


def test_years_of_a_car_and_of_a_home_are_those_of_their_publisher(exact):
    table = equivalences(exact).set_index("equivalence")
    total = exact.total("gwp").to_numpy()[0, 0]
    for name, kilograms in (
        ("years of a gasoline car, United States", 8.89e-3 * 10_917 / 22.8 / 0.994 * 1000),
        ("years of energy of a home, United States", 7450),
    ):
        assert table.loc[name, "nominal"] == pytest.approx(total / kilograms, rel=0.003)
        assert table.loc[name, "source"] == "epa_equivalencies"
