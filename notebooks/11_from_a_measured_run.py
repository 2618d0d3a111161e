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
# # From a measured run to its lifecycle
#
# A tracker gives one number: the electricity of a run times an intensity. The question: **how much
# is left out of it, and how sure is the rest?** From an `emissions.csv` of CodeCarbon the boundary
# is widened step by step, with 90 % intervals, and the result is written for a model card.
#
# The file is real: three runs of a language model on two V100S in France, from
# [BoAmps](https://github.com/Boavizta/BoAmps) of Boavizta (CC BY 4.0,
# `tools/json_generator/bash/data/input/codecarbon_file.csv` at 99489dc, first rows). They last
# seconds; shares do not depend on that. Of what kind the work was the file does not say: for the
# card it is called fine-tuning.

# %%
from pathlib import Path

import pandas as pd

import lca
from lca.interop import codecarbon, modelcard

runs = codecarbon.read(Path("data") / "codecarbon_v100s.csv")
pd.DataFrame(
    {
        "energy, Wh": run.reading.to("Wh").point,
        "of it accelerators": run.parts["gpu"].point / run.reading.point,
        "emissions, mg CO2e": run.emissions.to("gCO2e").point * 1000,
        "accelerators": f"{run.accelerators} x {run.accelerator}",
        "duration, s": run.duration.to("s").point,
        "where": run.country,
    }
    for run in runs
)

# %% [markdown]
# What the tool leaves out of its reading, in words; and how far off its sensors are taken to be:

# %%
run = runs[-1]
print(run.leaves_out)
print(run.metering)

# %% [markdown]
# ## The boundary, step by step
#
# As tracked: the reading, exact, times the intensity that CodeCarbon used. Then the error of the
# sensors and a lifecycle intensity with grid losses; then cooling, of an operator that is not
# known; then the hardware, for its hours and for the time in which it waits.

# %%
YEAR = 2024  # of the run
used = run.emissions.point / run.reading.point  # kgCO2e/kWh


def alone(electricity, **more):
    stage = run.training(electricity, **more)
    return lca.Lifecycle(stage, functional_unit="one run")


tracked = lca.stages.Electricity(name="grid as tracked", intensity=used, losses=0)
grid = lca.stages.electricity(run.country, YEAR, name="grid")
about = {"region": run.country, "year": YEAR, "development": "excluded"}
steps = {
    "as tracked": alone(tracked, metering=1),
    "lifecycle of electricity": alone(grid),
    "with cooling": alone(grid, cooling=lca.stages.Cooling(electricity=grid)),
    "with hardware, at work": run.lifecycle(
        "V100S-PCIe-32GB", functional_unit="one run", idle_time="left to the owner", **about
    ),
    "with hardware, waiting too": run.lifecycle(
        "V100S-PCIe-32GB", functional_unit="one run", **about
    ),
}
result = lca.simulate(lca.Study(steps), n=4096, seed=1)
milligrams = result.total("gwp").quantile([0.05, 0.5, 0.95], "sample").to_pandas().T * 1e6
milligrams.round(1)

# %%
wider = result.compare("as tracked", "gwp").set_index("scenario")
wider[["ratio", "ratio_low", "ratio_high"]].round(2)

# %% [markdown]
# ## What the whole consists of
#
# In France electricity is low in carbon, so hardware weighs; the same run elsewhere is one line
# away.

# %%
whole = "with hardware, waiting too"
shares = result.shares("phase").query("scenario == @whole and category == 'gwp'")
shares.set_index("key")[["share", "low", "high"]].round(3)

# %%
elsewhere = run.lifecycle(
    "V100S-PCIe-32GB", functional_unit="one run", **(about | {"region": "PL"})
)
places = lca.simulate(lca.Study({"FR": steps[whole], "PL": elsewhere}), n=4096, seed=1)
by_group = places.shares("group").query("category == 'gwp'").set_index(["scenario", "key"])
by_group[["share", "low", "high"]].round(3)

# %% [markdown]
# ## Written down
#
# A model card takes grams and one number. What it cannot hold is said beside it.

# %%
card = modelcard.block(
    result,
    scenario=whole,
    training_type="fine-tuning",
    geographical_location="France",
    hardware_used="2 x V100S",
)
print(card.text)
for said in card.cannot_hold:
    print("-", said)

# %% [markdown]
# ## The answer, in words
#
# The sensors are taken to be off by some per cent; the emissions are off by far more, and not only
# by what they leave out. **Two errors go against each other:** the intensity it used is above that
# of the year in France, with grid losses; and cooling and hardware are missing, which more than
# double what remains. The interval of the whole spans a factor of about two, not the per cents of
# a sensor: the operator, the use of the machines and their making decide, not the meter. On dirtier
# electricity hardware is a small part.

# %%
ratio = wider["ratio"]
assert ratio.is_monotonic_increasing
assert wider.loc["lifecycle of electricity", "ratio_high"] < 1
assert wider.loc[whole, "ratio_low"] > 1
assert ratio[whole] > 2 * ratio["lifecycle of electricity"]
meter = run.energy.interval()
assert meter[1] / meter[0] < 1.11
assert 1.7 < milligrams.loc[whole, 0.95] / milligrams.loc[whole, 0.05] < 2.5
assert by_group.loc[("FR", "embodied"), "share"] > 2 * by_group.loc[("PL", "embodied"), "share"]
grams = modelcard.read(card.text).point
assert abs(grams * 1000 / milligrams.loc[whole, 0.5] - 1) < 0.01
