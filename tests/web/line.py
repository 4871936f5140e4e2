"""A line from an httpx client straight into an ASGI application, without a socket."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

PIECE = 65_536


class Line(httpx.BaseTransport):
    """Carries each request into the application and waits for its whole answer; what that raises is raised,
    unless the line is forgiving and an answer was sent all the same.
    """

    def __init__(self, app: FastAPI, runner: asyncio.Runner, *, host: str, forgiving: bool) -> None:
        self.app = app
        self.runner = runner
        self.host = host
        self.forgiving = forgiving

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        return self.runner.run(self.carry(request, body))

    async def carry(self, request: httpx.Request, body: bytes) -> httpx.Response:
        url = request.url
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method,
            "scheme": url.scheme, "path": url.path, "raw_path": url.raw_path.split(b"?")[0], "query_string": url.query,
            "root_path": "", "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": (self.host, 50_000), "server": (url.host, url.port or 80),
        }  # fmt: skip
        pieces = [body[start : start + PIECE] for start in range(0, len(body), PIECE)] or [b""]
        answer: dict[str, Any] = {"body": b""}

        async def receive() -> dict[str, Any]:
            if not pieces:
                await asyncio.sleep(3600)  # the caller stays on the line
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer["status"], answer["headers"] = message["status"], message["headers"]
            else:
                answer["body"] += message.get("body", b"")

        try:
            await self.app(scope, receive, send)
        except Exception:
            if not (self.forgiving and "status" in answer):
                raise
        return httpx.Response(answer["status"], headers=answer["headers"], content=answer["body"], request=request)
