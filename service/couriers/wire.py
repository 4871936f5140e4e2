"""The wire under the couriers: one POST and its whole answer, over connections that are kept open.

A robot needs neither cookies nor redirects nor a session, so a message goes straight to the pool of connections that
lies under httpx: that halves its cost. Where the environment names a proxy, httpx's client carries it, which knows
the way through.
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import NamedTuple, Protocol
from urllib.parse import urlencode
from urllib.request import getproxies

import httpcore
import httpx

# As many as senders may ever work at once; an idle connection costs less than a new TLS handshake.
CONNECTIONS = 100
KEPT_SECONDS = 30.0
TIMEOUT = httpx.Timeout(8.0, connect=4.0)
# Robots answer in a few hundred bytes; what is longer is not a robot's answer.
LONGEST_ANSWER = 65_536
NEVER_SENT = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.LocalProtocolError,
)
BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
CLIENT_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


class NeverSent(Exception):
    """Nothing of the request has left: it can be tried again without fear of a second copy."""


class BrokenWire(Exception):
    """The wire broke after the request had begun to leave: it may have arrived."""


class Letter(NamedTuple):
    """One request ready to be posted."""

    url: str
    body: bytes
    params: Mapping[str, str] = {}
    content_type: str = "application/json; charset=utf-8"


class Reply(NamedTuple):
    """What came back: the body whole, or its beginning where it was longer than any robot's answer."""

    status: int
    headers: httpx.Headers
    content: bytes


class Wire(Protocol):
    """Posts letters, from any thread; raises `NeverSent` or `BrokenWire` and nothing else for what the network does."""

    def post(self, letter: Letter, timeout: httpx.Timeout = TIMEOUT) -> Reply: ...

    def close(self) -> None: ...


class Place(NamedTuple):
    """A URL as the pool wants it, with the headers that go there each time."""

    url: httpx.URL
    headers: tuple[tuple[bytes, bytes], ...]


@lru_cache(maxsize=1024)
def place_of(url: str) -> Place:
    """The URL taken apart once: all letters to robots of one kind go to the same few."""
    read = httpx.URL(url)
    headers = [(b"Host", read.netloc), (b"User-Agent", b"zhiban"), (b"Accept-Encoding", b"identity")]
    if read.userinfo:  # of a private gateway
        headers.append((b"Authorization", b"Basic " + b64encode(f"{read.username}:{read.password}".encode())))
    return Place(read, tuple(headers))


class Pool:
    """The connections kept open to every host; certificates are read when the first secure one is made."""

    def __init__(self) -> None:
        self._pools: dict[str, httpcore.ConnectionPool] = {}
        self._making = Lock()

    def _to(self, scheme: str) -> httpcore.ConnectionPool:
        with self._making:
            if scheme not in self._pools:
                self._pools[scheme] = httpcore.ConnectionPool(
                    ssl_context=httpx.create_ssl_context() if scheme == "https" else None,
                    max_connections=CONNECTIONS,
                    max_keepalive_connections=CONNECTIONS,
                    keepalive_expiry=KEPT_SECONDS,
                )
            return self._pools[scheme]

    def post(self, letter: Letter, timeout: httpx.Timeout = TIMEOUT) -> Reply:
        try:
            return self._posted(letter, timeout)
        except (*NEVER_SENT, httpx.InvalidURL) as trouble:
            raise NeverSent(str(trouble) or type(trouble).__name__) from trouble
        except BROKEN as trouble:
            raise BrokenWire(str(trouble) or type(trouble).__name__) from trouble

    def _posted(self, letter: Letter, timeout: httpx.Timeout) -> Reply:
        url, always = place_of(letter.url)
        target = url.raw_path + b"?" + urlencode(letter.params).encode() if letter.params else url.raw_path
        request = httpcore.Request(
            b"POST",
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target),
            headers=[
                *always,
                (b"Content-Type", letter.content_type.encode()),
                (b"Content-Length", b"%d" % len(letter.body)),
            ],
            content=letter.body,
            extensions={"timeout": timeout.as_dict()},
        )
        response = self._to(url.scheme).handle_request(request)
        try:
            content = b""
            for part in response.iter_stream():
                content += part
                if len(content) > LONGEST_ANSWER:
                    break
        finally:
            response.close()
        headers = httpx.Headers(response.headers)
        if "content-encoding" in headers:  # it was asked not to
            content = unpacked(content, headers)
        return Reply(response.status, headers, content)

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()


def unpacked(content: bytes, headers: httpx.Headers) -> bytes:
    """A compressed body unpacked; as it came where that can't be done."""
    try:
        return httpx.Response(200, headers=headers, content=content).content
    except httpx.DecodingError:
        return content


class ClientWire:
    """The same through httpx's client, which finds its way through the proxies that the environment names."""

    def __init__(self, client: httpx.Client | None = None) -> None:
        kept = httpx.Limits(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=KEPT_SECONDS
        )
        self.client = client or httpx.Client(limits=kept)

    def post(self, letter: Letter, timeout: httpx.Timeout = TIMEOUT) -> Reply:
        headers = {"Content-Type": letter.content_type}
        try:
            with self.client.stream(
                "POST", letter.url, params=letter.params or None, content=letter.body, headers=headers, timeout=timeout
            ) as response:
                content = b""
                for part in response.iter_bytes():
                    content += part
                    if len(content) > LONGEST_ANSWER:
                        break
                return Reply(response.status_code, response.headers, content)
        except (*CLIENT_NEVER_SENT, httpx.InvalidURL) as trouble:
            raise NeverSent(str(trouble) or type(trouble).__name__) from trouble
        except httpx.HTTPError as trouble:
            raise BrokenWire(str(trouble) or type(trouble).__name__) from trouble

    def close(self) -> None:
        self.client.close()


def wire_out() -> Wire:
    """The wire that leads out of this process: the pool, or the client where there are proxies to pass."""
    behind = any(getproxies().get(kind) for kind in ("http", "https", "all"))
    return ClientWire() if behind else Pool()
