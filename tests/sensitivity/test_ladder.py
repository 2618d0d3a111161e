"""The ladder: every rung is there, what it leaves out is checked, and doubts are told."""

from types import SimpleNamespace

import numpy as np
import pytest

import lca
from lca.sensitivity import Ladder, ladder
from lca.sensitivity.ladder import _convergence


class Product(lca.Stage):
    """a · b · c, and d that hardly matters."""

    per = "1"
    phase = "operation"
    a: lca.Number = lca.parameter("kgCO2e", "a")
    b: lca.Number = lca.parameter("1", "b")
    c: lca.Number = lca.parameter("1", "c")
    d: lca.Number = lca.parameter("1", "d", default=lca.uniform(low=0.999, high=1.001))

    def exchanges(self):
        yield "gwp", self.a * self.b * self.c * self.d


def product(a=1.35, b=1.3, c=1.1):
    gsds = {"a": a, "b": b, "c": c}
    spread = {name: lca.lognormal(median=1, gsd=gsd) for name, gsd in gsds.items()}
    return lca.Lifecycle(Product(**spread))


@pytest.fixture
def found():
    return ladder(product(), n=1024, seed=2, of="gwp, baseline", progress=False)


def test_inputs_that_do_not_matter_are_left_out_together_and_checked(found):
    assert isinstance(found, Ladder)
    assert found.screened == ("product.d",)
    table = found.sobol.set_index("input")
    assert list(table.index) == ["product.a", "product.b", "product.c", "left out"]
    assert table.loc["left out", "ST"] < 1e-4
    assert set(found.morris["input"]) == {f"product.{x}" for x in "abcd"}
    assert len(found.one_at_a_time) == 4


def test_the_ranking_is_followed_over_the_rows(found):
    table = found.convergence
    assert list(table.columns)[2:8] == [
        "ST at 256", "rank at 256", "ST at 512", "rank at 512", "ST at 1024", "rank at 1024",
    ]  # fmt: skip
    assert list(table["input"])[:3] == ["product.a", "product.b", "product.c"]
    assert table["settled"].all()


def test_inputs_that_are_alike_are_said_to_be_and_no_larger_n_is_asked_for():
    found = [
        ladder(product(1.3, 1.3, 1.3), n=64, seed=seed, of="gwp, b", progress=False)
        for seed in range(8)
    ]
    tied = [one for one in found if one.convergence["tied"].any()]
    assert tied
    for one in tied:
        rows = one.convergence.query("output == 'gwp, baseline'").set_index("input")["tied"]
        for name, others in rows[rows != ""].items():
            assert all(name in rows[other] for other in others.split(", "))
        assert "settled, but for alike inputs: product." in str(one)


def test_an_order_that_changes_beyond_the_errors_is_not_settled():
    class Model:
        outputs = ("gwp",)
        groups = tuple(SimpleNamespace(name=name) for name in "abc")

    def found(*totals, error):
        values = np.array(totals)[:, np.newaxis]
        return {"ST": values, "ST_conf": np.full_like(values, error)}

    def settled(error):
        runs = [found(0.3, 0.5, 0.2, error=error), found(0.5, 0.3, 0.2, error=error)]
        return _convergence(Model, [runs[0], *runs], (1, 2, 4))

    assert not settled(0.01)["settled"].any()
    near = settled(0.2).set_index("input")
    assert near["settled"].all()
    assert near["tied"].to_dict() == {"a": "b", "b": "a", "c": ""}


def test_a_dummy_is_small_and_there_for_every_output(found):
    assert list(found.dummy["output"]) == ["gwp, baseline"]
    assert 0 < found.dummy["noise"][0] < 0.05


def test_a_wider_spread_changes_the_lead_only_where_it_is_close(found):
    rows = found.robustness.set_index("widened")
    assert rows.loc["product.b", "first_wider"] == "product.b"
    assert rows.loc["product.c", "first_wider"] == "product.a"
    assert rows.loc["product.a", "ST_wider"] > rows.loc["product.a", "ST"]
    sigmas = np.log([1.35, 1.3**1.5, 1.1]) ** 2
    whole = np.expm1(sigmas.sum())
    total = np.expm1(sigmas[1]) * np.exp(sigmas[0] + sigmas[2]) / whole
    assert rows.loc["product.b", "ST_wider"] == pytest.approx(total, abs=0.05)


def test_it_prints_what_decides_and_what_is_in_doubt(found):
    text = repr(found)
    for words in (
        "gwp, baseline",
        "decided by    product.a (0.",
        "left out      1 inputs, together ST = ",
        "ranking       settled",
        "a dummy input would seem to explain",
        "product.b leads if product.b is widened",
    ):
        assert words in text


def test_without_an_order_there_is_no_screening_and_it_says_so():
    cards = {
        name: lca.stages.Accelerator(name=name, footprint=lca.lognormal(median=x, gsd=1.2))
        for name, x in (("a", 100), ("b", 200))
    }
    life = lca.Lifecycle(lca.choice("model", cards, weights={"a": 1, "b": 1}))
    found = ladder(life, n=64, seed=1, progress=False)
    assert found.morris is None
    assert "no screening by Morris, which is undefined for choices" in repr(found)
    assert found.sobol.iloc[0]["input"] == "model"


def test_differences_of_a_study_can_be_climbed_too(training):
    study = lca.Study({"a": training, "b": training.replace({"cluster.lifetime": 3})})
    found = ladder(study, n=64, seed=1, of="gwp, b minus a", progress=False)
    assert list(found.dummy["output"]) == ["gwp, b minus a"]
    assert not found.sobol.empty


def test_what_cannot_be_ranked_is_refused(grid_class, training):
    with pytest.raises(ValueError, match="ladder: n = 32 is too small to rank by"):
        ladder(training, n=32)
    with pytest.raises(ValueError, match="ladder: no input varies"):
        ladder(lca.Lifecycle(grid_class(intensity=1)))
    with pytest.raises(TypeError, match="ladder takes a Study or a Lifecycle"):
        ladder(3)
