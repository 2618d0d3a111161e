"""Impacts: the published factors, and flows that count where they should and nowhere else."""

import inspect
import re

import pytest

import lca
from lca import impacts
from lca.impacts import categories, characterise, factor_sets, factors, flow_unit, flows

AR6 = {
    "CO2": (1, 1),
    "CH4-fossil": (29.8, 82.5),
    "CH4-biogenic": (27.0, 79.7),
    "N2O": (273, 273),
    "NF3": (17_400, 13_400),
    "CF4": (7_380, 5_300),
    "C2F6": (12_400, 8_940),
    "C3F8": (9_290, 6_770),
    "c-C4F8": (10_200, 7_400),
    "CHF3": (14_600, 12_400),
    "HFC-32": (771, 2_690),
    "HFC-125": (3_740, 6_740),
    "HFC-134a": (1_530, 4_140),
    "HFC-143a": (5_810, 7_840),
    "HFC-152a": (164, 591),
    "HFC-227ea": (3_600, 5_850),
    "HFO-1234yf": (0.501, 1.81),
    "HFO-1234ze(E)": (1.37, 4.94),
    "HFO-1233zd(E)": (3.88, 14.0),
}
AR5 = {
    "CO2": (1, 1),
    "CH4-fossil": (30, 85),
    "CH4-biogenic": (28, 84),
    "N2O": (265, 264),
    "SF6": (23_500, 17_500),
    "NF3": (16_100, 12_800),
    "CF4": (6_630, 4_880),
    "C2F6": (11_100, 8_210),
    "C3F8": (8_900, 6_640),
    "CHF3": (12_400, 10_800),
    "HFC-32": (677, 2_430),
    "HFC-125": (3_170, 6_090),
    "HFC-134a": (1_300, 3_710),
    "HFC-143a": (4_800, 6_940),
    "HFC-152a": (138, 506),
    "HFC-227ea": (3_350, 5_360),
}


@pytest.mark.parametrize("flow", AR6)
def test_factors_of_the_sixth_assessment_report(flow):
    assert factors("AR6")[flow] == dict(zip(("gwp", "gwp20"), AR6[flow], strict=True))


@pytest.mark.parametrize("flow", AR5)
def test_factors_of_the_fifth_assessment_report(flow):
    assert factors("AR5")[flow] == dict(zip(("gwp", "gwp20"), AR5[flow], strict=True))


def test_the_two_values_of_sf6_are_two_sets_that_differ_in_nothing_else():
    final, draft = factors("AR6"), factors("AR6 with SF6 25200")
    assert final["SF6"] == {"gwp": 24_300, "gwp20": 18_200}
    assert draft["SF6"] == {"gwp": 25_200, "gwp20": 18_300}
    assert {**draft, "SF6": final["SF6"]} == final


BLENDS = {
    "R-410A": {"HFC-32": 0.5, "HFC-125": 0.5},
    "R-407C": {"HFC-32": 0.23, "HFC-125": 0.25, "HFC-134a": 0.52},
    "R-513A": {"HFC-134a": 0.44, "HFO-1234yf": 0.56},
}


@pytest.mark.parametrize("blend", BLENDS)
@pytest.mark.parametrize("factor_set", ["AR6", "AR5"])
def test_refrigerant_blends_are_the_means_of_their_parts_by_mass(blend, factor_set):
    found = factors(factor_set)
    for category in ("gwp", "gwp20"):
        mean = sum(share * found[part][category] for part, share in BLENDS[blend].items())
        assert found[blend][category] == pytest.approx(mean, rel=1e-6)


def test_refrigerants_as_published_to_the_last_digit():
    assert factors("AR6")["R-410A"]["gwp"] == 2255.5
    assert factors("AR6")["R-407C"]["gwp"] == pytest.approx(1908, abs=0.5)
    assert factors("AR6")["R-513A"]["gwp"] == pytest.approx(673.5, abs=0.05)


@pytest.mark.parametrize("factor_set", factor_sets())
def test_every_set_holds_both_horizons_for_every_gas_and_every_gas(factor_set):
    found = factors(factor_set)
    assert set(found) == flows()
    for flow, row in found.items():
        assert set(row) == {"gwp", "gwp20"}, flow
        assert all(value > 0 for value in row.values())


def test_only_short_lived_gases_count_more_over_20_years():
    for factor_set in factor_sets():
        found = factors(factor_set)
        for gas in ("SF6", "NF3", "CF4", "C2F6", "C3F8", "c-C4F8", "CHF3"):
            assert found[gas]["gwp20"] < found[gas]["gwp"]
        for gas in ("CH4-fossil", "CH4-biogenic", "HFC-32", "HFC-125", "HFC-134a", "R-410A"):
            assert found[gas]["gwp20"] > found[gas]["gwp"]


def test_fossil_methane_exceeds_biogenic_by_its_carbon_dioxide():
    for factor_set in factor_sets():
        found = factors(factor_set)
        for category in ("gwp", "gwp20"):
            more = found["CH4-fossil"][category] - found["CH4-biogenic"][category]
            assert 0 < more <= 2.85


def test_the_categories_and_their_units():
    assert {one.id: one.unit for one in categories().values()} == {
        "gwp": "kgCO2e",
        "gwp20": "kgCO2e",
        "pe": "MJ",
        "wcf": "L",
        "wsf": "m3we",
        "adpe": "kgSbe",
    }
    for one in categories().values():
        assert one.title


@pytest.mark.parametrize("category", ["gwp", "gwp20", "pe", "wcf", "wsf", "adpe"])
@pytest.mark.parametrize("factor_set", factor_sets())
def test_a_flow_in_a_categorys_unit_counts_there_alone(category, factor_set):
    assert characterise(category, factor_set) == {category: 1.0}
    assert flow_unit(category) == categories()[category].unit


def test_a_gas_is_yielded_in_kg():
    for flow in flows():
        assert flow_unit(flow) == "kg"


class Leak(lca.Stage):
    """A leak of a gas beside an aggregated figure, for one piece."""

    per = "1"
    phase = "operation"
    gas: lca.Number = lca.parameter("kg", "gas lost", default=2)
    figure: lca.Number = lca.parameter("kgCO2e", "aggregated footprint", default=100)

    def exchanges(self):
        yield "SF6", self.gas
        yield "gwp", self.figure


def test_an_aggregated_figure_never_enters_the_20_year_category():
    life = lca.Lifecycle(Leak(), functional_unit="one leak", factors="AR6")
    assert life.nominal("gwp") == pytest.approx(2 * 24_300 + 100)
    assert life.nominal("gwp20") == pytest.approx(2 * 18_200)


@pytest.mark.parametrize(
    ("factor_set", "value"),
    [("AR6", 24_300), ("AR5", 23_500), ("AR6 with SF6 25200", 25_200)],
)
def test_the_factor_set_is_chosen_per_lifecycle(factor_set, value):
    life = lca.Lifecycle(Leak(figure=0), functional_unit="one leak", factors=factor_set)
    assert life.nominal("gwp") == pytest.approx(2 * value)


@pytest.mark.parametrize(
    ("flow", "hint"),
    [
        ("N20", "did you mean 'N2O'"),
        ("co2", "did you mean 'CO2'"),
        ("SF-6", "did you mean 'SF6'"),
        ("ch4-fossil", "did you mean 'CH4-fossil'"),
        ("HFC134a", "did you mean 'HFC-134a'"),
        ("R410A", "did you mean 'R-410A'"),
        ("gwp100", "did you mean 'gwp"),
        ("zzz", "categories are gwp, gwp20, pe, wcf, wsf, adpe"),
    ],
)
def test_an_unknown_flow_is_refused_with_near_names(flow, hint):
    with pytest.raises(lca.DataError, match=f"no flow or category '{flow}'.*{hint}"):
        flow_unit(flow)


def test_plain_methane_is_answered_with_the_two_kinds_of_methane():
    with pytest.raises(lca.DataError, match="CH4-fossil.*CH4-biogenic|CH4-biogenic.*CH4-fossil"):
        flow_unit("CH4")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("AR7", "did you mean 'AR6'"),
        ("ar6", "did you mean 'AR6'"),
        ("AR6 with SF6", "did you mean 'AR6 with SF6 25200'"),
        ("ILCD", "there are AR6, AR5, AR6 with SF6 25200"),
    ],
)
def test_an_unknown_factor_set_is_refused_with_those_that_exist(name, hint):
    with pytest.raises(lca.DataError, match=f"no factor set '{name}'.*{hint}"):
        factors(name)
    with pytest.raises(lca.DataError, match=f"no factor set '{name}'"):
        characterise("CO2", name)


def test_a_gas_without_factor_is_refused():
    with pytest.raises(lca.DataError, match="factor set 'AR5' has no factor for 'zzz'"):
        characterise("zzz", "AR5")


def test_what_a_caller_does_with_an_answer_changes_no_factor():
    found = characterise("CO2", "AR6")
    try:
        found["gwp"] = 2.0
        assert characterise("CO2", "AR6")["gwp"] == 1.0
    except TypeError:
        pass
    finally:
        impacts.factors.cache_clear()


# -- categories that nobody reports -------------------------------------------------------------


def test_a_known_category_that_no_stage_reports_is_not_a_misspelt_one():
    grid = lca.stages.Electricity(name="grid", intensity=0.1)
    life = lca.Lifecycle(grid, functional_unit="one kWh")
    result = lca.simulate(life, 8, progress=False)
    for ask in (result.total, life.nominal):
        with pytest.raises(lca.GraphError) as raised:
            ask("wsf")
        assert "did you mean" not in str(raised.value)
        assert "not covered here, and not 0; categories here are gwp" in str(raised.value)
        assert "Electricity and ElectricityMix with water and scarcity" in str(raised.value)
    with pytest.raises(lca.GraphError, match="'gpw'; did you mean 'gwp'"):
        result.total("gpw")


@pytest.mark.parametrize("category", impacts.categories())
def test_the_stages_that_are_named_report_the_category(category):
    named = re.findall(r"\b[A-Z]\w+", impacts.categories()[category].reported_by)
    assert named
    for name in named:
        source = inspect.getsource(getattr(lca.stages, name).exchanges)
        reports = f'"{category}"' in source or (category == "gwp20" and "yield self.gas" in source)
        assert reports, f"{name} yields no {category}"
