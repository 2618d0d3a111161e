"""Datasets: every row of every table has what it needs, and lies where such figures lie."""

import json
import re

import pytest

import lca
from lca import tables, units
from lca.distributions import Fixed
from lca.quantity import CONSTRUCTORS, KINDS
from lca.stage import PHASES

PACKAGE = tables.package()
FIGURE_TABLES = [name for name, about in PACKAGE.items() if about.get("figures")]
SOURCED = [name for name in PACKAGE if "source" in tables.rows(name)[0]]
STATISTICS = {"mean", "median", "mode", "typical", "point", "bound"}


def figures():
    return [(name, row) for name in FIGURE_TABLES for row in tables.rows(name)]


def of(row):
    return row.get("id") or row.get("code") or str(row)


# -- the package ------------------------------------------------------------------------------


def test_every_csv_file_is_a_table_of_the_package_and_the_other_way_round():
    root = tables.root()
    files = {path.relative_to(root).as_posix() for path in root.rglob("*.csv")}
    assert files == {about["path"] for about in PACKAGE.values()}


@pytest.mark.parametrize("name", PACKAGE)
def test_the_description_of_a_table_is_whole(name):
    about = PACKAGE[name]
    assert about["title"]
    assert (about["format"], about["encoding"]) == ("csv", "utf-8")
    assert about["profile"] == "tabular-data-resource"
    assert about["licenses"] == [{"name": "CC-BY-4.0"}]
    for field in about["schema"]["fields"]:
        assert field["type"] in ("string", "number", "integer", "year"), field


@pytest.mark.parametrize("name", PACKAGE)
def test_the_recorded_hash_is_that_of_the_file(name):
    content = (tables.root() / PACKAGE[name]["path"]).read_bytes()
    assert PACKAGE[name]["hash"] == tables.digest(content)


@pytest.mark.parametrize("name", PACKAGE)
def test_a_file_has_the_columns_of_its_schema_in_order(name):
    text = (tables.root() / PACKAGE[name]["path"]).read_text(encoding="utf-8")
    columns = [field["name"] for field in PACKAGE[name]["schema"]["fields"]]
    assert text.splitlines()[0] == ",".join(columns)
    assert "\r" not in text
    assert text.endswith("\n")
    assert not text.startswith("\ufeff")
    for row in tables.rows(name):
        assert list(row) == columns
        assert all(isinstance(value, str) for value in row.values()), of(row)
        assert all(value == value.strip() for value in row.values()), of(row)


COUNTS = ("parameters", "parameters_active", "dataset_size")


@pytest.mark.parametrize("name", PACKAGE)
def test_number_fields_are_empty_or_numbers(name):
    for field in PACKAGE[name]["schema"]["fields"]:
        if field["type"] in ("number", "integer"):
            for row in tables.rows(name):
                if row[field["name"]]:
                    most = 1e15 if field["name"] in COUNTS else 1e6
                    assert abs(float(row[field["name"]])) < most, of(row)


def test_ids_are_unique_over_all_tables():
    ids = [row["id"] for name in PACKAGE for row in tables.rows(name) if "id" in row]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[\w.()-]+", re.sub(" with SF6 25200", "", one)) for one in ids)
    for name in PACKAGE:
        key = PACKAGE[name]["schema"].get("primaryKey")
        if key:
            keys = [row[key] for row in tables.rows(name)]
            assert len(keys) == len(set(keys))
            assert all(keys)


def test_the_readme_counts_the_rows_as_they_are():
    readme = (tables.root() / "README.md").read_text(encoding="utf-8")
    for about in PACKAGE.values():
        counted = re.search(rf"\| `{about['path']}` \| ([\d,]+) \|", readme)
        if counted:
            assert int(counted[1].replace(",", "")) == len(tables.rows(about["name"]))
    counted = re.search(r"\| `pedigree/` \| ([\d,]+) \|", readme)
    assert int(counted[1]) == sum(len(tables.rows(n)) for n in ("pedigree", "pedigree_basic"))


# -- every figure -----------------------------------------------------------------------------


def test_every_unit_is_known():
    for name in PACKAGE:
        for row in tables.rows(name):
            if "unit" in row:
                assert row["unit"], of(row)
                units.parse(row["unit"])


def test_every_figure_names_its_statistic_kind_and_distribution():
    for _, row in figures():
        assert row["statistic"] in STATISTICS, row["id"]
        assert row["kind"] in KINDS, row["id"]
        assert row["distribution"] in CONSTRUCTORS, row["id"]
        assert row["label"], row["id"]
        assert (row["distribution"] == "fixed") == (row["arguments"] == ""), row["id"]


def test_every_distribution_constructs():
    for _, row in figures():
        made = lca.catalogue.figure(row["id"])
        assert isinstance(made.distribution, Fixed) == (row["distribution"] == "fixed")
        for pair in row["arguments"].split():
            argument, value = pair.split("=")
            assert float(value) == float(value), row["id"]
            assert argument.isidentifier()


def test_variability_names_its_population_and_nothing_else_does():
    for _, row in figures():
        assert (row["kind"] == "variability") == bool(row["population"]), row["id"]


def test_a_common_factor_has_its_share_and_only_lognormals_have_one():
    for _, row in figures():
        assert bool(row["common"]) == bool(row["common_share"]), row["id"]
        if row["common"]:
            assert row["distribution"] == "lognormal", row["id"]
            assert "shifted" not in row["arguments"], row["id"]
            assert 0 < float(row["common_share"]) < 1, row["id"]


def test_a_common_factor_belongs_to_more_than_one_figure():
    names = [row["common"] for _, row in figures() if row["common"]]
    assert all(names.count(name) > 1 for name in set(names))


def test_a_fixed_figure_says_why_it_is_exact():
    for _, row in figures():
        if row["distribution"] == "fixed":
            assert row["note"], row["id"]


def test_what_a_figure_covers_are_phases_or_a_server():
    for _, row in figures():
        for part in filter(None, row["covers"].split(";")):
            assert part in (*PHASES, "server"), row["id"]
        assert ("server" in row["covers"]) == row["id"].startswith("footprint.accelerator_system.")


def test_years_and_geographies_are_known():
    codes = {row["code"] for row in tables.rows("countries")}
    for _, row in figures():
        if row["year"] or row["distribution"] != "fixed":  # a definition has no year
            assert 2000 <= int(row["year"]) <= 2026, row["id"]
        assert row["geography"] in codes, row["id"]


def test_country_codes_are_those_of_iso():
    for row in tables.rows("countries"):
        assert re.fullmatch(r"[A-Z]{2}", row["code"]) or row["code"] in ("GLO", "RER", "EU27")
        assert row["name"]
        assert re.fullmatch(r"[A-Z]{3}|", row["iso3"])


# -- sources ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SOURCED)
def test_every_row_has_a_source_that_exists(name):
    for row in tables.rows(name):
        assert row["source"], of(row)
        for key in row["source"].split(";"):
            assert key in tables.sources(), of(row)


@pytest.mark.parametrize("name", [n for n in SOURCED if "locator" in tables.rows(n)[0]])
def test_every_row_says_where_in_its_source_unless_it_is_judgement(name):
    for row in tables.rows(name):
        if not row["locator"]:
            assert "judgement" in row["source"].split(";"), of(row)
            assert row["note"], of(row)


@pytest.mark.parametrize("name", [n for n in SOURCED if "confidence" in tables.rows(n)[0]])
def test_confidence_is_high_medium_or_low(name):
    for row in tables.rows(name):
        assert row["confidence"] in ("high", "medium", "low"), of(row)


def test_judgement_alone_is_never_of_high_confidence():
    for _, row in figures():
        if row["source"] == "judgement" and row["kind"] != "decision":
            if not units.same(row["unit"], "hour/year"):
                assert row["confidence"] != "high", row["id"]
            assert row["note"], row["id"]


def test_every_source_is_used():
    used = {
        key for name in SOURCED for row in tables.rows(name) for key in row["source"].split(";")
    }
    cited = "\n".join(
        path.read_text(encoding="utf-8")
        for path in tables.root().rglob("*")
        if path.suffix in (".yaml", ".json")
    )
    assert {key for key in tables.sources() if key not in used and key not in cited} == set()


def test_no_figure_rests_on_memory():
    for _, row in figures():
        assert not re.search(r"from memory|recalled|unverified", row["note"], re.I), row["id"]


# -- licences ---------------------------------------------------------------------------------

MAY_BE_COPIED = ("public domain", "CC BY 4.0", "CC0", "MIT", "BSD", "Apache-2.0", "OGL", "own work")
MAY_NOT = r"GPL|ODbL|\bNC\b|\bSA\b|share.?alike|non.?commercial|\bND\b|proprietary"


def licence(key):
    found = re.search(r"^\s*license\s*=\s*\{(.+?)\},?\s*$", tables.sources()[key], re.MULTILINE)
    assert found, f"{key} has no license field"
    return found[1]


def test_every_source_has_a_licence_under_which_its_figures_may_ship():
    for key in tables.sources():
        given = licence(key)
        if not given.startswith("facts only"):
            assert given.startswith(MAY_BE_COPIED), f"{key}: {given}"
            assert not re.search(MAY_NOT, given, re.IGNORECASE), f"{key}: {given}"


def test_a_source_from_which_only_facts_are_taken_gives_few_of_them():
    rows = [key for _, row in figures() for key in row["source"].split(";")]
    for key in set(rows):
        if licence(key).startswith("facts only"):
            assert rows.count(key) <= 25, key


def test_no_compilation_with_a_closed_licence_is_named_as_a_source():
    text = (tables.root() / "sources.bib").read_text(encoding="utf-8")
    for name in (
        "electricitymaps",
        "electricity maps",
        "boavizta",
        "ecologits",
        "ecoinvent centre",
    ):
        assert not re.search(rf"author\s*=\s*\{{+[^}}]*{name}", text, re.IGNORECASE), name


FOREIGN = (  # of a machine
    r"(?<![\w.:/])/(?:home|work|tmp|root|Users|var|usr|mnt|opt|srv)/",
    r"\b[A-Za-z]:\\",
    r"file://",
    r"localhost|127\.0\.0\.1",
)


def test_no_file_holds_a_path_of_a_machine():
    for path in tables.root().rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for pattern in FOREIGN:
                found = re.search(pattern, text)
                assert not found, f"{path.name}: {found and found[0]}"


def test_json_is_written_as_record_writes_it():
    text = (tables.root() / "datapackage.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


# -- plausibility -----------------------------------------------------------------------------

# Lowest and highest figure that is plausible; the longest prefix of the id counts.
BANDS = {
    ("cloud", "1"): (1, 2),
    ("cloud", "L/kWh"): (0.005, 8),
    ("component", "kgCO2e"): (0.6, 1_500),
    ("component", "kgCO2e/GB"): (0.1, 10),
    ("component", "kgCO2e/TB"): (3, 1_000),
    ("component", "kgCO2e/accelerator"): (1, 300),
    ("component", "kgCO2e/kg"): (1, 200),
    ("component.gpu", "kgCO2e/cm2"): (0.5, 100),
    ("component.gpu", "kgSbe/cm2"): (1e-7, 9e-5),
    ("component.gpu", "kgSbe/kg"): (1e-4, 1e-2),
    ("component.gpu.board", "kgCO2e/cm2"): (0.003, 0.3),
    ("component.gpu.upstream_transport", "kgCO2e/kg"): (0.02, 5),
    ("component.gpu.upstream_transport", "kgSbe/kg"): (1e-9, 1e-7),
    ("component.beyond_gate", "1"): (0.005, 0.5),
    ("component.optics.ports", "1"): (1, 8),
    ("component.rack.nodes", "node"): (0.5, 80),
    ("component.replacement", "1/year"): (0.005, 0.5),
    ("component.spares", "1"): (0.005, 0.5),
    ("component.switch.ports", "1"): (8, 600),
    ("cooling.approach", "K"): (0.3, 15),
    ("cooling.carnot_fraction", "1"): (0.3, 0.9),
    ("cooling.circulation", "1"): (0.005, 0.2),
    ("cooling.heat_pump", "1"): (1.5, 8),
    ("cooling.installed", "1"): (1, 3),
    ("cooling.lighting", "1"): (0.001, 0.1),
    ("cooling.minimum_lift", "K"): (5, 20),
    ("cooling.pad", "1"): (0.5, 1),
    ("cooling.power_losses", "1"): (0.01, 0.4),
    ("cooling.refrigerant", "1"): (0.2, 1),
    ("cooling.rejection", "1"): (0.005, 0.1),
    ("cooling.rise", "K"): (3, 25),
    ("cooling.supply", "K"): (285, 325),
    ("cooling.water.cycles", "1"): (2, 20),
    ("cooling.water.drift", "L/kWh"): (0.005, 1),
    ("cooling.water.evaporated", "1"): (0.5, 1),
    ("cooling.water.latent_heat", "MJ/L"): (2.3, 2.6),
    ("cooling.wet_bulb_limit", "K"): (285, 305),
    ("disposal.accelerator", "kgCO2e/accelerator"): (2, 200),
    ("disposal.collection_rate", "1"): (0.05, 1),
    ("disposal.composition", "1"): (0.05, 1),
    ("disposal.construction", "kgCO2e/kg"): (0.0002, 0.1),
    ("disposal.credit_share", "1"): (0.05, 1),
    ("disposal.reuse_and_recycling", "1"): (0.05, 1),
    ("disposal.second_life_share", "1"): (0.05, 1),
    ("disposal.treatment", "kgCO2e/kg"): (0.05, 10),
    ("disposal.weee", "kgCO2e/kg"): (0.001, 0.1),
    ("economics.social_cost.CH4", "USD/t"): (300, 15_000),
    ("economics.social_cost.CO2", "USD/tCO2e"): (40, 2_000),
    ("economics.social_cost.N2O", "USD/t"): (10_000, 400_000),
    ("electricity", "kgCO2e/kWh"): (0.005, 2),
    ("electricity.hourly", "1"): (1, 2),
    ("electricity.loss", "1"): (0.01, 0.3),
    ("electricity.mix.concentration", "1"): (10, 1_000),
    ("equivalence", "kWh/year"): (3_000, 40_000),
    ("equivalence", "kgCO2e"): (0.003, 0.1),
    ("equivalence", "kgCO2e/L"): (1, 4),
    ("equivalence", "kgCO2e/km"): (0.02, 1),
    ("equivalence", "kgCO2e/year"): (1_000, 20_000),
    ("equivalence", "km/year"): (5_000, 50_000),
    ("equivalence.flight", "km"): (1_000, 20_000),
    ("fabrication.bonding", "1"): (0.8, 1),
    ("fabrication.clustering", "1"): (1, 50),
    ("fabrication.defect_density", "1/cm2"): (0.01, 1),
    ("fabrication.dram", "kgCO2e/GB"): (0.01, 5),
    ("fabrication.hbm", "kgCO2e"): (3, 200),
    ("fabrication.hbm", "kgCO2e/GB"): (0.2, 5),
    ("fabrication.hdd", "kgCO2e/GB"): (0.0003, 0.1),
    ("fabrication.interposer.beol_share", "1"): (0.1, 0.99),
    ("fabrication.interposer.carbon", "kgCO2e/cm2"): (0.1, 4),
    ("fabrication.logic.carbon", "kgCO2e/cm2"): (0.3, 6),
    ("fabrication.logic.carbon_per_layer", "kgCO2e/cm2"): (0.005, 0.3),
    ("fabrication.logic.energy", "kWh/cm2"): (0.3, 10),
    ("fabrication.logic.energy_per_layer", "kWh/cm2"): (0.008, 0.25),
    ("fabrication.logic.gas_95", "kgCO2e/cm2"): (0.06, 1.5),
    ("fabrication.logic.gas_97", "kgCO2e/cm2"): (0.05, 1.3),
    ("fabrication.logic.gas_99", "kgCO2e/cm2"): (0.03, 1.2),
    ("fabrication.logic.gas_tier2c", "kgCO2e/cm2"): (0.02, 1.1),
    ("fabrication.logic.materials", "kgCO2e/cm2"): (0.1, 3),
    ("fabrication.logic.water", "L/cm2"): (2, 40),
    ("fabrication.logic.water_consumed_share", "1"): (0.05, 1),
    ("fabrication.logic.water_per_layer", "L/cm2"): (0.05, 1.3),
    ("fabrication.nand", "kgCO2e/GB"): (0.001, 0.15),
    ("fabrication.package", "kgCO2e"): (0.02, 4),
    ("fabrication.salvaged", "1"): (0.1, 1.0),
    ("fabrication.ssd", "kgCO2e/GB"): (0.001, 0.5),
    ("fabrication.wafer.diameter", "mm"): (100, 500),
    ("fabrication.wafer.edge_correction", "1"): (0.2, 1.5),
    ("fabrication.wafer.edge_exclusion", "mm"): (0.5, 12),
    ("fabrication.wafer.kerf", "mm"): (0.01, 0.4),
    ("fabrication.yield", "1"): (0.3, 1.0),
    ("facility.building", "tCO2e/kW"): (0.03, 5),
    ("facility.construction", "kgCO2e/kW/year"): (5, 1_000),
    ("facility.construction", "tCO2e/kW"): (0.1, 10),
    ("facility.installed", "kgCO2e/kW"): (2, 500),
    ("facility.lifetime", "year"): (2, 80),
    ("facility.load", "1"): (0.2, 1),
    ("facility.plant", "kgCO2e/kW"): (2, 500),
    ("facility.redundancy", "1"): (1, 3),
    ("facility.refrigerant", "1"): (0.02, 0.6),
    ("facility.refrigerant", "1/year"): (0.005, 0.3),
    ("facility.refrigerant", "kg/kW"): (0.05, 2),
    ("facility.share", "1"): (0.05, 1),
    ("footprint.accelerator", "kgCO2e/accelerator"): (20, 2_000),
    ("footprint.accelerator_system", "kgCO2e/accelerator"): (100, 5_000),
    ("footprint.board", "kgCO2e/board"): (300, 10_000),
    ("footprint.drive", "kgCO2e/drive"): (5, 7_000),
    ("footprint.facility_share", "kgCO2e/accelerator"): (10, 1_000),
    ("footprint.host_share", "kgCO2e/accelerator"): (30, 2_000),
    ("footprint.node_lifecycle", "kgCO2e/node"): (500, 30_000),
    ("footprint.node_with_accelerators", "kgCO2e/node"): (1_000, 30_000),
    ("footprint.node_without_accelerators", "kgCO2e/node"): (500, 20_000),
    ("footprint_part", "1"): (0.05, 1),
    ("footprint_part", "kgCO2e/accelerator"): (3.5, 3_000),
    ("footprint_part", "kgCO2e/board"): (3.2, 3_000),
    ("footprint_part", "kgCO2e/node"): (8, 7_000),
    ("inference.bloom", "Wh/request"): (0.1, 50),
    ("inference.epoch", "Wh/request"): (0.02, 5),
    ("inference.google.prompt", "Wh/request"): (0.005, 3),
    ("inference.google.prompt", "gCO2e/request"): (0.003, 1),
    ("inference.google.prompt", "mL/request"): (0.01, 10),
    ("inference.compute_per_parameter", "FLOP/token"): (0.1, 20),
    ("inference.mfu", "1"): (0.001, 0.5),
    ("inference.mistral", "gCO2e/request"): (0.05, 20),
    ("inference.mistral", "mL/request"): (1, 500),
    ("inference.mistral", "mgSbe/request"): (0.005, 5),
    ("inference.mittr", "Wh/request"): (0.001, 1),
    ("inference.olmo2_7b", "Wh/request"): (0.0005, 2),
    ("inference.openai", "Wh/request"): (0.02, 5),
    ("inference.regression.batch", "1"): (4, 1_000),
    ("inference.regression.batch_decay", "1"): (0.001, 0.1),
    ("inference.regression.energy_constant", "Wh/token/accelerator"): (2e-6, 8e-4),
    ("inference.regression.energy_per_parameter", "Wh/token/accelerator"): (5e-17, 2e-14),
    ("inference.regression.energy_ratio", "1"): (0.1, 10),
    ("inference.regression.host_power", "kW/node"): (0.1, 10),
    ("inference.regression.latency_constant", "s/token"): (0.001, 0.4),
    ("inference.regression.latency_per_parameter", "s/token"): (3e-14, 1e-11),
    ("inference.regression.latency_per_request", "s/token"): (1.5e-5, 6e-3),
    ("inference.regression.latency_ratio", "1"): (0.1, 10),
    ("inference.regression.memory", "GB/accelerator"): (8, 1_000),
    ("inference.regression.memory_overhead", "1"): (1, 5),
    ("inference.task", "Wh/request"): (0.0005, 0.9),
    ("inference.task.image_generation", "Wh/request"): (0.1, 50),
    ("inference.zero_shot", "Wh/request"): (0.001, 2),
    ("material.composition", "1"): (0.02, 1),
    ("material.content", "mg/kg"): (5, 1_000),
    ("material.credit", "kgCO2e/kg"): (-15, -0.02),
    ("material.energy", "MJ/kg"): (10, 9_500),
    ("material.energy.gold", "MJ/kg"): (20_000, 500_000),
    ("material.energy.palladium", "MJ/kg"): (20_000, 500_000),
    ("material.energy.platinum", "MJ/kg"): (20_000, 500_000),
    ("material.energy.ruthenium", "MJ/kg"): (20_000, 500_000),
    ("material.metal", "kgCO2e/kg"): (0.5, 450),
    ("material.metal.gold", "kgCO2e/kg"): (1_000, 50_000),
    ("material.metal.palladium", "kgCO2e/kg"): (1_000, 50_000),
    ("material.metal.platinum", "kgCO2e/kg"): (1_000, 50_000),
    ("material.metal.ruthenium", "kgCO2e/kg"): (1_000, 50_000),
    ("material.primary", "kgCO2e/kg"): (0.05, 40),
    ("material.primary.aggregates", "kgCO2e/kg"): (0.001, 0.5),
    ("material.secondary", "kgCO2e/kg"): (0.1, 10),
    ("material.secondary.aggregates", "kgCO2e/kg"): (0.0005, 0.3),
    ("material.secondary.concrete", "kgCO2e/kg"): (0.0005, 0.3),
    ("network.card", "W"): (2, 100),
    ("network.fabric", "kW/accelerator"): (0.005, 0.5),
    ("network.fabric", "kgCO2e/accelerator"): (5, 500),
    ("network.line", "W"): (0.5, 100),
    ("network.line", "W/(Mbit/s)"): (0.002, 2),
    ("network.optics", "W"): (2, 40),
    ("network.transfer", "kWh/GB"): (0.0001, 0.5),
    ("network.transfer.mobile_2020", "kWh/GB"): (0.005, 2),
    ("network.transfer", "year"): (1, 10),
    ("operation.accelerator_power", "kW/accelerator"): (0.05, 2),
    ("operation.accelerators_per_node", "accelerator/node"): (1, 64),
    ("operation.checkpoint_bytes", "byte"): (1, 100),
    ("operation.computation", "flop/token"): (1, 10),
    ("operation.cpu_idle_ratio", "1"): (0.03, 0.95),
    ("operation.data", "TB"): (0.2, 300),
    ("operation.computation_ratio", "1"): (0.25, 4),
    ("operation.development_ratio", "1"): (0.1, 10),
    ("operation.development_ratio.search", "1"): (0.005, 0.5),
    ("operation.dynamic_ratio", "1"): (1, 3),
    ("operation.effective_share", "1"): (0.3, 1),
    ("operation.failures", "1/accelerator/hour"): (0.000002, 0.0005),
    ("operation.grid_loss_share", "1"): (0.005, 0.2),
    ("operation.host_overhead", "1"): (1, 3),
    ("operation.hours_per_year", "hour/year"): (8_760, 8_784),
    ("operation.idle_energy_ratio", "1"): (0.02, 2),
    ("operation.idle_power", "kW/accelerator"): (0.01, 0.5),
    ("operation.idle_power_fraction", "1"): (0.02, 0.5),
    ("operation.inference_share", "1"): (0.1, 1),
    ("operation.infrastructure_power", "kW/accelerator"): (0.01, 0.5),
    ("operation.metering", "1"): (0.8, 1.2),
    ("operation.mfu", "1"): (0.05, 1),
    ("operation.power_fraction", "1"): (0.2, 1.1),
    ("operation.pue", "1"): (1, 3),
    ("operation.recomputation", "1"): (0.005, 0.5),
    ("operation.service_life", "year"): (1, 20),
    ("operation.utilisation", "1"): (0.1, 1),
    ("operation.value_half_life", "year"): (0.5, 10),
    ("operation.water_of_electricity", "L/kWh"): (0.2, 20),
    ("operation.wue", "L/kWh"): (0.01, 5),
    ("storage.fill", "1"): (0.2, 1),
    ("storage.hdd", "kW/TB"): (0.0001, 0.01),
    ("storage.hdd", "kgCO2e/TB"): (0.5, 100),
    ("storage.hdd", "year"): (1, 20),
    ("storage.power_overhead", "1"): (1, 5),
    ("storage.replication", "1"): (1, 10),
    ("storage.retention", "year"): (0.1, 20),
    ("storage.server_overhead", "1"): (1, 5),
    ("storage.ssd", "kW/TB"): (0.0001, 0.01),
    ("storage.ssd", "kgCO2e/TB"): (1, 500),
    ("storage.ssd", "year"): (1, 20),
    ("technology", "L/kWh"): (0.03, 30),
    ("technology", "MJ/kWh"): (3, 60),
    ("technology", "kgCO2e/kWh"): (0.003, 2.5),
    ("technology.gas_cc.water.dry", "L/kWh"): (0.001, 0.5),
    ("technology.solar_utility.water.cleaning", "L/kWh"): (0.0005, 0.5),
    ("transport.air", "kgCO2e/tonne/km"): (0.3, 5),
    ("transport.air.domestic_with_rf", "kgCO2e/tonne/km"): (1, 20),
    ("transport.air_share", "1"): (0.05, 1),
    ("transport.distance", "km"): (100, 25_000),
    ("transport.mass", "kg/accelerator"): (0.3, 20),
    ("transport.mass", "kg/node"): (20, 500),
    ("transport.mass", "kg/rack"): (50, 3_000),
    ("transport.rail", "kgCO2e/tonne/km"): (0.005, 0.2),
    ("transport.road", "kgCO2e/tonne/km"): (0.02, 0.5),
    ("transport.road.rigid_over_3_5_7_5_tonnes_50_laden", "kgCO2e/tonne/km"): (0.1, 2),
    ("transport.road.rigid_over_3_5_7_5_tonnes_average_laden", "kgCO2e/tonne/km"): (0.1, 2),
    ("transport.road.rigid_over_7_5_tonnes_17_tonnes_average_laden", "kgCO2e/tonne/km"): (0.1, 2),
    ("transport.sea", "kgCO2e/tonne/km"): (0.002, 0.1),
    ("transport.van", "kgCO2e/tonne/km"): (0.1, 3),
    ("water.electricity", "L/kWh"): (0.05, 40),
    ("water.electricity_without_hydro", "L/kWh"): (0.003, 5),
}
SPECIFICATIONS = {
    "tdp": (60, 2_500),
    "memory": (1.5, 1_000),
    "dense_peak": (10, 10_000),
    "per_node": (1, 64),
    "mass": (0.3, 20),
    "die_area": (100, 5_000),
    "year": (2010, 2026),
}


def band(row):
    fits = [
        prefix
        for prefix, unit in BANDS
        if unit == row["unit"] and (row["id"] + ".").startswith(prefix + ".")
    ]
    assert fits, f"{row['id']} in {row['unit']} has no plausibility band"
    return BANDS[max(fits, key=len), row["unit"]]


def test_every_figure_lies_within_its_band_and_a_thousandfold_slip_does_not():
    for _, row in figures():
        low, high = band(row)
        value = float(row["value"])
        if value == 0:
            assert (row["kind"], row["unit"]) == ("decision", "1"), row["id"]
            continue
        assert low <= value <= high, row["id"]
        assert not low <= value * 1000 <= high, row["id"]
        assert not low <= value / 1000 <= high, row["id"]


def test_half_of_all_draws_of_every_figure_lie_within_its_band():
    for _, row in figures():
        low, high = band(row)
        made = lca.catalogue.figure(row["id"])
        if made.point:
            below, above = made.interval(0.5)
            assert low <= below <= above <= high, row["id"]


def test_every_band_is_used():
    used = {band(row) for _, row in figures()}
    assert used == set(BANDS.values())


@pytest.mark.parametrize("column", SPECIFICATIONS)
def test_data_sheets_lie_within_their_bands_and_a_thousandfold_slip_does_not(column):
    low, high = SPECIFICATIONS[column]
    for row in tables.rows("accelerators"):
        if row[column]:
            value = float(row[column])
            assert low <= value <= high, row["id"]
            assert not low <= value * 1000 <= high, row["id"]
            assert not low <= value / 1000 <= high, row["id"]


# -- electricity ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "grams"), [("FR", 55), ("SE", 38), ("PL", 655), ("IN", 713), ("US", 393)]
)
def test_intensities_of_2023_are_those_ember_publishes(code, grams):
    (row,) = [r for r in tables.rows("electricity_annual") if r["id"] == f"electricity.{code}.2023"]
    assert 1000 * float(row["value"]) == pytest.approx(grams, abs=0.6)


def test_every_row_of_the_annual_series_says_the_same_in_all_its_columns():
    names = {row["code"]: row["name"] for row in tables.rows("countries")}
    for row in tables.rows("electricity_annual"):
        code, year = row["geography"], row["year"]
        assert row["id"] == f"electricity.{code}.{year}"
        assert row["common"] == f"electricity {code}"
        assert (row["boundary"], row["basis"]) == ("lifecycle", "production, generated")
        assert names[code] in row["label"]
        assert year in row["label"]
        (grams,) = re.findall(r"([\d.]+) g/kWh", row["locator"])
        assert float(grams) / 1000 == pytest.approx(float(row["value"]), abs=1e-9), row["id"]
        assert year in row["locator"]


def test_no_year_is_missing_within_a_series():
    years = {}
    for row in tables.rows("electricity_annual"):
        years.setdefault(row["geography"], []).append(int(row["year"]))
    for code, found in years.items():
        assert sorted(found) == list(range(min(found), max(found) + 1)), code


def test_a_series_that_never_changes_is_marked_low():
    values = {}
    for row in tables.rows("electricity_annual"):
        values.setdefault(row["geography"], []).append((row["value"], row["confidence"]))
    for code, found in values.items():
        if len({value for value, _ in found}) == 1 and len(found) > 3:
            assert {confidence for _, confidence in found} == {"low"}, code
