"""Shares of embodied and operational impacts, per scenario."""

from __future__ import annotations

from typing import Any

from lca.figures import style
from lca.result import Result, quantiles

_TOP, _HEIGHT, _LANE = 0.4, 0.32, 0.075  # of a row: bar, its height, whiskers below it


def shares(result: Result, category: str = "gwp", ax: Any = None) -> Any:
    """Draw the embodied and operational shares of every scenario.

    Bars are shares of means, which add up to the whole. The whisker below the boundary of two
    groups is the 90 % interval of the share, sample by sample; with more than two groups each
    has its own, drawn from where its bar begins (of the last group, from where it ends).

    Parameters
    ----------
    result : Result
    category : str
        Impact category.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    GraphError
        If no stage yields the category.

    Examples
    --------
    >>> import lca
    >>> life = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    ... )
    >>> axes = lca.figures.shares(lca.simulate(life, n=256, seed=1))
    >>> [bar.get_label() for bar in axes.containers]
    ['embodied', 'operational']
    """
    samples = result.total(category).to_numpy()
    means = samples.mean(axis=-1)
    low, _, high = quantiles(samples)
    table = result.shares().query("category == @category")
    groups = _groups(table)
    size, unit = style.scaled(result.info["units"][category], means)
    partial = style.partial(result, category)
    notes = [
        f"{style.subject(result, category, unit)}. Factor set {result.info['factors']}. "
        "Bars: shares of means, whole at the right. Whiskers: 90 % interval of the share.",
        *partial.notes,
    ]
    with style.context():
        frame = style.Frame(left=27, right=27, top=15)
        label = "Share of the mean total (%)"
        ax = style.rows(ax, len(result.scenarios), label, notes, frame)
        _draw_bars(ax, result.scenarios, table, groups)
        for row, scenario in enumerate(result.scenarios):
            whole = f"{style.number(means[row] / size, (high[row] - low[row]) / size)} {unit}"
            style.row_text(ax, row, scenario, partial.marks[scenario], whole)
        _name_groups(ax, groups)
        ax.set_xlim(0, 100)
        ax.set_xticks([0, 25, 50, 75, 100])
    return ax


def _groups(table: Any) -> list[str]:
    """Return the groups to draw: "neither" only where something is in it."""
    largest = table.groupby("key")["share"].max()
    return [key for key in style.GROUPS if key in largest and (key != "neither" or largest[key])]


def _draw_bars(ax: Any, scenarios: list[str], table: Any, groups: list[str]) -> None:
    percent = table.set_index(["key", "scenario"])[["share", "low", "high"]] * 100
    left = [0.0] * len(scenarios)
    tops = [row + _TOP for row in range(len(scenarios))]
    for position, key in enumerate(groups):
        values = percent.loc[key].loc[scenarios]
        widths = values["share"].tolist()
        is_last = position == len(groups) - 1
        ax.barh(
            tops,
            widths,
            height=_HEIGHT,
            left=left,
            align="edge",
            color=style.GROUPS[key],
            edgecolor="white",
            linewidth=0.5,
            label=key,
        )
        for row, (share, low, high) in enumerate(values.itertuples(index=False)):
            text = f"{style.number(share, high - low)} %"
            _write_percent(ax, text, row, left[row] + share / 2, _side(position, len(groups)))
            if len(groups) > 2 or not is_last:
                start = 100 - share if is_last else left[row]
                ends = (100 - high, 100 - low) if is_last else (start + low, start + high)
                boundary = start if is_last else start + share
                _draw_whisker(ax, tops[row], position, ends, boundary)
        left = [one + width for one, width in zip(left, widths, strict=True)]


def _side(position: int, count: int) -> str:
    if position == 0:
        return "left"
    return "right" if position == count - 1 else "inside"


def _write_percent(ax: Any, text: str, row: int, middle: float, side: str) -> None:
    """Write a share beside the bar, where even the smallest has room; a middle one inside."""
    x = {"left": 0.0, "right": 100.0, "inside": middle}[side]
    ax.annotate(
        text,
        (x, row + _TOP + _HEIGHT / 2),
        ({"left": -3, "right": 3, "inside": 0}[side], 0),
        textcoords="offset points",
        ha={"left": "right", "right": "left", "inside": "center"}[side],
        va="center",
        fontsize=style.SMALL,
        color=style.INK,
        annotation_clip=False,
    )


def _draw_whisker(
    ax: Any, top: float, lane: int, ends: tuple[float, float], boundary: float
) -> None:
    if ends[0] == ends[1]:
        return
    y = top + _HEIGHT + _LANE * (0.85 + lane)
    ax.plot(ends, [y, y], color=style.INK, linewidth=0.8, marker="|", markersize=2.6, label="90 %")
    ax.plot([boundary], [y], color=style.INK, marker="o", markersize=1.8, linewidth=0)


def _name_groups(ax: Any, groups: list[str]) -> None:
    """Name the groups above the bars, in their order and on their colours."""
    for position, key in enumerate(groups):
        side = _side(position, len(groups))
        ax.annotate(
            key,
            ({"left": 0, "inside": 0.5, "right": 1}[side], 1),
            ({"left": 2, "inside": 0, "right": -2}[side], 4),
            xycoords="axes fraction",
            textcoords="offset points",
            ha={"left": "left", "inside": "center", "right": "right"}[side],
            fontsize=style.TEXT,
            color="white" if key == "embodied" else style.INK,
            bbox={"facecolor": style.GROUPS[key], "linewidth": 0, "pad": 1.5},
        )
