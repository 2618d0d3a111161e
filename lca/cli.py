"""The command `lca`: run a study file; make published results again; look into things."""

from __future__ import annotations

import argparse
import inspect
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lca import (
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
)
from lca.figures import shares, style, total, waterfall
from lca.result import Result
from lca.simulation import simulate
from lca.stage import Slot, Stage
from lca.studyfile import StudyFile, StudyFileError
from lca.units import near

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130
MOST = 40  # rows of a search that are printed


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
    except OSError as error:
        print(f"cannot write: {error}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lca", description="Lifecycle assessment of AI, with uncertainty in every number."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser(
        "run",
        help="sample a study and write tables, figures and a report",
        description="Sample a study and write tables, figures and a report.",
        epilog="example: lca run bloom -o results/bloom --n 16384 --seed 2",
    )
    run.add_argument("study", help="path of a study file, or the name of a shipped study")
    run.add_argument("-o", "--output", type=Path, help="folder to write (results/NAME/)")
    run.add_argument("--n", type=_whole(1), help="number of samples (as the study says, or 8192)")
    run.add_argument("--seed", type=_whole(0), help="seed (as the study says, or 0)")
    run.set_defaults(work=_run)
    _add_data(commands)
    again = commands.add_parser(
        "reproduce",
        help="make published results again, with our own stages",
        description="Make published results again from the inputs that their sources print.",
        epilog="examples: lca reproduce; lca reproduce BLOOM-TOTAL",
    )
    again.add_argument("ids", nargs="*", metavar="ID", help="cases (all)")
    again.set_defaults(work=_reproduce, study="lca reproduce")
    held = commands.add_parser(
        "calibrate",
        help="hide what was metered, predict it, and count how often the intervals hold it",
        description="Predict what was metered from what is usually disclosed, and compare.",
        epilog="example: lca calibrate -o results/calibration",
    )
    held.add_argument("-o", "--output", type=Path, help="folder for the table and the figure")
    held.set_defaults(work=_calibrate, study="lca calibrate")
    whole = commands.add_parser(
        "reassess",
        help="lay published totals beside those of the whole boundary, with its interval",
        description="Say whether published totals lie inside the interval of the whole boundary.",
        epilog="examples: lca reassess; lca reassess bloom",
    )
    whole.add_argument("studies", nargs="*", metavar="STUDY", help="names or paths (all shipped)")
    whole.set_defaults(work=_reassess, study="lca reassess")
    explained = commands.add_parser(
        "stages",
        help="list the stages, or explain one: formula, inputs, defaults and their sources",
        description="List the stages of the library, or explain one from its declarations.",
        epilog="examples: lca stages; lca stages Cooling",
    )
    explained.add_argument("name", nargs="?", help="name of a stage or of what makes one")
    explained.set_defaults(work=_stages, study="lca stages")
    return parser


def _add_data(commands: Any) -> None:
    data = commands.add_parser(
        "data",
        help="look into the tables: search, show, sources",
        description="Look into the tables of figures and facts.",
        epilog="examples: lca data search hbm module; lca data show operation.pue.unknown_operator",
    )
    asked = data.add_subparsers(required=True, metavar="WHAT")
    search = asked.add_parser("search", help="rows whose id, name or note holds every word")
    search.add_argument("words", nargs="+", help="words, in any order")
    search.set_defaults(work=_search, study="lca data search")
    show = asked.add_parser("show", help="everything that is known of one row, by its id")
    show.add_argument("key", help="id of a row")
    show.set_defaults(work=_show, study="lca data show")
    sources = asked.add_parser("sources", help="BibTeX of sources by key, or of all")
    sources.add_argument("keys", nargs="*", help="keys of sources")
    sources.set_defaults(work=_sources, study="lca data sources")


def _search(arguments: argparse.Namespace) -> int:
    words = " ".join(arguments.words)
    found = catalogue.search(words)
    if found.empty:
        print(f"no row holds {words!r}; try fewer or other words", file=sys.stderr)
        return WRONG
    for row in found.head(MOST).itertuples():
        value = f"  {row.value} {row.unit}" if row.value else ""
        print(f"{row.id}{value}\n    {row.label} [{row.table}; {row.confidence or 'as stated'}]")
    if len(found) > MOST:
        print(f"… and {len(found) - MOST} more; add a word")
    return DONE


def _show(arguments: argparse.Namespace) -> int:
    for name, value in catalogue.row(arguments.key).items():
        if value:
            print(f"{name:14s} {value}")
    return DONE


def _sources(arguments: argparse.Namespace) -> int:
    known = tables.sources()
    for key in arguments.keys or known:
        if key not in known:
            raise tables.DataError(f"no source {key!r}{near(key, known)}")
        print(known[key] + "\n")
    return DONE


def _reproduce(arguments: argparse.Namespace) -> int:
    found = published.table(arguments.ids or None)
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
    print(calibration.text(found))
    if arguments.output is not None:
        arguments.output.mkdir(parents=True, exist_ok=True)
        found.to_csv(arguments.output / "calibration.csv", index=False)
        ax = figures.calibration(found)
        for suffix in ("svg", "pdf", "png"):
            style.save(ax, arguments.output / f"calibration.{suffix}")
    return DONE


def _reassess(arguments: argparse.Namespace) -> int:
    found = reassessment.table(arguments.studies or None)
    print(reassessment.text(found))
    print(
        f"\n{found['inside'].sum()} of {len(found)} published totals lie inside the 90 % interval"
    )
    return DONE


def _stages(arguments: argparse.Namespace) -> int:
    if arguments.name is None:
        print(_families())
        return DONE
    if arguments.name not in stages.__all__:
        raise ValueError(
            f"no stage {arguments.name!r}"
            + (near(arguments.name, stages.__all__) or "; `lca stages` lists them")
        )
    found = getattr(stages, arguments.name)
    print(explain(found) if isinstance(found, type) else _called(found))
    return DONE


def _families() -> str:
    """Return all stages and what makes them, by file, with the first line of each."""
    families: dict[str, list[str]] = {}
    width = max(map(len, stages.__all__))
    for name in stages.__all__:
        one = getattr(stages, name)
        first = (inspect.getdoc(one) or "").splitlines()[0]
        family = one.__module__.rpartition(".")[2]
        families.setdefault(family, []).append(f"  {name:{width}s} {first}")
    return "\n".join("\n".join([family, *lines, ""]) for family, lines in sorted(families.items()))


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
        said = "needed" if default is None else f"{default}"
    return [f"  {name} [{slot.unit}]: {slot.meaning}", f"      {low}…{high}; {said}"]


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


def _run(arguments: argparse.Namespace) -> int:
    file = studyfile.load(arguments.study)
    n = file.samples if arguments.n is None else arguments.n
    seed = file.seed if arguments.seed is None else arguments.seed
    size = sampling.rounded(n, file.sampler)
    print(f"{file.title}\n{file.study.functional_unit}; {size} samples, seed {seed}\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the rounding of n is printed above
        result = simulate(file.study, n, seed, file.sampler, progress=True)
    output = arguments.output or Path("results") / file.name
    made = write(file, result, output)
    print(table(result))
    if file.published is not None:
        held = file.published
        print(f"{held.label}: {held.value:g} {held.unit} ({held.scenario})")
    print("\nwrote", *made, sep="\n  ")
    return DONE


def table(result: Result) -> str:
    """Return the totals of every scenario, and the embodied shares, as lines of text.

    Examples
    --------
    >>> import lca
    >>> life = lca.Lifecycle(lca.stages.Accelerator(footprint=lca.uniform(low=100, high=200)))
    >>> print(table(lca.simulate(life, n=1024, seed=1)))
    scenario  category  median, 90 % interval  mean         embodied
    baseline  gwp       150 (105–195) kg CO2e  150 kg CO2e  100 %
    """
    shares_ = result.shares().set_index(["scenario", "category", "key"])
    lines = [("scenario", "category", "median, 90 % interval", "mean", "embodied", "")]
    totals = result.summary().query("key == 'total'")
    totals = totals.sort_values(
        "category", key=lambda names: names.map(result.categories.index), kind="stable"
    )
    for row in totals.to_dict(orient="records"):
        size, unit = style.scaled(row["unit"], [row["median"]])
        low, median, high, mean = (row[x] / size for x in ("low", "median", "high", "mean"))
        between = f" ({style.interval(low, high)})" if high > low else ""
        where = row["scenario"], row["category"], "embodied"
        embodied = shares_.loc[where] if where in shares_.index else None
        lines.append(
            (
                row["scenario"],
                row["category"],
                f"{style.number(median, high - low)}{between} {unit}",
                f"{style.number(mean, high - low)} {unit}",
                _percent(embodied),
                row["note"],
            )
        )
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    padded = [[text.ljust(width) for text, width in zip(line, widths)] for line in lines]
    return "\n".join("  ".join(line).rstrip() for line in padded)


def _percent(share: Any) -> str:
    if share is None:
        return "–"
    low, high = 100 * share["low"], 100 * share["high"]
    between = f" ({low:.0f}–{high:.0f})" if high - low > 0.5 else ""
    return f"{100 * share['share']:.0f}{between} %"


def write(file: StudyFile, result: Result, output: Path) -> list[Path]:
    """Write tables, figures and report into a folder; all of them, or none.

    Files are made in a folder beside it and moved when all are whole.

    Returns
    -------
    list of Path
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    try:
        _write_all(file, result, making)
        output.mkdir(exist_ok=True)
        made = sorted(making.iterdir())
        for path in made:
            os.replace(path, output / path.name)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return [output / path.name for path in made]


def _write_all(file: StudyFile, result: Result, folder: Path) -> None:
    result.summary("stage").to_csv(folder / "summary.csv", index=False)
    result.inputs.to_csv(folder / "inputs.csv")
    result.to_netcdf(folder / "results.nc")
    held = file.published
    category = held.category if held else "gwp"
    value = f"{held.value} {held.unit}" if held else None
    axes = {
        "total": total(result, category, None, value, held.label if held else ""),
        "shares": shares(result, category),
    }
    if file.steps:
        result.steps(category, file.steps).to_csv(folder / "steps.csv", index=False)
        axes["waterfall"] = waterfall(result, category, scenarios=file.steps)
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
    )
