"""Electricity: a supply, at the plug of the building."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, parameter


class Electricity(Stage):
    """Electricity at the plug, for one kWh.

    ``intensity / (1 - losses)``: grid factors are per kWh generated, so losses up to the plug
    are counted here, and only here. Average mix, location-based. Water and primary energy
    are not reported; `ElectricityWithWater` adds water.

    Examples
    --------
    >>> import lca
    >>> lca.stages.electricity("FR", year=2022, name="grid")
    <Electricity 'grid': per kWh, a supply>
    """

    per = "kWh"
    phase = None
    intensity: Number = parameter(
        "kgCO2e/kWh", "lifecycle intensity of electricity, per kWh generated", valid=(0, None)
    )
    losses: Number = parameter(
        "1",
        "share of generation lost before the plug",
        default=catalogue.entry("operation.grid_loss_share.default"),
        valid=(0, 0.5),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.intensity / (1 - self.losses)


class ElectricityWithWater(Electricity):
    """Electricity at the plug with the water that its generation consumes, for one kWh.

    Adds ``water / (1 - losses)``. Cooling water at the site is the data centre's own (WUE).
    """

    per = "kWh"
    phase = None
    water: Number = parameter(
        "L/kWh", "water consumed by generation, per kWh generated", valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        yield "wcf", self.water / (1 - self.losses)


def electricity(region: str, year: int | None = None, **fields: Any) -> Electricity:
    """Return the electricity of a country and year from the catalogue.

    Parameters
    ----------
    region : str
        ISO 3166 alpha-2 code; ``"GLO"`` for the world.
    year : int, optional
        The newest on record unless given.
    **fields
        Fields of `Electricity`: ``name``, ``losses``.

    Raises
    ------
    DataError
        If the region or the year is not in the table; near names are offered.
    """
    return Electricity(intensity=catalogue.region(region, year).intensity, **fields)
