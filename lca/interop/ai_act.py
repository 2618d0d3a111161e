"""EU AI Act: what Annex XI asks of the energy of a general-purpose model.

Regulation (EU) 2024/1689, Annex XI, section 1, point 2: (d) the computational resources used to
train the model (such as the number of floating point operations) and training time, and (e) its
known or estimated energy consumption, which may be based on the computation. The documentation
form of the Code of Practice asks for energy in MWh with two significant figures.
"""

from __future__ import annotations

import json
from typing import Any

from lca.interop.export import Export, chosen, energy
from lca.result import Result
from lca.tables import DataError

BASES = ("measured", "estimated")


def fields(
    result: Result,
    *,
    basis: str,
    hours: float | None = None,
    operations: float | None = None,
    supply: str = "",
    scenario: str = "",
) -> Export:
    """Return the fields on energy, computation and time of the technical documentation.

    Parameters
    ----------
    result : Result
        Of the training of one model.
    basis : {"measured", "estimated"}
        Whether the energy is known or estimated.
    hours : float, optional
        Training time.
    operations : float, optional [flop]
        Computation of the training.
    supply : str, optional
        The stage that supplies electricity; the only one unless named.
    scenario : str, optional
        Which, of a result of several.

    Raises
    ------
    DataError
        If basis, supply or scenario are unknown.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.05)
    >>> life = lca.Lifecycle(grid, amount=1.234e6, functional_unit="one model")
    >>> result = lca.simulate(life, 256, seed=1)
    >>> json.loads(fields(result, basis="measured").text)["energy consumption, MWh"]
    1200.0
    """
    if basis not in BASES:
        raise DataError(f"basis = {basis!r}; it is {' or '.join(map(repr, BASES))}")
    name = chosen(result, scenario)
    stage, drawn = energy(result, name, supply)
    megawatt_hours = drawn.scaled(1e-3, "MWh")
    content: dict[str, Any] = {
        "energy consumption, MWh": megawatt_hours.rounded(2).median,
        "known or estimated": "known" if basis == "measured" else "estimated",
        "methodology": f"median of lifecycle model, electricity of {stage!r}, PUE inside where "
        "the lifecycle has cooling",
    }
    if operations is not None:
        content["computation, FLOP"] = float(f"{operations:.2g}")
    if hours is not None:
        content["training time, h"] = hours
    cannot_hold = (
        f"the interval of energy: {megawatt_hours}",
        "emissions, water and hardware: the act asks for energy alone",
        "where the energy was used",
    )
    return Export("EU AI Act, Annex XI", json.dumps(content, indent=2), cannot_hold)
