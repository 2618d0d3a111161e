"""What every test of figures needs: closed figures, and texts that stand apart."""

import pytest
from matplotlib import pyplot
from matplotlib.legend import Legend


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    pyplot.close("all")


def _texts(ax):
    legends = [one for one in ax.get_children() if isinstance(one, Legend)]
    low, high = sorted(ax.get_xlim())
    ticks = [tick.label1 for tick in ax.xaxis.get_major_ticks() if low <= tick.get_loc() <= high]
    return [
        *ax.texts,
        ax.xaxis.label,
        *ticks,
        *(text for legend in legends for text in legend.get_texts()),
    ]


@pytest.fixture
def words():
    """All that a figure says, on one line."""
    return lambda ax: " ".join(" ".join(text.get_text() for text in _texts(ax)).split())


@pytest.fixture
def check_texts():
    """No text overlaps another or leaves the figure."""

    def check(ax):
        ax.figure.draw_without_rendering()
        shown = [text for text in _texts(ax) if text.get_text().strip()]
        boxes = [text.get_window_extent() for text in shown]
        page = ax.figure.bbox
        for i, box in enumerate(boxes):
            said = shown[i].get_text()
            assert page.x0 <= box.x0, said
            assert box.x1 <= page.x1, said
            assert page.y0 <= box.y0, said
            assert box.y1 <= page.y1, said
            for other, text in zip(boxes[i + 1 :], shown[i + 1 :], strict=True):
                assert not box.overlaps(other), (said, text.get_text())
        assert page.width / ax.figure.dpi * 25.4 == pytest.approx(89)

    return check
