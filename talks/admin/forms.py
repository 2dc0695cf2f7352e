"""The forms of entries and of what articles report about them, with the rules that bind them together.

An entry's columns follow from its citations. So a form of an entry finds out which facts an editor changed (`wanted`),
and the citations below it must report them: those of a single article are brought into line by `talks.admin.upkeep`;
with several articles only the editor knows which one says it, and the form asks.
"""

import re

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.base import LoadedForm
from talks.admin.corrections import CorrectionForm
from talks.admin.history.guard import GuardedFormSet
from talks.admin.roles import may_publish
from talks.admin.values import checked, column_text, label, list_text, sentence
from talks.editing.readiness import never_public, was_public
from talks.models import LISTS, Entry, Issue, Party, Publication, Rule, Seen
from talks.models.vocabulary import SLUG
from talks.record.facts import KnownEntry, same_value
from talks.words.language import all_of

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


class EntryForm(CorrectionForm):
    """The columns of an entry as facts: what an editor changes here must be reported by a citation."""

    dropped = forms.MultipleChoiceField(
        required=False,
        label=_("Let the sources decide again"),
        help_text=_("Tick what an editor once chose and the reports shall decide from now on."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        entry = self.instance
        entry.kind = entry.kind or entry.KIND
        self.known = KnownEntry(entry, citations_of(entry), Seen.now())
        self.facts = self._meta.model.FACTS
        for fact in self.facts:
            if fact in LISTS:
                text = self.known.facts[fact].value if fact in self.known.facts else entry.chosen.get(fact, "")
                rows = LISTS[fact].objects.filter(slug__in=text.split(", "))
                self.initial[field_name(fact)] = list(rows.values_list("pk", flat=True))
        if "title" in self.fields:
            self.fields["dropped"].choices = [
                (fact, f"{sentence(label(self._meta.model, fact))}: “{value}”") for fact, value in entry.chosen.items()
            ]

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

    def _save_m2m(self):
        """Nothing: who and what an entry involves follows from its reports."""

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
        if data.get("end") and data["end"] == data["start"]:
            data["end"] = None
        if data.get("end") and not column_text(data, "start"):
            self.add_error("end", gettext("It has a last day but no first one; give that too, or leave both empty."))
        if "summary" in self.changed_data and not data.get("summary") and any(m.summary for m in self.known.mentions):
            self.add_error(
                "summary", gettext("The articles' own summary would come back; write another one in its place.")
            )

    def is_changed(self, fact):
        """True if the editor changed this fact on the form."""
        names = {"start": ("start", "precision")}.get(fact, (field_name(fact),))
        return any(name in self.changed_data for name in names)

    def text_of(self, fact):
        """What the form says for a fact, as citations hold it."""
        if fact in LISTS:
            return list_text(self.cleaned_data[field_name(fact)])
        return column_text(self.cleaned_data, fact)

    @property
    def wanted(self):
        """{fact: text} that the editor wants to stand, "" for nothing.

        What was not changed follows from the citations as before; where there were none, all that is filled in counts.
        """
        wanted = {fact: self.text_of(fact) for fact in self.facts if self.is_changed(fact)}
        if not self.known.citations:
            wanted |= {fact: text for fact in self.facts if (text := self.text_of(fact)) and not self.is_default(fact)}
        return {fact: text for fact, text in wanted.items() if text or fact in self.known.facts}

    def is_default(self, fact):
        if fact in LISTS or fact == "start":
            return False
        return self.cleaned_data[fact] == self._meta.model._meta.get_field(fact).get_default()


def citations_of(entry):
    """The citations of an entry in order of report; of an earlier version, those that come with it."""
    if entry.pk is None:
        return []
    earlier = getattr(entry, "earlier_citations", None)
    return list(entry.citations.with_sources().in_order_of_report()) if earlier is None else earlier


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

    siblings = ()

    @property
    def kept(self):
        """The forms that are filled in and not to be deleted."""
        return [
            form for form in self.forms if getattr(form, "cleaned_data", None) and not self._should_delete_form(form)
        ]

    def clean(self):
        """Not Django's `validate_unique`: it knows no constraint on expressions, nor the sentence to show."""
        seen = set()
        for form in self.kept:
            key = tuple(form.cleaned_data.get(name) for name in ("article", *self.model.own_key()))
            if key in seen:
                form.add_error(None, self.once().get_violation_error_message())
            seen.add(key)

    def once(self):
        """The constraint that tells an article's rows apart, which is the first of its sort."""
        return next(one for one in self.model._meta.constraints if isinstance(one, UniqueConstraint))

    def sentence_of(self, name):
        return next(c for c in self.model._meta.constraints if c.name == name).get_violation_error_message()


class DelegateForm(LoadedForm):
    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"head"}  # the formset knows all heads, as they will be


class DelegateFormSet(ReportFormSet):
    def clean(self):
        super().clean()
        heads = [form for form in self.kept if form.cleaned_data.get("head")]
        for form in heads[1:]:
            form.add_error("head", self.sentence_of("delegation_has_one_head"))


class CitationFormSet(ReportFormSet):
    """The citations of an entry; says what they lack to bear out what the form above them says."""

    def clean(self):
        super().clean()
        form = getattr(self.instance, "_form", None)
        if form is None or any(self.errors):
            return
        articles = self.articles()
        if not articles and form.cleaned_data.get("publication") == Publication.PUBLISHED:
            raise ValidationError(gettext("A published entry needs at least one citation."))
        if articles:
            self.check_wanted(form, alone=len(articles) == 1)

    def articles(self):
        """The articles that report the entry: those cited, and those of its other rows that count as a report."""
        formsets = [self, *(other for other in self.siblings if other.is_valid())]
        return {
            form.cleaned_data["article"].pk
            for formset in formsets
            for form in formset.kept
            if form.cleaned_data.get("article")
        }

    def check_wanted(self, form, alone):
        """Complain of each changed fact that the citations do not bear out.

        With one article (`alone`) its citations are brought into line later, but for those that were edited just now.
        """
        complaints = {}
        for fact, text in form.wanted.items():
            cited = [row for row in self.kept if row.cleaned_data["field"] == fact]
            if alone and not any(set(row.changed_data) & {"field", "value"} for row in cited):
                continue
            name = label(form._meta.model, fact)
            if form.facts[fact].rule is Rule.UNION:
                found = self.complaints_of_list(name, text, cited)
            else:
                found = self.complaints_of_value(name, fact, text, cited)
            complaints[field_name(fact)] = list(found)
        if any(complaints.values()):
            for name in filter(complaints.get, complaints):
                form.add_error(name, gettext("The citations below do not bear this out; there it says what to do."))
            raise ValidationError([sentence for found in complaints.values() for sentence in found])

    @staticmethod
    def complaints_of_value(name, fact, text, cited):
        if not text:
            for row in cited:
                told = gettext(
                    "%(fact)s is empty, but a citation below reports “%(value)s” (%(article)s). "
                    "Delete that citation too, or fill the fact in again."
                )
                article, value = row.cleaned_data["article"], row.cleaned_data["value"]
                yield told % {"fact": sentence(name), "value": value, "article": article}
        elif not any(same_value(fact, row.cleaned_data["value"]) == same_value(fact, text) for row in cited):
            told = gettext(
                "%(fact)s is “%(value)s”, but no citation below reports it. "
                "Add one with fact “%(name)s” and value “%(value)s”."
            )
            yield told % {"fact": sentence(name), "name": name, "value": text}

    @staticmethod
    def complaints_of_list(name, text, cited):
        named = [slug for row in cited for slug in row.cleaned_data["value"].split(", ")]
        wanted = text.split(", ") if text else []
        if missing := [slug for slug in wanted if slug not in named]:
            told = gettext(
                "%(fact)s: no citation below reports %(listed)s. "
                "Add one with fact “%(name)s” and value “%(value)s”, or add it to the value of one."
            )
            listed = all_of(f"“{slug}”" for slug in missing)
            yield told % {"fact": sentence(name), "name": name, "listed": listed, "value": ", ".join(missing)}
        if left := sorted(set(named) - set(wanted)):
            told = gettext(
                "%(fact)s: citations below report %(listed)s, and all that any report names is shown. "
                "Take it out of their values to leave it out."
            )
            yield told % {"fact": sentence(name), "listed": all_of(f"“{slug}”" for slug in left)}
