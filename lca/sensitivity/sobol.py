"""Sobol indices: the share of an output's variance that each input explains.

First order ``S1 = V[E(Y | X_i)] / V(Y)`` by Saltelli et al. 2010 and total
``ST = E[V(Y | X_~i)] / V(Y)`` by Jansen 1999, from two designs A and B and the designs
AB_i, in which the columns of input i are B's; second order by Saltelli 2002, with BA_i too.

* Inputs are drawn once for A and once for B. For input i only the stages that it reaches are
  evaluated again (`lca.attribution.Phases`), for all outputs at once.
* Sums are streamed over blocks of rows; a bootstrap is one matrix product of the terms of every
  row with the counts of the resamples.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lca import parallel, sampling
from lca.lifecycle import Lifecycle
from lca.result import STUDENT
from lca.sensitivity.model import Block, Model, Moved, as_study, labelled
from lca.stage import Choice
from lca.study import Study
from lca.units import near

CONFIDENCE = 1.959963984540054  # of a 95 % interval, in standard errors
ROWS = 2048  # of a block: all terms of a block stay in memory
FEW = 512  # rows
INTERVALS = ("bootstrap", "replicate")


def sobol(
    study: Study | Lifecycle,
    n: int = 1024,
    seed: int = 0,
    resamples: int = 100,
    second_order: bool = False,
    groups: str | Mapping[str, Sequence[str]] | None = None,
    of: str | Sequence[str] | None = None,
    *,
    log: bool = False,
    interval: str = "bootstrap",
    sampler: str = "sobol",
) -> Any:
    """Return the Sobol indices of every uncertain input, for every output.

    Outputs are the total of every category and scenario, its part in every phase, its embodied
    share, the difference of every scenario from the first, and whether it lies below the first
    (1 or 0): what decides *that* A beats B, apart from by how much.

    Parameters
    ----------
    study : Study or Lifecycle
    n : int
        Rows of the designs A and B, rounded up to a power of two.
    seed : int
    resamples : int
        Bootstrap resamples behind the intervals.
    second_order : bool
        Return also the share that every pair of inputs explains together, beyond what each
        explains alone. The time grows with the square of the number of inputs.
    groups : {"stage", "phase", "kind", "source", "common"} or mapping, optional
        Inputs that are taken together: by the stage or phase where they are first used, by
        kind, by source, by common factor (each with what it is common to), or names of inputs
        by group; inputs that a mapping leaves out stand alone. S1 of a group is its closed index.
    of : str or list of str, optional
        Outputs to keep, by name, or all whose name holds the text.
    log : bool
        Indices of the logarithm of totals and phases ("ln gwp, France"): steadier where the
        tail is heavy, and a question of factors rather than of tonnes.
    interval : {"bootstrap", "replicate"}
        "bootstrap" draws rows again: too wide on Sobol points. "replicate" cuts the rows into
        eight independent nets and takes Student's t over their indices.
    sampler : {"sobol", "random"}

    Returns
    -------
    pandas.DataFrame
        Columns: output ("gwp, France"), input, unit, kind, S1, S1_conf, ST, ST_conf (half of a
        95 % interval), sorted by output and falling ST. An output that does not vary has
        indices of 0. With `second_order`, this and a second table: output, input, other, S2,
        S2_conf, for the pairs that both reach the output.

    Raises
    ------
    ValueError
        If a group names an input that does not vary, no output is left, or an output has no
        logarithm.

    Warns
    -----
    UserWarning
        If a few rows hold most of an output's variance, so that its indices are unsteady.

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
    if sampling.check_size(resamples) < 2:
        raise ValueError("resamples = 1 gives no interval; take 100")
    if interval not in INTERVALS:
        raise ValueError(
            f"interval = {interval!r}{near(interval, INTERVALS)}; it is bootstrap or replicate"
        )
    _warn_of_unweighted(study)
    model = Model(study, groups, of, log)
    repeats = resamples if interval == "bootstrap" else 0
    design = Design(model, sampling.check_size(n), sampling.check_seed(seed), repeats, sampler)
    sums = summed(model, design, second_order)
    found = indices(sums)
    _warn_of_tails(model, sums)
    table = labelled(indexed(model, found), model)
    return (table, labelled(_pair_table(model, found), model)) if second_order else table


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


def _warn_of_tails(model: Model, sums: Sums) -> None:
    """Warn where the variance of a total is badly known, and worse than that of a normal one."""
    if sums.count[0] < FEW:  # no telling a heavy tail from few rows
        return
    variance = variances(sums)
    spread = sums.error(variance) / np.where(variance[:, 0] > 0, variance[:, 0], np.inf)
    normal = CONFIDENCE / np.sqrt(sums.count[0])
    heavy = [
        name
        for output, name, wide in zip(model.place, model.outputs, spread, strict=True)
        if output[0] == "total" and wide > max(3 * normal, 0.25)
    ]
    if heavy:
        warnings.warn(
            f"heavy tails: the variance of {', '.join(heavy[:4])}{' …' if heavy[4:] else ''} is "
            "known to a quarter at best, since a few rows hold it; take indices of the logarithm "
            "(log=True), or more rows",
            stacklevel=3,
        )


# -- designs ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Design:
    """Rows of A and B, block by block, and how often each is taken in every repeat.

    With `resamples`, repeats are bootstraps; without, they are the `REPLICATES` parts of the rows.
    """

    model: Model
    n: int
    seed: int
    resamples: int
    sampler: str = "sobol"

    def __post_init__(self) -> None:
        if self.sampler not in sampling.SAMPLERS:
            raise ValueError(f"no sampler {self.sampler!r}{near(self.sampler, sampling.SAMPLERS)}")

    @property
    def rows(self) -> int:
        """Rows of A, and of B."""
        least = 1 if self.resamples else 2 * sampling.REPLICATES
        return int(2 ** np.ceil(np.log2(max(self.n, least))))

    @property
    def _part(self) -> int:
        return self.rows // sampling.REPLICATES

    def blocks(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield uniforms (column of A and of B, row) and weights (every repeat, row)."""
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(2**16,)))
        left = np.full(self.resamples, self.rows)
        step = min(ROWS, self.rows if self.resamples else self._part)
        for start in range(0, self.rows, step):
            size = min(step, self.rows - start)
            if self.resamples:
                weights = _weights(rng, left, size, self.rows - start)
            else:
                weights = np.zeros((sampling.REPLICATES, size))
                weights[start // self._part] = 1
            yield self._uniforms(start, size), weights

    def _uniforms(self, start: int, size: int) -> np.ndarray:
        roots = self.model.study.roots
        columns = [root.distribution.columns for root in roots]
        uniforms = np.empty((2 * sum(columns), size))
        if not columns:
            return uniforms
        if self.sampler == "random":
            names = [*(f"A {root.label}" for root in roots), *(f"B {root.label}" for root in roots)]
            return sampling.Random(names, 2 * columns, self.seed).block(start, start + size)
        net, first = (0, start) if self.resamples else divmod(start, self._part)
        # nets of its own, apart from those of a simulation with the same seed
        sampling.net_of(2 * sum(columns), self.seed, sampling.NETS + net).fill(uniforms, first)
        return uniforms[self._dealt]

    @cached_property
    def _dealt(self) -> np.ndarray:
        """Which column of the net each input has, at random: some pairs of them are worse."""
        columns = 2 * sum(root.distribution.columns for root in self.model.study.roots)
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(2**18,)))
        return rng.permutation(columns)


def _weights(rng: np.random.Generator, left: np.ndarray, size: int, rest: int) -> np.ndarray:
    """Return how often each row of a block is taken in every resample.

    A resample takes as many rows as there are; how many of them fall into a block is binomial.
    Single numbers do: the sums of resamples are for intervals only.
    """
    weights = np.empty((len(left), size), dtype=np.float32)
    for i, remaining in enumerate(left):
        taken = remaining if size == rest else rng.binomial(remaining, size / rest)
        weights[i] = np.bincount(rng.integers(0, size, taken), minlength=size)
        left[i] -= taken
    return weights


# -- sums over rows ---------------------------------------------------------------------------


@dataclass
class Sums:
    """Sums over rows: over all of them first, then over those of every repeat."""

    count: np.ndarray  # (weight,)
    plain: np.ndarray  # (A, A², B, B², A·B; output, weight)
    mixed: np.ndarray  # (input; D = AB_i - A, D², B·D; output, weight)
    back: np.ndarray | None = None  # (input; E = BA_i - B, A·E; output, weight)
    pairs: Mapping[tuple[int, int], tuple[list[int], np.ndarray]] | None = None  # E_i·D_j
    bootstrap: bool = True

    @property
    def repeats(self) -> int:
        """How many bootstraps or parts there are."""
        return len(self.count) - 1

    def __add__(self, other: Sums) -> Sums:
        pairs = self.pairs
        if pairs is not None and other.pairs is not None:
            pairs = {at: (out, s + other.pairs[at][1]) for at, (out, s) in pairs.items()}
        return Sums(
            self.count + other.count,
            self.plain + other.plain,
            self.mixed + other.mixed,
            None if self.back is None or other.back is None else self.back + other.back,
            pairs,
            self.bootstrap,
        )

    def error(self, values: np.ndarray) -> np.ndarray:
        """Return half of a 95 % interval from an estimate in every repeat (last axis)."""
        spread = np.std(values[..., 1:], axis=-1, ddof=1)
        if self.bootstrap:
            return np.asarray(CONFIDENCE * spread)
        return np.asarray(STUDENT * spread / np.sqrt(self.repeats))


def summed(model: Model, design: Design, second_order: bool = False) -> Sums:
    """Return the sums of every term of the indices over the rows of a design."""
    parallel.keep_pages()
    total: Sums | None = None
    shift: np.ndarray | None = None
    for uniforms, weights in design.blocks():
        half = len(uniforms) // 2
        a, b = model.study.draw(uniforms[:half]), model.study.draw(uniforms[half:])
        block = model.block(a, b, uniforms.shape[1])
        shift = block.of_a.mean(axis=1, keepdims=True) if shift is None else shift
        part = sums_of(block, weights, shift, second_order)
        part.bootstrap = design.resamples > 0
        total = part if total is None else total + part
    assert total is not None
    return total


def sums_of(block: Block, weights: np.ndarray, shift: Any, second_order: bool = False) -> Sums:
    """Return the sums of one block of rows."""
    taken = np.ascontiguousarray(weights.T)
    a, b = block.of_a - shift, block.of_b - shift
    plain = _over(np.array([a, a**2, b, b**2, a * b]), taken)
    shape = (len(a), 1 + len(weights))
    count = np.append(len(taken), weights.sum(axis=1, dtype=float))
    if not second_order:
        mixed = [_terms(one, b, taken) for one in block.moved]
        return Sums(count, plain, np.array(mixed).reshape(-1, 3, *shape))
    moved, moved_back = list(block.moved), list(block.moved_back)
    mixed = [_terms(one, b, taken) for one in moved]
    back = [_terms(one, a, taken)[[0, 2]] for one in moved_back]
    return Sums(
        count,
        plain,
        np.array(mixed).reshape(-1, 3, *shape),
        np.array(back).reshape(-1, 2, *shape),
        _pairs(moved_back, moved, taken),
    )


def _terms(moved: Moved, other: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Return the sums of a step, its square, and its product with the other design."""
    outputs, step = moved
    found = np.zeros((3, len(other), 1 + taken.shape[1]))
    found[:, outputs] = _over(np.array([step, step * step, step * other[outputs]]), taken)
    return found


def _over(terms: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Return sums of terms (…, row): over all rows, then over those of every repeat."""
    found = np.empty((*terms.shape[:-1], 1 + taken.shape[1]))
    found[..., 0] = terms.sum(axis=-1)
    found[..., 1:] = terms.astype(taken.dtype, copy=False) @ taken
    return found


def _pairs(
    moved_back: Sequence[Moved], moved: Sequence[Moved], taken: np.ndarray
) -> dict[tuple[int, int], tuple[list[int], np.ndarray]]:
    """Return the sums of E_i·D_j over the outputs that both inputs move."""
    found = {}
    for i, (outputs, back) in enumerate(moved_back):
        for j in range(i + 1, len(moved)):
            others, step = moved[j]
            both = [output for output in outputs if output in others]
            if both:
                one = back[[outputs.index(output) for output in both]]
                other = step[[others.index(output) for output in both]]
                found[i, j] = (both, _over(one * other, taken))
    return found


# -- estimates --------------------------------------------------------------------------------


def variances(sums: Sums) -> np.ndarray:
    """Return the variance of every output over A and B (output, weight)."""
    a, a2, b, b2, _ = sums.plain
    return np.asarray((a2 + b2) / (2 * sums.count) - ((a + b) / (2 * sums.count)) ** 2)


def estimates(sums: Sums) -> dict[str, np.ndarray]:
    """Return S1 and ST (input, output, weight), S2 (pair, output, weight), and of a dummy.

    B is centred by the mean of all evaluations, as SALib does, which lessens the error of S1.
    An input without effect has indices of 0 with these estimators; what the correlation of A
    and B says of it, which should be 0, is the noise of the design.
    """
    count, rows = sums.count, sums.count[0]
    a, a2, b, b2, ab = sums.plain
    inputs = len(sums.mixed)
    of_all = (inputs + 1) * a[:, 0] + b[:, 0] + sums.mixed[:, 0, :, 0].sum(axis=0)
    evaluations = inputs + 2
    if sums.back is not None:
        of_all = of_all + inputs * b[:, 0] + sums.back[:, 0, :, 0].sum(axis=0)
        evaluations += inputs
    centre = (of_all / (rows * evaluations))[:, np.newaxis]
    variance = variances(sums)
    size = (a2 + b2)[:, :1] / (2 * rows)
    variance = np.where(variance > 1e-20 * size, variance, np.inf)  # constant: indices of 0
    s1 = (sums.mixed[:, 2] - centre * sums.mixed[:, 0]) / count / variance
    found = {"S1": s1, "ST": sums.mixed[:, 1] / (2 * count) / variance}
    found["dummy"] = (ab / count - a * b / count**2) / variance
    if sums.back is not None and sums.pairs is not None:
        found["S2"] = np.full((len(sums.pairs), *a.shape), np.nan)
        for k, ((i, j), (outputs, product)) in enumerate(sums.pairs.items()):
            of_b = sums.mixed[j, 2] - centre * sums.mixed[j, 0]
            of_a = sums.back[i, 1] - centre * sums.back[i, 0]
            joint = (of_b + of_a)[outputs] + product
            both = s1[i, outputs] + s1[j, outputs]
            found["S2"][k, outputs] = joint / count / variance[outputs] - both
    return found


def indices(sums: Sums) -> dict[str, Any]:
    """Return indices (input, output), half the width of their 95 % intervals, and the pairs."""
    found: dict[str, Any] = {}
    for name, values in estimates(sums).items():
        found[name] = values[..., 0]
        found[f"{name}_conf"] = sums.error(values)
    found["pairs"] = list(sums.pairs or ())
    return found


# -- tables -----------------------------------------------------------------------------------


def indexed(model: Model, found: Mapping[str, np.ndarray]) -> Any:
    """Return the table of first and total indices, sorted by output and falling ST."""
    import pandas as pd

    columns = ["output", "input", "unit", "kind", "S1", "S1_conf", "ST", "ST_conf"]
    rows = []
    for j, output in enumerate(model.outputs):
        for i in np.argsort(-found["ST"][:, j], kind="stable"):
            group = model.groups[i]
            numbers = (found[name][i, j] for name in columns[4:])
            rows.append((output, group.name, group.unit, group.kind, *numbers))
    return pd.DataFrame(rows, columns=columns)


def _pair_table(model: Model, found: Mapping[str, Any]) -> Any:
    import pandas as pd

    rows = []
    for j, output in enumerate(model.outputs):
        for k in np.argsort(-np.nan_to_num(found["S2"][:, j]), kind="stable"):
            if not np.isnan(found["S2"][k, j]):
                one, other = (model.groups[i].name for i in found["pairs"][k])
                rows.append((output, one, other, found["S2"][k, j], found["S2_conf"][k, j]))
    return pd.DataFrame(rows, columns=["output", "input", "other", "S2", "S2_conf"])
