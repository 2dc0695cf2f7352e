"""The cache of CACHE_URL, which may go away: then nothing is in it, and nobody waits for it."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

REST = 5  # seconds in which a cache that failed is not asked again
logger = logging.getLogger(__name__)


class RestingClient(RedisCacheClient):
    """Django's, whose cache is empty while it does not answer."""

    _resting_until = 0.0

    def get(self, key: str, default: Any) -> Any:
        return self._asked(lambda: super(RestingClient, self).get(key, default), default)

    def add(self, key: str, value: Any, timeout: int | None) -> Any:
        return self._asked(lambda: super(RestingClient, self).add(key, value, timeout), True)

    def set(self, key: str, value: Any, timeout: int | None) -> None:
        self._asked(lambda: super(RestingClient, self).set(key, value, timeout), None)

    def delete(self, key: str) -> Any:
        return self._asked(lambda: super(RestingClient, self).delete(key), False)

    def incr(self, key: str, delta: int) -> Any:
        """Raises `ValueError` as for a key that is not there."""
        if (number := self._asked(lambda: super(RestingClient, self).incr(key, delta), None)) is None:
            raise ValueError(f"Key {key!r} not found.")
        return number

    def _asked(self, what: Callable[[], Any], otherwise: Any) -> Any:
        if time.monotonic() < self._resting_until:
            return otherwise
        try:
            return what()
        except RedisError as error:
            logger.warning("The cache of CACHE_URL does not answer: %s", error)
            self._resting_until = time.monotonic() + REST
            return otherwise


class Cache(RedisCache):
    """Django's cache in Redis, without which pages are made all the same."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = RestingClient
