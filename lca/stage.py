"""Stage: a unit process, written as its textbook formula.

* A stage says what one unit of its product takes from other stages and emits. Subclassing
  `Stage` makes a frozen, keyword-only dataclass whose fields are declared slots.
* The same formula answers with floats, sample arrays and Pint quantities: the engine copies
  the declared fields with arrays in place of what is uncertain and lists `exchanges()`.
* Units and samples are checked once, when a stage object is made, and never in a run.
* Composition is by reference: a stage holds its suppliers, so there can be no loop.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, dataclass_transform

import numpy as np

from lca import impacts, quantity, units
from lca.catalogue import Entry
from lca.distributions import Discrete, Fixed
from lca.quantity import Quantity
from lca.tables import DataError
from lca.units import UnitError, near

Number: TypeAlias = Any
"""What a parameter holds: a number or a `Quantity` when given, floats or arrays in a formula."""

PHASES = (
    "manufacturing",
    "transport",
    "facility",
    "operation",
    "overhead",
    "storage",
    "network",
    "disposal",
    "avoided",
)
"""Phases of the lifecycle, in the order of tables and figures."""

_INHERIT: Any = "as the class declares"


class GraphError(ValueError):
    """A stage or a lifecycle that does not fit together."""


@dataclass(frozen=True)
class Slot:
    """What a field of a stage may hold, as declared in its class."""

    holds: str
    unit: str = "1"
    meaning: str = ""
    valid: tuple[float | None, float | None] = (None, None)
    plausible: tuple[float | None, float | None] = (None, None)
    among: tuple[str, ...] = ()
    optional: bool = False
    phase: str = ""
    amount: str = ""
    at_most: str = ""
    keys: str = ""
    default: Any = None


def _field(slot: Slot, default: Any) -> Any:
    return dataclasses.field(default=default, metadata={"slot": slot})


def parameter(
    unit: str,
    meaning: str,
    *,
    default: Any = dataclasses.MISSING,
    valid: tuple[float | None, float | None] = (None, None),
    plausible: tuple[float | None, float | None] = (None, None),
    at_most: str = "",
) -> Any:
    """Declare a number of a stage: its unit, its meaning, the bounds it must keep.

    Parameters
    ----------
    unit : str
        Values in other units are converted when the stage is made; bare numbers take it.
    meaning : str
        What it is, in words.
    default : float, Quantity, `lca.entry(key)` or None, optional
        With None it may be left out: a number of a category that is then not reported at all, so
        that ``if self.water is not None`` decides over a line; or a factor that then counts as 1.
    valid : (low, high)
        Bounds, in `unit`, that no draw may cross; None leaves a side open.
    plausible : (low, high)
        Bounds that the nominal value may not cross, though draws from a long tail may: they
        find a slip of the unit.
    at_most : str
        Name of a parameter which the nominal value may not exceed.
    """
    about: dict[str, Any] = {"optional": default is None, "at_most": at_most}
    given = None if default is dataclasses.MISSING else default
    return _field(
        Slot("parameter", unit, meaning, valid, plausible, **about, default=given), default
    )


def parameters(
    unit: str,
    meaning: str,
    *,
    valid: tuple[float | None, float | None] = (None, None),
    plausible: tuple[float | None, float | None] = (None, None),
    keys: str = "",
    default: Any = dataclasses.MISSING,
) -> Any:
    """Declare a mapping of numbers by name: counts of parts, shares of a mix.

    ``keys`` names another mapping of the stage, of which this one must have the keys. With
    ``default=None`` it may be left out, and is empty.
    """
    about: dict[str, Any] = {"optional": default is None, "keys": keys}
    return _field(Slot("parameters", unit, meaning, valid, plausible, **about), default)


def supplier(
    unit: str, meaning: str, *, optional: bool = False, phase: str = "", amount: str = ""
) -> Any:
    """Declare a stage from which this one takes, and the unit in which it takes.

    With ``optional=True`` it may be left out (None): then its lines of the inventory
    are empty, and what it would have held lies outside the boundary. With ``amount=`` the name
    of a parameter, only where that one is fixed at 0. With ``phase=`` it must be of that phase.
    """
    default = None if optional else dataclasses.MISSING
    slot = Slot("supplier", unit, meaning, optional=optional, phase=phase, amount=amount)
    return _field(slot, default)


def suppliers(unit: str, meaning: str) -> Any:
    """Declare a mapping of stages by name, all taken in one unit."""
    return _field(Slot("suppliers", unit, meaning), dataclasses.MISSING)


def option(default: str, meaning: str, *, among: Sequence[str]) -> Any:
    """Declare which variant of a formula applies, where variants have the same inputs."""
    return _field(Slot("option", "", meaning, among=tuple(among), default=default), default)


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    eq_default=False,
    field_specifiers=(parameter, parameters, supplier, suppliers, option),
)
class _Process:
    """What makes type checkers see the fields of `Stage` itself as keywords."""


class Stage(_Process):
    """One unit process of a lifecycle (ISO 14040).

    A subclass declares ``per`` (the unit of what it delivers), ``phase`` (of the lifecycle;
    None for a supply such as electricity), its slots, and one method `exchanges`, which
    yields pairs: (supplier, amount in its unit) or (flow or category, amount). It may declare
    ``zero`` (categories in which it emits nothing, each with a reason), and, where Pint cannot
    follow the formula, ``unchecked_units`` with the reason.

    Parameters
    ----------
    name : str, optional
        Unique in a lifecycle, without a dot; else the class name in lower case.
    phase : str or None, optional
        Overrides the phase that the class declares.
    covers : tuple of str, optional
        What a footprint holds beside making its product: phases (inbound ``"transport"``,
        ``"operation"``, ``"disposal"``, ``"facility"``) and names of part stages.
    serves : str or tuple of str, optional
        Of a transport, disposal or facility stage: the names of the stages it serves.

    Examples
    --------
    >>> import lca
    >>> class Grid(lca.Stage):
    ...     '''Electricity at the plug, for one kWh.'''
    ...     per = "kWh"
    ...     phase = None
    ...     intensity: lca.Number = lca.parameter("kgCO2e/kWh", "lifecycle intensity")
    ...
    ...     def exchanges(self):
    ...         yield "gwp", self.intensity
    >>> Grid(intensity=lca.lognormal(median=57, gsd=1.2, unit="gCO2e/kWh"))
    <Grid 'grid': per kWh, a supply>
    """

    per: ClassVar[str] = ""
    unchecked_units: ClassVar[str] = ""
    zero: ClassVar[Mapping[str, str]] = {}
    _slots: ClassVar[dict[str, Slot]] = {}

    name: str = ""
    phase: str | None = _INHERIT
    covers: str | tuple[str, ...] = _INHERIT
    serves: str | tuple[str, ...] = _INHERIT

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if "__post_init__" in cls.__dict__ or "__init__" in cls.__dict__:
            raise TypeError(
                f"{cls.__name__}: a stage has no __init__ or __post_init__ of its own; "
                "compute in exchanges(), from its own fields"
            )
        _check_declaration(cls)
        dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
        fields = dataclasses.fields(cls)
        cls._slots = {f.name: f.metadata["slot"] for f in fields if "slot" in f.metadata}
        for field in fields:
            if field.name not in cls._slots and field.name not in _OWN_FIELDS:
                raise TypeError(
                    f"{cls.__name__}.{field.name}: declare it with lca.parameter(unit, meaning), "
                    "lca.supplier(unit, meaning) or lca.option(…)"
                )

    def __post_init__(self) -> None:
        _settle(self)
        self.check()
        _check(self)

    def check(self) -> None:
        """Raise where fields do not fit at their nominal points; a stage may say what must hold."""

    def exchanges(self) -> Iterable[tuple[Stage | str, Any]]:
        """Yield what one unit of the product takes and emits, a pair for every line."""
        raise NotImplementedError(f"{type(self).__name__} has no exchanges()")

    def __repr__(self) -> str:
        phase = "a supply" if self.phase is None else self.phase
        return f"<{type(self).__name__} {self.name!r}: per {self.per}, {phase}>"

    def __reduce__(self) -> tuple:
        return restore, flatten([self])


dataclass(frozen=True, kw_only=True, eq=False, repr=False)(Stage)
_OWN_FIELDS = ("name", "phase", "covers", "serves", "per")


def _check_declaration(cls: type[Stage]) -> None:
    if cls.exchanges is Stage.exchanges:
        return  # an abstract family; its members are checked
    for attribute, example in (("per", '"kWh"'), ("phase", '"operation"')):
        if getattr(cls, attribute) in ("", _INHERIT):
            raise TypeError(f"{cls.__name__}: declare {attribute} = {example} in the class")
    if cls.phase is not None and cls.phase not in PHASES:
        raise TypeError(
            f"{cls.__name__}: no phase {cls.phase!r}{near(cls.phase, PHASES)}; "
            f"phases are {', '.join(PHASES)}, or None for a supply"
        )
    for category, reason in cls.zero.items():
        if not reason:
            raise TypeError(f"{cls.__name__}: zero[{category!r}] needs a reason")


def label(stage: Stage) -> str:
    """Return how messages name a stage: ``Cooling 'hall 2'``."""
    return f"{type(stage).__name__} {stage.name!r}"


# -- what a stage is made of --------------------------------------------------------------


def suppliers_of(stage: Stage) -> Iterator[Stage]:
    """Yield the stages that `stage` holds in its slots."""
    for name, slot in stage._slots.items():
        held = getattr(stage, name)
        if slot.holds == "supplier" and held is not None:
            yield held
        elif slot.holds == "suppliers":
            yield from held.values()


def quantities_of(stage: Stage) -> Iterator[tuple[str, Quantity, Slot]]:
    """Yield (path within the stage, quantity, slot) of every number it holds."""
    for name, slot in stage._slots.items():
        held = getattr(stage, name)
        if slot.holds == "parameter" and held is not None:
            yield name, held, slot
        elif slot.holds == "parameters":
            for part, value in held.items():
                yield f"{name}.{part}", value, slot


def upstream(roots: Iterable[Stage]) -> list[Stage]:
    """Return all stages reachable from `roots`, each before those it takes from."""
    done: list[Stage] = []
    seen: set[int] = set()
    for root in reversed(list(roots)):
        stack = [] if id(root) in seen else [(root, _last_first(root))]
        seen.add(id(root))
        while stack:
            stage, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                done.append(stage)
                stack.pop()
            elif id(following) not in seen:
                seen.add(id(following))
                stack.append((following, _last_first(following)))
    return done[::-1]


def _last_first(stage: Stage) -> Iterator[Stage]:
    return reversed(list(suppliers_of(stage)))  # so that the reversed order reads as declared


def changed(stage: Stage, values: Mapping[str, Any]) -> Stage:
    """Return a copy of the declared fields, and nothing else, with some replaced, unchecked."""
    copy = object.__new__(type(stage))
    held = stage.__dict__
    fields = copy.__dict__
    for name in (*_OWN_FIELDS, *stage._slots):
        if name in held:
            fields[name] = held[name]
    fields.update(values)
    return copy


def renamed(stage: Stage, name: str) -> Stage:
    """Return a checked stage under another name."""
    copy = object.__new__(type(stage))
    copy.__dict__.update(stage.__dict__, name=name)
    return copy


def bound(stage: Stage, values: Mapping[str, Any]) -> Stage:
    """Return the stage with numbers or arrays, by path, in place of its quantities."""
    fields: dict[str, Any] = {}
    for name, slot in stage._slots.items():
        if slot.holds == "parameter" and getattr(stage, name) is not None:
            fields[name] = values[name]
        elif slot.holds == "parameters":
            fields[name] = {part: values[f"{name}.{part}"] for part in getattr(stage, name)}
    return changed(stage, fields)


def flatten(roots: Sequence[Stage]) -> tuple[list, list[int]]:
    """Return stages as rows that name suppliers by index, and the rows of `roots`.

    Pickling follows no reference from stage to stage: a chain of thousands is flat.
    """
    order = upstream(roots)
    index = {id(stage): position for position, stage in enumerate(order)}
    rows = []
    for stage in order:
        state = dict(stage.__dict__)
        for name, slot in stage._slots.items():
            held = state[name]
            if slot.holds == "supplier" and held is not None:
                state[name] = index[id(held)]
            elif slot.holds == "suppliers":
                state[name] = {part: index[id(one)] for part, one in held.items()}
        outline = [
            index[id(target)] if isinstance(target, Stage) else target
            for target in state.pop("_outline")
        ]
        rows.append((type(stage), state, outline))
    return rows, [index[id(root)] for root in roots]


def restore_all(rows: list, roots: list[int]) -> list[Stage]:
    """Return the stages that `flatten` made into rows, without checking them again."""
    stages = [object.__new__(cls) for cls, _, _ in rows]
    for stage, (cls, state, outline) in zip(stages, rows, strict=True):
        fields = dict(state)
        for name, slot in cls._slots.items():
            if slot.holds == "supplier" and fields[name] is not None:
                fields[name] = stages[fields[name]]
            elif slot.holds == "suppliers":
                fields[name] = {part: stages[row] for part, row in fields[name].items()}
        fields["_outline"] = tuple(stages[t] if isinstance(t, int) else t for t in outline)
        stage.__dict__.update(fields)
    return [stages[row] for row in roots]


def restore(rows: list, roots: list[int]) -> Stage:
    """Return the one stage that `flatten` made into rows."""
    return restore_all(rows, roots)[0]


# -- settling what was given ---------------------------------------------------------------


def _settle(stage: Stage) -> None:
    cls = type(stage)
    settled: dict[str, Any] = {
        "name": stage.name or cls.__name__.lower(),
        "phase": cls.phase if stage.phase is _INHERIT else stage.phase,
        "covers": _names(cls.covers if stage.covers is _INHERIT else stage.covers),
        "serves": _names(cls.serves if stage.serves is _INHERIT else stage.serves),
    }
    stage.__dict__.update(settled)
    _check_header(stage)
    for name, slot in cls._slots.items():
        stage.__dict__[name] = _SETTLERS[slot.holds](stage, name, slot, getattr(stage, name))
    for name, slot in cls._slots.items():
        _check_beside(stage, name, slot)


def _check_beside(stage: Stage, name: str, slot: Slot) -> None:
    """Check a field against another that its slot names."""
    held = getattr(stage, name)
    if slot.keys and held and set(held) != set(other := getattr(stage, slot.keys)):
        raise GraphError(
            f"{label(stage)}: {name} are of {', '.join(held)}, but {slot.keys} of "
            f"{', '.join(other) or 'nothing'}; both are given by the same names"
        )
    if slot.at_most and held is not None and _exceeds(held, getattr(stage, slot.at_most)):
        raise ValueError(f"{label(stage)}: {name} lies above {slot.at_most}; {slot.meaning}")
    if slot.amount and held is None:
        share = getattr(stage, slot.amount)
        if not (share.is_fixed and np.all(share.point == 0)):
            raise GraphError(
                f"{label(stage)}: {slot.amount} = {share.distribution.describe()} takes {name}= "
                f"({slot.meaning}), else that share is lost; one that bears nothing has a "
                f"footprint of 0, and with {slot.amount} = 0 it may be left out"
            )


def _exceeds(one: Quantity, other: Quantity) -> bool:
    """Return whether a nominal value, or one of a profile, lies above another."""
    profiles = {np.shape(held.point) for held in (one, other)} - {()}
    return len(profiles) < 2 and bool(np.any(one.point > other.point))


def _names(given: Any) -> tuple[str, ...]:
    if given is _INHERIT or not given:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def _check_header(stage: Stage) -> None:
    if not isinstance(stage.name, str) or "." in stage.name or "#" in stage.name:
        raise GraphError(
            f"{type(stage).__name__}: name = {stage.name!r} must be a text without '.' or '#' "
            "(addresses are stage.parameter)"
        )
    try:
        units.parse(stage.per)
    except UnitError as error:
        raise UnitError(f"{label(stage)}: per = {stage.per!r}: {error}") from None
    if stage.phase is not None and stage.phase not in PHASES:
        raise GraphError(
            f"{label(stage)}: no phase {stage.phase!r}{near(stage.phase, PHASES)}; "
            f"phases are {', '.join(PHASES)}, or None for a supply"
        )
    if type(stage).phase == "avoided" and stage.phase != "avoided":
        raise GraphError(
            f"{label(stage)}: phase = {stage.phase!r}, but it is a credit, which stands beside the "
            "total and is never added to it: leave the phase avoided"
        )


def _settle_parameter(stage: Stage, name: str, slot: Slot, given: Any) -> Quantity | None:
    if given is None and slot.optional:
        return None
    return _settle_number(f"{label(stage)}: {name}", slot, given)


def _settle_number(where: str, slot: Slot, given: Any) -> Quantity:
    if isinstance(given, Entry):
        given = given.quantity()
    try:
        if not isinstance(given, Quantity):
            given = quantity.fixed(given, slot.unit)
        settled = given.to(slot.unit)
    except UnitError as error:
        raise UnitError(f"{where}: {error}; it is declared in {slot.unit!r}") from None
    except ValueError as error:
        message = str(error).replace("fixed: value", "the value")
        raise ValueError(f"{where}: {message}; give a number or a quantity") from None
    _check_valid(where, settled, slot)
    return settled


def _check_valid(where: str, given: Quantity, slot: Slot) -> None:
    unit = "" if slot.unit in ("", "1") else f" {slot.unit}"
    low, high = given.support
    points = np.min(given.point), np.max(given.point)
    for limit, end, point, side, word, keyword in (
        (slot.valid[0], low, points[0], "below", "lower", "low"),
        (slot.valid[1], high, points[1], "above", "upper", "high"),
    ):
        if limit is None:
            continue
        bound_ = f"its {word} bound {limit:g}{unit}"
        if _is_beyond(point, limit, side):
            what = where if given.is_fixed else f"{where}: nominal"
            raise ValueError(
                f"{what} = {point:.6g}{unit} lies {side} {bound_}; {slot.meaning}, declared in "
                f"{slot.unit!r}"
            )
        if _is_beyond(end, limit, side):
            raise ValueError(
                f"{where} = {given.distribution.describe()} can come to {end:.4g}{unit}, {side} "
                f"{bound_}: use .truncated({keyword}={limit:g}), or another distribution"
            )
    for limit, point, side in zip(slot.plausible, points, ("below", "above"), strict=True):
        if limit is not None and _is_beyond(point, limit, side):
            raise ValueError(
                f"{where} = {point:.6g}{unit} lies {side} what is plausible, {limit:g}{unit}; "
                f"{slot.meaning}, declared in {slot.unit!r}"
            )


def _is_beyond(value: float, limit: float, side: str) -> bool:
    """Return whether a value crosses a limit by more than rounding."""
    beyond = limit - value if side == "below" else value - limit
    return bool(beyond > 1e-12 * abs(limit))


def _settle_parameters(stage: Stage, name: str, slot: Slot, given: Any) -> dict[str, Quantity]:
    if not given and slot.optional:
        return {}
    if not isinstance(given, Mapping) or not given:
        raise TypeError(f"{label(stage)}: {name} is a mapping of numbers by name, not {given!r}")
    _check_keys(stage, name, given)
    return {
        part: _settle_number(f"{label(stage)}: {name}.{part}", slot, value)
        for part, value in given.items()
    }


def _settle_supplier(stage: Stage, name: str, slot: Slot, given: Any) -> Stage | None:
    if given is None and slot.optional:
        return None
    where = f"{label(stage)}: {name}"
    if not isinstance(given, Stage):
        raise TypeError(f"{where} takes a stage ({slot.meaning}), not {given!r}")
    if slot.unit and not units.same(given.per, slot.unit):
        raise UnitError(
            f"{where} takes what is delivered per {slot.unit}, but {label(given)} delivers "
            f"per {given.per}"
        )
    if slot.phase and given.phase != slot.phase:
        raise GraphError(
            f"{where} takes a stage of the phase {slot.phase} ({slot.meaning}), but {label(given)} "
            f"is {'a supply' if given.phase is None else 'of the phase ' + given.phase}"
        )
    return given


def _settle_suppliers(stage: Stage, name: str, slot: Slot, given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise TypeError(f"{label(stage)}: {name} is a mapping of stages by name, not {given!r}")
    _check_keys(stage, name, given)
    return {
        part: _settle_supplier(stage, f"{name}.{part}", slot, one) for part, one in given.items()
    }


def _check_keys(stage: Stage, name: str, given: Mapping) -> None:
    for part in given:
        if not isinstance(part, str) or not part or "." in part:
            raise GraphError(f"{label(stage)}: {name} has the key {part!r}; keys hold no '.'")


def _settle_option(stage: Stage, name: str, slot: Slot, given: Any) -> str:
    if given not in slot.among:
        raise ValueError(
            f"{label(stage)}: {name} = {given!r}{near(given, slot.among)}; "
            f"options are {', '.join(map(repr, slot.among))}"
        )
    return given


_SETTLERS = {
    "parameter": _settle_parameter,
    "parameters": _settle_parameters,
    "supplier": _settle_supplier,
    "suppliers": _settle_suppliers,
    "option": _settle_option,
}


# -- the checks, once for every stage object -------------------------------------------------


def _check(stage: Stage) -> None:
    if isinstance(stage, Choice):
        _check_picked(stage)
    for category in stage.zero:
        if category not in impacts.categories():
            hint = near(category, impacts.categories())
            raise DataError(f"{label(stage)}: zero names no category {category!r}{hint}")
    given = {path: (held, slot) for path, held, slot in quantities_of(stage)}
    points = max((len(held.probe()) for held, _ in given.values()), default=1)
    outline: tuple | None = None
    for point in range(points):
        values = {path: _probe(held, slot, point) for path, (held, slot) in given.items()}
        plain = _list(stage, values, "plain numbers")
        targets = tuple(target for target, _ in plain)
        if outline is not None and not _same_targets(targets, outline):
            raise GraphError(
                f"{label(stage)}: exchanges() yields other lines for other values; "
                "yield every line always, with amount 0 where nothing flows"
            )
        outline = targets
        if not stage.unchecked_units:
            _check_units(stage, given, values, plain)
    _check_samples(stage, {path: held for path, (held, _) in given.items()})
    stage.__dict__["_outline"] = outline


def _probe(held: Quantity, slot: Slot, point: int) -> Any:
    if isinstance(held.distribution, Fixed) and not isinstance(held.distribution.value, float):
        return held.point
    values = held.probe()
    value = values[point % len(values)]
    if value != 0:
        return value
    low, high = slot.valid  # 0 would hide a wrong unit: try a small value that is allowed
    if high is not None and high <= 0:
        return -1e-3 if low is None else max(low, -1e-3)
    return min(1e-3, 1e-3 if high is None else high)


def _same_targets(one: tuple, other: tuple) -> bool:
    return len(one) == len(other) and all(
        a is b or (isinstance(a, str) and a == b) for a, b in zip(one, other, strict=True)
    )


def _list(stage: Stage, values: Mapping[str, Any], what: str) -> list[tuple[Any, Any]]:
    """Return the lines of the inventory for some values, or say what is wrong with them."""
    try:
        listed = bound(stage, values).exchanges()
        if not isinstance(listed, Iterable) or isinstance(listed, (str, Mapping)):
            raise TypeError(_wants_pairs(stage, listed))
        lines = list(listed)
    except (UnitError, GraphError, DataError):
        raise
    except Exception as error:
        if isinstance(error, TypeError) and "exchanges()" in str(error):
            raise
        raise _explained(stage, values, what, error) from error
    own = {id(one) for one in suppliers_of(stage)}
    for line in lines:
        if not isinstance(line, tuple) or len(line) != 2:
            raise TypeError(_wants_pairs(stage, line if listed is not lines else listed))
        _check_target(stage, line[0], own)
    return lines


def _wants_pairs(stage: Stage, got: Any) -> str:
    return (
        f"{label(stage)}: exchanges() gave {got!r}; it must yield pairs, a line each: "
        '`yield self.electricity, amount` or `yield "gwp", amount` (yield, not return)'
    )


def _check_target(stage: Stage, target: Any, own: set[int]) -> None:
    if isinstance(target, str):
        try:
            impacts.flow_unit(target)
        except DataError as error:
            raise DataError(f"{label(stage)}: {error}") from None
    elif isinstance(target, Stage):
        if id(target) not in own:
            raise GraphError(
                f"{label(stage)}: exchanges() demands {label(target)}, which is in none of its "
                "slots; declare it with lca.supplier(unit, meaning)"
            )
    elif target is not None or not any(slot.optional for slot in stage._slots.values()):
        raise TypeError(_wants_pairs(stage, (target, "amount")))


def _explained(stage: Stage, values: Mapping[str, Any], what: str, error: Exception) -> Exception:
    advice = {
        "plain numbers": "the formula must hold for every value within the bounds",
        "units": "the units of the inputs do not fit together",
        "samples": (
            "the formula must answer arrays of samples: np.where for `if`, np.exp and np.maximum "
            "for math.exp and max, and no change of an input in place"
        ),
    }[what]
    shown = ", ".join(f"{path} = {_shown(value)}" for path, value in values.items())
    kind = UnitError if what == "units" else ValueError
    return kind(
        f"{label(stage)}: exchanges() failed on {what}: {type(error).__name__}: {error}. "
        f"{advice[0].upper()}{advice[1:]} (tried with {shown or 'no inputs'})"
    )


def _shown(value: Any) -> str:
    if hasattr(value, "magnitude"):
        return f"{value.magnitude:.4g} {value.units:~}" if np.ndim(value) == 0 else f"{value.units}"
    return f"{value:.4g}" if np.ndim(value) == 0 else f"array of shape {np.shape(value)}"


def _check_units(
    stage: Stage, given: Mapping[str, tuple[Quantity, Slot]], values: Mapping[str, Any], plain: list
) -> None:
    """Run the formula on Pint quantities: units must close with a factor of 1."""
    pint_quantity = units.registry().Quantity
    quantities = {
        path: pint_quantity(values[path], units.parse(slot.unit))
        for path, (_, slot) in given.items()
    }
    import pint

    with warnings.catch_warnings():
        warnings.simplefilter("error", pint.UnitStrippedWarning)
        lines = _list(stage, quantities, "units")
    for (target, amount), (_, number) in zip(lines, plain, strict=True):
        if target is not None:
            _check_line(stage, target, amount, number)


def _check_line(stage: Stage, target: Any, amount: Any, plain: Any) -> None:
    import pint

    is_flow = isinstance(target, str)
    what = f"flow {target!r}" if is_flow else f"demand on {label(target)}"
    delivered = impacts.flow_unit(target) if is_flow else target.per
    needed = f"({delivered})/({stage.per})"
    shown = delivered if stage.per in ("", "1") else f"{delivered} per {stage.per}"
    if not hasattr(amount, "units") and not np.any(amount):
        return  # a bare 0 is nothing in any unit
    quantity_ = units.registry().Quantity(amount)
    try:
        wanted = quantity_.to(units.parse(needed)).magnitude
    except pint.DimensionalityError:
        raise UnitError(
            f"{label(stage)}: {what} comes out in {_unit_text(quantity_)}, needs {shown}: "
            "a factor is missing, or an input is declared in the wrong unit"
        ) from None
    got = np.asarray(quantity_.magnitude, dtype=float)
    if np.ndim(wanted) and np.size(wanted) > 1:
        raise ValueError(
            f"{label(stage)}: {what} has shape {np.shape(wanted)} for one sample; sum a profile "
            "over its first axis"
        )
    if not _close(wanted, got):
        ratio = float(np.max(np.abs(got)) / np.max(np.abs(wanted)))
        ratio = ratio if ratio > 1 else 1 / ratio
        raise UnitError(
            f"{label(stage)}: {what} comes out in {_unit_text(quantity_)}, needs {shown} "
            f"(a factor of {ratio:.6g}): declare the inputs in units that give it"
        )
    if not _close(wanted, plain):
        raise UnitError(
            f"{label(stage)}: {what} is {float(np.squeeze(plain)):.6g} in plain numbers, but its "
            f"units say {float(np.squeeze(wanted)):.6g} {shown}: two units of one kind are added, "
            "or a factor stands in the formula; declare the inputs in one unit"
        )


def _unit_text(quantity_: Any) -> str:
    return f"{quantity_.units:~}" or "no unit"


def _close(one: Any, other: Any) -> bool:
    one, other = (
        np.squeeze(np.asarray(one, dtype=float)),
        np.squeeze(np.asarray(other, dtype=float)),
    )
    scale = np.maximum(np.abs(one), np.abs(other))
    return bool(np.all(np.abs(one - other) <= 1e-9 * scale))


def _check_samples(stage: Stage, given: Mapping[str, Quantity]) -> None:
    """Run the formula on arrays of three samples; they must equal three runs on floats."""
    columns = {
        path: np.roll([held.probe()[i % len(held.probe())] for i in range(3)], shift)
        for shift, (path, held) in enumerate(given.items())
        if not held.is_fixed
    }
    constant = {path: held.point for path, held in given.items() if path not in columns}
    singles = []
    for sample in range(3 if columns else 1):
        values = {**constant, **{path: float(v[sample]) for path, v in columns.items()}}
        lines = _list(stage, values, "plain numbers")
        singles.append([_finite(stage, target, amount, values) for target, amount in lines])
    if not columns:
        return
    for column in columns.values():
        column.flags.writeable = False
    lines = _list(stage, {**constant, **columns}, "samples")
    for position, (target, amount) in enumerate(lines):
        expected = [float(np.squeeze(single[position])) for single in singles]
        if np.ndim(amount) > 1 or np.size(amount) not in (1, 3) or not _close(amount, expected):
            what = target if isinstance(target, str) else label(target) if target else "nothing"
            raise ValueError(
                f"{label(stage)}: {what!r} gives {np.asarray(amount)!r} for three samples at once, "
                f"but {expected} one by one: samples are the last axis of an array and must not "
                "be summed, sorted or mixed"
            )


def _finite(stage: Stage, target: Any, amount: Any, values: Mapping[str, Any]) -> Any:
    if not np.all(np.isfinite(np.asarray(amount, dtype=float))):
        what = target if isinstance(target, str) else label(target)
        shown = ", ".join(f"{path} = {_shown(value)}" for path, value in values.items())
        raise ValueError(f"{label(stage)}: {what!r} is {amount} for {shown}: not a finite number")
    return amount


# -- choice: the model form as an input ---------------------------------------------------


class Choice(Stage):
    """Alternatives of which one is taken in every sample; made by `lca.choice`."""

    per: str = "1"  # type: ignore[misc]
    phase = None
    alternatives: Mapping[str, Stage] = suppliers("", "the alternatives by name")
    picked: Number = parameter("1", "which alternative is taken")

    def exchanges(self) -> Iterator[tuple[Stage | str, Any]]:
        for position, alternative in enumerate(self.alternatives.values()):
            yield alternative, np.where(self.picked == position, 1.0, 0.0)


def choice(
    question: str,
    alternatives: Mapping[str, Stage],
    *,
    weights: Mapping[str, float] | None = None,
    nominal: str | None = None,
    kind: str = "model",
    name: str = "",
) -> Choice:
    """Let several models of one thing stand side by side; the choice is an uncertain input.

    Parameters
    ----------
    question : str
        Labels the choice: all choices with this question go the same way in a sample.
    alternatives : mapping
        Stages by name, of one phase and one unit, with equal boundaries (`covers`).
    weights : mapping, optional
        How much each is believed, by name. There are no default weights: without them
        the choice stays at its nominal option; `Lifecycle.options` gives all in turn.
    nominal : str, optional
        The option for point values; else the heaviest, else the first.
    kind : {"model", "decision"}
    name : str, optional
        Name of the stage; else the question.

    Raises
    ------
    GraphError
        If the alternatives differ in unit, phase or boundary.

    Examples
    --------
    >>> import lca
    >>> card = {
    ...     "vendor": lca.stages.Accelerator(name="vendor", footprint=164),
    ...     "tear-down": lca.stages.Accelerator(name="tear-down", footprint=273),
    ... }
    >>> lca.choice("embodied model", card, weights={"vendor": 1, "tear-down": 1})
    <Choice 'embodied model': per accelerator, manufacturing>
    """
    if not isinstance(alternatives, Mapping) or len(alternatives) < 2:
        raise GraphError(f"choice {question!r}: give at least two alternatives by name")
    names = list(alternatives)
    for given, what in ((weights or {}, "weights"), ({nominal: 1} if nominal else {}, "nominal")):
        for one in given:
            if one not in names:
                raise ValueError(
                    f"choice {question!r}: {what} name {one!r}{near(str(one), names)}; "
                    f"alternatives are {', '.join(names)}"
                )
    _check_alternatives(question, alternatives)
    taken = nominal or (max(weights, key=weights.__getitem__) if weights else names[0])
    first = next(iter(alternatives.values()))
    return Choice(
        per=first.per,
        phase=first.phase,
        covers=first.covers,
        name=name or question.replace(".", " "),
        alternatives=alternatives,
        picked=picking(question, names, weights or {taken: 1.0}, taken, kind),
    )


def picking(
    question: str, names: Sequence[str], weights: Mapping[str, float], nominal: str, kind: str
) -> Quantity:
    """Return which of `names` is taken, as a quantity labelled by its question."""
    given = [quantity.number(f"weight of {one!r}", weights.get(one, 0.0)) for one in names]
    if min(given) < 0 or sum(given) <= 0:
        raise ValueError(f"choice {question!r}: weights must not be negative, nor all be 0")
    distribution = Discrete(
        tuple(float(position) for position in range(len(names))),
        tuple(weight / sum(given) for weight in given),
        ordered=False,
        options=tuple(names),
    )
    return Quantity(
        distribution,
        unit="1",
        name=question,
        kind=kind,
        nominal=float(list(names).index(nominal)),
        source="judgement",
        note=f"options: {', '.join(names)}",
    )


def _check_picked(stage: Any) -> None:
    """Refuse a pick that is none of the alternatives, or alternatives that differ in kind."""
    question, picked = stage.picked.name or stage.name, stage.picked.distribution
    _check_alternatives(question, stage.alternatives)
    first = next(iter(stage.alternatives.values()))
    if (stage.phase, set(stage.covers)) != (first.phase, set(first.covers)):
        raise GraphError(
            f"choice {question!r} has the phase {stage.phase!r} and covers {stage.covers!r}, its "
            f"alternatives {first.phase!r} and {first.covers!r}"
        )
    if getattr(picked, "options", None) != tuple(stage.alternatives):
        raise GraphError(
            f"choice {question!r}: {stage.picked!r} picks none of the alternatives; give the name "
            f"of one: {', '.join(stage.alternatives)}"
        )
    if stage.picked.kind not in ("model", "decision"):
        raise GraphError(
            f"choice {question!r}: kind = {stage.picked.kind!r}; a choice is of kind model or "
            "decision (its options have no mean)"
        )


def _check_alternatives(question: str, alternatives: Mapping[str, Stage]) -> None:
    for attribute, word in (("per", "unit"), ("phase", "phase"), ("covers", "boundary (covers)")):
        found = {one: getattr(stage, attribute) for one, stage in alternatives.items()}
        if len({frozenset(v) if attribute == "covers" else v for v in found.values()}) > 1:
            listed = ", ".join(f"{one}: {value!r}" for one, value in found.items())
            raise GraphError(f"choice {question!r}: alternatives differ in their {word}: {listed}")


def flows_of(stage: Stage) -> list[str]:
    """Return the flows and categories that the stage yields."""
    outline: Sequence[Any] = stage.__dict__["_outline"]
    return list(dict.fromkeys(target for target in outline if isinstance(target, str)))


def demands_of(stage: Stage) -> list[Stage]:
    """Return the suppliers that the stage demands in its inventory, each once."""
    outline: Sequence[Any] = stage.__dict__["_outline"]
    return list({id(t): t for t in outline if isinstance(t, Stage)}.values())
