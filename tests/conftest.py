"""What all tests share: the real record, loaded from fixtures/."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from talks.files.loader import load

hypothesis_settings.register_profile("tests", deadline=None)  # a busy machine is no failure
hypothesis_settings.load_profile("tests")


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Each test starts with an empty cache, as a rolled-back record has the numbers of another one; and in English."""
    cache.clear()
    translation.deactivate()


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load([settings.FIXTURES])
        # PostgreSQL plans badly for tables that it has not counted, and counts none within a transaction by itself.
        connection.cursor().execute("ANALYZE")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def record(_loaded, db):
    """The real record, all of fixtures/, loaded once for the module; what a test changes is rolled back after it."""
