"""python manage.py doctor: what of the site is not as it should be."""

from django.core.management.base import BaseCommand

from talks.operations.doctor import examine


class Command(BaseCommand):
    help = "Say in sentences what of the site is not as it should be; the exit status is 1 if something is."
    requires_system_checks = ()  # it tells what they find

    def add_arguments(self, parser):
        parser.add_argument("--thorough", action="store_true", help="Also read all of the record; takes a while.")

        parser.add_argument("--site", default="", metavar="URL", help="Ask there, too, what visitors should not get.")

    def handle(self, *args, thorough, site, **options):
        found = False
        for sentence in examine(thoroughly=thorough, site=site):
            found = True
            self.stdout.write(f"- {sentence}")
        if found:
            raise SystemExit(1)
        self.stdout.write("All is well.")
