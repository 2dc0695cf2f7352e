"""python manage.py settle: all that follows from reports, computed anew."""

from django.core.management.base import BaseCommand

from talks.derived.reports import batches
from talks.derived.rewording import reword_all
from talks.derived.settle import settle
from talks.models import Entry

REASON = "computed anew from its reports"


class Command(BaseCommand):
    help = "Compute anew what follows from the reports, and tell what was put right; part of an update."

    def handle(self, *args, **options):
        pks = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
        wrong = [entry for some in batches(pks) for entry in settle(dict.fromkeys(some, REASON))]
        for entry in wrong:
            self.stdout.write(f"  put right: {entry.kind} {entry.slug}")
        words = reword_all()
        self.stdout.write(
            f"{len(pks):,} entries computed anew: {len(wrong):,} put right; "
            f"words of {words:,} people and articles, by which search finds them, put right."
        )
