"""The report in a real browser: switches, sorting, downloads, and nothing asked of anyone."""

import csv
import io
import os
import re
from pathlib import Path

import numpy as np
import pytest

import lca
from lca import report
from lca.figures.style import interval, number, scaled
from lca.report.switches import BY, IMPACTS, SHARES

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TITLE = "<script>alert(1)</script> of three scenarios with Donaudampfschifffahrtsgesellschaft"
POLAND = '=Poland <b>"& co"</b>'
PER = {"a quarter of one trained model": 0.25, "one million trained models": 1e6}


@pytest.fixture(scope="module")
def result(life):
    scenarios = {
        "France": life,
        POLAND: life.replace({"grid.intensity": lca.catalogue.region("PL", 2022).intensity}),
        "France, 4 years": life.replace({"cluster.lifetime": lca.fixed(4, "year")}),
    }
    return lca.simulate(lca.Study(scenarios, name="Three grids"), n=256, seed=3)


@pytest.fixture(scope="module")
def path(result, tmp_path_factory):
    path = tmp_path_factory.mktemp("browser") / "report.html"
    report.write(result, path, title=TITLE, description="What <i>it</i> is about.", per=PER)
    return path


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        if os.environ.get("LCA_BROWSER") == "required":
            pytest.fail(f"no {CHROMIUM}, and LCA_BROWSER=required")
        pytest.skip(f"no {CHROMIUM}: the report was not opened; install Debian's chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, path):
    """Open the page; what it asked for and what it said are known after the test."""
    asked, said, contexts = [], [], []

    def opened(width=1280, **about):
        context = browser.new_context(viewport={"width": width, "height": 900}, **about)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    assert [one for one in asked if not one.startswith("blob:")] == len(contexts) * [path.as_uri()]


def choose(page, **choices):
    for name, label in choices.items():
        page.locator(f"[data-switch={name}]").select_option(label=label)


def rows(page, table):
    """Return the texts of every row of a table by its first cell."""
    texts = page.locator(f"{table} tbody tr, {table} tfoot tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    return {row[0]: row[1:] for row in texts}


def column(page, table, place):
    return [row[place] for row in rows(page, table).values()]


def downloaded(page, button):
    with page.expect_download() as waiting:
        page.locator(button).click()
    text = Path(waiting.value.path()).read_bytes().decode("utf-8")
    return waiting.value.suggested_filename, list(csv.DictReader(io.StringIO(text, newline="")))


def shown_totals(result, category, factor):
    """Return what the page should show of the totals, computed from the samples."""
    samples = factor * result.total(category).to_numpy()
    size, _ = scaled(result.info["units"][category], samples.mean(axis=-1))
    found = {}
    for scenario, one in zip(result.scenarios, samples / size):
        low, high = np.quantile(one, [0.05, 0.95])
        means = [number(value, high - low) for value in (one.mean(), np.median(one))]
        found[scenario] = [*means, interval(low, high)]
    return found


def test_texts_of_the_study_stay_texts(opened):
    page = opened()
    assert page.title() == TITLE
    assert page.locator("h1").inner_text() == TITLE
    assert page.locator("script").count() == 2
    assert page.locator("b, i").count() == 0
    assert "What <i>it</i> is about." in page.locator("header").inner_text()
    choose(page, scenario=POLAND)
    assert POLAND in page.locator("#explorer-parts caption").inner_text()
    assert POLAND in rows(page, "#explorer-scenarios")


@pytest.mark.parametrize(("unit", "factor"), [("one trained model", 1), *PER.items()])
@pytest.mark.parametrize("category", ["gwp", "wcf"])
def test_totals_follow_category_and_functional_unit(opened, result, category, unit, factor):
    page = opened()
    choose(page, category=result.info["titles"][category], unit=unit)
    expected = shown_totals(result, category, factor)
    found = rows(page, "#explorer-scenarios")
    assert {scenario: row[1:4] for scenario, row in found.items()} == expected
    means = factor * result.total(category).to_numpy().mean(axis=-1)
    shown_unit = scaled(result.info["units"][category], means)[1]
    assert f"{shown_unit} for {unit}" in page.locator("#explorer-scenarios caption").inner_text()
    mean, _, between = expected["France"]
    said = page.locator("#explorer-total").inner_text()
    assert f"mean {mean}" in said
    assert f"90 % interval {between}" in said


@pytest.mark.parametrize("by", list(BY))
def test_parts_follow_the_scenario(opened, result, by):
    page = opened()
    first = rows(page, "#explorer-parts")
    choose(page, scenario=POLAND, by=BY[by])
    found = rows(page, "#explorer-parts")
    assert found != first
    table = result.summary(by).query("scenario == @POLAND and category == 'gwp'")
    total, *parts = table["key"]
    assert list(found) == [*parts, total]
    for row in table.itertuples():
        width = (row.high - row.low) / 1000
        assert found[row.key][2:5] == [
            number(row.mean / 1000, width),
            number(row.median / 1000, width),
            interval(row.low / 1000, row.high / 1000),
        ]
        assert found[row.key][5] == f"{number(100 * row.share, 100 * row.share)} %"


def test_what_no_stage_reports_is_not_zero(opened, result):
    page = opened()
    choose(page, category=result.info["titles"]["wcf"], by="stage")
    row = rows(page, "#explorer-parts")["accelerator"]
    assert row[1:6] == 5 * ["not reported"]
    assert "partial: without accelerator" in row[-1]


def test_heads_sort_numbers_as_numbers(opened, result):
    page = opened()
    head = page.locator("#explorer-scenarios th", has_text="Mean")
    expected = sorted(result.scenarios, key=lambda s: result.total("gwp").sel(scenario=s).mean())
    for order, names in (("ascending", expected), ("descending", expected[::-1])):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == order
        assert list(rows(page, "#explorer-scenarios")) == names
    choose(page, unit="one million trained models")
    assert list(rows(page, "#explorer-scenarios")) == expected[::-1]
    page.locator("#explorer-scenarios th button", has_text="Scenario").click()
    assert list(rows(page, "#explorer-scenarios")) == [POLAND, "France", "France, 4 years"]
    assert head.get_attribute("aria-sort") == "none"


def test_any_table_sorts_and_groups_stay_together(opened, result):
    page = opened()
    summary = page.locator("#summary table")
    summary.locator("th button", has_text="90 % interval").click()
    texts = summary.locator("tbody td:nth-child(7)").all_inner_texts()
    lows = [float(text.replace(",", "").split("–")[0]) for text in texts]
    assert len(lows) == 6
    assert lows == sorted(lows)

    stages = page.locator("#parts table", has_text="by stage, t CO2e")
    groups = stages.locator(".group").all_inner_texts()
    stages.locator("th button", has_text="Share of mean").click()
    stages.locator("th button", has_text="Share of mean").click()
    assert stages.locator("tbody tr:first-child .group").all_inner_texts() == groups
    assert groups == result.scenarios
    table = result.summary("stage").query("scenario == 'France' and category == 'gwp'")
    largest = table[table["key"] != "total"].sort_values("share", ascending=False)["key"]
    found = stages.locator("tbody").first.locator("th[scope=row]").all_inner_texts()
    assert found[:3] == largest.tolist()[:3]

    inputs = page.locator("[aria-labelledby=inputs] table")
    inputs.locator("th button", has_text="Nominal").click()
    shown = inputs.locator("tbody td:nth-child(5)").all_inner_texts()
    numbers = [float(text.replace(",", "")) for text in shown if text]
    assert numbers == sorted(numbers)
    assert "" not in shown[: len(numbers)]


def test_the_total_stays_below_its_parts(opened):
    page = opened()
    for _ in range(2):
        page.locator("#explorer-parts th button", has_text="Share of mean").click()
        assert list(rows(page, "#explorer-parts"))[-1] == "total"


@pytest.mark.parametrize(("unit", "factor"), [("one trained model", 1), *PER.items()])
def test_a_download_holds_the_result_in_full(opened, result, unit, factor):
    page = opened()
    choose(page, category=result.info["titles"]["gwp"], unit=unit)
    name, found = downloaded(page, "[data-download=results]")
    assert name == "three-grids-gwp.csv"
    assert {row["functional_unit"] for row in found} == {unit}
    safe = {scenario: scenario for scenario in result.scenarios} | {POLAND: f"'{POLAND}"}
    by_key = {(row["scenario"], row["by"], row["part"]): row for row in found}
    assert len(by_key) == len(found)
    expected = {
        (safe[row.scenario], "" if row.key == "total" else by, row.key): row
        for by in BY
        for row in result.summary(by).query("category == 'gwp'").itertuples()
    }
    assert set(by_key) == set(expected)
    for key, row in expected.items():
        numbers = [float(by_key[key][f"{name} [kgCO2e]"]) for name in IMPACTS]
        assert numbers == [factor * getattr(row, name) for name in IMPACTS]
        assert float(by_key[key]["share [1]"]) == row.share
        assert by_key[key]["note"] == row.note
    assert set(found[0]) == {
        *("functional_unit", "scenario", "by", "part", "phase", "note"),
        *(f"{x} [kgCO2e]" for x in IMPACTS),
        *(f"{x} [1]" for x in SHARES),
    }


def test_inputs_and_comparison_are_downloaded_in_full(opened, result):
    page = opened()
    name, found = downloaded(page, "[data-download=inputs]")
    assert name == "three-grids-inputs.csv"
    inputs = result.inputs
    assert [row["input"] for row in found] == list(inputs.index)
    for column in ("nominal", "low", "high"):
        assert [float(row[column]) for row in found if row[column]] == [
            value for value in inputs[column] if np.isfinite(value)
        ]
    assert [row["note"] for row in found] == list(inputs["note"])

    name, found = downloaded(page, "[data-download=comparison]")
    assert name == "three-grids-comparison.csv"
    compared = result.compare()
    assert [float(row["difference"]) for row in found] == list(compared["difference"])
    assert found[0]["scenario"] == f"'{POLAND}"


def test_it_works_by_keyboard(opened):
    page = opened()
    before = rows(page, "#explorer-scenarios")
    page.locator("[data-switch=category]").focus()
    page.keyboard.press("ArrowDown")
    assert rows(page, "#explorer-scenarios") != before
    reached = []
    while "Median" not in reached[-1:] and len(reached) < 40:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert "Download results as CSV" in reached
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("#explorer-parts th[aria-sort=ascending]").inner_text() == "Median"


def test_without_javascript_everything_is_there_and_controls_are_not(opened, result):
    page = opened(java_script_enabled=False)
    assert page.locator("select:visible, button:visible, #explorer:visible").count() == 0
    assert page.get_by_role("link", name="Explore").count() == 0
    text = page.locator("main").inner_text()
    for scenario in result.scenarios:
        assert scenario in text
    for scenario, (mean, median, between) in shown_totals(result, "gwp", 1).items():
        assert re.search(rf"{re.escape(scenario)}.*{mean}\t{median}\t{between}", text)
    for stage in result.info["stages"]:
        assert stage in text


@pytest.mark.parametrize("width", [400, 1280])
def test_no_width_makes_the_page_scroll_sideways(opened, width):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#explorer").is_visible()


def test_paper_shows_no_controls(opened):
    page = opened()
    page.emulate_media(media="print")
    assert page.locator("button:visible").count() == page.locator("th button:visible").count()
    assert page.locator("select:visible").count() == 0
    mark = "getComputedStyle(document.querySelector('#summary th button'), '::after').content"
    assert page.evaluate(mark) == "none"


def test_what_has_one_option_is_no_switch(browser, tmp_path):
    life = lca.Lifecycle(lca.stages.Accelerator(footprint=100), functional_unit="one card")
    path = tmp_path / "one.html"
    report.write(lca.simulate(life, n=8), path)
    page = browser.new_page()
    page.goto(path.as_uri())
    shown = page.locator("select:visible").evaluate_all("all => all.map((x) => x.dataset.switch)")
    assert shown == ["unit", "by"]  # one category, one scenario; cards are counted
    assert "Global warming" in page.locator("#explorer-total").inner_text()
    assert "without an interval" in page.locator("#explorer-total").inner_text()
    page.close()


def test_another_script_is_not_run(path, browser):
    page = browser.new_page()
    source = path.read_text(encoding="utf-8")
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.set_content(source.replace("</main>", "<script>document.title = 'run'</script></main>"))
    assert page.title() == TITLE
    assert "Content Security Policy" in " ".join(said)
    page.close()
