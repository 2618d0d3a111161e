"""Figures as SVG within a page: ids of their own, a title for those who cannot see them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from lca.figures import style


def drawn(draw: Callable[[], Any], prefix: str, title: str) -> Any:
    """Return what `draw` draws as inline SVG.

    Parameters
    ----------
    draw : callable
        Returns the Axes of a new figure, which is closed afterwards.
    prefix : str
        Stands before every id, because ids are unique within a page.
    title : str
        What is to be seen, in words.
    """
    from markupsafe import Markup, escape
    from matplotlib import pyplot

    ax = draw()
    buffer = io.StringIO()
    style.save(ax, buffer, format="svg")
    pyplot.close(ax.figure)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    head, body = svg.split(">", 1)
    head = re.sub(r'\s(width|height|version)="[^"]*"', "", head)
    body = re.sub(r'(<[^>]*?\sid=")', rf"\g<1>{prefix}-", body)
    body = re.sub(r'(href="#|url\(#)', rf"\g<1>{prefix}-", body)
    body = body.replace("*{", f"#{prefix} *{{", 1)
    named = f'<title id="{prefix}-title">{escape(title)}</title>'
    return Markup(f'{head} id="{prefix}" role="img" aria-labelledby="{prefix}-title">{named}{body}')
