"""Sensitivity: which input, or which choice of model, decides the answer."""

from lca.sensitivity.sobol import sobol

__all__ = ["sobol"]
