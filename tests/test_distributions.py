"""Distributions: moments and quantiles against SciPy and closed forms, and refusals."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

import lca
from lca import distributions
from lca.distributions import (
    SMALLEST,
    Beta,
    Discrete,
    Empirical,
    Fixed,
    Lognormal,
    Loguniform,
    Normal,
    Pert,
    Shares,
    Shifted,
    Triangular,
    Truncated,
    TwoPieceLognormal,
    Uniform,
    lognormal,
)

SEEDS = (20240101, 7)


def _pert(low, mode, high):
    span = high - low
    return stats.beta(1 + 4 * (mode - low) / span, 1 + 4 * (high - mode) / span, low, span)


def _triangular(low, mode, high):
    return stats.triang((mode - low) / (high - low), low, high - low)


CONTINUOUS = {
    "uniform": (Uniform(2.0, 5.0), stats.uniform(2, 3)),
    "uniform below zero": (Uniform(-3.0, -1.0), stats.uniform(-3, 2)),
    "loguniform": (Loguniform(0.2, 50.0), stats.loguniform(0.2, 50)),
    "triangular": (Triangular(1.0, 2.0, 7.0), _triangular(1, 2, 7)),
    "triangular, mode at low": (Triangular(1.0, 1.0, 3.0), _triangular(1, 1, 3)),
    "triangular, mode at high": (Triangular(1.0, 3.0, 3.0), _triangular(1, 3, 3)),
    "pert": (Pert(1.0, 2.0, 7.0), _pert(1, 2, 7)),
    "pert, mode at low": (Pert(1.0, 1.0, 3.0), _pert(1, 1, 3)),
    "pert, mode at high": (Pert(1.0, 3.0, 3.0), _pert(1, 3, 3)),
    "normal": (Normal(5.6, 0.05), stats.norm(5.6, 0.05)),
    "normal below zero": (Normal(-2.0, 3.0), stats.norm(-2, 3)),
    "lognormal": (Lognormal(0.057, 1.2), stats.lognorm(math.log(1.2), scale=0.057)),
    "lognormal, wide": (Lognormal(3.0, 2.5), stats.lognorm(math.log(2.5), scale=3)),
    "beta": (Beta(2.0, 5.0), stats.beta(2, 5)),
    "beta, u-shaped": (Beta(0.5, 0.5), stats.beta(0.5, 0.5)),
    "beta, scaled": (Beta(2.0, 1.5, 10.0, 30.0), stats.beta(2, 1.5, 10, 20)),
    "shifted": (Shifted(Lognormal(0.5, 1.5), 1.0), stats.lognorm(math.log(1.5), 1, 0.5)),
    "shifted down": (Shifted(Normal(5.0, 2.0), -3.0), stats.norm(2, 2)),
    "truncated normal": (Truncated(Normal(1.2, 0.1), 1.0, 1.5), stats.truncnorm(-2, 3, 1.2, 0.1)),
    "truncated at one side": (
        Truncated(Normal(0.0, 1.0), 0.0, np.inf),
        stats.halfnorm(),
    ),
    "truncated uniform": (Truncated(Uniform(0.0, 10.0), 2.0, 4.0), stats.uniform(2, 2)),
}


@pytest.mark.parametrize("case", CONTINUOUS)
def test_moments_and_quantiles_are_those_of_scipy(case):
    ours, theirs = CONTINUOUS[case]
    scale = theirs.std()
    assert ours.mean == pytest.approx(theirs.mean(), rel=1e-8, abs=1e-8 * scale)
    assert ours.median == pytest.approx(theirs.median(), rel=1e-10, abs=1e-10 * scale)
    assert ours.sd == pytest.approx(theirs.std(), rel=1e-6)
    for u in (0.05, 0.3, 0.9, 0.999):
        assert float(ours.ppf(u)) == pytest.approx(theirs.ppf(u), rel=1e-10, abs=1e-10 * scale)
    low, high = ours.interval(0.9)
    assert low == pytest.approx(theirs.ppf(0.05), rel=1e-10, abs=1e-10 * scale)
    assert high == pytest.approx(theirs.ppf(0.95), rel=1e-10, abs=1e-10 * scale)


@pytest.mark.parametrize("case", CONTINUOUS)
@pytest.mark.parametrize("seed", SEEDS)
def test_draws_follow_the_distribution(case, seed):
    ours, theirs = CONTINUOUS[case]
    n = 20_000
    draws = ours.ppf(np.random.default_rng(seed).random(n))
    assert draws.shape == (n,)
    assert draws.mean() == pytest.approx(theirs.mean(), abs=5 * theirs.std() / math.sqrt(n))
    assert stats.kstest(draws, theirs.cdf).pvalue > 1e-5


@pytest.mark.parametrize("case", CONTINUOUS)
def test_support_is_what_uniforms_in_the_kept_range_can_give(case):
    ours, theirs = CONTINUOUS[case]
    low, high = ours.support
    assert np.isfinite([low, high]).all()
    assert low == float(ours.ppf(SMALLEST))
    assert high == float(ours.ppf(1 - SMALLEST))
    assert theirs.support()[0] <= low < ours.median < high
    assert high <= theirs.support()[1] or math.isclose(high, theirs.support()[1])


def test_the_support_of_a_normal_reaches_eight_standard_deviations():
    low, high = Normal(0.0, 1.0).support
    assert low == pytest.approx(stats.norm.ppf(2**-53))
    assert high == pytest.approx(stats.norm.isf(2**-53), rel=1e-3)
    assert 8 < high < 8.3


# -- the encodings of a lognormal -------------------------------------------------------------

Z95 = 1.6448536269514722
ENCODINGS = {
    "median, gsd": ({"median": 9.0, "gsd": 1.5}, 9.0, math.log(1.5)),
    "median, sigma": ({"median": 9.0, "sigma": 0.3}, 9.0, 0.3),
    "mean, gsd": (
        {"mean": 10.0, "gsd": 1.5},
        10 * math.exp(-(math.log(1.5) ** 2) / 2),
        math.log(1.5),
    ),
    "mean, sd": (
        {"mean": 10.0, "sd": 2.0},
        10 / math.sqrt(1.04),
        math.sqrt(math.log(1.04)),
    ),
    "low, high, level 0.9": (
        {"low": 2.0, "high": 8.0, "level": 0.9},
        4.0,
        math.log(4) / (2 * Z95),
    ),
    "low, high, level 0.5": (
        {"low": 2.0, "high": 8.0, "level": 0.5},
        4.0,
        math.log(4) / (2 * 0.6744897501960817),
    ),
    "median, gsd2": ({"median": 9.0, "gsd2": 2.25}, 9.0, math.log(1.5)),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_of_a_lognormal_is_the_one_of_its_name(encoding):
    arguments, median, sigma = ENCODINGS[encoding]
    made = lognormal(**arguments)
    theirs = stats.lognorm(sigma, scale=median)
    assert made.median == pytest.approx(median, rel=1e-12)
    assert made.sigma == pytest.approx(sigma, rel=1e-12)
    assert made.gsd == pytest.approx(math.exp(sigma), rel=1e-12)
    assert made.mean == pytest.approx(theirs.mean(), rel=1e-12)
    assert made.sd == pytest.approx(theirs.std(), rel=1e-12)
    for u in (0.025, 0.1, 0.95):
        assert float(made.ppf(u)) == pytest.approx(theirs.ppf(u), rel=1e-12)
    for name, value in arguments.items():
        if name in ("median", "mean", "sd", "gsd", "sigma"):
            assert getattr(made, name) == pytest.approx(value, rel=1e-12)


def test_a_lognormal_of_mean_10_and_sd_2_has_median_9_806_and_not_3():
    made = lca.lognormal(mean=10, sd=2)
    assert made.median == pytest.approx(9.805806756909201, rel=1e-12)
    assert made.mean == pytest.approx(10, rel=1e-12)
    with pytest.raises(TypeError, match="takes 0 positional arguments"):
        lca.lognormal(10, 2)


def test_the_ends_of_an_interval_are_its_quantiles():
    made = lognormal(low=26.0, high=700.0, level=0.8)
    assert made.interval(0.8) == pytest.approx((26.0, 700.0), rel=1e-12)
    assert float(made.ppf(0.1)) == pytest.approx(26, rel=1e-12)


def test_a_squared_gsd_is_the_end_of_the_95_percent_interval_over_the_median():
    made = lognormal(median=1.0, gsd2=4.0)
    assert made.gsd == 2.0
    assert float(made.ppf(special.ndtr(2))) == pytest.approx(4.0)


@pytest.mark.parametrize(
    "given_",
    [
        {"median": 1, "gsd": 2, "mean": 2},
        {"median": 1},
        {"gsd": 2},
        {"median": 1, "sd": 2},
        {"mean": 1, "sigma": 2},
        {"mean": 1, "gsd2": 2},
        {"low": 1, "high": 2},
        {"low": 1, "high": 2, "level": 0.9, "gsd": 2},
        {"median": 1, "gsd": 2, "gsd2": 4},
        {},
    ],
)
def test_encodings_mixed_or_halved_are_refused_with_the_six_that_exist(given_):
    listed = "give one of: median, gsd · median, sigma · mean, gsd · mean, sd · low, high, level"
    with pytest.raises(ValueError, match=listed):
        lca.lognormal(**given_)


# -- others against closed forms --------------------------------------------------------------


@pytest.mark.parametrize(("below", "above"), [(1.2, 2.0), (2.5, 1.1), (1.5, 1.5)])
def test_a_two_piece_lognormal_is_split_at_its_median(below, above):
    made = TwoPieceLognormal(1.334, below, above)
    assert made.median == pytest.approx(1.334, rel=1e-14)
    assert float(made.ppf(special.ndtr(-1))) == pytest.approx(1.334 / below, rel=1e-12)
    assert float(made.ppf(special.ndtr(1))) == pytest.approx(1.334 * above, rel=1e-12)
    assert float(made.ppf(special.ndtr(2))) == pytest.approx(1.334 * above**2, rel=1e-12)

    def moment(power):
        def at(z):
            return (1.334 * (below if z < 0 else above) ** z) ** power * stats.norm.pdf(z)

        return sum(integrate.quad(at, *ends, epsabs=1e-13)[0] for ends in ((-12, 0), (0, 12)))

    assert made.mean == pytest.approx(moment(1), rel=1e-9)
    assert made.sd == pytest.approx(math.sqrt(moment(2) - moment(1) ** 2), rel=1e-5)


def test_a_two_piece_lognormal_with_equal_sides_is_a_lognormal():
    u = np.linspace(0.001, 0.999, 99)
    np.testing.assert_allclose(
        TwoPieceLognormal(3.0, 1.4, 1.4).ppf(u), Lognormal(3.0, 1.4).ppf(u), rtol=1e-14
    )


def test_moments_of_a_truncated_lognormal_are_those_of_the_result():
    made = lca.lognormal(median=2, gsd=1.5).truncated(1.5, 4)
    sigma, a, b = math.log(1.5), math.log(1.5 / 2), math.log(4 / 2)
    mass = stats.norm.cdf(b / sigma) - stats.norm.cdf(a / sigma)
    mean = 2 * math.exp(sigma**2 / 2)
    mean *= (stats.norm.cdf(b / sigma - sigma) - stats.norm.cdf(a / sigma - sigma)) / mass
    square = 4 * math.exp(2 * sigma**2)
    square *= (stats.norm.cdf(b / sigma - 2 * sigma) - stats.norm.cdf(a / sigma - 2 * sigma)) / mass
    middle = stats.norm.ppf((stats.norm.cdf(a / sigma) + stats.norm.cdf(b / sigma)) / 2)
    assert made.mean == pytest.approx(mean, rel=1e-9)
    assert made.distribution.sd == pytest.approx(math.sqrt(square - mean**2), rel=1e-8)
    assert made.median == pytest.approx(2 * math.exp(sigma * middle), rel=1e-12)
    assert made.support == pytest.approx((1.5, 4.0), rel=1e-12)


def test_a_truncation_that_cuts_nothing_changes_nothing():
    u = np.linspace(0.0001, 0.9999, 199)
    for base in (Lognormal(2.0, 1.5), Normal(0.0, 1.0), Uniform(1.0, 2.0), Pert(1.0, 2.0, 4.0)):
        np.testing.assert_allclose(Truncated(base, -1e9, 1e9).ppf(u), base.ppf(u), rtol=1e-12)


def test_shifting_and_truncating_may_be_chained():
    made = lca.lognormal(median=0.5, gsd=1.5).shifted(1).truncated(1.2, 2)
    base = lca.lognormal(median=0.5, gsd=1.5).truncated(0.2, 1).shifted(1)
    assert made.mean == pytest.approx(base.mean, rel=1e-12)
    assert made.support == pytest.approx((1.2, 2.0))
    assert made.median == pytest.approx(base.median)


@pytest.mark.parametrize(
    ("kept", "bounds"),
    [
        ((2, 3, 4), (2, 4)),
        ((1, 2), (None, 2)),
        ((4, 5), (4, None)),
        ((2, 3), (1.5, 3.5)),
        ((3,), (2.5, 3)),
        ((3,), (3, 3.5)),
    ],
)
@pytest.mark.parametrize("make", [lca.discrete, lca.empirical])
def test_a_truncated_list_of_values_keeps_those_at_both_bounds(make, kept, bounds):
    made = make(values=[1, 2, 3, 4, 5]).truncated(*bounds)
    drawn = made.distribution.ppf((np.arange(6000) + 0.5) / 6000)
    values, counts = np.unique(drawn, return_counts=True)
    assert tuple(values) == kept
    np.testing.assert_allclose(counts, 6000 / len(kept), atol=1)
    assert made.mean == pytest.approx(np.mean(kept), rel=1e-3)


def test_separate_values_that_were_shifted_are_truncated_alike():
    made = lca.discrete(values=[1, 2, 3, 4, 5]).shifted(10).truncated(12, 14)
    drawn = made.distribution.ppf((np.arange(6000) + 0.5) / 6000)
    values, counts = np.unique(drawn, return_counts=True)
    np.testing.assert_array_equal(values, [12, 13, 14])
    np.testing.assert_allclose(counts, 2000, atol=1)
    assert made.mean == pytest.approx(13, rel=1e-3)


def test_a_shifted_value_that_is_the_only_one_is_fixed():
    made = lca.discrete(values=[5]).shifted(1)
    assert made.is_fixed
    assert made.point == made.mean == 6


def test_truncation_keeps_the_weights_of_separate_values():
    made = lca.discrete(values=[4, 1, 2], weights=[2, 7, 1]).truncated(low=2)
    assert made.mean == pytest.approx((4 * 2 + 2) / 3, rel=1e-3)
    assert made.support == (2, 4)


def test_discrete_values_come_with_their_weights_in_any_order():
    made = Discrete((5.0, 1.0, 2.0), (1.0, 2.0, 1.0))
    assert made.mean == pytest.approx((5 + 2 + 2) / 4)
    assert made.sd == pytest.approx(math.sqrt((25 + 2 + 4) / 4 - 2.25**2))
    np.testing.assert_array_equal(
        made.ppf(np.array([0.1, 0.49, 0.51, 0.74, 0.76])), [1, 1, 2, 2, 5]
    )
    drawn = made.ppf((np.arange(1000) + 0.5) / 1000)
    assert [(drawn == value).sum() for value in (1, 2, 5)] == [500, 250, 250]
    assert made.support == (1.0, 5.0)
    assert Discrete((5.0, 1.0), (20.0, 20.0)) != Discrete((5.0, 1.0), (1.0, 1.0))


def test_equal_weights_are_the_default_of_discrete_and_empirical():
    for make in (lca.discrete, lca.empirical):
        made = make(values=[5, 1, 2, 2])
        assert made.mean == 2.5
        assert made.distribution.sd == pytest.approx(np.std([5, 1, 2, 2]))
        assert made.median == 2
        assert made.support == (1, 5)


def test_the_quantiles_of_an_empirical_are_the_observed_values():
    observed = np.random.default_rng(SEEDS[0]).lognormal(size=101)
    made = lca.empirical(values=observed)
    assert made.median == np.median(observed)
    drawn = made.distribution.ppf((np.arange(101) + 0.5) / 101)
    np.testing.assert_array_equal(drawn, np.sort(observed))


def test_one_value_with_weight_is_fixed():
    assert Discrete((5.0,), (1.0,)).is_fixed
    assert Discrete((5.0, 7.0), (0.0, 2.0)).is_fixed
    assert not Discrete((5.0, 7.0), (1.0, 2.0)).is_fixed
    assert lca.discrete(values=[5, 7], weights=[0, 2]).point == 7


@pytest.mark.parametrize("seed", SEEDS)
def test_a_value_without_weight_is_never_drawn(seed):
    rng = np.random.default_rng(seed)
    for count in (2, 3, 7, 19) * 25:
        weights = (0.0, *rng.random(count), 0.0)
        values = tuple(np.arange(count + 2.0))
        low, high = Discrete(values, weights).support
        assert low == 1.0
        assert high == count


def test_a_fixed_number_is_the_same_for_every_draw():
    made = Fixed(0.7)
    assert made.is_fixed
    assert made.mean == made.median == 0.7
    assert made.sd == 0
    assert made.support == made.interval() == (0.7, 0.7)
    np.testing.assert_array_equal(made.ppf(np.array([0.1, 0.9])), [0.7, 0.7])


# -- shares -----------------------------------------------------------------------------------

MEANS = {"coal": 0.2, "gas": 0.5, "wind": 0.3}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("concentration", [2.0, 20.0, 500.0])
def test_shares_sum_to_one_with_the_moments_of_a_dirichlet(seed, concentration):
    joint = Shares(tuple(MEANS), tuple(MEANS.values()), concentration)
    n = 50_000
    draws = joint.ppf(np.random.default_rng(seed).random((3, n)))
    assert draws.shape == (3, n)
    np.testing.assert_allclose(draws.sum(axis=0), 1, rtol=1e-14)
    assert (draws >= 0).all()
    means = np.array(tuple(MEANS.values()))
    theirs = stats.dirichlet(means * concentration)
    errors = 5 * np.sqrt(theirs.var() / n)
    np.testing.assert_array_less(np.abs(draws.mean(axis=1) - means), errors)
    np.testing.assert_allclose(draws.var(axis=1), theirs.var(), rtol=0.05)
    np.testing.assert_allclose(np.cov(draws), theirs.cov(), atol=0.03 * theirs.var().max())
    for row, mean in zip(draws, means, strict=True):
        marginal = stats.beta(mean * concentration, (1 - mean) * concentration)
        assert stats.kstest(row, marginal.cdf).pvalue > 1e-5


def test_the_marginal_of_one_share_is_a_beta():
    for name, one in lca.shares(MEANS, concentration=30).items():
        theirs = stats.beta(MEANS[name] * 30, (1 - MEANS[name]) * 30)
        assert one.point == MEANS[name]
        assert one.mean == pytest.approx(MEANS[name], rel=1e-12)
        assert one.median == pytest.approx(theirs.median(), rel=1e-10)
        assert one.interval(0.8) == pytest.approx(theirs.interval(0.8), rel=1e-10)
        assert one.marginal.sd == pytest.approx(theirs.std(), rel=1e-8)
        assert one.unit == "1"


def test_shares_are_finite_even_in_the_corner_of_the_cube():
    smallest = 0.1  # times the smallest share: 0.05
    joint = Shares(("a", "b"), (0.5, 0.5), smallest)
    draws = joint.ppf(np.array([[SMALLEST, 0.3, 1 - SMALLEST], [SMALLEST, 0.4, SMALLEST]]))
    assert np.isfinite(draws).all()
    np.testing.assert_allclose(draws.sum(axis=0), 1)


@pytest.mark.parametrize("concentration", [0.02, 0.04, 0.08])
def test_shares_too_unsure_to_be_computed_are_refused(concentration):
    with pytest.raises(ValueError, match=f"shares: concentration = {concentration}"):
        lca.shares({"a": 0.5, "b": 0.5}, concentration=concentration)


@pytest.mark.parametrize(
    ("means", "concentration", "message"),
    [
        ({"a": 0.5, "b": 0.4}, 5, "they sum to 0.9, not to 1"),
        ({"a": 1.0}, 5, "give at least two, each above 0"),
        ({}, 5, "give at least two"),
        ({"a": 1.0, "b": 0.0}, 5, "each above 0"),
        ({"a": 0.5, "b": 0.5}, 0, "concentration = 0 must be above 0"),
        ({"a": 0.5, "b": 0.5}, math.inf, "concentration = inf is not finite"),
        ({"a": 0.5, "b": "0.5"}, 5, "means = '0.5' is not a number"),
    ],
)
def test_shares_that_cannot_be_are_refused(means, concentration, message):
    with pytest.raises(ValueError, match=message):
        lca.shares(means, concentration=concentration)


def test_shares_need_names():
    with pytest.raises((TypeError, ValueError), match="shares: .*by name"):
        lca.shares([0.5, 0.5], concentration=5)


# -- every distribution -----------------------------------------------------------------------

REAL = st.floats(-1e6, 1e6)
POSITIVE = st.floats(1e-6, 1e6)
FACTOR = st.floats(1.001, 20)
FAMILIES = ("uniform", "log", "tri", "pert", "normal", "logn", "two", "beta", "disc")


def _bounds(draw, number):
    low, high = sorted((draw(number), draw(number)))
    return low, high + max(1e-3, abs(low) * 1e-3)


@st.composite
def any_distribution(draw):
    which = draw(st.sampled_from(FAMILIES))
    if which == "log":
        return Loguniform(*_bounds(draw, POSITIVE))
    if which in ("uniform", "tri", "pert"):
        low, high = _bounds(draw, REAL)
        mode = low + (high - low) * draw(st.floats(0, 1))
        return {
            "uniform": lambda: Uniform(low, high),
            "tri": lambda: Triangular(low, min(mode, high), high),
            "pert": lambda: Pert(low, min(mode, high), high),
        }[which]()
    if which == "normal":
        return Normal(draw(REAL), draw(POSITIVE))
    if which == "logn":
        return Lognormal(draw(POSITIVE), draw(FACTOR))
    if which == "two":
        return TwoPieceLognormal(draw(POSITIVE), draw(FACTOR), draw(FACTOR))
    if which == "beta":
        return Beta(draw(st.floats(0.1, 50)), draw(st.floats(0.1, 50)), *_bounds(draw, REAL))
    values = draw(st.lists(REAL, min_size=1, max_size=8))
    weights = [draw(st.floats(0.01, 10)) for _ in values]
    return Discrete(tuple(values), tuple(weights))


@st.composite
def any_cut_distribution(draw):
    made = draw(any_distribution())
    if draw(st.booleans()):
        made = Shifted(made, draw(REAL))
    if draw(st.booleans()) and not made.is_fixed:
        low, high = float(made.ppf(0.1)), float(made.ppf(0.9))
        if low < high:
            made = Truncated(made, low, high)
    return made


UNIT = np.unique(
    np.concatenate([np.linspace(0.001, 0.999, 200), [SMALLEST, 1e-12, 1 - 1e-12, 1 - SMALLEST]])
)


@settings(deadline=None)
@given(any_cut_distribution())
def test_quantiles_never_fall(made):
    values = made.ppf(UNIT)
    assert np.isfinite(values).all()
    scale = np.abs(values).max()
    assert (np.diff(values) >= -1e-9 * scale).all()
    low, high = made.support
    assert low - 1e-9 * scale <= made.median <= high + 1e-9 * scale
    assert low - 1e-9 * scale <= made.mean <= high + 1e-9 * scale


ROUND = st.integers(1, 999).flatmap(
    lambda low: st.integers(low + 1, 1000).map(lambda high: (low / 10, high / 10))
)


@settings(deadline=None)
@given(ROUND, st.sampled_from([Uniform, Loguniform, Triangular, Pert, Beta]))
@example((78.0, 100.0), Loguniform)
@example((189.7, 206.1), Loguniform)
def test_a_bounded_distribution_never_leaves_its_bounds_by_rounding(bounds, which):
    low, high = bounds
    middle = min(max((low + high) / 2, low), high)
    made = {
        Triangular: lambda: Triangular(low, middle, high),
        Pert: lambda: Pert(low, middle, high),
        Beta: lambda: Beta(2.0, 3.0, low, high),
    }.get(which, lambda: which(low, high))()
    assert low <= made.support[0] < made.support[1] <= high


@settings(deadline=None)
@given(any_cut_distribution())
def test_copies_are_equal_with_equal_hashes_and_equal_quantiles(made):
    made.ppf(0.3)
    for copied in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert copied == made
        assert hash(copied) == hash(made)
        np.testing.assert_array_equal(copied.ppf(UNIT), made.ppf(UNIT))


@settings(deadline=None)
@given(any_cut_distribution(), REAL)
def test_a_shift_moves_every_quantile_and_no_spread(made, by):
    moved = Shifted(made, by)
    np.testing.assert_allclose(moved.ppf(UNIT), made.ppf(UNIT) + by)
    assert moved.mean == pytest.approx(made.mean + by)
    assert moved.sd == made.sd


@settings(deadline=None)
@given(any_cut_distribution())
def test_probes_can_be_drawn(made):
    low, high = made.support
    for value in made.probe():
        assert low <= value <= high


@settings(deadline=None)
@given(any_cut_distribution())
def test_a_description_names_the_distribution(made):
    assert made.describe().partition("(")[0] in lca.quantity.CONSTRUCTORS


def test_a_value_without_weight_is_not_probed():
    assert 0.0 not in Discrete((0.0, 1.0, 2.0), (0.0, 1.0, 1.0)).probe()


# -- what is refused --------------------------------------------------------------------------

REFUSED = [
    (lca.uniform, {"low": 2, "high": 1}, "uniform: low = 2 is above high = 1"),
    (lca.uniform, {"low": 1, "high": 1}, "low = high = 1; use fixed"),
    (lca.loguniform, {"low": 2, "high": 1}, "loguniform: low = 2 is above high = 1"),
    (lca.loguniform, {"low": 0, "high": 1}, "loguniform: low = 0 must be above 0"),
    (lca.triangular, {"low": 1, "mode": 3, "high": 2}, "mode = 3 is above high = 2"),
    (lca.triangular, {"low": 1, "mode": 0, "high": 2}, "low = 1 is above mode = 0"),
    (lca.triangular, {"low": 1, "mode": 1, "high": 1}, "use fixed"),
    (lca.pert, {"low": 1, "mode": 3, "high": 2}, "pert: mode = 3 is above high = 2"),
    (lca.pert, {"low": 1, "mode": 0, "high": 2}, "pert: low = 1 is above mode = 0"),
    (lca.normal, {"mean": 1, "sd": 0}, "normal: sd = 0 must be above 0"),
    (lca.normal, {"mean": 1, "sd": -1}, "normal: sd = -1 must be above 0"),
    (lca.lognormal, {"median": 1, "gsd": 1}, r"gsd = 1 must be above 1 \(it is a factor\)"),
    (lca.lognormal, {"median": 1, "gsd": 0.5}, "gsd = 0.5 must be above 1"),
    (lca.lognormal, {"mean": 1, "gsd": 1}, "gsd = 1 must be above 1"),
    (lca.lognormal, {"median": 1, "gsd2": 1}, "gsd2 = 1 must be above 1"),
    (lca.lognormal, {"median": 1, "sigma": 0}, "sigma = 0 must be above 0"),
    (lca.lognormal, {"median": 0, "gsd": 2}, "median = 0 must be above 0"),
    (lca.lognormal, {"median": -1, "gsd": 2}, "median = -1 must be above 0"),
    (lca.lognormal, {"mean": -1, "gsd": 2}, "mean = -1 must be above 0"),
    (lca.lognormal, {"mean": 0, "sd": 2}, "mean = 0 must be above 0"),
    (lca.lognormal, {"mean": 1, "sd": 0}, "sd = 0 must be above 0"),
    (lca.lognormal, {"low": 3, "high": 2, "level": 0.9}, "low = 3 is above high = 2"),
    (lca.lognormal, {"low": 0, "high": 2, "level": 0.9}, "low = 0 must be above 0"),
    (lca.lognormal, {"low": 1, "high": 2, "level": 90}, "level = 90 must lie between 0 and 1"),
    (lca.lognormal, {"low": 1, "high": 2, "level": 1}, "level = 1 must lie between 0 and 1"),
    (lca.two_piece_lognormal, {"median": 1, "gsd_below": 1, "gsd_above": 2}, "gsd_below = 1 must"),
    (lca.two_piece_lognormal, {"median": 1, "gsd_below": 2, "gsd_above": 0.9}, "gsd_above = 0.9"),
    (lca.two_piece_lognormal, {"median": 0, "gsd_below": 2, "gsd_above": 2}, "median = 0 must"),
    (lca.beta, {"alpha": 0, "beta": 1}, "alpha = 0 must be above 0"),
    (lca.beta, {"alpha": 1, "beta": -1}, "beta = -1 must be above 0"),
    (lca.beta, {"alpha": 1, "beta": 1, "low": 2, "high": 1}, "low = 2 is above high = 1"),
    (lca.discrete, {"values": []}, "discrete: .*(0 values|is empty)"),
    (lca.discrete, {"values": [1, 2], "weights": [1]}, "2 values and 1 weights; give as many"),
    (lca.discrete, {"values": [1, 2], "weights": [1, -1]}, "must not be negative"),
    (lca.discrete, {"values": [1, 2], "weights": [0, 0]}, "nor all be 0"),
    (lca.discrete, {"values": "12"}, "values = '12' is not a list of numbers"),
    (lca.discrete, {"values": 3}, "values = 3 is not a list of numbers"),
    (lca.empirical, {"values": []}, "(0 values|is empty)"),
    (lca.empirical, {"values": [1, None]}, "values = None is not a number"),
]


@pytest.mark.parametrize(("make", "arguments", "message"), REFUSED)
def test_arguments_that_cannot_be_are_refused(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)


VALID = {
    lca.uniform: {"low": 1, "high": 2},
    lca.loguniform: {"low": 1, "high": 2},
    lca.triangular: {"low": 1, "mode": 2, "high": 3},
    lca.pert: {"low": 1, "mode": 2, "high": 3},
    lca.normal: {"mean": 1, "sd": 2},
    lca.lognormal: {"median": 1, "gsd": 2},
    lca.two_piece_lognormal: {"median": 1, "gsd_below": 2, "gsd_above": 2},
    lca.beta: {"alpha": 1, "beta": 2},
}
NO_NUMBERS = [
    (math.nan, "is not finite"),
    (math.inf, "is not finite"),
    (-math.inf, "is not finite"),
    ("1", "is not a number"),
    (b"1", "is not a number"),
    (None, "is not a number"),
    (True, "is not a number"),
    (np.array([1.0]), "is not a number"),
    (1j, "is not a number"),
]


@pytest.mark.parametrize("make", VALID)
@pytest.mark.parametrize(("value", "message"), NO_NUMBERS)
def test_what_is_no_finite_number_is_refused_by_its_name(make, value, message):
    for name in VALID[make]:
        with pytest.raises(ValueError, match=f"{make.__name__}: {name} = .*{message}"):
            make(**{**VALID[make], name: value})


@pytest.mark.parametrize("value", [np.True_, 10**400], ids=["truth", "beyond floats"])
def test_a_numpy_truth_value_and_a_number_beyond_floats_are_refused(value):
    with pytest.raises(ValueError, match="normal: mean = .* is not"):
        lca.normal(mean=value, sd=1)


@pytest.mark.parametrize("make", VALID)
def test_arguments_are_keywords_all_needed(make):
    with pytest.raises(TypeError, match="positional argument"):
        make(*VALID[make].values())
    for name in VALID[make]:
        fewer = {key: value for key, value in VALID[make].items() if key != name}
        with pytest.raises((TypeError, ValueError), match=f"missing.*{name}|give one of"):
            make(**fewer)


@pytest.mark.parametrize("number", [np.float32(2), np.int64(2), 2])
def test_numpy_and_whole_numbers_are_numbers(number):
    assert lca.normal(mean=number, sd=1).distribution == Normal(2.0, 1.0)
    assert distributions.number("x", number) == 2.0


@pytest.mark.parametrize(
    "arguments",
    [
        {"low": 1e200, "high": 1e250, "level": 0.9},
        {"low": 1e-250, "high": 1e-200, "level": 0.9},
    ],
)
def test_the_median_of_huge_and_tiny_intervals_neither_overflows_nor_vanishes(arguments):
    made = lognormal(**arguments)
    middle = (math.log10(arguments["low"]) + math.log10(arguments["high"])) / 2
    assert math.log10(made.median) == pytest.approx(middle)


@pytest.mark.parametrize("sigma", [800.0, 1e6])
def test_a_spread_beyond_all_numbers_is_refused(sigma):
    with pytest.raises(ValueError, match="lognormal: .*(finite|large)"):
        lca.lognormal(median=1, sigma=sigma)


@pytest.mark.parametrize(
    ("base", "low", "high", "message"),
    [
        (Lognormal(2.0, 1.1), 100.0, 200.0, "has nothing between 100 and 200"),
        (Uniform(1.0, 2.0), 3.0, 4.0, "has nothing between 3 and 4"),
        (Uniform(1.0, 2.0), -4.0, -3.0, "has nothing between -4 and -3"),
        (Uniform(1.0, 2.0), 1.8, 1.2, "low = 1.8 is not below high = 1.2"),
        (Uniform(1.0, 2.0), 1.5, 1.5, "low = 1.5 is not below high = 1.5"),
        (Empirical((1.0, 5.0), (1.0, 1.0)), 2.0, 4.0, "has nothing between 2 and 4"),
        (Shifted(Uniform(0.0, 1.0), 1.0), 3.0, 4.0, "has nothing between 3 and 4"),
    ],
)
def test_a_truncation_that_leaves_nothing_is_refused(base, low, high, message):
    with pytest.raises(ValueError, match=message):
        distributions.truncated(base, low, high)


@pytest.mark.parametrize("level", [90, 1.5, -0.1, math.nan])
def test_an_interval_has_a_level_between_0_and_1(level):
    with pytest.raises(ValueError, match="level = .* between 0 and 1"):
        Normal(0.0, 1.0).interval(level)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.7, 5.0, 40.0])
@pytest.mark.parametrize("beta", [0.5, 1.0, 3.3, 5.0])
def test_a_beta_quantile_from_the_table_is_that_of_the_exact_inverse(alpha, beta):
    tails = 10.0 ** -np.linspace(1, 15.9, 200)
    u = np.concatenate([tails, np.linspace(0.001, 0.999, 2001), 1 - tails])
    exact = special.betaincinv(alpha, beta, u)
    np.testing.assert_allclose(
        lca.beta(alpha=alpha, beta=beta).distribution.ppf(u), exact, atol=1e-10
    )
