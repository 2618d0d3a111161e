"""Downloads: tables in full precision, with units in their heads, for the page to write as CSV."""

from __future__ import annotations

import math
import re
from typing import Any

from lca.result import Result


def rows(table: Any) -> list[list[Any]]:
    """Return the head and the rows of a DataFrame as plain values; None where there is no value.

    Examples
    --------
    >>> import pandas as pd
    >>> rows(pd.DataFrame({"input": ["pue", "grid"], "nominal": [1.1, math.nan]}))
    [['input', 'nominal'], ['pue', 1.1], ['grid', None]]
    """
    found = table.itertuples(index=False, name=None)
    return [list(table.columns), *([plain(value) for value in row] for row in found)]


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: no NaN and nothing infinite."""
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    return float(value) if math.isfinite(value) else None


def file_stem(result: Result) -> str:
    """Return how names of files begin, after the study or else its functional unit."""
    named = result.info["name"] or result.info["functional_unit"]
    return re.sub(r"\W+", "-", named.lower()).strip("-")[:60] or "lca"
