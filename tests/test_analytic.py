"""Simulated products, sums and comparisons against what can be worked out on paper."""

import math

import numpy as np
import pytest
from scipy import stats

import lca
from lca import sampling

N = 16384
SEEDS = (3, 77)
both_samplers = pytest.mark.parametrize("sampler", sampling.SAMPLERS)
two_seeds = pytest.mark.parametrize("seed", SEEDS)


class Training(lca.Stage):
    """One training run on one grid."""

    per = "1"
    phase = "operation"
    hours: lca.Number = lca.parameter("accelerator_hour", "accelerator-hours")
    power: lca.Number = lca.parameter("kW/accelerator", "mean power")
    pue: lca.Number = lca.parameter("1", "power usage effectiveness")
    grid: lca.Number = lca.parameter("kgCO2e/kWh", "intensity")

    def exchanges(self):
        yield "gwp", self.hours * self.power * self.pue * self.grid


class Sum(lca.Stage):
    """Two burdens on one line each."""

    per = "1"
    phase = "operation"
    one: lca.Number = lca.parameter("kgCO2e", "one burden")
    other: lca.Number = lca.parameter("kgCO2e", "another burden")

    def exchanges(self):
        yield "gwp", self.one
        yield "gwp", self.other


class Ratio(lca.Stage):
    """A burden shared among products."""

    per = "1"
    phase = "operation"
    burden: lca.Number = lca.parameter("kgCO2e", "burden")
    products: lca.Number = lca.parameter("1", "products")

    def exchanges(self):
        yield "gwp", self.burden / self.products


def draws(stage, seed, sampler, n=N):
    life = lca.Lifecycle(stage, functional_unit="one")
    return lca.simulate(life, n, seed, sampler).total("gwp").to_numpy().ravel()


def exact(found, mean, sd, sampler, rel=0.0):
    """Compare a mean within five standard errors, Sobol within a fifth of that."""
    error = 5 * sd / math.sqrt(found.size) / (5 if sampler == "sobol" else 1)
    assert found.mean() == pytest.approx(mean, abs=error, rel=rel)


GSDS = {"power": 1.1, "hours": 1.02, "pue": 1.05, "grid": 1.3}
MEDIANS = {"power": 0.4, "hours": 1e6, "pue": 1.2, "grid": 0.057}
SIGMA = math.hypot(*(math.log(gsd) for gsd in GSDS.values()))


def training():
    return Training(
        **{name: lca.lognormal(median=MEDIANS[name], gsd=gsd) for name, gsd in GSDS.items()}
    )


def test_the_gsd_of_a_product_is_that_of_the_root_of_summed_squares():
    assert math.exp(SIGMA) == pytest.approx(1.3285163, abs=5e-8)
    assert math.exp(SIGMA**2 / 2) == pytest.approx(1.0411708, abs=5e-8)


@both_samplers
@two_seeds
def test_a_product_of_lognormals_is_a_lognormal(sampler, seed):
    found = draws(training(), seed, sampler)
    median = math.prod(MEDIANS.values())
    theirs = stats.lognorm(SIGMA, scale=median)
    exact(found, theirs.mean(), theirs.std(), sampler)
    logs = np.log(found)
    exact(logs, math.log(median), SIGMA, sampler)
    assert math.exp(logs.std()) == pytest.approx(1.3285163, rel=5 * SIGMA / math.sqrt(2 * N))
    ratio = found.mean() / np.median(found)
    assert ratio == pytest.approx(1.0411708, rel=5 * 1.3 * SIGMA / math.sqrt(N))
    for u in (0.025, 0.5, 0.975):
        error = 5 * math.sqrt(u * (1 - u) / N) / (theirs.pdf(theirs.ppf(u)) * theirs.ppf(u))
        assert np.quantile(found, u) == pytest.approx(theirs.ppf(u), rel=error)
    assert stats.kstest(found, theirs.cdf).pvalue > 1e-4


@two_seeds
def test_the_sobol_mean_of_the_product_is_within_a_fiftieth_of_a_percent(seed):
    found = draws(training(), seed, "sobol")
    assert found.mean() == pytest.approx(
        math.prod(MEDIANS.values()) * math.exp(SIGMA**2 / 2), rel=2e-4
    )


def test_the_nominal_value_of_the_product_is_its_median_and_not_its_mean():
    life = lca.Lifecycle(training(), functional_unit="one")
    assert life.nominal("gwp") == pytest.approx(math.prod(MEDIANS.values()), rel=1e-12)


@both_samplers
@two_seeds
def test_a_sum_of_normals_is_a_normal(sampler, seed):
    stage = Sum(one=lca.normal(mean=10, sd=3), other=lca.normal(mean=-4, sd=4))
    found = draws(stage, seed, sampler)
    exact(found, 6, 5, sampler)
    assert found.std() == pytest.approx(5, rel=5 / math.sqrt(2 * N))
    assert stats.kstest(found, stats.norm(6, 5).cdf).pvalue > 1e-4


@both_samplers
@two_seeds
def test_a_sum_of_lognormals_has_summed_means_and_variances_but_no_summed_median(sampler, seed):
    one, other = lca.lognormal(mean=10, sd=4), lca.lognormal(median=5, gsd=2)
    found = draws(Sum(one=one, other=other), seed, sampler)
    sd = math.hypot(4, other.distribution.sd)
    exact(found, 10 + other.mean, sd, sampler)
    assert found.std() == pytest.approx(sd, rel=0.1)
    assert np.median(found) > 1.03 * (one.median + other.median)


@both_samplers
@two_seeds
def test_one_unknown_used_twice_doubles_its_spread_and_two_do_not(sampler, seed):
    shared = lca.normal(mean=10, sd=3, name="burden")
    twice = draws(Sum(one=shared, other=shared), seed, sampler)
    one, other = (lca.normal(mean=10, sd=3) for _ in range(2))
    apart = draws(Sum(one=one, other=other), seed, sampler)
    assert twice.std() == pytest.approx(6, rel=5 / math.sqrt(2 * N))
    assert apart.std() == pytest.approx(3 * math.sqrt(2), rel=5 / math.sqrt(2 * N))


@both_samplers
@two_seeds
def test_an_unknown_less_itself_is_nothing(sampler, seed):
    shared = lca.normal(mean=10, sd=3, name="burden")
    found = draws(Sum(one=shared, other=shared * -1), seed, sampler)
    assert np.abs(found).max() == 0


@both_samplers
@two_seeds
def test_a_ratio_of_lognormals_is_a_lognormal(sampler, seed):
    burden, products = lca.lognormal(median=10, gsd=1.5), lca.lognormal(median=4, gsd=1.2)
    stage = Ratio(burden=burden, products=products)
    found = draws(stage, seed, sampler)
    sigma = math.hypot(math.log(1.5), math.log(1.2))
    theirs = stats.lognorm(sigma, scale=2.5)
    exact(found, theirs.mean(), theirs.std(), sampler)
    assert stats.kstest(found, theirs.cdf).pvalue > 1e-4


@both_samplers
@two_seeds
def test_one_over_a_uniform_is_not_the_interval_turned_around(sampler, seed):
    found = draws(Ratio(burden=1, products=lca.uniform(low=2, high=4)), seed, sampler)
    assert 0.25 <= found.min() < found.max() <= 0.5
    mean = math.log(2) / 2
    exact(found, mean, math.sqrt(1 / 8 - mean**2), sampler)


@both_samplers
@two_seeds
def test_shifted_and_truncated_inputs_arrive_with_their_own_means(sampler, seed):
    shifted = lca.lognormal(median=0.5, gsd=1.5).shifted(1)
    cut = lca.normal(mean=2, sd=1).truncated(low=1)
    found = draws(Sum(one=shifted, other=cut), seed, sampler)
    theirs = stats.truncnorm(-1, np.inf, 2, 1)
    mean = 1 + 0.5 * math.exp(math.log(1.5) ** 2 / 2) + theirs.mean()
    exact(found, mean, math.hypot(theirs.std(), shifted.distribution.sd), sampler)


# -- comparisons ------------------------------------------------------------------------------


def lower(one, other, seed, sampler):
    """Return the share of samples in which the one is lower than the other, as printed."""
    study = lca.Study(
        {
            "one": lca.Lifecycle(one, functional_unit="one"),
            "other": lca.Lifecycle(other, functional_unit="one"),
        }
    )
    return lca.simulate(study, N, seed, sampler).compare("other", "gwp")["lower"].iloc[0]


def shares_of_wins(one, other, seed):
    return {name: lower(one, other, seed, name) for name in sampling.SAMPLERS}


@two_seeds
def test_independent_lognormals_compare_as_on_paper_with_both_samplers(seed):
    one = Sum(one=lca.lognormal(median=10, gsd=1.3, name="a"), other=0)
    other = Sum(one=lca.lognormal(median=12, gsd=1.4, name="b"), other=0)
    spread = math.hypot(math.log(1.3), math.log(1.4))
    closed = stats.norm.cdf(math.log(12 / 10) / spread)
    found = shares_of_wins(one, other, seed)
    error = math.sqrt(closed * (1 - closed) / N)
    for share in found.values():
        assert share == pytest.approx(closed, abs=5 * error)
    assert found["sobol"] == pytest.approx(found["random"], abs=7 * error)


@two_seeds
def test_what_is_shared_cancels_in_a_comparison(seed):
    def run(power):
        shared = lca.lognormal(median=0.06, gsd=2, name="grid")
        return Training(hours=1e6, power=power, pue=1.1, grid=shared)

    one = run(lca.lognormal(median=0.40, gsd=1.05, name="old power"))
    other = run(lca.lognormal(median=0.42, gsd=1.05, name="new power"))
    closed = stats.norm.cdf(math.log(0.42 / 0.40) / (math.sqrt(2) * math.log(1.05)))
    found = shares_of_wins(one, other, seed)
    error = math.sqrt(closed * (1 - closed) / N)
    for share in found.values():
        assert share == pytest.approx(closed, abs=5 * error)
    assert found["sobol"] == pytest.approx(found["random"], abs=7 * error)


@two_seeds
def test_figures_with_a_common_factor_compare_as_on_paper(seed):
    def burden(median, name):
        made = lca.lognormal(median=median, gsd=1.5, name=name, common="vendor", share=0.8)
        return Sum(one=made, other=0)

    closed = stats.norm.cdf(math.log(1.2) / (math.log(1.5) * math.sqrt(2 * 0.2)))
    found = shares_of_wins(burden(10, "a"), burden(12, "b"), seed)
    error = math.sqrt(closed * (1 - closed) / N)
    for share in found.values():
        assert share == pytest.approx(closed, abs=5 * error)
