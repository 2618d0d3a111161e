"""A map of two inputs: where one part of a total outweighs another, and how surely."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lca.figures import style

_COLUMNS = ("scenario", "x", "y", "median", "low", "high")
_HEIGHT, _LEFT, _RIGHT = 150.0, 38.0, 10.0  # pt: of the map, and beside it
_STRIP, _NUMBERS, _GAP = 8.0, 9.0, 5.0  # pt above the map: key of colours, its numbers, room
_BASES = (2, 4, 10, 100, 1000)  # ratio from one colour to the next: the least that is enough
_CELLS = 8  # colours at most
_LOG = 10.0  # ratio of the ends of an axis from which it is logarithmic


def break_even(
    table: Any,
    scenario: str | None = None,
    labels: tuple[str, str] | None = None,
    marks: Mapping[str, tuple[float, float]] | None = None,
    ax: Any = None,
) -> Any:
    """Draw one part of a total over another as a map of two inputs, with the line of equality.

    Colours are steps of the median ratio, darker the higher it is, and turn from orange to blue
    at 1. The full line is where the median is 1, the dashed lines are where an end of the 90 %
    interval is: between them it is not sure which is larger. An axis whose ends differ by a
    factor of 10 or more is logarithmic.

    Parameters
    ----------
    table : pandas.DataFrame
        As `lca.scenarios.balance` returns it: scenario, x, y, median, low, high for every pair of
        values. What its ``attrs`` hold is said: inputs, input_units, one, other, title,
        functional_unit, factors, missing.
    scenario : str, optional
        Which to draw; the first unless given.
    labels : (str, str), optional
        What to call the two inputs, with their units; as the table says unless given.
    marks : mapping of str to (float, float), optional
        Points of the map by name, such as where a country or a site lies.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table lacks a column or a pair of values, has no such scenario, or a ratio is not
        above 0.

    Examples
    --------
    >>> import lca
    >>> run = lca.training_run(accelerator="A100-SXM-80GB", accelerator_hours=1e5,
    ...                        region="FR", development="excluded")
    >>> table = lca.scenarios.balance(
    ...     run, {"grid.intensity": [0.01, 0.03, 0.1], "cluster.lifetime": [3, 4, 6]}
    ... )
    >>> axes = lca.figures.break_even(table, marks={"France": (0.056, 4)})
    >>> axes.get_xlabel(), axes.get_ylabel()
    ('grid.intensity, kgCO2e/kWh (log scale)', 'cluster.lifetime, year')
    """
    x, y, ratios = _ratios(table, scenario)
    about = table.attrs
    one, other = str(about.get("one", "one")), str(about.get("other", "other"))
    levels, base = _levels(ratios["median"])
    missing = style.without(about.get("missing", []))
    said = f"{_factors(about)}Colours: median ratio. {_lines(ratios, one, other)}"
    notes = [said, *([missing] if missing else [])]
    x_name, y_name = labels or _named(about)
    with style.context():
        frame = style.Frame(left=_LEFT, right=_RIGHT)
        title = style.wrapped(_title(about, one, other), style.width_of(ax, frame), style.TEXT)
        key = _STRIP + _NUMBERS + _GAP
        frame = style.Frame(_LEFT, _RIGHT, key + style.LINE * style.TEXT * len(title) + 4)
        ax = style.panel(ax, _HEIGHT, _on(x, x_name), notes, frame)
        ax.set_ylabel(
            style.shortened(_on(y, y_name), _HEIGHT),
            fontsize=style.TEXT,
            color=style.INK,
            parse_math=False,
        )
        _set_axis(ax, ax.xaxis, x)
        _set_axis(ax, ax.yaxis, y)
        colors = _colors(levels)
        powers = np.log(ratios["median"]) / math.log(base)
        ax.contourf(x, y, powers, levels=levels, colors=colors, zorder=0.5)
        _draw_lines(ax, x, y, ratios)
        _draw_key(ax, levels, base, colors)
        style.write_above(ax, title, key + 3)
        for name, point in (marks or {}).items():
            _draw_mark(ax, name, point)
    return ax


def _ratios(table: Any, scenario: str | None) -> tuple[Any, Any, dict[str, np.ndarray]]:
    """Return the values of both inputs, and the ratios (y, x) by the name of their column."""
    lacking = [name for name in _COLUMNS if name not in getattr(table, "columns", ())]
    if lacking:
        raise ValueError(
            f"break_even: no column {', '.join(lacking)}; give the table of lca.scenarios.balance"
        )
    names = list(dict.fromkeys(table["scenario"]))
    if not names:
        raise ValueError("break_even: the table has no rows")
    if scenario not in (None, *names):
        raise ValueError(f"break_even: no scenario {scenario!r}; there are {', '.join(names)}")
    rows = table[table["scenario"] == (names[0] if scenario is None else scenario)]
    maps = {name: rows.pivot(index="y", columns="x", values=name) for name in _COLUMNS[3:]}
    median = maps["median"]
    if min(median.shape) < 2 or len(rows) < median.size:
        raise ValueError("break_even: every pair of two values or more of both inputs is needed")
    ratios = {name: one.to_numpy(dtype=float) for name, one in maps.items()}
    if not all((np.isfinite(one) & (one > 0)).all() for one in ratios.values()):
        raise ValueError("break_even: a ratio is not above 0, or not finite; take other values")
    return median.columns.to_numpy(dtype=float), median.index.to_numpy(dtype=float), ratios


def _levels(median: np.ndarray) -> tuple[list[int], int]:
    """Return the powers at which colours change, and of which number they are."""
    low, high = float(median.min()), float(median.max())
    for base in _BASES:
        first = math.floor(math.log(low, base) + 1e-9)
        last = math.ceil(math.log(high, base) - 1e-9)
        if last - first <= _CELLS:
            break
    return list(range(first, max(last, first + 1) + 1)), base


def _colors(levels: list[int]) -> list[Any]:
    """Return the colours between levels: paler orange the further below 1, darker blue above."""
    below, above = [k for k in levels[:-1] if k < 0], [k for k in levels[:-1] if k >= 0]
    pale = np.linspace(0.12, 0.7, len(below)) if len(below) > 1 else [0.5] * len(below)
    dark = np.linspace(0.6, 1.0, len(above)) if len(above) > 1 else [0.6] * len(above)
    return [style.mixed(style.ORANGE, x) for x in pale] + [style.mixed(style.BLUE, x) for x in dark]


def _is_within(ratios: np.ndarray) -> bool:
    """Return whether the map holds a place where the ratio is 1."""
    return bool(ratios.min() < 1 < ratios.max())


def _lines(ratios: Mapping[str, np.ndarray], one: str, other: str) -> str:
    """Return what the lines that are drawn mean."""
    median = ratios["median"]
    said = [f"Full line: as much {one} as {other}."] if _is_within(median) else []
    if median.min() > 1 or median.max() < 1:
        said.append(f"Nowhere here as much {one} as {other}, in the median.")
    if _is_within(ratios["low"]) or _is_within(ratios["high"]):
        said.append("Dashed: ends of the 90 % interval of where they are equal.")
    return " ".join(said)


def _factors(about: Mapping[str, Any]) -> str:
    return f"Factor set {about['factors']}. " if "factors" in about else ""


def _title(about: Mapping[str, Any], one: str, other: str) -> str:
    of = f" for {about['functional_unit']}" if "functional_unit" in about else ""
    return f"{about.get('title', 'Impact')}, {one} over {other},{of}".rstrip(",")


def _named(about: Mapping[str, Any]) -> list[str]:
    inputs = about.get("inputs", ("first input", "second input"))
    within = about.get("input_units", ("", ""))
    return [
        name if unit in ("", "1") else f"{name}, {unit}"
        for name, unit in zip(inputs, within, strict=True)
    ]


def _is_log(values: np.ndarray) -> bool:
    return bool(values[0] > 0 and values[-1] >= _LOG * values[0])


def _on(values: np.ndarray, name: str) -> str:
    return f"{name} (log scale)" if _is_log(values) else name


def _set_axis(ax: Any, axis: Any, values: np.ndarray) -> None:
    from matplotlib import ticker

    which = axis.axis_name
    if _is_log(values):
        ax.set(**{f"{which}scale": "log"})
        steps = (1, 2, 5) if values[-1] < 200 * values[0] else (1,)
        style.numbered(axis)
        axis.set_major_locator(ticker.LogLocator(subs=steps))
        axis.set_minor_locator(ticker.NullLocator())
    else:
        style.numbered(axis)
    ax.set(**{f"{which}lim": (values[0], values[-1])})


def _draw_lines(ax: Any, x: Any, y: Any, ratios: Mapping[str, np.ndarray]) -> None:
    """Draw where the median is 1, and where an end of the interval is, if that is anywhere."""
    for name, width, dash in (("median", 1.4, "solid"), ("low", 0.9, "--"), ("high", 0.9, "--")):
        if _is_within(ratios[name]):
            powers = np.log(ratios[name])
            ax.contour(x, y, powers, [0], colors=style.INK, linewidths=width, linestyles=dash)


def _draw_key(ax: Any, levels: list[int], base: int, colors: list[Any]) -> None:
    """Draw the key of colours above the map, with the ratios between them."""
    from matplotlib.patches import Rectangle
    from matplotlib.transforms import Affine2D, ScaledTranslation

    points = (  # from the upper left corner of the map
        Affine2D().scale(1 / 72) + ax.figure.dpi_scale_trans + ScaledTranslation(0, 1, ax.transAxes)
    )
    step = style.width_of(ax) / len(colors)
    about = {"transform": points, "clip_on": False, "edgecolor": "white", "linewidth": 0.6}
    for i, color in enumerate(colors):
        corner = (i * step, _GAP + _NUMBERS)
        ax.add_patch(Rectangle(corner, step, _STRIP, facecolor=color, **about))
    widest = max(style.text_width(_written(base, power), style.SMALL) for power in levels)
    every = math.ceil((widest + 3) / step)  # numbers that would touch are left out, 1 never
    for i, power in enumerate(levels):
        if power % every:
            continue
        ax.text(
            i * step,
            _GAP + _NUMBERS - 2,
            _written(base, power),
            transform=points,
            ha="center",
            va="top",
            fontsize=style.SMALL,
            color=style.INK,
        )


def _written(base: int, power: int) -> str:
    size = base ** abs(power)
    shown = f"{size:,}" if size < 1e5 else f"1e{len(str(size)) - 1}"  # of powers of ten alone
    return shown if power >= 0 else f"1/{shown}"


def _draw_mark(ax: Any, name: str, point: tuple[float, float]) -> None:
    ax.plot(*point, "o", ms=3.5, color=style.INK, mec="white", mew=0.6, zorder=3)
    across, up = ax.transAxes.inverted().transform(ax.transData.transform(point))
    side = "left" if across < 0.2 else "right" if across > 0.8 else "center"
    ax.annotate(
        name,
        point,
        (0, -5 if up > 0.85 else 5),
        textcoords="offset points",
        ha=side,
        va="top" if up > 0.85 else "bottom",
        fontsize=style.TEXT,
        color=style.INK,
        parse_math=False,
        bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1},
    )
