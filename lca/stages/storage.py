"""Storage of data and checkpoints: power of drives that hold it, and the drives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, parameter, supplier


class Storage(Stage):
    """Data kept, for one TB over one year.

    ``replication × power × hours per year`` of electricity, and
    ``replication × system overhead / lifetime`` of drives, which are manufacturing.
    """

    per = "TB*year"
    phase = "storage"
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    drives: Stage = supplier("TB", "drives, as made")
    replication: Number = parameter(
        "1",
        "bytes on drives over bytes of data",
        default=catalogue.entry("storage.replication"),
        valid=(1, None),
    )
    power: Number = parameter(
        "kW/TB",
        "power of the drives",
        default=catalogue.entry("storage.hdd.power"),
        valid=(0, None),
    )
    system_overhead: Number = parameter(
        "1",
        "embodied footprint of a storage system over that of its drives",
        default=catalogue.entry("storage.server_overhead"),
        valid=(1, None),
    )
    lifetime: Number = parameter(
        "year",
        "service life of drives",
        default=catalogue.entry("storage.hdd.service_life"),
        valid=(0.1, None),
    )
    hours_per_year: Number = parameter(
        "hour/year",
        "hours in a year of service",
        default=catalogue.entry("operation.hours_per_year"),
        valid=(8000, 9000),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        energy = self.replication * self.power * self.hours_per_year
        yield self.electricity, energy
        yield self.cooling, energy
        yield self.drives, self.replication * self.system_overhead / self.lifetime


class Drives(Stage):
    """Drives, as made, for one TB of capacity: a published footprint."""

    per = "TB"
    phase = "manufacturing"
    footprint: Number = parameter(
        "kgCO2e/TB",
        "cradle-to-gate footprint of drives",
        default=catalogue.entry("storage.hdd.embodied"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.footprint
