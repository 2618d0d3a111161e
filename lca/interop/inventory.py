"""The inventory of a lifecycle as cells of matrices: what every format here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lca.lifecycle import Lifecycle
from lca.stage import GraphError, bound
from lca.units import near


@dataclass(frozen=True)
class Line:
    """One line of a stage: a supplier (by position) or a flow (by name), and its amount."""

    target: int | str
    amount: Any


def lines(life: Lifecycle, position: int, values: Mapping[str, Any]) -> list[Line]:
    """Return what counts of the lines of a stage: no avoided ones, no empty ones."""
    found = []
    listed = bound(life.order[position], values).exchanges()
    for (target, amount), (supplier, _) in zip(listed, life.phases.lines[position], strict=True):
        if supplier is not None:
            found.append(Line(supplier, amount))
        elif isinstance(target, str):
            found.append(Line(target, amount))
    return found


def delivered(life: Lifecycle) -> list[int]:
    """Return the positions of what the functional unit consists of; avoided stages are beside."""
    roots = life.activities.values()
    return [life.graph.index[id(root)] for root in roots if root.phase != "avoided"]


def reached(life: Lifecycle, left_open: Iterable[str] = ()) -> list[int]:
    """Return the stages behind what is delivered, up to those that are left open."""
    closed = {life.graph.index[id(life.stages[name])] for name in left_open if name in life.stages}
    found = set(delivered(life))
    for position in range(len(life.order)):  # demanders come before their suppliers
        if position in found and position not in closed:
            found |= {
                supplier for supplier, _ in life.phases.lines[position] if supplier is not None
            }
    return sorted(found - closed)


def check_names(what: str, names: Iterable[str], lives: Iterable[Lifecycle]) -> None:
    """Raise, with near names, if one is no stage of any lifecycle."""
    known = {name: None for life in lives for name in life.stages}
    for name in names:
        if name not in known:
            raise GraphError(f"{what}: no stage {name!r}{near(str(name), known)}")


def avoided_note(life: Lifecycle) -> list[str]:
    """Return what is left out where a lifecycle has avoided stages."""
    named = [stage.name for stage in life.order if stage.phase == "avoided"]
    if not named:
        return []
    return [f"avoided stages stand beside the total and are left out: {', '.join(named)}"]
