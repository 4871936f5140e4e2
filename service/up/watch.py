"""The supervisor: runs the steps, keeps the children alive, tells how they are, and stops them all when asked.

`python -m service.up.watch DATA HOST PORT PREFECT_PORT SECONDS demo|""`; `service.up.start.run` becomes this. One
thread, the standard library alone.
"""

import fcntl
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic
from typing import Any

from service.clock import now
from service.up import ask as up_ask
from service.up import plan as up_plan
from service.up import ports as up_ports
from service.up.child import Kept
from service.up.logs import Log, say, secrets_in
from service.up.plan import Plan
from service.up.warden import Warden

TICK = 0.25
ASKS_EVERY = 15.0  # of a child that is ready; one that is not yet is asked four times a second
SCHEDULES_AFTER = 30.0
SCHEDULES_EVERY = 30.0
PORT_EVERY = 30.0  # a port that another holds is looked at again
LOOPBACK = "127.0.0.1"
GIVES_UP_AFTER = 5  # falls of a vital child that was never ready


class Supervisor:
    """Holds a plan's children up from the first start to the last stop."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.warden = Warden()
        self.asked_to_stop = False
        self.failed = ""
        self.scheduling = "waiting"
        self.next_schedules = 0.0
        self.written: dict[str, Any] = {}
        logs, secrets = plan.data / "logs", secrets_in(plan.environment)
        width = max(len(child.name) for child in plan.children)
        self.kept = {
            child.name: Kept(
                child, plan.environment, Log(child.name, logs / f"{child.name}.log", secrets, width), self.warden
            )
            for child in plan.children
        }
        self.woken, self.wakes = socket.socketpair()
        self.selector = selectors.DefaultSelector()

    def run(self) -> int:
        """Everything from the first step to the last stop; answers the exit code."""
        self.heed_signals()
        try:
            if not all(self.step(name, command) for name, command in self.plan.steps):
                return 0 if self.asked_to_stop else 1
            while not self.asked_to_stop and not self.failed:
                self.look()
                self.tell()
                self.wait()
        finally:
            self.stop()
        if self.failed:
            say(f"zhiban stops: {self.failed}")
        return 1 if self.failed else 0

    def heed_signals(self) -> None:
        """SIGTERM and Ctrl-C ask to stop; the end of a child wakes the supervisor at once."""
        for end in (self.woken, self.wakes):
            end.setblocking(False)
        self.selector.register(self.woken, selectors.EVENT_READ)
        signal.set_wakeup_fd(self.wakes.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def ask_to_stop(self, *_: object) -> None:
        self.asked_to_stop = True

    def step(self, name: str, command: tuple[str, ...]) -> bool:
        """Run one step to its end, its words straight on the console: they may be for these eyes only."""
        process = subprocess.Popen(command, env=self.plan.environment, stdin=subprocess.DEVNULL, start_new_session=True)
        self.warden.started(process.pid)
        while process.poll() is None and not self.asked_to_stop:
            self.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
        self.warden.ended(process.pid)
        if code and not self.asked_to_stop:
            say(f"zhiban stops: {name} ended with {code}, nothing was started")
        return code == 0

    def wait(self) -> None:
        """Listen to the children until something happens, a moment at most."""
        for key, _ in self.selector.select(TICK):
            if key.fileobj is self.woken:
                with suppress(BlockingIOError):
                    self.woken.recv(4096)
            else:
                key.data.listen()

    def look(self) -> None:
        """Start what is due, notice what has fallen, ask what should answer."""
        for one in self.kept.values():
            if one.process is not None and one.process.poll() is not None:
                self.forget_pipe(one)
                one.fallen()
                if one.child.vital and one.falls >= GIVES_UP_AFTER and not one.was_ready:
                    self.failed = f"{one.child.name} will not start; see {one.log.path}"
            if one.process is None and monotonic() >= one.next_start and self.may_start(one):
                self.start(one)
            elif one.process is not None and monotonic() >= one.next_ask:
                self.ask(one)
        if monotonic() >= self.next_schedules:
            self.ask_schedules()

    def may_start(self, one: Kept) -> bool:
        return all(self.kept[name].ready for name in one.child.after)

    def start(self, one: Kept) -> None:
        """Start a child, unless another holds its port: all is stopped if it never ran, else it waits."""
        child = one.child
        held = up_ports.why_not(self.host_of(one), child.port, child.chosen_by) if child.port else ""
        if not held:
            one.start()
            assert one.process is not None
            assert one.process.stdout is not None
            self.selector.register(one.process.stdout, selectors.EVENT_READ, one)
        elif one.was_ready:
            one.log.note(f"{held}; or end what holds it: it is tried again")
            one.next_start = monotonic() + PORT_EVERY
        else:
            self.failed = held

    def host_of(self, one: Kept) -> str:
        return self.plan.host if one.child.port == self.plan.port else LOOPBACK

    def ask(self, one: Kept) -> None:
        """Whether a child is ready: it answers, or, where there is nothing to ask, it runs."""
        child = one.child
        one.ready = not child.asks or up_ask.answers(self.host_of(one), child.port, child.asks)
        if one.ready and not one.was_ready and child.port == self.plan.port:
            say(f"zhiban is at {self.address()}")
        one.was_ready |= one.ready
        one.next_ask = monotonic() + (ASKS_EVERY if one.ready else TICK)

    def address(self) -> str:
        host = up_ask.EVERYWHERE.get(self.plan.host, self.plan.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.plan.port}/"

    def ask_schedules(self) -> None:
        """Whether the schedules really make runs, once the flows have had time to."""
        flows = self.kept["flows"]
        self.next_schedules = monotonic() + TICK
        if flows.process is None or monotonic() < flows.began + SCHEDULES_AFTER + self.plan.every:
            return
        before = self.scheduling
        self.scheduling = up_ask.scheduling(self.plan.prefect_port, now(), self.plan.every, self.plan.environment)
        self.next_schedules = monotonic() + SCHEDULES_EVERY
        if self.scheduling != "ok":
            flows.log.note(f"THE SCHEDULES DO NOT RUN: {self.scheduling}")
        elif before not in ("ok", "waiting"):
            flows.log.note("the schedules run again")

    def tell(self) -> None:
        """Keep `up.json` as things are: for `/readyz`, for `zhiban doctor`, for whoever looks."""
        plan = self.plan
        facts = {
            "pid": os.getpid(),
            "address": self.address(),
            "prefect": f"http://127.0.0.1:{plan.prefect_port}",
            "children": {name: one.facts() for name, one in self.kept.items()},
            "scheduling": self.scheduling,
        }
        if facts != self.written:
            self.written = facts
            write(plan.data / "up.json", facts | {"at": now().isoformat()})

    def forget_pipe(self, one: Kept) -> None:
        if one.process is not None and one.process.stdout is not None:
            with suppress(KeyError):
                self.selector.unregister(one.process.stdout)

    def stop(self) -> None:
        """Stop all, the last started first; a second signal makes it short."""
        self.asked_to_stop = False
        for one in reversed(self.kept.values()):
            self.forget_pipe(one)
            one.stop(hard=self.asked_to_stop)
            one.log.close()
        self.warden.dismiss()
        (self.plan.data / "up.json").unlink(missing_ok=True)


def write(path: Path, facts: dict[str, Any]) -> None:
    """Write a file whole or not at all."""
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)


def alone(data: Path) -> bool:
    """Hold the data folder for this process; false when another has it. The warden, a fork, holds it with us."""
    held = os.open(data / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return False
    return True


def keep_up(plan: Plan) -> int:
    """Supervise a plan until it is told to stop; answers the exit code."""
    os.umask(0o077)  # the data folder holds names, telephone numbers and keys
    plan.data.mkdir(parents=True, exist_ok=True)
    if not alone(plan.data):
        say(f"zhiban is up already on {plan.data}: one at a time")
        return 1
    with ExitStack() as held:  # the warden, a fork, holds them with us
        for child in (one for one in plan.children if one.port):
            claim = up_ports.claimed(child.port)
            if claim is None:
                said = up_ports.not_had(LOOPBACK, child.port, child.chosen_by, "another zhiban has begun to take it")
                say(f"zhiban stops: {said}")
                return 1
            held.enter_context(claim)
        return Supervisor(plan).run()


def main(told: list[str]) -> int:
    data, host, port, prefect_port, every, demo = told
    return keep_up(up_plan.plan(Path(data), host, int(port), int(prefect_port), int(every), bool(demo)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
