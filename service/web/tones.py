"""The tone in which a state is shown, beside its words: what is well, under way, waiting, late or wrong."""

# word of a state, level or result → tone; a word that stands nowhere is plain
TONES: dict[str, str] = {
    "active": "good", "accepted": "good", "closed": "good", "done": "good", "held": "good", "delivered": "good",
    "acknowledged": "good", "confirmed": "good", "on_duty": "good", "handed_over": "good", "published": "good",
    "open": "info", "assigned": "info", "rectifying": "info", "submitted": "info", "sending": "info", "owed": "info",
    "registered": "warn", "blocked": "warn", "paused": "warn", "vacant": "warn", "unknown": "warn",
    "missed": "bad", "overdue": "bad", "rebounded": "bad", "failed": "bad", "absent": "bad", "major": "bad",
    "red": "bad", "orange": "warn", "yellow": "warn", "blue": "info", "fail": "bad", "pass": "good", "late": "warn",
    "provisional": "warn", "drafting": "info", "frozen": "good", "sent": "good", "corrected": "warn",
}  # fmt: skip


def tone(word: object) -> str:
    """The tone of a word: good, info, warn, bad or plain."""
    return TONES.get(str(word), "plain")
