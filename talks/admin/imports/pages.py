"""The pages of imports, and who may do what there."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from talks.admin.exports import download
from talks.admin.imports import shown
from talks.admin.imports.forms import MOST_TEXTS, MendFormSet, SkeletonForm, UploadForm, lacking_publishers
from talks.admin.lists import ListMixin
from talks.admin.values import is_key
from talks.derived.rewording import reword
from talks.editing import imports, jobs, worker
from talks.files.skeleton import skeleton
from talks.models import Import, Job, Publisher
from talks.models.history import save

TITLES = {
    Import.State.CHECKED: _("What would change"),
    Import.State.DONE: _("What was loaded"),
    Import.State.UNDONE: _("What was undone"),
}
DONE = {Job.Action.LOAD: _("The files were loaded."), Job.Action.UNDO: _("The import was undone.")}
NOTES = {
    Job.State.CHANGED: _("Nothing was written: the record has changed since. Below is what would change now."),
    Job.State.CANCELLED: _("It was cancelled; nothing was written."),
    Job.State.FAILED: _("It failed, and nothing was written; the log of the server says more (%(note)s)."),
    Job.State.LOST: _(
        "It was interrupted, and nothing was written: the process that worked on it ended, as when the server is "
        "started anew. What you sent is kept; start it again."
    ),
}
AGAIN = (Job.State.CANCELLED, Job.State.FAILED, Job.State.LOST)
NAMED = "named by imported files"  # why a publisher was made, in its history
LONG = 20  # longer lists are folded


def reads_first(view):
    """Mark a view that reads files and compares them with the record before it takes its turn at writing."""
    view.reads_first = True
    return view


@admin.register(Import)
class ImportAdmin(ListMixin, admin.ModelAdmin):
    list_display = ["made", "user", "state", "files_in_it", *imports.CHANGES, "kept"]
    list_filter = ["state"]
    list_select_related = ["user"]

    # Who may do what

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.has_add_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False  # what is loaded can be undone in order only if nothing is missing

    def may(self, request, action):
        """True if the user may have this done."""
        undoing = action in (Job.Action.PREVIEW, Job.Action.UNDO)
        return self.has_change_permission(request) if undoing else self.has_add_permission(request)

    # The list

    def get_queryset(self, request):
        found = super().get_queryset(request).defer("files", "before", "summary")
        return found.annotate(size=F("summary__files"), counts=F("summary__counts"))

    @admin.display(description=_("files"))
    def files_in_it(self, imported):
        return imported.size

    @admin.display(description=_("created"))
    def created(self, imported):
        return self._count(imported, "created")

    @admin.display(description=_("updated"))
    def updated(self, imported):
        return self._count(imported, "updated")

    @admin.display(description=_("removed"))
    def removed(self, imported):
        return self._count(imported, "removed")

    @admin.display(description=_("kept"))
    def kept(self, imported):
        return self._count(imported, "kept")

    @staticmethod
    def _count(imported, what):
        return (imported.counts or {}).get(what)  # with problems in the files, nothing was counted

    # Pages

    def get_urls(self):
        views = {
            "load": require_POST(self.load_view),
            "undo": self.undo_view,
            "cancel": require_POST(self.cancel_view),
            "again": require_POST(self.again_view),
            "publishers": require_POST(self.publishers_view),
        }
        own = [path("skeleton/", self.admin_site.admin_view(self.skeleton_view), name="talks_import_skeleton")]
        own += [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"talks_import_{name}")
            for name, view in views.items()
        ]
        return own + super().get_urls()

    @reads_first
    def add_view(self, request, form_url="", extra_context=None):
        self._require(self.has_add_permission(request))
        form = UploadForm(*_sent(request))
        if form.is_valid() and (job := jobs.under_way(request.user)):
            form.add_error("files", self._wait_for(job))
        if form.is_valid():
            imports.drop_waiting(request.user)
            imported = Import(user=request.user, **form.cleaned_data)
            return self._ask(request, imported, Job.Action.CHECK)
        return self._page(request, "upload", {"form": form, "title": gettext("Import article files")})

    @reads_first
    def skeleton_view(self, request):
        """The beginning of an article file, from an address and its text."""
        self._require(self.has_add_permission(request))
        form = SkeletonForm(*_sent(request)[:1])
        if form.is_valid():
            name, text = skeleton(**form.cleaned_data)
            return download(text.encode(), name, "application/yaml; charset=utf-8")
        return self._page(request, "skeleton", {"form": form, "title": gettext("Begin an article file")})

    def _wait_for(self, job):
        told = gettext("An import of yours is worked on; wait for it or cancel it first")
        page = reverse("admin:talks_import_change", args=[job.imported_id])
        return ValidationError(format_html('<a href="{}">{}</a>.', page, told))

    @reads_first
    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The import as it is: worked on, with problems to mend, with the difference that it would make, or made."""
        self._require(self.has_view_permission(request))
        found = Import.objects.defer("before", "files").select_related("user")
        imported = get_object_or_404(found, pk=object_id if is_key(object_id) else None)
        if request.method == "POST":
            self._require(self.has_add_permission(request) and imported.state == Import.State.CHECKED)
        done = _jobs_of(imported)
        if done and done[0].state in Job.UNDER_WAY:
            return self._progress(request, imported, done[0])
        if request.htmx:
            return HttpResponseClientRefresh()
        context = self._ended(request, imported, done)
        if imported.summary.get("problems"):
            return self._mend(request, imported, context)
        if not imported.summary:
            return self._page(request, "stopped", context | {"title": gettext("Not checked yet")})
        return self._difference(request, imported, context)

    def _progress(self, request, imported, job):
        before = Job.objects.filter(state__in=Job.UNDER_WAY, pk__lt=job.pk).count()
        context = {
            "imported": imported,
            "job": job,
            "before": before,
            "is_left": jobs.is_left(job),
            "stops": worker.is_to_stop(job),
            "may_act": self.may(request, job.action),
            "title": gettext("Working on the import"),
        }
        return self._page(request, "progress.html#now" if request.htmx else "progress", context)

    def _ended(self, request, imported, done):
        """What every page of an import says: what was `done` with it so far, and what became of the last of it."""
        context = {"imported": imported, "jobs": done}
        if done and done[0].state in NOTES:
            last = done[0]
            context["last"], context["note"] = last, NOTES[last.state] % {"note": last.note}
            context["may_again"] = last.state in AGAIN and self.may(request, last.action)
        return context

    def _mend(self, request, imported, context, publishers=None):
        summary = imported.summary
        sent = _sent(request) if publishers is None else ()
        upload = UploadForm(*sent, held=imported.files, initial={"overwrite": imported.overwrite})
        mend = MendFormSet(*sent, initial=shown.wrong_files(summary, imported.files, MOST_TEXTS))
        if sent and upload.is_valid() and mend.is_valid():
            return self._check_again(request, imported, upload.cleaned_data, mend.cleaned_data)
        mistakes = shown.mistakes(summary, imported.files)
        by_file = {}
        for group in mistakes:
            for place in group.places:
                by_file.setdefault(place.name, []).append(place)
        for form in mend:
            form.places = sorted(by_file.get(form["name"].value(), ()), key=lambda place: place.line)
        if publishers is None and summary["lack"] and request.user.has_perm("talks.add_publisher"):
            publishers = lacking_publishers(summary["lack"])
        context |= {"mistakes": mistakes, "upload": upload, "mend": mend, "publishers": publishers}
        return self._page(request, "mend", context | {"title": gettext("Mend the files")})

    def _check_again(self, request, imported, uploaded, mended):
        """Check the files anew, with the texts that were mended; a file that was uploaded again counts instead."""
        files = dict(uploaded["files"])
        for one in mended:
            name = one["name"]
            if name not in imported.files or files.get(name) != imported.files[name]:
                continue
            files[name] = one["text"].replace("\r\n", "\n")
            if one["leave_out"]:
                del files[name]
        imported.files, imported.overwrite = files, uploaded["overwrite"]
        return self._ask(request, imported, Job.Action.CHECK)

    def publishers_view(self, request, pk):
        """Make publishers that files name and that are not there; then check the files again, as they were sent."""
        self._require(self.has_add_permission(request) and request.user.has_perm("talks.add_publisher"))
        imported = get_object_or_404(Import.objects.defer("before"), pk=pk, state=Import.State.CHECKED)
        if not imported.summary.get("lack"):
            return self._to(imported)
        publishers = lacking_publishers(imported.summary["lack"], request.POST)
        if publishers.is_valid():
            for form in filter(lambda form: form.has_changed(), publishers):
                save(form.instance, NAMED)
                form.keep_answers(form.instance)
                reword({Publisher: [form.instance.pk]}, NAMED)
            return self._ask(request, imported, Job.Action.CHECK)
        return self._mend(request, imported, self._ended(request, imported, ()), publishers)

    def _difference(self, request, imported, context):
        state = imported.state
        undone = state == Import.State.UNDONE and context["jobs"][:1]
        context |= {
            "by": undone[0].user if undone else imported.user,
            "at": undone[0].ended if undone else imported.made,
            "may_load": state == Import.State.CHECKED and self.has_add_permission(request),
            "may_undo": imported == _latest() and self.has_change_permission(request),
            "title": TITLES[state],
            "told": shown.difference(imported.summary.get("undo", imported.summary)),
            "loaded": shown.loaded(imported) if state == Import.State.DONE else (),
            "mark": imports.mark(imported.summary),
        }
        return self._page(request, "difference", context)

    @reads_first
    def load_view(self, request, pk):
        self._require(self.has_add_permission(request))
        imported = get_object_or_404(Import, pk=pk, state=Import.State.CHECKED)
        return self._ask(request, imported, Job.Action.LOAD)

    @reads_first
    def undo_view(self, request, pk):
        """What undoing the import would change, and the undoing."""
        self._require(self.has_change_permission(request))
        imported = get_object_or_404(Import, pk=pk, state=Import.State.DONE)
        if imported != _latest():
            self.message_user(request, gettext("A later import must be undone first."), messages.ERROR)
            return self._to(imported)
        if request.method == "POST":
            wanted = Job.Action.UNDO if request.POST.get("seen") else Job.Action.PREVIEW
            answer = self._ask(request, imported, wanted)
            if imported.state == Import.State.UNDONE or not jobs.is_small(imported):
                return answer
        elif jobs.is_small(imported):
            imported.summary["undoing"] = imports.what_undoing_does(imported)
        told = imported.summary.get("undoing")
        context = self._ended(request, imported, _jobs_of(imported))
        context |= {"title": gettext("Undo this import?"), "mistakes": (), "told": None}
        if told and "problems" in told:
            context["mistakes"] = shown.mistakes(told, imported.files)
        elif told:
            context |= {"told": shown.difference(told), "mark": imports.mark(told)}
        return self._page(request, "undo", context)

    @reads_first
    def cancel_view(self, request, pk):
        """Stop what is done with the import."""
        imported = get_object_or_404(Import.objects.only("pk"), pk=pk)
        for job in imported.jobs.filter(state__in=Job.UNDER_WAY):
            self._require(self.may(request, job.action))
            jobs.cancel(job)
        return self._to(imported)

    @reads_first
    def again_view(self, request, pk):
        """Do again what was interrupted, cancelled or failed."""
        imported = get_object_or_404(Import, pk=pk)
        job = imported.jobs.first()
        self._require(job and self.may(request, job.action))
        if not jobs.is_under_way(job) and jobs.standing(job) != Job.State.DONE:
            return self._ask(request, imported, Job.Action(job.action), job.seen)
        return self._to(imported)

    def _ask(self, request, imported, action, seen=None):
        """Have this done with the import; its page says what came of it, or how far it is."""
        seen = request.POST.get("seen", "") if seen is None else seen
        job = jobs.ask(imported, action, request.user, seen)
        if job.state == Job.State.DONE and action in DONE:
            self.message_user(request, DONE[action], messages.SUCCESS)
        return self._to(imported)

    def _require(self, permitted):
        if not permitted:
            raise PermissionDenied

    def _to(self, imported):
        return HttpResponseRedirect(reverse("admin:talks_import_change", args=[imported.pk]))

    def _page(self, request, name, context):
        context = {**self.admin_site.each_context(request), "opts": self.opts, "long": LONG, **context}
        context["may_add"] = self.has_add_permission(request)
        request.current_app = self.admin_site.name
        name = name if "#" in name else f"{name}.html"
        return TemplateResponse(request, f"admin/talks/import/{name}", context)


def _sent(request):
    """What a form of this page was sent with, if it was."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _jobs_of(imported):
    """What was done with it last, the last first, each with its state as it is."""
    done = list(imported.jobs.select_related("user")[:LONG])
    for job in done[:1]:
        job.state = jobs.standing(job)
    return done


def _latest():
    """The import that was loaded last and not undone, the only one that can be undone."""
    return Import.objects.filter(state=Import.State.DONE).only("pk").first()
