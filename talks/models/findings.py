"""What editors conclude. It is theirs and marked as such; the site itself concludes nothing."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from talks.models.entries import Publication
from talks.models.pages import page_address
from talks.models.rules import not_in_the_future, within_years
from talks.models.seen import Seen
from talks.models.vocabulary import Named, NaturalKeyManager


def is_page(text: str) -> None:
    """That a text is the address of a page that a finding can be about."""
    page_address(text)


class FindingQuerySet(models.QuerySet):
    def visible(self, seen: Seen):
        """Those that are public, and known by then; whether their sources are, `talks.queries.findings` asks."""
        return self.filter(seen.by("day"), publication=Publication.PUBLISHED)


class Finding(Named):
    """A sentence of the editors about one page, from a day on, with the articles that it rests on.

    `sources` holds the slugs of articles. Readers see a finding only while they see each of these.
    """

    page = models.CharField(
        _("page"),
        max_length=500,
        db_index=True,
        validators=[is_page],
        help_text=_(
            "The address of the page that it is about, as copied from the browser: the timeline, an entry, an issue, a "
            "party, the exchanges or a comparison."
        ),
    )
    text = models.TextField(_("text"), help_text=_("One sentence in own words; it stands under the title of the page."))
    day = models.DateField(
        _("day"),
        validators=[within_years, not_in_the_future],
        help_text=_("From which it is known; pages as known on an earlier day leave it out."),
    )
    sources = models.JSONField(_("sources"), default=list, blank=True)
    publication = models.CharField(
        _("publication"),
        max_length=9,
        choices=Publication,
        default=Publication.DRAFT,
        help_text=_("Readers see it only while it is published."),
    )
    objects = NaturalKeyManager.from_queryset(FindingQuerySet)()

    class Meta:
        ordering = ["page", "day", "pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.CheckConstraint(
                condition=~Q(sources=[]),
                name="finding_has_a_source",
                violation_error_message=_("A finding rests on at least one article."),
            )
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return self.page
