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
# # How does a stage of one's own come into a lifecycle?
#
# Say you cool servers by cold plates in which a fluid boils. That takes less electricity than
# moving air, but some of the fluid escapes, and it is a greenhouse gas. No stage of the library
# stands for it. The question: **does a training run emit less with such plates, fluid included?**

# %%
import tempfile
from pathlib import Path

import lca

# %% [markdown]
# ## The stage, in ten lines
#
# What one unit takes and emits. `per` is that unit, `phase` where it is reported. Every number
# has a unit, a meaning and bounds; a default is a key of the catalogue, so it has a source. A
# `supplier` is the stage taken from. An `option` chooses between variants with the same inputs.


# %%
class ColdPlates(lca.Stage):
    """Cold plates in which a fluid boils, with dry coolers outside, for one kWh of IT energy."""

    per = "kWh"
    phase = "overhead"
    electricity: lca.Stage = lca.supplier("kWh", "grid that feeds the building")
    pue: lca.Number = lca.parameter("1", "facility energy over IT energy", valid=(1, None))
    charge: lca.Number = lca.parameter("kg/kW", "fluid per IT power", valid=(0, None))
    leakage: lca.Number = lca.parameter(
        "1/hour",
        "share of the fluid that escapes",
        default=lca.entry("facility.refrigerant.leakage_ashrae"),
        valid=(0, None),
    )
    fluid: str = lca.option("HFC-134a", "what boils", among=("HFC-134a", "HFO-1233zd(E)"))

    def exchanges(self):
        yield self.electricity, self.pue - 1
        yield self.fluid, self.charge * self.leakage


# %% [markdown]
# The default is given per year and the stage takes it per hour: values are converted once, when
# the stage is made. A gas is turned into CO2e by the factors of the IPCC.
#
# ## What is checked
#
# The formula is tried when a stage is made, on units, on numbers and on arrays of samples. Three
# faults, and what is said. First the leakage is declared per year, so that hours are missing:


# %%
def refused(make):
    try:
        make()
    except (ValueError, TypeError) as error:  # those of the library are among them
        return str(error)


class PerYear(ColdPlates):
    leakage: lca.Number = lca.parameter("1/year", "share of the fluid that escapes")


grid = lca.stages.electricity("PL", 2023, name="grid")
given = {"electricity": grid, "pue": lca.uniform(low=1.03, high=1.1), "charge": 0.5}
wrong_unit = refused(lambda: PerYear(leakage=lca.uniform(low=0.03, high=0.1), **given))
print(wrong_unit)

# %% [markdown]
# A formula that works on one number and fails on many:


# %%
class OneByOne(ColdPlates):
    def exchanges(self):
        yield self.electricity, max(self.pue - 1, 0)
        yield self.fluid, self.charge * self.leakage


no_samples = refused(lambda: OneByOne(**given))
print(no_samples)

# %% [markdown]
# And a figure that nobody can look up. Figures of your own stand in a CSV file, with columns as
# in the tables of the library: value, unit, spread, source.

# %%
mine = Path(tempfile.mkdtemp()) / "mine.csv"
table = """id,value,unit,distribution,arguments,kind,source,note
mine.plates.pue,1.06,1,lognormal,gsd=1.3 shifted=1,uncertainty,{source},made up for this page
mine.plates.charge,0.5,kg/kW,pert,low=0.2 high=1,uncertainty,judgement,made up for this page
"""
mine.write_text(table.format(source=""))
no_source = refused(lambda: lca.catalogue.own(mine))
print(no_source.replace(str(mine.parent), "…"))

# %% [markdown]
# ## A choice, and a lifecycle
#
# With its source, the file gives quantities by id. Alternatives with inputs of their own stand side
# by side as a choice: here a decision, between the plates and moving air at a large provider. A
# lifecycle takes it in the place of its cooling; all that feeds on it stays.

# %%
mine.write_text(table.format(source="judgement"))
figures = lca.catalogue.own(mine)
air = lca.stages.Cooling(
    name="moving air",
    electricity=grid,
    pue=lca.catalogue.figure("operation.pue.large_cloud"),
)
plates = ColdPlates(
    name="cold plates",
    electricity=grid,
    pue=figures["mine.plates.pue"],
    charge=figures["mine.plates.charge"],
)
either = lca.choice("kind of cooling", {"air": air, "plates": plates}, kind="decision")
life = lca.training_run(
    accelerator="H100-SXM",
    accelerator_hours=1_000_000,
    electricity=grid,
    development="excluded",
).replace({"cooling": either})
print(life)

# %%
inputs = life.inputs[["unit", "distribution", "kind", "source"]]
inputs.loc[[name for name in inputs.index if "plates" in name]]

# %% [markdown]
# Absent is not zero: of water the plates say nothing, and a total of water would say that it is
# without them. Were it known that they take none, `zero = {"wcf": "a closed loop"}` in the class
# would say so.

# %%
life.coverage.loc[["moving air", "cold plates"], ["wcf"]]

# %% [markdown]
# ## Two grids, two fluids
#
# `options` makes a scenario of each alternative. The fluid is changed by its address, like any
# input.

# %%
scenarios = {}
for code, place in {"PL": "Poland", "SE": "Sweden"}.items():
    here = life.replace({"grid.intensity": lca.catalogue.region(code, 2023).intensity})
    options = here.options("kind of cooling")
    scenarios[f"{place}, air"] = options["air"]
    scenarios[f"{place}, HFC-134a"] = options["plates"]
    scenarios[f"{place}, HFO-1233zd(E)"] = options["plates"].replace(
        {"cold plates.fluid": "HFO-1233zd(E)"}
    )
result = lca.simulate(lca.Study(scenarios), n=4096, seed=1)
lca.figures.total(result)
# %%
shown = ["ratio", "ratio_low", "ratio_high", "lower"]
against = {
    place: result.compare(f"{place}, air", "gwp").set_index("scenario")[shown]
    for place in ("Poland", "Sweden")
}
against["Poland"].filter(like="Poland", axis="index").round(3)
# %%
against["Sweden"].filter(like="Sweden", axis="index").round(3)
# %% [markdown]
# ## The answer, in words
#
# **With these figures it depends on the grid and the fluid.** In Poland plates with HFC-134a most
# likely emit less: the electricity they save weighs more than the fluid. In Sweden electricity is
# so clean that they more likely emit more. With HFO-1233zd(E), which warms four hundred times
# less, they most likely emit less in both. Either way it is some per cent of the run.
#
# It took a stage of ten lines and a file of two figures. A wrong unit, a formula that cannot take
# samples and a figure without a source were refused before anything was computed.

# %%
assert "HFC-134a" in wrong_unit
assert "a factor of 8760" in wrong_unit
assert "failed on samples" in no_samples
assert "np.where" in no_samples
assert "line 2" in no_source
assert "has no source" in no_source
assert life.coverage.loc["cold plates", "wcf"] == "missing"
lower = {**against["Poland"]["lower"], **against["Sweden"]["lower"].filter(like="Sweden")}
assert lower["Poland, HFC-134a"] > 0.8
assert lower["Sweden, HFC-134a"] < 0.4
assert lower["Poland, HFO-1233zd(E)"] > 0.85
assert lower["Sweden, HFO-1233zd(E)"] > 0.85
assert against["Poland"].loc["Poland, HFC-134a", "ratio"] > 0.9
