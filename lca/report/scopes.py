"""Scopes of the GHG Protocol, for a reporter who is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lca.figures.style import number
from lca.interop import ghg_protocol
from lca.report.wording import alike, alternatives, between, listed
from lca.result import Result, quantiles

BY = ("location-based", "market-based")


def scopes(
    result: Result, reporter: str, steps: Sequence[str], size: float, unit: str
) -> dict[str, Any] | None:
    """Return every scenario by scope and category, side by side; None without a reporter."""
    if not reporter:
        return None
    names = alternatives(result, steps)
    methods = [ghg_protocol.method(result, name) for name in names]
    groups = [
        {
            "scenario": name,
            "method": method,
            "rows": [_row(row, size) for row in ghg_protocol.rows(result, reporter, name)],
        }
        for name, method in zip(names, methods, strict=True)
    ]
    cannot = {name: ghg_protocol.cannot_hold(result, reporter, name) for name in names}
    return {
        "reporter": reporter,
        "does": ghg_protocol.REPORTERS[reporter],
        "unit": unit,
        "groups": groups,
        "methods": _methods(methods) if reporter == "owner" else "",
        "cannot_hold": alike(cannot, list),
    }


def _row(row: ghg_protocol.Row, size: float) -> dict[str, str]:
    low, median, high = (float(x) / size for x in quantiles(row.samples))
    return {
        "scope": row.scope,
        "category": row.category,
        "what": row.what,
        "median": number(median, high - low),
        "interval": between(low, high),
    }


def _methods(found: Sequence[str]) -> str:
    """Return whether both methods stand side by side, and what to do where one is missing."""
    missing = [one for one in BY if one not in found]
    if not missing:
        return "Scenarios of both methods stand side by side, as Scope 2 asks for."
    if len(missing) == len(BY):
        return "No scenario counts its electricity by one method alone."
    known = next(one for one in BY if one not in missing)
    return (
        f"Scope 2 asks for two figures; all here are {known}. The {listed(missing)} one is not "
        "known to this study: lca.stages.electricity_accounting gives both, one scenario each."
    )
