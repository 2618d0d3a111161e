"""Study files: what they can say, and what is said of wrong ones."""

import json

import pytest
from ruamel.yaml import YAML

import lca
from lca import studyfile, tables
from lca.studyfile import StudyFileError, load

BASE = """\
study: mine
functional_unit: one model
preset: training_run
with:
  accelerator: A100-SXM-80GB
  accelerator_hours: 1000
  region: FR
  development: excluded
scenarios:
  France: {}
  Poland:
    grid.intensity: {region: PL, year: 2022}
"""


@pytest.fixture
def write(tmp_path):
    def make(text):
        path = tmp_path / "study.yaml"
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        return path

    return make


# -- what a file can say ------------------------------------------------------------------------


def test_a_scenario_goes_on_from_another(write):
    text = BASE + (
        "  shorter:\n    after: Poland\n    with: {lifetime: 3}\n"
        "  shorter and idle:\n    after: shorter\n    with: {utilisation: 0.5}\n"
        "    grid.intensity: 0.1\n"
    )
    scenarios = load(write(text)).study.scenarios
    last = scenarios["shorter and idle"]
    assert scenarios["shorter"].stages["grid"].intensity.key == "electricity.PL.2022"
    assert last.stages["grid"].intensity.point == 0.1
    assert last.stages["cluster"].lifetime.point == 3
    assert last.stages["cluster"].utilisation.point == 0.5
    assert scenarios["shorter"].stages["cluster"].utilisation.point != 0.5


def test_a_preset_with_facts_and_scenarios_by_address(write):
    file = load(write(BASE))
    assert list(file.study.scenarios) == ["France", "Poland"]
    assert file.study.scenarios["Poland"].stages["grid"].intensity.key == "electricity.PL.2022"
    assert (file.samples, file.seed, file.sampler) == (8192, 0, "sobol")


def test_the_same_study_in_python_gives_the_same_samples(write):
    life = lca.training_run(
        accelerator="A100-SXM-80GB",
        accelerator_hours=1000,
        region="FR",
        development="excluded",
        functional_unit="one model",
    )
    poland = life.replace({"grid.intensity": lca.catalogue.region("PL", 2022).intensity})
    ours = lca.simulate(lca.Study({"France": life, "Poland": poland}), n=64, seed=1)
    assert (lca.simulate(load(write(BASE)).study, n=64, seed=1).impacts_ == ours.impacts_).all()


def test_values_may_be_written_in_every_way(write):
    text = BASE.replace(
        "development: excluded",
        """development: 0.5
  lifetime: 6 year
  pue: {dist: lognormal, median: 0.2, gsd: 1.2, shifted: 1}
  utilisation: {dist: normal, mean: 0.8, sd: 0.05, truncated: [0.5, 1]}
  host_overhead: {figure: operation.host_overhead.power_ratio, times: 1.1}
  power: {use: mean power}
  accelerator_footprint:
    dist: triangular
    low: 100
    mode: 150
    high: 250
    unit: kgCO2e/accelerator
    source: judgement
    note: a wide guess
quantities:
  mean power: {dist: uniform, low: 300, high: 350, unit: W/accelerator}""",
    )
    life = load(write(text)).study.scenarios["France"]
    assert life.stages["cluster"].lifetime.point == 6
    assert life.stages["cooling"].pue.point == pytest.approx(1.2)
    assert life.stages["cluster"].utilisation.support == pytest.approx((0.5, 1.0))
    assert life.stages["training"].host_overhead.point == pytest.approx(1.45 * 1.1)
    assert life.unknowns["mean power"].addresses == ["training.power"]
    assert life.stages["accelerator"].footprint.note == "a wide guess"
    assert list(life.activities) == ["development", "training"]


MADE = """\
study: made
functional_unit: one run
root: run
stages:
  run: {stage: Training, electricity: grid, cooling: hall, accelerator_hours: 8, power: 0.3}
  grid:
    make: hourly_electricity
    area: US-CISO
    load: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    utc_offset: -8
    losses: 0
  hall: {stage: Housing, cooling: cooling, refrigerant: refrigerant}
  cooling: {stage: Cooling, electricity: grid, pue: 1.2}
  refrigerant: {make: refrigerant_leakage, refrigerant: R-134a, leakage: 0.03}
  card: {stage: Accelerator, footprint: 164}
scenarios:
  as it is: {}
  another grid:
    cooling.pue: 1.3
    cooling: {stage: Cooling, electricity: grid, wue: 0}
    grid: {make: electricity, region: FR, year: 2022}
"""


def test_a_function_makes_a_stage_with_fields_and_suppliers(write):
    scenarios = load(write(MADE)).study.scenarios
    noon = scenarios["as it is"].stages
    assert noon["grid"].timing.point == pytest.approx(0.7, abs=0.05)
    assert noon["grid"].losses.point == 0
    assert noon["refrigerant"].leakage.point == 0.03


def test_stages_are_replaced_before_inputs_and_take_from_those_before_them(write):
    other = load(write(MADE)).study.scenarios["another grid"].stages
    assert other["grid"].intensity.key == "electricity.FR.2022"
    assert other["cooling"].pue.point == 1.3
    assert other["cooling"].electricity is other["grid"]


def test_a_choice_of_embodied_models_stands_for_an_accelerator(write):
    text = MADE.replace(
        "card: {stage: Accelerator, footprint: 164}",
        "accelerator: {make: accelerator_embodied, accelerator: H100-SXM, weights: {ADEME: 1}}",
    ).replace("root: run", "root: accelerator")
    text = text[: text.index("  another grid")]
    made = load(write(text)).study.scenarios["as it is"].stages["accelerator"]
    assert "vendor footprint" in made.alternatives


def test_stages_by_name_with_a_choice_and_a_swap(write):
    text = """\
study: graph
functional_unit: one hour
root: cluster
stages:
  cluster: {stage: Cluster, electricity: grid, accelerator: card, rated_power: 400 W/accelerator}
  grid: {stage: Electricity, intensity: {region: FR, year: 2022}, losses: 0}
  card:
    choice: embodied model
    alternatives: {vendor: vendor card, tear-down: torn card}
    weights: {vendor: 1, tear-down: 1}
  vendor card: {stage: Accelerator, footprint: 164}
  torn card: {stage: Accelerator, footprint: 273}
inputs:
  cluster.lifetime: 5 year
scenarios:
  as it is: {}
  vendor: {embodied model: vendor}
  wet: {grid: {stage: Electricity, intensity: 0.05, losses: 0, water: 3}}
  owner: {cluster.idle_time: left to the owner}
"""
    study = load(write(text)).study
    nominal = {name: life.nominal()["gwp"] for name, life in study.scenarios.items()}
    assert nominal["vendor"]["card"] == pytest.approx(164 / 0.8 / (5 * 8760))
    assert "wcf" in study.scenarios["wet"].categories
    assert nominal["owner"]["cluster"] == 0


def test_norway_is_a_region_and_never_false(write):
    life = load(write(BASE.replace("region: FR", "region: NO"))).study.scenarios["France"]
    assert life.stages["grid"].intensity.key.startswith("electricity.NO.")


def test_numbers_are_numbers_as_in_yaml_1_2(write):
    text = BASE.replace("accelerator_hours: 1000", "accelerator_hours: 1e3").replace(
        "preset:", "samples: 1e4\nseed: 010\npreset:"
    )
    file = load(write(text))
    assert (file.samples, file.seed) == (10_000, 10)


def test_facts_of_a_scenario_are_laid_over_those_of_the_study(write):
    text = BASE + "  short:\n    with: {lifetime: 3, stored: null}\n    cooling.pue: 1.1\n"
    life = load(write(text)).study.scenarios["short"]
    assert life.stages["cluster"].lifetime.point == 3
    assert life.stages["cooling"].pue.point == 1.1
    assert life.stages["grid"].intensity.key.startswith("electricity.FR.")


def test_the_shipped_study_is_found_by_name():
    file = load("bloom")
    assert len(file.study.scenarios) == 20
    assert file.published.value == 50.5
    total = file.study.scenarios["as published"].nominal("gwp")
    assert total / 1000 == pytest.approx(50.5, rel=0.002)
    with pytest.raises(StudyFileError, match="no study file 'blom'; did you mean 'bloom'"):
        load("blom")


# -- what is said of wrong ones -------------------------------------------------------------------

BAD = {
    "unknown key": (
        BASE.replace("functional_unit", "funtional_unit"),
        r"study\.yaml:2:1: funtional_unit: no such key; did you mean 'functional_unit'",
    ),
    "wrong type": (
        BASE.replace("preset:", "samples: many\npreset:", 1),
        r":3:1: samples: is a whole number, not 'many'",
    ),
    "count": (BASE.replace("preset:", "samples: 1e24\npreset:", 1), r":3:1: samples: "),
    "true for a count": (
        BASE.replace("preset:", "samples: true\npreset:", 1),
        r":3:1: samples: is a whole number, not ",
    ),
    "text for a number": (
        BASE.replace("preset:", "amount: '3'\npreset:", 1),
        r":3:1: amount: is a number, not ",
    ),
    "published value that is none": (
        BASE + "published: {value: .nan, unit: tCO2e}\n",
        r"published\.value: is a finite number, not nan",
    ),
    "true for a bound": (
        BASE + "crossing: {input: grid.intensity, between: [true, 2], of: [embodied, operational]}",
        r"crossing\.between\.0: is a number, not ",
    ),
    "negative hours": (
        BASE.replace("1000", "-5"),
        r":6:3: with\.accelerator_hours: .* lies below its lower bound 0",
    ),
    "infinite": (BASE.replace("1000", "1e400"), r":6:3: with\.accelerator_hours: .*not finite"),
    "low above high": (
        BASE.replace(
            "development: excluded",
            "development: excluded\n  pue: {dist: uniform, low: 2, high: 1}",
        ),
        r":9:3: with\.pue: uniform: low = 2 is above high = 1",
    ),
    "valid": (
        BASE.replace("development: excluded", "development: excluded\n  pue: 0.9"),
        r":9:3: with\.pue: Cooling 'cooling': pue = 0\.9 lies below its lower bound 1",
    ),
    "region": (BASE.replace("FR", "XX"), r":7:3: with\.region: no region 'XX'"),
    "iso3": (
        BASE.replace("region: PL", "region: POL"),
        r":12:5: scenarios\.Poland\.grid\.intensity: no region 'POL'.*did you mean 'PL' \(Poland\)",
    ),
    "address": (
        BASE.replace("grid.intensity", "grid.intensty"),
        r":12:5: scenarios\.Poland\.grid\.intensty: no input .*did you mean 'grid\.intensity'",
    ),
    "steps": (
        BASE + "steps: [France, Polnd]\n",
        r":13:17: steps\.1: no scenario 'Polnd'.*did you mean 'Poland'",
    ),
    "per nothing": (
        BASE + "per: {one hour: 0}\n",
        r":13:7: per\.one hour: is above 0, not 0",
    ),
    "per itself": (
        BASE + "per: {one model: 2}\n",
        r":13:7: per\.one model: is the functional unit itself",
    ),
    "per what": (BASE + 'per: {" ": 2}\n', r":13:7: per\. : no words"),
    "after": (
        BASE + "  later:\n    after: Polnd\n",
        r":14:5: scenarios\.later\.after: no scenario 'Polnd' before .*did you mean 'Poland'",
    ),
    "fact": (
        BASE.replace("region: FR", "region: FR\n  lifetme: 5"),
        r":8:3: with\.lifetme: no such fact; did you mean 'lifetime'",
    ),
    "missing fact": (
        BASE.replace("  development: excluded\n", ""),
        r":4:1: with: the fact 'development' is missing",
    ),
    "unit": (
        BASE.replace("region: FR", "region: FR\n  lifetime: 5 yeer"),
        r":8:3: with\.lifetime: no unit 'yeer' .*did you mean 'year'",
    ),
    "wrong unit": (
        BASE.replace("region: FR", "region: FR\n  lifetime: 5 kg"),
        r":8:3: with\.lifetime: .*'kg' is not a unit of the same kind as 'year'",
    ),
    "distribution": (
        BASE.replace("{region: PL, year: 2022}", "{dist: logormal, median: 1, gsd: 2}"),
        r":12:22: .*no distribution 'logormal'; did you mean 'lognormal'",
    ),
    "argument": (
        BASE.replace("{region: PL, year: 2022}", "{dist: lognormal, median: 1, gds: 2}"),
        r":12:5: .*lognormal: no argument 'gds'; did you mean 'gsd'",
    ),
    "missing argument": (
        BASE.replace("{region: PL, year: 2022}", "{dist: uniform, low: 1}"),
        r":12:5: .*uniform: missing.*'high'",
    ),
    "form": (
        BASE.replace("{region: PL, year: 2022}", "{regoin: PL}"),
        r":12:5: .*give exactly one of dist, figure, region, use; did you mean 'region'",
    ),
    "year": (
        BASE.replace("year: 2022", "year: 1910"),
        r":12:5: .*region 'PL' has no electricity of 1910; there is 2015 to",
    ),
    "duplicate": (
        BASE.replace("region: FR", "region: FR\n  region: PL"),
        r":8:3: found duplicate key \"region\"",
    ),
    "published scenario": (
        BASE + "published: {value: 3, unit: kgCO2e, scenario: Frence}\n",
        r":13:1: published: no scenario 'Frence'; did you mean 'France'",
    ),
    "published unit": (
        BASE + "published: {value: 3, unit: kg}\n",
        r":13:1: published: 'kg' is not a unit of the same kind as 'kgCO2e'",
    ),
    "name": (BASE.replace("mine", '"../mine"'), r":1:1: study: '\.\./mine' is no name"),
    "bomb": ("study: x\na: &a [1, 1]\nb: &b [*a, *a]\n", r":2:4: anchors and aliases are not"),
    "tag": ('study: !!python/object/apply:os.system ["true"]\n', r":1:8: tags are not allowed"),
    "binary": (bytes(range(128, 256)) * 20, r"not a text file: byte 0 is not UTF-8"),
    "control": ("study: \x00\x01\n", r"study\.yaml"),
    "empty": ("", r":1:1: the file is empty; a study begins with `study: NAME`"),
    "list": ("- a\n- b\n", r":1:1: a study is a mapping .*not a list"),
    "single value": ("3\n", r":1:1: a study is a mapping .*not a single value"),
    "noise": (b"x" * 10_000_000, r"10\.0 MB is no study file; at most 1 MB"),
    "syntax": ("study: x\n  bad: [1\n", r"study\.yaml:2:6: mapping values are not allowed"),
    "deep": ("study: x\nstages: " + "{a: " * 40 + "1" + "}" * 40, r"nested deeper than 12 levels"),
    "nothing to do": ("study: x\n", r":1:1: give either `preset:`.* or `stages:`"),
    "preset": (
        "study: x\npreset: trainingrun\n",
        r":2:1: preset: no preset 'trainingrun'; did you mean 'training_run'",
    ),
    "loop": (
        "study: x\nroot: a\nstages:\n"
        "  a: {stage: Development, run: b}\n  b: {stage: Development, run: a}\n",
        r":5:27: stages\.b\.run: a loop: a -> b -> a",
    ),
    "stage class": (
        "study: x\nroot: a\nstages:\n  a: {stage: Electrcity, intensity: 1}\n",
        r":4:7: stages\.a\.stage: no stage class 'Electrcity'; did you mean 'Electricity'",
    ),
    "stage field": (
        "study: x\nroot: a\nstages:\n  a: {stage: Electricity, intensty: 1}\n",
        r":4:27: stages\.a\.intensty: no such field; did you mean 'intensity'",
    ),
    "supplier": (
        "study: x\nroot: a\nstages:\n  a: {stage: Cooling, electricity: grd}\n"
        "  grid: {stage: Electricity, intensity: 1}\n",
        r":4:23: stages\.a\.electricity: no stage 'grd'; did you mean 'grid'",
    ),
    "loose supplier unit": (
        "study: x\nroot: a\nstages:\n  a: {stage: Cooling, electricity: b}\n"
        "  b: {stage: Disposal}\n",
        r":4:23: stages\.a\.electricity: .*takes what is delivered per kWh, but",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_told_where_what_and_what_to_do(write, what):
    text, message = BAD[what]
    with pytest.raises(StudyFileError, match=message) as caught:
        load(write(text))
    assert len(str(caught.value).splitlines()) <= 12
    assert len(str(caught.value)) < 1600


def test_nothing_is_executed_from_a_file(write, tmp_path):
    marker = tmp_path / "made"
    text = f'study: !!python/object/apply:os.mkdir ["{marker}"]\n'
    with pytest.raises(StudyFileError, match="tags are not allowed"):
        load(write(text))
    assert not marker.exists()


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("refrigerant_leakage", "refrigerant_lekage", r"make: no function .* did you mean"),
        ("leakage: 0.03", "leekage: 0.03", r"leekage: no such field; did you mean 'leakage'"),
        ("refrigerant: R-134a,", "refrigerant: R-134b,", r"\.refrigerant: .*R-134b"),
        ("area: US-CISO", "area: US-CIS", r"US-CIS"),
        ("area: US-CISO", "area: [US-CISO]", r"grid\.area: is a text"),
        ("make: hourly_electricity", "make: [hourly_electricity]", r"grid\.make: no function"),
        ("electricity: grid, pue", "electricity: [grid], pue", r"no stage"),
        ("grid:\n    make:", "grid:\n    stage: Cooling\n    make:", r"a stage is a mapping with"),
        ("region: FR", "region: FRA", r"another grid\.grid.*FRA"),
    ],
)
def test_a_wrong_function_or_argument_is_refused_where_it_stands(write, right, wrong, message):
    assert right in MADE
    with pytest.raises(StudyFileError, match=message):
        load(write(MADE.replace(right, wrong)))


def test_a_function_that_names_its_stage_keeps_the_name(write):
    text = BASE + "  other:\n    grid: {make: accelerator_embodied, accelerator: H100-SXM}\n"
    with pytest.raises(StudyFileError, match="makes a stage called 'accelerator'; call it so"):
        load(write(text))


def test_every_preset_is_a_public_name():
    for name, make in studyfile.PRESETS.items():
        assert getattr(lca, name) is make


@pytest.mark.parametrize(("text", "value"), [('"1.21"', 1.21), ('"1e5"', 1e5), ("'.5'", 0.5)])
def test_a_quoted_number_keeps_all_its_digits(write, text, value):
    life = load(write(BASE.replace("region: FR", f"region: FR\n  stored: {text}"))).study.scenarios[
        "France"
    ]
    assert life.stages["training"].stored.point == pytest.approx(value)


# -- grids, correlations, sensitivity, figures --------------------------------------------------


SMALL = BASE[: BASE.index("scenarios:")]


def test_a_grid_crosses_facts_and_addresses(write):
    text = SMALL + "grid:\n  region: [FR, PL]\n  cluster.lifetime: [4, 6 year]\n"
    scenarios = load(write(text)).study.scenarios
    assert list(scenarios) == ["FR, 4 years", "FR, 6 year", "PL, 4 years", "PL, 6 year"]
    python = lca.scenarios.factorial(
        lambda region: load(write(SMALL.replace("FR", region))).study.scenarios["baseline"],
        {"region": ["FR", "PL"], "cluster.lifetime": [4, 6]},
    )
    assert [one.nominal("gwp") for one in scenarios.values()] == pytest.approx(
        [one.nominal("gwp") for one in python.scenarios.values()]
    )


def test_a_fact_of_the_grid_need_not_stand_in_the_study_too(write):
    text = SMALL.replace("  region: FR\n", "") + "grid: {region: {home: FR, abroad: PL}}\n"
    scenarios = load(write(text)).study.scenarios
    assert list(scenarios) == ["home", "abroad"]
    assert scenarios["abroad"].stages["grid"].intensity.key.startswith("electricity.PL")


def test_scenarios_are_crossed_with_a_grid_and_its_values_may_be_named(write):
    text = BASE + (
        "quantities: {good: {dist: uniform, low: 1.1, high: 1.2}}\n"
        "grid:\n  cooling.pue: {usual: {figure: operation.pue.unknown_operator}, best: 1.05}\n"
        "  grid.losses: [{use: good, times: 0.05}]\n"
        "steps: ['France, usual, good', 'Poland, best, good']\n"
    )
    scenarios = load(write(text)).study.scenarios
    assert list(scenarios) == [
        "France, usual, good",
        "France, best, good",
        "Poland, usual, good",
        "Poland, best, good",
    ]
    assert scenarios["Poland, best, good"].stages["grid"].intensity.key == "electricity.PL.2022"
    assert scenarios["Poland, best, good"].stages["cooling"].pue.point == 1.05


def test_correlations_are_of_the_study(write):
    text = SMALL + "correlations:\n  - [cooling.pue, grid.losses, 0.7]\n"
    study = load(write(text)).study
    assert study.correlation == lca.correlate({("cooling.pue", "grid.losses"): 0.7})


def test_sensitivity_and_figures_are_kept_for_the_run(write):
    text = SMALL + (
        "sensitivity: {method: morris, n: 4, of: gwp}\n"
        "figures:\n  - total\n  - shares: {category: wcf}\n"
    )
    file = load(write(text))
    assert file.figures == (("total", {}), ("shares", {"category": "wcf"}))
    table = file.sensitivity.table(file.study, seed=1)
    assert "gwp, baseline" in set(table["output"])
    assert not any("wcf" in output for output in table["output"])
    assert "mu_star" in table


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("grid: {regin: [FR]}\n", ":9:8: grid.regin: no such fact; did you mean 'region'"),
        ("grid:\n  region: [FR, XX]\n", ":10:3: grid.region: no region 'XX'"),
        ("grid:\n  cooling.pu: [1]\n", "did you mean 'cooling.pue'"),
        ("grid:\n  cooling.pue: [1.1, 0.2]\n", ":10:22: grid.cooling.pue.1: "),
        ("grid:\n  cooling.pue: 1.1\n", ":10:3: grid.cooling.pue: is a list of values"),
        ("grid:\n  cooling.pue: []\n", ":10:3: grid.cooling.pue: is a list of values"),
        ("grid: {cooling.pue: [1.1, 1.1]}\n", "two scenarios are called 'pue 1.1'"),
        ("grid: {cooling.pue: [{dist: uniform, low: 1, high: 2}]}\n", "give values by name"),
        (f"grid: {{a: {list(range(50))}, b: {list(range(50))}}}\n", "2,500 scenarios are no grid"),
        ("correlations: [[cooling.pue, 0.7]]\n", ":9:16: correlations.0: is [one input"),
        ("correlations: [[cooling.pue, grid.loses, 0.7]]\n", "did you mean 'grid.losses'"),
        ("correlations: [[cooling.pue, grid.losses, 7]]\n", "correlations.0: correlate"),
        (
            "correlations: [[cooling.pue, grid.losses, 1], [cooling.pue, grid.losses, 1]]\n",
            ":9:47: correlations.1: the pair 'cooling.pue', 'grid.losses' is given twice",
        ),
        ("sensitivity: {methd: sobol}\n", ":9:15: sensitivity.methd: no such key; did you mean"),
        ("sensitivity: {method: sobl}\n", ":9:15: sensitivity.method: is one of choices, "),
        ("sensitivity: {method: sobl}\n", "; did you mean 'sobol'"),
        ("reporter: ownr\n", ":9:1: reporter: is one of owner, tenant, not 'ownr'; did you mean"),
        ("reporter: [owner]\n", ":9:1: reporter: is one of owner, tenant, not ['owner']"),
        ("reportr: owner\n", ":9:1: reportr: no such key; did you mean 'reporter'"),
        ("sensitivity: {method: elasticities, n: 4}\n", "elasticities takes no n"),
        ("sensitivity: {of: gwpp}\n", ":9:15: sensitivity.of: of = 'gwpp': no such output"),
        ("figures: [totl]\n", ":9:11: figures.0: no figure 'totl'; did you mean 'total'"),
        ("figures:\n  - total: {categry: gwp}\n", ":10:13: figures.0.total.categry: no such arg"),
        ("figures:\n  - total: {category: gpw}\n", "no stage yields 'gpw'"),
        ("figures: [3]\n", ":9:11: figures.0: is the name of a figure"),
        ("figures: [calibration]\n", "no figure 'calibration'"),
    ],
)
def test_what_is_wrong_with_the_newer_keys_is_said_where_it_stands(write, more, message):
    with pytest.raises(StudyFileError) as raised:
        load(write(SMALL + more))
    assert message in str(raised.value)


def test_the_schema_that_is_shipped_is_that_of_the_model():
    shipped = tables.root() / "studies" / "schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == studyfile.schema(), (
        "write it again: lca schema > datasets/studies/schema.json"
    )


def test_every_shipped_study_is_valid_by_the_schema():
    jsonschema = pytest.importorskip("jsonschema")
    for path in sorted((tables.root() / "studies").glob("*.yaml")):
        jsonschema.validate(YAML(typ="safe").load(path), studyfile.schema())


# -- sweeps, break-even, refresh, equal quality, decisions --------------------------------------

SIZES = """\
study: sizes
functional_unit: one request
root: {training: share, serving: request}
quantities: {parameters: 70e9}
stages:
  grid: {stage: Electricity, intensity: {region: FR}}
  run:
    make: compute_training
    accelerator: H100-SXM-80GB
    parameters: {use: parameters}
    tokens: 1.4e12
    electricity: grid
  share: {stage: AmortisedTraining, training: run, requests: 1e9}
  tokens:
    make: computed_tokens
    accelerator: H100-SXM-80GB
    active_parameters: {use: parameters}
    electricity: grid
  request: {stage: Request, output: tokens, output_tokens: 400}
scenarios: {large: {}}
equal_quality:
  parameters: parameters
  tokens: run.tokens
  sizes: {small: 10e9}
  law: {A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28}
crossing: {input: share.requests, between: [1e6, 1e13], of: [large, 'large, small']}
"""
CONTRACT = """\
study: contract
functional_unit: one kWh
root: contract
stages:
  contract: {choice: contract, alternatives: {wind: wind, mix: mix}, kind: decision}
  wind: {stage: Electricity, intensity: 0.01, losses: 0}
  mix: {stage: Electricity, intensity: 0.4, losses: 0}
scenarios:
  now: {}
  dirty: {mix.intensity: 0.8}
"""


def test_a_sweep_is_that_of_python(write):
    file = load(write(BASE + "sweep: {input: cooling.pue, values: [1.1, 1.5]}\n"))
    ours = lca.scenarios.sweep(file.study, "cooling.pue", [1.1, 1.5], 64, 3)
    assert file.tables["sweep"](64, 3).equals(ours)


def test_several_sweeps_have_a_name_each_and_may_be_of_some_scenarios(write):
    more = (
        "sweep:\n  - {input: cooling.pue, values: [1.1, 1.5]}\n"
        "  - {input: grid.intensity, values: [50], unit: gCO2e/kWh, scenarios: [Poland]}\n"
    )
    file = load(write(BASE + more))
    assert list(file.tables) == ["sweep", "sweep-2"]
    table = file.tables["sweep-2"](64, 0)
    assert table[["input", "value", "input_unit", "scenario"]].to_numpy().tolist() == [
        ["grid.intensity", 50, "gCO2e/kWh", "Poland"]
    ]


def test_break_even_and_refresh_are_those_of_python(write):
    more = (
        "crossing:\n  input: grid.intensity\n  between: [0, 500]\n  unit: gCO2e/kWh\n"
        "  of: [embodied, operational]\n"
        "refresh: {improvement: {dist: uniform, low: 0.1, high: 0.3}, scenarios: [France]}\n"
    )
    file = load(write(BASE + more))
    between = lca.scenarios.crossing(
        file.study,
        "grid.intensity",
        (0, 500),
        "embodied",
        "operational",
        64,
        3,
        unit="gCO2e/kWh",
    )
    assert file.tables["crossing"](64, 3).equals(between)
    rate = lca.uniform(low=0.1, high=0.3)
    years = lca.scenarios.refresh_interval(
        file.study.scenarios["France"], "cluster.lifetime", rate, 64, 3
    )
    found = file.tables["refresh"](64, 3)
    assert found["scenario"].to_list() == ["France"]
    assert found.drop(columns="scenario").equals(years.drop(columns="scenario"))


def test_models_of_equal_quality_stand_beside_one_another(write):
    file = load(write(SIZES))
    large, small = file.study.scenarios.values()
    assert list(file.study.scenarios) == ["large", "large, small"]
    law = {"A": 406.4, "B": 410.7, "alpha": 0.34, "beta": 0.28}
    tokens = float(lca.scenarios.equal_quality(70e9, 1.4e12, 10e9, law))
    assert small.quantity("run.tokens").point == pytest.approx(tokens)
    assert small.quantity("tokens.active_parameters").point == 10e9
    assert large.quantity("tokens.active_parameters").point == 70e9
    row = file.tables["crossing"](64, 0).iloc[0]
    assert (row["never"], row["one_lower_first"]) == (0, 1)  # a small model pays off with use


def test_decisions_are_crossed_where_asked_and_sampled_where_asked(write):
    crossed = load(write(CONTRACT + "decisions: crossed\n")).study
    nominal = {name: life.nominal("gwp") for name, life in crossed.scenarios.items()}
    assert nominal == {"now, wind": 0.01, "now, mix": 0.4, "dirty, wind": 0.01, "dirty, mix": 0.8}
    weighted = CONTRACT.replace("kind: decision", "kind: decision, weights: {wind: 1, mix: 1}")
    sampled = lca.simulate(load(write(weighted + "decisions: sampled\n")).study, 64)
    assert set(sampled.total("gwp").sel(scenario="now").to_numpy()) == {0.01, 0.4}
    fixed = lca.simulate(load(write(weighted)).study, 64)
    assert len(set(fixed.total("gwp").sel(scenario="now").to_numpy())) == 1


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        (BASE, "sweep: {inpt: a, values: [1]}", ":13:9: sweep.inpt: no such key; did you mean"),
        (BASE, "sweep:\n  - {input: a}", ":14:5: sweep.0: the key 'values' is missing"),
        (BASE, "sweep: {input: cooling.pu, values: [1]}", "13:9: sweep.input: no input 'cooling."),
        (BASE, "sweep: {input: cooling.pu, values: [1]}", "did you mean 'cooling.pue'"),
        (BASE, "sweep: {input: cooling.pue, values: [1, 1]}", "give different numbers"),
        (BASE, "sweep: {input: cooling.pue, values: [0.2]}", "pue = 0.2 lies below its lower"),
        (
            BASE,
            "sweep: {input: cooling.pue, values: [x]}",
            ":13:38: sweep.values.0: is a number, not 'x'",
        ),
        (BASE, "sweep: {input: cooling.pue, values: [1], unit: kg}", "'kg' is not a unit of the"),
        (
            BASE,
            "sweep: {input: cooling.pue, values: [1], scenarios: [Frence]}",
            ":13:42: sweep.scenarios: no scenario 'Frence'; did you mean 'France'",
        ),
        (BASE, "sweep: {input: cooling.pue, values: [1], category: gpw}", "sweep.category: no"),
        (BASE, "sweep: 3", ":13:1: sweep: "),
        (
            BASE,
            "crossing: {input: cooling.pue, between: [1, 2], of: [embodied, operatonal]}",
            ":13:49: crossing.of: no part 'operatonal'; did you mean 'operational'",
        ),
        (
            BASE,
            "crossing: {input: cooling.pue, between: [2, 1], of: [embodied, operational]}",
            ":13:32: crossing.between: crossing: between = (2.0, 1.0); the first bound",
        ),
        (
            BASE,
            "crossing: {input: cooling.pue, between: [1, 2], of: [France, operational]}",
            "'France' is a scenario, and 'operational' is none; give two scenarios, or",
        ),
        (BASE, "refresh: {improvment: 0.2}", "refresh.improvment: no such key; did you mean"),
        (BASE, "refresh: {improvement: 1.5}", ":13:11: refresh.improvement: refresh: an improve"),
        (BASE, "refresh: {improvement: {dst: 1}}", ":13:11: refresh.improvement: give exactly"),
        (
            BASE,
            "refresh: {improvement: 0.2, lifetime: cooling.pue}",
            ":13:29: refresh.lifetime: 'cooling.pue' is no time: '1' is not a unit of the",
        ),
        (
            BASE,
            "refresh: {improvement: {dist: uniform, low: 0.1, high: 0.2, unit: kg}}",
            ":13:11: refresh.improvement: 'kg' is not a unit of the same kind as '1'",
        ),
        (
            BASE,
            "refresh: {improvement: 0.2, category: wcf}",
            "no stage of 'embodied' reports 'wcf'",
        ),
        (BASE, "refresh: {improvement: true}", ":13:11: refresh.improvement: True is not a value"),
        (BASE, "refresh: 0.2", ":13:1: refresh: is a mapping of scenarios, category, lifetime, "),
        (
            BASE,
            "sweep: {input: cooling.pue, values: []}",
            "is a list of at least 1 values, not of 0",
        ),
        (BASE, "sweep: {input: cooling.pue, values: [true]}", "values.0: is a number, not True"),
        (BASE, "sweep: {input: cooling.pue, values: ['1.1']}", "values.0: is a number, not '1.1'"),
        (
            BASE,
            "sweep: {input: cooling.pue, values: [.nan]}",
            "values.0: is a finite number, not nan",
        ),
        (
            BASE,
            "sweep: {input: cooling.pue, values: [0.5]}",
            ":13:29: sweep.values: Cooling 'cooling'",
        ),
        (
            BASE,
            f"sweep: {{input: cooling.pue, values: {list(range(1, 2000))}}}",
            "sweep.values: is a list of at most 1000 values, not of 1999",
        ),
        (
            BASE,
            "sweep: {input: cooling.pue, values: [1.1], scenarios: [France, France]}",
            "sweep.scenarios: the scenario 'France' is given twice",
        ),
        (
            BASE,
            "crossing: {input: grid.intensity, between: [0], of: [embodied, operational]}",
            ":13:35: crossing.between: is a list of two values, not of 1",
        ),
        (
            BASE,
            "crossing: {input: grid.intensity, between: [0, 1], of: [embodied, embodied]}",
            ":13:52: crossing.of: 'embodied' is given twice",
        ),
        (
            BASE,
            "crossing: {input: grid.intensity, between: [0, 1], of: [France, Frnce]}",
            "'Frnce' is none; did you mean 'France'?",
        ),
        (
            BASE,
            "crossing: {input: grid.intensity, between: [0, 1], of: [embodied, operational], "
            "category: wcf}",
            "crossing.category: no stage of 'embodied' reports 'wcf': it is not known, and",
        ),
        (BASE, "steps: [France, France]", ":13:17: steps.1: the scenario 'France' is given twice"),
        (
            BASE,
            "sensitivity: {of: [gwp, nothing]}",
            "sensitivity.of: of = 'nothing': no such output",
        ),
        (BASE, "sensitivity: {n: true}", ":13:15: sensitivity.n: is a whole number, not True"),
        (BASE, "per: {x: true}", ":13:7: per.x: is a number, not True"),
        (BASE, "per: {2024-01-01: 1}", "the key 2024-01-01 is not a text; put it in quotes"),
        (BASE, "per: {true: 1}", "the key true is not a text; put it in quotes"),
        (
            BASE,
            "correlations: [[cooling.pue, cooling.wue, .9], [cooling.pue, training.power_fraction, "
            ".9], [training.power_fraction, cooling.wue, -.9]]",
            ":13:1: correlations: correlate: the coefficients of",
        ),
        (
            BASE,
            "refresh: {improvement: 0.2, lifetime: clustr.lifetime}",
            "refresh.lifetime: no input 'clustr.lifetime'; did you mean 'cluster.lifetime'",
        ),
        (SIZES.replace("10e9", "1e6"), "", "no number of tokens makes a model of 1e+06 param"),
        (SIZES.replace("tokens: run.tokens", "tokens: run.toknes"), "", "did you mean 'run.tokens"),
        (SIZES.replace("beta: 0.28", "bta: 0.28"), "", "give A, B, alpha, beta"),
        (SIZES.replace("  law:", "  lw:"), "", "equal_quality.lw: no such key; did you mean 'law'"),
        (BASE, "decisions: crossed", ":13:1: decisions: decisions: no choice is of kind="),
        (BASE, "decisions: crosed", ":13:1: decisions: is one of nominal, sampled, crossed, not"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_before_the_run(write, text, more, message):
    with pytest.raises(StudyFileError) as raised:
        load(write(f"{text}{more}\n"))
    assert message in str(raised.value)
    assert len(str(raised.value)) < 1600
