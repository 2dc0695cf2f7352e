"""What visitors may ask for: every query string goes through one of these forms.

A value that makes no sense gets a sentence that says what would be right, and the page is answered with status 400;
what was valid is kept. Names that no form knows are left alone, so that a link with a tracking parameter still works.
"""

import datetime
import re
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from talks import search, words
from talks.files.reader import did_you_mean
from talks.models import Issue, Kind, Party, Person, Process, Proposal, Round
from talks.models.vocabulary import SLUG, SLUG_LENGTH
from talks.stems import words_in

MANY_CHOICES = 20
MANY_WORDS = 8
LAST_KEY = 10**18 - 1


class DayField(forms.DateField):
    """A day as ISO text, whatever the visitor's language."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **options):
        super().__init__(input_formats=["%Y-%m-%d"], required=False, **options)

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(f"“{value}” is not a day; write it like 2025-06-01.") from None


class WordsField(forms.CharField):
    """Words to look for; gives the text."""

    def __init__(self):
        told = {"max_length": "Write at most 100 letters."}
        super().__init__(required=False, max_length=100, label="Words", error_messages=told)

    def clean(self, value):
        text = super().clean(value)
        if max(len(text.split()), len(words_in(text))) > MANY_WORDS:
            raise ValidationError(f"Write at most {MANY_WORDS} words.")
        return text


class SeveralField(forms.Field):
    """A parameter that may be given several times. `valid` holds what of it makes sense, even where some does not."""

    widget = forms.SelectMultiple

    def __init__(self):
        super().__init__(required=False)
        self.valid = []


class KindsField(SeveralField):
    """Kinds of entries."""

    def clean(self, value):
        kinds = [kind for kind in value or () if kind]
        self.valid = [kind for kind in Kind.values if kind in kinds]
        known = ", ".join(Kind.values)
        problems = [f"“{kind}” is no kind; choose from {known}." for kind in kinds if kind not in Kind.values]
        if problems:
            raise ValidationError(problems[:MANY_CHOICES])
        return self.valid


class SlugsField(SeveralField):
    """One row or several, named by slug; gives the rows in the order asked for.

    `rows(day)` gives those there are to choose from; `day` is what the form's `as_of` says.
    """

    def __init__(self, rows, *, noun, least=0, most=MANY_CHOICES):
        super().__init__()
        self.rows, self.noun, self.least, self.most = rows, noun, least, most
        self.day = None

    def clean(self, value):
        slugs = [slug for slug in value or () if slug]
        twice = next((slug for slug in slugs if slugs.count(slug) > 1), None)
        if len(slugs) > 200 or any(len(slug) > SLUG_LENGTH for slug in slugs):
            raise ValidationError(f"That is too much to choose; choose at most {self.most}.")
        found = self.find(slugs)
        problems = [self.unknown(slug) for slug in dict.fromkeys(slugs) if slug not in found]
        if twice:
            problems.append(f"“{twice}” is chosen twice; once is enough.")
        if len(set(slugs)) > self.most:
            problems.append(f"{len(set(slugs))} are chosen; choose at most {self.most}.")
        elif slugs and len(set(slugs)) < self.least:
            problems.append(f"Only {len(set(slugs))} is chosen; choose at least {self.least}.")
        self.valid = list(found.values())[: self.most]
        if problems:
            raise ValidationError(problems)
        return self.valid

    def find(self, slugs):
        wanted = [slug for slug in dict.fromkeys(slugs) if re.fullmatch(SLUG, slug)]
        if not wanted:
            return {}
        rows = {row.slug: row for row in self.rows(self.day).filter(slug__in=wanted)}
        return {slug: rows[slug] for slug in wanted if slug in rows}

    def unknown(self, slug):
        close = did_you_mean(slug.lower(), self.rows(self.day).values_list("slug", flat=True)[:2000])
        return f"There is no {self.noun} “{slug}” here.{close}"


class CursorField(forms.CharField):
    """Where a page of the timeline begins or ends: “2025-06-02.17”, a date and a key. Gives (date, pk)."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False, max_length=40)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.(\d{1,18})", text, re.ASCII)
        try:
            return datetime.date.fromisoformat(match[1]), int(match[2])
        except (TypeError, ValueError):
            raise ValidationError("This link to a page of the timeline is broken; start from its first page.") from None


class PublicForm(forms.Form):
    """The parameters that every public page has."""

    as_of = DayField(label="As known on")

    def __init__(self, data):
        super().__init__(data, auto_id=False)
        self._clean_as_of_first()
        self.is_valid()

    def _clean_as_of_first(self):
        """Tell the fields that choose rows which day it is about."""
        try:
            day = self.fields["as_of"].clean(self.data.get("as_of"))
        except ValidationError:
            return
        for field in self.fields.values():
            if isinstance(field, SlugsField):
                field.day = day

    @property
    def day(self):
        """The day whose knowledge to show, or None for now."""
        return self.cleaned_data.get("as_of")

    @property
    def status(self):
        return 400 if self.errors else 200

    @property
    def complaints(self):
        """What is wrong, one sentence each, with the name of the parameter."""
        return [
            f"{'' if name == '__all__' else f'{name}: '}{message}"
            for name, messages in self.errors.items()
            for message in messages
        ]

    def clean(self):
        for name, field in self.fields.items():
            if not isinstance(field, SeveralField) and len(self.data.getlist(name)) > 1:
                self.add_error(name, "This is given twice; give it once.")
        return self.cleaned_data

    @property
    def kept_beside_as_of(self):
        """[(name, value)] of what a form that changes only the day has to carry along."""
        paging = ("as_of", "at", "after", "before", "page")
        return [(n, value) for n in self.fields if n not in paging for value in self.data.getlist(n) if value]

    def address(self, without=None):
        """The query string with all that was asked for and nothing empty, names in a fixed order.

        `without`: {name: value to leave out, or None for all}; then the first page is meant, so cursors go too.
        """
        query = QueryDict(mutable=True)
        without = without or {}
        for name in self.fields:
            values = [value for value in self.data.getlist(name) if value]
            if name in without or (without and name in ("after", "before", "at", "page")):
                values = [value for value in values if name in without and without[name] not in (None, value)]
            query.setlist(name, values)
        return query.urlencode()


class PagedForm(PublicForm):
    """A list with numbered pages."""

    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        error_messages={"invalid": "A page is a whole number, such as 2.", "min_value": "Pages are counted from 1."},
    )


class EntriesForm(PublicForm):
    """A list of entries that is paged by cursor."""

    NEWEST, OLDEST = "newest", "oldest"
    order = forms.ChoiceField(
        required=False,
        choices=[("", "newest first"), (NEWEST, "newest first"), (OLDEST, "oldest first")],
        error_messages={"invalid_choice": "“%(value)s” is no order; write newest or oldest."},
    )
    at = DayField(label="Go to")
    after = CursorField()
    before = CursorField()

    @property
    def newest_first(self):
        return self.cleaned_data.get("order") != self.OLDEST

    @property
    def paging(self):
        """What `talks.queries.page_of` wants to know."""
        asked = self.cleaned_data
        after, before = asked.get("after"), asked.get("before")
        if asked.get("at") and not (after or before):
            after = asked["at"], LAST_KEY if self.newest_first else 0  # so that the day itself is on the page
        return {"day": self.day, "newest_first": self.newest_first, "after": after, "before": before}

    def clean(self):
        super().clean()
        if self.cleaned_data.get("after") and self.cleaned_data.get("before"):
            self.cleaned_data["after"] = None
            self.add_error("before", "Give either after or before, not both.")
        return self.cleaned_data


class TimelineForm(EntriesForm):
    """The filters of the timeline."""

    q = WordsField()
    kind = KindsField()
    party = SlugsField(lambda day: Party.objects.all(), noun="party")
    issue = SlugsField(lambda day: Issue.objects.all(), noun="issue")
    process = SlugsField(lambda day: Process.objects.all(), noun="process")
    person = SlugsField(lambda day: Person.objects.all(), noun="person")

    def clean(self):
        super().clean()
        since, until = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if since and until and until < since:
            self.add_error("to", f"The period ends on {until}, before it starts on {since}; exchange the two.")
        return self.cleaned_data

    @cached_property
    def filters(self):
        """What `talks.queries.timeline` wants to know."""
        asked = self.cleaned_data
        return {
            "day": self.day,
            **{name: field.valid for name, field in self.fields.items() if isinstance(field, SeveralField)},
            "since": asked.get("from"),
            "until": asked.get("to"),
            "words": search.spellings(asked.get("q", "").split()),
        }

    @property
    def chips(self):
        """[(what is filtered by in words, query string without it)], one for each choice."""
        asked = self.cleaned_data
        chips = [(f"“{asked['q']}”", self.address(without={"q": None}))] if asked.get("q") else []
        for name, field in self.fields.items():
            if isinstance(field, SeveralField):
                chips += [
                    (words.choice(one), self.address(without={name: getattr(one, "slug", one)})) for one in field.valid
                ]
        for name in ("from", "to"):
            if asked.get(name):
                chips.append((f"{name} {words.day(asked[name])}", self.address(without={name: None})))
        return chips

    def in_words(self, total):
        """The filter in words, with the number of entries that it chooses."""
        valid = {name: field.valid for name, field in self.fields.items() if isinstance(field, SeveralField)}
        asked = self.cleaned_data
        return words.filter_in_words(total, q=asked.get("q"), since=asked.get("from"), until=asked.get("to"), **valid)

    @property
    def chosen(self):
        """What is chosen of each list, as plain values, for marking the choices."""
        several = [name for name, field in self.fields.items() if isinstance(field, SeveralField)]
        return {name: set(self.data.getlist(name)) for name in several}


# `from` is a word of Python's own, so this field cannot be declared like the others.
TimelineForm.base_fields |= {"from": DayField(label="From"), "to": DayField(label="To")}


class SearchForm(PagedForm):
    """The words to search for, and in what."""

    SORTS = tuple(search.OWNERS)
    q = WordsField()

    @cached_property
    def query(self):
        return search.asked(self.cleaned_data.get("q", ""))

    @property
    def sort(self):
        """The one sort to search, or an empty text for all."""
        return self.cleaned_data.get("in", "")


# Like `from` above.
SearchForm.base_fields["in"] = forms.ChoiceField(
    required=False,
    choices=[(sort, sort) for sort in SearchForm.SORTS],
    error_messages={
        "invalid_choice": "There are no “%(value)s” here; choose from " + ", ".join(SearchForm.SORTS) + "."
    },
)


class CompareRoundsForm(PublicForm):
    r = SlugsField(Round.objects.visible, noun="round", least=2, most=4)


class CompareProposalsForm(PublicForm):
    p = SlugsField(Proposal.objects.visible, noun="proposal", least=2, most=6)
