"""What phones' and servers' JavaScript makes of our calendars is what icalendar makes of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.readers.node import read
from tests.service.feed_worlds import GOLDEN


@pytest.mark.timeout(300)
def test_each_reader_finds_the_same_in_every_golden_calendar() -> None:
    files = sorted(GOLDEN.glob("*.ics"))
    assert len(files) >= 5
    found = read(files)
    for file in files:
        judged = by_icalendar(file)
        assert judged
        assert found[str(file)]["icalJs"]["events"] == judged, file.name
        assert found[str(file)]["nodeIcal"]["events"] == judged, file.name
        assert found[str(file)]["icalJs"]["name"] == str(Calendar.from_ical(file.read_bytes())["X-WR-CALNAME"])


def by_icalendar(file: Path) -> dict[str, Any]:
    return {
        str(one["UID"]): {
            "summary": str(one["SUMMARY"]), "description": str(one.get("DESCRIPTION", "")),
            "starts": starts(one["DTSTART"].dt), "status": str(one["STATUS"]), "sequence": one["SEQUENCE"],
            "alarms": len(one.walk("VALARM")),
        }
        for one in Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    }  # fmt: skip


def starts(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return str(value.isoformat())
