"""Notices: what was told to whom, why, and how it got there; and that somebody has read it."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field, field_validator
from sqlmodel import Session

from models.kinds import NoticeState
from service import journal, listings, people
from service.errors import Trouble
from service.ledger import whole as ledger_whole
from service.notices import acts as notices
from service.notices.answers import plainly
from service.notices.claims import gather_called, gather_names, units_said
from service.notices.render import Reader, Words, line_of, spoken_facts, why, words_for
from service.people import offered
from service.rules.notices import NoticeFacts
from service.settings import settings
from service.web.asks import KeyInPath, Questions, read_questions
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act, back_or
from service.web.pages.posted import Form, Posted
from service.web.pages.subjects import place_of
from service.web.pages.visit import show, visit
from service.web.paper import locale_of_page

router = APIRouter()
SEE_OTHERS = "see notices"


class NoticeQuestions(Questions):
    """What the list is asked; what a form leaves empty counts as not asked."""

    of: Literal["mine", "all"] = "mine"
    recipient: str | None = Field(None, max_length=200)
    state: NoticeState | None = None
    after: str | None = Field(None, max_length=2_000)

    @field_validator("recipient", "state", "after", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        return None if value == "" else value


Asked = Annotated[NoticeQuestions, Depends(read_questions(NoticeQuestions))]


@router.get("/notices")
def list_notices(call: Call, asked: Asked) -> Response:
    with visit(call) as (session, reader):
        others = bool(reader.actor.paths(SEE_OTHERS))
        mine = asked.of == "mine" or not others
        recipient = reader.actor.person if mine else asked.recipient
        found = listings.notices(session, reader.actor, state=asked.state, recipient=recipient, after=asked.after)
        lines = said(session, call, found.items)
        names = people.names(session, {row.recipient for row in found.items})
        offers = offered.staff(session, reader.actor, SEE_OTHERS) if others else []
    told = asked.model_dump(mode="json", exclude_none=True, exclude={"after"}, exclude_defaults=True)
    return show(
        call, "notices.html", found=found, lines=lines, names=names, asked=told, after=asked.after, others=others,
        mine=mine, states=list(NoticeState), me=reader.actor.person, offers=offers,
    )  # fmt: skip


def said(session: Session, call: Incoming, rows: Sequence[Any]) -> list[Words]:
    """What each notice says, in the reader's language."""
    facts = [told(row) for row in rows]
    page_reader = reader_of(session, call, facts)
    return [words_for([one], page_reader)._replace(body=line_of(one, page_reader)) for one in facts]


def told(row: Any) -> NoticeFacts:
    return NoticeFacts(*(getattr(row, name) for name in NoticeFacts._fields))


def reader_of(session: Session, call: Incoming, facts: Sequence[NoticeFacts]) -> Reader:
    """Whoever reads the page, as the words of messages want them."""
    called = gather_called(session, {str(one.facts["person"]) for one in facts if one.facts.get("person")})
    return Reader(
        locale_of_page(call.request), settings().zone_info(), gather_names(session, units_said(facts)), called=called
    )


@router.get("/notices/{key}")
def one_notice(call: Call, key: KeyInPath) -> Response:
    return notice_page(call, key)


def notice_page(call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None) -> Response:
    with visit(call) as (session, reader):
        row = ledger_whole.notice(session, reader.actor, key)
        facts = told(row)
        page_reader = reader_of(session, call, [facts])
        names = people.names(session, [row.recipient])
        lines = journal.lines(session, [key], limit=50)
        mine = row.recipient == reader.actor.person
        may_resend = bool(reader.actor.paths(SEE_OTHERS)) and row.state in notices.LOST
    words = words_for([facts], page_reader)
    return show(
        call, "notice.html", row=row, title=words.title, line=line_of(facts, page_reader),
        why=why(facts, page_reader, spoken_facts(facts, page_reader)), names=names, lines=lines, mine=mine,
        may_resend=may_resend, about=place_of(str(row.facts.get("subject", row.subject)), row.kind),
        trouble=trouble, typed=typed, unsent=row.state in notices.LOST, answer=plainly(row.answer, page_reader.locale),
        waits=row.state in (NoticeState.owed, NoticeState.sending),
    )  # fmt: skip


@router.post("/notices/{key}/acknowledge")
def acknowledge(call: Call, form: Form, key: KeyInPath) -> Response:
    return act(
        call, form, lambda session, reader: notices.acknowledge(session, reader.actor, key, now=call.now),
        then=back_or(form, f"/notices/{key}"), said=N_("Noted: you have read it"),
        again=lambda trouble: notice_page(call, key, trouble, form),
    )  # fmt: skip


@router.post("/notices/{key}/resend")
def resend(call: Call, form: Form, key: KeyInPath) -> Response:
    return act(
        call, form, lambda session, reader: notices.resend(session, reader.actor, [key], now=call.now),
        then=f"/notices/{key}", said=N_("It is sent again with the next round"),
        again=lambda trouble: notice_page(call, key, trouble, form),
    )  # fmt: skip
