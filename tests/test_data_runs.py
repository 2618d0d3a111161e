"""Training runs and inference: what is reported fits together, or is named as what does not."""

import re

import pytest

from lca import catalogue, tables

RUNS = {row["id"]: row for row in tables.rows("training_runs")}
TDP = {row["id"]: float(row["tdp"]) for row in tables.rows("accelerators") if row["tdp"]}
TDP |= {"V100": 300, "A100": 400}  # form not stated: that of the SXM module


def number(row, column):
    return float(row[column]) if row[column] else None


def having(*columns):
    return [row for row in RUNS.values() if all(row[column] for column in columns)]


# -- training runs: energy --------------------------------------------------------------------


def test_there_are_enough_runs_and_few_are_metered():
    assert len(RUNS) >= 60
    metered = [row for row in RUNS.values() if row["energy_is"] == "metered"]
    assert all(row["energy"] and row["power_is"].startswith("metered") for row in metered)
    readme = (tables.root() / "README.md").read_text(encoding="utf-8")
    (stated,) = re.findall(r"(\d+) of the \d+ runs have a metered energy", readme)
    assert int(stated) == len(metered)


def test_only_named_kinds_of_energy_power_and_hours():
    for row in RUNS.values():
        assert row["energy_is"] in ("metered", "estimated", "not reported"), row["id"]
        assert (row["energy_is"] == "not reported") == (row["energy"] == ""), row["id"]
        assert bool(row["energy"]) == bool(row["energy_boundary"]), row["id"]
        assert bool(row["accelerator_hours"]) == bool(row["hours_are"]), row["id"]
        assert bool(row["power"]) <= bool(row["power_is"]), row["id"]


def test_an_energy_is_hours_times_power_times_pue_where_all_are_published():
    rows = having("energy", "energy_computed")
    assert len(rows) >= 20
    for row in rows:  # no outlier: also what is metered was multiplied from a mean power
        ratio = number(row, "energy") / number(row, "energy_computed")
        assert ratio == pytest.approx(1, abs=0.01), row["id"]


# Metered energy over hours x TDP (x PUE where inside). The system with its host, over the TDP
# of the chip alone, would be above one if the chip drew its TDP: TPU v2 and v3 draw far less.
METERED_OVER_TDP = (0.4, 0.95)
FAR_FROM_TDP = {
    "dodge-vit-tiny": "small model on one GPU: 0.30",
    "dodge-vit-small": "small model on one GPU: 0.39",
    "glam-280b-tokens": "system power over 192 W, the measured maximum of a chip: 1.70",
}


def test_a_metered_energy_is_a_known_share_of_hours_times_tdp():
    low, high = METERED_OVER_TDP
    outside, seen = set(), 0
    for row in having("energy", "accelerator_hours"):
        if row["energy_is"] == "metered" and row["accelerator"] in TDP:
            pue = number(row, "pue") if row["energy_boundary"] == "facility" else 1
            most = number(row, "accelerator_hours") * TDP[row["accelerator"]] * pue / 1e3
            seen += 1
            if not low <= number(row, "energy") / most <= high:
                outside.add(row["id"])
    assert seen >= 15
    assert outside == set(FAR_FROM_TDP)


ABOVE_TDP = {"gpt-3": "330 W measured on a V100 of 300 W", "glam-280b-tokens": "no TDP published"}
ABOVE_TDP |= {"glam-600b-tokens": "as above", "palm-540b": "as above"}


def test_no_power_is_above_the_tdp_but_the_named():
    above = {
        row["id"]
        for row in having("power")
        if row["accelerator"] in TDP and number(row, "power") > TDP[row["accelerator"]]
    }
    assert above == set(ABOVE_TDP)


# -- training runs: emissions -----------------------------------------------------------------


def test_emissions_are_energy_times_intensity_where_all_three_are_published():
    seen = 0
    for row in having("energy", "intensity", "location_based"):
        before = row["energy_boundary"] != "facility" and row["pue"]
        energy = number(row, "energy") * (number(row, "pue") if before else 1)
        ratio = number(row, "location_based") / energy / number(row, "intensity")
        rounding = 0.5 * 10.0 ** -len(row["location_based"].partition(".")[2])
        slack = 0.01 + rounding / number(row, "location_based")
        assert ratio == pytest.approx(1, abs=slack), row["id"]  # no outlier
        seen += 1
    assert seen >= 15


def test_emissions_of_one_maker_imply_one_factor_per_power_and_hour():
    for prefix, low, high in (("llama-2-", 0.42, 0.43), ("llama-3", 0.40, 0.43)):
        for name, row in RUNS.items():
            if name.startswith(prefix) and row["location_based"] and name != "llama-2-34b":
                use = number(row, "accelerator_hours") * number(row, "power") / 1e3
                assert low <= number(row, "location_based") / use <= high, name


def test_the_inconsistent_emissions_of_llama_3_3_are_left_out():
    assert RUNS["llama-3.3-70b"]["location_based"] == RUNS["llama-3.3-70b"]["energy"] == ""


# -- training runs: computation ---------------------------------------------------------------

NOT_6ND = {"bloomberggpt-50b": "reported FLOP counts recomputation: 1.37"}


def test_reported_computation_is_six_n_d_of_the_active_parameters():
    outside = {
        row["id"]
        for row in having("compute", "compute_6nd")
        if not 0.93 <= number(row, "compute") / number(row, "compute_6nd") <= 1.07
    }
    assert outside == set(NOT_6ND)


IMPLAUSIBLE = {"phi-2": "0.63: days or tokens rounded or partial"}


def test_utilisation_over_the_run_lies_between_zero_and_the_steady_one():
    for row in having("mfu_whole_run"):
        whole = number(row, "mfu_whole_run")
        assert (whole > 0.6) == (row["id"] in IMPLAUSIBLE), row["id"]
        assert whole > 0.04, row["id"]
        if row["mfu_steady"]:
            assert whole <= number(row, "mfu_steady") < 0.6, row["id"]


def test_utilisation_over_the_run_follows_from_hours_peak_parameters_and_tokens():
    for row in having("mfu_whole_run"):
        work = 6 * number(row, "parameters_active") * number(row, "tokens") * 1e9
        rate = number(row, "accelerator_hours") * 3.6e6 * number(row, "peak") * 1e12
        assert number(row, "mfu_whole_run") == pytest.approx(work / rate, rel=0.01), row["id"]


STATISTICS = ("reported", "number x days", "number x hours", "hours per token x tokens")


def test_the_parameters_of_utilisation_are_those_of_the_runs():
    used = sorted(
        number(row, "mfu_whole_run")
        for row in having("mfu_whole_run")
        if row["scope"] == "pre-training"
        and row["hours_are"] in STATISTICS
        and row["id"] not in ("phi-2", "deepseek-67b-1t")
        and row["confidence"] != "low"
        and row["source"] != "epoch_models"
        and (number(row, "parameters") or 99e9) >= 6.5e9
    )
    figure = catalogue.figure("operation.mfu.whole_run")
    assert figure.point == pytest.approx(used[len(used) // 2], abs=0.01)
    below, above = figure.interval(0.9)
    assert below == pytest.approx(used[int(0.05 * len(used))], abs=0.03)
    assert above == pytest.approx(used[int(0.95 * len(used))], abs=0.03)
    assert f"n = {len(used)}," in figure.note


# -- models -----------------------------------------------------------------------------------


def test_models_are_enough_and_their_derived_columns_follow():
    rows = tables.rows("models")
    assert len(rows) >= 400
    for row in rows:
        if row["hours_are"] == "number x hours":
            hours = number(row, "accelerators") * number(row, "training_time") / 1e3
            assert number(row, "accelerator_hours") == pytest.approx(hours, rel=0.01), row["id"]
        if row["utilisation_whole_run"]:
            rate = number(row, "accelerator_hours") * 3.6e6 * number(row, "peak") * 1e12
            share = number(row, "compute") * 1e21 / rate
            assert number(row, "utilisation_whole_run") == pytest.approx(share, rel=0.02), row["id"]
            assert 0 < share <= 0.65, row["id"]
        if row["compute_over_6nd"] and not 0.5 < number(row, "compute_over_6nd") < 2:
            assert "6 N D" in row["flags"], row["id"]


# -- inference --------------------------------------------------------------------------------


def test_energy_per_token_times_throughput_is_the_power():
    rows = tables.rows("inference_measured")
    assert len(rows) >= 100
    for row in rows:
        power = number(row, "energy_per_token") * number(row, "throughput")
        assert power == pytest.approx(
            number(row, "power") * number(row, "accelerators"), rel=0.15
        ), row["id"]
        request = number(row, "energy_per_token") * number(row, "output_tokens")
        assert number(row, "energy_per_request") == pytest.approx(request, rel=0.15), row["id"]


def test_measured_power_is_below_the_tdp():
    for row in tables.rows("inference_measured"):
        assert number(row, "power") < TDP[row["accelerator"]], row["id"]


def test_energy_per_token_never_rises_by_much_with_the_batch():
    groups = {}
    for row in tables.rows("inference_measured"):
        key = row["label"], row["task"], row["accelerator"]
        point = number(row, "batch_limit"), number(row, "energy_per_token")
        groups.setdefault(key, []).append(point)
    for key, found in groups.items():
        energies = [energy for _, energy in sorted(found)]
        assert energies[-1] <= energies[0] * 1.05, key


def test_generation_of_images_and_videos_has_ordered_energies():
    for row in tables.rows("inference_diffusion"):
        low, median, high = (number(row, f"energy_{n}") for n in ("low", "median", "high"))
        assert 0 < low <= median <= high, row["id"]
        assert (median > 20) == (row["task"] == "text to video"), row["id"]


def test_the_parts_of_the_median_prompt_add_up():
    parts = ("accelerator_energy", "host_energy", "idle_energy", "overhead_energy")
    total = sum(catalogue.figure(f"inference.google.prompt.{part}").point for part in parts)
    whole = catalogue.figure("inference.google.prompt.energy").point
    assert total == pytest.approx(whole, abs=0.006)


def test_shares_of_power_lie_between_zero_and_one_but_for_the_named():
    above = {r["id"] for r in tables.rows("power_models") if r["share"] and float(r["share"]) > 1}
    assert above == {"power.run.gpt-3"}
