"""Campaign files meant to hurt, and anything at all: Refused or a plan, soon."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.campaignfile import read
from service.errors import Refused
from service.rules.plan import Plan

GOLDEN = Path(__file__).parents[1] / "golden/campaigns"
GOOD = (GOLDEN / "three-year-2023.yaml").read_text("utf-8")
FILES = [path.read_text("utf-8") for path in sorted(GOLDEN.iterdir()) if path.suffix != ".txt"]
LEAST = "key: k\nname: n\nowner: o\nfrom: 2026-01-01\nto: 2035-12-31\n"
SOON = 3.0  # seconds of processor time, on a busy machine


def faults_of(text: str | bytes) -> list[str]:
    began = time.process_time()
    with pytest.raises(Refused) as refused:
        read(text)
    assert time.process_time() - began < SOON
    return [str(fault) for fault in refused.value.faults]


def test_a_megabyte_is_refused_before_it_is_parsed() -> None:
    began = time.process_time()
    assert faults_of(GOOD + "# " + "长" * 350_000) == ["line 1: The file is larger than 256 KB"]
    assert faults_of(b"[" * 1_000_000) == ["line 1: The file is larger than 256 KB"]
    assert faults_of("\ud800" * 200_000) == ["line 1: The file is larger than 256 KB"]
    assert time.process_time() - began < 0.2


def test_aliases_that_would_multiply_are_never_followed() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    faults = faults_of(bomb)
    assert faults[0] == "line 1: a: Anchors (&a) are not allowed: write it out where it is needed"
    assert "line 2: b[0]: Aliases (*a) are not allowed: write it out" in faults


def test_an_alias_that_holds_itself() -> None:
    assert "line 6: phases[0]: Aliases (*a) are not allowed: write it out" in faults_of(LEAST + "phases: &a [*a]\n")


def test_merge_keys_are_unknown_keys() -> None:
    faults = faults_of(LEAST + "targets: {<<: {within: x}}\n")
    assert faults == ["line 6: targets.<<: Unknown key <<; known here: within, kinds, sectors, tags, min_risk"]


@pytest.mark.parametrize("opened", ["[", "{a: ", "- ", "? ", "{? ", "[{"])
def test_depth_ends_at_twelve(opened: str) -> None:
    faults = faults_of(opened * (200_000 // len(opened)))
    assert len(faults) == 1
    assert faults[0].endswith("Nested deeper than 12 levels")


@pytest.mark.parametrize(
    ("tagged", "tag"),
    [
        ("name: !!python/object/apply:os.system [ls]", "tag:yaml.org,2002:python/object/apply:os.system"),
        ("name: !x y", "!x"),
        ("name: ! y", "!"),
        ("phases: !!seq []", "tag:yaml.org,2002:seq"),
        ("targets: !!map {}", "tag:yaml.org,2002:map"),
        ("!!str basis: x", "tag:yaml.org,2002:str"),
    ],
)
def test_tags_make_nothing(tagged: str, tag: str) -> None:
    faults = faults_of(LEAST.replace("name: n\n", "") + tagged)
    assert [fault for fault in faults if fault.startswith("line 5: ") and f"Tags ({tag}) are not allowed" in fault]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (GOOD.encode("gb18030"), "line 2: The file is not UTF-8 text: save it as UTF-8"),
        (GOOD.encode("utf-16"), "line 1: The file is not UTF-8 text: save it as UTF-8"),
        (GOOD.encode("utf-16-le"), "line 2: The file is not UTF-8 text: save it as UTF-8"),
        (b"", "line 1: The file is empty"),
        (b"# nothing but words\n", "line 1: The file is empty"),
        ("", "line 1: The file is empty"),
        ("安全生产", "line 1: A mapping is expected here (key: value)"),
        ("- a\n- b", "line 1: A mapping is expected here (key: value)"),
        ("key：three-year", "line 1: There is a Chinese colon (：) where : and a blank belong"),
        ('{"key": "\\ud800"}', "line 1"),
        (
            "%TAG ! tag:x,2026:\n--- {}\n...\n---\n{}\n",
            "line 4: A second document begins here",
        ),
    ],
)
def test_what_is_no_campaign_file_at_all(raw: str | bytes, fault: str) -> None:
    assert any(f.startswith(fault) for f in faults_of(raw))


def test_the_two_hundredth_fault_ends_the_reading() -> None:
    faults = faults_of("".join(f"k{n}: x\n" for n in range(20_000)))
    assert len(faults) == 201
    assert "Only the first 200 faults are named; there are more" in faults[-1]


def test_costly_rules_are_cheap_to_refuse() -> None:
    rule = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY={day};UNTIL=2027{month:02}01"
    row = "  - {{key: a{n}, kind: visit, when: {{rrule: {rule}}}}}\n"
    rules = [rule.format(day="MO", month=n % 12 + 1) for n in range(500)]
    faults = faults_of(LEAST + "activities:\n" + "".join(row.format(n=n, rule=r) for n, r in enumerate(rules)))
    assert faults[0].endswith("The rule gives no day between 2026-01-01 and 2035-12-31")


def test_a_file_full_of_rules_that_hold_is_read_soon() -> None:
    row = '  - {{key: a{n}, kind: visit, when: {{rrule: "FREQ=YEARLY;BYMONTH=12;BYDAY=-1SU;INTERVAL=5"}}}}\n'
    began = time.process_time()
    assert len(read(LEAST + "activities:\n" + "".join(row.format(n=n) for n in range(500))).activities) == 500
    assert time.process_time() - began < SOON


def read_or_refuse(text: str | bytes) -> None:
    """Anything but these two is an error of ours; every refusal can be said in words and names its lines."""
    words = ["line 1"]
    try:
        assert isinstance(read(text), Plan)
    except Refused as refused:
        words = [str(fault) for fault in refused.faults]
    assert words
    assert all(word.startswith("line ") for word in words)


@settings(max_examples=300, deadline=timedelta(seconds=SOON))
@given(st.one_of(st.text(), st.binary(), st.text(alphabet="[]{}:,-?&*!|>'\"%@#=~<\n\t ab01.年", max_size=200)))
def test_anything_is_refused_in_words(text: str | bytes) -> None:
    read_or_refuse(text)


TOKENS = [
    *":-[]{},&*!|>'\"%#~=\n\t：",
    *("null", "no", "on", "010", "1:30", "0x_", "1_0", ".inf", "-1", "9" * 20, "2026-02-30", "<<", "!!int"),
    *("key", "kind", "when", "holiday", "rrule", "season", "date", "on_approval", "event", "days", "to:", "from:"),
    *("FREQ=DAILY", ";INTERVAL=0"),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good file in which a few stretches are lost, doubled or overwritten."""
    text = draw(st.sampled_from(FILES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.integers(0, 30)), len(text))
        put = draw(st.one_of(st.sampled_from(TOKENS), st.just(text[start:end] * 2), st.text(max_size=6)))
        text = text[:start] + put + text[end:]
    return text


@settings(max_examples=400, deadline=timedelta(seconds=SOON))
@given(mutated())
def test_a_mutated_good_file_is_read_or_refused(text: str) -> None:
    read_or_refuse(text)
