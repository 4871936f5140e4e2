"""The story that `zhiban story` tells: what a new user sees of a hazard that came back and was then forgotten."""

from service.demo.story import Line, story


def test_the_hazard_climbs_to_the_principal_leader_and_the_office_above() -> None:
    lines: list[Line] = []
    story(lines.append)
    heard = [(line.who, line.words.splitlines()[0]) for line in lines if line.who.startswith("→")]
    assert any("反弹" in line.words for line in lines)
    missed = [who for who, title in heard if title.startswith("回头看漏查")]
    climbed = ["检查员", "安监站站长", "分管副镇长", "镇长", "县安委办副主任"]
    assert [who.split("（")[1].rstrip("）") for who in missed[:5]] == climbed
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert all("为何收到" in line.words for line in lines if line.who.startswith("→"))
