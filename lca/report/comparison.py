"""Comparison: every scenario against the first, sample by sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.figures.style import number
from lca.report.downloads import rows
from lca.report.wording import alike, between
from lca.result import Result
from lca.stage import GraphError


def comparison(result: Result, units: Mapping[str, tuple[float, str]]) -> dict[str, Any]:
    """Return every scenario against the first, or why there is nothing to compare."""
    empty = {"table": [], "rows": [], "paired": [], "left_out": [], "baseline": result.scenarios[0]}
    if len(result.scenarios) == 1:
        return {**empty, "why": "There is one scenario, so there is nothing to compare."}
    try:
        table = result.compare()
    except GraphError as error:
        return {**empty, "why": f"Nothing can be compared: {error}."}
    return {
        "why": "",
        "baseline": table.attrs["baseline"],
        "left_out": [
            f"{scenario}, {result.info['titles'][category]}: {how}"
            for scenario, category, how in table.attrs["left_out"]
        ],
        "table": rows(table),
        "rows": [_compared(result, row, *units[row.category]) for row in table.itertuples()],
        "paired": alike(
            {row.scenario: row for row in table.drop_duplicates("scenario").itertuples()},
            lambda row: {name: getattr(row, name) for name in ("paired", "unpaired", "boundary")},
        ),
    }


def _compared(result: Result, row: Any, size: float, unit: str) -> dict[str, str]:
    low, high = row.difference_low / size, row.difference_high / size
    return {
        "scenario": row.scenario,
        "category": result.info["titles"][row.category],
        "unit": unit,
        "difference": number(row.difference / size, high - low),
        "difference_interval": between(low, high),
        "ratio": number(row.ratio, row.ratio_high - row.ratio_low),
        "ratio_interval": between(row.ratio_low, row.ratio_high),
        "lower": f"{number(100 * row.lower)} %",
        "lower_by_10_percent": f"{number(100 * row.lower_by_10_percent)} %",
        "note": result.partial(row.scenario, row.category),
    }
