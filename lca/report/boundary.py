"""Goal, scope and system boundary: what is delivered, what lies inside, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lca import tables
from lca.report.bibliography import cited, entries, factors
from lca.report.wording import alike, alternatives, listed
from lca.result import Result
from lca.stage import PHASES


def scope(result: Result) -> list[dict[str, Any]]:
    """Return what the totals are of: an instance or a mean, which decisions, which electricity."""
    return alike(result.info["settings"], _settings)


def _settings(settings: dict[str, Any]) -> list[str]:
    said = [
        "The intervals are of one instance drawn from its population: they hold what is not known "
        "and what differs between instances."
        if settings["variability"] == "drawn"
        else "The intervals are of the mean of the population: what differs between instances "
        "enters by its mean.",
        "Decisions stand at their nominal option."
        if settings["decisions"] == "nominal"
        else "Decisions are sampled, as if they were unknown.",
    ]
    if settings["site"]:
        said.append(f"Variability is one draw within the site “{settings['site']}”.")
    return [*said, electricity(settings["accounting"])]


def electricity(accounting: dict[str, str]) -> str:
    """Return by which method the electricity of a scenario counts, in a sentence."""
    if not accounting:
        return "No supply of electricity is used."
    methods = sorted(set(accounting.values()))
    if methods == ["location-based"]:
        return "Electricity is location-based: as the grid delivers it where it is used."
    if methods == ["market-based"]:
        return "Electricity is market-based: by contracts, and the residual mix for the rest."
    by = [f"{name} is {method}" for name, method in accounting.items()]
    return f"Electricity is counted by two methods: {listed(by)}."


def boundary(result: Result, steps: Sequence[str]) -> list[dict[str, Any]]:
    """Return, for scenarios alike, phases inside and outside, and what is left out and covered."""
    found = {
        scenario: {
            "inside": _phases(result, scenario),
            "outside": [phase for phase in PHASES if phase not in set(phases.values())],
            "left_out": result.info["boundaries"][scenario]["left_out"],
            "covers": [
                (stage, listed(parts))
                for stage, parts in result.info["boundaries"][scenario]["covers"].items()
            ],
        }
        for scenario in alternatives(result, steps)
        for phases in [result.info["phases"][scenario]]
    }
    return alike(found, lambda one: one)


def _phases(result: Result, scenario: str) -> list[tuple[str, str]]:
    """Return every phase with its stages; supplies last."""
    phases = result.info["phases"][scenario]
    kinds = result.info["boundaries"][scenario]["classes"]
    supplies = [name for name in kinds if name not in phases]
    held = [(phase, [s for s, its in phases.items() if its == phase]) for phase in PHASES]
    held.append(("supply", [name for name, its in phases.items() if its == "supply"] + supplies))
    return [
        (phase, ", ".join(f"{s} ({kinds[s]})" for s in names)) for phase, names in held if names
    ]


def assessed(result: Result) -> list[dict[str, Any]]:
    """Return the impact categories with unit, method, horizon and sources."""
    rows = {row["id"]: row for row in tables.rows("categories")}
    return [_category(result, category, rows[category]) for category in result.categories]


def _category(result: Result, category: str, row: dict[str, str]) -> dict[str, Any]:
    held = factors(result, category)
    horizons = sorted({one["horizon_year"] for one in held if one["horizon_year"]})
    sources = dict.fromkeys(key for one in held for key in one["source"].split(";"))
    return {
        "title": row["title"],
        "unit": row["unit"],
        "method": row["method"],
        "factors": result.info["factors"] if held else "none: amounts are in its unit",
        "horizon": f"{listed(horizons)} years" if horizons else "–",
        "sources": cited(";".join(sources or [row["source"]]), entries(result)),
    }
