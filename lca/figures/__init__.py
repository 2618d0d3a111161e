"""Figures: one function each, from a `Result` or a table to matplotlib Axes, in one style.

matplotlib is imported when a figure is drawn, not before.
"""

from lca.figures.calibration import calibration
from lca.figures.shares import shares
from lca.figures.total import total
from lca.figures.waterfall import waterfall

__all__ = ["calibration", "shares", "total", "waterfall"]
