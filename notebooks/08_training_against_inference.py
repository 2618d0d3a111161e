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
# # After how many requests has a model emitted more in use than in training?
#
# Training is done once, serving is paid by the request. The question: **where does one pass the
# other, when does a smaller model pay off, and what may be said while nobody knows how many
# requests will come?**

# %%
import matplotlib.pyplot as plt
import numpy as np

import lca

# %% [markdown]
# ## Three models, each with its training
#
# Accelerator-hours and sizes are published. All are trained and served on the electricity of the
# United States in 2023, development left out; an answer has 400 tokens. A request takes one part
# in `requests` of the training. How much energy a token takes follows from two models, believed
# alike.

# %%
NAMES = {"8B": "llama-3.1-8b", "70B": "llama-3.1-70b", "13B, older": "llama-2-13b"}
REQUESTS = 1e9
place = {"region": "US", "year": 2023}


def served(name, requests=REQUESTS):
    run = lca.catalogue.published_run(name)
    training = lca.training_run(
        accelerator=run["accelerator"],
        accelerator_hours=run["accelerator_hours"],
        development="excluded",
        **place,
    )
    return lca.inference_service(
        accelerator="H100-SXM",
        active_parameters=run["parameters_active"],
        output_tokens=400,
        weights={"computation": 1, "published fit": 1},
        training=training,
        requests=requests,
        **place,
    )


study = lca.Study({model: served(name) for model, name in NAMES.items()})
result = lca.simulate(study, n=8192, seed=1)
result.summary("activity").query("category == 'gwp'").set_index(["scenario", "key"])[
    ["unit", "low", "median", "high", "share"]
]

# %% [markdown]
# ## Where use passes training
#
# The same samples, the training whole again: `break_even` divides one by the other, sample by
# sample, so what both share is not counted twice. Quantiles of the number of requests:

# %%
parts = result.by("activity").sel(category="gwp")
training = {model: parts.sel(key="training", scenario=model) * REQUESTS for model in NAMES}
request = {model: parts.sel(key="serving", scenario=model) for model in NAMES}
even = lca.stages.break_even(training, request)
even.xs("its training", level="against")[[0.05, 0.5, 0.95]].map("{:.1e}".format)

# %% [markdown]
# The training of each model, and one request to it, both grow with its size: so the numbers of
# the 8B and the 70B lie close together. A request with its share of the training, over requests:

# %%
numbers = np.logspace(8, 13, 41)
ax = plt.subplots(figsize=(6, 3.4), layout="constrained")[1]
for model, dash in zip(NAMES, ["-", "--", "-."], strict=True):
    grams = lca.stages.amortised(training[model], request[model], numbers) * 1000
    (line,) = ax.loglog(grams.index, grams[0.5], dash, label=model)
    ax.fill_between(grams.index, grams[0.05], grams[0.95], color=line.get_color(), alpha=0.15)
    ax.axvline(even.loc[(model, "its training"), 0.5], color=line.get_color(), linestyle=":")
ax.set_xlabel("requests over the life of the model")
ax.set_ylabel("g CO2e for a request with its share")
ax.legend(title="median, 90 % interval;\ndotted: use passes training", alignment="left")
plt.show()

# %% [markdown]
# ## Small against large
#
# From how many requests on has the model on the left emitted less in all, training included?
# That their answers are worth the same is supposed. Infinite means never.

# %%
pairs = [("8B", "70B"), ("70B", "8B"), ("8B", "13B, older"), ("13B, older", "8B")]
even.loc[pairs].map("{:.1e}".format)

# %% [markdown]
# ## A number of requests that nobody knows
#
# A model may be downloaded and forgotten, or stand behind a product. Anything from ten million to
# ten trillion requests, every power of ten alike: a judgement, to be replaced by your own.

# %%
unknown = lca.loguniform(low=1e7, high=1e13, unit="request", source="judgement")
doubt = lca.Study({model: served(name, unknown) for model, name in NAMES.items()})
uncertain = lca.simulate(doubt, n=8192, seed=1)
lca.figures.total(uncertain)

# %%
parts = uncertain.by("activity").sel(category="gwp")
passed = (parts.sel(key="serving") > parts.sel(key="training")).mean("sample").to_series()
passed.rename("probability that use passes training").round(2)

# %% [markdown]
# Which input decides the footprint of a request with its share? Of its logarithm, for it spans
# more than three powers of ten:

# %%
indices = lca.sensitivity.sobol(doubt, n=1024, seed=1, of="gwp, 8B", log=True)
decides = indices[indices["output"].str.contains("8B")].set_index("input")[["S1", "ST"]]
decides.head(5).round(3)

# %% [markdown]
# And of the choice between the 8B and the older 13B:

# %%
against = uncertain.compare("13B, older", "gwp").set_index("scenario")
against[["ratio", "ratio_low", "ratio_high", "lower"]]

# %% [markdown]
# ## The answer, in words
#
# **After some tens of billions of requests.** For Llama 3.1, with answers of 400 tokens, use
# passes training after ten to a hundred billion, for the 8B as for the 70B; for Llama 2 13B, with
# an eighth of the tokens, after two to eleven billion. A large model on the same tokens never
# pays off against a small one. A small model trained for long does so late: the 8B emits less
# than the older 13B after tens to hundreds of billions of requests, well after its use has passed
# its own training.
#
# While the number of requests is unknown by six powers of ten, it decides nearly all of the
# footprint of a request, and whether use passes training is a toss-up. The order of the 8B and
# the 70B needs no such number. That of the 8B and the 13B does: in seven of ten
# cases the older model emits less. So state emissions of training and of a request apart, and the
# number of requests beside every figure that joins them.

# %%
own = even.xs("its training", level="against")
assert own.loc[["8B", "70B"], 0.05].min() > 9e9
assert own.loc[["8B", "70B"], 0.95].max() < 1.2e11
assert 1.5e9 < own.loc["13B, older", 0.05] < own.loc["13B, older", 0.95] < 1.2e10
assert even.loc[("70B", "8B"), "never"] == 1
assert even.loc[("8B", "70B"), 0.95] == 0
assert even.loc[("8B", "13B, older"), 0.05] > 2e10
assert even.loc[("8B", "13B, older"), 0.95] < 1e12
assert even.loc[("8B", "13B, older"), 0.5] > 2 * own.loc["8B", 0.5]
assert decides.loc["requests served", "S1"] > 0.95
assert passed.between(0.35, 0.6).all()
assert 0.25 < against.loc["8B", "lower"] < 0.35
assert (
    uncertain.total("gwp").sel(scenario="8B") < uncertain.total("gwp").sel(scenario="70B")
).all()
