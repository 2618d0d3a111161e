"""Electricity: a supply, at the plug of the building."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from lca import catalogue, quantity, tables
from lca.distributions import number
from lca.quantity import Quantity
from lca.stage import (
    Choice,
    Number,
    Stage,
    choice,
    label,
    parameter,
    parameters,
    supplier,
    suppliers,
)
from lca.tables import DataError
from lca.units import near

_LOSSES = "operation.grid_loss_share.default"
_LOSSES_US = "electricity.loss.US.2023"
_NAMED = {"name": "electricity"}  # so that scenarios with different classes share their losses


HIGHEST = 3.0  # kgCO2e/kWh: above what any grid or plant emits
LOWEST = 1e-6  # kgCO2e/kWh, of a residual mix: 0 is a slip
LOWEST_CONTRACT, HIGHEST_CONTRACT = 0.003, 2.0  # kgCO2e/kWh: round every technology on record


def _check_intensity(
    stage: Stage, name: str, given: Quantity, low: float = 0.0, high: float = HIGHEST
) -> None:
    """Refuse a nominal intensity that no plant has; draws may lie beyond, for tails are long."""
    where = f"{label(stage)}: {name} ="
    if np.min(given.point) < low:
        raise DataError(
            f"{where} {np.min(given.point):.6g} kgCO2e/kWh lies below its lower bound {low:g}: "
            "the life of a plant is never free of emissions"
        )
    if np.max(given.point) > high:
        raise DataError(
            f"{where} {np.max(given.point):.6g} kgCO2e/kWh lies above its upper bound {high:g}: "
            "say the unit of a figure in grams, lca.fixed(…, 'gCO2e/kWh')"
        )


class Electricity(Stage):
    """Electricity at the plug, for one kWh.

    ``intensity × timing × siting / (1 - losses)``: grid factors are per kWh generated, so losses up
    to the plug are counted here, and only here. Average mix, location-based. Where they are given,
    ``water / (1 - losses)`` and ``primary energy / (1 - losses)``, at any hour those of the year;
    ``scarcity`` times the water (AWARE, ISO 14046) is litres consumed times how scarce water is
    where the plants stand. No such factor is shipped: take that for non-agricultural use from
    WULCA, in ``"m3we/m3"``. Cooling water at the site is the data centre's own (WUE).

    Of a load that is not flat, timing is ``Σ load × intensity / Σ load`` (`load_weighted`) over the
    annual mean. As an annual intensity is emissions over generation, that mean is weighted by
    generation: a flat load has a timing of its own, 1.13 in Denmark. The sum is linear, so a
    fixed load and profile are brought down to this one number before any run
    (`hourly_electricity`, ``Schedule.timing`` of `lca.scheduling`). Average, not marginal. For a
    site somewhere in a country siting is its intensity over that of the country
    (`electricity_within`). Left out, they count as 1.

    Examples
    --------
    >>> import lca
    >>> lca.stages.electricity("FR", year=2022, name="grid")
    <Electricity 'grid': per kWh, a supply>
    >>> noon = [0] * 10 + [1] * 4 + [0] * 10
    >>> grid = lca.stages.hourly_electricity("US-CISO", load=noon, utc_offset=-8, water=2)
    >>> round(grid.timing.point, 2), lca.Lifecycle(grid, functional_unit="one kWh").categories
    (0.71, ['gwp', 'wcf'])
    """

    per = "kWh"
    phase = None
    intensity: Number = parameter(
        "kgCO2e/kWh", "lifecycle intensity of electricity, per kWh generated", valid=(0, None)
    )
    losses: Number = parameter(
        "1",
        "share of generation lost before the plug",
        default=catalogue.entry(_LOSSES),
        valid=(0, 0.5),
    )
    water: Number | None = parameter(
        "L/kWh", "water consumed by generation, per kWh generated", valid=(0, None), default=None
    )
    scarcity: Number | None = parameter(
        "m3we/L",
        "scarcity of the water consumed, over the world's mean",
        valid=(0, None),
        default=None,
    )
    primary_energy: Number | None = parameter(
        "MJ/kWh", "primary energy, per kWh generated", valid=(0, None), default=None
    )
    timing: Number | None = parameter(
        "1",
        "intensity in the hours of the load over its annual mean",
        valid=(0, None),
        default=None,
    )

    siting: Number | None = parameter(
        "1",
        "intensity at the site over that of the country",
        valid=(0, None),
        plausible=(None, 50),
        default=None,
    )

    def check(self) -> None:
        _check_intensity(self, "intensity", self.intensity)
        _check_scarcity(self)

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        arriving = 1 - self.losses
        timing = 1.0 if self.timing is None else self.timing
        siting = 1.0 if self.siting is None else self.siting
        yield "gwp", self.intensity * timing * siting / arriving
        if self.primary_energy is not None:
            yield "pe", self.primary_energy / arriving
        if self.water is not None:
            yield "wcf", self.water / arriving
        if self.scarcity is not None:
            yield "wsf", self.scarcity * self.water / arriving


class ElectricityMix(Stage):
    """Electricity at the plug from a mix of technologies, for one kWh.

    ``Σ share × intensity / Σ share / (1 - losses)``: each technology at its lifecycle factor
    (IPCC AR5 WG3, annex III). Shares sum to one within one per cent, and are weights, so that
    rounded ones do no harm; made by `lca.shares` they sum to one in every draw. Generation of
    the region alone: no imports, no storage losses. Fleet and plant differ: a mix comes within
    some 25 % of a published intensity (`datasets/README.md`). Minerals and land are not known.

    Water (operation of the plants, no fuel supply) and primary energy (renewable or not, without
    what fuel supply takes) are summed alike, where they are given of all technologies; timing and
    scarcity are those of `Electricity`, one factor for all plants.

    Examples
    --------
    >>> import lca
    >>> supply = lca.stages.ElectricityMix(
    ...     shares=lca.shares({"coal": 0.3, "wind": 0.7}, concentration=100),
    ...     intensity={"coal": 0.82, "wind": 0.011},
    ... )
    >>> supply
    <ElectricityMix 'electricitymix': per kWh, a supply>
    """

    per = "kWh"
    phase = None
    losses: Number = parameter(
        "1",
        "share of generation lost before the plug",
        default=catalogue.entry(_LOSSES),
        valid=(0, 0.5),
    )
    shares: Mapping[str, Number] = parameters(
        "1", "share of each technology in generation", valid=(0, 1)
    )
    intensity: Mapping[str, Number] = parameters(
        "kgCO2e/kWh",
        "lifecycle intensity of each technology, per kWh generated",
        valid=(0, None),
        keys="shares",
    )
    primary_energy: Mapping[str, Number] = parameters(
        "MJ/kWh",
        "primary energy of each technology, per kWh generated",
        valid=(0, None),
        keys="shares",
        default=None,
    )
    water: Mapping[str, Number] = parameters(
        "L/kWh",
        "water consumed by each technology, per kWh generated",
        valid=(0, None),
        keys="shares",
        default=None,
    )
    scarcity: Number | None = parameter(
        "m3we/L",
        "scarcity of the water consumed, over the world's mean",
        valid=(0, None),
        default=None,
    )
    timing: Number | None = parameter(
        "1",
        "intensity in the hours of the load over its annual mean",
        valid=(0, None),
        default=None,
    )

    def check(self) -> None:
        for technology, intensity in self.intensity.items():
            _check_intensity(self, f"intensity.{technology}", intensity)
        _check_whole(self, self.shares)
        _check_scarcity(self)

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        timing = 1.0 if self.timing is None else self.timing
        yield "gwp", self.delivered(self.intensity) * timing
        if self.primary_energy:
            yield "pe", self.delivered(self.primary_energy)
        if self.water:
            yield "wcf", self.delivered(self.water)
        if self.scarcity is not None:
            yield "wsf", self.scarcity * self.delivered(self.water)

    def delivered(self, factors: Mapping[str, Any]) -> Any:
        """Return the mean of factors by technology, per kWh at the plug."""
        mixed = sum(share * factors[technology] for technology, share in self.shares.items())
        return mixed / sum(self.shares.values()) / (1 - self.losses)


def _check_scarcity(stage: Electricity | ElectricityMix) -> None:
    if stage.scarcity is not None and not stage.water:
        raise DataError(f"{label(stage)}: scarcity multiplies the water, which is not known")


def _check_whole(stage: Stage, shares: Mapping[str, Any]) -> None:
    whole = sum(share.point for share in shares.values())
    if np.any(np.abs(whole - 1) > 0.01):
        raise DataError(f"{label(stage)}: the shares sum to {np.max(whole):g}, not to 1")


class ElectricityBlend(Stage):
    """Electricity at the plug from several supplies, for one kWh.

    ``Σ share × supply / Σ share``: what is known of all supplies, losses included, is known of the
    blend. Shares are weights that sum to one within one per cent. Over years of operation each kWh
    counts with the supply of its year; those of later years are a scenario, a decision.

    Examples
    --------
    >>> import lca
    >>> sun = lca.stages.technology_mix({"solar_utility": 1.0}, name="sun")
    >>> grid = lca.stages.electricity_mix("DE", 2023, name="grid")
    >>> blend = lca.stages.ElectricityBlend(
    ...     sources={"sun": sun, "grid": grid}, shares={"sun": 0.3, "grid": 0.7}
    ... )
    >>> lca.Lifecycle(blend, functional_unit="one kWh").categories
    ['gwp', 'pe', 'wcf']
    """

    per = "kWh"
    phase = None
    sources: Mapping[str, Stage] = suppliers("kWh", "supplies, each at the plug")
    shares: Mapping[str, Number] = parameters(
        "1", "share of each supply", valid=(0, 1), keys="sources"
    )

    def check(self) -> None:
        _check_whole(self, self.shares)

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        whole = sum(self.shares.values())
        for name, source in self.sources.items():
            yield source, self.shares[name] / whole


class MarketBasedElectricity(Stage):
    """Electricity at the plug by the market-based method, for one kWh.

    ``matched × contract + (1 - matched) × residual`` (GHG Protocol, Scope 2 Guidance 2015): what
    contractual instruments cover counts with the contracted plants over their life, which is
    never 0; the rest with the residual mix, from which all claimed generation is taken out. Say
    whether the share is matched over the year or hour by hour (`matched_share`). Matched by the
    hour, the rest lies in hours of its own, mostly dirtier ones: `hourly_matching` gives both
    numbers. It stands beside the location-based result, never in its place.

    Examples
    --------
    >>> import lca
    >>> wind = lca.stages.technology_mix({"wind_onshore": 1.0}, name="wind")
    >>> rest = lca.stages.Electricity(name="rest", intensity=0.6)
    >>> lca.stages.MarketBasedElectricity(contract=wind, residual=rest, matched=0.8)
    <MarketBasedElectricity 'marketbasedelectricity': per kWh, a supply>
    """

    per = "kWh"
    phase = None
    contract: Stage = supplier("kWh", "generation of the contracted plants, at the plug")
    residual: Stage = supplier("kWh", "residual mix, at the plug")
    matched: Number = parameter(
        "1", "share of the load covered by contractual instruments", valid=(0, 1)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.contract, self.matched
        yield self.residual, 1 - self.matched


def electricity(
    region: str, year: int | None = None, *, boundary: str = "lifecycle", **fields: Any
) -> Electricity:
    """Return the electricity of a country or area and year from the catalogue.

    Parameters
    ----------
    region : str
        ISO 3166 alpha-2 code; ``"GLO"`` for the world; or an area (`lca.catalogue.region`).
    year : int, optional
        The newest on record unless given.
    boundary : {"lifecycle", "stack"}, optional
        ``"stack"`` for areas of which the power plants alone are known, without fuel supply
        and construction: compare them with their like only.
    **fields
        Fields of `Electricity`: ``name``, ``losses`` (of the United States their own).

    Raises
    ------
    DataError
        If the region or the year is not in the table (near names are offered), or its figure
        has another boundary.

    Examples
    --------
    >>> import lca
    >>> lca.stages.electricity("US-RFCE", 2023, boundary="stack", name="grid")
    <Electricity 'grid': per kWh, a supply>
    """
    intensity = _intensity(region, year, boundary)
    return Electricity(**({"intensity": intensity, "losses": _losses(region)} | fields))


def electricity_within(
    region: str, year: int | None = None, *, area: str = "", **fields: Any
) -> Electricity:
    """Return the electricity of a site somewhere in a country, or in an area of it.

    The intensity of the country in the year, times the intensity of one of its states, provinces
    or zones over their plain mean, each as likely, in the newest year on record (United
    States, China, Canada, Norway, Sweden). The mean stays that of the country. Of other countries
    no areas are known: they have one intensity.

    Parameters
    ----------
    region : str
        ISO 3166 alpha-2 code.
    year : int, optional
        The nearest on record; the newest unless given.
    area : str, optional
        State, province or zone of the site, ``"US-GA"``: its ratio then has one value.
    **fields
        Fields of `Electricity`, but for ``siting``: ``name``, ``losses``, ``water``.

    Raises
    ------
    DataError
        If the country is not in the table, or has no such area; near names are offered.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity_within("US", 2012, name="grid")
    >>> grid.intensity.key, round(grid.siting.mean, 9)
    ('electricity.US.2015', 1.0)
    >>> lca.stages.electricity_within("FR", name="grid")
    <Electricity 'grid': per kWh, a supply>
    """
    years = [int(row["year"]) for row in tables.rows("electricity_annual")
             if row["geography"] == region]  # fmt: skip
    if years and year is not None:
        year = min(max(year, min(years)), max(years))
    country = electricity(region, year, **fields)
    areas = _areas(region)
    known = [row["area"] for row in areas]
    if area and area not in known:
        raise DataError(f"electricity_within: no area {area!r} of {region!r}{near(area, known)}")
    if not areas:
        return country
    mean = sum(float(row["value"]) for row in areas) / len(areas)
    ratios = {row["area"]: float(row["value"]) / mean for row in areas}
    about: dict[str, Any] = {
        "unit": "1",
        "source": areas[0]["source"],
        "note": f"{len(areas)} areas in {areas[0]['year']}, each over their plain mean",
    }
    if area:
        siting = quantity.fixed(ratios[area], **about)
    else:
        about |= {"kind": "variability", "population": f"areas of {region}, each as likely"}
        siting = quantity.empirical(values=list(ratios.values()), nominal=1.0, **about)
    return electricity(region, year, siting=siting, **fields)


def _areas(region: str) -> list[dict[str, str]]:
    """Return states, provinces or zones of a country in the newest year on record."""
    rows = [
        row
        for row in tables.rows("electricity_subnational")
        if row["geography"] == region and len(row["area"].partition("-")[2]) <= 3
    ]
    newest = max((row["year"] for row in rows), default="")
    return [row for row in rows if row["year"] == newest]


def _intensity(region: str, year: int | None, boundary: str) -> Quantity:
    """Return the intensity of a region, if its figure holds what is asked for."""
    if boundary not in ("lifecycle", "stack"):
        raise DataError(f"boundary = {boundary!r}; it is 'lifecycle' or 'stack'")
    found = catalogue.region(region, year)
    if found.boundary == boundary:
        return found.intensity
    if boundary == "stack":
        raise DataError(f"region {region!r} is known over the lifecycle: leave boundary out")
    raise DataError(
        f"region {region!r} is known at the 'stack' of its power plants only, without fuel supply "
        "and construction, and does not compare with lifecycle figures: say boundary='stack' if "
        f"all you compare is so, or take {region.split('-')[0]!r}"
    )


def _losses(region: str) -> Quantity:
    """Return the losses of a country or area: known for the United States, else the default."""
    return catalogue.figure(_LOSSES_US if str(region).split("-")[0] == "US" else _LOSSES)


def electricity_with_water(
    region: str,
    year: int | None = None,
    *,
    reservoirs: bool = True,
    boundary: str = "lifecycle",
    **fields: Any,
) -> Electricity:
    """Return the electricity of a country and year with the water that its plants consume.

    Intensity and water are of one country: to compare countries replace the whole stage, not
    its intensity alone. `electricity_mix` takes both from the mix of one year.

    Parameters
    ----------
    region : str
        ISO 3166 alpha-2 code.
    year : int, optional
        Of the intensity; the newest on record unless given. Water is of one year for all.
    reservoirs : bool, optional
        Whether hydropower carries the evaporation of its reservoirs: a choice of method.
    boundary : {"lifecycle", "stack"}, optional
        As in `electricity`.
    **fields
        Fields of `Electricity`: ``name``, ``losses``.

    Raises
    ------
    DataError
        If the region or the year is not in the table, its figure has another boundary, or no
        water is known for it.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity_with_water("FR", year=2022, name="grid")
    >>> life = lca.training_run(
    ...     accelerator="H100-SXM", accelerator_hours=1e6, development="excluded", electricity=grid
    ... )
    """
    intensity = _intensity(region, year, boundary)
    which = "water.electricity" if reservoirs else "water.electricity_without_hydro"
    made = {
        "intensity": intensity,
        "water": catalogue.figure(f"{which}.{region}"),
        "losses": _losses(region),
    }
    return Electricity(**(made | fields))


# -- a mix -----------------------------------------------------------------------------------


def electricity_mix(
    region: str,
    year: int | None = None,
    *,
    concentration: float | None = None,
    reservoirs: bool = True,
    **fields: Any,
) -> ElectricityMix:
    """Return the electricity of a country from its generation mix, with water and primary energy.

    Factors of technologies are common to all countries of a study; the water of a kWh by
    technology is the country's own, and cooling one unknown for its thermal plants. It leaves
    out that methods disagree on the water of a country (GSD 1.8, table ``water_electricity``).

    Parameters
    ----------
    region : str
        ISO 3166 alpha-2 code; ``"GLO"`` for the world.
    year : int, optional
        The newest on record unless given.
    concentration : float, optional
        How sure the shares are (`lca.shares`); else that of two accounts of one year.
    reservoirs : bool, optional
        Whether hydropower carries the evaporation of its reservoirs: a choice of method.
    **fields
        Fields of `ElectricityMix`: ``name`` ("electricity" unless given), ``losses``,
        ``scarcity`` (a factor of yours), ``timing`` (`hourly_electricity` has one).

    Raises
    ------
    DataError
        If the region or the year is not in the table; near names are offered.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity_mix("FR", 2023, losses=0)
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> [round(life.nominal(category), 2) for category in ("gwp", "wcf", "pe")]
    [0.06, 3.1, 8.99]
    """
    row = _mix(region, year)
    parts = [
        (one, float(row[one["class"]]) * float(one["weight"]))
        for one in tables.rows("electricity_fuel_classes")
        if one["scheme"] == "ember" and float(row[one["class"]])
    ]
    made: dict[str, Any] = {
        "shares": _shares(row, {one["technology"]: share for one, share in parts}, concentration),
        "intensity": {one["technology"]: catalogue.figure(one["ghg"]) for one, _ in parts},
        "primary_energy": {one["technology"]: catalogue.figure(one["primary"]) for one, _ in parts},
        "water": {one["technology"]: _water(one["class"], region, reservoirs) for one, _ in parts},
        "losses": _losses(region),
    }
    return ElectricityMix(**(_NAMED | made | fields))


COOLING = ("tower", "once_through", "pond", "dry")


def technology_mix(
    shares: Mapping[str, Number], *, cooling: str = "tower", **fields: Any
) -> ElectricityMix:
    """Return the electricity of a mix of your own, from technologies of the catalogue.

    Water and primary energy are yielded where they are known for every technology of the mix,
    and else left out: wind plants have no figure for water, so a mix with wind yields none.

    Parameters
    ----------
    shares : mapping
        Share of generation by technology (`lca.shares`, or fixed numbers that sum to 1).
    cooling : {"tower", "once_through", "pond", "dry"}, optional
        Of the thermal plants.
    **fields
        ``name`` ("electricity" unless given), ``losses``.

    Raises
    ------
    DataError
        If a technology or a cooling is unknown (near names are offered), or the shares do not
        sum to 1.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.technology_mix({"nuclear": 0.75, "gas_cc": 0.25}, losses=0)
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> [round(life.nominal(category), 4) for category in ("gwp", "wcf", "pe")]
    [0.1315, 2.099, 10.225]
    >>> wind = lca.stages.technology_mix({"nuclear": 0.5, "wind_onshore": 0.5})
    >>> lca.Lifecycle(wind, functional_unit="one kWh").categories
    ['gwp', 'pe']
    """
    whole = sum(s.point if isinstance(s, Quantity) else s for s in shares.values())
    if not np.isclose(whole, 1, rtol=1e-3):
        raise DataError(f"technology_mix: the shares sum to {whole:g}, not to 1")
    if cooling not in COOLING:
        raise DataError(
            f"no cooling {cooling!r}{near(str(cooling), COOLING)}; there is {', '.join(COOLING)}"
        )
    classed = {r["technology"]: r["primary"] for r in tables.rows("electricity_fuel_classes")}
    primary = _keys("primary") | classed
    water = {**_keys("water", "reservoir"), **_keys("water", "cleaning"), **_keys("water", cooling)}
    made: dict[str, Any] = {
        "shares": shares,
        "intensity": {one: _lifecycle(one) for one in shares},
    }
    for name, keys in (("water", water), ("primary_energy", primary)):
        if all(one in keys for one in shares):
            made[name] = {one: catalogue.figure(keys[one]) for one in shares}
    return ElectricityMix(**(_NAMED | made | fields))


def _lifecycle(technology: str) -> Quantity:
    keys = _keys("ghg")
    if technology not in keys:
        raise DataError(
            f"no technology {technology!r}{near(technology, keys)}; there are {', '.join(keys)}"
        )
    return catalogue.figure(keys[technology])


def _keys(what: str, of: str = "") -> dict[str, str]:
    """Return the first key of every technology for a figure: "ghg", or "water" of a "tower"."""
    found: dict[str, str] = {}
    for row in tables.rows("electricity_technologies"):
        _, technology, figure, kind, *_ = row["id"].split(".")
        if figure == what and of in ("", kind):
            found.setdefault(technology, row["id"])
    return found


def _mix(region: str, year: int | None) -> dict[str, str]:
    catalogue.region(region)  # an unknown one is refused with near names
    found = {int(r["year"]): r for r in tables.rows("electricity_mix") if r["code"] == region}
    if not found:
        raise DataError(f"no generation mix of {region!r}; mixes are those of countries")
    chosen = max(found) if year is None else year
    if chosen not in found:
        raise DataError(
            f"region {region!r} has no generation mix of {year!r}; "
            f"there is {min(found)} to {max(found)}"
        )
    return found[chosen]


def _shares(
    row: Mapping[str, str], means: Mapping[str, float], concentration: float | None
) -> dict[str, Quantity]:
    """Return shares that are drawn together; those too small to be drawn stay fixed."""
    sure = concentration
    if sure is None:
        sure = catalogue.figure("electricity.mix.concentration").point
    if not _number("concentration", sure) > 0:
        raise DataError(f"concentration = {concentration!r} must be above 0")
    large = {name: mean for name, mean in means.items() if mean * sure > _DRAWABLE}
    about: Any = {"unit": "1", "source": row["source"], "confidence": row["confidence"]}
    note = "as published: too small to be drawn, or the only one"
    fixed = {name: quantity.fixed(mean, note=note, **about) for name, mean in means.items()}
    if len(large) < 2:
        return fixed
    whole = sum(large.values())
    name = f"generation mix {row['code']} {row['year']}"
    drawn = quantity.shares({o: m / whole for o, m in large.items()}, sure, name=name, **about)
    return fixed | {one: share * whole for one, share in drawn.items()}


_DRAWABLE = 0.05  # a share times the concentration: below, `lca.shares` cannot be drawn


def _water(fuel: str, region: str, reservoirs: bool) -> Quantity:
    row = catalogue.row(f"water.mapping.{fuel}")
    about: Any = {"unit": "L/kWh", "source": row["source"], "confidence": row["confidence"]}
    if fuel == "hydro" and not reservoirs:
        return quantity.fixed(0.0, **about, note="evaporation of reservoirs left out: a choice")
    if not row["gsd"]:
        return quantity.fixed(float(row["used"]), **about, note=row["note"])
    if row["tower"]:
        about |= {"common": f"cooling of power plants, {region}", "share": 1.0}
    return quantity.lognormal(
        median=float(row["used"]),
        gsd=float(row["gsd"]),
        name=f"water of {row['category']}, {region}",
        kind="model",
        note=row["note"],
        **about,
    )


# -- hours -----------------------------------------------------------------------------------


def load_weighted(load: Any, intensity: Any) -> float:
    """Return the mean intensity of a load: ``Σ load × intensity / Σ load``.

    Parameters
    ----------
    load, intensity : array_like
        By the hour, of the same hours; the load in any unit.

    Raises
    ------
    DataError
        If the two differ in length, or a value is negative or no number, or there is no load.

    Examples
    --------
    >>> load_weighted([1, 3], [0.5, 0.1])
    0.2
    """
    weights, values = _of_the_same_hours(load, intensity)
    if not weights.sum():
        raise DataError("load: it is 0 in every hour")
    return float(weights @ values / weights.sum())


def _of_the_same_hours(load: Any, intensity: Any) -> tuple[Any, Any]:
    weights, values = _profile("load", load), _profile("intensity", intensity)
    if len(weights) != len(values):
        raise DataError(f"load has {len(weights)} hours, intensity {len(values)}; give the same")
    return weights, values


def matched_share(load: Any, generation: Any, *, by: str) -> float:
    """Return the share of a load that contracted generation covers.

    By the hour ``Σ min(load, generation) / Σ load``; by the year
    ``min(Σ load, Σ generation) / Σ load``, which is never less: noon covers midnight.

    Parameters
    ----------
    load, generation : array_like
        Energy by the hour, in one unit.
    by : {"hour", "year"}

    Raises
    ------
    DataError
        If the profiles do not fit together, or `by` is neither.

    Examples
    --------
    >>> matched_share([1, 1], [2, 0], by="year"), matched_share([1, 1], [2, 0], by="hour")
    (1.0, 0.5)
    """
    needed, given = _profile("load", load), _profile("generation", generation)
    if len(needed) != len(given) or not needed.sum():
        raise DataError(
            f"load has {len(needed)} hours and sums to {needed.sum():g}, generation has "
            f"{len(given)} hours; give a load above 0 and as many hours"
        )
    if by == "hour":
        return float(np.minimum(needed, given).sum() / needed.sum())
    if by == "year":
        return float(min(needed.sum(), given.sum()) / needed.sum())
    raise DataError(f"matched_share: by = {by!r}; it is 'hour' or 'year'")


def hourly_matching(load: Any, generation: Any, intensity: Any) -> tuple[float, float]:
    """Return the share of a load matched by the hour, and the timing of the rest.

    The rest is ``max(load - generation, 0)``. Its timing is the mean intensity in its hours
    over the annual mean: how much dirtier they are. Both are taken by
    `market_based_electricity`, as ``matched`` and ``residual_timing``. As no residual mix is known
    by the hour, the shape of the average mix stands for it.

    Parameters
    ----------
    load, generation : array_like
        Energy by the hour, in one unit.
    intensity : array_like or str
        Of the same hours, over its plain mean; or an area of `lca.catalogue.hourly`, over its
        mean weighted by generation, with load and generation in UTC.

    Raises
    ------
    DataError
        If the profiles do not fit together, or the area is unknown; near names are offered.

    Examples
    --------
    >>> share, timing = hourly_matching([1, 1], [2, 0], intensity=[0.2, 0.6])
    >>> share, round(timing, 6)
    (0.5, 1.5)
    """
    share = matched_share(load, generation, by="hour")
    if isinstance(intensity, str):
        found = catalogue.hourly(intensity)
        intensity, annual = found.intensity, found.area["mean_weighted"].point
    else:
        annual = float(_profile("intensity", intensity).mean())
    needed, values = _of_the_same_hours(load, intensity)
    if not annual:
        raise DataError("intensity: it is 0 in every hour")
    rest = needed - np.minimum(needed, _profile("generation", generation))
    return share, load_weighted(rest, values) / annual if rest.any() else 1.0


def hourly_electricity(
    area: str,
    *,
    load: Any = "flat",
    utc_offset: int | None = None,
    year: int | None = None,
    level: Quantity | float | None = None,
    shape_gsd: float | None = None,
    **fields: Any,
) -> Electricity:
    """Return the electricity of an area for a load by the hour.

    The level is the annual figure of the country and year, or of a balancing area its own
    computed mean; the shape is that of the hourly table, over its mean weighted by generation,
    as the level is. The spread of the shape between years (`shape_gsd`) is raised to the share
    of the load that lies elsewhere than a flat one, by month and local hour: none for a flat
    load, all of it for a single hour (our reading). It is one unknown for all loads in the
    cleaner hours of an area, and another for those in its dirtier hours, which do not move with
    them.

    Parameters
    ----------
    area : str
        Id of ``hourly_regions``: a country or a US balancing area, ``"US-CISO"``.
    load : "flat" or array_like, optional
        24 numbers by hour of day, or one for every hour of the year of the table.
    utc_offset : int
        Hours by which the clock of `load` is ahead of UTC, 0 for UTC, no daylight saving; it
        must be said unless the load is ``"flat"``, which has no clock.
    year : int, optional
        Of the level; the newest on record unless given.
    level : Quantity, optional
        Annual intensity of your own, emissions over generation, in place of a `year`.
    shape_gsd : float, optional
        Else that of the table; the widest on record where it has none (United States).
    **fields
        Fields of `Electricity`: ``name`` ("electricity" unless given), ``losses``, ``water``.

    Raises
    ------
    DataError
        If the area, the year or the load does not fit (near names are offered), or two of
        them say the same.

    Examples
    --------
    >>> round(hourly_electricity("FR", year=2023, name="grid").timing.point, 3)
    0.982
    """
    found = catalogue.hourly(area)
    if level is not None and year is not None:
        raise DataError("hourly_electricity: level is your own: leave year out")
    made = {
        "intensity": level if level is not None else _level(found, year),
        "timing": _timing(found, load, utc_offset, shape_gsd),
        "losses": _losses(found.area["country"]),
    }
    return Electricity(**(_NAMED | made | fields))


def _level(found: catalogue.Hourly, year: int | None) -> Quantity:
    area, own = found.area, int(found.area["year"])
    if area["country"] == area.id:
        return catalogue.region(area.id, year).intensity
    if year not in (None, own):
        raise DataError(f"{area.id}: the level is known for {own}, not for {year!r}; give level=")
    national = catalogue.region(area["country"], own).intensity
    return quantity.lognormal(
        mean=area["mean_weighted"].point,
        gsd=national.distribution.gsd,  # type: ignore[attr-defined]
        nominal=area["mean_weighted"].point,
        unit="kgCO2e/kWh",
        name=f"electricity.{area.id}.{own}",
        source=area["source"],
        note=f"generation by fuel times lifecycle factors; spread of {national.key}",
        common=national.common,
        share=national.share,
    )


def _timing(
    found: catalogue.Hourly, load: Any, utc_offset: int | None, shape_gsd: float | None
) -> Quantity:
    about: Any = {"unit": "1", "source": found.area["source"]}
    weights = _weights(found, load, utc_offset, shape_gsd)
    mean, plain = load_weighted(weights, found.intensity), float(found.intensity.mean())
    ratio = mean / found.area["mean_weighted"].point
    spread = _spread(found, shape_gsd) ** _unevenness(weights, found)
    if np.isclose(spread, 1):
        note = "the load is flat, or the shape is taken as exact"
        return quantity.fixed(ratio, note=note, **about)
    hours = "cleaner" if mean < plain else "dirtier"
    about |= {"common": f"shape of {found.area.id}, {hours} hours", "share": 1.0}
    note = "spread of the shape between years, to the share of the load that is not flat"
    return quantity.lognormal(median=ratio, gsd=spread, note=note, confidence="medium", **about)


def _weights(
    found: catalogue.Hourly, load: Any, utc_offset: int | None, shape_gsd: float | None
) -> Any:
    """Return the load of every hour of the table."""
    if not isinstance(load, str):
        return _in_utc(load, found, utc_offset)
    if load != "flat":
        raise DataError(f"load = {load!r}: give 'flat', 24 numbers, or one for every hour")
    if utc_offset is not None:
        raise DataError("hourly_electricity: a flat load has no clock: leave utc_offset out")
    if shape_gsd is not None:
        raise DataError(
            "hourly_electricity: a flat load has no uncertain shape: leave shape_gsd out"
        )
    return np.ones(len(found.intensity))


def _spread(found: catalogue.Hourly, given: float | None) -> float:
    if given is not None:
        if not _number("shape_gsd", given) >= 1:
            raise DataError(f"shape_gsd = {given!r}: a GSD is a factor and at least 1")
        return given
    known = found.area["shape_gsd"]
    return float((known or catalogue.figure("electricity.hourly.shape_gsd.unknown")).point)


def _in_utc(load: Any, found: catalogue.Hourly, utc_offset: int | None) -> Any:
    """Return the load of every hour of the table, from its first hour in UTC."""
    hours = len(found.intensity)
    if utc_offset is None:
        local = found.area["utc_offset"].point
        raise DataError(
            "hourly_electricity: say in which clock the load is given: utc_offset=0 for UTC, "
            f"utc_offset={local:g} for the local time of {found.area.id}"
        )
    whole = isinstance(utc_offset, Real) and float(utc_offset).is_integer()
    if not whole or abs(utc_offset) > 14:
        raise DataError(f"utc_offset = {utc_offset!r} is no whole number of hours from -14 to 14")
    values = _profile("load", load)
    if len(values) == 24:
        values = np.tile(values, hours // 24)
    if len(values) != hours:
        raise DataError(
            f"load has {len(values)} hours; {found.area.id} ({found.area['year']}) takes 24 by "
            f"hour of day, or {hours}"
        )
    return np.roll(values, -int(utc_offset))


def _unevenness(weights: Any, found: catalogue.Hourly) -> float:
    """Return the share of the load that lies elsewhere than a flat one, by month and hour."""
    first = np.datetime64(f"{found.area['year']}-01-01T00", "h")
    clock = first + np.arange(len(weights)) + int(found.area["utc_offset"].point)
    month = clock.astype("datetime64[M]").astype(int) % 12
    place = 24 * month + clock.astype(int) % 24
    own = np.bincount(place, weights, minlength=288) / weights.sum()
    return float(np.abs(own - np.bincount(place, minlength=288) / len(weights)).sum() / 2)


def _profile(what: str, given: Any) -> Any:
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise DataError(f"{what}: {given!r} is no list of numbers by the hour") from None
    if values.ndim != 1 or not values.size or not np.isfinite(values).all() or values.min() < 0:
        raise DataError(f"{what}: give one number of at least 0 for every hour, not {given!r}")
    return values


def _number(what: str, given: Any) -> float:
    try:
        return number(what, given)
    except ValueError as error:
        raise DataError(str(error)) from None


# -- location-based and market-based ---------------------------------------------------------


def market_based_electricity(
    region: str,
    contract: str | Quantity | Stage,
    matched: Number,
    *,
    year: int | None = None,
    residual: Quantity | float | Stage | None = None,
    residual_timing: Number | None = None,
    boundary: str = "lifecycle",
    name: str = "market-based",
    losses: Number | None = None,
) -> MarketBasedElectricity:
    """Return the electricity of a country by the market-based method.

    No residual mix is shipped. Unless you give one, the average mix of the country stands in
    its place, and the name of the stage says so: ``"…, residual mix missing"``. The average
    holds the claimed clean generation again, so the result is then too low.

    Parameters
    ----------
    region : str
        ISO 3166 alpha-2 code.
    contract : str, Quantity or Stage
        Technology of the contracted plants, ``"wind_onshore"``, at its lifecycle factor, with
        its primary energy and water where they are known; an intensity; or a supply of your own.
    matched : float or Quantity
        Share of the load covered (`matched_share`).
    year : int, optional
        The newest on record unless given.
    residual : Quantity or Stage, optional
        Lifecycle intensity of the residual mix, or a supply of your own.
    residual_timing : float or Quantity, optional
        How much dirtier the hours that are not covered are than the annual mean
        (`hourly_matching`); left out where the share is matched over the year.
    boundary : {"lifecycle", "stack"}, optional
        Of the figure of the region, as in `electricity`; contracts are over the lifecycle.
    losses : float or Quantity, optional
        Of what is no supply of your own.

    Raises
    ------
    DataError
        If the region, the year or the technology is unknown (near names are offered), or the
        figure of the region has another boundary.

    Examples
    --------
    >>> market_based_electricity("DE", "wind_onshore", 0.6, year=2023)
    <MarketBasedElectricity 'market-based, residual mix missing': per kWh, a supply>

    With primary energy on both sides:

    >>> import lca
    >>> rest = electricity_mix("DE", 2023, name="rest")
    >>> market = market_based_electricity("DE", "wind_onshore", 0.6, residual=rest)
    >>> lca.Lifecycle(market, functional_unit="one kWh").coverage["pe"].to_dict()["market-based"]
    'complete'
    """
    grid = _intensity(region, year, boundary)
    lost = _shared(_losses(region) if losses is None else losses, name)
    if residual_timing is not None and isinstance(residual, Stage):
        raise DataError("residual_timing: give the residual supply a timing of its own")
    if isinstance(contract, str):
        contract = technology_mix({contract: 1.0}, name=f"{name}, contract", losses=lost)
    elif not isinstance(contract, Stage):
        contract = Electricity(name=f"{name}, contract", intensity=contract, losses=lost)
        _check_intensity(
            contract, "intensity", contract.intensity, LOWEST_CONTRACT, HIGHEST_CONTRACT
        )
    missing = residual is None
    if not isinstance(residual, Stage):
        rest = Electricity(
            name=f"{name}, residual",
            intensity=grid if residual is None else residual,
            losses=lost,
            timing=residual_timing,
        )
        _check_intensity(rest, "intensity", rest.intensity, LOWEST)
        residual = rest
    return MarketBasedElectricity(
        contract=contract,
        residual=residual,
        matched=matched,
        name=f"{name}, residual mix missing" if missing else name,
    )


def _shared(losses: Number, name: str) -> Number:
    """Return losses that are one unknown of all the supplies that bear them."""
    if isinstance(losses, Quantity) and not losses.name:
        return dataclasses.replace(losses, name=f"{name}.losses")
    return losses


def electricity_accounting(
    region: str,
    contract: str | Quantity | Stage,
    matched: Number,
    *,
    year: int | None = None,
    residual: Quantity | float | Stage | None = None,
    residual_timing: Number | None = None,
    boundary: str = "lifecycle",
    name: str = "electricity",
    losses: Number | None = None,
) -> Choice:
    """Return the location-based and the market-based electricity of a country side by side.

    A choice of kind decision, labelled ``"electricity accounting"``; `Lifecycle.options` makes
    a scenario of each, as the GHG Protocol demands both. Arguments are those of
    `market_based_electricity`.

    Raises
    ------
    DataError
        If the region, the year or the technology is unknown (near names are offered), or the
        figure of the region has another boundary.

    Examples
    --------
    >>> import lca
    >>> grid = electricity_accounting("DE", "wind_onshore", 0.6, year=2023)
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> list(life.options("electricity accounting"))
    ['location-based', 'market-based']
    """
    lost = _shared(_losses(region) if losses is None else losses, name)  # one for both
    market = market_based_electricity(
        region,
        contract,
        matched,
        year=year,
        residual=residual,
        residual_timing=residual_timing,
        boundary=boundary,
        name=f"{name}, market-based",
        losses=lost,
    )
    located = electricity(
        region, year, boundary=boundary, name=f"{name}, location-based", losses=lost
    )
    return choice(
        "electricity accounting",
        {"location-based": located, "market-based": market},
        kind="decision",
        name=name,
    )


# -- years -----------------------------------------------------------------------------------


def future_electricity(
    region: str,
    scenario: str,
    years: Iterable[int],
    *,
    energy: Iterable[float] | None = None,
    proxy: bool = False,
    name: str = "electricity",
    losses: Number | None = None,
) -> ElectricityBlend:
    """Return the electricity of a country over years of operation, in a scenario.

    Years with a published figure take it. After the newest, a straight line runs to 2030 and
    from there through the years of the scenario. Spread: that of the newest figure, in all
    later years alike; which scenario is a decision and no part of it. Water and primary energy
    of later years are not known; an `ElectricityBlend` takes supplies of your own.

    Parameters
    ----------
    region : str
        ISO 3166 alpha-2 code.
    scenario : str
        ``"geco-2025-reference"``, ``"geco-2025-ndc-lts"``, ``"geco-2025-1.5c"``, or for the
        Union ``"tyndp-2026-nt"``.
    years : iterable of int
        Years of service, to 2050: ``range(2026, 2031)``.
    energy : iterable of float, optional
        Used in each of the years; equal unless given.
    proxy : bool, optional
        Whether a region may stand for a country that the scenario does not show alone: the
        line then leads to the level of the region, which is no forecast for the country.
    losses : float or Quantity, optional
        Of all years alike.

    Raises
    ------
    DataError
        If the region, the scenario or a year is not in the tables; near names are offered.

    Examples
    --------
    >>> grid = future_electricity("US", "geco-2025-reference", range(2026, 2031))
    >>> grid.sources["2030"].intensity.point < grid.sources["2026"].intensity.point
    True
    """
    served = _years(years)
    if isinstance(energy, str) or not isinstance(energy, Iterable | None):
        raise DataError(f"future_electricity: energy = {energy!r}: give an amount for each year")
    amounts = [1.0] * len(served) if energy is None else list(energy)
    if not served or len(set(served)) != len(served) or len(amounts) != len(served):
        raise DataError(
            f"future_electricity: years {served!r} with {len(amounts)} amounts of energy; give "
            "each year once, and an amount for each"
        )
    newest = catalogue.region(region)
    path = {newest.year: newest.intensity.point} | _path(region, scenario, proxy)
    lost = _shared(_losses(region) if losses is None else losses, name)
    supplies = {
        str(year): Electricity(
            name=f"{name}, {year}", intensity=_of_year(newest, path, scenario, year), losses=lost
        )
        for year in served
    }
    used = [_number("energy", amount) for amount in amounts]
    if min(used) < 0 or not sum(used):
        raise DataError(f"future_electricity: energy = {energy!r}: give amounts, not all of them 0")
    shares = {str(year): amount / sum(used) for year, amount in zip(served, used, strict=True)}
    return ElectricityBlend(sources=supplies, shares=shares, name=name)


def _years(given: Any) -> list[int]:
    years = list(given) if isinstance(given, Iterable) else []
    if not isinstance(given, Iterable) or not all(isinstance(one, Integral) for one in years):
        raise DataError(
            f"future_electricity: years = {given!r}: give whole numbers, as in range(2026, 2031)"
        )
    return years


def _path(region: str, scenario: str, proxy: bool) -> dict[int, float]:
    """Return the intensity of the years of a scenario, for the region that holds a country."""
    rows = tables.rows("scenarios")
    known = dict.fromkeys(row["scenario"] for row in rows)
    if scenario not in known:
        raise DataError(
            f"no scenario {scenario!r}{near(str(scenario), known)}; there are {', '.join(known)}"
        )
    column = "region_tyndp" if scenario.startswith("tyndp") else "region"
    held = {row["code"]: row for row in tables.rows("scenario_regions")}.get(region)
    place = held[column] if held else ""
    if not place:
        raise DataError(f"scenario {scenario!r} has no region that holds {region!r}")
    if held and held["proxy"] == "yes" and column == "region" and not proxy:
        raise DataError(
            f"scenario {scenario!r} shows {place!r}, not {region!r} alone: say proxy=True to take "
            "it all the same"
        )
    return {
        int(row["year"]): float(row["intensity"])
        for row in rows
        if (row["scenario"], row["region"]) == (scenario, place)
    }


def _of_year(
    newest: catalogue.Region, path: Mapping[int, float], scenario: str, year: int
) -> Quantity:
    if year <= newest.year:
        return catalogue.region(newest.code, year).intensity
    if year > max(path):
        raise DataError(f"scenario {scenario!r} ends in {max(path)}; there is no {year}")
    value = float(np.interp(year, list(path), list(path.values())))
    note = f"{newest.intensity.key} times the path of the scenario {scenario}"
    scaled = newest.intensity * (value / newest.intensity.point)
    return dataclasses.replace(scaled, note=note, source=f"{scaled.source};{_source(scenario)}")


def _source(scenario: str) -> str:
    return next(row["source"] for row in tables.rows("scenarios") if row["scenario"] == scenario)
