"""Footprints, parts, materials, facility, network, transport: relations that must hold."""

import re
from collections import defaultdict

import pytest

from lca import catalogue, tables

ROWS = {
    row["id"]: row
    for name, about in tables.package().items()
    if about.get("figures")
    for row in tables.rows(name)
}
VALUE = {key: float(row["value"]) for key, row in ROWS.items()}
PARTS = tables.rows("hardware_footprint_parts")
SPLITS = defaultdict(list)
for part in PARTS:
    if part["whole"]:
        SPLITS[part["whole"], part["split"]].append(part)


def under(prefix, unit=None):
    return {
        key: value
        for key, value in VALUE.items()
        if key.startswith(prefix + ".") and unit in (None, ROWS[key]["unit"])
    }


# -- parts and wholes -------------------------------------------------------------------------


@pytest.mark.parametrize("whole", SPLITS)
def test_the_parts_of_a_split_sum_to_their_whole(whole):
    key, _ = whole
    parts = SPLITS[whole]
    assert len(parts) > 1
    assert {part["unit"] for part in parts} == {ROWS[key]["unit"]}
    assert sum(float(part["value"]) for part in parts) == pytest.approx(VALUE[key], abs=0.6)
    for part in parts:
        assert part["id"].startswith(key.replace("footprint.", "footprint_part.", 1) + ".")
        assert part["boundary"]


def test_every_vendor_board_is_split_by_component_and_by_stage():
    for board in ("hgx_h100", "hgx_b200"):
        key = f"footprint.board.{board}"
        assert {split for whole, split in SPLITS if whole == key} == {"component", "stage"}
        stages = {p["id"].rsplit(".", 1)[1]: float(p["value"]) for p in SPLITS[key, "stage"]}
        assert stages["stage_materials"] > 0.9 * VALUE[key]
        assert stages["stage_transport"] < 0.01 * VALUE[key]


def test_the_materials_of_the_h100_board_agree_between_its_two_splits():
    key = "footprint.board.hgx_h100"
    components = {p["id"]: float(p["value"]) for p in SPLITS[key, "component"]}
    rest = components.pop("footprint_part.board.hgx_h100.rest")
    materials = VALUE["footprint_part.board.hgx_h100.stage_materials"]
    assert sum(components.values()) == pytest.approx(materials, rel=0.005)
    others = sum(
        VALUE[f"footprint_part.board.hgx_h100.stage_{s}"] for s in ("assembly", "transport")
    )
    assert rest == pytest.approx(others, rel=0.05)


@pytest.mark.parametrize(
    ("board", "accelerator"),
    [("hgx_h100", "h100_sxm_80gb"), ("hgx_b200", "b200"), ("hgx_h200", "h200_sxm")],
)
def test_a_board_is_eight_accelerators(board, accelerator):
    board, one = VALUE[f"footprint.board.{board}"], VALUE[f"footprint.accelerator.{accelerator}"]
    assert board == pytest.approx(8 * one, rel=1e-3)


@pytest.mark.parametrize(
    "system", [r["system"] for r in tables.rows("hardware_server_parts") if r["part"] == "rest"]
)
def test_masses_of_a_bill_of_materials_sum_to_the_product(system):
    rows = [r for r in tables.rows("hardware_server_parts") if r["system"] == system]
    masses = {r["part"]: float(r["mass"]) for r in rows if r["mass"]}
    whole = masses.pop("whole")
    assert sum(masses.values()) == pytest.approx(whole, abs=0.01)
    assert abs(masses["rest"]) < 0.01 * whole


def test_a_part_weighs_less_than_its_system():
    rows = tables.rows("hardware_server_parts")
    whole = {r["system"]: float(r["mass"]) for r in rows if r["part"] == "whole"}
    for r in rows:
        assert float(r["mass"] or 0) <= whole[r["system"]], r["id"]


# -- levels -----------------------------------------------------------------------------------

NOT_SERVERS = {"footprint.node_without_accelerators.meta_2022"}  # holds its GPUs


def test_an_accelerator_is_between_50_and_500_kg():
    for key, value in under("footprint.accelerator", "kgCO2e/accelerator").items():
        assert 50 <= value <= 500, key


def test_a_server_without_accelerators_is_between_half_a_ton_and_seven():
    for key, value in under("footprint.node_without_accelerators").items():
        if key not in NOT_SERVERS:
            assert 500 <= value <= 7_000, key


def test_the_bottom_up_host_lies_within_the_range_of_the_default():
    low, high = catalogue.figure("footprint.node_without_accelerators.default").interval(0.9)
    assert low < VALUE["footprint.node_without_accelerators.dgx_h100_bottom_up"] < high


def test_a_node_with_accelerators_is_above_the_same_without():
    assert (
        VALUE["footprint.node_with_accelerators.bloom"]
        == VALUE["footprint.node_without_accelerators.bloom"]
        + 8 * VALUE["footprint.accelerator.bloom_a100"]
    )


def test_a_life_with_use_is_named_as_such():
    for key in under("footprint.node_lifecycle"):
        assert "operation" in ROWS[key]["covers"]
    for key in under("footprint"):
        if "node_lifecycle" not in key:
            assert "operation" not in ROWS[key]["covers"], key


@pytest.mark.parametrize(
    ("drive", "factor", "capacity"),
    [
        ("seagate_exos_x16_16tb", "storage.hdd.embodied", 16),
        ("seagate_exos_x12_12tb", "storage.hdd.embodied.exos_x12", 12),
        ("seagate_nytro_1551_1920gb", "storage.ssd.embodied.nytro_1551", 1.92),
        ("ssd_30tb_seagate2025", "storage.ssd.embodied.tannu2023", 30.72),
        ("seagate_nytro_3530_4tb", "component.ssd.greensku", 4),
    ],
)
def test_a_drive_agrees_with_its_factor_per_capacity(drive, factor, capacity):
    assert VALUE[f"footprint.drive.{drive}"] == pytest.approx(VALUE[factor] * capacity, rel=0.01)


def test_parts_of_the_r740_agree_with_the_components_made_from_them():
    part = "footprint_part.node_without_accelerators.dell_r740_lca2019."
    for key, component, number in (
        ("dram", "component.dram.r740", 384),
        ("ssd_3840gb", "component.ssd.r740", 30.72),
        ("psu", "component.psu.unit", 2),
        ("psu", "component.psu.mass", 2.99),
        ("fans", "component.fan.unit", 6),
        ("fans", "component.fan.mass", 1.59),
        ("chassis", "component.chassis.mass", 11.5),
        ("cpu", "component.cpu.r740", 2),
    ):
        assert VALUE[part + key] == pytest.approx(VALUE[component] * number, rel=0.01), component


def test_steel_parts_cost_about_what_steel_does():
    assert VALUE["component.chassis.mass"] == pytest.approx(
        VALUE["material.primary.steel_cans"], rel=0.3
    )


# -- materials --------------------------------------------------------------------------------

PAIRS = sorted(k.split(".")[2] for k in under("material.secondary"))


@pytest.mark.parametrize("material", PAIRS)
def test_secondary_production_is_below_primary(material):
    assert VALUE[f"material.secondary.{material}"] < VALUE[f"material.primary.{material}"]


def test_a_credit_is_secondary_less_primary():
    credits = under("material.credit")
    assert len(credits) > 10
    for key, value in credits.items():
        _, _, material = key.split(".")
        difference = VALUE[f"material.secondary.{material}"] - VALUE[f"material.primary.{material}"]
        assert value == pytest.approx(difference, abs=1e-5)
        assert value < 0


def test_metals_stand_in_the_order_of_their_rarity():
    order = ["iron", "copper", "aluminium", "tin", "silver", "palladium", "gold"]
    values = [VALUE[f"material.metal.{metal}"] for metal in order]
    assert values == sorted(values)


LOW_CARBON_OF_ENERGY = {"hafnium", "gallium"}  # published so: 37 and 26 g/MJ


def test_carbon_of_metals_fits_their_energy():
    for key, value in under("material.energy").items():
        metal = key.split(".")[2]
        grams = 1000 * VALUE[f"material.metal.{metal}"] / value
        assert metal in LOW_CARBON_OF_ENERGY or 40 <= grams <= 110, (key, grams)


@pytest.mark.parametrize("group", ["server_2u", "data_centre_equipment", "data_centre_mass"])
def test_shares_of_mass_sum_to_one(group):
    shares = under(f"material.composition.{group}").values()
    assert sum(shares) == pytest.approx(1, abs=0.005)


# -- facility and network ---------------------------------------------------------------------


def test_lifetimes_are_in_order():
    life = {k.split(".")[2]: v for k, v in under("facility.lifetime").items()}
    assert life["battery_lead"] < life["battery_li_ion"] < life["ups"] < life["generator"]
    assert life["network"] < life["plant"] < life["building"]
    assert all(5 <= years <= 60 for years in life.values())


def test_construction_is_the_yearly_value_times_twenty_years():
    yearly = VALUE["facility.construction.google_per_year"]
    assert VALUE["facility.construction.google"] == pytest.approx(yearly * 20 / 1000, rel=0.01)


def test_building_and_plant_together_stay_below_the_whole():
    kilograms = 1000 * VALUE["facility.building.greensku"] + sum(under("facility.plant").values())
    assert 100 < kilograms < 1000 * VALUE["facility.construction.google"]


def test_internet_electricity_follows_its_halving_time():
    first, time = VALUE["network.transfer.internet_2015"], VALUE["network.transfer.halving_time"]
    for key, value in under("network.transfer").items():
        year = re.search(r"internet_(\d+)", key)
        if year:
            assert value == pytest.approx(first * 0.5 ** ((int(year[1]) - 2015) / time), rel=0.01)


def test_optics_of_a_link_are_one_end_and_half_a_twin_port():
    optics = under("network.optics")
    assert optics["network.optics.link_400g_single_mode"] == (
        optics["network.optics.400g_single_mode"] + optics["network.optics.800g_single_mode"] / 2
    )


# -- transport --------------------------------------------------------------------------------

SHIPS_LIKE_LORRIES = {"roro", "container_ship_0_999_teu", "container_ship_1000_1999_teu"}


def test_air_is_above_road_above_rail_above_sea():
    air, road = under("transport.air", "kgCO2e/tonne/km"), under("transport.road")
    (rail,) = under("transport.rail").values()
    sea = {
        key: value
        for key, value in under("transport.sea").items()
        if not any(name in key for name in SHIPS_LIKE_LORRIES)
    }
    assert min(air.values()) > max(road.values())
    assert min(road.values()) > rail > max(sea.values())
    assert min(under("transport.van").values()) > VALUE["transport.road.hgv_average"]


def test_a_published_freight_factor_is_the_sum_of_its_two_parts():
    for key, row in ROWS.items():
        parts = re.search(r"([\d.]+) \+ WTT ([\d.]+)", row["locator"])
        if parts:
            assert VALUE[key] == pytest.approx(float(parts[1]) + float(parts[2]), abs=2e-5), key


def test_full_lorries_are_better_than_half_full_ones():
    for key, value in under("transport.road").items():
        if key.endswith("_100_laden"):
            assert value < VALUE[key.replace("_100_", "_50_")], key


def test_masses_of_systems_agree_with_their_bills_of_materials():
    bom = {r["id"]: r["mass"] for r in tables.rows("hardware_server_parts")}
    for mass, system in (
        ("dgx_h100", "dgx_h100"),
        ("dgx_h200", "dgx_h200"),
        ("dgx_b200", "dgx_b200"),
        ("server_2u", "server_2u_2015"),
        ("dell_r740", "dell_r740"),
        ("gb200_nvl72", "gb200_nvl72"),
        ("rack_42u", "rack_42u"),
    ):
        assert VALUE[f"transport.mass.{mass}"] == float(bom[f"bom.{system}.whole"])


# -- disposal ---------------------------------------------------------------------------------


def test_transport_and_disposal_of_an_a100_are_what_its_two_footprints_differ_by():
    both = VALUE["footprint.accelerator.a100_sxm_40gb.with_transport_and_disposal"]
    assert VALUE["disposal.accelerator.a100_transport_and_disposal"] == pytest.approx(
        both - VALUE["footprint.accelerator.a100_sxm_40gb"]
    )


def test_a_transport_convention_costs_far_less_than_treatment():
    for key, value in (under("disposal.weee") | under("disposal.construction")).items():
        assert value < VALUE["disposal.treatment.electronics"] / 20, key
