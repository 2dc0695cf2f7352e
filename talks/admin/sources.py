"""Publishers and articles."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin import finding
from talks.admin.asking import AskingForm, AskingMixin
from talks.admin.base import FoundAdmin, ReasonForm, reason_of
from talks.admin.desk import pages as desk_pages
from talks.admin.desk.paragraphs import entry_of, reported_by
from talks.admin.exports import export_articles
from talks.admin.lists import LanguageFilter, LinksFilter, ParagraphsFilter
from talks.admin.renaming import RenameMixin
from talks.admin.roles import OwnedMixin, ReleasedMixin, made_by
from talks.admin.texts import LostForm, tell
from talks.derived.changes import noting
from talks.derived.reports import entries_reported_by, entry_pk
from talks.derived.settle import settle
from talks.editing import paragraphs
from talks.models import KINDS, REPORTS, Article, Publication, Publisher
from talks.record import possible


class PublisherForm(AskingForm, ReasonForm):
    ASKS = ("name",)


@admin.register(Publisher)
class PublisherAdmin(AskingMixin, FoundAdmin):
    form = PublisherForm
    fields = ["slug", "name", "kind", ("country", "ownership")]
    list_display = ["name", "kind", "country", "ownership"]
    list_filter = ["kind", "ownership", "country"]
    search_fields = ["name", "slug"]


class ArticleForm(AskingForm, LostForm):
    """An article; what it is cited for must still be possible by its day and in its text."""

    ASKS = ("title", "publisher", "published", "url", "text")

    def clean_published(self):
        day = self.cleaned_data["published"]
        if self.instance.pk and "published" in self.changed_data:
            for last in self.instance.transfers.annotate(last=Coalesce("until", "date")).values_list("last", flat=True):
                if told := possible.transfer(last, day):
                    raise ValidationError(f"{capfirst(told)}.")
            if sentences := list(self.happened_later(day)):
                raise ValidationError(sentences)
        return day

    def happened_later(self, day):
        """A sentence on each entry that would have happened after the article, if that were of this day."""
        facts = {}
        for row in self.instance.citations.filter(field__in=["start", "status"]).select_related("entry"):
            facts.setdefault(row.entry, {})[row.field] = row.value
        for entry, values in facts.items():
            if told := possible.happened(KINDS[entry.kind], values.get("status"), values.get("start"), day):
                yield f"{entry}: {told}."

    def clean_text(self):
        text = self.cleaned_data["text"]
        count = len(Article(text=text).numbered_paragraphs())
        if self.instance.pk and count and not self.initial.get("text"):  # else they move with their paragraphs
            cited = [
                n
                for model in REPORTS
                for row in model.objects.filter(article=self.instance.pk).only("paragraphs")
                for n in row.paragraph_numbers
            ]
            if told := possible.paragraphs(cited, count):
                hint = gettext(
                    "An empty line must stand between paragraphs; it is cited for paragraphs that are missing."
                )
                raise ValidationError(f"{capfirst(told)}. {hint}")
        return text


@admin.register(Article)
class ArticleAdmin(AskingMixin, RenameMixin, OwnedMixin, ReleasedMixin, FoundAdmin):
    """An article, its numbered staff-only text, and what is cited from it."""

    form = ArticleForm
    fieldsets = [
        (None, {"fields": ["slug", "title", ("publisher", "agency"), "byline", ("published", "language"), "released"]}),
        (_("Addresses"), {"fields": ["url", "archived_url", "links"]}),
        (_("In own words"), {"fields": ["summary"]}),
        (_("Since it was published"), {"fields": [("retracted", "updated"), "notice"]}),
        (_("What it reports"), {"fields": ["cited_for"]}),
        (
            _("Its text, for editors only"),
            {
                "fields": ["paragraphs", "text"],
                "description": _("Never shown in public and never exported: it belongs to its publisher."),
            },
        ),
    ]
    readonly_fields = ["links", "cited_for", "paragraphs"]
    autocomplete_fields = ["publisher", "agency"]
    list_display = ["title", "published", "publisher", "agency", "language"]
    list_filter = [ParagraphsFilter, LinksFilter, LanguageFilter, "publisher__kind", "publisher__ownership"]
    list_select_related = ["publisher", "agency"]
    search_fields = ["title", "slug", "publisher__name", "summary"]
    date_hierarchy = "published"
    history_related = ["publisher", "agency"]
    actions = [export_articles]

    def get_urls(self):
        return [*desk_pages.urls(self), *super().get_urls()]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_report"] = obj is not None and desk_pages.may_report_from(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_fieldsets(self, request, obj=None):
        first, *others = super().get_fieldsets(request, obj)
        asks = obj and not self.is_old_version(request, obj) and self.has_change_permission(request, obj)
        if asks and paragraphs.lost_of(obj):
            others.insert(0, (_("To be settled"), {"fields": ["settled"]}))
        return [first, *others]

    def get_list_display(self, request):
        title, *others = self.list_display
        return [title, "desk", *others] if self.has_change_permission(request) else self.list_display

    @admin.display(description=_("desk"))
    def desk(self, article):
        return desk_pages.link_to(article)

    def get_queryset(self, request):
        articles = super().get_queryset(request).with_publishers()
        one = request.method == "POST" or "object_id" in request.resolver_match.kwargs
        return articles if one else articles.defer("text", "filed", "summary")

    def lookups(self, text):
        return {"pk": [*finding.pks_with_words("article", text), *finding.with_slug(Article.objects, text)]}

    @admin.display(description=_("links"))
    def links(self, article):
        """What came of asking for its addresses, when that was last done."""
        checks = article.link_checks.filter(url__in=[article.url, article.archived_url]) if article.pk else ()
        told = [(check.url, check.get_outcome_display(), check.status or "", check.checked.date()) for check in checks]
        return format_html_join("", "<div>{}: {} {} ({})</div>", told) or gettext("Not checked yet.")

    def theirs(self, user, pks):
        """What is public rests on its articles, so from then on they are for editors."""
        public = {pk for model in REPORTS for pk in reporting_public(model, pks)}
        public |= set(Article.objects.filter(pk__in=pks, released=True).values_list("pk", flat=True))
        return made_by(user, Article, set(pks) - public)

    @admin.display(description=_("paragraphs by number"))
    def paragraphs(self, article):
        lines = article.numbered_paragraphs()
        return format_html_join("", "<p>{}. {}</p>", lines) if lines else gettext("No text is stored.")

    @admin.display(description=_("cited for"))
    def cited_for(self, article):
        """Each entry that it reports, with the reported rows and their paragraphs."""
        if not article.pk:
            return gettext("Nothing yet.")
        found = {}
        for row in reported_by(article):
            found.setdefault(entry_pk(row), (entry_of(row), []))[1].append((row_in_words(row), row.paragraphs))
        parts = [
            format_html(
                '<p><a href="{}">{}</a></p><ul>{}</ul>',
                reverse(f"admin:talks_{entry.kind}_change", args=[entry.pk]),
                entry,
                format_html_join(
                    "", "<li>{} ({})</li>", ((said, told or gettext("no paragraph")) for said, told in rows)
                ),
            )
            for entry, rows in found.values()
        ]
        return format_html_join("", "{}", ((part,) for part in parts)) or gettext("Nothing yet.")

    def response_add(self, request, obj, post_url_continue=None):
        """To go on from a new article with its text, there is a link to its desk."""
        if obj.text:
            self.message_user(request, desk_pages.invitation(obj))
        return super().response_add(request, obj, post_url_continue)

    def save_model(self, request, obj, form, change):
        stood = Article.objects.only("text", "lost").get(pk=obj.pk) if change else Article()
        obj.lost = stood.lost  # an earlier version that comes back has that of its own day
        with noting(entries_reported_by(obj) if change and "published" in form.changed_data else ()):
            super().save_model(request, obj, form, change)
            if change:
                self.follow_text(request, obj, stood.text, form)
                settle(dict.fromkeys(entries_reported_by(obj), reason_of(form)))  # the day of a report decides

    def follow_text(self, request, article, before, form):
        """Move what the article reports with its paragraphs, and say so; settle what the form says is settled."""
        if settled := form.cleaned_data.get("settled"):
            paragraphs.settle_lost(article, settled)
        if article.text != before:
            tell(request, article, paragraphs.follow(article, before, reason_of(form)))


def reporting_public(model, articles):
    """Those of these articles (pks) that report, by a row of `model`, an entry that is or was public."""
    rows = model.objects.filter(article__in=articles)
    return rows.exclude(**{f"{model.ENTRY}__publication": Publication.DRAFT}).values_list("article", flat=True)


def row_in_words(row):
    """A reported row in words, without naming its entry."""
    match type(row).__name__:
        case "Delegation":
            told = row.party
        case "Account":
            told = row.speaker or row.party
        case _:
            told = row
    return f"{row._meta.verbose_name}: {told}"
