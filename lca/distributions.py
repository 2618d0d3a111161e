"""Distributions: frozen dataclasses that turn a uniform number into a value.

Everything starts from the unit cube: a distribution is its quantile function `ppf`, so
that plain random, Sobol and correlated samples take one path. Arguments are keywords
with the names of the literature; the six ways in which a lognormal is published are six
sets of keywords (see `lognormal`), because a mean taken for a median is the commonest
slip of this field. Only NumPy and `scipy.special` are used: `scipy.stats` is slow to load.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from scipy import special

SMALLEST = 2.0**-53  # uniform numbers are kept in [SMALLEST, 1 - SMALLEST]: ppf(0) may be -inf


class Distribution:
    """A random number, given by its quantile function.

    Subclasses are frozen dataclasses with a method ``ppf(u)``; `mean`, `sd` and `median`
    follow from it by quadrature where no closed form is given.
    """

    columns = 1  # how many uniform numbers one draw takes

    def ppf(self, u: Any) -> Any:
        """Return the quantiles for `u` in (0, 1); same shape."""
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """Mean, by the trapezoid rule over a standard normal: exact to about 1e-9."""
        return float(np.sum(_WEIGHTS * self.ppf(_NODES)))

    @property
    def sd(self) -> float:
        """Standard deviation."""
        values = self.ppf(_NODES)
        mean = np.sum(_WEIGHTS * values)
        return float(np.sqrt(np.sum(_WEIGHTS * (values - mean) ** 2)))

    @property
    def median(self) -> float:
        """Median: half of all draws lie below it."""
        return float(self.ppf(0.5))

    @property
    def typical(self) -> float:
        """The point value where none is published: median, mode or midpoint."""
        return self.median

    @property
    def is_fixed(self) -> bool:
        """Whether every draw is the same."""
        return False

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest value that can be drawn."""
        return float(self.ppf(SMALLEST)), float(self.ppf(1 - SMALLEST))

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Return the central interval that holds the share `level` of all draws."""
        if not 0 < level < 1:
            raise ValueError(f"level = {level:g} must lie between 0 and 1, as 0.9 does")
        tail = (1 - level) / 2
        return float(self.ppf(tail)), float(self.ppf(1 - tail))

    def probe(self) -> tuple[float, ...]:
        """Return the values at which a formula is tried before the first run."""
        return tuple(float(self.ppf(u)) for u in (0.1, 0.5, 0.9))

    def describe(self) -> str:
        """Return the distribution as one writes it, ``lognormal(median=2, gsd=1.5)``."""
        arguments = (
            f"{field.name}={_short(getattr(self, field.name))}"
            for field in dataclasses.fields(self)  # type: ignore[arg-type]
        )
        return f"{_snake(type(self).__name__)}({', '.join(arguments)})"


# Nodes of the trapezoid rule in z, mapped to u: spectrally exact for smooth quantiles.
_Z = np.linspace(-8.2, 8.2, 4101)
_NODES = np.clip(special.ndtr(_Z), SMALLEST, 1 - SMALLEST)
_WEIGHTS = np.exp(-0.5 * _Z**2) / np.sum(np.exp(-0.5 * _Z**2))


_INTERVALS, _REACH = 2048, 8.25  # of the table of a beta quantile, over a standard normal


def _beta_quantile(alpha: float, beta: float, u: Any) -> Any:
    """Return quantiles of a beta distribution: exact for one number, by a table for arrays.

    The exact inverse takes a hundred times longer than all other draws; cubic pieces over
    ``z = ndtri(u)``, where the quantile is smooth, differ from it by less than 1e-10 of the span.
    """
    if np.ndim(u) == 0 or min(alpha, beta) < 0.5:
        return special.betaincinv(alpha, beta, u)
    place = (special.ndtri(u) + _REACH) * (_INTERVALS / (2 * _REACH))
    interval = np.clip(place.astype(np.int64), 0, _INTERVALS - 1)
    t = place - interval
    value, slope, bend, twist = _beta_pieces(alpha, beta)[:, interval]
    return np.clip(value + t * (slope + t * (bend + t * twist)), 0.0, 1.0)


@lru_cache(maxsize=1024)
def _beta_pieces(alpha: float, beta: float) -> Any:
    """Return the four coefficients of every cubic piece, from values and slopes at its ends."""
    z = np.linspace(-_REACH, _REACH, _INTERVALS + 1)
    step = z[1] - z[0]
    tail = special.ndtr(-np.abs(z))  # near 1 a float holds too few digits of the other tail
    lower, upper = special.betaincinv(alpha, beta, tail), special.betaincinv(beta, alpha, tail)
    x = np.where(z < 0, lower, 1 - upper)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = special.xlogy(alpha - 1, x) + special.xlog1py(beta - 1, -x)
        density = np.exp(logs - special.betaln(alpha, beta))
        slopes = step * np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi) / density
    slopes = np.where(np.isfinite(slopes), slopes, 0.0)
    rise = np.diff(x)
    first, last = slopes[:-1], slopes[1:]
    return np.array([x[:-1], first, 3 * rise - 2 * first - last, first + last - 2 * rise])


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        shown = ", ".join(_short(one) for one in value[:4])
        return f"[{shown}{', …' if len(value) > 4 else ''}]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def number(name: str, value: Any) -> float:
    """Return `value` as a finite float, or say which argument is none."""
    if isinstance(value, (bool, np.bool_, str, bytes)) or value is None:
        raise ValueError(f"{name} = {value!r} is not a number")
    try:
        result = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} = {value!r} is not a number") from None
    if not np.isfinite(result):
        raise ValueError(f"{name} = {value!r} is not finite")
    return result


def _ordered(what: str, **values: float) -> None:
    pairs = list(values.items())
    for (first, low), (second, high) in itertools.pairwise(pairs):
        if low > high:
            raise ValueError(f"{what}: {first} = {low:g} is above {second} = {high:g}")
    if pairs[0][1] == pairs[-1][1]:
        raise ValueError(f"{what}: {pairs[0][0]} = {pairs[-1][0]} = {pairs[0][1]:g}; use fixed")


def _check_bounds(low: float, high: float) -> None:
    if not low < high:
        raise ValueError(f"truncated: low = {low:g} is not below high = {high:g}")


def _positive(what: str, **values: float) -> None:
    for name, value in values.items():
        if value <= 0:
            raise ValueError(f"{what}: {name} = {value:g} must be above 0")


def _greater_than_one(what: str, **values: float) -> None:
    for name, value in values.items():
        if value <= 1:
            raise ValueError(f"{what}: {name} = {value:g} must be above 1 (it is a factor)")


@dataclass(frozen=True)
class Fixed(Distribution):
    """A number taken as exact, or a profile of numbers over hours or years."""

    value: float | tuple[float, ...]

    @property
    def is_fixed(self) -> bool:
        return True

    @cached_property
    def array(self) -> Any:
        """The value, a profile as a read-only column of shape (steps, 1)."""
        if isinstance(self.value, float):
            return self.value
        profile = np.array(self.value)[:, np.newaxis]
        profile.flags.writeable = False
        return profile

    def ppf(self, u: Any) -> Any:
        return np.full(np.shape(u), self.value)

    @property
    def mean(self) -> float:
        return float(np.mean(self.value))

    @property
    def sd(self) -> float:
        return 0.0

    @property
    def median(self) -> float:
        return self.mean

    @property
    def support(self) -> tuple[float, float]:
        return float(np.min(self.value)), float(np.max(self.value))

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        return self.support

    def probe(self) -> tuple[float, ...]:
        return (self.mean,)

    def describe(self) -> str:
        if isinstance(self.value, tuple):
            return f"profile of {len(self.value)} steps, mean {self.mean:.4g}"
        return f"fixed({self.value:.12g})"


@dataclass(frozen=True)
class Uniform(Distribution):
    """Every value between two bounds is equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _ordered("uniform", low=self.low, high=self.high)

    def ppf(self, u: Any) -> Any:
        return self.low + (self.high - self.low) * u

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def sd(self) -> float:
        return (self.high - self.low) / np.sqrt(12)


@dataclass(frozen=True)
class Loguniform(Distribution):
    """Every order of magnitude between two bounds is equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _positive("loguniform", low=self.low)
        _ordered("loguniform", low=self.low, high=self.high)

    def ppf(self, u: Any) -> Any:
        return np.minimum(self.low * np.exp(np.log(self.high / self.low) * u), self.high)

    @property
    def mean(self) -> float:
        return (self.high - self.low) / np.log(self.high / self.low)


@dataclass(frozen=True)
class Triangular(Distribution):
    """Two bounds and a most likely value, straight lines between."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _ordered("triangular", low=self.low, mode=self.mode, high=self.high)

    def ppf(self, u: Any) -> Any:
        low, mode, high = self.low, self.mode, self.high
        rising = low + np.sqrt(u * (high - low) * (mode - low))
        falling = high - np.sqrt((1 - np.asarray(u)) * (high - low) * (high - mode))
        return np.where(np.asarray(u) * (high - low) < mode - low, rising, falling)

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    @property
    def typical(self) -> float:
        return self.mode


@dataclass(frozen=True)
class Pert(Distribution):
    """Two bounds and a most likely value with weight 4: a scaled beta distribution."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _ordered("pert", low=self.low, mode=self.mode, high=self.high)

    def ppf(self, u: Any) -> Any:
        span = self.high - self.low
        alpha = 1 + 4 * (self.mode - self.low) / span
        beta = 1 + 4 * (self.high - self.mode) / span
        return self.low + span * _beta_quantile(alpha, beta, u)

    @property
    def mean(self) -> float:
        return (self.low + 4 * self.mode + self.high) / 6

    @property
    def typical(self) -> float:
        return self.mode


@dataclass(frozen=True)
class Normal(Distribution):
    """A symmetric bell with a mean and a standard deviation (`spread`)."""

    mean_: float
    sd_: float

    def __post_init__(self) -> None:
        _positive("normal", sd=self.sd_)

    def ppf(self, u: Any) -> Any:
        return self.mean_ + self.sd_ * special.ndtri(u)

    @property
    def mean(self) -> float:
        return self.mean_

    @property
    def sd(self) -> float:
        return self.sd_

    def describe(self) -> str:
        return f"normal(mean={_short(self.mean_)}, sd={_short(self.sd_)})"


@dataclass(frozen=True)
class Lognormal(Distribution):
    """A positive number whose logarithm is normal: median and geometric sd."""

    median_: float
    gsd: float

    def __post_init__(self) -> None:
        _positive("lognormal", median=self.median_)
        _greater_than_one("lognormal", gsd=self.gsd)

    @cached_property
    def sigma(self) -> float:
        """Standard deviation of the natural logarithm."""
        return float(np.log(self.gsd))

    def ppf(self, u: Any) -> Any:
        return self.median_ * np.exp(self.sigma * special.ndtri(u))

    @property
    def median(self) -> float:
        return self.median_

    @property
    def mean(self) -> float:
        return float(self.median_ * np.exp(self.sigma**2 / 2))

    @property
    def sd(self) -> float:
        return float(self.mean * np.sqrt(np.expm1(self.sigma**2)))

    def describe(self) -> str:
        return f"lognormal(median={_short(self.median_)}, gsd={_short(self.gsd)})"


@dataclass(frozen=True)
class TwoPieceLognormal(Distribution):
    """A skewed positive number: one geometric sd below the median, another above."""

    median_: float
    gsd_below: float
    gsd_above: float

    def __post_init__(self) -> None:
        _positive("two_piece_lognormal", median=self.median_)
        _greater_than_one("two_piece_lognormal", gsd_below=self.gsd_below, gsd_above=self.gsd_above)

    def ppf(self, u: Any) -> Any:
        z = special.ndtri(u)
        return self.median_ * np.exp(
            z * np.where(z < 0, np.log(self.gsd_below), np.log(self.gsd_above))
        )

    @property
    def mean(self) -> float:
        below, above = np.log(self.gsd_below), np.log(self.gsd_above)
        return float(
            self.median_
            * (
                np.exp(below**2 / 2) * special.ndtr(-below)
                + np.exp(above**2 / 2) * special.ndtr(above)
            )
        )

    def describe(self) -> str:
        return (
            f"two_piece_lognormal(median={_short(self.median_)}, "
            f"gsd_below={_short(self.gsd_below)}, gsd_above={_short(self.gsd_above)})"
        )


@dataclass(frozen=True)
class Beta(Distribution):
    """A share between two bounds."""

    alpha: float
    beta: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        _positive("beta", alpha=self.alpha, beta=self.beta)
        _ordered("beta", low=self.low, high=self.high)

    def ppf(self, u: Any) -> Any:
        span = self.high - self.low
        return self.low + span * _beta_quantile(self.alpha, self.beta, u)

    @property
    def mean(self) -> float:
        return self.low + (self.high - self.low) * self.alpha / (self.alpha + self.beta)


@dataclass(frozen=True)
class Discrete(Distribution):
    """One of a few values, each with its weight (weights are normalised)."""

    values: tuple[float, ...]
    weights: tuple[float, ...]
    ordered: bool = True  # False for the options of a choice, whose numbers mean nothing
    options: tuple[str, ...] = ()  # of a choice, which is its options and not their numbers

    def __post_init__(self) -> None:
        if len(self.values) != len(self.weights) or not self.values:
            raise ValueError(
                f"discrete: {len(self.values)} values and {len(self.weights)} weights; "
                "give as many weights as values"
            )
        if min(self.weights) < 0 or sum(self.weights) <= 0:
            raise ValueError("discrete: weights must not be negative, nor all be 0")
        if not np.isfinite(sum(self.weights)):
            raise ValueError("discrete: weights are too large; they need only be proportional")

    @cached_property
    def _steps(self) -> tuple[Any, Any]:
        """Values in order with their upper ends in (0, 1); those of no weight left out."""
        values, weights = np.array(self.values), np.array(self.weights)
        order = np.argsort(values, kind="stable")
        order = order[weights[order] > 0]
        return values[order], np.cumsum(weights[order])[:-1] / weights.sum()

    def describe(self) -> str:
        values = self.options or self.values
        return f"discrete(values={_short(tuple(values))}, weights={_short(self.weights)})"

    def within(self, low: float, high: float) -> Discrete:
        """Return the values between two bounds, with the weights they had."""
        _check_bounds(low, high)
        kept = [
            (value, weight)
            for value, weight in zip(self.values, self.weights, strict=True)
            if low <= value <= high
        ]
        if not kept:
            raise ValueError(
                f"truncated: {self.describe()} has nothing between {low:g} and {high:g}"
            )
        values, weights = zip(*kept, strict=True)
        return dataclasses.replace(self, values=values, weights=weights)

    def ppf(self, u: Any) -> Any:
        values, steps = self._steps
        return values[np.searchsorted(steps, u, side="right")]

    @property
    def mean(self) -> float:
        return float(np.average(self.values, weights=self.weights))

    @property
    def sd(self) -> float:
        squares = (np.array(self.values) - self.mean) ** 2
        return float(np.sqrt(np.average(squares, weights=self.weights)))

    @property
    def is_fixed(self) -> bool:
        return sum(weight > 0 for weight in self.weights) == 1

    def probe(self) -> tuple[float, ...]:
        return tuple(float(value) for value in self._steps[0][:12])


@dataclass(frozen=True)
class Empirical(Discrete):
    """Values as observed, each equally likely."""

    def describe(self) -> str:
        return f"empirical({len(self.values)} values, mean {self.mean:.4g})"


@dataclass(frozen=True)
class Shifted(Distribution):
    """Another distribution moved by a constant: a PUE is 1 + lognormal. Made by `shifted`."""

    base: Distribution
    by: float

    def ppf(self, u: Any) -> Any:
        return self.base.ppf(u) + self.by

    @property
    def mean(self) -> float:
        return self.base.mean + self.by

    @property
    def sd(self) -> float:
        return self.base.sd

    @property
    def typical(self) -> float:
        return self.base.typical + self.by

    def describe(self) -> str:
        return f"{self.base.describe()}.shifted({_short(self.by)})"


@dataclass(frozen=True)
class Truncated(Distribution):
    """Another distribution cut off at bounds; what lay outside is spread over the rest.

    Made by `truncated`, which knows that of separate values some are left out.
    """

    base: Distribution
    low: float
    high: float

    def __post_init__(self) -> None:
        _check_bounds(self.low, self.high)
        if self._ends[1] - self._ends[0] < 1e-9:
            raise ValueError(
                f"truncated: {self.base.describe()} has nothing between "
                f"{self.low:g} and {self.high:g}"
            )

    @cached_property
    def _ends(self) -> tuple[float, float]:
        return _cdf(self.base, self.low), _cdf(self.base, self.high)

    def ppf(self, u: Any) -> Any:
        below, above = self._ends
        return np.clip(self.base.ppf(below + (above - below) * u), self.low, self.high)

    @property
    def typical(self) -> float:
        return float(np.clip(self.base.typical, self.low, self.high))

    def describe(self) -> str:
        low, high = _short(self.low), _short(self.high)
        return f"{self.base.describe()}.truncated({low}, {high})"


def shifted(base: Distribution, by: float) -> Distribution:
    """Return a distribution moved by a constant."""
    if isinstance(base, Discrete):
        return dataclasses.replace(base, values=tuple(value + by for value in base.values))
    return Shifted(base, by)


def truncated(base: Distribution, low: float, high: float) -> Distribution:
    """Return a distribution cut off at bounds.

    Raises
    ------
    ValueError
        If the bounds are in the wrong order, or nothing lies between them.
    """
    return base.within(low, high) if isinstance(base, Discrete) else Truncated(base, low, high)


def _cdf(distribution: Distribution, value: float) -> float:
    """Return the share of draws below `value`, by bisection of the quantile function."""
    low, high = SMALLEST, 1 - SMALLEST
    if value <= distribution.ppf(low):
        return low
    if value >= distribution.ppf(high):
        return high
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if distribution.ppf(middle) < value else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Shares(Distribution):
    """Shares that sum to one (Dirichlet): one unknown with a column for every share."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    concentration: float

    def __post_init__(self) -> None:
        if len(self.names) < 2 or min(self.means) <= 0:
            raise ValueError("shares: give at least two, each above 0")
        if abs(sum(self.means) - 1) > 1e-6:
            raise ValueError(f"shares: they sum to {sum(self.means):g}, not to 1")
        _positive("shares", concentration=self.concentration)
        if min(self.means) * self.concentration < 0.05:
            raise ValueError(
                f"shares: concentration = {self.concentration:g} is too small to be computed: "
                "times the smallest share it must be at least 0.05"
            )

    @property
    def columns(self) -> int:  # type: ignore[override]
        return len(self.names)

    def ppf(self, u: Any) -> Any:
        """Return shares of shape (names, …) for uniforms of the same shape."""
        shapes = np.array(self.means) * self.concentration
        gammas = special.gammaincinv(shapes.reshape((-1,) + (1,) * (np.ndim(u) - 1)), u)
        return gammas / gammas.sum(axis=0)

    def marginal(self, name: str) -> Beta:
        """Return the distribution of one share alone."""
        alpha = self.means[self.names.index(name)] * self.concentration
        return Beta(alpha, self.concentration - alpha)

    @property
    def support(self) -> tuple[float, float]:
        return 0.0, 1.0

    def describe(self) -> str:
        listed = ", ".join(f"{n}: {_short(m)}" for n, m in zip(self.names, self.means, strict=True))
        return f"shares({{{listed}}}, concentration={_short(self.concentration)})"


def lognormal(**given: float) -> Lognormal:
    """Return a lognormal from one of the six encodings found in print.

    ``median, gsd`` · ``median, sigma`` (sd of the natural logarithm) · ``mean, gsd`` ·
    ``mean, sd`` · ``low, high, level`` (a central interval; no default level, a range from
    the literature is not a 90 % interval) · ``median, gsd2`` (the squared GSD of ecoinvent).

    Examples
    --------
    >>> lognormal(mean=10, sd=2).describe()
    'lognormal(median=9.80581, gsd=1.21901)'
    >>> round(lognormal(low=1, high=10, level=0.9).median, 6)
    3.162278
    """
    values = {name: number(f"lognormal: {name}", value) for name, value in given.items()}
    for names, make in _ENCODINGS.items():
        if set(names) == set(values):
            return make(**values)
    known = " · ".join(", ".join(names) for names in _ENCODINGS)
    raise ValueError(f"lognormal: got {', '.join(given) or 'nothing'}; give one of: {known}")


def _from_gsd(median: float, gsd: float) -> Lognormal:
    return Lognormal(median, gsd)


def _from_sigma(median: float, sigma: float) -> Lognormal:
    _positive("lognormal", sigma=sigma)
    if sigma > 50:
        raise ValueError(f"lognormal: sigma = {sigma:g} is too large; it is a spread of logarithms")
    return Lognormal(median, float(np.exp(sigma)))


def _from_mean_gsd(mean: float, gsd: float) -> Lognormal:
    _positive("lognormal", mean=mean)
    _greater_than_one("lognormal", gsd=gsd)
    return Lognormal(float(mean * np.exp(-(np.log(gsd) ** 2) / 2)), gsd)


def _from_moments(mean: float, sd: float) -> Lognormal:
    _positive("lognormal", mean=mean, sd=sd)
    variance = np.log1p((sd / mean) ** 2)
    return Lognormal(float(mean * np.exp(-variance / 2)), float(np.exp(np.sqrt(variance))))


def _from_interval(low: float, high: float, level: float) -> Lognormal:
    _positive("lognormal", low=low)
    _ordered("lognormal", low=low, high=high)
    if not 0 < level < 1:
        raise ValueError(f"lognormal: level = {level:g} must lie between 0 and 1, as 0.9 does")
    sigma = (np.log(high) - np.log(low)) / (2 * special.ndtri((1 + level) / 2))
    return Lognormal(float(np.sqrt(low) * np.sqrt(high)), float(np.exp(sigma)))


def _from_squared_gsd(median: float, gsd2: float) -> Lognormal:
    _greater_than_one("lognormal", gsd2=gsd2)
    return Lognormal(median, float(np.sqrt(gsd2)))


_ENCODINGS: dict[tuple[str, ...], Any] = {
    ("median", "gsd"): _from_gsd,
    ("median", "sigma"): _from_sigma,
    ("mean", "gsd"): _from_mean_gsd,
    ("mean", "sd"): _from_moments,
    ("low", "high", "level"): _from_interval,
    ("median", "gsd2"): _from_squared_gsd,
}
