"""One output of a table of sensitivity: its rows, and what a figure must say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lca.figures import style
from lca.impacts import categories

KINDS = {"uncertainty": style.BLUE, "variability": style.ORANGE, "model": "#009E73"}
"""Colours of the kinds of inputs; groups of several kinds are grey."""


@dataclass(frozen=True)
class Output:
    """The rows of one output, its name in words, unit, and notes."""

    rows: Any
    title: str
    scenario: str
    unit: str
    functional_unit: str
    notes: list[str]

    def label(self, unit: str) -> str:
        """Return ``"title, unit for functional unit (scenario)"``, as far as these are known."""
        shown = f"{self.title}, {unit}" if unit else self.title
        shown += f" for {self.functional_unit}" if self.functional_unit else ""
        return f"{shown} ({self.scenario})" if self.scenario else shown


def picked(table: Any, output: str | None, columns: Sequence[str], figure: str) -> Output:
    """Return one output of a table: the first unless given.

    Raises
    ------
    ValueError
        If the table lacks a column, has no rows, or no such output.
    """
    lacking = [name for name in ("output", *columns) if name not in getattr(table, "columns", ())]
    if lacking:
        raise ValueError(
            f"{figure}: no column {', '.join(lacking)}; give the table of one output or several "
            "that lca.sensitivity returns"
        )
    names = list(dict.fromkeys(table["output"]))
    if not names:
        raise ValueError(f"{figure}: the table has no rows")
    name = names[0] if output is None else output
    if name not in names:
        raise ValueError(f"{figure}: no output {name!r}; there are {', '.join(names[:8])}")
    about = table.attrs
    factors = [f"Factor set {about['factors']}."] if "factors" in about else []
    missing = style.without(about.get("missing", {}).get(name, []))
    return Output(
        table[table["output"] == name].reset_index(drop=True),
        *_in_words(name),
        about.get("units", {}).get(name, ""),
        about.get("functional_unit", ""),
        [*factors, *([missing] if missing else [])],
    )


def _in_words(name: str) -> tuple[str, str]:
    """Return what an output is, with the title of its category, and of which scenario.

    >>> _in_words("embodied share of gwp, B minus A")
    ('Embodied share of global warming potential over 100 years', 'B − A')
    """
    head, _, scenario = name.partition(", ")
    words = head.split(" ")
    for i, word in enumerate(words):
        if word in categories():
            title = categories()[word].title
            words[i] = title if i == 0 else title[0].lower() + title[1:]
    head = " ".join(words)
    return head[:1].upper() + head[1:], scenario.replace(" minus ", " − ")


def unit_of(unit: str, values: Sequence[float]) -> tuple[float, str]:
    """Return the size and the writing of the unit that suits values; per cent for a share."""
    return (0.01, "%") if unit == "1" else style.scaled(unit, values)


def shown(rows: Any, sizes: Any, most: int, figure: str) -> tuple[Any, Any]:
    """Return the first rows, at most so many, and the others.

    Rows whose size is nothing but rounding are among the others, unless all are.
    """
    if most < 1:
        raise ValueError(f"{figure}: most = {most!r} must be 1 or more")
    is_drawn = sizes > 1e-9 * sizes.max() if sizes.max() > 0 else sizes == 0
    is_drawn &= is_drawn.cumsum() <= most
    return rows[is_drawn], rows[~is_drawn]


def not_drawn(rows: Any, why: str) -> str:
    """Return a sentence on the inputs that are not drawn, or nothing."""
    return f" Not drawn: {len(rows)} more, {why}." if len(rows) else ""


def kinds(rows: Any) -> dict[str, str]:
    """Return the colours of the kinds in a table, in their order."""
    found = set(rows["kind"])
    return {kind: KINDS.get(kind, style.GREY) for kind in (*KINDS, *sorted(found - set(KINDS)))
            if kind in found}  # fmt: skip
