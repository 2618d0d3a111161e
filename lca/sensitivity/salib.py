"""SALib's methods, on the unit cube: SALib samples and analyses, our quantiles do the rest.

Every distribution works, since SALib sees uniform numbers only. A method is refused where it
is undefined: one that steps or conditions along an input needs an order, which the options
of a choice do not have, and none of them knows shares that sum to one.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lca import sampling
from lca.distributions import SMALLEST
from lca.lifecycle import Lifecycle
from lca.sensitivity.model import Model, as_study, by_output, is_unordered, labelled, totals
from lca.study import Study

TRIM = 0.01
"""Methods that step along an input keep to its 1st to 99th percentile: the ends of the unit
cube are the ends of every tail, where one step would outweigh all others."""

PATIENCE = 60.0
"""Seconds that `delta` may take, by a rough estimate, without being asked."""


def morris(
    study: Study | Lifecycle,
    n: int = 16,
    seed: int = 0,
    levels: int = 4,
    of: str | Sequence[str] | None = None,
) -> Any:
    """Return elementary effects (Morris 1991): which inputs matter at all, cheaply.

    Steps are in the unit cube, so effects of unlike inputs compare; they keep to the 1st to
    99th percentile. ``n × (inputs + 1)`` evaluations.

    Returns
    -------
    pandas.DataFrame
        Columns: output, input, unit, kind, mu, mu_star, mu_star_conf, sigma; sorted by mu_star.
    """
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as design

    def sampled(problem: dict, rng: Any) -> Any:
        return design.sample(problem, n, num_levels=levels, seed=rng)

    def analysed(problem: dict, x: Any, y: Any, seed_: int) -> Any:
        return analysis.analyze(problem, x, y, num_levels=levels, seed=seed_)

    columns = ("mu", "mu_star", "mu_star_conf", "sigma")
    return _table(study, "morris", n, seed, of, sampled, analysed, columns, by="mu_star")


def fast(
    study: Study | Lifecycle, n: int = 1025, seed: int = 0, of: str | Sequence[str] | None = None
) -> Any:
    """Return indices by the extended Fourier amplitude test (Saltelli et al. 1999).

    `n` evaluations for every input, at least 65. No intervals: SALib itself calls its
    bootstrap of this method unreliable.

    Returns
    -------
    pandas.DataFrame
        Columns: output, input, unit, kind, S1, ST; sorted by ST.
    """
    from SALib.analyze import fast as analysis
    from SALib.sample import fast_sampler as design

    if sampling.check_size(n) < 65:
        raise ValueError(f"fast: n = {n} is too small; it needs at least 65 for every input")

    def sampled(problem: dict, rng: Any) -> Any:
        return design.sample(problem, n, seed=rng)

    def analysed(problem: dict, x: Any, y: Any, seed_: int) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of the intervals that are not shown
            return analysis.analyze(problem, y, num_resamples=2, seed=seed_)

    columns = ("S1", "ST")
    return _table(study, "fast", n, seed, of, sampled, analysed, columns, by="ST")


def pawn(
    study: Study | Lifecycle,
    n: int = 2048,
    seed: int = 0,
    slices: int = 10,
    of: str | Sequence[str] | None = None,
) -> Any:
    """Return PAWN indices (Pianosi and Wagener 2018): how far an input moves the distribution.

    Distances of Kolmogorov and Smirnov between the output as it is and within slices of the
    input; no assumption on tails. `n` evaluations.

    Returns
    -------
    pandas.DataFrame
        Columns: output, input, unit, kind, minimum, mean, median, maximum; sorted by median.
    """
    from SALib.analyze import pawn as analysis
    from SALib.sample import latin as design

    def sampled(problem: dict, rng: Any) -> Any:
        return design.sample(problem, n, seed=rng)

    def analysed(problem: dict, x: Any, y: Any, seed_: int) -> Any:
        return analysis.analyze(problem, x, y, S=slices, seed=seed_)

    columns = ("minimum", "mean", "median", "maximum")
    return _table(study, "pawn", n, seed, of, sampled, analysed, columns, by="median")


def delta(
    study: Study | Lifecycle,
    n: int = 1024,
    seed: int = 0,
    resamples: int = 10,
    of: str | Sequence[str] | None = None,
    patient: bool = False,
) -> Any:
    """Return moment-independent indices (Borgonovo 2007, SALib's balanced variant).

    Slow: the time grows with outputs × inputs × resamples × n. `n` evaluations.

    Parameters
    ----------
    patient : bool
        Run also where it would take more than a minute.

    Returns
    -------
    pandas.DataFrame
        Columns: output, input, unit, kind, delta, delta_conf, S1, S1_conf; sorted by delta.

    Raises
    ------
    ValueError
        If it would take minutes and `patient` is not given.
    """
    from SALib.analyze import delta as analysis
    from SALib.sample import latin as design

    study = as_study(study, "delta")
    outputs = len(Model(study, None, totals(study) if of is None else of).outputs)
    seconds = 2e-5 * outputs * len(study.roots) * (resamples + 1) * n
    if seconds > PATIENCE and not patient:
        raise ValueError(
            f"delta would take some {seconds / 60:.0f} minutes for {outputs} outputs; pick outputs "
            "with of=, take fewer resamples or a smaller n, or say patient=True"
        )

    def sampled(problem: dict, rng: Any) -> Any:
        return design.sample(problem, n, seed=rng)

    def analysed(problem: dict, x: Any, y: Any, seed_: int) -> Any:
        # SALib compares its variants aloud; only the balanced one is shown here
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(record=True):
            found = analysis.analyze(problem, x, y, num_resamples=resamples, seed=seed_)
        return {name.replace("_balanced", ""): values for name, values in found.items()}

    columns = ("delta", "delta_conf", "S1", "S1_conf")
    return _table(study, "delta", n, seed, of, sampled, analysed, columns, by="delta")


def dgsm(
    study: Study | Lifecycle, n: int = 256, seed: int = 0, of: str | Sequence[str] | None = None
) -> Any:
    """Return derivative-based measures (Sobol and Kucherenko 2009): upper bounds of ST.

    Derivatives are in the unit cube, within the 1st to 99th percentile; ``n × (inputs + 1)``
    evaluations.

    Returns
    -------
    pandas.DataFrame
        Columns: output, input, unit, kind, dgsm; sorted by dgsm. (SALib's interval is of the
        measure before it is divided by the variance, and so is left out.)
    """
    from SALib.analyze import dgsm as analysis
    from SALib.sample import finite_diff as design

    def sampled(problem: dict, rng: Any) -> Any:
        return design.sample(problem, n, seed=rng)

    def analysed(problem: dict, x: Any, y: Any, seed_: int) -> Any:
        return analysis.analyze(problem, x, y, seed=seed_)

    columns = ("dgsm",)
    return _table(study, "dgsm", n, seed, of, sampled, analysed, columns, by="dgsm")


_NEEDS_ORDER = ("morris", "fast", "dgsm")
_STEPS = ("morris", "dgsm")


def _table(
    study: Study | Lifecycle,
    method: str,
    n: int,
    seed: int,
    of: str | Sequence[str] | None,
    sampled: Callable[[dict, Any], Any],
    analysed: Callable[[dict, Any, Any, int], Any],
    columns: Sequence[str],
    by: str,
) -> Any:
    """Return the one table of all methods: output, input, unit, kind, then indices."""
    import pandas as pd

    study = as_study(study, method)
    sampling.check_size(n)
    seeds = np.random.SeedSequence(sampling.check_seed(seed))
    model = Model(study, None, totals(study) if of is None else of)
    _check(model, method)
    names = [root.label for root in model.roots]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    cube = sampled(problem, np.random.default_rng(seeds))
    uniforms = np.ascontiguousarray(cube.T)
    if method in _STEPS:
        uniforms = TRIM + (1 - 2 * TRIM) * uniforms
    uniforms = np.clip(uniforms, SMALLEST, 1 - SMALLEST)
    values = model.evaluate(study.draw(uniforms), len(cube))
    whole = int(seeds.generate_state(1)[0] | 1)  # SALib takes a seed of 0 for none
    rows = []
    for output, y in zip(model.outputs, values, strict=True):
        if np.ptp(y) > 1e-12 * np.max(np.abs(y), initial=0):
            found = analysed(problem, cube, y, whole)
        else:
            found = {column: np.zeros(len(names)) for column in columns}
        for i, root in enumerate(model.roots):
            numbers = (float(np.asarray(found[column])[i]) for column in columns)
            rows.append((output, root.label, root.unit, root.kind, *numbers))
    table = pd.DataFrame(rows, columns=["output", "input", "unit", "kind", *columns])
    return labelled(by_output(table, model.outputs, table[by]), model)


def _check(model: Model, method: str) -> None:
    if not model.roots:
        raise ValueError(f"{method}: no input varies")
    joint = [root.label for root in model.roots if root.distribution.columns > 1]
    if joint:
        raise ValueError(
            f"{method} is undefined for shares that sum to one ({', '.join(joint)}): use sobol, "
            "which takes them as one input"
        )
    if model.study.correlation is not None:
        raise ValueError(
            f"{method} is undefined for correlated inputs "
            f"({', '.join(model.study.correlation.labels)}): use sobol, which takes a correlated "
            "block as one input"
        )
    choices = [root.label for root in model.roots if is_unordered(root)]
    if choices and method in _NEEDS_ORDER:
        raise ValueError(
            f"{method} is undefined for choices, whose options have no order "
            f"({', '.join(choices)}): use sobol or pawn, or pick an option with replace"
        )
