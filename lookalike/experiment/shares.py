"""Arms and the share of the leads that each is meant to have."""

from __future__ import annotations

from collections.abc import Mapping

from enrich.errors import SettingsError

#: Leads that nobody treats at all; no arm may have the name.
HOLDOUT = "holdout"


def parse_shares(text: str) -> dict[str, float]:
    """Read shares such as ``A=50,B=50``, ``A,B`` or ``control=80,new=20``; they come to one.

    Parameters
    ----------
    text : str
        Names of the arms, the control first; with numbers or without.

    Raises
    ------
    SettingsError
        If there is only one arm, one twice, or a share that is no number above nought.

    >>> parse_shares("control=80, new=20")
    {'control': 0.8, 'new': 0.2}
    >>> parse_shares("A,B,C,D")["D"]
    0.25
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        name, given, number = (piece.strip() for piece in part.partition("="))
        try:
            share = float(number.removesuffix("%")) if given else 1.0
        except ValueError:
            raise SettingsError(f"'{part.strip()}' is no share; write it as '{name}=50'") from None
        if not name or name in found:
            raise SettingsError(f"the shares '{text}' name an arm {'twice' if name else 'without a name'}")
        found[name] = share
    return checked(found)


def checked(shares: Mapping[str, float]) -> dict[str, float]:
    """Give shares that come to one.

    Raises
    ------
    SettingsError
        If there are fewer than two arms, one is called 'holdout', or a share isn't above nought.
    """
    if len(shares) < 2:
        raise SettingsError(f"an experiment needs two arms; '{', '.join(shares)}' is one: write 'A=50,B=50'")
    if HOLDOUT in (name.casefold() for name in shares):
        raise SettingsError(
            f"no arm may be called '{HOLDOUT}'; give the share that nobody treats in --holdout"
        )
    total = sum(shares.values())
    for name, share in shares.items():
        if not 0 < share / total < 1:
            raise SettingsError(f"the share {share:g} of '{name}' is not above nought and below all")
    return {str(name): share / total for name, share in shares.items()}
