"""Figures: one function each, from a `Result` or a table to matplotlib Axes, in one style.

matplotlib is imported when a figure is drawn, not before.
"""

from lca.figures.calibration import calibration
from lca.figures.convergence import convergence
from lca.figures.coverage import coverage
from lca.figures.graph import graph
from lca.figures.grid import grid
from lca.figures.overhead import overhead
from lca.figures.reassessed import reassessed
from lca.figures.sankey import sankey
from lca.figures.schedule import schedule
from lca.figures.shares import shares
from lca.figures.total import total
from lca.figures.waterfall import waterfall

__all__ = [
    "calibration",
    "convergence",
    "coverage",
    "graph",
    "grid",
    "overhead",
    "reassessed",
    "sankey",
    "schedule",
    "shares",
    "total",
    "waterfall",
]
