"""Study files: a study written in YAML 1.2, checked, with errors that give line and column.

A file names a preset with its facts, or stages, each by its class (``stage: Cooling``), by a
function that makes it (``make: hourly_electricity``) or as a choice; inputs by address; scenarios
as changes by address, laid over those of another with ``after: SCENARIO``, each crossed with the
values under ``grid:`` (by fact or address); under ``steps:`` those that make a waterfall;
``correlations:`` of inputs, as ``[one, other, rank correlation]``; ``figures:`` by name, with
arguments, and ``sensitivity:``, for `lca run` to write; the published value; under ``per:`` what
else a report gives results per; samples and seed. A value is a number (in the declared unit), a
text with a unit (``6 year``), or a mapping: ``{dist: lognormal, median: 57, gsd: 1.2, unit:
gCO2e/kWh}``, ``{figure: KEY}`` of the catalogue, ``{region: FR, year: 2022}``, or ``{use: NAME}``
of a quantity shared under ``quantities:``, the last three also with ``times:``. `schema` is for
editors.
"""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lca import (
    catalogue,
    figures,
    presets,
    quantity,
    sampling,
    scenarios,
    sensitivity,
    stages,
    tables,
    units,
)
from lca.impacts import categories
from lca.lifecycle import Lifecycle
from lca.quantity import Quantity
from lca.sensitivity.model import Model
from lca.stage import Stage, choice
from lca.study import Study
from lca.tables import DataError
from lca.units import near

LARGEST_FILE = 1_000_000  # bytes; no study comes near
DEEPEST = 12  # levels of nesting
MOST_NODES = 50_000
MOST_SCENARIOS = 1_000  # of a grid

PRESETS: dict[str, Callable[..., Lifecycle]] = {
    "training_run": presets.training_run,
    "inference_service": presets.inference_service,
}
_WAYS = ("stage", "make", "choice")  # to say what a stage is


class StudyFileError(ValueError):
    """A study file that cannot be read or built; the message gives file, line and column."""


class _At(ValueError):
    """A fault and the path of the node in which it lies."""

    def __init__(self, path: tuple, message: str) -> None:
        super().__init__(message)
        self.path = path


class Published(BaseModel):
    """A published value that the study is held against."""

    model_config = ConfigDict(extra="forbid")

    value: float
    unit: str
    category: str = "gwp"
    scenario: str = ""
    label: str = "published"
    source: str = ""


class Sensitivity(BaseModel):
    """Which inputs decide: a method of `lca.sensitivity`, as `lca run` is to write it."""

    model_config = ConfigDict(extra="forbid")

    method: Literal[
        "choices",
        "delta",
        "dgsm",
        "elasticities",
        "evppi",
        "fast",
        "kinds",
        "morris",
        "one_at_a_time",
        "pawn",
        "sobol",
    ] = "sobol"
    n: int | None = Field(default=None, ge=1, le=100_000_000)
    of: str | list[str] | None = None

    def table(self, study: Study, seed: int) -> Any:
        """Return the table of the method.

        Raises
        ------
        ValueError
            If the method takes no `n`, or there is no such output.
        """
        method = getattr(sensitivity, self.method)
        given = {"n": self.n, "of": self.of}
        given = {name: value for name, value in given.items() if value is not None}
        taken = inspect.signature(method).parameters
        if not set(given) <= set(taken):
            raise ValueError(f"sensitivity: {self.method} takes no n; it needs no samples")
        return method(study, **given, **({"seed": seed} if "seed" in taken else {}))


class _Model(BaseModel):
    """A study of `lca`: lifecycles of AI training and inference, sampled together."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    study: str = Field(description="name; it names the folder of the results")
    title: str = ""
    description: str = ""
    functional_unit: str = Field(default="", description="what every scenario delivers, in words")
    amount: float = Field(default=1, gt=0)
    site: str = Field(default="", description="where it runs; variability is one draw in a site")
    factors: str = Field(default="AR6", description="characterisation: AR6, AR5")
    variability: Literal["drawn", "mean"] = "drawn"
    decisions: Literal["nominal", "sampled"] = "nominal"
    samples: int = Field(default=8192, ge=1, le=100_000_000)
    seed: int = Field(default=0, ge=0, le=2**63)
    sampler: Literal["sobol", "random"] = "sobol"
    preset: str | None = Field(
        default=None,
        description="a lifecycle from a few facts, in place of stages",
        json_schema_extra={"examples": list(PRESETS)},
    )
    facts: dict[str, Any] = Field(
        default_factory=dict, alias="with", description="facts of the preset"
    )
    stages: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="by name, each with `stage:`, `make:` or `choice:`"
    )
    root: str | dict[str, str] | None = Field(
        default=None, description="the stage that is delivered, or stages by activity"
    )
    quantities: dict[str, Any] = Field(
        default_factory=dict, description="values by name, taken elsewhere by {use: NAME}"
    )
    inputs: dict[str, Any] = Field(
        default_factory=dict, description="values by address, in every scenario"
    )
    correlations: list[tuple[str, str, float]] = Field(
        default_factory=list, description="[one input, other input, Spearman's rank correlation]"
    )
    scenarios: dict[str, dict[str, Any] | None] = Field(
        default_factory=dict, description="by name: changes by address, `with:` facts, `after:`"
    )
    grid: dict[str, list[Any] | dict[str, Any]] = Field(
        default_factory=dict,
        description="values, or values by name, of facts or addresses: all are crossed",
    )
    steps: list[str] = Field(
        default_factory=list, description="scenarios that each go on from the last: a waterfall"
    )
    sensitivity: Sensitivity | None = None
    figures: list[str | dict[str, dict[str, Any]]] = Field(
        default_factory=list,
        description="names in lca.figures, or a name with its arguments; total and shares if none",
    )
    published: Published | None = None
    reporter: Literal["owner", "tenant"] | None = Field(
        default=None,
        description="for whom the report tells emissions by scope of the GHG Protocol: the owner "
        "of the hardware, or the tenant who buys the computation",
    )
    per: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(
        default_factory=dict,
        description="what else the report gives results per, and how many functional units that is",
        json_schema_extra={"examples": [{"one million requests": 1e6}]},
    )


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
    reporter: str = ""  # for whom the report tells emissions by scope
    per: Mapping[str, float] = field(default_factory=dict)  # other functional units of the report


def schema() -> dict[str, Any]:
    """Return the JSON schema of study files, for editors; shipped as ``studies/schema.json``.

    Examples
    --------
    >>> schema()["required"]
    ['study']
    """
    made = _Model.model_json_schema()
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
    tree, text = _parsed(path)
    try:
        return build(tree)
    except _At as error:
        raise _located(path, text, error.path, str(error)) from error


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


# -- reading: nothing is built from a file that is not plain YAML -----------------------------


def _parsed(path: Path) -> tuple[dict[str, Any], Any]:
    """Return the file as plain values, and as nodes that know their lines."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise StudyFileError(
                f"{path}: {size / 1e6:.1f} MB is no study file; at most {LARGEST_FILE / 1e6:g} MB"
            )
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise StudyFileError(f"{path}: not a text file: byte {error.start} is not UTF-8") from None
    yaml = YAML(typ="rt", pure=True)
    yaml.version = "1.2"
    try:
        _check_plain(path, yaml.parse(text))
        nodes = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise StudyFileError(_short(f"{where}: {error.problem or error.context}")) from None
    except YAMLError as error:
        raise StudyFileError(_short(f"{path}: not YAML: {error}")) from None
    if nodes is None:
        raise StudyFileError(f"{path}:1:1: the file is empty; a study begins with `study: NAME`")
    if not isinstance(nodes, Mapping):
        raise StudyFileError(
            f"{path}:1:1: a study is a mapping that begins with `study: NAME`, not a "
            f"{'list' if isinstance(nodes, list) else 'single value'}"
        )
    try:
        return _plain(nodes, ()), nodes
    except _At as error:
        raise _located(path, nodes, error.path, str(error)) from None


def _check_plain(path: Path, events: Iterator[Any]) -> None:
    """Refuse aliases (a small file can expand to gigabytes), tags and endless nesting."""
    depth = 0
    for count, event in enumerate(events):
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        fault = ""
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            fault = "anchors and aliases are not allowed; share a value under `quantities:`"
        elif getattr(event, "ctag", None) or getattr(event, "tag", None):
            fault = "tags are not allowed in a study file; write the plain value"
        elif depth > DEEPEST:
            fault = f"nested deeper than {DEEPEST} levels"
        elif count > MOST_NODES:
            fault = f"more than {MOST_NODES} values are no study"
        if fault:
            mark = event.start_mark
            raise StudyFileError(f"{path}:{mark.line + 1}:{mark.column + 1}: {fault}")


def _plain(node: Any, path: tuple) -> Any:
    """Return mappings, lists, texts, numbers, true, false and null as plain Python values."""
    if isinstance(node, Mapping):
        for key in node:
            if not isinstance(key, str):
                raise _At(path, f"the key {key!r} is not a text; put it in quotes")
        return {str(key): _plain(value, (*path, str(key))) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value, (*path, i)) for i, value in enumerate(node)]
    if node is None or isinstance(node, bool):
        return node
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    raise _At(path, f"{node!r} is neither a number nor a text; put it in quotes")


def _located(path: Path, nodes: Any, where: tuple, message: str) -> StudyFileError:
    line, column = _position(nodes, where)
    name = ".".join(str(part) for part in where)
    start = f"{path}:{line}:{column}: {name}: " if name else f"{path}:{line}:{column}: "
    return StudyFileError(_short(start + message))


def _position(nodes: Any, where: tuple) -> tuple[int, int]:
    """Return line and column of the deepest node on a path that the file has."""
    line, column = 0, 0
    node = nodes
    for part in where:
        try:
            if isinstance(node, Mapping):
                line, column = node.lc.key(part)  # type: ignore[attr-defined]
            else:
                line, column = node.lc.item(part)
            node = node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line + 1, column + 1


def _short(message: str) -> str:
    """Keep a message to less than a screen."""
    lines = message.splitlines()[:12]
    text = "\n".join(line[:400] for line in lines)
    return text if len(text) < 1500 else text[:1500] + " …"


# -- building ---------------------------------------------------------------------------------


def build(tree: Mapping[str, Any], own: Mapping[str, type[Stage]] | None = None) -> StudyFile:
    """Return the study that a mapping of plain values describes; `own` are more stage classes."""
    model = _model(tree)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,79}", model.study):
        raise _At(
            ("study",),
            f"{model.study!r} is no name: letters, digits, blanks and . _ - (it names a folder); "
            "other text goes under `title:`",
        )
    builder = _Builder(model, own or {})
    study = builder.study()
    if model.published is not None:
        _check_published(model.published, study)
    if model.sensitivity is not None:
        _check_sensitivity(model.sensitivity, study)
    for name in model.per:
        if not name.strip():
            raise _At(("per", name), "no words; say what results are per")
        if name == study.functional_unit:
            raise _At(("per", name), "is the functional unit itself; results are per it anyway")
    drawn = tuple(_figure(i, one, model, study) for i, one in enumerate(model.figures))
    for position, name in enumerate(model.steps):
        try:
            study.check_scenario(name)
        except ValueError as error:
            raise _At(("steps", position), str(error)) from None
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
        model.reporter or "",
        model.per,
    )


def _model(tree: Mapping[str, Any]) -> _Model:
    try:
        return _Model.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        missing = first["type"] == "missing"
        path = _path_in(tree, first["loc"][:-1] if missing else first["loc"])
        nested: dict[Any, type[BaseModel]] = {"published": Published, "sensitivity": Sensitivity}
        fields = nested.get(path[0] if len(path) > 1 else "", _Model).model_fields
        known = [field.alias or name for name, field in fields.items()]
        if first["type"] == "extra_forbidden":
            hint = near(str(path[-1]), known) or f"; keys are {', '.join(known)}"
            raise _At(path, f"no such key{hint}") from None
        if missing:
            raise _At(path, f"the key {first['loc'][-1]!r} is missing") from None
        if path[0] in _FORMS:
            raise _At(path[:2], _FORMS[path[0]]) from None
        raise _At(path, f"{first['msg'][0].lower()}{first['msg'][1:]}") from None


_FORMS = {
    "figures": "is the name of a figure, or a name with its arguments: `- total: {category: wcf}`",
    "correlations": "is [one input, other input, rank correlation], such as [a.x, b.y, 0.7]",
    "grid": "is a list of values, or a mapping of values by name",
}


def _path_in(tree: Any, loc: tuple) -> tuple:
    """Return the parts of a fault's place that the file has; others name variants of a key."""
    path = []
    for part in loc:
        try:
            tree = tree[part]
            path.append(part)
        except (KeyError, IndexError, TypeError):
            continue
    return tuple(path)


def _check_sensitivity(asked: Sensitivity, study: Study) -> None:
    taken = inspect.signature(getattr(sensitivity, asked.method)).parameters
    if asked.n is not None and "n" not in taken:
        raise _At(("sensitivity", "n"), f"{asked.method} takes no n; it needs no samples")
    if asked.of is not None and asked.method not in ("choices", "evppi", "kinds"):
        try:
            Model(study, None, asked.of)
        except ValueError as error:
            raise _At(("sensitivity", "of"), str(error)) from None


def _figure(
    position: int, given: str | Mapping[str, Any], model: _Model, study: Study
) -> tuple[str, Mapping[str, Any]]:
    """Return the name of a figure and its arguments, checked."""
    path: tuple = ("figures", position)
    if not isinstance(given, str) and len(given) != 1:
        raise _At(path, _FORMS["figures"])
    name, arguments = (given, {}) if isinstance(given, str) else next(iter(given.items()))
    path = path if isinstance(given, str) else (*path, name)
    drawn = drawable()
    if name not in drawn:
        hint = near(name, drawn) or f"; there are {', '.join(drawn)}"
        raise _At(path, f"no figure {name!r}{hint}")
    first, *others = inspect.signature(drawn[name]).parameters
    if first == "table" and model.sensitivity is None:
        raise _At(path, f"the figure {name!r} draws a table that `sensitivity:` makes; give that")
    known = [one for one in others if one != "ax"]
    for key, value in arguments.items():
        if key not in known:
            hint = near(key, known) or f"; there are {', '.join(known)}"
            raise _At((*path, key), f"no such argument{hint}")
        try:
            if key == "category":
                next(iter(study.scenarios.values())).check_category(value)
            elif key in ("scenario", "baseline"):
                study.check_scenario(value)
        except ValueError as error:
            raise _At((*path, key), str(error)) from None
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


def _check_published(published: Published, study: Study) -> None:
    try:
        if published.scenario:
            study.check_scenario(published.scenario)
        life = next(iter(study.scenarios.values()))
        life.check_category(published.category)
        units.factor(published.unit, categories()[published.category].unit)
        for key in filter(None, published.source.split(";")):
            if key not in tables.sources():
                raise DataError(f"no source {key!r}{near(key, tables.sources())}")
    except ValueError as error:
        raise _At(("published",), str(error)) from None


@dataclass(frozen=True)
class _Level:
    """One value of a grid: of what, where it stands, its name if given, and itself."""

    key: str
    path: tuple
    name: str
    given: Any


class _Builder:
    """Turns the parts of a study file into a study; every fault carries its path."""

    def __init__(self, model: _Model, own: Mapping[str, type[Stage]]) -> None:
        self.model = model
        self.own = own
        self.shared: dict[str, Quantity] = {}
        for name, given in model.quantities.items():
            path = ("quantities", name)
            value = self.value(path, given)
            if not isinstance(value, Quantity):
                value = quantity.fixed(value)
            self.shared[name] = value if value.name else _named(value, name)

    def study(self) -> Study:
        if bool(self.model.preset) == bool(self.model.stages):
            raise _At((), "give either `preset:` with its facts under `with:`, or `stages:`")
        base = self.baseline(self.first_facts())
        made: dict[str, Lifecycle] = {}
        levels = self.levels(base)
        for scenario, changes in self.followed(self.model.scenarios or {"": {}}).items():
            path = ("scenarios", scenario)
            facts = changes.pop("with", {})
            for picked in itertools.product(*levels):
                own = facts | {one.key: one.given for one in picked if self.is_fact(one.key)}
                life = self.baseline(own, (*path, "with")) if own else base
                life = self.changed(path, life, changes)
                names = [scenario]
                for one in picked:
                    names.append(one.name or self.level_name(one, life))
                    if not self.is_fact(one.key):
                        value = self.change(one.path, life, one.key, one.given)
                        life = self.replaced(one.path, life, {one.key: value})
                name = ", ".join(filter(None, names)) or "baseline"
                if name in made:
                    raise _At(("grid",), f"two scenarios are called {name!r}; give values by name")
                made[name] = life
        correlation = self.correlation()
        try:
            return Study(made, name=self.model.study, correlation=correlation)
        except ValueError as error:
            raise _At(self.culprit(str(error)), str(error)) from None

    def culprit(self, message: str) -> tuple:
        """Return where the fault of a whole study lies: in a correlation, or in the scenarios."""
        for position, (one, other, _) in enumerate(self.model.correlations):
            if repr(one) in message or repr(other) in message:
                return "correlations", position
        return ("correlations",) if message.startswith("correlate") else ("scenarios",)

    def correlation(self) -> sampling.Correlation | None:
        pairs: dict[tuple[str, str], float] = {}
        for position, (one, other, rank) in enumerate(self.model.correlations):
            path = ("correlations", position)
            if (one, other) in pairs or (other, one) in pairs:
                raise _At(path, f"the pair {one!r}, {other!r} is given twice")
            pairs[one, other] = rank
            try:
                sampling.correlate({(one, other): rank})
            except ValueError as error:
                raise _At(path, str(error)) from None
        return sampling.correlate(pairs) if pairs else None

    # -- grids --

    def first_facts(self) -> dict[str, Any]:
        """Return the first value of every fact of the grid; the study need not give it too."""
        first = {}
        for key, values in self.model.grid.items():
            if not values:
                raise _At(("grid", key), _FORMS["grid"])
            if self.is_fact(key):
                first[key] = next(iter(values.values() if isinstance(values, Mapping) else values))
        return first

    def levels(self, base: Lifecycle) -> list[list[_Level]]:
        """Return the values under `grid:`, by what they are of."""
        count = math.prod(len(values) for values in self.model.grid.values())
        count *= max(1, len(self.model.scenarios))
        if count > MOST_SCENARIOS:
            raise _At(("grid",), f"{count:,} scenarios are no grid; at most {MOST_SCENARIOS:,}")
        found = []
        make = PRESETS.get(self.model.preset or "")
        facts = inspect.signature(make).parameters if make else {}
        for key, values in self.model.grid.items():
            if near(key, facts) and key not in (*facts, *base.unknowns) and "." not in key:
                raise _At(("grid", key), f"no such fact{near(key, facts)}")
            where = values.items() if isinstance(values, Mapping) else enumerate(values)
            found.append(
                [
                    _Level(key, ("grid", key, place), place if isinstance(place, str) else "", one)
                    for place, one in where
                ]
            )
        return found

    def is_fact(self, key: str) -> bool:
        make = PRESETS.get(self.model.preset or "")
        return make is not None and key in inspect.signature(make).parameters

    def level_name(self, level: _Level, life: Lifecycle) -> str:
        """Return what a scenario is called after a value that has no name of its own."""
        given = level.given
        if isinstance(given, Mapping):
            given = given.get("use", given.get("region", given))
        try:
            return scenarios.named(level.key, given, scenarios.unit_of(life, level.key))
        except ValueError as error:
            raise _At(level.path, str(error)) from None

    def followed(self, scenarios: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the changes of every scenario, laid over those of the one it comes after."""
        found: dict[str, dict[str, Any]] = {}
        for name, given in scenarios.items():
            changes = dict(given or {})
            after = changes.pop("after", None)
            if after is not None and after not in found:
                path = ("scenarios", name, "after")
                raise _At(path, f"no scenario {after!r} before this one{near(str(after), found)}")
            before = dict(found[after]) if after is not None else {}
            for part in (before, changes):
                facts = part.get("with")
                if facts is not None and not isinstance(facts, Mapping):
                    raise _At(("scenarios", name, "with"), "is a mapping of facts by name")
            facts = {**before.get("with", {}), **changes.get("with", {})}
            found[name] = {**before, **changes, **({"with": facts} if facts else {})}
        return found

    def baseline(self, facts: Mapping[str, Any], path: tuple = ("with",)) -> Lifecycle:
        """Return the lifecycle before the changes of a scenario, other facts included."""
        if self.model.preset:
            life = self.preset({**self.model.facts, **facts}, path)
        elif facts:
            raise _At(path, "facts belong to a preset; this study gives stages")
        else:
            life = self.graph()
        return self.changed(("inputs",), life, self.model.inputs)

    # -- presets --

    def preset(self, facts: Mapping[str, Any], path: tuple) -> Lifecycle:
        name = self.model.preset or ""
        if name not in PRESETS:
            raise _At(("preset",), f"no preset {name!r}{near(name, PRESETS)}")
        make = PRESETS[name]
        needed = inspect.signature(make).parameters.values()
        for one in needed:
            if one.default is one.empty and one.name not in facts:
                raise _At(path, f"the fact {one.name!r} is missing; see lca.{name}")
        given = {key: self.fact(self.path_of(key, path), make, key, facts[key]) for key in facts}
        given = {key: value for key, value in given.items() if value is not None}
        given |= self.settings()
        try:
            return make(**given)
        except (ValueError, TypeError) as error:
            culprit = _culprit(make, given, str(error))
            where = self.path_of(culprit, path) if culprit else path
            raise _At(where, str(error)) from None

    def settings(self) -> dict[str, Any]:
        model = self.model
        given: dict[str, Any] = {"amount": model.amount, "factors": model.factors}
        given |= {"site": model.site, "variability": model.variability}
        if model.functional_unit:
            given["functional_unit"] = model.functional_unit
        return given

    def path_of(self, fact: str, path: tuple) -> tuple:
        """Return where a fact stands: in the grid, in the scenario, or in the study."""
        if fact in self.model.grid:
            return ("grid", fact)
        if path == ("with",):
            return (*path, fact)
        changes = self.model.scenarios.get(path[1]) or {}
        return (*path, fact) if fact in changes.get("with", {}) else ("with", fact)

    def fact(self, path: tuple, make: Callable[..., Lifecycle], key: str, given: Any) -> Any:
        parameters = inspect.signature(make).parameters
        reserved = ("amount", "functional_unit", "factors", "site", "variability")
        if key not in parameters or key in reserved:
            known = [name for name in parameters if name not in reserved]
            raise _At(path, f"no such fact{near(key, known) or '; facts are ' + ', '.join(known)}")
        annotation = str(parameters[key].annotation)
        if given is None:
            return None  # as if the study had not given the fact
        if "Value" not in annotation:
            if "bool" in annotation and not isinstance(given, bool):
                raise _At(path, f"is true or false, not {given!r}")
            if annotation.startswith("str") and not isinstance(given, str):
                raise _At(path, f"is a text, not {given!r}")
            if annotation.startswith("int") and not isinstance(given, int):
                raise _At(path, f"is a whole number, not {given!r}")
            return given
        if isinstance(given, str) and "str" in annotation and given == "excluded":
            return given
        return self.value(path, given)

    # -- graphs --

    def graph(self) -> Lifecycle:
        made: dict[str, Stage] = {}
        root = self.model.root
        names = {"all": root} if isinstance(root, str) else root
        if not names:
            raise _At((), "`root:` names the stage that is delivered, or stages by activity")
        for name in names.values():
            self.made(name, made, ("root",), ())
        roots = {activity: made[name] for activity, name in names.items()}
        try:
            return Lifecycle(roots, **self.settings())
        except ValueError as error:
            raise _At(("stages",), str(error)) from None

    def made(self, name: str, made: dict[str, Stage], path: tuple, within: tuple) -> Stage:
        """Return a stage of the file by name, with its suppliers made before it."""
        known = self.model.stages
        if isinstance(name, str) and name in made:
            return made[name]
        if not isinstance(name, str) or name not in known:
            raise _At(path, f"no stage {name!r}{near(str(name), [*known, *made])}")
        if name in within:
            raise _At(path, f"a loop: {' -> '.join((*within, name))}")

        def supplier(where: tuple, one: Any) -> Stage:
            return self.made(one, made, where, (*within, name))

        made[name] = self.stage(("stages", name), name, known[name], supplier)
        return made[name]

    def stage(
        self, path: tuple, name: str, given: Any, supplier: Callable[[tuple, Any], Stage]
    ) -> Stage:
        if not isinstance(given, Mapping) or sum(way in given for way in _WAYS) != 1:
            raise _At(
                path,
                "a stage is a mapping with `stage: CLASS`, `make: FUNCTION` or `choice: QUESTION`",
            )
        if "choice" in given:
            return self.choice(path, name, given, supplier)
        if "make" in given:
            return self.constructed(path, name, given, supplier)
        known = {
            one: getattr(stages, one)
            for one in stages.__all__
            if isinstance(getattr(stages, one), type)
        } | dict(self.own)
        kind = given["stage"]
        if kind not in known:
            hint = near(str(kind), known) or f"; classes are {', '.join(known)}"
            raise _At((*path, "stage"), f"no stage class {kind!r}{hint}")
        cls = known[kind]
        fields = {key: value for key, value in given.items() if key != "stage"}
        made = {key: self.field((*path, key), cls, key, fields[key], supplier) for key in fields}
        try:
            return cls(**{"name": name, **made})
        except (ValueError, TypeError) as error:
            named = [key for key in fields if re.search(rf"\b{re.escape(key)}\b", str(error))]
            raise _At((*path, named[0]) if named else path, _tidy(str(error))) from None

    def field(
        self,
        path: tuple,
        cls: type[Stage],
        key: str,
        given: Any,
        supplier: Callable[[tuple, Any], Stage],
    ) -> Any:
        own = ("name", "phase", "covers", "serves")
        if key in own:
            return given
        if key not in cls._slots:
            known = [*cls._slots, *own]
            hint = near(key, known) or f"; {cls.__name__} has {', '.join(known)}"
            raise _At(path, f"no such field{hint}")
        holds = cls._slots[key].holds
        if holds in ("parameters", "suppliers") and not isinstance(given, Mapping):
            raise _At(path, "is a mapping by name")
        if holds == "parameter":
            return self.value(path, given)
        if holds == "parameters":
            return {part: self.value((*path, part), one) for part, one in given.items()}
        if holds == "supplier":
            return None if given is None else supplier(path, given)
        if holds == "suppliers":
            return {part: supplier((*path, part), one) for part, one in given.items()}
        return given

    def constructed(
        self, path: tuple, name: str, given: Mapping, supplier: Callable[[tuple, Any], Stage]
    ) -> Stage:
        """Return a stage from a function of `lca.stages`, or `lca.accelerator_embodied`."""
        known, kind = _constructors(), str(given["make"])
        if kind not in known:
            raise _At((*path, "make"), f"no function {kind!r}{near(kind, known)}")
        make = known[kind]
        fields = {key: value for key, value in given.items() if key != "make"}
        made = {
            key: self.argument((*path, key), make, key, value, supplier)
            for key, value in fields.items()
        }
        if {"name", "fields"} & set(inspect.signature(make).parameters):
            made = {"name": name, **made}
        try:
            stage = make(**made)
        except (ValueError, TypeError) as error:
            named = [key for key in fields if re.search(rf"\b{re.escape(key)}\b", str(error))]
            raise _At((*path, named[0]) if named else path, _tidy(str(error))) from None
        if stage.name != name:
            raise _At(path, f"{kind} makes a stage called {stage.name!r}; call it so here")
        return stage

    def argument(
        self,
        path: tuple,
        make: Callable[..., Stage],
        key: str,
        given: Any,
        supplier: Callable[[tuple, Any], Stage],
    ) -> Any:
        """Return an argument of a function that makes a stage, or a field it hands on."""
        parameters = inspect.signature(make).parameters
        if key not in parameters:
            if "fields" not in parameters:
                hint = near(key, parameters) or f"; there are {', '.join(parameters)}"
                raise _At(path, f"no such argument{hint}")
            return self.field(path, _made_by(make) or Stage, key, given, supplier)
        annotation = str(parameters[key].annotation)
        if given is None and "None" in annotation:
            return None
        if annotation.startswith("Stage"):
            return supplier(path, given)
        if annotation.startswith("str") and not isinstance(given, str):
            raise _At(path, f"is a text, not {given!r}")
        if annotation.startswith("Mapping"):
            if not isinstance(given, Mapping):
                raise _At(path, f"is a mapping, not {given!r}")
            return {
                part: self.value((*path, part), one) if isinstance(one, Mapping) else one
                for part, one in given.items()
            }
        return self.value(path, given) if isinstance(given, Mapping) else given

    def choice(
        self, path: tuple, name: str, given: Mapping, supplier: Callable[[tuple, Any], Stage]
    ) -> Stage:
        known = ("choice", "alternatives", "weights", "nominal", "kind")
        for key in given:
            if key not in known:
                raise _At((*path, key), f"no such key{near(key, known)}")
        alternatives = given.get("alternatives")
        if not isinstance(alternatives, Mapping):
            raise _At(path, "a choice has `alternatives:`, a mapping of stages by name")
        made = {
            one: supplier((*path, "alternatives", one), stage)
            for one, stage in alternatives.items()
        }
        about = {key: given[key] for key in ("weights", "nominal", "kind") if key in given}
        try:
            return choice(str(given["choice"]), made, name=name, **about)
        except (ValueError, TypeError) as error:
            raise _At(path, str(error)) from None

    # -- changes --

    def changed(self, path: tuple, life: Lifecycle, changes: Mapping[str, Any]) -> Lifecycle:
        """Return a lifecycle with changes by address, label or stage name: stages come first."""
        for key, given in changes.items():  # one by one, so that each takes from those before it
            if _is_stage(given):
                life = self.replaced(
                    (*path, key), life, {key: self.change((*path, key), life, key, given)}
                )
        new = {
            key: self.change((*path, key), life, key, given)
            for key, given in changes.items()
            if not _is_stage(given)
        }
        for key, value in new.items():  # one by one first, so that a fault has its line
            self.replaced((*path, key), life, {key: value})
        return self.replaced(path, life, new)

    def replaced(self, path: tuple, life: Lifecycle, new: Mapping[str, Any]) -> Lifecycle:
        try:
            return life.replace(new) if new else life
        except (ValueError, TypeError) as error:
            raise _At(path, _tidy(str(error))) from None

    def change(self, path: tuple, life: Lifecycle, key: str, given: Any) -> Any:
        if _is_stage(given):
            made: dict[str, Stage] = dict(life.stages)

            def supplier(where: tuple, one: Any) -> Stage:
                return self.made(one, made, where, (key,))

            return self.stage(path, key, given, supplier)
        if isinstance(given, str):
            stage, _, slot = key.partition(".")
            holds = life.stages[stage]._slots.get(slot) if stage in life.stages else None
            is_option = holds is not None and holds.holds == "option"
            if is_option or key in {one.picked.name for one in _choices(life)}:
                return given
        return self.value(path, given)

    # -- values --

    def value(self, path: tuple, given: Any) -> Any:
        """Return a number or a Quantity from any of the ways to write a value."""
        try:
            if isinstance(given, bool) or given is None or isinstance(given, list):
                raise ValueError(
                    f"{given!r} is not a value; give a number, '6 year', or {{dist: …}}"
                )
            if isinstance(given, (int, float)):
                return quantity.number("the value", given)
            if isinstance(given, str):
                return _with_unit(given)
            return self.mapped(path, given)
        except _At:
            raise
        except (ValueError, TypeError) as error:
            raise _At(path, str(error)) from None

    def mapped(self, path: tuple, given: Mapping[str, Any]) -> Quantity:
        forms = ("dist", "figure", "region", "use")
        found = [form for form in forms if form in given]
        if len(found) != 1:
            keys = [*forms, "times", "year"]
            wrong = next((key for key in given if key not in keys), "")
            raise ValueError(
                f"give exactly one of {', '.join(forms)}{near(wrong, keys) if wrong else ''}"
            )
        if found[0] == "dist":
            return _distribution(path, given)
        allowed = ("times", "year") if found[0] == "region" else ("times",)
        for key in given:
            if key not in (found[0], *allowed):
                raise _At((*path, key), f"no such key{near(key, allowed)}")
        name = given[found[0]]
        if found[0] == "figure":
            made = catalogue.figure(name)
        elif found[0] == "region":
            made = catalogue.region(name, given.get("year")).intensity
        elif name in self.shared:
            made = self.shared[name]
        else:
            raise _At((*path, "use"), f"no shared quantity {name!r}{near(str(name), self.shared)}")
        return made * given["times"] if "times" in given else made


def _is_stage(given: Any) -> bool:
    return isinstance(given, Mapping) and any(way in given for way in _WAYS)


def _constructors() -> dict[str, Callable[..., Stage]]:
    """Return the public functions that make a stage, by name."""
    functions = [one for one in map(stages.__dict__.get, stages.__all__) if inspect.isfunction(one)]
    found = {one.__name__: one for one in functions if _made_by(one)}
    return {**found, "accelerator_embodied": presets.accelerator_embodied}


def _made_by(make: Callable[..., Any]) -> type[Stage] | None:
    """Return the class of the stage that a function makes."""
    cls = make.__globals__.get(make.__annotations__["return"])
    return cls if isinstance(cls, type) and issubclass(cls, Stage) else None


def _choices(life: Lifecycle) -> list[Any]:
    return [stage for stage in life.order if hasattr(stage, "picked")]


def _named(given: Quantity, name: str) -> Quantity:
    return dataclasses.replace(given, name=name)


def _with_unit(text: str) -> Quantity:
    try:
        return quantity.fixed(float(text.replace("_", "")))
    except ValueError:
        pass
    number = r"[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
    match = re.fullmatch(rf"\s*({number})\s*([A-Za-zµμ%].*?|1/.*?)\s*", text)
    if not match:
        raise ValueError(
            f"{text!r} is not a value; write a number, or a number and a unit: '6 year'"
        )
    units.parse(match[2])
    return quantity.fixed(float(match[1].replace("_", "")), match[2])


def _distribution(path: tuple, given: Mapping[str, Any]) -> Quantity:
    arguments = {key: value for key, value in given.items() if key != "dist"}
    name = given["dist"]
    if name not in quantity.CONSTRUCTORS:
        raise _At(
            (*path, "dist"),
            f"no distribution {name!r}{near(str(name), quantity.CONSTRUCTORS)}; "
            f"there are {', '.join(quantity.CONSTRUCTORS)}",
        )
    shift = arguments.pop("shifted", None)
    cut = arguments.pop("truncated", None)
    construct: Any = quantity.CONSTRUCTORS[name]
    try:
        made: Quantity = construct(**arguments)
    except TypeError as error:  # "uniform() missing 1 required keyword-only argument: 'high'"
        raise ValueError(str(error).replace("()", ":").replace("keyword-only ", "")) from None
    if made.unit is not None:
        units.parse(made.unit)
    if shift is not None:
        made = made.shifted(shift)
    if cut is not None:
        if not isinstance(cut, list) or len(cut) != 2:
            raise _At((*path, "truncated"), "is a list of two bounds, null for an open side")
        made = made.truncated(*cut)
    return made


def _culprit(make: Callable[..., Lifecycle], given: dict[str, Any], message: str) -> str:
    """Return the fact that a preset's fault lies in: the one without which it is gone."""
    for key, value in given.items():
        shown = isinstance(value, str) and value and repr(value) in message
        if shown or re.search(rf"\b{key} = ", message):
            return key
    parameters = inspect.signature(make).parameters
    for key in given:
        if parameters[key].default is not inspect.Parameter.empty:
            try:
                make(**{name: value for name, value in given.items() if name != key})
            except (ValueError, TypeError):
                continue
            return key
    return next((key for key in given if re.search(rf"\b{key}\b", message)), "")


def _tidy(message: str) -> str:
    """Drop the addresses of objects that a message may show."""
    return re.sub(r" at 0x[0-9a-f]+", "", message)
