"""The methods paragraph says what the result holds, and cites what it rests on."""

import re

import pytest

import lca
from lca import report
from lca.report.bibliography import author_years, entries, field
from lca.report.paragraph import Citation, paragraph


@pytest.fixture(scope="module")
def result():
    life = lca.training_run(
        accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", year=2022,
        development="excluded",
    )  # fmt: skip
    hostile = life.replace({"grid.intensity": lca.catalogue.region("PL", 2022).intensity})
    study = lca.Study({"France": life, "100 % of R&D_x [*]": hostile})
    return lca.simulate(study, n=256, seed=7)


def test_it_says_what_was_assessed_and_how(result):
    said = " ".join(one for one in paragraph(result) if isinstance(one, str))
    for words in (
        "We assessed one trained model (the functional unit) with lca4ai",
        "no critical review was made",
        "Compared are 2 scenarios",
        "The boundary holds manufacturing, transport, operation, overhead and disposal, in 8 unit",
        "facility, storage and network are outside",
        "Electricity is location-based",
        "totals of water consumed are partial",
        "factor set AR6",
        "256 samples from 8 scrambled Sobol nets (seed 7)",
        "differences are paired",
    ):
        assert words in said
    varies = [name for name in result.info["drawn"] if not name.startswith("common factor ")]
    count = sum(not name.startswith("common factor ") for name in result.inputs.index)
    assert f"Of {count} inputs, {len(varies)} are distributions" in said
    judged = sum(row["source"] == "judgement" for row in result.manifest["inputs"])
    assert f"On judgement alone rest {judged} inputs" in said


def test_latex_cites_keys_that_the_bibliography_holds(result):
    text, known = report.methods(result, form="latex"), report.sources(result)
    keys = [key for found in re.findall(r"\\cite\{(.*?)\}", text) for key in found.split(",")]
    assert {"ipcc_ar6_wg1_ch7", "ember_owid"} <= set(keys)
    assert all(re.search(rf"@\w+\{{{key},", known) for key in keys)
    assert len(re.findall(r"^@", known, re.M)) == len(keys)
    assert "judgement" not in keys
    assert r"“100 \% of R\&D\_x [*]”" in text
    bare = re.sub(r"\\cite\{.*?\}", "", text)
    assert not re.search(r"(?<!\\)[%&_#]", bare)


def test_markdown_cites_by_author_and_year_with_links(result):
    text = report.methods(result)
    assert "([Forster et al. 2021](https://doi.org/10.1017/9781009157896.009))" in text
    assert "Department for Energy Security and Net Zero 2025" in text
    assert r"“100 % of R&D\_x \[\*\]”" in text
    assert "  " not in text


def test_a_form_that_is_not_there(result):
    with pytest.raises(ValueError, match="form = 'latx'; did you mean 'latex'"):
        report.methods(result, form="latx")


def test_entries_of_one_author_and_year_get_letters():
    entry = "@misc{{{}, author = {{Ray, A. and Bo{{\\'e}}, C.}}, year = {{2020}}}}"
    names = author_years({"a": entry.format("a"), "b": entry.format("b")})
    assert names == {"a": "Ray and Boé 2020a", "b": "Ray and Boé 2020b"}


def test_every_source_on_record_has_a_name_and_a_year():
    names = author_years(lca.tables.sources())
    assert all(re.fullmatch(r"[^{}\\]+ (\d{4}|n\.d\.)[a-z]?", name) for name in names.values()), [
        name for name in names.values() if not re.fullmatch(r"[^{}\\]+ (\d{4}|n\.d\.)[a-z]?", name)
    ]
    assert len(set(names.values())) == len(names)


def test_a_field_ends_at_its_own_brace():
    assert field("@misc{x, title = {A {B} C}, year = {2020}}", "title") == "A {B} C"
    assert field("@misc{x, year = {2020}}", "doi") == ""


def test_all_that_is_cited_stands_in_the_bibliography(result):
    keys = {key for one in paragraph(result) if isinstance(one, Citation) for key in one.keys}
    assert keys <= set(entries(result))


def test_an_input_that_varies_by_a_shared_factor_alone_is_a_distribution():
    shared = lca.lognormal(median=0.05, gsd=1.2, unit="kgCO2e/kWh", common="the grid", share=1.0)
    grid = lca.stages.Electricity(name="grid", intensity=shared, losses=0.0)
    made = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), n=256)
    assert "Of 2 inputs, 1 is a distribution (1 fact not well known)" in report.methods(made)
