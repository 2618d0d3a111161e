"""Updating: what a measurement says of a prediction and of its inputs.

A prior is the samples of a result; a reading of a meter weighs every sample by how likely the
instrument would have shown it (importance weights: Bayes' theorem on samples). Nothing is drawn
anew, so the same result and reading give the same posterior.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.distributions import Lognormal, Normal
from lca.quantity import Quantity
from lca.result import LEVEL, Result
from lca.units import near

LEAST = 100
"""Effective samples below which a posterior is called unsure."""

CERTAIN = 0.95
"""Of the instrument: within this interval of the reading, something must have been drawn."""


NOTHING = 1e-9
"""A sample with so little of the largest weight is no longer drawn, for a further reading."""

_INPUTS = ["input", "unit", "prior_low", "prior_median", "prior_high"]
_INPUTS += ["low", "median", "high", "mean", "narrowed"]


@dataclass(frozen=True, eq=False)
class Posterior:
    """A result after a measurement; made by `update`.

    Attributes
    ----------
    result : Result
        The prior, whose samples are weighed.
    weights : array of float
        One a sample; they sum to 1.
    """

    result: Result
    weights: np.ndarray

    @property
    def effective(self) -> float:
        """The effective sample size, ``1 / Σ weight²``: how many samples speak (Kong 1992)."""
        return float(1 / (self.weights**2).sum())

    def quantiles(self, values: Any, q: Any) -> np.ndarray:
        """Return quantiles of any samples of the result under the weights.

        Examples
        --------
        >>> import lca
        >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.4, high=0.6))
        >>> result = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), 8192)
        >>> reading = lca.normal(mean=0.5, sd=0.01, unit="kgCO2e/kWh")
        >>> after = lca.update(result, reading, input="grid.intensity")
        >>> after.quantiles(result.draws.sel(input="grid.intensity"), [0.025, 0.975]).round(2)
        array([0.48, 0.52])
        """
        samples = np.asarray(values)
        order = np.argsort(samples)
        below = np.cumsum(self.weights[order]) - self.weights[order] / 2
        return np.interp(q, below, samples[order])

    def totals(self) -> Any:
        """Return the totals of every scenario, before and after: a DataFrame.

        Columns: scenario, category, unit, low, median and high (90 % interval) as `prior_low`
        … and `low` …, mean, and note (what a total is without). One measurement updates all
        scenarios, since they were drawn together.
        """
        import pandas as pd

        result = self.result
        return pd.DataFrame(
            {
                "scenario": scenario,
                "category": category,
                "unit": result.info["units"][category],
                **self._both(result.total(category)[i]),
                "note": result.partial(scenario, category),
            }
            for i, scenario in enumerate(result.scenarios)
            for category in result.categories
        )

    def inputs(self) -> Any:
        """Return every drawn number before and after, those most narrowed first: a DataFrame.

        Columns: input, unit, low, median and high before and after as in `totals`, mean, and
        narrowed: the width of the interval after over that before; 1 where nothing was learnt,
        NaN (at the end) where the interval before has no width, as of a discrete input that is
        nearly always one value. Choices have no order, so they stand in `options`.
        """
        import pandas as pd

        result = self.result
        rows = []
        for name, samples in zip(result.info["drawn"], result.draws.to_numpy(), strict=True):
            if name in self._options:
                continue
            both = self._both(samples)
            before = both["prior_high"] - both["prior_low"]
            narrowed = (both["high"] - both["low"]) / before if before > 0 else np.nan
            about = {"input": name, "unit": result.info["drawn_units"][name]}
            rows.append(about | both | {"narrowed": narrowed})
        table = pd.DataFrame(rows, columns=_INPUTS)
        return table.sort_values("narrowed", kind="stable", ignore_index=True)

    def options(self) -> Any:
        """Return how probable every option of the drawn choices is: a DataFrame.

        Columns: input, option, and its probability before (prior) and after (posterior).

        Examples
        --------
        >>> import lca
        >>> cards = {
        ...     name: lca.stages.Accelerator(name=name, footprint=footprint)
        ...     for name, footprint in (("vendor", 164), ("tear-down", 273))
        ... }
        >>> card = lca.choice("model", cards, weights={"vendor": 1, "tear-down": 1})
        >>> result = lca.simulate(lca.Lifecycle(card, functional_unit="one card"), 1024)
        >>> after = lca.update(result, lca.normal(mean=250, sd=40, unit="kgCO2e"), total="gwp")
        >>> after.options().round(2).to_numpy().tolist()
        [['model', 'vendor', 0.5, 0.1], ['model', 'tear-down', 0.5, 0.9]]
        """
        import pandas as pd

        rows = []
        for name, options in self._options.items():
            taken = self.result.draws.sel(input=name).to_numpy()
            for position, option in enumerate(options):
                these = taken == position
                rows.append([name, option, these.mean(), self.weights[these].sum()])
        return pd.DataFrame(rows, columns=["input", "option", "prior", "posterior"])

    @property
    def _options(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.result.info["options"]
        return found

    def _both(self, values: Any) -> dict[str, float]:
        samples = np.asarray(values)
        at = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]
        names = ("low", "median", "high")
        before, after = np.quantile(samples, at), self.quantiles(samples, at)
        return {
            **{f"prior_{name}": float(value) for name, value in zip(names, before, strict=True)},
            **{name: float(value) for name, value in zip(names, after, strict=True)},
            "mean": float(self.weights @ samples),
        }


def update(
    prior: Result | Posterior,
    reading: Quantity,
    *,
    amount: str = "",
    total: str = "",
    input: str = "",
    scenario: str = "",
) -> Posterior:
    """Return a result as a measurement of one of its amounts, totals or inputs changes it.

    Every sample is weighed by the density of the reading, were the sample true:
    ``exp(-((reading - x) / sd)² / 2)`` for an instrument with a normal error,
    ``exp(-(ln(reading / x) / ln GSD)² / 2)`` for one with a factor of error.

    Parameters
    ----------
    prior : Result or Posterior
        Samples; of a posterior, a second and independent reading is added to the first.
    reading : Quantity
        What the meter said, as its mean (`normal`) or median (`lognormal`), and the error of
        the instrument, as its spread.
    amount : str
        The stage whose delivery was measured, in its `per`: ``"grid"`` for a meter of energy.
    total : str
        Or else the category whose total was measured, ``"gwp"``.
    input : str
        Or else the drawn input, ``"cooling.pue"``.
    scenario : str
        Of which an amount or a total was measured; the first unless given.

    Raises
    ------
    ValueError
        If not one of the three is named, or a name is unknown (near ones are offered); if the
        reading is neither normal nor lognormal; if nothing was drawn within the 95 % interval
        of the instrument, so that the prior does not allow the reading.
    UnitError
        If the reading has a unit of another kind.

    Warns
    -----
    UserWarning
        If fewer than 100 samples speak (draw more), or the reading itself lies outside
        what was drawn.

    Examples
    --------
    >>> import lca
    >>> run = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=3e6, region="FR", development="excluded"
    ... )
    >>> result = lca.simulate(run, 8192, seed=1)
    >>> meter = lca.normal(mean=1.9, sd=0.04, unit="GWh")
    >>> after = lca.update(result, meter, amount="grid")
    >>> row = after.totals().iloc[0]
    >>> bool(row["high"] / row["low"] < row["prior_high"] / row["prior_low"])
    True
    """
    if isinstance(prior, Posterior):
        result, before = prior.result, prior.weights
    else:
        result, before = prior, np.ones(prior.n)
    what, unit, values = _measured(result, amount, total, input, scenario)
    shown = reading.to(unit)
    _check_allowed(what, unit, shown, values[before > NOTHING * before.max()])
    with np.errstate(divide="ignore"):
        logs = np.log(before) + _log_likelihood(shown, values)
    weights = np.exp(logs - logs.max())
    posterior = Posterior(result, weights / weights.sum())
    if posterior.effective < LEAST:
        warnings.warn(
            f"{what}: {posterior.effective:.0f} effective samples of {result.n}; draw more, or "
            "ask whether prior and reading speak of the same thing",
            stacklevel=2,
        )
    return posterior


def _measured(
    result: Result, amount: str, total: str, input: str, scenario: str
) -> tuple[str, str, np.ndarray]:
    """Return what was measured, its unit and its samples."""
    if sum(map(bool, (amount, total, input))) != 1:
        raise ValueError("update: name one of amount=, total= and input=: what was measured")
    of = scenario or result.scenarios[0]
    _check_known("scenario", of, result.scenarios)
    place = result.scenarios.index(of)
    if total:
        return f"total {total}", _unit(result, total), result.total(total)[place].to_numpy()
    if amount:
        _check_known("stage", amount, result.info["stages"])
        samples = result.amounts[place].sel(stage=amount).to_numpy()
        return f"amount of {amount}", result.info["per"][amount], samples
    _check_known("drawn input", input, result.info["drawn"])
    samples = result.draws.sel(input=input).to_numpy()
    return input, result.info["drawn_units"][input], samples


def _unit(result: Result, category: str) -> str:
    result.total(category)  # an unknown category is said there
    return str(result.info["units"][category])


def _check_known(kind: str, name: str, known: list[str]) -> None:
    if name not in known:
        raise ValueError(f"update: no {kind} {name!r}{near(name, known)}")


def _check_allowed(what: str, unit: str, reading: Quantity, values: np.ndarray) -> None:
    """Refuse a reading that the prior does not allow; warn where it lies outside."""
    if not isinstance(reading.distribution, (Normal, Lognormal)):
        raise ValueError(
            f"update: a reading is lca.normal or lca.lognormal, with the error of the instrument "
            f"as its spread; not {reading!r}"
        )
    least, most = float(values.min()), float(values.max())
    low, high = reading.interval(CERTAIN)
    said = f"{what}: the reading {reading.median:.6g} {unit}"
    drawn = f"what was drawn, {least:.6g} to {most:.6g}"
    if high < least or low > most:
        raise ValueError(
            f"{said} ({low:.6g} to {high:.6g} with the error of the instrument) lies outside "
            f"{drawn}: the prior does not allow it; an input or the boundary is wrong"
        )
    if not least <= reading.median <= most:
        warnings.warn(f"{said} lies outside {drawn}", stacklevel=3)


def _log_likelihood(reading: Quantity, values: np.ndarray) -> np.ndarray:
    """Return the logarithm of the density of the reading for every sample, up to a constant."""
    error = reading.distribution
    if isinstance(error, Normal):
        return np.asarray(-0.5 * ((reading.median - values) / (reading.scale * error.sd_)) ** 2)
    assert isinstance(error, Lognormal)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.log(reading.median) - np.log(np.where(values > 0, values, 0.0))
    return np.asarray(-0.5 * (distance / error.sigma) ** 2)
