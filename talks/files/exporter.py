"""Writes the database back to article files: load, export and load again changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.db.models import QuerySet

from talks.files import rows, translations
from talks.files.loader import REFERENCE_FILES
from talks.models import Article
from talks.models.translated import other_languages

HEADER = "# yaml-language-server: $schema={schema}\n"


class FileDumper(yaml.SafeDumper):
    """YAML as people write it here: lists indented, long texts folded, dates plain."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if "\x85" in text:  # a line break of YAML, which would be read as a space; quoted so, it is written as \N
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    folds = len(text) > 90 and text == " ".join(text.split())
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=">" if folds else None)


def _numbers(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.SequenceNode:
    short = all(isinstance(value, int) for value in values) or all(isinstance(value, str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=short)


FileDumper.add_representer(str, _text)
FileDumper.add_representer(list, _numbers)


def dump(content: Any) -> str:
    """Plain values as YAML text."""
    return yaml.dump(content, Dumper=FileDumper, allow_unicode=True, sort_keys=False, width=110)


def export(folder: Path) -> list[Path]:
    """Write all vocabulary, articles and translations to files under `folder`; gives back the paths written.

    The articles' staff-only text is not among what is written. Drafts are, and say so: files are for editors. What was
    withdrawn is called a draft too, so that loading it elsewhere does not publish it.
    """
    written = []
    for name, model in REFERENCE_FILES.items():
        written.append(_write(folder / "reference" / f"{name}.yaml", dump(vocabulary(model))))
    for name, text in article_files(Article.objects.all()):
        written.append(_write(folder / "articles" / name, text))
    for name, text in translation_files():
        written.append(_write(folder / translations.FOLDER / name, text))
    return written


def translation_files() -> Iterator[tuple[str, str]]:
    """(name, text) of the file of each language in which something is given."""
    held = translations.held_translations()
    for language in other_languages():
        if content := translations.content(held, language):
            yield f"{language}.yaml", HEADER.format(schema="../translations.schema.json") + dump(content)


def article_files(articles: QuerySet[Article]) -> Iterator[tuple[str, str]]:
    """(name, text) of the files of these articles (a queryset)."""
    header = HEADER.format(schema="../article.schema.json")
    for slug, content in article_contents(articles):
        yield f"{slug}.yaml", header + dump(content)


def article_contents(articles: QuerySet[Article]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(slug, content of its file as plain values) of these articles (a queryset)."""
    named = {row.pop("pk"): row for row in articles.values("pk", "slug", *rows.ARTICLE)}
    found = rows.from_database(named)
    entries = rows.entries_to_name()
    for pk, values in named.items():
        plain = {name: rows.plain(value) for name, value in values.items()}
        yield values["slug"], rows.to_file(plain, found[pk], entries)


def vocabulary(model: Any) -> list[dict[str, Any]]:
    """The rows of a model as its reference file has them."""
    names = ("slug", *rows.VOCABULARY[model][1])
    return [rows.filled(values, names) for values in model.objects.order_by("pk").values(*names)]


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
