"""Two editors on one page: the second who saves is told what the first did, and nothing is overwritten unseen.

A page carries a mark of the state that it shows (`talks.editing.versions.mark_of`). If that is another one when the
form comes back, nothing is saved: the page says who changed what, what only they changed is put into the form, and what
the editor typed stays. Saving again is then the editor's decision. What was deleted meanwhile stands there as a new
row."""

import re

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.widgets import CheckboxInput
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.history.in_words import blocks
from talks.admin.values import is_key
from talks.editing import versions

MARK = "opened"
OWN = (MARK, "reason")  # fields of the form that are no part of the row


class GuardedForm(forms.ModelForm):
    """Carries the mark of the state that a page shows; says what was `told` if that is another one by now."""

    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    told = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial[MARK] = versions.mark_of(type(self.instance), self.instance.pk)

    def clean(self):
        data = super().clean()
        if self.told:
            self.add_error(None, ValidationError(list(self.told)))
        return data


class GuardedFormSet(forms.BaseInlineFormSet):
    """Rows on a guarded page, with a plain sentence for a page that did not arrive whole."""

    default_error_messages = {
        "missing_management_form": _(
            "The page did not arrive whole, so these rows cannot be read. Open it anew and fill them in again."
        )
    }


class GuardMixin:
    """A page for editing on which nothing is overwritten unseen."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        told = {"told": getattr(request, "told_meanwhile", ())}
        edited = obj and self.has_change_permission(request, obj) and not self.is_old_version(request, obj)
        if edited or told["told"]:
            kwargs["form"] = type(self.form.__name__, (GuardedForm, self.form), told)
        return super().get_form(request, obj, change=change, **kwargs)

    def locked(self, obj):
        """(model, pk) of the row that an editor who saves this page holds until it is saved."""
        return type(obj), obj.pk

    def _changeform_view(self, request, object_id, form_url, extra_context):
        if request.method == "POST" and object_id and "_saveasnew" not in request.POST:
            obj = self.get_object(request, unquote(object_id))
            deleted = None if obj else self.record_of_deletion(unquote(object_id))
            if deleted and self.has_add_permission(request):
                self.take_as_new(request, deleted)
                add = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
                return super()._changeform_view(request, None, add, extra_context)
            if obj and self.has_change_permission(request, obj):  # all else Django answers
                self.look_for_others(request, obj)
        return super()._changeform_view(request, object_id, form_url, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An earlier version that is brought back overwrites nothing unseen, and takes no other row's slug."""
        if request.method != "POST" or not (is_key(object_id) and is_key(version_id)):
            return super().history_form_view(request, object_id, version_id, extra_context)
        with transaction.atomic():
            now = versions.mark_of(self.model, object_id)
            if not now and (taken := self.row_with_slug_of(object_id, version_id)):
                told = gettext("“%(slug)s” is the slug of “%(row)s” by now, so this version cannot come back.")
                self.message_user(request, told % {"slug": taken.slug, "row": taken}, messages.ERROR)
                return redirect("admin:index")
            if now != request.POST.get(MARK, ""):
                edits = versions.edits_of(versions.records_of(self.model, object_id))
                request.POST = request.POST.copy()
                request.POST[MARK] = now
                request.told_meanwhile = [of_a_version(edit) for edit in edits[-1:]]
            return super().history_form_view(request, object_id, version_id, extra_context)

    def row_with_slug_of(self, pk, version):
        """The row that has the slug that a deleted row had in this version."""
        slug = self.model.history.filter(**{self.opts.pk.attname: pk, "history_id": version}).values("slug")
        return self.model.objects.filter(slug__in=slug).first()

    def record_of_deletion(self, pk):
        """What the history says of the end of a row that is gone; None if it never was."""
        if not is_key(pk):
            return None
        return self.model.history.filter(**{self.opts.pk.attname: pk}, history_type="-").first()

    def take_as_new(self, request, deleted):
        """Let what was posted of a deleted row be a new one, and say in the request why."""
        data = request.POST.copy()
        for name in self.frozen:
            data.setdefault(name, getattr(deleted, self.opts.get_field(name).attname))
        for formset, _inline in self.get_formsets_with_inlines(request):
            prefix = formset.get_default_prefix()
            rows = [row for row in read_rows(data, prefix) or () if "DELETE" not in row]
            write_rows(data, prefix, [], [row | {"id": [""], formset.fk.name: [""]} for row in rows])
        request.POST = data
        request.told_meanwhile = [of_a_deleted_row(deleted)]

    def look_for_others(self, request, obj):
        """Note in the request what others did to a row meanwhile, and put it into what was posted."""
        versions.hold(*self.locked(obj))
        now, opened = versions.mark_of(self.model, obj.pk), request.POST.get(MARK, "")
        if now == opened:
            return
        latest = versions.cut(self.model, opened)
        records = versions.records_of(self.model, obj.pk)
        edits = versions.edits_of(records)
        before = latest and versions.state_at(records, latest)
        if before is not None and (self.model, obj.pk) not in before:
            latest = before = None  # no page ever had this mark
        merged = Merge(request.POST, before)
        form = self.get_form(request, obj, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, obj)))
        merged.join_form(form, obj)
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            merged.join_rows(formset, inline, request, obj)
        merged.data[MARK] = now
        request.POST = merged.data
        if latest is None:
            request.told_meanwhile = [of_an_old_page(edits[-1])]
        else:
            request.told_meanwhile = [
                *done_meanwhile(self.model, versions.told_since(edits, latest)),
                *merged.sentences(),
            ]


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
            format_html("<li>{}: {}</li>", line.name, format_html_join("; ", "{}", ((one,) for one in line.told)))
            for line in block.lines
        ]
        told = gettext("%(user)s, %(when)s (%(reason)s):") % said_by(block.edit)
        yield format_html('{}<ul class="meanwhile">{}</ul>', told, format_html_join("", "{}", ((li,) for li in lines)))


# Three states in one form


class Merge:
    """What was posted, `before` as the page had it (None if nobody knows), and what stands now, brought together."""

    def __init__(self, data, before):
        self.data = data.copy()
        self.before = before
        self.clashes = []
        self.deleted = []

    def sentences(self):
        if self.clashes:
            told = gettext("Both of you changed these, and yours stands below: %(names)s.")
            yield told % {"names": ", ".join(map(str, self.clashes))}
        if self.deleted:
            told = gettext(
                "These were deleted meanwhile, but you changed them, so they stand below as new rows; tick their "
                "deletion to leave them out: %(names)s."
            )
            yield told % {"names": ", ".join(map(str, self.deleted))}

    def join_form(self, form, now):
        if self.before is None:
            return
        before = self.before[type(now), now.pk].instance
        before.earlier_citations = citations_of(self.before)
        mine, theirs = form(self.data, instance=before), form(instance=now)
        for name in changed_by_others(form, before, theirs):
            sent = posted(theirs).get(name, [])
            if name not in mine.changed_data:
                put(self.data, name, sent)
            elif self.data.getlist(name) != sent:
                self.clashes.append(capfirst(theirs.fields[name].label))

    def join_rows(self, formset, inline, request, owner):
        prefix = formset.get_default_prefix()
        rows = read_rows(self.data, prefix)
        if rows is None:
            return  # which the formset complains of
        standing = {
            row.pk: row for row in formset(instance=owner, queryset=inline.get_queryset(request)).get_queryset()
        }
        kept, new = [], []
        for row in rows:
            pk = int(row["id"][0]) if is_key(row.get("id", [""])[0]) else None
            if pk is None:
                new.append(row)
            elif pk in standing:
                kept.append(self.join_row(formset.form, row, self.row_before(formset.model, pk), standing.pop(pk)))
            elif self.is_wanted(formset.form, row, self.row_before(formset.model, pk)):
                new.append(row | {"id": [""]})
        if self.before is not None:
            kept += [as_row(formset, row, owner) for row in standing.values()]
        write_rows(self.data, prefix, kept, new)

    def row_before(self, model, pk):
        record = (self.before or {}).get((model, pk))
        return record and record.instance

    def join_row(self, form, row, before, now):
        """A posted row with what only others changed of it."""
        if before is None:
            return row
        mine, theirs = bound(form, row, before), form(instance=now)
        sent = posted(theirs)
        for name in changed_by_others(form, before, theirs):
            if name not in mine.changed_data:
                row = row | {name: sent.get(name, [])}
            elif row.get(name, []) != sent.get(name, []):
                told = {"column": theirs.fields[name].label, "row": now}
                self.clashes.append(gettext("%(column)s of “%(row)s”") % told)
        return row

    def is_wanted(self, form, row, before):
        """True if a row that others deleted was changed here, and not to be deleted, too."""
        if "DELETE" in row or (before is not None and not bound(form, row, before).has_changed()):
            return False
        self.deleted.append(before or "?")
        return True


def citations_of(state):
    rows = [record.instance for (model, _pk), record in state.items() if model.__name__ == "Citation"]
    return sorted(rows, key=lambda row: (row.published, row.article.slug, row.pk))


def bound(form, row, instance):
    """The form of one row as it was posted, without its prefix."""
    return form(MultiValueDict(row), instance=instance)


def posted(form):
    """What a browser would send of a form as it stands: {name: values}."""
    sent = {}
    for field in form:
        widget = getattr(field.field.widget, "widget", field.field.widget)  # within a RelatedFieldWidgetWrapper
        value = field.value()
        if isinstance(widget, CheckboxInput):
            sent |= {field.name: ["on"]} if value else {}
            continue
        value = widget.format_value(value)
        sent[field.name] = (
            list(map(str, value)) if isinstance(value, list | tuple) else ["" if value is None else value]
        )
    return sent


def changed_by_others(form, before, theirs):
    """The fields in which what stands now differs from what stood before."""
    return [name for name in bound(form, posted(theirs), before).changed_data if name not in OWN]


def put(data, name, values):
    """Let a browser have sent this; without values, as of a box that is not ticked, nothing at all."""
    data.setlist(name, values)
    if not values:
        del data[name]


# Rows of a formset in what was posted


def read_rows(data, prefix):
    """[{name: values}] of the rows that a formset posted; None if it did not arrive whole."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    if not is_key(total):
        return None
    rows = {}
    for name in data:
        match = re.fullmatch(rf"{prefix}-(\d+)-(.+)", name)
        if match and int(match[1]) < int(total):
            rows.setdefault(int(match[1]), {})[match[2]] = data.getlist(name)
    return [rows[number] for number in sorted(rows)]


def write_rows(data, prefix, kept, new):
    """Put these rows in place of those that a formset posted: those that exist first, as Django counts them."""
    for name in [name for name in data if re.match(rf"{prefix}-\d+-", name)]:
        del data[name]
    for number, row in enumerate([*kept, *new]):
        for name, values in row.items():
            put(data, f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = len(kept) + len(new), len(kept)


def as_row(formset, row, owner):
    """A row that others added, as a browser would send it."""
    return posted(formset.form(instance=row)) | {"id": [str(row.pk)], formset.fk.name: [str(owner.pk)]}
