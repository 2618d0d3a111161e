"""Inventory: every input with distribution, unit, kind and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.figures.style import interval, number
from lca.report.bibliography import cited
from lca.result import Result


def inputs(result: Result) -> list[dict[str, Any]]:
    return [_input(row, result.info["bibliography"]) for row in result.manifest["inputs"]]


def _input(row: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    low, high = row["low"], row["high"]
    is_known = low is not None and high is not None
    width = high - low if is_known else 0.0
    return {
        **row,
        "nominal": _nominal(row["nominal"], width),
        "interval": interval(low, high) if is_known and width > 0 else "",
        "sources": cited(row["source"], known),
        "used_at": "" if row["used_at"] == row["input"] else row["used_at"],
        "scenarios": "" if row["scenarios"] == "all" else row["scenarios"],
    }


def _nominal(value: float | None, width: float) -> str:
    if value is None:
        return ""
    return number(value, width) if width > 0 else f"{value:,.8g}"  # exact, as it is given


def resting(unquantified: Mapping[str, float]) -> list[str]:
    return [f"{name} ({number(100 * share)} %)" for name, share in unquantified.items()]
