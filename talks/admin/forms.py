"""The forms of entries and of what articles report about them, with the rules that bind them together.

An edited fact must be reported (`talks.editing.citing`): the form of an entry finds out which facts an editor changed,
and the formset of its citations, which knows the form through their `page`, complains of those that none reports.
"""

import re

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.asking import AskingForm
from talks.admin.base import LoadedForm
from talks.admin.corrections import CorrectionForm
from talks.admin.history.guard import GuardedFormSet
from talks.admin.private import UncheckedColumnsMixin
from talks.admin.roles import may_publish
from talks.admin.values import checked, label, list_text, sentence
from talks.editing.citing import CitedFact, column_text, complaints, is_filled_in, wanted_facts
from talks.editing.readiness import impossible, never_public, was_public
from talks.editing.upkeep import Edit
from talks.models import LISTS, Account, Citation, Entry, Issue, Party, Publication, Seen
from talks.models.vocabulary import SLUG
from talks.record import dates, possible
from talks.record.facts import KnownEntry

NARRATIVE = ("title", "summary")
COLUMNS = {Party: "parties", Issue: "issues"}  # of entries, which lead to the rows that a list can name


def field_name(fact):
    """The field of a fact on the form: a list has one of its own, as the many-to-many columns follow from reports."""
    return f"fact_{fact}" if fact in LISTS else fact


def list_field(fact):
    """The form field of a fact (declared) that names several rows."""
    widget = AutocompleteSelectMultiple(Entry._meta.get_field(COLUMNS[fact.lists]), admin.site)
    rows, name = fact.lists.objects.all(), capfirst(fact.admin_label)
    return forms.ModelMultipleChoiceField(rows, required=False, label=name, help_text=fact.help_text, widget=widget)


def of_kind(model, form):
    """This `EntryForm` for entries of a kind, with a field for each of its lists."""
    lists = {field_name(name): list_field(fact) for name, fact in model.FACTS.items() if fact.lists}
    return type(form.__name__, (form,), lists)


class EntryForm(AskingForm, CorrectionForm):
    """The columns of an entry as facts: what an editor changes here must be reported by a citation."""

    ASKS = ("start", "precision", "city", "event_kind", "fact_parties")

    dropped = forms.MultipleChoiceField(
        required=False,
        label=_("Let the sources decide again"),
        help_text=_("Tick what an editor once chose and the reports shall decide from now on."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, citations=None, **kwargs):
        """`citations`: of an earlier state of the entry, in order of report; else those of today."""
        super().__init__(*args, **kwargs)
        entry = self.instance
        entry.kind = entry.kind or entry.KIND
        self.known = KnownEntry(entry, citations_of(entry) if citations is None else citations, Seen.now())
        self.facts = self._meta.model.FACTS
        for fact in self.facts:
            if fact in LISTS:
                rows = listed_rows(self.known, fact)
                self.initial[field_name(fact)] = list(rows.values_list("pk", flat=True))
        if "end_precision" in self.fields:
            self.fields["end_precision"].required = False
        if "title" in self.fields:
            self.fields["dropped"].choices = [
                (fact, f"{sentence(label(self._meta.model, fact))}: “{value}”") for fact, value in entry.chosen.items()
            ]

    def also(self):
        return {"parties": [party.pk for party in self.cleaned_data.get("fact_parties", ())]}

    def clean_publication(self):
        """What was never public cannot be withdrawn: its address would tell that there is something."""
        wanted = self.cleaned_data["publication"]
        if wanted == Publication.WITHDRAWN != self.initial.get("publication", Publication.DRAFT) and not was_public(
            self.instance
        ):
            raise ValidationError(never_public())
        return wanted

    def is_public(self):
        return self.instance.publication == Publication.PUBLISHED

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if (
            not may_publish(self.user)
            and self.data.get("publication", self.instance.publication) != self.instance.publication
        ):
            self.add_error(None, gettext("Only editors publish, take back and withdraw entries; ask one of them."))
        if "start" not in data or "precision" not in data:
            return
        only_start_changed = "start" in self.changed_data and "precision" not in self.changed_data
        if data["start"] and data["precision"] == Entry.Precision.REPORTED and only_start_changed:
            data["precision"] = Entry.Precision.DAY
        data["end_precision"] = (data.get("end") and data.get("end_precision")) or Entry.EndPrecision.DAY
        if data.get("end"):
            data["end"] = dates.last_of(column_text(data, "end"))
        if data.get("end") and data["end"] == data["start"]:
            data["end"] = None
        if data.get("end") and not column_text(data, "start"):
            self.add_error("end", gettext("It has a last day but no first one; give that too, or leave both empty."))
        dated = {"start", "precision", "end", "end_precision"} & set(self.changed_data)
        vague = data["precision"] in ("month", "year") and "end" in data
        if dated and vague and (told := possible.last_day(column_text(data, "start"), column_text(data, "end"))):
            self.add_error("end", f"{capfirst(told)}.")
        if "summary" in self.changed_data and not data.get("summary") and any(m.summary for m in self.known.mentions):
            self.add_error(
                "summary", gettext("The articles' own summary would come back; write another one in its place.")
            )

    def is_changed(self, fact):
        """True if the editor changed this fact on the form."""
        names = {"start": ("start", "precision"), "end": ("end", "end_precision")}.get(fact, (field_name(fact),))
        return any(name in self.changed_data for name in names)

    def text_of(self, fact):
        """What the form says for a fact, as citations hold it."""
        if fact in LISTS:
            return list_text(self.cleaned_data[field_name(fact)])
        return column_text(self.cleaned_data, fact)

    @property
    def wanted(self):
        """{fact: text} that must be reported if the form is to stand; see `talks.editing.citing`."""
        texts = {fact: self.text_of(fact) for fact in self.facts}
        changed = [fact for fact in self.facts if self.is_changed(fact)]
        model = self._meta.model
        filled_in = [fact for fact in self.facts if is_filled_in(model, fact, self.cleaned_data.get(fact))]
        return wanted_facts(self.known, texts, changed, filled_in)

    @property
    def edit(self):
        """What the form asks of the entry."""
        data = self.cleaned_data
        narrative = {name: data[name] for name in NARRATIVE if name in self.changed_data}
        return Edit(
            publication=data.get("publication", self.instance.publication),
            wanted=self.wanted,
            changed=narrative | {fact: self.text_of(fact) for fact in self.facts if self.is_changed(fact)},
            lists={fact: self.text_of(fact) for fact in self.facts if fact in LISTS},
            dropped=data.get("dropped", ()),
            was_cited=bool(self.known.citations),
        )


def listed_rows(known, fact):
    """The rows that a fact of an entry names; without a report, those that an editor chose."""
    text = known.facts[fact].value if fact in known.facts else known.entry.chosen.get(fact, "")
    return LISTS[fact].objects.filter(slug__in=text.split(", "))


def citations_of(entry):
    """The citations of an entry in order of report."""
    return list(entry.citations.with_sources().in_order_of_report()) if entry.pk else []


def citations_in(state):
    """The citations in an earlier state of an entry, {(model, pk): record}, in order of report."""
    rows = [record.instance for (model, _pk), record in state.items() if model is Citation]
    return sorted(rows, key=lambda row: (row.published, row.article.slug, row.pk))


class CitationForm(LoadedForm):
    """One article's report of the entry, or of one fact of it."""

    def clean(self):
        data = super().clean()
        field, value = data.get("field", ""), data.get("value", "").strip()
        if field and value and {"field", "value"} & set(self.changed_data):
            try:
                data["value"] = checked(self.kind, field, value)
            except ValidationError as error:
                self.add_error("value", error)
        if field and data.get("note"):
            self.add_error("note", gettext("A note goes with a citation of the entry as such, not of one fact."))
        if field:
            self.instance.title = self.instance.summary = ""
        return data


class FormerSlugForm(LoadedForm):
    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if Entry.objects.filter(slug=slug).exists():
            told = gettext("“%(slug)s” is the address of an entry today, so it cannot lead elsewhere.")
            raise ValidationError(told % {"slug": slug})
        return slug


class ProvisionForm(LoadedForm):
    def clean_key(self):
        key = self.cleaned_data["key"]
        if not re.fullmatch(SLUG, key):
            raise ValidationError(gettext("Use small letters, digits and single hyphens, such as return-of-children."))
        return key


class ReportFormSet(GuardedFormSet):
    """Rows reported about one entry, or about one delegation."""

    @property
    def kept(self):
        """The forms that are filled in and not to be deleted."""
        filled_in = (form for form in self.forms if getattr(form, "cleaned_data", None))
        return [form for form in filled_in if not form.cleaned_data.get(DELETION_FIELD_NAME)]

    def clean(self):
        """Not Django's `validate_unique`: it knows no constraint on expressions, nor the sentence to show."""
        seen = set()
        for form in self.kept:
            key = tuple(form.cleaned_data.get(name) for name in ("article", *self.model.own_key()))
            if key in seen:
                form.add_error(None, self.once().get_violation_error_message())
            seen.add(key)
        for form in self.kept:
            if form.has_changed() and not form.errors:
                self.check_row(form)

    def check_row(self, form):
        """Complain of what the article cannot have said; checked at each save, not only when an entry is published."""
        for column, told in impossible(form.instance):
            form.add_error(column, told)

    def once(self):
        """The constraint that tells an article's rows apart, which is the first of its sort."""
        return next(one for one in self.model._meta.constraints if isinstance(one, UniqueConstraint))

    def sentence_of(self, name):
        return next(c for c in self.model._meta.constraints if c.name == name).get_violation_error_message()


class DelegateForm(UncheckedColumnsMixin, LoadedForm):
    def unchecked(self, columns):
        return columns | {"head"}  # the formset knows all heads, as they will be


class DelegateFormSet(ReportFormSet):
    def clean(self):
        super().clean()
        heads = [form for form in self.kept if form.cleaned_data.get("head")]
        for form in heads[1:]:
            form.add_error("head", self.sentence_of("delegation_has_one_head"))
        told = possible.delegation(self.instance.size, len(self.kept))
        if told and (self.has_changed() or self.instance.size != self.page_size()):
            raise ValidationError(f"{capfirst(told)}.")

    def page_size(self):
        """The size of the delegation as it was when its page was opened; nothing of a new one."""
        form = self.page.form
        return form.initial.get("size") if form is not None else None

    def check_row(self, form):
        if self.instance.article_id:
            form.instance.article = self.instance.article
            super().check_row(form)


def counts_as_report(formset):
    """True if an article that gives a row of this formset reports the entry; one that only quotes does not."""
    return isinstance(formset, ReportFormSet) and formset.model is not Account


class CitationFormSet(ReportFormSet):
    """The citations of an entry; says what they lack to bear out what the form above them says."""

    def clean(self):
        super().clean()
        form = self.page.form
        if form is None or any(self.errors):
            return
        articles = self.articles()
        if not articles and form.cleaned_data.get("publication") == Publication.PUBLISHED:
            raise ValidationError(gettext("A published entry needs at least one citation."))
        if articles:
            self.check_wanted(form, alone=len(articles) == 1)
            self.check_happened(form)

    def articles(self):
        """The articles that report the entry: those cited, and those of its other rows that count as a report."""
        beside = [formset for formset in self.page.formsets if counts_as_report(formset) and formset is not self]
        return {
            form.cleaned_data["article"].pk
            for formset in (self, *(other for other in beside if other.is_valid()))
            for form in formset.kept
            if form.cleaned_data.get("article")
        }

    def check_wanted(self, form, alone):
        """Complain of each changed fact that the citations do not bear out."""
        model = form._meta.model
        names = {fact: label(model, fact) for fact in form.wanted}
        sentences = complaints(model, form.wanted, self.cited_facts(), names, alone=alone)
        for fact in sentences:
            told = gettext("The citations below do not bear this out; there it says what to do.")
            form.add_error(field_name(fact), told)
        if sentences:
            raise ValidationError([sentence for several in sentences.values() for sentence in several])

    def check_happened(self, form):
        """Complain of an article that says that something has happened, on a later day than its own."""
        if not (self.has_changed() or form.has_changed()):
            return
        reports = {}
        for row in self.kept:
            facts = reports.setdefault(row.cleaned_data["article"], {})
            facts[row.cleaned_data["field"]] = row.cleaned_data["value"]
        if len(reports) == 1:  # its citations will follow the form
            next(iter(reports.values())).update(form.wanted)
        for article, facts in reports.items():
            if told := possible.happened(form._meta.model, facts.get("status"), facts.get("start"), article.published):
                raise ValidationError(f"{article}: {told}.")

    def cited_facts(self):
        rows = [(row.cleaned_data, bool({"field", "value"} & set(row.changed_data))) for row in self.kept]
        return [CitedFact(row["article"], row["field"], row["value"], edited) for row, edited in rows if row["field"]]
