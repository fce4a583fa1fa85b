"""The rules of grades as ``grades.toml`` in a model's folder, which people may edit."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

from enrich.errors import ModelError
from lookalike.grades.rules import ENGAGEMENT, FIT, Engagement, Grades
from lookalike.toml_text import comment, key, value

#: The file's name in a model's folder.
FILE = "grades.toml"
_OPTIONS = {"fit": FIT[:-1], "engagement": (*ENGAGEMENT[:-1], "half_life_days", "weights")}


def read_grades(folder: str | Path) -> Grades:
    """Read the rules of a model's grades.

    Raises
    ------
    ModelError
        If the model has none, or the file makes no sense: what, where, and what would be right.
    """
    path = Path(folder) / FILE
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder}: the model has no {FILE}; fit it again, on won and lost deals that can be held out"
        ) from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: is no valid TOML ({error}); put that place right") from error
    for name in given:
        if name not in _OPTIONS:
            raise ModelError(f"{path}: '{name}' is unknown; the tables are [fit] and [engagement]")
    fit = _starts(path, "fit", given, FIT)
    if "engagement" not in given:
        return Grades(fit)
    starts = _starts(path, "engagement", given, ENGAGEMENT)
    half_life = _number(path, "engagement", given["engagement"], "half_life_days")
    if half_life <= 0:
        raise ModelError(f"{path}: [engagement] half_life_days is {half_life:g}; it must be more than 0")
    weights = given["engagement"].get("weights")
    if not isinstance(weights, dict) or not weights:
        raise ModelError(f'{path}: [engagement.weights] is missing; add lines such as: "visit /pricing" = 10')
    weighed = {kind.casefold(): _number(path, "engagement.weights", weights, kind) for kind in weights}
    return Grades(fit, Engagement(starts, weighed, half_life))


def _starts(path: Path, name: str, given: dict[str, Any], grades: tuple[str, ...]) -> tuple[float, ...]:
    table = given.get(name)
    if not isinstance(table, dict):
        raise ModelError(f"{path}: the table [{name}] is missing; add it with {', '.join(grades[:-1])}")
    for option in table:
        if option not in _OPTIONS[name]:
            raise ModelError(
                f"{path}: [{name}] has '{option}', which is unknown; known are {', '.join(_OPTIONS[name])}"
            )
    starts = tuple(_number(path, name, table, grade) for grade in grades[:-1])
    if list(starts) != sorted(starts, reverse=True):
        order = " ≥ ".join(f"{grade} ({start:g})" for grade, start in zip(grades, starts, strict=False))
        raise ModelError(f"{path}: [{name}] needs {order}; put the lowest values of the grades in order")
    return starts


def _number(path: Path, name: str, table: dict[str, Any], option: str) -> float:
    found = table.get(option)
    if type(found) not in (int, float) or not math.isfinite(found):  # type: ignore[arg-type]
        told = "is missing" if option not in table else f"is {found!r}"
        raise ModelError(f"{path}: [{name}] {option} {told}; write a number, as: {key(option)} = 1.5")
    return float(found)  # type: ignore[arg-type]


def grades_text(grades: Grades) -> str:
    """Give the rules as the text of their file."""
    lines = [
        "# How leads are graded: fit A to D, who they are; engagement 1 to 4, what they did of late.",
        "# `lookalike score MODEL LEADS --grades` obeys this file: change what you like. Fitting the model",
        "# anew writes it anew.",
        "",
        "# What the columns about the company (all but behaviour) add to the score: the lowest value of each",
        f"# grade. Each has a quarter of {grades.deals} past deals, scored by models that had not seen them;",
        "# behind each, what became of these.",
        "[fit]",
        *_start_lines(FIT, grades.fit, grades.notes),
    ]
    if grades.engagement is not None:
        found = grades.engagement
        weights = sorted(found.weights.items(), key=lambda pair: (-pair[1], pair[0]))
        lines += [
            "",
            "# Events up to the lead's own date, each with its weight, counting half as much after every",
            "# half-life: the lowest sum of each grade. A quarter of the past deals each; where more than a",
            "# quarter did nothing that counts, that is grade 1, and 2 to 4 have a third of the rest each.",
            "[engagement]",
            f"half_life_days = {value(found.half_life_days)}",
            *_start_lines(ENGAGEMENT, found.starts, found.notes),
            "",
            "# What an event weighs, by how much such events told won from lost deals; none below 0. Types",
            "# with the section of the website that was visited; types not named weigh nothing.",
            "[engagement.weights]",
            *(f"{key(kind)} = {value(weight)}" for kind, weight in weights),
        ]
    return "\n".join(lines) + "\n"


def _start_lines(names: tuple[str, ...], starts: tuple[float, ...], notes: tuple[str, ...]) -> list[str]:
    lines = [f"{n} = {value(s)}  # {comment(t)}" for n, s, t in zip(names, starts, notes, strict=False)]
    return [*lines, f"# {names[-1]}, all below: {comment(notes[-1])}"]
