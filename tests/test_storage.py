"""Storage: drives by medium, and checkpoints kept."""

import numpy as np
import pytest

import lca
from lca import catalogue
from lca.stages import Checkpoints, Cooling, Drives, Storage, StorageSystem, storage


def grid(intensity=1.0):
    return lca.stages.Electricity(name="grid", intensity=intensity, losses=0.0)


def carbon(stage, amount=1.0):
    return lca.Lifecycle(stage, amount=amount, functional_unit="data kept").nominal("gwp")


def drawn(stage):
    life = lca.Lifecycle(stage, functional_unit="data kept")
    return lca.simulate(life, 64, 3, sampler="random", progress=False).total("gwp").to_numpy()[0]


@pytest.mark.parametrize(
    ("medium", "watts", "kilograms", "rack"), [("hdd", 0.65, 1.334, 1.82), ("ssd", 1.2, 25, 1.23)]
)
def test_a_terabyte_for_a_year_by_hand(medium, watts, kilograms, rack):
    """Twice replicated: power all year, and drives with their rack over five years."""
    kept = storage(medium, electricity=grid())
    used = 2 * watts / 1000 * 8760
    made = 2 * rack / 5 * kilograms
    assert carbon(kept) == pytest.approx(used + made)
    assert carbon(storage(medium, electricity=grid(0.0))) == pytest.approx(made)


def test_the_figures_are_those_of_the_medium_and_say_what_they_cover():
    disk, flash = (storage(medium, electricity=grid()) for medium in ("hdd", "ssd"))
    assert disk.power.key == "storage.hdd.power"
    assert flash.lifetime.key == "storage.ssd.service_life"
    assert disk.drives.covers == ("transport", "disposal")
    assert flash.drives.covers == ()
    assert carbon(flash) > carbon(disk)


def test_fields_can_be_given():
    own = Drives(name="own drives", footprint=3)
    kept = storage("hdd", electricity=grid(0.0), drives=own, replication=1, system_overhead=1)
    assert carbon(kept) == pytest.approx(3 / 5)
    assert kept.drives is own


def test_energy_balances_in_every_sample():
    power = grid()
    alone = drawn(storage("ssd", electricity=power))
    made = drawn(storage("ssd", electricity=grid(0.0)))
    cooled = drawn(
        storage("ssd", electricity=power, cooling=Cooling(electricity=power, pue=1.3, wue=0))
    )
    assert (made > 0).all()
    assert (alone > made).all()
    np.testing.assert_allclose(cooled - made, 1.3 * (alone - made), rtol=1e-9)


@pytest.mark.parametrize("medium", ["hdd", "ssd"])
def test_a_system_draws_more_than_its_drives_and_stands_partly_empty(medium):
    watts = {"hdd": 0.65, "ssd": 1.2}[medium]
    fields = {"electricity": grid(), "make": StorageSystem}
    made = carbon(storage(medium, electricity=grid(0.0)))
    kept = storage(medium, **fields, power_overhead=2.5, fill=0.8)
    assert carbon(kept) == pytest.approx(2 / 0.8 * 2.5 * watts / 1000 * 8760 + made / 0.8)
    bare = storage(medium, **fields, power_overhead=1, fill=1)
    assert carbon(bare) == pytest.approx(carbon(storage(medium, electricity=grid())))
    assert carbon(storage(medium, **fields)) > 2.5 * (carbon(bare) - made)


def test_a_system_is_more_than_its_drives_in_every_sample():
    assert (drawn(storage("hdd", electricity=grid(), make=StorageSystem)) > 0).all()
    system = drawn(StorageSystem(electricity=grid(), drives=Drives(name="d", footprint=0)))
    drives = drawn(Storage(electricity=grid(), drives=Drives(name="d", footprint=0)))
    assert np.median(system) > 2 * np.median(drives)


def test_a_power_per_drive_is_refused():
    with pytest.raises(ValueError, match="power = 6.5 kW/TB lies above what is plausible, 0.05"):
        storage("hdd", electricity=grid(), power=6.5)


def test_a_checkpoint_of_bloom_is_as_large_as_it_was():
    """176 billion parameters: 2.3 TB with the optimiser, 0.35 TB of weights."""
    per_parameter = catalogue.figure("operation.checkpoint_bytes.full").point
    assert 176.25e9 * per_parameter / 1e12 == pytest.approx(
        catalogue.figure("operation.data.bloom_checkpoint").point, rel=0.01
    )
    disk = storage("hdd", electricity=grid())
    full = Checkpoints(storage=disk, parameters=176.25e9, kept=1, time=1)
    assert carbon(full) == pytest.approx(2.3 * carbon(disk), rel=0.01)
    weights = Checkpoints(
        storage=disk,
        parameters=176.25e9,
        kept=1,
        time=1,
        bytes_per_parameter=catalogue.figure("operation.checkpoint_bytes.weights"),
    )
    assert carbon(weights) == pytest.approx(0.3525 * carbon(disk))


def test_checkpoints_scale_with_number_and_time_in_every_sample():
    disk = storage("hdd", electricity=grid())
    about = {"storage": disk, "parameters": lca.loguniform(low=1e9, high=1e12)}
    once = drawn(Checkpoints(kept=10, time=1, **about))
    twice = drawn(Checkpoints(kept=10, time=2, **about))
    more = drawn(Checkpoints(kept=30, time=1, **about))
    assert (once > 0).all()
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-12)
    np.testing.assert_allclose(more, 3 * once, rtol=1e-12)


def test_what_has_no_figures_is_refused():
    with pytest.raises(lca.DataError, match="no medium 'tape'; there are hdd, ssd"):
        storage("tape", electricity=grid())
    with pytest.raises(lca.DataError, match="did you mean 'hdd'"):
        storage("HDD", electricity=grid())
    with pytest.raises(ValueError, match="bytes_per_parameter = 13 TB lies above"):  # bytes, not TB
        Checkpoints(
            storage=storage("hdd", electricity=grid()),
            parameters=8e9,
            kept=1,
            bytes_per_parameter=13,
        )
