"""Every example in the documents runs: Python, commands with what they print, and the files they use.

In a page, a block with a caption is a file of that name. Python blocks of a page run one after another in one
namespace, commands where the README's commands left deals, leads, a model and scores. What stands under a
command is what it prints, as in a doctest with ELLIPSIS and NORMALIZE_WHITESPACE.
"""

import contextlib
import doctest
import fcntl
import importlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = sorted(path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "docs").rglob("*.md"))

_FENCE = re.compile(
    r"^(?P<fence>```+)(?:\{code-block\} )?(?P<language>\w+)\n(?::caption: (?P<file>\S+)\n+)?"
    r"(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
#: Languages of which every block is tried; of others, those with a caption are written as files.
_RUN = ("python", "console")


@dataclass(frozen=True)
class Example:
    language: str
    text: str
    file: str | None = None


def examples(document: str) -> list[Example]:
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    return [Example(m["language"], m["text"], m["file"]) for m in _FENCE.finditer(text)]


def blocks(document: str, language: str) -> list[str]:
    return [one.text for one in examples(document) if one.language == language]


def commands(text: str) -> list[tuple[str, str]]:
    """Give the commands of a console block, each with what the page says it prints."""
    parts = re.split(r"^\$ ", text.replace("\\\n", ""), flags=re.MULTILINE)
    assert not parts[0].strip(), f"a console block begins with a command: {parts[0]}"
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts[1:]]


def run(line: str) -> tuple[int, str, str]:
    """Run a command: the product's in this process, which has everything imported already."""
    program, *arguments = shlex.split(line)
    if program not in ("enrich", "lookalike") or re.search(r"[|;&<>]", line):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            ["sh", "-c", line], capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
        )
        return done.returncode, done.stdout, done.stderr
    told, wrong, status = io.StringIO(), io.StringIO(), 0
    with contextlib.ExitStack() as around:
        around.enter_context(contextlib.redirect_stdout(told))
        around.enter_context(contextlib.redirect_stderr(wrong))
        around.enter_context(warnings.catch_warnings())
        around.enter_context(pytest.MonkeyPatch.context()).setattr(sys, "argv", [program, *arguments])
        try:
            importlib.import_module(f"{program}.cli").main()
        except SystemExit as ended:
            status = int(ended.code or 0)
    return status, told.getvalue(), wrong.getvalue()


def readme_commands() -> list[str]:
    return [line for block in blocks("README.md", "console") for line, _ in commands(block)]


@pytest.fixture(scope="module")
def worked(tmp_path_factory, worker_id):
    """The folder where the README's commands were run, as a shell does; once for all of pytest's workers."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    folder, done = base / "readme", base / "readme-done"
    with (base / "readme-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            assert not folder.exists(), "the README's commands failed in another process"
            folder.mkdir()
            (folder / "data").symlink_to(REPOSITORY / "data")
            for line in readme_commands():
                program, *arguments = shlex.split(line)
                command = [str(Path(sys.executable).with_name(program)), *arguments]
                ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
                assert ran.returncode == 0, f"{line}\n{ran.stderr}"
                assert "Traceback" not in ran.stderr
            done.touch()
    return folder


@pytest.fixture
def beside_data(tmp_path, monkeypatch):
    (tmp_path / "data").symlink_to(REPOSITORY / "data")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
@pytest.mark.usefixtures("beside_data")
def test_python_examples_run(document):
    found = blocks(document, "python")
    assert len(found) == 2
    for example in found:
        exec(compile(example, document, "exec"), {})


def test_commands_of_the_readme_run(worked):
    assert len(readme_commands()) == 8
    assert (worked / "model" / "model.json").is_file()


@pytest.mark.parametrize("language", ["python", "console"])
def test_the_russian_readme_has_the_examples_of_the_english_one(language):
    assert blocks("README.ru.md", language) == blocks("README.md", language)


def has_examples(page: str) -> bool:
    return any(one.language in _RUN for one in examples(page))


@pytest.mark.parametrize("page", [page for page in PAGES if has_examples(page)])
def test_examples_of_the_site_run(page, worked, tmp_path, monkeypatch):
    shutil.copytree(worked, tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    names = {"__name__": page}
    for one in examples(page):
        if one.file is not None:
            Path(one.file).write_text(one.text, encoding="utf-8")
        elif one.language == "python":
            exec(compile(one.text, page, "exec"), names)
        elif one.language == "console":
            for line, printed in commands(one.text):
                if line in readme_commands() and not printed.strip():
                    continue  # done, and what it made is here
                status, out, wrong = run(line)
                assert "Traceback" not in wrong
                assert status == 0, f"{line}\n{out}\n{wrong}"
                wanted = textwrap.dedent(printed).strip()
                found = "\n".join(text.rstrip() for text in (out + wrong).strip().splitlines())
                same = doctest.OutputChecker().check_output(f"{wanted}\n", f"{found}\n", _FLAGS)
                assert not wanted or same, f"{line}\n--- the page\n{wanted}\n--- printed\n{found}"


def test_every_block_says_what_it_is():
    """A block that is neither run nor a file is plain text or a question of the site's own."""
    for document in [*PAGES, "README.md", "README.ru.md"]:
        for one in examples(document):
            known = one.language in (*_RUN, "text") or one.file is not None
            assert known, f"{document}: a block of {one.language} is not tried"


_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """Give the anchors that headings get, in a forge and on the site alike."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    heads = (re.sub(r"[`*]", "", head).strip().lower() for head in _HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", ["README.md", "README.ru.md", "CONTRIBUTING.md", *PAGES])
def test_links_lead_somewhere(document):
    here = (REPOSITORY / document).parent
    for link in _LINK.findall((REPOSITORY / document).read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (here / path).resolve() if path else REPOSITORY / document
        assert target.exists(), f"{document}: {link}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{document}: {link}"


def test_every_page_is_in_the_contents():
    contents = (REPOSITORY / "docs" / "index.md").read_text(encoding="utf-8").splitlines()
    for page in PAGES:
        name = page.removeprefix("docs/").removesuffix(".md")
        assert name == "index" or name in contents, f"docs/index.md does not name {name}"
