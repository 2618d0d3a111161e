"""Figures of a report, each with a caption and a text for those who cannot see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from lca.figures.contributions import contributions
from lca.figures.differences import differences
from lca.figures.shares import shares
from lca.figures.sobol import sobol
from lca.figures.tornado import tornado
from lca.figures.total import total
from lca.figures.value_of_information import value_of_information
from lca.figures.waterfall import waterfall
from lca.report.drawing import drawn
from lca.report.sensitivity import outputs
from lca.report.wording import listed, lowered, raised
from lca.result import Result
from lca.stage import GraphError

_OF_SENSITIVITY: dict[str, tuple[Callable[..., Any], str]] = {
    "ST_conf": (sobol, "shares of the variance by input (Sobol indices)"),
    "input_low": (tornado, "how far the output moves with one input at a time"),
    "value_conf": (value_of_information, "what it is worth to know an input"),
}
"""Figures of tables of sensitivity, by a column that only they have."""


def pictures(
    result: Result,
    category: str,
    published: Mapping[str, Any] | None,
    steps: Sequence[str],
    decides: Any,
) -> list[dict[str, Any]]:
    """Return the figures of a result, its steps and its sensitivity, as SVG with captions."""
    named = f"{result.info['titles'][category]} of {result.info['functional_unit']}"
    plans = [
        *_of_totals(result, category, published),
        *_of_differences(result, category),
        *_of_steps(result, category, steps),
    ]
    figures = [
        {
            "svg": drawn(one.draw, f"figure-{one.name}", f"{named}: {one.shows}, {one.alt}"),
            "caption": f"{raised(one.shows)}. {one.note}".strip(),
        }
        for one in plans
    ]
    return figures + _of_sensitivity(result, decides)


@dataclass(frozen=True)
class _Plan:
    """A figure to be drawn, what it shows, and what is said instead of it and below it."""

    name: str
    draw: Callable[[], Any]
    shows: str
    alt: str
    note: str = ""


def _of_totals(result: Result, category: str, published: Mapping[str, Any] | None) -> list[_Plan]:
    about: dict[str, Any] = {"published": None, "published_label": "published"}
    if published is not None:
        about["published"] = f"{published['value']!r} {published['unit']}"
        about["published_label"] = published.get("label") or "published"
    among = _among(result)
    return [
        _Plan(
            "total",
            lambda: total(result, category, **about),
            "distribution of the total",
            f"{among}. Numbers are in the summary.",
            "Curves are scaled to one height.",
        ),
        _Plan(
            "contributions",
            lambda: contributions(result, category),
            "what every phase adds to the total",
            f"{among}. Numbers are under Phases.",
        ),
        _Plan(
            "shares",
            lambda: shares(result, category),
            "shares of the total",
            f"{among}. Numbers are under Shares.",
            "Embodied and operational, of the mean total.",
        ),
    ]


def _of_differences(result: Result, category: str) -> list[_Plan]:
    if not _can_compare(result, category):
        return []
    shows = f"differences to “{result.scenarios[0]}”, sample by sample"
    alt = f"{_among(result)}. Numbers are under Comparison."
    return [_Plan("differences", lambda: differences(result, category), shows, alt)]


def _of_steps(result: Result, category: str, steps: Sequence[str]) -> list[_Plan]:
    if not steps:
        return []
    alt = f"from {steps[0]} to {steps[-1]}: {listed(steps)}."
    draw = partial(waterfall, result, category, scenarios=steps)
    return [_Plan("waterfall", draw, "what every step adds", alt)]


def _among(result: Result) -> str:
    return f"for {', '.join(result.scenarios)}"


def _can_compare(result: Result, category: str) -> bool:
    if len(result.scenarios) == 1:
        return False
    try:
        return len(result.compare(category=category)) > 0
    except GraphError:
        return False


def _of_sensitivity(result: Result, decides: Any) -> list[dict[str, Any]]:
    """Return the figures of a table of sensitivity; none of a table that has no figure."""
    if decides is None:
        return []
    found = next((one for column, one in _OF_SENSITIVITY.items() if column in decides), None)
    if found is None:
        return []
    draw, words = found
    return [
        {
            "svg": drawn(
                partial(draw, decides, output),
                f"figure-sensitivity-{place}",
                f"{output}: {words}. Numbers are under Sensitivity check.",
            ),
            "caption": f"{output}: {lowered(words)}.",
        }
        for place, output in enumerate(outputs(decides, result), 1)
    ]
