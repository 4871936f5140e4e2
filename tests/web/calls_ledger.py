"""The calls of the ledger with whoever may make them, as `calls` has them for the rest."""

from tests.web.calls import REASON, Case, act, get
from tests.web.house import V1
from tests.web.ledger import CASE, CLOSED_CODE, LOOK, LOST, PUBLIC, ROBOT, TOLD

PLACE = '"unit":"e1"'
NEW = {"unit": "e1", "description": "未戴安全帽"}
SIGHTED = NEW | {"ref": "cam-7/evt-99"}
MEASURE = {"unit": "e1", "kind": "order", "document": "井应急责改〔2026〕3号"}
CHANNEL = {"person": "grid2", "address": ROBOT.format(2)}
DRAWN = {"campaign": "drive", "from": "2026-01-01", "to": "2026-02-28", "share": 0.5}
NOTE = {"note": "整改后", "stage": "after"}
GRID1 = "/channels/person:grid1:1"

LEDGER = (
    get("/hazards", stranger=200, holds=PLACE),
    get("/exports/hazards.csv", "/exports/hazards.{form}", stranger=200, holds="e1"),
    get("/exports/monthly.xlsx?unit=town&month=2026-03", "/exports/monthly.xlsx"),
    get("/exports/dual-prevention.json", "/exports/dual-prevention.{form}", stranger=200, holds="e1"),
    act("/hazards", "/hazards", "inspector", NEW, ok=201),
    get(f"/hazards/{CLOSED_CODE}", "/hazards/{code}"),
    get(f"/hazards/{PUBLIC}/contact", "/hazards/{code}/contact", by="leader", viewer=403),
    act("/hazards/new/assign", "/hazards/{code}/assign", "coord", {"responsible": "grid1"}),
    act("/hazards/assigned/begin", "/hazards/{code}/begin", "coord"),
    act("/hazards/begun/submit", "/hazards/{code}/submit", "inspector", {"note": "已更换"}),
    act("/hazards/submitted/accept", "/hazards/{code}/accept", "leader"),
    act("/hazards/major/approve", "/hazards/{code}/approve", "leader"),
    act("/hazards/submitted/reject", "/hazards/{code}/reject", "leader", REASON),
    act("/hazards/new/extend", "/hazards/{code}/extend", "leader", REASON | {"due_on": "2026-05-01"}),
    act("/hazards/new/supervise", "/hazards/{code}/supervise", "leader", {"supervisor": "chief"}),
    act("/hazards/listed/delist", "/hazards/{code}/delist", "leader"),
    act("/hazards/new/rank", "/hazards/{code}/rank", "coord", {"rank": 1}),
    act("/hazards/new/void", "/hazards/{code}/void", "leader", REASON),
    get("/hazards/new/evidence", "/hazards/{key}/evidence"),
    act("/hazards/new/evidence", "/hazards/{key}/evidence", "inspector", NOTE, ok=201),
    get("/hazards/new/evidence/1", "/hazards/{key}/evidence/{number}"),
    get(f"/tasks/{V1}/evidence", "/tasks/{key}/evidence"),
    act(f"/tasks/{V1}/evidence", "/tasks/{key}/evidence", "inspector", NOTE, ok=201),
    get(f"/tasks/{V1}/evidence/1", "/tasks/{key}/evidence/{number}"),
    get(f"/rechecks/{LOOK}/evidence", "/rechecks/{key}/evidence"),
    act(f"/rechecks/{LOOK}/evidence", "/rechecks/{key}/evidence", "inspector", NOTE, ok=201),
    get(f"/rechecks/{LOOK}/evidence/1", "/rechecks/{key}/evidence/{number}"),
    get("/rechecks", stranger=200, holds=PLACE),
    get(f"/rechecks/{LOOK}", "/rechecks/{key}"),
    act(f"/rechecks/{LOOK}/result", "/rechecks/{key}/result", "inspector", {"result": "held"}),
    act(f"/rechecks/{LOOK}/waive", "/rechecks/{key}/waive", "leader", REASON),
    act("/rechecks/draws", "/rechecks/draws", "leader", DRAWN, ok=201),
    get("/enforcement", stranger=200, holds=PLACE),
    act("/enforcement", "/enforcement", "inspector", MEASURE, ok=201),
    get("/enforcement/E-2026-000001", "/enforcement/{key}"),
    get("/cases", stranger=200, holds=PLACE),
    get(f"/cases/{CASE}", "/cases/{key}"),
    act(f"/cases/{CASE}/acknowledge", "/cases/{key}/acknowledge", "leader", {"until_at": "2026-03-06T09:00:00+08:00"}),
    act("/hooks/hazards", "/hooks/hazards", "inspector", SIGHTED, stranger=403),
    get("/channels?person=grid1", "/channels", by="coord", viewer=403),
    act("/channels", "/channels", "coord", CHANNEL, ok=201),
    Case("PATCH", "/channels/{key}", GRID1, "coord", body={"rank": 2}),
    Case("DELETE", "/channels/{key}", f"{GRID1}?version=1", "coord", 204),
    act(f"{GRID1}/test", "/channels/{key}/test", "coord"),
    act(f"/notices/{TOLD}/acknowledge", "/notices/{key}/acknowledge", "coord", viewer=404),
    act(f"/notices/{LOST}/resend", "/notices/{key}/resend", "leader", viewer=404),
)
# nobody signs in for these
OPEN = {("POST", "/public/reports"), ("GET", "/public/reports/{receipt}")}
