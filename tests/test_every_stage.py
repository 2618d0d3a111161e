"""What every stage of the library must keep; a new stage is found by itself."""

import inspect

import numpy as np
import pytest

import lca
from lca.quantity import Quantity
from lca.stage import Choice, bound, demands_of, flows_of, quantities_of

CLASSES = sorted(
    (
        one
        for one in vars(lca.stages).values()
        if isinstance(one, type) and issubclass(one, lca.Stage)
    ),
    key=lambda cls: cls.__name__,
)
SCALES_WITH_WORK = {
    "TimedRun": "accelerator_hours",
    "ComputeTraining": "tokens",
    "StatedComputeTraining": "compute",
    "Distillation": "tokens",
    "NodeWork": "hours",
    "SpannedTraining": "duration",
}
"""Where doubling a parameter is claimed to double every line of the inventory."""
BULBS = {"dry_bulb": 295, "wet_bulb": 285}
"""Temperatures that fit together: no air has a wet bulb above the dry bulb."""


WHOLE = {("FatTree", "tiers")}
"""Parameters that take whole numbers only."""


class Supply(lca.Stage):
    """Something per any unit, for the slots of a stage under test."""

    per: str = "kWh"
    phase = None
    burden: lca.Number = lca.parameter("1", "impact", default=1.0)

    def exchanges(self):
        yield from ()


def _made(cls):
    """Return a stage of a class with its defaults, and plain values where it has none."""
    given = {}
    for name, slot in cls._slots.items():
        if slot.holds == "supplier":
            given[name] = Supply(per=slot.unit or cls.per, name=name, phase=slot.phase or None)
        elif slot.holds == "suppliers":
            given[name] = {part: Supply(per=slot.unit, name=part) for part in ("one", "two")}
        elif name in BULBS:
            given[name] = lca.uniform(low=BULBS[name], high=BULBS[name] + 5)
        elif slot.holds == "parameter" and slot.default is None:
            spread = lca.lognormal(median=_middle(slot), gsd=1.05)
            given[name] = 2.0 if (cls.__name__, name) in WHOLE else spread
        elif slot.holds == "parameters":
            value = 0.5 if slot.valid == (0, 1) else _middle(slot)  # two shares sum to one
            given[name] = dict.fromkeys(("one", "two"), value)
    return cls(**given)


def _middle(slot):
    low, high = slot.valid[0], slot.valid[1] or slot.plausible[1]
    return 1.0 if high is None else (max(low or 0, 0) + high) / 4


@pytest.fixture(params=CLASSES, ids=lambda cls: cls.__name__)
def cls(request):
    return request.param


def test_it_can_be_made_from_its_defaults_and_passes_its_checks(cls):
    assert _made(cls).per == cls.per


def test_it_is_exported_by_name(cls):
    assert cls.__name__ in lca.stages.__all__


def test_it_says_what_it_is_and_gives_its_formula(cls):
    text = inspect.getdoc(cls)
    assert text, f"{cls.__name__} has no docstring"
    assert text.splitlines()[0].endswith(".")
    assert len(inspect.getsource(cls.exchanges).splitlines()) <= 15


def test_every_input_is_documented(cls):
    for name, slot in cls._slots.items():
        assert slot.meaning, f"{cls.__name__}.{name} says not what it is"
        if slot.holds == "parameter":
            assert slot.valid != (None, None), f"{cls.__name__}.{name} declares no bounds"


def test_every_uncertain_default_has_a_source_and_a_kind(cls):
    for path, held, slot in quantities_of(_made(cls)):
        if slot.default is None:
            continue
        if not held.is_fixed:
            assert held.source, f"{cls.__name__}.{path} has a default without a source"
            assert held.kind != "variability" or held.population
        assert isinstance(held, Quantity)


def test_a_float_is_an_array_of_one(cls):
    stage = _made(cls)
    points = {path: held.point for path, held, _ in quantities_of(stage)}
    arrays = {path: np.full(1, value) for path, value in points.items()}
    for (_, one), (_, other) in zip(
        bound(stage, points).exchanges(), bound(stage, arrays).exchanges(), strict=True
    ):
        np.testing.assert_allclose(other, one, rtol=1e-14)


def test_permuted_samples_permute_the_results(cls):
    stage = _made(cls)
    rng = np.random.default_rng(5)
    order = rng.permutation(16)
    uniforms = {path: rng.uniform(0.05, 0.95, 16) for path, _, _ in quantities_of(stage)}
    draws = {
        path: held.marginal.ppf(uniforms[path]) * held.scale
        for path, held, _ in quantities_of(stage)
    }
    shuffled = {path: values[order] for path, values in draws.items()}
    for (_, one), (_, other) in zip(
        bound(stage, draws).exchanges(), bound(stage, shuffled).exchanges(), strict=True
    ):
        np.testing.assert_array_equal(np.broadcast_to(one, 16)[order], np.broadcast_to(other, 16))


def test_no_flow_or_demand_is_negative(cls):
    stage = _made(cls)
    if stage.phase == "avoided":
        return
    for u in (0.001, 0.5, 0.999):
        values = {p: held.marginal.ppf(u) * held.scale for p, held, _ in quantities_of(stage)}
        for target, amount in bound(stage, values).exchanges():
            assert np.all(np.asarray(amount) >= 0), f"{target}: {amount}"


def test_its_coverage_is_declared(cls):
    stage = _made(cls)
    flows = flows_of(stage)
    assert flows or demands_of(stage)
    for category, reason in stage.zero.items():
        assert category not in flows, f"{category} is yielded and declared zero"
        assert len(reason) > 20
    if stage.phase is None or flows:
        assert lca.Lifecycle(stage).graph.covered(stage, "gwp"), "a stage that emits reports gwp"


def test_doubling_the_work_doubles_every_line(cls):
    for family, work in SCALES_WITH_WORK.items():
        if not any(one.__name__ == family for one in cls.__mro__):
            continue
        stage = _made(cls)
        points = {path: held.point for path, held, _ in quantities_of(stage)}
        beside = {path: 2 * points[path] for path in ("energy", "stored") if path in points}
        doubled = {**points, **beside, work: 2 * points[work]}
        once, twice = bound(stage, points).exchanges(), bound(stage, doubled).exchanges()
        for (_, one), (_, two) in zip(once, twice, strict=True):
            assert two == pytest.approx(2 * one)


def test_no_formula_opts_out_of_units():
    assert [cls.__name__ for cls in CLASSES if cls.unchecked_units] == []


def test_a_choice_is_no_stage_of_the_library():
    assert Choice not in CLASSES
