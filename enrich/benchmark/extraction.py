"""Quality and speed of extraction on labelled pages, beside public libraries, in one run.

Scores are page-level sets, summed over pages (micro): precision is the share of what was found that is
labelled, recall the share of the labelled that was found. What counts as equal:

- phones: the last seven digits; shorter labels are left out;
- emails: the address in lower case, on pages whose e-mail labels are complete;
- social: network and handle, that is the link in lower case without scheme, ``www.``, query and last slash,
  of six networks;
- addresses: the postcode, without spaces and without the country or state before it;
- names: one name a page against all organisations marked there, without legal form, punctuation and case.

Only pages whose labels were finished count (``score``). The time is that of a method on a page whose text is
ready; reading the page is common to all.
"""

from __future__ import annotations

import html
import json
import re
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pandas as pd

from enrich.benchmark.labelled import Labelled, read
from enrich.benchmark.peers import Method, peers
from enrich.extract.addresses import addresses
from enrich.extract.emails import emails
from enrich.extract.fields import EMAILS, NAME, PHONES, POSTCODE
from enrich.extract.names import names, normal
from enrich.extract.organization import organization
from enrich.extract.phones import phones
from enrich.extract.registry import Function
from enrich.extract.social import social
from enrich.facts import CONFIDENT, Fact
from enrich.page import Page

Result = dict[str, dict[str, dict[str, float]]]

#: Name of our own method in the results.
OURS = "enrich"
_NETWORKS = frozenset(["facebook", "twitter", "linkedin", "youtube", "instagram", "github"])
_SOCIAL_FIELDS = frozenset(["facebook", "x", "linkedin", "youtube", "instagram", "github"])


@dataclass(frozen=True)
class Task:
    """What is compared, and how.

    Attributes
    ----------
    gold : callable
        Labels of a page, or None where it does not count.
    key : callable
        Form in which a label and a found value are equal; empty drops the value.
    ours : callable
        Our method.
    """

    gold: Callable[[Labelled], Iterable[str] | None]
    key: Callable[[str], str]
    ours: Method


def _phone_key(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits[-7:] if len(digits) >= 7 else ""


def _email_key(text: str) -> str:
    return text.lower().strip("<>() .")


def social_key(link: str) -> str:
    """Network and handle of a link.

    >>> social_key("https://www.Facebook.com/Acme/?ref=hl"), social_key("http://twitter.com/#%21/acme")
    ('facebook.com/acme', 'twitter.com/acme')
    """
    bare = re.sub(r"^(?:https?:)?//(?:www\.)?", "", link.lower().strip())
    bare = re.sub(r"/?(?:home\.php)?#!/@?", "/", unquote(bare))
    handle = re.split(r"[?#]", bare)[0] if "profile.php" not in bare else bare
    return handle.strip().rstrip("/").replace("/@", "/")


def _postcode_key(text: str) -> str:
    """A postcode without country or state, spaces and case.

    >>> [_postcode_key(text) for text in ("CH-1131", "sw1a 1aa", "NSW 2067", "67206-2504")]
    ['1131', 'SW1A1AA', '2067', '672062504']
    """
    return re.sub(r"\W", "", re.sub(r"^[A-Za-z]{1,3}[- ]?(?=\d{4,})", "", text.strip())).upper()


def _name_key(text: str) -> str:
    return normal(html.unescape(text))


def _scored(*types: str) -> Callable[[Labelled], Iterable[str] | None]:
    def gold(labelled: Labelled) -> Iterable[str] | None:
        entities = labelled.entities
        if not entities or not entities["score"]:
            return None
        if "EMAIL" in types and not entities["score_email"]:
            return None
        return labelled.marked(*types)

    return gold


def _named(labelled: Labelled) -> Iterable[str] | None:
    return _scored("ORG")(labelled) or None


def _profiles(labelled: Labelled) -> Iterable[str] | None:
    if labelled.social is None:
        return None
    links = labelled.social["links"]
    return [link["url"] for link in links if link["kind"] == "profile" and link["network"] in _NETWORKS]


def _facts(functions: Iterable[Function], page: Page) -> list[Fact]:
    return [fact for function in functions for fact in function(page) if isinstance(fact, Fact)]


def _method(*functions: Function, field: str) -> Method:
    """Confident values of a field, as the output table takes them."""

    def method(page: Page) -> set[str]:
        facts = _facts(functions, page)
        return {str(f.value) for f in facts if f.field == field and f.confidence >= CONFIDENT}

    return method


def _our_social(page: Page) -> set[str]:
    wanted = {f"company_{network}" for network in _SOCIAL_FIELDS}
    return {str(fact.value) for fact in _facts([social], page) if fact.field in wanted}


def _our_name(page: Page) -> set[str]:
    candidates = [fact for fact in _facts([names, organization], page) if fact.field == NAME.name]
    best = max(candidates, key=lambda fact: fact.confidence, default=None)
    return {str(best.value)} if best else set()


TASKS = {
    "phones": Task(_scored("TEL", "FAX"), _phone_key, _method(phones, organization, field=PHONES.name)),
    "emails": Task(_scored("EMAIL"), _email_key, _method(emails, organization, field=EMAILS.name)),
    "social": Task(_profiles, social_key, _our_social),
    "addresses": Task(
        _scored("ZIPCODE"), _postcode_key, _method(addresses, organization, field=POSTCODE.name)
    ),
    "names": Task(_named, _name_key, _our_name),
}


def measure(data: Path, methods: Iterable[str] | None = None) -> Result:
    """Score all methods on the labelled pages of a folder.

    Parameters
    ----------
    data : Path
        As :mod:`enrich.benchmark.labelled` describes.
    methods : iterable of str, optional
        Only methods of these names; all by default.

    Returns
    -------
    dict
        ``{task: {method: {precision, recall, pages, ms_per_page}}}``; times are medians.
    """
    labelled = read(data)
    wanted = None if methods is None else frozenset(methods)
    results: Result = {}
    for name, task in TASKS.items():
        scored = [(item.page, gold) for item in labelled if (gold := task.gold(item)) is not None]
        candidates = {OURS: task.ours, **peers()[name]}
        results[name] = {
            method: _score(function, task, scored)
            for method, function in candidates.items()
            if scored and (wanted is None or method in wanted)
        }
    return results


def _score(method: Method, task: Task, scored: list[tuple[Page, Iterable[str]]]) -> dict[str, float]:
    right = found_total = gold_total = 0
    times: list[float] = []
    for page, labels in scored:
        _ = page.text, page.head  # common to all methods
        start = time.perf_counter()
        values = method(page)
        times.append(time.perf_counter() - start)
        gold = {key for label in labels if (key := task.key(label))}
        found = {key for value in values if (key := task.key(value))}
        # A page has one name of its own, however many organisations it speaks of.
        gold_total += min(1, len(gold)) if task.key is _name_key else len(gold)
        found_total += len(found)
        right += len(gold & found)
    return {
        "precision": round(right / found_total, 4) if found_total else 0.0,
        "recall": round(right / gold_total, 4) if gold_total else 0.0,
        "pages": len(scored),
        "ms_per_page": round(1000 * statistics.median(times), 3),
    }


def table(results: Result) -> pd.DataFrame:
    """Results as a table, a row a task and method, ours first."""
    rows = [
        {"task": task, "method": method, **scores}
        for task, methods in results.items()
        for method, scores in methods.items()
    ]
    return pd.DataFrame(rows, columns=["task", "method", "precision", "recall", "pages", "ms_per_page"])


def run_extraction_benchmark(data: Path, json_file: Path | None = None) -> pd.DataFrame:
    """Measure, write the results as JSON if a file is named, and give them as a table."""
    results = measure(data)
    if json_file is not None:
        json_file.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return table(results)
