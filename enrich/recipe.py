"""What facts depend on beside the page: the extractors and the limits, as one short text.

Facts made by another recipe are not mixed with new ones: when an extractor is added or edited, the sources
are read again for the companies at hand. A recipe is the same in every process that runs the same code.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from enrich.extract.registry import Extractor
from enrich.facts import Channel
from enrich.settings import Settings


def recipe(extractors: Mapping[str, Extractor], settings: Settings, channel: Channel) -> str:
    """Digest of the product's version, a channel's extractors with their source code, and the limits."""
    parts = [
        _version(),
        settings.max_pages_per_company,
        settings.max_body_bytes,
        [[one.name, one.fields, _code(one)] for one in extractors.values() if one.reads.channel is channel],
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _version() -> str:
    try:
        return version("lookalike-workbench")
    except PackageNotFoundError:
        return "unknown"


def _code(extractor: Extractor) -> str:
    try:
        return inspect.getsource(extractor.function)
    except (OSError, TypeError):  # typed at a prompt, or a callable object
        return getattr(extractor.function, "__qualname__", type(extractor.function).__qualname__)
