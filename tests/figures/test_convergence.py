"""Convergence: the last point is the estimate of all samples, with its error."""

import numpy as np
import pytest
from matplotlib import pyplot

import lca
from lca.figures import convergence, style
from lca.result import STUDENT


@pytest.fixture
def result(run_life):
    return lca.simulate(run_life, n=1024, seed=1)


@pytest.fixture
def found():
    names = ["grid.intensity", "run.power", *(f"an input with a long name {i}" for i in range(8))]
    return ladder({"gwp, a": [(name, 0.5 / (i + 1)) for i, name in enumerate(names)],
                   "gwp, b": [("run.power", 0.04), ("grid.intensity", 0.01)]})  # fmt: skip


def ladder(outputs):
    import pandas as pd

    rows = [
        (output, name, st * 1.2, 1, st * 1.1, 1, st, 1, True)
        for output, inputs in outputs.items()
        for name, st in inputs
    ]
    columns = ["output", "input", *(f"{a} at {n}" for n in (64, 128, 256) for a in ("ST", "rank"))]
    table = pd.DataFrame(rows, columns=[*columns, "settled"]).assign(tied="")
    dummy = pd.DataFrame([(output, 0.01) for output in outputs], columns=["output", "noise"])
    return lca.sensitivity.Ladder(None, None, (), None, table, dummy, None, ())


def band(ax):
    """Return low and high of the band at its last point."""
    points = ax.collections[0].get_paths()[0].vertices
    last = points[points[:, 0] == points[:, 0].max()]
    return last[:, 1].min(), last[:, 1].max()


def test_the_last_point_is_the_mean_with_its_error(result):
    ax = convergence(result)
    row = result.summary().query("key == 'total' and category == 'gwp'").iloc[0]
    x, y = ax.lines[0].get_data()
    assert list(x) == [32, 64, 128, 256, 512, 1024]
    assert y[-1] == pytest.approx(row["mean"] / 1000)
    half = STUDENT * row["standard_error"] / 1000
    assert band(ax) == pytest.approx((y[-1] - half, y[-1] + half))


def test_a_quantile_is_that_of_all_samples_with_its_error(result):
    ax = convergence(result, q=0.95)
    row = result.quantile(0.95).iloc[0]
    last = ax.lines[0].get_ydata()[-1]
    assert last == pytest.approx(row["quantile"] / 1000)
    assert band(ax)[1] - last == pytest.approx(STUDENT * row["standard_error"] / 1000)
    assert ax.get_ylabel() == "95 % quantile, t CO2e"


def test_earlier_points_take_the_first_samples_of_every_replicate(result):
    y = convergence(result).lines[0].get_ydata()
    samples = result.total("gwp").to_numpy()[0].reshape(8, -1)
    assert y[0] == pytest.approx(samples[:, :4].mean() / 1000)


def test_an_odd_number_of_samples_ends_with_all_that_fill_replicates(run_life):
    result = lca.simulate(run_life, n=1001, seed=1, sampler="random")
    assert convergence(result).lines[0].get_xdata()[-1] == 1000


def test_it_says_what_of_what_by_which_factors(result, words):
    said = words(convergence(result))
    for word in ("Mean of baseline", "t CO2e for one model", "Factor set AR6", "n = 1,024", "95 %"):
        assert word in said


def test_lines_of_a_ladder_are_its_indices_of_inputs_that_matter(found):
    ax = convergence(found)
    table = found.convergence.query("output == 'gwp, a'").set_index("input")
    assert 2 < len(ax.lines) <= 7
    for line in ax.lines:
        row = table.loc[line.get_label()]
        assert list(line.get_xdata()) == [64, 128, 256]
        assert list(line.get_ydata()) == pytest.approx([row[f"ST at {n}"] for n in (64, 128, 256)])
    looks = {(line.get_color(), line.get_linestyle()) for line in ax.lines}
    assert len(looks) == len(ax.lines)


def test_where_no_input_matters_the_first_is_drawn(found, words):
    ax = convergence(found, output="gwp, b")
    assert [line.get_label() for line in ax.lines] == ["run.power"]
    assert "Total Sobol indices of: Global warming potential over 100 years (b)" in words(ax)


def test_a_real_ladder_is_drawn(training, check_texts):
    found = lca.sensitivity.ladder(training, n=64, of="gwp, baseline", progress=False)
    check_texts(convergence(found))


def test_no_text_overlaps_or_leaves_the_figure(result, found, check_texts):
    for ax in (convergence(result), convergence(result, q=0.5), convergence(found)):
        check_texts(ax)


@pytest.mark.parametrize("n", [64, 16384])
def test_few_and_many_samples_fit(run_life, n, check_texts):
    name = "a scenario whose name goes on and on and on and on and on and on and on"
    result = lca.simulate(lca.Study({name: run_life}), n=n, seed=1)
    check_texts(convergence(result))


def test_what_cannot_be_drawn_is_an_error(result, found, run_life):
    with pytest.raises(ValueError, match="no scenario 'baselin'; did you mean 'baseline'"):
        convergence(result, scenario="baselin")
    with pytest.raises(ValueError, match="no output 'gwp'"):
        convergence(found, output="gwp")
    with pytest.raises(ValueError, match="q = 95 must lie between 0 and 1"):
        convergence(result, q=95)
    with pytest.raises(ValueError, match="32 samples are too few; 64 will do"):
        convergence(lca.simulate(run_life, n=32))
    with pytest.raises(lca.GraphError, match="no stage yields 'wcf'"):
        convergence(result, "wcf")


def test_given_axes_are_drawn_on_and_returned(result):
    ax = pyplot.figure(figsize=(style.DOUBLE / 25.4, 3)).add_subplot()
    assert convergence(result, ax=ax) is ax
    assert np.isfinite(ax.get_ylim()).all()
