"""Invented towns to plan rosters for: staff, days with classes, leave in blocks, wishes that crowd the holidays."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

HOLIDAYS = {
    (2023, 1): range(21, 28), (2023, 4): range(5, 6), (2023, 5): range(1, 4), (2023, 6): range(22, 25),
    (2023, 10): range(1, 7), (2024, 1): range(1, 2),
}  # fmt: skip
NEW_YEAR, MID_AUTUMN = date(2023, 1, 1), (date(2023, 9, 29), date(2023, 9, 30))


@dataclass(frozen=True)
class Staff:
    """A role of a town: how many members, seats a day, days of rest."""

    role: str
    members: int
    seats: int
    rest_days: int


TOWN = (Staff("leader", 8, 1, 2), Staff("officer", 30, 2, 3), Staff("driver", 4, 1, 1))
COUNTY = (Staff("officer", 400, 10, 3),)


def town(
    days: int, seed: int, staff: tuple[Staff, ...] = TOWN, *, crowding: float = 0.1, first: date = NEW_YEAR
) -> dict[str, Any]:
    """A roster problem as its JSON: leave about 5 % in blocks of two to seven days, a wish each fifteen days.

    Nobody's leave leaves a role with fewer people than twice its seats on a day, as a coordinator would see to it.
    """
    draw = random.Random(seed)
    dates = [first + timedelta(days=i) for i in range(days)]
    return {
        "key": f"town-{days}-{seed}",
        "days": [{"date": on.isoformat(), "class": day_class(on)} for on in dates],
        "watch": {"starts": "08:00", "hours": 24},
        "roles": [_role(post, dates, draw, crowding) for post in staff],
        "seed": seed,
    }


def day_class(on: date) -> str:
    """The class of a day: a plain calendar of 2023, weekends kept."""
    if on == NEW_YEAR or on in MID_AUTUMN or on.day in HOLIDAYS.get((on.year, on.month), ()):
        return "holiday"
    return "rest_day" if on.isoweekday() > 5 else "workday"


def _role(post: Staff, dates: list[date], draw: random.Random, crowding: float) -> dict[str, Any]:
    away: dict[date, int] = {}
    free = post.members - post.seats * min(post.rest_days + 1, post.members // post.seats)
    members = []
    for number in range(post.members):
        leave = _leave(dates, draw, away, max(1, min(free, post.members // 4)))
        wishes = _wishes(dates, draw, crowding)
        members.append({"code": f"{post.role}{number + 1:03}", "leave": leave, "wishes": wishes})
    return {"role": post.role, "need": {"default": post.seats}, "rest_days": post.rest_days, "members": members}


def _leave(dates: list[date], draw: random.Random, away: dict[date, int], most: int) -> list[dict[str, str]]:
    owed, taken = round(len(dates) * 0.05), set[date]()
    stretches = []
    for _ in range(200):
        if len(taken) >= owed:
            break
        length, start = draw.randint(2, 7), draw.randrange(len(dates))
        days = dates[start : start + length]
        near = {on + timedelta(days=step) for on in days for step in (-1, 0, 1)}
        if near & taken or any(away.get(on, 0) >= most for on in days):
            continue
        taken.update(days)
        for on in days:
            away[on] = away.get(on, 0) + 1
        stretches.append({"from": days[0].isoformat(), "to": days[-1].isoformat()})
    return sorted(stretches, key=lambda stretch: stretch["from"])


def _wishes(dates: list[date], draw: random.Random, crowding: float) -> list[dict[str, Any]]:
    """Mostly to be off: on a holiday by so much more than chance, else any day; now and then a watch that suits."""
    holidays = [on for on in dates if day_class(on) == "holiday"]
    days = {
        draw.choice(holidays) if holidays and draw.random() < crowding else draw.choice(dates)
        for _ in range(max(1, len(dates) // 15))
    }
    return [
        {"on": on.isoformat(), "weight": draw.choice([1, 2, 3]), "want": draw.random() < 0.1} for on in sorted(days)
    ]
