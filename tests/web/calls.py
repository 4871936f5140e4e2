"""Every call of the API with whoever may make it: what each kind of caller is answered.

`by` succeeds with `ok`; the viewer of the town and a coordinator of another place are answered `viewer` and `stranger`.
A stranger's 200 or 201 is only right where the answer holds nothing of the town: `holds` is then looked for in vain.
"""

from typing import Any, NamedTuple

from tests.service.worlds import drive, once
from tests.web.house import CHECK, FILE, HANDED_IN, V1

SHEET = {"sheet": ("units.csv", "编码,名称,上级编码,类型\nv9,新村,town,村\n".encode(), "text/csv")}
NOTICE = "year: 2031\ntitle: 通知\ndays:\n  - {on: 2031-01-01, class: statutory_holiday, festival: new_year}\n"


class Case(NamedTuple):
    """One call: where, with what, by whom, and what everybody is answered."""

    method: str
    template: str
    path: str
    by: str = "admin"
    ok: int = 200
    viewer: int = 403
    stranger: int = 404
    body: Any = None
    content: str | None = None
    files: Any = None
    holds: str = "drive"

    def more(self) -> dict[str, Any]:
        """What httpx is handed."""
        if self.files is not None:
            return {"files": self.files}
        if self.content is not None:
            return {"content": self.content, "headers": {"Content-Type": "application/yaml"}}
        return {} if self.body is None else {"json": self.body}


def get(path: str, template: str = "", by: str = "viewer", viewer: int = 200, **more: Any) -> Case:
    return Case("GET", template or path.partition("?")[0], path, by, viewer=viewer, **more)


def act(path: str, template: str, by: str = "admin", body: Any = None, **more: Any) -> Case:
    return Case("POST", template, path, by, body=body, **more)


SEASON = {"kind": "flood", "unit": "town", "from": "2026-04-15", "to": "2026-10-15", "name": "汛期"}
CHECKLIST = {"name": "汛期检查表", "owner": "town", "items": ["排水沟畅通"]}
OTHER = drive(once("2026-06-01", "other"), key="other")
REASON = {"reason": "重复"}

CASES = (
    # the session: anybody's own
    get("/session", stranger=200),
    Case("DELETE", "/session", "/session", "viewer", 204, 204, 204),
    Case(
        "PUT", "/session/password", "/session/password", "viewer", 401, 401, 401, {"old": "x", "new": "a better one 1"}
    ),
    # tokens and roles
    get("/tokens", by="admin", stranger=200, holds='"unit":"town"'),
    act("/tokens", "/tokens", "admin", {"role": "staff", "unit": "v1", "person": "staff"}, ok=201),
    Case("DELETE", "/tokens/{key}", "/tokens/{viewer_token}", "admin", 204, 204, 404),
    get("/grants", stranger=200, holds='"unit":"town"'),
    act("/grants", "/grants", "admin", {"person": "grid1", "role": "staff", "unit": "v1"}, ok=201),
    Case("DELETE", "/grants/{key}", "/grants/staff:staff:v1", "admin", 204),
    # units, chain, people, sheets
    get("/units", stranger=200, holds="/town/"),
    act("/units", "/units", "coord", {"code": "v9", "name": "新村", "kind": "village", "parent": "town"}, ok=201),
    get("/units/v1", "/units/{code}"),
    Case("PATCH", "/units/{code}", "/units/v1", "coord", body={"address": "东街", "tags": ["重点"]}),
    get("/units/v1/chain", "/units/{code}/chain"),
    Case("PUT", "/units/{code}/chain/{level}", "/units/v1/chain/3", "coord", body={"people": ["mayor"]}),
    get("/people", stranger=200, holds='"unit":"town"'),
    act("/people", "/people", "coord", {"code": "n1", "name": "新人", "unit": "v1"}, ok=201),
    get("/people/grid1", "/people/{code}"),
    Case("PATCH", "/people/{code}", "/people/grid1", "coord", body={"mobile": "13800130099"}),
    act("/imports/units", "/imports/{kind}", "coord", files=SHEET, stranger=422),
    get("/imports/units/sheet", "/imports/{kind}/sheet", stranger=200),
    get("/exports/units.csv", "/exports/units.{form}", stranger=200, holds="v1,v1"),
    get("/exports/people.csv", "/exports/people.{form}", stranger=200, holds="grid1"),
    get("/exports/chain.csv", "/exports/chain.{form}", stranger=200, holds="grid1"),
    get("/exports/holidays.csv?year=2026", "/exports/holidays.{form}", stranger=200),
    # days
    get("/days?from=2026-01-01&to=2026-01-31", stranger=200),
    Case("POST", "/days", "/days", "everywhere", 200, 403, 403, content=NOTICE),
    get("/seasons", stranger=200, holds='"town"'),
    act("/seasons", "/seasons", "coord", SEASON, ok=201),
    Case(
        "PATCH",
        "/seasons/{key}",
        "/seasons/heating:town:2026-01-01",
        "coord",
        body={"version": 1, "name": "取暖期", "from": "2026-01-01", "to": "2026-03-20"},
    ),
    Case("DELETE", "/seasons/{key}", "/seasons/heating:town:2026-01-01?version=1", "coord", 204),
    # campaigns
    get("/campaigns", stranger=200),
    Case("POST", "/campaigns", "/campaigns", "coord", 200, 403, 422, content=OTHER),
    Case("POST", "/campaigns/check", "/campaigns/check", "coord", 200, 403, 422, content=OTHER),
    get("/campaigns/drive", "/campaigns/{key}"),
    get("/campaigns/drive/preview?from=2026-03-01&to=2026-03-31", "/campaigns/{key}/preview"),
    get("/campaigns/drive/progress?by=unit", "/campaigns/{key}/progress"),
    act("/campaigns/draft/activate", "/campaigns/{key}/activate", "leader"),
    act("/campaigns/drive/pause", "/campaigns/{key}/pause", "leader"),
    act("/campaigns/paused/resume", "/campaigns/{key}/resume", "leader", {"version": 3}),
    act("/campaigns/drive/close", "/campaigns/{key}/close", "leader"),
    # tasks
    get("/tasks", stranger=200),
    get(f"/tasks/{V1}", "/tasks/{key}"),
    act("/tasks/campaign:ahead:once:2026-04-01:v1/open", "/tasks/{key}/open", "coord"),
    act(f"/tasks/{V1}/submit", "/tasks/{key}/submit", "inspector", HANDED_IN),
    act("/tasks/{submitted}/accept", "/tasks/{key}/accept", "leader"),
    act("/tasks/{submitted}/reject", "/tasks/{key}/reject", "leader", REASON),
    act(f"/tasks/{V1}/reassign", "/tasks/{key}/reassign", "coord", REASON | {"person": "staff"}),
    act(f"/tasks/{V1}/cancel", "/tasks/{key}/cancel", "coord", REASON),
    # events, checklists, notices, journal
    get("/events", stranger=200),
    act("/events", "/events", "staff", {"name": "project", "unit": "v1"}, ok=201),
    get("/checklists", stranger=200, holds="汛期检查表"),
    get("/checklists/flood", "/checklists/{key}"),
    Case("PUT", "/checklists/{key}", "/checklists/new", "coord", body=CHECKLIST),
    get("/notices", by="leader", stranger=200, holds='"grid1"'),
    get(f"/journal?subject={V1}", "/journal", by="leader", viewer=403),
)
# what the cases lean on, beside the furnished town
DRAFT = drive(once("2026-06-01"), key="draft")
AHEAD = drive(once("2026-04-01"), key="ahead")
__all__ = ["AHEAD", "CASES", "CHECK", "CHECKLIST", "DRAFT", "FILE", "Case"]
