"""Scenarios: grids, decisions, sweeps and crossings, against values by hand."""

import functools

import matplotlib.pyplot as plt
import numpy as np
import pytest

import lca
from lca import scenarios
from lca.lifecycle import GROUPS

TRAINING = functools.partial(
    lca.training_run,
    accelerator="A100-SXM-80GB",
    accelerator_hours=1e5,
    region="FR",
    development="excluded",
)


@pytest.fixture(scope="module")
def run():
    return TRAINING()


def two_parts(embodied=150.0, energy=1000.0):
    """Return a card of some kg, and energy over its life, as two activities."""
    card = lca.stages.Accelerator(name="card", footprint=embodied)
    grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
    return lca.Lifecycle(
        {"making": card, "use": _Use(name="card in use", electricity=grid, energy=energy)},
        functional_unit="one card",
    )


class _Use(lca.Stage):
    """Energy over the life of a card."""

    per = "accelerator"
    phase = "operation"
    electricity: lca.Stage = lca.supplier("kWh", "electricity")
    energy: lca.Number = lca.parameter("kWh/accelerator", "energy over the life")

    def exchanges(self):
        yield self.electricity, self.energy


class _Yearly(lca.Stage):
    """A card over its lifetime."""

    per = "year"
    phase = "manufacturing"
    card: lca.Stage = lca.supplier("accelerator", "the card")
    lifetime: lca.Number = lca.parameter("year/accelerator", "years it serves", valid=(0.001, 1e5))

    def exchanges(self):
        yield self.card, 1 / self.lifetime


# -- grids ------------------------------------------------------------------------------------


def test_a_grid_crosses_arguments_of_a_function_with_addresses(run):
    study = scenarios.factorial(TRAINING, {"region": ["FR", "PL"], "cluster.lifetime": [4, 6]})
    assert list(study.scenarios) == ["FR, 4 years", "FR, 6 years", "PL, 4 years", "PL, 6 years"]
    assert study.scenarios["PL, 6 years"].nominal("gwp") == pytest.approx(
        TRAINING(region="PL").replace({"cluster.lifetime": 6}).nominal("gwp")
    )


def test_values_of_a_grid_may_be_named_and_scenarios_are_crossed(run):
    better = {"as it is": run.quantity("cooling.pue"), "best": 1.05}
    study = scenarios.factorial({"now": run, "soon": run}, {"cooling.pue": better}, name="pue")
    assert list(study.scenarios) == ["now, as it is", "now, best", "soon, as it is", "soon, best"]
    assert study.scenarios["now, as it is"].nominal("gwp") == run.nominal("gwp")
    assert study.name == "pue"


def test_a_grid_is_paired(run):
    study = scenarios.factorial(run, {"cluster.lifetime": [4, 6]})
    result = lca.simulate(study, n=256, seed=1)
    embodied = result.by("group").sel(key="embodied", category="gwp").to_numpy()
    assert embodied[0] == pytest.approx(1.5 * embodied[1])  # in every sample


@pytest.mark.parametrize(
    ("key", "value", "unit", "name"),
    [
        ("cluster.lifetime", 1, "year", "1 year"),
        ("run.accelerator_hours", 1e6, "accelerator_hour", "1e+06 accelerator_hour"),
        ("grid.intensity", lca.fixed(57, "gCO2e/kWh"), "kgCO2e/kWh", "57 gCO2e/kWh"),
        ("run.power", lca.uniform(low=1, high=2, name="measured"), "W", "measured"),
        ("transport", False, "", "no transport"),
        ("cluster.idle_fraction", 0.25, "1", "idle fraction 0.25"),
    ],
)
def test_what_a_scenario_is_called_after_a_value(key, value, unit, name):
    assert scenarios.named(key, value, unit) == name


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ({"regin": ["FR"]}, "no argument 'regin'; did you mean 'region'"),
        (
            {"cluster.lifetme": [4]},
            "did you mean 'cluster.lifetime'",
        ),
        ({"region": "FR"}, "'region' takes a list of values"),
        ({"region": []}, "'region' takes a list of values"),
        ({"cluster.lifetime": [4, 4]}, "two scenarios are called '4 years'"),
        ({"cluster.lifetime": [lca.uniform(low=1, high=2)]}, "give values by name"),
    ],
)
def test_a_wrong_grid_says_what_is_wrong(factors, message):
    with pytest.raises(ValueError, match=message):
        scenarios.factorial(TRAINING, factors)


# -- decisions --------------------------------------------------------------------------------


def test_decisions_are_crossed_with_one_another_and_with_scenarios():
    grids = {
        name: lca.stages.Electricity(name=name, intensity=x, losses=0)
        for name, x in (("wind", 0.01), ("mix", 0.4))
    }
    power = lca.choice("contract", grids, kind="decision")
    energy = lca.discrete(values=[10, 20], kind="decision")
    use = _Use(name="use", electricity=power, energy=energy)
    life = lca.Lifecycle(use, functional_unit="one card")
    study = scenarios.decisions({"now": life, "dirty": life.replace({"mix.intensity": 0.8})})
    found = {name: one.nominal("gwp") for name, one in study.scenarios.items()}
    assert found == pytest.approx(
        {
            "now, 10 kWh/accelerator, wind": 0.1,
            "now, 10 kWh/accelerator, mix": 4,
            "now, 20 kWh/accelerator, wind": 0.2,
            "now, 20 kWh/accelerator, mix": 8,
            "dirty, 10 kWh/accelerator, wind": 0.1,
            "dirty, 10 kWh/accelerator, mix": 8,
            "dirty, 20 kWh/accelerator, wind": 0.2,
            "dirty, 20 kWh/accelerator, mix": 16,
        }
    )


def test_without_a_decision_there_is_nothing_to_cross():
    with pytest.raises(lca.GraphError, match="no choice is of kind='decision'"):
        scenarios.decisions(two_parts())


# -- sweeps -----------------------------------------------------------------------------------


def test_a_sweep_is_the_study_of_its_values_and_paired():
    life = two_parts(embodied=lca.uniform(low=100, high=200))
    both = {"now": life, "half": life.replace({"card in use.energy": 500})}
    table = scenarios.sweep(both, "grid.intensity", [0, 100], n=1024, unit="gCO2e/kWh")
    assert list(table["value"]) == [0, 0, 100, 100]
    assert set(table["input_unit"]) == {"gCO2e/kWh"}
    assert list(table["mean"]) == pytest.approx([150, 150, 250, 200], rel=1e-3)
    last = table.iloc[-1]
    ends = last[["difference", "difference_low", "difference_high"]]
    assert list(ends) == pytest.approx([-50] * 3)
    assert last["lower"] == 1
    assert table.iloc[0]["low"] == pytest.approx(105, rel=0.01)


def test_a_sweep_takes_values_in_the_unit_of_the_input():
    life = two_parts().replace({"grid.intensity": lca.fixed(400, "gCO2e/kWh")})
    table = scenarios.sweep(life, "grid.intensity", [100], n=8)
    assert list(table["mean"]) == [250]
    assert list(table["input_unit"]) == ["gCO2e/kWh"]


@pytest.mark.parametrize(
    ("address", "values", "message"),
    [
        ("grid.intensty", [1], "no input 'grid.intensty'; did you mean 'grid.intensity'"),
        ("grid.intensity", [], "give different numbers"),
        ("grid.intensity", [1, 1], "give different numbers"),
        ("grid.intensity", [float("nan")], "sweep: grid.intensity"),
    ],
)
def test_a_wrong_sweep_says_what_is_wrong(address, values, message):
    with pytest.raises(ValueError, match=message):
        scenarios.sweep(two_parts(), address, values, n=8)


# -- crossings --------------------------------------------------------------------------------


def test_embodied_equals_operational_where_the_line_says():
    life = two_parts(embodied=lca.uniform(low=100, high=200))
    for parts in (("embodied", "operational"), ("making", "use"), ("manufacturing", "operation")):
        row = scenarios.crossing(life, "grid.intensity", (0, 1), *parts, n=1024).iloc[0]
        assert row["median"] == pytest.approx(0.15, rel=1e-3)
        assert row["low"] == pytest.approx(0.105, rel=1e-2)
        assert (row["never"], row["one_lower_first"]) == (0, 0)


def test_samples_without_a_crossing_are_counted_by_what_is_lower():
    life = two_parts(embodied=lca.uniform(low=100, high=200))
    row = scenarios.crossing(life, "grid.intensity", (0, 0.12), "use", "making", n=1024).iloc[0]
    assert row["never"] == pytest.approx(0.8, abs=0.01)
    assert (row["one_lower"], row["other_lower"]) == (row["never"], 0)
    assert row["one_lower_first"] == pytest.approx(1 - row["never"])
    assert row["high"] <= 0.12
    none = scenarios.crossing(life, "grid.intensity", (0, 0.05), "making", "use", n=64).iloc[0]
    assert np.isnan(none["median"])
    assert none["other_lower"] == 1


def curved():
    """Return a life of E / T + 5 a year: a card over its lifetime T, and a rent."""
    card = lca.stages.Accelerator(name="card", footprint=lca.uniform(low=100, high=200))
    rent = lca.stages.Accelerator(name="rent", footprint=5)
    return lca.Lifecycle(
        {"own": _Yearly(name="year", card=card, lifetime=4), "hire": rent},
        functional_unit="one year",
    )


def test_a_crossing_on_a_curve_is_found_in_every_sample():
    row = scenarios.crossing(curved(), "year.lifetime", (0.01, 1e4), "card", "rent", n=1024).iloc[0]
    assert row["median"] == pytest.approx(30, rel=1e-3)
    assert row["low"] == pytest.approx(21, rel=1e-2)
    assert row["high"] == pytest.approx(39, rel=1e-2)
    assert (row["never"], row["unit"]) == (0, "year/accelerator")


def test_two_scenarios_cross_with_the_same_draws():
    """A card of E more kg that saves 500 kWh is better from an intensity of E / 500 on."""
    small = two_parts(embodied=lca.uniform(low=100, high=200, name="card"))
    large = small.replace({"card": small.quantity("card") * 2, "card in use.energy": 500})
    study = {"small": small, "large": large}
    table = scenarios.crossing(study, "grid.intensity", (0, 1), "small", "large", n=1024)
    row = table.iloc[0]
    assert len(table) == 1
    assert row["median"] == pytest.approx(0.3, rel=1e-3)
    assert row["one_lower_first"] == 1


def test_a_crossing_has_the_quantiles_of_a_sweep_around_it(run):
    """Where a sweep finds embodied below operational, the crossing lies below."""
    row = scenarios.crossing(run, "grid.intensity", (0, 1), "embodied", "operational", n=512)
    median = row.iloc[0]["median"]
    there = lca.simulate(run.replace({"grid.intensity": median}), n=512, seed=0)
    embodied, used = (there.by("group").sel(key=k, category="gwp")[0] for k in GROUPS)
    assert float((embodied < used).mean()) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("between", "one", "other", "message"),
    [
        ((1, 0), "making", "use", "first bound is below"),
        ((0, 1), "makin", "use", "no part 'makin'; did you mean 'making'"),
        ((0, 1), "network", "use", "no part 'network'"),
        ((0, 1), "baseline", "use", "'baseline' is a scenario"),
    ],
)
def test_a_wrong_crossing_says_what_is_wrong(between, one, other, message):
    with pytest.raises(ValueError, match=message):
        scenarios.crossing(two_parts(), "grid.intensity", between, one, other, n=8)


# -- refresh ----------------------------------------------------------------------------------


def test_the_refresh_interval_has_the_least_total():
    embodied, yearly, improvement = np.array([1300.0, 100.0, 5e4]), 2900.0, 0.2
    rate = -np.log(1 - improvement)
    intervals = np.linspace(0.05, 40, 400_000)[:, np.newaxis]
    total = embodied / intervals + yearly * np.expm1(rate * intervals) / (rate * intervals)
    least = intervals[total.argmin(axis=0), 0]
    assert scenarios.refresh(embodied, yearly, improvement) == pytest.approx(least, abs=2e-4)


def test_slow_progress_follows_the_square_root():
    assert scenarios.refresh(1000, 500, 1e-6) == pytest.approx(
        np.sqrt(2 * 1000 / (500 * 1e-6)), rel=1e-2
    )


def test_without_progress_or_use_hardware_is_never_replaced():
    assert list(scenarios.refresh([1, 1, 0], [1, 0, 1], [0, 0.1, 0.1])) == [np.inf, np.inf, 0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((-1, 1, 0.1), "embodied"),
        ((1, np.nan, 0.1), "yearly"),
        ((1, 1, 1), "leaves nothing"),
        (("1", 1, 0.1), "embodied = '1' is no number"),
        ((1, 1, True), "improvement = True is no number"),
    ],
)
def test_a_wrong_refresh_says_what_is_wrong(given, message):
    with pytest.raises(ValueError, match=message):
        scenarios.refresh(*given)


def test_the_refresh_interval_of_a_lifecycle_takes_what_a_life_shares_out(run):
    """What a run embodies times its life, over its use, is E / P whatever the run takes of both."""
    life = run.replace({"cluster.lifetime": lca.uniform(low=3, high=6)})
    facility = {"grid.intensity": 0.05}
    table = scenarios.refresh_interval(life.replace(facility), "cluster.lifetime", 0.2, n=512)
    result = lca.simulate(life.replace(facility), n=512)
    groups = result.by("group").sel(scenario="baseline", category="gwp")
    years = result.draws.sel(input="cluster.lifetime").to_numpy()
    served = groups.sel(key="embodied").to_numpy() * years
    best = scenarios.refresh(served, groups.sel(key="operational").to_numpy(), 0.2)
    assert table.iloc[0][["low", "median", "high"]].to_list() == pytest.approx(
        np.quantile(best, [0.05, 0.5, 0.95])
    )
    assert table["earlier"][0] == np.mean(best < years)
    assert table["never"][0] == 0


def test_what_has_a_life_of_its_own_is_not_replaced_with_hardware():
    run = TRAINING(facility=lca.fixed(1000, "kgCO2e/kW"), disposal=False, transport=False)
    less = TRAINING(facility=lca.fixed(1, "kgCO2e/kW"), disposal=False, transport=False)
    tables = [scenarios.refresh_interval(one, "cluster.lifetime", 0.2, n=64) for one in (run, less)]
    assert tables[0]["median"][0] == pytest.approx(tables[1]["median"][0], rel=1e-9)


def test_without_improvement_hardware_is_never_worth_replacing(run):
    row = scenarios.refresh_interval(run, "cluster.lifetime", 0.0, n=64).iloc[0]
    assert (row["never"], row["earlier"]) == (1, 0)
    assert np.isnan(row["median"])


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("cluster.lifetme", "did you mean 'cluster.lifetime'"),
        ("cooling.pue", "'1' is not a unit of the same kind as 'year'"),
    ],
)
def test_a_refresh_of_what_is_no_life_is_refused(run, address, message):
    with pytest.raises(ValueError, match=message):
        scenarios.refresh_interval(run, address, 0.2, n=8)


def test_an_improvement_has_the_unit_of_a_share(run):
    def median(improvement):
        return scenarios.refresh_interval(run, "cluster.lifetime", improvement, n=64)["median"][0]

    assert median(lca.fixed(20, "%")) == pytest.approx(median(0.2))
    with pytest.raises(ValueError, match="'kg' is not a unit of the same kind as '1'"):
        median(lca.uniform(low=0.1, high=0.2, unit="kg"))


def test_what_is_not_covered_is_not_taken_for_zero(run):
    """Water of hardware is not known: no crossing, no map, no refresh interval, no years."""
    for ask in (
        lambda: scenarios.crossing(
            run, "cooling.wue", (0.1, 1), "embodied", "operational", n=8, category="wcf"
        ),
        lambda: scenarios.balance(
            run, {"cooling.wue": [0.1, 1], "cluster.lifetime": [3, 5]}, n=8, category="wcf"
        ),
        lambda: scenarios.refresh_interval(run, "cluster.lifetime", 0.2, n=8, category="wcf"),
    ):
        with pytest.raises(lca.GraphError, match="no stage of 'embodied' reports 'wcf'"):
            ask()
    mix = TRAINING(electricity=lca.stages.electricity_mix("FR", 2022, name="grid"), region=None)
    with pytest.raises(lca.GraphError, match="coverage of 'wcf' differs: one of 'a' and 'b' is"):
        scenarios.crossing(
            {"a": run, "b": mix}, "cooling.pue", (1.1, 2), "a", "b", n=8, category="wcf"
        )


def test_a_thing_crosses_nothing_but_another(run):
    with pytest.raises(lca.GraphError, match="'embodied' is given twice"):
        scenarios.crossing(run, "grid.intensity", (0, 1), "embodied", "embodied", n=8)
    with pytest.raises(ValueError, match="a unit of 'grid.intensty', but no values; did you mean"):
        scenarios.balance(
            run,
            {"grid.intensity": [0.1, 1], "cluster.lifetime": [3, 5]},
            n=8,
            units={"grid.intensty": "gCO2e/kWh"},
        )


def test_a_total_that_does_not_go_with_one_over_the_life_is_refused():
    card = lca.stages.Accelerator(name="card", footprint=100)
    grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
    life = lca.Lifecycle(_Worn(name="year", card=card, grid=grid, lifetime=5, energy=100))
    with pytest.raises(ValueError, match=r"not a part over year\.lifetime and a part without it"):
        scenarios.refresh_interval(life, "year.lifetime", 0.2, n=8)


class _Worn(lca.Stage):
    """A card whose energy grows with its life."""

    per = "year"
    phase = "operation"
    card: lca.Stage = lca.supplier("accelerator", "the card")
    grid: lca.Stage = lca.supplier("kWh", "electricity")
    lifetime: lca.Number = lca.parameter("year", "years it serves", valid=(0.001, 1e5))
    energy: lca.Number = lca.parameter("kWh/year", "energy of a year while new")
    cards: lca.Number = lca.parameter("accelerator", "cards at once", default=1.0)
    wear: lca.Number = lca.parameter("1/year", "growth of the energy", default=0.1)

    def exchanges(self):
        yield self.card, self.cards / self.lifetime
        yield self.grid, self.energy * (1 + self.wear * self.lifetime)


# -- equal quality ----------------------------------------------------------------------------


LAW = {"A": 406.4, "B": 410.7, "alpha": 0.34, "beta": 0.28}


def test_tokens_of_equal_quality_give_the_same_loss():
    def loss(n, d):
        return LAW["A"] / n ** LAW["alpha"] + LAW["B"] / d ** LAW["beta"]

    sizes = np.array([35e9, 70e9, 140e9])
    tokens = scenarios.equal_quality(70e9, 1.4e12, sizes, LAW)
    assert loss(sizes, tokens) == pytest.approx(np.full(3, loss(70e9, 1.4e12)))
    assert tokens[1] == pytest.approx(1.4e12)
    assert scenarios.equal_quality(70e9, 1.4e12, 1e9, LAW) == np.inf  # too small for that loss


@pytest.mark.parametrize(
    ("law", "message"),
    [
        ({"A": 1}, "law holds A; give A, B, alpha, beta"),
        ({**LAW, "B": -1}, "B = -1 must be"),
        ({**LAW, "B": "410.7"}, "B = '410.7' must be a number above 0"),
        ({**LAW, "B": True}, "B = True must be a number above 0"),
        ({**LAW, "B": np.nan}, "B = nan must be a number above 0"),
    ],
)
def test_a_wrong_law_says_what_is_wrong(law, message):
    with pytest.raises(ValueError, match=message):
        scenarios.equal_quality(1e9, 1e9, 1e9, law)


def test_a_sweep_is_drawn():
    table = scenarios.sweep(two_parts(), "grid.intensity", [0.1, 0.2], n=8)
    axes = lca.figures.sweep(table)
    assert [float(y) for y in axes.lines[0].get_ydata()] == pytest.approx([250, 350])
    plt.close("all")


def test_a_balance_is_the_ratio_at_every_pair_of_values():
    table = scenarios.balance(
        two_parts(), {"grid.intensity": [0.1, 0.3], "card.footprint": [150.0, 300.0]}, n=8
    )
    expected = [1.5, 3.0, 0.5, 1.0]  # 150 and 300 kg over 1000 kWh at 0.1 and 0.3 kg
    assert table["median"].tolist() == pytest.approx(expected)
    assert table[["x", "y"]].values.tolist() == [[0.1, 150], [0.1, 300], [0.3, 150], [0.3, 300]]
    assert table.attrs["input_units"][0] == "kgCO2e/kWh"


def test_a_balance_of_two_scenarios_is_paired(run):
    poorer = run.replace({"cluster.utilisation": run.quantity("cluster.utilisation") * 0.5})
    table = scenarios.balance(
        {"as it is": run, "half used": poorer},
        {"grid.intensity": [10, 500], "cluster.lifetime": [3, 6]},
        "half used",
        "as it is",
        n=64,
        units={"grid.intensity": "gCO2e/kWh"},
    )
    assert set(table["scenario"]) == {"both"}
    assert (table["low"] > 1).all()
    assert (table["median"].iloc[:2] > table["median"].iloc[2:].to_numpy()).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"grid.intensity": [0.1, 0.2]}, "values of two inputs are needed, not of 1"),
        ({"grid.intensity": [0.2, 0.1], "card.footprint": [1, 2]}, "give two values or more"),
        ({"grid.intensty": [0.1, 0.2], "card.footprint": [1, 2]}, "grid.intensity"),
    ],
)
def test_a_wrong_balance_says_what_is_wrong(values, message):
    with pytest.raises(ValueError, match=message):
        scenarios.balance(two_parts(), values, n=8)


# -- models of other sizes ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def model():
    size = lca.fixed(70e9, name="parameters")
    run = lca.stages.compute_training(
        "H100-SXM-80GB",
        name="run",
        parameters=size,
        tokens=1.4e12,
        electricity=lca.stages.Electricity(name="grid", intensity=0.1),
    )
    return lca.Lifecycle(run, functional_unit="one model")


def test_a_model_of_another_size_takes_the_tokens_of_the_law(model):
    study = scenarios.resized(model, "parameters", "run.tokens", {"small": 10e9}, LAW)
    large, small = study.scenarios.values()
    tokens = float(scenarios.equal_quality(70e9, 1.4e12, 10e9, LAW))
    ratio = 10e9 * tokens / (70e9 * 1.4e12)  # of 6 N D
    assert small.nominal("gwp") == pytest.approx(ratio * large.nominal("gwp"))
    assert list(study.scenarios) == ["baseline", "small"]


@pytest.mark.parametrize(
    ("sizes", "given", "message"),
    [
        ([1e6], {}, "no number of tokens makes a model of 1e\\+06 parameters as good"),
        ([1e10, 1e10], {}, "two scenarios are called"),
        ([1e10], {"run.tokens": lca.uniform(low=1e12, high=2e12)}, "run.tokens varies"),
    ],
)
def test_a_model_that_cannot_be_as_good_is_refused(model, sizes, given, message):
    life = model.replace(given) if given else model
    with pytest.raises(ValueError, match=message):
        scenarios.resized(life, "parameters", "run.tokens", sizes, LAW)


def test_a_part_that_no_stage_reports_is_not_zero():
    grid = lca.stages.electricity_with_water("FR", 2022, name="grid")
    run = lca.training_run(
        accelerator="A100-SXM-80GB", accelerator_hours=1e5, development="excluded", electricity=grid
    )
    about = ("embodied", "operational", 64)
    with pytest.raises(lca.GraphError, match="no stage of 'embodied' reports 'wcf': it is not"):
        lca.scenarios.crossing(run, "grid.water", (0.1, 10), *about, category="wcf")
    values = {"grid.water": [1, 2], "cooling.pue": [1.1, 1.2]}
    with pytest.raises(lca.GraphError, match="no stage of 'embodied' reports 'wcf': it is not"):
        lca.scenarios.balance(run, values, *about, category="wcf")
