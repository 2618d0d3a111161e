"""Value of information: what it is worth to know an input before choosing between scenarios.

A decision takes the scenario with the lower expected impact. Knowing input x before it, one
takes the lower for each x: ``EVPPI = E[min_d E(Y_d | x)] - min_d E(Y_d)``, with the sign of a
gain. Between two scenarios only their difference D counts, ``m(x) = E(D | x)``:

* linear loss: the impact avoided, ``E max(0, -m(x)) - max(0, -E D)``;
* 0-1 loss: the gain in the probability of choosing the scenario that is in truth lower.

m is a regression of the paired difference on a spline of x (Strong, Oakley and Brennan 2014).
Noise that a regression fits looks like value; what it finds after x is permuted is taken off.
x is an input as it is used, its common factor included: that is what a meter reads. So the values
of an input and of its common factor overlap, and are no parts of a sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca import sampling
from lca.distributions import Discrete
from lca.impacts import categories
from lca.lifecycle import used
from lca.sensitivity.model import Model, as_study, by_output, is_unordered, labelled, picked
from lca.sensitivity.sobol import CONFIDENCE
from lca.simulation import Design
from lca.study import Root, Study
from lca.units import near

KNOTS = 8  # of a cubic spline in the ranks of an input: enough for one bend and a tail
PERMUTATIONS = 20
LOSSES = ("linear", "0-1")


def evppi(
    study: Study,
    n: int = 8192,
    seed: int = 0,
    resamples: int = 100,
    of: str | Sequence[str] | None = None,
    *,
    loss: str = "linear",
) -> Any:
    """Return what perfect knowledge of each input is worth to the choice between scenarios.

    The expected value of partial perfect information, of every scenario against the first:
    how much lower the impact of the one that is chosen becomes, on average, if the input is
    known before the choice, its common factor included. 0 for an input that could not change the
    choice.

    Parameters
    ----------
    study : Study
        Two scenarios or more; lower is better.
    n : int
        Samples.
    seed : int
    resamples : int
        Bootstrap resamples behind the intervals.
    of : str or list of str, optional
        Differences to keep: ``"gwp"``, or a name such as ``"gwp, B minus A"``.
    loss : {"linear", "0-1"}
        "linear": value in the unit of the impact. "0-1": gain in the probability of choosing
        right.

    Returns
    -------
    pandas.DataFrame
        Columns: output ("gwp, B minus A"), input, unit (of the value), kind, value, value_conf
        (half of a 95 % interval), share (of the value of knowing everything); sorted by output
        and falling value. A value below 0 is noise: not told from 0.

    Raises
    ------
    ValueError
        If there is one scenario only, or no input varies.

    Examples
    --------
    >>> import lca
    >>> wide = lca.uniform(low=0.3, high=0.5)
    >>> one = lca.stages.Electricity(name="grid", intensity=wide, losses=0.0)
    >>> life = lca.Lifecycle(one, functional_unit="one kWh")
    >>> study = lca.Study({"grid": life, "own": life.replace({"grid.intensity": 0.39})})
    >>> table = lca.sensitivity.evppi(study, n=4096, seed=1)
    >>> table.iloc[0]["input"], round(float(table.iloc[0]["value"]), 3)
    ('grid.intensity', 0.02)
    """
    return _table(_Choice.between(study, "evppi", n, seed, of, loss), resamples, {})


def evsi(
    study: Study,
    measured: Mapping[str, float],
    n: int = 8192,
    seed: int = 0,
    resamples: int = 100,
    of: str | Sequence[str] | None = None,
    *,
    loss: str = "linear",
) -> Any:
    """Return what one measurement of an input, with a stated error, is worth to the choice.

    The expected value of sample information: as `evppi`, but what is known is a reading
    ``x · e``, with a lognormal error e of the geometric standard deviation given. A GSD near 1
    gives the value of perfect knowledge, a large one nothing.

    Parameters
    ----------
    study : Study
        Two scenarios or more; lower is better.
    measured : mapping of str to float
        Geometric standard deviation of the measurement, by input:
        ``{"cooling.pue": 1.02}``.
    n, seed, resamples, of, loss
        As for `evppi`.

    Returns
    -------
    pandas.DataFrame
        As `evppi`, for the inputs that are measured.

    Raises
    ------
    ValueError
        If an input does not vary, has no positive numbers, or a GSD is not above 1.

    Examples
    --------
    >>> import lca
    >>> wide = lca.uniform(low=0.3, high=0.5)
    >>> one = lca.stages.Electricity(name="grid", intensity=wide, losses=0.0)
    >>> life = lca.Lifecycle(one, functional_unit="one kWh")
    >>> study = lca.Study({"grid": life, "own": life.replace({"grid.intensity": 0.39})})
    >>> rough = lca.sensitivity.evsi(study, {"grid.intensity": 1.2}, n=4096, seed=1)
    >>> bool(0 < rough.iloc[0]["value"] < 0.02)
    True
    """
    choice = _Choice.between(study, "evsi", n, seed, of, loss)
    _check_measured(measured, {root.label: root for root in choice.roots})
    return _table(choice, resamples, measured)


def _check_measured(measured: Mapping[str, float], roots: Mapping[str, Root]) -> None:
    if not measured:
        raise ValueError('evsi: say what is measured and how well: {"cooling.pue": 1.02}')
    for name, gsd in measured.items():
        if name not in roots:
            raise ValueError(f"evsi: no input {name!r} varies{near(name, roots)}")
        if not gsd > 1 or not np.isfinite(gsd):
            raise ValueError(f"evsi: the GSD of {name!r} must be above 1, not {gsd!r}")
        distribution = roots[name].distribution
        if is_unordered(roots[name]) or distribution.columns > 1 or distribution.support[0] < 0:
            raise ValueError(
                f"evsi: {name!r} is {distribution.describe()}; a measurement with a geometric "
                "error needs a positive number"
            )


# -- the choice -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Choice:
    """Values of every input, and what a choice between scenarios turns on."""

    model: Model
    roots: Sequence[Root]
    known: Mapping[str, np.ndarray]
    outputs: Sequence[str]
    units: Sequence[str]
    targets: np.ndarray  # (output, sample): the difference, or -1 where it is below 0, else 1
    seed: int

    @classmethod
    def between(
        cls, study: Any, method: str, n: int, seed: int, of: str | Sequence[str] | None, loss: str
    ) -> _Choice:
        if loss not in LOSSES:
            raise ValueError(f"loss = {loss!r}{near(str(loss), LOSSES)}; it is linear or 0-1")
        study = as_study(study, method)
        if len(study.scenarios) < 2:
            raise ValueError(
                f"{method} asks what knowledge is worth to a choice: give a study of two "
                "scenarios or more"
            )
        if not study.roots:
            raise ValueError(f"{method}: no input varies")
        names = _differences(study, of)
        rows = sampling.rounded(sampling.check_size(n), "sobol")
        design = Design(study, rows, sampling.check_seed(seed), "sobol")
        draws = study.draw(design.uniforms().block(0, rows))
        known = {root.label: _known(study, root, draws) for root in study.roots}
        model = Model(study, None, list(names))
        if loss == "linear":
            targets = model.evaluate(draws, rows)
            units = [categories()[name.split(",")[0]].unit for name in names]
        else:
            below = [name.replace(" minus ", " below ") for name in names]
            targets = 1 - 2 * Model(study, None, below).evaluate(draws, rows)
            units = ["1"] * len(names)
        return cls(model, study.roots, known, names, units, targets, seed)


def _known(study: Study, root: Root, draws: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the values of an input as it is used: the draw, times its common factor."""
    scenario, name = next(iter(root.called.items()))
    unknown = study.scenarios[scenario].unknowns.get(name)
    held = unknown.uses[0].quantity if unknown else None
    if held is None or not held.common:
        return draws[root.label]
    return np.asarray(used(held, draws[root.label], draws))


def _differences(study: Study, of: str | Sequence[str] | None) -> list[str]:
    model = Model(study)
    names = [
        name
        for (kind, *_), i in model.place.items()
        if kind == "difference"
        for name in [model.outputs[i]]
    ]
    kept = picked(names, of, "difference")
    if not kept:
        raise ValueError(f"of = {of!r}: no such difference; there are {', '.join(names[:8])}")
    return kept


def _gain(known: np.ndarray, y: np.ndarray, counts: np.ndarray | None = None) -> np.ndarray:
    """Return the gain of choosing by `known`, the mean of y given what is known, by output."""
    share = np.full(y.shape[-1], 1 / y.shape[-1]) if counts is None else counts / counts.sum()
    return np.maximum(0.0, -known) @ share - np.maximum(0.0, -(y @ share))


# -- regression -------------------------------------------------------------------------------


def _basis(root: Root, x: np.ndarray) -> np.ndarray:
    """Return the functions of an input that the regression fits (function, sample)."""
    if isinstance(root.distribution, Discrete):
        options, place = np.unique(x, return_inverse=True)
        if is_unordered(root) or len(options) <= KNOTS:
            return np.eye(len(options))[:, place]
    if x.ndim > 1:  # shares that sum to one: the last follows from the others
        parts = [_spline(row) for row in x[:-1]]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
    return _spline(x)


def _spline(x: np.ndarray) -> np.ndarray:
    """Return a natural cubic spline of x, with knots at its quantiles (function, sample).

    Truncated powers that are straight beyond the outer knots (Hastie, Tibshirani and Friedman
    2009, 5.2.1), so that a tail is not fitted by a cube.
    """
    scaled = (x - x.mean()) / (x.std() or 1.0)
    knots = np.unique(np.quantile(scaled, np.linspace(0.02, 0.98, KNOTS)))
    functions = [np.ones_like(scaled), scaled]
    if len(knots) > 2:
        cubes = np.maximum(scaled - knots[:, np.newaxis], 0) ** 3
        powers = (cubes[:-1] - cubes[-1]) / (knots[-1] - knots[:-1])[:, np.newaxis]
        functions += list(powers[:-1] - powers[-1])
    basis, _ = np.linalg.qr(np.array(functions).T)  # the same span, well conditioned
    return np.ascontiguousarray(basis.T) * np.sqrt(len(x))


def _fitted(basis: np.ndarray, y: np.ndarray, counts: Any = 1.0) -> np.ndarray:
    """Return the least-squares fit (output, sample); with counts, of a resample."""
    weighted = basis * counts
    ridge = 1e-9 * basis.shape[1] * np.eye(len(basis))  # an option may be missing in a resample
    return np.asarray(np.linalg.solve(weighted @ basis.T + ridge, weighted @ y.T).T @ basis)


def _noise(basis: np.ndarray, y: np.ndarray, orders: Sequence[np.ndarray]) -> np.ndarray:
    """Return the gain that a regression finds where x has nothing to do with y."""
    return np.mean([_gain(_fitted(basis, y[:, order]), y) for order in orders], axis=0)


def _table(choice: _Choice, resamples: int, measured: Mapping[str, float]) -> Any:
    import pandas as pd

    if sampling.check_size(resamples) < 2:
        raise ValueError("resamples = 1 gives no interval; take 100")
    rng = np.random.default_rng(np.random.SeedSequence(choice.seed, spawn_key=(2**17,)))
    y = choice.targets
    size = y.shape[1]
    orders = [rng.permutation(size) for _ in range(PERMUTATIONS)]
    taken = [
        np.bincount(rng.integers(0, size, size), minlength=size).astype(float)
        for _ in range(resamples)
    ]
    perfect = _gain(y, y)
    rows = []
    for root in choice.roots:
        x = choice.known[root.label]
        if measured and root.label not in measured:
            continue
        if measured:
            error = np.log(measured[root.label]) * rng.standard_normal(x.shape)
            basis = _spline(np.log(x) + error)
        else:
            basis = _basis(root, x)
        value = _gain(_fitted(basis, y), y) - _noise(basis, y, orders)
        again = [_gain(_fitted(basis, y, counts), y, counts) for counts in taken]
        half = CONFIDENCE * np.std(again, axis=0, ddof=1)
        share = np.divide(value, perfect, out=np.zeros_like(value), where=perfect > 0)
        for i, output in enumerate(choice.outputs):
            about = (output, root.label, choice.units[i], root.kind)
            rows.append((*about, value[i], half[i], share[i]))
    columns = ["output", "input", "unit", "kind", "value", "value_conf", "share"]
    table = pd.DataFrame(rows, columns=columns)
    return labelled(by_output(table, choice.outputs, table["value"]), choice.model)
