"""Memory and drives: by capacity, from dies and by stacks, against ACT and published figures."""

import numpy as np
import pytest

import lca
from lca import catalogue
from lca.stages import (
    AdvancedPackage,
    DieByCarbonPerArea,
    DrivesByPiece,
    MemoryFromDies,
    PackagedDie,
    Storage,
    die_by_area,
    memory,
    memory_from_dies,
    memory_stacks,
)
from lca.stages.memory import DIES, FINISHED, STACKS


def carbon(stage, functional_unit="one piece"):
    return lca.Lifecycle(stage, functional_unit=functional_unit).nominal("gwp")


def grid(intensity):
    return lca.stages.Electricity(name="grid", intensity=intensity, losses=0.0)


# -- what ACT computes ------------------------------------------------------------------------


def test_memory_of_an_h100_as_ddr4_dies():
    """80 GB of DDR4 in six packages."""
    assert carbon(memory_from_dies("DDR4 10 nm", capacity=80, packages=6)) == pytest.approx(
        6.84, abs=0.005
    )


def test_the_dell_r740_of_act_from_its_parts():
    """1,467.94 kg of chips and 55.2 kg of 368 packages, as ACT's own bill of materials gives."""
    coal = die_by_area("28nm", area=6.98, abatement=95, electricity=grid(0.82), name="die")
    parts = [
        (8, memory_from_dies("NAND 30 nm", capacity=3840, packages=13)),
        (1, memory_from_dies("NAND 30 nm", capacity=400, packages=13)),
        (1, memory_from_dies("DDR3 50 nm", capacity=68, packages=19)),
        (12, memory_from_dies("DDR3 50 nm", capacity=36, packages=19)),
        (2, PackagedDie(die=coal, package=0.3)),
    ]
    assert sum(count * carbon(part) for count, part in parts) == pytest.approx(1523.14, abs=0.01)


# -- finished pieces --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "capacity", "published"),
    [
        ("DDR4 module", 384, 533),  # twelve modules of a Dell R740
        ("SSD Dell R740", 30_720, 3_373),  # its eight drives
        ("HBM2e", 16, 18.16),
        ("HBM3 TechInsights", 16, 19.95),
        ("HBM3", 640, 546),  # the memory of an HGX H100 board
        ("HBM3e", 1_440, 0.49 * 2_274),  # of an HGX B200 board
    ],
)
def test_a_piece_gives_back_the_footprint_it_was_divided_from(kind, capacity, published):
    assert carbon(memory(kind, capacity=capacity)) == pytest.approx(published, rel=0.002)


def test_a_stack_by_piece_and_by_capacity_agree():
    by_capacity = carbon(memory("HBM3 TechInsights", capacity=5 * 16))
    assert 5 * carbon(memory_stacks("HBM3 8-high")) == pytest.approx(by_capacity, rel=0.001)


def test_bonding_of_stacks_stands_in_the_package_alone():
    with pytest.raises(TypeError, match="stacks"):
        memory_stacks("HBM3 8-high", stacks=5)
    package = AdvancedPackage(
        chips={"memory": memory_stacks("HBM3 8-high", name="stack")},
        counts={"memory": 5},
        interposer_area=16,
        bonding_yield=0.96,
    )
    amounts = lca.Lifecycle(package, functional_unit="package").nominal_amounts()
    assert amounts["stack"] == pytest.approx(5 / 0.96**5)


def test_capacity_in_terabyte_is_converted():
    assert carbon(memory("HDD", capacity=lca.fixed(16, "TB"))) == pytest.approx(16 * 1.334)


@pytest.mark.parametrize("kind", FINISHED)
def test_every_kind_has_its_figure_and_says_what_it_covers(kind):
    made = memory(kind, capacity=1)
    assert made.covers == catalogue.covers(FINISHED[kind])
    assert 0.001 < carbon(made) < 2


@pytest.mark.parametrize("kind", DIES)
def test_bare_dies_and_their_losses_stay_below_finished_pieces(kind):
    bare = carbon(memory_from_dies(kind, capacity=1, packages=0))
    finished = "SSD Dell R740" if kind.startswith("NAND") else "DDR4 module"
    assert 0 < bare < carbon(memory(finished, capacity=1))


def test_higher_stacks_of_newer_memory_cost_more():
    values = [carbon(memory_stacks(kind)) for kind in STACKS]
    assert values == sorted(values)


def test_a_disk_that_covers_its_transport_refuses_a_second_one():
    road = lca.stages.Transport(name="road", serves="disk")
    disk = memory("HDD", capacity=16_000, name="disk")
    with pytest.raises(lca.GraphError, match="disk.*transport|transport.*disk"):
        lca.Lifecycle({"make": disk, "bring": road}, functional_unit="one disk")


# -- parts and drives -------------------------------------------------------------------------


def test_the_board_of_a_drive_is_a_supplier_and_may_be_left_out():
    controller = DieByCarbonPerArea(name="controller", area=1, carbon=1.5, die_yield=1.0)
    bare = memory_from_dies("NAND TLC V3", capacity=3840, packages=8)
    whole = memory_from_dies("NAND TLC V3", capacity=3840, packages=8, board=controller)
    assert carbon(whole) - carbon(bare) == pytest.approx(1.5)


def test_drives_per_terabyte_feed_storage():
    drive = memory_from_dies("NAND TLC V3", capacity=3840, packages=8, name="drive")
    drives = DrivesByPiece(drive=drive, capacity=3.84, name="drives")
    assert carbon(drives) == pytest.approx(carbon(drive) / 3.84)
    stored = {"electricity": grid(0.0), "replication": 2.0, "lifetime": 5.0, "system_overhead": 1.0}
    kept = Storage(drives=drives, **stored)
    assert carbon(kept) == pytest.approx(2 / 5 * carbon(drive) / 3.84)


def test_drives_of_another_capacity_than_their_drive_are_refused():
    drive = memory_from_dies("NAND TLC V3", capacity=3840, packages=8, name="drive")
    with pytest.raises(lca.GraphError, match="3840 TB, but .*'drive' is made with 3.84 TB"):
        DrivesByPiece(drive=drive, capacity=3840, name="drives")
    with pytest.raises(lca.GraphError, match="give both one quantity"):
        DrivesByPiece(drive=drive, capacity=lca.uniform(low=3, high=4, unit="TB"))
    board = DieByCarbonPerArea(name="board", area=1, carbon=1.5, die_yield=1.0)
    assert carbon(DrivesByPiece(drive=board, capacity=2)) == 0.75  # it has no capacity to check


def test_every_sample_is_the_formula_of_its_own_draws():
    dies = lca.lognormal(median=0.065, gsd=1.5, name="dies")
    made = MemoryFromDies(capacity=80, carbon=dies, packages=6)
    result = lca.simulate(lca.Lifecycle(made, functional_unit="memory"), 64, 1, progress=False)
    per_capacity, good, package = (
        result.draws.sel(input=label).to_numpy()
        for label in ("dies", "fabrication.yield.die.act_default", "fabrication.package.ic.act")
    )
    total = result.total("gwp").to_numpy()[0]
    np.testing.assert_allclose(total, per_capacity * 80 / good + 6 * package, rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (memory, "HBM33", "no memory 'HBM33'; did you mean .*; there are DDR4 module"),
        (memory_from_dies, "LPDDR5", "no memory die 'LPDDR5'; did you mean"),
        (memory_stacks, "HBM3", "no memory stack 'HBM3'; did you mean"),
    ],
)
def test_an_unknown_kind_is_refused_with_near_names(make, kind, message):
    with pytest.raises(lca.DataError, match=message):
        make(kind)


def test_dies_want_their_packages_named():
    with pytest.raises((TypeError, ValueError), match="packages"):
        memory_from_dies("DDR4 10 nm", capacity=80)
