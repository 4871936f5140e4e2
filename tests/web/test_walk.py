"""The route table, walked by nobody, by a viewer of the town, by a coordinator of another place, and by whoever may."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models import Season
from models.kinds import Role
from service import people, store, sweeps
from service.access import SYSTEM, actor_for
from service.checklists import put
from service.rules.steps import make
from service.signin import tokens as signin_tokens
from service.tasks import acts as tasks
from tests import databases
from tests.service import worlds
from tests.web import records
from tests.web.calls import AHEAD, CASES, DRAFT, Case
from tests.web.calls_duty import DUTY
from tests.web.calls_incidents import INCIDENTS
from tests.web.calls_ledger import LEDGER, OPEN
from tests.web.calls_records import RECORDS
from tests.web.calls_reports import REPORTS
from tests.web.duty import keep
from tests.web.house import MORNING, V2, House, furnish
from tests.web.incidents import happen
from tests.web.ledger import settle
from tests.web.reports import write_up

METHODS = ("get", "put", "post", "delete", "patch")


@pytest.fixture(scope="module")
def busy_town(
    all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """The furnished town with something of everything in it, as a file to copy."""
    file = tmp_path_factory.mktemp("busy") / "town.sqlite"
    engine = all_databases.sqlite(file)
    tokens = furnish(engine)
    worlds.apply(engine, DRAFT, MORNING)
    worlds.launch(engine, AHEAD, MORNING)
    worlds.launch(engine, AHEAD.replace('"ahead"', '"paused"'), MORNING)
    worlds.run(engine, "paused", "pause", MORNING)
    sweeps.sweep(engine, MORNING)
    heating = {
        "kind": "heating",
        "name": "取暖期",
        "unit": "town",
        "from_on": date(2026, 1, 1),
        "to_on": date(2026, 3, 15),
    }
    with store.transaction(engine) as session:
        store.require(session, [make(Season, "heating:town:2026-01-01", "declared", heating)], now=MORNING, by="tests")
        put(session, SYSTEM, "flood", name="汛期检查表", owner="town", items=["排水沟畅通"], now=MORNING)
        doer = actor_for(session, "inspector")
        answers = {"general:1": ("pass", ""), "general:2": ("na", "")}
        tasks.submit(session, doer, V2, now=MORNING, figures={"people": 2}, answers=answers)
        for unit in ("town", "city"):
            people.grant(session, SYSTEM, "chief", Role.admin, unit, now=MORNING)
    settle(engine)
    write_up(engine)
    keep(engine)
    happen(engine)
    records.settle(engine)
    engine.dispose()
    return file, tokens


@pytest.fixture
def house(busy_town: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[House]:
    file, tokens = busy_town
    shutil.copy(file, tmp_path / "town.sqlite")
    engine = store.open_engine(f"sqlite:///{tmp_path / 'town.sqlite'}")
    made = House(engine, tokens)
    yield made
    made.leave()
    engine.dispose()


def path_of(house: House, case: Case) -> str:
    return case.path.format(viewer_token=house.tokens["viewer"].split("_")[1], submitted=V2)


def answered(house: House, case: Case, person: str | None, expected: int) -> str:
    caller = house.browser("chief") if person == "everywhere" else house.caller(person)
    answer = caller.api(case.method, path_of(house, case), **case.more())
    assert answer.status_code == expected, f"{person}: {answer.text}"
    return answer.text


@pytest.mark.parametrize(
    "case", CASES + LEDGER + DUTY + INCIDENTS + RECORDS + REPORTS, ids=lambda case: f"{case.method} {case.path}"
)
def test_each_call_is_answered_by_role(house: House, case: Case) -> None:
    refused = answered(house, case, None, 401)
    assert "town" not in refused
    seen = answered(house, case, "stranger", case.stranger)
    if case.stranger < 300 and not case.path.startswith(("/session", "/imports")):
        assert case.holds not in seen
    if case.by != "viewer":
        answered(house, case, "viewer", case.viewer)
    answered(house, case, case.by, case.ok)


def test_every_route_stands_in_the_table(house: House) -> None:
    served = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, calls in house.contract.paths.items()
        for method in METHODS
        if method in calls and path.startswith("/api/v1/")
    }
    walked = {(case.method, case.template) for case in CASES + LEDGER + DUTY + INCIDENTS + RECORDS + REPORTS}
    assert served - walked == {("POST", "/session")} | OPEN
    assert not walked - served


def test_what_is_open_to_all_tells_nothing_of_the_town(house: House) -> None:
    nobody = house.caller()
    for path in ("/healthz", "/readyz", "/metrics", "/api/openapi.json", "/sign-in", "/static/zhiban.css"):
        answer = nobody.get(path)
        assert answer.status_code in (200, 503), path
        assert "drive" not in answer.text, path
        assert "grid1" not in answer.text, path


def test_nobody_learns_which_addresses_exist(house: House) -> None:
    nobody = house.caller()
    for path in ("/units", "/nothing", "/tasks/none/submit", "/"):
        for method in ("GET", "POST", "DELETE", "OPTIONS", "HEAD"):
            assert nobody.api(method, path).status_code == 401, (method, path)


def test_a_token_is_less_than_its_person(house: House) -> None:
    with store.transaction(house.engine) as session:
        token = signin_tokens.issue_token(session, SYSTEM, "admin", "viewer", "v1", now=MORNING)
    house.tokens = {**house.tokens, "narrow": token}
    narrow = house.caller("narrow")
    assert narrow.api("GET", "/units/v1").status_code == 200
    assert narrow.api("GET", "/units/v2").status_code == 404
    assert narrow.api("PATCH", "/units/v1", json={"name": "x"}).status_code == 403
