"""Calibration: do our intervals hold what was metered?

A question hides what was metered, predicts it from what is usually disclosed, with the stages
and the default distributions of this package, and lays the two side by side. Whatever comes out
is shown. Where the intervals fail, one factor and one shift for the whole question, fitted on a
random half of its cases, are shown on the other half; never a case by itself, and the tables
stay as they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from lca import catalogue, quantity, sampling, stages, tables
from lca.lifecycle import Lifecycle
from lca.quantity import Quantity
from lca.simulation import simulate
from lca.units import near

LEVELS = (0.5, 0.9, 0.95)
"""Stated levels of the central intervals."""

BINS = 10
"""Of the histogram of PIT values."""

YEAR = 2022
"""Of the countries: the newest for which all have an intensity and a mix."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What was metered in some cases, and samples of what was predicted of each.

    All scores are of logarithms, so values are above 0; of a PUE it is PUE - 1.

    Attributes
    ----------
    groups : tuple of str
        Cases of one group (measurements of one model) are not independent: they stay in one
        half, and count as one case where the coverage itself is given an interval.
    metered, samples : array of float
        By case, and by case and sample.
    """

    question: str
    unit: str
    ids: tuple[str, ...]
    groups: tuple[str, ...]
    metered: np.ndarray
    samples: np.ndarray

    @property
    def independent(self) -> int:
        """How many groups there are."""
        return len(set(self.groups))

    @property
    def pit(self) -> np.ndarray:
        """Share of each prediction that lies below what was metered (Dawid 1984).

        Over the cases it is uniform if the predictions are right: heaped at both ends where
        intervals are too narrow, in the middle where they are too wide, at one end where the
        predictions are biased.
        """
        metered = self.metered[:, None]
        below, equal = self.samples < metered, self.samples == metered
        return np.asarray((below + 0.5 * equal).mean(axis=-1))

    def coverage(self, level: float) -> tuple[float, float, float]:
        """Return the share of cases within their central interval, and its own 95 % interval."""
        share = float((np.abs(self.pit - 0.5) <= level / 2).mean()) if self.ids else np.nan
        return share, *binomial(share, self.independent)

    def interval(self, level: float = 0.9) -> np.ndarray:
        """Return the ends of the central interval of every case: low, high."""
        return np.asarray(np.quantile(self.samples, [0.5 - level / 2, 0.5 + level / 2], axis=-1))

    def score(self, level: float = 0.9) -> float:
        """Return the mean interval score of the logarithms; lower is better.

        Width, plus ``2 / (1 - level)`` times what a case lies beyond (Gneiting and Raftery
        2007, eq. 43).
        """
        low, high = np.log(self.interval(level))
        value = np.log(self.metered)
        beyond = np.maximum(low - value, 0) + np.maximum(value - high, 0)
        return float((high - low + 2 / (1 - level) * beyond).mean())

    def width(self, level: float = 0.9) -> float:
        """Return the median ratio of the upper to the lower end of the intervals."""
        low, high = self.interval(level)
        return float(np.median(high / low))

    def frame(self) -> Any:
        """Return every case: id, group, metered, unit, low, median, high, pit (a DataFrame)."""
        import pandas as pd

        low, high = self.interval()
        return pd.DataFrame(
            {
                "id": self.ids,
                "group": self.groups,
                "metered": self.metered,
                "unit": self.unit,
                "low": low,
                "median": np.median(self.samples, axis=-1),
                "high": high,
                "pit": self.pit,
            }
        )

    # -- correction -----------------------------------------------------------------------

    def halves(self, seed: int = 0) -> tuple[Predictions, Predictions]:
        """Return two random halves of the groups."""
        names = sorted(set(self.groups))
        mixed = np.random.default_rng(seed).permutation(names)
        first = set(mixed[: len(names) // 2])
        inside = np.array([group in first for group in self.groups], dtype=bool)
        return self._only(inside), self._only(~inside)

    def _only(self, inside: np.ndarray) -> Predictions:
        return dataclasses.replace(
            self,
            ids=tuple(np.array(self.ids)[inside]),
            groups=tuple(np.array(self.groups)[inside]),
            metered=self.metered[inside],
            samples=self.samples[inside],
        )

    def correction(self) -> Correction | None:
        """Return the correction that these cases ask for, or None if they ask for none.

        They ask for one if the interval of their coverage at 90 % does not hold 90 %. Then

        1. if the share of cases above their predicted median is not 50 % (within its interval),
           all predictions are multiplied by the median of metered over predicted;
        2. the logarithm of every sample is stretched about its median by one factor: the root
           of the mean square of the errors, each over its own standard deviation.
        """
        _, low, high = self.coverage(0.9)
        if low <= 0.9 <= high:
            return None
        logs = np.log(self.samples)
        error = np.log(self.metered) - np.median(logs, axis=-1)
        low, high = binomial(float((error > 0).mean()), self.independent)
        shift = 0.0 if low <= 0.5 <= high else float(np.median(error))
        standardised = (error - shift) / logs.std(axis=-1)
        return Correction(float(np.exp(shift)), float(np.sqrt((standardised**2).mean())))

    def corrected(self, by: Correction) -> Predictions:
        """Return the predictions multiplied and stretched."""
        logs = np.log(self.samples)
        centre = np.median(logs, axis=-1, keepdims=True)
        stretched = centre + np.log(by.ratio) + by.stretch * (logs - centre)
        return dataclasses.replace(self, samples=np.exp(stretched))


@dataclass(frozen=True)
class Correction:
    """One correction of all predictions of a question.

    `ratio` multiplies them; `stretch` multiplies the spread of their logarithms.
    """

    ratio: float
    stretch: float


def binomial(share: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share observed in `n` cases (Clopper and Pearson 1934).

    Examples
    --------
    >>> [round(end, 3) for end in binomial(0.9, 20)]
    [0.683, 0.988]
    >>> binomial(float("nan"), 0)
    (0.0, 1.0)
    """
    if n == 0:
        return 0.0, 1.0
    hits, tail = share * n, (1 - level) / 2
    low = special.betaincinv(hits, n - hits + 1, tail) if hits > 0 else 0.0
    high = special.betaincinv(hits + 1, n - hits, 1 - tail) if hits < n else 1.0
    return float(low), float(high)


# -- what is asked ------------------------------------------------------------------------------


def training_energy(n: int, seed: int) -> Predictions:
    """Predict the metered energy of training runs from type and hours of accelerators alone.

    By `RatedTraining` with its defaults. Where the accelerators were metered there are no
    hosts; where the building was, there is `Cooling` with the PUE of an unknown operator,
    whatever the run printed. Where a source says no more than "A100", every module of that name
    is as likely. Runs without hours cannot be predicted and are left out.
    """
    found = []
    for row in tables.rows("training_runs"):
        if row["energy_is"] != "metered" or not row["accelerator_hours"]:
            continue
        run = catalogue.published_run(row["id"])
        result = simulate(_run(run), n, seed, progress=False)
        metered = run["energy"].to("kWh").point
        found.append((row["id"], row["id"], metered, result.amounts[0].sel(stage="grid")))
    return _predictions("training energy", "kWh", found)


def _run(run: catalogue.Record) -> Lifecycle:
    """Return a published run as it would be estimated from what is disclosed."""
    grid = stages.Electricity(name="grid", intensity=0.0, losses=0.0)
    fields: dict[str, Any] = {"electricity": grid}
    if run["energy_boundary"] == "accelerators":
        fields["host_overhead"] = 1.0
    if run["energy_boundary"] == "facility":
        fields["cooling"] = stages.Cooling(electricity=grid)
    training = stages.RatedTraining(
        accelerator_hours=run["accelerator_hours"],
        rated_power=_rated_power(run["accelerator"]),
        **fields,
    )
    return Lifecycle(training, functional_unit="one run")


def _rated_power(name: str) -> Quantity:
    """Return the rated power of an accelerator, or of all whose name begins so, each as likely."""
    known = {row["id"]: float(row["tdp"]) for row in tables.rows("accelerators") if row["tdp"]}
    meant = [one for one in known if one == name or one.startswith(f"{name}-")]
    return quantity.empirical(values=[known[one] for one in meant], unit="W/accelerator")


def inference_energy(n: int, seed: int) -> Predictions:
    """Predict the measured energy per token of each model from all other models.

    By least squares of its logarithm on those of active parameters and batch (`_predicted`).
    Configurations of one model are one group; the degrees of freedom count every one.
    """
    rows = tables.rows("inference_measured")
    columns = ("energy_per_token", "parameters_active", "batch_mean")
    energy, *inputs = np.log([[float(row[name]) for row in rows] for name in columns])
    design = np.column_stack([np.ones(len(rows)), *inputs])
    models = np.array([row["label"] for row in rows])
    found = []
    for i, row in enumerate(rows):
        others = models != row["label"]
        samples = np.exp(_predicted(design[others], energy[others], design[i], n))
        found.append((row["id"], row["label"], np.exp(energy[i]), samples))
    return _predictions("inference energy", "J/token", found)


def _predicted(design: np.ndarray, known: np.ndarray, at: np.ndarray, n: int) -> np.ndarray:
    """Return draws of a new value by least squares: the usual prediction interval.

    ``at · slopes + t × s × √(1 + h)``: Student's t with the degrees of freedom that the slopes
    leave, `s` the spread of the residuals and ``h = at · (X'X)⁻¹ · at`` the leverage, by which
    the slopes themselves are unsure.
    """
    slopes, *_ = np.linalg.lstsq(design, known, rcond=None)
    freedom = len(known) - len(slopes)
    spread = np.sqrt(((known - design @ slopes) ** 2).sum() / freedom)
    leverage = at @ np.linalg.solve(design.T @ design, at)
    error = spread * np.sqrt(1 + leverage) * special.stdtrit(freedom, _grid(n))
    return np.asarray(at @ slopes + error)


def country_intensity(n: int, seed: int) -> Predictions:
    """Predict the published intensity of countries from their mix and technology factors.

    The factor of a technology is one draw, shared by all countries, so that cases are less
    independent than they count. The published figures rest on the same mixes and on factors of
    the publisher's own: this is a test of the factors and their spreads.
    """
    classes = [row for row in tables.rows("electricity_fuel_classes") if row["scheme"] == "ember"]
    keys = list(dict.fromkeys(row["ghg"] for row in classes))
    factors = dict(zip(keys, _drawn(keys, n, seed), strict=True))
    countries = {row["code"] for row in tables.rows("countries") if len(row["code"]) == 2}
    published = {
        row["geography"]: float(row["value"])
        for row in tables.rows("electricity_annual")
        if row["geography"] in countries and int(row["year"]) == YEAR
    }
    found = []
    for mix in tables.rows("electricity_mix"):
        if int(mix["year"]) == YEAR and mix["code"] in published:
            parts = (
                float(mix[row["class"]]) * float(row["weight"]) * factors[row["ghg"]]
                for row in classes
            )
            found.append((mix["id"], mix["code"], published[mix["code"]], sum(parts)))
    return _predictions("country intensity", "kgCO2e/kWh", found)


def embodied_boards(n: int, seed: int) -> Predictions:
    """Predict the reviewed footprint of accelerator boards from dies, memory and package.

    Of eight accelerators each: die and stacks on an interposer, with figures that do not come
    from the footprint itself, a share of the faulty dies sold, and heat sink and rest of an A100
    module. NVSwitch chips (their area is not published) and assembly are left out. One board:
    the HGX H100. The HGX B200 is no case, since the area of its dies and interposer is not
    published.
    """
    card = catalogue.record("accelerators", "H100-SXM-80GB")
    fab = stages.electricity("TW", year=int(card["year"]), name="grid of the fab")
    salvaged = catalogue.figure("fabrication.salvaged.a100.capa")
    die = stages.logic_die(
        "5nm", area=card["die_area"], electricity=fab, salvaged=salvaged, name="die"
    )
    package = stages.AdvancedPackage(
        chips={"die": die, "memory": stages.memory_stacks("HBM3 8-high", name="memory")},
        counts={"die": 1, "memory": 5},
        interposer_area=card["interposer_area"],
    )
    parts = {
        name: stages.Accelerator(
            name=name,
            footprint=catalogue.figure(f"footprint_part.accelerator.a100_sxm_40gb.{name}"),
        )
        for name in ("heatsink", "rest")
    }
    board = Lifecycle({"package": package, **parts}, amount=8, functional_unit="one board")
    samples = simulate(board, n, seed, progress=False).total("gwp")[0]
    metered = catalogue.footprint("board.hgx_h100").point
    return _predictions("embodied boards", "kgCO2e", [("hgx_h100", "hgx_h100", metered, samples)])


def pue_of_sites(n: int, seed: int) -> Predictions:
    """Predict PUE - 1 of sites, operator unknown."""
    return _unknown_operator("pue", n)


def wue_of_sites(n: int, seed: int) -> Predictions:
    """Predict the water use per IT energy of sites, operator unknown."""
    return _unknown_operator("wue", n)


def pue_of_a_provider(n: int, seed: int) -> Predictions:
    """Predict PUE - 1 of each site from the other sites of its provider (`_known_provider`)."""
    return _known_provider("pue", n)


def wue_of_a_provider(n: int, seed: int) -> Predictions:
    """Predict the water use of each site from the other sites of its provider."""
    return _known_provider("wue", n)


_TITLES = {"pue": "PUE - 1", "wue": "WUE"}
_UNITS = {"pue": "1", "wue": "L/kWh"}
_LEAST = {"pue": 1.0, "wue": 0.0}


@dataclass(frozen=True)
class _Site:
    id: str
    provider: str
    value: float  # over the least that is possible


def _sites(what: str) -> list[_Site]:
    """Return sites with a figure of their own; regions that share a place are one.

    Regions of Google repeat figures of its campuses, which stand in another table.
    """
    found: dict[tuple[str, str], _Site] = {}
    for row in tables.rows("cloud_regions"):
        if row[f"{what}_basis"] == "region" and row["provider"] != "gcp":
            value = float(row[what]) - _LEAST[what]
            site = _Site(row["id"], row["provider"], value)
            found.setdefault((row["provider"], row["location"]), site)
    for row in tables.rows("cloud_providers"):
        if f".{what}.campus." in row["id"]:
            value = float(row["value"]) - _LEAST[what]
            provider = row["id"].split(".")[1]
            found[provider, row["id"]] = _Site(row["id"], provider, value)
    return list(found.values())


def _unknown_operator(what: str, n: int) -> Predictions:
    default = catalogue.figure(f"operation.{what}.unknown_operator").distribution
    samples = default.ppf(_grid(n)) - _LEAST[what]
    found = [(site.id, site.id, site.value, samples) for site in _sites(what)]
    return _predictions(f"{_TITLES[what]}, operator unknown", _UNITS[what], found)


def _known_provider(what: str, n: int) -> Predictions:
    """Predict each site from the mean and the spread of the logarithms of the others.

    Every site counts once. The printed mean of a fleet is not used: it holds the hidden site,
    and is weighted by energy, so it is no mean of sites.
    """
    sites, found = _sites(what), []
    for site in sites:
        others = [one.value for one in sites if one.provider == site.provider and one != site]
        ones = np.ones((len(others), 1))
        samples = np.exp(_predicted(ones, np.log(others), ones[0], n))
        found.append((site.id, site.id, site.value, samples))
    return _predictions(f"{_TITLES[what]}, provider known", _UNITS[what], found)


def _grid(n: int) -> np.ndarray:
    """Return the middles of `n` equal parts of the unit interval."""
    return (np.arange(n) + 0.5) / n


def _drawn(keys: Sequence[str], n: int, seed: int) -> list[np.ndarray]:
    """Return draws of figures of the catalogue, each independent of the others."""
    uniforms = sampling.design(keys, [1] * len(keys), n, seed, "sobol").block(0, n)
    return [catalogue.figure(key).distribution.ppf(u) for key, u in zip(keys, uniforms)]


def _predictions(
    question: str, unit: str, found: Iterable[tuple[str, str, float, Any]]
) -> Predictions:
    ids, groups, metered, samples = zip(*found, strict=True)
    return Predictions(
        question,
        unit,
        ids,
        groups,
        np.array(metered, dtype=float),
        np.array([np.asarray(one) for one in samples]),
    )


QUESTIONS: dict[str, Callable[[int, int], Predictions]] = {
    "training energy": training_energy,
    "inference energy": inference_energy,
    "country intensity": country_intensity,
    "embodied boards": embodied_boards,
    "PUE - 1, operator unknown": pue_of_sites,
    "PUE - 1, provider known": pue_of_a_provider,
    "WUE, operator unknown": wue_of_sites,
    "WUE, provider known": wue_of_a_provider,
}
"""What is asked, by name."""


def ask(question: str, n: int = 4096, seed: int = 0) -> Predictions:
    """Return what was metered and predicted for one question.

    Parameters
    ----------
    question : str
        One of `QUESTIONS`.
    n : int
        Samples of every prediction; rounded up as in `simulate`.
    seed : int

    Raises
    ------
    ValueError
        If there is no such question; near names are offered.

    Examples
    --------
    >>> sites = ask("PUE - 1, provider known", n=256)
    >>> sites.frame().columns.tolist()
    ['id', 'group', 'metered', 'unit', 'low', 'median', 'high', 'pit']
    >>> share, low, high = sites.coverage(0.9)
    >>> low < 0.9 < high
    True
    """
    if question not in QUESTIONS:
        raise ValueError(
            f"no question {question!r}{near(question, QUESTIONS)}; there are {', '.join(QUESTIONS)}"
        )
    return QUESTIONS[question](sampling.rounded(sampling.check_size(n), "sobol"), seed)


COLUMNS = ["question", "version", "n", "independent", "coverage_50", "coverage_90"]
COLUMNS += ["coverage_90_low", "coverage_90_high", "coverage_95", "score", "width"]
COLUMNS += ["ratio", "stretch", "histogram"]
"""Columns of `table`."""

SHIPPED = "as shipped"
"""The version of a row with the default distributions, on all cases."""


def table(questions: Iterable[str] | None = None, n: int = 4096, seed: int = 0) -> Any:
    """Return how often the intervals of some questions, or of all, hold what was metered.

    Parameters
    ----------
    questions : iterable of str, optional
        Some of `QUESTIONS`; all unless given.
    n, seed : int
        Samples of every prediction; what draws them, and the halves.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. One row a question, "as shipped"; three more where a half of the cases asks
        for a correction (`Predictions.correction`): the fitted half and the other half
        corrected, and the other half as it was. `independent` counts groups; from it follows
        the interval of the coverage at 90 %. `score` is the interval score at 90 % of the
        logarithm, `width` the median ratio of upper to lower end, `ratio` and `stretch` the
        correction, `histogram` the PIT values in ten bins.

    Raises
    ------
    ValueError
        If there is no such question; near names are offered.

    Examples
    --------
    >>> found = table(["PUE - 1, operator unknown"], n=256)
    >>> found["version"].tolist()
    ['as shipped', 'corrected, fitted half', 'corrected, other half', 'as shipped, other half']
    >>> bool(found["coverage_90"][0] < 0.5 < found["coverage_90"][2])
    True
    """
    import pandas as pd

    rows = [
        _row(version, predictions, correction)
        for question in (QUESTIONS if questions is None else questions)
        for version, predictions, correction in _versions(ask(question, n, seed), seed)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


_NONE = Correction(ratio=1.0, stretch=1.0)


def _versions(asked: Predictions, seed: int) -> list[tuple[str, Predictions, Correction]]:
    fitted, other = asked.halves(seed)
    found = fitted.correction()
    as_shipped = [(SHIPPED, asked, _NONE)]
    if found is None:
        return as_shipped
    return [
        *as_shipped,
        ("corrected, fitted half", fitted.corrected(found), found),
        ("corrected, other half", other.corrected(found), found),
        ("as shipped, other half", other, _NONE),
    ]


def _row(version: str, predictions: Predictions, correction: Correction) -> list[Any]:
    half, ninety, ninety_five = (predictions.coverage(level) for level in LEVELS)
    histogram = np.histogram(predictions.pit, BINS, (0, 1))[0]
    return [
        predictions.question,
        version,
        len(predictions.ids),
        predictions.independent,
        half[0],
        *ninety,
        ninety_five[0],
        predictions.score(),
        predictions.width(),
        correction.ratio,
        correction.stretch,
        tuple(int(count) for count in histogram),
    ]


def text(found: Any) -> str:
    """Return a `table` as lines of text.

    Examples
    --------
    >>> print(text(table(["embodied boards"], n=256)).splitlines()[1][:32])
    embodied boards, n = 1
    """
    head = f"{'':26s}{'50 %':>6s}{'90 %':>6s} {'':10s}{'95 %':>6s}{'score':>7s}{'width':>7s}"
    lines = [f"{head}  correction"]
    for row in found.itertuples():
        if row.version == SHIPPED:
            groups = f" in {row.independent} groups" if row.independent < row.n else ""
            lines.append(f"{row.question}, n = {row.n}{groups}")
        between = f"({100 * row.coverage_90_low:.0f}–{100 * row.coverage_90_high:.0f})"
        corrected = f"  × {row.ratio:.2f}, spread × {row.stretch:.2f}"
        lines.append(
            f"  {row.version:24s}{100 * row.coverage_50:6.0f}{100 * row.coverage_90:6.0f} "
            f"{between:10s}{100 * row.coverage_95:6.0f}{row.score:7.2f}{row.width:7.2f}"
            f"{corrected if row.stretch != 1 else ''}"
        )
    return "\n".join(lines)
