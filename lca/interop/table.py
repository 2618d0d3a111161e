"""CSV: the summary of a result as a flat table, a source for other tools."""

from __future__ import annotations

from collections.abc import Mapping

from lca.interop.export import Export
from lca.result import Result


def summary(result: Result, by: str | Mapping[str, str] = "phase") -> Export:
    """Return `Result.summary` as CSV, every number in full.

    Parameters
    ----------
    result : Result
    by : str or mapping
        As in `Result.summary`.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.05)
    >>> result = lca.simulate(lca.Lifecycle(grid, amount=10, functional_unit="tuning"), 256)
    >>> summary(result).text.splitlines()[0][:31]
    'functional_unit,scenario,catego'
    """
    frame = result.summary(by)
    frame.insert(0, "functional_unit", result.info["functional_unit"])
    cannot_hold = (
        "samples: sums, ratios and differences of rows have intervals of their own",
        "inputs and their sources; Result.to_netcdf keeps them",
        f"seed {result.manifest['seed']}, n = {result.n}, factors {result.info['factors']}",
    )
    return Export("CSV", frame.to_csv(index=False, lineterminator="\n"), cannot_hold)
