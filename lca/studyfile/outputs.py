"""What a study file asks `lca run` to write, checked against the study that was built."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel

from lca import figures, sensitivity, tables, units
from lca.impacts import categories
from lca.sensitivity.model import Model
from lca.study import Study
from lca.studyfile.keys import FORMS, Keys, Published, Sensitivity
from lca.studyfile.reading import At
from lca.studyfile.values import Values
from lca.tables import DataError
from lca.units import near


def check_sensitivity(asked: Sensitivity, study: Study) -> None:
    taken = inspect.signature(getattr(sensitivity, asked.method)).parameters
    if asked.n is not None and "n" not in taken:
        raise At(("sensitivity", "n"), f"{asked.method} takes no n; it needs no samples")
    if asked.of is not None and asked.method not in ("choices", "evppi", "kinds"):
        try:
            Model(study, None, asked.of)
        except ValueError as error:
            raise At(("sensitivity", "of"), str(error)) from None


def figure(
    position: int, given: str | Mapping[str, Any], keys: Keys, study: Study
) -> tuple[str, Mapping[str, Any]]:
    """Return the name of a figure and its arguments, checked."""
    path: tuple = ("figures", position)
    if not isinstance(given, str) and len(given) != 1:
        raise At(path, FORMS["figures"])
    name, arguments = (given, {}) if isinstance(given, str) else next(iter(given.items()))
    path = path if isinstance(given, str) else (*path, name)
    drawn = drawable()
    if name not in drawn:
        hint = near(name, drawn) or f"; there are {', '.join(drawn)}"
        raise At(path, f"no figure {name!r}{hint}")
    first, *others = inspect.signature(drawn[name]).parameters
    if first == "table" and keys.sensitivity is None:
        raise At(path, f"the figure {name!r} draws a table that `sensitivity:` makes; give that")
    known = [one for one in others if one != "ax"]
    for key, value in arguments.items():
        if key not in known:
            hint = near(key, known) or f"; there are {', '.join(known)}"
            raise At((*path, key), f"no such argument{hint}")
        try:
            if key == "category":
                next(iter(study.scenarios.values())).check_category(value)
            elif key in ("scenario", "baseline"):
                study.check_scenario(value)
        except ValueError as error:
            raise At((*path, key), str(error)) from None
    return name, arguments


def drawable() -> dict[str, Callable[..., Any]]:
    """Return the figures that a study file may name: of a result, or of its sensitivity."""
    found = {name: getattr(figures, name) for name in figures.__all__}
    of = {name: next(iter(inspect.signature(one).parameters)) for name, one in found.items()}
    return {
        name: one
        for name, one in found.items()
        if of[name] in ("result", "given") or name in _OF_SENSITIVITY
    }


_OF_SENSITIVITY = ("sobol", "tornado", "value_of_information")


def check_published(published: Published, study: Study) -> None:
    try:
        if published.scenario:
            study.check_scenario(published.scenario)
        life = next(iter(study.scenarios.values()))
        life.check_category(published.category)
        units.factor(published.unit, categories()[published.category].unit)
        for key in filter(None, map(str.strip, published.source.split(";"))):
            if key not in tables.sources():
                raise DataError(f"no source {key!r}{near(key, tables.sources())}")
    except ValueError as error:
        raise At(("published",), str(error)) from None


def check_per(per: Mapping[str, float], study: Study) -> None:
    for name in per:
        if not name.strip():
            raise At(("per", name), "no words; say what results are per")
        if name == study.functional_unit:
            raise At(("per", name), "is the functional unit itself; results are per it anyway")


Table = Callable[[int, int], Any]  # of a number of samples and a seed
FEWEST = 8  # samples with which a table is tried, so that a fault shows before a long run


def asked_tables(keys: Keys, study: Study, values: Values) -> dict[str, Table]:
    """Return what makes the tables under `sweep:`, `crossing:` and `refresh:`, by file name."""
    found: dict[str, Table] = {}
    several: dict[str, Any] = {"sweep": keys.sweep, "crossing": keys.crossing}
    for key, given in several.items():
        for i, asked in enumerate(given if isinstance(given, list) else filter(None, [given])):
            path = (key, i) if isinstance(given, list) else (key,)
            found[f"{key}-{i + 1}" if i else key] = _tried(partial(asked.table, study), path, asked)
    if keys.refresh is not None:
        improvement = values.value(("refresh", "improvement"), keys.refresh.improvement)
        table = partial(keys.refresh.table, study, improvement=improvement)
        found["refresh"] = _tried(table, ("refresh",), keys.refresh)
    return found


def _tried(table: Table, path: tuple, asked: BaseModel) -> Table:
    try:
        table(FEWEST, 0)
    except ValueError as error:
        said = str(error)
        given = asked.model_dump(exclude_defaults=True)
        shown = [key for key, value in given.items() if any(text in said for text in _shown(value))]
        named = [key for key in given if re.search(rf"\b{key}\b", said)]
        values = [key for key in ("values", "between", "improvement") if key in given]
        raise At((*path, *(shown or named or values)[:1]), said) from None
    return table


def _shown(value: Any) -> list[str]:
    """Return how a message shows the texts of a value."""
    texts = value if isinstance(value, (list, tuple)) else [value]
    return [repr(text) for text in texts if isinstance(text, str)]
