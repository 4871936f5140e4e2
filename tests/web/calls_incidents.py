"""The calls of incidents and alerts with whoever may make them, as `calls` has them for the rest."""

from tests.web.calls import REASON, Case, act, get
from tests.web.incidents import ALERT, CLOCK, INCIDENT, NEAR, UPWARD

NEW = {"unit": "v1", "kind": "flash", "description": "河水漫堤", "happened_at": "2026-03-02T08:50:00+08:00"}
LOCAL = {"unit": "town", "office_minutes": 30, "basis": "镇应急办通知"}
WARNING = {"unit": "town", "kinds": ["village"], "title": "大风预警", "text": "加固棚屋", "level": "blue"}
AT = "/incidents/statistics?unit=town&from=2026-01-01&to=2026-03-31"

INCIDENTS = (
    get("/incidents", stranger=200, holds='"unit":"v1"'),
    act("/incidents", "/incidents", "staff", NEW, ok=201),
    get(AT),
    get("/incidents/clocks", stranger=200, holds='"unit":"town"'),
    act("/incidents/clocks", "/incidents/clocks", "coord", LOCAL, ok=201),
    Case("DELETE", "/incidents/clocks/{key}", f"/incidents/clocks/{CLOCK}?version=1", "coord", 204),
    get(f"/incidents/{INCIDENT}", "/incidents/{key}"),
    act(f"/incidents/{INCIDENT}/correct", "/incidents/{key}/correct", "inspector", REASON | {"injured": 2}),
    act(f"/incidents/{INCIDENT}/report-up", "/incidents/{key}/report-up", "leader", {"report": UPWARD}),
    act(f"/incidents/{INCIDENT}/close", "/incidents/{key}/close", "leader", REASON),
    act(f"/incidents/{NEAR}/void", "/incidents/{key}/void", "leader", REASON),
    get("/alerts", stranger=200, holds='"unit":"town"'),
    act("/alerts", "/alerts", "leader", WARNING, ok=201),
    act("/alerts/preview", "/alerts/preview", "leader", {"unit": "town"}),
    get(f"/alerts/{ALERT}", "/alerts/{key}"),
    get(f"/alerts/{ALERT}/receipts?silent=true", "/alerts/{key}/receipts"),
    act(f"/alerts/{ALERT}/acknowledge", "/alerts/{key}/acknowledge", "inspector", {"unit": "v1", "person": "grid1"}),
    act(f"/alerts/{ALERT}/end", "/alerts/{key}/end", "leader", REASON),
    act(f"/alerts/{ALERT}/cancel", "/alerts/{key}/cancel", "leader", REASON),
)
