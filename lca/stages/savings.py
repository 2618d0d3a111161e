"""Savings that a service enables elsewhere: a consequence, beside the total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.stage import Number, Stage, parameter


class EnabledSavings(Stage):
    """Activity that others leave because of the service, for one functional unit.

    ``activity avoided × factor × (1 - rebound)``: positive, in ``result.avoided``, never in a
    total. Activity is counted in its own unit (trips, km, kWh), and the factor is the footprint
    of one. Rebound is the share of the saving that is taken back, as people do more of what
    became cheaper. Above 1 it is a burden, and belongs in a stage of the total.

    It needs a baseline: what would have been done without the service. That is a judgement, and
    there is no default.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
    >>> trips = lca.stages.EnabledSavings(activity=2, factor=0.21, rebound=0.25)
    >>> life = lca.Lifecycle({"serving": grid, "consequences": trips}, functional_unit="one plan")
    >>> result = lca.simulate(life, n=256)
    >>> round(float(result.total("gwp").mean()), 3), round(float(result.avoided.mean()), 3)
    (0.4, 0.315)
    """

    per = "1"
    phase = "avoided"
    activity: Number = parameter(
        "1", "activity that is avoided, in its own unit, per functional unit", valid=(0, None)
    )
    factor: Number = parameter("kgCO2e", "footprint of one unit of that activity", valid=(0, None))
    rebound: Number = parameter("1", "share of the saving that is taken back", valid=(0, 1))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.activity * self.factor * (1 - self.rebound)
