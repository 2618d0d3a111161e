"""Ranks: how probable it is that a scenario is the lowest, the second, and so on."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca.figures import cells, pairs, style
from lca.result import Result

_TOP, _HEIGHT = 0.42, 0.46  # of a row


def ranks(result: Result, category: str = "gwp", ax: Any = None) -> Any:
    """Draw the probability of every rank of every scenario, 1 being the lowest total.

    Ranks are counted sample by sample, so that what scenarios have in common does not blur
    them; scenarios that are equal in a sample share their ranks.

    Parameters
    ----------
    result : Result
        Of two scenarios or more. Those that do not cover the category as the first does are
        left out, and named below the figure.
    category : str
        Impact category.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    GraphError
        If no stage yields the category, or there is nothing to compare.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> scenarios = {"now": life}
    >>> scenarios |= {str(x): life.replace({"grid.intensity": x}) for x in (0.03, 0.05)}
    >>> axes = lca.figures.ranks(lca.simulate(lca.Study(scenarios), n=256, seed=1))
    >>> [text.get_text() for text in axes.texts if "mean" in text.get_text()]
    ['mean rank 2.5', 'mean rank 1.0', 'mean rank 2.5']
    """
    names, samples, partial = pairs.alike(result, category, None, "ranks")
    probable = _probabilities(samples)
    title = result.info["titles"][category]
    label = (
        f"Rank by {title[0].lower()}{title[1:]} (1 = lowest) for {result.info['functional_unit']}"
    )
    notes = [
        f"Factor set {result.info['factors']}. Cells: probability of the rank in per cent, sample "
        "by sample; white: never.",
        *partial,
    ]
    count = len(names)
    with style.context():
        ax = style.rows(ax, count, label, notes, style.Frame())
        ax.grid(visible=False)
        ax.set_xlim(0.5, count + 0.5)
        ax.set_xticks(range(1, count + 1))
        ax.tick_params(axis="x", length=0)
        ax.spines["bottom"].set_visible(False)
        width = style.width_of(ax) / count
        for row, name in enumerate(names):
            for i, share in enumerate(probable[row]):
                text = style.percent(share) if share else ""
                fits = style.text_width(text, style.SMALL) < width
                cells.draw(ax, (i + 0.5, row + _TOP), (1, _HEIGHT), share, text if fits else "")
            mean = probable[row] @ np.arange(1, count + 1)
            style.row_text(ax, row, name, "", f"mean rank {mean:.1f}")
    return ax


def _probabilities(samples: np.ndarray) -> np.ndarray:
    """Return the probability of ranks (scenario, rank); equal totals share their ranks."""
    found = np.zeros((len(samples), len(samples)))
    places = np.arange(len(samples))[:, np.newaxis]
    for row, values in enumerate(samples):
        lower = (samples < values).sum(axis=0)
        equal = (samples == values).sum(axis=0)
        within = (places >= lower) & (places < lower + equal)
        found[row] = (within / equal).mean(axis=-1)
    return found
