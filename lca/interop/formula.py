"""The formula of a stage as text: `exchanges()` run on names instead of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca.interop import inventory
from lca.lifecycle import Lifecycle

_TEXTS = {
    "add": "({} + {})",
    "subtract": "({} - {})",
    "multiply": "({} * {})",
    "divide": "({} / {})",
    "power": "({} ^ {})",
    "negative": "(-{})",
    "absolute": "abs({})",
    "exp": "exp({})",
    "exp2": "(2 ^ {})",
    "expm1": "(exp({}) - 1)",
    "log": "ln({})",
    "log1p": "ln(1 + {})",
    "log2": "(ln({}) / ln(2))",
    "sqrt": "sqrt({})",
    "ceil": "ceil({})",
    "floor": "floor({})",
    "maximum": "max({}; {})",
    "minimum": "min({}; {})",
    "equal": "({} = {})",
    "not_equal": "({} <> {})",
    "less": "({} < {})",
    "less_equal": "({} <= {})",
    "greater": "({} > {})",
    "greater_equal": "({} >= {})",
}


class NoFormula(TypeError):
    """An operation that formulas of openLCA do not have."""


class Traced(np.lib.mixins.NDArrayOperatorsMixin):
    """A number that remembers how it arose.

    Parameters
    ----------
    value : float
    text : str
        As openLCA writes it: ``^`` is a power, ``;`` separates arguments.

    Examples
    --------
    >>> power, hours = Traced(0.4, "power"), Traced(10, "hours")
    >>> np.maximum(power * hours, 1).text
    'max((power * hours); 1)'
    """

    def __init__(self, value: Any, text: str) -> None:
        self.value = value
        self.text = text

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Traced:
        if method != "__call__" or options or ufunc.__name__ not in _TEXTS:
            raise NoFormula(f"{ufunc.__name__} has no counterpart")
        values, texts = zip(*(_parts(one) for one in inputs), strict=True)
        return Traced(ufunc(*values), _TEXTS[ufunc.__name__].format(*texts))

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Traced:
        if function is not np.where or len(inputs) != 3 or options:
            raise NoFormula(f"{function.__name__} has no counterpart")
        values, texts = zip(*(_parts(one) for one in inputs), strict=True)
        return Traced(np.where(*values), "if({}; {}; {})".format(*texts))

    def __bool__(self) -> bool:
        raise NoFormula("a formula does not branch in Python")


def _parts(one: Any) -> tuple[Any, str]:
    """Return the value and the text of an operand."""
    if isinstance(one, Traced):
        return one.value, one.text
    if np.size(one) != 1:
        raise NoFormula("a profile has no counterpart")
    value = float(np.squeeze(one))
    return value, f"{value:.17g}" if value >= 0 else f"({value:.17g})"


def formulas(life: Lifecycle, position: int, names: dict[str, str]) -> list[str]:
    """Return the formula of every line of a stage as text, empty where there is none.

    Parameters
    ----------
    life : Lifecycle
    position : int
        Of the stage.
    names : dict
        What the parameters are called, by path.
    """
    points = life.points[position]
    plain = inventory.lines(life, position, points)
    values = {
        path: Traced(value, names[path]) if np.ndim(value) == 0 else value
        for path, value in points.items()
    }
    try:
        traced = inventory.lines(life, position, values)
    except Exception:  # an operation that no formula has, whatever it raises on a name
        return [""] * len(plain)
    return [_text(one.amount, line.amount) for one, line in zip(traced, plain, strict=True)]


def _text(traced: Any, amount: Any) -> str:
    if not isinstance(traced, Traced):
        return ""  # a constant
    return traced.text if np.allclose(traced.value, amount, rtol=1e-12, atol=0) else ""
