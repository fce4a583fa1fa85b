"""What follows from technologies found: what they need, rule out, and run on."""

from __future__ import annotations

from collections.abc import Iterable

from enrich.extract.fingerprint_files import Technology


class Graph:
    """The relations among technologies.

    Parameters
    ----------
    technologies : iterable of Technology
    """

    def __init__(self, technologies: Iterable[Technology]) -> None:
        self._by_name = {one.name: one for one in technologies}

    def resolve(self, found: dict[str, float]) -> dict[str, float]:
        """Drop what lacks its requirements or is excluded, add what is implied.

        Parameters
        ----------
        found : dict
            Confidences from 0 to 1 by name. Requirements are looked for among what the same subject shows.

        Returns
        -------
        dict
            In the order of `found`, then what is implied.
        """
        waiting = dict(found)
        known: dict[str, float] = {}
        while ready := [name for name in waiting if self._is_met(name, known)]:
            known.update((name, waiting.pop(name)) for name in ready)
            known = self._with_implied(known)
        for name in self._excluded(known):
            del known[name]
        return {name: known[name] for name in [*found, *known] if name in known}

    def _is_met(self, name: str, known: dict[str, float]) -> bool:
        one = self._by_name[name]
        if not one.requires and not one.required_categories:
            return True
        categories = {category for other in known for category in self._categories(other)}
        return any(other in known for other in one.requires) or any(
            category in categories for category in one.required_categories
        )

    def _categories(self, name: str) -> tuple[str, ...]:
        return self._by_name[name].categories if name in self._by_name else ()

    def _with_implied(self, known: dict[str, float]) -> dict[str, float]:
        """All that follows, each as sure as its surest reason; a circle ends where nothing gets surer."""
        known = dict(known)
        pending = list(known)
        while pending:
            name = pending.pop()
            for implied, sure in self._by_name[name].implies if name in self._by_name else ():
                confidence = min(known[name], sure)
                if confidence > known.get(implied, 0.0):
                    known[implied] = confidence
                    pending.append(implied)
        return known

    def _excluded(self, known: dict[str, float]) -> set[str]:
        """What is ruled out by something at least as sure that is not ruled out itself."""
        excluded: set[str] = set()
        for name in sorted(known, key=lambda one: -known[one]):
            if name not in excluded and name in self._by_name:
                excluded.update(
                    other
                    for other in self._by_name[name].excludes
                    if other in known and other != name and other not in excluded
                )
        return excluded
