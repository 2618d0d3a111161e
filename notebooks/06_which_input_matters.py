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
# # Which input matters, and which should be measured first?
#
# A run of a million accelerator-hours may be trained in Portugal or in Denmark, whose electricity
# emitted nearly the same in 2023. Two questions stand behind such a study: what is the footprint,
# and which place is lower? **Is it the same input that decides both?**

# %%
import lca


def train(region, **given):
    return lca.training_run(
        accelerator="H100-SXM",
        accelerator_hours=1_000_000,
        development="excluded",
        region=region,
        year=2023,
        **given,
    )


study = lca.Study({"Portugal": train("PT"), "Denmark": train("DK")})
result = lca.simulate(study, n=8192, seed=1)
lca.figures.total(result, "gwp")

# %% [markdown]
# ## A first look: one input at a time
#
# Every input goes to the ends of its 90 % interval, the others stay at their points. It is cheap,
# and says nothing of how inputs act together. A *common factor* is what figures of one origin
# share: here the method by which all years of a country were computed.

# %%
swings = lca.sensitivity.one_at_a_time(study, of="gwp, Portugal")
lca.figures.tornado(swings)

# %% [markdown]
# ## The ladder: what a reviewer would ask
#
# One at a time, then Morris to leave out what moves nothing, Sobol on what is left, and three
# doubts: has the ranking settled, does it rise above the noise, and would another input lead if
# spreads had been judged too narrow?

# %%
lca.sensitivity.ladder(study, n=1024, seed=1, of=["gwp, Portugal", "gwp, Denmark"])

# %% [markdown]
# ## What decides the footprint
#
# The share of the variance that each input explains. The intensity of a grid is taken together
# with its common factor, since nobody would measure one without the other.

# %%
indices = lca.sensitivity.sobol(study, n=4096, seed=1, of="gwp", groups="common")
lca.figures.sobol(indices, "gwp, Portugal")

# %% [markdown]
# Is it lack of knowledge, or that runs and sites differ? Of variability more research tells
# nothing: one says which run and which site are meant, and reads their meters.

# %%
kinds = lca.sensitivity.kinds(study, n=4096, seed=1, of="gwp, Portugal")
kinds.set_index("kind")[["inputs", "closed", "closed_conf"]].round(2)

# %% [markdown]
# A model is an input too. Between six models of what it takes to make the card, with equal or any
# other weights (notebook 07 asks this in full):

# %%
modelled = train("PT", accelerator_footprint=lca.accelerator_embodied("H100-SXM"))
models = lca.sensitivity.choices(modelled, n=4096, seed=1, of="gwp, baseline")
models = models[models["output"] == "gwp, baseline"].set_index("option")
models[["mean", "ratio", "share_equal", "share_largest"]].round(4)

# %% [markdown]
# ## What decides between the two places
#
# The hosts, the cooling and the card are the same in both: drawn once for both, they scale the
# difference and never turn its sign. What is left is what the two do not share.

# %%
lca.figures.sobol(indices, "gwp, Denmark minus Portugal")

# %% [markdown]
# Whether Denmark is lower is a yes or a no, and depends on both grids at once: a high reading of
# the one says little unless that of the other is known. Such pairs are what indices of second
# order find.

# %%
lower = "gwp, Denmark below Portugal"
_, pairs = lca.sensitivity.sobol(
    study, n=2048, seed=1, of=lower, groups="common", second_order=True
)
lca.figures.second_order(pairs, lower, most=4)

# %% [markdown]
# ## Which to measure first
#
# What would be avoided, on average, if one input were known before the choice:

# %%
worth = lca.sensitivity.evppi(study, n=4096, seed=1, of="gwp")
lca.figures.value_of_information(worth, most=6)

# %% [markdown]
# Nobody measures perfectly. A meter at the plug may be right to 2 %, an account of a national grid
# with its imports and its supply chains hardly to better than 8 % (both are judgements):

# %%
readings = {
    "training.host_overhead": 1.02,
    "cooling.pue": 1.02,
    "electricity.PT.2023": 1.08,
    "electricity.DK.2023": 1.08,
}
sample = lca.sensitivity.evsi(study, readings, n=4096, seed=1, of="gwp").set_index("input")
sample[["unit", "value", "value_conf", "share"]].round(2)

# %% [markdown]
# ## Is it so?
#
# Suppose that hosts and cooling have been measured at their points. The footprint is then known
# better, and the choice as badly as before.

# %%
meters = {
    name: lca.lognormal(median=train("PT").inputs.loc[name, "nominal"], gsd=1.02, unit="1")
    for name in ("training.host_overhead", "cooling.pue")
}
measured = lca.Study({name: life.replace(meters) for name, life in study.scenarios.items()})
after = lca.simulate(measured, n=8192, seed=1)
variance = [one.total("gwp").sel(scenario="Portugal").var().item() for one in (result, after)]
chance = [one.compare("Portugal", "gwp")["lower"].item() for one in (result, after)]
variance[1] / variance[0], chance

# %% [markdown]
# ## The answer, in words
#
# **No. What makes the footprint uncertain is mostly shared by both places, and what is shared
# cannot decide between them.** Of the variance of the footprint the power of the hosts, the
# cooling and the load of the cards explain near six tenths, the grid a third, all models of the
# card less than a thousandth. Two thirds of it is variability: no literature will lessen it, but
# the meters of the run will. With hosts and cooling measured it falls to less than half.
#
# To the choice all that is worth nothing: the chance that Denmark is lower stays the same to the
# last sample. The two grids alone decide it. To know either is worth some 10 t CO2e, four per cent
# of the footprint; a reading that is right to 8 % brings most of that.
#
# So to report a footprint, measure power at the plug and cooling first. To choose the place, ask
# first what the electricity emits, and leave the meters for later.

# %%
decides = indices.set_index(["output", "input"])["S1"].clip(lower=0)
total, difference = decides["gwp, Portugal"], decides["gwp, Denmark minus Portugal"]
shared = ["training.host_overhead", "cooling.pue", "training.power_fraction"]
grids = ["electricity PT", "electricity DK"]
assert 0.5 < total[shared].sum() < 0.7
assert 0.3 < total["electricity PT"] < 0.4
assert (models["share_largest"] < 0.001).all()
assert 0.55 < kinds.set_index("kind").loc["variability", "closed"] < 0.7
assert 0.4 < variance[1] / variance[0] < 0.5
assert difference[grids].sum() > 0.9
assert chance[0] == chance[1]
value = worth.set_index("input")[["value", "value_conf"]]
assert value.index[0] in ("electricity.PT.2023", "electricity.DK.2023")
assert value.loc[["electricity.PT.2023", "electricity.DK.2023"], "value"].between(9e3, 12e3).all()
assert (value.loc[shared, "value"] < value.loc[shared, "value_conf"]).all()
mean = result.total("gwp").sel(scenario="Portugal").mean().item()
assert 0.03 < value["value"].max() / mean < 0.05
for place in ("electricity.PT.2023", "electricity.DK.2023"):
    assert 0.75 < sample.loc[place, "value"] / value.loc[place, "value"] < 1
