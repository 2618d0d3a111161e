"""Cooling and power losses of the building: what comes on top of IT energy.

`Cooling` takes a PUE as given, `ComponentCooling` its parts, and the classes of `ClimateCooling`
compute it from the weather. All are per kWh of IT energy, so that one stands for another.
Beside them: refrigerant let out, and heat that is used again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lca import catalogue
from lca.quantity import Quantity, fixed
from lca.stage import (
    GraphError,
    Number,
    Stage,
    label,
    option,
    parameter,
    parameters,
    supplier,
    suppliers,
)
from lca.units import near

_EMITS_NOTHING_ITSELF = {
    "gwp": "emits nothing itself: electricity is the grid's, refrigerant a stage of its own",
    "gwp20": "emits nothing itself: electricity is the grid's, refrigerant a stage of its own",
    "pe": "takes no energy but electricity",
    "adpe": "holds no hardware: the cooling plant is a facility stage",
}


class Cooling(Stage):
    """Cooling and power losses of a data centre, for one kWh of IT energy.

    ``PUE - 1`` kWh of electricity and ``WUE`` litres of water: PUE (ISO/IEC 30134-2) is
    facility energy over IT energy, WUE (ISO/IEC 30134-9) water over IT energy. Water of
    the electricity comes with the electricity, so that the total is
    IT energy × (WUE + PUE × water of the grid).

    A WUE as reported counts make-up water, blowdown with it: where that goes back to its basin,
    less is consumed (ISO 14046). Water on site is not weighted by scarcity: wsf is of electricity
    alone. PUE and WUE are drawn independently, though evaporating saves electricity; the classes
    of `ClimateCooling` tie the two.

    Examples
    --------
    >>> import lca
    >>> lca.stages.Cooling(electricity=lca.stages.electricity("FR"), pue=0.9, name="hall 2")
    Traceback (most recent call last):
    ValueError: Cooling 'hall 2': pue = 0.9 lies below its lower bound 1; power usage ...
    """

    per = "kWh"
    phase = "overhead"
    zero = _EMITS_NOTHING_ITSELF
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    pue: Number = parameter(
        "1",
        "power usage effectiveness, annual mean",
        default=catalogue.entry("operation.pue.unknown_operator"),
        valid=(1, None),
        plausible=(None, 5),
    )
    wue: Number = parameter(
        "L/kWh",
        "water usage effectiveness, litres consumed on site per kWh of IT energy",
        default=catalogue.entry("operation.wue.unknown_operator"),
        valid=(0, None),
        plausible=(None, 20),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.pue - 1
        yield "wcf", self.wue


class ComponentCooling(Stage):
    """Cooling, power losses and lighting of a data centre, for one kWh of IT energy.

    ``PUE = 1 + cooling + power losses + lighting`` (ISO/IEC 30134-2), each a share of IT energy
    with an electricity line of its own, and ``WUE`` litres of water. Losses are those of UPS,
    transformers and distribution. The default of the losses is of large sites. WUE has none: it
    goes with the cooling (0 for dry coolers).

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR", name="grid")
    >>> lca.stages.ComponentCooling(electricity=grid, cooling=0.3, wue=0)
    <ComponentCooling 'componentcooling': per kWh, overhead>
    """

    per = "kWh"
    phase = "overhead"
    zero = _EMITS_NOTHING_ITSELF
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    cooling: Number = parameter("1", "electricity of cooling over IT energy", valid=(0, None))
    power_losses: Number = parameter(
        "1",
        "losses of UPS, transformers and distribution over IT energy",
        default=catalogue.entry("cooling.power_losses.large"),
        valid=(0, None),
    )
    lighting: Number = parameter(
        "1",
        "lighting and other electricity over IT energy",
        default=catalogue.entry("cooling.lighting"),
        valid=(0, None),
    )
    wue: Number = parameter(
        "L/kWh",
        "water usage effectiveness, litres consumed on site per kWh of IT energy",
        valid=(0, None),
        plausible=(None, 20),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.cooling
        yield self.electricity, self.power_losses
        yield self.electricity, self.lighting
        yield "wcf", self.wue


class ClimateCooling(Stage):
    """What all climate-driven cooling has in common; use one of the classes below.

    Electricity and water follow the temperature outside. A temperature may be one number or a
    profile of hours or bins, of which `weight` is the IT energy; results are means by weight.
    Water on site counts as wcf alone, unweighted by scarcity, as in `Cooling`.
    """

    per = "kWh"
    phase = "overhead"
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    weight: Number = parameter(
        "1", "IT energy at each temperature of the profile", default=1.0, valid=(0, None)
    )
    supply_temperature: Number = parameter(
        "K",
        "temperature of the air or liquid supplied to IT",
        default=catalogue.entry("cooling.supply.air"),
        valid=(270, 340),
    )
    indoor_approach: Number = parameter(
        "K",
        "supply to IT less facility water",
        default=catalogue.entry("cooling.approach.hall_air"),
        valid=(0, 30),
    )
    outdoor_approach: Number = parameter(
        "K",
        "water from the cooler or tower less the temperature outside",
        default=catalogue.entry("cooling.approach.dry_cooler"),
        valid=(0, 30),
    )
    exchanger_approach: Number = parameter(
        "K",
        "approach of plate exchanger, evaporator and condenser",
        default=catalogue.entry("cooling.approach.exchanger"),
        valid=(0, 20),
    )
    water_rise: Number = parameter(
        "K",
        "temperature rise of facility water",
        default=catalogue.entry("cooling.rise.water"),
        valid=(1, 30),
    )
    condenser_rise: Number = parameter(
        "K",
        "temperature rise of water through the condenser",
        default=catalogue.entry("cooling.rise.condenser"),
        valid=(0, 20),
    )
    minimum_lift: Number = parameter(
        "K",
        "smallest lift at which the chiller runs",
        default=catalogue.entry("cooling.minimum_lift"),
        valid=(1, 50),
    )
    carnot_fraction: Number = parameter(
        "1",
        "coefficient of performance of the chiller over Carnot's",
        default=catalogue.entry("cooling.carnot_fraction.air_cooled"),
        valid=(0.05, 1),
    )
    circulation: Number = parameter(
        "1",
        "fans and pumps inside the building, per heat removed",
        default=catalogue.entry("cooling.circulation.air"),
        valid=(0, 1),
    )
    rejection: Number = parameter(
        "1",
        "fans and pumps outside, per heat rejected",
        default=catalogue.entry("cooling.rejection.dry_cooler"),
        valid=(0, 1),
    )
    power_losses: Number = parameter(
        "1",
        "losses of UPS, transformers and distribution over IT energy",
        default=catalogue.entry("cooling.power_losses.large"),
        valid=(0, None),
    )
    lighting: Number = parameter(
        "1",
        "lighting and other electricity over IT energy",
        default=catalogue.entry("cooling.lighting"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.circulation * self.released() + self.mean(self.plant_energy())
        yield self.electricity, self.power_losses
        yield self.electricity, self.lighting

    def sink(self) -> Any:
        """Return the temperature to which heat is rejected."""
        raise NotImplementedError("use DryCooling, OutsideAirCooling, AdiabaticCooling, ...")

    def facility_water(self) -> Any:
        """Return the temperature of facility water that gives the supply temperature."""
        return self.supply_temperature - self.indoor_approach

    def released(self) -> Any:
        """Return the heat of IT, losses and lighting, per kWh of IT energy."""
        return 1 + self.power_losses + self.lighting

    def removed(self) -> Any:
        """Return the heat taken out of the building: fans and pumps inside add their own."""
        return (1 + self.circulation) * self.released()

    def free(self) -> Any:
        """Return the share of heat removed that needs no chiller (economiser)."""
        water = self.sink() + self.outdoor_approach + self.exchanger_approach
        returned = self.facility_water() + self.water_rise
        return np.minimum(np.maximum((returned - water) / self.water_rise, 0), 1)

    def compression(self) -> Any:
        """Return the work of the chiller per heat removed, the lift over that of Carnot."""
        cold = self.facility_water() - self.exchanger_approach
        hot = self.sink() + self.outdoor_approach + self.condenser_rise + self.exchanger_approach
        lift = np.maximum(hot - cold, self.minimum_lift)
        return (1 - self.free()) * lift / (self.carnot_fraction * cold)

    def rejected(self) -> Any:
        """Return the heat given to the surroundings, at each temperature."""
        return self.removed() * (1 + self.compression())

    def plant_energy(self) -> Any:
        """Return the electricity of chillers and of fans and pumps outside."""
        return self.removed() * self.compression() + self.rejection * self.rejected()

    def mean(self, values: Any) -> Any:
        """Return the mean over the profile, weighted by IT energy."""
        whole = np.mean(np.atleast_2d(self.weight), axis=0)
        if not np.all(whole > 0):
            raise GraphError(
                f"{label(self)}: weight is 0 at every temperature; give IT energy at one at least"
            )
        return np.mean(np.atleast_2d(self.weight * values), axis=0) / whole


class DryCooling(ClimateCooling):
    """Dry coolers and air-cooled chillers, for one kWh of IT energy. Takes no water.

    Water of ``dry bulb + approaches`` cools the facility water, wholly or in part
    (economiser): ``free share = (return - water) / rise``, from 0 to 1. A chiller does the
    rest with ``COP = Carnot fraction × T_cold / (T_hot - T_cold)`` (ASHRAE Handbook
    Fundamentals, ch. 2), ``T_cold = supply - approaches``,
    ``T_hot = dry bulb + approaches + condenser rise``.

    ``heat removed = (1 + power losses + lighting) × (1 + circulation)``
    ``PUE = mean of heat removed × (1 + (1 - free share) / COP) × (1 + rejection)``

    For outside temperatures of -40 to 50 °C. Part load, humidity and defrosting are left out.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("DE", name="grid")
    >>> lca.stages.climate_cooling("frankfurt", plant="dry", electricity=grid)
    <DryCooling 'drycooling': per kWh, overhead>
    """

    per = "kWh"
    phase = "overhead"
    zero = _EMITS_NOTHING_ITSELF | {
        "wcf": "takes no water: heat goes to dry air",
        "wsf": "takes no water: heat goes to dry air",
    }
    dry_bulb: Number = parameter("K", "dry bulb outside, in kelvin", valid=(230, 330))

    def sink(self) -> Any:
        return self.dry_bulb


class OutsideAirCooling(DryCooling):
    """Outside air let into the hall, air-cooled chillers beside, for one kWh of IT energy.

    An air-side economiser: below ``supply - approach`` outside air does all, below the return
    temperature a part, ``(supply + air rise - approach - dry bulb) / air rise``. Above a limit
    of the wet bulb it is too moist and the chillers do all; the rest is `DryCooling`.
    Air that is too dry is not moistened.
    """

    per = "kWh"
    phase = "overhead"
    wet_bulb: Number = parameter(
        "K",
        "wet bulb outside, in kelvin: that of saturated air is its dry bulb",
        valid=(230, 330),
        at_most="dry_bulb",
    )
    wet_bulb_limit: Number = parameter(
        "K",
        "wet bulb up to which outside air may enter",
        default=catalogue.entry("cooling.wet_bulb_limit"),
        valid=(270, 320),
    )
    air_rise: Number = parameter(
        "K",
        "temperature rise of air through IT",
        default=catalogue.entry("cooling.rise.hall_air"),
        valid=(1, 40),
    )
    air_approach: Number = parameter(
        "K",
        "supply air less outside air, by fans and filters",
        default=catalogue.entry("cooling.approach.outside_air"),
        valid=(0, 10),
    )

    def free(self) -> Any:
        returned = self.supply_temperature + self.air_rise
        share = (returned - self.air_approach - self.dry_bulb) / self.air_rise
        allowed = np.where(self.wet_bulb <= self.wet_bulb_limit, 1.0, 0.0)
        return allowed * np.minimum(np.maximum(share, 0), 1)

    def rejected(self) -> Any:
        """Return the heat that the chillers reject; outside air carries the rest."""
        return self.removed() * (1 - self.free() + self.compression())


class AdiabaticCooling(DryCooling):
    """Dry coolers with wetted pads for warm hours, for one kWh of IT energy.

    Pads cool the air by what dry air falls short of free cooling, at most by
    ``effectiveness × (dry bulb - wet bulb)``; in cool hours they are dry. Water is
    ``heat rejected × cooled by / rise of the air / latent heat``; the rest is `DryCooling`.
    Blowdown, ``1 / (cycles - 1)`` of that, goes back to its basin and is not consumed
    (ISO 14046). ``blowdown="consumed"`` adds it: where it does not go back, or to have the make-up
    water, which a WUE as reported counts (ISO/IEC 30134-9).
    """

    per = "kWh"
    phase = "overhead"
    zero = _EMITS_NOTHING_ITSELF
    blowdown: str = option(
        "returned",
        "what becomes of the blowdown: returned to its basin, or consumed",
        among=("returned", "consumed"),
    )
    wet_bulb: Number = parameter(
        "K",
        "wet bulb outside, in kelvin: that of saturated air is its dry bulb",
        valid=(230, 330),
        at_most="dry_bulb",
    )
    effectiveness: Number = parameter(
        "1",
        "saturation effectiveness of the pads",
        default=catalogue.entry("cooling.pad.effectiveness"),
        valid=(0, 1),
    )
    cooler_rise: Number = parameter(
        "K",
        "temperature rise of air through the cooler",
        default=catalogue.entry("cooling.rise.cooler_air"),
        valid=(1, 40),
    )
    latent_heat: Number = parameter(
        "kWh/L",
        "heat that evaporates water",
        default=catalogue.entry("cooling.water.latent_heat"),
        valid=(0.6, 0.75),
    )
    cycles: Number = parameter(
        "1",
        "cycles of concentration",
        default=catalogue.entry("cooling.water.cycles"),
        valid=(1.1, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        lost = 1 / (self.cycles - 1) if self.blowdown == "consumed" else 0
        evaporated = self.mean(self.rejected() * self.cooled() / self.cooler_rise)
        yield "wcf", evaporated / self.latent_heat * (1 + lost)

    def cooled(self) -> Any:
        """Return by how much the pads cool the air: not at all where dry air does."""
        dry = self.dry_bulb + self.outdoor_approach + self.exchanger_approach
        short = np.maximum(dry, self.facility_water()) - self.facility_water()
        depression = self.dry_bulb - np.minimum(self.wet_bulb, self.dry_bulb)
        return np.minimum(short, self.effectiveness * depression)

    def sink(self) -> Any:
        return self.dry_bulb - self.cooled()


class TowerCooling(ClimateCooling):
    """Evaporative towers and water-cooled chillers, for one kWh of IT energy.

    As `DryCooling`, with the wet bulb in place of the dry bulb. Water is
    ``heat rejected × (evaporation + drift)``, with ``evaporation = evaporated share / latent
    heat``. Blowdown, ``evaporation / (cycles - 1) - drift``, for drift takes salts out too (ASHRAE
    Handbook HVAC Systems, ch. 40), goes back to its basin and is not consumed (ISO 14046).
    ``blowdown="consumed"`` adds it: where it does not go back, or to have the make-up water
    ``evaporation × cycles / (cycles - 1)``, which a WUE as reported counts (ISO/IEC 30134-9).
    The evaporated share is taken as the same all year.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("SG", name="grid")
    >>> hall = lca.stages.climate_cooling("singapore", plant="tower", electricity=grid)
    >>> 1.6 < lca.Lifecycle(hall, functional_unit="one kWh of IT").nominal("wcf") < 1.8
    True
    """

    per = "kWh"
    phase = "overhead"
    zero = _EMITS_NOTHING_ITSELF
    blowdown: str = option(
        "returned",
        "what becomes of the blowdown: returned to its basin, or consumed",
        among=("returned", "consumed"),
    )
    wet_bulb: Number = parameter("K", "wet bulb outside, in kelvin", valid=(230, 330))
    outdoor_approach: Number = parameter(
        "K",
        "water from the tower less the wet bulb",
        default=catalogue.entry("cooling.approach.tower"),
        valid=(0, 30),
    )
    carnot_fraction: Number = parameter(
        "1",
        "coefficient of performance of the chiller over Carnot's",
        default=catalogue.entry("cooling.carnot_fraction.water_cooled"),
        valid=(0.05, 1),
    )
    rejection: Number = parameter(
        "1",
        "fans and pumps of the tower, per heat rejected",
        default=catalogue.entry("cooling.rejection.tower"),
        valid=(0, 1),
    )
    evaporated: Number = parameter(
        "1",
        "share of the heat rejected that leaves by evaporation",
        default=catalogue.entry("cooling.water.evaporated"),
        valid=(0, 1),
    )
    latent_heat: Number = parameter(
        "kWh/L",
        "heat that evaporates water",
        default=catalogue.entry("cooling.water.latent_heat"),
        valid=(0.6, 0.75),
    )
    cycles: Number = parameter(
        "1",
        "cycles of concentration",
        default=catalogue.entry("cooling.water.cycles"),
        valid=(1.1, None),
    )
    drift: Number = parameter(
        "L/kWh",
        "drift per heat rejected",
        default=catalogue.entry("cooling.water.drift"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        evaporation = self.evaporated / self.latent_heat
        purged = np.maximum(evaporation / (self.cycles - 1), self.drift)
        beside = purged if self.blowdown == "consumed" else self.drift
        yield "wcf", self.mean(self.rejected()) * (evaporation + beside)

    def sink(self) -> Any:
        return self.wet_bulb


PLANTS: Mapping[str, tuple[type[ClimateCooling], tuple[str, ...]]] = {
    "dry": (DryCooling, ("dry_bulb",)),
    "outside air": (OutsideAirCooling, ("dry_bulb", "wet_bulb")),
    "adiabatic": (AdiabaticCooling, ("dry_bulb", "wet_bulb")),
    "tower": (TowerCooling, ("wet_bulb",)),
}
MEDIA = {"air": "hall_air", "liquid": "liquid"}
ZERO_CELSIUS = 273.15  # in kelvin, by definition


def climate_cooling(
    site: str,
    *,
    plant: str = "dry",
    medium: str = "air",
    it_power: Sequence[float] | None = None,
    **fields: Any,
) -> ClimateCooling:
    """Return the cooling of a data centre in the climate of a site, from hourly temperatures.

    Hours between the same two whole degrees are joined, at their mean, so that some fifty bins
    (some three hundred, where dry and wet bulb both count) stand for 8,760 hours.

    Parameters
    ----------
    site : str
        A site of `lca.catalogue.climate`.
    plant : {"dry", "outside air", "adiabatic", "tower"}
    medium : {"air", "liquid"}
        What is supplied to IT; liquid is warmer, and needs less.
    it_power : sequence of float, optional
        By hour, in any unit, from the first hour of the year in UTC; constant unless given.
    **fields
        Fields of the class: ``electricity`` at least; ``supply_temperature``, ``name``.

    Raises
    ------
    DataError
        If the site is unknown; near names are offered.
    ValueError
        If the plant or the medium is none of those named, outside air should carry liquid, or
        the IT power does not fit the hours.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("DE", name="grid")
    >>> lca.stages.climate_cooling("frankfurt", plant="tower", electricity=grid, name="hall 2")
    <TowerCooling 'hall 2': per kWh, overhead>
    """
    for given, what, known in ((plant, "plant", PLANTS), (medium, "medium", MEDIA)):
        if given not in known:
            raise ValueError(
                f"climate_cooling: {what} = {given!r}{near(str(given), known)}; "
                f"there are {', '.join(known)}"
            )
    if (plant, medium) == ("outside air", "liquid"):
        raise ValueError("climate_cooling: outside air supplies no liquid; take plant='dry'")
    cls, bulbs = PLANTS[plant]
    settings = {
        "supply_temperature": catalogue.figure(f"cooling.supply.{medium}"),
        "indoor_approach": catalogue.figure(f"cooling.approach.{MEDIA[medium]}"),
        "circulation": catalogue.figure(f"cooling.circulation.{medium}"),
    }
    return cls(**(_profile(site, bulbs, it_power) | settings | fields))


def _profile(
    site: str, bulbs: tuple[str, ...], it_power: Sequence[float] | None
) -> dict[str, Quantity]:
    """Return temperatures in bins of one kelvin, and the share of IT energy in each."""
    climate = catalogue.climate(site)
    hours = np.array([getattr(climate, bulb) for bulb in bulbs])
    energy = np.ones(hours.shape[1]) if it_power is None else np.asarray(it_power, dtype=float)
    if energy.shape != hours.shape[1:]:
        raise ValueError(
            f"climate_cooling: it_power has shape {energy.shape}; the climate of {site!r} has "
            f"{hours.shape[1]} hours"
        )
    if not np.all(np.isfinite(energy)) or np.min(energy) < 0 or np.sum(energy) == 0:
        raise ValueError("climate_cooling: it_power must be finite, not negative and not all 0")
    held, hours = energy[energy > 0], hours[:, energy > 0]
    _, bins = np.unique(np.ceil(hours), axis=1, return_inverse=True)
    total = np.bincount(bins.ravel(), held)
    source = str(climate.site["source"])
    profile = {
        bulb: fixed(
            (np.bincount(bins.ravel(), held * values) / total + ZERO_CELSIUS).tolist(),
            "K",
            source=source,
            note=f"{bulb.replace('_', ' ')} of {site}, hourly, joined in bins of one kelvin",
        )
        for bulb, values in zip(bulbs, hours, strict=True)
    }
    note = f"share of IT energy in each bin of the climate of {site}"
    return profile | {
        "weight": fixed((total / np.sum(total)).tolist(), "1", source=source, note=note)
    }


# -- refrigerant ---------------------------------------------------------------------------


class ReleasedGas(Stage):
    """A gas let into the air, for one kg. Making the gas is not in it."""

    per = "kg"
    phase = None
    zero = {
        "pe": "letting a gas out takes no energy; making it is not counted here",
        "wcf": "letting a gas out takes no water; making it is not counted here",
        "wsf": "letting a gas out takes no water; making it is not counted here",
        "adpe": "letting a gas out takes no metals; making it is not counted here",
    }
    gas: str = option(
        "HFC-134a",
        "which gas",
        among=(
            "HFC-32",
            "HFC-125",
            "HFC-134a",
            "HFC-143a",
            "HFC-152a",
            "HFC-227ea",
            "HFO-1234yf",
            "HFO-1234ze(E)",
            "HFO-1233zd(E)",
        ),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.gas, 1


class RefrigerantLeakage(Stage):
    """Refrigerant that leaks and is lost at the end of life, for one kW of IT and year.

    ``installed × charge × (leakage + loss at end / lifetime)``, divided among the gases of
    the refrigerant by mass. Refilled as it leaks, so that the charge stays whole. It goes with the
    plant, which it does not know: a site without chillers has none, and charge and leakage of an
    air-cooled chiller are not those of a water-cooled one. The IT power is that which the site is
    built for, as of `Facility`.

    Examples
    --------
    >>> import lca
    >>> lca.stages.refrigerant_leakage("R-410A")
    <RefrigerantLeakage 'refrigerantleakage': per kW*year, overhead>
    """

    per = "kW*year"
    phase = "overhead"
    gases: Mapping[str, Stage] = suppliers("kg", "gases of the refrigerant, let out")
    composition: Mapping[str, Number] = parameters(
        "1", "parts by mass of each gas in the refrigerant", valid=(1e-6, None), keys="gases"
    )
    installed: Number = parameter(
        "1",
        "cooling power installed over IT power",
        default=catalogue.entry("cooling.installed"),
        valid=(0, None),
    )
    charge: Number = parameter(
        "kg/kW",
        "refrigerant per cooling power",
        default=catalogue.entry("facility.refrigerant.charge"),
        valid=(0, None),
    )
    leakage: Number = parameter(
        "1/year",
        "share of the charge that leaks in a year",
        default=catalogue.entry("facility.refrigerant.leakage_ashrae"),
        valid=(0, None),
        plausible=(None, 1),
    )
    loss_at_end: Number = parameter(
        "1",
        "share of the charge lost at the end of life",
        default=catalogue.entry("facility.refrigerant.loss_at_end"),
        valid=(0, 1),
    )
    lifetime: Number = parameter(
        "year",
        "service life of the chillers",
        default=catalogue.entry("facility.lifetime.chiller"),
        valid=(1, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        lost = self.charge * (self.leakage + self.loss_at_end / self.lifetime)
        whole = sum(self.composition.values())
        for gas, part in self.composition.items():
            yield self.gases[gas], self.installed * lost * part / whole


REFRIGERANTS = {
    "R-32": ("HFC-32",),
    "R-134a": ("HFC-134a",),
    "R-407C": ("HFC-32", "HFC-125", "HFC-134a"),
    "R-410A": ("HFC-32", "HFC-125"),
    "R-513A": ("HFC-134a", "HFO-1234yf"),
    "R-1233zd(E)": ("HFO-1233zd(E)",),
    "R-1234yf": ("HFO-1234yf",),
    "R-1234ze(E)": ("HFO-1234ze(E)",),
}


def refrigerant_leakage(refrigerant: str, **fields: Any) -> RefrigerantLeakage:
    """Return the leakage of a refrigerant by its name, blends split into their gases.

    Parameters
    ----------
    refrigerant : str
        ``"R-134a"``, ``"R-410A"``, ``"R-513A"`` … (ASHRAE 34).
    **fields
        Fields of `RefrigerantLeakage`: ``charge``, ``leakage``, ``name``.

    Raises
    ------
    DataError
        If the refrigerant is unknown; near names are offered.

    Examples
    --------
    >>> import lca
    >>> plant = lca.stages.refrigerant_leakage("R-134a", charge=0.3, leakage=0.05, loss_at_end=0)
    >>> year = lca.Lifecycle(plant, functional_unit="one kW of IT for a year")
    >>> round(year.nominal("gwp"), 1)  # 1.3 x 0.3 kg x 5 % x 1,530
    29.8
    """
    if refrigerant not in REFRIGERANTS:
        raise catalogue.DataError(
            f"no refrigerant {refrigerant!r}{near(str(refrigerant), REFRIGERANTS)}; "
            f"there are {', '.join(REFRIGERANTS)}"
        )
    gases = REFRIGERANTS[refrigerant]
    shares = [
        catalogue.figure(f"cooling.refrigerant.{refrigerant}.{gas}") if len(gases) > 1 else 1
        for gas in gases
    ]
    given: dict[str, Any] = {
        "gases": {gas: ReleasedGas(gas=gas, name=f"{gas} let out") for gas in gases},
        "composition": dict(zip(gases, shares, strict=True)),
    }
    return RefrigerantLeakage(**(given | fields))


# -- heat that is used again ------------------------------------------------------------------


class Heat(Stage):
    """Heat from another source, at the consumer, for one kWh."""

    per = "kWh"
    phase = None
    intensity: Number = parameter(
        "kgCO2e/kWh", "lifecycle intensity of heat, per kWh delivered", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.intensity


class AvoidedHeat(Stage):
    """Heat that others need not make, for one kWh delivered to them.

    ``displaced`` kWh of their own heat. A credit: it stands beside the total, never in it.
    """

    per = "kWh"
    phase = "avoided"
    heat: Stage = supplier("kWh", "heat that is no longer made")
    displaced: Number = parameter(
        "1", "heat no longer made over heat delivered", default=1.0, valid=(0, 1)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.heat, self.displaced


class HeatRecovery(Stage):
    """A heat pump that lifts heat of IT to a network, for one kWh of IT energy.

    It takes ``recovered / (COP - 1)`` kWh of electricity, a burden like any other, and delivers
    ``recovered × COP / (COP - 1)`` kWh of heat, with COP the heat delivered over the
    electricity. What the heat replaces is a credit (`AvoidedHeat`), which may be left out. For
    heat that is warm enough without a heat pump take a COP of some 50, for the pumps. That
    less heat is left to reject is not counted.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("SE", name="grid")
    >>> boiler = lca.stages.Heat(intensity=0.2, name="gas boilers")
    >>> credit = lca.stages.AvoidedHeat(heat=boiler)
    >>> lca.stages.HeatRecovery(electricity=grid, credit=credit, recovered=0.5)
    <HeatRecovery 'heatrecovery': per kWh, overhead>
    """

    per = "kWh"
    phase = "overhead"
    electricity: Stage = supplier("kWh", "grid that feeds the heat pump")
    credit: Stage | None = supplier(
        "kWh", "heat that is no longer made, such as AvoidedHeat", optional=True, phase="avoided"
    )
    recovered: Number = parameter("1", "heat taken over IT energy, as a yearly mean", valid=(0, 1))
    cop: Number = parameter(
        "1",
        "coefficient of performance, heat delivered over electricity",
        default=catalogue.entry("cooling.heat_pump.cop"),
        valid=(1.1, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.recovered / (self.cop - 1)
        yield self.credit, self.recovered * self.cop / (self.cop - 1)
