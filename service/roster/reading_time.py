"""Days and watches read from a roster problem."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from service.roster.facts import ANY_WATCH, Day, Watch
from service.roster.scan import Scan

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def read_watches(scan: Scan, body: Mapping[str, Any]) -> tuple[Watch, ...]:
    """The watches of a day; without any, one of 24 hours from 08:00."""
    if "watch" in body and "watches" in body:
        scan.wrong("watches", "give watch or watches, not both")
    if "watches" not in body:
        return (_watch(scan, body.get("watch", {}), "watch", "watch"),)
    listed = scan.items(body["watches"], "watches")
    if not 1 <= len(listed) <= 24:
        scan.wrong("watches", "between 1 and 24 watches a day")
        return ()
    watches = tuple(_watch(scan, item, f"watches[{i}]", None) for i, item in enumerate(listed))
    _refuse_twice(scan, [watch.code for watch in watches], "watches")
    return tuple(sorted(watches, key=lambda watch: (watch.starts, watch.code)))


def _watch(scan: Scan, given: Any, path: str, usual: str | None) -> Watch:
    body = scan.table(given, path, {"code", "starts", "hours"}, required=set() if usual else {"code"})
    starts = scan.text(body.get("starts", "08:00"), f"{path}.starts")
    clock = CLOCK.fullmatch(starts)
    if starts and not clock:
        scan.wrong(f"{path}.starts", "expected a time like 08:00, not {value}", value=starts[:60])
    minutes = scan.hours(body.get("hours", 24), f"{path}.hours", most=72)
    if minutes == 0:
        scan.wrong(f"{path}.hours", "a watch lasts longer than nothing")
    code = scan.text(body.get("code", usual), f"{path}.code")
    if code == ANY_WATCH:
        scan.wrong(f"{path}.code", "{code} stands for every watch", code=ANY_WATCH)
    return Watch(code, int(clock[1]) * 60 + int(clock[2]) if clock else 0, minutes)


def read_days(scan: Scan, given: Any, most: int) -> tuple[Day, ...]:
    """The days in order, one after the other; need set by hand is read later, when the roles are known."""
    listed = scan.items(given, "days")
    if not 1 <= len(listed) <= most:
        scan.wrong("days", "{n} days; between 1 and {most}", n=len(listed), most=most)
        scan.stop_if_wrong()
    days = [day for i, item in enumerate(listed) if (day := _day(scan, item, f"days[{i}]"))]
    for i in range(1, len(days)):
        if days[i].on != days[i - 1].on + timedelta(days=1):
            scan.wrong(f"days[{i}].date", "{on} does not follow {before}", on=days[i].on, before=days[i - 1].on)
            break
    return tuple(days)


def _day(scan: Scan, given: Any, path: str) -> Day | None:
    body = scan.table(given, path, {"date", "class", "need"}, required={"date"})
    on = scan.date(body.get("date"), f"{path}.date")
    kinds = body.get("class", "workday")
    listed = kinds if isinstance(kinds, list | tuple) else [kinds]
    classes = frozenset(scan.text(kind, f"{path}.class") for kind in listed)
    return Day(on, classes) if on else None


def _refuse_twice(scan: Scan, codes: list[str], path: str) -> None:
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        scan.wrong(path, "{code} is given twice", code=code)
