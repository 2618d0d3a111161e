"""Embodied models: bars are means in parts, sorted, with their intervals."""

import pytest

import lca
from lca.figures import embodied_models


@pytest.fixture(scope="module")
def models():
    card = lca.accelerator_embodied("H100-SXM")
    life = lca.Lifecycle(card, functional_unit="one H100")
    return lca.simulate(lca.Study(life.options("embodied model")), n=1024, seed=1)


def rows(ax):
    """Bars by the row they stand in, top first."""
    found = {}
    for bar in ax.patches:
        found.setdefault(round(bar.get_y(), 6), []).append(bar)
    return [found[y] for y in sorted(found)]


def test_bars_are_means_lowest_first(models):
    means = models.total("gwp").mean("sample").to_series().sort_values()
    ax = embodied_models(models)
    drawn = [sum(bar.get_width() for bar in row) for row in rows(ax)]
    assert drawn == pytest.approx(means.tolist())
    names = [text.get_text() for text in ax.texts]
    assert [name for name in names if name in set(means.index)] == means.index.tolist()


def test_a_model_in_parts_is_one_bar_of_them_and_names_them(models):
    ax = embodied_models(models)
    assert sorted(len(row) for row in rows(ax)) == [1, 1, 1, 1, 5, 5]
    emitted = models.direct.sel(scenario="bottom-up", category="gwp").mean("sample").to_series()
    largest = emitted.nlargest(4)
    bars = rows(ax)[-1]
    assert [bar.get_width() for bar in bars[:4]] == pytest.approx(largest.tolist())
    assert [bar.get_x() for bar in bars] == pytest.approx([0, *largest.cumsum()], abs=1e-9)
    said = [text.get_text() for text in ax.texts if text.get_text().startswith("memory stack")]
    assert said == ["memory stack 130; grid of the fab 45; thermal 30; package 29; other 46"]


def test_intervals_and_ratios_are_those_of_the_samples(models):
    ax = embodied_models(models)
    highest = models.total("gwp").sel(scenario="bottom-up")
    low, high = highest.quantile([0.05, 0.95]).to_numpy()
    whiskers = [line.get_xdata() for line in ax.lines if line.get_marker() == "|"]
    assert whiskers[-1] == pytest.approx([low, high])
    means = models.total("gwp").mean("sample")
    ratio = float(means.max() / means.min())
    assert any(text.get_text().endswith(f"× {ratio:.2f}") for text in ax.texts)


def test_it_says_of_what(models, words):
    ax = embodied_models(models)
    assert ax.get_xlabel() == "Global warming potential over 100 years, kg CO2e for one H100"
    assert "Factor set AR6." in words(ax)


@pytest.mark.parametrize("accelerator", ["H100-SXM", "A100-SXM-40GB", "TPU-v4"])
def test_texts_stand_apart(check_texts, accelerator):
    life = lca.Lifecycle(lca.accelerator_embodied(accelerator), functional_unit="one card")
    study = lca.Study(life.options("embodied model"))
    check_texts(embodied_models(lca.simulate(study, n=64, seed=1)))


def test_nothing_but_positive_totals_has_a_ratio():
    grid = lca.stages.Electricity(name="grid", intensity=0.0, losses=0.0)
    result = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), n=8)
    with pytest.raises(ValueError, match="a total of gwp is not above zero"):
        embodied_models(result)
