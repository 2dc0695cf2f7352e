"""The database that tests run on (tests/database.py)."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from talks.models import Publisher
from tests.factories import PublisherFactory

pytestmark = pytest.mark.sql


@pytest.mark.django_db
def test_all_migrations_are_applied():
    executor = MigrationExecutor(connection)

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_that_commits_leaves_what_migrations_made_and_nothing_else(time):
    assert set(Group.objects.values_list("name", flat=True)) == {"Author", "Editor", "Admin"}
    assert Permission.objects.filter(codename="publish_entry").exists()
    assert not Publisher.objects.exists()

    Group.objects.all().delete()
    PublisherFactory()
