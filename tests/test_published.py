"""Published cases: one test for every id; the cases hold no arithmetic."""

import math
import re

import pytest

from lca import published, studyfile, tables
from lca.published import Case, Reading, cases, reproduce


@pytest.mark.parametrize("identifier", cases())
def test_our_stages_reproduce(identifier):
    case = cases()[identifier]
    if case.open:
        pytest.xfail(case.open)
    outcome = reproduce(identifier)
    assert outcome.holds, f"{outcome.ours} for {case.expected}: {outcome.deviation:+.3%}"


def test_a_case_that_is_said_not_to_close_does_not():
    for identifier, case in cases().items():
        if case.open and case.read is not None:
            assert not reproduce(identifier).holds, f"{identifier} closes: {case.open}"


def test_every_case_has_a_source_and_a_locator():
    for case in cases().values():
        assert case.source in tables.sources(), case.id
        assert case.locator


def test_cases_hold_no_arithmetic():
    for path in (tables.root() / "published").glob("*.yaml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() in ("stated", "note", "locator", "") or line.startswith(("#", "   ")):
                continue
            assert not re.search(r"\d\s*[*/+]\s*\d", value), f"{path.name}: {line}"


def test_a_wrong_input_is_noticed(monkeypatch):
    case = cases()["BLOOM-TOTAL"]
    wrong = case.model_copy(update={"facts": {**case.facts, "lifetime": 5}})
    monkeypatch.setattr(published, "cases", lambda: {"BLOOM-TOTAL": wrong})
    assert not reproduce("BLOOM-TOTAL").holds


def test_an_unknown_case_offers_near_names():
    with pytest.raises(ValueError, match="no published case 'BLOOM-TOTL'; did you mean"):
        reproduce("BLOOM-TOTL")


COMMON = {
    "id": "TEST",
    "source": "judgement",
    "locator": "here",
    "stated": "a test",
    "stages": {"grid": {"stage": "Electricity", "intensity": 0.1, "losses": 0}},
    "root": "grid",
    "inputs_printed": 2,
    "tolerance": 0.002,
    "unit": "kgCO2e",
    "expected": 0.1,
}


@pytest.mark.parametrize(
    ("read", "message"),
    [
        ({"phase": "operations"}, "no phase 'operations'; did you mean 'operation'"),
        ({"group": "embedded"}, "no group 'embedded'"),
        ({"category": "gwp10"}, "no category 'gwp10'"),
        ({"category": ""}, "no category ''; there are gwp, "),
        ({"stage": "grid", "phase": "operation"}, "is one of .*; not stage and phase"),
        ({"phase": "operation", "group": "embodied"}, "not phase and group"),
        ({"amount": "grid", "group": "embodied"}, "not amount and group"),
        ({"over": "one", "below": "two"}, "not over and below"),
        ({"over": "one", "of_total": True}, "not over and of_total"),
        ({"amount": "grid", "of_total": True}, "an amount has no category"),
        ({"amount": "grid", "category": "wcf"}, "an amount has no category"),
        ({"statistic": "GSD", "stage": "grid"}, "a statistic is of the total"),
        ({"statistic": "GSD", "input": "grid.intensity"}, "is of an `input`"),
        ({"statistic": "first-order index"}, "is of an `input`"),
        ({"counted_in": "day"}, "of what `over` holds one"),
    ],
)
def test_a_reading_that_says_two_things_or_nothing_known_is_refused(read, message):
    with pytest.raises(ValueError, match=message):
        Reading.model_validate(read)


@pytest.mark.parametrize("name", ["scenario", "over", "below"])
def test_a_reading_of_a_scenario_that_the_case_has_not_is_refused(name):
    scenarios = {"one": {}, "half": {"grid.intensity": 0.05}}
    with pytest.raises(ValueError, match=f"no scenario of `{name}` 'hal'; did you mean 'half'"):
        Case.model_validate(COMMON | {"scenarios": scenarios, "read": {name: "hal"}})
    with pytest.raises(ValueError, match="no scenario of `over` 'other'; there are baseline"):
        Case.model_validate(COMMON | {"read": {"over": "other"}})


@pytest.mark.parametrize(
    ("read", "message"),
    [
        ({"stage": "gird"}, "no stage with impacts 'gird'; did you mean 'grid'"),
        ({"amount": "gird"}, "no stage 'gird'; did you mean 'grid'"),
        ({"phase": "transport"}, "no stage has impacts in transport"),
        ({"category": "wcf"}, "no stage yields 'wcf'"),
    ],
)
def test_what_the_study_of_a_case_has_not_is_said(read, message, monkeypatch):
    made = Case.model_validate(COMMON | {"read": read})
    monkeypatch.setattr(published, "cases", lambda: {"TEST": made})
    with pytest.raises(ValueError, match=message):
        reproduce("TEST")


def test_a_faulty_case_is_named_with_its_file():
    with pytest.raises(tables.DataError, match="some.yaml: TEST: read: .*no phase 'use'"):
        published._case("some.yaml", COMMON | {"read": {"phase": "use"}})


def test_no_identifiers_are_no_rows():
    assert published.table([]).empty
    assert list(published.table([])) == published.COLUMNS


def test_parts_ratios_and_statistics_are_read():
    """A product of lognormals: its GSD, its mean over its median, an index; and two scenarios."""
    run = {
        "stage": "Training",
        "electricity": "grid",
        "accelerator_hours": {"dist": "lognormal", "median": 100, "gsd": 1.2},
        "power": {"dist": "lognormal", "median": 0.4, "gsd": 1.3},
        "host_overhead": 1,
    }
    grid = {"stage": "Electricity", "intensity": 0.1, "losses": 0}
    common = {
        "source": "judgement",
        "locator": "here",
        "stated": "a test",
        "stages": {"run": run, "grid": grid},
        "root": "run",
        "scenarios": {"one": {}, "half": {"grid.intensity": 0.05}},
        "inputs_printed": 3,
        "tolerance": 0.002,
        "unit": "1",
    }
    sigma = math.hypot(math.log(1.2), math.log(1.3))
    for read, expected in (
        ({"scenario": "half", "over": "one"}, 0.5),
        ({"scenario": "half", "below": "one"}, 0.5),
        ({"scenario": "half", "over": "one", "counted_in": "percent"}, 0.005),
        ({"phase": "operation", "of_total": True}, 1),
        ({"statistic": "GSD"}, math.exp(sigma)),
        ({"statistic": "mean over median"}, math.exp(sigma**2 / 2)),
    ):
        made = Case.model_validate({"id": "TEST", "read": read, "expected": expected} | common)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(published, "cases", lambda made=made: {"TEST": made})
            assert reproduce("TEST").holds, read


def test_what_counts_is_printed_not_fitted_and_has_three_inputs():
    counted = {one for one, case in cases().items() if case.counts}
    assert "BLOOM-TOTAL" in counted
    assert "BLOOM-IDLE-KWH" not in counted  # fitted
    assert "BLOOM-DYN-KWH" not in counted  # two inputs
    table = published.headline(published.table(["BLOOM-TOTAL", "BLOOM-IDLE-KWH"]))
    assert table.loc["luccioni2023", "cases"] == 1
    assert table.loc["luccioni2023", "other cases"] == 1


def test_the_function_of_the_analytic_cases_is_no_stage_of_study_files():
    case = cases()["GSA-ISH-S1"]
    tree = {"study": "function", "stages": case.stages, "root": case.root}
    with pytest.raises(ValueError, match="no stage class 'Ishigami'"):
        studyfile.build(tree)


def test_a_table_says_why_a_case_is_open_and_what_there_is_to_know():
    table = published.table().set_index("id")
    still = table[~table["holds"]]
    assert (still["open"] != "").all()
    assert table["note"].to_dict() == {one: case.note for one, case in cases().items()}
