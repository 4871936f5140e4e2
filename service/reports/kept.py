"""The records that a frozen edition counted, kept as they were then: from any figure to what was really counted.

They are kept source by source and not figure by figure, with the traits that figures ask for, so that a figure's own
are found among them as they were counted; and packed, since nothing reads them but whoever looks behind a figure.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import func, literal, select
from sqlmodel import Session

from models import ReportRecords
from service.figures import Reach, counting
from service.figures.base import Figure, Source, Span
from service.figures.registry import counted
from service.figures.sources import SOURCES
from service.reports.asked import Asked, span_of
from service.rules.steps import Step, make

KEPT_MOST = 200_000  # of one source; of more, only how many there were: they stand one by one in the reports below
HEADS = ("place", "key", "unit", "on", "campaign")
Row = tuple[Any, ...]


class Kept(NamedTuple):
    """The records of one source; `packed` is None where there were too many."""

    source: str
    records: int
    packed: bytes | None


class Unpacked(NamedTuple):
    """Records as they were counted: rows of `HEADS`, the traits `dims` and the sums `measures`, in their order.

    `units` are those whose records they are: code → name, path and sector as they were.
    """

    dims: list[str]
    measures: list[str]
    units: Mapping[str, Sequence[str]]
    rows: list[Row]

    def traits(self, row: Row) -> Row:
        return row[len(HEADS) : len(HEADS) + len(self.dims)]

    def value(self, row: Row, one: Figure) -> Any:
        """What a record adds to a figure."""
        if one.measure not in self.measures:
            return 1
        return row[len(HEADS) + len(self.dims) + self.measures.index(one.measure)] or 0


def gather(session: Session, asked: Asked, figures: Iterable[str]) -> list[Kept]:
    """The records behind some figures of a report, read where the report itself was drawn."""
    members = counting.members(session, asked.campaign) if asked.campaign else None
    reach = Reach(asked.path, members)
    places, _ = counting.gather_places(session, reach)
    span = span_of(session, asked.stretch, asked.zone)
    found: list[Kept] = []
    for name, wanted in sorted(by_source(figures).items()):
        source = SOURCES[name]
        if members is not None and source.campaign is None and not source.always:
            continue
        inside = (source.inside(span), *counting.within(source, reach, wide=False))
        many = session.execute(select(func.count()).select_from(source.rows()).where(*inside)).scalar_one()
        if many > KEPT_MOST:
            found.append(Kept(name, many, None))
            continue
        dims, measures = traits_of(wanted)
        statement = asking(source, span, dims, measures).where(*inside).order_by(source.record)
        rows = [tuple(row) for row in session.connection().execute(statement)]
        units = {code: [places[code].name, places[code].path, places[code].sector] for code in {row[2] for row in rows}}
        found.append(Kept(name, len(rows), packed(Unpacked(dims, measures, units, rows))))
    return found


def by_source(figures: Iterable[str]) -> dict[str, list[Figure]]:
    """The counted figures that some figures rest on, by the source of each."""
    wanted: dict[str, dict[str, Figure]] = {}
    for key in figures:
        for one in counted(key):
            wanted.setdefault(one.source, {})[one.key] = one
    return {source: list(found.values()) for source, found in wanted.items()}


def traits_of(figures: Iterable[Figure]) -> tuple[list[str], list[str]]:
    """The traits and the sums that figures of one source ask for."""
    figures = list(figures)
    dims = sorted({name for one in figures for name in one.where})
    return dims, sorted({one.measure for one in figures} - {"rows", "units"})


def asking(source: Source, span: Span, dims: Sequence[str], measures: Sequence[str]) -> Any:
    """A select of records as they are kept."""
    subject = source.record if source.subject is None else source.subject
    campaign = literal(None) if source.campaign is None else source.campaign
    heads = (source.record, subject, source.unit, source.on, campaign)
    columns = [*heads, *(source.dims[name](span) for name in dims), *(source.measures[name] for name in measures)]
    return select(*(column.label(f"c{n}") for n, column in enumerate(columns))).select_from(source.rows())


def packed(what: Unpacked) -> bytes:
    """Records in few bytes: column by column, since a column repeats itself."""
    columns = [list(column) for column in zip(*what.rows, strict=True)]
    return zlib.compress(orjson.dumps([what.dims, what.measures, what.units, columns], default=str))


def unpacked(data: bytes) -> Unpacked:
    dims, measures, units, columns = orjson.loads(zlib.decompress(data))
    return Unpacked(dims, measures, units, list(zip(*columns, strict=True)))


def said(kept: Iterable[Kept]) -> dict[str, Any]:
    """What a snapshot says of the records that are kept beside it: how many, and the digest of what is kept."""
    return {
        one.source: {"records": one.records, "sha256": sha256(one.packed).hexdigest() if one.packed else None}
        for one in kept
    }


def steps(edition: str, kept: Iterable[Kept]) -> Iterator[Step]:
    """The rows of an edition's records."""
    for one in kept:
        values = {"edition_key": edition, "source": one.source, "records": one.records, "packed": one.packed}
        yield make(ReportRecords, f"{edition}:records:{one.source}", "frozen", values)
