"""Streams: statistics of many outputs whose memory does not grow with the number of samples.

Means are sums by replicate; quantiles come from histograms over a range that the first block
of samples sets, in the logarithm where an output is positive. Counts add up exactly, and sums
are added in the order of blocks, so that parts of a run may come in any order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lca.sampling import REPLICATES

BINS = 2048
"""Bins of a histogram; one more at either side holds what lies beyond the range."""


@dataclass(frozen=True)
class Ranges:
    """Where the histogram of every output lies: from `low`, in bins of `width`."""

    low: np.ndarray
    width: np.ndarray
    is_log: np.ndarray

    def bins(self, output: int, values: np.ndarray, work: np.ndarray) -> np.ndarray:
        """Return the bins of one output's values; `work` is room of the same size."""
        if self.is_log[output]:
            np.maximum(values, 1e-300, out=work)
            np.log(work, out=work)
            work -= self.low[output]
        else:
            np.subtract(values, self.low[output], out=work)
        work *= 1 / self.width[output]
        work += 1
        np.clip(work, 0, BINS + 1, out=work)
        return work.astype(np.intp)

    def edges(self, bins: np.ndarray) -> np.ndarray:
        """Return the values at places of the histograms, (output, …)."""
        axis = self.low[:, np.newaxis] + bins * self.width[:, np.newaxis]
        return np.where(self.is_log[:, np.newaxis], np.exp(np.where(axis < 700, axis, 700)), axis)


def ranges(pilot: np.ndarray) -> Ranges:
    """Return ranges for outputs (output, sample): those of a pilot, half as wide again."""
    pilot = np.where(np.isfinite(pilot), pilot, 0.0)  # a ratio to nothing lies beyond any range
    low, high = pilot.min(axis=1), pilot.max(axis=1)
    is_log = low > 0
    low, high = (np.where(is_log, np.log(np.where(is_log, x, 1)), x) for x in (low, high))
    span = high - low
    span = np.where(span > 1e-12 * np.abs(high), span, np.maximum(1e-9 * np.abs(high), 1e-9))
    return Ranges(low - span / 4, 1.5 * span / BINS, is_log)


@dataclass
class Streams:
    """Sums by block and histograms of outputs (output first)."""

    size: int  # samples of a replicate
    ranges: Ranges
    counts: np.ndarray  # (output, bin)
    sums: dict[int, np.ndarray]  # by the first sample of a block: (output, replicate)

    def add(self, start: int, values: np.ndarray) -> None:
        """Take in a block of values (output, sample) that begins at sample `start`."""
        stop = start + values.shape[1]
        sums = np.zeros((len(values), REPLICATES))
        for part in range(start // self.size, min(-(-stop // self.size), REPLICATES)):
            first, last = max(start, part * self.size), min(stop, (part + 1) * self.size)
            sums[:, part] = values[:, first - start : last - start].sum(axis=1)
        self.sums[start] = sums
        work = np.empty(values.shape[1])
        for output, row in enumerate(values):
            if row[0] == row[-1] and (row == row[0]).all():  # many stages are 0 in a category
                self.counts[output, self.ranges.bins(output, row[:1], work[:1])] += len(row)
                continue
            bins = self.ranges.bins(output, row, work)
            self.counts[output] += np.bincount(bins, minlength=BINS + 2)

    def merge(self, other: Streams) -> None:
        """Take in the blocks of another part."""
        self.counts += other.counts
        self.sums.update(other.sums)

    @property
    def n(self) -> int:
        """Number of samples."""
        return int(self.counts[0].sum()) if len(self.counts) else 0

    def means(self) -> tuple[np.ndarray, np.ndarray]:
        """Return means and their standard errors, from the replicates."""
        total = sum((self.sums[start] for start in sorted(self.sums)), np.zeros((1, REPLICATES)))
        parts = total / self.size
        return parts.mean(axis=1), parts.std(axis=1, ddof=1) / np.sqrt(REPLICATES)

    def quantiles(self, shares: Iterable[float]) -> tuple[np.ndarray, np.ndarray]:
        """Return quantiles and their errors, (share, output).

        The error is that of plain samples, ``sqrt(p (1 - p) / n)`` over the density, and half a
        bin; it is not a number where the quantile lies beyond the range of the pilot.
        """
        found, errors = [], []
        below = np.cumsum(self.counts, axis=1)
        for share in shares:
            wanted = share * self.n
            step = np.sqrt(share * (1 - share) * self.n)
            places = [self._place(below, w) for w in (wanted - step, wanted, wanted + step)]
            low, middle, high = self.ranges.edges(np.array(places).T).T
            half = np.abs(self.ranges.edges(np.array(places[1:2]).T + 0.5)[:, 0] - middle)
            beyond = (places[1] < 0) | (places[1] > BINS)
            found.append(middle)
            errors.append(np.where(beyond, np.nan, np.maximum(high - low, 0) / 2 + half))
        return np.array(found), np.array(errors)

    def _place(self, below: np.ndarray, wanted: float) -> np.ndarray:
        """Return where in its histogram each output has that many samples below."""
        place = np.empty(len(below))
        for row, cumulative in enumerate(below):
            bin_ = min(int(np.searchsorted(cumulative, wanted, side="left")), BINS + 1)
            before = cumulative[bin_ - 1] if bin_ else 0
            count = max(cumulative[bin_] - before, 1)
            place[row] = bin_ - 1 + (wanted - before) / count
        return place


def empty(n: int, ranges_: Ranges) -> Streams:
    """Return streams without samples, for a run of `n`."""
    shape = (len(ranges_.low), BINS + 2)
    return Streams(max(n // REPLICATES, 1), ranges_, np.zeros(shape, dtype=np.int64), {})
