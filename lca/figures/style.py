"""The one style of all figures: sizes, colours, units and digits.

Widths are those of a journal's single and double column. Colours are Okabe and Ito's, chosen
so that neighbours also differ in grey. Names stand above their rows, not beside them, so
that a long name has the whole width. Text is measured, because matplotlib lets it overflow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
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
    from matplotlib import pyplot

    pyplot.draw_if_interactive()  # loads the backend, whose own settings would end with the context
    return pyplot.rc_context(RC)


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
    """
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    digits = min(max(2, size - math.floor(math.log10(width)) + 2), 5) if width > 0 else 3
    if not -4 <= size < 9:
        return f"{value:.{digits - 1}e}".replace("-", "−")
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


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Return the text as lines of at most `width` points; a longer word is shortened."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(shortened(word, width, size))
        else:
            lines[-1] = shortened(longer, width, size)
    return lines


# -- what a figure must say -----------------------------------------------------------------


@dataclass(frozen=True)
class Partial:
    """What the totals of a category are without: notes, and which scenario has which."""

    marks: dict[str, str]  # by scenario: "" or " [a]"
    notes: list[str]


def partial(result: Result, category: str) -> Partial:
    """Return notes on what totals are without; letters where scenarios differ."""
    texts = {s: _without(result.missing(s, category)) for s in result.scenarios}
    found = list(dict.fromkeys(text for text in texts.values() if text))
    if len(set(texts.values())) < 2:
        return Partial(dict.fromkeys(texts, ""), found)
    letters = {text: f"[{chr(ord('a') + i)}]" for i, text in enumerate(found)}
    marks = {scenario: f" {letters[text]}" if text else "" for scenario, text in texts.items()}
    return Partial(marks, [f"{letters[text]} {text}" for text in found])


def _without(missing: list[str]) -> str:
    if not missing:
        return ""
    named = ", ".join(missing[:3])
    rest = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return f"partial: without {named}{rest}"


def subject(result: Result, category: str, unit: str) -> str:
    """Return what is shown, in which unit, for what: ``"Water consumed, m³ for …"``."""
    return f"{result.info['titles'][category]}, {unit} for {result.info['functional_unit']}"


# -- axes of rows ---------------------------------------------------------------------------

_ROW = 27.0  # pt: a line of text, and a bar or a curve below it
_TICKS = 14.0  # pt below the axis before its label


@dataclass(frozen=True)
class Frame:
    """Room around rows, in points."""

    left: float = 6.0
    right: float = 6.0
    top: float = 4.0


def rows(ax: Any, count: int, label: str, notes: list[str], frame: Frame) -> Any:
    """Return axes for `count` rows, 0 on top, with a label and notes below.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        None makes a figure of a single column's width, as tall as its rows.
    count : int
    label, notes : str, list of str
        Wrapped to the width; each note starts a line.
    frame : Frame
        Room for what stands outside the axes; used for a new figure only.
    """
    column = SINGLE / POINT - frame.left - frame.right if ax is None else _width(ax)
    title = wrapped(label, column, TEXT)
    small = [line for note in notes for line in wrapped(note, column, SMALL)]
    below = _TICKS + LINE * (TEXT * len(title) + SMALL * len(small)) + 6
    if ax is None:
        ax = _new_axes(count * _ROW, below, frame)
    ax.set_xlabel("\n".join(title), loc="left", fontsize=TEXT, color=INK, parse_math=False)
    ax.xaxis.labelpad = 2.5
    ax.annotate(
        "\n".join(small),
        (0, 0),
        (0, -_TICKS - LINE * TEXT * len(title) - 3),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        fontsize=SMALL,
        color=GREY,
        linespacing=LINE,
        parse_math=False,
        annotation_clip=False,
    )
    ax.set_ylim(count, 0)
    ax.set_yticks([])
    ax.spines[["left", "right", "top"]].set_visible(False)
    ax.spines["bottom"].set(linewidth=0.6, color=INK)
    ax.tick_params(axis="x", labelsize=TEXT, width=0.6, length=2.5, pad=2, colors=INK)
    ax.grid(axis="x", color=PALE, linewidth=0.4)
    ax.set_axisbelow(True)
    return ax


def _new_axes(inner: float, below: float, frame: Frame) -> Any:
    from matplotlib import pyplot  # only pyplot figures show by themselves in a notebook

    width, height = SINGLE / POINT, frame.top + inner + below
    figure = pyplot.figure(figsize=(width / 72, height / 72))
    left, bottom = frame.left / width, below / height
    size = (1 - left - frame.right / width, inner / height)
    return figure.add_axes((left, bottom, *size))


def _width(ax: Any) -> float:
    return float(ax.get_window_extent().width * 72 / ax.figure.dpi)


def row_text(ax: Any, row: int, name: str, mark: str, value: str) -> None:
    """Write a row's name at its left and a value at its right, on one line."""
    room = _width(ax) - text_width(value + mark, TEXT) - TEXT
    line = ax.get_yaxis_transform()
    about: dict[str, Any] = {
        "transform": line,
        "va": "baseline",
        "fontsize": TEXT,
        "color": INK,
        "parse_math": False,
        "bbox": {"facecolor": ax.get_facecolor(), "linewidth": 0, "pad": 0.5},
    }
    ax.text(0, row + 0.31, shortened(name, room) + mark, ha="left", **about)
    ax.text(1, row + 0.31, value, ha="right", **about)
