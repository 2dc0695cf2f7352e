"""python manage.py migrate: Django's, whose migrations are noted as done in the transaction that does them.

Django notes those that leave something to the end, such as indexes, right after it. Whoever is killed in between would
have a database that no migration fits any more.
"""

from django.core.management.commands import migrate
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor


class Executor(MigrationExecutor):
    def apply_migration(self, state, migration, **options):
        return self._noted(migration, super().apply_migration, state, migration, **options)

    def unapply_migration(self, state, migration, **options):
        return self._noted(migration, super().unapply_migration, state, migration, **options)

    def _noted(self, migration, work, *args, **options):
        if not migration.atomic:
            return work(*args, **options)
        # SQLite looks at its foreign keys at the end of a migration, and can be told so only before a transaction.
        with self.connection.constraint_checks_disabled(), transaction.atomic(using=self.connection.alias):
            return work(*args, **options)


migrate.MigrationExecutor = Executor  # which the command takes from there


class Command(migrate.Command):
    pass
