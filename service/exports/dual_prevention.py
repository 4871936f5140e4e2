"""双重预防 (dual prevention): hazards in the fields that exchange platforms for hidden dangers read, as JSON or csv.

The names of the fields and their codes are those of the platforms' hidden-danger record; what stands in them is data
here: `FIELDS` says of each where it comes from, the tables above it say which code a word of ours becomes.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import func, select
from sqlmodel import Session, col

from models import Evidence, Journal, Person, Unit
from models.kinds import HazardLevel, HazardMode, HazardSource, HazardState
from service.access import Actor
from service.exports.hazards import Batch, batches, cycles_of, last_day, ten_thousands
from service.ledger.wishes import Wishes
from service.settings import settings
from service.sheets.out import plain, write_csv

PROFILE = "zhiban/dual-prevention/1"
LEVELS = {HazardLevel.general: "0", HazardLevel.major: "1"}
MANAGED = {HazardMode.on_spot: "0", HazardMode.by_deadline: "1"}
DAILY, GENERAL_CHECK, OTHER = "1", "2", "10"  # 日常排查, 综合性排查, 其他
SOURCES = {HazardSource.self_check: DAILY, HazardSource.patrol: DAILY, HazardSource.inspection: GENERAL_CHECK}
RECTIFYING, TO_ACCEPT, ACCEPTED = "0", "1", "9"  # 整改中, 待验收, 已验收
STATES = {HazardState.submitted: TO_ACCEPT, HazardState.closed: ACCEPTED}
AFTER = "after"
NAME_AT_MOST = 50


class Told(NamedTuple):
    """What is known of a hazard that goes out."""

    hazard: Any
    cycle: Any
    unit_name: str
    people: dict[str, str]
    before: Sequence[str]
    after: Sequence[str]
    span: tuple[datetime | None, datetime | None]
    zone: ZoneInfo

    def person(self, code: str | None) -> str:
        """The name of a person, or what stands in the place of one."""
        return self.people.get(code or "", code or "")

    def clock(self, at: datetime | None) -> str:
        """An instant on the clock of the place."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}" if at is not None else ""


class ExchangeField(NamedTuple):
    """A field of the exchange: its name there, what it means, and what stands in it."""

    name: str
    meaning: str
    take: Callable[[Told], Any]


FIELDS = (
    ExchangeField("id", "隐患编号", lambda told: told.hazard.key),
    ExchangeField("companyCode", "被检查单位编码", lambda told: told.hazard.unit),
    ExchangeField("companyName", "被检查单位名称", lambda told: told.unit_name),
    ExchangeField("dangerName", "隐患名称", lambda told: told.hazard.description.split("\n")[0][:NAME_AT_MOST]),
    ExchangeField("dangerLevel", "隐患等级: 0 一般, 1 重大", lambda told: LEVELS[told.hazard.level]),
    ExchangeField("dangerSrc", "来源: 1 日常, 2 综合性, 10 其他", lambda told: SOURCES.get(told.hazard.source, OTHER)),
    ExchangeField("dangerManageType", "治理类型: 0 即查即改, 1 限期整改", lambda told: MANAGED[told.hazard.mode]),
    ExchangeField("hazardCategory", "隐患类别", lambda told: told.hazard.category),
    ExchangeField("dangerPlace", "地点/部位", lambda told: told.hazard.place),
    ExchangeField("dangerDesc", "隐患描述", lambda told: told.hazard.description),
    ExchangeField("registTime", "发现日期", lambda told: told.hazard.found_on.isoformat()),
    ExchangeField("registrant", "检查人", lambda told: told.person(told.hazard.found_by)),
    ExchangeField("controlMeasures", "整改措施", lambda told: told.hazard.measures),
    ExchangeField("cost", "资金(万元)", lambda told: cost(told.hazard.funds_yuan)),
    ExchangeField("liablePerson", "责任人", lambda told: told.person(told.hazard.responsible)),
    ExchangeField("dangerManageDeadline", "整改期限", lambda told: last_day(told.hazard.due_at, told.zone).isoformat()),
    ExchangeField("emergencyMeasures", "应急措施/预案", lambda told: told.hazard.contingency),
    ExchangeField("rectifyTime", "完成时间", lambda told: told.clock(told.cycle.submitted_at)),
    ExchangeField("checkAcceptPerson", "验收人", lambda told: told.person(told.cycle.accepted_by)),
    ExchangeField("checkAcceptTime", "验收时间", lambda told: told.clock(told.cycle.accepted_at)),
    ExchangeField("closeTime", "销号时间", lambda told: told.clock(told.cycle.closed_at)),
    ExchangeField("dangerState", "0 整改中, 1 待验收, 9 已验收", lambda told: state_of(told.hazard.state)),
    ExchangeField("dangerImg", "整改前的附件", lambda told: told.before),
    ExchangeField("dangerAcceptImg", "整改后的附件", lambda told: told.after),
    ExchangeField("deleted", "0 正常, 1 已作废", lambda told: str(int(told.hazard.state == HazardState.void))),
    ExchangeField("createDate", "登记时间", lambda told: told.clock(told.span[0])),
    ExchangeField("updateDate", "最后变动时间", lambda told: told.clock(told.span[1])),
)  # fmt: skip


def export(session: Session, actor: Actor, asked: Wishes, *, now: datetime, form: str) -> IO[bytes]:
    """The hazards asked for in the exchange's fields, as a file that is read from its beginning.

    What was struck out comes along, marked as deleted, so that the platform strikes it out too. `form` is json or csv.
    """
    asked = asked if asked.states else asked._replace(states=tuple(HazardState))
    made = TemporaryFile()  # noqa: SIM115 - the answer closes it once it has been sent
    try:
        if form == "json":
            write_json(made, items(session, actor, asked, now=now))
        else:
            rows = ([as_cell(value) for value in one.values()] for one in items(session, actor, asked, now=now))
            write_csv(made, [field.name for field in FIELDS], rows)
    except BaseException:
        made.close()
        raise
    made.seek(0)
    return made


def write_json(into: IO[bytes], found: Iterator[dict[str, Any]]) -> None:
    """One object, its items one by one."""
    into.write(b'{"profile":' + orjson.dumps(PROFILE) + b',"items":[')
    for number, one in enumerate(found):
        into.write((b",\n" if number else b"\n") + orjson.dumps(one))
    into.write(b"\n]}\n")


def as_cell(value: Any) -> str:
    return value if isinstance(value, str) else " ".join(value)


def items(session: Session, actor: Actor, asked: Wishes, *, now: datetime) -> Iterator[dict[str, Any]]:
    """The hazards, each by the names of the exchange's fields."""
    zone = settings().zone_info()
    people = {row.key: row.name for row in session.execute(select(col(Person.key), col(Person.name)))}
    for batch in batches(session, actor, asked, now=now):
        cycles, names = cycles_of(session, batch), unit_names(session, batch)
        shown, spans = evidence_of(session, batch), spans_of(session, batch)
        for one in batch:
            before, after = shown.get(one.key, ([], []))
            span = spans.get(one.key, (None, None))
            told = Told(one, cycles[one.key], names[one.unit], people, before, after, span, zone)
            yield {field.name: field.take(told) for field in FIELDS}


def unit_names(session: Session, batch: Batch) -> dict[str, str]:
    statement = select(col(Unit.key), col(Unit.name)).where(col(Unit.key).in_({hazard.unit for hazard in batch}))
    return {row.key: row.name for row in session.execute(statement)}


def evidence_of(session: Session, batch: Batch) -> dict[str, tuple[list[str], list[str]]]:
    """The addresses of the photos and files of each hazard in its time round: before it was rectified, and after."""
    rounds = {hazard.key: hazard.cycle for hazard in batch}
    columns = (Evidence.key, Evidence.subject, Evidence.cycle, Evidence.stage)
    statement = select(*(col(column) for column in columns)).where(col(Evidence.subject).in_(list(rounds)))
    statement = statement.where(col(Evidence.sha256) != "").order_by(col(Evidence.made_at), col(Evidence.key))
    found: dict[str, tuple[list[str], list[str]]] = {}
    for row in session.execute(statement):
        if row.cycle == rounds[row.subject]:
            address = f"/api/v1/hazards/{row.subject}/evidence/{row.key.rsplit(':', 1)[1]}"
            found.setdefault(row.subject, ([], []))[row.stage == AFTER].append(address)
    return found


def spans_of(session: Session, batch: Batch) -> dict[str, tuple[datetime | None, datetime | None]]:
    """When each hazard was entered, and when something last was done to it."""
    statement = select(col(Journal.subject), func.min(col(Journal.at)), func.max(col(Journal.at)))
    statement = statement.where(col(Journal.subject).in_([hazard.key for hazard in batch]))
    return {row[0]: (row[1], row[2]) for row in session.execute(statement.group_by(col(Journal.subject)))}


def state_of(state: str) -> str:
    return STATES.get(HazardState(state), RECTIFYING)


def cost(yuan: int | None) -> str:
    return "" if yuan is None else plain(ten_thousands(yuan))
