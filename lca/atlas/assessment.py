"""All models at once: sums with what they share, and what knowing more would leave of intervals."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca import sampling
from lca.atlas.disclosed import STRATA, Model, read
from lca.atlas.run import DEVELOPMENT, MFU, lifecycle
from lca.attribution import Solution
from lca.figures import style
from lca.lifecycle import GROUPS, Lifecycle
from lca.study import Study

QUANTITIES = {
    "accelerator_hours": "kGPUh",
    "energy": "MWh",
    "operational": "tCO2e",
    "embodied": "tCO2e",
    "total": "tCO2e",
    "with_development": "tCO2e",
}
"""What is told of every model and sum, with its unit."""

WORLDS = 16
"""Values at which something not disclosed is held, to see how far knowing it narrows."""

LEVEL = 0.9
"""Share of all draws between the ends of intervals."""

_WORK = ("*/hardware", "*/computation", MFU)
_POWER = ("operation.power_fraction.*", "operation.host_overhead.*", "*/power")
_PUE = ("*/cooling.pue",)
_PLACE = ("*/country", "*/grid*.siting", "electricity.*", "common factor electricity *",
          "operation.grid_loss_share.*")  # fmt: skip
_MAKING = ("footprint.*", "common factor memory*", "common factor nvidia*", "disposal.*",
           "transport.*", "operation.service_life.*", "operation.utilisation.*")  # fmt: skip

ITEMS: dict[str, tuple[str, ...]] = {
    "hardware": ("*/hardware",),
    "computation": ("*/computation",),
    "utilisation of the peak": (MFU,),
    "hours and hardware": _WORK,
    "power": _POWER,
    "metered energy": (*_WORK, *_POWER),
    "PUE": _PUE,
    "place": _PLACE,
    "hardware as made": _MAKING,
    "development": (DEVELOPMENT,),
}
"""What may be disclosed, and which unknowns are then known: patterns of labels."""

COMBINATIONS: dict[str, tuple[str, ...]] = {
    "place and PUE": (*_PLACE, *_PUE),
    "metered energy and PUE": (*_WORK, *_POWER, *_PUE),
    "metered energy, place and PUE": (*_WORK, *_POWER, *_PLACE, *_PUE),
    "hours, hardware, and as made": (*_WORK, *_MAKING),
    "all but development": (*_WORK, *_POWER, *_PLACE, *_PUE, *_MAKING),
    "energy, place, PUE and development": (
        *_WORK, *_POWER, *_PLACE, *_PUE, DEVELOPMENT,
    ),
}  # fmt: skip
"""Several of them at once."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """All models of the table, assessed: tidy tables, and the samples behind them.

    Attributes
    ----------
    models : DataFrame
        One row for every model and quantity: id, label, organisation, year, countries, operator,
        disclosed, hardware (types it may have been trained on), quantity, unit, nominal, mean,
        median, low and high (90 % interval).
    years, strata : DataFrame
        Sums by year of publication, and by what is disclosed with "all" below: models, mean (the
        sum of means), median, low, high, and low_independent and high_independent, as if no two
        models shared an unknown.
    disclosures : DataFrame
        What knowing an item of `ITEMS` of all models would leave of the width of intervals:
        item, quantity, models (of which it is not known), sum (width of the interval of the sum
        over all models, over that without; widths are of logarithms), model (the median of the
        same over those models), halves (whether the interval of the sum falls to a half).
    combined : DataFrame
        The same for `COMBINATIONS` of items.
    excluded : DataFrame
        Models that the rule leaves out: id, reason.
    samples : mapping of str to array
        By quantity: model, sample, in the units of `QUANTITIES`.
    n, seed : int
        Number of samples, and what gives the same again.
    """

    models: Any
    years: Any
    strata: Any
    disclosures: Any
    combined: Any
    excluded: Any
    samples: Mapping[str, np.ndarray]
    n: int
    seed: int


def assess(n: int = 4096, seed: int = 0) -> Atlas:
    """Assess all models by the rule at the head of this module.

    Parameters
    ----------
    n : int
        Samples, rounded up to a multiple of `WORLDS` × 16.
    seed : int
        The same seed gives the same numbers.

    Raises
    ------
    ValueError
        If n or seed is no whole number above 0, or 0 or above.

    Examples
    --------
    >>> found = assess(n=256)
    >>> text(found).splitlines()[0]
    '423 models assessed, 23 left out'
    """
    import pandas as pd

    every = Every(read().models, rounded(sampling.check_size(n)), sampling.check_seed(seed))
    draws = every.draws()
    samples = every.evaluate(draws)
    excluded = pd.DataFrame(read().excluded.items(), columns=["id", "reason"])
    return Atlas(
        models=_models(every, samples),
        years=_sums(every, samples, "year", [model.year for model in every.models]),
        strata=_strata(every, samples),
        disclosures=_disclosures(every, draws, samples, ITEMS),
        combined=_disclosures(every, draws, samples, COMBINATIONS),
        excluded=excluded,
        samples=samples,
        n=every.n,
        seed=every.seed,
    )


def rounded(n: int) -> int:
    """Return a number of samples that can be dealt into `WORLDS`, 16 or more to each."""
    return -(-n // (16 * WORLDS)) * 16 * WORLDS


class Every:
    """All models as one study, evaluated one after the other to keep memory small."""

    def __init__(self, models: Sequence[Model], n: int, seed: int) -> None:
        self.models = models
        self.n = n
        self.seed = seed
        self.lives = [lifecycle(model) for model in models]
        ids = [model.id for model in models]
        self.study = Study(dict(zip(ids, self.lives, strict=True)), name="atlas")
        self.called: dict[str, dict[str, str]] = {one: {} for one in ids}
        for root in self.study.roots:
            for scenario, label in root.called.items():
                self.called[scenario][label] = root.label

    def draws(self) -> dict[str, np.ndarray]:
        """Return what is drawn, by label: plain random streams, each of its label alone."""
        roots = self.study.roots
        columns = [root.distribution.columns for root in roots]
        labels = [root.label for root in roots]
        uniforms = sampling.design(labels, columns, self.n, self.seed, "random")
        return self.study.draw(uniforms.block(0, self.n))

    def evaluate(
        self, draws: Mapping[str, np.ndarray], which: Iterable[int] | None = None
    ) -> dict[str, np.ndarray]:
        """Return every quantity by model and sample, of some models or of all."""
        chosen = range(len(self.models)) if which is None else list(which)
        found = {name: np.empty((len(chosen), self.n)) for name in QUANTITIES}
        for row, position in enumerate(chosen):
            for name, values in quantities(
                self.lives[position], self.solve(position, draws)
            ).items():
                found[name][row] = values
        return found

    def solve(self, position: int, draws: Mapping[str, np.ndarray]) -> Solution:
        """Return the solution of one model."""
        called = self.called[self.models[position].id]
        own = {label: draws[root] for label, root in called.items()}
        return self.lives[position].evaluate(own, self.n)


def quantities(life: Lifecycle, solution: Solution) -> dict[str, np.ndarray]:
    """Return the quantities of one model: of the final run, and with development.

    Development is the final run times its ratio, so one share takes it off everything.
    """
    gwp = life.categories.index("gwp")
    activities = solution.activities[gwp]
    whole = activities.sum(axis=0)
    final = activities[list(life.activities).index("training")] / whole
    stages_of = [life.order[row] for row in life.graph.rows]
    groups = {
        group: solution.impacts[gwp][[stage.phase in phases for stage in stages_of]].sum(axis=0)
        for group, phases in GROUPS.items()
    }
    hours = sum(amount(life, solution, name) for name in life.stages if name.startswith("cluster"))
    return {
        "accelerator_hours": hours * final / 1e3,
        "energy": amount(life, solution, "grid") * final / 1e3,
        "operational": groups["operational"] * final / 1e3,
        "embodied": groups["embodied"] * final / 1e3,
        "total": whole * final / 1e3,
        "with_development": whole / 1e3,
    }


def amount(life: Lifecycle, solution: Solution, stage: str) -> np.ndarray:
    return solution.amounts[list(life.stages).index(stage)]


def interval(samples: np.ndarray) -> np.ndarray:
    return np.asarray(np.quantile(samples, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=-1))


def _width(samples: np.ndarray) -> np.ndarray:
    """Return the logarithm of the upper over the lower end of intervals."""
    low, high = interval(samples)
    return np.asarray(np.log(high / low))


def _models(every: Every, samples: Mapping[str, np.ndarray]) -> Any:
    import pandas as pd

    about = pd.DataFrame(
        [
            {
                "id": model.id,
                "label": model.label,
                "organisation": model.organisation,
                "year": model.year,
                "countries": ";".join(model.countries),
                "operator": model.operator,
                "disclosed": model.disclosed,
                "hardware": len(model.hardware),
            }
            for model in every.models
        ]
    )
    nominal = [quantities(life, life.nominal_solution) for life in every.lives]
    parts = []
    for name, unit in QUANTITIES.items():
        low, high = interval(samples[name])
        parts.append(
            about.assign(
                quantity=name,
                unit=unit,
                nominal=[float(one[name][0]) for one in nominal],
                mean=samples[name].mean(axis=1),
                median=np.median(samples[name], axis=1),
                low=low,
                high=high,
            )
        )
    return pd.concat(parts, ignore_index=True)


def _sums(every: Every, samples: Mapping[str, np.ndarray], by: str, keys: Sequence[Any]) -> Any:
    """Return sums over the models of every key."""
    import pandas as pd

    mixed = _mixed(every)
    rows = []
    for key in sorted(set(keys)):
        within = np.array([one == key for one in keys])
        for name, unit in QUANTITIES.items():
            held = samples[name][within]
            apart = np.take_along_axis(held, mixed[within], axis=1)
            rows.append([key, name, unit, int(within.sum()), *_described(held, apart)])
    columns = [by, "quantity", "unit", "models", *_SUMMED]
    table = pd.DataFrame(rows, columns=columns)
    table.attrs["factors"] = every.lives[0].factors
    return table


_SUMMED = ["mean", "median", "low", "high", "low_independent", "high_independent"]


def _described(held: np.ndarray, apart: np.ndarray) -> list[float]:
    summed = held.sum(axis=0)
    ends = [*interval(summed), *interval(apart.sum(axis=0))]
    return [float(summed.mean()), float(np.median(summed)), *map(float, ends)]


def _mixed(every: Every) -> np.ndarray:
    """Return a random order of samples for every model, so that none goes with another."""
    rng = np.random.default_rng([every.seed, 1])
    return rng.permuted(np.tile(np.arange(every.n), (len(every.models), 1)), axis=1)


def _strata(every: Every, samples: Mapping[str, np.ndarray]) -> Any:
    """Return sums by what is disclosed, and the median width of intervals of the models."""
    import pandas as pd

    disclosed = [model.disclosed for model in every.models]
    apart = _sums(every, samples, "disclosed", disclosed)
    whole = _sums(every, samples, "disclosed", ["all"] * len(disclosed))
    order = {name: place for place, name in enumerate((*STRATA, "all"))}
    found = pd.concat([apart, whole], ignore_index=True)
    found = found.sort_values("disclosed", key=lambda names: names.map(order), kind="stable")
    widths = {name: np.exp(_width(samples[name])) for name in QUANTITIES}
    found["ratio"] = [
        float(np.median(widths[row.quantity][[row.disclosed in (one, "all") for one in disclosed]]))
        for row in found.itertuples()
    ]
    return found.reset_index(drop=True)


# -- what knowing more would leave of the intervals ----------------------------------------------


def _disclosures(
    every: Every,
    draws: Mapping[str, np.ndarray],
    samples: Mapping[str, np.ndarray],
    items: Mapping[str, Sequence[str]],
) -> Any:
    """Return how much of the width of intervals is left, for every item and quantity.

    The samples are dealt into `WORLDS`. In each the item has one value, spread as it is
    otherwise, for that is what knowing it means, whatever it turns out to be. Width is the mean
    over the worlds; without the item held it is taken in the same way, so that few samples a
    world bias both alike.
    """
    import pandas as pd

    before = {name: _in_worlds(samples[name]) for name in QUANTITIES}
    rng = np.random.default_rng([every.seed, 2])
    fixed = {label: _held(draw, rng) for label, draw in draws.items()}
    rows = []
    for item, patterns in items.items():
        held = [label for label in draws if any(fnmatch.fnmatchcase(label, p) for p in patterns)]
        touched = [
            position
            for position, model in enumerate(every.models)
            if set(held) & set(every.called[model.id].values())
        ]
        known = every.evaluate({**draws, **{label: fixed[label] for label in held}}, touched)
        for name in QUANTITIES:
            after = samples[name].copy()
            after[touched] = known[name]
            widths = _in_worlds(after)
            left = np.round(widths / np.where(before[name] > 0, before[name], 1), 9)
            of_sum, of_models = left[-1], float(np.median(left[touched]))
            rows.append([item, name, len(touched), float(of_sum), of_models, bool(of_sum <= 0.5)])
    columns = ["item", "quantity", "models", "sum", "model", "halves"]
    return pd.DataFrame(rows, columns=columns)


def _held(draw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a draw that has one value in each world: middles of parts equally likely, mixed.

    So the worlds spread over every unknown evenly (McKay, Beckman and Conover 1979).
    """
    middles = (2 * np.arange(WORLDS) + 1) * draw.shape[-1] // (2 * WORLDS)
    values = np.sort(draw, axis=-1)[..., middles]
    return np.repeat(values[..., rng.permutation(WORLDS)], draw.shape[-1] // WORLDS, axis=-1)


def _in_worlds(samples: np.ndarray) -> np.ndarray:
    """Return mean widths over the worlds: of every model, and last of their sum."""
    with_sum = np.vstack([samples, samples.sum(axis=0)])
    return np.asarray(_width(with_sum.reshape(len(with_sum), WORLDS, -1)).mean(axis=-1))


# -- as text ------------------------------------------------------------------------------------


def text(found: Atlas) -> str:
    """Return the tables of an atlas as lines of text: sums, and what disclosures would leave.

    For an example see `assess`.
    """
    lines = [f"{len(found.samples['total'])} models assessed, {len(found.excluded)} left out", ""]
    for table, by in ((found.years, "year"), (found.strata, "disclosed")):
        lines += [_head(by), *_summed(table, by), ""]
    lines += [f"{'width of intervals left if disclosed, total':46s}{'sum':>6s}{'a model':>9s}"]
    for row in (*found.disclosures.itertuples(), *found.combined.itertuples()):
        if row.quantity == "total":
            lines.append(f"  {row.item:44s}{100 * row.sum:4.0f} %{100 * row.model:7.0f} %")
    return "\n".join(lines)


def _head(by: str) -> str:
    return (
        f"{by:12s}{'models':>7s}  {'energy, GWh (90 %)':28s}{'total, kt CO2e (90 %)':28s}"
        f"{'embodied':>9s}"
    )


def _summed(table: Any, by: str) -> list[str]:
    """Return one line for every key of a table of sums."""
    lines = []
    for key, rows in table.groupby(by, sort=False):
        of = rows.set_index("quantity")
        share = of.loc["embodied", "mean"] / of.loc["total", "mean"]
        said = "".join(f"{_between(of.loc[name]):28s}" for name in ("energy", "total"))
        lines.append(f"{key!s:12s}{rows['models'].iloc[0]:7d}  {said}{100 * share:7.1f} %")
    return lines


def _between(row: Any) -> str:
    """Return a mean with its interval, in thousands of the unit."""
    mean, low, high = (row[name] / 1e3 for name in ("mean", "low", "high"))
    return f"{style.number(mean, high - low)} ({style.interval(low, high)})"
