"""Whom we speak with by TLS shows a certificate that somebody known vouches for: the relay, and the issuer."""

import logging
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from program import relay as relays
from program.extensions import db
from program.mail import Mail
from program.notices.models import Notice, NoticeState
from program.oidc.issuer import IssuerError, send_to_issuer
from program.relay import Relay, RelayDownError
from program.up.ports import HOST, free_port
from tests.databases import other_app
from tests.delivery.conftest import Sender, remind
from tests.delivery.post_office import CounterSMTP, PostOffice
from tests.factories import NOW

OTHER_HOST = "localhost"
"""Another name for this machine, for which no certificate is shown."""
LETTER = Mail("Zoë", "zoe@people.example", "Week 5", "text", "<p>text</p>", "<1@x>")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for this machine's number that nobody vouches for, with its key; their file."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]),
    )
    began = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(began).not_valid_after(began + timedelta(days=30))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
    signed = made.sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *plain)
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def shown(certificate):
    """What a server shows."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@contextmanager
def trusting(monkeypatch, module, certificate):
    """Certificates of this one are vouched for, as if it were in the machine's list."""
    usual = ssl.create_default_context
    with monkeypatch.context() as patch:
        patch.setattr(module.ssl, "create_default_context", lambda: usual(cafile=certificate))
        yield


class Desk(Controller):
    """A relay that speaks TLS: from the first byte, or once it is asked to."""

    def __init__(self, office, shown, *, at_once):
        self.upgrade = None if at_once else shown
        super().__init__(office, hostname=HOST, port=free_port(), ssl_context=shown if at_once else None)

    def factory(self):
        return CounterSMTP(self.handler, enable_SMTPUTF8=True, tls_context=self.upgrade)


@pytest.fixture(params=["tls", "starttls"])
def secured(request, shown):
    """How the relay is spoken to, the mails that came, and a way to send one to a host of this name."""
    office = PostOffice()
    office.mute = True
    desk = Desk(office, shown, at_once=request.param == "tls")
    desk.start()

    def send(settings, *, host=HOST):
        changed = {"smtp_host": host, "smtp_port": desk.port, "smtp_security": request.param}
        relay = Relay(settings.model_copy(update=changed))
        try:
            return relay.send(LETTER, before_handoff=lambda: True, now=NOW)
        finally:
            relay.close()

    yield send, office
    desk.stop()


@pytest.fixture
def settings(tmp_path):
    with other_app(tmp_path, database_url="sqlite://") as app:
        return app.extensions["settings"]


def logged(caplog):
    """The one warning that was written down, with what another part of the programme answered."""
    [record] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    return f"{record.getMessage()} {getattr(record, 'error', '')}"


def test_a_relay_whose_certificate_nobody_vouches_for_gets_nothing(secured, settings, tally):
    send, office = secured
    with pytest.raises(RelayDownError, match="CERTIFICATE_VERIFY_FAILED"):
        send(settings)
    assert office.record.raw == []
    tally("certificates of strangers refused", 1)


def test_a_relay_that_is_refused_for_its_certificate_is_written_down(app, cast, shown, caplog, tally):
    """And the message waits, as it does for a relay that is away."""
    desk = Desk(PostOffice(), shown, at_once=True)
    desk.start()
    changed = {"smtp_host": HOST, "smtp_port": desk.port, "smtp_security": "tls"}
    relay = Relay(app.extensions["settings"].model_copy(update=changed))
    remind(cast.fellow)
    assert Sender(app, relay).send() == 0
    desk.stop()
    assert "CERTIFICATE_VERIFY_FAILED" in logged(caplog)
    assert db.session.query(Notice).one().state is NoticeState.PENDING
    tally("failures of TLS that are written down", 1)


def test_a_relay_with_the_certificate_of_another_host_gets_nothing(
    secured, settings, monkeypatch, certificate
):
    send, office = secured
    with (
        trusting(monkeypatch, relays, certificate),
        pytest.raises(RelayDownError, match=r"CERTIFICATE_VERIFY_FAILED.*mismatch"),
    ):
        send(settings, host=OTHER_HOST)
    assert office.record.raw == []


def test_a_relay_whose_certificate_is_vouched_for_gets_the_mail(secured, settings, monkeypatch, certificate):
    """So the refusals above are those of the certificate, and of nothing else."""
    send, office = secured
    with trusting(monkeypatch, relays, certificate):
        assert send(settings)
    assert len(office.record.raw) == 1


@pytest.mark.parametrize("refused", [False, True], ids=["not offered", "refused"])
def test_a_relay_that_offers_no_encryption_gets_neither_the_mail_nor_the_password(settings, shown, refused):
    """Whoever sits between us and the relay can take the offer out, or answer it with no."""
    office = PostOffice()
    office.mute = True
    desk = Desk(office, shown if refused else None, at_once=False)
    desk.start()
    heard = []
    office.answers["STARTTLS"] = ["454 4.7.0 not just now"]
    changed = {"smtp_host": HOST, "smtp_port": desk.port, "smtp_security": "starttls"}
    signing_in = {"smtp_user": "us", "smtp_password": "secret"}
    relay = Relay(settings.model_copy(update=changed | signing_in))
    with pytest.raises(RelayDownError, match=r"454|not supported"):
        relay.send(LETTER, before_handoff=lambda: heard.append(1) or True, now=NOW)
    assert relay.smtp is None
    relay.close()
    desk.stop()
    assert (heard, office.record.raw) == ([], [])


def test_a_relay_that_checks_no_certificate_is_caught(secured, settings, monkeypatch):
    send, office = secured
    monkeypatch.setattr(relays.ssl, "create_default_context", ssl._create_unverified_context)
    assert send(settings)
    assert len(office.record.raw) == 1


class Description(BaseHTTPRequestHandler):
    """What the issuer says of itself."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_words):
        """Say nothing."""


@pytest.fixture
def tls_issuer(shown):
    """An issuer that speaks TLS; its address, and the pages that it was asked for."""
    server = HTTPServer((HOST, 0), Description)
    server.asked = []
    server.socket = shown.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_given: None
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://{HOST}:{server.server_port}", server.asked
    server.shutdown()
    server.server_close()


def asked(tmp_path, issuer):
    """Why the issuer could not be asked where it may let people in."""
    given = {"oidc_issuer": issuer, "oidc_client_id": "us", "oidc_client_secret": "secret"}
    with (
        other_app(tmp_path / "oidc", database_url="sqlite://", **given) as app,
        app.test_request_context(),
        pytest.raises(IssuerError) as refused,
    ):
        send_to_issuer("http://127.0.0.1:8000/sign-in/oidc/back")
    return str(refused.value.__cause__)


def test_an_issuer_whose_certificate_nobody_vouches_for_is_not_asked(tmp_path, tls_issuer, caplog, tally):
    address, pages = tls_issuer
    assert "CERTIFICATE_VERIFY_FAILED" in asked(tmp_path, address)
    assert pages == []
    assert "CERTIFICATE_VERIFY_FAILED" in logged(caplog)
    tally("certificates of strangers refused", 1)


def test_an_issuer_whose_certificate_is_vouched_for_is_asked(tmp_path, tls_issuer, monkeypatch, certificate):
    address, pages = tls_issuer
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert "CERTIFICATE_VERIFY_FAILED" not in asked(tmp_path, address)
    assert pages == ["/.well-known/openid-configuration"]
