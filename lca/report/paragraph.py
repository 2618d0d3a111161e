"""Paragraph: the methods of a result in sentences, as plain texts and citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.report.bibliography import factor_sources
from lca.report.boundary import electricity
from lca.report.wording import counted, listed, lowered, per_cent
from lca.result import Result
from lca.stage import PHASES

JUDGEMENT = "judgement"
"""The key of what is no source but a judgement of the authors."""

NAMED = 6
"""Scenarios that are named; of more, the first and the last."""


@dataclass(frozen=True)
class Citation:
    """Entries of the bibliography that are cited at one place."""

    keys: tuple[str, ...]


Paragraph = Sequence[str | Citation]


def paragraph(result: Result) -> list[str | Citation]:
    """Return the methods as plain texts and citations, in their order."""
    info, manifest = result.info, result.manifest
    factors = tuple(factor_sources(result))
    version = manifest["versions"].get("lca4ai", "")
    said: list[str | Citation] = [
        f"We assessed {info['functional_unit']} (the functional unit) with lca4ai {version}, along "
        f"the lines of ISO 14040 and ISO 14044; no critical review was made. {_scenarios(result)} "
        f"{_boundary(result)} {_electricity(result)} {_categories(result)}",
    ]
    if factors:
        said += [f" Emissions given by gas are weighted by the factor set {info['factors']}"]
        said += [Citation(factors), "."]
    said.append(f" {_inputs(result)}")
    cited = tuple(key for key in info["bibliography"] if key != JUDGEMENT)
    if cited:
        said += [f" Figures come from {counted(len(cited), 'source')}", Citation(cited), "."]
    said.append(f" {_rests(result)} {_sampling(result)}")
    return [re.sub(" +", " ", one) if isinstance(one, str) else one for one in said]


def _scenarios(result: Result) -> str:
    names = [f"“{name}”" for name in result.scenarios]
    if len(names) == 1:
        return ""
    shown = listed(names) if len(names) <= NAMED else f"from {names[0]} to {names[-1]}"
    return f"Compared are {len(names)} scenarios: {shown}."


def _boundary(result: Result) -> str:
    inside = {phase for phases in result.info["phases"].values() for phase in phases.values()}
    outside = [phase for phase in PHASES if phase not in inside and phase != "avoided"]
    stages = {s for one in result.info["boundaries"].values() for s in one["classes"]}
    said = f"The boundary holds {listed(p for p in PHASES if p in inside and p != 'avoided')}, in "
    said += f"{counted(len(stages), 'unit process', 'unit processes')}"
    if not _are_alike(result):
        said += ", not all of them in every scenario"
    said += f"; {listed(outside)} {'is' if len(outside) == 1 else 'are'} outside" if outside else ""
    if "avoided" in inside:
        said += "; avoided burdens are reported beside the totals, not subtracted"
    return f"{said}."


def _are_alike(result: Result) -> bool:
    return len({frozenset(one["classes"]) for one in result.info["boundaries"].values()}) == 1


def _electricity(result: Result) -> str:
    said = {electricity(one["accounting"]) for one in result.info["settings"].values()}
    return " ".join(sorted(said))


def _categories(result: Result) -> str:
    titles = {c: lowered(result.info["titles"][c]) for c in result.categories}
    part = [titles[c] for c in titles if any(result.missing(s, c) for s in result.scenarios)]
    said = f"Reported {'are' if len(titles) > 1 else 'is'} {listed(titles.values())}"
    if part:
        said += f"; totals of {listed(part)} are partial, as not every stage reports them"
    return f"{said}."


def _inputs(result: Result) -> str:
    rows = _given(result)
    drawn = [root for root in rows if _is_drawn(result, root)]
    kinds = {
        "uncertainty": ("fact not well known", "facts not well known"),
        "variability": ("that varies between instances", "that vary between instances"),
        "model": ("question of model", "questions of model"),
        "decision": ("decision", "decisions"),
    }
    counts = [
        counted(count, *words)
        for kind, words in kinds.items()
        if (count := sum(row["kind"] == kind for row in drawn))
    ]
    varying = counted(len(drawn), "is a distribution", "are distributions")
    said = f"Of {counted(len(rows), 'input')}, {varying}"
    return f"{said} ({listed(counts)}); the others are single numbers." if drawn else f"{said}."


def _given(result: Result) -> list[dict[str, Any]]:
    """Return the inputs without the factors that some share, which nobody gives."""
    return [row for row in result.manifest["inputs"] if row["input"] in result.info["origins"]]


def _is_drawn(result: Result, row: dict[str, Any]) -> bool:
    """Return whether an input varies, if only by a factor that it shares."""
    name = row["input"]
    if any(drawn == name or drawn.startswith(f"{name}.") for drawn in result.info["drawn"]):
        return True
    return row["kind"] == "uncertainty" and not row["distribution"].startswith("fixed(")


def _rests(result: Result) -> str:
    rows = _given(result)
    judged = sum(row["source"] == JUDGEMENT for row in rows)
    unnamed = sum(row["source"] == "not given" for row in rows)
    return f"On judgement alone rest {counted(judged, 'input')}; {unnamed} name no source."


def _sampling(result: Result) -> str:
    manifest = result.manifest
    nets = manifest["nets"]
    points = "a scrambled Sobol sequence" if nets == 1 else f"{nets} scrambled Sobol nets"
    sampler = points if manifest["sampler"] == "sobol" else "pseudo-random numbers"
    said = (
        f"Uncertainty is propagated by {manifest['n']:,} samples from {sampler} (seed "
        f"{manifest['seed']}); intervals hold the central 90 % of them."
    )
    if result.info["correlations"]:
        pairs = counted(len(result.info["correlations"]), "pair")
        said += f" {pairs} of inputs are rank-correlated by a Gaussian copula."
    if len(result.scenarios) > 1:
        said += (
            " Scenarios share the draws of the inputs they have in common, so that differences are "
            "paired."
        )
    error = largest_error(result)
    if np.isfinite(error) and error > 0:
        said += f" The standard error of a mean total is at most {per_cent(error)} of it."
    return said


def largest_error(result: Result) -> float:
    """Return the largest standard error of a mean total, over that mean."""
    table = result.summary().query("key == 'total' and mean > 0")
    return float((table["standard_error"] / table["mean"]).max()) if len(table) else 0.0
