"""Photos of the sample town: drawn, not taken. Before: boxes before a door, a bare cable; after: all of it in order."""

from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from service import evidence
from service.pictures import Photo

WIDE, TALL = 640, 480
FLOOR = 330
WALLS = ((205, 199, 184), (188, 198, 190), (196, 190, 202), (210, 202, 176))
BOXES = ((168, 124, 78), (150, 108, 66), (184, 142, 96))
GREEN, RED, STEEL, DARK = (44, 122, 76), (186, 52, 44), (138, 146, 154), (52, 54, 58)


@cache
def photo(place: int, *, mended: bool) -> Photo:
    """A photo of one place, as a telephone would have sent it; the same place looks the same before and after."""
    chance = Random(place)
    made = Image.new("RGB", (WIDE, TALL), WALLS[place % len(WALLS)])
    pen = ImageDraw.Draw(made)
    pen.rectangle((0, FLOOR, WIDE, TALL), fill=(126, 122, 116))
    pen.line((0, FLOOR, WIDE, FLOOR), fill=DARK, width=3)
    door = chance.randint(60, 260)
    pen.rectangle((door, 110, door + 130, FLOOR), fill=(112, 92, 70), outline=DARK, width=4)
    pen.rectangle((door + 20, 66, door + 110, 98), fill=GREEN)
    pen.ellipse((door + 106, 215, door + 118, 227), fill=STEEL)
    cabinet(pen, door + 190, mended=mended)
    if mended:
        pen.line((door - 30, FLOOR + 40, door + 160, FLOOR + 40), fill=(226, 190, 60), width=10)
    else:
        boxes(pen, door, chance)
    written = BytesIO()
    made.save(written, "JPEG", quality=80)
    return evidence.read_photo(written.getvalue())


def cabinet(pen: ImageDraw.ImageDraw, left: int, *, mended: bool) -> None:
    """A switch box: open with its cable hanging out, or shut with its sign on."""
    pen.rectangle((left, 150, left + 110, 290), fill=STEEL, outline=DARK, width=4)
    if mended:
        pen.polygon(((left + 55, 180), (left + 85, 235), (left + 25, 235)), fill=(226, 190, 60), outline=DARK)
        pen.line((left + 100, 210, left + 100, 235), fill=DARK, width=5)
    else:
        pen.rectangle((left + 12, 162, left + 98, 278), fill=DARK)
        for nth, colour in enumerate((RED, (60, 90, 170), (226, 190, 60))):
            pen.arc((left + 10 + nth * 22, 210, left + 90 + nth * 14, 400), 20, 190, fill=colour, width=5)


def boxes(pen: ImageDraw.ImageDraw, door: int, chance: Random) -> None:
    """What is piled up before the door."""
    for row in range(3):
        for nth in range(3 - row):
            side, left = 62, door - 24 + nth * 60 + row * 30 + chance.randint(-6, 6)
            top = TALL - 50 - (row + 1) * side
            pen.rectangle((left, top, left + side, top + side), fill=chance.choice(BOXES), outline=DARK, width=3)
            pen.line((left, top + side // 2, left + side, top + side // 2), fill=(214, 186, 140), width=4)
