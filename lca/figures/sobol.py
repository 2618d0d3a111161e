"""Sobol indices: the share of the variance that every input explains."""

from __future__ import annotations

from typing import Any

from lca.figures import legend, outputs, style

_FIRST, _TOTAL, _HEIGHT = 0.4, 0.63, 0.2  # of a row: where bars begin, and their height


def sobol(table: Any, output: str | None = None, ax: Any = None, most: int = 10) -> Any:
    """Draw first-order and total Sobol indices of the inputs of one output.

    The upper, full bar is S1, what the input explains alone; the lower, hatched one is ST, what
    would go with it. Whiskers are 95 % intervals. Colours are kinds of inputs.

    Parameters
    ----------
    table : pandas.DataFrame
        As `lca.sensitivity.sobol` returns it (with `second_order`, the first of the two).
    output : str, optional
        Which output, ``"gwp, France"``; the first of the table unless given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.
    most : int
        How many inputs to draw, those of the largest ST.

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
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> axes = lca.figures.sobol(lca.sensitivity.sobol(life, n=256, seed=1))
    >>> len(axes.patches)
    4
    """
    needed = ("input", "kind", "S1", "S1_conf", "ST", "ST_conf")
    found = outputs.picked(table, output, needed, "sobol")
    rows, others = outputs.shown(found.rows, found.rows["ST"], most, "sobol")
    highest = others["ST"].max()
    rest = outputs.not_drawn(others, f"with ST of at most {style.number(highest, highest)}")
    notes = [
        "Upper bar, full: S1, explained by the input alone. Lower bar, hatched: ST, with all its "
        f"interactions. Whiskers: 95 % intervals. At the right: S1; ST.{rest}",
        *found.notes,
    ]
    label = f"Share of the variance of: {found.label('')}"
    colors = outputs.kinds(rows)
    with style.context():
        ax = style.rows(ax, len(rows), label, notes, legend.framed(list(colors), ax))
        for place, row in enumerate(rows.itertuples()):
            color = colors[row.kind]
            _draw_bar(ax, place + _FIRST, row.S1, row.S1_conf, {"facecolor": color})
            hatched = {"facecolor": "white", "edgecolor": color, "hatch": "////////"}
            _draw_bar(ax, place + _TOTAL, row.ST, row.ST_conf, hatched)
            said = f"{style.index(row.S1)}; {style.index(row.ST)}"
            style.row_text(ax, place, row.input, "", said, style.abridged)
        legend.draw(ax, legend.patches(colors))
        ax.axvline(0, color=style.INK, linewidth=0.6)
        style.fitted(ax)
    return ax


def _draw_bar(ax: Any, top: float, value: float, half: float, look: dict[str, Any]) -> None:
    ax.barh([top], [value], _HEIGHT, align="edge", linewidth=0.5, **look)
    if half > 0:
        y = top + _HEIGHT / 2
        ends = [value - half, value + half]
        ax.plot(ends, [y, y], color=style.INK, linewidth=0.7, marker="|", markersize=3)
