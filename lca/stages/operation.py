"""Operation: what a training run holds, draws and takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, option, parameter, supplier


class Cluster(Stage):
    """Accelerators held for work, for one accelerator-hour of use.

    Of its lifetime a cluster is used for a share, its utilisation. Who carries the time
    between is one switch, for embodied and energy alike: with idle time "carried" one hour of
    use holds ``1 / utilisation`` hours of the hardware (Luccioni et al. 2023 amortise so) and
    draws idle power for the rest of them; "left to the owner" it holds one hour.

    ``held / (lifetime × hours per year)`` accelerators are used up, and the nodes that they
    fill; ``infrastructure power + (held - 1) × rated power × idle fraction`` is drawn beside
    the run. Linear amortisation; wrong for runs longer than a lifetime.
    """

    per = "accelerator_hour"
    phase = "operation"
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    accelerator: Stage | None = supplier("accelerator", "accelerators, as made", optional=True)
    server: Stage | None = supplier(
        "node", "nodes without their accelerators, as made", optional=True
    )
    idle_time: str = option(
        "carried", "who carries time without work", among=("carried", "left to the owner")
    )
    accelerators_per_node: Number = parameter(
        "accelerator/node",
        "accelerators in one node",
        default=catalogue.entry("operation.accelerators_per_node.default"),
        valid=(1, None),
    )
    lifetime: Number = parameter(
        "year",
        "service life of accelerators and nodes",
        default=catalogue.entry("operation.service_life.default"),
        valid=(0.1, None),
    )
    utilisation: Number = parameter(
        "1",
        "share of the lifetime in which accelerators are held for work",
        default=catalogue.entry("operation.utilisation.default"),
        valid=(0.01, 1),
    )
    rated_power: Number = parameter(
        "kW/accelerator", "rated power (TDP) of an accelerator", valid=(0, 20)
    )
    idle_fraction: Number = parameter(
        "1",
        "power of an idle accelerator over its rated power",
        default=catalogue.entry("operation.idle_power_fraction"),
        valid=(0, 1),
    )
    infrastructure_power: Number = parameter(
        "kW/accelerator",
        "power of what the cluster keeps running beside the nodes at work",
        default=0.0,
        valid=(0, None),
    )
    hours_per_year: Number = parameter(
        "hour/year",
        "hours in a year of service",
        default=catalogue.entry("operation.hours_per_year"),
        valid=(8000, 9000),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        held = 1 / self.utilisation if self.idle_time == "carried" else 1
        used_up = held / (self.lifetime * self.hours_per_year)
        idle = self.infrastructure_power + (held - 1) * self.rated_power * self.idle_fraction
        yield self.accelerator, used_up
        yield self.server, used_up / self.accelerators_per_node
        yield self.electricity, idle
        yield self.cooling, idle


class TrainingRun(Stage):
    """What all training runs have in common; use one of the classes below."""

    per = "1"
    phase = "operation"
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    cluster: Stage | None = supplier(
        "accelerator_hour", "accelerators held for work", optional=True
    )
    storage: Stage | None = supplier("TB*year", "storage of data and checkpoints", optional=True)
    accelerator_hours: Number = parameter(
        "accelerator_hour", "time for which accelerators are held", valid=(0, None)
    )
    stored: Number = parameter(
        "TB*year", "data and checkpoints kept, times the years", default=0.0, valid=(0, None)
    )

    def it_energy(self) -> Any:
        """Return the energy of the nodes at work [kWh]."""
        raise NotImplementedError("use Training, RatedTraining or MeteredTraining")

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.it_energy()
        yield self.cooling, self.it_energy()
        yield self.cluster, self.accelerator_hours
        yield self.storage, self.stored


class Training(TrainingRun):
    """A training run known by its hours and mean power, as one run.

    ``accelerator-hours × mean power × host overhead`` (Strubell et al. 2019, eq. 1;
    Patterson et al. 2021): the overhead is what a whole node draws over what its
    accelerators draw. It is 1 where the power was measured at the node.
    """

    power: Number = parameter(
        "kW/accelerator", "mean power of an accelerator at work", valid=(0, 20)
    )
    host_overhead: Number = parameter(
        "1",
        "power of a whole node over that of its accelerators",
        default=catalogue.entry("operation.host_overhead.power_ratio"),
        valid=(1, None),
    )

    def it_energy(self) -> Any:
        return self.accelerator_hours * self.power * self.host_overhead


class RatedTraining(TrainingRun):
    """A training run whose power is estimated from the rating, as one run.

    ``accelerator-hours × TDP × power fraction × host overhead``: accelerators draw a
    fraction of their rated power (thermal design power).
    """

    rated_power: Number = parameter(
        "kW/accelerator", "rated power (TDP) of an accelerator", valid=(0, 20)
    )
    power_fraction: Number = parameter(
        "1",
        "mean power of an accelerator at work over its rated power",
        default=catalogue.entry("operation.power_fraction.llm_training"),
        valid=(0, 1.2),
    )
    host_overhead: Number = parameter(
        "1",
        "power of a whole node over that of its accelerators",
        default=catalogue.entry("operation.host_overhead.power_ratio"),
        valid=(1, None),
    )

    def it_energy(self) -> Any:
        accelerators = self.accelerator_hours * self.rated_power * self.power_fraction
        return accelerators * self.host_overhead


class MeteredTraining(TrainingRun):
    """A training run whose IT energy was metered, as one run.

    ``energy × metering``: the reading, times what the instrument may be wrong by.
    """

    energy: Number = parameter("kWh", "IT energy as metered", valid=(0, None))
    metering: Number = parameter(
        "1",
        "true energy over the reading",
        default=catalogue.entry("operation.metering.ratio"),
        valid=(0.5, 1.5),
    )

    def it_energy(self) -> Any:
        return self.energy * self.metering


class Development(Stage):
    """Development work as a multiple of a final run, as one programme.

    ``ratio`` runs: failed and ablation runs, searches and evaluations counted in
    accelerator-hours of the final run. It multiplies hours, so embodied impacts scale too.
    """

    per = "1"
    phase = "operation"
    run: Stage = supplier("1", "the final run")
    ratio: Number = parameter(
        "1",
        "accelerator-hours of development over those of the final run",
        default=catalogue.entry("operation.development_ratio.default"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.run, self.ratio
