"""Hourly intensity of some days, with the hours in which a run takes its electricity."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca import catalogue
from lca.figures import style
from lca.scheduling import Forecast, Schedule

_HEIGHT, _LANE, _STEP = 100.0, 6.0, 9.0  # pt: curve, a lane of hours above it, from one to the next
_GRAM = 1000  # in a kg


def schedule(
    intensity: Any,
    plan: Schedule,
    hours: int | None = None,
    forecast: Forecast | None = None,
    home: Any = None,
    days: int = 7,
    ax: Any = None,
) -> Any:
    """Draw the hourly intensity of some days, and the hours that a run takes.

    The run itself, not the other weeks of the year. Of the lanes above the curve the upper one
    holds the hours of the run at once, the lower one those as scheduled; the curve is filled
    there. A home that the run leaves is a dashed curve.

    Parameters
    ----------
    intensity : array_like or str
        Where the scheduled run takes place: what the plan was made from, a profile [kgCO2e/kWh]
        or an area of `lca.catalogue.hourly`.
    plan : Schedule
        As a policy of `lca.scheduling` returns it.
    hours : int, optional
        Length of a run that pauses: it takes the cleanest of the hours between its begin and
        its end. Unless given it runs through.
    forecast : Forecast, optional
        By which a run that pauses chose its hours; the first of several forecasts is drawn.
    home : array_like or str, optional
        Where the run at once would take place, if elsewhere.
    days : int
        How many at least, from the midnight before the run is ready.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a double column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        If an area is unknown; near names are offered.
    ValueError
        If the plan was made from other profiles or for a run of other length: of a run that
        pauses give `hours`.

    Examples
    --------
    >>> from lca import figures, scheduling
    >>> week = ([0.5] * 10 + [0.1] * 6 + [0.5] * 8) * 7
    >>> plan = scheduling.pause_and_resume(week, hours=12, deadline=72)
    >>> axes = figures.schedule(week, plan, hours=12, days=3)
    >>> axes.get_ylabel()
    'g CO2e/kWh'
    """
    truth, name, year = _profile(intensity, str(plan.regions[0]))
    taken = _taken(truth, plan, hours, forecast)
    left = truth if home is None else _profile(home)[0]
    _check(left, plan, len(taken))
    ready = int(plan.starts[0])
    at_once = np.arange(ready, ready + len(taken))
    first = ready // 24 * 24
    last = max(first + 24 * days, -(-(taken[-1] + 1) // 24) * 24)
    shown = np.arange(first, last)
    where = [f" in {name}" if name else "", f" {year}" if year else ""]
    label = f"Day of the year{where[1]}, UTC. Lifecycle intensity of electricity{where[0]}"
    saving = f"{abs(plan.saving):.0f} % {'less' if plan.saving >= 0 else 'more'} than at once"
    notes = [
        f"{plan.policy}; {plan.foresight}: {saving} ({plan.label}). Filled: the hours as scheduled."
    ]
    if home is not None:
        notes[0] += f" Dashed: {home if isinstance(home, str) else 'home'}, run at once."
    with style.context():
        frame = style.Frame(left=52, right=8, top=2 * _STEP + 4)
        ax = style.panel(ax, _HEIGHT, label, notes, frame, style.DOUBLE)
        _draw_curve(ax, truth, shown)
        if home is not None:
            _draw_curve(ax, left, shown, color=style.GREY, linestyle=(0, (4, 1.5)))
        for start, length in _stretches(taken):
            _fill(ax, truth, start, length)
        _draw_lane(ax, 1, taken, style.BLUE, "as scheduled")
        _draw_lane(ax, 2, at_once, style.ORANGE, "at once")
        ax.set_xlim(first, last)
        ax.set_ylim(0)
        step = 24 * max(1, round((last - first) / 24 / 14))
        ticks = range(first, last + 1, step)
        ax.set_xticks(ticks, [str(tick % len(truth) // 24 + 1) for tick in ticks])
        ax.set_ylabel("g CO2e/kWh", fontsize=style.TEXT, color=style.INK)
    return ax


def _profile(given: Any, region: str = "") -> tuple[Any, str, str]:
    """Return the hours of a profile, its name and its year."""
    if not isinstance(given, str):
        return np.asarray(given, dtype=float), region, ""
    found = catalogue.hourly(given)
    if region not in ("", given):
        raise ValueError(f"schedule: the plan runs in {region!r}, not in {given!r}")
    return np.asarray(found.intensity), given, str(found.area["year"])


def _taken(truth: Any, plan: Schedule, hours: int | None, forecast: Forecast | None) -> Any:
    """Return the hours in which the run takes electricity; a year goes on with its beginning."""
    begin, end = int(plan.begins[0]), int(plan.ends[0])
    window = np.arange(begin, end)
    length = len(window) if hours is None else hours
    if int(plan.starts[0]) >= len(truth) or not 0 < length <= len(window) <= len(truth):
        raise ValueError(
            f"schedule: the plan runs in {length} of the hours {begin} to {end}, "
            f"which does not fit into a profile of {len(truth)} hours"
        )
    if hours is None:
        return window
    seen = truth if forecast is None else np.asarray(forecast.of(truth))
    cleanest = np.argsort(seen[window % len(seen)], kind="stable")[:hours]
    return np.sort(window[cleanest])


def _check(home: Any, plan: Schedule, length: int) -> None:
    """Refuse a profile or length of the run at once that is not that of the plan, in any week."""
    weeks = plan.starts[:, None] + np.arange(length)
    means = home[weeks % len(home)].mean(axis=1)
    if not np.allclose(means * plan.now[0], plan.now * means[0], rtol=1e-6):
        raise ValueError(
            f"schedule: a run of {length} h at once does not emit what the plan says: give the "
            "profiles that the plan was made from, and hours= of a run that pauses"
        )


def _stretches(hours: Any) -> list[tuple[int, int]]:
    """Return hours as (first, how many) of every stretch without a pause."""
    parts = np.split(hours, np.flatnonzero(np.diff(hours) > 1) + 1)
    return [(int(part[0]), len(part)) for part in parts]


def _steps(values: Any, hours: Any) -> tuple[Any, Any]:
    """Return the corners of a curve that is flat over every hour."""
    grams = _GRAM * values[hours % len(values)]
    return np.append(hours, hours[-1] + 1), np.append(grams, grams[-1])


def _draw_curve(ax: Any, values: Any, hours: Any, **about: Any) -> None:
    ax.step(*_steps(values, hours), where="post", **({"color": style.INK, "lw": 0.7} | about))


def _fill(ax: Any, values: Any, start: int, length: int) -> None:
    x, y = _steps(values, np.arange(start, start + length))
    ax.fill_between(x, y, step="post", color=style.BLUE, alpha=0.4, linewidth=0)


def _draw_lane(ax: Any, lane: int, hours: Any, color: str, name: str) -> None:
    """Draw hours as bars above the axes, and name them at the left."""
    from matplotlib.transforms import offset_copy

    about = {"clip_on": False, "linewidth": 0}
    place = offset_copy(ax.get_xaxis_transform(), ax.figure, y=lane * _STEP - 4, units="points")
    high = _LANE / (ax.get_window_extent().height * 72 / ax.figure.dpi)
    bars = _stretches(hours)
    ax.broken_barh(bars, (1, high), facecolor=color, transform=place, label=name, **about)
    ax.annotate(
        name,
        (0, 1),
        (-4, lane * _STEP - 4 + _LANE / 2),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=style.SMALL,
        color=style.INK,
        annotation_clip=False,
    )
