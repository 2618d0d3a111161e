"""BoAmps: Boavizta's format for the energy of an AI task.

The model is published under CC BY 4.0 (Boavizta/BoAmps, `model/report_schema.json`). It holds
the energy of a task and what it ran on: no emissions, no other phase of the lifecycle.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lca.interop.export import Export, Figure, chosen, energy
from lca.result import Result
from lca.tables import DataError
from lca.units import near

_DEMANDED = {
    "task": ("taskStage", "taskFamily", "algorithms", "dataset"),
    "dataset": ("dataUsage", "dataType"),
    "infrastructure": ("infraType", "components"),
    "components": ("componentType", "nbComponent"),
}
_INFRASTRUCTURES = ("publicCloud", "privateCloud", "onPremise", "other")
_QUALITY = (("high", 0.10), ("medium", 0.25), ("low", 0.50))


def report(
    result: Result,
    *,
    task: Mapping[str, Any],
    infrastructure: Mapping[str, Any],
    country: str,
    hours: float,
    method: str,
    date: str,
    supply: str = "",
    scenario: str = "",
    **more: Any,
) -> Export:
    """Return a BoAmps report: the energy of the functional unit, and its quality.

    Quality follows from the interval: "high" where it lies within 10 % of the median, "medium"
    within 25 %, "low" within 50 %; beyond, the format has no word and none is written.

    Parameters
    ----------
    result : Result
    task : mapping
        taskStage, taskFamily, algorithms and dataset, as the format has them.
    infrastructure : mapping
        infraType and components.
    country : str
        In words.
    hours : float
        Duration of the measurement.
    method : str
        How energy was measured or estimated, ``"codecarbon"``.
    date : str
        Of the report, ``"2026-01-31 12:00:00"``.
    supply : str, optional
        The stage that supplies electricity; the only one unless named.
    scenario : str, optional
        Which, of a result of several.
    **more
        Other parts of the report: ``system``, ``software``.

    Raises
    ------
    DataError
        If a part that the format demands is missing, or a supply or scenario is unknown.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.05)
    >>> result = lca.simulate(lca.Lifecycle(grid, amount=10, functional_unit="tuning"), 256)
    >>> made = report(
    ...     result,
    ...     task={
    ...         "taskStage": "finetuning", "taskFamily": "textGeneration",
    ...         "algorithms": [{"algorithmType": "llm"}],
    ...         "dataset": [{"dataUsage": "input", "dataType": "text"}],
    ...     },
    ...     infrastructure={
    ...         "infraType": "onPremise",
    ...         "components": [{"componentType": "gpu", "nbComponent": 2}],
    ...     },
    ...     country="France", hours=3, method="codecarbon", date="2026-01-31 12:00:00",
    ... )
    >>> json.loads(made.text)["measures"][0]["powerConsumption"]
    10.0
    """
    _check_parts("task", task)
    _check_parts("infrastructure", infrastructure)
    for one in task["dataset"]:
        _check_parts("dataset", one)
    for one in infrastructure["components"]:
        _check_parts("components", one)
    kind = infrastructure["infraType"]
    if kind not in _INFRASTRUCTURES:
        raise DataError(f"BoAmps: no infraType {kind!r}{near(kind, _INFRASTRUCTURES)}")
    if not hours > 0:
        raise DataError(f"hours = {hours!r} must be above 0")
    name = chosen(result, scenario)
    _, drawn = energy(result, name, supply)
    content: dict[str, Any] = {
        "header": {"reportDatetime": date, "reportStatus": "draft"},
        "task": dict(task),
        "measures": [
            {
                "measurementMethod": method,
                "powerConsumption": drawn.rounded(6).median,  # kWh, in spite of its name
                "measurementDuration": hours * 3600,  # seconds
            }
        ],
        "infrastructure": dict(infrastructure),
        "environment": {"country": country},
        **more,
    }
    quality = _quality(drawn)
    if quality:
        content["quality"] = quality
    cannot_hold = (
        f"the interval of energy: {drawn}; only a class of quality",
        "emissions, water and all of the lifecycle beside electricity",
        "that the energy holds cooling and what the cluster draws beside the run, where the "
        "lifecycle has them",
    )
    return Export("BoAmps", json.dumps(content, indent=2, ensure_ascii=False), cannot_hold)


def _check_parts(what: str, given: Mapping[str, Any]) -> None:
    for part in _DEMANDED[what]:
        if not given.get(part):
            demanded = ", ".join(_DEMANDED[what])
            raise DataError(f"BoAmps: {what} needs {part!r}; it demands {demanded}")


def _quality(energy: Figure) -> str:
    off = max(energy.high / energy.median - 1, 1 - energy.low / energy.median)
    return next((word for word, within in _QUALITY if off <= within), "")
