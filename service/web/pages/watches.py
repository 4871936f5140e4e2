"""One watch: confirmed, checked in, its log kept, handed over; given to somebody else, by asking or by a planner."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import SwapState, WatchState
from service.duty import at_hand, serving, swaps, whole, whys
from service.duty.allowed import PLAN, find_watch
from service.duty.changing import OFF
from service.duty.people import Card, cards_of
from service.duty.presence import CHECKS
from service.errors import NotFound, Trouble
from service.my_day import act_of
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_duty import Asked, HandedOver, Logged, Substituted, Taken
from service.web.marks import N_
from service.web.pages.acts import act, back_or
from service.web.pages.journal_words import ACTS as LINES
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit
from service.words import say

router = APIRouter()

PLAN_NUMBER = N_("Plan {n}")
AWAY, LEFT, NOBODY_THERE = N_("on leave"), N_("left the unit"), N_("nobody checked in")
SERVED = {
    "confirm": N_("You have said that you will be there"),
    "check-in": N_("You are checked in"),
    "hand-over": N_("The watch is handed over"),
}


@router.get("/watches/{key}")
def one_watch(call: Call, key: KeyInPath) -> Response:
    return watch_page(call, key)


def watch_page(
    call: Incoming, key: str, trouble: Trouble | None = None, typed: Posted | None = None, act_named: str = ""
) -> Response:
    """A watch with its log and its open matters, and what can be done with it now."""
    with visit(call) as (session, reader):
        actor = reader.actor
        stands = find_watch(session, actor, key)
        found = whole.watch(session, actor, key, stands)
        watch, plans = found.watch, actor.may(PLAN, stands.path)
        mine = actor.person == watch["served_by"]
        at_once = at_hand.answers(session, actor, stands, now=call.now)
        asked = at_hand.with_watches(session, found.swaps)
        codes = {watch["turn_of"], watch["served_by"]} | {one.by for one in (*found.log, *found.journal)}
        codes |= {one["by"] for one in found.matters} | {one.made_by for one in found.checks}
        codes |= {code for one in found.swaps for code in (one.asked_by, one.asked_of)}
        why = whys.whys(session, [key]).get(key) if found.journal else None
        why = why._replace(reason=gone_why(why.reason)) if why and why.act == "vacated" else why
        codes |= {whys.placed_by(line) for line in found.journal}
        cards = cards_of(session, codes)
    return show(
        call, "duty/watch.html", watch=watch, log=found.log, matters=found.matters, checks=found.checks, asked=asked,
        journal=[in_words(line, cards, call.locale) for line in found.journal], cards=cards, lines=LINES, why=why,
        names={code: card.name for code, card in cards.items()}, mine=mine, plans=plans,
        next_act=act_of(SimpleNamespace(**watch), call.now) if watch["served_by"] and (mine or plans) else "",
        offers=at_once.exchanges, instead=at_once.substitutes, on_duty=watch["state"] == WatchState.on_duty,
        may_check=actor.may(CHECKS, stands.path),
        may_leave=watch["ends_at"] - swaps.TAKEN_BEFORE <= call.now,
        may_take=not mine and watch["state"] not in (WatchState.handed_over, WatchState.cancelled)
        and watch["starts_at"] - swaps.TAKEN_BEFORE <= call.now < watch["ends_at"],
        waiting=[one for one in asked if one.swap.state == SwapState.asked], trouble=trouble, typed=typed,
        act_named=act_named, way=f"/watches/{key}",
    )  # fmt: skip


def gone_why(reason: str) -> str:
    """Why somebody does not serve a watch, of what its journal keeps: gone for good, or the key of their days away."""
    return {"left": LEFT, OFF: OFF}.get(reason, AWAY)


def in_words(line: Any, cards: Mapping[str, Card], locale: str) -> SimpleNamespace:
    """A line of the journal as a reader is told it: the plan by its number, whoever was put in by name."""
    told = dict(line._mapping)
    if line.act in whys.PLANNED and line.reason:
        told["reason"] = say(PLAN_NUMBER, locale, n=line.reason.rpartition(":")[2])
    elif (person := whys.placed_by(line)) in cards:
        told["reason"] = line.reason.replace(person, cards[person].name, 1)
    elif line.act == "swapped":
        told["reason"] = ""  # the key of the exchange, which stands on the same page
    elif line.act == "vacated":
        told["reason"] = say(gone_why(line.reason), locale)
    return SimpleNamespace(**told)


def done(call: Incoming, key: str, form: Posted, do: Callable[..., Any], said: str, named: str) -> Response:
    """Do something to a watch and show it as it is then."""

    def to_it(session: Session, visitor: Visitor) -> None:
        find_watch(session, visitor.actor, key)
        do(session, visitor)

    return act(
        call, form, to_it, then=back_or(form, f"/watches/{key}"), said=said,
        again=lambda trouble: watch_page(call, key, trouble, form, named),
    )  # fmt: skip


@router.post("/watches/{key}/ask")
def ask_for_swap(call: Call, key: KeyInPath, form: Form) -> Response:
    """Ask somebody to serve it, perhaps for a watch of theirs: `whom` is `person` or `person|watch`."""

    def ask(session: Session, visitor: Visitor) -> None:
        person, _, in_return = form.text("whom").partition("|")
        more = {"watch": key, "asked_of": person} | ({"in_return": in_return} if in_return else {})
        told = form.fit(Asked, **more)
        swaps.ask(
            session, visitor.actor, key, told.asked_of, now=call.now, in_return=told.in_return, reason=told.reason
        )

    return done(call, key, form, ask, N_("They are asked, and hear of it at once"), "ask")


@router.post("/watches/{key}/substitute")
def substitute(call: Call, key: KeyInPath, form: Form) -> Response:
    """A planner puts somebody else into it, or fills the gap."""

    def put_in(session: Session, visitor: Visitor) -> None:
        told = form.fit(Substituted, keep_empty=("person",))
        swaps.substitute(session, visitor.actor, key, told.person, now=call.now, reason=told.reason)

    return done(call, key, form, put_in, N_("The watch is given to them, and they are told"), "substitute")


@router.post("/watches/{key}/take")
def take_over(call: Call, key: KeyInPath, form: Form) -> Response:
    """Take it over now, oneself or, by a planner, somebody else."""

    def take(session: Session, visitor: Visitor) -> None:
        told = form.fit(Taken)
        swaps.take(session, visitor.actor, key, now=call.now, person=told.person, reason=told.reason)

    return done(call, key, form, take, N_("The watch is taken over"), "take")


@router.post("/watches/{key}/log")
def write_log(call: Call, key: KeyInPath, form: Form) -> Response:
    def write(session: Session, visitor: Visitor) -> None:
        told = form.fit(Logged, keep_empty=("text",))
        serving.log(session, visitor.actor, key, told.text, now=call.now, matter=told.matter)

    return done(call, key, form, write, N_("It is in the log"), "log")


@router.post("/watches/{key}/log/{number}/settle")
def settle_matter(call: Call, key: KeyInPath, number: int, form: Form) -> Response:
    """An open matter is done; `key` is the watch in whose log it stands."""

    def settle(session: Session, visitor: Visitor) -> None:
        serving.settle(session, visitor.actor, f"{key}:{number}", now=call.now)

    return done(call, key, form, settle, N_("The matter is settled"), "settle")


@router.post("/watches/{key}/{verb}")
def serve_watch(call: Call, key: KeyInPath, verb: str, form: Form) -> Response:
    """Confirm it, check in, or hand it over."""

    def serve(session: Session, visitor: Visitor) -> None:
        if verb == "hand-over":
            note = form.fit(HandedOver).note
            serving.hand_over(session, visitor.actor, key, now=call.now, note=note, version=form.version())
        else:
            do = {"confirm": serving.confirm, "check-in": serving.check_in}[verb]
            do(session, visitor.actor, key, now=call.now, version=form.version())

    if verb not in SERVED:
        raise NotFound("There is nothing of that name here")
    return done(call, key, form, serve, SERVED[verb], verb)
