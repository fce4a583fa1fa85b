"""WARC files as a source: archives of one's own, and Common Crawl's as they are.

A file is read as a stream, record by record, so memory stays flat however long it is. ``response`` records,
and ``resource`` records with an HTTP URL, become pages; requests, metadata and revisits are passed over. A
position is the offset of a record in the file or, where the whole file is one gzip member, in what it
unpacks to.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Container, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import IO, Any, cast

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from enrich.domain import registrable_domain
from enrich.errors import SettingsError, first_line
from enrich.facts import Channel, State
from enrich.page import Page
from enrich.sources import Observation, Reached, SourceDamaged
from enrich.sources.content import UndecodableContent, decode
from enrich.sources.headers import by_name
from enrich.sources.status import state_of

#: Named fields of records that :mod:`enrich.sources.archive` wrote; the standard allows more than it defines.
DOMAIN, STATE, NOTE = "Enrich-Domain", "Enrich-State", "Enrich-Note"

HTML_TYPES = ("text/html", "application/xhtml+xml")

# Bytes hashed at either end to recognise a file that was moved.
_IDENTITY_BYTES = 1 << 16
# Room for HTTP headers and chunk sizes beside the body.
_HEADER_BYTES = 1 << 18
_GZIP = b"\x1f\x8b"
_RFC3339 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$")
_HTTP = StatusAndHeadersParser(["HTTP/"], verify=False)


class WarcFile:
    """A WARC file, plain or gzipped; see :class:`~enrich.sources.Source`.

    Parameters
    ----------
    path : str or Path
        The file.
    max_body_bytes : int
        A longer page, counted after decompression, is cut there.

    Attributes
    ----------
    skipped : int
        Records of wanted companies passed over so far for want of a page: redirects, images and the like.

    Raises
    ------
    SettingsError
        If the file is missing or no WARC file.
    """

    channel = Channel.WEBSITE

    def __init__(self, path: str | Path, max_body_bytes: int = 2_000_000) -> None:
        self.path = Path(path)
        self.max_body_bytes = max_body_bytes
        self.skipped = 0
        try:
            with self.path.open("rb") as handle:
                head = handle.read(_IDENTITY_BYTES)
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read ({error.strerror}); check the path") from error
        self._gzipped = head.startswith(_GZIP)
        if not _unpacked(head).startswith(b"WARC/"):
            raise SettingsError(f"{path}: is no WARC file; --warc takes .warc and .warc.gz files")

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    @cached_property
    def identity(self) -> str:
        """A hash of the file's size, head and tail, so the same under any path and name."""
        with self.path.open("rb") as handle:
            digest = hashlib.sha256(handle.read(_IDENTITY_BYTES))
            size = handle.seek(0, io.SEEK_END)
            handle.seek(max(0, size - _IDENTITY_BYTES))
            digest.update(handle.read())
        return f"warc:{size}:{digest.hexdigest()[:32]}"

    @property
    def size(self) -> int:
        """The last position; an estimate where the whole file is one gzip member."""
        return self.path.stat().st_size

    def observe(self, wanted: Container[str], start: int = 0) -> Iterator[Observation | Reached]:
        """Yield the pages of `wanted` companies; see :meth:`enrich.sources.Source.observe`."""
        position = start
        try:
            with self._open() as handle:
                handle.seek(start)
                records = _Records(handle, gzipped=self._gzipped and not self._one_member)
                for record in records:
                    observation = self._observation(record, wanted)
                    records.finish()
                    if observation is not None:
                        yield observation
                    position = records.offset
                    yield Reached(position)
                records.end()
        except Exception as error:
            raise self._damaged(position, error) from error

    def records(self) -> Iterator[tuple[Any, bytes]]:
        """Yield every record, whatever its type, with its block as it stands.

        Raises
        ------
        SourceDamaged
            If the rest cannot be read.
        """
        position = 0
        try:
            with self._open() as handle:
                records = _Records(handle, gzipped=self._gzipped and not self._one_member)
                for record in records:
                    block = record.raw_stream.read()
                    records.finish()
                    position = records.offset
                    yield record, block
                records.end()
        except Exception as error:
            raise self._damaged(position, error) from error

    def _damaged(self, position: int, error: Exception) -> SourceDamaged:
        """Put what a damaged file made of warcio, zlib or gzip into words."""
        reason = first_line(error)
        return SourceDamaged(
            f"{self.path}: cannot be read beyond offset {position} ({reason}); what precedes it counts"
        )

    def _open(self) -> IO[bytes]:
        if self._one_member:
            return cast(IO[bytes], _OneMember(self.path, "rb"))
        return self.path.open("rb")

    @cached_property
    def _one_member(self) -> bool:
        """Whether the whole file is one gzip member, which cannot be entered in the middle."""
        if not self._gzipped:
            return False
        with self.path.open("rb") as handle:
            records = _Records(handle, gzipped=True)
            try:
                for _ in zip(range(2), records, strict=False):
                    records.finish()
            except _SharedMember:
                return True
            except Exception:  # noqa: BLE001 - damaged; `observe` will say where
                return False
        return False

    def _observation(self, record: Any, wanted: Container[str]) -> Observation | None:
        fields = record.rec_headers
        url = fields.get_header("WARC-Target-URI") or ""
        if not url.lower().startswith(("http://", "https://")):
            return None
        domain = registrable_domain(fields.get_header(DOMAIN) or url)
        if domain is None or domain not in wanted:
            return None
        date = fields.get_header("WARC-Date") or ""
        date = date if _RFC3339.match(date) else ""
        if (state := _state(fields)) is not None:
            return Observation(domain, url, state, date, note=_note(fields))
        if record.rec_type not in ("response", "resource"):
            return None
        block = record.raw_stream.read(self.max_body_bytes + _HEADER_BYTES)
        if record.rec_type == "resource":
            headers = {"content-type": record.content_type or ""}
            observation = self._page(domain, url, date, 200, headers, block)
        else:
            observation = self._response(domain, url, date, block)
        self.skipped += observation is None
        if observation is not None and (note := _note(fields)):
            observation = replace(observation, note=note)
        return observation

    def _response(self, domain: str, url: str, date: str, block: bytes) -> Observation | None:
        stream = io.BytesIO(block)
        try:
            parsed = _HTTP.parse(stream)
            status = int(parsed.get_statuscode())
        except (EOFError, ValueError, UnicodeError):
            return Observation(domain, url, State.FAILED, date, note="no HTTP response in the record")
        headers = by_name(parsed.headers)
        if 200 <= status < 300:
            return self._page(domain, url, date, status, headers, stream.read())
        state = state_of(status)
        return Observation(domain, url, state, date, note=f"status {status}") if state else None

    def _page(
        self, domain: str, url: str, date: str, status: int, headers: dict[str, str], payload: bytes
    ) -> Observation | None:
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type and media_type not in HTML_TYPES:
            return None
        try:
            content = decode(
                payload,
                transfer_coding=headers.get("transfer-encoding", ""),
                content_coding=headers.get("content-encoding", ""),
                max_bytes=self.max_body_bytes,
            )
        except UndecodableContent as error:
            return Observation(domain, url, State.FAILED, date, note=str(error))
        if not media_type and content.body.lstrip()[:1] != b"<":
            return None
        page = Page(url, content.body, date, status, headers)
        return Observation(domain, url, State.FOUND, date, page, content.note)


def _note(fields: StatusAndHeaders) -> str:
    """Return the note that a record of ours carries; empty for others."""
    try:
        note = json.loads(fields.get_header(NOTE) or '""')
    except ValueError:
        return ""
    return note if isinstance(note, str) else ""


def _state(fields: StatusAndHeaders) -> State | None:
    """Return the state that a record of ours names; None for others."""
    text = fields.get_header(STATE)
    return State(text) if text in set(State) else None


class _SharedMember(Exception):  # noqa: N818
    """Several records share one gzip member."""


class _OneMember(gzip.GzipFile):
    """A gzip file whose early end is damage, where EOFError would tell warcio that all was read."""

    def read(self, size: int | None = -1) -> bytes:
        try:
            return super().read(size)
        except EOFError as error:
            raise ArchiveLoadFailed("the compressed data end early") from error


class _StrictReader(DecompressingBufferedReader):  # type: ignore[misc]
    """Where warcio prints and ends the record silently, say that the data are damaged."""

    def _decompress(self, data: bytes) -> bytes:
        if not self.decompressor or not data:
            return data
        unpacked: bytes = self.decompressor.decompress(data)
        return unpacked


class _Records(WARCIterator):  # type: ignore[misc]
    """Records as warcio reads them, HTTP headers untouched, with damage raised."""

    INC_RECORD = ""  # warcio prints it to stderr; `finish` raises instead

    def __init__(self, handle: IO[bytes], *, gzipped: bool) -> None:
        super().__init__(handle, no_record_parse=True)
        self.reader = _StrictReader(
            handle, block_size=io.DEFAULT_BUFFER_SIZE, decomp_type="gzip" if gzipped else None
        )

    def finish(self) -> None:
        """Read the current record to its end, after which `offset` is that of the next one.

        Raises
        ------
        ArchiveLoadFailed
            If the record is shorter than it says, or not followed by another.
        """
        self.read_to_end()
        missing = getattr(self.record.raw_stream, "limit", None)
        if missing is None:
            raise ArchiveLoadFailed("a record has no length")
        if missing:
            raise ArchiveLoadFailed(f"a record ends {missing} bytes early")
        if self.err_count:
            raise ArchiveLoadFailed("a record is longer than it says")

    def end(self) -> None:
        """Check that the file ends with the last record.

        Raises
        ------
        ArchiveLoadFailed
            If bytes are left over, as when the file was cut within the first bytes of a record.
        """
        if left := self.fh.seek(0, io.SEEK_END) - self.offset:
            raise ArchiveLoadFailed(f"{left} bytes at the end are no record")

    def _raise_invalid_gzip_err(self) -> None:
        raise _SharedMember("several records share one gzip member; run 'warcio recompress' on the file")


def _unpacked(head: bytes) -> bytes:
    if not head.startswith(_GZIP):
        return head
    try:
        return zlib.decompressobj(47).decompress(head, 64)
    except zlib.error:
        return b""
