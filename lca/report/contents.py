"""What a report says: plain texts and tables, numbers already in the digits they support."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lca.report.bibliography import bibliography
from lca.report.comparison import comparison
from lca.report.contributions import avoided, parts, shares_shown
from lca.report.inventory import inputs, resting
from lca.report.pictures import pictures
from lca.report.summary import published_value, totals
from lca.report.switches import switches
from lca.report.wording import alike, units_shown
from lca.result import Result


def contents(
    result: Result,
    title: str,
    published: Mapping[str, Any] | None,
    description: str,
    per: Mapping[str, float],
) -> dict[str, Any]:
    """Return everything that the template shows, by name."""
    info = result.info
    named = title or info["name"] or f"Lifecycle of {info['functional_unit']}"
    category = (published or {}).get("category", "gwp")
    if published:
        result.total(category)  # says what is wrong with the category, if anything
    shown = category if published or category in result.categories else result.categories[0]
    units = units_shown(result)
    return {
        "title": named,
        "paragraphs": [
            " ".join(text.split()) for text in re.split(r"\n\s*\n", description) if text
        ],
        "functional_unit": info["functional_unit"],
        "factors": info["factors"],
        "scenarios": result.scenarios,
        "summary": totals(result, units),
        "published": published_value(result, published),
        "figures": pictures(result, shown, published),
        "switches": switches(result, per, shown),
        "phases": parts(result, "phase", units),
        "stages": parts(result, "stage", units),
        "avoided": avoided(result, units),
        "shares": shares_shown(result),
        "comparison": comparison(result, units),
        "inputs": inputs(result),
        "unquantified": alike(info["unquantified"], resting),
        "bibliography": bibliography(result),
        "categories": [(c, info["titles"][c]) for c in result.categories],
        "coverage": alike({s: result.coverage.loc[s] for s in result.scenarios}, _states),
        "trees": alike(info["trees"], lambda tree: tree),
        "manifest": _manifest(result),
    }


def _states(coverage: Any) -> list[tuple[str, list[str]]]:
    return [(stage, list(states)) for stage, states in coverage.iterrows()]


def _manifest(result: Result) -> dict[str, Any]:
    manifest = result.manifest
    nets = f" in {manifest['nets']} independent nets" if manifest["nets"] > 1 else ""
    run = {
        "samples": f"{manifest['n']:,}",
        "seed": str(manifest["seed"]),
        "sampler": f"{manifest['sampler']}{nets}",
    }
    return {"run": run, "versions": manifest["versions"], "datasets": manifest["datasets"]}
