"""Ratios of CPU time in one run; `python tests/benchmarks/ratios.py` prints them.

Base: the same sampler's uniform numbers through the same transforms, discarded. Ratios are
of the fastest of several runs, one thread.
"""

import time
from collections.abc import Callable

import numpy as np

import lca
from lca import sampling
from lca.study import Study


def model() -> Study:
    """Return a training run with every default uncertain, storage and development included."""
    life = lca.training_run(
        accelerator="A100-SXM-80GB",
        accelerator_hours=lca.lognormal(median=1e6, gsd=1.05),
        region="FR",
        development=lca.catalogue.figure("operation.development_ratio.default"),
        stored=lca.loguniform(low=20, high=500),
    )
    return Study(life)


def cpu(work: Callable[[], object], times: int = 5) -> float:
    """Return the CPU seconds of the fastest of several runs."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def draws(study: Study, n: int, sampler: str) -> Callable[[], object]:
    """Return work that draws every unknown, block by block, and keeps nothing."""
    labels = [root.label for root in study.roots]
    columns = [root.distribution.columns for root in study.roots]

    def work() -> None:
        design = sampling.design(labels, columns, n, 1, sampler)
        for start in range(0, n, sampling.BLOCK):
            study.draw(design.block(start, min(start + sampling.BLOCK, n)))

    return work


def salib_way(study: Study, n: int, resamples: int) -> float:
    """Return the CPU seconds in which SALib gives the indices of every output.

    Sample, evaluate all rows at once through the same engine, analyse: one output is timed
    and counted as often as there are outputs.
    """
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    names = [root.label for root in study.roots]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}

    def sampled() -> np.ndarray:
        cube = sample.sample(problem, n, calc_second_order=False, seed=1)
        return np.clip(np.ascontiguousarray(cube.T), 2.0**-53, 1 - 2.0**-53)

    def evaluated(cube: np.ndarray) -> np.ndarray:
        solution = study.evaluate(study.draw(cube), cube.shape[1])[0]
        return solution.impacts[0].sum(axis=0)

    def analysed(y: np.ndarray) -> object:
        return analyse.analyze(problem, y, calc_second_order=False, num_resamples=resamples, seed=1)

    cube = sampled()
    y = evaluated(cube)
    once = cpu(lambda: evaluated(sampled()), 2)
    outputs = lca.sensitivity.sobol(study, n=64)["output"].nunique()
    return once + outputs * cpu(lambda: analysed(y), 1)


def main() -> None:
    """Print the table."""
    study = model()
    n = 2**17
    drawn = len(study.roots)
    print(f"{drawn} uncertain inputs, {len(next(iter(study.scenarios.values())).order)} stages")
    for sampler in sampling.SAMPLERS:
        base = cpu(draws(study, n, sampler))
        whole = cpu(lambda sampler=sampler: lca.simulate(study, n, 1, sampler))
        print(f"simulate over drawing alone, {sampler}, n = {n}: {whole / base:.2f}")
    for rows in (1024, 8192):
        ours = cpu(lambda rows=rows: lca.sensitivity.sobol(study, n=rows, seed=1), 3)
        theirs = salib_way(study, rows, 100)
        print(f"SALib over ours, Sobol of all inputs and outputs, n = {rows}: {theirs / ours:.0f}")
    anew = cpu(model, 9)
    life = next(iter(study.scenarios.values()))
    again = cpu(lambda: life.replace({"cooling.pue": 1.2}), 9)
    print(f"a scenario made by replace over building anew: {again / anew:.2f}")


if __name__ == "__main__":
    main()
