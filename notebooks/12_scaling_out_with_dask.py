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
# # Do results change with the computer they were made on?
#
# One core, threads, a cluster: the question is **whether each gives the same bits, and how far
# the number of samples can grow before memory does.**

# %%
import hashlib
import importlib.util
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

import lca

# %% [markdown]
# ## The study
#
# A training run in two countries, with a stage that is defined in this notebook: workers get its
# code with the study, and need no file of yours.


# %%
class Lighting(lca.Stage):
    """Light in the hall, for one year."""

    per = "year"
    phase = "overhead"
    electricity: lca.Stage = lca.supplier("kWh", "grid that feeds the building")
    energy: lca.Number = lca.parameter("kWh/year", "electricity of the lights", valid=(0, None))

    def exchanges(self):
        yield self.electricity, self.energy


def run(region):
    life = lca.training_run(
        accelerator="H100-SXM",
        accelerator_hours=1_000_000,
        region=region,
        year=2023,
        development="excluded",
    )
    energy = lca.lognormal(median=2000, gsd=1.5, unit="kWh/year", source="judgement")
    light = Lighting(name="lighting", electricity=life.stages["grid"], energy=energy)
    activities = {"training": life.activities["all"], "light": light}
    return lca.Lifecycle(activities, functional_unit="one run, lit for a year")


study = lca.Study({"France": run("FR"), "Poland": run("PL")})
N = 2**15


def digest(result):
    """All samples of all stages and categories, as one number."""
    return hashlib.sha256(np.ascontiguousarray(result.impacts_).tobytes()).hexdigest()[:16]


# %% [markdown]
# ## The same bits: alone, with threads, with Dask
#
# `executor` takes any executor of `concurrent.futures`. A Dask cluster gives one by
# `Client.get_executor()`; here two processes on this computer, without a dashboard. What is kept
# of a run with `keep="summary"` is the same too.

# %%
digests = {"no executor": digest(lca.simulate(study, N, seed=1, progress=False))}
with ThreadPoolExecutor(max_workers=2) as threads:
    shared = lca.simulate(study, N, seed=1, executor=threads, progress=False)
digests["two threads"] = digest(shared)

if importlib.util.find_spec("distributed"):  # pip install "lca4ai[distributed]"
    from distributed import Client, LocalCluster

    workers = {"n_workers": 2, "threads_per_worker": 1, "processes": True}
    quiet = {"dashboard_address": ":0", "silence_logs": "ERROR"}
    with LocalCluster(**workers, **quiet) as cluster, Client(cluster) as client:
        executor = client.get_executor()
        remote = lca.simulate(study, N, seed=1, executor=executor, progress=False)
        spread = lca.simulate(study, N, 1, keep="summary", executor=executor, progress=False)
    digests["two Dask workers"] = digest(remote)
    here = lca.simulate(study, N, seed=1, keep="summary", progress=False)
    pd.testing.assert_frame_equal(spread.summary(), here.summary(), check_exact=True)
digests["another seed"] = digest(lca.simulate(study, N, seed=2, progress=False))
pd.Series(digests, name="digest of the samples")

# %% [markdown]
# ## Many samples in flat memory
#
# Samples that are kept take memory that grows with `n`; above one gigabyte the run is refused
# before it begins. With `keep="summary"` only sums and histograms stay. Peak memory of Python and
# NumPy:


# %%
def peak(n, keep):
    tracemalloc.start()
    result = lca.simulate(study, n, seed=1, keep=keep, progress=False)
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return memory, result


memory, summaries = {}, {}
for n in (2**15, 2**17, 2**18):
    memory[n, "summary"], summaries[n] = peak(n, "summary")
for n in (2**15, 2**17):
    memory[n, "samples"], kept = peak(n, "samples")
peaks = pd.Series(memory, name="peak memory, MB").unstack().rename_axis("n")
peaks.round(1)

# %%
try:
    lca.simulate(study, 2**24, progress=False)
except MemoryError as error:
    refused = str(error)
print(refused)

# %% [markdown]
# A summary says what the samples say: means to rounding, quantiles to the width of a bin, and it
# states the error of each. More samples make errors smaller; what is not known about the inputs
# stays as wide as it was.


# %%
def poland(result):
    table = result.summary().set_index(["scenario", "category", "key"])
    return table.loc[("Poland", "gwp", "total")]


shown = ["unit", "low", "median", "high", "mean", "standard_error"]
rows = {f"{n:,}, summary": poland(result) for n, result in summaries.items()}
rows[f"{kept.n:,}, samples"] = poland(kept)
totals = pd.DataFrame(rows).T[shown]
totals.set_index("unit", append=True).astype(float).round(1)

# %% [markdown]
# ## On a cluster
#
# Only the cluster object is another; study, seed and result stay the same.
#
# * **Slurm**: `dask_jobqueue.SLURMCluster(cores=…, memory=…, walltime=…)`, then
#   `cluster.scale(jobs=…)`: each job brings a worker.
# * **Kubernetes**: `dask_kubernetes.operator.KubeCluster(name=…, image=…)`, with an image in which
#   `lca4ai` is installed, then `cluster.scale(…)`.
# * **A scheduler that runs already**: `Client("tcp://…:8786")`.
#
# Workers need the same versions of `lca4ai`, NumPy and SciPy (`result.manifest` names them). In a
# script the code stands below `if __name__ == "__main__":`, since each process imports the script.
# A run has at most 32 parts, so more workers than that stand idle. Parts of a worker that dies are
# done at home. Most studies need no cluster: a million samples of one take seconds.
#
# ## The answer, in words
#
# **No.** Alone, on two threads and on two Dask workers the run has the same bits, to the last
# digit of the last sample; another seed changes them. The memory of kept samples grows with their
# number, and above one gigabyte a run is refused. A summary takes no more for eight times as
# many, and gives the same means. So a result is quoted with its seed and its
# number of samples, and the computer need not be named.

# %%
alone = digests.pop("no executor")
assert digests.pop("another seed") != alone
assert set(digests.values()) == {alone}
assert peaks["samples"][2**17] > 2.5 * peaks["samples"][2**15]
assert peaks["summary"][2**18] < 1.1 * peaks["summary"][2**15]
assert 'keep="summary"' in refused
np.testing.assert_allclose(
    summaries[2**17].summary()["mean"], kept.summary()["mean"], rtol=1e-9, atol=1e-9
)
assert totals["standard_error"].iloc[2] < totals["standard_error"].iloc[0]
