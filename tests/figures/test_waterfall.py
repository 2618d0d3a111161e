"""The waterfall: bars start where the last ended and add up to the last total."""

import numpy as np
import pytest

import lca
from lca.figures import waterfall


@pytest.fixture
def result():
    grid = lca.stages.Electricity(
        name="grid", intensity=lca.uniform(low=0.9, high=1.1), losses=lca.uniform(low=0, high=0.1)
    )
    life = lca.Lifecycle(grid, functional_unit="100 kWh", amount=100)
    plant = life.replace({"grid.losses": 0.0})
    clean = life.replace({"grid.intensity": lca.uniform(low=0.4, high=0.6)})
    study = lca.Study({"at the plant": plant, "with losses": life, "a cleaner grid": clean})
    return lca.simulate(study, n=256, seed=1)


def test_changes_add_up_to_the_last_mean(result):
    steps = result.steps()
    assert steps["change"].sum() == pytest.approx(steps["mean"].iloc[-1])
    totals = result.total("gwp").to_numpy()
    change = np.quantile(totals[1] - totals[0], [0.05, 0.95])
    assert steps[["change_low", "change_high"]].iloc[1].tolist() == pytest.approx(change.tolist())


def test_bars_start_where_the_last_ended(result):
    bars = waterfall(result).patches
    steps = result.steps()
    scale = bars[0].get_width() / steps["change"][0]
    assert [bar.get_width() / scale for bar in bars[:-1]] == pytest.approx(steps["change"].tolist())
    ends = [bar.get_x() + bar.get_width() for bar in bars[:-1]]
    assert [bar.get_x() for bar in bars[1:-1]] == pytest.approx(ends[:-1])
    assert bars[-1].get_x() == 0
    assert bars[-1].get_width() == pytest.approx(ends[-1])


def test_up_and_down_have_their_colours_and_signs(result):
    ax = waterfall(result, last="all of it")
    first, up, down, whole = [bar.get_facecolor() for bar in ax.patches]
    assert first == whole
    assert len({first, up, down}) == 3
    shown = [text.get_text() for text in ax.texts]
    assert any(text.startswith("+5") for text in shown)
    assert any(text.startswith("−5") for text in shown)
    assert "all of it" in shown


def test_a_category_that_is_not_there_is_an_error(result):
    with pytest.raises(lca.GraphError, match="wcf"):
        waterfall(result, "wcf")


def test_it_draws_into_given_axes(result):
    from matplotlib import pyplot

    ax = pyplot.figure().add_subplot()
    assert waterfall(result, ax=ax) is ax
