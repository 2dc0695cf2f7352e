"""python manage.py load_articles [PATH…]: article files into the database."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.template.defaultfilters import pluralize

from talks.files.grouping import grouped
from talks.files.loader import BadFilesError, load

EVERY = 0.2  # seconds, after which a terminal is told the progress
CLEARED = "\r\x1b[K"  # the line is empty again


class Command(BaseCommand):
    help = "Check article files and write what they say into the database, all or nothing."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="*", metavar="PATH", help="Files or folders; by default all of fixtures/.")
        parser.add_argument("--dry-run", action="store_true", help="Show what would change, and write nothing.")
        parser.add_argument(
            "--overwrite", action="store_true", help="Take the files' word where an editor changed something."
        )

    def handle(self, *args, paths, dry_run, overwrite, verbosity, **options):
        try:
            outcome = load(paths or [settings.FIXTURES], overwrite=overwrite, dry_run=dry_run, tell=self.progress())
        except BadFilesError as error:
            for group in grouped(error.problems):
                for problem in group.shown:
                    self.stderr.write(str(problem))
                if group.more:
                    self.stderr.write(f"  … the same in {group.more:,} more place{pluralize(group.more)}")
            count = len(error.problems)
            self.stderr.write(f"{count} problem{'s' if count > 1 else ''}; nothing was written.")
            raise SystemExit(1) from None
        if outcome.counts and not dry_run:
            connection.cursor().execute("ANALYZE")  # so that the database plans for what it now holds
        self.tell(outcome, dry_run, changes=dry_run or verbosity > 1)

    def progress(self):
        """What tells a terminal how far the load is, in one line that is gone in the end; None where nobody watches."""
        if not self.stdout.isatty():
            return None
        told = 0

        def tell(what, done, total):
            nonlocal told
            if done == total:
                self.stdout.write(CLEARED, ending="")
            elif time.monotonic() - told > EVERY:
                told = time.monotonic()
                self.stdout.write(f"{CLEARED}{done:,} of {total:,} {what}, {total - done:,} left", ending="")
                self.stdout.flush()

        return tell

    def tell(self, outcome, dry_run, changes):
        """Write what happened, or with --dry-run what would happen."""
        if changes:
            for line in outcome.changes:
                self.stdout.write(f"  {line}")
        for line in outcome.kept:
            self.stdout.write(f"  kept {line}")
        for line in outcome.discrepancies if dry_run or changes else ():
            self.stdout.write(f"  new discrepancy: {line}")
        for line, *_ in outcome.alike:
            self.stdout.write(f"  looks like one that is there: {line}")
        for line in outcome.former:
            self.stdout.write(f"  {line}")
        for line in outcome.warnings if dry_run or changes else ():
            self.stdout.write(f"  look whether it is meant: {line}")
        counts = ", ".join(f"{outcome.counts[what]:,} {what}" for what in ("created", "updated", "removed"))
        files = f"{outcome.files:,} article file{pluralize(outcome.files)}"
        new = len(outcome.discrepancies)
        summary = f"{files}: {counts}, {len(outcome.kept):,} kept as editors left them, "
        summary += f"{new:,} new discrepanc{pluralize(new, 'y,ies')}."
        if not outcome.counts:
            summary = f"{files}: nothing changed."
        self.stdout.write(("Would be: " if dry_run else "") + summary)
