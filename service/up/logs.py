"""What the children say: whole in a file each, in short on the console, never a secret in either."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit

LARGEST = 5_000_000
KEPT = 3
SHORT = 160
BURST, BURST_SECONDS = 5, 30.0  # what a child may say on the console in so many seconds; the file has it all
HIDDEN = b"***"


class Log:
    """One child's log: `data/logs/NAME.log`, the earlier ones as `.1` to `.3`, and a line each on the console."""

    def __init__(self, name: str, path: Path, secrets: tuple[bytes, ...] = (), width: int = 7) -> None:
        self.name, self.path, self.secrets, self.width = name, path, secrets, width
        self.rest = b""
        self.burst_began, self.shown = 0.0, 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self.turn()
        self.file = path.open("ab", buffering=0)

    def turn(self) -> None:
        """Put a log that has grown too large behind the earlier ones."""
        if not self.path.exists() or self.path.stat().st_size < LARGEST:
            return
        for place in range(KEPT, 0, -1):
            older = self.path.with_suffix(f".log.{place - 1}") if place > 1 else self.path
            if older.exists():
                older.replace(self.path.with_suffix(f".log.{place}"))

    def take(self, said: bytes) -> None:
        """Keep and show what was said; a line that has not ended waits for its end."""
        *lines, self.rest = (self.rest + said).split(b"\n")
        for line in lines:
            self.keep(line)

    def close(self) -> None:
        self.end_line()
        self.file.close()

    def end_line(self) -> None:
        """Keep a last line that never ended."""
        if self.rest:
            self.keep(self.rest)
            self.rest = b""

    def keep(self, line: bytes) -> None:
        for secret in self.secrets:
            line = line.replace(secret, HIDDEN)
        if self.file.tell() > LARGEST:
            self.file.close()
            self.turn()
            self.file = self.path.open("ab", buffering=0)
        self.file.write(line + b"\n")
        # a traceback's inner lines are for the file
        if line.strip() and not line[:1].isspace():
            self.show(line.decode(errors="replace"))

    def note(self, text: str) -> None:
        """A line of the supervisor's own about this child; always shown."""
        self.shown = 0
        self.keep(f"[up] {text}".encode())

    def show(self, text: str) -> None:
        """A line in short; of a flood only the beginning."""
        if monotonic() > self.burst_began + BURST_SECONDS:
            self.burst_began, self.shown = monotonic(), 0
        self.shown += 1
        if self.shown > BURST:
            text = f"… more in {self.path}"
        if self.shown > BURST + 1:
            return
        short = text if len(text) <= SHORT else text[: SHORT - 1] + "…"
        say(f"{self.name:<{self.width}} | {short}")


def say(text: str) -> None:
    """A line on the console; one that is gone or understands no Chinese stops nothing."""
    with suppress(OSError):
        sys.stdout.buffer.write(text.encode(sys.stdout.encoding or "utf-8", errors="replace") + b"\n")
        sys.stdout.buffer.flush()


def secrets_in(environment: Mapping[str, str]) -> tuple[bytes, ...]:
    """What must not be shown: passwords in addresses, and whatever is called a secret, a key or an auth string."""
    found = {
        value
        for name, value in environment.items()
        if name.startswith(("ZHIBAN_", "PREFECT_")) and name.endswith(("_SECRET", "_KEY", "_AUTH_STRING"))
    }
    for name, value in environment.items():
        if name.endswith("_URL") and "@" in value:
            with suppress(ValueError):
                password = urlsplit(value).password or ""
                found |= {password, unquote(password)}
    return tuple(os.fsencode(one) for one in sorted(found, key=len, reverse=True) if len(one) > 3)
