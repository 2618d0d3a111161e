"""The documentation: generated pages say what they must, code runs, links lead somewhere."""

import importlib.util
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from lca import published, studyfile, tables

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(p for p in DOCS.rglob("*.md") if not {"generated", "_build"} & set(p.parts))
EXPLAINED = [page for page in PAGES if page.parent.name == "explanation" and page.stem != "index"]

BALANCES = {
    "AcceleratorFromParts",
    "Assembly",
    "AvoidedHeat",
    "BoardFromParts",
    "CircularMaterial",
    "Compression",
    "ConnectedAccelerator",
    "ContainedMetals",
    "ElectricityBlend",
    "EnergyCredit",
    "FineTuning",
    "MixedDisposal",
    "Rebound",
    "RecycledContent",
    "RecyclingCredit",
    "ReleasedGas",
    "RequestTransfer",
    "StoppedSearch",
}
"""Stages that only pass on or share what others give: no figure, hence no source, is theirs."""


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(generate):
    return generate.stage_pages()


def test_every_stage_has_a_page_with_formula_source_and_number(generate, made):
    without = set()
    for name in generate.classes():
        page = made[name]
        formula = re.search(r"```python\n(.*?)```", page, re.DOTALL)
        assert formula is not None, name
        assert "yield " in formula[1], name
        bounds = "## Suppliers" not in page or "## Inputs" in page
        assert re.search(r"\d", page.split("## Formula")[1]) or not bounds, name
        if "(#source-" not in page:
            without.add(name)
    assert without == BALANCES


def test_the_page_of_a_stage_holds_its_defaults_with_their_sources(made):
    page = made["Cooling"]
    assert "| `pue` |" in page
    assert "lognormal(median=0.516, gsd=1.5).shifted(1)" in page
    assert "(#source-uptime2024)" in page
    assert "yield self.electricity, self.pue - 1" in page


def test_every_table_has_a_page(generate):
    pages = generate.table_pages()
    assert set(tables.package()) <= set(pages)
    assert "(#source-" in pages["operation_parameters"]


def test_every_published_case_is_on_a_page_with_our_value(generate):
    text = "\n".join(generate.case_pages().values())
    for case in published.cases().values():
        assert f"(case-{case.id})=" in text
    assert "| published | 50.5 tCO2e |" in text
    assert "| ours | 50.4" in text or "| ours | 50.5" in text


@pytest.mark.parametrize("page", EXPLAINED, ids=lambda page: page.stem)
def test_every_explanation_has_a_formula_a_source_and_a_number(page):
    text = page.read_text(encoding="utf-8")
    assert re.search(r"\$.+?\$", text, re.DOTALL)
    assert re.search(r"\(#(source|stage|table)-", text)
    assert re.search(r"(?<![\w$^{])\d", text)


def test_links_lead_somewhere(generate, made):
    stages_, sources = set(generate.classes()), set(tables.sources())
    known = {f"stage-{name}" for name in stages_} | {f"source-{key}" for key in sources}
    known |= {f"table-{name}" for name in tables.package()}
    known |= {f"case-{name}" for name in published.cases()}
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    for page, text in texts.items():
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if link.startswith("#"):
                assert link[1:] in known, f"{page.name}: {link}"
            elif not link.startswith("http"):
                _assert_leads(page, link.partition("#")[0])
    for name, text in made.items():
        for link in re.findall(r"\]\(#([^)\s]+)\)", text):
            assert link in known, f"{name}: {link}"


def _assert_leads(page, link):
    target = (page.parent / link).resolve()
    inside = target.relative_to(DOCS.resolve())
    if inside.parts[:2] == ("tutorial", "generated"):
        target = DOCS.parent / "notebooks" / target.name
    elif "generated" in inside.parts:
        assert re.search(r"(stages|tables|cases)/\w+\.md$|sources\.md$", str(inside)), link
        return
    assert target.is_file(), f"{page.name}: {link}"


def test_a_first_answer_is_two_clicks_from_the_front_page():
    front = (DOCS / "index.md").read_text(encoding="utf-8")
    roads = re.split(r"^## ", front, flags=re.MULTILINE)
    for road in ("I am new", "I know Brightway"):
        (text,) = [one for one in roads if one.startswith(road)]
        assert "tutorial/generated/01_quickstart.ipynb" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_code_of_a_page_runs(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    exec(code, {})
    plt.close("all")
    for number, study in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)):
        path = tmp_path / f"{number}.yaml"
        path.write_text(study, encoding="utf-8")
        assert studyfile.load(path).study.scenarios
