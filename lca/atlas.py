"""Atlas: all notable models at once, from what is disclosed of each.

The rule was written down before anything was computed, and is the same for every model of
`runs/models.csv`. Nothing in it was fitted to a result.

1. **Work.** Where accelerator-hours are disclosed, they are taken (`RatedTraining`). Else they
   follow from the computation, ``FLOP / (peak × MFU)`` (`StatedComputeTraining`), with the MFU of
   whole runs of any size. Where the computation is not stated either, that of a language model is
   ``6 × parameters × tokens``. Else the model is left out, and counted. A computation stated by a
   compilation is off by a factor of each model's own, by the confidence of its row. Of a
   computation that includes the training of another model of the table (column "base"), that is
   taken off; where less than a twentieth of the base is left, the model is left out, and counted.
   A run that stands in `runs/training_runs.csv` is taken from there: hours, accelerator, power
   where it was metered, PUE, place.
2. **Power** is the rated power, times the share of it that training draws, times the overhead of
   the host; or the mean power metered for the whole system.
3. **Hardware.** An accelerator whose module is not said ("A100") is each of that name, as likely.
   Of one whose power or rate the tables lack, each of its maker and class (graphics card, or not)
   that came out in the four years up to the model's, or the first ones after, is as likely; of a
   maker without any, each of the class. Unknown hardware is that of the models with known
   hardware within two years and of the same size (below 1 ZFLOP, below 1,000, above), as often as
   they have it; within two years alone where these are fewer than five.
4. **Site.** The grid is that of the place, if it is known; else of the country of the organisation,
   in the year of publication (of several countries each is as likely, of none the world), and
   within the United States, China and Canada that of a state or province, each as likely
   (`stages.electricity_within`). PUE is that of the run; else of the operator, if it has a
   published one or is a large cloud; else of an unknown operator.
5. **Hardware, as made,** is amortised as by `training_run`: lifetime, utilisation, idle time
   carried, transport, disposal.
6. **What is one unknown.** All that is carried over from other runs, since no model discloses it,
   is one draw for all models: MFU, share of power, overhead of hosts, utilisation and life of
   clusters, footprints, grids of a country with what is common to its years, development. Of its
   own each model has its site, its PUE, its hardware where that is unknown, and the error of its
   computation. Sums are therefore as wide as if the defaults were wrong for all alike; columns
   called "independent" show how narrow they would be if every model erred by itself. The truth
   lies between.
7. **Sums are of means**, never of medians, and intervals of sums are of sums of samples.

Only final runs are in "energy", "operational", "embodied" and "total"; "with_development" is the
total times one plus the ratio of development that is the default of the package.
"""

from __future__ import annotations

import bisect
import dataclasses
import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import special

from lca import catalogue, quantity, sampling, stages, tables
from lca.attribution import Solution
from lca.lifecycle import GROUPS, Lifecycle
from lca.quantity import Quantity
from lca.stage import Stage, choice, picking
from lca.study import Study
from lca.tables import DataError
from lca.units import near

QUANTITIES = {
    "accelerator_hours": "kGPUh",
    "energy": "MWh",
    "operational": "tCO2e",
    "embodied": "tCO2e",
    "total": "tCO2e",
    "with_development": "tCO2e",
}
"""What is told of every model and sum, with its unit."""

STRATA = ("power", "hours", "hardware", "computation")
"""What is disclosed: hours and metered power; hours; the hardware without hours; no more."""

SIZES = (1.0, 1000.0)
"""ZFLOP between the sizes of models, for unknown hardware."""

FEWEST = 5
"""Models of one size without which size does not count."""

WORLDS = 16
"""Values at which something not disclosed is held, to see how far knowing it narrows."""

LEVEL = 0.9
"""Share of all draws between the ends of intervals."""


# -- what is disclosed --------------------------------------------------------------------------


@dataclass(frozen=True)
class Model:
    """What the table discloses of one model, read by the rule.

    Attributes
    ----------
    countries : tuple of str
        Codes of where it may have been trained, each as likely.
    area : str
        State of the site, where it is known.
    operator : str
        Key of the PUE, unless
    pue : Quantity or None
        it is of the run.
    hardware : mapping of str to float
        Accelerators that it may have been trained on, with their weights.
    hours, computation, power : Quantity or None
        Accelerator-hours; else the computation; mean power of the whole system where metered.
    disclosed : str
        One of `STRATA`.
    """

    id: str
    label: str
    organisation: str
    year: int
    confidence: str
    countries: tuple[str, ...]
    area: str
    operator: str
    pue: Quantity | None
    hardware: Mapping[str, float]
    hours: Quantity | None
    computation: Quantity | None
    power: Quantity | None
    disclosed: str


@dataclass(frozen=True)
class Read:
    """All models, read: those that can be assessed, and why the others cannot, by id."""

    models: tuple[Model, ...]
    excluded: Mapping[str, str]


@cache
def read() -> Read:
    """Return the models of the table, as the rule reads them.

    Examples
    --------
    >>> found = read()
    >>> len(found.models) + len(found.excluded) == len(tables.rows("models"))
    True
    """
    reasons = {row["id"]: _left_out(row) for row in tables.rows("models")}
    models = [_model(row) for row in tables.rows("models") if not reasons[row["id"]]]
    return Read(tuple(models), {id: reason for id, reason in reasons.items() if reason})


def _model(row: Mapping[str, str]) -> Model:
    named = _named_hardware(row)
    run = catalogue.published_run(row["run"]) if row["run"] else None
    place, hours, power = _place(row, run), _hours(row, run), _power(row, run)
    return Model(
        id=row["id"],
        label=row["label"],
        organisation=row["organisation"],
        year=int(row["year"]),
        confidence=row["confidence"],
        countries=place.countries,
        area=place.area,
        operator=place.operator,
        pue=run["pue"] if run else None,
        hardware=named or _like_hardware(row),
        hours=hours,
        computation=None if hours else _computation(row),
        power=power,
        disclosed="power"
        if power
        else "hours"
        if hours
        else "hardware"
        if named
        else "computation",
    )


def _disclosed(power: Quantity | None, hours: Quantity | None, named: Mapping[str, float]) -> str:
    """Return the first of `STRATA` that is known."""
    known = (power is not None, hours is not None, bool(named), True)
    return STRATA[known.index(True)]


def _left_out(row: Mapping[str, str]) -> str:
    """Return why the rule leaves a model out; nothing if it does not."""
    run = catalogue.published_run(row["run"]) if row["run"] else None
    if _hours(row, run) is not None:
        return ""
    if not _stated(row):
        return "neither hours nor computation, nor tokens of a language model"
    if row["base"] and _stated(row) - _of_base(row) < 0.05 * _of_base(row):
        return f"all but a twentieth of its computation is that of {row['base']}, which is counted"
    return ""


def _hours(row: Mapping[str, str], run: catalogue.Record | None) -> Quantity | None:
    """Return the hours of the model's own training; those that hold a base are not its own."""
    if run is not None and run["accelerator_hours"] is not None:
        return run["accelerator_hours"]
    if row["base"] and row["utilisation_whole_run"]:
        return None
    return catalogue.record("models", row["id"])["accelerator_hours"]


def _power(row: Mapping[str, str], run: catalogue.Record | None) -> Quantity | None:
    """Return the mean power of the whole system, with the error of meters, where it was metered."""
    if run is None or run["power_is"] != "metered, system with host":
        return None
    power = run["power"]
    spread = catalogue.figure("operation.metering.ratio")
    return quantity.normal(
        mean=power.point,
        sd=power.point * (spread.interval(LEVEL)[1] - 1) / special.ndtri(0.5 + LEVEL / 2),
        unit=power.unit,
        name=f"{row['id']}/power",
        source=f"{power.source};{spread.source}",
    )


def _computation(row: Mapping[str, str]) -> Quantity:
    """Return the computation as stated, with the spread of the confidence of its row."""
    ratio = catalogue.figure(f"operation.computation_ratio.{row['confidence']}")
    return quantity.lognormal(
        median=_stated(row) - _of_base(row),
        sigma=float(np.log(ratio.interval(LEVEL)[1]) / special.ndtri(0.5 + LEVEL / 2)),
        unit="ZFLOP",
        name=f"{row['id']}/computation",
        kind="variability",
        population=ratio.population,
        source=f"{row['source']};{ratio.source}",
    )


def _stated(row: Mapping[str, str]) -> float:
    """Return the computation as stated, or that of a language model, in ZFLOP; 0 if unknown."""
    return float(row["compute"] or 0) or _six_n_d(row)


def _of_base(row: Mapping[str, str]) -> float:
    return _stated(catalogue.row(row["base"])) if row["base"] else 0.0


def _six_n_d(row: Mapping[str, str]) -> float:
    if row["domain"] != "Language" or not (row["parameters"] and row["dataset_size"]):
        return 0.0
    operations = catalogue.figure("operation.computation.training").point
    return operations * float(row["parameters"]) * float(row["dataset_size"]) / 1e21


# -- hardware -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """What the atlas takes of an accelerator: rated power, rate, footprint."""

    id: str
    year: int
    tdp: Quantity
    peak: Quantity
    footprint: str
    graphics: bool


@cache
def _cards() -> dict[str, Card]:
    """Return the accelerators whose rated power and floating-point rate are known.

    The rate is that at 16 bits where there is one, else that at 32.
    """
    found = {}
    for row in tables.rows("accelerators"):
        facts = catalogue.record("accelerators", row["id"])
        peak = facts["dense_peak"] or facts["peak_fp32"]
        if facts["tdp"] is not None and peak is not None:
            footprint = str(facts["footprint"] or "footprint.accelerator.generic")
            found[row["id"]] = Card(
                row["id"], int(row["year"]), facts["tdp"], peak, footprint, _graphics(row["label"])
            )
    return found


def _graphics(name: str) -> bool:
    return any(word in name for word in ("GeForce", "TITAN", "Quadro", "RTX"))


def _named_hardware(row: Mapping[str, str]) -> dict[str, float]:
    """Return the accelerators that the named hardware may be, each name with equal weight."""
    weights: dict[str, float] = {}
    run = catalogue.published_run(row["run"]) if row["run"] else None
    given = (run and run["accelerator"]) or row["hardware"]
    names = [name.strip() for name in given.split(";") if name.strip()]
    for name in names:
        meant = _meant(name, int(row["year"]))
        for one in meant:
            weights[one] = weights.get(one, 0.0) + 1 / len(names) / len(meant)
    return weights


def _meant(name: str, year: int) -> list[str]:
    cards = _cards()
    if name in cards:
        return [name]
    of_family = [one for one in cards if one.startswith(f"{name}-")]
    return of_family or _of_class(name, year)


def _of_class(name: str, year: int) -> list[str]:
    """Return what may stand for an accelerator whose power or rate is not known."""
    makers = {row["id"]: row["vendor"] for row in tables.rows("accelerators")}
    alike = [card for card in _cards().values() if card.graphics == _graphics(name)]
    of_maker = [card for card in alike if makers[card.id] == makers.get(name)] or alike
    recent = [card.id for card in of_maker if year - 4 <= card.year <= year]
    later = [card for card in of_maker if card.year > year] or of_maker
    first = min(card.year for card in later)
    return recent or [card.id for card in later if card.year == first]


@dataclass(frozen=True)
class Known:
    """A model whose hardware is known: year, size, accelerators by weight."""

    id: str
    year: int
    size: int
    hardware: Mapping[str, float]


@cache
def _known() -> tuple[Known, ...]:
    """Return the models whose hardware is known."""
    rows = tables.rows("models")
    return tuple(
        Known(row["id"], int(row["year"]), _size(row), named)
        for row in rows
        if (named := _named_hardware(row))
    )


def _like_hardware(row: Mapping[str, str]) -> dict[str, float]:
    """Return the hardware of other models like it, as often as they have it."""
    others = [one for one in _known() if one.id != row["id"]]
    near_in_time = [one for one in others if abs(one.year - int(row["year"])) <= 2]
    alike = [one for one in near_in_time if one.size == _size(row)]
    weights: dict[str, float] = {}
    for one in alike if len(alike) >= FEWEST else near_in_time:
        for name, weight in one.hardware.items():
            weights[name] = weights.get(name, 0.0) + weight
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _size(row: Mapping[str, str]) -> int:
    """Return which of the sizes a model has; of unknown computation, the smallest."""
    return bisect.bisect(SIZES, float(row["compute"] or 0))


# -- site -----------------------------------------------------------------------------------

_COUNTRIES = {
    "United States": "US",
    "United Kingdom": "GB",
    "United Kin": "GB",
    "Korea (Republic of)": "KR",
    "Hong Kong": "HK",
    "Taiwan": "TW",
}

_OPERATORS = {
    "operation.pue.google_fleet": ("Google", "DeepMind"),
    "operation.pue.azure_mean": ("Microsoft", "OpenAI"),
    "operation.pue.aws_mean": ("Amazon",),
    "operation.pue.large_cloud": (
        "Meta AI", "Facebook", "Alibaba", "Tencent", "Baidu", "ByteDance", "Huawei", "IBM", "Apple",
    ),
}  # fmt: skip
"""Organisations that run their own large sites, or train at those of a known operator."""


@dataclass(frozen=True)
class Place:
    """Where a model may have been trained, and whose PUE that place has."""

    countries: tuple[str, ...]
    area: str
    operator: str


def _place(row: Mapping[str, str], run: catalogue.Record | None) -> Place:
    """Return the place of the run, by country and state; else that of the organisation."""
    operator = _operator(row["organisation"])
    location = str((run and run["location"]) or "")
    if location == "AWS":
        return Place(_countries(row["country"]), "", "operation.pue.aws_mean")
    first, _, last = location.rpartition(", ")
    code = {row["name"]: row["code"] for row in tables.rows("countries")}.get(last)
    code = {"US": "US"}.get(last, code)
    if code is None:
        return Place(_countries(row["country"]), "", operator)
    rows = [one for one in tables.rows("electricity_subnational") if one["geography"] == code]
    areas = {one["label"].split(", ")[1]: one["area"] for one in rows}
    return Place((code,), areas.get(first, ""), operator)


@cache
def _countries(text: str) -> tuple[str, ...]:
    """Return the codes of the countries named; what is no country, or cut off, is left out."""
    names = {row["name"]: row["code"] for row in tables.rows("countries")}
    found = []
    for name in text.split(";"):
        begun = (code for begin, code in _COUNTRIES.items() if name.startswith(begin))
        found.append(names.get(name) or next(begun, ""))
    return tuple(dict.fromkeys(filter(None, found))) or ("GLO",)


def _operator(organisations: str) -> str:
    """Return the key of the PUE of the first organisation whose operator is known."""
    for organisation in organisations.split(";"):
        for key, names in _OPERATORS.items():
            if any(organisation.startswith(name) for name in names):
                return key
    return "operation.pue.unknown_operator"


# -- one model as a lifecycle ---------------------------------------------------------------


def lifecycle(model: Model) -> Lifecycle:
    """Return the lifecycle of a model by the rule: its final run, and development beside it.

    Examples
    --------
    >>> list(lifecycle(named("model.gpt-3-175b-davinci.2020")).activities)
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


def named(id: str) -> Model:
    """Return the model with an id, as the rule reads it.

    Raises
    ------
    DataError
        If there is none (near names are offered), or the rule leaves it out.
    """
    found = {model.id: model for model in read().models}
    if id in read().excluded:
        raise DataError(f"{id}: left out of the atlas: {read().excluded[id]}")
    if id not in found:
        raise DataError(f"no model {id!r}{near(id, found)}")
    return found[id]


def _times(model: Model) -> Quantity:
    """Return how many unit runs the run of a model is: thousands of hours, or ZFLOP."""
    size = model.computation if model.hours is None else model.hours
    assert size is not None
    return dataclasses.replace(size, unit="1", drawn_unit=None)


def _picked(model: Model, asked: str, weights: Mapping[str, float]) -> Quantity:
    """Return a pick of the model's own, by weight."""
    likeliest = max(weights, key=weights.__getitem__)
    return picking(f"{model.id}/{asked}", list(weights), weights, likeliest, "model")


# The site: stages that models of one place share


def _grid(model: Model) -> Stage:
    grids = {code: _grid_of(code, model.year, model.area) for code in model.countries}
    if len(grids) == 1:
        return grids[model.countries[0]]
    alike = dict.fromkeys(grids, 1.0)
    return choice(f"{model.id}/country", grids, weights=alike, name="grid")


@cache
def _grid_of(code: str, year: int, area: str) -> Stage:
    losses = {} if code == "US" else {"losses": _one_for_all("operation.grid_loss_share.default")}
    return stages.electricity_within(code, year, area=area, name=f"grid {code}", **losses)


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
    development = stages.Development(run=run, ratio=_one_for_all(_DEVELOPMENT))
    return Lifecycle(
        {"development": development, "training": run}, functional_unit="one trained model"
    )


@cache
def _unit_run(name: str, known: str, route: str) -> Stage:
    """Return a run of a thousand accelerator-hours, or of one ZFLOP, on one accelerator."""
    card = _cards()[name]
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
    fields |= _shared(stages.StatedComputeTraining) | {"mfu": _one_for_all(_MFU)}
    computation = quantity.fixed(1.0, "ZFLOP", note="a unit run")
    return stages.StatedComputeTraining(compute=computation, peak=card.peak, **fields)


_MFU = "operation.mfu.whole_run_any_size"
_DEVELOPMENT = "operation.development_ratio.default"


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


# -- all of them at once ----------------------------------------------------------------------

ITEMS: dict[str, tuple[str, ...]] = {
    "hardware": ("*/hardware",),
    "computation": ("*/computation",),
    "utilisation of the peak": (_MFU,),
    "hours and hardware": ("*/hardware", "*/computation", _MFU),
    "power": ("operation.power_fraction.*", "operation.host_overhead.*"),
    "metered energy": (
        "*/hardware",
        "*/computation",
        _MFU,
        "operation.power_fraction.*",
        "operation.host_overhead.*",
    ),
    "PUE": ("*/cooling.pue",),
    "place": ("*/country", "*/grid*.siting", "electricity.*", "common factor electricity *",
              "operation.grid_loss_share.*"),
    "hardware as made": ("footprint.*", "common factor memory*", "common factor nvidia*",
                         "operation.service_life.*", "operation.utilisation.*"),
    "development": (_DEVELOPMENT,),
}  # fmt: skip
"""What may be disclosed, and which unknowns are then known: patterns of labels."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """All models of the table, assessed: tidy tables, and the samples behind them.

    Attributes
    ----------
    models : DataFrame
        One row for every model and quantity: id, label, organisation, year, countries, operator,
        disclosed, hardware (types it may have been trained on), quantity, unit, nominal, mean,
        median, low and high (90 % interval).
    years, strata : DataFrame
        Sums by year of publication, and by what is disclosed with "all" below: models, mean (the
        sum of means), median, low, high, and low_independent and high_independent, as if no two
        models shared an unknown.
    disclosures : DataFrame
        What knowing an item of `ITEMS` of all models would leave of the width of intervals:
        item, quantity, models (of which it is not known), sum (width of the interval of the sum
        over all models, over that without; widths are of logarithms), model (the median of the
        same over those models), halves (whether the interval of the sum falls to a half).
    excluded : DataFrame
        Models that the rule leaves out: id, reason.
    samples : mapping of str to array
        By quantity: model, sample, in the units of `QUANTITIES`.
    """

    models: Any
    years: Any
    strata: Any
    disclosures: Any
    excluded: Any
    samples: Mapping[str, np.ndarray]
    n: int
    seed: int


def assess(n: int = 4096, seed: int = 0) -> Atlas:
    """Assess all models by the rule at the head of this module.

    Parameters
    ----------
    n : int
        Samples, rounded up to a multiple of `WORLDS` × 16.
    seed : int
        The same seed gives the same numbers.

    Raises
    ------
    ValueError
        If n or seed is no whole number above 0, or 0 or above.

    Examples
    --------
    >>> found = assess(n=256)
    >>> found.years.columns.tolist()[:4]
    ['year', 'quantity', 'unit', 'models']
    """
    import pandas as pd

    every = _Every(read().models, _whole(sampling.check_size(n)), sampling.check_seed(seed))
    draws = every.draws()
    samples = every.evaluate(draws)
    excluded = pd.DataFrame(read().excluded.items(), columns=["id", "reason"])
    return Atlas(
        models=_models(every, samples),
        years=_sums(every, samples, "year", [model.year for model in every.models]),
        strata=_strata(every, samples),
        disclosures=_disclosures(every, draws, samples),
        excluded=excluded,
        samples=samples,
        n=every.n,
        seed=every.seed,
    )


def _whole(n: int) -> int:
    return -(-n // (16 * WORLDS)) * 16 * WORLDS


class _Every:
    """All models as one study, evaluated one after the other to keep memory small."""

    def __init__(self, models: Sequence[Model], n: int, seed: int) -> None:
        self.models = models
        self.n = n
        self.seed = seed
        self.lives = [lifecycle(model) for model in models]
        ids = [model.id for model in models]
        self.study = Study(dict(zip(ids, self.lives, strict=True)), name="atlas")
        self.called: dict[str, dict[str, str]] = {one: {} for one in ids}
        for root in self.study.roots:
            for scenario, label in root.called.items():
                self.called[scenario][label] = root.label

    def draws(self) -> dict[str, np.ndarray]:
        """Return what is drawn, by label: plain random streams, each of its label alone."""
        roots = self.study.roots
        columns = [root.distribution.columns for root in roots]
        labels = [root.label for root in roots]
        uniforms = sampling.design(labels, columns, self.n, self.seed, "random")
        return self.study.draw(uniforms.block(0, self.n))

    def evaluate(
        self, draws: Mapping[str, np.ndarray], which: Iterable[int] | None = None
    ) -> dict[str, np.ndarray]:
        """Return every quantity by model and sample, of some models or of all."""
        chosen = range(len(self.models)) if which is None else list(which)
        found = {name: np.empty((len(chosen), self.n)) for name in QUANTITIES}
        for row, position in enumerate(chosen):
            for name, values in _quantities(
                self.lives[position], self.solve(position, draws)
            ).items():
                found[name][row] = values
        return found

    def solve(self, position: int, draws: Mapping[str, np.ndarray]) -> Solution:
        """Return the solution of one model."""
        called = self.called[self.models[position].id]
        own = {label: draws[root] for label, root in called.items()}
        return self.lives[position].evaluate(own, self.n)


def _quantities(life: Lifecycle, solution: Solution) -> dict[str, np.ndarray]:
    """Return the quantities of one model: of the final run, and with development.

    Development is the final run times its ratio, so one share takes it off everything.
    """
    gwp = life.categories.index("gwp")
    activities = solution.activities[gwp]
    whole = activities.sum(axis=0)
    final = activities[list(life.activities).index("training")] / whole
    stages_of = [life.order[row] for row in life.graph.rows]
    groups = {
        group: solution.impacts[gwp][[stage.phase in phases for stage in stages_of]].sum(axis=0)
        for group, phases in GROUPS.items()
    }
    hours = sum(_amount(life, solution, name) for name in life.stages if name.startswith("cluster"))
    return {
        "accelerator_hours": hours * final / 1e3,
        "energy": _amount(life, solution, _supply(life)) * final / 1e3,
        "operational": groups["operational"] * final / 1e3,
        "embodied": groups["embodied"] * final / 1e3,
        "total": whole * final / 1e3,
        "with_development": whole / 1e3,
    }


def _amount(life: Lifecycle, solution: Solution, stage: str) -> np.ndarray:
    return solution.amounts[list(life.stages).index(stage)]


def _supply(life: Lifecycle) -> str:
    """Return the name of the electricity of the site, of one country or of several."""
    return life.stages["cooling"].electricity.name  # type: ignore[attr-defined]


def _interval(samples: np.ndarray) -> np.ndarray:
    return np.asarray(np.quantile(samples, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=-1))


def _width(samples: np.ndarray) -> np.ndarray:
    """Return the logarithm of the upper over the lower end of intervals."""
    low, high = _interval(samples)
    return np.asarray(np.log(high / low))


def _models(every: _Every, samples: Mapping[str, np.ndarray]) -> Any:
    import pandas as pd

    about = pd.DataFrame(
        [
            {
                "id": model.id,
                "label": model.label,
                "organisation": model.organisation,
                "year": model.year,
                "countries": ";".join(model.countries),
                "operator": model.operator,
                "disclosed": model.disclosed,
                "hardware": len(model.hardware),
            }
            for model in every.models
        ]
    )
    nominal = [_quantities(life, life.nominal_solution) for life in every.lives]
    parts = []
    for name, unit in QUANTITIES.items():
        low, high = _interval(samples[name])
        parts.append(
            about.assign(
                quantity=name,
                unit=unit,
                nominal=[float(one[name][0]) for one in nominal],
                mean=samples[name].mean(axis=1),
                median=np.median(samples[name], axis=1),
                low=low,
                high=high,
            )
        )
    return pd.concat(parts, ignore_index=True)


def _sums(every: _Every, samples: Mapping[str, np.ndarray], by: str, keys: Sequence[Any]) -> Any:
    """Return sums over the models of every key."""
    import pandas as pd

    mixed = _mixed(every)
    rows = []
    for key in sorted(set(keys)):
        within = np.array([one == key for one in keys])
        for name, unit in QUANTITIES.items():
            held = samples[name][within]
            apart = np.take_along_axis(held, mixed[within], axis=1)
            rows.append([key, name, unit, int(within.sum()), *_described(held, apart)])
    columns = [by, "quantity", "unit", "models", *_SUMMED]
    return pd.DataFrame(rows, columns=columns)


_SUMMED = ["mean", "median", "low", "high", "low_independent", "high_independent"]


def _described(held: np.ndarray, apart: np.ndarray) -> list[float]:
    summed = held.sum(axis=0)
    ends = [*_interval(summed), *_interval(apart.sum(axis=0))]
    return [float(summed.mean()), float(np.median(summed)), *map(float, ends)]


def _mixed(every: _Every) -> np.ndarray:
    """Return a random order of samples for every model, so that none goes with another."""
    rng = np.random.default_rng([every.seed, 1])
    return rng.permuted(np.tile(np.arange(every.n), (len(every.models), 1)), axis=1)


def _strata(every: _Every, samples: Mapping[str, np.ndarray]) -> Any:
    """Return sums by what is disclosed, and the median width of intervals of the models."""
    import pandas as pd

    disclosed = [model.disclosed for model in every.models]
    apart = _sums(every, samples, "disclosed", disclosed)
    whole = _sums(every, samples, "disclosed", ["all"] * len(disclosed))
    order = {name: place for place, name in enumerate((*STRATA, "all"))}
    found = pd.concat([apart, whole], ignore_index=True)
    found = found.sort_values("disclosed", key=lambda names: names.map(order), kind="stable")
    widths = {name: np.exp(_width(samples[name])) for name in QUANTITIES}
    found["ratio"] = [
        float(np.median(widths[row.quantity][[row.disclosed in (one, "all") for one in disclosed]]))
        for row in found.itertuples()
    ]
    return found.reset_index(drop=True)


# -- what knowing more would leave of the intervals ----------------------------------------------


def _disclosures(
    every: _Every, draws: Mapping[str, np.ndarray], samples: Mapping[str, np.ndarray]
) -> Any:
    """Return by how much intervals narrow, for every item of `ITEMS` and quantity.

    The samples are dealt into `WORLDS`. In each the item has one value, drawn as it is drawn
    otherwise, for that is what knowing it means, whatever it turns out to be. Width is the mean
    over the worlds; without the item held it is taken in the same way, so that few samples a
    world bias both alike.
    """
    import pandas as pd

    before = {name: _in_worlds(samples[name]) for name in QUANTITIES}
    rows = []
    for item, patterns in ITEMS.items():
        held = [label for label in draws if any(fnmatch.fnmatchcase(label, p) for p in patterns)]
        touched = [
            position
            for position, model in enumerate(every.models)
            if set(held) & set(every.called[model.id].values())
        ]
        known = every.evaluate({**draws, **{label: _held(draws[label]) for label in held}}, touched)
        for name in QUANTITIES:
            after = samples[name].copy()
            after[touched] = known[name]
            widths = _in_worlds(after)
            of_sum = widths[-1] / before[name][-1]
            of_models = float(np.median(widths[touched] / before[name][touched]))
            rows.append([item, name, len(touched), float(of_sum), of_models, bool(of_sum <= 0.5)])
    columns = ["item", "quantity", "models", "sum", "model", "halves"]
    return pd.DataFrame(rows, columns=columns)


def _held(draw: np.ndarray) -> np.ndarray:
    """Return a draw that has one value in each world."""
    worlds = draw.reshape(*draw.shape[:-1], WORLDS, -1)
    return np.broadcast_to(worlds[..., :1], worlds.shape).reshape(draw.shape)


def _in_worlds(samples: np.ndarray) -> np.ndarray:
    """Return mean widths over the worlds: of every model, and last of their sum."""
    with_sum = np.vstack([samples, samples.sum(axis=0)])
    return np.asarray(_width(with_sum.reshape(len(with_sum), WORLDS, -1)).mean(axis=-1))


# -- does the rule hold what is disclosed? ---------------------------------------------------------

CHECKED = ["question", "id", "label", "unit", "stated", "low", "median", "high", "inside", "pit"]
"""Columns of `checks`."""


def checks(n: int = 4096, seed: int = 0) -> Any:
    """Hide what some models disclose, predict it by the rule, and lay the two side by side.

    Accelerator-hours of models that state hours, computation and hardware, from computation and
    hardware, and from the computation alone; published energies of training runs, metered or
    estimated by their authors, from hours and hardware (power, PUE and place hidden), and from the
    computation alone. Models whose hours and computation do not fit each other (flagged in the
    table) are left out. The energy predicted holds some per cent of idle time, the published one
    does not.

    Returns
    -------
    pandas.DataFrame
        `CHECKED`: what was asked, of which model; stated, and 90 % interval and median of what was
        predicted; inside, whether the interval holds it; pit, the share of samples below it.

    Examples
    --------
    >>> checks(n=256)["question"].nunique()
    4
    """
    import pandas as pd

    size = _whole(sampling.check_size(n))
    timed, metered = _with_hours_and_computation(), _with_energy()
    asked = [
        ("hours, from computation and hardware", timed, _without_hours),
        ("hours, from computation", timed, _without_hardware),
        ("energy, from hours and hardware", metered, _without_power),
        ("energy, from computation", metered, _without_hardware),
    ]
    rows = []
    for question, held, hide in asked:
        every = _Every([hide(one.model) for one in held], size, sampling.check_seed(seed))
        draws = every.draws()
        for position, one in enumerate(held):
            life, solution = every.lives[position], every.solve(position, draws)
            said = _beside(one.value, _predicted(life, solution, one.what))
            rows.append([question, one.model.id, one.model.label, one.unit, *said])
    return pd.DataFrame(rows, columns=CHECKED)


def _beside(stated: float, samples: np.ndarray) -> list[Any]:
    low, high = _interval(samples)
    inside, below = bool(low <= stated <= high), float((samples < stated).mean())
    return [stated, low, float(np.median(samples)), high, inside, below]


@dataclass(frozen=True)
class Stated:
    """What is known of a model and shall be predicted: hours, or energy of IT or facility."""

    model: Model
    value: float
    unit: str
    what: str


def _with_hours_and_computation() -> list[Stated]:
    """Return the hours of models whose hours and computation are of one run."""
    return [
        Stated(model, model.hours.to("kGPUh").point, "kGPUh", "hours")
        for model in read().models
        if model.hours is not None and catalogue.row(model.id)["utilisation_whole_run"]
    ]


def _with_energy() -> list[Stated]:
    """Return the published energies of models with hours."""
    found = []
    for model in read().models:
        run_id = catalogue.row(model.id)["run"]
        run = catalogue.published_run(run_id) if run_id else None
        if run is not None and run["energy"] is not None and model.hours is not None:
            energy = run["energy"].to("MWh").point
            found.append(Stated(model, energy, "MWh", str(run["energy_boundary"])))
    return found


def _without_power(model: Model) -> Model:
    return dataclasses.replace(model, power=None, pue=None, area="")


def _without_hours(model: Model) -> Model:
    computation = _computation(catalogue.row(model.id))
    return dataclasses.replace(_without_power(model), hours=None, computation=computation)


def _without_hardware(model: Model) -> Model:
    hardware = _like_hardware(catalogue.row(model.id))
    return dataclasses.replace(_without_hours(model), hardware=hardware)


def _predicted(life: Lifecycle, solution: Solution, what: str) -> np.ndarray:
    """Return hours, energy of the facility, or energy of IT, of the final run."""
    found = _quantities(life, solution)
    if what == "hours":
        return found["accelerator_hours"]
    cooled = _amount(life, solution, "cooling") / _amount(life, solution, _supply(life))
    return found["energy"] * (cooled if what == "IT" else 1.0)
