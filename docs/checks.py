"""What is checked of the finished pages: links lead somewhere, and nothing needs the network."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""Elements that a browser loads by itself, and where from."""

UNLOADED = {"canonical", "author", "index", "search", "next", "prev"}
"""Kinds of `link` that only name another page."""


class Page(HTMLParser):
    """The anchors, links and loaded files of one page."""

    def __init__(self, text):
        super().__init__()
        self.anchors, self.links, self.loaded = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        self.anchors |= {held[name] for name in ("id", "name") if held.get(name)}
        if tag == "a" and held.get("href"):
            self.links.append(held["href"])
        if held.get(LOADS.get(tag)) and held.get("rel") not in UNLOADED:
            self.loaded.append(held[LOADS[tag]])


def faults(folder):
    """Return what is wrong with the pages of a folder, as texts."""
    folder = Path(folder).resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    found = []
    for path, page in sorted(pages.items()):
        name = path.relative_to(folder)
        wrong = [f"loads {one}" for one in page.loaded if urlsplit(one).netloc]
        wrong += [f"link to {one}" for one in page.links if not _leads(one, path, pages)]
        found += [f"{name}: {one}" for one in wrong]
    return found


def _leads(link, path, pages):
    """Say whether a link leads to a file and an anchor that are there, or is well formed."""
    parts = urlsplit(link)
    if parts.scheme in ("http", "https"):
        return "." in parts.netloc and " " not in link
    if parts.scheme:
        return parts.scheme == "mailto"
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return False
    anchor = unquote(parts.fragment)
    return not anchor or target not in pages or anchor in pages[target].anchors


def _report(app, error):
    from sphinx.util import logging

    if error is None and app.builder.format == "html":
        for fault in faults(app.outdir):
            logging.getLogger(__name__).warning(fault)


def setup(app):
    """Warn of every fault when the pages are written, so that `-W` fails."""
    app.connect("build-finished", _report)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
