"""The sample town, served on loopback, and a real Chromium that looks at it.

The town is lived once for all workers and copied for each test; browsers are started once for each file of tests,
because Playwright keeps its own loop running in the thread of the tests meanwhile.
"""

import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from service import migrate, settings, signin, store
from service.demo import town as live
from tests.web.house import PASSWORD
from tests.web.pages.rig import Eyes, Town, chromium, served

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # Monday, half past four in the afternoon there
LIVED_WITHIN_SECONDS = 240


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town as a file to copy: lived by whichever worker comes first, waited for by the others."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    file, making = folder / "sample-town.sqlite", folder / "sample-town.making"
    try:
        making.touch(exist_ok=False)
    except FileExistsError:
        ends = time.monotonic() + LIVED_WITHIN_SECONDS
        while not file.exists() and time.monotonic() < ends:
            time.sleep(0.2)
        return file
    engine = store.open_engine(f"sqlite:///{making}.sqlite")
    migrate.upgrade(engine)
    report = live(engine, now=NOW)
    with store.transaction(engine) as session:  # nobody's password is a one-time one any more
        for one in report.accounts:
            signin.add_login(session, one.person, now=NOW, password=PASSWORD)
    engine.dispose()  # the last connection to close writes the log back into the file
    Path(f"{making}.sqlite").rename(file)
    return file


@pytest.fixture
def town(town_file: Path, tmp_path: Path) -> Iterator[Town]:
    """The sample town as it stands on NOW, served for this test alone; its clock may be moved."""
    with copied(town_file, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def still_town(town_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The sample town for tests that only look, shared by those of one file."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("still")
        patch.setenv("ZHIBAN_DATA", str(folder))
        settings.settings.cache_clear()
        with copied(town_file, folder) as made:
            yield made


def copied(file: Path, folder: Path) -> "served":
    shutil.copy(file, folder / "town.sqlite")
    return served(folder / "town.sqlite", NOW)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the test is skipped, but fails where CI runs it."""
    found = chromium()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI has no Chromium: see .ci/run")
        pytest.skip("there is no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
        started = playwright.chromium.launch(executable_path=found, args=quiet)
        yield started
        started.close()


@pytest.fixture
def eyes(town: Town, browser: Browser) -> Iterator[Eyes]:
    """Somebody's eyes and hands on the town of this test."""
    made = Eyes(town, browser)
    yield made
    made.close()


@pytest.fixture
def still_eyes(still_town: Town, browser: Browser) -> Iterator[Eyes]:
    """Somebody's eyes on the town that is only looked at."""
    made = Eyes(still_town, browser)
    yield made
    made.close()
