"""The desk of an article: its paragraphs beside what is cited from each, and forms that add to the record from them."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from talks.admin.desk.entry_form import kinds_to_add
from talks.admin.desk.fields import EntryChoice, entries_found, entry_in_words, numbers_in
from talks.admin.desk.forms import FORMS, form_for
from talks.admin.desk.paragraphs import Reading, sheet_of
from talks.editing.paragraphs import lost_of
from talks.models import KINDS, Article, Entry, Issue, Party, Person
from talks.models.counts import Count
from talks.words.language import count_in_words
from talks.words.swaps import transfer_kind
from talks.words.time import partial_date

FOUND = 20  # entries or people that are offered at once
OFFERED = 100  # parties or issues that are
# What can be added from a paragraph: as a link, and as the heading of its form.
ADDS = {
    "citation": (_("Citation"), _("Cite from this article")),
    "account": (_("Account"), _("Add an account")),
    "delegate": (_("Delegate"), _("Add a delegate")),
    "transfer": (_("Transfer"), _("Add a transfer")),
    "provision": (_("Provision"), _("Add a provision")),
    "entry": (_("New entry"), _("Begin a new entry")),
}
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
    ]


def address_of(article, entry=None, paragraph=None):
    """The desk of an article, with an entry at hand, at a paragraph."""
    at_hand = f"?entry={entry.pk}" if entry else ""
    return f"{reverse('admin:talks_article_desk', args=[article.pk])}{at_hand}{f'#p{paragraph}' if paragraph else ''}"


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
    """The article, if there is one and the user may change it."""
    article = get_object_or_404(Article.objects.with_publishers(), pk=pk)
    if not admin.site.get_model_admin(Article).has_change_permission(request, article):
        raise PermissionDenied
    return article


def page(request, template, article, title, **context):
    context |= {"title": title, "article": article, "opts": Article._meta, "address": address_of(article)}
    return TemplateResponse(request, template, admin.site.each_context(request) | context)


@require_GET
def desk(request, pk):
    """The paragraphs of an article with what is cited from each and what each seems to name."""
    article = article_of(request, pk)
    sheet, reading = sheet_of(article), Reading(article)
    at_hand = entry_at_hand(request)
    adds = sorts_to_add(request)
    for paragraph in sheet.paragraphs:
        filled_in = {"paragraphs": paragraph.number, "entry": at_hand and at_hand.pk}
        paragraph.adds = [(ADDS[sort][0], address_to_add(article, sort, **filled_in)) for sort in adds]
        paragraph.suggestions = [
            shown(article, one, reading.row_of(one), adds, filled_in, only_day(reading.of(paragraph.number)))
            for one in reading.of(paragraph.number)
            if one.sort != "entry" or reading.row_of(one).pk not in paragraph.reports
        ]
    return page(
        request,
        "admin/talks/article/desk.html",
        article,
        gettext("Desk: %(article)s") % {"article": article.title},
        sheet=sheet,
        lost=len(lost_of(article)),
        at_hand=at_hand,
        entries=[
            (entry_in_words(entry), page_of(entry), address_of(article, entry)) for entry in sheet.entries.values()
        ],
        adds=[(ADDS[sort][0], address_to_add(article, sort, entry=at_hand and at_hand.pk)) for sort in adds],
    )


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
        (ADDS[to][0], address_to_add(article, to, **filled_in | fields)) for to, fields in ways.items() if to in adds
    ]
    return {"sort": SORTS[sort], "name": name, "words": suggestion.words, "links": links}


@require_http_methods(["GET", "POST"])
def add(request, pk, sort):
    """A form that adds to the record from some paragraphs of an article."""
    article = article_of(request, pk)
    if sort not in FORMS:
        raise Http404
    if sort not in sorts_to_add(request):
        raise PermissionDenied
    reading, form_class = Reading(article), form_for(sort, request)
    given = {"article": article, "request": request}
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
    own = [name for name in form.fields if name not in ("paragraphs", "reason")]
    fieldsets = [(None, {"fields": [*own, "paragraphs"]}), (_("This change"), {"fields": ["reason"]})]
    numbers = numbers_in(form["paragraphs"].value())
    texts = dict(article.numbered_paragraphs())
    return page(
        request,
        "admin/talks/article/desk_add.html",
        article,
        ADDS[sort][1],
        form=form,
        adminform=AdminForm(form, fieldsets, {}),
        media=admin.site.get_model_admin(Article).media + form.media,
        told=[(number, texts[number]) for number in numbers if number in texts],
        seeks="entry" in form.fields,
    )


def saved(request, article, sort, form):
    """Save what the form says; back to the desk, at the paragraph, with the entry at hand."""
    entry = form.save_report()
    name = ADDS[sort][0]
    model_admin = admin.site.get_model_admin(KINDS[entry.kind])
    if sort == "entry":
        model_admin.log_addition(request, entry, [{"added": {}}])
        told = gettext("The draft “%(entry)s” is made; what you add next goes to it.")
    else:
        model_admin.log_change(request, entry, form.reason)
        told = gettext("Added to “%(entry)s”: %(what)s.")
    link = format_html('<a href="{}">{}</a>', page_of(entry), gettext("Its page"))
    messages.success(request, format_html("{} {}", told % {"entry": entry, "what": str(name).lower()}, link))
    numbers = numbers_in(form.cleaned_data["paragraphs"])
    return redirect(address_of(article, entry, numbers[0] if numbers else None))


@require_GET
def entries(request):
    """The entries that an autocomplete of the desk offers."""
    if not admin.site.get_model_admin(Article).has_change_permission(request):
        raise PermissionDenied
    kinds = [kind for kind in request.GET.getlist("kind") if kind in KINDS]
    found = entries_found(request.GET.get("term", ""), kinds or list(KINDS))[:FOUND]
    results = [{"id": str(entry.pk), "text": entry_in_words(entry)} for entry in found]
    return JsonResponse({"results": results, "pagination": {"more": False}})
