"""How a mail leaves: a port, and SMTP. (The other adapter is the development mailbox.)"""

import asyncio
import contextlib
import ipaddress
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from gigsta_notifications.mail.compose import Mail, UnusableAddress, domain_of
from gigsta_notifications.models import mailing


class MailNotSent(Exception):
    """It did not go out, as far as we know; trying again may help.

    `in_doubt` where the server was given all of it and its answer is missing: it may have it all the same.
    """

    def __init__(self, said: str, *, in_doubt: bool = False) -> None:
        super().__init__(said)
        self.in_doubt = in_doubt


class MailRefused(Exception):
    """The mail server will not take this mail for this address, now or later."""


class Transport(Protocol):
    async def send(self, mail: Mail) -> None:
        """Return once the mail is in the hands of whoever delivers it.

        Raises:
            MailNotSent, MailRefused
        """


class SmtpTransport:
    """Sends through the server that an `smtp://` or `smtps://` URL names.

    STARTTLS is used where the server offers it. With a password, and a server that is not on this machine, it is
    demanded: a password never crosses the network in the clear.
    """

    def __init__(self, url: str, *, timeout: float = 15.0) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "localhost"
        self._tls = parts.scheme == "smtps"
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._port = parts.port or (465 if self._tls else 587 if self._username else 25)
        self._timeout = timeout
        """Of each step but the last: connecting, each command and its answer."""

    async def send(self, mail: Mail) -> None:
        try:
            message = mail.message()
        except UnusableAddress as error:
            raise MailRefused(str(error)) from error
        server = _Server(
            hostname=self._host,
            port=self._port,
            username=self._username,
            password=self._password,
            timeout=self._timeout,
            use_tls=self._tls,
            start_tls=False if self._tls else self._must_start_tls() or None,
            local_hostname=domain_of(mail.sender),
        )
        try:
            async with asyncio.timeout(mailing.SEND_WITHIN):
                await server.connect()
                await server.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            raise _failure(refused, permanent=refused.code >= 500) from error
        except aiosmtplib.SMTPDataError as error:
            raise _failure(error, permanent=error.code >= 500) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            raise MailNotSent(f"{type(error).__name__}: {error}", in_doubt=server.in_doubt) from error
        finally:
            await _leave(server)

    def _must_start_tls(self) -> bool:
        return self._password is not None and not _is_this_machine(self._host)


class _Server(aiosmtplib.SMTP):
    """Knows whether the mail is in the server's hands without its word."""

    in_doubt = False

    async def data(self, message: str | bytes, /, **_: Any) -> aiosmtplib.SMTPResponse:
        self.in_doubt = True
        try:
            answer = await super().data(message, timeout=mailing.TAKE_WITHIN)
        except aiosmtplib.SMTPDataError:
            self.in_doubt = False
            raise
        self.in_doubt = False
        return answer


async def _leave(server: aiosmtplib.SMTP) -> None:
    """Say goodbye. Whatever goes wrong with that says nothing about the mail, which was taken or not before."""
    with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        if server.is_connected:
            await server.quit(timeout=3)
    server.close()


def _failure(error: aiosmtplib.SMTPResponseException, *, permanent: bool) -> MailNotSent | MailRefused:
    said = f"{error.code} {error.message}"
    return MailRefused(said) if permanent else MailNotSent(said)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
