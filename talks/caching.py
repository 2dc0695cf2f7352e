"""The cache of CACHE_URL, which may go away or be slow: then nothing is in it, and nobody waits for it."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

REST = 5  # seconds in which a cache that failed, or was slow, is not asked again
SLOW = 0.25  # seconds for one answer, of which a page needs several: to make it takes less
logger = logging.getLogger(__name__)


class RestingClient(RedisCacheClient):
    """Django's, whose cache is empty while it does not answer, or not soon."""

    _resting_until = 0.0

    def get(self, key: str, default: Any) -> Any:
        return self._unless_away(lambda: super(RestingClient, self).get(key, default), default)

    def add(self, key: str, value: Any, timeout: int | None) -> Any:
        return self._unless_away(lambda: super(RestingClient, self).add(key, value, timeout), True)

    def set(self, key: str, value: Any, timeout: int | None) -> None:
        self._unless_away(lambda: super(RestingClient, self).set(key, value, timeout), None)

    def delete(self, key: str) -> Any:
        return self._unless_away(lambda: super(RestingClient, self).delete(key), False)

    def incr(self, key: str, delta: int) -> Any:
        """Raises `ValueError` as for a key that is not there."""
        if (number := self._unless_away(lambda: super(RestingClient, self).incr(key, delta), None)) is None:
            raise ValueError(f"Key {key!r} not found.")
        return number

    def _unless_away(self, question: Callable[[], Any], otherwise: Any) -> Any:
        if time.monotonic() < self._resting_until:
            return otherwise
        begun = time.monotonic()
        try:
            answer = question()
        except RedisError as error:
            self._rest(f"does not answer: {error}")
            return otherwise
        if (took := time.monotonic() - begun) > SLOW:
            self._rest(f"takes {took:.2f} seconds for an answer")
        return answer

    def _rest(self, why: str) -> None:
        logger.warning("The cache of CACHE_URL %s", why)
        self._resting_until = time.monotonic() + REST


class Cache(RedisCache):
    """Django's cache in Redis, without which pages are made all the same."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = RestingClient
