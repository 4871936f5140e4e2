"""`zhiban up` against Prefect's own server: time to first page, memory at rest; `python -m tests.bench.up [--smoke]`.

Both are started on new and on existing data in one run, by turns; "Prefect alone" is the very server that `up` starts,
with the same environment, until its health answers. Memory is that of every process of the family when no flow runs:
RSS counts shared pages once a process, PSS once in all.
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from service.up import plan as up_plan
from tests.stories.pool import free_port
from tests.stories.upright import Upright, family, until

WITHIN = 180.0
RATIO_WANTED, MEGABYTES_WANTED = 1.5, 550


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).status_code < 400
    except httpx.TransportError:
        return False


def prefect_alone(data: Path) -> float:
    """Seconds from the start of Prefect's own server until its health answers."""
    data.mkdir(exist_ok=True)
    port = free_port()
    plan = up_plan.plan(data, "127.0.0.1", free_port(), port, 60, demo=False)
    server = next(child for child in plan.children if child.name == "prefect")
    began = time.perf_counter()
    process = subprocess.Popen(
        server.command, env=plan.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}{server.asks}"), WITHIN, "Prefect's server", every=0.05)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def started(data: Path) -> tuple[float, float, Upright]:
    """Seconds from the command until the first page, and until the flows are served; and what runs then."""
    page = free_port()
    began = time.perf_counter()
    up = Upright(data, "--port", str(page), every=60)
    until(lambda: answers(f"http://127.0.0.1:{page}/"), WITHIN, "the first page", every=0.05)
    first = time.perf_counter() - began
    until(lambda: up.child("flows").get("ready"), WITHIN, "the flows")
    return first, time.perf_counter() - began, up


def megabytes(data: Path) -> dict[str, tuple[float, float]]:
    """Process → its RSS and PSS, of all the family."""
    found: dict[str, tuple[float, float]] = {}
    for number, command in family(data).items():
        rolled = Path(f"/proc/{number}/smaps_rollup").read_text()
        sizes = {kind: int(size) / 1024 for kind, size in re.findall(r"^(Rss|Pss):\s+(\d+)", rolled, re.M)}
        name = next(
            (word for word in ("prefect.server", "service.web", "flows", "service.up.watch") if word in command),
            command,
        )
        found[f"{name} ({number})"] = (sizes["Rss"], sizes["Pss"])
    return found


def at_rest(data: Path, settle_for: float) -> dict[str, tuple[float, float]]:
    """The family's memory once it has had time to settle, and no flow runs."""
    time.sleep(settle_for)
    until(lambda: not any("prefect.engine" in command for command in family(data).values()), 120, "no flow to run")
    return megabytes(data)


def rounds(folder: Path, times: int, settle_for: float) -> None:
    taken: dict[str, list[float]] = {}
    for turn in range(times):
        for age in ("new", "existing"):
            alone = folder / f"alone{turn}"
            taken.setdefault(f"Prefect alone, {age} data", []).append(prefect_alone(alone))
            data = folder / f"up{turn}"
            first, all_up, up = started(data)
            taken.setdefault(f"up to first page, {age} data", []).append(first)
            taken.setdefault(f"up to flows served, {age} data", []).append(all_up)
            if turn == times - 1 and age == "existing":
                memory(at_rest(data, settle_for))
            began = time.perf_counter()
            up.end(signal.SIGTERM, 15)
            taken.setdefault("SIGTERM to the end of all", []).append(time.perf_counter() - began)
    for name, seconds in taken.items():
        print(f"{name:34} {statistics.median(seconds):6.2f} s  (of {len(seconds)}, worst {max(seconds):.2f} s)")
    for age in ("new", "existing"):
        page, alone_ = (
            statistics.median(taken[f"{what}, {age} data"]) for what in ("up to first page", "Prefect alone")
        )
        print(f"first page / Prefect alone, {age:8} data: ratio {page / alone_:.2f} ({RATIO_WANTED} at most wanted)")


def memory(found: dict[str, tuple[float, float]]) -> None:
    for name, (rss, pss) in found.items():
        print(f"{name:34} RSS {rss:6.1f} MB  PSS {pss:6.1f} MB")
    rss, pss = (sum(sizes[kind] for sizes in found.values()) for kind in (0, 1))
    print(f"{'all at rest':34} RSS {rss:6.1f} MB  PSS {pss:6.1f} MB  ({MEGABYTES_WANTED} MB at most wanted)")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="once, and hardly waiting: does it run at all")
    given = asked.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            rounds(Path(folder), 1 if given.smoke else 3, 5 if given.smoke else 90)
        finally:
            for data in Path(folder).glob("up*"):
                for left in family(data):
                    os.kill(left, signal.SIGKILL)


if __name__ == "__main__":
    main()
