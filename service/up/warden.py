"""The warden: a fork of the supervisor that outlives it by a moment, and leaves no process of it behind.

A supervisor that is killed cannot stop its children, and they cannot stop theirs (a flow is a grandchild). The warden
holds the reading end of a pipe; when the pipe breaks, the supervisor is gone, and every group it named is killed.
"""

import os
import signal
from contextlib import suppress


class Warden:
    """Told of every process group that starts and ends; costs the few pages in which a fork differs."""

    def __init__(self) -> None:
        listens, self.speaks = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                os.close(self.speaks)
                watch(listens)
                status = 0
            finally:
                os._exit(status)
        os.close(listens)

    def started(self, group: int) -> None:
        self.say(f"+{group}\n")

    def ended(self, group: int) -> None:
        self.say(f"-{group}\n")

    def say(self, line: str) -> None:
        with suppress(BrokenPipeError):  # a warden that was killed is missed only if the supervisor is killed too
            os.write(self.speaks, line.encode())

    def dismiss(self) -> None:
        """Let it go once all is stopped."""
        os.close(self.speaks)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def watch(listens: int) -> None:
    """Remember the groups until the pipe breaks, then kill those that are left."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    with os.fdopen(listens) as lines:
        for line in lines:
            group = int(line[1:])
            groups.add(group) if line.startswith("+") else groups.discard(group)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
