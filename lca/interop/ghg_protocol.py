"""GHG Protocol: a table by scope, for the one who reports.

What is whose scope depends on who reports, so the reporter is named. A scope is given only
where the result knows it: an intensity over the lifecycle of power plants holds the stack
(Scope 2) and its supply and losses (Scope 3, category 3) in one number.
"""

from __future__ import annotations

import csv
import io

import numpy as np

from lca.interop.export import Export, chosen, figure
from lca.lifecycle import GROUPS
from lca.result import Result
from lca.tables import DataError
from lca.units import near

COLUMNS = ("scope", "category", "what", "median", "low", "high", "unit")
REPORTERS = {
    "owner": "owns hardware and building and buys the electricity",
    "tenant": "buys the computation as a service",
}
_PURCHASED = ("3", "1 purchased goods and services")
_CAPITAL = ("3", "2 capital goods")
_OWNER = {
    "manufacturing": _CAPITAL,
    "facility": _CAPITAL,
    "transport": ("3", "4 upstream transportation and distribution"),
    "disposal": ("3", "5 waste generated in operations"),
    "network": _PURCHASED,
}
_UNSPLIT = ("2 and 3", "Scope 2 and category 3 fuel- and energy-related activities, not split")
_UNKNOWN = ("not known", "emitted by a stage itself: Scope 1 if it is the reporter's own source")


def table(result: Result, *, reporter: str, scenario: str = "") -> Export:
    """Return a CSV table of emissions by scope and category.

    Parameters
    ----------
    result : Result
    reporter : {"owner", "tenant"}
        Who reports: who owns hardware and building and buys the electricity, or who buys the
        computation as a service.
    scenario : str, optional
        Which, of a result of several.

    Raises
    ------
    DataError
        If reporter or scenario are unknown.

    Examples
    --------
    >>> import lca
    >>> life = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    ... )
    >>> made = table(lca.simulate(life, 256, seed=1), reporter="owner")
    >>> [line.split(",")[0] for line in made.text.splitlines()]
    ['scope', '2 and 3', '3', '3', '3']
    """
    if reporter not in REPORTERS:
        raise DataError(
            f"no reporter {reporter!r}{near(reporter, REPORTERS)}; there is "
            + ", ".join(f"{who!r}, who {does}" for who, does in REPORTERS.items())
        )
    name = chosen(result, scenario)
    sums: dict[tuple[str, str], np.ndarray] = {}
    what: dict[tuple[str, str], list[str]] = {}
    for scope, phase, samples in _parts(result, name, reporter):
        sums[scope] = sums.get(scope, 0) + samples
        what.setdefault(scope, []).append(phase)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for scope in sorted(sums):
        shown = figure(sums[scope], result.info["units"]["gwp"]).rounded()
        phases = " and ".join(dict.fromkeys(what[scope]))
        writer.writerow([*scope, phases, shown.median, shown.low, shown.high, shown.unit])
    return Export("GHG Protocol", stream.getvalue(), _cannot_hold(result, name, reporter))


def _parts(
    result: Result, name: str, reporter: str
) -> list[tuple[tuple[str, str], str, np.ndarray]]:
    """Return scope, phase and samples of every part."""
    phases = result.by("phase").sel(scenario=name, category="gwp")
    parts = []
    for phase in phases["key"].to_numpy():
        samples = phases.sel(key=phase).to_numpy()
        if not samples.any():
            continue
        if reporter == "tenant":
            parts.append((_PURCHASED, str(phase), samples))
        elif phase in _OWNER:
            parts.append((_OWNER[phase], str(phase), samples))
        else:
            own = _emitted_itself(result, name, str(phase))
            parts.append((_UNSPLIT, str(phase), samples - own))
            if own.any():
                parts.append((_UNKNOWN, str(phase), own))
    return parts


def _emitted_itself(result: Result, name: str, phase: str) -> np.ndarray:
    """Return what operational stages of a phase emit themselves, not through a supply."""
    if phase not in GROUPS["operational"]:
        return np.zeros(result.n)
    stages = [one for one, its in result.info["phases"][name].items() if its == phase]
    direct = result.direct.sel(scenario=name, category="gwp", stage=stages)
    return np.asarray(direct.sum("stage").to_numpy())


def _cannot_hold(result: Result, name: str, reporter: str) -> tuple[str, ...]:
    note = result.partial(name, "gwp")
    said = [
        "joint uncertainty: intervals of rows do not add up to that of the total",
        "one of the two figures that Scope 2 asks for: this is by location or by market, as the "
        "electricity of the lifecycle is",
    ]
    if result.info["avoided"]:
        said.append(f"avoided burdens, reported apart: {', '.join(result.info['avoided'])}")
    if reporter == "owner":
        said.append(
            "capital goods by year: the protocol counts them in full in the year of purchase, "
            "here a run carries its share of their life"
        )
    return (*said, *((f"what is not counted: {note}",) if note else ()))
