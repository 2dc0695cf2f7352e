"""What readers are told of an edit: that it is a correction, and a public note on it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.base import ReasonForm
from talks.models import Change
from talks.models.entries import Publication

FOR_READERS = ("correction", "public_note")


class CorrectionForm(ReasonForm):
    """A form of a published entry, or of a row that belongs to one, on which an edit can be called a correction."""

    is_seen = False  # whether readers see the row, whatever the form makes of it
    correction = forms.BooleanField(
        required=False,
        label=_("This is a correction"),
        help_text=_("What stood here was wrong. Readers see both versions with the note, on the entry’s page too."),
    )
    public_note = forms.CharField(
        required=False,
        max_length=500,
        label=_("Public note"),
        help_text=_("For readers, in own words, such as “We had taken the venue of another round.”"),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_seen:
            for name in FOR_READERS:
                del self.fields[name]

    def clean(self):
        data = super().clean()
        publication = self.cleaned_data.get("publication", Publication.PUBLISHED)
        if publication != Publication.PUBLISHED and self.cleaned_data.get("correction"):
            self.add_error("correction", gettext("Only what stays published can be corrected; untick this."))
        elif publication == Publication.DRAFT and self.cleaned_data.get("public_note"):
            self.add_error("public_note", gettext("Readers see nothing of a draft; leave this empty."))
        elif self.cleaned_data.get("correction"):
            try:
                told = Change(sort=Change.Sort.CORRECTED, note=self.cleaned_data.get("public_note", ""))
                told.validate_constraints(exclude={"entry"})
            except ValidationError as error:
                self.add_error("public_note", error.messages)
        return data


def for_readers(form):
    """What `talks.derived.changes` wants to know of an edit."""
    asked = form.cleaned_data
    return {"note": asked.get("public_note", "").strip(), "correction": asked.get("correction", False)}


class CorrectionMixin:
    """A page with the fields of a `CorrectionForm`, if readers can see what is edited. `entry_of(row)`: whose entry."""

    def entry_of(self, row):
        return row

    def is_seen(self, request, row):
        """True if readers see this row, as it was read for its page."""
        return (
            row is not None
            and not self.is_old_version(request, row)
            and self.entry_of(row).publication == Publication.PUBLISHED
        )

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.is_seen = self.is_seen(request, obj)  # the class is made for this request
        return form

    def why(self, request, obj):
        asked = super().why(request, obj)
        if asked and self.is_seen(request, obj):
            asked.append(
                (_("For readers"), {"fields": FOR_READERS, "description": _("What you write here is public.")})
            )
        return asked
