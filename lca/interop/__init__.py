"""Interop: files of other tools read as quantities and stages, and results written for others."""

from lca.interop import (
    ai_act,
    boamps,
    carbontracker,
    codecarbon,
    ghg_protocol,
    intensity,
    modelcard,
    power,
    sci,
    table,
)
from lca.interop.tracking import track

__all__ = [
    "ai_act",
    "boamps",
    "carbontracker",
    "codecarbon",
    "ghg_protocol",
    "intensity",
    "modelcard",
    "power",
    "sci",
    "table",
    "track",
]
