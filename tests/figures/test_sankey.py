"""Ribbons: as wide as means, and nothing is lost on the way to the total."""

import pytest
from matplotlib import pyplot
from matplotlib.patches import PathPatch, Rectangle

import lca
from lca.figures import sankey, style


@pytest.fixture
def result(training):
    clean = training.replace({"grid.intensity": 0.01})
    return lca.simulate(lca.Study({"France": training, "clean": clean}), n=256, seed=1)


def nodes(ax):
    """Return the bars of stages, phases and the total."""
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    places = sorted({bar.get_x() for bar in bars})
    return [[bar for bar in bars if bar.get_x() == x] for x in places]


def ribbons(ax):
    """Return (start, end, top and bottom at the start, at the end) of every ribbon."""
    found = []
    for patch in ax.patches:
        if isinstance(patch, PathPatch):
            points = patch.get_path().vertices
            first, last = points[0], points[-1]
            end = points[points[:, 0] == points[:, 0].max()]
            found.append((first[0], end[0, 0], (first[1], last[1]), (end[0, 1], end[-1, 1])))
    return found


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_bars_of_every_column_add_up_to_the_total(result):
    stages, phases, (whole,) = nodes(sankey(result))
    for column in (stages, phases):
        assert sum(bar.get_height() for bar in column) == pytest.approx(whole.get_height())
    assert len(phases) == 6


def test_bars_are_as_high_as_means(result):
    _, phases, (whole,) = nodes(sankey(result))
    means = result.by("phase").sel(scenario="France", category="gwp").mean("sample")
    share = float(means.sel(key="manufacturing") / means.sum())
    assert phases[0].get_height() == pytest.approx(share * whole.get_height())


def test_ribbons_keep_their_width_and_fill_the_bars(result):
    ax = sankey(result)
    stages, phases, (whole,) = nodes(ax)
    drawn = ribbons(ax)
    assert len(drawn) == len(stages) + len(phases)
    for _, _, start, end in drawn:
        assert start[1] - start[0] == pytest.approx(end[1] - end[0])
    for bar in phases:
        inside = [end for _, x, _, end in drawn if x == bar.get_x()
                  and bar.get_y() - 1e-6 <= end[0] <= bar.get_y() + bar.get_height()]  # fmt: skip
        assert sum(high - low for low, high in inside) >= bar.get_height() * (1 - 1e-9)
    into = [end for _, x, _, end in drawn if x == whole.get_x()]
    assert min(low for low, _ in into) == pytest.approx(whole.get_y())
    assert max(high for _, high in into) == pytest.approx(whole.get_y() + whole.get_height())


def test_labels_hold_mean_and_interval(result):
    said = texts(sankey(result))
    table = result.summary("stage").query("scenario == 'France' and category == 'gwp'")
    for row in table[table["key"].isin(["training", "server"])].itertuples():
        low, high = row.low / 1000, row.high / 1000
        text = f"{style.number(row.mean / 1000, high - low)} ({style.interval(low, high)})"
        assert f"{row.key}  {text}" in said


def test_it_says_unit_functional_unit_factor_set_and_scenario(result, words):
    said = words(sankey(result, "clean"))
    for word in ("t CO2e for one trained model", "Factor set AR6", "Scenario: clean", "90 %"):
        assert word in said
    assert "partial: without" in words(sankey(result, category="wcf"))


def test_a_stage_named_as_its_phase_stands_at_the_left_of_its_bar(result):
    ax = sankey(result)
    stages, phases, _ = nodes(ax)
    places = [text.get_position()[0] for text in ax.texts if text.get_text()[:9] == "transport"]
    assert len(places) == 2
    assert places[0] < stages[0].get_x() < phases[0].get_x() < places[1]


class Part(lca.Stage):
    """A part."""

    per = "1"
    phase = "manufacturing"
    footprint: lca.Number = lca.parameter("kgCO2e", "footprint")

    def exchanges(self):
        yield "gwp", self.footprint


class Product(lca.Stage):
    """What takes all parts."""

    per = "1"
    phase = "operation"
    parts: lca.Stage = lca.suppliers("1", "parts")

    def exchanges(self):
        for part in self.parts.values():
            yield part, 1


def product(sizes, name="a part with a name that goes on and on and on and on"):
    parts = {}
    for i, size in enumerate(sizes):
        footprint = lca.uniform(low=size / 2, high=size * 3 / 2) if size > 0 else size
        parts[f"{i} {name}"] = Part(name=f"{i} {name}", footprint=footprint)
    return lca.simulate(lca.Lifecycle(Product(parts=parts)), n=256, seed=1)


def test_small_stages_of_a_phase_are_drawn_as_one():
    ax = sankey(product([100, 0.3, 0.4, 0.2]))
    assert [text for text in texts(ax) if text.startswith("3 smaller stages  0.90 (")]
    stages, _, (whole,) = nodes(ax)
    assert len(stages) == 2
    assert sum(bar.get_height() for bar in stages) == pytest.approx(whole.get_height())
    assert len(nodes(sankey(product([100, 0.3])))[0]) == 2


@pytest.mark.parametrize("sizes", [[1], [100, 50, 2, 3, 0.1], range(1, 25)])
def test_no_text_overlaps_or_leaves_the_figure(sizes, check_texts):
    check_texts(sankey(product(sizes)), 183)


def test_colours_are_those_of_groups(result):
    _, phases, _ = nodes(sankey(result))
    colors = {bar.get_facecolor() for bar in phases}
    assert len(colors) == 2


def test_what_cannot_be_drawn_is_an_error(result):
    with pytest.raises(lca.GraphError, match="no scenario 'Frnce'; did you mean 'France'"):
        sankey(result, "Frnce")
    with pytest.raises(lca.GraphError, match="no stage yields 'gpw'"):
        sankey(result, category="gpw")
    with pytest.raises(ValueError, match=r"has a mean of -2 kgCO2e"):
        sankey(product([5, -2], name="part"))
    with pytest.raises(ValueError, match="the total of gwp is 0"):
        sankey(product([0]))


def test_given_axes_are_drawn_on_and_returned(result):
    ax = pyplot.figure(figsize=(style.DOUBLE / 25.4, 4)).add_subplot()
    assert sankey(result, ax=ax) is ax
