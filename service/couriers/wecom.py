"""The WeCom group robot: text, so that mobiles can be called up; markdown only where the text would not fit."""

from service.couriers.base import Message
from service.couriers.codes import WECOM
from service.couriers.robots import Robot, Target, as_json, mobiles
from service.couriers.sizes import clean, one_line, shorten
from service.couriers.wire import Letter

MOST_TEXT_BYTES = 2048
MOST_MARKDOWN_BYTES = 4096


class WeComCourier(Robot):
    """`wecombot://KEY`: a robot in a WeCom group.

    Mobiles are mentioned through `mentioned_mobile_list`, which the robot reads in `text` messages only (WeCom's page
    on group robots). A message that calls up nobody and is over 2048 bytes goes as markdown, which may have 4096.
    """

    scheme = "wecombot"
    home = "https://qyapi.weixin.qq.com"
    codes = WECOM

    def letter(self, target: Target, message: Message) -> Letter:
        text = f"{one_line(message.title)}\n{clean(message.body)}".strip()
        called = mobiles(message)
        if called or len(text.encode("utf-8")) <= MOST_TEXT_BYTES:
            inner: dict[str, object] = {"content": shorten(text, MOST_TEXT_BYTES)}
            if called:
                inner["mentioned_mobile_list"] = called
            content: dict[str, object] = {"msgtype": "text", "text": inner}
        else:
            content = {"msgtype": "markdown", "markdown": {"content": shorten(_harmless(text), MOST_MARKDOWN_BYTES)}}
        return Letter(f"{self.base_url}/cgi-bin/webhook/send", as_json(content), {"key": target.token})


def _harmless(text: str) -> str:
    """Text that calls up nobody when read as markdown, where `<@id>` is a mention: a stranger may have written it."""
    return text.replace("<@", "＜@").replace("<font", "＜font")
