"""Two editors on one page: the second who saves is told what the first did, and nothing is overwritten unseen.

A page carries a mark of the state that it shows (`talks.editing.versions.mark_of`). If that is another one when the
form comes back, nothing is saved: the page says who changed what, what only they changed is put into the form, and what
the editor typed stays. Saving again is then the editor's decision. What was deleted meanwhile stands there as a new
row."""

from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.history.in_words import blocks
from talks.admin.history.merge import Merge
from talks.admin.history.submission import MARK, Submission
from talks.admin.page import EditedPage, edited_page
from talks.admin.values import is_key
from talks.editing import versions


class GuardedForm(forms.ModelForm):
    """Carries the mark of the state that a page shows, and says what others did `meanwhile` if it is another by now."""

    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    meanwhile = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial[MARK] = versions.mark_of(type(self.instance), self.instance.pk)

    def clean(self):
        data = super().clean()
        if self.meanwhile:
            self.add_error(None, ValidationError(self.meanwhile))
        return data


class GuardedFormSet(forms.BaseInlineFormSet):
    """Rows on a guarded page, with a plain sentence for a page that did not arrive whole.

    `page`: what the rows stand on, with a form and other rows.
    """

    default_error_messages = {
        "missing_management_form": _(
            "The page did not arrive whole, so these rows cannot be read. Open it anew and fill them in again."
        )
    }

    def __init__(self, *args, page=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.page = page or EditedPage()
        self.page.formsets.append(self)

    def add_fields(self, form, index):
        """Fields of a row have no labels, only the headings of their columns; so that they have a name all the same."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if form[name].is_hidden:
                continue
            widget = getattr(field.widget, "widget", field.widget)  # within a RelatedFieldWidgetWrapper
            widget.attrs.setdefault("aria-label", form[name].label)


class GuardMixin:
    """A page for editing on which nothing is overwritten unseen."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        meanwhile = edited_page(request).meanwhile
        edited = obj and self.has_change_permission(request, obj) and not self.is_old_version(request, obj)
        if edited or meanwhile:
            kwargs["form"] = type(self.form.__name__, (GuardedForm, self.form), {"meanwhile": meanwhile})
        return super().get_form(request, obj, change=change, **kwargs)

    def get_formset_kwargs(self, request, obj, inline, prefix):
        return super().get_formset_kwargs(request, obj, inline, prefix) | {"page": edited_page(request)}

    def form_as_of(self, form, state, pk):
        """What makes a `form` of the row as it stood in an earlier state; called with what was sent."""
        return partial(form, instance=state[self.model, pk].instance)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method != "POST" or "_saveasnew" in request.POST:
            return super().change_view(request, object_id, form_url, extra_context)
        obj = self.get_object(request, unquote(object_id))
        deleted = None if obj else self.record_of_deletion(unquote(object_id))
        if deleted and self.has_add_permission(request):
            self.take_as_new(request, deleted)
            add = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
            return self.add_view(request, add, extra_context)
        if obj and self.has_change_permission(request, obj):  # all else Django answers
            self.look_for_others(request, obj)
        return super().change_view(request, object_id, form_url, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An earlier version that is brought back overwrites nothing unseen, and takes no other row's slug."""
        if request.method != "POST" or not (is_key(object_id) and is_key(version_id)):
            return super().history_form_view(request, object_id, version_id, extra_context)
        now = versions.mark_of(self.model, object_id)
        if not now and (taken := self.row_with_slug_of(object_id, version_id)):
            told = gettext("“%(slug)s” is the slug of “%(row)s” by now, so this version cannot come back.")
            self.message_user(request, told % {"slug": taken.slug, "row": taken}, messages.ERROR)
            return redirect("admin:index")
        if now != request.POST.get(MARK, ""):
            edits = versions.edits_of(versions.records_of(self.model, object_id))
            submission = Submission(request.POST)
            submission.put(MARK, [now])
            answer_with(request, submission, [of_a_version(edit) for edit in edits[-1:]])
        return super().history_form_view(request, object_id, version_id, extra_context)

    def row_with_slug_of(self, pk, version):
        """The row that has the slug that a deleted row had in this version."""
        slug = self.model.history.filter(**{self.opts.pk.attname: pk, "history_id": version}).values("slug")
        return self.model.objects.filter(slug__in=slug).first()

    def record_of_deletion(self, pk):
        """What the history says of the end of a row that is gone; None if it never was."""
        if not is_key(pk):
            return None
        deletions = self.model.history.filter(**{self.opts.pk.attname: pk}, history_type="-")
        return deletions.order_by("-history_id").first()

    def take_as_new(self, request, deleted):
        """Let what was sent of a deleted row be a new one, and say on the page why."""
        submission = Submission(request.POST)
        for name in self.frozen:
            submission.data.setdefault(name, getattr(deleted, self.opts.get_field(name).attname))
        for formset, _inline in self.get_formsets_with_inlines(request):
            prefix = formset.get_default_prefix()
            rows = [row for row in submission.rows(prefix) or () if "DELETE" not in row]
            submission.put_rows(prefix, [], [row | {"id": [""], formset.fk.name: [""]} for row in rows])
        answer_with(request, submission, [of_a_deleted_row(deleted)])

    def look_for_others(self, request, obj):
        """Say on the page what others did to a row meanwhile, and put it into what was sent."""
        now, opened = versions.mark_of(self.model, obj.pk), request.POST.get(MARK, "")
        if now == opened:
            return
        latest = versions.cut(self.model, opened)
        records = versions.records_of(self.model, obj.pk)
        edits = versions.edits_of(records)
        before = latest and versions.state_at(records, latest)
        if before is not None and (self.model, obj.pk) not in before:
            latest = before = None  # no page ever had this mark
        merge = Merge(Submission(request.POST), before)
        form = self.get_form(request, obj, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, obj)))
        if before is not None:
            merge.join_form(self.form_as_of(form, before, obj.pk), form(instance=obj))
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            merge.join_rows(formset, inline.get_queryset(request), obj)
        merge.submission.put(MARK, [now])
        if latest is None:
            meanwhile = [of_an_old_page(edits[-1])]
        else:
            meanwhile = [*done_meanwhile(self.model, versions.told_since(edits, latest)), *merge.sentences()]
        answer_with(request, merge.submission, meanwhile)


def answer_with(request, submission, meanwhile):
    """Have the page answered as if this had been sent, and say what others did meanwhile: the only place that rewrites
    a request, because Django's view reads what was sent from nowhere else.
    """
    request.POST = submission.data
    edited_page(request).meanwhile = meanwhile


# What is told


def of_an_old_page(edit):
    told = gettext(
        "This page does not say what it showed when you opened it, so nothing is saved; what you typed stands below. "
        "Open the page anew in another tab and compare: %(user)s changed it last, on %(when)s. If you save here again, "
        "what stands below counts."
    )
    return told % said_by(edit)


def of_a_version(edit):
    told = gettext(
        "It was changed since you opened this version: %(user)s, %(when)s (%(reason)s). Nothing is saved yet; save "
        "again if this version is to stand all the same."
    )
    return told % said_by(edit)


def of_a_deleted_row(record):
    told = gettext(
        "It was deleted since you opened its page: %(user)s, %(when)s (%(reason)s). Nothing of yours is saved: what "
        "you typed stands below, as a new one. Save it to add it anew, or leave the page."
    )
    return told % said_by(versions.Edit([record]))


def said_by(edit):
    when = f"{edit.when:%Y-%m-%d %H:%M}"
    return {"user": edit.user or gettext("no user"), "when": when, "reason": edit.reason or gettext("no reason")}


def done_meanwhile(model, edits):
    """A heading, and a line for each edit with what it changed."""
    yield gettext(
        "Since you opened this page it was changed. Nothing of yours is saved yet: what you typed stands below, with "
        "what only others changed filled in. Look through it and save again."
    )
    for block in blocks(model, edits):
        lines = [
            format_html("<li>{}: {}</li>", line.name, format_html_join("; ", "{}", ((one,) for one in line.texts)))
            for line in block.lines
        ]
        told = gettext("%(user)s, %(when)s (%(reason)s):") % said_by(block.edit)
        yield format_html('{}<ul class="meanwhile">{}</ul>', told, format_html_join("", "{}", ((li,) for li in lines)))
