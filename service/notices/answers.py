"""What a channel answered, in a reader's words: why nothing got through, and behind it what helps whoever mends it."""

import re

from service.notices.words import N_
from service.words import say

CODED = re.compile(r"(?P<code>broken wire|(?:http|smtp) \d{3}|\S*) ?(?P<text>.*)", re.DOTALL)
CLASS = re.compile(r"\b[A-Z]\w*(Error|Exception|Timeout|Warning|Pool|Connection)\b")
# what the system itself said, where a library wrapped it
SYSTEM = re.compile(r"\[(?:Errno -?\d+|SSL[^\]]*)\][^'\"()\n]*")
BODY = re.compile(r"Response Details:\s*b(['\"])(?P<body>.*)\1", re.DOTALL)
DETAIL_MOST = 200

# what is heard when a connection fails, the surest sign first
WIRE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"refused|Errno 111\b|10061"), N_("the host refuses the connection")),
    (re.compile(r"(?i)name or service|name resolution|NameResolution|getaddrinfo|nodename|No address associated"),
     N_("no host of that name is found")),
    (re.compile(r"SSL|(?i:certificate)|(?i:\btls\b)"), N_("no secure connection can be made (TLS)")),
    (re.compile(r"(?i)no route|unreachable"), N_("no way leads to that host from here")),
    (re.compile(r"(?i)proxy"), N_("the proxy on the way lets nothing through")),
    (re.compile(r"(?i)timed? ?out"), N_("no answer came in time")),
    (re.compile(r"(?i)reset by peer|aborted|disconnected|broken pipe|unexpectedly closed|IncompleteRead"),
     N_("the connection broke off")),
)  # fmt: skip
NO_WIRE = N_("no connection can be made")
# HTTP statuses, and the replies of mail servers: from the closest to the widest
STATUSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"http (401|403)"), N_("the other side does not let us in: a token or password is wrong")),
    (re.compile(r"http (404|410)"), N_("nothing is there at that address")),
    (re.compile(r"http (413|414)"), N_("the message is too long for it")),
    (re.compile(r"http 429"), N_("it was sent more than it takes")),
    (re.compile(r"http (408|504)"), N_("no answer came in time")),
    (re.compile(r"http 3"), N_("the address leads on to another; enter that one")),
    (re.compile(r"http 4"), N_("the other side does not take the message as it is")),
    (re.compile(r"http"), N_("the other side has a trouble of its own")),
    (re.compile(r"smtp 53\d"), N_("the mail server does not take the user name or the password")),
    (re.compile(r"smtp 55[0-6]"), N_("the mail server does not take the recipient or the sender")),
    (re.compile(r"smtp 5"), N_("the mail server refuses the message")),
    (re.compile(r"smtp"), N_("the mail server asks to try again later")),
)
OURS = {
    "seal": N_("the address can't be opened with the key in force"),
    "channel": N_("no channel is left that has not refused"),
    "address": N_("this is no address of its kind"),
    "waiting": N_("as many messages as a minute allows have been sent"),
    "unreadable": N_("the answer can't be read; perhaps another service is there"),
}
UNFORESEEN = N_("something unforeseen went wrong here")


def plainly(answer: str, locale: str) -> str:
    """An answer as it is kept (`code text`) in words; the code and words of a service itself stay as they are."""
    found = CODED.fullmatch(answer.strip())
    code, text = (found["code"], found["text"].strip()) if found else ("", answer)
    if code in ("connect", "broken wire"):
        heard = next((words for pattern, words in WIRE if pattern.search(text)), NO_WIRE)
        return with_detail(heard, system_words(text), locale)
    if code.startswith(("http ", "smtp ")):
        meant = next(words for pattern, words in STATUSES if pattern.match(code))
        return with_detail(meant, " ".join(filter(None, (code.upper(), excerpt(text)))), locale)
    if code in OURS:
        known = say(text, locale)
        return known if text and known != text else say(OURS[code], locale)
    if CLASS.fullmatch(code):
        return with_detail(UNFORESEEN, excerpt(text), locale)
    if re.fullmatch(r"-?\d+", code):
        return with_detail(say(N_("code {code}"), locale, code=code), excerpt(text), locale)
    return excerpt(answer)


def with_detail(words: str, detail: str, locale: str) -> str:
    said = say(words, locale)
    return say(N_("{words} ({detail})"), locale, words=said, detail=detail) if detail else said


def system_words(text: str) -> str:
    """What the system said of a connection; of a library's own wrapping nothing."""
    found = SYSTEM.search(text)
    return excerpt(found[0] if found else "" if CLASS.search(text) else text)


def excerpt(text: str) -> str:
    """The beginning of what came back, on one line; the body alone where a library wrote about it."""
    body = BODY.search(text)
    line = " ".join((body["body"] if body else text).replace("\\r", " ").replace("\\n", " ").split())
    return line if len(line) <= DETAIL_MOST else line[: DETAIL_MOST - 1] + "…"
