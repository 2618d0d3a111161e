"""From the keys of a study file to a study: scenarios, grids, changes, correlations."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from lca import sampling, scenarios
from lca.lifecycle import Lifecycle
from lca.stage import Stage
from lca.study import Study
from lca.studyfile.facts import Preset
from lca.studyfile.graphs import Graphs, is_stage
from lca.studyfile.keys import FORMS, Keys
from lca.studyfile.reading import At
from lca.studyfile.values import Values, tidy
from lca.units import near

MOST_SCENARIOS = 1_000  # of a grid


@dataclass(frozen=True)
class _Level:
    """One value of a grid: of what, where it stands, its name if given, and itself."""

    key: str
    path: tuple
    name: str
    given: Any


class Builder:
    """Turns the parts of a study file into a study; every fault carries its path."""

    def __init__(self, model: Keys, own: Mapping[str, type[Stage]]) -> None:
        self.model = model
        if bool(model.preset) == bool(model.stages):
            raise At((), "give either `preset:` with its facts under `with:`, or `stages:`")
        self.preset = Preset(model.preset) if model.preset else None
        self.values = Values(model.quantities)
        self.graphs = Graphs(model.stages, self.values, own)

    def study(self) -> Study:
        base = self.baseline(self.first_facts())
        made: dict[str, Lifecycle] = {}
        levels = self.levels(base)
        for scenario, changes in self.followed(self.model.scenarios or {"": {}}).items():
            path = ("scenarios", scenario)
            facts = changes.pop("with", {})
            for picked in itertools.product(*levels):
                own = facts | {one.key: one.given for one in picked if self.is_fact(one.key)}
                life = self.baseline(own, (*path, "with")) if own else base
                life = self.changed(path, life, changes)
                names = [scenario]
                for one in picked:
                    names.append(one.name or self.level_name(one, life))
                    if not self.is_fact(one.key):
                        value = self.change(one.path, life, one.key, one.given)
                        life = self.replaced(one.path, life, {one.key: value})
                name = ", ".join(filter(None, names)) or "baseline"
                if name in made:
                    raise At(("grid",), f"two scenarios are called {name!r}; give values by name")
                made[name] = life
        correlation = self.correlation()
        try:
            study = Study(made, name=self.model.study, correlation=correlation)
        except ValueError as error:
            raise At(self.culprit(str(error)), str(error)) from None
        return self.crossed(self.resized(study))

    def resized(self, study: Study) -> Study:
        """Return the scenarios beside those of models that are as good."""
        asked = self.model.equal_quality
        if asked is None:
            return study
        try:
            return scenarios.resized(study, **asked.model_dump(), name=study.name)
        except ValueError as error:
            raise At(("equal_quality",), str(error)) from None

    def crossed(self, study: Study) -> Study:
        """Return the scenarios under every combination of their decisions, where asked."""
        if self.model.decisions != "crossed":
            return study
        try:
            return scenarios.decisions(study, name=study.name)
        except ValueError as error:
            raise At(("decisions",), str(error)) from None

    def culprit(self, message: str) -> tuple:
        """Return where the fault of a whole study lies: in a correlation, or in the scenarios."""
        for position, (one, other, _) in enumerate(self.model.correlations):
            if repr(one) in message or repr(other) in message:
                return "correlations", position
        return ("correlations",) if message.startswith("correlate") else ("scenarios",)

    def correlation(self) -> sampling.Correlation | None:
        pairs: dict[tuple[str, str], float] = {}
        for position, (one, other, rank) in enumerate(self.model.correlations):
            path = ("correlations", position)
            if (one, other) in pairs or (other, one) in pairs:
                raise At(path, f"the pair {one!r}, {other!r} is given twice")
            pairs[one, other] = rank
            try:
                sampling.correlate({(one, other): rank})
            except ValueError as error:
                raise At(path, str(error)) from None
        try:
            return sampling.correlate(pairs) if pairs else None
        except ValueError as error:
            raise At(("correlations",), str(error)) from None

    # -- grids --

    def first_facts(self) -> dict[str, Any]:
        """Return the first value of every fact of the grid; the study need not give it too."""
        first = {}
        for key, values in self.model.grid.items():
            if not values:
                raise At(("grid", key), FORMS["grid"])
            if self.is_fact(key):
                first[key] = next(iter(values.values() if isinstance(values, Mapping) else values))
        return first

    def levels(self, base: Lifecycle) -> list[list[_Level]]:
        """Return the values under `grid:`, by what they are of."""
        count = math.prod(len(values) for values in self.model.grid.values())
        count *= max(1, len(self.model.scenarios))
        if count > MOST_SCENARIOS:
            raise At(("grid",), f"{count:,} scenarios are no grid; at most {MOST_SCENARIOS:,}")
        found = []
        facts = self.preset.parameters if self.preset else {}
        for key, values in self.model.grid.items():
            if near(key, facts) and key not in (*facts, *base.unknowns) and "." not in key:
                raise At(("grid", key), f"no such fact{near(key, facts)}")
            where = values.items() if isinstance(values, Mapping) else enumerate(values)
            found.append(
                [
                    _Level(key, ("grid", key, place), place if isinstance(place, str) else "", one)
                    for place, one in where
                ]
            )
        return found

    def is_fact(self, key: str) -> bool:
        return self.preset is not None and key in self.preset.parameters

    def level_name(self, level: _Level, life: Lifecycle) -> str:
        """Return what a scenario is called after a value that has no name of its own."""
        given = level.given
        if isinstance(given, Mapping):
            given = given.get("use", given.get("region", given))
        try:
            return scenarios.named(level.key, given, scenarios.unit_of(life, level.key))
        except ValueError as error:
            raise At(level.path, str(error)) from None

    def followed(self, scenarios: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the changes of every scenario, laid over those of the one it comes after."""
        found: dict[str, dict[str, Any]] = {}
        for name, given in scenarios.items():
            changes = dict(given or {})
            after = changes.pop("after", None)
            if after is not None and after not in found:
                path = ("scenarios", name, "after")
                raise At(path, f"no scenario {after!r} before this one{near(str(after), found)}")
            before = dict(found[after]) if after is not None else {}
            for part in (before, changes):
                facts = part.get("with")
                if facts is not None and not isinstance(facts, Mapping):
                    raise At(("scenarios", name, "with"), "is a mapping of facts by name")
            facts = {**before.get("with", {}), **changes.get("with", {})}
            found[name] = {**before, **changes, **({"with": facts} if facts else {})}
        return found

    def baseline(self, facts: Mapping[str, Any], path: tuple = ("with",)) -> Lifecycle:
        """Return the lifecycle before the changes of a scenario, other facts included."""
        if self.preset is not None:
            facts = {**self.model.facts, **facts}
            place = partial(self.path_of, path)
            life = self.preset.lifecycle(facts, self.settings(), self.values, path, place)
        elif facts:
            raise At(path, "facts belong to a preset; this study gives stages")
        else:
            life = self.graph()
        if self.model.decisions == "sampled":
            about = {**self.settings(), "functional_unit": life.functional_unit}
            life = Lifecycle(life.activities, **about, decisions="sampled")
        return self.changed(("inputs",), life, self.model.inputs)

    def graph(self) -> Lifecycle:
        roots = self.graphs.roots(self.model.root)
        try:
            return Lifecycle(roots, **self.settings())
        except ValueError as error:
            raise At(("stages",), str(error)) from None

    def settings(self) -> dict[str, Any]:
        model = self.model
        given: dict[str, Any] = {"amount": model.amount, "factors": model.factors}
        given |= {"site": model.site, "variability": model.variability}
        if model.functional_unit:
            given["functional_unit"] = model.functional_unit
        return given

    def path_of(self, path: tuple, fact: str) -> tuple:
        """Return where a fact stands: in the grid, in the scenario, or in the study."""
        if fact in self.model.grid:
            return ("grid", fact)
        if path == ("with",):
            return (*path, fact)
        changes = self.model.scenarios.get(path[1]) or {}
        return (*path, fact) if fact in changes.get("with", {}) else ("with", fact)

    # -- changes --

    def changed(self, path: tuple, life: Lifecycle, changes: Mapping[str, Any]) -> Lifecycle:
        """Return a lifecycle with changes by address, label or stage name: stages come first."""
        for key, given in changes.items():  # one by one, so that each takes from those before it
            if is_stage(given):
                life = self.replaced(
                    (*path, key), life, {key: self.change((*path, key), life, key, given)}
                )
        new = {
            key: self.change((*path, key), life, key, given)
            for key, given in changes.items()
            if not is_stage(given)
        }
        for key, value in new.items():  # one by one first, so that a fault has its line
            self.replaced((*path, key), life, {key: value})
        return self.replaced(path, life, new)

    def replaced(self, path: tuple, life: Lifecycle, new: Mapping[str, Any]) -> Lifecycle:
        try:
            return life.replace(new) if new else life
        except (ValueError, TypeError) as error:
            raise At(path, tidy(str(error))) from None

    def change(self, path: tuple, life: Lifecycle, key: str, given: Any) -> Any:
        if is_stage(given):
            return self.graphs.exchanged(path, life, key, given)
        if isinstance(given, str):
            stage, _, slot = key.partition(".")
            holds = life.stages[stage]._slots.get(slot) if stage in life.stages else None
            is_option = holds is not None and holds.holds == "option"
            if is_option or key in {one.picked.name for one in _choices(life)}:
                return given
        return self.values.value(path, given)


def _choices(life: Lifecycle) -> list[Any]:
    return [stage for stage in life.order if hasattr(stage, "picked")]
