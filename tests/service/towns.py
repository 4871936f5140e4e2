"""An invented town for tests: Yanjing under its district, two villages, a grid, an enterprise, and a few people."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models import Journal
from models.kinds import Role
from service import people
from service.access import SYSTEM, Actor, actor_for

UNITS = (
    ("district", "县安委会", "district", None),
    ("yanjing", "盐井镇", "town", "district"),
    ("dongcun", "东村", "village", "yanjing"),
    ("dong-grid1", "东村一网格", "grid", "dongcun"),
    ("xicun", "西村", "village", "yanjing"),
    ("huagong", "盐井化工厂", "enterprise", "yanjing"),
    ("bailu", "白鹿镇", "town", "district"),
    ("nancun", "南村", "village", "bailu"),
)
PEOPLE = (
    ("d01", "县主任", "district"),
    ("y01", "镇协调员", "yanjing"),
    ("y02", "镇领导", "yanjing"),
    ("y03", "镇管理员", "yanjing"),
    ("y04", "镇查看员", "yanjing"),
    ("e01", "东村网格员", "dong-grid1"),
    ("e02", "东村主任", "dongcun"),
    ("b01", "白鹿协调员", "bailu"),
)
GRANTS = (
    ("d01", Role.admin, "district"),
    ("y01", Role.coordinator, "yanjing"),
    ("y02", Role.leader, "yanjing"),
    ("y03", Role.admin, "yanjing"),
    ("y04", Role.viewer, "yanjing"),
    ("e01", Role.staff, "dong-grid1"),
    ("b01", Role.coordinator, "bailu"),
)


def settle(session: Session, now: datetime) -> None:
    """Found the town with its people and their roles."""
    for code, name, kind, parent in UNITS:
        people.add_unit(session, SYSTEM, now=now, code=code, name=name, kind=kind, parent=parent)
    for code, name, unit in PEOPLE:
        people.add_person(session, SYSTEM, now=now, code=code, name=name, unit=unit)
    for code, role, unit in GRANTS:
        people.grant(session, SYSTEM, code, role, unit, now=now)


def someone(session: Session, code: str) -> Actor:
    """The person with the roles they hold."""
    return actor_for(session, code)


def journal(session: Session, subject: str) -> list[tuple[str, str, str]]:
    """Who did what to a subject, and why, in order."""
    statement = select(col(Journal.by), col(Journal.act), col(Journal.reason)).where(col(Journal.subject) == subject)
    return [tuple(row) for row in session.execute(statement.order_by(col(Journal.id)))]
