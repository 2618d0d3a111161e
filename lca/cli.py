"""The command `lca`: run a study file; make published results again; look into things.

With ``--json`` a command prints one JSON document and nothing else; progress, notes and errors
go to the standard error.
"""

from __future__ import annotations

import argparse
import inspect
import json
import math
import os
import shutil
import sys
import tempfile
import typing
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lca import (
    atlas,
    calibration,
    catalogue,
    figures,
    published,
    reassessment,
    report,
    sampling,
    stages,
    studyfile,
    tables,
    typeset,
)
from lca.figures import shares, style, sweep, total, waterfall
from lca.result import Result
from lca.sensitivity.model import totals
from lca.simulation import simulate
from lca.stage import GraphError, Slot, Stage
from lca.studyfile import Sensitivity, StudyFile, StudyFileError
from lca.units import near

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130
MOST = 40  # rows of a search that are printed
FIRST = 10  # inputs of an output that are printed


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status.

    0 when done, 1 when writing failed, 2 when the study or the command is wrong, 130 when
    interrupted. Nothing half-written is left behind.
    """
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.work(arguments))
    except KeyboardInterrupt:
        print("\ninterrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    except StudyFileError as error:
        print(error, file=sys.stderr)
        return WRONG
    except (ValueError, MemoryError) as error:
        print(f"{arguments.study}: {error}", file=sys.stderr)
        return WRONG
    except BrokenPipeError:  # what was printed is no longer read, as in `lca run bloom | head`
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - else Python complains when it ends
        return FAILED
    except OSError as error:
        print(f"cannot write: {error}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lca",
        description="Lifecycle assessment of AI, with uncertainty in every number.",
        epilog="exit status: 0 done; 1 writing failed; 2 the study or the command is wrong; 130 "
        "interrupted. Example: lca run bloom",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser(
        "run",
        help="sample a study and write tables, figures and a report",
        description="Sample a study and write tables, figures and a report.",
        epilog="example: lca run bloom -o results/bloom --n 16384 --seed 2",
    )
    run.add_argument("-o", "--output", type=Path, help="folder to write (results/NAME/)")
    _add_study(run)
    run.set_defaults(work=_run)
    pairs = commands.add_parser(
        "compare",
        help="hold the scenarios of a study against one of them, and rank them",
        description="Hold the scenarios of a study against one of them, sample by sample.",
        epilog="example: lca compare bloom --baseline 'France, 6 years'",
    )
    pairs.add_argument("--baseline", metavar="SCENARIO", help="what to hold against (the first)")
    pairs.add_argument("--category", help="impact category (all that are covered alike)")
    _add_study(pairs)
    pairs.set_defaults(work=_compare)
    decides = commands.add_parser(
        "sensitivity",
        help="which inputs of a study decide its totals, and its differences",
        description="Say which inputs decide the outputs of a study (by default its totals).",
        epilog="examples: lca sensitivity bloom --of gwp; lca sensitivity bloom --method morris",
    )
    methods = typing.get_args(Sensitivity.model_fields["method"].annotation)
    decides.add_argument("--method", choices=methods, help="(as the study says, or sobol)")
    decides.add_argument("--of", action="append", help="outputs: a name, or a text in their names")
    _add_study(decides)
    decides.set_defaults(work=_sensitivity)
    written = commands.add_parser(
        "schema",
        help="print the JSON schema of study files, for editors",
        description="Print the JSON schema of study files, for editors.",
        epilog="example: lca schema > study.schema.json",
    )
    written.set_defaults(work=_schema, study="lca schema")
    _add_data(commands)
    again = commands.add_parser(
        "reproduce",
        help="make published results again, with our own stages",
        description="Make published results again from the inputs that their sources print.",
        epilog="examples: lca reproduce; lca reproduce BLOOM-TOTAL",
    )
    again.add_argument("ids", nargs="*", metavar="ID", help="cases (all)")
    _add_json(again)
    again.set_defaults(work=_reproduce, study="lca reproduce")
    held = commands.add_parser(
        "calibrate",
        help="hide what was metered, predict it, and count how often the intervals hold it",
        description="Predict what was metered from what is usually disclosed, and compare.",
        epilog="example: lca calibrate -o results/calibration",
    )
    held.add_argument("-o", "--output", type=Path, help="folder for the table and the figure")
    _add_json(held)
    held.set_defaults(work=_calibrate, study="lca calibrate")
    whole = commands.add_parser(
        "reassess",
        help="lay published totals beside those of the whole boundary, with its interval",
        description="Say whether published totals lie inside the interval of the whole boundary.",
        epilog="examples: lca reassess; lca reassess bloom",
    )
    whole.add_argument("studies", nargs="*", metavar="STUDY", help="names or paths (all shipped)")
    _add_json(whole)
    whole.set_defaults(work=_reassess, study="lca reassess")
    every = commands.add_parser(
        "atlas",
        help="assess all notable models by one rule, from what is disclosed of each",
        description="Sum notable models by year and by what is disclosed, and say what knowing "
        "more would leave of the intervals. The rule is the text of the module lca.atlas.",
        epilog="example: lca atlas -o results/atlas",
    )
    every.add_argument("--n", type=_whole(1), default=4096, help="number of samples (4096)")
    every.add_argument("--seed", type=_whole(0), default=0, help="seed (0)")
    every.add_argument("-o", "--output", type=Path, help="folder for the tables and the figures")
    _add_json(every)
    every.set_defaults(work=_atlas, study="lca atlas")
    explained = commands.add_parser(
        "stages",
        help="list the stages, or explain one: formula, inputs, defaults and their sources",
        description="List the stages of the library, or explain one from its declarations.",
        epilog="examples: lca stages; lca stages Cooling",
    )
    explained.add_argument("name", nargs="?", help="name of a stage or of what makes one")
    _add_json(explained)
    explained.set_defaults(work=_stages, study="lca stages")
    return parser


def _add_study(command: argparse.ArgumentParser) -> None:
    command.add_argument("study", help="path of a study file, or the name of a shipped study")
    command.add_argument("--n", type=_whole(1), help="number of samples (as the study says)")
    command.add_argument("--seed", type=_whole(0), help="seed (as the study says, or 0)")
    _add_json(command)


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON document instead")


def _add_data(commands: Any) -> None:
    data = commands.add_parser(
        "data",
        help="look into the tables: search, show, sources",
        description="Look into the tables of figures and facts.",
        epilog="examples: lca data search hbm module; lca data show operation.pue.unknown_operator",
    )
    asked = data.add_subparsers(required=True, metavar="WHAT")
    search = asked.add_parser(
        "search",
        help="rows whose id, name or note holds every word",
        epilog="example: lca data search hbm module",
    )
    search.add_argument("words", nargs="+", help="words, in any order")
    _add_json(search)
    search.set_defaults(work=_search, study="lca data search")
    show = asked.add_parser(
        "show",
        help="everything that is known of one row, by its id",
        epilog="example: lca data show operation.pue.unknown_operator",
    )
    show.add_argument("key", help="id of a row")
    _add_json(show)
    show.set_defaults(work=_show, study="lca data show")
    sources = asked.add_parser(
        "sources",
        help="BibTeX of sources by key, or of all",
        epilog="example: lca data sources luccioni2023",
    )
    sources.add_argument("keys", nargs="*", help="keys of sources")
    _add_json(sources)
    sources.set_defaults(work=_sources, study="lca data sources")


def _say(value: Any) -> int:
    """Print a value as JSON; tables as lists of rows, what is no finite number as null."""
    print(json.dumps(_bare(value), indent=1, ensure_ascii=False))
    return DONE


def _bare(value: Any) -> Any:
    if hasattr(value, "to_dict"):  # a table
        table = value.reset_index() if any(value.index.names) else value
        value = table.rename(columns=str).to_dict(orient="records")
    if isinstance(value, Mapping):
        return {str(key): _bare(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bare(one) for one in value]
    if hasattr(value, "item"):  # a number of NumPy
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value


@contextmanager
def _notes() -> Iterator[None]:
    """Print warnings as notes, on the standard error."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        yield
    for text in dict.fromkeys(str(one.message) for one in said):
        print(f"note: {text}", file=sys.stderr)


def _search(arguments: argparse.Namespace) -> int:
    words = " ".join(arguments.words)
    found = catalogue.search(words)
    if found.empty:
        print(f"no row holds {words!r}; try fewer or other words", file=sys.stderr)
        return WRONG
    if arguments.json:
        return _say(found)
    for row in found.head(MOST).itertuples():
        value = f"  {row.value} {row.unit}" if row.value else ""
        print(f"{row.id}{value}\n    {row.label} [{row.table}; {row.confidence or 'as stated'}]")
    if len(found) > MOST:
        print(f"… and {len(found) - MOST} more; add a word")
    return DONE


def _show(arguments: argparse.Namespace) -> int:
    row = catalogue.row(arguments.key)
    if arguments.json:
        return _say(row)
    for name, value in row.items():
        if value:
            print(f"{name:14s} {value}")
    return DONE


def _sources(arguments: argparse.Namespace) -> int:
    known = tables.sources()
    for key in arguments.keys:
        if key not in known:
            raise tables.DataError(f"no source {key!r}{near(key, known)}")
    asked = {key: known[key] for key in arguments.keys or known}
    if arguments.json:
        return _say(asked)
    print("\n\n".join(asked.values()) + "\n")
    return DONE


def _reproduce(arguments: argparse.Namespace) -> int:
    found = published.table(arguments.ids or None)
    if arguments.json:
        return _say(found)
    print(f"{'case':20s} {'published':>12s} {'ours':>12s} {'':12s} {'off by':>10s} {'allowed':>8s}")
    for row in found.itertuples():
        made = row.ours == row.ours  # not, where no stage can express it
        ours = f"{row.ours:12.6g}" if made else f"{'–':>12s}"
        off = f"{100 * row.deviation:+9.4f}%" if made else f"{'–':>10s}"
        fitted = f", fitted: {row.fitted}" if row.fitted else ""
        said = "" if row.holds else f"  OPEN: {row.open or 'no reason known'}"
        print(
            f"{row.id:20s} {row.published:12.6g} {ours} {row.unit:12s} {off} "
            f"{100 * row.tolerance:7.4g}%  {row.origin}{fitted}{said}"
        )
    print("\nby source; `other` are derived, fitted, conversions, ratios, fewer than three inputs")
    sums = published.headline(found)
    print(sums.to_string())
    print(f"\n{' · '.join(f'{name} {count}' for name, count in sums.sum().items())}")
    return DONE


def _calibrate(arguments: argparse.Namespace) -> int:
    found = calibration.table()
    if not arguments.json:
        print(calibration.text(found))
    if arguments.output is not None:
        arguments.output.mkdir(parents=True, exist_ok=True)
        found.to_csv(arguments.output / "calibration.csv", index=False)
        ax = figures.calibration(found)
        for suffix in ("svg", "pdf", "png"):
            style.save(ax, arguments.output / f"calibration.{suffix}")
    return _say(found) if arguments.json else DONE


def _reassess(arguments: argparse.Namespace) -> int:
    found = reassessment.table(arguments.studies or None)
    if arguments.json:
        return _say(found)
    print(reassessment.text(found))
    print(
        f"\n{found['inside'].sum()} of {len(found)} published totals lie inside the 90 % interval"
    )
    return DONE


def _atlas(arguments: argparse.Namespace) -> int:
    found = atlas.assess(arguments.n, arguments.seed)
    names = ("models", "years", "strata", "disclosures", "combined", "excluded")
    tables_ = {name: getattr(found, name) for name in names}
    if not arguments.json:
        print(atlas.text(found))
    if arguments.output is not None:
        arguments.output.mkdir(parents=True, exist_ok=True)
        for name, one in tables_.items():
            one.to_csv(arguments.output / f"{name}.csv", index=False)
        drawn = {
            "yearly": figures.yearly(found.years),
            "disclosures": figures.disclosures(found.disclosures),
            "combined": figures.disclosures(found.combined),
        }
        for name, ax in drawn.items():
            for suffix in ("svg", "pdf", "png"):
                style.save(ax, arguments.output / f"{name}.{suffix}")
    return _say(tables_) if arguments.json else DONE


def _stages(arguments: argparse.Namespace) -> int:
    if arguments.name is None:
        families = _families()
        if arguments.json:
            return _say(families)
        width = max(map(len, stages.__all__))
        for family, members in families.items():
            print(
                family,
                *(f"  {name:{width}s} {about}" for name, about in members.items()),
                "",
                sep="\n",
            )
        return DONE
    if arguments.name not in stages.__all__:
        raise ValueError(
            f"no stage {arguments.name!r}"
            + (near(arguments.name, stages.__all__) or "; `lca stages` lists them")
        )
    found = getattr(stages, arguments.name)
    if arguments.json:
        return _say(_declared(found) if isinstance(found, type) else {"about": _called(found)})
    print(explain(found) if isinstance(found, type) else _called(found))
    return DONE


def _families() -> dict[str, dict[str, str]]:
    """Return all stages and what makes them, by file, with the first line of each."""
    families: dict[str, dict[str, str]] = {}
    for name in stages.__all__:
        one = getattr(stages, name)
        family = one.__module__.rpartition(".")[2]
        about = (inspect.getdoc(one) or "").splitlines()[0]
        families.setdefault(family, {})[name] = about
    return dict(sorted(families.items()))


def _declared(stage: type[Stage]) -> dict[str, Any]:
    """Return the declarations of a stage as plain values."""
    slots = [
        {
            "name": name,
            "holds": slot.holds,
            "unit": slot.unit,
            "meaning": slot.meaning,
            "valid": slot.valid,
            "among": slot.among,
            "optional": slot.optional,
            "default": getattr(
                slot.default, "key", slot.default if slot.default is None else str(slot.default)
            ),
        }
        for name, slot in stage._slots.items()
    ]
    about = {"name": stage.__name__, "per": stage.per, "phase": stage.phase}
    return {**about, "about": inspect.getdoc(stage), "slots": slots, "zero": stage.zero}


def _called(function: Any) -> str:
    return f"{function.__name__}{inspect.signature(function)}\n\n{inspect.getdoc(function)}"


def explain(stage: type[Stage]) -> str:
    """Return what a stage is, from its declarations: formula, suppliers, inputs, defaults.

    Examples
    --------
    >>> import lca
    >>> print(explain(lca.stages.Drives).splitlines()[0])
    Drives: per TB, manufacturing
    """
    phase = "a supply" if stage.phase is None else stage.phase
    lines = [f"{stage.__name__}: per {stage.per}, {phase}", "", inspect.getdoc(stage) or "", ""]
    lines += [line for name, slot in stage._slots.items() for line in _explained(name, slot)]
    lines += [f"  emits no {category}: {reason}" for category, reason in stage.zero.items()]
    return "\n".join(lines)


def _explained(name: str, slot: Slot) -> list[str]:
    if slot.holds == "option":
        return [f"  {name}: {slot.meaning}", f"      {', '.join(slot.among)} [{slot.default}]"]
    if slot.holds.startswith("supplier"):
        several = ", several by name" if slot.holds == "suppliers" else ""
        left_out = ", may be left out" if slot.optional else ""
        return [f"  {name}: {slot.meaning}", f"      a stage per {slot.unit}{several}{left_out}"]
    low, high = ("" if end is None else f"{end:g}" for end in slot.valid)
    default = slot.default
    if isinstance(default, catalogue.Entry):
        held = default.quantity()
        unit = "" if held.unit in ("", "1", slot.unit) else f" {held.unit}"
        said = f"{held.distribution.describe()}{unit}  [{default.key}; {held.source}]"
    else:
        said = f"{default}" if default is not None else _needed(slot)
    return [f"  {name} [{slot.unit}]: {slot.meaning}", f"      {low}…{high}; {said}"]


def _needed(slot: Slot) -> str:
    return "may be left out" if slot.optional else "needed"


def _whole(least: int) -> Any:
    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}")
        return value

    return read


def _simulated(arguments: argparse.Namespace, file: StudyFile) -> Result:
    """Return the samples of a study, having said what is drawn."""
    n = file.samples if arguments.n is None else arguments.n
    seed = _seed(arguments, file)
    size = sampling.rounded(n, file.sampler)
    if not arguments.json:
        unit = file.study.functional_unit
        print(f"{file.title}\n{unit}; {size} samples, seed {seed}\n", flush=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the rounding of n is printed above
        return simulate(file.study, n, seed, file.sampler, progress=True)


def _seed(arguments: argparse.Namespace, file: StudyFile) -> int:
    return file.seed if arguments.seed is None else arguments.seed


def _about(file: StudyFile, **others: Any) -> dict[str, Any]:
    unit = file.study.functional_unit
    return {"study": file.name, "title": file.title, "functional_unit": unit, **others}


def _run(arguments: argparse.Namespace) -> int:
    file = studyfile.load(arguments.study)
    result = _simulated(arguments, file)
    output = arguments.output or Path("results") / file.name
    seed = result.manifest["seed"]
    with _notes():
        asked = {name: make(result.n, seed) for name, make in file.tables.items()}
        made = write(file, result, output, asked)
    if arguments.json:
        about = _about(file, n=result.n, seed=seed)
        return _say({**about, "summary": result.summary("group"), **asked, "wrote": made})
    print(table(result, file.answers))
    for name, found in asked.items():
        print(f"\n{name}\n{typeset.plain(found)}")
    if file.published is not None:
        held = file.published
        print(f"\n{held.label}: {held.value:g} {held.unit} ({held.scenario})")
    if file.steps:
        print(f"\n{_steps(result, _category(file), file.steps)}")
    print("\nwrote", *made, sep="\n  ")
    return DONE


_LONG = ["paired", "unpaired"]  # columns of names that no line of text holds


def _compare(arguments: argparse.Namespace) -> int:
    file = studyfile.load(arguments.study)
    if len(file.study.scenarios) < 2:
        raise ValueError("the study has one scenario; there is nothing to compare")
    if arguments.baseline is not None:
        file.study.check_scenario(arguments.baseline)
    if arguments.category is not None:
        next(iter(file.study.scenarios.values())).check_category(arguments.category)
    result = _simulated(arguments, file)
    found = result.compare(arguments.baseline, arguments.category)
    baseline, answers = found.attrs["baseline"], file.answers
    found = found[found["scenario"].isin(answers)]
    differing = [one for one in found.attrs["left_out"] if one[0] in answers]
    left_out = [f"{one}, {name}: {how}" for one, name, how in differing]
    ranks = _ranks(result, arguments.category or "gwp", answers)
    if arguments.json:
        about = _about(file, n=result.n, seed=result.manifest["seed"], baseline=baseline)
        return _say({**about, "comparison": found, "left_out": left_out, "ranks": ranks})
    print(f"against {baseline}, sample by sample\n{typeset.plain(found.drop(columns=_LONG))}")
    for text in left_out:
        print(f"left out, as coverage differs: {text}")
    if ranks is not None and len(ranks) > 2:
        print(f"\nprobability of each rank, 1 the lowest\n{typeset.plain(ranks)}")
    return DONE


def _ranks(result: Result, category: str, scenarios: Sequence[str]) -> Any:
    """Return the ranks of scenarios; None where they are not covered alike."""
    try:
        return result.ranks(category, scenarios)
    except GraphError:
        return None


def _sensitivity(arguments: argparse.Namespace) -> int:
    file = studyfile.load(arguments.study)
    seed = _seed(arguments, file)
    given = {"method": arguments.method, "n": arguments.n, "of": arguments.of}
    given = {key: value for key, value in given.items() if value is not None}
    if arguments.method is not None:  # what the study says is of its own method
        asked = Sensitivity.model_validate(given)
    else:
        asked = (file.sensitivity or Sensitivity()).model_copy(update=given)
    if asked.of is None and asked.method == "sobol":
        asked = asked.model_copy(update={"of": totals(file.study, file.answers)})
    with _notes():
        found = asked.table(file.study, seed)
    if arguments.json:
        return _say(_about(file, method=asked.method, seed=seed, sensitivity=found))
    print(f"{file.title}\n{asked.method}, seed {seed}; {FIRST} inputs of each output\n")
    print(typeset.plain(found.groupby("output", sort=False).head(FIRST)))
    return DONE


def _schema(arguments: argparse.Namespace) -> int:
    return _say(studyfile.schema())


def table(result: Result, scenarios: Sequence[str] | None = None) -> str:
    """Return the totals of scenarios (all), and the embodied shares, as lines of text.

    Examples
    --------
    >>> import lca
    >>> life = lca.Lifecycle(lca.stages.Accelerator(footprint=lca.uniform(low=100, high=200)))
    >>> print(table(lca.simulate(life, n=1024, seed=1)))
    scenario  category  median, 90 % interval  mean         embodied
    baseline  gwp       150 (105–195) kg CO2e  150 kg CO2e  100 %
    """
    shares_ = result.shares().set_index(["scenario", "category", "key"])
    groups = result.summary("group").set_index(["scenario", "category", "key"])["note"]
    notes: dict[str, str] = {}  # a mark for each, since many rows have the same
    lines = [("scenario", "category", "median, 90 % interval", "mean", "embodied", "")]
    for row in _totals(result, scenarios).to_dict(orient="records"):
        mark = notes.setdefault(row["note"], f"[{len(notes) + 1}]") if row["note"] else ""
        where = row["scenario"], row["category"], "embodied"
        embodied = shares_.loc[where] if where in shares_.index else None
        lines.append(
            (
                row["scenario"],
                row["category"],
                *_amounts(row),
                _percent(embodied, groups.get(where, "")),
                mark,
            )
        )
    return "\n".join([*_aligned(lines), *(f"{mark} {text}" for text, mark in notes.items())])


def _totals(result: Result, scenarios: Sequence[str] | None) -> Any:
    found = result.summary().query("key == 'total'")
    if scenarios is not None:
        found = found[found["scenario"].isin(scenarios)]
    order = result.categories.index
    return found.sort_values("category", key=lambda names: names.map(order), kind="stable")


def _amounts(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return median with interval, and mean."""
    if row["note"] and row["low"] == row["high"] == 0:  # absent is not zero
        return "not reported", ""
    size, unit = style.scaled(row["unit"], [row["median"]])
    low, median, high, mean = (row[x] / size for x in ("low", "median", "high", "mean"))
    between = f" ({style.interval(low, high)})" if high > low else ""
    middle = style.number(median, high - low)
    return f"{middle}{between} {unit}", f"{style.number(mean, high - low)} {unit}"


def _steps(result: Result, category: str, names: Sequence[str]) -> str:
    """Return what every step adds to the mean, in the unit of the last total."""
    found = result.steps(category, names)
    size, unit = style.scaled(result.info["units"][category], [found["mean"].iloc[-1]])
    lines = [("step by step", f"mean, {unit}", "changes it by", "90 % interval")]
    for row in found.to_dict(orient="records"):
        low, high, mean = (row[x] / size for x in ("change_low", "change_high", "mean"))
        change = row["change"] / size
        between = style.interval(low, high) if high > low else ""
        total = style.number(mean, (row["high"] - row["low"]) / size)
        lines.append((row["scenario"], total, style.number(change, high - low), between))
    return "\n".join(_aligned(lines))


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]


def _percent(share: Any, note: str) -> str:
    if share is None or (note and share["high"] == 0):  # absent is not zero
        return "–"
    low, high = 100 * share["low"], 100 * share["high"]
    between = f" ({low:.0f}–{high:.0f})" if high - low > 0.5 else ""
    return f"{100 * share['share']:.0f}{between} %"


def write(file: StudyFile, result: Result, output: Path, asked: Mapping[str, Any]) -> list[Path]:
    """Write tables (`asked` among them), figures and report into a folder; all of them, or none.

    Files are made in a folder beside it and moved when all are whole.

    Returns
    -------
    list of Path
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    try:
        _write_all(file, result, making, asked)
        output.mkdir(exist_ok=True)
        made = sorted(making.iterdir())
        for path in made:
            os.replace(path, output / path.name)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return [output / path.name for path in made]


def _write_all(file: StudyFile, result: Result, folder: Path, asked: Mapping[str, Any]) -> None:
    result.summary("stage").to_csv(folder / "summary.csv", index=False)
    result.inputs.to_csv(folder / "inputs.csv")
    result.to_netcdf(folder / "results.nc")
    held = file.published
    category = _category(file)
    value = f"{held.value} {held.unit}" if held else None
    for suffix, typesetter in typeset.FORMATS.items():
        text = typesetter(result.summary("group"))
        (folder / f"summary.{suffix}").write_text(text + "\n", encoding="utf-8")
    if len(result.scenarios) > 1:
        _write_comparison(result, category, file.answers, folder)
    decides = None
    if file.sensitivity is not None:
        try:
            decides = file.sensitivity.table(file.study, result.manifest["seed"])
        except ValueError as error:
            raise file.located(("sensitivity",), str(error)) from error
        decides.to_csv(folder / "sensitivity.csv", index=False)
    axes: dict[str, Any] = {}
    for position, (name, arguments) in enumerate(file.figures):
        count = sum(one.partition("-")[0] == name for one in axes)
        called = f"{name}-{count + 1}" if count else name
        try:
            axes[called] = _drawn(name, arguments, result, decides)
        except ValueError as error:
            raise file.located(("figures", position), str(error)) from error
    if not file.figures:
        axes["total"] = total(result, category, None, value, held.label if held else "")
        axes["shares"] = shares(result, category)
    if file.steps:
        result.steps(category, file.steps).to_csv(folder / "steps.csv", index=False)
        axes["waterfall"] = waterfall(result, category, scenarios=file.steps)
    for name, found in asked.items():
        found.to_csv(folder / f"{name}.csv", index=False)
        if name.partition("-")[0] == "sweep":
            axes[name] = sweep(found)
    for name, ax in axes.items():
        for suffix in ("svg", "pdf", "png"):
            style.save(ax, folder / f"{name}.{suffix}")
        style.close(ax)
    report.write(
        result,
        folder / "report.html",
        title=file.title,
        description=file.description,
        published=held.model_dump() if held else None,
        steps=file.steps,
        sensitivity=decides,
        reporter=file.reporter,
        per=file.per,
    )
    for suffix, form in (("md", "markdown"), ("tex", "latex")):
        text = report.methods(result, form) + "\n"
        (folder / f"methods.{suffix}").write_text(text, encoding="utf-8")
    (folder / "sources.bib").write_text(report.sources(result), encoding="utf-8")


def _category(file: StudyFile) -> str:
    return file.published.category if file.published else "gwp"


def _write_comparison(result: Result, category: str, answers: Sequence[str], folder: Path) -> None:
    """Write paired differences and ranks, where scenarios are covered alike."""
    try:
        result.compare().to_csv(folder / "compare.csv", index=False)
    except GraphError as error:
        warnings.warn(str(error), stacklevel=2)
    ranks = _ranks(result, category, answers)
    if ranks is not None and len(ranks) > 2:
        ranks.to_csv(folder / "ranks.csv")


def _drawn(name: str, arguments: Mapping[str, Any], result: Result, decides: Any) -> Any:
    """Return the axes of a figure that a study file names."""
    draw = studyfile.drawable()[name]
    first = next(iter(inspect.signature(draw).parameters))
    try:
        return draw(decides if first == "table" else result, **arguments)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"the figure {name!r} cannot be drawn: {error}") from error
