"""Fields of the desk's forms: entries and rows to choose without JavaScript, and paragraphs by their numbers."""

from functools import reduce
from operator import or_

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from talks.admin.base import IN_FORMS
from talks.admin.values import is_key
from talks.models import KINDS, Citation, Entry
from talks.models.translated import other_languages
from talks.record import dates
from talks.words.fields import ParagraphsField


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
    def __init__(self, kinds=tuple(KINDS), **options):
        entries = Entry.objects.filter(kind__in=kinds)
        super().__init__(entries, **{"label": _("Entry"), "widget": EntrySelect(kinds), **options})

    def label_from_instance(self, entry):
        return entry_in_words(entry)


def entry_in_words(entry):
    """An entry as a choice: “Talks in Freedonia City (round, 2031-05-02, draft)”."""
    told = [entry.get_kind_display().lower()]
    if entry.start and entry.precision != Entry.Precision.REPORTED:
        told.append(dates.text(entry.start, entry.precision))
    if entry.publication != "published":
        told.append(entry.get_publication_display().lower())
    return f"{entry} ({', '.join(told)})"


def entries_found(text, kinds):
    """The entries of these kinds with all words of `text` in slug, title or a translation of it; newest first."""
    found = Entry.objects.filter(kind__in=kinds)
    columns = ["slug", "title", *(f"translations__{language}__title" for language in other_languages())]
    for word in text.split():
        found = found.filter(reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns)))
    return found.order_by("-start", "-pk")


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
