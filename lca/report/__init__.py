"""Report: one HTML file that holds everything a reader needs to judge a result.

It asks for nothing from the network, and every text that comes from a study is escaped. `methods`
is its paragraph for a paper, and `sources` what that cites.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lca.report.contents import Given, contents
from lca.report.forms import methods, sources
from lca.result import Result

__all__ = ["methods", "sources", "write"]


def write(
    result: Result,
    path: str | Path,
    *,
    title: str = "",
    published: Mapping[str, Any] | None = None,
    description: str = "",
    steps: Sequence[str] = (),
    sensitivity: Any = None,
    reporter: str = "",
    per: Mapping[str, float] | None = None,
) -> None:
    """Write a result as one self-contained HTML file.

    The file appears under its name only when it is whole.

    Parameters
    ----------
    result : Result
    path : str or Path
    title : str
        The name of the study, or else its functional unit, unless given.
    published : mapping, optional
        A value to hold the totals against: ``value`` and ``unit``; also ``category`` ("gwp"),
        ``label``, ``scenario`` (which one repeats it) and ``source``.
    description : str
        What the study is about, for whom and why; an empty line starts a paragraph.
    steps : sequence of str, optional
        Scenarios that each go on from the last: a waterfall. They are not ranked.
    sensitivity : pandas.DataFrame, optional
        A table of `lca.sensitivity`: the report draws and shows it.
    reporter : {"owner", "tenant"}, optional
        For whom emissions are told by scope of the GHG Protocol (`lca.interop.ghg_protocol`); for
        nobody unless given.
    per : mapping of str to float, optional
        What else a reader may have results per, and how many functional units that is:
        ``{"one million requests": 1e6}``.

    Raises
    ------
    GraphError
        If no stage yields the category of `published`, or there is no scenario of that name.
    UnitError
        If the unit of `published` is not one of its category.
    DataError
        If the reporter is unknown.
    ValueError
        If `per` holds a functional unit without words, or a number that is not above zero; if
        `published` lacks its value or unit, or the value is no finite number.

    Examples
    --------
    >>> import lca, tempfile
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> result = lca.simulate(lca.Lifecycle(grid, functional_unit="one kWh"), n=256, seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     lca.report.write(result, Path(folder) / "report.html", title="One kWh")
    """
    path = Path(path)
    given = Given(title, published, description, steps, sensitivity, reporter, per or {})
    page = _template().render(contents(result, given), **_script())
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(page, encoding="utf-8", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _script() -> dict[str, Any]:
    """Return the script of the page, and the digest by which the page allows it and no other."""
    from markupsafe import Markup

    script = (Path(__file__).parent / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {"script": Markup(script), "script_digest": f"sha256-{digest}"}


def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")
