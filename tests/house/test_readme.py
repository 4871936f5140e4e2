"""The README's own commands, run as they stand, in their order: what a new user would type must work."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")
STARTS = "pip install uv && uv run zhiban up --demo"
TESTS = "pip install uv && uv run pytest"
PAGE_WITHIN_SECONDS = 120
STOPS_WITHIN_SECONDS = 10


def blocks(readme: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / readme).read_text(), re.S | re.M)


@pytest.mark.parametrize("readme", READMES)
def test_the_two_commands_come_first(readme: str) -> None:
    assert [block.strip() for block in blocks(readme)[:2]] == [STARTS, TESTS]


def test_both_readmes_give_the_same_commands() -> None:
    assert blocks(READMES[0]) == blocks(READMES[1])


def test_ci_calls_the_readmes_test_command() -> None:
    assert TESTS in (ROOT / ".ci" / "run").read_text()


@pytest.mark.slow
def test_the_tour_runs(tmp_path: Path) -> None:
    script = "set -euo pipefail\n" + "\n".join(blocks(READMES[0])[2:])
    env = {key: value for key, value in os.environ.items() if not key.startswith(("ZHIBAN_", "COV_", "PYTEST_"))}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env=env | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "before-holidays" in done.stdout


@pytest.mark.slow
def test_the_first_command_starts_everything_and_stops_clean(tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("ZHIBAN_", "COV_", "PYTEST_"))}
    env |= {"ZHIBAN_DATA": str(tmp_path / "data"), "ZHIBAN_PREFECT_PORT": "0"}
    command = [*STARTS.split(" && ")[1].split(), "--port", "0"]
    with (tmp_path / "out").open("w") as out:
        started = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        address = waited_for(tmp_path / "out")
        answer = httpx.get(f"{address}/healthz", timeout=10)
        assert answer.status_code == 200
        assert "一次性密码" in (tmp_path / "out").read_text() or "password" in (tmp_path / "out").read_text()
        page = httpx.get(address, timeout=10, follow_redirects=True)
        assert page.status_code == 200
        assert "<html" in page.text
    finally:
        began = time.monotonic()
        started.send_signal(signal.SIGTERM)
        started.wait(timeout=STOPS_WITHIN_SECONDS + 20)
    assert time.monotonic() - began < STOPS_WITHIN_SECONDS


def waited_for(out: Path) -> str:
    """The address that the command prints, once its page answers."""
    ends = time.monotonic() + PAGE_WITHIN_SECONDS
    while time.monotonic() < ends:
        found = re.search(r"http://[\d.]+:\d+", out.read_text())
        if found:
            try:
                if httpx.get(f"{found[0]}/healthz", timeout=2).status_code == 200:
                    return found[0]
            except httpx.HTTPError:
                pass
        time.sleep(0.3)
    raise AssertionError(out.read_text()[-3000:])
