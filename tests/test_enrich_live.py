"""Visits to websites of one's own: what is asked, in which order, how often, and what is said of it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from itertools import pairwise

import pandas as pd
import pytest
from web_serving import Canary, Reply, Web, redirect

import enrich
from enrich import Settings, State
from enrich.sources.live import LiveWeb
from enrich.sources.turns import Turns

QUICK = {"pause_seconds": 0.0, "deadline_seconds": 2.0}
HOME = "<title>Acme</title><a href=/about>About us</a> <a href=/contact>Contact</a> <a href=/x>More</a>"


@pytest.fixture
def web():
    one = Web({"acme.example": {"/": HOME, "/about": "<p>about", "/contact": "<p>call us"}})
    yield one
    one.close()


def look(web, *domains, reach=None, **settings):
    live = LiveWeb(Settings(**(QUICK | settings)), reach or web.reach())
    return {one.domain: one.observations for one in live.look(domains or ["acme.example"])}


def states(observations):
    return [(seen.url, str(seen.state), seen.note) for seen in observations]


def test_the_home_page_and_those_that_represent_the_company(web):
    (observations,) = look(web).values()
    assert states(observations) == [
        ("https://acme.example/", "failed", "robots.txt: connection refused"),
        ("http://acme.example/", "found", ""),
        ("http://acme.example/contact", "found", "chosen as contact by 'Contact'"),
        ("http://acme.example/about", "found", "chosen as about by 'About us'"),
    ]
    assert web.paths() == ["/robots.txt", "/", "/contact", "/about"]
    times = [seen.observed_at for seen in observations]
    assert times == sorted(set(times))
    assert observations[1].page.body == HOME.encode()


def test_every_request_says_who_asks(web):
    look(web, contact="https://owner.example/bot")
    agents = {asked.headers["User-Agent"] for asked in web.asked}
    assert len(agents) == 1
    assert agents.pop().endswith(" (+https://owner.example/bot)")


def test_at_most_so_many_pages(web):
    (observations,) = look(web, max_pages_fetched_per_company=2).values()
    assert [seen.url for seen in observations if seen.page] == [
        "http://acme.example/",
        "http://acme.example/contact",
    ]


def test_www_is_tried_where_the_bare_domain_has_nothing(web):
    web.sites = {"www.acme.example": {"/": "<p>home"}}
    (observations,) = look(web).values()
    assert [str(seen.state) for seen in observations] == ["no such domain", "failed", "found"]
    assert observations[-1].url == "http://www.acme.example/"


@pytest.mark.parametrize(
    ("home", "last"),
    [
        (Reply("no", 403), ("blocked", "status 403")),
        (Reply("no", 429), ("rate-limited", "status 429")),
        (Reply("{}", media_type="application/json"), ("no such domain", "www.acme.example has no address")),
        (redirect("http://127.0.0.1/"), ("refused", "redirected, but the host of the URL is no domain name")),
        (redirect("http://inside.example/"), ("refused", "robots.txt: inside.example is not on the public "
                                                         "Internet: loopback (RFC 1122)")),
        (redirect("//user:secret@acme.example/"), ("refused", "redirected, but the URL names a user")),
        (redirect("http://acme.example:22/"), ("refused", "redirected, but port 22 is neither 80 nor 443")),
        (redirect("http://[::1"), ("refused", "redirected, but the URL is malformed")),
    ],
)  # fmt: skip
def test_what_ends_a_visit(web, home, last):
    canary = Canary("127.0.0.2")
    web.sites["acme.example"]["/"] = home

    def resolve(host, port):
        return [("127.0.0.2", canary.port)] if host == "inside.example" else web.resolve(host, port)

    (observations,) = look(web, reach=web.reach(resolve), max_attempts_per_page=1).values()
    state, note = last
    assert str(observations[-1].state) == state
    assert observations[-1].note.endswith(note)
    assert canary.connections == 0
    assert web.paths()[:2] == ["/robots.txt", "/"]


def test_redirects_are_followed_and_counted(web):
    site = web.sites["acme.example"]
    for n in range(9):
        site[f"/{n}"] = redirect(f"/{n + 1}")
    site["/"] = redirect("/5")
    site["/9"] = HOME
    (observations,) = look(web, max_redirects=5).values()
    assert states(observations)[1] == (
        "http://acme.example/9",
        "found",
        "redirected from http://acme.example/",
    )
    site["/"] = redirect("/")
    web.asked.clear()
    (observations,) = look(web, max_redirects=5).values()
    assert (observations[1].state, observations[1].note) == (State.FAILED, "more than 5 redirects")
    assert web.paths() == ["/robots.txt"] + ["/"] * 6


def test_robots_are_asked_at_every_hop_and_once_a_host(web):
    web.sites["acme.example"] |= {"/robots.txt": "User-agent: *\nDisallow: /contact", "/": HOME}
    web.sites["acme.example"]["/about"] = redirect("http://www.acme.example/about")
    web.sites["www.acme.example"] = {"/robots.txt": "User-agent: *\nDisallow: /", "/about": "<p>secret"}
    (observations,) = look(web).values()
    assert [(seen.url, str(seen.state)) for seen in observations[1:]] == [
        ("http://acme.example/", "found"),
        ("http://acme.example/contact", "refused"),
        ("http://www.acme.example/about", "refused"),
    ]
    assert web.paths() == ["/robots.txt", "/", "/about", "/robots.txt"]


def test_a_site_closed_by_robots_is_asked_for_nothing_else(web):
    web.sites["acme.example"]["/robots.txt"] = "User-agent: lookalike-workbench\nDisallow: /"
    (observations,) = look(web).values()
    assert states(observations)[-1] == ("http://acme.example/", "refused", "robots.txt disallows it")
    assert web.paths() == ["/robots.txt"]


def test_a_company_that_moved_to_another_domain(web):
    web.sites["old.example"] = {"/": redirect("http://acme.example/")}
    web.sites["acme.example"]["/about"] = redirect("http://elsewhere.example/about")
    web.sites["elsewhere.example"] = {"/about": "<p>somebody else"}
    (observations,) = look(web, "old.example").values()
    assert {seen.domain for seen in observations} == {"old.example"}
    assert [(seen.url, str(seen.state)) for seen in observations[1:]] == [
        ("http://acme.example/", "found"),
        ("http://acme.example/contact", "found"),
        ("http://elsewhere.example/about", "absent"),
    ]
    assert web.paths("elsewhere.example") == []


@pytest.mark.parametrize(
    ("status", "header"), [(429, "0"), (503, "0"), (503, None), (429, "Wed, 21 Oct 2015 07:28:00 GMT")]
)
def test_an_overloaded_server_is_asked_again_later(web, status, header):
    replies = [Reply("wait", status, {"Retry-After": header})] * 2
    web.sites["acme.example"]["/"] = lambda asked: replies.pop() if replies else HOME
    (observations,) = look(web, pause_seconds=0.02).values()
    assert observations[1].state is State.FOUND
    gaps = [asked.at for asked in web.asked if asked.path == "/"]
    assert gaps[1] - gaps[0] >= 0.04
    assert gaps[2] - gaps[1] >= 0.08


def test_retry_after_is_kept_and_bounded(web):
    replies = [Reply("wait", 429, {"Retry-After": "1"})]
    web.sites["acme.example"]["/"] = lambda asked: replies.pop() if replies else HOME
    look(web)
    at = [asked.at for asked in web.asked if asked.path == "/"]
    assert at[1] - at[0] >= 1
    web.sites["acme.example"]["/"] = Reply("wait", 429, {"Retry-After": "3600"})
    web.asked.clear()
    (observations,) = look(web, max_retry_after_seconds=5.0).values()
    assert observations[-1].state is State.RATE_LIMITED
    assert web.paths() == ["/robots.txt", "/"]


def test_a_connection_that_broke_off_is_tried_again(web):
    replies = [Reply(raw=b"")]
    web.sites["acme.example"]["/"] = lambda asked: replies.pop() if replies else HOME
    (observations,) = look(web).values()
    assert observations[1].state is State.FOUND


@pytest.mark.parametrize(("delay", "least", "most"), [("0.1", 0.1, 0.2), ("60", 0.15, 0.3)])
def test_pauses_and_crawl_delays_up_to_the_cap(web, delay, least, most):
    web.sites["acme.example"]["/robots.txt"] = f"User-agent: *\nCrawl-delay: {delay}"
    look(web, pause_seconds=0.01, max_crawl_delay_seconds=0.15)
    at = [asked.at for asked in web.asked]
    assert all(least <= later - earlier <= most for earlier, later in pairwise(at[1:]))


def test_a_visit_ends_with_its_time(web):
    web.sites["acme.example"]["/"] = lambda asked: time.sleep(0.3) or HOME
    (observations,) = look(web, max_seconds_per_company=0.2).values()
    assert observations[1].state is State.FOUND
    assert {seen.state for seen in observations[2:]} == {State.TIMED_OUT}
    assert web.paths() == ["/robots.txt", "/"]


def test_many_companies_at_once_and_one_request_a_host_at_a_time(web):
    lock, now, most = threading.Lock(), {}, {}

    def slow(asked):
        with lock:
            now[asked.host] = now.get(asked.host, 0) + 1
            most[asked.host] = max(most.get(asked.host, 0), now[asked.host])
            now["all"] = sum(count for host, count in now.items() if host != "all")
            most["all"] = max(most.get("all", 0), now["all"])
        time.sleep(0.05)
        with lock:
            now[asked.host] -= 1
        return "<p>x"

    web.sites = {"shared.example": {"/": slow}}
    for n in range(12):
        web.sites[f"own{n}.example"] = {"/": slow}
        web.sites[f"moved{n}.example"] = {"/": redirect("http://shared.example/")}
    found = look(web, *[host for host in web.sites if host != "shared.example"], max_companies_at_once=12)
    assert len(found) == 24
    assert all(observations[-1].state is State.FOUND for observations in found.values())
    assert most["shared.example"] == 1
    assert most["all"] > 3
    assert web.paths("shared.example").count("/robots.txt") == 1


def test_domains_are_taken_as_there_is_room_and_closing_ends_the_work(web):
    taken = []

    def domains():
        for n in range(10_000):
            taken.append(n)
            yield f"c{n}.example"

    looks = LiveWeb(Settings(**QUICK, max_companies_at_once=2), web.reach()).look(domains())
    for _ in range(5):
        next(looks)
    assert len(taken) < 20
    looks.close()
    time.sleep(0.1)
    assert not [thread for thread in threading.enumerate() if thread.name == "visit"]


def test_a_mishap_within_a_visit_is_that_companys_alone(web, monkeypatch):
    monkeypatch.setattr("enrich.sources.visit.choose", lambda *_: 1 / 0)
    web.sites["none.example"] = {}
    found = look(web, "acme.example", "none.example")
    assert (found["acme.example"][0].state, found["acme.example"][0].note) == (
        State.FAILED,
        "ZeroDivisionError: division by zero",
    )
    assert found["none.example"][1].state is State.ABSENT


def test_hosts_whose_pause_is_over_are_forgotten(monkeypatch):
    monkeypatch.setattr("enrich.sources.turns._MAX_KEPT", 10)
    turns = Turns(lambda seconds: None)
    for n in range(100):
        with turns.turn(f"c{n}.example", 0.0):
            pass
    assert len(turns._hosts) <= 12


def test_a_run_fetches_only_where_it_is_told_to(web, tmp_path):
    leads = tmp_path / "leads.csv"
    leads.write_text("email\njan@acme.example\n")
    live = LiveWeb(Settings(**QUICK), web.reach())
    summary = enrich.run(leads, tmp_path / "out.csv", quiet=True)
    assert "no source was given: --web fetches the companies' websites" in str(summary)
    assert web.asked == []
    for pages in (3, 0):  # the second run finds all in the journal
        summary = enrich.run(leads, tmp_path / "out.csv", live=[live], quiet=True)
        assert summary.pages == pages
        assert "no source was given" not in str(summary)
    assert len(web.paths()) == 4
    table = pd.read_csv(tmp_path / "out.csv")
    assert (table["company_state"][0], table["company_pages"][0], table["company_name"][0]) == (
        "found",
        3,
        "Acme",
    )
    for asked in web.asked:
        assert "jan" not in str(asked)


def test_an_added_company_is_visited_and_no_other_again(web, tmp_path):
    web.sites["late.example"] = {"/": "<p>late"}
    live = LiveWeb(Settings(**QUICK), web.reach())
    for domains in (["acme.example"], ["acme.example", "late.example"]):
        frame = pd.DataFrame({"domain": domains})
        table = enrich.run(frame, live=[live], journal=tmp_path / "journal", quiet=True)
    assert table["company_pages"].tolist() == [3, 1]
    assert web.paths("acme.example").count("/") == 1


RUN = """
import json, socket, sys
from ipaddress import ip_network
import enrich
from enrich import Settings
from enrich.sources.guard import Reach
from enrich.sources.live import LiveWeb
leads, out, ports, names = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), json.loads(sys.argv[4])
def resolve(host, port):
    if host not in names:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return [("127.0.0.1", ports[str(port)])]
limits = {"deadline_seconds": 1.0, "max_companies_at_once": 8, "max_attempts_per_page": 2}
settings = Settings(pause_seconds=0.02, **limits)
reach = Reach((ip_network("127.0.0.1/32"),), tuple(ports.values()), resolve)
enrich.run(leads, out, live=[LiveWeb(settings, reach)], settings=settings, quiet=True)
"""


def hang_up(connection):
    connection.close()


def faulty_site(number):
    """A site of three pages, or one with a fault of its kind."""
    pages = {
        "/": f"<title>Company {number}</title><a href=/about>About</a><a href=/contact>Contact</a>",
        "/about": f"<p>We are company {number}, info@c{number}.example",
        "/contact": f"<p>Tel. +49 30 90182{number:03d}",
    }
    faults = [
        {},
        {"/about": Reply(act=hang_up)},
        {
            "/contact": Reply(
                raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n<p>Tel"
            )
        },
        {"/": redirect("/")},
        {"/about": Reply("wait", 429, {"Retry-After": "3600"})},
        {"/robots.txt": "User-agent: *\nDisallow: /about"},
        {"/": Reply("no", 403)},
        {"/robots.txt": Reply("oops", 500)},
        {"/contact": Reply(b"\x1f\x8b\xff", headers={"Content-Encoding": "gzip"})},
        {"/": Reply(f"<title>Company {number} für alle".encode("cp1252"), media_type="text/html")},
    ]
    return pages | faults[number % len(faults)]


def recorded(journal):
    try:
        with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as connection:
            return {domain for (domain,) in connection.execute("SELECT domain FROM look")}
    except sqlite3.Error:  # not there, or not laid out yet
        return set()


def test_killed_and_resumed_equals_undisturbed_and_nothing_recorded_is_fetched_again(tmp_path):
    web = Web({f"c{n}.example": faulty_site(n) for n in range(38)})
    leads = tmp_path / "leads.csv"
    leads.write_text("id,email\n" + "".join(f"{n},sales@c{n % 40}.example\n" for n in range(90)))
    ports = json.dumps({str(port): local for port, local in web.ports.items()})

    def command(name):
        names = json.dumps(list(web.sites))
        return [sys.executable, "-c", RUN, str(leads), str(tmp_path / name), ports, names]

    try:
        subprocess.run(command("undisturbed.csv"), check=True, timeout=60)
        journal = tmp_path / "killed.csv.journal"
        for least in (3, 12, 25):
            process = subprocess.Popen(command("killed.csv"))
            while len(recorded(journal)) < least and process.poll() is None:
                time.sleep(0.005)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            assert process.returncode == -signal.SIGKILL
            time.sleep(0.1)  # what was on its way to the servers
            before = recorded(journal)
            web.asked.clear()
        subprocess.run(command("killed.csv"), check=True, timeout=60)
        assert before
        assert not before & {asked.host for asked in web.asked}
        assert (tmp_path / "killed.csv").read_bytes() == (tmp_path / "undisturbed.csv").read_bytes()
        pages = "SELECT domain, url, state, note FROM page ORDER BY domain, url"
        both = [sqlite3.connect(tmp_path / f"{name}.csv.journal") for name in ("killed", "undisturbed")]
        killed, undisturbed = (connection.execute(pages).fetchall() for connection in both)
        assert killed == undisturbed
        for connection in both:
            connection.close()
        table = pd.read_csv(tmp_path / "killed.csv")
        counted = table.drop_duplicates("company_domain")["company_state"].value_counts().to_dict()
        assert counted == {"found": 26, "failed": 4, "blocked": 4, "refused": 4, "no such domain": 2}
    finally:
        web.close()
