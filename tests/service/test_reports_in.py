"""What reports itself: a platform's payloads, each event one hazard; and what the public saw."""

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Hazard, PublicReport
from service import reports_in, store
from service.access import SYSTEM
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.signin.tokens import issue_token, token_actor
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, hazard, report, rows, told

PAYLOAD = {"ref": "cam-7/evt-99", "unit": "e1", "description": "未戴安全帽", "place": "二号门"}


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def take(engine: Engine, payload: dict[str, Any], *, who: str = "inspector", token: str = "T1") -> reports_in.Taken:
    taken: reports_in.Taken = act(engine, reports_in.take, who, payload, token=token)
    return taken


def test_the_same_payload_twice_makes_one_hazard(county: Engine) -> None:
    first = take(county, PAYLOAD)
    again = take(county, PAYLOAD | {"description": "改了的话"})
    assert (first.made, again.made, first.code) == (True, False, again.code)
    (row,) = rows(county, Hazard)
    assert (row.source, row.description, row.place, row.found_by, row.note, row.level) == (
        "webhook", "未戴安全帽", "二号门", "inspector", "cam-7/evt-99", "general",
    )  # fmt: skip
    assert told(county, "hazard_reported") == ["keeper"]


def test_the_same_reference_of_another_token_is_another_event(county: Engine) -> None:
    assert take(county, PAYLOAD).code != take(county, PAYLOAD, token="T2").code
    assert take(county, PAYLOAD | {"ref": 99}).made
    assert len(rows(county, Hazard)) == 3


def test_it_says_when_it_was_found(county: Engine) -> None:
    code = take(county, PAYLOAD | {"level": "major", "found_at": "2026-02-27T23:30:00+08:00", "place": None}).code
    row = hazard(county, code)
    assert (row.found_on, row.level, row.due_at) == (date(2026, 2, 27), "major", worlds.at("2026-03-30"))


def test_a_token_reaches_its_unit_and_no_further(county: Engine) -> None:
    with store.transaction(county) as session:
        secret = issue_token(session, SYSTEM, "inspector", "inspector", "v1", now=FOUND)
    with store.transaction(county) as session:
        actor = token_actor(session, secret, now=FOUND)
        assert reports_in.take(session, actor, PAYLOAD, token="T1", now=FOUND).made
        with pytest.raises(NotFound):
            reports_in.take(session, actor, PAYLOAD | {"unit": "town"}, token="T1", now=FOUND)


BAD = [
    ({"ref": ""}, "ref: is missing"),
    ({"ref": None}, "ref: is missing"),
    ({"ref": "r" * 201}, "ref: is longer than 200 characters"),
    ({"ref": True}, "ref: must be text"),
    ({"unit": None}, "unit: is missing"),
    ({"description": "险" * 10_001}, "description: is longer than 10000 characters"),
    ({"found_at": "2026-03-02"}, "found_at: must be an instant with its offset"),
    ({"found_at": 1e9}, "found_at: must be an instant like 2026-03-02T09:00:00+08:00"),
    ({"found_at": "2026-03-02T09:00:01+08:00"}, "found_at: is still to come"),
    ({"found_at": "1900-03-02T09:00:01+08:00"}, "found_at: is no day of these times"),
    ({"level": "huge"}, "level: is no level of a hazard: huge"),
    ({"more": 1}, "more: there is no such field"),
]


@pytest.mark.parametrize(("what", "fault"), BAD)
def test_a_bad_payload_is_named(county: Engine, what: dict[str, Any], fault: str) -> None:
    with pytest.raises(Refused) as refused:
        take(county, PAYLOAD | what)
    assert [str(one) for one in refused.value.faults] == [fault]
    assert rows(county, Hazard) == []


def test_a_viewer_reports_nothing(county: Engine) -> None:
    with pytest.raises(Forbidden):
        take(county, PAYLOAD, who="viewer")


def at_once(count: int, work: Any) -> list[Any]:
    """The same work in several threads that start together; what each came to."""
    start, came = Barrier(count), []

    def one(number: int) -> None:
        start.wait(10)
        try:
            came.append(work(number))
        except Exception as wrong:
            came.append(wrong)

    threads = [Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


def test_two_at_once_make_one_hazard(county: Engine) -> None:
    came = at_once(4, lambda _: take(county, PAYLOAD).made)
    assert sorted(came) == [False, False, False, True]


def test_reports_at_once_get_a_number_each(county: Engine) -> None:
    came = at_once(6, lambda number: report(county, description=f"隐患{number}"))
    assert sorted(came) == [f"H-2026-{number:06}" for number in range(1, 7)]


# -- the public --------------------------------------------------------------------------------------------------------


def publicly(engine: Engine, *, unit: str = "e1", text: str = "夜间偷排粉尘", contact: str = "13800130099") -> str:
    with store.transaction(engine) as session:
        return reports_in.report_publicly(session, unit, text, contact, now=FOUND)


def test_the_public_reports_and_follows_by_a_receipt(county: Engine) -> None:
    receipt = publicly(county)
    (row,) = rows(county, Hazard)
    assert (row.source, row.found_by, row.state, row.unit) == ("public", "", "registered", "e1")
    assert told(county, "hazard_reported") == ["keeper"]
    worlds.close(county, row.key, now=FOUND + timedelta(days=1))
    with store.reading(county) as session:
        for typed in (receipt, receipt.lower().replace("-", " "), receipt.replace("-", "")):
            followed = reports_in.follow(session, typed)
            assert (followed.code, followed.state, followed.closed_at) == (
                row.key, "closed", FOUND + timedelta(days=1),
            )  # fmt: skip
        for wrong in ("", "H-2026-000001", receipt[:-1] + ("2" if receipt[-1] != "2" else "3")):
            with pytest.raises(NotFound):
                reports_in.follow(session, wrong)


def test_a_receipt_is_kept_nowhere_and_no_contact_stands_in_the_ledger(county: Engine) -> None:
    receipt = publicly(county)
    (kept,) = rows(county, PublicReport)
    plain = receipt.replace("-", "")
    assert len(plain) == 20
    for table in (Hazard, PublicReport, worlds.Journal, worlds.Notice):
        for row in rows(county, table):
            assert plain not in str(row)
            assert receipt not in str(row)
            assert table is PublicReport or "13800130099" not in str(row)
    assert act(county, reading_contact, "coord", kept.hazard) == "13800130099"
    with pytest.raises(Forbidden):
        act(county, reading_contact, "viewer", kept.hazard)
    for who, code in (("stranger", kept.hazard), ("coord", "H-1")):
        with pytest.raises(NotFound):
            act(county, reading_contact, who, code)


def reading_contact(session: Any, actor: Any, code: str, *, now: Any) -> str:
    return reports_in.contact_of(session, actor, code)


def test_two_receipts_differ(county: Engine) -> None:
    assert publicly(county) != publicly(county)


@pytest.mark.parametrize(
    ("what", "refused"),
    [
        ({"unit": "none"}, NotFound),
        ({"text": " "}, Refused),
        ({"text": "说" * 10_001}, Refused),
        ({"contact": "1" * 201}, Refused),
    ],
)
def test_a_bad_public_report_is_refused(county: Engine, what: Any, refused: Any) -> None:
    with pytest.raises(refused):
        publicly(county, **what)
    assert rows(county, Hazard) == []


def test_a_given_code_twice_is_a_conflict(county: Engine) -> None:
    report(county, code="A-1")
    came = at_once(2, lambda _: report(county, code="A-2"))
    assert sorted(type(one) for one in came if not isinstance(one, str)) == [Conflict]
