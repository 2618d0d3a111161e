"""Savings: a consequence beside the total, never in it."""

import numpy as np
import pytest

import lca
from lca.stages import EnabledSavings, Rebound


def served(**fields):
    grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
    return lca.Lifecycle(
        {"serving": grid, "consequences": EnabledSavings(name="trips", **fields)},
        functional_unit="one plan",
    )


def test_by_hand():
    result = lca.simulate(served(activity=2, factor=0.21, rebound=0.25), n=64)
    assert float(result.avoided.sum("stage").mean()) == pytest.approx(2 * 0.21 * 0.75)
    assert float(result.total("gwp").mean()) == pytest.approx(0.4)


def test_the_total_does_not_know_of_it():
    alone = lca.Lifecycle(lca.stages.Electricity(name="grid", intensity=0.4, losses=0))
    for activity in (0, 1, 1e6):
        assert served(activity=activity, factor=1, rebound=0).nominal("gwp") == alone.nominal("gwp")


def test_every_sample():
    fields = {
        "activity": lca.uniform(low=1, high=3),
        "factor": lca.lognormal(median=0.2, gsd=1.3),
        "rebound": lca.uniform(low=0, high=1),
    }
    result = lca.simulate(served(**fields), n=64)
    activity, factor, rebound = (
        result.draws.sel(input=f"trips.{name}").to_numpy() for name in fields
    )
    avoided = result.avoided.sel(category="gwp", stage="trips").to_numpy()[0]
    np.testing.assert_allclose(avoided, activity * factor * (1 - rebound), rtol=1e-12)
    assert (avoided >= 0).all()


def test_rebound_takes_back_all_of_it_and_no_more():
    result = lca.simulate(served(activity=2, factor=0.2, rebound=1), n=64)
    assert float(result.avoided.sum()) == 0
    with pytest.raises(ValueError, match="above its upper bound 1"):
        EnabledSavings(activity=2, factor=0.2, rebound=1.2)


def apart(rebound, **fields):
    grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
    trips = EnabledSavings(name="trips", rebound=0, **fields)
    back = Rebound(name="taken back", saving=trips, rebound=rebound)
    life = lca.Lifecycle({"serving": grid, "saved": trips, "taken back": back})
    return lca.simulate(life, n=64)


def test_gross_saving_and_rebound_stand_apart_and_sum_to_the_net():
    fields = {"activity": lca.uniform(low=1, high=3), "factor": 0.21}
    result = apart(lca.uniform(low=0, high=1), **fields)
    activity, rebound = (
        result.draws.sel(input=name).to_numpy() for name in ("trips.activity", "taken back.rebound")
    )
    rows = result.avoided.sel(scenario="baseline", category="gwp")
    gross, back = (rows.sel(stage=name).to_numpy() for name in ("trips", "taken back"))
    np.testing.assert_allclose(gross, activity * 0.21, rtol=1e-12)
    np.testing.assert_allclose(back, -rebound * gross, rtol=1e-12)
    assert float(result.total("gwp").mean()) == pytest.approx(0.4)


def test_a_rebound_above_1_shows_that_nothing_is_saved():
    result = apart(1.25, activity=2, factor=0.2)
    assert float(result.avoided.sum("stage").mean()) == pytest.approx(-0.1)
    assert float(result.total("gwp").mean()) == pytest.approx(0.4)


def test_there_is_no_default_baseline_and_no_offset():
    for missing in ("activity", "factor", "rebound"):
        fields = {"activity": 1, "factor": 1, "rebound": 0}
        del fields[missing]
        with pytest.raises(TypeError, match=missing):
            EnabledSavings(**fields)
    with pytest.raises(TypeError, match="offset"):
        EnabledSavings(activity=1, factor=1, rebound=0, offset=1)
