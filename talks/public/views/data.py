"""Pages as data: for each page what it holds, by the form and the queries of the page, in any of its formats."""

from collections.abc import Sized
from functools import partial
from itertools import groupby
from operator import itemgetter

from django.db.models import Q
from django.http import Http404, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext

from talks import queries, words
from talks.data import figures, listed, narrowed, shapes, told
from talks.data import found as hits
from talks.data.documents import Document
from talks.data.formats import as_csv, as_json, as_timelinejs, as_xlsx, as_zip
from talks.data.told import Teller, in_chunks
from talks.models import KINDS, Article, Entry, Issue, Kind, Page, Party, Person, Publication, Revision, Seen
from talks.models.pages import OF_A_ROW, OF_ROWS
from talks.models.translated import alphabetically
from talks.public.forms.base import AsOfForm, EntriesForm, EntryForm, PagedForm, PublicForm
from talks.public.forms.compare import CompareProposalsForm, CompareRoundsForm, PositionsForm
from talks.public.forms.pages import (
    ArticlesForm,
    ChangesForm,
    DifferencesForm,
    IssueForm,
    LedgerForm,
    PeopleForm,
    SearchForm,
    TimelineForm,
)
from talks.public.opened import opened
from talks.public.outputs import CSV, FORMATS, JSON, TIMELINEJS, XLSX, ZIP
from talks.public.pages import moved_for_good, reads
from talks.public.problems import problem, wrong
from talks.public.views.as_of import eves_asked
from talks.public.views.asked import findings_asked, handovers_asked, positions_asked, proposals_asked, rounds_asked
from talks.public.views.search import FIRST, ROWS_OF, pks_of
from talks.queries import search as find
from talks.queries.days import days_asked
from talks.record import ledger, steps
from talks.record.attendance import NAME, PARTY, ordered
from talks.record.coverage import years

PIECES = {JSON: as_json, CSV: as_csv, XLSX: as_xlsx, ZIP: as_zip, TIMELINEJS: as_timelinejs}


def document(request, form, page, title, items, *, sort="entries", shape=shapes.Entry, name="", slug="", more=None):
    """The `Document` of a page, whose address is that of the page with what was asked of it."""
    path = reverse(page, args=[slug] if slug else [])
    asked = form.address(without=dict.fromkeys(form.NO_DATA))
    pairs = [(one, value) for one in form.fields for value in form.data.getlist(one) if one not in form.NO_DATA]
    can_have = page in OF_A_ROW or page in OF_ROWS
    findings = told.findings(form.seen, Page.of(page, slug, pairs), origin_of(request)) if can_have else None
    return Document(
        name=name or slug or page,
        title=str(title),
        address=request.build_absolute_uri(f"{path}?{asked}" if asked else path),
        language=get_language(),
        as_of=form.day,
        sort=sort,
        shape=shape,
        items=items,
        more=({"count": len(items)} if isinstance(items, Sized) else {}) | (more or {}),
        findings=findings,
    )


def origin_of(request):
    """What addresses on this site start with."""
    return request.build_absolute_uri("/").rstrip("/")


def answer(document, chosen):
    """The document in a format, piece by piece, as a file to keep."""
    response = StreamingHttpResponse(PIECES[chosen].pieces(document), content_type=PIECES[chosen].TYPE)
    response["Content-Disposition"] = f'inline; filename="{document.name}.{chosen.ending}"'
    response["Link"] = f'<{document.address}>; rel="alternate"; type="text/html"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _view(form_class, of_page, chosen):
    """The view that answers with what `of_page` gives of a page; mistakes as a problem instead of a page."""

    @opened
    @reads(form_class)
    def view(request, form, **kwargs):
        if form.errors:
            return wrong(form)
        try:
            found = of_page(request, form, **kwargs)
        except Http404 as error:
            return problem(404, str(error))
        return answer(found, chosen) if isinstance(found, Document) else found

    return view


# Entries


def _timeline(request, form):
    return _all(request, form, "timeline", gettext("Timeline"), queries.timeline(form.seen, **form.filters))


def _slides(request, form):
    """A page of the timeline, as large as TimelineJS shows well, and where the others are."""
    found = queries.timeline(form.seen, **form.filters)
    page = queries.page_of(form.seen, found, **form.paging, size=as_timelinejs.MOST)
    items = told.tell(form.seen, page.entries, origin_of(request))
    more = {"told": form.in_words(found.count()), "rest": page.next and _rest(request, form, page.next)}
    return document(request, form, "timeline", gettext("Timeline"), items, more=more)


def _rest(request, form, after):
    """Where the timeline goes on behind a cursor: as a page, and as slides."""
    asked = QueryDict(form.address(without=dict.fromkeys(form.NO_DATA)), mutable=True)
    asked["after"] = after
    on_site, slides = (f"{reverse(name)}?{asked.urlencode()}" for name in ("timeline", TIMELINEJS.of("timeline")))
    build = request.build_absolute_uri
    return {"address": build(on_site), "data": build(slides), "earlier": form.newest_first}


def _entries(request, form, kind):
    found = queries.timeline(form.seen, kind=[kind])
    return _all(request, form, KINDS[kind].SECTION, words.kinds_label(kind), found)


def _all(request, form, page, title, entries, *, more=None, **options):
    """All of these entries, in the order that the form asks for."""
    items = told.entries(form.seen, in_asked_order(form, entries), origin_of(request))
    return document(request, form, page, title, items, more={"count": entries.count()} | (more or {}), **options)


def in_asked_order(form, entries):
    """The newest first or the oldest, as the form asks."""
    return entries.newest_first() if form.newest_first else entries.in_order()


def _entry(request, form, kind, slug):
    known = queries.know_one(form.seen, KINDS[kind], slug)
    if known is None:
        return _moved(request, kind, KINDS[kind].objects.published(), slug) or _missing(kind, slug)
    items = _turned(request, form, [known])
    return document(request, form, kind, known, items, slug=slug)


def _turned(request, form, known):
    """These entries, which must be known; before them the same as they were known then, where the page shows both."""
    items = told.tell(form.seen, known, origin_of(request))
    if not form.then_seen:
        return items
    before = Entry.objects.visible(form.then_seen).filter(pk__in=[one.entry.pk for one in known])
    earlier = queries.know_by_pk(form.then_seen, before)
    in_order = [earlier[one.entry.pk] for one in known if one.entry.pk in earlier]
    return told.tell(form.then_seen, in_order, origin_of(request)) + items


def _moved(request, page, rows, slug):
    """A redirect to the same data of the row that has had this slug; or None."""
    return moved_for_good(request, request.resolver_match.url_name, rows, slug)


def _missing(kind, slug):
    """410 of what was withdrawn, else 404."""
    named = Q(slug=slug) | Q(former_slugs__slug=slug)
    if Entry.objects.filter(named, kind=kind, publication=Publication.WITHDRAWN).exists():
        return problem(410, gettext("This entry was withdrawn."))
    return problem(404, words.missing(kind, slug))


def _swaps(request, form):
    """The swaps that pass the filters, and the totals; or, as on the page of the numbers, each step of these."""
    passed = handovers_asked(form)
    origin, title = origin_of(request), words.kinds_label(Kind.SWAP)
    more = {"count": len(passed), "totals": figures.totals(form.seen, passed, origin)}
    if form.view == LedgerForm.NUMBERS:
        items = figures.steps(form.seen, steps.lines(ledger.running_by_day(passed)), origin)
        return document(request, form, "swaps", title, items, sort="steps", shape=figures.Step, more=more)
    found = queries.timeline(form.seen, kind=[Kind.SWAP]).filter(pk__in=[one.entry.pk for one in passed])
    items = told.entries(form.seen, in_asked_order(form, found), origin)
    return document(request, form, "swaps", title, items, more=more)


def _differences(request, form):
    found = queries.disputed_by(form.seen, **form.filters)
    items = narrowed.each(told.entries(form.seen, found, origin_of(request)), narrowed.where_sources_differ)
    more = {"count": found.count()}
    return document(request, form, "differences", gettext("Where sources differ"), items, more=more)


# Comparisons


def _compare_rounds(request, form):
    items = _turned(request, form, rounds_asked(form))
    return document(request, form, "compare-rounds", gettext("Compare rounds"), items)


def _compare_proposals(request, form):
    items = _turned(request, form, proposals_asked(form))
    return document(request, form, "compare-proposals", gettext("Compare proposals"), items)


def _positions(request, form):
    items = [
        one
        for seen in filter(None, [form.then_seen, form.seen])
        for one in listed.positions(seen, *positions_asked(form, seen), origin_of(request))
    ]
    about = {"sort": "positions", "shape": listed.Position}
    return document(request, form, "compare-positions", gettext("Positions"), items, **about)


# Who and about what


def _people(request, form):
    if form.others:
        found, process = list(queries.people_elsewhere(form.seen)), None
        if form.of_party:
            found = [person for person in found if person.party == form.of_party]
        found = ordered(found, {}, form.order if form.order == NAME else PARTY)
    else:
        process = form.of_process
        found = queries.attendance(form.seen, process=process, party=form.of_party, sort=form.order).people
    items = listed.people(form.seen, found, process, origin_of(request))
    about = {"sort": "people", "shape": listed.Person, "more": {"count": len(found)}}
    return document(request, form, "people", gettext("People"), items, **about)


def _parties(request, form):
    found = alphabetically(queries.parties_with_counts(form.seen))
    items = list(listed.parties(form.seen, found, origin_of(request)))
    return document(request, form, "parties", gettext("Parties"), items, sort="parties", shape=listed.Party)


def _issues(request, form):
    found = alphabetically(queries.issues_with_counts(form.seen))
    items = list(listed.issues(form.seen, found, origin_of(request)))
    return document(request, form, "issues", gettext("Issues"), items, sort="issues", shape=listed.Issue)


def _person(request, form, slug):
    return _named(request, form, Person, slug, "person", narrowed.of_person, _with_person)


def _with_person(seen, person):
    return queries.timeline(seen, person=[person])


def _issue(request, form, slug):
    parties = {party.slug for party in form.fields["party"].valid}
    return _named(request, form, Issue, slug, "issue", partial(narrowed.on_issue, parties=parties), queries.entries_on)


def _named(request, form, model, slug, page, narrow, entries):
    """What the record tells of a person or on an issue, by date; of an issue in the order that its form asks for."""
    row = model.objects.visible(Seen.now()).filter(slug=slug).first()
    if row is None:
        return _moved(request, page, model.objects.visible(Seen.now()), slug) or problem(404, words.missing(page, slug))
    found = entries(form.seen, row)
    found = found.newest_first() if getattr(form, "newest_first", False) else found.in_order()
    items = narrowed.each(told.entries(form.seen, found, origin_of(request)), narrow, row.slug)
    return document(request, form, page, row, items, slug=slug)


def _party(request, form, slug):
    row = Party.objects.visible(Seen.now()).filter(slug=slug).first()
    if row is None:
        found = _moved(request, "party", Party.objects.visible(Seen.now()), slug)
        return found or problem(404, words.missing("party", slug))
    teller, people = Teller(form.seen, origin_of(request)), queries.people_with_counts(form.seen).filter(party=row)
    more = {"people": [teller.name(one) for one in alphabetically(people)]}
    return _all(request, form, "party", row, queries.timeline(form.seen, party=[row]), slug=slug, more=more)


# Sources


def _articles(request, form):
    """The articles; or, as on the page, shares of the sources, or the entries that only some of them report."""
    kept = queries.kept(Revision.current(), queries.source_balance, seen=form.seen)
    about, origin = partial(document, request, form, "articles", gettext("Sources")), origin_of(request)
    if form.whole:
        shares = [
            figures.Share(one.key, one.name or words.side(one.key), one.articles, one.facts)
            for one in getattr(kept.counted, form.whole)
        ]
        return about(shares, sort="shares", shape=figures.Share)
    if form.alone:
        lists = {ArticlesForm.ONE_ARTICLE: kept.alone.article, ArticlesForm.ONE_SOURCE: kept.alone.source}
        pks = (lists | kept.alone.countries).get(form.alone, [])
        entries = Entry.objects.visible(form.seen).filter(pk__in=pks).newest_first()
        return about(told.entries(form.seen, entries, origin), more={"count": len(pks)})
    found = queries.articles_from(queries.articles(form.seen), kept.elsewhere, **form.filters)
    more = {"count": found.count()}
    return about(listed.articles(form.seen, found, origin), sort="articles", shape=listed.Source, more=more)


def _article(request, form, slug):
    """What an article is cited for; nothing of its text."""
    every = Article.objects.visible(Seen.now()).with_publishers().defer("text", "filed")
    row = every.filter(slug=slug).first()
    if row is None:
        return _moved(request, "article", every, slug) or problem(404, words.missing("article", slug))
    if form.day and row.published > form.day:
        return problem(404, words.missing("article", slug))
    known = [one for one, _ in queries.reports_in(form.seen, row)]
    row.entry_count = len(known)
    origin = origin_of(request)
    entries = list(narrowed.each(told.tell(form.seen, known, origin, with_earlier=True), narrowed.by_article, slug))
    more = {"article": listed.article(Teller(form.seen, origin), row)}
    return document(request, form, "article", row.title, entries, slug=slug, more=more)


def _coverage(request, form):
    counts = queries.kept(Revision.current(), queries.coverage, seen=form.seen)
    items = list(figures.covers(years(counts, list(Kind))))
    return document(request, form, "coverage", gettext("Coverage"), items, sort="months", shape=figures.Cover)


def _changes(request, form):
    findings = findings_asked(form)
    rows = queries.changes(form.seen, **form.filters, findings=findings)
    items = listed.changes(form.seen, rows, findings, origin_of(request))
    about = {"sort": "changes", "shape": listed.Change, "more": {"count": rows.count()}}
    return document(request, form, "changes", gettext("Changes and corrections"), items, **about)


# What leads to other pages


def _search(request, form):
    """What is found of each sort, the best first, as far as it is not too many; of as many as the page counts."""
    rows = {sort: find.found(form.seen, sort, form.query) for sort in ([form.sort] if form.sort else FIRST)}
    teller = Teller(form.seen, origin_of(request))
    pairs = [(sort, pk) for sort, found in rows.items() for pk in pks_of(sort, found[: hits.MOST])]

    def tell(chunk):
        of_sorts = [(sort, [pk for _, pk in group]) for sort, group in groupby(chunk, itemgetter(0))]
        shown = ((sort, ROWS_OF[sort](form, pks)) for sort, pks in of_sorts)
        return [one for sort, found in shown for one in hits.TOLD[sort](teller, found)]

    more = {
        "found": {sort: found.count() for sort, found in rows.items()},
        "most": hits.MOST,
        "days": days_asked(form.seen, form.query.text),
    }
    about = {"sort": "results", "shape": hits.Found, "more": more}
    return document(request, form, "search", gettext("Search"), in_chunks(pairs, tell), **about)


def _as_of(request, form):
    items = list(hits.eves(Teller(form.seen, origin_of(request)), eves_asked(form), form.path, form.kept))
    about = {"sort": "days", "shape": hits.Eve}
    return document(request, form, "as-of", gettext("See it as of a day"), items, **about)


# {name of a page's address: (its form, what it gives)}
PAGES = {
    "timeline": (TimelineForm, _timeline),
    **{model.SECTION: (EntriesForm, _entries) for model in KINDS.values()},
    "swaps": (LedgerForm, _swaps),
    **dict.fromkeys(KINDS, (EntryForm, _entry)),
    "compare-rounds": (CompareRoundsForm, _compare_rounds),
    "compare-proposals": (CompareProposalsForm, _compare_proposals),
    "compare-positions": (PositionsForm, _positions),
    "people": (PeopleForm, _people),
    "person": (PublicForm, _person),
    "parties": (PagedForm, _parties),
    "party": (EntriesForm, _party),
    "issues": (PagedForm, _issues),
    "issue": (IssueForm, _issue),
    "articles": (ArticlesForm, _articles),
    "article": (PublicForm, _article),
    "coverage": (PublicForm, _coverage),
    "changes": (ChangesForm, _changes),
    "differences": (DifferencesForm, _differences),
    "search": (SearchForm, _search),
    "as-of": (AsOfForm, _as_of),
}
OF_THEIR_OWN = {("timeline", TIMELINEJS): (TimelineForm, _slides)}  # formats that hold only a part of a page's data
VIEWS = {
    (page, one): _view(*OF_THEIR_OWN.get((page, one), PAGES[page]), one)
    for page, formats in FORMATS.items()
    for one in formats
}
