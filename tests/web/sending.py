"""Forms of pages, filled in and sent without a browser."""

import re
from typing import Any

from httpx import Response

from tests.web.house import Caller
from tests.web.pages.rig import hidden_of


def send(browser: Caller, page: str, action: str, fields: dict[str, str], **more: Any) -> Response:
    """Load a page and send the form on it that goes to `action`, with these fields filled in."""
    loaded = browser.get(page)
    assert loaded.status_code == 200, loaded.text[:300]
    return browser.post(action, data=hidden_of(loaded.text, action) | fields, **more)


def went(answer: Response) -> str:
    assert answer.status_code == 303, re.sub(r"\s+", " ", answer.text)[-3000:]
    return answer.headers["location"]


def faults_of(answer: Response) -> list[str]:
    """What stands beside the fields of a form that was refused."""
    assert answer.status_code == 422, answer.status_code
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r'<p class="fault".*?</p>', answer.text, re.S)]
