"""Summary: which scenario is lowest and how surely, totals, and the published value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lca import units
from lca.figures.style import interval, number, percent
from lca.report.bibliography import cited
from lca.report.wording import (
    alternatives,
    counted,
    figures_of,
    is_absent,
    listed,
    lowered,
    per_cent,
)
from lca.result import Result, quantiles

Units = Mapping[str, tuple[float, str]]


_ABSENT = {
    **dict.fromkeys(("nominal", "median", "interval", "error"), ""),
    "mean": "not reported",
}


def totals(result: Result, shown: Units) -> list[dict[str, Any]]:
    """Return the totals of every category and scenario."""
    table = result.summary().query("key == 'total'")
    by_category = sorted(table.itertuples(), key=lambda row: result.categories.index(row.category))
    return [
        {
            "scenario": row.scenario,
            "category": result.info["titles"][row.category],
            "unit": shown[row.category][1],
            **(_ABSENT if is_absent(row) else figures_of(row, shown[row.category][0])),
            "note": row.note,
        }
        for row in by_category
    ]


def in_words(result: Result, category: str, shown: Units, steps: Sequence[str]) -> list[str]:
    """Return the answer in sentences: the lowest scenario, how surely, and what is embodied."""
    told = _Told(result, category, *shown[category])
    groups: dict[Any, list[str]] = {}
    for scenario in alternatives(result, steps):
        held = frozenset(result.info["phases"][scenario]), *result.missing(scenario, category)
        groups.setdefault(held, []).append(scenario)
    said = []
    if len(groups) > 1:
        said.append(
            "The scenarios do not all hold the same stages, or do not report the same ones; only "
            "those that do are ranked against each other."
        )
    for names in groups.values():
        said += told.ranked(names) if len(names) > 1 else [told.alone(names[0])]
    return said


class _Told:
    """Totals of one category, told in sentences."""

    def __init__(self, result: Result, category: str, size: float, unit: str) -> None:
        self.result, self.unit = result, unit
        self.title = lowered(result.info["titles"][category])
        self.samples = result.total(category).to_numpy() / size
        table = result.shares().query("category == @category and key == 'embodied'")
        self.shares = {row.scenario: row for row in table.itertuples()}

    def total(self, scenario: str) -> str:
        """Return mean and interval of a total."""
        values = self.samples[self.result.scenarios.index(scenario)]
        low, _, high = quantiles(values)
        mean = f"{number(values.mean(), high - low)} {self.unit}"
        return f"{mean} (90 % interval {interval(low, high)})" if high > low else mean

    def embodied(self, scenario: str) -> str:
        """Return the embodied share in words; nothing where no stage is embodied."""
        row = self.shares.get(scenario)
        if row is None or (row.high == 0 and row.note):
            return ""
        low, high = 100 * row.low, 100 * row.high
        width = f" (90 % interval {interval(low, high)} %)" if high > low else ""
        return f"{per_cent(row.share)}{width}"

    def alone(self, scenario: str) -> str:
        """Return the total of a scenario with which nothing is compared."""
        share = self.embodied(scenario)
        also = f", of which {share} is embodied" if share else ""
        unit, total = self.result.info["functional_unit"], self.total(scenario)
        return f"“{scenario}”: the mean {self.title} of {unit} is {total}{also}."

    def ranked(self, names: list[str]) -> list[str]:
        """Return which of some scenarios is lowest and how surely, and which is highest."""
        samples = self.samples[[self.result.scenarios.index(name) for name in names]]
        is_lowest = samples == samples.min(axis=0)
        chances = (is_lowest / is_lowest.sum(axis=0)).mean(axis=-1)  # equal totals share a rank
        means = samples.mean(axis=-1)
        low, high = names[int(means.argmin())], names[int(means.argmax())]
        surest = int(chances.argmax())
        chance = percent(float(chances[names.index(low)]))
        first = (
            f"Of {counted(len(names), 'scenario')} with the same stages, “{low}” has the lowest "
            f"mean {self.title} of {self.result.info['functional_unit']}: {self.total(low)}. It is "
            f"the lowest in {chance} % of the samples"
        )
        if names[surest] != low:
            first += f"; “{names[surest]}” is so in {percent(float(chances[surest]))} %"
        said = [f"{first}.", f"The highest mean has “{high}”: {self.total(high)}."]
        return [*said, *self.shared(names)]

    def shared(self, names: list[str]) -> list[str]:
        """Return the range of embodied shares over some scenarios."""
        held = [self.shares[name] for name in names if self.embodied(name)]
        if not held:
            return []
        least, most = (pick(held, key=lambda row: row.share) for pick in (min, max))
        if np.isclose(least.share, most.share):
            return [f"The embodied share is {self.embodied(least.scenario)}."]
        return [
            f"The embodied share runs from {self.embodied(least.scenario)} in “{least.scenario}” "
            f"to {self.embodied(most.scenario)} in “{most.scenario}”."
        ]


def published_value(
    result: Result, published: Mapping[str, Any] | None, steps: Sequence[str]
) -> dict[str, Any] | None:
    """Return the published value, and in the intervals of which scenarios it lies."""
    if published is None:
        return None
    category = published.get("category", "gwp")
    value = published["value"] * units.factor(published["unit"], result.info["units"][category])
    repeats = published.get("scenario", "")
    others = [name for name in alternatives(result, steps) if name != repeats]
    samples = result.total(category).sel(scenario=others).to_numpy()
    low, _, high = quantiles(samples)
    inside = [name for name, x, y in zip(others, low, high, strict=True) if x <= value <= y]
    return {
        "label": published.get("label") or "published",
        "value": f"{published['value']:,.6g} {published['unit']}",
        "category": result.info["titles"][category],
        "scenario": repeats,
        "sources": cited(published.get("source", ""), result.info["bibliography"]),
        "inside": _inside(inside, others, repeats),
    }


def _inside(inside: Sequence[str], others: Sequence[str], repeats: str) -> str:
    """Return in the intervals of which scenarios the published value lies, in a sentence."""
    if not others:
        return ""
    if inside:
        return f"It lies inside the 90 % interval of {listed(f'“{name}”' for name in inside)}."
    return f"It lies inside the 90 % interval of no {'other ' if repeats else ''}scenario."
