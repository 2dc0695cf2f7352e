"""python manage.py mcp: answers an assistant on this machine."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Answer an assistant that starts this program and speaks the Model Context Protocol over its pipes."
    requires_system_checks = ()  # what they print would stand between the answers

    def add_arguments(self, parser):
        parser.add_argument(
            "--origin",
            default="http://localhost:8000",
            metavar="ADDRESS",
            help="Where the site is, for the addresses of facts: https://timeline.example; http://localhost:8000.",
        )
        codes = [code for code, _ in settings.LANGUAGES]
        parser.add_argument("--language", choices=codes, default=settings.LANGUAGE_CODE, help="Of the answers.")

    def handle(self, *args, origin, language, **options):
        from talks.public.assistants.server import serve  # noqa: PLC0415 – takes half a second

        if not origin.startswith(("https://", "http://")):
            raise CommandError(f"{origin!r} is no address of a site; write one such as https://timeline.example")
        serve(origin.rstrip("/"), language)
