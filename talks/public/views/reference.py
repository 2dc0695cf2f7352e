"""People, parties, issues and articles: who and what entries are about, and who reports them."""

from collections import Counter

from django.contrib import admin
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from talks import queries
from talks.drawings.track import draw as draw_track
from talks.models import Article, Issue, Kind, Party, Person, Seen
from talks.models.translated import alphabetically
from talks.public.forms.base import EntriesForm, PagedForm, PublicForm
from talks.public.forms.pages import ArticlesForm, IssueForm, PeopleForm
from talks.public.pages import NotYetKnown, follows_former_slugs, numbered_page, push_address, reads, render_page
from talks.public.views.compare.shared import pair_of, parties_in_columns
from talks.record import merged, track
from talks.record.attendance import NAME, PARTY, ordered, parties_of, tenures
from talks.record.balance import OWNERSHIPS
from talks.record.coverage import years
from talks.words.kinds import missing
from talks.words.rows import cited

ROWS = 100
GRID = 12  # people of one page of the grid, which has a column for each round
ARTICLES = 50
ENTRIES = 20
MARKS = 24  # papers and statements on one page of an issue
TOP = 10  # sources and countries that stand above the list of articles; a link leads to all
CHOICES = 40  # publishers to choose from: those of most articles; the list of all sources leads to the others


def _listed(request, form, template, rows):
    """A list with numbered pages; `rows(day)` gives all of them."""
    return render_page(request, template, form, {"page": _page(rows(form.seen), form)})


def _page(rows, form, size=ROWS, total=None):
    """The numbered page of these rows that is asked for."""
    return numbered_page(rows, form.cleaned_data.get("page") or 1, size, gettext("This list has no such page."), total)


def _named(rows, noun, slug):
    """The row with this slug; else 404, in words."""
    row = rows.filter(slug=slug).first()
    if row is None:
        raise Http404(missing(noun, slug))
    return row


def _public_or_shown_to_editors(request, rows, noun, slug):
    """(the row with this slug, None), or of one that is not public (the row, where it is edited); else 404, in words.

    Whether somebody may see the second is asked before whether it is there, so that no visitor can tell.
    """
    row = rows.visible(Seen.now()).filter(slug=slug).first()
    if row:
        return row, None
    if not admin.site.has_permission(request) or not request.user.has_perm(f"talks.view_{noun}"):
        raise Http404(missing(noun, slug))
    row = _named(rows, noun, slug)
    return row, reverse(f"admin:talks_{noun}_change", args=[row.pk])


def _kept_by_nobody_if(private, response):
    """The response, which no cache keeps if it is for editors only."""
    if private:
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
    return response


@reads(PeopleForm)
def people(request, form):
    """Who was named at which round; or, with `who=others`, the people who are in no delegation."""
    return _people_elsewhere(request, form) if form.others else _people_at_rounds(request, form)


def _people_at_rounds(request, form):
    chosen = {"process": form.of_process, "party": form.of_party}
    attended = queries.attendance(form.seen, **chosen, sort=form.order, number=form.cleaned_data.get("rounds") or 1)
    if attended is None:
        raise Http404(gettext("This list has no such page."))
    page = _page(attended.people, form, GRID)
    context = {
        "page": page,
        "attended": attended,
        "rows": queries.grid_of(form.seen, list(page), attended),
        "here": attended.everyone,
        "elsewhere": queries.count_of_people_elsewhere(form.seen),
        "processes": queries.processes_of_rounds(form.seen),
        "parties": attended.parties,
        "sorts": PeopleForm.SORTS,
    }
    return render_page(request, "people/list.html", form, context)


def _people_elsewhere(request, form):
    found = list(queries.people_elsewhere(form.seen))
    parties, everyone = parties_of(found), len(found)
    if form.of_party:
        found = [person for person in found if person.party == form.of_party]
    page = _page(ordered(found, {}, form.order if form.order == NAME else PARTY), form)
    here = queries.count_of_people_at_rounds(form.seen)
    context = {"page": page, "here": here, "elsewhere": everyone, "parties": parties, "sorts": (PARTY, NAME)}
    return render_page(request, "people/list.html", form, context)


@reads(PagedForm)
def parties(request, form):
    return _listed(request, form, "parties/list.html", lambda seen: alphabetically(queries.parties_with_counts(seen)))


@reads(PagedForm)
def issues(request, form):
    return _listed(request, form, "issues/list.html", lambda seen: alphabetically(queries.issues_with_counts(seen)))


@reads(ArticlesForm)
def articles(request, form):
    """How the sources are balanced, and all articles; or, with `only`, entries that only some of them report."""
    kept = queries.kept(form.revision, queries.source_balance, seen=form.seen)
    context = {
        "balance": kept.counted,
        "top": kept.counted.sources[:TOP],
        "countries": kept.counted.countries[:TOP],
        "alone": kept.alone,
        "publishers": _to_choose_from(kept, form.of_publisher),
        "ownerships": OWNERSHIPS,
    }
    if form.whole:
        context["page"] = _page(getattr(kept.counted, form.whole), form)
        return render_page(request, "sources/shares.html", form, context)
    if form.alone:
        return _entries_alone(request, form, kept.alone, context)
    listed = queries.articles_from(queries.articles(form.seen), kept.elsewhere, **form.filters)
    context["page"] = _page(listed, form, ARTICLES, None if form.filtered else kept.counted.articles)
    if form.of_publisher:
        context["as_source"] = queries.counted_under(listed, kept.elsewhere, form.of_publisher)
    return render_page(request, "sources/list.html", form, context)


@reads(PublicForm)
def coverage(request, form):
    """From how many articles and independent sources the record draws, by month and kind, and where it is empty."""
    counts = queries.kept(form.revision, queries.coverage, seen=form.seen)
    return render_page(
        request, "sources/coverage.html", form, {"years": years(counts, list(Kind)), "kinds": list(Kind)}
    )


def _to_choose_from(kept, chosen):
    """[(slug, name)] of the publishers of most articles and of the one that is chosen, by name."""
    most = {share.key for share in kept.counted.sources[:CHOICES]} | {chosen and chosen.slug}
    return [one for one in kept.publishers if one[0] in most]


def _entries_alone(request, form, alone, context):
    lists = {ArticlesForm.ONE_ARTICLE: alone.article, ArticlesForm.ONE_SOURCE: alone.source}
    page = _page((lists | alone.countries).get(form.alone, []), form, ENTRIES)
    pks = list(page)
    known = queries.known_in_full(form.seen, pks)
    context |= {"page": page, "entries": [known[pk] for pk in pks]}
    return render_page(request, "sources/list.html", form, context)


@reads(PublicForm)
@follows_former_slugs(Person)
def person(request, form, slug):
    """A person: at which rounds, with which title, and what they said."""
    one, edit_address = _public_or_shown_to_editors(request, Person.objects.select_related("party"), "person", slug)
    appearances = queries.appearances_of(form.seen, one, form.known_briefly)
    context = {
        "person": one,
        "appearances": appearances,
        "tenures": tenures(reversed(appearances)),
        "accounts": queries.accounts_by(form.seen, one, [known for known, _ in appearances], form.known_briefly),
        "edit_address": edit_address,
    }
    return _kept_by_nobody_if(edit_address, render_page(request, "people/person.html", form, context))


@reads(EntriesForm)
@follows_former_slugs(Party)
def party(request, form, slug):
    """A party: its people and the entries that it is involved in, paged by cursor."""
    one, edit_address = _public_or_shown_to_editors(request, Party.objects, "party", slug)
    entries = queries.timeline(form.seen, party=[one])
    context = {
        "party": one,
        "cited_as": str(one),
        "page": queries.page_of(form.seen, entries, **form.paging, cards=form.cards),
        "total": entries.count(),
        "people": alphabetically(queries.people_with_counts(form.seen).filter(party=one)[: queries.MANY]),
        "edit_address": edit_address,
    }
    parts = {"results": "parties/party.html#results"}
    response = render_page(request, "parties/party.html", form, context, parts=parts)
    if request.htmx:
        push_address(request, response, form)
    return _kept_by_nobody_if(edit_address, response)


@reads(IssueForm)
@follows_former_slugs(Issue)
def issue(request, form, slug):
    """The track of an issue: what each party proposed and said on it, by date, and where each stands."""
    one, edit_address = _public_or_shown_to_editors(request, Issue.objects, "issue", slug)
    marks = queries.marks_on(form.seen, one)
    everyone, parties = parties_in_columns(form, Counter(party for mark in marks for party in mark.parties))
    columns = [party.pk for party in parties]
    shown = [mark for mark in marks if not form.fields["party"].valid or {*mark.parties} & {*columns}]
    page = _page(shown[::-1] if form.newest_first else shown, form, MARKS)
    here = sorted(page, key=shown.index)
    newest = [_newest((mark for mark in marks if mark.is_paper == kind), columns) for kind in (True, False)]
    here_and_newest = [*here, *(mark for row in newest for mark in row if mark)]
    found = queries.track(form.seen, one, marks, here_and_newest, form.know, form.known_briefly, form.demands_of)
    context = {
        "issue": one,
        "parties": parties,
        "counts": {pk: _counted(marks, pk) for pk in columns},
        "all_parties": everyone,
        "pair": pair_of(form, [party.slug for party in parties]),
        "strip": draw_track(shown, parties),
        "latest": [_in_columns(row, found) for row in newest],
        "page": page,
        "years": track.years([(mark, found[mark]) for mark in here], columns, form.newest_first),
        "rail": _rail(page.paginator.object_list),
        "period": (shown[0].day, shown[-1].day) if shown else None,
        "edit_address": edit_address,
    }
    return _kept_by_nobody_if(edit_address, render_page(request, "issues/issue.html", form, context))


def _counted(marks, party):
    """(how many of these marks are papers of a party, how many its statements)."""
    of_party = [mark.is_paper for mark in marks if party in mark.parties]
    return of_party.count(True), of_party.count(False)


def _newest(marks, parties):
    """Of marks by date, the last of each of these parties, or None."""
    newest = {party: mark for mark in marks for party in mark.parties}
    return [newest.get(party) for party in parties]


def _in_columns(marks, found):
    """The `Cell`s of what stands at a mark for each column, or None."""
    columns = merged.grouped((number for number, mark in enumerate(marks) if mark), lambda number: marks[number])
    return next(iter(track.cells([(found[mark], of) for mark, of in columns.items()], len(marks))), [])


def _rail(marks):
    """[(year, how many marks it has, on which page they start)] in their order."""
    by_year = merged.grouped(enumerate(marks), lambda pair: pair[1].day.year)
    return [(year, len(group), group[0][0] // MARKS + 1) for year, group in by_year.items()]


class Anchors:
    """The places on an article's page that its paragraphs lead to: the first at which a number stands."""

    def __init__(self):
        self.given = set()

    def of(self, numbers):
        """[(number, True if links to the paragraph lead here)]."""
        found = [(number, number not in self.given) for number in numbers]
        self.given.update(numbers)
        return found


@reads(PublicForm)
@follows_former_slugs(Article)
def article(request, form, slug):
    """A source: what it is cited for, entry by entry, with the paragraphs. Its text is never shown."""
    articles = Article.objects.with_publishers().defer("text", "filed")
    one, edit_address = _public_or_shown_to_editors(request, articles, "article", slug)
    if form.day and one.published > form.day:
        raise NotYetKnown(form.day, one.published)
    reports = queries.reports_in(form.seen, one, form.known_briefly)
    names = queries.names_reported(form.seen, reports, form.named)
    anchors = Anchors()
    cited_for = [
        (known, [(line.words, anchors.of(line.paragraphs)) for line in cited(rows, known.entry, names)])
        for known, rows in reports
    ]
    context = {"article": one, "cited_for": cited_for, "edit_address": edit_address}
    return _kept_by_nobody_if(edit_address, render_page(request, "sources/article.html", form, context))
