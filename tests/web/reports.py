"""Reports of the served town: a draft, one that is frozen, one that is signed, and a key for report files."""

from datetime import date

import orjson
from sqlalchemy import Engine

from service import store
from service.access import SYSTEM, actor_for
from service.reports import files, freezing, keys, sending, writing
from service.reports.asked import ask
from tests.web.house import MORNING

DRAFT = "report:town:monthly_form:2026-02-01:2026-02-28:-"
FROZEN = "report:town:town_summary:2026-01-01:2026-06-30:-"
SIGNED = "report:town:town_summary:2026-01-01:2026-12-31:-"
DAYS = "unit=town&from=2026-01-01&to=2026-12-31"
SECRET = "a secret that two deployments share"


def write_up(engine: Engine) -> None:
    """Have the town's coordinator begin three reports, freeze two, and a leader sign one of them."""
    for key, first, last in (
        (DRAFT, date(2026, 2, 1), date(2026, 2, 28)),
        (FROZEN, date(2026, 1, 1), date(2026, 6, 30)),
        (SIGNED, date(2026, 1, 1), date(2026, 12, 31)),
    ):
        with store.transaction(engine) as session:
            coord = actor_for(session, "coord")
            asked = ask(session, coord, unit="town", from_on=first, to_on=last)
            assert writing.begin(session, coord, asked, now=MORNING) == key
        drawing = writing.drawn(engine, coord, key, now=MORNING)
        with store.transaction(engine) as session:
            if key == DRAFT:
                writing.redraft(session, coord, drawing, now=MORNING)
            else:
                freezing.freeze(session, coord, drawing, now=MORNING)
            if key == SIGNED:
                sending.sign(session, actor_for(session, "leader"), key, now=MORNING)
    with store.transaction(engine) as session:
        keys.share(session, SYSTEM, "town", now=MORNING, given=SECRET)


def report_file() -> str:
    """A file as a deployment of the town would send it, of another year."""
    snapshot = {
        "format": "zhiban-report/1", "key": None, "edition": 1, "reason": "", "template": "monthly_form",
        "unit": {"code": "town", "name": "town", "kind": "town", "path": "/town/"},
        "period": {"from": "2025-01-01", "to": "2025-01-31", "kind": "month"}, "campaign": None,
        "scope": {"units": 1, "zone": "Asia/Shanghai"}, "drawn_at": "2025-02-01T00:00:00+00:00",
        "frozen_at": "2025-02-01T00:00:00+00:00", "frozen_by": {"code": "x", "name": "x"},
        "title": {"msgid": "{unit}: {template}, {period}", "facts": {"unit": "town", "template": "Monthly form"}},
        "sections": [], "figures": {}, "texts": {}, "findings": [], "sources": [],
    }  # fmt: skip
    sealed = files.sealed_by(SECRET, snapshot)
    return orjson.dumps({"format": files.FILE, "snapshot": snapshot, "seal": sealed}).decode()
