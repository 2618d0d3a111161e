"""The graph of a lifecycle: which stage takes from which, in layers."""

from __future__ import annotations

from typing import Any

from lca.figures import style
from lca.lifecycle import Lifecycle
from lca.stage import suppliers_of

COLORS = {
    "manufacturing": style.BLUE,
    "transport": "#56A8DB",
    "facility": "#0A4A73",
    "disposal": "#A9D3EE",
    "operation": style.ORANGE,
    "overhead": "#F6CE70",
    "storage": style.VERMILION,
    "network": "#FBE8BE",
    "avoided": "#009E73",
    "supply": "white",
}
"""Of every phase: embodied ones are blue, operational ones orange."""

_ROOT = ""  # the functional unit; no stage has this name
_GAP, _BETWEEN, _LINE, _PASS = 24.0, 7.0, 8.0, 6.0  # pt: between layers, boxes; of text, an arrow
_WIDEST, _NARROWEST = 100.0, 40.0  # pt: a box
_SWEEPS = 12


def graph(life: Lifecycle, ax: Any = None) -> Any:
    """Draw the stages of a lifecycle as boxes, from raw supplies at the left to what is delivered.

    An arrow goes from a stage to one that takes from it. A stage stands one layer before the
    first that takes from it; arrows over several layers run together. Boxes name phase and
    unit; blue phases are embodied, orange ones operational, white boxes supplies, which report
    under what takes from them.

    Parameters
    ----------
    life : Lifecycle
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a double column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are more layers than fit into the width.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.05)
    >>> axes = lca.figures.graph(lca.Lifecycle(grid, functional_unit="one kWh"))
    >>> [text.get_text() for text in axes.texts][1:3]
    ['one kWh', 'grid']
    """
    depths, links = _depths(life), _links(life)
    layers, steps = _layers(depths, links)
    notes = [
        "Arrows: from a supplier to what takes from it. Blue: embodied, orange: operational, "
        "white: supply, reported under what takes from it."
    ]
    with style.context():
        whole = style.DOUBLE / style.POINT - 12 if ax is None else style.width_of(ax)
        gap = _GAP if len(layers) <= 6 else 0.6 * _GAP
        wide = min((whole - gap * (len(layers) - 1)) / len(layers), _WIDEST)
        if wide < _NARROWEST:
            raise ValueError(f"graph: {len(layers)} layers do not fit into {whole:.0f} points")
        said = {name: _says(life, name, wide - 6) for name in depths}
        heights = dict.fromkeys([name for layer in layers for name in layer], _PASS)
        heights |= {name: _LINE * sum(map(len, lines)) + 6 for name, lines in said.items()}
        height = max(sum(heights[name] + _BETWEEN for name in layer) for layer in layers)
        label = f"Stages behind {life.functional_unit}"
        ax = style.canvas(ax, height, label, notes, style.Frame(), style.DOUBLE)
        places = _places(layers, heights, height, whole, wide)
        for step in steps:
            _draw_arrow(ax, places, step, wide)
        for name, lines in said.items():
            color = style.INK if name == _ROOT else COLORS[life.phase_of(name)]
            _draw_box(ax, places[name], wide, heights[name], lines, color)
    return ax


def _says(life: Lifecycle, name: str, room: float) -> tuple[list[str], list[str]]:
    """Return the lines of a box: its name, and its phase and unit."""
    title = life.functional_unit if name == _ROOT else name
    names = style.wrapped(title, 0.88 * room, style.SMALL, most=3)  # bold is wider
    if name == _ROOT:
        return names, []
    per = life.stages[name].per.replace("_", " ")
    unit = style.wrapped(f"per {per}", room, style.SMALL, most=2) if per not in ("", "1") else []
    return names, [style.shortened(life.phase_of(name), room, style.SMALL), *unit]


# -- layers ---------------------------------------------------------------------------------


def _links(life: Lifecycle) -> list[tuple[str, str]]:
    """Return (supplier, what takes from it), each once."""
    found = [(root.name, _ROOT) for root in life.activities.values()]
    found += [(one.name, stage.name) for stage in life.order for one in suppliers_of(stage)]
    return list(dict.fromkeys(found))


def _depths(life: Lifecycle) -> dict[str, int]:
    """Return how many steps a stage is at most away from the functional unit."""
    depths = {_ROOT: 0} | {root.name: 1 for root in life.activities.values()}
    for stage in life.order:  # each before those it takes from
        for one in suppliers_of(stage):
            depths[one.name] = max(depths.get(one.name, 0), depths[stage.name] + 1)
    return depths


def _layers(depths: dict[str, int], links: list) -> tuple[list[list], list[tuple]]:
    """Return what stands in every layer, in an order with few crossings, and the steps of arrows.

    An arrow passes the layers between by points, which all arrows from one stage share.
    """
    steps: dict[tuple, None] = {}
    layers: list[list] = [[] for _ in range(max(depths.values()) + 1)]
    for name, depth in depths.items():
        layers[depth].append(name)
    for supplier, taker in links:
        before: Any = supplier
        for depth in range(depths[supplier] - 1, depths[taker], -1):
            steps[before, (supplier, depth)] = None
            before = (supplier, depth)
            if before not in layers[depth]:
                layers[depth].append(before)
        steps[before, taker] = None
    for sweep in range(_SWEEPS):
        _sort(layers, list(steps), backwards=bool(sweep % 2))
    return layers, list(steps)


def _sort(layers: list[list], steps: list[tuple], backwards: bool) -> None:
    """Put everything where, in the mean, its neighbours in the layer before stand."""
    for depth in range(len(layers) - 2, -1, -1) if backwards else range(1, len(layers)):
        fixed = layers[depth + 1 if backwards else depth - 1]
        place = {name: (i + 0.5) / len(fixed) for i, name in enumerate(fixed)}
        pairs = [(end, start) if backwards else (start, end) for start, end in steps]
        means = {}
        for i, name in enumerate(layers[depth]):
            near = [place[other] for one, other in pairs if one == name and other in place]
            means[name] = sum(near) / len(near) if near else (i + 0.5) / len(layers[depth])
        layers[depth].sort(key=means.__getitem__)


def _places(
    layers: list[list], heights: dict, height: float, whole: float, wide: float
) -> dict[Any, tuple[float, float]]:
    """Return the left end and the middle of everything; the functional unit is at the right."""
    places = {}
    for depth, layer in enumerate(layers):
        x = (whole - wide) * (1 - depth / max(len(layers) - 1, 1))
        free = height - sum(heights[name] for name in layer)
        y, gap = 0.0, free / len(layer)
        for name in layer:
            places[name] = (x, y + gap / 2 + heights[name] / 2)
            y += heights[name] + gap
    return places


# -- drawing --------------------------------------------------------------------------------


def _draw_box(
    ax: Any, place: tuple[float, float], wide: float, high: float, lines: Any, color: str
) -> None:
    from matplotlib.patches import Rectangle

    x, y = place
    edge = style.GREY if color == "white" else color
    ax.add_patch(Rectangle((x, y - high / 2), wide, high, fc=color, ec=edge, lw=0.6))
    ink = style.ink_on(color)
    for i, text in enumerate([*lines[0], *lines[1]]):
        weight = "bold" if i < len(lines[0]) else "normal"
        middle = y - high / 2 + 3 + _LINE * (i + 0.5)
        style.write(ax, x + wide / 2, middle, text, weight=weight, ha="center", color=ink)


def _draw_arrow(ax: Any, places: dict, step: tuple, wide: float) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    start, end = step
    (x0, y0), (x1, y1) = places[start], places[end]
    if isinstance(start, tuple):
        ax.plot([x0, x0 + wide], [y0, y0], color=style.GREY, linewidth=0.6)
    middle = (x0 + wide + x1) / 2
    points = [(x0 + wide, y0), (middle, y0), (middle, y1), (x1, y1)]
    head = "-" if isinstance(end, tuple) else "-|>,head_length=2.6,head_width=1.3"
    path = Path(points, [Path.MOVETO, *[Path.CURVE4] * 3])
    ax.add_patch(FancyArrowPatch(path=path, arrowstyle=head, lw=0.6, color=style.GREY))
