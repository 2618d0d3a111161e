"""The command line: what it prints and writes, and what it leaves behind when it cannot."""

import inspect
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import lca
from lca import cli

NAMES = [
    "inputs.csv",
    "report.html",
    "results.nc",
    "shares.pdf",
    "shares.png",
    "shares.svg",
    "steps.csv",
    "summary.csv",
    "total.pdf",
    "total.png",
    "total.svg",
    "waterfall.pdf",
    "waterfall.png",
    "waterfall.svg",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _names(path):
    return sorted(one.name for one in path.iterdir())


def test_a_run_prints_a_table_and_writes_everything_into_results(folder, capsys):
    assert cli.main(["run", "bloom", "--n", "256", "--seed", "3"]) == 0
    assert _names(folder / "results") == ["bloom"]
    assert _names(folder / "results" / "bloom") == NAMES
    shown = capsys.readouterr().out
    assert "one trained model; 256 samples, seed 3" in shown
    assert "as published                       gwp       50.5 t CO2e" in shown
    assert "Luccioni et al. 2023: 50.5 tCO2e (as published)" in shown
    assert "partial: without" in shown
    assert "results/bloom/report.html" in shown.replace(os.sep, "/")


def test_what_is_written_says_what_the_result_says(folder):
    cli.main(["run", "bloom", "-o", "out", "--n", "256"])
    result = lca.open("out/results.nc")
    assert (result.n, result.manifest["seed"]) == (256, 1)
    summary = pd.read_csv("out/summary.csv", keep_default_na=False)
    assert summary["mean"].astype(float).to_list() == pytest.approx(
        result.summary("stage")["mean"].to_list()
    )
    inputs = pd.read_csv("out/inputs.csv", index_col="input", keep_default_na=False)
    assert list(inputs.index) == list(result.inputs.index)
    assert "luccioni2023" in inputs.loc["training.accelerator_hours", "source"]


def test_a_second_run_takes_the_place_of_the_first(folder):
    for seed in ("1", "2"):
        assert cli.main(["run", "bloom", "-o", "out", "--n", "64", "--seed", seed]) == 0
    assert lca.open("out/results.nc").manifest["seed"] == 2
    assert _names(folder) == ["out"]


def test_the_same_seed_gives_the_same_tables(folder):
    for name in ("a", "b"):
        cli.main(["run", "bloom", "-o", name, "--n", "64"])
    for name in ("summary.csv", "inputs.csv", "results.nc", "total.svg"):
        assert (folder / "a" / name).read_bytes() == (folder / "b" / name).read_bytes(), name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("study: x\nprset: training_run\n", "x.yaml:2:1: prset: no such key; did you mean"),
        ("", "x.yaml:1:1: the file is empty"),
        ("- 1\n", "a study is a mapping"),
    ],
)
def test_a_wrong_study_ends_with_two_and_writes_nothing(folder, capsys, text, message):
    (folder / "x.yaml").write_text(text)
    assert cli.main(["run", "x.yaml"]) == 2
    assert message in capsys.readouterr().err
    assert _names(folder) == ["x.yaml"]


def test_an_unknown_study_offers_near_names(folder, capsys):
    assert cli.main(["run", "blom"]) == 2
    assert "no study file 'blom'; did you mean 'bloom'" in capsys.readouterr().err
    assert _names(folder) == []


def test_samples_that_do_not_fit_end_with_two(folder, capsys):
    assert cli.main(["run", "bloom", "--n", str(2**28)]) == 2
    assert "take a smaller n" in capsys.readouterr().err
    assert _names(folder) == []


@pytest.mark.parametrize("wrong", [["--n", "0"], ["--n", "many"], ["--seed", "-1"], ["--m", "3"]])
def test_wrong_arguments_end_with_two(folder, capsys, wrong):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["run", "bloom", *wrong])
    assert stopped.value.code == 2
    assert "usage: lca" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["lca.cli.simulate", "lca.cli.report.write"])
def test_an_interrupt_leaves_nothing(folder, capsys, monkeypatch, where):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(where, stop)
    assert cli.main(["run", "bloom", "-o", "out", "--n", "64"]) == 130
    assert "interrupted; nothing was written" in capsys.readouterr().err
    assert _names(folder) == []


def test_a_full_disk_leaves_nothing(folder, capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lca.cli.report.write", full)
    assert cli.main(["run", "bloom", "-o", "out", "--n", "64"]) == 1
    assert "cannot write: [Errno 28] No space left" in capsys.readouterr().err
    assert _names(folder) == []


def test_a_signal_in_the_middle_of_a_run_leaves_nothing(folder):
    command = [sys.executable, "-c", "from lca.cli import main; raise SystemExit(main())"]
    run = subprocess.Popen(
        [*command, "run", "bloom", "-o", "out", "--n", str(2**16)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stdout.readline().startswith("BLOOM")
    time.sleep(0.3)
    for _ in range(20):  # Python drops a signal that comes while it collects garbage
        run.send_signal(signal.SIGINT)
        try:
            _, errors = run.communicate(timeout=5)  # a second one while it ends would kill it
            break
        except subprocess.TimeoutExpired:
            continue
    assert run.returncode == 130
    assert "nothing was written" in errors
    assert "Traceback" not in errors
    assert _names(folder) == []


def test_help_shows_an_example(capsys):
    with pytest.raises(SystemExit):
        cli.main(["run", "--help"])
    assert "example: lca run bloom -o results/bloom" in capsys.readouterr().out


# -- data -------------------------------------------------------------------------------------


def test_the_tables_are_searched_and_shown(capsys):
    assert cli.main(["data", "search", "PUE", "unknown"]) == 0
    assert "operation.pue.unknown_operator  1.56 1" in capsys.readouterr().out
    assert cli.main(["data", "search", "electricity"]) == 0
    assert "more; add a word" in capsys.readouterr().out
    assert cli.main(["data", "show", "operation.pue.unknown_operator"]) == 0
    shown = capsys.readouterr().out
    assert "source         uptime" in shown
    assert "locator" in shown
    assert cli.main(["data", "show", "H100-SXM-80GB"]) == 0
    assert "tdp            700" in capsys.readouterr().out
    assert cli.main(["data", "sources", "patterson2021"]) == 0
    assert capsys.readouterr().out.startswith("@")


def test_what_the_tables_do_not_hold_ends_with_two_and_near_names(capsys):
    for command, message in (
        (["search", "zzzz"], "no row holds 'zzzz'"),
        (
            ["show", "operation.pue.unknown_operatr"],
            "did you mean 'operation.pue.unknown_operator'",
        ),
        (["sources", "patersn2021"], "no source 'patersn2021'; did you mean 'patterson202"),
    ):
        assert cli.main(["data", *command]) == 2
        assert message in capsys.readouterr().err


def test_stages_are_listed_by_family_with_what_makes_them(capsys):
    assert cli.main(["stages"]) == 0
    out = capsys.readouterr().out
    assert "\ntransport\n  Freight " in out
    for name in lca.stages.__all__:
        assert f"  {name} " in out


@pytest.mark.parametrize("name", lca.stages.__all__)
def test_every_stage_is_explained_from_its_declarations(name, capsys):
    assert cli.main(["stages", name]) == 0
    out = capsys.readouterr().out
    one = getattr(lca.stages, name)
    assert inspect.getdoc(one).splitlines()[0] in out
    for field, slot in getattr(one, "_slots", {}).items():
        assert f"  {field}" in out
        assert slot.meaning in out
        if hasattr(slot.default, "key"):
            assert slot.default.key in out


def test_a_default_in_another_unit_says_its_own(capsys):
    assert cli.main(["stages", "LogicDie"]) == 0
    assert "fixed(300) mm" in capsys.readouterr().out


def test_a_misspelt_stage_ends_with_two_and_near_names(capsys):
    assert cli.main(["stages", "Coolin"]) == 2
    assert "no stage 'Coolin'; did you mean 'Cooling'" in capsys.readouterr().err


def test_published_results_are_made_again(capsys):
    assert cli.main(["reproduce", "BLOOM-TOTAL", "BLOOM-IDLE-KWH"]) == 0
    out = capsys.readouterr().out
    assert "BLOOM-TOTAL                  50.5      50.5325 tCO2e" in out
    assert "fitted: infrastructure_power" in out
    assert "luccioni2023" in out


def test_a_misspelt_case_ends_with_two_and_near_names(capsys):
    assert cli.main(["reproduce", "BLOOM-TOTL"]) == 2
    assert "did you mean 'BLOOM-TOTAL'" in capsys.readouterr().err


def test_steps_of_a_study_make_a_waterfall(folder):
    text = (
        "study: mine\npreset: training_run\n"
        "with: {accelerator: A100-SXM-80GB, accelerator_hours: 1000, region: FR,\n"
        "  development: excluded}\n"
        "scenarios: {narrow: {with: {pue: 1}}, whole: {}}\nsteps: [narrow, whole]\n"
    )
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    assert cli.main(["run", "mine.yaml", "-o", "out", "--n", "64"]) == 0
    steps = pd.read_csv(folder / "out" / "steps.csv")
    assert list(steps["scenario"]) == ["narrow", "whole"]
    assert steps["change"].sum() == pytest.approx(steps["mean"].iloc[-1])
    assert (folder / "out" / "waterfall.svg").exists()
