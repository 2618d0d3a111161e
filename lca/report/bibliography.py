"""Bibliography: what is cited, with links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lca.result import Result

_URL = re.compile(r"\burl\s*=\s*\{(https?://[^\s}]+)\}")
_DOI = re.compile(r"\bdoi\s*=\s*\{([^\s}]+)\}")


def cited(source: str, known: Mapping[str, str]) -> list[dict[str, Any]]:
    keys = [key.strip() for key in source.split(";")]
    return [{"key": key, "is_known": key in known} for key in keys]


def bibliography(result: Result) -> list[dict[str, str]]:
    return [
        {"key": key, "entry": entry, "link": _link(entry)}
        for key, entry in result.info["bibliography"].items()
    ]


def _link(entry: str) -> str:
    doi, url = _DOI.search(entry), _URL.search(entry)
    if doi:
        return f"https://doi.org/{doi[1]}"
    return url[1] if url else ""
