"""Inference: what a served token or request draws, and its share of the training.

Energy comes from one of four kinds of knowledge, each a class with inputs of its own: a
measurement, a computation, a published fit, or power, latency and batch of a node. Set side
by side with `lca.choice`, the way of estimating becomes an uncertain input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lca import catalogue, quantity
from lca.stage import Number, Stage, option, parameter, supplier
from lca.units import near


class Inference(Stage):
    """What all ways to serve a token or a request have in common; use one of the classes below.

    Machines kept ready without work draw a share of the energy of those at work
    (``operation.idle_energy_ratio.gemini``). A `cluster` with idle time "carried" draws it
    already, and holds their hardware: then leave `idle_energy_ratio` at 0. The ratio is of
    energy alone: hardware that waits is held by the cluster or left out.
    """

    per = "token"
    phase = "operation"
    electricity: Stage = supplier("kWh", "grid that feeds the building")
    cooling: Stage | None = supplier(
        "kWh", "cooling of the building, per kWh of IT energy", optional=True
    )
    cluster: Stage | None = supplier(
        "accelerator_hour", "accelerators held for work", optional=True
    )
    idle_energy_ratio: Number = parameter(
        "1", "energy of machines that wait over that of machines at work", default=0.0, valid=(0, 5)
    )

    def it_energy(self) -> Any:
        """Return the energy of the nodes at work [kWh]."""
        raise NotImplementedError("use MeasuredTokens, ComputedTokens, FittedTokens …")

    def accelerator_hours(self) -> Any:
        """Return the time for which accelerators are at work [accelerator_hour]."""
        raise NotImplementedError("use MeasuredTokens, ComputedTokens, FittedTokens …")

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        energy = self.it_energy() * (1 + self.idle_energy_ratio)
        yield self.electricity, energy
        yield self.cooling, energy
        yield self.cluster, self.accelerator_hours()


class MeasuredInference(Inference):
    """What the two measured stages have in common; use one of the classes below."""

    energy: Number = parameter("kWh/token", "energy of an output token, as read", valid=(0, 0.01))
    power: Number = parameter(
        "kW/accelerator", "mean power per accelerator, of what the energy holds", valid=(1e-4, 20)
    )
    metering: Number = parameter(
        "1",
        "true energy over the reading",
        default=catalogue.entry("operation.metering.board_sensor_ratio"),
        valid=(0.5, 1.5),
    )
    host_overhead: Number = parameter(
        "1",
        "energy of a whole node over what was measured",
        default=catalogue.entry("operation.host_overhead.gemini"),
        valid=(1, None),
    )

    def it_energy(self) -> Any:
        return self.energy * self.metering * self.host_overhead

    def accelerator_hours(self) -> Any:
        return self.energy / self.power


class MeasuredTokens(MeasuredInference):
    """Generated tokens whose energy was measured, for one output token.

    ``energy × metering × host overhead`` at ``energy / power`` accelerator-hours. Energy and
    power hold the same: the accelerators, or whole nodes with a host overhead of 1.
    `measured_tokens` takes both from the catalogue. Work on the prompt is inside where the
    measurement had it inside (ML.ENERGY does).

    Examples
    --------
    >>> import lca
    >>> tokens = lca.stages.MeasuredTokens(
    ...     electricity=lca.stages.electricity("FR"),
    ...     energy=lca.fixed(0.27, "J/token"),
    ...     power=lca.fixed(670, "W/accelerator"),
    ... )
    """


class MeasuredRequest(MeasuredInference):
    """A request whose energy was measured, for one request.

    ``energy × metering × host overhead`` at ``energy / power`` accelerator-hours, as
    `MeasuredTokens`. `measured_request` takes published energies from the catalogue.
    """

    per = "request"
    energy: Number = parameter("kWh/request", "energy of a request, as read", valid=(0, 100))


class ComputedTokens(Inference):
    """Tokens by their computation, for one token.

    ``compute per parameter × active parameters / (peak compute × MFU)`` accelerator-hours, at
    ``rated power × power fraction × host overhead``. A forward pass takes 2 FLOP per active
    parameter and token (Kaplan et al. 2020). Generating is bound by memory, so the utilisation
    of peak compute (MFU) is far below that of training. The default is of batches of 17 to 256
    and counts output tokens, so that work on the prompt lowers it. Leaves out attention over
    long contexts.

    Examples
    --------
    >>> import lca
    >>> tokens = lca.stages.computed_tokens(
    ...     "H100-SXM-80GB", active_parameters=8e9, electricity=lca.stages.electricity("FR")
    ... )
    """

    active_parameters: Number = parameter(
        "1", "active parameters of the model, as a count", valid=(1e5, 1e14)
    )
    compute_per_parameter: Number = parameter(
        "FLOP/token",
        "computation of a token per active parameter",
        default=catalogue.entry("inference.compute_per_parameter"),
        valid=(1, 100),
    )
    peak_compute: Number = parameter(
        "FLOP/hour/accelerator",
        "dense peak in the precision used; a data sheet's FLOP/s with its unit, not a bare number",
        valid=(1.8e16, 1.8e21),  # from 5 TFLOP/s: a bare number per second is below
    )
    mfu: Number = parameter(
        "1",
        "utilisation of peak compute (MFU)",
        default=catalogue.entry("inference.mfu.dense"),
        valid=(1e-5, 1),
    )
    rated_power: Number = parameter(
        "kW/accelerator", "rated power (TDP) of an accelerator", valid=(0, 20)
    )
    power_fraction: Number = parameter(
        "1",
        "mean power of an accelerator at work over its rated power",
        default=catalogue.entry("operation.power_fraction.inference_h100"),
        valid=(0, 1.2),
    )
    host_overhead: Number = parameter(
        "1",
        "power of a whole node over that of its accelerators",
        default=catalogue.entry("operation.host_overhead.gemini"),
        valid=(1, None),
    )

    def accelerator_hours(self) -> Any:
        return self.compute_per_parameter * self.active_parameters / (self.peak_compute * self.mfu)

    def it_energy(self) -> Any:
        power = self.rated_power * self.power_fraction * self.host_overhead
        return self.accelerator_hours() * power


class BatchedTokens(Inference):
    """Tokens of a node that serves a batch, for one output token.

    ``accelerators × latency / batch`` accelerator-hours, at ``node power / accelerators per
    node``: while one request waits for its next token, every request of the batch gets one.
    Power of the node at work, its accelerators included.
    """

    node_power: Number = parameter("kW/node", "power of a whole node at work", valid=(0, 200))
    accelerators_per_node: Number = parameter(
        "accelerator/node",
        "accelerators in one node",
        default=catalogue.entry("operation.accelerators_per_node.default"),
        valid=(1, None),
    )
    accelerators: Number = parameter(
        "accelerator", "accelerators that hold one copy of the model", valid=(0.01, None)
    )
    latency: Number = parameter(
        "hour/token", "time between two output tokens of a request", valid=(0, 0.01)
    )
    batch: Number = parameter("1", "requests served at once, as a mean", valid=(1, 1e5))

    def accelerator_hours(self) -> Any:
        return self.accelerators * self.latency / self.batch

    def it_energy(self) -> Any:
        return self.accelerator_hours() * self.node_power / self.accelerators_per_node


class FittedTokens(Inference):
    """Tokens of a language model by the published fit of EcoLogits, for one output token.

    Energy of an accelerator per token ``(a × parameters × exp(-b × batch) + c) × energy ratio``
    on each of n accelerators, and ``(d × parameters + e × batch + f) × latency ratio`` as time
    per token, in which the hosts draw ``n / accelerators per node × host power / batch``
    (EcoLogits 0.11; Rincé and Banse 2025). n is memory overhead × all parameters × bytes over
    the memory of an accelerator, by `rounding`: a "power of two" as published, whole "groups",
    or "shared", which rounds nothing. Rounding up jumps: 440 billion parameters need 13.2
    accelerators and are charged 16; what fits exactly never jumps (a tolerance of 1e-9).

    Fitted on H100, batches up to 512, models up to 200 billion parameters. The two ratios
    hold how far measurements lie off for batches of 48 and more. Below a batch of 17 the fit
    is too low by a factor of four: measure instead. Leaves out idle machines and the network.

    Examples
    --------
    >>> import lca
    >>> tokens = lca.stages.FittedTokens(
    ...     electricity=lca.stages.electricity("FR"), active_parameters=70e9, total_parameters=70e9
    ... )
    """

    active_parameters: Number = parameter("1", "active parameters, as a count", valid=(1e5, 1e14))
    total_parameters: Number = parameter(
        "1", "all parameters that are held in memory, as a count", valid=(1e5, 1e14)
    )
    batch: Number = parameter(
        "1",
        "requests served at once",
        default=catalogue.entry("inference.regression.batch"),
        valid=(1, 512),
    )
    bytes_per_parameter: Number = parameter(
        "byte",
        "bytes that hold one parameter",
        default=catalogue.entry("operation.checkpoint_bytes.weights"),
        valid=(0.1, 8),
    )
    memory_overhead: Number = parameter(
        "1",
        "memory needed over that of the weights",
        default=catalogue.entry("inference.regression.memory_overhead"),
        valid=(1, None),
    )
    memory: Number = parameter(
        "byte/accelerator",
        "memory of an accelerator",
        default=catalogue.entry("inference.regression.memory"),
        valid=(1e9, 1e13),
    )
    group: Number = parameter(
        "accelerator", "accelerators of the smallest group that is used", default=1.0, valid=(1, 64)
    )
    rounding: str = option(
        "power of two", "how groups are rounded up", among=("power of two", "groups", "shared")
    )
    energy_per_parameter: Number = parameter(
        "kWh/token/accelerator",
        "a: energy of a token on an accelerator, per active parameter",
        default=catalogue.entry("inference.regression.energy_per_parameter"),
        valid=(0, 1e-9),
    )
    batch_decay: Number = parameter(
        "1",
        "b: decay of that energy per request of the batch",
        default=catalogue.entry("inference.regression.batch_decay"),
        valid=(0, 1),
    )
    energy_constant: Number = parameter(
        "kWh/token/accelerator",
        "c: energy of a token on an accelerator, without parameters",
        default=catalogue.entry("inference.regression.energy_constant"),
        valid=(0, 1e-3),
    )
    energy_ratio: Number = parameter(
        "1",
        "measured energy over that of the fit",
        default=catalogue.entry("inference.regression.energy_ratio"),
        valid=(0, None),
    )
    latency_per_parameter: Number = parameter(
        "hour/token",
        "d: time of a token per active parameter",
        default=catalogue.entry("inference.regression.latency_per_parameter"),
        valid=(0, 1e-9),
    )
    latency_per_request: Number = parameter(
        "hour/token",
        "e: time of a token per request of the batch",
        default=catalogue.entry("inference.regression.latency_per_request"),
        valid=(0, 1e-3),
    )
    latency_constant: Number = parameter(
        "hour/token",
        "f: time of a token, without parameters",
        default=catalogue.entry("inference.regression.latency_constant"),
        valid=(0, 0.01),
    )
    latency_ratio: Number = parameter(
        "1",
        "measured time over that of the fit",
        default=catalogue.entry("inference.regression.latency_ratio"),
        valid=(0, None),
    )
    host_power: Number = parameter(
        "kW/node",
        "power of a node without its accelerators",
        default=catalogue.entry("inference.regression.host_power"),
        valid=(0, 50),
    )
    accelerators_per_node: Number = parameter(
        "accelerator/node",
        "accelerators in one node",
        default=catalogue.entry("operation.accelerators_per_node.default"),
        valid=(1, None),
    )

    def accelerators(self) -> Any:
        """Return the accelerators that hold one copy of the model."""
        weights = self.total_parameters * self.bytes_per_parameter
        needed = self.memory_overhead * weights / (self.memory * self.group)
        if self.rounding == "shared":
            return self.group * needed
        if self.rounding == "groups":
            return self.group * np.maximum(np.ceil(needed - 1e-9), 1)
        return self.group * 2 ** np.ceil(np.log2(np.maximum(needed, 1)) - 1e-9)

    def latency(self) -> Any:
        """Return the time between two tokens of a request [hour/token]."""
        fit = self.latency_per_parameter * self.active_parameters + self.latency_constant
        return (fit + self.latency_per_request * self.batch) * self.latency_ratio

    def accelerator_hours(self) -> Any:
        return self.accelerators() * self.latency() / self.batch

    def it_energy(self) -> Any:
        falling = self.energy_per_parameter * np.exp(-self.batch_decay * self.batch)
        fit = falling * self.active_parameters + self.energy_constant
        host_power = self.host_power / self.accelerators_per_node
        return self.accelerators() * fit * self.energy_ratio + self.accelerator_hours() * host_power


class Request(Stage):
    """A request to a language model, for one request.

    ``output tokens`` of one stage and ``prompt tokens`` of another, which works on a prompt at
    once and faster; without it the prompt is taken to be inside the output tokens. With data
    transferred to the user and back, where a network is given.
    """

    per = "request"
    phase = "operation"
    output: Stage = supplier("token", "tokens that are generated")
    prompt: Stage | None = supplier("token", "tokens of a prompt, read at once", optional=True)
    network: Stage | None = supplier("GB", "transfer of data to the user", optional=True)
    output_tokens: Number = parameter("token/request", "tokens of the answer", valid=(0, 1e8))
    prompt_tokens: Number = parameter(
        "token/request", "tokens of the prompt", default=0.0, valid=(0, 1e8)
    )
    transferred: Number = parameter(
        "GB/request", "data of question and answer", default=0.0, valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.output, self.output_tokens
        yield self.prompt, self.prompt_tokens
        yield self.network, self.transferred


class RequestTransfer(Stage):
    """The data of a request sent to the user and back, for one request.

    ``transferred`` GB of a network: beside a request whose energy was measured in the data
    centre (`MeasuredRequest`). A `Request` made of tokens has a network of its own. The device
    of the user is not in it.

    Examples
    --------
    >>> import lca
    >>> internet = lca.stages.internet_transfer(2025, electricity=lca.stages.electricity("US"))
    >>> lca.stages.RequestTransfer(network=internet, transferred=lca.fixed(50, "kB/request"))
    <RequestTransfer 'requesttransfer': per request, network>
    """

    per = "request"
    phase = "network"
    network: Stage = supplier("GB", "transfer of data to the user")
    transferred: Number = parameter(
        "GB/request", "data of question and answer", default=0.0, valid=(0, None)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.network, self.transferred


class AmortisedTraining(Stage):
    """The share of a training run that falls on one of the requests it serves.

    ``1 / requests`` of the run, for one request: all requests over the life of the model, most
    uncertain of all inputs and seldom published. `amortised` sweeps it, `break_even` asks for it.
    """

    per = "request"
    phase = "operation"
    training: Stage = supplier("1", "the training run, development included where it is a part")
    requests: Number = parameter(
        "request", "requests served over the life of the model", valid=(1, 1e18)
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.training, 1 / self.requests


# -- from the catalogue ----------------------------------------------------------------------


def measured_tokens(row: str, **fields: Any) -> MeasuredTokens:
    """Return tokens with energy and power of a row of ``inference_measured`` (ML.ENERGY).

    Parameters
    ----------
    row : str
        Its id, as ``lca.catalogue.search("qwen3-8b h100")`` lists them.
    **fields
        Fields of `MeasuredTokens`: ``electricity`` at least.

    Raises
    ------
    DataError
        If there is no such row; near names are offered.

    Examples
    --------
    >>> import lca
    >>> lca.stages.measured_tokens(
    ...     "measured.gpqa.qwen3-8b.h100.b64", electricity=lca.stages.electricity("FR")
    ... )
    <MeasuredTokens 'measuredtokens': per token, operation>
    """
    found = catalogue.record("inference_measured", row)
    given = {"energy": found["energy_per_token"], "power": found["power"]}
    return MeasuredTokens(**(given | fields))


PARTS = ("active hosts", "idle machines", "overhead of the site")
"""Boundaries of figures that are a part of a request."""


def measured_request(row: str, **fields: Any) -> MeasuredRequest:
    """Return a request with its published energy: of a product, a task, a model, an image.

    The host overhead is 1 where the figure holds whole nodes, and where it does not say.

    Parameters
    ----------
    row : str
        A figure in Wh per request such as ``"inference.task.summarisation"``, or an id of
        ``inference_measured`` or ``inference_diffusion`` (the range over all configurations).
    **fields
        Fields of `MeasuredRequest`: ``electricity`` and, where no power was published, ``power``.

    Raises
    ------
    DataError
        If there is no such energy (near names are offered), if it is a part of one, if it
        holds the overhead of the building and `cooling` is given, or machines that wait, and
        these are given again.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("US")
    >>> lca.stages.measured_request(
    ...     "inference.task.image_generation", power=0.3, electricity=grid, name="picture"
    ... )
    <MeasuredRequest 'picture': per request, operation>
    """
    found = catalogue.row(row)
    if found["table"] == "inference_measured":
        record = catalogue.record("inference_measured", row)
        return MeasuredRequest(
            **({"energy": record["energy_per_request"], "power": record["power"]} | fields)
        )
    if found["table"] == "inference_diffusion":
        return MeasuredRequest(**({"energy": _over_configurations(row)} | fields))
    if found["table"] != "inference_reference" or found["unit"] != "Wh/request":
        raise catalogue.DataError(f"{row!r} of {found['table']} is no energy of a request")
    if found["boundary"] in PARTS:
        raise catalogue.DataError(f"{row!r} is a part of a request: {found['boundary']}")
    covers = catalogue.covers(row)
    if "overhead" in covers and fields.get("cooling") is not None:
        raise catalogue.DataError(
            f"{row!r} holds the overhead of the building ({found['boundary']}): give no cooling"
        )
    _check_idle(row, found["boundary"], fields)
    given: dict[str, Any] = {"energy": catalogue.figure(row), "metering": 1, "covers": covers}
    if not found["boundary"].startswith(("accelerator only", "active accelerators")):
        given["host_overhead"] = 1
    return MeasuredRequest(**(given | fields))


def _check_idle(row: str, boundary: str, fields: Mapping[str, Any]) -> None:
    """Refuse idle time a second time where a published energy holds it."""
    if not any(word in boundary for word in ("idle machines", "time without requests")):
        return
    carried = getattr(fields.get("cluster"), "idle_time", "") == "carried"
    if carried or fields.get("idle_energy_ratio", 0) != 0:
        raise catalogue.DataError(
            f"{row!r} holds machines that wait ({boundary}): give no idle_energy_ratio, and a "
            'cluster with idle_time="left to the owner"'
        )


def _over_configurations(row: str) -> quantity.Quantity:
    """Return the energy of an image or video over all measured configurations."""
    found = catalogue.record("inference_diffusion", row)
    low, median, high = (found[f"energy_{n}"] for n in ("low", "median", "high"))
    if low.point == high.point:
        return median
    return quantity.pert(
        low=low.point,
        mode=median.point,
        high=high.point,
        unit=median.unit,
        kind="variability",
        population="configurations",
        source=median.source,
        name=row,
    )


ARCHITECTURES = {"dense": "dense", "mixture of experts": "mixture_of_experts"}


def computed_tokens(
    accelerator: str, *, architecture: str = "dense", **fields: Any
) -> ComputedTokens:
    """Return tokens by their computation on an accelerator of the catalogue.

    Parameters
    ----------
    accelerator : str
        Name in the catalogue: its rated power and dense 16-bit peak are taken.
    architecture : {"dense", "mixture of experts"}
        For the utilisation of peak compute.
    **fields
        Fields of `ComputedTokens`: ``active_parameters`` and ``electricity`` at least.

    Raises
    ------
    DataError
        If the accelerator or the architecture is unknown, or peak or TDP is not confirmed.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR")
    >>> lca.stages.computed_tokens("A100-SXM-80GB", active_parameters=8e9, electricity=grid)
    <ComputedTokens 'computedtokens': per token, operation>
    """
    card = catalogue.accelerator(accelerator)
    if architecture not in ARCHITECTURES:
        raise catalogue.DataError(
            f"no architecture {architecture!r}{near(str(architecture), ARCHITECTURES)}; "
            f"there are {', '.join(ARCHITECTURES)}"
        )
    fraction = "inference_b200" if card.id.startswith("B200") else "inference_h100"
    given = {
        "rated_power": card.tdp,
        "power_fraction": catalogue.figure(f"operation.power_fraction.{fraction}"),
        "peak_compute": catalogue.record("accelerators", card.id)["dense_peak"],
        "mfu": catalogue.figure(f"inference.mfu.{ARCHITECTURES[architecture]}"),
    } | fields
    for field, what in (("peak_compute", "peak"), ("rated_power", "TDP")):
        if given[field] is None:
            raise catalogue.DataError(
                f"accelerator {card.id!r}: no confirmed {what}; give {field}="
            )
    return ComputedTokens(**given)


# -- training against serving ----------------------------------------------------------------


QUANTILES = (0.05, 0.5, 0.95)


def amortised(
    training: Any,
    per_request: Any,
    requests: Sequence[float],
    *,
    quantiles: Sequence[float] = QUANTILES,
) -> Any:
    """Return emissions of a request with its share of the training, over numbers of requests.

    ``per request + training / requests`` of every sample.

    Parameters
    ----------
    training : array
        Samples of all of the training, in any unit of impact, as
        ``result.total("gwp").sel(scenario="training")`` gives them.
    per_request : array
        Samples of one request, of the same simulation and unit.
    requests : sequence of float
        Numbers of requests over the life of the model.
    quantiles : sequence of float

    Returns
    -------
    pandas.DataFrame
        A row for each number: mean, quantiles, and the mean share of the training.

    Raises
    ------
    ValueError
        If samples are negative, not finite or not paired, or a number is not above 0.

    Examples
    --------
    >>> table = amortised(50e3, 1e-3, [1e6, 1e9])
    >>> [round(share, 3) for share in table["share of training"]]
    [0.98, 0.048]
    """
    import pandas as pd

    trained, served = _paired({"training": training, "per_request": per_request})
    rows = {}
    for number in requests:
        if not number > 0:
            raise ValueError(f"amortised: requests = {number!r}; give numbers above 0")
        share = trained / number
        total = share + served
        part = np.divide(share, total, out=np.zeros_like(total), where=total > 0)
        rows[float(number)] = [total.mean(), *np.quantile(total, quantiles), part.mean()]
    table = pd.DataFrame.from_dict(rows, "index", columns=["mean", *quantiles, "share of training"])
    return table.rename_axis("requests")


def break_even(
    training: Mapping[str, Any],
    per_request: Mapping[str, Any],
    *,
    quantiles: Sequence[float] = QUANTILES,
) -> Any:
    """Return the number of requests at which models break even: with themselves, one by one.

    A model against "its training": served emissions equal those of the training after
    ``training / per request`` requests. A model against another: from
    ``(training - other's training) / (other's per request - per request)`` requests on it
    has emitted less in all; 0 if it does from the first, never if its request emits more.

    Parameters
    ----------
    training : mapping of arrays
        Samples of all of the training, by model, in any unit of impact.
    per_request : mapping of arrays
        Samples of one request, of the same simulation, models and unit.
    quantiles : sequence of float

    Returns
    -------
    pandas.DataFrame
        A row for each model and what it is held against: quantiles of the number over all
        samples (infinite where it is never reached), the share of samples in which it never is,
        and the share in which the model is ahead at first, before any request.

    Raises
    ------
    ValueError
        If the models differ, or samples are negative, not finite or not paired.

    Examples
    --------
    A larger training pays off after ten million requests; the smaller one never does after that:

    >>> table = break_even({"small": 100, "large": 600}, {"small": 1e-4, "large": 5e-5})
    >>> print(table[[0.5, "never", "ahead at first"]].to_string(float_format="{:g}".format))
                              0.5  never  ahead at first
    model against
    small its training      1e+06      0               0
          large               inf      1               1
    large its training    1.2e+07      0               0
          small             1e+07      0               0
    """
    import pandas as pd

    if set(training) != set(per_request) or not training:
        raise ValueError(
            f"break_even: training is of {', '.join(training) or 'nothing'}, per_request of "
            f"{', '.join(per_request) or 'nothing'}; give the same models"
        )
    names = list(training)
    samples = _paired(
        {f"training of {n}": training[n] for n in names}
        | {f"request of {n}": per_request[n] for n in names}
    )
    trained = dict(zip(names, samples[: len(names)], strict=True))
    served = dict(zip(names, samples[len(names) :], strict=True))
    rows = {}
    for one in names:
        rows[one, "its training"] = _row(trained[one], served[one], quantiles)
        for other in names:
            if other != one:
                excess = trained[one] - trained[other]
                rows[one, other] = _row(excess, served[other] - served[one], quantiles)
    return pd.DataFrame(
        list(rows.values()),
        index=pd.MultiIndex.from_tuples(rows, names=["model", "against"]),
        columns=[*quantiles, "never", "ahead at first"],
    )


def _row(excess: Any, saving: Any, quantiles: Sequence[float]) -> list[Any]:
    number = _reached(excess, saving)
    found = np.quantile(number, quantiles, method="inverted_cdf")
    return [*found, np.isinf(number).mean(), (excess < 0).mean()]


def _reached(excess: Any, saving: Any) -> Any:
    """Return after how many requests the saving of each makes up for an excess at the start."""
    made_up = np.divide(excess, saving, out=np.full_like(excess, np.inf), where=saving > 0)
    return np.where((saving == 0) & (excess <= 0), 0.0, np.maximum(made_up, 0.0))


def _paired(samples: Mapping[str, Any]) -> list[Any]:
    """Return samples as arrays of one length, or say what is wrong with them."""
    arrays = [np.atleast_1d(np.asarray(values, dtype=float)) for values in samples.values()]
    lengths = {array.shape for array in arrays if array.shape != (1,)}
    if len(lengths) > 1 or any(array.ndim > 1 for array in arrays):
        shapes = ", ".join(f"{n}: {a.shape}" for n, a in zip(samples, arrays, strict=True))
        raise ValueError(f"samples must be of one simulation, one number a sample; got {shapes}")
    for name, array in zip(samples, arrays, strict=True):
        if not np.all(np.isfinite(array)) or np.any(array < 0):
            raise ValueError(f"{name} holds a value that is negative or not finite")
    return [np.array(array) for array in np.broadcast_arrays(*arrays)]
