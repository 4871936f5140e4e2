"""Writing a report: it is begun, its parts are written, figures are stated, and it is drafted again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Report, ReportStated, ReportText
from models.base import table_of
from models.kinds import ReportState
from service import store
from service.access import Actor
from service.errors import Conflict, Fault, Refused
from service.reports import kept
from service.reports.asked import Asked, seen
from service.reports.drawing import draw
from service.reports.found import admitted, allow, asked_of, find, may_write, stated_of, texts_of
from service.reports.numbers import known_figure
from service.reports.templates import template
from service.rules.steps import Step, change, make, remove

TEXT_MOST = 20_000
SOURCE_MOST = 500
STATED_MOST = 1e15


def begin(session: Session, actor: Actor, asked: Asked, *, now: datetime) -> str:
    """A report that no task owes, begun, or found as it was begun before; answers its key."""
    allow(actor, "write reports", asked.path)
    key = key_of(asked)
    if session.execute(select(col(Report.key)).where(col(Report.key) == key)).first():
        return key
    stretch = asked.stretch
    values = {
        "unit": asked.unit, "template": asked.template, "period": stretch.period, "from_on": stretch.from_on,
        "to_on": stretch.to_on, "campaign": asked.campaign, "state": ReportState.drafting, "made_at": now,
        "made_by": actor.person,
    }  # fmt: skip
    store.require(session, [make(Report, key, "begun", values)], now=now, by=actor.person)
    return key


def key_of(asked: Asked) -> str:
    """The natural key of a report that no task owes."""
    stretch = asked.stretch
    return f"report:{asked.unit}:{asked.template}:{stretch.from_on}:{stretch.to_on}:{asked.campaign or '-'}"


def write(
    session: Session, actor: Actor, key: str, name: str, text: str, *, now: datetime, version: int | None = None
) -> None:
    """Write a part of a report that people write; empty takes it back. What is written outlives every redraft.

    A frozen edition keeps the words it was frozen with; new ones stand in the next. Refused for a part that the
    template doesn't have and for a text that is too long.
    """
    report = find(session, actor, key)
    may_write(actor, report)
    admitted(report, "write", version)
    if name not in template(report.template).texts():
        raise Refused("Some fields are wrong", faults=[Fault("name", "this report has no such part")])
    if len(text) > TEXT_MOST:
        fault = Fault("text", "must be no longer than {most} characters", {"most": TEXT_MOST})
        raise Refused("Some fields are wrong", faults=[fault])
    row = f"{key}:text:{name}"
    values = {"report": key, "name": name, "text": text, "at": now, "by": actor.person}
    store.require(
        session, [touched(report), *put(session, ReportText, row, values, text != "")], now=now, by=actor.person
    )


def state(
    session: Session,
    actor: Actor,
    key: str,
    *,
    figure: str,
    value: float | None,
    source: str = "",
    now: datetime,
    version: int | None = None,
) -> None:
    """State a figure otherwise than the records have it, and from where; None takes it back.

    The report shows both, and says so beside the figure. NotFound for a figure that is none, Refused without a source.
    """
    report = find(session, actor, key)
    may_write(actor, report)
    admitted(report, "write", version)
    known_figure(figure)
    if value is not None:
        checked(value, source)
    row = f"{key}:stated:{figure}"
    values = {"report": key, "figure": figure, "value": value, "source": source, "at": now, "by": actor.person}
    steps = [touched(report), *put(session, ReportStated, row, values, value is not None)]
    store.require(session, steps, now=now, by=actor.person)


def checked(value: float, source: str) -> None:
    """Refuse a number or a source that can't be printed."""
    faults = []
    if not 0 <= value <= STATED_MOST:
        faults.append(Fault("value", "must be a number from 0 to 1,000,000,000,000,000"))
    if not source.strip():
        faults.append(Fault("source", "must not be empty"))
    if len(source) > SOURCE_MOST:
        faults.append(Fault("source", "must be no longer than {most} characters", {"most": SOURCE_MOST}))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)


def touched(report: Any) -> Step:
    """The report has changed: whoever drew it before must draw it again."""
    return change(Report, report.key, report.version, "written", {})


def put(session: Session, table: Any, key: str, values: dict[str, Any], stands: bool) -> list[Step]:
    """The step that makes a row stand with these values, changes it, or takes it away."""
    version = session.execute(select(col(table.version)).where(col(table.key) == key)).scalar_one_or_none()
    if version is None:
        return [make(table, key, "written", values)] if stands else []
    return [change(table, key, version, "written", values)] if stands else [remove(table, key, version, "taken back")]


def choose(
    session: Session,
    actor: Actor,
    key: str,
    *,
    template_key: str,
    campaign: str | None = None,
    now: datetime,
    version: int | None = None,
) -> None:
    """Give a report that is not frozen another template, and narrow it to a campaign (None: all there is).

    What was written stays, shown where the new template has it.
    """
    report = find(session, actor, key)
    may_write(actor, report)
    admitted(report, "draft", version)
    chosen = template(template_key)
    if chosen.needs_campaign and campaign is None:
        raise Refused("Some fields are wrong", faults=[Fault("campaign", "this template is of one campaign; name it")])
    if campaign is not None:
        seen(session, actor, campaign)
    values = {"template": chosen.key, "campaign": campaign, "draft": ""}
    store.require(session, [change(Report, key, report.version, "chosen", values)], now=now, by=actor.person)


class Drawing(NamedTuple):
    """A report as it was drawn, and the version of its row then: it can only be kept while nothing has changed.

    `records` are those it counted, where it is drawn to be frozen.
    """

    key: str
    version: int
    snapshot: dict[str, Any]
    records: Sequence[kept.Kept] = ()


def drawn(engine: Engine, actor: Actor, key: str, *, now: datetime) -> Drawing:
    """Draw a report to be frozen, in a steady read of its own, outside of every transaction that writes."""
    with store.steady(engine) as session:
        return drawing_in(session, find(session, actor, key), now=now)


def drawing_in(session: Session, report: Any, *, now: datetime) -> Drawing:
    """A report drawn of what a session sees, with the records that it counted."""
    snapshot = drawn_in(session, report, now=now)
    figures = dict.fromkeys(one["figure"] for one in snapshot["figures"].values())
    return Drawing(report.key, report.version, snapshot, kept.gather(session, asked_of(session, report), figures))


def sketched(engine: Engine, actor: Actor, key: str, *, now: datetime) -> Drawing:
    """Draw a report to be looked at or kept as a draft: without its records."""
    with store.steady(engine) as session:
        report = find(session, actor, key)
        return Drawing(key, report.version, drawn_in(session, report, now=now))


def drawn_in(session: Session, report: Any, *, now: datetime) -> dict[str, Any]:
    """A report drawn of what a session sees, with its texts and stated figures."""
    asked = asked_of(session, report)
    return draw(session, asked, now=now, texts=texts_of(session, report.key), stated=stated_of(session, report.key))


def redraft(session: Session, actor: Actor, drawing: Drawing, *, now: datetime, version: int | None = None) -> None:
    """Keep a new drawing as the draft of a report that is not frozen."""
    report = find(session, actor, drawing.key)
    may_write(actor, report)
    admitted(report, "draft", version)
    if drawing.version != report.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    values = {"state": ReportState.drafting, "draft": bytes_of(drawing.snapshot).decode(), "drafted_at": now}
    store.require(session, [change(Report, report.key, report.version, "drafted", values)], now=now, by=actor.person)


def bytes_of(snapshot: dict[str, Any]) -> bytes:
    """The one way a snapshot is written down: the same bytes for the same content."""
    return orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)


def draft_of(session: Session, key: str) -> dict[str, Any] | None:
    """The newest drawing that was kept of a report, if any."""
    text = session.execute(select(table_of(Report).c.draft).where(col(Report.key) == key)).scalar_one_or_none()
    return orjson.loads(text) if text else None
