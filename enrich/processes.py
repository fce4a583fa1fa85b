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
from enrich.extract.fingerprints import load_fingerprints
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
# Things whose pages are on their way, for each process: enough that none waits, and a bound on memory.
_AHEAD = 8
# Pages that a process has or gets, so that it need not wait for the next.
_SENT_AHEAD = 3
# Between looks whether the process that was given a page is still there.
_LOOK_EVERY_SECONDS = 1.0


class _Sent:
    """A page on its way, and what will come of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._answers: SimpleQueue[Digest | None] = SimpleQueue()

    def put(self, made: Digest | None) -> None:
        """Give the answer; None where there is none to be had."""
        self._answers.put(made)

    def is_done(self) -> bool:
        return not self._answers.empty()

    def get(self, seconds: float) -> Digest | None:
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
        self._waiting: SimpleQueue[_Sent | None] = SimpleQueue()
        self._ahead: dict[int, _Sent] = {}
        self._workers: list[_Worker] = []

    def begin(self) -> None:
        """Start the processes; they are used as soon as each is ready."""
        count = min(self.settings.max_processes, _processors())
        if count > 1 and not self._workers:
            task = {"settings": asdict(self.settings), "extractors": list(self.extractors)}
            expected = recipe(self.extractors, self.settings, Channel.WEBSITE)
            self._workers = [_Worker(self._waiting, task, expected) for _ in range(count)]

    def wait(self) -> bool:
        """Wait until every process that was started is ready or given up; tell whether any is there."""
        for worker in self._workers:
            worker.settled.wait()
        return self._any_alive()

    def ahead(self, page: Page) -> None:
        """Begin to read a page that will come with a thing; called by any thread."""
        if self._any_alive():
            self._ahead[id(page)] = sent = _Sent(page)  # which keeps the page, so that its id stays its own
            self._waiting.put(sent)

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
            In the same order; a digest for each page, or none at all where one is to be read here.
        """
        pending: deque[tuple[T, list[_Sent]]] = deque()
        failure: Exception | None = None
        source = iter(items)
        while True:
            # Nothing that is done waits for what is still to come: that may be a slow website.
            while pending and all(sent.is_done() for sent in pending[0][1]):
                yield self._taken(pending.popleft())
            try:
                item, pages = next(source)
            except StopIteration:
                break
            except Exception as error:  # noqa: BLE001 - raised below
                failure = error
                break
            pending.append((item, [self._sent(page) for page in pages]))
            if len(pending) > _AHEAD * max(1, len(self._workers)):
                yield self._taken(pending.popleft())
        while pending:
            yield self._taken(pending.popleft())
        self._ahead.clear()
        if failure is not None:
            raise failure

    def _sent(self, page: Page) -> _Sent:
        if id(page) in self._ahead:
            return self._ahead.pop(id(page))
        sent = _Sent(page)
        if self._any_alive():
            self._waiting.put(sent)
            return sent
        sent.put(None)
        self._read += 1
        if self._read > _BEGIN_AFTER_PAGES:
            self.begin()
        return sent

    def _taken(self, pending: tuple[T, list[_Sent]]) -> tuple[T, Sequence[Digest]]:
        item, sent = pending
        made = [self._answer(one) for one in sent]
        return item, () if None in made else cast(list[Digest], made)

    def _answer(self, sent: _Sent) -> Digest | None:
        while sent.is_done() or self._any_alive():
            with suppress(Empty):
                return sent.get(_LOOK_EVERY_SECONDS)
        return None

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
            self._waiting.put(None)
        self._workers = []


def _processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Worker:
    """A process, as the run sees it, and the thread that serves it with pages."""

    def __init__(self, waiting: SimpleQueue[_Sent | None], task: dict[str, Any], expected: str) -> None:
        self.alive = False
        self.settled = threading.Event()
        self._waiting = waiting
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
        sent: deque[_Sent] = deque()
        # The process may be gone, or closed: what it had not answered is read elsewhere.
        with suppress(OSError, ValueError):
            stdin, stdout = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
            _send(stdin, json.dumps(task).encode())
            self.alive = stdout.readline().decode().strip() == expected
            self.settled.set()
            while self.alive:
                while len(sent) < _SENT_AHEAD and (one := self._next(wait=not sent)):
                    sent.append(one)
                    _send(stdin, _packed(one.page), one.page.body)
                if not sent or not (line := stdout.readline()):
                    break
                sent.popleft().put(_digest(*json.loads(line)))
        self.alive = False
        self.settled.set()
        for one in sent:
            one.put(None)

    def _next(self, *, wait: bool) -> _Sent | None:
        try:
            return self._waiting.get(block=wait)
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


def _packed(page: Page) -> bytes:
    return json.dumps([page.url, page.fetched_at, page.status, dict(page.headers), len(page.body)]).encode()


def _unpacked(head: bytes, stream: IO[bytes]) -> Page:
    url, fetched_at, status, headers, size = json.loads(head)
    return Page(url, stream.read(size), fetched_at, status, headers)


def _digest(kind: str, facts: list[list[Any]], mishaps: list[list[str]]) -> Digest:
    read = tuple((name, Fact(field, value, confidence)) for name, field, value, confidence in facts)
    return Digest(PageKind(kind), read, tuple((name, message) for name, message in mishaps))


def _plain(one: Digest) -> list[Any]:
    facts = [[name, fact.field, fact.value, fact.confidence] for name, fact in one.facts]
    return [one.kind, facts, one.mishaps]


def _pull(stream: IO[bytes], pages: SimpleQueue[Page]) -> None:
    """Take what the run sends as soon as it comes, so that it never waits; end with it."""
    while head := stream.readline():
        pages.put(_unpacked(head, stream))
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
    load_fingerprints(settings.fingerprints)
    extractors = {name: EXTRACTORS[name] for name in task["extractors"] if name in EXTRACTORS}
    _send(answers, recipe(extractors, settings, Channel.WEBSITE).encode())
    here = [one for one in extractors.values() if one.reads is Page]
    pages: SimpleQueue[Page] = SimpleQueue()
    threading.Thread(target=_pull, args=(stream, pages), daemon=True, name="pull").start()
    while True:
        _send(answers, json.dumps(_plain(digest(pages.get(), here))).encode())
