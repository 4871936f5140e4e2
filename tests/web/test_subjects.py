"""Which page shows a thing: each shape of a key leads to its page, and what has no page leads nowhere."""

from urllib.parse import unquote

import pytest

from service.web.pages.subjects import place_of

WATCH = "town-24h:2026-10-01:watch:leader:1"
TASK = "campaign:office:council:2026-11-23:e1"


@pytest.mark.parametrize(
    ("subject", "kind", "place"),
    [
        (TASK, "task_due_soon", f"/tasks/{TASK}"),
        (f"case:{TASK}:2", "", f"/tasks/{TASK}"),
        (f"{TASK}:minutes:20261123", "", f"/meetings/{TASK}"),
        ("hazard:H-1:recheck:1.1", "recheck_due", "/rechecks/hazard:H-1:recheck:1.1"),
        ("case:hazard:H-1:2", "escalated", "/hazards/H-1"),
        ("旧台账 3/4", "hazard_closed", "/hazards/旧台账 3%2F4"),
        ("alert:A-1:e1", "alert", "/alerts/A-1"),
        ("A-1", "alert_ended", "/alerts/A-1"),
        ("incident:I-1:first:3", "incident_report_due", "/incidents/I-1"),
        ("I-1", "incident_closed", "/incidents/I-1"),
        ("report:yanjing:month:2026-10-01:2026-10-31:-", "", "/reports/report:yanjing:month:2026-10-01:2026-10-31:-"),
        ("plan:e1:flood:revision:20260505", "document_overdue", "/documents/plan:e1:flood"),
        ("store:e1:0123456789abcdef:short:20260505", "stock_overdue", "/stores/store:e1:0123456789abcdef"),
        (WATCH, "duty_soon", f"/watches/{WATCH}"),
        (f"{WATCH}:1", "swap_asked", "/swaps"),
        (f"{WATCH}:check:1", "presence_check_due", "/presence-checks"),
        ("town-24h:table:2026-10-01", "duty_table_due", "/duty/town-24h"),
        ("town-24h", "duty_gaps", "/duty/town-24h"),
        ("person:1001:1", "channel_test", "/channels"),
        ("something:else", "", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_key_leads_to_its_page(subject: str, kind: str, place: str) -> None:
    assert unquote(place_of(subject, kind)) == unquote(place)
