"""What the README shows runs as it is written."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import lca
from lca import published, reassessment, studyfile

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def _blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_its_python_runs(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it writes a report
    names: dict = {"lca": lca}
    for block in _blocks("python"):
        exec(block, names)
    assert "training [RatedTraining" in capsys.readouterr().out
    assert list(names["result"].scenarios) == ["France", "Poland", "France, 4 years"]
    assert names["grid"].per == "kWh"
    assert (tmp_path / "report.html").is_file()
    plt.close("all")


@pytest.mark.parametrize("block", _blocks("yaml"))
def test_its_study_file_loads(block, tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(block, encoding="utf-8")
    study = studyfile.load(path).study
    assert list(study.scenarios) == ["Sweden", "Poland", "Poland, better cooling"]


def test_its_commands_are_one_line_each_and_need_nothing():
    marked = re.findall(r"-->\n```sh\n(.*?)```", README, flags=re.DOTALL)
    commands = [block.strip() for block in marked]
    assert len(commands) == 4  # run, test, docs, paper
    for command in commands:
        assert "\n" not in command
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q -e ")


def coverage_table():
    """Return which stage of the presets reports which category, as a table of Markdown."""
    grid = lca.stages.electricity_mix("FR", 2023, name="grid")
    run = {"accelerator": "H100-SXM", "electricity": grid, "accelerator_hours": 1e6}
    lives = {
        "training_run": lca.training_run(**run, development=0.5, stored=10),
        "inference_service": lca.inference_service(
            accelerator="H100-SXM",
            electricity=grid,
            active_parameters=7e9,
            output_tokens=400,
            transferred=1e-6,
            year=2025,
        ),
    }
    columns = ["gwp", "pe", "wcf", "wsf", "adpe"]
    lines = ["| preset | stage | " + " | ".join(columns) + " |", "| --- " * 7 + "|"]
    for preset, life in lives.items():
        table = life.coverage
        for stage, row in table.iterrows():
            states = [row.get(column, "missing") for column in columns]
            marks = [{"complete": "x", "missing": ""}.get(state, "o") for state in states]
            lines.append(f"| {preset} | {stage} | " + " | ".join(marks) + " |")
    return "\n".join(lines)


def test_its_table_of_coverage_is_what_the_presets_say():
    found = re.search(r"<!-- coverage -->\n(.*?)\n<!-- end of coverage -->", README, re.DOTALL)
    assert found is not None
    assert found[1] == coverage_table()


def test_its_count_of_what_is_reproduced_is_the_count():
    text = " ".join(README.split())
    found = published.headline(published.table())
    sums = found.sum()
    assert f"holds {len(published.cases())} results of the literature" in text
    assert f"{sums['holds']} of {sums['cases']} come out, from" in text
    assert f"from {(found['cases'] > 0).sum()} sources" in text
    assert f"Of the {sums['other cases']} others" in text
    assert f"fewer inputs) {sums['other holds']} do" in text
    assert sum(bool(case.open) for case in published.cases().values()) == 6


def test_its_count_of_published_totals_inside_is_the_count():
    found = reassessment.table(n=1024)
    said = f"{found['inside'].sum()} of {len(found)} published totals lie inside"
    assert said in " ".join(README.split())
