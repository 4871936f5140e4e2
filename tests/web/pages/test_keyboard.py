"""The keyboard alone does every act: one of each family, from the skip link to the words that say it is done."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from models import AlertReceipt, Campaign, Hazard, Report, ReportEdition, Swap, Task
from models.kinds import HazardState, ReportState, SwapState, TaskState
from service.couriers import MemoryCourier
from service.notices import delivery
from tests.service.workbooks import PEOPLE, csv
from tests.service.worlds import row, rows
from tests.web.pages.rig import COORDINATOR, INSPECTOR, LEADER, Eyes
from tests.web.pages.warned_town import ALERT, quieten, warn

pytestmark = pytest.mark.browser

FARTHEST = 160
# what has the focus: the element itself, the summary of a closed fold around it, or something else
WHERE = """wanted => {
  const now = document.activeElement;
  if (now === wanted) return "there";
  const fold = now.tagName === "SUMMARY" ? now.parentElement : null;
  return fold && !fold.open && fold.contains(wanted) ? "before its fold" : "elsewhere";
}"""


class Hands:
    """Somebody who has a keyboard and no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.on("dialog", lambda dialog: dialog.accept())

    def open(self, path: str) -> None:
        """Go to a page, and past its navigation by the link that is there for it."""
        self.page.goto(path)
        self.skip()

    def skip(self) -> None:
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def reach(self, wanted: Locator) -> None:
        """Press Tab until it has the focus; a fold around it is opened on the way."""
        for _ in range(FARTHEST):
            where = wanted.evaluate(WHERE)
            if where == "there":
                return
            self.page.keyboard.press("Enter" if where == "before its fold" else "Tab")
            if where == "before its fold":
                self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {wanted}")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        self.reach(wanted)
        self.page.keyboard.press(key)

    def fill(self, wanted: Locator, words: str) -> None:
        self.reach(wanted)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def send(self, action: str, nth: int = 0) -> None:
        """Press the button of the form that goes there, and hear that it is done."""
        self.press(self.form(action).nth(nth).locator("button:not([type=button])").last)
        expect(self.page.locator(".said")).to_be_visible()

    def form(self, action: str) -> Locator:
        return self.page.locator(f"form[action$='{action}']")


@pytest.fixture
def hands(eyes: Eyes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Eyes]:
    """The sample town, of which nobody is rung."""
    monkeypatch.setattr(delivery, "desk", MemoryCourier)
    return eyes


def key_in(path: str) -> str:
    return quote(path, safe="")


def test_a_task_is_handed_in(hands: Eyes) -> None:
    task = next(
        one for one in rows(hands.town.engine, Task) if one.state == TaskState.open and one.kind == "self_check"
    )
    staff = Hands(hands.page(task.assignee))
    staff.open(f"/tasks/{key_in(task.key)}")
    form = staff.form("/submit")
    for mark in form.locator(".marks").all():
        staff.press(mark.locator("input[type=radio]").first, "Space")
    for figure in form.locator("input[type=number]").all():
        staff.fill(figure, "2")
    staff.fill(form.locator("[name=note]"), "键盘提交")
    staff.press(form.locator("button.main").last)
    expect(staff.page.locator(".said")).to_be_visible()
    assert row(hands.town.engine, Task, task.key).state == TaskState.submitted


def test_a_hazard_is_accepted(hands: Eyes) -> None:
    hazard = next(one for one in rows(hands.town.engine, Hazard) if one.state == HazardState.submitted)
    judge = Hands(hands.page(INSPECTOR if hazard.responsible != INSPECTOR else COORDINATOR))
    judge.open(f"/hazards/{hazard.key}")
    judge.send("/accept")
    assert row(hands.town.engine, Hazard, hazard.key).state != HazardState.submitted


def test_a_swap_is_accepted(hands: Eyes) -> None:
    swap = next(one for one in rows(hands.town.engine, Swap) if one.state == SwapState.asked)
    asked = Hands(hands.page(swap.asked_of))
    asked.open("/swaps")
    asked.send("/accept")
    assert row(hands.town.engine, Swap, swap.key).state == SwapState.accepted


def test_a_warning_is_acknowledged(hands: Eyes) -> None:
    quieten(hands.town.engine)
    warn(hands.town.engine, hands.town.now, COORDINATOR)
    receipt = next(one for one in rows(hands.town.engine, AlertReceipt) if one.acknowledged_at is None)
    told = Hands(hands.page(receipt.person))
    told.open(f"/alerts/{ALERT}")
    told.send("/acknowledge")
    assert row(hands.town.engine, AlertReceipt, receipt.key).acknowledged_at is not None


def test_a_report_is_signed(hands: Eyes) -> None:
    report = next(one for one in rows(hands.town.engine, Report) if one.state == ReportState.frozen)
    leader = Hands(hands.page(LEADER))
    leader.open(f"/reports/{key_in(report.key)}")
    leader.send("/sign")
    assert any(one.signed_by == LEADER for one in rows(hands.town.engine, ReportEdition) if one.report == report.key)


def test_a_sheet_is_taken(hands: Eyes) -> None:
    coordinator = Hands(hands.page(COORDINATOR))
    coordinator.open("/imports")
    page = coordinator.page
    kinds = page.locator("form[action='/imports'] [name=kind]").first
    coordinator.reach(kinds)
    kinds.select_option("people")
    sheet = page.locator("[name=sheet]")
    coordinator.reach(sheet)  # the dialog it opens is the system's own
    sheet.set_input_files(
        {
            "name": "人员.csv",
            "mimeType": "text/csv",
            "buffer": csv([PEOPLE, ("n01", "新来的", "yanjing", "", "", "", "")]),
        }
    )
    coordinator.press(page.locator("form[action='/imports'] button").last)
    page.wait_for_url("**/imports/*")
    expect(page.locator("form[action$='/confirm']")).to_be_visible()
    coordinator.press(page.locator("form[action$='/confirm'] button"))
    expect(page.locator(".said")).to_be_visible()


def test_a_campaign_is_paused(hands: Eyes) -> None:
    campaign = next(one for one in rows(hands.town.engine, Campaign) if one.state == "active")
    leader = Hands(hands.page(LEADER))
    leader.open(f"/campaigns/{campaign.key}")
    leader.send("/pause")
    assert row(hands.town.engine, Campaign, campaign.key).state == "paused"
