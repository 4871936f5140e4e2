"""The calls of reports and figures with whoever may make them, as `calls` has them for the rest."""

from tests.web.calls import REASON, Case, act, get
from tests.web.reports import DAYS, DRAFT, FROZEN, SIGNED, report_file

NEW = {"unit": "town", "from": "2026-03-01", "to": "2026-03-31"}
KEY = "/reports/{key}"

REPORTS = (
    get("/reports", stranger=200, holds="report:town"),
    get("/reports/templates", stranger=200),
    act("/reports", "/reports", "coord", NEW, ok=201),
    act("/reports/files", "/reports/files", "coord", content=report_file(), ok=201, stranger=404),
    act("/reports/keys", "/reports/keys", "admin", {"unit": "town"}, ok=201),
    get("/reports/keys", by="admin", stranger=200, holds='"unit":"town"'),
    Case("DELETE", "/reports/keys/{unit}", "/reports/keys/town", "admin", ok=204),
    get(f"/reports/{FROZEN}", KEY),
    get(f"/reports/{FROZEN}/records?figure=hazards.found", f"{KEY}/records"),
    get(f"/reports/{FROZEN}/since", f"{KEY}/since"),
    get(f"/reports/{FROZEN}/file", f"{KEY}/file", by="leader", viewer=403),
    *(get(f"/reports/{FROZEN}.{suffix}", f"{KEY}.{suffix}") for suffix in ("docx", "xlsx", "md", "html", "json")),
    Case("PUT", f"{KEY}/texts/{{name}}", f"/reports/{DRAFT}/texts/remarks", "coord", body={"text": "无"}),
    Case(
        "PUT", f"{KEY}/stated/{{figure}}", f"/reports/{DRAFT}/stated/hazards.found", "coord",
        body={"value": 81, "source": "台账"},
    ),
    act(f"/reports/{DRAFT}/choose", f"{KEY}/choose", "coord", {"template": "phase_report"}),
    act(f"/reports/{DRAFT}/draft", f"{KEY}/draft", "coord"),
    act(f"/reports/{DRAFT}/freeze", f"{KEY}/freeze", "coord"),
    act(f"/reports/{FROZEN}/correct", f"{KEY}/correct", "coord", REASON),
    act(f"/reports/{FROZEN}/sign", f"{KEY}/sign", "leader"),
    act(f"/reports/{SIGNED}/send", f"{KEY}/send", "leader"),
    get("/figures", stranger=200),
    get(f"/figures/hazards.found?{DAYS}", "/figures/{key}"),
    get(f"/figures/roadmap.due/records?{DAYS}", "/figures/{key}/records"),
    get("/readiness?unit=town&campaign=drive", "/readiness"),
)  # fmt: skip
