"""Everything else, through Apprise: mail, plain hooks, and push services whose HTTP status tells the truth."""

import logging
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from service.couriers.addresses import AddressRefused, host_of
from service.couriers.base import Answer, Message, Outcome
from service.couriers.codes import PUSHPLUS, WECOM, WXPUSHER, CodeTable
from service.couriers.schemes import FIXED, HOSTED, MAIL
from service.couriers.secrecy import hush_the_wire, without_secrets
from service.couriers.shown import secrets_of
from service.couriers.sizes import MARK, clean, one_line

PERMANENT_STATUSES = frozenset({400, 401, 403, 404, 410})
# Where each service's own code stands in what Apprise logs about it.
OWN_CODES: dict[str, tuple[re.Pattern[str], CodeTable]] = {
    "pushplus": (re.compile(r"\bcode=(\d+):"), PUSHPLUS),
    "wxpusher": (re.compile(r"\bcode=\d+/(\d+):"), WXPUSHER),
    "wechat": (re.compile(r"\berrcode=(-?\d+):"), WECOM),
}
HTTP_STATUS = re.compile(r"\berror=(\d{3})\b")
SMTP_REPLY = re.compile(r"\((\d{3}), b['\"]")
NEVER_SENT = re.compile(r"Max retries exceeded|NewConnectionError|ConnectTimeout|NameResolution|SSLError|ProxyError")
BROKEN = re.compile(
    r"timed out|Connection aborted|RemoteDisconnected|reset by peer|Broken pipe|unexpectedly closed|IncompleteRead"
)

Lines = list[tuple[int, str]]


class Listener(logging.Handler):
    """Hears what Apprise logs on this thread. (Apprise's LogCapture mixes the lines of all threads.)"""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._mine = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        lines: Lines | None = getattr(self._mine, "lines", None)
        if lines is not None:
            lines.append((record.levelno, record.getMessage()))

    @contextmanager
    def heard(self) -> Iterator[Lines]:
        lines: Lines = []
        self._mine.lines = lines
        try:
            yield lines
        finally:
            self._mine.lines = None


LISTENER = Listener()
_loading = threading.Lock()
_loaded: dict[str, Any] = {}


def loaded_library() -> Any:
    """Apprise, loaded once when first needed: it takes a third of a second and 50 MB.

    Its log lines hold payloads and URLs, so they go to the listener and to no other log.
    """
    with _loading:
        if "apprise" not in _loaded:
            with warnings.catch_warnings():
                # Its mail plugin loads imghdr, which warns that it will be gone in Python 3.13.
                warnings.simplefilter("ignore", DeprecationWarning)
                import apprise

                apprise.Apprise.instantiate("json://localhost")
            logger = logging.getLogger("apprise")
            logger.addHandler(LISTENER)
            logger.setLevel(logging.DEBUG)
            logger.propagate = False
            hush_the_wire()
            _loaded["apprise"] = apprise
        return _loaded["apprise"]


class AppriseCourier:
    """One fresh Apprise target for each message, and its log read for the truth, since Apprise answers yes or no only.

    `connect_for`, `read_for` and `mail_for` are seconds. Safe to share between threads.
    """

    def __init__(self, *, connect_for: float = 4.0, read_for: float = 8.0, mail_for: float = 20.0) -> None:
        self.connect_for = connect_for
        self.read_for = read_for
        self.mail_for = mail_for

    def send(self, address: str, message: Message) -> Answer:
        scheme = address.partition("://")[0].lower()
        if scheme not in FIXED and scheme not in HOSTED:
            return Answer(Outcome.REFUSED, "address", "addresses of this kind are not carried")
        library = loaded_library()
        with LISTENER.heard() as lines:
            target = self._target(library, address, scheme)
            if target is None:
                return Answer(Outcome.REFUSED, "address", f"this is not an address of the kind {scheme}")
            try:
                if _notify(library, target, message):
                    return Answer(Outcome.DELIVERED, "ok")
                answer = judge(scheme, lines)
            except Exception as trouble:  # any of a hundred plugins may let anything through
                answer = Answer(Outcome.FAILED, type(trouble).__name__, str(trouble))
        return replace(answer, text=without_secrets(answer.text, secrets_of(address)))

    def _target(self, library: Any, address: str, scheme: str) -> Any:
        """Apprise's object for the address, None when it finds none or would send to another host than we read."""
        asset = library.AppriseAsset(app_id="zhiban", http_redirects=False)
        connect_for, read_for = (self.mail_for, self.mail_for) if scheme in MAIL else (self.connect_for, self.read_for)
        tuned = f"{address}{'&' if '?' in address else '?'}format=text&cto={connect_for:g}&rto={read_for:g}"
        target = library.Apprise.instantiate(tuned, asset=asset)
        if target is None or scheme not in HOSTED:
            return target
        try:
            read = host_of(address)
        except AddressRefused:
            return None
        # Apprise knows the mail hosts of great providers by their domain: mail for qq.com goes through smtp.qq.com.
        to = str(getattr(target, "smtp_host", None) or target.host).lower().strip("[]").rstrip(".")
        return target if to == read or (scheme in MAIL and to.endswith(f".{read}")) else None


def _notify(library: Any, target: Any, message: Message) -> bool:
    title, body = one_line(message.title), clean(message.body)
    _add_key(target, one_line(message.key))
    most = int(target.body_maxlen) - (len(title) + 2 if int(target.title_maxlen) <= 0 else 0)
    return bool(
        target.notify(
            title=title,
            body=(body if len(body) <= most else body[: most - 1] + MARK) or title,
            notify_type=library.NotifyType.WARNING if message.urgent else library.NotifyType.INFO,
            body_format=library.NotifyFormat.TEXT,
        )
    )


def _add_key(target: Any, key: str) -> None:
    """Sends the stable key along where there is room for it, so that a receiver can tell a repetition."""
    if isinstance(extras := getattr(target, "payload_extras", None), dict):
        extras.setdefault("key", key)
    elif target.secure_protocol == "mailtos":
        target.headers["X-Notice-Key"] = key


def judge(scheme: str, lines: Lines) -> Answer:
    """What a failed sending meant, by Apprise's log lines: the service's code, the HTTP status, the SMTP reply."""
    loud = " ".join(text for level, text in lines if level >= logging.WARNING)
    quiet = " ".join(text for _, text in lines if text.startswith(("Socket Exception", "Response Details")))
    text = f"{loud} {quiet}".strip()
    if scheme in OWN_CODES:
        pattern, table = OWN_CODES[scheme]
        found = pattern.search(loud)
        if found:
            outcome, wait = table.reads(int(found[1]), text)
            return Answer(outcome, found[1], text, wait)
    if found := HTTP_STATUS.search(loud):
        status = int(found[1])
        if status == 429:
            return Answer(Outcome.SLOW_DOWN, "http 429", text)
        return Answer(Outcome.REFUSED if status in PERMANENT_STATUSES else Outcome.FAILED, f"http {status}", text)
    if scheme in MAIL:
        return _judge_mail(loud, quiet, text)
    if BROKEN.search(quiet) and not NEVER_SENT.search(quiet):
        return Answer(Outcome.UNKNOWN, "broken wire", text)
    return Answer(Outcome.FAILED, "connect", text)


def _judge_mail(loud: str, quiet: str, text: str) -> Answer:
    """SMTP's own rule: 4xx is for now, 5xx for good (RFC 5321 §4.2.1). Before the message nothing can have arrived."""
    if found := SMTP_REPLY.search(quiet):
        return Answer(Outcome.REFUSED if found[1].startswith("5") else Outcome.FAILED, f"smtp {found[1]}", text)
    if BROKEN.search(quiet) and "Sending email to" in loud:
        return Answer(Outcome.UNKNOWN, "broken wire", text)
    return Answer(Outcome.FAILED, "connect", text)
