"""Would it have worked? The whole of ``fit`` and ``score`` again, at moments of the past, on what came next.

:func:`lookalike.backtest.run.backtest` fits a model on what was known at each of several moments
(:mod:`lookalike.evaluate.splits`) and scores the deals opened after it. Beside it stand simple methods on the
same deals (:mod:`~lookalike.backtest.baselines`), a random split of the same size, every figure with an
interval (:mod:`~lookalike.backtest.figures`), what each source of facts adds
(:mod:`~lookalike.backtest.ablation`), and what follows from all that (:mod:`~lookalike.backtest.story`).
"""

from typing import TYPE_CHECKING

from enrich.lazy import lazy

if TYPE_CHECKING:
    from lookalike.backtest.result import Backtest
    from lookalike.backtest.run import backtest
    from lookalike.backtest.story import Story

__all__ = ["Backtest", "Story", "backtest"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Backtest": "lookalike.backtest.result",
        "Story": "lookalike.backtest.story",
        "backtest": "lookalike.backtest.run",
    },
)
