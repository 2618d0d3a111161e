"""What the README shows runs as it is written."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import lca
from lca import studyfile

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def _blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_its_python_runs(capsys):
    names: dict = {"lca": lca}
    for block in _blocks("python"):
        exec(block, names)
    assert "training [RatedTraining" in capsys.readouterr().out
    assert list(names["result"].scenarios) == ["France", "Poland", "France, 4 years"]
    assert names["grid"].per == "kWh"
    plt.close("all")


@pytest.mark.parametrize("block", _blocks("yaml"))
def test_its_study_file_loads(block, tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(block, encoding="utf-8")
    study = studyfile.load(path).study
    assert list(study.scenarios) == ["Sweden", "Poland", "Poland, better cooling"]


def test_its_two_commands_are_one_line_each_and_need_nothing():
    marked = re.findall(r"-->\n```sh\n(.*?)```", README, flags=re.DOTALL)
    commands = [block.strip() for block in marked]
    assert len(commands) == 2
    for command in commands:
        assert "\n" not in command
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q -e ")
