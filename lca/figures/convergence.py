"""Whether samples are enough: an estimate and its error as n grows."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca.figures import outputs, style
from lca.result import STUDENT, standard_error
from lca.sampling import REPLICATES
from lca.sensitivity import Ladder
from lca.units import near

_HEIGHT, _NAMES = 100.0, 90.0  # pt: curves; names of inputs at the right
_FIRST = 4  # samples of each replicate at the first point
_MOST, _MATTERS = 7, 0.05  # inputs that are drawn, and from which index
_LOOKS: list[dict[str, Any]] = [
    {"color": color, "linestyle": dashes}
    for dashes in ("-", (0, (4, 1.5)))
    for color in (style.BLUE, style.ORANGE, style.INK, style.VERMILION)
]


def convergence(
    given: Any,
    category: str = "gwp",
    scenario: str | None = None,
    q: float | None = None,
    output: str | None = None,
    ax: Any = None,
) -> Any:
    """Draw how an estimate settles with the number of samples.

    Of a result, the mean of a total, or a quantile, with its 95 % interval from the spread of
    the replicates; a point at n takes the first samples of every replicate. Of a ladder, total
    Sobol indices at a quarter, half and all of its rows, of inputs that explain 5 % or more.

    Parameters
    ----------
    given : Result or lca.sensitivity.Ladder
    category, scenario : str
        Which total of a result; the first scenario unless given.
    q : float, optional
        Quantile, from 0 to 1; the mean unless given.
    output : str, optional
        Which output of a ladder; the first unless given.
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
        If there is no such scenario or output, `q` is no share, or there are too few samples.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(intensity=lca.uniform(low=0.04, high=0.06))
    >>> result = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), n=1024, seed=1)
    >>> axes = lca.figures.convergence(result, q=0.95)
    >>> axes.lines[0].get_xdata().tolist()
    [32, 64, 128, 256, 512, 1024]
    """
    if isinstance(given, Ladder):
        return _of_ladder(given, output, ax)
    names = given.scenarios
    scenario = _known("scenario", names[0] if scenario is None else scenario, names)
    if q is not None and not 0 < q < 1:
        raise ValueError(f"convergence: q = {q!r} must lie between 0 and 1")
    samples = given.total(category).sel(scenario=scenario).to_numpy()
    sizes = _sizes(len(samples))
    found = np.array([_estimate(samples, size, q) for size in sizes])
    scale, unit = style.scaled(given.info["units"][category], [found[-1, 0]])
    values, errors = found.T / scale
    what = "Mean" if q is None else f"{100 * q:g} % quantile"
    label = f"Number of samples. {style.subject(given, category, unit)}"
    half = STUDENT * errors
    notes = [
        f"{what} of {scenario}: {values[-1]:.4g} ± {half[-1]:.2g} {unit} at n = {len(samples):,}. "
        f"Band: 95 % interval, sampling alone. Factor set {given.info['factors']}.",
        *[note for note in [style.without(given.missing(scenario, category))] if note],
    ]
    with style.context():
        ax = _axes(ax, REPLICATES * np.array(sizes), label, notes, style.Frame(44, 10, 6))
        n = REPLICATES * np.array(sizes)
        ax.fill_between(n, values - half, values + half, color=style.BLUE, alpha=0.3, linewidth=0)
        ax.plot(n, values, color=style.BLUE, linewidth=0.9, marker="o", markersize=3)
        ax.axhline(values[-1], color=style.INK, linewidth=0.6, linestyle=(0, (3, 2)))
        ax.set_ylabel(f"{what}, {unit}", fontsize=style.TEXT, color=style.INK)
    return ax


def _known(what: str, name: str, names: list[str]) -> str:
    if name not in names:
        raise ValueError(
            f"convergence: no {what} {name!r}{near(name, names)}; there are {', '.join(names)}"
        )
    return name


def _sizes(n: int) -> list[int]:
    """Return how many samples of each replicate are taken: doubled from point to point."""
    whole = n // REPLICATES
    if whole < 2 * _FIRST:
        raise ValueError(f"convergence: {n} samples are too few; {2 * _FIRST * REPLICATES} will do")
    sizes = [_FIRST * 2**i for i in range((whole // _FIRST).bit_length())]
    return sizes if sizes[-1] == whole else [*sizes, whole]


def _estimate(samples: Any, size: int, q: float | None) -> tuple[float, Any]:
    whole = len(samples) // REPLICATES
    first = samples[: whole * REPLICATES].reshape(REPLICATES, whole)[:, :size].ravel()

    def statistic(values: Any) -> Any:
        return values.mean(axis=-1) if q is None else np.quantile(values, q, axis=-1)

    return float(statistic(first)), float(standard_error(first, statistic))


def _axes(ax: Any, sizes: Any, label: str, notes: list[str], frame: style.Frame) -> Any:
    from matplotlib import ticker

    ax = style.panel(ax, _HEIGHT, label, notes, frame)
    ax.set_xscale("log", base=2)
    shown = list(sizes)[:: -max(1, len(sizes) // 6)][::-1]
    ax.set_xticks(shown, [f"{size:,}" for size in shown], fontsize=style.SMALL)
    ax.xaxis.set_minor_locator(ticker.NullLocator())
    ax.grid(axis="y", color=style.PALE, linewidth=0.4)
    return ax


def _of_ladder(found: Ladder, output: str | None, ax: Any) -> Any:
    known = list(dict.fromkeys(found.convergence["output"]))
    output = _known("output", known[0] if output is None else output, known)
    table = found.convergence.query("output == @output")
    columns = [column for column in table if column.startswith("ST at ")]
    sizes = [int(column.removeprefix("ST at ")) for column in columns]
    table = table.sort_values(columns[-1], ascending=False)
    matter = table[table[columns[-1]] >= _MATTERS].head(_MOST)
    table = matter if len(matter) else table.head(1)
    settled = "the same" if table["settled"].all() else "not the same: take a larger n"
    tied = table.loc[table["tied"] != "", "input"] if table["settled"].all() else []
    settled += f", but for alike inputs ({', '.join(tied)})" if len(tied) else ""
    noise = float(found.dummy.set_index("output").loc[output, "noise"])
    named = outputs.picked(found.convergence, output, (), "convergence")
    notes = [
        f"Ranking at the last two sizes: {settled}. A dummy input would seem to explain "
        f"{noise:.1g}.",
        *named.notes,
    ]
    label = f"Rows of the design. Total Sobol indices of: {named.label('')}"
    with style.context():
        ax = _axes(ax, sizes, label, notes, style.Frame(36, _NAMES, 6))
        for name, values, look in zip(table["input"], table[columns].to_numpy(), _LOOKS):
            ax.plot(sizes, values, lw=0.9, marker="o", markersize=3, label=name, **look)
        ax.set_ylim(0, 1.1 * table[columns].to_numpy().max())
        ax.set_ylabel("Total Sobol index", fontsize=style.TEXT, color=style.INK)
        _name_lines(ax)
    return ax


def _name_lines(ax: Any) -> None:
    """Write the names of lines at the right of their ends, apart from each other."""
    from matplotlib.transforms import offset_copy

    low, high = ax.get_ylim()
    step = 8.0 / _HEIGHT * (high - low)
    y = high + step
    lines = sorted(ax.lines, key=lambda line: -line.get_ydata()[-1])
    for i, line in enumerate(lines):
        x, end = line.get_xdata()[-1], line.get_ydata()[-1]
        y = max(min(end, y - step), low + (len(lines) - 1 - i) * step)
        place = offset_copy(ax.get_yaxis_transform(), ax.figure, x=14, units="points")
        leader = {"arrowstyle": "-", "lw": 0.6, "color": line.get_color(), "shrinkA": 0}
        about = {"textcoords": place, "arrowprops": leader, "annotation_clip": False}
        ax.annotate("", (x, end), (1, y), **about)
        text = style.abridged(line.get_label(), _NAMES - 18, style.SMALL)
        place = offset_copy(place, ax.figure, x=1.5, units="points")
        style.write(ax, 1, y, text, va="center", transform=place)
