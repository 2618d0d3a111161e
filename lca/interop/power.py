"""Power series of MLflow, Weights & Biases or any CSV: energy by the trapezoid rule.

Between two samples power is taken to change in a straight line. Where two samples lie further
apart than usual nothing is known: that is a gap, which is reported and not filled.

* MLflow writes a folder of series to a file store. With a database, the history of a metric is
  had by ``MlflowClient().get_metric_history(run, key)``; a CSV file of ``timestamp`` and the key
  is read here.
* Weights & Biases keeps series on its server: ``run.history(stream="events").to_csv(…)`` of its
  API has all of them, ``Export as CSV`` of a chart one, perhaps in means over intervals, which
  leaves the energy as it is. Both need an account, so the tests have files in the form that public
  ones have, and no run of the tool itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from lca import units
from lca.interop.measured import Measured, made
from lca.interop.textfile import content, number, rows
from lca.quantity import Quantity
from lca.tables import DataError
from lca.units import near

_KNOWN = re.compile(
    r"^(?:(?P<run>.+) - )?(system[./])?"
    r"(gpu\.\d+\.powerWatts(/l:.+)?|gpu_\d+_power_usage_watts)$"
)  # Weights & Biases, of a chart with the name of the run; MLflow
_TIMES = ("_timestamp", "_runtime", "timestamp", "time", "Relative Time (Process)")
_MLFLOW = "gpu_*_power_usage_watts"
_MILLISECONDS = 1e11  # a time from here on counts milliseconds: in seconds it is the year 5138
USUAL = 4.0
"""A gap is longer than the median step, times this."""
LEAVES_OUT = "all of the node that is not an accelerator"


@dataclass(frozen=True, kw_only=True)
class Series(Measured):
    """Power over time, integrated.

    Attributes
    ----------
    gaps : tuple of (str, float, float)
        Series, begin and end of every gap, in seconds from its first sample.
    mean_power : dict of float [W]
        By series, over the time that was sampled.
    """

    gaps: tuple[tuple[str, float, float], ...]
    mean_power: dict[str, float]


def read(
    path: str | Path,
    *,
    time: str | None = None,
    power: str | Sequence[str] = (),
    unit: str = "W",
    longest: float | None = None,
    metering: Quantity | None = None,
) -> Series:
    """Return the energy under power series, one for each accelerator.

    Parameters
    ----------
    path : str or Path
        A CSV file with a column of times (seconds, milliseconds since 1970, or ISO 8601) and
        one of power for each accelerator, such as the system metrics of Weights & Biases; or
        the folder of an MLflow run.
    time : str, optional
        Column of times; that of the two tools, ``timestamp`` or ``time`` unless given.
    power : str or sequence of str, optional
        Columns of power; those of the names that the two tools use unless given.
    unit : str, optional
        Of power.
    longest : float, optional
        Seconds between two samples from which on it is a gap; `USUAL` times the median step
        unless given.
    metering : Quantity, optional
        True energy over the reading; that of on-board sensors unless given.

    Raises
    ------
    DataError
        If a column is missing (near names are offered), times do not rise, a series has fewer
        than two samples, or the file has several runs.
    UnitError
        If the unit is none of power.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "power.csv"
    >>> _ = file.write_text("time,node\\n0,300\\n1800,500\\n3600,400\\n")
    >>> series = read(file, power="node")
    >>> round(series.reading.point, 3), series.gap_share
    (0.425, 0.0)
    """
    found = _series(Path(path)) if Path(path).is_dir() else _columns(path, time, power)
    to_watts = units.factor(unit, "W")
    parts = {
        name: _integrated(f"{path}: {name}", samples, longest) for name, samples in found.items()
    }
    span = max(part.span for part in parts.values())
    gap_share = sum(p.span - p.sampled for p in parts.values()) / sum(
        p.span for p in parts.values()
    )
    return Series(
        **made(
            path,
            Path(path).stem,
            energy=sum(p.area for p in parts.values()) * to_watts / 3.6e6,  # J in a kWh
            hours=span / 3600,
            metered_hours=span * (1 - gap_share) / 3600,
            metering=metering,
        ),
        accelerators=len(parts) if all(map(_KNOWN.match, parts)) else None,
        accelerator="",
        leaves_out=LEAVES_OUT,
        gaps=tuple((name, *gap) for name, part in parts.items() for gap in part.gaps),
        mean_power={name: p.area / p.sampled * to_watts for name, p in parts.items()},
    )


@dataclass(frozen=True)
class _Part:
    area: float  # power unit times seconds
    span: float  # seconds
    sampled: float  # seconds
    gaps: list[tuple[float, float]]


def _integrated(where: str, samples: list[tuple[float, float]], longest: float | None) -> _Part:
    if len(samples) < 2:
        raise DataError(f"{where} has {len(samples)} samples; two are needed for an energy")
    times, power = np.array(samples).T
    steps = np.diff(times)
    if not (steps > 0).all():
        at = int(np.flatnonzero(steps <= 0)[0]) + 2
        raise DataError(
            f"{where}: times do not rise at sample {at}; sort the file and leave each time once"
        )
    gap = steps > (USUAL * np.median(steps) if longest is None else longest)
    if gap.all():
        raise DataError(f"{where}: every step is longer than {longest:g} s, so all is gap")
    trapezoids = steps * (power[1:] + power[:-1]) / 2
    begins = times[:-1][gap] - times[0]
    gaps = [(float(b), float(b + step)) for b, step in zip(begins, steps[gap], strict=True)]
    return _Part(float(trapezoids[~gap].sum()), float(steps.sum()), float(steps[~gap].sum()), gaps)


def _series(folder: Path) -> dict[str, list[tuple[float, float]]]:
    """Return seconds and power of the accelerators of an MLflow run."""
    files = sorted(folder.rglob(_MLFLOW))
    if not files:
        raise DataError(f"{folder}: no file {_MLFLOW} in it: did MLflow log system metrics?")
    runs = sorted({str(file.parent.relative_to(folder)) for file in files})
    if len(runs) > 1:
        raise DataError(f"{folder} has several runs; give the folder of one: {', '.join(runs)}")
    return {file.name: _logged(file) for file in files}


def _logged(path: Path) -> list[tuple[float, float]]:
    """Return seconds and power of a metric file of MLflow: milliseconds, value, step."""
    samples = []
    for line, text in enumerate(content(path).splitlines(), 1):
        row = dict(zip(("time", "value"), text.split(), strict=False))
        where = f"{path}, line {line}"
        samples.append((number(where, row, "time") / 1000, number(where, row, "value")))
    return samples


def _columns(
    path: str | Path, time: str | None, power: str | Sequence[str]
) -> dict[str, list[tuple[float, float]]]:
    """Return seconds and power by column; a blank is no sample."""
    lines = [(f"{path}, line {line}", row) for line, row in rows(path)]
    if not lines:
        raise DataError(f"{path} has a header and no samples")
    columns = list(lines[0][1])
    known = {one: found["run"] for one in columns if (found := _KNOWN.match(one))}
    when = time or next((one for one in _TIMES if one in columns), None)
    chosen = [power] if isinstance(power, str) else list(power) or list(known)
    if when is None or not chosen:
        what, option = ("times", "time=") if when is None else ("power", "power=")
        raise DataError(f"{path}: no column of {what}; name it, {option}: {', '.join(columns)}")
    for column in (when, *chosen):
        if column not in columns:
            raise DataError(f"{path}: no column {column!r}{near(column, columns)}")
    if len({known[one] for one in chosen if one in known}) > 1:
        raise DataError(f"{path} has several runs; name the columns of one, power=")
    return {
        column: [
            (_seconds(where, row, when), number(where, row, column))
            for where, row in lines
            if row[column].casefold() not in ("", "nan")
        ]
        for column in chosen
    }


def _seconds(where: str, row: dict[str, str], column: str) -> float:
    """Return a time in seconds; one without a zone is in UTC."""
    try:
        value = float(row[column])
    except ValueError:
        return _moment(where, row[column])
    return value / 1000 if value > _MILLISECONDS else value


def _moment(where: str, text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DataError(f"{where}: {text!r} is no time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
