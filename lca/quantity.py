"""Quantity: one number that is not known exactly.

A quantity is a distribution with a unit, a kind, a source and a nominal point. What makes
two uses of quantities *the same unknown* is a label, a text, never the identity of an
object: its `name`; else, for what is a fact or a model, its catalogue `key`; else the
address at which it stands (decided in `lca.lifecycle`). Copying, pickling, converting the
unit and building a preset twice therefore change nothing, and `quantity * 0.95` is the
same unknown, five per cent lower in every draw.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict, Unpack

import numpy as np

from lca import distributions, tables, units
from lca.distributions import (
    Beta,
    Discrete,
    Distribution,
    Empirical,
    Fixed,
    Lognormal,
    Loguniform,
    Normal,
    Pert,
    Shares,
    Triangular,
    TwoPieceLognormal,
    Uniform,
    number,
)

KINDS = {
    "uncertainty": "a fact that is not well known",
    "variability": "differs between instances of a population",
    "model": "which model is nearer the truth",
    "decision": "chosen, not found out: never sampled unless asked",
}


@dataclass(frozen=True, eq=False)
class Quantity:
    """One number that is not known exactly: distribution, unit, meaning, source and kind.

    Made by the constructors `fixed`, `uniform`, `lognormal` …, not by this class.

    Attributes
    ----------
    distribution : Distribution
        Of the number as drawn, in `drawn_unit`.
    unit : str or None
        Of the number as used; None takes the unit declared where it is used.
    scale : float
        From the drawn to the used number: unit conversion and multiplication.
    kind : str
        ``"uncertainty"``, ``"variability"`` (then `population` says of what), ``"model"``
        or ``"decision"``.
    common : str
        Name of a factor shared with other quantities; `share` is its part of the
        variance of the logarithm.

    Examples
    --------
    >>> power = lognormal(median=400, gsd=1.1, unit="W", name="mean power")
    >>> round((power * 0.95).to("kW").point, 6)
    0.38
    """

    distribution: Distribution
    unit: str | None = None
    name: str = ""
    key: str = ""
    kind: str = "uncertainty"
    source: str = ""
    nominal: float | None = None
    note: str = ""
    population: str = ""
    confidence: str = ""
    common: str = ""
    share: float = 0.0
    scale: float = 1.0
    drawn_unit: str | None = None
    component: str = ""

    def __post_init__(self) -> None:
        _check(self)

    def __repr__(self) -> str:
        about = [f"unit={self.unit!r}"] if self.unit is not None else []
        about += [f"name={self.name!r}"] if self.name else []
        about += [f"key={self.key!r}"] if self.key else []
        scaled = f"{self.scale:.6g} * " if self.scale != 1 else ""
        return f"<{scaled}{self.distribution.describe()}{''.join(', ' + a for a in about)}>"

    # -- what it is -------------------------------------------------------------------

    @property
    def is_fixed(self) -> bool:
        """Whether every draw is the same."""
        return self.distribution.is_fixed

    @property
    def definition(self) -> tuple:
        """What must be equal for two uses of one label to be one unknown."""
        unit = self.drawn_unit or self.unit
        meant = unit if unit is None else units.canonical(unit)  # kg CO2-eq is kgCO2e
        return (self.distribution, meant, self.kind, self.common, self.share)

    @cached_property
    def own(self) -> Distribution:
        """The part of the distribution that is not the common factor."""
        if not self.common or not isinstance(self.distribution, Lognormal):
            return self.distribution
        if self.share == 1:
            return Fixed(self.distribution.median_)
        sigma = self.distribution.sigma * np.sqrt(1 - self.share)
        return Lognormal(self.distribution.median_, float(np.exp(sigma)))

    @property
    def exponent(self) -> float:
        """Power of the common factor (whose logarithm has standard deviation 1)."""
        if not isinstance(self.distribution, Lognormal):
            return 0.0
        return self.distribution.sigma * float(np.sqrt(self.share))

    @property
    def marginal(self) -> Distribution:
        """The distribution of this one number, also where it is one of several shares."""
        if isinstance(self.distribution, Shares):
            return self.distribution.marginal(self.component)
        return self.distribution

    @property
    def point(self) -> Any:
        """The nominal value, in `unit`: the published point, else the typical one."""
        return self.scale * self.drawn_point

    @property
    def drawn_point(self) -> Any:
        """The nominal value before `scale`, in `drawn_unit`."""
        if isinstance(self.distribution, Fixed):
            return self.distribution.array
        return self.marginal.typical if self.nominal is None else self.nominal

    @property
    def mean(self) -> Any:
        """The mean of all draws, in `unit`."""
        return self.point if self.is_fixed else self.scale * self.marginal.mean

    @property
    def median(self) -> float:
        """The median of all draws, in `unit`."""
        return self.scale * self.marginal.median

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Return the central interval that holds the share `level`, in `unit`."""
        low, high = (self.scale * end for end in self.marginal.interval(level))
        return (low, high) if low <= high else (high, low)

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest value that can be drawn, in `unit`."""
        low, high = (self.scale * end for end in self.marginal.support)
        return (low, high) if low <= high else (high, low)

    def probe(self) -> tuple[float, ...]:
        """Values at which a formula is tried before the first run, in `unit`."""
        return tuple(self.scale * value for value in self.marginal.probe())

    # -- what can be made of it ----------------------------------------------------------

    def to(self, unit: str) -> Quantity:
        """Return the same unknown in another unit.

        Raises
        ------
        UnitError
            If the unit is of another kind.
        """
        if self.unit is None:
            return dataclasses.replace(self, unit=unit, drawn_unit=unit)
        factor = units.factor(self.unit, unit)
        return dataclasses.replace(
            self, unit=unit, scale=self.scale * factor, drawn_unit=self.drawn_unit or self.unit
        )

    __array_ufunc__ = None  # an array times a quantity is refused, not made an array of them

    def __mul__(self, factor: float) -> Quantity:
        """Return the same unknown, scaled: ``baseline * 0.95`` is 5 % lower in every draw."""
        if isinstance(factor, Quantity):
            raise TypeError(_TWO)
        scaled = self.scale * number("a factor of a quantity", factor)
        if not np.isfinite(scaled):
            raise ValueError(f"a quantity times {factor!r} is not finite")
        return dataclasses.replace(self, scale=scaled, drawn_unit=self.drawn_unit or self.unit)

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> Quantity:
        if isinstance(divisor, Quantity):
            raise TypeError(_TWO)
        if not number("a divisor of a quantity", divisor):
            raise ValueError("a quantity cannot be divided by 0")
        return self * (1 / number("a divisor of a quantity", divisor))

    def _no_arithmetic(self, *_: Any) -> Any:
        raise TypeError(
            "a Quantity is an input, not a number: use .shifted(by) for a shifted distribution, "
            "or do the arithmetic in a stage's exchanges()"
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __pow__ = __rpow__ = _no_arithmetic
    __rtruediv__ = __neg__ = __abs__ = __floordiv__ = __mod__ = _no_arithmetic

    def shifted(self, by: float) -> Quantity:
        """Return the quantity moved by a constant: ``lognormal(…).shifted(1)`` for a PUE."""
        moved = distributions.shifted(self._unscaled("shifted"), number("shifted: by", by))
        nominal = None if self.nominal is None else self.nominal + by
        return dataclasses.replace(self, distribution=moved, nominal=nominal)

    def truncated(self, low: float | None = None, high: float | None = None) -> Quantity:
        """Return the quantity cut off at bounds; None leaves a side open."""
        base = self._unscaled("truncated")
        bottom = -np.inf if low is None else number("truncated: low", low)
        top = np.inf if high is None else number("truncated: high", high)
        cut = distributions.truncated(base, bottom, top)
        nominal = None if self.nominal is None else float(np.clip(self.nominal, bottom, top))
        return dataclasses.replace(self, distribution=cut, nominal=nominal)

    def _unscaled(self, what: str) -> Distribution:
        if self.scale != 1 or self.common or isinstance(self.distribution, (Fixed, Shares)):
            raise ValueError(
                f"{what}: only a distribution as it was made can be {what}; "
                f"{self!r} is fixed, shared or already scaled"
            )
        return self.distribution


_TWO = (
    "two quantities cannot be multiplied or divided: give both to a stage, whose formula works on "
    "their draws"
)


def _check(quantity: Quantity) -> None:
    if quantity.kind not in KINDS:
        hint = units.near(quantity.kind, KINDS)
        raise ValueError(f"no kind {quantity.kind!r}{hint}; kinds are {', '.join(KINDS)}")
    for field in ("name", "key", "source", "note", "population", "confidence", "common"):
        if not isinstance(getattr(quantity, field), str):
            raise ValueError(f"{field} = {getattr(quantity, field)!r} is not a text")
    if "#" in quantity.name:
        raise ValueError(f"name = {quantity.name!r}: '#' numbers the definitions of a label")
    if quantity.name.startswith("common factor "):
        raise ValueError(f"name = {quantity.name!r}: 'common factor …' names shared factors")
    if quantity.unit is not None and not isinstance(quantity.unit, str):
        raise units.UnitError(f"a unit is a text such as 'kWh', not {quantity.unit!r}")
    if isinstance(quantity.distribution, Fixed) and quantity.nominal is not None:
        raise ValueError("fixed: a fixed number is its own nominal point; leave nominal out")
    _check_common(quantity)


def _check_common(quantity: Quantity) -> None:
    if not 0 <= number("share", quantity.share) <= 1:
        raise ValueError(f"share = {quantity.share!r} of a common factor must be from 0 to 1")
    if quantity.share and not quantity.common:
        raise ValueError(f"share = {quantity.share!r}: name the factor that is shared, common=")
    if quantity.common and not isinstance(quantity.distribution, Lognormal):
        raise ValueError(
            f"common = {quantity.common!r}: only a plain lognormal can hold a common factor"
        )


class About(TypedDict, total=False):
    """What every constructor takes beside the arguments of its distribution."""

    unit: str | None
    name: str
    key: str
    kind: str
    source: str
    nominal: float | None
    note: str
    population: str
    confidence: str
    common: str
    share: float


def _make(distribution: Distribution, about: About) -> Quantity:
    _check_about(distribution.describe().split("(")[0], about)
    if about.get("nominal") is not None:
        about["nominal"] = number("nominal", about["nominal"])
    return Quantity(distribution, **about)


def _check_about(what: str, about: Mapping[str, Any]) -> None:
    for name in about:
        if name == "shifted":  # a word of study files
            raise TypeError(f"{what}: move it when it is made: lca.{what}(…).shifted(1)")
        if name not in About.__annotations__:
            known = [*About.__annotations__, *_LOGNORMAL]
            raise TypeError(f"{what}: no argument {name!r}{units.near(name, known)}")


def _numbers(what: str, values: Any) -> tuple[float, ...]:
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        raise ValueError(f"{what} = {values!r} is not a list of numbers")
    return tuple(number(what, value) for value in values)


def fixed(value: float | Sequence[float], unit: str | None = None, **about: Any) -> Quantity:
    """Return a number taken as exact, or a profile of numbers (a 1-D array).

    `note` says why it is exact, where that is not plain.

    Examples
    --------
    >>> fixed(655, "gCO2e/kWh").to("kgCO2e/kWh").point
    0.655
    """
    if np.ndim(value) and not isinstance(value, (str, bytes)):
        if not np.size(value):
            raise ValueError("fixed: value is empty; give a number, or a profile of numbers")
        return _make(Fixed(_numbers("fixed: value", value)), {"unit": unit, **about})  # type: ignore[typeddict-item]
    return _make(Fixed(number("fixed: value", value)), {"unit": unit, **about})  # type: ignore[typeddict-item]


def uniform(*, low: float, high: float, **about: Unpack[About]) -> Quantity:
    """Return a quantity for which every value from `low` to `high` is equally likely."""
    return _make(Uniform(number("uniform: low", low), number("uniform: high", high)), about)


def loguniform(*, low: float, high: float, **about: Unpack[About]) -> Quantity:
    """Return a positive quantity for which every order of magnitude is equally likely."""
    bounds = number("loguniform: low", low), number("loguniform: high", high)
    return _make(Loguniform(*bounds), about)


def triangular(*, low: float, mode: float, high: float, **about: Unpack[About]) -> Quantity:
    """Return a quantity with two bounds and a most likely value."""
    three = (number(f"triangular: {n}", v) for n, v in _named(low=low, mode=mode, high=high))
    return _make(Triangular(*three), about)


def pert(*, low: float, mode: float, high: float, **about: Unpack[About]) -> Quantity:
    """Return a quantity with two bounds and a most likely value of weight 4 (beta-PERT)."""
    three = (number(f"pert: {n}", v) for n, v in _named(low=low, mode=mode, high=high))
    return _make(Pert(*three), about)


def normal(*, mean: float, sd: float, **about: Unpack[About]) -> Quantity:
    """Return a symmetric quantity from its mean and standard deviation."""
    return _make(Normal(number("normal: mean", mean), number("normal: sd", sd)), about)


_LOGNORMAL = ("median", "mean", "gsd", "gsd2", "sigma", "sd", "low", "high", "level")


def lognormal(**arguments: Any) -> Quantity:
    """Return a positive, skewed quantity, in one of six encodings.

    ``median, gsd`` · ``median, sigma`` · ``mean, gsd`` · ``mean, sd`` ·
    ``low, high, level`` · ``median, gsd2``, beside ``unit``, ``name``, ``key``, ``kind``,
    ``source``, ``nominal``, ``note``, ``population``, ``common`` and ``share``.

    Examples
    --------
    >>> lognormal(median=0.057, gsd=1.2, unit="kgCO2e/kWh").mean > 0.057
    True
    """
    given = {name: arguments.pop(name) for name in _LOGNORMAL if name in arguments}
    _check_about("lognormal", arguments)
    return _make(distributions.lognormal(**given), arguments)  # type: ignore[arg-type]


def two_piece_lognormal(
    *, median: float, gsd_below: float, gsd_above: float, **about: Unpack[About]
) -> Quantity:
    """Return a positive quantity with different spreads below and above its median."""
    given = _named(median=median, gsd_below=gsd_below, gsd_above=gsd_above)
    three = (number(f"two_piece_lognormal: {n}", v) for n, v in given)
    return _make(TwoPieceLognormal(*three), about)


def beta(
    *, alpha: float, beta: float, low: float = 0.0, high: float = 1.0, **about: Unpack[About]
) -> Quantity:
    """Return a share between two bounds (0 and 1 unless said)."""
    given = _named(alpha=alpha, beta=beta, low=low, high=high)
    return _make(Beta(*(number(f"beta: {n}", v) for n, v in given)), about)


def discrete(
    *, values: Sequence[float], weights: Sequence[float] | None = None, **about: Unpack[About]
) -> Quantity:
    """Return one of a few values; equal weights unless given."""
    numbers = _numbers("discrete: values", values)
    shares = (1.0,) * len(numbers) if weights is None else _numbers("discrete: weights", weights)
    return _make(Discrete(numbers, shares), about)


def empirical(*, values: Sequence[float], **about: Unpack[About]) -> Quantity:
    """Return one of the values as observed, each equally likely."""
    numbers = _numbers("empirical: values", values)
    return _make(Empirical(numbers, (1.0,) * len(numbers)), about)


def shares(
    means: Mapping[str, float], concentration: float, **about: Unpack[About]
) -> dict[str, Quantity]:
    """Return shares that sum to one in every draw (Dirichlet), for a slot of `parameters`.

    Parameters
    ----------
    means : mapping
        Mean share by name; they sum to 1.
    concentration : float
        How sure: the standard deviation of a share *m* is
        ``sqrt(m (1 - m) / (concentration + 1))``.

    Examples
    --------
    >>> mix = shares({"coal": 0.3, "gas": 0.7}, concentration=50)
    >>> mix["coal"].point
    0.3
    """
    if not isinstance(means, Mapping) or not means:
        raise ValueError(f"shares: give at least two, by name, not {means!r}")
    values = _numbers("shares: means", means.values())
    joint = Shares(tuple(means), values, number("shares: concentration", concentration))
    about.setdefault("unit", "1")
    return {
        name: dataclasses.replace(_make(joint, about), component=name, nominal=value)
        for name, value in zip(means, values, strict=True)
    }


def _named(**values: float) -> Any:
    return values.items()


CONSTRUCTORS = {
    "fixed": fixed,
    "uniform": uniform,
    "loguniform": loguniform,
    "triangular": triangular,
    "pert": pert,
    "normal": normal,
    "lognormal": lognormal,
    "two_piece_lognormal": two_piece_lognormal,
    "beta": beta,
    "discrete": discrete,
    "empirical": empirical,
}

_VARIANCE: dict[str, Callable[[float], float]] = {
    "variance of ln": lambda value: value,
    "GSD": lambda value: float(np.log(value) ** 2),
    "GSD squared": lambda value: float((np.log(value) / 2) ** 2),
}
_INDICATORS = (
    "reliability",
    "completeness",
    "temporal correlation",
    "geographical correlation",
    "further technological correlation",
)


def pedigree(
    *,
    reliability: int,
    completeness: int,
    temporal: int,
    geographical: int,
    technological: int,
    basic: float = 1.05,
    matrix: str = "v3",
) -> float:
    """Return the geometric standard deviation that five data-quality scores stand for.

    With the factors *U* of the scores (squared GSDs) and the basic uncertainty *U_b*,
    ``sigma = sqrt(sum (ln U_i / 2)^2 + (ln U_b / 2)^2)`` and ``GSD = exp(sigma)``
    (Frischknecht et al. 2007); the third version tabulates the variances
    ``(ln U_i / 2)^2`` themselves (Weidema et al. 2013).

    Parameters
    ----------
    reliability, completeness, temporal, geographical, technological : int
        Scores from 1 (best) to 5.
    basic : float, optional
        Basic uncertainty of the kind of exchange, as a squared GSD.
    matrix : {"v3", "v2", "empirical", "empirical as GSD squared"}
        ecoinvent v3 (default), ecoinvent v2, or the empirical factors of Ciroth et al. 2016,
        which the paper defines as GSDs and public software reads as squared GSDs: a quarter
        of the variance.

    Raises
    ------
    ValueError
        If a score is none of 1 to 5, or the matrix is unknown.

    Examples
    --------
    >>> import math
    >>> scores = dict(reliability=2, completeness=1, temporal=3, geographical=2, technological=1)
    >>> round(math.log(pedigree(**scores)), 5)
    0.05675
    """
    scores = dict(
        zip(
            _INDICATORS,
            (reliability, completeness, temporal, geographical, technological),
            strict=True,
        )
    )
    table = {
        (row["matrix"], row["indicator"], int(row["score"])): row for row in tables.rows("pedigree")
    }
    matrices = sorted({name for name, _, _ in table})
    if matrix not in matrices:
        raise ValueError(f"no pedigree matrix {matrix!r}; there are {', '.join(matrices)}")
    if number("pedigree: basic", basic) < 1:
        raise ValueError(f"pedigree: basic = {basic:g} is a factor and must be at least 1")
    variance = (np.log(basic) / 2) ** 2
    for indicator, score in scores.items():
        if isinstance(score, bool) or (matrix, indicator, score) not in table:
            raise ValueError(f"pedigree: {indicator} = {score!r} is no score from 1 to 5")
        row = table[matrix, indicator, score]
        if not row["value"]:
            raise ValueError(
                f"pedigree: {indicator} = {score} has no factor in the matrix {matrix!r}; "
                "take 1 to 4, or another matrix"
            )
        variance += _VARIANCE[row["meaning"]](float(row["value"]))
    return float(np.exp(np.sqrt(variance)))
