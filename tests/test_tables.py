"""Tables: nothing read from a file that was changed, and names that help."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lca
from lca import tables

PACKAGE = Path(lca.__file__).parent


def ask(code, folder, **environment):
    """Run code with another folder of tables, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "LCA_DATASETS": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        cwd=PACKAGE.parent,
    )


@pytest.fixture
def changed(tmp_path):
    """A copy of the tables in which one figure was changed."""
    folder = tmp_path / "datasets"
    shutil.copytree(tables.root(), folder)
    path = folder / "operation" / "parameters.csv"
    text = path.read_text(encoding="utf-8")
    assert "operation.hours_per_year" in text
    path.write_text(text.replace("8760", "8766"), encoding="utf-8")
    return folder


def test_a_table_that_was_changed_is_refused_and_the_others_are_read(changed):
    done = ask("import lca; lca.catalogue.figure('operation.hours_per_year')", changed)
    assert done.returncode == 1
    assert "DataError: operation/parameters.csv is not the file that datapackage" in done.stderr
    assert "python -m lca.tables" in done.stderr
    done = ask("from lca import tables; print(len(tables.rows('countries')))", changed)
    assert done.stdout.strip() == str(len(tables.rows("countries")))


def test_a_change_can_be_put_on_record(changed):
    before = (changed / "datapackage.json").read_text(encoding="utf-8")
    code = "from lca import tables; tables.record()"
    assert ask(code, changed).returncode == 0
    done = ask("import lca; print(lca.catalogue.figure('operation.hours_per_year').point)", changed)
    assert done.stdout.strip() == "8766.0"
    after = json.loads((changed / "datapackage.json").read_text(encoding="utf-8"))
    for old, new in zip(json.loads(before)["resources"], after["resources"], strict=True):
        assert (old["hash"] == new["hash"]) == (old["name"] != "operation_parameters")
        assert {**old, "hash": ""} == {**new, "hash": ""}


def test_recording_what_did_not_change_changes_nothing(tmp_path):
    folder = tmp_path / "datasets"
    shutil.copytree(tables.root(), folder)
    assert ask("from lca import tables; tables.record()", folder).returncode == 0
    assert (folder / "datapackage.json").read_bytes() == (
        tables.root() / "datapackage.json"
    ).read_bytes()


def test_line_ends_do_not_count_as_a_change(tmp_path):
    assert tables.digest(b"a,b\r\n1,2\r\n") == tables.digest(b"a,b\n1,2\n")
    assert tables.digest(b"a,b\n1,2\n") != tables.digest(b"a,b\n1,3\n")
    folder = tmp_path / "datasets"
    shutil.copytree(tables.root(), folder)
    path = folder / "electricity" / "countries.csv"
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    code = "from lca import tables; print(tables.rows('countries')[0])"
    done = ask(code, folder)
    assert done.stdout.strip() == str(tables.rows("countries")[0])


def test_a_missing_folder_is_said_with_the_remedy(tmp_path):
    done = ask("from lca import tables; tables.package()", tmp_path / "nowhere")
    assert done.returncode == 1
    assert "DataError: " in done.stderr
    assert "LCA_DATASETS" in done.stderr


def test_a_package_without_its_tables_is_said_with_the_remedy(tmp_path):
    shutil.copytree(tables.root(), tmp_path / "datasets")
    (tmp_path / "datasets" / "electricity" / "countries.csv").unlink()
    done = ask("from lca import tables; tables.rows('countries')", tmp_path / "datasets")
    assert done.returncode == 1
    assert "DataError: " in done.stderr
    assert "electricity/countries.csv" in done.stderr


def test_an_install_without_tables_is_said_with_the_remedy(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "lca", ignore=shutil.ignore_patterns("_datasets"))
    done = subprocess.run(
        [sys.executable, "-c", "from lca import tables; print(tables.__file__); tables.root()"],
        env={
            **{k: v for k, v in os.environ.items() if k != "LCA_DATASETS"},
            "PYTHONPATH": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
    )
    assert str(tmp_path) in done.stdout
    assert "DataError: the folder datasets/ is missing: reinstall lca4ai" in done.stderr


def test_importing_reads_no_file(tmp_path):
    done = ask("import lca; print(len(lca.__all__))", tmp_path / "nowhere")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(len(lca.__all__))


def test_an_unknown_table_is_refused_with_near_names():
    with pytest.raises(lca.DataError, match="no table 'categorys'; did you mean 'categories'"):
        tables.rows("categorys")
    with pytest.raises(lca.DataError, match="no table 'electricity'; did you mean 'electricity_"):
        tables.rows("electricity")
    with pytest.raises(lca.DataError, match="no table 'zzz'"):
        tables.rows("zzz")


def test_rows_are_texts_with_the_columns_of_the_file():
    for name in tables.package():
        for row in tables.rows(name):
            assert all(isinstance(value, str) for value in row.values())
    assert tables.rows("countries") is tables.rows("countries")


def test_namibia_is_a_text_and_not_a_missing_value():
    assert {"code": "NA", "iso3": "NAM", "name": "Namibia"} in tables.rows("countries")


def test_sources_are_whole_bibtex_entries_by_key():
    sources = tables.sources()
    text = (tables.root() / "sources.bib").read_text(encoding="utf-8")
    assert len(sources) == text.count("\n@") + text.startswith("@")
    for key, entry in sources.items():
        assert entry.startswith("@")
        assert entry.endswith("}")
        assert entry.count("{") == entry.count("}")
        assert f"{{{key}," in entry.splitlines()[0]
        assert re.search(r"^\s*title\s*=\s*\{", entry, re.MULTILINE), key
        assert entry.count("\n@") == 0
    assert "Patterson" in sources["patterson2021"]


def test_hashes_name_every_table():
    hashes = tables.hashes()
    assert set(hashes) == set(tables.package())
    assert all(value.startswith("sha256:") and len(value) == 71 for value in hashes.values())
