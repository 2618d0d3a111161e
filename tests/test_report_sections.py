"""What the sections of the report say is what the result holds."""

import html.parser
import re

import numpy as np
import pytest

import lca
from lca import report
from lca.figures.style import interval, number
from lca.interop import ghg_protocol
from lca.report import boundary, interpretation, inventory, limitations, sensitivity, summary
from lca.report.wording import per_cent, units_shown


@pytest.fixture(scope="module")
def result(life):
    poland = life.replace({"grid.intensity": lca.catalogue.region("PL", 2022).intensity})
    study = lca.Study({"France": life, "Poland": poland, "Poland, 4 years": poland.replace(
        {"cluster.lifetime": lca.fixed(4, "year")})})  # fmt: skip
    return lca.simulate(study, n=1024, seed=3)


class Text(html.parser.HTMLParser):
    """Text by the id of the section it stands in, and the headings."""

    def __init__(self, source):
        super().__init__()
        self.section, self.texts, self.headings, self.level = "", {}, [], ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        if tag == "section":
            self.section = dict(attrs)["id"]
        elif tag == "script":  # what it holds is shown by a browser only
            self.section = "script"
        self.level = tag if re.fullmatch("h[1-6]", tag) else ""

    def handle_data(self, data):
        self.texts.setdefault(self.section, []).append(data)
        if self.level and data.strip():
            self.headings.append((int(self.level[1]), data.strip()))
            self.level = ""

    def __getitem__(self, section):
        return " ".join(" ".join(self.texts[section]).split())


def _page(result, folder, **about):
    report.write(result, folder / "report.html", **about)
    return Text((folder / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sections")
    return _page(result, folder, title="two grids", reporter="owner", description="For us.")


# -- sections -------------------------------------------------------------------------------


def test_the_sections_of_iso_14044_are_there_in_order(page):
    heads = [text for level, text in page.headings if level == 2]
    assert heads == [
        "Summary",
        "Figures",
        "Explore",
        "Goal and scope",
        "System boundary",
        "Inventory and data quality",
        "Impact assessment",
        "Results and contribution analysis",
        "Shares",
        "Comparison with “France”",
        "Interpretation: checks and limitations",
        "GHG Protocol scopes",
        "Methods",
        "Bibliography",
        "Manifest",
    ]
    under = [text for level, text in page.headings if level == 3]
    for head in ("Completeness check", "Consistency check", "Sensitivity check", "Limitations"):
        assert head in under
    assert "No critical review by ISO 14044 and ISO/TS 14071 was made" in page["checks"]
    assert "disclosed to the public needs one" in page["checks"]


def test_without_a_description_the_report_says_what_is_missing(life, tmp_path):
    page = _page(lca.simulate(life, n=256), tmp_path)
    assert "The study does not say what it is for" in page["scope"]
    assert "scopes" not in page.texts


def test_the_summary_says_which_is_lowest_and_how_surely(result, page):
    totals = result.total("gwp").to_numpy() / 1000
    low, high = np.quantile(totals[0], [0.05, 0.95])
    mean = f"{number(totals[0].mean(), high - low)} t CO2e (90 % interval {interval(low, high)})"
    first = "“France” has the lowest mean global warming potential over 100 years of one trained"
    assert f"{first} model: {mean}" in page["summary"]
    assert (totals[0] < totals[1:]).all()
    assert "It is the lowest in 100 % of the samples." in page["summary"]
    assert "The highest mean has “Poland, 4 years”" in page["summary"]
    share = result.shares().query("category == 'gwp' and key == 'embodied'").set_index("scenario")
    assert f"to {per_cent(share.loc['France', 'share'])} (90 %" in page["summary"]


def test_equal_scenarios_share_the_lowest_rank(life):
    made = lca.simulate(lca.Study({"one": life, "other": life}), n=256, seed=1)
    said = summary.in_words(made, "gwp", units_shown(made), ())
    assert "lowest in 50 % of the samples" in said[0]


def test_scenarios_with_other_stages_are_not_ranked_and_steps_are_no_scenarios(life):
    short = lca.training_run(
        accelerator="A100-SXM-80GB", accelerator_hours=1e6, region="FR", development="excluded",
        transport=False, disposal=False,
    )  # fmt: skip
    made = lca.simulate(lca.Study({"whole": life, "short": short}), n=256, seed=1)
    said = " ".join(summary.in_words(made, "gwp", units_shown(made), ()))
    assert "only those that do are ranked" in said
    assert "lowest" not in said
    (alone,) = summary.in_words(made, "gwp", units_shown(made), ("short",))
    assert alone.startswith("“whole”: the mean global warming potential")


def test_the_published_value_lies_inside_what_is_named(result):
    known = {"value": float(result.total("gwp")[1].median()), "unit": "kgCO2e"}
    assert "“Poland”" in summary.published_value(result, known, ())["inside"]
    far = {"value": 1.0, "unit": "gCO2e", "scenario": "France"}
    assert summary.published_value(result, far, ())["inside"].endswith("no other scenario.")


# -- boundary and data quality ----------------------------------------------------------------


def test_the_boundary_names_what_is_left_out_and_what_a_footprint_covers(result, page):
    (group,) = boundary.boundary(result, ())
    assert group["scenarios"] == result.scenarios
    assert "storage" in group["value"]["outside"]
    assert {one["supplier"] for one in group["value"]["left_out"]} == {"storage"}
    assert "storage of data and checkpoints, which “training” could take" in page["boundary"]
    drives = lca.stages.Drives(covers=lca.catalogue.covers("storage.hdd.embodied"))
    made = lca.simulate(lca.Lifecycle(drives, functional_unit="one TB"), n=256)
    (group,) = boundary.boundary(made, ())
    assert group["value"]["covers"] == [("drives", "transport and disposal")]


def test_weights_of_the_inputs_add_up_and_name_the_single_numbers(life, result):
    kinds = {row["input"]: row["kind"] for row in result.manifest["inputs"]}
    assert sum(inventory.weighed(result, "France", kinds.__getitem__).values()) == pytest.approx(1)
    responses, rows = life.responses("gwp"), result.inputs.loc[lambda row: row["note"] == ""]
    held = set(rows.index[rows["distribution"].str.startswith("fixed(")]) & set(responses)
    expected = sum(responses[name] for name in held) / sum(responses.values())
    assert expected > 0.1  # the accelerator-hours
    assert inventory.unquantified(result, "France") == pytest.approx(expected, abs=1e-5)


def test_every_input_has_kind_source_year_place_and_origin(result):
    shown = {row["input"]: row for row in inventory.inputs(result)}
    grid = shown["electricity.FR.2022"]
    assert grid["rated"] == "high, catalogue"
    assert grid["when"] == "2022, FR"
    assert shown["training.accelerator_hours"]["rated"] == "given"
    assert shown["cooling.pue"]["rated"].endswith("default")
    tdp = shown[
        "accelerator.A100-SXM-80GB.tdp"
    ]  # a fact of a data sheet, without a year of its own
    assert tdp["when"].startswith("source of 20")
    assert grid["scenarios"] == "“France”"


def test_the_factor_set_and_the_horizon_are_named(page):
    said = page["assessment"]
    assert "IPCC; factor set named beside every result AR6 100 years ipcc_ar6_wg1_ch7" in said
    assert "none: amounts are in its unit" in said  # of water


# -- checks -----------------------------------------------------------------------------------


def _found(result, check):
    compared = {"baseline": "x", "why": "", "paired": []}
    rows = {row["check"]: row for row in interpretation.consistency(result, compared)}
    return rows[check]


def test_figures_of_power_plants_alone_do_not_go_with_lifecycle_figures(life):
    stack = lca.catalogue.region("US-VA", 2023).intensity
    other = life.replace({"grid.intensity": stack})
    made = lca.simulate(lca.Study({"FR": life, "VA": other}), n=256)
    row = _found(made, "Boundary of the electricity figures")
    assert row["found"] == "lifecycle: “FR”; stack: “VA”."
    assert row["verdict"] == "differs"
    assert _found(made, "Year of the electricity figures")["found"] == "From 2022 to 2023."
    alike = lca.simulate(lca.Study({"FR": life, "again": life}), n=256)
    assert _found(alike, "Boundary of the electricity figures")["verdict"] == "consistent"


def test_an_old_grid_beside_a_new_one_is_told(life):
    old = lca.catalogue.region("PL", 2015).intensity
    made = lca.simulate(lca.Study({"FR": life, "PL": life.replace({"grid.intensity": old})}), n=256)
    assert _found(made, "Year of the electricity figures")["verdict"] == "differs"


def test_a_difference_is_told_although_others_say_nothing(life):
    grids = {"PL": lca.catalogue.region("PL", 2015).intensity, "none": lca.fixed(0.1, "kgCO2e/kWh")}
    study = {"FR": life} | {name: life.replace({"grid.intensity": x}) for name, x in grids.items()}
    made = lca.simulate(lca.Study(study), n=256)
    assert _found(made, "Year of the electricity figures")["verdict"] == "differs"
    boundary = _found(made, "Boundary of the electricity figures")
    assert boundary["found"] == "lifecycle: “FR” and “PL”; not stated: “none”."
    assert boundary["verdict"] == "not known"  # that of one says nothing, so they may be alike


def test_stages_and_coverage_that_differ_are_told(life, result, tmp_path):
    assert _found(result, "Stages of the scenarios")["verdict"] == "consistent"
    watered = life.replace({"grid": lca.stages.electricity_with_water("FR", 2022, name="grid")})
    made = lca.simulate(lca.Study({"dry": life, "watered": watered}), n=256)
    row = _found(made, "Coverage of the categories")
    assert (row["verdict"], "water consumed" in row["found"]) == ("differs", True)
    title = made.info["titles"]["wcf"]
    assert f"watered, {title}: dry is without grid" in _page(made, tmp_path)["comparison"]
    states = {(stage, *said): names for stage, said, names in interpretation.coverage(made)}
    assert states["grid", "complete", "missing"] == "“dry”"
    assert states["grid", "complete", "complete"] == "“watered”"
    assert states["server", "complete", "missing"] == "all"


def test_unpaired_inputs_and_correlations_are_told(life, page, tmp_path):
    assert "Inputs of their own: all others" in page["checks"]
    pair = ("cooling.pue", "cooling.wue")
    study = lca.Study(life, correlation=lca.correlate({pair: 0.6}))
    made = lca.simulate(study, n=256)
    said = _found(made, "Dependence of inputs")["found"]
    assert "(0.6)" in said
    assert "cooling.pue" in said
    assert "so shares overlap" in _page(made, tmp_path)["checks"]


class Sum(lca.Stage):
    """Three terms, one of which does not count."""

    per = "1"
    phase = "operation"
    large: lca.Number = lca.parameter("kgCO2e", "large")
    small: lca.Number = lca.parameter("kgCO2e", "small")
    idle: lca.Number = lca.parameter("kgCO2e", "idle")

    def exchanges(self):
        yield "gwp", self.large + self.small + 0 * self.idle


def test_shares_of_variance_are_those_of_a_sum():
    inputs = {"large": lca.uniform(low=0, high=6), "small": lca.uniform(low=0, high=2)}
    life = lca.Lifecycle(Sum(**inputs, idle=lca.uniform(low=0, high=1)), functional_unit="one")
    made = lca.simulate(life, n=4096, seed=2)
    large, small = sensitivity.drivers(made, "gwp", "baseline")  # and not the idle one
    assert (large.name, small.name) == ("sum.large", "sum.small")
    assert large.share == pytest.approx(0.9, abs=0.01)  # 36 / (36 + 4)
    assert small.share == pytest.approx(0.1, abs=0.01)
    assert large.correlation > 0.9
    assert not sensitivity.drivers(lca.simulate(life, n=128), "gwp", "baseline")  # too few


def test_a_choice_has_a_share_and_no_correlation():
    cards = {name: lca.stages.Accelerator(name=name, footprint=lca.uniform(low=x, high=x + 10))
             for name, x in (("a", 300), ("b", 100), ("c", 200))}  # fmt: skip
    asked = lca.choice("model", cards, weights={"a": 1, "b": 1, "c": 1})
    made = lca.simulate(lca.Lifecycle(asked, functional_unit="one card"), n=1024, seed=1)
    first = sensitivity.drivers(made, "gwp", "baseline")[0]
    assert (first.name, first.correlation) == ("model", None)
    assert first.share > 0.99


def test_the_table_a_study_asks_for_is_shown_and_drawn(life, tmp_path):
    table = lca.sensitivity.one_at_a_time(life, of="gwp, baseline")
    page = _page(lca.simulate(life, n=256), tmp_path, sensitivity=table)
    assert "Sensitivity as the study asks for it" in page["checks"]
    assert "how far the output moves with one input at a time" in page["figures"]
    assert table["input"].iloc[0] in page["checks"]


# -- limitations ------------------------------------------------------------------------------


def test_limitations_are_found_in_the_result():
    heavy = lca.stages.Electricity(name="grid", intensity=lca.lognormal(median=0.1, gsd=4))
    cards = {"a": lca.stages.Accelerator(name="a", footprint=1.0),
             "b": lca.stages.Accelerator(name="b", footprint=2.0)}  # fmt: skip

    class Run(lca.Stage):
        """A run on a card."""

        per = "1"
        phase = "operation"
        energy: lca.Number = lca.parameter("kWh", "energy", default=1000.0)
        cards: lca.Number = lca.parameter("accelerator", "cards", default=1.0)
        grid: lca.Stage = lca.supplier("kWh", "grid")
        card: lca.Stage = lca.supplier("accelerator", "card")
        cooling: lca.Stage | None = lca.supplier("kWh", "cooling of the hall", optional=True)

        def exchanges(self):
            yield self.grid, self.energy
            yield self.card, self.cards

    run = Run(grid=heavy, card=lca.choice("which card", cards))
    made = lca.simulate(lca.Lifecycle(run, functional_unit="run"), n=256, seed=1)
    said = " ".join(limitations.limitations(made, "gwp", ()))
    assert "Heavy tails: the mean lies well above the median in “baseline”" in said
    assert "The choice “which card” (model) is not drawn" in said
    assert "Left out, where a stage could take it: cooling of the hall" in said
    assert "single numbers without a reason" in said
    assert "take more samples" in said


# -- scopes -----------------------------------------------------------------------------------


def test_scopes_are_those_of_the_protocol_for_the_one_who_reports(result, page):
    said = page["scopes"]
    assert "Reporter: the owner, who owns hardware and building" in said
    for row in ghg_protocol.rows(result, "owner", "Poland"):
        low, median, high = np.quantile(row.samples / 1000, [0.05, 0.5, 0.95])
        shown = f"{row.category} {row.what} {number(median, high - low)} {interval(low, high)}"
        assert shown in said
    assert "The market-based one is not known to this study" in said
    with pytest.raises(lca.DataError, match="no reporter 'ownr'; did you mean 'owner'"):
        report.write(result, "never.html", reporter="ownr")


def test_both_methods_of_scope_2_stand_side_by_side(tmp_path):
    grid = lca.stages.electricity_accounting("DE", "wind_onshore", 0.6, year=2023)
    cooling = lca.stages.Cooling(electricity=grid)
    life = lca.Lifecycle(cooling, functional_unit="one kWh of cooling")
    made = lca.simulate(lca.Study(life.options("electricity accounting")), n=256)
    said = _page(made, tmp_path, reporter="owner")["scopes"]
    assert "location-based, location-based" in said
    assert "market-based, market-based" in said
    assert "Scenarios of both methods stand side by side" in said


def test_electricity_at_the_stack_is_split_into_scope_2_and_losses():
    grid = lca.stages.electricity("US-RFCE", 2023, boundary="stack", name="grid")
    life = lca.Lifecycle(lca.stages.Cooling(electricity=grid), functional_unit="cooling")
    made = lca.simulate(life, n=256, seed=1)
    rows = {row.scope: row for row in ghg_protocol.rows(made, "owner", "baseline")}
    total = made.total("gwp").to_numpy()[0]
    assert set(rows) == {"2", "3"}
    np.testing.assert_allclose(rows["2"].samples + rows["3"].samples, total)
    losses = made.draws.sel(input="electricity.loss.US.2023").to_numpy()
    np.testing.assert_allclose(rows["3"].samples, losses * total)
    assert any("its figure is without them" in one
               for one in ghg_protocol.cannot_hold(made, "owner", "baseline"))  # fmt: skip


def test_a_lifecycle_figure_and_one_that_is_scaled_stay_in_one_row():
    for grid in (
        lca.stages.electricity("FR", 2022, name="grid"),
        lca.stages.Electricity(
            name="grid", intensity=lca.catalogue.region("US-RFCE", 2023).intensity * 0.9
        ),
    ):
        life = lca.Lifecycle(lca.stages.Cooling(electricity=grid), functional_unit="cooling")
        (row,) = ghg_protocol.rows(lca.simulate(life, n=256), "owner", "baseline")
        assert row.scope == "2 and 3"


# -- texts of others, and files ---------------------------------------------------------------


def test_texts_of_stages_sources_and_scenarios_stay_texts(tmp_path):
    evil = "<script>alert(1)</script>"
    intensity = lca.uniform(low=0.04, high=0.06, source=evil, note=evil)
    grid = lca.stages.Electricity(name=f"grid {evil}", intensity=intensity)
    life = lca.Lifecycle(lca.stages.Cooling(electricity=grid), functional_unit=evil)
    study = lca.Study({evil: life, "b": life.replace({f"grid {evil}.intensity": 0.05})}, name=evil)
    report.write(
        lca.simulate(study, n=256), tmp_path / "r.html", description=evil, reporter="owner"
    )
    source = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert evil not in source
    assert "&lt;script&gt;alert(1)" in source


def test_a_result_read_back_from_a_file_makes_the_same_page(result, tmp_path):
    result.to_netcdf(tmp_path / "result.nc")
    for name, one in (("a.html", result), ("b.html", lca.open(tmp_path / "result.nc"))):
        report.write(one, tmp_path / name, reporter="owner")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def _luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_texts_stand_out_from_what_is_behind_them(result, tmp_path):
    report.write(result, tmp_path / "r.html")
    style = re.search("<style>(.*?)</style>", (tmp_path / "r.html").read_text("utf-8"), re.S)[1]
    colors = dict(re.findall(r"--(\w+): (#\w{6})", style))
    link = re.search(r"\ba \{ color: (#\w{6})", style)[1]
    for text in (colors["ink"], colors["soft"], link):
        for behind in ("#ffffff", colors["faint"]):
            light, dark = sorted((_luminance(behind), _luminance(text)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_a_total_that_no_stage_reports_is_not_zero(life):
    grid = lca.stages.Electricity(name="grid", intensity=0.05)
    watered = life.replace({"grid": lca.stages.electricity_with_water("FR", 2022, name="grid")})
    dry = watered.replace({"grid": grid, "cooling.wue": 0.0})
    made = lca.simulate(lca.Study({"watered": watered, "dry": dry}), n=256)
    rows = {row["scenario"]: row for row in summary.totals(made, units_shown(made))
            if row["category"] == "Water consumed"}  # fmt: skip
    assert rows["dry"]["mean"] == "not reported"
    assert rows["dry"]["note"].startswith("partial: without ")
    assert rows["watered"]["mean"] not in ("", "0", "not reported")
