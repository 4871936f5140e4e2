"""The schema: bringing a database to the newest revision, and telling whether it is there."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

import models
from models.base import told_by_models

FOLDER = Path(models.__file__).parent / "migrations"
LOCK = 4_210_001  # any number; two processes that migrate at once wait for each other on PostgreSQL


def config(connection: Connection) -> Any:
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision; does nothing when it is there. Waits for another process that does the same."""
    from alembic import command

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        command.upgrade(config(connection), revision)


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """The revision the database is at, and the newest one there is."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
        newest = ScriptDirectory.from_config(config(connection)).get_current_head()
    return at, newest


def drift(engine: Engine) -> list[Any]:
    """What the models say and the schema does not: empty when the migrations are complete."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext
    from sqlmodel import SQLModel

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": told_by_models})
        return [found for found in compare_metadata(context, SQLModel.metadata) if "alembic_version" not in str(found)]
