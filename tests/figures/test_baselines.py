"""Pictures of a few figures against those kept in `baseline/`: what no reading of artists sees.

All data are made here, so that no new row of a table changes a picture. Pictures have no letters
and no legends: other versions of matplotlib and freetype draw letters so differently that a
tolerance for them would hide another colour of the bars. What texts say, and that they stand
apart, is tested of every figure by its artists. Without them matplotlib 3.9, 3.10 and 3.11
draw the same pixels, and one other colour or height is 2 or more away.

    python tests/figures/test_baselines.py

makes the pictures anew. Look at every one, and at its figure with letters, before you keep it.
"""

import functools
import io
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import image, pyplot
from matplotlib.legend import Legend
from matplotlib.text import Text

import lca
from lca import figures
from lca.figures import style

KEPT = Path(__file__).parent / "baseline"
DPI = 72
TOLERANCE = 1.0  # root mean square, of 255


class Used(lca.Stage):
    """A thing that was made and runs on electricity."""

    per = "1"
    phase = "operation"
    device: lca.Stage = lca.supplier("1", "what was made")
    grid: lca.Stage = lca.supplier("kWh", "what it runs on")
    energy: lca.Number = lca.parameter("kWh", "over its life")

    def exchanges(self):
        yield self.device, 1
        yield self.grid, self.energy


class Made(lca.Stage):
    """A thing as made."""

    per = "1"
    phase = "manufacturing"
    footprint: lca.Number = lca.parameter("kgCO2e", "of one")

    def exchanges(self):
        yield "gwp", self.footprint


@functools.cache
def result():
    """Two devices on one grid."""
    intensity = lca.lognormal(median=0.3, gsd=1.2, unit="kgCO2e/kWh", name="intensity")
    grid = lca.stages.Electricity(name="grid", intensity=intensity, losses=0.05)

    def device(footprint, energy):
        made = Made(name="made", footprint=lca.lognormal(median=footprint, gsd=1.4, unit="kgCO2e"))
        used = Used(name="used", device=made, grid=grid, energy=energy)
        return lca.Lifecycle(used, functional_unit="one device")

    both = {"small": device(150.0, 900.0), "large, seldom used": device(400.0, 300.0)}
    return lca.simulate(lca.Study(both), n=1024, seed=1)


def _cells():
    rows = [("FR", "A", 3.0), ("FR", "B", 8.0), ("PL", "A", 40.0), ("PL", "B", 90.0)]
    cells = [(row, column, x, x / 2, 2 * x, "kgCO2e") for row, column, x in rows]
    return pd.DataFrame(cells, columns=["row", "column", "median", "low", "high", "unit"])


def _indices():
    found = [("grid", "uncertainty", 0.6, 0.64), ("load", "variability", 0.2, 0.25)]
    found += [("card", "model", 0.1, 0.16)]
    rows = [("gwp, here", name, "1", kind, s1, 0.05, st, 0.04) for name, kind, s1, st in found]
    columns = ["output", "input", "unit", "kind", "S1", "S1_conf", "ST", "ST_conf"]
    return pd.DataFrame(rows, columns=columns)


def _ratios():
    x, y = np.geomspace(1, 64, 13), np.linspace(1, 4, 7)
    rows = [("here", a, b, 16 / a / b, 8 / a / b, 32 / a / b) for a in x for b in y]
    return pd.DataFrame(rows, columns=["scenario", "x", "y", "median", "low", "high"])


DRAWN = {
    "break_even": lambda: figures.break_even(_ratios(), marks={"here": (20, 2)}),
    "contributions": lambda: figures.contributions(result()),
    "grid": lambda: figures.grid(_cells(), subject="Two devices in two places"),
    "sankey": lambda: figures.sankey(result()),
    "sobol": lambda: figures.sobol(_indices()),
    "total": lambda: figures.total(result(), published=300.0),
}


def picture(name):
    """Return a figure without letters as a PNG, whatever settings a user has."""
    with matplotlib.style.context("default"), style.context():
        figure = DRAWN[name]().figure
        figure.draw_without_rendering()  # ticks are made now, and their labels with them
        for one in figure.findobj(lambda artist: isinstance(artist, (Text, Legend))):
            one.set_visible(False)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        pyplot.close("all")
    return buffer.getvalue()


def distance(one, other):
    """Return the root mean square difference of two PNGs, of 255; infinite if sizes differ."""
    one, other = (255 * image.imread(io.BytesIO(png))[..., :3] for png in (one, other))
    return float(np.sqrt(((one - other) ** 2).mean())) if one.shape == other.shape else np.inf


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_looks_as_it_did(name, tmp_path):
    made = picture(name)
    (tmp_path / f"{name}.png").write_bytes(made)
    found = distance(made, (KEPT / f"{name}.png").read_bytes())
    assert found < TOLERANCE, f"{tmp_path / name}.png is not {KEPT / name}.png"


@pytest.mark.parametrize("name", ["break_even", "grid"])
def test_another_colour_is_seen(name, monkeypatch):
    monkeypatch.setattr(style, "BLUE", "#0099B2")
    assert distance(picture(name), (KEPT / f"{name}.png").read_bytes()) > 2 * TOLERANCE


if __name__ == "__main__":
    KEPT.mkdir(exist_ok=True)
    for each in DRAWN:
        (KEPT / f"{each}.png").write_bytes(picture(each))
