"""What the parts of one page for editing know of each other."""

from dataclasses import dataclass, field

from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest


@dataclass
class EditedPage:
    """A row's page for as long as its request lasts.

    `form`: the row's own form, once it is sent and valid; `formsets`: those of the rows below it; `meanwhile`: what
    others did since the page was opened, in sentences; `theirs`: {(model, pk): whether an author may change that row}.
    """

    form: ModelForm | None = None
    formsets: list[BaseInlineFormSet] = field(default_factory=list)
    meanwhile: list[str] = field(default_factory=list)
    theirs: dict[tuple[type, int], bool] = field(default_factory=dict)


def edited_page(request: HttpRequest) -> EditedPage:
    """The page that a request is about; kept with the request, which is all that Django hands to each of the parts."""
    if not hasattr(request, "edited_page"):
        request.edited_page = EditedPage()
    return request.edited_page
