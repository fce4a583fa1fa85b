"""A run over faulty sites, killed again and again, ends as if nothing had happened."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pandas as pd
from web_serving import Reply, Web, redirect

SITES = 300
KILLS = 50

RUN = """
import json, socket, sys
from ipaddress import ip_network
import enrich
from enrich import Settings
from enrich.sources.guard import Reach
from enrich.sources.live import LiveWeb
leads, out, ports, names = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), json.load(open(sys.argv[4]))
def resolve(host, port):
    if host not in names:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return [("127.0.0.1", ports[str(port)])]
limits = {"deadline_seconds": 4.0, "max_companies_at_once": 32, "max_attempts_per_page": 2}
settings = Settings(pause_seconds=0.02, **limits)
reach = Reach((ip_network("127.0.0.1/32"),), tuple(ports.values()), resolve)
live = [LiveWeb(settings, reach)]
enrich.run(leads, out, live=live, save_warc=out + ".warc.gz", settings=settings, quiet=True)
"""


def hang_up(connection):
    connection.close()


def drip(connection):
    """A byte every now and then: each wait is short, all of them together are not."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n")
    for _ in range(160):
        connection.sendall(b"x")
        time.sleep(0.05)


def faulty_site(number):
    """A site of three pages, or one with a fault of its kind."""
    home = f"<title>Company {number}</title><a href=/about>About</a><a href=/contact>Contact</a>"
    pages = {
        "/": home,
        "/about": f"<p>We are company {number}, info@c{number}.example",
        "/contact": f"<p>Tel. +49 30 90182{number:03d}",
    }
    half = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n<p>Tel"
    faults = [
        {},
        {"/about": Reply(act=hang_up)},
        {"/contact": Reply(raw=half)},
        {"/": redirect("/")},
        {"/about": Reply("wait", 429, {"Retry-After": "3600"})},
        {"/robots.txt": "User-agent: *\nDisallow: /about"},
        {"/": Reply("no", 403)},
        {"/robots.txt": Reply("oops", 500)},
        {"/contact": Reply(b"\x1f\x8b\xff", headers={"Content-Encoding": "gzip"})},
        {"/": Reply(f"{home}<p>für alle".encode("cp1252"), media_type="text/html; charset=utf-8")},
        {"/": Reply(home, media_type="text/html; charset=no-such-charset")},
        {"/about": Reply(act=drip)},
        {"/about": Reply(raw=half.replace(b"99", b"-1")), "/contact": Reply(raw=b"\x00\xff\r\n\r\n")},
        {"/contact": redirect("http://c0.example/contact"), "/about": redirect("/about/"), "/about/": "<p>x"},
        {"/": Reply("wait", 429)},
    ]
    return pages | faults[number % len(faults)]


def recorded(journal):
    try:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
            return {domain for (domain,) in connection.execute("SELECT domain FROM look")}
    except sqlite3.Error:  # not there, or not laid out yet
        return set()


def pages(journal):
    with closing(sqlite3.connect(journal)) as connection:
        return connection.execute("SELECT domain, url, state, note FROM page ORDER BY domain, url").fetchall()


def test_killed_fifty_times_it_equals_an_undisturbed_run_and_fetches_nothing_twice(tmp_path):
    web = Web({f"c{n}.example": faulty_site(n) for n in range(SITES)})
    leads = tmp_path / "leads.csv"
    leads.write_text("id,email\n" + "".join(f"{n},sales@c{n % (SITES + 2)}.example\n" for n in range(700)))
    names = tmp_path / "names.json"
    names.write_text(json.dumps(list(web.sites)))
    ports = json.dumps({str(port): local for port, local in web.ports.items()})
    one, two = tmp_path / "undisturbed.csv", tmp_path / "killed.csv"

    def command(out):
        return [sys.executable, "-c", RUN, str(leads), str(out), ports, str(names)]

    chance = random.Random(3)
    journal = f"{two}.journal"
    left = set(web.sites)
    kills_at_work = 0
    try:
        subprocess.run(command(one), check=True, timeout=300)
        for _ in range(KILLS):
            before, asked = recorded(journal), len(web.asked)
            process = subprocess.Popen(command(two))
            deadline = time.monotonic() + 60
            # Let it start, so that most kills meet it at work, then wait for no particular moment.
            while len(web.asked) == asked and left - before and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.5))
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            time.sleep(0.1)  # what was on its way to the servers
            assert not before & {request.host for request in web.asked[asked:]}
            kills_at_work += bool(left - recorded(journal))
        before, asked = recorded(journal), len(web.asked)
        subprocess.run(command(two), check=True, timeout=300)
        assert not before & {request.host for request in web.asked[asked:]}
        assert kills_at_work >= KILLS // 2
        assert two.read_bytes() == one.read_bytes()
        assert pages(journal) == pages(f"{one}.journal")
    finally:
        web.close()
    table = pd.read_csv(two)
    counted = table.drop_duplicates("company_domain")["company_state"].value_counts().to_dict()
    assert counted == {
        "found": 220,
        "failed": 20,
        "blocked": 20,
        "refused": 20,
        "rate-limited": 20,
        "no such domain": 2,
    }
    whys = set(table[["company_phones_why", "company_emails_why"]].stack())
    assert {"absent", "timed out", "rate-limited", "refused", "blocked", "failed", "no such domain"} <= whys
