"""Does the rule hold what is disclosed? Some of it is hidden, predicted, and laid beside."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca import catalogue, sampling
from lca.atlas.assessment import Every, amount, interval, quantities, rounded
from lca.atlas.disclosed import Model, like_hardware, read, stated_computation
from lca.attribution import Solution
from lca.lifecycle import Lifecycle

CHECKED = ["question", "id", "label", "unit", "stated", "low", "median", "high", "inside", "pit"]
"""Columns of `checks`."""


def checks(n: int = 4096, seed: int = 0) -> Any:
    """Hide what some models disclose, predict it by the rule, and lay the two side by side.

    Accelerator-hours of models that state hours, computation and hardware, from computation and
    hardware, and from the computation alone; published energies of training runs, metered or
    estimated by their authors, from hours and hardware (power, PUE and place hidden), and from the
    computation alone. Models whose hours and computation do not fit each other (flagged in the
    table) are left out. The energy predicted holds some per cent of idle time, the published one
    does not.

    Returns
    -------
    pandas.DataFrame
        `CHECKED`: what was asked, of which model; stated, and 90 % interval and median of what was
        predicted; inside, whether the interval holds it; pit, the share of samples below it
        (probability integral transform).

    Raises
    ------
    ValueError
        As `assess`.

    Examples
    --------
    >>> checks(n=256)["question"].nunique()
    4
    """
    import pandas as pd

    size = rounded(sampling.check_size(n))
    timed, metered = _with_hours_and_computation(), _with_energy()
    asked = [
        ("hours, from computation and hardware", timed, _without_hours),
        ("hours, from computation", timed, _without_hardware),
        ("energy, from hours and hardware", metered, _without_power),
        ("energy, from computation", metered, _without_hardware),
    ]
    rows = []
    for question, held, hide in asked:
        every = Every([hide(one.model) for one in held], size, sampling.check_seed(seed))
        draws = every.draws()
        for position, one in enumerate(held):
            life, solution = every.lives[position], every.solve(position, draws)
            said = _beside(one.value, _predicted(life, solution, one.what))
            rows.append([question, one.model.id, one.model.label, one.unit, *said])
    return pd.DataFrame(rows, columns=CHECKED)


def _beside(stated: float, samples: np.ndarray) -> list[Any]:
    low, high = interval(samples)
    inside, below = bool(low <= stated <= high), float((samples < stated).mean())
    return [stated, low, float(np.median(samples)), high, inside, below]


@dataclass(frozen=True)
class Stated:
    """What is known of a model and shall be predicted: hours, or energy of IT or facility."""

    model: Model
    value: float
    unit: str
    what: str


def _with_hours_and_computation() -> list[Stated]:
    """Return the hours of models whose hours and computation are of one run."""
    return [
        Stated(model, model.hours.to("kGPUh").point, "kGPUh", "hours")
        for model in read().models
        if model.hours is not None and catalogue.row(model.id)["utilisation_whole_run"]
    ]


def _with_energy() -> list[Stated]:
    """Return the published energies of models with hours."""
    found = []
    for model in read().models:
        run_id = catalogue.row(model.id)["run"]
        run = catalogue.published_run(run_id) if run_id else None
        if run is not None and run["energy"] is not None and model.hours is not None:
            energy = run["energy"].to("MWh").point
            found.append(Stated(model, energy, "MWh", str(run["energy_boundary"])))
    return found


def _without_power(model: Model) -> Model:
    return dataclasses.replace(model, power=None, pue=None, area="")


def _without_hours(model: Model) -> Model:
    computation = stated_computation(catalogue.row(model.id))
    return dataclasses.replace(_without_power(model), hours=None, computation=computation)


def _without_hardware(model: Model) -> Model:
    hardware = like_hardware(catalogue.row(model.id))
    return dataclasses.replace(_without_hours(model), hardware=hardware)


def _predicted(life: Lifecycle, solution: Solution, what: str) -> np.ndarray:
    """Return hours, energy of the facility, or energy of IT, of the final run."""
    found = quantities(life, solution)
    if what == "hours":
        return found["accelerator_hours"]
    cooled = amount(life, solution, "cooling") / amount(life, solution, "grid")
    return found["energy"] * (cooled if what == "IT" else 1.0)
