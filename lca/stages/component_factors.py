"""Component factors: carbon, primary energy and minerals of a component from few data.

One factor for the size of a component and one for the piece, in three categories, as the
Umweltbundesamt (Green Cloud Computing, 2021) and the tools built on it have them. The factors
have no defaults: give those of your source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.stage import Number, Stage, parameter


class Component(Stage):
    """A component with the same impact whatever its size, for one piece.

    ``base`` in each category. Hard disks, main boards, cases, assembly.

    Examples
    --------
    >>> import lca
    >>> disk = lca.stages.Component(name="disk", carbon=31.11, primary_energy=276, minerals=2.5e-4)
    >>> lca.Lifecycle(disk, functional_unit="one disk").nominal("pe")
    276.0
    """

    per = "1"
    phase = "manufacturing"
    carbon: Number = parameter("kgCO2e", "carbon of one piece, whatever its size", valid=(0, None))
    primary_energy: Number = parameter(
        "MJ", "primary energy of one piece, whatever its size", valid=(0, None)
    )
    minerals: Number = parameter(
        "kgSbe", "minerals taken by one piece, whatever its size", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.carbon
        yield "pe", self.primary_energy
        yield "adpe", self.minerals


class ComponentByMass(Stage):
    """A component whose impact grows with its mass, for one piece.

    ``mass × factor`` in each category. Power supplies. `mass_balance` counts a `PartByMass`, not
    this.
    """

    per = "1"
    phase = "manufacturing"
    mass: Number = parameter("kg", "mass of one piece", valid=(0, None))
    carbon_per_mass: Number = parameter("kgCO2e/kg", "carbon per mass", valid=(0, None))
    primary_energy_per_mass: Number = parameter("MJ/kg", "primary energy per mass", valid=(0, None))
    minerals_per_mass: Number = parameter("kgSbe/kg", "minerals taken per mass", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.mass * self.carbon_per_mass
        yield "pe", self.mass * self.primary_energy_per_mass
        yield "adpe", self.mass * self.minerals_per_mass


class SiliconComponent(Component):
    """What components of silicon have in common; use one of the classes below."""

    carbon_per_area: Number = parameter("kgCO2e/cm2", "carbon per area of dies", valid=(0, None))
    primary_energy_per_area: Number = parameter(
        "MJ/cm2", "primary energy per area of dies", valid=(0, None)
    )
    minerals_per_area: Number = parameter(
        "kgSbe/cm2", "minerals taken per area of dies", valid=(0, None)
    )

    def silicon(self) -> Any:
        """Return the area of the dies of one piece [cm2]."""
        raise NotImplementedError("use ProcessorComponent or MemoryComponent")

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.silicon() * self.carbon_per_area + self.carbon
        yield "pe", self.silicon() * self.primary_energy_per_area + self.primary_energy
        yield "adpe", self.silicon() * self.minerals_per_area + self.minerals


class ProcessorComponent(SiliconComponent):
    """A processor, or a graphics card without its memory, for one piece.

    ``die area × factor + base`` in each category: CPU and GPU alike (Morand et al. 2024). The
    factor knows neither node nor yield, so it is far too low for large dies of fine nodes:
    `LogicDie` then.

    Examples
    --------
    >>> import lca
    >>> cpu = lca.stages.ProcessorComponent(
    ...     name="CPU", area=lca.fixed(200, "mm2"),
    ...     carbon_per_area=1.97, primary_energy_per_area=26.5, minerals_per_area=5.87e-7,
    ...     carbon=9.14, primary_energy=156, minerals=2.04e-2,
    ... )
    >>> round(lca.Lifecycle(cpu, functional_unit="one CPU").nominal("gwp"), 2)
    13.08
    """

    area: Number = parameter("cm2", "area of all dies of one piece", valid=(0, None))

    def silicon(self) -> Any:
        return self.area


class MemoryComponent(SiliconComponent):
    """A memory module or a solid-state drive, for one piece.

    ``capacity / density × factor + base`` in each category. The density is that of the dies; it
    doubles every few years, and the result with it.
    """

    capacity: Number = parameter("GB", "capacity of one piece", valid=(0, None))
    density: Number = parameter("GB/cm2", "capacity per area of dies", valid=(0.01, 10_000))

    def silicon(self) -> Any:
        return self.capacity / self.density
