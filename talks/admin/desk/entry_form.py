"""The form that begins a new entry, cited from some paragraphs of an article."""

import re

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.asking import WHY, AskingForm, DoubtedForm, ask_why
from talks.admin.base import ReasonForm, not_a_former_slug
from talks.admin.desk.fields import ParagraphsField
from talks.admin.desk.paragraph_forms import FromParagraphs
from talks.admin.values import checked
from talks.derived.alike import likenesses
from talks.editing.upkeep import settle_reported
from talks.files.rows import row_of
from talks.models import KINDS, Citation, Entry, Event, Kind
from talks.models.vocabulary import SLUG_LENGTH
from talks.record import dates
from talks.record.facts import folded
from talks.suggest.days import dates_in

BETWEEN_WORDS = re.compile(r"[^\w\s'’]")  # a dash between two names parts them, an apostrophe does not


class EntryForm(DoubtedForm, AskingForm, FromParagraphs, forms.Form):
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
    right_because = Citation._meta.get_field(WHY).formfield()
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
        self.entry = KINDS[data["kind"]](kind=data["kind"], **columns)
        try:
            self.entry.full_clean(exclude=["kind"])
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
        else:
            self.ask(likenesses([self.entry]))
            rows = [row_of(self.citation_of_start(), self.entry)] if data["start"] else []
            ask_why(self.article, rows, {row.place: self for row in rows})
        return data

    def citation_of_start(self):
        return Citation(
            entry=self.entry,
            article=self.article,
            paragraphs=self.cleaned_data["paragraphs"],
            field="start",
            value=self.cleaned_data["start"],
            right_because=self.cleaned_data[WHY],
        )

    def proposed_slug(self):
        """Title and first day as a slug; what the title says of that day is not said twice."""
        title, day = self.cleaned_data["title"], self.cleaned_data["start"]
        for date in dates_in(title, self.article.published):
            title = title.replace(date.words, " ") if date.value == day else title
        words = slugify(BETWEEN_WORDS.sub(" ", folded(title)))
        if not words:
            raise ValidationError({"slug": gettext("No slug can be made of this title; write one in Latin letters.")})
        return "-".join(filter(None, [words[: SLUG_LENGTH - 11].strip("-"), day]))

    def shown(self):
        """Nothing: the entry is a draft."""
        return []

    def save_report(self):
        """Save the draft with the citations of the article that it comes from."""
        entry = self.entry
        citations = [Citation(entry=entry, article=self.article, paragraphs=self.cleaned_data["paragraphs"])]
        if self.cleaned_data["start"]:
            citations.append(self.citation_of_start())
        for row in (entry, *citations):
            row._change_reason = self.reason
            row.save()
        settle_reported(entry, {}, self.reason)
        self.keep_answers(entry)
        return entry


def kinds_to_add(request):
    """The kinds of entries of which the user may add one."""
    return [kind for kind, model in KINDS.items() if admin.site.get_model_admin(model).has_add_permission(request)]
