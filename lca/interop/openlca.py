"""openLCA: a lifecycle as JSON-LD (olca-schema 2), a zip that openLCA imports.

* Stages are unit processes, inputs parameters with their uncertainty; amounts are nominal
  values beside formulas, so the static score is ours with parameters or without.
* Identifiers are derived from names (uuid5): writing again makes no duplicates.
* openLCA knows four distributions: what is approximated or left out is said in the notes.
"""

from __future__ import annotations

import datetime
import json
import re
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lca import distributions, impacts, tables, units
from lca.distributions import Distribution, Lognormal, Normal, Shares, Shifted, Triangular, Uniform
from lca.interop import inventory
from lca.interop.formula import formulas
from lca.lifecycle import COMMON, Lifecycle, Use
from lca.stage import Stage
from lca.study import Study

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "lca4ai")

_KG = "20aadc24-a391-41cf-b340-3e4529f44bde", "93a60a56-a3c8-11da-a746-0800200b9a66"
"""The unit kg and the flow property mass in the reference data of openLCA."""

_GLOBAL = {"code": "GLO", "name": "Global"}

_FOLDERS = {
    "Location": "locations",
    "UnitGroup": "unit_groups",
    "FlowProperty": "flow_properties",
    "Flow": "flows",
    "Process": "processes",
    "Parameter": "parameters",
    "Source": "sources",
    "ImpactCategory": "lcia_categories",
    "ImpactMethod": "lcia_methods",
}

CANNOT_HOLD = (
    "joint distributions are not held: openLCA draws every parameter on its own",
    "phases are texts in the descriptions: who answers for what is not attributed",
    "regions are in the inputs: the location of every process is GLO",
    "a stage that does not report a category counts as 0 there",
)


@dataclass(frozen=True)
class Package:
    """What was written.

    Attributes
    ----------
    path : Path
    functional_unit : str
        Identifier of the process that delivers the functional unit.
    processes : dict
        Identifiers of the processes, by name of the stage.
    cannot_hold : tuple of str
        What the format cannot hold, and what was approximated.
    """

    path: Path
    functional_unit: str
    processes: dict[str, str]
    cannot_hold: tuple[str, ...]


def write(
    life: Lifecycle,
    path: str | Path,
    *,
    name: str = "",
    flows: Mapping[str, str] | None = None,
    left_open: Iterable[str] = (),
    parameters: bool = True,
) -> Package:
    """Write a lifecycle as a JSON-LD zip for openLCA.

    Parameters
    ----------
    life : Lifecycle
        Of a study, one scenario at a time, each with a `name`.
    path : str or Path
        The zip file.
    name : str, optional
        Of the model, from which identifiers are derived; else its functional unit.
    flows : mapping, optional
        Identifiers of gases in your reference list, by our names (``{"CO2": "…"}``): then
        exchanges and factors refer to those, which must be in the database, with the unit kg of
        openLCA. Others are written as flows of our own, which no foreign method knows.
    left_open : iterable of str
        Stages of which the product alone is written; give it a provider in openLCA.
    parameters : bool, optional
        False writes amounts alone, without formulas and uncertainty: for tools that do not read
        parameters, as bw2io.

    Returns
    -------
    Package

    Raises
    ------
    GraphError
        If `left_open` names no stage; near names are offered.
    ValueError
        If `flows` names no gas, or an identifier is no UUID.

    Examples
    --------
    >>> import lca, tempfile
    >>> from lca.interop import openlca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, amount=1000, functional_unit="1000 kWh")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     package = openlca.write(life, Path(folder) / "grid.zip")
    >>> list(package.processes)
    ['grid']
    """
    if isinstance(life, Study) or not isinstance(life, Lifecycle):
        raise TypeError(
            f"openlca.write takes a Lifecycle, not {life!r}; write the scenarios of a study one by "
            "one, each with a name="
        )
    left_open = [left_open] if isinstance(left_open, str) else list(left_open)
    inventory.check_names("left_open", left_open, [life])
    model = name or life.functional_unit
    writer = _Writer(life, model, _checked(flows or {}), set(left_open), parameters)
    writer.write_all()
    writer.save(Path(path))
    processes = {life.order[i].name: writer.process_id(life.order[i].name) for i in writer.reached}
    return Package(Path(path), writer.process_id(), processes, tuple(dict.fromkeys(writer.notes)))


def _checked(flows: Mapping[str, str]) -> dict[str, str]:
    for flow, identifier in flows.items():
        if flow not in impacts.flows():
            hint = units.near(str(flow), impacts.flows())
            raise ValueError(f"flows: {flow!r} is no elementary flow of ours{hint}")
        try:
            uuid.UUID(identifier)
        except (ValueError, AttributeError, TypeError):
            raise ValueError(f"flows: {flow!r} has {identifier!r}, which is no UUID") from None
    return dict(flows)


def stable_id(*names: str) -> str:
    """Return the UUID of some names, the same on every machine.

    Examples
    --------
    >>> stable_id("flow", "CO2")
    '756a323b-9af8-5b26-81a5-1f9257054608'
    """
    return str(uuid.uuid5(NAMESPACE, "\n".join(names)))


def identifier(text: str) -> str:
    """Return a text as a name that formulas of openLCA take.

    Examples
    --------
    >>> identifier("hall 2.losses"), identifier("2nd run.hours")
    ('hall_2_losses', 'x2nd_run_hours')
    """
    plain = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
    return plain if re.match("[A-Za-z]", plain) else f"x{plain}"


# -- uncertainty --------------------------------------------------------------------------------


def uncertainty(distribution: Distribution) -> tuple[dict[str, Any] | None, str]:
    """Return a distribution as openLCA holds it, and how far that is not the same.

    Lognormal, normal, triangular and uniform are held. One with bounds becomes a triangle over
    them with the same mean (as far as a triangle can), a positive one without a lognormal with the
    same central 90 % interval, any other a normal with the same mean and spread. Separate values
    and shares that sum to one are left out.

    Examples
    --------
    >>> uncertainty(Lognormal(2.0, 1.5))
    ({'distributionType': 'LOG_NORMAL_DISTRIBUTION', 'geomMean': 2.0, 'geomSd': 1.5}, '')
    """
    match distribution:
        case Lognormal():
            return _lognormal(distribution), ""
        case Normal():
            return _normal(distribution), ""
        case Triangular():
            return _triangle(distribution), ""
        case Uniform():
            ends = {"minimum": distribution.low, "maximum": distribution.high}
            return {"distributionType": "UNIFORM_DISTRIBUTION", **ends}, ""
        case distributions.Discrete() | Shares():
            return None, "written without uncertainty"
    if (bounds := _bounds(distribution)) is not None:
        low, high = bounds
        mode = float(np.clip(3 * distribution.mean - low - high, low, high))
        near = Triangular(low, mode, high)
        return _triangle(near), f"approximated by {near.describe()}"
    low, high = distribution.interval(0.9)
    if low > 0:
        fitted = distributions.lognormal(low=low, high=high, level=0.9)
        return _lognormal(fitted), f"approximated by {fitted.describe()}"
    moments = Normal(distribution.mean, distribution.sd)
    return _normal(moments), f"approximated by {moments.describe()}"


def _lognormal(held: Lognormal) -> dict[str, Any]:
    numbers = {"geomMean": held.median_, "geomSd": held.gsd}
    return {"distributionType": "LOG_NORMAL_DISTRIBUTION", **numbers}


def _normal(held: Normal) -> dict[str, Any]:
    return {"distributionType": "NORMAL_DISTRIBUTION", "mean": held.mean_, "sd": held.sd_}


def _triangle(held: Triangular) -> dict[str, Any]:
    numbers = {"minimum": held.low, "mode": held.mode, "maximum": held.high}
    return {"distributionType": "TRIANGLE_DISTRIBUTION", **numbers}


def _bounds(held: Distribution) -> tuple[float, float] | None:
    """Return the two bounds of a distribution that has them."""
    match held:
        case distributions.Pert() | distributions.Beta() | distributions.Loguniform():
            return held.low, held.high
        case distributions.Truncated() if np.isfinite(held.low) and np.isfinite(held.high):
            return held.low, held.high
    return None


def _content(made: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a data set holds beside its kind, identifier and name."""
    return {key: made[key] for key in made if key not in ("@type", "@id", "name")}


# -- data sets ----------------------------------------------------------------------------------


def _reference(kind: str, identifier: str, name: str, **more: Any) -> dict[str, Any]:
    return {"@type": kind, "@id": identifier, "name": name, **more}


@dataclass
class _Writer:
    """Gathers the data sets of one lifecycle."""

    life: Lifecycle
    name: str
    flows: dict[str, str]
    left_open: set[str]
    parameters: bool
    entities: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=lambda: list(CANNOT_HOLD))

    def __post_init__(self) -> None:
        self.changed = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self.reached = inventory.reached(self.life, self.left_open)
        inside = set(self.reached)
        self.uses = [use for use in self.life.uses if use.stage in inside]
        self.shared = {
            use.label for use in self.uses if len({one.address for one in self._same(use)}) > 1
        }
        self.notes += inventory.avoided_note(self.life)
        if not self.parameters:
            self.notes.append("written without parameters: every amount is its nominal value")

    def _same(self, use: Use) -> list[Use]:
        is_share = isinstance(use.quantity.distribution, Shares)
        return [] if is_share else [one for one in self.uses if one.label == use.label]

    def process_id(self, stage: str = "") -> str:
        """Return the identifier of the process of a stage; of the functional unit without one."""
        return stable_id("process", self.name, stage)

    def add(self, kind: str, identifier: str, name: str, **content: Any) -> None:
        """Take in one data set; the same one twice is one."""
        about = {"version": "01.00.000", "lastChange": self.changed}
        entity = {**_reference(kind, identifier, name), **about, **content}
        self.entities.setdefault((kind, identifier), entity)

    def write_all(self) -> None:
        """Gather everything."""
        for position in self.reached:
            self._process(position)
        self._functional_unit()
        self._method()

    def save(self, path: Path) -> None:
        """Write the zip; it appears under its name only when it is whole."""
        partial = path.with_name(f".{path.name}.partial")
        try:
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("olca-schema.json", '{"version": 2}')
                for (kind, identifier), entity in self.entities.items():
                    text = json.dumps(entity, ensure_ascii=False, indent=1)
                    archive.writestr(f"{_FOLDERS[kind]}/{identifier}.json", text)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    # -- units and flows ------------------------------------------------------------------

    def _unit(self, unit: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return references to a unit and its flow property, each unit in a group of its own."""
        group, prop = stable_id("unit group", unit), stable_id("flow property", unit)
        one = _reference("Unit", stable_id("unit", unit), unit)
        property_ = _reference("FlowProperty", prop, f"amount in {unit}")
        grouped = _reference("UnitGroup", group, f"units of {unit}")
        self.add(
            "UnitGroup",
            group,
            grouped["name"],
            defaultFlowProperty=property_,
            units=[{**one, "conversionFactor": 1.0, "isRefUnit": True}],
        )
        self.add(
            "FlowProperty",
            prop,
            property_["name"],
            flowPropertyType="PHYSICAL_QUANTITY",
            unitGroup=grouped,
        )
        return one, property_

    def _flow(self, identifier: str, name: str, kind: str, unit: str, category: str) -> dict:
        """Return what an exchange says of a flow, which is written if need be."""
        one, property_ = self._unit(unit)
        factor = {"flowProperty": property_, "conversionFactor": 1.0, "isRefFlowProperty": True}
        self.add(
            "Flow", identifier, name, flowType=kind, category=category, flowProperties=[factor]
        )
        flow = _reference("Flow", identifier, name, flowType=kind, category=category, refUnit=unit)
        return {"flow": flow, "unit": one, "flowProperty": property_}

    def _product(self, stage: Stage) -> dict:
        return self._flow(
            stable_id("product", self.name, stage.name),
            stage.name,
            "PRODUCT_FLOW",
            stage.per or "1",
            f"lca4ai/{self.name}".replace("\n", " "),
        )

    def _elementary(self, flow: str) -> dict:
        if flow in self.flows:
            unit, mass = _KG
            return {
                "flow": _reference(
                    "Flow", self.flows[flow], flow, flowType="ELEMENTARY_FLOW", refUnit="kg"
                ),
                "unit": _reference("Unit", unit, "kg"),
                "flowProperty": _reference("FlowProperty", mass, "Mass"),
            }
        is_gas = flow in impacts.flows()
        name = flow if is_gas else f"{impacts.categories()[flow].title}, aggregated"
        category = "Emission to air/unspecified" if is_gas else "Aggregated impacts"
        return self._flow(
            stable_id("flow", flow),
            name,
            "ELEMENTARY_FLOW",
            impacts.flow_unit(flow),
            f"Elementary flows/{category}",
        )

    # -- processes --------------------------------------------------------------------------

    def _process(self, position: int) -> None:
        stage = self.life.order[position]
        names, listed = self._parameters(position) if self.parameters else ({}, [])
        lines = inventory.lines(self.life, position, self.life.points[position])
        texts = formulas(self.life, position, names) if names else [""] * len(lines)
        exchanges = [self._exchange(self._product(stage), 1.0, reference=True)]
        for line, text in zip(lines, texts, strict=True):
            exchanges.append(self._line(line, text))
        if names and not any(texts):
            self.notes.append(f"{stage.name}: amounts without formulas and uncertainty")
        phase = stage.phase or "supply"
        about = (type(stage).__doc__ or "").strip().split("\n\n")[0]
        self._add_process(stage.name, f"{about} Phase: {phase}.", exchanges, listed, position)

    def _add_process(
        self, name: str, about: str, exchanges: list, listed: list, position: int | None = None
    ) -> None:
        for number, exchange in enumerate(exchanges, start=1):
            exchange["internalId"] = number
        sources = [] if position is None else self._sources(position)
        self.add(
            "Process",
            self.process_id(name if position is not None else ""),
            name,
            category=f"lca4ai/{self.name}".replace("\n", " "),
            description=about,
            processType="UNIT_PROCESS",
            location=self._location(),
            defaultAllocationMethod="NO_ALLOCATION",
            exchanges=exchanges,
            lastInternalId=len(exchanges),
            processDocumentation={"sources": sources},
            **({"parameters": listed} if listed else {}),
        )

    def _location(self) -> dict[str, Any]:
        """Return a reference to the location of every process: bw2io imports none without one."""
        place, code = stable_id("location", _GLOBAL["code"]), _GLOBAL["code"]
        self.add("Location", place, _GLOBAL["name"], code=code)
        return _reference("Location", place, _GLOBAL["name"])

    def _line(self, line: inventory.Line, text: str) -> dict[str, Any]:
        if isinstance(line.target, str):
            return self._exchange(self._elementary(line.target), line.amount, text)
        return self._demand(line.target, line.amount, text)

    def _demand(self, position: int, amount: Any, text: str = "") -> dict[str, Any]:
        """Return the exchange by which something of a stage is taken."""
        stage = self.life.order[position]
        exchange = self._exchange(self._product(stage), amount, text, is_input=True)
        if stage.name not in self.left_open:
            provider = _reference("Process", self.process_id(stage.name), stage.name)
            exchange["defaultProvider"] = provider
        return exchange

    def _exchange(
        self,
        held: dict,
        amount: Any,
        text: str = "",
        *,
        is_input: bool = False,
        reference: bool = False,
    ) -> dict[str, Any]:
        made = {"@type": "Exchange", **held, "amount": float(np.squeeze(amount))}
        made |= {"isInput": is_input, "isQuantitativeReference": reference}
        return made | ({"amountFormula": text} if text else {})

    def _functional_unit(self) -> None:
        """Write the process that delivers the functional unit, and the notes in it."""
        held = self._flow(
            stable_id("product", self.name, ""),
            self.life.functional_unit,
            "PRODUCT_FLOW",
            "1",
            f"lca4ai/{self.name}".replace("\n", " "),
        )
        taken = [self._demand(i, self.life.amount) for i in inventory.delivered(self.life)]
        about = "\n".join(dict.fromkeys(self.notes))
        exchanges = [self._exchange(held, 1.0, reference=True), *taken]
        self._add_process(self.life.functional_unit, about, exchanges, [])

    # -- parameters ---------------------------------------------------------------------------

    def _parameters(self, position: int) -> tuple[dict[str, str], list[dict[str, Any]]]:
        """Return how the inputs of a stage are called in formulas, and its parameters."""
        names: dict[str, str] = {}
        listed: list[dict[str, Any]] = []
        for use in self.uses:
            if use.stage == position:
                own = identifier(use.address)
                taken = {one.lower() for one in names.values()}
                while own.lower() in taken:
                    own += "x"
                names[use.path] = own
                if np.ndim(use.quantity.point):
                    self.notes.append(f"{use.address}: a profile, left out as a parameter")
                else:
                    listed += self._parameter(use, own)
        return names, listed

    def _parameter(self, use: Use, own: str) -> list[dict[str, Any]]:
        """Return the parameters of one use: what is drawn, and what is made of it."""
        held = use.quantity
        about = f"{use.slot.meaning} [{use.slot.unit}] {held.note}".strip()
        by = held.own.by if isinstance(held.own, Shifted) else 0.0
        is_drawn = self.life.is_drawn(held)
        formula = self._made_of(use, by)
        if use.label not in self.shared and formula == "{}":
            return [self._input(own, about, held.point, use, is_drawn)]
        point = held.drawn_point - by
        if use.label in self.shared:
            drawn = self._global(use, about, point, is_drawn)
            given = []
        else:
            drawn = f"{own}_drawn"
            given = [self._input(drawn, about, point, use, is_drawn)]
        made = {
            "@type": "Parameter",
            "@id": stable_id("parameter", self.name, own),
            "name": own,
            "description": about,
            "parameterScope": "PROCESS_SCOPE",
            "isInputParameter": False,
            "formula": formula.format(drawn),
            "value": float(held.point),
        }
        return [*given, made]

    def _made_of(self, use: Use, by: float) -> str:
        """Return the formula from the drawn to the used number, with braces for the drawn."""
        held = use.quantity
        formula = f"({{}} + {by!r})" if by else "{}"
        if held.scale != 1.0:
            formula = f"{formula} * {held.scale!r}"
        if held.common and self.life.is_drawn(held):
            formula = f"{formula} * {self._common(held.common)} ^ {held.exponent!r}"
        return formula

    def _input(
        self, name: str, about: str, value: Any, use: Use, is_drawn: bool, scope: str = "PROCESS"
    ) -> dict[str, Any]:
        made = {
            "@type": "Parameter",
            "@id": stable_id("parameter", self.name, name),
            "name": name,
            "description": about,
            "parameterScope": f"{scope}_SCOPE",
            "isInputParameter": True,
            "value": float(value),
        }
        if is_drawn:
            own = use.quantity.own
            drawn = own.base if isinstance(own, Shifted) else own
            spread, note = uncertainty(drawn) if not drawn.is_fixed else (None, "")
            if note:
                self.notes.append(f"{use.label}: {drawn.describe()} is {note}")
            if spread is not None:
                made["uncertainty"] = {"@type": "Uncertainty", **spread}
        elif not use.quantity.is_fixed:
            self.notes.append(f"{use.label}: {use.quantity.kind}, not drawn here: a fixed number")
        return made

    def _global(self, use: Use, about: str, value: Any, is_drawn: bool) -> str:
        """Return the name of a global parameter: one unknown at several addresses."""
        name = f"{identifier(use.label)}_{stable_id('label', self.name, use.label)[:6]}"
        made = self._input(name, about, value, use, is_drawn, "GLOBAL")
        self.add("Parameter", made["@id"], name, **_content(made))
        return name

    def _common(self, factor: str) -> str:
        """Return the name of the global parameter of a common factor."""
        name = f"common_{identifier(factor)}_{stable_id('common', self.name, factor)[:6]}"
        self.add(
            "Parameter",
            stable_id("parameter", self.name, name),
            name,
            description=f"factor shared by the figures of one origin: {factor}",
            parameterScope="GLOBAL_SCOPE",
            isInputParameter=True,
            value=1.0,
            uncertainty={"@type": "Uncertainty", **_lognormal(COMMON)},
        )
        return name

    # -- sources and factors --------------------------------------------------------------------

    def _sources(self, position: int) -> list[dict[str, Any]]:
        """Write the sources that the inputs of a stage cite, and return references to them."""
        entries = tables.sources()
        cited = {
            key.strip()
            for use in self.uses
            if use.stage == position
            for key in use.quantity.source.split(";")
        }
        found = []
        for key in sorted(cited & set(entries)):
            self.add("Source", stable_id("source", key), key, textReference=entries[key])
            found.append(_reference("Source", stable_id("source", key), key))
        return found

    def _method(self) -> None:
        """Write the categories with their factors, as one method."""
        emitted = {
            line.target
            for position in self.reached
            for line in inventory.lines(self.life, position, self.life.points[position])
            if isinstance(line.target, str)
        }
        listed = []
        for one, about in impacts.categories().items():
            factors = []
            for flow in sorted(emitted):
                counted = impacts.characterise(flow, self.life.factors).get(one)
                if counted is not None:
                    made = {"@type": "ImpactFactor", "value": counted}
                    factors.append({**made, **self._elementary(flow)})
            if factors:
                category = stable_id("category", self.name, self.life.factors, one)
                self.add(
                    "ImpactCategory",
                    category,
                    one,
                    description=about.title,
                    refUnit=about.unit,
                    impactFactors=factors,
                )
                listed.append(_reference("ImpactCategory", category, one))
        self.add(
            "ImpactMethod",
            stable_id("method", self.name, self.life.factors),
            f"lca4ai {self.life.factors}: {self.name}",
            description="The factors of one exported lifecycle.",
            impactCategories=listed,
        )
