"""A file imports only from lower floors: never sideways, never up, never lazily."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lca

ROOT = Path(lca.__file__).parent

FLOORS = [
    ("units", "distributions"),
    ("tables",),  # needs near() of units
    ("quantity",),
    ("impacts", "catalogue"),
    ("stage", "scheduling"),
    ("attribution",),
    ("lifecycle",),
    ("stages",),
    ("presets", "sampling", "parallel"),
    ("streams",),
    ("study", "result"),
    ("simulation",),
    ("sensitivity", "consequences", "updating", "scenarios"),
    ("figures",),
    ("studyfile", "typeset"),
    ("interop", "published", "calibration", "reassessment", "atlas"),
    ("report",),
    ("cli",),
]
FLOOR = {name: height for height, names in enumerate(FLOORS) for name in names}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "core", "managers", "misc"}


def _files():
    return sorted(path for path in ROOT.rglob("*.py") if "_datasets" not in path.parts)


def _top(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _imports(path: Path):
    """Yield (imported first-level module of lca, at the top of the file) of one file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top_level = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        modules = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "lca":
            inner = node.module.split(".")[1:]
            modules = [inner[0]] if inner else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            modules = [_top(alias.name) for alias in node.names if alias.name.startswith("lca.")]
        for module in modules:
            yield module, id(node) in top_level


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_from_lower_floors_only(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts == ("__init__",):
        return
    own = parts[0]
    assert own in FLOOR, f"{path.name} stands on no floor; add it to FLOORS and ARCHITECTURE.md"
    for module, at_top in _imports(path):
        if module == own and len(parts) > 1:
            continue  # within one family folder
        assert module in FLOOR, f"{path.name} imports lca.{module}, which stands on no floor"
        assert FLOOR[module] < FLOOR[own], f"{path.name} imports {module}: not a lower floor"
        assert at_top, f"{path.name} imports {module} lazily: the smell of a hidden cycle"


def test_stage_families_do_not_import_each_other():
    for path in (ROOT / "stages").glob("*.py"):
        if path.stem != "__init__":
            assert "stages" not in {module for module, _ in _imports(path)}, path.name


def test_files_are_named_for_what_they_hold():
    for path in _files():
        assert not set(path.relative_to(ROOT).with_suffix("").parts) & FORBIDDEN_NAMES


def test_importing_loads_nothing_heavy_and_reads_no_file():
    program = (
        "import builtins, sys\n"
        "import lca\n"
        "from lca import tables\n"
        "heavy = 'scipy.stats matplotlib.pyplot SALib xarray distributed pint pydantic ruamel "
        "ruamel.yaml dask h5py jinja2'.split()\n"
        "print([name for name in heavy if name in sys.modules], "
        "tables.rows.cache_info().misses, tables.package.cache_info().misses)\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[] 0 0"


def test_the_public_names_are_few():
    assert len(lca.__all__) <= 47
    assert all(hasattr(lca, name) for name in lca.__all__)
    assert sorted(lca.__all__) == lca.__all__
