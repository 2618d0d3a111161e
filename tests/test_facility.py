"""Facility: building and plant by hand, against published figures, and who takes them."""

import pytest

import lca
from lca import catalogue
from lca.stages import (
    Accelerator,
    Cluster,
    Cooling,
    Electricity,
    Facility,
    FacilityFootprint,
    Housing,
    HousingByMeanPower,
    MeteredTraining,
    YearlyFacilityFootprint,
    facility,
    refrigerant_leakage,
)


def yearly(stage, category="gwp"):
    return lca.Lifecycle(stage, functional_unit="one kW of IT for a year").nominal(category)


def yearly_by_energy(stage):
    return lca.Lifecycle(stage, amount=8760, functional_unit="a kW all year").nominal("gwp")


def grid():
    return Electricity(name="grid", intensity=1, losses=0)


def test_building_and_plant_by_hand():
    made = Facility(
        building=180,
        building_lifetime=40,
        plant={"ups": 17, "generator": 28},
        redundancy={"ups": 2, "generator": 1.3},
        lifetime={"ups": 15, "generator": 25},
    )
    assert yearly(made) == pytest.approx(180 / 40 + 17 * 2 / 15 + 28 * 1.3 / 25)


def test_the_catalogue_gives_each_item_its_redundancy_and_lifetime():
    made = facility(redundancy="2N", medium="liquid")
    assert list(made.plant) == list(made.redundancy) == list(made.lifetime)
    assert {item: made.redundancy[item].point for item in made.redundancy} == {
        "ups": 2,
        "battery": 2,
        "generator": 2,
        "switchgear": 2,
        "cooling": 1.3,
        "liquid_cooling": 1.3,
    }
    power = 2 * (16.94 / 15 + 12.6 / 12 + 27.8 / 25 + 19.6 / 20)
    cooling = 1.3 * (39.2 / 20 + 16.3 / 12)
    assert yearly(made) == pytest.approx(180 / 40 + power + cooling, rel=1e-4)


def test_more_redundancy_and_a_liquid_loop_are_more():
    levels = [yearly(facility(redundancy=level)) for level in ("N", "N+1", "2N")]
    assert levels == sorted(levels)
    assert levels[0] < levels[2]
    assert yearly(facility(medium="liquid")) > yearly(facility())
    assert yearly(facility(cooling_redundancy="2N")) > yearly(facility(cooling_redundancy="N"))


@pytest.mark.parametrize("item", ["ups", "battery", "generator", "switchgear", "cooling"])
def test_power_installed_times_redundancy_is_the_figure_per_power_needed(item):
    redundancy = {"ups": 2, "battery": 1, "generator": 1.3, "switchgear": 1.5, "cooling": 1.3}
    installed = catalogue.figure(f"facility.installed.{item}").point
    needed = catalogue.figure(f"facility.plant.{item}").point
    assert installed * redundancy[item] == pytest.approx(needed, rel=0.02)


def test_the_whole_building_by_published_footprints():
    assert yearly_by_energy(YearlyFacilityFootprint()) == pytest.approx(66.8)
    assert yearly(FacilityFootprint()) == pytest.approx(1000 / 20)
    derived = FacilityFootprint(footprint=catalogue.figure("facility.construction.google"))
    assert yearly(derived) == pytest.approx(66.8, rel=0.01)
    assert yearly(facility()) == pytest.approx(15.6, rel=0.01)  # as its docstring says
    assert 66.8 * catalogue.figure("facility.load").point == pytest.approx(40, rel=0.01)


NO_LOSSES = Cooling(electricity=grid(), pue=1, wue=0)


def hall(cls=Housing, **fields):
    """Return a building whose cooling emits nothing."""
    return cls(cooling=NO_LOSSES, **fields)


def test_a_kwh_holds_the_power_that_the_site_is_built_for():
    """A kW drawn at a load of one half all year holds 2 kW·year for 8,760 kWh."""
    site = FacilityFootprint(footprint=1000, lifetime=20)
    assert yearly_by_energy(hall(facility=site, load=0.5)) == pytest.approx(2 * 50)


@pytest.mark.parametrize("load", [0.5, 0.6, 1])
def test_a_footprint_per_mean_power_is_not_divided_by_the_load_again(load):
    site = YearlyFacilityFootprint(footprint=66.8)
    by_mean = hall(HousingByMeanPower, facility=site, load=load)
    assert yearly_by_energy(by_mean) == pytest.approx(66.8)
    built = FacilityFootprint(footprint=66.8 * 20 * load, lifetime=20)
    assert yearly_by_energy(hall(facility=built, load=load)) == pytest.approx(66.8)


def test_the_two_powers_cannot_be_mixed_up():
    with pytest.raises(lca.UnitError, match=r"facility takes what is delivered per kW\*year"):
        hall(facility=YearlyFacilityFootprint())
    for built in (facility(), FacilityFootprint()):
        with pytest.raises(lca.UnitError, match="facility takes what is delivered per kWh"):
            hall(HousingByMeanPower, facility=built)


def test_two_ways_to_the_building_are_put_side_by_side():
    ways = {
        "items": hall(facility=facility()),
        "operator": hall(HousingByMeanPower, name="h", facility=YearlyFacilityFootprint()),
    }
    life = lca.Lifecycle(lca.choice("building", ways), amount=8760, functional_unit="a kW, a year")
    found = {name: one.nominal("gwp") for name, one in life.options("building").items()}
    assert found == pytest.approx({"items": 15.6 / 0.6, "operator": 66.8}, rel=0.01)


def test_a_building_without_cooling_is_refused():
    with pytest.raises(TypeError, match="cooling"):
        Housing(facility=facility())
    with pytest.raises(TypeError, match="cooling takes a stage"):
        Housing(cooling=None, facility=facility())


def test_a_run_takes_facility_refrigerant_and_cooling_through_its_housing():
    supply = grid()
    hall = HousingByMeanPower(
        cooling=Cooling(electricity=supply, pue=1.2, wue=0),
        facility=YearlyFacilityFootprint(name="site"),
        refrigerant=refrigerant_leakage("R-134a", name="leak"),
        load=0.5,
    )
    cluster = Cluster(
        electricity=supply,
        cooling=hall,
        accelerator=Accelerator(name="card", footprint=200),
        rated_power=0.4,
        utilisation=0.5,
        idle_fraction=0.25,
    )
    run = MeteredTraining(
        electricity=supply,
        cooling=hall,
        cluster=cluster,
        energy=876_000,
        metering=1,
        accelerator_hours=1_000_000,
    )
    result = lca.simulate(lca.Lifecycle(run, functional_unit="one model"), n=64, seed=2)
    it_energy = 876_000 + 1_000_000 * (1 / 0.5 - 1) * 0.4 * 0.25
    held = result.amounts.sel(stage="site").squeeze().values
    assert held == pytest.approx(it_energy)
    phases = result.by("phase").sel(category="gwp").squeeze()
    footprint = result.draws.sel(input="facility.construction.google_per_year").values
    assert phases.sel(key="facility").values == pytest.approx(footprint * held / 8760)
    charged = result.amounts.sel(stage="leak").squeeze().values
    assert charged == pytest.approx(2 * it_energy / 8760)
    leak = result.impacts.sel(category="gwp", stage="leak").squeeze().values
    overhead = phases.sel(key="overhead").values
    assert overhead == pytest.approx(it_energy * 0.2 + leak)
    assert (leak > 0).all()


def test_a_housing_of_cooling_alone_is_the_cooling():
    supply = grid()
    cooling = Cooling(electricity=supply, pue=1.3, wue=0.5)
    hall = Housing(cooling=cooling)
    for category in ("gwp", "wcf"):
        one, two = (
            lca.Lifecycle(
                MeteredTraining(electricity=supply, cooling=c, energy=10, accelerator_hours=0),
                functional_unit="one run",
            ).nominal(category)
            for c in (cooling, hall)
        )
        assert one == pytest.approx(two)


# -- boundaries -----------------------------------------------------------------------------------


def whole(covers, serves):
    supply = grid()
    hall = Housing(
        cooling=Cooling(electricity=supply), facility=facility(serves=serves, name="site")
    )
    card = Accelerator(name="card", footprint=200, covers=covers)
    cluster = Cluster(electricity=supply, cooling=hall, accelerator=card, rated_power=0.4)
    return MeteredTraining(
        electricity=supply, cooling=hall, cluster=cluster, energy=1, accelerator_hours=1
    )


def test_a_facility_serves_nothing_by_default():
    assert facility().serves == FacilityFootprint().serves == ()
    assert lca.Lifecycle(whole((), ()), functional_unit="one run").nominal("gwp") > 0


def test_a_footprint_that_covers_the_facility_does_not_get_it_twice():
    with pytest.raises(lca.GraphError, match="'card' already covers facility"):
        lca.Lifecycle(whole(("facility",), "card"), functional_unit="one run")
    with pytest.raises(lca.GraphError, match="does not say which stage it serves"):
        lca.Lifecycle(whole(("facility",), ()), functional_unit="one run")


# -- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"redundancy": "2n"}, "redundancy = '2n'.*there are N, N\\+1, 2N"),
        ({"cooling_redundancy": "3N"}, "cooling_redundancy = '3N'"),
        ({"medium": "oil"}, "medium = 'oil'.*there are air, liquid"),
    ],
)
def test_what_there_is_not_is_said(about, message):
    with pytest.raises(ValueError, match=message):
        facility(**about)


@pytest.mark.parametrize("field", ["redundancy", "lifetime"])
@pytest.mark.parametrize("items", [{"battery": 1}, {"ups": 1, "battery": 1}])
def test_items_have_the_same_names_everywhere(field, items):
    given = {"plant": {"ups": 17}, "redundancy": {"ups": 2}, "lifetime": {"ups": 12}}
    with pytest.raises(lca.GraphError, match=f"{field} are of .*battery, but plant of ups"):
        Facility(**(given | {field: items}))
