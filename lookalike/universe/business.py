"""What texts of companies say of their business, apart from how they say it; learned without labels.

Any statement of a company's text speaks of the same business as the rest of it. What the two differ in (one
names a place, one a year, one is advertising) is noise where companies are compared, and what they agree in
is not: :class:`~lookalike.plda.LinearDiscriminants` tell the two apart.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
from numpy.typing import NDArray

from lookalike.plda import LinearDiscriminants
from lookalike.statements import statements
from lookalike.text import MAX_CHARACTERS, TextEncoder

#: Texts that are parted at most, and at least: fewer do not tell well enough what statements differ in.
MOST_TEXTS = 10_000
LEAST_TEXTS = 1_000
#: Statements of a text, each held against the rest of it.
STATEMENTS = 2
#: Words of a text of one statement that is parted in the middle, at least.
_WORDS = 6

Floats = NDArray[np.float64]


def learn_business(encoder: TextEncoder, texts: list[str], vectors: Floats) -> LinearDiscriminants | None:
    """Learn what of a text's vector is the company's business.

    Parameters
    ----------
    encoder : TextEncoder
        Fitted on the texts.
    texts : list of str
    vectors : ndarray of shape (n_texts, n_features)
        What the encoder makes of them; nothing is learned of a transformer's part.

    Returns
    -------
    LinearDiscriminants or None
        None where fewer than :data:`LEAST_TEXTS` texts can be parted.
    """
    rng = np.random.default_rng(0)
    parted = (_parted(texts[row][:MAX_CHARACTERS], rng) for row in rng.permutation(len(texts)))
    found = list(islice(filter(None, parted), MOST_TEXTS))
    if len(found) < LEAST_TEXTS:
        return None
    pairs = [pair for of_text in found for pair in of_text]
    sides = np.vstack([encoder.built_in([pair[side] for pair in pairs]) for side in (0, 1)])
    whose = np.tile(np.arange(len(pairs)), 2)
    return LinearDiscriminants().fit(sides, whose, mean=vectors[:, : sides.shape[1]].mean(axis=0))


def business(found: LinearDiscriminants | None, vectors: Floats) -> Floats:
    """Reduce vectors of texts to their business, as long as they were; as they are where it is not known."""
    if found is None:
        return vectors
    built_in, by_transformer = np.hsplit(vectors, [found.n_features_in_])
    length = np.linalg.norm(built_in, axis=1, keepdims=True)
    return np.hstack([found.transform(built_in) * length, by_transformer])


def _parted(text: str, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Give some of a text's statements, each with the rest of the text; nothing of a text too short."""
    said = statements(text)
    if len(said) > 1:
        some = rng.permutation(len(said))[:STATEMENTS].tolist()
        return [(said[place], " ".join(said[:place] + said[place + 1 :])) for place in some]
    words = text.split()
    half = len(words) // 2
    return [(" ".join(words[:half]), " ".join(words[half:]))] if len(words) >= _WORDS else []
