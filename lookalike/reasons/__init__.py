"""Reasons in plain words, English and Russian, that a salesperson can say aloud."""

from lookalike.reasons.phrasebook import LANGUAGES, Phrasebook
from lookalike.reasons.reasons import Reasons

__all__ = ["LANGUAGES", "Phrasebook", "Reasons"]
