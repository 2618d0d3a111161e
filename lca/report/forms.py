"""Forms: the methods paragraph as Markdown and LaTeX, and the entries that it cites."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lca import typeset
from lca.report.bibliography import author_years, entries, link
from lca.report.paragraph import JUDGEMENT, Paragraph, paragraph
from lca.result import Result
from lca.units import near


def markdown(result: Result) -> str:
    """Return the paragraph as Markdown, citations by author and year with their links."""
    known = entries(result)
    names = author_years(known)

    def cite(keys: Iterable[str]) -> str:
        shown = [(_plain(names[key]), link(known[key])) for key in keys]
        return f" ({'; '.join(f'[{name}]({url})' if url else name for name, url in shown)})"

    return _joined(paragraph(result), _plain, cite)


def latex(result: Result) -> str:
    r"""Return the paragraph as LaTeX, with ``\cite`` of the keys in `sources`."""
    return _joined(
        paragraph(result), typeset.latex_text, lambda keys: rf"~\cite{{{','.join(keys)}}}"
    )


def _joined(
    pieces: Paragraph, text: Callable[[str], str], cite: Callable[[Iterable[str]], str]
) -> str:
    made = [
        f"{' ' * one.startswith(' ')}{text(one.strip())}"
        if isinstance(one, str)
        else cite(one.keys)
        for one in pieces
    ]
    return "".join(made).strip()


def _plain(text: str) -> str:
    """Return text that Markdown leaves as it is."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|~" else sign for sign in text)


FORMS: dict[str, Callable[[Result], str]] = {"markdown": markdown, "latex": latex}


def methods(result: Result, form: str = "markdown") -> str:
    r"""Return a methods paragraph for a paper: what was assessed, how, and from which sources.

    Everything in it is read from the result: functional unit, scenarios, boundary, categories,
    factor set, inputs by kind and source, samples, seed, version. Read it before you print it.

    Parameters
    ----------
    result : Result
    form : {"markdown", "latex"}
        Markdown cites by author and year, with links; LaTeX by ``\cite`` with the keys of
        `sources`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is no such form.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR", year=2022, name="grid")
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> text = lca.report.methods(lca.simulate(life, n=256, seed=1), form="latex")
    >>> r"\cite{" in text and "ember_owid" in text and "256 samples" in text
    True
    """
    if form not in FORMS:
        raise ValueError(
            f"methods: form = {form!r}{near(str(form), FORMS)}; it is markdown or latex"
        )
    return FORMS[form](result)


def sources(result: Result) -> str:
    """Return the BibTeX entries of all that `methods` cites.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.electricity("FR", year=2022, name="grid")
    >>> life = lca.Lifecycle(grid, functional_unit="one kWh")
    >>> "@misc{ember_owid" in lca.report.sources(lca.simulate(life, n=256, seed=1))
    True
    """
    cited = {key: entry for key, entry in entries(result).items() if key != JUDGEMENT}
    return "\n\n".join(cited.values()) + "\n"
