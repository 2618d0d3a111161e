"""Catalogue: rows become quantities, unknown names raise with near ones, nothing falls back."""

import pickle

import numpy as np
import pytest

import lca
from lca import tables
from lca.catalogue import accelerator, figure, region, search

FIGURES = {
    row["id"]: row
    for name, resource in tables.package().items()
    if resource.get("figures")
    for row in tables.rows(name)
}


# -- every figure -----------------------------------------------------------------------------


def test_every_figure_is_a_quantity_whose_nominal_point_is_the_published_value():
    assert len(FIGURES) > 2000
    for key, row in FIGURES.items():
        made = figure(key)
        assert made.point == pytest.approx(float(row["value"]), rel=1e-12), key
        assert (made.key, made.unit, made.kind) == (key, row["unit"], row["kind"])
        assert made.source == row["source"]
        assert made.confidence == row["confidence"]
        assert made.population == row["population"]
        assert made.common == row["common"]
        assert made.share == float(row["common_share"] or 0)


def test_the_published_value_lies_within_what_can_be_drawn():
    for key in FIGURES:
        made = figure(key)
        low, high = made.support
        assert low <= made.point <= high, key
        if not made.is_fixed:
            low, high = made.interval(0.98)
            assert low <= made.point <= high, key
            assert low < high


def test_a_spread_stated_around_a_mean_has_that_mean():
    for key, row in FIGURES.items():
        made = figure(key)
        if row["statistic"] == "mean" and not made.is_fixed:
            assert made.mean == pytest.approx(float(row["value"]), rel=0.01), key
        if row["statistic"] == "median":
            assert made.median == pytest.approx(float(row["value"]), rel=1e-9), key
        if row["statistic"] == "mode" and row["distribution"] in ("pert", "triangular"):
            assert made.distribution.typical == pytest.approx(float(row["value"]), rel=1e-9), key


def test_electricity_keeps_its_published_mean():
    for key, row in FIGURES.items():
        if key.startswith("electricity"):
            assert figure(key).mean == pytest.approx(float(row["value"]), rel=1e-12), key


def test_asking_twice_gives_the_same_unknown():
    for key in ("operation.pue.unknown_operator", "electricity.FR.2022"):
        assert figure(key).definition == figure(key).definition
        assert pickle.loads(pickle.dumps(figure(key))).definition == figure(key).definition


def test_a_pue_is_one_plus_a_lognormal():
    made = figure("operation.pue.unknown_operator")
    assert made.point == 1.56
    assert made.support[0] > 1
    assert made.median == pytest.approx(1.516)
    assert made.mean == pytest.approx(1.56, abs=0.001)


def test_every_entry_is_read_when_it_is_asked_for():
    assert lca.entry("no.such.figure").key == "no.such.figure"
    with pytest.raises(lca.DataError, match="no figure 'no.such.figure'"):
        lca.entry("no.such.figure").quantity()
    assert lca.entry("electricity.FR.2022").quantity().point == pytest.approx(0.07855, abs=5e-6)


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("operation.pue.unknwn_operator", "did you mean 'operation.pue.unknown_operator'"),
        ("electricity.FR.2014", "did you mean 'electricity.FR.20"),
        ("Operation.PUE.llama", "did you mean 'operation.pue.llama'"),
        ("zzzz", "$"),
    ],
)
def test_an_unknown_figure_is_refused_with_near_names(key, hint):
    with pytest.raises(lca.DataError, match=f"no figure '{key}' in the tables.*{hint}"):
        figure(key)


# -- regions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("FR", "France"),
        ("NO", "Norway"),
        ("NA", "Namibia"),
        ("GLO", "World"),
        ("US", "United States"),
    ],
)
def test_a_region_is_a_country_by_its_code(code, name):
    found = region(code)
    assert (found.code, found.name) == (code, name)
    assert found.intensity.unit == "kgCO2e/kWh"
    assert found.intensity.key == f"electricity.{code}.{found.year}"
    assert found.intensity.common == f"electricity {code}"


def test_every_country_has_electricity_of_its_newest_year():
    years = {}
    for row in tables.rows("electricity_annual"):
        years.setdefault(row["geography"], set()).add(int(row["year"]))
    for row in tables.rows("countries"):
        found = region(row["code"])
        assert found.name == row["name"]
        assert found.year == max(years[row["code"]])
    assert set(years) == {row["code"] for row in tables.rows("countries")}


@pytest.mark.parametrize(
    ("code", "published"), [("FR", 55), ("SE", 38), ("PL", 655), ("IN", 713), ("US", 393)]
)
def test_electricity_of_2023_is_as_ember_publishes_it(code, published):
    intensity = region(code, 2023).intensity.to("gCO2e/kWh")
    assert intensity.point == pytest.approx(published, abs=0.6)
    assert intensity.mean == pytest.approx(intensity.point, rel=1e-12)


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("FRA", r"did you mean 'FR' \(France\)"),
        ("France", r"did you mean 'FR' \(France\)"),
        ("france", r"did you mean 'FR' \(France\)"),
        ("fr", r"did you mean 'FR' \(France\)"),
        ("USA", r"did you mean 'US' \(United States\)"),
        ("NAM", r"did you mean 'NA' \(Namibia\)"),
        ("World", r"did you mean 'GLO' \(World\)"),
        ("Frnace", "did you mean '(FR|France)'"),
        ("XX", "give an ISO code such as 'FR'"),
        ("United Kingdom of GB", "did you mean '(GB|United Kingdom)'"),
    ],
)
def test_an_unknown_region_is_refused_with_near_names(code, hint):
    with pytest.raises(lca.DataError, match=f"no region '{code}' in the electricity table.*{hint}"):
        region(code)


def test_the_united_kingdom_is_not_taken_for_ukraine():
    with pytest.raises(lca.DataError, match=r"did you mean 'GB' \(United Kingdom\)"):
        region("UK")


@pytest.mark.parametrize("code", [None, 5, float("nan"), ""])
def test_what_is_no_code_is_no_region(code):
    with pytest.raises(lca.DataError, match="no region"):
        region(code)


@pytest.mark.parametrize("year", [2014, 2025, 1990])
def test_a_year_without_electricity_is_refused_with_those_there_are(year):
    message = f"region 'FR' has no electricity of {year}; there is 2015 to 2024"
    with pytest.raises(lca.DataError, match=message):
        region("FR", year)
    with pytest.raises(lca.DataError, match="region 'NA' has no electricity of 2024; .* to 2023"):
        region("NA", 2024)


def test_a_year_is_a_whole_number():
    assert region("FR", np.int64(2022)).intensity.key == "electricity.FR.2022"
    for year in ("2022", 2022.5, 2022.0, True):
        with pytest.raises(lca.DataError, match="region 'FR': year = .* is not a whole number"):
            region("FR", year)


def test_two_years_of_a_country_share_a_factor_and_two_countries_do_not():
    one, other, abroad = region("FR", 2022), region("FR", 2023), region("PL", 2022)
    assert one.intensity.common == other.intensity.common != abroad.intensity.common
    assert one.intensity.share == 0.8
    assert one.intensity.key != other.intensity.key


# -- accelerators -----------------------------------------------------------------------------


def test_an_accelerator_is_what_its_data_sheet_says():
    found = accelerator("A100-SXM-80GB")
    assert (found.tdp.point, found.tdp.unit) == (400, "W/accelerator")
    assert (found.per_node.point, found.per_node.unit) == (8, "accelerator/node")
    assert (found.memory.point, found.memory.unit) == (80, "GB")
    assert found.tdp.is_fixed
    assert found.tdp.note
    assert figure(found.footprint).unit == "kgCO2e/accelerator"


def test_every_accelerator_is_whole_or_says_what_is_not_confirmed():
    for row in tables.rows("accelerators"):
        found = accelerator(row["id"])
        assert found.name == row["label"]
        for column in ("tdp", "per_node"):
            held = getattr(found, column)
            assert held.point == float(row[column]) if row[column] else held is None
        if row["footprint"]:
            assert figure(found.footprint).unit == "kgCO2e/accelerator"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("a100-sxm-80gb", "did you mean 'A100-SXM-80GB'"),
        ("H100-SMX", "did you mean 'H100-SXM-80GB'"),
        ("TPU v4", "did you mean 'TPU-v4'"),
        ("NVIDIA", "there are P100-SXM-16GB, V100-SXM-32GB"),
        ("zzz", "there are P100-SXM-16GB"),
    ],
)
def test_an_unknown_accelerator_is_refused_with_near_names(name, hint):
    with pytest.raises(lca.DataError, match=f"no accelerator '{name}'.*{hint}"):
        accelerator(name)


def test_a_record_of_an_accelerator_takes_the_names_that_accelerator_takes():
    assert lca.catalogue.record("accelerators", "H100-SXM").id == accelerator("H100-SXM").id
    with pytest.raises(lca.DataError, match="'A100-SXM' is one of A100-SXM-40GB, A100-SXM-80GB"):
        lca.catalogue.record("accelerators", "A100-SXM")
    with pytest.raises(lca.DataError, match="no accelerator 'H100-SMX'; did you mean"):
        lca.catalogue.record("accelerators", "H100-SMX")


def test_the_size_may_be_left_out_where_there_is_one():
    assert accelerator("H100-SXM").id == "H100-SXM-80GB"
    with pytest.raises(lca.DataError, match="'H100' is one of H100-SXM-80GB, H100-PCIe-80GB"):
        accelerator("H100")
    with pytest.raises(lca.DataError, match="no accelerator 'H1'"):
        accelerator("H1")


# -- search -----------------------------------------------------------------------------------


def test_search_finds_the_figures_that_hold_every_word():
    found = search("pue unknown")
    columns = ["id", "table", "label", "value", "unit", "source", "confidence"]
    assert list(found.columns) == columns
    assert "operation.pue.unknown_operator" in list(found["id"])
    assert "operation.wue.unknown_operator" not in list(found["id"])
    assert "electricity.FR.2022" in list(search("France 2022")["id"])
    assert list(search("UNKNOWN pue")["id"]) == list(found["id"])


def test_search_for_nothing_lists_all_and_for_the_unknown_none():
    every = search("")
    assert set(FIGURES) < set(every["id"])
    assert not every["id"].duplicated().any()
    assert len(search("zzzz")) == 0
    assert len(search("(pue [")) == 0
    assert list(search("zzzz").columns) == list(search("").columns)


def test_nothing_is_looked_up_by_a_guess():
    for key in ("electricity.FR", "operation.pue", "electricity.XX.2022", ""):
        with pytest.raises(lca.DataError, match=f"no figure '{key}' in the tables"):
            figure(key)


# -- other doors ------------------------------------------------------------------------------


def test_an_area_is_a_region_and_says_what_it_counts():
    found = region("US-RFCE", 2023)
    assert (found.boundary, found.year) == ("stack", 2023)
    assert found.intensity.unit == "kgCO2e/kWh"
    assert region("FR").boundary == "lifecycle"
    with pytest.raises(lca.DataError, match="no region 'US-RFCX'.*did you mean .*'US-RFC"):
        region("US-RFCX")
    with pytest.raises(lca.DataError, match="'US-RFCE' has no electricity of 2015; there is 2022"):
        region("US-RFCE", 2015)


def test_a_record_has_its_facts_with_units_and_none_where_not_confirmed():
    run = lca.catalogue.published_run("bloom-176b")
    assert run["energy"].point == pytest.approx(433, abs=1)
    assert run["energy"].unit == "MWh"
    assert "luccioni2023" in run["energy"].source.split(";")
    empty = lca.catalogue.record("training_runs", "llama-3-8b")
    assert empty["energy"] is None
    assert "energy" not in repr(empty).split()
    with pytest.raises(lca.DataError, match="no 'bloom-176' in the table training_runs; did you"):
        lca.catalogue.published_run("bloom-176")
    with pytest.raises(lca.DataError, match="training_runs has no column 'enrgy'; did you mean"):
        run["enrgy"]
    with pytest.raises(lca.DataError, match="no table 'cpu' with ids; did you mean 'cpus'"):
        lca.catalogue.record("cpu", "x")
    with pytest.raises(lca.DataError, match="no table 'hourly_us_2022' with ids"):
        lca.catalogue.record("hourly_us_2022", "x")


def test_every_row_with_an_id_is_a_record():
    for name, about in tables.package().items():
        if any(column["name"] == "id" for column in about["schema"]["fields"]):
            for row in tables.rows(name)[::25]:
                assert lca.catalogue.record(name, row["id"]).id == row["id"]


def test_a_footprint_needs_no_prefix():
    assert lca.catalogue.footprint("board.hgx_h100") is not None
    one, other = (lca.catalogue.footprint(f"{x}board.hgx_h100") for x in ("", "footprint."))
    assert one.definition == other.definition
    with pytest.raises(
        lca.DataError, match="no figure 'footprint.board.hgx_h10' in the tables; did"
    ):
        lca.catalogue.footprint("board.hgx_h10")


def test_every_cloud_region_has_what_its_row_says_with_a_spread():
    for row in tables.rows("cloud_regions"):
        found = lca.catalogue.cloud(row["provider"], row["region"])
        for column in ("pue", "wue"):
            made = getattr(found, column)
            assert (made is None) == (row[column] == "")
            if made is not None:
                assert made.point == pytest.approx(float(row[column]))
                assert (
                    made.kind == "variability"
                    or row[f"{column}_basis"] == "region"
                    or made.is_fixed
                )
        if found.pue is not None:
            assert found.pue.support[0] >= 1
    default, own = (
        lca.catalogue.cloud(*x).pue for x in (("gcp", "europe-west9"), ("aws", "us-east-1"))
    )
    assert default.kind == "variability"
    assert own.kind == "uncertainty"
    with pytest.raises(lca.DataError, match="no provider 'google'; there are aws, azure, gcp"):
        lca.catalogue.cloud("google", "europe-west9")
    with pytest.raises(lca.DataError, match="no region 'europe-west99' of gcp; did you mean"):
        lca.catalogue.cloud("gcp", "europe-west99")


def test_climate_and_hours_are_read_only_arrays_of_a_year():
    for row in tables.rows("climate_sites"):
        found = lca.catalogue.climate(row["id"])
        assert len(found.dry_bulb) == len(found.wet_bulb) == 8760
    for row in tables.rows("hourly_regions"):
        found = lca.catalogue.hourly(row["id"])
        assert len(found.intensity) in (8760, 8784)
        assert found.intensity.mean() == pytest.approx(found.area["mean_plain"].point, rel=1e-3)
    with pytest.raises(ValueError, match="read-only"):
        found.intensity[0] = 0
    with pytest.raises(lca.DataError, match="no 'frankfrt' in the table climate_sites; did you"):
        lca.catalogue.climate("frankfrt")


OWN = "id,value,unit,distribution,arguments,kind,source\n"


def test_figures_of_your_own_stand_beside_ours_for_one_study(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(OWN + "mine.grid,0.03,kgCO2e/kWh,lognormal,gsd=1.2,uncertainty,our meter\n")
    mine = lca.catalogue.own(path)
    grid = lca.stages.Electricity(name="grid", intensity=mine["mine.grid"])
    inputs = lca.Lifecycle(grid, functional_unit="one kWh").inputs
    assert inputs.loc["mine.grid", "source"] == "our meter"
    with pytest.raises(lca.DataError, match="no figure 'mine.grid'"):
        figure("mine.grid")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("electricity.FR.2022,0.03,kgCO2e/kWh,,,,x", "line 2: the id .* is taken"),
        ("mine.a,0.03,kgCO2e/kWh,fixed,,uncertainty,", "line 2: 'mine.a' has no source"),
        ("mine.a,x,kgCO2e/kWh,fixed,,uncertainty,x", "line 2: 'mine.a' is no quantity"),
        ("mine.a,1,kgCO2/kWh/x,fixed,,uncertainty,x", "line 2: 'mine.a' is no quantity"),
        ("mine.a,1,1,lognormal,gsd=0.5,uncertainty,x", "line 2: 'mine.a' is no quantity.*gsd"),
        ("mine.a,1,1,lognorm,gsd=1.5,uncertainty,x", "line 2: 'mine.a' is no quantity"),
    ],
)
def test_a_wrong_row_of_your_own_is_named(tmp_path, row, message):
    path = tmp_path / "mine.csv"
    path.write_text(OWN + row + "\n")
    with pytest.raises(lca.DataError, match=message):
        lca.catalogue.own(path)
    path.write_text("id,value,unit\n")
    with pytest.raises(lca.DataError, match="no column source"):
        lca.catalogue.own(path)


def test_a_study_gives_the_bibtex_of_what_it_cites(training):
    text = lca.Study(training).sources()
    assert "{ember_owid," in text
    assert text.count("@") >= len(lca.Study(training).bibliography)
    others = set(tables.sources()) - set(lca.Study(training).bibliography)
    assert others
    assert not [key for key in others if f"{{{key}," in text]
