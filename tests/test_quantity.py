"""Quantities: units and scale, nominal points, kinds, common factors, pedigree, refusals."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lca
from lca.distributions import Lognormal, Normal
from lca.quantity import KINDS, Quantity

SEEDS = (11, 2024)


def power():
    return lca.lognormal(median=400, gsd=1.1, unit="W", name="mean power", source="me2024")


def power_of_grid(**about):
    return lca.lognormal(median=0.06, gsd=1.3, unit="kgCO2e/kWh", **about)


class Grid(lca.Stage):
    """Electricity for one kWh."""

    per = "kWh"
    phase = None
    intensity: lca.Number = lca.parameter("kgCO2e/kWh", "lifecycle intensity")

    def exchanges(self):
        yield "gwp", self.intensity


class Shared(lca.Stage):
    """A share of a burden."""

    per = "1"
    phase = "operation"
    share: lca.Number = lca.parameter("1", "share", valid=(0, 1))
    burden: lca.Number = lca.parameter("kgCO2e", "burden", default=1)

    def exchanges(self):
        yield "gwp", self.share * self.burden


class Mix(lca.Stage):
    """Electricity from two grids, for two kWh."""

    per = "1"
    phase = "operation"
    first: lca.Stage = lca.supplier("kWh", "one grid")
    second: lca.Stage = lca.supplier("kWh", "another grid")
    energy: lca.Number = lca.parameter("kWh", "taken from each", default=1)

    def exchanges(self):
        yield self.first, self.energy
        yield self.second, self.energy


def two_grids(first, second):
    grids = {"first": first, "second": second}
    mix = Mix(**{name: Grid(intensity=given_, name=name) for name, given_ in grids.items()})
    return lca.Lifecycle(mix, functional_unit="two kWh")


def of_stages(result):
    found = result.direct.sel(category="gwp", scenario="baseline")
    return found.sel(stage="first").to_numpy(), found.sel(stage="second").to_numpy()


# -- scale and unit ---------------------------------------------------------------------------


def test_a_scaled_quantity_keeps_label_and_definition_and_is_lower_in_every_draw():
    now, better = power(), power() * 0.95
    assert better.name == now.name
    assert better.source == now.source
    assert better.definition == now.definition
    assert better.distribution == now.distribution
    assert better.point == pytest.approx(380)
    assert better.mean == pytest.approx(0.95 * now.mean)
    assert better.median == pytest.approx(380)
    assert better.interval() == pytest.approx(tuple(0.95 * end for end in now.interval()))
    assert better.support == pytest.approx(tuple(0.95 * end for end in now.support))
    assert (0.95 * now).point == better.point
    assert (now / 2).point == 200
    assert (np.float64(0.95) * now).point == better.point


def test_another_unit_is_the_same_unknown():
    now = power()
    there = now.to("kW")
    assert there.unit == "kW"
    assert there.point == pytest.approx(0.4)
    assert there.definition == now.definition
    assert there.to("W").point == pytest.approx(400)
    assert (there * 0.95).to("MW").definition == now.definition
    assert (there * 0.95).to("MW").point == pytest.approx(0.00038)
    assert (now * 0.95).to("kW").point == pytest.approx((now.to("kW") * 0.95).point)


def test_a_quantity_without_unit_takes_the_first_it_is_given():
    bare = lca.lognormal(median=2, gsd=1.5)
    assert bare.unit is None
    taken = bare.to("kW")
    assert (taken.unit, taken.point) == ("kW", 2)
    assert taken.definition == lca.lognormal(median=2, gsd=1.5, unit="kW").definition
    assert (bare * 3).to("kW").point == 6
    assert (bare * 3).to("kW").definition == taken.definition
    assert (bare.to("kW") * 3).to("W").point == 6000


def test_a_unit_of_another_kind_is_refused():
    with pytest.raises(lca.UnitError, match="'W' is not a unit of the same kind as 'kWh'"):
        power().to("kWh")
    with pytest.raises(lca.UnitError, match="did you mean 'kW'"):
        power().to("kWW")
    with pytest.raises(lca.UnitError, match="not 3"):
        lca.fixed(1, 3)
    with pytest.raises(lca.UnitError, match="not None"):
        power().to(None)


def test_a_percentage_becomes_a_share():
    loss = lca.uniform(low=3, high=7, unit="%")
    assert loss.to("1").point == pytest.approx(0.05)
    assert loss.to("1").support == pytest.approx((0.03, 0.07))


def test_a_negative_scale_turns_the_ends_around():
    turned = lca.two_piece_lognormal(median=2, gsd_below=1.5, gsd_above=3) * -1
    low, high = turned.interval(0.9)
    assert low < turned.median == -2 < high
    assert low == pytest.approx(-2 * 3**1.6448536269514722)
    assert turned.support[0] < turned.support[1] < 0
    assert turned.mean < -2


def test_a_quantity_times_zero_is_zero_in_every_draw():
    life = two_grids(power_of_grid() * 0, 0.1)
    result = lca.simulate(life, 64, seed=1)
    first, second = of_stages(result)
    assert (first == 0).all()
    assert second == pytest.approx(0.1)
    assert np.isfinite(life.inputs["nominal"]).all()


@settings(deadline=None)
@given(st.floats(1e-9, 1e9), st.floats(-1e3, 1e3).filter(lambda x: abs(x) > 1e-3))
def test_scaling_and_undoing_it_returns_the_points(median, factor):
    made = lca.lognormal(median=median, gsd=1.7, unit="kg")
    again = made * factor / factor
    assert again.point == pytest.approx(median, rel=1e-12)
    assert again.definition == made.definition
    low, high = (made * factor).interval()
    assert low < high


@pytest.mark.parametrize("seed", SEEDS)
def test_scaled_and_converted_uses_of_a_name_are_one_draw(seed):
    one = power_of_grid(name="grid")
    life = two_grids(one, one.to("gCO2e/kWh") * 0.5)
    first, second = of_stages(lca.simulate(life, 256, seed=seed))
    np.testing.assert_allclose(second, 0.5 * first, rtol=1e-13)


# -- the nominal point ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "nominal"),
    [
        (lca.fixed(3), 3),
        (lca.uniform(low=1, high=4), 2.5),
        (lca.loguniform(low=1, high=100), 10),
        (lca.triangular(low=1, mode=2, high=9), 2),
        (lca.pert(low=1, mode=2, high=9), 2),
        (lca.normal(mean=-3, sd=2), -3),
        (lca.lognormal(median=3, gsd=2), 3),
        (lca.lognormal(mean=10, sd=2), 9.805806756909201),
        (lca.lognormal(low=1, high=9, level=0.9), 3),
        (lca.two_piece_lognormal(median=3, gsd_below=2, gsd_above=1.1), 3),
        (lca.beta(alpha=2, beta=2, low=1, high=3), 2),
        (lca.discrete(values=[1, 2, 9]), 2),
        (lca.empirical(values=[1, 2, 9]), 2),
        (lca.lognormal(median=0.5, gsd=2).shifted(1), 1.5),
        (lca.pert(low=1, mode=2, high=9).shifted(-1), 1),
        (lca.lognormal(median=2, gsd=2).truncated(1, 5), 2),
        (lca.triangular(low=1, mode=2, high=9).truncated(high=8), 2),
        (lca.lognormal(median=2, gsd=1.5).truncated(low=3), 3),
    ],
)
def test_the_nominal_point_is_the_typical_one(made, nominal):
    assert made.point == pytest.approx(nominal, rel=1e-12)
    assert (made * 2).point == pytest.approx(2 * nominal, rel=1e-12)


def test_a_published_point_goes_before_the_typical_one():
    made = lca.lognormal(median=2, gsd=1.5, nominal=2.2, unit="kW")
    assert made.point == 2.2
    assert made.median == 2
    assert made.to("W").point == pytest.approx(2200)
    assert (made * 2).point == pytest.approx(4.4)
    assert made.shifted(1).point == pytest.approx(3.2)
    assert made.truncated(1, 4).point == 2.2
    assert made.definition == lca.lognormal(median=2, gsd=1.5, unit="kW").definition


def test_a_nominal_point_is_a_finite_number():
    with pytest.raises(ValueError, match="nominal = nan is not finite"):
        lca.uniform(low=1, high=2, nominal=math.nan)
    with pytest.raises(ValueError, match="nominal = '2' is not a number"):
        lca.uniform(low=1, high=2, nominal="2")


def test_a_nominal_point_that_a_truncation_cuts_off_is_brought_inside():
    made = lca.lognormal(median=2, gsd=1.5, nominal=9).truncated(1, 3)
    assert 1 <= made.point <= 3


def test_a_nominal_point_outside_the_valid_bounds_is_refused():
    with pytest.raises(ValueError, match="1.9 .*above"):
        Shared(share=lca.uniform(low=0.1, high=0.3, nominal=1.9))


def test_a_bound_that_is_met_exactly_is_within_the_valid_bounds():
    for low in range(1, 100):
        for make in (lca.uniform, lca.loguniform):
            assert Shared(share=make(low=low, high=100, unit="%")).share.unit == "1"


def test_a_fixed_number_has_no_other_nominal_point():
    with pytest.raises(ValueError, match="fixed: .*nominal"):
        lca.fixed(2, "kW", nominal=3)


def test_moments_shown_are_those_of_the_shifted_and_truncated():
    base = lca.lognormal(median=0.5, gsd=1.5, unit="1", name="pue", source="me2024")
    made = base.shifted(1)
    assert made.mean == pytest.approx(base.mean + 1)
    assert made.interval() == pytest.approx(tuple(end + 1 for end in base.interval()))
    assert (made.name, made.source, made.unit) == ("pue", "me2024", "1")
    assert made.definition != base.definition
    assert repr(made).startswith("<lognormal(median=0.5, gsd=1.5).shifted(1)")


@pytest.mark.parametrize(
    "made",
    [
        lca.fixed(2),
        lca.lognormal(median=2, gsd=2) * 3,
        lca.lognormal(median=2, gsd=2, unit="kW").to("W"),
        lca.lognormal(median=2, gsd=2, common="fab", share=0.5),
        lca.shares({"a": 0.5, "b": 0.5}, concentration=9)["a"],
    ],
)
def test_only_a_distribution_as_it_was_made_is_shifted_or_truncated(made):
    with pytest.raises(ValueError, match="only a distribution as it was made can be shifted"):
        made.shifted(1)
    with pytest.raises(ValueError, match="only a distribution as it was made can be truncated"):
        made.truncated(low=0)


def test_a_shift_is_a_number():
    with pytest.raises(ValueError, match="shifted: by = '1' is not a number"):
        power().shifted("1")
    with pytest.raises(ValueError, match="truncated: low = nan is not finite"):
        power().truncated(math.nan, 1)


# -- kinds and words --------------------------------------------------------------------------


def test_there_are_four_kinds_and_uncertainty_is_the_default():
    assert set(KINDS) == {"uncertainty", "variability", "model", "decision"}
    assert power().kind == "uncertainty"
    for kind in KINDS:
        assert lca.uniform(low=1, high=2, kind=kind).kind == kind


def test_an_unknown_kind_is_refused_with_near_names():
    with pytest.raises(ValueError, match="no kind 'variabilty'; did you mean 'variability'"):
        lca.uniform(low=1, high=2, kind="variabilty")
    with pytest.raises(ValueError, match="kinds are uncertainty, variability, model, decision"):
        lca.uniform(low=1, high=2, kind=None)


def test_the_kind_is_part_of_the_definition():
    one, other = (power_of_grid(kind=kind) for kind in ("uncertainty", "model"))
    assert one.definition != other.definition


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lca.uniform(low=1, high=2, unti="kW"), "uniform: no argument 'unti'.*'unit'"),
        (lambda: lca.lognormal(mediam=1, gsd=2), "lognormal: no argument 'mediam'.*'median'"),
        (lambda: lca.lognormal(median=1, gsd=2, nominl=1), "did you mean 'nominal'"),
        (lambda: lca.fixed(1, "kW", nam="x"), "fixed: no argument 'nam'.*'name'"),
        (lambda: lca.normal(mean=1, sd=2, sorce="x"), "normal: no argument 'sorce'.*'source'"),
        (lambda: lca.discrete(values=[1, 2], kin="model"), "discrete: no argument 'kin'.*'kind'"),
        (lambda: lca.shares({"a": 0.5, "b": 0.5}, 9, nam="x"), "shares: no argument 'nam'"),
        (lambda: lca.uniform(low=1, high=2, scale=3), "no argument 'scale'"),
    ],
)
def test_an_unknown_keyword_is_refused_with_a_near_name(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_a_name_is_a_text_without_hash_sign():
    with pytest.raises(ValueError, match="'#' numbers the definitions of a label"):
        lca.uniform(low=1, high=2, name="grid#2")
    with pytest.raises((TypeError, ValueError), match="name = 3"):
        lca.uniform(low=1, high=2, name=3)


def test_the_repr_is_one_line_with_what_matters():
    text = repr(power() * 0.95)
    assert text == "<0.95 * lognormal(median=400, gsd=1.1), unit='W', name='mean power'>"
    assert repr(lca.fixed([1, 2, 3], "kW")) == "<profile of 3 steps, mean 2, unit='kW'>"


# -- arithmetic -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attempt",
    [
        lambda q: q + 1,
        lambda q: 1 + q,
        lambda q: q - 1,
        lambda q: 1 - q,
        lambda q: q**2,
        lambda q: 1 / q,
        lambda q: q + q,
        lambda q: np.float64(2) + q,
        lambda q: -q,
        lambda q: 2**q,
    ],
)
def test_arithmetic_is_refused_with_the_way_to_do_it(attempt):
    with pytest.raises(TypeError, match=r"a Quantity is an input, not a number: use \.shifted"):
        attempt(power())


def test_a_product_of_quantities_belongs_into_a_stage():
    with pytest.raises(TypeError, match="cannot be multiplied.*: give both to a stage"):
        power() * power()
    with pytest.raises(TypeError, match="two quantities cannot be"):
        power() / power()


def test_a_factor_is_a_finite_number():
    with pytest.raises(ValueError, match="a factor of a quantity = '2' is not a number"):
        power() * "2"
    with pytest.raises(ValueError, match="a factor of a quantity = True is not a number"):
        power() * True
    with pytest.raises(ValueError, match="a factor of a quantity = nan is not finite"):
        power() * math.nan
    with pytest.raises(ValueError, match="is not a number"):
        power() * np.array([1.0, 2.0])
    with pytest.raises((ValueError, ZeroDivisionError), match=r"divi"):
        power() / 0


def test_an_array_times_a_quantity_is_refused_too():
    with pytest.raises((TypeError, ValueError), match=r"not a number"):
        np.array([1.0, 2.0]) * power()


def test_a_scale_stays_finite():
    with pytest.raises(ValueError, match="finite"):
        power() * 1e300 * 1e300


# -- common factors ---------------------------------------------------------------------------


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.floats(1.01, 5))
def test_own_and_common_part_make_up_the_stated_spread(share, gsd):
    made = lca.lognormal(median=3, gsd=gsd, common="fab", share=share)
    assert made.own == Lognormal(3.0, made.own.gsd)
    total = made.own.sigma**2 + made.exponent**2
    assert total == pytest.approx(math.log(gsd) ** 2, rel=1e-9)
    assert made.exponent**2 / total == pytest.approx(share, rel=1e-9)
    assert made.point == 3
    assert made.interval() == lca.lognormal(median=3, gsd=gsd).interval()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("sampler", ["sobol", "random"])
@pytest.mark.parametrize("share", [0.3, 0.8])
def test_logs_of_two_figures_with_a_common_factor_correlate_by_its_share(seed, sampler, share):
    n = 16384
    made = [power_of_grid(name=name, common="fab", share=share) for name in ("one", "two")]
    result = lca.simulate(two_grids(*made), n, seed=seed, sampler=sampler)
    logs = np.log(of_stages(result))
    sigma = math.log(1.3)
    assert logs.mean(axis=1) == pytest.approx(math.log(0.06), abs=5 * sigma / math.sqrt(n))
    np.testing.assert_allclose(logs.std(axis=1), sigma, rtol=5 / math.sqrt(2 * n))
    error = 5 * (1 - share**2) / math.sqrt(n)
    assert np.corrcoef(logs)[0, 1] == pytest.approx(share, abs=error)


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_that_share_all_of_their_spread_move_together(seed):
    made = [power_of_grid(name=name, common="fab", share=1.0) for name in ("one", "two")]
    first, second = of_stages(lca.simulate(two_grids(*made), 1024, seed=seed))
    np.testing.assert_allclose(first, second, rtol=1e-12)
    assert np.log(first).std() == pytest.approx(math.log(1.3), rel=0.05)


def test_scaling_keeps_the_common_factor():
    made = power_of_grid(common="fab", share=0.5)
    scaled = (made * 2).to("gCO2e/kWh")
    assert (scaled.common, scaled.share, scaled.exponent) == ("fab", 0.5, made.exponent)
    assert scaled.definition == made.definition


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_a_share_of_a_common_factor_lies_between_0_and_1(share):
    with pytest.raises(ValueError, match="share = .*(must be from 0 to 1|is not finite)"):
        power_of_grid(common="fab", share=share)


def test_a_share_is_a_number_and_needs_its_factor():
    with pytest.raises(ValueError, match="share = '0.5'"):
        power_of_grid(common="fab", share="0.5")
    with pytest.raises(ValueError, match="share = 0.5.*common="):
        power_of_grid(share=0.5)


@pytest.mark.parametrize(
    "make",
    [
        lambda **about: lca.normal(mean=1, sd=2, **about),
        lambda **about: lca.fixed(1, **about),
        lambda **about: lca.uniform(low=1, high=2, **about),
    ],
)
def test_only_a_lognormal_holds_a_common_factor(make):
    with pytest.raises(ValueError, match="only a plain lognormal can hold a common factor"):
        make(common="fab", share=0.5)


# -- fixed profiles ---------------------------------------------------------------------------


def test_a_profile_is_a_read_only_column_in_any_unit():
    hours = lca.fixed(np.array([1.0, 2.0, 6.0]), "kW")
    assert hours.is_fixed
    np.testing.assert_array_equal(hours.point, [[1], [2], [6]])
    np.testing.assert_array_equal(hours.to("W").point, [[1000], [2000], [6000]])
    np.testing.assert_array_equal((hours * 2).to("W").mean, [[2000], [4000], [12000]])
    assert hours.support == (1, 6)
    assert hours.to("W").support == (1000, 6000)
    assert (hours * -1).support == (-6, -1)
    with pytest.raises(ValueError, match="read-only"):
        hours.distribution.array[0] = 9


def test_lists_tuples_and_arrays_make_the_same_profile():
    made = [lca.fixed(given_, "kW") for given_ in ([1, 2], (1.0, 2.0), np.array([1, 2]))]
    assert made[0].definition == made[1].definition == made[2].definition
    assert made[0].definition != lca.fixed([2, 1], "kW").definition


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ([1, math.nan], "value = nan is not finite"),
        ([1, "2"], "value = '2' is not a number"),
        ([[1, 2], [3, 4]], "is not a number"),
        ("12", "value = '12' is not a number"),
        (None, "value = None is not a number"),
        (True, "value = True is not a number"),
    ],
)
def test_a_profile_holds_finite_numbers_in_one_row(given_, message):
    with pytest.raises(ValueError, match=message):
        lca.fixed(given_, "kW")


def test_an_empty_profile_is_refused():
    with pytest.raises(ValueError, match="fixed: value"):
        lca.fixed([], "kW")


def test_an_array_without_axis_is_a_number():
    assert lca.fixed(np.array(3.0), "kW").point == 3.0


# -- copies -----------------------------------------------------------------------------------

EVERY = {
    "fixed": lca.fixed(3, "kW", name="x"),
    "profile": lca.fixed([1, 2, 3], "kW"),
    "uniform": lca.uniform(low=1, high=2),
    "loguniform": lca.loguniform(low=1, high=2),
    "triangular": lca.triangular(low=1, mode=2, high=3),
    "pert": lca.pert(low=1, mode=2, high=3),
    "normal": lca.normal(mean=1, sd=2),
    "lognormal": power(),
    "two-piece": lca.two_piece_lognormal(median=1, gsd_below=2, gsd_above=3),
    "beta": lca.beta(alpha=2, beta=3),
    "discrete": lca.discrete(values=[1, 2], weights=[1, 3]),
    "empirical": lca.empirical(values=[1, 2, 2]),
    "shifted": lca.lognormal(median=1, gsd=2).shifted(1),
    "truncated": lca.lognormal(median=1, gsd=2).truncated(0.5, 3),
    "shares": lca.shares({"a": 0.5, "b": 0.5}, concentration=9)["b"],
    "scaled": power().to("kW") * 0.95,
    "common": power_of_grid(common="fab", share=0.5),
}


def _pickled(made):
    return pickle.loads(pickle.dumps(made))


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, _pickled])
def test_copies_keep_definition_point_and_label(name, copied):
    made = EVERY[name]
    _ = made.point, made.own, made.support
    again = copied(made)
    assert again.definition == made.definition
    assert hash(again.definition) == hash(made.definition)
    assert (again.name, again.unit, again.scale, again.component) == (
        made.name,
        made.unit,
        made.scale,
        made.component,
    )
    np.testing.assert_array_equal(again.point, made.point)


def test_making_twice_gives_equal_definitions():
    assert power().definition == power().definition
    assert lca.uniform(low=1, high=2).definition == lca.uniform(low=1.0, high=2.0).definition
    assert power().definition != lca.lognormal(median=400, gsd=1.2, unit="W").definition
    assert power().definition != lca.lognormal(median=400, gsd=1.1, unit="kW").definition


def test_the_spelling_of_a_unit_makes_no_other_unknown():
    spelt = [power_of_grid().definition]
    for unit in ("kg CO2-eq/kWh", "kgCO2e/kW-h", "kgCO2e/(kW*h)"):
        spelt.append(lca.lognormal(median=0.06, gsd=1.3, unit=unit).definition)
    assert spelt == [spelt[0]] * 4


@pytest.mark.parametrize("made", [lca.fixed(3, "kgCO2e/kWh"), lca.fixed(0, "kgCO2e/kWh")])
def test_a_fixed_number_times_zero_is_listed_among_the_inputs(made):
    life = two_grids(made * 0, 0.1)
    assert life.nominal("gwp") == pytest.approx(0.1)
    assert np.isfinite(life.inputs["nominal"]).all()


def test_a_quantity_is_frozen():
    made = power()
    with pytest.raises(AttributeError, match="cannot assign"):
        made.unit = "kW"
    assert isinstance(made, Quantity)
    assert made.distribution != Normal(400.0, 1.1)


# -- pedigree ---------------------------------------------------------------------------------

SCORES = {"reliability": 2, "completeness": 1, "temporal": 3, "geographical": 2, "technological": 1}
BASIC = (math.log(1.05) / 2) ** 2


def test_the_worked_example_in_the_two_versions_of_ecoinvent():
    v2 = math.log(lca.pedigree(**SCORES, matrix="v2"))
    v3 = math.log(lca.pedigree(**SCORES, matrix="v3"))
    assert v2 == pytest.approx(0.05904, abs=5e-6)
    assert v3 == pytest.approx(0.05675, abs=5e-6)
    assert lca.pedigree(**SCORES) == lca.pedigree(**SCORES, matrix="v3")
    factors = (1.05, 1.10, 1.01, 1.05)
    assert v2 == pytest.approx(0.5 * math.hypot(*(math.log(u) for u in factors)), rel=1e-12)
    assert v3 == pytest.approx(math.sqrt(0.0006 + 0.002 + 0.000025 + BASIC), rel=1e-12)


def test_the_two_readings_of_the_empirical_factors_differ_fourfold_in_variance():
    as_gsd = math.log(lca.pedigree(**SCORES, matrix="empirical")) ** 2 - BASIC
    squared = math.log(lca.pedigree(**SCORES, matrix="empirical as GSD squared")) ** 2 - BASIC
    logs = [math.log(u) for u in (1.54, 1.10, 1.04)]
    assert as_gsd == pytest.approx(sum(x**2 for x in logs), rel=1e-9)
    assert squared == pytest.approx(sum((x / 2) ** 2 for x in logs), rel=1e-9)


EMPTY = ("reliability", "completeness", "geographical")


@pytest.mark.parametrize("matrix", ["v2", "v3", "empirical", "empirical as GSD squared"])
def test_worse_scores_never_narrow(matrix):
    names = list(SCORES)
    best = dict.fromkeys(names, 1)
    assert lca.pedigree(**best, matrix=matrix, basic=1) == 1
    assert lca.pedigree(**best, matrix=matrix) == pytest.approx(math.sqrt(1.05))
    for name in names:
        worst = 4 if matrix.startswith("empirical") and name in EMPTY else 5
        scores = range(1, worst + 1)
        found = [lca.pedigree(**{**best, name: score}, matrix=matrix) for score in scores]
        assert found == sorted(found)
        assert found[-1] > found[0]


@pytest.mark.parametrize("name", EMPTY)
def test_a_score_for_which_the_empirical_matrix_has_no_factor_is_refused_by_name(name):
    with pytest.raises(ValueError, match=f"pedigree: {name}.* = 5"):
        lca.pedigree(**{**SCORES, name: 5}, matrix="empirical")


@pytest.mark.parametrize("score", [0, 6, -1, 2.5, "2", None])
def test_a_score_is_a_whole_number_from_1_to_5(score):
    with pytest.raises(ValueError, match="completeness = .* is no score from 1 to 5"):
        lca.pedigree(**{**SCORES, "completeness": score})


def test_an_unknown_matrix_and_a_basic_uncertainty_that_is_no_factor_are_refused():
    with pytest.raises(ValueError, match="no pedigree matrix 'v4'; there are .*v2, v3"):
        lca.pedigree(**SCORES, matrix="v4")
    with pytest.raises(ValueError, match="basic = 0.9 is a factor and must be at least 1"):
        lca.pedigree(**SCORES, basic=0.9)


@pytest.mark.parametrize("basic", [math.nan, math.inf, "1.05"])
def test_a_basic_uncertainty_is_a_finite_number(basic):
    with pytest.raises(ValueError, match="basic = "):
        lca.pedigree(**SCORES, basic=basic)


def test_pedigree_scores_make_a_lognormal():
    made = lca.lognormal(median=2, gsd=lca.pedigree(**SCORES))
    assert made.distribution.sigma == pytest.approx(0.05675, abs=5e-6)


def test_a_shift_as_in_study_files_is_told_as_it_is_written_in_python():
    with pytest.raises(TypeError, match=r"lca\.lognormal\(…\)\.shifted\(1\)"):
        lca.lognormal(median=0.1, gsd=1.2, shifted=1)
