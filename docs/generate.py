"""Write the pages of the reference that follow from declarations; the docs build runs it.

Stages from their slots, tables from `datapackage.json`, published cases from their files, sources
from `sources.bib`, the API from what modules hold. Nothing is written by hand twice, so no page
can say other than the code.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import formula

import lca
from lca import catalogue, impacts, published, stages, tables
from lca.report import bibliography
from lca.stage import Slot, Stage

SHOWN = 25
"""Rows of a table that its page shows."""

FITTING = 4
"""Figures of the right unit that a page names for an input without default."""

BESIDE = ("equivalence.", "social_cost.")
"""Figures that stand beside a result and are no inputs of a stage."""

BROAD = ("footprint", "carbon", "factor", "intensity")
"""Inputs of many stages, of which the stage says more than the name."""

UNTOLD = ("1", "K")
"""Units that do not tell what a figure is of: ratios, and temperatures beside differences."""

COLUMNS = ("id", "label", "name", "value", "unit", "distribution", "arguments", "source", "year")
"""Columns that the page of a table shows, where the table has them."""

MODULES = (
    "catalogue",
    "scenarios",
    "sensitivity",
    "figures",
    "scheduling",
    "consequences",
    "interop",
    "typeset",
    "report",
    "studyfile",
    "published",
    "reassessment",
    "calibration",
    "atlas",
    "impacts",
)
"""Modules whose public names have a page, in the order in which a study needs them."""

HEADINGS = {
    "lca.quantity": "Quantities",
    "lca.catalogue": "Quantities",
    "lca.stage": "Declaring a stage",
    "typing": "Declaring a stage",
    "lca.lifecycle": "Lifecycles and studies",
    "lca.presets": "Lifecycles and studies",
    "lca.study": "Lifecycles and studies",
    "lca.sampling": "Lifecycles and studies",
    "lca.simulation": "Running, reading, updating",
    "lca.result": "Running, reading, updating",
    "lca.updating": "Running, reading, updating",
    "lca.interop.tracking": "Running, reading, updating",
    "errors": "Errors",
}
"""What the names of `lca` itself are for, by the module that holds them."""


def write(folder: Path) -> None:
    """Write all generated pages into a folder, in place of what was there."""
    made = {"stages": stage_pages(), "tables": table_pages(), "cases": case_pages()}
    made["api"] = api_pages()
    pages = {
        folder / name / f"{page}.md": text for name in made for page, text in made[name].items()
    }
    pages[folder / "sources.md"] = source_page()
    for path in set(folder.rglob("*.md")) - set(pages):
        path.unlink()
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:  # else it is built anew
            path.write_text(text, encoding="utf-8")


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
    listed = []
    for family, names in sorted(families.items()):
        listed += [f"## [{_titled(family)}](family_{family}.md)", "", *_listed(names), ""]
    links = [f"family_{family}" for family in sorted(families)]
    about = (
        "Every stage and every function that makes one, by family. Each page is made from the "
        "declarations of the class: formula, inputs, units, bounds, defaults with their sources."
    )
    pages["index"] = f"# Stages\n\n{about}\n\n" + "\n".join(listed) + _toctree(links)
    return pages


def _titled(family: str) -> str:
    return family.replace("_", " ").capitalize()


def _listed(names: Iterable[str]) -> list[str]:
    """Return links to the stages among some names, each with what it is."""
    made = [name for name in names if name in classes()]
    return [f"* [{name}]({name}.md): {_first_line(getattr(stages, name))}" for name in made]


def _family_page(family: str, names: list[str]) -> str:
    module = inspect.getmodule(getattr(stages, names[0]))
    about = (inspect.getdoc(module) or "").splitlines()[0]
    made = [name for name in names if name in classes()]
    lines = [f"# {_titled(family)}", "", _escaped(about), ""]
    lines += _listed(names)
    calls = [name for name in names if name not in made]
    if calls:
        lines += ["", "## Functions", ""]
        lines += [
            line for name in calls for line in _directive("autofunction", f"lca.stages.{name}")
        ]
    return "\n".join([*lines, "", _toctree(made)])


def stage_page(name: str) -> str:
    """Return the page of one stage: what it is, formula, inputs, defaults, sources, cases."""
    stage = classes()[name]
    phase = (
        "a supply: its impacts belong to whoever uses it" if stage.phase is None else stage.phase
    )
    lines = [f"(stage-{name})=", f"# {name}", "", _first_line(stage), ""]
    lines += [f"**Per** {'one' if stage.per == '1' else f'`{stage.per}`'} · **phase** {phase}", ""]
    lines += ["## What it is", "", *_directive("autoclass", f"lca.stages.{name}")]
    lines += _formula(stage)
    lines += _suppliers(stage) + _inputs(stage) + _options(stage) + _zeros(stage)
    return "\n".join(lines + _cases_of(name)) + "\n"


def _formula(stage: type[Stage]) -> list[str]:
    """Return the inventory as equations, and the code that they were read from."""
    made = formula.read(stage)
    rows = [
        [f"`{line.target}`", _unit_of(stage, line.target), f"${line.amount}$"]
        for line in made.lines
    ]
    head = ["takes or emits", "in", f"for one {stage.per}" if stage.per != "1" else "for one"]
    lines = ["## Formula", "", *_table(head, rows), ""]
    if any("_i" in f"{line.target} {line.amount}" for line in made.lines):
        lines += ["$i$ runs over what is given by name.", ""]
    lines += ["with", ""] if made.where else []
    for one in made.where.values():
        about = [f"{_marked(one.about)}:", ""] if one.about else []
        lines += [*about, "$$", f"{one.left} = {one.right}", "$$", ""]
    code = "\n\n".join(made.code.values())
    shown = ["```{raw} html", "<details><summary>As computed</summary>", "```", ""]
    hidden = ["```{raw} html", "</details>", "```", ""]
    return [*lines, *shown, "```python", code, "```", "", *hidden]


def _unit_of(stage: type[Stage], target: str) -> str:
    slot = stage._slots.get(target.removesuffix("_i"))
    return _unit(slot.unit if slot else impacts.flow_unit(target))


def _unit(unit: str) -> str:
    return f"`{unit}`" if unit else "its own unit"


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
        rows.append([f"`{name}`", _escaped(slot.meaning), _unit(slot.unit), several, _needed(slot)])
    return ["## Suppliers", "", *_table(["slot", "what it is", "per", "how many", ""], rows), ""]


def _inputs(stage: type[Stage]) -> list[str]:
    found = _slots(stage, "parameter", "parameters")
    if not found:
        return []
    rows = [_input_row(name, slot) for name, slot in found.items()]
    head = ["input", "what it is", "unit, bounds", "default", "source"]
    return ["## Inputs", "", *_table(head, rows), "", *_fitting(stage.__name__, found)]


def _input_row(name: str, slot: Slot) -> list[str]:
    default, source = _needed(slot), ""
    if isinstance(slot.default, catalogue.Entry):
        held = slot.default.quantity()
        unit = "" if held.unit in ("", "1") else f" {held.unit}"
        default = f"`{held.distribution.describe()}{unit}` (`{slot.default.key}`)"
        source = cited(held.source)
    elif slot.default is not None:
        default = f"{slot.default:g}" if isinstance(slot.default, float) else f"`{slot.default}`"
    return [
        f"`{name}`",
        _escaped(slot.meaning),
        ", ".join(filter(None, [_unit(slot.unit), _bounds(*slot.valid)])),
        default,
        source,
    ]


def _bounds(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "" if low is high is None else f"≤ {high:g}" if low is None else f"≥ {low:g}"
    return f"{low:g} … {high:g}".replace(" ", "\N{NO-BREAK SPACE}")


def _fitting(stage: str, slots: Mapping[str, Slot]) -> list[str]:
    """Name figures of the tables that fit an input which has no default."""
    rows = [
        [f"`{name}`", f"`{row['id']}`", _escaped(row["label"]), _number(row), cited(row["source"])]
        for name, slot in slots.items()
        if slot.default is None
        for row in _figures_for(stage if slot.holds == "parameter" else "", name, slot.unit)[
            :FITTING
        ]
    ]
    if not rows:
        return []
    about = "Inputs without default take your own value, or a figure of the tables such as these:"
    head = ["input", "figure", "what it is", "value", "source"]
    return ["### Figures that fit", "", about, "", *_table(head, rows), ""]


@cache
def _figures_for(stage: str, name: str, unit: str) -> list[dict[str, str]]:
    """Return the figures in a unit that are called like an input, or like its stage."""
    rows = [] if unit in UNTOLD else list(catalogue._figures().values())
    rows = [row for row in rows if row["unit"] == unit and not row["id"].startswith(BESIDE)]
    words = [rf"\b{word[:5]}" for word in name.split("_") if word not in ("per", "of", "at")]
    called = re.findall(r"[A-Z][a-z]+", stage) if name in BROAD else []
    return [
        row for row in rows if all(re.search(word, _told(row, "id", "label")) for word in words)
    ] or [row for row in rows if any(word.lower() in _told(row, "id") for word in called)]


def _told(row: Mapping[str, str], *columns: str) -> str:
    return " ".join(row[column] for column in columns).replace("_", " ")


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
    by_source: dict[str, list[published.Case]] = defaultdict(list)
    for case in _cases_by_stage().get(name, []):
        by_source[case.source].append(case)
    rows = [
        [cited(source), ", ".join(f"[{case.id}](#case-{case.id})" for case in cases)]
        for source, cases in by_source.items()
    ]
    head = ["source", "cases"]
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
    pages["index"] = f"# Tables\n\n{about}\n\n{listed}\n\n" + _toctree(package)
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
    links = _toctree(sorted(by_source))
    pages["index"] = f"# Published cases\n\n{about}\n\n{listed}\n\n{links}"
    return pages


def _case_page(source: str, cases: list[published.Case]) -> str:
    lines = [f"# {_short(source)}", "", f"{_field(source, 'title')} ({cited(source)}).", ""]
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


@cache
def sources() -> dict[str, str]:
    """Return the BibTeX entry of every source: of figures, and of methods that pages cite."""
    text = (Path(__file__).parent / "methods.bib").read_text(encoding="utf-8")
    found = re.findall(r"^@\w+\{(\S+?),.*?^\}", text, flags=re.MULTILINE | re.DOTALL)
    entries = text.strip().split("\n\n")
    return tables.sources() | dict(zip(found, entries, strict=True))


def cited(keys: str) -> str:
    """Return links to the sources that a cell names."""
    known = [f"[{_short(key)}](#source-{key})" for key in _keys(keys)]
    return ", ".join(known) or _escaped(keys)


def _keys(text: str) -> list[str]:
    return [key for key in re.split(r"[;,\s]+", text) if key in sources()]


def _field(key: str, name: str) -> str:
    return _escaped(bibliography.plain(bibliography.field(sources()[key], name)))


@cache
def _names() -> dict[str, str]:
    return bibliography.author_years(sources())


def _short(key: str) -> str:
    return _escaped(_names()[key])


def source_page() -> str:
    """Return the page of all sources, from `sources.bib`."""
    lines = ["# Sources", "", "Every figure, formula and case names one of these.", ""]
    for key in sorted(sources(), key=lambda key: (_short(key).lower(), key)):
        link, title = bibliography.link(sources()[key]), _field(key, "title")
        people = _field(key, "author").removesuffix(".")
        lines += [f"(source-{key})=", f"## {_short(key)}", ""]
        lines += [f"{people}. {f'[{title}](<{link}>)' if link else title}."]
        lines += [_field(key, "note"), f"Key: `{key}`.", ""]
    return "\n".join(lines)


# API


def api_pages() -> dict[str, str]:
    """Return a page for `lca` itself and for every module, and their list."""
    pages = {"lca": _api_page("lca", lca, _top())}
    for name in MODULES:
        module = importlib.import_module(f"lca.{name}")
        pages[name] = _api_page(f"lca.{name}", module, _inside(module))
    rows = [
        [f"[lca.{name}]({name}.md)", _first_line(importlib.import_module(f"lca.{name}"))]
        for name in MODULES
    ]
    rows = [["[lca](lca.md)", _first_line(lca)], *rows]
    stages_ = "[pages of their own](../stages/index.md)"
    about = f"Everything public, from its docstrings. Stages have {stages_}."
    listed = "\n".join(_table(["module", "what it holds"], rows))
    pages["index"] = f"# API\n\n{about}\n\n{listed}\n\n" + _toctree(["lca", *MODULES])
    return pages


def _top() -> dict[str, list[str]]:
    """Return the names of `lca` itself by what they are for."""
    found: dict[str, list[str]] = {heading: [] for heading in dict.fromkeys(HEADINGS.values())}
    for name in lca.__all__:
        one = getattr(lca, name)
        if inspect.isclass(one) and issubclass(one, Exception):
            found["Errors"].append(f"lca.{name}")
        elif not inspect.ismodule(one):
            found[HEADINGS[one.__module__]].append(f"lca.{name}")
    return found


def _inside(module: ModuleType) -> dict[str, list[str]]:
    """Return the public names of a module, and of the modules that it offers."""
    offered = getattr(module, "__all__", None) or [
        name
        for name, one in vars(module).items()
        if not name.startswith("_") and getattr(one, "__module__", "") == module.__name__
    ]
    found: dict[str, list[str]] = {"": []}
    for name in offered:
        one = getattr(module, name)
        if inspect.ismodule(one):
            found[_first_line(one).rstrip(".")] = [*chain(*_inside(one).values())]
        elif callable(one):
            found[""].append(f"{module.__name__}.{name}")
    return {title: names for title, names in found.items() if names}


def _api_page(title: str, module: ModuleType, groups: Mapping[str, list[str]]) -> str:
    lines = [f"# {title}", "", *_directive("automodule", title, members=False)]
    for heading, names in groups.items():
        lines += [f"## {heading}", ""] if heading else []
        lines += [*_table(["name", "what it is"], [_api_row(name) for name in names]), ""]
        for name in names:
            kind = _kind(_named(name))
            lines += _directive(kind, name, members=kind == "autoclass")
    return "\n".join(lines)


def _named(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _kind(one: Any) -> str:
    if one is Any:
        return "autodata"
    return "autoclass" if inspect.isclass(one) else "autofunction"


def _api_row(name: str) -> list[str]:
    return [f"{{py:obj}}`~{name}`", _first_line(_named(name))]


# Text


def _first_line(one: Any) -> str:
    """Return the first sentence of a docstring, its code kept."""
    paragraph = (inspect.getdoc(one) or "").split("\n\n")[0]
    sentence = re.split(r"(?<=[.?])(?<!al\.)\s(?=[A-Z])", " ".join(paragraph.split()))[0]
    parts = re.split(r"`+([^`]+)`+", sentence)
    return "".join(f"`{part}`" if i % 2 else _marked(part) for i, part in enumerate(parts))


def _directive(kind: str, name: str, *, members: bool = False) -> list[str]:
    options = ["   :members:"] if members else []
    return ["```{eval-rst}", f".. {kind}:: {name}", *options, "```", ""]


def _toctree(pages: Iterable[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", "", *pages, "```", ""])


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    return lines + [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows
    ]


def _escaped(text: str) -> str:
    """Return a text in which Markdown sees no mark, and which stands on one line."""
    return _marked(" ".join(str(text).split()))


def _marked(text: str) -> str:
    return re.sub(r"([\\`*_<>\[\]{}#$~^])", r"\\\1", text)
