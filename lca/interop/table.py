"""CSV and LaTeX: the summary of a result as a flat table, for other tools and for papers."""

from __future__ import annotations

from collections.abc import Mapping

from lca import typeset
from lca.interop.export import Export
from lca.result import Result, Summary


def csv(result: Result | Summary, by: str | Mapping[str, str] = "phase") -> Export:
    """Return `Result.summary` as CSV, every number in full.

    Parameters
    ----------
    result : Result or Summary
    by : str or mapping
        As in `Result.summary`.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.05)
    >>> result = lca.simulate(lca.Lifecycle(grid, amount=10, functional_unit="tuning"), 256)
    >>> csv(result).text.splitlines()[0][:31]
    'functional_unit,scenario,catego'
    """
    frame = result.summary(by)
    frame.insert(0, "functional_unit", result.info["functional_unit"])
    return Export("CSV", frame.to_csv(index=False, lineterminator="\n"), _cannot_hold(result))


def latex(
    result: Result | Summary,
    by: str | Mapping[str, str] = "phase",
    *,
    caption: str = "",
    label: str = "",
) -> Export:
    """Return `Result.summary` as LaTeX, medians with intervals in the digits these support.

    Parameters
    ----------
    result : Result or Summary
    by : str or mapping
        As in `Result.summary`.
    caption, label : str, optional
        As in `lca.typeset.latex`.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=0.05)
    >>> result = lca.simulate(lca.Lifecycle(grid, amount=10, functional_unit="tuning"), 256)
    >>> print(latex(result).text.splitlines()[2])
    scenario & category & key & unit & median (90 \\% interval) \\\\
    """
    frame = result.summary(by)[["scenario", "category", "key", "unit", "median", "low", "high"]]
    text = typeset.latex(frame, caption=caption, label=label) + "\n"
    cannot_hold = (
        "digits beyond those that the interval supports; csv keeps them",
        f"the functional unit, {result.info['functional_unit']}: say it in the caption",
        *_cannot_hold(result),
    )
    return Export("LaTeX", text, cannot_hold)


def _cannot_hold(result: Result | Summary) -> tuple[str, ...]:
    return (
        "samples: sums, ratios and differences of rows have intervals of their own",
        "inputs and their sources; Result.to_netcdf keeps them",
        f"seed {result.manifest['seed']}, n = {result.n}, factors {result.info['factors']}",
    )
