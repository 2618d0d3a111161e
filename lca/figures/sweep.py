"""A sweep: how the total goes with one input, as lines with bands."""

from __future__ import annotations

from typing import Any

from lca.figures import legend, style

_COLORS = (style.BLUE, style.VERMILION, "#009E73", "#AA4499", style.ORANGE, style.INK)
_DASHES: tuple[Any, ...] = ("solid", (0, (4, 1.5)), (0, (1, 1)))
_COLUMNS = ("value", "scenario", "unit", "median", "low", "high")
_ROWS, _LEFT = 5.0, 32.0  # lines of text and bar that the axes are high; pt for numbers at the left


def sweep(table: Any, label: str | None = None, ax: Any = None) -> Any:
    """Draw the median of every scenario over the values of one input, with its 90 % interval.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns: value (of the input), scenario, unit (of the impact), median, low, high. What
        its ``attrs`` hold is said: input, input_unit, title, functional_unit, factors, missing.
    label : str, optional
        What to call the input, with its unit; as the table says unless given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table lacks a column, has no rows, or mixes units.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "value": [1.1, 1.2, 1.3], "scenario": "France", "unit": "kgCO2e",
    ...     "median": [5e4, 6e4, 7e4], "low": [4e4, 5e4, 6e4], "high": [6e4, 7e4, 8e4],
    ... })
    >>> axes = sweep(table, "PUE")
    >>> [float(y) for y in axes.lines[0].get_ydata()]
    [50.0, 60.0, 70.0]
    """
    _check(table)
    about = table.attrs
    size, unit = style.scaled(table["unit"].iloc[0], table["median"])
    of = f" for {about['functional_unit']}" if "functional_unit" in about else ""
    title = f"{about.get('title', 'Impact')}, {unit}{of}"
    factors = f"Factor set {about['factors']}. " if "factors" in about else ""
    missing = style.without(about.get("missing", []))
    notes = [f"{factors}Line: median. Band: 90 % interval.", *([missing] if missing else [])]
    groups = dict(iter(table.groupby("scenario", sort=False)))
    names = list(groups) if len(groups) > 1 else []
    with style.context():
        frame = style.Frame(left=_LEFT)
        above = style.wrapped(title, style.width_of(ax, frame), style.TEXT)
        height = style.LINE * style.TEXT * len(above) + 2
        frame = legend.framed(names, ax, _LEFT, height)
        ax = style.rows(ax, _ROWS, label or _named(about), notes, frame)
        _set_axis(ax)
        lines = {}
        for i, (name, rows) in enumerate(groups.items()):
            lines[str(name)] = _draw(ax, rows.sort_values("value"), size, i)
        style.write_above(ax, above, frame.top - height)
        if names:
            legend.draw(ax, lines)
    return ax


def _check(table: Any) -> None:
    lacking = [name for name in _COLUMNS if name not in getattr(table, "columns", ())]
    if lacking:
        raise ValueError(f"sweep: no column {', '.join(lacking)}; needed are {', '.join(_COLUMNS)}")
    if table.empty:
        raise ValueError("sweep: the table has no rows")
    if table["unit"].nunique() > 1:
        units = ", ".join(table["unit"].unique())
        raise ValueError(f"sweep: one figure has one unit, not {units}; give one category")


def _named(about: Any) -> str:
    name, unit = about.get("input", "Value of the input"), about.get("input_unit", "")
    return name if unit in ("", "1") else f"{name}, {unit}"


def _set_axis(ax: Any) -> None:
    ax.set_ylim(auto=True)
    ax.yaxis.set_inverted(False)
    style.numbered(ax.xaxis)
    style.numbered(ax.yaxis)
    ax.spines["left"].set(visible=True, linewidth=0.6, color=style.INK)
    ax.tick_params(axis="y", labelsize=style.TEXT, width=0.6, length=2.5, pad=2, colors=style.INK)
    ax.grid(axis="y", color=style.PALE, linewidth=0.4)


def _draw(ax: Any, rows: Any, size: float, place: int) -> Any:
    """Draw line and band of one scenario; return the line."""
    turn, at = divmod(place, len(_COLORS))
    color, dash = _COLORS[at], _DASHES[(at + turn) % len(_DASHES)]
    x = rows["value"].to_numpy()
    low, median, high = (rows[name].to_numpy() / size for name in ("low", "median", "high"))
    ax.fill_between(x, low, high, color=color, alpha=0.18, linewidth=0)
    (line,) = ax.plot(x, median, color=color, linewidth=1.2, linestyle=dash)
    return line
