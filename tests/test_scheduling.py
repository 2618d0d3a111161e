"""Scheduling: solved by hand on small profiles, and bounded on those of California."""

from itertools import pairwise

import numpy as np
import pytest

import lca
from lca import catalogue
from lca.scheduling import (
    LABEL,
    WEEK,
    Forecast,
    flexible_start,
    pause_and_resume,
    shift_region,
    start_at,
)

SMALL = [0.4, 0.3, 0.1, 0.2, 0.4, 0.1] + [0.9] * 18
TWO = {"a": SMALL, "b": SMALL}
CALIFORNIA = "US-CISO"


# -- by hand ----------------------------------------------------------------------------------


def test_the_best_start_within_the_deadline():
    found = flexible_start(SMALL, hours=2, deadline=4, energy=10)
    assert found.emissions_now == pytest.approx(10 * 0.35)
    assert found.emissions_shifted == pytest.approx(10 * 0.15)  # the third and fourth hour
    assert (found.begins[0], found.ends[0]) == (2, 4)
    assert found.saving == pytest.approx(100 * (1 - 0.15 / 0.35))


def test_pauses_take_the_cleanest_hours():
    found = pause_and_resume(SMALL, hours=3, deadline=6)
    assert found.emissions_now == pytest.approx((0.4 + 0.3 + 0.1) / 3)
    assert found.emissions_shifted == pytest.approx((0.1 + 0.1 + 0.2) / 3)
    assert (found.begins[0], found.ends[0]) == (2, 6)


def test_the_clock_is_local_and_the_profile_in_utc():
    day = (np.arange(24.0) + 1) / 100
    assert start_at(np.tile(day, 7), 1, clock=5).emissions_shifted == 0.06
    there = start_at(np.tile(day, 7), 1, clock=5, start=20, utc_offset=-8)
    assert (there.emissions_now, there.emissions_shifted) == (0.21, 0.14)
    assert there.begins[0] == 37  # 13:00 UTC of the next day
    assert start_at(np.tile(day, 7), 1, clock=20, start=20).saving == 0


def test_the_cleanest_region_is_taken_in_every_week():
    home = np.full(2 * WEEK, 0.4)
    away = np.repeat([0.1, 0.5], WEEK)
    found = shift_region({"home": home, "away": away}, hours=24, home="home")
    assert list(found.regions) == ["away", "home"]
    assert list(found.savings) == pytest.approx([75, 0])
    assert list(found.shifted) == pytest.approx([0.1, 0.4])


def test_a_region_may_be_cleanest_later():
    profiles = {"home": [0.4] * 24, "away": [0.9, 0.9, 0.1, 0.1] + [0.9] * 20}
    assert shift_region(profiles, hours=2, home="home").regions[0] == "home"
    later = shift_region(profiles, hours=2, home="home", deadline=4)
    assert (later.regions[0], later.begins[0]) == ("away", 2)
    assert later.saving == pytest.approx(75)


def test_the_year_is_a_ring():
    ring = [*SMALL[6:], *SMALL[:6]]
    assert flexible_start(ring, hours=2, deadline=3, start=22).saving == pytest.approx(0)
    over = flexible_start(ring, hours=2, deadline=3, start=23)
    assert (over.emissions_shifted, over.ends[0]) == (0.5, 25)


def test_every_week_is_tried_in_the_same_hour():
    found = flexible_start(CALIFORNIA, hours=6, deadline=24, start=100)
    assert len(found.now) == 52
    assert set(found.starts % WEEK) == {100}
    values = catalogue.hourly(CALIFORNIA).intensity
    assert found.now[3] == pytest.approx(values[100 + 3 * WEEK :][:6].mean())
    begin = found.begins[3]
    assert found.shifted[3] == pytest.approx(values[begin : begin + 6].mean())


def test_emissions_are_in_proportion_to_energy():
    one, ten = (flexible_start(CALIFORNIA, 6, 24, energy=energy) for energy in (1, 10))
    np.testing.assert_allclose(ten.now, 10 * one.now)
    np.testing.assert_allclose(ten.savings, one.savings)


# -- bounds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [flexible_start, pause_and_resume])
@pytest.mark.parametrize("hours", [4, 24])
def test_a_longer_deadline_never_saves_less_with_perfect_foresight(policy, hours):
    savings = [policy(CALIFORNIA, hours, hours + slack).savings for slack in (0, 6, 24, 96)]
    assert np.abs(savings[0]).max() < 1e-9
    for shorter, longer in pairwise(savings):
        assert (longer >= shorter - 1e-9).all()
    assert savings[-1].min() >= 0
    assert savings[1].mean() < savings[-1].mean() < 60


def test_pausing_never_saves_less_than_waiting():
    for hours in (4, 24, 100):
        waits = flexible_start(CALIFORNIA, hours, hours + 48)
        pauses = pause_and_resume(CALIFORNIA, hours, hours + 48)
        assert (pauses.savings >= waits.savings - 1e-9).all()


@pytest.mark.parametrize("policy", [flexible_start, pause_and_resume])
def test_a_forecast_never_beats_perfect_foresight(policy):
    best = policy(CALIFORNIA, 6, 48)
    for seed in range(3):
        guessed = policy(CALIFORNIA, 6, 48, forecast=Forecast(1.2, 0.5, seed))
        assert (guessed.savings <= best.savings + 1e-9).all()
        assert guessed.savings.mean() < best.savings.mean()


def test_a_worse_forecast_saves_less_and_a_perfect_one_all():
    best = pause_and_resume(CALIFORNIA, 6, 48)
    savings = [
        pause_and_resume(CALIFORNIA, 6, 48, forecast=Forecast(gsd)).savings.mean()
        for gsd in (1.0, 1.2, 1.6, 3.0)
    ]
    assert savings[0] == pytest.approx(best.savings.mean(), rel=1e-12)
    assert savings == sorted(savings, reverse=True)


def test_forecasts_have_the_stated_error():
    error = np.log(Forecast(1.3, 0.8, seed=4).of(np.full(50_000, 0.4)) / 0.4)
    assert error.std() == pytest.approx(np.log(1.3), rel=0.03)
    assert np.corrcoef(error[1:], error[:-1])[0, 1] == pytest.approx(0.8, abs=0.02)
    again = Forecast(1.3, 0.8, seed=4).of(np.full(50_000, 0.4))
    np.testing.assert_array_equal(np.log(again / 0.4), error)


def test_regions_have_errors_of_their_own():
    flat = np.ones(10)
    one, other = (Forecast(1.2, seed=1).of(flat, place) for place in (0, 1))
    assert not np.isclose(one, other).any()


def test_the_saving_with_a_forecast_is_the_mean_over_many_of_them():
    found = flexible_start(CALIFORNIA, 6, 48, start=8, forecast=Forecast(1.3, 0.8, seed=2))
    values = catalogue.hourly(CALIFORNIA).intensity
    tried = 8 + np.arange(43)
    true = np.array([values[one : one + 6].mean() for one in tried])
    each = []
    for realisation in range(100):
        seen = Forecast(1.3, 0.8, seed=2).of(values, realisation=realisation)
        each.append(true[np.argmin([seen[one : one + 6].mean() for one in tried])])
    np.testing.assert_allclose(found.forecasts, each)
    assert found.emissions_shifted == pytest.approx(np.mean(each))
    low, high = found.forecast_interval()
    assert low < found.saving < high
    assert f"(90 % of 100 forecasts: {low:.1f} to {high:.1f} %)" in repr(found)
    certain = flexible_start(CALIFORNIA, 6, 48, start=8)
    assert np.isnan(certain.forecast_interval()).all()
    assert "forecasts" not in repr(certain)


def test_one_forecast_is_one_of_many():
    one = pause_and_resume(CALIFORNIA, 6, 48, forecast=Forecast(1.3, realisations=1))
    many = pause_and_resume(CALIFORNIA, 6, 48, forecast=Forecast(1.3))
    assert one.emissions_shifted == many.forecasts[0]
    assert one.begins[0] == many.begins[0]


def test_moving_never_saves_less_than_staying():
    areas = (CALIFORNIA, "US-ERCO", "US-BPAT")
    stays = flexible_start(CALIFORNIA, 12, 24)
    moves = shift_region(areas, 12, CALIFORNIA, deadline=24)
    assert (moves.savings >= stays.savings - 1e-9).all()
    np.testing.assert_array_equal(moves.now, stays.now)
    assert set(moves.regions) == {"US-BPAT"}  # hydropower, in every week
    guessed = shift_region(areas, 12, CALIFORNIA, deadline=24, forecast=Forecast(1.5))
    assert (guessed.savings <= moves.savings + 1e-9).all()


# -- what is shown, and how it enters a lifecycle -----------------------------------------------


def test_the_result_says_what_it_is():
    found = pause_and_resume(CALIFORNIA, 6, 24, start=8)
    assert found.label == LABEL
    for words in (LABEL, "perfect foresight, an upper bound", "52 weeks", "paused and resumed"):
        assert words in repr(found)
    guessed = pause_and_resume(CALIFORNIA, 6, 24, forecast=Forecast(1.1, 0.9, 7))
    assert "forecast error GSD 1.1, autocorrelation 0.9, seed 7" in repr(guessed)
    frame = found.to_frame()
    assert list(frame) == ["start", "begin", "end", "region", "now", "shifted", "saving"]
    assert frame["saving"][0] == found.saving
    assert set(frame["region"]) == {CALIFORNIA}
    low, high = found.interval(0.5)
    assert np.mean((found.savings >= low) & (found.savings <= high)) == pytest.approx(0.5, abs=0.04)


def test_the_timing_is_that_of_hourly_electricity_for_the_hours_as_scheduled():
    for area, hour in ((CALIFORNIA, 4), ("DK", 18), ("US-BPAT", 12)):
        found = start_at(area, 6, clock=hour, start=100)
        load = np.zeros(len(catalogue.hourly(area).intensity))
        load[np.arange(found.begins[3], found.ends[3])] = 1
        timed = lca.stages.hourly_electricity(area, load=load, utc_offset=0).timing
        assert found.timing.distribution.values[3] == pytest.approx(timed.point)
    weeks = np.repeat([0.2, 0.4], WEEK)  # the mean of one's own profile is plain
    assert flexible_start(weeks, 6, 6).timing.point == pytest.approx(0.2 / 0.3)


def test_the_timing_multiplies_the_annual_level_in_a_study():
    found = pause_and_resume(CALIFORNIA, 6, 24, start=8)
    timing = found.timing
    assert timing.kind == "variability"
    assert timing.population == "52 weeks of the year"
    assert timing.source == "eia930_hourly"
    level = lca.stages.hourly_electricity(CALIFORNIA).intensity
    annual = level.point
    assert timing.point == pytest.approx(found.emissions_shifted / annual)
    assert timing.mean == pytest.approx(found.shifted.mean() / annual)
    grid = lca.stages.Electricity(intensity=level, timing=timing, losses=0)
    life = lca.Lifecycle(grid, functional_unit="one kWh")
    assert life.nominal("gwp") == pytest.approx(found.emissions_shifted)
    fixed = lca.Lifecycle(lca.stages.Electricity(intensity=annual, timing=timing, losses=0))
    drawn = lca.simulate(fixed, 64, 1, progress=False).total("gwp").to_numpy()
    assert len(np.unique(np.round(drawn, 9))) > 20
    assert drawn.min() >= found.shifted.min() - 1e-12
    assert drawn.max() <= found.shifted.max() + 1e-12


def test_the_ratio_to_now_is_over_running_at_once():
    found = pause_and_resume(CALIFORNIA, 6, 24, start=8)
    ratio = found.ratio_to_now
    assert ratio.point == pytest.approx(1 - found.saving / 100)
    assert ratio.mean == pytest.approx(1 - found.savings.mean() / 100)
    assert not hasattr(found, "factor")


def test_a_move_has_no_timing():
    moved = shift_region((CALIFORNIA, "US-BPAT"), 12, CALIFORNIA)
    with pytest.raises(lca.DataError, match="another region has another level"):
        moved.timing  # noqa: B018
    assert moved.ratio_to_now.point == pytest.approx(1 - moved.saving / 100)


def test_fewer_than_two_weeks_have_no_interval_and_no_timing():
    found = flexible_start(SMALL * 13, 2, 4)
    assert np.isnan(found.interval()).all()
    assert "no interval: fewer than two weeks" in repr(found)
    for name in ("timing", "ratio_to_now"):
        with pytest.raises(lca.DataError, match=f"no {name}: .* fewer than two weeks"):
            getattr(found, name)
    assert np.isfinite(flexible_start(SMALL * 14, 2, 4).interval()).all()


def test_emissions_are_at_the_grid_unless_overheads_are_given():
    areas = {"home": [0.4] * 24, "away": [0.35] * 24}
    at_grid = shift_region(areas, 2, "home", energy=10)
    assert "at the grid, without losses and PUE" in repr(at_grid)
    assert at_grid.regions[0] == "away"
    built = shift_region(areas, 2, "home", energy=10, overheads={"home": 1.2, "away": 1.6})
    assert (built.emissions_now, built.regions[0]) == (pytest.approx(10 * 0.4 * 1.2), "home")
    assert "with the overheads given" in repr(built)
    assert "without losses" not in repr(built)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: flexible_start("US-CISOO", 2, 4), "did you mean"),
        (lambda: flexible_start(SMALL, 2, 25), "deadline = 25 is no whole number of hours from 1"),
        (lambda: flexible_start(SMALL, 5, 4), "hours = 5 is no whole number of hours from 1 to 4"),
        (lambda: flexible_start(SMALL, 1.5, 4), "hours = 1.5"),
        (lambda: flexible_start(SMALL, 0, 4), "hours = 0"),
        (lambda: flexible_start(SMALL, 2, 4, start=24), "start = 24"),
        (lambda: flexible_start(SMALL, 2, 4, start=-1), "start = -1"),
        (lambda: flexible_start([*SMALL, np.nan], 2, 4), "at least 0 for every hour"),
        (lambda: flexible_start([*SMALL, -1], 2, 4), "at least 0 for every hour"),
        (lambda: flexible_start([["a"]], 1, 1), "no list of numbers"),
        (lambda: flexible_start(SMALL, 2, 4, energy=0), "energy = 0"),
        (lambda: flexible_start([0] * 23 + [1], 2, 3), "a saving has no meaning"),
        (lambda: start_at(SMALL, 2, clock=24), "clock = 24"),
        (lambda: start_at(SMALL, 2, clock=1, utc_offset=15), "utc_offset = 15"),
        (lambda: shift_region({"a": SMALL}, 2, "b"), "no region 'b'; there are a"),
        (lambda: shift_region({"a": SMALL, "b": [1] * 48}, 2, "a"), "a: 24 h, b: 48 h"),
        (lambda: shift_region(["FR", "SE"], 2, "FR"), "FR: 8784 h 2020, SE: 8760 h 2019"),
        (lambda: Forecast(0.9), "gsd = 0.9"),
        (lambda: Forecast(1.1, 1.0), "autocorrelation = 1.0"),
        (lambda: flexible_start(SMALL, 2, 4).interval(1), "level = 1"),
        (lambda: flexible_start(SMALL, 2, 4).forecast_interval(0), "level = 0"),
        (lambda: start_at([0.3] * 100, 2, 1), "100 hours: give whole days"),
        (lambda: flexible_start([0.3] * 25, 2, 3), "25 hours: give whole days"),
        (lambda: pause_and_resume([0.3] * 23, 2, 3), "23 hours: give whole days"),
        (lambda: shift_region({"a": SMALL, "b": [1]}, 1, "a"), "b has 1 hours: give whole days"),
        (lambda: flexible_start([350] * 24, 2, 3), "350 .* above 3: give kgCO2e/kWh, not g"),
        (lambda: flexible_start(SMALL, 2, 4, forecast=1.1), r"forecast = 1.1: give Forecast\(gsd="),
        (lambda: pause_and_resume(SMALL, 2, 4, forecast=1.1), "forecast = 1.1: give Forecast"),
        (lambda: Forecast(1.1, seed=-1), "seed = -1 is no whole number of at least 0"),
        (lambda: Forecast(1.1, realisations=0), "realisations = 0 is no whole number"),
        (lambda: Forecast("x"), "gsd = 'x'"),
        (lambda: Forecast(1.1, autocorrelation=None), "autocorrelation = None"),
        (lambda: Forecast(1.1).of([]), "one number of at least 0 for every hour"),
        (lambda: start_at(SMALL, 2, clock=1, utc_offset=np.nan), "utc_offset = nan"),
        (lambda: flexible_start(SMALL, 2, 4, energy="x"), "energy = 'x'"),
        (lambda: shift_region("FR", 2, "FR"), "'FR' is one region; give two or more"),
        (lambda: shift_region({"a": SMALL}, 2, "a"), "'a' is one region; give two or more"),
        (lambda: shift_region(3, 2, "a"), "intensities = 3"),
        (lambda: shift_region(TWO, 2, "a", overheads={"a": 1.2}), "overheads: no 'b'"),
        (lambda: shift_region(TWO, 2, "a", overheads={"a": 1.2, "b": 0.5}), "b = 0.5"),
        (lambda: shift_region(TWO, 2, "a", overheads={"a": 1, "b": 1, "c": 1}), "no region 'c'"),
        (lambda: shift_region(TWO, 2, "a", overheads=1.2), "overheads = 1.2"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(lca.DataError, match=message):
        call()
