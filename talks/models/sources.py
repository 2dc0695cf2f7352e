"""Publishers and articles, and `Sourced`: what makes a row a report by an article."""

import datetime
import re
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from talks.models.addresses import address
from talks.models.history import Record
from talks.models.keys import address_key, text_key
from talks.models.rules import (
    country_code,
    fit_text,
    language_code,
    not_in_the_future,
    paragraph_numbers,
    web_address,
    within_years,
)
from talks.models.seen import Seen
from talks.models.sharing import keeping, sharing
from talks.models.translated import Translated
from talks.models.vocabulary import Named, NaturalKeyManager, Released, ReleasedQuerySet


class PublisherQuerySet(models.QuerySet):
    def visible(self, seen: Seen):
        """Those that published, or as an agency wrote, an article that may be shown."""
        articles = Article.objects.visible(seen)
        of_it = [Exists(articles.filter(**{name: OuterRef("pk")})) for name in ("publisher", "agency")]
        return self.filter(of_it[0] | of_it[1])


class Publisher(Translated, Named):
    """A site, paper, agency or office that publishes articles."""

    class PublisherKind(models.TextChoices):
        NEWS_AGENCY = "news-agency", _("News agency")
        NEWSPAPER = "newspaper", _("Newspaper")
        BROADCASTER = "broadcaster", _("Broadcaster")
        NEWS_SITE = "news-site", _("News site")
        OFFICIAL = "official", _("Official site")
        AGGREGATOR = "aggregator", _("Aggregator")

    class Ownership(models.TextChoices):
        STATE = "state", _("State-owned")
        PUBLIC = "public", _("Public")
        PRIVATE = "private", _("Private")
        OFFICIAL = "official", _("Official")

    name = models.CharField(_("name"), max_length=150)
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[country_code], help_text=_("Empty where unknown.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=PublisherKind)
    ownership = models.CharField(
        _("ownership"), max_length=8, choices=Ownership, blank=True, help_text=_("Only where it is common knowledge.")
    )

    objects = NaturalKeyManager.from_queryset(PublisherQuerySet)()

    class Meta:
        ordering = ["name"]
        verbose_name = _("publisher")
        verbose_name_plural = _("publishers")


class AddressField(models.URLField):
    """An address of the web."""

    default_validators = [web_address]

    def deconstruct(self):
        """For migrations a plain `URLField`, as it is to the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


class ArticleQuerySet(ReleasedQuerySet):
    DAY = ("published",)

    def with_publishers(self):
        return self.select_related("publisher", "agency")


class Article(Released):
    """A news article, the source of everything that is tied to it."""

    publisher = models.ForeignKey(Publisher, models.PROTECT, verbose_name=_("publisher"), related_name="articles")
    agency = models.ForeignKey(
        Publisher,
        models.PROTECT,
        verbose_name=_("agency"),
        related_name="wires",
        null=True,
        blank=True,
        help_text=_("Whose report the page republishes. Copies of one wire are one source."),
    )
    title = models.CharField(
        _("title"),
        max_length=300,
        help_text=_("Exact title; a description in [square brackets] where the source has none."),
    )
    byline = models.CharField(_("byline"), max_length=200, blank=True)
    url = AddressField(_("address"), max_length=500, blank=True)
    archived_url = AddressField(_("archived address"), max_length=500, blank=True)
    published = models.DateField(_("published"), db_index=True, validators=[within_years, not_in_the_future])
    language = models.CharField(
        _("language"),
        max_length=2,
        validators=[language_code],
    )
    summary = models.TextField(_("summary"), blank=True, help_text=_("In own words."))
    text = models.TextField(
        _("text"),
        blank=True,
        help_text=_("For editors only: never public, never exported. One paragraph a block, blank lines between."),
    )
    paragraph_count = models.PositiveSmallIntegerField(_("paragraphs in the text"), null=True, editable=False)
    retracted = models.DateField(
        _("retracted"),
        null=True,
        blank=True,
        validators=[within_years, not_in_the_future],
        help_text=_("Day on which its publisher withdrew it."),
    )
    updated = models.DateField(
        _("changed later"),
        null=True,
        blank=True,
        validators=[within_years, not_in_the_future],
        help_text=_("Day on which its publisher last changed what it says, if that was after it was published."),
    )
    notice = models.TextField(
        _("publisher’s notice"),
        blank=True,
        help_text=_("In own words: why it was retracted, or what was changed. Readers see it."),
    )
    address_key = models.CharField(max_length=500, default="", editable=False, help_text="Tells copies by address.")
    text_key = models.CharField(max_length=64, default="", editable=False, help_text="Tells copies by text.")
    lost = models.JSONField(
        default=list,
        editable=False,
        help_text="Paragraphs that reports cited and the text no longer has; see talks.editing.paragraphs.",
    )
    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published", "slug"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["-published", "slug"], name="article_newest_first"),
            models.Index(fields=["-published"], condition=Q(paragraph_count__isnull=False), name="article_with_text"),
            models.Index(fields=["address_key"], condition=~Q(address_key=""), name="article_by_address"),
            models.Index(fields=["text_key"], condition=~Q(text_key=""), name="article_by_text"),
            models.Index(fields=["publisher", "published"], name="article_by_publisher_and_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(retracted__isnull=True) | Q(retracted__gte=F("published")),
                name="article_retracted_after_it_was_published",
                violation_error_message=_("It cannot be retracted before it was published."),
            ),
            models.CheckConstraint(
                condition=Q(updated__isnull=True) | Q(updated__gte=F("published")),
                name="article_updated_after_it_was_published",
                violation_error_message=_("It cannot be changed before it was published."),
            ),
            models.CheckConstraint(
                condition=Q(notice="") | Q(retracted__isnull=False) | Q(updated__isnull=False),
                name="article_notice_has_a_day",
                violation_error_message=_("A notice needs the day on which the article was retracted or changed."),
            ),
        ]

    def __str__(self):
        return f"{self.publisher}, {self.published}: {self.title}"

    def save(self, *args, **kwargs):
        self.fill_keys()
        super().save(*args, **kwargs)

    def fill_keys(self):
        """Set what is computed of its text and its address, where these are loaded."""
        if "text" not in self.get_deferred_fields():
            self.paragraph_count = len(self.numbered_paragraphs()) or None
            self.text_key = text_key(self.text)
        if "url" not in self.get_deferred_fields():
            self.address_key = address_key(self.url)[:500]

    def get_absolute_url(self):
        return address("article", self.slug)

    @property
    def source(self):
        """The publisher that counts as the source: the agency where there is one."""
        return self.agency or self.publisher

    def is_retracted(self, day: datetime.date | None) -> bool:
        """True if its publisher had withdrawn it by this day; None means now."""
        return self.retracted is not None and (day is None or self.retracted <= day)

    def numbered_paragraphs(self):
        """[(1, "First paragraph"), …] of the staff-only text."""
        blocks = (block.strip() for block in re.split(r"\n\s*\n", self.text))
        return list(enumerate(filter(None, blocks), start=1))


def numbers_in(text: str) -> list[int]:
    """The paragraphs that a row holds as numbers: "3, 7" gives [3, 7]."""
    return [int(number) for number in text.split(", ") if number]


# What no page says of the article of a report, nor of who published it; the page of an article reads it by itself.
UNSHOWN = [
    *(f"article__{name}" for name in ("text", "filed", "byline", "summary", "lost", "released")),
    *(f"article__{whose}__{name}" for whose in ("publisher", "agency") for name in ("filed", "country", "kind")),
]


class SourcedQuerySet(models.QuerySet):
    def visible(self, seen: Seen):
        """Rows that may be shown: of published entries, or of the one that is previewed, and reported by then."""
        entry = self.model.ENTRY
        previewed = models.Q() if seen.preview is None else models.Q(**{entry: seen.preview})
        rows = self.filter(previewed | models.Q(**{f"{entry}__publication": "published"}))
        return rows.filter(seen.by("article__published", f"{entry}__first_reported"))

    def with_sources(self):
        """Each with its article and who published it; rows of one article share it."""
        return sharing(self._with_publishers().defer("article__text", "article__filed"))

    def to_show(self):
        """The same for pages that only show them, with what these show: see `talks.models.sharing.keeping`."""
        return keeping(self._with_publishers().defer(*UNSHOWN))

    def _with_publishers(self):
        return self.select_related("article__publisher", "article__agency")

    def in_order_of_report(self):
        return self.order_by("article__published", "article__slug", "pk")

    def loaded(self, *also: str):
        """Each with the rows that its words name, and those `also`."""
        related = (*self.model.LOADED, *also)
        return self.select_related(*related) if related else self  # without a name, Django would load all relations


class Sourced(models.Model):
    """A reported row: an article says it, in these paragraphs. The database refuses one without an article.

    What a sort of row declares about itself, as lookups of columns:

    ENTRY      the entry that it is about
    KEY        what tells the rows of one article about one entry apart; so rows of several articles with the same key
               report the same thing
    VALUES     what they say of it, beside the paragraphs
    COMPARED   those of VALUES in which articles that differ contradict each other
    UNTOLD     those of VALUES that no reader is told
    LOADED     the rows that its words name, to be loaded with it
    """

    ENTRY = "entry"
    KEY: tuple[str, ...] = ()
    VALUES: tuple[str, ...] = ()
    COMPARED: tuple[str, ...] = ()
    UNTOLD: tuple[str, ...] = ()
    LOADED: tuple[str, ...] = ()

    article = models.ForeignKey(Article, models.PROTECT, verbose_name=_("article"), related_name="%(class)ss")
    paragraphs = models.CharField(
        _("paragraphs"),
        max_length=250,
        blank=True,
        validators=[paragraph_numbers],
        help_text=_("Numbers of the paragraphs that say it, such as 3, 7. Empty where they cannot be told."),
    )
    history = HistoricalRecords(bases=[Record], inherit=True)
    objects = SourcedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def owner(cls) -> str:
        """The column of the row that it belongs to: its entry, but of a delegate the delegation."""
        return cls.ENTRY.partition("__")[0]

    @classmethod
    def entry_model(cls) -> type[models.Model]:
        """The model of the entries that it can be about: `Round`, or `Entry` for any kind."""
        model: Any = cls
        for step in cls.ENTRY.split("__"):
            model = model._meta.get_field(step).related_model
        return model

    @classmethod
    def own_key(cls) -> tuple[str, ...]:
        """The columns of its own in KEY: what tells apart those of one article that belong to one row."""
        return tuple(name for name in cls.KEY if "__" not in name)

    @property
    def about(self) -> tuple:
        """The values of KEY: what it reports, among all that is reported of its entry; other rows by their pks."""
        return tuple(self.value_of(lookup) for lookup in self.KEY)

    def value_of(self, lookup: str) -> Any:
        """What stands in a column, which may be one of its delegation's: “delegation__party”; of another row its pk."""
        *steps, last = lookup.split("__")
        row = self
        for step in steps:
            row = getattr(row, step)
        return getattr(row, row._meta.get_field(last).attname)

    @property
    def order_of_report(self) -> tuple[datetime.date, str, int]:
        """By which rows stand in order of report, whatever the collation of the database."""
        return self.article.published, self.article.slug, self.pk or 0

    @property
    def paragraph_numbers(self):
        """The paragraphs as numbers."""
        return numbers_in(self.paragraphs)

    @property
    def published(self):
        return self.article.published


class Doubted(Sourced):
    """A reported row that can be improbable (`talks.record.improbable`), and then says why it is right all the same."""

    UNTOLD = ("right_because",)

    right_because = models.CharField(
        _("why it is right all the same"),
        max_length=300,
        blank=True,
        validators=[fit_text],
        help_text=_("For editors: of what looks improbable, why it is no slip. With it, nobody is asked again."),
    )

    class Meta:
        abstract = True
