"""Sums by year: means with intervals, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lca.figures import legend, style

COLUMNS = ["year", "quantity", "unit", "models", "mean", "low", "high"]
COLUMNS += ["low_independent", "high_independent"]
_HEIGHT, _LEFT = 150.0, 46.0  # pt: of the axes; for numbers at the left
_COLORS = {**style.GROUPS, "total": style.INK, "with_development": "#AA4499"}
_APART = 0.28  # of a year, between two quantities


def yearly(
    table: Any, quantities: Sequence[str] = ("operational", "embodied"), ax: Any = None
) -> Any:
    """Draw sums of some quantities by year, with their intervals.

    Points are sums of means. Thin bars are 90 % intervals of the sums with what the models share
    drawn once; thick ones, as if every model erred by itself. Below stands how many models there
    are.

    Parameters
    ----------
    table : pandas.DataFrame
        As `lca.atlas.Atlas.years`: year, quantity, unit, models, mean, low, high,
        low_independent, high_independent. Its ``attrs`` may say the factor set (factors).
    quantities : sequence of str
        Which to draw; of one unit.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a double column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table lacks a column, has no rows of a quantity, or they are of several units.

    Examples
    --------
    >>> import pandas as pd
    >>> import lca
    >>> sums = {"mean": 120.0, "low": 60.0, "high": 250.0}
    >>> sums |= {"low_independent": 80.0, "high_independent": 190.0}
    >>> row = {"year": 2020, "quantity": "total", "unit": "tCO2e", "models": 36} | sums
    >>> axes = lca.figures.yearly(pd.DataFrame([row]), ["total"])
    >>> axes.get_yscale()
    'log'
    """
    rows = _checked(table, quantities)
    unit = str(rows["unit"].iloc[0]).replace("CO2e", " CO2e").strip()
    models = rows.groupby("year")["models"].first()
    notes = [
        "Point: sum of means. Thin bar: 90 % interval of the sum, what models share drawn once. "
        "Thick bar: as if no two models shared an unknown. Below the axis: year, and number of "
        "models."
    ]
    if "factors" in table.attrs:
        notes[0] = f"Factor set {table.attrs['factors']}. {notes[0]}"
    names = {name: name.replace("_", " ") for name in quantities}
    with style.context():
        frame = legend.framed(list(names.values()), ax, _LEFT, style.LINE * style.TEXT + 2)
        label = "Year of publication"
        ax = style.panel(ax, _HEIGHT, label, notes, frame, style.DOUBLE, ticks=22.0)
        handles = {}
        for place, name in enumerate(quantities):
            shift = _APART * (place - (len(quantities) - 1) / 2)
            handles[names[name]] = _draw(ax, rows[rows["quantity"] == name], shift, _color(name))
        _set_axes(ax, models)
        above = [f"Sum over models, {unit} (log scale)"]
        style.write_above(ax, above, frame.top - style.LINE * style.TEXT - 2)
        legend.draw(ax, handles)
    return ax


def _checked(table: Any, quantities: Sequence[str]) -> Any:
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise ValueError(f"yearly: the table has no column {', '.join(missing)}")
    there = list(dict.fromkeys(table["quantity"]))
    for name in quantities:
        if name not in there:
            raise ValueError(f"yearly: no rows of {name!r}; there are {', '.join(there)}")
    rows = table[table["quantity"].isin(list(quantities))]
    if rows["unit"].nunique() > 1:
        units = ", ".join(rows["unit"].unique())
        raise ValueError(f"yearly: one figure has one unit, not {units}")
    return rows


def _color(name: str) -> str:
    return _COLORS.get(name, style.BLUE)


def _draw(ax: Any, rows: Any, shift: float, color: str) -> Any:
    """Draw the bars and points of one quantity; return the points."""
    x = rows["year"].to_numpy() + shift
    ax.vlines(x, rows["low"], rows["high"], color=color, linewidth=0.9)
    ax.vlines(x, rows["low_independent"], rows["high_independent"], color=color, linewidth=2.6)
    about: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 4.2, "mew": 0.7}
    (points,) = ax.plot(x, rows["mean"], color=color, mec="white", **about)
    return points


def _set_axes(ax: Any, models: Any) -> None:
    from matplotlib import ticker

    ax.set_yscale("log")
    ax.yaxis.set_major_locator(ticker.LogLocator(numticks=8))
    ax.yaxis.set_minor_locator(ticker.NullLocator())
    ax.yaxis.set_major_formatter(ticker.FuncFormatter(lambda y, _: f"{y:,.10g}"))
    ax.tick_params(axis="y", labelsize=style.TEXT, width=0.6, length=2.5, pad=2, colors=style.INK)
    ax.grid(axis="y", color=style.PALE, linewidth=0.4)
    ax.set_xlim(models.index.min() - 0.6, models.index.max() + 0.6)
    ax.set_xticks(list(models.index), [f"{year}\n{count}" for year, count in models.items()])
