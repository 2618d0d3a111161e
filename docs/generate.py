"""Write the pages of the reference that follow from declarations; the docs build runs it.

Stages from their slots, tables from `datapackage.json`, published cases from their files, sources
from `sources.bib`. Nothing is written by hand twice, so no page can say other than the code.
"""

from __future__ import annotations

import inspect
import re
import shutil
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lca import catalogue, published, stages, tables
from lca.stage import Slot, Stage

SHOWN = 25
"""Rows of a table that its page shows."""

FITTING = 4
"""Figures of the right unit that a page names for an input without default."""

BESIDE = ("equivalence.", "social_cost.")
"""Figures that stand beside a result and are no inputs of a stage."""

COLUMNS = ("id", "label", "name", "value", "unit", "distribution", "arguments", "source", "year")
"""Columns that the page of a table shows, where the table has them."""


def write(folder: Path) -> None:
    """Write all generated pages into a folder, in place of what was there."""
    made = {"stages": stage_pages(), "tables": table_pages(), "cases": case_pages()}
    for name, pages in made.items():
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
        for page, text in pages.items():
            (folder / name / f"{page}.md").write_text(text, encoding="utf-8")
    (folder / "sources.md").write_text(source_page(), encoding="utf-8")


# Stages


def classes() -> dict[str, type[Stage]]:
    """Return the stages of the library by name."""
    found = {name: getattr(stages, name) for name in stages.__all__}
    return {name: one for name, one in found.items() if inspect.isclass(one)}


def stage_pages() -> dict[str, str]:
    """Return a page for every stage, one for every family, and the list of families."""
    pages = {name: stage_page(name) for name in classes()}
    families: dict[str, list[str]] = defaultdict(list)
    for name in stages.__all__:
        families[getattr(stages, name).__module__.rpartition(".")[2]].append(name)
    for family, names in families.items():
        pages[f"family_{family}"] = _family_page(family, names)
    links = [f"family_{family}" for family in sorted(families)]
    about = (
        "Every stage and every function that makes one, by family. Each page is made from the "
        "declarations of the class: formula, inputs, units, bounds, defaults with their sources."
    )
    pages["index"] = f"# Stages\n\n{about}\n\n" + _toctree(links, depth=2)
    return pages


def _family_page(family: str, names: list[str]) -> str:
    title = family.replace("_", " ").capitalize()
    module = inspect.getmodule(getattr(stages, names[0]))
    about = (inspect.getdoc(module) or "").splitlines()[0]
    made = [name for name in names if name in classes()]
    lines = [f"# {title}", "", _escaped(about), ""]
    lines += [f"* [{name}]({name}.md): {_first_line(getattr(stages, name))}" for name in made]
    calls = [name for name in names if name not in made]
    if calls:
        lines += ["", "## Functions", ""]
        lines += [line for name in calls for line in _directive("autofunction", name)]
    return "\n".join([*lines, "", _toctree(made, hidden=True)])


def stage_page(name: str) -> str:
    """Return the page of one stage: what it is, formula, inputs, defaults, sources, cases."""
    stage = classes()[name]
    phase = (
        "a supply: its impacts belong to whoever uses it" if stage.phase is None else stage.phase
    )
    lines = [f"(stage-{name})=", f"# {name}", "", _first_line(stage), ""]
    lines += [f"**Per** `{stage.per}` · **phase** {phase}", ""]
    lines += ["## What it is", "", *_directive("autoclass", name)]
    lines += ["## Formula, as computed", "", "```python", _formula(stage), "```", ""]
    lines += _suppliers(stage) + _inputs(stage) + _options(stage) + _zeros(stage)
    return "\n".join(lines + _cases_of(name)) + "\n"


def _formula(stage: type[Stage]) -> str:
    """Return the source of the inventory, and of the methods of the stage that it calls."""
    text = textwrap.dedent(inspect.getsource(stage.exchanges)).strip()
    parts, asked = [text], set(re.findall(r"self\.(_\w+|\w+)\b", text))
    for name in sorted(asked - set(stage._slots)):
        called = inspect.getattr_static(stage, name, None)
        called = called.fget if isinstance(called, property) else called
        if inspect.isfunction(called) and called.__module__.startswith("lca.stages"):
            parts.append(textwrap.dedent(inspect.getsource(called)).strip())
    return "\n\n".join(parts)


def _slots(stage: type[Stage], *kinds: str) -> dict[str, Slot]:
    return {name: slot for name, slot in stage._slots.items() if slot.holds in kinds}


def _needed(slot: Slot) -> str:
    return "may be left out" if slot.optional else "needed"


def _suppliers(stage: type[Stage]) -> list[str]:
    found = _slots(stage, "supplier", "suppliers")
    if not found:
        return []
    rows = []
    for name, slot in found.items():
        several = "several, by name" if slot.holds == "suppliers" else "one"
        rows.append([f"`{name}`", _escaped(slot.meaning), f"`{slot.unit}`", several, _needed(slot)])
    return ["## Suppliers", "", *_table(["slot", "what it is", "per", "how many", ""], rows), ""]


def _inputs(stage: type[Stage]) -> list[str]:
    found = _slots(stage, "parameter", "parameters")
    if not found:
        return []
    rows = [_input_row(name, slot) for name, slot in found.items()]
    head = ["input", "what it is", "unit", "bounds", "default", "source"]
    return ["## Inputs", "", *_table(head, rows), "", *_fitting(found)]


def _input_row(name: str, slot: Slot) -> list[str]:
    low, high = ("" if end is None else f"{end:g}" for end in slot.valid)
    default, source = _needed(slot), ""
    if isinstance(slot.default, catalogue.Entry):
        held = slot.default.quantity()
        unit = "" if held.unit in ("", "1") else f" {held.unit}"
        default = f"`{held.distribution.describe()}{unit}` (`{slot.default.key}`)"
        source = cited(held.source)
    elif slot.default is not None:
        default = f"`{slot.default}`"
    return [
        f"`{name}`",
        _escaped(slot.meaning),
        f"`{slot.unit}`",
        f"{low} … {high}",
        default,
        source,
    ]


def _fitting(slots: Mapping[str, Slot]) -> list[str]:
    """Name figures of the tables in the unit of an input that has no default."""
    rows = [
        [f"`{name}`", f"`{row['id']}`", _escaped(row["label"]), _number(row), cited(row["source"])]
        for name, slot in slots.items()
        if slot.default is None
        for row in _figures_in(slot.unit)[:FITTING]
    ]
    if not rows:
        return []
    about = "Inputs without default take your own value, or a figure of the tables such as these:"
    head = ["input", "figure", "what it is", "value", "source"]
    return ["### Figures in these units", "", about, "", *_table(head, rows), ""]


@cache
def _figures_in(unit: str) -> list[dict[str, str]]:
    """Return the figures whose unit is the one asked for; of mere ratios, none."""
    if unit == "1":
        return []
    figures = catalogue._figures().items()
    return [row for key, row in figures if row["unit"] == unit and not key.startswith(BESIDE)]


def _number(row: Mapping[str, str]) -> str:
    return f"{row['value']} {row['unit']}, {row['distribution']} {row['arguments']}".strip()


def _options(stage: type[Stage]) -> list[str]:
    rows = [
        [f"`{name}`", _escaped(slot.meaning), ", ".join(map(str, slot.among)), str(slot.default)]
        for name, slot in _slots(stage, "option").items()
    ]
    head = ["option", "what it decides", "among", "default"]
    return ["## Options", "", *_table(head, rows), ""] if rows else []


def _zeros(stage: type[Stage]) -> list[str]:
    lines = [f"* no `{category}`: {_escaped(why)}" for category, why in stage.zero.items()]
    return ["## What it does not emit", "", *lines, ""] if lines else []


def _cases_of(name: str) -> list[str]:
    rows = [
        [f"[{case.id}](#case-{case.id})", _escaped(case.stated), _value(case), cited(case.source)]
        for case in _cases_by_stage().get(name, [])
    ]
    head = ["case", "what was published", "value", "source"]
    return ["## Published cases made with it", "", *_table(head, rows), ""] if rows else []


@cache
def _cases_by_stage() -> dict[str, list[published.Case]]:
    found: dict[str, list[published.Case]] = defaultdict(list)
    for case in published.cases().values():
        for name in _stages_of(case):
            found[name].append(case)
    return found


def _stages_of(case: published.Case) -> list[str]:
    if case.read is None:
        return []
    lives = case.study().scenarios.values()
    return sorted({type(one).__name__ for life in lives for one in life.stages.values()})


# Tables


def table_pages() -> dict[str, str]:
    """Return a page for every table of `datasets/`, and their list."""
    package = tables.package()
    pages = {name: _table_page(name, about) for name, about in package.items()}
    rows = [
        [f"[{name}]({name}.md)", _escaped(about["title"]), str(len(tables.rows(name)))]
        for name, about in package.items()
    ]
    about = (
        "Every figure stands in one row of one table, with unit, spread, source and locator. "
        "`lca.catalogue` reads them; `lca data search` looks into them."
    )
    listed = "\n".join(_table(["table", "what it holds", "rows"], rows))
    pages["index"] = f"# Tables\n\n{about}\n\n{listed}\n\n" + _toctree(package, hidden=True)
    return pages


def _table_page(name: str, about: Mapping[str, Any]) -> str:
    rows = tables.rows(name)
    fields = [
        [f"`{one['name']}`", one["type"], _escaped(one.get("description", ""))]
        for one in about["schema"]["fields"]
    ]
    lines = [f"(table-{name})=", f"# {_escaped(about['title'])}", ""]
    lines += [f"`datasets/{about['path']}`, {len(rows)} rows, {about['licenses'][0]['name']}.", ""]
    lines += ["## Columns", "", *_table(["column", "type", "meaning"], fields), ""]
    if len(rows) <= 2000:  # of longer tables, hours, rows say nothing one by one
        lines += _first_rows(rows)
    used = sorted({key for row in rows for key in _keys(row.get("source", ""))})
    if used:
        lines += ["## Sources", "", ", ".join(map(cited, used)), ""]
    return "\n".join(lines)


def _first_rows(rows: Iterable[Mapping[str, str]]) -> list[str]:
    rows = list(rows)
    columns = [one for one in COLUMNS if one in rows[0]] or list(rows[0])
    if "value" not in columns:  # facts, as wide as they were published
        columns = list(rows[0])[:8]
    shown = [[_cell(one, row[one]) for one in columns] for row in rows[:SHOWN]]
    many = f"The first {SHOWN} of {len(rows)}." if len(rows) > SHOWN else ""
    return ["## Rows", "", many, "", *_table(columns, shown), ""]


def _cell(column: str, text: str) -> str:
    return cited(text) if column == "source" else _escaped(text)


# Published cases


def case_pages() -> dict[str, str]:
    """Return a page for every source of published cases, and their list."""
    by_source: dict[str, list[published.Case]] = defaultdict(list)
    for case in published.cases().values():
        by_source[case.source].append(case)
    pages = {source: _case_page(source, cases) for source, cases in sorted(by_source.items())}
    rows = [
        [f"[{_short(source)}]({source}.md)", str(len(cases)), str(sum(c.counts for c in cases))]
        for source, cases in sorted(by_source.items())
    ]
    about = (
        "Results of the literature, made again by our own stages from the inputs that their "
        "sources print. Those count that are printed, not fitted and have three inputs or more."
    )
    listed = "\n".join(_table(["source", "cases", "of them count"], rows))
    links = _toctree(sorted(by_source), hidden=True)
    pages["index"] = f"# Published cases\n\n{about}\n\n{listed}\n\n{links}"
    return pages


def _case_page(source: str, cases: list[published.Case]) -> str:
    lines = [f"# {_short(source)}", "", f"Source: {cited(source)}.", ""]
    for case in cases:
        lines += [f"(case-{case.id})=", f"## {case.id}", "", _escaped(case.stated) + ".", ""]
        lines += [*_table(["what", "value"], _case_rows(case)), ""]
        given = _yaml(case)
        lines += ["Inputs as printed:", "", "```yaml", given, "```", ""] if given else []
    return "\n".join(lines)


def _case_rows(case: published.Case) -> list[list[str]]:
    outcome = published.reproduce(case.id)
    rows = [["published", _value(case)], ["where", _escaped(case.locator)]]
    if outcome.ours == outcome.ours:  # not, where no stage can express it
        rows += [["ours", f"{outcome.ours:.6g} {case.unit}"]]
        rows += [["off by", f"{100 * outcome.deviation:+.4f} %"]]
    rows += [["allowed", f"{100 * case.tolerance:.4g} %"], ["origin", case.origin]]
    said = {"fitted": case.fitted, "error repeated": case.as_published, "open": case.open}
    said["note"] = case.note
    return rows + [[name, _escaped(text)] for name, text in said.items() if text]


def _value(case: published.Case) -> str:
    return f"{case.expected:g} {case.unit}"


def _yaml(case: published.Case) -> str:
    import io

    from ruamel.yaml import YAML

    parts = ("preset", "stages", "root", "inputs", "quantities", "scenarios")
    given = {part: getattr(case, part) for part in parts if getattr(case, part)}
    given |= {"with": case.facts} if case.facts else {}
    out = io.StringIO()
    YAML(typ="safe", pure=True).dump(given, out) if given else None
    return out.getvalue().strip()


# Sources


def cited(keys: str) -> str:
    """Return links to the sources that a cell names."""
    known = [f"[{_short(key)}](#source-{key})" for key in _keys(keys)]
    return ", ".join(known) or _escaped(keys)


def _keys(text: str) -> list[str]:
    return [key for key in re.split(r"[;,\s]+", text) if key in tables.sources()]


@cache
def _fields(key: str) -> dict[str, str]:
    found = re.findall(r"^\s*(\w+)\s*=\s*\{(.*)\},?$", tables.sources()[key], flags=re.MULTILINE)
    return {name: re.sub(r"[{}]|\\(?=[&%_$#])", "", text) for name, text in found}


def _short(key: str) -> str:
    fields = _fields(key)
    people = re.split(r"\s+and\s+", fields.get("author", key))
    first = people[0].split(",")[0] if "," in people[0] else people[0]
    others = {1: "", 2: f" and {people[-1].split(',')[0]}"}.get(len(people), " et al.")
    others = " et al." if people[-1] == "others" else others
    return _escaped(f"{first}{others} {fields.get('year', '')}".strip())


def source_page() -> str:
    """Return the page of all sources, from `sources.bib`."""
    lines = ["# Sources", "", "Every figure, formula and case names one of these.", ""]
    for key in sorted(tables.sources()):
        fields = _fields(key)
        link = fields.get("url") or (f"https://doi.org/{fields['doi']}" if "doi" in fields else "")
        title = _escaped(fields.get("title", key))
        people = _escaped(fields.get("author", ""))
        lines += [f"(source-{key})=", f"## {_short(key)}", ""]
        lines += [f"{people}. {f'[{title}](<{link}>)' if link else title}."]
        lines += [_escaped(fields.get("note", "")), f"Key: `{key}`.", ""]
    return "\n".join(lines)


# Text


def _first_line(one: Any) -> str:
    return _escaped((inspect.getdoc(one) or "").splitlines()[0])


def _directive(kind: str, name: str) -> list[str]:
    return ["```{eval-rst}", f".. {kind}:: lca.stages.{name}", "```", ""]


def _toctree(pages: Iterable[str], *, hidden: bool = False, depth: int = 1) -> str:
    options = [":hidden:"] if hidden else [f":maxdepth: {depth}"]
    return "\n".join(["```{toctree}", *options, "", *pages, "```", ""])


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    return lines + [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows
    ]


def _escaped(text: str) -> str:
    """Return a text in which Markdown sees no mark, and which stands on one line."""
    return re.sub(r"([\\*_<>\[\]{}#$~^])", r"\\\1", " ".join(str(text).split())).replace("`", "\\`")
