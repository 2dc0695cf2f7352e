"""python manage.py article_schema: the JSON Schema of article files, or of translations, for people's editors."""

import json

from django.core.management.base import BaseCommand

from talks.files.schema import ArticleFile, TranslationsFile

FILES = {"article": ArticleFile, "translations": TranslationsFile}


def schema_text(name="article"):
    """The JSON Schema of an article file, or of another of FILES, as it stands in fixtures/article.schema.json."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | FILES[name].model_json_schema(by_alias=True)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class Command(BaseCommand):
    help = "Print the JSON Schema of files: python manage.py article_schema > fixtures/article.schema.json"

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="?", choices=FILES, default="article", help="Of which files; of articles.")

    def handle(self, *args, name, **options):
        self.stdout.write(schema_text(name), ending="")
