"""The stage library: one file for a family, all names in one place."""

from lca.stages.cooling import Cooling
from lca.stages.disposal import (
    AvoidedBurdenDisposal,
    CircularDisposal,
    CircularMaterial,
    ContainedMetals,
    CutOffDisposal,
    Disposal,
    EnergyCredit,
    FirstLife,
    Material,
    MaterialWithEnergy,
    MixedDisposal,
    RecycledContent,
    RecyclingCredit,
    SecondLife,
    Treatment,
    device_lives,
    end_of_life,
    material,
    precious_metals,
    server_end_of_life,
)
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
from lca.stages.savings import EnabledSavings
from lca.stages.storage import Drives, Storage
from lca.stages.transport import (
    Freight,
    Transport,
    freight,
    transport_unless_covered,
)

__all__ = [
    "Accelerator",
    "AvoidedBurdenDisposal",
    "CircularDisposal",
    "CircularMaterial",
    "Cluster",
    "ContainedMetals",
    "Cooling",
    "CutOffDisposal",
    "Development",
    "Disposal",
    "Drives",
    "Electricity",
    "ElectricityWithWater",
    "EnabledSavings",
    "EnergyCredit",
    "FirstLife",
    "Freight",
    "LogicDie",
    "Material",
    "MaterialWithEnergy",
    "MeteredTraining",
    "MixedDisposal",
    "RatedTraining",
    "RecycledContent",
    "RecyclingCredit",
    "SecondLife",
    "Server",
    "Storage",
    "Training",
    "Transport",
    "Treatment",
    "device_lives",
    "electricity",
    "end_of_life",
    "freight",
    "logic_die",
    "material",
    "precious_metals",
    "server_end_of_life",
    "transport_unless_covered",
]
