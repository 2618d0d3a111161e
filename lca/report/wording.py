"""How a report says numbers and lists: in the digits they support, what is alike once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lca.figures.style import interval, number, scaled
from lca.result import Result


def units_shown(result: Result) -> dict[str, tuple[float, str]]:
    """Return the size and the name of the unit in which each category is shown."""
    return {
        category: scaled(result.info["units"][category], result.total(category).to_numpy().mean(-1))
        for category in result.categories
    }


def between(low: float, high: float, unit: str = "") -> str:
    return f"{interval(low, high)}{unit}" if high > low else "none"


def figures_of(row: Any, size: float) -> dict[str, str]:
    """Return the numbers of one row of a summary, in a unit of that size."""
    low, high = row.low / size, row.high / size
    return {
        "nominal": number(row.nominal / size, high - low),
        "mean": number(row.mean / size, high - low),
        "median": number(row.median / size, high - low),
        "interval": between(low, high),
        "error": number(row.standard_error / size, row.standard_error / size),
        "note": row.note,
    }


def alike(by_scenario: Mapping[str, Any], show: Callable[[Any], Any]) -> list[dict[str, Any]]:
    """Return what scenarios have in common once, with the names of those that have it."""
    found: list[dict[str, Any]] = []
    for scenario, one in by_scenario.items():
        value = show(one)
        for group in found:
            if group["value"] == value:
                group["scenarios"].append(scenario)
                break
        else:
            found.append({"scenarios": [scenario], "value": value})
    return found
