"""Scheduling: what a run saves by taking its electricity in cleaner hours, or elsewhere.

Four policies against an hourly profile: start at a given clock hour, start at the best hour
before a deadline, pause and resume before a deadline, move to another region. Each is tried
for the run itself and for the same hour of all other weeks of the year, so that one lucky
week is seen as such.

Results are attributional, by average intensity: they say what the run is charged with, not
what the grid emits less because of it (that needs marginal intensities). Without a forecast
the policy knows the future, which is an upper bound of the saving. Emissions are those of
generation, without losses and PUE. Left out: the energy of stopping, moving and starting again,
and hardware that waits. The year is taken as a ring: a run that reaches its end goes on with
its beginning. A run draws the same power in all its hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import Any

import numpy as np

from lca import catalogue, quantity
from lca.distributions import number
from lca.quantity import Quantity
from lca.tables import DataError

WEEK = 7 * 24
DAY = 24
HIGHEST = 3.0  # kgCO2e/kWh: above what any grid or plant emits
LABEL = "attributional, average intensity"


@dataclass(frozen=True)
class Forecast:
    """A forecast that misses the truth by a lognormal error, to choose hours by.

    ``forecast = truth × gsd^e``, where e is standard normal with the given correlation from
    one hour to the next (a first-order autoregression). Hours are chosen by the forecast and
    accounted by the truth, in many realisations of which the mean is taken: one alone may be
    lucky. The error does not grow with the time ahead.

    Parameters
    ----------
    gsd : float
        Geometric standard deviation of forecast over truth: 1.1 is about ten per cent.
    autocorrelation : float, optional
        From one hour to the next, from 0 (independent) to below 1.
    seed : int, optional
        From 0.
    realisations : int, optional
        How many forecasts are tried.

    Examples
    --------
    >>> Forecast(gsd=1.1, autocorrelation=0.9).of(np.full(5, 0.3)).shape
    (5,)
    """

    gsd: float
    autocorrelation: float = 0.0
    seed: int = 0
    realisations: int = 100

    def __post_init__(self) -> None:
        if not _number("gsd", self.gsd) >= 1:
            raise DataError(f"Forecast: gsd = {self.gsd!r} is a factor and must be at least 1")
        if not 0 <= _number("autocorrelation", self.autocorrelation) < 1:
            raise DataError(
                f"Forecast: autocorrelation = {self.autocorrelation!r} must be from 0 to below 1"
            )
        for name, low in (("seed", 0), ("realisations", 1)):
            given = getattr(self, name)
            if not _is_whole(given) or given < low:
                raise DataError(
                    f"Forecast: {name} = {given!r} is no whole number of at least {low}"
                )

    def __str__(self) -> str:
        return (
            f"forecast error GSD {self.gsd:g}, autocorrelation {self.autocorrelation:g}, "
            f"seed {self.seed}, {self.realisations} realisations"
        )

    def of(self, truth: Any, place: int = 0, realisation: int = 0) -> Any:
        """Return a forecast of a profile; `place` tells regions apart."""
        from scipy.signal import lfilter

        values = _values("truth", truth)
        key = np.random.SeedSequence(self.seed, spawn_key=(place, realisation))
        rho = self.autocorrelation
        shocks = np.random.default_rng(key).standard_normal(len(values)) * np.sqrt(1 - rho**2)
        shocks[0] /= np.sqrt(1 - rho**2)  # stationary from the first hour
        return values * self.gsd ** lfilter([1.0], [1.0, -rho], shocks)


@dataclass(frozen=True, eq=False)
class Schedule:
    """What a run emits at once and shifted, for the run itself and the other weeks of the year.

    Emissions are at the grid, without losses and PUE, unless `shift_region` was given overheads:
    they count the intensity per kWh generated. Arrays have one value for each start: the first
    is the run itself, the others begin in the same hour of the weeks that follow.

    Attributes
    ----------
    policy, foresight, boundary : str
        What was done, whether it knew the future, and what emissions hold.
    source : str
        Of the profile.
    starts, begins, ends : array
        Hour of the year in which the run is ready, begins, and has ended (UTC); by the first
        of several forecasts.
    regions : array
        Where it runs, by the first of several forecasts.
    now, shifted : array
        Emissions when run at once, and as scheduled, in the mean of all forecasts [kgCO2e].
    forecasts : array
        Emissions of the run itself as scheduled by each forecast; one value without [kgCO2e].
    annual : float or None
        Emissions of the run at the annual mean of its profile [kgCO2e]: that of an area
        weighted by generation, as its level is, of an array the plain one. None where the run
        may move.
    """

    policy: str
    foresight: str
    boundary: str
    source: str
    starts: Any
    begins: Any
    ends: Any
    regions: Any
    now: Any
    shifted: Any
    forecasts: Any
    annual: float | None

    @property
    def label(self) -> str:
        """What kind of account it is."""
        return LABEL

    @property
    def emissions_now(self) -> float:
        """Emissions of the run itself when it starts at once [kgCO2e]."""
        return float(self.now[0])

    @property
    def emissions_shifted(self) -> float:
        """Emissions of the run itself as scheduled [kgCO2e]."""
        return float(self.shifted[0])

    @cached_property
    def savings(self) -> Any:
        """Saving in every week, in per cent of running at once."""
        return 100 * (1 - self.shifted / self.now)

    @property
    def saving(self) -> float:
        """Saving of the run itself, in per cent of running at once."""
        return float(self.savings[0])

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Return the central interval of the saving over the weeks of the year, in per cent.

        Of fewer than two weeks there is none: both ends are NaN.
        """
        return _central(self.savings, level)

    def forecast_interval(self, level: float = 0.9) -> tuple[float, float]:
        """Return the central interval of the saving of the run itself over all forecasts.

        In per cent; both ends are NaN where there are not several forecasts.
        """
        return _central(100 * (1 - self.forecasts / self.now[0]), level)

    @property
    def timing(self) -> Quantity:
        """Intensity of the hours as scheduled over the annual mean: one value a week.

        It multiplies an annual level: ``lca.stages.Electricity(…, timing=schedule.timing)``. Its
        nominal point is the run itself. A variability: a sample is one week of the year, each
        equally likely. A run that may move has none, since another region has another level.

        Raises
        ------
        DataError
            If the run may move to another region, or there are fewer than two weeks.
        """
        if self.annual is None:
            raise DataError(
                "Schedule: no timing of a run that may move, since another region has another "
                "level: take `shifted`, or the ratio to running at once, `ratio_to_now`"
            )
        return self._weekly("timing", self.shifted / self.annual)

    @property
    def ratio_to_now(self) -> Quantity:
        """Emissions as scheduled over those at once: one value a week, as `timing` has.

        It multiplies the emissions of the same run at once, never an annual mean.

        Raises
        ------
        DataError
            If there are fewer than two weeks.
        """
        return self._weekly("ratio_to_now", self.shifted / self.now)

    def _weekly(self, name: str, values: Any) -> Quantity:
        if len(values) < 2:
            raise DataError(f"Schedule: no {name}: the profile has fewer than two weeks")
        return quantity.empirical(
            values=values,
            unit="1",
            kind="variability",
            population=f"{len(values)} weeks of the year",
            nominal=float(values[0]),
            source=self.source,
            note=f"{self.policy}; {LABEL}; {self.foresight}",
        )

    def to_frame(self) -> Any:
        """Return a table with a row for every week: hours, region, emissions, saving [%]."""
        import pandas as pd

        return pd.DataFrame(
            {
                "start": self.starts,
                "begin": self.begins,
                "end": self.ends,
                "region": self.regions,
                "now": self.now,
                "shifted": self.shifted,
                "saving": self.savings,
            },
            index=pd.RangeIndex(len(self.now), name="week"),
        )

    def __repr__(self) -> str:
        weeks, forecasts = len(self.now), len(self.forecasts)
        spread = [_shown(f"{forecasts} forecasts", self.forecast_interval())]
        spread += [_shown(f"{weeks} weeks", self.interval())]
        if weeks < 2:
            spread.append(" (no interval: fewer than two weeks)")
        return (
            f"<Schedule: {self.policy}; {LABEL}; {self.foresight}; {self.boundary}: "
            f"{self.emissions_now:.4g} kgCO2e at once, {self.emissions_shifted:.4g} as scheduled, "
            f"saving {self.saving:.1f} %{''.join(spread)}>"
        )


def _central(savings: Any, level: float) -> tuple[float, float]:
    if not 0 < _number("level", level) < 1:
        raise DataError(f"Schedule: level = {level!r} must lie between 0 and 1")
    if len(savings) < 2:
        return np.nan, np.nan
    low, high = np.quantile(savings, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _shown(of: str, ends: tuple[float, float]) -> str:
    return "" if np.isnan(ends[0]) else f" (90 % of {of}: {ends[0]:.1f} to {ends[1]:.1f} %)"


# -- policies --------------------------------------------------------------------------------


def start_at(
    intensity: Any,
    hours: int,
    clock: int,
    *,
    start: int = 0,
    utc_offset: int = 0,
    energy: float = 1.0,
) -> Schedule:
    """Wait until the clock next shows an hour, then run without a pause.

    Parameters
    ----------
    intensity : array_like or str
        Average intensity by the hour of whole days [kgCO2e/kWh]; or an area of
        `lca.catalogue.hourly`.
    hours : int
        Length of the run.
    clock : int
        Hour of the day at which to start, 0 to 23.
    start : int, optional
        Hour of the profile in which the run is ready, from 0.
    utc_offset : int, optional
        Hours by which the clock is ahead of the profile, which is in UTC.
    energy : float, optional
        Of the whole run, as generated [kWh]; 1 gives emissions per kWh.

    Raises
    ------
    DataError
        If the profile or an hour does not fit; near names of areas are offered.

    Examples
    --------
    >>> day = [0.5] * 12 + [0.1] * 6 + [0.5] * 6
    >>> start_at(day * 7, hours=6, clock=12).saving
    80.0
    """
    run = _Run.of({"": intensity}, hours, hours, start, energy)
    _whole("clock", clock, 0, DAY - 1)
    offset = _whole("utc_offset", utc_offset, -14, 14)
    begins = run.starts + (clock - run.starts - offset) % DAY
    policy = f"{hours} h started at {clock}:00"
    return run.uninterrupted(policy, "no forecast needed", begins[None])


def flexible_start(
    intensity: Any,
    hours: int,
    deadline: int,
    *,
    start: int = 0,
    energy: float = 1.0,
    forecast: Forecast | None = None,
) -> Schedule:
    """Start at the best hour from which the run still ends before a deadline; never pause.

    Parameters
    ----------
    intensity : array_like or str
        Average intensity by the hour of whole days [kgCO2e/kWh]; or an area of
        `lca.catalogue.hourly`.
    hours : int
        Length of the run.
    deadline : int
        Hours from `start` within which the run must have ended; starts are tried over
        ``deadline - hours`` hours.
    start : int, optional
        Hour of the profile in which the run is ready, from 0.
    energy : float, optional
        Of the whole run, as generated [kWh]; 1 gives emissions per kWh.
    forecast : Forecast, optional
        By which to choose; without it the future is known.

    Raises
    ------
    DataError
        If the profile or an hour does not fit; near names of areas are offered.

    Examples
    --------
    >>> flexible_start([0.4, 0.4, 0.1, 0.1] + [0.4] * 20, hours=2, deadline=6)
    <Schedule: 2 h started within 6 h; attributional, average intensity; perfect foresight, ...>
    """
    run = _Run.of({"": intensity}, hours, deadline, start, energy)
    policy = f"{hours} h started within {deadline} h"
    return run.uninterrupted(policy, _foresight(forecast), *run.best(forecast))


def pause_and_resume(
    intensity: Any,
    hours: int,
    deadline: int,
    *,
    start: int = 0,
    energy: float = 1.0,
    forecast: Forecast | None = None,
) -> Schedule:
    """Run in the cleanest hours before a deadline, with pauses.

    Parameters are those of `flexible_start`. Pauses cost nothing here: count checkpoints and
    idle power where they matter.

    Raises
    ------
    DataError
        If the profile or an hour does not fit; near names of areas are offered.

    Examples
    --------
    >>> pause_and_resume([0.4, 0.1] * 12, hours=2, deadline=6).saving
    60.0
    """
    run = _Run.of({"": intensity}, hours, deadline, start, energy)
    chosen = np.array([run.cleanest(seen[0]) for seen in run.seen(forecast)])
    mean = run.profiles[0, chosen % run.profiles.shape[1]].mean(axis=-1)
    policy = f"{hours} h paused and resumed within {deadline} h"
    begins, ends = chosen[..., 0], chosen[..., -1] + 1
    return run.schedule(policy, _foresight(forecast), begins, ends, mean)


def shift_region(
    intensities: Mapping[str, Any] | Iterable[str],
    hours: int,
    home: str,
    *,
    deadline: int | None = None,
    start: int = 0,
    energy: float = 1.0,
    forecast: Forecast | None = None,
    overheads: Mapping[str, float] | None = None,
) -> Schedule:
    """Run without a pause in the region that is cleanest, against running at home at once.

    Parameters
    ----------
    intensities : mapping or iterable of str
        Profiles of the same hours by region; or areas of `lca.catalogue.hourly`, of one year.
    hours : int
        Length of the run.
    home : str
        Region of the run at once.
    deadline : int, optional
        Hours from `start` within which it must have ended; without it, it starts at once.
    start, energy, forecast
        As in `flexible_start`; errors of the forecast are independent between regions.
    overheads : mapping, optional
        Energy generated per kWh of the run in each region, ``PUE / (1 - losses)``; `energy` is
        then that of the run itself. Without it, all regions count alike, per kWh generated.

    Raises
    ------
    DataError
        If a profile, a region or an hour does not fit; near names of areas are offered.

    Examples
    --------
    >>> profiles = {"here": [0.4] * 24, "there": [0.2] * 24}
    >>> shift_region(profiles, hours=2, home="here").saving
    50.0
    >>> burdens = {"here": 1.1, "there": 1.65}
    >>> round(shift_region(profiles, hours=2, home="here", overheads=burdens).saving, 6)
    25.0
    """
    if isinstance(intensities, str) or not isinstance(intensities, Iterable):
        raise DataError(_SEVERAL.format(intensities=intensities))
    given = intensities if isinstance(intensities, Mapping) else {a: a for a in intensities}
    if home not in given:
        raise DataError(f"shift_region: no region {home!r}; there are {', '.join(given)}")
    if len(given) < 2:
        raise DataError(_SEVERAL.format(intensities=home))
    ordered = {home: given[home]} | dict(given)
    span = hours if deadline is None else deadline
    run = _Run.of(ordered, hours, span, start, energy, overheads)
    policy = f"{hours} h in the cleanest of {len(ordered)} regions within {span} h"
    return run.uninterrupted(policy, _foresight(forecast), *run.best(forecast))


_SEVERAL = "shift_region: intensities = {intensities!r} is one region; give two or more"


def _foresight(forecast: Forecast | None) -> str:
    return "perfect foresight, an upper bound" if forecast is None else str(forecast)


def _overheads(given: Any, regions: Iterable[str]) -> list[float]:
    if not isinstance(given, Mapping):
        raise DataError(f"overheads = {given!r}: give a factor for every region, by name")
    for name in regions:
        if name not in given:
            raise DataError(f"overheads: no {name!r}; give a factor for every region")
        if not _number(f"overheads: {name}", given[name]) >= 1:
            raise DataError(f"overheads: {name} = {given[name]!r} must be at least 1")
    for name in given:
        if name not in regions:
            raise DataError(f"overheads: no region {name!r}; there are {', '.join(regions)}")
    return [float(given[name]) for name in regions]


@dataclass(frozen=True, eq=False)
class _Run:
    """A run that is ready in the same hour of every week, and the profiles it may run on."""

    profiles: Any  # (regions, hours of the year); the first is home
    names: Any
    source: str
    boundary: str
    annual: float | None
    starts: Any
    hours: int
    deadline: int
    energy: float

    @classmethod
    def of(
        cls,
        given: Mapping[str, Any],
        hours: int,
        deadline: int,
        start: int,
        energy: float,
        overheads: Mapping[str, float] | None = None,
    ) -> _Run:
        read = {name: _profile(name, one) for name, one in given.items()}
        if len({(len(one.intensity), one.year) for one in read.values()}) > 1:
            listed = (f"{n}: {len(p.intensity)} h {p.year}".strip() for n, p in read.items())
            raise DataError(
                f"the profiles are not of the same hours: {', '.join(listed)}; to pair them all "
                "the same, give arrays of one length"
            )
        factors = [1.0] * len(read) if overheads is None else _overheads(overheads, read)
        profiles = np.array([f * p.intensity for f, p in zip(factors, read.values(), strict=True)])
        length = profiles.shape[1]
        first = _whole("start", start, 0, length - 1)
        _whole("hours", hours, 1, _whole("deadline", deadline, 1, length))
        if not _number("energy", energy) > 0:
            raise DataError(f"energy = {energy!r} of a run must be above 0")
        (home, *others) = read.values()
        return cls(
            profiles,
            np.array([one.name for one in read.values()]),
            ";".join(dict.fromkeys(one.source for one in read.values() if one.source)),
            "at the grid, without losses and PUE" if overheads is None else _BURDENED,
            None if others else float(energy) * home.mean,
            (first + WEEK * np.arange(max(1, length // WEEK))) % length,
            hours,
            deadline,
            float(energy),
        )

    def seen(self, forecast: Forecast | None) -> Iterator[Any]:
        """Yield the profiles by which hours are chosen: the truth, or every forecast of it."""
        if forecast is None:
            yield self.profiles
            return
        if not isinstance(forecast, Forecast):
            raise DataError(f"forecast = {forecast!r}: give Forecast(gsd=…), or None")
        for realisation in range(forecast.realisations):
            yield np.array(
                [forecast.of(one, place, realisation) for place, one in enumerate(self.profiles)]
            )

    def means(self, profiles: Any) -> Any:
        """Return the mean intensity of an uninterrupted run from every hour of the year."""
        ring = np.concatenate([profiles, profiles[:, : self.hours - 1]], axis=1)
        return np.lib.stride_tricks.sliding_window_view(ring, self.hours, axis=1).mean(axis=2)

    def best(self, forecast: Forecast | None) -> tuple[Any, Any]:
        """Return the best start and its place, by forecast and week."""
        found = [self.best_starts(seen) for seen in self.seen(forecast)]
        place = np.array([np.argmin(promised, axis=0) for _, promised in found])
        weeks = np.arange(len(self.starts))
        begins = [starts[one, weeks] for (starts, _), one in zip(found, place, strict=True)]
        return np.array(begins), place

    def best_starts(self, seen: Any) -> tuple[Any, Any]:
        """Return the best start and what it promises, by region and week."""
        tried = self.starts[:, None] + np.arange(self.deadline - self.hours + 1)
        promised = self.means(seen)[:, tried % self.profiles.shape[1]]
        best = np.argmin(promised, axis=2)
        return self.starts + best, promised.min(axis=2)

    def cleanest(self, seen: Any) -> Any:
        """Return the cleanest hours before the deadline, by week and in order."""
        window = self.starts[:, None] + np.arange(self.deadline)
        order = np.argsort(seen[window % len(seen)], axis=1, kind="stable")[:, : self.hours]
        return np.take_along_axis(window, np.sort(order, axis=1), axis=1)

    def uninterrupted(self, policy: str, foresight: str, begins: Any, place: Any = 0) -> Schedule:
        """Return the schedule that runs without a pause from some hours, in some regions."""
        mean = self.means(self.profiles)[place, begins % self.profiles.shape[1]]
        return self.schedule(policy, foresight, begins, begins + self.hours, mean, place)

    def schedule(
        self, policy: str, foresight: str, begins: Any, ends: Any, mean: Any, place: Any = 0
    ) -> Schedule:
        """Return the schedule, against running at home at once; arrays are by forecast and week."""
        at_once = self.means(self.profiles)[0, self.starts]
        if not (at_once > 0).all():
            raise DataError("a run at once emits nothing in some week: a saving has no meaning")
        return Schedule(
            policy,
            foresight,
            self.boundary,
            self.source,
            self.starts,
            begins[0],
            ends[0],
            np.broadcast_to(self.names[place], begins.shape)[0],
            self.energy * at_once,
            self.energy * mean.mean(axis=0),
            self.energy * mean[:, 0],
            self.annual,
        )


_BURDENED = "with the overheads given"


@dataclass(frozen=True, eq=False)
class _Profile:
    intensity: Any
    mean: float  # of the year
    name: str
    year: str = ""
    source: str = ""


def _profile(name: str, given: Any) -> _Profile:
    if isinstance(given, str):
        found = catalogue.hourly(given)
        mean = found.area["mean_weighted"].point
        about = (name or given, found.area["year"], found.area["source"])
        return _Profile(found.intensity, mean, *about)
    values = _values(name or "intensity", given)
    if len(values) % DAY:
        raise DataError(f"{name or 'intensity'} has {len(values)} hours: give whole days")
    if values.max() > HIGHEST:
        raise DataError(
            f"{name or 'intensity'}: {values.max():g} lies above {HIGHEST:g}: give kgCO2e/kWh, "
            "not g"
        )
    return _Profile(values, float(values.mean()), name)


def _values(what: str, given: Any) -> Any:
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise DataError(f"{what} = {given!r} is no list of numbers") from None
    if values.ndim != 1 or not values.size or not np.isfinite(values).all() or values.min() < 0:
        raise DataError(f"{what}: give one number of at least 0 for every hour, not {given!r}")
    return values


def _number(what: str, given: Any) -> float:
    try:
        return number(what, given)
    except ValueError as error:
        raise DataError(str(error)) from None


def _is_whole(given: Any) -> bool:
    return isinstance(given, Integral) and not isinstance(given, bool)


def _whole(what: str, given: Any, low: int, high: int) -> int:
    if not _is_whole(given) or not low <= given <= high:
        raise DataError(f"{what} = {given!r} is no whole number of hours from {low} to {high}")
    return int(given)
