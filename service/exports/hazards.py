"""The ledger (隐患台账) row by row: the hazards of a question with their time round and their last look-back."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, true
from sqlmodel import Session, col

from models import Hazard, HazardCycle, Recheck
from models.base import table_of
from models.kinds import HazardMode, HazardState, RecheckState
from service.access import Actor
from service.exports.columns import Heading, said, words_of
from service.exports.names import Names, gather_names
from service.hazards import fields as known
from service.ledger.wishes import Wishes, narrowed
from service.rules.hazards import cycle_key
from service.settings import settings
from service.sheets.out import Value

COLUMNS = (
    Heading("no", "序号", 5), Heading("code", "编号", 14), Heading("campaign", "所属行动", 16),
    Heading("unit", "被检查单位", 16), Heading("place", "地点/部位", 14), Heading("description", "隐患描述", 32),
    Heading("category", "类别", 10), Heading("level", "级别", 6), Heading("source", "来源", 8),
    Heading("found_on", "发现日期", 11), Heading("found_by", "检查人", 9), Heading("measures", "整改措施", 28),
    Heading("responsible_unit", "责任单位", 16), Heading("responsible", "责任人", 9),
    Heading("supervisor", "督办领导", 9), Heading("funds_yuan", "资金(万元)", 9), Heading("due_on", "整改期限", 11),
    Heading("contingency", "应急措施/预案", 20), Heading("submitted_on", "完成日期", 11),
    Heading("accepted_by", "验收人", 9), Heading("accepted_on", "验收日期", 11), Heading("closed_on", "销号日期", 11),
    Heading("looked_on", "回头看日期", 11), Heading("looked", "回头看结果", 9), Heading("note", "备注", 16),
)  # fmt: skip
LEVELS, SOURCES, RESULTS = words_of(known.LEVEL_WORDS), words_of(known.SOURCE_WORDS), words_of(known.RESULT_WORDS)
ON_SPOT = "即查即改"
AT_ONCE = 1_000
YUAN_IN_TEN_THOUSAND = 10_000
Batch = Sequence[Any]


def batches(
    session: Session, actor: Actor, asked: Wishes, *, now: datetime, most: int | None = None
) -> Iterator[Batch]:
    """The hazards asked for, the earliest found first, a thousand at a time; what was struck out only if asked for."""
    statement = narrowed(session, actor, select(table_of(Hazard)), asked, now=now)
    if not asked.states:  # a truth that no index knows: nearly all of them stand, and they are walked in their order
        statement = statement.where((col(Hazard.state) != HazardState.void).is_(true()))
    statement = statement.order_by(col(Hazard.found_on), col(Hazard.key)).limit(most)
    yield from session.execute(statement.execution_options(yield_per=AT_ONCE)).partitions()


def rows(
    session: Session, actor: Actor, asked: Wishes, *, now: datetime, locale: str, most: int | None = None
) -> Iterator[Sequence[Value]]:
    """The ledger's rows in the order of its columns; no more than so many where that is said."""
    names = gather_names(session)
    zone = settings().zone_info()
    number = 0
    for batch in batches(session, actor, asked, now=now, most=most):
        cycles, looks = cycles_of(session, batch), looks_of(session, batch)
        for hazard in batch:
            number += 1
            yield (number, *row(hazard, cycles[hazard.key], looks.get(hazard.key), names, zone, locale))


def row(hazard: Any, cycle: Any, look: Any, names: Names, zone: ZoneInfo, locale: str) -> tuple[Value, ...]:
    """One hazard as the ledger has it, in its time round."""
    due_on = said(hazard.mode, {HazardMode.on_spot: ON_SPOT}, locale) if hazard.mode == HazardMode.on_spot else None
    return (
        hazard.key, names.campaign(hazard.campaign), names.unit(hazard.unit), hazard.place, hazard.description,
        hazard.category, said(hazard.level, LEVELS, locale), said(hazard.source, SOURCES, locale), hazard.found_on,
        names.person(hazard.found_by), hazard.measures, names.unit(hazard.responsible_unit),
        names.person(hazard.responsible), names.person(hazard.supervisor), ten_thousands(hazard.funds_yuan),
        due_on or last_day(hazard.due_at, zone), hazard.contingency, day_of(cycle.submitted_at, zone),
        names.person(cycle.accepted_by), day_of(cycle.accepted_at, zone), day_of(cycle.closed_at, zone),
        day_of(look.done_at, zone) if look else None, said(look.result, RESULTS, locale) if look else "", hazard.note,
    )  # fmt: skip


def cycles_of(session: Session, batch: Batch) -> dict[str, Any]:
    """The time round in force of each hazard, by its code."""
    keys = [cycle_key(hazard.key, hazard.cycle) for hazard in batch]
    found = session.execute(select(table_of(HazardCycle)).where(col(HazardCycle.key).in_(keys)))
    return {cycle.hazard: cycle for cycle in found}


def looks_of(session: Session, batch: Batch) -> dict[str, Any]:
    """The last look-back that was done in the time round in force, by the hazard's code."""
    rounds = {hazard.key: hazard.cycle for hazard in batch}
    columns = (Recheck.hazard, Recheck.cycle, Recheck.done_at, Recheck.result)
    statement = select(*(col(column) for column in columns)).where(col(Recheck.hazard).in_(list(rounds)))
    statement = statement.where((col(Recheck.state) == RecheckState.done).is_(true()))  # few of each, many in all
    done = session.execute(statement.order_by(col(Recheck.done_at), col(Recheck.key)))
    return {look.hazard: look for look in done if look.cycle == rounds[look.hazard]}


def ten_thousands(yuan: int | None) -> Decimal | None:
    return None if yuan is None else Decimal(yuan) / YUAN_IN_TEN_THOUSAND


def day_of(at: datetime | None, zone: ZoneInfo) -> date | None:
    """The civil day of an instant."""
    return None if at is None else at.astimezone(zone).date()


def last_day(due_at: datetime, zone: ZoneInfo) -> date:
    """The last day in which something may be done: a deadline at midnight ends the day before."""
    return (due_at.astimezone(zone) - timedelta(microseconds=1)).date()
