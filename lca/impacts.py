"""Impact categories and the factors that turn flows into them.

Categories are rows of a table (`gwp`, `gwp20`, `pe`, `wcf`, `wsf`, `adpe`), not an enum.
A flow is elementary (``"CO2"``, ``"CH4-fossil"``, ``"SF6"`` …, in kg) and then counts in every
category for which the factor set holds a value; or it is already in a category's unit
(``"gwp"``) and then counts in that category alone: an aggregated 100-year figure never
enters the 20-year category.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from lca import tables
from lca.tables import DataError
from lca.units import near


@dataclass(frozen=True)
class Category:
    """One impact category: its id, what it is in words, its unit, and which stages report it."""

    id: str
    title: str
    unit: str
    reported_by: str


@cache
def categories() -> dict[str, Category]:
    """Return the impact categories by id.

    Examples
    --------
    >>> categories()["gwp"].unit
    'kgCO2e'
    """
    return {
        row["id"]: Category(row["id"], row["title"], row["unit"], row["reported_by"])
        for row in tables.rows("categories")
    }


def uncovered(category: str, covered: Collection[str]) -> str:
    """Return why there is no total of a category: it is misspelt, or no stage reports it.

    Examples
    --------
    >>> uncovered("gpw", ["gwp"])
    "no stage yields 'gpw'; did you mean 'gwp'?; categories here are gwp"
    """
    here = f"categories here are {', '.join(covered) or 'none'}"
    if category not in categories():
        return f"no stage yields {category!r}{near(category, covered)}; {here}"
    about = categories()[category]
    return (
        f"no stage yields {category!r} ({about.title.lower()}): it is not covered here, and not 0; "
        f"{here}. It is reported by {about.reported_by}"
    )


@cache
def factor_sets() -> tuple[str, ...]:
    """Return the names of the factor sets, as ``Lifecycle(…, factors=)`` takes them."""
    return tuple(dict.fromkeys(row["factor_set"] for row in tables.rows("characterisation")))


@cache
def factors(factor_set: str) -> Mapping[str, Mapping[str, float]]:
    """Return the characterisation factors of one set: by flow, then by category.

    Raises
    ------
    DataError
        If there is no such set.

    Examples
    --------
    >>> factors("AR6")["N2O"]["gwp"]
    273.0
    """
    if factor_set not in factor_sets():
        raise DataError(
            f"no factor set {factor_set!r}{near(factor_set, factor_sets())}; "
            f"there are {', '.join(factor_sets())}"
        )
    base, varies, _ = factor_set.partition(" with ")  # "AR6 with …" changes rows of "AR6"
    varied = factors(base) if varies else {}
    found = {flow: dict(row) for flow, row in varied.items()}
    for row in tables.rows("characterisation"):
        if row["factor_set"] == factor_set and row["value"]:
            found.setdefault(row["flow"], {})[row["category"]] = float(row["value"])
    return MappingProxyType({flow: MappingProxyType(row) for flow, row in found.items()})


@cache
def flows() -> frozenset[str]:
    """Return the names of all elementary flows, of any factor set."""
    return frozenset(row["flow"] for row in tables.rows("characterisation"))


def flow_unit(flow: str) -> str:
    """Return the unit in which a stage yields a flow: of a category its own, else kg.

    Raises
    ------
    DataError
        If the name is neither a category nor an elementary flow.

    Examples
    --------
    >>> flow_unit("wcf"), flow_unit("SF6")
    ('L', 'kg')
    """
    if flow in categories():
        return categories()[flow].unit
    if flow in flows():
        return "kg"
    known = [*categories(), *sorted(flows())]
    kinds = [one for one in sorted(flows()) if one.startswith(f"{flow}-")]
    hint = f"; say which: {' or '.join(map(repr, kinds))}" if kinds else near(flow, known)
    raise DataError(
        f"no flow or category {flow!r}{hint}; "
        f"categories are {', '.join(categories())}, flows are gases such as 'CO2'"
    )


def characterise(flow: str, factor_set: str) -> dict[str, float]:
    """Return what one unit of a flow counts in every category it enters.

    Raises
    ------
    DataError
        If the set has no factor for the flow.

    Examples
    --------
    >>> characterise("gwp", "AR6")
    {'gwp': 1.0}
    """
    if flow in categories():
        return {flow: 1.0}
    found = factors(factor_set).get(flow)
    if not found:
        raise DataError(f"factor set {factor_set!r} has no factor for {flow!r}")
    return dict(found)
