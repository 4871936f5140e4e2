"""Why a roster can't be filled: the plain cases in words, and every explanation true and minimal."""

from datetime import date, timedelta

from hypothesis import HealthCheck, assume, given, settings

from service.roster import Problem, read, solve
from service.roster.facts import Pair
from service.roster.plan import Rule
from tests.roster.puzzles import plain, puzzles


def test_all_drivers_on_leave_is_said_plainly() -> None:
    document = plain(4, 5)
    document["roles"][0]["role"] = "driver"
    leave = [{"from": "2023-10-01", "to": "2023-10-02"}]
    document["roles"][0]["members"] = [{"code": f"d{i}", "leave": leave if i else leave[:1]} for i in range(4)]
    document["days"][2]["need"] = {"driver": 0}
    plan = solve(read(document))
    assert plan.status == "infeasible"
    assert [(v.date, v.reason) for v in plan.vacancies] == [(date(2023, 10, 2), "of 4 members 4 on leave")]
    (why,) = plan.contradictions
    assert why.minimal
    assert why.text == "On 2 Oct 2023 all four members of driver are on leave (d0, d1, d2, d3), and one is needed."


def test_need_beyond_the_staff() -> None:
    plan = solve(read(plain(2, 1, need=3)))
    assert len(plan.assignments) == 2
    assert plan.contradictions[0].text == "On 29 Sep 2023 three officer are needed and the role has two members."


def test_rest_that_two_people_cannot_keep() -> None:
    plan = solve(read(plain(2, 6, rest_days=2)))
    assert len(plan.vacancies) == 2
    why = plan.contradictions[0]
    assert why.minimal
    assert {rule.kind for rule in why.rules} == {"need", "rest"}
    assert sum(rule.kind == "need" for rule in why.rules) == 3
    assert why.text == (
        "These rules can't hold together: 2 rest days after a watch as officer; "
        "officer needs 1 of its 2 members on 29 Sep 2023, and so each day to 1 Oct 2023."
    )


def test_rest_from_before_the_first_day() -> None:
    document = plain(1, 3, rest_days=1)
    document["roles"][0]["members"] = [{"code": "p0", "served": {"last": ["2023-09-28"]}}]
    document["days"] = document["days"][:1]
    why = solve(read(document)).contradictions[0]
    assert {rule.kind for rule in why.rules} == {"need", "served"}
    assert "p0 served as officer on 28 Sep 2023 and still rests" in why.text


def _holds(problem: Problem, rules: tuple[Rule, ...]) -> bool:
    """Whether some choice of watches keeps all these rules, every one of them read anew from its facts."""
    seats = [
        (role.code, day, watch.code, member)
        for role in problem.roles
        for day in problem.days
        for watch in problem.watches
        for member in role.members
        if _touched(problem, rules, role.code, day.on, watch.code)
    ]
    quick_first = sorted(rules, key=lambda rule: rule.kind != "need")
    for picked in range(1 << len(seats)):
        plan = {(r, d.on, w, m) for i, (r, d, w, m) in enumerate(seats) if picked >> i & 1}
        if all(_keeps(problem, rule, plan) for rule in quick_first):
            return True
    return False


def _touched(problem: Problem, rules: tuple[Rule, ...], role: str, on: date, watch: str) -> bool:
    """Seats that no need and no fixed seat asks for may as well stay empty."""
    needs = {(rule.facts["role"], rule.facts["date"], rule.facts["watch"]) for rule in rules if rule.kind != "rest"
             and rule.kind in ("need", "fixed")}  # fmt: skip
    return (role, on, watch) in needs or any(rule.kind in ("with", "block") for rule in rules)


Seat = tuple[str, date, str, str]


def _keeps(problem: Problem, rule: Rule, plan: set[Seat]) -> bool:
    facts = rule.facts
    if rule.kind == "need":
        return bool(sum(s[:3] == (facts["role"], facts["date"], facts["watch"]) for s in plan) == facts["need"])
    if rule.kind == "leave":
        return not any(s[3] == facts["person"] and facts["from"] <= s[1] <= facts["to"] for s in plan)
    if rule.kind == "availability":
        person = problem.people[facts["person"]]
        return all(person.available(s[1], s[2]) for s in plan if s[3] == person.code)
    if rule.kind == "fixed":
        return any(s == (facts["role"], facts["date"], facts["watch"], facts["person"]) for s in plan)
    if rule.kind == "served":
        role = next(role for role in problem.roles if role.code == facts["role"])
        return not any(
            s[3] == facts["person"] and _tired(problem, role.code, facts["date"], problem.watches[-1].code, s)
            for s in plan
        )
    if rule.kind == "rest":
        return not any(
            a != b and a[3] == b[3] and a[0] == facts["role"] and _begins(problem, a) <= _begins(problem, b)
            and _tired(problem, a[0], a[1], a[2], b)
            for a in plan for b in plan
        )  # fmt: skip
    if rule.kind == "max_in":
        mine = [s[1] for s in plan if s[3] == facts["person"]]
        return all(
            sum(on <= other < on + timedelta(days=facts["days"]) for other in mine) <= facts["most"] for on in mine
        )
    if rule.kind == "succession":
        return not any(
            a[3] == b[3] and b[1] == a[1] + timedelta(days=1) and (a[2], b[2]) == (facts["earlier"], facts["later"])
            for a in plan for b in plan
        )  # fmt: skip
    pair = Pair(rule.kind, facts["who"], tuple(facts["others"]))
    for seat in plan:
        beside = any(s[1:3] == seat[1:3] and s[3] in pair.others for s in plan)
        if seat[3] == pair.who and beside != (pair.kind == "with"):
            return False
    return True


def _begins(problem: Problem, seat: Seat) -> int:
    return seat[1].toordinal() * 1440 + problem.watch(seat[2]).starts


def _tired(problem: Problem, role_code: str, on: date, watch_code: str, later: Seat) -> bool:
    role = next(role for role in problem.roles if role.code == role_code)
    watch = problem.watch(watch_code)
    rested = max(
        on.toordinal() * 1440 + watch.starts + watch.minutes + role.rest_minutes,
        (on.toordinal() + 1 + role.rest_days) * 1440,
    )
    return _begins(problem, later) < rested


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(puzzles())
def test_explanations_are_true_and_minimal(problem: Problem) -> None:
    assume(not problem.fixed and not any(role.blocks for role in problem.roles))
    assume(not any(role.served[m].last and problem.successions for role in problem.roles for m in role.served))
    assume(not any(role.served[m].last and problem.people[m].max_in for role in problem.roles for m in role.served))
    plan = solve(problem, workers=1)
    if plan.status != "infeasible":
        assert not plan.contradictions
        return
    assert plan.contradictions
    for why in plan.contradictions[:2]:
        if len(why.rules) > 8:
            continue
        assert why.minimal
        assert not _holds(problem, why.rules), why.text
        for spared in range(len(why.rules)):
            assert _holds(problem, why.rules[:spared] + why.rules[spared + 1 :]), (spared, why.text)
