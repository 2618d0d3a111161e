"""The stage library: one file for a family, all names in one place."""

from lca.stages.cooling import (
    AdiabaticCooling,
    AvoidedHeat,
    ComponentCooling,
    Cooling,
    DryCooling,
    Heat,
    HeatRecovery,
    OutsideAirCooling,
    RefrigerantLeakage,
    ReleasedGas,
    TowerCooling,
    climate_cooling,
    refrigerant_leakage,
)
from lca.stages.disposal import Disposal
from lca.stages.electricity import Electricity, ElectricityWithWater, electricity
from lca.stages.fabrication import LogicDie, logic_die
from lca.stages.facility import (
    Facility,
    FacilityFootprint,
    Housing,
    YearlyFacilityFootprint,
    facility,
)
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
    "AdiabaticCooling",
    "AvoidedHeat",
    "Cluster",
    "ComponentCooling",
    "Cooling",
    "Development",
    "Disposal",
    "Drives",
    "DryCooling",
    "Electricity",
    "ElectricityWithWater",
    "Facility",
    "FacilityFootprint",
    "Heat",
    "HeatRecovery",
    "Housing",
    "LogicDie",
    "MeteredTraining",
    "OutsideAirCooling",
    "RatedTraining",
    "RefrigerantLeakage",
    "ReleasedGas",
    "Server",
    "Storage",
    "TowerCooling",
    "Training",
    "Transport",
    "YearlyFacilityFootprint",
    "climate_cooling",
    "electricity",
    "facility",
    "logic_die",
    "refrigerant_leakage",
]
