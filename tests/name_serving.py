"""A name server of one's own on loopback, whose answers change from one question to the next."""

import socket
import threading

import dns.exception
import dns.resolver
from dnslib import AAAA, CNAME, QTYPE, RR, A
from dnslib.server import BaseResolver, DNSLogger, DNSServer

_RECORDS = {"A": A, "AAAA": AAAA}


class Names(BaseResolver):
    """Answers for `zone`: by name, the answers to its first, second, ... question; the last is repeated.

    An answer is a tuple of IPv4 and IPv6 addresses; or of a name alone, as an alias for it.
    """

    def __init__(self, zone):
        self.zone = zone
        self.asked = []
        self._lock = threading.Lock()
        self._server = DNSServer(self, port=0, address="127.0.0.1", logger=DNSLogger(logf=lambda _: None))
        self._server.start_thread()
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = ["127.0.0.1"]
        self._resolver.port = self._server.server.server_address[1]

    def resolve(self, request, handler):
        """Answer a question; called by the server."""
        reply = request.reply()
        name, kind = str(request.q.qname).rstrip("."), QTYPE[request.q.qtype]
        with self._lock:
            self.asked.append((name, kind))
            turn = self.asked.count((name, kind))
        self._answer(reply, name, kind, turn)
        return reply

    def _answer(self, reply, name, kind, turn):
        answers = self.zone.get(name, [()])
        for one in answers[min(turn, len(answers)) - 1]:
            if one in self.zone:
                reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME(one), ttl=0))
                self._answer(reply, one, kind, turn)
            elif kind == ("AAAA" if ":" in one else "A"):
                reply.add_answer(RR(name, getattr(QTYPE, kind), rdata=_RECORDS[kind](one), ttl=0))

    def look_up(self, host):
        """The addresses of a name, asked of this server over UDP."""
        found = []
        for kind in ("A", "AAAA"):
            try:
                found += [record.address for record in self._resolver.resolve(host, kind, lifetime=5)]
            except dns.exception.DNSException:
                continue
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return found

    def close(self):
        self._server.stop()
