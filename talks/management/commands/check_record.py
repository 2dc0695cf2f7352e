"""python manage.py check_record: rows that were saved before there was a rule, and that files would refuse."""

from django.core.management.base import BaseCommand
from django.urls import reverse

from talks.files.recheck import faults
from talks.models import Article


class Command(BaseCommand):
    help = "List what of the record an export would lose or a load of it refuse, with the page to mend it on."

    def handle(self, *args, **options):
        found = faults()
        for model, slug, field, message in found:
            self.stdout.write(f"{address_of(model, slug)}: {field and f'{field}: '}{message}")
        if found:
            rows = "row is" if len(found) == 1 else "rows are"
            self.stderr.write(f"{len(found):,} {rows} to be mended; until then no export of the record can be loaded.")
            raise SystemExit(1)
        count = Article.objects.count()
        all_of_them = (
            "1 article with all that it reports" if count == 1 else f"{count:,} articles with all that they report"
        )
        self.stdout.write(f"{all_of_them} can be exported and loaded again.")


def address_of(model, slug):
    """The page of the admin on which a row is edited; its slug where there is none."""
    pk = model.objects.filter(slug=slug).values_list("pk", flat=True).first()
    return reverse(f"admin:talks_{model._meta.model_name}_change", args=[pk]) if pk else slug
