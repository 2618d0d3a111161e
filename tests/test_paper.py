"""The paper: every number is computed, every field filled, and a changed factor changes it."""

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

NAMES = ["CO~2~e", "ISO 14040", "H100", "GPT-3", "lca4ai", "CC BY 4.0", "BSD 3-Clause", "bw2calc"]
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


def _run(folder, **environment):
    command = [sys.executable, PAPER / "build.py", "--numbers", "-n", str(FEW), "-o", folder]
    subprocess.run(command, check=True, env=os.environ | environment, capture_output=True)
    return [(folder / name).read_text(encoding="utf-8") for name in ("numbers.json", "paper.md")]


def test_another_run_gives_the_same_and_a_changed_factor_another_paper(build, tmp_path):
    sections = _sections(build)
    expected = [build.numbers(sections), build.filled(sections, TEXT)]
    assert _run(tmp_path / "again") == expected

    changed = tmp_path / "datasets"
    shutil.copytree(tables.root(), changed)
    annual = changed / "electricity" / "annual.csv"
    row = 'electricity.FR.2023,"Electricity generation, France, 2023",0.05'
    assert annual.read_text(encoding="utf-8").count(row) == 1
    annual.write_text(annual.read_text(encoding="utf-8").replace(row, row[:-1] + "6"), "utf-8")
    environment = {"LCA_DATASETS": str(changed)}
    subprocess.run([sys.executable, "-m", "lca.tables"], check=True, env=os.environ | environment)

    found, text = _run(tmp_path / "changed", **environment)
    assert text != expected[1]
    before, after = json.loads(expected[0]), json.loads(found)
    differing = {name for name in before if before[name] != after[name]}
    assert {"decides", "models"} <= differing
    assert "reproduction" not in differing


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
