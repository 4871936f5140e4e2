"""The numbers of headings: 一、 and (一) in Chinese papers (GB/T 9704-2012, 7.3.3), 1. and 1.1 in English ones."""

DIGITS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """A number from 1 to 99 as it is counted in headings."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    head = "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


class Numbering:
    """Counts headings as they come: a second level begins anew beneath each first."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.first = self.second = 0

    def next(self, level: int) -> str:
        """The number of the next heading, with what stands between it and its words."""
        if level == 1:
            self.first, self.second = self.first + 1, 0
        else:
            self.second += 1
        if self.locale == "en":
            return f"{self.first}. " if level == 1 else f"{self.first}.{self.second} "
        return f"{chinese(self.first)}、" if level == 1 else f"（{chinese(self.second)}）"
