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
# # Quickstart: one training run, from a few facts to an answer with intervals
#
# The question: **does it matter more for the footprint of training BLOOM-176B where it was
# trained, or how long the computer is used?** The published account is 50.5 t CO2e.

# %%
import lca

# %% [markdown]
# ## A lifecycle from a few facts
#
# What is not given has a default with a source. Whether development work is included must be
# said: it is often larger than the final run.

# %%
life = lca.training_run(
    accelerator="A100-SXM-80GB",
    accelerator_hours=lca.fixed(1_082_990, source="luccioni2023"),
    region="FR",
    year=2022,
    development="excluded",
    pue=lca.catalogue.figure("operation.pue.jean_zay"),
    lifetime=lca.fixed(6, "year", source="luccioni2023"),
    utilisation=lca.catalogue.figure("operation.utilisation.bloom"),
)
print(life)

# %% [markdown]
# Every input has a unit, a distribution, a kind and a source.

# %%
life.inputs[["unit", "distribution", "nominal", "low", "high", "kind", "source"]]

# %% [markdown]
# ## Scenarios
#
# A scenario is the same lifecycle with changes by address. What two scenarios share is drawn
# once for both, so their difference is not blurred by what they have in common.

# %%
poland = {"grid.intensity": lca.catalogue.region("PL", 2022).intensity}
study = lca.Study(
    {
        "France, 6 years": life,
        "France, 4 years": life.replace({"cluster.lifetime": lca.fixed(4, "year")}),
        "Poland, 6 years": life.replace(poland),
    }
)
result = lca.simulate(study, n=8192, seed=1)
result.summary("group").query("category == 'gwp'")

# %% [markdown]
# ## Figures
#
# Each returns the Axes of matplotlib; `axes.figure.savefig("total.png")` keeps it.

# %%
axes = lca.figures.total(result, "gwp")
# %%
lca.figures.shares(result)
# %% [markdown]
# ## Which is lower, and how surely?

# %%
result.compare("France, 6 years", "gwp").set_index("scenario")[
    ["ratio", "ratio_low", "ratio_high", "lower", "lower_by_10_percent", "unpaired"]
]

# %% [markdown]
# ## Which input decides?
#
# Sobol indices: the share of the variance that each input explains, alone (S1) and with
# others (ST).

# %%
indices = lca.sensitivity.sobol(life, n=512, seed=1, of="gwp")
indices.query("output == 'gwp, baseline'").head(6)

# %% [markdown]
# ## A stage of your own, in ten lines
#
# The same formula answers with numbers, samples and units; a wrong unit is an error here and now.


# %%
class Forest(lca.Stage):
    """Wood burnt for heat, for one kWh of heat."""

    per = "kWh"
    phase = None
    carbon: lca.Number = lca.parameter("kg/kWh", "CO2 per kWh of heat", valid=(0, None))

    def exchanges(self):
        yield "CO2", self.carbon


forest = Forest(carbon=lca.lognormal(median=390, gsd=1.1, unit="g/kWh", source="judgement"))
lca.Lifecycle(forest, amount=1000, functional_unit="1000 kWh of heat").nominal("gwp")

# %% [markdown]
# ## The answer, in words
#
# **Where it was trained matters far more.** On the Polish grid the same run emits between five and
# eleven times as much, in every sample; a life of four years in place of six adds some ten per
# cent. The total on the French grid is likely above the published 50.5 t, which left out the
# power of hosts, cooling, transport and end of life; power below the rating takes some of it back.

# %%
ratio = result.compare("France, 6 years", "gwp").set_index("scenario")
assert ratio.loc["Poland, 6 years", "ratio_low"] > 5
assert ratio.loc["Poland, 6 years", "ratio_high"] < 11
assert ratio.loc["Poland, 6 years", "lower"] == 0
assert 1.05 < ratio.loc["France, 4 years", "ratio"] < 1.2
assert float((result.total("gwp").sel(scenario="France, 6 years") > 50_500).mean()) > 0.6
