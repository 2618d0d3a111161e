"""Scenarios: grids of them, decisions crossed with them, sweeps, and where two things are equal.

All are one study each, so every comparison is paired: the same draws of what does not change.
Named changes are `Lifecycle.replace` and a `Study`; the alternatives of one choice are
`Lifecycle.options`; requests after which serving has emitted as much as training are
`lca.stages.break_even`.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from lca import quantity, sampling, units
from lca.attribution import Solution
from lca.impacts import categories
from lca.lifecycle import GROUPS, Lifecycle
from lca.quantity import Quantity
from lca.result import quantiles
from lca.simulation import Design, simulate
from lca.stage import PHASES, Choice, GraphError
from lca.study import Study
from lca.units import near

Baseline = Lifecycle | Study | Mapping[str, Lifecycle]

_PLURAL = ("hour", "day", "week", "month", "year")
_STEPS = 200  # of the search for a crossing; a straight line takes two
_CLOSE = 1e-10  # of the span that is searched


def factorial(
    baseline: Baseline | Callable[..., Lifecycle], factors: Mapping[str, Any], *, name: str = ""
) -> Study:
    """Return every combination of the values of some inputs as the scenarios of one study.

    Parameters
    ----------
    baseline : Lifecycle, Study, mapping of lifecycles, or function
        What is changed; of several scenarios each is crossed with all values. Of a function
        that makes a lifecycle, as ``functools.partial(lca.training_run, accelerator_hours=1e6)``,
        its arguments may vary too.
    factors : mapping
        By argument, address, label, question of a choice or stage name: a list of values, or
        values by the name that a scenario takes from them (``{"half": run * 0.5}``).
    name : str
        Of the study.

    Raises
    ------
    GraphError
        If there is no such input.
    ValueError
        If a factor has no value, a value has no name, or two scenarios have one.

    Examples
    --------
    >>> import functools, lca
    >>> run = functools.partial(lca.training_run, accelerator="A100-SXM-80GB", region="FR",
    ...                         accelerator_hours=1e5, development="excluded")
    >>> lca.scenarios.factorial(run, {"region": ["FR", "PL"], "cluster.lifetime": [4, 6]})
    <Study of one trained model: FR, 4 years, FR, 6 years, PL, 4 years, PL, 6 years>
    """
    for key, values in factors.items():
        if isinstance(values, str) or not isinstance(values, (Mapping, Sequence)) or not values:
            raise ValueError(f"factorial: {key!r} takes a list of values, or values by name")
    scenarios: dict[str, Lifecycle] = {}
    for start, make, facts in _baselines(baseline):
        _check_keys(factors, facts)
        for picked in itertools.product(*(_levels(values) for values in factors.values())):
            values = dict(zip(factors, (value for _, value in picked), strict=True))
            life = make(**{key: value for key, value in values.items() if key in facts})
            names = [
                given or named(key, value, unit_of(life, key))
                for (key, value), (given, _) in zip(values.items(), picked, strict=True)
            ]
            scenario = ", ".join(filter(None, [start, *names]))
            if scenario in scenarios:
                raise ValueError(f"factorial: two scenarios are called {scenario!r}; name values")
            changes = {key: value for key, value in values.items() if key not in facts}
            scenarios[scenario] = life.replace(changes) if changes else life
    return Study(scenarios, name=name, correlation=_correlation(baseline))


def _baselines(
    baseline: Baseline | Callable[..., Lifecycle],
) -> Iterator[tuple[str, Callable[..., Lifecycle], Sequence[str]]]:
    """Yield the start of a name, what makes the lifecycle, and the arguments of that."""
    if callable(baseline):
        yield "", baseline, list(inspect.signature(baseline).parameters)
        return
    for scenario, life in _scenarios(baseline).items():
        start = "" if isinstance(baseline, Lifecycle) else scenario
        yield start, lambda life=life: life, []


def _scenarios(baseline: Baseline) -> Mapping[str, Lifecycle]:
    return (baseline if isinstance(baseline, Study) else Study(baseline)).scenarios


def _correlation(baseline: Any) -> sampling.Correlation | None:
    return baseline.correlation if isinstance(baseline, Study) else None


def _levels(values: Any) -> list[tuple[str, Any]]:
    return list(values.items()) if isinstance(values, Mapping) else [("", one) for one in values]


def _check_keys(factors: Mapping[str, Any], facts: Sequence[str]) -> None:
    for key in factors:
        if facts and "." not in key and key not in facts and near(key, facts):
            raise GraphError(f"factorial: no argument {key!r}{near(key, facts)}")


def unit_of(life: Lifecycle, key: str) -> str:
    """Return the unit in which the input at an address or of a label was given; "" if none is."""
    for use in life.uses:
        if key in (use.address, use.label) and not isinstance(life.order[use.stage], Choice):
            return use.quantity.drawn_unit or use.slot.unit
    return ""


def named(key: str, value: Any, unit: str = "") -> str:
    """Return what a scenario is called after the value of one input.

    Raises
    ------
    ValueError
        If the value is neither a text, a number nor a fixed or named quantity.

    Examples
    --------
    >>> named("cluster.lifetime", 4, "year"), named("cooling.pue", 1.1), named("region", "FR")
    ('4 years', 'pue 1.1', 'FR')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Quantity):
        if value.name:
            return value.name
        if value.is_fixed:
            value, unit = value.drawn_point, value.drawn_unit or value.unit or unit
    word = key.rpartition(".")[2].replace("_", " ")
    if isinstance(value, bool):
        return word if value else f"no {word}"
    if isinstance(value, (int, float, np.number)):
        if unit in ("", "1"):
            return f"{word} {value:g}"
        return f"{value:,.6g} {unit}{'s' if unit in _PLURAL and value != 1 else ''}"
    raise ValueError(f"{key}: {value!r} gives a scenario no name; give values by name")


def decisions(baseline: Baseline, *, name: str = "") -> Study:
    """Return every scenario under every combination of what its decisions may be.

    Decisions are choices of ``kind="decision"``, and inputs of that kind with a few values.

    Raises
    ------
    GraphError
        If nothing is a decision.

    Examples
    --------
    >>> import lca
    >>> one, two = (lca.stages.Electricity(name=n, intensity=lca.fixed(x, "gCO2e/kWh"))
    ...             for n, x in (("wind", 12), ("mix", 400)))
    >>> power = lca.choice("contract", {"wind": one, "mix": two}, kind="decision")
    >>> life = lca.Lifecycle(power, functional_unit="one kWh")
    >>> lca.scenarios.decisions({"now": life, "later": life.replace({"mix.losses": 0.1})})
    <Study of one kWh: now, wind, now, mix, later, wind, later, mix>
    """
    scenarios: dict[str, Lifecycle] = {}
    for scenario, life in _scenarios(baseline).items():
        made = factorial(life, _decided(life)).scenarios
        start = "" if isinstance(baseline, Lifecycle) else f"{scenario}, "
        scenarios |= {f"{start}{option}" if option else scenario: x for option, x in made.items()}
    return Study(scenarios, name=name, correlation=_correlation(baseline))


def _decided(life: Lifecycle) -> dict[str, Sequence[Any]]:
    """Return the options of every decision by its label."""
    found: dict[str, Sequence[Any]] = {}
    for label, unknown in life.unknowns.items():
        stage = life.order[unknown.uses[0].stage]
        if unknown.kind == "decision" and isinstance(stage, Choice):
            found[label] = list(stage.alternatives)
        elif unknown.kind == "decision" and hasattr(unknown.distribution, "values"):
            values = unknown.distribution.values
            found[label] = [quantity.fixed(value, unknown.unit) for value in values]
    if not found:
        raise GraphError("decisions: no choice is of kind='decision'; `inputs` lists the kinds")
    return found


def sweep(
    baseline: Baseline,
    address: str,
    values: Sequence[float],
    n: int = 8192,
    seed: int = 0,
    *,
    unit: str = "",
    category: str = "gwp",
) -> Any:
    """Return the total of every scenario over values of one input, with bands.

    All values share their draws, so the bands of two differ by the input alone. Differences of
    scenarios at a value are from the same draws too.

    Parameters
    ----------
    baseline : Lifecycle, Study or mapping of lifecycles
    address : str
        Address or label of an input.
    values : sequence of float
    n, seed : int
        As `simulate` takes them.
    unit : str
        Of the values; that in which the input was given unless said.
    category : str

    Returns
    -------
    pandas.DataFrame
        Columns: input, value, input_unit, scenario, unit, mean, median, low, high (90 % interval),
        difference (of means, from the first scenario at that value), difference_low,
        difference_high, lower (probability of lying below it).

    Raises
    ------
    GraphError
        If a scenario has no such input, or none yields the category.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(intensity=0.1, losses=lca.uniform(low=0, high=0.1))
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> table = lca.scenarios.sweep(life, "electricity.intensity", [0.1, 0.2], n=1024)
    >>> table[["value", "median", "low", "high"]].round(3).values.tolist()
    [[0.1, 0.105, 0.101, 0.111], [0.2, 0.211, 0.201, 0.221]]
    """
    import pandas as pd

    lives = _scenarios(baseline)
    unit = unit or _unit(lives, address)
    numbers = [quantity.number(f"sweep: {address}", value) for value in values]
    if not numbers or len(set(numbers)) < len(numbers):
        raise ValueError(f"sweep: values = {list(values)!r}; give different numbers")
    cases = {(value, name): f"{name}, {value!r}" for value in numbers for name in lives}
    swept = {
        case: lives[name].replace({address: quantity.fixed(value, unit)})
        for (value, name), case in cases.items()
    }
    result = simulate(Study(swept, correlation=_correlation(baseline)), n, seed)
    totals = result.total(category).to_numpy()
    totals = totals.reshape(len(numbers), len(lives), -1)
    differences = totals - totals[:, :1]
    low, median, high = quantiles(totals)
    difference_low, _, difference_high = quantiles(differences)
    columns = {
        "mean": totals.mean(axis=-1),
        "median": median,
        "low": low,
        "high": high,
        "difference": differences.mean(axis=-1),
        "difference_low": difference_low,
        "difference_high": difference_high,
        "lower": (differences < 0).mean(axis=-1),
    }
    table = pd.DataFrame(
        {
            "input": address,
            "value": [value for value, _ in cases],
            "input_unit": unit,
            "scenario": [name for _, name in cases],
            "unit": result.info["units"][category],
            **{key: values.ravel() for key, values in columns.items()},
        }
    )
    missing = [one for case in cases.values() for one in result.missing(case, category)]
    table.attrs |= {
        "input": address,
        "input_unit": unit,
        "title": result.info["titles"][category],
        "functional_unit": result.info["functional_unit"],
        "factors": result.info["factors"],
        "missing": list(dict.fromkeys(missing)),
    }
    return table


def crossing(
    baseline: Baseline,
    address: str,
    between: tuple[float, float],
    one: str,
    other: str,
    n: int = 8192,
    seed: int = 0,
    *,
    unit: str = "",
    category: str = "gwp",
) -> Any:
    """Return the value of one input at which two totals, or two parts of one, are equal.

    Every sample has its own, found between two bounds by the false position method (Illinois
    variant): exact in one step where both are straight lines in the input, as embodied and
    operational impacts are in the intensity of a grid. Of an even number of crossings within
    the bounds none is found.

    Parameters
    ----------
    baseline : Lifecycle, Study or mapping of lifecycles
    address : str
        Address or label of an input.
    between : (float, float)
        Bounds of the search.
    one, other : str
        Two scenarios; or two parts of every scenario, each a group ("embodied", "operational"),
        a phase, an activity or a stage.
    n, seed : int
        As `simulate` takes them.
    unit : str
        Of the bounds; that in which the input was given unless said.
    category : str

    Returns
    -------
    pandas.DataFrame
        A row for each scenario, or one ("both") for two. Columns: input, scenario, one, other, unit
        (of the input), median, low, high (90 % interval of the samples that cross), never (share of
        samples without a crossing), one_lower and other_lower (in which one is lower at both
        bounds), one_lower_first (in which they cross, and one is lower below the crossing).

    Raises
    ------
    GraphError
        If there is no such input, scenario, part or category, or no stage of a part reports it.

    Examples
    --------
    The intensity below which the hardware of a run outweighs its electricity:

    >>> import lca
    >>> run = lca.training_run(accelerator="A100-SXM-80GB", accelerator_hours=1e5,
    ...                        region="FR", development="excluded")
    >>> table = lca.scenarios.crossing(
    ...     run, "grid.intensity", (0, 500), "embodied", "operational", n=1024, unit="gCO2e/kWh"
    ... )
    >>> table[["median", "low", "high", "never"]].round(-1).values.tolist()
    [[30.0, 10.0, 50.0, 0.0]]
    """
    import pandas as pd

    lives = _scenarios(baseline)
    unit = unit or _unit(lives, address)
    low, high = (quantity.number("crossing: between", bound) for bound in between)
    if not low < high:
        raise ValueError(f"crossing: between = {between!r}; the first bound is below the second")
    cases = _cases(lives, one, other)
    size = sampling.rounded(sampling.check_size(n), "sobol")
    moved = {address: quantity.uniform(low=low, high=high, unit=unit, name=address)}
    rows = []
    for name, names in cases:
        study = Study(
            {scenario: lives[scenario].replace(moved) for scenario in names},
            correlation=_correlation(baseline),
        )
        both = _Both(study, category, one, other)
        blocks = [
            _crossed(partial(both.excess, draws, address), low, high, count)
            for draws, count in _drawn(study, size, seed)
        ]
        about = {"input": address, "scenario": name, "one": one, "other": other, "unit": unit}
        rows.append(about | _described(*np.concatenate(blocks, axis=1)))
    return pd.DataFrame(rows)


def _drawn(study: Study, size: int, seed: int) -> Iterator[tuple[dict[str, np.ndarray], int]]:
    """Yield draws by label and their number, block by block."""
    uniforms = Design(study, size, sampling.check_seed(seed), "sobol").uniforms()
    for start in range(0, size, sampling.BLOCK):
        stop = min(start + sampling.BLOCK, size)
        yield study.draw(uniforms.block(start, stop)), stop - start


def balance(
    baseline: Baseline,
    values: Mapping[str, Sequence[float]],
    one: str = "embodied",
    other: str = "operational",
    n: int = 1024,
    seed: int = 0,
    *,
    units: Mapping[str, str] | None = None,
    category: str = "gwp",
) -> Any:
    """Return one total, or part of one, over another, at every pair of values of two inputs.

    All pairs share their draws. `lca.figures.break_even` draws the table as a map; where the two
    are equal along one input alone, `crossing` says more exactly.

    Parameters
    ----------
    baseline : Lifecycle, Study or mapping of lifecycles
    values : mapping of str to sequence of float
        Values of two inputs, by address or label, each at least two in rising order.
    one, other : str
        Two scenarios; or two parts of every scenario, as in `crossing`.
    n, seed : int
        As `simulate` takes them; n is of every pair.
    units : mapping of str to str, optional
        Of the values, by input; that in which the input was given unless said.
    category : str

    Returns
    -------
    pandas.DataFrame
        Columns: scenario ("both" of two), x and y (values of the first and the second input),
        median, low, high (90 % interval of the one over the other). Infinite where the other is
        zero, and NaN where both are.

    Raises
    ------
    GraphError
        If there is no such input, scenario, part or category, or no stage of a part reports it.
    ValueError
        If there are not two inputs, or their values do not rise.

    Examples
    --------
    >>> import lca
    >>> run = lca.training_run(accelerator="A100-SXM-80GB", accelerator_hours=1e5,
    ...                        region="FR", development="excluded")
    >>> table = lca.scenarios.balance(
    ...     run, {"grid.intensity": [0.01, 0.1], "cluster.lifetime": [3, 6]}
    ... )
    >>> table["median"].round(1).tolist()
    [4.1, 2.1, 0.4, 0.2]
    """
    import pandas as pd

    lives = _scenarios(baseline)
    if len(values) != 2:
        raise ValueError(f"balance: values of two inputs are needed, not of {len(values)}")
    for name in units or {}:
        if name not in values:
            raise ValueError(f"balance: a unit of {name!r}, but no values{near(name, values)}")
    given = {name: _rising(name, some) for name, some in values.items()}
    within = {name: (units or {}).get(name) or _unit(lives, name) for name in given}
    moved = {
        name: quantity.uniform(low=some[0], high=some[-1], unit=within[name], name=name)
        for name, some in given.items()
    }
    size = sampling.rounded(sampling.check_size(n), "sobol")
    columns = ["scenario", "x", "y", "median", "low", "high"]
    rows, missing = [], []
    for name, names in _cases(lives, one, other):
        study = Study(
            {scenario: lives[scenario].replace(moved) for scenario in names},
            correlation=_correlation(baseline),
        )
        both = _Both(study, category, one, other)
        missing += [x for life in study.scenarios.values() for x in life.graph.missing(category)]
        drawn = list(_drawn(study, size, seed))
        for pair in itertools.product(*given.values()):
            held = dict(zip(given, pair, strict=True))
            low, median, high = quantiles(np.concatenate([both.ratio(*x, held) for x in drawn]))
            rows.append((name, *pair, float(median), float(low), float(high)))
    table = pd.DataFrame(rows, columns=columns)
    life = next(iter(lives.values()))
    table.attrs |= {
        "inputs": list(given),
        "input_units": list(within.values()),
        "one": one,
        "other": other,
        "title": categories()[category].title,
        "functional_unit": life.functional_unit,
        "factors": life.factors,
        "missing": list(dict.fromkeys(missing)),
    }
    return table


def _rising(name: str, values: Sequence[float]) -> list[float]:
    numbers = [quantity.number(f"balance: {name}", value) for value in values]
    if len(numbers) < 2 or any(one >= other for one, other in itertools.pairwise(numbers)):
        raise ValueError(f"balance: {name!r} has {list(values)!r}; give two values or more, rising")
    return numbers


def _unit(lives: Mapping[str, Lifecycle], address: str) -> str:
    first = next(iter(lives.values()))
    for life in lives.values():
        life.quantity(address)  # raises, with near names
    return unit_of(first, address)


def _cases(lives: Mapping[str, Lifecycle], one: str, other: str) -> list[tuple[str, list[str]]]:
    """Return what is searched: a name, and the scenarios that it takes."""
    if one == other:
        raise GraphError(f"{one!r} is given twice; give two scenarios, or two parts of each")
    if one in lives and other in lives:
        return [("both", [one, other])]
    for given, beside in ((one, other), (other, one)):
        if given in lives:
            raise GraphError(
                f"{given!r} is a scenario, and {beside!r} is none{near(beside, lives)}; "
                "give two scenarios, or two parts of each"
            )
    return [(name, [name]) for name in lives]


class _Both:
    """Two scenarios, or two parts of one, at any values of some inputs."""

    def __init__(self, study: Study, category: str, one: str, other: str) -> None:
        self.study = study
        lives = list(study.scenarios.values())
        for life in lives:
            life.check_category(category)
        missing = [set(life.graph.missing(category)) for life in lives]
        if missing[0] != missing[-1]:
            apart = ", ".join(sorted(missing[0] ^ missing[-1]))
            raise GraphError(
                f"coverage of {category!r} differs: one of {one!r} and {other!r} is without {apart}"
            )
        self.rows = [life.categories.index(category) for life in lives]
        self.parts = [_part(lives[0], one), _part(lives[0], other)] if len(lives) == 1 else None
        if len(lives) == 1:
            for part in (one, other):
                _check_reported(lives[0], part, category)

    def __call__(self, draws: Mapping[str, np.ndarray], size: int) -> list[np.ndarray]:
        """Return samples of the one and of the other."""
        solutions = self.study.evaluate(draws, size)
        if self.parts is None:
            return [s.impacts[row].sum(axis=0) for s, row in zip(solutions, self.rows, strict=True)]
        return [part(solutions[0], self.rows[0]) for part in self.parts]

    def excess(self, draws: Mapping[str, np.ndarray], address: str, x: np.ndarray) -> np.ndarray:
        """Return by how much the one exceeds the other at values of an input."""
        return np.subtract(*self({**draws, address: x}, x.size))

    def ratio(
        self, draws: Mapping[str, np.ndarray], size: int, held: Mapping[str, float]
    ) -> np.ndarray:
        """Return the one over the other, with some inputs held."""
        above, below = self({**draws, **{key: np.full(size, x) for key, x in held.items()}}, size)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(above / below)


def _part(life: Lifecycle, name: str) -> Callable[[Solution, int], np.ndarray]:
    """Return what takes a group, phase, activity or stage out of a solution."""
    if name in life.activities and name not in (*GROUPS, *PHASES):
        position = list(life.activities).index(name)
        return lambda solution, row: solution.activities[row, position]
    picked = _picked(life, name)
    if not picked:
        stages = [life.order[row] for row in life.graph.rows]
        known = [*GROUPS, *(s.phase for s in stages if s.phase), *life.activities]
        known = list(dict.fromkeys([*known, *(stage.name for stage in stages)]))
        raise GraphError(f"no part {name!r}{near(name, known)}; parts: {', '.join(known)}")
    return lambda solution, row: solution.impacts[row, picked].sum(axis=0)


def _picked(life: Lifecycle, name: str) -> list[int]:
    """Return the rows of a group, phase or stage."""
    phases = GROUPS.get(name, (name,))
    stages = [life.order[row] for row in life.graph.rows]
    return [i for i, one in enumerate(stages) if one.phase in phases or one.name == name]


def _check_reported(life: Lifecycle, name: str, category: str) -> None:
    """Raise if no stage of a part reports a category: it is then absent, and not 0."""
    stages = {life.order[life.graph.rows[i]].name for i in _picked(life, name)}
    if stages and stages <= set(life.graph.missing(category)):
        raise GraphError(f"no stage of {name!r} reports {category!r}: it is not known, and not 0")


def _crossed(
    excess: Callable[[np.ndarray], np.ndarray], low: float, high: float, size: int
) -> np.ndarray:
    """Return, of every sample, where the excess is 0 (NaN: nowhere), and it at both bounds."""
    old, new = np.full(size, float(low)), np.full(size, float(high))
    f_old, f_new = first, last = excess(old), excess(new)
    crosses = np.sign(first) != np.sign(last)
    new = np.where(first == 0, low, new)
    f_new = np.where(first == 0, 0.0, f_new)
    for _ in range(_STEPS):
        slope = np.divide(f_new - f_old, new - old, out=np.ones(size), where=new != old)
        step = np.divide(f_new, slope, out=np.zeros(size), where=crosses & (f_new != 0))
        tried = np.clip(new - step, np.minimum(old, new), np.maximum(old, new))
        is_done = np.abs(tried - new) <= _CLOSE * (high - low)
        if is_done.all():
            return np.array([np.where(crosses, tried, np.nan), first, last])
        f_tried = excess(tried)
        is_beyond = np.sign(f_tried) != np.sign(f_new)
        old, f_old = np.where(is_beyond, new, old), np.where(is_beyond, f_new, f_old / 2)
        new, f_new = tried, f_tried
    raise ValueError(f"crossing: not found in {_STEPS} steps; give narrower bounds")


def _described(x: np.ndarray, first: np.ndarray, last: np.ndarray) -> dict[str, float]:
    crosses = np.isfinite(x)
    low, median, high = quantiles(x[crosses]) if crosses.any() else (np.nan,) * 3
    return {
        "median": float(median),
        "low": float(low),
        "high": float(high),
        "never": float(np.mean(~crosses)),
        "one_lower": float(np.mean(~crosses & (first < 0))),
        "other_lower": float(np.mean(~crosses & (first > 0))),
        "one_lower_first": float(np.mean(crosses & ((first < 0) | (last > 0)))),
    }


def refresh(embodied: Any, yearly: Any, improvement: Any) -> Any:
    """Return after how many years hardware is best replaced, if new hardware needs ever less.

    A fleet of even ages does constant work. What is made embodies E for the work of one unit,
    and emits P a year in use; each year new hardware needs less by the share r, so that age a
    costs ``exp(g a)`` times what new hardware would, with ``g = -ln(1 - r)``. The yearly total
    ``E / T + P (exp(g T) - 1) / (g T)`` is least at ``T = (1 + W((g E / P - 1) / e)) / g``, where
    W is Lambert's function; for small g about ``sqrt(2 E / (g P))``. What is embodied per unit of
    work is held constant; failures and new needs are left out.

    Parameters
    ----------
    embodied : float or array
        Samples of what one unit embodies, in any unit of impact.
    yearly : float or array
        Of a year of its use while new, in the same unit, from the same simulation.
    improvement : float or array
        Share by which the energy of equal work falls each year.

    Returns
    -------
    float or array
        Years. Without improvement, or use, infinite.

    Raises
    ------
    ValueError
        If a value is negative or not finite, or an improvement is 1 or more.

    Examples
    --------
    Embodied 1,300 kg, 2,900 kg a year, and 20 % less energy with every year of making:

    >>> float(refresh(1300, 2900, 0.2).round(2))
    1.76
    """
    from scipy.special import lambertw

    given = {"embodied": embodied, "yearly": yearly, "improvement": improvement}
    for name, values in given.items():
        values = np.asarray(values)
        if values.dtype.kind not in "iuf":
            raise ValueError(f"refresh: {name} = {given[name]!r} is no number")
        if not np.isfinite(values).all() or (values < 0).any():
            raise ValueError(f"refresh: {name} holds a value that is negative or not finite")
    e, p, r = (np.asarray(values, dtype=float) for values in given.values())
    if (r >= 1).any():
        raise ValueError(
            "refresh: an improvement of 1 a year or more leaves nothing; give a share, such as 0.2"
        )
    g = -np.log1p(-r)
    with np.errstate(divide="ignore", invalid="ignore"):
        interval = (1 + lambertw((g * e / p - 1) / np.e).real) / g
    return np.where((g == 0) | (p == 0), np.inf, np.where(e == 0, 0.0, interval))


def refresh_interval(
    baseline: Baseline,
    lifetime: str,
    improvement: float | Quantity,
    n: int = 8192,
    seed: int = 0,
    *,
    category: str = "gwp",
) -> Any:
    """Return after how many years the hardware of a lifecycle is best replaced, by `refresh`.

    What hardware embodies is what the total loses where it serves for longer, so nothing that has
    a life of its own (a building, drives) is taken for it; all that is operational counts as its
    use. Both are per year of service, whatever the functional unit takes of it.

    Parameters
    ----------
    baseline : Lifecycle, Study or mapping of lifecycles
    lifetime : str
        Address or label of the service life.
    improvement : float or Quantity
        Share by which the energy of equal work falls each year.
    n, seed : int
        As `simulate` takes them.
    category : str

    Returns
    -------
    pandas.DataFrame
        A row for each scenario. Columns: scenario, unit (year), median, low, high (90 % interval
        of the samples in which it is ever worth it), never (share of the others), earlier
        (probability that it lies below the service life of the scenario).

    Raises
    ------
    GraphError
        If there is no such input or category.
    ValueError
        If the input is no time, or the total is not a part over it and a part without it.

    Examples
    --------
    >>> import lca
    >>> run = lca.training_run(accelerator="A100-SXM-80GB", accelerator_hours=1e5,
    ...                        region="PL", development="excluded")
    >>> table = lca.scenarios.refresh_interval(run, "cluster.lifetime", 0.2, n=1024)
    >>> table[["median", "low", "high", "earlier"]].round(1).values.tolist()
    [[1.2, 0.9, 1.6, 1.0]]
    """
    import pandas as pd

    size = sampling.rounded(sampling.check_size(n), "sobol")
    rates = _rates(improvement, size, seed)
    rows = []
    for name, life in _scenarios(baseline).items():
        service = _Service(life, lifetime, category, _correlation(baseline))
        blocks = [service(draws, count) for draws, count in _drawn(service.study, size, seed)]
        years, embodied, yearly = np.concatenate(blocks, axis=1)
        best = refresh(embodied, yearly, rates)
        pays = np.isfinite(best)
        low, median, high = quantiles(best[pays]) if pays.any() else (np.nan,) * 3
        about = {"scenario": name, "unit": "year", "median": median, "low": low, "high": high}
        shares = {"never": np.mean(~pays), "earlier": np.mean(best < years)}
        rows.append(about | {key: float(share) for key, share in shares.items()})
    return pd.DataFrame(rows)


def _rates(improvement: float | Quantity, size: int, seed: int) -> Any:
    """Return draws of a rate that no stage holds; plain ones, which no net can mirror."""
    if not isinstance(improvement, Quantity):
        return quantity.number("refresh_interval: improvement", improvement)
    in_shares = units.factor(improvement.unit or "1", "1")
    if improvement.is_fixed:
        return improvement.point * in_shares
    design = sampling.design(["improvement"], [1], size, seed, "random")
    return improvement.marginal.ppf(design.block(0, size)[0]) * improvement.scale * in_shares


class _Service:
    """Service life, what it embodies and a year of use, per year of service in each sample."""

    def __init__(
        self, life: Lifecycle, address: str, category: str, correlation: sampling.Correlation | None
    ) -> None:
        life.check_category(category)
        held = life.quantity(address)  # raises, with near names
        self.use = next(use for use in life.uses if address in (use.address, use.label))
        try:
            self.years = units.factor(self.use.slot.unit, "year")
        except units.UnitError as error:
            raise units.UnitError(f"{address!r} is no time: {error}") from None
        self.life = life
        cases = {"own": life}
        cases |= {str(times): life.replace({address: held * times}) for times in (2, 4)}
        self.study = Study(cases, correlation=correlation)
        self.row = life.categories.index(category)
        _check_reported(life, "embodied", category)
        self.operational = _part(life, "operational")

    def __call__(self, draws: Mapping[str, np.ndarray], size: int) -> np.ndarray:
        solutions = self.study.evaluate(draws, size)
        once, twice, later = (one.impacts[self.row].sum(axis=0) for one in solutions)
        if not np.allclose(once - twice, 2 * (twice - later), rtol=1e-6, atol=1e-9 * once.max()):
            raise ValueError(
                f"refresh_interval: the total is not a part over {self.use.address} and a part "
                "without it; compare lives with `factorial`"
            )
        called = {
            root.called["own"]: draws[root.label]
            for root in self.study.roots
            if "own" in root.called
        }
        values = self.life.values(self.use.stage, called)[self.use.path]
        years = np.broadcast_to(np.asarray(values, dtype=float) * self.years, size)
        embodied = np.maximum(2 * (once - twice), 0) * years
        return np.stack([years, embodied, self.operational(solutions[0], self.row)])


def equal_quality(parameters: Any, tokens: Any, other: Any, law: Mapping[str, Any]) -> Any:
    """Return the training tokens with which a model of another size reaches the same loss.

    By the scaling law ``L(N, D) = E + A / N^alpha + B / D^beta`` of Hoffmann and others (2022):
    ``D' = (B / (A / N^alpha + B / D^beta - A / N'^alpha))^(1 / beta)``. With 6 operations for each
    parameter and token of training and 2 of serving (`ComputeTraining`, `ComputedTokens`), a small
    model that was trained for longer is held against a large one. The law is of loss, not of
    answers, and was fitted up to some 20 tokens a parameter: far beyond, it is extrapolation.

    Parameters
    ----------
    parameters, tokens : float or array
        Of the model that is matched.
    other : float or array
        Parameters of the other model.
    law : mapping
        ``A``, ``B``, ``alpha``, ``beta``, each a number or samples.

    Returns
    -------
    float or array
        Tokens; infinite where no number of tokens is enough.

    Raises
    ------
    ValueError
        If the law misses a number, or a number is not above 0.

    Examples
    --------
    As 70 billion parameters on 1.4 trillion tokens, with the published numbers:

    >>> law = {"A": 406.4, "B": 410.7, "alpha": 0.34, "beta": 0.28}
    >>> tokens = equal_quality(70e9, 1.4e12, 10e9, law)
    >>> f"{float(tokens):.2g} tokens"
    '1.4e+13 tokens'
    >>> more, less = 6 * (10e9 * tokens - 70e9 * 1.4e12), 2 * (70e9 - 10e9)
    >>> f"fewer operations from {float(more / less):.2g} served tokens on"
    'fewer operations from 2.3e+12 served tokens on'
    """
    given = {"parameters": parameters, "tokens": tokens, "other": other, **law}
    if set(law) != {"A", "B", "alpha", "beta"}:
        raise ValueError(f"equal_quality: law holds {', '.join(law)}; give A, B, alpha, beta")
    for name, values in given.items():
        numbers = np.asarray(values)
        if numbers.dtype.kind not in "iuf" or not (numbers > 0).all():
            raise ValueError(f"equal_quality: {name} = {values!r} must be a number above 0")
    n, d, m, a, b, alpha, beta = (
        np.asarray(given[name], dtype=float)
        for name in ("parameters", "tokens", "other", "A", "B", "alpha", "beta")
    )
    left = a / n**alpha + b / d**beta - a / m**alpha  # of the loss, for tokens to make up
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(left > 0, (b / left) ** (1 / beta), np.inf)


def resized(
    baseline: Baseline,
    parameters: str,
    tokens: str,
    sizes: Any,
    law: Mapping[str, Any],
    *,
    name: str = "",
) -> Study:
    """Return every scenario beside those of models of other sizes that are as good.

    Each is trained on as many tokens as `equal_quality` says.

    Parameters
    ----------
    baseline : Lifecycle, Study or mapping of lifecycles
        Training, with the serving it is made for: a small model costs more training and less
        serving.
    parameters, tokens : str
        Addresses or labels of the inputs; one label for the parameters of training and serving.
    sizes : list or mapping
        Numbers of parameters, or numbers by the name that a scenario takes from them.
    law : mapping
        As `equal_quality` takes it, numbers alone.
    name : str
        Of the study.

    Raises
    ------
    GraphError
        If there is no such input.
    ValueError
        If the model is not a fixed size on a fixed number of tokens, or a model of that size
        cannot be as good.

    Examples
    --------
    >>> import lca
    >>> size = lca.fixed(70e9, name="parameters")
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.1)
    >>> run = lca.stages.compute_training("H100-SXM-80GB", name="training", parameters=size,
    ...                                   tokens=1.4e12, electricity=grid)
    >>> law = {"A": 406.4, "B": 410.7, "alpha": 0.34, "beta": 0.28}
    >>> life = lca.Lifecycle(run, functional_unit="one model")
    >>> lca.scenarios.resized({"large": life}, "parameters", "training.tokens",
    ...                       {"small": 35e9}, law)
    <Study of one model: large, large, small>
    """
    found: dict[str, Lifecycle] = {}
    for scenario, life in _scenarios(baseline).items():
        start = "" if isinstance(baseline, Lifecycle) else f"{scenario}, "
        found[scenario] = life
        own, trained = (_certain(life, address) for address in (parameters, tokens))
        for called, size in _levels(sizes):
            count = float(equal_quality(own, trained, size, law))
            if not np.isfinite(count):
                raise ValueError(
                    f"resized: no number of tokens makes a model of {size:g} parameters as good "
                    f"as one of {own:g} on {trained:g} tokens, by this law"
                )
            key = f"{start}{called or named('parameters', size)}"
            if key in found:
                raise ValueError(f"resized: two scenarios are called {key!r}; give sizes by name")
            found[key] = life.replace({parameters: size, tokens: count})
    return Study(found, name=name, correlation=_correlation(baseline))


def _certain(life: Lifecycle, address: str) -> float:
    held = life.quantity(address)
    if not held.is_fixed:
        raise ValueError(f"resized: {address} varies; give the model that is matched as one number")
    return float(held.point)
