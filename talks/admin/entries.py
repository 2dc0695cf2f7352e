"""Rounds, swaps, proposals and events."""

from functools import partial

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from talks.admin import finding, inlines
from talks.admin.asking import WHY
from talks.admin.base import EditAdmin, reason_of
from talks.admin.corrections import CorrectionMixin, for_readers
from talks.admin.desk import pages as desk_pages
from talks.admin.desk.fields import EntryChoice
from talks.admin.desk.report_forms import may_suggest
from talks.admin.forms import EntryForm, citations_in, citations_of, field_name, listed_rows, of_kind, points_in_use
from talks.admin.formsets import newly_named
from talks.admin.history.pages import HistoryMixin
from talks.admin.lists import IssueFilter, PartyFilter, SourcesFilter
from talks.admin.merging import MergeMixin
from talks.admin.publishing import PublishingMixin
from talks.admin.roles import OwnedMixin, drafts_of
from talks.derived.changes import note_changes, state_of, states_of
from talks.derived.reports import reports_of
from talks.editing.readiness import becoming_public
from talks.editing.upkeep import keep_delegates, save_edit
from talks.files.discrepancies import discrepancies
from talks.models import (
    KINDS,
    Article,
    Delegation,
    Entry,
    Event,
    Proposal,
    Publication,
    Round,
    Rule,
    Seen,
    Swap,
)
from talks.record import dates
from talks.record.facts import KnownEntry

TOP = ["slug", "title", "summary", "publication", "notable"]
WHEN = (_("When"), {"fields": [("start", "precision", "end", "end_precision"), WHY]})
DERIVED = ["disputed", "introduced_by", "first_reported", "last_reported", "created", "updated"]
HELP = _(
    "What you change here must be reported by a citation below. If one article alone reports the entry, its citations "
    "follow by themselves; where it is cited for several paragraphs, say at each fact which one says it. What you "
    "decide is kept when article files are loaded again."
)


def is_about(row, kind):
    """True if rows of this model are about entries of a kind, and on the page of these."""
    return issubclass(kind, row._meta.get_field(row.ENTRY).related_model)


def shown_list(name, fact):
    """What stands for the field of a fact that names several rows where the page is for reading only."""

    @admin.display(description=capfirst(fact.admin_label))
    def shown(entry):
        return ", ".join(map(str, listed_rows(KnownEntry(entry, citations_of(entry), Seen.now()), name))) or "–"

    return shown


class EntryAdmin(CorrectionMixin, HistoryMixin, MergeMixin, PublishingMixin, OwnedMixin, EditAdmin):
    """An entry of any kind: its columns as facts, its citations, and all that articles report about it."""

    form = EntryForm
    date_hierarchy = "start"
    search_fields = ["title"]  # of drafts without a report; see `found`
    readonly_fields = [*DERIVED, "lacks", "desks"]
    columns = ()  # of the list, beside those of all kinds; by default the few facts that readers see on lists

    def __init__(self, model, admin_site):
        self.form = of_kind(model, self.form)
        self.columns = self.columns or model.brief_facts()
        self.list_display = ["title", "when", "publication", *self.columns, "process", "articles"]
        columns = {name: model._meta.get_field(name) for name, fact in model.FACTS.items() if not fact.lists}
        relations = [name for name, column in columns.items() if column.is_relation]
        # Entries of all kinds have no page in common, where an autocomplete could find them.
        self.autocomplete_fields = [name for name in relations if columns[name].related_model is not Entry]
        self.list_select_related = ["evidence", *relations]
        chosen = [name for name, column in columns.items() if column.choices]
        self.list_filter = ["publication", *chosen, "process", "precision", SourcesFilter, PartyFilter, IssueFilter]
        self.inlines = [*(one for one in inlines.INLINES if is_about(one.model, model)), inlines.FormerSlugInline]
        for name, fact in model.FACTS.items():
            if fact.lists:
                setattr(self, field_name(name), shown_list(name, fact))
        super().__init__(model, admin_site)

    # The list

    def get_queryset(self, request):
        # The table says the kind already; said again, an index has the rows in their order.
        return super().get_queryset(request).filter(kind=self.model.KIND)

    def lookups(self, text):
        entries = self.model.objects.filter(kind=self.model.KIND)
        pks = finding.pks_with_words("entry", text, entry__kind=self.model.KIND)
        return {"pk": [*pks, *finding.with_slug(entries, text), *finding.unreported(entries, text)]}

    @admin.display(description=_("stands at"), ordering="start")
    def when(self, entry):
        if entry.start is None:
            return "–"
        if entry.precision == Entry.Precision.REPORTED:
            return gettext("reported %(day)s") % {"day": entry.start}
        start = dates.text(entry.start, entry.precision)
        if entry.end is None:
            return start
        return gettext("%(start)s to %(end)s") % {"start": start, "end": dates.text(entry.end, entry.end_precision)}

    @admin.display(description=_("articles"))
    def articles(self, entry):
        return entry.evidence.articles if hasattr(entry, "evidence") else 0

    # The form

    def facts(self):
        """The fields of the facts in lines, but for the dates."""
        lines = []
        for name, fact in self.model.FACTS.items():
            if fact.rule is not Rule.DATE:
                if fact.beside:
                    lines[-1] = (*lines[-1], field_name(name))
                else:
                    lines.append((field_name(name),))
        return lines

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model is not Entry:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        return EntryChoice(
            label=capfirst(db_field.verbose_name), help_text=db_field.help_text, required=not db_field.blank
        )

    def form_as_of(self, form, state, pk):
        """With the citations of that state, which its facts follow from."""
        return partial(super().form_as_of(form, state, pk), citations=citations_in(state))

    def theirs(self, user, pks):
        return drafts_of(user, self.model, pks)

    def get_fieldsets(self, request, obj=None):
        if self.is_old_version(request):
            return super().get_fieldsets(request, obj)
        may_drop = obj and obj.chosen and self.has_change_permission(request, obj)
        decided = [(_("Decided by editors"), {"fields": ["dropped"]})] if may_drop else []
        record = [(_("What the record says"), {"fields": DERIVED})] if obj else []
        facts = (_("Facts"), {"fields": self.facts()})
        suggests = obj and may_suggest(request, obj) and not self.has_change_permission(request, obj)
        desks = [(_("Suggest a report"), {"fields": ["desks"]})] if suggests else []
        lacks = ["lacks"] if obj and obj.publication != Publication.PUBLISHED else []
        top = (None, {"fields": [*TOP, *lacks], "description": HELP})
        translated = self.translated(request, obj)
        return [top, *desks, WHEN, facts, *translated, *decided, *record, *self.why(request, obj)]

    @admin.display(description=_("at the desk of an article"))
    def desks(self, entry):
        """Links to the desks of the articles that report it, where an author can suggest what they say."""
        articles = Article.objects.filter(pk__in=entry.citations.values("article")).with_publishers()
        links = [(desk_pages.address_of(article, entry), article) for article in articles]
        links.append((reverse("admin:talks_article_changelist"), gettext("another article, by its desk")))
        return format_html_join("", '<div><a href="{}">{}</a></div>', links)

    @admin.display(description=_("sources differ"))
    def disputed(self, entry):
        with override("en"):  # its sentences are those of the load, which are in English
            found = list(discrepancies(entry, reports_of([entry.pk], [entry.kind])[entry.pk]))
        sentences = [(sentence.removeprefix(f"{entry.slug}: "),) for sentence in found]
        return format_html_join("", "<div>{}</div>", sentences) or gettext("nowhere")

    def save_model(self, request, obj, form, change):
        """A new entry is saved as a draft: it has no citations yet. All else is saved with its reported rows."""
        if not change:
            obj.publication = "draft"
            super().save_model(request, obj, form, change)
        form.keep_answers(obj)

    def save_related(self, request, form, formsets, change):
        """Save the reported rows and all that follows from them; readers are told what changes for them.

        The reports are read twice: as they stood, for readers to be told what a published entry said before, and once
        after the rows are saved, for all else.
        """
        if change and not form.has_changed() and not any(formset.has_changed() for formset in formsets):
            super().save_related(request, form, formsets, change)
            return
        entry, edit, reason = form.instance, form.edit, reason_of(form)
        before, shown = states_of([entry.pk]), becoming_public(entry, newly_named(formsets))
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if formset.model is Delegation:
                for delegation, _ in formset.changed_objects:
                    keep_delegates(delegation, reason)
        saved = save_edit(entry, form.initial.get("publication", Publication.DRAFT), edit, reason)
        for sentence in shown:
            self.message_user(request, sentence)
        if saved.problems:
            self.tell_problems(request, entry, saved.problems)
        if form.initial.get("publication") == Publication.PUBLISHED != entry.publication:
            self.tell_named(request, [entry])
        note_changes(before, {entry.pk: state_of(entry, saved.reports)}, **for_readers(form))

    # History

    def revert_disabled(self, request, obj=None):
        """An old version is for reading: what stands today follows from today's citations."""
        return True


@admin.register(Round)
class RoundAdmin(EntryAdmin):
    columns = ["city", "number", "status"]


@admin.register(Swap)
class SwapAdmin(EntryAdmin):
    columns = ["status", "agreed_at"]


@admin.register(Proposal)
class ProposalAdmin(EntryAdmin):
    columns = ["form", "status", "coverage"]

    def render_change_form(self, request, context, *args, **kwargs):
        return super().render_change_form(request, context | {"points": points_in_use()}, *args, **kwargs)


class EventForm(EntryForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "event_kind" in self.fields:
            self.fields["event_kind"].required = True  # as in files


@admin.register(Event)
class EventAdmin(EntryAdmin):
    form = EventForm


for kind in KINDS.values():
    if not admin.site.is_registered(kind):
        admin.site.register(kind, EntryAdmin)
