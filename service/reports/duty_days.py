"""The duty table of a report: who is on watch on each of its days, as the records have it when it is drawn."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Person, Watch
from models.kinds import WatchState
from service.reports.asked import Asked, calendar_of, span_of
from service.reports.templates.base import Days


def duty_days(session: Session, asked: Asked, block: Days) -> dict[str, Any]:
    """Every day of the period with its class, its festival, and the people of each role in their order."""
    calendar = calendar_of(session, asked.zone)
    span = span_of(session, asked.stretch, asked.zone)
    statement = select(
        col(Watch.starts_at), col(Watch.role), col(Person.name), col(Person.post), col(Person.mobile)
    ).join(Person, col(Watch.served_by) == col(Person.key))
    statement = statement.where(
        col(Watch.unit) == asked.unit, col(Watch.state) != WatchState.cancelled,
        col(Watch.starts_at) >= span.starts_at, col(Watch.starts_at) < span.ends_at,
    )  # fmt: skip
    roles: dict[Any, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for starts_at, role, name, post, mobile in session.execute(
        statement.order_by(col(Watch.starts_at), col(Watch.key))
    ):
        roles[calendar.civil(starts_at)][role].append({"name": name, "post": post, "mobile": mobile})
    rows = [
        {
            "on": day.on.isoformat(), "festival": str(day.festival) if day.festival else None,
            "class": str(day.day_class), "roles": dict(roles[day.on]),
        }
        for day in calendar.days_between(asked.stretch.from_on, asked.stretch.to_on)
    ]  # fmt: skip
    return {"kind": "days", "id": block.id, "caption": {"msgid": block.caption, "facts": {}}, "rows": rows}
