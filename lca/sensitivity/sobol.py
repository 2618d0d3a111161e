"""Sobol indices: the share of an output's variance that each input explains.

First order ``S1 = V[E(Y | X_i)] / V(Y)`` by Saltelli et al. 2010 and total
``ST = E[V(Y | X_~i)] / V(Y)`` by Jansen 1999, from two designs A and B and the designs
AB_i, in which the columns of input i are B's.

* Inputs are drawn once for A and once for B. For input i only the stages that it reaches are
  evaluated again (`lca.attribution.Phases`), for all outputs at once.
* Sums are streamed over blocks of rows; a bootstrap is one matrix product of the terms of every
  row with the counts of the resamples.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca import parallel, sampling
from lca.lifecycle import Lifecycle
from lca.sensitivity.model import Model, Moved, as_study
from lca.stage import Choice
from lca.study import Study

CONFIDENCE = 1.959963984540054  # of a 95 % interval, in standard errors
ROWS = 2048  # of a block: all terms of a block stay in memory


def sobol(
    study: Study | Lifecycle,
    n: int = 1024,
    seed: int = 0,
    resamples: int = 100,
    *,
    groups: str | Mapping[str, Sequence[str]] | None = None,
    of: str | Sequence[str] | None = None,
) -> Any:
    """Return the Sobol indices of every uncertain input, for every output.

    Outputs are the total of every category and scenario, its part in every phase, its embodied
    share, and the difference of every scenario from the first.

    Parameters
    ----------
    study : Study or Lifecycle
    n : int
        Rows of the designs A and B, rounded up to a power of two.
    seed : int
    resamples : int
        Bootstrap resamples behind the intervals.
    groups : {"stage", "phase", "kind", "source"} or mapping, optional
        Inputs that are taken together: by the stage or phase where they are first used, by
        kind, by source, or names of inputs by group; inputs that a mapping leaves out stand alone.
    of : str or list of str, optional
        Outputs to keep, by name, or all whose name holds the text.

    Returns
    -------
    pandas.DataFrame
        Columns: output ("gwp, France"), input, unit, kind, S1, S1_conf, ST, ST_conf (half of a
        95 % interval), sorted by output and falling ST. An output that does not vary has
        indices of 0.

    Raises
    ------
    ValueError
        If a group names an input that does not vary, or no output is left.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> table = lca.sensitivity.sobol(life, n=256, seed=1)
    >>> table.iloc[0]["input"]
    'grid.intensity'
    """
    study = as_study(study, "sobol")
    rows = 2 ** int(np.ceil(np.log2(sampling.check_size(n))))
    if sampling.check_size(resamples) < 2:
        raise ValueError("resamples = 1 gives no interval; take 100")
    _warn_of_unweighted(study)
    model = Model(study, groups, of)
    sums = _sums(model, rows, sampling.check_seed(seed), resamples)
    return _table(model, sums)


def _warn_of_unweighted(study: Study) -> None:
    fixed = {
        stage.picked.name
        for life in study.scenarios.values()
        for stage in life.order
        if isinstance(stage, Choice) and stage.picked.is_fixed
    }
    if fixed:
        warnings.warn(
            f"choices without weights stay at their option and explain nothing: "
            f"{', '.join(sorted(fixed))}; give choice(…, weights=…) to let them vary",
            stacklevel=3,
        )


# -- estimates --------------------------------------------------------------------------------


@dataclass
class Sums:
    """Weighted sums over rows; of the weights, all rows stand first, then every resample."""

    count: np.ndarray  # (weight,)
    plain: np.ndarray  # (A, A², B, B²; output, weight)
    mixed: np.ndarray  # (input; D = AB_i - A, D², B·D; output, weight)


def _sums(model: Model, rows: int, seed: int, resamples: int) -> Sums:
    parallel.keep_pages()
    roots = model.study.roots
    columns = sum(root.distribution.columns for root in roots)
    net = sampling.Net(2 * columns, seed, sampling.NETS) if columns else None
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(sampling.NETS + 1,)))
    shift: np.ndarray | None = None
    sums: Sums | None = None
    left = np.full(resamples, rows)
    for start in range(0, rows, ROWS):
        size = min(ROWS, rows - start)
        uniforms = np.empty((2 * columns, size))
        if net is not None:
            net.fill(uniforms, start)
        a, b = (model.study.draw(half) for half in (uniforms[:columns], uniforms[columns:]))
        weights = _weights(rng, left, size, rows - start)
        of_a, of_b, moved = model.block(a, b, size)
        shift = of_a.mean(axis=1, keepdims=True) if shift is None else shift
        part = _summed(of_a - shift, of_b - shift, moved, weights)
        sums = (
            part
            if sums is None
            else Sums(sums.count + part.count, sums.plain + part.plain, sums.mixed + part.mixed)
        )
    assert sums is not None
    return sums


def _weights(rng: np.random.Generator, left: np.ndarray, size: int, rest: int) -> np.ndarray:
    """Return how often each row of a block is taken: once, and in every resample.

    A resample takes as many rows as there are; how many of them fall into a block is binomial.
    """
    weights = np.ones((len(left) + 1, size))
    for i, remaining in enumerate(left):
        taken = remaining if size == rest else rng.binomial(remaining, size / rest)
        weights[i + 1] = np.bincount(rng.integers(0, size, taken), minlength=size)
        left[i] -= taken
    return weights


def _summed(a: np.ndarray, b: np.ndarray, moved: Iterator[Moved], weights: np.ndarray) -> Sums:
    taken = np.ascontiguousarray(weights.T)
    sums = []
    for outputs, step in moved:
        found = np.zeros((3, len(a), len(weights)))
        terms = np.concatenate([step, step * step, step * b[outputs]])
        found[:, outputs] = (terms @ taken).reshape(3, len(outputs), len(weights))
        sums.append(found)
    plain = np.array([a, a**2, b, b**2]) @ taken
    mixed = np.array(sums) if sums else np.empty((0, 3, len(a), len(weights)))
    return Sums(weights.sum(axis=1), plain, mixed)


def indices(sums: Sums) -> dict[str, np.ndarray]:
    """Return S1 and ST (input, output) and half the width of their 95 % intervals.

    B is centred by the mean of all evaluations, as SALib does, which lessens the error of S1.
    """
    count, rows = sums.count, sums.count[0]
    a, a2, b, b2 = sums.plain
    of_all = (len(sums.mixed) + 1) * a[:, 0] + b[:, 0] + sums.mixed[:, 0, :, 0].sum(axis=0)
    centre = (of_all / (rows * (len(sums.mixed) + 2)))[:, np.newaxis]
    variance = (a2 + b2) / (2 * count) - ((a + b) / (2 * count)) ** 2
    size = (a2 + b2)[:, :1] / (2 * rows)
    variance = np.where(variance > 1e-20 * size, variance, np.inf)  # constant: indices of 0
    s1 = (sums.mixed[:, 2] - centre * sums.mixed[:, 0]) / count / variance
    st = sums.mixed[:, 1] / (2 * count) / variance
    found = {"S1": s1[..., 0], "ST": st[..., 0]}
    for name, values in (("S1", s1), ("ST", st)):
        found[f"{name}_conf"] = CONFIDENCE * np.std(values[..., 1:], axis=-1, ddof=1)
    return found


def _table(model: Model, sums: Sums) -> Any:
    import pandas as pd

    found = indices(sums)
    columns = ["output", "input", "unit", "kind", "S1", "S1_conf", "ST", "ST_conf"]
    rows = []
    for j, output in enumerate(model.outputs):
        for i in np.argsort(-found["ST"][:, j], kind="stable"):
            group = model.groups[i]
            numbers = (found[name][i, j] for name in columns[4:])
            rows.append((output, group.name, group.unit, group.kind, *numbers))
    return pd.DataFrame(rows, columns=columns)
