"""The shape of the code: imports point one way, files say what they are for, nothing unpickles."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lookalike

REPOSITORY = Path(__file__).resolve().parent.parent
MODULES = sorted(path for package in ("enrich", "lookalike") for path in (REPOSITORY / package).rglob("*.py"))

#: What the two packages share.
SHARED = {
    f"enrich.{name}"
    for name in (
        "answers",
        "completion",
        "display.card",
        "domain",
        "errors",
        "html",
        "lazy",
        "legible",
        "numerals",
        "progress",
        "results",
        "tables",
        "terminal",
    )
}


def name_of(path):
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    """Every module that a file imports, wherever in the file, as far as its text can tell."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = name_of(path).split(".")
            if path.name != "__init__.py":
                package = package[:-1]
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            found |= {f"{module}.{alias.name}" for alias in node.names} | {module}
    return found


def within(module, package):
    return module == package or module.startswith(f"{package}.")


def modules_of(imports, package):
    """The modules (not the names in them) among imports of a package."""
    known = {name_of(path) for path in MODULES}
    return {module for module in imports if within(module, package) and module in known} - {package}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(parsed(path)), f"{name_of(path)} has no docstring"


def test_both_packages_were_found():
    assert {name_of(path).split(".")[0] for path in MODULES} == {"enrich", "lookalike"}
    assert len(MODULES) > 50


def test_enrich_knows_nothing_of_scores():
    for path in MODULES:
        if within(name_of(path), "enrich"):
            assert not {m for m in imported(path) if within(m, "lookalike")}, name_of(path)


def test_lookalike_knows_nothing_of_how_facts_were_obtained():
    for path in MODULES:
        name = name_of(path)
        if within(name, "lookalike") and name != "lookalike.demo.run":
            imports = imported(path)
            assert modules_of(imports, "enrich") <= SHARED, name
            loose = {m for m in imports if within(m, "enrich")} - {"enrich"}
            assert all(any(within(m, shared) for shared in SHARED) for m in loose), name


def test_what_is_shared_knows_nothing_of_facts_either():
    """Followed to the end, imports of the shared modules reach no page, fact, journal or network."""
    paths = {name_of(path): path for path in MODULES}
    reached, waiting = set(), set(SHARED)
    while waiting:
        module = waiting.pop()
        reached.add(module)
        waiting |= modules_of(imported(paths[module]), "enrich") - reached
    apart = (
        "enrich.facts",
        "enrich.page",
        "enrich.journal",
        "enrich.pipeline",
        "enrich.sources",
        "enrich.extract",
    )
    assert set(apart) <= set(paths)
    assert not [m for m in reached if any(within(m, part) for part in apart)]


ORDER = [
    {
        "cells",
        "evaluate.metrics",
        "evenly",
        "frequent",
        "evaluate.splits",
        "in_order",
        "non_negative",
        "plda",
        "ranks",
        "results",
        "statements",
        "toml_text",
        "weights",
    },
    {"roles", "events", "experiment", "schema", "embed", "text"},
    {"vectorizer", "anatomy", "stability", "evaluate", "leaf_lists", "code_search", "vector_search"},
    {
        "index",
        "candidates",
        "strongest",
        "shown_cells",
        "features",
        "personas",
        "finding",
        "own_deals",
        "selection",
        "value",
    },
    {"traits"},
    {"apart", "columns"},
    {"grades", "model", "placed", "explain", "evidence", "profile", "similar", "rows", "landscape"},
    {"reasons", "storage", "fitting", "fitted"},
    {"scorecard"},
    {"batch"},
    {"backtest", "audit", "decide"},
    {"monitor", "registry"},
    {"pictures", "display"},
]


def test_within_lookalike_imports_point_down():
    """A layer imports from its own and those below it; imports inside functions may close a circle."""
    level = {f"lookalike.{name}": i for i, layer in enumerate(ORDER) for name in layer}

    def height(module):
        holders = [name for name in level if within(module, name)]
        return level[max(holders, key=len)] if holders else None

    for path in MODULES:
        name = name_of(path)
        if not within(name, "lookalike") or height(name) is None:
            continue
        at_import = ast.Module([node for node in parsed(path).body if isinstance(node, ast.ImportFrom)], [])
        for node in ast.walk(at_import):
            if isinstance(node, ast.ImportFrom) and node.module and height(node.module) is not None:
                assert height(node.module) <= height(name), f"{name} imports {node.module}"


@pytest.mark.parametrize("word", ["utils", "util", "helpers", "helper", "common", "misc", "manager"])
def test_no_file_is_named_after_nothing(word):
    assert not [name_of(path) for path in MODULES if word in path.stem.strip("_").split("_")]


@pytest.mark.parametrize(
    "module", ["pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"]
)
def test_nothing_stored_can_run_code(module):
    assert not [name_of(path) for path in MODULES if any(within(m, module) for m in imported(path))]


def test_no_array_is_loaded_with_pickle():
    for path in MODULES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant), name_of(path)
                assert node.value.value is False, name_of(path)


def test_the_package_offers_no_more_than_its_verbs():
    assert lookalike.__all__ == ["LookalikeModel", "fit", "load"]
    assert all(hasattr(lookalike, name) for name in lookalike.__all__)


@pytest.mark.parametrize(
    "module",
    [f"enrich.{name}" for name in ("page", "facts", "pipeline", "settings", "extract.registry", "sources")],
)
def test_a_module_can_be_the_first_to_be_imported(module):
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
