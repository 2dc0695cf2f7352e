"""The history of an entry with all that is reported about it, edit by edit, and a page to restore an earlier state."""

from django import forms
from django.contrib import messages
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.history.in_words import Names, blocks, lines_of
from talks.admin.values import is_key
from talks.editing.restore import STAYS, RefusedError, plan, restore
from talks.editing.versions import edits_of, mark_of, records_of, state_after

PER_PAGE = 20


class RestoreForm(forms.Form):
    """Why an earlier state is restored; `opened` marks the state that the page compared it with."""

    reason = forms.CharField(
        max_length=300,
        label=_("Why"),
        help_text=_("For the history of all rows that this changes."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": _("Say why; it stands in the history of all rows that this changes.")},
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, mark, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.mark = mark
        self.initial["opened"] = mark

    def clean_opened(self):
        if self.cleaned_data["opened"] != self.mark:
            self.data = self.data.copy()
            self.data["opened"] = self.mark
            raise forms.ValidationError(
                gettext(
                    "The entry was changed since you opened this page, so nothing is restored yet. Below it is "
                    "compared with what it says now; look at it again and confirm."
                )
            )
        return self.cleaned_data["opened"]


class HistoryMixin:
    """For a page of entries: its history edit by edit, and a page to restore what it said after each."""

    object_history_template = "admin/talks/entry_history.html"

    def get_urls(self):
        name = f"talks_{self.opts.model_name}_restore"
        view = self.admin_site.admin_view(self.restore_view)
        return [path("<int:object_id>/restore/<slug:edit>/", view, name=name), *super().get_urls()]

    def address_of_page(self, page, pk):
        return reverse(f"admin:talks_{self.opts.model_name}_{page}", args=[pk])

    def page_context(self, request, entry, title, **context):
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "module_name": capfirst(self.opts.verbose_name_plural),
            "object": entry,
            "title": title,
            **context,
        }

    def history_view(self, request, object_id, extra_context=None):
        """The edits of an entry, latest first; also of one that was deleted."""
        pk = int(object_id) if is_key(object_id) else None
        records = records_of(self.model, pk) if pk else []
        own = [record for record in records if record.instance_type is self.model]
        entry = self.get_object(request, object_id)
        if entry is None and not own:
            raise Http404(gettext("There is no such entry, and there never was."))
        shown = entry or own[-1].instance
        if not self.has_view_or_change_permission(request, shown):
            raise PermissionDenied
        edits = edits_of(records)
        paginator = Paginator(edits[::-1], PER_PAGE)
        page = paginator.get_page(request.GET.get(PAGE_VAR))
        context = self.page_context(
            request,
            shown,
            gettext("History: %(entry)s") % {"entry": shown},
            blocks=blocks(self.model, page.object_list),
            page_obj=page,
            page_range=paginator.get_elided_page_range(page.number),
            page_var=PAGE_VAR,
            pagination_required=paginator.num_pages > 1,
            latest=edits[-1].key if edits else "",
            may_restore=entry is not None and self.has_change_permission(request, entry),
            is_deleted=entry is None,
            **(extra_context or {}),
        )
        return TemplateResponse(request, self.object_history_template, context)

    def restore_view(self, request, object_id, edit):
        """What it would mean to restore the state after an edit, and doing it if that is confirmed."""
        entry = self.get_object(request, str(object_id))
        if entry is None:
            raise Http404(gettext("There is no such entry any more."))
        if not self.has_change_permission(request, entry):
            raise PermissionDenied
        edits = edits_of(records_of(self.model, entry.pk))
        state = state_after(edits, edit)
        if state is None or (self.model, entry.pk) not in state:
            raise Http404(gettext("There is no such edit of this entry."))
        return self.show_restoring(request, entry, next(one for one in edits if one.key == edit), state)

    def show_restoring(self, request, entry, edit, state):
        found = plan(entry, state)
        why = f"restored as it was on {edit.when:%Y-%m-%d %H:%M}"  # reasons are kept, so they are in one language
        form = RestoreForm(mark_of(self.model, entry.pk), request.POST or None, initial={"reason": why})
        if request.method == "POST" and found.steps and not found.refusals and form.is_valid():
            try:
                restore(found, form.cleaned_data["reason"])
            except RefusedError as refused:
                found.refusals.append(str(refused))
            else:
                self.log_change(request, entry, form.cleaned_data["reason"])
                told = gettext("“%(entry)s” says again what it said on %(when)s.")
                when = f"{edit.when:%Y-%m-%d %H:%M}"
                self.message_user(request, told % {"entry": found.entry, "when": when}, messages.SUCCESS)
                return HttpResponseRedirect(self.address_of_page("history", entry.pk))
        lines = lines_of(found.steps, Names(self.model, found.steps), without=STAYS)
        context = self.page_context(
            request,
            entry,
            gettext("Restore an earlier state"),
            form=form,
            plan=found,
            lines=lines,
            edit=edit,
            history=self.address_of_page("history", entry.pk),
        )
        return TemplateResponse(request, "admin/talks/restore.html", context)
