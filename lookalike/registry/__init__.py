"""Versions of a model, which of them is in use, and who decided so, when and why.

A registry is a folder::

    registry.json      versions with the digests of their files, the champion, every decision
    log.jsonl          the decisions again, a line each, only ever appended to
    versions/0001/     model folders, copied in
    evidence/0001.json results of commands that justified a decision, by its number

What is decided is decided when ``registry.json`` takes its name; what was interrupted before has not
happened. The champion is what ``lookalike.load`` and ``lookalike score`` take from a registry; a file that is
not what was copied in is refused by name.
"""

from lookalike.registry.folder import Registry
from lookalike.registry.record import Decision, Version
from lookalike.registry.shadow import Shadowed, shadow
from lookalike.registry.state import State

__all__ = ["Decision", "Registry", "Shadowed", "State", "Version", "shadow"]
