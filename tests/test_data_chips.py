"""Chips: peaks, power, memory and dies are in order; fabrication rows give known results."""

import math

import pytest

from lca import catalogue, tables

ACCELERATORS = {row["id"]: row for row in tables.rows("accelerators")}
CPUS = {row["id"]: row for row in tables.rows("cpus")}
FABRICATION = {row["id"]: row for row in tables.rows("fabrication")}

GENERATIONS = {  # bandwidth in GB/s from, to; first year
    "DDR3": (10, 100, 2007),
    "DRAM": (20, 300, 2015),
    "GDDR5": (150, 500, 2008),
    "GDDR6": (250, 1_000, 2018),
    "GDDR6X": (700, 1_200, 2020),
    "GDDR7": (900, 2_000, 2025),
    "HBM": (500, 5_000, 2015),  # the maker does not say which
    "HBM2": (600, 1_600, 2016),
    "HBM2e": (1_800, 3_700, 2020),
    "HBM3": (2_500, 5_400, 2022),
    "HBM3e": (4_700, 8_200, 2023),
}
WITHOUT_HBM = {
    "A40-PCIe-48GB",
    "Inferentia1",
    "L4-PCIe-24GB",
    "L40-PCIe-48GB",
    "L40S-PCIe-48GB",
    "P4-PCIe-8GB",
    "RTX-A6000-48GB",
    "TPU-v1",
}


def point(key):
    return catalogue.figure("fabrication." + key).point


def number(row, column):
    return float(row[column]) if row[column] else None


# -- accelerators -----------------------------------------------------------------------------


def test_there_are_at_least_fifty_accelerators_from_2010_to_the_newest():
    assert len(ACCELERATORS) >= 50
    assert {
        "GTX-580",
        "K80-PCIe-24GB",
        "V100-SXM-32GB",
        "H100-SXM-80GB",
        "GB300-superchip",
        "MI355X",
        "TPU-v7",
        "Trainium3",
    } <= set(ACCELERATORS)


@pytest.mark.parametrize("id", ACCELERATORS)
def test_peaks_rise_as_numbers_get_shorter(id):
    row = ACCELERATORS[id]
    columns = ("peak_fp32", "peak_tf32", "dense_peak", "peak_fp8", "peak_fp4")
    peaks = [peak for peak in (number(row, column) for column in columns) if peak]
    assert peaks == sorted(peaks), id


def test_peaks_double_as_numbers_halve_except_where_units_differ():
    other = {  # AWS: one engine for all, other factors for 8 bit; Intel: TF32 at a quarter
        "tf32": {"Trainium1", "Trainium2", "Trainium3", "Inferentia2", "Gaudi3"},
        "fp8": {"Trainium1", "Trainium2", "Trainium3", "Inferentia2", "Gaudi3"},
        "fp4": {"Trainium3", "B300-SXM-270GB", "GB300-superchip"},
    }
    pairs = {
        "tf32": ("peak_tf32", "dense_peak"),
        "fp8": ("dense_peak", "peak_fp8"),
        "fp4": ("peak_fp8", "peak_fp4"),
    }
    for name, (longer, shorter) in pairs.items():
        found = set()
        for id, row in ACCELERATORS.items():
            one, two = number(row, longer), number(row, shorter)
            if one and two and abs(two / one / 2 - 1) > 0.025:
                found.add(id)
        assert found == other[name], name


def test_integers_are_not_slower_than_floats_except_where_the_units_were_cut():
    slower = {"B300-SXM-270GB", "GB300-superchip"}  # Blackwell Ultra gave integer units up for FP4
    found = {
        id
        for id, row in ACCELERATORS.items()
        if row["peak_int8"]
        and row["dense_peak"]
        and float(row["peak_int8"]) < float(row["dense_peak"])
    }
    assert found == slower


def test_a_dense_peak_says_its_format():
    for id, row in ACCELERATORS.items():
        assert bool(row["dense_peak"]) == (row["dense_format"] in ("BF16", "FP16")), id


def test_dies_times_area_is_the_die_area():
    for id, row in ACCELERATORS.items():
        if row["area_per_die"]:
            total = float(row["compute_dies"]) * float(row["area_per_die"])
            assert total == pytest.approx(float(row["die_area"])), id
            assert 200 <= float(row["area_per_die"]) <= 858, f"{id}: beyond the reticle"
        else:
            assert not row["die_area"], id
        if row["interposer_area"] and row["die_area"]:
            assert float(row["interposer_area"]) > float(row["die_area"]), id


def test_power_memory_and_bandwidth_are_plausible():
    for id, row in ACCELERATORS.items():
        tdp, idle, memory, bandwidth = (
            number(row, c) for c in ("tdp", "idle_power", "memory", "memory_bandwidth")
        )
        assert tdp is None or 60 <= tdp <= 1_500, id
        assert idle is None or 0.05 * tdp <= idle <= (0.5 if id == "TPU-v4" else 0.35) * tdp, id
        if row["memory_type"] and bandwidth:
            low, high, first = GENERATIONS[row["memory_type"]]
            assert low <= bandwidth <= high, id
            assert int(row["year"]) >= first, id
        if memory and bandwidth:
            lowest = 3 if id in WITHOUT_HBM else 12  # times a second that memory is read
            highest = 130 if int(row["year"]) < 2014 else 80  # cards of 1.5 and 3 GB
            assert lowest <= bandwidth / memory <= highest, id


def test_no_accelerator_computes_more_per_watt_than_the_newest_do():
    for id, row in ACCELERATORS.items():
        if row["tdp"] and row["dense_peak"]:
            assert 0.05 <= float(row["dense_peak"]) / float(row["tdp"]) <= 2.5, id


def test_tdp_and_peak_of_the_accelerators_used_most_are_those_of_their_data_sheets():
    known = {
        "V100-SXM-32GB": ("300", "125", "32"),
        "A100-SXM-40GB": ("400", "312", "40"),
        "A100-SXM-80GB": ("400", "312", "80"),
        "A100-PCIe-40GB": ("250", "312", "40"),
        "A100-PCIe-80GB": ("300", "312", "80"),
        "H100-SXM-80GB": ("700", "989.4", "80"),
        "H100-PCIe-80GB": ("350", "756", "80"),
        "H100-NVL-94GB": ("400", "835.5", "94"),
        "H200-SXM-141GB": ("700", "989.5", "141"),
        "B200-SXM-180GB": ("1000", "2250", "180"),
        "MI250X": ("560", "383", "128"),
        "MI300X": ("750", "1307.4", "192"),
        "TPU-v3": ("450", "123", "32"),
        "TPU-v5e": ("", "197", "16"),
        "TPU-v5p": ("", "459", "95"),
        "TPU-v6e": ("", "918", "32"),
        "Trainium2": ("", "667", "96"),
        "Gaudi2": ("600", "432", "96"),
        "Gaudi3": ("900", "1835", "128"),
    }
    for id, values in known.items():
        row = ACCELERATORS[id]
        assert (row["tdp"], row["dense_peak"], row["memory"]) == values, id


# -- CPUs -------------------------------------------------------------------------------------


def test_cpus_have_plausible_power_per_core_and_their_dies_add_up():
    assert len(CPUS) >= 40
    for id, row in CPUS.items():
        if row["tdp"]:
            assert 2 <= float(row["tdp"]) / float(row["cores"]) <= 9, id
        if row["die_area"]:
            compute = float(row["compute_dies"]) * float(row["area_per_die"])
            other = float(row["io_dies"] or 0) * float(row["io_area_per_die"] or 0)
            assert compute + other == pytest.approx(float(row["die_area"])), id
            assert float(row["area_per_die"]) <= 858, id


# -- fabrication ------------------------------------------------------------------------------

NODES = ("28nm", "20nm", "14nm", "10nm", "8nm", "7nm", "5nm", "3nm")


@pytest.mark.parametrize(
    "series", ["energy.{}.act", "gas_95.{}.act", "gas_99.{}.act", "carbon.{}.imec_netzero"]
)
def test_a_smaller_node_never_takes_less_per_area(series):
    values = [
        point("logic." + series.format(node))
        for node in NODES
        if "fabrication.logic." + series.format(node) in FABRICATION
    ]
    assert len(values) >= 7
    assert values == sorted(values)


def test_defect_density_rises_as_nodes_shrink():
    nodes = ("65nm", "28nm", "22nm", "14nm", "10nm", "7nm")
    values = [point(f"defect_density.{node}.ecochip") for node in nodes]
    assert values == sorted(values)


def test_better_abatement_leaves_less_gas():
    for node in NODES:
        assert point(f"logic.gas_99.{node}.act") < point(f"logic.gas_95.{node}.act")


def act(node, electricity):
    """Return ACT's carbon per area in kg/cm2 at 95 % abatement, before yield."""
    energy = point(f"logic.energy.{node}.act")
    return energy * electricity + point(f"logic.gas_95.{node}.act") + point("logic.materials.act")


@pytest.mark.parametrize(
    ("node", "printed"),  # ECO-CHIP, cpa_scaling, g/mm2: ACT's figures with coal power (820 g/kWh)
    [("7nm", 26.13), ("10nm", 19.49), ("14nm", 16.84), ("20nm", 16.74), ("28nm", 14.138)],
)
def test_carbon_per_area_is_that_printed_by_a_tool_that_uses_act(node, printed):
    assert act(node, 0.820) * 10 == pytest.approx(printed, rel=0.001)


def test_acts_printed_footprints_of_two_processors_come_out():
    per_area = act("28nm", 0.820) / point("yield.die.act_default")
    package = point("package.ic.act")
    assert per_area * 0.464 + package == pytest.approx(0.8992937, rel=1e-6)  # Fairphone 3
    assert 2 * (per_area * 6.98 + 2 * package) == pytest.approx(23.1434057, rel=1e-6)  # R740


def test_carbon_per_area_of_7_nm_with_taiwanese_electricity():
    assert act("7nm", 0.583) == pytest.approx(2.10, rel=0.01)


def test_two_lineages_of_carbon_per_area_differ_by_no_more_than_their_spread():
    for node in ("28nm", "14nm", "10nm", "7nm", "5nm", "3nm"):
        gas = point(f"logic.gas_99.{node}.act")
        one = point(f"logic.energy.{node}.act") * 0.454 + gas + point("logic.materials.act")
        ratio = one / point(f"logic.carbon.{node}.imec_netzero")
        assert 1 / 1.35 < ratio < 1.35, node


def test_electricity_per_mask_layer_of_a_foundry_agrees_with_energy_per_area_of_the_nodes():
    for layers, node in ((40, "28nm"), (60, "10nm"), (80, "5nm")):
        whole = layers * point("logic.energy_per_layer.tsmc_2024")
        ratio = whole / point(f"logic.energy.{node}.act")
        assert 1 < ratio < 2.5, node  # whole company against a model of a fab


def gross_dies(area, width=None):
    """Return dies on a wafer by the formula of the edge correction; lengths in mm."""
    kerf = point("wafer.kerf")
    width = width or math.sqrt(area)
    cell = (width + kerf) * (area / width + kerf)
    across = point("wafer.diameter") - 2 * point("wafer.edge_exclusion")
    edge = point("wafer.edge_correction") * math.pi * across / math.sqrt(cell)
    return math.pi * (across / 2) ** 2 / cell - edge


def test_a_wafer_holds_some_66_dies_of_an_h100():
    dies = gross_dies(float(ACCELERATORS["H100-SXM-80GB"]["die_area"]))
    assert 60 < dies < 70
    assert dies == pytest.approx(66.6, abs=0.2)


@pytest.mark.parametrize(
    ("die", "area", "nominal"),
    [("a100", 8.26, 0.45), ("sapphire_rapids", 4.19, 0.66)],
)
def test_published_die_yields_follow_from_defect_density_and_clustering(die, area, nominal):
    clustering = point("clustering.logic")
    found = (1 + area * point("defect_density.7nm.capa") / clustering) ** -clustering
    assert found == pytest.approx(point(f"yield.die.{die}.no_binning"), abs=0.01)
    assert found == pytest.approx(nominal, abs=0.01)


def test_the_murphy_yield_of_the_imec_model_is_86_percent():
    defects = point("defect_density.logic.imec2023")
    assert ((1 - math.exp(-defects)) / defects) ** 2 == pytest.approx(0.86, abs=0.005)


def test_a_good_h100_die_takes_some_twenty_to_fifty_kilograms():
    """A footprint of the board leaves 41.5 kg per GPU for all integrated circuits."""
    area = float(ACCELERATORS["H100-SXM-80GB"]["die_area"])
    clustering, defects = point("clustering.logic"), point("defect_density.7nm.capa")
    good = (1 + area / 100 * defects / clustering) ** -clustering
    wafer = math.pi * 15**2 * point("logic.carbon.5nm.imec_netzero")
    assert 20 < wafer / gross_dies(area) / good < 50


def test_module_scope_is_far_above_die_scope_and_the_id_says_which():
    assert point("dram.ddr4.module.dell_r740") > 10 * point("dram.ddr4_10nm.die")
    assert point("ssd.server.module.dell_r740") > 5 * point("nand.10nm.die")
    for id in FABRICATION:
        if id.split(".")[1] in ("dram", "hbm", "nand", "ssd", "hdd"):
            assert set(id.split(".")) & {"die", "module", "stack", "drive", "company"}, id


def test_memory_stacks_of_two_sources_differ_by_less_than_a_factor_of_two():
    ratio = point("hbm.hbm3.module.techinsights") / point("hbm.hbm3.module.nvidia")
    assert 1 < ratio < 2
