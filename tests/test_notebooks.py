"""Every notebook runs from clean, top to bottom, and is committed as it ran."""

import ast
import importlib
import itertools
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
#: An output a forge can still show.
MOST_CHARACTERS = 300_000
#: Where a machine shows itself.
MACHINE = re.compile(r"/work/|/tmp/|/home/|/root/|/Users/|/var/|[A-Z]:\\\\|site-packages|\.venv")
#: What shows a progress bar, and what it leaves behind when the work is done.
WIDGET = "application/vnd.jupyter.widget-view+json"
FINISHED = {"text/plain": ""}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def run(path):
    """Execute a notebook from clean; what differs from run to run or machine to machine is left out."""
    notebook = nbformat.read(path, as_version=4)
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook, timeout=600, store_widget_state=False, resources={"metadata": {"path": path.parent}}
    )
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key != "execution"}
    for cell in code_cells(notebook):
        cell.outputs = [output for output in cell.outputs if output.get("data") != FINISHED]
    return numbered_tables(notebook)


def numbered_tables(notebook):
    """Number the tables that pandas names at random."""
    text = nbformat.writes(notebook)
    for number, name in enumerate(dict.fromkeys(re.findall(r"\bT_[0-9a-f]{5}\b", text)), 1):
        text = text.replace(name, f"T_{number:05}")
    return nbformat.reads(text, as_version=4)


def kinds(cell):
    """What a cell shows, but not what stands in it: figures may differ in the last digit.

    What is printed comes in one piece or in several, as the kernel happens to send it.
    """
    found = [
        (output.output_type, output.get("name", ""), tuple(sorted(output.get("data", {}))))
        for output in cell.outputs
    ]
    return [kind for kind, _ in itertools.groupby(found)]


def check_outputs(notebook):
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)], "not run in order"
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error", output
            assert output.get("name") != "stderr", output
            assert len(json.dumps(output)) <= MOST_CHARACTERS, cell.source
            assert not MACHINE.search(json.dumps(output)), cell.source
            assert WIDGET not in output.get("data", {}), "a widget does not outlive its kernel"
            assert output.get("data") != FINISHED, "write the notebook with `make notebooks`"


def test_there_are_notebooks():
    assert NOTEBOOKS
    assert all(re.fullmatch(r"0\d0_[a-z_]+", path.stem) for path in NOTEBOOKS)


@every_notebook
def test_a_notebook_runs_from_clean_and_shows_what_was_committed(path, request):
    fresh = run(path)
    check_outputs(fresh)
    if request.config.getoption("--write-notebooks"):
        nbformat.write(fresh, path)
    committed = nbformat.read(path, as_version=4)
    for cell, again in zip(code_cells(committed), code_cells(fresh), strict=True):
        assert kinds(cell) == kinds(again), f"run `make notebooks`: changed is what\n{cell.source}\nshows"


@every_notebook
def test_what_is_committed_is_fit_to_read(path):
    notebook = nbformat.read(path, as_version=4)
    check_outputs(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    assert any(cell.source == "## Your data: change this cell only" for cell in notebook.cells[:4])
    assert not any(MACHINE.search(cell.source) for cell in notebook.cells)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert set(notebook.metadata.language_info) == {"name"}
    assert not any("execution" in cell.metadata for cell in notebook.cells)


@every_notebook
def test_a_notebook_uses_public_names_alone(path):
    notebook = nbformat.read(path, as_version=4)
    tree = ast.parse("\n".join(cell.source for cell in code_cells(notebook)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert all("." not in name.name for name in node.names if ours(name.name)), ast.unparse(node)
        elif isinstance(node, ast.ImportFrom) and ours(node.module):
            public = importlib.import_module(node.module).__all__
            assert {name.name for name in node.names} <= set(public), ast.unparse(node)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and ours(node.value.id):
            assert node.attr in importlib.import_module(node.value.id).__all__, ast.unparse(node)


def ours(module):
    return module.split(".")[0] in ("enrich", "lookalike")
