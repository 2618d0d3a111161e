"""Reassessment: is a published total inside the interval of the whole boundary?

A shipped study may hold a published value and, under ``steps:``, scenarios that go from the
published boundary to the whole one. The first repeats the account; the last has every stage and
every input uncertain. What comes out is shown, inside or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from lca import sampling, studyfile, tables, units
from lca.simulation import simulate
from lca.studyfile import StudyFile, StudyFileError

COLUMNS = ["study", "published", "unit", "first", "mean", "low", "high", "inside", "width"]
COLUMNS += ["largest_step", "largest_change", "rivals", "note"]
"""Columns of `table`."""

_RIVAL = 0.05  # share of samples: at less the 90 % interval of the difference holds no 0


def table(
    studies: Iterable[str | Path] | None = None, n: int = 4096, seed: int | None = None
) -> Any:
    """Return published totals beside those of our own boundary: a DataFrame, one row a study.

    Parameters
    ----------
    studies : iterable of str or Path, optional
        Names of shipped studies, or paths of study files; unless given, all shipped ones that
        hold a published value and steps.
    n : int
        Number of samples, rounded up as the sampler needs it.
    seed : int, optional
        That of each study unless given.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: published, and all others in its unit; first, the mean of the first step; mean,
        low and high, those of the last step (90 % interval); inside, whether the published value
        lies between them; width, high over low; largest_step and largest_change, the name and
        the change of the mean of the largest by absolute value, the first left out; rivals, the
        other steps that are larger in more than 5 % of the samples, each with its change and
        that share; note, what the last is without.

    Raises
    ------
    StudyFileError
        If there is no such study, or a named one holds no published value or no two steps.

    Examples
    --------
    >>> table([]).columns.tolist()[:5]
    ['study', 'published', 'unit', 'first', 'mean']
    """
    import pandas as pd

    if studies is None:
        shipped = sorted((tables.root() / "studies").glob("*.yaml"))
        files = [file for file in map(studyfile.load, shipped) if not _lacks(file)]
    else:
        files = [studyfile.load(one) for one in studies]
    rows = [_row(file, n, file.seed if seed is None else seed) for file in files]
    return pd.DataFrame(rows, columns=COLUMNS)


def _lacks(file: StudyFile) -> str:
    """Return what a study needs before it can be reassessed; nothing if it has all."""
    if file.published is None:
        return "no `published:` value to hold it against"
    if len(file.steps) < 2:
        return "no two scenarios under `steps:`, from the published boundary to the whole"
    return ""


def _row(file: StudyFile, n: int, seed: int) -> list[Any]:
    held = file.published
    if held is None or _lacks(file):
        raise StudyFileError(f"{file.name}: {_lacks(file)}")
    size = sampling.rounded(n, file.sampler)
    result = simulate(file.study, size, seed, file.sampler, progress=False)
    steps = result.steps(held.category, file.steps)
    numbers = ["mean", "low", "high", "change"]
    steps[numbers] *= units.factor(steps["unit"][0], held.unit)
    first, last = steps.iloc[0], steps.iloc[-1]
    place = int(steps["change"][1:].abs().idxmax())
    largest = steps.loc[place]
    totals = result.total(held.category).sel(scenario=list(file.steps)).to_numpy()
    sizes = np.abs(np.diff(totals, axis=0, prepend=0))
    larger = (sizes > sizes[place]).mean(axis=1)
    rivals = [
        f"{row.scenario}: {row.change:+.4g} (larger in {100 * share:.0f} %)"
        for row, share in zip(steps.itertuples(), larger, strict=True)
        if row.Index and share > _RIVAL
    ]
    return [
        file.name,
        held.value,
        held.unit,
        first["mean"],
        last["mean"],
        last["low"],
        last["high"],
        bool(last["low"] <= held.value <= last["high"]),
        last["high"] / last["low"] if last["low"] > 0 else math.nan,
        largest["scenario"],
        largest["change"],
        ", ".join(rivals),
        result.partial(last["scenario"], held.category),
    ]


def text(found: Any) -> str:
    """Return a `table` as lines of text.

    Examples
    --------
    >>> text(table([])).split()
    ['study', 'published', 'first', 'last', '(90', '%)', 'width', 'largest', 'step']
    """
    lines = [
        f"{'study':16s} {'published':>11s} {'first':>12s} {'last':>12s} {'(90 %)':27s} "
        f"{'width':>6s}  largest step"
    ]
    for row in found.itertuples():
        rivals = f", or {row.rivals}" if row.rivals else ""
        between = f"({row.low:.4g} to {row.high:.4g})"
        said = "inside" if row.inside else "OUTSIDE"
        lines.append(
            f"{row.study:16s} {row.published:11.4g} {row.first:12.4g} {row.mean:12.4g} "
            f"{between:27s} {row.width:6.2f}  {row.largest_step}: {row.largest_change:+.4g} "
            f"{row.unit}{rivals}; {said}"
        )
    return "\n".join(lines)
