"""Lifecycle: the stages behind one functional unit, and what is one unknown in them.

* The graph is what is reachable from what is delivered; `lca.attribution` solves it.
* Labels, decided here, say which uses of quantities are one draw (see `lca.quantity`).
* `replace` makes a variant, and checks again only what it rebuilt.
"""

from __future__ import annotations

import dataclasses
import html
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lca import impacts, quantity
from lca.attribution import Graph, Phases, Solution
from lca.distributions import Distribution, Lognormal, Shares
from lca.quantity import Quantity
from lca.stage import (
    PHASES,
    Choice,
    GraphError,
    Slot,
    Stage,
    bound,
    flatten,
    label,
    picking,
    quantities_of,
    renamed,
    restore_all,
    suppliers_of,
    upstream,
)
from lca.units import near

GROUPS = {
    "embodied": ("manufacturing", "transport", "facility", "disposal"),
    "operational": ("operation", "overhead", "storage", "network"),
}
"""Which phases are embodied and which operational; avoided burdens are in neither."""

COMMON = Lognormal(1.0, math.e)
"""A common factor: its logarithm is a standard normal, raised to each use's exponent."""


_STEPS = ("transport", "disposal", "facility")


@dataclass(frozen=True)
class Use:
    """One place at which a quantity stands."""

    address: str
    stage: int
    path: str
    quantity: Quantity
    slot: Slot
    label: str


@dataclass(frozen=True)
class Unknown:
    """One input: a label, what is drawn for it, and where the draw is used."""

    label: str
    distribution: Distribution
    kind: str
    unit: str
    definition: tuple
    uses: tuple[Use, ...]

    @property
    def addresses(self) -> list[str]:
        """Where it is used, ``stage.parameter``."""
        return [use.address for use in self.uses]


class Lifecycle:
    """The graph of stages behind one functional unit.

    Parameters
    ----------
    root : Stage or mapping of str to Stage
        What is delivered; a mapping names the activities (``{"development": …,
        "training": …}``) that the functional unit consists of.
    amount : float
        How much of it; multiplies the whole functional unit.
    functional_unit : str
        In words: ``"one trained model"``.
    factors : {"AR6", "AR5"}
        Factor set for elementary flows.
    site : str
        Where it runs: a variability (such as a PUE without a name) is one unknown only
        within a site.
    variability : {"drawn", "mean"}
        Whether the functional unit is one instance drawn from a population, or the mean of
        the population; in the second case variability enters by its mean.
    decisions : {"nominal", "sampled"}
        Decisions stay at their nominal option unless asked.

    Raises
    ------
    GraphError
        If names are not unique, a label has two definitions, one uncertain quantity stands at
        two addresses without a name, or boundaries overlap.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.057, losses=0)
    >>> life = lca.Lifecycle(grid, amount=1000, functional_unit="1000 kWh")
    >>> life.nominal("gwp")
    57.0
    """

    def __init__(
        self,
        root: Stage | Mapping[str, Stage],
        *,
        amount: float = 1,
        functional_unit: str = "",
        factors: str = "AR6",
        site: str = "",
        variability: str = "drawn",
        decisions: str = "nominal",
    ) -> None:
        activities = dict(root) if isinstance(root, Mapping) else {"all": root}
        if not activities or not all(isinstance(one, Stage) for one in activities.values()):
            raise TypeError(f"Lifecycle takes a stage, or stages by activity, not {root!r}")
        _check_word("variability", variability, ("drawn", "mean"))
        _check_word("decisions", decisions, ("nominal", "sampled"))
        self.activities: dict[str, Stage] = activities
        self.amount = quantity.number("Lifecycle: amount", amount)
        if self.amount < 0:
            raise ValueError(f"Lifecycle: amount = {amount!r} is negative; nothing is subtracted")
        first = next(iter(activities.values()))
        unit = "" if first.per in ("", "1") else f"{first.per} "
        self.functional_unit = functional_unit or f"{self.amount:g} {unit}of {first.name}"
        self.factors = factors
        self.site = site
        self.variability = variability
        self.decisions = decisions
        impacts.factors(factors)
        self.graph = Graph(activities, self.amount, factors)
        self._check_names()
        self._check_boundaries()
        self.unknowns  # noqa: B018 - a wrong label is an error now, not at the first run

    # -- what it consists of ------------------------------------------------------------

    @property
    def order(self) -> list[Stage]:
        """The stages, each before those it takes from."""
        return self.graph.order

    @property
    def categories(self) -> list[str]:
        """The impact categories that at least one stage yields."""
        return self.graph.categories

    @cached_property
    def stages(self) -> dict[str, Stage]:
        """The stages by name, each before those it takes from."""
        return {stage.name: stage for stage in self.order}

    def _check_names(self) -> None:
        seen: dict[str, Stage] = {}
        for stage in self.order:
            if stage.name in seen:
                raise GraphError(
                    f"two stages are called {stage.name!r}: {label(seen[stage.name])} and "
                    f"{label(stage)}; give one of them a name=, or use one object for both"
                )
            seen[stage.name] = stage

    def _check_boundaries(self) -> None:
        for stage in self.order:
            self._check_covers(stage)
            for served in stage.serves:
                self._check_served(stage, served)
            for part in stage.covers:
                if part not in PHASES and part in self.stages:
                    raise GraphError(
                        f"boundaries overlap: {label(stage)} covers its part {part!r}, and "
                        f"{label(self.stages[part])} stands beside it; take one out"
                    )

    def _check_covers(self, stage: Stage) -> None:
        """Refuse a misspelt phase, and a step that does not say whose it is."""
        for part in stage.covers:
            hint = near(part, PHASES)
            if part not in PHASES and part not in self.stages and hint:
                raise GraphError(f"{label(stage)} covers {part!r}, which is no phase{hint}")
            for step in self.order:
                if step.phase == part and part in _STEPS and not step.serves:
                    raise GraphError(
                        f"{label(stage)} covers {part}, and {label(step)} does not say which stage "
                        "it serves: name it with serves="
                    )

    def _check_served(self, step: Stage, name: str) -> None:
        if name not in self.stages:
            raise GraphError(
                f"{label(step)} serves {name!r}, which is no stage of the lifecycle"
                f"{near(name, self.stages)}"
            )
        served = self.stages[name]
        if step.phase in served.covers:
            raise GraphError(
                f"boundaries overlap: {label(served)} already covers {step.phase}, and "
                f"{label(step)} adds it again; leave the step out, or use a footprint without it"
            )

    # -- unknowns -----------------------------------------------------------------------

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every place at which a quantity stands, with its label."""
        found = []
        for position, stage in enumerate(self.order):
            for path, held, slot in quantities_of(stage):
                address = f"{stage.name}.{path}"
                name = self._label(held, address)
                found.append(Use(address, position, path, held, slot, name))
        return tuple(found)

    def _label(self, held: Quantity, address: str) -> str:
        if held.name:
            return held.name
        if held.key and held.kind in ("uncertainty", "model"):
            return held.key
        if isinstance(held.distribution, Shares):
            address = address.rsplit(".", 1)[0]
        if held.kind == "variability" and self.site:
            return f"{self.site}/{address}"
        return address

    @cached_property
    def unknowns(self) -> dict[str, Unknown]:
        """Every input by its label, fixed ones included."""
        grouped: dict[str, list[Use]] = {}
        for use in self.uses:
            grouped.setdefault(use.label, []).append(use)
        self._check_unnamed()
        return {name: _unknown(name, uses) for name, uses in grouped.items()}

    def _check_unnamed(self) -> None:
        """Refuse one uncertain quantity at two addresses whose label would be the address."""
        first: dict[int, Use] = {}
        for use in self.uses:
            held, default = use.quantity, use.slot.default
            is_default = isinstance(default, Quantity) and default.distribution == held.distribution
            named = use.label in (held.name, held.key)
            if named or held.is_fixed or is_default:
                continue
            other = first.setdefault(id(held.distribution), use)
            if other.label != use.label:
                raise GraphError(
                    f"one uncertain quantity, {held.distribution.describe()}, stands at "
                    f"{other.address} and at {use.address}: give it a name= to make it one "
                    "unknown, or make two"
                )

    def is_drawn(self, held: Quantity) -> bool:
        """Return whether a quantity is sampled in this lifecycle."""
        if held.is_fixed:
            return False
        if held.kind == "variability":
            return self.variability == "drawn"
        return held.kind != "decision" or self.decisions == "sampled"

    def constant(self, held: Quantity) -> Any:
        """Return the value of a quantity that is not sampled here."""
        return held.mean if held.kind == "variability" and not held.is_fixed else held.point

    @cached_property
    def commons(self) -> dict[str, tuple[Use, ...]]:
        """The uses of every common factor, by its name."""
        found: dict[str, list[Use]] = {}
        for use in self.uses:
            if use.quantity.common and self.is_drawn(use.quantity):
                found.setdefault(use.quantity.common, []).append(use)
        return {name: tuple(uses) for name, uses in found.items()}

    def quantity(self, address: str) -> Quantity:
        """Return the quantity at an address or with a label, pinned to its label.

        ``life.quantity("run.power") * 0.95`` is 5 % better in every draw.

        Raises
        ------
        GraphError
            If there is no such address or label; near names are offered.
        """
        for use in self.uses:
            if address in (use.address, use.label):
                return dataclasses.replace(use.quantity, name=use.label)
        raise GraphError(f"no input {address!r}{self._near_input(address)}")

    def _near_input(self, name: str) -> str:
        known = [*(use.address for use in self.uses), *self.unknowns, *self.stages]
        return near(name, dict.fromkeys(known)) or (
            f"; stages are {', '.join(self.stages)}, and `inputs` lists every address"
        )

    @property
    def inputs(self) -> Any:
        """Every input as a row of a DataFrame, indexed by its label.

        Columns: address, meaning, unit, distribution, nominal, median, low and high (90 %
        interval), kind, source, confidence, used_at, note. Values are in the unit in which they
        were given; an empty source is shown as "not given".
        """
        import pandas as pd

        rows = [describe_input(unknown) for unknown in self.unknowns.values()]
        rows += [describe_common(name, uses) for name, uses in self.commons.items()]
        return pd.DataFrame(rows, columns=INPUTS).set_index("input")

    # -- boundaries and coverage ------------------------------------------------------------

    @property
    def coverage(self) -> Any:
        """Which stages are complete in which category: a DataFrame of texts.

        "complete", "missing", or "zero: " with the reason the stage gives.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                category: [self.graph.state(stage, category) for stage in self.order]
                for category in self.categories
            },
            index=pd.Index(self.stages, name="stage"),
        )

    @cached_property
    def phases(self) -> Phases:
        """The graph as sensitivity evaluates it: by phase, bottom-up."""
        return Phases(self.graph)

    def phase_of(self, name: str) -> str:
        """Return the phase under which a stage reports; "supply" for one without."""
        return self.stages[name].phase or "supply"

    # -- evaluation -----------------------------------------------------------------------

    @cached_property
    def _constants(self) -> list[dict[str, Any]]:
        constants: list[dict[str, Any]] = [{} for _ in self.order]
        for use in self.uses:
            if not self.is_drawn(use.quantity):
                constants[use.stage][use.path] = self.constant(use.quantity)
        return constants

    @cached_property
    def _drawn(self) -> list[list[Use]]:
        drawn: list[list[Use]] = [[] for _ in self.order]
        for use in self.uses:
            if self.is_drawn(use.quantity):
                drawn[use.stage].append(use)
        return drawn

    @cached_property
    def users(self) -> dict[str, set[int]]:
        """The stages that use each draw, by its label; common factors included."""
        found: dict[str, set[int]] = {}
        for stage, uses in enumerate(self._drawn):
            for use in uses:
                found.setdefault(use.label, set()).add(stage)
                if use.quantity.common:
                    found.setdefault(f"common factor {use.quantity.common}", set()).add(stage)
        return found

    def values(self, stage: int, draws: Mapping[str, Any]) -> dict[str, Any]:
        """Return the numbers of one stage by path, for draws by label."""
        values = dict(self._constants[stage])
        for use in self._drawn[stage]:
            values[use.path] = used(use.quantity, draws[use.label], draws)
        return values

    def evaluate(self, draws: Mapping[str, Any], size: int) -> Solution:
        """Return impacts, direct impacts and amounts for draws by label.

        Parameters
        ----------
        draws : mapping
            Arrays of `size` samples by label (common factors as ``common factor NAME``).
        size : int
            Number of samples.
        """
        amounts = [self.amounts_of(i, self.values(i, draws)) for i in range(len(self.order))]
        return self.graph.solve(amounts, size)

    def amounts_of(self, position: int, values: Mapping[str, Any]) -> list[Any]:
        """Return the amount of every line of a stage for some values, by path."""
        return [amount for _, amount in bound(self.order[position], values).exchanges()]

    def nominal(self, category: str | None = None) -> Any:
        """Return the impacts with every input at its nominal value.

        Parameters
        ----------
        category : str, optional
            Then the total of that category, a float.

        Returns
        -------
        float or pandas.DataFrame
            Without a category, stages by categories; their sums are the totals.
        """
        import pandas as pd

        solution = self.nominal_solution
        table = pd.DataFrame(
            solution.impacts[:, :, 0].T,
            index=pd.Index([self.order[row].name for row in self.graph.rows], name="stage"),
            columns=self.categories,
        )
        if category is None:
            return table
        self.check_category(category)
        return float(table[category].sum())

    def nominal_amounts(self) -> Any:
        """Return what every stage delivers at nominal inputs, in its `per`: a Series."""
        import pandas as pd

        index = pd.Index(self.stages, name="stage")
        return pd.Series(self.nominal_solution.amounts[:, 0], index=index, name="amount")

    @cached_property
    def nominal_solution(self) -> Solution:
        """The solution with every input at its nominal value: one sample."""
        return self.graph.solve(self.point_amounts, 1)

    @cached_property
    def point_amounts(self) -> list[list[Any]]:
        """The amounts of every line of every stage at nominal values."""
        return [self.amounts_of(i, values) for i, values in enumerate(self.points)]

    @cached_property
    def points(self) -> list[dict[str, Any]]:
        """The nominal values of every stage, by path."""
        points: list[dict[str, Any]] = [{} for _ in self.order]
        for use in self.uses:
            points[use.stage][use.path] = use.quantity.point
        return points

    def unquantified(self, category: str = "gwp") -> Any:
        """Return how far the nominal total rests on inputs given without uncertainty.

        Returns
        -------
        pandas.DataFrame
            Of every fixed input on which the total depends: share (by how many per cent the
            total changes per per cent of the input, as a fraction) and reason (its note; empty
            where none says why it is exact), by falling share.
        """
        import pandas as pd

        found = []
        for name, share in self.responses(category).items():
            use = self.unknowns[name].uses[0]
            is_choice = isinstance(self.order[use.stage], Choice)
            if use.quantity.is_fixed and not is_choice and share > 1e-6:
                reason = use.quantity.note
                found.append({"input": name, "share": round(share, 6), "reason": reason})
        table = pd.DataFrame(found, columns=["input", "share", "reason"])
        table = table.sort_values("share", ascending=False, kind="stable")
        return table.set_index("input")

    def responses(self, category: str = "gwp") -> dict[str, float]:
        """Return by how many per cent the nominal total changes per per cent of every input.

        To first order, without sign: 0 where the total does not depend on the input, 1 where it is
        in proportion. They need not add up to 1.

        Examples
        --------
        >>> import lca
        >>> grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0.2)
        >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
        >>> {name: round(share, 2) for name, share in life.responses().items()}
        {'grid.intensity': 1.0, 'grid.losses': 0.25}
        """
        self.check_category(category)
        slopes = _Slopes(self, self.categories.index(category))
        return {name: slopes.share(unknown) for name, unknown in self.unknowns.items()}

    def check_category(self, category: str) -> None:
        """Raise, naming what there is, if no stage yields the category."""
        if category not in self.categories:
            raise GraphError(impacts.uncovered(category, self.categories))

    # -- variants -------------------------------------------------------------------------

    def replace(self, changes: Mapping[str, Any]) -> Lifecycle:
        """Return the lifecycle with some inputs or stages replaced; only those are re-checked.

        Parameters
        ----------
        changes : mapping
            By address ``"stage.parameter"`` (a number, a Quantity, the name of an option), by
            stage name (another Stage), or by label (changes every use of that unknown; of a
            choice, the name of an alternative). A stage takes the name of the one it replaces, so
            that addresses and rows of results stay: save one that stands in the lifecycle
            already, that takes from a stage of that name itself, or that another of the new
            stages takes from.

        Raises
        ------
        GraphError
            If a key is unknown, or is an address whose label is shared with others.
        """
        swapped: dict[int, Stage] = {}
        fields: dict[int, dict[str, Any]] = {}
        given = {key: value for key, value in changes.items() if isinstance(value, Stage)}
        for key, value in changes.items():
            if key in self.stages and isinstance(value, Stage):
                others = [stage for name, stage in given.items() if name != key]
                called = self._called(key, value, others)
                swapped[self.graph.index[id(self.stages[key])]] = called
            elif key in self.stages and key not in self.unknowns:
                raise GraphError(f"{key!r} is a stage; replace it by a stage, not {value!r}")
            else:
                for stage, path, new in self._targets(key, value):
                    fields.setdefault(stage, {})[path] = new
        return self._rebuilt(swapped, fields)

    def _called(self, name: str, stage: Stage, others: Iterable[Stage]) -> Stage:
        """Return a stage under the name of the one it replaces, where that is free."""
        is_taken = any(one.name == name for one in upstream([stage]))
        is_shared = any(one is stage for one in upstream(others))  # a copy would stand beside it
        if is_taken or is_shared or id(stage) in self.graph.index:
            return stage
        return renamed(stage, name)

    def _targets(self, key: str, value: Any) -> Iterable[tuple[int, str, Any]]:
        slot = self._slot(key)
        if isinstance(value, Stage) and (slot is None or slot.holds != "supplier"):
            raise GraphError(f"{key!r} is not a stage of the lifecycle{self._near_input(key)}")
        by_address = {use.address: use for use in self.uses}
        if key in by_address:
            use = by_address[key]
            shared = [one for one in self.unknowns[use.label].addresses if one != key]
            if shared and not use.quantity.is_fixed:
                raise GraphError(
                    f"{key!r} is one unknown, {use.label!r}, with {', '.join(shared)}: "
                    f"replace {use.label!r} to change all of them, or build the stage with an "
                    "input of its own"
                )
            return [(use.stage, use.path, self._given(use, value))]
        stage_name, _, path = key.partition(".")
        stage = self.stages.get(stage_name)
        if stage is not None and path in stage._slots:
            return [(self.graph.index[id(stage)], path, value)]
        if key in self.unknowns:
            uses = self.unknowns[key].uses
            return [(use.stage, use.path, self._of_label(use, value)) for use in uses]
        raise GraphError(f"no input {key!r} in the lifecycle{self._near_input(key)}")

    def _of_label(self, use: Use, value: Any) -> Any:
        """Return the new value of one use of an unknown: of the same label, scaled as before."""
        value = self._given(use, value)
        held = use.quantity
        if use.label not in (held.name, held.key) or isinstance(value, (str, Stage)):
            return value
        if not isinstance(value, Quantity):
            value = quantity.fixed(value, held.drawn_unit or use.slot.unit)
        value = dataclasses.replace(value, name=value.name or use.label)
        relative = held.scale / quantity.units.factor(
            held.drawn_unit or use.slot.unit, held.unit or use.slot.unit
        )
        return value if np.isclose(relative, 1.0, rtol=1e-12) else value * relative

    def _slot(self, key: str) -> Slot | None:
        name, _, path = key.partition(".")
        return self.stages[name]._slots.get(path) if name in self.stages else None

    def _given(self, use: Use, value: Any) -> Any:
        stage, held = self.order[use.stage], use.quantity
        if isinstance(stage, Choice) and isinstance(value, str):
            names = list(stage.alternatives)
            if value not in names:
                raise GraphError(
                    f"{use.label!r} has no option {value!r}{near(value, names)}; "
                    f"options are {', '.join(names)}"
                )
            return picking(use.label, names, {value: 1.0}, value, held.kind)
        drawn = held.drawn_unit or use.slot.unit
        if not isinstance(value, Quantity) and not quantity.units.same(drawn, use.slot.unit):
            raise quantity.units.UnitError(
                f"{use.address} was given in {drawn!r} and is declared in {use.slot.unit!r}: say "
                f"the unit of the new value, lca.fixed({value!r}, {drawn!r})"
            )
        return value

    def _rebuilt(self, swapped: dict[int, Stage], fields: dict[int, dict[str, Any]]) -> Lifecycle:
        new: dict[int, Stage] = {}
        for position in range(len(self.order) - 1, -1, -1):
            stage = self.order[position]
            if position in swapped:
                new[id(stage)] = swapped[position]
            else:
                new[id(stage)] = _renewed(stage, new, fields.get(position, {}))
        roots = {name: new[id(root)] for name, root in self.activities.items()}
        made = self._like(roots)
        for position, changes in fields.items():
            stage = self.order[position]
            if position in swapped or id(new[id(stage)]) not in made.graph.index:
                raise GraphError(
                    f"the change of {stage.name}.{next(iter(changes))} has no effect, since the "
                    "stage is replaced or no longer reached: replace stages first, then inputs of "
                    "what came of it"
                )
        return made

    def _like(self, roots: Mapping[str, Stage]) -> Lifecycle:
        return Lifecycle(
            dict(roots),
            amount=self.amount,
            functional_unit=self.functional_unit,
            factors=self.factors,
            site=self.site,
            variability=self.variability,
            decisions=self.decisions,
        )

    def options(self, question: str) -> dict[str, Lifecycle]:
        """Return the lifecycle under every option of a choice: scenarios of a study.

        Raises
        ------
        GraphError
            If no choice asks that question.
        """
        for stage in self.order:
            if isinstance(stage, Choice) and stage.picked.name == question:
                return {one: self.replace({question: one}) for one in stage.alternatives}
        asked = [stage.picked.name for stage in self.order if isinstance(stage, Choice)]
        raise GraphError(
            f"no choice {question!r}{near(question, asked)}; choices: {asked or 'none'}"
        )

    # -- showing and keeping ----------------------------------------------------------------

    def tree(self) -> str:
        """Return the graph as an indented tree; a stage used again is shown once in full."""
        lines = [f"{self.functional_unit}: {self.amount:g}"]
        shown: set[int] = set()
        stack = [(root, 1, name) for name, root in reversed(self.activities.items())]
        while stack:
            stage, depth, role = stack.pop()
            again = id(stage) in shown
            shown.add(id(stage))
            takes = " (above)" if again and any(True for _ in suppliers_of(stage)) else ""
            kind = type(stage).__name__
            phase = stage.phase or "supply"
            prefix = "" if role in ("all", stage.name) else f"{role}: "
            lines.append(
                f"{'   ' * depth}{prefix}{stage.name} [{kind}, per {stage.per}, {phase}]{takes}"
            )
            if not again:
                slots = [(n, s) for n, s in stage._slots.items() if "supplier" in s.holds]
                below = []
                for name, slot in slots:
                    held = getattr(stage, name)
                    if slot.holds == "suppliers":
                        below += [(one, depth + 1, part) for part, one in held.items()]
                    elif held is not None:
                        below.append((held, depth + 1, name))
                stack += reversed(below)
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.tree()

    def __repr__(self) -> str:
        uncertain = sum(self.is_drawn(u.uses[0].quantity) for u in self.unknowns.values())
        return (
            f"<Lifecycle of {self.functional_unit}: {len(self.order)} stages, "
            f"{len(self.unknowns)} inputs, {uncertain} of them uncertain>"
        )

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.tree())}</pre>"

    def __reduce__(self) -> tuple:
        settings = {
            "amount": self.amount,
            "functional_unit": self.functional_unit,
            "factors": self.factors,
            "site": self.site,
            "variability": self.variability,
            "decisions": self.decisions,
        }
        return _restored, (
            list(self.activities),
            *flatten(list(self.activities.values())),
            settings,
        )


class _Slopes:
    """How the nominal total answers to inputs: it is linear in the amounts of every line."""

    def __init__(self, life: Lifecycle, category: int) -> None:
        self.life = life
        self.category = category
        self.scales = life.nominal_solution.amounts[:, 0]
        self.intensities = {
            stage: sum(v for (row, _), v in state.items() if row == category)
            for stage, state in life.phases.states(life.point_amounts).items()
        }
        self.total = float(life.nominal_solution.impacts[category].sum())

    def share(self, unknown: Unknown, step: float = 0.01) -> float:
        """Return by how many per cent the total changes per per cent of an input."""
        if not self.total:
            return 0.0
        sides = [self._moved(unknown, factor) for factor in (1 - step, 1 + step)]
        return abs(sides[1] - sides[0]) / (2 * step * abs(self.total))

    def _moved(self, unknown: Unknown, factor: float) -> float:
        """Return what the stages that use an input would make of the total."""
        moved = 0.0
        for stage in {use.stage for use in unknown.uses}:
            values = dict(self.life.points[stage])
            for use in unknown.uses:
                if use.stage == stage:
                    values[use.path] = values[use.path] * factor
            amounts = self.life.amounts_of(stage, values)
            for (supplier, counted), amount in zip(
                self.life.phases.lines[stage], amounts, strict=True
            ):
                worth = sum(f for row, f in counted if row == self.category)
                worth += self.intensities[supplier] if supplier is not None else 0.0
                moved += float(np.sum(self.scales[stage] * amount * worth))
        return moved


def _restored(names: list[str], rows: list, roots: list[int], settings: dict) -> Lifecycle:
    return Lifecycle(dict(zip(names, restore_all(rows, roots), strict=True)), **settings)


def _check_word(what: str, given: str, among: tuple[str, ...]) -> None:
    if given not in among:
        raise ValueError(
            f"Lifecycle: {what} = {given!r}{near(str(given), among)}; it is {' or '.join(among)}"
        )


def _unknown(name: str, uses: list[Use]) -> Unknown:
    first = uses[0].quantity
    for use in uses[1:]:
        if use.quantity.definition != first.definition:
            raise GraphError(
                f"label {name!r} has two definitions: {_defined(first)} at {uses[0].address} and "
                f"{_defined(use.quantity)} at {use.address}; give both one definition, or one of "
                "them another name="
            )
        is_part = isinstance(first.distribution, Shares)
        if not is_part and not np.array_equal(use.quantity.drawn_point, first.drawn_point):
            raise GraphError(
                f"label {name!r} has two nominal points, at {uses[0].address} and at "
                f"{use.address}; give both one"
            )
    return Unknown(
        name,
        first.own,
        first.kind,
        first.drawn_unit or first.unit or "1",
        first.definition,
        tuple(uses),
    )


def _defined(held: Quantity) -> str:
    return f"{held.distribution.describe()} {held.drawn_unit or held.unit} ({held.kind})"


def _renewed(stage: Stage, new: Mapping[int, Stage], fields: Mapping[str, Any]) -> Stage:
    """Return `stage` with new suppliers and values; checked again only if need be."""
    rewired: dict[str, Any] = {}
    for name, slot in stage._slots.items():
        held = getattr(stage, name)
        if slot.holds == "supplier" and held is not None and new[id(held)] is not held:
            rewired[name] = new[id(held)]
        elif slot.holds == "suppliers" and any(new[id(one)] is not one for one in held.values()):
            rewired[name] = {part: new[id(one)] for part, one in held.items()}
    if not rewired and not fields:
        return stage
    alike = all(
        (new[id(one)].per, new[id(one)].phase, new[id(one)].covers)
        == (one.per, one.phase, one.covers)
        for one in suppliers_of(stage)
    )
    if not fields and alike:
        copy = object.__new__(type(stage))
        copy.__dict__.update(stage.__dict__)
        copy.__dict__.update(rewired)
        copy.__dict__["_outline"] = tuple(
            new[id(target)] if isinstance(target, Stage) else target
            for target in stage.__dict__["_outline"]
        )
        return copy
    given = {name: getattr(stage, name) for name in stage._slots}
    given.update(rewired)
    for path, value in fields.items():
        name, _, part = path.partition(".")
        given[name] = {**given[name], part: value} if part else value
    about: dict[str, Any] = {"name": stage.name, "phase": stage.phase, "covers": stage.covers}
    if "per" in stage.__dict__:  # of a choice and of a background, which have no unit as a class
        about["per"] = stage.per
    return type(stage)(**about, serves=stage.serves, **given)


def used(held: Quantity, draw: Any, draws: Mapping[str, Any]) -> Any:
    """Return the values of a quantity for the draw of its label."""
    if isinstance(held.distribution, Shares):
        draw = draw[held.distribution.names.index(held.component)]
    value = draw if held.scale == 1.0 else draw * held.scale
    if held.common:
        value = value * draws[f"common factor {held.common}"] ** held.exponent
    return value


def describe_input(unknown: Unknown, name: str | None = None) -> dict[str, Any]:
    """Return one row of `inputs`: values in the unit in which the quantity was given."""
    use = unknown.uses[0]
    held = use.quantity
    is_share = isinstance(held.distribution, Shares)
    marginal = held.marginal
    low, high = marginal.interval()
    point = float(np.mean(held.drawn_point))
    return {
        "input": name or unknown.label,
        "address": use.address.rsplit(".", 1)[0] if is_share else use.address,
        "meaning": use.slot.meaning,
        "unit": unknown.unit,
        "distribution": held.distribution.describe(),
        "nominal": np.nan if is_share else point,
        "median": np.nan if is_share else marginal.median,
        "low": np.nan if is_share else low,
        "high": np.nan if is_share else high,
        "kind": held.kind,
        "source": held.source or "not given",
        "confidence": held.confidence,
        "used_at": ", ".join(dict.fromkeys(unknown.addresses)),
        "note": held.note,
    }


INPUTS = ["input", "address", "meaning", "unit", "distribution", "nominal", "median", "low"]
INPUTS += ["high", "kind", "source", "confidence", "used_at", "note"]
"""Columns of `inputs`."""


def describe_common(name: str, uses: Iterable[Use]) -> dict[str, Any]:
    """Return the row of `inputs` for a common factor."""
    low, high = COMMON.interval()
    return {
        "input": f"common factor {name}",
        "address": "",
        "meaning": f"factor shared by the figures of one origin: {name}",
        "unit": "1",
        "distribution": COMMON.describe(),
        "nominal": 1.0,
        "median": 1.0,
        "low": low,
        "high": high,
        "kind": "uncertainty",
        "source": "with the figures",
        "confidence": "",
        "used_at": ", ".join(use.address for use in uses),
        "note": "",
    }
