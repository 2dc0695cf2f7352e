"""The fields of the public forms: days, words, choices, rows by slug, places in a list."""

import datetime
import re
from urllib.parse import quote

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from talks import words
from talks.derived.stems import words_in
from talks.models import FormerSlug, Issue, Kind, Party, Person, Process, Publisher, Seen
from talks.models.vocabulary import SLUG, SLUG_LENGTH
from talks.record.facts import folded
from talks.words import fields
from talks.words.time import MOMENT

# Codes of complaints about what is well written: it names nothing that is here, or is more than is answered.
ABSENT, TOO_MUCH = "absent", "too-much"
MANY_CHOICES = 20
MANY_WORDS = 8
MANY_ROWS = 2000
CALLED = {  # columns, and what follows from them, by which people call a row, the surest first
    Party: ("slug", "short", "name", "country", "aliases", "other_names"),
    Person: ("slug", "name", "aliases", "other_names"),
    Issue: ("slug", "title", "other_names"),
    Process: ("slug", "title", "other_names"),
    Publisher: ("slug", "name", "other_names"),
}
LAST = (10**9 - 1, 10**18 - 1)  # rank and key of a cursor behind all of its day


class DayField(fields.DayField):
    """A day that a page is asked for; browsers show a calendar for it."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **options):
        super().__init__(required=False, **options)


class WordsField(forms.CharField):
    """Words to look for; gives the text."""

    def __init__(self):
        told = {"max_length": _("Write at most 100 characters.")}
        super().__init__(required=False, max_length=100, label=_("Words"), error_messages=told)

    def clean(self, value):
        text = super().clean(value)
        if len(words_in(text)) > MANY_WORDS:
            raise ValidationError(gettext("Write at most %(most)s words.") % {"most": MANY_WORDS}, code=TOO_MUCH)
        return text


class SeveralField(forms.Field):
    """A parameter that may be given several times. `valid` holds what of it makes sense, even where some does not.

    `moved` holds the present word for each former one, such as a slug, that was given.
    """

    widget = forms.SelectMultiple

    def __init__(self):
        super().__init__(required=False)
        self.valid, self.moved = [], {}


class ChoicesField(SeveralField):
    """One or several of these values; gives them in their own order."""

    def __init__(self, values, complaint):
        super().__init__()
        self.values, self.complaint = values, complaint

    def clean(self, value):
        asked = [one for one in value or () if one]
        self.valid = [one for one in self.values if one in asked]
        known = ", ".join(self.values)
        problems = [self.complaint % {"text": one, "known": known} for one in asked if one not in self.values]
        if problems:
            raise ValidationError(problems[:MANY_CHOICES])
        return self.valid


class KindsField(ChoicesField):
    """Kinds of entries."""

    def __init__(self):
        super().__init__(Kind.values, _("“%(text)s” is not a kind of entry; choose from %(known)s."))


class DirectionsField(SeveralField):
    """From which party to which: “freedonia-to-sylvania”. Gives (party, party)."""

    def clean(self, value):
        asked = list(dict.fromkeys(one for one in value or () if one))
        if len(asked) > MANY_CHOICES:
            raise ValidationError(gettext("That is too many; choose at most %(most)s.") % {"most": MANY_CHOICES})
        parties = {party.slug: party for party in Party.objects.visible(Seen.now())} if asked else {}
        parties = {party.short.lower(): party for party in parties.values()} | parties
        ways = directions_in(asked, parties)
        if len(ways) < len(asked):
            former = FormerSlug.objects.of(Party).filter(party__in=parties.values()).select_related("party")
            ways = directions_in(asked, {row.slug: row.party for row in former} | parties)
        self.valid = list(dict.fromkeys(ways.values()))
        present = {one: "-to-".join(party.slug for party in way) for one, way in ways.items()}
        self.moved = {one: slugs for one, slugs in present.items() if one != slugs}
        told = gettext("“%(text)s” is not a direction; write two parties like freedonia-to-sylvania.")
        written = re.compile(f"{SLUG}-to-{SLUG}")
        problems = [
            ValidationError(told % {"text": one}, code=ABSENT if written.fullmatch(one) else "invalid")
            for one in asked
            if one not in ways
        ]
        if problems:
            raise ValidationError(problems)
        return self.valid


def directions_in(texts, parties):
    """{text: (party, party)} of those texts that name two of `parties` ({slug: party})."""
    ways_by_text = {}
    for text in texts:
        pieces = text.lower().split("-to-")
        ways = [("-to-".join(pieces[:cut]), "-to-".join(pieces[cut:])) for cut in range(1, len(pieces))]
        named = ((parties[one], parties[other]) for one, other in ways if one in parties and other in parties)
        way = next((way for way in named if way[0] != way[1]), None)
        if way:
            ways_by_text[text] = way
    return ways_by_text


class SlugsField(SeveralField):
    """One row or several, named by slug; gives the rows in the order asked for.

    `rows(seen)` gives those there are to choose from; the form says what its `as_of` lets it see.
    """

    def __init__(self, rows, *, noun, least=0, most=MANY_CHOICES):
        super().__init__()
        self.rows, self.noun, self.least, self.most = rows, noun, least, most
        self.seen = Seen.now()

    def clean(self, value):
        slugs = [slug for slug in value or () if slug]
        twice = next((slug for slug in slugs if slugs.count(slug) > 1), None)
        if len(slugs) > 200 or any(len(slug) > SLUG_LENGTH for slug in slugs):
            raise ValidationError(gettext("That is too many; choose at most %(most)s.") % {"most": self.most})
        rows = self.find(slugs)
        unknown = [slug for slug in dict.fromkeys(slugs) if slug not in rows]
        problems = [ValidationError(self.unknown(slug), code=ABSENT) for slug in unknown]
        if twice:
            problems.append(gettext("“%(slug)s” is chosen twice; once is enough.") % {"slug": twice})
        chosen = len({rows.get(slug, slug) for slug in slugs})
        if chosen > self.most:
            complaint = ngettext(
                "%(count)s is chosen; choose at most %(most)s.",
                "%(count)s are chosen; choose at most %(most)s.",
                chosen,
            )
            problems.append(complaint % {"count": chosen, "most": self.most})
        elif slugs and not unknown and chosen < self.least:
            complaint = ngettext(
                "Only %(count)s is chosen; choose at least %(least)s.",
                "Only %(count)s are chosen; choose at least %(least)s.",
                chosen,
            )
            problems.append(complaint % {"count": chosen, "least": self.least})
        self.valid = list(dict.fromkeys(rows.values()))[: self.most]
        if problems:
            raise ValidationError(problems)
        return self.valid

    def find(self, slugs):
        """{slug: row}, in the order asked for; a former slug, a name or a code names the row that has it, or had it."""
        wanted = list(dict.fromkeys(slugs))
        if not wanted:
            return {}
        rows = self.rows(self.seen)
        asked = [slug for slug in wanted if re.fullmatch(SLUG, slug)]
        rows_by_slug = {row.slug: row for row in rows.filter(slug__in=asked)}
        missing = [slug for slug in asked if slug not in rows_by_slug]
        if missing and FormerSlug.owner_of(rows.model):
            former = rows.filter(former_slugs__slug__in=missing).annotate(former=F("former_slugs__slug"))
            rows_by_slug |= {row.former: row for row in former}
        rows_by_slug |= called(rows, [name for name in wanted if name not in rows_by_slug])
        self.moved = {name: row.slug for name, row in rows_by_slug.items() if name != row.slug}
        return {slug: rows_by_slug[slug] for slug in wanted if slug in rows_by_slug}

    def unknown(self, slug):
        known = self.rows(self.seen).values_list("slug", flat=True)[:MANY_ROWS]
        return f"{words.missing(self.noun, slug)} {words.did_you_mean(slug.lower(), known)}".strip()


def _called(row, column):
    """What a column calls a row, folded; of other names each."""
    value = getattr(row, column)
    value = value() if callable(value) else value
    return [folded(one) for one in (value if isinstance(value, list) else [value])]


def public_today(model):
    """Gives rows that are public today for any day: on a page of an earlier day a filter by one finds nothing."""
    return lambda _seen: model.objects.visible(Seen.now())


def called(rows, names):
    """{name: row} of those names that are one row's slug, code or name, in capitals, accents or not."""
    columns = CALLED.get(rows.model, ()) if names else ()
    every = rows[:MANY_ROWS] if columns else ()
    rows_by_name = {}
    for name in names:
        alike = ([row for row in every if folded(name) in _called(row, column)] for column in columns)
        named = next(filter(None, alike), [])
        if len(named) == 1:
            rows_by_name[name] = named[0]
    return rows_by_name


class CursorField(forms.CharField):
    """Where a page of the timeline begins or ends: “2025-06-02.0.17”, a date, a rank in it and a key; addresses from
    before there were ranks have none. Gives (date, rank, pk).
    """

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False, max_length=40)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.(?:(\d{1,9})\.)?(\d{1,18})", text, re.ASCII)
        try:
            return datetime.date.fromisoformat(match[1]), int(match[2] or 0), int(match[3])
        except (TypeError, ValueError):
            told = gettext("This link to a page of the timeline is broken; start from its first page.")
            raise ValidationError(told, code=ABSENT if match else "invalid") from None


class PageField(forms.CharField):
    """The address of a public page of this site, with what is asked of it. Gives (path, QueryDict); the timeline's if
    nothing is given.
    """

    def __init__(self):
        super().__init__(required=False, max_length=4000)

    def clean(self, value):
        path, _, query = super().clean(value or reverse("timeline")).partition("?")
        try:
            match = resolve(path)
        except Resolver404:
            match = None
        if match is None or match.namespaces or path != quote(path):
            told = gettext("There is no such page here; choose the day on the page that you want to see.")
            raise ValidationError(told)
        return path, QueryDict(query)


class MomentField(forms.CharField):
    """A moment as addresses have it: “2026-11-25T20:54:00.123456”, in UTC. Gives the time."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False, max_length=40)

    def clean(self, value):
        text = super().clean(value)
        try:
            return datetime.datetime.strptime(text, MOMENT).replace(tzinfo=datetime.UTC) if text else None
        except ValueError:
            told = gettext("This link to what was added together is broken; start again.")
            raise ValidationError(told, code=ABSENT if re.fullmatch(r"[\d:.T-]{26}", text) else "invalid") from None


def number_field(invalid, least):
    """A field for the number of a page."""
    messages = {"invalid": invalid, "min_value": least}
    return fields.NumberField(required=False, min_value=1, max_value=1_000_000, error_messages=messages)


def one_of(values, complaint):
    """A field for one of these values; `complaint` says what is right, with %(value)s for what was given."""
    choices = [(value, value) for value in values]
    return forms.ChoiceField(required=False, choices=choices, error_messages={"invalid_choice": complaint})


class CodeField(forms.CharField):
    """One of the codes that `codes()` gives."""

    def __init__(self, codes, told):
        super().__init__(required=False, max_length=10, error_messages={"max_length": told})
        self.codes, self.told = codes, told

    def clean(self, value):
        text = super().clean(value)
        if text and text not in self.codes():
            raise ValidationError(self.told, code=ABSENT)
        return text


def part_of_rounds():
    """The number of a part of rounds that are too many to stand side by side."""
    return number_field(_("A part of the rounds is a whole number, such as 2."), _("Parts are counted from 1."))
