"""Typeset: tables of results as Markdown or LaTeX, in the digits their intervals support.

Any tidy table will do: `Result.summary`, `compare`, `shares`, `steps`, `ranks`, and those of
`lca.scenarios`. A value and its interval become one column, ``56 (41–81)``; impacts of one
unit are all shown in the size of unit that suits them; sampling errors are left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from lca.figures.style import interval, number, scaled

_IN_UNIT = re.compile(r"mean|median|low|high|nominal|quantile|(difference|change)(_low|_high)?")
_PROBABILITY = re.compile(r"\d+|never|(one_|other_)?lower(_first|_by_10_percent)?")
_ERRORS = re.compile(r".*_error|standard_error")
_LATEX = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "–": "--",
    "…": r"\dots{}",
    "³": r"\textsuperscript{3}",
}


def markdown(table: Any) -> str:
    """Return a table as Markdown.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    str

    Examples
    --------
    >>> import lca
    >>> life = lca.Lifecycle(lca.stages.Accelerator(footprint=lca.uniform(low=100, high=200)))
    >>> result = lca.simulate(life, n=1024, seed=1)
    >>> columns = ["scenario", "key", "unit", "median", "low", "high", "share"]
    >>> print(markdown(result.summary()[columns]))
    | scenario | key | unit | median (90 % interval) | share |
    | --- | --- | --- | ---: | ---: |
    | baseline | total | kg CO2e | 150 (105–195) | 1.00 |
    | baseline | manufacturing | kg CO2e | 150 (105–195) | 1.00 |
    """
    shown = columns(table)
    rule = ["---:" if is_number else "---" for _, is_number, _ in shown]
    rows = [[name for name, _, _ in shown], rule, *zip(*(texts for _, _, texts in shown))]
    escaped = ([" ".join(text.split()).replace("|", r"\|") for text in row] for row in rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in escaped)


def latex(table: Any, *, caption: str = "", label: str = "") -> str:
    """Return a table as LaTeX, for the package booktabs.

    Parameters
    ----------
    table : pandas.DataFrame
    caption, label : str
        With either it is a floating table.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> print(latex(pd.DataFrame({"scenario": ["R&D"], "change": [-5.04], "change_low": [-6.0],
    ...                           "change_high": [-4.0]})))
    \\begin{tabular}{lr}
    \\toprule
    scenario & change (90 \\% interval) \\\\
    \\midrule
    R\\&D & $-$5.0 ($-$6.0 to $-$4.0) \\\\
    \\bottomrule
    \\end{tabular}
    """
    shown = columns(table)
    kinds = "".join("r" if is_number else "l" for _, is_number, _ in shown)
    head = _latex_row([name for name, _, _ in shown])
    rows = [_latex_row(row) for row in zip(*(texts for _, _, texts in shown))]
    lines = [rf"\begin{{tabular}}{{{kinds}}}", r"\toprule", head, r"\midrule", *rows]
    lines += [r"\bottomrule", r"\end{tabular}"]
    if caption or label:
        named = [rf"\caption{{{latex_text(caption)}}}"] if caption else []
        named += [rf"\label{{{label}}}"] if label else []
        lines = [r"\begin{table}", r"\centering", *named, *lines, r"\end{table}"]
    return "\n".join(lines)


def plain(table: Any) -> str:
    """Return a table as lines of text, for a terminal.

    Examples
    --------
    >>> import pandas as pd
    >>> print(plain(pd.DataFrame({"scenario": ["now", "then"], "lower": [1.0, 0.25]})))
    scenario  lower
    now        1.00
    then       0.25
    """
    shown = [
        [text.rjust(width) if is_number else text.ljust(width) for text in (name, *texts)]
        for name, is_number, texts in columns(table)
        for width in [max(map(len, (name, *texts)))]
    ]
    return "\n".join("  ".join(line).rstrip() for line in zip(*shown))


def _latex_row(texts: Any) -> str:
    return " & ".join(map(latex_text, texts)) + r" \\"


def latex_text(text: str) -> str:
    """Return a text with what LaTeX would read as a command made plain."""
    return "".join(_LATEX.get(sign, sign) for sign in " ".join(text.split()))


def columns(table: Any) -> list[tuple[str, bool, list[str]]]:
    """Return the name of every column that is shown, whether it holds numbers, and its texts."""
    if any(table.index.names):
        table = table.reset_index()
    table = table.rename(columns=str)
    rows, units = _in_units(table.to_dict(orient="records"))
    intervals = {name: ends for name in table if (ends := _interval_of(name, table))}
    hidden = {end for ends in intervals.values() for end in ends}
    found = []
    for name in table:
        is_number = table[name].dtype.kind in "iufb"
        shown = name.replace("_", " ") + (" (90 % interval)" if name in intervals else "")
        if name == "unit":
            texts = units
        elif is_number:
            texts = [_number(row, name, intervals) for row in rows]
        else:
            texts = [str(row[name]) for row in rows]
        if name not in hidden and not _ERRORS.fullmatch(name) and any(texts):
            found.append((shown, is_number, texts))
    return found


def _interval_of(name: str, table: Any) -> tuple[str, str] | None:
    """Return the columns that hold the ends of the interval of a column."""
    own = f"{name}_low", f"{name}_high"
    if set(own) <= set(table):
        return own
    held = [one for one in ("median", "share", "mean") if one in table]
    return ("low", "high") if name in held[:1] and {"low", "high"} <= set(table) else None


def _in_units(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return rows with impacts in the unit that suits all of one unit, and those units."""
    values: dict[str, list[float]] = {}
    for row in rows:
        unit = values.setdefault(row.get("unit", ""), [])
        unit += [v for k, v in row.items() if _is_impact(k, v) and math.isfinite(v)]
    sizes = {unit: scaled(unit, found) for unit, found in values.items()}
    units = [sizes[row.get("unit", "")][1] for row in rows]
    made = [
        {k: v / sizes[row.get("unit", "")][0] if _is_impact(k, v) else v for k, v in row.items()}
        for row in rows
    ]
    return made, units


def _is_impact(name: str, value: Any) -> bool:
    return isinstance(value, (int, float)) and bool(_IN_UNIT.fullmatch(name))


def _number(row: dict[str, Any], name: str, intervals: dict[str, tuple[str, str]]) -> str:
    value = row[name]
    if isinstance(value, (bool, int)):
        return str(value)
    if name == "value":  # as it was given
        return f"{value:,.6g}"
    if _PROBABILITY.fullmatch(name):
        return f"{value:.2f}"
    if name in intervals:
        low, high = (row[end] for end in intervals[name])
        between = f" ({interval(low, high)})" if high > low else ""
        return f"{number(value, high - low)}{between}"
    plain = name in ("mean", "median", "nominal") and {"low", "high"} <= set(row)
    return number(value, row["high"] - row["low"] if plain else 0.0)


FORMATS: dict[str, Callable[[Any], str]] = {"md": markdown, "tex": latex}
"""What writes a table, by the suffix of the file."""
