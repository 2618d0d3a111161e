"""Attribution: the graph solved, and every impact given to the stage that answers for it.

* Solving is forward substitution of the LCA matrix equation, demand first:
  ``scale[supplier] += scale[stage] * amount``, arrays over samples.
* A stage with a phase reports as itself. A supply (phase None) belongs to whoever uses it:
  intensities of supplies are summed bottom-up, scales of phase stages top-down.
* The graph is expanded by owner. What an avoided stage demands belongs to it alone, and
  what the alternatives of a choice hold in the phase of the choice is reported as the choice.
* Absent is not zero: a stage reports the categories its flows enter and those it declares zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lca import impacts
from lca.stage import Choice, Stage, demands_of, flows_of, upstream

Amounts = list[list[Any]]
"""Of every stage in order, the amounts of its lines: floats or arrays over samples."""


@dataclass(frozen=True)
class Node:
    """A stage as it is reached: on its own account (None) or on that of an owner."""

    stage: int
    owner: int | None
    row: int | None  # the stage under which it reports; None for a supply


@dataclass(frozen=True)
class Solution:
    """Arrays of one evaluation: category or stage first, samples last."""

    impacts: np.ndarray  # category, row, sample
    direct: np.ndarray  # category, stage, sample
    amounts: np.ndarray  # stage, sample
    avoided: np.ndarray  # category, avoided stage, sample
    activities: np.ndarray  # category, activity, sample


class Graph:
    """The stages behind one functional unit, in order, with who answers for what.

    Parameters
    ----------
    roots : mapping of str to Stage
        What is delivered, by activity.
    amount : float
        How much of each.
    factors : str
        Factor set.
    """

    def __init__(self, roots: Mapping[str, Stage], amount: float, factors: str) -> None:
        self.roots = roots
        self.amount = amount
        self.factors = factors
        self.order: list[Stage] = upstream(roots.values())
        self.index = {id(stage): position for position, stage in enumerate(self.order)}

    # -- categories and coverage ------------------------------------------------------------

    @cached_property
    def categories(self) -> list[str]:
        """The impact categories that at least one stage yields."""
        found = {
            category
            for position in {node.stage for node in self.nodes}
            for flow in flows_of(self.order[position])
            for category in impacts.characterise(flow, self.factors)
        }
        return [category for category in impacts.categories() if category in found]

    def covered(self, stage: Stage, category: str) -> bool:
        """Return whether the stage itself is complete in a category.

        A stage that yields only demands is complete; one that yields flows is complete in
        the categories they enter and in those it lists in `zero`.
        """
        flows = flows_of(stage)
        return (
            not flows
            or category in stage.zero
            or any(category in impacts.characterise(flow, self.factors) for flow in flows)
        )

    def state(self, stage: Stage, category: str) -> str:
        """Return "complete", "missing", or "zero: " with the reason the stage gives."""
        if category in stage.zero:
            return f"zero: {stage.zero[category]}"
        return "complete" if self.covered(stage, category) else "missing"

    def missing(self, category: str) -> list[str]:
        """Return the stages that do not report a category; avoided ones do not count."""
        counted = {node.stage for node in self.nodes if not self._is_avoided(node.owner)}
        return [
            stage.name
            for position, stage in enumerate(self.order)
            if position in counted and not self.covered(stage, category)
        ]

    def missing_by_row(self, category: str) -> dict[str, list[str]]:
        """Return, of every attributed row, the stages in it that do not report a category.

        These are the stage itself and the supplies attributed to it.
        """
        found: dict[str, dict[str, None]] = {}
        for node in self.nodes:
            if node.row is None or self._is_avoided(node.owner):
                continue
            row = found.setdefault(self.order[node.row].name, {})
            for stage in self._attributed(self.order[node.stage]):
                if not self.covered(stage, category):
                    row[stage.name] = None
        return {name: list(stages) for name, stages in found.items()}

    def _attributed(self, stage: Stage) -> list[Stage]:
        """Return a stage and the supplies that it answers for."""
        found = {id(stage): stage}
        waiting = [stage]
        while waiting:
            for supplier in _demanded(waiting.pop()):
                if supplier.phase is None and id(supplier) not in found:
                    found[id(supplier)] = supplier
                    waiting.append(supplier)
        return list(found.values())

    # -- expansion by owner -----------------------------------------------------------------

    @cached_property
    def nodes(self) -> list[Node]:
        """Every stage as it is reached, each before those it takes from."""
        reached: dict[int, dict[int | None, None]] = {}
        for root in self.roots.values():
            reached.setdefault(self.index[id(root)], {})[self._root_owner(root)] = None
        nodes = []
        for position, stage in enumerate(self.order):
            for owner in reached.get(position, {}):
                nodes.append(Node(position, owner, self._row(position, owner)))
                for supplier in _demanded(stage):
                    target = self.index[id(supplier)]
                    reached.setdefault(target, {})[self._passed_on(stage, owner, supplier)] = None
        return nodes

    def _root_owner(self, root: Stage) -> int | None:
        """Return the owner of a root: itself where its phase gives it no row."""
        return self.index[id(root)] if root.phase in (None, "avoided") else None

    def _row(self, position: int, owner: int | None) -> int | None:
        phase = self.order[position].phase
        if owner is not None and (phase is not None or owner == position):
            return owner
        return position if phase is not None else None

    def _is_avoided(self, owner: int | None) -> bool:
        return owner is not None and self.order[owner].phase == "avoided"

    def _passed_on(self, stage: Stage, owner: int | None, supplier: Stage) -> int | None:
        """Return the owner under which `stage`, itself under `owner`, takes from `supplier`."""
        if self._is_avoided(owner):
            return owner
        if supplier.phase == "avoided":
            return self.index[id(supplier)]
        if owner is not None and isinstance(self.order[owner], Choice):
            same_phase = supplier.phase in (None, self.order[owner].phase)
            return owner if same_phase else None
        if stage.phase is not None and isinstance(stage, Choice):
            return self.index[id(stage)]
        return None

    @cached_property
    def rows(self) -> list[int]:
        """The stages that have a row of their own in attributed results."""
        rows = {node.row for node in self.nodes if node.row is not None}
        return sorted(row for row in rows if self.order[row].phase != "avoided")

    @cached_property
    def avoided(self) -> list[int]:
        """The avoided stages."""
        return [i for i, stage in enumerate(self.order) if stage.phase == "avoided"]

    # -- solving ----------------------------------------------------------------------------

    @cached_property
    def _lines(self) -> list[list[tuple[int | None, list[tuple[int, float]]]]]:
        """For every line of every stage: the supplier, or (category, factor) pairs."""
        rows = {category: row for row, category in enumerate(self.categories)}
        reached = {node.stage for node in self.nodes}
        lines = []
        for stage in self.order:
            plan: list[tuple[int | None, list[tuple[int, float]]]] = []
            for target in stage.__dict__["_outline"]:
                if isinstance(target, Stage) and self.index[id(target)] in reached:
                    plan.append((self.index[id(target)], []))
                elif (
                    target is None
                    or isinstance(target, Stage)
                    or self.index[id(stage)] not in reached
                ):
                    plan.append((None, []))
                else:
                    counted = impacts.characterise(target, self.factors)
                    plan.append((None, [(rows[c], factor) for c, factor in counted.items()]))
            lines.append(plan)
        return lines

    def solve(self, amounts: Amounts, size: int) -> Solution:
        """Return impacts, attributed and direct, for the amounts of every line."""
        own, attributed = self._intensities(amounts)
        scales = self._scales(amounts)
        several = len(self.roots) > 1
        count = len(self.categories)
        rows = {row: i for i, row in enumerate(self.rows)}
        credited = {row: i for i, row in enumerate(self.avoided)}
        solution = Solution(
            impacts=np.zeros((count, len(rows), size)),
            direct=np.zeros((count, len(self.order), size)),
            amounts=np.zeros((len(self.order), size)),
            avoided=np.zeros((count, len(credited), size)),
            activities=np.zeros((count, len(self.roots), size)),
        )
        for node in self.nodes:
            scale = scales[node]
            summed = scale.sum(axis=0) if several else scale
            is_avoided = self._is_avoided(node.owner)
            if not is_avoided:
                solution.amounts[node.stage] += summed
                for category, flow in own[node.stage].items():
                    solution.direct[category, node.stage] += summed * flow
            if node.row is None:
                continue
            for category, intensity in attributed[node.stage].items():
                if is_avoided:
                    solution.avoided[category, credited[node.row]] += summed * intensity
                else:
                    solution.impacts[category, rows[node.row]] += summed * intensity
                    solution.activities[category] += scale * intensity
        return solution

    def _intensities(self, amounts: Amounts) -> tuple[list[dict], list[dict]]:
        """Return, of one unit of every stage, its own impacts and those with its supplies."""
        own: list[dict[int, Any]] = [{} for _ in self.order]
        attributed: list[dict[int, Any]] = [{} for _ in self.order]
        for position in range(len(self.order) - 1, -1, -1):
            lines = zip(self._lines[position], amounts[position], strict=True)
            for (supplier, counted), amount in lines:
                for category, factor in counted:
                    flow = amount if factor == 1.0 else amount * factor
                    _add(own[position], category, flow)
                    _add(attributed[position], category, flow)
                if supplier is not None and self.order[supplier].phase is None:
                    for category, intensity in attributed[supplier].items():
                        _add(attributed[position], category, amount * intensity)
        return own, attributed

    def _scales(self, amounts: Amounts) -> dict[Node, np.ndarray]:
        """Return how much of every node is taken, by activity where there are several."""
        taken: dict[Any, Any] = {}
        for which, root in enumerate(self.roots.values()):
            start: Any = self.amount
            if len(self.roots) > 1:
                start = np.zeros((len(self.roots), 1))
                start[which] = self.amount
            _add(taken, (self.index[id(root)], self._root_owner(root)), start)
        scales: dict[Node, np.ndarray] = {}
        for node in self.nodes:
            scale = taken[node.stage, node.owner]
            scales[node] = np.asarray(scale)
            stage = self.order[node.stage]
            for (supplier, _), amount in zip(
                self._lines[node.stage], amounts[node.stage], strict=True
            ):
                if supplier is not None:
                    owner = self._passed_on(stage, node.owner, self.order[supplier])
                    _add(taken, (supplier, owner), scale * amount)
        return scales


def _demanded(stage: Stage) -> list[Stage]:
    """Return what a stage can demand: of a choice that stays at an option, that option alone."""
    if isinstance(stage, Choice) and stage.picked.is_fixed:
        return [list(stage.alternatives.values())[round(stage.picked.median)]]
    return demands_of(stage)


# -- by phase, bottom-up ---------------------------------------------------------------------

State = dict[tuple[int, str], Any]
"""Of one unit of a stage: impacts by category and by phase ("" is not yet attributed)."""


class Phases:
    """Impacts by phase, bottom-up alone: what changes with a stage is it and its demanders.

    At the grain of phases a choice and its alternatives are one, and no scales are needed: the
    total is the intensity of what is delivered. Sensitivity evaluates a stage again only
    where an input reaches it.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.lines = [
            [
                (supplier, counted)
                if supplier is None or graph.order[supplier].phase != "avoided"
                else (None, [])
                for supplier, counted in lines
            ]
            for lines in graph._lines
        ]

    @cached_property
    def demanders(self) -> list[set[int]]:
        """Of every stage, itself and all that take from it, directly or not."""
        found: list[set[int]] = [{position} for position in range(len(self.lines))]
        for position, lines in enumerate(self.lines):  # demanders come before their suppliers
            for supplier, _ in lines:
                if supplier is not None:
                    found[supplier] |= found[position]
        return found

    def reached(self, stages: set[int]) -> list[int]:
        """Return the stages that change with some, suppliers first."""
        reached = set().union(*(self.demanders[stage] for stage in stages))
        return sorted(reached, reverse=True)

    def state(self, position: int, amounts: list[Any], states: Mapping[int, State]) -> State:
        """Return the state of a stage from its amounts and the states of its suppliers."""
        state: State = {}
        for (supplier, counted), amount in zip(self.lines[position], amounts, strict=True):
            for category, factor in counted:
                _add(state, (category, ""), amount if factor == 1.0 else amount * factor)
            if supplier is not None:
                for key, intensity in states[supplier].items():
                    _add(state, key, amount * intensity)
        self._fold(position, state)
        return state

    def states(self, amounts: Amounts) -> dict[int, State]:
        """Return the state of every stage."""
        states: dict[int, State] = {}
        for position in range(len(amounts) - 1, -1, -1):
            states[position] = self.state(position, amounts[position], states)
        return states

    def change(
        self, states: Mapping[int, State], amounts: Amounts, listed: Mapping[int, list[Any]]
    ) -> State:
        """Return by how much the impacts of the functional unit change with some stages.

        Changes alone are passed on from a stage to those that take from it, so that what an
        input does not touch (another category, another phase) costs nothing.

        Parameters
        ----------
        states, amounts
            Of all stages, as they were.
        listed : mapping
            New amounts of the stages whose inputs changed.
        """
        changes: dict[int, State] = {}
        for position in self.reached(set(listed)):
            change: State = {}
            old = amounts[position]
            new = listed.get(position, old)
            for line, (supplier, counted) in enumerate(self.lines[position]):
                if new[line] is not old[line] and not np.array_equal(new[line], old[line]):
                    step = new[line] - old[line]
                    for category, factor in counted:
                        _add(change, (category, ""), step * factor)
                    for key, intensity in states[supplier].items() if supplier is not None else ():
                        _add(change, key, step * intensity)
                if supplier in changes:
                    for key, intensity in changes[supplier].items():
                        _add(change, key, new[line] * intensity)
            self._fold(position, change)
            if change:
                changes[position] = change
        return self.delivered(changes)

    def _fold(self, position: int, state: State) -> None:
        """Give what is not yet attributed to the phase of the stage."""
        phase = self.graph.order[position].phase
        if phase is not None:
            for category, group in list(state):
                if group == "":
                    _add(state, (category, phase), state.pop((category, "")))

    def delivered(self, states: Mapping[int, State]) -> State:
        """Return the impacts of the functional unit; a supply alone has the phase "supply"."""
        total: State = {}
        for root in self.graph.roots.values():
            position = self.graph.index[id(root)]
            if root.phase != "avoided" and position in states:
                for (category, phase), value in states[position].items():
                    _add(total, (category, phase or "supply"), self.graph.amount * value)
        return total


def _add(sums: dict, key: Any, value: Any) -> None:
    """Add to a sum, as a new array: the value may be an input that others read."""
    sums[key] = sums[key] + value if key in sums else value
