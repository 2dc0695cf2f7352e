"""The kinds of entries, with all that is declared of them and of their facts; see `talks.models.declarations`."""

from dataclasses import replace

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy
from simple_history.models import HistoricalRecords

from talks.models.declarations import Fact, KindWords, Rule, Say
from talks.models.entries import Entry, Kind
from talks.models.history import Record
from talks.models.rules import MOST, MOST_SMALL, at_most, country_code
from talks.models.vocabulary import Issue, Party

# Facts of every kind. What a proposal says of its parties is its authors, so there another rule holds.
START = Fact(Rule.DATE, pgettext_lazy("fact", "Date"), say=Say.DATE, admin_label=_("first day"))
END = Fact(Rule.DATE, pgettext_lazy("fact", "Last day"), say=Say.DATE, admin_label=_("last day"))
TIME = Fact(Rule.FIRST, pgettext_lazy("fact", "Local time"))
AFTER = Fact(Rule.FIRST, pgettext_lazy("fact", "After"), beside=True)
PROCESS = Fact(Rule.FIRST, pgettext_lazy("fact", "Series"))
PARTIES = Fact(
    Rule.UNION,
    pgettext_lazy("fact", "Parties"),
    lists=Party,
    admin_label=_("parties"),
    help_text=_("Those that take part. Delegations and transfers add theirs by themselves."),
)
ISSUES = Fact(
    Rule.UNION,
    pgettext_lazy("fact", "Issues"),
    lists=Issue,
    admin_label=_("issues"),
    help_text=_("What it is about. Provisions add theirs by themselves."),
)


class Round(Entry):
    """A meeting of delegations. `number` counts within its process; `duration_minutes` is in minutes."""

    class RoundStatus(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        HELD = "held", _("Held")
        POSTPONED = "postponed", _("Postponed")
        CANCELLED = "cancelled", _("Cancelled")

    class Format(models.TextChoices):
        """How the sides met, in the terms of mediation: in one room; in rooms apart, mediators going between them; each
        with mediators on its own.
        """

        DIRECT = "direct", _("Direct talks, at one table")
        PROXIMITY = "proximity", _("Proximity talks, in rooms apart")
        SHUTTLE = "shuttle", _("Shuttle talks, each side with mediators")
        MIXED = "mixed", _("Partly at one table, partly apart")

    KIND = Kind.ROUND
    SECTION = "rounds"
    WORDS = KindWords(
        this=_("This round"),
        all=_("Rounds"),
        counted=ngettext_lazy("%(count)s round", "%(count)s rounds", "total"),
        missing=_("There is no round “%(slug)s” here."),
    )
    STEMS = "talk round negoti deleg session"
    FACTS = {
        "start": START,
        "end": END,
        "time": TIME,
        "after": AFTER,
        "process": PROCESS,
        "number": Fact(Rule.FIRST, pgettext_lazy("fact", "Number in the series"), beside=True),
        "status": Fact(Rule.LATEST, pgettext_lazy("fact", "Status"), brief=2),
        "city": Fact(Rule.FIRST, pgettext_lazy("fact", "Place"), say=Say.PLACE, brief=1, own_words=True),
        "country": Fact(Rule.FIRST, pgettext_lazy("fact", "Country"), say=Say.COUNTRY, beside=True),
        "venue": Fact(Rule.FIRST, pgettext_lazy("fact", "Venue"), say=Say.PLACE, own_words=True),
        "duration_minutes": Fact(Rule.FIRST, pgettext_lazy("fact", "Length"), say=Say.MINUTES),
        "format": Fact(Rule.FIRST, pgettext_lazy("fact", "How they met")),
        "outcome": Fact(Rule.FIRST, pgettext_lazy("fact", "Outcome"), own_words=True, prose=True),
        "parties": PARTIES,
        "issues": ISSUES,
    }

    number = models.PositiveSmallIntegerField(
        _("number"),
        null=True,
        blank=True,
        validators=[at_most(MOST_SMALL)],
        help_text=_("In its process, only if an article says it; sources count differently."),
    )
    status = models.CharField(_("round status"), max_length=9, choices=RoundStatus, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[country_code], help_text=_("ISO 3166, such as TR.")
    )
    venue = models.CharField(
        _("venue"), max_length=200, blank=True, help_text=_("Building, such as “Palace of Nations”.")
    )
    duration_minutes = models.PositiveIntegerField(
        _("length in minutes"), null=True, blank=True, validators=[at_most(MOST)]
    )
    format = models.CharField(
        pgettext_lazy("of a round", "format"),
        max_length=9,
        choices=Format,
        blank=True,
        help_text=_("Whether the sides sat together, only if an article says it; who mediated does not tell it."),
    )
    outcome = models.TextField(_("outcome"), blank=True, help_text=_("What came of it, in own words."))
    history = HistoricalRecords(bases=[Record])

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gt=0),
                name="round_number_is_positive",
                violation_error_message=_("Rounds are counted from 1."),
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__isnull=True) | Q(duration_minutes__gt=0),
                name="round_length_is_positive",
                violation_error_message=_(
                    "A round lasts at least a minute; leave it empty if no article says how long."
                ),
            ),
        ]


class Swap(Entry):
    """An exchange or return of people or remains, from the first proposal to the last transfer."""

    class SwapStatus(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        UNDER_WAY = "under-way", _("Under way")
        COMPLETED = "completed", _("Completed")

    KIND = Kind.SWAP
    SECTION = "swaps"
    WORDS = KindWords(
        this=_("This exchange"),
        all=_("Exchanges"),
        counted=ngettext_lazy("%(count)s exchange", "%(count)s exchanges", "total"),
        missing=_("There is no exchange “%(slug)s” here."),
    )
    STEMS = "swap exchang prison pow captiv repatri"
    FACTS = {
        "start": START,
        "end": END,
        "time": TIME,
        "after": AFTER,
        "process": PROCESS,
        "status": Fact(Rule.LATEST, pgettext_lazy("fact", "Status"), brief=1),
        "agreed_at": Fact(Rule.FIRST, pgettext_lazy("fact", "Agreed at")),
        "mediators": Fact(
            Rule.UNION,
            pgettext_lazy("fact", "Mediated by"),
            lists=Party,
            admin_label=_("mediators"),
            help_text=_("Parties that helped to bring it about."),
        ),
        "parties": PARTIES,
        "issues": ISSUES,
    }

    status = models.CharField(_("exchange status"), max_length=9, choices=SwapStatus, blank=True)
    agreed_at = models.ForeignKey(
        Round,
        models.PROTECT,
        verbose_name=_("agreed at"),
        related_name="swaps_agreed",
        null=True,
        blank=True,
        help_text=_("The round that agreed it."),
    )
    history = HistoricalRecords(bases=[Record])

    class Meta:
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")


class Proposal(Entry):
    """A paper or spoken offer of one party or several (`parties`); its demands are `Provision` rows."""

    class Form(models.TextChoices):
        MEMORANDUM = "memorandum", _("Memorandum")
        ROADMAP = "roadmap", _("Roadmap")
        PLAN = "plan", _("Plan")
        VERBAL = "verbal", _("Verbal")
        DRAFT_AGREEMENT = "draft-agreement", _("Draft agreement")
        COMMUNIQUE = "communique", _("Communiqué")

    class ProposalStatus(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("status of a proposal", "Draft")
        LEAKED = "leaked", _("Leaked")
        SUBMITTED = "submitted", _("Submitted")
        REJECTED = "rejected", _("Rejected")
        ACCEPTED = "accepted", _("Accepted")
        SIGNED = "signed", _("Signed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Coverage(models.TextChoices):
        PART = "part", _("Part of the text was read")
        WHOLE = "whole", _("The whole text was read")
        NOT_PUBLIC = "not-public", _("The text is not public")

    KIND = Kind.PROPOSAL
    SECTION = "proposals"
    WORDS = KindWords(
        this=_("This proposal"),
        all=_("Proposals"),
        counted=ngettext_lazy("%(count)s proposal", "%(count)s proposals", "total"),
        missing=_("There is no proposal “%(slug)s” here."),
    )
    STEMS = "memorandum propos plan draft roadmap communiqu document demand"
    FACTS = {
        "start": START,
        "end": END,
        "time": TIME,
        "after": AFTER,
        "process": PROCESS,
        "form": Fact(Rule.FIRST, pgettext_lazy("fact", "Form"), brief=1),
        "status": Fact(Rule.LATEST, pgettext_lazy("fact", "Status"), brief=2, beside=True),
        "coverage": Fact(Rule.LATEST, pgettext_lazy("fact", "What was read")),
        "presented_at": Fact(Rule.FIRST, pgettext_lazy("fact", "Presented at")),
        "supersedes": Fact(Rule.FIRST, pgettext_lazy("fact", "Replaces")),
        "answers": Fact(Rule.FIRST, pgettext_lazy("fact", "Answers")),
        "parties": replace(PARTIES, rule=Rule.FIRST),
        "issues": ISSUES,
    }

    form = models.CharField(pgettext_lazy("of a proposal", "form"), max_length=15, choices=Form, blank=True)
    status = models.CharField(_("proposal status"), max_length=9, choices=ProposalStatus, blank=True)
    coverage = models.CharField(
        _("coverage"),
        max_length=10,
        choices=Coverage,
        default=Coverage.PART,
        help_text=_("Only where the whole text was read may a comparison say that it does not address an issue."),
    )
    presented_at = models.ForeignKey(
        Round,
        models.PROTECT,
        verbose_name=_("presented at"),
        related_name="proposals_tabled",
        null=True,
        blank=True,
        help_text=_("Where it was presented."),
    )
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("supersedes"),
        related_name="superseded_by",
        null=True,
        blank=True,
        help_text=_("The version before it."),
    )
    answers = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("answers"),
        related_name="answered_by",
        null=True,
        blank=True,
        help_text=_("The other side’s proposal that it answers, if an article says so."),
    )
    history = HistoricalRecords(bases=[Record])

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("entry_ptr")),
                name="proposal_does_not_supersede_itself",
                violation_error_message=_("A proposal cannot supersede itself."),
            ),
            models.CheckConstraint(
                condition=Q(answers__isnull=True) | ~Q(answers=F("entry_ptr")),
                name="proposal_does_not_answer_itself",
                violation_error_message=_("A proposal cannot answer itself."),
            ),
        ]


class Event(Entry):
    """Anything else that matters to the talks: a statement, a meeting, an agreement, a military event."""

    class EventKind(models.TextChoices):
        STATEMENT = "statement", _("Statement")
        MEETING = "meeting", _("Meeting")
        SUMMIT = "summit", _("Summit")
        PUBLICATION = "publication", pgettext_lazy("sort of event", "Publication")
        MILITARY = "military", _("Military event")
        AGREEMENT = "agreement", _("Agreement")
        SANCTION = "sanction", _("Sanction")
        CALL = "call", pgettext_lazy("by telephone", "Call")

    KIND = Kind.EVENT
    SECTION = "events"
    WORDS = KindWords(
        this=_("This event"),
        all=_("Events"),
        counted=ngettext_lazy("%(count)s event", "%(count)s events", "total"),
        missing=_("There is no event “%(slug)s” here."),
    )
    STEMS = "statement speech summit call sign sanction meet agreement"
    FACTS = {
        "start": START,
        "end": END,
        "time": TIME,
        "after": AFTER,
        "process": PROCESS,
        "event_kind": Fact(Rule.FIRST, pgettext_lazy("fact", "Type"), brief=1),
        "parties": PARTIES,
        "issues": ISSUES,
    }

    event_kind = models.CharField(_("event kind"), max_length=11, choices=EventKind, blank=True)
    history = HistoricalRecords(bases=[Record])

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")


KINDS: dict[str, type[Entry]] = {model.KIND: model for model in (Round, Swap, Proposal, Event)}

# Facts that name several rows, whatever the kind: {"parties": Party, …}.
LISTS = {name: fact.lists for model in KINDS.values() for name, fact in model.FACTS.items() if fact.lists}

# Facts whose value is the slug of one row, such as that of the round at which a proposal was tabled.
NAMING = tuple(
    dict.fromkeys(
        name
        for model in KINDS.values()
        for name, fact in model.FACTS.items()
        if not fact.lists and model._meta.get_field(name).is_relation
    )
)
