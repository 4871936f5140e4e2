"""`/rosters`: duty as data, drafted with a proof, edited by hand, published; its gaps and how fair it has been."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.access import Actor
from service.duty import drafting, fairness, gaps, lists, publishing, retiring, rosters, whole
from service.duty.allowed import find_roster
from service.duty.people import cards_of
from service.duty.version_words import said, said_broken
from service.duty.wording import broken_words
from service.errors import Conflict
from service.lists import Page
from service.web.api.campaigns import FILE, text_of
from service.web.asks import PAGE, After, KeyInPath, Limit, gives
from service.web.deps import Call
from service.web.forms import Reasoned
from service.web.forms_duty import Drafted, Edited, Numbered
from service.web.shown import rosters as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/rosters", tags=["rosters"])

# each keeps two processors busy
drafts_at_once = BoundedSemaphore(2)


@router.get("", **gives(Listing[shown.RosterListed]))
def list_rosters(call: Call, retired: bool = False, limit: Limit = PAGE, after: After = None) -> Response:
    """The rosters of the units in sight and those one serves on, by key; with `retired` also what is kept no longer."""
    return call.read(lambda session, actor: lists.rosters(session, actor, retired=retired, limit=limit, after=after))


@router.post("", openapi_extra=FILE, **gives(shown.RosterWhole))
def apply_roster(
    call: Call, version: Annotated[int | None, Query(description="the version that was read, of a changed one")] = None
) -> Response:
    """Make a roster from its file, or change it; what is published stands until it is planned anew."""
    text = text_of(call)

    def apply(session: Session, actor: Actor) -> Any:
        file = rosters.apply_file(session, actor, text, now=call.now, version=version)
        return whole.roster(session, actor, file.key)

    return call.act(apply)


@router.get("/{key}", **gives(shown.RosterWhole))
def read_roster(call: Call, key: KeyInPath) -> Response:
    """One roster with its file, its members and its newest versions."""
    return call.read(lambda session, actor: whole.roster(session, actor, key))


@router.post("/{key}/retire", **gives(shown.RosterWhole))
def retire_roster(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Keep it no longer: watches ahead are called off and their people told; what was served stays."""

    def retire(session: Session, actor: Actor) -> Any:
        retiring.retire(session, actor, key, now=call.now, reason=form.reason, version=form.version)
        return whole.roster(session, actor, key)

    return call.act(retire)


@contextmanager
def one_of_few() -> Iterator[None]:
    """Room for one more plan; Conflict where too many are being made at this moment."""
    if not drafts_at_once.acquire(blocking=False):
        raise Conflict("Other rosters are being drafted at this moment; try again in a minute")
    try:
        yield
    finally:
        drafts_at_once.release()


@router.post("/{key}/draft", **gives(shown.VersionWhole, 201))
def draft_roster(call: Call, key: KeyInPath, form: Drafted) -> Response:
    """Plan a stretch of days: the fairest plan within `seconds`, and what was proven; or the fewest gaps, and why.

    Nothing is held up meanwhile: the plan is made outside any transaction and written down at its end.
    """
    again = call.answered_before()
    if again is not None:
        return again
    with call.reading() as (session, actor):
        world = drafting.to_be_planned(session, actor, key, form.from_on, form.to_on, afresh=form.afresh)
    with one_of_few():
        from service.roster import solve  # the solvers take a while to import

        plan = solve(world.problem, seconds=form.seconds, workers=2, seed=form.seed)

    def lay(session: Session, actor: Actor) -> Any:
        version = drafting.lay(session, actor, world, plan, now=call.now, reason=form.reason.strip())
        return said(session, whole.version(session, actor, version, now=call.now), call.locale)

    return call.act(lay, status=201)


@router.get("/{key}/versions", **gives(Listing[shown.RosterVersion]))
def list_versions(call: Call, key: KeyInPath, limit: Limit = PAGE, after: int | None = None) -> Response:
    """Its versions, the newest first."""

    def look(session: Session, actor: Actor) -> Page:
        find_roster(session, actor, key)
        rows = whole.heads(session, key, limit + 1, after)
        return Page(rows[:limit], str(rows[limit - 1].number) if len(rows) > limit else None)

    return call.read(look)


@router.get("/{key}/versions/{number}", **gives(shown.VersionWhole))
def read_version(call: Call, key: KeyInPath, number: int) -> Response:
    """One version: its seats, its proof, what a draft is worth as it stands, and what publishing it would change."""
    return call.read(
        lambda session, actor: said(
            session, whole.version(session, actor, f"{key}:{number}", now=call.now), call.locale
        )
    )


@router.post("/{key}/versions/{number}/edit", **gives(shown.Edited))
def edit_version(call: Call, key: KeyInPath, number: int, form: Edited) -> Response:
    """Put somebody else, or nobody, into a seat of a draft; a rule it breaks is allowed with a reason."""
    version = f"{key}:{number}"

    def edit(session: Session, actor: Actor) -> Any:
        new = drafting.edit(
            session, actor, version, form.seat, form.person, now=call.now, reason=form.reason, expects=form.version
        )
        found = said(session, whole.version(session, actor, version, now=call.now), call.locale)
        return {**found._asdict(), "newly_broken": said_broken(session, new, call.locale)}

    return call.act(edit)


def to_version(do: Callable[..., Any]) -> Callable[..., Response]:
    def change(call: Call, key: KeyInPath, form: Numbered) -> Response:
        version = f"{key}:{form.number}"

        def act(session: Session, actor: Actor) -> Any:
            do(session, actor, version, now=call.now, reason=form.reason, expects=form.version)
            return said(session, whole.version(session, actor, version, now=call.now), call.locale)

        return call.act(act)

    return change


for verb, act, says in (
    ("publish", publishing.publish, "Make a draft the plan in force; only those whose watch moved are told."),
    ("discard", drafting.discard, "Put a draft away."),
):
    router.post(f"/{{key}}/{verb}", name=f"{verb}_roster", description=says, summary=says, **gives(shown.VersionWhole))(
        to_version(act)
    )


@router.get("/{key}/gaps", **gives(Listing[shown.Gap]))
def read_gaps(call: Call, key: KeyInPath) -> Response:
    """The vacant watches of the next thirty days, each with those who could serve it, the fairest first."""

    def look(session: Session, actor: Actor) -> Page:
        found = gaps.gaps(session, actor, key, now=call.now)
        cards = cards_of(session, (one.person for gap in found for one in gap.candidates))
        names = {code: card.name for code, card in cards.items()}
        return Page(
            [
                {"watch": gap.watch.key, "on": gap.watch.on, "role": gap.watch.role, "starts_at": gap.watch.starts_at,
                 "ends_at": gap.watch.ends_at,
                 "candidates": [
                     one._asdict()
                     | {"name": cards[one.person].name, "breaks": broken_words(one.breaks, call.locale, names)}
                     for one in gap.candidates
                 ]}
                for gap in found
            ],
            None,
        )  # fmt: skip

    return call.read(look)


@router.get("/{key}/fairness", **gives(Listing[shown.Standing]))
def read_fairness(call: Call, key: KeyInPath) -> Response:
    """What each member has behind them up to today, by role and kind of day: those with most first."""
    return call.read(lambda session, actor: Page(fairness.fairness(session, actor, key, now=call.now), None))
