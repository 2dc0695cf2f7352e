"""The fields by which editors give names and texts in other languages, on the page of their row."""

from django import forms
from django.contrib.admin import widgets
from django.db import models
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from talks.models import Translated
from talks.models.translated import other_languages, with_words

WIDGETS = {models.CharField: widgets.AdminTextInputWidget, models.TextField: widgets.AdminTextareaWidget}


def field_name(column, language):
    """The field of a column in a language on the form: “title_uk”."""
    return f"{column}_{language}"


def label(model, column, language):
    """What editors see such a field called: “Title (Українська)”."""
    return f"{capfirst(model._meta.get_field(column).verbose_name)} ({other_languages()[language]})"


lazy_label = lazy(label, str)


def told(row):
    """{“Title (Українська)”: what a row says so} of all that it says in other languages."""
    words = ((column, language) for language in other_languages() for column in row.TRANSLATED)
    said = {(column, language): row.translations.get(language, {}).get(column) for column, language in words}
    return {label(type(row), *one): text for one, text in said.items() if text}


def with_translations(model, form):
    """This form of a model with a field for each column in each other language; each checks what the column checks."""
    if not issubclass(model, Translated):
        return form
    fields = {}
    for language in other_languages():
        for column in model.TRANSLATED:
            field = model._meta.get_field(column)
            fields[field_name(column, language)] = field.formfield(
                required=False,
                label=lazy_label(model, column, language),
                help_text="",
                widget=WIDGETS[type(field)],
            )
    return type(form.__name__, (TranslatedForm, form), fields)


def fieldsets(model):
    """The fields of these forms, for all languages together."""
    names = [field_name(column, language) for language in other_languages() for column in model.TRANSLATED]
    told = _("Your own translation, no report. What is left empty is shown as it stands above, and says so.")
    return [(_("In other languages"), {"fields": names, "description": told})] if names else []


class TranslatedForm(forms.ModelForm):
    """A form of a row that can be given in other languages."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for language in other_languages():
            for column, text in self.instance.translations.get(language, {}).items():
                self.initial.setdefault(field_name(column, language), text)

    def clean(self):
        data = super().clean()
        for language in other_languages():
            names = {column: field_name(column, language) for column in self.instance.TRANSLATED}
            words = {column: self.cleaned_data[name] for column, name in names.items() if name in self.cleaned_data}
            self.instance.translations = with_words(self.instance.translations, language, words)
        return data
