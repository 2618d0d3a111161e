"""Limitations: what a reader must hold against the numbers, found in the result."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lca.report.inventory import judged, unquantified
from lca.report.paragraph import largest_error
from lca.report.wording import alternatives, counted, listed, lowered, per_cent
from lca.result import Result

SKEWED = 1.5
"""Mean over median from which a total is said to have a heavy tail."""

ROUGH = 0.02
"""Standard error of a mean, over the mean, from which more samples are advised."""


def limitations(result: Result, category: str, steps: Sequence[str]) -> list[str]:
    """Return what a reader must hold against the numbers, in sentences."""
    names = alternatives(result, steps)
    return [
        *_sampling(result, category, names),
        *_inputs(result, names),
        *_choices(result, names),
        *_outside(result, names),
        "Impacts are attributed by average data: they do not say what changes in the world if the "
        "functional unit is not delivered.",
    ]


def _sampling(result: Result, category: str, names: Sequence[str]) -> list[str]:
    error = largest_error(result)
    said = [f"The numbers are of {counted(result.n, 'sample')}."]
    if np.isfinite(error):
        said[0] = (
            f"With {counted(result.n, 'sample')}, the standard error of a mean total is at most "
            f"{per_cent(error)} of it{': take more samples' if error > ROUGH else ''}."
        )
    else:
        said[0] += " They are too few to state an error of sampling."
    totals = result.total(category)
    skew = {}
    for name in names:
        values = totals.sel(scenario=name).to_numpy()
        if np.median(values) > 0:
            skew[name] = float(values.mean() / np.median(values))
    heavy = [f"“{name}” ({ratio:.1f} times)" for name, ratio in skew.items() if ratio > SKEWED]
    if heavy:
        said.append(
            f"Heavy tails: the mean lies well above the median in {listed(heavy)}; a few samples "
            "make it, so read the median and the interval."
        )
    return said


def _inputs(result: Result, names: Sequence[str]) -> list[str]:
    said = []
    for of, words in (
        (unquantified, "single numbers without a reason, which add no width"),
        (judged, "inputs that rest on judgement alone"),
    ):
        weights = {name: of(result, name) for name in names}
        most = max(weights, key=weights.__getitem__)
        if weights[most] > 0:
            where = f", in “{most}”" if len(names) > 1 else ""
            up_to = "Up to " if len(names) > 1 else ""
            share = per_cent(weights[most])
            said.append(f"{up_to}{share} of the weight of the inputs is of {words}{where}.")
    return said


def _choices(result: Result, names: Sequence[str]) -> list[str]:
    asked = {
        question: one
        for name in names
        for question, one in result.info["choices"][name].items()
        if not one["is_drawn"]
    }
    return [
        f"The choice “{question}” ({one['kind']}) is not drawn, so the intervals do not hold it; "
        f"the options are {listed(one['options'])}."
        for question, one in asked.items()
    ]


def _outside(result: Result, names: Sequence[str]) -> list[str]:
    said = []
    part = [
        lowered(result.info["titles"][category])
        for category in result.categories
        if any(result.missing(name, category) for name in names)
    ]
    if part:
        said.append(f"Totals of {listed(part)} are lower bounds: some stages do not report them.")
    left_out = {
        one["meaning"]: None
        for name in names
        for one in result.info["boundaries"][name]["left_out"]
    }
    if left_out:
        said.append(f"Left out, where a stage could take it: {listed(left_out)}.")
    return said
