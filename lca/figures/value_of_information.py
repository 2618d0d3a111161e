"""Value of information: what knowing an input is worth to a choice between scenarios."""

from __future__ import annotations

from typing import Any

from lca.figures import legend, outputs, style

_TOP, _HEIGHT = 0.44, 0.34  # of a row


def value_of_information(
    table: Any, output: str | None = None, ax: Any = None, most: int = 10
) -> Any:
    """Draw what it is worth to know, or to measure, each input before a choice.

    Bars are values, whiskers 95 % intervals, colours kinds of inputs. At the right stand the
    value and its share of the value of knowing everything. A value below zero is noise.

    Parameters
    ----------
    table : pandas.DataFrame
        As `lca.sensitivity.evppi` and `lca.sensitivity.evsi` return it.
    output : str, optional
        Which difference, ``"gwp, B minus A"``; the first of the table unless given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.
    most : int
        How many inputs to draw, those of the largest value.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table is another one, or has no such output.

    Examples
    --------
    >>> import lca
    >>> wide = lca.uniform(low=0.3, high=0.5)
    >>> one = lca.stages.Electricity(name="grid", intensity=wide, losses=0.0)
    >>> life = lca.Lifecycle(one, functional_unit="one kWh")
    >>> study = lca.Study({"grid": life, "own": life.replace({"grid.intensity": 0.39})})
    >>> axes = lca.figures.value_of_information(lca.sensitivity.evppi(study, n=4096, seed=1))
    >>> [text.get_text() for text in axes.texts][1:]
    ['grid.intensity', '20.2 (100 %)']
    """
    needed = ("input", "unit", "kind", "value", "value_conf", "share")
    found = outputs.picked(table, output, needed, "value_of_information")
    sizes = found.rows["value"].abs()
    rows, others = outputs.shown(found.rows, sizes, most, "value_of_information")
    is_chance = rows["unit"].iloc[0] == "1"  # of the 0-1 loss
    size, unit = outputs.unit_of(rows["unit"].iloc[0], rows["value"].head(1))
    rest = outputs.not_drawn(others, "of a lower value or none")
    rest += "" if found.rows["value"].any() else " No input alone could change the choice."
    notes = [
        "Expected gain from knowing the input before the choice"
        f"{', in the probability of choosing right' if is_chance else ''}. Whiskers: 95 % "
        f"intervals. At the right: value (share of that of knowing everything).{rest}",
        *found.notes,
    ]
    colors = outputs.kinds(rows)
    with style.context():
        frame = legend.framed(list(colors), ax)
        label = f"Value of information: {found.label(unit)}"
        ax = style.rows(ax, len(rows), label, notes, frame)
        for place, row in enumerate(rows.itertuples()):
            value, half = row.value / size, row.value_conf / size
            about: dict[str, Any] = {"color": colors[row.kind], "linewidth": 0}
            ax.barh([place + _TOP], [value], _HEIGHT, align="edge", **about)
            if half > 0:
                y, ends = place + _TOP + _HEIGHT / 2, [value - half, value + half]
                ax.plot(ends, [y, y], color=style.INK, linewidth=0.7, marker="|", markersize=3)
            share = f"{100 * row.share:.0f}".replace("-0", "0").replace("-", "−")
            said = f"{style.number(value, 2 * half)} ({share} %)"
            style.row_text(ax, place, row.input, "", said, style.abridged)
        legend.draw(ax, legend.patches(colors))
        ax.axvline(0, color=style.INK, linewidth=0.6)
        style.fitted(ax)
    return ax
