"""One model as a lifecycle, by the rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any

from lca import catalogue, quantity, stages
from lca.atlas.disclosed import Model, cards
from lca.lifecycle import Lifecycle
from lca.quantity import Quantity
from lca.stage import Stage, choice, picking


def lifecycle(model: Model) -> Lifecycle:
    """Return the lifecycle of a model by the rule: its final run, and development beside it.

    Examples
    --------
    >>> from lca import atlas
    >>> list(lifecycle(atlas.named("model.gpt-3-175b-davinci.2020")).activities)
    ['development', 'training']
    """
    grid = _grid(model)
    cooling = _cooling(grid, model.operator, model.pue)
    known = "power" if model.power else "hours" if model.hours else "computation"
    pattern = _pattern(tuple(model.hardware), known, _route(model))
    changes: dict[str, Any] = {"grid": grid, "cooling": cooling, "training.times": _times(model)}
    if model.power:
        changes |= {f"run on {name}.power": model.power for name in model.hardware}
    if len(model.hardware) > 1:
        changes["hardware.picked"] = _picked(model, "hardware", model.hardware)
    made = pattern.replace(changes)
    return Lifecycle(made.activities, functional_unit=made.functional_unit, site=model.id)


def _times(model: Model) -> Quantity:
    """Return how many unit runs the run of a model is: thousands of hours, or ZFLOP."""
    size = model.computation if model.hours is None else model.hours
    assert size is not None
    return dataclasses.replace(size, unit="1", drawn_unit="1")


def _picked(model: Model, asked: str, weights: Mapping[str, float]) -> Quantity:
    """Return a pick of the model's own, by weight."""
    likeliest = max(weights, key=weights.__getitem__)
    return picking(f"{model.id}/{asked}", list(weights), weights, likeliest, "model")


# The site: stages that models of one place share


def _grid(model: Model) -> Stage:
    """Return the electricity of the place, called as in the pattern where there is but one."""
    if len(model.countries) == 1:
        return _grid_of(model.countries[0], model.year, model.area, "grid")
    grids = {code: _grid_of(code, model.year, "", f"grid {code}") for code in model.countries}
    alike = dict.fromkeys(grids, 1.0)
    return choice(f"{model.id}/country", grids, weights=alike, name="grid")


@cache
def _grid_of(code: str, year: int, area: str, name: str) -> Stage:
    losses = {} if code == "US" else {"losses": _one_for_all("operation.grid_loss_share.default")}
    return stages.electricity_within(code, year, area=area, name=name, **losses)


@cache
def _cooling(grid: Stage, operator: str, of_run: Quantity | None) -> Stage:
    pue = catalogue.figure(operator) if of_run is None else of_run
    return stages.Cooling(name="cooling", electricity=grid, pue=pue, wue=_WATER)


_WATER = quantity.fixed(0.0, "L/kWh", note="water is not asked for")


# The run: patterns that models with like hardware share, made and checked once


@cache
def _pattern(hardware: tuple[str, ...], known: str, route: str) -> Lifecycle:
    """Return a lifecycle with that hardware, of a unit run anywhere."""
    units = {name: _unit_run(name, known, route) for name in hardware}
    unit = next(iter(units.values()))
    if len(units) > 1:
        unit = choice("hardware", units, weights=dict.fromkeys(units, 1.0), name="hardware")
    run = stages.ScaledRun(name="training", run=unit, times=1.0)
    development = stages.Development(run=run, ratio=_one_for_all(DEVELOPMENT))
    return Lifecycle(
        {"development": development, "training": run}, functional_unit="one trained model"
    )


@cache
def _unit_run(name: str, known: str, route: str) -> Stage:
    """Return a run of a thousand accelerator-hours, or of one ZFLOP, on one accelerator."""
    card = cards()[name]
    grid, cooling = _anywhere()
    cluster = stages.Cluster(
        name=f"cluster of {card.id}",
        electricity=grid,
        cooling=cooling,
        accelerator=_accelerator(card.footprint),
        server=_server(route),
        rated_power=card.tdp,
        **_shared(stages.Cluster),
    )
    fields: dict[str, Any] = {
        "name": f"run on {card.id}",
        "electricity": grid,
        "cooling": cooling,
        "cluster": cluster,
    }
    hours = quantity.fixed(1.0, "kGPUh", note="a unit run")
    if known == "power":
        return stages.Training(accelerator_hours=hours, power=card.tdp, host_overhead=1.0, **fields)
    fields["rated_power"] = card.tdp
    if known == "hours":
        shared = _shared(stages.RatedTraining)
        return stages.RatedTraining(accelerator_hours=hours, **fields, **shared)
    fields |= _shared(stages.StatedComputeTraining) | {"mfu": _one_for_all(MFU)}
    computation = quantity.fixed(1.0, "ZFLOP", note="a unit run")
    return stages.StatedComputeTraining(compute=computation, peak=card.peak, **fields)


MFU = "operation.mfu.whole_run_any_size"
DEVELOPMENT = "operation.development_ratio.default"


@cache
def _anywhere() -> tuple[Stage, Stage]:
    """Return grid and cooling of a pattern, which every model replaces."""
    grid = stages.Electricity(name="grid", intensity=0.5, losses=0.0)
    return grid, stages.Cooling(name="cooling", electricity=grid, pue=1.0, wue=_WATER)


@cache
def _accelerator(footprint: str) -> Stage:
    return stages.Accelerator(
        name=f"accelerator by {footprint.rpartition('.')[2]}",
        footprint=catalogue.figure(footprint),
        covers=catalogue.covers(footprint),
    )


def _route(model: Model) -> str:
    return "US" if model.countries[0] in ("US", "CA") else ""


@cache
def _server(route: str) -> Stage:
    """Return a node without its accelerators, brought over the Pacific or else to Europe."""
    way = _shared(stages.Transport)
    if route:
        there = stages.transport_to(route)
        way |= {slot: _one_for_all(getattr(there, slot).key) for slot in _DISTANCES}
    return stages.Server(
        name="server",
        transport=stages.Transport(name="transport", serves=("server",), **way),
        disposal=stages.Disposal(name="disposal", serves=("server",), **_shared(stages.Disposal)),
        **_shared(stages.Server),
    )


_DISTANCES = ("air_distance", "sea_distance")


def _shared(stage: type[Stage]) -> dict[str, Any]:
    """Return the defaults of a stage that vary, each as one unknown of all models."""
    keys = {slot: getattr(about.default, "key", "") for slot, about in stage._slots.items()}
    return {
        slot: _one_for_all(key)
        for slot, key in keys.items()
        if key and catalogue.figure(key).kind == "variability"
    }


def _one_for_all(key: str) -> Quantity:
    return dataclasses.replace(catalogue.figure(key), name=key)
