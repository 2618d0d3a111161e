"""CodeCarbon: runs of three header generations; where each file is from says data/README.md."""

import csv
import time
from pathlib import Path

import pytest

import lca
from lca.interop import codecarbon

DATA = Path(__file__).parent / "data"
V100S = DATA / "codecarbon-2.5.0-V100S.csv"


def _written(folder, flushed=True, **options):
    """Let CodeCarbon measure half a second, and write a row in between."""
    from codecarbon import OfflineEmissionsTracker

    options = {"measure_power_secs": 1, "log_level": "error", **options}
    tracker = OfflineEmissionsTracker(output_dir=str(folder), project_name="sample", **options)
    tracker.start()
    time.sleep(0.3)
    if flushed:
        tracker.flush()
    time.sleep(0.3)
    tracker.stop()


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A file that CodeCarbon writes here and now, with two runs."""
    folder = tmp_path_factory.mktemp("codecarbon")
    _written(folder, country_iso_code="FRA")
    _written(folder, country_iso_code="USA", region="california", pue=1.2, flushed=False)
    return folder / "emissions.csv"


def _rows(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_the_last_row_of_a_run_counts(measured):
    first, second = codecarbon.read(measured)
    rows = _rows(measured)
    assert len(rows) == 3
    assert rows[0]["run_id"] == rows[1]["run_id"] != rows[2]["run_id"]
    assert first.reading.point == float(rows[1]["energy_consumed"])
    assert first.reading.point > float(rows[0]["energy_consumed"]) > 0
    assert first.duration.point == pytest.approx(float(rows[1]["duration"]) / 3600)
    assert first.duration.point == pytest.approx(0.6 / 3600, rel=0.5)
    assert (first.name, first.country, first.pue) == ("sample", "FR", 1)
    assert (second.country, second.region, second.pue) == ("US", "california", 1.2)
    assert first.version == rows[1]["codecarbon_version"]
    intensity = first.emissions.point / first.reading.point
    assert 0.01 < intensity < 0.2  # kg/kWh, of France


@pytest.mark.parametrize("file", ["codecarbon-2.4.2.csv", "now"])
def test_the_pue_inside_the_energy_is_divided_out(file, request):
    path = request.getfixturevalue("measured") if file == "now" else DATA / file
    run, row = codecarbon.read(path)[-1], _rows(path)[-1]
    assert run.pue == float(row["pue"]) > 1
    assert run.reading.point * run.pue == pytest.approx(float(row["energy_consumed"]))
    assert sum(part.point for part in run.parts.values()) == pytest.approx(run.reading.point)
    if file == "codecarbon-2.4.2.csv":  # a constant 42.5 W, over 5.0067 s, before the PUE
        assert run.parts["cpu"].point == pytest.approx(42.5e-3 * 5.006685 / 3600, rel=1e-3)


def test_without_a_run_id_every_row_is_a_run():
    runs = codecarbon.read(DATA / "codecarbon-2020.csv")
    assert [run.reading.point for run in runs] == [8, 3, 1]
    assert [run.country for run in runs] == ["US", "TW", "CA"]
    one = runs[0]
    assert one.duration.point == pytest.approx(34 / 3600)
    assert one.parts == {}
    assert one.accelerators is None
    with pytest.raises(lca.DataError, match="does not say how many accelerators"):
        _ = one.accelerator_hours


def test_emissions_are_kilograms():
    (run, *_) = codecarbon.read(V100S)
    assert run.emissions.unit == "kgCO2e"
    assert run.emissions.to("gCO2e").point == pytest.approx(0.0406, rel=1e-3)
    intensity = run.emissions.point / run.reading.point  # France, some 80 g/kWh
    assert 0.02 < intensity < 0.1


def test_a_run_becomes_a_stage_with_the_error_of_sensors():
    (run, *_) = codecarbon.read(V100S)
    assert (run.accelerators, run.accelerator) == (2, "Tesla V100S-PCIE-32GB")
    assert run.accelerator_hours.point == pytest.approx(2 * 3.508045 / 3600)
    grid = lca.stages.Electricity(name="grid", intensity=0.05, losses=0)
    stage = run.training(grid)
    assert type(stage) is lca.stages.MeteredTraining
    result = lca.simulate(lca.Lifecycle(stage, functional_unit="one run"), 1024, seed=1)
    energy = result.amounts.sel(scenario="baseline", stage="grid").to_numpy()
    assert energy.mean() == pytest.approx(0.0004784439, rel=1e-3)
    assert energy.std() / energy.mean() == pytest.approx(0.03, rel=0.02)
    assert run.energy.interval() == pytest.approx(
        (0.0004784439 * 0.95065, 0.0004784439 * 1.04935), rel=1e-4
    )
    assert run.reading.source == "file codecarbon-2.5.0-V100S.csv"


def test_a_better_meter_may_be_given():
    meter = lca.lognormal(median=1.02, gsd=1.01)
    (run, *_) = codecarbon.read(V100S, metering=meter)
    assert run.energy.median == pytest.approx(1.02 * run.reading.point)
    assert run.training(lca.stages.Electricity(intensity=0.05)).metering.median == 1.02
    (coarse, *_) = codecarbon.read(V100S, metering=lca.uniform(low=0.9, high=1.1))
    with pytest.raises(lca.DataError, match="take a normal or a lognormal"):
        _ = coarse.energy


def test_a_run_becomes_a_lifecycle():
    (run, *_) = codecarbon.read(V100S)
    life = run.lifecycle("V100S-PCIe-32GB", region=run.country, development="excluded")
    assert life.nominal_amounts()["cluster"] == pytest.approx(run.accelerator_hours.point)
    assert life.nominal("gwp") > run.reading.point * 0.02
    assert "operation.metering.board_sensor_ratio" in life.unknowns


HEADER = "run_id,duration,emissions,energy_consumed,country_iso_code,pue,gpu_count\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (HEADER, "no runs"),
        ("run_id,duration,emissions,energy_used\na,1,1,1\n", "no column 'energy_consumed'"),
        (
            HEADER + "a,60,1,2,FRA,1,1\na,90,1,1,FRA,1,1\n",
            "line 3: energy_consumed of run 'a' falls",
        ),
        (HEADER + "a,60,1,much,FRA,1,1\n", "energy_consumed = 'much' is not a number"),
        (HEADER + "a,60,1,-2,FRA,1,1\n", "no number of at least 0"),
        (HEADER + "a,60,1,2,FRA,0.9,1\n", "pue = 0.9 is below 1"),
        (HEADER + "a,60,1,2,FRR,1,1\n", "no country 'FRR'; did you mean 'FRO' or 'FRA'"),
        (HEADER + "a,0,1,2,FRA,1,1\n", "duration of 0 h"),
        (HEADER + "a,60,1\n", "3 fields under 7 columns"),
        ("run_id,run_id\na,b\n", "'run_id' stands there twice"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path, text, said):
    file = tmp_path / "emissions.csv"
    file.write_text(text)
    with pytest.raises(lca.DataError, match=said):
        codecarbon.read(file)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(lca.DataError, match=r"nowhere\.csv: No such file"):
        codecarbon.read(tmp_path / "nowhere.csv")


def test_codecarbon_itself_measures_a_run():
    with lca.track("FR", name="squares", measure_power_secs=1) as tracking:
        with pytest.raises(lca.DataError, match="has not ended"):
            _ = tracking.run
        sum(number * number for number in range(100_000))
    run = tracking.run
    assert (run.name, run.country, run.accelerators) == ("squares", "FR", 0)
    assert run.reading.point > 0
    given = {"development": "excluded", "accelerator_hours": 1.0}
    with pytest.raises(lca.DataError, match="no region 'XX'"):
        tracking.study("A100-SXM-80GB", region="XX", **given)
    with pytest.raises(lca.DataError, match="no accelerator was metered.* give accelerator_hours="):
        tracking.study("A100-SXM-80GB", development="excluded")
    study = tracking.study("A100-SXM-80GB", **given)
    assert list(study.scenarios) == ["squares"]
    assert study.scenarios["squares"].nominal("gwp") > 0


def test_tracking_says_what_it_lacks(monkeypatch):
    with pytest.raises(lca.DataError, match="no country 'FRA'"), lca.track("FRA"):
        pass
    monkeypatch.setitem(__import__("sys").modules, "codecarbon", None)
    with pytest.raises(ImportError, match="pip install codecarbon"), lca.track("FR"):
        pass
