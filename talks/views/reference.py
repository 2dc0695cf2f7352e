"""People, parties, issues and articles: who and what entries are about, and who reports them."""

from operator import itemgetter

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from talks import queries
from talks.forms import IssueForm, PagedForm, PublicForm
from talks.models import Article, Issue, Party, Person
from talks.pages import NotYetKnown, render_page
from talks.words import missing, row_in_words

ROWS = 100


def _listed(request, template, rows):
    """A list with numbered pages; `rows(day)` gives all of them."""
    form = PagedForm(request.GET)
    try:
        page = Paginator(rows(form.day), ROWS).page(form.cleaned_data.get("page") or 1)
    except EmptyPage as error:
        raise Http404(gettext("This list has no such page.")) from error
    return render_page(request, template, form, {"page": page})


def _named(rows, noun, slug):
    """The row with this slug; else 404, in words."""
    row = rows.filter(slug=slug).first()
    if row is None:
        raise Http404(missing(noun, slug))
    return row


@require_safe
def people(request):
    return _listed(request, "people.html", queries.people_with_counts)


@require_safe
def parties(request):
    return _listed(request, "parties.html", queries.parties_with_counts)


@require_safe
def issues(request):
    return _listed(request, "issues.html", queries.issues_with_counts)


@require_safe
def articles(request):
    return _listed(request, "articles.html", queries.articles)


@require_safe
def person(request, slug):
    """A person: at which rounds, with which title, and what they said."""
    form = PublicForm(request.GET)
    one = _named(Person.objects.select_related("party"), "person", slug)
    context = {
        "person": one,
        "appearances": queries.appearances_of(one, form.day),
        "accounts": queries.accounts_by(one, form.day),
    }
    return render_page(request, "person.html", form, context)


@require_safe
def party(request, slug):
    """A party: its people and the latest entries that it is involved in."""
    form = PublicForm(request.GET)
    one = _named(Party.objects, "party", slug)
    found = queries.timeline(day=form.day, party=[one])
    context = {
        "party": one,
        "page": queries.page_of(found, day=form.day),
        "total": found.count(),
        "people": queries.people_with_counts(form.day).filter(party=one)[: queries.MANY],
    }
    return render_page(request, "party.html", form, context)


@require_safe
def issue(request, slug):
    """An issue: what proposals say about it, of all parties or of one, newest first."""
    form = IssueForm(request.GET)
    one = _named(Issue.objects, "issue", slug)
    party = next(iter(form.fields["party"].valid), None)
    context = {"issue": one, "party": party, "positions": queries.positions_on(one, form.day, party)}
    return render_page(request, "issue.html", form, context)


@require_safe
def article(request, slug):
    """A source: what it is cited for, paragraph by paragraph. Its text is never shown."""
    form = PublicForm(request.GET)
    one = _named(Article.objects.with_publishers().defer("text", "filed"), "article", slug)
    if form.day and one.published > form.day:
        raise NotYetKnown(form.day, one.published)
    reports = queries.reports_in(one, form.day)
    names = queries.names_in([known for known, _ in reports], form.day)
    by_paragraph = {}
    for known, rows in reports:
        for row in rows:
            told = row_in_words(row, known.entry, names)
            for number in (row.paragraph_numbers or [None]) if told else ():
                by_paragraph.setdefault(number, {}).setdefault(known, []).append(told)
    unplaced = by_paragraph.pop(None, {})
    context = {"article": one, "paragraphs": sorted(by_paragraph.items(), key=itemgetter(0)), "unplaced": unplaced}
    return render_page(request, "article.html", form, context)
