"""Sobol indices: the share of an output's variance that each input explains.

First order ``S1 = V[E(Y | X_i)] / V(Y)`` by Saltelli et al. 2010 and total
``ST = E[V(Y | X_~i)] / V(Y)`` by Jansen 1999, from two designs A and B and the designs
AB_i, in which the columns of input i are B's.

* Inputs are drawn once for A and once for B. For input i only the stages that it reaches are
  evaluated again (`lca.attribution.Phases`), for all outputs at once.
* Sums are streamed over blocks of rows; a bootstrap is one matrix product of the terms of every
  row with the counts of the resamples.
"""

from __future__ import annotations

import warnings
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lca import sampling
from lca.attribution import State
from lca.lifecycle import GROUPS, Lifecycle
from lca.stage import PHASES, Choice
from lca.study import Root, Study
from lca.units import near

CONFIDENCE = 1.959963984540054  # of a 95 % interval, in standard errors
ROWS = 2048  # of a block: all terms of a block stay in memory

_BY = ("stage", "phase", "kind", "source")


def sobol(
    study: Study | Lifecycle,
    n: int = 1024,
    seed: int = 0,
    resamples: int = 100,
    *,
    groups: str | Mapping[str, Sequence[str]] | None = None,
    of: str | Sequence[str] | None = None,
) -> Any:
    """Return the Sobol indices of every uncertain input, for every output.

    Outputs are the total of every category and scenario, its part in every phase, its embodied
    share, and the difference of every scenario from the first.

    Parameters
    ----------
    study : Study or Lifecycle
    n : int
        Rows of the designs A and B, rounded up to a power of two.
    seed : int
    resamples : int
        Bootstrap resamples behind the intervals.
    groups : {"stage", "phase", "kind", "source"} or mapping, optional
        Inputs that are taken together: by the stage or phase where they are first used, by
        kind, by source, or names of inputs by group; inputs that a mapping leaves out stand alone.
    of : str or list of str, optional
        Outputs to keep: those whose name holds one of these texts.

    Returns
    -------
    pandas.DataFrame
        Columns: output ("gwp, France"), input, unit, kind, S1, S1_conf, ST, ST_conf (half of a
        95 % interval), sorted by output and falling ST. An output that does not vary has
        indices of 0.

    Raises
    ------
    ValueError
        If a group names an input that does not vary, or no output is left.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> table = lca.sensitivity.sobol(life, n=256, seed=1)
    >>> table.iloc[0]["input"]
    'grid.intensity'
    """
    if isinstance(study, Lifecycle):
        study = Study(study)
    if not isinstance(study, Study):
        raise TypeError(f"sobol takes a Study or a Lifecycle, not {study!r}")
    rows = 2 ** int(np.ceil(np.log2(sampling.check_size(n))))
    if sampling.check_size(resamples) < 2:
        raise ValueError("resamples = 1 gives no interval; take 100")
    _warn_of_unweighted(study)
    model = Model(study, _grouped(study, groups), _wanted(of))
    sums = _sums(model, rows, sampling.check_seed(seed), resamples)
    return _table(model, sums)


def _warn_of_unweighted(study: Study) -> None:
    fixed = {
        stage.picked.name
        for life in study.scenarios.values()
        for stage in life.order
        if isinstance(stage, Choice) and stage.picked.is_fixed
    }
    if fixed:
        warnings.warn(
            f"choices without weights stay at their option and explain nothing: "
            f"{', '.join(sorted(fixed))}; give choice(…, weights=…) to let them vary",
            stacklevel=3,
        )


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


def _grouped(study: Study, groups: str | Mapping[str, Sequence[str]] | None) -> list[Group]:
    roots = {root.label: root for root in study.roots}
    if groups is None:
        return [Group(name, (root,)) for name, root in roots.items()]
    if isinstance(groups, str):
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
    found: dict[str, list[Root]] = {}
    for name, root in roots.items():
        found.setdefault(keys[name], []).append(root)
    return [Group(name, tuple(members)) for name, members in found.items()]


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


def _wanted(of: str | Sequence[str] | None) -> tuple[str, ...]:
    if of is None:
        return ("",)
    return (of,) if isinstance(of, str) else tuple(of)


class Model:
    """A study as a function of draws: rows of outputs, and what an input reaches."""

    def __init__(self, study: Study, groups: list[Group], wanted: tuple[str, ...]) -> None:
        self.study = study
        self.groups = groups
        names = self._all_outputs()
        self.kept = [i for i, name in enumerate(names) if any(text in name for text in wanted)]
        if not self.kept:
            shown = ", ".join(names[:8])
            raise ValueError(f"of = {wanted!r}: no such output; there are {shown} …")
        self.outputs = [names[i] for i in self.kept]

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


# -- estimates --------------------------------------------------------------------------------


@dataclass
class Sums:
    """Weighted sums over rows; of the weights, all rows stand first, then every resample."""

    count: np.ndarray  # (weight,)
    plain: np.ndarray  # (A, A², B, B²; output, weight)
    mixed: np.ndarray  # (input; D = AB_i - A, D², B·D; output, weight)


def _sums(model: Model, rows: int, seed: int, resamples: int) -> Sums:
    roots = model.study.roots
    columns = sum(root.distribution.columns for root in roots)
    net = sampling.Net(2 * columns, seed, sampling.NETS) if columns else None
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(sampling.NETS + 1,)))
    shift: np.ndarray | None = None
    sums: Sums | None = None
    left = np.full(resamples, rows)
    for start in range(0, rows, ROWS):
        size = min(ROWS, rows - start)
        uniforms = np.empty((2 * columns, size))
        if net is not None:
            net.fill(uniforms, start)
        a, b = (model.study.draw(half) for half in (uniforms[:columns], uniforms[columns:]))
        weights = _weights(rng, left, size, rows - start)
        of_a, of_b, mixed = model.block(a, b, size)
        shift = of_a.mean(axis=1, keepdims=True) if shift is None else shift
        part = _summed(of_a - shift, of_b - shift, (one - shift for one in mixed), weights)
        sums = (
            part
            if sums is None
            else Sums(sums.count + part.count, sums.plain + part.plain, sums.mixed + part.mixed)
        )
    assert sums is not None
    return sums


def _weights(rng: np.random.Generator, left: np.ndarray, size: int, rest: int) -> np.ndarray:
    """Return how often each row of a block is taken: once, and in every resample.

    A resample takes as many rows as there are; how many of them fall into a block is binomial.
    """
    weights = np.ones((len(left) + 1, size))
    for i, remaining in enumerate(left):
        taken = remaining if size == rest else rng.binomial(remaining, size / rest)
        weights[i + 1] = np.bincount(rng.integers(0, size, taken), minlength=size)
        left[i] -= taken
    return weights


def _summed(a: np.ndarray, b: np.ndarray, mixed: Iterator[np.ndarray], weights: np.ndarray) -> Sums:
    taken = np.ascontiguousarray(weights.T)
    terms = np.empty((3, *a.shape))
    sums = []
    for one in mixed:
        np.subtract(one, a, out=terms[0])
        np.multiply(terms[0], terms[0], out=terms[1])
        np.multiply(terms[0], b, out=terms[2])
        sums.append((terms.reshape(-1, a.shape[1]) @ taken).reshape(3, len(a), -1))
    plain = np.array([a, a**2, b, b**2]) @ taken
    mixed_sums = np.array(sums) if sums else np.empty((0, *plain.shape))
    return Sums(weights.sum(axis=1), plain, mixed_sums)


def indices(sums: Sums) -> dict[str, np.ndarray]:
    """Return S1 and ST (input, output) and half the width of their 95 % intervals.

    B is centred by the mean of all evaluations, as SALib does, which lessens the error of S1.
    """
    count, rows = sums.count, sums.count[0]
    a, a2, b, b2 = sums.plain
    of_all = (len(sums.mixed) + 1) * a[:, 0] + b[:, 0] + sums.mixed[:, 0, :, 0].sum(axis=0)
    centre = (of_all / (rows * (len(sums.mixed) + 2)))[:, np.newaxis]
    variance = (a2 + b2) / (2 * count) - ((a + b) / (2 * count)) ** 2
    size = (a2 + b2)[:, :1] / (2 * rows)
    variance = np.where(variance > 1e-20 * size, variance, np.inf)  # constant: indices of 0
    s1 = (sums.mixed[:, 2] - centre * sums.mixed[:, 0]) / count / variance
    st = sums.mixed[:, 1] / (2 * count) / variance
    found = {"S1": s1[..., 0], "ST": st[..., 0]}
    for name, values in (("S1", s1), ("ST", st)):
        found[f"{name}_conf"] = CONFIDENCE * np.std(values[..., 1:], axis=-1, ddof=1)
    return found


def _table(model: Model, sums: Sums) -> Any:
    import pandas as pd

    found = indices(sums)
    columns = ["output", "input", "unit", "kind", "S1", "S1_conf", "ST", "ST_conf"]
    rows = []
    for j, output in enumerate(model.outputs):
        for i in np.argsort(-found["ST"][:, j], kind="stable"):
            group = model.groups[i]
            numbers = (found[name][i, j] for name in columns[4:])
            rows.append((output, group.name, group.unit, group.kind, *numbers))
    return pd.DataFrame(rows, columns=columns)
