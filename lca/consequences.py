"""Consequences: what a result means in money and in everyday things, beside it.

Every table here stands beside the total and never changes it: nothing is subtracted, and nothing
can be set against an emission. Offsets are emissions that somebody else is said to have avoided or
removed: they lie outside the boundary of the service, so `offsets` lays them beside the total and
there is no net. Costs and factors have distributions of their own, which are drawn sample by
sample with the result, from streams that depend on the seed and on the name alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lca import catalogue, sampling, tables
from lca.quantity import Quantity, number
from lca.result import Result, described, quantiles
from lca.tables import DataError
from lca.units import near

EQUIVALENCES: dict[str, tuple[str, ...]] = {
    "km by car, United Kingdom": ("car.gb_km",),
    "km by car, United States": ("car.us_km",),
    "years of a gasoline car, United States": ("car.us_year",),
    "km by electric car, United Kingdom": ("car.gb_electric_km",),
    "km by train, United Kingdom": ("rail.gb",),
    "passengers from London to New York": (
        "flight.long_haul_economy_with_rf",
        "flight.london_new_york",
    ),
    "years of electricity of a home, United States": ("home.us_electricity",),
    "years of energy of a home, United States": ("home.us_total",),
    "litres of gasoline burnt": ("gasoline.us",),
    "charges of a smartphone, United States": ("smartphone.us_charge",),
}
"""Everyday things, and the figures ``equivalence.…`` whose product is the footprint of one."""


def social_cost(
    result: Result,
    year: int,
    *,
    discount_rate: float | None = None,
    weights: Mapping[float, float] | None = None,
    seed: int | None = None,
) -> Any:
    """Return the social cost of the emissions of a result, sample by sample.

    ``GWP100 × cost per tonne of CO2`` of an emission in `year` (EPA 2023). The cost of CO2 is
    laid on CO2e: methane and nitrous oxide have costs of their own, but a total in CO2e can no
    longer tell gases apart. Money is of the year in the column ``basis``; nothing is converted.

    The discount rate is a decision: each rate has rows of its own, and none is sampled unless
    you say with `weights` how much you hold of each.

    Parameters
    ----------
    result : Result
    year : int
        Year of emission: 2020 to 2050, by five.
    discount_rate : float, optional
        Near-term rate: 0.015, 0.02 or 0.025. Each of the three in turn unless given.
    weights : mapping of float to float, optional
        Weights of rates; one is then drawn in every sample.
    seed : int, optional
        That of the result unless given; it stands in ``attrs["seed"]``.

    Returns
    -------
    pandas.DataFrame
        Columns: scenario, discount_rate, year, unit, basis, per_tonne (mean cost of one), nominal,
        mean, median, low and high (90 % interval), mean_error (from sampling), source, note.

    Raises
    ------
    DataError
        If there are no figures of the year or the rate.
    ValueError
        If both a rate and weights are given, or the weights are negative or all 0.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
    >>> result = lca.simulate(lca.Lifecycle(grid, amount=1e6, functional_unit="1 GWh"), n=1024)
    >>> table = lca.consequences.social_cost(result, 2025)
    >>> table[["discount_rate", "per_tonne", "nominal", "basis"]].to_numpy().tolist()[1]
    [0.02, 212.0, 84800.0, 'US dollars of 2020']
    """
    costs = _costs(year)
    if discount_rate is not None and weights is not None:
        raise ValueError("social_cost: give discount_rate= or weights=, not both")
    given = list(costs) if discount_rate is None else [discount_rate]
    for rate in given if weights is None else weights:
        if rate not in costs:
            raise DataError(f"no discount rate {rate!r}; there are {', '.join(map(str, costs))}")
    seed = _seed(result, seed)
    asked: dict[Any, Mapping[float, float]] = {rate: {rate: 1.0} for rate in given}
    if weights is not None:
        asked = {"sampled": _shares(weights)}
    rows = []
    for name, shares in asked.items():
        drawn = _mixed({costs[rate]: share for rate, share in shares.items()}, result.n, seed)
        point = sum(share * costs[rate].point for rate, share in shares.items())
        about = catalogue.row(costs[next(iter(shares))].key)
        for scenario, nominal, total in _totals(result):
            rows.append(
                {
                    "scenario": scenario,
                    "discount_rate": name,
                    "year": year,
                    "unit": "USD",
                    "basis": about["basis"],
                    "per_tonne": point,
                    "nominal": nominal * point / _TONNE,
                    **_statistics(total * drawn / _TONNE),
                    "source": about["source"],
                    "note": result.partial(scenario, "gwp"),
                }
            )
    return _table(rows, seed)


def equivalences(
    result: Result, names: Sequence[str] | None = None, *, seed: int | None = None
) -> Any:
    """Return how much of everyday things has the footprint of a result, sample by sample.

    ``GWP100 / footprint of one``: a comparison to picture a number by, and no more. The footprint
    of one has a distribution of its own (cars differ), so the picture is less certain than
    the number: `wider` says by how much, and `note` says so in words.

    Parameters
    ----------
    result : Result
    names : sequence of str, optional
        Of `EQUIVALENCES`; all of them unless given.
    seed : int, optional
        That of the result unless given; it stands in ``attrs["seed"]``.

    Returns
    -------
    pandas.DataFrame
        Columns: scenario, equivalence, footprint (of one, kgCO2e), nominal, mean, median, low and
        high (90 % interval), mean_error (from sampling), wider (high over low, as a multiple of
        that of the result), boundary and source of the footprint, note.

    Raises
    ------
    DataError
        If a name is unknown; near names are offered.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.35, high=0.45))
    >>> result = lca.simulate(lca.Lifecycle(grid, amount=1e6, functional_unit="1 GWh"), n=1024)
    >>> table = lca.consequences.equivalences(result, ["km by car, United Kingdom"])
    >>> bool((table["wider"] > 2).all())
    True
    """
    names = list(EQUIVALENCES) if names is None else list(names)
    for name in names:
        if name not in EQUIVALENCES:
            raise DataError(f"no equivalence {name!r}{near(name, EQUIVALENCES)}")
    seed = _seed(result, seed)
    rows = []
    for name in names:
        figures = [catalogue.figure(f"equivalence.{key}") for key in EQUIVALENCES[name]]
        drawn = np.prod([_drawn(one, result.n, seed) for one in figures], axis=0)
        point = float(np.prod([one.point for one in figures]))
        about = [catalogue.row(one.key) for one in figures]
        for scenario, nominal, total in _totals(result):
            wider = _span(total / drawn) / _span(total)
            rows.append(
                {
                    "scenario": scenario,
                    "equivalence": name,
                    "footprint": point,
                    "nominal": nominal / point,
                    **_statistics(total / drawn),
                    "wider": wider,
                    "boundary": "; ".join(filter(None, (row["boundary"] for row in about))),
                    "source": "; ".join(dict.fromkeys(row["source"] for row in about)),
                    "note": "; ".join(
                        filter(None, (result.partial(scenario, "gwp"), _width(wider)))
                    ),
                }
            )
    return _table(rows, seed)


def offsets(result: Result, retired: Quantity, claim: str) -> Any:
    """Return the totals of a result with the offsets that were bought, in rows of their own.

    They are not subtracted, here or elsewhere: a footprint holds no offsets (ISO 14067:2018,
    6.3.4.1), and the GHG Protocol reports them apart. So there is no net and no neutrality.

    Parameters
    ----------
    result : Result
    retired : Quantity
        Offsets retired for one functional unit, ``lca.fixed(20, "tCO2e")``.
    claim : str
        What they are: programme, kind of project and year; it stands as the note.

    Returns
    -------
    pandas.DataFrame
        Columns: row (a scenario, or "offsets, not subtracted"), unit, mean, median, low and high
        (90 % interval), note (what a total is without, or the claim).

    Raises
    ------
    ValueError
        If the offsets are negative or the claim is empty.
    UnitError
        If the offsets are not in a unit of CO2e.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
    >>> result = lca.simulate(lca.Lifecycle(grid, amount=1e6, functional_unit="1 GWh"), n=1024)
    >>> bought = lca.fixed(400, "tCO2e")
    >>> table = lca.consequences.offsets(result, bought, "forestry, 2024")
    >>> table[["row", "mean", "note"]].to_numpy().tolist()
    [['baseline', 400000.0, ''], ['offsets, not subtracted', 400000.0, 'forestry, 2024']]
    """
    unit = result.info["units"]["gwp"]
    held = retired.to(unit)
    low, high = held.interval()
    if low < 0:
        raise ValueError(f"offsets: retired = {retired!r} is negative; give what was retired")
    if not claim.strip():
        raise ValueError("offsets: claim is empty; say which programme, project and year")
    rows = [
        {
            "row": scenario,
            "unit": unit,
            **_statistics(total),
            "note": result.partial(scenario, "gwp"),
        }
        for scenario, _, total in _totals(result)
    ]
    bought = {"mean": held.mean, "median": held.median, "low": low, "high": high}
    rows.append({"row": "offsets, not subtracted", "unit": unit, **bought, "note": claim})
    columns = ["row", "unit", "mean", "median", "low", "high", "note"]
    return _noted(rows)[columns]


_TONNE = 1000.0
"""Kilograms in a tonne: totals are in kg, costs per tonne."""


def _costs(year: int) -> dict[float, Quantity]:
    """Return the social cost of CO2 by discount rate."""
    rows = [row for row in tables.rows("social_cost") if row["gas"] == "CO2"]
    years = dict.fromkeys(row["emission_year"] for row in rows)
    if str(year) not in years:
        raise DataError(f"no social cost of an emission in {year!r}; years are {', '.join(years)}")
    of_year = [row for row in rows if row["emission_year"] == str(year)]
    found = {float(row["discount_rate"]): catalogue.figure(row["id"]) for row in of_year}
    return dict(sorted(found.items()))


def _seed(result: Result, seed: int | None) -> int:
    return sampling.check_seed(result.manifest["seed"] if seed is None else seed)


def _totals(result: Result) -> list[tuple[str, float, np.ndarray]]:
    """Return, of every scenario, its nominal total and its samples [kgCO2e]."""
    summary = result.summary().query("category == 'gwp' and key == 'total'")
    samples = result.total("gwp").to_numpy()
    return list(zip(summary["scenario"], summary["nominal"], samples, strict=True))


def _uniforms(label: str, n: int, seed: int) -> np.ndarray:
    block: np.ndarray = sampling.design([label], [1], n, seed, "random").block(0, n)[0]
    return block


def _drawn(figure: Quantity, n: int, seed: int) -> np.ndarray:
    """Return draws of a figure; plain random ones, which no net of the result can mirror."""
    if figure.is_fixed:
        return np.full(n, float(figure.point))
    drawn: np.ndarray = figure.marginal.ppf(_uniforms(figure.key, n, seed)) * figure.scale
    return drawn


def _shares(weights: Mapping[float, float]) -> dict[float, float]:
    given = {rate: number(f"weight of {rate}", weight) for rate, weight in weights.items()}
    whole = sum(given.values())
    if min(given.values(), default=-1) < 0 or whole <= 0:
        raise ValueError(f"weights = {given!r} must not be negative, nor all be 0")
    return {rate: weight / whole for rate, weight in given.items()}


def _mixed(shares: Mapping[Quantity, float], n: int, seed: int) -> np.ndarray:
    """Return draws of several figures, of which one is taken in every sample."""
    steps = np.cumsum(list(shares.values()))[:-1]
    taken = np.searchsorted(steps, _uniforms("discount rate", n, seed), side="right")
    return np.choose(taken, [_drawn(figure, n, seed) for figure in shares])


def _statistics(values: np.ndarray) -> dict[str, float]:
    stats = described(values)
    return {
        "mean": float(stats.mean),
        "median": float(stats.median),
        "low": float(stats.low),
        "high": float(stats.high),
        "mean_error": float(stats.mean_error),
    }


def _span(values: np.ndarray) -> float:
    """Return the upper over the lower end of the 90 % interval."""
    low, _, high = quantiles(values)
    return float(high / low) if low > 0 else float("nan")


def _width(wider: float) -> str:
    return f"interval {wider:.2g} times as wide as the result's" if wider > 1.005 else ""


def _table(rows: list[dict[str, Any]], seed: int) -> Any:
    table = _noted(rows)
    table.attrs["seed"] = seed
    return table


def _noted(rows: list[dict[str, Any]]) -> Any:
    import pandas as pd

    table = pd.DataFrame(rows)
    table.attrs["note"] = "beside the total, and no part of it"
    return table
