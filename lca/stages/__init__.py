"""The stage library: one file for a family, all names in one place."""

from lca.stages.cooling import Cooling
from lca.stages.disposal import Disposal
from lca.stages.electricity import Electricity, ElectricityWithWater, electricity
from lca.stages.fabrication import LogicDie, logic_die
from lca.stages.hardware import Accelerator, Server
from lca.stages.inference import (
    AmortisedTraining,
    BatchedTokens,
    ComputedTokens,
    FittedTokens,
    MeasuredRequest,
    MeasuredTokens,
    Request,
    amortised,
    break_even,
    computed_tokens,
    measured_request,
    measured_tokens,
)
from lca.stages.network import (
    InternetTransfer,
    LineTransfer,
    NetworkedAccelerator,
    NetworkEquipment,
    Transfer,
    internet_transfer,
)
from lca.stages.operation import (
    Cluster,
    Development,
    MeteredTraining,
    RatedTraining,
    Training,
)
from lca.stages.storage import Checkpoints, Drives, Storage, storage
from lca.stages.transport import Transport

__all__ = [
    "Accelerator",
    "AmortisedTraining",
    "BatchedTokens",
    "Checkpoints",
    "Cluster",
    "ComputedTokens",
    "Cooling",
    "Development",
    "Disposal",
    "Drives",
    "Electricity",
    "ElectricityWithWater",
    "FittedTokens",
    "InternetTransfer",
    "LineTransfer",
    "LogicDie",
    "MeasuredRequest",
    "MeasuredTokens",
    "MeteredTraining",
    "NetworkEquipment",
    "NetworkedAccelerator",
    "RatedTraining",
    "Request",
    "Server",
    "Storage",
    "Training",
    "Transfer",
    "Transport",
    "amortised",
    "break_even",
    "computed_tokens",
    "electricity",
    "internet_transfer",
    "logic_die",
    "measured_request",
    "measured_tokens",
    "storage",
]
