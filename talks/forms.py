"""What visitors may ask for: every query string goes through one of these forms.

A value that makes no sense gets a sentence that says what would be right, and the page is answered with status 400;
what was valid is kept. Names that no form knows are left alone, so that a link with a tracking parameter still works.
"""

import datetime
import re
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from talks import attendance, balance, search, words
from talks.models import (
    Article,
    Entry,
    FormerSlug,
    Issue,
    Kind,
    Party,
    Person,
    Process,
    Proposal,
    Publisher,
    Round,
    Swap,
    Transfer,
)
from talks.models.vocabulary import SLUG, SLUG_LENGTH
from talks.stems import words_in

MANY_CHOICES = 20
MANY_WORDS = 8
LAST_KEY = 10**18 - 1
MOMENT = "%Y-%m-%dT%H:%M:%S.%f"
PAGING = ("at", "after", "before", "page", "rounds")  # parameters that say which part of a list is shown


class DayField(forms.DateField):
    """A day as ISO text, whatever the visitor's language."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **options):
        super().__init__(input_formats=["%Y-%m-%d"], required=False, **options)

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                gettext("“%(text)s” is not a day; write it like 2025-06-01.") % {"text": value}
            ) from None


class WordsField(forms.CharField):
    """Words to look for; gives the text."""

    def __init__(self):
        told = {"max_length": _("Write at most 100 letters.")}
        super().__init__(required=False, max_length=100, label=_("Words"), error_messages=told)

    def clean(self, value):
        text = super().clean(value)
        if max(len(text.split()), len(words_in(text))) > MANY_WORDS:
            raise ValidationError(gettext("Write at most %(most)s words.") % {"most": MANY_WORDS})
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
        super().__init__(Kind.values, _("“%(text)s” is no kind; choose from %(known)s."))


class DirectionsField(SeveralField):
    """From which party to which: “freedonia-to-sylvania”. Gives (party, party)."""

    def clean(self, value):
        asked = list(dict.fromkeys(one for one in value or () if one))
        if len(asked) > MANY_CHOICES:
            raise ValidationError(
                gettext("That is too much to choose; choose at most %(most)s.") % {"most": MANY_CHOICES}
            )
        parties = {party.slug: party for party in Party.objects.all()} if asked else {}
        found = directions_in(asked, parties)
        if len(found) < len(asked):
            former = FormerSlug.objects.of(Party).select_related("party")
            found = directions_in(asked, {row.slug: row.party for row in former} | parties)
        self.valid = list(dict.fromkeys(found.values()))
        present = {one: "-to-".join(party.slug for party in way) for one, way in found.items()}
        self.moved = {one: slugs for one, slugs in present.items() if one != slugs}
        problems = [
            gettext("“%(text)s” is no direction; write two parties like russia-to-ukraine.") % {"text": one}
            for one in asked
            if one not in found
        ]
        if problems:
            raise ValidationError(problems)
        return self.valid


def directions_in(texts, parties):
    """{text: (party, party)} of those texts that name two of `parties` ({slug: party})."""
    found = {}
    for text in texts:
        pieces = text.split("-to-")
        ways = [("-to-".join(pieces[:cut]), "-to-".join(pieces[cut:])) for cut in range(1, len(pieces))]
        named = ((parties[one], parties[other]) for one, other in ways if one in parties and other in parties)
        way = next((way for way in named if way[0] != way[1]), None)
        if way:
            found[text] = way
    return found


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
            raise ValidationError(gettext("That is too much to choose; choose at most %(most)s.") % {"most": self.most})
        found = self.find(slugs)
        problems = [self.unknown(slug) for slug in dict.fromkeys(slugs) if slug not in found]
        if twice:
            problems.append(gettext("“%(slug)s” is chosen twice; once is enough.") % {"slug": twice})
        chosen = len({found.get(slug, slug) for slug in slugs})
        if chosen > self.most:
            told = ngettext(
                "%(count)s is chosen; choose at most %(most)s.",
                "%(count)s are chosen; choose at most %(most)s.",
                chosen,
            )
            problems.append(told % {"count": chosen, "most": self.most})
        elif slugs and chosen < self.least:
            told = ngettext(
                "Only %(count)s is chosen; choose at least %(least)s.",
                "Only %(count)s are chosen; choose at least %(least)s.",
                chosen,
            )
            problems.append(told % {"count": chosen, "least": self.least})
        self.valid = list(dict.fromkeys(found.values()))[: self.most]
        if problems:
            raise ValidationError(problems)
        return self.valid

    def find(self, slugs):
        """{slug: row}, in the order asked for; a former slug names the row that has had it."""
        wanted = [slug for slug in dict.fromkeys(slugs) if re.fullmatch(SLUG, slug)]
        if not wanted:
            return {}
        rows = self.rows(self.day)
        found = {row.slug: row for row in rows.filter(slug__in=wanted)}
        missing = [slug for slug in wanted if slug not in found]
        if missing and FormerSlug.owner_of(rows.model):
            former = rows.filter(former_slugs__slug__in=missing).annotate(former=F("former_slugs__slug"))
            found |= {row.former: row for row in former}
            self.moved = {slug: found[slug].slug for slug in missing if slug in found}
        return {slug: found[slug] for slug in wanted if slug in found}

    def unknown(self, slug):
        known = self.rows(self.day).values_list("slug", flat=True)[:2000]
        return f"{words.missing(self.noun, slug)} {words.did_you_mean(slug.lower(), known)}".strip()


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
            raise ValidationError(
                gettext("This link to a page of the timeline is broken; start from its first page.")
            ) from None


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
            raise ValidationError(gettext("This link to what was added at once is broken; start afresh.")) from None


def comparable(day):
    """The entries that can be picked for a comparison."""
    return Entry.objects.visible(day).filter(kind__in=[Kind.ROUND, Kind.PROPOSAL])


class PublicForm(forms.Form):
    """The parameters that every public page has: the day whose knowledge it shows, and what is in the compare tray."""

    as_of = DayField(label=_("As known on"))
    pick = SlugsField(comparable, noun="round or proposal", most=10)

    def __init__(self, data):
        super().__init__(data, auto_id=False)
        self._clean_as_of_first()
        self.is_valid()
        self._forget_former_slugs()

    def _forget_former_slugs(self):
        """Old addresses go on working, and whatever the page leads to has the present slugs."""
        moved = {name: field.moved for name, field in self.fields.items() if getattr(field, "moved", None)}
        if moved:
            self.data = self.data.copy()
        for name, present in moved.items():
            self.data.setlist(name, dict.fromkeys(present.get(one, one) for one in self.data.getlist(name)))

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
                self.add_error(name, gettext("This is given twice; give it once."))
        return self.cleaned_data

    @property
    def kept_beside_as_of(self):
        """[(name, value)] of what a form that changes only the day has to carry along."""
        left_out = ("as_of", *PAGING)
        return [(n, value) for n in self.fields if n not in left_out for value in self.data.getlist(n) if value]

    def chosen_row(self, name):
        """The row that a field for one names, or None."""
        return next(iter(self.fields[name].valid), None)

    def chosen_slugs(self, name):
        """The slugs of the rows that a field names, those among them that are valid."""
        return [row.slug for row in self.fields[name].valid]

    @property
    def carried(self):
        """[(name, value)] of what every link and form takes along: the day and the tray, as far as they make sense."""
        day = [("as_of", self.day.isoformat())] if self.day else []
        return day + [("pick", entry.slug) for entry in self.fields["pick"].valid]

    def address(self, without=None):
        """The query string with all that was asked for and nothing empty, names in a fixed order.

        `without`: {name: value to leave out, or None for all}; then the first page is meant, so what says which part
        of a list is shown goes too.
        """
        query = QueryDict(mutable=True)
        without = without or {}
        for name in self.fields:
            values = [value for value in self.data.getlist(name) if value]
            if name in without or (without and name in PAGING):
                values = [value for value in values if name in without and without[name] not in (None, value)]
            query.setlist(name, values)
        return query.urlencode()


def _number(invalid, least):
    """A field for the number of a page."""
    told = {"invalid": invalid, "min_value": least}
    return forms.IntegerField(required=False, min_value=1, max_value=1_000_000, error_messages=told)


def _one_of(values, complaint):
    """A field for one of these values; `complaint` says what is right, with %(value)s for what was given."""
    choices = [(value, value) for value in values]
    return forms.ChoiceField(required=False, choices=choices, error_messages={"invalid_choice": complaint})


class EntryForm(PublicForm):
    """The page of one entry. `preview`: as it will be, for those who edit it; the view asks whether they may."""

    preview = _one_of(["1"], _("There is no preview “%(value)s”; write 1, or leave it out."))

    @property
    def is_preview(self):
        return bool(self.cleaned_data.get("preview"))


class PagedForm(PublicForm):
    """A list with numbered pages."""

    page = _number(_("A page is a whole number, such as 2."), _("Pages are counted from 1."))


class PeopleForm(PagedForm):
    """Which people to show, at which rounds, in which order."""

    OTHERS = "others"
    SORTS = attendance.SORTS
    sort = _one_of(SORTS, _("“%(value)s” is no order of people; write party, first, rounds or name."))
    who = _one_of([OTHERS], _("There is no view “%(value)s”; write others, or leave it out."))
    process = SlugsField(lambda day: Process.objects.all(), noun="process", most=1)
    party = SlugsField(lambda day: Party.objects.all(), noun="party", most=1)
    rounds = _number(_("A part of the rounds is a whole number, such as 2."), _("Parts are counted from 1."))

    def clean(self):
        super().clean()
        if self.others:
            told = gettext("People who are in no delegation have no rounds; leave this out, or leave out who=others.")
            for name in ("process", "rounds"):
                if self.data.get(name):
                    self.add_error(name, told)
            if self.cleaned_data.get("sort") in (attendance.FIRST, attendance.MOST):
                self.add_error("sort", told)
        return self.cleaned_data

    @property
    def others(self):
        """True if it is about the people who are in no delegation."""
        return self.cleaned_data.get("who") == self.OTHERS

    @property
    def order(self):
        return self.cleaned_data.get("sort") or attendance.PARTY

    @property
    def of_process(self):
        return self.chosen_row("process")

    @property
    def of_party(self):
        return self.chosen_row("party")


class CodeField(forms.CharField):
    """One of the codes that `codes()` gives."""

    def __init__(self, codes, told):
        super().__init__(required=False, max_length=10, error_messages={"max_length": told})
        self.codes, self.told = codes, told

    def clean(self, value):
        text = super().clean(value)
        if text and text not in self.codes():
            raise ValidationError(self.told)
        return text


def _languages():
    return set(Article.objects.order_by().values_list("language", flat=True).distinct())


def _countries():
    return set(Publisher.objects.order_by().exclude(country="").values_list("country", flat=True).distinct())


class ArticlesForm(PagedForm):
    """Which articles to list, or which entries that only some of them report."""

    ONE_ARTICLE, ONE_SOURCE = "article", "source"
    ALL = "all"
    publisher = SlugsField(lambda day: Publisher.objects.all(), noun="publisher", most=1)
    language = CodeField(_languages, _("No article here is in this language; write its code, such as en."))
    country = CodeField(
        lambda: _countries() | {balance.UNKNOWN},
        _("No publisher here is of this country; write its code, such as TR, or unknown."),
    )
    only = CodeField(
        lambda: _countries() | {ArticlesForm.ONE_ARTICLE, ArticlesForm.ONE_SOURCE},
        _("Write article, source, or the code of a country that a publisher here has, such as TR."),
    )
    publishers = _one_of([ALL], _("Write all, or leave it out."))

    def clean(self):
        super().clean()
        if self.cleaned_data.get("only") and any(self.data.get(name) for name in ("publisher", "language", "country")):
            del self.cleaned_data["only"]
            self.add_error("only", gettext("This lists entries, the other filters articles; give either."))
        return self.cleaned_data

    @property
    def alone(self):
        """article, source or a country: whose entries to list that no other reports; else an empty text."""
        return self.cleaned_data.get("only", "")

    @property
    def of_publisher(self):
        return self.chosen_row("publisher")

    @property
    def filters(self):
        """What `talks.queries.articles_from` wants to know."""
        asked = self.cleaned_data
        country = "" if asked.get("country") == balance.UNKNOWN else asked.get("country") or None
        return {"publisher": self.of_publisher, "language": asked.get("language", ""), "country": country}

    @property
    def filtered(self):
        """True if not all articles are listed."""
        return bool(self.of_publisher or self.cleaned_data.get("language") or self.cleaned_data.get("country"))


class EntriesForm(PublicForm):
    """A list of entries that is paged by cursor. `LISTS` are the filters of which several can be chosen."""

    LISTS = ()
    NEWEST, OLDEST = "newest", "oldest"
    order = forms.ChoiceField(
        required=False,
        choices=[("", _("newest first")), (NEWEST, _("newest first")), (OLDEST, _("oldest first"))],
        error_messages={"invalid_choice": _("“%(value)s” is no order; write newest or oldest.")},
    )
    at = DayField(label=_("Go to"))
    after = CursorField()
    before = CursorField()

    @property
    def lists(self):
        """{filter: what is chosen of it and makes sense} of those of which several can be chosen."""
        return {name: self.fields[name].valid for name in self.LISTS}

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
            self.add_error("before", gettext("Give either after or before, not both."))
        return self.cleaned_data


class Period:
    """Of a form with the fields `from` and `to`: that they make a period."""

    def clean(self):
        super().clean()
        since, until = self.period.values()
        if since and until and until < since:
            told = gettext("The period ends on %(until)s, before it starts on %(since)s; exchange the two.")
            self.add_error("to", told % {"until": until, "since": since})
        return self.cleaned_data

    @property
    def period(self):
        """The period asked for, as `talks.queries` wants to know it."""
        return {"since": self.cleaned_data.get("from"), "until": self.cleaned_data.get("to")}


def with_period(form):
    """The form with the fields of a period; `from` is a word of Python's own and cannot be declared like others."""
    form.base_fields |= {
        "from": DayField(label=pgettext_lazy("a period", "From")),
        "to": DayField(label=pgettext_lazy("a period", "To")),
    }
    return form


@with_period
class TimelineForm(Period, EntriesForm):
    """The filters of the timeline, and what its overview shows."""

    LISTS = ("kind", "party", "issue", "process", "person")
    PERIOD = "period"

    q = WordsField()
    kind = KindsField()
    party = SlugsField(lambda day: Party.objects.all(), noun="party")
    issue = SlugsField(lambda day: Issue.objects.all(), noun="issue")
    process = SlugsField(lambda day: Process.objects.all(), noun="process")
    person = SlugsField(lambda day: Person.objects.all(), noun="person")
    scale = _one_of([PERIOD], _("“%(value)s” is no scale of the overview; write period, or leave it out."))

    @property
    def zoomed(self):
        """True if the overview is to show the chosen period only."""
        asked = self.cleaned_data
        return asked.get("scale") == self.PERIOD and bool(asked.get("from") or asked.get("to"))

    @cached_property
    def filters(self):
        """What `talks.queries.timeline` wants to know."""
        asked = self.cleaned_data
        return {
            "day": self.day,
            **self.lists,
            **self.period,
            "words": search.spellings(asked.get("q", "").split()),
        }

    @property
    def chips(self):
        """[(what is filtered by in words, query string without it)], one for each choice."""
        asked = self.cleaned_data
        chips = [(f"“{asked['q']}”", self.address(without={"q": None}))] if asked.get("q") else []
        for name, rows in self.lists.items():
            chips += [(words.choice(one), self.address(without={name: getattr(one, "slug", one)})) for one in rows]
        for name, told in (("from", words.since_day), ("to", words.until_day)):
            if asked.get(name):
                chips.append((told(asked[name]), self.address(without={name: None})))
        return chips

    def in_words(self, total):
        """The filter in words, with the number of entries that it chooses."""
        asked = self.cleaned_data
        return words.filter_in_words(total, q=asked.get("q"), **self.period, **self.lists)

    @property
    def chosen(self):
        """What is chosen of each list, as plain values, for marking the choices."""
        return {name: set(self.data.getlist(name)) for name in self.LISTS}


class LedgerForm(EntriesForm):
    """The filters of the swap ledger."""

    LISTS = ("status", "direction", "kind")

    status = ChoicesField(Swap.SwapStatus.values, _("“%(text)s” is no status of a swap; choose from %(known)s."))
    direction = DirectionsField()
    kind = ChoicesField(
        Transfer.TransferKind.values, _("“%(text)s” is nothing that is handed over; choose from %(known)s.")
    )

    @property
    def filters(self):
        """What `talks.ledger.chosen` wants to know."""
        return self.lists

    @property
    def chips(self):
        """[(what is filtered by in words, query string without it)], one for each choice."""
        asked = self.lists
        chips = [(words.status_label(one), self.address(without={"status": one})) for one in asked["status"]]
        chips += [
            (words.direction(*one), self.address(without={"direction": words.direction_value(*one)}))
            for one in asked["direction"]
        ]
        return chips + [(words.transfer_kind(one), self.address(without={"kind": one})) for one in asked["kind"]]

    def in_words(self, total):
        """The filter in words, with the number of swaps that it chooses."""
        return words.swaps_in_words(total, **self.filters)


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


# Like `from` and `to` above.
SearchForm.base_fields["in"] = _one_of(
    SearchForm.SORTS, _("There is no search in “%(value)s”; choose from entries, people, articles.")
)


class CompareRoundsForm(PublicForm):
    """Rounds to compare, by name or all of a series; `only` hides the rows in which they do not differ."""

    MOST = 4
    DIFFERENCES = "differences"
    r = SlugsField(Round.objects.visible, noun="round", least=2, most=MOST)
    process = SlugsField(lambda day: Process.objects.all(), noun="process", most=1)
    only = _one_of([DIFFERENCES], _("“%(value)s” cannot stand alone; write differences, or leave it out."))

    def clean(self):
        super().clean()
        if self.fields["r"].valid and self.fields["process"].valid:
            self.add_error("process", gettext("Give either rounds or a series, not both."))
        return self.cleaned_data

    @property
    def series(self):
        """The series whose rounds are compared, or None if rounds are named."""
        return self.chosen_row("process") if not self.fields["r"].valid else None

    @property
    def only_differences(self):
        return self.cleaned_data.get("only") == self.DIFFERENCES


class CompareProposalsForm(PublicForm):
    """Proposals to compare, and the one among them that the others are set against."""

    MOST = 6
    p = SlugsField(Proposal.objects.visible, noun="proposal", least=2, most=MOST)
    baseline = SlugsField(Proposal.objects.visible, noun="proposal", most=1)

    def clean(self):
        super().clean()
        if self.base and self.fields["p"].valid and self.base not in self.fields["p"].valid:
            self.add_error("baseline", gettext("The baseline must be one of the proposals that are compared."))
        return self.cleaned_data

    @property
    def base(self):
        """The proposal picked as baseline, or None for the first column."""
        return self.chosen_row("baseline")


@with_period
class PositionsForm(Period, PublicForm):
    """Which proposals the table of positions looks at."""

    process = SlugsField(lambda day: Process.objects.all(), noun="process", most=1)

    @property
    def filters(self):
        """What `talks.queries.latest_positions` wants to know."""
        return {"day": self.day, "process": self.chosen_row("process"), **self.period}


class IssueForm(PublicForm):
    """An issue, or what one party says on it."""

    party = SlugsField(lambda day: Party.objects.all(), noun="party", most=1)


class ChangesForm(PagedForm):
    """Which changes of the record to list."""

    CORRECTIONS = "corrections"
    kind = KindsField()
    only = _one_of([CORRECTIONS], _("“%(value)s” cannot stand alone; write corrections, or leave it out."))
    entry = SlugsField(Entry.objects.visible, noun="entry", most=1)
    moment = MomentField()

    @property
    def of_entry(self):
        return self.chosen_row("entry")

    @property
    def only_corrections(self):
        return self.cleaned_data.get("only") == self.CORRECTIONS

    @property
    def filters(self):
        """What `talks.queries.changes` wants to know."""
        return {
            "kind": self.fields["kind"].valid,
            "entry": self.of_entry,
            "corrections": self.only_corrections,
            "moment": self.cleaned_data.get("moment"),
        }

    @property
    def folds(self):
        """True if entries that were added at one moment are to be one line."""
        return not (self.of_entry or self.cleaned_data.get("moment"))
