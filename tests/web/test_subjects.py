"""Which page shows a thing: each shape of a key leads to its page, and what has no page leads nowhere."""

from urllib.parse import unquote

import pytest

from service.web.pages.subjects import keys_in, place_of, told

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


NAMES = {
    "yanjing": ("unit", "研经镇"), "e1": ("unit", "甲厂"), "1001": ("person", "陈安"), "drive": ("campaign", "行动"),
    "town-24h": ("roster", "镇值班"), "office:council": ("activity", "例会"),
    "plan:e1:flood": ("plandocument", "防汛预案"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "words", "place"),
    [
        (TASK, "例会 · 甲厂", f"/tasks/{TASK}"),
        (f"case:{TASK}:2", "例会 · 甲厂", f"/tasks/{TASK}"),
        (WATCH, "镇值班 2026-10-01 带班领导", f"/watches/{WATCH}"),
        (f"{WATCH}:check:1", "镇值班 2026-10-01 带班领导", "/presence-checks"),
        ("hazard:H-1:recheck:1.1", "H-1 · 回头看", "/rechecks/hazard:H-1:recheck:1.1"),
        ("case:hazard:H-1:2", "H-1", "/hazards/H-1"),
        ("case:alert:A-1:e1:3", "A-1 · 甲厂", "/alerts/A-1"),
        ("incident:I-1:first:3", "I-1", "/incidents/I-1"),
        ("plan:e1:flood:revision:1", "防汛预案", "/documents/plan:e1:flood"),
        ("yanjing", "研经镇 yanjing", "/units/yanjing"),
        ("1001", "陈安 1001", "/people/1001"),
        ("drive", "行动 drive", "/campaigns/drive"),
        ("H-2026-000001", "H-2026-000001", "/hazards/H-2026-000001"),
        ("H-2026-000001:cycle:1", "H-2026-000001", "/hazards/H-2026-000001"),
        ("office:council", "例会", ""),
        ("who:knows", "who:knows", ""),
        ("nobody", "nobody", ""),
    ],
)  # fmt: skip
def test_a_key_is_told_in_words(subject: str, words: str, place: str) -> None:
    assert keys_in([subject])
    said = told(subject, NAMES, "zh_CN")
    assert (said.words, unquote(said.place)) == (words, place)
