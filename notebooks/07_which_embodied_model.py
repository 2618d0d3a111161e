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
# # Which embodied model of an accelerator should one take, and when does it matter?
#
# To make one H100 emits 150 or 265 kg CO2e, by whom one asks. The question: **may a study take
# any of these models, or does that choice decide the answer?**

# %%
import pandas as pd

import lca

# %% [markdown]
# ## One card by six models
#
# Four published footprints, and two models from the wafer up, all brought to one boundary (cradle
# to gate, one accelerator). A choice is a stage like any other; `options` makes a scenario of
# each of its models.

# %%
card = lca.accelerator_embodied("H100-SXM")
one = lca.Lifecycle(card, functional_unit="one H100")
models = lca.simulate(lca.Study(one.options("embodied model")), n=8192, seed=1)
totals = models.summary().query("key == 'total'").set_index("scenario")
totals[["unit", "nominal", "median", "low", "high"]].round()

# %%
lca.figures.embodied_models(models)
# %% [markdown]
# The vendor's footprint, the figure for any card and the model with a flat yield lie close
# together; so do ADEME, and Morand and others. The model with a yield from defects lies highest:
# of a large die on a fine node it loses many, though half of the faulty ones are sold with parts
# disabled (its input `salvaged`), and bonding loses more. All intervals overlap. Both models from
# the wafer put about half of it into memory; the published ones are one number each. Bars are
# means, which lie above the medians.

# %% [markdown]
# ## The model as an uncertain input
#
# In a node, and in a run of a million accelerator-hours on three supplies. How much each model is
# to be believed is a convention, no frequency. So `choices` gives the share of variance for equal
# weights, and the range over all weights: from 0 (one model held for sure) to `share_largest`.

# %%
node = lca.stages.EquippedNode(server=lca.stages.Server(), accelerator=card)


def run(footprint, **supply):
    return lca.training_run(
        accelerator="H100-SXM",
        accelerator_hours=1_000_000,
        development="excluded",
        accelerator_footprint=footprint,
        **supply,
    )


wind = lca.catalogue.figure("technology.wind_onshore.ghg.ar5")
cases = {
    "one H100": one,
    "a node of eight": lca.Lifecycle(node, functional_unit="one node"),
    "a run on wind alone": run(card, electricity=wind),
    "a run in France": run(card, region="FR", year=2023),
    "a run in Poland": run(card, region="PL", year=2023),
}
found = {case: lca.sensitivity.choices(life, seed=1, of="gwp") for case, life in cases.items()}
table = pd.concat(found, names=["case", None]).query("output == 'gwp, baseline'")
decided = table.groupby("case", sort=False).agg(
    highest_over_lowest=("ratio", "max"),
    share_equal=("share_equal", "first"),
    share_largest=("share_largest", "first"),
)
decided.round(4)

# %% [markdown]
# ## What it would be worth to know
#
# The share for equal weights is by how much the variance would fall, on average, if the right
# model were known. To a choice between two sites the knowledge is worth what it would change
# in that choice; `evppi` says so in kg CO2e. Beside it stand the inputs that count for more.

# %%
believed = lca.accelerator_embodied("H100-SXM", weights=dict.fromkeys(card.alternatives, 1))
sites = lca.Study(
    {
        "France": run(believed, region="FR", year=2023),
        "Poland": run(believed, region="PL", year=2023),
    }
)
result = lca.simulate(sites, n=8192, seed=1)
lca.figures.shares(result)
# %%
worth = lca.sensitivity.evppi(sites, seed=1, of="gwp, Poland minus France").set_index("input")
worth.loc[["embodied model"], ["value", "unit"]]

# %%
indices = lca.sensitivity.sobol(sites, n=8192, seed=1, of=["gwp, France", "gwp, Poland"])
indices = indices[indices["output"].isin(["gwp, France", "gwp, Poland"])]
indices.pivot(index="input", columns="output", values="S1").nlargest(12, "gwp, France").round(3)

# %% [markdown]
# ## The answer, in words
#
# **Of a card, the choice of model is a third of the answer or more; of a run it is next to
# nothing.** Between the highest and the lowest model lies a factor of 1.7, and with equal weights
# the choice explains a third of the variance of one card, near six tenths at most. In a node it
# is some four per cent: the rest of the node is less well known than its cards. In a run in France
# it is below one per cent, and less than a thousandth in Poland, where power of hosts, cooling and
# the grid decide. Even on wind alone it stays there, since what wind emits per kWh is less
# certain still. To the choice between France and Poland it is worth nothing.
#
# So for a run any of the six will do: take the vendor's footprint and say so. Where the card
# itself is the subject, when cards are compared or their lives prolonged, show all six.

# %%
assert 1.6 < decided.loc["one H100", "highest_over_lowest"] < 1.85
assert 0.30 < decided.loc["one H100", "share_equal"] < 0.40
assert 0.52 < decided.loc["one H100", "share_largest"] < 0.63
assert 0.02 < decided.loc["a node of eight", "share_equal"] < 0.06
for case in ("a run in France", "a run on wind alone"):
    assert decided.loc[case, "share_largest"] < 0.01
assert decided.loc["a run in Poland", "share_largest"] < 0.001
assert worth.loc["embodied model", "value"] == 0
assert totals["high"].min() > totals["low"].max()
emitted = models.direct.sel(category="gwp").mean("sample")
for model, stage in {"bottom-up": "memory stack", "bottom-up, flat yield": "memory"}.items():
    memory = emitted.sel(scenario=model, stage=f"H100-SXM-80GB {stage}")
    assert 0.4 < memory / emitted.sel(scenario=model).sum() < 0.6
