"""Published cases: results of the literature, made again by our own stages.

A case in `datasets/published/` is a small study with the inputs that its source prints, the
output to read, and the value printed. A case holds no arithmetic: what comes out is what the
stages make of the inputs.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lca import sensitivity, studyfile, tables, units
from lca.impacts import categories
from lca.lifecycle import GROUPS, Lifecycle
from lca.simulation import simulate
from lca.stage import PHASES, Number, Stage, parameter
from lca.study import Study
from lca.tables import DataError
from lca.units import near


class _Ishigami(Stage):
    """The function of Ishigami and Homma (1990), whose Sobol indices are known, for one value.

    ``sin x1 + a sin² x2 + b x3⁴ sin x1``, raised above 0, which leaves the indices as they are.
    It stands for no process: cases of the analysis alone have it, study files do not.
    """

    per = "1"
    phase = "operation"
    x1: Number = parameter("1", "first input", valid=(-np.pi, np.pi))
    x2: Number = parameter("1", "second input", valid=(-np.pi, np.pi))
    x3: Number = parameter("1", "third input", valid=(-np.pi, np.pi))
    a: Number = parameter("1", "weight of the second input", valid=(0, None))
    b: Number = parameter("1", "weight of the third input", valid=(0, None))
    unit: Number = parameter("kgCO2e", "unit of the value", default=1.0, valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        swing = 1 + self.b * self.x3**4
        value = np.sin(self.x1) * swing + self.a * np.sin(self.x2) ** 2
        yield "gwp", (value + 1 + self.b * np.pi**4) * self.unit


class Reading(BaseModel):
    """Which output a case reads: an amount, or an impact of all or a part; and how.

    A part is one `stage`, `phase` or `group`. Plain, `over` another scenario, as the share by
    which it lies `below` another, or as a `statistic` of samples. Over a scenario that holds one
    of something, such as a day, the result is `counted_in` that unit.
    """

    model_config = ConfigDict(extra="forbid")

    scenario: str = ""  # else the first
    amount: str = ""  # a stage: what it delivers, in its `per`
    category: str = "gwp"
    stage: str = ""
    phase: str = ""
    group: str = ""
    of_total: bool = False  # the part over the total
    over: str = ""
    counted_in: str = "1"
    below: str = ""
    statistic: Literal["", "GSD", "mean over median", "first-order index"] = ""
    input: str = ""  # of the index
    n: int = 8192
    seed: int = 0

    @model_validator(mode="after")
    def _check(self) -> Reading:
        _check_one("what is read", self, "amount", "stage", "phase", "group")
        _check_one("how it is read", self, "over", "below", "statistic", "of_total")
        _check_known("category", self.category, categories())
        _check_known("phase", self.phase, ["", *PHASES, "supply"])
        _check_known("group", self.group, ["", *GROUPS])
        if self.amount and (self.of_total or "category" in self.model_fields_set):
            raise ValueError("an amount has no category and no total")
        part = self.scenario or self.amount or self.stage or self.phase or self.group
        if self.statistic and part:
            raise ValueError("a statistic is of the total of the first scenario")
        if bool(self.input) != (self.statistic == "first-order index"):
            raise ValueError("an index, and nothing else, is of an `input`")
        if self.counted_in != "1" and not self.over:
            raise ValueError("`counted_in` says of what `over` holds one")
        return self


def _check_one(what: str, read: Reading, *among: str) -> None:
    given = [name for name in among if getattr(read, name)]
    if len(given) > 1:
        raise ValueError(f"{what} is one of {', '.join(among)}; not {' and '.join(given)}")


def _check_known(what: str, name: str, known: Iterable[str]) -> None:
    known = list(known)
    if name not in known:
        there = ", ".join(filter(None, known))
        raise ValueError(f"no {what} {name!r}{near(name, known) or f'; there are {there}'}")


class Case(BaseModel):
    """One published result with its inputs, as its source states them.

    `inputs_printed` counts what the source prints and the case takes from it; `fitted` names an
    input that was chosen because it gives the result; `as_published` says which error of the
    source the case repeats; `open` gives the reason why it does not close, or, without anything
    to read, why no stage can express it.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: str
    source: str
    locator: str
    stated: str
    preset: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict, alias="with")
    stages: dict[str, dict[str, Any]] = Field(default_factory=dict)
    root: str | dict[str, str] | None = None
    amount: float = 1
    inputs: dict[str, Any] = Field(default_factory=dict)
    quantities: dict[str, Any] = Field(default_factory=dict)
    scenarios: dict[str, dict[str, Any] | None] = Field(default_factory=dict)
    read: Reading | None = None
    expected: float
    unit: str
    tolerance: float = Field(ge=0, lt=0.2)
    origin: Literal["printed", "reference-code", "analytic", "derived"] = "printed"
    sort: Literal["result", "conversion", "ratio"] = "result"
    inputs_printed: int = Field(ge=0)
    fitted: str = ""
    as_published: str = ""
    open: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _check(self) -> Case:
        known = ["", *(self.scenarios or ["baseline"])]
        for name in ("scenario", "over", "below") if self.read else ():
            _check_known(f"scenario of `{name}`", getattr(self.read, name), known)
        return self

    @property
    def counts(self) -> bool:
        """Whether it says something of the tool: printed, not fitted, three inputs or more."""
        return (
            self.origin == "printed"
            and self.sort == "result"
            and not self.fitted
            and self.inputs_printed >= 3
        )

    def study(self) -> Study:
        """Return the study that the case describes."""
        parts = ("preset", "stages", "root", "amount", "inputs", "quantities", "scenarios")
        tree = {part: getattr(self, part) for part in parts if getattr(self, part)}
        made = {"study": self.id, "with": self.facts, **tree}
        return studyfile.build(made, {"Ishigami": _Ishigami}).study


@dataclass(frozen=True)
class Outcome:
    """What our stages make of a case."""

    case: Case
    ours: float

    @property
    def deviation(self) -> float:
        """Relative deviation from the published value; absolute where that is 0."""
        if self.case.expected == 0:
            return self.ours
        return self.ours / self.case.expected - 1

    @property
    def holds(self) -> bool:
        """Whether the deviation is within the tolerance, which covers printed rounding."""
        return abs(self.deviation) <= self.case.tolerance


@cache
def cases() -> dict[str, Case]:
    """Return the published cases by id.

    Examples
    --------
    >>> cases()["BLOOM-TOTAL"].expected
    50.5
    """
    from ruamel.yaml import YAML

    found: dict[str, Case] = {}
    for path in sorted((tables.root() / "published").glob("*.yaml")):
        for row in YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")):
            if "id" not in row:
                continue  # inputs that several cases share
            case = _case(path.name, row)
            if case.id in found:
                raise DataError(f"{path.name}: the case {case.id} stands there twice")
            found[case.id] = case
    return found


def _case(file: str, row: dict[str, Any]) -> Case:
    try:
        return Case.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ": ".join([file, row["id"], *map(str, first["loc"])])
        raise DataError(f"{where}: {first['msg']}") from None


def reproduce(identifier: str) -> Outcome:
    """Return what our stages make of a published case, at its nominal inputs.

    Raises
    ------
    DataError
        If there is no such case; near names are offered.

    Examples
    --------
    >>> reproduce("BLOOM-TOTAL").holds
    True
    """
    if identifier not in cases():
        raise DataError(f"no published case {identifier!r}{near(identifier, cases())}")
    case = cases()[identifier]
    if case.read is None:
        return Outcome(case, math.nan)
    study, read = case.study(), case.read
    if read.statistic:
        return Outcome(case, _sampled(study, read))
    ours = _value(study, read.scenario, read)
    if read.over:
        number = ours / _value(study, read.over, read)
        return Outcome(case, number * units.factor(read.counted_in, case.unit))
    if read.below:
        share = 1 - ours / _value(study, read.below, read)
        return Outcome(case, share * units.factor("1", case.unit))
    return Outcome(case, ours * units.factor(_unit(study, read), case.unit))


def _life(study: Study, scenario: str) -> Lifecycle:
    return study.scenarios[scenario or next(iter(study.scenarios))]


def _unit(study: Study, read: Reading) -> str:
    if read.amount:
        life = _life(study, read.scenario)
        _check_known("stage", read.amount, life.stages)
        return life.stages[read.amount].per
    return "1" if read.of_total else categories()[read.category].unit


def _value(study: Study, scenario: str, read: Reading) -> float:
    life = _life(study, scenario)
    if read.amount:
        _check_known("stage", read.amount, life.stages)
        return float(life.nominal_amounts()[read.amount])
    life.check_category(read.category)
    rows = life.nominal()[read.category]
    part = rows
    if read.stage:
        _check_known("stage with impacts", read.stage, rows.index)
        part = rows[[read.stage]]
    if read.phase or read.group:
        phases = GROUPS[read.group] if read.group else (read.phase,)
        part = rows[[name for name in rows.index if life.phase_of(name) in phases]]
        if part.empty:
            raise DataError(f"no stage has impacts in {', '.join(phases)}")
    return float(part.sum()) / (float(rows.sum()) if read.of_total else 1.0)


def _sampled(study: Study, read: Reading) -> float:
    if read.statistic == "first-order index":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = sensitivity.sobol(study, read.n, read.seed, of=f"{read.category}, baseline")
        table = found[found["output"] == f"{read.category}, baseline"].set_index("input")
        return float(table.loc[read.input, "S1"])
    samples = simulate(study, read.n, read.seed, progress=False).total(read.category)
    values = samples.to_numpy()[0]
    if read.statistic == "GSD":
        return float(np.exp(np.log(values).std()))
    return float(values.mean() / np.median(values))


COLUMNS = ["id", "source", "stated", "published", "ours", "unit", "deviation", "tolerance"]
COLUMNS += ["holds", "origin", "sort", "inputs_printed", "fitted", "as_published", "open", "note"]
"""Columns of `table`."""


def table(identifiers: Iterable[str] | None = None) -> Any:
    """Return published and own values of some cases, or of all unless given: a DataFrame.

    ``open`` says why a case does not come out, ``note`` what there is to know of any.

    Raises
    ------
    DataError
        If there is no such case; near names are offered.

    Examples
    --------
    >>> table(["BLOOM-TOTAL", "PAT-GPT3-MWH"])["holds"].all()
    np.True_
    """
    import pandas as pd

    rows = []
    for one in cases() if identifiers is None else identifiers:
        outcome = reproduce(one)
        about = outcome.case.model_dump() | {"published": outcome.case.expected}
        about |= {"ours": outcome.ours, "deviation": outcome.deviation, "holds": outcome.holds}
        rows.append([about[column] for column in COLUMNS])
    return pd.DataFrame(rows, columns=COLUMNS)


def headline(found: Any) -> Any:
    """Return how many cases of a `table` hold, by source: those that count, and the others.

    A case counts that is printed, not fitted and has three inputs or more; conversions, ratios,
    derived and fitted ones are counted apart.
    """
    counts = [cases()[one].counts for one in found["id"]]
    marked = found.assign(cases=1, counts=counts)
    sums = marked.groupby(["source", "counts"])[["holds", "cases"]].sum().unstack(fill_value=0)
    sums.columns = [
        ("" if counts else "other ") + what for what, counts in sums.columns.to_flat_index()
    ]
    return sums.astype(int)
