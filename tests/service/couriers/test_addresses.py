"""Which addresses are taken, how they are shown and how they are kept."""

import pytest

from service.couriers.addresses import AddressRefused, check
from service.errors import Refused

KNOWN = {
    "hooks.example.org": ["203.0.114.7"],
    "mail.example.org": ["203.0.114.8", "2001:4860::8"],
    "only6.example.org": ["2001:4860:4860::8888", "64:ff9b::cb00:7207"],
    "inside.example.org": ["10.1.2.3"],
    "half.example.org": ["203.0.114.7", "192.168.1.4"],
    "rebound.example.org": ["169.254.169.254"],
    "mapped.example.org": ["::ffff:127.0.0.1"],
    "deep.below.example.net": ["203.0.114.9"],
    "0x7f000001": ["127.0.0.1"],
    "2130706433": ["127.0.0.1"],
    "127.1": ["127.0.0.1"],
    "localhost": ["127.0.0.1", "::1"],
    "zoned.example.org": ["fe80::1%eth0"],
}
IPV4 = [
    "127.0.0.1", "127.8.9.10", "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "100.64.0.1",
    "169.254.169.254", "0.0.0.0", "224.0.0.1", "239.1.2.3", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1",
]  # fmt: skip
IPV6 = [
    "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:a00:1",
    "::ffff:169.254.169.254", "::127.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "2002:a00:1::1", "2001:db8::1",
]  # fmt: skip
KNOWN |= {f"six-{place}.example.org": [address] for place, address in enumerate(IPV6)}
ALLOWED = frozenset(KNOWN) | frozenset(IPV4) | {"8.8.8.8", "*.example.net", "ported.example.org:8443"}


def resolve(host: str) -> list[str]:
    if host not in KNOWN:
        raise OSError("Name or service not known")
    return KNOWN[host]


def verdict(address: str, *, allow_private: bool = False, allowed: frozenset[str] = ALLOWED) -> str:
    try:
        check(address, allowed_hosts=allowed, allow_private=allow_private, resolve=resolve)
    except AddressRefused as refusal:
        return refusal.reason
    return "taken"


TAKEN = [
    "wecombot://693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aaa",
    "dingtalk://0123456789abcdef?secret=SEC0123456789",
    "feishu://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "lark://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee?secret=aB3%2Bx",
    "schan://SCT0000Tabcd",
    "pushdeer://PDU0000Tabcd",
    "qq://0123456789abcdef0123456789abcdef",
    "pushplus://0123456789abcdef0123456789abcdef",
    "wxpusher://AT_0123456789/UID_0123",
    "wechat://corpid:secret@1000002/@lin",
    "jsons://hooks.example.org/a/b?+X-Token=abc&:extra=1&method=PUT",
    "jsons://hooks.example.org:8443/a",
    "barks://hooks.example.org/KEY?level=critical",
    "ntfys://deep.below.example.net/topic?priority=high",
    "gotifys://hooks.example.org/push/TOKEN",
    "mailtos://zhiban:p%40ss@mail.example.org?to=lin@example.org&from=zhiban@example.org",
    "mailtos://zhiban:pw@hooks.example.org?smtp=mail.example.org&to=lin%40example.org",
    "mailto://lin@mail.example.org",
    "json://8.8.8.8/x",
    "jsons://only6.example.org/x?+X-Token=a+b",
]


@pytest.mark.parametrize("address", TAKEN)
def test_addresses_that_are_taken(address: str) -> None:
    assert verdict(address) == "taken"


INSIDE = [
    *(f"json://{host}/x" for host in IPV4),
    *(f"json://six-{place}.example.org/x" for place in range(len(IPV6))),
    "json://inside.example.org/",
    "json://half.example.org/",
    "json://rebound.example.org/",
    "json://mapped.example.org/",
    "json://zoned.example.org/",
    "json://0x7f000001/",
    "json://2130706433/",
    "json://127.1/",
    "json://localhost:8000/",
    "mailto://lin@localhost",
    "mailtos://zhiban:pw@mail.example.org?smtp=inside.example.org&to=lin%40example.org",
]


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_the_network_is_reached(address: str) -> None:
    assert "inside the network" in verdict(address) or "never used" in verdict(address)


NEVER = {"169.254.169.254", "0.0.0.0", "224.0.0.1", "239.1.2.3", "255.255.255.255", "::", "fe80::1", "ff02::1"}
NEVER |= {"::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"}


@pytest.mark.parametrize("address", [*IPV4, *IPV6])
def test_the_operator_may_allow_private_hosts_but_nothing_that_is_no_host(address: str) -> None:
    host = f"six-{IPV6.index(address)}.example.org" if ":" in address else address
    told = verdict(f"json://{host}/x", allow_private=True)
    assert "never used" in told if address in NEVER else told == "taken"


NOT_TAKEN = [
    ("file:///etc/passwd", "kind"),
    ("exec:///bin/sh", "kind"),
    ("dbus://", "kind"),
    ("syslog://localhost", "kind"),
    ("rsyslog://hooks.example.org", "kind"),
    ("gnome://", "kind"),
    ("windows://", "kind"),
    ("config://hooks.example.org/apprise.yml", "kind"),
    ("memory://", "kind"),
    ("log://", "kind"),
    ("wecom://0123456789abcdef0123456789abcdef", "wecombot://KEY"),
    ("https://hooks.example.org/x", "wecombot://KEY, dingtalk"),
    ("", "kind"),
    ("hooks.example.org", "kind"),
    ("wecombot://", "form"),
    ("wecombot://a/b", "form"),
    ("wecombot://693a91f6-7a0c?base=http://127.0.0.1", "form"),
    ("wecombot://693a91f6-7a0c?secret=abcd", "form"),
    ("feishu://aaaaaaaa@127.0.0.1", "form"),
    ("lark://aaaa\naaaa", "form"),
    ("json://hooks.example.org/?attach=/etc/passwd", "option attach"),
    ("json://hooks.example.org/?verify=no", "option verify"),
    ("json://hooks.example.org/?redirect=yes", "option redirect"),
    ("json://hooks.example.org/?retry=99&wait=99", "option retry"),
    ("json://hooks.example.org/?+Host=inside", "option +host"),
    ("json://hooks.example.org/?method=GET&METHOD=PUT", "twice"),
    ("ntfy://hooks.example.org/topic?attach=http://10.0.0.1/", "option attach"),
    ("ntfy://hooks.example.org/topic?mode=cloud", "option mode"),
    ("ntfy://topic", "form"),
    ("ntfys://hooks.example.org/a/b", "form"),
    ("barks://hooks.example.org/k1/k2", "form"),
    ("mailto://u:p@mail.example.org?to=a@example.org&pgpkey=/etc/passwd", "option pgpkey"),
    ("mailto://u:p@mail.example.org?to=a@example.org,b@example.org", "one receiver"),
    ("mailto://u:p@mail.example.org?to=a@example.org&cc=b@example.org", "option cc"),
    ("mailto://u:p@mail.example.org/a@example.org", "form"),
    ("mailto://u:p@mail.example.org?to=nobody", "one receiver"),
    ("mailto://u:p@mail.example.org?to=a@example.org&smtp=evil.example.com", "not among"),
    ("mailto://u:p@evil.example.com?to=a@example.org&smtp=mail.example.org", "not among"),
    ("json://evil.example.com/", "not among"),
    ("json://hooks.example.org.evil.example.com/", "not among"),
    ("json://example.net/", "not among"),
    ("json://notexample.net/", "not among"),
    ("json://ported.example.org/", "not among"),
    ("json://ported.example.org:80/", "not among"),
    ("json://hooks.example.org@evil.example.com/", "not among"),
    ("json://a@hooks.example.org@evil.example.com/", "%40"),
    ("json://hooks.example.org%2Fevil/", "read"),
    ("json://hooks.example.org\\@evil.example.com/", "form"),
    ("json://hooks.example.org#@evil.example.com/", "form"),
    ("json://hooks.example.org;evil.example.com/", "form"),
    ("json://hooks.example.org /", "form"),
    ("json://hooks.example.org/\r\nX: y", "form"),
    ("json://hooks.example.org/%0d%0aX", "control"),
    ("json://hooks.example.org/%zz", "form"),
    ("json://hooks.example.org:99999/", "read"),
    ("json://hooks.example.org:0/", "read"),
    ("json://[::1]/x", "IPv6"),
    ("json://[::1/", "IPv6"),
    ("json://[fe80::1%25eth0]:80/", "IPv6"),
    ("mailto://u:p@mail.example.org?to=a@example.org&smtp=[::1]", "IPv6"),
    ("json://hooks.example.org/?+%48ost=inside", "option +host"),
    ("json://hooks.example.org/?+X%0d%0aY=1", "option"),
    ("json://hooks.example.org/?%20attach=/etc/passwd", "option"),
    ("json://hooks.example.org/?attach+=/etc/passwd", "option"),
    ("json://hooks.example.org/?att%61ch=/etc/passwd", "option attach"),
    ("json://ⓛocalhost/", "form"),
    ("json:///x", "form"),
    ("json://hooks.example.org/" + "a" * 1000, "1000"),
    ("wxpusher://AT_0123456789", "form"),
    ("wxpusher://AT_0123456789/UID_1/UID_2", "form"),
    ("pushplus://0123456789abcdef/topic", "form"),
]


@pytest.mark.parametrize(("address", "why"), NOT_TAKEN)
def test_addresses_that_are_not_taken(address: str, why: str) -> None:
    assert why in verdict(address, allow_private=True)


def test_a_name_that_leads_nowhere_and_a_list_that_is_empty() -> None:
    assert "can't be found" in verdict("json://gone.example.net/")
    assert "not among" in verdict("json://hooks.example.org/", allowed=frozenset())
    assert verdict(TAKEN[0], allowed=frozenset()) == "taken"
    assert verdict("jsons://PORTED.example.org:8443/") == "The host ported.example.org can't be found."
    assert issubclass(AddressRefused, Refused)
