"""python manage.py move_in TABLE… --to DIR: article files of a timeline that was kept elsewhere."""

from contextlib import ExitStack
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from talks.files.uploads import texts_of


class Command(BaseCommand):
    help = (
        "Make article files of spreadsheets (.csv, .xlsx), of TimelineJS (.json, .csv), or of zips of these, as the "
        "import of the admin does; docs/editing.md says what they must have. All entries are drafts."
    )

    def add_arguments(self, parser):
        parser.add_argument("tables", metavar="TABLE", nargs="+", type=Path)
        parser.add_argument("--to", metavar="DIR", type=Path, required=True, help="The folder for the article files.")

    def handle(self, *args, tables, to, **options):
        with ExitStack() as stack:
            files = [File(stack.enter_context(path.open("rb")), name=path.name) for path in tables]
            try:
                texts = texts_of(files)
            except ValidationError as error:
                raise CommandError("\n".join(error.messages)) from error
        if there := sorted(name for name in texts if (to / name).exists()):
            raise CommandError(f"{to} has {', '.join(there)} already; name another folder, so that no file is lost")
        for name, text in texts.items():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            (to / name).write_text(text, encoding="utf-8")
        self.stdout.write(f"Article files written to {to}: {len(texts):,}. load_articles says what they lack.")
