"""Simulation: draw, evaluate and attribute a study, block by block."""

from __future__ import annotations

import importlib.metadata
import platform
import warnings
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca import catalogue, impacts, parallel, sampling, streams, tables
from lca.lifecycle import Lifecycle, Unknown
from lca.quantity import Quantity
from lca.result import Result, Stats, Summary, block_streams
from lca.stage import Choice, Stage, suppliers_of
from lca.stages.electricity import ElectricityBlend, MarketBasedElectricity
from lca.study import Study

LARGEST = 1e9
"""Bytes of samples that are kept at most."""

PARTS = 32
"""Into how many parts at most a run is cut: enough to share out, few enough to be cheap."""


@dataclass(frozen=True)
class Design:
    """What is drawn: with the same design every part has the same bits on every worker."""

    study: Study
    n: int
    seed: int
    sampler: str

    def uniforms(self) -> Any:
        """Return the blocks of uniform numbers."""
        roots = self.study.roots
        labels = [root.label for root in roots]
        columns = [root.distribution.columns for root in roots]
        return sampling.design(labels, columns, self.n, self.seed, self.sampler)


def simulate(
    study: Study | Lifecycle,
    n: int = 8192,
    seed: int = 0,
    sampler: str = "sobol",
    keep: str = "samples",
    executor: Executor | None = None,
    progress: bool = True,
) -> Result:
    """Sample a study: every scenario with the same draws of what they share.

    Parameters
    ----------
    study : Study or Lifecycle
        A lifecycle alone is a study of one scenario called "baseline".
    n : int
        Number of samples. The Sobol sampler draws 32 nets of a power of two, or 8 below 1,024
        samples: `n` is rounded up to that, with a warning.
    seed : int
        The same seed gives the same samples, bit by bit, with any executor or none.
    sampler : {"sobol", "random"}
    keep : {"samples", "summary"}
        "summary" keeps statistics alone, in memory that does not grow with `n`: means, shares,
        intervals (from histograms, with their errors) and the comparison with the first
        scenario. What needs samples then raises.
    executor : concurrent.futures.Executor, optional
        Where to work: threads, processes, ``dask.distributed.Client(…).get_executor()``.
        Parts of workers that die are done here instead.
    progress : bool
        Show a progress bar where it takes more than a second.

    Returns
    -------
    Result
        With ``keep="summary"`` a `Summary`.

    Raises
    ------
    ValueError
        If a formula gives no finite number: stage, scenario and inputs are named.
    MemoryError
        If the samples would take more than 1 GB: before the run.
    KeyboardInterrupt
        If interrupted: the same call again in the same process goes on where it stopped.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, amount=1000, functional_unit="1000 kWh")
    >>> result = lca.simulate(life, n=1024, seed=1)
    >>> result.total("gwp").sizes["sample"]
    1024
    """
    if keep not in ("samples", "summary"):
        raise ValueError(f"keep = {keep!r}; it is 'samples' or 'summary'")
    design = _design(study, n, seed, sampler)
    if keep == "summary":
        return _summary(design, executor, progress)
    layout, parts = _resumed(design)
    try:
        if executor is None:
            here = design, design.uniforms(), layout
            for part, _ in parallel.run(_fill, here, parts, None, progress, "sampling"):
                layout.done.add(part)
        else:
            done = parallel.run(_sampled, design, parts, executor, progress, "sampling")
            for part, arrays in done:
                layout.place(part, arrays)
    except KeyboardInterrupt as stopped:
        _keep(design, layout)
        stopped.add_note("the same call again goes on where this one stopped")
        raise
    return Result(_information(design, layout), *layout.arrays)


def _summary(design: Design, executor: Executor | None, progress: bool) -> Summary:
    """Return statistics alone: a pilot block sets the ranges, then parts are added up."""
    if design.n < sampling.REPLICATES * 16:
        raise ValueError(f"n = {design.n} is too small for a summary; take 128 or more")
    pilot = Design(design.study, min(design.n, sampling.BLOCK), design.seed, design.sampler)
    layout, shapes, values = _streamed(pilot, pilot.uniforms(), 0, pilot.n)
    ranges = streams.ranges(values)
    total = streams.empty(design.n, ranges)
    context = design, ranges
    for _, part in parallel.run(
        _summed, context, parts_of(design.n), executor, progress, "sampling"
    ):
        total.merge(part)
    means, tails = total.means(), total.quantiles((0.05, 0.5, 0.95))
    columns = [*means, *tails[0], *tails[1]]
    stats, first = {}, 0
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        picked = (column[first : first + size].reshape(shape) for column in columns)
        stats[name] = Stats(*picked)
        first += size
    a, b, c, d, e, f = (array[..., :0] for array in layout.arrays)  # no samples
    return Summary(_information(design, layout), a, b, c, d, e, f, stats)


def _summed(context: tuple[Design, streams.Ranges], part: tuple[int, int]) -> streams.Streams:
    """Return the statistics of one part."""
    design, ranges = context
    uniforms = design.uniforms()
    found = streams.empty(design.n, ranges)
    for start in range(*part, sampling.BLOCK):
        found.add(
            start, _streamed(design, uniforms, start, min(start + sampling.BLOCK, part[1]))[2]
        )
    return found


def _streamed(
    design: Design, uniforms: Any, start: int, stop: int
) -> tuple[_Layout, dict[str, tuple[int, ...]], np.ndarray]:
    """Return one block, the shapes of what a summary keeps of it, and that (output, sample)."""
    layout = _Layout(design.study, stop - start)
    _fill((design, uniforms, layout), (start, stop), offset=start)
    block = Result({**_about_phases(design.study), **layout.names}, *layout.arrays)
    kept = block_streams(block)
    flat = [values.reshape(-1, stop - start) for values in kept.values()]
    return layout, {name: values.shape[:-1] for name, values in kept.items()}, np.concatenate(flat)


def _information(design: Design, layout: _Layout) -> dict[str, Any]:
    manifest = {
        "n": design.n,
        "seed": design.seed,
        "sampler": design.sampler,
        "nets": sampling.nets(design.n) if design.sampler == "sobol" else 1,
        "versions": versions(),
        "datasets": tables.hashes(),
        "inputs": _plain(design.study.inputs.reset_index()),
    }
    return {**_about(design.study), **layout.names, "manifest": manifest}


def _design(study: Study | Lifecycle, n: int, seed: int, sampler: str) -> Design:
    if isinstance(study, Lifecycle):
        study = Study(study)
    if not isinstance(study, Study):
        raise TypeError(f"simulate takes a Study or a Lifecycle, not {study!r}")
    asked, seed = sampling.check_size(n), sampling.check_seed(seed)
    design = Design(study, sampling.rounded(asked, sampler), seed, sampler)
    design.uniforms()  # an unknown sampler is said before anything else
    if design.n != asked:
        warnings.warn(
            f"n = {asked} is rounded up to {design.n}: {sampling.nets(design.n)} Sobol nets of a "
            "power of two",
            stacklevel=3,
        )
    return design


def parts_of(n: int) -> list[tuple[int, int]]:
    """Return the parts of a run, whole blocks each: (first sample, end)."""
    blocks = -(-n // sampling.BLOCK)
    size = sampling.BLOCK * -(-blocks // PARTS)
    return [(start, min(start + size, n)) for start in range(0, n, size)]


# An interrupted run stays here until the next one: its pickled design and what is done.
_kept: list[tuple[bytes, _Layout]] = []


def _resumed(design: Design) -> tuple[_Layout, Sequence[tuple[int, int]]]:
    """Return where samples are kept, and the parts still to do."""
    parts = parts_of(design.n)
    if _kept:
        package, layout = _kept.pop()
        if package == _packed(design):
            return layout, [part for part in parts if part not in layout.done]
    return _Layout(design.study, design.n), parts


def _keep(design: Design, layout: _Layout) -> None:
    _kept[:] = [(_packed(design), layout)]


def _packed(design: Design) -> bytes:
    import cloudpickle

    packed: bytes = cloudpickle.dumps(design)  # holds the code of stages defined in a notebook
    return packed


def _sampled(design: Design, part: tuple[int, int]) -> list[np.ndarray]:
    """Return the arrays of one part."""
    layout = _Layout(design.study, part[1] - part[0])
    _fill((design, design.uniforms(), layout), part, offset=part[0])
    return layout.arrays


def _fill(context: tuple[Design, Any, _Layout], part: tuple[int, int], offset: int = 0) -> None:
    """Write the samples of one part into a layout that begins at sample `offset`."""
    design, uniforms, layout = context
    for start in range(*part, sampling.BLOCK):
        stop = min(start + sampling.BLOCK, part[1])
        draws = design.study.draw(uniforms.block(start, stop))
        solutions = design.study.evaluate(draws, stop - start)
        layout.keep(solutions, draws, slice(start - offset, stop - offset))


class _Layout:
    """Arrays for all scenarios: a stage that one of them does not have stays 0."""

    def __init__(self, study: Study, size: int) -> None:
        lives = study.scenarios.values()
        self.categories = _all_categories(study)
        rows = _union([life.order[row].name for row in life.graph.rows] for life in lives)
        stages = _union(list(life.stages) for life in lives)
        avoided = _union([life.order[row].name for row in life.graph.avoided] for life in lives)
        activities = _union(list(life.activities) for life in lives)
        self.drawn = [root.label for root in study.roots]
        self.names = {
            "categories": self.categories,
            "rows": rows,
            "stages": stages,
            "avoided": avoided,
            "activities": activities,
            "drawn": [*_drawn_names(study)],
        }
        count = (len(study.scenarios), len(self.categories))
        shapes: list[tuple[int, ...]] = [(*count, len(axis), size) for axis in (rows, stages)]
        shapes += [(count[0], len(stages), size)]
        shapes += [(*count, len(axis), size) for axis in (avoided, activities)]
        shapes += [(len(self.names["drawn"]), size)]
        needed = 8.0 * sum(float(np.prod(shape)) for shape in shapes)
        if needed > LARGEST:
            raise MemoryError(
                f"{needed / 1e9:.1f} GB of samples would be kept, more than {LARGEST / 1e9:g} GB; "
                f"take a smaller n (at most {int(size * LARGEST / needed):,}), fewer scenarios, or "
                'keep="summary"'
            )
        self.arrays = [np.zeros(shape) for shape in shapes]
        self._maps = [
            (
                [self.categories.index(category) for category in life.categories],
                [rows.index(life.order[row].name) for row in life.graph.rows],
                [stages.index(name) for name in life.stages],
                [avoided.index(life.order[row].name) for row in life.graph.avoided],
                [activities.index(name) for name in life.activities],
            )
            for life in lives
        ]
        self._roots = study.roots
        self.done: set[tuple[int, int]] = set()

    def place(self, part: tuple[int, int], arrays: Sequence[np.ndarray]) -> None:
        """Take in the arrays of one part."""
        for whole, piece in zip(self.arrays, arrays, strict=True):
            whole[..., part[0] : part[1]] = piece
        self.done.add(part)

    def keep(self, solutions: list, draws: dict, block: slice) -> None:
        impacts_, direct, amounts, avoided, activities, drawn = self.arrays
        for i, (solution, maps) in enumerate(zip(solutions, self._maps, strict=True)):
            categories, rows, stages, credited, active = maps
            impacts_[i, :, :, block][np.ix_(categories, rows)] = solution.impacts
            direct[i, :, :, block][np.ix_(categories, stages)] = solution.direct
            amounts[i, stages, block] = solution.amounts
            avoided[i, :, :, block][np.ix_(categories, credited)] = solution.avoided
            activities[i, :, :, block][np.ix_(categories, active)] = solution.activities
        row = 0
        for root in self._roots:
            columns = root.distribution.columns
            drawn[row : row + columns, block] = draws[root.label]
            row += columns


def _drawn_names(study: Study) -> list[str]:
    """Return a name for every row of draws: shares have one for each part."""
    names = []
    for root in study.roots:
        parts = getattr(root.distribution, "names", None)
        names += [f"{root.label}.{part}" for part in parts] if parts else [root.label]
    return names


def _union(lists: Any) -> list[str]:
    return list(dict.fromkeys(name for names in lists for name in names))


def _about_phases(study: Study) -> dict[str, Any]:
    """Return the scenarios and the phase of every row: what sums over samples need."""
    return {
        "scenarios": list(study.scenarios),
        "phases": {
            name: {life.order[r].name: life.phase_of(life.order[r].name) for r in life.graph.rows}
            for name, life in study.scenarios.items()
        },
    }


def _about(study: Study) -> dict[str, Any]:
    """Return what a result says of its study beside the arrays, as plain values."""
    scenarios = study.scenarios
    first = next(iter(scenarios.values()))
    used_by: dict[str, list[str]] = {}
    units: dict[str, str] = {}
    for root in study.roots:
        parts = getattr(root.distribution, "names", None)
        for name in [f"{root.label}.{part}" for part in parts] if parts else [root.label]:
            used_by[name] = list(root.called)
            units[name] = root.unit
    categories = impacts.categories()
    return {
        "name": study.name,
        "functional_unit": study.functional_unit,
        "amount": first.amount,
        "delivered": [root.name for root in first.activities.values()],
        "factors": first.factors,
        **_about_phases(study),
        "units": {name: category.unit for name, category in categories.items()},
        "titles": {name: category.title for name, category in categories.items()},
        "per": {s.name: s.per for life in scenarios.values() for s in life.order},
        "coverage": {name: _states(life, study) for name, life in scenarios.items()},
        "missing": {
            name: {c: life.graph.missing(c) for c in _all_categories(study)}
            for name, life in scenarios.items()
        },
        "missing_by_row": {
            name: {c: life.graph.missing_by_row(c) for c in _all_categories(study)}
            for name, life in scenarios.items()
        },
        "nominal": {
            name: life.nominal().to_dict(orient="index") for name, life in scenarios.items()
        },
        "nominal_activities": {name: _activities(life) for name, life in scenarios.items()},
        "unquantified": {name: _unquantified(life) for name, life in scenarios.items()},
        "responses": {name: _responses(study, name) for name in scenarios},
        "origins": {name: _origin(list(by.values())) for name, by in study.unknowns.items()},
        "boundaries": {name: _boundary(life) for name, life in scenarios.items()},
        "choices": {name: _choices(life) for name, life in scenarios.items()},
        "settings": {
            name: {
                "site": life.site,
                "variability": life.variability,
                "decisions": life.decisions,
                "accounting": _accounting(life),
            }
            for name, life in scenarios.items()
        },
        "correlations": _correlations(study),
        "trees": {name: life.tree() for name, life in scenarios.items()},
        "used_by": used_by,
        "drawn_units": units,
        "options": _options(study),
        "bibliography": study.bibliography,
    }


def _options(study: Study) -> dict[str, list[str]]:
    """Return the options of every choice that is drawn, by its label."""
    found = {root.label: getattr(root.distribution, "options", ()) for root in study.roots}
    return {name: list(options) for name, options in found.items() if options}


def _unquantified(life: Lifecycle) -> dict[str, float]:
    """Return the inputs that are single numbers without a reason, and how the total scales."""
    if not life.categories:
        return {}
    table = life.unquantified(life.categories[0])
    return {str(name): share for name, share in table["share"][table["reason"] == ""].items()}


def _responses(study: Study, scenario: str) -> dict[str, float]:
    """Return how the nominal total of one scenario answers to its inputs, by their labels."""
    life, called = study.scenarios[scenario], study.labels[scenario]
    found = life.responses(life.categories[0]) if life.categories else {}
    return {called[name]: round(share, 6) for name, share in found.items()}


def _origin(unknowns: list[Unknown]) -> dict[str, Any]:
    """Return where an input comes from (default, catalogue, given), its key, and its uses."""
    use = unknowns[0].uses[0]
    held, default = use.quantity, use.slot.default
    key = default.key if isinstance(default, catalogue.Entry) else ""
    if isinstance(default, (int, float)):
        is_default = held.is_fixed and not np.ndim(held.point) and held.point == default
    elif isinstance(default, Quantity):
        is_default = held.definition == default.definition
    else:
        is_default = bool(key) and held.key == key
    return {
        "origin": "default" if is_default else "catalogue" if held.key else "given",
        "key": held.key,
        "addresses": list(dict.fromkeys(a for one in unknowns for a in one.addresses)),
        **catalogue.setting(held.key),
    }


def _boundary(life: Lifecycle) -> dict[str, Any]:
    """Return what lies inside and outside: classes, what footprints cover, suppliers left out."""
    left_out = [
        {"stage": stage.name, "supplier": name, "meaning": slot.meaning}
        for stage in life.order
        for name, slot in stage._slots.items()
        if slot.holds == "supplier" and slot.optional and getattr(stage, name) is None
    ]
    return {
        "classes": {stage.name: type(stage).__name__ for stage in life.order},
        "covers": {stage.name: list(stage.covers) for stage in life.order if stage.covers},
        "left_out": left_out,
    }


def _choices(life: Lifecycle) -> dict[str, dict[str, Any]]:
    """Return the choices by what they ask: options, the one taken, and whether it is drawn."""
    return {
        stage.picked.name: {
            "kind": stage.picked.kind,
            "options": list(stage.alternatives),
            "taken": list(stage.alternatives)[int(stage.picked.point)],
            "is_drawn": life.is_drawn(stage.picked),
        }
        for stage in life.order
        if isinstance(stage, Choice)
    }


def _activities(life: Lifecycle) -> dict[str, dict[str, float]]:
    """Return the totals of every activity at nominal inputs."""
    found = life.nominal_solution.activities[:, :, 0].T
    return {
        name: dict(zip(life.categories, map(float, row), strict=True))
        for name, row in zip(life.activities, found, strict=True)
    }


def _accounting(life: Lifecycle) -> dict[str, str]:
    """Return of every electricity that is used whether it is by location or by market.

    A blend that holds any supply by market is by market.
    """
    amounts = dict(zip(life.stages, life.nominal_solution.amounts[:, 0], strict=True))
    joined = (ElectricityBlend, MarketBasedElectricity)
    blends = [stage for stage in life.order if isinstance(stage, joined)]
    blended = {id(source) for blend in blends for source in suppliers_of(blend)}
    return {
        stage.name: "market-based" if _is_by_market(stage) else "location-based"
        for stage in life.order
        if stage.phase is None
        and stage.per == "kWh"
        and amounts[stage.name]
        and not isinstance(stage, Choice)
        and id(stage) not in blended
    }


def _is_by_market(stage: Stage) -> bool:
    if isinstance(stage, ElectricityBlend):
        return any(map(_is_by_market, stage.sources.values()))
    return isinstance(stage, MarketBasedElectricity)


def _correlations(study: Study) -> list[list[Any]]:
    """Return the pairs of inputs that are correlated, with Spearman's coefficient."""
    given = study.correlation
    if given is None:
        return []
    return [
        [one, other, round(6 / np.pi * np.arcsin(given.matrix[i][j] / 2), 6)]
        for i, one in enumerate(given.labels)
        for j, other in enumerate(given.labels[:i])
        if given.matrix[i][j]
    ]


def _all_categories(study: Study) -> list[str]:
    lives = study.scenarios.values()
    return [c for c in impacts.categories() if any(c in life.categories for life in lives)]


def _states(life: Lifecycle, study: Study) -> dict[str, list[str]]:
    return {
        stage.name: [life.graph.state(stage, category) for category in _all_categories(study)]
        for stage in life.order
    }


def versions() -> dict[str, str]:
    """Return the versions of what a result depends on."""
    found = {"python": platform.python_version()}
    for name in ("lca4ai", "numpy", "scipy", "pandas", "pint", "xarray"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def _plain(table: Any) -> list[dict[str, Any]]:
    """Return the rows of a DataFrame as plain values, missing numbers as None."""
    return [
        {key: None if isinstance(v, float) and np.isnan(v) else v for key, v in row.items()}
        for row in table.to_dict(orient="records")
    ]
