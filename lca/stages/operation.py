"""Operation: what a training run draws and takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lca import catalogue
from lca.stage import Number, Stage, parameter, supplier
from lca.units import near


class TrainingRun(Stage):
    """What all training runs have in common; use one of the classes below."""

    per = "1"
    phase = "operation"
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    cluster: Stage | None = supplier(
        "accelerator_hour", "accelerators held for work", optional=True
    )

    def hours(self) -> Any:
        """Return the time for which accelerators are held [accelerator_hour]."""
        raise NotImplementedError("use Training, ComputeTraining or another of its kind")

    def it_energy(self) -> Any:
        """Return the energy of the nodes at work [kWh]."""
        raise NotImplementedError("use Training, ComputeTraining or another of its kind")

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.it_energy()
        yield self.cooling, self.it_energy()
        yield self.cluster, self.hours()


class TimedRun(TrainingRun):
    """What training runs of known hours have in common."""

    accelerator_hours: Number = parameter(
        "accelerator_hour", "time for which accelerators are held", valid=(0, None)
    )

    def hours(self) -> Any:
        return self.accelerator_hours


class StoringRun(TrainingRun):
    """What training runs have in common that keep data and checkpoints.

    What is kept stands beside the work: it follows neither from the hours nor from the power.
    It is of one run, and a programme of runs (`Development`) keeps as much for every run. Data
    that all runs read are kept once: give them a storage beside the run (`Checkpoints` or a stage
    of your own), as an activity.
    """

    storage: Stage | None = supplier("TB*year", "storage of data and checkpoints", optional=True)
    stored: Number = parameter(
        "TB*year",
        "data and checkpoints kept for one run, times the years; other runs keep as much each",
        default=0.0,
        valid=(0, None),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield from super().exchanges()
        yield self.storage, self.stored


class RatedRun(StoringRun):
    """What training runs have in common whose power is estimated from the rating."""

    rated_power: Number = parameter(
        "kW/accelerator", "rated power (TDP) of an accelerator", valid=(0, 20)
    )
    power_fraction: Number = parameter(
        "1",
        "mean power of an accelerator at work over its rated power",
        default=catalogue.entry("operation.power_fraction.llm_training"),
        valid=(0, 1.2),
    )
    host_overhead: Number = parameter(
        "1",
        "power of a whole node over that of its accelerators",
        default=catalogue.entry("operation.host_overhead.power_ratio"),
        valid=(1, None),
    )

    def it_energy(self) -> Any:
        accelerators = self.hours() * self.rated_power * self.power_fraction
        return accelerators * self.host_overhead


class PoweredRun(StoringRun):
    """What training runs have in common whose mean power is known."""

    power: Number = parameter(
        "kW/accelerator", "mean power of an accelerator at work", valid=(0, 20)
    )
    host_overhead: Number = parameter(
        "1",
        "power of a whole node over that of its accelerators",
        default=catalogue.entry("operation.host_overhead.power_ratio"),
        valid=(1, None),
    )

    def it_energy(self) -> Any:
        return self.hours() * self.power * self.host_overhead


class Training(PoweredRun, TimedRun):
    """A training run known by its hours and mean power, as one run.

    ``accelerator-hours × mean power × host overhead`` (Strubell et al. 2019, eq. 1;
    Patterson et al. 2021): the overhead is what a whole node draws over what its
    accelerators draw. It is 1 where the power was measured at the node.
    """


class SpannedTraining(PoweredRun):
    """A training run known by its accelerators, its days and their mean power, as one run.

    ``accelerators × duration × mean power × host overhead``: `Training`, with the hours from
    how many accelerators were held for how long.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("US", year=2020, name="grid")
    >>> run = lca.stages.SpannedTraining(
    ...     electricity=grid, accelerators=10_000, duration=lca.fixed(14.8, "day"),
    ...     power=lca.fixed(330, "W/accelerator"), host_overhead=1,
    ... )
    >>> round(lca.Lifecycle(run, functional_unit="one model").nominal_amounts()["grid"])
    1172160
    """

    accelerators: Number = parameter("accelerator", "accelerators held", valid=(0, None))
    duration: Number = parameter("hour", "time for which they are held", valid=(0, None))

    def hours(self) -> Any:
        return self.accelerators * self.duration


class RatedTraining(RatedRun, TimedRun):
    """A training run whose power is estimated from the rating, as one run.

    ``accelerator-hours × TDP × power fraction × host overhead``: accelerators draw a
    fraction of their rated power (thermal design power).
    """


class MeteredTraining(StoringRun, TimedRun):
    """A training run whose IT energy was metered, as one run.

    ``energy × metering``: the reading, times what the instrument may be wrong by.
    """

    energy: Number = parameter("kWh", "IT energy as metered", valid=(0, None))
    metering: Number = parameter(
        "1",
        "true energy over the reading",
        default=catalogue.entry("operation.metering.ratio"),
        valid=(0.5, 1.5),
    )

    def it_energy(self) -> Any:
        return self.energy * self.metering


class PartlyMeteredTraining(MeteredTraining):
    """A training run of which a part was metered, as one run.

    ``energy × metering × duration / metered duration``: the rest is taken to draw the same.
    Accelerator-hours are of the whole run.
    """

    metered_duration: Number = parameter(
        "hour", "time for which the energy was metered", valid=(0.001, None)
    )
    duration: Number = parameter("hour", "time of the whole run", valid=(0, None))

    def it_energy(self) -> Any:
        return super().it_energy() * self.duration / self.metered_duration


class NodeTraining(StoringRun, TimedRun):
    """A training run whose power is that of nodes, idle and at work, as one run.

    ``accelerator-hours / accelerators per node × (host + accelerators per node ×
    (idle + load × (rated × power fraction - idle)))``: a host that draws the same all the time,
    and accelerators between their idle power and that of full work, linear in the load. For
    runs that wait for data or leave accelerators unused while they hold them. More idle than
    at full work is an error, in any sample.
    """

    rated_power: Number = parameter(
        "kW/accelerator", "rated power (TDP) of an accelerator", valid=(0, 20)
    )
    power_fraction: Number = parameter(
        "1",
        "power of an accelerator at full work over its rated power",
        default=catalogue.entry("operation.power_fraction.llm_training"),
        valid=(0, 1.2),
    )
    idle_fraction: Number = parameter(
        "1",
        "power of an idle accelerator over its rated power",
        default=catalogue.entry("operation.idle_power_fraction"),
        valid=(0, 1),
    )
    load: Number = parameter("1", "share of the time held in which accelerators work", valid=(0, 1))
    host_power: Number = parameter(
        "kW/node", "power of a node beside its accelerators", valid=(0, None)
    )
    accelerators_per_node: Number = parameter(
        "accelerator/node",
        "accelerators in one node",
        default=catalogue.entry("operation.accelerators_per_node.default"),
        valid=(1, None),
    )

    def node_power(self) -> Any:
        """Return the mean power of a node while it is held [kW/node]."""
        beyond = self.idle_fraction > 1.02 * self.power_fraction  # a lifecycle moves inputs by 1 %
        if np.any(beyond):
            raise ValueError("an accelerator draws more idle than at full work")
        share = self.idle_fraction + self.load * (self.power_fraction - self.idle_fraction)
        return self.host_power + self.accelerators_per_node * self.rated_power * share

    def it_energy(self) -> Any:
        return self.accelerator_hours / self.accelerators_per_node * self.node_power()


class ComputedRun(RatedRun):
    """What training runs have in common whose hours follow from computation.

    Hours are ``FLOP / (peak × MFU)``, with the utilisation of the peak (MFU) of the *whole*
    run, restarts and evaluation inside, at the precision of the peak. With an MFU of the steady
    state they are the hours of training alone: add `Restarts` or `LostTime`. Where the mean power
    is known, give it as `rated_power`, with a power fraction of 1.
    """

    peak: Number = parameter(
        "flop/hour/accelerator",
        "dense peak at the precision used; a data sheet's FLOP/s with its unit, not a bare number",
        valid=(3.6e15, 1.8e21),  # from 1 TFLOP/s: a bare number per second is below
    )
    mfu: Number = parameter(
        "1",
        "share of the peak used for the model over the whole run (MFU)",
        default=catalogue.entry("operation.mfu.whole_run"),
        valid=(0.001, 1),
    )

    @property
    def holds_restarts(self) -> bool:
        """Whether the MFU is on record as that of a whole run, so that hours hold restarts."""
        return bool(self.mfu.key.startswith("operation.mfu.whole_run"))

    def computation(self) -> Any:
        """Return the computation of the run [flop]."""
        raise NotImplementedError("use ComputeTraining, StatedComputeTraining or Distillation")

    def hours(self) -> Any:
        return self.computation() / (self.peak * self.mfu)


class ComputeTraining(ComputedRun):
    """A training run known by its model and tokens, as one run.

    ``6 × parameters × tokens`` FLOP: 2 per parameter and token forward, 4 backward (Kaplan et
    al. 2020; Hoffmann et al. 2022, appendix F), over ``peak × MFU``. For transformers; of a
    mixture of experts take the active parameters. Attention over the context is not in it: it
    adds ``context / (12 × width)`` of the whole, some per cent up to 8,000 tokens.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("US", name="grid")
    >>> run = lca.stages.compute_training(
    ...     "H100-SXM-80GB", parameters=8e9, tokens=15e12, mfu=0.38, electricity=grid
    ... )
    >>> run
    <ComputeTraining 'computetraining': per 1, operation>
    """

    parameters: Number = parameter(
        "1", "parameters active for each token; a number, not billions", valid=(1e5, 1e14)
    )
    tokens: Number = parameter(
        "token", "tokens trained on, repetitions counted; not billions", valid=(1e3, 1e17)
    )
    operations: Number = parameter(
        "flop/token",
        "operations of training, per parameter and token",
        default=catalogue.entry("operation.computation.training"),
        valid=(0, None),
    )

    def computation(self) -> Any:
        return self.operations * self.parameters * self.tokens


class StatedComputeTraining(ComputedRun):
    """A training run whose computation is stated, as one run.

    ``FLOP / (peak × MFU)`` accelerator-hours, for any kind of model. Operations counted must be
    those of the model (recomputed activations left out) for an MFU to fit them.
    """

    compute: Number = parameter("flop", "operations of the whole run", valid=(0, None))

    def computation(self) -> Any:
        return self.compute


class Distillation(ComputedRun):
    """A student model trained on the answers of a teacher, as one run.

    ``2 × parameters of the teacher × tokens + 6 × parameters of the student × tokens`` FLOP
    over ``peak × MFU``: the teacher reads every token forward, the student learns from it.
    Both at one utilisation; a teacher that writes text token by token reaches far less: make
    that a run of its own. The teacher's training is carried by `FineTuning`.
    """

    teacher_parameters: Number = parameter(
        "1",
        "parameters of the teacher active for each token; a number, not billions",
        valid=(1e5, 1e14),
    )
    student_parameters: Number = parameter(
        "1",
        "parameters of the student active for each token; a number, not billions",
        valid=(1e5, 1e14),
    )
    tokens: Number = parameter(
        "token", "tokens trained on, repetitions counted; not billions", valid=(1e3, 1e17)
    )
    teacher_operations: Number = parameter(
        "flop/token",
        "operations of the teacher, per parameter and token",
        default=catalogue.entry("operation.computation.inference"),
        valid=(0, None),
    )
    student_operations: Number = parameter(
        "flop/token",
        "operations of the student, per parameter and token",
        default=catalogue.entry("operation.computation.training"),
        valid=(0, None),
    )

    def computation(self) -> Any:
        teacher = self.teacher_operations * self.teacher_parameters
        student = self.student_operations * self.student_parameters
        return (teacher + student) * self.tokens


class NodeWork(Stage):
    """Work of nodes of any kind, such as preparing data, as one piece of work.

    ``nodes × hours × power``; nodes are held for as long (`NodeAmortisation`).
    """

    per = "1"
    phase = "operation"
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    cluster: Stage | None = supplier("node_hour", "nodes held for work", optional=True)
    nodes: Number = parameter("node", "nodes at work", valid=(0, None))
    hours: Number = parameter("hour", "hours for which they are held", valid=(0, None))
    power: Number = parameter("kW/node", "mean power of a node while held", valid=(0, None))

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.nodes * self.hours * self.power
        yield self.cooling, self.nodes * self.hours * self.power
        yield self.cluster, self.nodes * self.hours


class FacilityMeteredWork(Stage):
    """Work whose energy was metered at the building, its PUE inside, as one piece of work.

    ``energy / PUE`` is IT energy (ISO/IEC 30134-2); cooling and losses of the building bring it
    to the energy again. Water on site so goes by IT energy, and that of the grid by the energy
    of the facility (Jegham et al. 2025, eq. 4). The cooling has the same PUE: give both one
    quantity with a name. Hardware is not in it.

    Examples
    --------
    >>> import lca
    >>> pue = lca.fixed(1.1, name="PUE")
    >>> grid = lca.stages.electricity("US", name="grid")
    >>> hall = lca.stages.Cooling(electricity=grid, pue=pue, wue=0.3)
    >>> year = lca.stages.FacilityMeteredWork(
    ...     electricity=grid, cooling=hall, energy=1000, pue=pue
    ... )
    >>> round(lca.Lifecycle(year, functional_unit="one year").nominal_amounts()["grid"])
    1000
    """

    per = "1"
    phase = "operation"
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    cooling: Stage = supplier("kWh", "cooling of the building, per kWh of IT energy")
    energy: Number = parameter("kWh", "energy of the facility, as metered", valid=(0, None))
    pue: Number = parameter(
        "1", "power usage effectiveness inside that energy, as of the cooling", valid=(1, 5)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.electricity, self.energy / self.pue
        yield self.cooling, self.energy / self.pue


PRECISIONS = ("bf16", "fp16", "fp32", "tf32", "fp8", "int8", "fp4")


def compute_training(
    accelerator: str,
    *,
    parameters: Any = None,
    tokens: Any = None,
    compute: Any = None,
    precision: str = "bf16",
    **fields: Any,
) -> ComputedRun:
    """Return a training run from its computation, on an accelerator of the catalogue.

    Parameters
    ----------
    accelerator : str
        Name in the catalogue, ``"H100-SXM-80GB"``.
    parameters, tokens : float or Quantity
        Parameters active for each token, and tokens trained on (`ComputeTraining`); or else
    compute : float or Quantity [flop]
        the operations of the whole run (`StatedComputeTraining`).
    precision : {"bf16", "fp16", "fp32", "tf32", "fp8", "int8", "fp4"}
        Of most of the multiplications; decides the peak. The MFU of the catalogue is of the
        16-bit peak: at another precision give ``mfu``.
    **fields
        Fields of the run: ``electricity`` at least; ``mfu``, ``cluster``, ``name`` …

    Raises
    ------
    DataError
        If the accelerator, its power or its peak at this precision is not on record.
    ValueError
        If both or neither of a model and its computation are given, or the MFU is missing.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("US", name="grid")
    >>> lca.stages.compute_training("V100-SXM-32GB", compute=3.14e23, electricity=grid)
    Traceback (most recent call last):
    lca.tables.DataError: accelerator 'V100-SXM-32GB' has no peak at 'bf16'; there are fp16, fp32
    """
    fields = _accelerated("compute_training", accelerator, precision, fields)
    if compute is None and None not in (parameters, tokens):
        return ComputeTraining(parameters=parameters, tokens=tokens, **fields)
    if compute is not None and parameters is None and tokens is None:
        return StatedComputeTraining(compute=compute, **fields)
    raise ValueError("compute_training: give parameters= and tokens=, or compute= alone")


def distillation(
    accelerator: str,
    *,
    teacher_parameters: Any,
    student_parameters: Any,
    tokens: Any,
    precision: str = "bf16",
    **fields: Any,
) -> Distillation:
    """Return the training of a student by a teacher, on an accelerator of the catalogue.

    Parameters
    ----------
    accelerator, precision
        As in `compute_training`.
    teacher_parameters, student_parameters : float or Quantity
        Parameters of the two models active for each token.
    tokens : float or Quantity [token]
        Tokens trained on, repetitions counted.
    **fields
        Fields of the run: ``electricity`` at least; ``mfu``, ``cluster``, ``name`` …

    Raises
    ------
    DataError
        If the accelerator, its power or its peak at this precision is not on record.
    ValueError
        If the MFU is missing, or a number is out of its bounds.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("US", name="grid")
    >>> lca.stages.distillation(
    ...     "H100-SXM", teacher_parameters=70e9, student_parameters=8e9, tokens=1e12,
    ...     electricity=grid,
    ... )
    <Distillation 'distillation': per 1, operation>
    """
    fields = _accelerated("distillation", accelerator, precision, fields)
    return Distillation(
        teacher_parameters=teacher_parameters,
        student_parameters=student_parameters,
        tokens=tokens,
        **fields,
    )


def _accelerated(
    where: str, accelerator: str, precision: str, fields: dict[str, Any]
) -> dict[str, Any]:
    """Return fields of a computed run with the peak and the power of its accelerator."""
    card = catalogue.record("accelerators", catalogue.accelerator_id(accelerator))
    _check_precision(precision)
    if "peak" not in fields:
        fields["peak"] = _peak(card, precision)
    if "mfu" not in fields and precision not in ("bf16", "fp16"):
        raise ValueError(
            f"{where}: the MFU on record is of the 16-bit peak; at {precision!r} give mfu="
        )
    if "rated_power" not in fields:
        if card["tdp"] is None:
            raise catalogue.DataError(
                f"accelerator {card.id!r}: no confirmed TDP; give rated_power="
            )
        fields["rated_power"] = card["tdp"]
    return fields


def _check_precision(precision: str) -> None:
    if precision not in PRECISIONS:
        raise catalogue.DataError(
            f"no precision {precision!r}{near(precision, PRECISIONS)}; there are "
            f"{', '.join(PRECISIONS)}"
        )


def _peak(card: catalogue.Record, precision: str) -> Any:
    """Return the dense peak of an accelerator at a precision."""
    peaks = {one: card.fields.get(f"peak_{one}") for one in PRECISIONS}
    if card["dense_peak"] is not None:
        peaks[str(card["dense_format"]).lower()] = card["dense_peak"]
    if peaks[precision] is None:
        known = [one for one, peak in peaks.items() if peak is not None]
        raise catalogue.DataError(
            f"accelerator {card.id!r} has no peak at {precision!r}; there are {', '.join(known)}"
        )
    return peaks[precision]
