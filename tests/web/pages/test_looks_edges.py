"""Pages at their edges as they are seen: a town without anything, a deep tree, long names, and every refusal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import text

from models import Campaign, Person, Unit
from service import migrate, people, settings, store
from service.access import SYSTEM
from service.rules.steps import change
from tests.service import towns
from tests.service.worlds import rows
from tests.web.pages.conftest import copied
from tests.web.pages.lived import NOW
from tests.web.pages.rig import COORDINATOR, LEADER, LOCALES, VIEWER, Eyes, Town, served

pytestmark = pytest.mark.browser

EMPTY = (
    "/", "/work", "/tasks", "/hazards", "/rechecks", "/notices", "/campaigns", "/checklists", "/duty", "/duties",
    "/alerts", "/incidents", "/reports", "/meetings", "/letters", "/projects", "/documents", "/stores", "/teams",
    "/lists", "/imports", "/journal", "/calendar", "/enforcement", "/swaps", "/absences", "/feeds", "/channels",
)  # fmt: skip
SHOWN_EMPTY = ("/", "/work", "/hazards", "/duty", "/duties", "/campaigns", "/projects", "/reports", "/imports")
DEEP = ("deep1", "deep2", "deep3", "deep4")
LONG_UNIT, LONG_PERSON = "大寨子沟村第三网格沿河片区安全生产责任", "欧阳𠮷祥·买买提江·阿卜杜拉依木江诺夫"
SUBMIT = """([action, fields]) => {
  const form = document.createElement("form");
  form.method = "post"; form.action = action;
  const token = document.querySelector("input[name=token]").value;
  for (const [name, value] of Object.entries({ token, once: `${Math.random()}`, ...fields })) {
    const one = document.createElement("input");
    one.type = "hidden"; one.name = name; one.value = value; form.append(one);
  }
  document.body.append(form); form.submit();
}"""


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("edges")
        patch.setenv("ZHIBAN_DATA", str(folder))
        settings.settings.cache_clear()
        yield folder
    settings.settings.cache_clear()


@pytest.fixture(scope="module")
def edged(town_file: Path, own_folder: Path) -> Iterator[Town]:
    """The sample town with units six deep and names of twenty signs."""
    with copied(town_file, own_folder) as town:
        deepen(town)
        yield town


def deepen(town: Town) -> None:
    with store.transaction(town.engine) as session:
        above = "dunduntan"
        for code in DEEP:
            people.add_unit(
                session, SYSTEM, now=town.now, code=code, name=f"{LONG_UNIT}{code[-1]}", kind="grid", parent=above
            )
            above = code
        for table, key, name in ((Person, COORDINATOR, LONG_PERSON), (Unit, "xiangquan", LONG_UNIT)):
            found = session.get(table, key)
            assert found is not None
            step = change(table, key, found.version, "named", {"name": name})
            store.require(session, [step], now=town.now, by="tests")


@pytest.fixture(scope="module")
def looking(edged: Town, browser: Browser) -> Iterator[Eyes]:
    eyes = Eyes(edged, browser)
    yield eyes
    eyes.close()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/units?open=all", "units-deep"), (f"/units/{DEEP[-1]}", "unit-deep"),
        (f"/units/{DEEP[0]}/chain", "chain-deep"), (f"/people/{COORDINATOR}", "person-long"), ("/duties", "duties"),
        ("/", "board-long"), ("/projects", "projects"),
        ("/projects/+new", "project-new"), ("/imports", "imports"), ("/people", "people"), ("/journal", "journal"),
        ("/checklists", "checklists"), ("/calendar", "calendar"), ("/tokens", "tokens"), ("/people/+new", "person-new"),
        ("/units/+new", "unit-new"), ("/meetings", "meetings"), ("/rechecks?state=missed", "rechecks-missed"),
    ],
)  # fmt: skip
def test_a_page_with_long_names_looks_right(looking: Eyes, path: str, name: str) -> None:
    looking.look_at(path, COORDINATOR, name)


def send(page: Page, action: str, **fields: str) -> None:
    with page.expect_navigation():
        page.evaluate(SUBMIT, [action, fields])


def test_every_refusal_looks_right(looking: Eyes, edged: Town) -> None:
    campaign = next(one.key for one in rows(edged.engine, Campaign) if one.state == "active")
    looking.look_at("/units/+new", VIEWER, "refused-403", status=403)
    looking.look_at("/tasks/nothing", COORDINATOR, "refused-404", status=404)
    looking.look_at("/tasks?due_before=x&kind=y", COORDINATOR, "refused-422", status=422)
    for locale in LOCALES:
        page, _ = looking.window(LEADER, locale)
        page.goto("/tokens")
        send(page, f"/campaigns/{campaign}/activate")
        looking.look_over(page, locale, "refused-409")
        page.goto("/channels")
        send(page, "/channels", address="ftp://x", rank="900")
        looking.look_over(page, locale, "refused-beside")
        page, _ = looking.window(None, locale)
        for n in range(7):
            page.goto("/r/yanjing")
            send(page, "/r/yanjing", text=f"{locale} {n}")
        looking.look_over(page, locale, "refused-429")
    with edged.engine.begin() as connection:  # the last look at this town: its calendar can't be read any more
        connection.execute(text("UPDATE season SET from_on = 'no day'"))
    looking.look_at("/calendar", COORDINATOR, "refused-500", status=500)


@pytest.fixture(scope="module")
def empty_town(own_folder: Path) -> Iterator[Town]:
    """A town of a few people where nothing has been done yet."""
    file = own_folder / "empty.sqlite"
    engine = store.open_engine(f"sqlite:///{file}")
    migrate.upgrade(engine)
    with store.transaction(engine) as session:
        towns.settle(session, NOW)
    engine.dispose()
    with served(file, NOW) as town:
        yield town


def test_an_empty_town_says_what_to_do_next(empty_town: Town, browser: Browser) -> None:
    with empty_town.visitor("y01", "en") as visitor:
        for path in EMPTY:
            answer = visitor.get(path)
            assert answer.status_code == 200, path
            assert "<h1" in answer.text, path
    eyes = Eyes(empty_town, browser)
    for path in SHOWN_EMPTY:
        eyes.look_at(path, "y01", f"empty-{path.strip('/') or 'board'}")
    eyes.close()
