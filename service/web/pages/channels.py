"""Channels: how oneself and units' groups are reached, with a button that shows what a channel truly answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from service import channels, store
from service.errors import Trouble
from service.notices.answers import plainly
from service.people import offered
from service.people.unit_acts import visible_unit
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_ledger import ChannelChanges, NewChannel
from service.web.marks import N_
from service.web.pages.acts import act, ours, say_next
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import go, reader, show, visit
from service.web.paper import asking, locale_of_page
from service.web.seals import Said

router = APIRouter()
GROUPS = "change units"
# what a channel answered → what is said of it
OUTCOMES = {
    "delivered": N_("The channel took the message: {answer}"),
    "refused": N_("The channel refused for good: {answer}"),
    "slow_down": N_("The channel asks to wait {seconds} seconds: {answer}"),
    "failed": N_("The message did not arrive: {answer}"),
    "unknown": N_("Nobody knows whether the message arrived: {answer}"),
}


@router.get("/channels")
def list_channels(call: Call, unit: Annotated[str, Query(max_length=200)] = "") -> Response:
    return channels_page(call, unit.strip())


def channels_page(
    call: Incoming, unit: str = "", trouble: Trouble | None = None, typed: Posted | None = None
) -> Response:
    """The channels of whoever looks, or those of a unit's group."""
    with visit(call) as (session, visitor):
        whose: dict[str, Any] = {"unit": unit} if unit else {"person": visitor.actor.person}
        found = channels.listed(session, visitor.actor, **whose)
        locale = locale_of_page(call.request)
        place = visible_unit(session, visitor.actor, unit) if unit else None
        may_keep_groups = bool(visitor.actor.paths(GROUPS))
        offers = offered.units(session, visitor.actor, GROUPS)
    return show(
        call, "channels.html", found=found, unit=unit, unit_name=place.name if place else "",
        refusals={row.key: plainly(row.refused, locale) for row in found if row.refused},
        may_keep_groups=may_keep_groups, offers=offers, trouble=trouble, typed=typed,
    )  # fmt: skip


@router.post("/channels")
def add_channel(call: Call, form: Form) -> Response:
    unit = form.text("unit").strip()

    def add(session: Any, visitor: Any) -> str:
        whose = {} if unit else {"person": visitor.actor.person}
        fitted = form.fit(NewChannel, **whose)
        return channels.add(session, visitor.actor, now=call.now, **fitted.model_dump())

    return act(
        call, form, add, then=asking("/channels", {"unit": unit}), said=N_("Added; try it out now"),
        again=lambda trouble: channels_page(call, unit, trouble, form),
    )  # fmt: skip


@router.post("/channels/{key}/rank")
def rank_channel(call: Call, form: Form, key: KeyInPath) -> Response:
    unit = form.text("of_unit")

    def change(session: Any, visitor: Any) -> None:
        fitted = form.fit(ChannelChanges)
        channels.change_channel(session, visitor.actor, key, now=call.now, **fitted.model_dump())

    return act(
        call, form, change, then=asking("/channels", {"unit": unit}), said=N_("The order is changed"),
        again=lambda trouble: channels_page(call, unit, trouble),
    )  # fmt: skip


@router.post("/channels/{key}/remove")
def remove_channel(call: Call, form: Form, key: KeyInPath) -> Response:
    unit, version = form.text("of_unit"), form.version()
    return act(
        call, form,
        lambda session, visitor: channels.remove_channel(session, visitor.actor, key, now=call.now, version=version),
        then=asking("/channels", {"unit": unit}), said=N_("Removed"),
        again=lambda trouble: channels_page(call, unit, trouble),
    )  # fmt: skip


@router.post("/channels/{key}/test")
def try_channel(call: Call, form: Form, key: KeyInPath) -> Response:
    """A real message now; no transaction is open while it is on its way, so that its slowness is nobody else's."""
    with store.reading(call.engine) as session:
        visitor = reader(call, session)
        channels.find(session, visitor.actor, key)
    ours(call, form)
    answer = channels.try_out(call.engine, visitor.actor, key, now=call.now)
    words = plainly(f"{answer.code} {answer.text}", locale_of_page(call.request)) or "—"
    response = go(asking("/channels", {"unit": form.text("of_unit")}))
    facts = {"answer": words, "seconds": f"{answer.retry_after or 0:.0f}"}
    bad = "" if answer.outcome.value == "delivered" else "warn"
    say_next(response, Said(OUTCOMES[answer.outcome.value], facts, tone=bad))
    return response
