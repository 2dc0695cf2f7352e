"""The card of a page: the picture that stands for it where its address is shared, 1200 × 630 as networks want it.

Pillow is imported by what draws: most processes never draw one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"
WIDTH, HEIGHT, MARGIN = 1200, 630, 64
WIDTHS = (WIDTH, 600, 400)  # in which it can be had: on a smaller one nothing could be read
WITHIN = WIDTH - 2 * MARGIN
FOOT = HEIGHT - 108  # where the line of the parties and the site begins
SMALL, LEAD, CODE = 28, 34, 24
TITLES = (62, 54, 46)  # sizes of a title, the largest in which it fits
TITLE_LINES = 3
LEADING = 1.28
PAPER, INK, SOFT = "#faf8f3", "#1d1b18", "#67635c"
# The palette for parties of static/talks/site.css, on paper.
SLOTS = ("#67635c", "#6c5691", "#825a27", "#1b5d5d", "#955972", "#5a6a3d")
COLOURS = 256  # that a card is kept with: of fewer, small ones would have none left for single parties


@dataclass(frozen=True)
class Card:
    """What a card says: `above` its title; `told`, what came of it, and a note on that; parties as (code, slot)."""

    above: str
    title: str
    told: str
    site: str
    note: str = ""
    parties: Sequence[tuple[str, int]] = ()


def size(width: int) -> tuple[int, int]:
    """(width, height) of a card of this width."""
    return width, HEIGHT * width // WIDTH


def draw(card: Card, width: int = WIDTH) -> bytes:
    """The card as PNG, of one of `WIDTHS`."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 12), fill=INK)
    below: float = MARGIN
    if card.above:
        below = _write(pen, below, [cut(card.above, _font(REGULAR, SMALL), WITHIN)], REGULAR, SMALL, SOFT) + 14
    letters, title = _title(card.title)
    below = _write(pen, below, title, BOLD, letters, INK) + 18
    room = FOOT - (SMALL * LEADING if card.note else 0) - 10 - below
    told = lines(card.told, _font(REGULAR, LEAD), WITHIN, int(room // (LEAD * LEADING)))
    below = _write(pen, below, told, REGULAR, LEAD, INK) + 6
    if card.note:
        _write(pen, below, [cut(card.note, _font(REGULAR, SMALL), WITHIN)], REGULAR, SMALL, SOFT)
    _foot(pen, card)
    if width != WIDTH:
        image = image.resize(size(width), Image.Resampling.LANCZOS)
    made = BytesIO()
    image.quantize(COLOURS).save(made, "PNG", optimize=True)
    return made.getvalue()


def _title(text: str) -> tuple[int, list[str]]:
    """The size of a title, and its lines: the largest in which all of it fits, else as much of it as does."""
    for size in TITLES:
        fitting = lines(text, _font(BOLD, size), WITHIN, TITLE_LINES + 1)
        if len(fitting) <= TITLE_LINES:
            return size, fitting
    return TITLES[-1], lines(text, _font(BOLD, TITLES[-1]), WITHIN, TITLE_LINES)


def _write(pen: ImageDraw.ImageDraw, top: float, text: list[str], name: str, size: int, colour: str) -> float:
    """Write these lines from `top` on; gives where the next ones can begin."""
    for line in text:
        pen.text((MARGIN, top), line, fill=colour, font=_font(name, size))
        top += size * LEADING
    return top


def _foot(pen: ImageDraw.ImageDraw, card: Card) -> None:
    """The codes of the parties, as far as they fit into half of the line, and the name of the site."""
    pen.line((MARGIN, FOOT, WIDTH - MARGIN, FOOT), fill=SOFT, width=2)
    top, left, font = FOOT + 28, MARGIN, _font(BOLD, CODE)
    for code, slot in card.parties:
        width = int(font.getlength(code)) + 24
        if left + width > MARGIN + WITHIN / 2:
            break
        pen.rounded_rectangle((left, top, left + width, top + CODE + 16), 4, fill=SLOTS[slot])
        pen.text((left + 12, top + 5), code, fill=PAPER, font=font)
        left += width + 12
    font = _font(REGULAR, SMALL)
    name = cut(card.site, font, WIDTH - MARGIN - left - 24)
    pen.text((WIDTH - MARGIN - font.getlength(name), top), name, fill=SOFT, font=font)


def lines(text: str, font: ImageFont.FreeTypeFont, width: float, most: int) -> list[str]:
    """A text in lines of this width, at most so many; the last one ends with “…” if there is more."""
    broken = list(_broken(text, font, width))
    if len(broken) <= most:
        return broken
    return [*broken[: most - 1], cut(" ".join(broken[most - 1 :]), font, width)] if most > 0 else []


def _broken(text: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        while font.getlength(word) > width:  # a word that no line can hold
            fits = next(n for n in range(len(word) - 1, 0, -1) if font.getlength(word[:n]) <= width)
            yield word[:fits]
            word = word[fits:]  # noqa: PLW2901
        line = word
    if line:
        yield line


def cut(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """A text in one line, with “…” in place of what is too long."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip(' ,.;:–—')}…"


@lru_cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont  # noqa: PLC0415

    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)
