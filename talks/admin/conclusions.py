"""Findings: what editors conclude about a page."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.base import EditAdmin, ReasonForm
from talks.derived.changes import noting_findings
from talks.models import Article, Citation, Finding, Page, Publication
from talks.models.pages import page_address
from talks.record import possible


class FindingForm(ReasonForm):
    """A finding, with its sources chosen among the articles."""

    ASKED = _("Readers see this finding, so its history must say why it changes.")
    sources = forms.ModelMultipleChoiceField(
        Article.objects.with_publishers().defer("text", "filed"),
        label=_("Sources"),
        help_text=_("The articles that it rests on. Readers see it only while they see each of these."),
        widget=AutocompleteSelectMultiple(Citation._meta.get_field("article"), admin.site),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "sources" in self.fields:
            chosen = Article.objects.filter(slug__in=self.instance.sources)
            self.initial["sources"] = list(chosen.values_list("pk", flat=True))

    def is_public(self):
        return self.instance.pk is not None and self.instance.publication == Publication.PUBLISHED

    def clean_page(self):
        """The address as it is kept; every row that it names must be there."""
        address = page_address(self.cleaned_data["page"])
        for model, slug in Page.read(address).named:
            if not model._default_manager.filter(slug=slug).exists():
                told = gettext("There is no page at %(address)s: nothing here is called “%(slug)s”.")
                raise ValidationError(told % {"address": address, "slug": slug})
        return address

    def clean_sources(self):
        """Their slugs, by the day on which they were published."""
        rows = self.cleaned_data["sources"].order_by("published", "slug")
        self.days = [article.published for article in rows]
        return [article.slug for article in rows]

    def clean(self):
        data = super().clean()
        if data.get("day") and data.get("sources") and (told := possible.finding(data["day"], self.days)):
            self.add_error("day", f"{capfirst(told)}.")
        return data


@admin.register(Finding)
class FindingAdmin(EditAdmin):
    form = FindingForm
    fields = ["slug", "page", "text", "day", "sources", "publication"]
    list_display = ["text", "page", "day", "publication"]
    list_filter = ["publication"]
    search_fields = ["text", "page", "slug"]
    date_hierarchy = "day"

    def save_model(self, request, obj, form, change):
        with noting_findings():
            super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        with noting_findings():
            super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        with noting_findings():
            super().delete_queryset(request, queryset)
