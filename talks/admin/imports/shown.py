"""What pages show of mistakes, of differences and of what was loaded: as much as can be read, and how much there is."""

from dataclasses import dataclass
from pathlib import PurePath

from django.apps import apps
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from talks.derived.reports import batches
from talks.editing.imports import CHANGES
from talks.files.grouping import MOST
from talks.files.reader import MAX_BYTES
from talks.models import Article, Entry, Publication

LABELS = {
    "created": _("Created"),
    "updated": _("Updated"),
    "removed": _("Removed"),
    "kept": _("Kept as editors left it"),
    "discrepancies": _("New discrepancies"),
    "alike": _("Looks like what is there already"),
    "former": _("Former slugs, read as the present ones"),
    "warnings": _("Check whether this is meant"),
}


def page_of(row):
    """The address of a row's page in the admin."""
    kind = row.kind if isinstance(row, Entry) else row._meta.model_name
    return reverse(f"admin:talks_{kind}_change", args=[row.pk])


# Mistakes


@dataclass(frozen=True)
class Place:
    """Where a mistake is; `text`: the line itself."""

    name: str
    line: int
    field: str
    text: str


@dataclass(frozen=True)
class Mistakes:
    """Mistakes that one sentence tells, `count` in so many `files`; `places` are the first of them."""

    message: str
    count: int
    files: int
    places: list[Place]

    @property
    def more(self):
        """How many are not shown."""
        return self.count - len(self.places)


def mistakes(summary, files):
    """The mistakes in these files ({name: text}) as `Mistakes`, those of most files first."""
    names = {name for *_rest, places in summary["groups"] for name, _line_number, _field in places}
    lines = {name: files.get(name, "").splitlines() for name in names}
    return [
        Mistakes(message, count, of, [Place(*place, _line(lines[place[0]], place[1])) for place in places])
        for message, count, of, places in summary["groups"]
    ]


def _line(lines, number):
    return lines[number - 1] if 0 < number <= len(lines) else ""


def wrong_files(summary, files, most):
    """[{name, text}] of the first `most` files with mistakes, as many as a form may send back."""
    found, left = [], MAX_BYTES
    for name in sorted({name for *_rest, places in summary["groups"] for name, _line_number, _field in places}):
        size = len(files[name].encode())
        if len(found) < most and (not found or size <= left):
            found.append({"name": name, "text": files[name]})
            left -= size
    return found


# Differences


@dataclass(frozen=True)
class Group:
    """Changes of one sort, `count` in all; `lines`: (line, values that it changes) of the first of them."""

    label: str
    count: int
    lines: list

    @property
    def more(self):
        """How many are not shown."""
        return self.count - len(self.lines)


def difference(told):
    """The summary of a difference for a page: its changes in groups of one sort."""
    counts = {**told.get("numbers", {}), **told["counts"]}
    lines = {action: _changes(told, action) for action in CHANGES}
    lines |= {name: [(line, ()) for line in told[name]] for name in ("kept", "discrepancies", "former")}
    lines["alike"] = [(_linked(*one), ()) for one in told.get("alike", ())]
    lines["warnings"] = [(line, ()) for line in told.get("warnings", ())]
    groups = [Group(LABELS[name], counts.get(name, len(lines[name])), lines[name][:MOST]) for name in LABELS]
    return {**told, "groups": [group for group in groups if group.lines]}


def _changes(told, action):
    changes = ((line.partition(" "), values) for line, values in told["changes"])
    return [(line, values) for (word, _space, line), values in changes if word == action]


def _linked(sentence, model, slug):
    """The sentence with a link to the other row, if that is there."""
    row = apps.get_model("talks", model).objects.filter(slug=slug).first()
    if row is None:
        return sentence
    return format_html('{} (<a href="{}">{}</a>)', sentence, page_of(row), row)


# What was loaded


@dataclass(frozen=True)
class Loaded:
    """Rows that were loaded, with their addresses in the admin; `count` in all."""

    label: str
    count: int
    rows: list

    @property
    def more(self):
        """How many are not shown."""
        return self.count - len(self.rows)


def loaded(imported):
    """The articles of these files and the entries that they report, drafts first, as far as they are there still."""
    slugs = [PurePath(name).stem for name in imported.files if "/" not in name]
    articles = set()
    for some in batches(slugs):
        own = Article.objects.filter(Q(slug__in=some) | Q(former_slugs__slug__in=some))
        articles |= {(slug, pk) for pk, slug in own.values_list("pk", "slug")}
    entries = set()
    for some in batches(pk for _slug, pk in articles):
        reported = Entry.objects.filter(citations__article__in=some)
        entries |= {
            (publication != Publication.DRAFT, slug, pk)
            for pk, slug, publication in reported.values_list("pk", "slug", "publication")
        }
    groups = [
        (_("Articles"), Article.objects.only("slug", "title"), articles),
        (
            _("Entries that they report"),
            Entry.objects.only("slug", "title", "kind", "publication", "translations"),
            entries,
        ),
    ]
    return [Loaded(label, len(found), _rows(rows, found)) for label, rows, found in groups if found]


def _rows(rows, found):
    """(row, its page, True if it is a draft) of the first of those that were `found`, which end with their keys."""
    keys = [key for *_order, key in sorted(found)[:MOST]]
    by_key = rows.in_bulk(keys)
    return [(by_key[key], page_of(by_key[key]), _is_draft(by_key[key])) for key in keys]


def _is_draft(row):
    return isinstance(row, Entry) and row.publication == Publication.DRAFT
