"""Allocation closes: all users and a declared unallocated part make up the whole fleet.

A cluster of 64 accelerators in 8 nodes, five users of different hours, sizes and years, and time
in which it waits. For every way to write it off and every treatment of idle time the hardware
and the idle energy of all add up, in every sample.
"""

import itertools

import numpy as np
import pytest

import lca
from lca import stages

ACCELERATORS, PER_NODE, YEAR = 64, 8, 8760
PLANNED = 0.6  # utilisation, as planned: 1,345,536 to 1,839,000 hours of 4 to 5.5 years
USERS = {  # accelerator-hours, accelerators, completed years of age, waiting over working, cores
    "one": (300_000, 64, 0, 0.05, 26),
    "two": (150_000, 16, 1, 0.30, 20),
    "three": (400_000, 64, 2, 0.10, 13),
    "four": (80_000, 8, 3, 0.50, 26),
    "five": (200_000, 32, 1, 0.00, 4),
}
CORES, CORES_OF_NODE = 26, 208
USED = sum(user[0] for user in USERS.values())
WINDOWS = sum(user[0] * (1 + user[3]) for user in USERS.values())
IDLE_POWER = lca.uniform(low=0.05, high=0.15, name="idle power")
POWER = lca.uniform(low=0.3, high=0.7, name="power at work")
RATIO = lca.uniform(low=1.1, high=1.9, name="dynamic ratio")
HALF_LIFE = lca.uniform(low=0.8, high=3, name="half-life")
PAIRS = [
    pair
    for pair in itertools.product(stages.cluster.AMORTISATIONS, stages.cluster.IDLE_TIMES)
    if pair != ("used hours", "window held")  # charges idle time twice, and is refused
]


class Fleet:
    """What all users share: supplies, hardware and, but for declining value, an unsure life."""

    def __init__(self, rule):
        self.rule = rule
        self.lifetime = (
            lca.fixed(5, "year")  # whole years of age, each with its hours
            if rule == "declining"
            else lca.uniform(low=4, high=5.5, name="lifetime")
        )
        self.grid = stages.Electricity(name="grid", intensity=lca.lognormal(median=0.4, gsd=1.2))
        self.accelerator = stages.Accelerator(footprint=lca.lognormal(median=150, gsd=1.5))
        self.server = stages.Server(footprint=lca.lognormal(median=3000, gsd=1.5))
        self.made = {"accelerator": self.accelerator, "server": self.server}

    def hardware(self, name, age, cores=CORES):
        """Return how one hour of the fleet at some age is written off."""
        about = {"lifetime": self.lifetime, "name": f"{name} hardware", **self.made}
        if self.rule == "lifetime hours":
            return stages.LifetimeAmortisation(**about)
        if self.rule == "used hours":
            return stages.UsedHoursAmortisation(**about, utilisation=PLANNED)
        if self.rule == "resource share":
            return stages.ResourceShareAmortisation(**about, reserved=cores, of_node=CORES_OF_NODE)
        del about["lifetime"]
        return stages.DecliningAmortisation(**about, age=age, period=1, half_life=HALF_LIFE)

    def unallocated(self, name, charged, *, hardware=None, years=None, **about):
        """Return hours of the fleet that are charged to nobody."""
        return stages.UnallocatedTime(
            name=name,
            accelerators=ACCELERATORS,
            lifetime=self.lifetime if years is None else years,
            charged=charged,
            hardware=hardware,
            idle_power=IDLE_POWER,
            **about,
        )


def used_by(fleet, name, treatment):
    """Return the run of one user, on hardware of its age, with its part of idle time."""
    hours, accelerators, age, waiting, cores = USERS[name]
    about = {"name": f"{name} idle", "electricity": fleet.grid}
    about["hardware"] = fleet.hardware(name, age, cores)
    working = hours / accelerators
    cluster = {
        "dynamic ratio": lambda: stages.DynamicRatio(power=POWER, ratio=RATIO, **about),
        "usage rate": lambda: stages.UsageRate(idle_power=IDLE_POWER, utilisation=PLANNED, **about),
        "window held": lambda: stages.WindowHeld(
            idle_power=IDLE_POWER, working=working, waiting=waiting * working, **about
        ),
    }[treatment]()
    return stages.Training(
        name=name,
        electricity=fleet.grid,
        cluster=cluster,
        accelerator_hours=hours,
        power=POWER,
        host_overhead=1.0,
    )


def hours_charged(name, treatment):
    hours, _, _, waiting, _ = USERS[name]
    return hours * (1 + waiting) if treatment == "window held" else hours


def left_of_hardware(fleet, treatment):
    """Return the declared unallocated part of the hardware."""
    charged = {name: hours_charged(name, treatment) for name in USERS}
    if fleet.rule == "declining":
        rest = {}
        for age in range(5):
            used = sum(charged[name] for name in USERS if USERS[name][2] == age)
            hour = fleet.hardware(f"year {age}", age)
            rest[f"year {age}"] = fleet.unallocated(f"year {age}", used, hardware=hour, years=1)
        rest["residual value"] = stages.ResidualValue(
            **fleet.made, accelerators=ACCELERATORS, half_life=HALF_LIFE, age=5
        )
        return rest
    rest = {
        "time": fleet.unallocated(
            "time",
            sum(charged.values()),
            hardware=fleet.hardware("time", 0),
            written_off_over=PLANNED if fleet.rule == "used hours" else 1.0,
        )
    }
    if fleet.rule == "resource share":  # cores that nobody reserved beside busy accelerators
        for name, (*_, cores) in USERS.items():
            unreserved = stages.ResourceShareAmortisation(
                name=f"{name} unreserved",
                server=fleet.server,
                lifetime=fleet.lifetime,
                reserved=CORES - cores,
                of_node=CORES_OF_NODE,
            )
            rest[f"{name} rest"] = stages.MeteredTraining(
                name=f"{name} rest",
                electricity=fleet.grid,
                cluster=unreserved,
                accelerator_hours=charged[name],
                energy=0.0,
            )
    return rest


def left_of_energy(fleet, treatment):
    """Return the declared unallocated idle energy; a ratio knows nothing of the fleet."""
    charged = {"usage rate": USED / PLANNED, "window held": WINDOWS}
    if treatment not in charged:
        return {}
    return {
        "idle energy": fleet.unallocated("idle energy", charged[treatment], electricity=fleet.grid)
    }


def simulated(activities):
    life = lca.Lifecycle(activities, functional_unit="the fleet over its life")
    return lca.simulate(life, 64, seed=7, progress=False)


def draw(result, name, default=0.0):
    return result.draws.sel(input=name).to_numpy() if name in result.draws["input"] else default


def delivered(result, stage):
    return result.amounts.sel(stage=stage).to_numpy()[0]


@pytest.mark.parametrize(("rule", "treatment"), PAIRS)
def test_users_and_the_unallocated_part_make_up_the_fleet(rule, treatment):
    fleet = Fleet(rule)
    users = {name: used_by(fleet, name, treatment) for name in USERS}
    left = left_of_hardware(fleet, treatment) | left_of_energy(fleet, treatment)
    result = simulated({**users, **left})
    lifetime = draw(result, "lifetime", 5.0)

    np.testing.assert_allclose(delivered(result, "accelerator"), ACCELERATORS, rtol=1e-9)
    np.testing.assert_allclose(delivered(result, "server"), ACCELERATORS / PER_NODE, rtol=1e-9)
    made = result.by("phase").sel(key="manufacturing", category="gwp").to_numpy()[0]
    whole = 64 * draw(result, "accelerator.footprint") + 8 * draw(result, "server.footprint")
    np.testing.assert_allclose(made, whole, rtol=1e-9)

    idle_hours = ACCELERATORS * lifetime * YEAR - USED
    power, idle_power = draw(result, "power at work"), draw(result, "idle power")
    idle = delivered(result, "grid") - USED * power
    fleet_idle = idle_hours * idle_power
    if treatment == "dynamic ratio":
        ratio = draw(result, "dynamic ratio")
        charged = {name: USERS[name][0] * power * (ratio - 1) for name in USERS}
        left_over = stages.unallocated(fleet_idle, charged)
        realised = 1 + fleet_idle / (USED * power)
        np.testing.assert_allclose(left_over, USED * power * (realised - ratio), rtol=1e-9)
        idle = idle + left_over
    np.testing.assert_allclose(idle, fleet_idle, rtol=1e-9)

    by_activity = result.by("activity").sel(category="gwp").to_numpy()[0]
    np.testing.assert_allclose(
        by_activity.sum(axis=0), result.total("gwp").sel(scenario="baseline"), rtol=1e-9
    )


def burdens(rule, treatment="usage rate"):
    """Return accelerators used up by the users alone and by the declared rest, by sample."""
    fleet = Fleet(rule)
    users = {name: used_by(fleet, name, treatment) for name in USERS}
    used, rest = simulated(users), simulated(left_of_hardware(fleet, treatment))
    return used, delivered(used, "accelerator"), rest, delivered(rest, "accelerator")


def test_what_is_left_of_lifetime_hours_is_the_time_that_nobody_held():
    _, used, result, left = burdens("lifetime hours")
    hours = ACCELERATORS * draw(result, "lifetime") * YEAR
    np.testing.assert_allclose(left, ACCELERATORS * (1 - USED / hours), rtol=1e-9)
    assert np.all((used > 0) & (left > 0))


def test_what_is_left_of_used_hours_is_the_use_that_did_not_come_about():
    _, _, result, left = burdens("used hours")
    planned = ACCELERATORS * draw(result, "lifetime") * YEAR * PLANNED
    np.testing.assert_allclose(left, ACCELERATORS * (planned - USED) / planned, rtol=1e-9)


def test_what_is_left_of_a_resource_are_time_and_cores_that_nobody_reserved():
    _, _, result, _ = burdens("resource share")
    cores = sum(hours * cores for hours, *_, cores in USERS.values())
    capacity = ACCELERATORS / PER_NODE * CORES_OF_NODE * draw(result, "lifetime") * YEAR
    expected = ACCELERATORS / PER_NODE * (1 - cores / capacity)
    np.testing.assert_allclose(delivered(result, "server"), expected, rtol=1e-9)


def test_what_is_left_of_a_declining_value_is_empty_time_by_age_and_the_residual():
    _, _, result, left = burdens("declining")
    half_life = draw(result, "half-life")
    expected = ACCELERATORS * 2 ** (-5 / half_life)
    for age in range(5):
        lost = 2 ** (-age / half_life) - 2 ** (-(age + 1) / half_life)
        used = sum(hours for hours, _, year, *_ in USERS.values() if year == age)
        expected = expected + lost * (ACCELERATORS - used / YEAR)
    np.testing.assert_allclose(left, expected, rtol=1e-9)


def test_early_users_carry_more_of_a_declining_value():
    shares = {}
    for name in ("one", "four"):
        fleet = Fleet("declining")
        result = simulated({name: used_by(fleet, name, "usage rate")})
        shares[name] = delivered(result, "accelerator") / USERS[name][0]
    assert np.all(shares["one"] > shares["four"])


@pytest.mark.parametrize("idle_time", ["carried", "left to the owner"])
def test_the_cluster_closes_with_the_utilisation_that_came_true(idle_time):
    fleet = Fleet("declining")  # a life of five years
    capacity = ACCELERATORS * 5 * YEAR
    cluster = stages.Cluster(
        **fleet.made,
        electricity=fleet.grid,
        idle_time=idle_time,
        lifetime=5,
        utilisation=USED / capacity,
        rated_power=0.4,
        idle_fraction=lca.uniform(low=0.1, high=0.2, name="idle fraction"),
    )
    activities = {
        name: stages.Training(
            name=name,
            electricity=fleet.grid,
            cluster=cluster,
            accelerator_hours=user[0],
            power=0.3,
            host_overhead=1.0,
        )
        for name, user in USERS.items()
    }
    rest = 0.0
    if idle_time == "left to the owner":
        hour = stages.LifetimeAmortisation(**fleet.made, lifetime=5)
        activities["owner"] = fleet.unallocated("owner", USED, hardware=hour)
        rest = capacity - USED
    result = simulated(activities)
    np.testing.assert_allclose(delivered(result, "accelerator"), ACCELERATORS, rtol=1e-9)
    np.testing.assert_allclose(delivered(result, "server"), ACCELERATORS / PER_NODE, rtol=1e-9)
    carried = (capacity - USED) * 0.4 * draw(result, "idle fraction") * (rest == 0)
    np.testing.assert_allclose(delivered(result, "grid"), USED * 0.3 + carried, rtol=1e-9)


def test_all_users_switch_together_when_both_rules_are_choices():
    """As choices, with the owner's part in the same choice, every option closes."""
    lifetime = lca.uniform(low=4, high=5.5, name="lifetime")
    fleet = Fleet("lifetime hours")
    ways = {
        "lifetime hours": stages.LifetimeAmortisation(
            name="by lifetime", lifetime=lifetime, **fleet.made
        ),
        "used hours": stages.UsedHoursAmortisation(
            name="by use", lifetime=lifetime, utilisation=PLANNED, **fleet.made
        ),
    }
    hour = lca.choice("amortisation", ways, kind="decision")
    owner = lca.choice(
        "amortisation",
        {
            way: fleet.unallocated(
                f"rest {way.replace(' ', '-')}",
                USED,
                hardware=stage,
                written_off_over=PLANNED if way == "used hours" else 1.0,
            )
            for way, stage in ways.items()
        },
        kind="decision",
        name="owner",
    )
    activities = {
        name: stages.Training(
            name=name,
            electricity=fleet.grid,
            cluster=hour,
            accelerator_hours=user[0],
            power=0.3,
            host_overhead=1.0,
        )
        for name, user in USERS.items()
    }
    life = lca.Lifecycle({**activities, "owner": owner}, functional_unit="the fleet")
    for option in life.options("amortisation").values():
        result = lca.simulate(option, 64, seed=7, progress=False)
        np.testing.assert_allclose(delivered(result, "accelerator"), ACCELERATORS, rtol=1e-9)
