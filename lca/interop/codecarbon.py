"""CodeCarbon: runs from its `emissions.csv`, of any of its header generations.

Columns are read by name. Rows of one run are running totals, so the last one counts; where
there is no `run_id` (before version 2) every row is a run. CodeCarbon multiplies energy by the
PUE it was given; here it is divided out again. Its emissions are kilograms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lca import quantity, tables
from lca.interop.measured import Measured, made, source
from lca.interop.textfile import number, rows
from lca.quantity import Quantity
from lca.tables import DataError
from lca.units import near

_NEEDED = ("duration", "emissions", "energy_consumed")
_SECONDS = 3600.0  # in an hour
LEAVES_OUT = (
    "fans, power supplies, drives and switches; processors without a sensor are a fraction of "
    "their rating and memory is a power per module, neither of them measured"
)


@dataclass(frozen=True, kw_only=True)
class Run(Measured):
    """One run of an `emissions.csv`.

    Attributes
    ----------
    emissions : Quantity [kgCO2e]
        As CodeCarbon has them: of electricity alone, its own intensity, PUE inside.
    country, region : str
        ISO alpha-2 code, as `lca.catalogue.region` takes it, and the region within.
    pue : float
        Which CodeCarbon had multiplied the energy by.
    parts : dict of Quantity [kWh]
        Energy by "cpu", "gpu" and "ram", PUE divided out; empty before version 2.
    version : str
        Of CodeCarbon; empty before version 2.
    """

    emissions: Quantity
    country: str
    region: str
    pue: float
    parts: dict[str, Quantity]
    version: str


def read(path: str | Path, *, metering: Quantity | None = None) -> tuple[Run, ...]:
    """Return the runs of an `emissions.csv`, in the order in which they begin.

    Parameters
    ----------
    path : str or Path
        The file.
    metering : Quantity, optional
        True energy over the reading; that of on-board sensors unless given.

    Raises
    ------
    DataError
        If it is no such file, a number or a country is none, or the energy of a run falls.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "emissions.csv"
    >>> _ = file.write_text(
    ...     "run_id,project_name,duration,emissions,energy_consumed,country_iso_code,gpu_count\\n"
    ...     "a,tuning,3600,0.05,1.0,FRA,2\\n"
    ...     "a,tuning,7200,0.10,2.0,FRA,2\\n"
    ... )
    >>> (run,) = read(file)
    >>> run.reading.point, run.accelerator_hours.point, run.country
    (2.0, 4.0, 'FR')
    """
    last: dict[str, tuple[int, dict[str, str]]] = {}
    for line, row in rows(path):
        _check_columns(path, row)
        key = row.get("run_id") or f"line {line}"
        if key in last and _energy(path, line, row) < _energy(path, *last[key]):
            raise DataError(
                f"{path}, line {line}: energy_consumed of run {key!r} falls: rows of one run are "
                "running totals; is this one file of several runs?"
            )
        last[key] = line, row
    if not last:
        raise DataError(f"{path} has a header and no runs")
    return tuple(_run(path, key, *at, metering) for key, at in last.items())


def _check_columns(path: str | Path, row: dict[str, str]) -> None:
    for column in _NEEDED:
        if column not in row:
            raise DataError(f"{path} is no emissions.csv: no column {column!r}{near(column, row)}")


def _energy(path: str | Path, line: int, row: dict[str, str]) -> float:
    return number(f"{path}, line {line}", row, "energy_consumed")


def _run(
    path: str | Path, key: str, line: int, row: dict[str, str], metering: Quantity | None
) -> Run:
    where = f"{path}, line {line}"
    pue = number(where, row, "pue") if row.get("pue") else 1.0
    if pue < 1:
        raise DataError(f"{where}: pue = {pue:g} is below 1")
    parts = {
        part: quantity.fixed(
            number(where, row, f"{part}_energy") / pue,
            "kWh",
            source=source(path),
            note="as recorded, PUE divided out",
        )
        for part in ("cpu", "gpu", "ram")
        if row.get(f"{part}_energy")
    }
    return Run(
        **made(
            path,
            row.get("project_name") or key,
            energy=_energy(path, line, row) / pue,
            hours=number(where, row, "duration") / _SECONDS,
            metering=metering,
        ),
        accelerators=_count(where, row),
        accelerator=re.sub(r"^\d+ x ", "", row.get("gpu_model", "")),
        leaves_out=LEAVES_OUT,
        emissions=quantity.fixed(
            number(where, row, "emissions"), "kgCO2e", source=source(path), note="as recorded"
        ),
        country=_country(where, row.get("country_iso_code", "")),
        region=row.get("region", ""),
        pue=pue,
        parts=parts,
        version=row.get("codecarbon_version", ""),
    )


def _count(where: str, row: dict[str, str]) -> int | None:
    """Return the accelerators; a version that names them but left it blank had none."""
    if row.get("gpu_count"):
        return int(number(where, row, "gpu_count"))
    return 0 if "gpu_count" in row else None


def _country(where: str, iso3: str) -> str:
    if not iso3:
        return ""
    known = {one["iso3"]: one["code"] for one in tables.rows("countries") if one["iso3"]}
    if iso3 not in known:
        raise DataError(f"{where}: no country {iso3!r}{near(iso3, known)}")
    return known[iso3]
