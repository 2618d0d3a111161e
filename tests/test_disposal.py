"""Disposal: the three end-of-life rules, their credits, and second lives close in every sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lca
from lca.stage import bound, quantities_of
from lca.stages import (
    AvoidedBurdenDisposal,
    CircularDisposal,
    CircularMaterial,
    CutOffDisposal,
    EnergyCredit,
    FirstLife,
    Material,
    MixedDisposal,
    RecycledContent,
    RecyclingCredit,
    SecondLife,
    Treatment,
    device_lives,
    end_of_life,
    material,
    precious_metals,
    server_end_of_life,
)

EV, E_REC, E_EOL, E_ER, E_D, E_HEAT = 9.0, 1.0, 1.5, 2.5, 0.1, 0.7
PRIMARY = Material(name="primary", footprint=EV)
SECONDARY = Material(name="secondary", footprint=E_REC)
WAYS = {
    "landfill": Treatment(name="landfill", footprint=E_D),
    "energy_recovery": Treatment(name="burning", footprint=E_ER),
    "preparation": Treatment(name="preparation", footprint=0.3),
}
RECOVERED = {"recycling": Treatment(name="recycling", footprint=E_EOL)}
SHARE = st.floats(0, 1)


def credits(quality):
    heat = lca.stages.Electricity(name="heat", intensity=E_HEAT, losses=0)
    return {
        "material_credit": RecyclingCredit(
            name="material credit", substituted=PRIMARY, quality=quality
        ),
        "energy_credit": EnergyCredit(
            name="energy credit", heat=heat, heating_value=10, heat_efficiency=0.5,
            electric_efficiency=0,
        ),
    }  # fmt: skip


AVOIDED_HEAT = 10 * 0.5 * E_HEAT


def total(stage):
    return lca.Lifecycle(stage, functional_unit="one").nominal("gwp")


def credit(stage):
    result = lca.simulate(lca.Lifecycle(stage, functional_unit="one"), n=16, sampler="random")
    return float(result.avoided.sel(category="gwp").sum("stage").mean())


# -- values by hand ----------------------------------------------------------------------------


def test_the_ways_of_a_kg_by_hand():
    one = CutOffDisposal(**WAYS, collection=0.8, reused=0.25, recycled=0.5, burnt=0.4)
    numbers = bound(one, {path: held.point for path, held, _ in quantities_of(one)})
    ways = numbers.to_reuse(), numbers.to_recycling(), numbers.to_energy(), numbers.to_landfill()
    assert ways == pytest.approx((0.2, 0.3, 0.12, 0.38))


def test_published_r2_and_r3_are_had_from_the_cascade():
    r2, r3 = 0.8, 0.15
    one = CutOffDisposal(**WAYS, collection=1, recycled=r2, burnt=r3 / (1 - r2))
    assert total(one) == pytest.approx(r3 * E_ER + (1 - r2 - r3) * E_D)


R1, R2, R3, A, B, Q = 0.3, 0.6, 0.1, 0.2, 0.4, 0.9
SHARES = {"collection": 1, "recycled": R2, "burnt": R3 / (1 - R2)}


def test_cut_off_by_hand():
    assert total(CutOffDisposal(**WAYS, **SHARES)) == pytest.approx(R3 * E_ER + 0.3 * E_D)
    left = CutOffDisposal(**WAYS, **SHARES, burning="taker of the energy")
    assert total(left) == pytest.approx(0.3 * E_D)
    goes_in = RecycledContent(primary=PRIMARY, secondary=SECONDARY, recycled_content=R1)
    assert total(goes_in) == pytest.approx((1 - R1) * EV + R1 * E_REC)


def test_avoided_burden_by_hand_and_without_credit():
    one = AvoidedBurdenDisposal(**WAYS, **SHARES, **RECOVERED, **credits(Q))
    assert total(one) == pytest.approx(R2 * E_EOL + R3 * E_ER + 0.3 * E_D)
    assert credit(one) == pytest.approx(R2 * EV * Q + R3 * AVOIDED_HEAT)
    assert total(AvoidedBurdenDisposal(**WAYS, **SHARES, **RECOVERED)) == pytest.approx(total(one))


def test_circular_footprint_formula_by_hand():
    """Both sides and both credits give equation 3 of Zampori and Pant (2019)."""
    goes_in = CircularMaterial(
        primary=PRIMARY, secondary=SECONDARY, recycled_content=R1, allocation=A, quality=Q
    )
    one = CircularDisposal(
        **WAYS, **SHARES, **RECOVERED, **credits(Q), allocation=A, energy_allocation=B
    )
    formula = (
        (1 - R1) * EV
        + R1 * (A * E_REC + (1 - A) * EV * Q)
        + (1 - A) * R2 * (E_EOL - EV * Q)
        + (1 - B) * R3 * (E_ER - AVOIDED_HEAT)
        + (1 - R2 - R3) * E_D
    )
    assert total(goes_in) + total(one) - credit(one) == pytest.approx(formula)


# -- identities, for every sample --------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(SHARE, SHARE, SHARE, SHARE)
def test_the_ways_close_and_never_exceed_a_kg(collection, reused, recycled, burnt):
    one = CutOffDisposal(
        **WAYS, collection=collection, reused=reused, recycled=recycled, burnt=burnt
    )
    numbers = bound(one, {path: held.point for path, held, _ in quantities_of(one)})
    ways = numbers.to_reuse(), numbers.to_recycling(), numbers.to_energy(), numbers.to_landfill()
    assert sum(ways) == pytest.approx(1)
    assert min(ways) >= -1e-15
    assert ways[1] + ways[2] <= 1 + 1e-15


def amounts(stage, values):
    """Return what a stage takes, by supplier, for some values."""
    taken = {}
    for target, amount in bound(stage, values).exchanges():
        if target is not None:
            taken[target.name] = taken.get(target.name, 0) + amount
    return taken


def values(stage, draws):
    return {path: draws.get(path, held.point) for path, held, _ in quantities_of(stage)}


@settings(max_examples=60, deadline=None)
@given(SHARE, SHARE, SHARE, SHARE, SHARE, SHARE)
def test_identities_of_the_circular_footprint_formula(
    collection, reused, recycled, burnt, r1, quality
):
    shares = {"collection": collection, "reused": reused, "recycled": recycled, "burnt": burnt}
    circular = CircularDisposal(**WAYS, recycled=0.5, **RECOVERED, **credits(1), allocation=0.5)
    avoided = AvoidedBurdenDisposal(**WAYS, recycled=0.5, **RECOVERED, **credits(1))
    cut_off = CutOffDisposal(**WAYS, recycled=0.5, burning="taker of the energy")

    of_taker = amounts(
        circular, values(circular, shares | {"allocation": 1, "energy_allocation": 1})
    )
    plain = amounts(cut_off, values(cut_off, shares))
    assert of_taker["landfill"] == pytest.approx(plain["landfill"])
    assert [of_taker[x] for x in ("recycling", "burning", "material credit")] == [0, 0, 0]
    assert plain["burning"] == 0

    of_giver = amounts(
        circular, values(circular, shares | {"allocation": 0, "energy_allocation": 0})
    )
    assert of_giver == pytest.approx(amounts(avoided, values(avoided, shares)))

    goes_in = CircularMaterial(
        primary=PRIMARY, secondary=SECONDARY, recycled_content=0.5, allocation=0.5, quality=1
    )
    content = RecycledContent(primary=PRIMARY, secondary=SECONDARY, recycled_content=0.5)
    given_ = {"recycled_content": r1, "quality": quality}
    assert amounts(goes_in, values(goes_in, given_ | {"allocation": 1})) == pytest.approx(
        amounts(content, values(content, given_))
    )
    as_primary = amounts(goes_in, values(goes_in, given_ | {"allocation": 0, "quality": 1}))
    assert as_primary == pytest.approx({"primary": 1, "secondary": 0})


@settings(max_examples=30, deadline=None)
@given(SHARE, SHARE, SHARE, SHARE)
def test_all_rules_coincide_where_nothing_is_recovered(collection, reused, a, quality):
    shares = {"collection": collection, "reused": reused, "recycled": 0, "burnt": 0}
    rules = [
        CutOffDisposal(**WAYS, **shares),
        AvoidedBurdenDisposal(**WAYS, **shares, **RECOVERED),
        CircularDisposal(**WAYS, **shares, **RECOVERED, allocation=a),
    ]
    assert [total(rule) for rule in rules] == pytest.approx(3 * [total(rules[0])])
    goes_in = [
        RecycledContent(primary=PRIMARY, secondary=SECONDARY, recycled_content=0),
        CircularMaterial(
            primary=PRIMARY, secondary=SECONDARY, recycled_content=0, allocation=a, quality=quality
        ),
        PRIMARY,
    ]
    assert [total(one) for one in goes_in] == pytest.approx([EV, EV, EV])


def test_every_sample_of_the_formula_is_that_of_the_formula_on_its_draws():
    names = ("collection", "recycled", "burnt", "allocation", "energy_allocation")
    shares = {name: lca.uniform(low=0, high=1, name=name) for name in names}
    one = CircularDisposal(name="end", **WAYS, **RECOVERED, **credits(Q), **shares)
    result = lca.simulate(lca.Lifecycle(one, functional_unit="one kg"), n=64)
    c, r, b, a, e = (result.draws.sel(input=name).to_numpy() for name in names)
    r2, r3 = c * r, c * (1 - r) * b
    wanted = (1 - a) * r2 * E_EOL + (1 - e) * r3 * E_ER + (1 - r2 - r3) * E_D
    np.testing.assert_allclose(result.total("gwp").to_numpy()[0], wanted, rtol=1e-12)
    saved = (1 - a) * r2 * EV * Q + (1 - e) * r3 * AVOIDED_HEAT
    avoided = result.avoided.sel(category="gwp").sum("stage").to_numpy()[0]
    np.testing.assert_allclose(avoided, saved, rtol=1e-12)
    assert (result.impacts.to_numpy() >= 0).all()
    assert (avoided >= 0).all()


def test_a_larger_share_of_the_taker_lowers_burden_and_credit_alike():
    ends = [
        CircularDisposal(**WAYS, **SHARES, **RECOVERED, **credits(1), allocation=a)
        for a in (0, 0.2, 0.5, 0.8, 1)
    ]
    assert (np.diff([total(end) for end in ends]) < 0).all()
    assert (np.diff([credit(end) for end in ends]) < 0).all()


# -- the decision ------------------------------------------------------------------------------


def aluminium(**fields):
    given_ = {
        "recycling": material("aluminium_sheet", "secondary", name="recycling"),
        "substituted": material("aluminium_sheet", name="primary aluminium"),
        "quality": 1,
        "recycled": 0.9,
        "allocation": 0.2,
        "name": "aluminium",
    }
    return end_of_life(**(given_ | fields))


def test_the_rule_is_a_decision_that_is_never_sampled_unless_asked():
    life = lca.Lifecycle(aluminium(), functional_unit="one kg")
    assert life.inputs.loc["end of life", "kind"] == "decision"
    result = lca.simulate(life, n=64)
    assert "end of life" not in result.draws["input"].to_numpy()
    assert float(result.avoided.sum()) == 0
    assert list(life.options("end of life")) == [
        "cut-off",
        "avoided burden",
        "circular footprint formula",
    ]


def test_rules_are_compared_with_the_same_draws():
    process = Material(name="recycling", footprint=lca.uniform(low=0.5, high=1.5))
    life = lca.Lifecycle(aluminium(recycling=process), functional_unit="one kg")
    result = lca.simulate(lca.Study(life.options("end of life")), n=64)
    table = result.compare("avoided burden", category="gwp").set_index("scenario")
    assert "aluminium: collection" in table.loc["circular footprint formula", "paired"]
    collected = result.draws.sel(input="aluminium: collection").to_numpy()
    samples = result.total("gwp")
    footprint = result.draws.sel(input="recycling.footprint").to_numpy()
    landfill = result.draws.sel(input="disposal.weee.landfill").to_numpy()
    for rule, share in (("cut-off", 0), ("avoided burden", 1), ("circular footprint formula", 0.8)):
        wanted = share * collected * 0.9 * footprint + (1 - 0.9 * collected) * landfill
        np.testing.assert_allclose(samples.sel(scenario=rule), wanted, rtol=1e-12)


def test_the_net_credit_is_the_published_one():
    """Primary less secondary is what the table gives as the credit of closed-loop recycling."""
    one = aluminium(rule="avoided burden", collection=1, recycled=1)
    result = lca.Lifecycle(one, functional_unit="one kg")
    net = result.nominal("gwp") - material_credit(result)
    assert net == pytest.approx(lca.catalogue.figure("material.credit.aluminium_sheet").point)


def material_credit(life):
    credited = life.stages["aluminium, credit"]
    return credited.quality.point * credited.substituted.footprint.point


def test_one_decision_turns_every_material():
    metal = {"recycled": 0.9, "allocation": 0.2, "quality": 1}
    other = {"recycled": 0.2, "allocation": 0.5}
    facts = {
        "ferrous": metal,
        "aluminium": metal,
        "plastics": other | {"quality": 0.9},
        "copper": other,
        "boards": other,
    }
    server = server_end_of_life(facts, collection=1)
    life = lca.Lifecycle(server, functional_unit="one kg of server")
    lives = life.options("end of life")
    assert {rule: one.nominal("gwp") > 0 for rule, one in lives.items()} == dict.fromkeys(
        lives, True
    )
    figure = lca.catalogue.figure
    masses = {x: figure(f"material.composition.server_2u.{x}").point for x in facts}
    recycling = {
        "ferrous": figure("material.secondary.steel_cans").point,
        "aluminium": figure("material.secondary.aluminium_sheet").point,
        "plastics": figure("material.secondary.plastic_average").point,
        "copper": figure("disposal.treatment.electronics").point,
        "boards": figure("disposal.treatment.electronics").point,
    }
    landfill = figure("disposal.weee.landfill").point
    wanted = sum(
        mass
        * (facts[x]["recycled"] * recycling[x] + (1 - facts[x]["recycled"]) * landfill)
        / sum(masses.values())
        for x, mass in masses.items()
    )
    assert lives["avoided burden"].nominal("gwp") == pytest.approx(wanted)


def test_a_mixture_closes_in_every_sample():
    masses = {x: lca.uniform(low=0.1, high=0.9) for x in ("steel", "plastics")}
    ends = {x: Treatment(name=x, footprint=2.0) for x in masses}
    result = lca.simulate(
        lca.Lifecycle(MixedDisposal(materials=ends, masses=masses), functional_unit="one kg"), n=64
    )
    np.testing.assert_allclose(result.total("gwp"), 2.0, rtol=1e-12)


def test_a_server_of_the_preset_takes_it():
    facts = {"recycled": 0.9, "allocation": 0.2}
    names = ("ferrous", "aluminium", "plastics", "copper", "boards")
    quality = {x: {"quality": 1} if x in lca.stages.disposal.RECYCLED_AS else {} for x in names}
    server = lca.stages.Server(disposal=server_end_of_life({x: facts | quality[x] for x in names}))
    life = lca.Lifecycle(server, functional_unit="one node")
    assert life.nominal("gwp") > server.footprint.point


def test_it_stands_beside_a_footprint_that_covers_its_own_end_of_life():
    names = ("ferrous", "aluminium", "plastics", "copper", "boards")
    quality = {x: {"quality": 1} if x in lca.stages.disposal.RECYCLED_AS else {} for x in names}
    facts = {x: {"recycled": 0.9, "allocation": 0.2} | quality[x] for x in names}
    drives = lca.stages.Drives(covers=lca.catalogue.covers("storage.hdd.embodied"))
    for serves in ((), ("server",)):
        server = lca.stages.Server(disposal=server_end_of_life(facts, serves=serves))
        parts = {"drives": drives, "server": server}
        if serves:
            lives = lca.Lifecycle(parts, functional_unit="both").options("end of life")
            assert len(lives) == 3
        else:
            with pytest.raises(lca.GraphError, match="name it with serves="):
                lca.Lifecycle(parts, functional_unit="both")
    covered = lca.stages.Server(
        disposal=server_end_of_life(facts, serves="server"), covers="disposal"
    )
    with pytest.raises(lca.GraphError, match="already covers disposal"):
        lca.Lifecycle(covered, functional_unit="one node")


# -- second lives ------------------------------------------------------------------------------


def test_first_and_second_lives_are_the_whole_device_in_every_sample():
    node = lca.stages.Server(name="node", footprint=lca.uniform(low=1000, high=1400))
    work = lca.stages.Server(name="work", footprint=lca.uniform(low=20, high=40))
    first, second = device_lives(
        node,
        reused=lca.uniform(low=0.2, high=0.8, name="reused"),
        handed_on=lca.uniform(low=0.1, high=0.6),
        refurbishment=work,
    )
    study = lca.Study(
        {life.name: lca.Lifecycle(life, functional_unit="one life") for life in (first, second)}
    )
    result = lca.simulate(study, n=64)
    of_first, of_second = result.total("gwp").to_numpy()
    reused = result.draws.sel(input="reused").to_numpy()
    made = result.draws.sel(input="node.footprint").to_numpy()
    refurbished = result.draws.sel(input="work.footprint").to_numpy()
    np.testing.assert_allclose(of_first + reused * of_second, made + reused * refurbished)
    avoided = result.avoided.sel(scenario=first.name, category="gwp").sum("stage").to_numpy()
    np.testing.assert_allclose(avoided, reused * (of_second - refurbished))
    np.testing.assert_allclose(of_first + avoided, made)


def test_what_is_handed_on_is_of_the_device_alone():
    """Half of the cards of 200 kg hand on 40 %: 40 kg, and 25 kg of work are a burden."""
    card = lca.stages.Accelerator(footprint=200, name="card")
    work = lca.stages.Accelerator(footprint=50, name="work")
    first, second = device_lives(card, reused=0.5, handed_on=0.4, refurbishment=work)
    assert (total(first), credit(first)) == pytest.approx((160, 40))
    assert total(second) == pytest.approx(130)
    fields = {"per": "accelerator", "device": card, "handed_on": 0.4, "phase": "avoided"}
    with pytest.raises(lca.GraphError, match="refurbishment is a burden and no credit"):
        SecondLife(refurbishment=work, **fields)


def test_a_first_life_without_the_second_would_lose_its_share():
    card = lca.stages.Accelerator(footprint=200, name="card")
    with pytest.raises(TypeError, match="second_life"):
        FirstLife(per="accelerator", device=card, reused=0.5, handed_on=0.4)


def test_both_lives_in_one_lifecycle_are_the_device():
    card = lca.stages.Accelerator(footprint=200, name="card")
    fields = {"per": "accelerator", "device": card, "handed_on": 0.4}
    both = FirstLife(second_life=SecondLife(**fields), reused=0.5, **fields)
    assert total(both) == pytest.approx(200)


def test_a_second_life_fits_a_cluster_and_hands_nothing_on_by_default():
    card = lca.stages.Accelerator(footprint=200, name="card")
    second = SecondLife(per="accelerator", device=card)
    assert total(FirstLife(per="accelerator", device=card, second_life=second, reused=1)) == 200
    assert total(second) == 0
    first, _ = device_lives(card, reused=1, handed_on=0.25)
    grid = lca.stages.Electricity(name="grid", intensity=0, losses=0)
    cluster = lca.stages.Cluster(
        electricity=grid, accelerator=first, rated_power=0.4, lifetime=4, utilisation=1
    )
    assert total(cluster) == pytest.approx(150 / (4 * 8760))


# -- errors ------------------------------------------------------------------------------------


def test_errors_say_what_was_possible():
    with pytest.raises(lca.DataError, match="did you mean"):
        material("alumnium_sheet")
    with pytest.raises(lca.DataError, match="'primary' or 'secondary'"):
        material("copper", "tertiary")
    with pytest.raises(lca.DataError, match=r"material\.secondary\.copper"):
        material("copper", "secondary")
    with pytest.raises(ValueError, match="rules are cut-off"):
        aluminium(rule="cutoff")
    with pytest.raises(ValueError, match="both substituted= and quality="):
        aluminium(quality=None)
    with pytest.raises(lca.DataError, match="no facts of"):
        server_end_of_life({"ferrous": {"recycled": 1, "allocation": 0.2, "quality": 1}})
    with pytest.raises(lca.DataError, match="no composition 'server_3u'; did you mean"):
        server_end_of_life({}, composition="server_3u")
    with pytest.raises(lca.GraphError, match="masses are of a, but materials of b"):
        MixedDisposal(materials={"b": WAYS["landfill"]}, masses={"a": 1.0})
    with pytest.raises(ValueError, match="above its upper bound 1"):
        CutOffDisposal(**WAYS, recycled=1.1)
    with pytest.raises(TypeError, match="allocation"):
        CircularDisposal(**WAYS, **RECOVERED, recycled=0.5)


def test_an_uncertain_share_without_a_name_is_refused_where_three_rules_take_it():
    end = aluminium(recycled=lca.uniform(low=0.8, high=0.95))
    with pytest.raises(lca.GraphError, match="give it a name="):
        lca.Lifecycle(end, functional_unit="one kg")


@pytest.mark.parametrize("credit_", ["material_credit", "energy_credit"])
def test_a_credit_that_would_be_added_to_the_total_is_refused(credit_):
    for rule, fields in ((AvoidedBurdenDisposal, {}), (CircularDisposal, {"allocation": 0.5})):
        with pytest.raises(lca.GraphError, match=f"{credit_} takes a stage of the phase avoided"):
            rule(**WAYS, **RECOVERED, recycled=0.5, **fields, **{credit_: PRIMARY})
    with pytest.raises(lca.GraphError, match="it is a credit"):
        RecyclingCredit(substituted=PRIMARY, quality=1, phase="disposal")


def test_a_share_that_is_not_zero_takes_its_stage():
    landfill = WAYS["landfill"]
    assert total(CutOffDisposal(landfill=landfill, collection=1, recycled=0)) == E_D
    for share, way in (("burnt", "energy_recovery"), ("reused", "preparation")):
        for amount in (1, lca.uniform(low=0, high=0.1)):
            with pytest.raises(lca.GraphError, match=f"{share} = .* takes {way}="):
                CutOffDisposal(landfill=landfill, collection=1, recycled=0, **{share: amount})
            with pytest.raises(lca.GraphError, match=f"takes {way}="):
                aluminium(**{share: amount})
    about = {"heating_value": 10, "heat_efficiency": 0.5, "electric_efficiency": 0.2}
    heat = lca.stages.Electricity(name="heat", intensity=E_HEAT, losses=0)
    with pytest.raises(lca.GraphError, match="electric_efficiency = .* takes electricity="):
        EnergyCredit(heat=heat, **about)
    with pytest.raises(lca.GraphError, match="heat_efficiency = .* takes heat="):
        EnergyCredit(electricity=heat, **about)
    assert EnergyCredit(heat=heat, **about | {"electric_efficiency": 0}).electricity is None


def test_the_metals_of_it_equipment_by_hand():
    """48 mg of gold, 200 mg of silver, 21.3 mg of palladium at the footprints of Nuss 2014."""
    metals = precious_metals()
    assert total(metals) == pytest.approx((48 * 12_500 + 200 * 196 + 21.3 * 3_880) / 1e6)
    end = AvoidedBurdenDisposal(
        **WAYS,
        **RECOVERED,
        collection=1,
        recycled=1,
        material_credit=RecyclingCredit(substituted=metals, quality=0.95),
    )
    result = lca.simulate(lca.Lifecycle(end, functional_unit="one kg"), n=64)
    assert set(result.categories) == {"gwp", "pe"}
    assert float(result.avoided.sel(category="pe").min()) > 0


def test_metals_report_their_primary_energy():
    copper = material("copper", name="copper")
    life = lca.Lifecycle(copper, functional_unit="one kg")
    assert life.nominal("pe") == lca.catalogue.figure("material.energy.copper").point
