"""Fabrication: what it takes to make chips, from the wafer up, and to package them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lca import catalogue
from lca.quantity import Quantity
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


class LogicDie(Stage):
    """A logic die that works, from its wafer, for one die.

    ``(energy × intensity + gases + materials) × wafer area / (line yield × gross × good)``:
    what a whole wafer takes, edge and scribe lines included, over the dies that can be sold.

    * gross dies: ``π (d/2)² / A - c π d / √A``, with d the diameter less twice the edge
      exclusion, A the die with its scribe line, and c for the round edge (de Vries 2005).
    * good dies, of ``x = area × defect density``: Murphy ``((1 - e^-x)/x)²``, negative binomial
      ``(1 + x/a)^-a`` with clustering a (Stapper 1983), Poisson ``e^-x``, Seeds ``1/(1 + x)``,
      square root ``e^-√x``; of the faulty ones a share is sold with parts disabled
      (`salvaged`). A density belongs to the model by which it was found: the default of both
      is imec's.

    Defaults are of a 300 mm wafer. Dies are taken as square; from some 0.1 to 9 cm². Energy,
    gases and materials are per area processed; figures per good area (imec 2023) hold a yield
    already, and belong in `DieByArea` with a yield of 1. The package, memory and the board are
    other stages. Water and minerals are not in it; `LogicDieWithWater` adds water.

    Examples
    --------
    >>> import lca
    >>> fab = lca.stages.electricity("TW", year=2022, name="grid of the fab")
    >>> die = lca.stages.logic_die("7nm", area=8.26, electricity=fab)
    >>> 40 < lca.Lifecycle(die, functional_unit="one die").nominal("gwp") < 70
    True
    """

    per = "1"
    phase = "manufacturing"
    electricity: Stage = supplier("kWh", "grid of the fab, of its country and year of production")
    yield_model: str = option(
        "Murphy",
        "how defects spread over a wafer",
        among=("Murphy", "negative binomial", "Poisson", "Seeds", "square root"),
    )
    area: Number = parameter("cm2", "area of the die", valid=(0.001, 15))
    energy: Number = parameter("kWh/cm2", "electricity of the fab, per wafer area", valid=(0, None))
    gases: Number = parameter(
        "kgCO2e/cm2", "process gases emitted after abatement, per wafer area", valid=(0, None)
    )
    materials: Number = parameter(
        "kgCO2e/cm2",
        "wafer and chemicals, per wafer area",
        default=catalogue.entry("fabrication.logic.materials.act"),
        valid=(0, None),
    )
    defect_density: Number = parameter(
        "1/cm2",
        "defects that kill a die, per area",
        default=catalogue.entry("fabrication.defect_density.logic.imec2023"),
        valid=(0, 10),
    )
    clustering: Number = parameter(
        "1",
        "clustering of defects in the negative binomial; large means none",
        default=catalogue.entry("fabrication.clustering.logic"),
        valid=(0.5, None),
    )
    salvaged: Number = parameter(
        "1", "share of faulty dies sold with parts disabled", default=0.0, valid=(0, 1)
    )
    line_yield: Number = parameter(
        "1",
        "wafers finished over wafers started",
        default=catalogue.entry("fabrication.yield.line"),
        valid=(0.1, 1),
    )
    wafer_diameter: Number = parameter(
        "cm",
        "diameter of the wafer",
        default=catalogue.entry("fabrication.wafer.diameter"),
        valid=(10, 45),
    )
    edge_exclusion: Number = parameter(
        "cm",
        "rim of the wafer without dies",
        default=catalogue.entry("fabrication.wafer.edge_exclusion"),
        valid=(0, 1),
    )
    kerf: Number = parameter(
        "cm",
        "scribe line between dies",
        default=catalogue.entry("fabrication.wafer.kerf"),
        valid=(0, 0.1),
    )
    edge_correction: Number = parameter(
        "1",
        "weight of the dies cut by the round edge",
        default=catalogue.entry("fabrication.wafer.edge_correction"),
        valid=(0, 1),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        area = self.wafer_area()
        yield self.electricity, self.energy * area
        yield "gwp", (self.gases + self.materials) * area

    def wafer_area(self) -> Any:
        """Return the area of wafer started behind one die that is sold."""
        wafer = np.pi * (self.wafer_diameter / 2) ** 2
        return wafer / (self.line_yield * self.gross_dies() * self.good())

    def gross_dies(self) -> Any:
        """Return the whole dies on one wafer."""
        cell = (np.sqrt(self.area) + self.kerf) ** 2
        across = self.wafer_diameter - 2 * self.edge_exclusion
        edge = self.edge_correction * np.pi * across / np.sqrt(cell)
        gross = np.pi * (across / 2) ** 2 / cell - edge
        if np.any(gross < 1):
            raise GraphError(
                f"{label(self)}: the area is too large for the wafer, which holds not one die of it"
            )
        return gross

    def good(self) -> Any:
        """Return the share of whole dies that are sold."""
        defects = self.area * self.defect_density
        some = np.maximum(defects, 1e-9)  # Murphy's is 0/0 at none
        flawless = {
            "negative binomial": lambda: _negative_binomial(defects, self.clustering),
            "Poisson": lambda: np.exp(-defects),
            "Murphy": lambda: (-np.expm1(-some) / some) ** 2,
            "Seeds": lambda: 1 / (1 + defects),
            "square root": lambda: np.exp(-np.sqrt(defects)),
        }[self.yield_model]()
        return flawless + self.salvaged * (1 - flawless)


def _negative_binomial(defects: Any, clustering: Any) -> Any:
    """Return the share of dies without a defect, ``(1 + defects/clustering)^-clustering``."""
    return np.exp(-clustering * np.log1p(defects / clustering))


class LogicDieWithWater(LogicDie):
    """A logic die that works, with the water that the fab consumes, for one die.

    Adds ``water withdrawn × consumed share × wafer area / (line yield × gross × good)``. Fabs
    report what they withdraw and return most of it, cleaned; only what evaporates or leaves
    the basin is consumed. Water of electricity belongs to its supplier; that of chemicals is
    not in it.

    Examples
    --------
    >>> import lca
    >>> fab = lca.stages.electricity("TW", year=2022, name="grid of the fab")
    >>> node = lca.stages.process_node("7nm")
    >>> die = lca.stages.LogicDieWithWater(area=8.26, electricity=fab, **node)
    >>> 40 < lca.Lifecycle(die, functional_unit="one die").nominal("wcf") < 100
    True
    """

    per = "1"
    phase = "manufacturing"
    water_withdrawn: Number = parameter(
        "L/cm2",
        "water withdrawn by the fab, per wafer area",
        default=catalogue.entry("fabrication.logic.water.average"),
        valid=(0, None),
    )
    water_consumed_share: Number = parameter(
        "1",
        "share of the water withdrawn that is not returned",
        default=catalogue.entry("fabrication.logic.water_consumed_share"),
        valid=(0, 1),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        yield "wcf", self.water_withdrawn * self.water_consumed_share * self.wafer_area()


class DieByArea(Stage):
    """A logic die that works, by its area and a flat yield, for one die.

    ``(energy × intensity + gases + materials) × area / yield``, the model of ACT (Gupta and
    others 2022). For dies of phones and CPUs, up to some 2 cm²: a flat yield makes large dies
    too cheap, so `LogicDie` derives it from defects. Figures per good area (imec 2023) hold a
    yield already, and want 1. Round edges and scribe lines of the wafer, the package, water and
    minerals are not in it.

    Examples
    --------
    >>> import lca
    >>> fab = lca.stages.electricity("TW", year=2022, name="grid of the fab")
    >>> die = lca.stages.die_by_area("7nm", area=1, electricity=fab)
    >>> 2 < lca.Lifecycle(die, functional_unit="one die").nominal("gwp") < 3
    True
    """

    per = "1"
    phase = "manufacturing"
    electricity: Stage = supplier("kWh", "grid of the fab, of its country and year of production")
    area: Number = parameter("cm2", "area of the die", valid=(0.001, 15))
    energy: Number = parameter("kWh/cm2", "electricity of the fab, per wafer area", valid=(0, None))
    gases: Number = parameter(
        "kgCO2e/cm2", "process gases emitted after abatement, per wafer area", valid=(0, None)
    )
    materials: Number = parameter(
        "kgCO2e/cm2",
        "wafer and chemicals, per wafer area",
        default=catalogue.entry("fabrication.logic.materials.act"),
        valid=(0, None),
    )
    die_yield: Number = parameter(
        "1",
        "area of good dies over area processed",
        default=catalogue.entry("fabrication.yield.die.act_default"),
        valid=(0.01, 1),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        area = self.area / self.die_yield
        yield self.electricity, self.energy * area
        yield "gwp", (self.gases + self.materials) * area


class DieByCarbonPerArea(Stage):
    """A logic die that works, by a published footprint per area, for one die.

    ``carbon per area × area / yield``. The grid of the fab is inside the figure and cannot be
    changed. Figures per processed area (imec.netzero) want the yield of the die; those per
    good area (imec 2023) hold one already, and want 1. Package, water and minerals are not in
    it.

    Examples
    --------
    >>> import lca
    >>> per_area = lca.catalogue.figure("fabrication.logic.carbon.7nm.imec_netzero")
    >>> lca.stages.DieByCarbonPerArea(area=8.26, carbon=per_area, die_yield=0.45, name="die")
    <DieByCarbonPerArea 'die': per 1, manufacturing>
    """

    per = "1"
    phase = "manufacturing"
    area: Number = parameter("cm2", "area of the die", valid=(0.001, 15))
    carbon: Number = parameter(
        "kgCO2e/cm2", "cradle-to-gate footprint of wafers, per area", valid=(0, None)
    )
    die_yield: Number = parameter(
        "1", "area of good dies over the area that the footprint counts", valid=(0.01, 1)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.carbon * self.area / self.die_yield


class PackagedDie(Stage):
    """A die in a package of its own, as soldered on a board, for one integrated circuit.

    ``die + package``, a constant for each package as in ACT (150 g). For small packages without
    an interposer; dies lost in assembly are not counted.

    Examples
    --------
    >>> import lca
    >>> fab = lca.stages.electricity("TW", year=2022, name="grid of the fab")
    >>> die = lca.stages.die_by_area("7nm", area=1, electricity=fab)
    >>> lca.stages.PackagedDie(die=die, name="processor")
    <PackagedDie 'processor': per 1, manufacturing>
    """

    per = "1"
    phase = "manufacturing"
    die: Stage = supplier("1", "die that works")
    package: Number = parameter(
        "kgCO2e",
        "cradle-to-gate footprint of the package",
        default=catalogue.entry("fabrication.package.ic.act"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.die, 1.0
        yield "gwp", self.package


class AdvancedPackage(Stage):
    """Chips side by side on a silicon interposer, bonded, for one package that works.

    ``count / kept`` of each chip, and ``carbon per area × wiring share × area / (good × kept)``
    of the interposer, with

    * kept: ``bonding yield ^ chips``. Chips are bonded one after another on a tested
      interposer (chip last); one failed bond loses the package and all chips in it.
    * good interposers, of ``x = area × defect density``: ``(1 + x/a)^-a`` with clustering a.

    After ECO-CHIP (Sudarshan and others 2024) and CAPA (Liu and others 2025). Chips are tested
    before: a stack of memory is one chip, and its own losses are in its stage. The grid of the
    interposer's fab is inside its figure. Energy of bonding and test, round edges of the
    wafer, the organic substrate and the lid are not in it.

    Examples
    --------
    >>> import lca
    >>> fab = lca.stages.electricity("TW", year=2022, name="grid of the fab")
    >>> die = lca.stages.logic_die("5nm", area=8.14, electricity=fab, name="die")
    >>> stack = lca.stages.memory_stacks("HBM3 8-high", name="stack")
    >>> package = lca.stages.AdvancedPackage(
    ...     chips={"die": die, "memory": stack},
    ...     counts={"die": 1, "memory": 5},
    ...     interposer_area=lca.fixed(1623, "mm2"),
    ... )
    >>> 150 < lca.Lifecycle(package, functional_unit="one package").nominal("gwp") < 300
    True
    """

    per = "1"
    phase = "manufacturing"
    chips: Mapping[str, Stage] = suppliers("1", "chips that work, by name")
    counts: Mapping[str, Number] = parameters(
        "1", "how many of each chip a package holds", valid=(0, None)
    )
    interposer_area: Number = parameter("cm2", "area of the interposer", valid=(0.01, 100))
    interposer_carbon: Number = parameter(
        "kgCO2e/cm2",
        "footprint of a wafer of the interposer's node with all layers, per area",
        default=catalogue.entry("fabrication.interposer.carbon.65nm.ecochip"),
        valid=(0, None),
    )
    wiring_share: Number = parameter(
        "1",
        "share of wiring layers in that footprint; 1 for an interposer with transistors",
        default=catalogue.entry("fabrication.interposer.beol_share"),
        valid=(0, 1),
    )
    defect_density: Number = parameter(
        "1/cm2",
        "defects that kill an interposer, per area",
        default=catalogue.entry("fabrication.defect_density.interposer.capa"),
        valid=(0, 10),
    )
    clustering: Number = parameter(
        "1",
        "clustering of defects; large means none",
        default=catalogue.entry("fabrication.clustering.interposer"),
        valid=(0.5, None),
    )
    bonding_yield: Number = parameter(
        "1",
        "share of bonds that work, per chip",
        default=catalogue.entry("fabrication.bonding.microbump.capa"),
        valid=(0.5, 1),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        kept = self.kept()
        for name, chip in self.chips.items():
            yield chip, self.counts[name] / kept
        wiring = self.interposer_carbon * self.wiring_share * self.interposer_area
        yield "gwp", wiring / (self.good_interposers() * kept)

    def kept(self) -> Any:
        """Return the share of packages in which every bond works."""
        if self.chips.keys() != self.counts.keys():
            raise GraphError(
                f"{label(self)}: chips are {', '.join(self.chips) or 'none'}, but counts are of "
                f"{', '.join(self.counts)}; give every chip its count"
            )
        return np.exp(sum(self.counts.values()) * np.log(self.bonding_yield))

    def good_interposers(self) -> Any:
        """Return the share of interposers without a defect."""
        return _negative_binomial(self.interposer_area * self.defect_density, self.clustering)


NODES = ("28nm", "20nm", "14nm", "10nm", "8nm", "7nm", "5nm", "3nm")
ABATEMENT = (95, 97, 99)
DEFECTS = {
    "28nm": "fabrication.defect_density.28nm.ecochip",
    "14nm": "fabrication.defect_density.14nm.ecochip",
    "10nm": "fabrication.defect_density.10nm.ecochip",
    "7nm": "fabrication.defect_density.7nm.capa",
}
"""Densities of one node, each found by the negative binomial."""


def process_node(node: str, *, abatement: float = 97) -> dict[str, Quantity]:
    """Return energy and gases of a process node per wafer area, of imec 2020 (as in ACT).

    They are fields of `LogicDie`, `LogicDieWithWater` and `DieByArea`, whose `materials` are
    the same for all nodes.

    Parameters
    ----------
    node : {"28nm", "20nm", "14nm", "10nm", "8nm", "7nm", "5nm", "3nm"}
    abatement : {97, 95, 99}
        Share of process gases destroyed, in per cent; 97, the level of ACT, is its mean of the
        other two.

    Raises
    ------
    DataError
        If the node or the abatement has no figures; near names are offered.

    Examples
    --------
    >>> {field: figure.point for field, figure in process_node("7nm").items()}
    {'energy': 2.15, 'gases': 0.275}
    """
    if node not in NODES:
        raise catalogue.DataError(
            f"no node {node!r}{near(str(node), NODES)}; there are {', '.join(NODES)}"
        )
    if abatement not in ABATEMENT:
        raise catalogue.DataError(
            f"abatement = {abatement!r}: there are figures for 95, 97 and 99 (per cent)"
        )
    return {
        "energy": catalogue.figure(f"fabrication.logic.energy.{node}.act"),
        "gases": catalogue.figure(f"fabrication.logic.gas_{abatement:.0f}.{node}.act"),
    }


def logic_die(node: str, *, abatement: float = 97, **fields: Any) -> LogicDie:
    """Return a logic die of a process node, with energy and gases of `process_node`.

    Defects of 28, 14, 10 and 7 nm are of the node, with the negative binomial; of the others,
    those of `LogicDie`.

    Parameters
    ----------
    node : {"28nm", "20nm", "14nm", "10nm", "8nm", "7nm", "5nm", "3nm"}
    abatement : {97, 95, 99}
        Share of process gases destroyed, in per cent.
    **fields
        Fields of `LogicDie`: ``area`` (in cm2, or a quantity with its unit) and ``electricity``
        at least.

    Raises
    ------
    DataError
        If the node or the abatement has no figures; near names are offered.

    Examples
    --------
    >>> import lca
    >>> fab = lca.stages.electricity("KR", name="grid of the fab")
    >>> lca.stages.logic_die("5nm", area=8.14, electricity=fab, name="die")
    <LogicDie 'die': per 1, manufacturing>
    """
    given: dict[str, Any] = {**process_node(node, abatement=abatement)}
    if node in DEFECTS:
        given["defect_density"] = catalogue.figure(DEFECTS[node])
        given["yield_model"] = "negative binomial"
    return LogicDie(**(given | fields))


def die_by_area(node: str, *, abatement: float = 97, **fields: Any) -> DieByArea:
    """Return a logic die of a process node with a flat yield, as in ACT.

    Parameters
    ----------
    node : {"28nm", "20nm", "14nm", "10nm", "8nm", "7nm", "5nm", "3nm"}
    abatement : {97, 95, 99}
        Share of process gases destroyed, in per cent; ACT takes 97.
    **fields
        Fields of `DieByArea`: ``area`` (in cm2, or a quantity with its unit) and
        ``electricity`` at least.

    Raises
    ------
    DataError
        If the node or the abatement has no figures; near names are offered.

    Examples
    --------
    >>> import lca
    >>> fab = lca.stages.electricity("TW", year=2022, name="grid of the fab")
    >>> lca.stages.die_by_area("14nm", area=1, electricity=fab, name="processor die")
    <DieByArea 'processor die': per 1, manufacturing>
    """
    return DieByArea(**(process_node(node, abatement=abatement) | fields))
