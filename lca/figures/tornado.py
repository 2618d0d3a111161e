"""Tornado: how far an output moves when one input alone goes to the ends of its interval."""

from __future__ import annotations

from typing import Any

from lca.figures import legend, outputs, style

_TOP, _HEIGHT = 0.44, 0.36  # of a row
BELOW, ABOVE = style.BLUE, style.ORANGE


def tornado(table: Any, output: str | None = None, ax: Any = None, most: int = 10) -> Any:
    """Draw how far an output moves with one input at a time, the others at their points.

    Bars go from the lowest to the highest output, and change colour at the nominal one. At the
    right stands the interval of the input; of a choice every option is taken.

    Parameters
    ----------
    table : pandas.DataFrame
        As `lca.sensitivity.one_at_a_time` returns it.
    output : str, optional
        Which output, ``"gwp, France"``; the first of the table unless given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.
    most : int
        How many inputs to draw, those of the largest swing.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table is another one, or has no such output.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, amount=1e6, functional_unit="one GWh")
    >>> axes = lca.figures.tornado(lca.sensitivity.one_at_a_time(life))
    >>> [text.get_text() for text in axes.texts][1:3]
    ['grid.intensity', '0.041–0.059 kgCO2e/kWh']
    """
    needed = ("input", "unit", "kind", "input_low", "input_high", "nominal", "low", "high")
    found = outputs.picked(table, output, needed, "tornado")
    swing = (found.rows["high"] - found.rows["low"]).abs()
    rows, others = outputs.shown(found.rows, swing, most, "tornado")
    nominal = rows["nominal"].iloc[0]
    size, unit = outputs.unit_of(found.unit, [nominal, *rows["low"], *rows["high"]])
    rest = outputs.not_drawn(others, "of a smaller swing or none")
    notes = [
        f"One input at a time, the others at their points. Vertical line: all at their points. "
        f"At the right: interval of the input.{rest}",
        *found.notes,
    ]
    keys = {"below the nominal output": BELOW, "above it": ABOVE}
    with style.context():
        ax = style.rows(ax, len(rows), found.label(unit), notes, legend.framed(list(keys), ax))
        for place, row in enumerate(rows.itertuples()):
            low, high = row.low / size, row.high / size
            _draw_part(ax, place, low, min(high, nominal / size), BELOW)
            _draw_part(ax, place, max(low, nominal / size), high, ABOVE)
            style.row_text(ax, place, row.input, "", _says(row), style.abridged)
        legend.draw(ax, legend.patches(keys))
        ax.axvline(nominal / size, color=style.INK, linewidth=0.8)
        style.fitted(ax)
    return ax


def _draw_part(ax: Any, place: int, start: float, end: float, color: str) -> None:
    width = max(end - start, 0.0)
    ax.barh([place + _TOP], [width], _HEIGHT, left=[start], align="edge", color=color, linewidth=0)


def _says(row: Any) -> str:
    """Return the interval of the input; numbers of choices and common factors mean nothing."""
    if row.kind == "model":
        return "every option"
    if row.input.startswith("common factor "):
        return "its interval"
    between = style.interval(row.input_low, row.input_high)
    unit = "" if row.unit == "1" else row.unit.replace("_", " ")
    return f"{between} {unit}".rstrip()
