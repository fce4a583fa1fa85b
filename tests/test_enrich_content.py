"""Codings are undone, with a cap; what cannot be undone is said so."""

import gzip
import random
import time
import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.sources.content import UndecodableContent, decode

HTML = b"<p>" + bytes(range(65, 91)) * 40


def bare_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def chunked(data, size=100):
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def body(payload, content="", transfer="", cap=10_000):
    return decode(payload, transfer_coding=transfer, content_coding=content, max_bytes=cap)


@pytest.mark.parametrize(
    ("payload", "content", "transfer"),
    [
        (HTML, "", ""),
        (HTML, "identity", ""),
        (gzip.compress(HTML), "gzip", ""),
        (gzip.compress(HTML), "X-GZIP", ""),
        (gzip.compress(HTML[:50]) + gzip.compress(HTML[50:]), "gzip", ""),
        (gzip.compress(HTML) + b"\0" * 20, "gzip", ""),
        (zlib.compress(HTML), "deflate", ""),
        (brotli.compress(HTML), "br", ""),
        (brotli.compress(HTML, lgwin=16), "br", ""),
        (bare_deflate(HTML), "deflate", ""),
        (gzip.compress(zlib.compress(HTML)), "deflate, gzip", ""),
        (chunked(HTML), "", "chunked"),
        (chunked(gzip.compress(HTML)), "gzip", "Chunked"),
        (HTML, "", "chunked"),  # stored without the chunks its header tells of
        (HTML, "gzip", ""),  # stored decoded
        (HTML, "br", ""),
    ],
    ids=range(16),
)
def test_codings_are_undone(payload, content, transfer):
    assert body(payload, content, transfer).body == HTML


def test_a_cut_stream_gives_what_there_is():
    content = body(gzip.compress(HTML)[:-20], "gzip")
    assert HTML.startswith(content.body)
    assert content.note == "compressed content is incomplete"


@pytest.mark.parametrize("cap", [1, 5, len(HTML) - 1])
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, bare_deflate])
def test_the_cap_holds_after_decompression(pack, cap):
    content = body(pack(HTML), "gzip", cap=cap)
    assert content.body == HTML[:cap]
    assert content.note == f"cut at {cap} bytes"


@pytest.mark.parametrize(
    ("coding", "reason"),
    [("sdch", "'sdch' is not supported"), ("gzip", "damaged from its start"), ("br", "damaged")],
)
def test_what_cannot_be_undone(coding, reason):
    with pytest.raises(UndecodableContent, match=reason):
        body(b"\xff" * 40, coding)


def test_a_bomb_within_a_bomb_ends_at_the_cap():
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    assert len(body(bomb, "gzip, gzip", cap=10_000).body) <= 10_000


@given(
    st.binary(max_size=300),
    st.sampled_from(["gzip", "deflate", "br", "zstd", "", "gzip, deflate"]),
    st.booleans(),
)
def test_nothing_else_is_raised(payload, coding, is_chunked):
    try:
        content = decode(
            payload, transfer_coding="chunked" if is_chunked else "", content_coding=coding, max_bytes=50
        )
        assert len(content.body) <= 50
    except UndecodableContent:
        pass


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bombs_end_at_the_cap(material, coding):
    """At most 28 kB that become 11.5 MB and more; what is inflated is bounded, not only what is returned."""
    bomb = (material("suites/scrapy-bombs") / f"bomb-{coding}.bin").read_bytes()
    tracemalloc.start()
    try:
        content = body(bomb, coding, cap=1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(content.body) == 1_000_000
    assert content.note == "cut at 1000000 bytes"
    assert peak < 6_000_000


def test_a_hundred_thousand_empty_members_cost_no_copies():
    started = time.monotonic()
    assert body(gzip.compress(b"") * 100_000, "gzip").body == b""
    assert time.monotonic() - started < 5


def test_codings_on_top_of_each_other_are_limited():
    with pytest.raises(UndecodableContent, match="5 content codings"):
        body(b"x", "gzip, gzip, gzip, gzip, gzip")


def test_brotli_keeps_what_precedes_the_damage():
    packed = brotli.compress(random.Random(1).randbytes(60_000))
    content = body(packed[:40_000], "br", cap=100_000)
    assert 30_000 < len(content.body) < 60_000
    assert content.note == "compressed content is incomplete"
