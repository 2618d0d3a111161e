"""Variance by kind, and what a choice of model is worth: is it the numbers or the models?

Uncertainty could be lessened by knowing better, variability only by saying which case is meant;
a model is a choice between accounts of the same thing, whose weights are a convention.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import optimize

from lca import sampling, simulation
from lca.lifecycle import Lifecycle
from lca.sensitivity.model import Model, as_study, totals
from lca.sensitivity.sobol import Design, estimates, summed
from lca.stage import Choice
from lca.study import Study


def kinds(
    study: Study | Lifecycle,
    n: int = 1024,
    seed: int = 0,
    resamples: int = 100,
    of: str | Sequence[str] | None = None,
) -> Any:
    """Return how much of the variance is uncertainty, variability and model, and together.

    ``closed`` is what the inputs of a kind explain among themselves, ``total`` what would go
    with them; what no kind explains alone is the row "interaction", ``1 - Σ closed``.

    Parameters
    ----------
    study : Study or Lifecycle
    n, seed, resamples
        As for `sobol`.
    of : str or list of str, optional
        Outputs by name, or all whose name holds the text; totals unless given.

    Returns
    -------
    pandas.DataFrame
        Columns: output, kind, inputs (how many), closed, closed_conf, total, total_conf (half
        of a 95 % interval). Choices without weights do not vary: see `choices`.

    Examples
    --------
    >>> import lca
    >>> life = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    ... )
    >>> table = lca.sensitivity.kinds(life, n=256, seed=1, of="gwp, baseline")
    >>> sorted(table["kind"])
    ['interaction', 'uncertainty', 'variability']
    """
    import pandas as pd

    study = as_study(study, "kinds")
    model = Model(study, "kind", totals(study) if of is None else of)
    if sampling.check_size(resamples) < 2:
        raise ValueError("resamples = 1 gives no interval; take 100")
    rows = sampling.check_size(n)
    sums = summed(model, Design(model, rows, sampling.check_seed(seed), resamples))
    found = estimates(sums)
    rest = 1 - found["S1"].sum(axis=0)
    rest[(found["ST"] == 0).all(axis=0)] = 0.0  # a constant output
    closed = np.concatenate([found["S1"], rest[np.newaxis]])
    total = np.concatenate([found["ST"], rest[np.newaxis]])
    half, total_half = sums.error(closed), sums.error(total)
    named = [(group.kind, len(group.roots)) for group in model.groups] + [("interaction", 0)]
    table = [
        (output, *about, closed[i, j, 0], half[i, j], total[i, j, 0], total_half[i, j])
        for j, output in enumerate(model.outputs)
        for i, about in enumerate(named)
    ]
    columns = ["output", "kind", "inputs", "closed", "closed_conf", "total", "total_conf"]
    return pd.DataFrame(table, columns=columns)


def choices(
    study: Study | Lifecycle,
    n: int = 4096,
    seed: int = 0,
    of: str | Sequence[str] | None = None,
) -> Any:
    """Return what every choice between models decides: by option, over equal and all weights.

    Weights of models are no frequencies, so a share of the variance depends on a convention.
    With ``m_k`` and ``v_k`` the mean and variance of an output under option k, and weights w,
    the share of the choice is ``B / (B + Σ w v)``, ``B = Σ w m² - (Σ w m)²``: given for equal
    weights, and the largest over all weights; the least is 0, for any option held for sure.

    Parameters
    ----------
    study : Study or Lifecycle
    n : int
        Samples for every option, with the same draws of all else.
    seed : int
    of : str or list of str, optional
        Outputs by name, or all whose name holds the text; totals unless given.

    Returns
    -------
    pandas.DataFrame
        Columns: output, input (the choice), option, mean, sd (under this option), ratio (of its
        mean to the lowest of the options), share_equal, share_largest, weight_largest (of the
        option, where the share is largest).

    Raises
    ------
    ValueError
        If there is no choice.

    Examples
    --------
    >>> import lca
    >>> cards = {name: lca.stages.Accelerator(name=name, footprint=x)
    ...          for name, x in (("vendor", 164.0), ("tear-down", 273.0))}
    >>> life = lca.Lifecycle(lca.choice("card model", cards), functional_unit="one card")
    >>> table = lca.sensitivity.choices(life, n=64)
    >>> [float(x) for x in table["ratio"].round(2)]
    [1.0, 1.66]
    """
    import pandas as pd

    study = as_study(study, "choices")
    sampling.check_size(n)
    found = _choices(study)
    if not found:
        raise ValueError("choices: no stage of the study is a choice; make one with lca.choice(…)")
    rows = []
    for name, options in found.items():
        values = {option: _under(study, name, option, n, seed, of) for option in options}
        for output in next(iter(values.values())):
            samples = [values[option][output] for option in options]
            means = np.array([sample.mean() for sample in samples])
            spreads = np.array([sample.var() for sample in samples])
            equal = np.full(len(options), 1 / len(options))
            best = _largest(means, spreads)
            for k, option in enumerate(options):
                ratio = means[k] / means.min() if means.min() > 0 else np.nan
                shares = _share(equal, means, spreads), _share(best, means, spreads)
                numbers = means[k], np.sqrt(spreads[k]), ratio, *shares, best[k]
                rows.append((output, name, option, *map(float, numbers)))
    columns = ["output", "input", "option", "mean", "sd", "ratio", "share_equal", "share_largest"]
    return pd.DataFrame(rows, columns=[*columns, "weight_largest"])


def _choices(study: Study) -> dict[str, list[str]]:
    """Return the options of every choice, by its name."""
    return {
        stage.picked.name: list(stage.alternatives)
        for life in study.scenarios.values()
        for stage in life.order
        if isinstance(stage, Choice)
    }


def _under(
    study: Study, choice: str, option: str, n: int, seed: int, of: str | Sequence[str] | None
) -> dict[str, np.ndarray]:
    """Return samples of every output with a choice held at one option."""
    held = Study(
        {
            name: life.replace({choice: option}) if choice in life.unknowns else life
            for name, life in study.scenarios.items()
        },
        correlation=study.correlation,
    )
    model = Model(held, None, totals(held) if of is None else of)
    # plain random numbers are keyed by the label, so that all else has the same draws
    design = simulation.Design(held, n, sampling.check_seed(seed), "random")
    values = model.evaluate(held.draw(design.uniforms().block(0, n)), n)
    return dict(zip(model.outputs, values, strict=True))


def _share(weights: np.ndarray, means: np.ndarray, spreads: np.ndarray) -> float:
    """Return the share of the variance that a choice with these weights explains."""
    between = weights @ means**2 - (weights @ means) ** 2
    whole = between + weights @ spreads
    return float(between / whole) if whole > 0 and between > 1e-14 * whole else 0.0


def _largest(means: np.ndarray, spreads: np.ndarray) -> np.ndarray:
    """Return the weights under which a choice explains most.

    Two options suffice: with the mean Σ w m held, ``B - λ Σ w v`` is linear in the weights
    under two constraints, and so is largest with two of them. Along a pair the share rises and
    falls once.
    """
    best = np.full(len(means), 1 / len(means))
    for i in range(len(means)):
        for j in range(i + 1, len(means)):

            def share(weight: float, i: int = i, j: int = j) -> float:
                return -_share(_two(weight, i, j, len(means)), means, spreads)

            weight = optimize.minimize_scalar(share, bounds=(0, 1), method="bounded").x
            tried = _two(float(weight), i, j, len(means))
            if _share(tried, means, spreads) > _share(best, means, spreads):
                best = tried
    return best


def _two(weight: float, i: int, j: int, size: int) -> np.ndarray:
    weights = np.zeros(size)
    weights[i], weights[j] = weight, 1 - weight
    return weights
