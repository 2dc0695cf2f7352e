"""Forms of one report by an article about an entry, new or changed: a citation, an account, a delegate, a transfer, a
provision.

They check what the pages of entries check. Whoever may not change the entry may only suggest the report
(`talks.admin.amendments`), if the entry is published.
"""

from itertools import chain, count

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin import forms as rules
from talks.admin.asking import WHY, DoubtedForm, ask_why
from talks.admin.base import ReasonForm
from talks.admin.desk.fields import in_text, numbers_in
from talks.admin.desk.paragraph_forms import FromParagraphs
from talks.admin.desk.paragraphs import entry_of
from talks.admin.private import UncheckedColumnsMixin
from talks.admin.values import checked, is_key, label
from talks.derived.changes import note_changes, state_of, states_of
from talks.editing.citing import unreported
from talks.editing.readiness import becoming_public, names_hidden, out_of_order
from talks.editing.upkeep import settle_reported
from talks.files.doubts import DATES
from talks.files.rows import row_of
from talks.models import (
    KINDS,
    Account,
    Citation,
    Delegate,
    Delegation,
    Entry,
    Kind,
    Provision,
    Publication,
    Rule,
    Transfer,
)
from talks.record import ordering, possible
from talks.record.facts import folded, same_value
from talks.words.facts import fact_labels

WORDS_OF_KEY = 6


class ReportForm(DoubtedForm, FromParagraphs, UncheckedColumnsMixin, ReasonForm):
    """One report about an entry; with an instance that is saved, a change of that.

    OWNER: the column that names the entry; ABOUT: which kinds of entries may be meant.
    """

    OWNER = "entry"
    ABOUT = tuple(KINDS)
    ALSO = ()  # columns of the delegation that a delegate belongs to

    entry = None  # as its own kind, once it is known and the user may change it, or suggest to
    suggests = False  # true if the user may only suggest it
    author = None  # who suggested it, where an editor accepts it

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.changes = self.instance.pk is not None
        self.instance.article = self.article
        for name in ("entry", *self.ALSO) if self.changes else ():
            del self.fields[name]

    @property
    def reason(self):
        return f"{super().reason} (suggested by {self.author})" if self.author else super().reason

    def is_public(self):
        return self.changes and entry_of(self.instance).publication == Publication.PUBLISHED

    def clean(self):
        data = super().clean()
        if entry := entry_of(self.instance) if self.changes else data.get("entry"):
            own = getattr(entry, entry.kind)
            may = may_change(self.request, own)
            if may or may_suggest(self.request, own):
                self.entry, self.suggests = own, not may
                self.attach(data)
            else:
                told = gettext("You may not change “%(entry)s”, so nothing can be added to it; ask an editor.")
                self.add_error(None if self.changes else "entry", told % {"entry": entry})
        if self.changes and not self.errors and not self.changes_something():
            self.add_error(None, gettext("That is what it says already; change something."))
        return data

    def attach(self, data):
        """Tie the report to its entry, which is known now."""
        setattr(self.instance, self.OWNER, self.entry)

    def _post_clean(self):
        super()._post_clean()
        if self.entry and not self.errors and WHY in self.fields:
            row = row_of(self.instance, self.entry)
            ask_why(self.article, [*self.rows_beside(), row], {row.place: self})

    def rows_beside(self):
        """What the article reports already and this one is judged with, as flat rows."""
        return []

    def unchecked(self, columns):
        """Article and owner are on no form, but constraints are about them; not after a first mistake."""
        tied = getattr(self.instance, f"{self.OWNER}_id") and not self.errors
        return columns - {"article", self.OWNER} if tied else columns

    def shown(self):
        """Sentences on what readers see from now on, once the report is saved."""
        return becoming_public(self.entry, [self.instance])

    def save_report(self):
        """Save the report and what follows from it; readers are told what changes for them."""
        before = states_of([self.entry.pk])
        reports = self.save_all()
        note_changes(before, {self.entry.pk: state_of(self.entry, reports)})
        return self.entry

    def save_all(self):
        """Give all reports of the entry, as they are then."""
        filled_in = {} if self.entry.citations.exists() else unreported(self.entry)
        self.save_row()
        filled_in.pop(self.cleaned_data.get("field"), None)  # what was just cited counts
        if filled_in:  # lists wait in `chosen` for the first citation
            self.entry.chosen = {name: value for name, value in self.entry.chosen.items() if name not in filled_in}
            self.entry.save(update_fields=["chosen"])
        return settle_reported(self.entry, filled_in, self.reason)

    def save_row(self):
        self.instance._change_reason = self.reason
        self.instance.save()


def may_change(request, entry):
    """True if the user may change this entry, and so what is reported of it."""
    return admin.site.get_model_admin(KINDS[entry.kind]).has_change_permission(request, entry)


def may_suggest(request, entry):
    """True if the user may suggest a report of this entry, for an editor to accept: of what is published."""
    return entry.publication == Publication.PUBLISHED and request.user.has_perm("talks.add_amendment")


# The reports


class CitationForm(ReportForm):
    """That the article reports an entry, or one fact of it. What it is cited for already gets further paragraphs."""

    MODEL, COLUMNS = Citation, ("field", "value", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["field"] = forms.ChoiceField(
            choices=[("", _("the entry as such")), *self.facts()],
            required=False,
            label=_("fact"),
            help_text=Citation._meta.get_field("field").help_text,
        )
        if self.changes:
            del self.fields["field"], self.fields["note" if self.instance.field else "value"]

    def facts(self):
        """The facts to choose from: of the kind that the form opens with, or of all kinds."""
        pk = "" if self.is_bound else str(self.initial.get("entry", ""))
        kind = Entry.objects.filter(pk=pk).values_list("kind", flat=True).first() if is_key(pk) else None
        if kind:
            return [(fact, label(KINDS[kind], fact)) for fact in KINDS[kind].FACTS]
        return list(fact_labels().items())

    def attach(self, data):
        super().attach(data)
        if self.changes:
            data["field"] = self.instance.field
        fact, value, model = data.get("field", ""), data.get("value", "").strip(), type(self.entry)
        if fact and data.get("note"):
            self.add_error("note", gettext("A note goes with a citation of the entry as such, not of one fact."))
        if fact and fact not in model.FACTS:
            told = gettext("“%(fact)s” is no fact of a %(kind)s; choose one of these: %(facts)s.")
            facts = ", ".join(label(model, one) for one in model.FACTS)
            name = dict(self.fields["field"].choices)[fact]
            self.add_error("field", told % {"fact": name, "kind": model._meta.verbose_name, "facts": facts})
        elif bool(fact) != bool(value):
            self.add_error("value", gettext("Give the fact and its value together, or neither."))
        elif fact:
            try:
                data["value"] = value = checked(model, fact, value)
            except ValidationError as error:
                self.add_error("value", error)
            else:
                self.join(data)
                self.check_happened(fact, value)
                self.check_order(fact, value)
                self.check_named(fact, value)
        else:
            self.join(data)

    def check_happened(self, fact, value):
        """Complain if the article would say that something has happened, on a later day than its own."""
        cited = Citation.objects.filter(entry=self.entry.pk, article=self.article, field__in=["start", "status"])
        facts = dict(cited.values_list("field", "value")) | {fact: value} if fact in ("start", "status") else {}
        told = possible.happened(type(self.entry), facts.get("status"), facts.get("start"), self.article.published)
        if told:
            self.add_error("value", f"{capfirst(told)}.")

    def check_order(self, fact, value):
        """Complain of an order within the day that cannot be."""
        if fact in ordering.FACTS:
            for told in out_of_order(self.entry.slug, {fact: [value]}, instead=False):
                self.add_error("value", told)

    def check_named(self, fact, value):
        """Complain if a published entry would come to name what readers do not see."""
        if self.entry.publication == Publication.PUBLISHED:
            cited = Citation(article=self.article, field=fact, value=value)
            for told in names_hidden(self.entry, [cited]):
                self.add_error("value", told)

    def rows_beside(self):
        cited = Citation.objects.filter(entry=self.entry.pk, article=self.article, field__in=DATES)
        return [row_of(row, self.entry, (row.field,)) for row in cited.exclude(field=self.instance.field)]

    def join(self, data):
        """Take in what the article is cited for already, if this adds to it; else the constraint says that it is."""
        if self.changes:
            return
        fact = data["field"]
        held = Citation.objects.filter(entry=self.entry.pk, article=self.article, field=fact).first()
        if held is None:
            return
        if fact and type(self.entry).FACTS[fact].rule is Rule.UNION:
            data["value"] = ", ".join(dict.fromkeys([*held.value.split(", "), *data["value"].split(", ")]))
        elif fact and same_value(fact, held.value) != same_value(fact, data["value"]):
            return
        note = data.get("note", "")
        if held.note and note and held.note != note:
            told = gettext("This article's note on it is there already: “%(note)s” Change it on the entry's page.")
            self.add_error("note", told % {"note": held.note})
            return
        data["note"], data[WHY] = held.note or note, data.get(WHY) or held.right_because
        data["paragraphs"] = in_text({*held.paragraph_numbers, *numbers_in(data.get("paragraphs", ""))})
        self.instance = held


class ProvisionForm(ReportForm, rules.ProvisionForm):
    MODEL, OWNER, ABOUT = Provision, "proposal", (Kind.PROPOSAL,)
    COLUMNS = ("key", "issue", "point", "text", "number")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        key = self.fields["key"]
        key.required = False
        key.help_text = format_html("{} {} {}", key.help_text, _("Empty: made of the text."), self.keys_in_use())
        point = self.fields["point"]
        point.help_text = format_html("{}{}", point.help_text, rules.points_in_use())

    def keys_in_use(self):
        """The keys of the proposal that the form opens with, in a sentence."""
        pk = str(self.data.get("entry") or self.initial.get("entry", ""))
        provisions = Provision.objects.filter(proposal=pk) if is_key(pk) else Provision.objects.none()
        keys = sorted(set(provisions.values_list("key", flat=True)))
        return gettext("In use for this proposal: %(keys)s.") % {"keys": ", ".join(keys)} if keys else ""

    def clean_key(self):
        return super().clean_key() if self.cleaned_data["key"] else ""

    def attach(self, data):
        super().attach(data)
        data["key"] = data.get("key") or self.proposed_key(data.get("text", ""))
        if self.changes:
            return
        self.instance.order = self.entry.provisions.filter(article=self.article).count()

    def proposed_key(self, text):
        """The first words of a demand, as a key that no other of the proposal has: two demands are not to become one.

        What the article says already keeps its key, so that it is refused.
        """
        rows = list(self.entry.provisions.all())
        if said := [row.key for row in rows if row.article_id == self.article.pk and row.text == text]:
            return said[0]
        words = "-".join(slugify(folded(text)).split("-")[:WORDS_OF_KEY]) or (text and "point")
        keys = chain([words], (f"{words}-{number}" for number in count(2)))
        return next(key for key in keys if key not in {row.key for row in rows})


class TransferForm(ReportForm):
    MODEL, OWNER, ABOUT = Transfer, "swap", (Kind.SWAP,)
    COLUMNS = ("kind", "count", "from_party", "to_party", "date", "until")

    def attach(self, data):
        super().attach(data)
        last = data.get("until") or data.get("date")
        if told := possible.transfer(last, self.article.published):
            self.add_error("until" if data.get("until") else "date", f"{capfirst(told)}.")


class AccountForm(ReportForm):
    """What a party said. That of a speaker follows from the speaker."""

    MODEL, COLUMNS = Account, ("speaker", "party", "issue", "text")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["party"].required = False
        self.fields["party"].help_text = _("Empty: the speaker's party.")

    def attach(self, data):
        super().attach(data)
        data["party"] = data.get("party") or (data.get("speaker") and data["speaker"].party)
        if not data["party"]:
            self.add_error("party", gettext("Say whose account it is: choose a party, or a speaker who has one."))


class DelegateForm(ReportForm):
    """A person at a round, in the delegation that the article reports; the delegation is made if it is not there."""

    MODEL, OWNER, ABOUT = Delegate, "delegation", (Kind.ROUND,)
    COLUMNS = ("person", "title", "head")
    ALSO = ("party", "role", "expected")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.changes:
            return
        role = self.fields["role"]
        role.required, role.initial = False, ""
        role.choices = [("", _("as the article says already, or party to the talks")), *Delegation.Role.choices]
        self.fields["party"].required = False
        self.fields["party"].help_text = _("Empty: the person's party.")

    def clean_party(self):
        person = self.cleaned_data.get("person")
        party = self.cleaned_data["party"] or (person and person.party)
        if person and not party:
            raise ValidationError(gettext("Say for whom they came: choose a party, or a person who has one."))
        return party

    def attach(self, data):
        party = data.get("party")
        if party is None:  # of a delegate who is there already, too
            return
        asked = {name: data[name] for name in ("role", "expected") if data.get(name)}
        found = Delegation.objects.filter(round=self.entry, party=party, article=self.article).first()
        for name, value in asked.items() if found else ():
            if getattr(found, name) != value:
                told = gettext(
                    "This article reports that delegation already, and otherwise; change it on its own page."
                )
                self.add_error(name, told)
        self.instance.delegation = found or Delegation(
            round=self.entry, party=party, article=self.article, paragraphs=data.get("paragraphs", ""), **asked
        )
        self.instance.order = found.delegates.count() if found else 0
        if told := found and possible.delegation(found.size, self.instance.order + 1):
            self.add_error("person", f"{capfirst(told)}.")

    def unchecked(self, columns):
        """To a check of the database, one of whom it is unknown would be a second head."""
        columns = super().unchecked(columns)
        return columns if self.cleaned_data.get("head") else columns | {"head"}

    def save_row(self):
        delegation = self.instance.delegation
        if delegation.pk is None:
            delegation._change_reason = self.reason
            delegation.save()
            self.instance.delegation = delegation  # now that it has a key
        super().save_row()
