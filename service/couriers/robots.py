"""What the robots have in common: an address of ours, one HTTP request, and an answer whose body is read."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, TypedDict
from urllib.parse import unquote

import httpx

from service.clock import now as the_time
from service.couriers.base import Answer, Message, Outcome
from service.couriers.codes import CodeTable
from service.couriers.secrecy import hush_the_wire, without_secrets
from service.couriers.wire import TIMEOUT, BrokenWire, Letter, NeverSent, Reply, Wire, wire_out

FORM = "application/x-www-form-urlencoded; charset=utf-8"
ADDRESS = re.compile(
    r"(?P<scheme>[a-z]+)://(?P<token>[A-Za-z0-9_.-]{6,200})/?(?:\?secret=(?P<secret>[A-Za-z0-9_%.~-]{4,300}))?"
)
MOBILE = re.compile(r"\d{6,15}")
PERMANENT_STATUSES = frozenset({400, 401, 403, 404, 405, 410, 413, 414, 415, 422, 451})


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: the robot's token, and the secret it signs with (empty when it doesn't)."""

    token: str
    secret: str = ""


def mobiles(message: Message) -> list[str]:
    """The mentions that are mobiles, bare of spaces, hyphens and China's own country code, each once."""
    bare = (re.sub(r"[\s()-]", "", mention).removeprefix("+86") for mention in message.mentions)
    return list(
        dict.fromkeys(number.removeprefix("+") for number in bare if MOBILE.fullmatch(number.removeprefix("+")))
    )


def as_json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


class RobotOptions(TypedDict, total=False):
    """What every robot may be told when it is made, see `Robot`."""

    wire: Wire | None
    clock: Callable[[], datetime]
    base_url: str | None
    timeout: httpx.Timeout


class Robot:
    """A courier that posts one request and believes the body, not the HTTP status.

    `base_url` puts a private gateway in the vendor's place, `clock` gives the instant for signatures and for
    `Retry-After` dates. Safe to share between threads; `close()` ends the connections unless the wire was handed in.
    """

    scheme: ClassVar[str]
    home: ClassVar[str]
    codes: ClassVar[CodeTable]
    # Every name under which the channel has put its code and its words; each code found must say success.
    code_fields: ClassVar[tuple[str, ...]] = ("errcode",)
    text_fields: ClassVar[tuple[str, ...]] = ("errmsg",)
    success: ClassVar[int] = 0

    def __init__(
        self,
        *,
        wire: Wire | None = None,
        clock: Callable[[], datetime] = the_time,
        base_url: str | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        hush_the_wire()
        self._own_wire = wire is None
        self.wire = wire or wire_out()
        self.clock = clock
        self.base_url = (base_url or self.home).rstrip("/")
        self.timeout = timeout

    def letter(self, target: Target, message: Message) -> Letter:
        """The request that carries the message, cut to the channel's length."""
        raise NotImplementedError

    def send(self, address: str, message: Message) -> Answer:
        target = self.target(address)
        if target is None:
            return Answer(Outcome.REFUSED, "address", f"not an address of the form {self.scheme}://TOKEN")
        letter = self.letter(target, message)
        secrets = (target.token, target.secret)
        try:
            answer = self.judge(self.wire.post(letter, self.timeout))
        except NeverSent as trouble:
            answer = Answer(Outcome.FAILED, "connect", str(trouble))
        except BrokenWire as trouble:
            answer = Answer(Outcome.UNKNOWN, "broken wire", str(trouble))
        return replace(answer, text=without_secrets(answer.text, secrets))

    def close(self) -> None:
        if self._own_wire:
            self.wire.close()

    def target(self, address: str) -> Target | None:
        """The address taken apart, None when it isn't one of this channel's."""
        found = ADDRESS.fullmatch(address)
        if found is None or found["scheme"] != self.scheme:
            return None
        return Target(found["token"], unquote(found["secret"] or ""))

    def judge(self, reply: Reply) -> Answer:
        """The true answer: the channel's own code first, the HTTP status where the body says nothing."""
        status, headers, content = reply
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            body = None
        code, text = self._read(body) if isinstance(body, dict) else (None, "")
        text = text or content.decode("utf-8", "replace")
        if status == httpx.codes.TOO_MANY_REQUESTS or (status == 503 and "retry-after" in headers):
            return Answer(Outcome.SLOW_DOWN, f"http {status}", text, self._wait(headers))
        if code is not None and code != self.success and (status < 400 or self.codes.knows(code)):
            outcome, wait = self.codes.reads(code, text)
            return Answer(
                outcome, str(code), text, (self._wait(headers) or wait) if outcome is Outcome.SLOW_DOWN else None
            )
        if not 200 <= status < 300:
            outcome = Outcome.REFUSED if status in PERMANENT_STATUSES else Outcome.FAILED
            return Answer(outcome, f"http {status}", text)
        if code is None:
            return Answer(Outcome.FAILED, "unreadable", text)
        return Answer(Outcome.DELIVERED, str(code), text)

    def _read(self, body: dict[str, Any]) -> tuple[int | None, str]:
        """The channel's code, None when there is none to be read, and its words."""
        text = next((str(body[name]) for name in self.text_fields if body.get(name)), "")
        codes = [_integer(body[name]) for name in self.code_fields if name in body]
        if not codes or None in codes:
            return None, text
        return next((code for code in codes if code != self.success), self.success), text

    def _wait(self, headers: httpx.Headers) -> float | None:
        return seconds_of(headers.get("retry-after"), self.clock())


def seconds_of(retry_after: str | None, now: datetime) -> float | None:
    """The seconds a Retry-After header asks for, as a number or an HTTP date (RFC 9110 §10.2.3); None if neither."""
    if not retry_after:
        return None
    if re.fullmatch(r"\d{1,9}", retry_after.strip()):
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (until - now).total_seconds()) if until.tzinfo else None


def _integer(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None
