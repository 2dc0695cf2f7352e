"""Three states of one page brought together: as it was opened, as it was sent, and as it stands by now."""

from functools import partial

from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext

from talks.admin.history.submission import MARK, row_sent_by
from talks.admin.values import is_key

OWN = (MARK, "reason")  # fields of the form that are no part of the row


class Merge:
    """Puts what only others changed into a submission.

    `before`: {(model, pk): record} as the page had it (None if nobody knows). `clashes`: names of what both changed;
    `deleted`: rows that others deleted and the editor changed.
    """

    def __init__(self, submission, before):
        self.submission = submission
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

    def join_form(self, form_before, form_now):
        """`form_before(data)` is the form about the row as the page had it, `form_now` about the row as it stands."""
        mine, sent_now = form_before(self.submission.data), row_sent_by(form_now)
        for name in changed_by_others(form_before, form_now):
            values = sent_now.get(name, [])
            if name not in mine.changed_data:
                self.submission.put(name, values)
            elif self.submission.values(name) != values:
                self.clashes.append(capfirst(form_now.fields[name].label))

    def join_rows(self, formset, queryset, owner):
        """`formset`: the class of the rows below `owner`; `queryset`: where their rows are read from."""
        prefix = formset.get_default_prefix()
        rows = self.submission.rows(prefix)
        if rows is None:
            return  # which the formset complains of
        standing = {row.pk: row for row in formset(instance=owner, queryset=queryset).get_queryset()}
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
        self.submission.put_rows(prefix, kept, new)

    def row_before(self, model, pk):
        record = (self.before or {}).get((model, pk))
        return record and record.instance

    def join_row(self, form, row, before, now):
        """A sent row with what only others changed of it."""
        if before is None:
            return row
        form_before, form_now = partial(form, instance=before), form(instance=now)
        mine, sent_now = form_before(MultiValueDict(row)), row_sent_by(form_now)
        for name in changed_by_others(form_before, form_now):
            values = sent_now.get(name, [])
            if name not in mine.changed_data:
                row = row | {name: values}
            elif row.get(name, []) != values:
                told = {"column": form_now.fields[name].label, "row": now}
                self.clashes.append(gettext("%(column)s of “%(row)s”") % told)
        return row

    def is_wanted(self, form, row, before):
        """True if a row that others deleted was changed here, and not to be deleted, too."""
        if "DELETE" in row:
            return False
        if before is not None and not form(MultiValueDict(row), instance=before).has_changed():
            return False
        self.deleted.append(before or "?")
        return True


def changed_by_others(form_before, form_now):
    """The fields in which what stands now differs from what stood before."""
    changed = form_before(MultiValueDict(row_sent_by(form_now))).changed_data
    return [name for name in changed if name not in OWN]


def as_row(formset, row, owner):
    """A row that others added, as a browser would send it."""
    return row_sent_by(formset.form(instance=row)) | {"id": [str(row.pk)], formset.fk.name: [str(owner.pk)]}
