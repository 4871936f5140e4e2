"""`/alerts`: warnings to many units at once, and who has acknowledged them."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.background import BackgroundTask

from models.kinds import AlertState
from service.access import Actor
from service.alerts import acts as alerts
from service.alerts import lists as alert_lists
from service.alerts.found import subjects_of
from service.notices import delivery
from service.web import shown
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call, Incoming
from service.web.forms import Reasoned
from service.web.forms_incidents import Aimed, Ended, NewAlert, Received
from service.web.shown import incidents as shown_here

router = APIRouter(prefix="/alerts", tags=["alerts"])


@router.get("", **gives(shown.Listing[shown_here.Alert]))
def list_alerts(
    call: Call, unit: Asked = None, state: AlertState | None = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The alerts in sight, the newest first."""
    return call.read(
        lambda session, actor: alert_lists.alerts(session, actor, unit=unit, state=state, limit=limit, after=after)
    )


def leaving(call: Incoming, response: Response, subjects: list[str]) -> Response:
    """The answer; the warnings leave right after it, without waiting for the next round."""
    if subjects:
        response.background = BackgroundTask(delivery.deliver_now, call.engine, subjects, call.now)
    return response


@router.post("", **gives(shown_here.AlertWhole, 201))
def broadcast_alert(call: Call, form: NewAlert) -> Response:
    """Warn the units at one and beneath it; each is told through whoever is on watch there now, else its chain."""
    subjects: list[str] = []

    def broadcast(session: Session, actor: Actor) -> Any:
        key = alerts.broadcast(session, actor, now=call.now, **form.model_dump())
        subjects.extend(subjects_of(session, key))
        return alert_lists.whole(session, actor, key)

    return leaving(call, call.act(broadcast, status=201), subjects)


@router.post("/preview", **gives(shown.Listing[shown_here.Reached]))
def preview_alert(call: Call, form: Aimed) -> Response:
    """The units that a warning would go to, and who would be told first; nothing is written."""
    return call.read(
        lambda session, actor: {
            "items": alerts.preview(session, actor, now=call.now, **form.model_dump()), "next": None
        }
    )  # fmt: skip


@router.get("/{key}", **gives(shown_here.AlertWhole))
def read_alert(call: Call, key: KeyInPath) -> Response:
    """One alert: how many are silent, the steps of its chase, and who did what to it."""
    return call.read(lambda session, actor: alert_lists.whole(session, actor, key))


@router.get("/{key}/receipts", **gives(shown.Listing[shown_here.AlertReceipt]))
def list_receipts(
    call: Call, key: KeyInPath, silent: bool | None = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """Its receipts by unit, each with every message about it: to whom, when, by which channel, and how it went."""
    return call.read(
        lambda session, actor: alert_lists.receipts(session, actor, key, silent=silent, limit=limit, after=after)
    )


@router.post("/{key}/acknowledge", **gives(shown_here.AlertReceipt))
def acknowledge_alert(call: Call, key: KeyInPath, form: Received) -> Response:
    """Say that a unit has the warning: oneself, or on its behalf for whoever was reached there."""

    def acknowledge(session: Session, actor: Actor) -> Any:
        alerts.acknowledge(session, actor, key, form.unit, now=call.now, note=form.note, person=form.person)
        return alert_lists.receipt(session, actor, key, form.unit)

    return call.act(acknowledge)


@router.post("/{key}/end", **gives(shown_here.AlertWhole))
def end_alert(call: Call, key: KeyInPath, form: Ended | None = None) -> Response:
    """End the alert; everybody who had been told hears it."""
    return over(call, key, alerts.end, form or Ended())


@router.post("/{key}/cancel", **gives(shown_here.AlertWhole))
def cancel_alert(call: Call, key: KeyInPath, form: Reasoned) -> Response:
    """Take back an alert that should not have gone out; everybody who had been told hears it."""
    return over(call, key, alerts.cancel, form)


def over(call: Incoming, key: str, do: Any, form: Ended | Reasoned) -> Response:
    subjects: list[str] = []

    def act(session: Session, actor: Actor) -> Any:
        do(session, actor, key, now=call.now, reason=form.reason, version=form.version)
        subjects.append(key)
        return alert_lists.whole(session, actor, key)

    return leaving(call, call.act(act), subjects)
