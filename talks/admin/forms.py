"""The forms of entries and of what articles report about them; what binds the rows of a page is in `formsets`."""

import re

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.asking import WHY, AskingForm, DoubtedForm
from talks.admin.base import LoadedForm
from talks.admin.corrections import CorrectionForm
from talks.admin.private import UncheckedColumnsMixin
from talks.admin.roles import may_publish
from talks.admin.values import checked, label, list_text, sentence
from talks.editing.citing import column_text, is_filled_in, wanted_facts
from talks.editing.readiness import never_public, was_public
from talks.editing.upkeep import Edit
from talks.models import LISTS, Citation, Entry, Issue, Party, Provision, Publication, Seen
from talks.models.vocabulary import SLUG
from talks.record import dates, possible
from talks.record.facts import KnownEntry

NARRATIVE = ("title", "summary")
POINTS = 500  # that a field offers
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


class EntryForm(DoubtedForm, AskingForm, CorrectionForm):
    """The columns of an entry as facts: what an editor changes here must be reported by a citation."""

    ASKS = ("start", "precision", "city", "event_kind", "fact_parties")

    right_because = Citation._meta.get_field(WHY).formfield(label=_("Why the days are right all the same"))
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
            right_because=data.get(WHY, ""),
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


class DoubtedRow(DoubtedForm, LoadedForm):
    """A row that can be improbable, such as a delegation or a transfer."""


class CitationForm(DoubtedRow):
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
        if not field and data.get(WHY):
            self.add_error(WHY, gettext("Such a reason goes with one fact, not with the entry as such."))
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


def points_in_use():
    """The points that provisions name, by issue, as a list that a field can offer: “points”."""
    named = Provision.objects.exclude(point="").order_by("issue__order", "issue__title", "point")
    pairs = named.values_list("point", "issue__title").distinct()[:POINTS]
    options = format_html_join("", '<option value="{}" label="{}"></option>', pairs)
    return format_html('<datalist id="points">{}</datalist>', options)


class ProvisionForm(LoadedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "point" in self.fields:
            self.fields["point"].widget.attrs["list"] = "points"  # which the page has once; see `points_in_use`

    def clean_point(self):
        return " ".join(self.cleaned_data["point"].split())

    def clean_key(self):
        key = self.cleaned_data["key"]
        if not re.fullmatch(SLUG, key):
            raise ValidationError(gettext("Use small letters, digits and single hyphens, such as return-of-children."))
        return key


class DelegateForm(UncheckedColumnsMixin, DoubtedRow):
    def unchecked(self, columns):
        return columns | {"head"}  # the formset knows all heads, as they will be
