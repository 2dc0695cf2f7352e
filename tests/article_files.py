"""Made-up article files about Freedonia and Sylvania, and all that a database holds, for comparing."""

import yaml

from talks import models
from talks.files.loader import BadFilesError, load

REFERENCE = {
    "processes": [{"slug": "marx-talks", "title": "The Marx talks", "start": "2021-05-01"}],
    "parties": [
        {"slug": "freedonia", "name": "Freedonia", "short": "FR", "kind": "state", "order": 1},
        {"slug": "sylvania", "name": "Sylvania", "short": "SY", "kind": "state", "order": 2},
        {"slug": "ruritania", "name": "Ruritania", "short": "RU", "kind": "state", "order": 3},
    ],
    "people": [
        {"slug": "rufus-firefly", "name": "Rufus Firefly", "aliases": ["R. T. Firefly"], "party": "freedonia"},
        {"slug": "ambassador-trentino", "name": "Trentino", "party": "sylvania"},
        {"slug": "chicolini", "name": "Chicolini"},
    ],
    "issues": [
        {"slug": "borders", "title": "Borders", "group": "Territory", "order": 1},
        {"slug": "prisoners", "title": "Prisoners", "group": "People", "order": 2},
    ],
    "publishers": [
        {"slug": "gazette", "name": "The Gazette", "kind": "newspaper"},
        {"slug": "wire", "name": "Wire", "kind": "news-agency", "country": "FR", "ownership": "public"},
    ],
}


class Plain(yaml.SafeDumper):
    """Writes every value out, also one that stands there twice."""

    def ignore_aliases(self, data):
        return True


class Folder:
    """A folder for load_articles: the reference files above, and the article files that a test adds."""

    def __init__(self, path):
        self.path = path
        for name, items in REFERENCE.items():
            self.reference(name, items)

    def reference(self, name, items):
        return self.write(f"reference/{name}.yaml", items)

    def article(self, slug, published="2021-05-10", **sections):
        """Write an article's file; `sections` are lists, and `article` its own fields beside the usual ones."""
        own = {
            "slug": slug,
            "publisher": "gazette",
            "title": f"Title of {slug}",
            "published": published,
            "language": "en",
        }
        return self.write(f"articles/{slug}.yaml", {"article": own | sections.pop("article", {}), **sections})

    def write(self, name, content):
        """Write a file of this name; `content` is text as it is, or plain values to be written as YAML."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.dump(content, Dumper=Plain, sort_keys=False)
        path.write_text(text, encoding="utf-8")
        return path

    def load(self, *paths, **options):
        return load(paths or [self.path], **options)

    def problems(self, *paths):
        """What is wrong with the files, each as text with the path inside the folder."""
        try:
            self.load(*paths)
        except BadFilesError as error:
            return [str(problem).replace(f"{self.path}/", "") for problem in error.problems]
        return []


def entry(slug, **fields):
    """What a file says of an entry, at the least."""
    return {"slug": slug, "title": f"Title of {slug}", "paragraphs": [1]} | fields


def event(slug, **fields):
    return entry(slug, kind="statement") | fields


def account(slug, **fields):
    return {"entry": slug, "party": "freedonia", "text": "Own words.", "paragraphs": [2]} | fields


ALL_MODELS = (
    *(models.Process, models.Party, models.Person, models.Issue, models.Publisher, models.Article),
    models.Finding,
    *models.KINDS.values(),
    *models.REPORTS,
    *(models.EntryParty, models.EntryIssue, models.EntryPerson, models.Placement, models.Evidence, models.FormerSlug),
)
UNCOMPARED = {"created", "updated"}


def names_of(model):
    """What identifies and fills a row, without keys that differ from database to database."""
    for column in model._meta.concrete_fields:
        if column.primary_key or column.name in UNCOMPARED:
            continue
        if column.name == "delegation":
            yield from ("delegation__round__slug", "delegation__party__slug")
        else:
            yield f"{column.name}__slug" if column.is_relation else column.name


def snapshot(*leave_out):
    """{model: all its rows} of the whole database, other rows being named by their slugs, without these columns."""
    found = {}
    for model in ALL_MODELS:
        names = [name for name in names_of(model) if name not in leave_out]
        rows = [dict(zip(names, row, strict=True)) for row in model.objects.order_by().values_list(*names)]
        found[model.__name__] = sorted(rows, key=str)
    return found


def history_count():
    """How many rows the history of all models has."""
    return sum(model.history.count() for model in ALL_MODELS if hasattr(model, "history"))
