"""Reading pages by several processes, as reading is what takes the time and Python reads in one thread.

The run's own process fetches, decides and writes; beside it, processes that know no journal and no network
get pages and give back what the extractors made of them, in the order in which the pages came. What comes of
a page does not depend on where it is read: a process whose extractors are not those of the run (they were
typed at a prompt, say) is not used, and the pages of one that is killed are read by the run itself.

Pages and digests travel as JSON over pipes, so they are data on either side. A process ends with its standard
input, that is with the run, however that ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from queue import Empty, SimpleQueue
from typing import IO, Any, TypeVar, cast

from enrich.digest import Digest, digest
from enrich.extract import load_built_in
from enrich.extract.parked import PageKind
from enrich.extract.registry import EXTRACTORS, Extractor
from enrich.facts import Channel, Fact
from enrich.own_extractors import load
from enrich.page import Page
from enrich.recipe import recipe
from enrich.settings import Settings

T = TypeVar("T")

# Starting a process takes as long as reading a few hundred pages, so few pages are read here.
_BEGIN_AFTER_PAGES = 100
# Portions of pages on their way for each process: enough that none waits, and a bound on memory.
_AHEAD = 8
_SENT_AHEAD = 2
# Between looks whether the process that was given a portion is still there.
_LOOK_EVERY_SECONDS = 1.0


class _Portion:
    """Pages on their way, and what will come of them."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = pages
        self._answers: SimpleQueue[list[Digest] | None] = SimpleQueue()

    def put(self, digests: list[Digest] | None) -> None:
        """Give the answer; None where there is none to be had."""
        self._answers.put(digests)

    def is_done(self) -> bool:
        return not self._answers.empty()

    def get(self, seconds: float) -> list[Digest] | None:
        return self._answers.get(timeout=seconds)


class Processes:
    """Reads pages, in processes of their own once there are many.

    Parameters
    ----------
    extractors : mapping of str to Extractor
        What is read from a page.
    settings : Settings
        How many processes, and where people's own extractors are.
    """

    def __init__(self, extractors: Mapping[str, Extractor], settings: Settings) -> None:
        self.extractors = extractors
        self.settings = settings
        self._here = [one for one in extractors.values() if one.reads is Page]
        self._read = 0
        self._portions: SimpleQueue[_Portion | None] = SimpleQueue()
        self._workers: list[_Worker] = []

    def begin(self) -> None:
        """Start the processes; they are used as soon as each is ready."""
        count = min(self.settings.max_processes, _processors())
        if count > 1 and not self._workers:
            task = {"settings": asdict(self.settings), "extractors": list(self.extractors)}
            expected = recipe(self.extractors, self.settings, Channel.WEBSITE)
            self._workers = [_Worker(self._portions, task, expected) for _ in range(count)]

    def wait(self) -> bool:
        """Wait until every process that was started is ready or given up; tell whether any is there."""
        for worker in self._workers:
            worker.settled.wait()
        return self._any_alive()

    def digest(self, items: Iterable[tuple[T, Sequence[Page]]]) -> Iterator[tuple[T, Sequence[Digest]]]:
        """Read the pages that come with things.

        Parameters
        ----------
        items : iterable of (thing, sequence of Page)
            Taken some way ahead of what is given back. If it raises, that is raised in its place, after
            what came before.

        Yields
        ------
        (thing, sequence of Digest)
            In the same order; a digest for each page, or none at all where the pages are to be read here.
        """
        pending: deque[tuple[T, _Portion | None]] = deque()
        failure: Exception | None = None
        source = iter(items)
        while True:
            # Nothing that is done waits for what is still to come: that may be a slow website.
            while pending and ((portion := pending[0][1]) is None or portion.is_done()):
                yield self._taken(pending.popleft())
            try:
                item, pages = next(source)
            except StopIteration:
                break
            except Exception as error:  # noqa: BLE001 - raised below
                failure = error
                break
            pending.append((item, self._sent(pages) if pages else None))
            if len(pending) > _AHEAD * max(1, len(self._workers)):
                yield self._taken(pending.popleft())
        while pending:
            yield self._taken(pending.popleft())
        if failure is not None:
            raise failure

    def _sent(self, pages: Sequence[Page]) -> _Portion:
        self._read += len(pages)
        if self._read > _BEGIN_AFTER_PAGES:
            self.begin()
        portion = _Portion(pages)
        if self._any_alive():
            self._portions.put(portion)
        else:
            portion.put(None)
        return portion

    def _taken(self, pending: tuple[T, _Portion | None]) -> tuple[T, Sequence[Digest]]:
        item, portion = pending
        if portion is None:
            return item, ()
        digests = None
        while digests is None and (portion.is_done() or self._any_alive()):
            try:
                digests = portion.get(_LOOK_EVERY_SECONDS)
            except Empty:
                continue
            if digests is None:
                break
        return item, digests or ()

    def _any_alive(self) -> bool:
        return any(worker.alive for worker in self._workers)

    def digest_here(self, page: Page) -> Digest:
        """Read a page in the process of the run."""
        return digest(page, self._here)

    def close(self) -> None:
        """End the processes; what they are at is not wanted any more."""
        for worker in self._workers:
            worker.close()
        for _ in self._workers:
            self._portions.put(None)
        self._workers = []


def _processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Worker:
    """A process, as the run sees it, and the thread that serves it with pages."""

    def __init__(self, portions: SimpleQueue[_Portion | None], task: dict[str, Any], expected: str) -> None:
        self.alive = False
        self.settled = threading.Event()
        self._portions = portions
        # Without -P, a file of the current folder could stand in for a module.
        command = [sys.executable, "-P", "-c", f"from {__name__} import main; main()"]
        self._process = subprocess.Popen(  # noqa: S603 - this very module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
            start_new_session=True,  # Ctrl-C is for the run, which then ends the process
        )
        threading.Thread(target=self._serve, args=(task, expected), daemon=True, name="pages").start()

    def _serve(self, task: dict[str, Any], expected: str) -> None:
        sent: deque[_Portion] = deque()
        # The process may be gone, or closed: what it had not answered is read elsewhere.
        with suppress(OSError, ValueError):
            stdin, stdout = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
            _send(stdin, json.dumps(task).encode())
            self.alive = stdout.readline().decode().strip() == expected
            self.settled.set()
            while self.alive:
                while len(sent) < _SENT_AHEAD and (portion := self._next(wait=not sent)):
                    sent.append(portion)
                    _send(stdin, _packed(portion.pages), *(page.body for page in portion.pages))
                if not sent or not (line := stdout.readline()):
                    break
                sent.popleft().put([_digest(*one) for one in json.loads(line)])
        self.alive = False
        self.settled.set()
        for portion in sent:
            portion.put(None)

    def _next(self, *, wait: bool) -> _Portion | None:
        try:
            return self._portions.get(block=wait)
        except Empty:
            return None

    def close(self) -> None:
        self.alive = False
        self._process.kill()
        self._process.wait()


def _send(stream: IO[bytes], head: bytes, *bodies: bytes) -> None:
    stream.write(head + b"\n")
    for body in bodies:
        stream.write(body)
    stream.flush()


def _packed(pages: Sequence[Page]) -> bytes:
    heads = [[page.url, page.fetched_at, page.status, dict(page.headers), len(page.body)] for page in pages]
    return json.dumps(heads).encode()


def _unpacked(head: bytes, stream: IO[bytes]) -> list[Page]:
    return [
        Page(url, stream.read(size), fetched_at, status, headers)
        for url, fetched_at, status, headers, size in json.loads(head)
    ]


def _digest(kind: str, facts: list[list[Any]], mishaps: list[list[str]]) -> Digest:
    read = tuple((name, Fact(field, value, confidence)) for name, field, value, confidence in facts)
    return Digest(PageKind(kind), read, tuple((name, message) for name, message in mishaps))


def _plain(one: Digest) -> list[Any]:
    facts = [[name, fact.field, fact.value, fact.confidence] for name, fact in one.facts]
    return [one.kind, facts, one.mishaps]


def _pull(stream: IO[bytes], portions: SimpleQueue[list[Page]]) -> None:
    """Take what the run sends as soon as it comes, so that it never waits; end with it."""
    while head := stream.readline():
        portions.put(_unpacked(head, stream))
    os._exit(0)  # the run is over, however it ended


def main() -> None:
    """Read the pages that standard input brings, and answer on standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what people's own extractors print must not be taken for an answer
    stream = sys.stdin.buffer
    task = json.loads(stream.readline())
    given: dict[str, Any] = task["settings"]
    given |= {key: tuple(value) for key, value in given.items() if isinstance(value, list)}
    settings = Settings(**given)
    load_built_in()
    load(settings.extractor_modules)
    extractors = {name: EXTRACTORS[name] for name in task["extractors"] if name in EXTRACTORS}
    _send(answers, recipe(extractors, settings, Channel.WEBSITE).encode())
    here = [one for one in extractors.values() if one.reads is Page]
    portions: SimpleQueue[list[Page]] = SimpleQueue()
    threading.Thread(target=_pull, args=(stream, portions), daemon=True, name="pull").start()
    while True:
        made = [_plain(digest(page, here)) for page in portions.get()]
        _send(answers, json.dumps(made).encode())
