"""Forms that ask: whether a row is another one, where it looks like one that is there; why the improbable is right."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext

from talks.admin.values import sentence
from talks.derived.alike import call_distinct, likenesses
from talks.files import doubts
from talks.models import Entry

MOST = 5  # rows that are asked about at once
ANOTHER = "another"  # the name of the boxes; the value of each is the key of the row that is not meant
WHY = "right_because"  # the field of a form that says why what is improbable is right
DOUBTED = {"field", "value", "count", "size", "person", "party", "start", "end"}  # fields that a reason is about


def question(likeness, ticked):
    """What a form says of a likeness: why, a link to the other row, and a box to tick if these are two."""
    other = likeness.other
    kind = other.kind if isinstance(other, Entry) else other._meta.model_name
    return format_html(
        '{}: <a href="{}">{}</a>. <label><input type="checkbox" name="{}" value="{}"{}> {}</label>',
        capfirst(likeness.why),
        reverse(f"admin:talks_{kind}_change", args=[other.pk]),
        other,
        ANOTHER,
        other.pk,
        mark_safe(" checked") if ticked else "",
        gettext("It is another one"),
    )


class AskingForm:
    """A form that is refused until each row that looks the same is said to be another one. The answer is kept.

    `ASKS`: the fields that can make a row look like another; as long as these stay as they are, nothing is asked.
    """

    ASKS = ()

    def _post_clean(self):
        super()._post_clean()
        changed = {*self.ASKS} & {*self.changed_data}
        if changed and not {*self.ASKS} & {*self.errors}:
            self.ask(likenesses([self.instance], **self.also()))

    def also(self):
        """What else `likenesses` wants to know of the row."""
        return {}

    def ask(self, found):
        """Refuse the form if one of these likenesses is not answered; its answers stay ticked as long as it is."""
        found, said = found[:MOST], set(self.data.getlist(ANOTHER))
        self.others = [one.other.pk for one in found]
        if self.errors or any(str(pk) not in said for pk in self.others):
            for one in found:
                self.add_error(None, ValidationError(question(one, str(one.other.pk) in said)))

    def keep_answers(self, row):
        """Remember that the row is none of those that it looks like."""
        if others := getattr(self, "others", ()):
            call_distinct(row, others)


class AskingMixin:
    """A page whose form asks."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        form.keep_answers(obj)


# What is improbable


class DoubtedForm(forms.BaseForm):
    """A form of what an article reports. It has the field WHY, which shows once it says something or is asked for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if WHY in self.fields:
            shown = self[WHY].value()
            self.fields[WHY].widget = why_widget() if shown else forms.HiddenInput()

    @property
    def shows_why(self):
        return WHY in self.fields and not self.fields[WHY].widget.is_hidden

    def show_why(self):
        self.fields[WHY].widget = why_widget()

    @property
    def why(self):
        """The reason that counts: not one that was given before the form said something else."""
        given = self.cleaned_data.get(WHY, "")
        stale = given == self.initial.get(WHY) and DOUBTED & {*self.changed_data}
        return "" if stale else given

    def doubt(self, told):
        """Refuse the form for what is improbable, and ask for the reason."""
        self.show_why()
        asked = gettext("%(told)s. If it is right all the same, say why here, and save again.")
        self.add_error(WHY, asked % {"told": sentence(told)})


def why_widget():
    return forms.TextInput(attrs={"class": "vTextField", "maxlength": 300})


def ask_why(article, rows, asked):
    """Doubt what is improbable in what an article reports, given as flat rows; `asked`: {place of a row: its form}.

    A row without a form there is not asked about.
    """
    if not asked:
        return
    for row in rows:
        if row.place in asked:
            row.values[WHY] = asked[row.place].why
    reported = doubts.Reported(article.slug, article.published, rows)
    for doubt in doubts.doubts(reported, doubts.beside([reported])):
        if doubt.row.place in asked:
            asked[doubt.row.place].doubt(doubt.sentence)
