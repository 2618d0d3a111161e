"""Presets: whole lifecycles from a few facts; what is not given has a sourced default.

What comes out is an ordinary `Lifecycle`: print it, look at `inputs`, `replace` parts of it.
"""

from __future__ import annotations

from typing import Any

from lca import catalogue, quantity
from lca.lifecycle import Lifecycle
from lca.quantity import Quantity
from lca.stage import Stage
from lca.stages.cluster import Cluster
from lca.stages.cooling import Cooling
from lca.stages.development import Development
from lca.stages.disposal import Disposal
from lca.stages.electricity import Electricity
from lca.stages.hardware import Accelerator, Server
from lca.stages.operation import MeteredTraining, RatedTraining, Training
from lca.stages.storage import Drives, Storage
from lca.stages.transport import Transport

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
    accelerator_footprint: Value | None = None,
    server_footprint: Value | None = None,
    stored: Value | None = None,
    transport: bool = True,
    disposal: bool = True,
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
        Where the electricity comes from; or else `electricity`.
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
    accelerator_footprint, server_footprint : float or Quantity, optional
        kgCO2e per accelerator, and per node without accelerators.
    stored : float or Quantity [TB*year], optional
        Data and checkpoints kept; no storage unless given.
    transport, disposal : bool
        False leaves the step outside the boundary.
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
    card = catalogue.accelerator(accelerator)
    grid = _grid(region, year, electricity, losses)
    cooling = Cooling(electricity=grid, **_given(pue=pue, wue=wue))
    server = Server(
        transport=Transport(serves=("server", "accelerator")) if transport else None,
        disposal=Disposal(serves=("server", "accelerator")) if disposal else None,
        covers=_covered(server_footprint),
        **_given(footprint=server_footprint),
    )
    cluster = Cluster(
        electricity=grid,
        cooling=cooling,
        accelerator=_accelerator(card, accelerator_footprint),
        server=server,
        accelerators_per_node=card.per_node,
        rated_power=card.tdp,
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


def _accelerator(card: catalogue.Accelerator, footprint: Value | None) -> Stage:
    given = catalogue.figure(card.footprint) if footprint is None else footprint
    return Accelerator(footprint=given, covers=_covered(given))


def _covered(footprint: Value | None) -> tuple[str, ...]:
    """Return what a footprint of the catalogue holds beside; of one's own, nothing is known."""
    if isinstance(footprint, Quantity) and footprint.key.startswith("footprint."):
        return catalogue.covers(footprint.key)
    return ()


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _grid(
    region: str | None, year: int | None, electricity: Value | Stage | None, losses: Value | None
) -> Stage:
    if (region is None) == (electricity is None):
        raise ValueError(
            "training_run: give either region=, a country code such as 'FR', or electricity=, "
            "an intensity or a stage"
        )
    if isinstance(electricity, Stage):
        if losses is not None:
            raise ValueError("training_run: losses belong to the electricity stage that is given")
        return electricity
    if region is not None:
        intensity: Any = catalogue.region(region, year).intensity
    else:
        intensity = electricity
    return Electricity(name="grid", intensity=intensity, **_given(losses=losses))


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
