"""Bibliography: what is cited, by author and year, with links."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from lca import tables
from lca.result import Result


def cited(source: str, known: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the keys of a source as it stands in a table, and whether each has an entry."""
    keys = [key.strip() for key in source.split(";")]
    return [{"key": key, "is_known": key in known} for key in keys]


def entries(result: Result) -> dict[str, str]:
    """Return the BibTeX entries of what the inputs cite and of the factor set, by key."""
    known = tables.sources()
    found = dict(result.info["bibliography"])
    found |= {key: known[key] for key in factor_sources(result) if key in known}
    return dict(sorted(found.items()))


def factor_sources(result: Result) -> list[str]:
    """Return the sources of the characterisation factors behind the categories of a result."""
    rows = [row for category in result.categories for row in factors(result, category)]
    found = {key for row in rows for key in row["source"].split(";")}
    return sorted(found & set(tables.sources()))


def factors(result: Result, category: str) -> list[dict[str, str]]:
    """Return the rows of the factors by which gases count in a category."""
    chosen = result.info["factors"]
    sets = (chosen, chosen.partition(" with ")[0])  # one "with" a change rests on the one without
    rows = tables.rows("characterisation")
    return [one for one in rows if one["category"] == category and one["factor_set"] in sets]


def bibliography(result: Result) -> list[dict[str, str]]:
    """Return every entry with its name by author and year, and its link."""
    known = entries(result)
    names = author_years(known)
    return [
        {"key": key, "name": names[key], "entry": entry, "link": link(entry)}
        for key, entry in known.items()
    ]


def link(entry: str) -> str:
    """Return the address of an entry: of its DOI, else its URL, else nothing."""
    doi, url = field(entry, "doi"), field(entry, "url")
    if doi:
        return f"https://doi.org/{doi}"
    return url if url.startswith(("https://", "http://")) else ""


def author_years(known: Mapping[str, str]) -> dict[str, str]:
    """Return entries by author and year, with letters where two would be alike.

    >>> author_years({"x": "@misc{x, author = {Ray, A.}, year = {2020}}"})
    {'x': 'Ray 2020'}
    """
    plain = {key: f"{_authors(entry)} {_year(entry)}" for key, entry in known.items()}
    names = dict(plain)
    for name in set(plain.values()):
        same = [key for key in plain if plain[key] == name]
        for key, count in zip(same, itertools.count()) if len(same) > 1 else ():
            names[key] += chr(ord("a") + count)
    return names


def _authors(entry: str) -> str:
    people = _people(field(entry, "author"))
    names = [_family(one) for one in people if one != "others"]
    if not names:
        return field(entry, "organization") or field(entry, "title") or "Anonymous"
    if len(names) > 2 or len(names) < len(people):
        return f"{names[0]} et al."
    return " and ".join(names)


def _people(authors: str) -> list[str]:
    """Return the authors of an entry: "and" within braces is part of a name."""
    found, depth = [""], 0
    for word in _unaccented(authors).split():
        if word == "and" and depth == 0:
            found.append("")
        else:
            found[-1] = f"{found[-1]} {word}".strip()
        depth += word.count("{") - word.count("}")
    return [one for one in found if one]


def plain(text: str) -> str:
    r"""Return text of BibTeX as it is read: letters with their accents, no braces.

    >>> plain(r"{R\&D} in {\AA}s, by Fran\c cois")
    'R&D in Ås, by François'
    """
    return re.sub(r"[{}]|\\(?=[&%$#_])", "", _unaccented(text))


def _unaccented(text: str) -> str:
    r"""Return text with accents of LaTeX as letters.

    >>> _unaccented(r"Bald{\'e} and M\"{u}ller")
    'Baldé and Müller'
    """

    def letter(found: re.Match[str]) -> str:
        return unicodedata.normalize("NFC", found[2] + _ACCENTS[found[1]])

    accented = re.sub(r"\{?\\([\'`^\"~]|c(?=[{\s]))\s*\{?([A-Za-z])\}?\}?", letter, text)
    return accented.replace(r"\AA", "Å")


_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "c": "\u0327",
}


def _family(person: str) -> str:
    """Return the family name of a person; a body in braces has one name."""
    if person.startswith("{"):
        return person.strip("{} ")
    family, comma, _ = person.partition(",")
    return (family if comma else person.split()[-1]).strip("{} ")


def _year(entry: str) -> str:
    return field(entry, "year") or "n.d."


def field(entry: str, name: str) -> str:
    """Return a field of a BibTeX entry, without its outer braces; nothing if it has none.

    >>> field("@misc{x, author = {{Two Words}}, year = {2020}}", "author")
    '{Two Words}'
    """
    found = re.search(rf"(?<![\w-]){name}\s*=\s*\{{", entry)
    if not found:
        return ""
    depth, start = 1, found.end()
    for place in range(start, len(entry)):
        depth += {"{": 1, "}": -1}.get(entry[place], 0)
        if depth == 0:
            return " ".join(entry[start:place].split())
    return ""
