"""Nothing of the user's leaves with a request: no credentials of files or environment, cookies or leads."""

import json
import os
import subprocess
import sys

import pytest
from web_serving import Canary, Reply, Web, certificate, redirect

SECRET = "s3cr3t"

RUN = """
import json, socket, sys
from ipaddress import ip_network
import enrich
from enrich import Settings
from enrich.sources.guard import Reach
from enrich.sources.live import LiveWeb
leads, out, ports, ca_file = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), sys.argv[4]
resolve = lambda host, port: [("127.0.0.1", ports[str(port)])]
reach = Reach((ip_network("127.0.0.1/32"),), tuple(ports.values()), resolve, ca_file)
settings = Settings(pause_seconds=0.0, deadline_seconds=5.0, contact="https://owner.example/bot")
enrich.run(leads, out, live=[LiveWeb(settings, reach)], settings=settings, quiet=True)
"""
ALLOWED_HEADERS = {"Host", "User-Agent", "Accept", "Accept-Encoding"}


def environment(home, canary):
    """That of a user with a password for every host, behind a proxy, with authorities of their own."""
    machines = ["acme.example", "www.acme.example", "moved.example", "127.0.0.1", "localhost"]
    lines = [f"machine {name} login jan password {SECRET}" for name in machines]
    for name in (".netrc", "_netrc"):
        (home / name).write_text("\n".join([*lines, f"default login jan password {SECRET}", ""]))
        (home / name).chmod(0o600)
    proxy = f"http://jan:{SECRET}@127.0.0.1:{canary.port}"
    names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY"]
    proxies = {spelt: proxy for name in names for spelt in (name, name.lower())}
    bundles = {
        name: str(home / "none.pem") for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    }
    files = {"HOME": str(home), "USERPROFILE": str(home), "NETRC": str(home / ".netrc")}
    unset = {"NO_PROXY", "no_proxy"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return kept | files | proxies | bundles | {"SSLKEYLOGFILE": str(home / "keys.log")}


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_what_servers_receive_from_a_whole_run(tmp_path, secure):
    hosts = ["acme.example", "moved.example", "closed.example", "www.closed.example"]
    tls = certificate(tmp_path, hosts) if secure else None
    if secure and tls is None:
        pytest.skip("the command openssl is absent; it makes the certificates")
    cookie = {"Set-Cookie": "id=1; Path=/; Domain=example", "WWW-Authenticate": 'Basic realm="x"'}
    paths = ("/contact", "/about?a=b", "/jobs", "/blog")
    links = [f'<a href="{path}">More</a>' for path in paths]
    scheme = "https" if secure else "http"
    canary = Canary()
    web = Web(
        {
            "acme.example": {
                "/robots.txt": Reply("User-agent: *\nAllow: /", headers=cookie, media_type="text/plain"),
                "/": Reply("<title>Acme</title>" + " ".join(links), headers=cookie),
                "/about?a=b": Reply("<p>about", headers=cookie),
                "/contact": Reply("<p>contact", headers=cookie),
                "/blog": Reply("who are you", 401, cookie),
                "/jobs": redirect(f"{scheme}://acme.example/careers"),
                "/careers": Reply("<p>jobs", headers=cookie),
            },
            "moved.example": {"/": redirect(f"{scheme}://acme.example/")},
            "closed.example": {"/": Reply("proxy?", 407, {"Proxy-Authenticate": 'Basic realm="x"'})},
        },
        tls,
    )
    leads = tmp_path / "leads.csv"
    leads.write_text(
        "email,name\njan.smit@acme.example,Jan\npiet@moved.example,Piet\nkees@closed.example,Kees\n"
    )
    try:
        ports = json.dumps({str(port): local for port, local in web.ports.items()})
        subprocess.run(
            [sys.executable, "-c", RUN, str(leads), str(tmp_path / "out.csv"), ports, web.ca_file],
            env=environment(tmp_path, canary),
            check=True,
            timeout=120,
        )
    finally:
        web.close()
        canary.close()
    assert canary.connections == 0
    assert {"/robots.txt", "/", "/about?a=b", "/contact", "/careers", "/blog"} <= set(web.paths())
    assert {asked.scheme for asked in web.asked if asked.host == "acme.example"} == {scheme}
    for asked in web.asked:
        assert set(asked.headers) == ALLOWED_HEADERS, asked
        everything = f"{asked.path} {asked.headers}".lower()
        for private in (SECRET, "jan", "piet", "kees", "id=1"):
            assert private not in everything, asked
    # The import of requests makes the file; what matters is that no session's keys go there.
    log = tmp_path / "keys.log"
    keys = log.read_text().splitlines() if log.exists() else []
    assert [line for line in keys if not line.startswith("#")] == []
