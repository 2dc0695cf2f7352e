"""The database or the cache is slow, or the network to it: what is asked for comes later, or as if it were away.

docs/faults.md tells what was tried.
"""

import pytest

from tests.real_parts import redis
from tests.serving import until
from tests.slow import relay
from tests.test_faults import KEPT, is_plain, on
from tests.test_faults import record as record  # noqa: PLC0414 – a fixture
from tests.test_real_parts import needs
from tests.with_postgres import Cluster

pytestmark = pytest.mark.long
PAGES = ("/coverage/", "/people/", "/articles/")  # which nobody has asked for


def through(wire, address, port):
    """The same address, by the relay."""
    return address.replace(f":{port}/", f":{wire.port}/")


@needs()
def test_with_a_slow_postgresql_all_goes_on_and_with_a_very_slow_one_nobody_waits_for_it(tmp_path, record):
    cluster = Cluster()
    with (
        cluster as address,
        relay(cluster.port) as wire,
        on(address, tmp_path, record, asked=through(wire, address, cluster.port)) as site,
    ):
        assert (site.save("The Gazette 1").status_code, site.seen()) == (302, "The Gazette 1")
        with wire.slow(0.05):  # as on another continent
            asked = [site.get(path)[0] for path in (KEPT, "/events/", "/healthz")]
            assert (site.save("The Gazette 2").status_code, site.seen()) == (302, "The Gazette 2")
        with wire.slow(0.02, most=512):  # as of a network that others fill: 25 KB a second
            asked += [site.get(path)[0] for path in (KEPT, "/proposals/", "/healthz")]
            assert (site.save("The Gazette 3").status_code, site.seen()) == (302, "The Gazette 3")
        assert asked == [200] * 6

        form = site.form()
        with wire.slow(1.5):
            first = site.get(KEPT)
            later = [site.get(path) for path in (KEPT, *PAGES, "/healthz")]
            refused = site.save("The Gazette 4", form)

        assert (first[0], first[2] < 15) == (200, True)
        assert [status for status, *_ in later] == [200, 503, 503, 503, 503]
        assert max(seconds for *_, seconds in later) < 10
        assert is_plain(refused)
        assert 'name="name" value="The Gazette 4"' in refused.text  # kept, to be sent again
        assert until(lambda: site.get("/coverage/")[0] == 200)
        assert site.seen() == "The Gazette 3"
        assert until(lambda: site.save("The Gazette 5").status_code == 302)
        assert site.seen() == "The Gazette 5"


@needs("redis-server")
@pytest.mark.parametrize(("late", "most"), [(0.4, 65_536), (0.05, 256)])
def test_with_a_slow_redis_pages_are_made_without_it(tmp_path, record, late, most):
    with redis(tmp_path) as (cache, _), relay(int(cache.rpartition(":")[2].partition("/")[0])) as wire:
        own = {"CACHE_URL": f"redis://127.0.0.1:{wire.port}/0"}
        with on(f"sqlite:///{tmp_path}/db", tmp_path, record, **own) as site:
            form = site.form()
            with wire.slow(late, most):
                asked = [site.get(path) for path in (KEPT, *PAGES, "/parties/", "/issues/", KEPT)]
                assert (site.save("The Gazette 1", form).status_code, site.seen()) == (302, "The Gazette 1")

            assert [status for status, *_ in asked] == [200] * 7
            assert max(seconds for *_, seconds in asked) < 20
            assert site.seen() == "The Gazette 1"
