"""The graph: a box for every stage, an arrow for every demand, suppliers at the left."""

import pytest
from matplotlib import pyplot
from matplotlib.patches import FancyArrowPatch, Rectangle

import lca
from lca.figures import graph, style
from lca.figures.graph import COLORS
from lca.stage import PHASES, suppliers_of


@pytest.fixture
def serving():
    return lca.inference_service(
        accelerator="H100-SXM", active_parameters=70e9, output_tokens=400, region="US"
    )


def boxes(ax):
    """Return the box around every text that begins one."""
    found = {}
    for box in ax.patches:
        if isinstance(box, Rectangle):
            x, y = box.get_xy()
            right, foot = x + box.get_width(), y + box.get_height()
            places = [(text, *text.get_position()) for text in ax.texts[1:]]
            within = [text for text, a, b in places if x < a < right and y < b < foot]
            name = " ".join(text.get_text() for text in within if text.get_weight() == "bold")
            found[name] = box
    return found


def arrows(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


def heads(ax):
    return [one for one in arrows(ax) if type(one.get_arrowstyle()).__name__ == "CurveFilledB"]


@pytest.mark.parametrize("preset", ["training", "serving"])
def test_every_stage_has_a_box_in_the_colour_of_its_phase(preset, request):
    life = request.getfixturevalue(preset)
    found = boxes(graph(life))
    assert set(found) == {*life.stages, life.functional_unit}
    for name in life.stages:
        color = COLORS[life.phase_of(name)]
        assert found[name].get_facecolor()[:3] == pytest.approx(style.mixed(color, 1))


@pytest.mark.parametrize("preset", ["training", "serving"])
def test_suppliers_stand_left_of_what_takes_from_them(preset, request):
    life = request.getfixturevalue(preset)
    found = boxes(graph(life))
    for stage in life.order:
        for supplier in suppliers_of(stage):
            right = found[supplier.name].get_x() + found[supplier.name].get_width()
            assert right < found[stage.name].get_x()
    last = found[life.functional_unit]
    assert all(box.get_x() < last.get_x() for name, box in found.items() if box is not last)


def test_an_arrow_ends_in_every_stage_that_takes(training):
    ax = graph(training)
    found = boxes(ax)
    ends = [tuple(one._path_original.vertices[-1]) for one in heads(ax)]
    for stage in training.order:
        box = found[stage.name]
        entry = (box.get_x(), box.get_y() + box.get_height() / 2)
        taken = {supplier.name for supplier in suppliers_of(stage)}
        assert sum(end == pytest.approx(entry) for end in ends) == len(taken)


def test_no_arrow_crosses_a_box(training):
    ax = graph(training)
    bars = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert bars  # where arrows pass a layer
    for line in bars:
        (x0, x1), (y, _) = line.get_data()
        for box in boxes(ax).values():
            beside = box.get_x() >= x1 or box.get_x() + box.get_width() <= x0
            above = not box.get_y() < y < box.get_y() + box.get_height()
            assert beside or above


def test_boxes_do_not_overlap(serving):
    found = [box.get_bbox() for box in boxes(graph(serving)).values()]
    for i, box in enumerate(found):
        assert not any(box.overlaps(other) for other in found[i + 1 :])


def test_boxes_name_phase_and_unit(training, words):
    said = words(graph(training))
    for word in ("manufacturing", "per kWh", "per accelerator hour", "Stages behind one trained"):
        assert word in said


def test_activities_are_taken_by_the_functional_unit(training):
    share = lca.catalogue.figure("operation.development_ratio.default")
    life = lca.training_run(
        accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development=share
    )
    ax = graph(life)
    last = boxes(ax)[life.functional_unit]
    ends = [one._path_original.vertices[-1] for one in heads(ax)]
    assert sum(end[0] == pytest.approx(last.get_x()) for end in ends) == 2


class Link(lca.Stage):
    """One of a chain."""

    per = "1"
    phase = "operation"
    before: lca.Stage = lca.supplier("1", "the one before", optional=True)
    footprint: lca.Number = lca.parameter("kgCO2e", "footprint", default=1.0)

    def exchanges(self):
        yield "gwp", self.footprint
        yield self.before, 1


def chain(length):
    link = None
    for i in range(length):
        link = Link(name=f"{i} a link with a name that goes on and on and on and on", before=link)
    return lca.Lifecycle(link, functional_unit="a functional unit " * 8)


@pytest.mark.parametrize("length", [1, 4, 8])
def test_no_text_overlaps_or_leaves_the_figure(length, check_texts):
    check_texts(graph(chain(length)), 183)


@pytest.mark.parametrize("preset", ["training", "serving"])
def test_no_text_of_a_preset_overlaps(preset, request, check_texts):
    check_texts(graph(request.getfixturevalue(preset)), 183)


def test_every_phase_has_a_colour():
    assert set(COLORS) == {*PHASES, "supply"}
    assert len(set(COLORS.values())) == len(COLORS)


def test_a_longer_chain_than_fits_is_an_error():
    with pytest.raises(ValueError, match="21 layers do not fit into 507 points"):
        graph(chain(20))


def test_given_axes_are_drawn_on_and_returned(training):
    ax = pyplot.figure(figsize=(style.DOUBLE / 25.4, 3)).add_subplot()
    assert graph(training, ax=ax) is ax
