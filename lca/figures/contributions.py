"""What every stage or phase adds to the total, per scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lca.figures import legend, style
from lca.result import Result, quantiles

_TOP, _HEIGHT, _LANE, _FOOT = 0.4, 0.3, 0.14, 0.12  # of a row: bar, each interval below it, gap

PARTS = {
    "manufacturing": style.BLUE,
    "transport": "#9BD0F2",
    "facility": "#00664B",
    "operation": style.ORANGE,
    "overhead": "#B84700",
    "storage": "#F0E442",
    "network": "#7A2A7A",
    "disposal": "#C3B8E8",
    "avoided": "#6B6B1E",
    "supply": "#BFBFBF",
}
"""Colours of phases; stages and other keys take them in turn. They are dark and light in turn."""

_OTHER = style.PALE


def contributions(
    result: Result,
    category: str = "gwp",
    by: str | Mapping[str, str] = "phase",
    ax: Any = None,
    most: int = 9,
) -> Any:
    """Draw what every part adds to the total of every scenario, and its interval.

    The stacked bar is of means, which add up to the whole. Below it, in the order of the
    legend, every part has its mean (point) and 90 % interval, both counted from zero. Parts
    below zero are stacked to the left.

    Parameters
    ----------
    result : Result
    category : str
        Impact category.
    by : {"phase", "stage", "group", "activity"} or mapping
        As `Result.by` takes it.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.
    most : int
        How many parts have a colour, the largest; the rest is one part, "other".

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    GraphError
        If no stage yields the category, or there is no such key.
    ValueError
        If `most` is below 1.

    Examples
    --------
    >>> import lca
    >>> life = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    ... )
    >>> axes = lca.figures.contributions(lca.simulate(life, n=256, seed=1))
    >>> [bar.get_label() for bar in axes.containers]
    ['manufacturing', 'transport', 'operation', 'overhead', 'disposal']
    """
    if most < 1:
        raise ValueError(f"contributions: most = {most!r} must be 1 or more")
    totals = result.total(category).to_numpy()
    parts = _parts(result, category, by, most)
    size, unit = style.scaled(result.info["units"][category], totals.mean(axis=-1))
    parts = {name: samples / size for name, samples in parts.items()}
    partial = style.partial(result, category)
    notes = [
        f"Factor set {result.info['factors']}. Bars: means, the whole at the right (90 % interval)."
        " Below each bar, in the order of the legend: mean (point) and 90 % interval of each part, "
        "from zero.",
        *partial.notes,
    ]
    colors = _colors(list(parts))
    with style.context():
        lanes = np.cumsum([samples.any(axis=-1) for samples in parts.values()], axis=0)
        heights = _TOP + _HEIGHT + _LANE * lanes[-1] + _FOOT
        rows = np.cumsum(heights) - heights
        label = style.subject(result, category, unit)
        frame = legend.framed(list(parts), ax)
        ax = style.rows(ax, heights.sum(), label, notes, frame)
        _draw_bars(ax, parts, colors, rows + _TOP)
        for (name, samples), lane in zip(parts.items(), lanes, strict=True):
            _draw_lane(ax, samples, colors[name], rows + _TOP + _HEIGHT + _LANE * (lane - 0.2))
        for row, scenario, values in zip(rows, result.scenarios, totals / size, strict=True):
            low, _, high = quantiles(values)
            between = f" ({style.interval(low, high)})" if high > low else ""
            whole = f"{style.number(values.mean(), high - low)}{between}"
            style.row_text(ax, row, scenario, partial.marks[scenario], whole)
        legend.draw(ax, {bars.get_label(): bars[0] for bars in ax.containers})
        ax.axvline(0, color=style.INK, linewidth=0.6)
        style.fitted(ax)
    return ax


def _parts(
    result: Result, category: str, by: str | Mapping[str, str], most: int
) -> dict[str, np.ndarray]:
    """Return samples (scenario, sample) of the parts that are not zero, in their order."""
    array = result.by(by).sel(category=category)
    found = {str(key): array.sel(key=key).to_numpy() for key in array["key"].to_numpy()}
    found = {key: values for key, values in found.items() if values.any()}
    if len(found) <= most:
        return found
    largest = sorted(found, key=lambda key: -np.abs(found[key].mean(axis=-1)).max())
    kept = [key for key in found if key in largest[: most - 1] and key != "other"]
    rest = [key for key in found if key not in kept]
    return {key: found[key] for key in kept} | {
        f"other ({len(rest)})": np.sum([found[key] for key in rest], axis=0)
    }


def _colors(names: list[str]) -> dict[str, str]:
    if set(names) <= set(PARTS):
        return {name: PARTS[name] for name in names}
    if set(names) <= set(style.GROUPS):
        return {name: style.GROUPS[name] for name in names}
    turns = list(PARTS.values())
    return {
        name: _OTHER if name.startswith("other") else turns[i % len(turns)]
        for i, name in enumerate(names)
    }


def _draw_bars(
    ax: Any, parts: dict[str, np.ndarray], colors: dict[str, str], tops: np.ndarray
) -> None:
    means = np.array([samples.mean(axis=-1) for samples in parts.values()])
    up, down = np.zeros(means.shape[1]), np.zeros(means.shape[1])
    for name, widths in zip(parts, means, strict=True):
        ax.barh(
            tops,
            widths,
            height=_HEIGHT,
            left=np.where(widths < 0, down, up),
            align="edge",
            color=colors[name],
            edgecolor="white",
            linewidth=0.4,
            label=name,
        )
        up, down = up + np.maximum(widths, 0), down + np.minimum(widths, 0)


def _draw_lane(ax: Any, samples: np.ndarray, color: str, places: np.ndarray) -> None:
    """Draw mean and interval of one part below the bar of every scenario that has it."""
    low, _, high = quantiles(samples)
    for row, (mean, y) in enumerate(zip(samples.mean(axis=-1), places, strict=True)):
        if not samples[row].any():
            continue
        ax.plot([low[row], high[row]], [y, y], color=style.INK, linewidth=0.7)
        ax.plot([mean], [y], marker="o", ms=3, color=color, mec=style.INK, mew=0.4, linewidth=0)
