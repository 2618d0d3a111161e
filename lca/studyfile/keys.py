"""The keys of a study file, as a schema and as the error of a wrong one says them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
)

from lca import scenarios, sensitivity
from lca.quantity import Quantity
from lca.study import Study
from lca.studyfile.facts import PRESETS
from lca.studyfile.reading import At
from lca.units import near

MOST_VALUES = 1_000  # of a sweep; each is a run of its own


class _Part(BaseModel):
    """A mapping of known keys, whose numbers are finite, and numbers in the file too."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def _as_whole(given: Any) -> Any:
    """Return 1e4 as the whole number that it is."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


_Samples = Annotated[int, Field(ge=1, le=100_000_000), BeforeValidator(_as_whole)]
_Seed = Annotated[int, Field(ge=0, le=2**63), BeforeValidator(_as_whole)]


class Published(_Part):
    """A published value that the study is held against."""

    value: float
    unit: str
    category: str = "gwp"
    scenario: str = ""
    label: str = "published"
    source: str = ""


class Sensitivity(_Part):
    """Which inputs decide: a method of `lca.sensitivity`, as `lca run` is to write it."""

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
    n: _Samples | None = None
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


class _OfScenarios(_Part):
    """A question about some scenarios of the study."""

    scenarios: list[str] = Field(default_factory=list, description="all, unless given")
    category: str = "gwp"

    def asked(self, study: Study) -> Study:
        """Return the study of the scenarios that are asked about."""
        for i, name in enumerate(self.scenarios):
            study.check_scenario(name)
            if name in self.scenarios[:i]:
                raise ValueError(f"the scenario {name!r} is given twice")
        picked = {name: study.scenarios[name] for name in self.scenarios or study.scenarios}
        return Study(picked, correlation=study.correlation)


class Sweep(_OfScenarios):
    """Totals over values of one input, with bands: `lca.scenarios.sweep`."""

    input: str = Field(description="address or label")
    values: list[float] = Field(min_length=1, max_length=MOST_VALUES)
    unit: str = Field(default="", description="of the values; that of the input unless given")

    def table(self, study: Study, n: int, seed: int) -> Any:
        """Return the table of the sweep."""
        given = {"unit": self.unit, "category": self.category}
        return scenarios.sweep(self.asked(study), self.input, self.values, n, seed, **given)


class Crossing(_OfScenarios):
    """The value of an input at which two things are equal: `lca.scenarios.crossing`."""

    input: str = Field(description="address or label")
    between: tuple[float, float] = Field(strict=False, description="bounds of the search")
    of: tuple[str, str] = Field(
        strict=False,
        description="two scenarios, or two parts of every scenario: groups, phases, activities, "
        "stages",
    )
    unit: str = Field(default="", description="of the bounds; that of the input unless given")

    def table(self, study: Study, n: int, seed: int) -> Any:
        """Return the table of the crossing."""
        given = {"unit": self.unit, "category": self.category}
        between = self.between
        return scenarios.crossing(
            self.asked(study), self.input, between, *self.of, n, seed, **given
        )


class Refresh(_OfScenarios):
    """After how many years hardware is best replaced: `lca.scenarios.refresh_interval`."""

    lifetime: str = Field(default="cluster.lifetime", description="address or label")
    improvement: Any = Field(
        description="share by which the energy of equal work falls each year, a value"
    )

    def table(self, study: Study, n: int, seed: int, improvement: float | Quantity) -> Any:
        """Return the table of the refresh interval for an improvement as a quantity."""
        return scenarios.refresh_interval(
            self.asked(study), self.lifetime, improvement, n, seed, category=self.category
        )


class EqualQuality(_Part):
    """Models of other sizes that are as good: `lca.scenarios.resized`."""

    parameters: str = Field(description="address or label of the size of the model")
    tokens: str = Field(description="address or label of the tokens it is trained on")
    sizes: list[float] | dict[str, float] = Field(min_length=1)
    law: dict[str, float] = Field(description="A, B, alpha, beta of the law of the loss")


def _is_list(given: Any) -> str:
    return "several" if isinstance(given, list) else "one"


_Sweeps = Annotated[
    Annotated[Sweep, Tag("one")] | Annotated[list[Sweep], Tag("several")], Discriminator(_is_list)
]
_Crossings = Annotated[
    Annotated[Crossing, Tag("one")] | Annotated[list[Crossing], Tag("several")],
    Discriminator(_is_list),
]


class Keys(_Part):
    """A study of `lca`: lifecycles of AI training and inference, sampled together."""

    study: str = Field(description="name; it names the folder of the results")
    title: str = ""
    description: str = ""
    functional_unit: str = Field(default="", description="what every scenario delivers, in words")
    amount: float = Field(default=1, gt=0)
    site: str = Field(default="", description="where it runs; variability is one draw in a site")
    factors: str = Field(default="AR6", description="characterisation: AR6, AR5")
    variability: Literal["drawn", "mean"] = "drawn"
    decisions: Literal["nominal", "sampled", "crossed"] = Field(
        default="nominal", description="crossed: every combination of them is a scenario"
    )
    samples: _Samples = 8192
    seed: _Seed = 0
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
    correlations: list[Annotated[tuple[str, str, float], Field(strict=False)]] = Field(
        default_factory=list, description="[one input, other input, Spearman's rank correlation]"
    )
    scenarios: dict[str, dict[str, Any] | None] = Field(
        default_factory=dict, description="by name: changes by address, `with:` facts, `after:`"
    )
    grid: dict[str, list[Any] | dict[str, Any]] = Field(
        default_factory=dict,
        description="values, or values by name, of facts or addresses: all are crossed",
    )
    equal_quality: EqualQuality | None = Field(
        default=None, description="every scenario beside models of other sizes that are as good"
    )
    steps: list[str] = Field(
        default_factory=list, description="scenarios that each go on from the last: a waterfall"
    )
    sensitivity: Sensitivity | None = None
    sweep: _Sweeps | None = Field(default=None, description="totals over an input; or several")
    crossing: _Crossings | None = Field(default=None, description="break-even; or several")
    refresh: Refresh | None = Field(default=None, description="when to replace hardware")
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
    per: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict,
        description="what else the report gives results per, and how many functional units that is",
        json_schema_extra={"examples": [{"one million requests": 1e6}]},
    )


def checked(tree: Mapping[str, Any]) -> Keys:
    try:
        return Keys.model_validate(tree)
    except ValidationError as error:
        found = error.errors()  # a key that is misspelt is missing too: the first is the cause
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        missing = first["type"] == "missing" and isinstance(first["loc"][-1], str)
        path = _path_in(tree, first["loc"][:-1] if missing else first["loc"])
        fields = _NESTED.get(path[0] if len(path) > 1 else "", Keys).model_fields
        known = [field.alias or name for name, field in fields.items()]
        if first["type"] == "extra_forbidden":
            hint = near(str(path[-1]), known) or f"; keys are {', '.join(known)}"
            raise At(path, f"no such key{hint}") from None
        if missing:
            raise At(path, f"the key {first['loc'][-1]!r} is missing") from None
        if path[0] in FORMS:
            raise At(path[:2], FORMS[path[0]]) from None
        raise At(path, _said(first, path)) from None


def _said(fault: Mapping[str, Any], path: tuple) -> str:
    """Return the fault of a value in the words of this project, with what was given."""
    kind, given, about = fault["type"], fault["input"], fault.get("ctx", {})
    shown = repr(given) if len(repr(given)) < 80 else f"{repr(given)[:80]} …"
    if kind == "literal_error":
        known = re.findall("'(.*?)'", about["expected"])
        hint = near(given, known) if isinstance(given, str) else ""
        return f"is one of {', '.join(known)}, not {shown}{hint}"
    if kind in ("model_type", "dict_type"):
        fields = _NESTED[path[0]].model_fields if kind == "model_type" else {}
        return f"is a mapping{' of ' if fields else ''}{', '.join(fields)}, not {shown}"
    for beginning, text in _KINDS.items():
        if kind.startswith(beginning):
            return f"is {text}, not {shown}"
    if kind == "missing" or kind.endswith(("too_short", "too_long")):
        ends = "at least {min_length}" if "min_length" in about else "at most {max_length}"
        count = "two" if kind == "missing" or about["field_type"] == "Tuple" else ends
        return f"is a list of {count.format(**about)} values, not of {len(given)}"
    for key, text in {"gt": "above", "ge": "at least", "le": "at most"}.items():
        if key in about:
            return f"is {text} {about[key]:,}".removesuffix(".0") + f", not {shown}"
    return f"{fault['msg'][0].lower()}{fault['msg'][1:]}, not {shown}"


_KINDS = {  # what a value should be, by how pydantic's names of its faults begin
    "finite": "a finite number",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "tuple": "a list of two values",
    "string": "a text (put it in quotes)",
}


_NESTED: dict[Any, type[BaseModel]] = {
    "crossing": Crossing,
    "equal_quality": EqualQuality,
    "published": Published,
    "refresh": Refresh,
    "sensitivity": Sensitivity,
    "sweep": Sweep,
}
FORMS = {
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
