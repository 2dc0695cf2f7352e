"""python manage.py back_up FILE: the whole database in one file, while the site runs."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from talks.operations.backup import NoBackupError, back_up


class Command(BaseCommand):
    help = "Copy the whole database into a new file; the site may run meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file, **options):
        begun = time.monotonic()
        try:
            contents = back_up(file)
        except NoBackupError as error:
            raise CommandError(f"No backup was made: {error}.") from error
        self.stdout.write(
            f"{file}: {file.stat().st_size / 2**20:,.1f} MB in {time.monotonic() - begun:.1f} s, read back: "
            f"{contents.rows:,} rows in {contents.tables} tables. Users and their passwords are in it: keep it well."
        )
