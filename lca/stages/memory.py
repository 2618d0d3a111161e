"""Memory and drives: what it takes to make DRAM, stacks of HBM, flash and hard disks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lca import catalogue
from lca.stage import GraphError, Number, Stage, label, parameter, supplier
from lca.units import near


class Memory(Stage):
    """A memory module, a stack or a drive, by a published footprint per capacity, for one piece.

    ``carbon per capacity × capacity``. The figure is of a finished piece: dies, losses, package
    and board are inside, and so is the grid of the fab. Figures of one kind differ by a factor
    of 20 and more with scope and year: put two lineages side by side with `lca.choice`.

    Examples
    --------
    >>> import lca
    >>> lca.stages.memory("HBM3", capacity=80, name="memory")
    <Memory 'memory': per 1, manufacturing>
    """

    per = "1"
    phase = "manufacturing"
    capacity: Number = parameter("GB", "capacity of one piece", valid=(0, None))
    carbon: Number = parameter(
        "kgCO2e/GB", "cradle-to-gate footprint per capacity, finished", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.carbon * self.capacity


class MemoryFromDies(Stage):
    """A memory module or a drive from its dies, for one piece.

    ``carbon per capacity × capacity / yield + packages × carbon per package + board``, the
    model of ACT (Gupta and others 2022) for DRAM and flash. Figures per capacity are a vendor's
    own, of bare dies, with the grid of the fab inside. `board` is the rest: printed board,
    controller, casing; left out, it lies outside the boundary.

    Examples
    --------
    >>> import lca
    >>> module = lca.stages.memory_from_dies("DDR4 10 nm", capacity=80, packages=6)
    >>> round(lca.Lifecycle(module, functional_unit="memory").nominal("gwp"), 2)
    6.84
    """

    per = "1"
    phase = "manufacturing"
    board: Stage | None = supplier(
        "1", "printed board, controller and casing, as made", optional=True
    )
    capacity: Number = parameter("GB", "capacity of one piece", valid=(0, None))
    carbon: Number = parameter("kgCO2e/GB", "footprint of dies per capacity", valid=(0, None))
    die_yield: Number = parameter(
        "1",
        "area of good dies over area processed",
        default=catalogue.entry("fabrication.yield.die.act_default"),
        valid=(0.01, 1),
    )
    packages: Number = parameter("1", "packages of dies in one piece", valid=(0, None))
    package: Number = parameter(
        "kgCO2e",
        "cradle-to-gate footprint of a package",
        default=catalogue.entry("fabrication.package.ic.act"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.carbon * self.capacity / self.die_yield
        yield "gwp", self.packages * self.package
        yield self.board, 1.0


class MemoryStack(Stage):
    """A stack of high-bandwidth memory, by a published footprint, for one stack.

    ``carbon``, of a finished stack: its dies, base die and losses are inside, and so is the
    grid of the fab. `AdvancedPackage` counts the stacks and what is lost in bonding them.

    Examples
    --------
    >>> import lca
    >>> lca.stages.memory_stacks("HBM3 8-high", name="memory")
    <MemoryStack 'memory': per 1, manufacturing>
    """

    per = "1"
    phase = "manufacturing"
    carbon: Number = parameter("kgCO2e", "cradle-to-gate footprint of one stack", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.carbon


class DrivesByPiece(Stage):
    """Drives, as made, from one drive, for one TB of capacity.

    ``drive / capacity``. The capacity is that of the drive: give both one quantity, with a name
    if it is uncertain. `Drives` is the same by a published footprint per TB.

    Examples
    --------
    >>> import lca
    >>> size = lca.fixed(3.84, "TB")
    >>> drive = lca.stages.memory_from_dies(
    ...     "NAND TLC V3", capacity=size, packages=8, name="drive"
    ... )
    >>> lca.stages.DrivesByPiece(drive=drive, capacity=size, name="drives")
    <DrivesByPiece 'drives': per TB, manufacturing>
    """

    per = "TB"
    phase = "manufacturing"
    drive: Stage = supplier("1", "one drive, as made")
    capacity: Number = parameter("TB", "capacity of one drive", valid=(0.001, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        self.check_capacity()
        yield self.drive, 1 / self.capacity

    def check_capacity(self) -> None:
        """Refuse another capacity than the drive is made with, where that is known for sure."""
        own = getattr(self.drive, "capacity", None)
        here: Any = getattr(self.capacity, "magnitude", self.capacity)  # units are tried with Pint
        if own is not None and own.is_fixed and not np.allclose(here, own.to("TB").point):
            raise GraphError(
                f"{label(self)}: capacity is {np.mean(here):.6g} TB, but {label(self.drive)} is "
                f"made with {own.to('TB').point:.6g} TB; give both one quantity"
            )


FINISHED = {
    "DDR4 module": "fabrication.dram.ddr4.module.dell_r740",
    "DDR5 module": "component.dram.greensku",
    "HBM2e": "fabrication.hbm.hbm2e.module.techinsights",
    "HBM3": "fabrication.hbm.hbm3.module.nvidia",
    "HBM3 TechInsights": "fabrication.hbm.hbm3.module.techinsights",
    "HBM3e": "fabrication.hbm.hbm3e.module.nvidia",
    "SSD": "storage.ssd.embodied",
    "SSD client": "storage.ssd.embodied.tannu2023",
    "SSD Dell R740": "fabrication.ssd.server.module.dell_r740",
    "SSD GreenSKU": "component.ssd.greensku",
    "SSD Nytro 1551": "storage.ssd.embodied.nytro_1551",
    "SSD Nytro 3331": "fabrication.ssd.nytro_3331.drive",
    "SSD Nytro 3530": "fabrication.ssd.nytro_3530.drive",
    "SSD Western Digital 2019": "fabrication.ssd.western_digital_2019.company",
    "HDD": "storage.hdd.embodied",
    "HDD client": "storage.hdd.embodied.tannu2023",
    "HDD Exos 10E2400": "fabrication.hdd.exos_10e2400.drive",
    "HDD Exos 15E900": "fabrication.hdd.exos_15e900.drive",
    "HDD Exos 2X14": "fabrication.hdd.exos_2x14.drive",
    "HDD Exos 5E8": "fabrication.hdd.exos_5e8.drive",
    "HDD Exos 7E8": "fabrication.hdd.exos_7e8.drive",
    "HDD Exos X12": "storage.hdd.embodied.exos_x12",
}
DIES = {
    "DDR3 50 nm": "fabrication.dram.ddr3_50nm.die",
    "DDR3 40 nm": "fabrication.dram.ddr3_40nm.die",
    "DDR3 30 nm": "fabrication.dram.ddr3_30nm.die",
    "LPDDR3 30 nm": "fabrication.dram.lpddr3_30nm.die",
    "LPDDR3 20 nm": "fabrication.dram.lpddr3_20nm.die",
    "LPDDR2 20 nm": "fabrication.dram.lpddr2_20nm.die",
    "LPDDR4": "fabrication.dram.lpddr4.die",
    "DDR4 10 nm": "fabrication.dram.ddr4_10nm.die",
    "NAND 30 nm": "fabrication.nand.30nm.die",
    "NAND 20 nm": "fabrication.nand.20nm.die",
    "NAND 10 nm": "fabrication.nand.10nm.die",
    "NAND TLC 1z": "fabrication.nand.tlc_1z.die",
    "NAND TLC V3": "fabrication.nand.tlc_v3.die",
}
STACKS = {
    "HBM2e 8-high": "fabrication.hbm.hbm2e_8hi.stack",
    "HBM3 8-high": "fabrication.hbm.hbm3_8hi.stack",
    "HBM3e 12-high": "fabrication.hbm.hbm3e_12hi.stack",
    "HBM4 16-high": "fabrication.hbm.hbm4_16hi.stack",
}


def _key(kind: str, kinds: Mapping[str, str], what: str) -> str:
    if kind not in kinds:
        raise catalogue.DataError(
            f"no {what} {kind!r}{near(str(kind), kinds)}; there are {', '.join(kinds)}"
        )
    return kinds[kind]


def memory(kind: str, **fields: Any) -> Memory:
    """Return a finished module, stack or drive from the catalogue, by its capacity.

    HBM2e and HBM3 TechInsights are of one lineage, an analyst's; HBM3 and HBM3e of another,
    product footprints of NVIDIA, which are lower by a third.

    Parameters
    ----------
    kind : str
        Such as ``"HBM3"``, ``"DDR5 module"``, ``"SSD"``, ``"HDD"``, or a product,
        ``"HDD Exos X12"``.
    **fields
        Fields of `Memory`: ``capacity`` (in GB, or a quantity with its unit) at least.

    Raises
    ------
    DataError
        If the kind has no figure; near names are offered.

    Examples
    --------
    >>> import lca
    >>> disk = lca.stages.memory("HDD", capacity=lca.fixed(16, "TB"))
    >>> round(lca.Lifecycle(disk, functional_unit="one drive").nominal("gwp"), 1)
    21.3
    >>> disk.covers
    ('transport', 'disposal')
    """
    key = _key(kind, FINISHED, "memory")
    given: dict[str, Any] = {"carbon": catalogue.figure(key), "covers": catalogue.covers(key)}
    return Memory(**(given | fields))


def memory_from_dies(kind: str, **fields: Any) -> MemoryFromDies:
    """Return a module or a drive made of dies of the catalogue.

    Parameters
    ----------
    kind : str
        Such as ``"DDR4 10 nm"``, ``"LPDDR4"``, ``"NAND TLC V3"``.
    **fields
        Fields of `MemoryFromDies`: ``capacity`` (in GB, or a quantity with its unit) and
        ``packages`` at least.

    Raises
    ------
    DataError
        If the kind has no figure; near names are offered.

    Examples
    --------
    >>> import lca
    >>> lca.stages.memory_from_dies("LPDDR4", capacity=16, packages=2, name="memory")
    <MemoryFromDies 'memory': per 1, manufacturing>
    """
    carbon = catalogue.figure(_key(kind, DIES, "memory die"))
    return MemoryFromDies(**({"carbon": carbon} | fields))


def memory_stacks(kind: str, **fields: Any) -> MemoryStack:
    """Return stacks of high-bandwidth memory of the catalogue, a stage for one, to be counted.

    Parameters
    ----------
    kind : {"HBM2e 8-high", "HBM3 8-high", "HBM3e 12-high", "HBM4 16-high"}
    **fields
        Fields of `MemoryStack`, such as ``name``.

    Raises
    ------
    DataError
        If the kind has no figure; near names are offered.

    Examples
    --------
    >>> import lca
    >>> stacks = lca.stages.memory_stacks("HBM2e 8-high")
    >>> round(lca.Lifecycle(stacks, amount=5, functional_unit="memory").nominal("gwp"), 1)
    90.8
    """
    carbon = catalogue.figure(_key(kind, STACKS, "memory stack"))
    return MemoryStack(**({"carbon": carbon} | fields))
