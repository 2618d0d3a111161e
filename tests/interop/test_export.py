"""Results in formats of others: units, sums, and what no format can hold."""

import csv
import io
import json
import re
from pathlib import Path

import pandas
import pytest

import lca
from lca.interop import ai_act, boamps, ghg_protocol, modelcard, sci, table


@pytest.fixture(scope="module")
def result():
    life = lca.training_run(
        accelerator="A100-SXM-80GB",
        accelerator_hours=10_000,
        region="FR",
        year=2022,
        development="excluded",
    )
    return lca.simulate(life, 512, seed=1)


@pytest.fixture(scope="module")
def two():
    grid = lca.stages.Electricity(name="grid", intensity=lca.lognormal(median=0.05, gsd=1.5))
    life = lca.Lifecycle(grid, amount=10, functional_unit="tuning")
    return lca.simulate(lca.Study({"now": life, "half": life.replace({"grid.losses": 0})}), 256)


def _gwp(result):
    row = result.summary().set_index(["category", "key"]).loc[("gwp", "total")]
    return row["low"], row["median"], row["high"]


def test_a_model_card_is_grams_and_comes_back_as_kilograms(result):
    low, median, high = _gwp(result)
    card = modelcard.block(result, training_type="pre-training", hardware_used="8 x A100")
    back = modelcard.read(card.text)
    assert back.unit == "gCO2e"
    assert back.to("kgCO2e").point == pytest.approx(median, rel=5e-3)
    assert "hardware_used: 8 x A100" in card.text
    assert "geographical_location" not in card.text
    assert f"{float(f'{low * 1000:.3g}'):,g} to {float(f'{high * 1000:.3g}'):,g} g" in str(
        card.cannot_hold
    )
    assert any("manufacturing" in said for said in card.cannot_hold)


def test_a_card_is_read_from_its_front_matter_or_file(tmp_path):
    text = "---\nlicense: mit\nco2_eq_emissions:\n  emissions: 232380\n---\n# Title\n---\n"
    assert modelcard.read(text).to("kgCO2e").point == pytest.approx(232.38)
    file = tmp_path / "README.md"
    file.write_text(text)
    assert modelcard.read(file).source == "README.md"


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("license: mit", "no co2_eq_emissions"),
        ("co2_eq_emissions: lots", "emissions = 'lots' is no number of grams"),
        ("co2_eq_emissions: -3", "emissions = -3"),
        ("co2_eq_emissions:\n  source: x", "emissions = None"),
        ("co2_eq_emissions: [", "no YAML"),
        ("co2_eq_emissions: .inf", "inf"),
        ("", "no co2_eq_emissions"),
        (Path("nowhere.md"), r"nowhere\.md: No such file"),
    ],
)
def test_a_card_without_grams_is_refused(card, said):
    with pytest.raises(lca.DataError, match=said):
        modelcard.read(card)


def test_a_training_type_is_one_of_two(result):
    with pytest.raises(lca.DataError, match="'pre-training' or 'fine-tuning'"):
        modelcard.block(result, training_type="tuning")


def test_one_of_several_scenarios_is_named(two):
    with pytest.raises(lca.DataError, match="several scenarios, now, half; say which"):
        modelcard.block(two, training_type="fine-tuning")
    with pytest.raises(lca.DataError, match="no scenario 'hal'; did you mean 'half'"):
        modelcard.block(two, training_type="fine-tuning", scenario="hal")
    now, half = (
        modelcard.read(
            modelcard.block(two, training_type="fine-tuning", scenario=scenario).text
        ).point
        for scenario in ("now", "half")
    )
    assert half < now


TASK = {
    "taskStage": "training",
    "taskFamily": "textGeneration",
    "algorithms": [{"algorithmType": "llm"}],
    "dataset": [{"dataUsage": "input", "dataType": "text"}],
}
INFRASTRUCTURE = {
    "infraType": "onPremise",
    "components": [{"componentName": "A100", "componentType": "gpu", "nbComponent": 8}],
}


def _boamps(result, **changed):
    return boamps.report(
        result,
        **{
            "task": TASK,
            "infrastructure": INFRASTRUCTURE,
            "country": "France",
            "hours": 1250,
            "method": "lca4ai",
            "date": "2026-01-31 12:00:00",
            **changed,
        },
    )


def test_boamps_holds_energy_and_its_quality(result):
    report = json.loads(_boamps(result).text)
    energy = result.amounts.sel(scenario="baseline", stage="grid").quantile([0.05, 0.5, 0.95])
    low, median, high = energy.to_numpy()
    (measure,) = report["measures"]
    assert measure["powerConsumption"] == pytest.approx(median, rel=1e-5)
    assert measure["measurementDuration"] == 1250 * 3600
    off = max(high / median - 1, 1 - low / median)
    assert 0.10 < off <= 0.50
    assert report["quality"] == ("medium" if off <= 0.25 else "low")


def test_boamps_has_no_word_for_more_than_half():
    grid = lca.stages.Electricity(name="grid", intensity=0.05)
    for gsd, word in ((1.01, "high"), (1.2, "low"), (2.0, None)):
        energy = lca.lognormal(median=100, gsd=gsd)
        run = lca.stages.MeteredTraining(
            electricity=grid, energy=energy, accelerator_hours=1, metering=1
        )
        made = lca.simulate(lca.Lifecycle(run, functional_unit="one run"), 512, seed=1)
        assert json.loads(_boamps(made).text).get("quality") == word


def test_boamps_is_what_codecarbon_reads(result):
    from codecarbon.output_methods.boamps import models

    report = json.loads(_boamps(result).text)
    back = models.BoAmpsReport.from_dict(report)
    assert back.to_dict() == report


def test_boamps_demands_its_parts(result):
    with pytest.raises(lca.DataError, match="task needs 'dataset'"):
        _boamps(result, task={**TASK, "dataset": []})
    with pytest.raises(lca.DataError, match="infrastructure needs 'infraType'"):
        _boamps(result, infrastructure={})
    with pytest.raises(lca.DataError, match="components needs 'nbComponent'"):
        _boamps(result, infrastructure={**INFRASTRUCTURE, "components": [{"componentType": "gpu"}]})
    with pytest.raises(lca.DataError, match="dataset needs 'dataType'"):
        _boamps(result, task={**TASK, "dataset": [{"dataUsage": "input"}]})
    with pytest.raises(lca.DataError, match="no infraType 'onpremise'; did you mean 'onPremise'"):
        _boamps(result, infrastructure={**INFRASTRUCTURE, "infraType": "onpremise"})
    with pytest.raises(lca.DataError, match="hours = 0"):
        _boamps(result, hours=0)
    with pytest.raises(lca.DataError, match="no supply 'gird' of electricity; did you mean 'grid'"):
        _boamps(result, supply="gird")


def test_sci_is_operational_and_embodied_per_unit(result):
    whole = json.loads(sci.score(result, per="model").text)
    each = json.loads(sci.score(result, per="run", number=4).text)
    _, median, _ = _gwp(result)
    assert whole["sci"]["median"] == pytest.approx(median, rel=5e-3)
    assert each["sci"]["median"] == pytest.approx(median / 4, rel=5e-3)
    assert each["unit"] == "kgCO2e per run"
    means = result.by("group").sel(scenario="baseline", category="gwp").median("sample")
    for key, group in (("carbon-operational", "operational"), ("carbon-embodied", "embodied")):
        assert whole[key]["median"] == pytest.approx(float(means.sel(key=group)), rel=5e-3)
    with pytest.raises(lca.DataError, match="number = 0"):
        sci.score(result, per="request", number=0)


def test_sci_takes_electricity_by_location():
    grid = lca.stages.electricity_accounting("DE", "wind_onshore", 0.6, year=2023, name="grid")
    run = lca.stages.MeteredTraining(
        electricity=grid, energy=10, accelerator_hours=1, metering=1, name="run"
    )
    both = lca.Study(lca.Lifecycle(run, functional_unit="run").options("electricity accounting"))
    made = lca.simulate(both, 256, seed=1)
    assert json.loads(sci.score(made, per="run", scenario="location-based").text)["sci"]["low"] > 0
    with pytest.raises(lca.DataError, match="by location, and of 'market-based' .* by contract"):
        sci.score(made, per="run", scenario="market-based")


def test_sci_of_a_supply_alone_is_refused(two):
    with pytest.raises(lca.DataError, match="a supply alone has no score"):
        sci.score(two, per="kWh", scenario="now")


def _rows(export):
    return list(csv.DictReader(io.StringIO(export.text)))


def test_an_owner_reports_capital_goods_and_an_unsplit_electricity(result):
    rows = _rows(ghg_protocol.table(result, reporter="owner"))
    found = {row["category"]: row for row in rows}
    assert found["2 capital goods"]["scope"] == "3"
    assert found["2 capital goods"]["what"] == "manufacturing"
    assert found["4 upstream transportation and distribution"]["what"] == "transport"
    (unsplit,) = (row for row in rows if row["scope"] == "2 and 3")
    assert unsplit["what"] == "operation and overhead"
    medians = sum(float(row["median"]) for row in rows)
    assert medians == pytest.approx(_gwp(result)[1], rel=0.05)  # medians do not add up exactly


def test_a_tenant_buys_one_service(result):
    (row,) = _rows(ghg_protocol.table(result, reporter="tenant"))
    assert (row["scope"], row["category"]) == ("3", "1 purchased goods and services")
    assert float(row["median"]) == pytest.approx(_gwp(result)[1], rel=5e-3)
    with pytest.raises(lca.DataError, match="no reporter 'landlord'; there is 'owner', who owns"):
        ghg_protocol.table(result, reporter="landlord")


def test_what_an_operating_stage_emits_itself_has_no_known_scope():
    class Generator(lca.Stage):
        """Electricity of a generator set in the yard, for one run."""

        per = "1"
        phase = "operation"
        electricity: lca.Stage = lca.supplier("kWh", "grid")
        energy: lca.Number = lca.parameter("kWh", "energy drawn")
        exhaust: lca.Number = lca.parameter("kgCO2e", "what it emits")

        def exchanges(self):
            yield self.electricity, self.energy
            yield "gwp", self.exhaust

    grid = lca.stages.Electricity(name="grid", intensity=0.05, losses=0)
    yard = Generator(electricity=grid, energy=100.0, exhaust=7.0)
    made = lca.simulate(lca.Lifecycle(yard, functional_unit="run"), 256)
    found = {row["scope"]: row for row in _rows(ghg_protocol.table(made, reporter="owner"))}
    assert float(found["2 and 3"]["median"]) == pytest.approx(5.0)
    assert float(found["not known"]["median"]) == pytest.approx(7.0)


def test_the_ai_act_takes_megawatt_hours_with_two_digits(result):
    made = ai_act.fields(result, basis="estimated", hours=1250, operations=1.23e22)
    content = json.loads(made.text)
    energy = result.amounts.sel(scenario="baseline", stage="grid").median()
    used = content["amount of energy used for training, MWh"]
    assert used == float(f"{float(energy) / 1000:.2g}")
    assert content["energy consumption is"] == "estimated"
    assert content["amount of computation used for training, FLOP"] == 1.2e22
    assert content["high-impact capabilities presumed, Article 51(2)"] is False
    assert content["training time, wall clock days"] == 52
    assert "MWh" in made.cannot_hold[0]
    more = ai_act.fields(
        result,
        basis="measured",
        operations=1.01e25,
        inference_operations=5.12e17,
        inference_task="100,000 tokens on 8 A100",
    )
    content = json.loads(more.text)
    assert content["high-impact capabilities presumed, Article 51(2)"] is True
    assert content["benchmarked amount of computation used for inference, FLOP"] == 5.1e17
    assert content["measurement methodology of inference"] == "100,000 tokens on 8 A100"
    with pytest.raises(lca.DataError, match="say of what benchmark and hardware"):
        ai_act.fields(result, basis="measured", inference_operations=5e17)
    with pytest.raises(lca.DataError, match="say what it computes"):
        ai_act.fields(result, basis="measured", inference_task="100,000 tokens")
    with pytest.raises(lca.DataError, match="operations = 0 must be above 0"):
        ai_act.fields(result, basis="measured", operations=0)
    with pytest.raises(lca.DataError, match=r"hours = -24.0 must be above 0"):
        ai_act.fields(result, basis="measured", hours=-24.0)
    with pytest.raises(lca.DataError, match="operations = inf must be above 0 and finite"):
        ai_act.fields(result, basis="measured", operations=float("inf"))
    with pytest.raises(lca.DataError, match="'measured' or 'estimated'"):
        ai_act.fields(result, basis="guessed")


def test_csv_holds_the_summary_in_full(result, tmp_path):
    made = table.csv(result)
    made.write(tmp_path / "summary.csv")
    back = pandas.read_csv(tmp_path / "summary.csv", keep_default_na=False)
    assert back["functional_unit"].unique().tolist() == ["one trained model"]
    expected = result.summary()
    assert back["median"].astype(float).tolist() == expected["median"].tolist()
    assert back["note"].tolist() == expected["note"].tolist()


def test_latex_holds_medians_with_intervals(result):
    made = table.latex(result, caption="One trained model", label="tab:model")
    lines = made.text.splitlines()
    assert lines[0] == r"\begin{table}"
    assert r"\caption{One trained model}" in lines
    total = next(line for line in lines if " total " in line)
    assert re.search(r"& [\d.,]+ \([\d.,]+--[\d.,]+\) \\\\$", total), total
    assert any("one trained model" in said for said in made.cannot_hold)


def test_tables_are_had_of_a_summary_and_the_rest_says_that_it_needs_samples():
    grid = lca.stages.Electricity(name="grid", intensity=lca.lognormal(median=0.05, gsd=1.5))
    life = lca.Lifecycle(grid, amount=10, functional_unit="tuning")
    kept = lca.simulate(life, 1024, keep="summary", progress=False)
    assert "baseline,gwp,total" in table.csv(kept).text
    assert "total" in table.latex(kept).text
    for write in (
        lambda: modelcard.block(kept, training_type="fine-tuning"),
        lambda: sci.score(kept, per="model"),
        lambda: ghg_protocol.table(kept, reporter="owner"),
        lambda: ai_act.fields(kept, basis="estimated"),
    ):
        with pytest.raises(ValueError, match='simulate with keep="samples"'):
            write()


@pytest.mark.parametrize("make", ["card", "boamps", "sci", "ghg", "act", "csv", "latex"])
def test_every_format_says_what_it_cannot_hold(result, make):
    made = {
        "card": lambda: modelcard.block(result, training_type="pre-training"),
        "boamps": lambda: _boamps(result),
        "sci": lambda: sci.score(result, per="model"),
        "ghg": lambda: ghg_protocol.table(result, reporter="owner"),
        "act": lambda: ai_act.fields(result, basis="estimated"),
        "csv": lambda: table.csv(result),
        "latex": lambda: table.latex(result),
    }[make]()
    assert len(made.cannot_hold) >= 2
    assert all(said and "None" not in said for said in made.cannot_hold)
