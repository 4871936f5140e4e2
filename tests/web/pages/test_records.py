"""Pages of meetings, letters, documents, stores, teams and lists: seen by people, and worked through with a mouse."""

import io
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from docx import Document
from playwright.sync_api import Browser

from models import Attendance, Evidence, Meeting, PlanDocument, Signature, StoreItem, Task, TeamMember, UnitTag
from service import settings
from service.people.offered import OFFERED
from tests.service.worlds import row, rows
from tests.web.pages.conftest import copied
from tests.web.pages.kept_town import DOCUMENT, ITEM, LETTER, LIST, MEETING, TASK, keep
from tests.web.pages.rig import COORDINATOR, INSPECTOR, LEADER, PHONE, VIEWER, Eyes, Town
from tests.web.pages.warned_town import TOWN, VILLAGE

pytestmark = pytest.mark.browser

PAGES = (
    ("/meetings", COORDINATOR, "meetings"),
    (f"/meetings/{MEETING}", COORDINATOR, "meeting"),
    ("/letters", COORDINATOR, "letters"),
    ("/letters/+new", COORDINATOR, "letter-new"),
    (f"/letters/{LETTER}", COORDINATOR, "letter"),
    (f"/letters/tasks/{TASK}", COORDINATOR, "letter-of-a-village"),
    ("/documents", COORDINATOR, "documents"),
    ("/documents/+new", COORDINATOR, "document-new"),
    (f"/documents/{DOCUMENT}", COORDINATOR, "document"),
    ("/stores", COORDINATOR, "stores"),
    ("/stores/+new", COORDINATOR, "store-new"),
    (f"/stores/{ITEM}", COORDINATOR, "store"),
    (f"/teams?unit={TOWN}", COORDINATOR, "teams"),
    ("/lists", COORDINATOR, "lists"),
    (f"/lists/{LIST}", COORDINATOR, "list"),
)


@pytest.fixture(scope="module")
def kept(town_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The sample town with its records, only looked at."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("kept")
        patch.setenv("ZHIBAN_DATA", str(folder))
        settings.settings.cache_clear()
        with copied(town_file, folder) as town:
            keep(town.engine, town.now)
            yield town
    settings.settings.cache_clear()


@pytest.fixture(scope="module")
def kept_eyes(kept: Town, browser: Browser) -> Iterator[Eyes]:
    eyes = Eyes(kept, browser)
    yield eyes
    eyes.close()


@pytest.mark.parametrize(("path", "person", "name"), PAGES, ids=[name for _, _, name in PAGES])
def test_a_page_looks_right(kept_eyes: Eyes, path: str, person: str, name: str) -> None:
    kept_eyes.look_at(path, person, name)


@pytest.mark.parametrize("path", [path for path, _, _ in PAGES if "new" not in path])
def test_a_page_asks_little_of_the_database(kept: Town, path: str) -> None:
    with kept.visitor(COORDINATOR) as visitor:
        assert len(visitor.statements(path)) <= 26


def test_a_letter_is_signed_on_a_phone(town: Town, eyes: Eyes) -> None:
    """Whoever it was given to reads the text, says yes once more, and has signed; nobody else finds a button."""
    keep(town.engine, town.now)
    holder = letter_holder(town)
    other = eyes.page(INSPECTOR, "zh_CN", PHONE)
    other.goto(f"/letters/tasks/{TASK}")
    assert other.locator("form[action*='/letters/tasks/']").count() == 0
    page = eyes.page(holder, "zh_CN", PHONE)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/letters/tasks/{TASK}")
    shown = page.locator("article").inner_text()
    page.get_by_role("button", name="签订").click()
    page.wait_for_selector("text=您已签订")
    (kept_one,) = rows(town.engine, Signature)
    assert (kept_one.person, kept_one.sha256) == (holder, sha256(kept_one.text.encode()).hexdigest())
    assert kept_one.text.split() == shown.split()
    assert page.locator(f"text={kept_one.sha256}").count() == 1


def test_the_task_leads_to_the_letter_the_meeting_and_the_report(kept: Town) -> None:
    with kept.visitor(COORDINATOR) as coord:
        assert f"/letters/tasks/{quote(TASK)}" in coord.get(f"/tasks/{quote(TASK)}").text
        assert f"/meetings/{quote(MEETING)}" in coord.get(f"/tasks/{quote(MEETING)}").text


def test_letters_are_printed_for_all_units(kept: Town) -> None:
    with kept.visitor(COORDINATOR) as coord:
        all_of_them = coord.get(f"/letters/{quote(LETTER)}/paper")
        paper = Document(io.BytesIO(all_of_them.content))
        lines = [one.text for one in paper.paragraphs]
        owed = rows(kept.engine, Task)
        assert sum(one.style.name == "Paper title" for one in paper.paragraphs) == sum(
            one.activity == TASK.removeprefix("campaign:").rsplit(":", 2)[0] and one.state != "cancelled"
            for one in owed
        )
        assert any(line.endswith("（盖章）") for line in lines)
        one = Document(io.BytesIO(coord.get(f"/letters/{quote(LETTER)}/paper?task={quote(TASK)}").content))
        assert sum(part.style.name == "Paper title" for part in one.paragraphs) == 1
        assert coord.get(f"/letters/{quote(LETTER)}/paper?task=none").status_code == 404


def test_a_letter_is_written_for_an_activity_that_is_chosen(town: Town) -> None:
    keep(town.engine, town.now)
    activity = LETTER.rsplit(":", 2)[0]
    fields = {"activity": activity, "year": "2026", "title": "责任书（修订）", "text": "由{unit}的{person}签订。"}
    with town.visitor(COORDINATOR) as coord:
        assert f'value="{activity}"' in coord.get("/letters/+new").text
        assert coord.send_form("/letters/+new", "/letters/+new", fields).status_code == 303
        assert coord.send_form("/letters/+new", "/letters/+new", fields | {"activity": "office:x"}).status_code == 422
        assert "责任书（修订）" in coord.get("/letters").text


def letter_holder(town: Town) -> str:
    return str(row(town.engine, Task, TASK).assignee)


def test_a_meeting_is_signed_in_to_held_and_written_up(town: Town) -> None:
    keep(town.engine, town.now)
    way = f"/meetings/{quote(MEETING)}"
    with town.visitor(LEADER) as leader:
        assert leader.send_form(way, f"{way}/sign-in", {}).status_code == 303
    with town.visitor(COORDINATOR) as coord:
        refused = coord.send_form(way, f"{way}/hold", {})
        assert refused.status_code == 422, "a party is missing"
        assert "镇安委办" in refused.text
        assert coord.send_form(way, f"{way}/attendance/3", {"mark": "excused", "reason": "外出"}).status_code == 303
        assert coord.send_form(way, f"{way}/attendance/4", {"mark": "signed_in", "reason": "外出"}).status_code == 303
        marked = {one.key.rpartition(":")[2]: (one.mark, one.reason) for one in rows(town.engine, Attendance)}
        assert (marked["3"], marked["4"]) == (("excused", "外出"), ("signed_in", ""))
        assert coord.send_form(way, f"{way}/hold", {}).status_code == 303
        assert coord.send_form(way, f"{way}/minutes", {"text": "会议纪要"}).status_code == 303
    meeting = row(town.engine, Meeting, MEETING)
    assert (meeting.minutes, meeting.attend_at) == ("会议纪要", None)


def test_a_document_is_revised_with_its_file(town: Town) -> None:
    keep(town.engine, town.now)
    way = f"/documents/{quote(DOCUMENT)}"
    fields = {"revised_on": "2026-11-20", "next_revision_on": "2027-11-20", "note": "全面修订"}
    paper = {"file": ("plan.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    new = {"title": "防火预案", "kind": "应急预案", "unit": VILLAGE, "code": "fire", "revised_on": "2026-01-01"}
    with town.visitor(COORDINATOR) as coord:
        assert coord.send_form(way, f"{way}/revise", fields, files=paper).status_code == 303
        assert str(row(town.engine, PlanDocument, DOCUMENT).next_revision_on) == "2027-11-20"
        kept_files = [one.media_type for one in rows(town.engine, Evidence) if one.subject == DOCUMENT]
        assert kept_files == ["application/pdf"]
        wrong = fields | {"next_revision_on": "2020-01-01"}
        assert coord.send_form(way, f"{way}/revise", wrong).status_code == 422
        assert coord.send_form("/documents/+new", "/documents/+new", new).status_code == 303
        assert coord.send_form(way, f"{way}/retire", {"reason": "并入总体预案"}).status_code == 303


def test_stores_are_counted(town: Town) -> None:
    keep(town.engine, town.now)
    way = f"/stores/{quote(ITEM)}"
    new = {"name": "沙袋", "unit": VILLAGE, "quantity": "500", "unit_word": "只", "minimum": "100"}
    with town.visitor(COORDINATOR) as coord:
        assert coord.send_form(way, f"{way}/count", {"quantity": "3.5", "note": "补购"}).status_code == 303
        item = row(town.engine, StoreItem, ITEM)
        assert (item.quantity, item.short_since_at) == (3.5, None)
        assert coord.send_form(way, f"{way}/count", {"quantity": "-1"}).status_code == 422
        assert coord.send_form("/stores/+new", "/stores/+new", new).status_code == 303
        assert coord.send_form(way, f"{way}/strike", {"reason": "报废"}).status_code == 303


def test_teams_and_lists_are_changed(town: Town) -> None:
    keep(town.engine, town.now)
    way = f"/lists/{LIST}"
    new = {"person": INSPECTOR, "unit": TOWN, "role": "安全监管员"}
    with town.visitor(COORDINATOR) as coord:
        assert coord.send_form("/teams", "/teams", new).status_code == 303
        assert coord.send_form("/teams", "/teams", new).status_code == 409
        member = next(one.key for one in rows(town.engine, TeamMember) if one.person == INSPECTOR)
        assert coord.send_form("/teams", f"/teams/{quote(member)}/leave", {}).status_code == 303
        assert coord.send_form(way, f"{way}/units", {"unit": "dashuitou", "reason": "临崖"}).status_code == 303
        assert coord.send_form(way, f"{way}/units/{VILLAGE}/take-off", {}).status_code == 303
        listed = {"name": "新名单", "tag": "fresh", "owner": TOWN}
        assert coord.send_form("/lists", "/lists", listed).status_code == 303
    ended = {one.unit: one.until_on for one in rows(town.engine, UnitTag) if one.tag == LIST}
    assert ended["dashuitou"] is None
    assert str(ended[VILLAGE]) == "2026-11-23"


OFFERING = (
    ("/stores/+new", {"units": VILLAGE, "staff": INSPECTOR}),
    ("/documents/+new", {"units": VILLAGE, "staff": INSPECTOR}),
    ("/projects/+new", {"units": VILLAGE}),
    (f"/meetings/{MEETING}", {"staff": INSPECTOR}),
    ("/teams", {"units": VILLAGE, "staff": INSPECTOR}),
    (f"/lists/{LIST}", {"units": VILLAGE}),
    ("/lists", {"units": VILLAGE}),
    ("/reports/+new", {"units": VILLAGE}),
)


@pytest.mark.parametrize(
    ("path", "offered"), OFFERING, ids=[path.split("/")[1] + str(n) for n, (path, _) in enumerate(OFFERING)]
)
def test_names_are_offered_where_a_code_is_typed(kept: Town, path: str, offered: dict[str, str]) -> None:
    with kept.visitor(COORDINATOR) as visitor:
        text = visitor.get(path).text
    for name, code in offered.items():
        assert text.count(f'list="{name}"') >= 1
        (inside,) = re.findall(rf'<datalist id="{name}">(.*?)</datalist>', text)
        assert re.search(rf'<option value="{code}">[^<]+</option>', inside)
        assert inside.count("<option") <= OFFERED


def test_a_reader_is_offered_only_what_they_see(kept: Town) -> None:
    with kept.visitor(VIEWER) as visitor:
        above = visitor.get("/stores/+new").text
    with kept.visitor(COORDINATOR) as visitor:
        beneath = visitor.get("/stores/+new").text
    for code in ("jingyan", VIEWER):
        assert f'<option value="{code}">' in above
        assert f'<option value="{code}">' not in beneath
