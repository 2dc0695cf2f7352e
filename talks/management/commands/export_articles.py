"""python manage.py export_articles DIR: the database back to article files."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from talks.files.exporter import export


class Command(BaseCommand):
    help = "Write all vocabulary and articles as files that load_articles reads. Staff-only text is left out."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path, help="A new or empty folder.")

    def handle(self, *args, folder, **options):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"{folder} is not an empty folder; name a new one, so that no file is lost")
        written = export(folder)
        self.stdout.write(f"{len(written):,} files written to {folder}.")
