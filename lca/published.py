"""Published cases: results of the literature, made again by our own stages.

A case in `datasets/published/` names a preset or stages with the inputs that its source
prints, the output to read, and the value printed. A case holds no arithmetic: what comes
out is what the stages make of the inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from lca import studyfile, tables, units
from lca.impacts import categories
from lca.lifecycle import GROUPS, Lifecycle
from lca.tables import DataError
from lca.units import near


class Reading(BaseModel):
    """Which output of a lifecycle a case reads: an amount, or an impact of all or a part."""

    model_config = ConfigDict(extra="forbid")

    amount: str = ""  # a stage: what it delivers, in its `per`
    category: str = "gwp"
    stage: str = ""
    group: str = ""


class Case(BaseModel):
    """One published result with its inputs, as its source states them."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: str
    source: str
    locator: str
    stated: str
    preset: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, alias="with")
    inputs: dict[str, Any] = Field(default_factory=dict)
    read: Reading
    expected: float
    unit: str
    tolerance: float = Field(gt=0, lt=0.1)
    origin: str = "printed"
    fitted: str = ""  # the input that was chosen because it gives the result
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What our stages make of a case."""

    case: Case
    ours: float

    @property
    def deviation(self) -> float:
        """Relative deviation from the published value."""
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
            case = Case.model_validate(row)
            if case.id in found:
                raise DataError(f"{path.name}: the case {case.id} stands there twice")
            found[case.id] = case
    return found


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
    study = studyfile.build(
        {"study": case.id, "preset": case.preset, "with": case.facts, "inputs": case.inputs}
    ).study
    return Outcome(case, _read(study.scenarios["baseline"], case))


def _read(life: Lifecycle, case: Case) -> float:
    read = case.read
    if read.amount:
        stage = life.stages[read.amount]
        amount = float(life.nominal_amounts()[stage.name])
        return amount * units.factor(stage.per, case.unit)
    rows = life.nominal()[read.category]
    if read.stage:
        rows = rows[[read.stage]]
    if read.group:
        rows = rows[[name for name in rows.index if life.phase_of(name) in GROUPS[read.group]]]
    return float(rows.sum()) * units.factor(categories()[read.category].unit, case.unit)
