"""`zhiban up`: one command, one family of processes; Prefect's own schedule moves the work, nothing stays behind."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from models.kinds import Role
from service import clock, migrate, people, store
from service.access import SYSTEM
from service.signin import tokens as signin_tokens
from tests.stories.counties import drive, found
from tests.stories.upright import Upright, family, until, upright

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]
STALE = 20
EVERY = 20  # seconds: a real tick, and bearable for two cores that run other tests beside it


@pytest.fixture(scope="module")
def token(data: Path) -> str:
    """A county without a drive in the data folder, and its coordinator's token."""
    engine = store.open_engine(f"sqlite:///{data / 'zhiban.sqlite'}")
    migrate.upgrade(engine)
    now = clock.now()
    (county,) = found(engine, now, roots=1, drives=False)
    with store.transaction(engine) as session:
        people.add_person(session, SYSTEM, now=now, code="k01", name="县协调员", unit=county)
        people.grant(session, SYSTEM, "k01", Role.coordinator, county, now=now)
        made = signin_tokens.issue_token(session, SYSTEM, "k01", Role.coordinator, county, now=now)
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("up") / "data"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def up(data: Path, token: str) -> Iterator[Upright]:
    """One `zhiban up` for the tests below, which tell one story in their order."""
    with upright(data, every=EVERY) as started:
        yield started


def test_the_page_answers_before_prefect_does(up: Upright) -> None:
    up.ready("web")
    assert not up.child("prefect")["ready"]
    assert httpx.get(f"{up.told()['address']}healthz").json() == {"alive": True}


def test_a_posted_campaign_gets_its_tasks_by_the_schedule_s_own_tick(up: Upright, token: str) -> None:
    up.ready("flows")
    with httpx.Client(base_url=f"{up.told()['address']}api/v1", headers={"Authorization": f"Bearer {token}"}) as api:
        file = drive("county00", "甲县", clock.now())
        assert api.post("/campaigns", content=file, headers={"Content-Type": "application/yaml"}).status_code == 200
        assert api.get("/tasks").json()["items"] == []
        assert api.post("/campaigns/drive-county00/activate").status_code == 200
        tasks = until(lambda: api.get("/tasks").json()["items"], 120, "tasks")
    assert {task["campaign"] for task in tasks} == {"drive-county00"}
    done = until(lambda: up.runs("COMPLETED"), 30, "a completed run")
    assert done[-1]["created_by"]["type"] == "SCHEDULE"


def test_the_round_s_table_stands_beside_its_run(up: Upright) -> None:
    chosen = {"key": {"any_": ["campaigns"]}}
    (newest,) = until(lambda: up.prefect("/artifacts/latest/filter", artifacts=chosen), 30, "an artifact")
    assert newest["flow_run_id"] in {run["id"] for run in up.runs("COMPLETED", "RUNNING")}
    assert "| planning | " in newest["data"]


def test_it_says_that_the_schedules_run(up: Upright) -> None:
    until(lambda: up.told()["scheduling"] == "ok", 150, "the schedules to be found running")
    address = up.told()["address"]
    assert until(lambda: httpx.get(f"{address}readyz").status_code == 200, 30, "it to be ready")


def test_thirty_days_of_late_rounds_end_in_one(up: Upright) -> None:
    (deployment,) = up.prefect("/deployments/filter", flows={"name": {"any_": ["campaigns"]}})
    for day in range(STALE):
        due = (clock.now() - timedelta(days=30 - day)).isoformat()
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
        up.prefect(f"/deployments/{deployment['id']}/create_flow_run", state=state, name="stale")

    def waiting() -> list[str]:
        return [run["name"] for run in up.runs("SCHEDULED", "PENDING", "RUNNING") if run["name"] == "stale"]

    until(lambda: not waiting(), 120, "the late rounds to be gone")
    # one of them may have been taken for the round that is owed; they came one by one here, so now and then another
    assert len([run for run in up.runs("COMPLETED") if run["name"] == "stale"]) <= 3


@pytest.mark.parametrize("name", ["web", "flows", "prefect"])
def test_a_killed_child_comes_back(up: Upright, name: str) -> None:
    killed = up.ready(name)
    os.kill(killed, signal.SIGKILL)
    until(lambda: up.child(name)["pid"] not in (None, killed), 30, f"{name} to start again")
    assert up.ready(name) != killed
    assert killed not in family(up.data)


def test_rounds_go_on_after_a_runner_was_killed_in_one(up: Upright) -> None:
    runner = up.ready("flows")
    until(lambda: any("prefect.engine" in command for command in family(up.data).values()), 90, "a run", every=0.05)
    os.kill(runner, signal.SIGKILL)
    after = clock.now().isoformat()
    until(lambda: any(run["start_time"] > after for run in up.runs("COMPLETED")), 180, "a round after that")
    assert [run for run in up.runs("RUNNING") if run["start_time"] < after] == []


def test_a_second_one_on_the_same_folder_is_refused(up: Upright) -> None:
    second = Upright(up.data, said="second")
    assert second.process.wait(60) == 1
    assert "one at a time" in second.said.read_text()
    assert up.process.poll() is None


def test_sigterm_ends_everything_within_ten_seconds(up: Upright) -> None:
    until(lambda: any("prefect.engine" in command for command in family(up.data).values()), 90, "a run", every=0.05)
    began = time.monotonic()
    assert up.end(signal.SIGTERM, 10) == 0
    assert time.monotonic() - began < 10
    assert family(up.data) == {}
    assert not (up.data / "up.json").exists()
    assert (up.data / "logs" / "web.log").stat().st_size > 0


def test_a_killed_supervisor_leaves_no_orphans(data: Path, token: str) -> None:
    with upright(data, every=EVERY) as again:
        again.ready("flows")
        until(lambda: any("prefect.engine" in command for command in family(data).values()), 90, "a run", every=0.05)
        again.end(signal.SIGKILL, 5)
        until(lambda: not family(data), 5, "the family to end")


def test_taken_ports_are_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        with upright(tmp_path / "data", "--port", port, ZHIBAN_PREFECT_PORT=port) as refused:
            assert refused.process.wait(60) == 1
            said = refused.said.read_text()
    assert said.count(port) == 2
    assert "ZHIBAN_PREFECT_PORT" in said
    assert not (tmp_path / "data").exists()
