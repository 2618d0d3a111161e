"""Sampling designs: uniform numbers for every unknown, block by block.

* `Sobol` (the default) joins independently scrambled nets, so that the spread between
  `REPLICATES` groups of them is an honest error of every estimate.
* `Random` draws plain pseudo-random numbers, one stream for every label: adding or
  fixing an input leaves every other draw as it was.

A block holds the same bits whatever blocks were asked before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special

from lca.distributions import SMALLEST, number
from lca.units import near

REPLICATES = 8
"""Independent parts of every run, whose spread is the standard error of an estimate."""

NETS = 32
"""Nets of a run of many samples, four in a replicate; a shorter run has one in each."""

MANY = 1024  # samples
BLOCK = 8192
TABLE = 1024
DIGITS = 53  # of a point that a float holds
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
    """Return the number of samples a sampler draws for `n`: replicates × a power of two.

    Examples
    --------
    >>> rounded(10_000, "sobol"), rounded(10_000, "random")
    (16384, 10000)
    """
    if sampler == "random":
        return n
    return REPLICATES * 2 ** int(np.ceil(np.log2(max(n / REPLICATES, 1))))


def nets(n: int) -> int:
    """Return how many nets a Sobol design of `n` samples, as `rounded`, joins.

    The error of one net is skewed by its outermost point. A mean of four nets is less so, and
    Student's t over eight such means holds; few samples are worth more in few nets.

    Examples
    --------
    >>> nets(512), nets(8192)
    (8, 32)
    """
    return NETS if n >= MANY else REPLICATES


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
        if sum(columns) > 21201:
            raise ValueError(
                f"{sum(columns)} numbers a sample are more than a Sobol net has (21201): take "
                'sampler="random"'
            )
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
        self.points = n // nets(n)
        self.seed = seed

    def block(self, start: int, stop: int) -> np.ndarray:
        """Return uniforms of shape (columns, stop - start) for samples start to stop."""
        uniforms = np.empty((self.columns, stop - start))
        done = 0
        while self.columns and start + done < stop:
            net, first = divmod(start + done, self.points)
            count = min(self.points - first, stop - start - done)
            net_of(self.columns, self.seed, net).fill(uniforms[:, done : done + count], first)
            done += count
        return uniforms


@lru_cache(maxsize=NETS)
def net_of(columns: int, seed: int, net: int) -> Net:
    """Return one net of a design; scrambling takes longer than drawing a block from it."""
    return Net(columns, seed, net)


class Net:
    """One scrambled net: its shift, its direction numbers, and its first points.

    The scramble is a random linear one with a random shift (Matousek 1998), as SciPy's, but
    drawn for all columns at once: SciPy takes fifteen times as long.

    `Sobol` joins nets from 0 to ``NETS - 1`` at most; sensitivity takes nets of its own.
    """

    def __init__(self, columns: int, seed: int, net: int) -> None:
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(net,)))
        self.shift: np.ndarray = rng.integers(0, 2**64, columns, dtype=np.uint64)
        self.directions = _scrambled(_directions(columns), rng)
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


@lru_cache(maxsize=8)
def _directions(columns: int) -> np.ndarray:
    """Return the direction numbers of Joe and Kuo (2008), shape (columns, 64)."""

    def load() -> np.ndarray:
        from scipy.stats import qmc  # loaded here: it takes seconds

        # SciPy offers these by no public name, and its fast_forward fails on 64 bits.
        return np.asarray(qmc.Sobol(columns, scramble=False, bits=64)._sv)

    # An interrupt goes to the main thread. While SciPy loads its table it would be lost there,
    # and the table left empty.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(load).result()


def _scrambled(directions: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return direction numbers under a random linear scramble (Matousek 1998).

    Every digit is exclusive-or'ed with random ones above it: digit i of the product is the
    parity of the number under a mask that holds i and, at random, the digits before it.
    """
    places = np.arange(63, 63 - DIGITS, -1, dtype=np.uint64)
    own = np.uint64(1) << places[:, np.newaxis]
    above = ~(own | (own - np.uint64(1)))
    masks = rng.integers(0, 2**64, (DIGITS, len(directions)), dtype=np.uint64) & above | own
    mixed = np.zeros_like(directions)
    for place, mask in zip(places, masks, strict=True):
        odd = np.bitwise_count(directions & mask[:, np.newaxis]) & np.uint8(1)
        mixed |= odd.astype(np.uint64) << place
    return mixed


@dataclass(frozen=True)
class Correlation:
    """Rank correlations between inputs, by a Gaussian copula; made by `correlate`."""

    labels: tuple[str, ...]
    matrix: tuple[tuple[float, ...], ...]  # of the normal scores

    def __repr__(self) -> str:
        return f"<Correlation of {', '.join(self.labels)}>"

    def blocks(self) -> list[tuple[str, ...]]:
        """Return the inputs that hang together, directly or through others."""
        left, found = list(self.labels), []
        while left:
            block = [left.pop(0)]
            for one in block:
                row = self.matrix[self.labels.index(one)]
                joined = [x for x in left if row[self.labels.index(x)] != 0]
                block += joined
                left = [x for x in left if x not in joined]
            found.append(tuple(block))
        return found

    def apply(self, uniforms: np.ndarray) -> np.ndarray:
        """Return uniforms (label, sample) that are correlated, from independent ones."""
        scores = _root(np.array(self.matrix)) @ special.ndtri(uniforms)
        return np.clip(special.ndtr(scores), SMALLEST, 1 - SMALLEST)


def correlate(pairs: Mapping[tuple[str, str], float]) -> Correlation:
    """Return rank correlations between inputs, for ``Study(…, correlation=…)``.

    Spearman's coefficient *r* is that of the draws; the normal scores of the Gaussian copula
    have ``2 sin(pi r / 6)``. Inputs that are not named stay independent.

    Parameters
    ----------
    pairs : mapping of (label, label) to float
        From -1 to 1, both included.

    Raises
    ------
    ValueError
        If a coefficient is no number from -1 to 1, a pair is given twice, or the coefficients
        contradict each other (the matrix is not positive definite): the entries are named.

    Examples
    --------
    >>> correlate({("grid.intensity", "cooling.pue"): 0.7})
    <Correlation of grid.intensity, cooling.pue>
    """
    given: dict[frozenset[str], float] = {}
    for pair, value in pairs.items():
        if not isinstance(pair, tuple) or len(pair) != 2 or pair[0] == pair[1]:
            raise ValueError(f"correlate: {pair!r} is no pair of two labels")
        if frozenset(pair) in given:
            raise ValueError(f"correlate: the pair {pair[0]!r}, {pair[1]!r} is given twice")
        rank = number(f"correlate: {pair[0]!r}, {pair[1]!r}", value)
        if not -1 <= rank <= 1:
            raise ValueError(f"correlate: {pair[0]!r}, {pair[1]!r}: {value} is not from -1 to 1")
        given[frozenset(pair)] = float(np.clip(2 * np.sin(np.pi * rank / 6), -1, 1))
    if not given:
        raise ValueError("correlate: give at least one pair, {('a', 'b'): 0.7}")
    labels = tuple(dict.fromkeys(label for pair in pairs for label in pair))
    matrix = np.eye(len(labels))
    for joined, score in given.items():
        i, j = (labels.index(label) for label in joined)
        matrix[i, j] = matrix[j, i] = score
    _check_definite(labels, matrix)
    return Correlation(labels, tuple(tuple(float(x) for x in row) for row in matrix))


def _check_definite(labels: Sequence[str], matrix: np.ndarray) -> None:
    """Refuse coefficients that contradict each other, naming the inputs that do most."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] > -1e-9:
        return
    worst = np.argsort(-np.abs(vectors[:, 0]))[:3]
    named = ", ".join(repr(labels[i]) for i in sorted(worst))
    raise ValueError(
        f"correlate: the coefficients of {named} contradict each other (the matrix is not positive "
        "definite): what is near to both of two inputs cannot keep them far apart"
    )


def _root(matrix: np.ndarray) -> np.ndarray:
    """Return the lower triangle whose square is the matrix, also where a correlation is ±1."""
    root = np.zeros_like(matrix)
    for i in range(len(matrix)):
        for j in range(i + 1):
            rest = matrix[i, j] - root[i, :j] @ root[j, :j]
            if i == j:
                root[i, i] = np.sqrt(max(rest, 0.0))
            elif root[j, j] > 1e-9:
                root[i, j] = rest / root[j, j]
    return root


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
