"""From stages to phases to the total: ribbons as wide as the means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.figures import style
from lca.lifecycle import GROUPS
from lca.result import Result, quantiles
from lca.stage import PHASES

_WHOLE, _SLOT, _GAP, _BAR = 170.0, 9.0, 3.0, 6.0  # pt: total, least room of a node, between, width
_LEAST = 0.01  # of the total; smaller stages of one phase are drawn as one
_PLACES = (0.31, 0.49, 0.84)  # of the width: where stages, phases and the total stand
_THIN = 4.0  # pt: a ribbon that would strike its label through, which hides it instead
_PALE = 0.45  # share of colour in a ribbon
_LABEL = 92.0  # pt that a ribbon runs straight, where the label of its phase stands


def sankey(
    result: Result, scenario: str | None = None, category: str = "gwp", ax: Any = None
) -> Any:
    """Draw how the stages of a scenario add up to phases and to the total.

    Ribbons are as wide as the mean; labels hold the mean and the 90 % interval. Blue is
    embodied, orange operational. Stages below 1 % of the total are drawn as one in their phase.

    Parameters
    ----------
    result : Result
    scenario : str, optional
        Which; the first unless given.
    category : str
        Impact category.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a double column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    GraphError
        If no stage yields the category, or there is no such scenario.
    ValueError
        If the total is not above zero, or a stage has a mean below zero.

    Examples
    --------
    >>> import lca
    >>> life = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    ... )
    >>> axes = lca.figures.sankey(lca.simulate(life, n=256, seed=1))
    >>> "Total" in [text.get_text() for text in axes.texts]
    True
    """
    scenario = result.scenarios[0] if scenario is None else scenario
    mean, base = result.steps(category, [scenario]).loc[0, ["mean", "unit"]]
    if not mean > 0:
        raise ValueError(f"sankey: the total of {category} is {mean:.4g} {base}")
    stages = _joined(_stages(result, scenario, category, mean))
    phases = [
        _summed(phase, [one for one in stages if one.phase == phase])
        for phase in dict.fromkeys(one.phase for one in stages)
    ]
    columns = [stages, phases, [_summed("Total", phases)]]
    size, unit = style.scaled(base, [mean])
    notes = [
        f"Scenario: {scenario}. Factor set {result.info['factors']}. Ribbons: means. Brackets: "
        "90 % interval. Blue: embodied, orange: operational, grey: neither.",
        *[note for note in [style.without(result.missing(scenario, category))] if note],
    ]
    height = max(sum(node.slot for node in nodes) for nodes in columns)
    with style.context():
        label = style.subject(result, category, unit)
        ax = style.canvas(ax, height, label, notes, style.Frame(), style.DOUBLE)
        places = [place * ax.get_xlim()[1] for place in _PLACES]
        tops = [_tops(nodes, height) for nodes in columns]
        _draw_ribbons(ax, places, columns, tops)
        for column, (nodes, top) in enumerate(zip(columns, tops, strict=True)):
            for node, y in zip(nodes, top, strict=True):
                _draw_node(ax, column, places[column], y, node, size)
    return ax


@dataclass(frozen=True, eq=False)
class _Node:
    """A stage, a phase or the total, with its height in points."""

    name: str
    phase: str
    samples: Any
    high: float

    @property
    def slot(self) -> float:
        return max(self.high, _SLOT) + _GAP

    @property
    def color(self) -> str:
        found = [group for group, phases in GROUPS.items() if self.phase in phases]
        return style.GROUPS[found[0]] if found else style.GREY

    def says(self, size: float) -> str:
        low, _, high = quantiles(self.samples / size)
        between = f" ({style.interval(low, high)})" if high > low else ""
        return style.number(self.samples.mean() / size, high - low) + between


def _summed(name: str, nodes: list[_Node]) -> _Node:
    samples = np.sum([node.samples for node in nodes], axis=0)
    return _Node(name, nodes[0].phase, samples, sum(node.high for node in nodes))


def _stages(result: Result, scenario: str, category: str, total: float) -> list[_Node]:
    """Return the stages that yield something, by phase and falling mean."""
    array = result.impacts.sel(scenario=scenario, category=category)
    phase_of = result.info["phases"][scenario]
    nodes = []
    for name, samples in zip(array["stage"].values.tolist(), array.to_numpy(), strict=True):
        if samples.mean() < 0:
            raise ValueError(
                f"sankey: {name} has a mean of {samples.mean():.4g} "
                f"{result.info['units'][category]}, and no ribbon is narrower than nothing"
            )
        if samples.any():
            high = float(_WHOLE * samples.mean() / total)
            nodes.append(_Node(name, phase_of.get(name, "supply"), samples, high))
    order = [*PHASES, "supply"]
    return sorted(nodes, key=lambda node: (order.index(node.phase), -node.high))


def _joined(stages: list[_Node]) -> list[_Node]:
    """Return stages with the small ones of every phase as one."""
    kept = []
    for phase in dict.fromkeys(one.phase for one in stages):
        within = [one for one in stages if one.phase == phase]
        small = [one for one in within if one.high < _LEAST * _WHOLE]
        if len(small) > 1:
            within = [one for one in within if one not in small]
            within.append(_summed(f"{len(small)} smaller stages", small))
        kept += within
    return kept


def _tops(nodes: list[_Node], height: float) -> list[float]:
    """Return where every node begins: in the middle of its slot, the column in the middle."""
    y, tops = (height - sum(node.slot for node in nodes)) / 2, []
    for node in nodes:
        tops.append(y + (node.slot - node.high) / 2)
        y += node.slot
    return tops


def _draw_ribbons(ax: Any, places: list[float], columns: Any, tops: Any) -> None:
    stages, phases, _ = columns
    ends = {phase.phase: top for phase, top in zip(phases, tops[1], strict=True)}
    for node, top in zip(stages, tops[0], strict=True):
        start, end = (places[0] + _BAR, top), (places[1], ends[node.phase])
        _draw_ribbon(ax, start, end, node.high, node.color, 0)
        ends[node.phase] += node.high
    end = tops[2][0]
    for node, top in zip(phases, tops[1], strict=True):
        start = places[1] + _BAR, top
        _draw_ribbon(ax, start, (places[2], end), node.high, node.color, _LABEL)
        end += node.high


def _draw_ribbon(ax: Any, start: Any, end: Any, thick: float, color: str, straight: float) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    (x, y0), (x1, y1) = start, end
    x0 = x + straight
    middle = (x0 + x1) / 2
    there = [(x, y0), (x0, y0), (middle, y0), (middle, y1), (x1, y1)]
    back = [(one, y + thick) for one, y in reversed(there)]
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, Path.LINETO, *curve, Path.LINETO, *curve, Path.LINETO]
    pale = style.mixed(color, _PALE)
    ax.add_patch(PathPatch(Path(there + back, codes), facecolor=pale, edgecolor=pale, lw=0.2))


def _draw_node(ax: Any, column: int, x: float, top: float, node: _Node, size: float) -> None:
    from matplotlib.patches import Rectangle

    color = node.color if column < 2 else style.INK
    ax.add_patch(Rectangle((x, top), _BAR, node.high, fc=color, ec=color, lw=0.4))
    y, said = top + node.high / 2, node.says(size)
    if column == 0:
        room = x - 7 - style.text_width(said, style.SMALL)
        name = style.shortened(node.name, room, style.SMALL)
        style.write(ax, x - 3, y, f"{name}  {said}", ha="right")
    elif column == 1:
        under = None if node.high > _THIN else {"facecolor": "white", "linewidth": 0, "pad": 0.3}
        style.write(ax, x + _BAR + 3, y, f"{node.phase}  {said}", bbox=under)
    else:
        style.write(ax, x + _BAR + 4, y - 5, node.name, style.TEXT, weight="bold")
        style.write(ax, x + _BAR + 4, y + 5, said, style.TEXT)
