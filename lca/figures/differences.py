"""Paired differences: by how much every scenario lies above or below a baseline."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca.figures import pairs, style
from lca.result import Result, quantiles

_LINE_AT = 0.66  # of a row
LOWER, HIGHER, OPEN = style.BLUE, style.VERMILION, "#7F7F7F"


def differences(
    result: Result, category: str = "gwp", ax: Any = None, baseline: str | None = None
) -> Any:
    """Draw the difference of every scenario to a baseline, sample by sample.

    Point: mean difference; thick bar: 50 % interval; thin bar: 90 % interval. Colours tell
    where the 90 % interval lies below zero, above it, or holds it. At the right stand the mean,
    its 90 % interval, and the probability that the scenario is below the baseline.

    Parameters
    ----------
    result : Result
        Of two scenarios or more. Scenarios that do not cover the category as the baseline does
        are left out, and named below the figure.
    category : str
        Impact category.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.
    baseline : str, optional
        The first scenario unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    GraphError
        If no stage yields the category, there is no such scenario, or nothing to compare.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> study = lca.Study({"now": life, "half": life.replace({"grid.intensity": 0.03})})
    >>> axes = lca.figures.differences(lca.simulate(study, n=256, seed=1))
    >>> [text.get_text() for text in axes.texts][1:]
    ['half', '−22 (−31 to −12); 100 %']
    """
    names, samples, partial = pairs.alike(result, category, baseline, "differences")
    base_unit, title = result.info["units"][category], result.info["titles"][category]
    changes = samples[1:] - samples[0]
    size, unit = style.scaled(base_unit, np.abs(changes).mean(axis=-1))
    changes = changes / size
    notes = [
        f"Factor set {result.info['factors']}. Point: mean. Thick and thin bar: 50 and 90 % "
        "interval of the difference, sample by sample; grey where the 90 % interval holds zero. "
        "At the right: mean (90 % interval); probability of a total below that of the baseline.",
        *partial,
    ]
    label = (
        f"Difference to “{names[0]}”: {title[0].lower()}{title[1:]}, {unit} for "
        f"{result.info['functional_unit']}"
    )
    with style.context():
        ax = style.rows(ax, len(changes), label, notes, style.Frame())
        for row, (name, values) in enumerate(zip(names[1:], changes, strict=True)):
            _draw_row(ax, row, values)
            style.row_text(ax, row, name, "", _says(values))
        ax.axvline(0, color=style.INK, linewidth=0.8, zorder=0.9)
        style.fitted(ax)
    return ax


def _says(values: np.ndarray) -> str:
    low, _, high = quantiles(values)
    between = f" ({style.interval(low, high)})" if high > low else ""
    lower = style.percent((values < 0).mean())
    return f"{style.number(values.mean(), high - low)}{between}; {lower} %"


def _draw_row(ax: Any, row: int, values: np.ndarray) -> None:
    y = row + _LINE_AT
    low, _, high = quantiles(values)
    color = LOWER if high < 0 else HIGHER if low > 0 else OPEN
    middle = np.quantile(values, [0.25, 0.75])
    for ends, width in (((low, high), 1.0), (middle, 4.0)):
        ax.plot(ends, [y, y], color=color, linewidth=width, solid_capstyle="butt")
    ax.plot([values.mean()], [y], marker="o", ms=4.5, color=color, mec="white", mew=0.7)
