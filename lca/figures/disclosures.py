"""What disclosures would leave of intervals, item by item."""

from __future__ import annotations

from typing import Any

from lca.figures import style

COLUMNS = ("item", "quantity", "models", "sum", "model")
_TOP, _BAR = 0.45, 0.36  # of a row: upper end and height of a bar


def disclosures(table: Any, quantity: str = "total", ax: Any = None) -> Any:
    """Draw how much of the width of intervals is left where all models disclose an item.

    Bars are of the sum over all models, blue where the width falls to a half or less; circles are
    the median over the models that do not disclose the item. Widths are of logarithms, so a
    half means that an interval of a factor of 9 becomes one of 3. Items that change nothing are
    left out.

    Parameters
    ----------
    table : pandas.DataFrame
        As `lca.atlas.Atlas.disclosures`: item, quantity, models, sum, model.
    quantity : str
        Which rows of it to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table lacks a column, or has no rows of that quantity.

    Examples
    --------
    >>> import pandas as pd
    >>> import lca
    >>> row = {"item": "hours", "quantity": "total", "models": 300, "sum": 0.45, "model": 0.6}
    >>> axes = lca.figures.disclosures(pd.DataFrame([row]))
    >>> [text.get_text() for text in axes.texts][-1]
    '45 % (60 %), 300 models'
    """
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise ValueError(f"disclosures: the table has no column {', '.join(missing)}")
    rows = table[table["quantity"] == quantity]
    rows = rows[(rows["sum"] != 1) | (rows["model"] != 1)]
    if rows.empty:
        there = ", ".join(dict.fromkeys(table["quantity"]))
        raise ValueError(f"disclosures: no rows of {quantity!r}; there are {there}")
    notes = [
        "Bar, and first number: width left of the 90 % interval of the sum over all models, on the "
        "logarithm; blue where it is a half or less. Circle, and number in brackets: the median "
        "over models that do not disclose the item, whose number follows."
    ]
    label = f"Width of interval left, {quantity.replace('_', ' ')} (nothing disclosed = 1)"
    with style.context():
        ax = style.rows(ax, len(rows), label, notes, style.Frame())
        ax.set_xlim(0, max(1.02, rows[["sum", "model"]].to_numpy().max() * 1.02))
        for place, row in enumerate(rows.itertuples()):
            _draw(ax, place, row)
        ax.axvline(0.5, color=style.INK, linewidth=0.6, linestyle=(0, (3, 2)), zorder=0.9)
        ax.axvline(1, color=style.INK, linewidth=0.6, zorder=0.9)
        style.numbered(ax.xaxis)
    return ax


def _draw(ax: Any, place: int, row: Any) -> None:
    color = style.BLUE if row.sum <= 0.5 else style.ORANGE
    ax.barh([place + _TOP], [row.sum], _BAR, align="edge", color=color, linewidth=0)
    y = place + _TOP + _BAR / 2
    ax.plot([row.model], [y], marker="o", markersize=5, color="white", mec=style.INK, mew=0.8)
    said = f"{100 * row.sum:.0f} % ({100 * row.model:.0f} %), {row.models} models"
    style.row_text(ax, place, row.item, "", said)
