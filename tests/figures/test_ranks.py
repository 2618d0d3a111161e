"""Ranks: cells are the shares of samples in which a scenario has a rank."""

import numpy as np
import pytest

import lca
from lca.figures import ranks
from lca.figures.ranks import _probabilities


@pytest.fixture
def result():
    grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06), losses=0)
    life = lca.Lifecycle(grid, functional_unit="one kWh")
    lives = {"now": life, "low": life.replace({"grid.intensity": 0.045})}
    lives["high"] = life.replace({"grid.intensity": 0.07})
    return lca.simulate(lca.Study(lives), n=512, seed=1)


def test_probabilities_are_those_of_sorting(result):
    samples = result.total("gwp").to_numpy()
    places = samples.argsort(axis=0).argsort(axis=0)
    expected = [[(row == rank).mean() for rank in range(3)] for row in places]
    assert _probabilities(samples) == pytest.approx(np.array(expected))


def test_rows_and_columns_add_up_to_one_and_equals_share_their_ranks():
    found = _probabilities(np.array([[1.0, 5.0], [1.0, 2.0], [3.0, 2.0]]))
    assert found.sum(axis=0) == pytest.approx([1, 1, 1])
    assert found.sum(axis=1) == pytest.approx([1, 1, 1])
    assert found[1] == pytest.approx([0.5, 0.5, 0])
    assert found[0] == pytest.approx([0.25, 0.25, 0.5])


def test_cells_stand_at_their_rank_and_say_their_per_cent(result):
    ax = ranks(result)
    assert len(ax.patches) == 9
    for i, cell in enumerate(ax.patches):
        assert cell.get_x() + 0.5 == 1 + i % 3
        assert int(cell.get_y()) == i // 3
    said = [text.get_text() for text in ax.texts]
    assert said[1:6] == ["25", "75", "", "now", "mean rank 1.8"]
    assert said[-3:] == ["100", "high", "mean rank 3.0"]


def test_darker_is_more_probable(result):
    shades = [sum(cell.get_facecolor()[:3]) for cell in ranks(result).patches]
    assert shades[2] == 3  # white: never
    assert shades[1] < shades[0] < shades[2]
    assert shades[8] == min(shades)


def test_it_says_of_what(result, words):
    said = words(ranks(result))
    assert "Rank by global warming potential over 100 years (1 = lowest) for one kWh" in said
    assert "Factor set AR6" in said
