"""Publishers and articles, and `Sourced`: what makes a row a report by an article."""

import re

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from talks.models.vocabulary import Named, country_code


class Publisher(Named):
    """A site, paper, agency or office that publishes articles."""

    class PublisherKind(models.TextChoices):
        NEWS_AGENCY = "news-agency", "News agency"
        NEWSPAPER = "newspaper", "Newspaper"
        BROADCASTER = "broadcaster", "Broadcaster"
        NEWS_SITE = "news-site", "News site"
        OFFICIAL = "official", "Official site"
        AGGREGATOR = "aggregator", "Aggregator"

    class Ownership(models.TextChoices):
        STATE = "state", "State-owned"
        PUBLIC = "public", "Public"
        PRIVATE = "private", "Private"
        OFFICIAL = "official", "Official"

    name = models.CharField(max_length=150)
    country = models.CharField(max_length=2, blank=True, validators=[country_code], help_text="Empty where unknown.")
    kind = models.CharField(max_length=12, choices=PublisherKind)
    ownership = models.CharField(
        max_length=8, choices=Ownership, blank=True, help_text="Only where it is common knowledge."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class ArticleQuerySet(models.QuerySet):
    def known_on(self, day):
        """Articles published by `day`; all of them if `day` is None."""
        return self if day is None else self.filter(published__lte=day)

    def with_publishers(self):
        return self.select_related("publisher", "agency")


class Article(Named):
    """A news article, the source of everything that is tied to it."""

    publisher = models.ForeignKey(Publisher, models.PROTECT, related_name="articles")
    agency = models.ForeignKey(
        Publisher,
        models.PROTECT,
        related_name="wires",
        null=True,
        blank=True,
        help_text="Whose report the page republishes. Copies of one wire are one source.",
    )
    title = models.CharField(
        max_length=300, help_text="Exact title; a description in [square brackets] where the source has none."
    )
    byline = models.CharField(max_length=200, blank=True)
    url = models.URLField("address", max_length=500, blank=True)
    archived_url = models.URLField("archived address", max_length=500, blank=True)
    published = models.DateField(db_index=True)
    language = models.CharField(
        max_length=2,
        validators=[RegexValidator(r"^[a-z]{2}$", "Write the two small letters of ISO 639-1, such as en.")],
    )
    summary = models.TextField(blank=True, help_text="In own words.")
    text = models.TextField(
        blank=True,
        help_text="For editors only: never public, never exported. One paragraph a block, blank lines between.",
    )
    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published", "slug"]

    def __str__(self):
        return f"{self.publisher}, {self.published}: {self.title}"

    def get_absolute_url(self):
        return reverse("article", args=[self.slug])

    @property
    def source(self):
        """The publisher that counts as the source: the agency where there is one."""
        return self.agency or self.publisher

    def numbered_paragraphs(self):
        """[(1, "First paragraph"), …] of the staff-only text."""
        blocks = (block.strip() for block in re.split(r"\n\s*\n", self.text))
        return list(enumerate(filter(None, blocks), start=1))


class SourcedQuerySet(models.QuerySet):
    def visible(self, day=None):
        """Rows a reader may see: of published entries, and reported by `day` if one is given."""
        entry = self.model.ENTRY
        rows = self.filter(**{f"{entry}__publication": "published"})
        if day is not None:
            rows = rows.filter(**{"article__published__lte": day, f"{entry}__first_reported__lte": day})
        return rows

    def with_sources(self):
        return self.select_related("article__publisher", "article__agency").defer("article__text", "article__filed")

    def in_order_of_report(self):
        return self.order_by("article__published", "article__slug", "pk")


class Sourced(models.Model):
    """A reported row: an article says it, in these paragraphs. The database refuses one without an article.

    ENTRY is the lookup that leads from the row to the entry it is about.
    """

    ENTRY = "entry"

    article = models.ForeignKey(Article, models.PROTECT, related_name="%(class)ss")
    paragraphs = models.CharField(
        max_length=250,
        blank=True,
        validators=[RegexValidator(r"^\d+(, \d+)*$", "Write paragraph numbers with commas between, such as 3, 7.")],
        help_text="Numbers of the paragraphs that say it, such as 3, 7. Empty where they cannot be told.",
    )
    history = HistoricalRecords(inherit=True)
    objects = SourcedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def paragraph_numbers(self):
        """The paragraphs as numbers: "3, 7" gives [3, 7]."""
        return [int(number) for number in self.paragraphs.split(", ") if number]

    @property
    def published(self):
        return self.article.published
