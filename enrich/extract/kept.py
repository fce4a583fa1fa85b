"""What several extractors ask of the same page, worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import ref

from enrich.page import Page

Answer = TypeVar("Answer")


def kept(function: Callable[[Page], Answer]) -> Callable[[Page], Answer]:
    """Let `function` remember its answer on the page it was asked of last.

    The page itself is not kept alive. The answer is shared and not to be changed.

    >>> asked = []
    >>> length = kept(lambda page: asked.append(page.host) or len(page.html))
    >>> acme, beta = (Page(f"https://{name}.example/", b"Hello", "") for name in ("acme", "beta"))
    >>> [length(page) for page in (acme, acme, beta)], asked
    ([5, 5, 5], ['acme.example', 'beta.example'])
    """
    # A cache of one, taken and set in one step each: threads that share it only miss it.
    last: tuple[Callable[[], Page | None], Any] = (lambda: None, None)

    @wraps(function)
    def answer(page: Page) -> Answer:
        nonlocal last
        known = last
        if known[0]() is not page:
            known = ref(page), function(page)
            last = known
        result: Answer = known[1]
        return result

    return answer
