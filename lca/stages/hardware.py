"""Hardware: what it takes to make accelerators, nodes and what is shared among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lca import catalogue
from lca.stage import GraphError, Number, Stage, label, parameter, parameters, supplier


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


class AcceleratorWithWater(Accelerator):
    """An accelerator as made, with the water that its making consumes, for one accelerator.

    A published footprint, and ``Σ water`` over the steps that are stated: fab, mining …
    """

    water: Mapping[str, Number] = parameters(
        "L/accelerator", "water consumed by each step, by name", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        yield "wcf", sum(self.water.values())


class AcceleratorToGate(Accelerator):
    """An accelerator up to the factory gate, from a footprint that goes beyond it, for one.

    ``footprint × (1 - share beyond the gate)``: published results up to the grave without use
    beside those up to the gate.
    """

    beyond_gate: Number = parameter(
        "1",
        "share of the footprint that lies beyond the gate: transport to the user, end of life",
        default=catalogue.entry("component.beyond_gate.accelerator"),
        valid=(0, 1),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint * (1 - self.beyond_gate)


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


class EquippedNode(Stage):
    """A node with its accelerators, as made, for one node.

    ``server + accelerators per node × accelerator``: for a study of the machine itself. A
    `Cluster` takes both by themselves.

    Examples
    --------
    >>> import lca
    >>> node = lca.stages.EquippedNode(
    ...     server=lca.stages.Server(), accelerator=lca.accelerator_embodied("H100-SXM")
    ... )
    >>> 4000 < lca.Lifecycle(node, functional_unit="one node").nominal("gwp") < 5000
    True
    """

    per = "node"
    phase = "manufacturing"
    server: Stage = supplier("node", "the node without its accelerators, as made")
    accelerator: Stage = supplier("accelerator", "one accelerator, as made")
    accelerators_per_node: Number = parameter(
        "accelerator/node",
        "accelerators in one node",
        default=catalogue.entry("operation.accelerators_per_node.default"),
        valid=(1, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.server, 1
        yield self.accelerator, self.accelerators_per_node


class Board(Stage):
    """A board of several accelerators, as made, for one board.

    A published cradle-to-gate footprint of the board with all that is mounted on it.
    """

    per = "board"
    phase = "manufacturing"
    footprint: Number = parameter(
        "kgCO2e/board", "cradle-to-gate footprint of one board", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint


class BoardShare(Stage):
    """An accelerator as its share of a board, for one accelerator.

    ``board / accelerators per board``: switches, baseboard, coolers and assembly of the board
    are shared alike, and so are in it.

    Examples
    --------
    >>> import lca
    >>> board = lca.stages.Board(footprint=lca.catalogue.footprint("board.hgx_h100"))
    >>> card = lca.stages.BoardShare(board=board, accelerators_per_board=8)
    >>> lca.Lifecycle(card, functional_unit="one H100").nominal("gwp")
    164.0
    """

    per = "accelerator"
    phase = "manufacturing"
    board: Stage = supplier("board", "the board, as made")
    accelerators_per_board: Number = parameter(
        "accelerator/board", "accelerators on one board", valid=(1, 64)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.board, 1 / self.accelerators_per_board


class AcceleratorWithSpares(Stage):
    """An accelerator in service with its spares and replacements, for one accelerator.

    ``1 + spares + replacement rate × lifetime`` accelerators are made: spares stand by from the
    start (N + 1 is ``1 / N``), and those that fail for good in the service life are replaced.
    It stands where the accelerator would: more hardware per hour, not a longer life. The
    lifetime is that of the cluster: give both one quantity with a name. Spares and replacements
    are made and no more: transport and disposal of a `Server` are of the accelerators in
    service.

    Examples
    --------
    >>> import lca
    >>> card = lca.stages.Accelerator(footprint=164)
    >>> kept = lca.stages.AcceleratorWithSpares(
    ...     accelerator=card, spares=0.05, replacement_rate=0.04, lifetime=5
    ... )
    >>> round(lca.Lifecycle(kept, functional_unit="one in service").nominal("gwp"), 1)
    205.0
    """

    per = "accelerator"
    phase = "manufacturing"
    accelerator: Stage = supplier("accelerator", "the accelerator, as made")
    spares: Number = parameter(
        "1",
        "spares that stand by over those in service",
        default=catalogue.entry("component.spares.accelerator"),
        valid=(0, 1),
    )
    replacement_rate: Number = parameter(
        "1/year",
        "share of those in service that is replaced in a year",
        default=catalogue.entry("component.replacement.accelerator"),
        valid=(0, 1),
    )
    lifetime: Number = parameter("year", "service life of accelerators", valid=(0.1, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.accelerator, 1 + self.spares + self.replacement_rate * self.lifetime


class ServerWithSpares(Stage):
    """A node in service with its spares and replacements, for one node.

    ``1 + spares + replacement rate × lifetime`` nodes are made, as `AcceleratorWithSpares`. Most
    faults of a node are mended by a part: the rate is of whole nodes, or the share of a
    node's footprint that is replaced in a year. Neither has a default: no figure could be had.
    What `server` takes for transport and disposal grows alike.
    """

    per = "node"
    phase = "manufacturing"
    server: Stage = supplier("node", "the node, as made")
    spares: Number = parameter("1", "spares that stand by over those in service", valid=(0, 1))
    replacement_rate: Number = parameter(
        "1/year", "share of those in service that is replaced in a year", valid=(0, 1)
    )
    lifetime: Number = parameter("year", "service life of nodes", valid=(0.1, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.server, 1 + self.spares + self.replacement_rate * self.lifetime


class NetworkFabric(Stage):
    """The network of a cluster, as made, for one accelerator.

    A footprint of switches, optics and cables, without the card in the node. `FatTree` counts
    them.
    """

    per = "accelerator"
    phase = "manufacturing"
    footprint: Number = parameter(
        "kgCO2e/accelerator",
        "cradle-to-gate footprint of the network, per accelerator",
        default=catalogue.entry("network.fabric.embodied"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint


class FatTree(Stage):
    """The network of a cluster as a fat tree (folded Clos), as made, for one accelerator.

    With every tier full, an accelerator takes (Leiserson 1985; Al-Fares et al. 2008)

    * cables: ``links × (1 + (tiers - 1) / oversubscription)``,
    * switches: ``links × (1 + 2 (tiers - 1) / oversubscription) / ports per switch``,
    * transceivers: ``2 × cables × optical share / ports per transceiver``, both ends.

    Tiers are whole. Of a full tree, so up to ``2 (ports / 2)^tiers`` links; a smaller one takes
    less. The card in the node is part of the node.

    Examples
    --------
    >>> import lca
    >>> tree = lca.stages.FatTree(
    ...     switch=lca.stages.part("component.switch.1u"), links=1, tiers=3, optical_share=0
    ... )
    >>> round(lca.Lifecycle(tree, functional_unit="one accelerator").nominal("gwp"), 1)
    35.5
    """

    per = "accelerator"
    phase = "manufacturing"
    switch: Stage = supplier("1", "one switch, as made")
    transceiver: Stage | None = supplier("1", "one optical transceiver, as made", optional=True)
    cable: Stage | None = supplier("1", "one cable, as made", optional=True)
    links: Number = parameter(
        "1/accelerator", "links into the network from one accelerator", valid=(0, None)
    )
    tiers: Number = parameter("1", "tiers of switches", valid=(1, 5))
    oversubscription: Number = parameter(
        "1", "capacity below the first tier over that above it", default=1.0, valid=(1, None)
    )
    ports_per_switch: Number = parameter(
        "1",
        "ports of one switch",
        default=catalogue.entry("component.switch.ports"),
        valid=(2, None),
    )
    optical_share: Number = parameter("1", "share of cable ends that are optical", valid=(0, 1))
    ports_per_transceiver: Number = parameter(
        "1",
        "ports of one transceiver",
        default=catalogue.entry("component.optics.ports"),
        valid=(1, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        above = self.tiers_above() / self.oversubscription
        cables = self.links * (1 + above)
        yield self.switch, self.links * (1 + 2 * above) / self.ports_per_switch
        yield self.transceiver, 2 * cables * self.optical_share / self.ports_per_transceiver
        yield self.cable, cables

    def tiers_above(self) -> Any:
        """Return the tiers above the first; tiers are whole."""
        if np.any(abs(self.tiers - np.round(self.tiers)) > _WHOLE):
            raise GraphError(f"{label(self)}: tiers = {self.tiers!r} must be whole numbers")
        return self.tiers - 1


_WHOLE = 1e-9


class ConnectedAccelerator(Stage):
    """An accelerator with its share of the network of the cluster, for one accelerator.

    ``accelerator + network``. It stands where the accelerator of a `Cluster` would. Spares go
    inside, as its accelerator: they hold no port.

    Examples
    --------
    >>> import lca
    >>> card = lca.stages.ConnectedAccelerator(
    ...     accelerator=lca.stages.Accelerator(footprint=164),
    ...     network=lca.stages.NetworkFabric(footprint=45),
    ... )
    >>> lca.Lifecycle(card, functional_unit="one in service").nominal("gwp")
    209.0
    """

    per = "accelerator"
    phase = "manufacturing"
    accelerator: Stage = supplier("accelerator", "the accelerator, as made")
    network: Stage = supplier("accelerator", "network of the cluster, per accelerator, as made")

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.accelerator, 1
        yield self.network, 1


class InstalledNode(Stage):
    """A node in its place, with its share of the rack, for one node.

    ``server + rack / nodes per rack``. It stands where the server of a `Cluster` would; the
    network belongs to the accelerators, with `ConnectedAccelerator`.
    """

    per = "node"
    phase = "manufacturing"
    server: Stage = supplier("node", "the node without its accelerators, as made")
    rack: Stage | None = supplier("1", "one rack cabinet, as made", optional=True)
    nodes_per_rack: Number = parameter(
        "node",
        "nodes in one rack",
        default=catalogue.entry("component.rack.nodes"),
        valid=(1, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.server, 1
        yield self.rack, 1 / self.nodes_per_rack
