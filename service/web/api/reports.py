"""`/reports`: begun, drafted, frozen, signed, sent and corrected; each frozen edition is the same bytes for ever."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field
from sqlmodel import Session

from models.kinds import ReportState
from service import short_lists
from service.access import Actor
from service.lists import PAGE, PAGE_AT_MOST
from service.reports import behind, freezing, sending, shown, writing
from service.reports.asked import ask
from service.reports.templates import TEMPLATES
from service.reports.writing import Drawing
from service.web import shown as out
from service.web.asks import After, Day, KeyInPath, Limit, Questions, gives, parameters, read_questions
from service.web.deps import Call, Incoming
from service.web.forms import Act
from service.web.forms_reports import Choice, NewReport, Reasoned, Sent, StatedFigure, WrittenText
from service.words import say

router = APIRouter(prefix="/reports", tags=["reports"])
Edition = Annotated[int | None, Query(ge=1, le=100_000, description="which frozen edition; the newest if absent")]


class ReportQuestions(Questions):
    unit: str | None = Field(None, max_length=500, description="at it and everything beneath")
    template: str | None = Field(None, max_length=500)
    campaign: str | None = Field(None, max_length=500)
    state: list[ReportState] = Field(default_factory=list, max_length=5, description="one or several")
    from_on: Day | None = Field(None, alias="from", description="whose first day is this or later")
    to_on: Day | None = Field(None, alias="to", description="whose last day is this or earlier")
    limit: int = Field(PAGE, ge=1, le=PAGE_AT_MOST, description="how many at most")
    after: str | None = Field(None, max_length=2_000, description="the `next` of the page before")


class CountedQuestions(Questions):
    figure: str = Field(max_length=500, description="its id among the figures of the snapshot")
    edition: int | None = Field(None, ge=1, le=100_000, description="the newest if absent")
    limit: int = Field(PAGE, ge=1, le=PAGE_AT_MOST, description="how many at most")
    after: str | None = Field(None, max_length=2_000, description="the `next` of the page before")


CountedAsked = Annotated[CountedQuestions, Depends(read_questions(CountedQuestions))]
Asked = Annotated[ReportQuestions, Depends(read_questions(ReportQuestions))]


@router.get("", openapi_extra=parameters(ReportQuestions), **gives(out.Listing[out.Report]))
def list_reports(call: Call, asked: Asked) -> Response:
    """The reports of the units in sight, those of the last days first."""
    return call.read(
        lambda session, actor: shown.listed(
            session, actor, unit=asked.unit, template_key=asked.template, states=asked.state, campaign=asked.campaign,
            from_on=asked.from_on, to_on=asked.to_on, limit=asked.limit, after=asked.after,
        )
    )  # fmt: skip


@router.get("/templates", **gives(out.Listing[out.Template]))
def list_templates(call: Call, limit: Limit = PAGE, after: After = None) -> Response:
    """The templates there are, and the parts of each that people write."""
    found = [
        {
            "key": one.key, "name": say(one.name, call.locale), "parts": one.texts(),
            "needs_campaign": one.needs_campaign,
        }
        for one in TEMPLATES.values()
    ]  # fmt: skip
    return call.read(lambda _session, _actor: short_lists.fixed_page(found, limit=limit, after=after))


@router.post("", **gives(out.ReportWhole, 201))
def make_report(call: Call, form: NewReport) -> Response:
    """Begin a report and freeze it at once, or leave it a draft; begun before, it is the same one."""
    with call.acting() as (session, actor):
        asked = ask(
            session, actor, unit=form.unit, from_on=form.from_on, to_on=form.to_on, template_key=form.template,
            campaign=form.campaign,
        )  # fmt: skip
        key = writing.begin(session, actor, asked, now=call.now)
    keep = writing.redraft if form.draft else freezing.freeze
    return kept(call, key, keep, status=201)


def kept(call: Incoming, key: str, keep: Any, *, status: int = 200, **more: Any) -> Response:
    """Draw a report in a read of its own, keep the drawing, and answer the report as it is then."""
    drawing = drawn(call, key, writing.sketched if keep is writing.redraft else writing.drawn)

    def act(session: Session, actor: Actor) -> Any:
        keep(session, actor, drawing, now=call.now, **more)
        return shown.whole(session, actor, key)

    return call.act(act, status=status)


def drawn(call: Incoming, key: str, draw: Callable[..., Drawing]) -> Drawing:
    with call.reading() as (_, actor):
        pass
    return draw(call.engine, actor, key, now=call.now)


@router.get("/{key}", **gives(out.ReportWhole))
def read_report(call: Call, key: KeyInPath) -> Response:
    """One report with its editions, texts, stated figures and newest snapshot."""
    return call.read(lambda session, actor: shown.whole(session, actor, key))


@router.get("/{key}/since", **gives(out.Since))
def read_changes(call: Call, key: KeyInPath) -> Response:
    """What has changed since the newest edition was frozen, counted again now."""
    with call.reading() as (_, actor):
        pass
    found = shown.since(call.engine, actor, key, now=call.now)
    return call.read(lambda _session, _actor: found)


@router.get("/{key}/records", openapi_extra=parameters(CountedQuestions), **gives(out.RecordsCounted))
def list_counted(call: Call, key: KeyInPath, asked: CountedAsked) -> Response:
    """The records that a figure of a frozen edition counted, each with what became of it since."""
    return call.read(
        lambda session, actor: behind.behind(
            session, actor, key, asked.figure, number=asked.edition, limit=asked.limit, after=asked.after
        )
    )


def done(call: Incoming, key: str, do: Any, **more: Any) -> Response:
    """Do it, and answer the report as it is then."""

    def act(session: Session, actor: Actor) -> Any:
        do(session, actor, key, now=call.now, **more)
        return shown.whole(session, actor, key)

    return call.act(act)


@router.put("/{key}/texts/{name}", **gives(out.ReportWhole))
def write_text(call: Call, key: KeyInPath, name: KeyInPath, form: WrittenText) -> Response:
    """Write a part that people write; it outlives every redraft."""
    return done(call, key, writing.write, name=name, text=form.text, version=form.version)


@router.put("/{key}/stated/{figure}", **gives(out.ReportWhole))
def state_figure(call: Call, key: KeyInPath, figure: KeyInPath, form: StatedFigure) -> Response:
    """State a figure otherwise than the records have it; the report shows both."""
    return done(call, key, writing.state, figure=figure, value=form.value, source=form.source, version=form.version)


@router.post("/{key}/choose", **gives(out.ReportWhole))
def choose_template(call: Call, key: KeyInPath, form: Choice) -> Response:
    """Give a report that is not frozen another template, or narrow it to a campaign."""
    return done(call, key, writing.choose, template_key=form.template, campaign=form.campaign, version=form.version)


@router.post("/{key}/draft", **gives(out.ReportWhole))
def redraft_report(call: Call, key: KeyInPath, form: Act | None = None) -> Response:
    """Draft it again from the records as they are now."""
    return kept(call, key, writing.redraft, version=form.version if form else None)


@router.post("/{key}/freeze", **gives(out.ReportWhole))
def freeze_report(call: Call, key: KeyInPath, form: Act | None = None) -> Response:
    """Freeze it: its first edition stands for ever."""
    return kept(call, key, freezing.freeze, version=form.version if form else None)


@router.post("/{key}/correct", **gives(out.ReportWhole))
def correct_report(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Freeze the next edition, with the reason; those before stay as they are."""
    return kept(call, key, freezing.correct, reason=form.reason, version=form.version)


@router.post("/{key}/sign", **gives(out.ReportWhole))
def sign_report(call: Call, key: KeyInPath, form: Act | None = None) -> Response:
    """Sign the newest edition, as a leader."""
    return done(call, key, sending.sign, version=form.version if form else None)


@router.post("/{key}/send", **gives(out.ReportWhole))
def send_report(call: Call, key: KeyInPath, form: Sent | None = None) -> Response:
    """Send the signed edition to the unit above; the task that owed it is submitted by it."""
    return done(call, key, sending.send, **(handed_in(form) if form else {}))


def handed_in(form: Sent) -> dict[str, Any]:
    """What is sent with a report, as the act takes it."""
    answers = {item: (str(one.mark), one.note) for item, one in form.answers.items()}
    return {"figures": form.figures, "answers": answers, "note": form.note, "version": form.version}
