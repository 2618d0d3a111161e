"""Settings of the documentation; `sphinx-build -W docs docs/_build/html` builds it."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
# Notebooks import this package too, not an installed one.
paths = str(HERE.parent), os.environ.get("PYTHONPATH")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))

import generate  # noqa: E402
from docutils import nodes  # noqa: E402

project = "lca4ai"
author = "The lca4ai developers"
copyright = author
html_title = "lca4ai"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["pages.css"]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml",
    "checks",
]
html_math_renderer = "mathml"
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]

myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3


def _digest():
    """Return what stands for the package and its tables as they are."""
    found = hashlib.sha256()
    for folder in ("lca", "datasets", "notebooks/data"):
        for path in sorted((HERE.parent / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


# A notebook runs once, and again only when its cells, the package or the tables have changed.
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE / "_build" / "notebooks" / _digest())
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True

default_role = "code"  # `name` in docstrings
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False


def _shorten(app, what, name, one, options, signature, returned):
    """Leave a stage without its long signature: its inputs stand in a table."""
    from lca.stage import Stage

    if what == "class" and isinstance(one, type) and issubclass(one, Stage):
        return "", None
    return signature, returned


def _leave_out_axes(app, doctree):
    """Leave out what the Axes of a figure print beside it."""
    for block in list(doctree.findall(nodes.literal_block)):
        if block.astext().startswith("<Axes: "):
            block.parent.remove(block)


def _generate(app):
    generate.write(HERE / "reference" / "generated")
    tutorials = HERE / "tutorial" / "generated"
    shutil.rmtree(tutorials, ignore_errors=True)
    unread = shutil.ignore_patterns("*.py", ".*")
    shutil.copytree(HERE.parent / "notebooks", tutorials, ignore=unread)


def setup(app):
    """Make pages before Sphinx looks for them."""
    app.connect("builder-inited", _generate)
    app.connect("autodoc-process-signature", _shorten)
    app.connect("doctree-read", _leave_out_axes)
