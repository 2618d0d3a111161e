"""What every test of figures needs: closed figures, and texts that stand apart."""

import pytest
from matplotlib import pyplot
from matplotlib.legend import Legend
from matplotlib.transforms import TransformedBbox


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    pyplot.close("all")


def _ticks(axis):
    low, high = sorted(axis.get_view_interval())
    return [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def _texts(ax):
    legends = [one for one in ax.get_children() if isinstance(one, Legend)]
    ticks = [tick for axis in (ax.xaxis, ax.yaxis) for tick in _ticks(axis)]
    return [
        *ax.texts,
        ax.xaxis.label,
        ax.yaxis.label,
        *(label for tick in ticks for label in (tick.label1, tick.label2) if label.get_visible()),
        *(text for legend in legends for text in legend.get_texts()),
    ]


@pytest.fixture
def words():
    """All that a figure says, on one line."""
    return lambda ax: " ".join(" ".join(text.get_text() for text in _texts(ax)).split())


@pytest.fixture
def check_texts():
    """No text overlaps another or leaves the figure, which is as wide as a column.

    Nor does it leave the tight box around all that is drawn, which is what a notebook shows.
    """

    def check(ax, width=89):
        ax.figure.draw_without_rendering()
        shown = [text for one in ax.figure.axes for text in _texts(one) if text.get_text().strip()]
        boxes = [text.get_window_extent() for text in shown]
        page = ax.figure.bbox
        drawn = TransformedBbox(ax.figure.get_tightbbox(), ax.figure.dpi_scale_trans).padded(1)
        for i, box in enumerate(boxes):
            said = shown[i].get_text()
            assert page.x0 <= box.x0, said
            assert box.x1 <= page.x1, said
            assert page.y0 <= box.y0, said
            assert box.y1 <= page.y1, said
            assert drawn.y0 <= box.y0 <= box.y1 <= drawn.y1, said
            for other, text in zip(boxes[i + 1 :], shown[i + 1 :], strict=True):
                assert not box.overlaps(other), (said, text.get_text())
        assert page.width / ax.figure.dpi * 25.4 == pytest.approx(width)

    return check
