"""carbontracker logs and power series; where each file is from says data/README.md."""

from pathlib import Path

import numpy as np
import pytest

import lca
from lca.interop import carbontracker, power

DATA = Path(__file__).parent / "data"
LOG = DATA / "carbontracker" / "run_carbontracker_output.log"
GRID = lca.stages.Electricity(name="grid", intensity=0.05, losses=0)


def test_a_log_of_carbontracker_is_read_without_its_pue():
    run = carbontracker.read(LOG)
    assert (run.epochs, run.metered_epochs, run.pue, run.accelerators) == (4, 2, 1.58, 0)
    assert run.reading.point == pytest.approx(0.060 * 6 / 3600, rel=1e-4)  # 60 W for 6 s
    assert run.duration.point == pytest.approx(12 / 3600)
    assert run.gap_share == pytest.approx(0.5)
    assert run.emissions.to("kgCO2e").point == pytest.approx(0.070314034346e-3)
    assert run.emissions.to("kgCO2e").point / (run.reading.point * 1.58) == pytest.approx(0.445)


def test_epochs_that_were_not_monitored_draw_the_same():
    run = carbontracker.read(LOG)
    stage = run.training(GRID)
    assert type(stage) is lca.stages.PartlyMeteredTraining
    amounts = lca.Lifecycle(stage, functional_unit="one run").nominal_amounts()
    assert amounts["grid"] == pytest.approx(0.060 * 12 / 3600, rel=1e-3)


def test_a_log_without_its_pue_or_its_end_is_refused(tmp_path):
    alone = tmp_path / "1_carbontracker_output.log"
    alone.write_text(LOG.read_text())
    with pytest.raises(lca.DataError, match="give pue="):
        carbontracker.read(alone)
    assert (
        carbontracker.read(alone, pue=1.58).reading.point == carbontracker.read(LOG).reading.point
    )
    with pytest.raises(lca.DataError, match=r"pue = 0\.5 is below 1"):
        carbontracker.read(alone, pue=0.5)
    alone.write_text(LOG.read_text().split("Actual")[0])
    with pytest.raises(lca.DataError, match="no 'Actual consumption'"):
        carbontracker.read(alone)


def test_power_of_mlflow_is_integrated():
    series = power.read(DATA / "mlflow" / "system")
    watts = [300, 310, 320, 305, 300, 0, 290]
    assert series.reading.point == pytest.approx(np.trapezoid(watts, dx=10) / 3.6e6)
    assert (series.gap_share, series.accelerators, series.gaps) == (0, 1, ())
    assert series.accelerator_hours.point == pytest.approx(60 / 3600)
    assert series.mean_power["gpu_0_power_usage_watts"] == pytest.approx(255.0)


def _written(tmp_path, times, *columns, names, time="_timestamp"):
    lines = [",".join([time, *names])]
    lines += [",".join(map(str, row)) for row in zip(times, *columns, strict=True)]
    file = tmp_path / "events.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


WANDB = ["system.gpu.0.powerWatts", "system.gpu.1.powerWatts"]


def test_a_constant_power_gives_power_times_time(tmp_path):
    times = [1.7e9 + 15 * i for i in range(241)]
    file = _written(tmp_path, times, [300] * 241, [200] * 241, names=WANDB)
    series = power.read(file)
    assert series.reading.point == pytest.approx(0.5)  # 500 W for an hour
    assert series.accelerator_hours.point == pytest.approx(2.0)


def test_a_linear_rise_is_exact_and_halves_add_up(tmp_path):
    times = list(range(0, 3601, 60))
    whole = power.read(_written(tmp_path, times, times, names=["p"], time="time"), power=["p"])
    assert whole.reading.point == pytest.approx(3600**2 / 2 / 3.6e6)
    halves = [
        power.read(_written(tmp_path, part, part, names=["p"], time="time"), power=["p"])
        for part in (times[:31], times[30:])
    ]
    assert sum(one.reading.point for one in halves) == pytest.approx(whole.reading.point)


def test_a_gap_is_reported_and_not_filled(tmp_path):
    times = [*range(0, 1801, 15), *range(3600, 5401, 15)]
    file = _written(tmp_path, times, [400] * len(times), names=WANDB[:1], time="_runtime")
    series = power.read(file)
    assert series.gaps == ((WANDB[0], 1800.0, 3600.0),)
    assert series.gap_share == pytest.approx(1 / 3)
    assert series.reading.point == pytest.approx(0.4)  # the hour that was sampled
    stage = series.training(GRID)
    amounts = lca.Lifecycle(stage, functional_unit="one run").nominal_amounts()
    assert amounts["grid"] == pytest.approx(0.6)  # the hour and a half of the run
    filled = power.read(file, longest=2000)
    assert (filled.gaps, filled.reading.point) == ((), pytest.approx(0.6))


def test_blanks_are_no_samples_and_times_may_be_iso(tmp_path):
    times = [f"2026-01-31T12:{minute:02}:00" for minute in range(0, 60, 10)]
    file = _written(tmp_path, times, [100, "", 100, 100, "NaN", 100], names=WANDB[:1], time="time")
    assert power.read(file).reading.point == pytest.approx(0.1 * 50 / 60)
    kilowatts = power.read(file, power=WANDB[:1], unit="kW")
    assert kilowatts.reading.point == pytest.approx(100 * 50 / 60)
    assert kilowatts.accelerators is None


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("time,p\n", {}, "no samples"),
        ("time,p\n0,1\n1,1\n", {}, "no column of power"),
        ("time,node\n0,1\n1,1\n", {"power": ["nodes"]}, "did you mean 'node'"),
        ("when,p\n0,1\n1,1\n", {"power": ["p"]}, "no column ''"),
        ("time,p\n0,1\n", {"power": ["p"]}, "1 samples; two are needed"),
        ("time,p\n0,1\n2,1\n1,1\n", {"power": ["p"]}, "do not rise at sample 3"),
        ("time,p\n0,1\nnoon,1\n", {"power": ["p"]}, "line 3: 'noon' is no time"),
        ("time,p\n0,1\n9,x\n", {"power": ["p"]}, "p = 'x' is not a number"),
        ("time,p\n0,1\n9,1\n", {"power": ["p"], "longest": 5}, "all is gap"),
    ],
)
def test_what_is_no_series_is_refused(tmp_path, text, options, said):
    file = tmp_path / "power.csv"
    file.write_text(text)
    with pytest.raises(lca.DataError, match=said):
        power.read(file, **options)


def test_a_folder_without_power_is_refused(tmp_path):
    with pytest.raises(lca.DataError, match="no file"):
        power.read(tmp_path)
