"""What every request goes through besides Django's own."""

from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class LanguageMiddleware(LocaleMiddleware):
    """The language of a page is in its address alone.

    As the address of every page here decides (`i18n_patterns` without a prefix for English), Django asks neither the
    browser nor a cookie. It still tells caches that a page without a prefix varies with the browser's language; it
    does not.
    """

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
