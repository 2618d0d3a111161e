"""Stages that many tests build on: small, with every kind of slot."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two workers would fight for two cores

import matplotlib
import pytest

import lca

matplotlib.use("Agg")

collect_ignore_glob = ["benchmarks/*"]  # run by command, see README


class Grid(lca.Stage):
    """Electricity at the plug, for one kWh."""

    per = "kWh"
    phase = None
    intensity: lca.Number = lca.parameter("kgCO2e/kWh", "lifecycle intensity", valid=(0, None))

    def exchanges(self):
        yield "gwp", self.intensity


class Run(lca.Stage):
    """One training run."""

    per = "1"
    phase = "operation"
    electricity: lca.Stage = lca.supplier("kWh", "grid of the site")
    hours: lca.Number = lca.parameter("accelerator_hour", "time for which accelerators are held")
    power: lca.Number = lca.parameter(
        "kW/accelerator",
        "mean power",
        default=lca.uniform(low=0.3, high=0.4, unit="kW/accelerator"),
    )

    def exchanges(self):
        yield self.electricity, self.hours * self.power


@pytest.fixture(scope="session", autouse=True)
def _brightway_of_its_own(tmp_path_factory):
    """Keep bw2data, which reads this when it is loaded, from the projects of the user."""
    os.environ["BRIGHTWAY2_DIR"] = str(tmp_path_factory.mktemp("brightway"))


@pytest.fixture
def grid_class():
    return Grid


@pytest.fixture
def run_class():
    return Run


@pytest.fixture
def run_life():
    """One run on an uncertain grid."""
    grid = Grid(intensity=lca.lognormal(median=0.057, gsd=1.2, unit="kgCO2e/kWh"))
    return lca.Lifecycle(Run(electricity=grid, hours=1_000_000), functional_unit="one model")


@pytest.fixture(scope="session")
def life():
    """A training run from the preset, with what it needs and no more."""
    return lca.training_run(
        accelerator="A100-SXM-80GB",
        accelerator_hours=1_000_000,
        region="FR",
        year=2022,
        development="excluded",
    )


@pytest.fixture
def training():
    """A whole training run from the preset."""
    return lca.training_run(
        accelerator="A100-SXM-80GB",
        accelerator_hours=1_000_000,
        region="FR",
        year=2022,
        development="excluded",
        stored=lca.uniform(low=10, high=100),
    )
