"""A name server of one's own on loopback, by UDP and TCP, with answers that no real one should give."""

import threading
from dataclasses import dataclass

from dnslib import CLASS, QTYPE, RCODE, RR, DNSError, DNSRecord
from dnslib.server import DNSHandler, DNSLogger, DNSServer

_UDP_BYTES = 1_232

#: Instead of records: the question is dropped.
SILENCE = object()


@dataclass(frozen=True)
class Question:
    name: str
    type: str
    protocol: str


def truncated(request):
    """Tell a client to ask again by TCP."""
    reply = request.reply()
    reply.header.tc = 1
    return reply.pack()


class _Handler(DNSHandler):
    def get_reply(self, data):
        request = DNSRecord.parse(data)
        reply = self.server.resolver.reply(request, self.protocol)
        if reply is SILENCE:
            raise DNSError("dropped on purpose")
        return truncated(request) if self.protocol == "udp" and len(reply) > _UDP_BYTES else reply


class NameServer:
    """Serves `names`: by name, then by type, values as a zone file writes them.

    In place of the values of a type there may be ``SILENCE``, the name of an rcode, or a function from a
    request and its protocol to the bytes of an answer. A name that is not there, nor any below it, does not
    exist.
    """

    def __init__(self, names):
        self.names = names
        self.asked = []
        self._servers = self._bind()
        self.port = self._servers[0].server_address[1]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def _bind(self):
        """One port for both protocols: what is free for one may be taken for the other."""
        quiet = {"logger": DNSLogger("", prefix=False, logf=lambda line: None), "handler": _Handler}
        while True:
            tcp = DNSServer(self, "127.0.0.1", 0, tcp=True, **quiet).server
            try:
                return tcp, DNSServer(self, "127.0.0.1", tcp.server_address[1], **quiet).server
            except OSError:
                tcp.server_close()

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    def reply(self, request, protocol):
        name, kind = str(request.q.qname).rstrip(".").lower(), QTYPE[request.q.qtype]
        self.asked.append(Question(name, kind, protocol))
        known = self.names.get(name)
        answer = request.reply()
        if known is None:
            below = any(other.endswith(f".{name}") for other in self.names)
            answer.header.rcode = RCODE.NOERROR if below else RCODE.NXDOMAIN
            return answer.pack()
        values = known.get(kind, [])
        if values is SILENCE:
            return SILENCE
        if callable(values):
            return values(request, protocol)
        if isinstance(values, str):
            answer.header.rcode = getattr(RCODE, values)
            return answer.pack()
        for value in values:
            answer.add_answer(*self._records(name, kind, value))
        return answer.pack()

    def _records(self, name, kind, value):
        if isinstance(value, str):
            return RR.fromZone(f"{name}. 60 IN {kind} {value}")
        return [RR(name, getattr(QTYPE, kind), CLASS.IN, 60, value)]

    def close(self):
        for server in self._servers:
            server.shutdown()
            server.server_close()
