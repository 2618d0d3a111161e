"""Value of information: a closed form, a dummy, a measurement, and what is refused."""

import numpy as np
import pytest
from scipy import stats

import lca
from lca.sensitivity import evppi, evsi

MEAN, SPREADS = 0.5, {"x": 2.0, "z": 1.0, "w": 0.1}


class Option(lca.Stage):
    """10 + x + z + w: linear, so that differences are normal; dummy changes nothing."""

    per = "1"
    phase = "operation"
    base: lca.Number = lca.parameter("kgCO2e", "base", default=10.0)
    x: lca.Number = lca.parameter("kgCO2e", "x", default=0.0)
    z: lca.Number = lca.parameter("kgCO2e", "z", default=0.0)
    w: lca.Number = lca.parameter("kgCO2e", "w", default=0.0)
    dummy: lca.Number = lca.parameter("kgCO2e", "no effect", default=0.0)

    def exchanges(self):
        yield "gwp", self.base + self.x + self.z + self.w + 0 * self.dummy


def gaussian(sd, mean=0.0):
    return lca.normal(mean=mean, sd=sd, unit="kgCO2e")


@pytest.fixture
def pair():
    known = lca.Lifecycle(Option(dummy=gaussian(1)))
    spread = {name: gaussian(sd) for name, sd in SPREADS.items()}
    spread["x"] = gaussian(SPREADS["x"], mean=MEAN)
    return lca.Study({"A": known, "B": lca.Lifecycle(Option(dummy=gaussian(1), **spread))})


def by_input(table):
    """Inputs of B are numbered, since those of A are fixed under the same labels."""
    return table.assign(input=table["input"].str.removesuffix("#2")).set_index("input")


def linear_value(sd, mean=MEAN):
    """E max(0, -M) - max(0, -mean) for M normal: what knowing M is worth."""
    return sd * stats.norm.pdf(mean / sd) - mean * stats.norm.cdf(-mean / sd)


def zero_one_value(known, rest, mean=MEAN):
    """Gain in the chance to choose right when the part `known` of a normal D is known."""
    m = np.linspace(-10, 10, 20001)
    right = stats.norm.cdf(-(mean + m * known) / rest)
    best = np.trapezoid(np.maximum(right, 1 - right) * stats.norm.pdf(m), m)
    below = stats.norm.cdf(-mean / np.hypot(known, rest))
    return best - max(below, 1 - below)


@pytest.mark.parametrize("seed", [1, 2])
def test_linear_values_are_those_of_the_closed_form(pair, seed):
    table = by_input(evppi(pair, n=8192, seed=seed))
    assert list(table.columns) == ["output", "unit", "kind", "value", "value_conf", "share"]
    whole = linear_value(np.sqrt(sum(sd**2 for sd in SPREADS.values())))
    for name, sd in SPREADS.items():
        row = table.loc[f"option.{name}"]
        assert row["value"] == pytest.approx(linear_value(sd), abs=max(row["value_conf"], 0.004))
        assert row["share"] == pytest.approx(linear_value(sd) / whole, abs=0.02)
    assert (table.loc["option.x", "output"], table.loc["option.x", "unit"]) == (
        "gwp, B minus A",
        "kgCO2e",
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_values_with_0_1_loss_are_those_of_the_closed_form(pair, seed):
    table = by_input(evppi(pair, n=16384, seed=seed, loss="0-1"))
    for name in ("x", "z"):
        rest = np.sqrt(sum(sd**2 for other, sd in SPREADS.items() if other != name))
        row = table.loc[f"option.{name}"]
        truth = zero_one_value(SPREADS[name], rest)
        assert row["value"] == pytest.approx(truth, abs=max(row["value_conf"], 0.006))
        assert row["unit"] == "1"


@pytest.mark.parametrize("loss", ["linear", "0-1"])
def test_a_dummy_lies_within_its_interval_and_bias_is_taken_off(pair, loss):
    values, inside = [], 0
    for seed in range(20):
        row = evppi(pair, n=2048, seed=seed, loss=loss, resamples=40).set_index("input")
        row = row.loc["option.dummy"]
        values.append(row["value"])
        inside += abs(row["value"]) <= row["value_conf"]
    assert inside >= 18
    assert abs(np.mean(values)) < 0.004


def test_knowledge_that_cannot_change_the_choice_is_worth_nothing(pair):
    far = lca.Study(
        {
            "A": pair.scenarios["A"],
            "B": pair.scenarios["B"].replace({"option.x": gaussian(0.5, mean=40.0)}),
        }
    )
    table = evppi(far, n=1024, seed=1)
    assert (table["value"] == 0).all()
    assert (table["share"] == 0).all()


def measurable():
    one = lca.stages.Electricity(
        name="grid", intensity=lca.lognormal(median=0.4, gsd=1.5), losses=0.0
    )
    life = lca.Lifecycle(one, functional_unit="one kWh")
    return lca.Study({"grid": life, "own": life.replace({"grid.intensity": 0.4})})


def test_a_measurement_is_worth_what_the_closed_form_says():
    """m(z) = E(x | z), for lognormal x and a lognormal error: known in closed form."""
    study = measurable()
    prior = np.log(1.5)
    for gsd in (1.02, 1.3, 3.0):
        row = evsi(study, {"grid.intensity": gsd}, n=16384, seed=1).iloc[0]
        kept = prior**2 / (prior**2 + np.log(gsd) ** 2)
        rng = np.random.default_rng(0)
        z = np.sqrt(kept) * prior * rng.standard_normal(1_000_000)
        known = 0.4 * np.exp(z + (1 - kept) * prior**2 / 2)
        gain = known.mean() - np.minimum(known, 0.4).mean()  # against choosing the grid
        truth = min(known.mean(), 0.4) - np.minimum(known, 0.4).mean()
        assert gain >= truth
        assert row["value"] == pytest.approx(truth, abs=max(row["value_conf"], 0.0015)), gsd


def test_a_better_measurement_is_worth_more_and_never_more_than_knowledge():
    study = measurable()
    known = evppi(study, n=8192, seed=1).set_index("input").loc["grid.intensity", "value"]
    values = [
        evsi(study, {"grid.intensity": gsd}, n=8192, seed=1).iloc[0]["value"]
        for gsd in (1.01, 1.2, 2.0)
    ]
    assert known + 1e-4 > values[0] > values[1] > values[2] > -0.001


def test_a_choice_of_model_has_a_value_too():
    cards = {
        name: lca.stages.Accelerator(name=name, footprint=x) for name, x in (("a", 100), ("b", 200))
    }
    card = lca.choice("model", cards, weights={"a": 1, "b": 1})
    life = lca.Lifecycle(card, functional_unit="one card")
    other = lca.stages.Accelerator(name="other", footprint=140.0)
    other = lca.Lifecycle(other, functional_unit="one card")
    row = evppi(lca.Study({"one": life, "two": other}), n=1024, seed=1).iloc[0]
    assert (row["input"], row["kind"]) == ("model", "model")
    assert row["value"] == pytest.approx(20, abs=0.5)  # 140 against the mean of 100 and 140
    assert row["share"] == pytest.approx(1, abs=0.01)


def test_what_cannot_be_asked_is_refused(pair, training):
    with pytest.raises(ValueError, match="evppi asks what knowledge is worth to a choice"):
        evppi(training)
    with pytest.raises(ValueError, match="loss = 'quadratic'"):
        evppi(pair, loss="quadratic")
    with pytest.raises(ValueError, match="no such difference; there are gwp, B minus A"):
        evppi(pair, of="water")
    with pytest.raises(ValueError, match=r"evsi: no input 'option\.q' varies"):
        evsi(pair, {"option.q": 1.1})
    with pytest.raises(ValueError, match="the GSD of 'option.x#2' must be above 1, not 0.9"):
        evsi(pair, {"option.x#2": 0.9})
    with pytest.raises(ValueError, match="needs a positive number"):
        evsi(pair, {"option.x#2": 1.1})
    with pytest.raises(ValueError, match="evsi: say what is measured"):
        evsi(pair, {})
    with pytest.raises(TypeError, match="evppi takes a Study or a Lifecycle"):
        evppi(3)


def test_an_input_is_known_with_its_common_factor():
    def grid(name):
        intensity = lca.lognormal(
            median=0.4, gsd=1.2, unit="kgCO2e/kWh", key=name, common="method", share=0.9
        )
        electricity = lca.stages.Electricity(name="grid", intensity=intensity, losses=0.0)
        return lca.Lifecycle(electricity, functional_unit="one kWh")

    study = lca.Study({"own": grid("a").replace({"grid.intensity": 0.4}), "grid": grid("a")})
    perfect = evppi(study, n=8192, seed=1).set_index("input")
    assert perfect["share"].idxmax() == "a"
    assert perfect.loc["a", "share"] == pytest.approx(1, abs=0.01)
    assert perfect.loc["common factor method", "share"] < 0.97
    rough = evsi(study, {"a": 1.001}, n=8192, seed=1).iloc[0]["value"]
    assert rough == pytest.approx(perfect.loc["a", "value"], rel=0.01)
