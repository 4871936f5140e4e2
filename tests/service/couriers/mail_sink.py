"""A loopback mail server that takes mail, refuses it, or hangs up, as real ones do."""

import asyncio
import threading
import warnings
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass(frozen=True)
class Mail:
    """One mail as it came in."""

    sender: str
    receivers: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""


class MailSink:
    """An SMTP server on a free loopback port; `seen` is the mail it took.

    `say_at_rcpt` and `say_at_data` queue replies such as "550 5.1.1 No such user"; `hang_up_at_data` takes the mail and
    closes the line without a word. With `password` it lets in only who gives it.
    """

    def __init__(self, *, password: str = "") -> None:
        self._lock = threading.Lock()
        self._seen: list[Mail] = []
        self._rcpt: deque[str] = deque()
        self._data: deque[str] = deque()
        more: dict[str, Any] = {}
        if password:
            more = {"authenticator": _lets_in(password.encode()), "auth_required": True, "auth_require_tls": False}
        self._server = _Server(_Handler(self), hostname="127.0.0.1", port=0, **more)

    @property
    def seen(self) -> list[Mail]:
        with self._lock:
            return list(self._seen)

    def say_at_rcpt(self, *replies: str) -> None:
        with self._lock:
            self._rcpt.extend(replies)

    def say_at_data(self, *replies: str) -> None:
        with self._lock:
            self._data.extend(replies)

    def hang_up_at_data(self, times: int = 1) -> None:
        self.say_at_data(*[""] * times)

    def __enter__(self) -> Self:
        self._server.start()
        self.port = self._server.port
        self.place = f"127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def next_at_rcpt(self) -> str | None:
        with self._lock:
            return self._rcpt.popleft() if self._rcpt else None

    def take(self, mail: Mail) -> str | None:
        """Keeps the mail unless the next reply refuses it; an empty reply keeps it and hangs up."""
        with self._lock:
            reply = self._data.popleft() if self._data else None
            if not reply:
                self._seen.append(mail)
            return reply


def _lets_in(password: bytes) -> Callable[..., AuthResult]:
    def decide(server: Any, session: Session, envelope: Envelope, mechanism: str, login: Any) -> AuthResult:
        return AuthResult(success=login.password == password, handled=False)

    return decide


class _Server(Controller):
    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            # Passwords without TLS: right to warn of, and right on a loopback.
            warnings.simplefilter("ignore", UserWarning)
            make: Callable[[], SMTP] = super().factory
            return make()

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        go_on: Callable[[], None] = super()._trigger_server
        go_on()


class _Handler:
    def __init__(self, sink: MailSink) -> None:
        self.sink = sink

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := self.sink.next_at_rcpt():
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        reply = self.sink.take(Mail(str(envelope.mail_from), tuple(envelope.rcpt_tos), raw))
        if reply == "":
            server.transport.close()
        return "250 OK" if reply is None else reply or "421 closing"
