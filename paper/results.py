"""What the paper shows, section by section: numbers, tables and figures, all from the package.

`paper.md` names them, and types none. Two things are records of earlier runs, read from where the
project keeps them: the recorded benchmarks, and what other tools gave for one card.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import drawings
import numpy as np
import pandas as pd
from shown import (
    Section,
    Shown,
    Table,
    author,
    between,
    citation,
    count,
    estimate,
    factor,
    index,
    number,
    percent,
    slug,
    table,
)

import lca
from lca import atlas as assessed
from lca import calibration as calibrated
from lca import figures, published, reassessment, sampling, sensitivity, stages, studyfile, tables
from lca.figures import style

PROJECT = Path(__file__).resolve().parent.parent

SEED = 1

LEVEL = 0.9
"""Of the intervals of results, unless something else is said."""

CARD, HOURS = "H100-SXM", 1e6
"""The run that is asked about: accelerator, and its hours."""

YEAR = 2023
"""Of the electricity."""

PARAMETERS, TOKENS = 70e9, 400
"""The answer that is asked about: active parameters of the model, and tokens."""


def training(**facts: Any) -> lca.Lifecycle:
    """Return the run that is asked about."""
    typical = lca.catalogue.figure("operation.development_ratio.default")
    given = {"accelerator": CARD, "accelerator_hours": HOURS, "development": typical}
    return lca.training_run(**(given | facts))


def answer(**facts: Any) -> lca.Lifecycle:
    """Return the answer that is asked about, its energy by two models believed alike."""
    given = {"accelerator": CARD, "active_parameters": PARAMETERS, "output_tokens": TOKENS}
    return lca.inference_service(**(given | {"region": "US", "year": YEAR} | facts))


# -- why ----------------------------------------------------------------------------------------


def need(n: int) -> Section:
    """How far published figures of one thing lie apart."""
    search, corrected = (
        published.cases()[one].expected * lca.units.factor("lbCO2e", "tCO2e")
        for one in ("STR-NAS-LB", "PAT-NAS-ACTUAL")
    )
    runs = pd.DataFrame(tables.rows("training_runs"))
    emitted, work = (pd.to_numeric(runs[name]) for name in ("location_based", "compute_6nd"))
    intensity = (emitted / work).dropna()
    answers = [
        lca.catalogue.figure(f"inference.{name}.emissions").to("gCO2e/request").point
        for name in ("google.prompt", "mistral.response")
    ]
    cards = _recorded("docs/comparisons.md", "One H100, embodied", "value")["value"].astype(float)
    rows = {
        "one architecture search": ("t CO2e", corrected, search),
        "training, by computation": ("t CO2e per ZFLOP", intensity.min(), intensity.max()),
        "one answer to a prompt": ("g CO2e", min(answers), max(answers)),
        "one H100, embodied": ("kg CO2e", cards.min(), cards.max()),
    }
    ratios = {name: high / low for name, (_, low, high) in rows.items()}
    return Section(
        numbers={
            "search": number(search),
            "search_corrected": number(corrected, corrected),
            "search_ratio": factor(search / corrected),
            "least_ratio": count(min(ratios.values())),
            "largest_ratio": count(max(ratios.values())),
            "runs": count(len(intensity)),
        },
        tables={
            "apart": table(
                {
                    "of": rows,
                    "unit": [unit for unit, _, _ in rows.values()],
                    "lowest": [number(low, low) for _, low, _ in rows.values()],
                    "highest": [number(high) for _, _, high in rows.values()],
                    "ratio": map(factor, ratios.values()),
                },
                words=["of", "unit"],
            )
        },
    )


def _example() -> str:
    """Return the first example of the README."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)\n```", text, re.DOTALL)
    assert code is not None
    return code[1]


def _recorded(file: str, title: str, *columns: str) -> pd.DataFrame:
    """Return some columns of the first table of Markdown after a title."""
    text = (PROJECT / file).read_text(encoding="utf-8")
    lines = text[text.index(title) :].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    end = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:end]]
    return pd.DataFrame(cells[2:], columns=cells[0])[list(columns)]


# -- how ----------------------------------------------------------------------------------------


def method(n: int) -> Section:
    """What there is, and how it is drawn."""
    run = training(region="FR", year=YEAR)
    study = lca.Study(run)
    return Section(
        numbers={
            "level": percent(LEVEL),
            "stages": count(sum(inspect.isclass(getattr(stages, one)) for one in stages.__all__)),
            "tables": count(len(tables.package())),
            "sources": count(len(tables.sources())),
            "nets": count(sampling.NETS),
            "groups": count(sampling.REPLICATES),
            "samples": count(n),
            "rows": count(ROWS),
            "atlas_samples": count(AT_MOST),
            "run_stages": count(len(run.stages)),
            "run_inputs": count(len(run.inputs)),
            "run_uncertain": count(len(study.roots)),
        },
        figures={"graph": lambda: figures.graph(run)},
        texts={"example": _example()},
    )


# -- does it reproduce the literature? ----------------------------------------------------------


def reproduction(n: int) -> Section:
    """Published cases made again by our own stages."""
    found = published.table()
    counts = found["id"].map(lambda one: published.cases()[one].counts)
    counted, others = found[counts], found[~counts]
    groups = dict(list(counted.groupby("source")))
    off = counted[counted["holds"]]["deviation"].abs()
    unexplained, analytic = found[~found["holds"]], found[found["origin"] == "analytic"]
    return Section(
        numbers={
            "cases": count(len(found)),
            "counted": count(len(counted)),
            "counted_hold": count(counted["holds"].sum()),
            "sources": count(len(groups)),
            "others": count(len(others)),
            "others_hold": count(others["holds"].sum()),
            "open": count(len(unexplained)),
            "analytic": count(len(analytic)),
            "analytic_hold": count(analytic["holds"].sum()),
            "errors_repeated": count((found["as_published"] != "").sum()),
            "deviation_median": number(100 * off.median(), 1),
            "deviation_largest": number(100 * off.max(), 1),
        },
        tables={
            "by_source": table(
                {
                    "source": [author(key) for key in groups],
                    "cases": [len(rows) for rows in groups.values()],
                    "come out": [rows["holds"].sum() for rows in groups.values()],
                    "largest deviation, %": [
                        style.number(100 * rows["deviation"].abs().max(), 1)
                        for rows in groups.values()
                    ],
                },
                words=["source"],
            ),
            "reasons": table(
                {
                    "case": [
                        f"{row.stated} ({author(row.source)})" for row in unexplained.itertuples()
                    ],
                    "why it stays open": unexplained["open"],
                },
                words=["case", "why it stays open"],
            ),
        },
        texts={"counted_by": citation(groups)},
    )


# -- do the intervals hold? ---------------------------------------------------------------------


HALVINGS = 50
"""Random halves on which a correction is fitted, to be tried on the other half."""


def calibration(n: int) -> Section:
    """How often intervals hold what was metered, and a correction fitted on one half the other."""
    found = calibrated.table(n=n)
    shipped = found[found["version"] == calibrated.SHIPPED].set_index("question", drop=False)
    tried = {one: _halvings(calibrated.ask(one, min(n, 1024))) for one in shipped.index}
    return Section(
        numbers={
            "level": percent(LEVEL),
            "own_level": percent(calibrated.LEVELS[-1]),
            "halvings": count(HALVINGS),
        },
        rows={
            slug(row.question): {
                "cases": count(row.n),
                "groups": count(row.independent),
                "held": percent(row.coverage_90),
                "width": factor(row.width),
            }
            for row in shipped.itertuples()
        },
        tables={
            "coverage": table(
                {
                    "question": [one.replace(" - ", " − ") for one in shipped["question"]],
                    "cases": shipped["n"],
                    "groups": shipped["independent"],
                    "50 %": map(style.percent, shipped["coverage_50"]),
                    "90 %": [_percents(*row) for row in _ends(shipped)],
                    "95 %": map(style.percent, shipped["coverage_95"]),
                    "score": [f"{one:.1f}" for one in shipped["score"]],
                    "high / low": map(factor, shipped["width"]),
                    "halves that ask": [len(held) for held in tried.values()],
                    "other half, corrected": [
                        _percents(np.mean(held), *np.quantile(held, [0.05, 0.95])) if held else "–"
                        for held in tried.values()
                    ],
                },
                words=["question"],
            )
        },
        figures={"pit": lambda: figures.calibration(found)},
        facts={
            "held": {
                slug(row.question): row.coverage_90_low <= LEVEL <= row.coverage_90_high
                for row in shipped.itertuples()
            },
            "mended": all(
                np.mean(held) - shipped.loc[one, "coverage_90"]
                > (LEVEL - shipped.loc[one, "coverage_90"]) / 2
                for one, held in tried.items()
                if held
            ),
        },
    )


def _halvings(asked: calibrated.Predictions) -> list[float]:
    """Return the coverage of each second half, corrected as the first asked for, where it did."""
    halves = [asked.halves(seed) for seed in range(HALVINGS)]
    corrections = [(fitted.correction(), other) for fitted, other in halves]
    return [other.corrected(by).coverage(LEVEL)[0] for by, other in corrections if by is not None]


def _ends(found: pd.DataFrame) -> Any:
    return zip(found["coverage_90"], found["coverage_90_low"], found["coverage_90_high"])


def _percents(share: float, low: float, high: float) -> str:
    return f"{percent(share)} ({percent(low)}–{percent(high)})"


# -- published totals, assessed again -----------------------------------------------------------


def reassessed(n: int) -> Section:
    """Published totals beside those of the whole boundary."""
    found = reassessment.table(n=n).set_index("study", drop=False)
    files = [studyfile.load(name) for name in found["study"]]
    named = found.assign(study=[_subject(file.title) for file in files])
    factors = found["mean"] / found["published"]
    development = found["largest_step"].isin(["development", "other runs"])
    return Section(
        numbers={
            "studies": count(len(found)),
            "inside": count(found["inside"].sum()),
            "above": count((found["low"] > found["published"]).sum()),
            "below": count((found["high"] < found["published"]).sum()),
            "repeated": number(100 * (found["first"] / found["published"] - 1).abs().max(), 1),
            "factor_median": factor(factors.median()),
            "factor_bloom": factor(factors["bloom"]),
            "factor_gpt3": factor(factors["gpt3"]),
            "factor_server": factor(factors["hgx_h100"]),
            "search": estimate(*found.loc["strubell", ["mean", "low", "high"]]),
            "width_least": factor(found["width"].min()),
            "width_largest": factor(found["width"].max()),
            "development": count(development.sum()),
        },
        tables={
            "totals": table(
                {
                    "study": [
                        f"{title} ({author(file.published.source)})"
                        for title, file in zip(named["study"], files)
                    ],
                    "unit": [unit.replace("CO2e", " CO2e") for unit in found["unit"]],
                    "published": map(style.number, found["published"]),
                    "same boundary": map(style.number, found["first"]),
                    "whole boundary": [
                        estimate(row.mean, row.low, row.high) for row in found.itertuples()
                    ],
                    "high / low": map(factor, found["width"]),
                    "inside": ["yes" if one else "no" for one in found["inside"]],
                    "largest step": [
                        f"{row.largest_step}, {'+' if row.largest_change > 0 else ''}"
                        f"{style.number(row.largest_change, abs(row.largest_change))}"
                        f"{' *' if row.rivals else ''}"
                        for row in found.itertuples()
                    ],
                },
                words=["study", "unit", "inside", "largest step"],
            )
        },
        figures={
            "whole": lambda: figures.reassessed(named, "AR6"),
            "steps": lambda: _steps("bloom", n),
        },
        texts={"told_by": citation(file.published.source for file in files)},
        facts={"low": found["low"].to_dict(), "high": found["high"].to_dict()},
    )


def _steps(name: str, n: int) -> Any:
    """Draw the steps of one study."""
    file = studyfile.load(name)
    result = lca.simulate(file.study, sampling.rounded(n, "sobol"), file.seed, progress=False)
    return figures.waterfall(result, scenarios=file.steps)


def _subject(title: str) -> str:
    """Return what a study is of, from its title."""
    return re.split(r",? (?:as published|from the|against|over)\b|,? and its", title)[0].strip(",")


# -- what decides -------------------------------------------------------------------------------

MOST = 4
"""Inputs that the table names for one case, at most."""

MATTERS = 0.05
"""Total index from which on an input is named."""

OF = "gwp, baseline"

ROWS = 4
"""Times as many rows for an index of variance as samples for a mean."""

KINDS = {"uncertainty": "fact", "variability": "variability", "model": "model"}
"""Kinds of input, and how the table names them."""


def decides(n: int) -> Section:
    """Totals, embodied shares, and the inputs and kinds of input that decide them."""
    rows, settled, errors, quoted, leads, led = [], [], [], {}, {}, {}
    for name, life in _asked().items():
        total, share = _totals(life, n)
        ladder = sensitivity.ladder(life, n=ROWS * n, seed=SEED, of=OF, progress=False)
        found = sensitivity.kinds(life, n=ROWS * n, seed=SEED, of=OF).set_index("kind")["closed"]
        kinds = {name: found.get(kind, 0.0) for kind, name in KINDS.items()}
        top = ladder.sobol[ladder.sobol["ST"] >= MATTERS].head(MOST)
        size, unit = style.scaled(total["unit"], [total["median"]])
        low, median, high = (total[one] / size for one in ("low", "median", "high"))
        rows.append(
            {
                "case": name,
                "total": f"{estimate(median, low, high)} {unit}",
                "high / low": factor(high / low),
                "embodied, %": estimate(*(100 * share[one] for one in ("share", "low", "high"))),
                "inputs that decide": ", ".join(
                    f"{_input(row.input)} {style.index(row.ST)}" for row in top.itertuples()
                ),
                **{one: style.index(value) for one, value in kinds.items()},
            }
        )
        settled.append(ladder.convergence["settled"].all())
        errors.append(top["ST_conf"].max())
        key = slug(name)
        leads[key], led[key] = top["input"].iloc[0], max(kinds, key=lambda kind: kinds[kind])
        quoted[key] = {
            "width": factor(high / low),
            "embodied": percent(share["share"]),
            "first": index(top["ST"].iloc[0]),
            "variability": index(kinds["variability"]),
        }
    facts = {"hours": HOURS / 1e6, "parameters": PARAMETERS / 1e9, "tokens": TOKENS}
    return Section(
        numbers={
            **{name: count(value) for name, value in facts.items()},
            "index_error": index(max(errors)),
        },
        rows=quoted,
        tables={
            "inputs": table(
                {name: [row[name] for row in rows] for name in rows[0]},
                words=["case", "inputs that decide"],
            )
        },
        facts={"leads": leads, "kind": led, "settled": all(settled)},
    )


def _asked() -> dict[str, lca.Lifecycle]:
    bloom = studyfile.load("bloom")
    return {
        "Poland": training(region="PL", year=YEAR),
        "France": training(region="FR", year=YEAR),
        "France, final run alone": _final_run(),
        "wind power": training(electricity=_wind()),
        "BLOOM": bloom.study.scenarios[bloom.steps[-1]],
        "an answer": answer(weights={"computation": 1, "published fit": 1}),
    }


def _wind() -> lca.Quantity:
    return lca.catalogue.figure("technology.wind_onshore.ghg.ar5")


def _totals(life: lca.Lifecycle, n: int) -> tuple[pd.Series, pd.Series]:
    """Return the total of one lifecycle and its embodied share, each with its interval."""
    result = lca.simulate(life, n=n, seed=SEED, progress=False)
    total = result.summary().query("category == 'gwp' and key == 'total'").iloc[0]
    share = result.shares().query("category == 'gwp' and key == 'embodied'").iloc[0]
    return total, share


NAMES = {
    "development.ratio": "other runs",
    "operation.development_ratio.bloom": "other runs",
    "technology.wind_onshore.ghg.ar5": "wind power",
    "facility.construction.default": "building",
    "computation.mfu": "MFU",
    "cooling.pue": "PUE",
}
"""Of inputs whose own names are long."""


def _input(name: str) -> str:
    """Return the name of an input as a reader would say it."""
    short = name.rpartition("/")[2]
    return NAMES.get(short, short.rpartition(".")[2].replace("_", " "))


# -- embodied or operational --------------------------------------------------------------------

LIVES, USES = (3, 5, 8), (0.2, 0.5, 0.9)
"""Service lives in years and utilisations over which the crossing is shown."""

SEARCHED = (0, 2000)
"""Where a crossing is looked for, in g CO2e per kWh."""


def crossing(n: int) -> Section:
    """At which intensity of the grid hardware outweighs its electricity."""
    figure = lca.catalogue.figure
    more = {
        "network": figure("network.fabric.embodied"),
        "facility": figure("facility.construction.default"),
    }
    request = answer().options("inference model")
    cases = {
        "training": _final_run(),
        "training, with network and building": _final_run(**more),
        "an answer, by computation": request["computation"],
        "an answer, by the published fit": request["published fit"],
    }
    by_use = {
        (life, use): _final_run(lifetime=life, utilisation=use) for life in LIVES for use in USES
    }
    found, grid = _crossings(cases, n), _crossings(by_use, n)
    here = found["training"]
    countries = _intensities()
    marks = {name: 1000 * countries[code] for name, code in (("France", "FR"), ("Poland", "PL"))}
    least, most = (pick(grid.values(), key=lambda row: row["median"]) for pick in (min, max))
    drawn = {name: cases[name] for name in list(cases)[:2]}
    return Section(
        numbers={
            "median": number(here["median"], here["high"] - here["low"]),
            "interval": between(here["low"], here["high"]),
            "least": _with_interval(least),
            "most": _with_interval(most),
            "countries": count(len(countries)),
            "year": Shown(str(YEAR), YEAR),
            "countries_below": count((1000 * countries < here["median"]).sum()),
            "countries_below_high": count((1000 * countries < here["high"]).sum()),
            "countries_below_most": count((1000 * countries < most["median"]).sum()),
        },
        tables={
            "cases": table(
                {
                    "case": found,
                    "g CO2e per kWh": map(_with_interval, found.values()),
                },
                words=["case"],
            ),
            "use": table(
                {
                    "service life": [f"{life} years" for life in LIVES],
                    **{
                        f"used {style.percent(use)} %": [
                            _with_interval(grid[life, use]) for life in LIVES
                        ]
                        for use in USES
                    },
                },
                words=["service life"],
            ),
        },
        facts={
            "use_moves_more": most["median"] / least["median"]
            > max(row["median"] for row in found.values())
            / min(row["median"] for row in found.values())
        },
        figures={"share": lambda: drawings.embodied_share(*_shares(drawn, n), marks)},
    )


def _final_run(**facts: Any) -> lca.Lifecycle:
    """Return the run alone: other runs multiply hardware and electricity alike."""
    return training(region="FR", year=YEAR, development="excluded", **facts)


def _crossings(lives: dict[Any, lca.Lifecycle], n: int) -> dict[Any, pd.Series]:
    """Return where embodied and operational impacts are alike, by lifecycle."""
    return {
        key: lca.scenarios.crossing(
            life, "grid.intensity", SEARCHED, "embodied", "operational", n, SEED,
            unit="gCO2e/kWh",
        ).iloc[0]
        for key, life in lives.items()
    }  # fmt: skip


def _with_interval(row: pd.Series) -> str:
    return estimate(row["median"], row["low"], row["high"])


def _intensities() -> pd.Series:
    """Return the intensity of all countries in one year, in kg CO2e per kWh."""
    countries = {row["code"] for row in tables.rows("countries") if len(row["code"]) == 2}
    rows = [row for row in tables.rows("electricity_annual") if row["geography"] in countries]
    kept = {row["geography"]: float(row["value"]) for row in rows if int(row["year"]) == YEAR}
    return pd.Series(kept)


def _shares(lives: dict[str, lca.Lifecycle], n: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return intensities, and low, median and high of the embodied share at each, by lifecycle.

    Operational impacts are straight lines in the intensity of the grid, and what is embodied does
    not depend on it.
    """
    grid = np.geomspace(5, 1000, 80)
    shares = {}
    for name, life in lives.items():
        one = life.replace({"grid.intensity": lca.fixed(1, "kgCO2e/kWh")})
        parts = lca.simulate(one, n=n, seed=SEED, progress=False).by("group").sel(category="gwp")
        embodied, used = (parts.sel(key=key).to_numpy()[0] for key in ("embodied", "operational"))
        share = embodied / (embodied + grid[:, np.newaxis] / 1000 * used)
        shares[name] = np.quantile(share, [0.05, 0.5, 0.95], axis=1)
    return grid, shares


# -- models side by side ------------------------------------------------------------------------


def models(n: int) -> Section:
    """What a choice between models of the same thing decides."""
    card = lca.accelerator_embodied(CARD)
    node = stages.EquippedNode(server=stages.Server(), accelerator=card)
    one = lca.Lifecycle(card, functional_unit="one H100")
    asked = {
        "one H100": one,
        "a node of eight": lca.Lifecycle(node, functional_unit="one node"),
        "training on wind power": _run_of(card, electricity=_wind()),
        "training in France": _run_of(card, region="FR", year=YEAR),
        "training in Poland": _run_of(card, region="PL", year=YEAR),
        "an answer": answer(),
    }
    found = {case: _choice(life, n) for case, life in asked.items()}
    result = lca.simulate(lca.Study(one.options("embodied model")), n=n, seed=SEED, progress=False)
    totals = result.summary().query("key == 'total'")
    worth = _worth(card, n)
    return Section(
        numbers={
            "options": count(len(totals)),
            "lowest": number(totals["mean"].min()),
            "highest": number(totals["mean"].max()),
            "card_ratio": factor(found["one H100"]["ratio"]),
            "card_equal": percent(found["one H100"]["share_equal"]),
            "card_largest": percent(found["one H100"]["share_largest"]),
            "node_equal": percent(found["a node of eight"]["share_equal"]),
            "run_largest": percent(found["training in France"]["share_largest"]),
            "answer_ratio": factor(found["an answer"]["ratio"]),
            "answer_equal": percent(found["an answer"]["share_equal"]),
            "answer_largest": percent(found["an answer"]["share_largest"]),
            "answer_spread": factor(found["an answer"]["spread"]),
            "worth": number(worth),
        },
        tables={
            "choices": table(
                {
                    "what is asked": found,
                    "models": [count(row["option"]) for row in found.values()],
                    "ratio": [factor(row["ratio"]) for row in found.values()],
                    "equal weights": [style.index(row["share_equal"]) for row in found.values()],
                    "at most": [style.index(row["share_largest"]) for row in found.values()],
                },
                words=["what is asked"],
            )
        },
        figures={"card": lambda: figures.total(result)},
        facts={"small": found["training in France"]["share_largest"] < 1 / 20},
    )


def _run_of(card: lca.Stage, **supply: Any) -> lca.Lifecycle:
    return training(accelerator_footprint=card, development="excluded", **supply)


def _choice(life: lca.Lifecycle, n: int) -> pd.Series:
    """Return the range of a choice between models, and its share of variance."""
    rows = sensitivity.choices(life, n=n, seed=SEED, of=OF).query("output == @OF")
    how = {"ratio": "max", "share_equal": "first", "share_largest": "first", "option": "count"}
    spread = rows["sd"].max() / rows["sd"].min()
    return pd.concat([rows.groupby("input").agg(how).iloc[0], pd.Series({"spread": spread})])


def _worth(card: lca.Stage, n: int) -> float:
    """Return what knowing the right model is worth to the choice between two sites."""
    believed = lca.accelerator_embodied(CARD, weights=dict.fromkeys(card.alternatives, 1))
    supplies = {name: {"region": name, "year": YEAR} for name in ("FR", "PL")}
    sites = lca.Study({name: _run_of(believed, **how) for name, how in supplies.items()})
    found = sensitivity.evppi(sites, n=n, seed=SEED, of="gwp, PL minus FR").set_index("input")
    return float(found.loc["embodied model", "value"])


# -- all notable models --------------------------------------------------------------------------

FEW = 2
"""Models that are told apart, the largest."""

AT_LEAST, AT_MOST = 1024, 4096
"""Samples of the atlas, which keeps those of every model; fewer say little of what narrows it."""


def atlas(n: int) -> Section:
    """All notable models, by one rule, and what disclosing more would do."""
    found = assessed.assess(min(max(n, AT_LEAST), AT_MOST), SEED)
    sums = found.strata.set_index(["disclosed", "quantity"])
    everything, unnamed = sums.loc["all", "total"], sums.loc["computation", "total"]
    totals = found.models.query("quantity == 'total'")
    by_year = found.years.pivot(index="year", columns="quantity", values="mean")
    embodied = by_year["embodied"] / by_year["total"]
    alone, combined = _left(found.disclosures), _left(found.combined)
    left = pd.concat([alone, combined])
    checks = _checks(n)
    return Section(
        numbers={
            "models": count(len(totals)),
            "listed": count(len(totals) + len(found.excluded)),
            "excluded": count(len(found.excluded)),
            "total": _in_thousands(everything, 1e6),
            "with_development": _in_thousands(sums.loc["all", "with_development"], 1e6),
            "unnamed": count(unnamed["models"]),
            "unnamed_share": percent(unnamed["mean"] / everything["mean"]),
            "unnamed_ratio": factor(unnamed["ratio"]),
            "hours_ratio": factor(sums.loc["hours", "total"]["ratio"]),
            "few": count(FEW),
            "few_share": percent(totals["mean"].nlargest(FEW).sum() / everything["mean"]),
            "embodied_least": percent(embodied.min()),
            "embodied_most": percent(embodied.max()),
            "hours_held": percent(checks.loc[_HOURS, "inside"]),
            "hours_cases": count(checks.loc[_HOURS, "cases"]),
            "energy_held": percent(checks.loc[_ENERGY, "inside"]),
            "energy_cases": count(checks.loc[_ENERGY, "cases"]),
        },
        rows={
            slug(item): {
                "sum": index(row["sum", "total"]),
                "model": index(row["model", "total"]),
                "with_other_runs": index(row["sum", "with_development"]),
            }
            for item, row in left.iterrows()
        },
        tables={
            "strata": _sums_by_what_is_disclosed(sums),
            "disclosures": _width_left(left),
            "checks": table(
                {
                    "hidden and predicted": checks.index,
                    "models": checks["cases"],
                    "held, %": map(style.percent, checks["inside"]),
                    "share below": map(style.index, checks["pit"]),
                },
                words=["hidden and predicted"],
            ),
        },
        figures={"years": lambda: figures.yearly(found.years)},
        facts={
            "most_telling": alone.index[0],
            "too_high": bool(checks.loc[_ENERGY, "pit"] < 1 / 4),
        },
    )


_HOURS, _ENERGY = "hours, from computation", "energy, from hours and hardware"


def _sums_by_what_is_disclosed(sums: pd.DataFrame) -> Table:
    groups = [*assessed.STRATA, "all"]
    totals = [sums.loc[one, "total"] for one in groups]
    units = {"energy": "GWh", "operational": "kt CO2e", "embodied": "kt CO2e", "total": "kt CO2e"}
    return table(
        {
            "disclosed": [{"computation": "no more"}.get(one, one) for one in groups],
            "models": [row["models"] for row in totals],
            **{
                f"{name}, {unit}": [_in_thousands(sums.loc[one, name]) for one in groups]
                for name, unit in units.items()
            },
            "if independent": [
                between(row["low_independent"] / 1e3, row["high_independent"] / 1e3)
                for row in totals
            ],
            "one model": [factor(row["ratio"]) for row in totals],
        },
        words=["disclosed"],
    )


def _left(disclosures: pd.DataFrame) -> pd.DataFrame:
    """Return the width that each item leaves, by what of which quantity."""
    left = disclosures.pivot(index="item", columns="quantity")
    return left.sort_values(("sum", "total"), kind="stable")


def _width_left(left: pd.DataFrame) -> Table:
    columns = {
        "energy: of the sum": ("sum", "energy"),
        "of a model": ("model", "energy"),
        "total: of the sum": ("sum", "total"),
        "of a model ": ("model", "total"),
        "with other runs: of the sum": ("sum", "with_development"),
    }
    return table(
        {
            "item": left.index.str.replace("development", "other runs"),
            "models": left["models", "total"],
            **{name: map(style.index, left[column]) for name, column in columns.items()},
        },
        words=["item"],
    )


def _checks(n: int) -> pd.DataFrame:
    """Return how often the rule holds what is disclosed, by what was hidden."""
    rows = assessed.checks(min(n, AT_MOST), SEED).groupby("question", sort=False)
    return rows.agg(cases=("inside", "size"), inside=("inside", "mean"), pit=("pit", "median"))


def _in_thousands(row: pd.Series, size: float = 1e3) -> Shown:
    """Return a sum with its interval, in a larger unit."""
    return estimate(row["mean"] / size, row["low"] / size, row["high"] / size)


# -- how fast -----------------------------------------------------------------------------------


def performance(n: int) -> Section:
    """Ratios of the last recorded run of the benchmarks."""
    found = _recorded("docs/explanation/sampling.md", "<!-- ratios -->", "measure", "aim", "here")
    reached = [_reached(row.aim, float(row.here)) for row in found.itertuples()]
    here = found.set_index("measure")["here"].astype(float)
    return Section(
        numbers={
            "measures": count(len(found)),
            "reached": count(sum(reached)),
            "plain": count(here["plain samples for the error of the mean of 65,536"]),
            "salib": count(here["SALib over ours, all Sobol indices, n = 8192"]),
            "brightway": count(here["bw2calc over ours, a sample"]),
        },
        tables={
            "ratios": table(
                {
                    "measure": found["measure"],
                    "aim": found["aim"],
                    "here": map(number, here),
                    "reached": ["yes" if one else "no" for one in reached],
                },
                words=["measure", "reached"],
            )
        },
    )


def _reached(aim: str, here: float) -> bool:
    sign, bound = aim.split()
    return here <= float(bound) if sign == "≤" else here >= float(bound)


# -- beside others ------------------------------------------------------------------------------


def peers(n: int) -> Section:
    """What other tools do best, and where this one differs, as the documentation has it."""
    text = (PROJECT / "docs" / "comparisons.md").read_text(encoding="utf-8")
    tools = [one for one in text.split("\n## ")[1:] if _said(one, "Strengths")]
    return Section(
        numbers={"tools": count(len(tools))},
        tables={
            "others": table(
                {
                    "tool": [f"{one.splitlines()[0]} {_version(one)}" for one in tools],
                    "its strengths": [_said(one, "Strengths") for one in tools],
                    "where this package differs": [_said(one, "Here otherwise") for one in tools],
                },
                words=["tool", "its strengths", "where this package differs"],
            )
        },
    )


def _version(tool: str) -> str:
    found = re.search(r"^Version ([\d.]+\d|\d+)", tool, re.MULTILINE)
    assert found is not None, f"docs/comparisons.md: no version of {tool.splitlines()[0]}"
    return found[1]


def _said(tool: str, title: str) -> str:
    """Return a paragraph of Markdown as plain text; nothing where there is none."""
    found = re.search(rf"\*\*{title}\.\*\* (.*?)(\n\n|$)", tool, re.DOTALL)
    text = " ".join(found[1].split()) if found else ""
    text = re.sub(r" \(\[[^]]*\]\([^)]*\)\)|: \[[^]]*\]\([^)]*\)(?=\.$)", "", text)
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).replace("`", "")


SECTIONS: dict[str, Callable[[int], Section]] = {
    "need": need,
    "method": method,
    "reproduction": reproduction,
    "calibration": calibration,
    "reassessed": reassessed,
    "decides": decides,
    "crossing": crossing,
    "models": models,
    "atlas": atlas,
    "performance": performance,
    "peers": peers,
}
"""Sections by the name under which the text names them."""
