"""The arguments of what assistants ask: those of the API, a few items at a time."""

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks import words
from talks.models import Entry, Publication
from talks.public.forms import api
from talks.public.forms.base import PagedForm
from talks.public.forms.compare import CompareRoundsForm
from talks.public.forms.fields import SlugsField
from talks.public.forms.pages import LedgerForm
from talks.queries import first_report_of
from talks.words import fields

MOST, USUAL = 20, 10  # items of one answer


class FewField(fields.NumberField):
    """How many items to give at a time."""

    def __init__(self):
        told = format_lazy(_("Give a whole number from 1 to {most}, or leave it out."), most=MOST)
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), told)
        super().__init__(required=False, min_value=1, max_value=MOST, error_messages=messages)


class Few(api.Limited):
    """Of a form that asks for items, a few of them at a time."""

    limit = FewField()

    @property
    def most(self):
        return self.cleaned_data.get("limit") or USUAL


class EntryField(SlugsField):
    """One entry by its slug."""

    def __init__(self):
        super().__init__(Entry.objects.visible, noun="entry", most=1)

    def unknown(self, slug):
        if Entry.objects.filter(slug=slug, publication=Publication.WITHDRAWN).exists():
            return gettext("This entry was withdrawn.")
        first = first_report_of(slug)
        if first and self.seen.day and first > self.seen.day:
            told = gettext("“%(slug)s” was first reported on %(day)s, after the day in as_of.")
            return told % {"slug": slug, "day": words.day(first)}
        return super().unknown(slug)


class SearchQuery(Few, api.TimelineQuery):
    pass


class EntryQuery(api.OneQuery):
    slug = EntryField()

    def clean(self):
        super().clean()
        if not self.data.get("slug"):
            self.add_error("slug", gettext("Name an entry by its slug; a search gives the slugs of entries."))
        return self.cleaned_data


class Named:
    """Of a form that compares what its field `NAME` names."""

    def clean(self):
        super().clean()
        if not self.data.getlist(self.NAME):
            self.add_error(self.NAME, gettext("Name what to compare by its slug; a search gives the slugs of entries."))
        return self.cleaned_data


class RoundsQuery(Named, api.OneQuery):
    NAME = "r"
    r = CompareRoundsForm.base_fields["r"]
    series = None  # whose rounds may be too many for one answer


class ProposalsQuery(Named, api.ProposalsQuery):
    NAME = "p"


class PositionsQuery(Few, api.PositionsQuery):
    pass


class TotalsQuery(Few, LedgerForm):
    pick = at = after = before = order = show = None
    page = PagedForm.base_fields["page"]


class DifferencesQuery(Few, api.DifferencesQuery):
    pass
