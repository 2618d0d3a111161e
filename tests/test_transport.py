"""Transport: freight by legs, and no freight where a footprint holds it."""

import numpy as np
import pytest

import lca
from lca.stages import Freight, Transport, freight, transport_to, transport_unless_covered

SEA, ROAD, RAIL, AIR = (
    lca.catalogue.figure(f"transport.{mode}").to("kgCO2e/kg/km").point
    for mode in (
        "sea.container_average",
        "road.hgv_average",
        "rail.freight_train",
        "air.long_haul_with_rf",
    )
)


def total(stage, amount=1.0):
    return lca.Lifecycle(stage, amount=amount, functional_unit="freight").nominal("gwp")


def test_a_leg_is_distance_times_factor_per_kg():
    route = Freight(distances={"sea": 20_000}, factors={"sea": 2e-5})
    assert total(route, 130) == pytest.approx(130 * 20_000 * 2e-5)


def test_a_route_is_the_sum_of_its_legs():
    route = freight(
        {"sea.container_average": 18_000, "rail.freight_train": 900, "road.hgv_average": 150}
    )
    assert total(route) == pytest.approx(18_000 * SEA + 900 * RAIL + 150 * ROAD)


def test_two_legs_are_the_transport_by_sea_and_road():
    plain = Transport(air_share=0, sea_distance=20_000, road_distance=800)
    route = freight({"sea.container_average": 20_000, "road.hgv_average": 800})
    assert total(plain) == pytest.approx(total(route))
    by_air = Transport(air_share=1, air_distance=9_000, road_distance=0)
    assert total(by_air) == pytest.approx(total(freight({"air.long_haul_with_rf": 9_000})))


def test_every_sample_is_the_sum_of_its_legs():
    distances = {"sea": lca.uniform(low=15_000, high=22_000), "road": lca.uniform(low=50, high=900)}
    factors = {
        "sea": lca.lognormal(median=2e-5, gsd=1.3),
        "road": lca.lognormal(median=1e-4, gsd=1.3),
    }
    route = Freight(distances=distances, factors=factors, name="route")
    result = lca.simulate(lca.Lifecycle(route, functional_unit="one kg"), n=64)
    drawn = {str(x): result.draws.sel(input=x).to_numpy() for x in result.draws["input"].to_numpy()}
    wanted = sum(drawn[f"route.distances.{x}"] * drawn[f"route.factors.{x}"] for x in distances)
    np.testing.assert_allclose(result.total("gwp").to_numpy()[0], wanted, rtol=1e-12)


def test_modes_stand_in_the_order_of_their_factors():
    assert SEA < RAIL < ROAD < AIR


def test_longer_is_more():
    lengths = [total(freight({"road.hgv_average": km})) for km in (0, 100, 1_000)]
    assert lengths[0] == 0
    assert (np.diff(lengths) > 0).all()


def test_transport_is_left_out_where_the_footprint_holds_it():
    covers = lca.catalogue.covers("storage.hdd.embodied")
    assert transport_unless_covered({"drives": covers}) is None


def test_transport_serves_what_it_was_made_for():
    step = transport_unless_covered({"server": (), "accelerator": ("disposal",)}, name="lorry")
    assert isinstance(step, Transport)
    assert step.serves == ("server", "accelerator")
    server = lca.stages.Server(transport=step, name="server")
    with pytest.raises(lca.GraphError, match="no stage of the lifecycle"):
        lca.Lifecycle(server)  # the accelerator it serves is not there


def test_a_lifecycle_with_and_without_is_accepted():
    for covers in ((), ("transport",)):
        step = transport_unless_covered({"server": covers}, freight, legs={"road.hgv_average": 500})
        server = lca.stages.Server(transport=step, footprint=1_000, mass=100, covers=covers)
        wanted = 1_000 if covers else 1_000 + 100 * 500 * ROAD
        assert total(server) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("region", "air", "sea"),
    [
        ("US", 11_500, 12_000),
        ("US-CAMX", 11_500, 12_000),
        ("CA-QC", 11_500, 12_000),
        ("MX", 11_500, 12_000),
        ("DE", 10_000, 19_000),
        ("FR", 10_000, 19_000),
    ],
)
def test_the_route_is_that_of_the_site(region, air, sea):
    step = transport_to(region, air_share=0.5, name="freight")
    assert (step.air_distance.point, step.sea_distance.point) == (air, sea)
    by_hand = 0.5 * air * AIR + 0.5 * sea * SEA + step.road_distance.point * ROAD
    assert total(step) == pytest.approx(by_hand)
    assert transport_to(region, sea_distance=1).sea_distance.point == 1


def test_a_route_that_is_not_known_is_refused():
    for region in ("SG", "BR", "GLO", "usa", ""):
        with pytest.raises(lca.DataError, match=f"no route to '{region}'.*air_distance"):
            transport_to(region)
    with pytest.raises(lca.DataError, match="did you mean 'US'"):
        transport_to("us")


def test_air_freight_without_radiative_forcing_is_a_third_less():
    bare = lca.catalogue.figure("transport.air.long_haul_without_rf").to("kgCO2e/kg/km").point
    assert bare / AIR == pytest.approx(2 / 3, abs=0.03)


def test_a_factor_per_tonne_is_refused_and_every_shipped_one_accepted():
    with pytest.raises(ValueError, match="road_factor = 0.125 .* above what is plausible, 0.02"):
        Transport(road_factor=0.125)
    with pytest.raises(ValueError, match="factors.sea = 0.0218 .* above what is plausible"):
        Freight(distances={"sea": 1}, factors={"sea": lca.lognormal(median=0.0218, gsd=1.3)})
    found = lca.catalogue.search("transport.")["id"]
    modes = [key for key in found if key.startswith("transport.")]
    modes = [key for key in modes if "kgCO2e" in str(lca.catalogue.figure(key).unit)]
    assert len(modes) > 50
    for key in modes:
        freight({key.removeprefix("transport."): 1})


def test_errors_say_what_was_wrong():
    with pytest.raises(lca.DataError, match=r"no figure 'transport\.sea\.contaner_average' in the"):
        freight({"sea.contaner_average": 1})
    with pytest.raises(lca.GraphError, match="distances are of sea, but factors of road"):
        Freight(distances={"sea": 1}, factors={"road": 1e-4})
    with pytest.raises(lca.GraphError, match="footprints of a cover transport, those of b do not"):
        transport_unless_covered({"a": ("transport",), "b": ()})
    with pytest.raises(lca.GraphError, match="covers 'transpot', which is no phase"):
        transport_unless_covered({"a": ("transpot",)})
    with pytest.raises(lca.GraphError, match="covers 'xyz', which is no phase; phases are"):
        transport_unless_covered({"a": ("xyz",)})
    with pytest.raises(lca.GraphError, match="'a' covers 'transport': give a tuple"):
        transport_unless_covered({"a": "transport"})
    for served in ({}, (), ["server"]):
        with pytest.raises(lca.GraphError, match="what each footprint covers by the name"):
            transport_unless_covered(served)
    with pytest.raises(ValueError, match="above its upper bound"):
        freight({"road.hgv_average": 50_000})
    with pytest.raises(TypeError, match="mapping of numbers by name"):
        freight({})


def test_two_graphics_cards_of_a_published_case():
    """Manufacture, freight by mode and end of life of two cards: 477.2 kg (BoaviztAPI's tests)."""
    made = (
        2.2 * 0.25955  # upstream transport, per kg
        + 0.79 * 8.2542
        + 0.9 * 5.7412
        + 296 * 0.032549
        + 2808.445102929598 * 0.042592
        + 506.6304769903343 * 0.18379
    )
    route = Freight(
        distances={"boat": 19_000, "truck": 1_000, "plane": 0},
        factors={"boat": 1.33e-5, "truck": 5.04e-5, "plane": 2.11e-3},
    )
    disposal = lca.stages.Disposal(collection=1, recycling=1.5062)
    cards = lca.stages.Server(footprint=made, mass=2.2, transport=route, disposal=disposal)
    life = lca.Lifecycle(cards, amount=2, functional_unit="two cards")
    assert life.nominal("gwp") == pytest.approx(477.2, rel=2e-4)
    assert total(disposal, 2 * 2.2) == pytest.approx(6.627, rel=1e-3)


def test_one_card_by_air_of_a_published_case():
    route = Freight(
        distances={"plane": 19_000, "truck": 1_000}, factors={"plane": 2.11e-3, "truck": 5.04e-5}
    )
    assert total(route, 2.2) == pytest.approx(88.3, rel=1e-3)
