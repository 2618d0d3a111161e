"""Which stages report which impact categories: complete, zero by nature, or missing."""

from __future__ import annotations

from typing import Any

from lca.figures import style
from lca.impacts import categories

_ROW, _COLUMN, _HEAD = 10.0, 32.0, 10.0  # pt
_STATES = {
    "complete": (style.BLUE, ""),
    "zero": (style.mixed(style.BLUE, 0.25), "0"),
    "missing": ("white", "×"),
}


def coverage(table: Any, subject: str = "", ax: Any = None) -> Any:
    """Draw stages by categories: where figures are complete, where missing.

    A dark cell: the stage reports the category. A pale one with 0: it truly emits nothing, and
    says why. A white one with a cross: no figure, so that totals are without it. At the foot, how
    many stages are missing.

    Parameters
    ----------
    table : pandas.DataFrame
        ``life.coverage``, or of a result ``result.coverage.loc["baseline"]``.
    subject : str
        Of what: the functional unit.
    ax : matplotlib.axes.Axes, optional
        Where to draw; unless given a new figure, of a single column's width if categories fit.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table has no rows or columns, or a cell is none of the three states.

    Examples
    --------
    >>> import lca
    >>> life = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    ... )
    >>> axes = lca.figures.coverage(life.coverage, life.functional_unit)
    >>> [text.get_text() for text in axes.texts][1:3]
    ['gwp', 'wcf']
    """
    if not hasattr(table, "columns"):
        raise ValueError(
            "coverage: give a table, as life.coverage is, or of a result "
            "result.coverage.loc[scenario]"
        )
    if table.empty:
        raise ValueError("coverage: the table has no stages or no categories")
    states = [[_state(text, name) for text in row] for name, *row in table.itertuples()]
    rows, columns = [_named(name) for name in table.index], list(table.columns)
    known = categories()
    titles = "; ".join(f"{c}: {known[c].title.lower()}" for c in columns if c in known)
    notes = [
        "Dark: complete. 0: truly none, with a reason. ×: no figure, totals are without it.",
        titles,
    ]
    label = f"Coverage of {subject}" if subject else "Coverage"
    left = max(style.text_width(name, style.TEXT) for name in [*rows, "missing"]) + 6
    single = style.SINGLE / style.POINT - 12
    width = style.SINGLE if len(columns) * _COLUMN < single * 2 / 3 else style.DOUBLE
    height = _HEAD + (len(rows) + 1) * _ROW + 1
    with style.context():
        ax = style.canvas(ax, height, label, notes, style.Frame(), width)
        room = ax.get_xlim()[1]
        left = min(left, room - min(len(columns) * _COLUMN, room * 2 / 3))
        step = min(1.5 * _COLUMN, (room - left) / len(columns))
        for j, category in enumerate(columns):
            text = style.shortened(category, step, style.SMALL)
            style.write(ax, left + (j + 0.5) * step, _HEAD / 2, text, ha="center")
        for i, name in enumerate(rows):
            y = _HEAD + (i + 0.5) * _ROW
            style.write(ax, 0, y, style.abridged(name, left - 6), style.TEXT)
            for j, state in enumerate(states[i]):
                _draw_cell(ax, left + j * step, _HEAD + i * _ROW, step, state)
        _draw_foot(ax, left, step, height - _ROW / 2, states)
    return ax


def _named(name: Any) -> str:
    return ", ".join(name) if isinstance(name, tuple) else str(name)


def _state(text: str, name: Any) -> str:
    state = str(text).partition(":")[0]
    if state not in _STATES:
        raise ValueError(
            f"coverage: {_named(name)} is {text!r}; a stage is complete, zero: …, or missing"
        )
    return state


def _draw_cell(ax: Any, x: float, y: float, width: float, state: str) -> None:
    from matplotlib.patches import Rectangle

    color, sign = _STATES[state]
    cell = Rectangle((x, y), width, _ROW, facecolor=color, edgecolor="white", lw=0.8, label=state)
    ax.add_patch(cell)
    if sign:
        style.write(ax, x + width / 2, y + _ROW / 2, sign, ha="center")


def _draw_foot(ax: Any, left: float, step: float, y: float, states: list[list[str]]) -> None:
    ax.plot([0, left + step * len(states[0])], [y - _ROW / 2] * 2, color=style.INK, linewidth=0.4)
    style.write(ax, 0, y, "missing", color=style.GREY)
    for j, column in enumerate(zip(*states, strict=True)):
        style.write(ax, left + (j + 0.5) * step, y, str(column.count("missing")), ha="center")
