"""The report: one file, whole or not at all, that says everything and asks for nothing."""

import html.parser
import itertools
import re

import jinja2
import numpy as np
import pytest
from matplotlib import pyplot

import lca
from lca import report
from lca.figures.style import interval, number
from lca.report.switches import functional_units

VOID = {"meta", "br", "link", "img"}


class Page(html.parser.HTMLParser):
    """What a browser would see: elements, attributes and text."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = [], [], [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["script"]:  # what it holds is shown by a browser only
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def values(self, name):
        return [value for _, key, value in self.attributes if key == name]


@pytest.fixture(scope="module")
def result(life):
    scenarios = {
        "France": life,
        "<b>Poland</b> & co": life.replace(
            {"grid.intensity": lca.catalogue.region("PL", 2022).intensity}
        ),
    }
    return lca.simulate(lca.Study(scenarios, name="two grids"), n=512, seed=3)


PUBLISHED = {
    "value": 24.69,
    "unit": "tCO2e",
    "category": "gwp",
    "scenario": "France",
    "label": "Luccioni et al.",
    "source": "luccioni2023",
}


@pytest.fixture(scope="module")
def source(result, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    report.write(
        result,
        path,
        title="<script>alert(1)</script>",
        published=PUBLISHED,
        description="About <i>this</i>.\n\nAnd that.",
    )
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


def test_texts_of_the_study_stay_texts(source, page):
    assert source.count("<script") == 2  # the data and the script of the page
    assert "<i>" not in source
    assert "<b>" not in source
    assert ("title", {}) in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert "About <i>this</i>." in page.text
    assert "<b>Poland</b> & co" in page.text


def test_nothing_is_fetched(source, page):
    assert not page.values("src")
    assert not {"link", "img", "iframe", "object", "image"} & {t for t, _ in page.tags}
    assert "@import" not in source
    assert not re.search(r"url\((?!#)", source)
    for tag, name, value in page.attributes:
        if name in ("href", "xlink:href"):
            is_link = tag == "a" and value.startswith("https://")
            assert is_link or value.startswith("#"), f"{tag} {name}={value}"


def test_ids_are_unique_and_links_lead_somewhere(page):
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for name in ("href", "xlink:href"):
        for target in page.values(name):
            assert not target.startswith("#") or target[1:] in ids
    for target in page.values("aria-labelledby"):
        assert target in ids
    clips = [re.search(r"url\(#(.+?)\)", v)[1] for v in page.values("clip-path")]
    assert set(clips) <= set(ids)


def test_headings_are_in_order_and_table_headers_have_a_scope(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")
    assert ("html", {"lang": "en"}) in page.tags


def test_figures_have_a_name_for_those_who_cannot_see_them(page):
    roots = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert [one["role"] for one in roots] == ["img"] * 4  # one of them of differences
    assert "distribution of the total, for France" in page.text
    assert "shares of the total, for France" in page.text


def test_it_names_every_scenario_input_stage_source_and_dataset(result, page):
    for scenario in result.scenarios:
        assert scenario in page.text
    for label, row in result.inputs.iterrows():
        assert label in page.text
        assert " ".join(row["distribution"].split()) in page.text
    for stage in result.info["stages"]:
        assert stage in page.text
    for key, entry in result.info["bibliography"].items():
        assert f"source-{key}" in page.values("id")
        assert " ".join(entry.split()) in page.text
    for name, digest in result.manifest["datasets"].items():
        assert name in page.text
        assert digest in page.text
    for tree in result.info["trees"].values():
        assert " ".join(tree.split()) in page.text


def test_it_says_what_a_number_is_of(page):
    for words in (
        "one trained model",
        "AR6",
        "Offsets are never subtracted",
        "location-based",
        "512, seed 3, sobol in 8 independent nets",
        "Luccioni et al.: 24.69 tCO2e",
        "partial: without grid",
    ):
        assert words in page.text


def test_totals_are_those_of_the_samples(result, page):
    for scenario in result.scenarios:
        samples = result.total("gwp").sel(scenario=scenario).to_numpy() / 1000
        low, high = np.quantile(samples, [0.05, 0.95])
        mean, median = number(samples.mean(), high - low), number(np.median(samples), high - low)
        shown = " ".join([mean, median, interval(low, high)])
        assert f"{scenario} Global warming potential over 100 years t CO2e" in page.text
        assert shown in page.text


def test_numbers_have_the_digits_they_support(source):
    body = re.sub(r"<svg.*?</svg>|<pre>.*?</pre>|<style>.*?</style>", "", source, flags=re.DOTALL)
    cells = re.findall(r'<td class="n">([^<]*)</td>', body)
    assert cells
    assert not [cell for cell in cells if re.search(r"\d\.\d{5,}|\d{7,}", cell)]


def test_what_no_stage_reports_is_not_zero(page):
    assert "accelerator manufacturing not reported partial: without accelerator" in page.text


def test_the_comparison_says_what_is_paired(result, page):
    row = result.compare().query("category == 'gwp'").iloc[0]
    assert "Comparison with “France”" in page.text
    assert row["paired"] in page.text
    assert row["unpaired"] in page.text
    low, high = row["difference_low"] / 1000, row["difference_high"] / 1000
    shown = f"{number(row['difference'] / 1000, high - low)} {interval(low, high)}"
    assert shown in page.text


def test_one_scenario_has_nothing_to_compare(life, tmp_path):
    path = tmp_path / "one.html"
    report.write(lca.simulate(life, n=256, seed=1), path)
    page = Page(path.read_text(encoding="utf-8"))
    assert "There is one scenario, so there is nothing to compare." in page.text
    assert "Lifecycle of one trained model" in page.text


def test_scenarios_that_cover_different_stages_are_not_compared(life, tmp_path):
    result = lca.simulate(lca.Study({"all": life, "half": life}), n=256, seed=1)
    result.info["missing"]["half"] = {c: ["grid"] for c in result.categories}
    report.write(result, tmp_path / "half.html")
    page = Page((tmp_path / "half.html").read_text(encoding="utf-8"))
    assert "Nothing can be compared: coverage differs" in page.text
    result.info["missing"]["half"]["gwp"] = []
    report.write(result, tmp_path / "half.html")
    page = Page((tmp_path / "half.html").read_text(encoding="utf-8"))
    assert "Left out, because the scenarios do not cover the same stages" in page.text


def test_a_result_without_gwp_is_reported_too(tmp_path):
    class Pump(lca.Stage):
        """Water pumped."""

        per = "1"
        phase = "operation"
        water: lca.Number = lca.parameter("L", "water", default=lca.uniform(low=1, high=2))

        def exchanges(self):
            yield "wcf", self.water

    report.write(lca.simulate(lca.Lifecycle(Pump()), n=256, seed=1), tmp_path / "water.html")
    assert "Water consumed" in (tmp_path / "water.html").read_text(encoding="utf-8")


def test_the_same_result_gives_the_same_page(result, tmp_path):
    for name in ("one.html", "two.html"):
        report.write(result, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_no_figure_stays_open(result, tmp_path):
    pyplot.close("all")
    report.write(result, tmp_path / "report.html")
    assert not pyplot.get_fignums()


def test_functional_units_come_from_amount_and_unit(result, grid_class):
    assert functional_units(result, {}) == {"one trained model": 1}
    grid = grid_class(name="grid", intensity=0.05)
    life = lca.Lifecycle(grid, amount=1500, functional_unit="electricity of a day")
    units = functional_units(lca.simulate(life, n=8), {"electricity of a week": 7})
    assert units == {
        "electricity of a day": 1,
        "1/1,500 × electricity of a day": 1 / 1500,
        "1,000 × electricity of a day": 1000,
        "1,000,000 × electricity of a day": 1_000_000,
        "electricity of a week": 7,
    }


@pytest.mark.parametrize(
    ("per", "message"),
    [
        ({"nothing": 0}, "per: 'nothing' is 0 functional units; give more than 0"),
        ({"all": float("inf")}, "per: 'all' = inf is not finite"),
        ({"all": True}, "per: 'all'"),
        ({" ": 2}, "per: a functional unit without words"),
        ({"one trained model": 2}, "per: 'one trained model' is there already"),
    ],
)
def test_functional_units_that_are_none_are_refused(result, tmp_path, per, message):
    with pytest.raises((ValueError, TypeError), match=message):
        report.write(result, tmp_path / "report.html", per=per)
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_the_old_page_and_no_part_of_a_new_one(result, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(lca.GraphError, match="no stage yields 'adpe'"):
        report.write(result, path, published={"value": 1, "unit": "kg", "category": "adpe"})

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        report.write(result, path)
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_template_that_asks_for_what_is_not_there_fails():
    with pytest.raises(jinja2.UndefinedError):
        report._template().render({})


def test_what_rests_on_single_numbers_is_said(grid_class, run_class, tmp_path):
    grid = grid_class(intensity=lca.uniform(low=0.04, high=0.06))
    life = lca.Lifecycle(run_class(electricity=grid, hours=1000), functional_unit="one run")
    report.write(lca.simulate(life, n=64), tmp_path / "report.html")
    page = " ".join((tmp_path / "report.html").read_text(encoding="utf-8").split())
    assert "The nominal total rests on inputs given as single numbers" in page
    assert "in baseline: run.hours (100 %)" in page
    assert "run.hours (1e+02 %)" not in page
    assert "run.hours (100 %)" in page


@pytest.mark.parametrize(
    ("published", "message"),
    [
        ({"value": float("nan"), "unit": "kg"}, "published: the value"),
        ({"value": True, "unit": "kg"}, "published: the value"),
        ({"unit": "kg"}, "it has no 'value'"),
        ({"value": 1}, "it has no 'unit'"),
    ],
)
def test_a_published_value_that_is_no_number_writes_nothing(result, tmp_path, published, message):
    with pytest.raises((ValueError, TypeError), match=message):
        report.write(result, tmp_path / "report.html", published=published)
    assert list(tmp_path.iterdir()) == []
