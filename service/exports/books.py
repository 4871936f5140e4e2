"""Units, people and the chain row by row, in the columns that their imports read."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import ChainLink, Unit
from service.access import Actor, beneath, units_beneath
from service.exports.columns import Heading, said, words_of
from service.people import fields as known
from service.people import reading as people_reading
from service.people.unit_acts import visible_unit
from service.sheets.out import Value

UNITS = (
    Heading("code", "编码", 24), Heading("name", "名称", 24), Heading("parent", "上级编码", 18),
    Heading("kind", "类型", 8), Heading("sector", "行业", 12), Heading("risk", "风险等级", 10),
    Heading("tags", "标签", 22), Heading("address", "地址", 28), Heading("phone", "联系电话", 14),
)  # fmt: skip
PEOPLE = (
    Heading("code", "工号", 10), Heading("name", "姓名", 10), Heading("unit", "单位编码", 26),
    Heading("post", "职务", 20), Heading("mobile", "手机", 14), Heading("email", "邮箱", 26),
    Heading("wecom", "企业微信", 16),
)  # fmt: skip
CHAIN = (Heading("unit", "单位编码", 30), Heading("level", "层级", 8), Heading("person", "工号", 14))
KINDS, RISKS = words_of(known.KIND_WORDS), words_of(known.RISK_WORDS)
AT_ONCE = 1_000


def units(session: Session, actor: Actor, *, locale: str, **asked: Any) -> Iterator[Sequence[Value]]:
    """The open units in the order of the tree."""
    after: str | None = None
    while True:
        page = people_reading.units(session, actor, limit=people_reading.PAGE_AT_MOST, after=after, **asked)
        for unit in page.items:
            kind, risk = said(unit.kind, KINDS, locale), said(unit.risk, RISKS, locale)
            tags = " ".join(unit.tags)
            yield unit.key, unit.name, unit.parent, kind, unit.sector, risk, tags, unit.address, unit.phone
        after = page.next
        if after is None:
            return


def people(session: Session, actor: Actor, **asked: Any) -> Iterator[Sequence[Value]]:
    """The people who have not left, by staff number."""
    after: str | None = None
    while True:
        page = people_reading.people(session, actor, limit=people_reading.PAGE_AT_MOST, after=after, **asked)
        for one in page.items:
            yield one.key, one.name, one.unit, one.post, one.mobile, one.email, one.wecom
        after = page.next
        if after is None:
            return


def chain(session: Session, actor: Actor, *, within: str | None = None) -> Iterator[Sequence[Value]]:
    """The links of open units in the order of the tree and the levels; who shares a level stands as they were named."""
    statement = select(col(ChainLink.unit), col(ChainLink.level), col(ChainLink.person))
    statement = statement.join(Unit, col(ChainLink.unit) == col(Unit.key)).where(col(Unit.closed_on).is_(None))
    statement = statement.where(units_beneath(actor.paths("see units")))
    if within is not None:
        statement = statement.where(beneath(visible_unit(session, actor, within).path))
    statement = statement.order_by(col(Unit.path), col(ChainLink.level), col(ChainLink.key))
    for found in session.execute(statement.execution_options(yield_per=AT_ONCE)):
        yield found.unit, found.level, found.person
