"""What a report says: plain texts and tables, numbers already in the digits they support."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lca.figures import shares, total
from lca.figures.style import interval, number, scaled
from lca.report.drawing import drawn
from lca.result import Result
from lca.stage import GraphError

_URL = re.compile(r"\burl\s*=\s*\{(https?://[^\s}]+)\}")
_DOI = re.compile(r"\bdoi\s*=\s*\{([^\s}]+)\}")


def contents(
    result: Result, title: str, published: Mapping[str, Any] | None, description: str
) -> dict[str, Any]:
    """Return everything that the template shows, by name."""
    info = result.info
    named = title or info["name"] or f"Lifecycle of {info['functional_unit']}"
    category = (published or {}).get("category", "gwp")
    if published:
        result.total(category)  # says what is wrong with the category, if anything
    shown = category if published or category in result.categories else result.categories[0]
    units = _units(result)
    return {
        "title": named,
        "paragraphs": [
            " ".join(text.split()) for text in re.split(r"\n\s*\n", description) if text
        ],
        "functional_unit": info["functional_unit"],
        "factors": info["factors"],
        "scenarios": result.scenarios,
        "summary": _summary(result, units),
        "published": _published(result, published),
        "figures": _figures(result, shown, published),
        "phases": _parts(result, "phase", units),
        "stages": _parts(result, "stage", units),
        "avoided": _avoided(result, units),
        "shares": _shares(result),
        "comparison": _comparison(result, units),
        "inputs": _inputs(result),
        "unquantified": _alike(info["unquantified"], _resting),
        "bibliography": _bibliography(result),
        "categories": [(c, info["titles"][c]) for c in result.categories],
        "coverage": _alike({s: result.coverage.loc[s] for s in result.scenarios}, _states),
        "trees": _alike(info["trees"], lambda tree: tree),
        "manifest": _manifest(result),
    }


# -- results --------------------------------------------------------------------------------


def _units(result: Result) -> dict[str, tuple[float, str]]:
    """Return the size and the name of the unit in which each category is shown."""
    return {
        category: scaled(result.info["units"][category], result.total(category).to_numpy().mean(-1))
        for category in result.categories
    }


def _between(low: float, high: float, unit: str = "") -> str:
    return f"{interval(low, high)}{unit}" if high > low else "none"


def _figures_of(row: Any, size: float) -> dict[str, str]:
    """Return the numbers of one row of a summary, in a unit of that size."""
    low, high = row.low / size, row.high / size
    return {
        "nominal": number(row.nominal / size, high - low),
        "mean": number(row.mean / size, high - low),
        "median": number(row.median / size, high - low),
        "interval": _between(low, high),
        "error": number(row.standard_error / size, row.standard_error / size),
        "note": row.note,
    }


def _summary(result: Result, units: Mapping[str, tuple[float, str]]) -> list[dict[str, Any]]:
    table = result.summary().query("key == 'total'")
    by_category = sorted(table.itertuples(), key=lambda row: result.categories.index(row.category))
    return [
        {
            "scenario": row.scenario,
            "category": result.info["titles"][row.category],
            "unit": units[row.category][1],
            **_figures_of(row, units[row.category][0]),
        }
        for row in by_category
    ]


def _parts(result: Result, by: str, units: Mapping[str, tuple[float, str]]) -> list[dict[str, Any]]:
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
                _part(row, size, phases if by == "stage" else {})
                for row in chosen.itertuples()
                if row.key in present
            ]
        found.append({"category": result.info["titles"][category], "unit": unit, "rows": rows})
    return found


def _part(row: Any, size: float, phases: Mapping[str, str]) -> dict[str, str]:
    part = {"key": row.key, "phase": phases.get(row.key, ""), **_figures_of(row, size)}
    part["share"] = f"{number(100 * row.share, 100 * row.share)} %"  # two digits
    if row.mean == 0 and row.high == 0 and row.note:  # absent is not zero
        part |= dict.fromkeys(("nominal", "mean", "median", "interval", "share"), "not reported")
    return part


def _avoided(result: Result, units: Mapping[str, tuple[float, str]]) -> list[dict[str, str]]:
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
                        "interval": _between(low, high),
                    }
                )
    return rows


def _shares(result: Result) -> list[dict[str, str]]:
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
        "interval": _between(100 * row.low, 100 * row.high, " %"),
    }


# -- comparison -----------------------------------------------------------------------------


def _comparison(result: Result, units: Mapping[str, tuple[float, str]]) -> dict[str, Any]:
    """Return every scenario against the first, or why there is nothing to compare."""
    empty = {"rows": [], "paired": [], "left_out": [], "baseline": result.scenarios[0]}
    if len(result.scenarios) == 1:
        return {**empty, "why": "There is one scenario, so there is nothing to compare."}
    try:
        table = result.compare()
    except GraphError as error:
        return {**empty, "why": f"Nothing can be compared: {error}."}
    return {
        "why": "",
        "baseline": table.attrs["baseline"],
        "left_out": table.attrs["left_out"],
        "rows": [_compared(result, row, *units[row.category]) for row in table.itertuples()],
        "paired": _alike(
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
        "difference_interval": _between(low, high),
        "ratio": number(row.ratio, row.ratio_high - row.ratio_low),
        "ratio_interval": _between(row.ratio_low, row.ratio_high),
        "lower": f"{number(100 * row.lower)} %",
        "lower_by_10_percent": f"{number(100 * row.lower_by_10_percent)} %",
        "note": result.partial(row.scenario, row.category),
    }


# -- where it comes from --------------------------------------------------------------------


def _inputs(result: Result) -> list[dict[str, Any]]:
    return [_input(row, result.info["bibliography"]) for row in result.manifest["inputs"]]


def _input(row: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    low, high = row["low"], row["high"]
    is_known = low is not None and high is not None
    width = high - low if is_known else 0.0
    return {
        **row,
        "nominal": _nominal(row["nominal"], width),
        "interval": interval(low, high) if is_known and width > 0 else "",
        "sources": _cited(row["source"], known),
        "used_at": "" if row["used_at"] == row["input"] else row["used_at"],
        "scenarios": "" if row["scenarios"] == "all" else row["scenarios"],
    }


def _nominal(value: float | None, width: float) -> str:
    if value is None:
        return ""
    return number(value, width) if width > 0 else f"{value:,.8g}"  # exact, as it is given


def _resting(unquantified: Mapping[str, float]) -> list[str]:
    return [f"{name} ({number(100 * share)} %)" for name, share in unquantified.items()]


def _cited(source: str, known: Mapping[str, str]) -> list[dict[str, Any]]:
    keys = [key.strip() for key in source.split(";")]
    return [{"key": key, "is_known": key in known} for key in keys]


def _bibliography(result: Result) -> list[dict[str, str]]:
    return [
        {"key": key, "entry": entry, "link": _link(entry)}
        for key, entry in result.info["bibliography"].items()
    ]


def _link(entry: str) -> str:
    doi, url = _DOI.search(entry), _URL.search(entry)
    if doi:
        return f"https://doi.org/{doi[1]}"
    return url[1] if url else ""


def _alike(by_scenario: Mapping[str, Any], show: Callable[[Any], Any]) -> list[dict[str, Any]]:
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


# -- published value and figures --------------------------------------------------------------


def _published(result: Result, published: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if published is None:
        return None
    return {
        "label": published.get("label") or "published",
        "value": f"{published['value']:,.6g} {published['unit']}",
        "category": result.info["titles"][published.get("category", "gwp")],
        "scenario": published.get("scenario", ""),
        "sources": _cited(published.get("source", ""), result.info["bibliography"]),
    }


def _figures(
    result: Result, category: str, published: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    about: dict[str, Any] = {"published": None, "published_label": "published"}
    if published is not None:
        about["published"] = f"{published['value']!r} {published['unit']}"
        about["published_label"] = published.get("label") or "published"
    named = f"{result.info['titles'][category]} of {result.info['functional_unit']}"
    among = ", ".join(result.scenarios)
    return [
        {
            "svg": drawn(
                lambda: total(result, category, **about),
                "figure-total",
                f"{named}: distribution of the total, for {among}. Numbers are in the summary.",
            ),
            "caption": f"{named}: distribution of the total. Curves are scaled to one height.",
        },
        {
            "svg": drawn(
                lambda: shares(result, category),
                "figure-shares",
                f"{named}: shares of the total, for {among}. Numbers are under Shares.",
            ),
            "caption": f"{named}: embodied and operational shares of the mean total.",
        },
    ]
