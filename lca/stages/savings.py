"""Savings that a service enables elsewhere: a consequence, beside the total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.stage import Number, Stage, parameter, supplier


class EnabledSavings(Stage):
    """Activity that others leave because of the service, for one functional unit.

    ``activity avoided × factor × (1 - rebound)``: positive, in ``result.avoided``, never in a
    total. Activity is counted in its own unit (trips, km, kWh), and the factor is the footprint
    of one. Rebound is the share of the saving that is taken back, as people do more of what
    became cheaper. This is the net in one row, and above 1 it would be no saving; to see both
    apart, or to allow more than 1, give 0 here and lay a `Rebound` beside it.

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


class Rebound(Stage):
    """What of a saving is taken back, as a row of its own, for one functional unit.

    ``-rebound × saving``: negative in ``result.avoided``, where the saving itself stands gross;
    their sum is the net. It takes the very draws of the saving. Above 1 (backfire) the sum is
    negative: the service causes more elsewhere than it saves. Give the saving as an activity of
    the lifecycle too, else it has no row.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
    >>> trips = lca.stages.EnabledSavings(name="trips", activity=2, factor=0.21, rebound=0)
    >>> back = lca.stages.Rebound(name="taken back", saving=trips, rebound=0.25)
    >>> parts = {"serving": grid, "saved": trips, "taken back": back}
    >>> avoided = lca.simulate(lca.Lifecycle(parts, functional_unit="one plan"), n=256).avoided
    >>> rows = avoided.sel(scenario="baseline", category="gwp").mean("sample").to_series()
    >>> rows.round(3).sort_index().to_dict()
    {'taken back': -0.105, 'trips': 0.42}
    """

    per = "1"
    phase = "avoided"
    saving: Stage = supplier("1", "gross saving, of the phase avoided")
    rebound: Number = parameter("1", "share of the saving that is taken back", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.saving, -self.rebound
