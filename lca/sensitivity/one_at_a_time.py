"""One input at a time, the others at their points: tornado and elasticities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lca.lifecycle import Lifecycle
from lca.sensitivity.model import Model, as_study, by_output, is_unordered, labelled, totals
from lca.study import Root, Study

STEP = 1e-4  # of an elasticity, relative


def one_at_a_time(
    study: Study | Lifecycle, level: float = 0.9, of: str | Sequence[str] | None = None
) -> Any:
    """Return how outputs move when one input goes to the ends of its interval: a tornado.

    All other inputs stay at their nominal points. Of a choice every option is taken. It says
    nothing of interactions, nor of how likely the ends are together.

    Parameters
    ----------
    study : Study or Lifecycle
    level : float
        Central interval of the inputs whose ends are taken.
    of : str or list of str, optional
        Outputs by name, or all whose name holds the text; totals unless given.

    Returns
    -------
    pandas.DataFrame
        Columns: output, input, unit, kind, input_low, input_high, nominal (of the output),
        low and high (of the output), swing (high - low over nominal); sorted by swing.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> lca.sensitivity.one_at_a_time(life).iloc[0]["input"]
    'grid.intensity'
    """
    import pandas as pd

    study = as_study(study, "one_at_a_time")
    model = Model(study, None, totals(study) if of is None else of)
    tried = {root.label: _ends(root, level) for root in _single(model)}
    nominal, moved = _moved(model, tried)
    rows = []
    for j, output in enumerate(model.outputs):
        for root in _single(model):
            values, ends = moved[root.label][j], tried[root.label]
            low, high = float(values.min()), float(values.max())
            swing = (high - low) / abs(nominal[j]) if nominal[j] else 0.0
            about = (root.label, root.unit, root.kind, min(ends), max(ends))
            rows.append((output, *about, nominal[j], low, high, swing))
    columns = ["output", "input", "unit", "kind", "input_low", "input_high"]
    columns += ["nominal", "low", "high", "swing"]
    table = pd.DataFrame(rows, columns=columns)
    return labelled(by_output(table, model.outputs, table["swing"].abs()), model)


def elasticities(study: Study | Lifecycle, of: str | Sequence[str] | None = None) -> Any:
    """Return by how many per cent an output changes per per cent of an input, at the points.

    ``d ln Y / d ln x`` by a central difference; choices, discrete and shared inputs have none.

    Parameters
    ----------
    study : Study or Lifecycle
    of : str or list of str, optional
        Outputs by name, or all whose name holds the text; totals unless given.

    Returns
    -------
    pandas.DataFrame
        Columns: output, input, unit, kind, nominal (of the input), elasticity; sorted by size.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> float(lca.sensitivity.elasticities(life).iloc[0]["elasticity"].round(6))
    1.0
    """
    import pandas as pd

    study = as_study(study, "elasticities")
    model = Model(study, None, totals(study) if of is None else of)
    points = {root.label: _point(study, root) for root in _single(model)}
    smooth = [root for root in _single(model) if not hasattr(root.distribution, "values")]
    tried = {r.label: [points[r.label] * (1 - STEP), points[r.label] * (1 + STEP)] for r in smooth}
    nominal, moved = _moved(model, tried)
    rows = []
    for j, output in enumerate(model.outputs):
        for root in smooth:
            low, high = moved[root.label][j]
            value = (high - low) / (2 * STEP * nominal[j]) if nominal[j] else 0.0
            rows.append((output, root.label, root.unit, root.kind, points[root.label], value))
    columns = ["output", "input", "unit", "kind", "nominal", "elasticity"]
    table = pd.DataFrame(rows, columns=columns)
    return labelled(by_output(table, model.outputs, table["elasticity"].abs()), model)


def _single(model: Model) -> list[Root]:
    return [root for root in model.roots if root.distribution.columns == 1]


def _ends(root: Root, level: float) -> list[float]:
    if is_unordered(root):
        return list(root.distribution.probe())
    return list(root.distribution.interval(level))


def _point(study: Study, root: Root) -> Any:
    """Return the nominal value of an input as it is drawn."""
    scenario, name = next(iter(root.called.items()))
    unknowns = study.scenarios[scenario].unknowns
    if name not in unknowns:
        return 1.0  # a common factor
    if root.distribution.columns > 1:
        return np.array(root.distribution.means)[:, np.newaxis]  # type: ignore[attr-defined]
    return float(unknowns[name].uses[0].quantity.drawn_point)


def _moved(
    model: Model, tried: Mapping[str, Sequence[float]]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return outputs at the points, and by input (output, value) where it has other values."""
    size = 1 + sum(len(values) for values in tried.values())
    draws: dict[str, np.ndarray] = {}
    for root in model.roots:
        point = _point(model.study, root)
        draws[root.label] = np.array(np.broadcast_to(point, (*np.shape(point)[:-1], size)))
    column = 1
    places: dict[str, slice] = {}
    for name, values in tried.items():
        places[name] = slice(column, column + len(values))
        draws[name][places[name]] = values
        column += len(values)
    outputs = model.evaluate(draws, size)
    return outputs[:, 0], {name: outputs[:, place] for name, place in places.items()}
