"""Duties counted: who served how many watches on which class of day, in all and person by person (志愿者节假日值勤)."""

from datetime import date
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Response
from pydantic import Field, field_validator

from models.kinds import DayClass
from service import board
from service.duty import counted
from service.duty.table_words import ROLES
from service.errors import Refused, Trouble
from service.people import offered
from service.people.fields import today
from service.web.asks import Day, Questions, read_questions
from service.web.deps import Call
from service.web.pages.visit import show, visit

router = APIRouter()

HOLIDAY = str(DayClass.statutory_holiday)


class CountQuestions(Questions):
    """What is counted; without days it is this year so far, without a unit all that the reader sees."""

    unit: str | None = Field(None, max_length=500)
    from_on: Day | None = Field(None, alias="from")
    to_on: Day | None = Field(None, alias="to")
    role: str | None = Field(None, max_length=200)

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        return None if value == "" else value


class Line(NamedTuple):
    """How often a person served in a role: by class of day, in all, and on statutory holidays."""

    role: str
    person: str
    name: str
    by_class: dict[str, int]
    total: int
    holidays: int


Asked = Annotated[CountQuestions, Depends(read_questions(CountQuestions))]


@router.get("/duties")
def duty_counts(call: Call, asked: Asked) -> Response:
    on = today(call.now)
    from_on, to_on = asked.from_on or date(on.year, 1, 1), asked.to_on or on
    lines: list[Line] = []
    trouble: Trouble | None = None
    with visit(call) as (session, reader):
        unit = asked.unit or board.top_of(session, reader.actor)
        offers = offered.units(session, reader.actor)
        try:
            if unit is not None:
                found = counted.duties(
                    session, reader.actor, unit=unit, from_on=from_on, to_on=to_on, role=asked.role, now=call.now
                )
                lines = lines_of(found.people)
        except Refused as refused:
            trouble = refused
    return show(
        call, "duty/counts.html", lines=lines, people=len({one.person for one in lines}), classes=classes_of(lines),
        unit=unit, from_on=from_on, to_on=to_on, role=asked.role or "", roles=roles_of(lines, asked.role),
        trouble=trouble, offers=offers,
        asked=asked.model_dump(mode="json", by_alias=True, exclude_none=True),
    )  # fmt: skip


def roles_of(lines: list[Line], asked: str | None) -> list[str]:
    """The roles that may be asked for: the usual ones, what was asked, and what is among those counted."""
    return list(dict.fromkeys([*ROLES, *filter(None, [asked]), *(line.role for line in lines)]))


def lines_of(people: list[counted.Counted]) -> list[Line]:
    """A line for each person in each role, the roles by name, whoever served most first."""
    by_class: dict[tuple[str, str, str], dict[str, int]] = {}
    for one in people:
        by_class.setdefault((one.role, one.person, one.name), {})[str(one.day_class)] = one.watches
    lines = [Line(*key, found, sum(found.values()), found.get(HOLIDAY, 0)) for key, found in by_class.items()]
    return sorted(lines, key=lambda line: (line.role, -line.total, line.person))


def classes_of(lines: list[Line]) -> list[str]:
    """The classes of days on which anybody served, in their order."""
    return [str(one) for one in DayClass if any(str(one) in line.by_class for line in lines)]
