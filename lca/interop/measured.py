"""Measured: what the readers of logs have in common, and how it becomes stages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca import catalogue, quantity
from lca.distributions import Lognormal, Normal
from lca.lifecycle import Lifecycle
from lca.presets import training_run
from lca.quantity import Quantity
from lca.stage import Stage
from lca.stages.operation import MeteredTraining, PartlyMeteredTraining
from lca.tables import DataError

SENSORS = "operation.metering.board_sensor_ratio"
"""The figure for how far on-board sensors are off; taken unless another is given."""


def source(path: str | Path) -> str:
    """Return how a file is cited as a source."""
    return f"file {Path(path).name}".replace(";", ",")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Energy of one run, as a tool read it off sensors; made by the readers of this package.

    Attributes
    ----------
    name : str
        What the run is called in the file.
    reading : Quantity [kWh]
        IT energy as the file has it, without a PUE, for the time that was metered. Without a
        spread: a stage with a `metering` of its own takes this one.
    metering : Quantity
        True energy over the reading: what the sensors may be wrong by.
    duration : Quantity [hour]
        Of the whole run.
    metered_duration : Quantity [hour]
        For which there is a reading; less than `duration` where the file has gaps.
    accelerators : int or None
        Accelerators that were metered; None where the file does not say.
    accelerator : str
        What the tool calls them.
    leaves_out : str
        What no reading of this tool holds.
    """

    name: str
    reading: Quantity
    metering: Quantity
    duration: Quantity
    metered_duration: Quantity
    accelerators: int | None
    accelerator: str
    leaves_out: str

    @property
    def energy(self) -> Quantity:
        """The reading with what the sensors may be wrong by [kWh], for `lca.update`.

        Not for a stage or preset that has a `metering` of its own: it would count twice.
        """
        read = self.reading.point
        about: Any = {"unit": "kWh", "source": self.reading.source, "note": self.metering.note}
        error = self.metering.distribution
        if isinstance(error, Normal):
            sd = read * self.metering.scale * error.sd_
            return quantity.normal(mean=read * self.metering.mean, sd=sd, **about)
        if isinstance(error, Lognormal):
            return quantity.lognormal(median=read * self.metering.median, gsd=error.gsd, **about)
        raise DataError(f"{self.name}: metering is {self.metering!r}; take a normal or a lognormal")

    @property
    def gap_share(self) -> float:
        """Share of the run for which there is no reading."""
        return float(1 - self.metered_duration.point / self.duration.point)

    @property
    def accelerator_hours(self) -> Quantity:
        """Accelerators times duration [accelerator_hour].

        Raises
        ------
        DataError
            If the file does not say how many accelerators there were.
        """
        if self.accelerators is None:
            raise DataError(
                f"{self.name}: the file does not say how many accelerators there were; give "
                "accelerator_hours="
            )
        return quantity.fixed(
            self.accelerators * self.duration.point,
            "accelerator_hour",
            source=self.duration.source,
            note="accelerators times duration, as recorded",
        )

    def training(self, electricity: Stage, **fields: Any) -> MeteredTraining:
        """Return the run as a stage; where there are gaps, they are taken to draw the same.

        Parameters
        ----------
        electricity : Stage
            Grid that feeds the building.
        **fields
            Others of `stages.MeteredTraining`: ``cooling``, ``cluster``, ``accelerator_hours``
            where the file does not have them, ``metering`` where it is better known.

        Raises
        ------
        DataError
            If the number of accelerators is neither in the file nor given.
        """
        fields = {"metering": self.metering, "electricity": electricity, **fields}
        if "accelerator_hours" not in fields:
            fields["accelerator_hours"] = self.accelerator_hours
        if self.gap_share > 0:
            fields |= {"duration": self.duration, "metered_duration": self.metered_duration}
            return PartlyMeteredTraining(energy=self.reading, **fields)
        return MeteredTraining(energy=self.reading, **fields)

    def lifecycle(self, accelerator: str, **given: Any) -> Lifecycle:
        """Return the whole lifecycle of the run: `training_run` with its energy and hours.

        Parameters
        ----------
        accelerator : str
            Name in the catalogue: tools spell names in ways of their own.
        **given
            As in `training_run`; ``development`` has no default.

        Raises
        ------
        DataError
            If accelerators are neither in the file nor given.
        """
        hours = given.pop("accelerator_hours", None)
        if hours is None and self.accelerators == 0:
            raise DataError(
                f"{self.name}: no accelerator was metered, so no hours of {accelerator!r} are "
                "known; give accelerator_hours="
            )
        life = training_run(
            accelerator=accelerator,
            accelerator_hours=self.accelerator_hours if hours is None else hours,
            energy=self.reading * (self.duration.point / self.metered_duration.point),
            **given,
        )
        return life.replace({"training.metering": self.metering})


def made(
    path: str | Path,
    name: str,
    *,
    energy: float,
    hours: float,
    metered_hours: float | None = None,
    metering: Quantity | None,
    **more: Any,
) -> dict[str, Any]:
    """Return the fields of `Measured` from plain numbers of a file.

    Raises
    ------
    DataError
        If the run has no duration.
    """
    if not hours > 0:
        raise DataError(f"{path}: {name} has a duration of {hours:g} h")
    about: Any = {"source": source(path), "note": "as recorded"}
    metered = hours if metered_hours is None else metered_hours
    return {
        "name": name,
        "reading": quantity.fixed(energy, "kWh", **about),
        "metering": catalogue.figure(SENSORS) if metering is None else metering,
        "duration": quantity.fixed(hours, "hour", **about),
        "metered_duration": quantity.fixed(metered, "hour", **about),
        **more,
    }
