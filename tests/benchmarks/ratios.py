"""Ratios measured in one run on the reference model; never timed tests.

`python tests/benchmarks/ratios.py` prints the table and writes it into
docs/explanation/sampling.md. CPU time of the fastest of several runs, one BLAS thread; base is the
same sampler's draws through the same transforms, discarded.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from reference import reference
from SALib.analyze import sobol as salib_analysis
from SALib.sample import sobol as salib_design

import lca
from lca import sampling
from lca.distributions import SMALLEST, Beta, Discrete, Lognormal, Pert, Triangular, Uniform
from lca.sensitivity.model import Block, Model, Moved
from lca.sensitivity.sobol import Design, summed
from lca.study import Study

HERE = Path(__file__).parent


def cpu(work: Callable[[], object], times: int = 3) -> float:
    """Return the CPU seconds of the fastest of several runs."""
    return min(_timed(work, time.process_time) for _ in range(times))


def wall(work: Callable[[], object], times: int = 3) -> float:
    """Return the seconds of the fastest of several runs."""
    return min(_timed(work, time.perf_counter) for _ in range(times))


def _timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start


def draws(study: Study, n: int, sampler: str) -> Callable[[], object]:
    """Return work that draws every unknown, block by block, and keeps nothing."""
    labels = [root.label for root in study.roots]
    columns = [root.distribution.columns for root in study.roots]

    def work() -> None:
        design = sampling.design(labels, columns, n, 1, sampler)
        for start in range(0, n, sampling.BLOCK):
            study.draw(design.block(start, min(start + sampling.BLOCK, n)))

    return work


def moments(study: Study, n: int) -> Callable[[], object]:
    """Return work that draws, evaluates, attributes and sums every stage and category."""
    labels = [root.label for root in study.roots]
    columns = [root.distribution.columns for root in study.roots]

    def work() -> None:
        design = sampling.design(labels, columns, n, 1, "sobol")
        for start in range(0, n, sampling.BLOCK):
            drawn = study.draw(design.block(start, start + sampling.BLOCK))
            impacts = study.evaluate(drawn, sampling.BLOCK)[0].impacts
            impacts.sum(axis=-1)
            np.einsum("crn,crn->cr", impacts, impacts)

    return work


def numpy_draws(study: Study, n: int) -> Callable[[], object]:
    """Return work that draws the same distributions by NumPy's own methods."""
    rng = np.random.default_rng(1)
    makers = [_by_numpy(rng, root.distribution) for root in study.roots]

    def work() -> None:
        for _ in range(0, n, sampling.BLOCK):
            for make in makers:
                make(sampling.BLOCK)

    return work


def _by_numpy(rng: np.random.Generator, made: object) -> Callable[[int], object]:
    while hasattr(made, "base"):
        made = made.base
    if isinstance(made, Lognormal):
        return lambda n: rng.lognormal(np.log(made.median_), made.sigma, n)
    if isinstance(made, Uniform):
        return lambda n: rng.uniform(made.low, made.high, n)
    if isinstance(made, Triangular):
        return lambda n: rng.triangular(made.low, made.mode, made.high, n)
    if isinstance(made, (Pert, Beta)):
        return lambda n: rng.beta(2.2, 3.8, n)
    if isinstance(made, Discrete):
        share = np.array(made.weights) / sum(made.weights)
        return lambda n: rng.choice(np.array(made.values), n, p=share)
    return lambda n: rng.normal(0, 1, n)


def salib_way(study: Study, n: int, resamples: int, outputs: int) -> float:
    """Return the CPU seconds in which SALib gives the indices of every output.

    Sample, evaluate all rows at once through the same engine, analyse: one output is timed
    and counted as often as there are outputs.
    """
    names = [root.label for root in study.roots]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}

    def evaluated() -> np.ndarray:
        cube = salib_design.sample(problem, n, calc_second_order=False, seed=1)
        cube = np.clip(np.ascontiguousarray(cube.T), SMALLEST, 1 - SMALLEST)
        total = [
            study.evaluate(study.draw(cube[:, i : i + 8192]), cube[:, i : i + 8192].shape[1])[0]
            .impacts[0]
            .sum(axis=0)
            for i in range(0, cube.shape[1], 8192)
        ]
        return np.concatenate(total)

    y = evaluated()

    def analysed() -> object:
        return salib_analysis.analyze(
            problem, y, calc_second_order=False, num_resamples=resamples, seed=1
        )

    return cpu(evaluated, 1) + outputs * cpu(analysed, 1)


class Full(Model):
    """The same model, with every AB_i evaluated as a whole."""

    def block(self, a: dict, b: dict, rows: int) -> Block:
        """Return outputs for A and B, and steps as differences of whole evaluations."""
        of_a = self.evaluate(a, rows)
        every = list(range(len(self.outputs)))

        def moved() -> Iterator[Moved]:
            for root in self.roots:
                yield every, self.evaluate({**a, root.label: b[root.label]}, rows) - of_a

        return Block(of_a, self.evaluate(b, rows), moved(), iter(()))


def reached_over_full(study: Study, n: int) -> tuple[float, float]:
    """Return full evaluation of every AB_i over evaluation of what inputs reach.

    The whole flow with draws and sums of every output, and evaluation alone.
    """
    models = [made(study, None, None) for made in (Full, Model)]
    flows = [cpu(lambda m=m: summed(m, Design(m, n, 1, 100)), 1) for m in models]
    columns = sum(root.distribution.columns for root in study.roots)
    uniforms = np.empty((2 * columns, n))
    sampling.Net(2 * columns, 1, sampling.NETS).fill(uniforms, 0)
    a, b = study.draw(uniforms[:columns]), study.draw(uniforms[columns:])

    def evaluated(model: Model) -> None:
        for _ in model.block(a, b, n).moved:
            pass

    alone = [made(study, None, "gwp, baseline") for made in (Full, Model)]
    parts = [cpu(lambda m=m: evaluated(m)) for m in alone]
    return flows[0] / flows[1], parts[0] / parts[1]


def over_brightway(study: Study, n: int, steps: int = 512) -> float:
    """Return the time of a sample in bw2calc over ours, both from draws to totals of carbon."""
    from brightway import prepared, totals

    life = study.scenarios["baseline"]
    labels = [root.label for root in study.roots]
    columns = [root.distribution.columns for root in study.roots]
    drawn = study.draw(sampling.design(labels, columns, n, 1, "sobol").block(0, n))
    first = {name: values[:steps] for name, values in drawn.items()}
    made = prepared(life, first, steps)
    theirs = cpu(lambda: totals(made, steps), 1) / steps
    model = Model(study, None, "gwp, baseline")
    return theirs / (cpu(lambda: model.evaluate(drawn, n), 5) / n)


def error_ratio(study: Study, n: int, seeds: int = 200) -> tuple[float, float]:
    """Return how many plain samples give the error of n: of the mean, of the 97.5 % quantile."""
    spread = {}
    for sampler in sampling.SAMPLERS:
        totals = [
            lca.simulate(study, n, seed, sampler, progress=False).total("gwp").to_numpy()[0]
            for seed in range(seeds)
        ]
        spread[sampler] = (
            np.var([total.mean() for total in totals]),
            np.var([np.quantile(total, 0.975) for total in totals]),
        )
    (mean, tail), (plain_mean, plain_tail) = spread["sobol"], spread["random"]
    return plain_mean / mean, plain_tail / tail


def peak(n: int, what: str = "--peak") -> float:
    """Return the peak memory of a run in a process of its own."""
    command = [sys.executable, __file__, what, str(n)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _peaked(what: str, n: int) -> None:
    """Run one thing and print the peak memory of this process."""
    study = Study(reference())
    if what == "--peak":
        lca.simulate(study, 2 ** int(np.log2(n)), 1, keep="summary")
    if what == "--sobol":
        lca.sensitivity.sobol(study, n=n, seed=1)
    if what == "--salib":
        salib_way(study, n, 100, 1)
    # of this process alone: what getrusage gives is never below the parent's
    (line,) = [x for x in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in x]
    print(line.split()[1])


def measured() -> list[tuple[str, str, str]]:
    """Return rows: measure, target, what was measured."""
    life = reference()
    study = Study(life)
    n = 2**20
    base = cpu(draws(study, n, "sobol"))
    outputs = lca.sensitivity.sobol(study, n=64)["output"].nunique()
    rows = [
        ("drawing (Sobol) over NumPy's own drawing", "≤ 1.6", base / cpu(numpy_draws(study, n))),
        (
            "drawing (plain) over NumPy's own drawing",
            "≤ 1.6",
            cpu(draws(study, n, "random")) / cpu(numpy_draws(study, n)),
        ),
        ("draw, evaluate, attribute, moments over drawing", "≤ 1.4", cpu(moments(study, n)) / base),
        (
            "the whole summary, with quantiles, over drawing",
            "≤ 2.0",
            cpu(lambda: lca.simulate(study, n, 1, keep="summary", progress=False)) / base,
        ),
    ]
    with ThreadPoolExecutor(2) as pool:
        alone = wall(lambda: lca.simulate(study, n, 1, keep="summary", progress=False))
        two = wall(lambda: lca.simulate(study, n, 1, keep="summary", executor=pool, progress=False))
    rows.append(("one thread over two, wall", "≥ 1.3", alone / two))
    rows.append(("peak memory, n = 1e7 over 1e6, summary", "≤ 1.1", peak(10**7) / peak(10**6)))
    mean, tail = error_ratio(study, 65536)
    rows.append(("plain samples for the error of the mean of 65,536", "≥ 100", mean))
    rows.append(("plain samples for the error of its 97.5 % quantile", "≥ 3", tail))
    for size, target in ((1024, "≥ 150"), (8192, "≥ 400")):
        ours = cpu(lambda size=size: lca.sensitivity.sobol(study, n=size, seed=1))
        theirs = salib_way(study, size, 100, outputs)
        rows.append((f"SALib over ours, all Sobol indices, n = {size}", target, theirs / ours))
    memory = peak(8192, "--salib") / peak(8192, "--sobol")
    rows.append(("peak memory of SALib over ours, n = 8192", "≥ 4", memory))
    flow, reached = reached_over_full(study, 8192)
    rows.append(("full over reached evaluation, whole flow", "≥ 3", flow))
    rows.append(("full over reached evaluation, draws apart", "≥ 4.5", reached))
    rows.append(("bw2calc over ours, a sample", "≥ 3000", over_brightway(study, 8192)))
    again = cpu(lambda: life.replace({"cooling.pue": 1.2}), 9)
    rows.append(("a scenario by replace over building anew", "≤ 0.2", again / cpu(reference, 9)))
    return [(name, target, f"{value:.3g}") for name, target, value in rows]


def main() -> None:
    """Print the table, and write it between the marks in docs/explanation/sampling.md."""
    if len(sys.argv) > 1:
        _peaked(sys.argv[1], int(sys.argv[2]))
        return
    lines = ["| measure | aim | here |", "| --- | --- | --- |"]
    lines += [f"| {name} | {target} | {value} |" for name, target, value in measured()]
    table = "\n".join(lines)
    print(table)
    page = HERE.parent.parent / "docs" / "explanation" / "sampling.md"
    text = page.read_text(encoding="utf-8")
    start, end = "<!-- ratios -->\n", "<!-- end of ratios -->"
    before, _, rest = text.partition(start)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{start}{table}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
