"""Reported rows on the page of what they report about. Each loads what its rows show together with them."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin import forms as rules
from talks.admin import formsets
from talks.admin.base import IN_FORMS, LoadedMixin
from talks.admin.history.guard import GuardedFormSet
from talks.admin.values import label
from talks.models import Account, Citation, Delegate, Delegation, FormerSlug, Provision, Transfer
from talks.words.fields import ParagraphsField
from talks.words.language import all_of

IN_TABLE = {**IN_FORMS, models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 28})}}
SHORT = {"paragraphs": 8, "key": 16, "point": 16}


class ReportInline(LoadedMixin, admin.TabularInline):
    """Rows reported about an entry, each loaded with what its name is made of."""

    form = rules.DoubtedRow
    formset = formsets.ReportFormSet
    extra = 0
    formfield_overrides = IN_TABLE

    def get_queryset(self, request):
        return super().get_queryset(request).with_sources().loaded(self.model.ENTRY)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Narrow columns, and of the icons beside an autocomplete only the one that adds: rows have little room."""
        if db_field.name == "paragraphs":
            kwargs["form_class"] = ParagraphsField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in SHORT:
            field.widget.attrs |= {"size": SHORT[db_field.name], "class": ""}
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = field.widget.can_view_related = False
        return field


class CitationInline(ReportInline):
    model = Citation
    form = rules.CitationForm
    formset = formsets.CitationFormSet
    fields = ["article", "field", "value", "paragraphs", "note", "right_because"]
    autocomplete_fields = ["article"]
    ordering = ["article__published", "article__slug", "field"]
    verbose_name_plural = _("citations: which article reports the entry, and which facts it gives")

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def get_formset(self, request, obj=None, **kwargs):
        kwargs["form"] = type("CitationForm", (self.form,), {"kind": self.parent_model})
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name != "field":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        facts = [(fact, label(self.parent_model, fact)) for fact in self.parent_model.FACTS]
        return forms.ChoiceField(
            choices=[("", _("the entry as such")), *facts],
            required=False,
            label=_("fact"),
            help_text=db_field.help_text,
        )


class DelegationInline(ReportInline):
    model = Delegation
    show_change_link = True
    fields = ["article", "party", "role", "size", "expected", "note", "paragraphs", "right_because", "people"]
    readonly_fields = ["people"]
    autocomplete_fields = ["article", "party"]
    ordering = ["article__published", "article__slug", "party__order", "pk"]
    verbose_name_plural = _("delegations; “Change” leads to the people in one")

    def get_queryset(self, request):
        people = Prefetch("delegates", Delegate.objects.select_related("person"))
        return super().get_queryset(request).prefetch_related(people)

    @admin.display(description=_("people"))
    def people(self, delegation):
        names = [
            gettext("%(name)s (head)") % {"name": row.person} if row.head else row.person
            for row in delegation.delegates.all()
        ]
        return all_of(names) or "–"


class DelegateInline(ReportInline):
    model = Delegate
    form = rules.DelegateForm
    formset = formsets.DelegateFormSet
    fields = ["person", "title", "head", "order", "paragraphs", "right_because"]
    autocomplete_fields = ["person"]
    verbose_name_plural = _("people in it")


class TransferInline(ReportInline):
    model = Transfer
    fields = ["article", "date", "until", "from_party", "to_party", "kind", "count", "paragraphs", "right_because"]
    autocomplete_fields = ["article", "from_party", "to_party"]


class ProvisionInline(ReportInline):
    model = Provision
    form = rules.ProvisionForm
    fields = ["article", "key", "issue", "point", "text", "number", "order", "paragraphs"]
    autocomplete_fields = ["article", "issue"]


class AccountInline(ReportInline):
    model = Account
    fields = ["article", "party", "speaker", "issue", "text", "paragraphs"]
    autocomplete_fields = ["article", "party", "speaker", "issue"]
    ordering = ["article__published", "article__slug", "pk"]
    verbose_name_plural = _("accounts: what each side said of it")


class FormerSlugInline(admin.TabularInline):
    model = FormerSlug
    form = rules.FormerSlugForm
    fields = ["slug"]
    formset = GuardedFormSet
    extra = 0
    verbose_name_plural = _("former addresses, which lead here")


# On the page of an entry; the people of a delegation are on the delegation's.
INLINES = (CitationInline, DelegationInline, TransferInline, ProvisionInline, AccountInline)
