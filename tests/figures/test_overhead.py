"""Overhead: what the stage demands in the hours of every month or bin of temperature."""

import numpy as np
import pytest
from matplotlib import pyplot

import lca
from lca.figures import overhead, style


@pytest.fixture
def grid():
    return lca.stages.Electricity(name="grid", intensity=1, losses=0)


def hall(grid, plant="dry", **fields):
    return lca.stages.climate_cooling("frankfurt", plant=plant, electricity=grid, **fields)


def points(ax):
    (line,) = [line for line in ax.lines if line.get_marker() == "o"]
    return line.get_data()


def whiskers(ax):
    return [line.get_ydata() for line in ax.lines if line.get_marker() != "o"]


@pytest.mark.parametrize("plant", ["dry", "tower", "adiabatic", "outside air"])
def test_months_weighted_by_hours_are_the_year(grid, plant):
    cooling = hall(grid, plant)
    _, months = points(overhead(cooling, "frankfurt", n=256))
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    whole = lca.simulate(lca.Lifecycle(cooling), n=256).amounts.sel(stage="grid")
    assert np.average(months, weights=days) == pytest.approx(float(whole.median()), rel=0.02)


def test_summer_takes_more_than_winter(grid):
    x, months = points(overhead(hall(grid), "frankfurt", n=64))
    assert len(x) == 12
    assert min(months[5:8]) > max(months[[0, 1, 11]])


def test_whiskers_hold_the_points(grid):
    ax = overhead(hall(grid), "frankfurt", n=64)
    for median, (low, high) in zip(points(ax)[1], whiskers(ax), strict=True):
        assert low < median < high


def test_by_temperature_overhead_rises_and_bars_are_all_hours(grid):
    ax = overhead(hall(grid), "frankfurt", by="temperature", n=64)
    x, medians = points(ax)
    assert np.all(np.diff(medians) > -1e-9)
    dry = np.asarray(lca.catalogue.climate("frankfurt").dry_bulb)
    assert (x[0] - 1, x[-1] + 1) == (2 * np.floor(dry.min() / 2), 2 * np.floor(dry.max() / 2) + 2)
    behind = ax.figure.axes[1]
    assert sum(bar.get_height() for bar in behind.patches) == 8760
    assert behind.get_zorder() < ax.get_zorder()


def test_a_bin_is_the_stage_at_its_temperatures(grid):
    ax = overhead(hall(grid), "frankfurt", by="temperature", n=64)
    x, medians = points(ax)
    dry = np.asarray(lca.catalogue.climate("frankfurt").dry_bulb)
    within = dry[np.floor(dry / 2) == np.floor(x[-1] / 2)] + 273.15
    one = lca.Lifecycle(hall(grid, dry_bulb=lca.fixed(within.tolist(), "K"), weight=1.0))
    amounts = lca.simulate(one, n=64).amounts.sel(stage="grid")
    assert medians[-1] == pytest.approx(float(amounts.median()))


def test_it_says_unit_site_year_and_kind(grid, words):
    said = words(overhead(hall(grid, "tower"), "frankfurt", n=64))
    for word in ("per kWh of IT energy", "Frankfurt", "2023", "TowerCooling", "90 %", "Jan"):
        assert word in said


@pytest.mark.parametrize("by", ["month", "temperature"])
def test_no_text_overlaps_or_leaves_the_figure(grid, by, check_texts):
    for site in ("frankfurt", "singapore"):
        check_texts(overhead(hall(grid, name="hall " * 20), site, by=by, n=64))


def test_what_cannot_be_drawn_is_an_error(grid):
    with pytest.raises(ValueError, match="by = 'moth'; did you mean 'month'"):
        overhead(hall(grid), "frankfurt", by="moth")
    with pytest.raises(TypeError, match="follows no climate"):
        overhead(lca.stages.Cooling(electricity=grid), "frankfurt")
    with pytest.raises(lca.DataError, match="frankfurt"):
        overhead(hall(grid), "frankfort")


def test_given_axes_are_drawn_on_and_returned(grid):
    ax = pyplot.figure(figsize=(style.DOUBLE / 25.4, 3)).add_subplot()
    assert overhead(hall(grid), "frankfurt", n=64, ax=ax) is ax
