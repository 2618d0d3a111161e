"""Cooling and power losses of the building: what comes on top of IT energy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, parameter, supplier


class Cooling(Stage):
    """Cooling and power losses of a data centre, for one kWh of IT energy.

    ``PUE - 1`` kWh of electricity and ``WUE`` litres of water: PUE (ISO/IEC 30134-2) is
    facility energy over IT energy, WUE (ISO/IEC 30134-9) water over IT energy. Water of
    the electricity comes with the electricity, so that the total is
    IT energy × (WUE + PUE × water of the grid).

    Examples
    --------
    >>> import lca
    >>> lca.stages.Cooling(electricity=lca.stages.electricity("FR"), pue=0.9, name="hall 2")
    Traceback (most recent call last):
    ValueError: Cooling 'hall 2': pue = 0.9 lies below its lower bound 1; power usage ...
    """

    per = "kWh"
    phase = "overhead"
    zero = {
        "gwp": "emits nothing itself: electricity is the grid's, refrigerant a stage of its own",
        "gwp20": "emits nothing itself: electricity is the grid's, refrigerant a stage of its own",
        "pe": "takes no energy but electricity",
        "adpe": "holds no hardware: the cooling plant is a facility stage",
    }
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    pue: Number = parameter(
        "1",
        "power usage effectiveness, annual mean",
        default=catalogue.entry("operation.pue.unknown_operator"),
        valid=(1, None),
    )
    wue: Number = parameter(
        "L/kWh",
        "water usage effectiveness, litres consumed on site per kWh of IT energy",
        default=catalogue.entry("operation.wue.unknown_operator"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.pue - 1
        yield "wcf", self.wue
