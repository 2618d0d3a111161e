"""Every shipped study gives the published value first, and goes on to its whole boundary."""

from functools import cache

import numpy as np
import pytest

import lca
from lca import studyfile, tables, units

TOLERANCE = {
    "bert_regions_hours": 0.015,
    "fine_tuning": 0.015,
    "gemini_prompt": 0.015,
    "gpt3_water": 0.001,
    "hgx_h100": 0.0001,
    "tpu_v6e": 0.005,
}
"""How far the first total may lie off the published value; 0.015 unless given."""

NAMES = sorted(path.stem for path in (tables.root() / "studies").glob("*.yaml"))


@cache
def simulated(name):
    file = studyfile.load(name)
    return file, lca.simulate(file.study, n=4096, seed=file.seed)


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def test_the_first_step_is_the_published_value(name):
    file, result = simulated(name)
    held = file.published
    first = file.steps[0] if file.steps else held.scenario
    table = result.steps(held.category, [first])
    published = held.value * units.factor(held.unit, table["unit"][0])
    assert first == held.scenario
    assert table["mean"][0] == pytest.approx(published, rel=TOLERANCE.get(name, 0.015))


def test_published_inputs_are_single_numbers(name):
    file, result = simulated(name)
    first = result.steps(file.published.category, [file.published.scenario]).iloc[0]
    assert first["high"] == pytest.approx(first["low"], rel=1e-9)


def test_steps_are_finite_and_add_up_to_the_last_mean(name):
    file, result = simulated(name)
    for category in result.categories:
        assert np.isfinite(result.total(category).to_numpy()).all()
    table = result.steps(file.published.category, file.steps or None)
    assert table["change"].sum() == pytest.approx(table["mean"].iloc[-1], rel=1e-9)


def test_climate_is_complete(name):
    file, result = simulated(name)
    for scenario in file.study.scenarios:
        assert result.missing(scenario, "gwp") == []


def test_the_last_step_is_uncertain_and_is_the_whole_boundary(name):
    file, result = simulated(name)
    if not file.steps:
        pytest.skip("a study without a waterfall")
    last = result.steps(file.published.category, file.steps).iloc[-1]
    assert last["low"] < last["mean"] < last["high"]
    if "whole boundary" in file.study.scenarios:
        whole = result.steps(file.published.category, ["whole boundary"]).iloc[0]
        assert whole["mean"] == pytest.approx(last["mean"], rel=1e-9)


def test_every_study_says_what_was_published_and_what_it_adds(name):
    file, _ = simulated(name)
    assert file.published.source
    assert file.description.count(". ") >= 1
