"""python manage.py restore FILE: a backup in the place of what the database holds."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from talks.middleware import current_outage
from talks.operations.backup import NoBackupError, restore


class Command(BaseCommand):
    help = "Put a backup in the place of all that the database holds, all or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args, file, yes, **options):
        if not (yes or _agreed()):
            raise CommandError("Nothing was restored.")
        begun = time.monotonic()
        try:
            restore(file)
        except NoBackupError as error:
            raise CommandError(f"Nothing was restored: {error}.") from error
        self.stdout.write(f"The database holds what {file} holds, after {time.monotonic() - begun:.1f} s.")
        if outage := current_outage():
            self.stdout.write(outage.value)


def _agreed():
    """Whether who runs this wants it. Raises `CommandError` for a timer or a script, which has nobody to say so."""
    try:
        return input("All that the database holds now will be gone. Type “restore”: ").strip() == "restore"
    except EOFError as error:
        raise CommandError("Nothing was restored: there is nobody to ask. Say --yes.") from error
