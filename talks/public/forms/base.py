"""What the forms of all public pages share: the day, the tray, paging, the filters of entries."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from talks import queries, words
from talks.models import Entry, Kind, Revision, Seen
from talks.models.rules import today
from talks.public.forms.fields import (
    ABSENT,
    LAST,
    CursorField,
    DayField,
    PageField,
    SeveralField,
    SlugsField,
    number_field,
    one_of,
)
from talks.queries.matching import names_known
from talks.queries.parts import ROW, Parts

PLACE = 200  # bytes of a place of an entry, or of an address, roughly
PAGING = ("at", "after", "before", "page", "rounds", "pair")  # parameters that say which part of a list is shown


def _size_of_row(row):
    """How many bytes a row takes, roughly, with its reports where it is an entry as known."""
    return ROW * (1 + len(getattr(row, "citations", ())))


def comparable(seen: Seen):
    """The entries that can be picked for a comparison."""
    return Entry.objects.visible(seen).filter(kind__in=[Kind.ROUND, Kind.PROPOSAL])


class PublicForm(forms.Form):
    """The parameters that every public page has: the day whose knowledge it shows, and what is in the compare tray."""

    PARTS = PAGING  # parameters that say which part of a list is shown
    NO_DATA = ("pick", "preview", "pair")  # parameters that change no data
    as_of = DayField(label=_("As known on"))
    pick = SlugsField(comparable, noun="round or proposal", most=10)

    def __init__(self, data):
        super().__init__(data, auto_id=False)
        # Asked before any row is read, also those that fields choose.
        self._began_at = Revision.current() if settings.READY_PAGES else ""
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
        """Tell the fields that choose rows what there is to choose from on that day."""
        try:
            day = self.fields["as_of"].clean(self.data.get("as_of"))
        except ValidationError:
            return
        for field in self.fields.values():
            if isinstance(field, SlugsField):
                field.seen = Seen.on(day)

    @property
    def day(self):
        """The day whose knowledge to show, or None for now."""
        return self.cleaned_data.get("as_of")

    @property
    def seen(self):
        """What the page may show."""
        return Seen.on(self.day)

    @cached_property
    def parts(self):
        """What of the page is kept from others."""
        return Parts(self.seen, self._began_at)

    @property
    def cards(self):
        """`talks.queries.cards_of`, which asks only for what no page before this one has."""
        return self.parts.of_each(queries.cards_of, lambda card: card.size)

    def know(self, seen: Seen, entries):
        """The same of `talks.queries.know`, by what lists keep of entries."""
        return [card.known for card in self.cards(seen, entries)]

    def knowing(self, know_them):
        """The same of `know_them`, which is `talks.queries.know_headings` or one like it."""
        return self.parts.of_each(know_them, _size_of_row)

    @property
    def known_briefly(self):
        """The same of `talks.queries.known_briefly`."""
        return self.parts.by_key(queries.known_briefly, _size_of_row)

    @property
    def named(self):
        """The same of `talks.queries.rows_named`."""
        return self.parts.by_key(queries.rows_named, _size_of_row)

    @property
    def places_in_series(self):
        """The same of `talks.queries.places_in_series`."""
        return self.parts.by_key(queries.places_in_series, lambda places: PLACE * len(places))

    def previous_rounds(self, seen: Seen, known):
        """The same of `talks.queries.previous_rounds`."""
        return queries.previous_rounds(seen, known, self.places_in_series, self.known_briefly)

    def demands_of(self, seen: Seen, proposals, issues):
        """The same of `talks.queries.provisions_of`; what is kept is on all issues, as other pages show the others."""
        if not self.parts.are_kept:
            return queries.provisions_of(seen, proposals, issues)
        return self.parts.reported(queries.provisions_of, seen, proposals)

    def may_have_findings(self, page):
        """False where what is kept tells that no finding is about a page, which is so for most."""
        if not self.parts.are_kept:
            return True
        pages = self.parts.once(
            ("findings",), lambda: queries.pages_with_findings(self.seen), lambda pages: PLACE * (1 + len(pages))
        )
        return page.address in pages

    def names(self):
        """The names that a search knows in several spellings."""
        return self.parts.once(("names",), names_known, lambda names: ROW * len(names))

    @cached_property
    def revision(self):
        """The state of the record at which the page began."""
        return self._began_at or Revision.current()

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
        return self._kept_beside("as_of", *self.PARTS)

    @property
    def kept_beside_pair(self):
        """The same of a form that chooses the two columns that a narrow window shows."""
        return self._kept_beside("pair")

    def _kept_beside(self, *names):
        return [(n, value) for n in self.fields if n not in names for value in self.data.getlist(n) if value]

    def chosen_row(self, name):
        """The row that a field for one names, or None."""
        return next(iter(self.fields[name].valid), None)

    def chosen_slugs(self, name):
        """The slugs of the rows that a field names, those among them that are valid."""
        return [row.slug for row in self.fields[name].valid]

    @cached_property
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
            if name in without or (without and name in self.PARTS):
                values = [value for value in values if name in without and without[name] not in (None, value)]
            query.setlist(name, values)
        return query.urlencode()


class ThenForm(PublicForm):
    """A page that can set what was known on an earlier day, `then`, beside what it shows else."""

    then = DayField(label=_("Then"))

    def clean(self):
        super().clean()
        then = self.cleaned_data.get("then")
        if then and then >= min(self.day or today(), today()):
            complaint = gettext("%(then)s is not before the day of the page; give an earlier day for “then”.")
            self.add_error("then", complaint % {"then": then})
        return self.cleaned_data

    @property
    def then_seen(self):
        """What was known on the earlier day; None if none is asked for."""
        then = self.cleaned_data.get("then")
        return Seen.on(then) if then else None


class EntryForm(ThenForm):
    """The page of one entry. `preview`: as it will be, for those who edit it; the view asks whether they may."""

    preview = one_of(["1"], _("There is no preview “%(value)s”; write 1, or leave it out."))

    @property
    def is_preview(self):
        return bool(self.cleaned_data.get("preview"))


class AsOfForm(PublicForm):
    """The choice of a day on which to see a `page`, given by its address."""

    PARTS = ()
    page = PageField()

    @property
    def path(self):
        """Where the page is; the timeline if there is no such page."""
        path, _query = self._path_and_query
        return path

    @property
    def kept(self):
        """[(name, value)] of what is asked of the page beside the day, but for which part of a list is shown."""
        _path, query = self._path_and_query
        without = ("as_of", "then", *PAGING)
        return [(name, value) for name, values in query.lists() for value in values if name not in without]

    @property
    def _path_and_query(self):
        return self.cleaned_data.get("page") or self.fields["page"].clean("")


class PagedForm(PublicForm):
    """A list with numbered pages."""

    page = number_field(_("A page is a whole number, such as 2."), _("Pages are counted from 1."))


class EntriesForm(PublicForm):
    """A list of entries that is paged by cursor. `LISTS` are the filters of which several can be chosen."""

    LISTS = ()
    NEWEST, OLDEST = "newest", "oldest"
    order = forms.ChoiceField(
        required=False,
        choices=[("", _("newest first")), (NEWEST, _("newest first")), (OLDEST, _("oldest first"))],
        error_messages={"invalid_choice": _("“%(value)s” is not an order; write newest or oldest.")},
    )
    at = DayField(label=_("Go to date"))
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
            after = (asked["at"], *(LAST if self.newest_first else (0, 0)))  # so that the day itself is on the page
        return {"newest_first": self.newest_first, "after": after, "before": before}

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
            complaint = gettext("The period ends on %(until)s, before it starts on %(since)s; swap the two.")
            complaint %= {"until": until, "since": since}
            self.add_error("to", ValidationError(complaint, code=ABSENT))
        return self.cleaned_data

    @property
    def period(self):
        """The period asked for, as `talks.queries` wants to know it."""
        return {"since": self.cleaned_data.get("from"), "until": self.cleaned_data.get("to")}

    @property
    def unfiltered(self):
        """The period, if nothing else is chosen: then all but the list is the same on each of its pages. Else None."""
        return None if self.filtered or self.errors else tuple(self.period.values())

    @property
    def chips_of_period(self):
        """[(a bound of the period in words, query string without it)]."""
        bounds = (("from", words.since_day), ("to", words.until_day))
        asked = [(name, told, self.cleaned_data.get(name)) for name, told in bounds]
        return [(told(day), self.address(without={name: None})) for name, told, day in asked if day]


def with_period(form):
    """The form with the fields of a period; `from` is a word of Python's own and cannot be declared like others."""
    form.base_fields |= {
        "from": DayField(label=pgettext_lazy("a period", "From")),
        "to": DayField(label=pgettext_lazy("a period", "To")),
    }
    return form
