"""One kept connection that asks the same thing again and again, as cheaply as a caller can."""

import socket
import time


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Asker:
    """Asks one address with some headers."""

    def __init__(self, port: int, path: str, *headers: str) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), 30)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = "\r\n".join((f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", "")).encode()

    def ask(self, status: bytes) -> dict[bytes, bytes]:
        """The headers of one answer, which must have a status; its body is read and let go."""
        self.line.sendall(self.request)
        got = b""
        while b"\r\n\r\n" not in got:
            came = self.line.recv(65_536)
            assert came, "the other side hung up"
            got += came
        head, _, body = got.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        assert first.split(b" ")[1] == status, got[:500]
        headers = {name.lower(): value for name, _, value in (line.partition(b": ") for line in lines)}
        left = int(headers.get(b"content-length", 0)) - len(body) if status not in (b"204", b"304") else 0
        while left > 0:
            left -= len(self.line.recv(262_144))
        return headers

    def seconds(self, times: int, status: bytes) -> float:
        began = time.perf_counter()
        for _ in range(times):
            self.ask(status)
        return time.perf_counter() - began
