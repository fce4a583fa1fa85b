"""Every example in the documents runs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def blocks(document: str, language: str) -> list[str]:
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def beside_data(tmp_path, monkeypatch):
    (tmp_path / "data").symlink_to(REPOSITORY / "data")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
@pytest.mark.usefixtures("beside_data")
def test_python_examples_run(document):
    examples = blocks(document, "python")
    assert len(examples) == 2
    for example in examples:
        exec(compile(example, document, "exec"), {})


@pytest.mark.usefixtures("beside_data")
def test_commands_of_the_readme_run():
    lines = [line for block in blocks("README.md", "console") for line in block.splitlines()]
    assert len(lines) == 8
    for line in lines:
        program, *arguments = shlex.split(line.removeprefix("$ "))
        command = [str(Path(sys.executable).with_name(program)), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert "Traceback" not in done.stderr
