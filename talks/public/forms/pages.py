"""What visitors may ask of lists, of search and of what stands on pages of their own; of comparisons: `compare`.

A value that makes no sense gets a sentence that says what would be right, and the page is answered with status 400;
what was valid is kept. Names that no form knows are left alone, so that a link with a tracking parameter still works.
"""

from functools import cached_property

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks import words
from talks.drawings.card import WIDTHS
from talks.models import Article, Entry, Issue, Party, Person, Process, Publisher, Seen, Swap, Transfer
from talks.models.standing import BORNE_OUT
from talks.public.forms.base import EntriesForm, PagedForm, Period, PublicForm, with_period
from talks.public.forms.compare import PositionsForm
from talks.public.forms.fields import (
    ChoicesField,
    CodeField,
    DirectionsField,
    KindsField,
    MomentField,
    SlugsField,
    WordsField,
    number_field,
    one_of,
    part_of_rounds,
    public_today,
)
from talks.queries import matching, search
from talks.record import attendance, balance


class PeopleForm(PagedForm):
    """Which people to show, at which rounds, in which order."""

    OTHERS = "others"
    SORTS = attendance.SORTS
    sort = one_of(SORTS, _("“%(value)s” is not an order of people; write party, first, rounds or name."))
    who = one_of([OTHERS], _("There is no view “%(value)s”; write others, or leave it out."))
    process = SlugsField(public_today(Process), noun="process", most=1)
    party = SlugsField(public_today(Party), noun="party", most=1)
    rounds = part_of_rounds()

    def clean(self):
        super().clean()
        if self.others:
            complaint = gettext(
                "People who are in no delegation have no rounds; leave this out, or leave out who=others."
            )
            for name in ("process", "rounds"):
                if self.data.get(name):
                    self.add_error(name, complaint)
            if self.cleaned_data.get("sort") in (attendance.FIRST, attendance.MOST):
                self.add_error("sort", complaint)
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


def _languages():
    return set(Article.objects.visible(Seen.now()).order_by().values_list("language", flat=True).distinct())


def _countries():
    publishers = Publisher.objects.visible(Seen.now()).order_by().exclude(country="")
    return set(publishers.values_list("country", flat=True).distinct())


class ArticlesForm(PagedForm):
    """Which articles to list, or which entries that only some of them report."""

    ONE_ARTICLE, ONE_SOURCE = "article", "source"
    ALL = "all"
    WHOLE = {"publishers": "sources", "countries": "countries"}  # parameter: list of `talks.record.balance.Balance`
    publisher = SlugsField(Publisher.objects.visible, noun="publisher", most=1)
    language = CodeField(_languages, _("No article here is in this language; write its code, such as en."))
    country = CodeField(
        lambda: _countries() | {balance.UNKNOWN},
        _("No publisher here is from this country; write its code, such as TR, or unknown."),
    )
    only = CodeField(
        lambda: _countries() | {ArticlesForm.ONE_ARTICLE, ArticlesForm.ONE_SOURCE},
        _("Write article, source, or the code of a country that a publisher here has, such as TR."),
    )
    publishers = one_of([ALL], _("Write all, or leave it out."))
    countries = one_of([ALL], _("Write all, or leave it out."))

    def clean(self):
        super().clean()
        if self.cleaned_data.get("only") and any(self.data.get(name) for name in ("publisher", "language", "country")):
            del self.cleaned_data["only"]
            self.add_error(
                "only", gettext("This filter lists entries, the others list articles; use one or the other.")
            )
        return self.cleaned_data

    @property
    def whole(self):
        """Which counts to list as a whole, instead of articles: sources, countries or an empty text."""
        return next((listed for name, listed in self.WHOLE.items() if self.cleaned_data.get(name)), "")

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


@with_period
class TimelineForm(Period, EntriesForm):
    """The filters of the timeline, whose period its overview shows."""

    LISTS = ("kind", "party", "issue", "process", "person")

    q = WordsField()
    kind = KindsField()
    party = SlugsField(public_today(Party), noun="party")
    issue = SlugsField(public_today(Issue), noun="issue")
    process = SlugsField(public_today(Process), noun="process")
    person = SlugsField(Person.objects.visible, noun="person")
    sources = one_of(BORNE_OUT, _("There is no choice “%(value)s”; write one or differ, or leave it out."))

    @property
    def filtered(self):
        """True if more than a period is chosen."""
        return bool(self.cleaned_data.get("q") or self.cleaned_data.get("sources") or any(self.lists.values()))

    @cached_property
    def filters(self):
        """What `talks.queries.timeline` wants to know."""
        asked = self.cleaned_data
        return {
            **self.lists,
            **self.period,
            "words": matching.asked(asked.get("q", ""), self.names),
            "sources": asked.get("sources", ""),
        }

    @property
    def chips(self):
        """[(what is filtered by in words, query string without it)], one for each choice."""
        asked = self.cleaned_data
        chips = [(f"“{asked['q']}”", self.address(without={"q": None}))] if asked.get("q") else []
        for name, rows in self.lists.items():
            chips += [(words.choice(one), self.address(without={name: getattr(one, "slug", one)})) for one in rows]
        if asked.get("sources"):
            chips.append((words.borne_out(asked["sources"]), self.address(without={"sources": None})))
        return chips + self.chips_of_period

    def in_words(self, total):
        """The filter in words, with the number of entries that it chooses."""
        asked = self.cleaned_data
        return words.filter_in_words(
            total, q=asked.get("q"), sources=asked.get("sources", ""), **self.period, **self.lists
        )

    @property
    def chosen(self):
        """What is chosen of each list, as plain values, for marking the choices."""
        return {name: set(self.data.getlist(name)) for name in (*self.LISTS, "sources")}


@with_period
class FollowForm(TimelineForm):
    """The filters of the timeline for who follows it: a feed, whose pages are numbered, or a calendar."""

    page = PagedForm.base_fields["page"]


@with_period
class LedgerForm(Period, EntriesForm):
    """The filters of the swap ledger."""

    LISTS = ("status", "direction", "kind")
    AGREED, NUMBERS = "agreed", "numbers"

    show = one_of([AGREED, NUMBERS], _("There is no view “%(value)s”; write agreed or numbers, or leave it out."))
    page = PagedForm.base_fields["page"]
    status = ChoicesField(
        Swap.SwapStatus.values, _("“%(text)s” is not a status of an exchange; choose from %(known)s.")
    )
    direction = DirectionsField()
    kind = ChoicesField(
        Transfer.TransferKind.values, _("“%(text)s” is not something that is handed over; choose from %(known)s.")
    )

    @property
    def view(self):
        """agreed, numbers or an empty text: the totals and the swaps."""
        return self.cleaned_data.get("show", "")

    @property
    def filters(self):
        """What `talks.record.ledger.chosen` wants to know."""
        return self.lists

    @property
    def filtered(self):
        """True if more than a period is chosen."""
        return any(self.lists.values())

    @property
    def chips(self):
        """[(what is filtered by in words, query string without it)], one for each choice."""
        asked = self.lists
        chips = [(words.status_label(one), self.address(without={"status": one})) for one in asked["status"]]
        chips += [
            (words.direction(*one), self.address(without={"direction": words.direction_value(*one)}))
            for one in asked["direction"]
        ]
        chips += [(words.transfer_kind(one), self.address(without={"kind": one})) for one in asked["kind"]]
        return chips + self.chips_of_period

    def in_words(self, total):
        """The filter in words, with the number of swaps that it chooses."""
        return words.swaps_in_words(total, **self.filters, **self.period)


class SearchForm(PagedForm):
    """The words to search for, and in what."""

    SORTS = tuple(search.OWNERS)
    q = WordsField()

    @cached_property
    def query(self):
        return matching.asked(self.cleaned_data.get("q", ""), self.names)

    @property
    def sort(self):
        """The one sort to search, or an empty text for all."""
        return self.cleaned_data.get("in", "")


# Like `from` and `to` above.
SearchForm.base_fields["in"] = one_of(
    SearchForm.SORTS, _("There is no search in “%(value)s”; choose from entries, people, articles.")
)


class IssueForm(PagedForm):
    """The track of an issue: which parties have a column, and where it starts."""

    MOST = PositionsForm.MOST
    NEWEST = "newest"
    party = SlugsField(public_today(Party), noun="party", most=MOST)
    pair = SlugsField(public_today(Party), noun="party", least=2, most=2)
    order = one_of([NEWEST], _("“%(value)s” is not an order of a track; write newest, or leave it out."))

    @property
    def newest_first(self):
        return self.cleaned_data.get("order") == self.NEWEST


class DifferencesForm(PagedForm):
    """Where sources differ: on which entries."""

    kind = KindsField()
    party = SlugsField(public_today(Party), noun="party", most=1)
    publisher = SlugsField(Publisher.objects.visible, noun="publisher", most=1)

    @property
    def filters(self):
        """What `talks.queries.disputed_by` wants to know."""
        return {
            "kinds": self.fields["kind"].valid,
            "party": self.chosen_row("party"),
            "publisher": self.chosen_row("publisher"),
        }


class ChangesForm(PagedForm):
    """Which changes of the record to list."""

    CORRECTIONS = "corrections"
    kind = KindsField()
    only = one_of([CORRECTIONS], _("“%(value)s” cannot be shown alone; write corrections, or leave it out."))
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


class CardForm(PublicForm):
    """Which card is asked for: as known on which day, and how wide."""

    pick = None
    width = one_of([str(one) for one in WIDTHS], _("There is no card of the width “%(value)s”; leave it out."))


class OEmbedForm(PublicForm):
    """What oEmbed is asked: about which address, in which format, and what room there is for it."""

    pick = None
    url = forms.CharField(max_length=4000, error_messages={"required": _("Give the address of a page as “url”.")})
    format = forms.CharField(required=False, max_length=20)
    maxwidth = number_field(_("A width is a whole number of pixels."), _("A width is at least one pixel."))
    maxheight = number_field(_("A height is a whole number of pixels."), _("A height is at least one pixel."))
