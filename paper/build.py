"""Make the paper: `python paper/build.py` computes every number and figure, and writes the PDF.

The text is `paper.md`: Markdown with fields such as ``{{ need.search }}``, which `results` fills.
A field without a number is an error, and so is a number without a field. Into the folder go
`numbers.json`, the figures, `paper.md` as filled, `paper.typ` and `paper.pdf`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import matplotlib
import results
from shown import Section, Table

from lca import tables
from lca.figures import style

HERE = Path(__file__).resolve().parent

SAMPLES = 8192

LONG = 60
"""Characters from which on a text of a table may be broken."""


class PaperError(ValueError):
    """A field, number or sentence of the paper that does not hold."""


class Fields:
    """What the text may name of a section; keeps what was named."""

    def __init__(self, section: Section) -> None:
        self._known = {
            **section.numbers,
            **section.rows,
            **section.tables,
            **section.figures,
            **section.texts,
            **section.facts,
        }
        self._rows = set(section.rows)
        self._used: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._known:
            raise AttributeError(name)
        self._used.add(name)
        return self._known[name]

    def unused(self) -> set[str]:
        """Return what the text did not name; rows stand in a table anyway."""
        return set(self._known) - self._used - self._rows


def compute(n: int = SAMPLES) -> dict[str, Section]:
    """Return every section's numbers, tables and figures, of `n` samples."""
    return {name: section(n) for name, section in results.SECTIONS.items()}


def numbers(sections: Mapping[str, Section]) -> str:
    """Return all numbers and tables as JSON."""
    made = {
        name: {
            "numbers": {
                key: {"text": str(one), "value": one.value} for key, one in section.numbers.items()
            },
            "tables": {
                key: {title: list(texts) for title, texts in one.columns.items()}
                for key, one in section.tables.items()
            },
        }
        for name, section in sections.items()
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def filled(sections: Mapping[str, Section], text: str) -> str:
    """Return the text with its fields filled.

    Raises
    ------
    PaperError
        If a field has no number, a number no field, or a sentence is no longer true.
    """
    fields = {name: Fields(section) for name, section in sections.items()}
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        comment_start_string="<!--#",
        comment_end_string="#-->",
        trim_blocks=True,
    )
    untrue: list[str] = []
    try:
        made = environment.from_string(text).render(
            **fields,
            table=_table,
            figure=_figure,
            listing=_listing,
            see=lambda kind, name: f"`@{kind}-{name}`{{=typst}}",
            check=lambda holds, what: "" if holds else untrue.append(what) or "",
        )
    except jinja2.UndefinedError as error:
        raise PaperError(f"paper.md: {error}") from error
    unused = [f"{name}.{one}" for name, own in fields.items() for one in sorted(own.unused())]
    if unused:
        raise PaperError(f"paper.md names no {', '.join(unused)}")
    if untrue:
        raise PaperError(f"no longer true: {'; '.join(untrue)}")
    return made.replace(" %", "\u00a0%")


def _table(name: str, shown: Table, caller: Callable[[], str], wide: bool = False) -> str:
    """Return a table with its caption, as Typst with the caption in Markdown."""
    columns = list(shown.columns)
    rows = zip(*shown.columns.values())
    align = ", ".join("left" if one in shown.words else "right" for one in columns)
    cells = [_text(one) for row in rows for one in row]
    head = ", ".join(f"strong({_text(one)})" for one in columns)
    widths = ", ".join(_widths(shown))
    body = f"data-table(columns: ({widths},), align: ({align},), ({head},), ({', '.join(cells)},))"
    return _float("tab", name, body, caller, wide)


def _widths(shown: Table) -> list[str]:
    """Return the width of every column: those of long texts share what the others leave."""
    longest = {one: max(map(len, shown.columns[one])) for one in shown.words}
    wide = [one for one, size in longest.items() if size > LONG] or [max(longest, key=longest.get)]
    return ["1fr" if one in wide else "auto" for one in shown.columns]


def _figure(name: str, _: Any, caller: Callable[[], str], wide: bool = False) -> str:
    """Return a figure with its caption."""
    return _float("fig", name, f'image("{name}.svg", width: 100%)', caller, wide)


def _listing(name: str, code: str, caller: Callable[[], str]) -> str:
    """Return a program with its caption, over both columns."""
    return _float("lst", name, f'raw({_text(code)}, lang: "python", block: true)', caller, True)


def _float(kind: str, name: str, body: str, caller: Callable[[], str], wide: bool) -> str:
    scope = "parent" if wide else "column"
    sort = {"tab": "table", "fig": "image", "lst": "raw"}[kind]
    start = f'#figure({body}, kind: {sort}, placement: auto, scope: "{scope}", caption: ['
    raw = "```{{=typst}}\n{}\n```"
    return "\n\n".join(
        ["", raw.format(start), caller().strip(), raw.format(f"]) <{kind}-{name}>"), ""]
    )


def _text(text: str) -> str:
    """Return a text as a literal of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def draw(sections: Mapping[str, Section], folder: Path) -> None:
    """Save every figure, under the name by which the text names it."""
    for section in sections.values():
        for name, made in section.figures.items():
            ax = made()
            style.save(ax, folder / f"{name}.svg")
            style.close(ax)


def typeset(text: str, folder: Path) -> Path:
    """Write Markdown and its figures as PDF, and return its path."""
    import pypandoc
    import typst

    (folder / "sources.bib").write_text(_bibliography(), encoding="utf-8")
    source = folder / "paper.typ"
    pypandoc.convert_text(
        text,
        "typst-citations",
        format="markdown",
        outputfile=str(source),
        extra_args=[
            "--standalone",
            "--citeproc",
            f"--template={HERE / 'layout.typ'}",
            f"--bibliography={folder / 'sources.bib'}",
            "--metadata=link-citations:true",
            *_released(),
        ],
    )
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    target = folder / "paper.pdf"
    typst.compile(
        str(source), output=str(target), font_paths=[str(fonts)], ignore_system_fonts=True
    )
    return target


def _released() -> list[str]:
    """Return version and date of the package, so that the same sources give the same PDF."""
    from ruamel.yaml import YAML

    said = YAML(typ="safe").load((results.PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    day = said["date-released"]
    written = f"year: {day.year}, month: {day.month}, day: {day.day}"
    return [f"--variable=date:{written}", f"--variable=version:lca4ai {said['version']}, {day}"]


def _bibliography() -> str:
    """Return all sources, without what only the tables say of them."""
    entries = [*tables.sources().values(), (HERE / "paper.bib").read_text(encoding="utf-8")]
    kept = "\n\n".join(entries)
    return re.sub(r"^\s*(note|license)\s*=\s*\{.*\},?\n", "", kept, flags=re.MULTILINE)


def build(folder: Path, n: int = SAMPLES, only_numbers: bool = False) -> Path:
    """Make the paper in a folder, and return the path of what was made last."""
    sections = compute(n)
    text = filled(sections, (HERE / "paper.md").read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "numbers.json").write_text(numbers(sections), encoding="utf-8")
    (folder / "paper.md").write_text(text, encoding="utf-8")
    if only_numbers:
        return folder / "paper.md"
    draw(sections, folder)
    return typeset(text, folder)


def main(arguments: list[str] | None = None) -> None:
    """Make the paper as the command line says."""
    parser = argparse.ArgumentParser(description="Make the paper, with all its numbers.")
    parser.add_argument("-o", "--output", type=Path, default=HERE / "build", help="folder")
    parser.add_argument("-n", type=int, default=SAMPLES, help="samples of each result")
    parser.add_argument("--numbers", action="store_true", help="no figures, and no PDF")
    given = parser.parse_args(arguments)
    print(build(given.output, given.n, given.numbers))


if __name__ == "__main__":
    matplotlib.use("Agg")
    main()
