"""Interop: files of other tools read as quantities and stages, results and lifecycles written for
others. What a format cannot hold is said."""

from lca.interop import (
    ai_act,
    boamps,
    brightway,
    carbontracker,
    codecarbon,
    ghg_protocol,
    intensity,
    modelcard,
    openlca,
    power,
    sci,
    table,
)
from lca.interop.tracking import track

__all__ = [
    "ai_act",
    "boamps",
    "brightway",
    "carbontracker",
    "codecarbon",
    "ghg_protocol",
    "intensity",
    "modelcard",
    "openlca",
    "power",
    "sci",
    "table",
    "track",
]
