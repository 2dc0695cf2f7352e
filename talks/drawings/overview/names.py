"""Names beside the marks of a lane, where they lie neither on marks nor on each other."""

from collections.abc import Callable, Collection, Iterable

from talks.drawings.overview.shapes import LETTER, LINE, PIXEL, Lane, Mark
from talks.record.overview import Marked

Box = tuple[float, float, float, float]  # from and to, per cent of the width; from and to, pixels from the top
CLOSE_UP = 3  # so many marks of a lane have their name beside them, where months are told apart
LETTERS = 5  # from its middle to the edge of its letters, pixels
FAR = 24  # pixels between a mark and a name above it, at which nobody sees that they belong together


def name_some(lane: Lane, named: Collection[Marked], names: Callable[[Marked], list[str]], *, close_up: bool) -> None:
    """Name marks of a lane where their names lie neither on marks nor on each other: those that are to be `named`.

    Close up, those that most articles report are, too, until a few are.
    """
    order = {entry.pk: number for number, entry in enumerate(named)}
    taken = [_box(mark) for mark in lane.marks]
    alone = [mark for mark in lane.marks if mark.folded == 1 and mark.matches]
    for mark in sorted(alone, key=lambda mark: (order.get(mark.entry.pk, len(order)), -mark.entry.reports, mark.x)):
        another = close_up and mark.entry.reports > 1 and sum(bool(one.name) for one in lane.marks) < CLOSE_UP
        if mark.entry.pk in order or another:
            any(_name(mark, name, lane, taken) for name in names(mark.entry))
    lowest = min([LINE / 2, *(mark.name_y for mark in lane.marks if mark.name)])
    if lowest < LINE / 2:  # a name stands above the lane, which grows by so much
        grown = LINE / 2 - lowest
        lane.height += grown
        for mark in lane.marks:
            mark.y, mark.name_y = mark.y + grown, mark.name_y + grown


def _name(mark: Mark, words: str, lane: Lane, taken: list[Box]) -> bool:
    """Give a mark this name if there is room, beside it or else above all that stands there; True if there is."""
    width, gap = len(words) * LETTER, mark.beside * PIXEL
    for place, start in (("after", mark.x + gap), ("before", mark.x - gap - width), ("above", mark.x - width / 2)):
        if start < 0 or start + width > 100:
            continue
        y, above = mark.y, place == "above"
        if above:
            y = min(box[2] for box in taken if box[0] < start + width and start < box[1]) - LINE / 2
        box = (start, start + width, y - LETTERS, y + LETTERS)
        apart = above and (lane.as_bars or _box(mark)[2] - box[3] > FAR or _is_under_another(mark, taken))
        if not apart and not any(_overlap(box, other) for other in taken):
            mark.name, mark.place, mark.name_y = words, place, y
            taken.append(box)
            return True
    return False


def _is_under_another(mark: Mark, taken: Iterable[Box]) -> bool:
    """True if a name above the mark would seem to be of something else, which is between them."""
    left, right, top, _ = _box(mark)
    return any(box[0] < right + PIXEL and left - PIXEL < box[1] and box[3] <= top for box in taken)


def _box(mark: Mark) -> Box:
    half = mark.size / 2
    return mark.x - half * PIXEL, mark.x + half * PIXEL, mark.y - half, mark.y + half


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
