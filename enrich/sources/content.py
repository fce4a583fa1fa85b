"""From an HTTP payload to at most so many bytes of content: transfer and content codings, with a cap.

Compression bombs end at the cap: nothing is inflated beyond it (28 kB of gzip can hold 11 MB and more).
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

from warcio.bufferedreaders import ChunkedDataReader


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
    """Undo the codings of an HTTP payload.

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
    for coding in reversed([part.strip().lower() for part in content_coding.split(",")]):
        if coding in ("", "identity", "none", "utf-8") or _is_plain(payload):
            continue
        if coding not in ("gzip", "x-gzip", "deflate"):
            raise UndecodableContent(f"content coding '{coding}' is not supported")
        payload, complete = _inflate(payload, max_bytes + 1)
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
    while payload and len(body) < max_bytes:
        inflater = zlib.decompressobj(window)
        try:
            # In small steps, so that what precedes a damaged part is kept.
            for start in range(0, len(payload), 4096):
                pending = payload[start : start + 4096]
                while pending and not inflater.eof and len(body) < max_bytes:
                    body += inflater.decompress(pending, max_bytes - len(body))
                    pending = inflater.unconsumed_tail
                if inflater.eof:
                    payload = inflater.unused_data + payload[start + 4096 :]
                    break
                if len(body) >= max_bytes:
                    return bytes(body), False
            else:
                return bytes(body), False
        except zlib.error:
            return bytes(body), False
        if window < 0 or payload[:2] != b"\x1f\x8b":  # further gzip members follow, or padding does
            return bytes(body), True
    return bytes(body), not payload
