"""Figures: one function each, from a `Result` or a table to matplotlib Axes, in one style.

matplotlib is imported when a figure is drawn, not before.
"""

from lca.figures.break_even import break_even
from lca.figures.calibration import calibration
from lca.figures.contributions import contributions
from lca.figures.convergence import convergence
from lca.figures.coverage import coverage
from lca.figures.differences import differences
from lca.figures.disclosures import disclosures
from lca.figures.embodied_models import embodied_models
from lca.figures.graph import graph
from lca.figures.grid import grid
from lca.figures.overhead import overhead
from lca.figures.ranks import ranks
from lca.figures.reassessed import reassessed
from lca.figures.sankey import sankey
from lca.figures.schedule import schedule
from lca.figures.second_order import second_order
from lca.figures.shares import shares
from lca.figures.sobol import sobol
from lca.figures.sweep import sweep
from lca.figures.tornado import tornado
from lca.figures.total import total
from lca.figures.value_of_information import value_of_information
from lca.figures.waterfall import waterfall
from lca.figures.yearly import yearly

__all__ = [
    "break_even",
    "calibration",
    "contributions",
    "convergence",
    "coverage",
    "differences",
    "disclosures",
    "embodied_models",
    "graph",
    "grid",
    "overhead",
    "ranks",
    "reassessed",
    "sankey",
    "schedule",
    "second_order",
    "shares",
    "sobol",
    "sweep",
    "tornado",
    "total",
    "value_of_information",
    "waterfall",
    "yearly",
]
