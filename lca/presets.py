"""Presets: whole lifecycles from a few facts; what is not given has a sourced default.

What comes out is an ordinary `Lifecycle`: print it, look at `inputs`, `replace` parts of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from lca import catalogue, quantity, tables
from lca.lifecycle import Lifecycle
from lca.quantity import Quantity
from lca.stage import Choice, Stage, choice
from lca.stages.cluster import Cluster
from lca.stages.cooling import Cooling
from lca.stages.development import Development
from lca.stages.disposal import Disposal
from lca.stages.electricity import Electricity
from lca.stages.electricity import electricity as of_region
from lca.stages.fabrication import AdvancedPackage, PackagedDie, die_by_area, logic_die
from lca.stages.facility import FacilityFootprint, Housing
from lca.stages.hardware import (
    Accelerator,
    AcceleratorToGate,
    Board,
    BoardShare,
    ConnectedAccelerator,
    NetworkFabric,
    Server,
)
from lca.stages.inference import (
    AmortisedTraining,
    FittedTokens,
    MeasuredRequest,
    MeasuredTokens,
    Request,
    RequestTransfer,
    computed_tokens,
)
from lca.stages.memory import memory
from lca.stages.network import internet_transfer
from lca.stages.operation import MeteredTraining, RatedTraining, Training
from lca.stages.parts import AcceleratorFromParts, Part, teardown
from lca.stages.storage import Drives, Storage
from lca.stages.transport import Transport, transport_to

Value = float | Quantity


def training_run(
    *,
    accelerator: str,
    accelerator_hours: Value,
    development: Value | str,
    region: str | None = None,
    year: int | None = None,
    electricity: Value | Stage | None = None,
    site: str = "",
    energy: Value | None = None,
    power: Value | None = None,
    host_overhead: Value | None = None,
    pue: Value | None = None,
    wue: Value | None = None,
    losses: Value | None = None,
    lifetime: Value | None = None,
    utilisation: Value | None = None,
    idle_time: str = "carried",
    idle_fraction: Value | None = None,
    infrastructure_power: Value | None = None,
    accelerator_footprint: Value | Stage | None = None,
    server_footprint: Value | None = None,
    stored: Value | None = None,
    transport: bool = True,
    disposal: bool = True,
    network: Value | None = None,
    facility: Value | None = None,
    amount: float = 1,
    functional_unit: str = "one trained model",
    factors: str = "AR6",
    variability: str = "drawn",
) -> Lifecycle:
    """Return the lifecycle of a training run: hardware, operation, overhead, end of life.

    Parameters
    ----------
    accelerator : str
        Name in the catalogue, ``"A100-SXM-80GB"``.
    accelerator_hours : float or Quantity [accelerator_hour]
        Hours of the final run.
    development : float, Quantity or "excluded"
        Accelerator-hours of all other runs over those of the final run. It has no default:
        say what is known, ``lca.catalogue.figure("operation.development_ratio.default")`` for a
        typical range, or that it is excluded.
    region, year : str, int, optional
        Where the site is: its electricity, unless `electricity` is given, and the way by which
        hardware comes: to North America, or else to Europe, which is taken without a region too.
    electricity : float, Quantity [kgCO2e/kWh] or Stage, optional
        An intensity, or a supply of your own per kWh.
    site : str
        Name of the data centre. Runs at two sites share no site variability (PUE and the like).
    energy : float or Quantity [kWh], optional
        IT energy of the final run as metered; or else
    power : float or Quantity [kW/accelerator], optional
        mean power of an accelerator at work; without either, a fraction of the rated power.
    host_overhead, pue, wue, losses, lifetime, utilisation, idle_fraction, infrastructure_power : \
float or Quantity, optional
        As in `stages.Training`, `Cooling`, `Electricity` and `Cluster`.
    idle_time : {"carried", "left to the owner"}
        Who carries the time in which the cluster waits.
    accelerator_footprint : float, Quantity or Stage, optional
        kgCO2e per accelerator, or a stage: ``lca.accelerator_embodied("H100-SXM", weights=…)``.
        Where it covers the host, no node is added.
    server_footprint : float or Quantity, optional
        kgCO2e per node without accelerators.
    stored : float or Quantity [TB*year], optional
        Data and checkpoints kept; no storage unless given.
    transport, disposal : bool
        False leaves the step outside the boundary. Hardware comes from East Asia: over the Pacific
        for a region in the United States or Canada, else by the way to Europe, for want of other
        routes (`stages.Transport`).
    network : float or Quantity, optional
        kgCO2e per accelerator of switches, optics and cables; no network unless given.
    facility : float or Quantity, optional
        kgCO2e per kW of IT power of the building with its plant; no facility unless given.
    amount, functional_unit, factors, variability
        As in `Lifecycle`.

    Raises
    ------
    DataError
        If accelerator, region or year are not in the tables.
    ValueError
        If neither or both of `region` and `electricity` are given, or `energy` and `power`.

    Examples
    --------
    >>> import lca
    >>> life = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    ... )
    >>> life
    <Lifecycle of one trained model: 8 stages, 28 inputs, 22 of them uncertain>
    """
    card = _of_a_cluster("training_run", accelerator)
    grid = _grid("training_run", region, year, electricity, losses)
    made = _accelerator(card, accelerator_footprint, "accelerator")
    cooling = _cooling(grid, facility, made, pue=pue, wue=wue)
    cluster = _cluster(
        card,
        grid,
        cooling,
        made,
        region=region,
        server_footprint=server_footprint,
        transport=transport,
        disposal=disposal,
        network=network,
        idle_time=idle_time,
        **_given(
            lifetime=lifetime,
            utilisation=utilisation,
            idle_fraction=idle_fraction,
            infrastructure_power=infrastructure_power,
        ),
    )
    run = _run(
        energy,
        power,
        host_overhead,
        card,
        name="training",
        electricity=grid,
        cooling=cooling,
        cluster=cluster,
        accelerator_hours=accelerator_hours,
        **_stored(stored, grid, cooling),
    )
    return Lifecycle(
        _activities(run, development),
        amount=amount,
        functional_unit=functional_unit,
        factors=factors,
        site=site,
        variability=variability,
    )


def inference_service(
    *,
    accelerator: str,
    output_tokens: Value | None = None,
    active_parameters: Value | None = None,
    total_parameters: Value | None = None,
    energy: Quantity | None = None,
    power: Value | None = None,
    region: str | None = None,
    year: int | None = None,
    electricity: Value | Stage | None = None,
    site: str = "",
    prompt_tokens: Value | None = None,
    batch: Value | None = None,
    mfu: Value | None = None,
    host_overhead: Value | None = None,
    weights: Mapping[str, float] | None = None,
    transferred: Value | None = None,
    pue: Value | None = None,
    wue: Value | None = None,
    losses: Value | None = None,
    lifetime: Value | None = None,
    utilisation: Value | None = None,
    idle_time: str = "carried",
    idle_fraction: Value | None = None,
    accelerator_footprint: Value | Stage | None = None,
    server_footprint: Value | None = None,
    transport: bool = True,
    disposal: bool = True,
    network: Value | None = None,
    facility: Value | None = None,
    training: Lifecycle | None = None,
    requests: Value | None = None,
    amount: float = 1,
    functional_unit: str = "one request",
    factors: str = "AR6",
    variability: str = "drawn",
) -> Lifecycle:
    """Return the lifecycle of requests to a model: serving, hardware, and a share of training.

    The energy of a request is measured (`energy`, per request or per token), or follows from
    `active_parameters` and `output_tokens` in two ways, side by side as the choice "inference
    model": from "computation", and by a "published fit" for models on H100.

    Parameters
    ----------
    accelerator : str
        Name in the catalogue, ``"H100-SXM"``.
    output_tokens : float or Quantity [token/request], optional
        Tokens of an answer; needed unless `energy` is per request.
    active_parameters, total_parameters : float or Quantity, optional
        Parameters at work for a token, and all that are held (the same unless given; more of
        them make a mixture of experts, which uses less of the peak).
    energy : Quantity [kWh/request or kWh/token], optional
        As measured, such as ``lca.fixed(0.3, "Wh/request")``, with
    power : float or Quantity [kW/accelerator], optional
        the mean power per accelerator at which it was.
    region, year, electricity, site : optional
        As in `training_run`.
    prompt_tokens : float or Quantity [token/request], optional
        Tokens of a prompt, counted like tokens of an answer (an upper bound: a prompt is read
        at once); inside the answer's figures unless given.
    batch, mfu, host_overhead : float or Quantity, optional
        As in `stages.FittedTokens` and `stages.ComputedTokens`; the overhead also of `energy`.
    weights : mapping, optional
        How much "computation" and "published fit" are believed.
    transferred : float or Quantity [GB/request], optional
        Data sent over the internet; needs `year`. Outside the boundary unless given.
    pue, wue, losses, lifetime, utilisation, idle_time, idle_fraction, accelerator_footprint, \
server_footprint, transport, disposal, network, facility : optional
        As in `training_run`; here of the site that serves.
    training : Lifecycle, optional
        The training, as `training_run` makes it, shared among
    requests : float or Quantity [request], optional
        all requests over the life of the model.
    amount, functional_unit, factors, variability
        As in `Lifecycle`. Of many requests take ``variability="mean"``.

    Raises
    ------
    DataError
        If accelerator, region or year are not in the tables.
    ValueError
        If it does not say how much energy a request takes, or says it twice; if a fact given
        has no use; if the training is of another amount than one.

    Examples
    --------
    >>> import lca
    >>> life = lca.inference_service(
    ...     accelerator="H100-SXM", active_parameters=70e9, output_tokens=400, region="US"
    ... )
    >>> list(life.options("inference model"))
    ['computation', 'published fit']
    """
    card = _of_a_cluster("inference_service", accelerator)
    prefix = "serving " if training is not None else ""
    grid = _grid("inference_service", region, year, electricity, losses, f"{prefix}grid")
    made = _accelerator(card, accelerator_footprint, f"{prefix}accelerator")
    cooling = _cooling(grid, facility, made, prefix, pue=pue, wue=wue)
    cluster = _cluster(
        card,
        grid,
        cooling,
        made,
        prefix,
        region=region,
        server_footprint=server_footprint,
        transport=transport,
        disposal=disposal,
        network=network,
        idle_time=idle_time,
        **_given(lifetime=lifetime, utilisation=utilisation, idle_fraction=idle_fraction),
    )
    held: dict[str, Any] = {"electricity": grid, "cooling": cooling, "cluster": cluster}
    modelled = _given(
        total_parameters=total_parameters,
        batch=batch,
        mfu=mfu,
        weights=weights,
        prompt_tokens=prompt_tokens,
    )
    internet = _internet(transferred, year, grid)
    if energy is not None:
        _refuse("energy as measured", modelled | _given(active_parameters=active_parameters))
        made = _measured(energy, power, host_overhead, output_tokens, held)
    else:
        if active_parameters is None or output_tokens is None:
            raise ValueError(
                "inference_service: give energy, or both active_parameters and output_tokens"
            )
        _refuse("active_parameters", _given(power=power))
        made = _tokens(
            card, active_parameters, total_parameters, batch, mfu, host_overhead, weights, held
        )
    if output_tokens is not None:
        request: Stage = Request(
            output=made,
            prompt=None if prompt_tokens is None else made,
            network=internet,
            output_tokens=output_tokens,
            **_given(prompt_tokens=prompt_tokens, transferred=transferred),
        )
    else:
        request = made
    served = {"serving": request}
    if internet is not None and output_tokens is None:
        moved = cast(Value, transferred)
        served["transfer"] = RequestTransfer(network=internet, transferred=moved)
    return Lifecycle(
        _served(served, training, requests),
        amount=amount,
        functional_unit=functional_unit,
        factors=factors,
        site=site,
        variability=variability,
    )


def _measured(
    energy: Quantity,
    power: Value | None,
    host_overhead: Value | None,
    output_tokens: Value | None,
    held: Mapping[str, Any],
) -> Stage:
    if power is None:
        raise ValueError(
            "inference_service: with energy give power, the mean power per accelerator at which "
            "it was measured: it says for how long a request holds accelerators"
        )
    given = {"energy": energy, "power": power, **_given(host_overhead=host_overhead), **held}
    unit = energy.unit if isinstance(energy, Quantity) else None
    if unit is not None and "token" in unit:
        if output_tokens is None:
            raise ValueError("inference_service: energy per token needs output_tokens")
        return MeasuredTokens(name="tokens", **given)
    if unit is None or output_tokens is not None:
        raise ValueError(
            "inference_service: energy is a quantity with its unit, per token with output_tokens "
            "or per request without, such as lca.fixed(0.3, 'Wh/request')"
        )
    return MeasuredRequest(name="measured request", **given)


def _refuse(taken: str, others: Mapping[str, Any]) -> None:
    """Refuse facts that the way taken does not use."""
    if others:
        raise ValueError(
            f"inference_service: with {taken} there is no use for {', '.join(others)}; leave out "
            "one or the other"
        )


def _tokens(
    card: catalogue.Accelerator,
    active: Value,
    total: Value | None,
    batch: Value | None,
    mfu: Value | None,
    host_overhead: Value | None,
    weights: Mapping[str, float] | None,
    held: Mapping[str, Any],
) -> Stage:
    """Return tokens from computation, and by the published fit where it holds."""
    active = _named(active, "active parameters")
    if total is not None and _point(active) > _point(total):
        raise ValueError("inference_service: active_parameters lie above total_parameters")
    computed = computed_tokens(
        card.id,
        name="computation",
        active_parameters=active,
        architecture="mixture of experts" if _point(total) > _point(active) else "dense",
        **_given(mfu=mfu, host_overhead=host_overhead),
        **held,
    )
    if not card.id.startswith("H100-SXM"):
        if batch is not None or weights is not None:
            raise ValueError(
                "inference_service: batch and weights belong to the published fit, which is of "
                f"H100-SXM alone; the accelerator is {card.id}"
            )
        return computed
    fitted = FittedTokens(
        name="published fit",
        active_parameters=active,
        total_parameters=active if total is None else total,
        **_given(batch=batch),
        **held,
    )
    models = {"computation": computed, "published fit": fitted}
    return choice("inference model", models, weights=weights, name="tokens")


def _point(given: Value | None) -> float:
    return given.point if isinstance(given, Quantity) else given or 0.0


def _internet(transferred: Value | None, year: int | None, grid: Stage) -> Stage | None:
    if transferred is None:
        return None
    if year is None:
        raise ValueError("inference_service: transferred needs year=, for energy falls by the year")
    return internet_transfer(year, name="internet", electricity=grid)


def _served(
    served: dict[str, Stage], training: Lifecycle | None, requests: Value | None
) -> Stage | dict[str, Stage]:
    if (training is None) != (requests is None):
        raise ValueError(
            "inference_service: training and requests belong together: the share of a request is "
            "one over all requests that the model serves"
        )
    if training is None or requests is None:
        return served if len(served) > 1 else served["serving"]
    if training.amount != 1:
        raise ValueError(
            f"inference_service: the training is {training.amount:g} times one; give it with "
            "amount=1, for a request takes a share of one"
        )
    for name in served:
        if name in training.activities:
            raise ValueError(
                f"inference_service: the training has an activity named {name!r}; give it another "
                "name"
            )
    shared = _named(requests, "requests served")
    runs = {"training" if name == "all" else name: run for name, run in training.activities.items()}
    shares = {
        name: AmortisedTraining(name=f"share of {name}", training=run, requests=shared)
        for name, run in runs.items()
    }
    return {**shares, **served}


def _named(given: Value, name: str) -> Value:
    """Return a value that is used twice as one unknown."""
    if isinstance(given, Quantity) and not (given.name or given.key):
        return replace(given, name=name)
    return given


def _cooling(
    grid: Stage,
    facility: Value | None,
    served: Stage,
    prefix: str = "",
    **fields: Value | None,
) -> Stage:
    """Return the cooling of a building, with what the building took to make where it is given."""
    cooling = Cooling(name=f"{prefix}cooling", electricity=grid, **_given(**fields))
    if facility is None:
        return cooling
    made = FacilityFootprint(name=f"{prefix}facility", footprint=facility, serves=served.name)
    return Housing(
        name=f"{prefix}housing",
        cooling=cooling,
        facility=made,
        refrigerant=None,
        heat_recovery=None,
    )


def _cluster(
    card: catalogue.Accelerator,
    grid: Stage,
    cooling: Stage,
    made: Stage,
    prefix: str = "",
    *,
    region: str | None,
    server_footprint: Value | None,
    transport: bool,
    disposal: bool,
    network: Value | None,
    **fields: Any,
) -> Stage:
    """Return accelerators held for work, in their nodes, brought to the site and disposed of."""
    serves = (f"{prefix}server", made.name)
    holds_host = "server" in made.covers  # a footprint of the whole system: no node beside it
    host = _host(card) if server_footprint is None else {"footprint": server_footprint}
    server = Server(
        name=f"{prefix}server",
        transport=_freight(region, f"{prefix}transport", serves) if transport else None,
        disposal=Disposal(name=f"{prefix}disposal", serves=serves) if disposal else None,
        covers=_covered(server_footprint),
        **host,
    )
    if network is not None:
        made = ConnectedAccelerator(
            name=f"{prefix}connected accelerator",
            accelerator=made,
            network=NetworkFabric(name=f"{prefix}network", footprint=network),
        )
    return Cluster(
        name=f"{prefix}cluster",
        electricity=grid,
        cooling=cooling,
        accelerator=made,
        server=None if holds_host else server,
        accelerators_per_node=card.per_node,
        rated_power=card.tdp,
        **fields,
    )


def _host(card: catalogue.Accelerator) -> dict[str, Any]:
    """Return the host of a node, by the accelerators that it holds: the figures are of eight."""
    held: Any = card.per_node  # known, or no cluster is made
    share = held.point / catalogue.figure(_EIGHT).point
    if share == 1:
        return {}
    keys = {slot: Server._slots[slot].default.key for slot in ("footprint", "mass")}
    return {slot: catalogue.figure(key) * share for slot, key in keys.items()}


_EIGHT = "operation.accelerators_per_node.default"


def _freight(region: str | None, name: str, serves: tuple[str, ...]) -> Transport:
    """Return freight from East Asia, to Europe where the route of the region is not chosen."""
    if region is not None and region.split("-")[0] in ("US", "CA"):
        return transport_to(region, name=name, serves=serves)
    return Transport(name=name, serves=serves)


def _accelerator(card: catalogue.Accelerator, footprint: Value | Stage | None, name: str) -> Stage:
    if isinstance(footprint, Stage):
        return footprint
    given = catalogue.figure(card.footprint) if footprint is None else footprint
    return Accelerator(name=name, footprint=given, covers=_covered(given))


def _covered(footprint: Value | None) -> tuple[str, ...]:
    """Return what a footprint of the catalogue holds beside; of one's own, nothing is known."""
    if isinstance(footprint, Quantity) and footprint.key.startswith("footprint."):
        return catalogue.covers(footprint.key)
    return ()


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _of_a_cluster(preset: str, name: str) -> catalogue.Accelerator:
    """Return an accelerator of which a cluster can be made."""
    card = catalogue.accelerator(name)
    known = {"TDP": card.tdp, "number per node": card.per_node}
    missing = [what for what, value in known.items() if value is None]
    if missing:
        raise catalogue.DataError(
            f"{preset}: accelerator {card.id!r} has no confirmed {' and no '.join(missing)}, which "
            "its cluster takes: take a like one, or make the graph of stages, with "
            "lca.stages.Cluster(rated_power=…, accelerators_per_node=…)"
        )
    return card


def _grid(
    preset: str,
    region: str | None,
    year: int | None,
    electricity: Value | Stage | None,
    losses: Value | None,
    name: str = "grid",
) -> Stage:
    if region is None and electricity is None:
        raise ValueError(
            f"{preset}: give region=, a country code such as 'FR', or electricity=, an intensity "
            "or a stage"
        )
    if electricity is not None and region is not None:
        catalogue.region(region)  # for the freight alone: an unknown one is refused all the same
    if electricity is not None and year is not None and preset == "training_run":
        raise ValueError(f"{preset}: year belongs to the electricity of a region; it is given")
    if isinstance(electricity, Stage):
        if losses is not None:
            raise ValueError(f"{preset}: losses belong to the electricity stage that is given")
        return electricity
    if electricity is not None:
        return Electricity(name=name, intensity=electricity, **_given(losses=losses))
    return of_region(str(region), year, name=name, **_given(losses=losses))


def _run(
    energy: Value | None,
    power: Value | None,
    host_overhead: Value | None,
    card: catalogue.Accelerator,
    **fields: Any,
) -> Stage:
    if energy is not None:
        if power is not None or host_overhead is not None:
            raise ValueError(
                "training_run: energy is of whole nodes as metered; with it give neither power "
                "nor host_overhead"
            )
        return MeteredTraining(energy=energy, **fields)
    fields |= _given(host_overhead=host_overhead)
    if power is not None:
        return Training(power=power, **fields)
    return RatedTraining(rated_power=card.tdp, **fields)


def _stored(stored: Value | None, grid: Stage, cooling: Stage) -> dict[str, Any]:
    if stored is None:
        return {}
    drives = Drives(covers=catalogue.covers("storage.hdd.embodied"))
    storage = Storage(electricity=grid, cooling=cooling, drives=drives)
    return {"stored": stored, "storage": storage}


def _activities(run: Stage, development: Value | str) -> Stage | dict[str, Stage]:
    if isinstance(development, str):
        if development != "excluded":
            raise ValueError(
                f"training_run: development = {development!r}; give accelerator-hours of "
                'development over those of the final run, or "excluded"'
            )
        return run
    ratio = quantity.fixed(development) if not isinstance(development, Quantity) else development
    return {"development": Development(run=run, ratio=ratio), "training": run}


# -- one accelerator by several models -------------------------------------------------------


def accelerator_embodied(
    accelerator: str,
    *,
    electricity: Stage | None = None,
    weights: Mapping[str, float] | None = None,
    nominal: str | None = None,
) -> Choice:
    """Return an accelerator as made, by several models side by side, as one choice.

    Published footprints of the card (`hardware/embodied_models.csv`), and two models from the
    wafer up where node, area, memory and interposer are known: "bottom-up", with the yield from
    defects, dies sold with parts disabled, interposer and losses of bonding, and "bottom-up, flat
    yield", as ACT has it, without an interposer. All are cradle to gate: of a result up to the
    grave the share beyond the gate is taken off, to a package what else is on the card is added.

    The boundary is not quite one. A "vendor footprint" is the share of an HGX board, with its
    switches, baseboard and assembly. Models from the wafer take from the same footprint the
    share of all that is neither memory nor integrated circuit, so only the switches are
    missing: no figure for them alone exists. Other published footprints are of a card, and
    hold neither baseboard nor switches.

    Parameters
    ----------
    accelerator : str
        Name in the catalogue, ``"H100-SXM"``.
    electricity : Stage, optional
        Grid of the fab; of Taiwan (South Korea for Samsung) in the year of the accelerator
        unless given.
    weights : mapping, optional
        How much each model is believed, by name; without them the nominal one is taken.
    nominal : str, optional
        The model for point values; the first published one unless given.

    Raises
    ------
    DataError
        If the accelerator is unknown, or there are not two models of it.

    Examples
    --------
    >>> import lca
    >>> card = lca.accelerator_embodied("H100-SXM")
    >>> list(card.alternatives)
    ['vendor footprint', 'ADEME', 'Morand and others', 'figure for any card', 'bottom-up', \
'bottom-up, flat yield']
    >>> life = lca.Lifecycle(card, functional_unit="one H100")
    >>> models = lca.Study(life.options("embodied model"))
    >>> result = lca.simulate(models, n=256, seed=1)  # lca.figures.embodied_models draws it
    """
    name = catalogue.accelerator_id(accelerator)
    facts = catalogue.record("accelerators", name)
    models: dict[str, Stage] = {}
    for row in tables.rows("embodied_models"):
        if row["accelerator"] == name:
            models[row["model"]] = _published(f"{name} {row['model']}", facts, row)
    models |= _bottom_up(facts, electricity)
    if len(models) < 2:
        raise catalogue.DataError(
            f"accelerator {name!r}: {len(models)} embodied models, and a choice needs two; node, "
            "area of the die, kind and stacks of memory and interposer are not all known"
        )
    return choice("embodied model", models, weights=weights, nominal=nominal, name="accelerator")


def _published(name: str, facts: catalogue.Record, row: Mapping[str, str]) -> Stage:
    """Return a published footprint as one accelerator up to the gate."""
    footprint, covered = catalogue.figure(row["footprint"]), catalogue.covers(row["footprint"])
    if row["of"] == "board":
        board = Board(name=f"{name}, board", footprint=footprint)
        return BoardShare(name=name, board=board, accelerators_per_board=facts["per_node"].point)
    if row["of"] == "package":
        part = Part(name=f"{name}, package", footprint=replace(footprint, unit="kgCO2e"))
        return _card(name, facts, {"package": part})
    if covered:
        return AcceleratorToGate(name=name, footprint=footprint)
    return Accelerator(name=name, footprint=footprint)


_NODES = {28: 28, 20: 20, 16: 14, 14: 14, 12: 14, 10: 10, 8: 8, 7: 7, 6: 7, 5: 5, 4: 5, 3: 3}
"""Nearest node with figures, by the number in the name of a process."""
_MEMORY = {"HBM2": "HBM2e", "HBM2e": "HBM2e", "HBM3": "HBM3 TechInsights", "HBM3e": "HBM3e"}
_BOARDS = {"SXM5": "board.hgx_h100", "SXM6": "board.hgx_b200"}
"""Published footprint whose parts, chips apart, are on a card; of an A100 for all others."""
_CHIPS = ("chip", "memory", "integrated_circuits")
_CUT_DOWN = ("A100-", "H100-", "H200-")
"""Cards of one large die, of which all are sold with parts disabled: 108 of the 128
multiprocessors of the die of an A100, 132 of the 144 of an H100 or H200 (114 on PCIe)."""


def _bottom_up(facts: catalogue.Record, electricity: Stage | None) -> dict[str, Stage]:
    """Return the card from the wafer up, with a yield from defects and with a flat one.

    Of the faulty dies of A100, H100 and H200 a share is sold: all these cards have parts
    disabled. Without stacks and interposer neither model is offered.
    """
    process = str(facts["node_process"] or "")
    found = re.search(r"(\d+) nm", process)
    needed = ("area_per_die", "compute_dies", "memory", "memory_stacks", "interposer_area")
    kind = _MEMORY.get(str(facts["memory_type"]))
    if found is None or " and " in process or kind is None or any(facts[x] is None for x in needed):
        return {}
    node, name = f"{_NODES[int(found[1])]}nm", facts.id
    made = {"area": facts["area_per_die"], "electricity": electricity or _fab(process, facts)}
    cut_down = name.startswith(_CUT_DOWN)
    salvaged = catalogue.figure("fabrication.salvaged.a100.capa") if cut_down else 0.0
    die = logic_die(node, name=f"{name} die", salvaged=salvaged, **made)
    flat = die_by_area(node, name=f"{name} die, flat yield", **made)
    packaged = PackagedDie(name=f"{name} packaged die", die=flat)
    whole = memory(kind, name=f"{name} memory", capacity=facts["memory"])
    counts = {"die": facts["compute_dies"]}
    chips = {"package": _stacked(facts, die, kind, counts)}
    return {
        "bottom-up": _card(f"{name} bottom-up", facts, chips, counts),
        "bottom-up, flat yield": _card(
            f"{name} bottom-up, flat yield", facts, {"die": packaged, "memory": whole}, counts
        ),
    }


def _fab(process: str, facts: catalogue.Record) -> Stage:
    country = "KR" if process.startswith("Samsung") else "TW"
    year = min(int(facts["year"]), catalogue.region(country).year)
    return of_region(country, year, name="grid of the fab")


def _stacked(
    facts: catalogue.Record, die: Stage, kind: str, counts: Mapping[str, Quantity]
) -> Stage:
    """Return die and memory stacks on an interposer."""
    stacks = facts["memory_stacks"]
    capacity = replace(facts["memory"] * (1 / stacks.point), key="")
    stack = memory(kind, name=f"{facts.id} memory stack", capacity=capacity)
    return AdvancedPackage(
        name=f"{facts.id} package",
        chips={"die": die, "memory": stack},
        counts={**counts, "memory": stacks},
        interposer_area=facts["interposer_area"],
    )


def _card(
    name: str,
    facts: catalogue.Record,
    chips: Mapping[str, Stage],
    counts: Mapping[str, Quantity] | None = None,
) -> Stage:
    """Return a card from its chips and its share of all else that was published with such."""
    board = _BOARDS.get(str(facts["form_factor"]))
    published = teardown(board or "accelerator.a100_sxm_40gb").parts
    beside = {
        part: replace(made, name=f"{name}, {part}")
        for part, made in published.items()
        if part not in _CHIPS
    }
    share = 1 / facts["per_node"].point if board else 1.0
    pieces = dict.fromkeys(chips, 1.0) | dict.fromkeys(beside, share)
    pieces |= {part: count.point for part, count in (counts or {}).items() if part in chips}
    return AcceleratorFromParts(name=name, parts={**chips, **beside}, counts=pieces)
