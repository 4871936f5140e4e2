"""Work, the ledger, look-backs, enforcement and the public's pages as they are seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service import settings
from tests.web.pages.conftest import copied
from tests.web.pages.ledger_town import UNIT, settle
from tests.web.pages.rig import COORDINATOR, GRID_OFFICER, INSPECTOR, LEADER, VIEWER, Eyes, Town

pytestmark = pytest.mark.browser

PAGES = (
    ("/work", GRID_OFFICER, "work-grid"),
    ("/work", INSPECTOR, "work-inspector"),
    ("/work", VIEWER, "work-empty"),
    ("/hazards", COORDINATOR, "hazards"),
    ("/hazards?text=zzzz", COORDINATOR, "hazards-none"),
    ("/hazards?sort=rank&campaign=none&unit=dunduntan", COORDINATOR, "hazards-asked"),
    ("/hazards/print", COORDINATOR, "hazards-print"),
    ("/hazards/new", INSPECTOR, "hazard-new"),
    ("/hazards/H-rebound", COORDINATOR, "hazard-rebound"),
    ("/hazards/H-new", COORDINATOR, "hazard-long"),
    ("/hazards/H-late", LEADER, "hazard-late"),
    ("/hazards/H-submitted", INSPECTOR, "hazard-submitted"),
    ("/hazards/H-major", GRID_OFFICER, "hazard-major"),
    ("/rechecks", COORDINATOR, "rechecks"),
    ("/enforcement", COORDINATOR, "enforcement"),
    ("/enforcement/new?unit=dunduntan&hazard=H-late", INSPECTOR, "enforcement-new"),
    ("/enforcement/E-2026-000001", COORDINATOR, "enforcement-one"),
    (f"/r/{UNIT}", None, "public-report"),
    ("/r/receipt", None, "public-receipt"),
)


@pytest.fixture(scope="module")
def ledger(town_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The sample town with a ledger, only looked at."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("ledger")
        patch.setenv("ZHIBAN_DATA", str(folder))
        settings.settings.cache_clear()
        with copied(town_file, folder) as town:
            settle(town.engine, town.now)
            yield town


@pytest.fixture(scope="module")
def looking(ledger: Town, browser: Browser) -> Iterator[Eyes]:
    made = Eyes(ledger, browser)
    yield made
    made.close()


@pytest.mark.parametrize(("path", "person", "name"), PAGES, ids=[name for _, _, name in PAGES])
def test_a_page_looks_right(looking: Eyes, path: str, person: str | None, name: str) -> None:
    looking.look_at(path, person, name)


def test_a_task_and_a_look_back_look_right(looking: Eyes) -> None:
    page = looking.page(GRID_OFFICER)
    page.goto("/work")
    task = page.locator("a[href^='/tasks/campaign']").first.get_attribute("href")
    assert task
    looking.look_at(task, GRID_OFFICER, "task-open")
    page = looking.page(INSPECTOR)
    page.goto("/work")
    recheck = page.locator("a[href^='/rechecks/']").first.get_attribute("href")
    assert recheck
    looking.look_at(recheck, INSPECTOR, "recheck-open")


def test_what_is_not_there_looks_the_same_to_the_public(looking: Eyes) -> None:
    looking.look_at("/r/nowhere", None, "public-nowhere", status=404)
