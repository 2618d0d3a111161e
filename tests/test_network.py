"""Network: energy per byte with its trend, and the power of a line."""

import numpy as np
import pytest

import lca
from lca import catalogue
from lca.stages import (
    Cooling,
    InternetTransfer,
    LineTransfer,
    NetworkEquipment,
    Transfer,
    internet_transfer,
)


def grid(intensity=1.0):
    return lca.stages.Electricity(name="grid", intensity=intensity, losses=0.0)


def carbon(stage, amount=1.0):
    return lca.Lifecycle(stage, amount=amount, functional_unit="data").nominal("gwp")


def drawn(stage):
    life = lca.Lifecycle(stage, functional_unit="one GB")
    return lca.simulate(life, 64, 3, sampler="random", progress=False).total("gwp").to_numpy()[0]


def test_a_gigabyte_within_a_cloud_takes_a_watt_hour():
    assert carbon(Transfer(electricity=grid())) == pytest.approx(0.001)
    assert carbon(Transfer(electricity=grid(0.4)), amount=1000) == pytest.approx(0.4)


@pytest.mark.parametrize(("year", "energy"), [(2015, 0.06), (2020, 0.0106), (2025, 0.00187)])
def test_the_internet_follows_its_halving_time(year, energy):
    assert carbon(internet_transfer(year, electricity=grid())) == pytest.approx(energy, rel=0.01)
    assert catalogue.figure(f"network.transfer.internet_{year}").point == energy


def test_years_back_cost_more_and_a_slower_trend_less_of_a_fall():
    assert carbon(internet_transfer(2011, electricity=grid())) == pytest.approx(0.24)
    slow = internet_transfer(2025, electricity=grid(), halving_time=3.0)
    assert carbon(slow) > carbon(internet_transfer(2025, electricity=grid()))
    spread = [np.log(drawn(internet_transfer(y, electricity=grid()))).std() for y in (2016, 2030)]
    assert spread[1] > spread[0]


def test_the_conventional_model_gives_20_watt_hours_for_an_hour_of_video():
    """Carbon Trust 2021, Table 4: 3 GB over a fixed line, core and access."""
    energy = catalogue.figure("network.transfer.fixed_2020")
    video = 1000 * carbon(Transfer(electricity=grid(), energy=energy), amount=3)
    assert video == pytest.approx(20, rel=0.03)


def test_the_power_model_gives_base_power_and_a_little_for_the_rate():
    """An hour of 3 GB is 6.67 Mbit/s: 6.5 W + 0.05 × 6.67 W."""
    line = LineTransfer(electricity=grid(), rate=3)
    assert 1000 * carbon(line, amount=3) == pytest.approx(6.5 + 0.05 * 3 * 8000 / 3600)


def test_a_faster_line_costs_less_for_a_gigabyte_and_more_for_an_hour():
    rates = (0.1, 1.0, 10.0)
    per_byte = [carbon(LineTransfer(electricity=grid(), rate=rate)) for rate in rates]
    assert per_byte == sorted(per_byte, reverse=True)
    per_hour = [rate * energy for rate, energy in zip(rates, per_byte, strict=True)]
    assert per_hour == sorted(per_hour)
    assert per_hour[2] < 1.3 * per_hour[0]


def test_both_models_stand_side_by_side():
    power = grid()
    models = {
        "energy per byte": internet_transfer(2020, electricity=power),
        "power of a line": LineTransfer(electricity=power, rate=3),
    }
    chosen = lca.choice("network model", models, weights=dict.fromkeys(models, 1))
    samples = drawn(chosen)
    assert (samples > 0).all()
    assert samples.max() / samples.min() > 3


@pytest.mark.parametrize(
    "make",
    [
        lambda **about: Transfer(**about),
        lambda **about: internet_transfer(2025, **about),
        lambda **about: LineTransfer(rate=lca.uniform(low=1, high=5), **about),
    ],
)
def test_energy_balances_in_every_sample(make):
    power = grid()
    alone = drawn(make(electricity=power))
    cooled = drawn(make(electricity=power, cooling=Cooling(electricity=power, pue=1.5, wue=0)))
    carried = NetworkEquipment(devices=3, rate=1000)
    whole = drawn(make(electricity=power, equipment=carried))
    assert (alone > 0).all()
    np.testing.assert_allclose(cooled, 1.5 * alone, rtol=1e-12)
    made = whole - alone
    assert (made > 0).all()
    assert np.median(made) == pytest.approx(carbon(carried), rel=0.3)


def test_equipment_is_shared_out_by_all_it_carries():
    switch = NetworkEquipment(devices=2, rate=500, footprint=284, lifetime=10)
    life = lca.Lifecycle(switch, functional_unit="one GB")
    assert life.nominal("gwp") == pytest.approx(2 * 284 / (500 * 8760 * 10))
    assert carbon(switch, amount=500 * 8760 * 10) == pytest.approx(2 * 284)
    assert switch.phase == "manufacturing"


def test_energy_is_network_and_equipment_manufacturing():
    moved = Transfer(electricity=grid(), equipment=NetworkEquipment(devices=1, rate=100))
    result = lca.simulate(lca.Lifecycle(moved, functional_unit="one GB"), 64, 1, progress=False)
    phases = result.by("phase").sel(category="gwp").mean("sample")
    found = {str(key) for key in phases["key"].to_numpy() if float(phases.sel(key=key)[0]) > 0}
    assert found == {"network", "manufacturing"}


def test_what_makes_no_sense_is_refused():
    for year in (25, "2025", 2025.5):
        with pytest.raises(lca.DataError, match="give a year from 2000 to 2040"):
            internet_transfer(year, electricity=grid())
    with pytest.raises(ValueError, match="years_since"):
        InternetTransfer(years_since=2025, electricity=grid())
    with pytest.raises(lca.UnitError, match="energy"):
        Transfer(electricity=grid(), energy=lca.fixed(1, "kWh/hour"))
    with pytest.raises(ValueError, match="base_power = 6.5 kW lies above"):  # W taken for kW
        LineTransfer(electricity=grid(), rate=3, base_power=6.5)
