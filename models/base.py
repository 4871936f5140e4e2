"""What every table shares: the naming convention, the column types, and `Row`."""

from typing import cast

from sqlalchemy import Table, Text
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING

# Keys and paths sort byte by byte on both engines, so that a keyset page and a subtree range mean the same everywhere.
Code = Text().with_variant(Text(collation="C"), "postgresql")

# What no model can say: FTS5's tables of the words that hazards are searched by, and PostgreSQL's index of them.
UNTOLD = ("hazardwords_", "ix_hazardwords_pieces")

# Words of an enum are stored as text: SQLAlchemy's own Enum makes a PostgreSQL type that each new word must migrate.
Word = Text


class Row(SQLModel):
    """A fact. Its `key` is natural and unique; its `version` counts its changes, so that a stale writer is noticed."""

    key: str = Field(primary_key=True, sa_type=Code)
    version: int = Field(default=1)


def table_of(model: type[SQLModel]) -> Table:
    """The SQLAlchemy table behind a model, for statements that read columns and not objects."""
    return cast(Table, model.__dict__["__table__"])


def told_by_models(name: str | None, kind: str, _where: object = None) -> bool:
    """Whether a table or an index of the database is one that the models speak of: the rest is made by revisions."""
    return kind not in ("table", "index") or not str(name).startswith(UNTOLD)
