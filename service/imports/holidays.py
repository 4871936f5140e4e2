"""The holidays sheet: 日期 日期类型 节日 放假通知, one row a day: the holiday notice of one year, whole."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models import YearNotice
from models.kinds import DayClass, Festival
from service.access import Actor
from service.calendar import days, seasons
from service.calendar.holidays_cn import YEARS
from service.calendar.notice_file import MOST_TITLE, OFF, HolidayNotice, misfit
from service.hazards.fields import sheet_day
from service.imports.rows import Checks, Entry, Reading, Removals, Report, allowed, sheet_text
from service.people import fields
from service.people.fields import Unfit
from service.rules.days_known import DayFact
from service.rules.steps import Op, Step
from service.sheets.reading import Column, Sheet

CLASS_WORDS = {
    "法定节假日": DayClass.statutory_holiday, "法定假日": DayClass.statutory_holiday,
    "法定": DayClass.statutory_holiday, "调休放假日": DayClass.adjusted_rest_day,
    "调休放假": DayClass.adjusted_rest_day, "调休": DayClass.adjusted_rest_day, "补休": DayClass.adjusted_rest_day,
    "调休上班日": DayClass.makeup_workday, "调休上班": DayClass.makeup_workday, "补班": DayClass.makeup_workday,
    "上班": DayClass.makeup_workday, "工作日": DayClass.workday, "休息日": DayClass.rest_day,
    "公休日": DayClass.rest_day,
}  # fmt: skip
FESTIVAL_WORDS = {
    "元旦": Festival.new_year, "春节": Festival.spring_festival, "除夕": Festival.spring_festival,
    "清明节": Festival.qingming, "清明": Festival.qingming, "劳动节": Festival.labour_day, "五一": Festival.labour_day,
    "端午节": Festival.dragon_boat, "端午": Festival.dragon_boat, "中秋节": Festival.mid_autumn,
    "中秋": Festival.mid_autumn, "国庆节": Festival.national_day, "国庆": Festival.national_day,
}  # fmt: skip
COLUMNS = (
    Column("on", ("日期",), needed=True),
    Column("class", ("日期类型", "类型"), needed=True),
    Column("festival", ("节日", "节日名称")),
    Column("title", ("放假通知", "通知")),
)
EXAMPLE = ("2027-02-05", "法定节假日", "春节", "国务院办公厅关于2027年部分节假日安排的通知")


def day_class(cell: str) -> DayClass:
    kept = fields.text(cell) or fields.missing()
    known = CLASS_WORDS.get(kept)
    if known is None and kept.lower() not in DayClass.__members__:
        raise Unfit("is no class of a day: {word}", word=kept)
    return known or DayClass(kept.lower())


def festival(cell: str) -> Festival | None:
    kept = fields.text(cell)
    known = FESTIVAL_WORDS.get(kept)
    if kept and known is None and kept.lower() not in Festival.__members__:
        raise Unfit("is no festival: {word}", word=kept)
    return known or (Festival(kept.lower()) if kept else None)


def title(cell: str) -> str:
    return fields.text(sheet_text(cell), MOST_TITLE)


CHECKS: Checks = {"on": sheet_day, "class": day_class, "festival": festival, "title": title}


def import_holidays(
    session: Session,
    actor: Actor,
    sheet: Sheet,
    *,
    now: datetime,
    removals: Removals = "keep",
    allow_mass: bool = False,
    dry_run: bool = False,
) -> Report:
    """Enter a year's holiday notice from a sheet: all rows or none, and the same sheet again changes nothing.

    The year is that of its last day. A notice is always whole, whatever `removals` says: a day of that year's notice
    that the sheet doesn't name is plain again. A sheet without a notice's title that says what holds anyway, of a year
    whose notice nobody entered, is no notice but an export that comes back: it changes nothing. Raises Refused naming
    every place that is wrong, Forbidden who may not set the days of all.
    """
    allowed(actor, seasons.ACT)
    seasons.everywhere(session, actor)
    reading = Reading(sheet, COLUMNS, CHECKS)
    named = reading.by_key("on")
    notice = notice_of(reading, named)
    refused = reading.refuse_faults(dry_run)
    if refused:
        return refused
    if as_it_holds(session, notice, reading):
        return counted(len(reading.entries), [])
    steps = days.enter_notice(session, notice)
    if not dry_run:
        seasons.moved(session, actor, steps, None, f"holiday notice of {notice.year}", now)
    return counted(len(reading.entries), [step for step in steps if step.act != "notice.enter"])


def as_it_holds(session: Session, notice: HolidayNotice, reading: Reading) -> bool:
    """Whether an untitled sheet says of a year without a notice what the calendar has."""
    titled = any(entry.values.get("title") for entry in reading.entries)
    if titled or session.get(YearNotice, str(notice.year)) is not None:
        return False
    said = [(day.on, day.day_class, day.festivals[0] if day.festivals else None) for day in notice.days]
    return said == days.days_set(session, notice.year)


def notice_in(sheet: Sheet) -> HolidayNotice:
    """The notice that a sheet holds; Refused naming every place that is wrong."""
    reading = Reading(sheet, COLUMNS, CHECKS)
    notice = notice_of(reading, reading.by_key("on"))
    reading.refuse_faults(False)
    return notice


def notice_of(reading: Reading, named: dict[date, Entry]) -> HolidayNotice:
    """The notice that a sheet holds, once its days fit each other; what does not is noted as a fault."""
    year = max(named).year if named else YEARS[0]
    titles = [entry.values["title"] for entry in reading.entries if entry.values.get("title")]
    for on, entry in named.items():
        known = entry.values.get("class")
        wrong = misfit(on, known, year)
        if wrong is None and not ("festival" in reading.at and "festival" not in entry.values):
            wrong = named_wrongly(known, entry.values.get("festival"))
        if on.year not in YEARS:
            wrong = Unfit("{on} is no day of the years {first} to {last}", on=on, first=YEARS[0], last=YEARS[-1])
        if wrong is not None:
            reading.fault(entry, "on", wrong.reason, **wrong.facts)
        if entry.values.get("title") and entry.values["title"] != titles[0]:
            reading.fault(entry, "title", "is another notice than above: a sheet holds one")
    facts = [fact_of(on, entry.values) for on, entry in sorted(named.items()) if "class" in entry.values]
    return HolidayNotice(year, titles[0] if titles else f"{year}年节假日安排", tuple(facts))


def named_wrongly(known: DayClass | None, named: Festival | None) -> Unfit | None:
    """Why a class and a festival don't go together."""
    if known == DayClass.statutory_holiday and named is None:
        return Unfit("A statutory holiday names its festival")
    if known is not None and known not in OFF and named is not None:
        return Unfit("A {day_class} belongs to no festival", day_class=known)
    return None


def fact_of(on: date, values: dict[str, Any]) -> DayFact:
    return DayFact(on, values["class"], (values["festival"],) if values.get("festival") else ())


def counted(read: int, steps: list[Step]) -> Report:
    """What became of the days; the line of the notice itself is not counted."""
    many = Counter(step.op for step in steps)
    made, changed = many[Op.make], many[Op.change]
    return Report(read, made, changed, read - made - changed, many[Op.remove])
