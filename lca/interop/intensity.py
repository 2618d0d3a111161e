"""Hourly intensity of electricity, from files of Electricity Maps and ENTSO-E.

Both are put on one clock, UTC. ENTSO-E writes local time, in two layouts. The one up to 2025 has
a column for each type of generation; on the last Sunday of March it has an hour that does not
exist, left blank, and on that of October one that stands there twice. The newer one has a line for
each type, and marks the hours beside a change of the clock with CET or CEST. Generation becomes an
intensity by the lifecycle factors of `datasets/`, of generation in the area alone. No such file is
shipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from lca import catalogue, quantity, tables
from lca.distributions import number as checked
from lca.interop.measured import source
from lca.interop.textfile import number, rows
from lca.quantity import Quantity
from lca.tables import DataError
from lca.units import near

_HOUR = timedelta(hours=1)
_MIDEUROPEAN = "Europe/Brussels"  # CET and CEST
_CLOCKS = {"": _MIDEUROPEAN, "CET": _MIDEUROPEAN, "CET/CEST": _MIDEUROPEAN, "UTC": "UTC"}
_OFFSETS = {"CET": timedelta(hours=1), "CEST": timedelta(hours=2), "UTC": timedelta(0)}
_AGGREGATED = " - actual aggregated [mw]"
_TYPE, _GENERATION = "production type", "generation (mw)"
_TIME = r"([\d./]+ [\d:]+)(?: \(([A-Z/]+)\))?"
_MTU = re.compile(f"{_TIME} - {_TIME}$")
_FORMATS = ("%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")
BOUNDARIES = {
    "lifecycle": ("lifecycle", "lca", "lifecycleassessment"),
    "direct": ("direct",),
}
"""What an intensity holds, and how Electricity Maps has called it."""


@dataclass(frozen=True, eq=False)
class Hourly:
    """Intensity of electricity by the hour, per kWh generated.

    Attributes
    ----------
    zone : str
        As the file calls it.
    begin : datetime
        Begin of the first hour, in UTC.
    intensity : array (hours,) [kgCO2e/kWh]
        Hour after hour, without a hole; NaN where the file has none.
    boundary : str
        "lifecycle" or "direct" (the plants alone, which does not compare).
    source : str
        The file.
    """

    zone: str
    begin: datetime
    intensity: np.ndarray
    boundary: str
    source: str

    def __repr__(self) -> str:
        return (
            f"<Hourly {self.zone!r}: {len(self.intensity)} hours from {self.begin:%Y-%m-%d %H:%M} "
            f"UTC, {self.missing} missing, {self.boundary}>"
        )

    @property
    def missing(self) -> int:
        """Hours for which the file has no figure."""
        return int(np.isnan(self.intensity).sum())

    def local(self, zone: str) -> list[datetime]:
        """Return the begin of every hour on the clock of a time zone, ``"Europe/Paris"``."""
        clock = _clock(zone)
        return [(self.begin + i * _HOUR).astimezone(clock) for i in range(len(self.intensity))]

    def days(self, zone: str) -> dict[str, int]:
        """Return how many hours every local day has: 23 or 25 where the clock is changed."""
        count: dict[str, int] = {}
        for moment in self.local(zone):
            day = f"{moment:%Y-%m-%d}"
            count[day] = count.get(day, 0) + 1
        return count

    def interpolated(self) -> Hourly:
        """Return it with missing hours on a straight line between their neighbours.

        Raises
        ------
        DataError
            If there is no hour at all.
        """
        known = ~np.isnan(self.intensity)
        if not known.any():
            raise DataError(f"{self.source}: no hour of {self.zone!r} has an intensity")
        hours = np.arange(len(self.intensity))
        filled = np.interp(hours, hours[known], self.intensity[known])
        return Hourly(self.zone, self.begin, filled, self.boundary, self.source)

    def mean(self, load: Any = None, *, gsd: float) -> Quantity:
        """Return the mean intensity, for `stages.Electricity`.

        ``Σ load × intensity / Σ load``.

        Parameters
        ----------
        load : array_like, optional
            Energy used in every hour of the file; the same in all unless given.
        gsd : float
            Geometric standard deviation of the mean; the files have none. 1 takes it as exact.

        Raises
        ------
        DataError
            If an hour of the load has no intensity: take `interpolated`, or another load.
        """
        weights = np.ones(len(self.intensity)) if load is None else np.asarray(load, dtype=float)
        if weights.shape != self.intensity.shape or not (weights >= 0).all() or not weights.any():
            raise DataError(
                f"load: give one number of at least 0 for each of {len(self.intensity)} hours"
            )
        used = weights > 0
        if np.isnan(self.intensity[used]).any():
            raise DataError(
                f"{self.source}: {int(np.isnan(self.intensity[used]).sum())} hours of the load "
                "have no intensity; take .interpolated(), or a load that is 0 there"
            )
        value = float(np.average(self.intensity[used], weights=weights[used]))
        about: Any = {"unit": "kgCO2e/kWh", "source": self.source}
        if checked("gsd", gsd) == 1:
            return quantity.fixed(value, note="taken as exact", **about)
        return quantity.lognormal(mean=value, gsd=gsd, nominal=value, **about)


def read(
    path: str | Path, *, zone: str = "", boundary: str = "lifecycle", clock: str = ""
) -> Hourly:
    """Return the hourly intensity of a file of Electricity Maps or ENTSO-E.

    Parameters
    ----------
    path : str or Path
        An hourly CSV file of Electricity Maps, or "Actual Generation per Production Type" of the
        ENTSO-E Transparency Platform, in its older or newer layout (steps of 15, 30 or 60
        minutes, also where they change within the file).
    zone : str, optional
        Which, of a file of several.
    boundary : {"lifecycle", "direct"}, optional
        Which column of Electricity Maps; from ENTSO-E there is "lifecycle" alone.
    clock : str, optional
        Time zone of the local times of ENTSO-E, ``"Europe/Helsinki"``; needed where the file
        says neither CET nor UTC.

    Raises
    ------
    DataError
        If it is neither of them, or a zone, a type of generation or a time does not fit.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "FR.csv"
    >>> _ = file.write_text(
    ...     "Datetime (UTC),Zone Id,Carbon Intensity gCO2eq/kWh (LCA)\\n"
    ...     "2022-01-01 00:00:00,FR,40\\n2022-01-01 01:00:00,FR,50\\n"
    ... )
    >>> hourly = read(file)
    >>> hourly
    <Hourly 'FR': 2 hours from 2022-01-01 00:00 UTC, 0 missing, lifecycle>
    >>> round(hourly.mean(gsd=1).point, 5)
    0.045
    """
    if boundary not in BOUNDARIES:
        raise DataError(f"no boundary {boundary!r}; there is {', '.join(BOUNDARIES)}")
    lines = list(rows(path))
    if not lines:
        raise DataError(f"{path} has a header and no hours")
    names = {_plain(name): name for name in lines[0][1]}
    if "datetime (utc)" in names:
        return _electricity_maps(path, lines, names, zone, boundary)
    if any(name.partition(" (")[0] == "mtu" for name in names):
        if boundary != "lifecycle":
            raise DataError(f"{path}: ENTSO-E has generation, which gives a lifecycle intensity")
        return _entsoe(path, lines, names, zone, clock)
    raise DataError(
        f"{path}: neither 'Datetime (UTC)' (Electricity Maps) nor 'MTU' (ENTSO-E) is a column"
    )


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name.replace("₂", "2")).strip().casefold()


# -- Electricity Maps ---------------------------------------------------------------------


def _electricity_maps(
    path: str | Path,
    lines: list[tuple[int, dict[str, str]]],
    names: dict[str, str],
    zone: str,
    boundary: str,
) -> Hourly:
    column = _intensity_column(path, names, boundary)
    lines, found = _of_zone(path, lines, names.get("zone id", ""), zone)
    values: dict[datetime, float] = {}
    for line, row in lines:
        where = f"{path}, line {line}"
        moment = _utc(where, row[names["datetime (utc)"]])
        if moment in values:
            raise DataError(f"{where}: {moment:%Y-%m-%d %H:%M} UTC stands there twice")
        values[moment] = number(where, row, column) / 1000 if row[column] else np.nan
    return _regular(path, found, values, boundary)


def _intensity_column(path: str | Path, names: dict[str, str], boundary: str) -> str:
    for plain, name in names.items():
        inside = plain.rpartition("(")[2].rstrip(")").replace(" ", "")
        if plain.startswith("carbon intensity gco2eq/kwh") and inside in BOUNDARIES[boundary]:
            return name
    raise DataError(f"{path}: no column of the {boundary} intensity in gCO2eq/kWh")


def _of_zone(
    path: str | Path, lines: list[tuple[int, dict[str, str]]], column: str, zone: str
) -> tuple[list[tuple[int, dict[str, str]]], str]:
    """Return the lines of one zone, and what it is called."""
    zones = list(dict.fromkeys(row.get(column, "") for _, row in lines))
    if zone and zone not in zones:
        raise DataError(f"{path}: no zone {zone!r}{near(zone, zones)}; there is {', '.join(zones)}")
    if not zone and len(zones) > 1:
        raise DataError(f"{path} has several zones, {', '.join(zones)}; say which, zone=")
    chosen = zone or zones[0]
    return [(line, row) for line, row in lines if row.get(column, "") == chosen], chosen


def _utc(where: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _european(where, text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _european(where: str, text: str) -> datetime:
    """Return a time that is written day first."""
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise DataError(f"{where}: {text!r} is no time such as 2022-01-31 13:00 or 31.01.2022 13:00")


def _regular(path: str | Path, zone: str, values: dict[datetime, float], boundary: str) -> Hourly:
    """Return hours without a hole, from the first to the last."""
    first, last = min(values), max(values)
    if any(moment.minute or moment.second for moment in values):
        raise DataError(f"{path}: times are not whole hours; give the hourly file")
    count = int((last - first) / _HOUR) + 1
    if count > 3 * len(values) and count > 48:
        raise DataError(
            f"{path}: {len(values)} times over {count} hours: is it the hourly file, and are days "
            "written before months?"
        )
    intensity = np.array([values.get(first + i * _HOUR, np.nan) for i in range(count)])
    return Hourly(zone, first, intensity, boundary, source(path))


# -- ENTSO-E ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Step:
    """Generation over one step: by type where it stands, and its text [MW]."""

    length: timedelta
    given: dict[str, tuple[str, str]]


def _entsoe(
    path: str | Path,
    lines: list[tuple[int, dict[str, str]]],
    names: dict[str, str],
    zone: str,
    clock: str,
) -> Hourly:
    lines, found = _of_zone(path, lines, names.get("area", ""), zone)
    steps = _steps(path, lines, names, clock)
    factors = _factors(path, steps)
    hours: dict[datetime, list[tuple[timedelta, float, float]]] = {}
    for moment, step in steps.items():
        hour = moment.replace(minute=0, second=0)
        hours.setdefault(hour, []).append((step.length, *_generated(step, factors)))
    return _regular(path, found, {hour: _mixed(hours[hour]) for hour in hours}, "lifecycle")


def _mixed(steps: list[tuple[timedelta, float, float]]) -> float:
    """Return emissions over generation of an hour; NaN if a step of it is missing."""
    lengths, emitted, generated = zip(*steps, strict=True)
    if sum(lengths, timedelta(0)) != _HOUR:
        return float("nan")
    shares = [length / _HOUR for length in lengths]
    whole = float(np.dot(shares, generated))
    return float(np.dot(shares, emitted)) / whole if whole > 0 else float("nan")


def _generated(step: _Step, factors: dict[str, float]) -> tuple[float, float]:
    """Return emissions and generation of a step; NaN if one of the types is missing."""
    emitted = generated = 0.0
    for kind, factor in factors.items():
        where, text = step.given.get(kind, ("", ""))
        power = number(where, {kind: text}, kind) if _is_given(text) else np.nan
        emitted, generated = emitted + power * factor, generated + power
    return emitted, generated


def _is_given(text: str) -> bool:
    return text.casefold() not in ("", "-", "n/e", "n/a", "nan")


def _factors(path: str | Path, steps: dict[datetime, _Step]) -> dict[str, float]:
    """Return the intensity of every type that has numbers; storage generates nothing."""
    classes = _classes()
    given = [pair for step in steps.values() for pair in step.given.items()]
    kinds = {kind for kind, (_, text) in given if _is_given(text)}
    found: dict[str, float] = {}
    for kind in sorted(kinds):  # the others are "n/e": the area has no such plants
        key = _letters(kind)
        if key not in classes:
            raise DataError(f"{path}: no factor for generation {kind!r}{near(key, classes)}")
        if classes[key] is not None:
            found[kind] = classes[key] or 0.0
    if not found:
        raise DataError(f"{path}: no type of generation has a number")
    return found


def _classes() -> dict[str, float | None]:
    """Return the intensity of ENTSO-E's types by name; None of those that store."""
    parts: dict[str, list[tuple[float, str]]] = {}
    for row in tables.rows("electricity_fuel_classes"):
        if row["scheme"] == "entsoe":
            weight = float(row["weight"]) if row["weight"] else 0.0
            parts.setdefault(_letters(row["class_name"]), []).append((weight, row["ghg"]))
    return {
        name: sum(w * catalogue.figure(key).point for w, key in mix) if mix[0][1] else None
        for name, mix in parts.items()
    }


def _letters(text: str) -> str:
    """Return a type as letters; the older layout writes poundage."""
    return re.sub(r"[^a-z]", "", text.casefold()).replace("poundage", "pondage")


def _steps(
    path: str | Path,
    lines: list[tuple[int, dict[str, str]]],
    names: dict[str, str],
    clock: str,
) -> dict[datetime, _Step]:
    """Return the steps by their begin in UTC; the hour that does not exist is left out."""
    mtu = next(plain for plain in names if plain.partition(" (")[0] == "mtu")
    label = mtu.removeprefix("mtu").strip(" ()").upper()
    spans: dict[str, _Span] = {}  # the newer layout has every step once for each type
    steps: dict[datetime, _Step] = {}
    for line, row in lines:
        where, text = f"{path}, line {line}", row[names[mtu]]
        if text not in spans:
            spans[text] = _span(where, text, label, clock)
        span = spans[text]
        given = _given(path, row, names)
        if span.begin is None:
            if any(map(_is_given, given.values())):
                raise DataError(f"{where}: {text} does not exist on the clock of {span.zone}")
            continue
        for moment in (span.begin, span.again):  # of the two equal hours of October
            step = steps.setdefault(moment, _Step(span.length, {}))
            if not step.given.keys() & given.keys():
                step.given.update({kind: (where, text) for kind, text in given.items()})
                break
        else:
            raise DataError(f"{where}: {text} stands there twice")
    return steps


def _given(path: str | Path, row: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    """Return generation by type of a line, as text, in either layout."""
    if _TYPE not in names:
        return {
            name[: -len(_AGGREGATED)]: row[name]
            for plain, name in names.items()
            if plain.endswith(_AGGREGATED)
        }
    if _GENERATION not in names:
        raise DataError(f"{path}: no column 'Generation (MW)'{near(_GENERATION, names)}")
    return {row[names[_TYPE]]: row[names[_GENERATION]]}


@dataclass(frozen=True)
class _Span:
    """When a step begins in UTC: not at all, once, or again after the clock was put back."""

    begin: datetime | None
    again: datetime
    length: timedelta
    zone: str


def _span(where: str, text: str, label: str, clock: str) -> _Span:
    found = _MTU.match(text)
    if found is None:
        raise DataError(f"{where}: MTU = {text!r} is no '01.01.2021 00:00 - 01.01.2021 01:00'")
    first, mark, last, end_mark = found.groups()
    zone = _zone(where, label or (end_mark or "" if mark is None else ""), clock)
    begin, end = _european(where, first), _european(where, last)
    if mark is not None:
        once = again = _marked(where, begin, mark)
    else:
        local = begin.replace(tzinfo=_clock(zone))
        once, again = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
        if once.astimezone(_clock(zone)).replace(tzinfo=None) != begin:
            return _Span(None, again, _HOUR, zone)
    if mark is not None and end_mark is not None:
        length = _marked(where, end, end_mark) - once
    else:  # the clock may have been put forward or back in between
        length = min(end - begin, end.replace(tzinfo=_clock(zone)).astimezone(UTC) - once)
    if length not in (_HOUR, _HOUR / 2, _HOUR / 4):
        raise DataError(f"{where}: a step of {length}; 15, 30 or 60 minutes")
    return _Span(once, again, length, zone)


def _zone(where: str, label: str, clock: str) -> str:
    """Return the time zone of local times, by what the file says or what was given."""
    if label == "UTC":
        return "UTC"
    if not clock and label not in _CLOCKS:
        raise DataError(f"{where}: the clock {label!r} is not known; give a time zone, clock=")
    return clock or _CLOCKS[label]


def _marked(where: str, moment: datetime, mark: str) -> datetime:
    """Return a time in UTC that says itself on which clock it is."""
    if mark not in _OFFSETS:
        raise DataError(f"{where}: {mark!r} is none of {', '.join(_OFFSETS)}")
    return (moment - _OFFSETS[mark]).replace(tzinfo=UTC)


def _clock(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise DataError(f"no time zone {zone!r}; give one such as 'Europe/Paris'") from None
