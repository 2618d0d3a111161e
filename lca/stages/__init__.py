"""The stage library: one file for a family, all names in one place."""

from lca.stages.cooling import Cooling
from lca.stages.disposal import Disposal
from lca.stages.electricity import Electricity, ElectricityWithWater, electricity
from lca.stages.fabrication import (
    AdvancedPackage,
    DieByArea,
    DieByCarbonPerArea,
    LogicDie,
    LogicDieWithWater,
    PackagedDie,
    die_by_area,
    logic_die,
    process_node,
)
from lca.stages.hardware import Accelerator, Server
from lca.stages.memory import (
    DrivesByPiece,
    Memory,
    MemoryFromDies,
    MemoryStacks,
    memory,
    memory_from_dies,
    memory_stacks,
)
from lca.stages.operation import (
    Cluster,
    Development,
    MeteredTraining,
    RatedTraining,
    Training,
)
from lca.stages.storage import Drives, Storage
from lca.stages.transport import Transport

__all__ = [
    "Accelerator",
    "AdvancedPackage",
    "Cluster",
    "Cooling",
    "Development",
    "DieByArea",
    "DieByCarbonPerArea",
    "Disposal",
    "Drives",
    "DrivesByPiece",
    "Electricity",
    "ElectricityWithWater",
    "LogicDie",
    "LogicDieWithWater",
    "Memory",
    "MemoryFromDies",
    "MemoryStacks",
    "MeteredTraining",
    "PackagedDie",
    "RatedTraining",
    "Server",
    "Storage",
    "Training",
    "Transport",
    "die_by_area",
    "electricity",
    "logic_die",
    "memory",
    "memory_from_dies",
    "memory_stacks",
    "process_node",
]
