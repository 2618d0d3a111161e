"""Study files: a study written in YAML 1.2, checked, with errors that give line and column.

A file names a preset with its facts, or stages, each by its class (``stage: Cooling``), by a
function that makes it (``make: hourly_electricity``) or as a choice; inputs by address; scenarios
as changes by address, laid over those of another with ``after: SCENARIO``. Each is crossed with
the values under ``grid:`` (by fact or address), stands beside models that are as good under
``equal_quality:``, and is taken under every combination of decisions by ``decisions: crossed``.
Scenarios under ``steps:`` make a waterfall; ``correlations:`` are of inputs, as ``[one, other, rank
correlation]``. `lca run` writes ``figures:`` by name, with arguments, and the tables of
``sensitivity:``, ``sweep:``, ``crossing:`` and ``refresh:``; its report gives results per what
stands under ``per:`` too. The rest is the published value, samples and seed.

A value is a number (in the declared unit), a text with a unit (``6 year``), or a mapping: ``{dist:
lognormal, median: 57, gsd: 1.2, unit: gCO2e/kWh}``, ``{figure: KEY}`` of the catalogue, ``{region:
FR, year: 2022}``, or ``{use: NAME}`` of a quantity shared under ``quantities:``, the last three
also with ``times:``. `schema` is for editors.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lca import tables
from lca.stage import Stage
from lca.study import Study
from lca.studyfile.building import Builder
from lca.studyfile.facts import PRESETS
from lca.studyfile.keys import Keys, Published, Sensitivity, checked
from lca.studyfile.outputs import (
    Table,
    asked_tables,
    check_per,
    check_published,
    check_sensitivity,
    drawable,
    figure,
)
from lca.studyfile.reading import At, StudyFileError, located, parsed
from lca.units import near

__all__ = [
    "PRESETS",
    "Published",
    "Sensitivity",
    "StudyFile",
    "StudyFileError",
    "build",
    "drawable",
    "find",
    "load",
    "schema",
]


@dataclass(frozen=True)
class StudyFile:
    """A study as a file describes it, with what to draw and what to hold it against."""

    study: Study
    name: str
    title: str
    description: str
    samples: int
    seed: int
    sampler: str
    steps: tuple[str, ...]  # scenarios that each go on from the last
    published: Published | None
    sensitivity: Sensitivity | None
    figures: tuple[tuple[str, Mapping[str, Any]], ...]  # names and arguments
    tables: Mapping[str, Table]  # sweeps and the like by name, each from n and a seed
    reporter: str  # for whom the report tells emissions by scope; nobody if empty
    per: Mapping[str, float]  # other functional units of the report
    located: Callable[[tuple, str], ValueError] = At  # a fault found later, where it lies

    @property
    def answers(self) -> list[str]:
        """Scenarios that stand for themselves: where steps begin, and all that are none.

        Where all are steps, that to which they lead.
        """
        names = list(self.study.scenarios)
        ends = {*names}.difference(self.steps) or {*self.steps[-1:]}
        return [name for name in names if name in ends or name in self.steps[:1]]


def schema() -> dict[str, Any]:
    """Return the JSON schema of study files, for editors; shipped as ``studies/schema.json``.

    Examples
    --------
    >>> schema()["required"]
    ['study']
    """
    made = Keys.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "lca study"}


def load(path: str | Path) -> StudyFile:
    """Read a study file, or the shipped study of that name.

    Raises
    ------
    StudyFileError
        With file, line and column of what is wrong, and near names.

    Examples
    --------
    >>> load("bloom").study.functional_unit
    'one trained model'
    """
    path = find(path)
    tree, text = parsed(path)
    try:
        return dataclasses.replace(build(tree), located=partial(located, path, text))
    except At as error:
        raise located(path, text, error.path, str(error)) from error


def find(given: str | Path) -> Path:
    """Return the path of a study file, given as a path or as the name of a shipped study.

    Raises
    ------
    StudyFileError
        If there is neither.
    """
    path = Path(given)
    if path.is_file():
        return path
    shipped = {one.stem: one for one in sorted((tables.root() / "studies").glob("*.yaml"))}
    if str(given) in shipped:
        return shipped[str(given)]
    raise StudyFileError(
        f"no study file {str(given)!r}{near(str(given), shipped)}; give the path of a YAML file, "
        f"or one of the shipped studies: {', '.join(shipped)}"
    )


def build(tree: Mapping[str, Any], own: Mapping[str, type[Stage]] | None = None) -> StudyFile:
    """Return the study that a mapping of plain values describes; `own` are more stage classes."""
    model = checked(tree)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,79}", model.study):
        raise At(
            ("study",),
            f"{model.study!r} is no name: letters, digits, blanks and . _ - (it names a folder); "
            "other text goes under `title:`",
        )
    builder = Builder(model, own or {})
    study = builder.study()
    if model.published is not None:
        check_published(model.published, study)
    if model.sensitivity is not None:
        check_sensitivity(model.sensitivity, study)
    check_per(model.per, study)
    drawn = tuple(figure(i, one, model, study) for i, one in enumerate(model.figures))
    for position, name in enumerate(model.steps):
        if name in model.steps[:position]:
            raise At(("steps", position), f"the scenario {name!r} is given twice")
        try:
            study.check_scenario(name)
        except ValueError as error:
            raise At(("steps", position), str(error)) from None
    return StudyFile(
        study,
        model.study,
        model.title or model.study,
        model.description,
        model.samples,
        model.seed,
        model.sampler,
        tuple(model.steps),
        model.published,
        model.sensitivity,
        drawn,
        asked_tables(model, study, builder.values),
        model.reporter or "",
        model.per,
    )
