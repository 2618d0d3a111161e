"""Export: a result in a format of others, with what that format cannot hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lca.result import LEVEL, Result
from lca.tables import DataError
from lca.units import near


@dataclass(frozen=True)
class Export:
    """A text in a format of others.

    Attributes
    ----------
    format : str
        Its name.
    text : str
        What to put into a file or a page.
    cannot_hold : tuple of str
        What the result says and the format has no place for: say it beside it.
    """

    format: str
    text: str
    cannot_hold: tuple[str, ...]

    def write(self, path: str | Path) -> None:
        """Write the text to a file."""
        Path(path).write_text(self.text, encoding="utf-8")


@dataclass(frozen=True)
class Figure:
    """Median and 90 % interval of a number, and what it is without."""

    low: float
    median: float
    high: float
    unit: str
    note: str = ""

    def rounded(self, digits: int = 3) -> Figure:
        """Return it with so many significant digits."""
        low, median, high = (float(f"{x:.{digits}g}") for x in (self.low, self.median, self.high))
        return Figure(low, median, high, self.unit, self.note)

    def scaled(self, factor: float, unit: str) -> Figure:
        """Return it in another unit."""
        return Figure(self.low * factor, self.median * factor, self.high * factor, unit, self.note)

    def __str__(self) -> str:
        shown = self.rounded()
        return f"{shown.median:,g} ({shown.low:,g} to {shown.high:,g}) {self.unit}"


def figure(samples: np.ndarray, unit: str, note: str = "") -> Figure:
    """Return median and 90 % interval of samples."""
    at = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]
    low, median, high = (float(x) for x in np.quantile(samples, at))
    return Figure(low, median, high, unit, note)


def chosen(result: Result, scenario: str) -> str:
    """Return the scenario to write; the only one unless named.

    Raises
    ------
    DataError
        If there is no such scenario, or there are several and none is named.
    """
    if scenario and scenario not in result.scenarios:
        raise DataError(f"no scenario {scenario!r}{near(scenario, result.scenarios)}")
    if not scenario and len(result.scenarios) > 1:
        raise DataError(f"several scenarios, {', '.join(result.scenarios)}; say which, scenario=")
    return scenario or result.scenarios[0]


def total(result: Result, category: str, scenario: str) -> Figure:
    """Return the total of a category, with what it is without."""
    samples = result.total(category).sel(scenario=scenario).to_numpy()
    return figure(samples, result.info["units"][category], result.partial(scenario, category))


def energy(result: Result, scenario: str, supply: str) -> tuple[str, Figure]:
    """Return the supply of electricity and what it delivers [kWh].

    Raises
    ------
    DataError
        If no supply per kWh has this name, or there are several and none is named.
    """
    per, phases = result.info["per"], result.info["phases"][scenario]
    amounts = result.amounts.sel(scenario=scenario)
    supplies = [
        name
        for name in result.info["stages"]
        if per[name] == "kWh"
        and phases.get(name, "supply") == "supply"
        and amounts.sel(stage=name).any()
    ]
    if supply and supply not in supplies:
        raise DataError(f"no supply {supply!r} of electricity{near(supply, supplies)}")
    if not supply and len(supplies) != 1:
        raise DataError(f"supplies per kWh: {', '.join(supplies) or 'none'}; say which, supply=")
    name = supply or supplies[0]
    return name, figure(amounts.sel(stage=name).to_numpy(), "kWh")
