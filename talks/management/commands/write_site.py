"""python manage.py write_site: the public side as files, for a host that runs no program."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.http.request import validate_host
from django.utils import timezone

from talks.management.commands.check_links import site_address
from talks.static_site.folder import CURRENT, BusyError
from talks.static_site.writing import AnswerError, write_site

STEP = 500  # addresses, after which the progress is told


class Command(BaseCommand):
    help = "Write every public page without a question, its data, cards, feeds and site maps as files into a folder."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", metavar="DIR", type=Path, help="What is there is replaced at once, in DIR/current."
        )
        parser.add_argument(
            "--origin", metavar="URL", help="How readers call the site; by default the first name in ALLOWED_HOSTS."
        )
        parser.add_argument(
            "--live", metavar="URL", default="", help="The site with a server, to which searches and filters lead."
        )
        parser.add_argument("--packed", action="store_true", help="Beside each text also a .gz and a .br of it.")

    def handle(self, *args, folder, origin, live, packed, **options):
        origin = address_of("--origin", origin or site_address().rstrip("/"))
        live = address_of("--live", live) if live else ""
        if not validate_host(urlsplit(origin).hostname, settings.ALLOWED_HOSTS):
            raise CommandError(f"ALLOWED_HOSTS lacks {urlsplit(origin).hostname}, by which the pages are to be called.")
        if live == origin:
            raise CommandError("--live must be another address than the files have.")
        try:
            written = write_site(folder, origin, live, packed=packed, now=timezone.now(), tell=self.tell)
        except BusyError as error:
            raise CommandError(f"Somebody else is writing into {folder}; nothing was changed.") from error
        except AnswerError as error:
            raise CommandError(f"Nothing was changed: {error}") from error
        counted = written.counted
        self.stdout.write(
            f"{folder / CURRENT}: {counted.files:,} files, {counted.size / 2**20:,.1f} MB; "
            f"{len(counted.written):,} written, {counted.same:,} as they were, {len(counted.gone):,} gone; "
            f"{written.moved:,} addresses moved, {written.gone:,} withdrawn."
        )
        if options["verbosity"] > 1:
            for sign, names in (("+", counted.written), ("-", counted.gone)):
                for name in names:
                    self.stdout.write(f"{sign} {name}")

    def tell(self, done, of_all):
        if done % STEP == 0 or done == of_all:
            self.stderr.write(f"{done:,} of {of_all:,} addresses")


def address_of(option, text):
    """Scheme and name of an address, as an origin is written."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise CommandError(f"{option} is {text!r}; write scheme and name alone: https://timeline.example")
    return f"{parts.scheme}://{parts.netloc}"
