"""The forms of the desk: one report by an article, from some of its paragraphs; or a new entry cited from them.

They check what the pages of entries check, and may add to an entry only what the user may change there.
"""

import re
from functools import partial

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model, modelform_factory
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from talks.admin import forms as rules
from talks.admin.base import IN_FORMS, ReasonForm, not_a_former_slug
from talks.admin.values import checked, is_key, label
from talks.derived.changes import note_changes, state_of, states_of
from talks.editing.citing import unreported
from talks.editing.upkeep import settle_reported
from talks.models import KINDS, Account, Citation, Delegate, Delegation, Entry, Event, Kind, Provision, Rule, Transfer
from talks.models.vocabulary import SLUG_LENGTH
from talks.record import dates
from talks.record.facts import folded, same_value
from talks.words.facts import fact_labels

# Fields


class OfferedSelect(AutocompleteSelect):
    """An autocomplete that lists the rows `offered` (pks) by itself, so that it can be used without JavaScript."""

    offered = ()

    def optgroups(self, name, value, attr=None):
        chosen = [one for one in value if is_key(one)]
        (head, options, index), *_ = super().optgroups(name, [*chosen, *map(str, self.offered)], attr)
        for option in options:
            option["selected"] = str(option["value"]) in chosen
            option["attrs"] = {"selected": True} if option["selected"] else {}
        if self.is_required:  # so that nothing is chosen by being the first
            options.insert(0, self.create_option(name, "", "", not chosen, 0))
        return [(head, options, index)]


class EntrySelect(OfferedSelect):
    """Finds entries of some kinds, at an address of the desk: entries of all kinds have no page in common."""

    def __init__(self, kinds):
        super().__init__(Citation._meta.get_field("entry"), admin.site)
        self.kinds = kinds

    def get_url(self):
        return f"{reverse('admin:talks_article_desk_entries')}?{'&'.join(f'kind={kind}' for kind in self.kinds)}"


class EntryChoice(forms.ModelChoiceField):
    def __init__(self, kinds=tuple(KINDS)):
        entries = Entry.objects.filter(kind__in=kinds)
        super().__init__(entries, label=_("Entry"), widget=EntrySelect(kinds))

    def label_from_instance(self, entry):
        return entry_in_words(entry)


def entry_in_words(entry):
    """An entry as a choice: “Talks in Freedonia City (round, 2031-05-02, draft)”."""
    told = [entry.get_kind_display().lower()]
    if entry.start and entry.precision != Entry.Precision.REPORTED:
        told.append(dates.text(entry.start, entry.precision))
    if entry.publication != "published":
        told.append(entry.get_publication_display().lower())
    return f"{entry.title} ({', '.join(told)})"


def entries_found(text, kinds):
    """The entries of these kinds with all words of `text` in title or slug, newest first; to be sliced."""
    found = Entry.objects.filter(kind__in=kinds)
    for word in text.split():
        found = found.filter(title__icontains=word) | found.filter(slug__icontains=word)
    return found.order_by("-start", "-pk")


class ParagraphsField(forms.CharField):
    """Paragraph numbers as rows hold them: “7, 3-4” gives “3, 4, 7”."""

    def __init__(self):
        super().__init__(
            required=False,
            label=_("Paragraphs"),
            help_text=_("Numbers of the paragraphs that say it, such as 3, 7. Empty where they cannot be told."),
            widget=forms.TextInput(attrs={"size": 12}),
        )

    def to_python(self, value):
        numbers = set()
        for part in re.split(r"[,\s]+", re.sub(r"\s*[-–]\s*", "-", super().to_python(value))):
            match = re.fullmatch(r"([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?", part, re.ASCII)
            if part and (not match or int(match[2] or match[1]) < int(match[1])):
                told = gettext("“%(part)s” is no paragraph; write numbers with commas between, such as 3, 7.")
                raise ValidationError(told % {"part": part})
            if match:
                numbers.update(range(int(match[1]), int(match[2] or match[1]) + 1))
        if len(numbers) > 40:
            raise ValidationError(gettext("One report names at most 40 paragraphs; name those that say it."))
        return in_text(numbers)


def in_text(numbers):
    return ", ".join(str(number) for number in sorted(numbers))


def numbers_in(text):
    """The numbers in a list of paragraphs, as it was typed; none where it is no such list."""
    try:
        return [int(number) for number in ParagraphsField().clean(text).split(", ") if number]
    except ValidationError:
        return []


class DeskFields(BaseModelAdmin):
    """Form fields as on the pages of the admin, with autocompletes that work without JavaScript."""

    admin_site = admin.site
    formfield_overrides = IN_FORMS

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs["widget"] = OfferedSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field.widget, RelatedFieldWidgetWrapper):  # of its icons only the one that adds
            field.widget.can_change_related = field.widget.can_delete_related = field.widget.can_view_related = False
        return field


# What all forms of the desk share


class FromParagraphs:
    """A form about an article's paragraphs. `offers`: {model: pks} of the rows that its autocompletes list."""

    def __init__(self, *args, article, request, offers=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.article, self.request = article, request
        for field in self.fields.values():
            widget = getattr(field.widget, "widget", field.widget)  # within a RelatedFieldWidgetWrapper
            if isinstance(widget, OfferedSelect):
                widget.offered = (offers or {}).get(field.queryset.model, ())

    def clean_paragraphs(self):
        """The numbers, each of which the article has, if its text is stored."""
        text = self.cleaned_data["paragraphs"]
        last = len(self.article.numbered_paragraphs())
        beyond = [number for number in numbers_in(text) if number > last]
        if last and beyond:
            told = ngettext(
                "The article has %(last)s paragraph; there is no %(numbers)s.",
                "The article has %(last)s paragraphs; there is no %(numbers)s.",
                last,
            )
            raise ValidationError(told % {"last": last, "numbers": in_text(beyond)})
        return text

    @property
    def reason(self):
        """What the history gives as the reason; in one language, as reasons are kept."""
        told = self.cleaned_data["paragraphs"]
        return self.cleaned_data.get("reason") or f"at the desk: {self.article.slug}{told and f', paragraphs {told}'}"


class ReportForm(FromParagraphs, ReasonForm):
    """One report about an entry. OWNER: the column that names it; ABOUT: which kinds of entries may be meant."""

    OWNER = "entry"
    ABOUT = tuple(KINDS)
    ALSO = ()  # columns of the delegation that a delegate belongs to

    entry = None  # as its own kind, once it is known and the user may change it

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.article = self.article

    def clean(self):
        data = super().clean()
        if entry := data.get("entry"):
            own = getattr(entry, entry.kind)
            if may_change(self.request, own):
                self.entry = own
                self.attach(data)
            else:
                told = gettext("You may not change “%(entry)s”, so nothing can be added to it; ask an editor.")
                self.add_error("entry", told % {"entry": entry})
        return data

    def attach(self, data):
        """Tie the report to its entry, which is known now."""
        setattr(self.instance, self.OWNER, self.entry)

    def _get_validation_exclusions(self):
        """Article and owner are on no form, but constraints are about them; not after a first mistake."""
        left_out = super()._get_validation_exclusions()
        tied = getattr(self.instance, f"{self.OWNER}_id") and not self.errors
        return left_out - {"article", self.OWNER} if tied else left_out

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
    """True if the user may change this entry (as its own kind), and so what is reported of it."""
    return admin.site.get_model_admin(type(entry)).has_change_permission(request, entry)


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

    def facts(self):
        """The facts to choose from: of the kind that the form opens with, or of all kinds."""
        pk = "" if self.is_bound else str(self.initial.get("entry", ""))
        kind = Entry.objects.filter(pk=pk).values_list("kind", flat=True).first() if is_key(pk) else None
        if kind:
            return [(fact, label(KINDS[kind], fact)) for fact in KINDS[kind].FACTS]
        return list(fact_labels().items())

    def attach(self, data):
        super().attach(data)
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
                data["value"] = checked(model, fact, value)
            except ValidationError as error:
                self.add_error("value", error)
            else:
                self.join(data)
        else:
            self.join(data)

    def join(self, data):
        """Take in what the article is cited for already, if this adds to it; else the constraint says that it is."""
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
        data["note"] = held.note or note
        data["paragraphs"] = in_text({*held.paragraph_numbers, *numbers_in(data.get("paragraphs", ""))})
        self.instance = held


class ProvisionForm(ReportForm, rules.ProvisionForm):
    MODEL, OWNER, ABOUT = Provision, "proposal", (Kind.PROPOSAL,)
    COLUMNS = ("key", "issue", "text", "number")

    def attach(self, data):
        super().attach(data)
        self.instance.order = self.entry.provisions.filter(article=self.article).count()


class TransferForm(ReportForm):
    MODEL, OWNER, ABOUT = Transfer, "swap", (Kind.SWAP,)
    COLUMNS = ("kind", "count", "from_party", "to_party", "date", "until")


class AccountForm(ReportForm):
    """What a party said. That of a speaker follows from the speaker."""

    MODEL, COLUMNS = Account, ("speaker", "party", "text")

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
        role = self.fields["role"]
        role.required, role.initial = False, ""
        role.choices = [("", _("as the article says already, or party to the talks")), *Delegation.Role.choices]

    def attach(self, data):
        party = data.get("party")
        if party is None:
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

    def _get_validation_exclusions(self):
        """To a check of the database, one of whom it is unknown would be a second head."""
        left_out = super()._get_validation_exclusions()
        return left_out if self.cleaned_data.get("head") else left_out | {"head"}

    def save_row(self):
        delegation = self.instance.delegation
        if delegation.pk is None:
            delegation._change_reason = self.reason
            delegation.save()
            self.instance.delegation = delegation  # now that it has a key
        super().save_row()


# A new entry


class EntryForm(FromParagraphs, forms.Form):
    """The least of a new entry, as a draft that the article is cited for; all else is added afterwards."""

    kind = forms.ChoiceField(label=_("Kind"))
    title = Entry._meta.get_field("title").formfield(widget=forms.TextInput(attrs={"class": "vTextField"}))
    start = forms.CharField(
        required=False,
        label=_("First day"),
        help_text=_(
            "As 2025-06-02, or 2025-06 or 2025 where the rest is not known. Empty if the article gives no date."
        ),
        widget=forms.TextInput(attrs={"size": 12}),
    )
    event_kind = Event._meta.get_field("event_kind").formfield(help_text=_("Of an event only."))
    slug = Entry._meta.get_field("slug").formfield(
        required=False,
        help_text=_(
            "Empty: made of title and first day. Its identity for good: a round is city and date of the first day, "
            "never its number."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    summary = Entry._meta.get_field("summary").formfield(widget=forms.Textarea(attrs={"rows": 3, "cols": 60}))
    paragraphs = ParagraphsField()
    reason = ReasonForm.declared_fields["reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, Kind(kind).label) for kind in kinds_to_add(self.request)]
        self.entry = None

    def clean_start(self):
        text = self.cleaned_data["start"]
        return checked(Event, "start", text) if text else ""

    def clean_slug(self):
        return not_a_former_slug(Entry, self.cleaned_data["slug"])

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        data["slug"] = data["slug"] or not_a_former_slug(Entry, self.proposed_slug())
        columns = {name: data[name] for name in ("slug", "title", "summary")}
        if data["start"]:
            columns["start"], columns["precision"] = dates.parse(data["start"])
        if data["kind"] == Kind.EVENT:
            columns["event_kind"] = data["event_kind"]
            if not data["event_kind"]:
                self.add_error("event_kind", gettext("Say what sort of event it is."))
        self.entry = KINDS[data["kind"]](**columns)
        try:
            self.entry.full_clean(exclude=["kind"])
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
        return data

    def proposed_slug(self):
        """Title and first day as a slug."""
        words = slugify(folded(self.cleaned_data["title"]))
        if not words:
            raise ValidationError({"slug": gettext("No slug can be made of this title; write one in Latin letters.")})
        day = self.cleaned_data["start"]
        return "-".join(filter(None, [words[: SLUG_LENGTH - 11].strip("-"), day]))

    def save_report(self):
        """Save the draft with the citations of the article that it comes from."""
        entry, told = self.entry, {"article": self.article, "paragraphs": self.cleaned_data["paragraphs"]}
        citations = [Citation(entry=entry, **told)]
        if start := self.cleaned_data["start"]:
            citations.append(Citation(entry=entry, field="start", value=start, **told))
        for row in (entry, *citations):
            row._change_reason = self.reason
            row.save()
        settle_reported(entry, {}, self.reason)
        return entry


def kinds_to_add(request):
    """The kinds of entries of which the user may add one."""
    return [kind for kind, model in KINDS.items() if admin.site.get_model_admin(model).has_add_permission(request)]


FORMS = {
    "citation": CitationForm,
    "account": AccountForm,
    "delegate": DelegateForm,
    "transfer": TransferForm,
    "provision": ProvisionForm,
    "entry": EntryForm,
}


def form_for(sort, request):
    """The class of a form of the desk."""
    form = FORMS[sort]
    if form is EntryForm:
        return form
    fields = partial(DeskFields().formfield_for_dbfield, request=request)
    of_delegation = fields_for_model(Delegation, form.ALSO, formfield_callback=fields) if form.ALSO else {}
    declared = {"entry": EntryChoice(form.ABOUT), **of_delegation, "paragraphs": ParagraphsField()}
    made = modelform_factory(
        form.MODEL,
        form=type(form.__name__, (form,), declared),
        fields=[*form.COLUMNS, "paragraphs"],
        formfield_callback=fields,
    )
    made.field_order = ["entry", *form.COLUMNS, *form.ALSO, "paragraphs"]
    return made
