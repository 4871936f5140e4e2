"""Which page shows a thing, by the key that notices and the journal name it with."""

from urllib.parse import quote


def place_of(subject: str) -> str:
    """The address of the page about a subject; empty where there is none."""
    kept = subject.removeprefix("case:")
    if kept.startswith("campaign:"):
        return f"/tasks/{quote(kept, safe='')}"
    if kept.startswith("hazard:"):
        return f"/rechecks/{quote(kept, safe='')}"
    if ":" in kept:
        return "/duty"  # a watch, a swap, a duty table: what belongs to a roster
    return f"/hazards/{quote(kept, safe='')}" if kept else ""
