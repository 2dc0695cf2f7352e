"""What editing leaves behind: changes that readers are told of, imports that can be undone, what became of their jobs,
checks of links, and amendments that authors suggest.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from talks.models.entries import Entry
from talks.models.findings import Finding
from talks.models.sources import Article


class Change(models.Model):
    """What changed on a published entry, or in a finding of the editors, as `/changes/` tells readers.

    `lines` says for each fact or reported row what stood there before and what stands there now;
    `talks.derived.changes` writes and reads it. `note` is public, in own words. Without entry and finding it tells that
    a finding is withdrawn which is gone."""

    class Sort(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        CORRECTED = "corrected", _("Corrected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    entry = models.ForeignKey(
        Entry, models.CASCADE, verbose_name=_("entry"), related_name="changes", null=True, blank=True
    )
    finding = models.ForeignKey(
        Finding, models.CASCADE, verbose_name=_("finding"), related_name="changes", null=True, blank=True
    )
    made = models.DateTimeField(_("made"), default=timezone.now)
    sort = models.CharField(_("sort"), max_length=9, choices=Sort)
    note = models.TextField(_("public note"), blank=True)
    lines = models.JSONField(_("lines"), default=list, blank=True)
    reported = models.DateField(
        _("reported"),
        null=True,
        blank=True,
        help_text=_("Day of the latest report that it can tell of; pages as known on an earlier day leave it out."),
    )

    class Meta:
        ordering = ["-made", "-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["-made", "-id"], name="change_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(sort="corrected") | ~Q(note=""),
                name="correction_has_a_note",
                violation_error_message=_("A correction tells readers what was wrong; write the public note."),
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, finding=None)
                | Q(entry=None, finding__isnull=False)
                | Q(entry=None, finding=None, sort="withdrawn"),
                name="change_of_an_entry_or_a_finding",
                violation_error_message=_("A change is of an entry, or of a finding."),
            ),
        ]

    def __str__(self):
        return f"{self.get_sort_display()}: {self.entry or self.finding or Finding._meta.verbose_name}"


class Import(models.Model):
    """Article files that an editor uploaded: checked and shown first, then loaded, and undone if it was a mistake.

    `made`: when it was uploaded, and once it is loaded, when that was. `files`: {name: text} as uploaded; once it is
    loaded, the names alone. `before`: what an undo needs to know of the record before it.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("Not loaded")
        DONE = "done", _("Loaded")
        UNDONE = "undone", _("Undone")

    made = models.DateTimeField(_("made"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("user"), related_name="+", null=True
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.CHECKED)
    files = models.JSONField(_("files"), default=dict)
    overwrite = models.BooleanField(_("takes the files’ word"), default=False)
    before = models.JSONField(_("before"), null=True, editable=False)
    summary = models.JSONField(_("summary"), default=dict, editable=False)

    class Meta:
        ordering = ["-made", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self):
        names = [*self.files][:3] + ["…"] * (len(self.files) > 3)
        return f"{self.made:%Y-%m-%d %H:%M}: {', '.join(names)}"


class Job(models.Model):
    """Something that is done with an import: by whom and when it was asked for, how far it is, what came of it.

    `seen`: the mark of the difference that whoever asked has seen. `stage` has come to `done` of `total`. `note`: why
    it failed.
    """

    class Action(models.TextChoices):
        CHECK = "check", _("Check")
        LOAD = "load", _("Load")
        PREVIEW = "preview", _("See what undoing would change")
        UNDO = "undo", _("Undo")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        RUNNING = "running", _("Is being done")
        DONE = "done", _("Done")
        CHANGED = "changed", _("Not done, because the record has changed since")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")
        LOST = "lost", _("Interrupted")

    class Stage(models.TextChoices):
        READING = "reading", _("Reading the files")
        COMPARING = "comparing", _("Comparing them with the record")
        TRYING = "trying", _("Working out what would change")
        WRITING = "writing", _("Writing")

    UNDER_WAY = (State.WAITING, State.RUNNING)

    imported = models.ForeignKey(Import, models.CASCADE, verbose_name=_("import"), related_name="jobs")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("user"), related_name="+", null=True
    )
    action = models.CharField(_("what is done"), max_length=7, choices=Action)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    asked = models.DateTimeField(_("asked for"), default=timezone.now)
    begun = models.DateTimeField(_("begun"), null=True)
    ended = models.DateTimeField(_("ended"), null=True)
    seen = models.CharField(_("seen"), max_length=64, blank=True)
    stage = models.CharField(_("stage"), max_length=9, choices=Stage, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    cancelled = models.BooleanField(_("is to be cancelled"), default=False)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["imported"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_job_at_a_time",
            )
        ]

    def __str__(self):
        return f"{self.get_action_display()}: {self.get_state_display()}"


class LinkCheck(models.Model):
    """What came of asking for an address of an article. `status`: HTTP's, None if there was no answer (`problem`)."""

    class Outcome(models.TextChoices):
        ALIVE = "alive", _("Leads to a page")
        DEAD = "dead", _("Dead")
        UNCLEAR = "unclear", _("Could not be checked")

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="link_checks")
    url = models.URLField(_("address"), max_length=500)
    checked = models.DateTimeField(_("checked"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, default=Outcome.UNCLEAR)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("check of a link")
        verbose_name_plural = _("checks of links")
        indexes = [models.Index(fields=["outcome", "article"], name="link_by_outcome")]
        constraints = [models.UniqueConstraint(fields=["article", "url"], name="link_checked_once")]

    def __str__(self):
        return self.url


class Distinct(models.Model):
    """Two rows of one model that look like one, and of which an editor said that they are two."""

    model = models.CharField(_("model"), max_length=20)
    first = models.BigIntegerField(_("first row"))
    second = models.BigIntegerField(_("second row"))

    class Meta:
        verbose_name = _("two that look alike")
        verbose_name_plural = _("two that look alike")
        constraints = [
            models.UniqueConstraint(fields=["model", "first", "second"], name="distinct_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinct_in_order"),
        ]

    def __str__(self):
        return f"{self.model}: {self.first}, {self.second}"


class Amendment(models.Model):
    """A report that an author suggests to add to a published entry, or to change there; an editor decides.

    Nothing of it is public, then or later: what is accepted is a report like any other. `sent`: {field: text} of the
    desk's form of this `sort`, which accepts it; `row`: the pk of the report that it would change, None if it adds
    one. `opened`: which state of the entry the author saw (`talks.editing.versions.mark_of`). `words`: what it says.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    entry = models.ForeignKey(Entry, models.CASCADE, verbose_name=_("entry"), related_name="amendments")
    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="amendments")
    sort = models.CharField(_("sort"), max_length=10)
    row = models.PositiveBigIntegerField(_("changed report"), null=True, blank=True)
    sent = models.JSONField(_("sent"))
    words = models.TextField(_("report"))
    why = models.CharField(_("why"), max_length=300, blank=True)
    opened = models.TextField(_("state seen"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("author"), related_name="+", null=True, blank=True
    )
    made = models.DateTimeField(_("made"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("editor"), related_name="+", null=True, blank=True
    )
    decided = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        ordering = ["-made", "-pk"]
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        indexes = [models.Index(fields=["state", "-made"], name="amendment_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided=None) | (~Q(state="waiting") & Q(decided__isnull=False)),
                name="amendment_decided_has_a_day",
                violation_error_message=_("What is decided has the day on which it was; what waits has none."),
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""),
                name="amendment_declined_has_an_answer",
                violation_error_message=_("Say why; the author sees it."),
            ),
        ]

    def __str__(self):
        return f"{self.entry}: {self.words}"
