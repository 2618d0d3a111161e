"""The distribution of the total, per scenario."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca import quantity, units
from lca.figures import style
from lca.result import Result, quantiles

_BASE, _HEIGHT = 0.9, 0.48  # of a row: where curves stand, and how high they are
_LOG = 5.0  # ratio of medians from which the axis is logarithmic
_SHOWN = (0.01, 0.99)  # of the samples; a long tail would leave no room for the rest
_BINS = 200


def total(
    result: Result,
    category: str = "gwp",
    ax: Any = None,
    published: float | str | None = None,
    published_label: str = "published",
) -> Any:
    """Draw the distribution of the total of every scenario, with median and 90 % interval.

    Curves show the central 98 % of the samples, all scaled to one height. The axis is
    logarithmic, and says so, where the medians differ by more than a factor of 5. A scenario
    without any uncertainty is a point.

    Parameters
    ----------
    result : Result
    category : str
        Impact category.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.
    published : float or str, optional
        A value to hold the totals against: a number in the unit of the category
        (``result.info["units"]``), or a text with its unit, ``"50.5 tCO2e"``.
    published_label : str
        What to call it.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    GraphError
        If no stage yields the category.
    UnitError
        If the unit of `published` is not one of the category.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, amount=1e6, functional_unit="one GWh")
    >>> axes = lca.figures.total(lca.simulate(life, n=256, seed=1), published="52 tCO2e")
    >>> axes.get_xlabel()
    'Global warming potential over 100 years, t CO2e for one GWh'
    """
    samples = result.total(category).to_numpy()
    base_unit = result.info["units"][category]
    size, unit = style.scaled(base_unit, np.median(samples, axis=-1))
    samples = samples / size
    reference = None if published is None else _value(published, base_unit) / size
    is_log = _needs_log(samples, reference)
    partial = style.partial(result, category)
    label = style.subject(result, category, unit) + (" (log scale)" if is_log else "")
    notes = [
        f"Factor set {result.info['factors']}. Point, number: median. Bar, brackets: 90 % "
        "interval. Curve: central 98 %.",
        *partial.notes,
    ]
    with style.context():
        frame = style.Frame(top=4 if reference is None else 14)
        ax = style.rows(ax, len(result.scenarios), label, notes, frame)
        _set_axis(ax, samples, reference, is_log)
        for row, (scenario, values) in enumerate(zip(result.scenarios, samples, strict=True)):
            _draw_row(ax, row, values, is_log)
            style.row_text(ax, row, scenario, partial.marks[scenario], _says(values))
        if reference is not None:
            text = f"{published_label}: {reference:,.6g} {unit}"
            _draw_published(ax, reference, text)
    return ax


def _value(published: float | str, unit: str) -> float:
    if not isinstance(published, str):
        return quantity.number("total: published", published)
    amount, _, given = published.strip().partition(" ")
    try:
        return float(amount) * units.factor(given, unit)
    except ValueError as error:
        raise units.UnitError(
            f"published = {published!r}: give a number and a unit, such as '50.5 {unit}' ({error})"
        ) from None


def _needs_log(samples: np.ndarray, reference: float | None) -> bool:
    shown = np.quantile(samples, _SHOWN[0], axis=-1)
    if shown.min() <= 0 or (reference is not None and reference <= 0):
        return False
    medians = np.median(samples, axis=-1)
    return bool(medians.max() / medians.min() > _LOG)


def _is_single(values: np.ndarray) -> bool:
    """Return whether the samples are one value, up to rounding."""
    return bool(np.ptp(values) <= 1e-9 * np.abs(values).max())


def _says(values: np.ndarray) -> str:
    low, median, high = quantiles(values)
    if _is_single(values):
        return f"{style.number(median)} (no uncertainty)"
    return f"{style.number(median, high - low)} ({style.interval(low, high)})"


def _set_axis(ax: Any, samples: np.ndarray, reference: float | None, is_log: bool) -> None:
    from matplotlib import ticker

    low, high = np.quantile(samples, _SHOWN, axis=-1)
    ends = [low.min(), high.max()] + ([] if reference is None else [reference])
    left, right = min(ends), max(ends)
    if is_log:
        ax.set_xscale("log")
        room = (right / left) ** 0.03
        ax.set_xlim(left / room, right * room)
        steps = (1, 2, 5) if right / left < 200 else (1,)
        ax.xaxis.set_major_locator(ticker.LogLocator(subs=steps))
        ax.xaxis.set_minor_locator(ticker.NullLocator())
    else:
        room = 0.03 * (right - left) or 0.1 * abs(right) or 1.0
        ax.set_xlim(left - room, right + room)
        ax.xaxis.set_major_locator(ticker.MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:,.10g}"))


def _draw_row(ax: Any, row: int, values: np.ndarray, is_log: bool) -> None:
    low, median, high = quantiles(values)
    base = row + _BASE
    if not _is_single(np.quantile(values, _SHOWN)):
        x, height = _density(values, is_log)
        ax.fill_between(x, base, base - _HEIGHT * height, color=style.BLUE, alpha=0.35, linewidth=0)
        ax.plot([low, high], [base, base], color=style.BLUE, linewidth=1.8, solid_capstyle="butt")
    ax.plot([median], [base], marker="o", markersize=4, color=style.BLUE, mec="white", mew=0.6)


def _density(values: np.ndarray, is_log: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return a smooth curve of height 1 over the central samples.

    A histogram smoothed by a Gaussian of Silverman's width; reflected at its ends, so that a
    uniform distribution keeps its edges.
    """
    from scipy.ndimage import gaussian_filter1d

    x = np.log(values) if is_log else values
    low, high = np.quantile(x, _SHOWN)
    counts, edges = np.histogram(x, bins=_BINS, range=(low, high))
    quarter, three_quarters = np.quantile(x, [0.25, 0.75])
    spread = min(x.std(), (three_quarters - quarter) / 1.34) or x.std()
    width = 0.9 * spread * len(x) ** -0.2 / (edges[1] - edges[0])
    height = gaussian_filter1d(counts.astype(float), width, mode="reflect")
    middle = (edges[:-1] + edges[1:]) / 2
    return np.exp(middle) if is_log else middle, height / height.max()


def _draw_published(ax: Any, value: float, text: str) -> None:
    ax.axvline(value, color=style.VERMILION, linewidth=1, linestyle=(0, (4, 2)), zorder=0.8)
    place = ax.transAxes.inverted().transform(ax.transData.transform((value, 0)))[0]
    side = "left" if place < 0.33 else "right" if place > 0.67 else "center"
    ax.annotate(
        text,
        (value, 0),
        (0, 3),
        textcoords="offset points",
        ha=side,
        va="bottom",
        fontsize=style.TEXT,
        color=style.INK,
        parse_math=False,
        annotation_clip=False,
    )
