"""An office for the stories of the summaries: its sheets are imported, its campaigns run, its tasks are handed in."""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlmodel import col

from models import Task
from models.kinds import Role
from service import enforcement, people, store, sweeps
from service.access import SYSTEM, Actor, actor_for
from service.campaigns import acts as campaigns
from service.imports import kinds as imports
from service.imports.rows import Report
from service.reports import freezing, shown, writing
from service.reports.asked import ask
from service.sheets.out import Print, Value, write_xlsx
from service.sheets.reading import read_sheet
from service.tasks import acts as tasks
from tests.stories.summaries.printed import Printed

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNITS = ("编码", "名称", "上级编码", "类型", "行业", "风险等级", "标签", "地址", "联系电话")
PEOPLE = ("工号", "姓名", "单位编码", "职务", "手机", "邮箱", "企业微信")
CHAIN = ("单位编码", "层级", "工号")
LEDGER = (
    "编号", "所属行动", "被检查单位", "隐患描述", "级别", "来源", "发现日期", "整改期限", "完成日期", "验收日期",
)  # fmt: skip
DOER, CHECKER, PLANNER = "p-doer", "p-leader", "p-coord"
WINDOW = {"window": {"days": 60}}
Figures = Mapping[str, float] | Callable[[int, str], Mapping[str, float]]


class Place(NamedTuple):
    """A unit as its sheet has it."""

    code: str
    name: str
    parent: str
    kind: str
    sector: str = ""
    tags: str = ""

    def row(self) -> tuple[str, ...]:
        return (self.code, self.name, self.parent, self.kind, self.sector, "", self.tags, "", "")


def at(on: date, hour: int = 9) -> datetime:
    return datetime.combine(on, time(hour), SHANGHAI)


class Office:
    """The office at the top of its tree, on a moved clock."""

    def __init__(self, engine: Engine, top: str, places: Sequence[Place], *, founded_on: date) -> None:
        """Import the tree and the three people who do, check and plan."""
        self.engine, self.top, self.founded = engine, top, at(founded_on)
        self.take("units", UNITS, (place.row() for place in places))
        who = ((DOER, "经办员"), (CHECKER, "分管领导"), (PLANNER, "协调员"))
        self.take(
            "people", PEOPLE, ((code, name, top, name, f"1380013{n:04}", "", "") for n, (code, name) in enumerate(who))
        )
        self.take("chain", CHAIN, [(top, "1", DOER)])
        grants = ((DOER, Role.inspector), (CHECKER, Role.leader), (PLANNER, Role.coordinator))
        with store.transaction(engine) as session:
            for person, role in grants:
                people.grant(session, SYSTEM, person, role, top, now=self.founded)

    def take(
        self, kind: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], on: date | None = None
    ) -> Report:
        """Import a sheet, written as a workbook and read again."""
        file = io.BytesIO()
        write_xlsx(file, Print(kind, (12,) * len(headings)), headings, rows)
        sheet = read_sheet(file.getvalue(), f"{kind}.xlsx")
        with store.transaction(self.engine) as session:
            return imports.importer(kind)(session, SYSTEM, sheet, now=at(on) if on else self.founded)

    def campaign(
        self, key: str, name: str, from_on: str, to_on: str, *activities: Mapping[str, Any],
        parent: str | None = None, now: date, **more: Any,
    ) -> None:  # fmt: skip
        """Apply a campaign file and set it running."""
        told = {"key": key, "name": name, "owner": self.top, "parent": parent, "from": from_on, "to": to_on}
        plan = told | more | {"activities": [WINDOW | dict(one) for one in activities]}
        with store.transaction(self.engine) as session:
            campaigns.apply_file(session, SYSTEM, json.dumps(plan, ensure_ascii=False), now=at(now))
            campaigns.run(session, SYSTEM, key, "activate", now=at(now))

    def sweep(self, on: date) -> None:
        """What time owes on a morning, until it owes no more."""
        for _ in range(5):
            if not sum(done.applied for done in sweeps.sweep(self.engine, at(on)).values()):
                return

    def keys(self, campaign: str, activity: str, on: date) -> list[tuple[str, str]]:
        """The tasks of one occurrence with their units, in order."""
        statement = select(col(Task.key), col(Task.unit)).where(col(Task.activity) == f"{campaign}:{activity}")
        with store.reading(self.engine) as session:
            rows = session.execute(statement.where(col(Task.planned_on) == on).order_by(col(Task.unit)))
            return [(row.key, row.unit) for row in rows]

    def do(
        self, campaign: str, activity: str, on: date, figures: Figures | None = None, *,
        answers: Sequence[str] = (), most: int | None = None, findings: Mapping[str, Any] | None = None,
    ) -> int:  # fmt: skip
        """Hand in the tasks of an occurrence and have them accepted, all in one transaction; answers how many.

        `figures` may depend on the task's place in the list and its unit; `findings` are those of a unit.
        """
        found = self.keys(campaign, activity, on)[:most]
        now = at(on, 16)
        with store.transaction(self.engine) as session:
            doer, checker = actor_for(session, DOER), actor_for(session, CHECKER)
            for place, (key, unit) in enumerate(found):
                given = figures(place, unit) if callable(figures) else figures or {}
                marks = dict.fromkeys(answers, ("pass", ""))
                told = (findings or {}).get(unit, ())
                tasks.submit(session, doer, key, now=now, figures=given, answers=marks, findings=told)
            for key, _ in found:
                tasks.accept(session, checker, key, now=now)
        return len(found)

    def ledger(self, rows: Iterable[Sequence[Value]], on: date) -> Report:
        """Import hazards into the ledger."""
        return self.take("hazards", LEDGER, rows, on)

    def enforce(self, measures: Iterable[Mapping[str, Any]], now: date) -> int:
        """Record measures; answers how many."""
        count = 0
        with store.transaction(self.engine) as session:
            doer = actor_for(session, DOER)
            for one in measures:
                enforcement.record(session, doer, now=at(now), **one)
                count += 1
        return count

    def act(self, verb: Callable[..., Any], who: str | Actor, *what: Any, on: date, **more: Any) -> Any:
        """One act of a person."""
        with store.transaction(self.engine) as session:
            actor = actor_for(session, who) if isinstance(who, str) else who
            return verb(session, actor, *what, now=at(on, 17), **more)

    def report(
        self, template: str, from_on: str, to_on: str, *, now: date, campaign: str | None = None,
        texts: Mapping[str, str] | None = None, stated: Mapping[str, float] | None = None, source: str = "总结原文",
    ) -> Printed:  # fmt: skip
        """A report begun, written, frozen and printed."""
        with store.transaction(self.engine) as session:
            planner = actor_for(session, PLANNER)
            days = {"from_on": date.fromisoformat(from_on), "to_on": date.fromisoformat(to_on)}
            asked = ask(session, planner, unit=self.top, template_key=template, campaign=campaign, **days)
            key = writing.begin(session, planner, asked, now=at(now))
            for name, text in (texts or {}).items():
                writing.write(session, planner, key, name, text, now=at(now))
            for figure, value in (stated or {}).items():
                writing.state(session, planner, key, figure=figure, value=value, source=source, now=at(now))
        drawing = writing.drawn(self.engine, planner, key, now=at(now))
        with store.transaction(self.engine) as session:
            freezing.freeze(session, planner, drawing, now=at(now))
        with store.reading(self.engine) as session:
            return Printed(shown.snapshot_of(session, planner, key))


def days(first: str, count: int, step: int = 7) -> list[date]:
    """So many days from one on, a week apart unless told otherwise."""
    return [date.fromisoformat(first) + timedelta(days=step * n) for n in range(count)]


def once(key: str, kind: str, name: str, on: date, **more: Any) -> dict[str, Any]:
    """An activity that comes on one day; at the office itself unless it has targets."""
    return {"key": key, "kind": kind, "name": name, "when": {"date": on.isoformat()}} | more


__all__ = ["CHECKER", "DOER", "PLANNER", "Office", "Place", "at", "days", "once"]
