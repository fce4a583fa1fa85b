"""The directive ``result-schemas``: what each command finds, from the JSON Schemas in the package."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, ClassVar

from docutils import nodes
from field_catalogue import table
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def schemas() -> dict[str, dict[str, Any]]:
    """Give the schemas by command."""
    folders = [files(package) / "schemas" for package in ("enrich", "lookalike")]
    found = [file for folder in folders if folder.is_dir() for file in folder.iterdir()]
    named = sorted((file.name.removesuffix(".json"), file) for file in found if file.name.endswith(".json"))
    return {name: json.loads(file.read_text(encoding="utf-8")) for name, file in named}


def entries(schema: dict[str, Any], root: dict[str, Any], path: str = "") -> Iterator[tuple[str, str, str]]:
    """Give path, type and meaning of everything a schema names, in its order."""
    for name, found in _followed(schema, root).get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        yield from _entry(found, root, here)


def _entry(found: dict[str, Any], root: dict[str, Any], here: str) -> Iterator[tuple[str, str, str]]:
    inner = _followed(found, root)
    yield here, _kind(inner), found.get("description", inner.get("description", ""))
    items = inner.get("items")
    if isinstance(items, dict):
        inner, here = _followed(items, root), f"{here}[]"
    if "properties" in inner:
        yield from entries(inner, root, here)
    elif isinstance(more := inner.get("additionalProperties"), dict):
        yield from entries(more, root, f"{here}.*")


def _followed(found: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and of alternatives take the one that is not null."""
    if "$ref" in found:
        target: Any = root
        for step in found["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return {**_followed(target, root), **({"or_null": True} if found.get("or_null") else {})}
    for word in ("oneOf", "anyOf"):
        if word in found:
            real = [one for one in found[word] if one.get("type") != "null"]
            return _followed({**real[0], "or_null": len(real) < len(found[word])}, root)
    return found


def _kind(found: dict[str, Any]) -> str:
    if "enum" in found:
        return " | ".join(json.dumps(one, ensure_ascii=False) for one in found["enum"])
    if "const" in found:
        return json.dumps(found["const"], ensure_ascii=False)
    kinds = found.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    return " or ".join([*kinds, *(["null"] if found.get("or_null") else [])])


class ResultSchemas(SphinxDirective):
    """A section with a table for each command."""

    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Make the sections."""
        made: list[nodes.Node] = []
        for command, schema in schemas().items():
            section = nodes.section(ids=[f"result-{command}"], names=[f"result-{command}"])
            section += nodes.title(text=command)
            section += nodes.paragraph(text=schema.get("description", ""))
            section += table(["in result", "type", "meaning"], list(entries(schema, schema)), [34, 22, 44])
            made.append(section)
        return made


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("result-schemas", ResultSchemas)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
