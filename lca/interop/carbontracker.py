"""carbontracker: a run from its log files.

The output log has the energy of the epochs that were monitored (*actual*) and, for all epochs,
a *prediction*, its mean epoch times their number. Both hold the PUE that the standard log
names; here it is divided out. Emissions are grams.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lca import quantity
from lca.interop.measured import Measured, made, source
from lca.interop.textfile import content, number
from lca.quantity import Quantity
from lca.tables import DataError

_BLOCK = re.compile(
    r"(Actual|Predicted) consumption for (\d+) epoch\(s\):\s+"
    r"Time:\s*(?:(\d+) days?, )?(\d+):(\d\d):(\d\d(?:\.\d+)?)\s+"
    r"Energy:\s*([\d.eE+-]+) kWh\s+"
    r"CO2eq:\s*([\d.eE+-]+) g\s"
)
_PUE = re.compile(r"multiplied by a PUE coefficient of (\d+(?:\.\d+)?)")
_DEVICES = re.compile(r"GPU with device\(s\) ([^.]+)\.")
_ENDED = (
    "carbontracker writes it when the monitored epochs have ended; a prediction alone is no "
    "measurement"
)
LEAVES_OUT = (
    "memory, fans, power supplies, drives and switches; processors without a sensor are a "
    "fraction of their rating"
)


@dataclass(frozen=True, kw_only=True)
class Run(Measured):
    """One run of carbontracker.

    Attributes
    ----------
    epochs, metered_epochs : int
        Of the run, and those of them that were monitored.
    emissions : Quantity [gCO2e]
        Of the monitored epochs, as carbontracker has them, PUE inside.
    pue : float
        Which carbontracker had multiplied the energy by.
    """

    epochs: int
    metered_epochs: int
    emissions: Quantity
    pue: float


def read(path: str | Path, *, pue: float | None = None, metering: Quantity | None = None) -> Run:
    """Return the run of a carbontracker log.

    The reading is that of the monitored epochs. Where a prediction says that the run had more,
    `duration` is the predicted one, and the rest is taken to draw the same.

    Parameters
    ----------
    path : str or Path
        The output log, ``…_carbontracker_output.log``; the standard log, ``…_carbontracker.log``,
        lies beside it.
    pue : float, optional
        By which carbontracker had multiplied; that of the standard log unless given.
    metering : Quantity, optional
        True energy over the reading; that of on-board sensors unless given.

    Raises
    ------
    DataError
        If the log holds no actual consumption (the run ended early), or the PUE is not known.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> log = pathlib.Path(tempfile.mkdtemp()) / "1_carbontracker_output.log"
    >>> _ = log.write_text(
    ...     "2026-11-25 14:44:33 - CarbonTracker: \\nActual consumption for 2 epoch(s):\\n"
    ...     "\\tTime:\\t1:30:00\\n\\tEnergy:\\t1.580000000000 kWh\\n\\tCO2eq:\\t703.1 g\\n"
    ... )
    >>> run = read(log, pue=1.58)
    >>> round(run.reading.point, 6), run.duration.point, run.emissions.unit
    (1.0, 1.5, 'gCO2e')
    """
    output = content(path)
    blocks = {found[1]: found for found in _BLOCK.finditer(output)}
    if "Actual" not in blocks:
        is_standard = str(path).endswith("_carbontracker.log")
        raise DataError(
            f"{path}: no 'Actual consumption' in it: "
            + ("give the log that ends in _output.log, beside it" if is_standard else _ENDED)
        )
    actual, longest = blocks["Actual"], blocks.get("Predicted", blocks["Actual"])
    epochs, metered = max(int(longest[2]), int(actual[2])), int(actual[2])
    hours = _hours(longest) if epochs > metered else _hours(actual)
    factor = _pue(path) if pue is None else pue
    if not factor >= 1:
        raise DataError(f"{path}: pue = {factor!r} is below 1")
    gpus = _DEVICES.search(output)
    devices = gpus[1].split(", ") if gpus else []
    return Run(
        **made(
            path,
            Path(path).name.removesuffix("_carbontracker_output.log"),
            energy=_amount(path, actual, "Energy") / factor,
            hours=hours,
            metered_hours=_hours(actual),
            metering=metering,
        ),
        accelerators=len(devices) if "components were found" in output else None,
        accelerator=devices[0] if devices else "",
        leaves_out=LEAVES_OUT,
        epochs=epochs,
        metered_epochs=metered,
        emissions=quantity.fixed(
            _amount(path, actual, "CO2eq"), "gCO2e", source=source(path), note="as recorded"
        ),
        pue=factor,
    )


def _hours(block: re.Match[str]) -> float:
    days, hours, minutes, seconds = (float(part or 0) for part in block.groups()[2:6])
    return days * 24 + hours + minutes / 60 + seconds / 3600


def _amount(path: str | Path, block: re.Match[str], what: str) -> float:
    return number(str(path), {"Energy": block[7], "CO2eq": block[8]}, what)


def _pue(path: str | Path) -> float:
    standard = Path(str(path).removesuffix("_output.log") + ".log")
    found = _PUE.search(content(standard)) if standard.exists() else None
    if found is None:
        raise DataError(
            f"{path}: by which PUE carbontracker multiplied stands in {standard.name}, which is "
            "not beside it or does not say; give pue="
        )
    return float(found[1])
