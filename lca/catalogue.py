"""Catalogue: from rows of the tables to quantities and specifications.

Every figure of `datasets/` has an id, which is the key of the quantity made from it. An
unknown name raises and offers near names; nothing falls back to a world average.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from pathlib import Path
from typing import Any

from lca import quantity as quantities
from lca import tables, units
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


def setting(key: str) -> dict[str, str]:
    """Return year, geography and boundary of a figure, as texts; empty of what is no figure.

    Examples
    --------
    >>> setting("operation.pue.jean_zay")["year"]
    '2022'
    """
    row = _figures().get(key, {})
    return {name: row.get(name, "") for name in ("year", "geography", "boundary")}


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
    """Electricity of one country or area and year.

    `boundary` is "lifecycle", or "stack" where the publisher counts the power plants alone
    (US subregions and states, Chinese provinces): such figures do not compare.
    """

    code: str
    name: str
    year: int
    intensity: Quantity
    boundary: str


@cache
def _countries() -> dict[str, str]:
    return {row["code"]: row["name"] for row in tables.rows("countries")}


@cache
def _electricity(code: str) -> dict[int, dict[str, str]]:
    """Return the rows of a country or area, by year."""
    if "-" in code:
        found = [row for row in tables.rows("electricity_subnational") if row["area"] == code]
    else:
        found = [row for row in tables.rows("electricity_annual") if row["geography"] == code]
    return {int(row["year"]): row for row in sorted(found, key=lambda row: int(row["year"]))}


def region(code: str, year: int | None = None) -> Region:
    """Return the electricity of a country or area per kWh generated.

    Parameters
    ----------
    code : str
        ISO 3166 alpha-2 code, ``"FR"``; ``"GLO"`` for the world; or an area: an eGRID
        subregion (``"US-RFCE"``), a US state, a Chinese or Canadian province, a Nordic zone.
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
    >>> region("CN-GD", 2023).boundary
    'stack'
    >>> region("FRA")
    Traceback (most recent call last):
    lca.tables.DataError: no region 'FRA' in the electricity table; did you mean 'FR' (France)?
    """
    found = _electricity(code) if isinstance(code, str) else {}
    if not found:
        raise DataError(f"no region {code!r} in the electricity table{_near_region(code)}")
    chosen = max(found) if year is None else year
    if isinstance(chosen, bool) or not isinstance(chosen, Integral):
        raise DataError(f"region {code!r}: year = {year!r} is not a whole number")
    if chosen not in found:
        years = ", ".join(map(str, found)) if len(found) < 4 else f"{min(found)} to {max(found)}"
        raise DataError(f"region {code!r} has no electricity of {chosen!r}; there is {years}")
    row = found[int(chosen)]
    name = _countries().get(code) or row["label"].removeprefix("Electricity generation, ")
    return Region(code, name, int(chosen), figure(row["id"]), row["boundary"])


def _near_region(code: str) -> str:
    given = str(code).casefold()
    if "-" in given:
        areas = {row["area"] for row in tables.rows("electricity_subnational")}
        return near(code, areas) or "; areas are written as 'US-RFCE', 'US-VA', 'CN-GD', 'CA-QC'"
    countries = {one: name for one, name in _countries().items() if _electricity(one)}
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
    tdp: Quantity | None
    per_node: Quantity | None
    memory: Quantity | None
    footprint: str  # key of the embodied footprint to use for it


def accelerator_id(name: str) -> str:
    """Return the id of an accelerator; of one with a single size the size may be left out.

    Raises
    ------
    DataError
        If it is unknown, or several begin so; near names are offered.

    Examples
    --------
    >>> accelerator_id("H100-SXM")
    'H100-SXM-80GB'
    >>> accelerator_id("A100-SXM")
    Traceback (most recent call last):
    lca.tables.DataError: accelerator 'A100-SXM' is one of A100-SXM-40GB, A100-SXM-80GB; say which
    """
    known = _records("accelerators")
    if name in known:
        return name
    longer = [one for one in known if one.startswith(f"{name}-")]
    if len(longer) > 1:
        raise DataError(f"accelerator {name!r} is one of {', '.join(longer)}; say which")
    if not longer:
        raise DataError(
            f"no accelerator {name!r}{near(name, known) or '; there are ' + ', '.join(known)}"
        )
    return longer[0]


def accelerator(name: str) -> Accelerator:
    """Return the specification of an accelerator, with None where a data sheet was not confirmed.

    Raises
    ------
    DataError
        If it is unknown; near names are offered.

    Examples
    --------
    >>> accelerator("A100-SXM-80GB").tdp.point
    400.0
    """
    known, name = _records("accelerators"), accelerator_id(name)
    row = {**known[name], "note": f"data sheet: {known[name]['label']}"}

    def given(column: str, unit: str) -> Quantity | None:
        return _fact(row, column, unit, f"accelerator.{name}.{column}") if row[column] else None

    tdp, per_node = given("tdp", "W/accelerator"), given("per_node", "accelerator/node")
    return Accelerator(name, row["label"], tdp, per_node, given("memory", "GB"), row["footprint"])


@dataclass(frozen=True)
class Record:
    """One row of a table of facts: texts, and numbers as quantities; None where not confirmed.

    Numbers are facts as published, without a spread of their own: `note` and `confidence` say
    how far they go.

    Examples
    --------
    >>> run = published_run("bloom-176b")
    >>> run["energy"].unit
    'MWh'
    """

    id: str
    table: str
    fields: Mapping[str, Quantity | str | None]

    def __getitem__(self, name: str) -> Any:
        if name not in self.fields:
            raise DataError(
                f"{self.table} has no column {name!r}{near(name, self.fields)}; "
                f"there are {', '.join(self.fields)}"
            )
        return self.fields[name]

    def __repr__(self) -> str:
        known = [name for name, value in self.fields.items() if value is not None]
        return f"<Record {self.id!r} of {self.table}: {', '.join(known)}>"


@cache
def _records(table: str) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in tables.rows(table)}


def record(table: str, id: str) -> Record:
    """Return one row of a table of facts.

    Parameters
    ----------
    table : str
        Name of a table with an id, such as ``"cpus"``, ``"models"``, ``"inference_measured"``.
    id : str
        Id of the row; of accelerators as `accelerator_id` takes it.

    Raises
    ------
    DataError
        If there is no such table or row; near names are offered.

    Examples
    --------
    >>> record("cpus", "EPYC-7742")["tdp"].point
    225.0
    """
    about = tables.package().get(table, {})
    columns = about.get("schema", {}).get("fields", [])
    if not (about and _has_id(about)):
        named = [one for one, other in tables.package().items() if _has_id(other)]
        raise DataError(f"no table {table!r} with ids{near(table, named)}")
    known = _records(table)
    if table == "accelerators":
        id = accelerator_id(id)
    if id not in known:
        raise DataError(f"no {id!r} in the table {table}{near(id, known)}")
    row = known[id]
    fields: dict[str, Quantity | str | None] = {}
    for column in columns:
        name, unit = column["name"], column.get("unit")
        if not row[name]:
            fields[name] = None
        elif column["type"] == "string" or not unit:
            fields[name] = row[name]
        else:
            fields[name] = _fact(row, name, unit, f"{table}.{id}.{name}")
    return Record(id, table, fields)


def _has_id(about: Mapping[str, Any]) -> bool:
    return any(column["name"] == "id" for column in about["schema"]["fields"])


def _fact(row: Mapping[str, str], column: str, unit: str, key: str) -> Quantity:
    return quantities.fixed(
        float(row[column]),
        unit,
        key=key,
        source=row.get("source", ""),
        note=row.get("note", ""),
        confidence=row.get("confidence", ""),
    )


def published_run(name: str) -> Record:
    """Return a published training run: hours, power, energy, emissions, as reported.

    Raises
    ------
    DataError
        If it is unknown; near names are offered.

    Examples
    --------
    >>> published_run("bloom-176b")["energy_is"]
    'estimated'
    """
    return record("training_runs", name)


def footprint(name: str) -> Quantity:
    """Return an embodied footprint, with or without the leading ``"footprint."``.

    What it holds beside making its product: ``covers("footprint.…")``.

    Raises
    ------
    DataError
        If it is unknown; near names are offered.

    Examples
    --------
    >>> footprint("board.hgx_h100").unit
    'kgCO2e/board'
    """
    return figure(name if name.startswith("footprint.") else f"footprint.{name}")


@dataclass(frozen=True)
class Cloud:
    """What a provider says of one region; None where it says nothing.

    `pue_basis` and `wue_basis` tell a figure of the region from a default: "region",
    "continent", "company" or "design". `carbon_free` rests on contracts (market-based) and is
    no property of the grid.
    """

    id: str
    location: str
    country: str
    grid_area: str
    pue: Quantity | None
    pue_basis: str
    wue: Quantity | None
    wue_basis: str
    carbon_free: Quantity | None
    carbon_free_method: str


# Of a figure of the region, from one year to another: 22 and 16 AWS regions, 2024 to 2025
# (datasets/README.md); a default has the spread over the regions of its provider.
_FROM_YEAR_TO_YEAR = {"pue": 1.15, "wue": 2.4}


def cloud(provider: str, region: str) -> Cloud:
    """Return a region of a cloud provider: PUE, WUE, carbon-free share, grid.

    Parameters
    ----------
    provider : {"aws", "azure", "gcp"}
    region : str
        As the provider calls it, ``"europe-west9"``.

    Raises
    ------
    DataError
        If it is unknown; near names are offered.

    Examples
    --------
    >>> paris = cloud("gcp", "europe-west9")
    >>> paris.country, paris.pue_basis
    ('FR', 'company')
    >>> round(cloud("aws", "us-east-1").pue.point, 2)
    1.15
    """
    rows = _records("cloud_regions")
    providers = sorted({row["provider"] for row in rows.values()})
    if provider not in providers:
        raise DataError(
            f"no provider {provider!r}{near(provider, providers)}; there are {', '.join(providers)}"
        )
    if f"{provider}.{region}" not in rows:
        own = [row["region"] for row in rows.values() if row["provider"] == provider]
        raise DataError(f"no region {region!r} of {provider}{near(region, own)}")
    row = rows[f"{provider}.{region}"]
    hourly = "cfe_hourly" if row["cfe_hourly"] else "cfe_annual"
    share = _fact(row, hourly, "1", f"cloud.{row['id']}.{hourly}") if row[hourly] else None
    return Cloud(
        row["id"],
        row["location"],
        row["country"],
        row["grid_area"] or row["egrid_subregion"],
        _of_cloud(row, "pue", 1.0),
        row["pue_basis"],
        _of_cloud(row, "wue", 0.0),
        row["wue_basis"],
        share,
        row["cfe_method"],
    )


def _of_cloud(row: Mapping[str, str], column: str, least: float) -> Quantity | None:
    """Return PUE or WUE of a cloud region with its spread: of PUE, that of PUE - 1."""
    if not row[column]:
        return None
    value = float(row[column])
    default = row[f"{column}_basis"] != "region"
    about: dict[str, Any] = {
        "unit": "1" if column == "pue" else "L/kWh",
        "key": f"cloud.{row['id']}.{column}",
        "kind": "variability" if default else "uncertainty",
        "population": f"regions of {row['provider']}" if default else "",
        "source": row["source"],
        "note": row["note"],
        "confidence": row["confidence"],
    }
    if value <= least:
        return quantities.fixed(value, **about)
    provider = _figures().get(f"cloud.{row['provider']}.{column}", {})
    given = dict(pair.split("=") for pair in provider.get("arguments", "").split())
    gsd = float(given["gsd"]) if default else _FROM_YEAR_TO_YEAR[column]
    made = quantities.lognormal(mean=value - least, gsd=gsd, nominal=value - least, **about)
    return made.shifted(least) if least else made


@dataclass(frozen=True)
class Climate:
    """Hourly dry and wet bulb of a site, in °C, from the first hour of the year in UTC."""

    site: Record
    dry_bulb: Any
    wet_bulb: Any


def climate(site: str) -> Climate:
    """Return the hourly dry and wet bulb of a data-centre site.

    Raises
    ------
    DataError
        If it is unknown; near names are offered.

    Examples
    --------
    >>> frankfurt = climate("frankfurt")
    >>> len(frankfurt.wet_bulb), bool((frankfurt.wet_bulb <= frankfurt.dry_bulb).all())
    (8760, True)
    """
    found = record("climate_sites", site)
    dry, wet = str(found["table"]).split(";")
    return Climate(found, _column(dry, site), _column(wet, site))


@dataclass(frozen=True)
class Hourly:
    """Hourly lifecycle intensity of an area, in kgCO2e/kWh, from its first hour in UTC."""

    area: Record
    intensity: Any


def hourly(area: str) -> Hourly:
    """Return the hourly intensity of a grid area, computed from generation by fuel.

    Take the shape from it, and the level from `region`: divide by its mean.

    Raises
    ------
    DataError
        If it is unknown; near names are offered.

    Examples
    --------
    >>> hourly("US-CISO").area["year"], len(hourly("FR").intensity)
    ('2022', 8784)
    """
    found = record("hourly_regions", area)
    return Hourly(found, _column(str(found["table"]), area))


@cache
def _column(table: str, name: str) -> Any:
    import numpy as np

    values = np.array([float(row[name]) for row in tables.rows(table)])
    values.flags.writeable = False
    return values


def own(path: str | Path) -> dict[str, Quantity]:
    """Return the figures of your own CSV file by id, for a study that needs others than ours.

    Columns as in the tables of figures (`datasets/README.md`): id, value, unit, source and kind
    at least; the others may be left out. An id of the shipped tables is refused: a figure
    keeps its meaning.

    Raises
    ------
    DataError
        If a column is missing, an id is taken or given twice, or a row is no quantity; with
        the line.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = file.write_text(
    ...     "id,value,unit,distribution,arguments,kind,source\\n"
    ...     "mine.pue,1.2,1,lognormal,gsd=1.3 shifted=1,uncertainty,meter readings 2026\\n"
    ... )
    >>> own(file)["mine.pue"].point
    1.2
    """
    import csv

    with Path(path).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [
            c for c in ("id", "value", "unit", "source") if c not in (reader.fieldnames or ())
        ]
        if missing:
            raise DataError(f"{path}: no column {', '.join(missing)}")
        found: dict[str, Quantity] = {}
        for line, row in enumerate(reader, 2):
            where = f"{path}, line {line}"
            if row["id"] in _figures() or row["id"] in found:
                raise DataError(f"{where}: the id {row['id']!r} is taken; give your figure another")
            if not row["source"]:
                raise DataError(f"{where}: {row['id']!r} has no source; write 'judgement' if so")
            try:
                units.parse(row["unit"])
                found[row["id"]] = _quantity(
                    {**_PLAIN, **{k: v or "" for k, v in row.items() if k}}
                )
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(f"{where}: {row['id']!r} is no quantity: {error}") from error
    return found


_PLAIN = {
    "distribution": "fixed",
    "arguments": "",
    "kind": "uncertainty",
    "note": "",
    "population": "",
    "confidence": "",
    "common": "",
    "statistic": "",
}


def row(key: str) -> dict[str, str]:
    """Return the row with this id, of whatever table, as texts; `table` comes first.

    Raises
    ------
    DataError
        If no table has it; near names are offered.

    Examples
    --------
    >>> row("H100-SXM-80GB")["tdp"]
    '700'
    """
    every: list[str] = []
    for name, about in tables.package().items():
        if _has_id(about):
            known = _records(name)
            if key in known:
                return {"table": name, **known[key]}
            every += known
    raise DataError(f"no row {key!r} in the tables{near(key, every)}")


def search(text: str) -> Any:
    """Return the rows of all tables whose id, name or note holds every word of `text`.

    Returns
    -------
    pandas.DataFrame
        Columns id, table, label, value, unit, source, confidence; value and unit of tables
        with one figure a row. Of the others, `record` gives the whole row.

    Examples
    --------
    >>> "operation.pue.unknown_operator" in list(search("PUE unknown")["id"])
    True
    >>> "H100-SXM-80GB" in list(search("h100 sxm")["id"])
    True
    """
    import pandas as pd

    words = [re.escape(word) for word in text.split()]
    columns = ["id", "table", "label", "value", "unit", "source", "confidence"]
    hits = []
    for name, about in tables.package().items():
        if not _has_id(about):
            continue
        for row in tables.rows(name):
            label = row.get("label") or row.get("name") or row.get("model") or row.get("flow", "")
            text_of = " ".join((row["id"], label, row.get("location", ""), row.get("note", "")))
            if all(re.search(word, text_of, re.IGNORECASE) for word in words):
                figure_of = row if about.get("figures") else {}
                given = {"table": name, "label": label} | {
                    c: figure_of.get(c, "") for c in ("value", "unit")
                }
                hits.append([given.get(column, row.get(column, "")) for column in columns])
    return pd.DataFrame(hits, columns=columns)
