"""Equations as MathML, which a browser draws by itself: no script, no font, no network."""

from latex2mathml.converter import convert


def mathml(text, display="inline"):
    """Return LaTeX as MathML; words are identifiers, beside which an operator keeps its space."""
    return convert(text, display=display).replace("mtext>", "mi>")


def _inline(translator, node):
    from docutils import nodes

    translator.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _block(translator, node):
    from docutils import nodes

    translator.body.append(translator.starttag(node, "div", CLASS="equation"))
    translator.body.append(mathml(node.astext(), "block"))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Make `html_math_renderer = "mathml"` possible."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
