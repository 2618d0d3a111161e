"""Storage of data and checkpoints: power of drives that hold it, and the drives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, parameter, supplier
from lca.units import near


class Storage(Stage):
    """Data kept, for one TB over one year.

    ``replication × power × hours per year`` of electricity, and
    ``replication × system overhead / lifetime`` of drives, which are manufacturing.

    Energy is that of the drives alone: servers, fans and network of the rack draw about as much
    again, though `system_overhead` counts them as made. Empty capacity is left out of both. So it
    is a lower bound; `StorageSystem` counts them.
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
        plausible=(None, 0.05),
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


class StorageSystem(Storage):
    """Data kept on a whole storage system, for one TB over one year.

    ``replication / fill × power × power overhead × hours per year`` of electricity, and
    ``replication / fill × system overhead / lifetime`` of drives: `Storage` with the power of
    servers, fans and network beside the drives, and the capacity that stands empty.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR")
    >>> lca.stages.storage("hdd", electricity=grid, make=lca.stages.StorageSystem, fill=0.8)
    <StorageSystem 'storagesystem': per TB*year, storage>
    """

    power_overhead: Number = parameter(
        "1",
        "power of a storage system over that of its drives",
        default=catalogue.entry("storage.power_overhead"),
        valid=(1, None),
        plausible=(None, 10),
    )
    fill: Number = parameter(
        "1",
        "share of the capacity that holds data",
        default=catalogue.entry("storage.fill"),
        valid=(0.01, 1),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        capacity = self.replication / self.fill
        energy = capacity * self.power * self.power_overhead * self.hours_per_year
        yield self.electricity, energy
        yield self.cooling, energy
        yield self.drives, capacity * self.system_overhead / self.lifetime


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


class Checkpoints(Stage):
    """Checkpoints of a model kept after a run, as one run.

    ``parameters × bytes per parameter × number kept × time kept`` on storage. A full checkpoint
    holds weights and the state of the optimiser, 12 to 16 bytes a parameter; weights alone take 2
    (``operation.checkpoint_bytes.weights``). Leaves out writing them, which is part of the run.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR")
    >>> lca.stages.Checkpoints(
    ...     storage=lca.stages.storage("hdd", electricity=grid), parameters=176e9, kept=10
    ... )
    <Checkpoints 'checkpoints': per 1, storage>
    """

    per = "1"
    phase = "storage"
    storage: Stage = supplier("TB*year", "storage of data and checkpoints")
    parameters: Number = parameter("1", "parameters of the model, as a count", valid=(1e5, 1e14))
    bytes_per_parameter: Number = parameter(
        "TB",
        "size of a checkpoint per parameter",
        default=catalogue.entry("operation.checkpoint_bytes.full"),
        valid=(0, 1e-9),
    )
    kept: Number = parameter("1", "checkpoints kept", valid=(0, None))
    time: Number = parameter(
        "year",
        "time for which they are kept",
        default=catalogue.entry("storage.retention"),
        valid=(0, 100),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.storage, self.parameters * self.bytes_per_parameter * self.kept * self.time


MEDIA = ("hdd", "ssd")


def storage(
    medium: str, *, electricity: Stage, make: type[Storage] = Storage, **fields: Any
) -> Storage:
    """Return storage on hard disks or solid-state drives, with the drives that it takes.

    Tape has no figures in the catalogue.

    Parameters
    ----------
    medium : {"hdd", "ssd"}
        Power, service life and footprint of the drives, and the overhead of their rack.
    electricity : Stage
        Grid that feeds the building.
    make : {Storage, StorageSystem}
        The drives alone, or the whole system.
    **fields
        Its fields: ``cooling``, ``replication``, ``drives``.

    Raises
    ------
    DataError
        If there are no figures for the medium; near names are offered.

    Examples
    --------
    >>> import lca
    >>> lca.stages.storage("ssd", electricity=lca.stages.electricity("FR"))
    <Storage 'storage': per TB*year, storage>
    """
    if medium not in MEDIA:
        raise catalogue.DataError(
            f"no medium {medium!r}{near(str(medium), MEDIA)}; there are {', '.join(MEDIA)}"
        )
    given: dict[str, Any] = {
        "power": catalogue.figure(f"storage.{medium}.power"),
        "lifetime": catalogue.figure(f"storage.{medium}.service_life"),
        "system_overhead": catalogue.figure(f"storage.server_overhead.{medium}"),
    } | fields
    if "drives" not in given:
        footprint = f"storage.{medium}.embodied"
        given["drives"] = Drives(
            name=f"{medium} drives",
            footprint=catalogue.figure(footprint),
            covers=catalogue.covers(footprint),
        )
    return make(electricity=electricity, **given)
