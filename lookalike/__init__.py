"""Score leads by the past deals they resemble; every score is a sum over named deals.

>>> import pandas as pd
>>> import lookalike
>>> deals = pd.DataFrame({"size": [10, 12, 300, 280] * 5, "result": ["lost", "lost", "won", "won"] * 5})
>>> model = lookalike.fit(deals, outcome="result", won="won", embedding="linear", quiet=True)
>>> scores = model.score(pd.DataFrame({"size": [11, 290]}))
>>> scores["rank"].tolist()
[2, 1]
>>> explanation = model.explain(pd.DataFrame({"size": [11, 290]}), id="2")
>>> abs(explanation.total - explanation.score) < 1e-9
True
"""

from typing import TYPE_CHECKING

from enrich.lazy import lazy

if TYPE_CHECKING:
    from lookalike.fitting import fit
    from lookalike.model import LookalikeModel
    from lookalike.storage import load

__all__ = ["LookalikeModel", "fit", "load"]

__getattr__, __dir__ = lazy(
    __name__,
    {"LookalikeModel": "lookalike.model", "fit": "lookalike.fitting", "load": "lookalike.storage"},
)
