"""Bad campaign files: each names every fault it has, with its line, its path and why."""

from pathlib import Path

import pytest

from service.campaignfile import read
from service.errors import Refused

GOLDEN = Path(__file__).parents[1] / "golden/campaigns"
GOOD = (GOLDEN / "three-year-2023.yaml").read_text("utf-8")


def faults_of(text: str | bytes) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(text)
    assert str(refused.value) == f"The campaign file has {len(refused.value.faults)} faults"
    return [str(fault) for fault in refused.value.faults]


def changed(good: str, bad: str) -> str:
    assert GOOD.count(good) == 1, f"{good} is to be changed in one place"
    return GOOD.replace(good, bad)


def table() -> list[tuple[str, str, list[str]]]:
    blocks = (GOLDEN / "bad.txt").read_text("utf-8").split("\n\n")
    rows = []
    for block in blocks:
        lines = block.strip("\n").split("\n")
        good, bad, faults = ([line[2:] for line in lines if line[:2].strip() == mark] for mark in "-+!")
        if good:
            rows.append(("\n".join(good), "\n".join(bad), faults))
    return rows


def test_the_table_is_whole() -> None:
    assert len(table()) > 130
    assert all(faults for _, _, faults in table())


@pytest.mark.parametrize(("good", "bad", "faults"), table())
def test_a_bad_file_names_its_lines_and_reasons(good: str, bad: str, faults: list[str]) -> None:
    assert faults_of(changed(good, bad)) == faults


BASIS = "basis: 井安委〔2023〕4号"
BY_HAND = [
    (BASIS, "basis:\n\tx", "line 5: This is not YAML: a line begins with a tab; indent with blanks"),
    (BASIS, "basis: a\x07b", "line 4: There is a character that can't be seen, U+0007"),
    (BASIS, "basis: a\x00b", "line 4: There is a character that can't be seen, U+0000"),
    (BASIS, "basis: a\u2028b", "line 4: There is a character that can't be seen, U+2028"),
    (BASIS, "basis: a\u202eb", "line 4: There is a character that can't be seen, U+202E"),
    (BASIS, "basis: a\ud800b", "line 4: There is a character that can't be seen, U+D800"),
    (BASIS, "basis: " + "长" * 201, "line 4: basis: The text is longer than 200 characters"),
    ("key: three-year-2023", "key: " + "k" * 65, "line 1: key: The key is longer than 64 characters"),
    ("owner: yanjing", "owner: " + "k" * 65, "line 3: owner: A code has no blanks and no / and at most 64 characters"),
    (BASIS, "basis: " + "[" * 12 + "]" * 12, f"line 4: basis{'[0]' * 11}: Nested deeper than 12 levels"),
    ("[30, 90]", f"{list(range(1, 14))}", "line 33: lookback.after_days[12]: More than 12 items"),
]


@pytest.mark.parametrize(("good", "bad", "fault"), BY_HAND)
def test_what_a_table_of_text_cannot_show(good: str, bad: str, fault: str) -> None:
    assert faults_of(changed(good, bad)) == [fault]


def test_all_faults_are_named_at_once_in_the_order_of_their_lines() -> None:
    text = GOOD.replace("every_days: 7", "every_days: 0").replace("key: three-year-2023", "key: a:b")
    text = text.replace("owner: yanjing", "owner: no").replace("level: 4", "level: 40")
    assert faults_of(text) == [
        "line 1: key: A key has letters, digits and - _ . only; : is not one of them",
        "line 3: owner: YAML reads no as false; write it in quotes",
        "line 27: activities[2].when.every_days: 0 is not between 1 and 366",
        "line 39: escalation[3].to.level: 40 is not between 1 and 9",
    ]


def test_approvals_that_wait_for_each_other_are_refused_on_each_line() -> None:
    text = changed("when: {season: flood, every_days: 7}", "when: {on_approval: consultation-day}")
    text = text.replace("when: {date: 2023-06-16}", "when: {on_approval: flood-patrol}")
    assert faults_of(text) == [
        "line 27: activities[2].when.on_approval: flood-patrol waits for its own approval and so never begins",
        "line 32: activities[3].when.on_approval: consultation-day waits for its own approval and so never begins",
    ]


def test_an_approval_before_a_circle_is_not_blamed_for_it() -> None:
    text = changed("when: {season: flood, every_days: 7}", "when: {on_approval: flood-patrol}")
    text = text.replace("when: {date: 2023-06-16}", "when: {on_approval: flood-patrol}")
    assert [fault.partition(":")[0] for fault in faults_of(text)] == ["line 27"]


def test_a_fault_keeps_its_msgid_and_its_facts_apart() -> None:
    with pytest.raises(Refused) as refused:
        read(changed("every_days: 7", "every_days: 0"))
    (fault,) = refused.value.faults
    assert fault.field == "line 27: activities[2].when.every_days"
    assert fault.reason == "{number} is not between {least} and {most}"
    assert fault.facts == {"number": 0, "least": 1, "most": 366}


def test_words_with_braces_stay_words() -> None:
    assert faults_of(changed("kind: inspection", 'kind: "{0} {x!r}"'))[0].startswith(
        "line 14: activities[0].kind: {0} {x!r} is"
    )


def test_an_activity_beyond_the_five_hundredth_is_refused_where_it_stands() -> None:
    row = "  - {{key: a{n}, kind: visit, when: {{event: e}}}}\n"
    head = "key: k\nname: n\nowner: o\nfrom: 2026-01-01\nto: 2026-12-31\nactivities:\n"
    assert len(read(head + "".join(row.format(n=n) for n in range(500))).activities) == 500
    assert faults_of(head + "".join(row.format(n=n) for n in range(501))) == [
        "line 507: activities[500]: More than 500 items"
    ]
