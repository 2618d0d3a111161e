"""Disposal: the end of life of hardware, what is recovered, and second lives.

Three rules share the burden of recycling between the product that is discarded and the one
that takes the recovered material: cut-off, avoided burden, and the Circular Footprint Formula
(PEF; Zampori and Pant 2019). A rule has two sides: the material that goes in, and the end
of life. Published footprints are cut-off data, in which recycled material comes in with the
burden of recycling alone: to these only the side of the end of life may be applied.

A credit is a stage of the phase "avoided": it stands beside the total, positive, and is never
subtracted from it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from lca import catalogue
from lca.quantity import Quantity
from lca.stage import (
    Choice,
    GraphError,
    Number,
    Stage,
    choice,
    label,
    option,
    parameter,
    parameters,
    supplier,
    suppliers,
)
from lca.units import near


class Disposal(Stage):
    """Treatment of discarded hardware, for one kg, up to the recovery of its materials.

    ``collection × treatment + (1 - collection) × landfill``: what is collected bears its
    collection, dismantling, shredding and the burning of its plastics up to the point where
    material is recovered (end of waste); refining and use of that belong to whoever takes it, and
    no credit is taken (ISO 14044 4.3.4.3). `CutOffDisposal` draws the line earlier: what is
    collected for recycling leaves free of burden, and its treatment belongs to the taker too.
    """

    per = "kg"
    phase = "disposal"
    collection: Number = parameter(
        "1",
        "share of the mass that is collected for recycling",
        default=catalogue.entry("disposal.collection_rate.data_centre"),
        valid=(0, 1),
    )
    recycling: Number = parameter(
        "kgCO2e/kg",
        "treatment of what is collected, up to recovery",
        default=catalogue.entry("disposal.treatment.electronics"),
        valid=(0, None),
    )
    landfill: Number = parameter(
        "kgCO2e/kg",
        "landfill of what is not",
        default=catalogue.entry("disposal.weee.landfill"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.collection * self.recycling
        yield "gwp", (1 - self.collection) * self.landfill


# -- materials and treatments: what the rules take from -------------------------------------


class Material(Stage):
    """A material, primary or recycled, as it comes to its user, for one kg."""

    per = "kg"
    phase = None
    footprint: Number = parameter(
        "kgCO2e/kg", "cradle-to-gate footprint of the material", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint


class MaterialWithEnergy(Material):
    """A material with the primary energy that it took, for one kg."""

    energy: Number = parameter(
        "MJ/kg", "cumulative energy demand of the material, cradle to gate", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        yield "pe", self.energy


class Treatment(Stage):
    """A treatment of waste (recycling, burning, landfill), for one kg that enters it.

    The burden alone: what the treatment saves elsewhere is a credit (`RecyclingCredit`,
    `EnergyCredit`).
    """

    per = "kg"
    phase = None
    footprint: Number = parameter("kgCO2e/kg", "footprint of the treatment", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint


class ContainedMetals(Stage):
    """Metals in equipment, each as won from ore, for one kg of equipment.

    ``sum of content × metal``: what full recovery from one kg of equipment replaces, to be
    the substituted material of a `RecyclingCredit` whose quality is then the yield of recovery.
    """

    per = "kg"
    phase = None
    metals: Mapping[str, Stage] = suppliers("kg", "each metal, as won from ore")
    contents: Mapping[str, Number] = parameters(
        "1", "mass of each metal over that of the equipment", valid=(0, 1), keys="metals"
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        for one, content in self.contents.items():
            yield self.metals[one], content


def precious_metals(name: str = "precious metals") -> ContainedMetals:
    """Return gold, silver and palladium in IT equipment of data centres, from the catalogue.

    Contents are of 2008; newer boards hold less gold.

    Examples
    --------
    >>> import lca
    >>> metals = lca.stages.precious_metals()
    >>> life = lca.Lifecycle(metals, functional_unit="the metals in one kg of IT equipment")
    >>> round(life.nominal("gwp"), 3)
    0.722
    """
    known = ("gold", "silver", "palladium")
    return ContainedMetals(
        name=name,
        metals={one: material(one, name=f"{name}, {one}") for one in known},
        contents={one: catalogue.figure(f"material.content.it_equipment.{one}") for one in known},
    )


def material(what: str, route: str = "primary", /, **fields: Any) -> Material:
    """Return a material of the catalogue.

    Parameters
    ----------
    what : str
        As in ``material.primary.WHAT``; metals as in ``material.metal.WHAT``, which come with
        their primary energy where it is known.
    route : {"primary", "secondary"}
        Secondary: recycled in a closed loop, with collection and transport.
    **fields
        Fields of `Material`: ``name``.

    Raises
    ------
    DataError
        If there is no such figure; near names are offered.

    Examples
    --------
    >>> import lca
    >>> lca.stages.material("aluminium_sheet", "secondary", name="recycled aluminium")
    <Material 'recycled aluminium': per kg, a supply>
    >>> lca.stages.material("copper", name="copper")
    <MaterialWithEnergy 'copper': per kg, a supply>
    """
    if route not in ("primary", "secondary"):
        raise catalogue.DataError(f"route = {route!r}: a material is 'primary' or 'secondary'")
    metal = _figure(f"material.metal.{what}")
    if route == "secondary" or metal is None or _figure(f"material.primary.{what}") is not None:
        return Material(**({"footprint": catalogue.figure(f"material.{route}.{what}")} | fields))
    energy = _figure(f"material.energy.{what}")
    if energy is None:
        return Material(**({"footprint": metal} | fields))
    return MaterialWithEnergy(**({"footprint": metal, "energy": energy} | fields))


def _figure(key: str) -> Quantity | None:
    try:
        return catalogue.figure(key)
    except catalogue.DataError:
        return None


# -- the side of the material that goes in -----------------------------------------------------


class RecycledContent(Stage):
    """Material with recycled content by the cut-off rule, for one kg.

    ``(1 - R1) × Ev + R1 × Erecycled`` (recycled content approach; 100/0). By avoided
    burden all of it is primary material: then take that, without this stage.
    """

    per = "kg"
    phase = None
    primary: Stage = supplier("kg", "primary material (Ev)")
    secondary: Stage = supplier("kg", "recycled material (Erecycled)")
    recycled_content: Number = parameter(
        "1", "share of recycled material that goes in (R1)", valid=(0, 1)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.primary, 1 - self.recycled_content
        yield self.secondary, self.recycled_content


class CircularMaterial(RecycledContent):
    """Material with recycled content by the Circular Footprint Formula, for one kg.

    ``(1 - R1) × Ev + R1 × (A × Erecycled + (1 - A) × Ev × Qs/Qp)`` (PEF; Zampori and Pant 2019,
    equation 3). The other side is `CircularDisposal`; give both the same A by one quantity
    with a ``name=``. A, R1 and Qs/Qp stand in Annex C of the PEF and are not shipped.
    """

    allocation: Number = parameter(
        "1", "share of the burden of recycling that the taker carries (A)", valid=(0, 1)
    )
    quality: Number = parameter(
        "1", "quality of the recycled material that goes in over primary (Qs/Qp)", valid=(0, 1)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        as_primary = self.recycled_content * (1 - self.allocation) * self.quality
        yield self.primary, 1 - self.recycled_content + as_primary
        yield self.secondary, self.recycled_content * self.allocation


# -- the side of the end of life ------------------------------------------------------------------


class Discarded(Stage):
    """The ways of discarded mass, which all rules have in common; use a rule below.

    The mass goes down a cascade: it is collected or not; of what is collected a share is
    reused; of the rest a share is recycled; of the rest a share is burnt with recovery of
    energy; what is left, and what is not collected, goes to landfill. So the shares of the ways
    sum to 1 in every sample (R2 + R3 never exceeds 1). R2 and R3 of a kg as published, with
    a collection of 1 and without reuse: ``recycled = R2``, ``burnt = R3 / (1 - R2)``. A share that
    is not 0 takes its stage, `energy_recovery` or `preparation`: no mass is lost.

    What is reused ends in another life. Where `FirstLife` shares a device that demands its end
    of life, leave `reused` at 0: the end of life is then shared already.
    """

    per = "kg"
    phase = "disposal"
    landfill: Stage = supplier("kg", "landfill of what is neither recovered nor reused (ED)")
    energy_recovery: Stage | None = supplier(
        "kg", "burning with recovery of energy (EER)", optional=True, amount="burnt"
    )
    preparation: Stage | None = supplier(
        "kg", "preparation for reuse", optional=True, amount="reused"
    )
    collection: Number = parameter(
        "1",
        "share of the mass that is collected",
        default=catalogue.entry("disposal.collection_rate.data_centre"),
        valid=(0, 1),
    )
    reused: Number = parameter(
        "1",
        "share of the collected mass that goes into a second life",
        default=0.0,
        valid=(0, 1),
    )
    recycled: Number = parameter(
        "1", "share of the collected mass, without what is reused, that is recycled", valid=(0, 1)
    )
    burnt: Number = parameter(
        "1",
        "share of the collected mass, neither reused nor recycled, that is burnt",
        default=0.0,
        valid=(0, 1),
    )

    def to_reuse(self) -> Any:
        """Return the share of the mass that is reused."""
        return self.collection * self.reused

    def to_recycling(self) -> Any:
        """Return the share of the mass that is recycled (R2)."""
        return self.collection * (1 - self.reused) * self.recycled

    def to_energy(self) -> Any:
        """Return the share of the mass that is burnt with recovery of energy (R3)."""
        return self.collection * (1 - self.reused) * (1 - self.recycled) * self.burnt

    def to_landfill(self) -> Any:
        """Return the share of the mass that goes to landfill."""
        left = (1 - self.reused) * (1 - self.recycled) * (1 - self.burnt)
        return 1 - self.collection + self.collection * left


class CutOffDisposal(Discarded):
    """End of life by the cut-off rule, for one kg discarded: no credit.

    ``R3 × EER + (1 - R2 - R3) × ED`` (100/0): recycling belongs to whoever takes the
    recycled material. Burning counts here by convention; where it belongs to the taker of the
    energy (``burning="taker of the energy"``), the first term is left out. What is reused ends with
    its last life. `Disposal` counts the treatment of what is recycled too, up to recovery.
    """

    burning: str = option(
        "discarded product",
        "who carries burning with recovery of energy",
        among=("discarded product", "taker of the energy"),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        carried = 1 if self.burning == "discarded product" else 0
        yield self.preparation, self.to_reuse()
        yield self.energy_recovery, self.to_energy() * carried
        yield self.landfill, self.to_landfill()


class AvoidedBurdenDisposal(Discarded):
    """End of life by avoided burden (substitution), for one kg discarded.

    ``R2 × ErecyclingEoL + R3 × EER + (1 - R2 - R3) × ED`` in the total (0/100), and beside it the
    credits: ``R2`` kg of `material_credit` and ``R3`` kg of `energy_credit`. Recycled
    content of the product then counts as primary material.
    """

    recycling: Stage = supplier("kg", "recycling at the end of life (ErecyclingEoL)")
    material_credit: Stage | None = supplier(
        "kg",
        "what one recycled kg replaces, such as RecyclingCredit",
        optional=True,
        phase="avoided",
    )
    energy_credit: Stage | None = supplier(
        "kg",
        "what the energy of one burnt kg replaces, such as EnergyCredit",
        optional=True,
        phase="avoided",
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.preparation, self.to_reuse()
        yield self.recycling, self.to_recycling()
        yield self.energy_recovery, self.to_energy()
        yield self.landfill, self.to_landfill()
        yield self.material_credit, self.to_recycling()
        yield self.energy_credit, self.to_energy()


class CircularDisposal(AvoidedBurdenDisposal):
    """End of life by the Circular Footprint Formula, for one kg discarded: one of its two sides.

    ``(1 - A) × R2 × ErecyclingEoL + (1 - B) × R3 × EER + (1 - R2 - R3) × ED`` in the total, and
    beside it ``(1 - A) × R2`` kg of `material_credit` and ``(1 - B) × R3`` kg of `energy_credit`
    (PEF; Zampori and Pant 2019, equation 3). The side of the material that goes in is
    `CircularMaterial`. On published footprints, which are cut-off data, apply this side alone, and
    say so: the sum is then not the full formula.

    A is 0.2 where recycled material is sought (metals), 0.5 in balance, 0.8 where it is on offer;
    it stands, with R2 and Qs/Qp, in Annex C of the PEF and is not shipped.
    """

    allocation: Number = parameter(
        "1", "share of the burden of recycling that the taker carries (A)", valid=(0, 1)
    )
    energy_allocation: Number = parameter(
        "1",
        "share of the burden of burning that the taker of the energy carries (B)",
        default=0.0,
        valid=(0, 1),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        recycled = (1 - self.allocation) * self.to_recycling()
        burnt = (1 - self.energy_allocation) * self.to_energy()
        yield self.preparation, self.to_reuse()
        yield self.recycling, recycled
        yield self.energy_recovery, burnt
        yield self.landfill, self.to_landfill()
        yield self.material_credit, recycled
        yield self.energy_credit, burnt


class RecyclingCredit(Stage):
    """Primary material that recycled material replaces, for one kg that is recycled.

    ``Ev* × Qs/Qp``, positive and beside the total, in ``result.avoided``. The burden of the
    recycling itself is in the stage that demands this one, so do not give a net figure here.
    """

    per = "kg"
    phase = "avoided"
    substituted: Stage = supplier("kg", "primary material that is replaced (Ev*)")
    quality: Number = parameter(
        "1", "quality of the recovered material over primary (Qs/Qp)", valid=(0, 1)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.substituted, self.quality


class EnergyCredit(Stage):
    """Heat and electricity that burning replaces, for one kg that is burnt.

    ``LHV × (Xheat × Eheat + Xelectricity × Eelectricity)``, positive and beside the total.
    """

    per = "kg"
    phase = "avoided"
    heat: Stage | None = supplier(
        "kWh", "heat that is replaced", optional=True, amount="heat_efficiency"
    )
    electricity: Stage | None = supplier(
        "kWh", "electricity that is replaced", optional=True, amount="electric_efficiency"
    )
    heating_value: Number = parameter(
        "kWh/kg", "lower heating value of what is burnt (LHV)", valid=(0, None)
    )
    heat_efficiency: Number = parameter(
        "1", "heat recovered over the heating value (Xheat)", valid=(0, 1)
    )
    electric_efficiency: Number = parameter(
        "1", "electricity recovered over the heating value (Xelectricity)", valid=(0, 1)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.heat, self.heating_value * self.heat_efficiency
        yield self.electricity, self.heating_value * self.electric_efficiency


class MixedDisposal(Stage):
    """End of life of a product of several materials, for one kg.

    ``mass of a material / sum of masses`` kg of the end of life of each: the parts close to one
    kg in every sample, whatever the masses sum to.
    """

    per = "kg"
    phase = "disposal"
    materials: Mapping[str, Stage] = suppliers("kg", "end of life of each material")
    masses: Mapping[str, Number] = parameters(
        "1", "mass of each material over that of the product", valid=(0, 1), keys="materials"
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        whole = sum(self.masses.values())
        for one, mass in self.masses.items():
            yield self.materials[one], mass / whole


RULES = ("cut-off", "avoided burden", "circular footprint formula")


def end_of_life(
    *,
    recycling: Stage,
    recycled: Any,
    allocation: Any,
    substituted: Stage | None = None,
    quality: Any = None,
    name: str = "end of life",
    rule: str = "cut-off",
    energy_allocation: Any = 0.0,
    energy_credit: Stage | None = None,
    landfill: Stage | None = None,
    serves: str | tuple[str, ...] = (),
    **ways: Any,
) -> Choice:
    """Return the end of life of one kg under the three rules, as a decision.

    The decision is labelled "end of life", so all that are made here go the same way. It stays at
    `rule`; ``Lifecycle.options("end of life")`` gives the three as scenarios. The material that
    goes in is left as it is, by cut-off. A total holds burdens alone, so that of avoided burden
    is the largest: read it with its credit in ``result.avoided``; a rule's own figure is the one
    less the other.

    Parameters
    ----------
    recycling : Stage
        Recycling at the end of life, burden alone, per kg.
    recycled : float or Quantity
        Share of the collected mass that is recycled.
    allocation : float or Quantity
        A of the Circular Footprint Formula.
    substituted : Stage, optional
        Primary material that is replaced; without it no credit is taken.
    quality : float or Quantity, optional
        Quality of the recovered material over primary; needed with `substituted`.
    name : str
        Names of the stages begin with it.
    rule : {"cut-off", "avoided burden", "circular footprint formula"}
        The rule for point values and plain runs.
    energy_allocation : float or Quantity
        B of the Circular Footprint Formula.
    energy_credit : Stage, optional
        What the energy of one burnt kg replaces.
    landfill : Stage, optional
        That of the catalogue unless given.
    serves : str or tuple of str
        Names of the stages whose end of life it is.
    **ways
        Other fields of the rules: ``collection``, ``reused``, ``burnt``, ``energy_recovery``,
        ``preparation``.

    Raises
    ------
    ValueError
        If `rule` is none of the three, or `substituted` stands without `quality` or the other way
        round.
    GraphError
        If `burnt` stands without `energy_recovery`, or `reused` without `preparation`.

    Examples
    --------
    >>> import lca
    >>> aluminium = lca.stages.end_of_life(
    ...     recycling=lca.stages.material("aluminium_sheet", "secondary", name="recycling"),
    ...     substituted=lca.stages.material("aluminium_sheet", name="primary aluminium"),
    ...     quality=1, recycled=0.9, allocation=0.2, collection=1, name="aluminium",
    ... )
    >>> life = lca.Lifecycle(aluminium, functional_unit="one kg of aluminium discarded")
    >>> for rule, one in life.options("end of life").items():
    ...     print(rule, round(one.nominal("gwp"), 4))
    cut-off 0.0009
    avoided burden 0.8965
    circular footprint formula 0.7174
    """
    if rule not in RULES:
        raise ValueError(f"rule = {rule!r}{near(rule, RULES)}; rules are {', '.join(RULES)}")
    if (substituted is None) != (quality is None):
        raise ValueError(f"{name}: a credit takes both substituted= and quality=")
    landfill = landfill or _landfill(f"{name}, landfill")
    shared: dict[str, Any] = {"landfill": landfill, "recycled": recycled, "serves": serves, **ways}
    shared.setdefault("collection", _collection(f"{name}: collection"))
    recovered: dict[str, Any] = {"recycling": recycling, "energy_credit": energy_credit}
    if substituted is not None:
        recovered["material_credit"] = RecyclingCredit(
            name=f"{name}, credit", substituted=substituted, quality=quality
        )
    cut_off, avoided, circular = RULES
    decision = choice(
        "end of life",
        {
            cut_off: CutOffDisposal(name=f"{name}, {cut_off}", **shared),
            avoided: AvoidedBurdenDisposal(name=f"{name}, {avoided}", **shared, **recovered),
            circular: CircularDisposal(
                name=f"{name}, {circular}",
                allocation=allocation,
                energy_allocation=energy_allocation,
                **shared,
                **recovered,
            ),
        },
        kind="decision",
        nominal=rule,
        name=name,
    )
    return dataclasses.replace(decision, serves=serves)


def _landfill(name: str) -> Treatment:
    return Treatment(name=name, footprint=catalogue.figure("disposal.weee.landfill"))


def _collection(name: str) -> Quantity:
    """Return the share that is collected, named so that it is one unknown under all rules."""
    found = catalogue.figure("disposal.collection_rate.data_centre")
    return dataclasses.replace(found, name=name)


RECYCLED_AS = {
    "ferrous": "steel_cans",
    "iron_and_steel": "steel_cans",
    "aluminium": "aluminium_sheet",
    "plastics": "plastic_average",
}
"""Materials of a server, and the material of the catalogue as which they are recycled."""


def server_end_of_life(
    materials: Mapping[str, Mapping[str, Any]],
    *,
    composition: str = "server_2u",
    collection: Any = None,
    rule: str = "cut-off",
    serves: str | tuple[str, ...] = (),
    name: str = "end of life of a server",
) -> MixedDisposal:
    """Return the end of life of a server by its composition, for one kg, under three rules.

    For ferrous metal, aluminium and plastics recycling and replaced material come from the
    catalogue. For boards, copper and others there are no figures of recycling by material: they
    get the treatment of mixed electronics, and no credit unless you give ``substituted``.

    Parameters
    ----------
    materials : mapping
        Of every material of the composition, facts as `end_of_life` takes them: ``recycled`` and
        ``allocation``; ``quality`` where it is replaced.
    composition : {"server_2u", "data_centre_equipment"}
        Mass shares ``material.composition.NAME``; they are divided by their sum.
    collection : float or Quantity, optional
        Share of the server that is collected, one for all materials.
    rule, serves
        As in `end_of_life`.
    name : str
        Names of the stages begin with it.

    Raises
    ------
    DataError
        If there is no such composition, or a material has no facts.

    Examples
    --------
    >>> import lca
    >>> metal = {"recycled": 0.9, "allocation": 0.2, "quality": 1}
    >>> other = {"recycled": 0.2, "allocation": 0.5}
    >>> disposal = lca.stages.server_end_of_life(
    ...     {"ferrous": metal, "aluminium": metal, "plastics": other | {"quality": 0.9},
    ...      "copper": metal | {"quality": None}, "boards": other},
    ...     rule="avoided burden",
    ... )
    >>> server = lca.stages.Server(disposal=disposal)
    """
    masses = _composition(composition)
    if missing := [one for one in masses if one not in materials]:
        raise catalogue.DataError(f"{name}: no facts of {', '.join(missing)} of {composition}")
    for one in materials:
        if one not in masses:
            raise catalogue.DataError(f"no material {one!r} in {composition}{near(one, masses)}")
    given: dict[str, Any] = {
        "collection": _collection(f"{name}: collection") if collection is None else collection,
        "landfill": _landfill(f"{name}, landfill"),
        "rule": rule,
        "serves": serves,
    }
    ends = {
        one: end_of_life(**(given | _recovery(one, name) | {**facts, "name": f"{name}, {one}"}))
        for one, facts in materials.items()
    }
    return MixedDisposal(name=name, materials=ends, masses=masses, serves=serves)


def _composition(name: str) -> dict[str, Quantity]:
    """Return the mass shares of a composition by material."""
    keys = catalogue.search("material.composition")["id"]
    found = {key: key.split(".")[2:] for key in keys if key.startswith("material.composition.")}
    parts = {part: catalogue.figure(key) for key, (one, part) in found.items() if one == name}
    if not parts:
        known = dict.fromkeys(one for one, _ in found.values())
        raise catalogue.DataError(f"no composition {name!r}{near(name, known)}")
    return parts


def _recovery(one: str, name: str) -> dict[str, Stage]:
    """Return recycling and replaced material of a material of a server."""
    if one not in RECYCLED_AS:
        treatment = catalogue.figure("disposal.treatment.electronics")
        return {"recycling": Treatment(name=f"{name}, recycling of {one}", footprint=treatment)}
    return {
        "recycling": material(RECYCLED_AS[one], "secondary", name=f"{name}, recycling of {one}"),
        "substituted": material(RECYCLED_AS[one], name=f"{name}, replaced {one}"),
    }


# -- second lives ----------------------------------------------------------------------------


class SecondLife(Stage):
    """The second life of a device, for one device that has one.

    ``handed on × device + refurbishment``: the manufacture of a device that two users need is
    allocated between its lives (a share of resale is no recycling). With `FirstLife` it closes:
    first life + reused × second life = one device, and its refurbishment.

    A `Cluster` of it takes the years of this life. With ``phase="avoided"`` it shows, beside the
    total of the first user, what that one handed on: of the device alone, for the refurbishment is
    a burden that the second life brings.
    """

    per: str = "1"  # type: ignore[misc]
    phase = "manufacturing"
    device: Stage = supplier("", "the device, as made")
    refurbishment: Stage | None = supplier("", "refurbishment of the device", optional=True)
    handed_on: Number = parameter(
        "1",
        "share of the manufacture that the second life carries",
        default=catalogue.entry("disposal.second_life_share"),
        valid=(0, 1),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        is_credit = self.phase == "avoided"  # type: ignore[operator]  # mypy sees no field
        if is_credit and self.refurbishment is not None:
            raise GraphError(
                f"{label(self)}: what is handed on is a share of the device; refurbishment is a "
                "burden and no credit: leave it out where the phase is avoided"
            )
        yield self.device, self.handed_on
        yield self.refurbishment, 1


class FirstLife(Stage):
    """The first life of a device, for one device bought new.

    ``(1 - reused × handed on) × device``: a share of the devices is used again, and then the
    second life carries a share of the manufacture. What is handed on stands in `SecondLife`, never
    nowhere: in the same lifecycle, or beside its total with ``phase="avoided"``. `device_lives`
    makes both. Transport and disposal that the device demands are shared alike.
    """

    per: str = "1"  # type: ignore[misc]
    phase = "manufacturing"
    device: Stage = supplier("", "the device, as made")
    second_life: Stage = supplier("", "the second life, in the same lifecycle or beside its total")
    reused: Number = parameter("1", "share of devices that have a second life", valid=(0, 1))
    handed_on: Number = parameter(
        "1",
        "share of the manufacture that the second life carries",
        default=catalogue.entry("disposal.second_life_share"),
        valid=(0, 1),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.device, 1 - self.reused * self.handed_on
        yield self.second_life, self.reused


def device_lives(
    device: Stage,
    *,
    reused: Any,
    handed_on: Any,
    refurbishment: Stage | None = None,
    name: str = "",
) -> tuple[FirstLife, SecondLife]:
    """Return the first and the second life of a device, which share its manufacture.

    What the first hands on is also shown beside its total, in ``result.avoided``, without the
    refurbishment. All three share one `handed_on`.

    Parameters
    ----------
    device : Stage
        The device, as made: an accelerator, a node.
    reused : float or Quantity
        Share of devices that have a second life.
    handed_on : float or Quantity
        Share of the manufacture that the second life carries: by years of use, or by price.
    refurbishment : Stage, optional
        What it takes to make the device fit for its second life.
    name : str
        Names of the stages begin with it; else the name of the device.

    Examples
    --------
    >>> import lca
    >>> card = lca.stages.Accelerator(footprint=200, name="card")
    >>> first, second = lca.stages.device_lives(card, reused=0.5, handed_on=0.4)
    >>> [lca.Lifecycle(life).nominal("gwp") for life in (first, second)]
    [160.0, 80.0]
    """
    name = name or device.name
    if isinstance(handed_on, catalogue.Entry):
        handed_on = handed_on.quantity()
    if isinstance(handed_on, Quantity) and not handed_on.is_fixed and not handed_on.name:
        handed_on = dataclasses.replace(handed_on, name=f"{name}: handed on")
    fields: dict[str, Any] = {"per": device.per, "device": device, "handed_on": handed_on}
    second = SecondLife(name=f"{name}, second life", refurbishment=refurbishment, **fields)
    beside = SecondLife(name=f"{name}, handed on", phase="avoided", **fields)
    first = FirstLife(name=f"{name}, first life", second_life=beside, reused=reused, **fields)
    return first, second
