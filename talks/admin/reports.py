"""Delegations with their people, and pages that show the other reported rows with their history."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin import finding, inlines
from talks.admin.asking import DoubtedForm, ask_why
from talks.admin.base import EditAdmin, ShownAdmin, reason_of
from talks.admin.corrections import CorrectionForm, CorrectionMixin, for_readers
from talks.admin.formsets import newly_named
from talks.admin.lists import FactFilter
from talks.admin.roles import OwnedMixin, drafts_of, may_publish
from talks.admin.values import label, sentence
from talks.derived.changes import note_changes, noting, states_of
from talks.editing.readiness import becoming_public
from talks.editing.upkeep import keep_delegates, settle_round
from talks.files.rows import row_of
from talks.models import (
    KINDS,
    Account,
    Article,
    Citation,
    Delegate,
    Delegation,
    Entry,
    FormerSlug,
    Person,
    Provision,
    Publication,
    Round,
    Transfer,
)
from talks.words.language import count_in_words


class SourcedMixin:
    """Rows load their article, and `history_related` in history too."""

    ordering = ["-pk"]

    @property
    def shown_with(self):
        return [self.model.ENTRY, *self.model.LOADED]

    @property
    def history_related(self):
        return ["article__publisher", *self.shown_with]

    def get_queryset(self, request):
        return super().get_queryset(request).with_sources().select_related(*self.shown_with)

    def lookups(self, text):
        """Rows about entries that are found, or of an article whose slug is written."""
        entries = [*finding.pks_with_words("entry", text), *finding.with_slug(Entry.objects, text)]
        return {self.model.ENTRY: entries, "article": finding.with_slug(Article.objects, text)}


class DelegationForm(DoubtedForm, CorrectionForm):
    def clean_round(self):
        entry = self.cleaned_data["round"]
        if not may_publish(self.user) and not drafts_of(self.user, Round, [entry.pk]):
            told = gettext("“%(round)s” is not a draft of yours; choose one that is, or ask an editor to add this.")
            raise ValidationError(told % {"round": entry})
        return entry

    def _post_clean(self):
        super()._post_clean()
        if not self.errors and self.changed_data:
            row = row_of(self.instance, self.instance.round)
            ask_why(self.instance.article, [row], {row.place: self})

    def is_public(self):
        chosen = self.cleaned_data.get("round")
        entry = chosen or (self.instance.round if self.instance.round_id else None)
        return entry is not None and entry.publication == Publication.PUBLISHED


@admin.register(Delegation)
class DelegationAdmin(CorrectionMixin, OwnedMixin, SourcedMixin, EditAdmin):
    """A party's delegation at a round, as one article reports it, with its people."""

    form = DelegationForm
    frozen = ("round",)
    fields = ["round", "article", "party", "role", "size", "expected", "note", "paragraphs", "right_because"]
    autocomplete_fields = ["round", "article", "party"]
    inlines = [inlines.DelegateInline]
    list_display = ["party", "round", "role", "people", "expected", "article"]
    list_filter = ["role", "expected", "party"]
    search_fields = ["round__title", "article__slug"]

    @admin.display(description=_("size"), ordering="size__low")
    def people(self, delegation):
        return delegation.size and count_in_words(delegation.size)

    def has_module_permission(self, request):
        return False

    def theirs(self, user, pks):
        rounds = dict(Delegation.objects.filter(pk__in=pks).values_list("pk", "round"))
        drafts = drafts_of(user, Round, rounds.values())
        return {pk for pk, round_ in rounds.items() if round_ in drafts}

    def entry_of(self, delegation):
        return delegation.round

    def save_form(self, request, form, change):
        delegation = super().save_form(request, form, change)
        form.before = states_of([delegation.round_id])  # nothing is written yet
        return delegation

    def revert_disabled(self, request, obj=None):
        """It is restored with its round, whose columns follow from it."""
        return True

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        keep_delegates(obj, reason_of(form))
        settle_round(obj.round_id, reason_of(form))

    def save_related(self, request, form, formsets, change):
        for told in becoming_public(form.instance.round, newly_named(formsets)):
            self.message_user(request, told)
        super().save_related(request, form, formsets, change)
        settle_round(form.instance.round_id, reason_of(form))
        note_changes(form.before, **for_readers(form))

    def delete_model(self, request, obj):
        with noting([obj.round_id]):
            super().delete_model(request, obj)
            settle_round(obj.round_id, "delegation deleted in the admin")

    def delete_queryset(self, request, queryset):
        rounds = set(queryset.values_list("round", flat=True))
        with noting(rounds):
            super().delete_queryset(request, queryset)
            for pk in rounds:
                settle_round(pk, "delegations deleted in the admin")


@admin.register(Citation)
class CitationAdmin(SourcedMixin, ShownAdmin):
    list_display = ["entry", "fact", "value", "article", "paragraphs"]
    list_filter = [FactFilter]
    search_fields = ["entry__title", "article__slug"]

    @admin.display(description=_("fact"), ordering="field", empty_value=_("The entry as such"))
    def fact(self, citation):
        return sentence(label(KINDS[citation.entry.kind], citation.field)) if citation.field else None


@admin.register(Delegate)
class DelegateAdmin(SourcedMixin, ShownAdmin):
    list_display = ["person", "title", "head", "delegation", "article"]
    list_filter = ["head"]
    search_fields = ["person__name", "article__slug"]

    def lookups(self, text):
        people = [*finding.pks_with_words("person", text), *finding.with_slug(Person.objects, text)]
        return {"person": people, "article": finding.with_slug(Article.objects, text)}


@admin.register(Transfer)
class TransferAdmin(SourcedMixin, ShownAdmin):
    list_display = ["swap", "date", "until", "from_party", "to_party", "kind", "how_many", "article"]
    list_filter = ["kind"]
    search_fields = ["swap__title", "article__slug"]

    @admin.display(description=_("count"), ordering="count__low")
    def how_many(self, transfer):
        return transfer.count and count_in_words(transfer.count)


@admin.register(Provision)
class ProvisionAdmin(SourcedMixin, ShownAdmin):
    list_display = ["proposal", "key", "issue", "point", "text", "article"]
    list_filter = ["issue"]
    search_fields = ["proposal__title", "article__slug"]


@admin.register(Account)
class AccountAdmin(SourcedMixin, ShownAdmin):
    list_display = ["entry", "party", "speaker", "issue", "text", "article"]
    list_filter = ["party", "issue"]
    search_fields = ["entry__title", "article__slug"]


@admin.register(FormerSlug)
class FormerSlugAdmin(ShownAdmin):
    list_display = ["slug", "leads_to"]
    list_select_related = ["entry", "person", "party", "issue", "article__publisher"]
    search_fields = ["slug", *(f"{owner}__slug" for owner in FormerSlug.OWNERS.values())]
    history_related = list_select_related

    @admin.display(description=_("leads to"))
    def leads_to(self, former):
        return former.leads_to
