"""Catalogue: from rows of the tables to quantities and specifications.

Every figure of `datasets/` has an id, which is the key of the quantity made from it. An
unknown name raises and offers near names; nothing falls back to a world average.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from typing import Any

from lca import quantity as quantities
from lca import tables
from lca.quantity import Quantity
from lca.tables import DataError
from lca.units import near


@cache
def _figures() -> dict[str, dict[str, str]]:
    """Return every row of the tables that hold one figure a row, by id."""
    found: dict[str, dict[str, str]] = {}
    for name, resource in tables.package().items():
        if resource.get("figures"):
            for row in tables.rows(name):
                found[row["id"]] = row
    return found


def figure(key: str) -> Quantity:
    """Return the figure with this key, as a quantity that carries its source.

    Parameters
    ----------
    key : str
        The id of a row, such as ``"operation.pue.unknown"``.

    Raises
    ------
    DataError
        If there is no such row.

    Examples
    --------
    >>> figure("electricity.FR.2022").unit
    'kgCO2e/kWh'
    """
    rows = _figures()
    if key not in rows:
        raise DataError(f"no figure {key!r} in the tables{near(key, rows)}")
    return _quantity(rows[key])


def covers(key: str) -> tuple[str, ...]:
    """Return what a footprint holds beside making its product, as `Stage` takes it.

    Raises
    ------
    DataError
        If there is no such row.

    Examples
    --------
    >>> covers("storage.hdd.embodied")
    ('transport', 'disposal')
    """
    figure(key)
    return tuple(filter(None, _figures()[key]["covers"].split(";")))


def _quantity(row: dict[str, str]) -> Quantity:
    value = float(row["value"])
    arguments = {
        name: float(text) for name, text in (pair.split("=") for pair in row["arguments"].split())
    }
    shift = arguments.pop("shifted", 0.0)
    distribution = row["distribution"]
    about: dict[str, Any] = {
        "unit": row["unit"],
        "key": row["id"],
        "kind": row["kind"],
        "source": row["source"],
        "note": row["note"],
        "population": row["population"],
        "confidence": row["confidence"],
    }
    if row["common"]:
        about.update(common=row["common"], share=float(row["common_share"]))
    if distribution == "fixed":
        return quantities.fixed(value, **about)
    at = _LOCATION.get(distribution)
    if distribution == "lognormal" and row["statistic"] == "mean" and "median" not in arguments:
        at = "mean"  # a published mean is not the median of a skewed distribution
    if at is not None:
        arguments[at] = arguments.get(at, value) - shift
    construct: Any = quantities.CONSTRUCTORS[distribution]
    made: Quantity = construct(**arguments, nominal=value - shift, **about)
    return made.shifted(shift) if shift else made


# Where the location argument is left out in a row, it is the value itself.
_LOCATION = {
    "normal": "mean",
    "lognormal": "median",
    "two_piece_lognormal": "median",
    "triangular": "mode",
    "pert": "mode",
}


@dataclass(frozen=True)
class Entry:
    """A key of the catalogue that stands for its figure until a stage is made."""

    key: str

    def quantity(self) -> Quantity:
        """Return the figure."""
        return figure(self.key)


def entry(key: str) -> Entry:
    """Return a default that is read from the catalogue when a stage is made.

    Declaring it reads no file; ``lca.parameter("1", "…", default=lca.entry("…"))``.
    """
    return Entry(key)


@dataclass(frozen=True)
class Region:
    """Electricity of one country and year."""

    code: str
    name: str
    year: int
    intensity: Quantity


@cache
def _countries() -> dict[str, str]:
    return {row["code"]: row["name"] for row in tables.rows("countries")}


@cache
def _years(code: str) -> tuple[int, ...]:
    years = (
        int(row["year"]) for row in tables.rows("electricity_annual") if row["geography"] == code
    )
    return tuple(sorted(years))


def region(code: str, year: int | None = None) -> Region:
    """Return the electricity of a country: lifecycle intensity per kWh generated.

    Parameters
    ----------
    code : str
        ISO 3166 alpha-2 code, ``"FR"``; ``"GLO"`` for the world.
    year : int, optional
        Year of generation; the newest on record unless given.

    Raises
    ------
    DataError
        If the region is unknown (near names are offered), or has no such year.

    Examples
    --------
    >>> round(region("FR", 2022).intensity.point, 3)
    0.079
    >>> region("FRA")
    Traceback (most recent call last):
    lca.tables.DataError: no region 'FRA' in the electricity table; did you mean 'FR' (France)?
    """
    countries = _countries()
    if code not in countries or not _years(code):
        raise DataError(f"no region {code!r} in the electricity table{_near_region(code)}")
    years = _years(code)
    chosen = years[-1] if year is None else year
    if isinstance(chosen, bool) or not isinstance(chosen, Integral):
        raise DataError(f"region {code!r}: year = {year!r} is not a whole number")
    if chosen not in years:
        raise DataError(
            f"region {code!r} has no electricity of {chosen!r}; there is {years[0]} to {years[-1]}"
        )
    return Region(code, countries[code], chosen, figure(f"electricity.{code}.{chosen}"))


def _near_region(code: str) -> str:
    countries = {one: name for one, name in _countries().items() if _years(one)}
    given = str(code).casefold()
    aliases = {row["iso3"].casefold(): row["code"] for row in tables.rows("countries")}
    aliases |= {name.casefold(): one for one, name in countries.items()}
    aliases |= {one.casefold(): one for one in countries}
    aliases |= {"uk": "GB", "usa": "US", "world": "GLO", "eu": "EU27", "europe": "RER"}
    meant = aliases.get(given)
    if meant in countries:
        return f"; did you mean {meant!r} ({countries[meant]})?"
    return near(code, [*countries.values(), *countries]) or "; give an ISO code such as 'FR'"


@dataclass(frozen=True)
class Accelerator:
    """What a data sheet says of an accelerator; None where it could not be confirmed."""

    id: str
    name: str
    tdp: Quantity
    per_node: Quantity
    memory: Quantity | None
    footprint: str  # key of the embodied footprint to use for it


def accelerator(name: str) -> Accelerator:
    """Return the specification of an accelerator.

    Raises
    ------
    DataError
        If it is unknown; near names are offered.

    Examples
    --------
    >>> accelerator("A100-SXM-80GB").tdp.point
    400.0
    """
    known = {row["id"]: row for row in tables.rows("accelerators")}
    if name not in known:
        raise DataError(
            f"no accelerator {name!r}{near(name, known) or '; there are ' + ', '.join(known)}"
        )
    row = known[name]

    def given(column: str, unit: str) -> Quantity | None:
        if not row[column]:
            return None
        return quantities.fixed(
            float(row[column]),
            unit,
            key=f"accelerator.{name}.{column}",
            source=row["source"],
            note=f"data sheet: {row['label']}",
            confidence=row["confidence"],
        )

    tdp, per_node = given("tdp", "W/accelerator"), given("per_node", "accelerator/node")
    if tdp is None or per_node is None:
        raise DataError(f"accelerator {name!r}: no confirmed TDP or number per node; give both")
    return Accelerator(name, row["label"], tdp, per_node, given("memory", "GB"), row["footprint"])


def search(text: str) -> Any:
    """Return the figures whose id, label or note holds every word of `text`.

    Returns
    -------
    pandas.DataFrame
        Columns id, label, value, unit, source, confidence.

    Examples
    --------
    >>> "operation.pue.unknown_operator" in list(search("PUE unknown")["id"])
    True
    """
    import pandas as pd

    words = [re.escape(word) for word in text.split()]
    columns = ["id", "label", "value", "unit", "source", "confidence"]
    hits = [
        [row[column] for column in columns]
        for row in _figures().values()
        if all(
            re.search(word, f"{row['id']} {row['label']} {row['note']}", re.IGNORECASE)
            for word in words
        )
    ]
    return pd.DataFrame(hits, columns=columns)
