"""What is disclosed of every model of the table, read by the rule."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from lca import catalogue, quantity, tables
from lca.quantity import Quantity
from lca.tables import DataError
from lca.units import near

STRATA = ("power", "hours", "hardware", "computation")
"""What is disclosed: hours and metered power; hours; the hardware without hours; no more."""

SIZES = (1.0, 1000.0)
"""ZFLOP between the sizes of models, for unknown hardware."""

FEWEST = 5
"""Models of one size without which size does not count."""


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


def named(id: str) -> Model:
    """Return the model with an id, as the rule reads it.

    Raises
    ------
    DataError
        If there is none (near names are offered), or the rule leaves it out.

    Examples
    --------
    >>> named("model.grok-2.2024").disclosed
    'hardware'
    """
    found = {model.id: model for model in read().models}
    if id in read().excluded:
        raise DataError(f"{id}: left out of the atlas: {read().excluded[id]}")
    if id not in found:
        raise DataError(f"no model {id!r}{near(id, found)}")
    return found[id]


def _model(row: Mapping[str, str]) -> Model:
    hardware = _named_hardware(row)
    run = catalogue.published_run(row["run"]) if row["run"] else None
    place, hours, power = _place(row, run), _hours(row, run), _power(row, run)
    return Model(
        id=row["id"],
        label=row["label"],
        organisation=row["organisation"],
        year=int(row["year"]),
        countries=place.countries,
        area=place.area,
        operator=place.operator,
        pue=run["pue"] if run else None,
        hardware=hardware or like_hardware(row),
        hours=hours,
        computation=None if hours else stated_computation(row),
        power=power,
        disclosed=_disclosed(power, hours, hardware),
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
    return _off(f"{row['id']}/power", run["power"], "operation.metering.ratio")


def stated_computation(row: Mapping[str, str]) -> Quantity:
    """Return the computation as stated, with the spread of the confidence of its row."""
    own = quantity.fixed(_stated(row) - _of_base(row), "ZFLOP", source=row["source"])
    ratio = f"operation.computation_ratio.{row['confidence']}"
    return _off(f"{row['id']}/computation", own, ratio)


def _off(name: str, stated: Quantity, ratio: str) -> Quantity:
    """Return a stated number times what the true one is over it, as an unknown of its own."""
    error = catalogue.figure(ratio)
    return dataclasses.replace(
        error * stated.point,
        unit=stated.unit,
        drawn_unit=stated.unit,
        name=name,
        key="",
        source=f"{stated.source};{error.source}",
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
def cards() -> dict[str, Card]:
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
    if name in cards():
        return [name]
    of_family = [one for one in cards() if one.startswith(f"{name}-")]
    return of_family or _of_class(name, year)


def _of_class(name: str, year: int) -> list[str]:
    """Return what may stand for an accelerator whose power or rate is not known."""
    makers = {row["id"]: row["vendor"] for row in tables.rows("accelerators")}
    alike = [card for card in cards().values() if card.graphics == _graphics(name)]
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


def like_hardware(row: Mapping[str, str]) -> dict[str, float]:
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
    codes = {row["name"]: row["code"] for row in tables.rows("countries")} | {"US": "US"}
    if last not in codes:
        return Place(_countries(row["country"]), "", operator)
    code = codes[last]
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
