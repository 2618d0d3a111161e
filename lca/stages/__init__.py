"""The stage library: one file for a family, all names in one place."""

from lca.stages.cooling import Cooling
from lca.stages.disposal import Disposal
from lca.stages.electricity import Electricity, ElectricityWithWater, electricity
from lca.stages.fabrication import LogicDie, logic_die
from lca.stages.hardware import Accelerator, Server
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
    "Cluster",
    "Cooling",
    "Development",
    "Disposal",
    "Drives",
    "Electricity",
    "ElectricityWithWater",
    "LogicDie",
    "MeteredTraining",
    "RatedTraining",
    "Server",
    "Storage",
    "Training",
    "Transport",
    "electricity",
    "logic_die",
]
