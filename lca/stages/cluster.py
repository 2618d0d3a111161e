"""Clusters: hardware held, how it is written off, and who carries the time between."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lca import catalogue
from lca.stage import (
    Choice,
    GraphError,
    Number,
    Stage,
    choice,
    label,
    option,
    parameter,
    supplier,
    upstream,
)
from lca.units import near


class Cluster(Stage):
    """Accelerators held for work, for one accelerator-hour of use.

    Of its lifetime a cluster is used for a share, its utilisation. Who carries the time
    between is one switch, for embodied and energy alike: with idle time "carried" one hour of
    use holds ``1 / utilisation`` hours of the hardware (Luccioni et al. 2023 amortise so) and
    draws idle power for the rest of them; "left to the owner" it holds one hour.

    ``held / (lifetime × hours per year)`` accelerators are used up, and the nodes that they
    fill; ``infrastructure power + (held - 1) × rated power × idle fraction`` is drawn beside
    the run. Linear amortisation; wrong for runs longer than a lifetime.

    The infrastructure power is per hour of use, all of it: what the cluster keeps running in the
    hours between is in the figure or nowhere, whoever carries them. It is taken as IT power, to
    which cooling is added: of a figure that holds cooling, as the 27 kW of BLOOM do, give the
    part without. In the hours between only accelerators draw idle power, their hosts nothing.
    Where hosts stay on, take `ClusterWithIdleHosts`, or `UsageRate` with an idle power that
    holds them.
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
        "power of what the cluster keeps running beside the nodes at work, all of it per hour of "
        "use; not what the cooling adds",
        default=0.0,
        valid=(0, None),
    )
    hours_per_year: Number = parameter(
        "hour/year",
        "hours in a year of service",
        default=catalogue.entry("operation.hours_per_year"),
        valid=(8000, 9000),
    )

    def held(self) -> Any:
        """Return the hours of hardware that go with one hour of use."""
        return 1 / self.utilisation if self.idle_time == "carried" else 1

    def idle_energy(self) -> Any:
        """Return the energy drawn beside the work, per accelerator-hour of use [kW/accelerator]."""
        waiting = (self.held() - 1) * self.rated_power * self.idle_fraction
        return self.infrastructure_power + waiting

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        used_up = self.held() / (self.lifetime * self.hours_per_year)
        yield self.accelerator, used_up
        yield self.server, used_up / self.accelerators_per_node
        yield self.electricity, self.idle_energy()
        yield self.cooling, self.idle_energy()


class ClusterWithIdleHosts(Cluster):
    """Accelerators held for work in nodes that stay on, for one accelerator-hour of use.

    `Cluster`, and ``(held - 1) × idle host power / accelerators per node`` beside: what a node
    draws while it waits, its accelerators apart.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR", name="grid")
    >>> cluster = lca.stages.ClusterWithIdleHosts(
    ...     electricity=grid, rated_power=0.4, idle_fraction=0, idle_host_power=0.8, utilisation=0.5
    ... )
    >>> life = lca.Lifecycle(cluster, amount=100, functional_unit="100 hours of use")
    >>> round(life.nominal_amounts()["grid"])
    10
    """

    idle_host_power: Number = parameter(
        "kW/node", "power of a node that waits, beside its accelerators", valid=(0, None)
    )

    def idle_energy(self) -> Any:
        hosts = self.idle_host_power / self.accelerators_per_node
        return super().idle_energy() + (self.held() - 1) * hosts


# -- amortisation: hardware used up by an hour ----------------------------------------------


class Amortisation(Stage):
    """What all ways to write hardware off have in common; use one of the classes below."""

    per = "accelerator_hour"
    phase = "operation"
    accelerator: Stage | None = supplier("accelerator", "accelerators, as made", optional=True)
    server: Stage | None = supplier(
        "node", "nodes without their accelerators, as made", optional=True
    )
    hours_per_year: Number = parameter(
        "hour/year",
        "hours in a year of service",
        default=catalogue.entry("operation.hours_per_year"),
        valid=(8000, 9000),
    )

    def used_up(self) -> Any:
        """Return the share of an accelerator that one hour uses up [1/hour]."""
        raise NotImplementedError("use LifetimeAmortisation or another of its kind")

    def node_share(self) -> Any:
        """Return the part of a node that goes with one accelerator [node/accelerator]."""
        raise NotImplementedError("use LifetimeAmortisation or another of its kind")

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.accelerator, self.used_up()
        yield self.server, self.used_up() * self.node_share()


class LifetimeAmortisation(Amortisation):
    """Hardware written off by the hours of its lifetime, for one accelerator-hour held.

    ``1 / (lifetime × hours per year)`` accelerators, and the nodes that they fill: every hour
    costs the same, worked in or not (ACT, Gupta et al. 2022). Hours that nobody holds stay
    with the owner: see `UnallocatedTime`.

    Examples
    --------
    >>> import lca
    >>> card = lca.stages.Accelerator(footprint=150)
    >>> hour = lca.stages.LifetimeAmortisation(accelerator=card, lifetime=5)
    >>> life = lca.Lifecycle(hour, amount=43_800, functional_unit="five years of one accelerator")
    >>> life.nominal("gwp")
    150.0
    """

    lifetime: Number = parameter(
        "year",
        "service life of accelerators and nodes",
        default=catalogue.entry("operation.service_life.default"),
        valid=(0.1, None),
    )
    accelerators_per_node: Number = parameter(
        "accelerator/node",
        "accelerators in one node",
        default=catalogue.entry("operation.accelerators_per_node.default"),
        valid=(1, None),
    )

    def used_up(self) -> Any:
        return 1 / (self.lifetime * self.hours_per_year)

    def node_share(self) -> Any:
        return 1 / self.accelerators_per_node


class UsedHoursAmortisation(LifetimeAmortisation):
    """Hardware written off by the hours in which it is used, for one accelerator-hour used.

    ``1 / (lifetime × hours per year × utilisation)`` accelerators, and their nodes
    (Luccioni et al. 2023, section 4.1): used hours carry the hours between. Nothing is
    left over where the utilisation comes true. Do not charge whole windows with it: the time
    between would count twice.
    """

    utilisation: Number = parameter(
        "1",
        "share of the lifetime in which accelerators are held for work",
        default=catalogue.entry("operation.utilisation.default"),
        valid=(0.01, 1),
    )

    def used_up(self) -> Any:
        return 1 / (self.lifetime * self.hours_per_year * self.utilisation)


class ResourceShareAmortisation(Amortisation):
    """Nodes written off by the share of a resource reserved, for one accelerator-hour held.

    ``reserved / held by a node`` of the node with each accelerator, over the hours of the
    lifetime: the resource is what is sold of the node, virtual cores (BoaviztAPI, Cloud Carbon
    Footprint), memory or accelerators. Shares that nobody reserves stay with the owner; more
    than the node has is an error, in any sample.
    """

    lifetime: Number = parameter(
        "year",
        "service life of accelerators and nodes",
        default=catalogue.entry("operation.service_life.default"),
        valid=(0.1, None),
    )
    reserved: Number = parameter(
        "1/accelerator", "amount of the resource reserved with each accelerator", valid=(0, None)
    )
    of_node: Number = parameter("1/node", "amount of the resource in one node", valid=(1e-9, 1e15))

    def used_up(self) -> Any:
        return 1 / (self.lifetime * self.hours_per_year)

    def node_share(self) -> Any:
        share = self.reserved / self.of_node
        beyond = getattr(share, "magnitude", share) > 1.02  # a lifecycle moves inputs by 1 %
        if np.any(beyond):
            raise ValueError("more of the resource is reserved than a node has")
        return share


class DecliningAmortisation(Amortisation):
    """Hardware written off with falling value, for one accelerator-hour held at some age.

    ``2^(-age/half-life) × (1 - 2^(-period/half-life)) / (period × hours per year)``
    accelerators: value lost while the period lasts, over its hours. With a half-life and
    periods of one year the years carry 50 %, 25 %, 12.5 % … (the declining rule of
    ImpactsHPC). New hardware costs most. Value left at the end of service is `ResidualValue`.

    Examples
    --------
    >>> import lca
    >>> card = lca.stages.Accelerator(footprint=100)
    >>> second = lca.stages.DecliningAmortisation(accelerator=card, age=1, period=1)
    >>> lca.Lifecycle(second, amount=8760, functional_unit="the second year").nominal("gwp")
    25.0
    """

    accelerators_per_node: Number = parameter(
        "accelerator/node",
        "accelerators in one node",
        default=catalogue.entry("operation.accelerators_per_node.default"),
        valid=(1, None),
    )
    half_life: Number = parameter(
        "year",
        "time in which half of the value is lost",
        default=catalogue.entry("operation.value_half_life.impactshpc"),
        valid=(0.1, None),
    )
    age: Number = parameter("year", "age of the hardware when the period begins", valid=(0, None))
    period: Number = parameter(
        "year", "length of the period in which the hours fall", valid=(1e-4, None)
    )

    def used_up(self) -> Any:
        lost = np.exp2(-self.age / self.half_life) - np.exp2(
            -(self.age + self.period) / self.half_life
        )
        return lost / (self.period * self.hours_per_year)

    def node_share(self) -> Any:
        return 1 / self.accelerators_per_node


class NodeAmortisation(Stage):
    """Nodes of any kind written off by the hours of use, for one node-hour.

    ``1 / (lifetime × hours per year × utilisation)`` nodes: for work on processors, such as
    preparing data (`NodeWork`). With a utilisation of 1 it is by hours of the lifetime. Power of
    the hours between is not in it: see `NodeCluster`.
    """

    per = "node_hour"
    phase = "operation"
    server: Stage = supplier("node", "nodes, as made")
    lifetime: Number = parameter(
        "year",
        "service life of nodes",
        default=catalogue.entry("operation.service_life.default"),
        valid=(0.1, None),
    )
    utilisation: Number = parameter(
        "1",
        "share of the lifetime in which nodes are held for work",
        default=catalogue.entry("operation.utilisation.default"),
        valid=(0.01, 1),
    )
    hours_per_year: Number = parameter(
        "hour/year",
        "hours in a year of service",
        default=catalogue.entry("operation.hours_per_year"),
        valid=(8000, 9000),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.server, 1 / (self.lifetime * self.hours_per_year * self.utilisation)


class NodeCluster(NodeAmortisation):
    """Nodes of any kind that wait between their work, for one node-hour of use.

    `NodeAmortisation`, and ``idle power × (1 / utilisation - 1)`` beside: one hour of use carries
    the hours between, embodied and energy alike, as in a `Cluster`.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR", name="grid")
    >>> nodes = lca.stages.NodeCluster(
    ...     electricity=grid, server=lca.stages.Server(), idle_power=0.1, utilisation=0.5
    ... )
    >>> life = lca.Lifecycle(nodes, amount=100, functional_unit="100 hours of use")
    >>> round(life.nominal_amounts()["grid"])
    10
    """

    electricity: Stage = supplier("kWh", "grid that feeds the building")
    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    idle_power: Number = parameter("kW/node", "power of a node that waits", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        idle = self.idle_power * (1 / self.utilisation - 1)
        yield from super().exchanges()
        yield self.electricity, idle
        yield self.cooling, idle


AMORTISATIONS: Mapping[str, Any] = {
    "lifetime hours": LifetimeAmortisation,
    "used hours": UsedHoursAmortisation,
    "resource share": ResourceShareAmortisation,
    "declining": DecliningAmortisation,
}


def amortisation(
    *,
    accelerator: Stage | None = None,
    server: Stage | None = None,
    reserved: Any = None,
    of_node: Any = None,
    age: Any = None,
    period: Any = None,
    among: Sequence[str] = tuple(AMORTISATIONS),
    weights: Mapping[str, float] | None = None,
    nominal: str | None = None,
    kind: str = "decision",
    name: str = "amortisation",
    **fields: Any,
) -> Choice:
    """Return the ways to write hardware off side by side, as the choice "amortisation".

    Parameters
    ----------
    accelerator, server : Stage, optional
        Accelerators, and nodes without them, as made.
    reserved, of_node : float or Quantity
        The resource reserved with each accelerator, and in a node, for "resource share".
    age, period : float or Quantity [year]
        When the hours fall, for "declining".
    among : sequence of str
        ``"lifetime hours"``, ``"used hours"``, ``"resource share"``, ``"declining"``: at least two.
    weights, nominal, kind
        As in `lca.choice`.
    name : str
        Of the stage; those of the alternatives begin with it.
    **fields
        ``lifetime``, ``utilisation``, ``accelerators_per_node``, ``half_life``, ``hours_per_year``,
        for all of these alternatives that have them. The lifetime, unless given, is one unknown,
        "service life"; name what is uncertain of your own, so that it is one too.

    Raises
    ------
    ValueError
        If an option or a field is none of these (near names are offered), or if an alternative
        lacks what it needs, or if none of them has a use for what is given.

    Examples
    --------
    >>> import lca
    >>> card = lca.stages.Accelerator(footprint=150)
    >>> lca.stages.amortisation(accelerator=card, reserved=26, of_node=208, age=0, period=1)
    <Choice 'amortisation': per accelerator_hour, operation>
    """
    known = {field for cls in AMORTISATIONS.values() for field in cls._slots}
    _check_names("amortisation", "field", fields, known)
    _check_names("amortisation", "option", among, AMORTISATIONS)
    given = {"reserved": reserved, "of_node": of_node, "age": age, "period": period}
    given = {field: value for field, value in given.items() if value is not None} | fields
    _check_use(among, given)
    lifetime = _one_unknown("operation.service_life.default", "service life")
    given = {"accelerator": accelerator, "server": server, "lifetime": lifetime} | given
    alternatives = {
        one: AMORTISATIONS[one](
            name=f"{name} by {one}",
            **{k: value for k, value in given.items() if k in AMORTISATIONS[one]._slots},
        )
        for one in among
    }
    return choice(
        "amortisation", alternatives, weights=weights, nominal=nominal, kind=kind, name=name
    )


def _check_use(among: Sequence[str], given: Mapping[str, Any]) -> None:
    """Refuse alternatives that lack what they need, and fields that none of them has."""
    used: set[str] = set()
    for one in among:
        slots = AMORTISATIONS[one]._slots
        numbers = [field for field in slots if slots[field].holds == "parameter"]
        needed = [n for n in numbers if slots[n].default is None and n not in given]
        if needed:
            raise ValueError(
                f"amortisation: {one!r} needs {', '.join(needed)}; give it, or leave {one!r} out "
                "by among="
            )
        used |= set(slots)
    unused = [field for field in given if field not in used]
    if unused:
        raise ValueError(
            f"amortisation: no use for {', '.join(unused)} in {', '.join(map(repr, among))}"
        )


def _one_unknown(key: str, name: str) -> Any:
    """Return a figure of the catalogue under a name, so that all its uses are one draw."""
    return dataclasses.replace(catalogue.figure(key), name=name)


def _check_names(where: str, what: str, given: Any, known: Any) -> None:
    for one in given:
        if one not in known:
            named = ", ".join(sorted(known))
            raise ValueError(f"{where}: no {what} {one!r}{near(one, known)}; there are {named}")


# -- idle time: who carries the hours between ------------------------------------------------


class IdleTime(Stage):
    """What all treatments of idle time have in common; use one of the classes below.

    Hardware that charges the same idle time, such as a `Cluster` that carries it, is an error:
    it would count twice.
    """

    per = "accelerator_hour"
    phase = "operation"
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    hardware: Stage | None = supplier(
        "accelerator_hour", "hardware held, written off by the hour", optional=True
    )

    def held(self) -> Any:
        """Return the hours of hardware that go with one hour of use."""
        raise NotImplementedError("use DynamicRatio, UsageRate or WindowHeld")

    def idle_energy(self) -> Any:
        """Return the energy drawn beside the work, per accelerator-hour of use [kW/accelerator]."""
        raise NotImplementedError("use DynamicRatio, UsageRate or WindowHeld")

    def counts_twice(self, hardware: Stage) -> bool:
        """Return whether hardware carries idle time that this treatment charges too."""
        carried = isinstance(hardware, Cluster) and hardware.idle_time == "carried"
        return carried or isinstance(hardware, IdleTime)

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        for one in upstream([self.hardware]) if self.hardware is not None else ():
            if self.counts_twice(one):
                raise GraphError(
                    f"{label(self)}: {label(one)} carries idle time itself: it would count twice; "
                    "take hardware without it, such as LifetimeAmortisation"
                )
        yield self.hardware, self.held()
        yield self.electricity, self.idle_energy()


class WaitingTime(IdleTime):
    """What treatments of idle time have in common that go by the power of waiting."""

    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    idle_power: Number = parameter(
        "kW/accelerator", "power of an accelerator that waits, host included", valid=(0, 20)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        yield self.cooling, self.idle_energy()


class DynamicRatio(IdleTime):
    """Idle time as a fixed ratio on the energy of work, for one accelerator-hour of use.

    ``power × (ratio - 1)``, where the ratio is all energy over that of the work. The default
    of 200/109 is of BLOOM (Luccioni et al. 2023: 27 kW infrastructure, 64 kW idle, 109 kW at
    work), as used in MLCA (Morand et al. 2024). The inventory of the same paper has 256,646 kWh
    beside 433,196 kWh, a ratio of 1.592 (``operation.idle_energy_ratio.jean_zay`` and 1): its
    work is at rated power. The 27 kW may be inside the 64 kW: then it is 173/109.

    The ratio lumps idle time and infrastructure, so give no infrastructure power beside. The
    27 kW hold cooling, so there is none for what the ratio adds: with a ratio of IT energy
    alone, give ``1 + PUE × (ratio - 1)``. It knows nothing of the fleet: what it charges may be
    more or less than what the fleet draws (`unallocated`).
    """

    power: Number = parameter(
        "kW/accelerator", "mean power of an accelerator at work, host included", valid=(0, 20)
    )
    ratio: Number = parameter(
        "1",
        "energy with idle time and infrastructure over the energy of work",
        default=catalogue.entry("operation.dynamic_ratio.bloom"),
        valid=(1, None),
    )

    def held(self) -> Any:
        return 1

    def idle_energy(self) -> Any:
        return self.power * (self.ratio - 1)


class UsageRate(WaitingTime):
    """Idle time of the fleet shared by its use, for one accelerator-hour of use.

    ``idle power × (1 / utilisation - 1)``: for every hour of use the fleet waits
    ``1 / utilisation - 1`` hours (ImpactsHPC's ``duration / usage - duration``). Hardware is held
    for the hour of use alone; with `UsedHoursAmortisation` it too carries the wait.
    """

    utilisation: Number = parameter(
        "1",
        "share of the hours of the fleet in which it is held for work",
        default=catalogue.entry("operation.utilisation.default"),
        valid=(0.01, 1),
    )

    def held(self) -> Any:
        return 1

    def idle_energy(self) -> Any:
        return self.idle_power * (1 / self.utilisation - 1)


class WindowHeld(WaitingTime):
    """Idle time of the whole window held, for one accelerator-hour of use.

    ``(working + waiting) / working`` hours of hardware and ``idle power × waiting / working``:
    who holds accelerators on their premises is charged for the window, embodied and idle power
    alike (the on-premise rule of e-footprint).
    """

    working: Number = parameter(
        "hour", "hours of the window in which the accelerators work", valid=(1e-3, None)
    )
    waiting: Number = parameter("hour", "hours of the window in which they wait", valid=(0, None))

    def held(self) -> Any:
        return (self.working + self.waiting) / self.working

    def idle_energy(self) -> Any:
        return self.idle_power * self.waiting / self.working

    def counts_twice(self, hardware: Stage) -> bool:
        return super().counts_twice(hardware) or isinstance(hardware, UsedHoursAmortisation)


IDLE_TIMES = ("dynamic ratio", "usage rate", "window held")


def idle_time(
    *,
    electricity: Stage,
    power: Any,
    idle_power: Any,
    working: Any,
    waiting: Any,
    utilisation: Any = None,
    ratio: Any = None,
    cooling: Stage | None = None,
    hardware: Stage | Mapping[str, Stage] | None = None,
    among: Sequence[str] = IDLE_TIMES,
    weights: Mapping[str, float] | None = None,
    nominal: str | None = None,
    kind: str = "decision",
    name: str = "idle time",
) -> Choice:
    """Return three published treatments of idle time side by side, as the choice "idle time".

    It stands where a `Cluster` stands: in the slot ``cluster`` of a training run. One rule of
    hardware for all makes unequal boundaries: by lifetime hours only "window held" carries the
    hardware of the hours between. Give each its own, as in the example, and all do.

    Parameters
    ----------
    electricity, cooling : Stage
        Grid, and cooling per kWh of IT energy (none for "dynamic ratio", which holds it).
    hardware : Stage or mapping, optional
        Hardware by the hour (such as `LifetimeAmortisation`): one for all, or by treatment.
    power, idle_power : float or Quantity [kW/accelerator]
        Of an accelerator with its share of the node, at work and waiting.
    working, waiting : float or Quantity [hour]
        Of the window for which the user holds the accelerators.
    utilisation, ratio : float or Quantity, optional
        Of the fleet (`UsageRate`); energy over that of the work (`DynamicRatio`).
    among : sequence of str
        ``"dynamic ratio"``, ``"usage rate"``, ``"window held"``: at least two.
    weights, nominal, kind, name
        As in `lca.choice`; names of the alternatives begin with `name`.

    Raises
    ------
    ValueError
        If an option is none of these (near names are offered), or hardware by treatment lacks one.
    GraphError
        If hardware carries the same idle time, as whole windows with an amortisation by used
        hours: the time between would count twice.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR", name="grid")
    >>> card = lca.stages.Accelerator(footprint=150)
    >>> used = lca.stages.UsedHoursAmortisation(accelerator=card, utilisation=0.5)
    >>> held = lca.stages.LifetimeAmortisation(accelerator=card)
    >>> lca.stages.idle_time(
    ...     electricity=grid, power=0.4, idle_power=0.1, working=50, waiting=50, utilisation=0.5,
    ...     hardware={"dynamic ratio": used, "usage rate": used, "window held": held},
    ... )
    <Choice 'idle time': per accelerator_hour, operation>
    """
    _check_names("idle_time", "option", among, IDLE_TIMES)
    by = hardware if isinstance(hardware, Mapping) else dict.fromkeys(among, hardware)
    _check_names("idle_time", "treatment", by, IDLE_TIMES)
    lacking = [one for one in among if one not in by]
    if lacking:
        raise ValueError(f"idle_time: hardware names no {', '.join(map(repr, lacking))}")
    shares = {} if utilisation is None else {"utilisation": utilisation}
    ratios = {} if ratio is None else {"ratio": ratio}
    window = {"working": working, "waiting": waiting}
    waits = {"idle_power": idle_power, "cooling": cooling}
    made = {
        "dynamic ratio": lambda about: DynamicRatio(power=power, **ratios, **about),
        "usage rate": lambda about: UsageRate(**waits, **shares, **about),
        "window held": lambda about: WindowHeld(**waits, **window, **about),
    }
    alternatives = {
        one: made[one](
            {"name": f"{name} by {one}", "electricity": electricity, "hardware": by[one]}
        )
        for one in among
    }
    return choice("idle time", alternatives, weights=weights, nominal=nominal, kind=kind, name=name)


# -- what no user carries ---------------------------------------------------------------------


class UnallocatedTime(Stage):
    """Hours of a fleet that no user is charged for, for one fleet over its life.

    ``accelerators × lifetime × hours per year × written off over - charged``: they hold hardware
    and draw idle power like any other hour, and belong to the owner. With it the burdens of
    all users add up to the fleet's. Hardware and energy may be charged for different hours
    (`UsageRate`): then take one for each. More charged than there is is an error.
    """

    per = "1"
    phase = "operation"
    electricity: Stage | None = supplier("kWh", "grid that feeds the building", optional=True)
    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    hardware: Stage | None = supplier(
        "accelerator_hour", "hardware held, written off by the hour", optional=True
    )
    accelerators: Number = parameter("accelerator", "accelerators of the fleet", valid=(0, None))
    lifetime: Number = parameter(
        "year",
        "service life of the fleet, or the part of it that is looked at",
        default=catalogue.entry("operation.service_life.default"),
        valid=(0.1, None),
    )
    hours_per_year: Number = parameter(
        "hour/year",
        "hours in a year of service",
        default=catalogue.entry("operation.hours_per_year"),
        valid=(8000, 9000),
    )
    written_off_over: Number = parameter(
        "1",
        "share of the hours over which hardware is written off: 1, or the planned utilisation",
        default=1.0,
        valid=(0.01, 1),
    )
    charged: Number = parameter(
        "accelerator_hour", "hours charged to all users together", valid=(0, None)
    )
    idle_power: Number = parameter(
        "kW/accelerator", "power of an accelerator that waits, host included", valid=(0, 20)
    )

    def hours(self) -> Any:
        """Return the hours left to the owner [accelerator_hour]."""
        years = self.lifetime * self.written_off_over
        capacity = self.accelerators * years * self.hours_per_year
        if np.any(self.charged > capacity * (1 + 1e-12)):
            raise ValueError("more accelerator-hours are charged than the fleet has")
        return capacity - self.charged

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.hardware, self.hours()
        yield self.electricity, self.hours() * self.idle_power
        yield self.cooling, self.hours() * self.idle_power


class ResidualValue(Stage):
    """Hardware not yet written off when service ends, for one fleet.

    ``accelerators × 2^(-age/half-life)``, and the nodes that they fill: what
    `DecliningAmortisation` leaves to the owner, or to a second life.
    """

    per = "1"
    phase = "operation"
    accelerator: Stage | None = supplier("accelerator", "accelerators, as made", optional=True)
    server: Stage | None = supplier(
        "node", "nodes without their accelerators, as made", optional=True
    )
    accelerators: Number = parameter("accelerator", "accelerators of the fleet", valid=(0, None))
    accelerators_per_node: Number = parameter(
        "accelerator/node",
        "accelerators in one node",
        default=catalogue.entry("operation.accelerators_per_node.default"),
        valid=(1, None),
    )
    half_life: Number = parameter(
        "year",
        "time in which half of the value is lost",
        default=catalogue.entry("operation.value_half_life.impactshpc"),
        valid=(0.1, None),
    )
    age: Number = parameter("year", "age of the hardware when service ends", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        left = self.accelerators * np.exp2(-self.age / self.half_life)
        yield self.accelerator, left
        yield self.server, left / self.accelerators_per_node


def unallocated(fleet: Any, charged: Mapping[str, Any]) -> Any:
    """Return what a fleet holds or draws beyond what its users are charged for, by sample.

    For rules that know nothing of the fleet, such as `DynamicRatio`. It is negative where the
    users are charged for more than there is: then the rule does not fit this fleet.

    Parameters
    ----------
    fleet : float or array
        The burden of the whole fleet, in any unit.
    charged : mapping
        The burdens of its users by name, in that unit.

    Raises
    ------
    ValueError
        If a burden is not a finite number.

    Examples
    --------
    >>> unallocated(100.0, {"one": 30.0, "two": 50.0})
    20.0
    """
    for name, burden in {"fleet": fleet, **charged}.items():
        if not np.all(np.isfinite(burden)):
            raise ValueError(f"unallocated: the burden of {name!r} is {burden!r}: not a number")
    return fleet - sum(charged.values())
