"""One request is bounded on all sides, and whatever a server does ends in an answer."""

import gzip
import socket
import struct
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network

import pytest
from web_serving import Reply, Web, redirect

from enrich.facts import State
from enrich.sources.exchange import Answer, Client
from enrich.sources.guard import Reach

PAGES = ("text/html", "application/xhtml+xml")


@pytest.fixture
def web():
    one = Web({"acme.example": {}})
    yield one
    one.close()


def ask(web, reply, seconds=5.0, cap=100_000, types=PAGES):
    web.sites["acme.example"]["/"] = reply
    with Client(web.reach(), "test", seconds) as client:
        return client.get("http://acme.example/", accept="*/*", max_bytes=cap, types=types)


def raw(text):
    return Reply(raw=text.replace("\n", "\r\n").encode())


def dripping(first, each, pause=0.05):
    def act(connection):
        connection.sendall(first)
        for _ in range(2_000):
            connection.sendall(each)
            time.sleep(pause)

    return Reply(act=act)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *((401, State.BLOCKED), (403, State.BLOCKED), (404, State.ABSENT), (410, State.ABSENT)),
        *((429, State.RATE_LIMITED), (500, State.FAILED), (503, State.FAILED), (304, State.FAILED)),
    ],
)
def test_states_of_a_status(web, status, state):
    answer = ask(web, Reply("no", status))
    assert (answer.state, answer.note, answer.body) == (state, f"status {status}", b"")


@pytest.mark.parametrize(
    "reply",
    [
        dripping(b"", b"H"),
        dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        dripping(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>"),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    ],
    ids=["status", "headers", "continue", "body", "length", "chunks", "chunk size"],
)
def test_a_server_that_drips_ends_at_the_deadline(web, reply):
    started = time.monotonic()
    answer = ask(web, reply, seconds=0.4)
    assert answer.state is State.TIMED_OUT
    assert answer.note == "no answer within 0.4 s"
    assert time.monotonic() - started < 3  # of the ten and more that it would take


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_silent_server_and_a_handshake_that_never_ends(scheme):
    """The TLS handshake, too, is under the deadline: here it gets a byte now and then."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip():
        connection, _ = listener.accept()
        try:
            for byte in b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\0" * 200:
                connection.sendall(bytes([byte]) if scheme == "https" else b"")
                time.sleep(0.05)
        except OSError:
            pass

    threading.Thread(target=drip, daemon=True).start()
    port = listener.getsockname()[1]
    reach = Reach((ip_network("127.0.0.1/32"),), (port,), lambda *_: [("127.0.0.1", port)])
    started = time.monotonic()
    with Client(reach, "test", 0.4) as client:
        answer = client.get(f"{scheme}://acme.example/", accept="*/*", max_bytes=100)
    assert answer.state is State.TIMED_OUT
    assert time.monotonic() - started < 3  # of the ten and more that it would take
    listener.close()


def test_name_servers_that_do_not_answer_end_at_the_deadline():
    started = time.monotonic()
    with Client(Reach(resolve=lambda *_: time.sleep(30)), "test", 0.2) as client:
        assert client.get("http://acme.example/", accept="*/*", max_bytes=9).state is State.TIMED_OUT
    assert time.monotonic() - started < 3


def test_the_deadline_begins_anew_with_each_request(web):
    web.sites["acme.example"] = {"/": "<p>a", "/slow": lambda asked: time.sleep(0.2) or Reply("<p>b")}
    with Client(web.reach(), "test", 0.3) as client:
        for _ in range(3):
            answer = client.get("http://acme.example/slow", accept="*/*", max_bytes=100)
            assert answer.state is State.FOUND


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bombs_end_at_the_cap(web, material, coding):
    bomb = (material("suites/scrapy-bombs") / f"bomb-{coding}.bin").read_bytes()
    ask(web, "<p>warm")
    tracemalloc.start()
    try:
        answer = ask(web, Reply(bomb, headers={"Content-Encoding": coding}), cap=500_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (answer.state, len(answer.body), answer.note) == (State.FOUND, 500_000, "cut at 500000 bytes")
    assert peak < 5_000_000


def test_an_endless_body_is_read_up_to_the_cap(web):
    def act(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    answer = ask(web, Reply(act=act), cap=1_000_000)
    assert (answer.state, len(answer.body)) == (State.FOUND, 1_000_000)


@pytest.mark.parametrize(
    ("reply", "state", "note"),
    [
        (raw("HTTP/1.1 200 OK\nContent-Length: 50\n\n<p>half"), State.FOUND, "ends early, after 7 bytes"),
        (
            raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n7\n<p>half\n"),
            State.FOUND,
            "ends early, after 7 bytes",
        ),
        (raw("HTTP/1.1 200 OK\nContent-Length: 50\n\n"), State.FAILED, "the connection broke off"),
        (raw(""), State.FAILED, "the connection broke off"),
        (Reply(act=reset), State.FAILED, "connection reset by peer"),
        (raw("SSH-2.0-OpenSSH_9.6\n"), State.FAILED, "the connection broke off"),
        (raw("HTTP/1.1 abc\n\n"), State.FAILED, "the connection broke off"),
        (raw("HTTP/1.1 200 OK\nContent-Length: -5\n\n<p>a"), State.FOUND, ""),
        (raw("HTTP/1.1 200 OK\nContent-Length: 4, 5\n\n<p>a"), State.FAILED, "no valid HTTP"),
        (raw("HTTP/1.1 200 OK\n" + "X: y\n" * 200 + "\n"), State.FAILED, "the connection broke off"),
        (raw("HTTP/1.1 200 OK\nX: " + "y" * 70_000 + "\n\n"), State.FAILED, "the connection broke off"),
        (
            raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nzz\n"),
            State.FAILED,
            "the connection broke off",
        ),
        (
            Reply(b"\x1f\x8b\xff broken", headers={"Content-Encoding": "gzip"}),
            State.FAILED,
            "damaged from its start",
        ),
        (
            Reply(gzip.compress(b"<p>a" * 5_000)[:60], headers={"Content-Encoding": "gzip"}),
            State.FOUND,
            "compressed content is incomplete",
        ),
        (Reply("\x81", headers={"Content-Encoding": "sdch"}), State.FAILED, "'sdch' is not supported"),
        (Reply("%PDF", media_type="application/pdf"), State.FOUND, "content type application/pdf"),
        (redirect("/x"), State.FOUND, "redirect"),
        (Reply(status=302), State.FAILED, "status 302"),
    ],
)
def test_faults(web, reply, state, note):
    answer = ask(web, reply)
    assert (answer.state, answer.note.endswith(note)) == (state, True), answer
    assert len(answer.body) <= 20_000


def test_what_is_left_of_an_answer_does_not_cost_the_connection(web):
    """404s are short; a new handshake for each would cost more than reading them."""
    web.sites["acme.example"]["/"] = "<p>a"
    with Client(web.reach(), "test", 5) as client:
        for path in ("/none", "/", "/none", "/"):
            client.get(f"http://acme.example{path}", accept="*/*", max_bytes=100)
    assert len({asked.client for asked in web.asked}) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_in_seconds(header, seconds):
    assert Answer("", State.FAILED, headers={"retry-after": header}).retry_after_seconds == seconds


@pytest.mark.parametrize(("hours", "seconds"), [(-1, 0), (1, 3_600)])
def test_retry_after_as_a_date(hours, seconds):
    header = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    waited = Answer("", State.FAILED, headers={"retry-after": header}).retry_after_seconds
    assert waited == pytest.approx(seconds, abs=60)
