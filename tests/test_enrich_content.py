"""Codings are undone, with a cap; what cannot be undone is said so."""

import gzip
import zlib

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
        (bare_deflate(HTML), "deflate", ""),
        (gzip.compress(zlib.compress(HTML)), "deflate, gzip", ""),
        (chunked(HTML), "", "chunked"),
        (chunked(gzip.compress(HTML)), "gzip", "Chunked"),
        (HTML, "", "chunked"),  # stored without the chunks its header tells of
        (HTML, "gzip", ""),  # stored decoded
        (HTML, "br", ""),
    ],
    ids=range(14),
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
    ("coding", "reason"), [("br", "'br' is not supported"), ("gzip", "damaged from its start")]
)
def test_what_cannot_be_undone(coding, reason):
    with pytest.raises(UndecodableContent, match=reason):
        body(b"\x07\xff\xfe\x00", coding)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_bombs_end_at_the_cap(material, coding):
    bomb = (material("suites/scrapy-bombs") / f"bomb-{coding}.bin").read_bytes()
    assert len(body(bomb, coding, cap=100_000).body) == 100_000


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_bombs_of_other_codings_are_refused(material, coding):
    bomb = (material("suites/scrapy-bombs") / f"bomb-{coding}.bin").read_bytes()
    with pytest.raises(UndecodableContent):
        body(bomb, coding)


def test_a_bomb_within_a_bomb_ends_at_the_cap():
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    assert len(body(bomb, "gzip, gzip", cap=10_000).body) <= 10_000


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "", "gzip, deflate"]), st.booleans())
def test_nothing_else_is_raised(payload, coding, is_chunked):
    try:
        content = decode(
            payload, transfer_coding="chunked" if is_chunked else "", content_coding=coding, max_bytes=50
        )
        assert len(content.body) <= 50
    except UndecodableContent:
        pass
