"""Tables carry what a figure of them must say: functional unit, factor set, units, gaps."""

import pytest

import lca
from lca.sensitivity import evppi, one_at_a_time, sobol


@pytest.fixture
def study(training):
    return lca.Study({"a": training, "b": training.replace({"cluster.lifetime": 3})})


def test_units_are_those_of_every_output(study):
    about = sobol(study, n=8, seed=1, resamples=2).attrs
    assert (about["functional_unit"], about["factors"]) == ("one trained model", "AR6")
    assert about["units"]["gwp, a"] == "kgCO2e"
    assert about["units"]["wcf of overhead, a"] == "L"
    assert about["units"]["gwp, b minus a"] == "kgCO2e"
    assert about["units"]["gwp, b below a"] == about["units"]["embodied share of gwp, a"] == "1"


def test_logarithms_have_no_unit(study):
    about = sobol(study, n=8, seed=1, resamples=2, log=True, of="ln gwp, a").attrs
    assert about["units"] == {"ln gwp, a": "1"}


def test_missing_stages_are_those_of_the_result(study):
    result = lca.simulate(study, n=8)
    missing = sobol(study, n=8, seed=1, resamples=2).attrs["missing"]
    assert missing["wcf, a"] == result.missing("a", "wcf")
    assert missing["wcf, b minus a"] == result.missing("a", "wcf")
    assert "gwp, a" not in missing
    by_phase = result.summary().query("category == 'wcf' and scenario == 'a'").set_index("key")
    said = by_phase.loc["overhead", "note"].removeprefix("partial: without ")
    assert ", ".join(missing.get("wcf of overhead, a", [])) == said


def test_pairs_tornado_and_value_carry_it_too(study):
    tables = [
        sobol(study, n=8, seed=1, resamples=2, second_order=True, of="gwp, a")[1],
        one_at_a_time(study),
        evppi(study, n=64, seed=1, resamples=2, of="gwp"),
    ]
    for table in tables:
        assert table.attrs["functional_unit"] == "one trained model"
        assert set(table["output"]) <= set(table.attrs["units"])
    chance = evppi(study, n=64, seed=1, resamples=2, of="gwp", loss="0-1")
    assert chance.attrs["units"] == {"gwp, b minus a": "kgCO2e"}
