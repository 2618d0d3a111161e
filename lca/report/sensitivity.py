"""Sensitivity check: which inputs go with the totals, in the samples at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca import typeset
from lca.report.wording import alternatives, per_cent
from lca.result import Result

MOST = 5
"""Inputs that are shown of a scenario."""

CLASSES = (8, 32)
"""Fewest and most classes into which the draws of an input are cut."""

PER_CLASS = 64
"""Samples that a class holds at least, where there are enough."""

FEWEST = 256
"""Samples below which shares of a variance say nothing."""

SHUFFLES = 20
"""How often samples are shuffled to see what share chance alone finds."""

OUTPUTS = 4
"""Outputs of a table of sensitivity that are shown, totals and differences first."""

ROWS = 10
"""Inputs of each of them that are shown."""


@dataclass(frozen=True)
class Driver:
    """An input, its rank correlation with the total (None of options), its share of variance."""

    name: str
    correlation: float | None
    share: float


def drivers(result: Result, category: str, scenario: str) -> list[Driver]:
    """Return the drawn inputs that go with the total of a scenario, by share of its variance.

    The samples are cut into K classes of equal size by the draws of an input, or one for each
    option of a choice. The share is that of the variance between classes, without what chance
    alone puts there (ε², Kelley 1935): ``(SSB - (K - 1) SSW / (n - K)) / SST``. It is the
    first-order index of the input, if inputs are independent.
    """
    from scipy import stats

    samples = result.total(category).sel(scenario=scenario).to_numpy()
    if len(samples) < FEWEST or not np.ptp(samples) > 0:
        return []
    ranks, noise = stats.rankdata(samples), _noise(samples)
    found = []
    for name, draws in zip(result.info["drawn"], result.draws_, strict=True):
        if scenario not in result.info["used_by"][name] or not np.ptp(draws) > 0:
            continue
        is_option = name in result.info["options"]
        share = _share(samples, _classes(draws, is_option))
        if share > noise:
            correlation = None if is_option else np.corrcoef(ranks, stats.rankdata(draws))[0, 1]
            found.append(Driver(name, correlation, share))
    return sorted(found, key=lambda one: -one.share)


def _classes(draws: np.ndarray, is_option: bool) -> np.ndarray:
    """Return the class of every sample, from 0."""
    values, place = np.unique(draws, return_inverse=True)
    least, most = CLASSES
    if is_option or len(values) <= least:
        return np.asarray(place)
    count = int(np.clip(len(draws) // PER_CLASS, least, most))
    order = np.argsort(np.argsort(draws, kind="stable"), kind="stable")
    return np.asarray(order * count // len(draws))


def _share(samples: np.ndarray, classes: np.ndarray) -> float:
    count = np.bincount(classes)
    n, groups = len(samples), len(count)
    means = np.bincount(classes, samples - samples.mean()) / count
    whole = float(((samples - samples.mean()) ** 2).sum())
    between = float((count * means**2).sum())
    chance = (groups - 1) * (whole - between) / (n - groups)
    return max((between - chance) / whole, 0.0)


def _noise(samples: np.ndarray) -> float:
    """Return the largest share that classes have of shuffled samples."""
    random = np.random.default_rng(0)
    classes = _classes(np.arange(len(samples)), is_option=False)
    return max(_share(random.permutation(samples), classes) for _ in range(SHUFFLES))


def checked(result: Result, category: str, steps: Sequence[str]) -> dict[str, Any]:
    """Return the first inputs of every scenario, and what the others explain together."""
    groups = []
    for scenario in alternatives(result, steps):
        found = drivers(result, category, scenario)
        if found:
            alone = sum(one.share for one in found)
            rest = sum(one.share for one in found[MOST:])
            said = f"{len(found) - MOST} more: {per_cent(rest)}. " if found[MOST:] else ""
            said += f"Not explained by these alone: {per_cent(max(1 - alone, 0.0))}."
            rows = [_row(one) for one in found[:MOST]]
            groups.append({"scenario": scenario, "rows": rows, "rest": said})
    return {
        "groups": groups,
        "category": result.info["titles"][category],
        "is_correlated": bool(result.info["correlations"]),
    }


def _row(driver: Driver) -> dict[str, str]:
    known = driver.correlation is not None
    shown = f"{driver.correlation:+.2f}".replace("-", "−") if known else "options"
    return {"name": driver.name, "correlation": shown, "share": per_cent(driver.share)}


def outputs(table: Any, result: Result) -> list[str]:
    """Return the outputs of a table of `lca.sensitivity` to show: totals, differences, others."""
    totals = {f"{c}, {s}" for c in result.categories for s in result.scenarios}

    def order(name: str) -> int:
        return 0 if name in totals else 1 if " minus " in name and " of " not in name else 2

    return sorted(dict.fromkeys(table["output"]), key=order)[:OUTPUTS]


def tabled(table: Any, result: Result) -> dict[str, Any] | None:
    """Return a table of `lca.sensitivity` as it is shown: the first inputs of some outputs."""
    if table is None:
        return None
    chosen = outputs(table, result)
    first = table[table["output"].isin(chosen)].groupby("output", sort=False).head(ROWS)
    columns = typeset.columns(first)
    return {
        "head": [(name, is_number) for name, is_number, _ in columns],
        "rows": list(zip(*(texts for _, _, texts in columns), strict=True)),
        "most": ROWS,
        "others": table["output"].nunique() - len(chosen),
    }
