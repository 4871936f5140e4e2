"""`zhiban roster solve`: the engine on a file, its answer, its proof, and its refusals in words."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from service.cli import app
from service.roster import read
from service.roster.judge import judge
from service.roster.plan import Assignment
from tests.roster.puzzles import plain


def put(folder: Path, document: dict[str, Any]) -> Path:
    file = folder / "problem.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def solved(file: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["roster", "solve", str(file), *options])


def test_the_answer_keeps_every_rule_and_proves_itself(tmp_path: Path) -> None:
    document = plain(4, 10, rest_days=2)
    found = solved(put(tmp_path, document), "--json")
    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert answer.keys() >= {"assignments", "objective", "bound", "gap", "spread", "violations", "seconds"}
    problem = read(document)
    seats = [
        Assignment(problem.days[0].on.fromisoformat(a["date"]), a["watch"], a["role"], a["place"], a["person"])
        for a in answer["assignments"]
    ]
    verdict = judge(problem, seats)
    assert (verdict.broken, verdict.empty) == ((), {})
    assert verdict.objective == answer["objective"] == answer["bound"]
    assert answer["spread"]["officer"]["total"] == 1


def test_the_gap_is_shown_on_stderr_and_the_answer_kept_in_a_file(tmp_path: Path) -> None:
    file, out = put(tmp_path, plain(3, 9, rest_days=1)), tmp_path / "plan.json"
    found = solved(file, "--out", str(out))
    assert found.exit_code == 0
    assert "差距 0.0%" in found.stderr
    assert "2023-09-29 watch 值班员 1: " in found.stdout
    assert "已证明" in found.stdout
    assert len(json.loads(out.read_text(encoding="utf-8"))["assignments"]) == 9


def test_the_same_seed_gives_the_same_plan(tmp_path: Path) -> None:
    file = put(tmp_path, plain(5, 12, need=2, rest_days=1))
    twice = [json.loads(solved(file, "--seed", "7", "--workers", "1", "--json").stdout) for _ in range(2)]
    assert twice[0]["assignments"] == twice[1]["assignments"]


def test_contradictions_are_said_in_words(tmp_path: Path) -> None:
    document = plain(2, 3)
    away = [{"code": code, "leave": ["2023-09-30"]} for code in ("p0", "p1")]
    document["roles"][0]["members"] = away
    found = solved(put(tmp_path, document), "--json")
    assert found.exit_code == 1
    assert "2023-09-30 值班员共 2 人，其中 2 人请假（p0、p1），需要 1 人" in found.stderr
    assert [seat["date"] for seat in json.loads(found.stdout)["vacancies"]] == ["2023-09-30"]


def test_a_vacant_seat_and_a_contradiction_speak_the_readers_language(tmp_path: Path) -> None:
    document = plain(2, 3)
    document["roles"][0]["members"] = [{"code": code, "leave": ["2023-09-30"]} for code in ("p0", "p1")]
    file = put(tmp_path, document)
    in_english, in_chinese = solved(file, "--language", "en"), solved(file, "--language", "zh")
    assert "2023-09-30 watch Duty officer 1: vacant: of 2 members 2 on leave" in in_english.stdout
    assert "all two members of officer are on leave (p0, p1)" in in_english.stderr
    assert "2023-09-30 watch 值班员 1: 空缺：共 2 人，其中 2 人请假" in in_chinese.stdout
    assert "无法排满：至少有 1 个空岗" in in_chinese.stderr
    assert not [line for line in in_chinese.stdout.splitlines() if "vacant" in line or "spread" in line]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "不是 JSON"),
        ('{"days": [], "roles": []}', "days: 共 0 天，应为 1 至 800 天"),
        ('{"days": [{"date": "2023-02-30"}], "roles": [], "rolls": 1}', "rolls: 未知的项目"),
    ],
)
def test_a_wrong_file_is_refused_by_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "problem.json"
    file.write_text(text, encoding="utf-8")
    found = solved(file)
    assert (found.exit_code, found.stdout) == (1, "")
    assert said in found.stderr


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    missing = solved(tmp_path / "nothing.json")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "No such file" in missing.stderr
    unwritten = solved(put(tmp_path, plain(2, 2)), "--out", str(tmp_path / "no" / "plan.json"))
    assert unwritten.exit_code == 1
    assert "No such file" in unwritten.stderr
    assert solved(put(tmp_path, plain(2, 2)), "--workers", "0").exit_code == 2
