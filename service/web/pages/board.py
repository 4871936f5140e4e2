"""The first page: what is late, who is on duty, what is vacant, how the ledger and the campaigns stand."""

from typing import Any

from fastapi import APIRouter, Response

from service import board, board_ledger
from service.calendar.days import gather_calendar
from service.campaigns import progress
from service.rules.hazards import OPEN
from service.settings import settings
from service.web.cookies import TOURED
from service.web.deps import Call
from service.web.nav import served
from service.web.pages import charts
from service.web.pages.acts import ours
from service.web.pages.posted import Form
from service.web.pages.visit import go, show, visit

router = APIRouter()
OWN_PAGE = "/work"
CAMPAIGNS_SHOWN = 8
TEN_YEARS = 3660 * 24 * 3600


@router.get("/")
def look(call: Call) -> Response:
    with visit(call) as (session, reader):
        actor = reader.actor
        if not actor.paths("see") and OWN_PAGE in served(call.request.app):
            return go(OWN_PAGE)  # who oversees nothing begins with their own work
        calendar = gather_calendar(session, zone=settings().zone_info())
        today = calendar.civil(call.now)
        ledger = board_ledger.ledger(session, actor, now=call.now, calendar=calendar)
        units = board.by_unit(session, actor, now=call.now)
        campaigns = [row for row in progress.running(session, actor) if row.state in ("active", "paused")]
        campaigns = campaigns[:CAMPAIGNS_SHOWN]
        counts = progress.of_campaigns(session, actor, [row.key for row in campaigns], now=call.now)
        top = board.top_of(session, actor)
        gaps, vacant = board.vacant(session, actor, now=call.now)
        seen: dict[str, Any] = {
            "tasks": board.tasks(session, actor, now=call.now),
            "looks": board.looks(session, actor, now=call.now),
            "duty": board.on_duty(session, actor, now=call.now),
        }
    return show(
        call, "board.html", **seen, ledger=ledger, units=units, gaps=gaps, vacant=vacant,
        campaigns=[(row, counts.get(row.key)) for row in campaigns],
        today=calendar.day(today), week_to=board_ledger.week_to(today), lately=board.lately(call.now), top=top,
        found_in=[board_ledger.age_days(today, n) for n in range(len(board_ledger.AGES))],
        open_states=[str(one) for one in OPEN],
        tour=TOURED not in call.request.cookies, trend=trend(ledger.months), ages=ages(ledger.levels),
        progress_chart=charts.rows(
            [one.name for one in units], [one.rate for one in units],
            [f"{one.rate:g}% {one.done}/{one.owed}" for one in units],
        ),
        bounds=board_ledger.AGES, may_plan=bool(actor.paths("plan campaigns")),
    )  # fmt: skip


def trend(months: list[board_ledger.Month]) -> charts.Chart:
    names = [f"{one.first_on.month}" for one in months]
    found, closed = [one.found for one in months], [one.closed for one in months]
    return charts.columns(names, [found, closed], ["f1", "f2"], stacked=False)


def ages(levels: list[board_ledger.LevelCount]) -> charts.Chart:
    names = ["≤7", "8–30", "31–90", ">90"]
    kinds = {"major": "f4", "general": "f3"}
    return charts.columns(names, [one.ages for one in levels], [kinds[one.level] for one in levels], stacked=True)


@router.post("/tour")
def end_tour(call: Call, form: Form) -> Response:
    """The guided first visit is over in this browser."""
    with visit(call):
        ours(call, form)
    response = go("/")
    response.set_cookie(TOURED, "1", max_age=TEN_YEARS, httponly=True, samesite="lax", path="/")
    return response
