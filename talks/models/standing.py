"""What follows from the reports, kept in tables so that pages need not compute it for every entry.

`talks.derived.settle` writes these rows; nothing else does. `since` is the day of the report that first said it, so
that a page as known on an earlier day leaves out what was said later."""

import datetime
import uuid

from django.db import models
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from modelsearch import index

from talks.models.entries import Entry
from talks.models.seen import Seen
from talks.models.sources import Article
from talks.models.vocabulary import Issue, Named, Party, Person

FOREVER = datetime.date.max

# How well entries are borne out, as filters ask for it: {what is asked: column of `Evidence` and `Placement`}.
BORNE_OUT = {"one": "one_source", "differ": "disputed"}


class TieQuerySet(models.QuerySet):
    def visible(self, seen: Seen):
        """Ties that may be shown: of published entries, or of the one that is previewed, and reported by then."""
        previewed = models.Q() if seen.preview is None else models.Q(entry=seen.preview)
        return self.filter(previewed | models.Q(entry__publication="published"), seen.by("since"))


class Tie(models.Model):
    """That an entry involves a party, an issue or a person, and since when that is reported."""

    since = models.DateField()
    objects = TieQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return str(self.entry)


class EntryParty(Tie):
    """Whose proposal it is, who sat at the table, who handed over or received, who mediated."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="party_ties")
    party = models.ForeignKey(Party, models.PROTECT, related_name="entry_ties")

    class Meta:
        verbose_name = _("entry party")
        verbose_name_plural = _("entry parties")
        constraints = [models.UniqueConstraint(fields=["party", "entry"], name="entry_party_once")]


class EntryIssue(Tie):
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="issue_ties")
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="entry_ties")

    class Meta:
        verbose_name = _("entry issue")
        verbose_name_plural = _("entry issues")
        constraints = [models.UniqueConstraint(fields=["issue", "entry"], name="entry_issue_once")]


class EntryPerson(Tie):
    """Who was a delegate or gave an account."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="person_ties")
    person = models.ForeignKey(Person, models.PROTECT, related_name="entry_ties")

    class Meta:
        verbose_name = _("entry person")
        verbose_name_plural = _("entry people")
        constraints = [models.UniqueConstraint(fields=["person", "entry"], name="entry_person_once")]


class Revision(models.Model):
    """How often the record has changed; one row.

    What is counted over all entries is kept in the cache under `token` (`talks.queries.kept`), so it is computed once
    for each state of the record and is never older than the record. It is never the same again, not even after a copy
    of the record was put back, a standby that lacks the last edits took over, or in another record: pages are kept
    under it outside of this database.
    """

    number = models.PositiveBigIntegerField(default=0)
    token = models.UUIDField(default=uuid.uuid4)

    @classmethod
    def current(cls):
        """The token, as text; empty before anything was written."""
        return str(cls.objects.values_list("token", flat=True).first() or "")

    @classmethod
    def advance(cls):
        if not cls.objects.update(number=models.F("number") + 1, token=uuid.uuid4()):
            cls.objects.create(number=1)


@receiver([post_save, post_delete])
def _record_changed(sender, raw=False, **kwargs):
    """An entry was published, taken back, edited or deleted, or a row that pages name.

    Changes of reports go through `talks.derived.settle`.
    """
    if issubclass(sender, (Entry, Named)) and not raw:
        Revision.advance()


class Placement(models.Model):
    """Where an entry stood on the timeline from the day `since` until the day before `until`, and how it was borne out.

    Most entries have one; a report that gives or refines the date, tells the order within the day, comes from a second
    source or contradicts, ends one placement and begins the next. What holds now stands in `Evidence`, too, where lists
    of entries find it without a day.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="placements")
    start = models.DateField()
    end = models.DateField(null=True)
    rank = models.PositiveIntegerField(default=0)
    since = models.DateField()
    until = models.DateField(default=FOREVER)
    one_source = models.BooleanField(default=False)
    disputed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        indexes = [
            models.Index(fields=["start", "rank", "entry"], name="placement_timeline"),
            models.Index(
                fields=["start", "since", "until"],
                condition=models.Q(start__gt=models.F("since")),
                name="placement_announced",
            ),
            models.Index(fields=["end", "start"], condition=models.Q(end__isnull=False), name="placement_with_an_end"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "since"], name="placement_once_a_day"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="placement_lasts"),
        ]


class Evidence(models.Model):
    """How well an entry is borne out: how many articles report it, and what an editor should look at.

    One row for each entry that an article reports.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="evidence")
    articles = models.PositiveSmallIntegerField()
    one_source = models.BooleanField(help_text="Copies of one wire are one source.")
    disputed = models.BooleanField(help_text="Articles differ on a fact, or on a number of what they report.")

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [
            models.Index(fields=["entry"], condition=models.Q(one_source=True), name="evidence_of_one_source"),
            models.Index(fields=["entry"], condition=models.Q(disputed=True), name="evidence_disputed"),
            models.Index(fields=["articles", "entry"], name="evidence_by_articles"),
        ]

    def __str__(self):
        return str(self.entry)


class Wording(index.Indexed, models.Model):
    """What search finds of an entry, a person or an article from the day `since` until the day before `until`.

    `title` and `body` are as `talks.derived.stems.indexed` gives them; the body repeats the title, so that all words
    of a search stand in it. An entry has one row for each stretch of days over which the same was known of it, drafts
    too; who searches leaves those out.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="wordings", null=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="wordings", null=True)
    article = models.ForeignKey(Article, models.CASCADE, related_name="wordings", null=True)
    title = models.TextField()
    body = models.TextField()
    since = models.DateField()
    until = models.DateField(default=FOREVER)

    search_fields = [
        index.SearchField("title", boost=10),
        index.SearchField("body", boost=1),
        *(index.FilterField(name) for name in ("entry", "person", "article", "since", "until")),
    ]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "since"], name="wording_once_a_day"),
            models.UniqueConstraint(fields=["person"], name="wording_once_for_person"),
            models.UniqueConstraint(fields=["article"], name="wording_once_for_article"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="wording_lasts"),
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False, person=None, article=None)
                | models.Q(entry=None, person__isnull=False, article=None)
                | models.Q(entry=None, person=None, article__isnull=False),
                name="wording_is_of_one",
            ),
        ]
