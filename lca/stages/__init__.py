"""The stage library: one file for a family, all names in one place."""

from lca.stages.cluster import (
    Cluster,
    DecliningAmortisation,
    DynamicRatio,
    LifetimeAmortisation,
    NodeAmortisation,
    ResidualValue,
    ResourceShareAmortisation,
    UnallocatedTime,
    UsageRate,
    UsedHoursAmortisation,
    WindowHeld,
    amortisation,
    idle_time,
    unallocated,
)
from lca.stages.cooling import Cooling
from lca.stages.development import (
    Compression,
    Development,
    FineTuning,
    LostTime,
    Restarts,
    Search,
)
from lca.stages.disposal import Disposal
from lca.stages.electricity import Electricity, ElectricityWithWater, electricity
from lca.stages.fabrication import LogicDie, logic_die
from lca.stages.hardware import Accelerator, Server
from lca.stages.operation import (
    ComputeTraining,
    Distillation,
    MeteredTraining,
    NodeTraining,
    NodeWork,
    RatedTraining,
    StatedComputeTraining,
    Training,
    compute_training,
)
from lca.stages.storage import Drives, Storage
from lca.stages.transport import Transport

__all__ = [
    "Accelerator",
    "Cluster",
    "Compression",
    "ComputeTraining",
    "Cooling",
    "DecliningAmortisation",
    "Development",
    "Disposal",
    "Distillation",
    "Drives",
    "DynamicRatio",
    "Electricity",
    "ElectricityWithWater",
    "FineTuning",
    "LifetimeAmortisation",
    "LogicDie",
    "LostTime",
    "MeteredTraining",
    "NodeAmortisation",
    "NodeTraining",
    "NodeWork",
    "RatedTraining",
    "ResidualValue",
    "ResourceShareAmortisation",
    "Restarts",
    "Search",
    "Server",
    "StatedComputeTraining",
    "Storage",
    "Training",
    "Transport",
    "UnallocatedTime",
    "UsageRate",
    "UsedHoursAmortisation",
    "WindowHeld",
    "amortisation",
    "compute_training",
    "electricity",
    "idle_time",
    "logic_die",
    "unallocated",
]
