"""Development: programmes of runs, as multiples of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lca import catalogue
from lca.stage import GraphError, Number, Stage, label, option, parameter, supplier, upstream


class Programme(Stage):
    """What all programmes of runs have in common; use one of the classes below.

    A programme demands runs, so hours, hardware and storage scale with it: what one run keeps is
    kept for each. Data that all runs share belong beside the run, as an activity.
    """

    per = "1"
    phase = "operation"
    run: Stage = supplier("1", "the final run")

    def runs(self) -> Any:
        """Return how many final runs the programme amounts to."""
        raise NotImplementedError("use Development, Search, LostTime or another of its kind")

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield self.run, self.runs()


class Development(Programme):
    """Development work as a multiple of a final run, as one programme.

    ``ratio`` runs: failed and ablation runs, searches and evaluations counted in
    accelerator-hours of the final run. It multiplies hours, so embodied impacts scale too.
    """

    ratio: Number = parameter(
        "1",
        "accelerator-hours of development over those of the final run",
        default=catalogue.entry("operation.development_ratio.default"),
        valid=(0, None),
    )

    def runs(self) -> Any:
        return self.ratio


class ScaledRun(Programme):
    """A run as a multiple of a unit run, as one run.

    ``times`` unit runs: of one ZFLOP, or of a thousand accelerator-hours. For many runs that
    differ in size and site alone, of which the unit run is made and checked once.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("US", name="grid")
    >>> unit = lca.stages.Training(name="unit", electricity=grid, accelerator_hours=1, power=0.4)
    >>> run = lca.stages.ScaledRun(run=unit, times=1000)
    >>> whole = lca.Lifecycle(run, functional_unit="a run").nominal("gwp")
    >>> whole / lca.Lifecycle(unit, functional_unit="a run").nominal("gwp")
    1000.0
    """

    times: Number = parameter("1", "size of the run over that of the unit run", valid=(0, None))

    def runs(self) -> Any:
        return self.times


class Search(Programme):
    """A search over hyper-parameters or architectures, as one programme.

    ``trials × length`` final runs: trials of a part of the length (and cost) of the final run.
    Published searches show how far the length matters: a proxy task made one 18.7 times cheaper
    than it was taken for (Patterson et al. 2021, appendix C).
    """

    trials: Number = parameter("1", "trials of the search", valid=(0, None))
    length: Number = parameter(
        "1", "accelerator-hours of a whole trial over those of the final run", valid=(0, None)
    )

    def runs(self) -> Any:
        return self.trials * self.length


class StoppedSearch(Search):
    """A search of which some trials are stopped early, as one programme.

    ``trials × length × (1 - stopped × (1 - length when stopped))`` final runs: `Search`, less
    what trials without promise do not run.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("US", name="grid")
    >>> run = lca.stages.Training(electricity=grid, accelerator_hours=1000, power=0.4)
    >>> search = lca.stages.StoppedSearch(
    ...     run=run, trials=50, length=0.1, stopped=0.8, stopped_at=0.25
    ... )
    >>> life = lca.Lifecycle({"development": search}, functional_unit="one search")
    >>> round(life.nominal("gwp") / lca.Lifecycle(run, functional_unit="a run").nominal("gwp"), 6)
    2.0
    """

    stopped: Number = parameter("1", "share of trials stopped early", valid=(0, 1))
    stopped_at: Number = parameter(
        "1", "mean share of its length at which a trial is stopped", valid=(0, 1)
    )

    def runs(self) -> Any:
        return self.trials * self.length * (1 - self.stopped * (1 - self.stopped_at))


class RepeatedWork(Programme):
    """What programmes of work lost to stops have in common: hours of the run must not hold it."""

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        for one in upstream([self.run]):
            if getattr(one, "holds_restarts", False):
                raise GraphError(
                    f"{label(self)}: the MFU of {label(one)} is of a whole run and holds restarts "
                    "already: it would count twice; give mfu= of the steady state, or leave one out"
                )
        yield from super().exchanges()


class Restarts(RepeatedWork):
    """Work lost to failures and done again, beside one run.

    ``lost / (1 - lost)`` final runs, where of all time is lost
    ``failure rate × accelerators × (restart + checkpoint interval / 2)``: one failing
    accelerator stops the whole job, and on average half an interval is done again (Young 1974).
    For whole jobs that stop at each failure; writing checkpoints is not in it. An MFU of the
    whole run holds it already: with that of the catalogue it is refused; of your own, do not
    apply both. At ``lost ≥ 1`` it never ends, which is an error.
    """

    failure_rate: Number = parameter(
        "1/accelerator/hour",
        "failures that stop the job, per accelerator-hour",
        default=catalogue.entry("operation.failures.llama3"),
        valid=(0, None),
    )
    accelerators: Number = parameter("accelerator", "accelerators in the one job", valid=(0, None))
    restart: Number = parameter("hour", "time from a failure to work", valid=(0, None))
    checkpoint_interval: Number = parameter("hour", "time between two checkpoints", valid=(0, None))

    def runs(self) -> Any:
        stop = self.restart + self.checkpoint_interval / 2
        lost = self.failure_rate * self.accelerators * stop
        if np.any(lost >= 1):
            raise ValueError("the job fails before it has done anything; it would never end")
        return lost / (1 - lost)


class LostTime(RepeatedWork):
    """Time lost to stops, restarts and checkpoints, known by its share, beside one run.

    ``1 / effective share - 1`` final runs: the effective share is the time of training over
    all time held (Llama Team 2024, section 3.3.4: above 0.9). An MFU of the whole run holds
    it already: with that of the catalogue it is refused; of your own, do not apply both.
    """

    effective_share: Number = parameter(
        "1",
        "time of training over all time for which accelerators are held",
        default=catalogue.entry("operation.effective_share.default"),
        valid=(0.01, 1),
    )

    def runs(self) -> Any:
        return 1 / self.effective_share - 1


class Compression(Programme):
    """Pruning or quantisation with retraining, beside one run.

    ``cycles × retraining`` final runs: after each cycle the smaller model is trained again for
    a part of the full run. A smaller model may need more cycles, so that what its serving
    saves has to be set against them. Gains of serving are not in it.
    """

    cycles: Number = parameter("1", "cycles of pruning or quantisation", valid=(0, None))
    retraining: Number = parameter(
        "1", "accelerator-hours of one retraining over those of the final run", valid=(0, None)
    )

    def runs(self) -> Any:
        return self.cycles * self.retraining


class FineTuning(Stage):
    """A model made from another one, with its part of that one's training, as one model.

    The run itself, and of the base model by a named rule: nothing ("base free"), one of its
    reuses ("base shared": ``1 / reuses``), or all of it ("base in full"). For fine-tuning and
    transfer, and for a student with its teacher. Shared over all reuses the base is allocated
    once (one reuse, unless given, carries all of it); free, it is left to whoever trained it; in
    full, it is counted with every reuse.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR", name="grid")
    >>> base = lca.stages.Training(name="base", electricity=grid, accelerator_hours=1e6, power=0.4)
    >>> run = lca.stages.Training(electricity=grid, accelerator_hours=100, power=0.4)
    >>> lca.stages.FineTuning(run=run, base=base, reuses=1000, reuse_rule="base shared")
    <FineTuning 'finetuning': per 1, operation>
    """

    per = "1"
    phase = "operation"
    run: Stage = supplier("1", "the run of tuning")
    base: Stage = supplier("1", "training of the base model")
    reuse_rule: str = option(
        "base shared",
        "how much of the base model is carried",
        among=("base shared", "base free", "base in full"),
    )
    reuses: Number = parameter(
        "1",
        "models made from the base model over its life, for the rule base shared",
        default=1.0,
        valid=(1, 1e9),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        share = {"base shared": 1 / self.reuses, "base free": 0, "base in full": 1}
        yield self.run, 1
        yield self.base, share[self.reuse_rule]
