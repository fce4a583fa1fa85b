"""Technologies by fingerprints that people bring themselves, in Wappalyzer's format.

The public sets of that format are GPL-licensed, so none comes with the product; see
:mod:`enrich.extract.fingerprint_files` for what of it is read. Whatever the patterns, the time for a page is
bounded (:mod:`enrich.extract.linear_patterns`): where a page would take more work, the rest stays unlooked.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from selectolax.lexbor import LexborNode

from enrich.extract.css_selectors import Elements, SelectorError
from enrich.extract.fingerprint_files import Technology, Trace, read_folder
from enrich.extract.linear_patterns import Pattern, PatternError, Patterns, Work
from enrich.extract.registry import EXTRACTORS, extractor
from enrich.extract.technologies import CATEGORIES, TECHNOLOGIES
from enrich.extract.technology_graph import Graph
from enrich.facts import Fact
from enrich.page import Page
from enrich.records import Certificate, DnsRecords

#: Names of the extractors, as shown in evidence.
NAMES = ("fingerprints", "fingerprints_from_dns", "fingerprints_from_certificate")

# As for the product's own rules: what a page loads is in use, a record may be old.
_ON_PAGE, _IN_RECORD = 0.9, 0.7

# Places with a value a line.
_LISTS = frozenset({"scriptSrc", "certIssuer"})
_COOKIE = re.compile(r"(?:^|[;,\n])[ \t]*([^=;,\s]{1,200})=([^;,\n]{0,4000})")


def load_fingerprints(folder: str | Path) -> None:
    """Register extractors for a folder of fingerprints, in place of those of another; none for an empty name.

    Parameters
    ----------
    folder : str or Path
        In Wappalyzer's format.

    Warns
    -----
    UserWarning
        Once, if some patterns cannot be used; the message counts them and shows the first.

    Raises
    ------
    SettingsError
        If the folder or a file in it cannot be read, or google-re2 is not installed.
    """
    for name in NAMES:
        EXTRACTORS.pop(name, None)
    if not folder:
        return
    technologies, digest = read_folder(folder)
    fingerprints = Fingerprints(technologies)
    if problems := fingerprints.problems:
        more = f" (the first of {len(problems)})" if len(problems) > 1 else ""
        warnings.warn(f"fingerprints: not looked for: {problems[0]}{more}", stacklevel=2)
    subjects: tuple[tuple[type, Callable[..., dict[str, float]], float], ...] = (
        (Page, fingerprints.on_page, _ON_PAGE),
        (DnsRecords, fingerprints.in_dns, _IN_RECORD),
        (Certificate, fingerprints.in_certificate, _ON_PAGE),
    )
    for name, (reads, look, sure) in zip(NAMES, subjects, strict=True):
        _register(name, reads, look, sure, fingerprints, digest)


def _register(
    name: str,
    reads: type,
    look: Callable[..., dict[str, float]],
    sure: float,
    fingerprints: Fingerprints,
    digest: str,
) -> None:
    @extractor(TECHNOLOGIES, CATEGORIES, name=name, reads=reads, data=digest)
    def fingerprints_in(subject: Page | DnsRecords | Certificate) -> Iterator[Fact]:
        categories: dict[str, float] = {}
        for technology, confidence in look(subject).items():
            yield Fact(TECHNOLOGIES.name, technology, round(sure * confidence, 3))
            for category in fingerprints.categories.get(technology, ()):
                categories[category] = max(confidence, categories.get(category, 0.0))
        for category, confidence in categories.items():
            yield Fact(CATEGORIES.name, category, round(sure * confidence, 3))


class Fingerprints:
    """Technologies ready to be looked for.

    Parameters
    ----------
    technologies : iterable of Technology

    Attributes
    ----------
    categories : mapping of str to tuple of str
        By technology.
    problems : list of str
        What cannot be looked for: file, technology, pattern and why.
    """

    def __init__(self, technologies: Iterable[Technology]) -> None:
        technologies = tuple(technologies)
        self.categories = {one.name: one.categories for one in technologies}
        self.problems: list[str] = []
        self._graph = Graph(technologies)
        self._groups: dict[tuple[str, str], _Group] = {}
        for technology in technologies:
            for trace in technology.traces:
                self._add(technology, trace)
        self._patterns = {
            where: Patterns([one.pattern for one in group])
            for where, group in self._groups.items()
            if where[0] != "dom"
        }
        self._elements = Elements(key for place, key in self._groups if place == "dom")
        self._wild_cookies = [key for place, key in self._groups if place == "cookies" and "*" in key]

    def _add(self, technology: Technology, trace: Trace) -> None:
        try:
            if trace.place == "dom":
                Elements.check(trace.key)
            pattern = Pattern(trace.pattern, lines=trace.place in _LISTS)
        except (PatternError, SelectorError) as error:
            what = trace.key if isinstance(error, SelectorError) else trace.pattern
            where = f"{technology.file}: '{technology.name}': {trace.place}"
            self.problems.append(f"{where}: '{what}' ({error})")
        else:
            one = _Ready(technology.name, trace.confidence, trace.part, pattern)
            self._groups.setdefault((trace.place, trace.key), []).append(one)

    def on_page(self, page: Page) -> dict[str, float]:
        """Technologies of a page, with confidence from 0 to 1."""
        sources, inline = _scripts(page)
        values = [
            ("url", "", page.url),
            ("html", "", page.html),
            ("scripts", "", inline),
            ("scriptSrc", "", sources),
            *(("headers", name, value) for name, value in page.headers.items()),
            *(("meta", name, value) for name, contents in page.head.metas.items() for value in contents),
        ]
        if ("text", "") in self._groups:
            values.append(("text", "", page.text))
        for name, value in _COOKIE.findall(page.headers.get("set-cookie", "")):
            keys = [name, *(key for key in self._wild_cookies if fnmatchcase(name, key))]
            values.extend(("cookies", key, value) for key in keys)
        return self._among(values, page)

    def in_dns(self, records: DnsRecords) -> dict[str, float]:
        """Technologies of the records of one name and type."""
        return self._among([("dns", records.type.lower(), value) for value in records.values])

    def in_certificate(self, certificate: Certificate) -> dict[str, float]:
        """Technologies of a certificate."""
        issuer = f"{certificate.issuer_organization}\n{certificate.issuer_name}"
        return self._among([("certIssuer", "", issuer)])

    def _among(self, values: Iterable[tuple[str, str, str]], page: Page | None = None) -> dict[str, float]:
        """What the texts, each under a place and key, and the elements of a page show, and what follows."""
        work = Work()
        found: dict[tuple[str, str], set[int]] = {}
        for place, key, value in values:
            if (place, key) in self._patterns:
                found.setdefault((place, key), set()).update(self._patterns[place, key].found(value, work))
        for selector, nodes in self._elements.found(page, work) if page else ():
            group = self._groups["dom", selector]
            found["dom", selector] = {
                position for position, one in enumerate(group) if one.is_part_of(nodes, page, work)
            }
        # A trace counts once, and all together for no more than certainty.
        sure: dict[str, float] = {}
        for where, positions in found.items():
            for position in sorted(positions):
                one = self._groups[where][position]
                sure[one.name] = min(1.0, sure.get(one.name, 0.0) + one.confidence)
        return self._graph.resolve(sure)


@dataclass(frozen=True)
class _Ready:
    """A trace of the technology `name`, ready to be looked for."""

    name: str
    confidence: float
    part: str
    pattern: Pattern

    def is_part_of(self, nodes: Iterable[LexborNode], page: Page | None, work: Work) -> bool:
        """Whether one of the elements has what the trace is about: itself, its text or an attribute."""
        texts = (_part(node, self.part, page, work) for node in nodes)
        return any(
            text is not None and self.pattern.found(text.encode("utf-8", "replace"), work) for text in texts
        )


_Group = list[_Ready]


def _part(node: LexborNode, part: str, page: Page | None, work: Work) -> str | None:
    """What a trace looks at of an element; None where it is not there."""
    if not part:
        return ""
    if part == "text":
        return node.text() if page and work.take(len(page.html)) else None
    attributes = node.attributes
    return attributes[part[1:]] or "" if part[1:] in attributes else None


def _scripts(page: Page) -> tuple[str, str]:
    """Addresses of scripts, a line each, and the scripts that stand in the page."""
    scripts = page.elements["script"]
    sources = [source for _, attributes in scripts if (source := attributes.get("src"))]
    inline = [node.text() for node, attributes in scripts if not attributes.get("src")]
    return "\n".join(sources), "\n".join(inline)
