"""EU AI Act: what is asked of the energy and computation of a general-purpose model.

Regulation (EU) 2024/1689, Article 53(1)(a) with Annex XI, section 1, point 2: (d) the computational
resources used to train the model (such as the number of floating point operations), training
time, and (e) its known or estimated energy consumption; where it is not known, it may be based on
the computational resources. Article 51(2) presumes high-impact capabilities where training took
more than 10^25 floating point operations.

Items are named as in the Model Documentation Form of the Code of Practice for general-purpose AI
(10 July 2025). It asks for the energy of training in MWh, and, of inference, for a benchmarked
amount of computation in its place; amounts have two significant digits at least.
"""

from __future__ import annotations

import json
from math import inf
from typing import Any

from lca.interop.export import Export, chosen, energy
from lca.result import Result
from lca.tables import DataError

BASES = ("measured", "estimated")
"""How energy is known."""

PRESUMED = 1e25
"""Operations of training above which Article 51(2) presumes high-impact capabilities."""


def fields(
    result: Result,
    *,
    basis: str,
    hours: float | None = None,
    operations: float | None = None,
    inference_operations: float | None = None,
    inference_task: str = "",
    supply: str = "",
    scenario: str = "",
) -> Export:
    """Return the items on energy, computation and time of the technical documentation.

    Parameters
    ----------
    result : Result
        Of the training of one model.
    basis : {"measured", "estimated"}
        Whether the energy is known or estimated.
    hours : float, optional
        Training time, on the clock.
    operations : float, optional [flop]
        Computation of the training.
    inference_operations : float, optional [flop]
        Computation of a benchmark of inference.
    inference_task : str, optional
        What that benchmark does, on what hardware; goes with it, and with nothing else.
    supply : str, optional
        The stage that supplies electricity; the only one unless named.
    scenario : str, optional
        Which, of a result of several.

    Raises
    ------
    DataError
        If basis, supply or scenario are unknown, an amount is not above 0 or not finite, or of a
        benchmark one half is missing: its computation, or what it does.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.05)
    >>> life = lca.Lifecycle(grid, amount=1.234e6, functional_unit="one model")
    >>> result = lca.simulate(life, 256, seed=1)
    >>> json.loads(fields(result, basis="measured").text)["amount of energy used for training, MWh"]
    1200.0
    """
    if basis not in BASES:
        raise DataError(f"basis = {basis!r}; it is {' or '.join(map(repr, BASES))}")
    _check_amounts(hours=hours, operations=operations, inference_operations=inference_operations)
    if inference_operations is not None and not inference_task:
        raise DataError("inference_operations: say of what benchmark and hardware, inference_task=")
    if inference_task and inference_operations is None:
        raise DataError("inference_task: say what it computes, inference_operations=")
    name = chosen(result, scenario)
    stage, drawn = energy(result, name, supply)
    megawatt_hours = drawn.scaled(1e-3, "MWh")
    content: dict[str, Any] = {
        "amount of energy used for training, MWh": megawatt_hours.rounded(2).median,
        "energy consumption is": "known" if basis == "measured" else "estimated",
        "measurement methodology of energy": "median of a lifecycle model, electricity of "
        f"{stage!r}, PUE inside where the lifecycle has cooling",
    }
    if operations is not None:
        content["amount of computation used for training, FLOP"] = _two(operations)
        content["high-impact capabilities presumed, Article 51(2)"] = operations > PRESUMED
    if hours is not None:
        content["training time, wall clock days"] = _two(hours / 24)
    if inference_operations is not None:
        content["benchmarked amount of computation used for inference, FLOP"] = _two(
            inference_operations
        )
        content["measurement methodology of inference"] = inference_task
    cannot_hold = (
        f"the interval of energy: {megawatt_hours}",
        "energy of inference: the form asks for benchmarked computation in its place",
        "emissions, water and hardware: the act asks for energy alone",
        "where the energy was used",
    )
    return Export("EU AI Act, Annex XI", json.dumps(content, indent=2), cannot_hold)


def _check_amounts(**amounts: float | None) -> None:
    for name, value in amounts.items():
        if value is not None and not 0 < value < inf:
            raise DataError(f"{name} = {value!r} must be above 0 and finite")


def _two(value: float) -> float:
    """Return a number with two significant digits, the fewest that the form takes."""
    return float(f"{value:.2g}")
