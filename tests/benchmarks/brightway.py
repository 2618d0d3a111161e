"""The Monte Carlo of one lifecycle in bw2calc, from our own joint samples as arrays.

Every stage is an activity and its product; every sample of every exchange goes into the arrays
of a `bw_processing` datapackage, which bw2calc walks one by one, solving each time.
"""

from collections.abc import Mapping

import bw2calc
import bw_processing
import numpy as np

import lca
from lca import impacts
from lca.stage import Stage, bound


def exchanges(life: lca.Lifecycle, draws: Mapping[str, np.ndarray], n: int) -> tuple:
    """Return the samples of what stages take (supplier, stage) and of gwp that they yield."""
    taken: dict[tuple[int, int], np.ndarray] = {}
    yielded: dict[int, np.ndarray] = {}
    for i, stage in enumerate(life.order):
        for target, amount in bound(stage, life.values(i, draws)).exchanges():
            values = np.broadcast_to(np.asarray(amount, dtype=float), n)
            if isinstance(target, Stage):
                at = life.graph.index[id(target)], i
                taken[at] = taken.get(at, 0) + values
            elif target is None:  # an optional supplier that is not there
                continue
            elif (factor := impacts.characterise(target, life.factors).get("gwp")) is not None:
                yielded[i] = yielded.get(i, 0) + factor * values
    return taken, yielded


def prepared(life: lca.Lifecycle, draws: Mapping[str, np.ndarray], n: int) -> bw2calc.LCA:
    """Return bw2calc's LCA of the carbon of a lifecycle, ready for `n` steps."""
    taken, yielded = exchanges(life, draws, n)
    stages = len(life.order)
    package = bw_processing.create_datapackage(sequential=True)
    final, flow = stages, stages + 1
    own = [(i, i) for i in range(stages + 1)]
    deliver = [(life.graph.index[id(root)], final) for root in life.graph.roots.values()]
    package.add_persistent_array(
        matrix="technosphere_matrix",
        indices_array=_indices([*own, *deliver, *taken]),
        data_array=np.array(
            [
                *np.ones((len(own), n)),
                *np.full((len(deliver), n), life.amount),
                *taken.values(),
            ]
        ),
        flip_array=np.array([False] * len(own) + [True] * (len(deliver) + len(taken))),
    )
    package.add_persistent_array(
        matrix="biosphere_matrix",
        indices_array=_indices([(flow, i) for i in yielded]),
        data_array=np.array(list(yielded.values())),
    )
    package.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=_indices([(flow, flow)]),
        data_array=np.ones(1),
    )
    made = bw2calc.LCA({final: 1}, data_objs=[package], use_arrays=True)
    made.lci()
    made.lcia()
    return made


def _indices(pairs: list[tuple[int, int]]) -> np.ndarray:
    return np.array(pairs, dtype=bw_processing.INDICES_DTYPE)


def totals(made: bw2calc.LCA, n: int) -> np.ndarray:
    """Return the carbon of `n` samples, one step of bw2calc after the other."""
    scores = np.empty(n)
    for i in range(n):
        if i:
            next(made)
        scores[i] = made.score
    return scores
