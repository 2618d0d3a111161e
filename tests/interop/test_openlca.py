"""A lifecycle in openLCA's format: read back, static score, formulas, uncertainty, notes."""

import math
import re
import zipfile

import numpy as np
import olca_schema
import pytest
from olca_schema import zipio
from olca_schema.units import property_ref, unit_ref

import lca
from lca.interop import openlca
from lca.interop.formula import NoFormula, Traced
from lca.stage import GraphError

CO2 = "349b29d1-3e58-4c66-98b9-9d1a076efd2e"


@pytest.fixture
def service():
    """An inference service with several categories."""
    return lca.inference_service(
        accelerator="H100-SXM",
        electricity=lca.stages.electricity_mix("FR", 2023, name="grid"),
        active_parameters=7e9,
        output_tokens=400,
        transferred=1e-6,
        year=2025,
    )


@pytest.fixture
def card():
    """A card by several models: a choice, common factors, shares."""
    card = lca.accelerator_embodied("H100-SXM")
    return lca.Lifecycle(card, amount=2, functional_unit="two cards")


LIVES = ["run_life", "training", "service", "card"]


@pytest.fixture(params=LIVES)
def life(request):
    return request.getfixturevalue(request.param)


def read(path):
    """Return every data set of a zip by kind and identifier, as olca-schema reads it."""
    kinds = ("Process", "Flow", "FlowProperty", "UnitGroup", "Parameter", "Source")
    kinds += ("ImpactCategory", "ImpactMethod", "Location")
    with zipio.ZipReader(path) as reader:
        return {
            kind: {one.id: one for one in reader.read_each(getattr(olca_schema, kind))}
            for kind in kinds
        }


def evaluated(formula, names):
    """Return the value of a formula as openLCA reads it: names without case, `^`, `;`."""
    text = formula.replace("^", "**").replace(";", ",").replace("<>", "!=")
    text = re.sub(r"(?<![<>!=])=(?!=)", "==", text).replace("if(", "if_(")
    known = {"if_": lambda c, a, b: a if c else b, "ln": math.log, "exp": math.exp}
    known |= {"sqrt": math.sqrt, "ceil": math.ceil, "max": max, "min": min, "abs": abs}
    text = re.sub(r"(?<![\w.])[A-Za-z]\w*", lambda m: m[0].lower(), text)
    return eval(text, {"__builtins__": {}}, known | names)


def scores(data, package, *, formulas):
    """Return the static score by category, from amounts or from formulas."""
    shared = {one.name.lower(): one.value for one in data["Parameter"].values()}

    def amount(exchange, names):
        if formulas and exchange.amount_formula:
            return evaluated(exchange.amount_formula, names)
        return exchange.amount

    def inventory(identifier, times, found):
        process = data["Process"][identifier]
        names = dict(shared)
        for one in process.parameters or []:
            value = one.value if one.is_input_parameter else evaluated(one.formula, names)
            names[one.name.lower()] = value
        for exchange in process.exchanges:
            if exchange.is_input:
                inventory(exchange.default_provider.id, times * amount(exchange, names), found)
            elif not exchange.is_quantitative_reference:
                flow = exchange.flow.id
                found[flow] = found.get(flow, 0) + times * amount(exchange, names)
        return found

    found = inventory(package.functional_unit, 1.0, {})
    return {
        category.name: sum(found.get(f.flow.id, 0) * f.value for f in category.impact_factors)
        for category in data["ImpactCategory"].values()
    }


@pytest.mark.parametrize("formulas", [False, True])
def test_the_static_score_is_ours_with_parameters_and_without(life, tmp_path, formulas):
    package = openlca.write(life, tmp_path / "life.zip")
    found = scores(read(package.path), package, formulas=formulas)
    assert list(found) == life.categories
    for category, score in found.items():
        assert score == pytest.approx(life.nominal(category), rel=1e-12)


def test_without_parameters_amounts_are_all_there_is(life, tmp_path):
    package = openlca.write(life, tmp_path / "life.zip", parameters=False)
    data = read(package.path)
    assert not data["Parameter"]
    for process in data["Process"].values():
        assert process.parameters is None
        assert not any(one.amount_formula for one in process.exchanges)
    for category, score in scores(data, package, formulas=True).items():
        assert score == pytest.approx(life.nominal(category), rel=1e-12)
    assert any("without parameters" in note for note in package.cannot_hold)


def test_every_reference_is_in_the_file(life, tmp_path):
    package = openlca.write(life, tmp_path / "life.zip")
    data = read(package.path)
    with zipfile.ZipFile(package.path) as archive:
        assert archive.read("olca-schema.json") == b'{"version": 2}'
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    held = {identifier for kind in data.values() for identifier in kind}
    kinds = "|".join(data)
    for kind, identifier in re.findall(rf'"@type": "({kinds})",\s*"@id": "([^"]+)"', text):
        assert identifier in held or kind == "Parameter"
    for process in data["Process"].values():
        references = [one for one in process.exchanges if one.is_quantitative_reference]
        assert len(references) == 1
        names = [one.name.lower() for one in process.parameters or []]
        assert len(set(names)) == len(names)


def test_formulas_follow_a_changed_parameter(run_life, tmp_path):
    package = openlca.write(run_life, tmp_path / "life.zip")
    data = read(package.path)
    run = data["Process"][package.processes["run"]]
    (power,) = (one for one in run.parameters if one.name == "run_power")
    power.value *= 2
    found = scores(data, package, formulas=True)
    assert found["gwp"] == pytest.approx(2 * run_life.nominal("gwp"), rel=1e-12)


def test_the_four_distributions_are_held_as_they_are():
    held = {
        "geomMean geomSd": lca.lognormal(median=3, gsd=1.4),
        "mean sd": lca.normal(mean=3, sd=1),
        "minimum mode maximum": lca.triangular(low=1, mode=2, high=4),
        "minimum maximum": lca.uniform(low=1, high=4),
    }
    for names, made in held.items():
        found, note = openlca.uncertainty(made.distribution)
        assert note == ""
        assert " ".join(found).removeprefix("distributionType ") == names
    assert openlca.uncertainty(lca.lognormal(median=3, gsd2=1.96).distribution)[0]["geomSd"] == (
        pytest.approx(1.4)
    )


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (lca.pert(low=1, mode=3, high=6), "TRIANGLE"),
        (lca.beta(alpha=8, beta=4), "TRIANGLE"),
        (lca.loguniform(low=1, high=3), "TRIANGLE"),
        (lca.normal(mean=3, sd=1).truncated(1, 5), "TRIANGLE"),
        (lca.two_piece_lognormal(median=2, gsd_below=1.1, gsd_above=1.6), "LOG_NORMAL"),
        (lca.normal(mean=0, sd=1).truncated(-1), "NORMAL"),
    ],
)
def test_others_are_approximated_and_the_note_says_so(made, kind):
    found, note = openlca.uncertainty(made.distribution)
    assert found["distributionType"] == f"{kind}_DISTRIBUTION"
    assert note.startswith("approximated by")
    if kind == "TRIANGLE":
        three = found["minimum"], found["mode"], found["maximum"]
        assert sum(three) / 3 == pytest.approx(made.mean, rel=0.05)
        assert three[0] <= made.distribution.support[0] <= made.distribution.support[1] <= three[2]


def test_separate_values_are_left_out():
    values = lca.empirical(values=[1, 2, 5]).distribution
    assert openlca.uncertainty(values) == (None, "written without uncertainty")


def test_a_shifted_number_a_scale_and_a_common_factor_are_parameters(grid_class, tmp_path):
    shifted = lca.lognormal(median=0.5, gsd=1.5).shifted(1) * 2
    common = lca.lognormal(median=3, gsd=2, common="one origin", share=0.4)
    both = {
        "a": grid_class(name="a", intensity=shifted),
        "b": grid_class(name="b", intensity=common),
    }
    life = lca.Lifecycle(both, functional_unit="both")
    package = openlca.write(life, tmp_path / "life.zip")
    data = read(package.path)
    drawn, made = data["Process"][package.processes["a"]].parameters
    assert (drawn.value, drawn.uncertainty.geom_sd) == (0.5, 1.5)
    assert (made.formula, made.value) == ("(a_intensity_drawn + 1.0) * 2.0", 3.0)
    drawn, made = data["Process"][package.processes["b"]].parameters
    (factor,) = data["Parameter"].values()
    assert math.log(drawn.uncertainty.geom_sd) ** 2 == pytest.approx(0.6 * math.log(2) ** 2)
    assert factor.uncertainty.geom_sd == pytest.approx(math.e)
    power = float(made.formula.split("^")[1])
    assert power**2 == pytest.approx(0.4 * math.log(2) ** 2)


def test_one_unknown_at_two_addresses_is_one_global_parameter(grid_class, tmp_path):
    named = lca.lognormal(median=2, gsd=1.3, name="fleet intensity")
    both = {name: grid_class(name=name, intensity=named) for name in ("a", "b")}
    package = openlca.write(lca.Lifecycle(both, functional_unit="both"), tmp_path / "x.zip")
    data = read(package.path)
    (shared,) = data["Parameter"].values()
    assert shared.parameter_scope == olca_schema.ParameterScope.GLOBAL_SCOPE
    assert shared.uncertainty.geom_mean == 2
    formulas = {
        data["Process"][package.processes[name]].parameters[0].formula for name in ("a", "b")
    }
    assert formulas == {shared.name}


def test_sources_and_notes(training, tmp_path):
    package = openlca.write(training, tmp_path / "life.zip")
    data = read(package.path)
    cited = {one.name for one in data["Source"].values()}
    assert cited == set(lca.Study(training).bibliography)
    about = data["Process"][package.functional_unit].description
    assert about.split("\n") == list(package.cannot_hold)
    assert any("draws every parameter on its own" in note for note in package.cannot_hold)


def test_identifiers_are_stable_and_of_the_model(run_life, tmp_path):
    one = openlca.write(run_life, tmp_path / "a.zip")
    again = openlca.write(run_life, tmp_path / "b.zip")
    other = openlca.write(run_life, tmp_path / "c.zip", name="Poland")
    files = [zipfile.ZipFile(package.path).namelist() for package in (one, again)]
    assert files[0] == files[1]
    assert not set(one.processes.values()) & set(other.processes.values())


def test_a_stage_left_open_is_a_product_without_provider(run_life, tmp_path):
    package = openlca.write(run_life, tmp_path / "a.zip", left_open=["grid"])
    data = read(package.path)
    assert set(package.processes) == {"run"}
    taken = [x for x in data["Process"][package.processes["run"]].exchanges if x.is_input]
    assert [(x.flow.name, x.unit.name, x.default_provider) for x in taken] == [
        ("grid", "kWh", None)
    ]


class Burner(lca.Stage):
    """Fuel burnt, for one kg."""

    per = "kg"
    phase = "operation"
    carbon: lca.Number = lca.parameter("1", "carbon dioxide per fuel")

    def exchanges(self):
        yield "CO2", self.carbon


def test_flows_may_be_those_of_a_reference_list(tmp_path):
    life = lca.Lifecycle(Burner(carbon=3.1), functional_unit="one kg of fuel")
    package = openlca.write(life, tmp_path / "a.zip", flows={"CO2": CO2})
    data = read(package.path)
    assert CO2 not in data["Flow"]
    emitted = [
        x
        for x in data["Process"][package.processes["burner"]].exchanges
        if x.flow.flow_type == olca_schema.FlowType.ELEMENTARY_FLOW
    ]
    assert [x.flow.id for x in emitted] == [CO2]
    assert emitted[0].unit.id == unit_ref("kg").id
    assert emitted[0].flow_property.id == property_ref("kg").id
    assert scores(data, package, formulas=True)["gwp"] == pytest.approx(3.1)


def test_what_does_not_fit_is_an_error(run_life, tmp_path):
    path = tmp_path / "a.zip"
    with pytest.raises(TypeError, match="one by one"):
        openlca.write(lca.Study(run_life), path)
    with pytest.raises(GraphError, match="no stage 'gird'; did you mean 'grid'"):
        openlca.write(run_life, path, left_open="gird")
    with pytest.raises(ValueError, match="'CO' is no elementary flow"):
        openlca.write(run_life, path, flows={"CO": CO2})
    with pytest.raises(ValueError, match="no UUID"):
        openlca.write(run_life, path, flows={"CO2": "carbon dioxide"})
    assert not list(tmp_path.iterdir())


def test_a_number_remembers_how_it_arose():
    a, b = Traced(4.0, "a"), Traced(3.0, "b")
    for made in (a**2 / b - 1, np.where(a == 4, np.exp(-b), 2.0), np.minimum(a, np.ceil(b / 2))):
        assert evaluated(made.text, {"a": 4.0, "b": 3.0}) == pytest.approx(float(made.value))
    for wrong in (lambda: a * np.ones(3), lambda: np.sin(a), lambda: np.sum(a), lambda: max(a, b)):
        with pytest.raises(NoFormula):
            wrong()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("which", LIVES)
def test_bw2io_imports_it_and_scores_the_same(which, tmp_path, request):
    life = request.getfixturevalue(which)
    package = openlca.write(life, tmp_path / "life.zip", parameters=False)
    zipfile.ZipFile(package.path).extractall(tmp_path / "life")
    import bw2calc
    import bw2data
    from bw2io.importers.json_ld import JSONLDImporter
    from bw2io.importers.json_ld_lcia import JSONLDLCIAImporter

    bw2data.projects.set_current(f"lca4ai {which}")
    made = JSONLDImporter(tmp_path / "life", "model")
    made.apply_strategies(no_warning=True)
    made.merge_biosphere_flows()
    made.write_database()
    method = JSONLDLCIAImporter(tmp_path / "life")
    method.apply_strategies()
    method.match_biosphere_by_id("model")
    method.write_methods(overwrite=True)
    (made,) = bw2data.get_node(code=package.functional_unit).production()
    for category in life.categories:
        (key,) = (one for one in bw2data.methods if one[1] == category)
        solved = bw2calc.LCA({made.input: 1}, key)
        solved.lci()
        solved.lcia()
        assert solved.score == pytest.approx(life.nominal(category), rel=1e-6)  # float32
