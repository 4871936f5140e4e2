"""The days of a year that differ from plain Monday to Friday, as a holiday notice names them."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from models import DayOverride, YearNotice
from service.calendar.days import days_set
from service.exports.columns import Heading, said, words_of
from service.imports.holidays import CLASS_WORDS, FESTIVAL_WORDS
from service.sheets.out import Value

COLUMNS = (
    Heading("on", "日期", 14), Heading("class", "日期类型", 16), Heading("festival", "节日", 14),
    Heading("title", "放假通知", 44),
)  # fmt: skip
CLASSES, FESTIVALS = words_of(CLASS_WORDS), words_of(FESTIVAL_WORDS)


def rows(session: Session, year: int, *, locale: str) -> Iterator[Sequence[Value]]:
    """The days of the notice that was entered for a year; of a year without one those that the calendar knows."""
    title = session.execute(select(col(YearNotice.title)).where(col(YearNotice.key) == str(year))).scalar_one_or_none()
    found = entered(session, year) if title is not None else days_set(session, year)
    for on, day_class, festival in found:
        yield on, said(day_class, CLASSES, locale), said(festival, FESTIVALS, locale), title


def entered(session: Session, year: int) -> Iterator[tuple[date, str, str | None]]:
    columns = (col(DayOverride.on), col(DayOverride.day_class), col(DayOverride.festival))
    statement = select(*columns).where(col(DayOverride.notice) == str(year)).order_by(col(DayOverride.on))
    for found in session.execute(statement):
        yield found.on, found.day_class, found.festival
