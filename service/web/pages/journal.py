"""The journal: who did what, when and why, for those who decide; of everything, or of one subject."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service import journal, people
from service.people import offered
from service.web.asks import After, Asked
from service.web.deps import Call
from service.web.pages.journal_words import ACTS
from service.web.pages.subjects import keys_in, told
from service.web.pages.visit import show, visit
from service.web.paper import locale_of_page
from service.web.reasons import because

router = APIRouter()


@router.get("/journal")
def journal_page(
    call: Call, subject: Asked = None, by_itself: Annotated[bool, Query()] = False, after: After = None
) -> Response:
    with visit(call) as (session, reader):
        if subject and subject.strip():
            found = journal.of_subject(session, reader.actor, subject.strip(), after=after)
        else:
            found = journal.newest(session, reader.actor, by_itself=by_itself, after=after)
        names = people.names(session, {line.by for line in found.items})
        called = journal.called(session, keys_in(line.subject for line in found.items))
        offers = offered.units(session, reader.actor) + offered.staff(session, reader.actor)
    locale = locale_of_page(call.request)
    asked = {"subject": subject, "by_itself": "true" if by_itself else ""}
    about = {line.subject: told(line.subject, called, locale) for line in found.items}
    return show(
        call, "journal.html", found=found, names=names, subject=subject or "", by_itself=by_itself, after=after,
        acts=ACTS, about=about, offers=offers,
        reasons={line.reason: because(line.reason, locale) for line in found.items if line.reason},
        asked={name: value for name, value in asked.items() if value},
    )  # fmt: skip
