"""Imports: article files are uploaded, checked, mended, compared with the record, loaded and, if need be, undone."""

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from talks.admin.lists import ListMixin
from talks.admin.values import is_key
from talks.editing import imports
from talks.files.loader import BadFilesError
from talks.files.reader import MAX_BYTES
from talks.files.uploads import MAX_ALL, MAX_FILES, texts_of
from talks.models import Entry, Import

CHANGED_SINCE = _("Nothing was written: the record has changed since. Below is what would change now.")
TITLES = {
    Import.State.CHECKED: _("What would change"),
    Import.State.DONE: _("What was loaded"),
    Import.State.UNDONE: _("What was undone"),
}
ACTIONS = (("created", _("Created")), ("updated", _("Updated")), ("removed", _("Removed")))
LONG = 20  # longer lists are folded
LIMITS = _(
    "Article files (.yaml), or a zip of them; in a zip, the folder “reference” may hold vocabulary. Up to %(files)s "
    "files, %(file)s MB each, %(all)s MB in all; up to a few hundred at a time are quick, and easy to look through."
)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or many article files, or zips of them, as {name: text}; added to those that are `held`."""

    widget = FilesInput(attrs={"accept": ".yaml,.yml,.zip"})
    held = None

    def clean(self, data, initial=None):
        uploads = data if isinstance(data, (list, tuple)) else [data]
        uploads = [upload for upload in uploads if upload]
        if not uploads:
            super().clean(None, initial)  # says that it is required, if it is
        return texts_of(uploads, self.held)


class UploadForm(forms.Form):
    files = FilesField(label=_("Files"))
    overwrite = forms.BooleanField(
        required=False,
        label=_("Take the files’ word"),
        help_text=_("Also where an editor changed something. Without it, what editors changed is kept."),
    )

    def __init__(self, *args, held=None, **kwargs):
        super().__init__(*args, **kwargs)
        limits = {"files": MAX_FILES, "file": MAX_BYTES // 1_000_000, "all": MAX_ALL // 1_000_000}
        self.fields["files"].help_text = LIMITS % limits
        if held is not None:
            self.fields["files"].held, self.fields["files"].required = held, False
            self.fields["files"].label = _("Mended files")
            self.fields["files"].help_text = _("They replace those of the same name; others are added.")


class MendForm(forms.Form):
    """The text of a file, to be mended in place."""

    name = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(
        required=False, strip=False, widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"})
    )
    leave_out = forms.BooleanField(required=False, label=_("Leave this file out"))


MendFormSet = forms.formset_factory(MendForm, extra=0, max_num=MAX_FILES, absolute_max=MAX_FILES)


def reads_first(view):
    """Mark a view that reads files and compares them with the record before it takes its turn at writing."""
    view.reads_first = True
    return view


@admin.register(Import)
class ImportAdmin(ListMixin, admin.ModelAdmin):
    list_display = ["made", "user", "state", "files_in_it", "created", "updated", "removed", "kept"]
    list_filter = ["state"]
    list_select_related = ["user"]

    # Who may do what

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.has_add_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False  # what is loaded can be undone in order only if nothing is missing

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
        own = [
            path("<int:pk>/load/", self.admin_site.admin_view(require_POST(self.load_view)), name="talks_import_load"),
            path("<int:pk>/undo/", self.admin_site.admin_view(self.undo_view), name="talks_import_undo"),
        ]
        return own + super().get_urls()

    @reads_first
    def add_view(self, request, form_url="", extra_context=None):
        self._require(self.has_add_permission(request))
        form = UploadForm(*_sent(request))
        if form.is_valid():
            imports.drop_waiting(request.user)
            imported = Import(user=request.user, **form.cleaned_data)
            imports.check(imported)
            imported.save()
            return self._to(imported)
        return self._page(request, "upload", {"form": form, "title": gettext("Import article files")})

    @reads_first
    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The import as it is: with problems to mend, with the difference that it would make, or that it made."""
        self._require(self.has_view_permission(request))
        found = Import.objects.defer("before").select_related("user")
        imported = get_object_or_404(found, pk=object_id if is_key(object_id) else None)
        problems = imported.summary.get("problems")
        if request.method == "POST":
            self._require(self.has_add_permission(request) and imported.state == Import.State.CHECKED)
        if not problems:
            return self._difference(request, imported)
        upload = UploadForm(*_sent(request), held=imported.files, initial={"overwrite": imported.overwrite})
        mend = MendFormSet(*_sent(request), initial=_wrong_files(imported))
        if request.method == "POST" and upload.is_valid() and mend.is_valid():
            return self._check_again(imported, upload.cleaned_data, mend.cleaned_data)
        told = [[*problem, _line(imported, *problem[:2])] for problem in problems]
        context = {"imported": imported, "problems": told, "upload": upload, "mend": mend}
        by_file = {}
        for name, line, field, *_rest in problems:
            by_file.setdefault(name, []).append((line, field))
        for form in mend:
            form.problems = by_file.get(form["name"].value(), ())
        return self._page(request, "mend", context | {"title": gettext("Mend the files")})

    def _check_again(self, imported, uploaded, mended):
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
        imports.check(imported)
        imported.save()
        return self._to(imported)

    def _difference(self, request, imported, **context):
        state = imported.state
        context |= {
            "imported": imported,
            "may_load": state == Import.State.CHECKED and self.has_add_permission(request),
            "may_undo": imported == _latest() and self.has_change_permission(request),
            "title": TITLES[state],
            "told": _grouped(imported.summary),
            "undone": _grouped(imported.summary["undo"]) if "undo" in imported.summary else None,
            "mark": imports.mark(imported.summary),
        }
        return self._page(request, "difference", context)

    @reads_first
    def load_view(self, request, pk):
        self._require(self.has_add_permission(request))
        imported = get_object_or_404(Import, pk=pk, state=Import.State.CHECKED)
        try:
            imports.load(imported, request.POST.get("seen"), request.user)
        except (imports.OtherDifferenceError, BadFilesError):
            imported = Import.objects.get(pk=pk)
            imports.check(imported)
            imported.save()
            self.message_user(request, CHANGED_SINCE, messages.WARNING)
        else:
            self.log_change(request, imported, "loaded")
            self.message_user(request, gettext("The files were loaded."), messages.SUCCESS)
        return self._to(imported)

    @reads_first
    def undo_view(self, request, pk):
        """What undoing the import would change, and the undoing."""
        self._require(self.has_change_permission(request))
        imported = get_object_or_404(Import, pk=pk, state=Import.State.DONE)
        if imported != _latest():
            self.message_user(request, gettext("A later import must be undone first."), messages.ERROR)
            return self._to(imported)
        problems, told = [], None
        try:
            if request.method == "POST":
                imports.take_back(imported, request.POST.get("seen"))
                self.log_change(request, imported, "undone")
                self.message_user(request, gettext("The import was undone."), messages.SUCCESS)
                return self._to(imported)
            told = imports.what_undoing_does(imported)
        except imports.OtherDifferenceError as error:
            told = error.summary
            self.message_user(request, CHANGED_SINCE, messages.WARNING)
        except BadFilesError as error:
            problems = [[*problem, ""] for problem in imports.problems_of(error)]
        context = {"imported": imported, "problems": problems, "title": gettext("Undo this import?")}
        if told:
            context |= {"told": _grouped(told), "mark": imports.mark(told)}
        return self._page(request, "undo", context)

    def _require(self, permitted):
        if not permitted:
            raise PermissionDenied

    def _to(self, imported):
        return HttpResponseRedirect(reverse("admin:talks_import_change", args=[imported.pk]))

    def _page(self, request, name, context):
        context = {**self.admin_site.each_context(request), "opts": self.opts, "long": LONG, **context}
        context["may_add"] = self.has_add_permission(request)
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/talks/import/{name}.html", context)


def _sent(request):
    """What a form of this page was sent with, if it was."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _latest():
    """The import that was loaded last and not undone, the only one that can be undone."""
    return Import.objects.filter(state=Import.State.DONE).only("pk").first()


def _wrong_files(imported):
    """[{name, text}] of the files with problems, as many as a form may send back."""
    found, left = [], MAX_BYTES
    for name in dict.fromkeys(problem[0] for problem in imported.summary["problems"]):
        size = len(imported.files[name].encode())
        if not found or size <= left:
            found.append({"name": name, "text": imported.files[name]})
            left -= size
    return found


def _line(imported, name, number):
    lines = imported.files[name].splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _linked(sentence, model, slug):
    """The sentence with a link to the other row, if that is there."""
    row = apps.get_model("talks", model).objects.filter(slug=slug).first()
    if row is None:
        return sentence
    page = f"admin:talks_{row.kind if isinstance(row, Entry) else row._meta.model_name}_change"
    return format_html('{} (<a href="{}">{}</a>)', sentence, reverse(page, args=[row.pk]), row)


def _grouped(told):
    """A told difference for a page: its changes in groups of one sort."""
    groups = [
        (label, [(line.partition(" ")[2], values) for line, values in told["changes"] if line.startswith(f"{action} ")])
        for action, label in ACTIONS
    ]
    groups += [
        (_("Kept as editors left it"), [(line, ()) for line in told["kept"]]),
        (_("New discrepancies"), [(line, ()) for line in told["discrepancies"]]),
        (_("Looks like what is there already"), [(_linked(*one), ()) for one in told.get("alike", ())]),
        (_("Former slugs, read as the present ones"), [(line, ()) for line in told["former"]]),
        (_("Look whether it is meant"), [(line, ()) for line in told.get("warnings", ())]),
    ]
    return {**told, "groups": [(label, lines) for label, lines in groups if lines]}
