"""The database: its engine, one transaction at a time, and `apply`, the only writer of rows.

`apply` groups the steps per table and writes each group set-based; journal lines and notices go with them, in the
same transaction. A step that lost its race is dropped together with its journal line and its notices.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Date, DateTime, Engine, Select, Table, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlmodel import Session

from models import Journal, Notice, Row
from models.base import table_of
from service import bulk
from service.errors import Conflict
from service.rules.steps import Op, Step, Telling

SQLITE_WAITS_SECONDS = 30
# an index that holds all that is asked is read at once, not shunned as if a disk turned under it; and a page is one
# question among many: neither compiling it nor waking others to share it would come back within its milliseconds
POSTGRESQL_PLANS = ("random_page_cost = 1.1", "jit = off", "max_parallel_workers_per_gather = 0")
REHEARSAL = "rehearsal"


class HintedSQLite(SQLiteCompiler):
    """SQLite's SQL with `Select.with_hint` in it, which SQLAlchemy's own leaves out: `INDEXED BY …` after a table.

    Days and instants are texts there in columns that SQLite takes for numbers: it tries to read one from each text it
    compares. Where no index is looked for, in what an aggregate is filtered by, a plus before the column spares that.
    """

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text

    def visit_funcfilter(self, funcfilter: Any, **how: Any) -> str:
        return super().visit_funcfilter(funcfilter, **(how | {"in_filter": True}))

    def visit_column(self, column: Any, *args: Any, in_filter: bool = False, **how: Any) -> str:
        text = super().visit_column(column, *args, **how)
        return f"+{text}" if in_filter and column.type._type_affinity in (Date, DateTime) else text


def open_engine(url: str, *, pool_size: int = 5) -> Engine:
    """The engine for a database address; SQLite gets write-ahead logging, foreign keys and honest transactions."""
    if not url.startswith("sqlite"):
        return open_postgresql(url, pool_size)
    engine = create_engine(url, connect_args={"timeout": SQLITE_WAITS_SECONDS, "check_same_thread": False})
    engine.dialect.statement_compiler = HintedSQLite

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and is deferred; ours is below
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # a reader that turns writer midway would fail at once when another writes; a writer says so at its start
        reads = connection.get_execution_options().get("reads_only")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def open_postgresql(url: str, pool_size: int) -> Engine:
    """The engine for a PostgreSQL; each of its sessions plans for short questions answered from memory."""
    engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute("; ".join(f"SET {plan}" for plan in POSTGRESQL_PLANS))
        connection.commit()  # else the first rollback would take them back

    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One request or one sweep batch: all of it is kept, or none."""
    with Session(engine) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A transaction that only reads: on SQLite it never waits for a writer."""
    with Session(engine.execution_options(reads_only=True)) as session:
        yield session


@contextmanager
def steady(engine: Engine) -> Iterator[Session]:
    """A transaction that reads one and the same instant throughout, however long it asks: what a report is drawn in."""
    options: dict[str, Any] = {"reads_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with Session(engine.execution_options(**options)) as session:
        yield session


def only_reads(session: Session) -> bool:
    """Whether a session was opened only to read; what it has read once may stand for it until its end."""
    return bool(session.connection().get_execution_options().get("reads_only"))


def refresh_statistics(engine: Engine) -> None:
    """Let SQLite look at its tables when they have grown far; without it the planner walks the wrong index."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=400")
            connection.exec_driver_sql("PRAGMA optimize")


def attending(statement: Select[Any], model: type[Row], now: datetime) -> Select[Any]:
    """Narrow a sweep's question to the rows whose `attend_at` has come, found by the index of that column alone.

    SQLite's planner doesn't know how few they are: beside a small table that is joined (a handful of activities) it
    would rather walk all that belongs to each of its rows, and an idle sweep would cost as much as the ledger is long.
    """
    table = table_of(model)
    return by_index(statement, model, f"ix_{table.name}_attend_at").where(table.c.attend_at <= now)


def by_index(statement: Select[Any], model: type[Row], name: str) -> Select[Any]:
    """Have SQLite answer by an index of a table; PostgreSQL, which counts its rows, finds it by itself.

    SQLite would raise an error if the index could not be used: no query is slow without being noticed.
    """
    return statement.with_hint(table_of(model), f"INDEXED BY {name}", "sqlite")


class Applied(NamedTuple):
    """What became of the steps: `applied` were written, `taken` found their key standing, `refused` a newer version."""

    applied: int = 0
    taken: int = 0
    refused: int = 0

    def __add__(self, other: object) -> "Applied":
        if not isinstance(other, Applied):
            return NotImplemented
        return Applied(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def apply(session: Session, steps: Iterable[Step], *, now: datetime, by: str, journal: bool = True) -> Applied:
    """Write what is owed.

    1. group the steps by table, operation and columns, in the order the tables first appear
    2. write each group with conditional, set-based statements, sorted by key so that two writers never deadlock
    3. for the steps that won, write one journal line each and their notices

    `now` is the journal's instant, `by` who or what acted. Answers the counts; raises ValueError for naive instants.
    `journal=False` is for the sweep's own pulse, which would bury the journal under a line a minute.
    """
    kept = session.info.get(REHEARSAL)
    if kept is not None:
        before = len(kept)
        kept.extend(steps)
        return Applied(len(kept) - before)
    groups: dict[tuple[type[Row], Op, tuple[str, ...]], list[Step]] = {}
    for step in steps:
        groups.setdefault((step.table, step.op, tuple(step.values)), []).append(step)
    total = Applied()
    for (table, op, names), group in groups.items():
        group.sort(key=key_of)
        won = write(session, table_of(table), op, names, group)
        if journal:
            record(session, won, now=now, by=by)
        lost = len(group) - len(won)
        total += Applied(len(won), lost if op is Op.make else 0, 0 if op is Op.make else lost)
        following = [step for done in won if done.then for step in done.then]
        if following:
            apply(session, following, now=now, by=by, journal=journal)
    return total


@contextmanager
def rehearsing(session: Session) -> Iterator[list[Step]]:
    """Meanwhile nothing is written: the steps of the acts that are called are kept in the list that is answered.

    An act that reads back what it has just written can't be rehearsed so.
    """
    kept: list[Step] = []
    session.info[REHEARSAL] = kept
    try:
        yield kept
    finally:
        del session.info[REHEARSAL]


def require(session: Session, steps: Sequence[Step], *, now: datetime, by: str) -> None:
    """Write all the steps of one act, or raise Conflict, so that the transaction around it keeps none of them."""
    done = apply(session, steps, now=now, by=by)
    if done.taken:
        raise Conflict("This already exists")
    if done.refused:
        raise Conflict("Somebody else changed this in the meantime; read it again")


def key_of(step: Step) -> str:
    return step.key


def write(session: Session, table: Table, op: Op, names: tuple[str, ...], group: list[Step]) -> list[Step]:
    """Write one group; answers the steps that won their race."""
    connection = session.connection()
    first: dict[str, Step] = {}
    for step in group:
        first.setdefault(step.key, step)
    if len(first) < len(group):
        group = list(first.values())  # of two steps for one row the database would choose the values of either
    keys = [step.key for step in group]
    if op is Op.make:
        fixed = constants(table, names)
        columns = [keys, *([step.values[name] for step in group] for name in names)]
        columns += [[value] * len(group) for value in fixed.values()]
        written = bulk.insert_new(connection, table, ("key", *names, *fixed), columns)
    elif op is Op.change:
        columns = [keys, [step.expects for step in group], *([step.values[name] for step in group] for name in names)]
        written = bulk.change_rows(connection, table, ("key", "version", *names), columns)
    else:
        written = bulk.remove_rows(connection, table, keys, [step.expects or 0 for step in group])
    if len(written) == len(group):
        return group
    left = set(written)
    won: list[Step] = []
    for step in group:
        if step.key in left:
            left.remove(step.key)
            won.append(step)
    return won


def constants(table: Table, given: tuple[str, ...]) -> dict[str, Any]:
    """The columns a new row has by default and the steps don't give."""
    return {
        column.name: column.default.arg(None) if column.default.is_callable else column.default.arg  # type: ignore[attr-defined]
        for column in table.columns
        if column.default is not None and column.name not in given
    }


def record(session: Session, steps: list[Step], *, now: datetime, by: str) -> None:
    """One journal line for every step that was written, and the notices it promised."""
    if not steps:
        return
    connection = session.connection()
    many = len(steps)
    lines: list[list[Any]] = [
        [now] * many,
        [by] * many,
        [s.act for s in steps],
        [s.key for s in steps],
        [s.reason for s in steps],
    ]
    names = ("at", "by", "act", "subject", "reason")
    bulk.insert_new(connection, table_of(Journal), names, lines, keyed=False)
    told = sorted(chain.from_iterable(promises(step) for step in steps))
    if told:
        columns = [list(column) for column in zip(*(promise.row() for promise in told), strict=True)]
        fixed = constants(table_of(Notice), PROMISED)
        columns += [[value] * len(told) for value in fixed.values()]
        bulk.insert_new(connection, table_of(Notice), (*PROMISED, *fixed), columns)


PROMISED = ("key", "kind", "subject", "recipient", "urgent", "facts", "owed_at", "attend_at")


class Promise(NamedTuple):
    """A notice row about to be born."""

    key: str
    subject: str
    telling: Telling

    def row(self) -> tuple[Any, ...]:
        told = self.telling
        return (
            self.key, told.kind, self.subject, told.recipient, told.urgent, told.facts, told.owed_at, told.owed_at,
        )  # fmt: skip


def promises(step: Step) -> Iterator[Promise]:
    for told in step.tell:
        nth = f".{told.nth}" if told.nth else ""
        yield Promise(f"{step.key}:{told.kind}{nth}:{told.recipient}", step.key, told)
