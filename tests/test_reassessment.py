"""Reassessment: a published total beside the interval of the whole boundary."""

import re

import numpy as np
import pytest

from lca import cli, reassessment, simulate, studyfile, tables
from lca.studyfile import StudyFileError

STUDY = """
study: small
stages:
  grid: {stage: Electricity, intensity: 0.2, losses: 0}
root: grid
amount: 1000
functional_unit: one run
seed: 3
scenarios:
  as published: {}
  with losses: {grid.losses: {dist: uniform, low: 0.0, high: 0.2}}
  another grid:
    after: with losses
    grid.intensity: {dist: uniform, low: 0.3, high: 0.5}
  on the way: {grid.losses: 0.5}
steps: [as published, with losses, another grid]
published: {value: 0.2, unit: tCO2e, scenario: as published}
"""


def written(tmp_path, text=STUDY):
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_by_hand(tmp_path):
    row = reassessment.table([written(tmp_path)]).iloc[0]
    assert (row["study"], row["published"], row["unit"]) == ("small", 0.2, "tCO2e")
    assert row["first"] == pytest.approx(0.2)  # 1000 kWh at 0.2 kg
    delivered = np.log(1 / 0.8) / 0.2  # mean of 1 / (1 - losses)
    assert row["mean"] == pytest.approx(0.4 * delivered, rel=1e-3)
    assert 0.3 < row["low"] < 0.4 < row["high"] < 0.5 / 0.8
    assert row["width"] == pytest.approx(row["high"] / row["low"])
    assert not row["inside"]
    assert row["largest_step"] == "another grid"
    assert row["largest_change"] == pytest.approx(0.2 * delivered, rel=1e-3)
    assert row["note"] == ""


def test_steps_that_may_be_the_largest_are_all_named(tmp_path):
    near = STUDY.replace(
        "{dist: uniform, low: 0.3, high: 0.5}", "{dist: uniform, low: 0.2, high: 0.26}"
    )
    row = reassessment.table([written(tmp_path, near)]).iloc[0]
    assert row["largest_step"] == "another grid"
    assert re.fullmatch(r"with losses: \+0\.02\d+ \(larger in (3|4)\d %\)", row["rivals"])
    shown = reassessment.text(reassessment.table([written(tmp_path, near)]))
    assert "another grid: +0.03" in shown
    assert ", or with losses: +0.02" in shown
    assert reassessment.table([written(tmp_path)]).iloc[0]["rivals"] == ""  # 0.2 against 0.02


def test_it_is_what_the_run_of_the_study_says(tmp_path):
    path = written(tmp_path)
    file = studyfile.load(path)
    samples = simulate(file.study, 1024, 3, progress=False).total("gwp")[2].to_numpy() / 1000
    row = reassessment.table([path], n=1024).iloc[0]
    assert row["mean"] == pytest.approx(samples.mean())
    assert row["low"] == pytest.approx(np.quantile(samples, 0.05))
    other = reassessment.table([path], n=1024, seed=4).iloc[0]
    assert other["mean"] != row["mean"]


def test_a_published_value_within_the_interval_is_inside(tmp_path):
    path = written(tmp_path, STUDY.replace("value: 0.2,", "value: 0.45,"))
    assert reassessment.table([path], n=256)["inside"].tolist() == [True]


def test_a_step_down_may_be_the_largest(tmp_path):
    path = written(tmp_path, STUDY.replace("low: 0.3, high: 0.5", "low: 0.0, high: 0.01"))
    row = reassessment.table([path], n=256).iloc[0]
    assert row["largest_step"] == "another grid"
    assert row["largest_change"] < 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("published:", "small: no `published:` value"),
        ("steps:", "small: no two scenarios under `steps:`"),
    ],
)
def test_a_named_study_without_what_it_takes_is_refused(tmp_path, line, message):
    lines = [one for one in STUDY.splitlines() if not one.startswith(line)]
    with pytest.raises(StudyFileError, match=message):
        reassessment.table([written(tmp_path, "\n".join(lines))])


def test_an_unknown_study_is_said():
    with pytest.raises(StudyFileError, match="no study file 'blom'; did you mean 'bloom'"):
        reassessment.table(["blom"])


def test_all_shipped_studies_that_hold_both_are_reassessed():
    shipped = [studyfile.load(one) for one in (tables.root() / "studies").glob("*.yaml")]
    wanted = {one.name for one in shipped if one.published and len(one.steps) > 1}
    found = reassessment.table(n=64)
    assert set(found["study"]) == wanted
    assert list(found.columns) == reassessment.COLUMNS
    assert (found["low"] <= found["high"]).all()


def test_the_command_prints_a_line_a_study(tmp_path, capsys):
    assert cli.main(["reassess", str(written(tmp_path))]) == 0
    shown = capsys.readouterr().out
    assert "another grid: +0.2231 tCO2e; OUTSIDE" in shown
    assert "0 of 1 published totals lie inside" in shown
    assert cli.main(["reassess", "blom"]) == 2
