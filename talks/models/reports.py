"""What articles report about entries. Every row here is `Sourced`."""

from collections.abc import Collection, Iterable

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from talks.models.columns import CountField, PartialDateField, rules_of
from talks.models.entries import Entry
from talks.models.kinds import NAMING, Proposal, Round, Swap
from talks.models.rules import MOST, MOST_SMALL, at_most
from talks.models.sources import Doubted, Sourced
from talks.models.vocabulary import Issue, Party, Person


def naming(facts: Iterable[str], slugs: Collection[str]) -> Q:
    """Citations that report one of these slugs for one of these facts, which are of `NAMING`.

    Each fact by itself: that each is one of those of the index, SQLite sees, but not of an “in”.
    """
    return Q(*(Q(field=fact, value__in=slugs) for fact in facts), _connector=Q.OR)


class Citation(Doubted):
    """This article reports this entry.

    Without `field` it says how the article's file names and sums up the entry (`title`, `summary`) and what the article
    adds (`note`). With `field` it reports one value for one column of the entry, as text: a date as in
    `talks.record.dates`, another row by its slug, several with commas between."""

    KEY = ("field",)
    VALUES = ("value", "title", "summary", "note", "right_because")

    entry = models.ForeignKey(Entry, models.CASCADE, verbose_name=_("entry"), related_name="citations")
    field = models.CharField(
        _("field"),
        max_length=20,
        blank=True,
        help_text=_("Which fact it reports; empty: it reports the entry as such."),
    )
    value = models.TextField(
        _("value"), blank=True, help_text=_("What it reports for that fact, such as 65 or 2025-06-02.")
    )
    title = models.CharField(_("title"), max_length=200, blank=True, editable=False)
    summary = models.TextField(_("summary"), blank=True, editable=False)
    note = models.TextField(_("note"), blank=True, help_text=_("Without a fact: what this article adds, in own words."))

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        indexes = [
            models.Index(
                fields=["field", "value", "entry"],
                condition=Q(*(Q(field=name) for name in NAMING), _connector=Q.OR),  # see `naming`
                name="citation_naming_a_row",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "article", "field"],
                name="citation_once_for_article_and_field",
                violation_error_message=_("This article is already cited for this fact of this entry."),
            ),
            models.CheckConstraint(
                condition=Q(field="", value="") | (~Q(field="") & ~Q(value="")),
                name="citation_field_goes_with_value",
                violation_error_message=_("Give the fact and its value together, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(field="") | Q(title="", summary="", note=""),
                name="citation_of_a_fact_has_no_note",
                violation_error_message=_("A note goes with a citation of the entry as such, not of one fact."),
            ),
        ]

    def __str__(self):
        return f"{self.field}: {self.value}" if self.field else gettext("reports it")


class Delegation(Doubted):
    """That a party had people at a round, as one article reports it. `size` counts people, and may exceed the names."""

    ENTRY = "round"
    KEY = ("party",)
    VALUES = ("role", "size", "expected", "note", "right_because")
    COMPARED = ("size",)
    LOADED = ("party",)

    class Role(models.TextChoices):
        PARTY = "party", _("Party to the talks")
        MEDIATOR = "mediator", _("Mediator")
        HOST = "host", _("Host")
        OBSERVER = "observer", _("Observer")

    round = models.ForeignKey(Round, models.CASCADE, verbose_name=_("round"), related_name="delegations")
    party = models.ForeignKey(Party, models.PROTECT, verbose_name=_("party"), related_name="delegations")
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.PARTY)
    size = CountField(
        _("size"),
        null=True,
        blank=True,
        most=MOST_SMALL,
        help_text=_("Number of people, if the article says; also “at least 12” or “12 to 15”."),
    )
    expected = models.BooleanField(
        _("expected"), default=False, help_text=_("Announced or expected; the article did not see it there.")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "party", "article"],
                name="delegation_once_for_article",
                violation_error_message=_("This article already reports this party's delegation."),
            ),
            *rules_of(
                "size",
                "delegation_size",
                _("A delegation has at least one person; leave it empty if no number is given."),
            ),
        ]

    def __str__(self):
        return gettext("%(party)s at %(round)s") % {"party": self.party, "round": self.round}


class Delegate(Doubted):
    """A person in a delegation, with the title at the time, as the delegation's article reports it."""

    ENTRY = "delegation__round"
    KEY = ("delegation__party", "person")
    VALUES = ("title", "head", "order", "right_because")
    COMPARED = ("head",)
    UNTOLD = ("order", "right_because")
    LOADED = ("person", "delegation__party")

    delegation = models.ForeignKey(Delegation, models.CASCADE, verbose_name=_("delegation"), related_name="delegates")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="delegates")
    title = models.CharField(
        pgettext_lazy("office", "title"), max_length=250, blank=True, help_text=_("Office at the time, as reported.")
    )
    head = models.BooleanField(
        _("head of delegation"),
        null=True,
        blank=True,
        help_text=_("Yes, or no if the article presents the person as a plain member; unknown if it says neither."),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, validators=[at_most(MOST_SMALL)], help_text=_("Place in the article's list.")
    )

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        constraints = [
            models.UniqueConstraint(
                fields=["delegation", "person"],
                name="delegate_once_in_delegation",
                violation_error_message=_("This person is already in this delegation."),
            ),
            models.UniqueConstraint(
                fields=["delegation"],
                condition=Q(head=True),
                name="delegation_has_one_head",
                violation_error_message=_("This delegation already has a head."),
            ),
        ]

    def __str__(self):
        return str(self.person)

    def save(self, *args, **kwargs):
        self.article_id = self.delegation.article_id  # one report, one article
        super().save(*args, **kwargs)


class Transfer(Doubted):
    """People or remains handed over on a day in one direction, as one article reports it. `count` None: unreported.

    Of the kind “together” are prisoners of war and civilians whom the article counts as one, without saying how many
    are which. With `until` it totals the days from `date` to then, and is never added to the stages it totals.
    """

    ENTRY = "swap"
    KEY = ("date", "until", "from_party", "to_party", "kind")
    VALUES = ("count", "right_because")
    COMPARED = ("count",)
    LOADED = ("from_party", "to_party")

    class TransferKind(models.TextChoices):
        PRISONERS_OF_WAR = "prisoners-of-war", _("Prisoners of war")
        CIVILIANS = "civilians", _("Civilians")
        TOGETHER = "together", _("Prisoners of war and civilians together")
        REMAINS = "remains", _("Remains")
        CHILDREN = "children", _("Children")

    swap = models.ForeignKey(Swap, models.CASCADE, verbose_name=_("exchange"), related_name="transfers")
    date = PartialDateField(
        _("date"),
        null=True,
        blank=True,
        help_text=_("A day, or a month such as 2025-06 if no more is known. Empty if the article gives none."),
    )
    until = PartialDateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("Only for a total of several days: the last of them."),
    )
    from_party = models.ForeignKey(
        Party, models.PROTECT, related_name="transfers_from", verbose_name=_("handed over by")
    )
    to_party = models.ForeignKey(Party, models.PROTECT, related_name="transfers_to", verbose_name=_("received by"))
    kind = models.CharField(_("kind"), max_length=16, choices=TransferKind)
    count = CountField(
        _("count"),
        null=True,
        blank=True,
        most=MOST,
        help_text=_(
            "As the article says it: 1000, at least 1000, more than 1000, up to 300, about 250, 200 to 250. Empty: it "
            "gives no number."
        ),
    )

    class Meta:
        ordering = ["date", "pk"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(
                F("swap"),
                F("article"),
                F("from_party"),
                F("to_party"),
                F("kind"),
                Coalesce("date", Value("")),
                Coalesce("until", Value("")),
                name="transfer_once_for_article",
                violation_error_message=_("This article already reports this transfer."),
            ),
            *rules_of("count", "transfer_count", _("A count is at least 1; leave it empty if no number is reported.")),
            models.CheckConstraint(
                condition=~Q(from_party=F("to_party")),
                name="transfer_goes_from_one_party_to_another",
                violation_error_message=_("A transfer goes from one party to another."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(date__isnull=False, until__gt=F("date")),
                name="transfer_total_ends_after_it_starts",
                violation_error_message=_("A total runs from a first day to a later one."),
            ),
        ]

    def __str__(self):
        when = self.date or gettext("no date")
        return f"{self.get_kind_display()}, {when}"


class Provision(Sourced):
    """One demand or offer of a proposal in own words, as one article puts it.

    Rows of several articles with the same `key` are one demand. `number` is its point in the text, where given. Demands
    of several proposals on one issue with the same `point` are about the same, as an editor says.
    """

    ENTRY = "proposal"
    KEY = ("key",)
    VALUES = ("issue", "point", "number", "text", "order")
    UNTOLD = ("order",)
    LOADED = ("issue",)

    proposal = models.ForeignKey(Proposal, models.CASCADE, verbose_name=_("proposal"), related_name="provisions")
    key = models.CharField(_("key"), max_length=80, help_text=_("The same in every article that reports this demand."))
    issue = models.ForeignKey(Issue, models.PROTECT, verbose_name=_("issue"), related_name="provisions")
    point = models.CharField(
        _("point"),
        max_length=80,
        blank=True,
        help_text=_("The same words in every proposal that speaks of the same point, such as “Size of the army”."),
    )
    text = models.TextField(_("text"), help_text=_("One demand or offer, in own words."))
    number = models.PositiveSmallIntegerField(
        _("number"),
        null=True,
        blank=True,
        validators=[at_most(MOST_SMALL)],
        help_text=_("Its point in the text, where given."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0, validators=[at_most(MOST_SMALL)])

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("provision")
        verbose_name_plural = _("provisions")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "key", "article"],
                name="provision_once_for_article",
                violation_error_message=_("This article already reports this demand of this proposal."),
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gt=0),
                name="provision_number_is_positive",
                violation_error_message=_("Points are counted from 1."),
            ),
        ]

    def __str__(self):
        return self.key


class Account(Sourced):
    """What one party, and its speaker if named, said of an entry, as one article reports it.

    With `issue` it is what they said there on that issue. What they said on several is several rows, each with its own
    words and paragraphs.
    """

    KEY = ("party", "speaker", "issue")
    VALUES = ("text",)
    LOADED = ("party", "speaker", "issue")

    entry = models.ForeignKey(Entry, models.CASCADE, verbose_name=_("entry"), related_name="accounts")
    party = models.ForeignKey(Party, models.PROTECT, verbose_name=_("party"), related_name="accounts")
    speaker = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("speaker"), related_name="accounts", null=True, blank=True
    )
    issue = models.ForeignKey(
        Issue,
        models.PROTECT,
        verbose_name=_("issue"),
        related_name="accounts",
        null=True,
        blank=True,
        help_text=_("Only if it is about one issue; then it stands on the page of that. One account for each issue."),
    )
    text = models.TextField(_("text"), help_text=_("What they said of it, in own words."))

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                F("entry"),
                F("article"),
                F("party"),
                Coalesce("speaker", Value(0)),
                Coalesce("issue", Value(0)),
                name="account_once_for_article_speaker_and_issue",
                violation_error_message=_(
                    "This article's account by this party and speaker, on this issue, is already here."
                ),
            )
        ]

    def __str__(self):
        return gettext("%(speaker)s on %(entry)s") % {"speaker": self.speaker or self.party, "entry": self.entry}


REPORTS = (Citation, Delegation, Delegate, Transfer, Provision, Account)  # owners before what belongs to them
