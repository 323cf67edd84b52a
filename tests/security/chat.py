"""A chat service on this machine, with a certificate for its name, and those who only pretend to be one."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from program.alerts.wire import Wire
from program.up.ports import HOST

NAME = "hooks.chat.example"
ADDRESS = f"https://{NAME}/services/T0/secret-part"


@dataclass
class Chat:
    """What was asked of it, and how it answers."""

    port: int = 0
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    drips: Event | None = None
    """Until this is set, a byte of a header is sent now and then."""


def answering(chat: Chat) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            chat.asked.append((self.headers["Host"], self.path, text))
            if chat.drips:
                while not chat.drips.wait(0.02):
                    self.wfile.write(b"x")
                return
            self.send_response(chat.status)
            for name, value in chat.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(chat.body)

        def log_message(self, *_said: object) -> None:
            """Quietly."""

    return Handler


class Quiet(HTTPServer):
    """What breaks off is what is tried."""

    def handle_error(self, *_about: object) -> None:
        """Quietly."""


@cache
def certificate(name: str) -> bytes:
    """A certificate for a name that only our own context vouches for, and its key, as PEM."""
    key, subject = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
    )
    began = datetime.now(UTC) - timedelta(days=3_650)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(began).not_valid_after(began + timedelta(days=20_000))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    signed = made.sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, *plain) + signed.public_bytes(
        serialization.Encoding.PEM
    )


@contextmanager
def running_chat(name: str = NAME) -> Iterator[Chat]:
    """A chat service that shows a certificate for this name."""
    chat = Chat()
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with NamedTemporaryFile(suffix=".pem") as file:
        Path(file.name).write_bytes(certificate(name))
        shown.load_cert_chain(file.name)
    shown.sni_callback = lambda _line, asked_for, _context: chat.names.append(asked_for)
    server = Quiet((HOST, 0), answering(chat))
    server.socket = shown.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    chat.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield chat
    finally:
        if chat.drips:
            chat.drips.set()
        server.shutdown()
        thread.join()
        server.server_close()


def wire_to(chat: Chat, *, kind: type[Wire] = Wire, **changed: object) -> Wire:
    """A wire on which the name stands for this machine, and this machine may be reached."""
    trusting = ssl.create_default_context(cadata=certificate(NAME).decode().rpartition("KEY-----\n")[2])
    options = {
        "port": chat.port,
        "look_up": lambda _host, _port: [HOST],
        "may_reach": lambda _number: True,
        "context": trusting,
    }
    return kind(**(options | changed))
