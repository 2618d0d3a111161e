"""Sensitivity: which input, or which choice of model, decides the answer.

`sobol` is our own and graph-aware; `morris`, `fast`, `pawn`, `delta` and `dgsm` are SALib's
on the unit cube; `one_at_a_time` and `elasticities` move one input alone; `evppi` and `evsi`
say what knowing or measuring an input is worth to a choice between scenarios; `kinds` and
`choices` tell numbers from models. All return one kind of table: output, input, unit, kind, then
the indices of the method; its ``attrs`` hold what `lca.figures` says of it.
"""

from lca.sensitivity.kinds import choices, kinds
from lca.sensitivity.ladder import Ladder, ladder
from lca.sensitivity.one_at_a_time import elasticities, one_at_a_time
from lca.sensitivity.salib import delta, dgsm, fast, morris, pawn
from lca.sensitivity.sobol import sobol
from lca.sensitivity.value import evppi, evsi

__all__ = [
    "Ladder",
    "choices",
    "delta",
    "dgsm",
    "elasticities",
    "evppi",
    "evsi",
    "fast",
    "kinds",
    "ladder",
    "morris",
    "one_at_a_time",
    "pawn",
    "sobol",
]
