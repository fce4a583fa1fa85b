"""Draw a report as one HTML page."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from enrich.html import templates
from lookalike.reasons import Phrasebook
from lookalike.report.payload import inert, payload
from lookalike.report.summary import Report
from lookalike.report.words import LANGUAGES, day, say, told, words

#: The page's script, in the order in which its parts build on one another.
SCRIPTS = ("state", "elements", "cards", "table", "lead", "page")
#: Said for a lead without a page.
COMMAND = "lookalike explain MODEL LEADS --id"


def render(report: Report, language: str = "en") -> str:
    """Give the report as a self-contained HTML page; every value is escaped.

    Parameters
    ----------
    report : Report
    language : {"en", "ru"}
        What the page opens in; a switch in it changes that.
    """
    style, script = _own("report.css"), "\n".join(_own(f"{name}.js") for name in SCRIPTS)
    # Only what stands here may run or colour anything; hashes, as a file has no server to give nonces.
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    made = templates("lookalike.report")
    made.globals.update(both=_both, number=_number, column=_column, say=say, svg=Markup)
    return made.get_template("page/report.html").render(
        report=report,
        language=language,
        languages=LANGUAGES,
        policy=policy,
        style=Markup(style),  # noqa: S704 - a file of ours
        script=Markup(script),  # noqa: S704 - a file of ours
        data=inert(payload(report, COMMAND)),
        words=inert(words()),
        made={one: day(one, datetime.now(UTC).date()) for one in LANGUAGES},
        first=report.pages[0] if report.pages else None,
        title=say(language, "title"),
    )


def _own(name: str) -> str:
    return (files("lookalike.report") / "page" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@pass_context
def _both(context: Context, name: str, **parts: Any) -> Markup:
    """Say something in every language; the page shows the one that is chosen."""
    return Markup("").join(_spans(lambda one: say(one, name, parts)))


def _number(name: str, value: Any) -> Markup:
    """Write a number in every language; a dash where it is unknown."""
    return Markup("–") if value is None else Markup("").join(_spans(lambda one: told(one, name, value)))


def _column(name: str, own: str) -> Markup:
    """Name a column in every language; `own` is what it is called where it has no other name."""
    called = {one: Phrasebook(one).name(name) for one in LANGUAGES}
    return Markup("").join(_spans(lambda one: own if called[one] == name else called[one]))


def _spans(text: Any) -> list[Markup]:
    return [Markup('<span lang="{}" class="l-{}">{}</span>').format(one, one, text(one)) for one in LANGUAGES]
