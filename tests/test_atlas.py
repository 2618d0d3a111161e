"""Atlas: all notable models by one rule, with what they share drawn once."""

import numpy as np
import pytest

from lca import atlas, tables
from lca.tables import DataError

N = 256


@pytest.fixture(scope="module")
def found():
    return atlas.assess(n=N, seed=1)


def test_every_model_of_the_table_is_assessed_or_left_out_for_a_reason(found):
    rows = {row["id"] for row in tables.rows("models")}
    assert set(found.models["id"]) | set(found.excluded["id"]) == rows
    assert set(found.models["id"]).isdisjoint(found.excluded["id"])
    assert found.models["id"].nunique() >= 400
    assert found.excluded["reason"].str.len().min() > 10
    assert (found.models.groupby("quantity").size() == found.models["id"].nunique()).all()


def test_sums_are_of_means_and_both_ways_of_adding_agree(found):
    assert found.years.groupby("quantity")["models"].sum().nunique() == 1
    for name, whole in found.strata[found.strata["disclosed"] == "all"].groupby("quantity"):
        of_models = found.models.loc[found.models["quantity"] == name, "mean"].sum()
        of_years = found.years.loc[found.years["quantity"] == name, "mean"].sum()
        assert whole["mean"].item() == pytest.approx(of_models) == pytest.approx(of_years)
        assert found.samples[name].sum(axis=0).mean() == pytest.approx(of_models)


def test_a_total_is_embodied_and_operational_and_development_adds_to_it(found):
    parts = found.samples["embodied"] + found.samples["operational"]
    assert found.samples["total"] == pytest.approx(parts)
    assert (found.samples["with_development"] > found.samples["total"]).all()
    ratio = found.samples["with_development"] / found.samples["total"]
    assert np.ptp(ratio, axis=0).max() < 1e-9  # one unknown for all models


def test_a_model_by_hand():
    model = atlas.named("model.gpt-3-175b-davinci.2020")
    life = atlas.lifecycle(model)
    it = 3_552_000 * 0.3 * 0.8 * 1.45  # hours, rated power, share of it, hosts
    waiting = 3_552_000 * (1 / 0.8 - 1) * 0.3 * 0.12
    amounts = life.nominal_amounts()
    assert amounts["cooling"] / 1.95 == pytest.approx(it + waiting)
    assert amounts["grid US"] / 1.95 == pytest.approx((it + waiting) * 1.16)
    hours = 3_552_000 / 0.8 / 5 / 8760
    assert amounts["accelerator by v100_sxm_32gb"] / 1.95 == pytest.approx(hours)


def test_what_models_share_makes_sums_wider_than_if_they_did_not(found):
    whole = found.strata[found.strata["disclosed"] == "all"].set_index("quantity")
    for name in atlas.QUANTITIES:
        shared = np.log(whole.loc[name, "high"] / whole.loc[name, "low"])
        apart = np.log(whole.loc[name, "high_independent"] / whole.loc[name, "low_independent"])
        assert shared > 1.05 * apart, name


def test_knowing_more_never_widens_and_knowing_both_narrows_more(found):
    table = found.disclosures.set_index(["item", "quantity"])
    assert table[["sum", "model"]].to_numpy().max() < 1.1  # but for the noise of 16 worlds
    narrowed = table.xs("energy", level="quantity")["sum"]
    for part in ("hardware", "computation", "utilisation of the peak"):
        assert narrowed["hours and hardware"] < narrowed[part]
    assert narrowed["metered energy"] < narrowed["hours and hardware"]
    assert table.loc[("metered energy", "energy"), "halves"]
    assert table.loc[("development", "total"), "sum"] == 1


def test_the_same_seed_gives_the_same_numbers_and_another_does_not():
    some = atlas.read().models[::40]
    one, same, other = (atlas._Every(some, N, seed) for seed in (3, 3, 4))
    first = one.evaluate(one.draws())["total"]
    assert (first == same.evaluate(same.draws())["total"]).all()
    assert (first != other.evaluate(other.draws())["total"]).any()


def test_models_left_out_and_unknown_ones_say_so():
    with pytest.raises(DataError, match="left out of the atlas: neither hours"):
        atlas.named("model.trocr.2021")
    with pytest.raises(DataError, match="did you mean 'model.t5-11b.2019'"):
        atlas.named("model.t5-11b.2018")


def test_unknown_hardware_is_that_of_like_models_by_their_number():
    model = atlas.named("model.gpt-4.5.2025")
    assert sum(model.hardware.values()) == pytest.approx(1)
    assert max(model.hardware, key=model.hardware.get) == "H100-SXM-80GB"
    small = atlas.named("model.mcdnn-mnist.2012")
    assert max(small.hardware, key=small.hardware.get) == "GTX-580"
