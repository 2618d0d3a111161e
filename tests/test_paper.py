"""The paper: every number is computed, every field filled, and a changed factor changes it."""

import doctest
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from lca import tables

PAPER = Path(__file__).parent.parent / "paper"
TEXT = (PAPER / "paper.md").read_text(encoding="utf-8")
FEW = 256  # samples

FIELD = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
"""What a number or the text around a table stands in."""

MARKUP = [
    r"\$\$.*?\$\$",  # equations
    r"\$[^$\n]*\$",
    r"```.*?```",  # Typst
    r"@\w+",  # citations
    r"\{#[\w-]+\}",
]

NAMES = [
    "CO~2~e",
    "AR6",
    "ISO 14040",
    "H100",
    "GPT-3",
    "lca4ai",
    "CC BY 4.0",
    "BSD 3-Clause",
    "bw2calc",
]
"""Digits that are no results."""

COUNTED = {"three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozen", "twice"}
"""Words that would be results."""


@pytest.fixture(scope="module")
def build():
    sys.path.insert(0, str(PAPER))
    yield importlib.import_module("build")
    sys.path.remove(str(PAPER))


@cache
def _sections(build):
    return build.compute(FEW)


def _typed(text):
    """Return what is left of the text without fields, markup and names."""
    for pattern in (FIELD, *(re.compile(one, re.DOTALL) for one in MARKUP)):
        text = pattern.sub(" ", text)
    for name in NAMES:
        text = text.replace(name, " ")
    return text


def test_no_number_is_typed():
    left = _typed(TEXT)
    assert re.findall(r".{0,30}\d.{0,30}", left) == []
    words = re.findall(r"[a-z]+", left.lower())
    assert set(words) & COUNTED == set()
    for field in FIELD.findall(TEXT):
        assert not re.search(r"(?<![\w.])\d", field), field
        quoted = [one for one in re.findall(r'"([^"]*)"', field) if re.search(r"\d", one)]
        assert quoted == [], field


def test_a_typed_number_would_be_found():
    assert "72" in _typed("of {{ a.b }} cases 72 come out [@you2025]")
    assert "31" in _typed(TEXT.replace("{{ calibration.training_energy.held }}", "31"))


def test_every_field_has_a_number_and_every_number_a_field(build):
    sections = _sections(build)
    filled = build.filled(sections, TEXT)
    assert "{{" not in re.sub(r"```\{=typst\}.*?```", "", filled, flags=re.DOTALL)
    with pytest.raises(build.PaperError, match=r"has no attribute 'serch'"):
        build.filled(sections, TEXT.replace("need.search }}", "need.serch }}", 1))
    short = TEXT.replace("{{ need.runs }}", "some")
    with pytest.raises(build.PaperError, match=r"paper.md names no need.runs$"):
        build.filled(sections, short)
    false = TEXT + '{{ check(need.runs.value < need.runs.value, "few runs") }}'
    with pytest.raises(build.PaperError, match="no longer true: few runs"):
        build.filled(sections, false)


def test_every_work_that_is_cited_is_known(build):
    cited = set(re.findall(r"@([a-z]\w+)", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)))
    own = set(re.findall(r"^@\w+\{(\w+),", (PAPER / "paper.bib").read_text(), re.MULTILINE))
    assert cited <= own | set(tables.sources())
    assert own <= cited
    assert not own & set(tables.sources())


def test_examples_of_how_numbers_are_shown_run(build):
    found = doctest.testmod(importlib.import_module("shown"))
    assert found.attempted > 2
    assert found.failed == 0


COMPUTE = """
import sys
sys.path.insert(0, sys.argv[1])
import build
few, names = int(sys.argv[2]), sys.argv[3:]
print(build.numbers({name: build.results.SECTIONS[name](few) for name in names}))
"""


def test_a_changed_factor_changes_what_follows_from_it_and_nothing_else(build, tmp_path):
    changed = tmp_path / "datasets"
    shutil.copytree(tables.root(), changed)
    annual = changed / "electricity" / "annual.csv"
    row = 'electricity.FR.2023,"Electricity generation, France, 2023",0.05'
    text = annual.read_text(encoding="utf-8")
    assert text.count(row) == 1
    annual.write_text(text.replace(row, f"{row[:-1]}6"), encoding="utf-8")
    environment = os.environ | {"LCA_DATASETS": str(changed)}
    record = [sys.executable, "-c", "from lca import tables; tables.record()"]
    subprocess.run(record, check=True, env=environment)

    asked = ["need", "method", "decides", "crossing", "models"]
    command = [sys.executable, "-c", COMPUTE, str(PAPER), str(FEW), *asked]
    made = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    sections = _sections(build)
    before, after = json.loads(build.numbers(sections)), json.loads(made.stdout)
    assert {name for name in asked if before[name] != after[name]} == {"decides", "models"}
    total = [one["decides"]["tables"]["inputs"]["total"] for one in (before, after)]
    places = before["decides"]["tables"]["inputs"]["case"]
    moved = {place for place, *both in zip(places, *total) if both[0] != both[1]}
    assert moved == {"France", "France, final run alone"}
    assert all(text in build.filled(sections, TEXT) for text in total[0])


def test_it_is_typeset_where_its_tools_are(build, tmp_path):
    pytest.importorskip("pypandoc")
    pytest.importorskip("typst")
    sections = _sections(build)
    build.draw(sections, tmp_path)
    text = build.filled(sections, TEXT)
    once = build.typeset(text, tmp_path).read_bytes()
    assert once.startswith(b"%PDF")
    assert build.typeset(text, tmp_path).read_bytes() == once
    source = (tmp_path / "paper.typ").read_text(encoding="utf-8")
    assert "???" not in source  # what citeproc writes for a work that is unknown
