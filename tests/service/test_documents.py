"""Plans that are revised by a date: registered, revised, missed and told, with their files."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Case, PlanDocument, PlanRevision
from models.kinds import CaseState
from service import auditor, evidence, store, sweeps
from service.access import actor_for
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.records import documents
from tests.service.hazard_worlds import act, open_cases, told
from tests.service.worlds import at, found, row, rows

MORNING = at("2026-03-02 09:00")
FLOOD = {
    "unit": "v1", "code": "flood", "kind": "应急预案", "title": "山洪灾害防御应急预案", "revised_on": date(2025, 5, 1),
    "next_revision_on": date(2026, 4, 30), "keeper": "grid1",
}  # fmt: skip
KEY = "plan:v1:flood"
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture
def town(engine: Engine) -> Engine:
    return found(engine)


def register(engine: Engine, who: str = "coord", **what: Any) -> str:
    return str(act(engine, documents.register, who, now=MORNING, **(FLOOD | what)))


def whole(engine: Engine, who: str = "viewer") -> documents.DocumentWhole:
    with store.reading(engine) as session:
        return documents.whole(session, actor_for(session, who), KEY)


def test_a_revision_is_told_ahead_and_missed_and_settled(town: Engine) -> None:
    assert register(town) == KEY
    sweeps.sweep(town, at("2026-03-31"))
    assert told(town, "document_due_soon") == []
    sweeps.sweep(town, at("2026-04-01"))
    assert told(town, "document_due_soon") == ["grid1"]
    sweeps.sweep(town, at("2026-05-01"))
    (case,) = rows(town, Case)
    assert (case.subject, case.kind, case.name) == (f"{KEY}:revision:20260430T160000", "document", FLOOD["title"])
    assert case.began_at == at("2026-05-01")
    act(town, documents.revise, "grid1", KEY, now=at("2026-05-03 10:00"), revised_on=date(2026, 5, 2),
        next_revision_on=date(2027, 4, 30), note="按新要求修订")  # fmt: skip
    assert row(town, Case, case.key).state == CaseState.ended
    assert [(one.number, one.revised_on, one.note) for one in rows(town, PlanRevision)] == [
        (1, date(2025, 5, 1), ""), (2, date(2026, 5, 2), "按新要求修订"),
    ]  # fmt: skip
    assert row(town, PlanDocument, KEY).attend_at == at("2027-04-01")
    sweeps.sweep(town, at("2027-05-01"))
    assert open_cases(town) == [f"{KEY}:revision:20270430T160000"], "missed the next year, it climbs anew"
    assert {one.act for one in whole(town).journal} >= {"registered", "revised", "revision", "overdue", "due_soon"}


def test_asleep_or_awake_it_ends_alike(town: Engine) -> None:
    register(town)
    sweeps.sweep(town, at("2026-06-01"))
    (case,) = rows(town, Case)
    assert (case.began_at, row(town, PlanDocument, KEY).attend_at) == (at("2026-05-01"), None)
    assert sweeps.sweep(town, at("2026-06-01"))["records"].applied == 0


def test_what_was_late_when_it_was_entered_is_late_from_then_on(town: Engine) -> None:
    register(town, next_revision_on=date(2026, 1, 31))
    sweeps.sweep(town, MORNING)
    (case,) = rows(town, Case)
    assert case.began_at == MORNING


def test_nobody_named_the_chain_keeps_it(town: Engine) -> None:
    register(town, keeper=None)
    sweeps.sweep(town, at("2026-04-01"))
    assert told(town, "document_due_soon") == ["grid1"]
    register(town, keeper=None, unit="town")  # nobody on level 1 there: the next above
    sweeps.sweep(town, at("2026-04-02"))
    assert told(town, "document_due_soon") == ["chief", "grid1", "mayor"]


def test_retired_nothing_more_is_owed(town: Engine) -> None:
    register(town)
    sweeps.sweep(town, at("2026-05-02"))
    act(town, documents.retire, "coord", KEY, now=at("2026-05-03"), reason="并入总体预案")
    assert open_cases(town) == []
    sweeps.sweep(town, at("2028-01-01"))
    assert open_cases(town) == []
    for verb, what in (
        (documents.retire, {"reason": "x"}),
        (documents.amend, {"title": "x"}),
        (documents.revise, {"revised_on": date(2026, 5, 3), "next_revision_on": None}),
    ):
        with pytest.raises(Conflict):
            act(town, verb, "coord", KEY, now=at("2026-05-04"), **what)
    with store.reading(town) as session:
        viewer = actor_for(session, "viewer")
        assert documents.listed(session, viewer, now=MORNING).items == []
        assert [one.key for one in documents.listed(session, viewer, now=MORNING, retired=True).items] == [KEY]


def test_amended_and_listed(town: Engine) -> None:
    register(town)
    register(town, code="fire", kind="演练方案", unit="v2", next_revision_on=date(2026, 1, 1), keeper=None)
    act(town, documents.amend, "coord", KEY, now=MORNING, version=1, title="防御预案", keeper="grid2")
    act(town, documents.amend, "coord", KEY, now=MORNING, title="防御预案")  # as it is: nothing changes
    assert (row(town, PlanDocument, KEY).title, row(town, PlanDocument, KEY).version) == ("防御预案", 2)
    with store.reading(town) as session:

        def keys(who: str = "viewer", **asked: Any) -> list[str]:
            return [one.key for one in documents.listed(session, actor_for(session, who), now=MORNING, **asked).items]

        assert keys() == [KEY, "plan:v2:fire"]
        assert keys(kind="演练方案") == keys(unit="v2") == keys(overdue=True) == ["plan:v2:fire"]
        assert keys(overdue=False) == [KEY]
        assert keys("stranger") == []
        page = documents.listed(session, actor_for(session, "viewer"), now=MORNING, limit=1)
        assert page.next == KEY
        assert keys(after=page.next) == ["plan:v2:fire"]


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"unit": "nowhere"}, "unit"),
        ({"keeper": "nobody"}, "keeper"),
        ({"title": ""}, "title"),
        ({"code": "a:b"}, "code"),
        ({"revised_on": date(2026, 3, 3)}, "revised_on"),
        ({"next_revision_on": date(2025, 5, 1)}, "next_revision_on"),
    ],
)
def test_what_is_no_document(town: Engine, what: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        register(town, **what)
    assert [one.field for one in refused.value.faults] == [field]
    assert rows(town, PlanDocument) == []


def test_who_may_not(town: Engine) -> None:
    register(town)
    for who, error in (("viewer", Forbidden), ("stranger", (NotFound, Refused))):
        with pytest.raises(error):  # type: ignore[arg-type]
            register(town, who, code="x")
        with pytest.raises((Forbidden, NotFound)):
            act(town, documents.retire, who, KEY, now=MORNING, reason="x")
    with pytest.raises(NotFound):
        whole(town, "stranger")
    assert whole(town, "grid1").document["title"] == FLOOD["title"]  # who keeps it sees it, without a role
    with pytest.raises(Conflict):
        register(town)
    with pytest.raises(Conflict):
        act(town, documents.retire, "coord", KEY, now=MORNING, reason="x", version=9)
    with pytest.raises(Refused):
        act(town, documents.revise, "coord", KEY, now=MORNING, revised_on=date(2025, 1, 1), next_revision_on=None)


def test_its_file_is_kept_as_it_came(town: Engine) -> None:
    register(town)
    paper = evidence.read_file(KEY, PDF)
    assert (paper.media_type, paper.data) == ("application/pdf", PDF)
    key = act(town, evidence.add, "grid1", KEY, now=MORNING, photo=paper, note="2025年修订稿")
    assert key == f"{KEY}:evidence:1"
    with store.reading(town) as session:
        assert evidence.read(session, actor_for(session, "viewer"), key) == ("application/pdf", PDF)
        with pytest.raises(NotFound):
            evidence.read(session, actor_for(session, "stranger"), key)
    assert [one.note for one in whole(town).evidence] == ["2025年修订稿"]
    for bad in (b"%PDF-1.7 without an end", b"%PDF-" + bytes(11 * 1024 * 1024), b"MZ program"):
        with pytest.raises(Refused):
            evidence.read_file(KEY, bad)
    with pytest.raises(Refused):
        evidence.read_file("H-2026-000001", PDF)  # of a hazard, photos alone


def test_the_auditor_finds_a_document_that_nobody_will_look_at(town: Engine) -> None:
    def well(now: Any) -> bool:
        with store.reading(town) as session:
            return auditor.owed(session, now).well

    register(town)
    assert well(MORNING)
    assert not well(at("2026-04-01 00:11"))  # no sweep since
    sweeps.sweep(town, at("2026-05-01"))
    assert well(at("2026-05-01 08:00")), "a case has it"
    with store.transaction(town) as session:
        session.exec(Case.__table__.update().values(state="ended"))  # type: ignore[attr-defined, call-overload]
    assert not well(at("2026-05-01") + timedelta(hours=8))
