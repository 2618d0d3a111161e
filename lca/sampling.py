"""Sampling designs: uniform numbers for every unknown, block by block.

* `Sobol` (the default) joins `NETS` independently scrambled nets, so that the spread
  between nets is an honest error of every estimate.
* `Random` draws plain pseudo-random numbers, one stream for every label: adding or
  fixing an input leaves every other draw as it was.

A block holds the same bits whatever blocks were asked before it.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.distributions import SMALLEST
from lca.units import near

NETS = 8
BLOCK = 8192
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
    """Scrambled Sobol nets joined end to end: sample ``net * m + i`` is point i of a net."""

    def __init__(self, columns: int, n: int, seed: int) -> None:
        self.columns = columns
        self.points = n // NETS
        self.seed = seed
        self._nets: dict[int, Any] = {}

    def block(self, start: int, stop: int) -> np.ndarray:
        """Return uniforms of shape (columns, stop - start) for samples start to stop."""
        if not self.columns or start == stop:
            return np.empty((self.columns, stop - start))
        parts = []
        while start < stop:
            net, first = divmod(start, self.points)
            last = min(self.points, first + stop - start)
            with warnings.catch_warnings():  # a part of a net need not be a power of two
                warnings.simplefilter("ignore", UserWarning)
                parts.append(self._net(net, first).random(last - first))
            start += last - first
        uniforms = np.concatenate(parts) if len(parts) > 1 else parts[0]
        return np.clip(np.ascontiguousarray(uniforms.T), SMALLEST, 1 - SMALLEST)

    def _net(self, net: int, first: int) -> Any:
        from scipy.stats import qmc  # loaded here: it takes seconds

        engine = self._nets.get(net)
        if engine is None or engine.num_generated > first:
            rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(net,)))
            engine = qmc.Sobol(self.columns, scramble=True, bits=64, rng=rng)
            self._nets = {net: engine}
        while engine.num_generated < first:  # fast_forward of SciPy fails on 64 bits
            engine.random(min(first - engine.num_generated, BLOCK))
        return engine


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
