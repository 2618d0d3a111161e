"""Sampling designs: uniform numbers for every unknown, block by block.

* `Sobol` (the default) joins `NETS` independently scrambled nets, so that the spread
  between nets is an honest error of every estimate.
* `Random` draws plain pseudo-random numbers, one stream for every label: adding or
  fixing an input leaves every other draw as it was.

A block holds the same bits whatever blocks were asked before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.distributions import SMALLEST
from lca.units import near

NETS = 8
BLOCK = 8192
TABLE = 1024
SAMPLERS = ("sobol", "random")


def check_seed(seed: Any) -> int:
    """Return the seed, a whole number from 0; or say what it should be."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed = {seed!r} must be a whole number, 0 or above")
    return int(seed)


def check_size(n: Any) -> int:
    """Return the number of samples; or say what it should be."""
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"n = {n!r} must be a whole number of samples, 1 or above")
    return int(n)


def rounded(n: int, sampler: str) -> int:
    """Return the number of samples a sampler draws for `n`: nets × a power of two.

    Examples
    --------
    >>> rounded(10_000, "sobol"), rounded(10_000, "random")
    (16384, 10000)
    """
    if sampler == "random":
        return n
    return NETS * 2 ** int(np.ceil(np.log2(max(n / NETS, 1))))


def design(labels: Sequence[str], columns: Sequence[int], n: int, seed: int, sampler: str) -> Any:
    """Return the design of a run.

    Parameters
    ----------
    labels, columns : sequences
        The unknowns and how many uniform numbers a draw of each takes.
    n : int
        Number of samples, as `rounded`.
    seed : int
    sampler : {"sobol", "random"}

    Raises
    ------
    ValueError
        If the sampler is unknown.
    """
    if sampler == "sobol":
        return Sobol(sum(columns), n, seed)
    if sampler == "random":
        return Random(labels, columns, seed)
    raise ValueError(
        f"no sampler {sampler!r}{near(str(sampler), SAMPLERS)}; there are {', '.join(SAMPLERS)}"
    )


class Sobol:
    """Scrambled Sobol nets joined end to end: sample ``net * m + i`` is point i of a net.

    Point i of a net is its shift, exclusive-or its direction numbers at the bits of the Gray
    code of i. Over an aligned run of points the code of the run and that of the place within
    it do not overlap, so a block is a table of the first points, exclusive-or one number a
    column: any block is had at once, faster than point by point.
    """

    def __init__(self, columns: int, n: int, seed: int) -> None:
        self.columns = columns
        self.points = n // NETS
        self.seed = seed
        self._held: tuple[int, Net] | None = None

    def block(self, start: int, stop: int) -> np.ndarray:
        """Return uniforms of shape (columns, stop - start) for samples start to stop."""
        uniforms = np.empty((self.columns, stop - start))
        done = 0
        while self.columns and start + done < stop:
            net, first = divmod(start + done, self.points)
            count = min(self.points - first, stop - start - done)
            self._net(net).fill(uniforms[:, done : done + count], first)
            done += count
        return uniforms

    def _net(self, net: int) -> Net:
        if self._held is None or self._held[0] != net:
            self._held = (net, Net(self.columns, self.seed, net))
        return self._held[1]


class Net:
    """One scrambled net: its shift, its direction numbers, and its first points.

    `Sobol` joins nets 0 to ``NETS - 1``; sensitivity takes a net of its own.
    """

    def __init__(self, columns: int, seed: int, net: int) -> None:
        from scipy.stats import qmc  # loaded here: it takes seconds

        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(net,)))
        engine = qmc.Sobol(columns, scramble=True, bits=64, rng=rng)
        # SciPy offers these by no public name, and its fast_forward fails on 64 bits.
        self.shift: np.ndarray = engine._quasi.copy()
        self.directions: np.ndarray = engine._sv
        self.table = np.zeros((columns, TABLE), dtype=np.uint64)
        for bit in range(TABLE.bit_length() - 1):
            size = 2**bit
            step = self._code(size)
            self.table[:, size : 2 * size] = self.table[:, :size] ^ step[:, np.newaxis]

    def _code(self, point: int) -> np.ndarray:
        """Return the exclusive-or of the direction numbers at the Gray code of a point."""
        gray = point ^ (point >> 1)
        bits = [bit for bit in range(gray.bit_length()) if gray >> bit & 1]
        return np.bitwise_xor.reduce(self.directions[:, bits], axis=1)

    def fill(self, uniforms: np.ndarray, first: int) -> None:
        """Write the points from `first` on into an array of shape (columns, count)."""
        done, count = 0, uniforms.shape[1]
        while done < count:
            run, place = divmod(first + done, TABLE)
            size = min(TABLE - place, count - done)
            base = self.shift ^ self._code(run * TABLE)
            points = self.table[:, place : place + size] ^ base[:, np.newaxis]
            points >>= np.uint64(11)  # 53 bits: exact in a float, below 1
            np.maximum(points, 1, out=points)  # and above 0
            np.multiply(points.view(np.int64), SMALLEST, out=uniforms[:, done : done + size])
            done += size


class Random:
    """Plain pseudo-random numbers, an independent stream for every label."""

    def __init__(self, labels: Sequence[str], columns: Sequence[int], seed: int) -> None:
        self._streams = [
            np.random.SeedSequence([seed, column, *_words(label)])
            for label, count in zip(labels, columns, strict=True)
            for column in range(count)
        ]

    def block(self, start: int, stop: int) -> np.ndarray:
        """Return uniforms of shape (columns, stop - start) for samples start to stop."""
        uniforms = np.empty((len(self._streams), stop - start))
        for row, stream in zip(uniforms, self._streams, strict=True):
            bits = np.random.PCG64(stream)
            np.random.Generator(bits.advance(start)).random(out=row)
        return np.clip(uniforms, SMALLEST, 1 - SMALLEST, out=uniforms)


def _words(label: str) -> list[int]:
    """Return a hash of the label that is the same on every machine and in every run."""
    digest = hashlib.blake2b(label.encode(), digest_size=16).digest()
    return [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
