"""What else an office keeps, for the served town: a meeting, a letter, a document, stores, a team, a list, projects."""

from datetime import date
from typing import Any

from sqlalchemy import Engine

from service import evidence, sweeps
from service.records import documents, letters, meetings, projects, stores, teams, unit_lists
from service.tasks import acts as tasks
from tests.service import worlds
from tests.web.house import MORNING
from tests.web.ledger import act

WHO = {"assignee": {"role": "coordinator"}, "window": {"days": 30}}
COUNCIL = worlds.once("2026-03-02", "council", kind="meeting", name="安委会会议", **WHO)
LETTERS = worlds.once("2026-03-02", "letters", kind="commitment", name="责任书", **WHO)
CALLED = {"key": "four", "kind": "meeting", "name": "四方约谈", "when": {"event": "project"}}
FOUR = CALLED | WHO | {"due": {"working_days": 3}}
FILE = worlds.drive(COUNCIL, LETTERS, FOUR, key="office")
MEETING, STILL = "campaign:office:council:2026-03-02:v1", "campaign:office:council:2026-03-02:v2"
LETTER, LETTER_TASK = "office:letters:2026:1", "campaign:office:letters:2026-03-02:v1"
DOCUMENT, ITEM = "plan:v1:flood", stores.key_of("v1", "水泵", "", "")
MEMBER = "team:v1:灾情信息员:grid1:2026-01-01"
TEXT = "{unit}{person}承诺:{year}年度落实安全生产责任。"


def settle(engine: Engine) -> None:
    """Something of everything; at MORNING one meeting was held, and project P-2 may begin."""
    worlds.launch(engine, FILE, MORNING)
    sweeps.sweep(engine, MORNING)

    def coord(verb: Any, *what: Any, **more: Any) -> None:
        act(engine, verb, "coord", *what, **more)

    coord(meetings.call, MEETING, [{"person": "coord"}, {"person": "grid1"}])
    coord(meetings.hold, MEETING)
    coord(letters.write, campaign="office", activity="letters", year=2026, title="责任书", text=TEXT)
    coord(
        documents.register, unit="v1", code="flood", kind="应急预案", title="山洪预案", revised_on=date(2025, 5, 1),
        next_revision_on=date(2026, 4, 30), keeper="grid1",
    )  # fmt: skip
    coord(evidence.add, DOCUMENT, note="2025年修订稿")
    coord(stores.enter, unit="v1", name="水泵", unit_word="台", quantity=5, minimum=3, keeper="grid1")
    coord(teams.join, unit="v1", role="灾情信息员", person="grid1", from_on=date(2026, 1, 1))
    coord(unit_lists.put, "waste", name="重点单位名单", owner="town")
    coord(unit_lists.add, "waste", "e1", from_on=date(2026, 1, 1), reason="产废")
    for code, unit in (("P-1", "e2"), ("P-2", "v2")):
        coord(projects.register, code=code, unit=unit, name="新建厂房", kind="project")
    sweeps.sweep(engine, MORNING)
    coord(meetings.hold, "campaign:office:four:2026-03-02:v2")
    coord(tasks.submit, "campaign:office:four:2026-03-02:v2")
