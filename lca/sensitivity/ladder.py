"""The ladder: from a cheap look at every input to indices that can be trusted, in one call.

One input at a time, then Morris to leave out what does not matter, then Sobol indices of what
is left, with the left-out inputs as one group, so that leaving them out is itself checked.
Then three doubts: has the ranking settled, is an index above the noise of the design, and
would another input lead if its spread had been judged too narrow?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lca import sampling
from lca.distributions import Lognormal
from lca.lifecycle import Lifecycle
from lca.sensitivity.model import Model, as_study, is_unordered, labelled, totals
from lca.sensitivity.one_at_a_time import one_at_a_time
from lca.sensitivity.salib import morris
from lca.sensitivity.sobol import Design, indexed, indices, summed
from lca.study import Study

SCREEN = 0.02
"""Effect, relative to the largest, below which Morris leaves an input out."""

MATTERS = 0.05
"""Total index from which on the order of inputs is asked to be settled."""

WIDER = 1.5
"""By how much the spread of an input is widened: its GSD to this power."""

REST = "left out"


@dataclass(frozen=True)
class Ladder:
    """What the rungs of `ladder` found, each a table; printed as a summary.

    Attributes
    ----------
    one_at_a_time, morris, sobol : pandas.DataFrame
        As the functions of these names return; `morris` is None where it is undefined.
    screened : tuple of str
        Inputs that Morris left out; in `sobol` they are the one group "left out".
    convergence : pandas.DataFrame
        output, input, ST and rank at a quarter, half and all of the rows; `tied`, with which
        inputs that matter it changes places between the last two, though no larger n need tell
        them apart: the interval of their difference holds 0; `settled`, whether the order of all
        others is the same in the last two.
    dummy : pandas.DataFrame
        output, noise: the index that an input without effect would seem to have.
    robustness : pandas.DataFrame
        output, widened (input), ST (of it), ST_wider and rank_wider (with its GSD to the power
        1.5), first and first_wider (the leading input before and then).
    notes : tuple of str
        What could not be done, and why.
    """

    one_at_a_time: Any
    morris: Any
    screened: tuple[str, ...]
    sobol: Any
    convergence: Any
    dummy: Any
    robustness: Any
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        lines = []
        for output, table in self.sobol.groupby("output", sort=False):
            noise = float(self.dummy.set_index("output").loc[output, "noise"])
            lines += [f"{output}", f"  decided by    {self._leading(table)}"]
            if self.screened:
                rest = table.set_index("input").loc[REST]
                lines.append(
                    f"  left out      {len(self.screened)} inputs, together ST = {rest['ST']:.2g}"
                )
            lines.append(f"  ranking       {self._ranking(output)}")
            lines.append(f"  noise         a dummy input would seem to explain {noise:.1g}")
            lines.append(f"  wider spreads {self._changes(output)}")
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def _ranking(self, output: str) -> str:
        rows = self.convergence[self.convergence["output"] == output]
        if not rows["settled"].all():
            return "not settled: take a larger n"
        tied = rows[rows["tied"] != ""]
        if tied.empty:
            return "settled"
        return f"settled, but for alike inputs: {', '.join(tied['input'])}"

    @staticmethod
    def _leading(table: Any) -> str:
        top = table[(table["ST"] >= MATTERS) & (table["input"] != REST)].head(4)
        return ", ".join(f"{row.input} ({row.ST:.2g})" for row in top.itertuples()) or "no input"

    def _changes(self, output: str) -> str:
        rows = self.robustness[self.robustness["output"] == output]
        if rows.empty:
            return "no lognormal input matters"
        changed = rows[rows["first"] != rows["first_wider"]]
        return (
            "the same input leads whichever is widened"
            if changed.empty
            else "; ".join(
                f"{r.first_wider} leads if {r.widened} is widened" for r in changed.itertuples()
            )
        )


def ladder(
    study: Study | Lifecycle,
    n: int = 2048,
    seed: int = 0,
    resamples: int = 100,
    of: str | Sequence[str] | None = None,
    progress: bool = True,
) -> Ladder:
    """Return which inputs decide, step by step, with the doubts that a reviewer would have.

    One at a time for all inputs; Morris, which leaves out what moves every output by less than
    2 % of the largest effect; Sobol on the rest; the ranking at n/4, n/2 and n; the noise of
    the design; and the ranking with the spread of each leading lognormal input widened (its
    GSD to the power of 1.5).

    Parameters
    ----------
    study : Study or Lifecycle
    n : int
        Rows of the Sobol designs, at least 64.
    seed, resamples
        As for `sobol`.
    of : str or list of str, optional
        Outputs by name, or all whose name holds the text; totals unless given.
    progress : bool
        Say which step runs.

    Returns
    -------
    Ladder
        Prints as a summary; its tables are attributes.

    Raises
    ------
    ValueError
        If no input varies, or n is below 64.

    Examples
    --------
    >>> import lca
    >>> life = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    ... )
    >>> found = lca.sensitivity.ladder(life, n=256, seed=1, of="gwp, baseline", progress=False)
    >>> found.sobol.iloc[0]["input"] in set(life.inputs.index)
    True
    """
    study = as_study(study, "ladder")
    if sampling.check_size(n) < 64:
        raise ValueError(f"ladder: n = {n} is too small to rank by; it needs at least 64")
    if not study.roots:
        raise ValueError("ladder: no input varies")
    kept = list(Model(study, None, totals(study) if of is None else of).outputs)
    step = _Steps(progress)
    tornado = step("one at a time", lambda: one_at_a_time(study, of=kept))
    effects, screened, notes = step("Morris", lambda: _screened(study, seed, kept))
    groups = {REST: screened} if screened else None
    model = Model(study, groups, kept)
    sizes = (n // 4, n // 2, n)
    found = [
        step(f"Sobol, n = {m}", lambda m=m: _indices(model, m, seed, resamples)) for m in sizes
    ]
    dummy = _dummy(model, found[-1])
    return Ladder(
        tornado,
        effects,
        tuple(screened),
        labelled(indexed(model, found[-1]), model),
        labelled(_convergence(model, found, sizes), model),
        dummy,
        step("wider spreads", lambda: _robustness(study, groups, model, found[1], n // 2, seed)),
        tuple(notes),
    )


class _Steps:
    """Runs the steps one by one, saying which."""

    def __init__(self, progress: bool) -> None:
        from tqdm import tqdm

        shown = {"leave": False, "delay": 1, "disable": None if progress else True}
        self.bar = tqdm(total=6, unit="step", **shown)

    def __call__(self, name: str, work: Any) -> Any:
        self.bar.set_description(name)
        found = work()
        self.bar.update()
        if self.bar.n == self.bar.total:
            self.bar.close()
        return found


def _screened(study: Study, seed: int, kept: Sequence[str]) -> tuple[Any, list[str], list[str]]:
    """Return the table of Morris, the inputs that it leaves out, and why it was not run."""
    reasons = {
        "choices, whose options have no order": any(map(is_unordered, study.roots)),
        "correlated inputs": study.correlation is not None,
        "shares that sum to one": any(r.distribution.columns > 1 for r in study.roots),
    }
    against = [reason for reason, holds in reasons.items() if holds]
    if against:
        return None, [], [f"no screening by Morris, which is undefined for {', '.join(against)}"]
    table = morris(study, seed=seed, of=list(kept))
    largest = table.groupby("output")["mu_star"].transform("max")
    relative = (table["mu_star"] / largest.where(largest > 0, 1)).groupby(table["input"]).max()
    screened = [root.label for root in study.roots if relative[root.label] < SCREEN]
    return table, screened, []


def _indices(model: Model, n: int, seed: int, resamples: int) -> dict[str, Any]:
    return indices(summed(model, Design(model, n, sampling.check_seed(seed), resamples)))


def _dummy(model: Model, found: Mapping[str, np.ndarray]) -> Any:
    import pandas as pd

    rows = zip(model.outputs, np.abs(found["dummy"]), strict=True)
    return pd.DataFrame(rows, columns=["output", "noise"])


def _ranks(indices_: np.ndarray) -> np.ndarray:
    """Return ranks from 1 by falling index, by output (input, output)."""
    order = np.argsort(-indices_, axis=0, kind="stable")
    return np.argsort(order, axis=0, kind="stable") + 1


def _convergence(
    model: Model, found: Sequence[Mapping[str, np.ndarray]], sizes: Sequence[int]
) -> Any:
    import pandas as pd

    ranks = [_ranks(one["ST"]) for one in found]
    rows = []
    for j, output in enumerate(model.outputs):
        matter = found[-1]["ST"][:, j] >= MATTERS
        total, error = (found[-1][name][:, j] for name in ("ST", "ST_conf"))
        swapped = _swapped(ranks[-2][:, j], ranks[-1][:, j]) & np.outer(matter, matter)
        alike = np.abs(_between(total)) <= np.hypot(error[:, np.newaxis], error)
        settled = bool((alike | ~swapped).all())
        for i in np.argsort(ranks[-1][:, j]):
            numbers = [
                x
                for one, rank in zip(found, ranks, strict=True)
                for x in (one["ST"][i, j], rank[i, j])
            ]
            tied = ", ".join(model.groups[k].name for k in np.flatnonzero(swapped[i] & alike[i]))
            rows.append((output, model.groups[i].name, *numbers, tied, settled))
    columns = [f"{name} at {m}" for m in sizes for name in ("ST", "rank")]
    return pd.DataFrame(rows, columns=["output", "input", *columns, "tied", "settled"])


def _swapped(then: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Return which pairs change places between two rankings."""
    return np.asarray(np.sign(_between(then)) != np.sign(_between(now)))


def _between(values: np.ndarray) -> np.ndarray:
    return np.asarray(values[:, np.newaxis] - values)


def _robustness(
    study: Study,
    groups: Mapping[str, Sequence[str]] | None,
    model: Model,
    found: Mapping[str, np.ndarray],
    n: int,
    seed: int,
) -> Any:
    """Return how the ranking changes when the spread of one leading input is widened."""
    import pandas as pd

    rows = []
    names = [group.name for group in model.groups]
    for i, name in enumerate(names):
        if name == REST or not (found["ST"][i] >= MATTERS).any():
            continue
        wider = _widened(study, name)
        if wider is None:
            continue
        again = _indices(Model(wider, groups, list(model.outputs)), n, seed, 2)["ST"]
        ranks = _ranks(again)
        for j, output in enumerate(model.outputs):
            if found["ST"][i, j] >= MATTERS:
                first, then = (names[np.argmax(one[:, j])] for one in (found["ST"], again))
                numbers = (found["ST"][i, j], again[i, j], ranks[i, j], first, then)
                rows.append((output, name, *numbers))
    columns = ["output", "widened", "ST", "ST_wider", "rank_wider", "first", "first_wider"]
    return pd.DataFrame(rows, columns=columns)


def _widened(study: Study, name: str) -> Study | None:
    """Return the study with the GSD of one lognormal input raised; None if it is no such."""
    root = next((root for root in study.roots if root.label == name), None)
    lives = dict(study.scenarios)
    for scenario, label in root.called.items() if root else ():
        unknown = lives[scenario].unknowns.get(label)
        quantity = unknown.uses[0].quantity if unknown else None
        if quantity is None or not isinstance(quantity.distribution, Lognormal):
            return None
        made = Lognormal(quantity.distribution.median_, quantity.distribution.gsd**WIDER)
        lives[scenario] = lives[scenario].replace({label: replace(quantity, distribution=made)})
    return Study(lives, name=study.name, correlation=study.correlation) if root else None
