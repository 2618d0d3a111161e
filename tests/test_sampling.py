"""Sampling: the same bits for any blocks, streams by label, honest seeds, small errors."""

import hashlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import qmc

import lca
from lca import sampling
from lca.distributions import SMALLEST
from lca.sampling import NETS, REPLICATES, Net, Random, Sobol, design, nets, rounded

SEEDS = (0, 12345)
LABELS = ["power", "hours", "grid.intensity", "pue"]


def make(sampler, seed, n=1024, labels=LABELS):
    return design(labels, [1] * len(labels), n, seed, sampler)


# -- blocks -----------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(sampling.SAMPLERS),
    st.lists(st.integers(1, 1023), max_size=6, unique=True),
    st.integers(0, 3),
)
def test_a_design_has_the_same_bits_for_any_block_boundaries(sampler, cuts, seed):
    n = 1024
    whole = make(sampler, seed).block(0, n)
    assert whole.shape == (len(LABELS), n)
    asked = make(sampler, seed)
    ends = [0, *sorted(cuts), n]
    parts = [asked.block(start, stop) for start, stop in itertools.pairwise(ends)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole)


@pytest.mark.parametrize("sampler", sampling.SAMPLERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_blocks_may_be_asked_in_any_order_and_again(sampler, seed):
    whole = make(sampler, seed).block(0, 1024)
    asked = make(sampler, seed)
    for start, stop in [(900, 1024), (0, 10), (120, 140), (120, 140), (5, 1000), (127, 128)]:
        np.testing.assert_array_equal(asked.block(start, stop), whole[:, start:stop])


@pytest.mark.parametrize("sampler", sampling.SAMPLERS)
def test_an_empty_block_is_empty(sampler):
    assert make(sampler, 1).block(5, 5).shape == (len(LABELS), 0)


@pytest.mark.parametrize("sampler", sampling.SAMPLERS)
def test_a_design_without_unknowns_has_no_rows(sampler):
    assert make(sampler, 1, labels=[]).block(0, 16).shape == (0, 16)


@pytest.mark.parametrize("sampler", sampling.SAMPLERS)
def test_an_unknown_of_several_columns_takes_as_many_rows(sampler):
    made = design(["mix", "pue"], [3, 1], 64, 1, sampler)
    rows = made.block(0, 64)
    assert rows.shape == (4, 64)
    assert len(np.unique(rows, axis=0)) == 4


# -- labels -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_random_streams_are_those_of_their_labels_whatever_else_is_drawn(seed):
    whole = dict(zip(LABELS, make("random", seed).block(0, 500), strict=True))
    for labels in (LABELS[::-1], LABELS[1:], LABELS[:1], ["new", *LABELS, "newer"]):
        rows = dict(zip(labels, make("random", seed, labels=labels).block(0, 500), strict=True))
        for label in set(labels) & set(LABELS):
            np.testing.assert_array_equal(rows[label], whole[label])


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_of_one_label_and_streams_of_near_labels_differ(seed):
    labels = ["a", "b", "a.b", "a#2", "aa", "", "ä"]
    rows = Random(labels, [2] * len(labels), seed).block(0, 4096)
    correlations = np.corrcoef(rows) - np.eye(len(rows))
    assert np.abs(correlations).max() < 5 / np.sqrt(4096)


def test_the_words_of_a_label_are_the_same_on_every_machine():
    digest = hashlib.blake2b(b"grid.intensity", digest_size=16).digest()
    assert sampling._words("grid.intensity") == list(np.frombuffer(digest, "<u4"))
    assert sampling._words("ä") != sampling._words("a")


# -- seeds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sampler", sampling.SAMPLERS)
def test_seed_0_is_a_seed_and_differs_from_seed_1(sampler):
    zero, again, one = (make(sampler, seed).block(0, 256) for seed in (0, 0, 1))
    np.testing.assert_array_equal(zero, again)
    assert (zero != one).all()
    if sampler == "random":  # nets of few points lie in the same strata
        assert np.abs(np.corrcoef(zero.ravel(), one.ravel())[0, 1]) < 5 / np.sqrt(zero.size)


@pytest.mark.parametrize("sampler", sampling.SAMPLERS)
def test_a_huge_seed_is_a_seed(sampler):
    small, huge = (make(sampler, seed).block(0, 64) for seed in (5, 5 + 2**32))
    assert (small != huge).any()
    assert make(sampler, 2**100).block(0, 64).shape == (4, 64)


@pytest.mark.parametrize("seed", [-1, 1.0, "1", None, True])
def test_a_seed_is_a_whole_number_from_0(seed):
    with pytest.raises(ValueError, match="seed = .* must be a whole number, 0 or above"):
        sampling.check_seed(seed)


@pytest.mark.parametrize("n", [0, -5, 10.0, "10", None, True])
def test_a_number_of_samples_is_a_whole_number_from_1(n):
    with pytest.raises(ValueError, match="n = .* must be a whole number of samples, 1 or above"):
        sampling.check_size(n)


def test_numpy_whole_numbers_are_whole_numbers():
    assert sampling.check_seed(np.int64(3)) == 3
    assert sampling.check_size(np.uint32(3)) == 3


@pytest.mark.parametrize(
    ("name", "hint"), [("sobl", "did you mean 'sobol'"), ("lhs", "sobol, random")]
)
def test_an_unknown_sampler_is_refused_with_those_there_are(name, hint):
    with pytest.raises(ValueError, match=f"no sampler '{name}'.*{hint}"):
        make(name, 1)


# -- sizes ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(1, 10**9))
def test_sizes_are_rounded_up_to_nets_of_a_power_of_two(n):
    found = rounded(n, "sobol")
    assert found % nets(found) == 0
    points = found // nets(found)
    assert points & (points - 1) == 0
    assert n <= found < max(2 * n, REPLICATES + 1)
    assert rounded(found, "sobol") == found
    assert rounded(n, "random") == n


def test_sizes_by_example():
    assert [rounded(n, "sobol") for n in (1, 8, 9, 1000, 1024, 1025, 65536)] == [
        8,
        8,
        16,
        1024,
        1024,
        2048,
        65536,
    ]


# -- quality ----------------------------------------------------------------------------------


@pytest.mark.parametrize("sampler", sampling.SAMPLERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_uniforms_stay_within_what_every_quantile_function_can_take(sampler, seed):
    rows = make(sampler, seed, n=16384).block(0, 16384)
    assert rows.min() >= SMALLEST == 2.0**-53
    assert rows.max() <= 1 - SMALLEST < 1
    np.testing.assert_allclose(rows.mean(axis=1), 0.5, atol=5 / np.sqrt(12 * 16384))


def test_ends_of_the_unit_interval_are_pulled_in(monkeypatch):
    made = Sobol(1, n=NETS * 8, seed=1)
    net = sampling.net_of(1, 1, 0)
    monkeypatch.setattr(net, "table", np.zeros_like(net.table))
    for shift, end in ((0, SMALLEST), (2**64 - 1, 1 - SMALLEST)):
        monkeypatch.setattr(net, "shift", np.array([shift], dtype=np.uint64))
        assert (made.block(0, 1) == end).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_net_of_a_sobol_design_fills_every_interval_evenly(seed):
    rows = Sobol(3, NETS * 128, seed).block(0, NETS * 128)
    for net in range(NETS):
        for row in rows[:, net * 128 : (net + 1) * 128]:
            np.testing.assert_array_equal(np.sort((row * 128).astype(int)), np.arange(128))


@pytest.mark.parametrize("seed", SEEDS)
def test_nets_are_scrambled_independently(seed):
    rows = Sobol(2, NETS * 64, seed).block(0, NETS * 64).reshape(2, NETS, 64)
    for one, other in itertools.combinations(range(NETS), 2):
        assert (rows[:, one] != rows[:, other]).all()


@pytest.mark.parametrize("sampler", sampling.SAMPLERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_equal_distributions_under_one_seed_are_uncorrelated(sampler, seed):
    labels = [f"grid {i}" for i in range(12)]
    rows = make(sampler, seed, n=8192, labels=labels).block(0, 8192)
    normal = lca.quantity.Lognormal(1.0, 1.5).ppf(rows)
    correlations = np.corrcoef(np.log(normal)) - np.eye(12)
    assert np.abs(correlations).max() < 5 / np.sqrt(8192)


def _errors(sampler, n, seeds):
    distributions = [lca.quantity.Lognormal(1.0, gsd) for gsd in (1.1, 1.02, 1.05, 1.3)]
    exact = np.prod([one.mean for one in distributions])
    for seed in seeds:
        rows = make(sampler, seed, n=n).block(0, n)
        product = np.prod([d.ppf(u) for d, u in zip(distributions, rows, strict=True)], axis=0)
        yield product.mean() / exact - 1


@pytest.mark.parametrize("first", [0, 100])
def test_the_mean_has_a_much_smaller_error_than_with_plain_random_numbers(first):
    seeds = range(first, first + 12)
    sobol, plain = (
        np.sqrt(np.mean(np.square(list(_errors(sampler, 4096, seeds)))))
        for sampler in ("sobol", "random")
    )
    assert sobol < plain / 10


@pytest.mark.parametrize("seed", SEEDS)
def test_the_error_of_the_mean_falls_faster_than_with_plain_random_numbers(seed):
    seeds = range(seed, seed + 12)
    coarse, fine = (
        np.sqrt(np.mean(np.square(list(_errors("sobol", n, seeds))))) for n in (1024, 16384)
    )
    assert fine < coarse / 8


class _NoScramble:
    """Gives digits of zero: a scramble by it changes nothing."""

    def integers(self, low, high, size, dtype):
        return np.zeros(size, dtype=dtype)


def test_points_without_scrambling_are_those_of_scipy():
    """SciPy gives direction numbers by a private name: this notices when it goes."""
    columns, points = 7, 4096
    net = Net(columns, 0, 0)
    net.shift = np.zeros_like(net.shift)
    net.directions = sampling._scrambled(sampling._directions(columns), _NoScramble())
    ours = np.array([net.shift ^ net._code(i) for i in range(points)]) * 2.0**-64
    theirs = qmc.Sobol(columns, scramble=False, bits=64).random(points)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=2.0**-52)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_column_of_a_scrambled_net_has_one_point_in_every_stratum(seed):
    uniforms = np.empty((150, 2048))
    Net(150, seed, 3).fill(uniforms, 0)
    strata = np.sort((uniforms * 2048).astype(int), axis=1)
    np.testing.assert_array_equal(strata, np.broadcast_to(np.arange(2048), strata.shape))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_scramble_is_random_in_every_digit(seed):
    many = np.array([Net(1, seed, net).directions[0, :20] for net in range(400)])
    for direction in range(20):
        for digit in range(direction + 1, 53):
            ones = (many[:, direction] >> np.uint64(63 - digit)) & np.uint64(1)
            assert 0.35 < ones.mean() < 0.65, (direction, digit)


# -- correlation ----------------------------------------------------------------------------------


def _spearman(one, other):
    return stats.spearmanr(one, other).statistic


@pytest.mark.parametrize("rank", [-1.0, -0.5, 0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("sampler", ["sobol", "random"])
def test_draws_have_the_rank_correlation_asked_for(correlated_life, rank, sampler):
    study = lca.Study(
        correlated_life, correlation=lca.correlate({("run.power", "grid.intensity"): rank})
    )
    draws = lca.simulate(study, 16384, 3, sampler).draws
    one, other = draws.sel(input="run.power"), draws.sel(input="grid.intensity")
    assert _spearman(one, other) == pytest.approx(rank, abs=0.025)


@pytest.fixture
def correlated_life(run_life):
    return run_life


def test_correlation_changes_no_marginal_and_no_other_draw(training):
    pairs = {("cooling.pue", "cooling.wue"): 0.8}
    plain = lca.simulate(training, 4096, 1).draws
    joint = lca.simulate(lca.Study(training, correlation=lca.correlate(pairs)), 4096, 1).draws
    for name in plain["input"].to_numpy():
        one, other = plain.sel(input=name).to_numpy(), joint.sel(input=name).to_numpy()
        if name in ("cooling.pue", "cooling.wue"):
            assert np.quantile(other, [0.1, 0.5, 0.9]) == pytest.approx(
                np.quantile(one, [0.1, 0.5, 0.9]), rel=0.05
            )
        else:
            assert np.array_equal(one, other), name
    first = "cooling.pue"  # keeps its draws, but for the way through the normal scores and back
    np.testing.assert_allclose(plain.sel(input=first), joint.sel(input=first), rtol=1e-9)


def test_coefficients_that_contradict_each_other_are_refused_by_name():
    pairs = {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9, ("a", "d"): 0.1}
    with pytest.raises(ValueError, match="of 'a', 'b', 'c' contradict each other"):
        lca.correlate(pairs)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ({}, "give at least one pair"),
        ({("a", "a"): 0.5}, "is no pair of two labels"),
        ({"ab": 0.5}, "is no pair of two labels"),
        ({("a", "b"): 1.5}, "'a', 'b': 1.5 is not from -1 to 1"),
        ({("a", "b"): "much"}, "'a', 'b' = 'much' is not a number"),
        ({("a", "b"): 0.5, ("b", "a"): 0.4}, "the pair 'b', 'a' is given twice"),
    ],
)
def test_wrong_pairs_are_refused(pairs, message):
    with pytest.raises(ValueError, match=message):
        lca.correlate(pairs)


def test_only_inputs_that_vary_and_have_an_order_can_be_correlated(training):
    with pytest.raises(lca.GraphError, match="no input 'cooling.pu' varies; did you mean"):
        lca.Study(training, correlation=lca.correlate({("cooling.pu", "cooling.wue"): 0.5}))
    cards = {
        name: lca.stages.Accelerator(name=name, footprint=lca.uniform(low=x, high=2 * x))
        for name, x in (("a", 1), ("b", 2))
    }
    life = lca.Lifecycle(lca.choice("lineage", cards, weights={"a": 1, "b": 1}))
    with pytest.raises(lca.GraphError, match="'lineage' is discrete.*has no order"):
        lca.Study(life, correlation=lca.correlate({("lineage", "a.footprint"): 0.5}))


def test_a_correlated_block_is_one_sobol_group_and_refused_apart(training):
    pairs = {("cooling.pue", "cooling.wue"): 0.8, ("server.mass", "cluster.lifetime"): 0.2}
    study = lca.Study(training, correlation=lca.correlate(pairs))
    table = lca.sensitivity.sobol(study, n=64, of="gwp, baseline")
    assert {"cooling.pue & cooling.wue", "server.mass & cluster.lifetime"} <= set(table["input"])
    assert "cooling.pue" not in set(table["input"])
    with pytest.raises(ValueError, match="are correlated, so that indices of each alone"):
        lca.sensitivity.sobol(study, n=64, groups={"x": ["cooling.pue"]})
    with pytest.raises(ValueError, match="morris is undefined for correlated inputs"):
        lca.sensitivity.morris(study)
