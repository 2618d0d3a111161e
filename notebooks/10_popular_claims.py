# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Which popular claims about the footprint of AI hold?
#
# Six sentences that are often said. The question of each: **what do the inputs imply, with their
# 90 % intervals, and what decides?** A claim that leaves out what one would have to know to check
# it is called unverifiable, even where some case can be found that fits.

# %%
from dataclasses import replace

import pandas as pd

import lca
from lca import published

pd.set_option("display.max_colwidth", None)
LOW, MEDIAN, HIGH = 0.05, 0.5, 0.95
verdicts = []


def judge(claim, verdict, implied, decides):
    row = {"claim": claim, "verdict": verdict, "implied": implied, "what decides": decides}
    verdicts.append(row)
    return pd.DataFrame([row]).set_index("claim")


def span(low, high, unit):
    low, high = (f"{float(f'{x:.2g}'):,.10g}" for x in (low, high))
    return f"{low} to {high} {unit}"


# %% [markdown]
# ## "284,000 kg, the yearly emissions of 60 cars"
#
# Said of training one model. The 284 t are of Strubell et al. (2019), and of a search over
# thousands of models, which they estimated from outside; Patterson et al. (2021) give what it
# took. The arithmetic, the correction, and of how many trainings the search was made:

# %%
cases = published.table(["CLAIM-60CARS", "PAT-NAS-88X", "CLAIM-NAS-VS-MODEL"])
cases[["id", "stated", "published", "ours", "holds"]]

# %% [markdown]
# With intervals: the published energy, on the electricity of the United States in 2018 over its
# lifecycle with grid losses (the 284 t are without), against the mean car there (among sixty,
# what cars differ by evens out).

# %%
us = lca.stages.electricity("US", 2018, name="grid")
a_year = lca.catalogue.figure("equivalence.car.us_year")  # of fuel alone, per car


def metered(name):
    run = lca.catalogue.published_run(name)
    hall = lca.stages.Cooling(electricity=us, pue=run["pue"], wue=0)
    return lca.stages.FacilityMeteredWork(
        electricity=us, cooling=hall, energy=run["energy"], pue=run["pue"]
    )


told = {
    "a car in a year": lca.stages.Part(footprint=replace(a_year, unit="kgCO2e")),
    "the search, as told": metered("strubell-nas"),
    "the search, as run": metered("evolved-transformer-nas"),
    "one training (Transformer big)": metered("strubell-transformer-big"),
}
told = lca.Study(
    {
        name: lca.Lifecycle(stage, functional_unit="what is told", variability="mean")
        for name, stage in told.items()
    }
)
cars = lca.simulate(told, n=4096, seed=1).compare("a car in a year", "gwp").set_index("scenario")
cars[["ratio", "ratio_low", "ratio_high"]]

# %%
judge(
    "284,000 kg, the yearly emissions of 60 cars",
    "wrong",
    span(
        *cars.loc["the search, as run", ["ratio_low", "ratio_high"]], "cars for the search as run"
    ),
    "what was run: the arithmetic is right, the search was taken 88 times too high, "
    "and it was no training of one model",
)

# %% [markdown]
# ## "A car driving thousands of miles"
#
# Said of training a model; which one is not said. Five runs with published accelerator-hours, all
# on the electricity of the United States in 2023, development left out:


# %%
def trained(name, **more):
    run = lca.catalogue.published_run(name)
    return lca.training_run(
        accelerator=run["accelerator"],
        accelerator_hours=run["accelerator_hours"],
        region="US",
        year=2023,
        development="excluded",
        **more,
    )


names = ["pythia-70m", "pythia-1b", "llama-3.2-1b", "bloom-176b", "llama-3.1-405b"]
runs = lca.simulate(lca.Study({name: trained(name) for name in names}), n=4096, seed=1)
MILE = 1.609344  # km
driven = lca.consequences.equivalences(runs, ["km by car, United States"]).set_index("scenario")
miles = driven[["low", "median", "high"]] / MILE
miles.round()

# %%
lca.figures.total(runs)
# %%
judge(
    "a car driving thousands of miles",
    "unverifiable",
    span(miles["low"].min(), miles["high"].max(), "miles"),
    "which model: five orders of magnitude; Pythia 1B fits, Llama 3.2 1B, of like size on thirty "
    "times the tokens, does not",
)

# %% [markdown]
# ## "A high-end GPU draws up to 300 W"
#
# Rated power of the largest, by year; then the mean power in training: of the accelerator alone,
# and at the meter of the building, with its share of host and cooling (of an unknown operator).

# %%
cards = ["P100-SXM-16GB", "V100-SXM-32GB", "A100-SXM-80GB", "H100-SXM", "B200-SXM", "GB300"]
rows = [lca.catalogue.record("accelerators", lca.catalogue.accelerator_id(x)) for x in cards]
rated = pd.DataFrame({"year": [int(row["year"]) for row in rows]}, index=[row.id for row in rows])
rated["rated power, W"] = [row["tdp"].to("W/accelerator").point for row in rows]
rated.astype(int)

# %%
plug = lca.stages.Electricity(name="grid", intensity=0.4, losses=0)
building = lca.stages.Cooling(electricity=plug)


def hour(card, **more):
    tdp = lca.catalogue.accelerator(card).tdp
    run = lca.stages.RatedTraining(electricity=plug, rated_power=tdp, accelerator_hours=1, **more)
    return lca.Lifecycle(run, functional_unit="one accelerator-hour")


at_work = {f"{card}, alone": hour(card, host_overhead=1) for card in cards[1:5]}
at_work |= {f"{card}, at the meter": hour(card, cooling=building) for card in cards[1:5]}
drawn = lca.simulate(lca.Study(at_work), n=4096, seed=1).amounts.sel(stage="grid") * 1000  # W
watts = drawn.quantile([LOW, MEDIAN, HIGH], "sample").to_pandas().T
watts.round()

# %% [markdown]
# Measured: the mean draw of an H100 was 649 W in training OLMo 3 32B, and 496 W over
# configurations that serve language models.

# %%
measured = {
    name: lca.catalogue.record("power_models", name)["power"].point
    for name in ("power.run.olmo-3-32b", "power.serving.h100")
}
judge(
    "a high-end GPU draws up to 300 W",
    "wrong",
    span(*watts.loc["H100-SXM, alone", [LOW, HIGH]], "W for an H100 in training"),
    "the year: it was the rating until 2018; now ratings are 700 to 1,400 W",
)

# %% [markdown]
# ## "A data centre uses as much as a small town"
#
# Neither has a size. Sites by their number of H100 at work all year, in homes of the United
# States at their mean use (a town uses more than its homes do):

# %%
HOME = lca.catalogue.figure("equivalence.home.us_electricity_use").point  # kWh a year
YEAR = 8760  # hours
sizes = {"1,000 H100": 1_000, "16,384 H100": 16_384, "100,000 H100": 100_000}
sites = {
    name: lca.training_run(
        accelerator="H100-SXM",
        accelerator_hours=number * YEAR,
        region="US",
        year=2023,
        development="excluded",
        utilisation=1,
    )
    for name, number in sizes.items()
}
used = lca.simulate(lca.Study(sites), n=4096, seed=1).amounts.sel(stage="grid") / HOME
homes = used.quantile([LOW, MEDIAN, HIGH], "sample").to_pandas().T
homes.round(-1)

# %%
judge(
    "a data centre uses as much as a small town",
    "depends",
    span(homes[LOW].min(), homes[HIGH].max(), "homes"),
    "its size: a thousand H100 are a village, a hundred thousand a city",
)

# %% [markdown]
# ## "Renewables make it free"
#
# A run in Germany by location; by a contract for wind matched over the year; and matched by the
# hour, with the share that a provider reports as carbon-free in Frankfurt, of contracts and grid
# together. The rest comes from the average mix, though the clean part of the grid is already
# counted (no residual mix is shipped): the last is a lower bound.

# %%
clean = lca.catalogue.cloud("gcp", "europe-west3").carbon_free
losses = replace(lca.catalogue.figure("operation.grid_loss_share.default"), name="grid losses")


def supplied(electricity):
    return lca.training_run(
        accelerator="H100-SXM",
        accelerator_hours=1_000_000,
        electricity=electricity,
        development="excluded",
    )


def contract(matched):
    return supplied(
        lca.stages.market_based_electricity("DE", "wind_onshore", matched, year=2023, losses=losses)
    )


supplies = {
    "by location": supplied(lca.stages.electricity("DE", 2023, name="grid", losses=losses)),
    "wind, by the year": contract(1),
    "wind, by the hour": contract(clean),
}
renewable = lca.simulate(lca.Study(supplies), n=4096, seed=1)
remains = renewable.compare("by location", "gwp").set_index("scenario")
remains[["ratio", "ratio_low", "ratio_high"]]

# %%
lca.figures.shares(renewable)
# %%
judge(
    "renewables make it free",
    "wrong",
    span(*remains.loc["wind, by the year", ["ratio_low", "ratio_high"]] * 100, "% remain at best"),
    "hardware, the making of wind turbines, and most of all the hours without wind",
)

# %% [markdown]
# ## "Small models are green"
#
# Training takes 6 N D operations and a served token 2 N. So a small model on many tokens takes as
# much training as a large one on few, and less with every request. Llama 3.1 8B on 15 trillion
# tokens against Llama 2 70B on 2 trillion, answers of 400 tokens. That the two answer equally
# well is what the claim supposes; nothing here says so.

# %%
models = {"8B": "llama-3.1-8b", "70B": "llama-2-70b"}
facts = {size: lca.catalogue.published_run(name) for size, name in models.items()}
shown = ["compute_6nd", "accelerator_hours"]
pd.DataFrame(
    {size: [f"{run[x].point:,g} {run[x].unit}" for x in shown] for size, run in facts.items()},
    index=shown,
)

# %%
phases = {}
for size, name in models.items():
    phases[f"training {size}"] = trained(name, functional_unit="training, or a request")
    phases[f"request {size}"] = lca.inference_service(
        accelerator="H100-SXM",
        active_parameters=facts[size]["parameters_active"],
        output_tokens=400,
        region="US",
        year=2023,
        weights={"computation": 1, "published fit": 1},
        functional_unit="training, or a request",
        site="serving",
    )
emitted = lca.simulate(lca.Study(phases), n=4096, seed=1).total("gwp")
training = {size: emitted.sel(scenario=f"training {size}") for size in models}
request = {size: emitted.sel(scenario=f"request {size}") for size in models}
even = lca.stages.break_even(training, request)
even.round()


# %%
def small_over_large(requests):
    whole = {size: training[size] / requests + request[size] for size in models}
    return (whole["8B"] / whole["70B"]).quantile([LOW, MEDIAN, HIGH]).to_pandas()


ratio = pd.DataFrame({number: small_over_large(number) for number in (1e6, 1e8, 1e10, 1e12)}).T
ratio.rename_axis("requests").round(2)

# %%
judge(
    "small models are green",
    "depends",
    span(*even.loc[("8B", "70B"), [LOW, HIGH]], "requests to break even"),
    "requests served, and that they do not grow: ten times as many undo the gain",
)

# %% [markdown]
# ## The answer, in words
#
# **None of the six holds as it is said.** Three are wrong. The sixty cars are of a search that
# took about one car's year; one training of the model at hand took about a fortieth. 300 W was
# the rating until 2018: an H100 draws near twice as much in training, and three to six times as
# much at the meter. Under renewables some eight per cent of a run in Germany remain where wind is
# matched over the year, and a third or more where it is matched by the hour. Two depend on what
# they leave out: the size of the data centre, and the number of requests to a small model, which
# pays off after some billions and not in the first hundred million. And the miles of a car cannot
# be checked, for no model is named.

# %%
answers = pd.DataFrame(verdicts).set_index("claim")
answers[["verdict", "implied", "what decides"]]

# %%
assert cases["holds"].all()
assert cars.loc["the search, as run", "ratio_high"] < 1.1
assert 1 / 50 < cars.loc["one training (Transformer big)", "ratio"] < 1 / 40

assert miles["median"].max() > 1e5 * miles["median"].min()
assert miles.loc["pythia-1b", "low"] > 1_000
assert miles.loc["pythia-1b", "high"] < 10_000
assert miles.loc["llama-3.2-1b", "low"] > 100_000

assert rated["rated power, W"].to_list() == [300, 300, 400, 700, 1000, 1400]
assert watts.loc["V100-SXM-32GB, alone", HIGH] < 300 < 1.5 * 300 < watts.loc["H100-SXM, alone", LOW]
assert watts.loc["H100-SXM, at the meter", LOW] > 3 * 300
assert watts.loc["H100-SXM, at the meter", HIGH] < 6.5 * 300
assert all(power > 490 for power in measured.values())

assert homes.loc["1,000 H100", HIGH] < 2_000
assert homes.loc["100,000 H100", LOW] > 50_000

assert remains.loc["wind, by the year", "ratio_low"] > 0.04
assert 0.07 < remains.loc["wind, by the year", "ratio"] < 0.085
assert remains.loc["wind, by the hour", "ratio_low"] > 0.32

assert even.loc[("8B", "70B"), LOW] > 1e8
assert 1e9 < even.loc[("8B", "70B"), MEDIAN] < 3e9
assert ratio.loc[1e8, LOW] > 1 > ratio.loc[1e10, HIGH]
assert 10 * ratio.loc[1e12, LOW] > 1

words = ["wrong", "unverifiable", "wrong", "depends", "wrong", "depends"]
assert answers["verdict"].to_list() == words
