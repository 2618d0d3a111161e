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
from lca.lifecycle import GROUPS, Lifecycle
from lca.stage import PHASES
from lca.study import Root, Study
from lca.units import near

_BY = ("stage", "phase", "kind", "source")


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
    """

    def __init__(
        self,
        study: Study,
        groups: str | Mapping[str, Sequence[str]] | None = None,
        of: str | Sequence[str] | None = None,
    ) -> None:
        self.study = study
        self.groups = grouped(study, groups)
        names = self._all_outputs()
        texts = ("",) if of is None else (of,) if isinstance(of, str) else tuple(of)
        self.kept = [
            i
            for i, name in enumerate(names)
            if any(name == text or (text not in names and text in name) for text in texts)
        ]
        if not self.kept:
            raise ValueError(f"of = {of!r}: no such output; there are {', '.join(names[:8])} …")
        self.outputs = [names[i] for i in self.kept]

    @property
    def roots(self) -> list[Root]:
        """The inputs that vary."""
        return self.study.roots

    @cached_property
    def keys(self) -> dict[str, list[tuple[int, str]]]:
        """Of every scenario, the (category, phase) pairs that its stages yield."""
        return {
            scenario: sorted(
                life.phases.delivered(life.phases.states(_at_points(life))),
                key=lambda key: (key[0], [*PHASES, "supply"].index(key[1])),
            )
            for scenario, life in self.study.scenarios.items()
        }

    def _all_outputs(self) -> list[str]:
        names: list[str] = []
        scenarios = list(self.study.scenarios)
        for scenario, life in self.study.scenarios.items():
            names += [f"{category}, {scenario}" for category in life.categories]
            names += [f"embodied share of {category}, {scenario}" for category in life.categories]
            names += [f"{life.categories[c]} of {p}, {scenario}" for c, p in self.keys[scenario]]
        for scenario in scenarios[1:]:
            names += [f"{c}, {scenario} minus {scenarios[0]}" for c in self._common(scenario)]
        return names

    def _common(self, scenario: str) -> list[str]:
        first = next(iter(self.study.scenarios.values()))
        own = self.study.scenarios[scenario].categories
        return [category for category in first.categories if category in own]

    def outputs_of(self, parts: Mapping[str, State], rows: int) -> np.ndarray:
        """Return the kept outputs (output, row) from the impacts of every scenario by phase."""
        values: list[Any] = []
        totals: dict[str, dict[str, Any]] = {}
        for scenario, life in self.study.scenarios.items():
            state = parts[scenario]
            totals[scenario], shares = {}, []
            for row, category in enumerate(life.categories):
                total = sum(state[key] for key in self.keys[scenario] if key[0] == row)
                totals[scenario][category] = total
                embodied = [k for k in self.keys[scenario] if k[0] == row and k[1] in _EMBODIED]
                shares.append(_share(sum(state[key] for key in embodied), total))
            values += [*totals[scenario].values(), *shares]
            values += [state[key] for key in self.keys[scenario]]
        first = next(iter(totals.values()))
        for scenario in list(totals)[1:]:
            values += [totals[scenario][c] - first[c] for c in self._common(scenario)]
        return np.array([np.broadcast_to(values[i], rows) for i in self.kept])

    def evaluate(self, draws: Mapping[str, Any], rows: int) -> np.ndarray:
        """Return the kept outputs (output, row) for draws of every input."""
        parts = {}
        for name, life in self.study.scenarios.items():
            base = _Base(life, _called(self.study, name, draws))
            parts[name] = base.delivered(base.states)
        return self.outputs_of(parts, rows)

    # -- evaluation: all of A, all of B, and of AB_i what input i reaches ----------------------

    def block(
        self, a: Mapping[str, Any], b: Mapping[str, Any], rows: int
    ) -> tuple[np.ndarray, np.ndarray, Iterator[np.ndarray]]:
        """Return outputs (output, row) for draws A and B, and for every AB_i in turn."""
        scenarios = self.study.scenarios.items()
        bases = {name: _Base(life, _called(self.study, name, a)) for name, life in scenarios}
        others = {name: _Base(life, _called(self.study, name, b)) for name, life in scenarios}
        of_a = {name: base.delivered(base.states) for name, base in bases.items()}
        of_b = {name: base.delivered(base.states) for name, base in others.items()}

        def mixed() -> Iterator[np.ndarray]:
            for group in self.groups:
                parts = dict(of_a)
                for name, base in bases.items():
                    changed = {
                        root.called[name]: b[root.label]
                        for root in group.roots
                        if name in root.called
                    }
                    if changed:
                        parts[name] = base.changed(changed)
                yield self.outputs_of(parts, rows)

        return self.outputs_of(of_a, rows), self.outputs_of(of_b, rows), mixed()


_EMBODIED = GROUPS["embodied"]


def _share(part: Any, total: Any) -> Any:
    total = np.asarray(total, dtype=float)
    return np.divide(part, total, out=np.zeros(total.shape), where=total != 0)


def _at_points(life: Lifecycle) -> list[list[Any]]:
    points: list[dict[str, Any]] = [{} for _ in life.order]
    for use in life.uses:
        points[use.stage][use.path] = use.quantity.point
    return [life.amounts_of(position, values) for position, values in enumerate(points)]


def totals(study: Study) -> list[str]:
    """Return the names of the outputs that are totals."""
    return [f"{c}, {name}" for name, life in study.scenarios.items() for c in life.categories]


def is_unordered(root: Root) -> bool:
    """Return whether an input is a choice, whose numbers have no order."""
    return isinstance(root.distribution, Discrete) and not root.distribution.ordered


def _called(study: Study, scenario: str, draws: Mapping[str, Any]) -> dict[str, Any]:
    """Return draws by the labels that a scenario gives them."""
    return {
        root.called[scenario]: draws[root.label] for root in study.roots if scenario in root.called
    }


class _Base:
    """One scenario evaluated for one block of draws, and again where inputs change."""

    def __init__(self, life: Lifecycle, draws: dict[str, Any]) -> None:
        self.life = life
        self.draws = draws
        self.amounts = [life.amounts_of(i, life.values(i, draws)) for i in range(len(life.order))]
        self.states = life.phases.states(self.amounts)
        self.delivered = life.phases.delivered

    def changed(self, changed: Mapping[str, Any]) -> State:
        """Return the impacts by phase where some draws are others; the rest is as it was."""
        users = {stage for name in changed for stage in self.life.users[name]}
        draws = ChainMap(dict(changed), self.draws)
        states: ChainMap[int, State] = ChainMap({}, self.states)
        for position in self.life.phases.reached(users):
            amounts = self.amounts[position]
            if position in users:
                amounts = self.life.amounts_of(position, self.life.values(position, draws))
            states[position] = self.life.phases.state(position, amounts, states)
        return self.delivered(states)
