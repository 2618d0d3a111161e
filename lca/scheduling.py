"""Scheduling: what a run saves by taking its electricity in cleaner hours, or elsewhere.

Four policies against an hourly profile: start at a given clock hour, start at the best hour
before a deadline, pause and resume before a deadline, move to another region. Each is tried
for the run itself and for the same hour of all other weeks of the year, so that one lucky
week is seen as such.

Results are attributional, by average intensity: they say what the run is charged with, not
what the grid emits less because of it (that needs marginal intensities). Without a forecast
the policy knows the future, which is an upper bound of the saving. Left out: the energy of
stopping, moving and starting again, and hardware that waits. The year is taken as a ring: a
run that reaches its end goes on with its beginning. A run draws the same power in all its hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import Any

import numpy as np

from lca import catalogue, quantity
from lca.quantity import Quantity
from lca.tables import DataError

WEEK = 7 * 24
LABEL = "attributional, average intensity"


@dataclass(frozen=True)
class Forecast:
    """A forecast that misses the truth by a lognormal error, to choose hours by.

    ``forecast = truth × gsd^e``, where e is standard normal with the given correlation from
    one hour to the next (a first-order autoregression). Hours are chosen by the forecast and
    accounted by the truth. The error does not grow with the time ahead.

    Parameters
    ----------
    gsd : float
        Geometric standard deviation of forecast over truth: 1.1 is about ten per cent.
    autocorrelation : float, optional
        From one hour to the next, from 0 (independent) to below 1.
    seed : int, optional

    Examples
    --------
    >>> Forecast(gsd=1.1, autocorrelation=0.9).of(np.full(5, 0.3)).shape
    (5,)
    """

    gsd: float
    autocorrelation: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.gsd < np.inf:
            raise DataError(f"Forecast: gsd = {self.gsd!r} is a factor and must be at least 1")
        if not 0 <= self.autocorrelation < 1:
            raise DataError(
                f"Forecast: autocorrelation = {self.autocorrelation!r} must be from 0 to below 1"
            )

    def __str__(self) -> str:
        return (
            f"forecast error GSD {self.gsd:g}, autocorrelation {self.autocorrelation:g}, "
            f"seed {self.seed}"
        )

    def of(self, truth: Any, place: int = 0) -> Any:
        """Return the forecast of a profile; `place` tells regions apart."""
        from scipy.signal import lfilter

        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(place,)))
        rho = self.autocorrelation
        shocks = rng.standard_normal(len(truth)) * np.sqrt(1 - rho**2)
        shocks[0] /= np.sqrt(1 - rho**2)  # stationary from the first hour
        return truth * self.gsd ** lfilter([1.0], [1.0, -rho], shocks)


@dataclass(frozen=True, eq=False)
class Schedule:
    """What a run emits at once and shifted, for the run itself and the other weeks of the year.

    Arrays have one value for each start: the first is the run itself, the others begin in the
    same hour of the weeks that follow.

    Attributes
    ----------
    policy, foresight : str
        What was done, and whether it knew the future.
    source : str
        Of the profile.
    starts, begins, ends : array
        Hour of the year in which the run is ready, begins, and has ended (UTC).
    regions : array
        Where it runs.
    now, shifted : array
        Emissions when run at once, and as scheduled [kgCO2e].
    """

    policy: str
    foresight: str
    source: str
    starts: Any
    begins: Any
    ends: Any
    regions: Any
    now: Any
    shifted: Any

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
        """Return the central interval of the saving over the weeks of the year, in per cent."""
        if not 0 < level < 1:
            raise DataError(f"Schedule: level = {level!r} must lie between 0 and 1")
        low, high = np.quantile(self.savings, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    @property
    def factor(self) -> Quantity:
        """Emissions as scheduled over those at once: one value a week, each equally likely.

        It multiplies the intensity of running at once, or the annual mean where that is all
        that is known: ``HourlyElectricity(…, timing=schedule.factor)``. Its nominal point is the
        run itself. A variability: a sample is one week of the year.
        """
        return quantity.empirical(
            values=self.shifted / self.now,
            unit="1",
            kind="variability",
            population=f"{len(self.now)} weeks of the year",
            nominal=float(self.shifted[0] / self.now[0]),
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
        low, high = self.interval()
        return (
            f"<Schedule: {self.policy}; {LABEL}; {self.foresight}: "
            f"{self.emissions_now:.4g} kgCO2e at once, {self.emissions_shifted:.4g} as scheduled, "
            f"saving {self.saving:.1f} % "
            f"(90 % of {len(self.now)} weeks: {low:.1f} to {high:.1f} %)>"
        )


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
        Average intensity by the hour [kgCO2e/kWh]; or an area of `lca.catalogue.hourly`.
    hours : int
        Length of the run.
    clock : int
        Hour of the day at which to start, 0 to 23.
    start : int, optional
        Hour of the profile in which the run is ready, from 0.
    utc_offset : int, optional
        Hours by which the clock is ahead of the profile, which is in UTC.
    energy : float, optional
        Of the whole run [kWh]; 1 gives emissions per kWh.

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
    _whole("clock", clock, 0, 23)
    offset = _whole("utc_offset", utc_offset, -14, 14)
    begins = run.starts + (clock - run.starts - offset) % 24
    policy = f"{hours} h started at {clock}:00"
    return run.uninterrupted(policy, "no forecast needed", begins)


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
        Average intensity by the hour [kgCO2e/kWh]; or an area of `lca.catalogue.hourly`.
    hours : int
        Length of the run.
    deadline : int
        Hours from `start` within which the run must have ended; starts are tried over
        ``deadline - hours`` hours.
    start : int, optional
        Hour of the profile in which the run is ready, from 0.
    energy : float, optional
        Of the whole run [kWh]; 1 gives emissions per kWh.
    forecast : Forecast, optional
        By which to choose; without it the future is known.

    Raises
    ------
    DataError
        If the profile or an hour does not fit; near names of areas are offered.

    Examples
    --------
    >>> flexible_start([4, 4, 1, 1, 4, 4], hours=2, deadline=6)
    <Schedule: 2 h started within 6 h; attributional, average intensity; perfect foresight, ...>
    """
    run = _Run.of({"": intensity}, hours, deadline, start, energy)
    ((begins,), _) = run.best_starts(forecast)
    return run.uninterrupted(f"{hours} h started within {deadline} h", _foresight(forecast), begins)


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
    >>> pause_and_resume([4, 1, 4, 1, 4, 4], hours=2, deadline=6).saving
    60.0
    """
    run = _Run.of({"": intensity}, hours, deadline, start, energy)
    window = run.starts[:, None] + np.arange(deadline)
    (seen,) = run.seen(forecast)
    cleanest = np.argsort(seen[window % len(seen)], axis=1, kind="stable")[:, :hours]
    chosen = np.take_along_axis(window, np.sort(cleanest, axis=1), axis=1)
    mean = run.profiles[0, chosen % len(seen)].mean(axis=1)
    policy = f"{hours} h paused and resumed within {deadline} h"
    return run.schedule(policy, _foresight(forecast), chosen[:, 0], chosen[:, -1] + 1, mean)


def shift_region(
    intensities: Mapping[str, Any] | Iterable[str],
    hours: int,
    home: str,
    *,
    deadline: int | None = None,
    start: int = 0,
    energy: float = 1.0,
    forecast: Forecast | None = None,
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

    Raises
    ------
    DataError
        If a profile, a region or an hour does not fit; near names of areas are offered.

    Examples
    --------
    >>> shift_region({"here": [4, 4, 4], "there": [1, 3, 4]}, hours=2, home="here").saving
    50.0
    """
    given = intensities if isinstance(intensities, Mapping) else {a: a for a in intensities}
    if home not in given:
        raise DataError(f"shift_region: no region {home!r}; there are {', '.join(given)}")
    ordered = {home: given[home]} | dict(given)
    span = hours if deadline is None else deadline
    run = _Run.of(ordered, hours, span, start, energy)
    begins, promised = run.best_starts(forecast)
    place = np.argmin(promised, axis=0)
    when = begins[place, np.arange(len(place))]
    policy = f"{hours} h in the cleanest of {len(ordered)} regions within {span} h"
    return run.uninterrupted(policy, _foresight(forecast), when, place)


def _foresight(forecast: Forecast | None) -> str:
    return "perfect foresight, an upper bound" if forecast is None else str(forecast)


@dataclass(frozen=True, eq=False)
class _Run:
    """A run that is ready in the same hour of every week, and the profiles it may run on."""

    profiles: Any  # (regions, hours of the year); the first is home
    names: Any
    source: str
    starts: Any
    hours: int
    deadline: int
    energy: float

    @classmethod
    def of(
        cls, given: Mapping[str, Any], hours: int, deadline: int, start: int, energy: float
    ) -> _Run:
        read = {name: _profile(name, one) for name, one in given.items()}
        if len({(len(one.intensity), one.year) for one in read.values()}) > 1:
            listed = (f"{n}: {len(p.intensity)} h {p.year}".strip() for n, p in read.items())
            raise DataError(
                f"the profiles are not of the same hours: {', '.join(listed)}; to pair them all "
                "the same, give arrays of one length"
            )
        profiles = np.array([one.intensity for one in read.values()])
        length = profiles.shape[1]
        first = _whole("start", start, 0, length - 1)
        _whole("hours", hours, 1, _whole("deadline", deadline, 1, length))
        if not 0 < energy < np.inf:
            raise DataError(f"energy = {energy!r} of a run must be above 0")
        return cls(
            profiles,
            np.array([one.name for one in read.values()]),
            ";".join(dict.fromkeys(one.source for one in read.values() if one.source)),
            (first + WEEK * np.arange(max(1, length // WEEK))) % length,
            hours,
            deadline,
            float(energy),
        )

    def seen(self, forecast: Forecast | None) -> Any:
        """Return the profiles by which hours are chosen."""
        if forecast is None:
            return self.profiles
        return np.array([forecast.of(one, place) for place, one in enumerate(self.profiles)])

    def means(self, profiles: Any) -> Any:
        """Return the mean intensity of an uninterrupted run from every hour of the year."""
        ring = np.concatenate([profiles, profiles[:, : self.hours - 1]], axis=1)
        return np.lib.stride_tricks.sliding_window_view(ring, self.hours, axis=1).mean(axis=2)

    def best_starts(self, forecast: Forecast | None) -> tuple[Any, Any]:
        """Return the best start and what it promises, by region and week."""
        tried = self.starts[:, None] + np.arange(self.deadline - self.hours + 1)
        promised = self.means(self.seen(forecast))[:, tried % self.profiles.shape[1]]
        best = np.argmin(promised, axis=2)
        return self.starts + best, promised.min(axis=2)

    def uninterrupted(self, policy: str, foresight: str, begins: Any, place: Any = 0) -> Schedule:
        """Return the schedule that runs without a pause from some hours, in some regions."""
        mean = self.means(self.profiles)[place, begins % self.profiles.shape[1]]
        return self.schedule(policy, foresight, begins, begins + self.hours, mean, place)

    def schedule(
        self, policy: str, foresight: str, begins: Any, ends: Any, mean: Any, place: Any = 0
    ) -> Schedule:
        """Return the schedule, against running at home at once."""
        at_once = self.means(self.profiles)[0, self.starts]
        if not (at_once > 0).all():
            raise DataError("a run at once emits nothing in some week: a saving has no meaning")
        return Schedule(
            policy,
            foresight,
            self.source,
            self.starts,
            begins,
            ends,
            np.broadcast_to(self.names[place], self.starts.shape),
            self.energy * at_once,
            self.energy * mean,
        )


@dataclass(frozen=True, eq=False)
class _Profile:
    intensity: Any
    name: str
    year: str = ""
    source: str = ""


def _profile(name: str, given: Any) -> _Profile:
    if isinstance(given, str):
        found = catalogue.hourly(given)
        return _Profile(found.intensity, name or given, found.area["year"], found.area["source"])
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise DataError(f"{name or 'intensity'} = {given!r} is no list of numbers") from None
    if values.ndim != 1 or not values.size or not np.isfinite(values).all() or values.min() < 0:
        raise DataError(
            f"{name or 'intensity'}: give one number of at least 0 for every hour, not {given!r}"
        )
    return _Profile(values, name)


def _whole(what: str, given: Any, low: int, high: int) -> int:
    whole = isinstance(given, Integral) and not isinstance(given, bool)
    if not whole or not low <= given <= high:
        raise DataError(f"{what} = {given!r} is no whole number of hours from {low} to {high}")
    return int(given)
