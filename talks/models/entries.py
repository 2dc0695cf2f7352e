"""What stands on the timeline. Every kind of entry is an `Entry` with a table of its own for what only it has."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from talks.models.addresses import address
from talks.models.declarations import Fact, KindWords
from talks.models.history import Record
from talks.models.rules import time_of_day, within_years
from talks.models.seen import Seen
from talks.models.sources import Article
from talks.models.translated import Translated
from talks.models.vocabulary import Issue, Party, Person, Process, SlugField


class Kind(models.TextChoices):
    ROUND = "round", _("Round")
    SWAP = "swap", _("Exchange")
    PROPOSAL = "proposal", _("Proposal")
    EVENT = "event", _("Event")


class Publication(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


Cursor = tuple[datetime.date, int, int]  # where an entry stands: the day, its rank in that day, and its pk
ORDER = ("stands", "ranks", "pk")


class EntryQuerySet(models.QuerySet):
    def published(self):
        return self.filter(publication=Publication.PUBLISHED)

    def known(self, seen: Seen):
        """Entries that were reported by then, each with what was known then of its dates as `stands` and `ends`, and of
        its place in the day at which it stands as `ranks`.
        """
        if seen.day is None:
            return self.annotate(stands=F("start"), ends=F("end"), ranks=F("rank"))
        standing = Q(placements__since__lte=seen.day, placements__until__gt=seen.day)
        return self.filter(seen.by("first_reported"), standing).annotate(
            stands=F("placements__start"), ends=F("placements__end"), ranks=F("placements__rank")
        )

    def visible(self, seen: Seen):
        """What may be shown: published, or the entry that is previewed; each as `known` gives it."""
        previewed = Q() if seen.preview is None else Q(pk=seen.preview)
        if seen.is_now:
            return self.filter(previewed | Q(publication=Publication.PUBLISHED)).known(seen)
        # Compared as an expression, because SQLite would start from the index of all published entries, instead of from
        # the placements in order; as one through which PostgreSQL sees how many are published.
        state = self.alias(state=Cast("publication", models.CharField()))
        return state.filter(previewed | Q(state=Publication.PUBLISHED)).known(seen)

    def borne_out(self, seen: Seen, column: str):
        """Those of which a column of `Evidence` held then (`talks.models.standing.BORNE_OUT`); each must be `known`."""
        if seen.is_now:
            return self.filter(**{f"evidence__{column}": True})
        return self.alias(held=F(f"placements__{column}")).filter(held=True)  # of the placement that gives the dates

    def in_order(self):
        return self.order_by(*ORDER)

    def newest_first(self):
        return self.order_by(*(f"-{name}" for name in ORDER))

    def beyond(self, cursor: Cursor):
        """Those that stand behind this place. Written so that the database starts there: with the plain
        `stands > d OR …` it reads all that comes before.
        """
        day, rank, pk = cursor
        later = Q(stands__gt=day) | Q(ranks__gt=rank) | Q(ranks=rank, pk__gt=pk)
        return self.filter(later, stands__gte=day)

    def ahead_of(self, cursor: Cursor):
        """Those that stand before this place, written likewise."""
        day, rank, pk = cursor
        earlier = Q(stands__lt=day) | Q(ranks__lt=rank) | Q(ranks=rank, pk__lt=pk)
        return self.filter(earlier, stands__lte=day)


class Entry(Translated):
    """Something that happened at or around the talks, and that articles report.

    Its columns hold the accepted values, which `talks.derived.settle` computes from the citations; what an editor
    decided against that rule is in `chosen`. The dates are days of the place."""

    TRANSLATED = ("title", "summary")
    # Declared by each kind in `talks.models.kinds`:
    KIND: Kind
    SECTION = ""  # its name in article files and addresses
    WORDS: KindWords | None = None
    STEMS = ""  # stems of words by which a paragraph shows that it tells of such an entry, for suggestions
    FACTS: dict[str, Fact] = {}  # what articles can report about it: column → declaration, in the order of its page

    class Precision(models.TextChoices):
        DAY = "day", _("Day")
        MONTH = "month", _("Month only")
        YEAR = "year", _("Year only")
        REPORTED = "reported", _("No date given: day of the first report")

    class EndPrecision(models.TextChoices):
        DAY = "day", _("Day")
        MONTH = "month", _("Month only")
        YEAR = "year", _("Year only")

    slug = SlugField(
        verbose_name=_("slug"),
        unique=True,
        help_text=_("Its identity for good: a round is city and date of the first day, never its number."),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, editable=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, help_text=_("One to three sentences in own words."))
    start = models.DateField(
        _("start"),
        null=True,
        blank=True,
        validators=[within_years],
        help_text=_("First day. With a month or year only, its first day."),
    )
    end = models.DateField(
        _("end"),
        null=True,
        blank=True,
        validators=[within_years],
        help_text=_("Last day, only if it lasted more than one. With a month or year only, its last day."),
    )
    end_precision = models.CharField(
        _("precision of the end"),
        max_length=5,
        choices=EndPrecision,
        default=EndPrecision.DAY,
        help_text=_("How much of the last day is known."),
    )
    precision = models.CharField(
        _("precision"),
        max_length=8,
        choices=Precision,
        default=Precision.DAY,
        help_text=_("How much of the date is known."),
    )
    time = models.CharField(
        _("local time"),
        max_length=5,
        blank=True,
        validators=[time_of_day],
        help_text=_("When it began, where it was, such as 14:30; only if the article says it."),
    )
    after = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("after"),
        related_name="followed",
        null=True,
        blank=True,
        help_text=_("Another entry of the same day that came before it, if the article says so."),
    )
    rank = models.PositiveIntegerField(
        _("place in the day"),
        default=0,
        editable=False,
        help_text=_("Among what stands at the same day, by what is told of the order."),
    )
    process = models.ForeignKey(
        Process,
        models.PROTECT,
        verbose_name=_("process"),
        related_name="entries",
        null=True,
        blank=True,
        help_text=_("The series it belongs to."),
    )
    parties = models.ManyToManyField(Party, verbose_name=_("parties"), through="EntryParty", related_name="entries")
    issues = models.ManyToManyField(Issue, verbose_name=_("issues"), through="EntryIssue", related_name="entries")
    people = models.ManyToManyField(Person, verbose_name=_("people"), through="EntryPerson", related_name="entries")
    publication = models.CharField(
        _("publication"),
        max_length=9,
        choices=Publication,
        default=Publication.DRAFT,
        help_text=_("A draft is never public; of what was withdrawn, only that it was."),
    )
    chosen = models.JSONField(
        _("chosen"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("Values that an editor decided on, by column."),
    )
    notable = models.BooleanField(
        _("notable"), default=False, help_text=_("Named beside its mark on the overview, where there is room.")
    )
    introduced_by = models.ForeignKey(
        Article,
        models.PROTECT,
        verbose_name=_("introduced by"),
        related_name="introduced",
        null=True,
        editable=False,
        help_text=_("First article on it."),
    )
    first_reported = models.DateField(
        _("first reported"), null=True, editable=False, help_text=_("Day of the first citation.")
    )
    last_reported = models.DateField(
        _("last reported"), null=True, editable=False, help_text=_("Day of the latest report of any sort.")
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    updated = models.DateTimeField(_("updated"), auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-start", "-id"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        permissions = [
            ("publish_entry", "Can publish, take back and withdraw entries"),
            ("merge_rows", "Can merge rows that are one, and rename slugs"),
        ]
        indexes = [
            models.Index(fields=["publication", "start", "rank", "id"], name="entry_timeline"),
            models.Index(fields=["end", "start"], condition=Q(end__isnull=False), name="entry_with_an_end"),
            models.Index(fields=["publication", "kind", "start", "rank", "id"], name="entry_timeline_by_kind"),
            models.Index(fields=["kind", "start", "id"], name="entry_list_of_a_kind"),
            models.Index(fields=["precision", "publication", "kind", "start", "id"], name="entry_by_precision"),
            models.Index(fields=["kind"], condition=Q(first_reported=None), name="entry_without_a_report"),
            models.Index(fields=["publication"], condition=Q(notable=True), name="entry_notable"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="entry_ends_after_it_starts",
                violation_error_message=_("It cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(precision="month") | Q(start__day=1),
                name="entry_month_stands_at_its_first_day",
                violation_error_message=_("With the month only, the date is the first day of that month."),
            ),
            models.CheckConstraint(
                condition=~Q(precision="year") | Q(start__day=1, start__month=1),
                name="entry_year_stands_at_its_first_day",
                violation_error_message=_("With the year only, the date is 1 January of that year."),
            ),
            models.CheckConstraint(
                condition=Q(after__isnull=True) | ~Q(after=F("id")),
                name="entry_does_not_come_after_itself",
                violation_error_message=_("An entry cannot come after itself."),
            ),
            models.CheckConstraint(
                condition=~Q(publication="published") | Q(first_reported__isnull=False, start__isnull=False),
                name="entry_published_has_a_citation",
                violation_error_message=_("A published entry needs at least one citation."),
            ),
        ]

    def save(self, *args, **kwargs):
        self.kind = self.kind or self.KIND
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return address(self.kind, self.slug)

    def natural_key(self):
        return (self.slug,)

    @classmethod
    def named_by(cls, fact: str) -> type[models.Model] | None:
        """The model of the rows that values of a fact name by their slugs; None if they are plain text."""
        return cls.FACTS[fact].lists or cls._meta.get_field(fact).related_model

    @classmethod
    def brief_facts(cls) -> list[str]:
        """The few facts that stand beside a title on lists, in their order."""
        return sorted((name for name, fact in cls.FACTS.items() if fact.brief), key=lambda name: cls.FACTS[name].brief)


def sort_of(model: type[models.Model]) -> type[models.Model]:
    """The model whose slugs the slugs of `model` are: all kinds of entries share theirs."""
    return Entry if issubclass(model, Entry) else model


class FormerSlugQuerySet(models.QuerySet):
    def of(self, model):
        """Those that rows of this model once had; none for a sort of row whose slugs stay as they are."""
        owner = FormerSlug.owner_of(model)
        return self.exclude(**{owner: None}) if owner else self.none()


class FormerSlug(models.Model):
    """A slug that one row once had; its address redirects to that row for good, and files may still use it."""

    OWNERS = {Entry: "entry", Person: "person", Party: "party", Issue: "issue", Article: "article"}  # model → column

    slug = SlugField(verbose_name=_("slug"))
    entry = models.ForeignKey(
        Entry, models.CASCADE, verbose_name=_("entry"), related_name="former_slugs", null=True, blank=True
    )
    person = models.ForeignKey(
        Person, models.CASCADE, verbose_name=_("person"), related_name="former_slugs", null=True, blank=True
    )
    party = models.ForeignKey(
        Party, models.CASCADE, verbose_name=_("party"), related_name="former_slugs", null=True, blank=True
    )
    issue = models.ForeignKey(
        Issue, models.CASCADE, verbose_name=_("issue"), related_name="former_slugs", null=True, blank=True
    )
    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name=_("article"), related_name="former_slugs", null=True, blank=True
    )
    history = HistoricalRecords(bases=[Record])
    objects = FormerSlugQuerySet.as_manager()

    class Meta:
        verbose_name = _("former slug")
        verbose_name_plural = _("former slugs")
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["slug"],
                    condition=Q(**{f"{owner}__isnull": False}),
                    name=f"former_slug_of_one_{owner}",
                    violation_error_message=_("This address leads to another page already."),
                )
                for owner in ("entry", "person", "party", "issue", "article")
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, person=None, party=None, issue=None, article=None)
                | Q(entry=None, person__isnull=False, party=None, issue=None, article=None)
                | Q(entry=None, person=None, party__isnull=False, issue=None, article=None)
                | Q(entry=None, person=None, party=None, issue__isnull=False, article=None)
                | Q(entry=None, person=None, party=None, issue=None, article__isnull=False),
                name="former_slug_is_of_one",
                violation_error_message=_("A former address leads to one page."),
            ),
        ]

    def __str__(self):
        return self.slug

    @classmethod
    def owner_of(cls, model):
        """The column that leads to rows of this model; None for a sort of row whose slugs stay as they are."""
        return next((owner for sort, owner in cls.OWNERS.items() if issubclass(model, sort)), None)

    @property
    def leads_to(self):
        """The row that has had this slug."""
        return next(filter(None, (getattr(self, owner) for owner in self.OWNERS.values())))
