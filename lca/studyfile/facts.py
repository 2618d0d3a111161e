"""Facts of a preset, as a study file gives them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from lca import presets
from lca.lifecycle import Lifecycle
from lca.studyfile.reading import At
from lca.studyfile.values import Values
from lca.units import near

PRESETS: dict[str, Callable[..., Lifecycle]] = {
    "training_run": presets.training_run,
    "inference_service": presets.inference_service,
}
_RESERVED = ("amount", "functional_unit", "factors", "site", "variability")  # keys of the study


class Preset:
    """A preset, by its name in a study file."""

    def __init__(self, name: str) -> None:
        if name not in PRESETS:
            raise At(("preset",), f"no preset {name!r}{near(name, PRESETS)}")
        self.name = name
        self.make = PRESETS[name]
        self.parameters = inspect.signature(self.make).parameters

    def lifecycle(
        self,
        facts: Mapping[str, Any],
        settings: Mapping[str, Any],
        values: Values,
        path: tuple,
        path_of: Callable[[str], tuple],
    ) -> Lifecycle:
        """Return the lifecycle of some facts, which stand at `path`, each at its own `path_of`."""
        given = {key: self.fact(path_of(key), key, facts[key], values) for key in facts}
        for one in self.parameters.values():
            if one.default is one.empty and facts.get(one.name) is None:
                raise At(path, f"the fact {one.name!r} is missing; see lca.{self.name}")
        given = {key: value for key, value in given.items() if value is not None}
        given |= settings
        try:
            return self.make(**given)
        except (ValueError, TypeError) as error:
            culprit = self.culprit(given, str(error))
            raise At(path_of(culprit) if culprit else path, str(error)) from None

    def fact(self, path: tuple, key: str, given: Any, values: Values) -> Any:
        """Return a fact as the preset takes it."""
        parameters = self.parameters
        if key not in parameters or key in _RESERVED:
            known = [name for name in parameters if name not in _RESERVED]
            raise At(path, f"no such fact{near(key, known) or '; facts are ' + ', '.join(known)}")
        annotation = str(parameters[key].annotation)
        if given is None:
            return None  # as if the study had not given the fact
        if "Value" not in annotation:
            if "bool" in annotation and not isinstance(given, bool):
                raise At(path, f"is true or false, not {given!r}")
            if annotation.startswith("str") and not isinstance(given, str):
                raise At(path, f"is a text, not {given!r}")
            if annotation.startswith("int") and not isinstance(given, int):
                raise At(path, f"is a whole number, not {given!r}")
            return given
        if isinstance(given, str) and "str" in annotation and given == "excluded":
            return given
        return values.value(path, given)

    def culprit(self, given: Mapping[str, Any], message: str) -> str:
        """Return the fact that a fault lies in: the one without which it is gone."""
        for key, value in given.items():
            shown = isinstance(value, str) and value and repr(value) in message
            if isinstance(value, (int, float)):
                shown = f" = {value:g} " in message
            if shown or re.search(rf"\b{key} = ", message):
                return key
        for key in given:
            if self.parameters[key].default is not inspect.Parameter.empty:
                try:
                    self.make(**{name: value for name, value in given.items() if name != key})
                except (ValueError, TypeError):
                    continue
                return key
        return next((key for key in given if re.search(rf"\b{key}\b", message)), "")
