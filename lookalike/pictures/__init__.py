"""Pictures of what was found: each takes the object that a function of the product gave.

Titles say what was found in words, intervals stand wherever the object has them, and what things are
compared with (chance, what was promised, a target) is drawn beside them. A :class:`Picture` shows itself in a
notebook, goes into a page by :meth:`Picture.svg` and into a file by :meth:`Picture.save`.

>>> import numpy as np
>>> from lookalike.decide import Precision, decide
>>> rng = np.random.default_rng(0)
>>> chance = rng.random(500)
>>> picture = decision(decide(chance, rng.random(500) < chance, Precision(0.7), resamples=50))
>>> picture.svg().startswith("<svg"), picture.title
(True, '...')
"""

from lookalike.pictures.arms import effects
from lookalike.pictures.columns import drift
from lookalike.pictures.contributions import waterfall
from lookalike.pictures.cutoffs import decision
from lookalike.pictures.moments import windows
from lookalike.pictures.personas import persona_map
from lookalike.pictures.picture import Picture
from lookalike.pictures.promises import monitored
from lookalike.pictures.ranking import gain
from lookalike.pictures.rates import won_rate
from lookalike.pictures.trust import reliability

__all__ = [
    "Picture",
    "decision",
    "drift",
    "effects",
    "gain",
    "monitored",
    "persona_map",
    "reliability",
    "waterfall",
    "windows",
    "won_rate",
]
