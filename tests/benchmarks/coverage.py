"""Do 95 % intervals hold what is true? `python tests/benchmarks/coverage.py` counts 1,000 seeds.

Three means fixed beforehand (a product of lognormals, a sum, a ratio with a PERT in it) and a
97.5 % quantile, each with a closed form or a value of 2^20 samples.
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


def main() -> None:
    """Print the table."""
    for sampler in ("sobol", "random"):
        for name, share in covered(cases(), 2048, range(1000), sampler).items():
            print(f"{sampler:7s} {name:30s} {100 * share:.1f} %")


if __name__ == "__main__":
    main()
