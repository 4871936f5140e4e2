"""No page leads nowhere: whoever follows the links that a page shows them comes to a page."""

import html
import re
from collections import Counter

import pytest

from tests.web.pages.rig import COORDINATOR, GRID_OFFICER, Town

ALIKE, PAGES_MOST = 2, 500  # of links that differ in what they name alone so many are followed
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
NAMED = re.compile(r"=[^&]*|[^/?&=]*\d[^/?&=]*|(?<=^/units/)[^/?+]+|(?<=^/campaigns/)[^/?+]+")


@pytest.mark.parametrize("person", [COORDINATOR, GRID_OFFICER])
def test_every_link_that_a_reader_is_shown_opens(still_town: Town, person: str) -> None:
    shown, seen, alike = ["/"], {"/"}, Counter[str]()
    dead: list[str] = []
    with still_town.visitor(person) as reader:
        for path in shown:
            answer = reader.get(path, follow_redirects=True)
            if answer.status_code >= 400:
                dead.append(f"{answer.status_code} {path}")
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            for link in dict.fromkeys(map(html.unescape, LINK.findall(answer.text))):
                shape = NAMED.sub("*", link)
                if link in seen or alike[shape] >= ALIKE:
                    continue
                alike[shape] += 1
                seen.add(link)
                shown.append(link)
            assert len(shown) < PAGES_MOST, Counter(NAMED.sub("*", one) for one in shown).most_common(20)
    assert dead == []
    assert len(shown) > 20
