"""Calibration: scores as in the textbook, corrections by one rule, questions from the tables."""

import dataclasses
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import special, stats

from lca import calibration, catalogue, cli, tables
from lca.calibration import Correction, Predictions, ask, binomial

N = 256


def _predictions(metered, samples, groups=None):
    ids = tuple(f"case {i}" for i in range(len(metered)))
    return Predictions("a question", "kg", ids, groups or ids, np.array(metered), samples)


def _cases(count, spread=1.0, bias=1.0, stated=1.0, seed=0):
    """Predictions of lognormals around 10, and what came about."""
    normal = np.random.default_rng(seed).normal(size=count)
    samples = 10 * np.exp(stated * special.ndtri((np.arange(999) + 0.5) / 999))
    return _predictions(10 * bias * np.exp(spread * normal), np.tile(samples, (count, 1)))


# -- scores -------------------------------------------------------------------------------------


def test_binomial_interval_is_that_of_clopper_and_pearson():
    for hits, n in [(0, 8), (5, 8), (8, 8), (80, 100)]:
        expected = stats.binomtest(hits, n).proportion_ci(0.95, "exact")
        assert binomial(hits / n, n) == pytest.approx((expected.low, expected.high))


def test_pit_counts_ties_as_half():
    found = _predictions([1.0, 2.5, 9.0], np.tile([1.0, 2.0, 3.0, 4.0], (3, 1)))
    assert found.pit.tolist() == [0.125, 0.5, 1.0]


def test_interval_score_by_hand():
    samples = np.exp(np.linspace(0, 1, 101))[None, :]  # 90 % interval of the logarithm: 0.05, 0.95
    assert _predictions([np.exp(0.5)], samples).score() == pytest.approx(0.9, abs=1e-3)
    above = _predictions([np.exp(1.15)], samples)
    assert above.score() == pytest.approx(0.9 + 20 * 0.2, abs=1e-2)
    below = _predictions([np.exp(-0.05)], samples)
    assert below.score() == pytest.approx(0.9 + 20 * 0.1, abs=1e-2)
    assert above.width() == pytest.approx(np.exp(0.9), abs=1e-2)


def test_right_predictions_hold_what_they_state_and_ask_for_nothing():
    found = _cases(2000)
    for level in calibration.LEVELS:
        share, low, high = found.coverage(level)
        assert low < level < high
        assert share == pytest.approx(level, abs=0.03)
    assert found.correction() is None


def test_cases_of_one_group_count_once():
    alone = _cases(40)
    grouped = _predictions(alone.metered, alone.samples, tuple("abcd" * 10))
    assert grouped.independent == 4
    assert grouped.coverage(0.9)[0] == alone.coverage(0.9)[0]
    assert grouped.coverage(0.9)[1] < alone.coverage(0.9)[1]


# -- correction ---------------------------------------------------------------------------------


def test_too_narrow_predictions_are_stretched_by_what_they_lack():
    correction = _cases(2000, spread=2.0).correction()
    assert correction.ratio == 1
    assert correction.stretch == pytest.approx(2.0, rel=0.05)


def test_too_wide_predictions_are_pressed():
    assert _cases(2000, spread=0.5).correction().stretch == pytest.approx(0.5, rel=0.05)


def test_biased_predictions_are_multiplied():
    correction = _cases(2000, bias=3.0).correction()
    assert correction.ratio == pytest.approx(3.0, rel=0.1)
    assert correction.stretch == pytest.approx(1.0, rel=0.05)


def test_a_correction_makes_the_other_half_right():
    fitted, other = _cases(2000, spread=2.0, bias=0.3, seed=1).halves(0)
    corrected = other.corrected(fitted.correction())
    for level in calibration.LEVELS:
        _, low, high = corrected.coverage(level)
        assert low < level < high


def test_to_correct_is_to_multiply_and_to_stretch_about_the_median():
    found = _predictions([1.0], np.exp([[0.0, 1.0, 3.0]]))
    by = found.corrected(Correction(ratio=np.exp(0.5), stretch=2.0))
    assert np.log(by.samples).ravel().tolist() == pytest.approx([-0.5, 1.5, 5.5])


def test_halves_split_no_group_and_follow_from_the_seed():
    found = _predictions(np.ones(12), np.ones((12, 3)), tuple("aabbccddeeff"))
    first, second = found.halves(0)
    assert set(first.groups).isdisjoint(second.groups)
    assert sorted(first.ids + second.ids) == sorted(found.ids)
    assert found.halves(0)[0].ids == first.ids
    assert any(found.halves(seed)[0].ids != first.ids for seed in range(1, 5))


# -- questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("question", calibration.QUESTIONS)
def test_every_question_is_whole(question):
    found = ask(question, N)
    assert found.question == question
    assert len(set(found.ids)) == len(found.ids) == len(found.metered) == len(found.groups)
    assert found.samples.shape[0] == len(found.ids)
    assert (found.metered > 0).all()
    assert (found.samples > 0).all()
    assert (found.frame()["low"] < found.frame()["high"]).all()
    assert (ask(question, N).samples == found.samples).all()


def test_training_energy_is_of_the_boundary_that_was_metered():
    found = ask("training energy", 1024).frame().set_index("id")
    assert len(found) == 16
    alone = 234_000 * 0.7  # accelerator-hours × rated power, accelerators only
    assert found.loc["olmo-3-7b", "median"] == pytest.approx(alone * 0.795, rel=0.01)
    building = 245_760 * 0.45 * 0.795 * 1.45 * 1.516  # with hosts and an unknown PUE
    assert found.loc["t5-11b", "median"] == pytest.approx(building, rel=0.03)
    assert found.loc["t5-11b", "metered"] == 85_700


def test_a_name_that_stands_for_several_accelerators_is_each_of_them():
    power = calibration._rated_power("V100")
    assert power.support == (250, 300)
    assert calibration._rated_power("TPU-v3").support == (450, 450)


def test_energy_of_a_model_is_predicted_without_it():
    found = ask("inference energy", N)
    rows = [row for row in tables.rows("inference_measured") if row["label"] != found.groups[0]]
    x, y, energy = (
        np.log([float(row[name]) for row in rows])
        for name in ("parameters_active", "batch_mean", "energy_per_token")
    )
    design = np.column_stack([np.ones(len(rows)), x, y])
    slopes = np.linalg.solve(design.T @ design, design.T @ energy)
    own = tables.rows("inference_measured")[0]
    at = [1, np.log(float(own["parameters_active"])), np.log(float(own["batch_mean"]))]
    assert np.median(found.samples[0]) == pytest.approx(np.exp(slopes @ at), rel=0.01)


def test_a_country_is_its_mix_times_factors_that_all_countries_share():
    found = ask("country intensity", N)
    bhutan = found.groups.index("BT")  # water power alone
    water = catalogue.figure("technology.hydro.ghg.ar5").median
    assert np.median(found.samples[bhutan]) == pytest.approx(water, rel=0.02)
    paraguay = found.groups.index("PY")
    together = np.corrcoef(np.log(found.samples[[bhutan, paraguay]]))[0, 1]
    assert together > 0.99


def test_boards_are_one_while_the_dies_of_the_b200_are_not_published():
    assert catalogue.record("accelerators", "B200-SXM-180GB")["die_area"] is None
    assert ask("embodied boards", N).metered.tolist() == [1312]


def test_a_prediction_by_least_squares_is_that_of_the_textbook():
    x, y = np.array([1.0, 2.0, 3.0, 4.0, 6.0]), np.array([1.1, 1.9, 3.2, 3.8, 6.3])
    samples = calibration._predicted(np.column_stack([np.ones(5), x]), y, np.array([1.0, 9.0]), 999)
    line = stats.linregress(x, y)
    residuals = y - line.intercept - line.slope * x
    spread = np.sqrt((residuals**2).sum() / 3)
    leverage = 1 / 5 + (9 - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    ends = stats.t(3).ppf([0.05, 0.95]) * spread * np.sqrt(1 + leverage)
    middle = line.intercept + 9 * line.slope
    assert np.median(samples) == pytest.approx(middle)
    assert np.quantile(samples, [0.05, 0.95]) == pytest.approx(middle + ends, rel=0.01)


@pytest.mark.parametrize("what", ["pue", "wue"])
def test_a_site_is_predicted_from_the_other_sites_of_its_provider_alone(what):
    sites = calibration._sites(what)
    found = ask(f"{calibration._TITLES[what]}, provider known", 1024)
    for i in (0, len(sites) - 1):
        logs = np.log(
            [one.value for one in sites if one.provider == sites[i].provider and one != sites[i]]
        )
        ends = stats.t(len(logs) - 1).ppf([0.05, 0.95]) * logs.std(ddof=1)
        ends *= np.sqrt(1 + 1 / len(logs))
        assert np.median(found.samples[i]) == pytest.approx(np.exp(logs.mean()), rel=1e-4)
        assert found.interval()[:, i] == pytest.approx(np.exp(logs.mean() + ends), rel=0.02)


def test_a_hidden_site_says_nothing_of_its_own_prediction(monkeypatch):
    sites = calibration._sites("wue")
    before = ask("WUE, provider known", N).samples[0]
    sites[0] = dataclasses.replace(sites[0], value=1000 * sites[0].value)
    monkeypatch.setattr(calibration, "_sites", lambda _: sites)
    assert (ask("WUE, provider known", N).samples[0] == before).all()


def test_regions_that_share_a_place_are_one_site():
    ids = {site.id for site in calibration._sites("pue")}
    assert "azure.eastus" in ids
    assert "azure.eastus2" not in ids
    assert not any(one.startswith("gcp.") for one in ids)
    assert "cloud.gcp.pue.campus.dublin" in ids


def test_a_misspelt_question_is_said():
    with pytest.raises(ValueError, match="no question 'PUE'"):
        ask("PUE")


# -- the table ----------------------------------------------------------------------------------


def test_halves_stand_in_the_table_where_one_asks_for_a_correction():
    found = calibration.table(["PUE - 1, operator unknown", "embodied boards"], n=N)
    assert list(found.columns) == calibration.COLUMNS
    assert found["version"].tolist() == [
        "as shipped",
        "corrected, fitted half",
        "corrected, other half",
        "as shipped, other half",
        "as shipped",
    ]
    assert found["n"].tolist() == [68, 34, 34, 34, 1]
    assert found["stretch"].tolist()[1] == found["stretch"].tolist()[2] != 1
    assert [sum(histogram) for histogram in found["histogram"]] == found["n"].tolist()
    assert found["score"][2] < found["score"][3]


def test_no_questions_are_no_rows():
    assert calibration.table([], n=N).empty
    assert list(calibration.table([], n=N)) == calibration.COLUMNS


def test_the_page_shows_what_the_command_prints(tmp_path, capsys):
    assert cli.main(["calibrate", "-o", str(tmp_path / "made")]) == 0
    plt.close("all")
    printed = capsys.readouterr().out.rstrip()
    page = Path(__file__).parent.parent / "docs" / "explanation" / "calibration.md"
    assert printed in page.read_text(encoding="utf-8"), "put the output of `lca calibrate` there"
    made = {path.name for path in (tmp_path / "made").iterdir()}
    assert made == {"calibration.csv", *(f"calibration.{x}" for x in ("svg", "pdf", "png"))}
