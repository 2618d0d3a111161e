"""The one style of all figures: sizes, colours, units and digits.

Widths are those of a journal's single and double column. Colours are Okabe and Ito's, chosen
so that neighbours also differ in grey. Names stand above their rows, not beside them, so
that a long name has the whole width. Text is measured, because matplotlib lets it overflow.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lca.result import Result

SINGLE, DOUBLE = 89.0, 183.0  # mm
POINT = 25.4 / 72  # mm

TEXT, SMALL = 7.0, 6.0  # pt
LINE = 1.3  # line height over size of text

BLUE, ORANGE, VERMILION = "#0072B2", "#E69F00", "#D55E00"
INK, GREY, PALE = "#1A1A1A", "#555555", "#D9D9D9"
GROUPS = {"embodied": BLUE, "operational": ORANGE, "neither": PALE}

RC: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": TEXT,
    "figure.dpi": 135,  # in notebooks; letters of 6 and 7 pt, hinted, are no wider than measured
    "axes.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "lca",
    "pdf.fonttype": 42,
}
"""Settings under which figures are made and saved: text stays text, ids are reproducible."""

_LADDERS = {
    "kgCO2e": ((1e-6, "mg CO2e"), (1e-3, "g CO2e"), (1.0, "kg CO2e"), (1e3, "t CO2e"),
               (1e6, "kt CO2e"), (1e9, "Mt CO2e")),
    "kgSbe": ((1e-6, "mg Sbe"), (1e-3, "g Sbe"), (1.0, "kg Sbe"), (1e3, "t Sbe")),
    "MJ": ((1e-3, "kJ"), (1.0, "MJ"), (1e3, "GJ"), (1e6, "TJ"), (1e9, "PJ")),
    "L": ((1e-3, "mL"), (1.0, "L"), (1e3, "m³"), (1e9, "million m³")),
    "m3we": ((1e-3, "L world-eq"), (1.0, "m³ world-eq"), (1e6, "million m³ world-eq")),
}  # fmt: skip


def context() -> Any:
    """Return the context in which a figure is made or saved."""
    import matplotlib
    from matplotlib import pyplot

    pyplot.draw_if_interactive()  # loads the backend; within, what it sets would be set back
    return matplotlib.rc_context(RC)


def save(ax: Any, target: str | Path | IO[Any], format: str | None = None) -> None:
    """Save the figure of some axes: the same figure gives the same bytes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    target : path or file
    format : str, optional
        ``"svg"``, ``"pdf"`` or ``"png"``; by the suffix of a path unless given.
    """
    kind = format or Path(str(target)).suffix.lstrip(".")
    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
    with context():
        ax.figure.savefig(target, format=kind, dpi=300, metadata=dates.get(kind))


def close(ax: Any) -> None:
    """Forget the figure of some axes, which pyplot keeps until then."""
    from matplotlib import pyplot

    pyplot.close(ax.figure)


# -- numbers and units ----------------------------------------------------------------------


def scaled(unit: str, values: Iterable[float]) -> tuple[float, str]:
    """Return the size of the unit that suits some values, and how it is written.

    Examples
    --------
    >>> scaled("kgCO2e", [54_000, 571_000])
    (1000.0, 't CO2e')
    """
    ladder = _LADDERS.get(unit, ((1.0, unit),))
    sizes = [abs(v) for v in values if v]
    if not sizes:
        return next((step for step in ladder if step[0] == 1.0), ladder[0])
    middle = math.sqrt(min(sizes)) * math.sqrt(max(sizes))
    return max((step for step in ladder if step[0] <= middle), default=ladder[0])


def number(value: float, width: float = 0.0) -> str:
    """Return a number to the digits that an interval of that width supports, at least two.

    Without an interval it has three.

    Examples
    --------
    >>> number(56.194, 81 - 41), number(0.0567, 0.03), number(1234567.0), number(-5.0, 0.5)
    ('56', '0.057', '1,230,000', '−5.00')
    >>> number(7.9e12, 6e12), number(8.2e-5, 1e-5)
    ('7.9e12', '8.2e−5')
    """
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    digits = min(max(2, size - math.floor(math.log10(width)) + 2), 5) if width > 0 else 3
    if not -4 <= size < 9:
        digit, _, power = f"{value:.{digits - 1}e}".partition("e")
        return f"{digit}e{int(power)}".replace("-", "−")
    decimals = digits - 1 - size
    return f"{round(value, decimals):,.{max(decimals, 0)}f}".replace("-", "−")


def interval(low: float, high: float) -> str:
    """Return an interval in the digits it supports.

    Examples
    --------
    >>> interval(40.85, 80.98), interval(-3.2, -1.1)
    ('41–81', '−3.2 to −1.1')
    """
    between = " to " if low < 0 else "–"
    return between.join(number(one, high - low) for one in (low, high))


def percent(share: float) -> str:
    """Return a probability in per cent; what is neither 0 nor 1 does not look it.

    Examples
    --------
    >>> percent(0.634), percent(0.001), percent(0.999), percent(1.0), percent(0.0)
    ('63', '<1', '>99', '100', '0')
    """
    if 0 < share < 0.005:
        return "<1"
    return ">99" if 0.995 < share < 1 else f"{100 * share:.0f}"


def index(value: float) -> str:
    """Return an index between 0 and 1 with two decimals; noise may lie below zero.

    Examples
    --------
    >>> index(0.1234), index(0.0001), index(0.0), index(-0.0004), index(-0.12)
    ('0.12', '<0.01', '0', '0.00', '−0.12')
    """
    if value == 0:
        return "0"
    if 0 < value < 0.005:
        return "<0.01"
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


# -- text that fits -------------------------------------------------------------------------


def text_width(text: str, size: float) -> float:
    """Return the width of a line of text in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    measured = text_to_path.get_text_width_height_descent(text, FontProperties(size=size), False)
    return float(measured[0])


def shortened(text: str, width: float, size: float = TEXT) -> str:
    """Return the text, with an ellipsis at its end where it is wider than `width` points."""
    text = " ".join(text.split())
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def abridged(text: str, width: float, size: float = TEXT) -> str:
    """Return the text, with an ellipsis at its middle where it is wider than `width` points.

    Names of inputs often differ at their ends: ``footprint.node…accelerators.bloom``.
    """
    text = " ".join(text.split())
    found, kept = text, len(text)
    while kept > 0 and text_width(found, size) > width:
        kept -= 1
        found = f"{text[: (kept + 1) // 2]}…{text[len(text) - kept // 2 :]}"
    return found


def wrapped(text: str, width: float, size: float, most: int = 0) -> list[str]:
    """Return the text as lines of at most `width` points; a longer word is shortened.

    The rest of a text that has more than `most` lines (0: any) is shortened on the last.

    Examples
    --------
    >>> wrapped("the interval of 90 %.", 40, TEXT)
    ['the', 'interval of', '90 %.']
    >>> wrapped("a name that goes on", 40, TEXT, most=2)
    ['a name', 'that goe…']
    """
    lines = [""]
    for word in re.findall(r"\S+(?: %\S*)?", text):  # a number and its sign stay together
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(lines) != most and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [shortened(line, width, size) for line in lines]


# -- what a figure must say -----------------------------------------------------------------


@dataclass(frozen=True)
class Partial:
    """What the totals of a category are without: notes, and which scenario has which."""

    marks: dict[str, str]  # by scenario: "" or " [a]"
    notes: list[str]


def partial(result: Result, category: str) -> Partial:
    """Return notes on what totals are without; letters where scenarios differ."""
    texts = {s: without(result.missing(s, category)) for s in result.scenarios}
    found = list(dict.fromkeys(text for text in texts.values() if text))
    if len(set(texts.values())) < 2:
        return Partial(dict.fromkeys(texts, ""), found)
    letters = {text: f"[{chr(ord('a') + i)}]" for i, text in enumerate(found)}
    marks = {scenario: f" {letters[text]}" if text else "" for scenario, text in texts.items()}
    return Partial(marks, [f"{letters[text]} {text}" for text in found])


def without(missing: list[str]) -> str:
    """Return ``"partial: without grid, server and 3 more"``, or nothing of no stages."""
    if not missing:
        return ""
    named = ", ".join(missing[:3])
    rest = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return f"partial: without {named}{rest}"


def subject(result: Result, category: str, unit: str) -> str:
    """Return what is shown, in which unit, for what: ``"Water consumed, m³ for …"``."""
    return f"{result.info['titles'][category]}, {unit} for {result.info['functional_unit']}"


# -- axes -----------------------------------------------------------------------------------

_ROW = 27.0  # pt: a line of text, and a bar or a curve below it
_TICKS = 14.0  # pt below the axis before its label
_EDGE = 5.0  # pt by which numbers may stand out of the axis, within a frame of 6


@dataclass(frozen=True)
class Frame:
    """Room around rows, in points."""

    left: float = 6.0
    right: float = 6.0
    top: float = 4.0


def rows(ax: Any, count: float, label: str, notes: list[str], frame: Frame) -> Any:
    """Return axes for `count` rows, 0 on top, with a label and notes below.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        None makes a figure of a single column's width, as tall as its rows.
    count : float
        Also of rows that are higher than one line of text and a bar.
    label, notes : str, list of str
        Wrapped to the width; each note starts a line.
    frame : Frame
        Room for what stands outside the axes; used for a new figure only.
    """
    ax = panel(ax, count * _ROW, label, notes, frame)
    ax.set_ylim(count, 0)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color=PALE, linewidth=0.4)
    return ax


def panel(
    ax: Any,
    height: float,
    label: str,
    notes: list[str],
    frame: Frame,
    width: float = SINGLE,
    ticks: float = _TICKS,
) -> Any:
    """Return axes of a height in points, with a label and notes below.

    As `rows`, with both axes; `width` [mm] is that of a new figure, `ticks` the room that tick
    labels take below the axis.
    """
    column = width / POINT - frame.left - frame.right if ax is None else width_of(ax)
    title = wrapped(label, column, TEXT)
    small = [line for note in notes for line in wrapped(note, column, SMALL)]
    below = ticks + LINE * (TEXT * len(title) + SMALL * len(small)) + 6
    if ax is None:
        ax = _new_axes(height, below, frame, width)
    ax.set_xlabel("\n".join(title), loc="left", fontsize=TEXT, color=INK, parse_math=False)
    ax.xaxis.labelpad = 2.5
    _annotate(ax, small, 0, -ticks - LINE * TEXT * len(title) - 3, "top", SMALL, GREY)
    ax.spines[["right", "top"]].set_visible(False)
    ax.spines[["left", "bottom"]].set(linewidth=0.6, color=INK)
    ax.tick_params(labelsize=TEXT, width=0.6, length=2.5, pad=2, colors=INK)
    ax.set_axisbelow(True)
    return ax


def canvas(
    ax: Any, height: float, label: str, notes: list[str], frame: Frame, width: float = SINGLE
) -> Any:
    """Return axes without scales, whose data are points from the upper left corner down."""
    ax = panel(ax, height, label, notes, frame, width, ticks=7)
    ax.xaxis.labelpad = 5
    ax.set_xlim(0, width_of(ax))
    ax.set_ylim(height, 0)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return ax


def write(ax: Any, x: float, y: float, text: str, size: float = SMALL, **about: Any) -> None:
    """Write text as it is; y is the middle of its small letters unless `va` is given."""
    given: dict[str, Any] = {"va": "baseline", "color": INK, "fontsize": size, "linespacing": 1.15}
    middle = y if "va" in about else y + 0.36 * size
    ax.text(x, middle, text, **(given | {"parse_math": False, "clip_on": False} | about))


def write_above(ax: Any, lines: list[str], up: float) -> None:
    """Write what the vertical axis shows, in lines that end so many points above the axes."""
    _annotate(ax, lines, 1, up, "bottom", TEXT, INK)


def _annotate(
    ax: Any, lines: list[str], at: float, up: float, va: str, size: float, color: str
) -> None:
    """Write lines so many points above the bottom (0) or the top (1) of the axes."""
    ax.annotate(
        "\n".join(lines),
        (0, at),
        (0, up),
        xycoords="axes fraction",
        textcoords="offset points",
        va=va,
        fontsize=size,
        color=color,
        linespacing=LINE,
        parse_math=False,
        annotation_clip=False,
    )


def mixed(color: str, share: float) -> tuple[float, float, float]:
    """Return a share of a colour in white.

    Examples
    --------
    >>> mixed("#000000", 0.25)
    (0.75, 0.75, 0.75)
    """
    from matplotlib.colors import to_rgb

    red, green, blue = (1 - share * (1 - part) for part in to_rgb(color))
    return red, green, blue


def ink_on(color: Any) -> str:
    """Return the colour of text that is legible on another.

    Examples
    --------
    >>> ink_on(BLUE), ink_on(ORANGE)
    ('white', '#1A1A1A')
    """
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(color)
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.5 else INK


def _new_axes(inner: float, below: float, frame: Frame, column: float) -> Any:
    from matplotlib import pyplot  # only pyplot figures show by themselves in a notebook

    width, height = column / POINT, frame.top + inner + below
    figure = pyplot.figure(figsize=(width / 72, height / 72))
    left, bottom = frame.left / width, below / height
    size = (1 - left - frame.right / width, inner / height)
    return figure.add_axes((left, bottom, *size))


def fitted(ax: Any) -> None:
    """Let the horizontal axis hold all that is drawn, and its numbers stay within the figure."""
    ax.use_sticky_edges = False
    ax.margins(x=0.02)
    ax.autoscale(axis="x")
    numbered(ax.xaxis)
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    width = width_of(ax)
    for tick in (ticks[0], ticks[-1]) if ticks else ():
        said = ax.xaxis.get_major_formatter()(tick)
        room = max(0.0, text_width(said, TEXT) / 2 - _EDGE) / width  # share of the axis
        low = min(low, (tick - room * high) / (1 - room))
        high = max(high, (tick - room * low) / (1 - room))
    ax.set_xlim(low, high)


def numbered(axis: Any) -> None:
    """Give an axis about five round, plain numbers."""
    from matplotlib import ticker

    axis.set_major_locator(ticker.MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:,.10g}".replace("-", "−")))


def width_of(ax: Any, frame: Frame | None = None) -> float:
    """Return the width of axes in points; of None, of those that `rows` makes in a frame."""
    if ax is None:
        return SINGLE / POINT - (frame.left + frame.right if frame else 0)
    return float(ax.get_window_extent().width * 72 / ax.figure.dpi)


def row_text(
    ax: Any, row: float, name: str, mark: str, value: str, fit: Callable[..., str] = shortened
) -> None:
    """Write a row's name at its left and a value at its right, on one line."""
    room = width_of(ax) - text_width(value + mark, TEXT) - TEXT
    line = ax.get_yaxis_transform()
    about: dict[str, Any] = {
        "transform": line,
        "va": "baseline",
        "fontsize": TEXT,
        "color": INK,
        "parse_math": False,
        "bbox": {"facecolor": ax.get_facecolor(), "linewidth": 0, "pad": 0.5},
    }
    ax.text(0, row + 0.31, fit(name, room) + mark, ha="left", **about)
    ax.text(1, row + 0.31, value, ha="right", **about)
