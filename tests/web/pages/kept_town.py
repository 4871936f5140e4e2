"""What else an office keeps, in the sample town on NOW: meetings, letters, documents, stores, a team and a list."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from service import sweeps
from service.campaigns import acts as campaigns
from service.records import documents, letters, meetings, stores, teams, unit_lists
from tests.service.worlds import drive, once
from tests.web.pages.rig import COORDINATOR, LEADER, VILLAGE_HEAD
from tests.web.pages.warned_town import TOWN, VILLAGE, act

WHO = {"window": {"days": 30}, "due": {"days": 5}}
COUNCIL = once(
    "2026-11-23", "council", kind="meeting", name="岁末安全生产会议", parties=["镇安委办"],
    assignee={"person": COORDINATOR}, targets={"kinds": ["town"], "within": TOWN}, **WHO,
)  # fmt: skip
LETTERS = once(
    "2026-11-23", "letters", kind="commitment", name="安全生产责任书", assignee={"level": 2},
    targets={"kinds": ["village"], "within": TOWN}, **WHO,
)  # fmt: skip
FILE = drive(COUNCIL, LETTERS, key="office", owner=TOWN)
MEETING = f"campaign:office:council:2026-11-23:{TOWN}"
LETTER, TASK = "office:letters:2026:1", f"campaign:office:letters:2026-11-23:{VILLAGE}"
DOCUMENT, ITEM = f"plan:{VILLAGE}:flood", stores.key_of(VILLAGE, "应急水泵", "2.2kW", "村委会库房")
LIST = "key-2026"
TEXT = (
    "为落实安全生产责任，{unit}负责人{person}郑重承诺：\n"
    "一、{year}年度严格落实安全生产责任制；\n二、及时排查治理事故隐患；\n三、按规定报送信息。"
)


def keep(engine: Engine, now: datetime) -> None:
    """Enter something of everything an hour before `now`; one document is overdue and one item too few."""
    early = now - timedelta(hours=1)

    def coord(verb: Any, *what: Any, **more: Any) -> None:
        act(engine, verb, COORDINATOR, *what, now=early, **more)

    act(engine, campaigns.apply_file, None, FILE, now=early)
    act(engine, campaigns.run, None, "office", "activate", now=early)
    sweeps.sweep(engine, early)
    coord(meetings.prepare, MEETING, agenda="一、传达上级文件\n二、部署岁末年初检查", place="三楼会议室")
    people = [{"person": COORDINATOR}, {"person": LEADER}, {"person": VILLAGE_HEAD}]
    coord(meetings.call, MEETING, [*people, {"name": "王志强", "party": "镇安委办"}])
    coord(letters.write, campaign="office", activity="letters", year=2026, title="安全生产目标责任书", text=TEXT)
    flood = {
        "unit": VILLAGE,
        "code": "flood",
        "kind": "应急预案",
        "title": "山洪灾害防御应急预案",
        "keeper": VILLAGE_HEAD,
    }
    coord(documents.register, **flood, revised_on=date(2025, 5, 6), next_revision_on=date(2026, 5, 5))
    pump = {"unit": VILLAGE, "name": "应急水泵", "spec": "2.2kW", "place": "村委会库房", "unit_word": "台"}
    coord(stores.enter, **pump, quantity=1, minimum=3, keeper=VILLAGE_HEAD)
    coord(teams.join, unit=VILLAGE, role="灾情信息员", person=VILLAGE_HEAD, from_on=date(2026, 1, 1))
    coord(unit_lists.put, LIST, name="重点村名单", owner=TOWN, basis="井安委〔2026〕7号")
    coord(unit_lists.add, LIST, VILLAGE, from_on=date(2026, 3, 1), reason="临水临崖")
    sweeps.sweep(engine, now)
