"""A real SMTP server on this machine, with encryption, log-in and a memory."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["PASSWORD", "USER", "PostOffice", "certificate", "open_office"]

USER, PASSWORD = "xinli@school.cn", "geheim-0815"


class PostOffice:
    """Takes letters for everybody but nobody@."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.secure: list[bool] = []
        self.users: list[object] = []
        self.answer = "250 OK"
        self.port = 0

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        _, _, envelope, address, _ = given
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
            self.secure.append(server.transport.get_extra_info("sslcontext") is not None)
            self.users.append(session.auth_data)
        return self.answer


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, data: Any
) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(), PASSWORD.encode()
    )  # fmt: skip
    return AuthResult(success=good, handled=False, auth_data=USER if good else None)


@contextmanager
def open_office(
    security: str, folder: Path | None = None, *, login: bool = False
) -> Generator[PostOffice, None, None]:
    """Open a post office on a free port.

    Parameters
    ----------
    security : str
        ``starttls``, ``tls`` or ``none``.
    folder : Path, optional
        Where its certificate is.
    login : bool
        Whether it takes letters only from those who log in.
    """
    office = PostOffice()
    context = None
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")

    class Served(Controller):
        def factory(self) -> SMTP:
            return SMTP(
                self.handler,
                tls_context=context if security == "starttls" else None,
                require_starttls=security == "starttls",
                authenticator=_authenticate if login else None,
                auth_required=login,
                auth_require_tls=security == "starttls",
            )

    controller = Served(
        office, hostname="127.0.0.1", port=_free_port(),
        ssl_context=context if security == "tls" else None,
    )  # fmt: skip
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


def certificate(folder: Path, host: str = "127.0.0.1") -> Path:
    """Make a key and a certificate for a host that signs itself; return the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post office of the tests")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
