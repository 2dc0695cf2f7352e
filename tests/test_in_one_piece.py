"""What a page costs does not go by how deep the server had called when it was asked for."""

import resource

from talks.public import pages
from talks.public.pages import in_one_piece

DEPTHS = range(0, 400, 10)
TIMES = 500


def called(depth, call):
    """What `call` gives so many calls further in."""
    return called(depth - 1, call) if depth else call()


def times_without_room():
    """How often memory had to be asked for while calls went to and fro."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(TIMES):
        called(20, int)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_calls_find_room_at_whatever_depth_a_view_is_called():
    asked = [called(depth, in_one_piece(times_without_room)) for depth in DEPTHS]

    assert max(asked) < TIMES / 10


def test_a_view_in_one_piece_gives_what_it_gives_and_goes_by_its_own_name():
    view = in_one_piece(pages.numbered_page)

    assert view(["a", "b"], 2, size=1, missing="").object_list == ["b"]
    assert view.__name__ == "numbered_page"
