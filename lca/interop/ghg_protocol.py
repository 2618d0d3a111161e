"""GHG Protocol: a table by scope, for the one who reports.

What is whose scope depends on who reports, so the reporter is named. A scope is given only
where the result knows it: an intensity over the lifecycle of power plants holds the stack
(Scope 2) and its supply and losses (Scope 3, category 3) in one number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

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
_STACK = ("2", "purchased electricity, at the stacks of its power plants")
_LOST = ("3", "3 fuel- and energy-related activities: losses up to the plug")
_UNSPLIT = ("2 and 3", "Scope 2 and category 3 fuel- and energy-related activities, not split")
_UNKNOWN = ("not known", "emitted by a stage itself: Scope 1 if it is the reporter's own source")


@dataclass(frozen=True)
class Row:
    """What belongs to one category of one scope: its phases, and samples of it [kgCO2e]."""

    scope: str
    category: str
    what: str
    samples: np.ndarray


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
    name = chosen(result, scenario)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows(result, reporter, name):
        shown = figure(row.samples, result.info["units"]["gwp"]).rounded()
        numbers = shown.median, shown.low, shown.high, shown.unit
        writer.writerow([row.scope, row.category, row.what, *numbers])
    return Export("GHG Protocol", stream.getvalue(), cannot_hold(result, reporter, name))


def check_reporter(reporter: str) -> None:
    """Raise, with near names, if nobody reports so."""
    if reporter not in REPORTERS:
        raise DataError(
            f"no reporter {reporter!r}{near(reporter, REPORTERS)}; there is "
            + ", ".join(f"{who!r}, who {does}" for who, does in REPORTERS.items())
        )


def rows(result: Result, reporter: str, scenario: str) -> list[Row]:
    """Return what belongs to which scope and category, for the one who reports.

    The electricity of an owner is split where its figure counts the power plants alone ("stack"):
    what they emit for the energy at the plug is Scope 2, what is lost before it category 3, and
    their fuel supply is not counted. A figure over the lifecycle stays in one row.

    Raises
    ------
    DataError
        If the reporter is unknown.
    """
    check_reporter(reporter)
    found: dict[tuple[str, str], list[tuple[str, np.ndarray]]] = {}
    for scope, phase, samples in _parts(result, scenario, reporter):
        found.setdefault(scope, []).append((phase, samples))
    split = _lost_share(result, scenario, found.get(_UNSPLIT, []))
    if split is not None:
        bought = found.pop(_UNSPLIT)
        found[_STACK] = [(phase, samples * (1 - split)) for phase, samples in bought]
        found[_LOST] = [(phase, samples * split) for phase, samples in bought]
    return [
        Row(*scope, _listed(dict.fromkeys(phase for phase, _ in parts)), sum_of(parts))
        for scope, parts in sorted(found.items())
    ]


def _listed(phases: Iterable[str]) -> str:
    *first, last = phases
    return f"{', '.join(first)} and {last}" if first else last


def sum_of(parts: list[tuple[str, np.ndarray]]) -> np.ndarray:
    """Return the sum of samples by phase."""
    return np.sum([samples for _, samples in parts], axis=0)


def _lost_share(
    result: Result, name: str, bought: list[tuple[str, np.ndarray]]
) -> np.ndarray | float | None:
    """Return the share of losses in purchased electricity; None where it cannot be split."""
    used = list(result.info["settings"][name]["accounting"])
    if len(used) != 1 or not bought:
        return None
    emitted = result.direct.sel(scenario=name, category="gwp", stage=used[0]).to_numpy()
    if not np.allclose(emitted, sum_of(bought)):  # bought in part by suppliers
        return None
    slots = {
        address.partition(".")[2]: label
        for label in result.info["responses"][name]
        for address in result.info["origins"].get(label, {"addresses": []})["addresses"]
        if address.partition(".")[0] == used[0]
    }
    if not {"intensity", "losses"} <= set(slots):
        return None
    if result.info["origins"][slots["intensity"]]["boundary"] != "stack":
        return None
    generated, lost = _values(result, slots["intensity"]), _values(result, slots["losses"])
    delivered = result.amounts.sel(scenario=name, stage=used[0]).to_numpy()
    holds = np.allclose(emitted * (1 - lost), delivered * generated)  # no more in it than these two
    return lost if holds else None


def _values(result: Result, label: str) -> np.ndarray | float:
    """Return the draws of an input, or its one value."""
    if label in result.info["drawn"]:
        return np.asarray(result.draws_[result.info["drawn"].index(label)])
    return float(next(row for row in result.manifest["inputs"] if row["input"] == label)["nominal"])


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


def method(result: Result, scenario: str) -> str:
    """Return by which method the electricity of a scenario counts: by location, market or both."""
    methods = set(result.info["settings"][scenario]["accounting"].values())
    return " and ".join(sorted(methods)) or "without electricity"


def cannot_hold(result: Result, reporter: str, scenario: str) -> tuple[str, ...]:
    """Return what the rows of a scenario do not say."""
    note = result.partial(scenario, "gwp")
    said = ["joint uncertainty: intervals of rows do not add up to that of the total"]
    if result.info["avoided"]:
        said.append(f"avoided burdens, reported apart: {', '.join(result.info['avoided'])}")
    if reporter == "owner":
        said.append(
            f"one of the two figures that Scope 2 asks for: this is {method(result, scenario)}"
        )
    scopes = {(row.scope, row.category) for row in rows(result, reporter, scenario)}
    if _UNSPLIT in scopes:
        said.append("Scope 2 alone: stacks, fuel supply and losses of electricity are one number")
    if _STACK in scopes:
        said.append(
            "fuel supply and plants of electricity (category 3): its figure is without them"
        )
    if reporter == "owner":
        said.append(
            "capital goods by year: the protocol counts them in full in the year of purchase, "
            "here a run carries its share of their life"
        )
    return (*said, *((f"what is not counted: {note}",) if note else ()))
