"""The sample town, served on loopback, and a real Chromium that looks at it.

The town is lived once for all workers and copied for each test; browsers are started once for each file of tests,
because Playwright keeps its own loop running in the thread of the tests meanwhile.
"""

import os
import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from service import migrate, settings, store
from tests.web.pages.lived import NOW, live
from tests.web.pages.rig import Eyes, Town, chromium, served

LIVED_WITHIN_SECONDS = 280
expect.set_options(timeout=15_000)  # a photo is made smaller and sent while other tests want the same processors


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the open pages showed is told beside a failure: elsewhere nobody can look again."""
    report = yield
    eyes: Any = getattr(item, "funcargs", {}).get("eyes")
    if report.failed and report.when == "call" and eyes is not None:
        for page in (page for context in eyes.opened for page in context.pages):
            try:
                shown = page.locator("body").inner_text(timeout=2_000)
            except Error as gone:
                shown = str(gone)
            report.sections.append((f"page {page.url}", shown[:3_000]))
    return report


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town as a file to copy: lived by whichever worker comes first, waited for by the others."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    file = folder / "sample-town.sqlite"
    try:
        (folder / "sample-town.begun").touch(exist_ok=False)
    except FileExistsError:
        ends = time.monotonic() + LIVED_WITHIN_SECONDS
        while not file.exists() and time.monotonic() < ends:
            time.sleep(0.2)
        return file
    if "PAGES_TOWN" in os.environ:
        kept = folder / "kept.sqlite"
        shutil.copy(os.environ["PAGES_TOWN"], kept)
        engine = store.open_engine(f"sqlite:///{kept}")
        migrate.upgrade(engine)
        engine.dispose()
        kept.rename(file)
    else:
        live(file)
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


def copied(file: Path, folder: Path) -> AbstractContextManager[Town]:
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


@pytest.fixture(scope="module")
def still_eyes(still_town: Town, browser: Browser) -> Iterator[Eyes]:
    """Somebody's eyes on the town that is only looked at."""
    made = Eyes(still_town, browser)
    yield made
    made.close()
