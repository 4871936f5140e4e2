"""The calls of duty with whoever may make them, as `calls` has them for the rest."""

from tests.service.duty_worlds import FILE
from tests.web.calls import REASON, Case, act, get
from tests.web.duty import (
    ABSENCE,
    AHEAD,
    CHECK,
    EMPTY,
    FAR,
    FEED,
    LEADER,
    NEXT,
    OFFICER,
    OVER,
    OWNER,
    SEAT,
    SWAP,
    TABLE,
    WISH,
)

NEW = FILE.replace("key: night", "key: other")
STRETCH = {"from": "2026-04-01", "to": "2026-04-07", "seconds": 5}
AWAY = {"person": "grid1", "from": "2026-05-01", "to": "2026-05-03"}
WISHED = {"person": "grid1", "on": "2026-05-04", "weight": 3}
ASKED = {"watch": FAR, "asked_of": "mayor"}
DRAW = {"roster": "night", "on": "2026-03-05", "count": 1}

DUTY = (
    get("/rosters", stranger=200, holds='"key":"night"'),
    Case("POST", "/rosters", "/rosters", "coord", 200, 403, 422, content=NEW),
    get("/rosters/night", "/rosters/{key}"),
    act("/rosters/night/retire", "/rosters/{key}/retire", "leader", REASON),
    act("/rosters/night/draft", "/rosters/{key}/draft", "coord", STRETCH, ok=201),
    get("/rosters/night/versions", "/rosters/{key}/versions"),
    get("/rosters/night/versions/2", "/rosters/{key}/versions/{number}"),
    act(
        "/rosters/night/versions/2/edit", "/rosters/{key}/versions/{number}/edit", "coord",
        REASON | {"seat": SEAT, "person": None},
    ),
    act("/rosters/night/publish", "/rosters/{key}/publish", "leader", {"number": 2}),
    act("/rosters/night/discard", "/rosters/{key}/discard", "coord", {"number": 2}),
    get("/rosters/night/gaps", "/rosters/{key}/gaps"),
    get("/rosters/night/fairness", "/rosters/{key}/fairness"),
    get("/rosters/night/table?month=2026-03", "/rosters/{key}/table"),
    get("/rosters/night/table.xlsx?month=2026-03", "/rosters/{key}/table.xlsx"),
    get("/rosters/night/tables", "/rosters/{key}/tables"),
    act(f"/duty-tables/{TABLE}/done", "/duty-tables/{key}/done", "coord", {"how": "posted"}),
    get(f"/duty-tables/{TABLE}/table.xlsx", "/duty-tables/{key}/table.xlsx"),
    get("/watches", stranger=200, holds=OWNER),
    get(f"/watches/{OFFICER}", "/watches/{key}"),
    act(f"/watches/{AHEAD}/confirm", "/watches/{key}/confirm", "coord"),
    act(f"/watches/{LEADER}/check-in", "/watches/{key}/check-in", "coord"),
    act(f"/watches/{OVER}/hand-over", "/watches/{key}/hand-over", "coord", {"note": "无异常"}),
    act(f"/watches/{LEADER}/take", "/watches/{key}/take", "coord", {"person": "deputy"}),
    act(f"/watches/{EMPTY}/substitute", "/watches/{key}/substitute", "coord", REASON | {"person": "admin"}),
    act(f"/watches/{OFFICER}/log", "/watches/{key}/log", "coord", {"text": "接县局电话"}, ok=201),
    act(f"/watches/{OFFICER}/log/1/settle", "/watches/{key}/log/{number}/settle", "coord"),
    get("/swaps", stranger=200, holds="night"),
    act("/swaps", "/swaps", "coord", ASKED, ok=201),
    act(f"/swaps/{SWAP}/accept", "/swaps/{key}/accept", "coord", REASON),
    act(f"/swaps/{SWAP}/decline", "/swaps/{key}/decline", "coord", REASON),
    act(f"/swaps/{SWAP}/withdraw", "/swaps/{key}/withdraw", "coord"),
    get("/absences", stranger=200, holds="boss1"),
    act("/absences", "/absences", "coord", AWAY, ok=201),
    Case("DELETE", "/absences/{key}", f"/absences/{ABSENCE}?version=1", "coord", 204),
    get("/wishes", stranger=200, holds="grid1"),
    act("/wishes", "/wishes", "coord", WISHED),
    Case("DELETE", "/wishes/{key}", f"/wishes/{WISH}?version=1", "coord", 204),
    get("/presence-checks", by="coord", viewer=200, stranger=200, holds="night"),
    act("/presence-checks/draws", "/presence-checks/draws", "coord", DRAW, ok=201),
    act(f"/presence-checks/{CHECK}/result", "/presence-checks/{key}/result", "coord", {"present": True}),
    get("/feeds", by="coord", viewer=200, stranger=200, holds="night"),
    act("/feeds", "/feeds", "coord", {"roster": "night", "remind_minutes": 60}, ok=201, viewer=201),
    Case("DELETE", "/feeds/{key}", f"/feeds/{FEED}", "coord", 204, 404, 404),
)  # fmt: skip
__all__ = ["DUTY", "NEXT"]
