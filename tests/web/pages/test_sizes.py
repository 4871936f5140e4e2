"""No page asks more often because there is more: the same statements in a town and in one five times as large."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from service import migrate, store
from tests.bench import page_town
from tests.bench.pages import PAGES, Desk
from tests.service.worlds import counting

SMALL, LARGE = 200, 1_000  # hazards; tasks are twice as many
SEVERAL = re.compile(r"\((\?, )*\?\)")


class Towns(NamedTuple):
    """Desks in a town and in one five times as large."""

    small: Desk
    large: Desk


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Towns]:
    folder = tmp_path_factory.mktemp("sizes")
    with asyncio.Runner() as runner:
        desks = []
        for size in (SMALL, LARGE):
            engine = store.open_engine(f"sqlite:///{folder}/{size}.sqlite")
            migrate.upgrade(engine)
            cookies = page_town.settle(engine)
            page_town.grow(engine, 0, size)
            desks.append(Desk(engine, cookies, runner))
        yield Towns(*desks)
        for desk in desks:
            desk.engine.dispose()


@pytest.mark.parametrize("name", list(PAGES))
def test_five_times_as_much_is_asked_with_as_many_statements(towns: Towns, name: str) -> None:
    person, path = PAGES[name]
    asked = []
    for desk in towns:
        desk.page(person, path)  # what is only learnt once
        with counting(desk.engine) as sent:
            desk.page(person, path)
        texts = (text for text, _ in sent if not text.startswith(("BEGIN", "PRAGMA")))
        asked.append(Counter(SEVERAL.sub("(?)", text) for text in texts))
    small, large = asked
    again = {text: times for text, times in large.items() if times > max(1, small[text])}
    assert again == {}
    # a page of which the small town has nothing to say may look up names once more
    assert large.total() <= small.total() + 1
