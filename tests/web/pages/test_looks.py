"""Every page as it is seen: in both languages, at a desk, on a telephone, in the dark."""

import pytest

from tests.web.pages.rig import COORDINATOR, INSPECTOR, Eyes

pytestmark = pytest.mark.browser

PAGES = (
    ("/", COORDINATOR, "board"),
    ("/tasks", COORDINATOR, "tasks"),
    ("/notices", INSPECTOR, "notices"),
    ("/notices?of=all", COORDINATOR, "notices-all"),
    ("/channels", COORDINATOR, "channels"),
    ("/sign-in", None, "sign-in"),
    ("/password", COORDINATOR, "password"),
)


@pytest.mark.parametrize(("path", "person", "name"), PAGES, ids=[name for _, _, name in PAGES])
def test_a_page_looks_right(still_eyes: Eyes, path: str, person: str | None, name: str) -> None:
    still_eyes.look_at(path, person, name)


def test_the_page_of_a_refusal_looks_right(still_eyes: Eyes) -> None:
    still_eyes.look_at("/tasks?unit=nowhere", COORDINATOR, "not-found", status=404)
