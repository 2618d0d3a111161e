"""Switches: results of every category, scenario and functional unit, ready to be shown.

The page chooses among texts in the digits that they support; the numbers beside them, in full,
are for its downloads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lca.distributions import number
from lca.figures.style import scaled
from lca.report.contributions import part_shown
from lca.report.downloads import file_stem, plain
from lca.report.wording import between
from lca.result import Result

BY = {"phase": "phase", "stage": "stage", "group": "embodied and operational"}
"""What totals are divided by, and how that is said."""

IMPACTS = ("nominal", "mean", "median", "low", "high", "standard_error")
SHARES = ("share", "share_low", "share_high")

_MULTIPLES = (1_000, 1_000_000)
_TEXTS = ("nominal", "mean", "median", "interval")


def functional_units(result: Result, per: Mapping[str, float]) -> dict[str, float]:
    """Return what results can be given per, and how many functional units that is.

    The functional unit of the study comes first; then one of it, if it is an amount other than
    one; a thousand and a million, if what is delivered is counted in a unit (requests, not
    models); and those given.

    Raises
    ------
    ValueError
        If one that is given has no words, is there already, or is not more than none.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.05)
    >>> result = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), n=8)
    >>> functional_units(result, {"one day": 24})
    {'one kWh': 1, '1,000 × one kWh': 1000, '1,000,000 × one kWh': 1000000, 'one day': 24}
    """
    studied, amount = result.info["functional_unit"], result.info["amount"]
    found: dict[str, float] = {studied: 1}
    if amount not in (0, 1):
        found[f"1/{amount:,g} × {studied}"] = 1 / amount
    if all(result.info["per"][stage] not in ("", "1") for stage in result.info["delivered"]):
        found |= {f"{multiple:,} × {studied}": multiple for multiple in _MULTIPLES}
    for name, factor in per.items():
        if not isinstance(name, str) or not name.strip():
            raise ValueError("per: a functional unit without words; say what results are per")
        if name in found:
            raise ValueError(f"per: {name!r} is there already, as {found[name]!r} functional units")
        if number(f"per: {name!r}", factor) <= 0:
            raise ValueError(f"per: {name!r} is {factor!r} functional units; give more than 0")
        found[name] = factor
    return found


def switches(result: Result, per: Mapping[str, float], category: str) -> dict[str, Any]:
    """Return what the page chooses from: names, texts and numbers of every choice.

    Parameters
    ----------
    result : Result
    per : mapping of str to float
        Functional units beside that of the study, and how many of the latter each is.
    category : str
        The one shown first.

    Returns
    -------
    dict
        ``results[scenario][category][by]`` are rows, that of the total first; a row has texts for
        every functional unit, and numbers (`IMPACTS`, `SHARES`) for that of the study.
    """
    units = functional_units(result, per)
    scales = [
        [_scale(result, name, factor) for factor in units.values()] for name in result.categories
    ]
    found: list[list[dict[str, Any]]]
    found = [[{} for _ in result.categories] for _ in result.scenarios]
    for by in BY:
        for (scenario, name), rows in divided(result, by).groupby(["scenario", "category"]):
            i, j = result.scenarios.index(scenario), result.categories.index(name)
            phases = result.info["phases"][scenario] if by == "stage" else {}
            found[i][j][by] = [_row(row, scales[j], phases) for row in rows.itertuples()]
    return {
        "file": file_stem(result),
        "first": result.categories.index(category),
        "categories": result.categories,
        "titles": [result.info["titles"][name] for name in result.categories],
        "full_units": [result.info["units"][name] for name in result.categories],
        "shown_units": [[unit for _, unit in steps] for steps in scales],
        "scenarios": result.scenarios,
        "functional_units": list(units),
        "factors": list(units.values()),
        "by": BY,
        "impacts": IMPACTS,
        "shares": SHARES,
        "results": found,
    }


def divided(result: Result, by: str) -> Any:
    """Return totals and their parts as `Result.summary`, with the intervals of their shares.

    Parts that a scenario does not have are left out.
    """
    keys = ["scenario", "category", "key"]
    shares = result.shares(by)[[*keys, "low", "high"]]
    shares = shares.rename(columns={"low": "share_low", "high": "share_high"})
    table = result.summary(by).merge(shares, on=keys, how="left")
    phases = result.info["phases"]
    present = {
        "phase": {scenario: {"total", *found.values()} for scenario, found in phases.items()},
        "stage": {scenario: {"total", *found} for scenario, found in phases.items()},
    }
    if by not in present:
        return table
    return table[[row.key in present[by][row.scenario] for row in table.itertuples()]]


def _scale(result: Result, category: str, factor: float) -> tuple[float, str]:
    """Return what impacts are divided by to be shown per some functional units, and the unit."""
    means = result.total(category).to_numpy().mean(axis=-1)
    size, unit = scaled(result.info["units"][category], means * factor)
    return size / factor, unit


def _row(row: Any, scales: Sequence[tuple[float, str]], phases: Mapping[str, str]) -> Any:
    shown = [part_shown(row, size, phases) for size, _ in scales]
    share = shown[0]["share"]
    is_part = math.isfinite(row.share_low) and share != "not reported"
    return {
        "part": row.key,
        "phase": shown[0]["phase"],
        "texts": [[one[name] for name in _TEXTS] for one in shown],
        "share": share,
        "share_interval": between(100 * row.share_low, 100 * row.share_high, " %") * is_part,
        "note": row.note,
        "numbers": [plain(getattr(row, name)) for name in (*IMPACTS, *SHARES)],
    }
