"""carbontracker logs and power series; where each file is from says data/README.md."""

import time
from pathlib import Path
from types import SimpleNamespace

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


def test_a_log_of_an_accelerator_names_it(tmp_path):
    # as in tests/test_parser.py of github.com/saintslab/carbontracker at 664ee2a (MIT), of 2022
    file = tmp_path / "10151_2022-11-14T154243Z_carbontracker_output.log"
    file.write_text(
        "2022-11-14 15:42:43 - CarbonTracker: The following components were found: GPU with "
        "device(s) NVIDIA GeForce RTX 3060. CPU with device(s) cpu:0.\n"
        "2022-11-14 15:43:37 - CarbonTracker: \nActual consumption for 1 epoch(s):\n"
        "\tTime:\t0:00:53\n\tEnergy:\t0.003504 kWh\n\tCO2eq:\t0.357451 g\n"
        "\tThis is equivalent to:\n\t0.002969 km travelled by car\n"
        "2022-11-14 15:43:37 - CarbonTracker: \nPredicted consumption for 4 epoch(s):\n"
        "\tTime:\t0:03:33\n\tEnergy:\t0.014018 kWh\n\tCO2eq:\t1.429803 g\n"
        "\tThis is equivalent to:\n\t0.011875 km travelled by car\n"
        "2022-11-14 15:43:37 - CarbonTracker: Finished monitoring.\n"
    )
    run = carbontracker.read(file, pue=1.59)
    assert (run.accelerators, run.accelerator) == (1, "NVIDIA GeForce RTX 3060")
    assert run.reading.point == pytest.approx(0.003504 / 1.59)
    assert run.emissions.to("kgCO2e").point == pytest.approx(0.000357451)
    assert run.accelerator_hours.point == pytest.approx(213 / 3600)


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
    with pytest.raises(lca.DataError, match="give the log that ends in _output.log"):
        carbontracker.read(LOG.with_name("run_carbontracker.log"), pue=1.58)
    alone.write_text(LOG.read_text().replace("Energy:\t", "Energy:\t-"))
    with pytest.raises(lca.DataError, match=r"Energy = -0\.0\d+ is no number of at least 0"):
        carbontracker.read(alone, pue=1.58)
    alone.write_text(LOG.read_text().split("Actual")[0])
    with pytest.raises(lca.DataError, match="no 'Actual consumption'"):
        carbontracker.read(alone)


WATTS = [300, 310, 320, 305, 300, 0, 290]


@pytest.fixture
def mlflow(monkeypatch):
    """MLflow with a file store, and without its telemetry."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow

    return mlflow


@pytest.mark.filterwarnings("ignore")
def test_power_of_mlflow_is_integrated(mlflow, tmp_path):
    client = mlflow.MlflowClient(f"file://{tmp_path}")
    run = client.create_run(client.create_experiment("training")).info
    key = "system/gpu_0_power_usage_watts"
    for step, watts in enumerate(WATTS):
        client.log_metric(run.run_id, key, watts, timestamp=1_700_000_000_000 + step * 10_000)
    folder = tmp_path / run.experiment_id / run.run_id
    series = power.read(folder)
    assert series.reading.point == pytest.approx(np.trapezoid(WATTS, dx=10) / 3.6e6)
    assert (series.gap_share, series.accelerators, series.gaps) == (0, 1, ())
    assert series.accelerator_hours.point == pytest.approx(60 / 3600)
    assert series.mean_power["gpu_0_power_usage_watts"] == pytest.approx(255.0)
    assert power.read(folder / "metrics" / "system").reading.point == series.reading.point
    file = tmp_path / "history.csv"  # as from a database, which has no files
    history = client.get_metric_history(run.run_id, key)
    lines = [f"{one.timestamp},{one.value}" for one in history]
    file.write_text("\n".join([f"timestamp,{key}", *lines]))
    written = power.read(file)
    assert (written.reading.point, written.accelerators) == (series.reading.point, 1)
    other = client.create_run(run.experiment_id).info
    client.log_metric(other.run_id, key, 100.0)
    with pytest.raises(lca.DataError, match="several runs; give the folder of one"):
        power.read(tmp_path)


@pytest.mark.filterwarnings("ignore")
def test_the_monitor_of_mlflow_writes_what_is_read(mlflow, tmp_path, monkeypatch):
    import pynvml

    sensors = {  # of two accelerators, since this machine has none
        "nvmlInit": lambda: None,
        "nvmlDeviceGetCount": lambda: 2,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetMemoryInfo": lambda handle: SimpleNamespace(used=1, total=2),
        "nvmlDeviceGetUtilizationRates": lambda handle: SimpleNamespace(gpu=50),
        "nvmlDeviceGetPowerUsage": lambda handle: 300_000 + 100_000 * handle,  # mW
        "nvmlDeviceGetEnforcedPowerLimit": lambda handle: 700_000,
    }
    for name, reads in sensors.items():
        monkeypatch.setattr(pynvml, name, reads)
    from mlflow.system_metrics.system_metrics_monitor import SystemMetricsMonitor

    client = mlflow.MlflowClient(f"file://{tmp_path}")
    run = client.create_run(client.create_experiment("training")).info
    mlflow.set_tracking_uri(f"file://{tmp_path}")
    monitor = SystemMetricsMonitor(
        run.run_id,
        sampling_interval=0.1,
        samples_before_logging=1,
        tracking_uri=f"file://{tmp_path}",
    )
    monitor.start()
    time.sleep(1)
    monitor.finish()
    series = power.read(tmp_path / run.experiment_id / run.run_id, longest=60)
    assert series.accelerators == 2
    assert list(series.mean_power.values()) == pytest.approx([300, 400])
    hours = series.duration.point
    assert 0.2 / 3600 < hours < 10 / 3600
    assert series.reading.point == pytest.approx(0.7 * hours, rel=0.05)


def test_a_chart_of_weights_and_biases_is_read_without_its_extremes(tmp_path):
    # as analysis/wandb_log_analysis/archive/onetask_finetuning_power.csv of
    # github.com/trd44/nsm-vla-long-horizon-sim at daf9f67; the numbers are made up
    name = "tuning - system/gpu.0.powerWatts"
    columns = ["Relative Time (Process)", name, f"{name}__MIN", f"{name}__MAX"]
    rows = [(15.35 + 15 * i, 400 + i, 300, 500) for i in range(5)]
    lines = [",".join(f'"{one}"' for one in row) for row in (columns, *rows)]
    file = tmp_path / "wandb_export.csv"
    file.write_text("\n".join(lines) + "\n")
    series = power.read(file)
    assert list(series.mean_power) == [name]
    assert series.reading.point == pytest.approx(402 * 60 / 3.6e6)
    assert series.accelerators == 1
    file.write_text(file.read_text().replace(f"{name}__MIN", "other - system/gpu.0.powerWatts"))
    with pytest.raises(lca.DataError, match="several runs; name the columns of one, power="):
        power.read(file)
    assert power.read(file, power=name).reading.point == series.reading.point


def test_a_history_of_weights_and_biases_is_read_with_its_index(tmp_path):
    # the columns that docs.wandb.ai names (system metrics), as pandas writes them
    file = tmp_path / "sys_metrics.csv"
    file.write_text(
        ",system.cpu,system.gpu.0.powerWatts,system.gpu.process.0.powerWatts,_runtime,_timestamp\n"
        "0,1.5,300,299,15,1700000015\n1,1.5,,,30,1700000030\n2,1.5,320,299,45,1700000045\n"
    )
    series = power.read(file)
    assert (series.accelerators, series.gap_share) == (1, 0)
    assert series.reading.point == pytest.approx(310 * 30 / 3.6e6)


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
    assert kilowatts.accelerators == 1
    with pytest.raises(lca.UnitError, match="kWh"):
        power.read(file, unit="kWh")


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("time,p\n", {}, "no samples"),
        ("time,p\n0,1\n1,1\n", {}, "no column of power"),
        ("time,node\n0,1\n1,1\n", {"power": ["nodes"]}, "did you mean 'node'"),
        ("", {}, "is empty: no header"),
        ("when,p\n0,1\n1,1\n", {"power": "p"}, "no column of times; name it, time=: when, p"),
        ("when,p\n0,1\n1,1\n", {"power": "p", "time": "wen"}, "did you mean 'when'"),
        ("time,p\n0,1\n0,1\n", {"power": "p"}, "leave each time once"),
        ("time,p\n0,-1\n1,1\n", {"power": "p"}, "line 2: p = -1 is no number of at least 0"),
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
