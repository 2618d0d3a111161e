"""Transport of hardware to the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lca import catalogue
from lca.stage import PHASES, GraphError, Number, Stage, parameter, parameters
from lca.units import near


class Transport(Stage):
    """Freight by air or sea and by road, for one kg brought to the site.

    ``air share × air distance × air factor + (1 - air share) × sea distance × sea factor +
    road distance × road factor``, well to wheel (ISO 14083; DESNZ 2025 factors). Name the stage
    it serves with ``serves=``: a footprint that covers transport is then not moved twice.

    The default distances are from East Asia to western Europe, wherever the site is;
    `transport_to` takes those of the destination. The default of air freight holds radiative
    forcing, the warming of aviation beside its CO2; ``transport.air.long_haul_without_rf`` is the
    factor without it (a choice of method, a third less).
    """

    per = "kg"
    phase = "transport"
    air_share: Number = parameter(
        "1",
        "share of the mass that goes by air",
        default=catalogue.entry("transport.air_share"),
        valid=(0, 1),
    )
    air_distance: Number = parameter(
        "km",
        "distance by air",
        default=catalogue.entry("transport.distance.asia_europe.air"),
        valid=(0, 40_000),
    )
    sea_distance: Number = parameter(
        "km",
        "distance by sea",
        default=catalogue.entry("transport.distance.asia_europe.sea"),
        valid=(0, 40_000),
    )
    road_distance: Number = parameter(
        "km",
        "distance by road",
        default=catalogue.entry("transport.distance.road"),
        valid=(0, 40_000),
    )
    air_factor: Number = parameter(
        "kgCO2e/kg/km",
        "air freight, well to wake, with radiative forcing by default",
        default=catalogue.entry("transport.air.long_haul_with_rf"),
        valid=(0, None),
        plausible=(None, 0.02),
    )
    sea_factor: Number = parameter(
        "kgCO2e/kg/km",
        "container ship, well to wheel",
        default=catalogue.entry("transport.sea.container_average"),
        valid=(0, None),
        plausible=(None, 0.02),
    )
    road_factor: Number = parameter(
        "kgCO2e/kg/km",
        "heavy goods vehicle, well to wheel",
        default=catalogue.entry("transport.road.hgv_average"),
        valid=(0, None),
        plausible=(None, 0.02),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        yield "gwp", self.air_share * self.air_distance * self.air_factor
        yield "gwp", (1 - self.air_share) * self.sea_distance * self.sea_factor
        yield "gwp", self.road_distance * self.road_factor


class Freight(Stage):
    """Freight over a route of legs, for one kg brought to the site.

    ``sum of distance × factor`` over the legs, each by one mode, well to wheel (ISO 14083);
    empty returns are in the factors. `freight` takes the factors from the catalogue.
    """

    per = "kg"
    phase = "transport"
    distances: Mapping[str, Number] = parameters(
        "km", "distance of each leg", valid=(0, 40_000), keys="factors"
    )
    factors: Mapping[str, Number] = parameters(
        "kgCO2e/kg/km",
        "freight by the mode of each leg, well to wheel",
        valid=(0, None),
        plausible=(None, 0.02),
    )

    def exchanges(self) -> Iterator[tuple[Any, Any]]:
        for leg, distance in self.distances.items():
            yield "gwp", distance * self.factors[leg]


def freight(legs: Mapping[str, Any], **fields: Any) -> Freight:
    """Return freight over legs by mode, with the factors of the catalogue.

    Parameters
    ----------
    legs : mapping
        Distance in km, or a quantity, by mode as in ``transport.MODE``:
        ``"sea.container_average"``, ``"rail.freight_train"``, ``"road.hgv_average"`` ….
    **fields
        Fields of `Freight`: ``name``, ``serves``.

    Raises
    ------
    DataError
        If there is no such mode; near names are offered.

    Examples
    --------
    >>> import lca
    >>> route = lca.stages.freight({"sea.container_average": 20_000, "road.hgv_average": 800})
    >>> round(lca.Lifecycle(route, amount=100, functional_unit="100 kg").nominal("gwp"), 1)
    49.6
    """
    factors = {mode: catalogue.figure(f"transport.{mode}") for mode in legs}
    return Freight(
        distances={_leg(mode): distance for mode, distance in legs.items()},
        factors={_leg(mode): factor for mode, factor in factors.items()},
        **fields,
    )


def _leg(mode: str) -> str:
    return mode.replace(".", " ").replace("_", " ")


NORTH_AMERICA = ("US", "CA", "MX")
EUROPE = (
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR"),
    *("HU", "IE", "IS", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI"),
    "SK",
)
ROUTES = dict.fromkeys(NORTH_AMERICA, "asia_us") | dict.fromkeys(EUROPE, "asia_europe")
"""Route of the catalogue from East Asia, by country of the site."""


def transport_to(region: str, **fields: Any) -> Transport:
    """Return transport from East Asia to a site, with the distances of the catalogue.

    There are two routes: over the Pacific to North America (figures of the United States), and to
    Europe. To Asia and elsewhere none is known: give `Transport` its distances.

    Parameters
    ----------
    region : str
        Country of the site, or an area in it, as `lca.catalogue.region` takes them: ``"US"``,
        ``"US-CAMX"``, ``"DE"``.
    **fields
        Fields of `Transport`: ``air_share``, ``serves``, ``name``.

    Raises
    ------
    DataError
        If there is no route to the region; near names are offered.

    Examples
    --------
    >>> import lca
    >>> lca.stages.transport_to("US-CAMX").sea_distance.key
    'transport.distance.asia_us.sea'
    """
    country = str(region).split("-")[0]
    if country not in ROUTES:
        raise catalogue.DataError(
            f"no route to {region!r}{near(country, ROUTES)}; there are routes to "
            f"{', '.join(ROUTES)}: else give Transport its air_distance and sea_distance"
        )
    distances = {
        f"{mode}_distance": catalogue.figure(f"transport.distance.{ROUTES[country]}.{mode}")
        for mode in ("air", "sea")
    }
    return Transport(**(distances | fields))


def transport_unless_covered(
    served: Mapping[str, Sequence[str]], make: Callable[..., Stage] = Transport, **fields: Any
) -> Stage | None:
    """Return transport that serves some stages, or None where their footprints hold it already.

    Parameters
    ----------
    served : mapping
        What each footprint covers, by the name of its stage: ``catalogue.covers(key)``.
    make : Transport, Freight or `freight`
        What to make.
    **fields
        Its fields.

    Raises
    ------
    GraphError
        If some footprints hold it and others do not: then mass has to be split. If nothing is
        served, or a footprint covers what is no phase.

    Examples
    --------
    >>> import lca
    >>> make = lca.stages.freight
    >>> legs = {"sea.container_average": 20_000}
    >>> drives = lca.catalogue.covers("storage.hdd.embodied")
    >>> drives
    ('transport', 'disposal')
    >>> lca.stages.transport_unless_covered({"drives": drives}, make, legs=legs) is None
    True
    >>> lca.stages.transport_unless_covered({"server": ()}, make, legs=legs)
    <Freight 'freight': per kg, transport>
    """
    if not isinstance(served, Mapping) or not served:
        raise GraphError(
            f"served = {served!r}: give what each footprint covers by the name of its stage, such "
            'as {"server": ()}'
        )
    for name, covers in served.items():
        if isinstance(covers, str):
            raise GraphError(f"{name!r} covers {covers!r}: give a tuple of phases, ({covers!r},)")
        for part in covers:
            if part not in PHASES:
                raise GraphError(
                    f"{name!r} covers {part!r}, which is no phase{near(str(part), PHASES)}; phases "
                    f"are {', '.join(PHASES)}"
                )
    held = [name for name, covers in served.items() if "transport" in covers]
    left = [name for name in served if name not in held]
    if not left:
        return None
    if held:
        raise GraphError(
            f"footprints of {', '.join(held)} cover transport, those of {', '.join(left)} do not: "
            "take the transport of the latter alone, with their mass"
        )
    return make(serves=tuple(left), **fields)
