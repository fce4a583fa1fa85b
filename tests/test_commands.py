"""Every command of both programs: examples that parse, JSON as its schema says, silence if asked for."""

import inspect
import json
import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from importlib.resources import files as package_files
from pathlib import Path

import click
import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from lookalike_deals import deals, fitted, leads
from warc_writing import html, write_warc

import enrich.cli
import lookalike.cli
from enrich.results import schema as schema_of
from enrich.sources.rdap_bootstrap import shipped
from enrich.tables import write_table

CLIS = {"enrich": enrich.cli.cli, "lookalike": lookalike.cli.cli}
#: Prints a script for a shell: nothing to give as JSON, and no use in silence.
NO_RESULT = {("enrich", "completion"), ("lookalike", "completion")}


def leaves(group, path):
    """Every command below a group that is none itself, by its words."""
    for name, command in group.commands.items():
        words = (*path, name)
        yield from leaves(command, words) if isinstance(command, click.Group) else [(words, command)]


COMMANDS = {words: one for name, cli in CLIS.items() for words, one in leaves(cli, (name,))}
#: Their figures are in a format of their own, which other documents rely on.
BENCHMARKS = {words for words in COMMANDS if words[1] == "benchmark"}
#: The file is the profile alone, as it was before results had envelopes.
BARE = {("lookalike", "profile")}


def spoken(words):
    return " ".join(words)


@pytest.fixture(params=COMMANDS, ids=spoken)
def words(request):
    return request.param


# -- help


def examples(words):
    """The commands in the example of a help text, one a line."""
    text = inspect.cleandoc(COMMANDS[words].help)
    found = re.search(r"\x08\nExamples?:\n((?:  .*(?:\n|$))+)", text)
    assert found, f"{spoken(words)}: no example"
    return [line.strip() for line in found[1].replace("\\\n", " ").splitlines()]


def parse(line):
    """Parse a command line as click would; nothing is read and nothing is run."""
    program, *rest = shlex.split(re.split(" >>? ", line)[0])
    command, context = CLIS[program], click.Context(CLIS[program], info_name=program)
    while isinstance(command, click.Group):
        name, command, rest = command.resolve_command(context, rest)
        context = click.Context(command, info_name=name, parent=context)
    given, left, _ = command.make_parser(context).parse_args(rest)
    assert left == [], f"{line}: {left} is too much"
    for param in command.params:
        value = given.get(param.name)
        missing = value is None or type(value).__name__ == "Sentinel" or value == ()
        assert not (param.required and missing), f"{line}: lacks {param.name}"
        if not missing and not isinstance(param.type, (click.Path, type(TABLE))):
            param.type_cast_value(context, value)
    return command


TABLE = lookalike.cli.fit.params[0].type


def test_help_has_an_example_that_parses(words):
    assert COMMANDS[words] in [parse(line) for line in examples(words)]


@pytest.mark.parametrize("line", ["lookalike fit deals.csv", "lookalike rows model leads.csv --row 3"])
def test_a_wrong_example_would_be_found(line):
    with pytest.raises((AssertionError, click.UsageError)):
        parse(line)


def test_every_command_can_give_json_and_be_quiet(words):
    options = {text for param in COMMANDS[words].params for text in param.opts}
    assert words in NO_RESULT or {"--json", "--quiet"} <= options


# -- results

SCHEMAS = {
    (package, path.name.removesuffix(".json")): json.loads(path.read_text(encoding="utf-8"))
    for package in CLIS
    for path in (package_files(package) / "schemas").iterdir()
}


def undescribed(schema, where=""):
    """Every property in a schema that has no description."""
    for name, part in schema.get("properties", {}).items():
        if not part.get("description") and "$ref" not in part:
            yield f"{where}/{name}"
    inner = {**schema.get("properties", {}), **schema.get("$defs", {})}
    for key in ("items", "additionalProperties", "if", "then", "else"):
        inner |= {key: schema[key]} if isinstance(schema.get(key), dict) else {}
    for key in ("oneOf", "anyOf", "allOf"):
        inner |= {f"{key}{i}": part for i, part in enumerate(schema.get(key, []))}
    for name, part in inner.items():
        yield from undescribed(part, f"{where}/{name}")


@pytest.mark.parametrize("name", SCHEMAS, ids="/".join)
def test_a_schema_describes_every_property(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert list(undescribed(SCHEMAS[name])) == []
    assert SCHEMAS[name]["title"]
    assert SCHEMAS[name]["description"]


ROLES = "--outcome stage --won won --time opened"
#: A way to run each command on the files below; {n} is a folder that it has to itself.
RUNS = {
    "enrich run": "people.csv -o {n}/wide.csv --warc pages.warc.gz",
    "enrich retry": "people.csv -o wide.csv --state timeout",
    "enrich show": "acme.example --journal wide.csv.journal",
    "enrich facts": "--journal wide.csv.journal -o {n}/facts.csv",
    "enrich forget": "jan@acme.example --journal gone.journal",
    "enrich config": "",
    "enrich registries": "{n}/rdap.json",
    "enrich fields": "",
    "lookalike audit": f"deals.csv {ROLES} --permutations 199",
    "lookalike backtest": f"deals.csv -o {{n}} {ROLES} --embedding linear --folds 1 --no-random --draws 10",
    "lookalike fit": f"deals.csv -o {{n}}/model {ROLES} --value worth --embedding plain",
    "lookalike score": "model leads.csv -o {n}/s.csv --evidence 1 --grades --events events.csv",
    "lookalike threshold": "model --capacity 5 --resamples 10",
    "lookalike scorecard": f"deals.csv -o {{n}}/rules.toml {ROLES}",
    "lookalike explain": "model leads.csv --id L004 --reasons",
    "lookalike profile": "model",
    "lookalike similar": "model leads.csv --to L004 --deals",
    "lookalike rows": "model leads.csv",
    "lookalike report": "models leads.csv -o {n}/report.html",
    "lookalike monitor": "model leads.csv --fail-on never --against leads.csv",
    "lookalike registry add": "{n}/models model --why new",
    "lookalike registry promote": 'models 2 --why "its turn" --backtest audit.json',
    "lookalike registry revert": 'back --why "it was better"',
    "lookalike registry list": "models",
    "lookalike registry show": "models 1",
    "lookalike registry verify": "models",
    "lookalike registry shadow": "back leads.csv -o {n} --challenger 3",
    "lookalike experiment size": "--rate 10% --difference 2%",
    "lookalike experiment assign": "leads.csv -o {n}/assigned.csv --salt spring --score employees",
    "lookalike experiment analyze": "trial.csv --outcome won",
    "lookalike experiment outcomes": "ended.csv --outcome won --opened opened --closed closed --arm arm",
    "lookalike universe build": "leads.csv -o {n}",
    "lookalike universe rank": "universe --won few.csv -o {n}/ranked.csv",
    "lookalike demo": "--regenerate {n}",
}
#: The schema of a result is named after the command but here.
NAMES = {
    "enrich retry": "run",
    "lookalike registry shadow": "shadow",
    **{
        f"lookalike registry {what}": "registry"
        for what in ("add", "promote", "revert", "list", "show", "verify")
    },
}


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    """A folder with what the commands above need."""
    folder = tmp_path_factory.mktemp("commands")
    write_table(deals(), folder / "deals.csv")
    write_table(leads(), folder / "leads.csv")
    write_table(leads(5), folder / "few.csv")
    events = {"id": ["L001", "L001"], "at": ["2024-05-01", "2024-05-02"], "type": ["visit", "form"]}
    pd.DataFrame(events).to_csv(folder / "events.csv", index=False)
    rng = np.random.default_rng(0)
    days = pd.date_range("2024-01-01", periods=60)
    ended = pd.DataFrame({"id": range(60), "arm": ["A", "B"] * 30, "won": rng.integers(0, 2, 60)})
    ended.to_csv(folder / "trial.csv", index=False)
    ended.assign(opened=days, closed=days + pd.Timedelta("9D")).to_csv(folder / "ended.csv", index=False)
    fitted("linear").save(folder / "model")
    (folder / "people.csv").write_text("email\njan@acme.example\nanna@gmail.com\n")
    page = html("https://www.acme.example/", "<title>Acme</title><a href='mailto:jan@acme.example'>Jan</a>")
    write_warc(folder / "pages.warc.gz", [page])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for journal in ("wide.csv.journal", "gone.journal"):
            ran = f"run people.csv -o wide.csv --warc pages.warc.gz --journal {journal}"
            answered("enrich", ran)
        answered("lookalike", f"audit deals.csv {ROLES} --permutations 199 --json audit.json")
        answered("lookalike", "universe build leads.csv -o universe")
        for registry in ("models", "back"):
            for number in (1, 2):
                answered("lookalike", f"registry add {registry} model --why new")
                if number == 1 or registry == "back":
                    answered("lookalike", f"registry promote {registry} {number} --why good --who Anna")
        answered("lookalike", "registry add back model --why third")
    return folder


def answered(program, line):
    done = CliRunner().invoke(CLIS[program], shlex.split(line))
    assert done.exit_code == 0, (line, done.output, done.exception)
    return done


def valid(text, words):
    """What a command gave, which is as its schema says."""
    given = json.loads(text)
    package, *rest = words
    name = NAMES.get(spoken(words), "-".join(rest))
    if words not in BARE:
        jsonschema.validate(given, schema_of("envelope"))
        assert given["command"] == name
        given = given["result"]
    jsonschema.Draft202012Validator(schema_of(name, package)).validate(given)
    return given


def test_every_command_is_run_here():
    assert {spoken(words) for words in set(COMMANDS) - BENCHMARKS - NO_RESULT} == set(RUNS)


def test_every_schema_is_some_commands():
    used = {(name.split()[0], NAMES.get(name, "-".join(name.split()[1:]))) for name in RUNS}
    assert used | {("enrich", "envelope")} == set(SCHEMAS)


@pytest.mark.parametrize("name", RUNS)
def test_json_is_as_its_schema_says_and_quiet_is_silent(at, tmp_path, monkeypatch, name):
    monkeypatch.chdir(at)
    # IANA is not asked in tests.
    monkeypatch.setattr("enrich.sources.rdap_bootstrap.refresh", lambda file, settings: shipped())
    program, *rest = name.split()
    line = RUNS[name].format(n=tmp_path)
    done = answered(program, f"{' '.join(rest)} {line} --json {tmp_path}/found.json --quiet")
    assert done.stdout == ""
    assert valid((tmp_path / "found.json").read_text(encoding="utf-8"), tuple(name.split()))


@pytest.mark.parametrize(
    "name", ["enrich show", "enrich config", "lookalike profile", "lookalike rows", "lookalike threshold"]
)
def test_json_for_the_terminal_stands_alone(at, monkeypatch, name):
    monkeypatch.chdir(at)
    program, *rest = name.split()
    done = answered(program, f"{' '.join(rest)} {RUNS[name]} --json -")
    assert valid(done.stdout, tuple(name.split()))


def test_a_points_scorecard_is_explained_as_the_schema_says(at, tmp_path, monkeypatch):
    monkeypatch.chdir(at)
    answered("lookalike", f"scorecard deals.csv -o {tmp_path}/rules.toml {ROLES} --value worth")
    done = answered("lookalike", f"explain {tmp_path}/rules.toml leads.csv --id L004 --json -")
    found = valid(done.stdout, ("lookalike", "explain"))
    assert found["total"] == found["start"] + sum(row["points"] for row in found["criteria"])


def test_what_a_score_says_is_what_the_table_says(at, tmp_path, monkeypatch):
    monkeypatch.chdir(at)
    rows = Path("leads.csv").read_text(encoding="utf-8").splitlines()
    Path(tmp_path / "some.csv").write_text("\n".join([*rows[:9], rows[9] + ",more", rows[10] + ",more"]))
    scored = f"score model {tmp_path}/some.csv -o {tmp_path}/s.csv --grades --json - --keep {tmp_path}/model"
    fitted("linear").save(tmp_path / "model")
    found = valid(answered("lookalike", scored).stdout, ("lookalike", "score"))
    table = pd.read_csv(tmp_path / "s.csv")
    assert found["leads"] == 10
    assert found["grades"] == table["grade"].dropna().value_counts().sort_index().to_dict()
    surplus = "line … has … cells where the header has …; check its separators and quotes"
    assert found["wrong"] == [{"error": surplus, "leads": 2}]
    kept = lookalike.results.kept(tmp_path / "model")["score"]["headline"]
    told = ", ".join(f"{grade} {leads} ({leads / 8:.0%})" for grade, leads in found["grades"].items())
    assert kept.startswith(f"scored 8 of 10 leads; grades: {told}")


def test_fit_and_score_tell_the_same_digest_until_the_model_changes(at, tmp_path, monkeypatch):
    monkeypatch.chdir(at)
    model = tmp_path / "model"
    fit = answered("lookalike", f"fit deals.csv -o {model} {ROLES} --value worth --embedding plain --json -")
    score = ["lookalike", f"score {model} leads.csv -o {tmp_path}/s.csv --json - --keep {model}"]
    digests = [
        json.loads(done.stdout)["result"]["digest"] for done in (fit, answered(*score), answered(*score))
    ]
    assert len(set(digests)) == 1
    (model / "grades.toml").write_text((model / "grades.toml").read_text(encoding="utf-8") + "\n# ours\n")
    assert json.loads(answered(*score).stdout)["result"]["digest"] != digests[0]
    assert set(lookalike.results.kept(model)) == {"fit", "score"}


def test_what_is_forgotten_is_not_named_in_the_proof(at, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("email\njan@acme.example\n")
    answered("enrich", f"run people.csv -o wide.csv --warc {at}/pages.warc.gz")
    done = answered("enrich", "forget jan@acme.example --journal wide.csv.journal --json -")
    assert json.loads(done.stdout)["result"]["proven"] is True
    assert "jan@" not in done.stdout


# -- the report of a champion


def test_the_report_of_a_registry_tells_who_promoted_the_champion_and_why(at, tmp_path, monkeypatch):
    monkeypatch.chdir(at)
    audited = json.loads(Path("audit.json").read_text(encoding="utf-8"))
    for line in (
        "registry add ours model --why first",
        'registry promote ours 1 --why "ranks <b>better</b>" --who Anna --backtest audit.json',
        f"report ours leads.csv -o {tmp_path}/report.html",
    ):
        answered("lookalike", line)
    told = lookalike.results.kept("ours")["registry"]
    assert told["headline"].startswith("version 1 of 1, champion: promoted on 20")
    assert 'by Anna: "ranks <b>better</b>"; by the audit of 20' in told["headline"]
    assert told["headline"].endswith(audited["headline"])
    assert told["made_at"] == told["result"]["decisions"][-1]["when"]
    jsonschema.validate(told["result"], schema_of("registry", "lookalike"))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "by Anna" in page
    assert "<b>better" not in page
    assert not (at / "ours" / "versions" / "0001" / "results" / "registry.json").exists()


def test_a_version_gone_back_to_is_told_with_what_had_spoken_for_it(at, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = at / "model"
    for line in (
        f"registry add ours {model} --why first --backtest {at}/audit.json",
        "registry promote ours 1 --why first",
        f"registry add ours {model} --why second",
        "registry promote ours 2 --why better",
        "registry revert ours --why 'it was not' --who Ben",
    ):
        answered("lookalike", line)
    kept = {number: lookalike.results.kept(f"ours/versions/000{number}")["registry"] for number in (1, 2)}
    assert "gone back to on 20" in kept[1]["headline"]
    assert 'by Ben: "it was not"; by the audit of' in kept[1]["headline"]
    assert kept[2]["headline"].startswith("version 2 of 2, former champion: promoted on ")
    assert lookalike.results.kept("ours")["registry"]["headline"] == kept[1]["headline"]


def test_what_is_found_of_a_registrys_champion_is_kept_with_it(at, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for line in (
        f"registry add ours {at}/model --why first",
        "registry promote ours 1 --why first",
        f"monitor ours {at}/leads.csv --fail-on never --keep ours",
        "registry verify ours",
    ):
        answered("lookalike", line)
    assert set(lookalike.results.kept("ours")) == {"monitor", "registry"}


# -- mistakes

MISTAKES = {
    "lookalike fit deals.csv -o {n} --outcome stage --won won --json {n}/no/x.json": "create it first",
    "lookalike score model leads.csv -o {n}/s.csv --keep nowhere": "name a folder that fit wrote",
    "lookalike score model leads.csv -o {n}/s.csv --keep leads.csv": "name a folder that fit wrote",
    "lookalike explain model leads.csv --id X --json -": "the first ids are L000",
    "lookalike similar model leads.csv --to X --json -": "the first ids are L000",
    "lookalike rows model leads.csv --json {n}/no/x.json": "create it first",
    "lookalike profile model --json {n}": "is a folder; name a file in it",
    "lookalike profile nowhere --json -": "make one with fit",
    "lookalike universe rank universe --won leads.csv -o {n}/r.csv": "every company",
    "lookalike universe rank universe -o {n}/r.csv --json -": "give either --won or --like",
    "lookalike registry list nowhere --json -": "make one with `registry add`",
    "lookalike report model leads.csv -o {n}/no/r.html --json -": "choose another place",
    "lookalike completion tcsh": "is not one of 'bash', 'zsh', 'fish'",
    "lookalike score model leads.csv -o {n}/s.csv --jsn x": "--json",
    "enrich show other.example --journal wide.csv.journal --json -": "'enrich run' looks at",
    "enrich config --config people.csv --json -": "people.csv",
    "enrich run people.csv -o {n}/w.csv --json {n}/no/x.json": "create it first",
    "enrich completion": "Missing argument",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_names_the_remedy_and_prints_no_result(at, tmp_path, monkeypatch, capfd, line):
    monkeypatch.chdir(at)
    program, *arguments = shlex.split(line.format(n=tmp_path))
    monkeypatch.setattr(sys, "argv", [program, *arguments])
    monkeypatch.setattr("warnings.showwarning", None)
    with pytest.raises(SystemExit) as stopped:
        (enrich if program == "enrich" else lookalike).cli.main()
    said = capfd.readouterr()
    assert stopped.value.code == 2
    assert said.out == ""
    assert MISTAKES[line] in said.err
    assert "Traceback" not in said.err


def test_a_check_that_fails_says_why_even_when_quiet(at, tmp_path):
    fitted("linear").save(tmp_path / "model")
    answered("lookalike", f"registry add {tmp_path}/models {tmp_path}/model --why first")
    (tmp_path / "models" / "versions" / "0001" / "deals.parquet").write_bytes(b"")
    done = CliRunner().invoke(CLIS["lookalike"], ["registry", "verify", f"{tmp_path}/models", "--quiet"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "deals.parquet is not the file that was added; restore it" in done.stderr


# -- completion

START = "import sys; from {0}.cli import main; sys.argv = ['{0}']; main()"


def completed(line, program="lookalike", shell="bash"):
    """What a shell is offered for the last word of a line."""
    variables = {f"_{program.upper()}_COMPLETE": f"{shell}_complete", "COMP_WORDS": line}
    count = len(shlex.split(line)) - (not line.endswith(" "))
    done = subprocess.run(
        [sys.executable, "-c", START.format(program)],
        env={**os.environ, **variables, "COMP_CWORD": str(count)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return [item.partition(",")[2] for item in done.stdout.splitlines() if item]


@pytest.mark.parametrize("program", CLIS)
def test_a_program_tells_its_version(program):
    told = answered(program, "--version").stdout
    assert told == f"{program} {version('lookalike-workbench')}\n"


@pytest.mark.parametrize("program", CLIS)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_a_shell(program, shell):
    script = answered(program, f"completion {shell}").stdout
    assert f"_{program.upper()}_COMPLETE={shell}_complete" in script
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_bash_completes_with_that_script(tmp_path):
    """In a real shell: the script is sourced, and its function asked as the key would."""
    program = tmp_path / "enrich"
    program.write_text(f"#!{sys.executable}\nfrom enrich.cli import main\nmain()\n")
    program.chmod(0o755)
    script = answered("enrich", "completion bash").stdout
    ask = "COMP_WORDS=(enrich re); COMP_CWORD=1; _enrich_completion enrich; echo ${COMPREPLY[@]}"
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash"], input=f"{script}\n{ask}\n", text=True, capture_output=True, check=True,
        env={**os.environ, "PATH": path},
    )  # fmt: skip
    assert sorted(done.stdout.split()) == ["registries", "retry"]


def test_commands_and_options_are_completed():
    assert completed("lookalike scor") == ["score", "scorecard"]
    assert completed("lookalike registry re") == ["revert"]
    assert completed("lookalike fit deals.csv --half") == ["--half-life"]
    assert completed("enrich run leads.csv --journ", "enrich") == ["--journal"]


def test_columns_are_completed_from_the_table_on_the_line(tmp_path):
    table = tmp_path / "deals.csv"
    table.write_text("id;Lead Number;Lead Origin;Этап;stage\n1;2;3\n", encoding="utf-8")
    assert completed(f"lookalike fit {table} --outcome st") == ["stage"]
    assert completed(f"lookalike audit {table} --won x --outcome Эт") == ["Этап"]
    assert completed(f"lookalike backtest {table} --drop id --drop Lead") == [
        r"Lead\ Number",
        r"Lead\ Origin",
    ]
    assert completed(f"lookalike fit {table} --drop Lead", shell="zsh")[0] != r"Lead\ Number"
    assert completed("lookalike fit nowhere.csv --outcome st") == []


def test_to_complete_is_quick_as_nothing_heavy_is_imported():
    heavy = "pandas", "numpy", "sklearn", "faiss", "lightgbm", "matplotlib"
    code = START.format("lookalike").replace("; main()", "; import atexit")
    code += f"; atexit.register(lambda: print([m for m in {heavy} if m in sys.modules])); main()"
    variables = {
        "_LOOKALIKE_COMPLETE": "bash_complete",
        "COMP_WORDS": "lookalike fit x --ou",
        "COMP_CWORD": "3",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["plain,--out", "plain,--outcome", "[]"]
