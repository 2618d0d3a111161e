"""Values of a study file: numbers, texts with a unit, distributions, figures, regions, shared."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from lca import catalogue, quantity, units
from lca.quantity import Quantity
from lca.studyfile.reading import At
from lca.units import near


class Values:
    """The values of one file; what stands under `quantities:` is shared by name."""

    def __init__(self, shared: Mapping[str, Any]) -> None:
        self.shared: dict[str, Quantity] = {}
        for name, given in shared.items():
            value = self.value(("quantities", name), given)
            if not isinstance(value, Quantity):
                value = quantity.fixed(value)
            self.shared[name] = value if value.name else _named(value, name)

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
        except At:
            raise
        except (ValueError, TypeError) as error:
            raise At(path, str(error)) from None

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
                raise At((*path, key), f"no such key{near(key, allowed)}")
        name = given[found[0]]
        if found[0] == "figure":
            made = catalogue.figure(name)
        elif found[0] == "region":
            made = catalogue.region(name, given.get("year")).intensity
        elif name in self.shared:
            made = self.shared[name]
        else:
            raise At((*path, "use"), f"no shared quantity {name!r}{near(str(name), self.shared)}")
        return made * given["times"] if "times" in given else made


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
        raise At(
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
            raise At((*path, "truncated"), "is a list of two bounds, null for an open side")
        made = made.truncated(*cut)
    return made


def tidy(message: str) -> str:
    """Drop the addresses of objects that a message may show."""
    return re.sub(r" at 0x[0-9a-f]+", "", message)
