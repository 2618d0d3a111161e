"""The overhead of a data centre over the year, by month or by temperature outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lca import catalogue
from lca.figures import style
from lca.lifecycle import Lifecycle
from lca.quantity import fixed
from lca.result import quantiles
from lca.simulation import simulate
from lca.stages.cooling import ZERO_CELSIUS, ClimateCooling
from lca.study import Study
from lca.units import near

_HEIGHT, _HOURS = 100.0, 0.3  # pt; of the height: the tallest bar of hours
_BINS = 2.0  # °C
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BY = ("month", "temperature")


def overhead(
    cooling: ClimateCooling,
    site: str,
    by: str = "month",
    n: int = 512,
    seed: int = 0,
    ax: Any = None,
) -> Any:
    """Draw the electricity of cooling and losses per kWh of IT energy (PUE − 1) over a year.

    Points are medians, whiskers 90 % intervals, at the same IT power in all hours; each month
    or bin of temperature is a scenario of one study, so that they share all draws. By
    temperature, grey bars are the hours of the year in every bin of 2 °C of dry bulb; the
    wet bulb is that of these hours.

    Parameters
    ----------
    cooling : ClimateCooling
        As `lca.stages.climate_cooling` returns it; its own temperatures are replaced.
    site : str
        A site of `lca.catalogue.climate`.
    by : {"month", "temperature"}
    n, seed : int
        As in `lca.simulate`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of a single column's width unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        If the site is unknown; near names are offered.
    TypeError
        If the cooling does not follow a climate.
    ValueError
        If `by` is neither.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("DE", name="grid")
    >>> hall = lca.stages.climate_cooling("frankfurt", electricity=grid)
    >>> axes = lca.figures.overhead(hall, "frankfurt", n=64)
    >>> axes.get_ylabel()
    'PUE − 1, kWh/kWh'
    """
    if by not in _BY:
        raise ValueError(f"overhead: by = {by!r}{near(by, _BY)}; it is month or temperature")
    if not isinstance(cooling, ClimateCooling):
        raise TypeError(f"overhead: {cooling!r} follows no climate; take climate_cooling(…)")
    climate = catalogue.climate(site)
    places, parts = _months(climate) if by == "month" else _bins(climate)
    lives = [_during(cooling, climate, part) for part in parts]
    study = Study(dict(zip(map(str, places), lives, strict=True)))
    amounts = simulate(study, n=n, seed=seed, progress=False).amounts
    low, median, high = quantiles(amounts.sel(stage=cooling.electricity.name).to_numpy())
    where = f"{climate.site['name']}, {climate.site['year']}"
    way = "month" if by == "month" else "dry bulb outside, °C"
    label = f"Electricity of cooling and losses per kWh of IT energy, by {way}. {where}"
    notes = [
        f"{type(cooling).__name__}, {amounts.sizes['sample']} samples; IT power is the same in "
        "all hours. Points: medians. Whiskers: 90 % intervals."
    ]
    if by == "temperature":
        notes[0] += f" Grey: hours of the year in bins of {_BINS:g} °C."
    with style.context():
        frame = style.Frame(left=36, right=6 if by == "month" else 30, top=6)
        ax = style.panel(ax, _HEIGHT, label, notes, frame)
        x = np.arange(len(places)) if by == "month" else np.array(places)
        for place, *ends in zip(x, low, high):
            ax.plot([place] * 2, ends, color=style.BLUE, linewidth=1.2, solid_capstyle="butt")
        ax.plot(x, median, color=style.BLUE, linewidth=0.7, marker="o", markersize=3)
        ax.set_ylim(0, 1.05 * high.max())
        ax.set_ylabel("PUE − 1, kWh/kWh", fontsize=style.TEXT, color=style.INK)
        ax.grid(axis="y", color=style.PALE, linewidth=0.4)
        if by == "month":
            ax.set_xticks(x, _MONTHS, fontsize=style.SMALL)
        else:
            _draw_hours(ax, x, [int(part.sum()) for part in parts])
    return ax


def _months(climate: catalogue.Climate) -> tuple[Sequence[Any], list[Any]]:
    days = np.arange(len(climate.dry_bulb)) // 24
    month = np.minimum(np.searchsorted(np.cumsum(_DAYS), days, side="right"), 11)
    return _MONTHS, [month == i for i in range(12)]


def _bins(climate: catalogue.Climate) -> tuple[Sequence[Any], list[Any]]:
    """Return the middle of every bin of dry bulb that has hours, and which hours."""
    bins = np.floor(np.asarray(climate.dry_bulb) / _BINS)
    found = np.unique(bins)
    return ((found + 0.5) * _BINS).tolist(), [bins == one for one in found]


def _during(cooling: ClimateCooling, climate: catalogue.Climate, part: Any) -> Lifecycle:
    """Return the cooling of 1 kWh of IT energy in some hours of the year."""
    life = Lifecycle(cooling, functional_unit="one kWh of IT energy")
    changes: dict[str, Any] = {f"{cooling.name}.weight": 1.0}
    for bulb in ("dry_bulb", "wet_bulb"):
        if hasattr(cooling, bulb):
            celsius = np.asarray(getattr(climate, bulb))[part]
            changes[f"{cooling.name}.{bulb}"] = fixed((celsius + ZERO_CELSIUS).tolist(), "K")
    return life.replace(changes)


def _draw_hours(ax: Any, places: Any, hours: list[int]) -> None:
    """Draw hours as bars behind the points, on an axis at the right."""
    right = ax.twinx()
    right.bar(places, hours, width=0.9 * _BINS, color=style.PALE, linewidth=0)
    right.set_ylim(0, max(hours) / _HOURS)
    right.set_yticks([0, max(hours)], ["0", f"{max(hours):,} h"])
    right.tick_params(labelsize=style.SMALL, length=0, pad=2, colors=style.GREY)
    right.spines[:].set_visible(False)
    right.set_zorder(ax.get_zorder() - 1)
    ax.patch.set_visible(False)
