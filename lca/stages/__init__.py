"""The stage library: one file for a family, all names in one place."""

from lca.stages.component_factors import (
    Component,
    ComponentByMass,
    MemoryComponent,
    ProcessorComponent,
)
from lca.stages.cooling import Cooling
from lca.stages.disposal import Disposal
from lca.stages.electricity import Electricity, ElectricityWithWater, electricity
from lca.stages.fabrication import LogicDie, logic_die
from lca.stages.hardware import (
    Accelerator,
    AcceleratorWithSpares,
    Board,
    BoardShare,
    FatTree,
    InstalledNode,
    NetworkFabric,
    Server,
    ServerWithSpares,
)
from lca.stages.operation import (
    Cluster,
    Development,
    MeteredTraining,
    RatedTraining,
    Training,
)
from lca.stages.parts import (
    AcceleratorFromParts,
    Assembly,
    BillOfMaterials,
    BoardFromParts,
    CircuitBoard,
    NodeFromParts,
    Part,
    PartByArea,
    PartByAreaWithMinerals,
    PartByCapacity,
    PartByMass,
    PartByMassWithMinerals,
    graphics_card,
    mass_balance,
    part,
    teardown,
)
from lca.stages.storage import Drives, Storage
from lca.stages.transport import Transport

__all__ = [
    "Accelerator",
    "AcceleratorFromParts",
    "AcceleratorWithSpares",
    "Assembly",
    "BillOfMaterials",
    "Board",
    "BoardFromParts",
    "BoardShare",
    "CircuitBoard",
    "Cluster",
    "Component",
    "ComponentByMass",
    "Cooling",
    "Development",
    "Disposal",
    "Drives",
    "Electricity",
    "ElectricityWithWater",
    "FatTree",
    "InstalledNode",
    "LogicDie",
    "MemoryComponent",
    "MeteredTraining",
    "NetworkFabric",
    "NodeFromParts",
    "Part",
    "PartByArea",
    "PartByAreaWithMinerals",
    "PartByCapacity",
    "PartByMass",
    "PartByMassWithMinerals",
    "ProcessorComponent",
    "RatedTraining",
    "Server",
    "ServerWithSpares",
    "Storage",
    "Training",
    "Transport",
    "electricity",
    "graphics_card",
    "logic_die",
    "mass_balance",
    "part",
    "teardown",
]
