"""Settings of the documentation; `sphinx-build -W docs docs/_build/html` builds it."""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import generate  # noqa: E402

project = "lca4ai"
author = "The lca4ai developers"
copyright = author
html_title = "lca4ai"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["tables.css"]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
nitpicky = False

myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

nb_execution_mode = "cache"  # a notebook runs again only when its cells have changed
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True

default_role = "code"  # `name` in docstrings
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False

linkcheck_timeout = 20
linkcheck_anchors = False


def _shorten(app, what, name, one, options, signature, returned):
    """Leave a stage without its long signature: its inputs stand in a table."""
    from lca.stage import Stage

    if what == "class" and isinstance(one, type) and issubclass(one, Stage):
        return "", None
    return signature, returned


def _generate(app):
    generate.write(HERE / "reference" / "generated")
    tutorials = HERE / "tutorial" / "generated"
    shutil.rmtree(tutorials, ignore_errors=True)
    tutorials.mkdir(parents=True)
    for notebook in sorted((HERE.parent / "notebooks").glob("[0-9]*.ipynb")):
        shutil.copy2(notebook, tutorials)


def setup(app):
    """Make pages before Sphinx looks for them."""
    app.connect("builder-inited", _generate)
    app.connect("autodoc-process-signature", _shorten)
