"""Result: labelled samples, with what is needed to make them again.

Arrays are kept plain and come out as xarray DataArrays; tables come out as tidy
DataFrames. Shares and bars are of means, because medians do not add; intervals are of
samples. A total over stages that do not report a category says so: ``partial: without …``.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from lca import impacts
from lca.lifecycle import GROUPS
from lca.sampling import REPLICATES
from lca.stage import PHASES, GraphError
from lca.units import near

LEVEL = 0.9
"""Share of all draws between `low` and `high` in every table."""

STUDENT = 2.364624251592785
"""Of a 95 % interval from eight replicates: Student's t with seven degrees of freedom."""

_BY = ("stage", "phase", "group", "activity")


@dataclass(frozen=True, eq=False)
class Result:
    """Samples of a study, with its manifest; made by `simulate`, read back by `open`.

    Attributes
    ----------
    info : dict
        Everything that is not an array: scenarios, categories, phases, coverage, nominal
        values, inputs, and the manifest (seed, n, sampler, versions, dataset hashes).

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> result = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), n=256, seed=1)
    >>> result.impacts.dims
    ('scenario', 'category', 'stage', 'sample')
    """

    info: dict[str, Any]
    impacts_: np.ndarray
    direct_: np.ndarray
    amounts_: np.ndarray
    avoided_: np.ndarray
    activities_: np.ndarray
    draws_: np.ndarray

    # -- labelled arrays ------------------------------------------------------------------

    def _array(self, values: np.ndarray, **coordinates: Sequence[str]) -> Any:
        import xarray as xr

        dims = [*coordinates, "sample"]
        array = xr.DataArray(values, dims=dims, coords=dict(coordinates))
        array.attrs["functional_unit"] = self.info["functional_unit"]
        array.attrs["factors"] = self.info["factors"]
        if "category" in coordinates:
            array.attrs["units"] = ", ".join(
                f"{c}: {self.info['units'][c]}" for c in coordinates["category"]
            )
        return array

    @property
    def scenarios(self) -> list[str]:
        """The scenarios, in their order."""
        return self.info["scenarios"]

    @property
    def categories(self) -> list[str]:
        """The impact categories that some stage yields."""
        return self.info["categories"]

    @property
    def manifest(self) -> dict[str, Any]:
        """Seed, n, sampler, versions, dataset hashes and every input."""
        return self.info["manifest"]

    @property
    def n(self) -> int:
        """Number of samples."""
        return self.impacts_.shape[-1]

    @property
    def impacts(self) -> Any:
        """Attributed impacts: DataArray (scenario, category, stage, sample)."""
        return self._array(
            self.impacts_,
            scenario=self.scenarios,
            category=self.categories,
            stage=self.info["rows"],
        )

    @property
    def direct(self) -> Any:
        """Impacts by who emits: DataArray (scenario, category, stage, sample)."""
        return self._array(
            self.direct_,
            scenario=self.scenarios,
            category=self.categories,
            stage=self.info["stages"],
        )

    @property
    def amounts(self) -> Any:
        """What every stage delivers, in its `per`: DataArray (scenario, stage, sample)."""
        array = self._array(self.amounts_, scenario=self.scenarios, stage=self.info["stages"])
        return array.assign_coords(
            per=("stage", [self.info["per"][s] for s in self.info["stages"]])
        )

    @property
    def avoided(self) -> Any:
        """Avoided burdens, positive, never part of a total: as `impacts`."""
        return self._array(
            self.avoided_,
            scenario=self.scenarios,
            category=self.categories,
            stage=self.info["avoided"],
        )

    @property
    def draws(self) -> Any:
        """Drawn inputs, each in the unit it was given in: DataArray (input, sample)."""
        labels = self.info["drawn"]
        array = self._array(self.draws_, input=labels)
        return array.assign_coords(unit=("input", [self.info["drawn_units"][x] for x in labels]))

    # -- sums -----------------------------------------------------------------------------

    def total(self, category: str) -> Any:
        """Return the sum over all stages of one category: DataArray (scenario, sample).

        Its attributes hold the unit and, per scenario, what the sum is without (`partial`).

        Raises
        ------
        GraphError
            If no stage yields the category.
        """
        row = self._category(category)
        array = self._array(self.impacts_[:, row].sum(axis=1), scenario=self.scenarios)
        array.name = category
        array.attrs.update(units=self.info["units"][category], title=self.info["titles"][category])
        if any(self.missing(scenario, category) for scenario in self.scenarios):
            array.attrs["partial"] = "; ".join(
                f"{scenario}: {self.partial(scenario, category) or 'complete'}"
                for scenario in self.scenarios
            )
        return array

    def _category(self, category: str) -> int:
        if category not in self.categories:
            raise GraphError(impacts.uncovered(category, self.categories))
        return self.categories.index(category)

    def missing(self, scenario: str, category: str) -> list[str]:
        """Return the stages of a scenario that do not report a category."""
        return self.info["missing"][scenario].get(category, [])

    def partial(self, scenario: str, category: str) -> str:
        """Return ``"partial: without grid, server"``, or nothing if all stages report."""
        return _partial(self.missing(scenario, category))

    def _note(self, by: str | Mapping[str, str], scenario: str, category: str, key: str) -> str:
        """Return what one part of a total is without."""
        if key == "total" or by == "activity":
            return self.partial(scenario, category)
        rows = self.info["missing_by_row"][scenario].get(category, {})
        within = [one for row, one in rows.items() if self._key_of(by, scenario, row) == key]
        return _partial(list(dict.fromkeys(name for names in within for name in names)))

    def by(self, what: str | Mapping[str, str]) -> Any:
        """Return attributed impacts by key: DataArray (scenario, category, key, sample).

        Parameters
        ----------
        what : {"stage", "phase", "group", "activity"} or mapping
            A mapping gives the key of every stage; stages it leaves out are "other".

        Raises
        ------
        GraphError
            If a mapping names a stage that does not exist.
        """
        if isinstance(what, str) and what not in _BY:
            raise GraphError(f"by: no key {what!r}{near(what, _BY)}; keys are {', '.join(_BY)}")
        keys, values = self._by(what)
        return self._array(values, scenario=self.scenarios, category=self.categories, key=keys)

    def _by(self, what: str | Mapping[str, str]) -> tuple[list[str], np.ndarray]:
        rows = self.info["rows"]
        if what == "stage":
            return list(rows), self.impacts_
        if what == "activity":
            return list(self.info["activities"]), self.activities_
        if isinstance(what, Mapping):
            for stage in what:
                if stage not in rows:
                    raise GraphError(f"by: no stage {stage!r}{near(stage, rows)}")
            if "total" in what.values():
                raise GraphError("by: the key 'total' is taken by the sum of all; use another")
            given: Mapping[str, str] = what
            return self._grouped(lambda _, stage: given.get(stage, "other"), None)
        if what == "phase":
            return self._grouped(self._phase, [*PHASES, "supply"])
        return self._grouped(self._group, [*GROUPS, "neither"])

    def _phase(self, scenario: str, stage: str) -> str:
        return self.info["phases"][scenario].get(stage, "")

    def _group(self, scenario: str, stage: str) -> str:
        phase = self._phase(scenario, stage)
        found = [group for group, phases in GROUPS.items() if phase in phases]
        return found[0] if found else "neither" if phase else ""

    def _grouped(
        self, key_of: Callable[[str, str], str], order: list[str] | None
    ) -> tuple[list[str], np.ndarray]:
        rows = self.info["rows"]
        keys = {(s, row): key_of(s, row) for s in self.scenarios for row in rows}
        found = list(dict.fromkeys(key for key in keys.values() if key))
        names = found if order is None else [key for key in order if key in found]
        shape = (len(self.scenarios), len(self.categories), len(names), self.impacts_.shape[-1])
        values = np.zeros(shape)
        for i, scenario in enumerate(self.scenarios):
            for j, row in enumerate(rows):
                if keys[scenario, row]:
                    values[i, :, names.index(keys[scenario, row])] += self.impacts_[i, :, j]
        return names, values

    # -- tables ---------------------------------------------------------------------------

    def summary(self, by: str | Mapping[str, str] = "phase") -> Any:
        """Return totals and their parts as a tidy DataFrame.

        Columns: scenario, category, key ("total" or a part), unit, nominal, mean, median, low
        and high (90 % interval), share (of the mean total), standard_error (of the mean),
        low_error, median_error, high_error (of the quantiles), and note (what the figure is
        without). Errors are of the sampling alone, from `REPLICATES` replicates; times `STUDENT`
        they are half a 95 % interval.
        """
        import pandas as pd

        keys, stats = self._parts(by)
        nominal = self._nominal(by)
        rows = [
            {
                "scenario": scenario,
                "category": category,
                "key": key,
                "unit": self.info["units"][category],
                "nominal": nominal[i][j].get(key, np.nan),
                "mean": stats.mean[i, j, k],
                "median": stats.median[i, j, k],
                "low": stats.low[i, j, k],
                "high": stats.high[i, j, k],
                "share": _ratio(stats.mean[i, j, k], stats.mean[i, j, 0]),
                "standard_error": stats.mean_error[i, j, k],
                "low_error": stats.low_error[i, j, k],
                "median_error": stats.median_error[i, j, k],
                "high_error": stats.high_error[i, j, k],
                "note": self._note(by, scenario, category, key),
            }
            for i, scenario in enumerate(self.scenarios)
            for j, category in enumerate(self.categories)
            for k, key in enumerate(["total", *keys])
        ]
        return pd.DataFrame(rows)

    def _nominal(self, by: str | Mapping[str, str]) -> list[list[dict[str, float]]]:
        """Return nominal values by scenario, category and key."""
        table = []
        for scenario in self.scenarios:
            stages = self.info["nominal"][scenario]
            activities = self.info["nominal_activities"][scenario] if by == "activity" else {}
            columns = []
            for category in self.categories:
                values = {name: one.get(category, 0.0) for name, one in stages.items()}
                summed = {"total": sum(values.values())}
                for name, value in values.items():
                    key = self._key_of(by, scenario, name)
                    if key:
                        summed[key] = summed.get(key, 0.0) + value
                summed |= {name: one.get(category, 0.0) for name, one in activities.items()}
                columns.append(summed)
            table.append(columns)
        return table

    def _key_of(self, by: str | Mapping[str, str], scenario: str, stage: str) -> str:
        if isinstance(by, Mapping):
            return by.get(stage, "other")
        if by == "activity":
            return ""
        return {"stage": lambda *_: stage, "phase": self._phase, "group": self._group}[by](
            scenario, stage
        )

    def shares(self, by: str | Mapping[str, str] = "group") -> Any:
        """Return the shares of the total: of means, and the interval of per-sample shares.

        Columns: scenario, category, key, share, low, high (90 % of the per-sample shares),
        share_error (standard error of the share, from sampling), and note (what the part is
        without). A share of a total of zero is 0.
        """
        import pandas as pd

        keys, of_means, error, low, high = self._shared(by)
        rows = [
            {
                "scenario": scenario,
                "category": category,
                "key": key,
                "share": of_means[i, j, k],
                "low": low[i, j, k],
                "high": high[i, j, k],
                "share_error": error[i, j, k],
                "note": self._note(by, scenario, category, key),
            }
            for i, scenario in enumerate(self.scenarios)
            for j, category in enumerate(self.categories)
            for k, key in enumerate(keys)
        ]
        return pd.DataFrame(rows)

    def _parts(self, by: str | Mapping[str, str]) -> tuple[list[str], Stats]:
        """Return keys, and statistics (scenario, category, total and keys)."""
        keys, parts = self._by(by)
        total = self.impacts_.sum(axis=2, keepdims=True)
        return keys, described(np.concatenate([total, parts], axis=2))

    def _shared(self, by: str | Mapping[str, str]) -> tuple[list[str], Any, Any, Any, Any]:
        """Return keys, shares of means with their errors, and intervals of shares."""
        keys, parts = self._by(by)
        total = self.impacts_.sum(axis=2, keepdims=True)
        low, _, high = quantiles(share_of(parts, total))
        return keys, *_share_of_means(parts, total), low, high

    def quantile(self, q: float, category: str = "gwp") -> Any:
        """Return one quantile of the total of every scenario, with its standard error.

        Returns
        -------
        pandas.DataFrame
            Columns: scenario, unit, quantile, standard_error. Times `STUDENT` the error is half a
            95 % interval. A warning tells where the samples are too few for the tail asked.

        Raises
        ------
        ValueError
            If `q` does not lie between 0 and 1.
        """
        import pandas as pd

        if not 0 < q < 1:
            raise ValueError(f"q = {q!r} must lie between 0 and 1, as 0.975 does")
        beyond = min(q, 1 - q) * self.n / REPLICATES
        if beyond < 5:
            warnings.warn(
                f"n = {self.n} is too small for the {q:g} quantile: {beyond:.1f} samples of each "
                f"of {REPLICATES} replicates lie beyond it; take n = {int(5 / beyond * self.n)} "
                "or more",
                stacklevel=2,
            )
        values = self.total(category).to_numpy()
        errors = standard_error(values, lambda x: np.quantile(x, q, axis=-1))
        rows = zip(self.scenarios, np.quantile(values, q, axis=-1), errors)
        unit = self.info["units"][category]
        return pd.DataFrame(
            [(scenario, unit, value, error) for scenario, value, error in rows],
            columns=["scenario", "unit", "quantile", "standard_error"],
        )

    def compare(self, baseline: str | None = None, category: str | None = None) -> Any:
        """Return every scenario against a baseline, sample by sample.

        Parameters
        ----------
        baseline : str, optional
            The first scenario unless given.
        category : str, optional
            All categories that both cover alike unless given.

        Returns
        -------
        pandas.DataFrame
            Columns: scenario, category, unit, difference (of means), difference_error (its
            standard error, from sampling), difference_low, difference_high, ratio (median of
            ratios), ratio_low, ratio_high, lower (probability that the scenario is below the
            baseline), lower_by_10_percent, paired and unpaired (the inputs drawn once for both,
            and those only one has or each has its own), and boundary (stages only one of them
            has). What is left out because coverage differs stands in ``attrs["left_out"]``:
            scenario, category and how.

        Raises
        ------
        GraphError
            If the category asked for, or every category, is covered differently.
        """
        import pandas as pd

        base = self._scenario(self.scenarios[0] if baseline is None else baseline)
        rows, left_out = [], []
        for i, scenario in enumerate(self.scenarios):
            if i == base:
                continue
            for row, name in enumerate(self.categories):
                if category is not None and name != category:
                    continue
                difference = self._coverage_differs(self.scenarios[base], scenario, name)
                if difference:
                    left_out.append((scenario, name, difference))
                else:
                    rows.append(self._compared(base, i, row))
        if category is not None:
            self._category(category)
        if left_out and (not rows or category is not None):
            said = "; ".join(f"{one}, {name}: {how}" for one, name, how in left_out)
            raise GraphError(f"coverage differs, so there is no difference to compare: {said}")
        table = pd.DataFrame(rows)
        table.attrs["left_out"] = left_out
        table.attrs["baseline"] = self.scenarios[base]
        return table

    def steps(self, category: str = "gwp", scenarios: Sequence[str] | None = None) -> Any:
        """Return what every scenario adds to the one before it, sample by sample.

        For scenarios that each go on from the last: from a published boundary to a whole one,
        term by term. Changes of means add up to the last mean.

        Parameters
        ----------
        category : str
        scenarios : sequence of str, optional
            Which, in order; all unless given.

        Returns
        -------
        pandas.DataFrame
            Columns: scenario, unit, mean, low, high (90 % interval of the total), change (of
            means), change_low, change_high; of the first scenario the change is all of it.

        Raises
        ------
        GraphError
            If no stage yields the category, or there is no such scenario.

        Examples
        --------
        >>> import lca
        >>> grid = lca.stages.Electricity(intensity=0.1, losses=0)
        >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
        >>> lossy = life.replace({"electricity.losses": 0.2})
        >>> study = lca.Study({"at the plant": life, "at the plug": lossy})
        >>> lca.simulate(study, n=8).steps()["change"].round(3).tolist()
        [0.1, 0.025]
        """
        import pandas as pd

        names = self.scenarios if scenarios is None else list(scenarios)
        totals = self.total(category).to_numpy()[[self._scenario(name) for name in names]]
        changes = np.diff(totals, axis=0, prepend=0)
        low, _, high = quantiles(totals)
        change_low, _, change_high = quantiles(changes)
        return pd.DataFrame(
            {
                "scenario": names,
                "unit": self.info["units"][category],
                "mean": totals.mean(axis=-1),
                "low": low,
                "high": high,
                "change": changes.mean(axis=-1),
                "change_low": change_low,
                "change_high": change_high,
            }
        )

    def ranks(self, category: str = "gwp", scenarios: Sequence[str] | None = None) -> Any:
        """Return the probability that a scenario has the lowest total, the second lowest …

        Parameters
        ----------
        category : str
        scenarios : sequence of str, optional
            Which are ranked against each other; all unless given.

        Returns
        -------
        pandas.DataFrame
            A row for each scenario: the probabilities of ranks 1 (lowest), 2 …, and the mean rank.
            Equal totals share their ranks evenly.

        Raises
        ------
        GraphError
            If no stage yields the category, there is no such scenario, or scenarios cover the
            category differently.

        Examples
        --------
        >>> import lca
        >>> plug = lca.stages.Electricity(name="plug", intensity=lca.uniform(low=1, high=2))
        >>> life = lca.Lifecycle(plug, functional_unit="one kWh")
        >>> study = lca.Study({"now": life, "known": life.replace({"plug.intensity": 1.25})})
        >>> lca.simulate(study, n=1024).ranks().loc["now"].round(2).tolist()
        [0.25, 0.75, 1.75]
        """
        import pandas as pd

        names = self.scenarios if scenarios is None else list(scenarios)
        totals = self.total(category).to_numpy()[[self._scenario(name) for name in names]]
        for scenario in names[1:]:
            difference = self._coverage_differs(names[0], scenario, category)
            if difference:
                raise GraphError(f"coverage differs, so there are no ranks: {difference}")
        ranks = np.arange(len(totals))[:, np.newaxis]
        rows = []
        for one in totals:
            below, alike = (totals < one).sum(axis=0), (totals == one).sum(axis=0)
            held = ((below <= ranks) & (ranks < below + alike)) / alike
            rows.append(held.mean(axis=-1))
        index = pd.Index(names, name="scenario")
        table = pd.DataFrame(rows, index=index, columns=1 + ranks[:, 0])
        return table.assign(mean=table.to_numpy() @ (1 + ranks[:, 0]))

    def _scenario(self, name: str) -> int:
        if name not in self.scenarios:
            raise GraphError(
                f"no scenario {name!r}{near(name, self.scenarios)}; "
                f"there are {', '.join(self.scenarios)}"
            )
        return self.scenarios.index(name)

    def _coverage_differs(self, one: str, other: str, category: str) -> str:
        first, second = set(self.missing(one, category)), set(self.missing(other, category))
        if first == second:
            return ""
        only = {other: sorted(second - first), one: sorted(first - second)}
        return "; ".join(
            f"{name} is without {', '.join(stages)}" for name, stages in only.items() if stages
        )

    def _compared(self, base: int, other: int, row: int) -> dict[str, Any]:
        name, reference = self.scenarios[other], self.scenarios[base]
        category = self.categories[row]
        drawn = self.info["used_by"]
        paired = [x for x in self.info["drawn"] if {name, reference} <= set(drawn[x])]
        unpaired = [x for x in self.info["drawn"] if len({name, reference} & set(drawn[x])) == 1]
        stages = {s: set(self.info["phases"][s]) for s in (name, reference)}
        only = [f"only here: {x}" for x in sorted(stages[name] - stages[reference])]
        only += [f"not here: {x}" for x in sorted(stages[reference] - stages[name])]
        return {
            "scenario": name,
            "category": category,
            "unit": self.info["units"][category],
            **self._paired(base, other, row),
            "paired": ", ".join(paired) or "nothing",
            "unpaired": ", ".join(unpaired) or "nothing",
            "boundary": "; ".join(only) or "same stages",
        }

    def _paired(self, base: int, other: int, row: int) -> dict[str, float]:
        """Return the statistics of one scenario against another, sample by sample."""
        pair = self.impacts_[[base, other], row].sum(axis=1)
        difference, ratio, lower, lower_10 = (described(x) for x in compared(*pair))
        return pair_row(difference, ratio, lower, lower_10)

    @cached_property
    def coverage(self) -> Any:
        """Which stage is complete in which category: a DataFrame by scenario and stage."""
        import pandas as pd

        rows = {
            (scenario, stage): states
            for scenario, table in self.info["coverage"].items()
            for stage, states in table.items()
        }
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=self.categories)
        frame.index = pd.MultiIndex.from_tuples(rows, names=["scenario", "stage"])
        return frame

    @property
    def inputs(self) -> Any:
        """Every input of the study, as `Study.inputs`."""
        import pandas as pd

        return pd.DataFrame(self.manifest["inputs"]).set_index("input")

    def __repr__(self) -> str:
        return (
            f"<Result of {self.info['functional_unit']}: {', '.join(self.scenarios)}; "
            f"{', '.join(self.categories)}; {self.n} samples>"
        )

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()

    # -- keeping --------------------------------------------------------------------------

    def to_netcdf(self, path: str | Path) -> None:
        """Write everything into one netCDF file; `lca.open` reads it back.

        The file appears under its name only when it is whole.
        """
        import xarray as xr

        path = Path(path)
        info = self.info
        scenario, category = ("scenario", self.scenarios), ("category", self.categories)
        dataset = xr.Dataset(
            {
                "impacts": (("scenario", "category", "row", "sample"), self.impacts_),
                "direct": (("scenario", "category", "stage", "sample"), self.direct_),
                "amounts": (("scenario", "stage", "sample"), self.amounts_),
                "avoided": (("scenario", "category", "avoided_stage", "sample"), self.avoided_),
                "activities": (("scenario", "category", "activity", "sample"), self.activities_),
                "draws": (("input", "sample"), self.draws_),
            },
            coords={
                "scenario": list(scenario[1]),
                "category": list(category[1]),
                "row": info["rows"],
                "stage": info["stages"],
                "activity": info["activities"],
                "input": info["drawn"],
            },
            attrs={"info": json.dumps(info), "title": f"Lifecycle of {info['functional_unit']}"},
        )
        partial = path.with_name(f".{path.name}.partial")
        try:
            dataset.to_netcdf(partial, engine="h5netcdf")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


_NEEDS_SAMPLES = (
    'needs samples, and this run kept summaries alone: simulate with keep="samples", and a '
    "smaller n where they do not fit"
)


def block_streams(block: Result) -> dict[str, np.ndarray]:
    """Return what a summary keeps of one block of samples, by name, samples last."""
    total = block.impacts_.sum(axis=2, keepdims=True)
    kept = {"total": total}
    for by in ("stage", "phase", "group"):
        _, kept[by] = block._by(by)
    for by in ("phase", "group"):
        kept[f"share of {by}"] = share_of(kept[by], total)
    base = np.broadcast_to(total[:1, :, 0], total[1:, :, 0].shape)
    for name, values in zip(_PAIRS, compared(base, total[1:, :, 0])):
        kept[name] = values
    return kept


_PAIRS = ("difference", "ratio", "lower", "lower by 10 percent")


@dataclass(frozen=True, eq=False)
class Summary(Result):
    """Statistics of a study without its samples; made by ``simulate(…, keep="summary")``.

    `summary`, `shares` ("phase" and "group") and `compare` (with the first scenario) are as in a
    `Result`, quantiles from histograms with their errors; what needs samples raises.
    """

    stats: dict[str, Stats]

    @property
    def n(self) -> int:
        """Number of samples that were drawn."""
        return int(self.manifest["n"])

    def _keys(self, by: str | Mapping[str, str], kept: tuple[str, ...]) -> list[str]:
        if by not in kept:
            raise ValueError(f"by = {by!r} {_NEEDS_SAMPLES}; kept are {', '.join(kept)}")
        return list(self.info["rows"]) if by == "stage" else self._by(by)[0]

    def _parts(self, by: str | Mapping[str, str]) -> tuple[list[str], Stats]:
        keys = self._keys(by, ("stage", "phase", "group"))
        total, parts = vars(self.stats["total"]), vars(self.stats[str(by)])
        return keys, Stats(*(np.concatenate([total[x], parts[x]], axis=2) for x in total))

    def _shared(self, by: str | Mapping[str, str]) -> tuple[list[str], Any, Any, Any, Any]:
        keys = self._keys(by, ("phase", "group"))
        parts, total = self.stats[str(by)], self.stats["total"]
        share = share_of(parts.mean, np.broadcast_to(total.mean, parts.mean.shape))
        each = self.stats[f"share of {by}"]
        error = np.hypot(parts.mean_error, share * total.mean_error)  # as if independent
        return keys, share, share_of(error, np.abs(total.mean)), each.low, each.high

    def _paired(self, base: int, other: int, row: int) -> dict[str, float]:
        if base != 0:
            raise ValueError(
                f"comparing with {self.scenarios[base]!r} {_NEEDS_SAMPLES}; kept is the comparison "
                f"with the first scenario, {self.scenarios[0]!r}"
            )
        picked = (vars(self.stats[name]) for name in _PAIRS)
        return pair_row(
            *(Stats(**{k: v[other - 1, row] for k, v in one.items()}) for one in picked)
        )

    def _array(self, values: np.ndarray, **coordinates: Sequence[str]) -> Any:
        raise ValueError(f"this array {_NEEDS_SAMPLES}")

    def quantile(self, q: float, category: str = "gwp") -> Any:
        raise ValueError(f"quantile {_NEEDS_SAMPLES}; `summary` holds the 5, 50 and 95 % ones")

    def to_netcdf(self, path: str | Path) -> None:
        raise ValueError(f"to_netcdf {_NEEDS_SAMPLES}")


def open(path: str | Path) -> Result:
    """Return the result that `Result.to_netcdf` wrote.

    Raises
    ------
    ValueError
        If the file is no such result.
    """
    import xarray as xr

    with xr.open_dataset(path, engine="h5netcdf") as dataset:
        if "info" not in dataset.attrs or "impacts" not in dataset:
            raise ValueError(f"{path} is a netCDF file, but not one written by Result.to_netcdf")
        info = json.loads(dataset.attrs["info"])
        names = ("impacts", "direct", "amounts", "avoided", "activities", "draws")
        arrays = [dataset[name].to_numpy() for name in names]
    return Result(info, *arrays)


@dataclass(frozen=True)
class Stats:
    """Statistics over samples, each an array of what is described."""

    mean: Any
    mean_error: Any
    low: Any
    median: Any
    high: Any
    low_error: Any
    median_error: Any
    high_error: Any


def described(values: np.ndarray) -> Stats:
    """Return the statistics of samples, over the last axis."""
    means = values.mean(axis=-1), standard_error(values, _mean)
    return Stats(*means, *quantiles(values), *standard_error(values, _quantiles))


def share_of(parts: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return shares, sample by sample; 0 of a total of 0."""
    return np.divide(parts, total, out=np.zeros_like(parts), where=total != 0)


def compared(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return, of b against a: difference, ratio, whether lower, whether lower by a tenth."""
    of_zero = np.where(b == 0, 1.0, np.inf)  # nothing against nothing is alike
    ratio = np.divide(b, a, out=of_zero, where=a != 0)
    return b - a, ratio, (b < a).astype(float), (b < 0.9 * a).astype(float)


def pair_row(difference: Stats, ratio: Stats, lower: Stats, lower_10: Stats) -> dict[str, float]:
    """Return the numbers of one row of a comparison."""
    return {
        "difference": float(difference.mean),
        "difference_error": float(difference.mean_error),
        "difference_low": float(difference.low),
        "difference_high": float(difference.high),
        "ratio": float(ratio.median),
        "ratio_low": float(ratio.low),
        "ratio_high": float(ratio.high),
        "lower": float(lower.mean),
        "lower_by_10_percent": float(lower_10.mean),
    }


def standard_error(values: np.ndarray, statistic: Callable[[np.ndarray], Any]) -> np.ndarray:
    """Return the standard error of a statistic over samples, from `REPLICATES` replicates.

    The replicates are groups of independently scrambled nets of the Sobol sampler, or as many
    runs of plain samples; NaN where there are too few.
    """
    size = values.shape[-1] // REPLICATES
    if size < 2:
        return np.full(np.shape(statistic(values)), np.nan)
    replicates = values[..., : size * REPLICATES].reshape(*values.shape[:-1], REPLICATES, size)
    found = np.asarray(statistic(replicates))
    with np.errstate(invalid="ignore"):  # a ratio to nothing is infinite, its error unknown
        return np.asarray(found.std(axis=-1, ddof=1) / np.sqrt(REPLICATES))


def _mean(values: np.ndarray) -> np.ndarray:
    return np.asarray(values.mean(axis=-1))


def _quantiles(values: np.ndarray) -> np.ndarray:
    return np.array(quantiles(values))


def _share_of_means(parts: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return shares of means and their standard errors."""
    both = np.stack([parts, np.broadcast_to(total, parts.shape)])

    def share(values: np.ndarray) -> np.ndarray:
        part, whole = values.mean(axis=-1)
        return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)

    return share(both), standard_error(both, share)


def quantiles(values: np.ndarray) -> tuple[Any, Any, Any]:
    """Return low, median and high (90 % interval) over the last axis."""
    tail = (1 - LEVEL) / 2
    how: Any = "linear" if np.isfinite(values).all() else "nearest"
    low, median, high = np.quantile(values, [tail, 0.5, 1 - tail], axis=-1, method=how)
    return low, median, high


def _partial(missing: list[str]) -> str:
    return f"partial: without {', '.join(missing)}" if missing else ""


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
