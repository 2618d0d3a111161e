"""Network: electricity of moving data, and the equipment that moves it.

Two models of the same thing stand side by side: energy per byte, an average that shares a
network out by the data it carries, and a power model, in which a line draws nearly the same
whether data flow or not and is shared out by time (Mytton, Lundén and Malmodin 2024). Neither
is marginal: one GB more adds next to nothing at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import catalogue
from lca.stage import Number, Stage, parameter, supplier


class DataTransfer(Stage):
    """What all transfers of data have in common; use one of the classes below."""

    per = "GB"
    phase = "network"
    electricity: Stage = supplier("kWh", "grid along the way")
    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    equipment: Stage | None = supplier(
        "GB", "network equipment, as made, per GB carried", optional=True
    )

    def it_energy(self) -> Any:
        """Return the energy of the network [kWh/GB]."""
        raise NotImplementedError("use Transfer, InternetTransfer or LineTransfer")

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.it_energy()
        yield self.cooling, self.it_energy()
        yield self.equipment, 1.0


class Transfer(DataTransfer):
    """Data moved at a known energy, for one GB.

    ``energy per data`` of electricity. The default is traffic within a cloud, between its data
    centres (Cloud Carbon Footprint); ``network.transfer.mobile_2020`` is one for radio. Traffic
    inside a cluster is none of it: its switches are counted as power
    (`Cluster.infrastructure_power`, host overhead).

    Examples
    --------
    >>> import lca
    >>> lca.stages.Transfer(electricity=lca.stages.electricity("FR"), name="replication")
    <Transfer 'replication': per GB, network>
    """

    energy: Number = parameter(
        "kWh/GB",
        "electricity per data moved",
        default=catalogue.entry("network.transfer.data_centre"),
        valid=(0, 100),
    )

    def it_energy(self) -> Any:
        return self.energy


class InternetTransfer(DataTransfer):
    """Data moved over the fixed-line internet, energy per byte with its trend, for one GB.

    ``energy in 2015 × 0.5^(years since / halving time)`` (Aslan et al. 2018: halving every two
    years since 2000). Core and access network without data centres and devices. Measured up
    to 2015; what lies after is extrapolated, ever less surely. `internet_transfer` takes a
    calendar year.
    """

    years_since: Number = parameter(
        "year", "years from that of the reference energy to that of the transfer", valid=(-15, 25)
    )
    reference_energy: Number = parameter(
        "kWh/GB",
        "electricity per data moved in the reference year",
        default=catalogue.entry("network.transfer.internet_2015"),
        valid=(0, 100),
    )
    halving_time: Number = parameter(
        "year",
        "time in which electricity per data halves",
        default=catalogue.entry("network.transfer.halving_time"),
        valid=(0.5, None),
    )

    def it_energy(self) -> Any:
        return self.reference_energy * 0.5 ** (self.years_since / self.halving_time)


class LineTransfer(DataTransfer):
    """Data moved over a fixed line by the power model, for one GB.

    ``base power / rate + power per rate``: core and access network draw a base power while the
    line is in use, and little more with traffic (Malmodin 2020; Carbon Trust 2021). So a GB costs
    less the faster it comes: the opposite of energy per byte. Share the time a line waits by
    a lower rate. Without the home router.
    """

    rate: Number = parameter(
        "GB/hour", "mean rate of data while the line is in use", valid=(1e-6, None)
    )
    base_power: Number = parameter(
        "kW",
        "power behind a line in use, at no traffic",
        default=catalogue.entry("network.line.base_power"),
        valid=(0, 1),
    )
    power_per_rate: Number = parameter(
        "kWh/GB",
        "power per rate of data, which is energy per data",
        default=catalogue.entry("network.line.power_per_rate"),
        valid=(0, 1),
    )

    def it_energy(self) -> Any:
        return self.base_power / self.rate + self.power_per_rate


class NetworkEquipment(Stage):
    """Switches and routers, as made, for one GB that they carry.

    ``devices × footprint / (rate × hours per year × lifetime)``: the mean rate over a service
    life, not the rated one, which is ten times that or more. The default is a switch of one
    rack unit, by mass and a generic factor.
    """

    per = "GB"
    phase = "manufacturing"
    devices: Number = parameter("1", "devices on the way", valid=(0, 100))
    rate: Number = parameter("GB/hour", "mean rate of data through a device", valid=(1e-6, None))
    footprint: Number = parameter(
        "kgCO2e",
        "cradle-to-gate footprint of a device",
        default=catalogue.entry("component.switch.1u"),
        valid=(0, None),
    )
    lifetime: Number = parameter(
        "year",
        "service life of network equipment",
        default=catalogue.entry("facility.lifetime.network"),
        valid=(0.1, None),
    )
    hours_per_year: Number = parameter(
        "hour/year",
        "hours in a year of service",
        default=catalogue.entry("operation.hours_per_year"),
        valid=(8000, 9000),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        carried = self.rate * self.hours_per_year * self.lifetime
        yield "gwp", self.devices * self.footprint / carried


def internet_transfer(year: int, **fields: Any) -> InternetTransfer:
    """Return transfer over the internet in a calendar year.

    Parameters
    ----------
    year : int
        Of the transfer; the reference energy is of 2015.
    **fields
        Fields of `InternetTransfer`: ``electricity`` at least.

    Raises
    ------
    DataError
        If it is no year from 2000 to 2040.

    Examples
    --------
    >>> import lca
    >>> lca.stages.internet_transfer(2025, electricity=lca.stages.electricity("DE"))
    <InternetTransfer 'internettransfer': per GB, network>
    """
    if not isinstance(year, int) or not 2000 <= year <= 2040:
        raise catalogue.DataError(f"year = {year!r}: give a year from 2000 to 2040")
    reference = int(catalogue.row("network.transfer.internet_2015")["year"])
    return InternetTransfer(years_since=float(year - reference), **fields)
