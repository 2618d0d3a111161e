"""Reading a study file: plain YAML 1.2 and nothing else, with the line of every value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LARGEST_FILE = 1_000_000  # bytes; no study comes near
DEEPEST = 12  # levels of nesting
MOST_NODES = 50_000


class StudyFileError(ValueError):
    """A study file that cannot be read or built; the message gives file, line and column."""


class At(ValueError):
    """A fault and the path of the node in which it lies."""

    def __init__(self, path: tuple, message: str) -> None:
        super().__init__(message)
        self.path = path


def parsed(path: Path) -> tuple[dict[str, Any], Any]:
    """Return the file as plain values, and as nodes that know their lines."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise StudyFileError(
                f"{path}: {size / 1e6:.1f} MB is no study file; at most {LARGEST_FILE / 1e6:g} MB"
            )
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise StudyFileError(f"{path}: not a text file: byte {error.start} is not UTF-8") from None
    yaml = YAML(typ="rt", pure=True)
    yaml.version = "1.2"
    try:
        _check_plain(path, yaml.parse(text))
        nodes = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise StudyFileError(short(f"{where}: {error.problem or error.context}")) from None
    except YAMLError as error:
        raise StudyFileError(short(f"{path}: not YAML: {error}")) from None
    if nodes is None:
        raise StudyFileError(f"{path}:1:1: the file is empty; a study begins with `study: NAME`")
    if not isinstance(nodes, Mapping):
        raise StudyFileError(
            f"{path}:1:1: a study is a mapping that begins with `study: NAME`, not a "
            f"{'list' if isinstance(nodes, list) else 'single value'}"
        )
    try:
        return _plain(nodes, ()), nodes
    except At as error:
        raise located(path, nodes, error.path, str(error)) from None


def _check_plain(path: Path, events: Iterator[Any]) -> None:
    """Refuse aliases (a small file can expand to gigabytes), tags and endless nesting."""
    depth = 0
    for count, event in enumerate(events):
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        fault = ""
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            fault = "anchors and aliases are not allowed; share a value under `quantities:`"
        elif getattr(event, "ctag", None) or getattr(event, "tag", None):
            fault = "tags are not allowed in a study file; write the plain value"
        elif depth > DEEPEST:
            fault = f"nested deeper than {DEEPEST} levels"
        elif count > MOST_NODES:
            fault = f"more than {MOST_NODES} values are no study"
        if fault:
            mark = event.start_mark
            raise StudyFileError(f"{path}:{mark.line + 1}:{mark.column + 1}: {fault}")


def _plain(node: Any, path: tuple) -> Any:
    """Return mappings, lists, texts, numbers, true, false and null as plain Python values."""
    if isinstance(node, Mapping):
        for key in node:
            if not isinstance(key, str):
                raise At(path, f"the key {_shown(key)} is not a text; put it in quotes")
        return {str(key): _plain(value, (*path, str(key))) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value, (*path, i)) for i, value in enumerate(node)]
    if node is None or isinstance(node, bool):
        return node
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    raise At(path, f"{_shown(node)} is neither a number nor a text; put it in quotes")


def _shown(node: Any) -> str:
    """Return a value as YAML writes it."""
    words = {None: "null", True: "true", False: "false"}
    if node is None or isinstance(node, bool):
        return words[node]
    return f"[{', '.join(map(_shown, node))}]" if isinstance(node, tuple) else str(node)


def located(path: Path, nodes: Any, where: tuple, message: str) -> StudyFileError:
    line, column = _position(nodes, where)
    name = ".".join(str(part) for part in where)
    start = f"{path}:{line}:{column}: {name}: " if name else f"{path}:{line}:{column}: "
    return StudyFileError(short(start + message))


def _position(nodes: Any, where: tuple) -> tuple[int, int]:
    """Return line and column of the deepest node on a path that the file has."""
    line, column = 0, 0
    node = nodes
    for part in where:
        try:
            if isinstance(node, Mapping):
                line, column = node.lc.key(part)  # type: ignore[attr-defined]
            else:
                line, column = node.lc.item(part)
            node = node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line + 1, column + 1


def short(message: str) -> str:
    """Keep a message to less than a screen."""
    lines = message.splitlines()[:12]
    text = "\n".join(line[:400] for line in lines)
    return text if len(text) < 1500 else text[:1500] + " …"
