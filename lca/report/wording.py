"""How a report says numbers and lists: in the digits they support, what is alike once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lca.figures.style import interval, number, scaled
from lca.result import Result

NAMED = 4
"""Scenarios that are named where there are many; of more, how many."""


def units_shown(result: Result) -> dict[str, tuple[float, str]]:
    """Return the size and the name of the unit in which each category is shown."""
    return {
        category: scaled(result.info["units"][category], result.total(category).to_numpy().mean(-1))
        for category in result.categories
    }


def between(low: float, high: float, unit: str = "") -> str:
    """Return an interval in words; "none" of a number without one."""
    return f"{interval(low, high)}{unit}" if high > low else "none"


def figures_of(row: Any, size: float) -> dict[str, str]:
    """Return the numbers of one row of a summary, in a unit of that size."""
    low, high = row.low / size, row.high / size
    return {
        "nominal": number(row.nominal / size, high - low),
        "mean": number(row.mean / size, high - low),
        "median": number(row.median / size, high - low),
        "interval": between(low, high),
        "error": number(row.standard_error / size, row.standard_error / size),
        "note": row.note,
    }


def is_absent(row: Any) -> bool:
    """Return whether a row of a summary is 0 because no stage of it reports: absent is not zero."""
    return bool(row.mean == 0 and row.high == 0 and row.note)


def per_cent(share: float) -> str:
    """Return a share in per cent, with two digits.

    >>> per_cent(0.7812), per_cent(0.0), per_cent(0.00012), per_cent(1), per_cent(1.52)
    ('78 %', '0 %', '<0.1 %', '100 %', '150 %')
    """
    if 0 < share < 0.0005:
        return "<0.1 %"
    return f"{number(100 * share, 100 * share)} %"


def listed(names: Iterable[str], most: int = 0) -> str:
    """Return names as a list in a sentence, of at most so many (0: all).

    >>> listed(["a", "b", "c"]), listed("abcd", most=2), listed([])
    ('a, b and c', 'a, b and 2 more', 'none')
    """
    given = list(names)
    shown = given[:most] if 0 < most < len(given) else given
    if len(shown) < len(given):
        return f"{', '.join(shown)} and {len(given) - len(shown)} more"
    if len(given) < 2:
        return given[0] if given else "none"
    return f"{', '.join(given[:-1])} and {given[-1]}"


def quoted(names: Iterable[str]) -> str:
    """Return scenarios as a list in a sentence; names may hold commas. Of many, the first.

    >>> quoted(["France, 4 years", "Poland"])
    '“France, 4 years” and “Poland”'
    """
    return listed((f"“{name}”" for name in names), NAMED)


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number of things.

    >>> counted(1, "input"), counted(1200, "input"), counted(2, "category", "categories")
    ('1 input', '1,200 inputs', '2 categories')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def unbroken(text: str) -> str:
    """Return a sentence in which no line ends between a number and its per-cent sign."""
    return text.replace(" %", "\u00a0%")


def lowered(title: str) -> str:
    """Return a title as it stands within a sentence."""
    return f"{title[:1].lower()}{title[1:]}"


def raised(text: str) -> str:
    """Return words as they begin a sentence.

    >>> raised("shared by FR and PL")
    'Shared by FR and PL'
    """
    return f"{text[:1].upper()}{text[1:]}"


def alike(by_scenario: Mapping[str, Any], show: Callable[[Any], Any]) -> list[dict[str, Any]]:
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


def alternatives(result: Result, steps: Sequence[str]) -> list[str]:
    """Return the scenarios that stand for themselves: those that are no steps of a waterfall."""
    return [name for name in result.scenarios if name not in steps] or result.scenarios
