"""Addresses of pages, by the names of `talks.urls`."""

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language


def address(name: str, *args: str) -> str:
    """The address of a named page, in the language of this one; a page asks for hundreds, and many for the same."""
    return _address(name, args, get_language(), get_script_prefix())


@lru_cache(maxsize=16384)
def _address(name: str, args: tuple[Any, ...], language: str | None, prefix: str) -> str:
    return reverse(name, args=args)
