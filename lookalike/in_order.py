"""Work on a stream by several threads, results in the stream's order.

numpy, scipy, FAISS and LightGBM let other threads run while they count, so threads are enough to use all
cores. Each works on a part of its own with one thread inside the libraries: nothing waits for anything, and a
result cannot depend on how many threads there are.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from threadpoolctl import threadpool_limits

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Count the cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int | None = None
) -> Iterator[Result]:
    """Work on items by several threads, reading no further ahead than they need.

    Parameters
    ----------
    work : callable
        Called with one item; must not change what others use.
    items : iterable
        Read in the calling thread.
    threads : int, optional
        One for each core if absent.

    Yields
    ------
    object
        The results, in the order of the items.

    >>> list(in_order(lambda x: x * x, range(5), threads=2))
    [0, 1, 4, 9, 16]
    """
    threads = threads or cores()
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads, initializer=_one_inside)
    with threadpool_limits(1, user_api="blas"):
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _one_inside() -> None:
    """Limit OpenMP in the calling thread, for which alone such a limit holds."""
    threadpool_limits(1, user_api="openmp")
