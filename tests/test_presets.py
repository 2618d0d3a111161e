"""Presets: a whole lifecycle from a few facts, with sourced defaults and plain errors."""

import dataclasses

import pytest

import lca

FACTS = {"accelerator": "A100-SXM-80GB", "accelerator_hours": 1e6, "region": "FR"}


def test_whether_development_is_included_must_be_said():
    with pytest.raises(TypeError, match="development"):
        lca.training_run(**FACTS)
    with pytest.raises(ValueError, match="development = 'none'; give accelerator-hours of"):
        lca.training_run(**FACTS, development="none")


def test_everything_not_given_has_a_sourced_default():
    table = lca.training_run(**FACTS, development="excluded", stored=10).inputs
    given = {"training.accelerator_hours", "training.stored", "cluster.infrastructure_power"}
    unsourced = set(table.index[table["source"] == "not given"])
    assert unsourced <= given


def test_electricity_of_your_own_stands_in_place_of_that_of_the_region():
    bare = {key: value for key, value in FACTS.items() if key != "region"} | {
        "development": "excluded"
    }
    with pytest.raises(ValueError, match="give region=.* or electricity="):
        lca.training_run(**bare)
    own = lca.training_run(**bare, electricity=0.05)
    american = lca.training_run(**bare, electricity=0.05, region="US")
    assert own.stages["grid"].intensity.point == american.stages["grid"].intensity.point == 0.05
    ways = [life.stages["transport"].sea_distance.key for life in (own, american)]
    assert ways == [f"transport.distance.asia_{place}.sea" for place in ("europe", "us")]
    with pytest.raises(lca.DataError, match="no region 'USA'"):
        lca.training_run(**bare, electricity=0.05, region="USA")
    with pytest.raises(ValueError, match="year belongs to the electricity of a region"):
        lca.training_run(**bare, electricity=0.05, region="US", year=2022)


@pytest.mark.parametrize(
    ("name", "missing"),
    [("TPU-v3", "number per node"), ("TPU-v5p", "TDP and no number per node"), ("TPU-v6e", "TDP")],
)
def test_an_accelerator_of_which_no_cluster_can_be_made_says_what_to_do(name, missing):
    about = {"accelerator": name, "region": "FR"}
    wanted = f"'{name}' has no confirmed {missing}, which .* accelerators_per_node="
    with pytest.raises(lca.DataError, match=wanted):
        lca.training_run(**about, accelerator_hours=10, development="excluded")
    with pytest.raises(lca.DataError, match=wanted):
        lca.inference_service(**about, active_parameters=1e9, output_tokens=1)


def test_an_unknown_region_or_accelerator_offers_near_names():
    with pytest.raises(lca.DataError, match=r"no region 'FRA'.*did you mean 'FR' \(France\)"):
        lca.training_run(**{**FACTS, "region": "FRA"}, development="excluded")
    with pytest.raises(lca.DataError, match="no accelerator 'A100-SXM-80'; did you mean"):
        lca.training_run(**{**FACTS, "accelerator": "A100-SXM-80"}, development="excluded")


def test_figures_of_the_plants_alone_are_no_lifecycle_factors():
    with pytest.raises(lca.DataError, match="stack"):
        lca.training_run(**{**FACTS, "region": "US-CAMX"}, development="excluded")


def test_energy_as_metered_replaces_power():
    life = lca.training_run(**FACTS, energy=400_000, development="excluded")
    assert life.nominal_amounts()["cooling"] >= 400_000
    with pytest.raises(ValueError, match="give neither power nor host_overhead"):
        lca.training_run(**FACTS, energy=4e5, power=0.3, development="excluded")


def test_electricity_may_be_a_stage_of_ones_own(grid_class):
    bare = {key: value for key, value in FACTS.items() if key != "region"}
    life = lca.training_run(**bare, electricity=grid_class(intensity=0.1), development="excluded")
    assert life.stages["grid"].intensity.point == 0.1
    with pytest.raises(ValueError, match="losses belong to the electricity stage"):
        lca.training_run(
            **bare, electricity=grid_class(intensity=0.1), losses=0, development="excluded"
        )


def test_steps_may_be_left_outside_the_boundary():
    life = lca.training_run(**FACTS, transport=False, disposal=False, development="excluded")
    assert not {"transport", "disposal", "storage"} & set(life.stages)


def test_network_and_building_add_what_they_took_to_make():
    """45 kg an accelerator and 1,000 kg/kW: each over its life, and over the hours it serves."""
    bare = lca.training_run(**FACTS, utilisation=1, lifetime=5, development="excluded")
    life = lca.training_run(
        **FACTS, utilisation=1, lifetime=5, development="excluded", network=45, facility=1000
    )
    life = life.replace({"facility.lifetime": 20, "housing.load": 0.5})
    one = life.nominal()["gwp"]
    assert one["network"] == pytest.approx(45 * FACTS["accelerator_hours"] / (5 * 8760))
    energy = life.nominal_amounts()["housing"]
    assert one["facility"] == pytest.approx(1000 / 20 * energy / (0.5 * 8760))
    added = life.nominal("gwp") - bare.nominal("gwp")
    assert added == pytest.approx(one["network"] + one["facility"])


def test_a_footprint_that_covers_the_building_is_not_given_another():
    covering = lca.catalogue.figure("footprint.accelerator_system.tpu_v4")
    with pytest.raises(ValueError, match="facility"):
        lca.training_run(
            **FACTS,
            development="excluded",
            accelerator_footprint=covering,
            transport=False,
            disposal=False,
            facility=1000,
        )


def test_who_carries_idle_time_is_one_switch_for_embodied_and_energy():
    carried = lca.training_run(**FACTS, utilisation=0.5, development="excluded")
    left = lca.training_run(
        **FACTS, utilisation=0.5, idle_time="left to the owner", development="excluded"
    )
    one, other = carried.nominal()["gwp"], left.nominal()["gwp"]
    assert one["accelerator"] == pytest.approx(2 * other["accelerator"])
    assert one["cluster"] > 0
    assert other["cluster"] == 0


def test_allocation_closes_over_a_cluster():
    """All users and the idle time left to the owner carry what the cluster costs."""
    lifetime, utilisation = 5, 0.8
    hours = lifetime * 8760 * utilisation
    shared = {"lifetime": lifetime, "utilisation": utilisation, "development": "excluded"}
    users = lca.training_run(**{**FACTS, "accelerator_hours": hours}, **shared)
    one_card = users.stages["accelerator"].footprint.point
    assert users.nominal()["gwp"]["accelerator"] == pytest.approx(one_card)
    left = users.replace({"cluster.idle_time": "left to the owner"})
    carried = left.nominal()["gwp"]["accelerator"]
    assert carried + (1 - utilisation) * one_card == pytest.approx(one_card)


def test_what_a_preset_builds_can_be_taken_apart():
    life = lca.training_run(**FACTS, development=0.5)
    again = lca.Lifecycle(
        {"development": life.stages["development"], "training": life.stages["training"]},
        functional_unit=life.functional_unit,
    )
    assert again.nominal("gwp") == life.nominal("gwp")


def test_a_factor_set_is_passed_on():
    assert lca.training_run(**FACTS, development="excluded", factors="AR5").factors == "AR5"


def test_two_regions_with_their_sites_share_facts_but_no_site_variability():
    def at(region, site):
        return lca.training_run(
            **{**FACTS, "region": region}, year=2022, site=site, development="excluded"
        )

    study = lca.Study({"a": at("FR", "Paris"), "b": at("PL", "Warsaw")})
    paired, unpaired = study.paired("a", "b")
    assert {"disposal.treatment.electronics", "footprint.accelerator.a100_sxm_80gb"} <= set(paired)
    assert {"Paris/cooling.pue", "Warsaw/cooling.pue", "electricity.FR.2022"} <= set(unpaired)
    same = lca.Study({"a": at("FR", ""), "b": at("PL", "")})
    assert "cooling.pue" in same.paired("a", "b")[0]


def test_a_footprint_that_covers_transport_is_not_moved_twice():
    facts = {**FACTS, "accelerator": "A100-SXM-80GB", "development": "excluded"}
    life = lca.training_run(**facts, stored=10)
    assert life.stages["drives"].covers == ("transport", "disposal")
    assert life.stages["transport"].serves == ("server", "accelerator")
    covered = dataclasses.replace(life.stages["accelerator"], covers="transport")
    with pytest.raises(lca.GraphError, match="Accelerator 'accelerator' already covers transport"):
        life.replace({"accelerator": covered})


def test_a_footprint_that_holds_host_and_building_refuses_both_beside_it():
    tpu = lca.catalogue.footprint("accelerator_system.tpu_v5e")
    assert lca.catalogue.covers(tpu.key) == ("transport", "disposal", "facility", "server")
    life = lca.training_run(**FACTS, development="excluded", accelerator_footprint=tpu)
    assert not {"server", "transport", "disposal"} & set(life.stages)
    with pytest.raises(lca.GraphError, match="covers its part 'server', and Server 'server'"):
        life.replace({"cluster.server": lca.stages.Server(transport=None, disposal=None)})
    chip = lca.stages.Accelerator(footprint=tpu, covers=lca.catalogue.covers(tpu.key))
    grid = lca.stages.Electricity(name="grid", intensity=0.4)

    def hour(cooling):
        held = lca.stages.Cluster(
            accelerator=chip, electricity=grid, cooling=cooling, rated_power=0.2
        )
        return lca.Lifecycle(held, functional_unit="one hour")

    cooling = lca.stages.Cooling(electricity=grid)
    assert hour(cooling).nominal("gwp") > 0
    building = lca.stages.facility(name="building", serves="accelerator")
    with pytest.raises(lca.GraphError, match="already covers facility"):
        hour(lca.stages.Housing(cooling=cooling, facility=building))


# -- one card by several models ---------------------------------------------------------------


@pytest.fixture(scope="module")
def card():
    return lca.Lifecycle(lca.accelerator_embodied("H100-SXM"), functional_unit="one H100")


def models(life):
    options = life.options("embodied model")
    return {name: one.nominal("gwp") for name, one in options.items()}


def test_one_h100_by_six_models_with_one_boundary(card):
    found = models(card)
    assert found["vendor footprint"] == pytest.approx(1312 / 8)
    assert found["ADEME"] == pytest.approx(273 * (1 - 0.095))  # transport and end of life off
    assert found["Morand and others"] == 225
    assert found["figure for any card"] == 150
    assert found["bottom-up, flat yield"] < found["vendor footprint"] * 1.1 < found["bottom-up"]
    assert min(found.values()) == 150
    assert max(found.values()) == pytest.approx(265, abs=0.5)  # as the README says
    for one in card.options("embodied model").values():
        assert {stage.phase for stage in one.stages.values()} <= {"manufacturing", None}
        assert not any(stage.covers for stage in one.stages["accelerator"].alternatives.values())


def test_models_from_the_wafer_hold_all_of_the_board_that_is_no_chip(card):
    """Of 1,312 kg 546 are memory and 332 integrated circuits, the switches among them."""
    stages = card.stages
    for model in ("bottom-up", "bottom-up, flat yield"):
        made = stages[f"H100-SXM-80GB {model}"]
        board = {name for name in made.parts if name not in ("package", "die", "memory")}
        assert board == {
            "thermal", "electromechanical", "common", "pcb", "mechanical", "interconnect", "rest"
        }  # fmt: skip
        share = sum(made.parts[name].footprint.point * made.counts[name].point for name in board)
        assert share == pytest.approx((1312 - 546 - 332) / 8)


def test_faulty_dies_of_cut_down_cards_are_sold(card):
    die = card.stages["H100-SXM-80GB die"]
    assert die.salvaged.key == "fabrication.salvaged.a100.capa"
    taken = card.options("embodied model")["bottom-up"]
    none = taken.replace({"H100-SXM-80GB die.salvaged": 0.0})
    assert none.nominal("gwp") - taken.nominal("gwp") > 30


def test_more_memory_on_the_same_die_never_costs_less(card):
    larger = lca.Lifecycle(lca.accelerator_embodied("H200-SXM"), functional_unit="one H200")
    for model in ("bottom-up", "bottom-up, flat yield"):
        assert models(larger)[model] > models(card)[model]
    assert larger.stages["H200-SXM-141GB package"].counts["memory"].point == 6


@pytest.mark.parametrize("name", ["V100-SXM-32GB", "P100-SXM", "MI250X"])
def test_without_stacks_and_interposer_there_is_no_model_from_the_wafer(name):
    with pytest.raises(lca.DataError, match="stacks of memory and interposer are not all known"):
        lca.accelerator_embodied(name)


def test_two_packages_published_are_a_choice_without_a_model_from_the_wafer():
    assert list(lca.accelerator_embodied("TPU-v4").alternatives) == ["vendor model", "CAPA"]


def test_two_models_from_the_wafer_share_their_chips_and_differ_by_yield(card):
    stages = card.stages
    die, flat = stages["H100-SXM-80GB die"], stages["H100-SXM-80GB die, flat yield"]
    assert die.electricity is flat.electricity
    assert die.energy.key == flat.energy.key == "fabrication.logic.energy.5nm.act"
    assert stages["grid of the fab"].intensity.key == "electricity.TW.2022"
    assert stages["H100-SXM-80GB package"].counts["memory"].point == 5


def test_of_an_a100_the_tear_down_is_the_published_one():
    life = lca.Lifecycle(lca.accelerator_embodied("A100-SXM-40GB"), functional_unit="one A100")
    found = models(life)
    assert found["tear-down"] == pytest.approx(127.6)
    assert found["CAPA"] == pytest.approx(209.5 + 4.8 + 18.4)  # the package, cooler and rest


def test_the_share_of_variance_of_the_model_in_a_study_of_a_server():
    names = list(lca.accelerator_embodied("H100-SXM").alternatives)
    card = lca.accelerator_embodied("H100-SXM", weights=dict.fromkeys(names, 1))
    node = lca.stages.EquippedNode(server=lca.stages.Server(), accelerator=card)
    life = lca.Lifecycle(node, functional_unit="one node of eight H100")
    table = lca.sensitivity.choices(life, n=2048, seed=1).set_index("option")
    row = table.loc["bottom-up"]
    assert row["input"] == "embodied model"
    assert 0.03 < row["share_equal"] < row["share_largest"] < 0.4
    assert table["weight_largest"].sum() == pytest.approx(1)
    means = {
        name: value * 8
        for name, value in models(lca.Lifecycle(card, functional_unit="one H100")).items()
    }
    spread = table["mean"].max() - table["mean"].min()
    assert spread == pytest.approx(max(means.values()) - min(means.values()), rel=0.3)


def test_the_choice_stands_in_for_the_accelerator_of_a_training_run():
    life = lca.training_run(
        accelerator="H100-SXM",
        accelerator_hours=1e6,
        region="FR",
        development="excluded",
        accelerator_footprint=lca.accelerator_embodied("H100-SXM"),
    )
    assert life.phase_of("accelerator") == "manufacturing"
    plain = lca.training_run(
        accelerator="H100-SXM", accelerator_hours=1e6, region="FR", development="excluded"
    )
    assert life.nominal("gwp") == pytest.approx(plain.nominal("gwp"))  # the vendor's 164 kg


def test_an_accelerator_of_two_sizes_asks_which():
    with pytest.raises(lca.DataError, match="is one of A100-SXM-40GB, A100-SXM-80GB; say which"):
        lca.accelerator_embodied("A100-SXM")
    with pytest.raises(lca.DataError, match="no accelerator 'H100-SMX'; did you mean"):
        lca.accelerator_embodied("H100-SMX")
    with pytest.raises(lca.DataError, match="a choice needs two; node, area of the die, kind"):
        lca.accelerator_embodied("Ascend-910")


def test_the_grid_of_the_fab_may_be_given():
    fab = lca.stages.Electricity(name="own fab", intensity=0.0, losses=0.0)
    clean = lca.Lifecycle(
        lca.accelerator_embodied("H100-SXM", electricity=fab), functional_unit="one H100"
    )
    coal = lca.Lifecycle(lca.accelerator_embodied("H100-SXM"), functional_unit="one H100")
    assert models(clean)["bottom-up"] < models(coal)["bottom-up"]
    assert models(clean)["vendor footprint"] == models(coal)["vendor footprint"]


# -- a service ----------------------------------------------------------------------------------

SERVICE = {"accelerator": "H100-SXM", "region": "US"}


def test_a_request_by_computation_and_by_the_published_fit():
    life = lca.inference_service(**SERVICE, active_parameters=70e9, output_tokens=400)
    found = {name: one.nominal("gwp") for name, one in life.options("inference model").items()}
    assert 0.3 < found["computation"] / found["published fit"] < 3
    twice = lca.inference_service(**SERVICE, active_parameters=70e9, output_tokens=800)
    assert twice.nominal("gwp") == pytest.approx(2 * life.nominal("gwp"))
    a100 = lca.inference_service(
        accelerator="A100-SXM-80GB", region="US", active_parameters=70e9, output_tokens=400
    )
    assert "computation" in a100.stages  # the fit is of H100 alone
    assert "published fit" not in a100.stages


def test_a_service_with_its_network_and_building():
    about = {"active_parameters": 70e9, "output_tokens": 400}
    whole = lca.inference_service(**SERVICE, **about, network=45, facility=1000)
    assert whole.nominal("gwp") > lca.inference_service(**SERVICE, **about).nominal("gwp")
    assert {"facility", "network", "housing"} <= set(whole.stages)


def test_a_request_by_its_measured_energy():
    energy = lca.fixed(0.3, "Wh/request")
    life = lca.inference_service(**SERVICE, energy=energy, power=0.5, host_overhead=1, pue=1)
    assert life.nominal_amounts()["cooling"] > 0.3e-3  # with what the cluster draws idle
    assert life.stages["measured request"].energy.to("Wh/request").point == pytest.approx(0.3)
    tokens = lca.inference_service(
        **SERVICE, energy=lca.fixed(1, "J/token"), power=0.5, output_tokens=100
    )
    assert tokens.nominal_amounts()["tokens"] == 100


def test_the_training_is_shared_among_all_requests():
    training = lca.training_run(
        accelerator="H100-SXM", accelerator_hours=1e6, region="FR", development=0.5
    )
    about = {"active_parameters": 8e9, "output_tokens": 400, "training": training}
    life = lca.inference_service(**SERVICE, **about, requests=1e9)
    alone = lca.inference_service(**SERVICE, active_parameters=8e9, output_tokens=400)
    share = training.nominal("gwp") / 1e9
    assert life.nominal("gwp") == pytest.approx(alone.nominal("gwp") + share)
    assert list(life.activities) == ["development", "training", "serving"]
    uncertain = lca.inference_service(
        **SERVICE, **about, requests=lca.loguniform(low=1e8, high=1e11)
    )
    unknown = uncertain.unknowns["requests served"]
    assert unknown.addresses == ["share of development.requests", "share of training.requests"]


def test_uncertain_parameters_of_a_model_are_one_unknown_for_both_models():
    size = lca.uniform(low=50e9, high=90e9)
    life = lca.inference_service(**SERVICE, active_parameters=size, output_tokens=400)
    assert len(life.unknowns["active parameters"].addresses) == 3


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({}, "give energy, or both active_parameters and output_tokens"),
        ({"active_parameters": 7e9}, "give energy, or both active_parameters and output_tokens"),
        ({"energy": lca.fixed(1, "Wh/request")}, "with energy give power, the mean power"),
        (
            {"energy": lca.fixed(1, "Wh/request"), "power": 1, "active_parameters": 1e9},
            "with energy as measured there is no use for active_parameters",
        ),
        ({"energy": lca.fixed(1, "J/token"), "power": 1}, "energy per token needs output_tokens"),
        ({"energy": 0.3, "power": 1}, "energy is a quantity with its unit"),
        (
            {"active_parameters": 7e9, "output_tokens": 1, "requests": 5},
            "training and requests belong together",
        ),
        (
            {"energy": lca.fixed(1, "Wh/request"), "power": 1, "batch": 9, "prompt_tokens": 5},
            "with energy as measured there is no use for batch, prompt_tokens",
        ),
        (
            {"active_parameters": 7e9, "output_tokens": 1, "power": 1},
            "with active_parameters there is no use for power",
        ),
        (
            {"active_parameters": 7e9, "output_tokens": 1, "total_parameters": 1e9},
            "active_parameters lie above total_parameters",
        ),
        (
            {
                "active_parameters": 7e9,
                "output_tokens": 1,
                "accelerator": "A100-SXM-80GB",
                "batch": 2,
            },
            "batch and weights belong to the published fit",
        ),
        (
            {"active_parameters": 7e9, "output_tokens": 1, "transferred": 1},
            "transferred needs year=",
        ),
    ],
)
def test_a_service_says_what_it_lacks(facts, message):
    with pytest.raises(ValueError, match=f"inference_service: {message}"):
        lca.inference_service(**(SERVICE | facts))


def test_a_share_is_of_one_training_with_activities_of_its_own():
    about = {"active_parameters": 8e9, "output_tokens": 400, "requests": 1e9}
    run = {"accelerator": "H100-SXM", "accelerator_hours": 1e6, "region": "FR"}
    ten = lca.training_run(**run, development="excluded", amount=10)
    with pytest.raises(ValueError, match="the training is 10 times one"):
        lca.inference_service(**SERVICE, **about, training=ten)
    one = lca.training_run(**run, development="excluded")
    named = lca.Lifecycle({"serving": next(iter(one.activities.values()))}, functional_unit="one")
    with pytest.raises(ValueError, match="an activity named 'serving'"):
        lca.inference_service(**SERVICE, **about, training=named)


def test_a_mixture_of_experts_uses_less_of_the_peak():
    about = {"accelerator": "A100-SXM-80GB", "region": "US", "output_tokens": 400}
    dense = lca.inference_service(**about, active_parameters=37e9)
    mixture = lca.inference_service(**about, active_parameters=37e9, total_parameters=671e9)
    assert mixture.nominal("gwp") > 2 * dense.nominal("gwp")


def test_data_of_a_measured_request_are_transferred():
    about = {"energy": lca.fixed(0.3, "Wh/request"), "power": 0.5, "year": 2022}
    plain = lca.inference_service(**SERVICE, **about)
    moved = lca.inference_service(**SERVICE, **about, transferred=0.01)
    assert moved.nominal("gwp") > plain.nominal("gwp")
    assert moved.nominal_amounts()["internet"] == pytest.approx(0.01)


def test_a_node_of_four_accelerators_has_half_of_the_host():
    run = {"accelerator_hours": 1e6, "region": "FR", "development": "excluded"}
    four = lca.training_run(accelerator="MI300A", **run)
    assert four.stages["server"].footprint.point == pytest.approx(1500)
    assert four.stages["server"].mass.point == pytest.approx(60)
    assert four.stages["server"].footprint.key == "footprint.node_without_accelerators.default"


@pytest.mark.parametrize(
    ("region", "route"),
    [("US", "asia_us"), ("CA", "asia_us"), ("FR", "asia_europe"),
     ("JP", "asia_europe")],
)  # fmt: skip
def test_hardware_comes_by_the_route_of_the_region(region, route):
    served = lca.inference_service(
        accelerator="H100-SXM", active_parameters=70e9, output_tokens=400, region=region
    )
    trained = lca.training_run(
        accelerator="H100-SXM", accelerator_hours=1e6, region=region, development="excluded"
    )
    for life in (served, trained):
        step = life.stages["transport"]
        assert step.air_distance.key == f"transport.distance.{route}.air"
        assert step.sea_distance.key == f"transport.distance.{route}.sea"
