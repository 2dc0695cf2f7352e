"""The desk of an article: its paragraphs beside what is cited from each, and forms that add to the record from them."""

import re
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from talks.admin.desk.entry_form import kinds_to_add
from talks.admin.desk.fields import EntryChoice, entries_found, entry_in_words, numbers_in
from talks.admin.desk.forms import FORMS, REPORTED, form_for
from talks.admin.desk.paragraphs import Reading, entry_of, in_words, reports, sheet_of
from talks.admin.desk.report_forms import may_change, may_suggest
from talks.admin.desk.suggesting import suggest, waiting_of
from talks.admin.roles import may_publish
from talks.editing.paragraphs import lost_of
from talks.models import KINDS, Article, Entry, Issue, Party, Person
from talks.models.counts import Count
from talks.words.kinds import kind_label
from talks.words.language import any_of, count_in_words
from talks.words.swaps import transfer_kind
from talks.words.time import partial_date

FOUND = 20  # entries or people that are offered at once
OFFERED = 100  # parties or issues that are
POINT = re.compile(r"(\d{1,2})[.)]\s")  # before a point of a proposal


def new_entries():
    """What a new entry is for: an entry of whichever kinds there are."""
    # Translators: “an entry that is not here yet: round, exchange, proposal or event”.
    told = gettext("an entry that is not here yet: %(kinds)s")
    return told % {"kinds": any_of(kind_label(kind).lower() for kind in KINDS)}


# What can be added from a paragraph: as a link, as the heading of its form, and what it is for.
ADDS = {
    "citation": (
        _("Citation"),
        _("Cite from this article"),
        _("one fact of an entry, such as its place or a party to it; or that the entry is reported here at all"),
    ),
    "account": (_("Account"), _("Add an account"), _("what somebody, or a party, said of it")),
    "delegate": (_("Delegate"), _("Add a delegate"), _("who sat at a round, and for whom")),
    "transfer": (_("Transfer"), _("Add a transfer"), _("how many were handed over in an exchange, from whom to whom")),
    "provision": (_("Provision"), _("Add a provision"), _("one point of a proposal")),
    "entry": (_("New entry"), _("Begin a new entry"), lazy(new_entries, str)()),
}
# What a suggestion becomes, where the form alone would not say it.
BECOMES = {
    ("party", "citation"): _("A party to it"),
    ("date", "citation"): _("Its first day"),
    ("issue", "citation"): _("An issue of it"),
    ("entry", "citation"): _("It is reported here"),
}
CHANGES = _("Change what is reported: %(what)s")
SORTS = {
    "person": _("Person"),
    "party": _("Party"),
    "date": _("Date"),
    "count": _("Count"),
    "issue": _("Issue"),
    "entry": _("About"),
}


# Addresses


def urls(model_admin):
    """The addresses of the desk, beneath those of the articles."""
    view = model_admin.admin_site.admin_view
    return [
        path("desk/entries/", view(entries), name="talks_article_desk_entries"),
        path("<int:pk>/desk/", view(desk), name="talks_article_desk"),
        path("<int:pk>/desk/<str:sort>/", view(add), name="talks_article_desk_add"),
        path("<int:pk>/desk/<str:sort>/<int:row>/", view(add), name="talks_article_desk_change"),
    ]


def address_of(article, entry=None, paragraph=None):
    """The desk of an article, with an entry at hand, at a paragraph, whose suggestions are open."""
    query = urlencode({name: value for name, value in (("entry", entry and entry.pk), ("at", paragraph)) if value})
    address = reverse("admin:talks_article_desk", args=[article.pk])
    return f"{address}{query and f'?{query}'}{f'#p{paragraph}' if paragraph else ''}"


def address_to_add(article, sort, **filled_in):
    """A form of the desk with these fields filled in."""
    query = urlencode({name: value for name, value in filled_in.items() if value not in (None, "")})
    return f"{reverse('admin:talks_article_desk_add', args=[article.pk, sort])}?{query}"


def page_of(entry):
    """An entry's own page in the admin."""
    return reverse(f"admin:talks_{entry.kind}_change", args=[entry.pk])


def link_to(article):
    return format_html('<a href="{}">{}</a>', address_of(article), gettext("Desk"))


def invitation(article):
    """What the page after saving a new article says."""
    return format_html('<a href="{}">{}</a>', address_of(article), gettext("Go on to the desk of this article"))


# Pages


def article_of(request, pk):
    """The article, if there is one and the user may report from it: change it, or suggest what it says."""
    article = get_object_or_404(Article.objects.with_publishers(), pk=pk)
    if not may_report_from(request, article):
        raise PermissionDenied
    return article


def may_report_from(request, article=None):
    pages_of_articles = admin.site.get_model_admin(Article)
    suggests = request.user.has_perm("talks.add_amendment") and pages_of_articles.has_view_permission(request, article)
    return suggests or pages_of_articles.has_change_permission(request, article)


def page(request, template, article, title, **context):
    context |= {"title": title, "article": article, "opts": Article._meta, "address": address_of(article)}
    return TemplateResponse(request, template, admin.site.each_context(request) | context)


@require_GET
def desk(request, pk):
    """The paragraphs of an article with what is cited from each and what each seems to name."""
    article = article_of(request, pk)
    sheet, reading = sheet_of(article), Reading(article)
    at_hand = entry_at_hand(request)
    adds = [sort for sort in sorts_to_add(request) if fits(sort, at_hand)]
    for paragraph in sheet.paragraphs:
        point = POINT.match(paragraph.text)
        filled_in = {"paragraphs": paragraph.number, "entry": at_hand and at_hand.pk, "number": point and point[1]}
        paragraph.adds = [(ADDS[sort][0], address_to_add(article, sort, **filled_in)) for sort in adds]
        paragraph.suggestions = [
            shown(article, one, reading.row_of(one), adds, filled_in, only_day(reading.of(paragraph.number)))
            for one in reading.of(paragraph.number)
            if one.sort != "entry" or reading.row_of(one).pk not in paragraph.reports
        ]
        paragraph.is_open = not paragraph.reports or request.GET.get("at") == str(paragraph.number)
    return page(
        request,
        "admin/talks/article/desk.html",
        article,
        gettext("Desk: %(article)s") % {"article": article.title},
        sheet=sheet,
        open_to=[entry.pk for entry in sheet.entries.values() if is_open(request, entry)],
        sorts=adds,
        waiting=waiting_of(article),
        lost=len(lost_of(article)),
        at_hand=at_hand,
        entries=[
            (entry_in_words(entry), page_of(entry), address_of(article, entry)) for entry in sheet.entries.values()
        ],
        adds=[(ADDS[sort][0], address_to_add(article, sort, entry=at_hand and at_hand.pk)) for sort in adds],
        legend=[(name, meaning) for name, _heading, meaning in ADDS.values()],
    )


def is_open(request, entry):
    """True if what is reported of an entry may be changed by the user, or a change suggested."""
    return may_suggest(request, entry) or may_change(request, entry)


def entry_at_hand(request):
    """The entry that the query string asks to go on with, or None."""
    try:
        return EntryChoice().to_python(request.GET.get("entry", ""))
    except ValidationError:
        return None


def sorts_to_add(request):
    """What the user may add to some entry; each form checks it again for the entry that is chosen."""
    may = {kind for kind, model in KINDS.items() if admin.site.get_model_admin(model).has_change_permission(request)}
    reports = [sort for sort, form in FORMS.items() if sort != "entry" and may.intersection(form.ABOUT)]
    return [*reports, *(["entry"] if kinds_to_add(request) else [])]


def fits(sort, entry):
    """True if an entry of this kind can have what is added; of None, which is any entry."""
    return entry is None or sort == "entry" or entry.kind in FORMS[sort].ABOUT


def only_day(suggestions):
    """The day that a paragraph names (ISO text), if it is exactly one."""
    days = [one.value for one in suggestions if one.sort == "date"]
    return days[0] if len(days) == 1 and len(days[0]) == 10 else None


def shown(article, suggestion, row, adds, filled_in, day):
    """A suggestion as the desk shows it: its sort, its name, the words of the article, and links to filled-in forms."""
    sort, value, name = suggestion.sort, suggestion.value, str(row)
    match sort:
        case "person":
            ways = {"account": {"speaker": row.pk, "party": row.party_id}}
            ways["delegate"] = {"person": row.pk, "party": row.party_id}
        case "party":
            ways = {"account": {"party": row.pk}, "citation": {"field": "parties", "value": value}}
        case "date":
            name = partial_date(value)
            ways = {"citation": {"field": "start", "value": value}, "entry": {"start": value, "entry": None}}
        case "count":
            count, _, kind = value.rpartition(" ")
            name = f"{count_in_words(Count.of(count))}, {transfer_kind(kind)}"
            ways = {"transfer": {"count": count, "kind": kind, "date": day}}
        case "issue":
            ways = {"citation": {"field": "issues", "value": value}, "provision": {"issue": row.pk}}
        case _:
            name = entry_in_words(row)
            ways = {"citation": {"entry": row.pk}, "account": {"entry": row.pk}}
    links = [
        (BECOMES.get((sort, to), ADDS[to][0]), address_to_add(article, to, **filled_in | fields))
        for to, fields in ways.items()
        if to in adds
    ]
    return {"sort": SORTS[sort], "name": name, "words": suggestion.words, "links": links}


@require_http_methods(["GET", "POST"])
def add(request, pk, sort, row=None):
    """A form that adds to the record from some paragraphs of an article, or changes a report (`row`) of it."""
    article = article_of(request, pk)
    if sort not in (FORMS if row is None else REPORTED):
        raise Http404
    if sort not in sorts_to_add(request):
        raise PermissionDenied
    reading, form_class = Reading(article), form_for(sort, request)
    given = {"article": article, "request": request}
    if row is not None:
        given["instance"] = get_object_or_404(reports(FORMS[sort].MODEL), pk=row, article=article)
    if request.method == "GET":
        initial = filled_in(form_class(**given), request.GET)
        form = form_class(initial=initial, offers=offers_of(article, reading, initial.get("paragraphs", "")), **given)
        return form_page(request, article, sort, form)
    offers = offers_of(article, reading, request.POST.get("paragraphs", ""), request.POST.get("seek", "").strip())
    if "look" in request.POST:  # what was typed stays as it is, and nothing is said about it yet
        form = form_class(initial=request.POST.dict(), offers=offers, **given)
    else:
        form = form_class(request.POST, offers=offers, **given)
        if form.is_valid():
            return saved(request, article, sort, form)
    return form_page(request, article, sort, form)


def filled_in(form, query):
    """{name: value} of what a query string fills in; what makes no sense for its field is left out."""
    initial = {}
    for name, field in form.fields.items():
        if name in query:
            try:
                value = field.clean(query[name])
            except ValidationError:
                continue
            initial[name] = getattr(value, "pk", value)
    return initial


def offers_of(article, reading, paragraphs, sought=""):
    """{model: pks} of the rows that the form's autocompletes list: named in these paragraphs, or found by a word."""
    numbers = numbers_in(paragraphs)
    people, named = reading.pks("person", numbers), reading.pks("entry", numbers)
    cited = list(sheet_of(article).entries)
    if sought:
        people += Person.objects.filter(name__icontains=sought).values_list("pk", flat=True)[:FOUND]
        named += entries_found(sought, KINDS).values_list("pk", flat=True)[:FOUND]
    return {
        Entry: [*cited, *named],
        Person: people,
        Party: list(Party.objects.values_list("pk", flat=True)[:OFFERED]),
        Issue: list(Issue.objects.values_list("pk", flat=True)[:OFFERED]),
    }


def form_page(request, article, sort, form):
    changed = getattr(form, "changes", False) and form.instance
    return page(
        request,
        "admin/talks/article/desk_add.html",
        article,
        CHANGES % {"what": ADDS[sort][0]} if changed else ADDS[sort][1],
        changed=changed and f"{entry_of(changed)}: {in_words(reports(type(changed)).get(pk=changed.pk))}",
        suggests=not may_publish(request.user),
        seeks="entry" in form.fields,
        **parts_of(form, article),
    )


def parts_of(form, article):
    """What a page with a form of the desk shows of it."""
    own = [name for name in form.fields if name not in ("paragraphs", "reason")]
    fieldsets = [(None, {"fields": [*own, "paragraphs"]}), (_("This change"), {"fields": ["reason"]})]
    numbers = numbers_in(form["paragraphs"].value() or "")
    texts = dict(article.numbered_paragraphs())
    return {
        "form": form,
        "adminform": AdminForm(form, fieldsets, {}),
        "media": admin.site.get_model_admin(Article).media + form.media,
        "told": [(number, texts[number]) for number in numbers if number in texts],
    }


def saved(request, article, sort, form):
    """Save what the form says, or suggest it; back to the desk, at the paragraph, with the entry at hand."""
    shown = form.shown()
    numbers = numbers_in(form.cleaned_data["paragraphs"])
    if getattr(form, "suggests", False):
        suggest(request, sort, form)
        told = gettext("Sent to the editors, for “%(entry)s”. Nothing of it is public until one of them accepts it.")
        messages.success(request, told % {"entry": form.entry})
        return redirect(address_of(article, form.entry, numbers[0] if numbers else None))
    entry = form.save_report()
    for sentence in shown:
        messages.info(request, sentence)
    name = ADDS[sort][0]
    model_admin = admin.site.get_model_admin(KINDS[entry.kind])
    if sort == "entry":
        model_admin.log_addition(request, entry, [{"added": {}}])
        told = gettext("The draft “%(entry)s” is made; what you add next goes to it.")
    else:
        model_admin.log_change(request, entry, form.reason)
        changed = gettext("Changed in “%(entry)s”: %(what)s.")
        told = changed if form.changes else gettext("Added to “%(entry)s”: %(what)s.")
    link = format_html('<a href="{}">{}</a>', page_of(entry), gettext("Its page"))
    messages.success(request, format_html("{} {}", told % {"entry": entry, "what": str(name).lower()}, link))
    return redirect(address_of(article, entry, numbers[0] if numbers else None))


@require_GET
def entries(request):
    """The entries that an autocomplete of the desk offers."""
    if not may_report_from(request):
        raise PermissionDenied
    kinds = [kind for kind in request.GET.getlist("kind") if kind in KINDS]
    found = entries_found(request.GET.get("term", ""), kinds or list(KINDS))[:FOUND]
    results = [{"id": str(entry.pk), "text": entry_in_words(entry)} for entry in found]
    return JsonResponse({"results": results, "pagination": {"more": False}})
