"""Every page says of each field what it is, and no act on it hangs on a mouse: a walk over all served pages."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from service.web import statics
from service.web.form_marks import FormMarks
from tests.web.pages.rig import COORDINATOR, Town
from tests.web.pages.routes import Samples, routes

PAGES = [one.path for one in routes() if one.method == "GET" and not one.path.startswith("/favicon")]
NAMING = ("for", "aria-describedby", "aria-labelledby", "list", "aria-controls", "form")
SAY_THEMSELVES = ("hidden", "submit", "button")
REACHED_BY_KEYS = ("a", "button", "input", "select", "textarea", "summary")
ACTING = {"data-sure", "data-add", "data-remove", "formaction", "data-busy"}
STATIC = Path(statics.__file__).parents[1] / "static"


class Marked(HTMLParser):
    """The ids of a page, what is named by them, fields that are named by nothing, and acts that keys don't reach."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.named: set[tuple[str, str]] = set()
        self.fields: list[tuple[str, dict[str, str]]] = []
        self.forms: list[list[str]] = []
        self.inside = 0
        self.beyond_keys: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids.update([told["id"]] if "id" in told else [])
        self.named |= {(name, one) for name in NAMING for one in told.get(name, "").split()}
        self.inside += tag == "label"
        if tag == "form":
            self.forms.append([told.get("action", ""), told.get("method", "get")])
        if tag == "button" and told.get("type", "submit") == "submit" and self.forms:
            self.forms[-1].append("button")
        shown = tag in ("input", "select", "textarea") and "hidden" not in told
        if shown and not self.inside and told.get("type") not in SAY_THEMSELVES:
            self.fields.append((self.get_starttag_text() or tag, told))
        acts = ACTING & set(told) and tag not in ("form", *REACHED_BY_KEYS)
        plays = told.get("role") in ("button", "link") and tag not in REACHED_BY_KEYS
        if acts or plays or "draggable" in told or told.get("tabindex", "0") not in ("0", "-1"):
            self.beyond_keys.append(self.get_starttag_text() or tag)

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "label"

    def faults(self) -> list[str]:
        """What is wrong with the page, each in a few words."""
        labels = {one for name, one in self.named if name == "for"}
        said = ("aria-label", "aria-labelledby")
        nameless = [
            text
            for text, told in self.fields
            if told.get("id") not in labels and not any(told.get(one) for one in said)
        ]
        return [
            *(f"id {one} comes {many} times" for one, many in self.ids.items() if many > 1),
            *(f"{name}={one} points at nothing" for name, one in sorted(self.named) if one not in self.ids),
            *(f"nothing says what this is: {text[:120]}" for text in nameless),
            *(f"keys don't reach this: {text[:120]}" for text in self.beyond_keys),
            *(f"no button sends the form to {form[0]}" for form in self.forms if "button" not in form),
        ]


def test_every_field_is_named_and_every_act_is_within_reach_of_keys(still_town: Town) -> None:
    samples = Samples(still_town)
    wrong: dict[str, list[str]] = {}
    seen = 0
    with still_town.visitor(COORDINATOR) as visitor:
        for page in PAGES:
            answer = visitor.get(samples.address(page) if "{" in page else page)
            if answer.headers.get("content-type", "").startswith("text/html"):
                seen += 1
                if found := Marked(answer.text).faults():
                    wrong[page] = found
    assert wrong == {}
    assert seen > 60


def test_scripts_act_on_what_keys_reach() -> None:
    """A script listens to clicks on buttons alone, and nothing waits for a drag or for a mouse."""
    for script in STATIC.glob("*.js"):
        text = script.read_text("utf-8")
        assert not re.search(r"[\"'](drag\w*|drop|mouse\w*|dblclick|touch\w*|contextmenu)[\"']", text), script.name
        clicked = re.findall(r"(.*)\.addEventListener\(\"click\"", text)
        fits = re.compile(r"\b(button|remove|document)$|\[data-add=")
        assert [line for line in clicked if not fits.search(line)] == [], script.name


def test_the_checks_of_this_file_find_what_they_look_for() -> None:
    bad = """<form action="/x"><label for="a">A</label><input id="b"><input id="b">
      <div role="button" tabindex="3">Go</div><tr draggable="true"></tr></form>"""
    assert len(Marked(bad).faults()) == 7
    assert Marked('<form><label>A <input></label><button></button><input type="hidden"></form>').faults() == []


class Came:
    path = "/hazards/井:1/extend"


def test_a_form_refused_keeps_its_words_to_itself() -> None:
    marks = FormMarks(Came())
    assert marks.refused(), "outside any form it is said for the whole page"
    marks.begin("/hazards/%E4%BA%95%3A1/extend?x=1")
    assert marks.refused()
    assert [marks.mark("reason"), marks.mark("reason")] == ["f-extend-reason", "f-extend-reason-2"]
    assert marks.mark("findings[0][due_on]") == "f-extend-findings-0-due_on"
    marks.end()
    marks.begin("/hazards/%E4%BA%95%3A1/void")
    assert not marks.refused()
    assert marks.mark("reason") == "f-void-reason"
    marks.begin("/hazards/H-2/void")
    assert marks.mark("reason") == "f-void-2-reason"


@pytest.mark.parametrize("action", ["", "/", "/井"])
def test_a_form_without_a_name_of_its_own_has_one(action: str) -> None:
    marks = FormMarks()
    marks.begin(action)
    assert marks.mark("a[b]") == "f-form-a-b"
