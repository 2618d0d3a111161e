"""Sobol indices: the share of an output's variance that each input explains.

First order ``S1 = V[E(Y | X_i)] / V(Y)`` by Saltelli et al. 2010 and total
``ST = E[V(Y | X_~i)] / V(Y)`` by Jansen 1999, from two designs A and B and the designs
AB_i, in which the columns of input i are B's. Intervals are of a bootstrap over rows.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from lca import sampling
from lca.distributions import SMALLEST
from lca.lifecycle import Lifecycle
from lca.stage import Choice
from lca.study import Study

_CONFIDENCE = 1.959963984540054  # of a 95 % interval, in standard errors


def sobol(study: Study | Lifecycle, n: int = 1024, seed: int = 0, resamples: int = 100) -> Any:
    """Return the Sobol indices of every uncertain input, for the total of every category.

    Parameters
    ----------
    study : Study or Lifecycle
    n : int
        Rows of the designs A and B, rounded up to a power of two; the model is evaluated
        ``n × (inputs + 2)`` times.
    seed : int
    resamples : int
        Bootstrap resamples behind the intervals.

    Returns
    -------
    pandas.DataFrame
        Columns: output ("gwp, France"), input, unit, kind, S1, S1_conf, ST, ST_conf (half of a
        95 % interval), sorted by output and falling ST. An output that does not vary has
        indices of 0.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> table = lca.sensitivity.sobol(life, n=256, seed=1)
    >>> table.iloc[0]["input"]
    'grid.intensity'
    """
    import pandas as pd

    if isinstance(study, Lifecycle):
        study = Study(study)
    if not isinstance(study, Study):
        raise TypeError(f"sobol takes a Study or a Lifecycle, not {study!r}")
    seed = sampling.check_seed(seed)
    rows = 2 ** int(np.ceil(np.log2(sampling.check_size(n))))
    if sampling.check_size(resamples) < 2:
        raise ValueError("resamples = 1 gives no interval; take 100")
    _warn_of_unweighted(study)
    outputs, a, b, mixed = _evaluated(study, rows, seed)
    indices = _indices(a, b, mixed, resamples, seed)
    table = [
        {
            "output": output,
            "input": root.label,
            "unit": root.unit,
            "kind": root.kind,
            **{name: values[i, j] for name, values in indices.items()},
        }
        for j, output in enumerate(outputs)
        for i, root in enumerate(study.roots)
    ]
    columns = ["output", "input", "unit", "kind", "S1", "S1_conf", "ST", "ST_conf"]
    frame = pd.DataFrame(table, columns=columns)
    order = {output: position for position, output in enumerate(outputs)}
    frame["position"] = frame["output"].map(order)
    frame = frame.sort_values(["position", "ST"], ascending=[True, False], kind="stable")
    return frame.drop(columns="position").reset_index(drop=True)


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


def _evaluated(study: Study, rows: int, seed: int) -> tuple[list[str], Any, Any, Any]:
    """Return the outputs' names and values for A, B (output, row) and AB_i (input, output, row)."""
    from scipy.stats import qmc

    counts = [root.distribution.columns for root in study.roots]
    total = sum(counts)
    if not total:
        outputs, values = _totals(study, np.empty((0, rows)))
        return outputs, values, values, np.empty((0, *values.shape))
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    uniforms = qmc.Sobol(2 * total, scramble=True, bits=64, rng=rng).random(rows).T
    uniforms = np.clip(uniforms, SMALLEST, 1 - SMALLEST)
    first, second = np.ascontiguousarray(uniforms[:total]), uniforms[total:]
    outputs, a = _totals(study, first)
    _, b = _totals(study, second)
    mixed = np.empty((len(counts), *a.shape))
    column = 0
    for i, count in enumerate(counts):
        swapped = first.copy()
        swapped[column : column + count] = second[column : column + count]
        mixed[i] = _totals(study, swapped)[1]
        column += count
    return outputs, a, b, mixed


def _totals(study: Study, uniforms: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Return names and values (output, row) of the total of every category and scenario."""
    solutions = study.evaluate(study.draw(uniforms), uniforms.shape[1])
    names, values = [], []
    for (scenario, life), solution in zip(study.scenarios.items(), solutions, strict=True):
        for row, category in enumerate(life.categories):
            names.append(f"{category}, {scenario}")
            values.append(solution.impacts[row].sum(axis=0))
    return names, np.array(values)


def _indices(a: Any, b: Any, mixed: Any, resamples: int, seed: int) -> dict[str, Any]:
    """Return S1, ST (input, output) and half the width of their 95 % intervals."""
    everything = np.concatenate([a[np.newaxis], b[np.newaxis], mixed])
    centre = everything.mean(axis=(0, 2))[:, np.newaxis]
    spread = everything.std(axis=(0, 2))[:, np.newaxis]
    spread = np.where(spread > 1e-12 * np.abs(centre), spread, np.inf)  # constant: all 0
    a, b, mixed = (a - centre) / spread, (b - centre) / spread, (mixed - centre) / spread
    first, total = b * (mixed - a), 0.5 * (a - mixed) ** 2
    s1, st = _ratio(first.mean(axis=-1), a, b), _ratio(total.mean(axis=-1), a, b)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    drawn: tuple[list, list] = ([], [])
    for _ in range(resamples):
        take = rng.integers(0, a.shape[-1], a.shape[-1])
        within = a[:, take], b[:, take]
        drawn[0].append(_ratio(first[..., take].mean(axis=-1), *within))
        drawn[1].append(_ratio(total[..., take].mean(axis=-1), *within))
    s1_conf, st_conf = (_CONFIDENCE * np.std(values, axis=0, ddof=1) for values in drawn)
    return {"S1": s1, "S1_conf": s1_conf, "ST": st, "ST_conf": st_conf}


def _ratio(part: Any, a: Any, b: Any) -> Any:
    variance = np.concatenate([a, b], axis=-1).var(axis=-1)
    return np.divide(part, variance, out=np.zeros_like(part), where=variance > 0)
