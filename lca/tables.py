"""The tables of `datasets/`, and the only place that opens them.

A table is a CSV file named in `datapackage.json` (Frictionless Data Package), with its
units, licence and hash. Rows come out as plain text values; nothing is read before it is
asked for, and a file whose hash differs from the one on record is refused.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from functools import cache
from importlib import resources
from pathlib import Path

from lca.units import near


class DataError(ValueError):
    """A name, row or value that the tables do not hold, or hold wrongly."""


_REMEDY = "reinstall lca4ai, or set LCA_DATASETS to the folder datasets/ of a checkout"


@cache
def root() -> Path:
    """Return the folder `datasets/`, of a wheel or of a checkout."""
    if given := os.environ.get("LCA_DATASETS"):
        if not (Path(given) / "datapackage.json").is_file():
            raise DataError(f"LCA_DATASETS = {given!r} holds no datapackage.json: {_REMEDY}")
        return Path(given)
    packaged = Path(str(resources.files("lca"))) / "_datasets"
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parent.parent / "datasets"
    if (checkout / "datapackage.json").is_file():
        return checkout
    raise DataError(f"the folder datasets/ is missing: {_REMEDY}")


@cache
def package() -> dict[str, dict]:
    """Return what `datapackage.json` says of every table, by name."""
    text = (root() / "datapackage.json").read_text(encoding="utf-8")
    return {resource["name"]: resource for resource in json.loads(text)["resources"]}


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one table, as texts.

    Raises
    ------
    DataError
        If there is no such table, or its file was changed since it was recorded.

    Examples
    --------
    >>> rows("categories")[0]["unit"]
    'kgCO2e'
    """
    tables = package()
    if table not in tables:
        raise DataError(f"no table {table!r}{near(table, tables)}")
    path = root() / tables[table]["path"]
    if not path.is_file():
        raise DataError(f"the table {tables[table]['path']} is missing: {_REMEDY}")
    content = path.read_bytes()
    if digest(content) != tables[table]["hash"]:
        raise DataError(
            f"{tables[table]['path']} is not the file that datapackage.json records; restore it, "
            "or run `python -m lca.tables` to record what you changed"
        )
    return tuple(csv.DictReader(io.StringIO(content.decode("utf-8"))))


@cache
def sources() -> dict[str, str]:
    """Return the BibTeX entry of every source, by key.

    Examples
    --------
    >>> "Patterson" in sources()["patterson2021"]
    True
    """
    text = (root() / "sources.bib").read_text(encoding="utf-8")
    entries = re.split(r"^(?=@)", text, flags=re.MULTILINE)
    return {
        match.group(1): entry.strip()
        for entry in entries
        if (match := re.match(r"@\w+\{([^,\s]+),", entry))
    }


def digest(content: bytes) -> str:
    """Return the hash under which a table is recorded; line ends do not matter."""
    return "sha256:" + hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def hashes() -> dict[str, str]:
    """Return the recorded hash of every table: what a result was computed from."""
    return {name: resource["hash"] for name, resource in package().items()}


def record() -> None:
    """Write the present hash of every table into `datapackage.json`."""
    path = root() / "datapackage.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    for resource in description["resources"]:
        resource["hash"] = digest((root() / resource["path"]).read_bytes())
    path.write_text(json.dumps(description, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
