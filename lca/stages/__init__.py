"""The stage library: one file for a family, all names in one place."""

from lca.stages.cooling import Cooling
from lca.stages.disposal import Disposal
from lca.stages.electricity import (
    Electricity,
    ElectricityMix,
    ElectricityMixWithPrimaryEnergy,
    ElectricityMixWithWater,
    ElectricityMixWithWaterAndPrimaryEnergy,
    ElectricityMixWithWaterScarcity,
    ElectricityWithWater,
    ElectricityWithWaterScarcity,
    FutureElectricity,
    HourlyElectricity,
    MarketBasedElectricity,
    electricity,
    electricity_accounting,
    electricity_mix,
    future_electricity,
    hourly_electricity,
    load_weighted,
    market_based_electricity,
    matched_share,
    technology_mix,
)
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
    "ElectricityMix",
    "ElectricityMixWithPrimaryEnergy",
    "ElectricityMixWithWater",
    "ElectricityMixWithWaterAndPrimaryEnergy",
    "ElectricityMixWithWaterScarcity",
    "ElectricityWithWater",
    "ElectricityWithWaterScarcity",
    "FutureElectricity",
    "HourlyElectricity",
    "LogicDie",
    "MarketBasedElectricity",
    "MeteredTraining",
    "RatedTraining",
    "Server",
    "Storage",
    "Training",
    "Transport",
    "electricity",
    "electricity_accounting",
    "electricity_mix",
    "future_electricity",
    "hourly_electricity",
    "load_weighted",
    "logic_die",
    "market_based_electricity",
    "matched_share",
    "technology_mix",
]
