"""From an HTTP payload to at most so many bytes of content: transfer and content codings, with a cap.

Compression bombs end at the cap: nothing is inflated beyond it (28 kB of gzip can hold 11 MB and more).
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

import brotli
import zstandard
from warcio.bufferedreaders import ChunkedDataReader

#: What to ask servers for: every coding that :func:`decode` can undo.
ACCEPT_ENCODING = "gzip, deflate, br, zstd"

# No honest server nests more; each coding costs a pass over the body.
_MAX_CODINGS = 4
_GZIP = b"\x1f\x8b"
# The window that decoders of the web must support (RFC 9659); larger ones cost the reader memory.
_ZSTD_WINDOW_BYTES = 8 << 20


class UndecodableContent(Exception):  # noqa: N818 - an outcome of a page, not an error of the program
    """The content coding is unknown here, or the content is damaged from its start."""


@dataclass(frozen=True)
class Content:
    """Decoded content.

    Attributes
    ----------
    body : bytes
        At most as many as the cap.
    note : str
        What is missing from it, if anything.
    """

    body: bytes
    note: str = ""


def decode(payload: bytes, *, transfer_coding: str, content_coding: str, max_bytes: int) -> Content:
    """Undo the codings of an HTTP payload (RFC 9110, section 8.4; RFC 7932 for br, RFC 8878 for zstd).

    Parameters
    ----------
    payload : bytes
        As on the wire.
    transfer_coding, content_coding : str
        The values of those headers, possibly empty; several content codings are undone from the last.
    max_bytes : int
        More content than this is cut off.

    Raises
    ------
    UndecodableContent
        If a coding is not known, or nothing can be decoded.

    >>> decode(zlib.compress(b"<p>" + b"a" * 100), transfer_coding="", content_coding="deflate", max_bytes=5)
    Content(body=b'<p>aa', note='cut at 5 bytes')
    """
    if "chunked" in transfer_coding.lower():
        payload = ChunkedDataReader(io.BytesIO(payload)).read()
    notes = []
    codings = [part.strip().lower() for part in content_coding.split(",")]
    if len(codings) > _MAX_CODINGS:
        raise UndecodableContent(f"{len(codings)} content codings on top of each other")
    for coding in reversed(codings):
        if coding in ("", "identity", "none", "utf-8") or (coding != "br" and _is_plain(payload)):
            continue
        decoder = _DECODERS.get(coding)
        if decoder is None:
            raise UndecodableContent(f"content coding '{coding}' is not supported")
        payload, complete = decoder(payload, max_bytes + 1)
        if not complete and len(payload) <= max_bytes:
            notes.append("compressed content is incomplete")
    if len(payload) > max_bytes:
        payload = payload[:max_bytes]
        notes.append(f"cut at {max_bytes} bytes")
    return Content(payload, ", ".join(notes))


def _is_plain(payload: bytes) -> bool:
    """Tell whether the content is decoded already, as some archives store it below its old headers."""
    return payload[:256].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or not payload


def _inflate(payload: bytes, max_bytes: int) -> tuple[bytes, bool]:
    # 47 takes gzip and zlib headers alike; servers also send bare deflate (RFC 9110, section 8.4.1.2).
    for window in (47, -zlib.MAX_WBITS):
        body, complete = _inflate_as(window, payload, max_bytes)
        if body or complete:
            return body, complete
    raise UndecodableContent("compressed content is damaged from its start")


def _inflate_as(window: int, payload: bytes, max_bytes: int) -> tuple[bytes, bool]:
    body = bytearray()
    # A view, because a body of very many empty members would otherwise be copied once for each.
    rest = memoryview(payload)
    while rest and len(body) < max_bytes:
        inflater = zlib.decompressobj(window)
        try:
            # In small steps, so that what precedes a damaged part is kept.
            for start in range(0, len(rest), 4096):
                pending: bytes | memoryview = rest[start : start + 4096]
                end = start + len(pending)
                while pending and not inflater.eof and len(body) < max_bytes:
                    body += inflater.decompress(pending, max_bytes - len(body))
                    pending = inflater.unconsumed_tail
                if inflater.eof:
                    rest = rest[end - len(inflater.unused_data) :]
                    break
                if len(body) >= max_bytes:
                    return bytes(body), False
            else:
                return bytes(body), False
        except zlib.error:
            return bytes(body), False
        if window < 0 or rest[:2] != _GZIP:  # further gzip members follow, or padding does
            return bytes(body), True
    return bytes(body), not rest


def _unbrotli(payload: bytes, max_bytes: int) -> tuple[bytes, bool]:
    body = bytearray()
    complete = False
    decoder = brotli.Decompressor()
    try:
        for start in range(0, len(payload), 4096):
            body += decoder.process(payload[start : start + 4096], output_buffer_limit=max_bytes - len(body))
            while not decoder.can_accept_more_data() and len(body) < max_bytes:
                body += decoder.process(b"", output_buffer_limit=max_bytes - len(body))
            complete = decoder.is_finished()
            if complete or len(body) >= max_bytes:
                break
    except brotli.error:  # what precedes the damage is kept
        pass
    if not body and not complete:
        if _is_plain(payload):  # asked only now, as Brotli's first byte may be any, "<" included
            return payload, True
        raise UndecodableContent("compressed content is damaged from its start")
    return bytes(body[:max_bytes]), complete


def _unzstd(payload: bytes, max_bytes: int) -> tuple[bytes, bool]:
    decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
    body = bytearray()
    try:
        with decoder.stream_reader(payload, read_across_frames=True) as reader:
            while len(body) < max_bytes and (part := reader.read(min(65_536, max_bytes - len(body)))):
                body += part
    except zstandard.ZstdError as error:
        if not body:
            raise UndecodableContent("compressed content is damaged from its start") from error
        return bytes(body), False
    return bytes(body), True


_DECODERS = {
    "gzip": _inflate,
    "x-gzip": _inflate,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
