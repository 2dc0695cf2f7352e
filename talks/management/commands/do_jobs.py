"""python manage.py do_jobs: what waits to be done with imports; the site starts it by itself."""

from django.core.management.base import BaseCommand

from talks.editing import jobs, worker


class Command(BaseCommand):
    help = "Do what waits to be done with imports, and end. The site starts this by itself when it is needed."

    def handle(self, *args, **options):
        with worker.only_one():
            jobs.do_all()
