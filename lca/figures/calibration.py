"""PIT histograms: whether predictions hold what was metered, question by question."""

from __future__ import annotations

from typing import Any

from lca.figures import style

_BASE, _HEIGHT = 0.93, 0.52  # of a row: where bars stand, and how high the highest may be
_MOST = 3.5  # times the uniform height that a bar may reach; higher ones are cut and say so


def calibration(table: Any, version: str = "as shipped", ax: Any = None) -> Any:
    """Draw the PIT histogram of every question, with its coverage at 90 %.

    The bars count the cases by the share of their prediction that lies below what was metered,
    in tenths. They reach the dashed line where predictions are right; are heaped at both ends
    where intervals are too narrow, in the middle where they are too wide, at the left where
    too much was predicted. Bars of the outer tenths are in another colour: of these a half
    should lie outside the 90 % interval.

    Parameters
    ----------
    table : pandas.DataFrame
        As `lca.calibration.table` returns it.
    version : str
        Which rows of it to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table has no rows of that version.

    Examples
    --------
    >>> import lca
    >>> from lca import calibration
    >>> found = calibration.table(["embodied boards", "WUE, operator unknown"], n=64)
    >>> axes = lca.figures.calibration(found)
    >>> len(axes.patches)
    20
    """
    rows = table[table["version"] == version]
    if rows.empty:
        versions = ", ".join(dict.fromkeys(table["version"]))
        raise ValueError(f"calibration: no rows {version!r}; there are {versions}")
    notes = [
        "At the right: cases, and the share that the 90 % interval holds (95 % interval of that "
        f"share). Dashed: what right predictions would show. Bars above {_MOST:g} times that are "
        "cut and give their share."
    ]
    label = f"Share predicted below what was metered ({version})"
    with style.context():
        ax = style.rows(ax, len(rows), label, notes, style.Frame())
        ax.set_xlim(0, 1)
        for place, row in enumerate(rows.itertuples()):
            _draw_row(ax, place, row)
            style.row_text(ax, place, row.question.replace(" - ", " − "), "", _says(row))
    return ax


def _says(row: Any) -> str:
    low, high = 100 * row.coverage_90_low, 100 * row.coverage_90_high
    return f"n = {row.n}: {100 * row.coverage_90:.0f} % ({low:.0f}–{high:.0f})"


def _draw_row(ax: Any, place: int, row: Any) -> None:
    bins, base, unit = len(row.histogram), place + _BASE, _HEIGHT / _MOST
    for i, count in enumerate(row.histogram):
        density = count * bins / row.n
        color = style.VERMILION if i in (0, bins - 1) else style.BLUE
        height = unit * min(density, _MOST)
        ax.bar([(i + 0.5) / bins], [-height], 0.94 / bins, bottom=[base], color=color, linewidth=0)
        if density > _MOST:
            _say_share(ax, i, bins, base - height, count / row.n)
    ax.plot([0, 1], [base - unit] * 2, color=style.INK, linewidth=0.6, linestyle=(0, (3, 2)))
    ax.plot([0, 1], [base] * 2, color=style.GREY, linewidth=0.4)


def _say_share(ax: Any, i: int, bins: int, top: float, share: float) -> None:
    last = i == bins - 1
    ax.annotate(
        f"{100 * share:.0f} %",
        (i / bins if last else (i + 1) / bins, top),
        (-2 if last else 2, -1),
        textcoords="offset points",
        ha="right" if last else "left",
        va="top",
        fontsize=style.SMALL,
        color=style.INK,
    )
