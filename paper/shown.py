"""How the paper shows numbers, tables and sources: as text, with the value kept behind it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lca import tables
from lca.figures import style
from lca.report import bibliography


class Shown(str):
    """The text of a number, in the digits that it supports, and the number."""

    value: float

    def __new__(cls, text: str, value: float) -> Shown:
        made = super().__new__(cls, text)
        made.value = float(value)
        return made


def number(value: float, width: float = 0.0) -> Shown:
    """Return a number to the digits that an interval of that width supports; else to three."""
    return Shown(style.number(value, width), value)


def factor(value: float) -> Shown:
    """Return a ratio to two digits; from a hundred on as a whole number."""
    return Shown(f"{value:,.0f}" if value >= 100 else style.number(value, value), value)


def count(value: float) -> Shown:
    """Return a whole number."""
    return Shown(f"{value:,.0f}", value)


def percent(share: float) -> Shown:
    """Return a share in per cent, without the sign."""
    return Shown(style.percent(share), share)


def index(value: float) -> Shown:
    """Return a share of variance with two decimals."""
    return Shown(style.index(value), value)


def between(low: float, high: float) -> Shown:
    """Return an interval; its value is the upper over the lower end."""
    return Shown(style.interval(low, high), high / low if low > 0 else math.nan)


def estimate(value: float, low: float, high: float) -> Shown:
    """Return a number with its interval."""
    return Shown(f"{style.number(value, high - low)} ({style.interval(low, high)})", value)


def slug(text: str) -> str:
    """Return a text as the name of a number.

    Examples
    --------
    >>> slug("PUE - 1, operator unknown")
    'pue_1_operator_unknown'
    """
    return re.sub(r"\W+", "_", text.lower()).strip("_")


@dataclass(frozen=True)
class Table:
    """Texts by column; those of numbers stand at the right."""

    columns: Mapping[str, Sequence[str]]
    words: frozenset[str]


def table(columns: Mapping[str, Iterable[Any]], words: Iterable[str]) -> Table:
    """Return a table whose columns hold numbers, but for those of `words`."""
    made = {name: [str(one) for one in texts] for name, texts in columns.items()}
    return Table(made, frozenset(words))


@dataclass(frozen=True)
class Section:
    """What the text may name of one section: numbers, tables, figures, texts.

    `rows` are numbers that stand in a table, for the text to quote. `texts` are Markdown, or a
    program. `facts` are for the conditions under which a sentence is true; they are not shown.
    """

    numbers: Mapping[str, Shown]
    rows: Mapping[str, Mapping[str, Shown]] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    figures: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


# -- sources ------------------------------------------------------------------------------------


def author(key: str) -> str:
    """Return who wrote a source and when, as a table names it.

    Examples
    --------
    >>> author("luccioni2023")
    'Luccioni et al. 2023'
    """
    return bibliography.author_years({key: tables.sources()[key]})[key]


def citation(keys: Iterable[str]) -> str:
    """Return a citation of some sources, in Markdown.

    Examples
    --------
    >>> citation(["b", "a", "b"])
    '[@a; @b]'
    """
    return f"[{'; '.join(f'@{key}' for key in sorted(set(keys)))}]"
