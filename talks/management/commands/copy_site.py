"""python manage.py copy_site FROM: a whole site from another database into that of DATABASE_URL."""

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from talks.environment import database_of
from talks.middleware import migrations
from talks.operations.copying import CannotCopyError, copied_models, copy_site

SOURCE = "source"


class Command(BaseCommand):
    help = "Copy all of a site, users and history included, from another database into the empty one of DATABASE_URL."

    def add_arguments(self, parser):
        parser.add_argument("source", metavar="FROM", help="Such as sqlite:////srv/talks/db.sqlite3.")

    def handle(self, *args, source, **options):
        connections.settings[SOURCE] = {**connections.settings["default"], **database_of(source)}
        if migrations() - set(MigrationRecorder(connections[SOURCE]).applied_migrations()):
            raise CommandError("The database to copy from is of an earlier version; run its “manage.py migrate” first.")
        call_command("migrate", verbosity=0)
        try:
            rows = copy_site(SOURCE)
        except CannotCopyError as error:
            raise CommandError(f"Nothing was copied: {error}.") from error
        finally:
            connections[SOURCE].close()
        self.stdout.write(f"{rows:,} rows of {len(copied_models())} tables copied, read back and found the same.")
        call_command("rebuild_modelsearch_index", verbosity=0, stdout=self.stdout)
        self.stdout.write("The index of the search was made anew.")
