"""Entries as they are known: with their reports, today or on a day."""

import datetime
import hashlib
from collections.abc import Callable, Collection, Iterable
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Model, Q, QuerySet
from django.utils.translation import get_language

from talks.models import KINDS, Article, Citation, Entry, EntryParty, Party, Seen, Sourced, naming
from talks.models.rules import today
from talks.models.sharing import keeping
from talks.record import merged
from talks.record.facts import KnownEntry, named_model

KnowThem = Callable[[Seen, Iterable[Entry]], list[KnownEntry]]  # `know` and those below that know less
KnownByPk = Callable[[Seen, Iterable[int]], dict[int, KnownEntry]]  # `known_in_full`, `known_briefly`
Name = tuple[type[Model], str]  # the model and the slug of a row that is named
Names = dict[Name, Any]  # rows, or known entries
RowsOfNames = Callable[[Seen, Iterable[Name]], Names]  # `rows_named` and what keeps what it gives

# Which facts a line needs that leads to an entry: whether a round is still to come goes by its status, too.
OF_LINES = ("", "start", "end", "status", "process")
LINEAGE = ("supersedes", "answers")  # facts of a later proposal that name an earlier one
MANY = 200  # the most rows of one sort on a page that is not paged; a link leads to the rest


def know(seen: Seen, entries: Iterable[Entry], told_by: Q | None = None) -> list[KnownEntry]:
    """`KnownEntry`s for these entries, which must be visible, in their order, each with its `parties`.

    `told_by`: of their citations those that are wanted; without it they know all that is reported.
    """
    entries = list(entries)
    return _known(seen, entries, told_by, _parties_of(seen, entries))


def _parties_of(seen: Seen, entries: Iterable[Entry]) -> dict[int, list[Party]]:
    """{entry pk: the parties that it involves, in their order}."""
    ties = keeping(tied_by(seen, EntryParty.objects.filter(entry__in=entries)).select_related("party"))
    by_entry = merged.grouped(ties.order_by("party__order", "party__name"), lambda tie: tie.entry_id)
    return {pk: [tie.party for tie in of_one] for pk, of_one in by_entry.items()}


def _known(seen: Seen, entries: list[Entry], told_by: Q | None, parties: dict[int, list[Party]]) -> list[KnownEntry]:
    # Not `visible`: these entries are visible, and asked again, SQLite starts from all that are published. Nor ordered
    # by the database: for many entries, SQLite would start from all articles, and ask for each about all entries.
    wanted = seen.by("article__published") & (told_by or Q())
    citations = Citation.objects.filter(wanted, entry__in=entries).to_show()
    reported = merged.grouped(in_order_of_report(citations), lambda citation: citation.entry_id)
    return [KnownEntry(entry, reported.get(entry.pk, []), seen, parties.get(entry.pk, ())) for entry in entries]


def in_order_of_report(rows: Iterable[Sourced]) -> list:
    """Reported rows whose articles are loaded, in order of report."""
    return sorted(rows, key=attrgetter("order_of_report"))


class Choice(NamedTuple):
    """An entry of a list to choose from."""

    entry: Entry
    is_chosen: bool

    @property
    def pk(self) -> tuple[int, bool]:
        """What `talks.queries.parts` keeps it by: the same entry is known better where it is chosen."""
        return self.entry.pk, self.is_chosen


def know_to_choose(seen: Seen, choices: Iterable[Choice]) -> list[KnownEntry]:
    """`KnownEntry`s of a list to choose from: they know all of what is chosen.

    Of the others they know what `know_briefly` gives, and what follows on what.
    """
    choices = list(choices)
    chosen = [one.entry for one in choices if one.is_chosen]
    told_by = Q(entry__in=chosen) | Q(field__in=(*OF_LINES, *LINEAGE))
    return _known(seen, [one.entry for one in choices], told_by, _parties_of(seen, chosen))


def know_briefly(seen: Seen, entries: Iterable[Entry], *fields: str) -> list[KnownEntry]:
    """`KnownEntry`s that know no more than a line says that leads to them: who reports them, title, days and series.

    And these `fields`. Parties they have none, because such a line names none.
    """
    return _known(seen, list(entries), Q(field__in=(*OF_LINES, *fields)), {})


def know_for_lists(seen: Seen, entries: Iterable[Entry]) -> list[KnownEntry]:
    """`KnownEntry`s that know what a list says beside their titles: as `know_briefly`, and the few facts of that."""
    return know_briefly(seen, entries, *{name for kind in KINDS.values() for name in kind.brief_facts()})


def know_headings(seen: Seen, entries: Iterable[Entry]) -> list[KnownEntry]:
    """`KnownEntry`s that know what stands above what else is told of them: as `know_briefly`, and their parties."""
    return know(seen, entries, Q(field__in=OF_LINES))


def know_by_pk(seen: Seen, entries: Iterable[Entry]) -> dict[int, KnownEntry]:
    """{pk: `KnownEntry`} of these entries; see `know`."""
    return {one.entry.pk: one for one in know(seen, entries)}


def known_in_full(seen: Seen, pks: Iterable[int]) -> dict[int, KnownEntry]:
    """{pk: `KnownEntry`, as of `know`} of those of these entries that may be shown."""
    return know_by_pk(seen, Entry.objects.visible(seen).filter(pk__in=pks))


def known_briefly(seen: Seen, pks: Iterable[int]) -> dict[int, KnownEntry]:
    """The same, as of `know_briefly`."""
    return {one.entry.pk: one for one in know_briefly(seen, Entry.objects.visible(seen).filter(pk__in=pks))}


def know_one(seen: Seen, model: type[Entry], slug: str) -> KnownEntry | None:
    """The `KnownEntry` with this slug, or None if there is none to show."""
    entry = model.objects.visible(seen).filter(slug=slug).first()
    return know(seen, [entry])[0] if entry else None


def tied_by(seen: Seen, ties: QuerySet) -> QuerySet:
    """Those of these ties that were reported by then."""
    return ties.filter(seen.by("since"))


def rows_named(seen: Seen, names: Iterable[Name]) -> Names:
    """{name: row} of those of these names that may be shown."""
    rows_by_name: Names = {}
    for model, of_model in merged.grouped(names, itemgetter(0)).items():
        slugs = {slug for _, slug in of_model}
        if model is Entry:
            named = know_briefly(seen, Entry.objects.visible(seen).filter(slug__in=slugs))
            rows_by_name |= {(Entry, one.entry.slug): one for one in named}
        else:
            rows: Any = rows_of(seen, model)
            if model is Article:
                rows = rows.with_publishers().defer("text", "filed")
            rows_by_name |= {(model, row.slug): row for row in rows.filter(slug__in=slugs)}
    return rows_by_name


def rows_of(seen: Seen, model: Any) -> QuerySet:
    """The rows of a model that may be shown."""
    return model.objects.visible(seen)


def names_in(seen: Seen, known: Iterable[KnownEntry], rows_of_names: RowsOfNames = rows_named) -> Names:
    """{(column, slug): row} of what the facts of these entries name: processes, parties, issues and other entries.

    A fact may name a draft, or an entry that was not known then; such a name is left out. `rows_of_names`: what gives
    the rows, `rows_named` or one like it.
    """
    facts = ((one.entry, fact) for one in known for fact in one.facts.values())
    told = ((entry, fact.field, one.value) for entry, fact in facts for one in fact.versions)
    return rows_of_names(seen, _named(told))


def names_reported(
    seen: Seen, reports: Iterable[tuple[KnownEntry, list[Sourced]]], rows_of_names: RowsOfNames = rows_named
) -> Names:
    """The same of what these rows, all of an entry each, name."""
    cited = ((one.entry, row) for one, rows in reports for row in rows if isinstance(row, Citation) and row.field)
    told = ((entry, row.field, row.value) for entry, row in cited)
    return rows_of_names(seen, _named(told))


def _named(told: Iterable[tuple[Entry, str, str]]) -> set[Name]:
    """The names in what is told of facts: (entry, fact, value)."""
    naming = ((named_model(entry, field), value) for entry, field, value in told)
    return {(model, slug) for model, value in naming if model for slug in value.split(", ")}


def first_report_of(slug: str) -> datetime.date | None:
    """The day on which an entry that is published now was first reported, or None; for an as-of page that misses it."""
    return Entry.objects.published().filter(slug=slug).values_list("first_reported", flat=True).first()


def reporting(seen: Seen, field: str, slugs: Collection[str]) -> QuerySet:
    """The entries (pks) about which an article reports one of these slugs for `field`."""
    return Citation.objects.visible(seen).filter(naming([field], slugs)).values("entry")


def kept(revision: str, compute: Callable, **asked: Any) -> Any:
    """What `compute(**asked)` gives, computed once for each state of the record: `revision` is `Revision.current()`.

    And for each language, because it may hold names; and once a day, because what was still to come then may not be any
    more.
    """
    said = [
        (key, [getattr(one, "slug", one) for one in value] if isinstance(value, list) else value)
        for key, value in sorted(asked.items())
    ]
    digest = hashlib.sha256(repr(said).encode()).hexdigest()
    name = f"{compute.__name__}:{revision}:{get_language()}:{today()}:{digest}"
    return cache.get_or_set(name, lambda: compute(**asked), timeout=None)
