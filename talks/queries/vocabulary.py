"""Parties, issues, people and sources, and what the record holds of each."""

import datetime
from collections.abc import Iterable
from operator import attrgetter

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from talks.derived.reports import entry_pk
from talks.models import (
    REPORTS,
    Account,
    Article,
    Citation,
    Delegate,
    Issue,
    Party,
    Person,
    Seen,
    Sourced,
)
from talks.models.sharing import keeping
from talks.queries.known import MANY, KnownByPk, known_briefly, known_in_full
from talks.queries.reports import rows_of_heads
from talks.record.attendance import Seat, seats
from talks.record.facts import KnownEntry


def parties_with_counts(seen: Seen) -> QuerySet:
    """Parties by their order, each with the number of entries it is involved in as `entry_count`."""
    return Party.objects.visible(seen).annotate(entry_count=_tie_count(seen)).order_by("order", "name")


def issues_with_counts(seen: Seen) -> QuerySet:
    """Issues by their order, each with the number of entries about it as `entry_count`."""
    return Issue.objects.visible(seen).annotate(entry_count=_tie_count(seen)).order_by("order", "title")


def counted_people(seen: Seen) -> QuerySet:
    """People by name, each with the number of entries they appear in as `entry_count`."""
    return Person.objects.select_related("party").annotate(entry_count=_tie_count(seen)).order_by("name", "slug")


def people_with_counts(seen: Seen) -> QuerySet:
    """The same; only those who appear."""
    return counted_people(seen).filter(entry_count__gt=0)


def _tie_count(seen: Seen) -> Count:
    shown = Q(entry_ties__entry__publication="published")
    return Count("entry_ties", filter=shown & seen.by("entry_ties__since"))


def appearances_of(seen: Seen, person: Person, know_them: KnownByPk = known_briefly) -> list[tuple[KnownEntry, Seat]]:
    """[(KnownEntry of a round, the person's `Seat` there)], newest round first; of at most MANY delegate rows."""
    rows = Delegate.objects.filter(person=person).visible(seen).to_show()
    rows = rows.select_related("person", "delegation__party").in_order_of_report()[:MANY]
    held = {pk: seat for (_, pk), seat in seats(rows, rows_of_heads(seen, rows)).items()}
    known = sorted(know_them(seen, held).values(), key=attrgetter("place"), reverse=True)
    return [(one, held[one.entry.pk]) for one in known]


def accounts_by(
    seen: Seen, person: Person, others: Iterable[KnownEntry] = (), know_them: KnownByPk = known_briefly
) -> list[tuple[KnownEntry, Account]]:
    """[(KnownEntry, account)] of what a person said, newest report first; at most MANY.

    `others`: entries that are known anyway.
    """
    rows = Account.objects.filter(speaker=person).visible(seen).to_show().loaded()
    rows = list(rows.order_by("-article__published", "-pk")[:MANY])
    known = {one.entry.pk: one for one in others}
    if missing := {row.entry_id for row in rows} - known.keys():
        known |= know_them(seen, missing)
    return [(known[row.entry_id], row) for row in rows]


def last_published(seen: Seen) -> datetime.date | None:
    """The day on which the newest article was published; None if there is none."""
    return Article.objects.visible(seen).aggregate(day=Max("published"))["day"]


def articles(seen: Seen) -> QuerySet:
    """Articles, newest first, each with the number of published entries that it reports as `entry_count`."""
    shown = Citation.objects.filter(article=OuterRef("pk"), field="", entry__publication="published").order_by()
    # Asked of each row that is shown. A join would count those of all articles for a page of them.
    number = Subquery(shown.values("article").annotate(number=Count("pk")).values("number"))
    counted = keeping(Article.objects.visible(seen).with_publishers()).defer("text", "filed")
    return counted.annotate(entry_count=Coalesce(number, 0)).order_by("-published", "slug")


def reports_in(
    seen: Seen, article: Article, know_them: KnownByPk = known_in_full
) -> list[tuple[KnownEntry, list[Sourced]]]:
    """[(KnownEntry, its rows)] of all that one article reports, entries by date; they know what `know_them` gives."""
    rows_of: dict[int, list[Sourced]] = {}
    for model in REPORTS:
        rows = model.objects.filter(article=article).visible(seen).order_by("pk")
        for row in rows.loaded():
            row.article = article
            rows_of.setdefault(entry_pk(row), []).append(row)
    known = sorted(know_them(seen, rows_of).values(), key=attrgetter("place"))
    return [(one, rows_of[one.entry.pk]) for one in known]
