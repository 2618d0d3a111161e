"""The schedule: the hours drawn are those that the policy took."""

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.collections import PolyCollection

import lca
from lca import scheduling
from lca.figures import schedule, style

DAY = [0.5] * 10 + [0.1] * 6 + [0.5] * 8
WEEK = DAY * 7


def lane(ax, name):
    """Return the hours of a lane."""
    (bars,) = [one for one in ax.collections if one.get_label() == name]
    hours = []
    for path in bars.get_paths():
        x = path.vertices[:, 0]
        hours += range(round(x.min()), round(x.max()))
    return hours


def filled(ax):
    return [one for one in ax.collections if isinstance(one, PolyCollection)
            and one.get_label() not in ("as scheduled", "at once")]  # fmt: skip


def test_hours_of_a_run_that_pauses_are_those_that_the_policy_took():
    plan = scheduling.pause_and_resume(WEEK, hours=12, deadline=72, start=3)
    ax = schedule(WEEK, plan, hours=12, days=3)
    taken = lane(ax, "as scheduled")
    assert taken == [*range(10, 16), *range(34, 40)]
    assert lane(ax, "at once") == list(range(3, 15))
    assert np.mean(np.take(WEEK, taken)) == pytest.approx(plan.emissions_shifted)
    assert np.mean(np.take(WEEK, lane(ax, "at once"))) == pytest.approx(plan.emissions_now)


def test_hours_of_a_shipped_area_add_up_to_its_saving():
    plan = scheduling.pause_and_resume("DE", hours=72, deadline=240, start=2000)
    ax = schedule("DE", plan, hours=72)
    truth = np.asarray(lca.catalogue.hourly("DE").intensity)
    ratio = truth[lane(ax, "as scheduled")].mean() / truth[lane(ax, "at once")].mean()
    assert 100 * (1 - ratio) == pytest.approx(plan.saving)


def test_a_run_without_pauses_runs_from_begin_to_end():
    plan = scheduling.flexible_start(WEEK, hours=6, deadline=48)
    assert lane(schedule(WEEK, plan), "as scheduled") == list(range(10, 16))


def test_a_forecast_decides_the_hours_of_a_run_that_pauses():
    forecast = scheduling.Forecast(gsd=3.0, seed=4)
    plan = scheduling.pause_and_resume(WEEK, hours=12, deadline=72, forecast=forecast)
    taken = lane(schedule(WEEK, plan, hours=12, forecast=forecast), "as scheduled")
    seen = forecast.of(np.array(WEEK))[:72]
    assert taken == sorted(np.argsort(seen)[:12])
    assert (taken[0], taken[-1] + 1) == (plan.begins[0], plan.ends[0])


def test_the_area_is_filled_where_the_run_is():
    plan = scheduling.pause_and_resume(WEEK, hours=12, deadline=72)
    parts = filled(schedule(WEEK, plan, hours=12))
    assert [part.get_datalim(part.axes.transData).x0 for part in parts] == [10, 34]
    assert parts[0].get_datalim(parts[0].axes.transData).y1 == pytest.approx(100)


def test_the_curve_is_the_intensity_in_grams_over_whole_days():
    plan = scheduling.flexible_start(WEEK, hours=6, deadline=48, start=30)
    ax = schedule(WEEK, plan, days=2)
    x, y = ax.lines[0].get_data()
    assert (x[0], x[-1]) == (24, 72)
    assert list(y[:24]) == pytest.approx([1000 * one for one in DAY])


def test_a_year_goes_on_with_its_beginning():
    plan = scheduling.flexible_start(WEEK, hours=6, deadline=48, start=166)
    ax = schedule(WEEK, plan, days=2)
    assert lane(ax, "as scheduled") == list(range(178, 184))
    ax.figure.draw_without_rendering()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["7", "1", "2"]


def test_a_run_elsewhere_shows_the_home_that_it_leaves(words):
    plan = scheduling.shift_region(["DE", "FR"], hours=48, home="DE", deadline=100)
    ax = schedule("FR", plan, home="DE")
    assert len(ax.lines) == 2
    assert ax.lines[1].get_linestyle() == "--"
    for word in ("Dashed: DE", "electricity in FR", "attributional, average intensity", "2020"):
        assert word in words(ax)
    with pytest.raises(ValueError, match="the plan runs in 'FR', not in 'DE'"):
        schedule("DE", plan)


@pytest.mark.parametrize(("hours", "deadline", "days"), [(1, 2, 1), (72, 160, 7), (500, 2000, 7)])
def test_no_text_overlaps_or_leaves_the_figure(hours, deadline, days, check_texts):
    plan = scheduling.pause_and_resume("DE", hours=hours, deadline=deadline)
    check_texts(schedule("DE", plan, hours=hours, days=days), 183)


@pytest.mark.parametrize("hours", [0, 25, -1])
def test_hours_that_do_not_fit_are_an_error(hours):
    plan = scheduling.flexible_start(WEEK, hours=24, deadline=48)
    with pytest.raises(ValueError, match="does not fit into a profile of 168 hours"):
        schedule(WEEK, plan, hours=hours)


def test_a_plan_of_another_profile_is_an_error():
    plan = scheduling.flexible_start("DE", hours=24, deadline=48, start=3000)
    with pytest.raises(ValueError, match="does not fit into a profile of 168 hours"):
        schedule(WEEK, plan)
    with pytest.raises(lca.DataError, match="XX"):
        schedule("XX", plan)


def test_a_run_of_another_length_than_that_of_the_plan_is_an_error():
    plan = scheduling.pause_and_resume("DE", hours=72, deadline=240, start=2000)
    with pytest.raises(ValueError, match="hours= of a run that pauses"):
        schedule("DE", plan)
    with pytest.raises(ValueError, match="a run of 71 h at once does not emit"):
        schedule("DE", plan, hours=71)
    with pytest.raises(ValueError, match="the profiles that the plan was made from"):
        schedule("DE", plan, hours=72, home="FR")


def test_a_schedule_that_emits_more_says_so(words):
    evening = [0.1] * 12 + [0.5] * 12
    plan = scheduling.start_at(evening * 14, hours=6, clock=18)
    assert "400 % more than at once" in words(schedule(evening * 14, plan))


def test_given_axes_are_drawn_on_and_returned():
    ax = pyplot.figure(figsize=(style.DOUBLE / 25.4, 3)).add_subplot()
    plan = scheduling.flexible_start(WEEK, hours=6, deadline=48)
    assert schedule(WEEK, plan, ax=ax) is ax
