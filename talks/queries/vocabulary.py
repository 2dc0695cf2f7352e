"""Parties, issues, people and sources, and what the record holds of each."""

from django.db.models import Count, Q

from talks.derived.reports import RELATED, entry_pk
from talks.models import REPORTS, Account, Article, Delegate, Entry, Issue, Party, Person, Round
from talks.queries.known import MANY, know, know_by_pk
from talks.record import merged
from talks.record.attendance import Seat


def parties_with_counts(day=None):
    """Parties by their order, each with the number of entries it is involved in as `entry_count`."""
    return Party.objects.annotate(entry_count=_tie_count(day)).order_by("order", "name")


def issues_with_counts(day=None):
    """Issues by their order, each with the number of entries about it as `entry_count`."""
    return Issue.objects.annotate(entry_count=_tie_count(day)).order_by("order", "title")


def counted_people(day=None):
    """People by name, each with the number of entries they appear in as `entry_count`."""
    return Person.objects.select_related("party").annotate(entry_count=_tie_count(day)).order_by("name", "slug")


def people_with_counts(day=None):
    """The same; only those who appear."""
    return counted_people(day).filter(entry_count__gt=0)


def _tie_count(day):
    shown = Q(entry_ties__entry__publication="published")
    return Count("entry_ties", filter=shown if day is None else shown & Q(entry_ties__since__lte=day))


def appearances_of(person, day=None):
    """[(KnownEntry of a round, the person's `Seat` there)], newest round first; of at most MANY delegate rows."""
    rows = Delegate.objects.filter(person=person).visible(day).with_sources()
    rows = rows.select_related("delegation__party", "delegation__round").in_order_of_report()[:MANY]
    by_round = merged.grouped(rows, lambda row: row.delegation.round_id)
    known = know(Round.objects.visible(day).filter(pk__in=by_round).order_by("-stands", "-pk"), day)
    return [(one, Seat(person, by_round[one.entry.pk])) for one in known]


def accounts_by(person, day=None):
    """[(KnownEntry, account)] of what a person said, newest report first; at most MANY."""
    rows = Account.objects.filter(speaker=person).visible(day).with_sources().select_related("party")
    rows = list(rows.order_by("-article__published", "-pk")[:MANY])
    entries = Entry.objects.visible(day).filter(pk__in={row.entry_id for row in rows})
    known = know_by_pk(entries, day)
    return [(known[row.entry_id], row) for row in rows]


def articles(day=None):
    """Articles, newest first, each with the number of published entries that it reports as `entry_count`."""
    shown = Q(citations__field="", citations__entry__publication="published")
    counted = Article.objects.known_on(day).with_publishers().defer("text", "filed")
    return counted.annotate(entry_count=Count("citations", filter=shown)).order_by("-published", "slug")


def reports_in(article, day=None):
    """[(KnownEntry, its rows)] of all that one article reports, entries by date."""
    found = {}
    for model in REPORTS:
        rows = model.objects.filter(article=article).visible(day).order_by("pk")
        rows = rows.select_related(*RELATED.get(model.__name__, []))
        for row in rows:
            row.article = article
            found.setdefault(entry_pk(row), []).append(row)
    known = know(Entry.objects.visible(day).filter(pk__in=found).in_order(), day)
    return [(one, found[one.entry.pk]) for one in known]
