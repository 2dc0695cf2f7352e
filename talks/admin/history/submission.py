"""What a browser sent of a page: the columns of a row, and the rows of its formsets."""

import re
from collections.abc import Iterable, Mapping

from django.forms import BaseForm
from django.forms.widgets import CheckboxInput
from django.http import QueryDict

from talks.admin.values import is_key

MARK = "opened"  # the field that says which state a page showed

Row = Mapping[str, list]  # {name: values} of one row, without its prefix


class Submission:
    """A copy of what was sent, to read and to change."""

    def __init__(self, data: QueryDict):
        self.data = data.copy()

    def values(self, name: str) -> list:
        return self.data.getlist(name)

    def put(self, name: str, values: list) -> None:
        """Let a browser have sent this; without values, as of a box that is not ticked, nothing at all."""
        self.data.setlist(name, values)
        if not values:
            del self.data[name]

    def rows(self, prefix: str) -> list[Row] | None:
        """The rows that a formset sent; None if it did not arrive whole."""
        total = self.data.get(f"{prefix}-TOTAL_FORMS", "")
        if not is_key(total):
            return None
        rows: dict[int, dict[str, list]] = {}
        for name in self.data:
            match = re.fullmatch(rf"{prefix}-(\d+)-(.+)", name)
            if match and int(match[1]) < int(total):
                rows.setdefault(int(match[1]), {})[match[2]] = self.data.getlist(name)
        return [rows[number] for number in sorted(rows)]

    def put_rows(self, prefix: str, kept: Iterable[Row], new: Iterable[Row]) -> None:
        """Put these rows in place of those that a formset sent: those that exist first, as Django counts them."""
        for name in [name for name in self.data if re.match(rf"{prefix}-\d+-", name)]:
            del self.data[name]
        kept, new = list(kept), list(new)
        for number, row in enumerate([*kept, *new]):
            for name, values in row.items():
                self.put(f"{prefix}-{number}-{name}", values)
        self.data[f"{prefix}-TOTAL_FORMS"], self.data[f"{prefix}-INITIAL_FORMS"] = len(kept) + len(new), len(kept)


def row_sent_by(form: BaseForm) -> dict[str, list]:
    """What a browser would send of a form as it stands."""
    sent = {}
    for bound in form:
        widget = getattr(bound.field.widget, "widget", bound.field.widget)  # within a RelatedFieldWidgetWrapper
        value = bound.value()
        if isinstance(widget, CheckboxInput):
            sent |= {bound.name: ["on"]} if value else {}
            continue
        value = widget.format_value(value)
        sent[bound.name] = (
            list(map(str, value)) if isinstance(value, list | tuple) else ["" if value is None else value]
        )
    return sent
