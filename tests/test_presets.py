"""Presets: a whole lifecycle from a few facts, with sourced defaults and plain errors."""

import dataclasses

import pytest

import lca

FACTS = {"accelerator": "A100-SXM-80GB", "accelerator_hours": 1e6, "region": "FR"}


def test_whether_development_is_included_must_be_said():
    with pytest.raises(TypeError, match="development"):
        lca.training_run(**FACTS)
    with pytest.raises(ValueError, match="development = 'none'; give accelerator-hours of"):
        lca.training_run(**FACTS, development="none")


def test_everything_not_given_has_a_sourced_default():
    table = lca.training_run(**FACTS, development="excluded", stored=10).inputs
    given = {"training.accelerator_hours", "training.stored", "cluster.infrastructure_power"}
    unsourced = set(table.index[table["source"] == "not given"])
    assert unsourced <= given


def test_region_or_electricity_but_not_both():
    with pytest.raises(ValueError, match="give either region=.* or electricity="):
        lca.training_run(**FACTS, electricity=0.05, development="excluded")
    bare = {key: value for key, value in FACTS.items() if key != "region"}
    with pytest.raises(ValueError, match="give either region="):
        lca.training_run(**bare, development="excluded")


def test_an_unknown_region_or_accelerator_offers_near_names():
    with pytest.raises(lca.DataError, match=r"no region 'FRA'.*did you mean 'FR' \(France\)"):
        lca.training_run(**{**FACTS, "region": "FRA"}, development="excluded")
    with pytest.raises(lca.DataError, match="no accelerator 'A100-SXM-80'; did you mean"):
        lca.training_run(**{**FACTS, "accelerator": "A100-SXM-80"}, development="excluded")


def test_energy_as_metered_replaces_power():
    life = lca.training_run(**FACTS, energy=400_000, development="excluded")
    assert life.nominal_amounts()["cooling"] >= 400_000
    with pytest.raises(ValueError, match="give neither power nor host_overhead"):
        lca.training_run(**FACTS, energy=4e5, power=0.3, development="excluded")


def test_electricity_may_be_a_stage_of_ones_own(grid_class):
    bare = {key: value for key, value in FACTS.items() if key != "region"}
    life = lca.training_run(**bare, electricity=grid_class(intensity=0.1), development="excluded")
    assert life.stages["grid"].intensity.point == 0.1
    with pytest.raises(ValueError, match="losses belong to the electricity stage"):
        lca.training_run(
            **bare, electricity=grid_class(intensity=0.1), losses=0, development="excluded"
        )


def test_steps_may_be_left_outside_the_boundary():
    life = lca.training_run(**FACTS, transport=False, disposal=False, development="excluded")
    assert not {"transport", "disposal", "storage"} & set(life.stages)


def test_who_carries_idle_time_is_one_switch_for_embodied_and_energy():
    carried = lca.training_run(**FACTS, utilisation=0.5, development="excluded")
    left = lca.training_run(
        **FACTS, utilisation=0.5, idle_time="left to the owner", development="excluded"
    )
    one, other = carried.nominal()["gwp"], left.nominal()["gwp"]
    assert one["accelerator"] == pytest.approx(2 * other["accelerator"])
    assert one["cluster"] > 0
    assert other["cluster"] == 0


def test_allocation_closes_over_a_cluster():
    """All users and the idle time left to the owner carry what the cluster costs."""
    lifetime, utilisation = 5, 0.8
    hours = lifetime * 8760 * utilisation
    shared = {"lifetime": lifetime, "utilisation": utilisation, "development": "excluded"}
    users = lca.training_run(**{**FACTS, "accelerator_hours": hours}, **shared)
    one_card = users.stages["accelerator"].footprint.point
    assert users.nominal()["gwp"]["accelerator"] == pytest.approx(one_card)
    left = users.replace({"cluster.idle_time": "left to the owner"})
    carried = left.nominal()["gwp"]["accelerator"]
    assert carried + (1 - utilisation) * one_card == pytest.approx(one_card)


def test_what_a_preset_builds_can_be_taken_apart():
    life = lca.training_run(**FACTS, development=0.5)
    again = lca.Lifecycle(
        {"development": life.stages["development"], "training": life.stages["training"]},
        functional_unit=life.functional_unit,
    )
    assert again.nominal("gwp") == life.nominal("gwp")


def test_a_factor_set_is_passed_on():
    assert lca.training_run(**FACTS, development="excluded", factors="AR5").factors == "AR5"


def test_two_regions_with_their_sites_share_facts_but_no_site_variability():
    def at(region, site):
        return lca.training_run(
            **{**FACTS, "region": region}, year=2022, site=site, development="excluded"
        )

    study = lca.Study({"a": at("FR", "Paris"), "b": at("PL", "Warsaw")})
    paired, unpaired = study.paired("a", "b")
    assert {"disposal.treatment.electronics", "footprint.accelerator.a100_sxm_80gb"} <= set(paired)
    assert {"Paris/cooling.pue", "Warsaw/cooling.pue", "electricity.FR.2022"} <= set(unpaired)
    same = lca.Study({"a": at("FR", ""), "b": at("PL", "")})
    assert "cooling.pue" in same.paired("a", "b")[0]


def test_a_footprint_that_covers_transport_is_not_moved_twice():
    facts = {**FACTS, "accelerator": "A100-SXM-80GB", "development": "excluded"}
    life = lca.training_run(**facts, stored=10)
    assert life.stages["drives"].covers == ("transport", "disposal")
    assert life.stages["transport"].serves == ("server", "accelerator")
    covered = dataclasses.replace(life.stages["accelerator"], covers="transport")
    with pytest.raises(lca.GraphError, match="Accelerator 'accelerator' already covers transport"):
        life.replace({"accelerator": covered})
