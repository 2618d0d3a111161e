"""Study: several lifecycles that are always sampled together.

Within a study two uses are one draw when label and definition are equal, so differences
between scenarios are paired. One label with two definitions is two unknowns, numbered in
the order of the scenarios: ``grid.intensity``, ``grid.intensity#2``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lca import tables
from lca.attribution import Solution
from lca.distributions import Distribution
from lca.lifecycle import COMMON, INPUTS, Lifecycle, Unknown, describe_common, describe_input
from lca.sampling import Correlation
from lca.stage import GraphError, label
from lca.units import near


@dataclass(frozen=True)
class Root:
    """One thing to be drawn, and the name by which the scenarios call it."""

    label: str
    distribution: Distribution
    kind: str
    unit: str
    called: Mapping[str, str]  # by scenario


class Study:
    """Scenarios with one functional unit, sampled together.

    Parameters
    ----------
    scenarios : Lifecycle or mapping of str to Lifecycle
        A lifecycle alone is a study of one scenario called "baseline".
    name : str, optional
    correlation : Correlation, optional
        Of inputs by label, ``lca.correlate({("a", "b"): 0.7})``.

    Raises
    ------
    GraphError
        If functional units, amounts or factor sets differ: such results have no difference.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.lognormal(median=0.06, gsd=1.2))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> lca.Study({"now": life, "half": life.replace({"grid.intensity": 0.03})})
    <Study of one kWh: now, half>
    """

    def __init__(
        self,
        scenarios: Lifecycle | Mapping[str, Lifecycle],
        *,
        name: str = "",
        correlation: Correlation | None = None,
    ) -> None:
        if isinstance(scenarios, Lifecycle):
            scenarios = {"baseline": scenarios}
        if not isinstance(scenarios, Mapping) or not scenarios:
            raise TypeError(f"Study takes lifecycles by name, not {scenarios!r}")
        for scenario, life in scenarios.items():
            if not isinstance(scenario, str) or not scenario:
                raise TypeError(f"Study: the name of a scenario is a text, not {scenario!r}")
            if not isinstance(life, Lifecycle):
                raise TypeError(f"Study: scenario {scenario!r} is not a Lifecycle but {life!r}")
        self.scenarios: dict[str, Lifecycle] = dict(scenarios)
        self.name = name
        self.correlation = correlation
        self._check_units()
        self._check_correlation()

    def _check_correlation(self) -> None:
        roots = {root.label: root for root in self.roots} if self.correlation else {}
        for name in self.correlation.labels if self.correlation else ():
            if name not in roots:
                raise GraphError(f"correlate: no input {name!r} varies{near(name, roots)}")
            distribution = roots[name].distribution
            if distribution.columns > 1 or not getattr(distribution, "ordered", True):
                raise GraphError(
                    f"correlate: {name!r} is {distribution.describe()}, which has no order; only "
                    "inputs with one ordered number can be correlated"
                )

    def _check_units(self) -> None:
        first_name, first = next(iter(self.scenarios.items()))
        for name, life in self.scenarios.items():
            for attribute, word in (
                ("functional_unit", "functional unit"),
                ("amount", "amount"),
                ("factors", "factor set"),
            ):
                one, other = getattr(first, attribute), getattr(life, attribute)
                if one != other:
                    raise GraphError(
                        f"scenarios of one study have the same {word}: {first_name!r} has {one!r} "
                        f"and {name!r} has {other!r}; give both the same, or make two studies"
                    )

    def __repr__(self) -> str:
        return f"<Study of {self.functional_unit}: {', '.join(self.scenarios)}>"

    def __reduce__(self) -> tuple:
        return _restored, (self.scenarios, self.name, self.correlation)

    @property
    def functional_unit(self) -> str:
        """What every scenario delivers, in words."""
        return next(iter(self.scenarios.values())).functional_unit

    def check_scenario(self, name: str) -> None:
        """Raise, with near names, if there is no such scenario."""
        if name not in self.scenarios:
            raise GraphError(
                f"no scenario {name!r}{near(name, self.scenarios)}; "
                f"there are {', '.join(self.scenarios)}"
            )

    # -- what is one unknown across scenarios ---------------------------------------------

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """For every scenario, its labels and what the study calls them."""
        definitions: dict[str, list[tuple]] = {}
        called: dict[str, dict[str, str]] = {name: {} for name in self.scenarios}
        for scenario, life in self.scenarios.items():
            for name, unknown in life.unknowns.items():
                known = definitions.setdefault(name, [])
                if unknown.definition not in known:
                    known.append(unknown.definition)
                which = known.index(unknown.definition) + 1
                called[scenario][name] = name if which == 1 else f"{name}#{which}"
        return called

    @cached_property
    def unknowns(self) -> dict[str, dict[str, Unknown]]:
        """Every input by its label in the study: the scenarios that use it."""
        found: dict[str, dict[str, Unknown]] = {}
        for scenario, life in self.scenarios.items():
            for name, unknown in life.unknowns.items():
                found.setdefault(self.labels[scenario][name], {})[scenario] = unknown
        return found

    @cached_property
    def roots(self) -> list[Root]:
        """What is drawn, in a fixed order: unknowns that some scenario samples, then commons."""
        roots = []
        for name, by_scenario in self.unknowns.items():
            drawn = {
                scenario: unknown.label
                for scenario, unknown in by_scenario.items()
                if self.scenarios[scenario].is_drawn(unknown.uses[0].quantity)
            }
            if drawn:
                one = next(iter(by_scenario.values()))
                roots.append(Root(name, one.distribution, one.kind, one.unit, drawn))
        commons: dict[str, dict[str, str]] = {}
        for scenario, life in self.scenarios.items():
            for common in life.commons:
                factor = f"common factor {common}"
                commons.setdefault(factor, {})[scenario] = factor
        roots += [Root(name, COMMON, "uncertainty", "1", of) for name, of in commons.items()]
        return roots

    @property
    def inputs(self) -> Any:
        """Every input as a row of a DataFrame, with the scenarios and addresses that use it.

        Columns as in `Lifecycle.inputs`, and `scenarios`.
        """
        import pandas as pd

        rows = []
        for name, by_scenario in self.unknowns.items():
            row = describe_input(next(iter(by_scenario.values())), name)
            used_at = [a for unknown in by_scenario.values() for a in unknown.addresses]
            row["used_at"] = ", ".join(dict.fromkeys(used_at))
            rows.append({**row, "scenarios": self._where(by_scenario)})
        commons: dict[str, list[str]] = {}
        for scenario, life in self.scenarios.items():
            for common in life.commons:
                commons.setdefault(common, []).append(scenario)
        for common, where in commons.items():
            row = describe_common(common, self.scenarios[where[0]].commons[common])
            rows.append({**row, "scenarios": self._where(where)})
        return pd.DataFrame(rows, columns=[*INPUTS, "scenarios"]).set_index("input")

    def _where(self, scenarios: Iterable[str]) -> str:
        names = list(scenarios)
        return "all" if len(names) == len(self.scenarios) else ", ".join(names)

    def paired(self, one: str, other: str) -> tuple[list[str], list[str]]:
        """Return the sampled inputs that two scenarios share, and those only one has."""
        drawn = {
            scenario: {root.label for root in self.roots if scenario in root.called}
            for scenario in (one, other)
        }
        both, either = drawn[one] & drawn[other], drawn[one] | drawn[other]
        order = [root.label for root in self.roots]
        return [n for n in order if n in both], [n for n in order if n in either - both]

    @property
    def bibliography(self) -> dict[str, str]:
        """The BibTeX entry of every source that the inputs cite, by key."""
        entries = tables.sources()
        cited = {
            key.strip()
            for by_scenario in self.unknowns.values()
            for unknown in by_scenario.values()
            for use in unknown.uses
            for key in use.quantity.source.split(";")
        }
        return {key: entries[key] for key in sorted(cited & set(entries))}

    def sources(self) -> str:
        """Return the BibTeX of exactly what the inputs cite, to put beside a paper.

        Examples
        --------
        >>> import lca
        >>> grid = lca.stages.electricity("FR", year=2022, name="grid")
        >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
        >>> "@misc{ember_owid" in lca.Study(life).sources()
        True
        """
        return "\n\n".join(self.bibliography.values()) + "\n"

    # -- one block ------------------------------------------------------------------------

    def draw(self, uniforms: np.ndarray) -> dict[str, np.ndarray]:
        """Return read-only draws by label from uniforms of shape (columns, samples)."""
        if self.correlation is not None:
            uniforms = self._correlated(uniforms, self.correlation)
        draws: dict[str, np.ndarray] = {}
        column = 0
        for root in self.roots:
            count = root.distribution.columns
            taken = uniforms[column] if count == 1 else uniforms[column : column + count]
            draws[root.label] = root.distribution.ppf(taken)
            draws[root.label].flags.writeable = False
            column += count
        return draws

    def _correlated(self, uniforms: np.ndarray, correlation: Correlation) -> np.ndarray:
        columns, column = {}, 0
        for root in self.roots:
            columns[root.label] = column
            column += root.distribution.columns
        rows = [columns[name] for name in correlation.labels]
        joint = uniforms.copy()
        joint[rows] = correlation.apply(uniforms[rows])
        return joint

    def evaluate(self, draws: Mapping[str, np.ndarray], size: int) -> list[Solution]:
        """Return the solution of every scenario for one block of draws.

        Raises
        ------
        ValueError
            If a formula fails or gives no finite number, naming stage, scenario and inputs.
        """
        solutions = []
        for scenario, life in self.scenarios.items():
            own = {
                root.called[scenario]: draws[root.label]
                for root in self.roots
                if scenario in root.called
            }
            try:
                solution = life.evaluate(own, size)
            except Exception as error:
                raise _located(scenario, life, own, error) from error
            if not np.isfinite(solution.impacts).all() or not np.isfinite(solution.amounts).all():
                raise _located(scenario, life, own, None)
            solutions.append(solution)
        return solutions


def _restored(scenarios: dict[str, Lifecycle], name: str, correlation: Correlation | None) -> Study:
    return Study(scenarios, name=name, correlation=correlation)


def _located(
    scenario: str, life: Lifecycle, draws: Mapping[str, np.ndarray], error: Exception | None
) -> ValueError:
    """Return an error that names the stage and the inputs of an offending sample."""
    for position, stage in enumerate(life.order):
        values = life.values(position, draws)
        where = f"{label(stage)} in scenario {scenario!r}"
        try:
            amounts = life.amounts_of(position, values)
        except Exception as inner:
            return ValueError(f"{where}: exchanges() failed: {type(inner).__name__}: {inner}")
        for amount in amounts:
            bad = np.flatnonzero(~np.isfinite(np.atleast_1d(amount)))
            if bad.size:
                shown = ", ".join(f"{p} = {_at(v, bad[0])}" for p, v in values.items())
                found = np.atleast_1d(amount)[bad[0]]
                return ValueError(
                    f"{where}: an amount is {found} in sample {bad[0]} of its block, for {shown}; "
                    "bound the input with truncated() or declare valid="
                )
    return ValueError(f"scenario {scenario!r}: {error or 'a result is not finite'}")


def _at(value: Any, sample: int) -> Any:
    return value[sample] if np.ndim(value) == 1 else value
