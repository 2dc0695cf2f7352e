"""What all forms of the desk share: they are about some paragraphs of an article."""

import hashlib

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from talks.admin.desk.fields import OfferedSelect, in_text, numbers_in


class FromParagraphs:
    """A form about an article's paragraphs. `offers`: {model: pks} of the rows that its autocompletes list."""

    def __init__(self, *args, article, request, offers=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.article, self.request = article, request
        for field in self.fields.values():
            widget = getattr(field.widget, "widget", field.widget)  # within a RelatedFieldWidgetWrapper
            if isinstance(widget, OfferedSelect):
                widget.offered = (offers or {}).get(field.queryset.model, ())

    @property
    def text_mark(self):
        """What tells the text whose paragraphs the form shows from another one; its page sends it along."""
        return hashlib.sha256(self.article.text.encode()).hexdigest()

    def clean_paragraphs(self):
        """The numbers, each of which the article has, if its text is stored and is still the one that was shown."""
        text = self.cleaned_data["paragraphs"]
        if self.data.get("text_mark", self.text_mark) != self.text_mark:
            told = gettext(
                "The text of the article was changed since you opened this form. See whether these numbers still say "
                "it, and save again."
            )
            raise ValidationError(told)
        last = len(self.article.numbered_paragraphs())
        beyond = [number for number in numbers_in(text) if number > last]
        if last and beyond:
            told = ngettext(
                "The article has %(last)s paragraph; there is no %(numbers)s.",
                "The article has %(last)s paragraphs; there is no %(numbers)s.",
                last,
            )
            raise ValidationError(told % {"last": last, "numbers": in_text(beyond)})
        return text

    @property
    def reason(self):
        """What the history gives as the reason; in one language, as reasons are kept."""
        told = self.cleaned_data["paragraphs"]
        return self.cleaned_data.get("reason") or f"at the desk: {self.article.slug}{told and f', paragraphs {told}'}"
