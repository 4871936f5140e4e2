"""Small random rosters: few enough people and days that every plan can be tried by hand."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from service.roster.problem import Problem, read

FIRST = date(2023, 9, 29)
START = {"day": "08:00", "night": "20:00"}
CLASSES = ("workday", "rest_day", "statutory_holiday", "sensitive")


def dates(count: int) -> list[str]:
    """So many days from the first."""
    return [(FIRST + timedelta(days=i)).isoformat() for i in range(count)]


def plain(members: int, days: int, need: int = 1, **role: Any) -> dict[str, Any]:
    """One role of so many members, nothing else."""
    return {
        "days": [{"date": on, "class": "workday"} for on in dates(days)],
        "roles": [{"role": "officer", "need": need, "members": [f"p{i}" for i in range(members)], **role}],
    }


@st.composite
def puzzles(draw: st.DrawFn, most_people: int = 3, most_days: int = 5) -> Problem:
    """A roster of up to three people and five days with any of the rules the engine knows."""
    people = [f"p{i}" for i in range(draw(st.integers(1, most_people)))]
    days = dates(draw(st.integers(1, most_days)))
    watches = draw(st.sampled_from([1, 1, 1, 2]))
    codes = ["day", "night"][:watches]
    document: dict[str, Any] = {
        "days": [{"date": on, "class": draw(st.sampled_from(CLASSES))} for on in days],
        "watches": [{"code": code, "starts": START[code], "hours": 24 // watches} for code in codes],
        "roles": [],
        "members": [_member(draw, code, days, codes) for code in people],
        "seed": draw(st.integers(0, 3)),
    }
    for name in ("leader", "officer")[: draw(st.sampled_from([1, 1, 2]))]:
        document["roles"].append(_role(draw, name, people, codes))
    if draw(st.integers(0, 4)) == 0 and len(people) > 1:
        document["pairs"] = {draw(st.sampled_from(["apart", "together"])): [people[:2]]}
    if watches == 2 and draw(st.booleans()):
        document["successions"] = [["night", "day"]]
    if draw(st.integers(0, 3)) == 0:
        role = draw(st.sampled_from(document["roles"]))
        document["fixed"] = [
            {"date": draw(st.sampled_from(days)), "role": role["role"], "watch": draw(st.sampled_from(codes)),
             "person": draw(st.sampled_from(people))}
        ]  # fmt: skip
    return read(document)


def _member(draw: st.DrawFn, code: str, days: list[str], codes: list[str]) -> dict[str, Any]:
    member: dict[str, Any] = {"code": code}
    if draw(st.integers(0, 2)) == 0:
        start = draw(st.integers(0, len(days) - 1))
        member["leave"] = [{"from": days[start], "to": days[draw(st.integers(start, len(days) - 1))]}]
    if draw(st.booleans()):
        member["wishes"] = [
            {"on": draw(st.sampled_from(days)), "weight": draw(st.integers(1, 12)), "want": draw(st.booleans())}
            for _ in range(draw(st.integers(1, 2)))
        ]
    if draw(st.integers(0, 5)) == 0:
        member["max_in"] = {draw(st.integers(2, 4)): draw(st.integers(1, 2))}
    if draw(st.integers(0, 5)) == 0:
        member["available"] = draw(st.sampled_from([{"weekdays": [1, 2, 5, 6]}, {"watches": codes[:1]}]))
    return member


def _role(draw: st.DrawFn, name: str, people: list[str], codes: list[str]) -> dict[str, Any]:
    members: list[Any] = []
    for code in people:
        if draw(st.integers(0, 3)) == 0:
            served = {"total": draw(st.integers(0, 4)), "holiday": draw(st.integers(0, 2))}
            if draw(st.booleans()):
                served["last"] = [(FIRST - timedelta(days=draw(st.integers(1, 3)))).isoformat()]  # type: ignore[assignment]
            members.append({"code": code, "served": served})
        else:
            members.append(code)
    need: dict[str, Any] = {"default": draw(st.sampled_from([1, 1, 1, 2]))}
    if draw(st.integers(0, 2)) == 0:
        need["rest_day"] = draw(st.sampled_from([0, 2]))
    if len(codes) == 2 and draw(st.booleans()):
        need["default"] = {"day": 1, "night": draw(st.integers(0, 1))}
    role = {"role": name, "need": need, "members": members, "rest_days": draw(st.integers(0, 1))}
    if draw(st.integers(0, 5)) == 0:
        role["blocks"] = [[5, 6, 7]]
    if draw(st.integers(0, 5)) == 0:
        role["rest_hours"] = draw(st.sampled_from([11, 12.5, 24]))
    return role
