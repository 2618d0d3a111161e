"""The documentation: generated pages say what they must, code runs, links lead somewhere."""

import doctest
import importlib.util
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import lca
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
    "DrivesByPiece",
    "ElectricityBlend",
    "EnabledSavings",
    "EnergyCredit",
    "FineTuning",
    "Heat",
    "MarketBasedElectricity",
    "MixedDisposal",
    "Rebound",
    "RecycledContent",
    "RecyclingCredit",
    "ReleasedGas",
    "RequestTransfer",
    "ScaledRun",
    "StoppedSearch",
}
"""Stages that only pass on or share what others give, or whose numbers are all one's own: no
figure, hence no source, is theirs."""


def _module(name):
    sys.path.insert(0, str(DOCS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(DOCS))


@pytest.fixture(scope="module")
def generate():
    return _module("generate")


@pytest.fixture(scope="module")
def tree(generate, tmp_path_factory):
    """All pages, those made from declarations too, in a folder of their own."""
    folder = tmp_path_factory.mktemp("docs") / "docs"
    ignored = shutil.ignore_patterns("generated", "_*")
    shutil.copytree(DOCS, folder, ignore=ignored)
    shutil.copytree(DOCS.parent / "notebooks", folder / "tutorial" / "generated")
    generate.write(folder / "reference" / "generated")
    return folder


@pytest.fixture(scope="module")
def made(tree):
    return _texts(tree / "reference" / "generated" / "stages")


def _texts(folder):
    return {page.stem: page.read_text(encoding="utf-8") for page in folder.glob("*.md")}


def _lacks(page):
    """Return what the page of a stage lacks of formula, source and number."""
    amounts = re.findall(r"^\| `\w+` \| [^|]+ \| \$(.+)\$ \|$", page, re.MULTILINE)
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    declared = page.partition("## Inputs")[2]
    lacks = {
        "formula": not amounts or code is None or "yield " not in code[1],
        "source": "(#source-" not in page,
        "number": not re.search(r"\d", "".join(amounts) + declared),
    }
    return {name for name, is_lacking in lacks.items() if is_lacking}


def test_every_stage_has_a_page_with_formula_source_and_number(generate, made):
    lacks = {name: _lacks(made[name]) for name in generate.classes()}
    assert {name for name, found in lacks.items() if found} == BALANCES
    for name in BALANCES:
        assert lacks[name] <= {"source", "number"}, name


def test_a_page_without_formula_source_or_number_is_found(made):
    page = made["Cooling"]
    assert _lacks(page) == set()
    assert _lacks(page.replace("$", "")) == {"formula"}
    assert _lacks(page.replace("yield ", "")) == {"formula"}
    assert _lacks(page.replace("(#source-", "(")) == {"source"}
    assert _lacks(re.sub(r"\d", "", page)) == {"number"}


def test_formulas_are_equations_without_code(generate, made):
    for name in generate.classes():
        formula, _, rest = made[name].partition("## Formula\n")[2].partition("<details>")
        assert not re.search(r"self|lambda|np\.|\(\)|__", formula), name
        assert rest, name


@pytest.mark.parametrize(
    ("stage", "target", "amount"),
    [
        ("Cooling", "electricity", r"\text{PUE} - 1"),
        ("RatedTraining", "electricity", r"\text{IT energy}"),  # inherited
        (
            "Facility",
            "gwp",
            r"\sum_i \frac{\text{plant}_i \cdot \text{redundancy}_i}{\text{lifetime}_i}",
        ),
        ("AcceleratorFromParts", "parts_i", r"\text{counts}_i"),
        ("FineTuning", "base", r"\begin{cases} \frac{1}{\text{reuses}} & \text{if }"),
        (
            "Electricity",
            "wcf",
            r"\begin{cases} \frac{\text{water}}{1 - \text{losses}} & \text{if } "
            r"\text{water} \text{ is given}",
        ),
    ],
)
def test_a_formula_says_what_the_code_does(generate, stage, target, amount):
    lines = generate.formula.read(getattr(lca.stages, stage)).lines
    assert any(line.target == target and line.amount.startswith(amount) for line in lines)


def test_equations_are_drawn_by_the_browser_alone(generate):
    mathml = _module("mathml").mathml
    drawn = mathml(r"\text{idle time} = \frac{a}{b}")
    assert drawn.startswith("<math")
    assert "<mfrac>" in drawn
    assert "mtext" not in drawn  # an operator between texts alone has no space
    for name in generate.classes():
        made = generate.formula.read(getattr(lca.stages, name))
        for text in [
            *(line.amount for line in made.lines),
            *(d.right for d in made.where.values()),
        ]:
            assert "\\" not in mathml(text), text


def test_its_example_is_right(generate):
    assert doctest.testmod(generate.formula) == (0, 4)


def test_what_a_formula_needs_is_defined_below_it(generate):
    where = generate.formula.read(lca.stages.RatedTraining).where
    assert where["it_energy"].right.startswith(r"\text{hours} \cdot \text{rated power}")
    where = generate.formula.read(lca.stages.LogicDie).where
    assert {"wafer_area", "gross_dies", "good", "_negative_binomial"} <= set(where)
    assert where["_negative_binomial"].left.endswith(r"(\text{defects}, \text{clustering})")


def test_figures_offered_are_of_the_same_kind(made):
    assert "`fabrication.logic.gas_95.28nm.act`" in made["LogicDie"]
    assert "component.gpu.memory" not in made["LogicDie"]
    assert "service_life" not in made["InternetTransfer"]
    assert "cooling.approach.tower" in made["TowerCooling"].partition("## Figures")[0]
    assert "## Figures" not in made["TowerCooling"]


def test_the_page_of_a_stage_holds_its_defaults_with_their_sources(made):
    page = made["Cooling"]
    assert "| `pue` |" in page
    assert "lognormal(median=0.516, gsd=1.5).shifted(1)" in page
    assert "(#source-uptime2024)" in page
    assert "yield self.electricity, self.pue - 1" in page


def test_every_table_has_a_page(tree):
    pages = _texts(tree / "reference" / "generated" / "tables")
    assert set(tables.package()) <= set(pages)
    assert "(#source-" in pages["operation_parameters"]


def test_every_published_case_is_on_a_page_with_our_value(tree):
    text = "\n".join(_texts(tree / "reference" / "generated" / "cases").values())
    for case in published.cases().values():
        assert f"(case-{case.id})=" in text
    assert "| published | 50.5 tCO2e |" in text
    assert "| ours | 50.4" in text or "| ours | 50.5" in text


def test_every_public_name_is_on_a_page(tree):
    pages = _texts(tree / "reference" / "generated" / "api")
    for name in lca.__all__:
        one = getattr(lca, name)
        if not inspect.ismodule(one):
            assert f":: lca.{name}\n" in pages["lca"], name
        elif one is not lca.stages:
            _assert_holds(pages[name], one)


def _assert_holds(page, module):
    for name in getattr(module, "__all__", ()):
        one = getattr(module, name)
        path = f"lca.{one.__name__.partition('.')[2]}." if inspect.ismodule(one) else None
        assert f":: {path or f'{module.__name__}.{name}'}" in page, name


def test_every_module_that_pages_use_has_a_page(generate):
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    texts += [path.read_text(encoding="utf-8") for path in DOCS.parent.glob("notebooks/*.py")]
    named = set(re.findall(r"\blca\.([a-z]\w*)\.[a-zA-Z]", "\n".join(texts)))
    modules = {name for name in named if importlib.util.find_spec(f"lca.{name}")}
    assert modules - {"stages"} <= set(generate.MODULES)
    assert {"scenarios", "sensitivity", "interop"} <= set(generate.MODULES)


def test_a_link_that_leads_nowhere_and_a_page_that_needs_the_network_are_found(tmp_path):
    faults = _module("checks").faults
    right = '<a href="b.html#here"><a href="#top" id="top"><a href="https://example.org/x">'
    (tmp_path / "a.html").write_text(right + '<script src="x.js"></script>', encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="here">', encoding="utf-8")
    assert faults(tmp_path) == []
    for wrong, said in {
        '<a href="c.html">': "link to c.html",
        '<a href="b.html#there">': "link to b.html#there",
        '<a href="https:///x">': "link to https:///x",
        '<script src="https://cdn.example.org/maths.js">': "loads https://cdn",
        '<link rel="stylesheet" href="//fonts.example.org/a.css">': "loads //fonts",
    }.items():
        (tmp_path / "b.html").write_text(f'<p id="here">{wrong}', encoding="utf-8")
        (fault,) = faults(tmp_path)
        assert fault.startswith(f"b.html: {said}")


@pytest.mark.parametrize("page", EXPLAINED, ids=lambda page: page.stem)
def test_every_explanation_has_a_formula_a_source_and_a_number(page):
    text = page.read_text(encoding="utf-8")
    assert re.search(r"\$.+?\$", text, re.DOTALL)
    assert re.search(r"\(#(source|stage|table)-", text)
    assert re.search(r"(?<![\w$^{])\d", text)


def test_links_lead_somewhere(tree):
    texts = {page: page.read_text(encoding="utf-8") for page in tree.rglob("*.md")}
    known = set(re.findall(r"^\(([^)\s]+)\)=$", "\n".join(texts.values()), re.MULTILINE))
    assert {f"source-{key}" for key in tables.sources()} <= known
    for page, text in texts.items():
        for link in re.findall(r"\]\(<?([^)\s>]+)>?\)", text):
            if link.startswith("#"):
                assert link[1:] in known, f"{page.name}: {link}"
            elif not link.startswith("http"):
                assert (page.parent / link).is_file(), f"{page.name}: {link}"


def test_links_to_others_are_those_of_the_sources_and_well_formed(tree):
    known = "\n".join(tables.sources().values())
    for page in PAGES:
        for link in re.findall(r"https?://[^\s)>\"']+", page.read_text(encoding="utf-8")):
            assert link in known, f"{page.name}: {link}; cite a source, with its key"
    text = (tree / "reference" / "generated" / "sources.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(<([^>]+)>\)", text)
    assert len(links) > 200
    for link in links:
        assert re.fullmatch(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?(/[^\s<>\"{}|\\^`]*)?", link), link


POWER = ("coal", "nuclear", "hydro", "wind_onshore")

FIRST = {
    "I am new": {
        "how much does one run emit": "50.5 tonnes",
        "where do emissions come from": "Making the hardware",
        "what does a word mean": "Power usage effectiveness",
        "an answer of my own": "life = lca.training_run",
        "why is it an interval": "Why an interval, not a number",
    },
    "I know Brightway": {
        "what are my words called": "technosphere exchange",
        "how does code look": "def exchanges(self)",
        "the same in both": "bw2calc.LCA(",
        "where is ecoinvent": "Databases such as ecoinvent",
        "do results come across": "read_supply",
        "which stages are there": "(LogicDie.md): A logic die that works",
    },
}
"""What a first reader asks, by the heading of the front page, and how the answer begins."""


@pytest.mark.parametrize("reader", FIRST)
def test_a_first_answer_is_two_clicks_from_the_front_page(tree, reader):
    front = (tree / "index.md").read_text(encoding="utf-8")
    (road,) = [
        one for one in re.split(r"^## ", front, flags=re.MULTILINE) if one.startswith(reader)
    ]
    first = _targets(tree / "index.md", road)
    second = {two for one in first for two in _targets(one, one.read_text(encoding="utf-8"))}
    found = "\n".join(page.read_text(encoding="utf-8") for page in first | second)
    for question, answer in FIRST[reader].items():
        assert answer in found, question


def _targets(page, text):
    """Return the pages that a text leads to by one click."""
    links = re.findall(r"\]\(([^)\s#]+)\)", text)
    return {(page.parent / link).resolve() for link in links if not link.startswith("http")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.filterwarnings("ignore::UserWarning")  # of bw2calc, which recommends solvers
def test_code_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some write files
    text = page.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    exec(code, {})
    plt.close("all")
    for number, study in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)):
        path = tmp_path / f"{number}.yaml"
        path.write_text(study, encoding="utf-8")
        assert studyfile.load(path).study.scenarios


def test_the_example_in_brightway_runs(tmp_path, monkeypatch):
    pytest.importorskip("bw2data")
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(tmp_path))
    (code,) = re.findall(r"```py\n(.*?)```", (DOCS / "brightway.md").read_text(), re.DOTALL)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


def test_numbers_that_pages_say_are_those_of_the_package():
    def says(page, *words):
        text = " ".join((DOCS / page).read_text(encoding="utf-8").split())
        return all(word in text for word in words)

    quick = (DOCS.parent / "notebooks" / "01_quickstart.py").read_text(encoding="utf-8")
    names: dict = {"lca": lca}
    exec(quick[quick.index("life = ") : quick.index("print(life)")], names)
    total = lca.simulate(lca.Study(names["life"]), n=8192, seed=1).total("gwp").values / 1000
    low, high = np.quantile(total, [0.05, 0.95])
    assert says("beginners.md", f"between {low:.0f} and {high:.0f} tonnes")
    grams = {one: lca.catalogue.figure(f"technology.{one}.ghg.ar5") for one in POWER}
    coal, nuclear, hydro, wind = (1000 * one.point for one in grams.values())
    assert says("beginners.md", f"{coal:.0f} g", f"{min(wind, nuclear):.0f} to {hydro:.0f} g")
    card = lca.Lifecycle(lca.accelerator_embodied("H100-SXM"), functional_unit="one")
    values = [one.nominal("gwp") for one in card.options("embodied model").values()]
    assert says("explanation/lca_for_ai.md", f"from {min(values):.0f} to {max(values):.0f} kg")
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("training energy, n = 16") : readme.index("In brackets:")]
    said = (DOCS / "explanation" / "calibration.md").read_text(encoding="utf-8")
    held = said[said.index("What came out") : said.index("The README")]
    for share in re.findall(r"in (\d+) %", held):
        assert re.search(rf" {share} \(", table), share
    ratio = re.search(r"mean of 65,536 \| \S+ \S+ \| (\d+)", readme)[1]
    assert says("explanation/sampling.md", f"{ratio} times as many", "in 94 to 96 %")
    assert "of means held it in 94 to 96 %" in readme
