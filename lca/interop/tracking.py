"""Tracking: a run measured by CodeCarbon while it goes, and made a study at its end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca import tables
from lca.interop import codecarbon
from lca.study import Study
from lca.tables import DataError
from lca.units import near


@dataclass
class Tracking:
    """A run that is being measured; `run` and `study` are there when it has ended."""

    measured: codecarbon.Run | None = None

    @property
    def run(self) -> codecarbon.Run:
        """What CodeCarbon measured.

        Raises
        ------
        DataError
            If the run has not ended.
        """
        if self.measured is None:
            raise DataError("track: the run has not ended; ask after the with block")
        return self.measured

    def study(self, accelerator: str, **given: Any) -> Study:
        """Return the study of the run's lifecycle, on electricity of where it was tracked.

        Parameters
        ----------
        accelerator : str
            Name in the catalogue, ``"A100-SXM-80GB"``.
        **given
            As in `training_run`; ``development`` has no default, ``region`` is that of `track`
            unless it or ``electricity`` is given.

        Raises
        ------
        DataError
            If the run has not ended, or accelerators are neither measured nor given.
        """
        if "electricity" not in given:
            given = {"region": self.run.country, **given}
        return Study({self.run.name: self.run.lifecycle(accelerator, **given)})


@contextmanager
def track(country: str, *, name: str = "run", **options: Any) -> Iterator[Tracking]:
    """Measure what happens within, by CodeCarbon, without a network.

    Parameters
    ----------
    country : str
        Where it runs, ISO alpha-2 code, ``"FR"``.
    name : str, optional
        What to call the run.
    **options
        Of CodeCarbon's ``OfflineEmissionsTracker``: ``measure_power_secs``, ``tracking_mode`` …;
        its file is kept where ``output_dir`` says, and else not at all.

    Yields
    ------
    Tracking
        Which has `run` and `study` after the block.

    Raises
    ------
    ImportError
        If CodeCarbon is not installed.
    DataError
        If the country is unknown (near names are offered), or CodeCarbon wrote nothing.

    Examples
    --------
    A training, measured and then carried to its lifecycle::

        with lca.track("FR", name="tuning") as tracking:
            train()
        study = tracking.study("A100-SXM-80GB", development="excluded")
        result = lca.simulate(study)
    """
    iso3 = {row["code"]: row["iso3"] for row in tables.rows("countries") if row["iso3"]}
    if country not in iso3:
        raise DataError(f"track: no country {country!r}{near(country, iso3)}")
    try:
        from codecarbon import OfflineEmissionsTracker
    except ImportError as error:
        raise ImportError(
            "lca.track measures by CodeCarbon, which is not installed: pip install codecarbon"
        ) from error
    with tempfile.TemporaryDirectory() as scratch:
        chosen = {"log_level": "error", "output_dir": scratch, **options, "project_name": name}
        file = Path(chosen["output_dir"]) / chosen.get("output_file", "emissions.csv")
        tracking = Tracking()
        tracker = OfflineEmissionsTracker(country_iso_code=iso3[country], **chosen)
        tracker.start()
        try:
            yield tracking
        finally:
            tracker.stop()
        if not file.exists():
            raise DataError(f"track: CodeCarbon wrote no {file.name}; see its log")
        tracking.measured = codecarbon.read(file)[-1]
