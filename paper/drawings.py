"""Figures that the paper has and the package has not, in the style of `lca.figures`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lca.figures import style

TICKS = (5, 10, 20, 50, 100, 200, 500, 1000)

COLORS = (style.BLUE, style.ORANGE, style.VERMILION, "#009E73")


def embodied_share(
    grid: np.ndarray, shares: Mapping[str, np.ndarray], marks: Mapping[str, float]
) -> Any:
    """Draw embodied shares over the intensity of the grid: medians and 90 % intervals.

    Parameters
    ----------
    grid : array
        Intensities, in g CO2e per kWh.
    shares : mapping of arrays
        Low, median and high share by case, each as long as the grid.
    marks : mapping of float
        Intensities of supplies that are named.
    """
    label = "Intensity of the electricity, g CO2e per kWh (log scale)"
    notes = ["Line: median of the embodied share, per cent. Band: 90 % interval."]
    frame = style.Frame(left=24, right=12, top=14)
    with style.context():
        ax = style.panel(None, 118, label, notes, frame)
        for color, (name, (low, median, high)) in zip(COLORS, shares.items(), strict=False):
            ax.fill_between(grid, 100 * low, 100 * high, color=color, alpha=0.18, linewidth=0)
            ax.plot(grid, 100 * median, color=color, linewidth=1.2, label=name)
        ax.axhline(50, color=style.GREY, linewidth=0.6, linestyle=(0, (3, 2)))
        for name, place in marks.items():
            ax.axvline(place, color=style.GREY, linewidth=0.6, linestyle=(0, (1, 2)))
            ax.annotate(
                name, (place, 100), (0, 2), textcoords="offset points", ha="center",
                va="bottom", fontsize=style.SMALL, color=style.INK, annotation_clip=False,
            )  # fmt: skip
        ax.set_xscale("log")
        ax.set_xlim(grid[0], grid[-1])
        ax.set_ylim(0, 100)
        ax.set_xticks(TICKS, [f"{tick:,}" for tick in TICKS])
        ax.minorticks_off()
        clear = {"facecolor": "white", "edgecolor": "none", "framealpha": 1}  # of the marks behind
        ax.legend(fontsize=style.TEXT, loc="upper right", handlelength=1.4, **clear)
    return ax
