"""Second-order Sobol indices: what pairs of inputs explain together, beyond each alone."""

from __future__ import annotations

from typing import Any

from lca.figures import cells, outputs, style

_WIDTH, _HEIGHT = 21.0, 0.5  # pt of a column; lines of text and bar of a row
_SMALLEST = 0.005
_PAD = 12.0  # pt above the label, where other figures have numbers
_FULL, _LEAST = 0.2, 0.12  # index at which a cell is darkest, unless one is higher; lightest shade


def second_order(table: Any, output: str | None = None, ax: Any = None, most: int = 8) -> Any:
    """Draw second-order Sobol indices of one output as a triangle of cells.

    The cell of a pair lies at the left of the name of the one and below the name of the other.
    Indices below 0.005, or that their 95 % interval does not tell from zero, are not shaded.

    Parameters
    ----------
    table : pandas.DataFrame
        The second table of ``lca.sensitivity.sobol(…, second_order=True)``.
    output : str, optional
        Which output, ``"gwp, France"``; the first of the table unless given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.
    most : int
        How many inputs to draw: those that come first in the table, by falling index.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table is another one, or has no such output, or `most` is below 2.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(
    ...     intensity=lca.uniform(low=0.0, high=0.1), losses=lca.uniform(low=0.0, high=0.4)
    ... )
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> _, pairs = lca.sensitivity.sobol(life, n=256, seed=1, second_order=True)
    >>> [text.get_text() for text in lca.figures.second_order(pairs).texts][-2:]
    ['electricity.intensity', 'electricity.losses']
    """
    needed = ("input", "other", "S2", "S2_conf")
    found = outputs.picked(table, output, needed, "second_order")
    if most < 2:
        raise ValueError(f"second_order: most = {most!r} must be 2 or more, to make a pair")
    names = _inputs(found.rows)
    rest = outputs.not_drawn(names[most:], "in pairs of lower indices")
    places = {name: i for i, name in enumerate(names[:most])}
    notes = [
        "Cell: share of the variance that the input at the right of its row and the input at the "
        "head of its column explain together, beyond each alone. Not shaded: below 0.005, or not "
        f"told from zero (95 % interval).{rest}",
        *found.notes,
    ]
    label = f"Second-order Sobol indices of: {found.label('')}"
    with style.context():
        ax = style.rows(ax, _HEIGHT * len(places), label, notes, style.Frame())
        ax.grid(visible=False)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        ax.xaxis.labelpad = _PAD
        ax.set_xlim(0, style.width_of(ax) / _WIDTH)
        _draw_cells(ax, found.rows, places)
        for name, place in places.items():
            _draw_name(ax, name, place)
    return ax


def _inputs(rows: Any) -> list[str]:
    """Return the inputs in the order in which pairs bring them, surest pairs first."""
    ordered = rows.assign(is_noise=~_is_told(rows)).sort_values("is_noise", kind="stable")
    pairs = zip(ordered["input"], ordered["other"], strict=True)
    return list(dict.fromkeys(name for pair in pairs for name in pair))


def _is_told(rows: Any) -> Any:
    """Return which indices are told from zero and large enough to be seen in two decimals."""
    return (rows["S2"] > rows["S2_conf"]) & (rows["S2"] >= _SMALLEST)  # below 0 is noise


def _draw_cells(ax: Any, rows: Any, places: dict[str, int]) -> None:
    drawn = rows[rows["input"].isin(places) & rows["other"].isin(places)]
    full = max(_FULL, drawn["S2"].max())
    for pair in drawn.assign(is_told=_is_told(drawn)).itertuples():
        column, row = sorted((places[pair.input], places[pair.other]))
        shade = max(pair.S2 / full, _LEAST) if pair.is_told else 0.0
        text = style.index(pair.S2)
        cells.draw(ax, (column, row * _HEIGHT), (1, _HEIGHT), shade, text)


def _draw_name(ax: Any, name: str, place: int) -> None:
    room = style.width_of(ax) - place * _WIDTH - style.TEXT
    ax.annotate(
        style.abridged(name, room),
        (place, (place + 0.5) * _HEIGHT),
        (3, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=style.TEXT,
        color=style.INK,
        parse_math=False,
    )
