"""Disposal: the end of life of hardware."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, parameter


class Disposal(Stage):
    """Treatment of discarded hardware, for one kg, by the cut-off rule.

    ``collection × recycling + (1 - collection) × landfill``: transport and treatment only;
    recovered material is free of burden to whoever uses it, and no credit is taken
    (recycled content, ISO 14044 4.3.4.3).
    """

    per = "kg"
    phase = "disposal"
    collection: Number = parameter(
        "1",
        "share of the mass that is collected for recycling",
        default=catalogue.entry("disposal.collection_rate.data_centre"),
        valid=(0, 1),
    )
    recycling: Number = parameter(
        "kgCO2e/kg",
        "treatment of what is collected",
        default=catalogue.entry("disposal.treatment.electronics"),
        valid=(0, None),
    )
    landfill: Number = parameter(
        "kgCO2e/kg",
        "landfill of what is not",
        default=catalogue.entry("disposal.weee.landfill"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.collection * self.recycling
        yield "gwp", (1 - self.collection) * self.landfill
