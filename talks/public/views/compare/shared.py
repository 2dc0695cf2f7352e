"""What comparisons have in common: what can be compared, which columns stand there, and pages by weight."""

from dataclasses import dataclass

from django.utils.translation import gettext

from talks import queries
from talks.models import KINDS, Party, Process, Round, Seen
from talks.public.pages import numbered_page
from talks.queries.parts import ROW
from talks.record import merged
from talks.record.comparison import Turn, in_pages

MOST_REPORTED = 3  # entries of the comparison that is offered because most articles report them
PARTIES = 4  # in the table of positions, unless the reader chooses others
ROOM = 600  # about so many elements of a page may be rows of a comparison of rounds or proposals


def what_can_be_compared(form, model, chosen, others=()):
    """({slug: KnownEntry} of what is chosen, what can be and others by slug; what can be chosen, newest first).

    Of what is not chosen, these know no more than a list to choose from says, and what follows on what.
    """
    seen = form.seen
    newest = model.objects.visible(seen).newest_first()[: queries.MANY]
    choices = form.parts.once(("choices", model), lambda: list(newest), lambda rows: ROW * (1 + len(rows)))
    entries = {entry.slug: entry for entry in [*choices, *chosen]}
    offered, missing = list(entries), set(others) - set(entries)
    if missing:
        entries |= {entry.slug: entry for entry in model.objects.visible(seen).filter(slug__in=missing)}
    pks = {entry.pk for entry in chosen}
    to_know = [queries.Choice(entry, entry.pk in pks) for entry in entries.values()]
    listed = form.knowing(queries.know_to_choose)(seen, to_know)
    known = {one.entry.slug: one for one in listed}
    return known, [known[slug] for slug in offered]


@dataclass(frozen=True)
class Often:
    """A comparison that is offered: of the `entries` of a series, or of those that most articles report (None)."""

    series: Process | None
    entries: list


def often(seen: Seen, choices, most):
    """[Often]: each series of which two or more can be chosen, but no more than `most`; and the most reported."""
    by_series = merged.grouped(choices, lambda one: one.facts["process"].value if "process" in one.facts else None)
    fitting = {slug: found for slug, found in by_series.items() if slug and 2 <= len(found) <= most}
    series = Process.objects.visible(seen).filter(slug__in=fitting).order_by("start", "slug")
    reported = sorted(choices, key=lambda one: -len(one.mentions))[:MOST_REPORTED]
    return [Often(one, fitting[one.slug]) for one in series] + ([Often(None, reported)] if len(reported) > 1 else [])


def parties_in_columns(form, counts):
    """(all parties that anything is counted of, those that have a column) in their order, from {party pk: number}.

    Those that the reader chose, else those of most, so many as fit.
    """
    everyone = list(Party.objects.filter(pk__in=counts))
    most = {pk for pk, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:PARTIES]}
    chosen = {party.pk for party in form.fields["party"].valid} or most
    return everyone, [party for party in everyone if party.pk in chosen]


def pair_of(form, slugs):
    """The numbers of the two columns that a narrow window shows: those that the reader chose, else the first two."""
    chosen = form.chosen_slugs("pair")
    numbers = sorted(slugs.index(slug) for slug in chosen if slug in slugs)
    if len(numbers) < len(chosen):
        form.add_error("pair", gettext("Choose two of the columns that are compared."))
    return numbers if len(numbers) == 2 else [0, 1]


def page_of(form, rows, size):
    """The page of these rows that the form asks for, and all pages, for the rail; `size` of a row: see `ROOM`."""
    pages = in_pages(rows, size, ROOM)
    page = numbered_page(pages, form.cleaned_data.get("page") or 1, 1, gettext("This list has no such page."))
    return {"rows": pages[page.number - 1] if pages else [], "page": page, "pages": pages}


def size_in(cell, size):
    """The size of a cell, which may be a `Turn`: then it holds what stood there, what stands there, and who says so."""
    if not isinstance(cell, Turn):
        return size(cell)
    before = 0 if cell.begins or not cell.changed else size(cell.then)
    return size(cell.now) + before + (6 if cell.changed else 0)


def known_then(then: Seen, columns):
    """The entries of these columns as they were known then, in their order, None for each that was not."""
    entries = KINDS[columns[0].entry.kind].objects.visible(then) if columns else Round.objects.none()
    known = queries.know_by_pk(then, entries.filter(pk__in=[one.entry.pk for one in columns]))
    return [known.get(one.entry.pk) for one in columns]
