"""Folders of fingerprints in the public format of Wappalyzer: technologies and their traces, as plain data.

A folder holds ``categories.json`` and ``technologies.json`` or ``technologies/*.json``; other tools' copies
keep them in ``src``. Read are ``url``, ``html``, ``text``, ``scripts`` (inline), ``scriptSrc``, ``meta``,
``headers``, ``cookies``, ``dom``, ``dns`` and ``certIssuer``, ``implies``, ``excludes``, ``requires`` and
``requiresCategory``. ``js``, the ``properties`` of ``dom`` and ``xhr`` need a browser that runs the page;
``css``, ``robots`` and ``probe`` need further requests: those are passed over. Versions are not kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enrich.errors import SettingsError

#: Places with one text, and those whose traces name a header, cookie, meta element or record type.
TEXT_PLACES = ("url", "html", "text", "scripts", "scriptSrc", "certIssuer")
KEYED_PLACES = ("headers", "cookies", "meta", "dns")
_FORMER_NAMES = {"script": "scriptSrc"}


@dataclass(frozen=True)
class Trace:
    """One thing that a technology leaves behind.

    Attributes
    ----------
    place : str
        A field of the format.
    key : str
        Name of the header, cookie, meta element or record type, or a selector; empty where a place has one
        text.
    part : str
        Of an element: ``""`` for its being there, ``"text"``, or the name of an attribute after an ``@``.
    pattern : str
        A regular expression of JavaScript; empty if being there is enough.
    confidence : float
        From 0 to 1.
    """

    place: str
    key: str
    part: str
    pattern: str
    confidence: float


@dataclass(frozen=True)
class Technology:
    """A technology as its file describes it.

    Attributes
    ----------
    name, file : str
    categories : tuple of str
        Names, lower case.
    traces : tuple of Trace
    implies : tuple of (str, float)
        What it runs on, and how surely.
    excludes, requires, required_categories : tuple of str
        What cannot be there beside it; what must be, at least one of the two together.
    """

    name: str
    file: str
    categories: tuple[str, ...]
    traces: tuple[Trace, ...]
    implies: tuple[tuple[str, float], ...]
    excludes: tuple[str, ...]
    requires: tuple[str, ...]
    required_categories: tuple[str, ...]


def read_folder(folder: str | Path) -> tuple[tuple[Technology, ...], str]:
    """Read all technologies of a folder.

    Returns
    -------
    tuple of Technology
        Sorted by file, in the order of each.
    str
        Digest of the files.

    Raises
    ------
    SettingsError
        If there are none, or a file is not of the format; the message names file and technology.
    """
    root = Path(folder)
    if not (root / "categories.json").is_file() and (root / "src").is_dir():
        root = root / "src"
    paths = [root / "technologies.json", *sorted((root / "technologies").glob("*.json"))]
    paths = [path for path in paths if path.is_file()]
    if not paths:
        raise SettingsError(
            f"fingerprints: '{folder}' has neither technologies.json nor technologies/*.json; "
            "name a folder in Wappalyzer's format"
        )
    digest = hashlib.sha256()
    names = _category_names(root / "categories.json", digest) if (root / "categories.json").is_file() else {}
    technologies: dict[str, Technology] = {}
    for path in paths:
        data = _read(path, digest)
        inner = data.get("technologies", data.get("apps"))
        if isinstance(inner, dict) and not _is_technology(inner):
            data, names = inner, names or _names(path, data.get("categories", {}))
        for name, entry in data.items():
            if not name.startswith("$"):
                technologies[name] = _technology(path, name, entry, names)
    return tuple(technologies.values()), digest.hexdigest()


def _read(path: Path, digest: Any) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        data = json.loads(content)
    except OSError as error:
        raise SettingsError(f"fingerprints: {path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"fingerprints: {path}: is no valid JSON ({error}); correct it") from error
    if not isinstance(data, dict):
        raise SettingsError(f"fingerprints: {path}: must be an object of names and their descriptions")
    digest.update(path.name.encode() + b"\0" + content)
    return data


def _is_technology(data: Mapping[str, Any]) -> bool:
    # A technology may be called "technologies" or "apps".
    return "cats" in data and not isinstance(data["cats"], dict)


def _category_names(path: Path, digest: Any) -> dict[str, str]:
    return _names(path, _read(path, digest))


def _names(path: Path, categories: Any) -> dict[str, str]:
    """Names of categories by their numbers; older files give a name where newer ones give an object."""
    try:
        return {
            str(number): str(entry["name"] if isinstance(entry, dict) else entry).lower()
            for number, entry in categories.items()
        }
    except (AttributeError, KeyError) as error:
        raise SettingsError(f"fingerprints: {path}: categories must be objects with a name") from error


def _technology(path: Path, name: str, entry: Any, names: Mapping[str, str]) -> Technology:
    where = f"fingerprints: {path}: '{name}'"
    if not isinstance(entry, dict):
        raise SettingsError(f"{where} must be an object, not {entry!r:.40}")
    entry = {_FORMER_NAMES.get(field, field): value for field, value in entry.items()}
    return Technology(
        name,
        path.name,
        tuple(names[str(one)] for one in _many(entry.get("cats")) if str(one) in names),
        tuple(_traces(where, entry)),
        tuple((target, sure) for target, sure in map(_tagged, _texts(where, entry, "implies"))),
        tuple(_tagged(one)[0] for one in _texts(where, entry, "excludes")),
        tuple(_tagged(one)[0] for one in _texts(where, entry, "requires")),
        tuple(names.get(str(one), str(one).lower()) for one in _many(entry.get("requiresCategory"))),
    )


def _traces(where: str, entry: Mapping[str, Any]) -> Iterator[Trace]:
    for place in TEXT_PLACES:
        for text in _texts(where, entry, place):
            yield _trace(place, text)
    for place in KEYED_PLACES:
        keyed = entry.get(place, {})
        if not isinstance(keyed, dict):
            raise SettingsError(f"{where}: {place} must be an object of names and patterns")
        for key in keyed:
            for text in _texts(f"{where}: {place}", keyed, key):
                yield _trace(place, text, key if place == "cookies" else key.lower())
    selectors = entry.get("dom", {})
    if not isinstance(selectors, dict):
        tagged = map(_tagged, _texts(where, entry, "dom"))
        selectors = {one: {"exists": f"\\;confidence:{100 * sure:.0f}"} for one, sure in tagged}
    for selector, parts in selectors.items():
        if not isinstance(parts, dict):
            raise SettingsError(f"{where}: dom: '{selector}' must be an object of exists, text or attributes")
        yield from _element(f"{where}: dom: '{selector}'", selector, parts)


def _element(where: str, selector: str, parts: Mapping[str, Any]) -> Iterator[Trace]:
    for text in _texts(where, parts, "exists"):
        yield Trace("dom", selector, "", "", _tagged(text)[1])
    for text in _texts(where, parts, "text"):
        yield _trace("dom", text, selector, "text")
    attributes = parts.get("attributes", {})
    if not isinstance(attributes, dict):
        raise SettingsError(f"{where}: attributes must be an object of names and patterns")
    for name in attributes:
        for text in _texts(where, attributes, name):
            yield _trace("dom", text, selector, f"@{name.lower()}")


def _trace(place: str, text: str, key: str = "", part: str = "") -> Trace:
    pattern, confidence = _tagged(text)
    return Trace(place, key, part, pattern, confidence)


def _tagged(text: str) -> tuple[str, float]:
    r"""Part a pattern or name from its tags.

    >>> _tagged("acme-(\\d+)\\.js\\;confidence:50\\;version:\\1")
    ('acme-(\\d+)\\.js', 0.5)
    """
    value, *tags = text.split("\\;")
    confidence = 100.0
    for tag in tags:
        name, _, number = tag.partition(":")
        if name.strip() == "confidence" and number.strip().isdecimal():
            confidence = min(100.0, float(number))
    return value, confidence / 100


def _many(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _texts(where: str, entry: Mapping[str, Any], field: str) -> list[str]:
    values = _many(entry.get(field))
    if not all(isinstance(value, str) for value in values):
        raise SettingsError(f"{where}: {field} is {entry[field]!r:.60}; it must be a text or a list of texts")
    return values
