"""The parameters of the API: those of the pages, without what only a page has, and how many items to give at a time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from talks.models import Party
from talks.models.vocabulary import SLUG
from talks.public.forms.base import EntriesForm, PublicForm
from talks.public.forms.compare import CompareProposalsForm, CompareRoundsForm, PositionsForm
from talks.public.forms.fields import CursorField, SlugsField, public_today
from talks.public.forms.pages import (
    ArticlesForm,
    ChangesForm,
    DifferencesForm,
    LedgerForm,
    TimelineForm,
)
from talks.words import fields

MOST, USUAL = 100, 20  # items of one answer


class LimitField(fields.NumberField):
    """How many items to give at a time."""

    def __init__(self):
        told = _("Give a whole number from 1 to 100, or leave it out.")
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), told)
        super().__init__(required=False, min_value=1, max_value=MOST, error_messages=messages)


class AfterField(forms.RegexField):
    """Behind which item to go on: its slug, or several with dots between, as the answer before tells it."""

    def __init__(self, slugs=1):
        told = _("This is no place to go on from; take the address that the answer before gives as “next”.")
        pattern = rf"^{SLUG}(\.{SLUG}){{{slugs - 1}}}$"
        messages = dict.fromkeys(("invalid", "max_length"), told)
        super().__init__(pattern, required=False, max_length=250, error_messages=messages)


class Limited(forms.Form):
    """Of a form that asks for items, a part of them at a time."""

    limit = LimitField()

    @property
    def most(self):
        """How many items to give."""
        return self.cleaned_data.get("limit") or USUAL

    @property
    def after(self):
        """Behind which item to go on; None or "" for the first ones."""
        return self.cleaned_data.get("after")


class OneQuery(PublicForm):
    pick = None


class PartQuery(Limited, OneQuery):
    after = AfterField()


class EntriesQuery(Limited, EntriesForm):
    pick = at = before = None


class TimelineQuery(Limited, TimelineForm):
    pick = at = before = None


class PeopleQuery(PartQuery):
    party = SlugsField(public_today(Party), noun="party", most=1)


class ArticlesQuery(Limited, ArticlesForm):
    pick = page = only = publishers = countries = None
    after = AfterField()


class DifferencesQuery(Limited, DifferencesForm):
    pick = page = None
    after = CursorField()


class ChangesQuery(Limited, ChangesForm):
    pick = page = None
    after = AfterField()


class RoundsQuery(CompareRoundsForm):
    pick = then = pair = rounds = only = None


class ProposalsQuery(OneQuery):
    p = CompareProposalsForm.base_fields["p"]


class PositionsQuery(Limited, PositionsForm):
    pick = page = pair = then = None
    after = AfterField(slugs=2)


class TotalsQuery(LedgerForm):
    pick = at = after = before = order = show = page = None
