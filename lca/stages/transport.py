"""Transport of hardware to the site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, parameter


class Transport(Stage):
    """Freight by air or sea and by road, for one kg brought to the site.

    ``air share × air distance × air factor + (1 - air share) × sea distance × sea factor +
    road distance × road factor``, well to wheel (ISO 14083; DESNZ 2025 factors). Name the stage
    it serves with ``serves=``: a footprint that covers transport is then not moved twice.
    """

    per = "kg"
    phase = "transport"
    air_share: Number = parameter(
        "1",
        "share of the mass that goes by air",
        default=catalogue.entry("transport.air_share"),
        valid=(0, 1),
    )
    air_distance: Number = parameter(
        "km",
        "distance by air",
        default=catalogue.entry("transport.distance.asia_europe.air"),
        valid=(0, 40_000),
    )
    sea_distance: Number = parameter(
        "km",
        "distance by sea",
        default=catalogue.entry("transport.distance.asia_europe.sea"),
        valid=(0, 40_000),
    )
    road_distance: Number = parameter(
        "km",
        "distance by road",
        default=catalogue.entry("transport.distance.road"),
        valid=(0, 40_000),
    )
    air_factor: Number = parameter(
        "kgCO2e/kg/km",
        "air freight, well to wheel",
        default=catalogue.entry("transport.air.long_haul_with_rf"),
        valid=(0, None),
    )
    sea_factor: Number = parameter(
        "kgCO2e/kg/km",
        "container ship, well to wheel",
        default=catalogue.entry("transport.sea.container_average"),
        valid=(0, None),
    )
    road_factor: Number = parameter(
        "kgCO2e/kg/km",
        "heavy goods vehicle, well to wheel",
        default=catalogue.entry("transport.road.hgv_average"),
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.air_share * self.air_distance * self.air_factor
        yield "gwp", (1 - self.air_share) * self.sea_distance * self.sea_factor
        yield "gwp", self.road_distance * self.road_factor
