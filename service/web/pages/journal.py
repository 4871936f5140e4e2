"""The journal: who did what, when and why, for those who decide; of everything, or of one subject."""

from fastapi import APIRouter, Response

from service import journal, people
from service.web.asks import After, Asked
from service.web.deps import Call
from service.web.pages.journal_words import ACTS
from service.web.pages.visit import show, visit

router = APIRouter()


@router.get("/journal")
def journal_page(call: Call, subject: Asked = None, after: After = None) -> Response:
    with visit(call) as (session, reader):
        if subject and subject.strip():
            found = journal.of_subject(session, reader.actor, subject.strip(), after=after)
        else:
            found = journal.newest(session, reader.actor, after=after)
        names = people.names(session, {line.by for line in found.items})
    return show(call, "journal.html", found=found, names=names, subject=subject or "", after=after, acts=ACTS)
