"""Hazards found by a piece of their words (description, place, code), be it a single sign, as cheaply in a long ledger.

`HazardWords` has the words of each in small letters, and an index every three signs of them that follow one another.
Three signs and more are looked up as they are, FTS5 even in their order; one or two begin some piece. Only few are
gathered: where there are many the ledger is walked, and a page is soon full.
"""

from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import orjson
from sqlalchemy import Boolean, Connection, Text, and_, any_, bindparam, case, cast, column, func, or_, select, table
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, col

from models import Hazard, HazardWords
from models.base import table_of

PIECE = 3
SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
LAST = "\U0010ffff" * PIECE  # follows whatever a piece may go on with
# of so many that came last, so many that hold it say that it is no rare thing
LATELY, OFTEN = 1_000, 50
PIECES, TERMS = table("hazardwords_pieces", column("rowid")), table("hazardwords_terms", column("term"), column("doc"))


class Holds(FunctionElement[bool]):
    """Words hold a text of small letters; A to Z are the same as a to z, whatever the database's language."""

    type = Boolean()
    inherit_cache = True


@compiles(Holds, "sqlite")
def holds_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    words, wanted = (compiler.process(one, **options) for one in element.clauses)
    return f"(instr(lower({words}), {wanted}) > 0)"


@compiles(Holds, "postgresql")
def holds_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    words, wanted = (compiler.process(one, **options) for one in element.clauses)
    return f'(strpos(lower({words} COLLATE "C"), {wanted}) > 0)'


def small(text: str) -> str:
    """A text in small letters: A to Z only, as both databases have it."""
    return text.translate(SMALL)


def holding(text: str) -> Any:
    """The hazard has the text in its description, its place or its code."""
    wanted: Any = bindparam("text", small(text))
    return or_(*(Holds(col(words), wanted) for words in (Hazard.description, Hazard.place, Hazard.key)))


def few_holding(session: Session | Connection, text: str, few: int) -> Sequence[str] | None:
    """The keys of the hazards that have it, None where they are more than a few."""
    wanted = small(text)
    keys = select(col(HazardWords.key))
    if in_sqlite(session):
        some = keys.where(col(HazardWords.id).in_(numbers_of(wanted).limit(few + 1)))
        found: Sequence[str] | None = session.execute(some).scalars().all()
    else:
        some = keys.where(looked_up(wanted)).limit(few + 1)
        found = session.execute(select(case((often(wanted), None), else_=func.array(some.scalar_subquery())))).scalar()
    return found if found is not None and len(found) <= few else None


def among(session: Session | Connection, keys: Sequence[str], column: Any = Hazard.key) -> Any:
    """The hazard, or what another column names, is one of these, said as one value however many they are."""
    if in_sqlite(session):
        each = func.json_each(bindparam("keys", orjson.dumps(keys).decode())).table_valued("value")
        return col(column).in_(select(each.c.value))
    return col(column) == any_(bindparam("keys", list(keys), type_=ARRAY(Text)))


def in_sqlite(session: Session | Connection) -> bool:
    bind = session.get_bind() if isinstance(session, Session) else session
    return bind.dialect.name == "sqlite"


def numbers_of(wanted: str) -> Any:
    """The numbers of words that hold a text, one by one as FTS5 comes upon them."""
    if len(wanted) < PIECE:
        begins = (TERMS.c.term >= bindparam("first", wanted), TERMS.c.term < bindparam("last", wanted + LAST))
        return select(TERMS.c.doc).where(*begins).distinct()
    quoted = wanted.replace('"', '""')
    return select(PIECES.c.rowid).where(column("hazardwords_pieces").op("MATCH")(bindparam("pieces", f'"{quoted}"')))


def looked_up(wanted: str) -> Any:
    """The words have every piece of a text, and the text itself."""
    if len(wanted) < PIECE:
        asked = f"{quoted(wanted)}:*"
    else:
        pieces = (wanted[at : at + PIECE] for at in range(len(wanted) - PIECE + 1))
        asked = " & ".join(map(quoted, dict.fromkeys(pieces)))
    has_all = func.pieces_of(col(HazardWords.words)).op("@@")(cast(bindparam("pieces", asked), TSQUERY))
    return and_(has_all, func.strpos(col(HazardWords.words), bindparam("text", wanted)) > 0)


def quoted(piece: str) -> str:
    """A piece as PostgreSQL reads it in a question."""
    doubled = piece.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def often(wanted: str) -> Any:
    """Many of those that came last have it: GIN would gather all of a long ledger before it gave the first."""
    words = table_of(HazardWords)
    last = select(words.c.words).order_by(words.c.id.desc()).limit(LATELY).subquery()
    having = func.count().filter(func.strpos(last.c.words, bindparam("text", wanted)) > 0)
    return select(and_(func.count() >= LATELY, having >= OFTEN)).select_from(last).scalar_subquery()
