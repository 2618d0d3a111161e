"""One piece of hardware as made, by several models: what each says, and of what it is made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.figures import style
from lca.result import Result, quantiles

_TOP, _HEIGHT, _WHISKER = 0.4, 0.3, 0.8  # of a row: bar, its height, interval below it
_ROW, _NAMES = 1.0, 0.3  # height of a row, and of the line that names its parts
_SMALLEST, _MOST = 0.05, 4  # share and number of parts that are named; the rest is one, "other"
_DARK, _LIGHT = 1.0, 0.25  # share of colour of the first and the last part


def embodied_models(result: Result, category: str = "gwp", ax: Any = None) -> Any:
    """Draw what every model of one thing says it took to make, by what emits, lowest first.

    The bar is the mean: in parts where the model knows of parts, named below from the left,
    and grey where it is one number. Below it stands the 90 % interval; at the right the mean, its
    interval, and the mean over that of the lowest model.

    Parameters
    ----------
    result : Result
        Of the options of one choice: ``card = lca.accelerator_embodied("H100-SXM")``, then
        ``lca.Lifecycle(card, …).options("embodied model")`` as scenarios.
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
    ValueError
        If the total of a model is not above zero.

    Examples
    --------
    >>> import lca
    >>> card = lca.accelerator_embodied("A100-SXM-40GB")
    >>> life = lca.Lifecycle(card, functional_unit="one A100")
    >>> models = lca.simulate(lca.Study(life.options("embodied model")), n=64, seed=1)
    >>> axes = lca.figures.embodied_models(models)
    >>> axes.get_xlabel()
    'Global warming potential over 100 years, kg CO2e for one A100'
    """
    totals = dict(zip(result.scenarios, result.total(category).to_numpy(), strict=True))
    if not all(values.mean() > 0 for values in totals.values()):
        raise ValueError(f"embodied_models: a total of {category} is not above zero")
    models = sorted(totals, key=lambda name: totals[name].mean())
    lowest = totals[models[0]].mean()
    size, unit = style.scaled(
        result.info["units"][category], [values.mean() for values in totals.values()]
    )
    partial = style.partial(result, category)
    notes = [
        f"Factor set {result.info['factors']}. Bars: means; in parts by what emits, named from the "
        "left, or one number (grey). Whiskers, brackets: 90 % interval. ×: over the lowest mean.",
        *partial.notes,
    ]
    with style.context():
        label = style.subject(result, category, unit)
        parts = {name: _parts(result, name, category, size) for name in models}
        heights = [_ROW + _NAMES * (len(parts[name]) > 1) for name in models]
        ax = style.rows(ax, sum(heights), label, notes, style.Frame())
        right = max(quantiles(values)[2] for values in totals.values()) / size
        ax.set_xlim(0, 1.03 * right)
        style.numbered(ax.xaxis)
        for name, row in zip(models, np.cumsum([0.0, *heights]), strict=False):
            values = totals[name] / size
            said = f"{_says(values)}  × {style.number(totals[name].mean() / lowest, 0.5)}"
            style.row_text(ax, row, name, partial.marks[name], said)
            _draw_bar(ax, row, parts[name])
            _draw_interval(ax, row + _NAMES * (len(parts[name]) > 1), values)
    return ax


@dataclass(frozen=True)
class _Part:
    name: str
    mean: float


def _parts(result: Result, model: str, category: str, size: float) -> list[_Part]:
    """Return what emits in one model, largest first, the small ones together at the end."""
    array = result.direct.sel(scenario=model, category=category)
    means = array.mean("sample").to_series()
    means = means[means > 0].sort_values(ascending=False) / size
    names = _short(list(means.index), model)
    parts = [_Part(name, mean) for name, mean in zip(names, means, strict=True)]
    kept = [part for part in parts[:_MOST] if part.mean >= _SMALLEST * means.sum()]
    rest = sum(part.mean for part in parts[len(kept) :])
    return [*kept, _Part("other", rest)] if rest else kept


def _short(names: list[str], model: str) -> list[str]:
    """Return names of stages without the model, and without the first word if most share it.

    >>> _short(["X1 die", "X1 bottom-up, rest", "grid"], "bottom-up")
    ['die', 'rest', 'grid']
    """
    first = [name.partition(" ")[0] for name in names]
    common = max(first, key=first.count)
    shared = f"{common} " if first.count(common) > len(names) / 2 and len(names) > 1 else ""
    return [name.removeprefix(shared).removeprefix(f"{model}, ") for name in names]


def _draw_bar(ax: Any, row: float, parts: list[_Part]) -> None:
    is_one = len(parts) == 1
    shades = np.linspace(_DARK, _LIGHT, len(parts))
    lefts = np.cumsum([0.0, *(part.mean for part in parts)])
    for part, left, shade in zip(parts, lefts, shades, strict=False):
        color = style.PALE if is_one else style.mixed(style.BLUE, shade)
        about: dict[str, Any] = {"color": [color], "edgecolor": "white", "linewidth": 0.5}
        ax.barh([row + _TOP], [part.mean], _HEIGHT, left=[left], align="edge", **about)
    if not is_one:
        said = "; ".join(f"{part.name} {style.number(part.mean, part.mean)}" for part in parts)
        y = row + _TOP + _HEIGHT + 0.45 * _NAMES
        named = style.shortened(said, style.width_of(ax), style.SMALL)
        box = {"facecolor": ax.get_facecolor(), "linewidth": 0, "pad": 0.3}
        style.write(ax, 0, y, named, va="center_baseline", bbox=box)


def _draw_interval(ax: Any, row: float, values: np.ndarray) -> None:
    low, _, high = quantiles(values)
    y = row + _WHISKER
    if high > low:
        ax.plot([low, high], [y, y], color=style.INK, linewidth=0.8, marker="|", markersize=3.5)
    ax.plot([values.mean()], [y], "o", ms=3, color=style.INK, mec="white", mew=0.4)


def _says(values: np.ndarray) -> str:
    low, _, high = quantiles(values)
    mean = style.number(values.mean(), high - low)
    return f"{mean} ({style.interval(low, high)})" if high > low else mean
