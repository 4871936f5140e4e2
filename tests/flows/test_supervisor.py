"""The parts of `zhiban up` that can be tried by themselves: what children live in, what is logged, what is asked."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from service.errors import Refused
from service.up import ask as up_ask
from service.up import logs as up_logs
from service.up import plan as up_plan
from service.up.ports import why_not
from service.up.start import free_ports, listening

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_children_live_on_loopback_and_say_nothing_outwards(tmp_path: Path) -> None:
    given = {"PREFECT_API_URL": "https://elsewhere.example/api", "DO_NOT_TRACK": "0", "NO_PROXY": "intranet"}
    lived_in = up_plan.lived_in(given, tmp_path, 4210)
    assert lived_in["PREFECT_API_URL"] == "http://127.0.0.1:4210/api"
    assert lived_in["DO_NOT_TRACK"] == "1"
    assert lived_in["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert lived_in["NO_PROXY"].split(",") == ["intranet", "127.0.0.1", "localhost"]
    assert lived_in["PREFECT_HOME"].startswith(str(tmp_path))


def test_a_database_chosen_for_prefect_stands(tmp_path: Path) -> None:
    chosen = {"PREFECT_API_DATABASE_CONNECTION_URL": "postgresql+asyncpg://prefect@127.0.0.1/prefect"}
    assert up_plan.lived_in(chosen, tmp_path, 4210).items() >= chosen.items()


@pytest.mark.parametrize(("demo", "steps"), [(False, ["migrate"]), (True, ["migrate", "demo"])])
def test_the_schema_comes_first_and_the_flows_stop_first(tmp_path: Path, demo: bool, steps: list[str]) -> None:
    plan = up_plan.plan(tmp_path, "127.0.0.1", 8000, 4210, 60, demo)
    assert [name for name, _ in plan.steps] == steps
    assert [child.name for child in reversed(plan.children)] == ["flows", "web", "prefect"]
    assert sum(child.ends_within for child in plan.children) < 10


def test_two_free_ports_are_two() -> None:
    one, other = free_ports(("127.0.0.1", 0, "--port"), ("127.0.0.1", 0, "ZHIBAN_PREFECT_PORT"))
    assert one != other


def test_the_same_port_twice_is_refused_by_name() -> None:
    (port,) = free_ports(("127.0.0.1", 0, "--port"))
    with pytest.raises(Refused) as refused:
        free_ports(("127.0.0.1", port, "--port"), ("127.0.0.1", port, "ZHIBAN_PREFECT_PORT"))
    assert [fault.field for fault in refused.value.faults] == ["ZHIBAN_PREFECT_PORT"]


def test_a_host_that_is_not_ours_is_refused() -> None:
    with pytest.raises(OSError, match="assign"):
        listening("192.0.2.1", 0)


# a supervisor of one child that sleeps and never listens, as Prefect does for its first seconds
SLEEPER = """
import sys
from pathlib import Path
from service.up.plan import Child, Plan
from service.up.watch import keep_up
data, port = Path(sys.argv[1]), int(sys.argv[2])
sleeps = (sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(60)")
prefect = Child("prefect", sleeps, port, "ZHIBAN_PREFECT_PORT", "/api/health")
flows = Child("flows", sleeps, after=("prefect",))
sys.exit(keep_up(Plan(data, "127.0.0.1", 0, port, {}, (), (prefect, flows), 60)))
"""


def kept_up(data: Path, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SLEEPER, str(data), str(port)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_two_that_begin_at_once_do_not_share_a_port(tmp_path: Path) -> None:
    (port,) = free_ports(("127.0.0.1", 0, "--port"))
    with kept_up(tmp_path / "one", port) as first:
        assert first.stdout is not None
        assert "begun" in first.stdout.readline()
        assert why_not("127.0.0.1", port, "--port") == "", "nothing listens there yet"
        second = kept_up(tmp_path / "two", port)
        said, _ = second.communicate(timeout=20)
        assert second.returncode == 1
        assert said == (
            f"zhiban stops: port {port} on 127.0.0.1 cannot be had (another zhiban has begun to take it); "
            "choose another with ZHIBAN_PREFECT_PORT\n"
        )
        assert first.poll() is None
        first.terminate()
        assert first.wait(20) == 0


def test_a_port_that_another_program_takes_meanwhile_is_named_and_nothing_tried_again(tmp_path: Path) -> None:
    with listening("127.0.0.1", 0) as other:
        port = other.getsockname()[1]
        late = kept_up(tmp_path, port)
        said, _ = late.communicate(timeout=20)
    assert late.returncode == 1
    assert "begun" not in said
    assert f"port {port} on 127.0.0.1 cannot be had (Address already in use)" in said
    assert said.endswith("choose another with ZHIBAN_PREFECT_PORT\n")


def test_no_secret_reaches_a_log_or_the_console(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    environment = {
        "ZHIBAN_DATABASE_URL": "postgresql://zhiban:p%40ssword-1@127.0.0.1/zhiban",
        "ZHIBAN_SECRET": "sealing-wax",
        "PATH_URL": "no password",
    }
    with closing(up_logs.Log("web", tmp_path / "web.log", up_logs.secrets_in(environment))) as log:
        log.take("连接 p@ssword-1 或 p%40ssword-1, sealing-wax\n".encode())
    kept = (tmp_path / "web.log").read_text()
    shown = capfdbinary.readouterr().out.decode()
    assert kept == "连接 *** 或 ***, ***\n"
    assert shown == "web     | 连接 *** 或 ***, ***\n"


def test_a_line_is_kept_whole_and_shown_in_short(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with closing(up_logs.Log("web", tmp_path / "web.log")) as log:
        log.take(b"x" * 300)
        assert (tmp_path / "web.log").read_text() == ""
        log.take(b"y\n  in a traceback\n\n")
    assert (tmp_path / "web.log").read_text() == "x" * 300 + "y\n  in a traceback\n\n"
    shown = capfdbinary.readouterr().out.decode().splitlines()
    assert [len(line) for line in shown] == [up_logs.SHORT + len("web     | ")]


def test_of_a_flood_only_the_beginning_is_shown(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with closing(up_logs.Log("web", tmp_path / "web.log")) as log:
        log.take(b"again\n" * 500)
        shown = capfdbinary.readouterr().out.decode().splitlines()
        log.note("THE SCHEDULES DO NOT RUN")
    assert len(shown) == up_logs.BURST + 1
    assert "more in" in shown[-1]
    assert "SCHEDULES" in capfdbinary.readouterr().out.decode()


def test_a_log_that_grew_too_large_steps_behind_the_earlier_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(up_logs, "LARGEST", 10)
    for turn in range(up_logs.KEPT + 3):
        with closing(up_logs.Log("web", tmp_path / "web.log")) as log:
            log.take(f"this was turn {turn}\n".encode())
    there = {file.name: file.read_text().split()[-1] for file in tmp_path.iterdir()}
    assert there == {"web.log": "5", "web.log.1": "4", "web.log.2": "3", "web.log.3": "2"}


@contextmanager
def counting(*answers: str) -> Iterator[int]:
    """A server that answers what it is told, one after the other; its port."""
    told = iter(answers)

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            said = next(told)
            self.send_response(200 if said.isdigit() else 503)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (("3", "1"), "ok"),
        (("0",), "no run is scheduled"),
        (("3", "0"), "no run has succeeded in the last 180 s"),
        (("locked",), "Prefect cannot be asked: ValueError"),
    ],
)
def test_a_healthy_server_that_makes_no_runs_is_found_out(answers: tuple[str, ...], said: str) -> None:
    with counting(*answers) as port:
        assert up_ask.scheduling(port, NOW, 60, {}) == said


def test_nobody_at_the_port_is_no_answer() -> None:
    (port,) = free_ports(("127.0.0.1", 0, "--port"))
    assert not up_ask.answers("127.0.0.1", port, "/healthz")
    assert up_ask.scheduling(port, NOW, 60, {}).startswith("Prefect cannot be asked")
