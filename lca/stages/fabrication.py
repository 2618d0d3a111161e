"""Fabrication: what it takes to make chips, from the wafer up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lca import catalogue
from lca.stage import Number, Stage, option, parameter, supplier
from lca.units import near


class LogicDie(Stage):
    """A logic die that works, from its wafer, for one die.

    ``(energy × intensity + gases + materials) × wafer area / (line yield × gross × good)``:
    what a whole wafer takes, edge and scribe lines included, over the dies that can be sold.

    * gross dies: ``π (d/2)² / A - c π d / √A``, with d the diameter less twice the edge
      exclusion, A the die with its scribe line, and c for the round edge (de Vries 2005).
    * good dies, of ``x = area × defect density``: negative binomial ``(1 + x/a)^-a`` with
      clustering a (Stapper 1983), Poisson ``e^-x``, Murphy ``((1 - e^-x)/x)²``, Seeds
      ``1/(1 + x)``; of the faulty ones a share is sold with parts disabled (`salvaged`).

    Defaults are of a 300 mm wafer. Dies are taken as square; from some 0.1 to 9 cm². The
    package, memory and the board are other stages. Water and minerals are not in it.

    Examples
    --------
    >>> import lca
    >>> fab = lca.stages.electricity("GLO", year=2022, name="grid of the fab")
    >>> die = lca.stages.logic_die("7nm", area=8.26, electricity=fab)
    >>> 60 < lca.Lifecycle(die, functional_unit="one die").nominal("gwp") < 90
    True
    """

    per = "1"
    phase = "manufacturing"
    electricity: Stage = supplier("kWh", "grid of the fab, of its country and year of production")
    yield_model: str = option(
        "negative binomial",
        "how defects spread over a wafer",
        among=("negative binomial", "Poisson", "Murphy", "Seeds"),
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
        valid=(0, 5),
    )
    clustering: Number = parameter(
        "1",
        "clustering of defects; large means none",
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
        wafer = np.pi * (self.wafer_diameter / 2) ** 2
        share = wafer / (self.line_yield * self.gross_dies() * self.good())
        yield self.electricity, self.energy * share
        yield "gwp", (self.gases + self.materials) * share

    def gross_dies(self) -> Any:
        """Return the whole dies on one wafer."""
        cell = (np.sqrt(self.area) + self.kerf) ** 2
        across = self.wafer_diameter - 2 * self.edge_exclusion
        edge = self.edge_correction * np.pi * across / np.sqrt(cell)
        return np.pi * (across / 2) ** 2 / cell - edge

    def good(self) -> Any:
        """Return the share of whole dies that are sold."""
        defects = np.maximum(self.area * self.defect_density, 1e-9)  # Murphy's is 0/0 at none
        flawless = {
            "negative binomial": lambda: np.exp(
                -self.clustering * np.log1p(defects / self.clustering)
            ),
            "Poisson": lambda: np.exp(-defects),
            "Murphy": lambda: (-np.expm1(-defects) / defects) ** 2,
            "Seeds": lambda: 1 / (1 + defects),
        }[self.yield_model]()
        return flawless + self.salvaged * (1 - flawless)


NODES = ("28nm", "20nm", "14nm", "10nm", "8nm", "7nm", "5nm", "3nm")
ABATEMENT = (95, 99)


def logic_die(node: str, *, abatement: int = 95, **fields: Any) -> LogicDie:
    """Return a logic die of a process node, with energy and gases of imec 2020 (as in ACT).

    Parameters
    ----------
    node : {"28nm", "20nm", "14nm", "10nm", "8nm", "7nm", "5nm", "3nm"}
    abatement : {95, 99}
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
    if node not in NODES:
        raise catalogue.DataError(
            f"no node {node!r}{near(str(node), NODES)}; there are {', '.join(NODES)}"
        )
    if abatement not in ABATEMENT:
        raise catalogue.DataError(f"abatement = {abatement!r}: there are figures for 95 and 99 %")
    given = {
        "energy": catalogue.figure(f"fabrication.logic.energy.{node}.act"),
        "gases": catalogue.figure(f"fabrication.logic.gas_{abatement}.{node}.act"),
    }
    return LogicDie(**(given | fields))
