"""Facility: the building and its plant, as made, per kW of IT power and year.

A kW is one that the site is built for (`Facility`, `FacilityFootprint`), or one that its IT draws
as a yearly mean (`YearlyFacilityFootprint`); the load of a site is the second over the first.
`Housing` and `HousingByMeanPower` bring them to a kWh of IT energy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, parameter, parameters, supplier
from lca.units import near


class Facility(Stage):
    """Building and plant of a data centre, as made, for one kW of IT power built and year.

    ``building / its lifetime + sum of footprint × redundancy / lifetime over the plant``: power
    plant, cooling plant, UPS, batteries, generators. IT power is what the site is built for, not
    what it draws; redundancy is the power installed over the power needed (1 for N, 2 for 2N). An
    item made anew within the life of the building counts again with each lifetime. Say which
    stages it serves with ``serves=``: a footprint that covers the facility is then refused.

    Examples
    --------
    >>> import lca
    >>> site = lca.stages.facility(redundancy="2N", medium="liquid")
    >>> 12 < lca.Lifecycle(site, functional_unit="one kW of IT for a year").nominal("gwp") < 25
    True
    """

    per = "kW*year"
    phase = "facility"
    building: Number = parameter(
        "kgCO2e/kW",
        "footprint of the building, per IT power",
        default=catalogue.entry("facility.building.greensku"),
        valid=(0, None),
    )
    building_lifetime: Number = parameter(
        "year",
        "service life of the building",
        default=catalogue.entry("facility.lifetime.building"),
        valid=(1, None),
    )
    plant: Mapping[str, Number] = parameters(
        "kgCO2e/kW", "footprint of each item, per power installed", valid=(0, None)
    )
    redundancy: Mapping[str, Number] = parameters(
        "1", "power installed of each item over the power needed", valid=(0, None), keys="plant"
    )
    lifetime: Mapping[str, Number] = parameters(
        "year", "service life of each item", valid=(0.5, None), keys="plant"
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.building / self.building_lifetime
        for item, footprint in self.plant.items():
            yield "gwp", footprint * self.redundancy[item] / self.lifetime[item]


POWER_PLANT = {
    "ups": "ups",
    "battery": "battery_li_ion",
    "generator": "generator",
    "switchgear": "plant",
}
COOLING_PLANT = {
    "air": {"cooling": "chiller"},
    "liquid": {"cooling": "chiller", "liquid_cooling": "liquid_cooling"},
}
REDUNDANCY = {"N": "n", "N+1": "n_plus_1", "2N": "2n"}


def facility(
    *, redundancy: str = "2N", cooling_redundancy: str = "N+1", medium: str = "air", **fields: Any
) -> Facility:
    """Return a building with its plant from the catalogue.

    Three ways to the same thing lie far apart, in kgCO2e per kW and year: this one 15.6 per kW
    built (items by mass and a generic factor, so rather too low), `FacilityFootprint` 50 per kW
    built (a judgement), `YearlyFacilityFootprint` 66.8 per kW of mean power (one operator), which
    is 40 per kW built at a load of 0.6. Compare them before the building decides anything.

    Parameters
    ----------
    redundancy : {"N", "N+1", "2N"}
        Of UPS, batteries, generators and switchgear.
    cooling_redundancy : {"N", "N+1", "2N"}
        Of chillers and of the liquid loop.
    medium : {"air", "liquid"}
        Liquid adds a loop with its distribution units.
    **fields
        Fields of `Facility`: ``serves``, ``building``, ``name``.

    Raises
    ------
    ValueError
        If a redundancy or the medium is none of those named.

    Examples
    --------
    >>> import lca
    >>> lca.stages.facility(redundancy="N+1", name="hall 2")
    <Facility 'hall 2': per kW*year, facility>
    """
    for given, what, known in (
        (redundancy, "redundancy", REDUNDANCY),
        (cooling_redundancy, "cooling_redundancy", REDUNDANCY),
        (medium, "medium", COOLING_PLANT),
    ):
        if given not in known:
            raise ValueError(
                f"facility: {what} = {given!r}{near(str(given), known)}; "
                f"there are {', '.join(known)}"
            )
    levels = dict.fromkeys(POWER_PLANT, redundancy) | dict.fromkeys(
        COOLING_PLANT[medium], cooling_redundancy
    )
    lifetimes = POWER_PLANT | COOLING_PLANT[medium]
    given_fields = {
        "plant": {item: catalogue.figure(f"facility.installed.{item}") for item in levels},
        "redundancy": {
            item: catalogue.figure(f"facility.redundancy.{REDUNDANCY[level]}")
            for item, level in levels.items()
        },
        "lifetime": {
            item: catalogue.figure(f"facility.lifetime.{life}") for item, life in lifetimes.items()
        },
    }
    return Facility(**(given_fields | fields))


class FacilityFootprint(Stage):
    """Building with its plant from one footprint, as made, for one kW of IT power built and year.

    ``footprint / lifetime``. Replacements within the lifetime are not in it unless the
    footprint holds them. The footprint is per IT power that the site is built for; one per mean
    power (``facility.construction.google``) times the load is one per power built.
    """

    per = "kW*year"
    phase = "facility"
    footprint: Number = parameter(
        "kgCO2e/kW",
        "footprint of building and plant, per IT power that the site is built for",
        default=catalogue.entry("facility.construction.default"),
        valid=(0, None),
    )
    lifetime: Number = parameter(
        "year",
        "service life of the data centre",
        default=catalogue.entry("facility.lifetime.data_centre"),
        valid=(1, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint / self.lifetime


class YearlyFacilityFootprint(Stage):
    """Building with its plant from a footprint by year and mean power, for one kWh of IT energy.

    ``footprint / hours per year``. Published by an operator with the lifetime in it (Schneider et
    al. 2025), per mean power of the machines: idle room of the site is in it, so that no load
    enters. `HousingByMeanPower` takes it.

    Examples
    --------
    >>> import lca
    >>> building = lca.stages.YearlyFacilityFootprint()
    >>> life = lca.Lifecycle(building, amount=8760, functional_unit="one kW for a year")
    >>> round(life.nominal("gwp"), 1)
    66.8
    """

    per = "kWh"
    phase = "facility"
    footprint: Number = parameter(
        "kgCO2e/kW/year",
        "footprint of building and plant, per mean IT power and year",
        default=catalogue.entry("facility.construction.google_per_year"),
        valid=(0, None),
    )
    hours_per_year: Number = parameter(
        "hour/year",
        "hours in a year",
        default=catalogue.entry("operation.hours_per_year"),
        valid=(8000, 9000),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint / self.hours_per_year


class Housing(Stage):
    """All that a building gives to IT, for one kWh of IT energy.

    Takes the place of the cooling of a run, a cluster or storage, and adds what is held by
    power: ``1 / (load × hours per year)`` kW·year of the facility and of refrigerant for a kWh,
    with the load the mean IT power over the power that the site is built for. So idle
    sites weigh on the energy that is drawn. A building whose footprint is per mean power has its
    idle room in it: take `HousingByMeanPower`. The facility reports as facility, cooling as
    overhead. The refrigerant is that of the plant that cools: choose both together.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("DE", name="grid")
    >>> hall = lca.stages.Housing(
    ...     cooling=lca.stages.climate_cooling("frankfurt", electricity=grid),
    ...     facility=lca.stages.facility(),
    ...     refrigerant=lca.stages.refrigerant_leakage("R-134a"),
    ... )
    >>> run = lca.stages.MeteredTraining(
    ...     electricity=grid, cooling=hall, energy=1_000_000, accelerator_hours=0
    ... )
    >>> lca.Lifecycle(run, functional_unit="one model").nominal("gwp") > 0
    True
    """

    per = "kWh"
    phase = "overhead"
    cooling: Stage = supplier("kWh", "cooling and power losses, per kWh of IT energy")
    facility: Stage | None = supplier(
        "kW*year", "building and plant, as made, per IT power built", optional=True
    )
    refrigerant: Stage | None = supplier("kW*year", "refrigerant let out", optional=True)
    heat_recovery: Stage | None = supplier(
        "kWh", "recovery of heat, per kWh of IT energy", optional=True
    )
    load: Number = parameter(
        "1",
        "mean IT power over the power that the site is built for",
        default=catalogue.entry("facility.load"),
        valid=(0.01, 1),
    )
    hours_per_year: Number = parameter(
        "hour/year",
        "hours in a year",
        default=catalogue.entry("operation.hours_per_year"),
        valid=(8000, 9000),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        held = 1 / (self.load * self.hours_per_year)
        yield self.cooling, 1
        yield self.heat_recovery, 1
        yield self.facility, held
        yield self.refrigerant, held


class HousingByMeanPower(Housing):
    """All that a building gives to IT, its footprint per mean power, for one kWh of IT energy.

    As `Housing`, but the facility is taken by the kWh, whatever the load: a footprint per mean
    power (`YearlyFacilityFootprint`) has the idle room of the site in it. Refrigerant is held by
    the power that the site is built for, as there.
    """

    facility: Stage | None = supplier(
        "kWh", "building and plant, as made, per mean IT power, by the kWh", optional=True
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.cooling, 1
        yield self.heat_recovery, 1
        yield self.facility, 1
        yield self.refrigerant, 1 / (self.load * self.hours_per_year)
