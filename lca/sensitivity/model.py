"""The study as sensitivity sees it: outputs by name, groups of inputs, what an input reaches."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lca.attribution import State
from lca.distributions import Discrete
from lca.impacts import categories
from lca.lifecycle import GROUPS, Lifecycle
from lca.stage import PHASES
from lca.study import Root, Study
from lca.units import near

_BY = ("stage", "phase", "kind", "source", "common")


def as_study(study: Study | Lifecycle, method: str) -> Study:
    """Return the study; a lifecycle is one of a single scenario."""
    if isinstance(study, Lifecycle):
        return Study(study)
    if not isinstance(study, Study):
        raise TypeError(f"{method} takes a Study or a Lifecycle, not {study!r}")
    return study


# -- groups of inputs -------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Inputs that are changed together."""

    name: str
    roots: tuple[Root, ...]

    @property
    def unit(self) -> str:
        """The unit of its one input, or nothing."""
        return self.roots[0].unit if len(self.roots) == 1 else ""

    @property
    def kind(self) -> str:
        """The kind of its inputs, or "several"."""
        kinds = {root.kind for root in self.roots}
        return kinds.pop() if len(kinds) == 1 else "several"


def grouped(study: Study, groups: str | Mapping[str, Sequence[str]] | None) -> list[Group]:
    roots = {root.label: root for root in study.roots}
    if groups is None:
        keys = {name: name for name in roots}
        for block in study.correlation.blocks() if study.correlation else ():
            keys.update(dict.fromkeys(block, " & ".join(block)))
    elif isinstance(groups, str):
        if groups not in _BY:
            raise ValueError(f"groups = {groups!r}{near(groups, _BY)}; they are {', '.join(_BY)}")
        keys = {name: _key(study, root, groups) for name, root in roots.items()}
    else:
        keys = {name: name for name in roots}
        for group, members in groups.items():
            for name in members:
                if name not in roots:
                    raise ValueError(
                        f"group {group!r}: no input {name!r} varies{near(name, roots)}"
                    )
                keys[name] = group
    _check_blocks(study, keys)
    found: dict[str, list[Root]] = {}
    for name, root in roots.items():
        found.setdefault(keys[name], []).append(root)
    return [Group(name, tuple(members)) for name, members in found.items()]


def _check_blocks(study: Study, keys: Mapping[str, str]) -> None:
    """Refuse groups that part correlated inputs: their indices are not defined."""
    for block in study.correlation.blocks() if study.correlation else ():
        if len({keys[name] for name in block}) > 1:
            raise ValueError(
                f"the inputs {', '.join(block)} are correlated, so that indices of each alone are "
                "undefined: let them stand in one group (as they do without groups=)"
            )


def _key(study: Study, root: Root, by: str) -> str:
    if by == "kind":
        return root.kind
    scenario, name = next(iter(root.called.items()))
    life = study.scenarios[scenario]
    uses = (
        life.commons[name.removeprefix("common factor ")]
        if name not in life.unknowns
        else (life.unknowns[name].uses)
    )
    if by == "common":
        return uses[0].quantity.common or root.label
    if by == "source":
        return uses[0].quantity.source or "not given"
    stage = life.order[uses[0].stage]
    return stage.name if by == "stage" else life.phase_of(stage.name)


# -- outputs ----------------------------------------------------------------------------------


class Model:
    """A study as a function of draws: rows of outputs, and what an input reaches.

    Parameters
    ----------
    study : Study
    groups : str, mapping or None
        As `grouped` takes them; None lets every input stand alone.
    of : str, sequence of str or None
        Outputs to keep: by name, or all whose name holds the text; None keeps all.
    log : bool
        Take the logarithm of totals and phases; the other outputs are left out.
    """

    def __init__(
        self,
        study: Study,
        groups: str | Mapping[str, Sequence[str]] | None = None,
        of: str | Sequence[str] | None = None,
        log: bool = False,
    ) -> None:
        self.study = study
        self.log = log
        self.groups = grouped(study, groups)
        outputs = self._all_outputs()
        self.outputs = picked(list(outputs), of)
        if not self.outputs:
            raise ValueError(
                f"of = {of!r}: no such output; there are {', '.join(list(outputs)[:8])} …"
            )
        self.place = {outputs[name]: i for i, name in enumerate(self.outputs)}

    @property
    def roots(self) -> list[Root]:
        """The inputs that vary."""
        return self.study.roots

    @cached_property
    def keys(self) -> dict[str, list[tuple[int, str]]]:
        """Of every scenario, the (category, phase) pairs that its stages yield."""
        return {
            scenario: sorted(
                life.phases.delivered(life.phases.states(life.point_amounts)),
                key=lambda key: (key[0], [*PHASES, "supply"].index(key[1])),
            )
            for scenario, life in self.study.scenarios.items()
        }

    def _all_outputs(self) -> dict[str, Output]:
        """Return every output by its name."""
        found: dict[str, Output] = {}
        scenarios = list(self.study.scenarios)
        for scenario, life in self.study.scenarios.items():
            for row, category in enumerate(life.categories):
                found[f"{category}, {scenario}"] = ("total", scenario, row)
            for row, category in enumerate(life.categories):
                found[f"embodied share of {category}, {scenario}"] = ("share", scenario, row)
            for row, phase in self.keys[scenario]:
                name = f"{life.categories[row]} of {phase}, {scenario}"
                found[name] = ("phase", scenario, (row, phase))
        for scenario in scenarios[1:]:
            for kind, word in (("difference", "minus"), ("below", "below")):
                for category in self._common(scenario):
                    found[f"{category}, {scenario} {word} {scenarios[0]}"] = (
                        kind,
                        scenario,
                        category,
                    )
        return self._logarithms(found) if self.log else found

    def _logarithms(self, outputs: dict[str, Output]) -> dict[str, Output]:
        """Return totals and phases under the names of their logarithms; a credit has none."""
        return {
            f"ln {name}": output
            for name, output in outputs.items()
            if output[0] == "total" or (output[0] == "phase" and output[2][1] != "avoided")
        }

    def _common(self, scenario: str) -> list[str]:
        first = next(iter(self.study.scenarios.values()))
        own = self.study.scenarios[scenario].categories
        return [category for category in first.categories if category in own]

    def outputs_of(self, parts: Mapping[str, State], rows: int) -> np.ndarray:
        """Return the kept outputs (output, row) from the impacts of every scenario by phase."""
        values = np.zeros((len(self.outputs), rows))
        for output, value in self._values(parts):
            if output in self.place:
                values[self.place[output]] = self._logarithm(output, value) if self.log else value
        return values

    def _logarithm(self, output: Output, value: Any) -> Any:
        if np.any(np.asarray(value) <= 0):
            raise ValueError(
                f"{self.outputs[self.place[output]]}: not positive in every sample, so that it has "
                "no logarithm; leave it out with of="
            )
        return np.log(value)

    def _values(self, parts: Mapping[str, State]) -> Iterator[tuple[Output, Any]]:
        """Yield outputs and their values, for the impacts of some scenarios by phase."""
        totals = {scenario: _totals(state) for scenario, state in parts.items()}
        for scenario, state in parts.items():
            embodied = _totals({key: v for key, v in state.items() if key[1] in _EMBODIED})
            for row, total in totals[scenario].items():
                yield ("total", scenario, row), total
                yield ("share", scenario, row), _share(embodied.get(row, 0.0), total)
            for key, value in state.items():
                yield ("phase", scenario, key), value
        for scenario, category, own, base in self._pairs(totals):
            yield ("difference", scenario, category), own - base
            yield ("below", scenario, category), _is_below(own, base)

    def _pairs(
        self, totals: Mapping[str, Mapping[int, Any]]
    ) -> Iterator[tuple[str, str, Any, Any]]:
        """Yield scenario, category, its total and that of the first scenario; absent is 0."""
        names = list(self.study.scenarios)
        lives = self.study.scenarios
        for scenario in names[1:]:
            for category in self._common(scenario):
                own = totals.get(scenario, {}).get(lives[scenario].categories.index(category))
                base = totals.get(names[0], {}).get(lives[names[0]].categories.index(category))
                if own is not None or base is not None:
                    none = own is None, base is None
                    yield scenario, category, 0.0 if none[0] else own, 0.0 if none[1] else base

    def unit(self, output: Output) -> str:
        """Return the unit of an output."""
        if self.log or output[0] in ("share", "below"):
            return "1"
        return categories()[self._category(output)].unit

    def _category(self, output: Output) -> str:
        kind, scenario, which = output
        if kind in ("difference", "below"):
            return str(which)
        row = which[0] if kind == "phase" else which
        return self.study.scenarios[scenario].categories[row]

    def missing(self, output: Output) -> list[str]:
        """Return the stages that an output is without, because they do not report its category."""
        kind, scenario, which = output
        category, life = self._category(output), self.study.scenarios[scenario]
        found = life.graph.missing(category)
        if kind == "phase":
            rows = life.graph.missing_by_row(category).items()
            parts = [names for row, names in rows if life.phase_of(row) == which[1]]
            found = [name for names in parts for name in names]
        elif kind in ("difference", "below"):
            first = next(iter(self.study.scenarios.values()))
            found = [*first.graph.missing(category), *found]
        return list(dict.fromkeys(found))

    def evaluate(self, draws: Mapping[str, Any], rows: int) -> np.ndarray:
        """Return the kept outputs (output, row) for draws of every input."""
        parts = {
            name: _Base(life, _called(self.study, name, draws)).delivered
            for name, life in self.study.scenarios.items()
        }
        return self.outputs_of(parts, rows)

    # -- evaluation: all of A, all of B, and of AB_i how outputs move from A -------------------

    def block(self, a: Mapping[str, Any], b: Mapping[str, Any], rows: int) -> Block:
        """Evaluate draws A and B, and how every AB_i moves from A and every BA_i from B."""
        lives = self.study.scenarios.items()
        bases = {name: _Base(life, _called(self.study, name, a)) for name, life in lives}
        others = {name: _Base(life, _called(self.study, name, b)) for name, life in lives}
        of_a, of_b = (
            self.outputs_of({name: base.delivered for name, base in group.items()}, rows)
            for group in (bases, others)
        )
        return Block(
            of_a,
            of_b,
            (self._moved(bases, group, b, rows) for group in self.groups),
            (self._moved(others, group, a, rows) for group in self.groups),
        )

    def _moved(
        self, bases: Mapping[str, _Base], group: Group, b: Mapping[str, Any], rows: int
    ) -> Moved:
        """Return which outputs move, and by how much, when a group takes the draws of B."""
        steps: dict[str, State] = {}
        for name, base in bases.items():
            new = {r.called[name]: b[r.label] for r in group.roots if name in r.called}
            change = base.changed(new) if new else {}
            if change:
                steps[name] = change
        moved: dict[int, Any] = {}
        for output, step in self._steps(bases, steps):
            if output in self.place:
                before = self._before(bases, output) if self.log else None
                moved[self.place[output]] = np.log1p(step / before) if self.log else step
        values = [np.broadcast_to(step, rows) for step in moved.values()]
        return list(moved), np.array(values) if values else np.empty((0, rows))

    def _before(self, bases: Mapping[str, _Base], output: Output) -> Any:
        kind, scenario, which = output
        return (
            bases[scenario].totals[which] if kind == "total" else bases[scenario].delivered[which]
        )

    def _steps(
        self, bases: Mapping[str, _Base], steps: Mapping[str, State]
    ) -> Iterator[tuple[Output, Any]]:
        """Yield outputs and by how much they move, for steps of impacts by phase."""
        totals = {scenario: _totals(state) for scenario, state in steps.items()}
        for scenario, state in steps.items():
            before = bases[scenario]
            embodied = _totals({key: v for key, v in state.items() if key[1] in _EMBODIED})
            for row, step in totals[scenario].items():
                yield ("total", scenario, row), step
                if ("share", scenario, row) in self.place:
                    part = before.embodied.get(row, 0.0) + embodied.get(row, 0.0)
                    share = _share(part, before.totals[row] + step)
                    old = _share(before.embodied.get(row, 0.0), before.totals[row])
                    yield ("share", scenario, row), share - old
            for key, step in state.items():
                yield ("phase", scenario, key), step
        old = {name: base.totals for name, base in bases.items()} if totals else {}
        pairs = {(s, c): (own, base) for s, c, own, base in self._pairs(old)}
        for scenario, category, own, base in self._pairs(totals):
            yield ("difference", scenario, category), own - base
            if ("below", scenario, category) in self.place:
                one, other = pairs[scenario, category]
                now = _is_below(one + own, other + base)
                yield ("below", scenario, category), now - _is_below(one, other)


@dataclass(frozen=True)
class Block:
    """Outputs (output, row) for A and B, and by input how AB_i and BA_i move from them."""

    of_a: np.ndarray
    of_b: np.ndarray
    moved: Iterator[Moved]
    moved_back: Iterator[Moved]


Output = tuple[str, str, Any]
"""Kind ("total", "share", "phase", "difference" or "below"), scenario, and which."""

Moved = tuple[list[int], np.ndarray]
"""Rows of outputs that move, and by how much (output, row)."""

_EMBODIED = GROUPS["embodied"]


def _share(part: Any, total: Any) -> Any:
    total = np.asarray(total, dtype=float)
    return np.divide(part, total, out=np.zeros(total.shape), where=total != 0)


def _is_below(one: Any, other: Any) -> Any:
    """Return 1 where one total lies below another by more than rounding, else 0."""
    return np.where(one < other - 1e-12 * np.abs(other), 1.0, 0.0)


def _totals(state: State) -> dict[int, Any]:
    """Return sums over phases, by category."""
    found: dict[int, Any] = {}
    for (row, _), value in state.items():
        found[row] = found[row] + value if row in found else value
    return found


def totals(study: Study, scenarios: Sequence[str] | None = None) -> list[str]:
    """Return the names of the outputs that are totals, of some scenarios or of all."""
    names = study.scenarios if scenarios is None else scenarios
    return [f"{c}, {name}" for name in names for c in study.scenarios[name].categories]


def picked(names: Sequence[str], of: str | Sequence[str] | None, what: str = "output") -> list[str]:
    """Return the names that `of` gives, whole or as a text that they hold; None keeps all."""
    texts = ("",) if of is None else (of,) if isinstance(of, str) else tuple(of)
    for text in texts:
        if not any(text in name for name in names):
            raise ValueError(f"of = {text!r}: no such {what}; there are {', '.join(names[:8])}")
    return [
        name
        for name in names
        if any(name == text or (text not in names and text in name) for text in texts)
    ]


def by_output(table: Any, outputs: Sequence[str], size: Any) -> Any:
    """Return a table in the order of its outputs, and in each by falling `size` of the rows."""
    order = {output: i for i, output in enumerate(outputs)}
    table = table.assign(order=table["output"].map(order), size=size)
    table = table.sort_values(["order", "size"], ascending=[True, False], kind="stable")
    return table.drop(columns=["order", "size"]).reset_index(drop=True)


def labelled(table: Any, model: Model) -> Any:
    """Return a table with what a figure of it must say, in its ``attrs``.

    ``functional_unit``, ``factors``, and by output ``units`` and ``missing``: the stages that its
    totals are without.
    """
    life = next(iter(model.study.scenarios.values()))
    about = [(output, model.outputs[i]) for output, i in model.place.items()]
    table.attrs.update(
        functional_unit=life.functional_unit,
        factors=life.factors,
        units={name: model.unit(output) for output, name in about},
        missing={name: missing for output, name in about if (missing := model.missing(output))},
    )
    return table


def is_unordered(root: Root) -> bool:
    """Return whether an input is a choice, whose numbers have no order."""
    return isinstance(root.distribution, Discrete) and not root.distribution.ordered


def _called(study: Study, scenario: str, draws: Mapping[str, Any]) -> dict[str, Any]:
    """Return draws by the labels that a scenario gives them."""
    return {
        root.called[scenario]: draws[root.label] for root in study.roots if scenario in root.called
    }


class _Base:
    """One scenario evaluated for one block of draws, and how it changes with other draws."""

    def __init__(self, life: Lifecycle, draws: dict[str, Any]) -> None:
        self.life = life
        self.draws = draws
        self.amounts = [life.amounts_of(i, life.values(i, draws)) for i in range(len(life.order))]
        self.states = life.phases.states(self.amounts)
        self.delivered = life.phases.delivered(self.states)

    @cached_property
    def totals(self) -> dict[int, Any]:
        """Totals by category."""
        return _totals(self.delivered)

    @cached_property
    def embodied(self) -> dict[int, Any]:
        """Embodied parts of the totals, by category."""
        return _totals({key: v for key, v in self.delivered.items() if key[1] in _EMBODIED})

    def changed(self, changed: Mapping[str, Any]) -> State:
        """Return by how much impacts change where some draws are others."""
        users = {stage for name in changed for stage in self.life.users[name]}
        draws = ChainMap(dict(changed), self.draws)
        listed = {
            stage: self.life.amounts_of(stage, self.life.values(stage, draws)) for stage in users
        }
        return self.life.phases.change(self.states, self.amounts, listed)
