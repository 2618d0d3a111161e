"""Lifecycle assessment of AI training and inference, with uncertainty in every number.

Five nouns: a `Quantity` is a number that is not known exactly; a `Stage` takes and emits;
a `Lifecycle` is the graph of stages behind a functional unit; a `Study` holds lifecycles
that are sampled together; a `Result` holds the samples. Importing does no work and reads
no file.
"""

from lca import (
    catalogue,
    consequences,
    figures,
    interop,
    report,
    scenarios,
    scheduling,
    sensitivity,
    stages,
    typeset,
)
from lca.catalogue import entry
from lca.interop import track
from lca.lifecycle import Lifecycle
from lca.presets import accelerator_embodied, inference_service, training_run
from lca.quantity import (
    Quantity,
    beta,
    discrete,
    empirical,
    fixed,
    lognormal,
    loguniform,
    normal,
    pedigree,
    pert,
    shares,
    triangular,
    two_piece_lognormal,
    uniform,
)
from lca.result import Result, open
from lca.sampling import correlate
from lca.simulation import simulate
from lca.stage import (
    GraphError,
    Number,
    Stage,
    choice,
    option,
    parameter,
    parameters,
    supplier,
    suppliers,
)
from lca.study import Study
from lca.tables import DataError
from lca.units import UnitError
from lca.updating import update

__all__ = [
    "DataError",
    "GraphError",
    "Lifecycle",
    "Number",
    "Quantity",
    "Result",
    "Stage",
    "Study",
    "UnitError",
    "accelerator_embodied",
    "beta",
    "catalogue",
    "choice",
    "consequences",
    "correlate",
    "discrete",
    "empirical",
    "entry",
    "figures",
    "fixed",
    "inference_service",
    "interop",
    "lognormal",
    "loguniform",
    "normal",
    "open",
    "option",
    "parameter",
    "parameters",
    "pedigree",
    "pert",
    "report",
    "scenarios",
    "scheduling",
    "sensitivity",
    "shares",
    "simulate",
    "stages",
    "supplier",
    "suppliers",
    "track",
    "training_run",
    "triangular",
    "two_piece_lognormal",
    "typeset",
    "uniform",
    "update",
]
