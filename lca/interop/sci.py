"""Software Carbon Intensity (ISO/IEC 21031:2024): ``SCI = (E × I + M) per R``."""

from __future__ import annotations

import json
from typing import Any

from lca.interop.export import Export, chosen, figure
from lca.lifecycle import GROUPS
from lca.result import Result
from lca.tables import DataError


def score(result: Result, *, per: str, number: float = 1.0, scenario: str = "") -> Export:
    """Return the score: operational and embodied emissions per functional unit R.

    ``E × I`` are the operational emissions of the result and ``M`` the embodied ones, where
    ``M = TE × TS × RS`` is what the cluster passes on by time and share. Avoided burdens are in
    neither.

    Parameters
    ----------
    result : Result
        Of location-based electricity: the standard excludes certificates and offsets.
    per : str
        The unit R, in words, ``"request"``.
    number : float, optional
        How many R the functional unit of the result holds.
    scenario : str, optional
        Which, of a result of several.

    Raises
    ------
    DataError
        If the scenario is unknown, the number is not above 0, nothing has a phase, or electricity
        counts by contract.

    Examples
    --------
    >>> import lca
    >>> life = lca.training_run(
    ...     accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded"
    ... )
    >>> made = score(lca.simulate(life, 256, seed=1), per="model")
    >>> sorted(json.loads(made.text))
    ['carbon-embodied', 'carbon-operational', 'functional-unit', 'sci', 'unit']
    """
    if not number > 0:
        raise DataError(f"number = {number!r} of {per} must be above 0")
    name = chosen(result, scenario)
    _check_location(result, name)
    groups = result.by("group").sel(scenario=name, category="gwp")
    of: dict[str, Any] = {
        group: groups.sel(key=group).to_numpy() / number
        for group in GROUPS
        if group in groups["key"].to_numpy()
    }
    if not of:
        raise DataError("SCI: no stage is operational or embodied; a supply alone has no score")
    whole = sum(of.values())
    content: dict[str, Any] = {"functional-unit": per, "unit": f"kgCO2e per {per}"}
    for key, samples in (
        ("carbon-operational", of.get("operational")),
        ("carbon-embodied", of.get("embodied")),
        ("sci", whole),
    ):
        if samples is not None:
            shown = figure(samples, "").rounded()
            content[key] = {"median": shown.median, "low": shown.low, "high": shown.high}
    note = result.partial(name, "gwp")
    cannot_hold = (
        "an interval: the score is one number, so quote the median; low and high are our own keys",
        "how I is meant: the standard takes the intensity of the grid by location; ours is that "
        "of the lifecycle of power plants, grid losses inside",
        "the phases behind M: disposal and building are in it where the lifecycle has them",
        "other categories than climate change",
        *((f"what is not counted: {note}",) if note else ()),
    )
    return Export("SCI", json.dumps(content, indent=2, ensure_ascii=False), cannot_hold)


def _check_location(result: Result, scenario: str) -> None:
    """Raise if electricity counts by contract."""
    accounting = result.info["settings"][scenario]["accounting"]
    bought = [name for name, method in accounting.items() if method == "market-based"]
    if bought:
        raise DataError(
            f"SCI takes electricity by location, and of {scenario!r} {', '.join(bought)} counts by "
            "contract; take a scenario with the grid of the place"
        )
