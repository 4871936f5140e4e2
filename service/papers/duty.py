"""The duty table (值班表): 日期 星期 带班领导(职务) 值班员 备班 … 手机 备注, one row a day."""

from datetime import date
from typing import Any

from service.papers.tables import Table
from service.papers.words import ROLES, WEEKDAYS
from service.reports import wording
from service.words import say

FIRST = ("leader", "officer", "standby")  # the roles that every table has first, in this order


def duty_table(snapshot: dict[str, Any], block: dict[str, Any], locale: str) -> Table:
    """Who is on duty on each day; a festival stands in the place of the day of the week."""
    there: dict[str, None] = dict.fromkeys(role for row in block["rows"] for role in row["roles"])
    roles = [role for role in FIRST if role in there] + [role for role in there if role not in FIRST]
    head = [say("Date", locale), say("Day of the week", locale)]
    head += [say(ROLES.get(role) or role, locale) for role in roles]
    head += [say("Mobile", locale), say("Remarks", locale)]
    rows = tuple(row_of(row, roles, locale) for row in block["rows"])
    return Table(block["id"], wording.phrase(block["caption"], locale), tuple(head), rows)


def row_of(row: dict[str, Any], roles: list[str], locale: str) -> tuple[str, ...]:
    on = date.fromisoformat(row["on"])
    day = say(str(row["festival"] or WEEKDAYS[on.weekday()]), locale)
    people = [person for role in roles for person in row["roles"].get(role, ())]
    cells = ["\n".join(called(person) for person in row["roles"].get(role, ())) for role in roles]
    mobiles = "\n".join(person["mobile"] for person in people if person.get("mobile"))
    return (row["on"], day, *cells, mobiles, "")


def called(person: dict[str, Any]) -> str:
    """A person with the post in brackets."""
    return f"{person['name']}（{person['post']}）" if person.get("post") else str(person["name"])
