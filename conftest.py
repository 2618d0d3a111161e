"""Of all tests, those in docstrings included: figures are forgotten after each."""

import sys

import pytest


@pytest.fixture(autouse=True)
def _no_open_figures():
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
