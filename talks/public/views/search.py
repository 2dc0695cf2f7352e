"""Search across entries, people and articles."""

from dataclasses import dataclass

from django.core.paginator import Page
from django.utils.translation import gettext

from talks import queries
from talks.models import Article, Entry, Seen
from talks.public.forms.pages import SearchForm
from talks.public.pages import numbered_page, reads, render_page
from talks.queries import search as find
from talks.queries.days import days_asked
from talks.queries.parts import ROW
from talks.words.rows import found_in

FIRST = {"people": 5, "entries": 20, "articles": 10}  # how many of each sort the page of all sorts shows, in this order
ROWS = 20


@dataclass(frozen=True)
class Section:
    """What was found of one sort: its numbered page, and what is shown of it."""

    sort: str
    page: Page
    rows: list

    @property
    def count(self):
        return self.page.paginator.count


@reads(SearchForm)
def search(request, form):
    """What holds all the words of a search: some of each sort, or page by page of one."""
    sizes = {form.sort: ROWS} if form.sort else FIRST
    number = (form.sort and form.cleaned_data.get("page")) or 1
    sections = [_section(form, sort, number, size) for sort, size in sizes.items()]
    sections = [section for section in sections if section.count]
    days = days_asked(form.seen, form.query.text)
    near = find.names_near(form.seen, form.query) if form.query.words and not sections and not days else []
    context = {"query": form.query, "sort": form.sort, "sections": sections, "near": near, "days": days}
    return render_page(request, "search/search.html", form, context)


def _section(form, sort, number, size):
    found = find.found(form.seen, sort, form.query)
    rows, total = find.part_of(found, (number - 1) * size, size)
    page = numbered_page(found, number, size, gettext("These results have no such page."), total)
    pks = pks_of(sort, rows)
    return Section(sort, page, ROWS_OF[sort](form, pks) if pks else [])


def pks_of(sort, wordings):
    """The keys of the rows that these wordings are of."""
    return [getattr(wording, f"{find.OWNERS[sort]}_id") for wording in wordings]


def _entries(form, pks):
    """[(KnownEntry, the reported rows in which words stand, the transfers of a swap)]."""
    entries = _in_order(Entry.objects.visible(form.seen), pks)
    told = form.parts.of_each(_told, lambda rows: ROW * (1 + len(rows)))
    cards = zip(form.cards(form.seen, entries), told(form.seen, entries), strict=True)
    return [(card.known, found_in(card.known, rows, form.query), card.transfers) for card, rows in cards]


def _told(seen: Seen, entries):
    """The provisions, accounts and delegates of each of these entries."""
    rows_of = queries.told_of(seen, [entry.pk for entry in entries])
    return [rows_of.get(entry.pk, []) for entry in entries]


def _people(form, pks):
    return _in_order(queries.counted_people(form.seen), pks)


def _articles(form, pks):
    return _in_order(Article.objects.with_publishers().defer("text", "filed"), pks)


ROWS_OF = {"people": _people, "entries": _entries, "articles": _articles}


def _in_order(rows, pks):
    """The rows with these pks, in the order of the pks."""
    by_pk = {row.pk: row for row in rows.filter(pk__in=pks)}
    return [by_pk[pk] for pk in pks if pk in by_pk]
