"""Interpretation: the checks of ISO 14044 for completeness and consistency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.report.boundary import electricity
from lca.report.wording import counted, listed, lowered, quoted, raised
from lca.result import Result

_INTENSITIES = ("intensity", "contract", "residual")

OLD = 5
"""Years between figures of one kind from which they are said to differ in time."""


# -- completeness ---------------------------------------------------------------------------


def completeness(result: Result) -> list[dict[str, Any]]:
    """Return what every category is without, and in which scenarios."""
    found = []
    for category in result.categories:
        missing = {s: result.missing(s, category) for s in result.scenarios}
        whole = [scenario for scenario, stages in missing.items() if not stages]
        part = {scenario: tuple(stages) for scenario, stages in missing.items() if stages}
        by_stages: dict[tuple[str, ...], list[str]] = {}
        for scenario, stages in part.items():
            by_stages.setdefault(stages, []).append(scenario)
        found.append(
            {
                "title": result.info["titles"][category],
                "whole": "all scenarios" if not part else quoted(whole),
                "part": [(listed(stages), quoted(names)) for stages, names in by_stages.items()],
            }
        )
    return found


def coverage(result: Result) -> list[tuple[str, list[str], str]]:
    """Return every stage, its state in each category, and the scenarios in which it is so."""
    table = result.coverage
    found: dict[tuple[str, ...], list[str]] = {}
    for scenario in result.scenarios:
        for stage, states in table.loc[scenario].iterrows():
            found.setdefault((str(stage), *states), []).append(scenario)
    return [
        (stage, states, "all" if len(names) == len(result.scenarios) else quoted(names))
        for (stage, *states), names in sorted(found.items(), key=lambda one: -len(one[1]))
    ]


# -- consistency ----------------------------------------------------------------------------


def consistency(result: Result, comparison: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what was checked, what was found, and whether that is consistent."""
    checks = [_same_basis(result), _same_stages(result), _coverage(result)]
    checks += [_electricity_boundary(result), _electricity_year(result), _accounting(result)]
    if len(result.scenarios) > 1:
        checks.append(_pairing(comparison))
    checks.append(_dependence(result))
    return [dict(zip(("check", "found", "verdict"), one, strict=True)) for one in checks]


Check = tuple[str, str, str]
GOOD, DIFFERS, OPEN = "consistent", "differs", "not known"


def _same_basis(result: Result) -> Check:
    info = result.info
    said = f"{info['functional_unit']}; {info['factors']}. Scenarios that differ are refused."
    return "Functional unit, amount, factor set", said, GOOD


def _same_stages(result: Result) -> Check:
    stages = {name: set(one["classes"]) for name, one in result.info["boundaries"].items()}
    common = set.intersection(*stages.values())
    extra = sorted(set.union(*stages.values()) - common)
    if not extra:
        return "Stages of the scenarios", f"The same {counted(len(common), 'stage')} in all.", GOOD
    said = f"{counted(len(common), 'stage')} in all; not in all: {listed(extra)}."
    return "Stages of the scenarios", said, DIFFERS


def _coverage(result: Result) -> Check:
    odd = [
        lowered(result.info["titles"][category])
        for category in result.categories
        if len({tuple(sorted(result.missing(s, category))) for s in result.scenarios}) > 1
    ]
    if odd:
        return "Coverage of the categories", f"Not alike for {listed(odd)}: no difference.", DIFFERS
    return "Coverage of the categories", "Every category has the same gaps in all scenarios.", GOOD


def _of_electricity(result: Result, what: str) -> dict[str, list[str]]:
    """Return a property of the figures that electricity rests on, with who has it."""
    found: dict[str, dict[str, None]] = {}
    for scenario, settings in result.info["settings"].items():
        for name in result.info["responses"][scenario]:
            origin = result.info["origins"].get(name, {"addresses": []})
            uses = [address.partition(".") for address in origin["addresses"]]
            if any(s in settings["accounting"] and p.startswith(_INTENSITIES) for s, _, p in uses):
                found.setdefault(origin[what] or "not stated", {})[scenario] = None
    return {value: list(names) for value, names in found.items()}


def _electricity_boundary(result: Result) -> Check:
    check, found = "Boundary of the electricity figures", _of_electricity(result, "boundary")
    if not found:
        return check, "No figure of an intensity is used.", OPEN
    said = "; ".join(f"{value}: {quoted(names)}" for value, names in found.items())
    if len(found) == 1 and len(result.scenarios) > 1:
        said = f"{next(iter(found))} in all"
    known = set(found) - {"not stated"}
    verdict = DIFFERS if len(known) > 1 else OPEN if len(known) < len(found) else GOOD
    return check, f"{said}.", verdict


def _electricity_year(result: Result) -> Check:
    check, found = "Year of the electricity figures", _of_electricity(result, "year")
    years = sorted(int(year) for year in found if year.isdigit())
    if not years:
        return check, "No figure of an intensity states its year.", OPEN
    also = " Others state no year." if len(years) < len(found) else ""
    if years[0] == years[-1]:
        return check, f"{years[0]}.{also}", OPEN if also else GOOD
    verdict = DIFFERS if years[-1] - years[0] >= OLD else OPEN if also else GOOD
    return check, f"From {years[0]} to {years[-1]}.{also}", verdict


def _accounting(result: Result) -> Check:
    check = "Accounting of electricity"
    said = {electricity(one["accounting"]) for one in result.info["settings"].values()}
    return check, " ".join(sorted(said)), GOOD if len(said) == 1 else DIFFERS


def _pairing(comparison: Mapping[str, Any]) -> Check:
    check = f"Draws shared with “{comparison['baseline']}”"
    if comparison["why"]:
        return check, comparison["why"], OPEN
    own = {
        name: group["value"]["unpaired"]
        for group in comparison["paired"]
        for name in group["scenarios"]
    }
    apart = [name for name, inputs in own.items() if inputs != "nothing"]
    if not apart:
        return check, "Every input that is drawn is drawn once for both.", GOOD
    who = "all others" if len(apart) == len(own) else quoted(apart)
    said = f"Inputs of their own: {who}; which, stands under Comparison."
    return check, said, "as the scenarios differ"


def _dependence(result: Result) -> Check:
    check, pairs = "Dependence of inputs", result.info["correlations"]
    shared = [name for name in result.info["drawn"] if name.startswith("common factor ")]
    said = []
    if pairs:
        said.append(f"rank-correlated: {listed(f'{a} and {b} ({r:g})' for a, b, r in pairs)}")
    if shared:
        said.append(f"shared factors: {listed(name[14:] for name in shared)}")
    rest = "all others are independent" if said else "all inputs are independent, as assumed"
    return check, raised(f"{'; '.join([*said, rest])}."), GOOD
