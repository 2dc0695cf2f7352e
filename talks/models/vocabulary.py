"""Who and what can be named: processes, parties, people and issues."""

from collections.abc import Iterator

from django.apps import apps
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from talks.models.addresses import address
from talks.models.history import Record
from talks.models.rules import MOST_SMALL, at_most, country_code, within_years
from talks.models.seen import Seen
from talks.models.translated import Translated

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
SLUG_LENGTH = 120


class SlugField(models.CharField):
    """The natural key of a row, the same in files, addresses and code: small letters, digits and single hyphens."""

    def __init__(self, **options):
        options.setdefault("max_length", SLUG_LENGTH)
        options.setdefault(
            "validators",
            [
                RegexValidator(
                    f"^{SLUG}$", _("Use small letters, digits and single hyphens, such as geneva-2031-06-02.")
                )
            ],
        )
        super().__init__(**options)


def aliases_field(example: str) -> models.JSONField:
    """The other spellings of a name, as a list."""
    return models.JSONField(_("aliases"), default=list, blank=True, help_text=example)


class NaturalKeyManager(models.Manager):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class Named(models.Model):
    """A row that other rows name by its slug, and that a reference file or an editor defines."""

    slug = SlugField(
        verbose_name=_("slug"),
        unique=True,
        help_text=_("Its name in addresses and files. It stays as it is once others refer to it."),
    )
    filed = models.JSONField(
        null=True,
        editable=False,
        help_text="What the file said when it was last loaded; empty for a row made in the admin.",
    )
    history = HistoricalRecords(bases=[Record], inherit=True, excluded_fields=["filed"])
    objects = NaturalKeyManager()

    class Meta:
        abstract = True

    def natural_key(self):
        return (self.slug,)


class ReleasedQuerySet(models.QuerySet):
    DAY: tuple[str, ...] = ()  # the column that says since when such a row is known; without one, only reports do

    def visible(self, seen: Seen):
        """Rows that may be shown: a report that may be shown names them, or an editor released them."""
        shown = Q(pk__in=())
        for rows, column, name in self.naming(seen):
            shown |= Q(Exists(rows.filter(**{column: OuterRef(name)})))
        if seen.is_now or self.DAY:
            shown |= Q(released=True) & seen.by(*self.DAY)
        return self.filter(shown)

    def naming(self, seen: Seen) -> Iterator[tuple[models.QuerySet, str, str]]:
        """(rows that may be shown, their column that names a row, by which column of it) of all that can name one."""
        for relation in self.model._meta.related_objects:
            if hasattr(relation.related_model, "ENTRY"):  # a sort of reported row
                yield relation.related_model.objects.visible(seen), relation.field.name, "pk"


class ListedQuerySet(ReleasedQuerySet):
    """Of rows that citations name in lists, which ties follow from."""

    def naming(self, seen: Seen):
        yield from super().naming(seen)
        ties = self.model._meta.get_field("entry_ties")
        yield ties.related_model.objects.visible(seen), ties.field.name, "pk"


class PartyQuerySet(ListedQuerySet):
    def naming(self, seen: Seen):
        """Also the people of a party, whose pages name it."""
        yield from super().naming(seen)
        yield Person.objects.visible(seen), "party", "pk"


class ProcessQuerySet(ReleasedQuerySet):
    def naming(self, seen: Seen):
        citations = apps.get_model("talks", "Citation").objects.visible(seen)
        yield citations.filter(field="process"), "value", "slug"


class Released(Named):
    """A row that readers see once something published rests on it, or an editor releases it."""

    released = models.BooleanField(
        _("released"), default=False, help_text=_("Readers see it even while nothing that is published rests on it.")
    )
    objects = NaturalKeyManager.from_queryset(ReleasedQuerySet)()

    class Meta:
        abstract = True


class Process(Translated, Released):
    """A series of talks in which rounds are numbered; PA-X calls it a peace process."""

    TRANSLATED = ("title", "summary")

    title = models.CharField(_("title"), max_length=200, help_text=_("Such as “Geneva talks, 2031”."))
    summary = models.TextField(_("summary"), blank=True, help_text=_("In own words: who talks with whom, about what."))
    start = models.DateField(
        _("start"),
        null=True,
        blank=True,
        validators=[within_years],
        help_text=_("Day of the first round on record."),
    )
    end = models.DateField(
        _("end"), null=True, blank=True, validators=[within_years], help_text=_("Only if the series is over.")
    )
    objects = NaturalKeyManager.from_queryset(ProcessQuerySet)()

    class Meta:
        ordering = ["start", "slug"]
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="process_ends_after_it_starts",
                violation_error_message=_("The series cannot end before it starts."),
            )
        ]


class Party(Translated, Released):
    """A state or organisation that takes part: negotiates, mediates, hosts or observes."""

    class PartyKind(models.TextChoices):
        STATE = "state", _("State")
        ORGANISATION = "organisation", _("Organisation")

    name = models.CharField(_("name"), max_length=100)
    aliases = aliases_field(_('Other names, in any language, as a list: ["Turkey", "Туреччина"].'))
    short = models.CharField(
        _("code"), max_length=6, unique=True, help_text=_("Stands beside the colour everywhere, such as CH, VA, UN.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=PartyKind)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[country_code],
        help_text=_("ISO 3166 code, for states only."),
    )
    order = models.PositiveSmallIntegerField(
        _("order"),
        default=0,
        validators=[at_most(MOST_SMALL)],
        help_text=_("Parties are listed in this order, then by name."),
    )
    colour = models.PositiveSmallIntegerField(
        _("colour"), default=0, help_text=_("Slot in the palette, 1 to 5; 0 is the grey that all others share.")
    )
    objects = NaturalKeyManager.from_queryset(PartyQuerySet)()

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.CheckConstraint(
                condition=Q(colour__lte=5),
                name="party_colour_is_in_the_palette",
                violation_error_message=_("The palette has the slots 0 to 5."),
            )
        ]

    def get_absolute_url(self):
        return address("party", self.slug)


class Person(Translated, Released):
    """A delegate or speaker. A title belongs to an appearance, not to the person, because it changes."""

    name = models.CharField(_("name"), max_length=150, help_text=_("The most used English spelling."))
    aliases = aliases_field(_('Other spellings as a list: ["R. T. Firefly", "Руфус Файрфлай"].'))
    party = models.ForeignKey(
        Party, models.PROTECT, verbose_name=_("party"), related_name="people", null=True, blank=True
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def get_absolute_url(self):
        return address("person", self.slug)


class Location(Translated, Named):
    """A city, region or building in all its names. Nothing refers to it: facts name places in plain text."""

    name = models.CharField(_("name"), max_length=100, help_text=_("As entries here spell it."))
    aliases = aliases_field(_('Other names, in any language, as a list: ["Wien", "Відень"].'))

    class Meta:
        ordering = ["name"]
        verbose_name = _("place")
        verbose_name_plural = _("places")


class Issue(Translated, Released):
    """What is negotiated about: ceasefire, prisoners, territory. Issues stand in groups."""

    TRANSLATED = ("title", "group", "description")

    title = models.CharField(_("title"), max_length=100)
    group = models.CharField(
        _("group"), max_length=100, help_text=_("Issues of one group stand together, such as “Security”.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0, validators=[at_most(MOST_SMALL)])
    description = models.TextField(_("description"), blank=True)
    objects = NaturalKeyManager.from_queryset(ListedQuerySet)()

    class Meta:
        ordering = ["order", "title"]
        verbose_name = _("issue")
        verbose_name_plural = _("issues")

    def get_absolute_url(self):
        return address("issue", self.slug)
