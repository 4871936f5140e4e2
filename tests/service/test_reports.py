"""Reports from the drawing to the correction: who may, what is kept for ever, and who is told."""

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import Engine
from sqlmodel import col

from models import Grant, Report, ReportEdition, ReportText
from models.kinds import ReportState
from service import store
from service.access import SYSTEM, Actor
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.hazards import acts as hazards
from service.reports import freezing, sending, shown, wording, writing
from service.rules.reports import Changed
from service.rules.steps import make
from tests.service import hazard_worlds as ledger
from tests.service import report_worlds as world
from tests.service.hazard_worlds import FOUND, act, told

LATER = FOUND + timedelta(days=1)
TOWN = "report:town:town_summary:2026-01-01:2026-12-31:-"


@pytest.fixture
def county(engine: Engine) -> Engine:
    """A county in which two hazards were found and one of them closed."""
    ledger.found(engine)
    ledger.closed(engine)
    ledger.report(engine)
    return engine


def test_a_report_says_what_the_ledger_has(county: Engine) -> None:
    snapshot = world.drawing(county, "town")
    found = snapshot["figures"]["hazards.found"]
    assert (found["value"], found["shown"], found["basis"]) == (2, "2", "found_on")
    assert world.value(snapshot, "hazards.rectified") == 1
    assert world.value(snapshot, "hazards.rate") == 50.0
    assert found["records"] == "/api/v1/figures/hazards.found/records?unit=town&from=2026-01-01&to=2026-12-31"
    assert snapshot["findings"] == []
    assert {one["by"]: one["sum"] for one in found["parts"]} == {
        "level": 2, "state": 2, "mode": 2, "source": 2, "unit": 2,
    }  # fmt: skip


def test_every_id_that_a_block_names_stands_among_the_figures(county: Engine) -> None:
    for template in ("town_summary", "phase_report", "district_report", "monthly_form", "duty_table"):
        snapshot = world.drawing(county, "county", template_key=template)
        named = json.dumps(snapshot["sections"])
        assert snapshot["template"] == template
        for section in snapshot["sections"]:
            for block in section["blocks"]:
                for sentence in block.get("sentences", ()):
                    assert all(ref["id"] in snapshot["figures"] for ref in sentence["figures"].values()), named
                for row in [*block.get("rows", ()), *([block["total"]] if "total" in block else [])]:
                    cells = [*row.get("cells", ()), *([row["cell"]] if "cell" in row else [])]
                    assert all(cell in snapshot["figures"] for cell in cells)


def test_the_draft_is_drawn_again_and_texts_outlive_it(county: Engine) -> None:
    key = world.begin(county)
    assert key == TOWN
    assert world.begin(county) == key
    act(county, writing.write, "coord", key, "problems", "一些企业主体责任落实不到位。", now=FOUND)
    act(county, writing.redraft, "coord", world.drawn(county, key), now=FOUND)
    ledger.report(county)
    act(county, writing.redraft, "coord", world.drawn(county, key), now=LATER)
    snapshot = world.whole(county, key).snapshot
    assert world.value(snapshot, "hazards.found") == 3
    assert snapshot["texts"]["problems"]["text"] == "一些企业主体责任落实不到位。"
    act(county, writing.write, "coord", key, "problems", "", now=LATER)
    assert ledger.rows(county, ReportText) == []


def test_frozen_bytes_never_change(county: Engine) -> None:
    key = world.frozen(county)
    before = world.bytes_of(county, key)
    edition = ledger.row(county, ReportEdition, f"{key}:1")
    assert sha256(before).hexdigest() == edition.sha256
    assert json.loads(before)["frozen_by"] == {"code": "coord", "name": "coord"}
    code = ledger.report(county)
    act(county, hazards.void, "coord", code, now=LATER, reason="重复登记")
    ledger.closed(county, now=LATER)
    act(county, writing.write, "coord", key, "problems", "新的话", now=LATER)
    world.correct(county, key, now=LATER)
    assert world.bytes_of(county, key, 1) == before
    after = json.loads(world.bytes_of(county, key))
    assert (after["edition"], after["reason"]) == (2, "漏报一条")
    assert world.value(after, "hazards.found") == 3
    assert after["texts"]["problems"]["text"] == "新的话"
    assert "problems" not in json.loads(before)["texts"]


def test_what_changed_since_is_said(county: Engine) -> None:
    key = world.frozen(county)
    assert shown.since(county, SYSTEM, key, now=FOUND).figures == []
    ledger.report(county, now=LATER)
    since = shown.since(county, SYSTEM, key, now=LATER)
    assert Changed("hazards.found", 2, 3) in since.figures
    assert Changed("hazards.rate", 50.0, 33.3) in since.figures
    assert since.edition == 1


def test_from_freezing_to_sending(county: Engine) -> None:
    key = world.frozen(county)
    assert told(county, "report_to_sign") == ["leader"]
    with pytest.raises(Conflict, match="sign this edition first"):
        world.send(county, key)
    with pytest.raises(Forbidden):
        world.sign(county, key, "coord")
    world.sign(county, key)
    with pytest.raises(Conflict, match="signed already"):
        world.sign(county, key)
    assert told(county, "report_signed") == ["coord"]
    world.send(county, key)
    assert told(county, "report_received") == ["above"]
    assert ledger.row(county, Report, key).state == ReportState.sent
    with pytest.raises(Conflict, match="can't be done"):
        world.send(county, key)
    with pytest.raises(Conflict, match="can't be done"):
        world.freeze(county, key)


def test_a_correction_is_a_new_edition_that_is_signed_and_sent_again(county: Engine) -> None:
    key = world.sent(county)
    assert world.correct(county, key, now=LATER) == 2
    row = ledger.row(county, Report, key)
    assert (row.state, row.edition) == (ReportState.corrected, 2)
    assert told(county, "report_corrected") == ["above"]
    with pytest.raises(Refused, match="reason is needed"):
        world.correct(county, key, reason=" ")
    world.sign(county, key, now=LATER)
    world.send(county, key, now=LATER)
    assert ledger.row(county, Report, key).state == ReportState.corrected
    editions = world.whole(county, key).editions
    assert [(one.number, one.reason, one.sent_at is not None) for one in editions] == [
        (1, "", True), (2, "漏报一条", True),
    ]  # fmt: skip


def test_whoever_froze_signs_only_where_no_other_leader_is(county: Engine) -> None:
    with store.transaction(county) as session:
        grant = {"person": "leader", "role": "coordinator", "unit": "town"}
        store.require(session, [make(Grant, "leader:coordinator:town", "made", grant)], now=FOUND, by="tests")
    key = world.frozen(county, who="leader")
    world.sign(county, key, "leader")
    with store.transaction(county) as session:
        grant = {"person": "chief", "role": "leader", "unit": "town"}
        store.require(session, [make(Grant, "chief:leader:town", "made", grant)], now=FOUND, by="tests")
    world.correct(county, key, "leader")
    with pytest.raises(Forbidden, match="another leader"):
        world.sign(county, key, "leader")
    world.sign(county, key, "chief")


def test_a_drawing_of_yesterday_is_not_frozen_over_what_was_written_since(county: Engine) -> None:
    key = world.begin(county)
    stale = world.drawn(county, key)
    act(county, writing.write, "coord", key, "problems", "刚写的", now=FOUND)
    with pytest.raises(Conflict, match="read it again"):
        act(county, freezing.freeze, "coord", stale, now=FOUND)


def test_a_stated_figure_stands_beside_the_records(county: Engine) -> None:
    key = world.begin(county)
    act(county, writing.state, "coord", key, figure="hazards.found", value=23_708, source="各单位报表", now=FOUND)
    world.freeze(county, key)
    snapshot = json.loads(world.bytes_of(county, key))
    found = snapshot["figures"]["hazards.found"]
    assert (found["value"], found["counted"], found["stated"]["source"]) == (23_708, 2, "各单位报表")
    kinds = {(one["kind"], one.get("by")) for one in snapshot["findings"] if one["figure"] == "hazards.found"}
    assert kinds == {("stated", None), *(("parts", by) for by in ("level", "state", "mode", "source", "unit"))}
    assert found["findings"] == list(range(6))
    assert world.value(snapshot, "hazards.rate") == 0.0
    act(county, writing.state, "coord", key, figure="hazards.found", value=None, now=FOUND)
    world.correct(county, key)
    assert json.loads(world.bytes_of(county, key))["findings"] == []


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"first": date(2026, 5, 2), "last": date(2026, 5, 1)}, "to"),
        ({"first": date(2000, 1, 1)}, "to"),
        ({"template_key": "poem"}, "template"),
        ({"template_key": "campaign_progress"}, "campaign"),
    ],
)
def test_bad_questions_are_refused_by_name(county: Engine, what: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        world.begin(county, **what)  # type: ignore[arg-type]
    assert [fault.field for fault in refused.value.faults] == [field]
    assert ledger.rows(county, Report) == []


def test_bad_texts_and_figures_are_refused_by_name(county: Engine) -> None:
    key = world.begin(county)
    for name, text, field in (("problems", "字" * 20_001, "text"), ("poem", "x", "name")):
        with pytest.raises(Refused) as refused:
            act(county, writing.write, "coord", key, name, text, now=FOUND)
        assert [fault.field for fault in refused.value.faults] == [field]
    with pytest.raises(Refused) as refused:
        act(county, writing.state, "coord", key, figure="hazards.found", value=-1, source=" ", now=FOUND)
    assert [fault.field for fault in refused.value.faults] == ["value", "source"]
    with pytest.raises(NotFound):
        act(county, writing.state, "coord", key, figure="poems.written", value=1, source="x", now=FOUND)


def test_out_of_sight_is_not_there(county: Engine) -> None:
    key = world.frozen(county)
    with pytest.raises(NotFound):
        world.begin(county, "town", "stranger")
    for who in ("stranger", "staff"):
        with pytest.raises(NotFound):
            world.whole(county, key, who)
    with pytest.raises(Forbidden):
        world.freeze(county, world.begin(county, "v1", "keeper"), "viewer")
    with store.reading(county) as session:
        assert shown.listed(session, world.actor(county, "stranger")).items == []
        assert [one.key for one in shown.listed(session, world.actor(county, "viewer")).items][-1:] == [key]


def test_lists_come_page_by_page(county: Engine) -> None:
    months = [
        world.begin(county, first=date(2026, n, 1), last=date(2026, n, 28), template_key="monthly_form")
        for n in (1, 2, 3)
    ]
    with store.reading(county) as session:
        first = shown.listed(session, SYSTEM, limit=2)
        second = shown.listed(session, SYSTEM, limit=2, after=first.next)
        assert [one.key for one in (*first.items, *second.items)] == months[::-1]
        assert second.next is None
        some = shown.listed(
            session,
            SYSTEM,
            unit="town",
            template_key="monthly_form",
            states=["drafting"],
            from_on=date(2026, 2, 1),
            to_on=date(2026, 2, 28),
        )
        assert [one.key for one in some.items] == months[1:2]
        with pytest.raises(Refused):
            shown.listed(session, SYSTEM, after="nonsense")


def test_another_template_keeps_what_was_written(county: Engine) -> None:
    key = world.begin(county)
    act(county, writing.write, "coord", key, "problems", "问题", now=FOUND)
    act(county, writing.choose, "coord", key, template_key="phase_report", now=FOUND)
    with pytest.raises(Refused):
        act(county, writing.choose, "coord", key, template_key="campaign_progress", now=FOUND)
    ledger.campaign(county)
    act(county, writing.choose, "coord", key, template_key="campaign_progress", campaign="drive", now=FOUND)
    world.freeze(county, key)
    snapshot = json.loads(world.bytes_of(county, key))
    assert snapshot["campaign"] == {"key": "drive", "name": "专项整治", "basis": "", "members": ["drive"]}
    assert snapshot["texts"]["problems"]["text"] == "问题"
    # neither of the hazards was found by the campaign, and it has one task, called by nobody yet
    assert world.value(snapshot, "hazards.found") == 0
    assert ledger.rows(county, Report, col(Report.campaign) == "drive") != []


def test_the_number_of_an_edition_must_be_there(county: Engine) -> None:
    key = world.begin(county)
    with pytest.raises(NotFound):
        world.bytes_of(county, key)
    world.freeze(county, key)
    with pytest.raises(NotFound):
        world.bytes_of(county, key, 2)
    with pytest.raises(Conflict):
        act(county, sending.sign, Actor("x", (("leader", "/"),)), key, now=FOUND, version=1)


def test_what_a_figure_is_parted_by_is_said_plainly() -> None:
    for group in wording.BY:
        assert "(" not in wording.by(group, "en")
    assert wording.by("level", "en") == "level"
    assert "level" not in wording.by("level", "zh_CN")
