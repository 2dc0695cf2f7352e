"""python manage.py snapshot: the whole public record as files, which `/data/` lists."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from talks.data.snapshots import difference, package, shelf
from talks.data.snapshots.making import ClockError, RecordChangesError, make, unpacked
from talks.management.commands.check_links import site_address


class Command(BaseCommand):
    help = "Write the whole public record as CSV, JSON Lines and SQLite, with what changed since the snapshot before."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", metavar="DIR", type=Path, nargs="?", help="Where snapshots are; by default the setting SNAPSHOTS."
        )
        parser.add_argument("--since", metavar="NAME", help="Tell what changed since this one, not since the latest.")
        parser.add_argument("--dictionary", action="store_true", help="Only print what each table and column is.")

    def handle(self, *args, folder, since, dictionary, **options):
        if dictionary:
            self.stdout.write(package.dictionary(), ending="")
            return
        folder = folder or settings.SNAPSHOTS
        before = self.snapshot(folder, since) if since else None
        origin = site_address().rstrip("/")
        try:
            found, was_made = make(folder, origin, timezone.now(), before)
        except RecordChangesError as error:
            raise CommandError("The record changed while it was read, again and again; try again later.") from error
        except ClockError as error:
            wrong = f"{error} is dated later than now, and would stay the latest. Set the clock right, or take it away."
            raise CommandError(wrong) from error
        if was_made:
            self.tell(found)
        else:
            self.stdout.write(f"{found.name} is of the same state of the record; nothing was made.")
            if before:
                self.compare(before, found)

    def snapshot(self, folder, name):
        """The snapshot of this name."""
        if found := shelf.named(folder, name):
            return found
        names = ", ".join(one.name for one in shelf.every(folder)[:5])
        raise CommandError(f"There is no snapshot “{name}” in {folder}; there are: {names or 'none'}.")

    def tell(self, made):
        rows = sum(made.about["rows"].values())
        self.stdout.write(f"{made.folder}: {rows:,} rows, {made.size / 2**20:,.1f} MB, SHA-256 {made.sha256}.")
        if compared := made.about["difference"]:
            self.stdout.write(f"Since {compared['since']}: {difference.in_words(compared['tables'])}.")

    def compare(self, before, after):
        with unpacked(before) as earlier, unpacked(after) as later:
            counts = difference.counted(difference.between(earlier, later))
        self.stdout.write(f"Since {before.name}: {difference.in_words(counts)}.")
