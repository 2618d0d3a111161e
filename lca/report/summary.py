"""Summary: totals of every scenario and category, and the published value beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.report.bibliography import cited
from lca.report.wording import figures_of
from lca.result import Result


def totals(result: Result, units: Mapping[str, tuple[float, str]]) -> list[dict[str, Any]]:
    table = result.summary().query("key == 'total'")
    by_category = sorted(table.itertuples(), key=lambda row: result.categories.index(row.category))
    return [
        {
            "scenario": row.scenario,
            "category": result.info["titles"][row.category],
            "unit": units[row.category][1],
            **figures_of(row, units[row.category][0]),
        }
        for row in by_category
    ]


def published_value(result: Result, published: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if published is None:
        return None
    return {
        "label": published.get("label") or "published",
        "value": f"{published['value']:,.6g} {published['unit']}",
        "category": result.info["titles"][published.get("category", "gwp")],
        "scenario": published.get("scenario", ""),
        "sources": cited(published.get("source", ""), result.info["bibliography"]),
    }
