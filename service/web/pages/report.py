"""One report: the paper with its figures, its parts to write, and what may be done to it; what has changed since."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import AnswerMark
from service import people, unit_tree
from service.errors import NotFound, Trouble
from service.reports import allowed, behind, freezing, handing_in, keys, sending, shown, wording, writing
from service.reports.found import edition_of, find
from service.reports.lower import corrected_below
from service.reports.templates import TEMPLATES
from service.signin.sessions import Visitor
from service.web.api.reports import handed_in
from service.web.asks import After, Asked, KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms import Act
from service.web.forms_reports import Reasoned, Sent, StatedFigure
from service.web.marks import N_
from service.web.pages.acts import act, ours
from service.web.pages.journal_words import ACTS
from service.web.pages.posted import Form, Posted
from service.web.pages.report_paper import paper, parts_of, way_of, ways_of
from service.web.pages.report_words import KINDS, PLACES, STATES
from service.web.pages.task import beside
from service.web.pages.visit import show, visit
from service.web.paper import locale_of_page

router = APIRouter()

DRAWN: dict[str, tuple[Callable[..., Any], type[Act], str]] = {
    "draft": (writing.redraft, Act, N_("The draft is drawn again from the records as they are now")),
    "freeze": (freezing.freeze, Act, N_("The report is frozen: its figures stay as they are")),
    "correct": (freezing.correct, Reasoned, N_("A new edition is frozen; the one before stays as it is")),
}
DONE: dict[str, tuple[Callable[..., Any], type[Act], str]] = {
    "sign": (sending.sign, Act, N_("The report is signed")),
    "send": (sending.send, Sent, N_("The report is sent to the unit above")),
}


@router.get("/reports/{key}")
def one_report(call: Call, key: KeyInPath, edition: int | None = None) -> Response:
    return report_page(call, key, edition=edition)


def report_page(
    call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = "",
    edition: int | None = None,
) -> Response:  # fmt: skip
    with visit(call) as (session, reader):
        whole = shown.whole(session, reader.actor, key)
        acts = allowed.allowed(session, reader.actor, key)
        late = bool(allowed.late(session, [key], now=call.now))
        older = shown.snapshot_of(session, reader.actor, key, edition) if edition else None
        report = find(session, reader.actor, key)
        wants = wanted(session, report, now=call.now) if "send" in acts else None
        may_seal = bool(report.edition) and reader.actor.may("send reports", report.path)
        sealed = may_seal and keys.is_shared(session, report.unit)
        named = {one[by] for one in map(vars_of, whole.editions) for by in ("frozen_by", "signed_by", "sent_by")}
        named |= {line.by for line in whole.journal} | {one["by"] for one in whole.stated.values()}
        names = people.names(session, named | {whole.report["made_by"]})
        below = corrected_below(session, (older or whole.snapshot or {}).get("sources", ()))
    snapshot = older or whole.snapshot or writing.sketched(call.engine, reader.actor, key, now=call.now).snapshot
    if not whole.report["edition"]:
        snapshot |= {"texts": whole.texts}
    locale = locale_of_page(call.request)
    return show(
        call, "reports/report.html", report=whole.report, editions=whole.editions, stated=whole.stated,
        texts=whole.texts, parts=parts_of(whole.report["template"]), journal=whole.journal, acts=acts, late=late,
        names=names, snapshot=snapshot, article=paper(snapshot, locale, linked=not whole.report["by_file"]),
        findings=findings_of(snapshot, locale, linked=not whole.report["by_file"]),
        below=[wording.finding(snapshot, one, locale) for one in below],
        states=STATES, template=TEMPLATES[whole.report["template"]], period=wording.period(snapshot, locale),
        edition=edition, wants=wants, sealed=sealed, answers=tuple(AnswerMark), figures=figures_of(snapshot, locale),
        said_acts=ACTS, trouble=trouble, typed=typed, act_named=act_named, beside=beside(trouble),
    )  # fmt: skip


def wanted(session: Session, report: Any, *, now: datetime) -> handing_in.Wanted | None:
    """What the task that owes a report asks for when it is sent."""
    return handing_in.wanted(session, report, edition_of(session, report.key, report.edition), now=now)


def findings_of(snapshot: dict[str, Any], locale: str, *, linked: bool) -> list[tuple[str, Any]]:
    """What does not agree in words, each with the tasks that it was declared with."""
    return [
        (wording.finding(snapshot, one, locale), one.get("tasks", ()) if linked else ()) for one in snapshot["findings"]
    ]


def vars_of(row: Any) -> dict[str, Any]:
    return dict(row._mapping)


def figures_of(snapshot: dict[str, Any], locale: str) -> list[tuple[str, str]]:
    """The figures of the whole report by their names, to be stated otherwise; rates follow from theirs."""
    return [
        (name, f"{wording.label(one, locale)} ({one['shown']})")
        for name, one in snapshot["figures"].items()
        if not one["narrowed"] and not one["of"]
    ]


@router.get("/reports/{key}/since")
def report_since(call: Call, key: KeyInPath) -> Response:
    """What has changed since the newest edition was frozen, counted again now."""
    with visit(call) as (session, reader):
        report = shown.whole(session, reader.actor, key)
    found = shown.since(call.engine, reader.actor, key, now=call.now)
    locale, ways = locale_of_page(call.request), ways_of(report.snapshot)
    known = report.snapshot["figures"]
    rows = [
        (wording.label(known[one.figure], locale) if one.figure in known else one.figure, one, ways.get(one.figure))
        for one in found.figures
        if one.figure not in known or not known[one.figure]["narrowed"]
    ]
    below = [wording.finding(report.snapshot, one, locale) for one in found.corrected_below]
    return show(
        call, "reports/since.html", report=report.report, title=wording.title(report.snapshot, locale), rows=rows,
        below=below, found=found,
    )  # fmt: skip


@router.get("/reports/{key}/records")
def report_records(
    call: Call, key: KeyInPath, figure: Asked = None, edition: int | None = None, after: After = None
) -> Response:
    """The records that a figure of a frozen edition counted, each with what became of it since."""
    with visit(call) as (session, reader):
        named = figure or "hazards.found"
        found = behind.behind(session, reader.actor, key, named, number=edition, after=after)
        report = find(session, reader.actor, key)
        below = {one["report"]: one for one in found.figure["from"]["reports"]}
        names = unit_tree.names(session, {one["unit"] for one in below.values()})
    live = way_of(found.figure["figure"], found.live)
    return show(
        call, "reports/records.html", report=report, found=found, below=below, names=names, live=live, after=after,
        asked={"figure": named, "edition": found.edition}, kinds=PLACES, words=KINDS, say_scope=wording.scope,
    )  # fmt: skip


@router.post("/reports/{key}/texts")
def write_texts(call: Call, key: KeyInPath, form: Form) -> Response:
    """Write the parts that people write; those that say what they said before are left alone."""

    def do(session: Session, visitor: Visitor) -> None:
        whole = shown.whole(session, visitor.actor, key)
        version = form.version()
        for name in whole.parts:
            told = form.text(f"texts[{name}]").strip()
            if f"texts[{name}]" in form.fields and told != whole.texts.get(name, {}).get("text", ""):
                writing.write(session, visitor.actor, key, name, told, now=call.now, version=version)
                version = None  # it has moved on by this very act

    return act(
        call, form, do, then=f"/reports/{key}#paper", said=N_("What you wrote stands in the report"),
        again=lambda trouble: report_page(call, key, trouble, form, "texts"),
    )  # fmt: skip


@router.post("/reports/{key}/stated")
def state_figure(call: Call, key: KeyInPath, form: Form) -> Response:
    """State a figure otherwise than the records; an empty number takes back what was stated."""

    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(StatedFigure) if form.text("value").strip() else None
        value, source = (told.value, told.source) if told else (None, "")
        writing.state(
            session, visitor.actor, key, figure=form.text("figure"), value=value, source=source, now=call.now,
            version=form.version(),
        )  # fmt: skip

    return act(
        call, form, do, then=f"/reports/{key}", said=N_("The figure is stated; draw the report again to see it"),
        again=lambda trouble: report_page(call, key, trouble, form, "stated"),
    )  # fmt: skip


@router.post("/reports/{key}/{verb}")
def do_to_report(call: Call, key: KeyInPath, verb: str, form: Form) -> Response:
    """Draw again, freeze or correct, each from a drawing made in a read of its own; sign; send."""
    if verb not in DRAWN and verb not in DONE:
        raise NotFound("There is nothing of that name here")
    do, schema, said = DRAWN.get(verb) or DONE[verb]
    drawing = drawn(call, form, key, sketch=verb == "draft") if verb in DRAWN else None

    def run(session: Session, visitor: Visitor) -> None:
        read = form.fit(schema, keep_empty=("reason",))
        told = handed_in(read) if isinstance(read, Sent) else read.model_dump()
        do(session, visitor.actor, drawing or key, now=call.now, **told)

    return act(
        call, form, run, then=f"/reports/{key}", said=said,
        again=lambda trouble: report_page(call, key, trouble, form, verb),
    )  # fmt: skip


def drawn(call: Incoming, form: Posted, key: str, *, sketch: bool) -> writing.Drawing:
    """The report drawn now, for whoever sent a form of ours; a sketch is not to be frozen."""
    with visit(call) as (_, reader):
        ours(call, form)
    draw = writing.sketched if sketch else writing.drawn
    return draw(call.engine, reader.actor, key, now=call.now)
