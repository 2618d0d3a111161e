"""Figures of a report, each with a caption and a text for those who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.figures import shares, total
from lca.report.drawing import drawn
from lca.result import Result


def pictures(
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
