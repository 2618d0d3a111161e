"""Scenarios that can be held against each other: those that cover a category alike."""

from __future__ import annotations

import numpy as np

from lca.figures import style
from lca.result import Result
from lca.stage import GraphError
from lca.units import near


def alike(
    result: Result, category: str, baseline: str | None, figure: str
) -> tuple[list[str], np.ndarray, list[str]]:
    """Return the scenarios that cover a category as the baseline does, baseline first.

    Also their samples (scenario, sample), and notes: what all are without, and who is left out.

    Raises
    ------
    GraphError
        If no stage yields the category, there is no such scenario, or nothing to compare.
    """
    totals = result.total(category).to_numpy()
    names = result.scenarios
    base = names[0] if baseline is None else baseline
    if base not in names:
        raise GraphError(f"no scenario {base!r}{near(base, names)}; there are {', '.join(names)}")
    missing = set(result.missing(base, category))
    found = [base] + [
        name for name in names if name != base and set(result.missing(name, category)) == missing
    ]
    left_out = [name for name in names if name not in found]
    said = f"Left out, as their coverage differs: {', '.join(left_out)}." if left_out else ""
    if len(found) < 2:
        raise GraphError(
            f"{figure} needs two scenarios that cover {category} alike. {said}".strip()
        )
    notes = [note for note in (style.without(result.missing(base, category)), said) if note]
    return found, totals[[names.index(name) for name in found]], notes
