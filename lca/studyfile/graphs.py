"""Stages of a study file: each by its class, by a function that makes it, or as a choice."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from lca import presets, stages
from lca.lifecycle import Lifecycle
from lca.stage import Stage, choice
from lca.studyfile.reading import At
from lca.studyfile.values import Values, tidy
from lca.units import near

_WAYS = ("stage", "make", "choice")  # to say what a stage is


class Graphs:
    """Makes the stages under `stages:`, and those that a scenario puts in their place."""

    def __init__(
        self, known: Mapping[str, Any], values: Values, own: Mapping[str, type[Stage]]
    ) -> None:
        self.known = known
        self.values = values
        self.own = own

    def roots(self, root: str | Mapping[str, str] | None) -> dict[str, Stage]:
        """Return the stages that are delivered, by activity."""
        made: dict[str, Stage] = {}
        names = {"all": root} if isinstance(root, str) else root
        if not names:
            raise At((), "`root:` names the stage that is delivered, or stages by activity")
        for name in names.values():
            self.made(name, made, ("root",), ())
        return {activity: made[name] for activity, name in names.items()}

    def exchanged(self, path: tuple, life: Lifecycle, name: str, given: Mapping) -> Stage:
        """Return a stage that takes from those of a lifecycle, and else from those of the file."""
        made: dict[str, Stage] = dict(life.stages)

        def supplier(where: tuple, one: Any) -> Stage:
            return self.made(one, made, where, (name,))

        return self.stage(path, name, given, supplier)

    def made(self, name: str, made: dict[str, Stage], path: tuple, within: tuple) -> Stage:
        """Return a stage of the file by name, with its suppliers made before it."""
        known = self.known
        if isinstance(name, str) and name in made:
            return made[name]
        if not isinstance(name, str) or name not in known:
            raise At(path, f"no stage {name!r}{near(str(name), [*known, *made])}")
        if name in within:
            raise At(path, f"a loop: {' -> '.join((*within, name))}")

        def supplier(where: tuple, one: Any) -> Stage:
            return self.made(one, made, where, (*within, name))

        made[name] = self.stage(("stages", name), name, known[name], supplier)
        return made[name]

    def stage(
        self, path: tuple, name: str, given: Any, supplier: Callable[[tuple, Any], Stage]
    ) -> Stage:
        if not isinstance(given, Mapping) or sum(way in given for way in _WAYS) != 1:
            raise At(
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
            raise At((*path, "stage"), f"no stage class {kind!r}{hint}")
        cls = known[kind]
        fields = {key: value for key, value in given.items() if key != "stage"}
        made = {key: self.field((*path, key), cls, key, fields[key], supplier) for key in fields}
        try:
            return cls(**{"name": name, **made})
        except (ValueError, TypeError) as error:
            named = [key for key in fields if re.search(rf"\b{re.escape(key)}\b", str(error))]
            raise At((*path, named[0]) if named else path, tidy(str(error))) from None

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
            raise At(path, f"no such field{hint}")
        slot = cls._slots[key]
        holds = slot.holds
        if given is None and slot.optional:
            return None
        if holds in ("parameters", "suppliers") and not isinstance(given, Mapping):
            raise At(path, "is a mapping by name")
        if holds == "parameter":
            return self.values.value(path, given)
        if holds == "parameters":
            return {part: self.values.value((*path, part), one) for part, one in given.items()}
        if holds == "supplier":
            return supplier(path, given)
        if holds == "suppliers":
            return {part: supplier((*path, part), one) for part, one in given.items()}
        return given

    def constructed(
        self, path: tuple, name: str, given: Mapping, supplier: Callable[[tuple, Any], Stage]
    ) -> Stage:
        """Return a stage from a function of `lca.stages`, or `lca.accelerator_embodied`."""
        known, kind = _constructors(), str(given["make"])
        if kind not in known:
            raise At((*path, "make"), f"no function {kind!r}{near(kind, known)}")
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
            raise At((*path, named[0]) if named else path, tidy(str(error))) from None
        if stage.name != name:
            raise At(path, f"{kind} makes a stage called {stage.name!r}; call it so here")
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
                raise At(path, f"no such argument{hint}")
            return self.field(path, made_by(make) or Stage, key, given, supplier)
        annotation = str(parameters[key].annotation)
        if given is None and "None" in annotation:
            return None
        named = isinstance(given, str) and given in self.known
        if annotation.startswith("Stage") or ("Stage" in annotation and named):
            return supplier(path, given)
        if re.match(r"str( \| None)?$", annotation) and not isinstance(given, str):
            raise At(path, f"is a text, not {given!r}")
        if annotation.startswith("Mapping"):
            if not isinstance(given, Mapping):
                raise At(path, f"is a mapping, not {given!r}")
            return {
                part: self.values.value((*path, part), one) if isinstance(one, Mapping) else one
                for part, one in given.items()
            }
        return self.values.value(path, given) if isinstance(given, Mapping) else given

    def choice(
        self, path: tuple, name: str, given: Mapping, supplier: Callable[[tuple, Any], Stage]
    ) -> Stage:
        known = ("choice", "alternatives", "weights", "nominal", "kind")
        for key in given:
            if key not in known:
                raise At((*path, key), f"no such key{near(key, known)}")
        alternatives = given.get("alternatives")
        if not isinstance(alternatives, Mapping):
            raise At(path, "a choice has `alternatives:`, a mapping of stages by name")
        made = {
            one: supplier((*path, "alternatives", one), stage)
            for one, stage in alternatives.items()
        }
        about = {key: given[key] for key in ("weights", "nominal", "kind") if key in given}
        try:
            return choice(str(given["choice"]), made, name=name, **about)
        except (ValueError, TypeError) as error:
            raise At(path, str(error)) from None


def is_stage(given: Any) -> bool:
    return isinstance(given, Mapping) and any(way in given for way in _WAYS)


def _constructors() -> dict[str, Callable[..., Stage]]:
    """Return the public functions that make a stage, by name."""
    functions = [one for one in map(stages.__dict__.get, stages.__all__) if inspect.isfunction(one)]
    found = {one.__name__: one for one in functions if made_by(one)}
    return {**found, "accelerator_embodied": presets.accelerator_embodied}


def made_by(make: Callable[..., Any]) -> type[Stage] | None:
    """Return the class of the stage that a function makes."""
    cls = make.__globals__.get(make.__annotations__["return"])
    return cls if isinstance(cls, type) and issubclass(cls, Stage) else None
