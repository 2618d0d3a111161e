"""Do 95 % intervals hold what is true? `python tests/benchmarks/coverage.py` counts 1,000 seeds.

Three means fixed beforehand (a product of lognormals, a sum, a ratio with a PERT in it) and a
97.5 % quantile, each with a closed form or a value of 2^20 samples; and S1 and ST of the
functions of Ishigami and Homma (1990) and of Saltelli and Sobol (1995).
"""

from collections.abc import Iterable

import numpy as np
from scipy import special

import lca
from lca.result import STUDENT


class Three(lca.Stage):
    """A product, a sum and a ratio of the same inputs, as three categories."""

    per = "1"
    phase = "operation"
    x: lca.Number = lca.parameter("1", "x", default=lca.lognormal(median=1, gsd=1.4))
    y: lca.Number = lca.parameter("1", "y", default=lca.lognormal(median=1, gsd=1.2))
    z: lca.Number = lca.parameter("1", "z", default=lca.uniform(low=0.5, high=1.5))
    w: lca.Number = lca.parameter("1", "w", default=lca.pert(low=3, mode=5, high=7))
    unit: lca.Number = lca.parameter("kgCO2e", "unit", default=1.0)
    water: lca.Number = lca.parameter("L", "unit", default=1.0)
    energy: lca.Number = lca.parameter("MJ", "unit", default=1.0)

    def exchanges(self):
        yield "gwp", self.x * self.y * self.unit
        yield "wcf", (self.x + self.z) * self.water
        yield "pe", self.y * self.z / self.w * self.energy


def cases() -> dict[str, tuple[str, float | None, float]]:
    """Return by name: category, quantile (None is the mean), and what is true."""
    sigmas = np.log(1.4), np.log(1.2)
    whole = np.hypot(*sigmas)
    nodes = (np.arange(200_000) + 0.5) / 200_000
    inverse = np.mean(1 / lca.pert(low=3, mode=5, high=7).distribution.ppf(nodes))
    return {
        "mean of a product": ("gwp", None, float(np.exp(whole**2 / 2))),
        "mean of a sum": ("wcf", None, float(np.exp(sigmas[0] ** 2 / 2) + 1)),
        "mean of a ratio": ("pe", None, float(np.exp(sigmas[1] ** 2 / 2) * inverse)),
        "97.5 % quantile of a product": (
            "gwp",
            0.975,
            float(np.exp(whole * special.ndtri(0.975))),
        ),
    }


def covered(
    cases: dict[str, tuple[str, float | None, float]], n: int, seeds: Iterable[int], sampler: str
) -> dict[str, float]:
    """Return by name how often the 95 % interval holds what is true."""
    life = lca.Lifecycle(Three())
    hits: dict[str, list[bool]] = {name: [] for name in cases}
    for seed in seeds:
        result = lca.simulate(life, n, seed, sampler, progress=False)
        means = result.summary("stage").query("key == 'total'").set_index("category")
        for name, (category, q, true) in cases.items():
            if q is None:
                value, error = means.loc[category, ["mean", "standard_error"]]
            else:
                value, error = result.quantile(q, category).loc[0, ["quantile", "standard_error"]]
            hits[name].append(abs(value - true) <= STUDENT * error)
    return {name: float(np.mean(found)) for name, found in hits.items()}


class Ishigami(lca.Stage):
    """Sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1, raised above 0."""

    per = "1"
    phase = "operation"
    x1: lca.Number = lca.parameter("1", "x1", default=lca.uniform(low=-np.pi, high=np.pi))
    x2: lca.Number = lca.parameter("1", "x2", default=lca.uniform(low=-np.pi, high=np.pi))
    x3: lca.Number = lca.parameter("1", "x3", default=lca.uniform(low=-np.pi, high=np.pi))
    unit: lca.Number = lca.parameter("kgCO2e", "unit", default=1.0)

    def exchanges(self):
        value = np.sin(self.x1) + 7 * np.sin(self.x2) ** 2 + 0.1 * self.x3**4 * np.sin(self.x1)
        yield "gwp", (value + 20) * self.unit


COEFFICIENTS = (0, 1, 4.5, 9, 99, 99, 99, 99)


class SobolG(lca.Stage):
    """Product of (|4 x - 2| + a) / (1 + a), with the usual eight coefficients."""

    per = "1"
    phase = "operation"
    x: dict = lca.parameters("1", "x")
    unit: lca.Number = lca.parameter("kgCO2e", "unit", default=1.0)

    def exchanges(self):
        value = 1.0
        for x, a in zip(self.x.values(), COEFFICIENTS, strict=True):
            value = value * (np.abs(4 * x - 2) + a) / (1 + a)
        yield "gwp", value * self.unit


def functions() -> dict[str, tuple[lca.Lifecycle, np.ndarray]]:
    """Return by name: the function, and its true S1 and ST (index, input)."""
    a, b = 7, 0.1
    first = np.array([(1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8, 0])
    joint = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = first.sum() + joint
    ishigami = np.array([first, first + np.array([joint, 0, joint])]) / whole
    own = 1 / (3 * (1 + np.array(COEFFICIENTS)) ** 2)
    total = np.prod(1 + own) - 1
    of_g = np.array([own, own * np.prod(1 + own) / (1 + own)]) / total
    unit = {f"x{i}": lca.uniform(low=0, high=1) for i in range(len(COEFFICIENTS))}
    return {
        "Ishigami": (lca.Lifecycle(Ishigami()), ishigami),
        "Sobol G": (lca.Lifecycle(SobolG(x=unit)), of_g),
    }


def sobol_covered(
    life: lca.Lifecycle, true: np.ndarray, n: int, seeds: Iterable[int], **about: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return how often intervals of S1 and ST hold the truth, and stated over actual error."""
    values, halves = [], []
    for seed in seeds:
        table = lca.sensitivity.sobol(life, n, seed, of="gwp, baseline", **about)
        table = table[table["output"] == "gwp, baseline"].sort_values("input")
        values.append(table[["S1", "ST"]].to_numpy().T)
        halves.append(table[["S1_conf", "ST_conf"]].to_numpy().T)
    errors = np.array(values) - true
    held = (np.abs(errors) <= np.array(halves)).mean(axis=0)
    actual = 1.96 * np.sqrt(np.mean(errors**2, axis=0))
    return held, np.mean(halves, axis=0) / actual


def main() -> None:
    """Print the tables."""
    for sampler in ("sobol", "random"):
        for name, share in covered(cases(), 2048, range(1000), sampler).items():
            print(f"{sampler:7s} {name:30s} {100 * share:.1f} %")
    for sampler, interval in (
        ("random", "bootstrap"),
        ("sobol", "bootstrap"),
        ("sobol", "replicate"),
    ):
        for name, (life, true) in functions().items():
            about = {"sampler": sampler, "interval": interval}
            held, ratio = sobol_covered(life, true, 1024, range(1000), **about)
            for k, index in enumerate(("S1", "ST")):
                shares = " ".join(f"{100 * x:5.1f}" for x in held[k])
                ratios = " ".join(f"{x:4.1f}" for x in ratio[k])
                print(f"{sampler:7s} {interval:10s} {name:9s} {index} {shares} % | {ratios}")


if __name__ == "__main__":
    main()
