"""Inference: energy, hours and embodied impacts of a request, against published values."""

import numpy as np
import pytest

import lca
from lca import catalogue
from lca.stages import (
    Accelerator,
    AmortisedTraining,
    BatchedTokens,
    Cluster,
    ComputedTokens,
    Cooling,
    Electricity,
    FittedTokens,
    MeasuredRequest,
    MeasuredTokens,
    Request,
    Server,
    amortised,
    break_even,
    computed_tokens,
    measured_request,
    measured_tokens,
)

UNIT_GRID = {"intensity": 1.0, "losses": 0.0}
"""One kg for a kWh, so that emissions in kg are energy in kWh."""


def grid(**about):
    return lca.stages.Electricity(name="grid", **(UNIT_GRID | about))


def energy(stage, amount=1.0):
    """Return the kWh of a stage on a grid of one kg per kWh."""
    return lca.Lifecycle(stage, amount=amount, functional_unit="served").nominal("gwp")


def drawn(stage):
    """Return 64 samples; streams are keyed by label, so inputs added change no other draw."""
    life = lca.Lifecycle(stage, functional_unit="served")
    result = lca.simulate(life, 64, 3, sampler="random", progress=False)
    return result.total("gwp").to_numpy()[0]


# -- the fit of EcoLogits ----------------------------------------------------------------------


def fitted(billions, **about):
    """Return tokens of a dense model by the fit exactly as published."""
    given = {
        "active_parameters": billions * 1e9,
        "total_parameters": billions * 1e9,
        "energy_ratio": 1,
        "latency_ratio": 1,
        "host_power": 1.2,
        "electricity": grid(),
    }
    return FittedTokens(**(given | about))


def ecologits(billions, tokens=1000, batch=64.0, pue=1.2, wue=0.6, **about):
    """Return a request as EcoLogits 0.11.3 sees it, on the world's electricity."""
    power = Electricity(name="world", intensity=0.458, water=3.908, losses=0.0)
    cooling = Cooling(electricity=power, pue=pue, wue=wue)
    cluster = Cluster(
        electricity=power,
        accelerator=Accelerator(footprint=273),
        server=Server(footprint=5700),
        accelerators_per_node=8,
        lifetime=3,
        utilisation=1,
        rated_power=0.7,
    )
    output = fitted(
        billions,
        batch=batch,
        electricity=power,
        cooling=cooling,
        cluster=cluster,
        **about,
    )
    request = Request(output=output, output_tokens=tokens)
    return lca.Lifecycle(request, functional_unit="one request")


WORLD = 0.458


@pytest.mark.parametrize(
    ("billions", "kilowatt_hours", "used", "embodied", "litres", "held", "seconds"),
    [
        (8, 8.915e-5, 4.086e-5, 7.302e-6, 3.930e-4, 1, 44.87),
        (70, 6.575e-4, 3.013e-4, 5.660e-5, 2.898e-3, 4, 86.93),
        (405, 9.134e-3, 4.186e-3, 8.183e-4, 4.026e-2, 16, 314.2),
    ],
)
def test_dense_models_are_those_of_ecologits(
    billions, kilowatt_hours, used, embodied, litres, held, seconds
):
    life = ecologits(billions)
    stage = life.stages["fittedtokens"]
    made = lca.stage.bound(stage, plain(life, stage))
    assert made.accelerators() == held
    assert 1000 * made.latency() * 3600 == pytest.approx(seconds, rel=1e-3)
    phases = by_phase(life)
    use = phases["operation"] + phases["overhead"]
    assert use / WORLD == pytest.approx(kilowatt_hours, rel=1e-3)
    assert use == pytest.approx(used, rel=2e-3)  # the printed grid is rounded
    assert phases["manufacturing"] == pytest.approx(embodied, rel=1e-3)
    assert life.nominal("wcf") == pytest.approx(litres, rel=1e-3)


def by_phase(life):
    phases = lca.simulate(life, 8, 1, progress=False).by("phase").sel(category="gwp")
    return {str(key): float(phases.sel(key=key).mean()) for key in phases["key"].to_numpy()}


def plain(life, stage):
    """Return every parameter of a stage at its point."""
    place = life.order.index(stage)
    return {
        use.path: use.quantity.to(use.slot.unit).point for use in life.uses if use.stage == place
    }


def test_a_batch_of_one_is_that_of_ecologits():
    phases = by_phase(ecologits(70, batch=1.0))
    assert (phases["operation"] + phases["overhead"]) / WORLD == pytest.approx(1.404e-2, rel=1e-3)
    assert phases["manufacturing"] == pytest.approx(2.803e-3, rel=1e-3)


@pytest.mark.parametrize(("active", "kilowatt_hours"), [(44, 5.789e-4), (132, 9.637e-4)])
def test_a_published_rate_of_tokens_takes_the_place_of_the_fitted_latency(active, kilowatt_hours):
    """GPT-4o by EcoLogits: 440 billion parameters on 16 H100, 400 tokens at 74/s after 0.61 s."""
    life = ecologits(
        440,
        tokens=400,
        active_parameters=active * 1e9,
        latency_per_parameter=0,
        latency_per_request=0,
        latency_constant=lca.fixed(1 / 74 + 0.61 / 400, "s/token"),
    )
    phases = by_phase(life)
    used = phases["operation"] + phases["overhead"]
    assert used / WORLD == pytest.approx(kilowatt_hours, rel=1e-3)
    assert phases["manufacturing"] == pytest.approx(1.5665e-5, rel=1e-3)


# -- rounding ----------------------------------------------------------------------------------


def held(total, **about):
    stage = fitted(1, total_parameters=total, **about)
    life = lca.Lifecycle(stage, functional_unit="a token")
    return float(lca.stage.bound(stage, plain(life, stage)).accelerators())


FITS = 80e9 / 1.2 / 2  # parameters that fill one accelerator of 80 GB exactly


@pytest.mark.parametrize(
    ("filled", "power_of_two", "groups", "shared"),
    [(0.5, 1, 1, 0.5), (1, 1, 1, 1), (1.001, 2, 2, 1.001), (4, 4, 4, 4), (13.2, 16, 14, 13.2)],
)
def test_rounding_jumps_only_where_more_is_needed(filled, power_of_two, groups, shared):
    assert held(filled * FITS) == power_of_two
    assert held(filled * FITS, rounding="groups") == groups
    assert held(filled * FITS, rounding="shared") == pytest.approx(shared)


def test_an_error_of_rounding_adds_no_accelerator():
    for count in (1, 2, 3, 4, 7, 8, 16, 24):
        for slip in (1 - 1e-12, 1, 1 + 1e-12):
            assert held(count * FITS * slip, rounding="groups") == count
            if count in (1, 2, 4, 8, 16):
                assert held(count * FITS * slip) == count


def test_whole_nodes_are_groups_of_eight():
    assert held(9 * FITS, group=8, rounding="groups") == 16
    assert held(1 * FITS, group=8) == 8
    assert held(33 * FITS, group=8) == 64
    assert held(1e5, group=64, memory=1e13, rounding="groups") == 64


def test_the_jump_shows_in_the_samples_and_shared_has_none():
    """Parameters uncertain about a power of two: two values of held accelerators, no third."""
    near = lca.uniform(low=3.6 * FITS, high=4.4 * FITS)
    jumped = drawn(fitted(1, total_parameters=near, host_power=0))
    smooth = drawn(fitted(1, total_parameters=near, host_power=0, rounding="shared"))
    assert len(np.unique(jumped.round(15))) == 2
    assert jumped.max() / jumped.min() == pytest.approx(2)
    assert len(np.unique(smooth)) > 50
    assert smooth.max() / smooth.min() < 4.4 / 3.6


def test_a_larger_batch_and_a_smaller_model_take_less():
    assert energy(fitted(70, batch=128)) < energy(fitted(70)) < energy(fitted(70, batch=16))
    assert energy(fitted(8)) < energy(fitted(70)) < energy(fitted(405))


def test_the_ratios_hold_what_was_measured_in_the_range_of_the_fit():
    found = {"energy": [], "latency": []}
    for row in lca.tables.rows("inference_measured"):
        batch, total = float(row["batch_mean"]), float(row["parameters"])
        if row["accelerator"] != "H100-SXM-80GB" or row["precision"] != "bfloat16":
            continue
        if 48 < batch <= 512 and total <= 200e9:
            about = {"batch": batch, "host_power": 0, "group": float(row["accelerators"])}
            stage = fitted(
                total / 1e9,
                active_parameters=float(row["parameters_active"]),
                total_parameters=1e6,
                **about,
            )
            found["energy"].append(float(row["energy_per_token"]) / 3.6e6 / energy(stage))
            made = lca.stage.bound(
                stage, plain(lca.Lifecycle(stage, functional_unit="a token"), stage)
            )
            found["latency"].append(float(row["latency"]) / 3.6e6 / made.latency())
    assert len(found["energy"]) == 41
    for name, mean, spread in (("energy", 1.19, 1.52), ("latency", 0.45, 1.34)):
        logs = np.log(found[name])
        assert np.exp(logs.mean()) == pytest.approx(mean, abs=0.01)
        assert np.exp(logs.std()) == pytest.approx(spread, abs=0.02)
        low, high = catalogue.figure(f"inference.regression.{name}_ratio").interval(0.9)
        inside = [low < ratio < high for ratio in found[name]]
        assert np.mean(inside) > 0.8


# -- measured ----------------------------------------------------------------------------------


def test_the_parts_of_a_prompt_close_as_google_prints_them():
    """0.14 + 0.06 + 0.02 + 0.02 = 0.24 Wh: accelerators, hosts, idle machines, building."""
    power = grid()
    request = measured_request(
        "inference.google.prompt.accelerator_energy",
        electricity=power,
        cooling=Cooling(
            electricity=power, pue=catalogue.figure("operation.pue.google_fleet"), wue=0
        ),
        host_overhead=catalogue.figure("operation.host_overhead.gemini"),
        idle_energy_ratio=catalogue.figure("operation.idle_energy_ratio.gemini"),
        power=0.2,
    )
    whole = 1000 * energy(request)
    assert whole == pytest.approx(0.24, rel=0.01)
    life = lca.Lifecycle(request, functional_unit="a prompt")
    values = lca.stage.bound(request, plain(life, request))
    assert 1000 * (values.it_energy() - values.energy) == pytest.approx(0.06, rel=0.01)
    assert 1000 * values.it_energy() * values.idle_energy_ratio == pytest.approx(0.02, rel=0.01)
    assert whole - 1000 * values.it_energy() * 1.1 == pytest.approx(0.02, rel=0.15)


def test_the_whole_of_a_prompt_takes_no_cooling_again():
    power = grid()
    name = "inference.google.prompt.energy"
    assert 1000 * energy(measured_request(name, electricity=power, power=0.2)) == pytest.approx(
        0.24
    )
    with pytest.raises(lca.DataError, match=r"holds the overhead of the building .*: give no cool"):
        measured_request(name, electricity=power, power=0.2, cooling=Cooling(electricity=power))


@pytest.mark.parametrize(
    ("task", "watt_hours"),
    [("text_classification", 0.002), ("summarisation", 0.049), ("image_generation", 2.907)],
)
def test_tasks_are_those_of_luccioni(task, watt_hours):
    request = measured_request(f"inference.task.{task}", electricity=grid(), power=0.3)
    assert 1000 * energy(request) == pytest.approx(watt_hours)
    samples = drawn(request)
    assert samples.min() < watt_hours / 1000 < samples.max()


def test_a_reading_at_the_accelerator_is_raised_to_the_node():
    request = measured_request("inference.olmo2_7b.saturated", electricity=grid(), power=0.6)
    overhead = catalogue.figure("operation.host_overhead.gemini").point
    assert 1000 * energy(request) == pytest.approx(0.0075 * overhead)
    assert request.host_overhead.key == "operation.host_overhead.gemini"


def test_rows_of_the_leaderboard_give_energy_power_and_so_hours():
    """Qwen3 8B on one H100 at a batch of 64: 0.2668 J a token at 670 W, 2,510 tokens a second."""
    row = "measured.gpqa.qwen3-8b.h100.b64"
    cluster = Hours()
    tokens = measured_tokens(row, electricity=grid(intensity=0.0), cluster=cluster)
    per_token = lca.Lifecycle(tokens, functional_unit="a token").nominal("gwp")
    assert per_token * 3600 == pytest.approx(1 / 2510.2, rel=0.01)
    request = measured_request(row, electricity=grid(), metering=1, host_overhead=1)
    assert energy(request) == pytest.approx(2232 / 3.6e6)
    assert energy(measured_tokens(row, electricity=grid(), metering=1, host_overhead=1)) == (
        pytest.approx(0.2668 / 3.6e6)
    )


class Hours(lca.Stage):
    """One kg for each accelerator-hour, so that emissions in kg are hours."""

    per = "accelerator_hour"
    phase = "operation"
    burden: lca.Number = lca.parameter("kgCO2e/accelerator_hour", "one", default=1.0)

    def exchanges(self):
        yield "gwp", self.burden


def test_images_have_the_range_of_their_configurations():
    row = "measured.text-to-image.flux.1-dev.h100"
    image = measured_request(row, electricity=grid(), power=0.6)
    assert image.energy.support == pytest.approx((7.551 / 3600, 18.11 / 3600), rel=1e-3)
    assert image.energy.point == pytest.approx(9.649 / 3600)
    single = "measured.text-to-image.stable-diffusion-xl-base-1.0.a100"
    assert measured_request(single, electricity=grid(), power=0.388).energy.is_fixed


# -- computed ----------------------------------------------------------------------------------


def test_a_typical_query_is_that_of_epoch():
    """500 tokens of 100 billion parameters at a tenth of 989 TFLOP/s and 70 % of 1.5 kW: 0.3 Wh."""
    tokens = computed_tokens(
        "H100-SXM-80GB",
        active_parameters=100e9,
        mfu=0.1,
        rated_power=1.5,
        power_fraction=0.7,
        host_overhead=1,
        electricity=grid(),
    )
    query = Request(output=tokens, output_tokens=500)
    by_hand = 500 * 2 * 100e9 / (989.4e12 * 0.1) * 1.5 * 0.7 / 3600
    assert energy(query) == pytest.approx(by_hand)
    published = catalogue.figure("inference.epoch.gpt4o").point
    assert 1000 * energy(query) == pytest.approx(published, abs=0.01)  # printed with one digit


def test_what_a_request_sends_is_data_times_the_energy_of_the_way():
    """50 kB at 0.06 kWh/GB: 3 mWh."""
    way = lca.stages.Transfer(electricity=grid(), energy=0.06)
    sent = lca.stages.RequestTransfer(network=way, transferred=lca.fixed(50, "kB/request"))
    assert energy(sent) == pytest.approx(3e-6)


def test_utilisation_of_compute_is_that_of_the_measured_rows():
    peaks = {"H100-SXM-80GB": 989.4e12, "B200-SXM-180GB": 2250e12}
    for architecture in ("dense", "mixture of experts"):
        found = []
        for row in lca.tables.rows("inference_measured"):
            if row["precision"] != "bfloat16" or row["architecture"] != architecture:
                continue
            if row["accelerator"] in peaks and 16.5 < float(row["batch_mean"]) <= 256.5:
                work = 2 * float(row["parameters_active"]) * float(row["throughput"])
                found.append(work / peaks[row["accelerator"]] / float(row["accelerators"]))
        figure = catalogue.figure(f"inference.mfu.{architecture.replace(' ', '_')}")
        low, high = figure.interval(0.9)
        assert low == pytest.approx(np.quantile(found, 0.05), abs=0.006)
        assert high == pytest.approx(np.quantile(found, 0.95), abs=0.015)
        assert figure.point == pytest.approx(np.median(found), rel=0.02)


def test_experts_serve_at_a_lower_utilisation_than_dense_models():
    about = {"active_parameters": 22e9, "electricity": grid()}
    dense = energy(computed_tokens("H100-SXM-80GB", **about))
    sparse = energy(computed_tokens("H100-SXM-80GB", architecture="mixture of experts", **about))
    assert sparse == pytest.approx(dense * 0.061 / 0.0076)


# -- power, latency and batch ------------------------------------------------------------------


def test_a_node_shares_its_power_among_its_requests():
    """10 kW, half of the node, 36 ms a token, 50 at once: 3.6 J a token."""
    tokens = BatchedTokens(
        node_power=10,
        accelerators=4,
        accelerators_per_node=8,
        latency=lca.fixed(36, "ms/token"),
        batch=50,
        electricity=grid(),
    )
    assert energy(tokens) * 3.6e6 == pytest.approx(3.6)
    hours = lca.Lifecycle(
        BatchedTokens(
            node_power=10,
            accelerators=4,
            latency=lca.fixed(36, "ms/token"),
            batch=50,
            electricity=grid(intensity=0.0),
            cluster=Hours(),
        ),
        functional_unit="a token",
    )
    assert hours.nominal("gwp") * 3600 == pytest.approx(4 * 0.036 / 50)


def test_latency_and_batch_of_a_measured_row_give_its_energy_back():
    row = catalogue.record("inference_measured", "measured.gpqa.qwen3-32b.h100.b64")
    tokens = BatchedTokens(
        node_power=8 * row["power"].point / 1000,
        accelerators=row["accelerators"].point,
        accelerators_per_node=8,
        latency=row["latency"],
        batch=row["batch_mean"].point,
        electricity=grid(),
    )
    assert energy(tokens) * 3.6e6 == pytest.approx(row["energy_per_token"].point, rel=0.1)


# -- all of them -------------------------------------------------------------------------------


def uncertain(cls, power, **about):
    """Return a stage of every kind, with all its inputs uncertain."""
    fields = {
        MeasuredTokens: {
            "energy": lca.lognormal(median=1, gsd=1.5, unit="J/token"),
            "power": lca.uniform(low=0.4, high=0.7),
        },
        MeasuredRequest: {
            "energy": lca.lognormal(median=0.3, gsd=2, unit="Wh/request"),
            "power": lca.uniform(low=0.4, high=0.7),
        },
        ComputedTokens: {
            "active_parameters": lca.loguniform(low=1e9, high=1e11),
            "peak_compute": lca.fixed(989, "TFLOP/s/accelerator"),
            "rated_power": 0.7,
        },
        BatchedTokens: {
            "node_power": lca.uniform(low=5, high=10),
            "accelerators": 8,
            "latency": lca.lognormal(median=30, gsd=1.5, unit="ms/token"),
            "batch": lca.uniform(low=8, high=256),
        },
        FittedTokens: {
            "active_parameters": lca.loguniform(low=1e9, high=1e11),
            "total_parameters": lca.loguniform(low=1e9, high=1e12),
            "batch": lca.uniform(low=48, high=256),
        },
    }
    return cls(electricity=power, **fields[cls], **about)


KINDS = [MeasuredTokens, MeasuredRequest, ComputedTokens, BatchedTokens, FittedTokens]


@pytest.mark.parametrize("cls", KINDS)
def test_energy_balances_in_every_sample(cls):
    """IT energy once, PUE - 1 of it in the building, idle energy in proportion to both."""
    power = grid()
    plain_run = drawn(uncertain(cls, power))
    cooled = uncertain(cls, power, cooling=Cooling(electricity=power, pue=1.25, wue=0))
    ready = uncertain(cls, power, idle_energy_ratio=0.1)
    assert plain_run.shape == (64,)
    assert (plain_run > 0).all()
    assert plain_run.max() / plain_run.min() > 1.5
    np.testing.assert_allclose(drawn(cooled), 1.25 * plain_run, rtol=1e-12)
    np.testing.assert_allclose(drawn(ready), 1.1 * plain_run, rtol=1e-12)


@pytest.mark.parametrize("cls", KINDS)
def test_mean_power_lies_between_that_of_an_accelerator_and_of_a_node(cls):
    """Energy over hours, in every sample."""
    worked = drawn(uncertain(cls, grid()))
    hours = drawn(uncertain(cls, grid(intensity=0.0), cluster=Hours()))
    assert (hours > 0).all()
    assert np.all((worked / hours > 0.05) & (worked / hours < 4))


def test_embodied_impacts_follow_the_hours():
    card = Accelerator(footprint=164)
    about = {"accelerator": card, "lifetime": 4, "utilisation": 0.5, "rated_power": 0.7}
    power = grid(intensity=0.0)
    cluster = Cluster(electricity=power, **about)
    made = drawn(uncertain(MeasuredRequest, power, cluster=cluster))
    hours = drawn(uncertain(MeasuredRequest, power, cluster=Hours()))
    np.testing.assert_allclose(made, hours * 164 / 0.5 / (4 * 8760), rtol=1e-12)


def test_ways_of_estimating_stand_side_by_side():
    power = grid()
    ways = {
        "measured": measured_tokens("measured.gpqa.qwen3-8b.h100.b64", electricity=power),
        "computed": computed_tokens("H100-SXM-80GB", active_parameters=8e9, electricity=power),
        "fitted": FittedTokens(active_parameters=8e9, total_parameters=8e9, electricity=power),
    }
    chosen = lca.choice("energy of a token", ways, weights=dict.fromkeys(ways, 1))
    request = Request(output=chosen, output_tokens=500)
    samples = lca.simulate(
        lca.Lifecycle(request, functional_unit="one request"), 512, 1, progress=False
    )
    total = samples.total("gwp").to_numpy()[0]
    assert (total > 0).all()
    assert total.std() > 0
    single = [energy(Request(output=way, output_tokens=500)) for way in ways.values()]
    assert total.min() < min(single) < max(single) < total.max()


def test_a_request_adds_its_prompt_and_its_transfer():
    power = grid()
    output = computed_tokens(
        "H100-SXM-80GB", active_parameters=8e9, electricity=power, name="generation"
    )
    prompt = computed_tokens(
        "H100-SXM-80GB", active_parameters=8e9, mfu=0.4, electricity=power, name="prefill"
    )
    network = lca.stages.Transfer(electricity=power, energy=0.006)
    request = Request(
        output=output,
        prompt=prompt,
        network=network,
        output_tokens=300,
        prompt_tokens=2000,
        transferred=1e-5,
    )
    parts = 300 * energy(output) + 2000 * energy(prompt) + 1e-5 * 0.006
    assert energy(request) == pytest.approx(parts)


# -- training ----------------------------------------------------------------------------------


def run():
    return lca.stages.MeteredTraining(
        name="training", electricity=grid(), energy=257_000, accelerator_hours=0
    )


def test_a_request_carries_its_share_of_the_training():
    share = AmortisedTraining(training=run(), requests=1e9)
    assert energy(share) == pytest.approx(257_000 / 1e9)
    assert energy(share, amount=1e9) == pytest.approx(257_000)
    spread = AmortisedTraining(training=run(), requests=lca.loguniform(low=1e8, high=1e10))
    samples = drawn(spread)
    assert samples.min() < 257_000 / 1e9 < samples.max()
    assert samples.max() < 1.2 * 257_000 / 1e8


def test_training_and_serving_are_two_activities():
    power = grid()
    served = measured_request("inference.olmo2_7b.saturated", electricity=power, power=0.6)
    training = lca.stages.MeteredTraining(
        name="training", electricity=power, energy=257_000, accelerator_hours=0
    )
    life = lca.Lifecycle(
        {"training": AmortisedTraining(training=training, requests=1e9), "serving": served},
        functional_unit="one request",
    )
    whole = life.nominal("gwp")
    alone = lca.Lifecycle(served, functional_unit="one request").nominal("gwp")
    assert whole == pytest.approx(alone + 257_000 / 1e9, rel=0.01)


def test_olmo_breaks_even_where_morrison_says():
    """52 t of training, 118.9 g for 2,400 requests: 1.05e9 requests."""
    table = break_even({"OLMo 2 7B": 52e3}, {"OLMo 2 7B": 0.1189 / 2400})
    assert table.loc[("OLMo 2 7B", "its training"), 0.5] == pytest.approx(1.05e9, rel=0.01)


def test_break_even_of_every_sample_is_where_totals_are_equal():
    rng = np.random.default_rng(7)
    small, large = rng.lognormal(5, 0.2, 256), rng.lognormal(7, 0.2, 256)
    dear, cheap = rng.lognormal(-7, 0.5, 256), rng.lognormal(-8, 0.5, 256)
    table = break_even({"small": small, "large": large}, {"small": dear, "large": cheap})
    wins = dear > cheap
    number = np.where(wins, (large - small) / np.where(wins, dear - cheap, 1), np.inf)
    np.testing.assert_allclose(
        (small + number * dear)[wins], (large + number * cheap)[wins], rtol=1e-9
    )
    row = table.loc["large", "small"]
    assert row["never"] == pytest.approx(1 - wins.mean())
    assert row[0.5] == pytest.approx(np.quantile(number, 0.5, method="inverted_cdf"))
    assert row[0.95] == np.inf  # in more than 5 % of the samples the larger model never wins
    assert 0.05 < row["never"] < 0.95
    again = table.loc["small", "large"]
    assert again["never"] == pytest.approx(wins.mean())
    assert again[0.05] == 0.0  # less training and cheaper requests: from the first request on


def test_what_is_never_reached_is_said():
    table = break_even({"one": 5, "other": 5}, {"one": 0, "other": 1})
    assert table.loc[("one", "its training"), "never"] == 1
    assert table.loc[("one", "other"), 0.5] == 0
    assert table.loc[("other", "one"), "never"] == 1


def test_a_sweep_falls_from_the_training_to_the_request():
    rng = np.random.default_rng(1)
    trained, served = rng.lognormal(10, 0.1, 512), rng.lognormal(-6, 0.3, 512)
    numbers = np.geomspace(1e3, 1e12, 10)
    table = amortised(trained, served, numbers)
    assert (np.diff(table["mean"]) < 0).all()
    assert (np.diff(table["share of training"]) < 0).all()
    np.testing.assert_allclose(table["mean"], trained.mean() / numbers + served.mean())
    assert table["share of training"].iloc[0] > 0.999
    assert table["mean"].iloc[-1] == pytest.approx(served.mean(), rel=1e-3)
    assert (table[0.05] < table[0.5]).all()
    assert (table[0.5] < table[0.95]).all()


# -- errors ------------------------------------------------------------------------------------


def test_names_that_do_not_exist_are_refused_with_near_ones():
    with pytest.raises(lca.DataError, match="did you mean 'inference.task.summarisation'"):
        measured_request("inference.task.summarization", electricity=grid(), power=0.3)
    with pytest.raises(lca.DataError, match=r"did you mean 'measured.gpqa.qwen3-8b.h100.b\d+'"):
        measured_tokens("measured.gpqa.qwen3-8b.h100.b65", electricity=grid())
    with pytest.raises(lca.DataError, match="is a part of a request: idle machines"):
        measured_request("inference.google.prompt.idle_energy", electricity=grid(), power=0.3)
    with pytest.raises(lca.DataError, match="is no energy of a request"):
        measured_request("inference.google.prompt.water", electricity=grid(), power=0.3)
    with pytest.raises(lca.DataError, match="no architecture 'sparse'; there are dense, mixture"):
        computed_tokens("H100-SXM-80GB", architecture="sparse", electricity=grid())
    with pytest.raises(lca.DataError, match="accelerator 'H100' is one of"):
        computed_tokens("H100", active_parameters=8e9, electricity=grid())


def test_a_number_in_the_wrong_unit_is_refused():
    with pytest.raises(ValueError, match="active_parameters = 70 lies below"):  # billions
        fitted(1, active_parameters=70)
    with pytest.raises(ValueError, match="latency = 0.03 hour/token lies above"):  # seconds
        BatchedTokens(node_power=10, accelerators=8, latency=0.03, batch=8, electricity=grid())
    with pytest.raises(
        ValueError, match="peak_compute = 989 FLOP/hour/accelerator lies below"
    ):  # TFLOP/s
        computed_tokens(
            "H100-SXM-80GB", active_parameters=8e9, peak_compute=989, electricity=grid()
        )
    with pytest.raises(lca.UnitError, match="energy"):
        MeasuredTokens(energy=lca.fixed(1, "J/request"), power=0.5, electricity=grid())


def test_samples_that_are_not_paired_or_not_emissions_are_refused():
    with pytest.raises(ValueError, match=r"one number a sample; got .*\(3,\).*\(2,\)"):
        break_even({"one": [1, 2, 3]}, {"one": [1, 2]})
    with pytest.raises(ValueError, match="training is of one, per_request of other; give"):
        break_even({"one": 1}, {"other": 1})
    with pytest.raises(ValueError, match="per_request holds a value that is negative"):
        amortised(1.0, [-1.0], [10])
    with pytest.raises(ValueError, match="requests = 0; give numbers above 0"):
        amortised(1.0, 1.0, [0])


def test_tokens_take_of_a_data_sheet_only_what_they_need():
    grid = lca.stages.electricity("FR")
    card = lca.stages.computed_tokens("T4-PCIe-16GB", active_parameters=1e9, electricity=grid)
    assert card.rated_power.point == pytest.approx(0.07)  # the number per node is not known
    with pytest.raises(lca.DataError, match="'TPU-v6e': no confirmed TDP; give rated_power="):
        lca.stages.computed_tokens("TPU-v6e", active_parameters=1e9, electricity=grid)
