"""What every scenario adds to the one before it: from a first total to a last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lca.figures import style
from lca.result import Result

_TOP, _HEIGHT = 0.42, 0.34  # of a row: bar below its name, and its height
UP, DOWN, WHOLE = style.VERMILION, style.BLUE, "#A6A6A6"


def waterfall(
    result: Result,
    category: str = "gwp",
    ax: Any = None,
    scenarios: Sequence[str] | None = None,
    last: str = "whole boundary",
) -> Any:
    """Draw how the total grows from scenario to scenario, term by term.

    The first bar is the mean of the first scenario; every other one starts where the last
    ended and is the change of the mean, with the 90 % interval of the change, sample by sample,
    at its right. The bar at the foot is the last total with its 90 % interval.

    Parameters
    ----------
    result : Result
        Of scenarios that each go on from the one before (``after:`` in a study file).
    category : str
        Impact category.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.
    scenarios : sequence of str, optional
        Which, in order; all unless given.
    last : str
        What to call the bar at the foot.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    GraphError
        If no stage yields the category, or there is no such scenario.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(intensity=lca.uniform(low=0.09, high=0.11), losses=0)
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> lossy = life.replace({"electricity.losses": 0.2})
    >>> result = lca.simulate(lca.Study({"at the plant": life, "losses": lossy}), n=64, seed=1)
    >>> axes = lca.figures.waterfall(result)
    >>> len(axes.patches)
    3
    """
    from matplotlib import ticker

    table = result.steps(category, scenarios)
    size, unit = style.scaled(table["unit"][0], table["mean"].abs())
    table[table.columns[2:]] = table[table.columns[2:]] / size
    partial = style.partial(result, category)
    notes = [
        f"Factor set {result.info['factors']}. Bars: means, each from where the last ended. "
        "Brackets and whisker: 90 % interval, of a change sample by sample.",
        *partial.notes,
    ]
    with style.context():
        label = style.subject(result, category, unit)
        ax = style.rows(ax, len(table) + 1, label, notes, style.Frame(right=12))
        ends = [0.0, *table["mean"], *table[["low", "high"]].iloc[-1]]
        room = 0.02 * (max(ends) - min(ends)) or 1.0
        ax.set_xlim(min(ends) - room * (min(ends) < 0), max(ends) + room)
        ax.xaxis.set_major_locator(ticker.MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        ax.xaxis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:,.10g}"))
        for row, step in enumerate(table.itertuples()):
            _draw_step(ax, row, step, partial.marks[step.scenario])
        _draw_last(ax, len(table), table.iloc[-1], last)
    return ax


def _draw_step(ax: Any, row: int, step: Any, mark: str) -> None:
    start = step.mean - step.change
    color = WHOLE if row == 0 else UP if step.change > 0 else DOWN
    _bar(ax, row, start, step.change, color)
    # down to where the next bar starts
    ax.plot([step.mean] * 2, [row + _TOP + _HEIGHT, row + 1 + _TOP], color=style.GREY, lw=0.5)
    sign = "+" if row and step.change > 0 else ""
    width = step.change_high - step.change_low
    between = f" ({style.interval(step.change_low, step.change_high)})" if width else ""
    said = f"{sign}{style.number(step.change, width)}{between}"
    style.row_text(ax, row, step.scenario, mark, said)


def _draw_last(ax: Any, row: int, step: Any, name: str) -> None:
    _bar(ax, row, 0.0, step["mean"], WHOLE)
    y = row + _TOP + _HEIGHT / 2
    ends = [step["low"], step["high"]]
    ax.plot(ends, [y, y], color=style.INK, linewidth=0.9, marker="|", markersize=4)
    said = f"{style.number(step['mean'], ends[1] - ends[0])} ({style.interval(*ends)})"
    style.row_text(ax, row, name, "", said if ends[1] > ends[0] else style.number(step["mean"]))


def _bar(ax: Any, row: int, start: float, width: float, color: str) -> None:
    ax.barh([row + _TOP], [width], _HEIGHT, left=[start], align="edge", color=color, linewidth=0)
