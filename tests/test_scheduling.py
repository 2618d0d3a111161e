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

SMALL = [4, 3, 1, 2, 4, 1]
CALIFORNIA = "US-CISO"


# -- by hand ----------------------------------------------------------------------------------


def test_the_best_start_within_the_deadline():
    found = flexible_start(SMALL, hours=2, deadline=4, energy=10)
    assert found.emissions_now == 10 * 3.5
    assert found.emissions_shifted == 10 * 1.5  # the third and fourth hour
    assert (found.begins[0], found.ends[0]) == (2, 4)
    assert found.saving == pytest.approx(100 * (1 - 1.5 / 3.5))


def test_pauses_take_the_cleanest_hours():
    found = pause_and_resume(SMALL, hours=3, deadline=6)
    assert found.emissions_now == pytest.approx((4 + 3 + 1) / 3)
    assert found.emissions_shifted == pytest.approx((1 + 1 + 2) / 3)
    assert (found.begins[0], found.ends[0]) == (2, 6)


def test_the_clock_is_local_and_the_profile_in_utc():
    day = np.arange(24.0) + 1
    assert start_at(np.tile(day, 7), 1, clock=5).emissions_shifted == 6
    there = start_at(np.tile(day, 7), 1, clock=5, start=20, utc_offset=-8)
    assert (there.emissions_now, there.emissions_shifted) == (21, 14)
    assert there.begins[0] == 37  # 13:00 UTC of the next day
    assert start_at(np.tile(day, 7), 1, clock=20, start=20).saving == 0


def test_the_cleanest_region_is_taken_in_every_week():
    home = np.full(2 * WEEK, 4.0)
    away = np.repeat([1.0, 5.0], WEEK)
    found = shift_region({"home": home, "away": away}, hours=24, home="home")
    assert list(found.regions) == ["away", "home"]
    assert list(found.savings) == [75, 0]
    assert list(found.shifted) == [1, 4]


def test_a_region_may_be_cleanest_later():
    profiles = {"home": [4, 4, 4, 4], "away": [9, 9, 1, 1]}
    assert shift_region(profiles, hours=2, home="home").regions[0] == "home"
    later = shift_region(profiles, hours=2, home="home", deadline=4)
    assert (later.regions[0], later.begins[0], later.saving) == ("away", 2, 75)


def test_the_year_is_a_ring():
    assert flexible_start(SMALL, hours=2, deadline=3, start=4).emissions_shifted == 2.5
    assert flexible_start(SMALL, hours=2, deadline=3, start=5).ends[0] == 7


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
    assert savings[0] == best.savings.mean()
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


def test_the_factor_multiplies_an_intensity_in_a_study():
    found = pause_and_resume(CALIFORNIA, 6, 24, start=8)
    factor = found.factor
    assert factor.kind == "variability"
    assert factor.population == "52 weeks of the year"
    assert factor.source == "eia930_hourly"
    assert factor.point == pytest.approx(1 - found.saving / 100)
    assert factor.mean == pytest.approx(1 - found.savings.mean() / 100)
    now = lca.stages.hourly_electricity(CALIFORNIA)
    later = lca.stages.HourlyElectricity(intensity=now.intensity, timing=factor, name="electricity")
    study = lca.Study(
        {
            "at once": lca.Lifecycle(now, functional_unit="one kWh"),
            "scheduled": lca.Lifecycle(later, functional_unit="one kWh"),
        }
    )
    once, scheduled = lca.simulate(study, 64, 1, progress=False).total("gwp").to_numpy()
    ratios = found.shifted / found.now
    assert (scheduled / once).min() >= ratios.min() - 1e-12
    assert (scheduled / once).max() <= ratios.max() + 1e-12
    assert len(np.unique(np.round(scheduled / once, 9))) > 20


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: flexible_start("US-CISOO", 2, 4), "did you mean"),
        (lambda: flexible_start(SMALL, 2, 7), "deadline = 7 is no whole number of hours from 1"),
        (lambda: flexible_start(SMALL, 5, 4), "hours = 5 is no whole number of hours from 1 to 4"),
        (lambda: flexible_start(SMALL, 1.5, 4), "hours = 1.5"),
        (lambda: flexible_start(SMALL, 0, 4), "hours = 0"),
        (lambda: flexible_start(SMALL, 2, 4, start=6), "start = 6"),
        (lambda: flexible_start(SMALL, 2, 4, start=-1), "start = -1"),
        (lambda: flexible_start([*SMALL, np.nan], 2, 4), "at least 0 for every hour"),
        (lambda: flexible_start([*SMALL, -1], 2, 4), "at least 0 for every hour"),
        (lambda: flexible_start([["a"]], 1, 1), "no list of numbers"),
        (lambda: flexible_start(SMALL, 2, 4, energy=0), "energy = 0"),
        (lambda: flexible_start([0, 0, 1], 2, 3), "a saving has no meaning"),
        (lambda: start_at(SMALL, 2, clock=24), "clock = 24"),
        (lambda: start_at(SMALL, 2, clock=1, utc_offset=15), "utc_offset = 15"),
        (lambda: shift_region({"a": SMALL}, 2, "b"), "no region 'b'; there are a"),
        (lambda: shift_region({"a": SMALL, "b": [1, 2]}, 2, "a"), "a: 6 h, b: 2 h"),
        (lambda: shift_region(["FR", "SE"], 2, "FR"), "FR: 8784 h 2020, SE: 8760 h 2019"),
        (lambda: Forecast(0.9), "gsd = 0.9"),
        (lambda: Forecast(1.1, 1.0), "autocorrelation = 1.0"),
        (lambda: flexible_start(SMALL, 2, 4).interval(1), "level = 1"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(lca.DataError, match=message):
        call()
