"""A loopback HTTP server that speaks the real answers of the channels: robots, push services and plain hooks.

    with HttpSink() as sink:
        sink.say(Reply.json({"errcode": 93000, "errmsg": "invalid webhook url"}))   # the next answer, then as usual
        ...
        sink.seen[0].json

Without a script the sink answers as the vendor whose path is called would: it checks signatures (`secrets`), lengths,
and after `limit` messages for one token the rate.
"""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

from service.clock import now as the_time


@dataclass(frozen=True)
class Seen:
    """One request as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """One answer: sent `after` seconds, whole, or cut off `before` the first byte or in the `middle` of the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0
    cut: Literal["", "before", "middle"] = ""

    @classmethod
    def json(cls, content: Any, status: int = 200, **more: Any) -> Self:
        return cls(status, json.dumps(content, ensure_ascii=False).encode(), **more)


class HttpSink:
    """A threaded HTTP server on a free loopback port; `url` is where, `seen` what came, in order of arrival,
    over so many `connections`.

    `secrets` are the signing secrets by token, `limit` the messages a token may send (None: no limit), `clock` the
    instant against which timestamps are checked.
    """

    def __init__(self, *, limit: int | None = None, clock: Callable[[], datetime] = the_time) -> None:
        self.limit = limit
        self.clock = clock
        self.secrets: dict[str, str] = {}
        self.connections = 0
        self._seen: list[Seen] = []
        self._script: deque[Reply] = deque()
        self._sent: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def seen(self) -> list[Seen]:
        with self._lock:
            return list(self._seen)

    def say(self, *replies: Reply) -> None:
        """Queues answers for the next requests, one each."""
        with self._lock:
            self._script.extend(replies)

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Seen) -> Reply:
        with self._lock:
            self._seen.append(request)
            if self._script:
                return self._script.popleft()
        last = request.path.rsplit("/", 1)[-1]
        if request.path == "/cgi-bin/webhook/send":
            return self._wecom(request)
        if request.path == "/robot/send":
            return self._dingtalk(request)
        if request.path.startswith("/open-apis/bot/v2/hook/"):
            return self._feishu(request, last)
        if request.path.endswith(".send"):
            data = {"pushid": "1", "readkey": "r", "error": "SUCCESS", "errno": 0}
            return Reply.json({"code": 0, "message": "", "data": data})
        if request.path == "/message/push":
            return Reply.json({"code": 0, "content": {"result": ['{"counts":1,"logs":[],"success":"ok"}']}})
        if request.path.startswith("/send/"):
            return Reply.json({"success": True, "reason": "操作成功", "code": 0, "info": {}})
        return Reply.json({"ok": True})

    def _over_limit(self, token: str) -> bool:
        with self._lock:
            self._sent[token] += 1
            return self.limit is not None and self._sent[token] > self.limit

    def _wecom(self, request: Seen) -> Reply:
        if self._over_limit(request.query.get("key", "")):
            return Reply.json({"errcode": 45009, "errmsg": "api freq out of limit, hint: [1700000000_1_0]"})
        content = request.json
        kind = content["msgtype"]
        if kind not in ("text", "markdown"):
            return Reply.json({"errcode": 40008, "errmsg": "invalid message type"})
        if len(content[kind]["content"].encode()) > {"text": 2048, "markdown": 4096}[kind]:
            return Reply.json({"errcode": 93000, "errmsg": "Invalid input : content exceed max length."})
        return Reply.json({"errcode": 0, "errmsg": "ok"})

    def _dingtalk(self, request: Seen) -> Reply:
        token = request.query.get("access_token", "")
        if self._over_limit(token):
            return Reply.json({"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"})
        if secret := self.secrets.get(token):
            stamp = request.query.get("timestamp", "0")
            if abs(self.clock().timestamp() - int(stamp) / 1000) > 3600:
                return Reply.json({"errcode": 310000, "errmsg": "invalid timestamp"})
            made = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
            if request.query.get("sign") != base64.b64encode(made).decode():
                return Reply.json({"errcode": 310000, "errmsg": "sign not match"})
        return Reply.json({"errcode": 0, "errmsg": "ok"})

    def _feishu(self, request: Seen, token: str) -> Reply:
        if self._over_limit(token):
            words = "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]"
            return Reply.json({"code": 11232, "data": {}, "msg": words})
        content = request.json
        if len(request.body) > 20_480 or content.get("msg_type") != "text":
            return Reply.json({"code": 9499, "msg": "Bad Request", "data": {}})
        if secret := self.secrets.get(token):
            stamp = str(content.get("timestamp", "0"))
            made = base64.b64encode(hmac.new(f"{stamp}\n{secret}".encode(), digestmod=hashlib.sha256).digest()).decode()
            if abs(self.clock().timestamp() - int(stamp)) > 3600 or content.get("sign") != made:
                words = "sign match fail or timestamp is not within one hour from current time"
                return Reply.json({"code": 19021, "data": {}, "msg": words})
        return Reply.json({"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"})


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, sink: HttpSink) -> None:
        self.sink = sink
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        request, place = super().get_request()
        with self._lock:
            self._open.add(request)
            self.sink.connections += 1
        return request, place

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends the connections clients keep open, so that no thread waits on them."""
        with self._lock:
            waiting = list(self._open)
        for connection in waiting:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without this, the answer's two writes wait for each other's acknowledgement: 40 ms a message.
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        place = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(place.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reply = self.server.sink.answer(Seen(place.path, query, dict(self.headers.items()), body))
        if reply.after:
            time.sleep(reply.after)
        if reply.cut == "before":
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body) + (100 if reply.cut else 0)))
        self.end_headers()
        self.wfile.write(reply.body)
        if reply.cut:
            self.close_connection = True

    do_PUT = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: what came is in `seen`."""


def dead_port() -> int:
    """A loopback port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
