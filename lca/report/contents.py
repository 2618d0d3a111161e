"""What a report says: plain texts and tables, numbers already in the digits they support."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lca import quantity
from lca.interop import ghg_protocol
from lca.report.bibliography import author_years, bibliography, entries
from lca.report.boundary import assessed, boundary, scope
from lca.report.comparison import comparison
from lca.report.contributions import avoided, parts, shares_shown
from lca.report.downloads import rows
from lca.report.interpretation import completeness, consistency, coverage
from lca.report.inventory import inputs, quality, resting
from lca.report.limitations import limitations
from lca.report.paragraph import Citation, paragraph
from lca.report.pictures import pictures
from lca.report.scopes import scopes
from lca.report.sensitivity import checked, tabled
from lca.report.summary import in_words, published_value, totals
from lca.report.switches import switches
from lca.report.wording import alike, unbroken, units_shown
from lca.result import Result


@dataclass(frozen=True)
class Given:
    """What a report is given beside the result."""

    title: str = ""
    published: Mapping[str, Any] | None = None
    description: str = ""
    steps: Sequence[str] = ()
    sensitivity: Any = None
    reporter: str = ""
    per: Mapping[str, float] = field(default_factory=dict)


def contents(result: Result, given: Given) -> dict[str, Any]:
    """Return everything that the template shows, by name."""
    info, published, steps = result.info, given.published, given.steps
    category = (published or {}).get("category", "gwp")
    _check(result, given, category)
    shown = category if published or category in result.categories else result.categories[0]
    units = units_shown(result)
    compared = comparison(result, units)
    return {
        "title": given.title or info["name"] or f"Lifecycle of {info['functional_unit']}",
        "paragraphs": [
            " ".join(text.split()) for text in re.split(r"\n\s*\n", given.description) if text
        ],
        "functional_unit": info["functional_unit"],
        "factors": info["factors"],
        "scenarios": result.scenarios,
        "steps": steps,
        "in_words": [unbroken(text) for text in in_words(result, shown, units, steps)],
        "summary": totals(result, units),
        "published": published_value(result, published, steps),
        "figures": pictures(result, shown, published, steps, given.sensitivity),
        "data": {
            **switches(result, given.per, shown),
            "tables": {
                "inputs": rows(result.inputs.reset_index()),
                "comparison": compared["table"],
            },
        },
        "scope": scope(result),
        "boundary": boundary(result, steps),
        "trees": alike(info["trees"], lambda tree: tree),
        "quality": quality(result, steps),
        "inputs": inputs(result),
        "unquantified": alike(info["unquantified"], resting),
        "assessed": assessed(result),
        "phases": parts(result, "phase", units),
        "stages": parts(result, "stage", units),
        "avoided": avoided(result, units),
        "shares": shares_shown(result),
        "comparison": compared,
        "completeness": completeness(result),
        "categories": [(c, info["titles"][c]) for c in result.categories],
        "coverage": coverage(result),
        "consistency": consistency(result, compared),
        "drivers": checked(result, shown, steps),
        "sensitivity": tabled(given.sensitivity, result),
        "limitations": limitations(result, shown, steps),
        "scopes": scopes(result, given.reporter, steps, *units.get("gwp", (1.0, ""))),
        "methods": _methods(result),
        "bibliography": bibliography(result),
        "manifest": _manifest(result),
    }


def _methods(result: Result) -> list[dict[str, Any]]:
    """Return the pieces of the methods paragraph: a text, or citations by author and year."""
    names = author_years(entries(result))
    return [
        {"cites": [(key, names[key]) for key in one.keys], "text": ""}
        if isinstance(one, Citation)
        else {"cites": [], "text": one}
        for one in paragraph(result)
    ]


def _manifest(result: Result) -> dict[str, Any]:
    manifest = result.manifest
    nets = f" in {manifest['nets']} independent nets" if manifest["nets"] > 1 else ""
    run = {
        "samples": f"{manifest['n']:,}",
        "seed": str(manifest["seed"]),
        "sampler": f"{manifest['sampler']}{nets}",
    }
    return {"run": run, "versions": manifest["versions"], "datasets": manifest["datasets"]}


def _check(result: Result, given: Given, category: str) -> None:
    """Refuse what would fail half way, or be shown as if it were a number."""
    if given.published:
        result.total(category)
        for key in ("value", "unit"):
            if key not in given.published:
                raise ValueError(f"published: it has no {key!r}; give its value and its unit")
        quantity.number("published: the value", given.published["value"])
    if given.reporter:
        ghg_protocol.check_reporter(given.reporter)
