"""Inventory and data quality: every input, and on what kind of inputs the totals rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lca.figures.style import interval, number
from lca.report.bibliography import cited, field
from lca.report.wording import NAMED, alternatives, per_cent, quoted, unbroken
from lca.result import Result

NOT_GIVEN = "not given"

_DRAWN = ("uncertainty", "variability", "model", "decision")
_HELD = ("number with a reason", "number without")


def inputs(result: Result) -> list[dict[str, Any]]:
    """Return every input as it is shown."""
    about = result.info["origins"]
    return [_input(row, result, about.get(row["input"], {})) for row in result.manifest["inputs"]]


def _input(row: Mapping[str, Any], result: Result, about: Mapping[str, str]) -> dict[str, Any]:
    low, high = row["low"], row["high"]
    is_known = low is not None and high is not None
    width = high - low if is_known else 0.0
    return {
        **row,
        "nominal": _nominal(row["nominal"], width),
        "interval": interval(low, high) if is_known and width > 0 else "",
        "sources": cited(row["source"], result.info["bibliography"]),
        "used_at": "" if row["used_at"] == row["input"] else row["used_at"],
        "scenarios": "" if row["scenarios"] == "all" else _where(row, result),
        "rated": ", ".join(filter(None, (row["confidence"], about.get("origin", "")))),
        "when": _when(row, result, about),
    }


def _where(row: Mapping[str, Any], result: Result) -> str:
    """Return the scenarios that have an input, or those that have it not, where these are few."""
    used = [name for name, held in result.info["responses"].items() if row["input"] in held]
    used = used or result.info["used_by"].get(row["input"], [])  # of a common factor
    others = [name for name in result.scenarios if name not in used]
    if len(used) > NAMED >= len(others):
        return f"all but {quoted(others)}"
    return quoted(used)


def _nominal(value: float | None, width: float) -> str:
    if value is None:
        return ""
    return number(value, width) if width > 0 else f"{value:,.8g}"  # exact, as it is given


def _when(row: Mapping[str, Any], result: Result, about: Mapping[str, str]) -> str:
    """Return year and place of a figure; of one without a year, that of its newest source."""
    known = result.info["bibliography"]
    keys = [one["key"] for one in cited(row["source"], known) if one["is_known"]]
    years = [year for key in keys if (year := field(known[key], "year"))]
    year = about.get("year") or (f"source of {max(years)}" if years else "")
    return ", ".join(filter(None, (year, about.get("geography", ""))))


# -- data quality ---------------------------------------------------------------------------


def quality(result: Result, steps: Sequence[str]) -> list[dict[str, Any]]:
    """Return tables of what the nominal totals rest on, and how many inputs there are.

    The weight of an input is by how much the nominal total answers to it, to first order, over the
    sum of that of all inputs.
    """
    names = alternatives(result, steps)
    rows = {row["input"]: row for row in result.manifest["inputs"]}
    tables = [
        ("kind of uncertainty", (*_DRAWN, *_HELD), lambda name: _kind(result, rows[name])),
        ("quality of the figure", ("high", "medium", "low", "not rated"), _by(rows, _rating)),
        ("source", ("cited", "cited and judgement", "judgement", NOT_GIVEN), _by(rows, _source)),
        (
            "origin",
            ("given", "catalogue", "default"),
            lambda name: result.info["origins"][name]["origin"],
        ),
    ]
    return [_table(result, names, *one) for one in tables]


def _by(rows: Mapping[str, Any], of: Callable[[Any], str]) -> Callable[[str], str]:
    return lambda name: of(rows[name])


def _table(
    result: Result, names: list[str], title: str, keys: Sequence[str], of: Callable[[str], str]
) -> dict[str, Any]:
    found = []
    for scenario in names:
        weights = weighed(result, scenario, of)
        counts = dict.fromkeys(keys, 0)
        for name in result.info["responses"][scenario]:
            counts[of(name)] += 1
        cells = [
            f"{per_cent(weights.get(key, 0.0))} ({counts[key]})" if counts[key] else "–"
            for key in keys
        ]
        found.append((scenario, cells))
    used = [i for i, _ in enumerate(keys) if any(cells[i] != "–" for _, cells in found)]
    return {
        "title": title,
        "keys": [keys[i] for i in used],
        "rows": [(scenario, [cells[i] for i in used]) for scenario, cells in found],
    }


def weighed(result: Result, scenario: str, of: Callable[[str], str]) -> dict[str, float]:
    """Return the weights of the inputs of a scenario in its nominal total, by class."""
    responses = result.info["responses"][scenario]
    whole = sum(responses.values())
    found: dict[str, float] = {}
    for name, response in responses.items():
        key = of(name)
        found[key] = found.get(key, 0.0) + (response / whole if whole else 0.0)
    return found


def unquantified(result: Result, scenario: str) -> float:
    """Return the weight of the inputs that are single numbers without a reason."""
    rows = {row["input"]: row for row in result.manifest["inputs"]}
    return weighed(result, scenario, lambda name: _kind(result, rows[name])).get(_HELD[1], 0.0)


def judged(result: Result, scenario: str) -> float:
    """Return the weight of the inputs that rest on judgement alone."""
    rows = {row["input"]: row for row in result.manifest["inputs"]}
    return weighed(result, scenario, _by(rows, _source)).get("judgement", 0.0)


def _kind(result: Result, row: Mapping[str, Any]) -> str:
    """Return the kind of an input, or that it is one number, and whether that has a reason."""
    if row["distribution"].startswith("fixed("):
        return _HELD[0] if row["note"] else _HELD[1]
    return str(row["kind"])


def _rating(row: Mapping[str, Any]) -> str:
    return row["confidence"] or "not rated"


def _source(row: Mapping[str, Any]) -> str:
    keys = [key.strip() for key in row["source"].split(";")]
    if keys == [NOT_GIVEN]:
        return NOT_GIVEN
    if keys == ["judgement"]:
        return "judgement"
    return "cited and judgement" if "judgement" in keys else "cited"


def resting(single: Mapping[str, float]) -> list[str]:
    """Return the inputs that are single numbers, with how the total answers to them."""
    return [unbroken(f"{name} ({number(100 * share)} %)") for name, share in single.items()]
