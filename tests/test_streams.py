"""Streams: statistics that do not grow with n, exact sums, quantiles within their errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca import streams
from lca.sampling import BLOCK, REPLICATES


def _blocks(values):
    return [(start, values[:, start : start + BLOCK]) for start in range(0, values.shape[1], BLOCK)]


def _streams(values, order=None):
    blocks = _blocks(values)
    found = streams.empty(values.shape[1], streams.ranges(blocks[0][1]))
    for i in order if order is not None else range(len(blocks)):
        found.add(*blocks[i])
    return found


@pytest.fixture(scope="module")
def values():
    rng = np.random.default_rng(3)
    n = 8 * BLOCK
    return np.array(
        [
            rng.lognormal(0, 0.5, n),
            rng.normal(-3, 1, n),
            rng.uniform(0, 1e-9, n),
            np.full(n, 7.0),
            np.zeros(n),
            rng.integers(0, 2, n).astype(float),
        ]
    )


def test_means_and_their_errors_are_those_of_the_samples(values):
    means, errors = _streams(values).means()
    np.testing.assert_allclose(means, values.mean(axis=1), rtol=1e-13)
    parts = values.reshape(len(values), REPLICATES, -1).mean(axis=-1)
    np.testing.assert_allclose(errors, parts.std(axis=1, ddof=1) / np.sqrt(REPLICATES), rtol=1e-9)


def test_quantiles_lie_within_their_errors(values):
    shares = (0.05, 0.5, 0.95)
    found, errors = _streams(values).quantiles(shares)
    true = np.quantile(values[:4], shares, axis=1)
    assert (np.abs(found[:, :4] - true) <= 2 * errors[:, :4] + 1e-12).all()
    assert (errors[:, :3] < 0.05 * values[:3].std(axis=1)).all()


def test_a_constant_and_a_zero_have_their_value(values):
    found, errors = _streams(values).quantiles((0.05, 0.95))
    assert found[:, 3] == pytest.approx(7, rel=1e-8)
    assert found[:, 4] == pytest.approx(0, abs=1e-8)
    assert (errors[:, 3:5] < 1e-7).all()


def test_parts_may_come_in_any_order(values):
    one = _streams(values)
    other = _streams(values, order=[5, 0, 7, 2, 1, 6, 3, 4])
    assert np.array_equal(one.counts, other.counts)
    assert np.array_equal(one.means()[0], other.means()[0])
    assert np.array_equal(one.quantiles([0.5])[0], other.quantiles([0.5])[0])


@given(split=st.lists(st.integers(0, 7), min_size=1, max_size=8, unique=True))
@settings(deadline=None, max_examples=20, derandomize=True)
def test_merged_parts_are_the_whole(split):
    values = np.random.default_rng(1).lognormal(0, 1, (2, 8 * BLOCK))
    whole = _streams(values)
    blocks = _blocks(values)
    ranges = streams.ranges(blocks[0][1])
    first, second = (streams.empty(values.shape[1], ranges) for _ in range(2))
    for i, block in enumerate(blocks):
        (first if i in split else second).add(*block)
    second.merge(first)
    assert np.array_equal(whole.counts, second.counts)
    assert np.array_equal(whole.means()[0], second.means()[0])


def test_a_quantile_beyond_the_pilots_range_has_no_error_to_state():
    pilot = np.random.default_rng(1).normal(0, 1, (1, BLOCK))
    found = streams.empty(2 * BLOCK, streams.ranges(pilot))
    found.add(0, pilot)
    found.add(BLOCK, pilot + 100)
    _, errors = found.quantiles((0.25, 0.9))
    assert np.isfinite(errors[0, 0])
    assert np.isnan(errors[1, 0])


def test_a_replicate_may_be_smaller_than_a_block():
    values = np.random.default_rng(2).normal(0, 1, (1, 1024))
    found = streams.empty(1024, streams.ranges(values))
    found.add(0, values)
    means, errors = found.means()
    assert means == pytest.approx(values.mean())
    parts = values.reshape(REPLICATES, -1).mean(axis=1)
    assert errors == pytest.approx(parts.std(ddof=1) / np.sqrt(REPLICATES))
