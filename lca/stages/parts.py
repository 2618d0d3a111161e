"""Parts and bills of materials: a product as the sum of its pieces."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import Any

from lca import catalogue, tables
from lca.stage import (
    GraphError,
    Number,
    Stage,
    label,
    parameter,
    parameters,
    supplier,
    suppliers,
)
from lca.units import near


class Part(Stage):
    """A part with a published footprint, as made, for one piece.

    ``footprint``. Processors, fans, network cards, supplies; also assembly and test where
    they have a footprint of their own. Say in `covers` what it holds beside making the piece.

    Examples
    --------
    >>> import lca
    >>> lca.stages.part("component.network_card.r740")
    <Part 'network_card r740': per 1, manufacturing>
    """

    per = "1"
    phase = "manufacturing"
    footprint: Number = parameter(
        "kgCO2e", "cradle-to-gate footprint of one piece", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint


class PartByMass(Stage):
    """A part known by its mass, as made, for one piece.

    ``mass × factor``. Chassis, heat sinks, supplies, cables. Holds for pieces of the material
    and build that the factor was made for; never for chips.

    Examples
    --------
    >>> import lca
    >>> chassis = lca.stages.part("component.chassis.mass", mass=11.5)
    >>> round(lca.Lifecycle(chassis, functional_unit="one chassis").nominal("gwp"))
    34
    """

    per = "1"
    phase = "manufacturing"
    mass: Number = parameter("kg", "mass of one piece", valid=(0, None))
    factor: Number = parameter("kgCO2e/kg", "footprint per mass", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.mass * self.factor


class PartByMassWithMinerals(PartByMass):
    """A part known by its mass with the minerals that it takes, for one piece.

    Adds ``mass × minerals``, the abiotic depletion of elements.
    """

    minerals: Number = parameter("kgSbe/kg", "minerals taken, per mass", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        yield "adpe", self.mass * self.minerals


class PartByArea(Stage):
    """A part known by its area, as made, for one piece.

    ``area × factor``. Circuit boards, and chips by a factor that does not ask for the node.
    Where the factor is per area with losses, so is the area: die and scribe line over the share
    of the wafer that becomes dies that work.
    """

    per = "1"
    phase = "manufacturing"
    area: Number = parameter("cm2", "area of one piece, as the factor counts it", valid=(0, None))
    factor: Number = parameter("kgCO2e/cm2", "footprint per area", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.area * self.factor


class PartByAreaWithMinerals(PartByArea):
    """A part known by its area with the minerals that it takes, for one piece.

    Adds ``area × minerals``, the abiotic depletion of elements.
    """

    minerals: Number = parameter("kgSbe/cm2", "minerals taken, per area", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        yield "adpe", self.area * self.minerals


class CircuitBoard(Stage):
    """A bare printed circuit board, as made, for one board without components.

    ``area × layers × factor`` (the form of ACT, Gupta et al. 2022). The factor has no default:
    the values that ACT ships are about a hundred times too low. A populated board of a
    graphics card is ``part("component.gpu.board", area=…)``.
    """

    per = "1"
    phase = "manufacturing"
    area: Number = parameter("cm2", "area of the board", valid=(0, None))
    layers: Number = parameter("1", "copper layers", valid=(1, 60))
    factor: Number = parameter("kgCO2e/cm2", "footprint per area of one layer", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.area * self.layers * self.factor


class UpstreamTransport(Stage):
    """Transport from the makers of the parts to assembly, for one piece of the product.

    ``mass × factor`` in carbon and minerals, by the mass of the whole product. It has no mass
    of its own in a `mass_balance`.
    """

    per = "1"
    phase = "manufacturing"
    mass: Number = parameter("kg", "mass of the whole product", valid=(0, None))
    factor: Number = parameter("kgCO2e/kg", "footprint per mass", valid=(0, None))
    minerals: Number = parameter("kgSbe/kg", "minerals taken, per mass", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.mass * self.factor
        yield "adpe", self.mass * self.minerals


class Assembly(Stage):
    """Assembly and test, for one piece of the product.

    ``energy``, taken from the grid of the plant. Solder and other materials are parts.
    """

    per = "1"
    phase = "manufacturing"
    electricity: Stage = supplier("kWh", "grid of the assembly plant")
    energy: Number = parameter("kWh", "electricity to assemble and test one piece", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.energy


class BillOfMaterials(Stage):
    """A product as the sum of its parts, for one piece.

    ``Σ count × part``. Every part is a stage per piece: a `Part`, a die, a memory stack,
    an `Assembly`, or another bill. What is not listed lies outside the boundary. A count may be
    uncertain, and above the pieces in the product where some are scrapped. Where the parts cover
    transport, say so in `covers` of the bill.

    Examples
    --------
    >>> import lca
    >>> fans = lca.stages.part("component.fan.unit", name="fans")
    >>> card = lca.stages.part("component.network_card.r740", name="card")
    >>> kit = lca.stages.BillOfMaterials(
    ...     name="kit", parts={"fans": fans, "card": card}, counts={"fans": 6, "card": 1}
    ... )
    >>> round(lca.Lifecycle(kit, functional_unit="one kit").nominal("gwp"), 1)
    21.4
    """

    per = "1"
    phase = "manufacturing"
    parts: Mapping[str, Stage] = suppliers("1", "the parts by name")
    counts: Mapping[str, Number] = parameters("1", "pieces of each part by name", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from self.pieces()

    def pieces(self) -> Iterator[tuple[Stage, Any]]:
        """Yield every part with its count; names must be the same."""
        if odd := set(self.parts) ^ set(self.counts):
            raise GraphError(
                f"{label(self)}: {', '.join(sorted(odd))} must be in both parts and counts; parts "
                f"are {', '.join(self.parts)}, counts are of {', '.join(self.counts)}"
            )
        for name, part in self.parts.items():
            yield part, self.counts[name]


class AcceleratorFromParts(BillOfMaterials):
    """An accelerator with its memory and package as the sum of its parts, for one accelerator.

    ``Σ count × part``, as `BillOfMaterials`.
    """

    per = "accelerator"
    counts: Mapping[str, Number] = parameters(
        "1/accelerator", "pieces of each part in one accelerator, by name", valid=(0, None)
    )


class BoardFromParts(BillOfMaterials):
    """A board of several accelerators as the sum of its parts, for one board.

    ``Σ count × part``, as `BillOfMaterials`; `BoardShare` divides it among its accelerators.
    """

    per = "board"
    counts: Mapping[str, Number] = parameters(
        "1/board", "pieces of each part on one board, by name", valid=(0, None)
    )


class NodeFromParts(BillOfMaterials):
    """A node as the sum of its parts, brought to the site and disposed of, for one node.

    ``Σ count × part``, as `BillOfMaterials`; transport and disposal by the mass of the whole
    node, accelerators included. For a `Cluster` the parts are those beside the accelerators.
    """

    per = "node"
    transport: Stage | None = supplier(
        "kg", "transport of the whole node to the site", optional=True
    )
    disposal: Stage | None = supplier("kg", "end of life of the whole node", optional=True)
    counts: Mapping[str, Number] = parameters(
        "1/node", "pieces of each part in one node, by name", valid=(0, None)
    )
    mass: Number = parameter(
        "kg/node",
        "mass of the whole node, accelerators included",
        default=catalogue.entry("transport.mass.node_8_accelerators"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from self.pieces()
        yield self.transport, self.mass
        yield self.disposal, self.mass


def mass_balance(bill: BillOfMaterials, whole: float) -> float:
    """Return the share of the mass of a product that its parts account for.

    Parameters
    ----------
    bill : BillOfMaterials
        Parts by mass (`PartByMass`) and bills of them have a mass; others count as none, also
        a `ComponentByMass`.
    whole : float
        Mass of the whole product, in kg.

    Raises
    ------
    DataError
        If the whole has no mass, or the parts weigh over 1 % more than it.

    Examples
    --------
    >>> import lca
    >>> chassis = lca.stages.part("component.chassis.mass", mass=11.5, name="chassis")
    >>> fan = lca.stages.part("component.fan.mass", mass=1.59 / 6, name="fan")
    >>> server = lca.stages.NodeFromParts(
    ...     parts={"chassis": chassis, "fan": fan}, counts={"chassis": 1, "fan": 6}
    ... )
    >>> round(mass_balance(server, 22.4), 2)
    0.58
    """
    if not 0 < whole < math.inf:
        raise catalogue.DataError(f"mass_balance: whole = {whole!r} must be a mass above 0, in kg")
    masses = _masses(bill)
    share = sum(masses.values()) / whole
    if share > _MASS_CLOSES:
        listed = ", ".join(f"{name} {mass:.4g}" for name, mass in masses.items() if mass)
        raise catalogue.DataError(
            f"{label(bill)}: the parts weigh {sum(masses.values()):.4g} kg, the whole {whole:.4g} "
            f"kg ({listed})"
        )
    return share


_MASS_CLOSES = 1.01


def _masses(bill: BillOfMaterials) -> dict[str, float]:
    """Return the mass of each part in one piece of the product [kg], 0 where unknown."""
    return {name: bill.counts[name].point * _mass(part) for name, part in bill.parts.items()}


def _mass(part: Stage) -> float:
    if isinstance(part, BillOfMaterials):
        return sum(_masses(part).values())
    return float(part.mass.point) if isinstance(part, PartByMass) else 0.0


_BY_UNIT: dict[str | None, tuple[type[Stage], str]] = {
    "kgCO2e": (Part, "footprint"),
    "kgCO2e/kg": (PartByMass, "factor"),
    "kgCO2e/cm2": (PartByArea, "factor"),
}


def part(key: str, **fields: Any) -> Stage:
    """Return a part from a figure of the catalogue, by the unit of the figure.

    Parameters
    ----------
    key : str
        Id of a figure per piece, mass or area, such as ``"component.psu.mass"``. Per capacity:
        `memory`.
    **fields
        Fields of `Part`, `PartByMass` or `PartByArea`: ``mass`` (kg) or ``area`` (cm2) at least,
        where the figure is per one of these.

    Raises
    ------
    DataError
        If there is no such figure (near names are offered), or it is no factor of a part.

    Examples
    --------
    >>> part("component.psu.mass", mass=1.5)
    <PartByMass 'psu mass': per 1, manufacturing>
    >>> part("component.thermal.a100")
    Traceback (most recent call last):
    lca.tables.DataError: 'component.thermal.a100' is in kgCO2e/accelerator, which is no factor \
of a part; these are in kgCO2e, kgCO2e/kg, kgCO2e/cm2
    """
    factor = catalogue.figure(key)
    if factor.unit not in _BY_UNIT:
        raise catalogue.DataError(
            f"{key!r} is in {factor.unit}, which is no factor of a part; these are in "
            f"{', '.join(map(str, _BY_UNIT))}"
        )
    cls, slot = _BY_UNIT[factor.unit]
    name = key.removeprefix("component.").replace(".", " ")
    about: dict[str, Any] = {"name": name, "covers": catalogue.covers(key), slot: factor}
    return cls(**(about | fields))


_BY_PRODUCT: dict[str, type[BillOfMaterials]] = {
    "kgCO2e/accelerator": AcceleratorFromParts,
    "kgCO2e/board": BoardFromParts,
    "kgCO2e/node": NodeFromParts,
}


def teardown(name: str, **fields: Any) -> BillOfMaterials:
    """Return a published footprint as the bill of the components that it was broken into.

    The parts sum to the whole. Each has its own spread, so the total is less spread than the
    whole, save where parts share a common factor.

    Parameters
    ----------
    name : str
        A footprint split by component, such as ``"accelerator.a100_sxm_40gb"``. A node published
        with its accelerators holds them.
    **fields
        Fields of the bill: ``name``, ``transport`` …

    Raises
    ------
    DataError
        If no footprint of this name is split by component; near names are offered.

    Examples
    --------
    >>> import lca
    >>> card = teardown("accelerator.a100_sxm_40gb")
    >>> list(card.parts)
    ['chip', 'heatsink', 'rest']
    >>> round(lca.Lifecycle(card, functional_unit="one A100").nominal("gwp"), 1)
    127.6
    """
    split = [row for row in tables.rows("hardware_footprint_parts") if row["split"] == "component"]
    whole = f"footprint.{name.removeprefix('footprint.')}"
    rows = {row["id"].rsplit(".", 1)[1]: row for row in split if row["whole"] == whole}
    if not rows:
        known = list(dict.fromkeys(row["whole"].removeprefix("footprint.") for row in split))
        raise catalogue.DataError(
            f"no footprint {name!r} is split by component{near(name, known)}; "
            f"there are {', '.join(known)}"
        )
    product = name.rsplit(".", 1)[1]
    parts = {
        one: Part(
            name=f"{product} {one}",
            footprint=dataclasses.replace(catalogue.figure(row["id"]), unit="kgCO2e"),
        )
        for one, row in rows.items()
    }
    about: dict[str, Any] = {"name": product, "covers": catalogue.covers(whole)}
    about |= {"parts": parts, "counts": dict.fromkeys(parts, 1.0)}
    return _BY_PRODUCT[next(iter(rows.values()))["unit"]](**(about | fields))


def graphics_card(
    *,
    casing_mass: Number,
    heatsink_mass: Number,
    mass: Number,
    board_area: Number,
    logic_area: Number,
    memory_area: Number,
    name: str = "graphics card",
) -> AcceleratorFromParts:
    """Return a card by the parametric model of ADEME (2026), with carbon and minerals.

    ``casing mass × a + heat sink mass × b + board area × c + logic area × d + memory area × e +
    mass × f``: averages over the parts of seven cards that were taken apart, the last being
    transport from the makers of the parts to assembly. Distribution and end of life are left
    out. The areas of silicon include losses. The area of memory decides and is the least
    known.

    Parameters
    ----------
    casing_mass, heatsink_mass, mass : float or Quantity
        Of the casing, the heat sink and the whole card, in kg.
    board_area : float or Quantity
        Of the circuit board, in cm2.
    logic_area, memory_area : float or Quantity
        Of the dies of logic and of memory with losses (rim and scribe line of the wafer, dies
        that do not work), in cm2. The model counts a stack of memory as one die.
    name : str, optional
        Names the card, and its parts before their own.

    Raises
    ------
    ValueError
        If a mass or an area is negative.
    DataError
        If casing and heat sink weigh more than the card.

    Examples
    --------
    >>> import lca
    >>> a100 = lca.stages.graphics_card(
    ...     casing_mass=0.09, heatsink_mass=1.25, mass=1.56,
    ...     board_area=105, logic_area=17.98, memory_area=6.5, name="A100",
    ... )
    >>> round(lca.Lifecycle(a100, functional_unit="one A100").nominal("gwp"))  # study: 128
    208
    """
    by_mass = {"casing": casing_mass, "heatsink": heatsink_mass}
    by_area = {"board": board_area, "logic": logic_area, "memory": memory_area}
    parts: dict[str, Stage] = {
        one: PartByMassWithMinerals(name=f"{name} {one}", mass=given, **_factors(one))
        for one, given in by_mass.items()
    }
    parts |= {
        one: PartByAreaWithMinerals(name=f"{name} {one}", area=given, **_factors(one))
        for one, given in by_area.items()
    }
    moved = UpstreamTransport(
        name=f"{name} upstream_transport", mass=mass, **_factors("upstream_transport")
    )
    parts["upstream_transport"] = moved
    card = AcceleratorFromParts(name=name, parts=parts, counts=dict.fromkeys(parts, 1.0))
    mass_balance(card, moved.mass.point)
    return card


def _factors(one: str) -> dict[str, Any]:
    """Return carbon and minerals of a part of a graphics card."""
    return {
        "factor": catalogue.figure(f"component.gpu.{one}"),
        "minerals": catalogue.figure(f"component.gpu.{one}.adpe"),
    }
