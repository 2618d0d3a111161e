"""A lifecycle: names, labels, boundaries, attribution, coverage, activities, variants."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

import lca

# -- stages with phases, supplies, credits --------------------------------------------------------


class Steel(lca.Stage):
    """Steel, for one kg, made with electricity."""

    per = "kg"
    phase = None
    electricity: lca.Stage = lca.supplier("kWh", "grid")
    need: lca.Number = lca.parameter("kWh/kg", "electricity of the mill", default=2.0)
    own: lca.Number = lca.parameter("kgCO2e/kg", "process emissions", default=1.0)

    def exchanges(self):
        yield self.electricity, self.need
        yield "gwp", self.own


class Fab(lca.Stage):
    """A node, made of steel with electricity."""

    per = "node"
    phase = "manufacturing"
    electricity: lca.Stage = lca.supplier("kWh", "grid")
    steel: lca.Stage = lca.supplier("kg", "steel")
    energy: lca.Number = lca.parameter("kWh/node", "energy of the fab", default=10.0)
    mass: lca.Number = lca.parameter("kg/node", "mass", default=5.0)

    def exchanges(self):
        yield self.electricity, self.energy
        yield self.steel, self.mass


class Use(lca.Stage):
    """A job on a share of a node."""

    per = "1"
    phase = "operation"
    electricity: lca.Stage = lca.supplier("kWh", "grid")
    cooling: lca.Stage | None = lca.supplier("kWh", "cooling", optional=True)
    node: lca.Stage = lca.supplier("node", "nodes")
    credit: lca.Stage | None = lca.supplier("node", "what a second life avoids", optional=True)
    energy: lca.Number = lca.parameter("kWh", "energy", default=100.0)
    nodes: lca.Number = lca.parameter("node", "nodes used up", default=0.5)

    def exchanges(self):
        yield self.electricity, self.energy
        yield self.cooling, self.energy
        yield self.node, self.nodes
        yield self.credit, 0.4 * self.nodes


class Credit(lca.Stage):
    """A new node that need not be made."""

    per = "node"
    phase = "avoided"
    node: lca.Stage = lca.supplier("node", "the node that is not made")
    ratio: lca.Number = lca.parameter("1", "how much of a new one", default=1.0)

    def exchanges(self):
        yield self.node, self.ratio


@pytest.fixture
def parts(grid_class):
    grid = grid_class(intensity=0.5)
    steel = Steel(electricity=grid)
    fab = Fab(electricity=grid, steel=steel)
    cooling = lca.stages.Cooling(electricity=grid, pue=1.2, wue=0)
    return {"grid": grid, "steel": steel, "fab": fab, "cooling": cooling}


@pytest.fixture
def life(parts):
    use = Use(electricity=parts["grid"], cooling=parts["cooling"], node=parts["fab"])
    return lca.Lifecycle(use, functional_unit="one job")


def test_supplies_belong_to_whoever_uses_them(life):
    table = life.nominal()["gwp"]
    assert table["use"] == pytest.approx(100 * 0.5)
    assert table["cooling"] == pytest.approx(100 * 0.2 * 0.5)
    assert table["fab"] == pytest.approx(0.5 * (10 * 0.5 + 5 * (2 * 0.5 + 1)))
    assert set(table.index) == {"use", "cooling", "fab"}


def test_direct_is_the_other_view_of_the_same_total(life):
    result = lca.simulate(life, n=64)
    direct = result.direct.sel(category="gwp", scenario="baseline").isel(sample=0).to_series()
    assert direct["grid"] == pytest.approx(0.5 * (100 + 20 + 5 + 5))
    assert direct["steel"] == pytest.approx(2.5)
    assert direct.sum() == pytest.approx(life.nominal("gwp"))


def test_amounts_are_what_each_stage_delivers(life):
    amounts = life.nominal_amounts()
    assert amounts["grid"] == pytest.approx(100 + 20 + 0.5 * 10 + 0.5 * 5 * 2)
    assert amounts["steel"] == pytest.approx(2.5)
    assert amounts["use"] == 1


def test_amount_multiplies_the_whole_functional_unit(parts):
    use = Use(electricity=parts["grid"], node=parts["fab"])
    one, ten = lca.Lifecycle(use), lca.Lifecycle(use, amount=10)
    assert ten.nominal("gwp") == pytest.approx(10 * one.nominal("gwp"))


def test_a_phase_stage_reports_as_itself_also_through_a_supply(grid_class):
    class Plant(lca.Stage):
        """A power plant that wears out nodes of its own."""

        per = "kWh"
        phase = None
        node: lca.Stage = lca.supplier("node", "controllers")
        wear: lca.Number = lca.parameter("node/kWh", "controllers worn out", default=0.01)

        def exchanges(self):
            yield self.node, self.wear

    class Box(lca.Stage):
        """A controller."""

        per = "node"
        phase = "manufacturing"
        mass: lca.Number = lca.parameter("kgCO2e/node", "footprint", default=7.0)

        def exchanges(self):
            yield "gwp", self.mass

    box = Box()
    use = Use(electricity=Plant(node=box), node=box, energy=100, nodes=1)
    table = lca.Lifecycle(use).nominal()["gwp"]
    assert table["box"] == pytest.approx(7 * (1 + 1))
    assert table["use"] == 0


def test_an_avoided_stage_keeps_what_it_demands_and_leaves_the_real_one_as_it_was(parts):
    grid, fab = parts["grid"], parts["fab"]
    plain = lca.Lifecycle(Use(electricity=grid, node=fab), functional_unit="one job")
    credited = lca.Lifecycle(
        Use(electricity=grid, node=fab, credit=Credit(node=fab)), functional_unit="one job"
    )
    result = lca.simulate(lca.Study({"plain": plain, "credited": credited}), n=64)
    np.testing.assert_array_equal(*result.total("gwp").to_numpy())
    np.testing.assert_array_equal(*result.amounts.sel(stage="fab").to_numpy())
    footprint = float(result.impacts.sel(scenario="plain", stage="fab")[0, 0]) / 0.5
    avoided = result.avoided.sel(scenario="credited", stage="credit", category="gwp")
    np.testing.assert_allclose(avoided, 0.4 * 0.5 * footprint, rtol=1e-14)
    assert float(result.avoided.sel(scenario="plain").sum()) == 0
    assert list(result.impacts["stage"].to_numpy()) == ["use", "fab"]


def test_a_supply_as_functional_unit_has_a_row_in_neither_group(parts):
    result = lca.simulate(lca.Lifecycle(parts["steel"]), n=64)
    assert list(result.by("phase")["key"].to_numpy()) == ["supply"]
    assert list(result.by("group")["key"].to_numpy()) == ["neither"]
    assert float(result.total("gwp")[0, 0]) == pytest.approx(2)


def test_what_alternatives_hold_in_the_phase_of_the_choice_is_reported_as_the_choice(parts):
    grid, steel = parts["grid"], parts["steel"]

    class Assembled(lca.Stage):
        """A node from a fab, with a lorry."""

        per = "node"
        phase = "manufacturing"
        fab: lca.Stage = lca.supplier("node", "fab")
        lorry: lca.Stage = lca.supplier("kg", "lorry")
        load: lca.Number = lca.parameter("kg/node", "mass", default=5.0)

        def exchanges(self):
            yield self.fab, 1.0
            yield self.lorry, self.load

    fab = Fab(electricity=grid, steel=steel)
    lorry = lca.stages.Transport(air_share=0, sea_distance=0, road_distance=100)
    flat = Fab(name="flat", electricity=grid, steel=steel, mass=0)
    node = lca.choice("node model", {"assembled": Assembled(fab=fab, lorry=lorry), "flat": flat})
    also = Use(electricity=grid, node=node, energy=0, nodes=1)
    table = lca.Lifecycle(also).nominal()["gwp"]
    assert set(table.index) == {"use", "node model", "transport"}
    assert table["node model"] == pytest.approx(10 * 0.5 + 5 * 2)
    assert table["transport"] > 0


# -- activities -------------------------------------------------------------------------------


def test_activities_are_kept_apart_and_sum_to_the_total(run_class, grid_class):
    grid = grid_class(intensity=lca.lognormal(median=0.06, gsd=1.3))
    run = run_class(electricity=grid, hours=1e6)
    work = lca.stages.Development(run=run, ratio=0.5)
    life = lca.Lifecycle({"development": work, "training": run}, functional_unit="one model")
    result = lca.simulate(life, n=256, seed=2)
    by_activity = result.by("activity").sel(category="gwp", scenario="baseline")
    assert list(by_activity["key"].to_numpy()) == ["development", "training"]
    np.testing.assert_allclose(by_activity.sum("key"), result.total("gwp")[0], rtol=1e-12)
    np.testing.assert_allclose(by_activity[0], 0.5 * by_activity[1], rtol=1e-12)
    assert float(result.amounts.sel(stage="run")[0, 0]) == pytest.approx(1.5)


def test_a_plain_lifecycle_has_one_activity(life):
    assert list(lca.simulate(life, n=64).by("activity")["key"].to_numpy()) == ["all"]


def test_development_scales_embodied_too():
    facts = {"accelerator": "A100-SXM-80GB", "accelerator_hours": 1e6, "region": "FR"}
    without = lca.training_run(**facts, development="excluded").nominal()["gwp"]
    with_it = lca.training_run(**facts, development=1.0).nominal()["gwp"]
    for stage in ("server", "accelerator", "training", "cooling"):
        assert with_it[stage] == pytest.approx(2 * without[stage])


# -- names and labels -------------------------------------------------------------------------


def test_two_stages_of_one_name_are_refused(grid_class, run_class):
    other = grid_class(intensity=1)

    class Two(run_class):
        """With a second grid."""

        second: lca.Stage = lca.supplier("kWh", "second grid")

        def exchanges(self):
            yield from super().exchanges()
            yield self.second, 1.0

    with pytest.raises(lca.GraphError, match="two stages are called 'grid'.*give one of them a"):

        class Per(Two):
            """In kWh."""

            def exchanges(self):
                yield self.electricity, self.hours * self.power
                yield self.second, self.hours * self.power

        lca.Lifecycle(Per(electricity=grid_class(intensity=1), second=other, hours=1))


def _pair(grid_class, run_class, left, right):
    """Return two runs on grids of their own, as two activities."""
    roots = {
        side: run_class(
            name=side, electricity=grid_class(name=f"{side} grid", intensity=one), hours=1
        )
        for side, one in (("left", left), ("right", right))
    }
    return lca.Lifecycle(roots)


def _lognormal(**about):
    return lca.lognormal(median=0.06, gsd=1.3, unit="kgCO2e/kWh", **about)


def test_one_name_with_one_definition_is_one_unknown(grid_class, run_class):
    life = _pair(grid_class, run_class, _lognormal(name="g"), _lognormal(name="g"))
    assert life.unknowns["g"].addresses == ["left grid.intensity", "right grid.intensity"]


def test_one_key_with_two_definitions_is_an_error(grid_class, run_class):
    other = lca.lognormal(median=0.07, gsd=1.3, unit="kgCO2e/kWh", key="k")
    with pytest.raises(lca.GraphError, match="label 'k' has two definitions: lognormal"):
        _pair(grid_class, run_class, _lognormal(key="k"), other)


def test_a_key_labels_a_fact_but_not_a_variability(grid_class, run_class):
    fact = _pair(grid_class, run_class, _lognormal(key="k"), _lognormal(key="k"))
    assert "k" in fact.unknowns
    varying = {"key": "k", "kind": "variability", "population": "grids"}
    several = _pair(grid_class, run_class, _lognormal(**varying), _lognormal(**varying))
    assert "left grid.intensity" in several.unknowns
    assert "right grid.intensity" in several.unknowns


def test_one_uncertain_object_at_two_addresses_needs_a_name(grid_class, run_class):
    shared = _lognormal()
    with pytest.raises(lca.GraphError, match="stands at left grid.intensity and at right grid"):
        _pair(grid_class, run_class, shared, shared)
    with pytest.raises(lca.GraphError, match="give it a name= to make it one unknown"):
        _pair(grid_class, run_class, shared, shared * 0.5)


def test_fixed_values_may_be_reused_freely(grid_class, run_class):
    shared = lca.fixed(0.06)
    assert len(_pair(grid_class, run_class, shared, shared).unknowns) == 6


def test_a_class_default_goes_by_its_address(grid_class, run_class):
    life = _pair(grid_class, run_class, 0.06, 0.06)
    assert {"left.power", "right.power"} <= set(life.unknowns)


def test_scaling_keeps_the_label_and_the_draw(grid_class, run_class):
    life = _pair(grid_class, run_class, _lognormal(name="g"), _lognormal(name="g") * 0.5)
    result = lca.simulate(life, n=256, seed=1)
    assert list(result.draws["input"].to_numpy()).count("g") == 1
    intensities = result.by("stage").sel(category="gwp", scenario="baseline")
    power = result.draws.sel(input=["left.power", "right.power"]).to_numpy()
    np.testing.assert_allclose(intensities[0] / power[0], 2 * intensities[1] / power[1], rtol=1e-12)


# The seven ways in which identity by object broke.


def _paired(a, b):
    result = lca.simulate(lca.Study({"a": a, "b": b}), n=256, seed=1)
    return np.array_equal(*result.total("gwp").to_numpy())


def _one(grid_class, run_class, given):
    return lca.Lifecycle(
        run_class(electricity=grid_class(intensity=given), hours=1), functional_unit="one"
    )


def test_unit_conversion_changes_nothing(grid_class, run_class):
    given = _lognormal(name="g")
    assert _paired(
        _one(grid_class, run_class, given), _one(grid_class, run_class, given.to("gCO2e/kWh"))
    )


def test_dataclasses_replace_changes_nothing(grid_class, run_class):
    life = _one(grid_class, run_class, _lognormal())
    root = life.stages["run"]
    again = dataclasses.replace(root, electricity=dataclasses.replace(root.electricity))
    assert _paired(life, lca.Lifecycle(again, functional_unit="one"))


def test_scenarios_share_equal_definitions_and_not_others(grid_class, run_class):
    one = _one(grid_class, run_class, _lognormal())
    same = _one(grid_class, run_class, _lognormal())
    other = _one(grid_class, run_class, lca.lognormal(median=0.06, gsd=1.4))
    assert _paired(one, same)
    study = lca.Study({"one": one, "same": same, "other": other})
    assert set(study.unknowns) >= {"grid.intensity", "grid.intensity#2", "run.power"}
    draws = lca.simulate(study, n=4096, seed=1).draws
    first, second = (draws.sel(input=f"grid.intensity{n}") for n in ("", "#2"))
    assert abs(np.corrcoef(np.log(first), np.log(second))[0, 1]) < 0.05


def test_replace_by_name_changes_every_use(grid_class, run_class):
    life = _pair(grid_class, run_class, _lognormal(name="g"), _lognormal(name="g") * 0.5)
    new = life.replace({"g": 0.2}).nominal()["gwp"]
    assert new["left"] == pytest.approx(0.2 * 0.35)
    assert new["right"] == pytest.approx(0.1 * 0.35)


def test_pickling_apart_changes_nothing(training):
    assert _paired(training, pickle.loads(pickle.dumps(training)))


def test_a_deep_copy_changes_nothing(training):
    assert _paired(training, copy.deepcopy(training))


def test_building_a_preset_twice_changes_nothing():
    facts = {"accelerator": "A100-SXM-80GB", "accelerator_hours": 1e6, "region": "FR"}
    assert _paired(
        lca.training_run(**facts, development="excluded"),
        lca.training_run(**facts, development="excluded"),
    )


def test_common_factors_are_roots_of_their_own(grid_class, run_class):
    def year(y):
        return _lognormal(key=f"grid {y}", common="grid of one country", share=0.8)

    life = _pair(grid_class, run_class, year(2022), year(2023))
    result = lca.simulate(life, n=8192, seed=1)
    assert "common factor grid of one country" in result.draws["input"].to_numpy()
    values = result.by("stage").sel(category="gwp", scenario="baseline").to_numpy()
    power = result.draws.sel(input=["left.power", "right.power"]).to_numpy()
    logs = np.log(values / power)
    assert np.corrcoef(logs)[0, 1] == pytest.approx(0.8, abs=0.01)
    assert logs.std(axis=1) == pytest.approx(np.log(1.3), rel=0.02)


def test_a_site_keeps_its_variability_apart(grid_class, run_class):
    def at(site):
        grid = grid_class(intensity=_lognormal(kind="variability", population="grids"))
        return lca.Lifecycle(
            run_class(electricity=grid, hours=1, power=0.3), functional_unit="one", site=site
        )

    assert _paired(at(""), at(""))
    result = lca.simulate(lca.Study({"a": at("Paris"), "b": at("Oslo")}), n=8192, seed=1)
    assert list(result.draws["input"].to_numpy()) == [
        "Paris/grid.intensity",
        "Oslo/grid.intensity",
    ]
    assert result.compare("a")["lower"][0] == pytest.approx(0.5, abs=0.02)
    assert result.compare("a")["paired"][0] == "nothing"


def test_decisions_stay_at_their_point_unless_asked(grid_class):
    grid = grid_class(intensity=lca.discrete(values=[1, 2], kind="decision", nominal=2))
    assert set(lca.simulate(lca.Lifecycle(grid), n=64).total("gwp")[0].to_numpy()) == {2.0}
    sampled = lca.simulate(lca.Lifecycle(grid, decisions="sampled"), n=64)
    assert set(sampled.total("gwp")[0].to_numpy()) == {1.0, 2.0}


def test_the_mean_of_a_population_takes_variability_by_its_mean(grid_class):
    spread = lca.lognormal(median=1, gsd=2.5, kind="variability", population="requests")
    life = lca.Lifecycle(grid_class(intensity=spread), variability="mean")
    total = lca.simulate(life, n=64).total("gwp")[0].to_numpy()
    np.testing.assert_allclose(total, np.exp(np.log(2.5) ** 2 / 2), rtol=1e-12)


# -- boundaries -----------------------------------------------------------------------------------


def _delivered(covers):
    server = lca.stages.Server(
        footprint=100, mass=50, covers=covers, transport=lca.stages.Transport(serves="server")
    )
    return lca.Lifecycle(server)


def test_a_step_that_a_footprint_covers_is_refused():
    assert _delivered(()).nominal("gwp") > 100
    with pytest.raises(
        lca.GraphError, match="Server 'server' already covers transport, and Transport"
    ):
        _delivered("transport")


def test_a_whole_that_lists_a_part_is_refused_beside_it(grid_class):
    grid = grid_class(intensity=1)
    server = lca.stages.Server(footprint=100, covers=("accelerator",))
    card = lca.stages.Accelerator(footprint=10)
    cluster = lca.stages.Cluster(electricity=grid, server=server, accelerator=card, rated_power=0.4)
    with pytest.raises(lca.GraphError, match="covers its part 'accelerator'"):
        lca.Lifecycle(cluster)


def test_serving_a_stage_that_is_not_there_offers_near_names():
    server = lca.stages.Server(transport=lca.stages.Transport(serves="sever"))
    with pytest.raises(lca.GraphError, match="serves 'sever', which is no stage.*'server'"):
        lca.Lifecycle(server)


# -- coverage ------------------------------------------------------------------------------


def test_water_is_it_energy_times_wue_plus_pue_times_the_water_of_the_grid():
    grid = lca.stages.Electricity(name="grid", intensity=0.4, losses=0, water=3.0)
    cooling = lca.stages.Cooling(electricity=grid, pue=1.2, wue=1.8)
    run = lca.stages.MeteredTraining(
        electricity=grid, cooling=cooling, energy=1000, metering=1, accelerator_hours=0
    )
    assert lca.Lifecycle(run).nominal("wcf") == pytest.approx(1000 * (1.8 + 1.2 * 3.0))


def test_absent_is_not_zero(training):
    result = lca.simulate(training, n=64)
    coverage = result.coverage["wcf"]["baseline"]
    assert coverage["grid"] == "missing"
    assert coverage["cooling"] == "complete"
    assert coverage["training"] == "complete"
    assert result.coverage["gwp"]["baseline"]["cooling"].startswith("zero: emits nothing itself")
    assert "partial: without" in result.total("wcf").attrs["partial"]
    assert "partial" not in result.total("gwp").attrs
    total = result.summary().query("category == 'wcf' and key == 'total'").iloc[0]
    assert "grid" in total["note"]


def test_a_row_is_missing_where_a_supply_attributed_to_it_is(training):
    rows = training.graph.missing_by_row("wcf")
    assert rows["training"] == ["grid"]
    assert rows["accelerator"] == ["accelerator"]
    assert training.graph.missing("gwp") == []


def test_an_elementary_flow_counts_in_all_its_categories_and_an_aggregate_in_one(grid_class):
    class Leak(lca.Stage):
        """Methane, for one kg."""

        per = "kg"
        phase = None
        share: lca.Number = lca.parameter("1", "share that is methane", default=1.0)

        def exchanges(self):
            yield "CH4-fossil", self.share

    class Both(lca.Stage):
        """A leak and a footprint known only over 100 years."""

        per = "1"
        phase = "operation"
        leak: lca.Stage = lca.supplier("kg", "leak")
        leaked: lca.Number = lca.parameter("kg", "leaked", default=1.0)
        other: lca.Number = lca.parameter("kgCO2e", "footprint of the rest", default=5.0)

        def exchanges(self):
            yield self.leak, self.leaked
            yield "gwp", self.other

    life = lca.Lifecycle(Both(leak=Leak()))
    assert life.nominal("gwp") == pytest.approx(29.8 + 5)
    assert life.nominal("gwp20") == pytest.approx(82.5)
    assert life.graph.missing("gwp20") == ["both"]
    assert lca.Lifecycle(Both(leak=Leak()), factors="AR5").nominal("gwp") == pytest.approx(35)
    with pytest.raises(lca.DataError, match="no factor set 'AR7'; did you mean"):
        lca.Lifecycle(Both(leak=Leak()), factors="AR7")


def test_an_unknown_category_offers_near_names(life):
    with pytest.raises(lca.GraphError, match="no stage yields 'gwq'; did you mean 'gwp'"):
        life.nominal("gwq")


# -- replace ------------------------------------------------------------------------------------


def test_replace_takes_addresses_stages_and_labels(life, grid_class):
    assert life.replace({"grid.intensity": 1}).nominal("gwp") > life.nominal("gwp")
    other = grid_class(intensity=0.5, name="grid")
    assert life.replace({"grid": other}).nominal("gwp") == life.nominal("gwp")
    assert life.nominal("gwp") == life.replace({}).nominal("gwp")


def test_replace_checks_what_it_rebuilds(life):
    with pytest.raises(ValueError, match="pue = 0.5 lies below its lower bound 1"):
        life.replace({"cooling.pue": 0.5})


def test_replace_leaves_untouched_stages_alone(life):
    new = life.replace({"cooling.pue": 1.5})
    assert new.stages["fab"] is life.stages["fab"]
    assert new.stages["use"] is not life.stages["use"]


def test_replace_equals_building_anew(life, parts, grid_class):
    grid = grid_class(intensity=0.9)
    fab = Fab(electricity=grid, steel=Steel(electricity=grid))
    cooling = lca.stages.Cooling(electricity=grid, pue=1.2, wue=0)
    anew = lca.Lifecycle(Use(electricity=grid, cooling=cooling, node=fab))
    assert life.replace({"grid.intensity": 0.9}).nominal("gwp") == anew.nominal("gwp")


def test_a_typo_in_an_address_offers_near_names(life):
    with pytest.raises(lca.GraphError, match="no input 'grid.intensty'.*'grid.intensity'"):
        life.replace({"grid.intensty": 1})
    with pytest.raises(lca.GraphError, match="'fab' is a stage; replace it by a stage"):
        life.replace({"fab": 3})


def test_an_address_with_a_shared_label_is_an_error_that_lists_the_others(grid_class, run_class):
    life = _pair(grid_class, run_class, _lognormal(name="g"), _lognormal(name="g"))
    with pytest.raises(lca.GraphError, match="is one unknown, 'g', with right grid.intensity"):
        life.replace({"left grid.intensity": 1})


def test_an_option_is_replaced_by_its_address(training):
    left = training.replace({"cluster.idle_time": "left to the owner"})
    shares = training.nominal()["gwp"], left.nominal()["gwp"]
    assert shares[1]["server"] == pytest.approx(0.8 * shares[0]["server"])
    assert shares[1]["cluster"] == 0


# -- showing ------------------------------------------------------------------------------


def test_inputs_says_of_every_unknown_what_it_is(training):
    table = training.inputs
    row = table.loc["cooling.pue"]
    assert row["unit"] == "1"
    assert row["distribution"] == "lognormal(median=0.516, gsd=1.5).shifted(1)"
    assert row["nominal"] == pytest.approx(1.56)
    assert row["low"] < row["median"] < row["high"]
    assert row["kind"] == "variability"
    assert row["source"] == "uptime2024"
    assert table.loc["common factor electricity FR", "kind"] == "uncertainty"
    assert table.loc["training.accelerator_hours", "source"] == "not given"


def test_inputs_shows_values_in_the_unit_in_which_they_were_given(life):
    table = life.replace({"grid.intensity": lca.fixed(655, "gCO2e/kWh")}).inputs
    assert table.loc["grid.intensity", ["unit", "nominal"]].to_list() == ["gCO2e/kWh", 655]


def test_the_tree_shows_every_stage_and_shared_ones_once_in_full(life):
    text = str(life)
    assert text.splitlines()[0] == "one job: 1"
    assert "electricity: grid [Grid, per kWh, supply]" in text
    assert text.count("steel [Steel") == 1
    assert life._repr_html_().startswith("<pre>one job: 1")


def test_the_tree_of_a_hostile_name_is_escaped(grid_class):
    life = lca.Lifecycle(grid_class(intensity=1, name="<script>"))
    assert "<script>" not in life._repr_html_()


def test_quantity_is_pinned_to_its_label(training):
    pinned = training.quantity("training.power_fraction")
    assert pinned.name == "training.power_fraction"
    with pytest.raises(lca.GraphError, match="no input 'training.power_fracton'.*did you mean"):
        training.quantity("training.power_fracton")


def test_lifecycle_takes_stages_and_says_so():
    with pytest.raises(TypeError, match="takes a stage, or stages by activity, not 3"):
        lca.Lifecycle(3)
    grid = lca.stages.Electricity(intensity=1, losses=0)
    with pytest.raises(ValueError, match="variability = 'means'; did you mean 'mean'"):
        lca.Lifecycle(grid, variability="means")
    with pytest.raises(ValueError, match="Lifecycle: amount = nan is not finite"):
        lca.Lifecycle(grid, amount=float("nan"))


def test_what_rests_on_inputs_without_uncertainty_is_told(training):
    table = training.unquantified()
    assert table.loc["training.accelerator_hours", "share"] == pytest.approx(1, abs=0.1)
    assert table["share"].is_monotonic_decreasing
    assert table.loc["accelerator.A100-SXM-80GB.tdp", "reason"].startswith("data sheet")
    assert "cooling.pue" not in table.index


# -- what a careful reader found -------------------------------------------------------------------


def test_a_bare_number_never_takes_another_unit_than_the_one_shown(training):
    """`inputs` shows a figure as it was given, the slot may be declared in another unit."""
    shown = training.inputs.loc["transport.air_factor"]
    assert (shown["unit"], shown["nominal"]) == ("kgCO2e/tonne/km", 1.03455)
    with pytest.raises(lca.UnitError, match="was given in 'kgCO2e/tonne/km' and is declared in"):
        training.replace({"transport.air_factor": 1.03455})
    same = training.replace({"transport.air_factor": lca.fixed(1.03455, "kgCO2e/tonne/km")})
    assert same.nominal("gwp") == pytest.approx(training.nominal("gwp"))


def test_replacing_by_label_keeps_the_label(grid_class, run_class):
    life = _pair(grid_class, run_class, _lognormal(name="g"), _lognormal(name="g") * 0.5)
    once = life.replace({"g": 0.2})
    assert once.replace({"g": 0.1}).nominal("gwp") == pytest.approx(once.nominal("gwp") / 2)
    spread = once.replace({"g": lca.uniform(low=0.1, high=0.3)})
    assert spread.unknowns["g"].addresses == ["left grid.intensity", "right grid.intensity"]


def _lineage(low, high, name, **about):
    cards = {
        option: lca.stages.Accelerator(name=f"{option} {name}", footprint=x)
        for option, x in (("low", low), ("high", high))
    }
    order = about.pop("order", ("low", "high"))
    weights = dict.fromkeys(order, 1)
    return lca.choice(
        "lineage", {option: cards[option] for option in order}, weights=weights, name=name, **about
    )


class Both(lca.Stage):
    """One of each."""

    per = "1"
    phase = "operation"
    one: lca.Stage = lca.supplier("accelerator", "one")
    other: lca.Stage = lca.supplier("accelerator", "another")
    count: lca.Number = lca.parameter("accelerator", "count", default=1.0)

    def exchanges(self):
        yield self.one, self.count
        yield self.other, self.count


def test_choices_of_one_question_pair_by_their_options():
    one, other = _lineage(1, 100, "a"), _lineage(2, 200, "b")
    total = lca.simulate(lca.Lifecycle(Both(one=one, other=other)), n=64).total("gwp")
    assert set(total.to_numpy().ravel()) == {3.0, 300.0}
    turned = _lineage(2, 200, "b", order=("high", "low"))
    with pytest.raises(lca.GraphError, match="label 'lineage' has two definitions"):
        lca.Lifecycle(Both(one=one, other=turned))


def test_a_pick_that_is_none_of_the_options_is_refused():
    life = lca.Lifecycle(_lineage(1, 2, "card"))
    for wrong in (0.5, 7, lca.uniform(low=0, high=1)):
        with pytest.raises(lca.GraphError, match="picks none of the alternatives; give the name"):
            life.replace({"lineage": wrong})
    with pytest.raises(lca.GraphError, match="a choice is of kind model or decision"):
        _lineage(1, 2, "card", kind="variability")


def test_alternatives_are_checked_again_when_one_is_replaced():
    life = lca.Lifecycle(_lineage(1, 2, "card"))
    moved = lca.stages.Accelerator(name="low card", footprint=1, phase="operation")
    with pytest.raises(lca.GraphError, match="alternatives differ in their phase"):
        life.replace({"low card": moved})


def test_a_choice_that_stays_at_an_option_counts_that_option_alone(grid_class):
    dry = grid_class(name="dry", intensity=1)
    wet = lca.stages.Electricity(name="wet", intensity=1, losses=0, water=10)
    life = lca.Lifecycle(lca.choice("water", {"wet": wet, "dry": dry}), functional_unit="kWh")
    result = lca.simulate(lca.Study(life.options("water")), n=64)
    assert result.partial("wet", "wcf") == ""
    assert result.partial("dry", "wcf") == "partial: without dry"
    with pytest.raises(lca.GraphError, match="coverage differs"):
        result.compare("wet", "wcf")


def test_a_change_without_effect_is_refused(run_life, grid_class):
    other = grid_class(intensity=0.2)
    with pytest.raises(lca.GraphError, match="the change of grid.intensity has no effect"):
        run_life.replace({"grid": other, "grid.intensity": 0.5})


def test_a_supplier_is_rewired_by_its_address(run_life, grid_class):
    other = grid_class(name="other", intensity=0.5)
    assert run_life.replace({"run.electricity": other}).nominal("gwp") == pytest.approx(175_000)


def test_boundaries_that_cannot_be_checked_are_refused():
    with pytest.raises(lca.GraphError, match="covers 'transprot', which is no phase; did you mean"):
        lca.Lifecycle(lca.stages.Accelerator(footprint=1, covers="transprot"))
    loose = lca.stages.Server(footprint=1, covers="transport", transport=lca.stages.Transport())
    with pytest.raises(lca.GraphError, match="does not say which stage it serves: name it with"):
        lca.Lifecycle(loose)


def test_what_a_given_figure_covers_is_kept():
    figure = lca.catalogue.figure("footprint.accelerator.tpu_v6e")
    with pytest.raises(lca.GraphError, match="already covers transport"):
        lca.training_run(
            accelerator="A100-SXM-80GB",
            accelerator_hours=1,
            region="FR",
            development="excluded",
            accelerator_footprint=figure,
        )


def test_zero_names_a_category():
    class Wrong(lca.Stage):
        """Misspelt."""

        per = "1"
        phase = None
        zero = {"wfc": "none at all"}
        mass: lca.Number = lca.parameter("kgCO2e", "mass", default=1.0)

        def exchanges(self):
            yield "gwp", self.mass

    with pytest.raises(lca.DataError, match="zero names no category 'wfc'; did you mean.*'wcf'"):
        Wrong()


def test_shares_at_two_stages_need_a_name(grid_class):
    class Mix(lca.Stage):
        """Electricity from several sources."""

        per = "kWh"
        phase = None
        sources: dict = lca.suppliers("kWh", "sources")
        shares: dict = lca.parameters("1", "share of each", valid=(0, 1))

        def exchanges(self):
            for source, stage in self.sources.items():
                yield stage, self.shares[source]

    def life(**about):
        sources = {n: grid_class(name=n, intensity=x) for n, x in (("coal", 1), ("wind", 0))}
        shares = lca.shares({"coal": 0.3, "wind": 0.7}, concentration=20, **about)
        roots = {n: Mix(name=n, sources=sources, shares=shares) for n in ("a", "b")}
        return lca.Lifecycle(roots)

    with pytest.raises(lca.GraphError, match="give it a name= to make it one"):
        life()
    assert life(name="mix").unknowns["mix"].addresses[-1] == "b.shares.wind"


def test_a_label_has_one_nominal_point(grid_class, run_class):
    with pytest.raises(lca.GraphError, match="label 'g' has two nominal points"):
        _pair(
            grid_class,
            run_class,
            _lognormal(name="g", nominal=0.06),
            _lognormal(name="g", nominal=0.07),
        )


def test_a_class_default_survives_a_copy(grid_class, run_class):
    life = _pair(grid_class, run_class, 0.06, 0.06)
    assert {"left.power", "right.power"} <= set(copy.deepcopy(life).unknowns)


def test_a_lifecycle_without_inputs_or_flows_is_no_crash():
    class Nothing(lca.Stage):
        """Takes and emits nothing."""

        per = "1"
        phase = "operation"

        def exchanges(self):
            yield from ()

    life = lca.Lifecycle(Nothing())
    assert life.inputs.empty
    assert lca.simulate(life, n=8).categories == []


def test_a_bare_zero_is_nothing_in_any_unit(grid_class):
    class Maybe(lca.Stage):
        """Takes nothing from its grid."""

        per = "1"
        phase = "operation"
        electricity: lca.Stage = lca.supplier("kWh", "grid")

        def exchanges(self):
            yield self.electricity, 0

    assert lca.Lifecycle(Maybe(electricity=grid_class(intensity=1))).nominal("gwp") == 0


def test_names_and_amounts_that_mislead_are_refused(grid_class):
    grid = grid_class(intensity=1)
    with pytest.raises(ValueError, match="amount = -1 is negative; nothing is subtracted"):
        lca.Lifecycle(grid, amount=-1)
    with pytest.raises(ValueError, match="'common factor …' names shared factors"):
        lca.uniform(low=1, high=2, name="common factor fab")
    with pytest.raises(TypeError, match="the name of a scenario is a text, not 2022"):
        lca.Study({2022: lca.Lifecycle(grid)})


def test_a_ratio_to_nothing_is_infinite_and_nothing_to_nothing_is_one(grid_class):
    lives = {
        name: lca.Lifecycle(grid_class(intensity=x), functional_unit="kWh")
        for name, x in (("none", 0), ("some", 5), ("none too", 0))
    }
    table = lca.simulate(lca.Study(lives), n=64).compare("none").set_index("scenario")
    assert table.loc["some", "ratio"] == np.inf
    assert table.loc["none too", "ratio"] == 1


# -- the name of a stage that replaces another -----------------------------------------------------


def test_a_stage_takes_the_name_of_the_one_it_replaces(training):
    other = training.replace({"grid": lca.stages.electricity("PL", 2022)})
    assert "electricity" not in other.stages
    assert other.replace({"grid.intensity": 0.1}).stages["grid"].intensity.point == 0.1
    study = lca.Study({"here": training, "there": other})
    result = lca.simulate(study, 8, progress=False)
    assert "electricity" not in " ".join(result.inputs.index.str.partition(".")[0])
    named = training.replace({"grid": lca.stages.Electricity(name="wind", intensity=0.01)})
    assert "wind" not in named.stages


def test_a_stage_round_the_one_it_replaces_keeps_its_own_name(training):
    inner = training.stages["accelerator"]
    fabric = lca.stages.NetworkFabric(footprint=100)
    outer = lca.stages.ConnectedAccelerator(accelerator=inner, network=fabric)
    assert {"accelerator", "connectedaccelerator"} <= set(
        training.replace({"accelerator": outer}).stages
    )


def test_a_stage_that_stands_there_already_keeps_its_name(training):
    card = training.stages["accelerator"]
    other = lca.stages.Accelerator(name="spare", footprint=1)
    both = training.replace({"accelerator": other})
    assert both.stages["accelerator"].footprint.point == 1
    assert training.replace({"accelerator": card}).stages["accelerator"] is card


def test_a_stage_that_another_new_one_takes_from_is_not_copied(training):
    grid = lca.stages.Electricity(name="wind", intensity=lca.uniform(low=0.01, high=0.02))
    cooling = dataclasses.replace(training.stages["cooling"], electricity=grid)
    other = training.replace({"grid": grid, "cooling": cooling})
    assert "wind" in other.stages
    assert "grid" not in other.stages
    assert other.stages["cooling"].electricity is other.stages["wind"]
