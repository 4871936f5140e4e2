"""Nothing secret in what is kept or logged: answers lose the address's parts, and the wire's own log lines its URLs."""

import logging
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

import httpx

LONGEST_TEXT = 500
HIDDEN = "****"
# Shorter parts than this stand in ordinary words too; no key or token is that short.
SHORTEST_SECRET = 4
NAMED = re.compile(
    r"(?i)\b(key|pushkey|sendkey|access_token|token|apptoken|sign|secret|password|passwd|pwd|auth)(\"?'?\s*[=:]\s*\"?'?)"
    r"([^\s&\"',;]+)"
)


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """The text with each secret and each `key=…`, `token: …` replaced by `****`, on at most 500 characters."""
    for secret in sorted({s for s in secrets if len(s) >= SHORTEST_SECRET}, key=len, reverse=True):
        for form in {secret, quote(secret, safe=""), quote_plus(secret), secret.lower()}:
            text = text.replace(form, HIDDEN)
    text = NAMED.sub(lambda m: f"{m[1]}{m[2]}{HIDDEN}", text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


class OriginsOnly(logging.Filter):
    """Cuts every URL in a log record down to scheme and host: a robot's whole secret is the rest of its URL."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_origin(part) if isinstance(part, httpx.URL) else part for part in record.args)
        return True


class NoDetails(logging.Filter):
    """Lets only warnings through."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


def hush_the_wire() -> None:
    """Keeps the HTTP libraries from logging addresses; asked again, it changes nothing."""
    for name, keep in (("httpx", OriginsOnly()), ("urllib3.connectionpool", NoDetails())):
        logger = logging.getLogger(name)
        if not any(type(present) is type(keep) for present in logger.filters):
            logger.addFilter(keep)


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.host}/{HIDDEN}"
