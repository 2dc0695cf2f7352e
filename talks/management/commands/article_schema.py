"""python manage.py article_schema: the JSON Schema of article files, for people's editors."""

import json

from django.core.management.base import BaseCommand

from talks.files.schema import ArticleFile


def schema_text():
    """The JSON Schema of an article file, as it stands in fixtures/article.schema.json."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | ArticleFile.model_json_schema(by_alias=True)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class Command(BaseCommand):
    help = "Print the JSON Schema of article files: python manage.py article_schema > fixtures/article.schema.json"

    def handle(self, *args, **options):
        self.stdout.write(schema_text(), ending="")
