"""Duty: the rosters in sight and who is on now; a month of one as it hangs on the wall, its gaps, its fairness."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from fastapi import APIRouter, Response
from sqlmodel import Session

from models.kinds import SwapState
from service import board, my_day, people
from service.access import Actor
from service.duty import at_hand, fairness, gaps, lists, table, tables, whole
from service.duty.allowed import PLAN, PUBLISH, find_roster
from service.duty.civil import UnitDays
from service.duty.people import cards_of
from service.duty.presence import CHECKS
from service.duty.proof_words import KINDS_OF_DAY
from service.duty.table_words import month_name, title_of
from service.errors import Trouble
from service.signin.sessions import Visitor
from service.web.api.duty_tables import XLSX
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_duty import TableDone
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import go, show, visit
from service.web.paper import locale_of_page

router = APIRouter()

WEEK = 7
CANDIDATES_SHOWN = 3
VACANT_SHOWN = 100


class Months(NamedTuple):
    """The months around one, written `2026-10`."""

    before: str
    this: str
    after: str


@router.get("/duty")
def duty_now(call: Call, roster: str = "", after: str | None = None) -> Response:
    """The rosters in sight, who serves now, one's own watches, swaps asked of one, and what is vacant."""
    if roster:
        return go(f"/duty/{roster[:200]}")
    with visit(call) as (session, reader):
        actor = reader.actor
        listed = lists.rosters(session, actor, after=after)
        serving = board.on_duty(session, actor, now=call.now)
        mine = my_day.watches(session, actor, now=call.now)
        asked = at_hand.swaps_of(session, actor, state=SwapState.asked)
        many, vacant = board.vacant(session, actor, now=call.now, most=VACANT_SHOWN)
        names = people.names(session, {one.swap.asked_by for one in asked})
    return show(
        call, "duty/now.html", listed=listed, serving=serving, mine=mine, many=many, vacant=vacant, names=names,
        asked=[one for one in asked if one.swap.asked_of == actor.person], after=after,
        may_plan=bool(actor.paths(PLAN)), may_check=bool(actor.paths(CHECKS)),
    )  # fmt: skip


@router.get("/duty/{roster}")
def month_of_roster(call: Call, roster: KeyInPath, month: str = "") -> Response:
    return month_page(call, roster, month)


def month_page(
    call: Incoming, roster: str, month: str = "", trouble: Trouble | None = None, typed: Posted | None = None
) -> Response:
    """A month as a grid and as a list, with the gaps ahead and who could fill them."""
    with visit(call) as (session, reader):
        actor = reader.actor
        row, path = find_roster(session, actor, roster, members=True)
        civil = UnitDays(session, path)
        today = civil.calendar.civil(call.now)
        shown = table.month_of(session, row, civil.calendar, month or f"{today:%Y-%m}")
        empty = gaps.gaps_of(session, row, now=call.now, civil=civil) if actor.may("see", path) else []
        cards = cards_of(session, (one.person for gap in empty for one in gap.candidates[:CANDIDATES_SHOWN]))
        versions = whole.heads(session, roster, 8)
        owed = tables.newest(session, roster, most=6)
        locale = locale_of_page(call.request, reader.language)
    return show(
        call, "duty/month.html", roster=row, table=shown, weeks=weeks_of(shown.rows), today=today, gaps=empty,
        cards=cards, versions=versions, owed=owed, months=months_around(shown.month), trouble=trouble, typed=typed,
        month_words=month_name(shown.month, locale),
        few=CANDIDATES_SHOWN, heading=title_of(shown.title, shown.month, locale), may_plan=actor.may(PLAN, path),
        may_see=actor.may("see", path), may_publish=actor.may(PUBLISH, path), hows=HOWS,
    )  # fmt: skip


HOWS = {"printed": N_("printed and hung up"), "posted": N_("posted"), "sent": N_("sent")}


def weeks_of(rows: Sequence[table.Row]) -> list[list[table.Row | None]]:
    """The days in weeks from Monday to Sunday; None where a day belongs to another month."""
    days: list[table.Row | None] = [None] * (rows[0].weekday - 1)
    days += rows
    days += [None] * (-len(days) % WEEK)
    return [days[n : n + WEEK] for n in range(0, len(days), WEEK)]


def months_around(month: str) -> Months:
    first = date.fromisoformat(f"{month}-01")
    last, following = first - timedelta(days=1), first + timedelta(days=31)
    return Months(f"{last:%Y-%m}", month, f"{following:%Y-%m}")


@router.get("/duty/{roster}/print")
def print_month(call: Call, roster: KeyInPath, month: str = "") -> Response:
    """The month alone, as it hangs on the wall."""
    with visit(call) as (session, reader):
        row, shown = month_shown(session, reader.actor, roster, month, call.now)
        heading = title_of(shown.title, shown.month, locale_of_page(call.request, reader.language))
    return show(call, "duty/print.html", roster=row, table=shown, weeks=weeks_of(shown.rows), heading=heading)


def month_shown(session: Session, actor: Actor, roster: str, month: str, now: datetime) -> tuple[Any, table.Table]:
    """A roster and its table of a month, of the present one where none is named."""
    row, path = find_roster(session, actor, roster, members=True)
    calendar = UnitDays(session, path).calendar
    return row, table.month_of(session, row, calendar, month or f"{calendar.civil(now):%Y-%m}")


@router.get("/duty/{roster}/table.xlsx")
def month_as_workbook(call: Call, roster: KeyInPath, month: str = "") -> Response:
    from service.duty import print_table  # openpyxl takes half a second to import

    with visit(call) as (session, reader):
        _, shown = month_shown(session, reader.actor, roster, month, call.now)
    named = {"Content-Disposition": f'attachment; filename="duty-{shown.month}.xlsx"'}
    return Response(print_table.workbook(shown, call.locale), 200, named, XLSX)


@router.get("/duty/{roster}/fairness")
def fairness_so_far(call: Call, roster: KeyInPath) -> Response:
    """What each member has behind them, by role and kind of day."""
    with visit(call) as (session, reader):
        row, path = find_roster(session, reader.actor, roster, members=True)
        standing = fairness.standings(session, row, UnitDays(session, path), call.now)
        newest = whole.heads(session, roster, 8)
    return show(
        call, "duty/fairness.html", roster=row, standing=standing, kinds=KINDS_OF_DAY,
        version=next((one for one in newest if one.state == "published"), None),
    )  # fmt: skip


@router.post("/duty/{roster}/tables/{key}/done")
def put_up(call: Call, roster: KeyInPath, key: KeyInPath, form: Form) -> Response:
    """Say that a holiday's table is up."""

    def done(session: Session, visitor: Visitor) -> None:
        find_roster(session, visitor.actor, roster)
        told = form.fit(TableDone)
        tables.put_up(session, visitor.actor, key, told.how, now=call.now, note=told.note, version=told.version)

    return act(
        call, form, done, then=f"/duty/{roster}", said=N_("The table is up"),
        again=lambda trouble: month_page(call, roster, trouble=trouble, typed=form),
    )  # fmt: skip
