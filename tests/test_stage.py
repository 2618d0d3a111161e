"""A stage is checked when it is made: declaration, values, units, samples, pairs."""

import copy
import dataclasses
import inspect
import math
import pickle

import numpy as np
import pytest

import lca
from lca import units
from lca.stage import bound, upstream

# -- declaration ------------------------------------------------------------------------------


def test_a_subclass_is_a_frozen_keyword_only_dataclass_hashed_by_identity(run_class, grid_class):
    grid = grid_class(intensity=0.1)
    assert dataclasses.is_dataclass(grid_class)
    assert grid in {grid}
    assert grid != grid_class(intensity=0.1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        grid.name = "other"
    with pytest.raises(TypeError):
        grid_class(0.1)


def test_phase_and_per_must_be_declared():
    with pytest.raises(TypeError, match='Nameless: declare phase = "operation" in the class'):

        class Nameless(lca.Stage):
            per = "kWh"

            def exchanges(self):
                yield "gwp", 1.0

    with pytest.raises(TypeError, match='Perless: declare per = "kWh"'):

        class Perless(lca.Stage):
            phase = None

            def exchanges(self):
                yield "gwp", 1.0


def test_phase_is_inherited_and_may_be_given_by_keyword(grid_class):
    class Variant(grid_class):
        """The same with a surcharge."""

        def exchanges(self):
            yield from super().exchanges()
            yield "gwp", self.intensity

    assert Variant(intensity=1).phase is None
    assert Variant(intensity=1, phase="operation").phase == "operation"
    life = lca.Lifecycle(Variant(intensity=1))
    assert life.nominal("gwp") == 2


def test_unknown_phase_offers_near_names(grid_class):
    with pytest.raises(lca.GraphError, match="no phase 'operations'; did you mean 'operation'"):
        grid_class(intensity=1, phase="operations")


def test_post_init_is_refused():
    with pytest.raises(TypeError, match="no __init__ or __post_init__ of its own"):

        class Sly(lca.Stage):
            per = "1"
            phase = None

            def __post_init__(self):
                pass

            def exchanges(self):
                yield "gwp", 1.0


def test_a_plain_field_is_refused_and_told_how_to_declare():
    with pytest.raises(TypeError, match=r"Loose.factor: declare it with lca.parameter"):

        class Loose(lca.Stage):
            per = "1"
            phase = None
            factor: float = 1.0

            def exchanges(self):
                yield "gwp", 1.0


def test_names_hold_no_dot(grid_class):
    with pytest.raises(lca.GraphError, match=r"name = 'a\.b' must be a text without"):
        grid_class(intensity=1, name="a.b")


# -- values -----------------------------------------------------------------------------------


def test_a_bare_number_takes_the_declared_unit(grid_class):
    assert grid_class(intensity=0.057).intensity.unit == "kgCO2e/kWh"


def test_values_in_other_units_are_converted_when_the_stage_is_made(grid_class):
    assert grid_class(intensity=lca.fixed(57, "gCO2e/kWh")).intensity.point == pytest.approx(0.057)


def test_a_value_of_another_kind_of_unit_is_refused(grid_class):
    with pytest.raises(
        lca.UnitError, match=r"Grid 'grid': intensity: 'kg/kWh' is not a unit of the same kind as"
    ):
        grid_class(intensity=lca.fixed(1, "kg/kWh"))


@pytest.mark.parametrize("bad", [None, "a lot", float("nan"), float("inf"), True, [1, "x"]])
def test_what_is_no_number_is_refused(grid_class, bad):
    with pytest.raises((ValueError, TypeError), match="Grid 'grid': intensity"):
        grid_class(intensity=bad)


def test_a_nominal_beyond_what_is_plausible_is_refused_but_a_long_tail_is_not():
    class Building(lca.Stage):
        per = "kWh"
        phase = "overhead"
        losses: lca.Number = lca.parameter(
            "kgCO2e/kWh", "losses", valid=(0, None), plausible=(None, 5)
        )
        parts: dict = lca.parameters("1", "parts", valid=(0, None), plausible=(0.1, 5))

        def exchanges(self):
            yield "gwp", self.losses * sum(self.parts.values())

    tail = lca.lognormal(median=0.5, gsd=2)
    assert tail.support[1] > 5
    assert Building(losses=tail, parts={"one": 5}).losses.point == 0.5
    with pytest.raises(ValueError, match=r"losses = 12 kgCO2e/kWh lies above what is plausible, 5"):
        Building(losses=12, parts={"one": 1})
    with pytest.raises(ValueError, match=r"parts\.one = 0\.01 lies below what is plausible, 0\.1"):
        Building(losses=1, parts={"one": 0.01})


def test_a_value_outside_valid_is_an_error_in_the_users_words(grid_class):
    with pytest.raises(ValueError, match="pue = 0.9 lies below its lower bound 1"):
        lca.stages.Cooling(electricity=grid_class(intensity=1), pue=0.9, wue=0, name="hall 2")


def test_what_can_be_drawn_outside_valid_is_an_error_that_offers_truncated(grid_class):
    grid = grid_class(intensity=1)
    pue = lca.normal(mean=1.2, sd=0.1)
    with pytest.raises(ValueError, match=r"below its lower bound 1: use \.truncated\(low=1\)"):
        lca.stages.Cooling(electricity=grid, pue=pue, wue=0)
    assert lca.stages.Cooling(electricity=grid, pue=pue.truncated(low=1), wue=0)


def test_a_narrow_normal_far_from_its_bound_is_fine(run_class, grid_class):
    grid = grid_class(intensity=lca.normal(mean=5.6, sd=0.05))
    assert grid.intensity.mean == 5.6


def test_a_supplier_must_deliver_in_the_unit_of_the_slot(run_class, grid_class):
    disposal = lca.stages.Disposal()
    with pytest.raises(
        lca.UnitError, match=r"electricity takes what is delivered per kWh, but .* per kg"
    ):
        run_class(electricity=disposal, hours=1)
    with pytest.raises(TypeError, match="electricity takes a stage"):
        run_class(electricity=3, hours=1)


def test_a_slot_may_ask_for_a_phase_and_a_credit_keeps_its_own(grid_class):
    class Credit(lca.Stage):
        per = "kWh"
        phase = "avoided"
        heat: lca.Stage = lca.supplier("kWh", "heat")

        def exchanges(self):
            yield self.heat, 1.0

    class Pump(lca.Stage):
        per = "kWh"
        phase = "overhead"
        credit: lca.Stage | None = lca.supplier(
            "kWh", "what is replaced", optional=True, phase="avoided"
        )

        def exchanges(self):
            yield self.credit, 1.0

    boiler = grid_class(intensity=0.2)
    credit = Credit(heat=boiler)
    assert Pump().credit is None
    assert Pump(credit=credit).credit is credit
    both = lca.choice("which", {"one": credit, "two": Credit(heat=boiler, name="two")})
    assert Pump(credit=both).credit is both
    with pytest.raises(lca.GraphError, match="stage of the phase avoided .* is a supply"):
        Pump(credit=boiler)
    for other in ("overhead", None):
        with pytest.raises(lca.GraphError, match="it is a credit, .* leave the phase avoided"):
            Credit(heat=boiler, phase=other)


def test_a_supplier_may_be_left_out_only_where_nothing_is_taken(grid_class):
    class Fire(lca.Stage):
        per = "kg"
        phase = "disposal"
        burning: lca.Stage | None = lca.supplier("kWh", "burning", optional=True, amount="burnt")
        burnt: lca.Number = lca.parameter("kWh/kg", "burnt", default=0.0, valid=(0, 1))

        def exchanges(self):
            yield self.burning, self.burnt

    assert Fire().burning is None
    assert Fire(burning=grid_class(intensity=1), burnt=0.5).burnt.point == 0.5
    for burnt in (0.5, lca.uniform(low=0, high=0.5)):
        with pytest.raises(lca.GraphError, match=r"burnt = .* takes burning= .* else that share"):
            Fire(burnt=burnt)


def test_a_nominal_may_be_bounded_by_that_of_another_parameter():
    class Air(lca.Stage):
        per = "kWh"
        phase = "overhead"
        dry: lca.Number = lca.parameter("kgCO2e/kWh", "dry", valid=(0, None))
        wet: lca.Number = lca.parameter("kgCO2e/kWh", "wet", valid=(0, None), at_most="dry")

        def exchanges(self):
            yield "gwp", np.mean(np.atleast_2d(self.dry - np.minimum(self.wet, self.dry)), axis=0)

    for dry, wet in ((2, 1), (2, 2), ([1, 2], [1, 1]), ([1, 2], 1), (2, [1, 2])):
        Air(dry=dry, wet=wet)
    for dry, wet in ((1, 2), ([1, 2], [1, 3]), ([1, 2], 1.5), (1, [1, 2])):
        with pytest.raises(ValueError, match="wet lies above dry; wet"):
            Air(dry=dry, wet=wet)
    with pytest.raises(ValueError, match="failed on plain numbers"):
        Air(dry=[1, 2], wet=[1, 1, 1])


def test_mappings_that_belong_together_have_the_same_keys():
    class Route(lca.Stage):
        per = "kg"
        phase = "transport"
        legs: dict = lca.parameters("km", "legs", valid=(0, None), keys="factors")
        factors: dict = lca.parameters("kgCO2e/kg/km", "factors", valid=(0, None))

        def exchanges(self):
            for leg, distance in self.legs.items():
                yield "gwp", distance * self.factors[leg]

    assert list(Route(legs={"sea": 1}, factors={"sea": 2}).legs) == ["sea"]
    for legs, factors in (({"sea": 1}, {"road": 2}), ({"sea": 1}, {"sea": 2, "road": 2})):
        with pytest.raises(lca.GraphError, match="legs are of sea, but factors of .*road"):
            Route(legs=legs, factors=factors)


def test_an_option_is_checked_with_near_names(grid_class):
    with pytest.raises(ValueError, match="idle_time = 'caried'; did you mean 'carried'"):
        lca.stages.Cluster(electricity=grid_class(intensity=1), rated_power=0.4, idle_time="caried")


class _Wet(lca.Stage):
    """Electricity, with the water of each plant where it is known."""

    per = "kWh"
    phase = None
    intensity: lca.Number = lca.parameter("kgCO2e/kWh", "intensity", valid=(0, None))
    water: lca.Number | None = lca.parameter("L/kWh", "water", valid=(0, None), default=None)
    shares: dict = lca.parameters("1", "share of each plant", valid=(0, 1))
    energy: dict = lca.parameters("MJ/kWh", "primary energy", keys="shares", default=None)

    def exchanges(self):
        yield "gwp", self.intensity
        if self.water is not None:
            yield "wcf", self.water
        if self.energy:
            yield "pe", sum(share * self.energy[one] for one, share in self.shares.items())


def test_a_number_that_may_be_left_out_is_absent_and_not_zero():
    about = {"name": "grid", "intensity": 0.4, "shares": {"a": 1.0}}
    dry = lca.Lifecycle(_Wet(**about), functional_unit="one kWh")
    assert dry.categories == ["gwp"]
    assert not any("water" in address or "energy" in address for address in dry.inputs.index)
    wet = dry.replace({"grid.water": lca.uniform(low=1, high=3)})  # it may be given later
    assert wet.categories == ["gwp", "wcf"]
    assert wet.nominal("wcf") == 2
    assert wet.replace({"grid.water": None}).categories == ["gwp"]
    assert pickle.loads(pickle.dumps(dry)).replace({"grid.intensity": 0.3}).nominal("gwp") == 0.3
    full = lca.Lifecycle(_Wet(**about, energy={"a": 9.0}), functional_unit="one kWh")
    assert full.nominal("pe") == 9


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"water": -1}, "water = -1 L/kWh lies below its lower bound 0"),
        ({"water": "much"}, "water: the value = 'much' is not a number"),
        ({"energy": {"b": 9.0}}, "energy are of b, but shares of a"),
        ({"intensity": None}, "intensity: the value = None is not a number"),
    ],
)
def test_what_is_given_is_checked_as_if_it_were_needed(given, message):
    with pytest.raises(ValueError, match=message):
        _Wet(**{"intensity": 0.4, "shares": {"a": 1.0}} | given)


def test_an_optional_supplier_left_out_takes_nothing(grid_class):
    grid = grid_class(intensity=1)
    with_it = lca.stages.Training(
        electricity=grid,
        cooling=lca.stages.Cooling(electricity=grid, pue=1.5, wue=0),
        accelerator_hours=10,
        power=0.5,
        host_overhead=1,
    )
    without = lca.stages.Training(
        electricity=grid, accelerator_hours=10, power=0.5, host_overhead=1
    )
    assert lca.Lifecycle(with_it).nominal("gwp") == pytest.approx(7.5)
    assert lca.Lifecycle(without).nominal("gwp") == pytest.approx(5)


# -- units ------------------------------------------------------------------------------------


@pytest.fixture
def tried(grid_class):
    def make(unit, formula, value=2.0):
        class Tried(lca.Stage):
            per = "1"
            phase = "operation"
            electricity: lca.Stage = lca.supplier("kWh", "grid")
            amount: lca.Number = lca.parameter(unit, "what is tried", default=value)
            other: lca.Number = lca.parameter("W", "another power", default=5.0)

            def exchanges(self):
                yield self.electricity, formula(self)

        return Tried(electricity=grid_class(intensity=1))

    return make


def test_a_wrong_dimension_is_an_error(tried):
    with pytest.raises(
        lca.UnitError,
        match=r"demand on Grid 'grid' comes out in kW, needs kWh: a factor is missing",
    ):
        tried("kW", lambda self: self.amount)


def test_a_hidden_thousand_is_an_error(tried):
    with pytest.raises(lca.UnitError, match=r"comes out in Wh, needs kWh \(a factor of 1000\)"):
        tried("Wh", lambda self: self.amount)


def test_a_literal_factor_is_an_error(tried):
    with pytest.raises(lca.UnitError, match=r"comes out in Wh, needs kWh"):
        tried("Wh", lambda self: self.amount / 1000)


def test_a_watt_added_to_a_kilowatt_is_an_error(tried):
    hour = units.registry().Quantity(1, "hour")

    def formula(self):
        total = self.amount + self.other
        return total * hour if hasattr(total, "units") else total

    with pytest.raises(lca.UnitError, match="is 7 in plain numbers, but its units say 2.005 kWh"):
        tried("kW", formula)


def test_adding_what_cannot_be_added_is_an_error(tried):
    with pytest.raises(lca.UnitError, match=r"exchanges\(\) failed on units: DimensionalityError"):
        tried("kWh", lambda self: self.amount + self.other)


def test_units_of_a_zero_value_are_checked_all_the_same(tried):
    with pytest.raises(lca.UnitError, match="a factor of 1000"):
        tried("Wh", lambda self: self.amount, value=0.0)


def test_a_footprint_per_board_cannot_be_used_per_accelerator():
    with pytest.raises(lca.UnitError, match="kgCO2e/board"):
        lca.stages.Accelerator(footprint=lca.fixed(1312, "kgCO2e/board"))


def test_a_flow_must_come_out_in_its_unit():
    with pytest.raises(lca.UnitError, match=r"flow 'gwp' comes out in L, needs kgCO2e per kWh"):

        class Wet(lca.Stage):
            per = "kWh"
            phase = None
            water: lca.Number = lca.parameter("L", "water", default=1.0)

            def exchanges(self):
                yield "gwp", self.water

        Wet()


def test_an_unknown_flow_offers_near_names():
    class Gas(lca.Stage):
        per = "1"
        phase = None
        leak: lca.Number = lca.parameter("kg", "leak", default=1.0)

        def exchanges(self):
            yield "SF7", self.leak

    with pytest.raises(lca.DataError, match="Gas 'gas': no flow or category 'SF7'; did you mean"):
        Gas()


def test_a_formula_that_pint_cannot_follow_may_say_why():
    from scipy import special

    class Yielded(lca.Stage):
        """Share of good dies by the error function."""

        per = "1"
        phase = None
        mass: lca.Number = lca.parameter("kgCO2e", "mass", default=1.0)
        ratio: lca.Number = lca.parameter("1", "ratio", default=lca.uniform(low=0, high=1))

        def exchanges(self):
            yield "gwp", self.mass * special.erf(self.ratio)

    with pytest.raises(lca.UnitError, match="failed on units: TypeError"):
        Yielded()

    class Said(Yielded):
        """The same, with the reason."""

        unchecked_units = "Pint cannot follow scipy.special.erf; the ratio has no unit"

    assert lca.Lifecycle(Said(ratio=0.5)).nominal("gwp") == pytest.approx(0.5204999)


# -- samples ------------------------------------------------------------------------------------


@pytest.fixture
def sampled(grid_class):
    def make(formula):
        class Sampled(lca.Stage):
            per = "1"
            phase = "operation"
            electricity: lca.Stage = lca.supplier("kWh", "grid")
            energy: lca.Number = lca.parameter("kWh", "energy", default=lca.uniform(low=1, high=9))
            ratio: lca.Number = lca.parameter("1", "ratio", default=lca.uniform(low=1, high=2))

            def exchanges(self):
                yield self.electricity, formula(self)

        return Sampled(electricity=grid_class(intensity=1))

    return make


def test_a_sum_over_the_sample_axis_is_found(sampled):
    with pytest.raises(ValueError, match=r"one by one: samples are the last axis"):
        sampled(lambda self: self.energy * np.mean(self.ratio) / np.max(self.ratio))


def test_an_if_on_an_uncertain_parameter_is_found(sampled):
    with pytest.raises(ValueError, match=r"failed on samples.*np\.where for `if`"):
        sampled(lambda self: self.energy if self.ratio > 1.5 else 2 * self.energy)


def test_math_on_an_uncertain_parameter_is_found(sampled):
    with pytest.raises(ValueError, match=r"failed on samples.*np\.exp"):
        sampled(lambda self: self.energy * math.exp(self.ratio))


def test_an_in_place_change_is_found(sampled):
    def formula(self):
        energy = self.energy
        energy *= 2
        return energy

    with pytest.raises(ValueError, match="no change of an input in place"):
        sampled(formula)


def test_arrays_and_where_are_fine(sampled):
    assert sampled(lambda self: self.energy * np.where(self.ratio > 1.5, 1.0, 2.0))


def test_a_division_by_zero_is_found_before_the_run(grid_class):
    with pytest.raises(ValueError, match=r"Grid|Split"):

        class Split(lca.Stage):
            per = "1"
            phase = None
            share: lca.Number = lca.parameter("1", "share", default=0.0)
            mass: lca.Number = lca.parameter("kgCO2e", "mass", default=1.0)

            def exchanges(self):
                yield "gwp", self.mass / self.share

        Split()


# -- pairs ---------------------------------------------------------------------------------------


def _with_exchanges(grid, exchanges):
    class Odd(lca.Stage):
        per = "1"
        phase = None
        electricity: lca.Stage = lca.supplier("kWh", "grid")
        energy: lca.Number = lca.parameter("kWh", "energy", default=1.0)

    Odd.exchanges = exchanges
    return Odd(electricity=grid)


@pytest.mark.parametrize(
    "exchanges",
    [
        lambda self: (self.electricity, self.energy),
        lambda self: None,
        lambda self: [self.electricity],
        lambda self: [(self.electricity, self.energy, 1)],
        lambda self: {"gwp": 1},
        lambda self: "gwp",
        lambda self: [(3, 1.0)],
        lambda self: [(None, 1.0)],
    ],
)
def test_what_is_no_pair_is_said_kindly(grid_class, exchanges):
    with pytest.raises(TypeError, match=r"must yield pairs, a line each: `yield self\.electricity"):
        _with_exchanges(grid_class(intensity=1), exchanges)


def test_a_demand_on_a_stage_that_is_no_supplier_is_refused(grid_class):
    stranger = grid_class(intensity=1, name="stranger")
    with pytest.raises(lca.GraphError, match="demands Grid 'stranger', which is in none of its"):
        _with_exchanges(grid_class(intensity=1), lambda self: [(stranger, self.energy)])


def test_the_same_lines_in_the_same_order_for_every_value(grid_class):
    with pytest.raises(lca.GraphError, match="yields other lines for other values"):

        class Moody(lca.Stage):
            per = "1"
            phase = None
            mass: lca.Number = lca.parameter(
                "kgCO2e", "mass", default=lca.uniform(low=1, high=2, unit="kgCO2e")
            )

            def exchanges(self):
                if np.mean(getattr(self.mass, "magnitude", self.mass)) > 1.5:
                    yield "gwp", self.mass
                yield "gwp", self.mass

        Moody()


def test_an_exception_in_a_formula_names_stage_and_values(grid_class):
    def exchanges(self):
        yield self.electricity, self.enregy

    with pytest.raises(ValueError, match=r"Odd 'odd': exchanges\(\) failed.*enregy.*energy = 1"):
        _with_exchanges(grid_class(intensity=1), exchanges)


def test_two_demands_on_one_supplier_add_up(grid_class):
    def exchanges(self):
        yield self.electricity, self.energy
        yield self.electricity, 2 * self.energy

    assert lca.Lifecycle(_with_exchanges(grid_class(intensity=1), exchanges)).nominal("gwp") == 3


# -- profiles, mappings, choices ----------------------------------------------------------------


class Hourly(lca.Stage):
    """Energy at an hourly intensity, for one run."""

    per = "1"
    phase = "operation"
    load: lca.Number = lca.parameter("kWh", "load of every hour")
    intensity: lca.Number = lca.parameter("kgCO2e/kWh", "intensity of every hour")
    level: lca.Number = lca.parameter("1", "level of the year", default=1.0)

    def exchanges(self):
        yield "gwp", (self.load * self.intensity * self.level).sum(axis=0)


def test_a_profile_is_a_column_and_is_summed_over_its_first_axis():
    hourly = Hourly(load=[1, 2, 3], intensity=[0.5, 0.5, 1], level=lca.uniform(low=1, high=2))
    assert hourly.load.point.shape == (3, 1)
    result = lca.simulate(lca.Lifecycle(hourly), n=64, seed=1)
    level = result.draws.sel(input="hourly.level").to_numpy()
    np.testing.assert_allclose(result.total("gwp")[0], 4.5 * level, rtol=1e-14)


def test_a_profile_that_is_not_summed_is_found():
    class Unsummed(Hourly):
        """Forgets the sum."""

        def exchanges(self):
            yield "gwp", self.load * self.intensity * self.level

    with pytest.raises(ValueError, match="sum a profile over its first axis"):
        Unsummed(load=[1, 2, 3], intensity=[0.5, 0.5, 1])


class Assembly(lca.Stage):
    """A node from its parts."""

    per = "node"
    phase = "manufacturing"
    parts: dict = lca.suppliers("accelerator", "parts")
    counts: dict = lca.parameters("accelerator/node", "how many of each", valid=(0, None))

    def exchanges(self):
        for part, stage in self.parts.items():
            yield stage, self.counts[part]


def test_mappings_of_suppliers_and_parameters_have_addresses():
    parts = {
        "big": lca.stages.Accelerator(name="big", footprint=100),
        "small": lca.stages.Accelerator(name="small", footprint=10),
    }
    counts = {"big": 2, "small": lca.uniform(low=3, high=5)}
    life = lca.Lifecycle(Assembly(parts=parts, counts=counts))
    assert life.nominal("gwp") == pytest.approx(240)
    assert "assembly.counts.small" in life.unknowns
    assert life.replace({"assembly.counts.small": 0}).nominal("gwp") == pytest.approx(200)


def test_shares_sum_to_one_and_are_one_unknown(grid_class):
    class Mix(lca.Stage):
        """Electricity from several sources."""

        per = "kWh"
        phase = None
        sources: dict = lca.suppliers("kWh", "sources")
        shares: dict = lca.parameters("1", "share of each", valid=(0, 1))

        def exchanges(self):
            for source, stage in self.sources.items():
                yield stage, self.shares[source]

    sources = {
        "coal": grid_class(name="coal", intensity=1),
        "wind": grid_class(name="wind", intensity=0),
    }
    mix = Mix(sources=sources, shares=lca.shares({"coal": 0.3, "wind": 0.7}, concentration=20))
    life = lca.Lifecycle(mix)
    assert list(life.unknowns) == ["mix.shares", "coal.intensity", "wind.intensity"]
    result = lca.simulate(life, n=1024, seed=3)
    assert list(result.draws["input"].to_numpy()) == ["mix.shares.coal", "mix.shares.wind"]
    np.testing.assert_allclose(result.draws.sum("input"), 1, rtol=1e-12)
    assert float(result.total("gwp").mean()) == pytest.approx(0.3, abs=0.01)
    np.testing.assert_allclose(
        result.total("gwp")[0], result.draws.sel(input="mix.shares.coal"), rtol=1e-12
    )


def _cards():
    return {
        "vendor": lca.stages.Accelerator(name="vendor", footprint=164),
        "tear-down": lca.stages.Accelerator(name="tear-down", footprint=273),
    }


def test_a_choice_takes_one_alternative_in_every_sample_and_reports_as_one_row():
    card = lca.choice("embodied model", _cards(), weights={"vendor": 3, "tear-down": 1})
    result = lca.simulate(lca.Lifecycle(card), n=4096, seed=1)
    assert list(result.impacts["stage"].to_numpy()) == ["embodied model"]
    total = result.total("gwp")[0].to_numpy()
    assert set(total) == {164.0, 273.0}
    assert np.mean(total == 164) == pytest.approx(0.75, abs=0.002)


def test_a_choice_without_weights_stays_at_its_nominal_option():
    card = lca.choice("embodied model", _cards(), nominal="tear-down")
    life = lca.Lifecycle(card)
    assert life.nominal("gwp") == 273
    assert set(lca.simulate(life, n=64).total("gwp").to_numpy().ravel()) == {273.0}
    assert {k: v.nominal("gwp") for k, v in life.options("embodied model").items()} == {
        "vendor": 164,
        "tear-down": 273,
    }


def test_a_choice_is_picked_by_its_question():
    life = lca.Lifecycle(lca.choice("embodied model", _cards()))
    assert life.replace({"embodied model": "tear-down"}).nominal("gwp") == 273
    with pytest.raises(lca.GraphError, match="no option 'teardown'; did you mean 'tear-down'"):
        life.replace({"embodied model": "teardown"})


def test_two_choices_of_one_question_go_the_same_way():
    def pick(name):
        stages = {
            "low": lca.stages.Accelerator(name=f"low {name}", footprint=1),
            "high": lca.stages.Accelerator(name=f"high {name}", footprint=2),
        }
        return lca.choice("lineage", stages, weights={"low": 1, "high": 1}, name=name)

    parts = {"a": pick("a"), "b": pick("b")}
    life = lca.Lifecycle(Assembly(parts=parts, counts={"a": 1, "b": 1}))
    assert set(lca.simulate(life, n=256).total("gwp").to_numpy().ravel()) == {2.0, 4.0}


def test_alternatives_of_other_phase_unit_or_boundary_are_refused(grid_class):
    one = lca.stages.Accelerator(name="one", footprint=1)
    with pytest.raises(lca.GraphError, match="differ in their unit"):
        lca.choice("q", {"one": one, "grid": grid_class(intensity=1)})
    with pytest.raises(lca.GraphError, match="differ in their phase"):
        other = lca.stages.Accelerator(name="two", footprint=1, phase="facility")
        lca.choice("q", {"one": one, "two": other})
    with pytest.raises(lca.GraphError, match=r"differ in their boundary \(covers\)"):
        other = lca.stages.Accelerator(name="two", footprint=1, covers="transport")
        lca.choice("q", {"one": one, "two": other})
    with pytest.raises(ValueError, match="weights name 'on'; did you mean 'one'"):
        lca.choice("q", {"one": one, "two": one}, weights={"on": 1})
    with pytest.raises(lca.GraphError, match="give at least two alternatives"):
        lca.choice("q", {"one": one})


# -- keeping --------------------------------------------------------------------------------------


def test_repr_is_one_line_whatever_is_shared(grid_class):
    assert repr(grid_class(intensity=1)) == "<Grid 'grid': per kWh, a supply>"


class Link(lca.Stage):
    """One link of a chain."""

    per = "1"
    phase = None
    before: lca.Stage | None = lca.supplier("1", "the link before", optional=True)
    mass: lca.Number = lca.parameter("kgCO2e", "own", default=1.0)

    def exchanges(self):
        yield self.before, 1.0
        yield "gwp", self.mass


def test_a_chain_of_a_thousand_is_built_copied_pickled_and_solved():
    stage = None
    for position in range(1000):
        stage = Link(before=stage, name=f"link {position}")
    assert len(upstream([stage])) == 1000
    assert lca.Lifecycle(stage).nominal("gwp") == 1000
    again = copy.deepcopy(stage)
    assert lca.Lifecycle(again).nominal("gwp") == 1000
    assert len(upstream([pickle.loads(pickle.dumps(stage))])) == 1000
    assert lca.Lifecycle(stage).replace({"link 0.mass": 5}).nominal("gwp") == 1004


def test_the_bound_copy_holds_declared_fields_and_nothing_else(grid_class):
    grid = grid_class(intensity=1)
    copy_ = bound(grid, {"intensity": 3.0})
    assert set(vars(copy_)) == {"name", "phase", "covers", "serves", "intensity"}
    assert list(copy_.exchanges()) == [("gwp", 3.0)]


def test_a_stage_reads_as_its_formula():
    assert len(inspect.getsource(lca.stages.Cooling.exchanges).splitlines()) == 3
