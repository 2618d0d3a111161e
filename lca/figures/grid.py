"""Scenarios named by two axes, such as region and hardware: a matrix of medians."""

from __future__ import annotations

import math
from typing import Any

from lca.figures import style
from lca.result import Result, quantiles

COLUMNS = ("row", "column", "median", "low", "high", "unit")
_HEIGHT, _PAD, _HEAD = 21.0, 5.0, 17.0  # pt: a cell, room beside its text, names of columns
_LOG = 5.0  # ratio of medians from which shades are logarithmic
_LIGHT, _DARK = 0.08, 0.92  # share of colour in the lightest and the darkest cell


def grid(
    given: Any, category: str = "gwp", subject: str = "", between: str = ", ", ax: Any = None
) -> Any:
    """Draw a matrix of medians with their 90 % intervals, shaded by the median.

    For any factorial of two axes. Shades go with the median from the least (light) to the
    largest, with its logarithm where medians differ by more than a factor of 5. A combination
    that is not there is left empty.

    Parameters
    ----------
    given : Result or pandas.DataFrame
        A result whose scenarios are named by both axes, ``"FR, H100"``; or a table with a line
        for every cell: row, column, median, low, high, unit.
    category : str
        Impact category, of a result.
    subject : str
        What is shown, for what, by which factors; a result says it itself.
    between : str
        What stands between row and column in the name of a scenario.
    ax : matplotlib.axes.Axes, optional
        Where to draw; unless given a new figure, of a single column's width if cells fit.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    GraphError
        If no stage yields the category.
    ValueError
        If columns are missing, a cell is there twice or is no number, units differ, a scenario
        is not named by two axes, or columns do not fit into 183 mm.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.3, high=0.5))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> clean, lossy = {"grid.intensity": 0.03}, {"grid.losses": 0.1}
    >>> lives = {"mixed, near": life, "mixed, far": life.replace(lossy),
    ...          "clean, near": life.replace(clean), "clean, far": life.replace(clean | lossy)}
    >>> axes = lca.figures.grid(lca.simulate(lca.Study(lives), n=64, seed=1))
    >>> len(axes.patches)
    4
    """
    notes: list[str] = []
    if isinstance(given, Result):
        partial = style.partial(given, category)
        notes, marks = partial.notes, [partial.marks[name] for name in given.scenarios]
        table = _table(given, category, between)
        title, factors = given.info["titles"][category], f"Factor set {given.info['factors']}. "
        subject = f"{title}, {{unit}} for {given.info['functional_unit']}"
    else:
        table, marks, factors = given, [""] * len(given), ""
        subject = f"{subject}, {{unit}}" if subject else "{unit}"
    _check(table)
    size, unit = style.scaled(table["unit"].iloc[0], table["median"])
    cells = list(zip(table.itertuples(), marks, strict=True))
    said = {(c.row, c.column): _says(c, size, mark) for c, mark in cells}
    shades, way = _shades(table["median"].to_numpy())
    notes = [f"{factors}Medians, 90 % intervals below. Darker: larger{way}.", *notes]
    rows, columns = (list(dict.fromkeys(table[axis].map(str))) for axis in ("row", "column"))
    with style.context():
        ax, left, step = _canvas(ax, rows, columns, said, subject.format(unit=unit), notes)
        for (cell, _), shade in zip(cells, shades, strict=True):
            x = left + columns.index(str(cell.column)) * step
            y = _HEAD + rows.index(str(cell.row)) * _HEIGHT
            _draw_cell(ax, (x, y), step, shade, said[cell.row, cell.column])
    return ax


def _table(result: Result, category: str, between: str) -> Any:
    import pandas as pd

    low, median, high = quantiles(result.total(category).to_numpy())
    names = [name.partition(between) for name in result.scenarios]
    if not all(mark and column for _, mark, column in names):
        raise ValueError(
            f"grid: scenarios {', '.join(result.scenarios)} are not all named by a row and a "
            f"column with {between!r} between them"
        )
    rows, columns = [row for row, _, _ in names], [column for _, _, column in names]
    unit = result.info["units"][category]
    return pd.DataFrame(dict(zip(COLUMNS, (rows, columns, median, low, high, unit), strict=True)))


def _check(table: Any) -> None:
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise ValueError(f"grid: the table has no column {', '.join(missing)}")
    twice = table[table.duplicated(["row", "column"])]
    if len(twice):
        cell = twice.iloc[0]
        raise ValueError(f"grid: the cell {cell['row']!r}, {cell['column']!r} is there twice")
    if table.empty or not all(map(math.isfinite, table[["median", "low", "high"]].to_numpy().flat)):
        raise ValueError("grid: every cell needs numbers: median, low, high")
    if table["unit"].nunique() > 1:
        raise ValueError(f"grid: cells are in several units: {', '.join(set(table['unit']))}")


def _says(cell: Any, size: float, mark: str) -> tuple[str, str]:
    low, high = cell.low / size, cell.high / size
    between = style.interval(low, high) if high > low else ""
    return style.number(cell.median / size, high - low) + mark, between


def _shades(medians: Any) -> tuple[list[float], str]:
    """Return the share of colour of every cell, and how it goes with the median."""
    low, high = medians.min(), medians.max()
    is_log = bool(low > 0 and high > _LOG * low)
    placed = [math.log(one) if is_log else one for one in medians]
    span = max(placed) - min(placed) or 1.0
    shades = [_LIGHT + (_DARK - _LIGHT) * (one - min(placed)) / span for one in placed]
    return shades, " (log scale)" * is_log


def _canvas(
    ax: Any, rows: list[str], columns: list[str], said: Any, label: str, notes: list[str]
) -> tuple[Any, float, float]:
    """Return axes with names of rows and columns, where cells begin, and how wide they are."""
    texts = [line for cell in said.values() for line in cell]
    need = max(style.text_width(text, style.TEXT) for text in texts) + _PAD
    names = max(style.text_width(name, style.TEXT) for name in rows) + _PAD
    single = style.SINGLE / style.POINT - 12
    width = style.SINGLE if len(columns) * need <= single - min(names, single / 3) else style.DOUBLE
    height = _HEAD + len(rows) * _HEIGHT
    ax = style.canvas(ax, height, label, notes, style.Frame(), width)
    room = ax.get_xlim()[1]
    left = min(names, room / 3)
    step = min((room - left) / len(columns), 2 * need)
    if step < need - _PAD:
        raise ValueError(
            f"grid: {len(columns)} columns do not fit into {room * style.POINT:.0f} mm; exchange "
            "rows and columns, or draw fewer"
        )
    for i, name in enumerate(rows):
        text = style.shortened(name, left - _PAD)
        style.write(ax, 0, _HEAD + (i + 0.5) * _HEIGHT, text, style.TEXT)
    for i, name in enumerate(columns):
        text = "\n".join(style.wrapped(name, step - 2, style.SMALL, most=2))
        style.write(ax, left + (i + 0.5) * step, _HEAD - 2, text, ha="center", va="bottom")
    return ax, left, step


def _draw_cell(
    ax: Any, corner: tuple[float, float], width: float, shade: float, said: tuple[str, str]
) -> None:
    from matplotlib.patches import Rectangle

    color = style.mixed(style.BLUE, shade)
    x, y = corner
    ax.add_patch(Rectangle(corner, width, _HEIGHT, facecolor=color, edgecolor="white", lw=0.8))
    x, y, ink = x + width / 2, y + _HEIGHT / 2, style.ink_on(color)
    style.write(ax, x, y - 4 * bool(said[1]), said[0], style.TEXT, color=ink, ha="center")
    if said[1]:
        style.write(ax, x, y + 5, said[1], color=ink, ha="center")
