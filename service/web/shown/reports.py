"""Reports and figures, described for whoever calls."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from service.web.shown.base import Shown
from service.web.shown.work import Line


class Report(Shown):
    """`edition` is the number of the newest frozen one, 0 before the first."""

    key: str
    version: int
    task: str | None
    unit: str
    template: str
    period: str
    from_on: date
    to_on: date
    campaign: str | None
    state: str
    edition: int
    due_at: datetime | None
    made_at: datetime
    made_by: str
    by_file: bool
    drafted_at: datetime | None
    unit_name: str


class Edition(Shown):
    """A frozen edition; `sha256` is that of its bytes, which never change."""

    key: str
    number: int
    sha256: str
    frozen_at: datetime
    frozen_by: str
    reason: str
    signed_at: datetime | None
    signed_by: str | None
    sent_at: datetime | None
    sent_by: str | None


class ReportWhole(Shown):
    """`snapshot` (format `zhiban-report/1`) is the newest frozen edition, or the draft while nothing is frozen."""

    report: Report
    editions: list[Edition]
    parts: list[str]
    texts: dict[str, Any]
    stated: dict[str, Any]
    snapshot: dict[str, Any] | None
    journal: list[Line]


class ChangedFigure(Shown):
    """Null: it was not, or is no longer, in the report."""

    figure: str
    frozen: float | None
    now: float | None


class Since(Shown):
    """What the records say otherwise now, and which of the reports that were summed have been corrected."""

    edition: int
    frozen_at: datetime
    figures: list[ChangedFigure]
    corrected_below: list[dict[str, Any]]


class Template(Shown):
    key: str
    name: str
    parts: list[str]
    needs_campaign: bool


class FigureDefined(Shown):
    """What a figure counts, in the reader's language; `parts` must sum to it, by what they are told apart by."""

    key: str
    label: str
    unit_word: str
    definition: str
    scope: str
    basis: str
    parts: dict[str, list[str]]


class FigureCounted(FigureDefined):
    """A figure as it stands now, and the call that lists its records."""

    value: float | None
    shown: str
    records: str | None


class Record(Shown):
    """`on`: the day or the instant that it is counted by. `link`: where it is read whole."""

    kind: str
    key: str
    unit: str
    unit_name: str
    on: str | None
    value: float
    link: str | None


class RecordCounted(Record):
    """`since`: it counts the `same` today, it is `changed`, or it is `gone`: it counts no more."""

    since: str


class RecordsCounted(Shown):
    """What a figure counted when it was frozen. What lower reports gave (`figure.from.reports`) stands in those.

    Where `kept` is false there is nothing to list: too many, or an older edition; `live` lists those of today.
    """

    items: list[RecordCounted]
    next: str | None
    figure: dict[str, Any]
    edition: int
    frozen_at: datetime
    kept: bool
    live: str | None


class Shared(Shown):
    """The key for report files, in the only moment that it can be read."""

    unit: str
    secret: str


class SharedWith(Shown):
    """A unit whose deployment shares a key, since when and by whom; never the key."""

    unit: str
    unit_name: str
    made_at: datetime
    made_by: str


class HaveEvidence(Shown):
    """A figure with its value; or a record: its name, what tells it from others, and the key of its page."""

    kind: str
    key: str
    value: Any = None
    label: str
    note: str
    page: str


class Have(Shown):
    key: str
    label: str
    points: int
    evidence: list[HaveEvidence]


class Readiness(Shown):
    """The ten haves with their points; what was found, ranked and eliminated; how far commitments cover."""

    unit: str
    campaign: str
    points: int
    most: int
    haves: list[Have] = Field(description="十个有")
    ranks: dict[str, float | None] = Field(description="一线三排")
    coverage: dict[str, float | None]
