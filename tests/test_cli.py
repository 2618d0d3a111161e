"""The command line: what it prints and writes, and what it leaves behind when it cannot."""

import argparse
import inspect
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import lca
from lca import cli, studyfile

NAMES = [
    "compare.csv",
    "inputs.csv",
    "methods.md",
    "methods.tex",
    "ranks.csv",
    "report.html",
    "results.nc",
    "shares.pdf",
    "shares.png",
    "shares.svg",
    "sources.bib",
    "steps.csv",
    "summary.csv",
    "summary.md",
    "summary.tex",
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
    assert shown.count("[1] partial: without grid") == 1
    assert "gwp       not reported" not in shown
    assert "wcf       not reported" in shown  # the published boundary holds no water: not 0 L
    steps = shown.partition("step by step")[2].splitlines()
    assert [line.split("  ")[0] for line in steps[1:3]] == ["as published", "lifecycle grid"]
    assert "\nlifecycle grid  " not in shown.partition("step by step")[0]
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
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert page.count("one accelerator-hour of the final run</option>") == 1


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
        (
            "study: x\npreset: training_run\nwith:\n  accelerator_hour: 9\n",
            "x.yaml:4:3: with.accelerator_hour: no such fact; did you mean 'accelerator_hours'",
        ),
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
            _, errors = run.communicate(timeout=30)  # a second one while it ends would kill it
            break
        except subprocess.TimeoutExpired:
            continue
    assert run.returncode == 130
    assert "nothing was written" in errors
    assert "Traceback" not in errors
    assert _names(folder) == []


def _commands(parser, name="lca"):
    """Yield every command and its parser."""
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, one in action.choices.items():
                yield from _commands(one, f"{name} {word}")


@pytest.mark.parametrize("name", [name for name, _ in _commands(cli._parser())])
def test_help_of_every_command_shows_an_example_of_it(name, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main([*name.split()[1:], "--help"])
    assert stopped.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    example = shown.partition("xample")[2].partition(": ")[2]
    assert f"{name} " in f"{example} ", example


# -- studies with more to write, comparisons, sensitivity --------------------------------------


MINE = (
    "study: mine\npreset: training_run\n"
    "with: {accelerator: A100-SXM-80GB, accelerator_hours: 1000, region: FR,\n"
    "  development: excluded}\n"
    "samples: 64\nseed: 3\n"
    "grid: {region: [FR, PL], cluster.lifetime: [4, 6]}\n"
)


@pytest.fixture
def mine(folder):
    def write(more=""):
        (folder / "mine.yaml").write_text(MINE + more, encoding="utf-8")
        return "mine.yaml"

    return write


def test_a_run_writes_the_figures_and_the_sensitivity_that_the_study_names(folder, mine):
    more = (
        "sensitivity: {method: one_at_a_time, of: 'gwp, FR, 4 years'}\n"
        "figures: [total, total: {category: wcf}]\n"
    )
    assert cli.main(["run", mine(more), "-o", "out"]) == 0
    drawn = sorted(one.name for one in (folder / "out").glob("*.svg"))
    assert drawn == ["total-2.svg", "total.svg"]
    table = pd.read_csv(folder / "out" / "sensitivity.csv")
    assert set(table["output"]) == {"gwp, FR, 4 years"}
    ranks = pd.read_csv(folder / "out" / "ranks.csv", index_col="scenario")
    assert ranks.loc["FR, 6 years", "1"] == 1
    compared = pd.read_csv(folder / "out" / "compare.csv")
    assert set(compared["scenario"]) == {"FR, 6 years", "PL, 4 years", "PL, 6 years"}
    assert "| FR, 4 years | gwp |" in (folder / "out" / "summary.md").read_text("utf-8")
    assert "\\begin{tabular}" in (folder / "out" / "summary.tex").read_text("utf-8")


def test_a_run_writes_prints_and_draws_what_the_study_asks(folder, mine, capsys):
    more = (
        "sweep:\n  - {input: cooling.pue, values: [1.1, 1.5]}\n"
        "  - {input: cooling.pue, values: [1.2], scenarios: ['FR, 4 years']}\n"
        "crossing: {input: grid.intensity, between: [0, 1], of: [embodied, operational]}\n"
        "refresh: {improvement: 0.2}\n"
    )
    assert cli.main(["run", mine(more), "-o", "out", "--n", "128"]) == 0
    shown = capsys.readouterr().out
    assert "\ncrossing\ninput           scenario" in shown
    out = folder / "out"
    assert {"sweep.png", "sweep-2.svg", "crossing.csv", "refresh.csv"} <= set(_names(out))
    file = studyfile.load("mine.yaml")
    for name, make in file.tables.items():
        table = pd.read_csv(out / f"{name}.csv", dtype={"input_unit": str})
        pd.testing.assert_frame_equal(table, make(128, 3), check_dtype=False)
    assert cli.main(["run", "mine.yaml", "-o", "out", "--n", "64", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [row["scenario"] for row in said["refresh"]] == list(file.study.scenarios)


def test_a_figure_that_cannot_be_drawn_ends_with_two_and_leaves_nothing(folder, mine, capsys):
    study = mine("figures: [total: {published: 3 apples}]\n")
    assert cli.main(["run", study, "-o", "out"]) == 2
    assert "the figure 'total' cannot be drawn: published = '3 apples'" in capsys.readouterr().err
    assert _names(folder) == ["mine.yaml"]


def test_a_run_as_json_is_one_document(folder, mine, capsys):
    assert cli.main(["run", mine(), "-o", "out", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["study"], said["n"], said["seed"]) == ("mine", 64, 3)
    assert sorted(Path(one).name for one in said["wrote"]) == _names(folder / "out")
    result = lca.open("out/results.nc")
    assert [row["mean"] for row in said["summary"]] == pytest.approx(
        result.summary("group")["mean"].to_list()
    )


def test_scenarios_are_compared_and_ranked(folder, mine, capsys):
    assert cli.main(["compare", mine(), "--baseline", "PL, 6 years", "--category", "gwp"]) == 0
    shown = capsys.readouterr().out
    assert "against PL, 6 years, sample by sample" in shown
    assert "probability of each rank" in shown
    assert cli.main(["compare", "mine.yaml", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["baseline"] == "FR, 4 years"
    rows = {(row["scenario"], row["category"]): row for row in said["comparison"]}
    assert rows["FR, 6 years", "gwp"]["lower"] == 1
    assert [row["scenario"] for row in said["ranks"] if row["1"] == 1] == ["FR, 6 years"]
    assert _names(folder) == ["mine.yaml"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--baseline", "PL, 6 yers"], "did you mean 'PL, 6 years'"),
        (["--category", "gwpp"], "no stage yields 'gwpp'"),
    ],
)
def test_a_wrong_comparison_ends_with_two_before_it_samples(mine, capsys, more, message):
    assert cli.main(["compare", mine(), *more]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


def test_one_scenario_is_not_compared(folder, capsys):
    text = MINE[: MINE.index("grid:")]
    (folder / "one.yaml").write_text(text, encoding="utf-8")
    assert cli.main(["compare", "one.yaml"]) == 2
    assert "there is nothing to compare" in capsys.readouterr().err


def test_the_inputs_that_decide_are_printed(mine, capsys):
    study = mine("sensitivity: {method: elasticities, of: 'gwp, FR, 4 years'}\n")
    assert cli.main(["sensitivity", study]) == 0
    assert "elasticities, seed 3" in capsys.readouterr().out
    command = ["sensitivity", study, "--method", "sobol", "--n", "64", "--json"]
    assert cli.main([*command, "--of", "gwp, PL, 4 years"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["method"] == "sobol"
    outputs = {row["output"] for row in said["sensitivity"]}
    assert outputs == {"gwp, PL, 4 years"}
    first = said["sensitivity"][0]
    assert first["ST"] == max(row["ST"] for row in said["sensitivity"])
    assert cli.main(["sensitivity", study, "--of", "gwpp"]) == 2
    assert "no such output" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["compare", "sensitivity"])
def test_an_interrupt_of_other_commands_leaves_nothing(folder, mine, capsys, monkeypatch, command):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("lca.cli.simulate", stop)
    monkeypatch.setattr("lca.studyfile.Sensitivity.table", stop)
    assert cli.main([command, mine()]) == 130
    assert "nothing was written" in capsys.readouterr().err
    assert _names(folder) == ["mine.yaml"]


def test_the_schema_is_printed(capsys):
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == studyfile.schema()


@pytest.mark.parametrize(
    ("command", "holds"),
    [
        (["data", "search", "PUE", "unknown"], "operation.pue.unknown_operator"),
        (["data", "show", "operation.pue.unknown_operator"], "uptime"),
        (["data", "sources", "patterson2021"], "@"),
        (["stages"], "Cooling"),
        (["stages", "Cooling"], "operation.pue.unknown_operator"),
        (["stages", "electricity"], "Raises"),
        (["reproduce", "BLOOM-TOTAL"], "luccioni2023"),
        (["reassess", "bloom"], "inside"),
        (["atlas", "--n", "16"], "disclosures"),
    ],
)
def test_what_is_looked_up_may_be_json(command, holds, capsys):
    assert cli.main([*command, "--json"]) == 0
    said = capsys.readouterr().out
    assert json.loads(said)
    assert "NaN" not in said
    assert holds in said


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


def test_steps_on_the_way_are_no_answers(folder, capsys):
    assert studyfile.load("gpt3").answers == ["as published", "whole boundary"]
    assert cli.main(["compare", "gpt3", "--n", "64"]) == 0
    shown = capsys.readouterr().out
    assert "whole boundary" in shown
    assert "lifecycle grid" not in shown


def test_a_reader_that_goes_away_is_no_error(folder):
    command = f"{sys.executable} -c 'from lca.cli import main; main()' reproduce | head -1"
    run = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert run.stdout.startswith("case")
    assert run.stderr == ""
