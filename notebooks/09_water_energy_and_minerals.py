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
# # Does the site with the least carbon also take the least water?
#
# Beside carbon there are water (`wcf`), primary energy (`pe`), minerals (`adpe`) and water
# scarcity (`wsf`). The question: **do they rank sites and parts as carbon does, and what may be
# concluded where figures are missing?**

# %%
import pandas as pd

import lca

pd.set_option("display.max_colwidth", None)

# %% [markdown]
# ## The electricity of three countries
#
# A generation mix carries carbon, primary energy, and the water that power plants consume. Whether
# hydropower carries the evaporation of its reservoirs is a choice of method, so both are shown.

# %%
SITES = {
    "Frankfurt": ("frankfurt", "DE"),
    "São Paulo": ("sao_paulo", "BR"),
    "Johannesburg": ("johannesburg", "ZA"),
}


def grid(country, **more):
    return lca.stages.electricity_mix(country, 2023, name="grid", **more)


def one_kwh(country, **more):
    return lca.Lifecycle(grid(country, **more), functional_unit="one kWh")


kwh = pd.DataFrame(
    {site: one_kwh(country).nominal().sum() for site, (_, country) in SITES.items()}
).T
kwh["wcf without reservoirs"] = [
    one_kwh(country, reservoirs=False).nominal("wcf") for _, country in SITES.values()
]
kwh.round(2)

# %% [markdown]
# ## Water on site, by cooling and climate
#
# `climate_cooling` derives PUE and WUE from a year of hourly temperatures: towers evaporate
# always, wetted pads in warm hours, dry coolers never, at the price of electricity.


# %%
def hall(site, plant, electricity):
    return lca.stages.climate_cooling(site, plant=plant, electricity=electricity, name="cooling")


PLANTS = ("dry", "outside air", "adiabatic", "tower")
halls = lca.Study(
    {
        f"{site}, {plant}": lca.Lifecycle(
            hall(climate, plant, grid(country)), functional_unit="one kWh of IT"
        )
        for site, (climate, country) in SITES.items()
        for plant in PLANTS
    }
)
cooled = lca.simulate(halls, n=2048, seed=1)
middle = {
    "PUE": 1 + cooled.amounts.sel(stage="grid").median("sample").to_series(),
    "WUE, L/kWh": cooled.direct.sel(stage="cooling", category="wcf").median("sample").to_series(),
    "water in all, L/kWh": cooled.total("wcf").median("sample").to_series(),
}
plants = pd.DataFrame(middle)
plants.round(2)

# %% [markdown]
# Less electricity for cooling takes more water on site; the last column adds the water of the
# electricity for cooling. A WUE here is water that evaporates, not the make-up water that
# operators report: `blowdown="consumed"` gives that.
#
# ## One training run at three sites
#
# A million hours of H100, by dry coolers, and in Frankfurt by a tower too.


# %%
def run(climate, country, plant="dry", **more):
    electricity = grid(country, **more)
    life = lca.training_run(
        accelerator="H100-SXM",
        accelerator_hours=1_000_000,
        electricity=electricity,
        development="excluded",
    )
    return life.replace({"cooling": hall(climate, plant, electricity)})


def compared(**more):
    runs = {site: run(*where, **more) for site, where in SITES.items()}
    runs["Frankfurt, tower"] = run(*SITES["Frankfurt"], "tower", **more)
    result = lca.simulate(lca.Study(runs), n=8192, seed=1)
    table = result.compare("Frankfurt").set_index(["category", "scenario"])
    return result, table[["ratio", "ratio_low", "ratio_high", "lower"]]


result, with_reservoirs = compared()
with_reservoirs.round(3)

# %%
lca.figures.total(result, "gwp")
# %%
lca.figures.total(result, "wcf")
# %% [markdown]
# São Paulo has the least carbon and primary energy, and the most water. Without the evaporation
# of reservoirs:

# %%
_, without_reservoirs = compared(reservoirs=False)
without_reservoirs.loc["wcf"].round(3)

# %% [markdown]
# ## What the totals are without
#
# Absent is not zero: coverage says which stage reports which category. A total that is `partial`
# is a lower bound; sites may be compared by it, since all are without the same stages.

# %%
coverage = result.coverage.xs("Frankfurt", level="scenario")
coverage.map(lambda state: state.partition(":")[0])

# %% [markdown]
# Water scarcity is reported by no stage: it needs a factor of the basin, which is yours to give
# (`electricity_mix(…, scarcity=…)`). A question for it is refused, and so for minerals of a run:

# %%
refused = {}
for category in ("wsf", "adpe"):
    try:
        result.total(category)
    except lca.GraphError as error:
        refused[category] = str(error)
pd.Series(refused)

# %% [markdown]
# ## Water of the fab
#
# What the hardware leaves out can be estimated in part: the die of an H100, made in Taiwan, with
# the water that the fab consumes and that of its electricity.

# %%
die = lca.stages.LogicDieWithWater(
    name="fab",
    area=lca.catalogue.record("accelerators", "H100-SXM-80GB")["die_area"],
    electricity=lca.stages.electricity_mix("TW", 2022, name="grid of the fab"),
    **lca.stages.process_node("5nm"),
)
made = lca.simulate(lca.Lifecycle(die, functional_unit="one die"), n=8192, seed=1)
fab = made.direct.sel(category="wcf").quantile([0.05, 0.5, 0.95], "sample")
fab.squeeze().to_pandas().round()

# %%
cards = result.amounts.sel(scenario="Frankfurt", stage="accelerator")  # lives used up by the run
counted = result.total("wcf").sel(scenario="Frankfurt")
of_dies = float(made.total("wcf").median() * cards.median() / counted.median())
f"dies used up: {of_dies:.1%} of the water counted for the run in Frankfurt"

# %% [markdown]
# ## Minerals of a graphics card
#
# The model of ADEME from seven cards taken apart, here of an A100: masses in kg, areas in cm². Is
# what decides for carbon also what decides for minerals?

# %%
card = lca.stages.graphics_card(
    casing_mass=0.09,
    heatsink_mass=1.25,
    mass=1.56,
    board_area=105,
    logic_area=17.98,
    memory_area=6.5,
    name="A100",
)
parts = lca.simulate(lca.Lifecycle(card, functional_unit="one A100"), n=8192, seed=1)
by_part = parts.summary("stage").query("key != 'total' and key != 'A100'")
by_share = by_part.pivot(index="key", columns="category", values="share")
by_share.sort_values("gwp").round(3)

# %% [markdown]
# ## The answer, in words
#
# **No: the site with the least carbon may take the most water, and a choice of method decides.**
# Of the same run São Paulo emits a third of what Frankfurt does, less in nearly every sample, and
# takes some seven times the water, for reservoirs of hydropower evaporate. Without that evaporation
# it takes less water than Frankfurt, in nineteen of twenty samples. Primary energy ranks sites as
# carbon does, but less far apart. Frankfurt and Johannesburg differ twofold in carbon, and in
# water cannot be told apart. In Frankfurt a tower saves four per cent of the carbon of dry
# coolers, and costs 1.3 to 2.4 times the water.
#
# Litres are no scarcity: nothing is said of how dry a basin is, since no stage reports `wsf`.
# Water and primary energy of a run are lower bounds, without hardware; the dies that a run uses
# up would add some half a per cent of water, the rest of the hardware is not known. Minerals
# of a run are not known at all, of a card they are: there the heat sink and the board decide,
# with next to no carbon, and the silicon, with nearly all of the carbon, next to no minerals.
# So compare sites by `wcf` and `pe` where both are without the same stages, compare parts by
# `adpe`, and read no total of it.

# %%
both = with_reservoirs["lower"]
assert both.loc["gwp", "São Paulo"] > 0.999
assert both.loc["wcf", "São Paulo"] < 0.02
assert 5 < with_reservoirs.loc[("wcf", "São Paulo"), "ratio"] < 9
assert 0.3 < with_reservoirs.loc[("gwp", "São Paulo"), "ratio"] < 0.36
assert without_reservoirs.loc[("wcf", "São Paulo"), "lower"] > 0.93
for site, order in {"São Paulo": 1, "Johannesburg": 0}.items():
    assert abs(both.loc[["gwp", "pe"], site] - order).max() < 0.001
    ratio = with_reservoirs["ratio"].xs(site, level="scenario")
    assert abs(ratio["pe"] - 1) < abs(ratio["gwp"] - 1)
assert 1.9 < with_reservoirs.loc[("gwp", "Johannesburg"), "ratio"] < 2.2
assert 0.3 < both.loc["wcf", "Johannesburg"] < 0.6
tower = with_reservoirs.xs("Frankfurt, tower", level="scenario")
assert 0.95 < tower.loc["gwp", "ratio"] < 0.98
assert 1.25 < tower.loc["wcf", "ratio_low"] < tower.loc["wcf", "ratio_high"] < 2.5
assert set(refused) == {"wsf", "adpe"}
assert (coverage.loc[["accelerator", "server", "transport", "disposal"], "wcf"] == "missing").all()
assert of_dies < 0.01
assert by_share.loc[["A100 heatsink", "A100 board"], "adpe"].sum() > 0.95
assert by_share.loc[["A100 heatsink", "A100 board"], "gwp"].sum() < 0.06
assert by_share.loc[["A100 logic", "A100 memory"], "gwp"].sum() > 0.9
assert by_share.loc[["A100 logic", "A100 memory"], "adpe"].sum() < 0.02
