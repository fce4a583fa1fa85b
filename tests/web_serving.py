"""A web of one's own on loopback: many hosts on one port, answers that no real server should give."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

from enrich.sources.guard import Reach

HTML = "text/html; charset=utf-8"


@dataclass
class Reply:
    """An answer; with `raw`, those bytes and nothing else, then the connection ends."""

    body: bytes | str = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    media_type: str = HTML
    raw: bytes | None = None
    #: Called with the socket instead of answering.
    act: object = None


def redirect(location, status=302):
    return Reply(status=status, headers={"Location": location})


@dataclass
class Asked:
    scheme: str
    host: str
    path: str
    headers: dict
    at: float
    #: The port at the other end, one for each connection.
    client: int


class Canary:
    """A listener that nobody may connect to."""

    def __init__(self, address="127.0.0.1", port=0):
        self.socket = socket.create_server((address, port))
        self.port = self.socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        with suppress(OSError):
            while True:
                caller = self.socket.accept()[0]
                self.connections += 1  # before the caller knows
                caller.close()

    def close(self):
        self.socket.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # clients of these tests hang up on purpose


class Web:
    """Serves `sites`: by host, then by path, a `Reply`, its body, or a function from `Asked` to one.

    A host without a robots.txt has none; a path that is not there is 404.
    """

    def __init__(self, sites=None, tls=None):
        self.sites = sites if sites is not None else {}
        self.asked = []
        self._servers = [self._serve("http", None)]
        if tls:
            self._servers.append(self._serve("https", tls))
        self._closed = socket.socket()  # bound and not listening: connections are refused
        self._closed.bind(("127.0.0.1", 0))
        ports = [server.server_address[1] for server in self._servers]
        self.ports = {80: ports[0], 443: ports[1] if tls else self._closed.getsockname()[1]}
        self.ca_file = str(tls.parent / "ca.pem") if tls else ""

    def _serve(self, scheme, tls):
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # headers and body in one packet, or Nagle's algorithm waits for the other side

            def log_message(self, *words):
                pass

            def do_GET(self):
                host = self.headers.get("Host", "").partition(":")[0]
                port = self.client_address[1]
                asked = Asked(scheme, host, self.path, dict(self.headers), time.monotonic(), port)
                web.asked.append(asked)
                reply = web.sites.get(host, {}).get(self.path, Reply("no", 404))
                reply = reply(asked) if callable(reply) else reply
                reply = Reply(reply) if isinstance(reply, str | bytes) else reply
                if reply.act or reply.raw is not None:
                    if reply.act:
                        with suppress(OSError):
                            reply.act(self.connection)
                    else:
                        self.wfile.write(reply.raw)
                    self.close_connection = True
                    return
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status)
                headers = {"Content-Type": reply.media_type, "Content-Length": str(len(body))}
                for name, value in (headers | reply.headers).items():
                    if value is not None:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        server = _Server(("127.0.0.1", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    def resolve(self, host, port):
        if host not in self.sites:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [("127.0.0.1", self.ports[port])]

    def reach(self, resolve=None):
        networks = (ip_network("127.0.0.1/32"),)
        return Reach(networks, tuple(self.ports.values()), resolve or self.resolve, self.ca_file)

    def paths(self, host=None):
        return [asked.path for asked in self.asked if host in (None, asked.host)]

    def close(self):
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._closed.close()


def certificate(folder, names):
    """Make an authority and a certificate for `names`; returns the server's file, ``ca.pem`` is beside it."""
    if not shutil.which("openssl"):
        return None

    def openssl(*words):
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        subprocess.run(
            [*command, "-nodes", "-days", "2", *words], cwd=folder, check=True, capture_output=True
        )

    openssl("-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority")
    san = "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)
    leaf = ["-subj", "/CN=test", "-addext", san, "-addext", "basicConstraints=critical,CA:FALSE"]
    openssl("-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "key.pem", "-out", "cert.pem", *leaf)
    server = folder / "server.pem"
    server.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return server
