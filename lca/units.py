"""Units: the one Pint registry of the project, with the units of this field.

Values are converted at the border, once, when a stage is made; inside a stage and in
the sampling loop there are plain numbers. The registry holds only what the field needs:
an accelerator, a board and a node are dimensions of their own, so that a footprint per
board cannot be used per accelerator, and a mass of CO2e is not a mass. A year has
8,760 hours, the convention of grid statistics and of the footprint literature.
"""

from __future__ import annotations

import difflib
import re
from functools import cache, lru_cache
from typing import Any

DEFINITIONS = """
nano- = 1e-9 = n-
micro- = 1e-6 = µ- = u-
milli- = 1e-3 = m-
centi- = 1e-2 = c-
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
tera- = 1e12 = T-
peta- = 1e15 = P-
exa- = 1e18 = E-
zetta- = 1e21 = Z-
yotta- = 1e24 = Y-

meter = [length] = m = metre
gram = [mass] = g
second = [time] = s = sec
kelvin = [temperature] = K
bit = [information]
byte = 8 * bit = B
token = [token]
request = [request]
flop = [computation] = FLOP
accelerator = [accelerator] = _ = GPU = TPU
board = [board]
node = [node] = _ = server
rack = [rack]
drive = [drive]
USD = [currency]
CO2e = [gwp]
Sbe = [abiotic_depletion]
world_equivalent = [water_scarcity] = _ = world_eq

radian = [] = rad
percent = 0.01
minute = 60 * second = min
hour = 60 * minute = h = hr
day = 24 * hour = d
week = 7 * day
year = 365 * day = a = yr
month = year / 12

inch = 0.0254 * meter = in
mile = 1609.344 * meter = mi
tonne = 1000 * kilogram = t = metric_ton
pound = 0.45359237 * kilogram = lb
ounce = pound / 16 = oz
short_ton = 2000 * pound
liter = 1e-3 * meter ** 3 = L = l = litre
gallon = 3.785411784 * liter = gal
joule = kilogram * meter ** 2 / second ** 2 = J
watt = joule / second = W
watt_hour = watt * hour = Wh
tonne_kilometer = tonne * kilometer = tkm
accelerator_hour = accelerator * hour = _ = GPU_hour = GPUh
node_hour = node * hour
gCO2e = gram * CO2e
tCO2e = tonne * CO2e
lbCO2e = pound * CO2e
gSbe = gram * Sbe
m3we = meter ** 3 * world_equivalent
"""


class UnitError(ValueError):
    """A unit that is unknown, or that does not fit where it is used."""


@cache
def registry() -> Any:
    """Return the one Pint registry of the project, built at first use.

    Examples
    --------
    >>> str(registry()("1 MWh").to("GJ").round(6))
    '3.6 gigajoule'
    """
    import pint  # loaded here: a third of a second that `import lca` need not spend

    units: Any = pint.UnitRegistry(None, cache_folder=None, on_redefinition="raise")
    units.load_definitions(DEFINITIONS.strip().splitlines())
    return units


_NAME = r"[A-Za-zµ_]\w*(?:\*\*\d+)?"
_SPELLINGS: list[tuple[re.Pattern[str], Any]] = [
    (re.compile("₂"), "2"),
    (re.compile("₃"), "3"),
    (re.compile("μ"), "µ"),  # the Greek letter, for the micro sign
    (re.compile(r"\s*CO2[-_ ]?eq?\b\.?"), "CO2e"),
    (re.compile(r"\s*Sb[-_ ]?eq?\b\.?"), "Sbe"),
    (re.compile(r"\bm3\s*(?:we|world[-_ ]?eq)\b\.?"), "m3we"),
    (re.compile(r"\b([A-Za-zµ]*m)([23])\b"), r"\1**\2"),
    # Pint reads the hyphen of kW-h as a minus
    (re.compile(f"{_NAME}(?:-{_NAME})+"), lambda found: f"({found[0].replace('-', '*')})"),
    (re.compile(r"%"), "percent"),
]


@lru_cache(maxsize=4096)
def parse(unit: str) -> Any:
    """Return the Pint unit written as `unit`.

    Parameters
    ----------
    unit : str
        ``"kWh"``, ``"kgCO2e/kWh"``, ``"kg CO2-eq"``, ``"TB-year"``, ``"m3"``, ``"1"`` …

    Raises
    ------
    UnitError
        If the text is no unit; near names are offered.

    Examples
    --------
    >>> str(parse("kg CO2-eq / kW-h"))
    'kilogCO2e / hour / kilowatt'
    >>> parse("kWhh")
    Traceback (most recent call last):
    lca.units.UnitError: no unit 'kWhh' (in 'kWhh'); did you mean 'kWh' or 'Wh'?
    """
    import pint

    if not isinstance(unit, str):
        raise UnitError(f"a unit is a text such as 'kWh', not {unit!r}")
    text = unit.strip()
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    try:
        if "//" in text:
            raise ValueError("two fraction lines")
        return registry().Unit("" if text == "1" else text)
    except pint.UndefinedUnitError as error:
        name = error.unit_names if isinstance(error.unit_names, str) else error.unit_names[0]
        raise UnitError(f"no unit {name!r} (in {unit!r}){near(name, _known())}") from None
    except Exception:
        raise UnitError(f"{unit!r} is not a unit: write it as 'kWh', 'kgCO2e/kWh', '1'") from None


@cache
def _known() -> tuple[str, ...]:
    prefixed = ("kWh", "MWh", "GWh", "kW", "MW", "kg", "kgCO2e", "MJ", "GB", "TB", "km", "TFLOP")
    return (*prefixed, *(str(name) for name in registry()._units if name))


def near(name: str, known: Any, *, ask: str = "; did you mean ", end: str = "?") -> str:
    """Return ``"; did you mean 'kWh'?"`` for a misspelt name, or nothing where none is near.

    Examples
    --------
    >>> near("intensty", ["intensity", "losses"])
    "; did you mean 'intensity'?"
    """
    known = [str(one) for one in known]
    folded = {one.casefold(): one for one in reversed(known)}
    given = str(name).casefold()
    found = difflib.get_close_matches(given, folded, n=2, cutoff=0.6)
    if not found and len(given) > 1:
        found = [one for one in folded if one.startswith(given)][:3][::-1]
    return f"{ask}{' or '.join(repr(folded[one]) for one in found)}{end}" if found else ""


@lru_cache(maxsize=65536)
def factor(given: str, wanted: str) -> float:
    """Return the factor that turns a number in unit `given` into one in unit `wanted`.

    Raises
    ------
    UnitError
        If the dimensions differ.

    Examples
    --------
    >>> factor("gCO2e/kWh", "kgCO2e/kWh")
    0.001
    >>> factor("kg", "kgCO2e")
    Traceback (most recent call last):
    lca.units.UnitError: 'kg' is not a unit of the same kind as 'kgCO2e'
    """
    import pint

    one, other = parse(given), parse(wanted)
    if given == wanted:
        return 1.0
    try:
        ratio = float(registry().Quantity(1.0, one).to(other).magnitude)
    except pint.DimensionalityError:
        raise UnitError(f"{given!r} is not a unit of the same kind as {wanted!r}") from None
    return float(f"{ratio:.15g}")  # 0.001 and not 0.0010000000000000002


@lru_cache(maxsize=4096)
def canonical(unit: str) -> str:
    """Return one text for all spellings of a unit.

    Examples
    --------
    >>> canonical("kg CO2-eq / kW-h") == canonical("kgCO2e/kWh")
    True
    """
    rooted = registry().Quantity(1.0, parse(unit)).to_root_units()
    return f"{rooted.magnitude:.12g} {rooted.units}"


def same(one: str, other: str) -> bool:
    """Return whether two texts name the same unit, with a factor of 1.

    Examples
    --------
    >>> same("kWh", "kW*h"), same("kWh", "MWh"), same("kWh", "kg")
    (True, False, False)
    """
    try:
        return abs(factor(one, other) - 1) < 1e-9
    except UnitError:
        return False
