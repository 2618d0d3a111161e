"""Brightway: a study as `bw_processing` datapackages, and results of bw2calc as supplies.

* Static matrices hold nominal values; array resources hold the joint samples of every cell
  that varies. So choices, shares, common factors and correlations arrive as they were drawn.
* bw2data stores single precision and samples every exchange on its own: this road does neither.
* A datapackage is a zip of NumPy arrays, written here without Brightway.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from lca import impacts, quantity, sampling, units
from lca.distributions import Discrete
from lca.interop import inventory
from lca.lifecycle import Lifecycle
from lca.quantity import Quantity
from lca.simulation import Design
from lca.stage import Number, Stage, parameter, parameters
from lca.study import Study

Cells: TypeAlias = dict[tuple[int, int], Any]
"""Values of a matrix by (row, column), as integer ids."""

_FACTORS = "characterization_matrix"
_GLOBAL = 1
"""Number of the location GLO in a project of bw2data; all factors of a score must name one."""

CANNOT_HOLD = (
    "distributions and their meanings are not held: samples are, jointly for all cells",
    "no phases or activities: who answers for what is not attributed",
    "units and names are in ids.json alone; matrices know integers",
    "a stage that does not report a category counts as 0 there",
)


@dataclass(frozen=True)
class Package:
    """What was written: files, ids, and what the format cannot hold.

    Attributes
    ----------
    folder : Path
    ids : dict
        The content of ``ids.json``: integer ids of stages and flows, units, links left open.
    n : int
        Number of samples in the arrays.
    cannot_hold : tuple of str
        What the format cannot hold.
    """

    folder: Path
    ids: dict[str, Any]
    n: int
    cannot_hold: tuple[str, ...]

    def demand(self, scenario: str = "baseline") -> dict[int, float]:
        """Return the functional unit of a scenario, for ``bw2calc.LCA(demand, …)``."""
        return {self._scenario(scenario)["functional unit"]: 1.0}

    def data(
        self, category: str = "gwp", scenario: str = "baseline", samples: bool = True
    ) -> list[Path]:
        """Return the files of a scenario for ``data_objs=``; samples last, since the last counts.

        Raises
        ------
        ValueError
            If there is no such scenario or category.
        """
        files = self._scenario(scenario)["files"]
        if category not in self.ids["categories"]:
            known = self.ids["categories"]
            raise ValueError(f"no category {category!r}{units.near(category, known)}")
        factors = self.ids["categories"][category]["file"]
        names = [files["static"], factors, *([files["samples"]] if samples else [])]
        return [self.folder / name for name in names]

    def _scenario(self, name: str) -> dict[str, Any]:
        known = self.ids["scenarios"]
        if name not in known:
            near = units.near(name, known)
            raise ValueError(f"no scenario {name!r}{near}; there are {', '.join(known)}")
        found: dict[str, Any] = known[name]
        return found


def write(
    study: Study | Lifecycle,
    path: str | Path,
    *,
    n: int = 1024,
    seed: int = 0,
    background: Mapping[str, int | tuple[int, str]] | None = None,
) -> Package:
    """Write a study as datapackages: for every scenario a static one and one of joint samples.

    ``bw2calc.LCA(package.demand(), data_objs=package.data("gwp"), use_arrays=True)`` then gives our
    total of the first sample, and of the next with every ``next(…)``. Without ``use_arrays`` it
    gives the nominal total. Sample i is the same draw in all scenarios.

    Parameters
    ----------
    study : Study or Lifecycle
        A lifecycle alone is a study of one scenario called "baseline".
    path : str or Path
        A folder; it is made if need be.
    n, seed : int
        As in `lca.simulate`, of which these are the samples; `n` is rounded up alike.
    background : mapping, optional
        Stages that are left open, by name: the integer id of a product of a background database
        takes their place. Amounts are in the unit of the stage (its `per`), unless
        ``(id, unit)`` says that the product comes in another one.

    Returns
    -------
    Package

    Raises
    ------
    GraphError
        If `background` names no stage; near names are offered.
    UnitError
        If the unit of a background product is of another kind than that of the stage.
    ValueError
        If a formula gives no finite number, or `n` or `seed` is no whole number.

    Examples
    --------
    >>> import lca, tempfile
    >>> from lca.interop import brightway
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, amount=1000, functional_unit="1000 kWh")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     package = brightway.write(life, folder, n=256, seed=1)
    ...     [file.name for file in package.data("gwp")]
    ['baseline.static.zip', 'characterisation.gwp.zip', 'baseline.samples.zip']
    """
    study = Study(study) if isinstance(study, Lifecycle) else study
    if not isinstance(study, Study):
        raise TypeError(f"brightway.write takes a Study or a Lifecycle, not {study!r}")
    links = _links(dict(background or {}), study)
    n = sampling.rounded(sampling.check_size(n), "sobol")
    design = Design(study, n, sampling.check_seed(seed), "sobol")
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    ids = _ids(study, links, design)
    for scenario, (nominal, sampled) in _matrices(design, ids, links).items():
        files = ids["scenarios"][scenario]["files"]
        _save(folder / files["static"], nominal)
        _save(folder / files["samples"], sampled)
    for category, about in ids["categories"].items():
        _save(folder / about["file"], [_characterisation(category, ids)])
    text = json.dumps(ids, indent=1, ensure_ascii=False)
    (folder / "ids.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return Package(folder, ids, n, tuple(ids["cannot hold"]))


# -- ids --------------------------------------------------------------------------------------


def stable_id(*names: str) -> int:
    """Return the integer that stands for some names, the same on every machine.

    Examples
    --------
    >>> stable_id("flow", "CO2")
    756344483487590226
    """
    digest = hashlib.sha256("\n".join(("lca4ai", *names)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 2  # bw2calc wants signed 64 bits


def _links(background: dict[str, Any], study: Study) -> dict[str, tuple[int, str]]:
    """Return id and unit of the background product of every stage that is left open."""
    inventory.check_names("background", background, study.scenarios.values())
    links = {}
    for name, link in background.items():
        number, unit = link if isinstance(link, tuple) and len(link) == 2 else (link, "")
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
            raise TypeError(
                f"background: {name!r} is linked to {link!r}; give the integer id of a product, or "
                "(id, unit)"
            )
        links[name] = int(number), unit
    return links


def _ids(study: Study, links: Mapping[str, tuple[int, str]], design: Design) -> dict[str, Any]:
    """Return the content of ``ids.json``."""
    scenarios: dict[str, Any] = {}
    flows: dict[str, Any] = {}
    names, factors = _file_names(study.scenarios), next(iter(study.scenarios.values())).factors
    for scenario, life in study.scenarios.items():
        stages = [life.order[i] for i in inventory.reached(life, links)]
        scenarios[scenario] = {
            "functional unit": stable_id(study.functional_unit, scenario, "functional unit"),
            "files": {kind: f"{names[scenario]}.{kind}.zip" for kind in ("static", "samples")},
            "stages": {
                stage.name: {
                    "id": stable_id(study.functional_unit, scenario, "stage", stage.name),
                    "per": stage.per,
                    "phase": stage.phase or "supply",
                }
                for stage in stages
            },
        }
        for position in inventory.reached(life, links):
            for line in inventory.lines(life, position, life.points[position]):
                if isinstance(line.target, str):
                    flows[line.target] = {
                        "id": stable_id("flow", line.target),
                        "unit": impacts.flow_unit(line.target),
                    }
    return {
        "functional unit": study.functional_unit,
        "n": design.n,
        "seed": design.seed,
        "factors": factors,
        "categories": {
            one: {"unit": about.unit, "file": f"characterisation.{one}.zip"}
            for one, about in impacts.categories().items()
            if any(one in impacts.characterise(flow, factors) for flow in flows)
        },
        "flows": flows,
        "scenarios": scenarios,
        "background": {
            name: {"id": number, "unit": unit or _per(study, name)}
            for name, (number, unit) in links.items()
        },
        "cannot hold": [*CANNOT_HOLD, *_notes(study)],
    }


def _per(study: Study, name: str) -> str:
    return next(life.stages[name].per for life in study.scenarios.values() if name in life.stages)


def _notes(study: Study) -> list[str]:
    found = (note for life in study.scenarios.values() for note in inventory.avoided_note(life))
    return list(dict.fromkeys(found))


def _file_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name for the files of every scenario."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^\w-]+", "-", name).strip("-") or "scenario"
        taken = {one.lower() for one in found.values()}
        found[name] = plain if plain.lower() not in taken else f"{plain}-{len(found) + 1}"
    return found


# -- matrices ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Resource:
    """Cells of one matrix: one number each, or an array of samples."""

    matrix: str
    cells: Cells
    inputs: frozenset[tuple[int, int]] = frozenset()  # what enters with a minus

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Yield (kind, array) of every file."""
        pairs = list(self.cells)
        yield "indices", np.array(pairs, dtype=[("row", np.int64), ("col", np.int64)])
        yield "data", np.array(list(self.cells.values()), dtype=np.float64)
        if self.inputs:
            yield "flip", np.array([pair in self.inputs for pair in pairs])


def _matrices(
    design: Design, ids: Mapping[str, Any], links: Mapping[str, tuple[int, str]]
) -> dict[str, tuple[list[_Resource], list[_Resource]]]:
    """Return, of every scenario, the nominal matrices and the samples of what varies in them."""
    found = {}
    scenarios = design.study.scenarios
    sampled = _sampled(design, ids, links)
    for scenario, life in scenarios.items():
        technosphere, biosphere = _cells(life, life.points, scenario, ids, links)
        made = ids["scenarios"][scenario]
        final = made["functional unit"]
        own = {(one["id"], one["id"]): 1.0 for one in made["stages"].values()}
        taken = frozenset(technosphere)
        static = [
            _Resource("technosphere_matrix", {(final, final): 1.0, **own, **technosphere}, taken),
            _Resource("biosphere_matrix", biosphere),
        ]
        varying, emitted = sampled[scenario]
        kept = _varying(varying, technosphere, {pair for pair in technosphere if pair[1] == final})
        samples = [
            _Resource("technosphere_matrix", kept, frozenset(kept)),
            _Resource("biosphere_matrix", _varying(emitted, biosphere, set())),
        ]
        found[scenario] = (static, [resource for resource in samples if resource.cells])
    return found


def _varying(samples: Cells, nominal: Cells, always: set[tuple[int, int]]) -> Cells:
    """Return the cells whose samples are not all as the nominal value, and some in any case."""
    return {
        pair: values
        for pair, values in samples.items()
        if pair in always or not np.all(values == nominal[pair])
    }


def _sampled(
    design: Design, ids: Mapping[str, Any], links: Mapping[str, tuple[int, str]]
) -> dict[str, tuple[Cells, Cells]]:
    """Return the samples of every cell of every scenario."""
    study, uniforms = design.study, design.uniforms()
    found: dict[str, tuple[Cells, Cells]] = {scenario: ({}, {}) for scenario in study.scenarios}
    for start in range(0, design.n, sampling.BLOCK):
        block = slice(start, min(start + sampling.BLOCK, design.n))
        draws = study.draw(uniforms.block(block.start, block.stop))
        study.evaluate(draws, block.stop - block.start)  # says where a number is not finite
        for scenario, life in study.scenarios.items():
            own = {
                root.called[scenario]: draws[root.label]
                for root in study.roots
                if scenario in root.called
            }
            values = [life.values(i, own) for i in range(len(life.order))]
            parts = _cells(life, values, scenario, ids, links)
            for cells, part in zip(found[scenario], parts, strict=True):
                for pair, sampled in part.items():
                    cells.setdefault(pair, np.empty(design.n))[block] = sampled
    return found


def _number(amount: Any) -> Any:
    """Return an amount as floats without the axis of a profile that was summed."""
    return np.asarray(amount, dtype=float).reshape(-1) if np.ndim(amount) else float(amount)


def _cells(
    life: Lifecycle,
    values: Sequence[Mapping[str, Any]],
    scenario: str,
    ids: Mapping[str, Any],
    links: Mapping[str, tuple[int, str]],
) -> tuple[Cells, Cells]:
    """Return what stages take (product, stage) and emit (flow, stage), for some values."""
    made = ids["scenarios"][scenario]
    technosphere: Cells = {}
    biosphere: Cells = {}

    def take(position: int, by: int, amount: Any) -> None:
        stage = life.order[position]
        if stage.name in links:
            product, unit = links[stage.name]
            amount = amount * (units.factor(stage.per, unit) if unit else 1.0)
        else:
            product = made["stages"][stage.name]["id"]
        technosphere[product, by] = technosphere.get((product, by), 0.0) + amount

    for position in inventory.delivered(life):
        take(position, made["functional unit"], life.amount)
    for position in inventory.reached(life, links):
        by = made["stages"][life.order[position].name]["id"]
        for line in inventory.lines(life, position, values[position]):
            amount = _number(line.amount)
            if isinstance(line.target, str):
                flow = ids["flows"][line.target]["id"]
                biosphere[flow, by] = biosphere.get((flow, by), 0.0) + amount
            else:
                take(line.target, by, amount)
    return technosphere, biosphere


def _characterisation(category: str, ids: Mapping[str, Any]) -> _Resource:
    cells: Cells = {}
    for flow, about in ids["flows"].items():
        counted = impacts.characterise(flow, ids["factors"])
        if category in counted:
            cells[about["id"], _GLOBAL] = counted[category]
    return _Resource(_FACTORS, cells)


# -- files ------------------------------------------------------------------------------------


def _save(path: Path, resources: Sequence[_Resource]) -> None:
    """Write one datapackage; the same content is the same file, byte by byte."""
    listed = []
    partial = path.with_name(f".{path.name}.partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for resource in resources:
                for kind, array in resource.arrays():
                    name = f"{resource.matrix}.{kind}"
                    _add(archive, f"{name}.npy", _bytes(array))
                    listed.append(_described(resource, kind, name))
            about = _about(path.name.removesuffix(".zip"), listed)
            _add(archive, "datapackage.json", json.dumps(about, indent=1).encode())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _described(resource: _Resource, kind: str, name: str) -> dict[str, Any]:
    is_array = any(np.ndim(values) for values in resource.cells.values())
    return {
        "profile": "data-resource",
        "format": "npy",
        "mediatype": "application/octet-stream",
        "name": name,
        "matrix": resource.matrix,
        "kind": kind,
        "path": f"{name}.npy",
        "group": resource.matrix,
        "category": "array" if is_array else "vector",
        "nrows": len(resource.cells),
        **({"global_index": _GLOBAL} if resource.matrix == _FACTORS else {}),
    }


def _about(name: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": re.sub(r"[^a-z0-9._-]", "-", name.lower()),
        "id": f"{stable_id('package', name):016x}",
        "licenses": [],
        "resources": resources,
        "created": "1980-01-01T00:00:00Z",  # so that the same content is the same file
        "combinatorial": False,
        "sequential": True,
        "seed": None,
        "64_bit_indices": True,
        "sum_intra_duplicates": True,
        "sum_inter_duplicates": False,
        "matrix_serialize_format_type": "numpy",
    }


def _bytes(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


# -- back: results of a background as supplies --------------------------------------------------


class BackgroundSupply(Stage):
    """A product of a background database, for one of its unit: results as another tool has them.

    In every sample all categories take the same sample of the background, `drawn`; number 0 is the
    static score, which nominal values take. Made by `read_supply`.
    """

    per: str = "1"  # type: ignore[misc]
    phase = None
    unchecked_units = "the unit of the product and its scores are those of the background"
    scores: Mapping[str, Number] = parameters("1", "scores by category, the static one first")
    drawn: Number = parameter("1", "which sample of the background is taken", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        for category, scores in self.scores.items():
            yield category, scores[np.asarray(self.drawn).astype(int), 0]


def scores(made: Any, n: int) -> np.ndarray:
    """Return the scores of `n` samples of a ``bw2calc.LCA``, one step after the other.

    Parameters
    ----------
    made : bw2calc.LCA
        After ``lci()`` and ``lcia()``, with ``use_arrays=True`` or ``use_distributions=True``.
    n : int

    Examples
    --------
    >>> class Solved:  # what bw2calc.LCA does, in short
    ...     score = 0.0
    ...     def __next__(self):
    ...         self.score += 1
    >>> scores(Solved(), 3)
    array([0., 1., 2.])
    """
    found = np.empty(sampling.check_size(n))
    for i in range(n):
        if i:
            next(made)
        found[i] = made.score
    return found


def read_supply(
    name: str,
    scores: Mapping[str, float | Sequence[float]],
    *,
    per: str,
    static: Mapping[str, float] | None = None,
    run: str = "background",
    source: str = "",
    note: str = "",
) -> BackgroundSupply:
    """Return a product of a background database as a supply, with its samples.

    Parameters
    ----------
    name : str
        Name of the stage.
    scores : mapping
        By category, in its unit, of one unit of the product: a number, or samples (of all
        categories equally many, sample i of each from the same draw).
    per : str
        Unit of the product, as stages that take it declare it: ``"kWh"``.
    static : mapping, optional
        Static scores by category, which nominal values take; else the medians of the samples.
    run : str
        Names the run of the background: supplies of one run are sampled together.
    source, note : str
        Database, version and product.

    Returns
    -------
    BackgroundSupply
        Of phase None.

    Raises
    ------
    ValueError
        If there are no scores, one is not finite, or categories have different numbers of samples.
    DataError
        If a category is unknown.
    UnitError
        If the unit is unknown.

    Examples
    --------
    >>> import lca
    >>> grid = read_supply("grid", {"gwp": [0.05, 0.06, 0.07]}, per="kWh", source="my database")
    >>> life = lca.Lifecycle(grid, amount=100, functional_unit="100 kWh")
    >>> life.nominal("gwp"), round(float(lca.simulate(life, n=256).total("gwp").mean()), 1)
    (6.0, 6.0)
    """
    if not isinstance(scores, Mapping) or not scores:
        raise ValueError(f"read_supply: {name!r} has no scores; give them by category")
    units.parse(per)
    columns = {one: _column(f"{name}: {one}", values) for one, values in scores.items()}
    counts = {one: len(column) for one, column in columns.items()}
    if len(set(counts.values())) > 1:
        raise ValueError(f"read_supply: {name!r} has different numbers of samples: {counts}")
    points = {one: float(np.median(column)) for one, column in columns.items()}
    for one, value in (static or {}).items():
        if one not in points:
            raise ValueError(f"read_supply: static has {one!r}{units.near(one, points)}")
        points[one] = quantity.number(f"{name}: static {one}", value)
    about = {"source": source, "note": note or f"scores of the run {run!r}"}
    return BackgroundSupply(
        name=name,
        per=per,
        scores={
            one: quantity.fixed([points[one], *column], **about) for one, column in columns.items()
        },
        drawn=_drawn(next(iter(counts.values())), run, source),
    )


def _column(what: str, values: Any) -> list[float]:
    listed = values if np.ndim(values) else [values]
    if not len(listed):
        raise ValueError(f"{what} has no samples")
    return [quantity.number(what, value) for value in listed]


def _drawn(count: int, run: str, source: str) -> Quantity:
    """Return which sample is taken: 0, the static score, is the nominal point alone."""
    if count == 1:
        return quantity.fixed(0, note="static scores alone")
    numbers = tuple(float(i) for i in range(1, count + 1))
    distribution = Discrete(numbers, (1.0,) * count, ordered=False)
    return Quantity(distribution, unit="1", name=f"sample of {run}", nominal=0.0, source=source)
