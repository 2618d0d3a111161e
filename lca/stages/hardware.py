"""Hardware: what it takes to make accelerators and nodes, from published footprints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, parameter, supplier


class Accelerator(Stage):
    """An accelerator with its memory and package, as made, for one accelerator.

    A published cradle-to-gate footprint. Say in `covers` what it holds beside (inbound
    transport, use, end of life); a stage that adds one of these again is then refused.
    """

    per = "accelerator"
    phase = "manufacturing"
    footprint: Number = parameter(
        "kgCO2e/accelerator", "cradle-to-gate footprint of one accelerator", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint


class Server(Stage):
    """A node without its accelerators, as made, brought to the site and disposed of.

    A published cradle-to-gate footprint; transport and disposal by the mass of the whole
    node, accelerators included.
    """

    per = "node"
    phase = "manufacturing"
    transport: Stage | None = supplier(
        "kg", "transport of the whole node to the site", optional=True
    )
    disposal: Stage | None = supplier("kg", "end of life of the whole node", optional=True)
    footprint: Number = parameter(
        "kgCO2e/node",
        "cradle-to-gate footprint of a node without accelerators",
        default=catalogue.entry("footprint.node_without_accelerators.default"),
        valid=(0, None),
    )
    mass: Number = parameter(
        "kg/node",
        "mass of the whole node, accelerators included",
        default=catalogue.entry("transport.mass.node_8_accelerators"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint
        yield self.transport, self.mass
        yield self.disposal, self.mass
