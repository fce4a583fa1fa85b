"""All texts that an expression with alternatives and optional parts stands for.

Such expressions are a short way to write phrases down; looked up in a table, the phrases cost a fraction of
what the expression costs to match.
"""

from __future__ import annotations

from itertools import product


class EndlessError(ValueError):
    """An expression stands for more than a list of texts."""


def wordings(expression: str) -> list[str]:
    r"""The texts that match an expression as a whole, each once.

    Parameters
    ----------
    expression : str
        Of letters, escaped signs, groups ``(?:...)``, alternatives ``|``, sets such as ``[- ]``, and ``?``.

    Raises
    ------
    EndlessError
        If anything else is in it.

    >>> wordings("api(?: docs)?|e[- ]?shops?")
    ['api', 'api docs', 'eshop', 'eshops', 'e-shop', 'e-shops', 'e shop', 'e shops']
    >>> wordings(r"book \w+")
    Traceback (most recent call last):
    enrich.extract.wordings.EndlessError: book \w+
    """
    texts, end = _alternatives(expression, 0)
    if end < len(expression):
        raise EndlessError(expression)
    return list(dict.fromkeys(texts))


def _alternatives(expression: str, at: int) -> tuple[list[str], int]:
    """The texts from a position up to the end of the group, and where that is."""
    texts: list[str] = []
    parts: list[list[str]] = []
    while at < len(expression) and expression[at] != ")":
        if expression[at] == "|":
            texts += map("".join, product(*parts))
            parts, at = [], at + 1
            continue
        part, at = _part(expression, at)
        if expression[at : at + 1] == "?":
            part, at = ["", *part], at + 1
        parts.append(part)
    return [*texts, *map("".join, product(*parts))], at


def _part(expression: str, at: int) -> tuple[list[str], int]:
    """The texts of a letter, a set or a group, and where it ends."""
    sign = expression[at]
    if expression.startswith("(?:", at):
        texts, end = _alternatives(expression, at + 3)
        if end < len(expression):
            return texts, end + 1
    elif sign == "[" and (end := expression.find("]", at)) > 0 and expression[at + 1] != "^":
        members = expression[at + 1 : end]
        if "-" not in members[1:-1] and "\\" not in members:
            return list(members), end + 1
    elif sign == "\\" and not expression[at + 1 : at + 2].isalnum():
        return [expression[at + 1]], at + 2
    elif sign not in "()[]{}.*+?^$\\":
        return [sign], at + 1
    raise EndlessError(expression)


def alternatives_of(expression: str) -> list[str]:
    """The alternatives of an expression, as expressions.

    >>> alternatives_of("a|b(?:c|d)?|[|]")
    ['a', 'b(?:c|d)?', '[|]']
    """
    found = [""]
    depth = 0
    for sign in expression:
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found
