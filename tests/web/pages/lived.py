"""The sample town as a file: `python -m tests.web.pages.lived FILE` lives it once, and PAGES_TOWN=FILE takes it from
there for as long as one works on pages; it is brought to the newest schema each time.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from service import migrate, store
from service.demo import town
from service.signin import sessions as signin
from tests.web.house import PASSWORD

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # Monday, half past four in the afternoon there


def live(file: Path) -> None:
    """Live the town up to NOW; those who sign in have PASSWORD, and nobody a one-time one."""
    making = file.with_suffix(".making")
    making.unlink(missing_ok=True)
    engine = store.open_engine(f"sqlite:///{making}")
    migrate.upgrade(engine)
    report = town(engine, now=NOW)
    with store.transaction(engine) as session:
        for one in report.accounts:
            signin.add_login(session, one.person, now=NOW, password=PASSWORD)
    engine.dispose()  # the last connection to close writes the log back into the file
    making.rename(file)


if __name__ == "__main__":
    live(Path(sys.argv[1]))
