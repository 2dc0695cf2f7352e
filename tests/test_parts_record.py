"""What is kept of pages changes none of the record of tests/record/."""

import pytest

from tests.site_map import visits


@pytest.mark.long
def test_the_whole_site_says_the_same_whatever_is_kept(client, record, kept, settings):
    some = {"most": 2, "filtered": 1}
    cold, warm = dict(visits(client, **some)), dict(visits(client, **some))
    settings.READY_PAGES = False
    made_anew = dict(visits(client, **some))

    assert kept.parts
    for site in (cold, warm):
        differing = {address for address in made_anew if site[address].content != made_anew[address].content}
        assert (site.keys(), differing) == (made_anew.keys(), set())
