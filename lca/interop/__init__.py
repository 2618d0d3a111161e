"""Interop: lifecycles in the formats of other tools, and their results as supplies.

`brightway` writes datapackages that bw2calc solves sample by sample; `openlca` writes JSON-LD.
Neither needs the other tool to write; what a format cannot hold is said in the notes returned.
"""

from lca.interop import brightway, openlca

__all__ = ["brightway", "openlca"]
