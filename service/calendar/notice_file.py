"""The file of a year's holiday notice (`zhiban calendar update FILE`), read with line and reason for every fault."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from models.kinds import DayClass, Festival
from service.calendar.holidays_cn import YEARS
from service.errors import Fault, Refused
from service.people.fields import Unfit
from service.rules.days_known import DayFact

MOST_BYTES = 1_000_000
MOST_EVENTS = 20_000
MOST_DEPTH = 6
MOST_DAYS_IN_A_RANGE = 31
MOST_TITLE = 200
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
AWord = TypeVar("AWord", bound=StrEnum)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
OFF = (DayClass.statutory_holiday, DayClass.adjusted_rest_day)
NOTICE_KEYS = ("year", "title", "days")
ENTRY_KEYS = ("on", "from", "to", "class", "festival")


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """A year's holiday notice: every day it sets, in order, one festival at most on each."""

    year: int
    title: str
    days: tuple[DayFact, ...]

    @property
    def unnamed(self) -> tuple[Festival, ...]:
        """The festivals it says nothing of: the law has seven, so a copy that lacks one may have been cut short."""
        named = {festival for day in self.days for festival in day.festivals}
        return tuple(festival for festival in Festival if festival not in named)


def read_notice(text: str | bytes) -> HolidayNotice:
    """The notice in a YAML file: `year`, `title` and `days`, each `{on | from, to; class; festival}`.

    Days lie in the year, or in the December before it, which notices have also changed. Raises Refused with a fault
    per line for whatever is wrong; aliases, tags and anything over a megabyte are refused unread.
    """
    reader = Reader()
    notice = reader.notice(compose(text))
    if reader.faults or notice is None:
        raise refusal([fault for _, fault in sorted(reader.faults, key=lambda found: found[0])])
    return notice


def refusal(faults: list[Fault]) -> Refused:
    return Refused("The holiday notice cannot be read", faults=faults)


def fault_at(line: int, reason: str, **facts: Any) -> Fault:
    return Fault(f"line {line}", reason, facts or None)


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1 if node.start_mark else 1


def compose(text: str | bytes) -> yaml.Node:
    """The tree of the YAML text. Aliases, anchors and tags are refused before anything is built from them."""
    raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    if len(raw) > MOST_BYTES:
        raise refusal([fault_at(1, "Longer than {most} bytes", most=MOST_BYTES)])
    try:
        plain = raw.decode("utf-8-sig")
        check_events(plain)
        root = yaml.compose(plain, Loader=LOADER)
    except UnicodeDecodeError as wrong:
        raise refusal(
            [fault_at(raw.count(b"\n", 0, wrong.start) + 1, "Not UTF-8 text: save the file as UTF-8")]
        ) from None
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise refusal([fault_at(line, "This is not YAML: {problem}", problem=str(wrong.problem))]) from None
    except yaml.YAMLError:
        raise refusal([fault_at(1, "This is not YAML: {problem}", problem="unprintable characters")]) from None
    if root is None:
        raise refusal([fault_at(1, "The file is empty")])
    return root


def check_events(text: str) -> None:
    """Refuse what could swell or run deep while it is still a stream."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=LOADER)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refusal([fault_at(line, "Anchors and aliases are not allowed")])
        if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None):
            raise refusal([fault_at(line, "Tags are not allowed")])
        if depth > MOST_DEPTH or count > MOST_EVENTS:
            raise refusal([fault_at(line, "Far more than a notice holds")])


class Reader:
    """Walks the tree once and gathers every fault with its line; what is faulty reads as None."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, Fault]] = []
        self.line_of_day: dict[date, int] = {}

    def blame(self, node: yaml.Node, reason: str, **facts: Any) -> None:
        self.faults.append((line_of(node), fault_at(line_of(node), reason, **facts)))

    def notice(self, root: yaml.Node) -> HolidayNotice | None:
        fields = self.mapping(root, NOTICE_KEYS)
        year = self.year(fields["year"]) if "year" in fields else None
        title = self.title(fields["title"]) if "title" in fields else None
        for key in NOTICE_KEYS:
            if fields and key not in fields:
                self.blame(root, "{key} is missing", key=key)
        days = [fact for entry in self.entries(fields.get("days")) for fact in self.days_of(entry, year)]
        return HolidayNotice(year, title, tuple(sorted(days))) if year and title else None

    def mapping(self, node: yaml.Node, allowed: tuple[str, ...]) -> dict[str, yaml.Node]:
        """The values of a mapping by key; none of them when it is no mapping."""
        fields: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode) or not node.value:
            self.blame(node, "Keys and values are expected: {keys}", keys=", ".join(allowed))
            return fields
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name not in allowed:
                self.blame(key, "There is no key {key} here; known are {keys}", key=name[:40], keys=", ".join(allowed))
            elif name in fields:
                self.blame(key, "{key} is written twice", key=name)
            else:
                fields[name] = value
        return fields

    def scalar(self, node: yaml.Node) -> str | None:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value).strip()
        self.blame(node, "One word or text is expected")
        return None

    def year(self, node: yaml.Node) -> int | None:
        text = self.scalar(node)
        if text is not None and re.fullmatch("[0-9]{4}", text) and int(text) in YEARS:
            return int(text)
        if text is not None:
            self.blame(node, "{text} is no year from {first} to {last}", text=text[:40], first=YEARS[0], last=YEARS[-1])
        return None

    def title(self, node: yaml.Node) -> str | None:
        text = self.scalar(node)
        if text is not None and not 0 < len(text) <= MOST_TITLE:
            self.blame(node, "A title has 1 to {most} characters", most=MOST_TITLE)
        return text

    def entries(self, node: yaml.Node | None) -> Iterator[yaml.Node]:
        if isinstance(node, yaml.SequenceNode) and node.value:
            yield from node.value
        elif node is not None:
            self.blame(node, "A list of days is expected")

    def days_of(self, node: yaml.Node, year: int | None) -> Iterator[DayFact]:
        """The days of one entry, a single one or a range."""
        fields = self.mapping(node, ENTRY_KEYS)
        if not fields:
            return
        day_class = self.word(fields, "class", DayClass)
        festival = self.word(fields, "festival", Festival)
        if "class" not in fields:
            self.blame(node, "{key} is missing", key="class")
        if day_class == DayClass.statutory_holiday and "festival" not in fields:
            self.blame(node, "A statutory holiday names its festival")
        if day_class and day_class not in OFF and festival:
            self.blame(fields["festival"], "A {day_class} belongs to no festival", day_class=day_class)
        for on in self.stretch(node, fields):
            if self.fits(node, on, day_class, year) and day_class:
                yield DayFact(on, day_class, (festival,) if festival else ())

    def word(self, fields: dict[str, yaml.Node], key: str, words: type[AWord]) -> AWord | None:
        text = self.scalar(fields[key]) if key in fields else None
        if text is None or text in words.__members__:
            return words(text) if text else None
        self.blame(fields[key], "{text} is not one of {words}", text=text[:40], words=", ".join(words))
        return None

    def stretch(self, node: yaml.Node, fields: dict[str, yaml.Node]) -> list[date]:
        """The dates an entry names; none when they are faulty."""
        given = [key for key in ("on", "from", "to") if key in fields]
        dates = [on for key in given if (on := self.date_in(fields[key])) is not None]
        if given not in (["on"], ["from", "to"]):
            self.blame(node, "Either on, or from and to are expected")
        elif len(dates) == len(given):
            count = (dates[-1] - dates[0]).days + 1
            if 1 <= count <= MOST_DAYS_IN_A_RANGE:
                return [dates[0] + timedelta(days=n) for n in range(count)]
            self.blame(node, "From {first} to {last} is not 1 to 31 days", first=dates[0], last=dates[-1])
        return []

    def date_in(self, node: yaml.Node) -> date | None:
        text = self.scalar(node)
        if text is None:
            return None
        with suppress(ValueError):
            if ISO_DATE.fullmatch(text):
                return date.fromisoformat(text)
        self.blame(node, "{text} is not a date like 2027-02-05", text=text[:40])
        return None

    def fits(self, node: yaml.Node, on: date, day_class: DayClass | None, year: int | None) -> bool:
        """Whether a day may stand in this notice with this class; blames it if not."""
        before = self.line_of_day.get(on)
        self.line_of_day.setdefault(on, line_of(node))
        if before:
            self.blame(node, "{on} is named twice; it stands on line {first} already", on=on, first=before)
            return False
        wrong = misfit(on, day_class, year)
        if wrong is not None:
            self.faults.append((line_of(node), wrong.fault(f"line {line_of(node)}")))
        return wrong is None


def misfit(on: date, day_class: DayClass | None, year: int | None) -> Unfit | None:
    """Why a day can't stand with a class in the notice of a year; None where it can."""
    weekend = on.weekday() >= 5
    if year and on.year != year and (on.year, on.month) != (year - 1, 12):
        return Unfit("{on} is neither in {year} nor in the December before", on=on, year=year)
    if day_class == DayClass.makeup_workday and not weekend:
        return Unfit("{on} is no Saturday or Sunday: only these are made up", on=on)
    if day_class == DayClass.workday and weekend:
        return Unfit("{on} is a Saturday or Sunday: a makeup_workday, if it works", on=on)
    if day_class == DayClass.rest_day and not weekend:
        return Unfit("{on} is no Saturday or Sunday: an adjusted_rest_day, if it is off", on=on)
    return None
