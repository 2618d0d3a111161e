"""Contribution analysis: phases, stages, avoided burdens and shares of the totals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.figures.style import number
from lca.report.wording import between, figures_of, is_absent
from lca.result import Result


def parts(result: Result, by: str, units: Mapping[str, tuple[float, str]]) -> list[dict[str, Any]]:
    """Return a table for every category: rows by scenario and part."""
    table = result.summary(by)
    found = []
    for category in result.categories:
        size, unit = units[category]
        rows = {}
        for scenario in result.scenarios:
            chosen = table[(table["scenario"] == scenario) & (table["category"] == category)]
            phases = result.info["phases"][scenario]
            present = set(phases.values()) if by == "phase" else set(phases)
            rows[scenario] = [
                part_shown(row, size, phases if by == "stage" else {})
                for row in chosen.itertuples()
                if row.key in present
            ]
        found.append({"category": result.info["titles"][category], "unit": unit, "rows": rows})
    return found


def part_shown(row: Any, size: float, phases: Mapping[str, str]) -> dict[str, str]:
    part = {"key": row.key, "phase": phases.get(row.key, ""), **figures_of(row, size)}
    part["share"] = f"{number(100 * row.share, 100 * row.share)} %"  # two digits
    if is_absent(row):
        part |= dict.fromkeys(("nominal", "mean", "median", "interval", "share"), "not reported")
    return part


def avoided(result: Result, units: Mapping[str, tuple[float, str]]) -> list[dict[str, str]]:
    rows = []
    for stage in result.info["avoided"]:
        for scenario in result.scenarios:
            for category in result.categories:
                samples = result.avoided.sel(stage=stage, scenario=scenario, category=category)
                if not samples.any():
                    continue
                size, unit = units[category]
                low, high = (float(samples.quantile(q)) / size for q in (0.05, 0.95))
                rows.append(
                    {
                        "scenario": scenario,
                        "category": result.info["titles"][category],
                        "stage": stage,
                        "unit": unit,
                        "mean": number(float(samples.mean()) / size, high - low),
                        "interval": between(low, high),
                    }
                )
    return rows


def shares_shown(result: Result) -> list[dict[str, str]]:
    notes = result.summary("group").set_index(["scenario", "category", "key"])["note"]
    return [
        _share(row, result.info["titles"][row.category], notes[row.scenario, row.category, row.key])
        for row in result.shares().itertuples()
    ]


def _share(row: Any, category: str, note: str) -> dict[str, str]:
    share = {"scenario": row.scenario, "category": category, "key": row.key, "note": note}
    if row.high == 0 and note:  # absent is not zero
        return {**share, "share": "not reported", "interval": ""}
    return {
        **share,
        "share": f"{number(100 * row.share, 100 * (row.high - row.low))} %",
        "interval": between(100 * row.low, 100 * row.high, " %"),
    }
