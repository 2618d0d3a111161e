"""Random lifecycles against a second, independent solution, sample by sample.

A lifecycle is described by plain data (`Made`, `Number`), built from it in one place, and
solved again from the draws of its result: by labels written out here, a dense matrix
`(I - A^T) x = f` for who delivers what, and a walk along every path for who answers for it.
"""

import copy
import dataclasses
import itertools
import pickle
from dataclasses import dataclass, field
from random import Random

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import lca

PHASES = ("manufacturing", "transport", "operation", "overhead", "storage")
SITE = "hall"
CATEGORIES = ("gwp", "gwp20", "wcf")
METHANE = {"gwp": 29.8, "gwp20": 82.5}  # IPCC AR6, fossil
TOLERANCE = 1e-12
LARGEST_WALK = 4000  # paths


def examples(count):
    """Return settings: few examples, the same ones in every run."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


# -- stages -----------------------------------------------------------------------------------


class Part(lca.Stage):
    """One kg of a part, from others; it emits nothing itself."""

    per = "kg"
    phase = "manufacturing"
    parts: dict = lca.suppliers("kg", "what it is made of")
    takes: dict = lca.parameters("1", "how much of each, and `scrap`", valid=(0, None))

    def exchanges(self):
        for part, stage in self.parts.items():
            yield stage, self.takes[part] * (1 + self.takes["scrap"])


class Burnt(Part):
    """A part that emits gases."""

    co2: lca.Number = lca.parameter("kg/kg", "CO2 by kg", valid=(0, None))
    ch4: lca.Number = lca.parameter("kg/kg", "methane by kg", valid=(0, None))

    def exchanges(self):
        yield "CO2", self.co2
        yield from super().exchanges()
        yield "CH4-fossil", self.ch4 * self.takes["scrap"]


class Footprint(Part):
    """A part with figures in the units of categories, one of them over a profile."""

    carbon: lca.Number = lca.parameter("kgCO2e/kg", "footprint", valid=(0, None))
    water: lca.Number = lca.parameter("L/kg", "water of three seasons", valid=(0, None))

    def exchanges(self):
        yield from super().exchanges()
        yield "gwp", self.carbon
        yield "wcf", (self.water * self.takes["scrap"]).sum(axis=0)


CLASSES = {"part": Part, "burnt": Burnt, "footprint": Footprint}
NUMBERS = {
    "part": {},
    "burnt": {"co2": "kg/kg", "ch4": "kg/kg"},
    "footprint": {"carbon": "kgCO2e/kg"},
}
PROFILE = [0.5, 1.0, 2.5]


# -- lifecycles as plain data -----------------------------------------------------------------


@dataclass(frozen=True)
class Number:
    """A quantity: its form, up to two arguments, and what decides its label."""

    form: str
    a: float
    b: float
    scale: float = 1.0
    name: str = ""
    key: str = ""
    kind: str = "uncertainty"
    common: str = ""
    share: float = 0.0
    milli: bool = False  # given in a unit a thousandth of the declared one

    def quantity(self, unit):
        about = {"name": self.name, "key": self.key, "kind": self.kind}
        about["unit"] = _thousandth(unit) if self.milli else unit
        if self.form == "fixed":
            made = lca.fixed(self.a, **about)
        elif self.form == "uniform":
            made = lca.uniform(low=self.a, high=self.a + self.b, **about)
        elif self.form == "triangular":
            made = lca.triangular(
                low=self.a, mode=self.a + self.b / 3, high=self.a + self.b, **about
            )
        elif self.form == "discrete":
            made = lca.discrete(values=[self.a, self.a + self.b], weights=[1, 2], **about)
        elif self.common:
            about |= {"common": self.common, "share": self.share}
            made = lca.lognormal(median=self.a, gsd=1 + self.b, **about)
        else:
            made = lca.lognormal(median=self.a, gsd=1 + self.b, **about)
        return made * self.scale if self.scale != 1 else made

    def values(self, address, draws):
        """Return the number as its formula should see it, from the draws by label."""
        label = self.name
        if not label and self.key and self.kind in ("uncertainty", "model"):
            label = self.key
        if not label:
            label = f"{SITE}/{address}" if self.kind == "variability" else address
        if self.form == "fixed":
            drawn = self.a
        elif self.kind == "decision":
            drawn = self.nominal
        elif label in draws:
            drawn = draws[label]
        else:  # a lognormal that is all common factor is its median
            assert self.share == 1, f"{label} is not drawn; drawn are {sorted(draws)}"
            drawn = self.a
        if self.common and self.kind != "decision":
            drawn = drawn * draws[f"common factor {self.common}"] ** (
                np.log(1 + self.b) * np.sqrt(self.share)
            )
        return drawn * self.scale * (1e-3 if self.milli else 1)

    @property
    def nominal(self):
        if self.form == "uniform":
            return self.a + self.b / 2
        if self.form == "triangular":
            return self.a + self.b / 3
        return self.a + self.b if self.form == "discrete" else self.a  # the likelier of two


def _thousandth(unit):
    return {"kg/kg": "g/kg", "kgCO2e/kg": "gCO2e/kg", "1": "g/kg"}[unit]


@dataclass(frozen=True)
class Made:
    """A stage by number: what it takes from earlier ones, and what it emits."""

    sort: str  # a key of CLASSES, or "choice"
    phase: str | None
    takes: dict = field(default_factory=dict)  # number of the supplier -> Number
    scrap: Number | None = None
    emits: dict = field(default_factory=dict)
    alternatives: tuple = ()
    weights: tuple = ()
    question: str = ""


@dataclass(frozen=True)
class Plan:
    """A lifecycle: stages, each after those it takes from, and what is delivered."""

    made: tuple
    roots: dict  # activity -> number of the stage
    amount: float

    def build(self, *, backwards=False, order=None, taken=None):
        """Return the lifecycle; the flags change only the order in which things are written."""
        stages = {}
        for i in order or range(len(self.made)):
            stages[i] = self._stage(i, stages, backwards)
        if taken is not None:
            taken.update(stages)
        roots = {activity: stages[i] for activity, i in self.roots.items()}
        return lca.Lifecycle(roots, amount=self.amount, functional_unit="one plan", site=SITE)

    def _stage(self, i, stages, backwards):
        made = self.made[i]
        turn = reversed if backwards else iter
        if made.sort == "choice":
            names = {f"s{one}": stages[one] for one in made.alternatives}
            weights = dict(zip(names, made.weights, strict=True)) if made.weights else None
            return lca.choice(made.question, names, weights=weights, name=f"s{i}")
        takes = {f"s{one}": made.takes[one].quantity("1") for one in turn(list(made.takes))}
        fields = {name: one.quantity(NUMBERS[made.sort][name]) for name, one in made.emits.items()}
        if made.sort == "footprint":
            fields["water"] = PROFILE
        return CLASSES[made.sort](
            name=f"s{i}",
            phase=made.phase,
            parts={f"s{one}": stages[one] for one in turn(list(made.takes))},
            takes={**takes, "scrap": made.scrap.quantity("1")},
            **fields,
        )

    # -- the second solution --

    def reached(self):
        """Return the stages that can be reached from what is delivered."""
        found, waiting = set(), list(self.roots.values())
        while waiting:
            i = waiting.pop()
            if i not in found:
                found.add(i)
                waiting += [*self.made[i].takes, *self.made[i].alternatives]
        return sorted(found)

    def inventory(self, draws, n):
        """Return A[i, j] (what i takes of j) and the impacts by kg of every stage, by category."""
        count = len(self.made)
        matrix = np.zeros((count, count, n))
        own = {category: np.zeros((count, n)) for category in CATEGORIES}
        for i in self.reached():
            made = self.made[i]
            if made.sort == "choice":
                for place, one in enumerate(made.alternatives):
                    picked = draws.get(made.question, np.full(n, float(self._taken(made))))
                    matrix[i, one] += picked == place
                continue
            scrap = made.scrap.values(f"s{i}.takes.scrap", draws)
            for one, number in made.takes.items():
                matrix[i, one] += number.values(f"s{i}.takes.s{one}", draws) * (1 + scrap)
            emitted = {k: v.values(f"s{i}.{k}", draws) for k, v in made.emits.items()}
            if made.sort == "burnt":
                for category, factor in METHANE.items():
                    own[category][i] += emitted["co2"] + factor * emitted["ch4"] * scrap
            if made.sort == "footprint":
                own["gwp"][i] += emitted["carbon"]
                own["wcf"][i] += sum(PROFILE) * scrap
        return matrix, own

    @staticmethod
    def _taken(made):
        return int(np.argmax(made.weights)) if made.weights else 0

    def choices(self):
        """Return the choices among the stages that can be reached."""
        return [i for i in self.reached() if self.made[i].sort == "choice"]

    def is_avoided(self, i):
        return self.made[i].phase == "avoided"

    def dense(self, matrix, own):
        """Return what stages deliver, totals and avoided burdens by category, and rounding."""
        count, n = len(self.made), matrix.shape[-1]
        real = [i for i in range(count) if not self.is_avoided(i)]
        credits = [i for i in range(count) if self.is_avoided(i)]
        demand = np.zeros(count)
        for i in self.roots.values():
            demand[i] += self.amount
        delivered = np.zeros((count, n))
        total = {category: np.zeros(n) for category in own}
        avoided = {category: np.zeros((count, n)) for category in own}
        noise = np.zeros(n)  # elimination leaves rounding of this size where nothing flows
        for k in range(n):
            whole = matrix[:, :, k]
            cut = whole.copy()
            cut[credits] = 0  # what an avoided stage demands is its own
            x = np.linalg.solve(np.eye(count) - cut.T, demand)
            delivered[real, k] = x[real]
            for category, flows in own.items():
                total[category][k] = x[real] @ flows[real, k]
                each = np.linalg.solve(np.eye(count) - whole, flows[:, k])
                avoided[category][credits, k] = x[credits] * each[credits]
                noise[k] = max(noise[k], x[credits].max(initial=0) * np.abs(each).max())
        return delivered, total, avoided, noise

    def paths(self):
        """Yield every path from what is delivered, as (activity, stages)."""
        waiting = [(activity, (i,)) for activity, i in self.roots.items()]
        while waiting:
            activity, path = waiting.pop()
            yield activity, path
            made = self.made[path[-1]]
            waiting += [(activity, (*path, j)) for j in [*made.takes, *made.alternatives]]

    def answers(self, path):
        """Return who answers for the end of a path, and whether it is avoided.

        The first avoided stage; else the last stage with a phase; where that was reached
        through a choice of its phase, and nothing but that phase between, the choice; else
        what is delivered.
        """
        for i in path:
            if self.is_avoided(i):
                return i, True
        phased = [i for i in path if self.made[i].phase is not None]
        if not phased:
            return path[0], False
        row = phased[-1]
        for i in reversed(phased):
            if self.made[i].phase != self.made[row].phase:
                break
            if self.made[i].sort == "choice":
                row = i
        return row, False

    def attributed(self, matrix, own):
        """Return impacts by row, by category, and by activity, walked path by path."""
        count, n = len(self.made), matrix.shape[-1]
        rows = {category: np.zeros((count, n)) for category in own}
        activities = {(c, activity): np.zeros(n) for c in own for activity in self.roots}
        for activity, path in self.paths():
            scale = np.full(n, self.amount)
            for i, j in itertools.pairwise(path):
                scale = scale * matrix[i, j]
            row, avoided = self.answers(path)
            for category, flows in own.items():
                if not avoided:
                    rows[category][row] += scale * flows[path[-1]]
                    activities[category, activity] += scale * flows[path[-1]]
        return rows, activities


# -- strategies ---------------------------------------------------------------------------------

SHARED = {
    "lifetime": Number("uniform", 0.2, 0.7, name="lifetime"),
    "yield": Number("lognormal", 0.4, 0.3, name="yield", kind="variability"),
    "rule": Number("discrete", 0.3, 0.4, name="rule", kind="decision"),
    "model": Number("triangular", 0.1, 0.5, name="model", kind="model"),
    "fact": Number("lognormal", 0.6, 0.2, key="fact.of.the.catalogue"),
}
KEYED = Number("uniform", 0.3, 0.3, key="figure.of.a.population", kind="variability")


def some_number(random, unit="1"):
    """Return a number of any form; one in three is shared by name or key (in `1` only)."""
    if unit == "1" and random.random() < 0.33:
        shared = random.choice([*SHARED.values(), KEYED])
        return dataclasses.replace(shared, scale=random.choice([1.0, 0.95, 2.0]))
    form = random.choice(["fixed", "uniform", "lognormal", "triangular", "discrete"])
    common = random.choice(["", "fab", "grid"]) if form == "lognormal" else ""
    kind = random.choice(["uncertainty", "uncertainty", "variability", "model", "decision"])
    return Number(
        form,
        round(random.uniform(0.05, 1), 4),
        round(random.uniform(0.05, 1), 4),
        scale=random.choice([1.0, 1.0, 0.5]),
        kind="uncertainty" if form == "fixed" else kind,
        common=common,
        share=random.choice([0.0, 0.3, 1.0]) if common else 0.0,
        milli=random.random() < 0.5,
    )


def some_stage(random, i):
    """Return a stage that takes from up to three earlier ones, most often the last."""
    sort = random.choice(sorted(CLASSES))
    below = {i - 1, *random.choices(range(i), k=random.randint(0, 2))} if i else set()
    phase = random.choice([None, None, None, "avoided", *PHASES[:3], *PHASES[:3]])
    emits = {name: some_number(random, unit) for name, unit in NUMBERS[sort].items()}
    takes = {j: some_number(random) for j in sorted(below, reverse=random.random() < 0.5)}
    return Made(sort, phase, takes, scrap=some_number(random), emits=emits)


def some_choice(random, made, i):
    """Return a choice between earlier stages of one phase; None where there are no two."""
    phases = [one.phase for one in made]
    phase = random.choice(phases[-3:]) if phases else None
    among = [j for j, one in enumerate(phases) if one == phase]
    if len(among) < 2:
        return None
    taken = random.sample(among, random.randint(2, min(3, len(among))))
    weights = tuple(random.randint(1, 4) for _ in taken) if random.random() < 0.7 else ()
    return Made(
        "choice", phase, alternatives=tuple(taken), weights=weights, question=f"question {i}"
    )


def some_plan(seed, size):
    """Return a lifecycle of at most `size` stages."""
    random = Random(seed)
    made = []
    for i in range(size):
        chosen = some_choice(random, made, i) if random.random() < 0.4 else None
        made.append(chosen or some_stage(random, i))
    last = size - 1
    roots = {"all": last}
    if random.random() < 0.5:
        roots = {"run": last, "trials": random.randint(0, last)}
    return Plan(tuple(made), roots, random.choice([1.0, 250.0]))


# A seed and a size: small lists of choices drawn one by one are too much alike in a few examples.
plans = st.builds(some_plan, st.integers(0, 2**32), st.sampled_from([12, 9, 7, 5, 3]))
randoms = st.integers(0, 2**32).map(Random)


def simulated(life, n=32, sampler="random", seed=3):
    return lca.simulate(life, n=n, seed=seed, sampler=sampler)


def drawn(result):
    return dict(zip(result.draws.coords["input"].values.tolist(), result.draws_, strict=True))


def near(one, other, what=""):
    np.testing.assert_allclose(one, other, rtol=TOLERANCE, atol=1e-300, err_msg=what)


def close(one, other, scale):
    """Assert equality relative to a sum of which both are parts: parts may cancel to 0."""
    assert np.all(np.abs(one - other) <= TOLERANCE * np.maximum(scale, 1e-300))


def samples_of(result):
    """Return every array of a result as dictionaries by name, so that order does not matter."""
    found = {}
    for what in ("impacts", "direct", "amounts", "avoided"):
        array = getattr(result, what)
        for stage in array.coords["stage"].values:
            values = array.sel(stage=stage).to_numpy()
            if what == "amounts" or values.any():
                found[what, stage] = values
    return found | {("draws", k): v for k, v in drawn(result).items()}


def same_bits(one, other):
    for name in ("impacts_", "direct_", "amounts_", "avoided_", "activities_", "draws_"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.info["drawn"] == other.info["drawn"]
    assert one.info["rows"] == other.info["rows"]


# -- the same result by other means ---------------------------------------------------------------


@examples(150)
@given(plans)
def test_the_graph_solves_as_the_dense_matrix_does(plan):
    result = simulated(plan.build())
    matrix, own = plan.inventory(drawn(result), result.n)
    delivered, total, avoided, noise = plan.dense(matrix, own)
    largest = delivered.max(axis=0)
    for stage in result.info["stages"]:
        close(result.amounts.sel(stage=stage)[0], delivered[int(stage[1:])], largest)
    for j, category in enumerate(result.categories):
        near(result.total(category)[0], total[category], category)
        near(result.direct_[0, j].sum(axis=0), total[category], category)
        near(result.activities_[0, j].sum(axis=0), total[category], category)
        for row, stage in enumerate(result.info["avoided"]):
            if not plan.choices():  # of which the alternatives report as the choice
                close(result.avoided_[0, j, row], avoided[category][int(stage[1:])], noise)
        close(result.avoided_[0, j].sum(axis=0), avoided[category].sum(axis=0), noise)
    for category in set(CATEGORIES) - set(result.categories):
        assert not total[category].any()


@examples(150)
@given(plans)
def test_rows_and_activities_are_what_a_walk_along_every_path_gives(plan):
    assume(sum(1 for _ in itertools.islice(plan.paths(), LARGEST_WALK)) < LARGEST_WALK)
    result = simulated(plan.build(), n=8)
    matrix, own = plan.inventory(drawn(result), result.n)
    rows, activities = plan.attributed(matrix, own)
    for j, category in enumerate(result.categories):
        total = result.impacts_[0, j].sum(axis=0)
        reported = dict(zip(result.info["rows"], result.impacts_[0, j], strict=True))
        for i, expected in enumerate(rows[category]):
            close(reported.pop(f"s{i}", np.zeros(result.n)), expected, total)
        assert not reported
        for k, activity in enumerate(result.info["activities"]):
            close(result.activities_[0, j, k], activities[category, activity], total)


@examples(20)
@given(plans, st.sampled_from(["stage", "phase", "group", "activity"]))
def test_keys_sum_to_the_total(plan, what):
    result = simulated(plan.build())
    assume(result.categories)
    parts = result.by(what)
    for category in result.categories:
        near(parts.sel(category=category)[0].sum(axis=0), result.total(category)[0], what)
    table = result.summary(by=what)
    for category, rows in table.groupby("category"):
        mean = rows.set_index("key")["mean"]
        near(mean.drop("total").sum(), mean["total"], category)


@examples(20)
@given(plans)
def test_what_is_avoided_is_in_no_total(plan):
    taken = {}
    result = simulated(plan.build(taken=taken))
    # the same lifecycle with every avoided stage, and what it demands, taken out
    without = [
        dataclasses.replace(
            one,
            takes={j: v for j, v in one.takes.items() if not plan.is_avoided(j)},
        )
        for one in plan.made
    ]
    roots = {activity: i for activity, i in plan.roots.items() if not plan.is_avoided(i)}
    assume(roots)
    bare = simulated(dataclasses.replace(plan, made=tuple(without), roots=roots).build())
    shared = set(drawn(bare)) - set(drawn(result))
    assert not shared
    for category in bare.categories:
        near(result.total(category)[0], bare.total(category)[0], category)
    for category in set(result.categories) - set(bare.categories):
        assert not result.total(category).any()
    for stage in result.info["avoided"]:
        assert stage not in result.info["rows"]


# -- order, copies, variants ----------------------------------------------------------------------


@examples(20)
@given(plans, randoms)
def test_the_order_of_suppliers_and_of_creation_changes_nothing(plan, random):
    plain = plan.build()
    waiting, order = set(range(len(plan.made))), []
    while waiting:  # some other order in which suppliers come first
        ready = [
            i
            for i in sorted(waiting)
            if not waiting & {*plan.made[i].takes, *plan.made[i].alternatives}
        ]
        order.append(random.choice(ready))
        waiting.remove(order[-1])
    for sampler in ("random", "sobol"):
        same_bits(
            simulated(plain, sampler=sampler), simulated(plan.build(order=order), sampler=sampler)
        )
    turned = plan.build(backwards=True)
    one, other = samples_of(simulated(plain)), samples_of(simulated(turned))
    assert set(one) == set(other)
    for name, values in one.items():
        near(values, other[name], str(name))


@examples(20)
@given(plans, st.sampled_from(["random", "sobol"]))
def test_copies_draw_the_same_bits(plan, sampler):
    life = plan.build()
    first = simulated(life, sampler=sampler)
    for other in (copy.deepcopy(life), pickle.loads(pickle.dumps(life)), plan.build()):
        same_bits(first, simulated(other, sampler=sampler))


@examples(20)
@given(plans, st.sampled_from(["random", "sobol"]))
def test_identical_lifecycles_differ_by_exactly_zero(plan, sampler):
    life = plan.build()
    scenarios = {"one": life, "built again": plan.build(), "copied": copy.deepcopy(life)}
    result = simulated(lca.Study(scenarios), sampler=sampler)
    for name in ("impacts_", "direct_", "amounts_", "avoided_", "activities_"):
        values = getattr(result, name)
        assert not (values - values[:1]).any(), name
    assert not any("#" in label for label in drawn(result))


@examples(20)
@given(plans, randoms)
def test_replacing_an_input_is_building_anew(plan, random):
    life = plan.build()
    free = [
        (i, path)
        for i in plan.reached()
        if plan.made[i].sort != "choice"
        for path in [*plan.made[i].takes, "scrap", *plan.made[i].emits]
        if not (old := _number(plan.made[i], path)).name and not old.key
    ]
    assume(free)
    i, path = random.choice(free)
    unit = NUMBERS[plan.made[i].sort].get(path, "1")
    new = some_number(random, unit)
    made = list(plan.made)
    made[i] = _with_number(made[i], path, new)
    anew = dataclasses.replace(plan, made=tuple(made)).build()
    address = f"s{i}.{path}" if path in plan.made[i].emits else f"s{i}.takes.{_part(path)}"
    replaced = life.replace({address: new.quantity(unit)})
    for sampler in ("random", "sobol"):
        same_bits(simulated(replaced, sampler=sampler), simulated(anew, sampler=sampler))
    if not new.name and not new.key:
        back = replaced.replace({address: _number(plan.made[i], path).quantity(unit)})
        same_bits(simulated(back), simulated(life))


def _part(path):
    return path if path == "scrap" else f"s{path}"


def _number(made, path):
    if path == "scrap":
        return made.scrap
    return made.takes[path] if path in made.takes else made.emits[path]


def _with_number(made, path, new):
    if path == "scrap":
        return dataclasses.replace(made, scrap=new)
    if path in made.takes:
        return dataclasses.replace(made, takes={**made.takes, path: new})
    return dataclasses.replace(made, emits={**made.emits, path: new})


@examples(20)
@given(plans, randoms)
def test_replacing_a_stage_or_an_answer_is_building_anew(plan, random):
    taken = {}
    life = plan.build(taken=taken)
    reached = plan.reached()
    choices = [i for i in reached if plan.made[i].sort == "choice"]
    made = list(plan.made)
    if choices and random.random() < 0.5:
        i = random.choice(choices)
        place = random.randrange(len(made[i].alternatives))
        weights = tuple(float(j == place) for j in range(len(made[i].alternatives)))
        made[i] = dataclasses.replace(made[i], weights=weights)
        replaced = life.replace({made[i].question: f"s{made[i].alternatives[place]}"})
        anew = dataclasses.replace(plan, made=tuple(made)).build()
    else:
        i = random.choice([i for i in reached if i not in choices])
        other = dataclasses.replace(some_stage(random, 0), phase=made[i].phase)
        made[i] = dataclasses.replace(other, takes={})
        changed = dataclasses.replace(plan, made=tuple(made))
        fresh = {}
        anew = changed.build(taken=fresh)
        replaced = life.replace({f"s{i}": fresh[i]})
    for sampler in ("random", "sobol"):
        same_bits(simulated(replaced, sampler=sampler), simulated(anew, sampler=sampler))


@examples(20)
@given(plans)
def test_an_unrelated_uncertain_stage_leaves_every_other_draw_as_it_was(plan):
    taken = {}
    life = plan.build(taken=taken)
    odd = Footprint(
        name="odd",
        parts={},
        takes={"scrap": lca.uniform(low=0, high=1)},
        carbon=lca.lognormal(median=1, gsd=2),
        water=PROFILE,
    )
    more = lca.Lifecycle(
        {"odd": odd, **life.activities}, amount=plan.amount, functional_unit="more", site=SITE
    )
    before, after = simulated(life), simulated(more)
    draws = drawn(after)
    for label, values in drawn(before).items():
        assert np.array_equal(values, draws.pop(label)), label
    assert set(draws) == {"odd.takes.scrap", "odd.carbon"}
    kept = [after.categories.index(category) for category in before.categories]
    for what in ("impacts", "direct"):
        one, other = getattr(before, what), getattr(after, what)
        for stage in one.coords["stage"].values:
            assert np.array_equal(one.sel(stage=stage)[0], other.sel(stage=stage)[0, kept]), stage


@examples(20)
@given(plan=plans)
def test_a_result_from_a_file_is_the_result(plan, tmp_path_factory):
    result = simulated(lca.Study({"one": plan.build(), "two": plan.build()}), n=8)
    path = tmp_path_factory.mktemp("kept") / "result.nc"
    result.to_netcdf(path)
    same_bits(result, lca.open(path))
    assert lca.open(path).summary().equals(result.summary())
