"""An authority of one's own, and servers on loopback that show its certificates and others."""

import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from enrich.sources.guard import Reach

NOW = datetime.now(UTC).replace(microsecond=0)


def name(common, organization=""):
    made = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organization:
        made.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(made)


class Authority:
    """Issues certificates into `folder`; ``ca.pem`` there is its own."""

    def __init__(self, folder, organization="Test Trust Ltd"):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = name("Test Trust R1", organization)
        made = self._builder(
            self.name, self.name, self.key, NOW - timedelta(days=100), NOW + timedelta(days=100)
        )
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = made.sign(self.key, hashes.SHA256())
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(self._pem(self.certificate))

    def issue(
        self, names, organization="", *, days=(-1, 30), self_signed=False, file="server.pem", extensions=()
    ):
        """Make a certificate; returns the file of a server that shows it."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = name(names[0] if names else "nobody", organization)
        issuer = subject if self_signed else self.name
        first, last = (NOW + timedelta(days=day) for day in days)
        made = self._builder(subject, issuer, key, first, last)
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
            made = made.add_extension(alternatives, critical=False)
        for extension in extensions:
            made = made.add_extension(extension, critical=False)
        signed = made.sign(key if self_signed else self.key, hashes.SHA256())
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = self.folder / file
        path.write_bytes(private + self._pem(signed))
        return path

    def _builder(self, subject, issuer, key, first, last):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(first)
            .not_valid_after(last)
        )

    def _pem(self, certificate):
        return certificate.public_bytes(serialization.Encoding.PEM)


class TlsServers:
    """A server for each host of `hosts`: the file of its certificate, or a function that gets the socket."""

    def __init__(self, hosts, ca_file):
        self.ca_file = str(ca_file)
        self.received = []
        self.connections = []
        self.ports = {}
        self._listeners = []
        for host, shown in hosts.items():
            listener = socket.create_server(("127.0.0.1", 0))
            self._listeners.append(listener)
            self.ports[host] = listener.getsockname()[1]
            threading.Thread(target=self._serve, args=(listener, host, shown), daemon=True).start()

    def _serve(self, listener, host, shown):
        with suppress(OSError):
            while True:
                connection = listener.accept()[0]
                self.connections.append(host)
                threading.Thread(target=self._meet, args=(connection, shown), daemon=True).start()

    def _meet(self, connection, shown):
        with connection, suppress(OSError):
            if callable(shown):
                shown(connection)
                return
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(shown)
            with context.wrap_socket(connection, server_side=True) as secured:
                self.received.append(secured.recv(100))

    def resolve(self, host, port):
        if host not in self.ports:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [("127.0.0.1", self.ports[host])]

    def reach(self, resolve=None):
        networks = (ip_network("127.0.0.1/32"),)
        return Reach(networks, tuple(self.ports.values()), resolve or self.resolve, self.ca_file)

    def close(self):
        for listener in self._listeners:
            listener.close()
