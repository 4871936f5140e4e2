"""Which words zhiban can say: every msgid in code and templates, found by reading them.

`python -m tests.house.words` lists those that zh_CN does not have yet, as they would stand in the `.po` file.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from models import kinds
from service.words import catalogue

ROOT = Path(__file__).parents[2]
# who says a sentence to people, and which of its arguments that is
SAYS: dict[str, tuple[int, ...]] = {
    "AddressRefused": (0,),
    "BadRule": (0,),
    "Conflict": (0,),
    "Fault": (1,),
    "Forbidden": (0,),
    "N_": (0,),
    "NotFound": (0,),
    "Refused": (0,),
    "Unfit": (0,),
    "Unknown": (0,),
    "blame": (1,),
    "change": (5,),
    "ending": (3,),
    "fault": (2,),
    "fault_at": (1, 2),
    "hazard_case_ends": (3,),
    "many": (0,),
    "put": (4,),
    "refused": (0,),
    "say": (0,),
    "struck": (2,),
    "unread": (1,),
    "word": (2,),
    "wrong": (1,),
}
TEMPLATE_WORDS = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
SENTENCE = re.compile(r"[A-Za-z{“].*")


def said_in(text: str) -> Iterator[str]:
    """The literal sentences that a module's calls say, by name or as they stand, and the titles of what it refuses."""
    tree = ast.parse(text)
    named: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    named.setdefault(target.id, []).extend(literals(node.value))
    yield from named.get("title", ())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for place in SAYS.get(name, ()):
                if place < len(node.args):
                    yield from named.get(getattr(node.args[place], "id", ""), ())
                    yield from literals(node.args[place])


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.fullmatch(node.value):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def all_words() -> set[str]:
    """Every msgid there is: of the code, the templates, the kinds of notices, and the enums' own words."""
    from service.notices.render import KINDS

    found: set[str] = set()
    for file in (ROOT / "service").rglob("*.py"):
        found.update(said_in(file.read_text()))
    for file in (ROOT / "service" / "templates").rglob("*.html"):
        found.update(one or other for one, other in TEMPLATE_WORDS.findall(file.read_text()))
    for kind, words in KINDS.items():
        found.update((kind, *words))
    shown = (kinds.TaskState, kinds.CampaignState, kinds.ActivityKind, kinds.UnitKind, kinds.Role, kinds.DayClass)
    shown += (kinds.Festival, kinds.SeasonKind, kinds.HazardState, kinds.HazardLevel, kinds.RecheckState)
    shown += (kinds.NoticeState, kinds.RecheckResult, kinds.HazardMode, kinds.HazardSource, kinds.WatchState)
    shown += (kinds.VersionState, kinds.SwapState, kinds.EnforcementKind, kinds.AnswerMark, kinds.CaseState)
    shown += (kinds.RungState, kinds.Risk, kinds.IncidentKind, kinds.IncidentCategory, kinds.IncidentState)
    found.update(str(member) for enum in shown for member in enum)
    return {words for words in found if words}


def known(locale: str = "zh_CN") -> dict[str, str]:
    """The msgids that a locale has words for."""
    return catalogue(locale)


def main() -> int:
    missing = sorted(all_words() - set(known()))
    for words in missing:
        sys.stdout.write(f'msgid {json.dumps(words, ensure_ascii=False)}\nmsgstr ""\n\n')
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
