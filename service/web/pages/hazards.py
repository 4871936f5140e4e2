"""The ledger of hazards: asked, sorted, page by page; the same on paper; and a new one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import field_validator
from sqlmodel import Session

from models.kinds import HazardLevel, HazardMode, HazardSource, HazardState
from service import evidence, people
from service.campaigns import progress
from service.errors import NotFound, Trouble
from service.hazards import acts as hazards
from service.ledger import lists as ledger_lists
from service.ledger.wishes import Wishes
from service.people import offered
from service.people.fields import today
from service.rules.hazards import OPEN
from service.signin.sessions import Visitor
from service.web.api.hazards import HazardQuestions
from service.web.asks import read_questions
from service.web.deps import Call, Incoming
from service.web.forms_ledger import NewHazard
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

PRINTED_AT_MOST = 1_000
# what is asked most, one press away: words and the questions they stand for
VIEWS: tuple[tuple[str, dict[str, Any]], ...] = (
    (N_("All"), {}),
    (N_("Not closed"), {"state": [str(state) for state in OPEN], "sort": "due"}),
    (N_("Overdue"), {"overdue": "true", "sort": "due"}),
    (N_("To be accepted"), {"state": [str(HazardState.submitted)], "sort": "due"}),
    (N_("Major"), {"level": str(HazardLevel.major)}),
)


class PageQuestions(HazardQuestions):
    """The questions of the API, of which a form may leave any empty."""

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        if isinstance(value, list):
            return [one for one in value if one != ""]
        return None if value == "" else value

    @field_validator("sort", mode="before")
    @classmethod
    def usual(cls, value: object) -> object:
        return value or "found"

    def kept(self) -> dict[str, Any]:
        """What was asked, as an address says it; the cursor and what is usual left out."""
        said = self.model_dump(mode="json", exclude_defaults=True, exclude={"after", "limit"})
        return {name: str(value).lower() if isinstance(value, bool) else value for name, value in said.items()}


Asked = Annotated[PageQuestions, Depends(read_questions(PageQuestions))]


@router.get("/hazards")
def ledger(call: Call, asked: Asked) -> Response:
    with visit(call) as (session, reader):
        found = ledger_lists.ledger(
            session, reader.actor, now=call.now, sort=asked.sort, limit=asked.limit, after=asked.after, **asked.wishes()
        )
        campaigns = [(row.key, row.name) for row in progress.running(session, reader.actor)]
        names = people.names(session, {row.responsible for row in found.items})
        offers = offered.units(session, reader.actor)
    kept = asked.kept()
    sheet = {name: value for name, value in kept.items() if name != "sort"}
    return show(
        call, "hazards.html", found=found, counted=ledger_lists.COUNTED, campaigns=campaigns, names=names,
        asked=kept, sheet=sheet, after=asked.after, sort=asked.sort, views=VIEWS,
        levels=tuple(HazardLevel), states=tuple(HazardState), sources=tuple(HazardSource), modes=tuple(HazardMode),
        may_report=bool(reader.actor.paths("report hazards")), offers=offers,
    )  # fmt: skip


@router.get("/hazards/print")
def printed_ledger(call: Call, asked: Asked) -> Response:
    """隐患台账 as it is printed: every column, on its side, a thousand rows at most."""
    from service.exports import hazards as sheet  # rarely printed
    from service.exports.columns import headings_in

    with visit(call) as (session, reader):
        locale = reader.language or call.locale
        wishes = Wishes(**asked.wishes())
        some = PRINTED_AT_MOST + 1
        rows = list(sheet.rows(session, reader.actor, wishes, now=call.now, locale=locale, most=some))
    return show(
        call, "hazards_print.html", rows=rows[:PRINTED_AT_MOST], more=len(rows) > PRINTED_AT_MOST,
        most=PRINTED_AT_MOST, headings=headings_in(sheet.COLUMNS, "zh_CN" if locale != "en" else "en"),
        asked=asked.kept(), on=today(call.now),
    )  # fmt: skip


@router.get("/hazards/new")
def ask_new(call: Call, unit: str = "") -> Response:
    return new_page(call, unit=unit[:200])


def new_page(call: Incoming, trouble: Trouble | None = None, typed: Posted | None = None, unit: str = "") -> Response:
    with visit(call) as (session, reader):
        if not reader.actor.paths("report hazards"):
            raise NotFound("There is nothing of that name here")
        units = offered.units(session, reader.actor)
        campaigns = [(row.key, row.name) for row in progress.running(session, reader.actor)]
    return show(
        call, "hazard_new.html", units=units, campaigns=campaigns, unit=unit, trouble=trouble, typed=typed,
        levels=tuple(HazardLevel), modes=tuple(HazardMode), sources=tuple(HazardSource), on=today(call.now),
    )  # fmt: skip


@router.post("/hazards/new")
def report_new(call: Call, form: Form) -> Response:
    def report(session: Session, visitor: Visitor) -> str:
        given = form.fit(NewHazard, keep_empty=("unit", "description"))
        told = given.model_dump(exclude_unset=True, exclude_none=True)
        code = str(hazards.report(session, visitor.actor, now=call.now, **told))
        for photo in form.photos("photo"):
            evidence.add(session, visitor.actor, code, now=call.now, photo=photo, stage="before")
        return code

    return act(
        call, form, report, then=lambda code: f"/hazards/{code}", said=N_("The hazard {code} is in the ledger"),
        facts=lambda code: {"code": code}, again=lambda trouble: new_page(call, trouble, form), photos=("photo",),
    )  # fmt: skip
