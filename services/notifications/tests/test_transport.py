"""The connection to a mail server: TLS, passwords, and servers that do not keep to the rules."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gigsta_notifications.mail import transport
from gigsta_notifications.mail.compose import Mail
from gigsta_notifications.mail.transport import MailNotSent, SmtpTransport
from gigsta_notifications.models import mailing

from .conftest import MailServer


def a_mail(**given: Any) -> Mail:
    facts: dict[str, Any] = {
        "id": "1",
        "message_id": "<1@gigsta.nz>",
        "sender": "GigSta <no-reply@gigsta.nz>",
        "to": "cleo@example.com",
        "to_name": None,
        "subject": "Hello",
        "text": "Hello\n",
        "html": "<p>Hello</p>",
        "at": datetime(2026, 3, 2, tzinfo=UTC),
    }
    return Mail(**(facts | given))


async def test_a_server_that_never_answers_is_left_in_time() -> None:
    left = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        left.set()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent, asyncio.timeout(10):
        port = silent.sockets[0].getsockname()[1]
        with pytest.raises(MailNotSent):
            await SmtpTransport(f"smtp://127.0.0.1:{port}", timeout=0.2).send(a_mail())
        await left.wait()


async def test_a_password_is_shown_and_a_wrong_one_is_no_reason_to_give_up(mail_server: MailServer) -> None:
    shown: list[tuple[bytes, bytes]] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        shown.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss:word", handled=False)

    mail_server.options = {"authenticator": check, "auth_require_tls": False}
    host = f"127.0.0.1:{mail_server.port}"
    await SmtpTransport(f"smtp://user%40gigsta:p%40ss%3Aword@{host}").send(a_mail())
    assert shown == [(b"user@gigsta", b"p@ss:word")]
    assert len(mail_server.mails) == 1
    with pytest.raises(MailNotSent):
        await SmtpTransport(f"smtp://user%40gigsta:wrong@{host}").send(a_mail())


async def test_a_password_is_never_sent_in_the_clear_to_another_machine(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server offers no STARTTLS: with a password the transport must leave before it shows it."""
    shown: list[bytes] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        shown.append(data.password)
        return AuthResult(success=True)

    mail_server.options = {"authenticator": check, "auth_require_tls": False}
    monkeypatch.setattr(transport, "_is_this_machine", lambda host: False)
    with pytest.raises(MailNotSent, match="STARTTLS"):
        await SmtpTransport(f"smtp://user:secret@127.0.0.1:{mail_server.port}").send(a_mail())
    assert shown == []
    assert mail_server.mails == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_starttls_is_used_where_it_is_offered(
    mail_server: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.options = {"tls_context": server_context(certificate), "require_starttls": True}
    with pytest.raises(MailNotSent, match=r"(?i)certificate.verify.failed"):
        await SmtpTransport(mail_server.url).send(a_mail())
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    await SmtpTransport(mail_server.url).send(a_mail())
    assert len(mail_server.mails) == 1


async def test_smtps_speaks_tls_from_the_first_byte(
    mail_server: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    await mail_server.stop()
    mail_server.tls = server_context(certificate)
    await mail_server.start()
    await SmtpTransport(f"smtps://127.0.0.1:{mail_server.port}").send(a_mail())
    assert len(mail_server.mails) == 1


async def test_a_server_that_dies_over_the_goodbye_took_the_mail_all_the_same(mail_server: MailServer) -> None:
    mail_server.hang_up_at_quit = True
    await SmtpTransport(mail_server.url).send(a_mail())
    assert len(mail_server.mails) == 1


async def test_a_server_may_take_its_time_over_a_mail_that_it_has(mail_server: MailServer) -> None:
    """Longer than for any other step: whoever left here would send it again, to a server that has it."""
    taken, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        taken.set()
        await go_on.wait()

    mail_server.after_data = slowly
    async with asyncio.timeout(20):
        sending = asyncio.create_task(SmtpTransport(mail_server.url, timeout=0.5).send(a_mail()))
        await taken.wait()
        asyncio.get_running_loop().call_later(1.0, go_on.set)
        await sending
    assert len(mail_server.mails) == 1


async def test_only_a_mail_whose_answer_is_lost_is_in_doubt(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_doubt() -> bool:
        with pytest.raises(MailNotSent) as raised:
            await SmtpTransport(mail_server.url, timeout=5).send(a_mail())
        return raised.value.in_doubt

    mail_server.answer = "451 Later, please"
    assert not await in_doubt()
    mail_server.answer, mail_server.rcpt_answer = "250 OK", "450 Busy"
    assert not await in_doubt()
    mail_server.rcpt_answer, mail_server.hang_up_over_the_answer = "250 OK", True
    assert await in_doubt()
    mail_server.hang_up_over_the_answer, mail_server.after_data = False, asyncio.Event().wait  # type: ignore[assignment]
    monkeypatch.setattr(mailing, "TAKE_WITHIN", 0.3)
    assert await in_doubt()
    await mail_server.stop()
    assert not await in_doubt()
    assert len(mail_server.mails) == 1
