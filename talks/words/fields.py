"""Form fields that read what people type as they mean it, on the public pages and in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.models.counts import Count
from talks.models.rules import MOST_PARAGRAPHS, partial_date
from talks.record import typed
from talks.words.language import count_in_words


class DayField(forms.DateField):
    """A day in any form that can be read in one way only, the same in all languages of the page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=[], **options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            return typed.day(value.strip())
        return super().to_python(value)


class NumberField(forms.IntegerField):
    """A whole number, its thousands grouped or not."""

    widget = forms.TextInput  # a browser's own field for numbers would take out or refuse what groups them
    default_error_messages = {"invalid": _("“%(text)s” is no whole number; write it in digits, such as 65 or 1,000.")}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric"}

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or isinstance(value, int):
            return None if value in self.empty_values else value
        number = typed.whole_number(str(value))
        if number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"text": value})
        return number


class PartialDayField(forms.CharField):
    """A day, or a month or a year of which no more is known, in any form that can be read in one way only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "max_length": None})  # “2 вересня 2025 року” is longer than what it stands for

    def to_python(self, value: Any) -> str | None:
        text = str(super().to_python(value) or "")
        if not text:
            return None
        text = typed.partial_date(text)
        partial_date(text)
        return text


class CountField(forms.CharField):
    """A count as the article says it: “1,000”, “at least 1,000”, “about 250”, “200 to 250”."""

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Count):
            return value
        text = str(super().to_python(value))
        return typed.read_count(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return count_in_words(value) if isinstance(value, Count) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class ParagraphsField(forms.CharField):
    """Paragraph numbers as rows hold them: “7, 3-4” gives “3, 4, 7”."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "required": False,
                "label": _("Paragraphs"),
                "help_text": _("Numbers of the paragraphs that say it, such as 3, 7. Empty where they cannot be told."),
                "widget": forms.TextInput(attrs={"size": 12}),
                **options,
                "max_length": None,  # a range is short, and the numbers are counted
            }
        )

    def to_python(self, value: Any) -> str:
        try:
            numbers = typed.paragraphs(str(super().to_python(value)))
        except ValueError as error:
            told = gettext("“%(part)s” is no paragraph; write numbers with commas between, such as 3, 7.")
            raise ValidationError(told % {"part": error}) from None
        if len(numbers) > MOST_PARAGRAPHS:
            raise ValidationError(gettext("One report names at most 40 paragraphs; name those that say it."))
        return ", ".join(map(str, numbers))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or "") != self.to_python(data)
        except ValidationError:
            return True


class AddressField(forms.URLField):
    """An address of the web, told as one sentence where it is none."""

    default_validators = []  # those of the column say it

    def to_python(self, value: Any) -> str:
        try:
            return str(super().to_python(value))
        except ValidationError:
            return str(value).strip()
