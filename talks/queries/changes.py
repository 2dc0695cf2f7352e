"""What changed on the record, as far as a reader may see it."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from talks.models import Change, Entry, FormerSlug, Seen
from talks.models.entries import EntryQuerySet, Publication
from talks.queries.known import Name, Names, known_in_full, rows_named
from talks.record.facts import KnownEntry
from talks.words.changes import ShownChange, named_in, shown_lines

OF_PUBLISHED = Q(entry__publication=Publication.PUBLISHED)
WITHDRAWALS = Q(entry__publication=Publication.WITHDRAWN, sort=Change.Sort.WITHDRAWN)
FOLD = 3  # so many entries that are added at one moment stand for themselves; more are one line


@dataclass(frozen=True)
class Moment:
    """A moment at which many entries were added: `counts` by kind, and the change (pk) that stands for all."""

    counts: dict
    change: int

    @property
    def count(self) -> int:
        return sum(self.counts.values())


Moments = dict[datetime.datetime, Moment]


def changes(
    seen: Seen,
    *,
    kind: Collection[str] = (),
    entry: Entry | None = None,
    corrections: bool = False,
    moment: datetime.datetime | None = None,
    folded: Moments | None = None,
    findings: Collection[int] | None = None,
) -> QuerySet[Change]:
    """Changes of entries, newest first. `folded`: {moment: `Moment`} of which only one addition is to stand for all.

    `findings`: those of the editors (pks) whose changes are told, too, and the withdrawal of others; None for no word.

    Of an entry that is withdrawn only that is told. A page as known on a day has changes made by then, of entries that
    were known then, which tell of nothing that was reported later.
    """
    told = (WITHDRAWALS | OF_PUBLISHED) & seen.by("entry__first_reported")
    if findings is not None:
        told |= Q(entry=None) & (Q(finding__in=findings) | Q(sort=Change.Sort.WITHDRAWN))
    rows = Change.objects.filter(told).filter(seen.by("made__date"))
    if not seen.is_now:
        rows = rows.filter(Q(reported=None) | seen.by("reported"))
    if kind:
        rows = rows.filter(entry__kind__in=kind)
    if entry:
        rows = rows.filter(entry=entry)
    if corrections:
        rows = rows.filter(sort=Change.Sort.CORRECTED)
    if moment:
        rows = rows.filter(sort=Change.Sort.ADDED, made=moment)
    if folded:
        standing = Q(pk__in=[one.change for one in folded.values()])
        rows = rows.filter(standing | Q(entry=None) | ~Q(sort=Change.Sort.ADDED, made__in=list(folded)))
    earlier = Change.objects.filter(entry=OuterRef("entry"), sort=Change.Sort.ADDED, pk__lt=OuterRef("pk"))
    return rows.annotate(again=Exists(earlier)).select_related("entry", "finding")


def latest_changes(seen: Seen, entries: EntryQuerySet, kind: Collection[str] = ()) -> QuerySet[Change]:
    """The latest change of each of these entries, newest first, and that others, of these kinds, were withdrawn.

    On a page as known on a day, entries have the latest change that concerns what was known then, whenever it was made.
    Of what is withdrawn nothing tells whether it was among these entries.
    """
    withdrawn = WITHDRAWALS & seen.by("made__date", "entry__first_reported")
    telling = Change.objects.filter(_concerning(seen) | withdrawn)
    later = telling.filter(entry=OuterRef("entry"), pk__gt=OuterRef("pk")).order_by()
    asked = Q(entry__publication=Publication.WITHDRAWN) | Q(entry__in=entries.order_by().values("pk"))
    rows = telling.filter(asked, ~Exists(later)).select_related("entry")
    return rows.filter(entry__kind__in=kind) if kind else rows


class Changed(NamedTuple):
    """How often an entry changed, when it last did, and how many of these changes are corrections."""

    times: int
    last: datetime.datetime
    corrections: int


def changed(seen: Seen, pks: Collection[int]) -> dict[int, Changed]:
    """{pk: `Changed`} of published entries, as far as that concerns what is shown."""
    rows = Change.objects.filter(_concerning(seen), entry__in=pks)
    corrections = Count("pk", filter=Q(sort=Change.Sort.CORRECTED))
    counted = rows.order_by().values_list("entry").annotate(Count("pk"), Max("made"), corrections=corrections)
    return {pk: Changed(*numbers) for pk, *numbers in counted}


def _concerning(seen: Seen) -> Q:
    """The condition that a change is of an entry which is published, and concerns what was known then."""
    concerns = Q(sort=Change.Sort.ADDED) | Q(reported=None) | seen.by("reported")
    return OF_PUBLISHED if seen.is_now else OF_PUBLISHED & concerns


def moments(seen: Seen, kind: Collection[str] = ()) -> Moments:
    """{moment: `Moment`} of those at which more than a few entries were added."""
    added = changes(seen, kind=kind).filter(sort=Change.Sort.ADDED).order_by()
    additions: dict[datetime.datetime, tuple[dict[str, int], int]] = {}
    for made, of_kind, count, last in added.values_list("made", "entry__kind").annotate(Count("pk"), Max("pk")):
        counts, change = additions.get(made, ({}, 0))
        additions[made] = counts | {of_kind: count}, max(change, last)
    moments = {made: Moment(*counted) for made, counted in additions.items()}
    return {made: moment for made, moment in moments.items() if moment.count > FOLD}


def shown_changes(
    seen: Seen, rows: Iterable[Change], folded: Moments | None = None, findings: Collection[int] | None = None
) -> list[ShownChange]:
    """[ShownChange] of these changes, which must be visible; `findings` as of `changes`."""
    rows = list(rows)
    public = [row.entry.pk for row in rows if row.entry and row.entry.publication == Publication.PUBLISHED]
    known = known_in_full(seen, public) if public else {}
    shown = [ShownChange(row, known.get(row.entry_id) if row.entry_id else None) for row in rows]
    for one in shown:
        if one.change.finding_id in (findings or ()):
            one.finding = one.change.finding
        if one.change.entry and one.change.sort == Change.Sort.ADDED:
            one.moment = (folded or {}).get(one.change.made)
    return _with_lines(seen, shown)


def corrections_of(seen: Seen, known: KnownEntry, most: int = 3) -> list[ShownChange]:
    """[ShownChange] of the latest corrections of an entry."""
    rows = list(changes(seen, entry=known.entry, corrections=True).select_related(None)[:most])
    for row in rows:
        row.entry = known.entry
    return _with_lines(seen, [ShownChange(row, known) for row in rows])


def _with_lines(seen: Seen, shown: list[ShownChange]) -> list[ShownChange]:
    """The same, each with what it may tell of what the entry or the finding said."""
    telling = [one for one in shown if one.known or one.finding]
    names = names_of_changes(seen, [one.change for one in telling])
    for one in telling:
        one.lines = shown_lines(one.change, names)
    return shown


def names_of_changes(seen: Seen, rows: Iterable[Change]) -> Names:
    """{(model, slug): row} of what the lines of these changes name and may be shown, also by slugs of once."""
    wanted = {name for row in rows for name in named_in(row)}
    names = rows_named(seen, wanted)
    return names | _by_former_slug(seen, wanted - set(names))


def _by_former_slug(seen: Seen, missing: set[Name]) -> Names:
    """{(model, slug): row} of those rows that once had such a slug."""
    owners = {model: model._meta.model_name for model, _ in missing if hasattr(model, "former_slugs")}
    renamed: dict[Name, str] = {}
    for model, owner in owners.items():
        slugs = [slug for its_model, slug in missing if its_model is model]
        pairs = FormerSlug.objects.filter(slug__in=slugs, **{f"{owner}__isnull": False})
        renamed |= {(model, old): new for old, new in pairs.values_list("slug", f"{owner}__slug")}
    names = rows_named(seen, {(model, slug) for (model, _), slug in renamed.items()})
    return {(model, old): names[model, new] for (model, old), new in renamed.items() if (model, new) in names}
