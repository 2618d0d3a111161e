"""Published totals against those of the whole boundary, study by study."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca.figures import style

COLUMNS = ("study", "published", "unit", "first", "mean", "low", "high")
_LINE = 0.66  # of a row: where points stand, below its name


def reassessed(table: Any, factors: str = "", ax: Any = None) -> Any:
    """Draw, for every study, the first step and the whole boundary over the published value.

    The axis is logarithmic, and relative to the published value (dashed), so that studies of
    any size and unit stand side by side. A circle is the account of the published boundary,
    repeated; point and bar are the mean and the 90 % interval of the whole one, orange where
    the published value lies outside. The numbers are at the right.

    Parameters
    ----------
    table : pandas.DataFrame
        A row for every study, as `lca.reassessment.table` returns it: study, published, unit, and
        in that unit first, mean, low, high.
    factors : str
        Factor set of the totals.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table has no rows or lacks columns, or a value is not above zero.

    Examples
    --------
    >>> import pandas as pd
    >>> import lca
    >>> row = {"study": "a model", "published": 552, "unit": "tCO2e", "first": 552, "mean": 700}
    >>> axes = lca.figures.reassessed(pd.DataFrame([row | {"low": 500, "high": 950}]))
    >>> [text.get_text() for text in axes.texts][-1]
    '552 → 700 (500–950) t CO2e'
    """
    _check(table)
    notes = [
        "Numbers: published → whole boundary, mean (90 % interval); each for its own functional "
        "unit. Circle: published boundary, repeated. Point, bar: whole boundary. Orange: the "
        "published value lies outside the interval."
    ]
    if factors:
        notes[0] = f"Factor set {factors}. {notes[0]}"
    relative = table[["first", "mean", "low", "high"]].div(table["published"], axis=0).to_numpy()
    with style.context():
        label = "Total over the published one (log scale)"
        ax = style.rows(ax, len(table), label, notes, style.Frame())
        _set_axis(ax, min(1, relative.min()), max(1, relative.max()))
        ax.axvline(1, color=style.INK, linewidth=0.8, linestyle=(0, (3, 2)), zorder=0.9)
        for place, (row, values) in enumerate(zip(table.itertuples(), relative, strict=True)):
            _draw_row(ax, place, *values)
            style.row_text(ax, place, str(row.study), "", _says(row))
    return ax


def _check(table: Any) -> None:
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise ValueError(f"reassessed: the table has no column {', '.join(missing)}")
    if table.empty:
        raise ValueError("reassessed: the table has no rows")
    for row in table.itertuples():
        values = (row.published, row.first, row.mean, row.low, row.high)
        if not all(np.isfinite(value) and value > 0 for value in values):
            raise ValueError(f"reassessed: {row.study}: values must be above 0, not {values}")


def _says(row: Any) -> str:
    width = row.high - row.low
    mean, between = style.number(row.mean, width), style.interval(row.low, row.high)
    unit = str(row.unit).replace("CO2e", " CO2e").strip()
    return f"{style.number(row.published)} → {mean} ({between}) {unit}"


def _set_axis(ax: Any, low: float, high: float) -> None:
    from matplotlib import ticker

    room = max((high / low) ** 0.04, 1.05)
    ax.set_xscale("log")
    ax.set_xlim(low / room, high * room)
    steps = [1.0, 2.0, 5.0] if high / low < 200 else [1.0]
    if high / low < 5:
        steps = [1.0, 1.5, 2.0, 3.0, 5.0, 7.0]
    ax.xaxis.set_major_locator(ticker.LogLocator(subs=steps))
    ax.xaxis.set_minor_locator(ticker.NullLocator())
    ax.xaxis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:,.4g}"))


def _draw_row(ax: Any, place: int, first: float, mean: float, low: float, high: float) -> None:
    y = place + _LINE
    color = style.BLUE if low <= 1 <= high else style.VERMILION
    ax.plot([low, high], [y, y], color=color, linewidth=1.8, solid_capstyle="butt")
    ax.plot([mean], [y], marker="o", markersize=4, color=color, mec="white", mew=0.6)
    ax.plot([first], [y], marker="o", markersize=5.5, color="none", mec=style.INK, mew=0.8)
