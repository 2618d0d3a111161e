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
# # Embodied or operational: which dominates, and when?
#
# That hardware will soon count for more than its electricity is often said, and so is the
# contrary. The question: **at which intensity of the grid are the two alike, and what moves it?**

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import lca

LEVELS = [0.05, 0.5, 0.95]
ENDS = ["low", "median", "high"]


def train(**given):
    return lca.training_run(
        accelerator="H100-SXM", accelerator_hours=1_000_000, development="excluded", **given
    )


# %% [markdown]
# ## Training on three supplies, and on one of 1 kg CO2e per kWh

# %%
supplies = {
    "Poland": train(region="PL", year=2023),
    "France": train(region="FR", year=2023),
    "wind alone": train(electricity=lca.catalogue.figure("technology.wind_onshore.ghg.ar5")),
}
result = lca.simulate(lca.Study(supplies), n=4096, seed=1)
lca.figures.shares(result)
# %% [markdown]
# Both are linear in the intensity of the grid, and what is embodied does not depend on it: the
# hardware is made elsewhere. So one run at 1 kg CO2e per kWh says, sample by sample, at which
# intensity the two are alike: the embodied part over the operational one. Is it so? A run at
# 50 g must have the same embodied and a twentieth of the operational emissions.

# %%
KILOGRAM = 1.0  # kgCO2e/kWh


def parts(life):
    """Embodied and operational emissions at 1 kg per kWh, by sample."""
    groups = lca.simulate(life, n=4096, seed=1).by("group").sel(category="gwp")
    return tuple(groups.sel(key=key).to_numpy()[0] for key in ("embodied", "operational"))


def crossing(life):
    """Intensity at which both are alike, in g CO2e per kWh."""
    embodied, operational = parts(life)
    return 1000 * np.quantile(embodied / operational, LEVELS)


embodied, operational = parts(train(electricity=KILOGRAM))
twentieth = parts(train(electricity=KILOGRAM / 20))
np.allclose(twentieth[0], embodied), np.allclose(20 * twentieth[1], operational)

# %% [markdown]
# ## The embodied share by intensity

# %%
grid = np.geomspace(0.005, 1, 60)
share = embodied / (embodied + grid[:, np.newaxis] * operational)
low, median, high = np.quantile(share, LEVELS, axis=1)
figure, ax = plt.subplots(figsize=(5, 2.8))
ax.fill_between(1000 * grid, 100 * low, 100 * high, alpha=0.3, label="90 % interval")
ax.plot(1000 * grid, 100 * median, label="median")
ax.axhline(50, color="grey", linewidth=0.8)
for name in ("FR", "PL"):
    point = 1000 * lca.catalogue.region(name, 2023).intensity.point
    ax.axvline(point, color="grey", linestyle=":")
    ax.annotate(name, (point, 94), (3, 0), textcoords="offset points")
ax.set(xscale="log", xlabel="grid, g CO2e per kWh", ylabel="embodied share, %", ylim=(0, 100))
_ = ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
# %% [markdown]
# ## Service life and utilisation
#
# The crossing, in g CO2e per kWh: an hour of use bears more hardware where life is short and
# where the cluster stands idle for most of it (idle power is counted too).

# %%
lives, uses = (3, 5, 8), (0.2, 0.5, 0.9)
crossings = {
    (life, use): crossing(train(electricity=KILOGRAM, lifetime=life, utilisation=use))
    for life in lives
    for use in uses
}
table = pd.DataFrame(crossings, index=ENDS).T
table.index.names = ["service life, years", "utilisation"]
table.round()

# %% [markdown]
# The same as a map, with utilisation at any value. A run in France lies right of the dashed line
# where its cluster is well used, and crosses it where the cluster is idle for most of the time.

# %%
grids = {
    "grid.intensity": np.geomspace(5, 800, 25),
    "cluster.utilisation": np.linspace(0.2, 0.95, 16),
}
gram = {"grid.intensity": "gCO2e/kWh"}
balance = lca.scenarios.balance(supplies["France"], grids, n=1024, seed=1, units=gram)
usual = supplies["France"].inputs.loc["cluster.utilisation", "nominal"]
places = {
    name: (1000 * lca.catalogue.region(name, 2023).intensity.point, usual) for name in ("FR", "PL")
}
lca.figures.break_even(balance, marks=places)

# %% [markdown]
# ## More hardware, and inference
#
# The building and the network of the cluster are outside the boundary of the run above. Of
# inference, by the two models that the preset puts side by side. The size of the model and the
# length of an answer drop out: both parts go with the hours for which accelerators are held.


# %%
def serve(parameters):
    service = lca.inference_service(
        accelerator="H100-SXM",
        active_parameters=parameters,
        output_tokens=400,
        electricity=KILOGRAM,
        variability="mean",
    )
    return service.options("inference model")


figure_of = lca.catalogue.figure
cases = {
    "training": train(electricity=KILOGRAM),
    "training, with network and building": train(
        electricity=KILOGRAM,
        network=figure_of("network.fabric.embodied"),
        facility=figure_of("facility.construction.default"),
    ),
    "inference, computation": serve(70e9)["computation"],
    "inference, computation, 7e9 parameters": serve(7e9)["computation"],
    "inference, published fit": serve(70e9)["published fit"],
}
by_case = pd.DataFrame({name: crossing(life) for name, life in cases.items()}, index=ENDS).T
by_case.round()

# %% [markdown]
# ## The answer, in words
#
# **Near 14 g CO2e per kWh the two are alike for a run with the defaults of the package (90 %
# interval 8 to 29 g).** Poland lies more than forty times above: there hardware is some two per
# cent. France lies above it too, with a fifth for hardware. On wind alone, at its lifecycle
# intensity, either may dominate.
#
# Service life and utilisation move the crossing in inverse proportion, but for idle power: from
# 8 g with eight years at nine tenths to some 66 g with three years at a fifth. There hardware
# dominates in France as well, though its interval reaches down to 39 g. Network and building
# add half as much again. Inference crosses at 16 or 27 g, by its model, whatever the size of the
# model that is served; it differs from training by the power that is drawn while accelerators are
# held.
#
# So operational emissions dominate on every grid but the cleanest, and hardware dominates where a
# clean grid meets short lives or idle clusters.

# %%
assert np.allclose(twentieth[0], embodied)
assert np.allclose(20 * twentieth[1], operational)
assert 12 < by_case.loc["training", "median"] < 16
assert 7 < by_case.loc["training", "low"] < 9
assert 27 < by_case.loc["training", "high"] < 30
intensity = {name: 1000 * lca.catalogue.region(name, 2023).intensity.point for name in ("FR", "PL")}
assert intensity["PL"] > 40 * by_case.loc["training", "median"]
shares = result.shares().query("category == 'gwp' and key == 'embodied'").set_index("scenario")
assert shares.loc["Poland", "high"] < 0.05
assert 0.17 < shares.loc["France", "share"] < 0.25
assert shares.loc["France", "high"] < 0.5
assert shares.loc["wind alone", "low"] < 0.5 < shares.loc["wind alone", "high"]
assert table["median"].idxmin() == (8, 0.9)
assert table["median"].idxmax() == (3, 0.2)
assert 7 < table.loc[(8, 0.9), "median"] < 9
assert table.loc[(3, 0.2), "median"] > intensity["FR"] > table.loc[(3, 0.2), "low"]
in_france = balance[balance["x"].between(50, 60)]
assert (in_france.loc[in_france["y"] > 0.7, "high"] < 1).all()
assert (in_france.loc[in_france["y"] < 0.3, "high"] > 1).all()
assert 1.4 < by_case["median"].iloc[1] / by_case["median"].iloc[0] < 1.7
assert np.allclose(by_case.iloc[2], by_case.iloc[3], rtol=1e-6)
assert by_case["high"].max() < 60
