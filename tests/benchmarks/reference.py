"""The reference model of the benchmarks: fixed before anything was measured on it.

A training run on hardware with a bill of materials, in four categories: 76 things to draw,
20 stages, two choices, one truncated input and one with a GSD of 2.5.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import lca

CATEGORIES = {"gwp": "kgCO2e", "wcf": "L", "pe": "MJ", "adpe": "kgSbe"}


class Supply(lca.Stage):
    """A material, for one kg, in four categories, made with electricity."""

    per = "kg"
    phase = None
    electricity: lca.Stage = lca.supplier("kWh", "grid of the mill")
    need: lca.Number = lca.parameter("kWh/kg", "electricity of the mill", valid=(0, None))
    carbon: lca.Number = lca.parameter("kgCO2e/kg", "process emissions", valid=(0, None))
    water: lca.Number = lca.parameter("L/kg", "process water", valid=(0, None))
    energy: lca.Number = lca.parameter("MJ/kg", "primary energy of the rest", valid=(0, None))
    minerals: lca.Number = lca.parameter("kgSbe/kg", "minerals", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.need
        yield "gwp", self.carbon
        yield "wcf", self.water
        yield "pe", self.energy
        yield "adpe", self.minerals


class Grid(lca.Stage):
    """Electricity, for one kWh, in four categories."""

    per = "kWh"
    phase = None
    carbon: lca.Number = lca.parameter("kgCO2e/kWh", "intensity", valid=(0, None))
    water: lca.Number = lca.parameter("L/kWh", "water of generation", valid=(0, None))
    energy: lca.Number = lca.parameter("MJ/kWh", "primary energy", valid=(0, None))
    minerals: lca.Number = lca.parameter("kgSbe/kWh", "minerals", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.carbon
        yield "wcf", self.water
        yield "pe", self.energy
        yield "adpe", self.minerals


class Part(lca.Stage):
    """A part from a bill of materials and energy, for one accelerator."""

    per = "accelerator"
    phase = "manufacturing"
    electricity: lca.Stage = lca.supplier("kWh", "grid of the fab")
    materials: Mapping[str, lca.Stage] = lca.suppliers("kg", "materials")
    masses: Mapping[str, lca.Number] = lca.parameters(
        "kg/accelerator", "mass of each", valid=(0, None)
    )
    energy: lca.Number = lca.parameter("kWh/accelerator", "energy of the fab", valid=(0, None))
    gases: lca.Number = lca.parameter("kgCO2e/accelerator", "process gases", valid=(0, None))

    zero = {
        "wcf": "water of this part is that of its materials and electricity",
        "pe": "energy of this part is that of its materials and electricity",
        "adpe": "minerals of this part are those of its materials and electricity",
    }

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.energy
        for name, material in self.materials.items():
            yield material, self.masses[name]
        yield "gwp", self.gases


class Card(lca.Stage):
    """An accelerator from its parts."""

    per = "accelerator"
    phase = "manufacturing"
    parts: Mapping[str, lca.Stage] = lca.suppliers("accelerator", "parts")
    counts: Mapping[str, lca.Number] = lca.parameters("1", "sets of each", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        for name, part in self.parts.items():
            yield part, self.counts[name]


def _supply(name: str, grid: lca.Stage, carbon: float) -> Supply:
    spread = {"steel": 1.3, "copper": 1.5, "silicon": 2.5}[name]
    return Supply(
        name=name,
        electricity=grid,
        need=lca.lognormal(median=carbon, gsd=1.3),
        carbon=lca.lognormal(median=carbon, gsd=spread),
        water=lca.lognormal(median=20 * carbon, gsd=1.6),
        energy=lca.lognormal(median=10 * carbon, gsd=1.3),
        minerals=lca.lognormal(median=1e-5 * carbon, gsd=2.0),
    )


def _part(name: str, grid: lca.Stage, materials: Mapping[str, lca.Stage], size: float) -> Part:
    return Part(
        name=name,
        electricity=grid,
        materials=materials,
        masses={
            material: lca.triangular(low=0.5 * size, mode=size, high=1.6 * size)
            for material in materials
        },
        energy=lca.lognormal(median=60 * size, gsd=1.35),
        gases=lca.lognormal(median=8 * size, gsd=1.35),
    )


def reference() -> lca.Lifecycle:
    """Return the reference lifecycle."""
    grid = Grid(
        name="grid",
        carbon=lca.lognormal(median=0.06, gsd=1.14),
        water=lca.lognormal(median=3, gsd=1.6),
        energy=lca.uniform(low=9, high=11),
        minerals=lca.lognormal(median=5e-8, gsd=1.8),
    )
    abroad = Grid(
        name="grid of the fab",
        carbon=lca.lognormal(median=0.55, gsd=1.1),
        water=lca.lognormal(median=2, gsd=1.6),
        energy=lca.uniform(low=8, high=10),
        minerals=lca.lognormal(median=4e-8, gsd=1.8),
    )
    materials = {
        name: _supply(name, abroad, carbon)
        for name, carbon in (("steel", 2.0), ("copper", 4.0), ("silicon", 50.0))
    }
    parts = {
        "die": lca.choice(
            "die model",
            {
                "bottom-up": _part("die", abroad, materials, 0.5),
                "vendor": _part("die of the vendor", abroad, materials, 0.4),
            },
            weights={"bottom-up": 2, "vendor": 1},
        ),
        "memory": lca.choice(
            "memory model",
            {
                "wafers": _part("memory", abroad, materials, 0.6),
                "per byte": _part("memory per byte", abroad, materials, 0.8),
            },
            weights={"wafers": 1, "per byte": 1},
        ),
        "board": _part("board", abroad, materials, 1.5),
    }
    card = Card(
        name="accelerator",
        parts=parts,
        counts={name: lca.uniform(low=0.95, high=1.1) for name in parts},
    )
    cooling = lca.stages.Cooling(
        electricity=grid,
        pue=lca.normal(mean=1.2, sd=0.1).truncated(low=1),
        wue=lca.lognormal(median=0.5, gsd=2.0),
    )
    cluster = lca.stages.Cluster(
        electricity=grid,
        cooling=cooling,
        accelerator=card,
        server=lca.stages.Server(transport=lca.stages.Transport(), disposal=lca.stages.Disposal()),
        rated_power=lca.fixed(400, "W/accelerator"),
    )
    run = lca.stages.RatedTraining(
        name="training",
        electricity=grid,
        cooling=cooling,
        cluster=cluster,
        accelerator_hours=lca.lognormal(median=1e6, gsd=1.05),
        rated_power=lca.fixed(400, "W/accelerator"),
    )
    work = lca.stages.Development(run=run)
    return lca.Lifecycle({"development": work, "training": run}, functional_unit="one model")
