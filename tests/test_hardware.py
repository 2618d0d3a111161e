"""Hardware as a whole: boards, spares, networks and racks."""

import numpy as np
import pytest

import lca
from lca import catalogue
from lca.stages import (
    Accelerator,
    AcceleratorWithSpares,
    Board,
    BoardShare,
    Cluster,
    ConnectedAccelerator,
    EquippedNode,
    FatTree,
    InstalledNode,
    NetworkFabric,
    Part,
    Server,
    ServerWithSpares,
    part,
)


def impact(stage):
    return lca.Lifecycle(stage, functional_unit="one piece").nominal("gwp")


def card(**about):
    return Accelerator(**({"name": "card", "footprint": 164} | about))


def tree(**about):
    given = {"links": 1, "tiers": 3, "optical_share": 1, "ports_per_switch": 40}
    return FatTree(
        **(
            given
            | {
                "switch": Part(name="switch", footprint=284),
                "transceiver": Part(name="transceiver", footprint=2.5),
            }
            | about
        )
    )


# -- boards -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("board", "accelerator"), [("hgx_h100", "h100_sxm_80gb"), ("hgx_b200", "b200")]
)
def test_an_accelerator_is_its_share_of_a_board(board, accelerator):
    made = Board(footprint=catalogue.footprint(f"board.{board}"))
    share = BoardShare(board=made, accelerators_per_board=8)
    expected = catalogue.footprint(f"accelerator.{accelerator}").point
    assert impact(share) == pytest.approx(expected, rel=1e-3)


def test_the_shares_of_a_board_sum_to_it_in_every_sample():
    board = Board(footprint=catalogue.footprint("board.hgx_h100"))
    share = BoardShare(board=board, accelerators_per_board=8)
    eight = lca.Lifecycle(share, amount=8, functional_unit="eight accelerators")
    whole = lca.Lifecycle(board, functional_unit="one board")
    eight, whole = (
        lca.simulate(life, 64, 1, progress=False).total("gwp").to_numpy()[0]
        for life in (eight, whole)
    )
    np.testing.assert_allclose(eight, whole, rtol=1e-12)


def test_a_footprint_of_a_board_is_none_of_an_accelerator():
    with pytest.raises(lca.UnitError, match="footprint"):
        Accelerator(footprint=catalogue.footprint("board.hgx_h100"))
    with pytest.raises(lca.UnitError, match="takes what is delivered per board"):
        BoardShare(board=card(), accelerators_per_board=8)


# -- spares -----------------------------------------------------------------------------------


def test_spares_and_replacements_are_more_hardware():
    kept = AcceleratorWithSpares(
        accelerator=card(), spares=1 / 16, replacement_rate=0.06, lifetime=4
    )
    assert impact(kept) == pytest.approx(164 * (1 + 1 / 16 + 0.24))
    none = AcceleratorWithSpares(accelerator=card(), spares=0, replacement_rate=0, lifetime=4)
    assert impact(none) == 164
    node = ServerWithSpares(
        server=Server(footprint=3000), spares=0.02, replacement_rate=0.01, lifetime=5
    )
    assert impact(node) == pytest.approx(3000 * 1.07)


def test_with_spares_an_hour_holds_more_hardware_over_the_lifetime_of_the_cluster():
    lifetime = lca.pert(low=3, mode=5, high=7, unit="year", name="service life")

    def hour(accelerator):
        grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0.0)
        held = Cluster(
            electricity=grid, accelerator=accelerator, lifetime=lifetime, rated_power=0.7
        )
        return lca.Lifecycle(held, functional_unit="an hour")

    kept = AcceleratorWithSpares(name="kept", accelerator=card(), lifetime=lifetime)
    both = lca.Study({"bare": hour(card()), "kept": hour(kept)})
    run = lca.simulate(both, 64, 1, progress=False)
    bare, spared = run.amounts.sel(stage="card").to_numpy()
    years = run.draws.sel(input="service life").to_numpy()
    assert ((spared / bare > 1) & (spared / bare < 1 + 0.1 + 0.09 * years)).all()


def test_spares_of_accelerators_are_neither_brought_nor_disposed_of():
    road = lca.stages.Transport(name="road", serves="server")

    def brought(accelerator):
        node = EquippedNode(
            server=Server(name="server", transport=road, mass=130), accelerator=accelerator
        )
        return lca.Lifecycle(node, functional_unit="one node").nominal_amounts()["road"]

    kept = AcceleratorWithSpares(name="kept", accelerator=card(), lifetime=5)
    assert brought(kept) == brought(card()) == 130


def test_a_spare_node_is_no_spare_accelerator():
    with pytest.raises(lca.UnitError, match="takes what is delivered per node"):
        ServerWithSpares(server=card(), spares=0, replacement_rate=0, lifetime=5)
    with pytest.raises(ValueError, match="spares"):
        AcceleratorWithSpares(accelerator=card(), spares=-0.1, lifetime=5)


# -- network and rack -------------------------------------------------------------------------


@pytest.mark.parametrize(("tiers", "ports"), [(1, 1), (2, 3), (3, 5)])
def test_a_full_fat_tree_has_two_ports_less_one_a_tier(tiers, ports):
    """Leaf and spine of k ports: 3k/2 switches, k²/2 hosts; three tiers: 5k²/4 and k³/4."""
    made = lca.Lifecycle(tree(tiers=tiers), functional_unit="one accelerator")
    amounts = made.nominal_amounts()
    assert amounts["switch"] == pytest.approx(ports / 40)
    assert amounts["transceiver"] == pytest.approx(tiers)  # twin ports at both ends


def test_the_network_by_its_parts_is_about_the_published_one():
    by_parts = tree(cable=part("component.cable.copper", mass=0.3))
    assert impact(by_parts) == pytest.approx(35.5 + 7.5 + 3 * 0.3 * 2.95)
    assert impact(by_parts) == pytest.approx(impact(NetworkFabric()), rel=0.05)


def test_a_tapered_network_takes_less_and_more_links_take_more():
    assert impact(tree(oversubscription=4)) < impact(tree(oversubscription=2)) < impact(tree())
    assert impact(tree(links=2)) == pytest.approx(2 * impact(tree()))
    assert impact(tree(optical_share=0)) == pytest.approx(35.5)


@pytest.mark.parametrize("tiers", [2.7, lca.uniform(low=1, high=3)])
def test_a_tree_has_whole_tiers(tiers):
    with pytest.raises(lca.GraphError, match="FatTree 'fattree': tiers = .* must be whole"):
        tree(tiers=tiers)
    assert impact(tree(tiers=3 + 1e-12)) == pytest.approx(impact(tree(tiers=3)))


def test_an_installed_node_takes_its_share_of_the_rack():
    node = InstalledNode(
        server=Server(footprint=3000),
        rack=part("component.rack.with_management"),
        nodes_per_rack=4,
    )
    assert impact(node) == pytest.approx(3000 + 500 / 4)
    bare = InstalledNode(server=Server(footprint=3000))
    assert impact(bare) == 3000


@pytest.mark.parametrize("per_node", [4, 8])
def test_the_network_goes_with_accelerators_however_many_are_in_a_node(per_node):
    connected = ConnectedAccelerator(accelerator=card(), network=NetworkFabric(footprint=45))
    node = EquippedNode(
        server=Server(footprint=3000), accelerator=connected, accelerators_per_node=per_node
    )
    assert impact(node) == 3000 + per_node * (164 + 45)


def test_a_cluster_takes_an_installed_node_with_spares_as_its_server():
    node = InstalledNode(server=Server(footprint=3000))
    kept = ServerWithSpares(server=node, spares=0.1, replacement_rate=0, lifetime=5)
    connected = ConnectedAccelerator(accelerator=card(), network=NetworkFabric(footprint=45))
    grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0.0)
    held = Cluster(
        electricity=grid,
        server=kept,
        accelerator=connected,
        idle_time="left to the owner",
        lifetime=5,
        utilisation=1.0,
        rated_power=0.7,
    )
    life = lca.Lifecycle(held, amount=8 * 5 * 8760, functional_unit="the life of a node")
    assert life.nominal("gwp") == pytest.approx(1.1 * 3000 + 8 * (164 + 45))
